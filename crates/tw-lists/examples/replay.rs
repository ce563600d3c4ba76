//! Replays a file of changes of `sdn.csv` and compares every state with a cold load of the same rows:
//! `cargo run --release -p tw-lists --example replay -- CHANGES.jsonl.gz [EVERY]`. EVERY leaves out states between; 1 compares them all.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tw_ftm::Entity;
use tw_lists::history::{Change, History};
use tw_lists::{Capture, Format, ListFiles, Op, collect, read_history};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("name a file of changes")?;
    let every: usize = args.next().map_or(Ok(1), |text| text.parse())?;
    let capture = Capture { sha256: tw_base::Sha256::from_bytes([0; 32]), captured: None, list: None };

    // What is timed: from the packed bytes to the last state, every state in between built.
    let begun = Instant::now();
    let mut days: Vec<(tw_base::Date, Vec<Change>)> = Vec::new();
    read_history("changes.jsonl.gz", File::open(&path)?, &capture, &mut |change| {
        let made = match (change.op, change.entry) {
            (Op::Add, Some(entry)) => Change::Add(entry),
            (Op::Modify, Some(entry)) => Change::Modify(entry),
            _ => Change::Delete(change.id),
        };
        match days.last_mut() {
            Some((day, all)) if *day == change.date => all.push(made),
            _ => days.push((change.date, vec![made])),
        }
        ControlFlow::Continue(())
    })
    .map_err(|refusal| refusal.to_string())?;
    let read = begun.elapsed();

    let mut rows = raw(&path)?.into_iter().peekable();
    let mut table: BTreeMap<u64, String> = BTreeMap::new();
    let mut history = History::new("US-SDN");
    let mut replayed = Duration::ZERO;
    let (mut same, mut compared) = (0, 0);
    let states = days.len();
    for (number, (day, changes)) in days.into_iter().enumerate() {
        let begun = Instant::now();
        history.changes(day, changes)?;
        replayed += begun.elapsed();
        while rows.peek().is_some_and(|(date, ..)| *date == day.to_string()) {
            let (_, entry, row) = rows.next().ok_or("a row was there")?;
            match row {
                Some(row) => table.insert(entry, row),
                None => table.remove(&entry),
            };
        }
        if number % every == 0 || number + 1 == states {
            let csv: String = table.values().map(String::as_str).collect();
            let (entries, _) =
                collect(Format::OfacCsv, ListFiles::one("sdn.csv", csv.as_bytes()), &capture).map_err(|refusal| refusal.to_string())?;
            let cold: BTreeMap<&str, &Entity> =
                entries.iter().filter(|e| !e.listings.is_empty()).map(|e| (e.entity.id.as_str(), &e.entity)).collect();
            compared += 1;
            same += usize::from(digest(cold.into_values())? == digest(history.present())?);
        }
    }
    println!(
        "{states} states, {} on the last; read {read:.2?}, replayed {replayed:.2?}; {same} of {compared} states equal to a cold load",
        history.on_list()
    );
    Ok(())
}

fn digest<'a>(entities: impl Iterator<Item = &'a Entity>) -> Result<Vec<u8>, serde_json::Error> {
    let mut hash = Sha256::new();
    for entity in entities {
        hash.update(serde_json::to_vec(entity)?);
    }
    Ok(hash.finalize().to_vec())
}

/// The rows of the changes as they lie in `sdn.csv`, with day and number of the entry; no row where it left.
#[expect(clippy::type_complexity, reason = "a row of an example")]
fn raw(path: &str) -> Result<Vec<(String, u64, Option<String>)>, Box<dyn std::error::Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    let mut rows = Vec::new();
    for line in text.lines() {
        let value: Value = serde_json::from_str(line)?;
        let of = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let cells = value["row"].as_array().map(|cells| {
            let cell = |cell: &Value| format!("\"{}\"", cell.as_str().unwrap_or_default().replace('"', "\"\""));
            cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\n"
        });
        rows.push((of("date"), of("ent_num").parse()?, cells.filter(|_| of("op") != "DEL")));
    }
    Ok(rows)
}
