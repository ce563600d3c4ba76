//! Readings of real texts against our own labels, and of synthetic spellings.

use std::collections::BTreeMap;

use tw_ports::Ports;
use tw_ports::destination::{Context, Kind, Reader};

/// Counts of one set.
#[derive(Default, Debug)]
struct Counts {
    ports: usize,
    right: usize,
    wrong: usize,
    not_ports: usize,
    false_ports: usize,
    ambiguous: usize,
    ambiguous_wrong: usize,
}

fn same(ports: &Ports, got: Option<usize>, code: Option<&str>, wanted: &str) -> bool {
    if code == Some(wanted) {
        return true;
    }
    match (got, ports.by_key(wanted)) {
        (Some(a), Some(b)) => ports.same_place(a, b),
        _ => false,
    }
}

fn score(file: &str, only: Option<&str>, show: bool) -> BTreeMap<String, Counts> {
    let ports = Ports::bundled();
    let reader = Reader::bundled();
    let mut sets: BTreeMap<String, Counts> = BTreeMap::new();
    let mut rows = csv::Reader::from_path(format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        let (raw, meaning, set) = (&row[0], &row[1], &row[2]);
        if only.is_some_and(|o| o != set) {
            continue;
        }
        let counts = sets.entry(set.to_owned()).or_default();
        let reading = reader.read(raw, &Context::default());
        let given = reading.kind == Kind::Port || reading.kind == Kind::InlandCode && reading.locode.is_some();
        let codes = meaning.trim_start_matches(['?', '-']);
        let right = given && codes.split('|').any(|code| same(ports, reading.port, reading.locode.as_deref(), code));
        let verdict = if meaning.starts_with('-') {
            counts.not_ports += 1;
            counts.false_ports += usize::from(given);
            if given { "FALSE" } else { "" }
        } else if meaning.starts_with('?') {
            counts.ambiguous += 1;
            counts.ambiguous_wrong += usize::from(given && !right);
            if given && !right { "AMBIG" } else { "" }
        } else {
            counts.ports += 1;
            counts.right += usize::from(right);
            counts.wrong += usize::from(given && !right);
            if right {
                ""
            } else if given {
                "WRONG"
            } else {
                "MISS"
            }
        };
        if show && !verdict.is_empty() {
            let alternatives: Vec<String> = reading.alternatives.iter().map(|a| format!("{}:{:.2}", ports.get(a.0).key, a.1)).collect();
            println!(
                "{verdict}\t{raw}\twant {meaning}\tgot {:?} {:?} {} {:.2} {:?}\t{}",
                reading.kind,
                reading.locode,
                reading.name,
                reading.score,
                reading.how,
                alternatives.join(" ")
            );
        }
    }
    sets
}

#[test]
fn real_texts_are_read_as_labelled() {
    let show = std::env::var("SHOW").ok();
    let sets = score("destination_dev.csv", show.as_deref(), show.is_some());
    for (set, counts) in &sets {
        println!("{set}: {counts:?}");
    }
}
