//! Runs the kernels over a simulated folder, without engine and case, and writes predictions for the scorer: for tuning on dev seeds.
//!
//! `cargo run --release -p tw-sim --example survey -- DIR OUT.jsonl [LEAST_SCORE]`
#![expect(clippy::print_stderr, reason = "an example")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::{env, fs, io};

use tw_ais::{Columns, Decoder, Kept, Options, Positions, Static};
use tw_maritime::Time;
use tw_maritime::concealed::Document;
use tw_maritime::coverage::Receiver;
use tw_maritime::loitering::{Loitering, Silences};
use tw_maritime::survey::{First, Parameters, Second, Seen, Survey};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let (Some(dir), Some(out)) = (arguments.get(1), arguments.get(2)) else {
        eprintln!("survey DIR OUT.jsonl [LEAST_SCORE]");
        return Ok(());
    };
    let least: f64 = arguments.get(3).and_then(|text| text.parse().ok()).unwrap_or(0.5);
    let (positions, statics, stations) = read(&Path::new(dir).join("ais"))?;
    let began = std::time::Instant::now();
    let seen = survey(&positions, &statics, &stations, documents(Path::new(dir)));
    eprintln!("{} positions in {:.2} s", positions.len(), began.elapsed().as_secs_f64());
    let mut file = io::BufWriter::new(fs::File::create(out)?);
    for line in predictions(&seen).into_iter().filter(|line| line["score"].as_f64().is_some_and(|score| score >= least)) {
        writeln!(file, "{line}")?;
    }
    file.flush()
}

fn read(ais: &Path) -> io::Result<(Positions, Vec<Static>, Vec<String>)> {
    let (mut positions, mut statics, mut names) = (Positions::default(), Vec::new(), vec![String::new()]);
    let mut numbers: BTreeMap<String, u16> = BTreeMap::new();
    let mut files: Vec<_> = fs::read_dir(ais)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::path);
    for (n, file) in (0_u16..).zip(files) {
        let mut decoder = Decoder::new(Options { file: n, base_time: None }, Columns::new(n, Kept::default()));
        let Ok(()) = decoder.push(&fs::read(file.path())?);
        let Ok(end) = decoder.finish();
        let number = |name: &String| {
            *numbers.entry(name.clone()).or_insert_with(|| {
                names.push(name.clone());
                u16::try_from(names.len() - 1).unwrap_or(0)
            })
        };
        let own: Vec<u16> = end.stations.iter().map(number).collect();
        let kept = end.out.into_sink();
        for mut fix in kept.positions.view().iter() {
            fix.receiver = usize::from(fix.receiver).checked_sub(1).map_or(0, |i| own[i]);
            positions.push(fix);
        }
        statics.extend(kept.statics);
    }
    positions.sort();
    statics.sort_by_key(|s| (s.mmsi, s.t, s.file, s.record));
    Ok((positions, statics, names))
}

fn documents(dir: &Path) -> Vec<Document> {
    let Ok(mut rows) = csv::Reader::from_path(dir.join("declarations.csv")) else { return Vec::new() };
    let header = rows.headers().cloned().unwrap_or_default();
    let mut all = Vec::new();
    for (row, record) in (0..).zip(rows.records().flatten()) {
        let cell = |name: &str| header.iter().position(|h| h == name).and_then(|i| record.get(i)).unwrap_or_default().to_owned();
        let day = |at: &str| format!("{}T{at}Z", cell("departed")).parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
        all.push(Document {
            row,
            mmsi: cell("mmsi").parse().ok(),
            imo: cell("imo").parse().ok(),
            from: Time(day("00:00:00")),
            to: Time(day("23:59:59")),
            port: Some(cell("declared_port")).filter(|port| !port.is_empty()),
            countries: cell("declared_country").split('+').map(str::to_owned).collect(),
            kind: "port record".to_owned(),
        });
    }
    all
}

fn survey(positions: &Positions, statics: &[Static], stations: &[String], documents: Vec<Document>) -> Seen {
    let kind = |name: &String| match name.as_str() {
        "" => Receiver::Unknown,
        name if name.to_ascii_uppercase().contains("SAT") => Receiver::Satellite,
        _ => Receiver::Shore,
    };
    let target = "PRK".parse().expect("a country");
    let survey = Survey::new(Parameters::default(), target, stations.iter().map(kind).collect(), documents, (7.31, 7.45, 7.67));
    let said = |mmsi: u32| {
        let from = statics.partition_point(|s| s.mmsi < mmsi);
        &statics[from..from + statics[from..].partition_point(|s| s.mmsi == mmsi)]
    };
    let all = positions.view();
    let mut ships = Vec::new();
    let mut at = 0;
    for ship in positions.mmsi.chunk_by(|a, b| a == b) {
        ships.push(all.slice(at..at + ship.len()));
        at += ship.len();
    }
    let mut first = First::new(&survey);
    for &fixes in &ships {
        first.look(&survey, fixes, said(fixes.mmsi[0]));
    }
    first.settle(&survey);
    let mut second = Second::default();
    for &fixes in &ships {
        survey.again(&first, &mut second, fixes, said(fixes.mmsi[0]));
    }
    let silences = Silences::new(&second.gaps);
    let mut loiterings: Vec<Loitering> = Vec::new();
    for &fixes in ships.iter().filter(|fixes| first.loiterers().contains(&fixes.mmsi[0])) {
        loiterings.extend(survey.slow(&first, &silences, fixes, said(fixes.mmsi[0])));
    }
    survey.seen(first, second, loiterings, statics)
}

/// Every event as a prediction: the kinds of the detectors.
fn predictions(seen: &Seen) -> Vec<serde_json::Value> {
    let mut lines = Vec::new();
    let mut add = |kind: &str, event: serde_json::Value, mmsi: &str, partner: Option<&str>, score: Option<f64>| {
        let t1 = if event["t1"].is_null() { event["t0"].clone() } else { event["t1"].clone() };
        let barrels = event["barrels"]
            .as_f64()
            .map(|best| serde_json::json!({ "low": event["barrels_low"], "best": best, "high": event["barrels_high"] }));
        let mut line = serde_json::json!({
            "kind": kind, "mmsi": event[mmsi], "t0": event["t0"], "t1": t1, "lat": event["lat"], "lon": event["lon"],
            "score": score.map_or_else(|| event["score"].clone(), Into::into), "barrels": barrels,
        });
        for key in ["lat1", "lon1"] {
            if !event[key].is_null() {
                line[key] = event[key].clone();
            }
        }
        if let Some(partner) = partner.filter(|key| !event[*key].is_null()) {
            line["partner_mmsi"] = event[partner].clone();
        }
        line["event"] = event;
        lines.push(line);
    };
    fn json<T: serde::Serialize>(event: &T) -> serde_json::Value {
        serde_json::to_value(event).expect("events are plain")
    }
    for e in seen.gaps.iter().filter(|gap| gap.cause == "unexplained") {
        add("dark_gap", json(e), "mmsi", None, None);
    }
    for e in &seen.encounters {
        add("ship_to_ship", json(e), "mmsi", Some("mmsi_b"), None);
    }
    for e in &seen.loiterings {
        if e.one_sided {
            add("ship_to_ship_dark", json(e), "mmsi", Some("partner_gap_mmsi"), None);
        }
        add("loitering", json(e), "mmsi", None, Some(0.5));
    }
    for e in &seen.concealed {
        add("concealed_destination", json(e), "mmsi", None, None);
    }
    for e in &seen.spoofs {
        add("spoofing", json(e), "mmsi", None, None);
    }
    for e in &seen.draught_changes {
        add("draught_change", json(e), "mmsi", None, None);
    }
    for e in &seen.identity_changes {
        add("identity_change", json(e), "mmsi", None, None);
    }
    for e in &seen.hull_links {
        let kind = match e.kind.as_str() {
            "laundering" => "hull_laundering",
            "same_imo_sequential" | "swap" | "handover" => "identity_change",
            _ => "shared_identity",
        };
        add(kind, json(e), "mmsi_a", Some("mmsi_b"), None);
    }
    for e in &seen.shared_mmsi {
        add("shared_identity", json(e), "mmsi", None, None);
    }
    for e in &seen.false_flags {
        add("false_flag", json(e), "mmsi", None, None);
    }
    for e in seen.port_calls.iter().filter(|call| call.country == "PRK") {
        add("embargoed_call", json(e), "mmsi", None, Some(if e.confidence >= 2 { 0.9 } else { 0.3 }));
    }
    lines
}
