//! Saves an index of the open lists, starts from it, and prints seconds and memory; then asks it as a server would.
//!
//! `cargo run --release -p tw-screening --example start -- FOLDER FILE` saves; `-- FILE` starts. The folder is that of the example `retrieval`.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::time::Instant;

use tw_ftm::{Entity, Entry, model, read_entity};
use tw_screening::Party;
use tw_screening::index::{Filter, Index, Match, Op, Settings, schemata};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [folder, file] => save(folder, file),
        [file] => start(file),
        _ => Err("usage: start [FOLDER] FILE".into()),
    }
}

fn save(folder: &str, file: &str) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for name in ["un_sc_sanctions_2026-02", "us_ofac_sdn_2024-05", "eu_journal_sanctions_2026-08"] {
        let text = std::fs::read_to_string(format!("{folder}/ftm/{name}.ftm.json"))?;
        lines.extend(text.lines().map(str::to_owned));
    }
    let make = |line: String| Some(Entry { entity: read_entity(&line).ok()?.entity, listings: Vec::new() });
    for threads in [1, 2] {
        let start = Instant::now();
        let index = Index::build_from(lines.clone(), make, Settings { threads, ..Settings::default() });
        println!("built from {} lines in {:.3} s by {threads} threads", index.len(), start.elapsed().as_secs_f64());
        index.save(&mut std::fs::File::create(file)?)?;
    }
    Ok(())
}

fn start(file: &str) -> Result<(), Failure> {
    let start = Instant::now();
    let index = Index::load(&std::fs::read(file)?, Settings::default())?;
    println!("{} entities loaded in {:.3} s, {}", index.len(), start.elapsed().as_secs_f64(), memory());
    let start = Instant::now();
    let found = index.search(&tw_screening::index::Search { words: "trading".into(), limit: 20, ..Default::default() })?;
    println!("first search, {} found, in {:.3} s, {}", found.total, start.elapsed().as_secs_f64(), memory());
    let start = Instant::now();
    index.warm();
    println!("warmed in {:.3} s, {}", start.elapsed().as_secs_f64(), memory());
    let names: Vec<&str> =
        vec!["Jane Example", "Mohammed Ali Hassan", "Kim Jong Example", "Sea Star Trading", "Vladimir Primerovich", "Zyxw Vuts"];
    let persons: Vec<Entity> = names
        .iter()
        .map(|name| {
            let mut person = Entity::new("", model().schema("Person").ok_or("no persons in the model")?);
            person.add("name", *name);
            Ok::<_, Failure>(person)
        })
        .collect::<Result<_, _>>()?;
    for person in &persons {
        let mut best = f64::MAX;
        let mut compared = 0;
        for _ in 0..200 {
            let start = Instant::now();
            let party = Party::new(person);
            let filter = Filter { schemata: schemata(person.schema, true), ..Filter::default() };
            compared = index.matches(&Match { filter, ..Match::new(&party) })?.compared;
            best = best.min(start.elapsed().as_secs_f64() * 1e6);
        }
        println!("{}: {compared} compared, at best {best:.1} us", person.first("name").unwrap_or_default());
    }
    let some: Vec<Entry> = index
        .search(&tw_screening::index::Search { words: "trading".into(), limit: 20, ..Default::default() })?
        .entries
        .iter()
        .map(|e| (**e).clone())
        .collect();
    let mut best = f64::MAX;
    for round in 0..10 {
        let ops = some.iter().cloned().map(|mut entry| {
            entry.entity.add("alias", format!("Example {round} Holding"));
            Op::Put(entry)
        });
        let start = Instant::now();
        let next = index.update(ops);
        next.warm();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("updated by {} entities and warmed in {best:.3} s at best, {}", some.len(), memory());
    Ok(())
}

/// Memory of the process now and at most, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kept: Vec<String> = status
        .lines()
        .filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM"))
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    kept.join(", ")
}
