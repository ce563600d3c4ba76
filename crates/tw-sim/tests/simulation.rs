//! The simulator as its users meet it: files in a folder, and the scorer that reads the truth back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tw_sim::score::{Predictions, Rules, Truth, score, score_texts};
use tw_sim::{Options, SCENARIOS, SimError, simulate};
use tw_tables::{Listing, Table, Voyage};

fn small() -> Options {
    Options { days: 9, ships: 60, one_in: 10.0, keep_s: 600, ..Options::default() }
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    for folder in [dir.to_path_buf(), dir.join("ais")] {
        for entry in fs::read_dir(&folder).expect("the folder was written") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_file() {
                let name = path.strip_prefix(dir).expect("it lies in the folder").display().to_string();
                out.insert(name, fs::read(&path).expect("it can be read"));
            }
        }
    }
    out
}

#[test]
fn equal_seeds_give_equal_bytes_and_others_do_not() {
    let (a, b, c) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = simulate(1, &small(), a.path()).unwrap();
    let two = simulate(1, &small(), b.path()).unwrap();
    let other = simulate(2, &small(), c.path()).unwrap();
    assert_eq!(one, two);
    assert_eq!(files(a.path()), files(b.path()));
    assert_ne!(one.hash, other.hash);
    // Compression changes the files and not what is in them.
    let d = tempfile::tempdir().unwrap();
    let packed = simulate(1, &Options { gz: true, ..small() }, d.path()).unwrap();
    assert_eq!(packed.hash, one.hash);
    assert!(d.path().join("ais/2017-08-01.nmea.gz").is_file());
}

#[test]
fn every_file_says_synthetic_and_numbers_are_invented() {
    let dir = tempfile::tempdir().unwrap();
    simulate(3, &small(), dir.path()).unwrap();
    for (name, bytes) in files(dir.path()) {
        let text = String::from_utf8(bytes).unwrap();
        // A table with rows says it in every row, everything else in its first line.
        let head: String = text.lines().take(2).collect();
        assert!(head.to_lowercase().contains("synthetic") || text.lines().count() == 1, "{name}");
    }
    let hulls = fs::read_to_string(dir.path().join("hulls.csv")).unwrap();
    for row in hulls.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        for imo in cells[9].split('|').filter(|imo| !imo.is_empty()) {
            imo.parse::<tw_base::Imo>().unwrap();
            assert!((2_000_000..5_000_000).contains(&imo.parse::<u32>().unwrap()), "{imo}");
        }
        for mmsi in cells[8].split('|') {
            let mmsi: u32 = mmsi.parse().unwrap();
            assert!((201_000_000..=775_999_999).contains(&mmsi) && mmsi / 100_000 % 10 >= 7, "{mmsi}");
        }
    }
}

#[test]
fn the_truth_scored_against_itself_is_perfect_and_its_twins_are_false_alarms() {
    let dir = tempfile::tempdir().unwrap();
    let summary = simulate(4, &small(), dir.path()).unwrap();
    let text = fs::read_to_string(dir.path().join("truth.jsonl")).unwrap();
    let truth = Truth::read(&text, "truth.jsonl").unwrap();
    assert_eq!(truth.events.iter().filter(|event| !event.innocent).count(), summary.events);
    assert_eq!(truth.vessel_days, Some(summary.vessel_days as f64));
    let evading: String = text.lines().filter(|l| l.contains("\"innocent\":false")).map(|l| format!("{l}\n")).collect();
    let report = score_texts((&text, "truth.jsonl"), (&evading, "copy")).unwrap();
    for kind in report.kinds.iter().filter(|kind| kind.truth > 0) {
        assert_eq!((kind.tp, kind.fp), (kind.truth, 0), "{}", kind.kind);
        assert_eq!(kind.recall.unwrap().value, 1.0);
    }
    let twins: String =
        text.lines().filter(|l| l.contains("\"innocent\":true") && l.contains("\"dark_gap\"")).map(|l| format!("{l}\n")).collect();
    let predicted = Predictions::read(&twins, "twins").unwrap();
    let report = score(&truth, &predicted, &Rules { resamples: 10, ..Rules::default() });
    let gaps = report.kinds.iter().find(|kind| kind.kind == "dark_gap").unwrap();
    assert!(gaps.fp > 10 && gaps.tp == 0, "{} {}", gaps.fp, gaps.tp);
    assert_eq!(gaps.other_false_alarms + gaps.other_kind, 0);
    assert_eq!(gaps.twins.values().map(|t| t.false_alarms).sum::<usize>(), gaps.fp);
}

#[test]
fn sentences_have_right_checksums_but_for_a_few_and_known_stations() {
    let dir = tempfile::tempdir().unwrap();
    simulate(5, &Options { days: 2, ..small() }, dir.path()).unwrap();
    let (mut good, mut bad) = (0, 0);
    let mut stations = BTreeSet::new();
    let mut last = 0;
    for day in ["2017-08-01", "2017-08-02"] {
        for line in fs::read_to_string(dir.path().join(format!("ais/{day}.nmea"))).unwrap().lines() {
            if line.starts_with('#') {
                continue;
            }
            let (tag, sentence) = line[1..].split_once('\\').unwrap();
            let (body, sum) = sentence[1..].split_once('*').unwrap();
            let xor = body.bytes().fold(0, |x, b| x ^ b);
            if format!("{xor:02X}") == sum {
                good += 1
            } else {
                bad += 1
            }
            let (tag, sum) = tag.split_once('*').unwrap();
            assert_eq!(format!("{:02X}", tag.bytes().fold(0, |x, b| x ^ b)), sum);
            for field in tag.split(',') {
                if let Some(station) = field.strip_prefix("s:") {
                    stations.insert(station.to_owned());
                }
                if let Some(t) = field.strip_prefix("c:") {
                    let t: i64 = t.parse().unwrap();
                    assert!(t >= last || day == "2017-08-02", "out of order: {line}");
                    last = t;
                }
            }
        }
    }
    assert!(good > 5000 && bad > 0 && bad * 100 < good, "{good} {bad}");
    assert!(stations.iter().any(|s| s.starts_with("SAT-")) && stations.iter().any(|s| s.starts_with("KR-")));
    assert!(!stations.iter().any(|s| s.starts_with("KP")), "no station in North Korea");
}

#[test]
fn historical_patterns_are_in_truth_and_records() {
    for scenario in SCENARIOS {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { ships: 10, keep_s: 900, ..Options::replay(scenario).unwrap() };
        simulate(6, &options, dir.path()).unwrap();
        let truth = Truth::read(&fs::read_to_string(dir.path().join("truth.jsonl")).unwrap(), "truth.jsonl").unwrap();
        let count = |kind: &str| truth.events.iter().filter(|event| event.kind == kind && !event.innocent).count();
        let declared = fs::read_to_string(dir.path().join("declarations.csv")).unwrap();
        match scenario {
            "reuters-2017" => {
                assert_eq!((count("concealed_destination"), count("embargoed_call")), (8, 8));
                let tonnes: Vec<f64> = truth
                    .events
                    .iter()
                    .filter(|e| e.kind == "concealed_destination" && !e.innocent)
                    .filter_map(|e| e.barrels)
                    .map(|b| b / 7.45)
                    .collect();
                assert!(tonnes.len() == 8 && tonnes.iter().all(|t| (500.0..=2_000.0).contains(t)), "{tonnes:?}");
                assert!(
                    declared
                        .lines()
                        .filter(|l| l.contains(",diesel,") && (l.contains(",KOR,simulated") || l.contains(",CHN,simulated")))
                        .count()
                        >= 8
                );
            }
            "vityaz-2017" => {
                assert_eq!((count("ship_to_ship_dark"), count("dark_gap")), (1, 1));
                assert!(declared.contains("\"fishing fleet, Sea of Japan\""));
            }
            "viet-tin-2019" => assert_eq!((count("concealed_destination"), count("dark_gap")), (1, 1)),
            _ => assert!(count("ship_to_ship_dark") == 1 && count("draught_change") >= 1),
        }
    }
}

fn cells(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("there is a header").clone();
    let row = |record: csv::StringRecord| header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.expect("the row has all cells"))).collect()
}

#[test]
fn port_records_and_listings_are_strict_tables() {
    for (seed, options) in [(8, small()), (9, Options { ships: 20, keep_s: 900, ..Options::replay("vityaz-2017").unwrap() })] {
        let dir = tempfile::tempdir().unwrap();
        simulate(seed, &options, dir.path()).unwrap();
        let records = cells(&fs::read_to_string(dir.path().join("port_records.csv")).unwrap());
        assert!(!records.is_empty());
        for row in &records {
            let cell = |name: &str| row.get(name).map(String::as_str).filter(|text| !text.is_empty());
            let voyage = Voyage::read(&cell).unwrap_or_else(|faults| panic!("{faults:?} in {row:?}"));
            let known: BTreeSet<&str> = Voyage::def().columns.iter().map(|column| column.name).chain(["origin", "source"]).collect();
            assert!(row.keys().all(|key| known.contains(key.as_str())), "{row:?}");
            assert!(voyage.fault().is_none(), "{row:?}");
            assert_eq!((voyage.ship.as_str(), row["origin"].as_str()), (row["ship"].as_str(), "synthetic"));
        }
        for row in &cells(&fs::read_to_string(dir.path().join("listings.csv")).unwrap()) {
            let cell = |name: &str| row.get(name).map(String::as_str).filter(|text| !text.is_empty());
            Listing::read(&cell).unwrap_or_else(|faults| panic!("{faults:?} in {row:?}"));
        }
    }
}

#[test]
fn options_out_of_range_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let fault = |options: Options| simulate(1, &options, dir.path()).unwrap_err().to_string();
    assert_eq!(fault(Options { start: "August".into(), ..small() }), "`August` is not a day: expected `YYYY-MM-DD`");
    assert_eq!(fault(Options { days: 0, ..small() }), "0 days: expected 1 to 1,000");
    assert!(matches!(Options::replay("kingsway"), Err(SimError::Scenario(_))));
    assert!(matches!(simulate(1, &Options { scenario: Some("x".into()), ..small() }, dir.path()), Err(SimError::Scenario(_))));
}

#[test]
fn prevalence_is_a_knob() {
    let dir = tempfile::tempdir().unwrap();
    let count = |one_in: f64| simulate(7, &Options { one_in, ..small() }, dir.path()).unwrap().evasions;
    let (none, few, many) = (count(0.0), count(40.0), count(8.0));
    assert_eq!(none, 0);
    assert!(few >= 1 && many > 2 * few, "{few} {many}");
}
