//! Simulates invented hosts, judges them with `tw_flows::labour::judge`, and scores: `labour FIRST_SEED LAST_SEED [named|beta|correlated] [hosts] [DIR]`.

#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use tw_base::{Bounds, Period};
use tw_flows::labour::{Count, CountKind, CountOf, Host, Input, JudgeOptions, Landmark, Observation, Places, PurposeSeries, judge};
use tw_sim::labour::{LabourOptions, Shapes, score, simulate};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (Some(first), Some(last)) = (args.first(), args.get(1)) else {
        return Err("usage: labour FIRST_SEED LAST_SEED [named|beta|correlated] [hosts] [DIR]".into());
    };
    let shapes = match args.get(2).map(String::as_str) {
        None | Some("named") => Shapes::Named,
        Some("beta") => Shapes::Beta,
        Some("correlated") => Shapes::Correlated,
        Some(other) => return Err(format!("no shapes `{other}`").into()),
    };
    let mut options = LabourOptions { shapes, ..LabourOptions::default() };
    if let Some(hosts) = args.get(3) {
        options.hosts = hosts.parse()?;
    }
    let (mut truths, mut predictions) = (String::new(), String::new());
    let mut seconds = 0.0;
    for seed in first.parse::<u64>()?..=last.parse::<u64>()? {
        let dir = std::env::temp_dir().join(format!("labour-{}-{seed}", std::process::id()));
        simulate(seed, &options, &dir)?;
        let (truth, said, took) = one(&dir, seed)?;
        truths += &truth;
        predictions += &said;
        seconds += took;
        std::fs::remove_dir_all(&dir)?;
    }
    if let Some(dir) = args.get(4) {
        std::fs::write(Path::new(dir).join("truth.jsonl"), &truths)?;
        std::fs::write(Path::new(dir).join("predictions.jsonl"), &predictions)?;
    }
    println!("{}", score(&truths, &predictions)?.table());
    println!("judged in {seconds:.2} s");
    Ok(())
}

/// Hosts of several seeds have the same codes, so the seed is put before each.
fn one(dir: &Path, seed: u64) -> Result<(String, String, f64), Error> {
    let truth = std::fs::read_to_string(dir.join("truth.jsonl"))?;
    let meta: serde_json::Value = serde_json::from_str(truth.lines().next().ok_or("an empty truth")?)?;
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    for row in rows(&dir.join("border_entries.csv"))? {
        let host = hosts.entry(row["host"].clone()).or_default();
        let count = if row["status"] == "withheld" { Count::Withheld } else { Count::Known(row["entries"].parse()?) };
        let figure = Observation { period: row["period"].parse::<Period>()?.interval(), count, known: row["known"].parse().ok() };
        let index = match host.entries.iter().position(|s| s.purpose == row["purpose"]) {
            Some(index) => index,
            None => {
                host.entries.push(PurposeSeries { purpose: row["purpose"].clone(), ..PurposeSeries::default() });
                host.entries.len() - 1
            }
        };
        if row["note"].starts_with("definition changed") && host.entries[index].redefined.is_empty() {
            host.entries[index].redefined.push(figure.period.from);
        }
        host.entries[index].figures.push(figure);
    }
    for row in rows(&dir.join("capacity.csv"))? {
        let host = hosts.entry(row["host"].clone()).or_default();
        let places = Places { period: row["period"].parse::<Period>()?.interval(), persons: bounds(&row) };
        host.places.entry(row["purpose"].clone()).or_default().push(places);
    }
    for (id, row) in rows(&dir.join("worker_counts.csv"))?.into_iter().enumerate() {
        let kind: CountKind = serde_json::from_value(serde_json::Value::String(row["kind"].clone()))?;
        let count = CountOf { id, period: row["period"].parse::<Period>()?.interval(), kind, persons: bounds(&row) };
        hosts.entry(row["host"].clone()).or_default().counts.push(count);
    }
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
    let mark = &meta["landmark"];
    let landmark =
        Landmark { name: text(&mark["name"])?, from: text(&mark["from"])?.parse()?, deadline: Some(text(&mark["deadline"])?.parse()?) };
    let mut options = JudgeOptions { draws: 20_000, ..JudgeOptions::default() };
    options.regimes.landmarks = vec![landmark];
    let input = Input {
        hosts: hosts.into_iter().map(|(code, host)| Host { host: code, ..host }).collect(),
        looked: text(&meta["looked"])?.parse()?,
        options,
    };
    let start = Instant::now();
    let output = judge(&input);
    let took = start.elapsed().as_secs_f64();
    let tag = |line: &str| line.replace("\"host\":\"", &format!("\"host\":\"{seed}-"));
    let mut said = String::new();
    for prediction in &output.predictions {
        writeln!(said, "{}", tag(&serde_json::to_string(prediction)?))?;
    }
    Ok((tag(&truth), said, took))
}

fn bounds(row: &BTreeMap<String, String>) -> Bounds {
    Bounds::from_ends(row["low"].parse().ok(), row["high"].parse().ok())
}

fn rows(path: &Path) -> Result<Vec<BTreeMap<String, String>>, Error> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record?;
        all.push(header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect());
    }
    Ok(all)
}
