//! The world of trade as its users meet it: files in a folder, and the scorer that reads the truth back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use tw_sim::trade::score::{Report, Rules, score};
use tw_sim::trade::{Options, TradeError, simulate};

fn small() -> Options {
    Options { rows: 30_000, months: 24, countries: 20, headings: 90, shipments: 2_000, phantoms: 0.01, ..Options::default() }
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).expect("the simulator wrote it")
}

fn scored(truth: &str, said: &str) -> Report {
    let rules = Rules { resamples: 20, ..Rules::default() };
    score((truth.as_bytes(), "truth"), (said.as_bytes(), "said"), &rules).expect("lines that the simulator wrote")
}

#[test]
fn equal_seeds_give_equal_bytes_and_others_do_not() {
    let (a, b, c) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = simulate(1, &small(), a.path()).unwrap();
    let two = simulate(1, &small(), b.path()).unwrap();
    let other = simulate(2, &small(), c.path()).unwrap();
    assert_eq!(one, two);
    for name in ["comtrade.csv", "shipments.csv", "truth.jsonl", "README.md"] {
        assert_eq!(read(a.path(), name), read(b.path(), name), "{name}");
    }
    assert_ne!(one.hash, other.hash);
    assert!(read(a.path(), "README.md").starts_with("# Synthetic"));
}

#[test]
fn the_truth_adds_up() {
    let dir = tempfile::tempdir().unwrap();
    let summary = simulate(3, &small(), dir.path()).unwrap();
    let truth = read(dir.path(), "truth.jsonl");
    let mut series: BTreeMap<String, (f64, Value)> = BTreeMap::new();
    let mut flows: BTreeMap<String, f64> = BTreeMap::new();
    let (mut counts, mut months) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    for line in truth.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["kind"].as_str().unwrap().to_owned();
        *counts.entry(kind.clone()).or_default() += 1;
        let name = format!("{} {} {}", line["exporter"], line["importer"], line["heading"]);
        match kind.as_str() {
            "flow" => {
                assert!(line["usd"].as_f64().unwrap() > 0.0 && line["kg"].as_f64().unwrap() > 0.0, "{line}");
                assert!(months.insert((name.clone(), line["month"].to_string())), "{line}");
                *flows.entry(name).or_default() += line["usd"].as_f64().unwrap();
            }
            "series" => {
                assert!(line["from"].as_str() <= line["to"].as_str(), "{line}");
                let mean = line["usd"].as_f64().unwrap();
                assert!(series.insert(name, (mean, line)).is_none());
            }
            _ => {}
        }
    }
    assert_eq!((counts["flow"], counts["series"], counts["shipment"]), (summary.flows, summary.series, summary.shipments));
    assert_eq!(counts["error"], summary.errors);
    for (name, sum) in &flows {
        let mean = series[name].0;
        assert!((sum / 24.0 - mean).abs() <= 0.02 + mean * 1e-6, "{name}: {sum} {mean}");
    }
    let evasions: BTreeSet<&str> = series.values().filter_map(|(_, line)| line["evasion"].as_str()).collect();
    assert_eq!(evasions.len(), 5, "{evasions:?}");
    let twins: BTreeSet<&str> = series.values().filter_map(|(_, line)| line["twin"].as_str()).collect();
    for twin in ["re-export", "timing", "new-route", "unit", "kp-kr", "hs-shift", "not-reporting", "classified-apart"] {
        assert!(twins.contains(twin), "{twin}: {twins:?}");
    }
    assert!(summary.phantoms == 20 && summary.shipment_twins > 200, "{summary:?}");
}

#[test]
fn reports_have_the_shape_of_comtrade_and_the_north_is_silent() {
    let dir = tempfile::tempdir().unwrap();
    let summary = simulate(4, &small(), dir.path()).unwrap();
    let mut rows = csv::Reader::from_path(dir.path().join("comtrade.csv")).unwrap();
    let header = rows.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let names = ["reporterISO", "partnerISO", "cmdCode", "isAggregate", "primaryValue", "netWgt", "period", "flowCode", "partnerCode"];
    let [reporter, partner, code, sum, usd, kg, period, flow, partner_code] = names.map(at);
    let (mut keys, mut leaves, mut korea, mut without_mass) = (BTreeSet::new(), 0, 0, 0);
    for row in rows.records() {
        let row = row.unwrap();
        let key = [reporter, partner_code, code, period, flow].map(|at| row[at].to_owned());
        assert!(keys.insert(key), "twice: {row:?}");
        assert_ne!(&row[reporter], "PRK");
        korea += usize::from(&row[partner] == "PRK");
        assert!(row[usd].parse::<f64>().unwrap() >= 1.0);
        if &row[sum] == "false" {
            leaves += 1;
            assert_eq!(row[code].len(), 6);
            without_mass += usize::from(row[kg].is_empty());
        }
    }
    assert_eq!(keys.len(), summary.rows);
    assert!(leaves * 5 > summary.rows && korea > 50 && without_mass > 20, "{leaves} {korea} {without_mass} {summary:?}");
    assert!((20_000..45_000).contains(&summary.rows), "{}", summary.rows);
}

#[test]
fn the_truth_told_back_is_perfect_and_nothing_is_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let summary = simulate(5, &small(), dir.path()).unwrap();
    let truth = read(dir.path(), "truth.jsonl");
    let (mut perfect, mut random) = (String::new(), String::new());
    for (n, text) in truth.lines().enumerate() {
        let mut line: Value = serde_json::from_str(text).unwrap();
        let chance = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let chance = chance as f64 / f64::from(1 << 24);
        let (exact, guess) = match line["kind"].as_str().unwrap() {
            "flow" => {
                for key in ["usd", "kg"] {
                    let v = line[key].as_f64().unwrap();
                    line[key] = serde_json::json!({"p5": v * 0.99, "p50": v, "p95": v * 1.01});
                }
                continue_with(&mut perfect, &line);
                continue;
            }
            "series" => {
                let evasive = line["evasion"].is_string();
                line["factor"] = Value::Null;
                line["usd"] = Value::Null;
                (("probability", f64::from(u8::from(evasive))), ("probability", chance))
            }
            "error" => (("probability", 1.0), ("probability", chance)),
            _ => (("score", f64::from(u8::from(line["pattern"].is_string()))), ("score", chance)),
        };
        line[exact.0] = exact.1.into();
        continue_with(&mut perfect, &line);
        line[guess.0] = guess.1.into();
        continue_with(&mut random, &line);
    }
    let report = scored(&truth, &perfect);
    let all = &report.flows[0].usd;
    assert_eq!((all.truth, all.predicted, all.coverage.unwrap().value), (summary.flows, summary.flows, 1.0));
    assert!(report.series.iter().all(|row| row.auc.unwrap().value == 1.0), "{}", report.table());
    assert_eq!((report.alarms.alarms, report.alarms.unknown), (0, 0));
    assert!(report.errors.iter().all(|e| e.planted == 0 || (e.precision, e.recall) == (Some(1.0), Some(1.0))), "{}", report.table());
    assert_eq!(report.shipments.in_top, Some(1.0));

    let report = scored(&truth, &random);
    for row in report.series.iter().filter(|row| row.planted >= 8) {
        assert!((0.2..0.8).contains(&row.auc.unwrap().value), "{}", report.table());
    }
    let report = scored(&truth, "");
    assert_eq!((report.flows[0].usd.predicted, report.alarms.alarms), (0, 0));
}

fn continue_with(out: &mut String, line: &Value) {
    out.push_str(&line.to_string());
    out.push('\n');
}

#[test]
fn options_out_of_range_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let fault = |options: Options| simulate(1, &options, dir.path()).unwrap_err();
    for options in [
        Options { months: 5, ..small() },
        Options { countries: 11, ..small() },
        Options { rows: 0, ..small() },
        Options { start: "2016-13".to_owned(), ..small() },
        Options { start: "20é6-1".to_owned(), ..small() },
        Options { prevalence: f64::NAN, ..small() },
        Options { factors: vec![0.5], ..small() },
        Options { factors: Vec::new(), ..small() },
    ] {
        assert!(matches!(fault(options), TradeError::Option(_)));
    }
}

#[test]
fn the_smallest_and_oddest_worlds_are_made_without_panic() {
    let odd = [
        Options { rows: 1_000, months: 6, countries: 12, headings: 53, shipments: 0, ..Options::default() },
        Options { rows: 1_000, months: 6, countries: 56, headings: 320, shipments: 1, phantoms: 0.1, ..Options::default() },
        Options { rows: 5_000, months: 7, countries: 12, headings: 60, shipments: 50, prevalence: 0.2, twins: 0.2, errors: 0.2, ..small() },
        Options { prevalence: 0.0, twins: 0.0, errors: 0.0, phantoms: 0.0, rows: 3_000, ..small() },
    ];
    for (seed, options) in (6..).zip(&odd) {
        for seed in [seed, seed + 10] {
            let dir = tempfile::tempdir().unwrap();
            let summary = simulate(seed, options, dir.path()).unwrap();
            scored(&read(dir.path(), "truth.jsonl"), "");
            assert!(summary.rows > 0);
        }
    }
}
