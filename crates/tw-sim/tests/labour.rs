//! The simulated hosts as their users meet them: files in the shapes of the tables, and the scorer that reads the truth back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tw_sim::labour::{LabourOptions, Shapes, score, simulate};
use tw_tables::{BorderEntry, Capacity, RevenueEstimate, Table, WorkerCount};

fn cells(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("the file was written");
    let header = reader.headers().expect("it has a header").clone();
    reader
        .records()
        .map(|record| header.iter().map(str::to_owned).zip(record.expect("it is CSV").iter().map(str::to_owned)).collect())
        .collect()
}

/// Every row is read by its table, sound as a whole, said once, and labelled.
fn check<T: Table>(dir: &Path) -> usize {
    let rows = cells(&dir.join(format!("{}.csv", T::NAME)));
    let known: BTreeSet<&str> =
        T::def().columns.iter().map(|column| column.name).chain(["origin", "source", "grade", "note", "known"]).collect();
    let mut keys = BTreeSet::new();
    for row in &rows {
        let cell = |name: &str| row.get(name).map(String::as_str).filter(|text| !text.is_empty());
        let read = T::read(&cell).unwrap_or_else(|faults| panic!("{faults:?} in {row:?}"));
        assert!(read.fault().is_none(), "{row:?}");
        assert!(row.keys().all(|key| known.contains(key.as_str())), "{row:?}");
        assert!(keys.insert(read.key()), "said twice: {row:?}");
        assert_eq!(row["origin"], "synthetic");
        assert!(row["source"].contains("not about this State"));
    }
    rows.len()
}

#[test]
fn every_row_is_one_of_its_table() {
    for (seed, shapes) in [(1, Shapes::Named), (2, Shapes::Beta), (3, Shapes::Correlated)] {
        let dir = tempfile::tempdir().unwrap();
        let options = LabourOptions { hosts: 30, shapes, ..LabourOptions::default() };
        let summary = simulate(seed, &options, dir.path()).unwrap();
        let rows = check::<BorderEntry>(dir.path())
            + check::<Capacity>(dir.path())
            + check::<WorkerCount>(dir.path())
            + check::<RevenueEstimate>(dir.path());
        assert_eq!(rows, summary.rows);
        assert!(fs::read_to_string(dir.path().join("README.md")).unwrap().contains("Synthetic"));
        let truth = fs::read_to_string(dir.path().join("truth.jsonl")).unwrap();
        let nothing = score(&truth, "").unwrap();
        assert_eq!((nothing.near_all.hits, nothing.near_all.of), (0, summary.changes));
        assert!(summary.evasions + summary.twins <= summary.hosts && summary.changes > 0);
    }
}

#[test]
fn the_shortest_and_the_longest_worlds_are_made() {
    for years in [6, 40] {
        let dir = tempfile::tempdir().unwrap();
        for seed in 1..6 {
            simulate(seed, &LabourOptions { hosts: 20, years, ..LabourOptions::default() }, dir.path()).unwrap();
        }
    }
}
