//! Prints recall and alert rate of an index over sets of names.
//!
//! `cargo run --release -p tw-screening --example retrieval -- FOLDER`, where the folder holds `ftm` and `retrieval`; without it that of
//! `TIDEWAITER_SHARED` is taken, by default `../shared`. With `--missed` the names are shown too.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to whoever runs it")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tw_ftm::{Entity, Entry, read_entity};
use tw_screening::index::retrieval::{Outcome, Row, by_name, read_rows, run};
use tw_screening::index::{Index, Settings};
use tw_screening::{Party, Weights};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let show = arguments.iter().any(|a| a == "--missed");
    let shared = || PathBuf::from(std::env::var("TIDEWAITER_SHARED").unwrap_or_else(|_| "../shared".into())).join("data/screening");
    let folder = arguments.iter().find(|a| !a.starts_with("--")).map_or_else(shared, PathBuf::from);
    if !folder.join("ftm").is_dir() {
        eprintln!("skipped: no lists in {}", folder.display());
        return Ok(());
    }
    let un = lines(&folder, "un_sc_sanctions_2026-02")?;
    let mut all = un.clone();
    all.extend(lines(&folder, "us_ofac_sdn_2024-05")?);
    all.extend(lines(&folder, "eu_journal_sanctions_2026-08")?);
    let start = Instant::now();
    let whole = Index::build_from(all, entry, Settings::default());
    println!("{} entities indexed in {:.3} s", whole.len(), start.elapsed().as_secs_f64());
    let entries: Vec<Entry> = un.into_iter().filter_map(entry).collect();
    let ids = by_name(&entries);
    let alone = Index::build(entries, Settings::default());

    let rows = |name: &str| -> Result<Vec<Row>, Failure> { Ok(read_rows(&std::fs::read(folder.join("retrieval").join(name))?)?) };
    let (untreated, treated) = (rows("positives_un_untreated.csv")?, rows("positives_un_treated.csv")?);
    let positives = |typos: bool, name_only: bool| -> Vec<(Entity, BTreeSet<String>)> {
        let right = |row: &Row| ids.get(&row.name().to_uppercase()).cloned();
        untreated
            .iter()
            .zip(&treated)
            .filter_map(|(plain, typo)| Some((if typos { typo } else { plain }.person(name_only)?, right(plain)?)))
            .collect()
    };
    let negatives = |rows: &[Row], name_only: bool| -> Vec<(Entity, BTreeSet<String>)> {
        rows.iter().filter_map(|r| Some((r.person(name_only)?, BTreeSet::new()))).collect()
    };
    let (global, us) = (rows("negatives_global_1000.csv")?, rows("negatives_us_1000.csv")?);
    println!(
        "{:<34} {:<5} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7} {:>9} {:>8}",
        "set", "list", "rows", "c@5", "c@20", "c@50", "r@1", "r@5", "r@20", "r@5>=.7", "alerts", "compared", "us/query"
    );
    let mut outcomes: Vec<(String, Outcome)> = Vec::new();
    for (list, index) in [("UN", &alone), ("all", &whole)] {
        for name_only in [true, false] {
            let fields = if name_only { "name only" } else { "all fields" };
            let sets = [
                ("UN names", positives(false, name_only)),
                ("UN names with typos", positives(true, name_only)),
                ("other names, global", negatives(&global, name_only)),
                ("other names, US", negatives(&us, name_only)),
            ];
            for (name, persons) in sets {
                let start = Instant::now();
                let outcome = run(index, &persons, &Weights::default(), 0.7)?;
                let each = start.elapsed().as_secs_f64() * 1e6 / persons.len().max(1) as f64;
                let share = |n: usize| n as f64 / outcome.asked.max(1) as f64;
                println!(
                    "{:<34} {list:<5} {:>5} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {:>8.4} {:>7.4} {:>9.1} {each:>8.1}",
                    format!("{name}, {fields}"),
                    outcome.asked,
                    share(outcome.candidates[0]),
                    share(outcome.candidates[1]),
                    share(outcome.candidates[2]),
                    share(outcome.found[0]),
                    share(outcome.found[1]),
                    share(outcome.found[2]),
                    share(outcome.matched),
                    share(outcome.alerts),
                    outcome.compared as f64 / outcome.asked.max(1) as f64,
                );
                outcomes.push((format!("{name}, {fields}, {list}"), outcome));
            }
        }
    }
    if show {
        for (name, outcome) in &outcomes {
            println!("\n{name}");
            for (query, place) in &outcome.late {
                println!("  late {query}: {place:?}");
            }
            for (query, id, score) in &outcome.missed {
                println!("  missed {query} ({id}): {score:?}");
            }
            for (query, id, score) in &outcome.false_alerts {
                let caption = whole.get(id).map(|e| e.entity.caption.clone()).unwrap_or_default();
                println!("  alert {query}: {caption} ({id}) {score:.3}");
            }
        }
    }
    timings(&whole, &positives(true, true));
    Ok(())
}

/// Median and slowest of single questions, with the analysis of the party.
fn timings(index: &Index, persons: &[(Entity, BTreeSet<String>)]) {
    let mut times: Vec<f64> = Vec::new();
    for (person, _) in persons {
        let start = Instant::now();
        let party = Party::new(person);
        let _ = std::hint::black_box(index.matches(&tw_screening::index::Match::new(&party)));
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    println!("one question: p50 {:.0} us, p99 {:.0} us, most {:.0} us", at(0.5), at(0.99), at(0.9999));
}

fn lines(folder: &Path, name: &str) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(folder.join("ftm").join(format!("{name}.ftm.json")))?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn entry(line: String) -> Option<Entry> {
    Some(Entry { entity: read_entity(&line).ok()?.entity, listings: Vec::new() })
}
