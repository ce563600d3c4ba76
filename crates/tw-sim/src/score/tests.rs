use super::*;

const TRUTH: &str = r#"{"kind":"meta","vessel_days":1000,"voyages":200}
{"kind":"hull","hull":"H1","mmsi":[273999001,511999001]}
{"kind":"dark","hull":"H1","mmsi":273999001,"t0":"2017-08-01T00:00:00Z","t1":"2017-08-01T20:00:00Z","lat":42.0,"lon":131.0,"barrels":10000}
{"kind":"dark_gap","hull":"H2","mmsi":[273999002],"t0":1501632000,"t1":1501700000,"lat":40.0,"lon":130.0,"detectable":false}
{"kind":"dark_gap","hull":"H3","mmsi":[273999003],"t0":1501632000,"t1":1501700000,"lat":40.0,"lon":130.0,"innocent":true,"twin":"outage"}
{"kind":"sts","hull":"H1","mmsi":273999001,"partner_mmsi":[445999001],"t0":1501632000,"t1":1501640000,"lat":40.0,"lon":130.0}
"#;

#[test]
fn a_prediction_is_found_through_any_mmsi_of_the_hull_and_twins_are_named() {
    let predicted = r#"[
        {"kind":"dark_gap","mmsi":511999001,"t0":"2017-08-01T01:00:00","t1":"2017-08-01T20:00:00Z","lat":42.1,"lon":131.0,"score":0.9,"barrels":{"low":8000,"best":11000,"high":12000},"law":"ignored"},
        {"kind":"dark_gap","mmsi":273999003,"t0":1501632000,"t1":1501700000,"lat":40.0,"lon":130.0,"score":0.6},
        {"kind":"ship_to_ship","mmsi":273999001,"t0":1501632000,"t1":1501640000,"lat":40.0,"lon":130.0,"score":0.7},
        {"kind":"ship_to_ship","mmsi":"445999001","t0":1501632000,"t1":1501640000,"lat":40.0,"lon":130.0,"score":0.7},
        {"kind":"weather","mmsi":1,"t0":0,"t1":0}]"#;
    let report = score_texts((TRUTH, "truth.jsonl"), (predicted, "leads.json")).unwrap();
    assert_eq!(report.other_kinds.get("weather"), Some(&1));
    let dark = &report.kinds[0];
    assert_eq!((dark.kind.as_str(), dark.truth, dark.detectable, dark.tp, dark.fp), ("dark_gap", 2, 1, 1, 1));
    assert_eq!(dark.precision.unwrap().value, 0.5);
    assert_eq!(dark.recall.unwrap().value, 0.5);
    assert_eq!(dark.recall_detectable.unwrap().value, 1.0);
    // One of one: nothing can be said but that it is not impossible.
    assert!((dark.recall_detectable.unwrap().low - 0.025).abs() < 1e-12);
    assert_eq!(dark.average_precision.unwrap().value, 0.5);
    assert_eq!(dark.twins["outage"], TwinReport { n: 1, false_alarms: 1 });
    assert_eq!(dark.fp_per_100k_vessel_days, Some(100.0));
    let barrels = dark.barrels.as_ref().unwrap();
    assert!((barrels.median_relative_error - 0.1).abs() < 1e-12);
    assert_eq!(barrels.coverage, 1.0);
    // Recall 1/2, false alarms 1/198: at one in 50, 0.01 / (0.01 + 0.98/198).
    let p = dark.prevalence[0].precision.value;
    assert!((p - 0.01 / (0.01 + 0.98 / 198.0)).abs() < 1e-9, "{p}");
    let sts = &report.kinds[1];
    assert_eq!((sts.tp, sts.fp, sts.mirrored), (1, 0, 1));
    assert!(report.table().contains("outage 1/1"));
}

#[test]
fn time_place_and_kind_must_all_match() {
    let one = |line: &str| score_texts((TRUTH, "t"), (line, "p")).unwrap().kinds.iter().map(|k| k.tp).sum::<usize>();
    let base = |t0: &str, t1: &str, lat: f64, kind: &str| {
        format!(r#"{{"kind":"{kind}","mmsi":273999001,"t0":"{t0}","t1":"{t1}","lat":{lat},"lon":131.0}}"#)
    };
    assert_eq!(one(&base("2017-08-01T00:00Z", "2017-08-01T20:00Z", 42.0, "dark_gap")), 1);
    // 0.25 degrees are 27.8 km.
    assert_eq!(one(&base("2017-08-01T00:00Z", "2017-08-01T20:00Z", 42.25, "dark_gap")), 0);
    assert_eq!(one(&base("2017-08-01T00:00Z", "2017-08-01T20:00Z", 42.2, "dark_gap")), 1);
    assert_eq!(one(&base("2017-08-01T00:00Z", "2017-08-01T20:00Z", 42.0, "loitering")), 0);
    // Overlap of 5 h in 20 h is below 0.3, and the middles are 7.5 h apart.
    assert_eq!(one(&base("2017-08-01T15:00Z", "2017-08-01T20:00Z", 42.0, "dark_gap")), 0);
    // 6 h are 0.3.
    assert_eq!(one(&base("2017-08-01T14:00Z", "2017-08-01T20:00Z", 42.0, "dark_gap")), 1);
    // A moment 6 h from the middle.
    assert_eq!(one(&base("2017-08-01T16:00Z", "2017-08-01T16:00Z", 42.0, "dark_gap")), 1);
}

#[test]
fn a_second_prediction_of_one_event_is_a_false_alarm() {
    let line = r#"{"kind":"dark_gap","mmsi":273999001,"t0":"2017-08-01T00:00Z","t1":"2017-08-01T20:00Z","lat":42,"lon":131,"score":0.5}"#;
    let report = score_texts((TRUTH, "t"), (&format!("{line}\n{line}"), "p")).unwrap();
    assert_eq!((report.kinds[0].tp, report.kinds[0].fp, report.kinds[0].duplicates), (1, 1, 1));
}

#[test]
fn csv_holds_the_same_columns() {
    let truth = "kind,hull,mmsi,t0,t1,lat,lon,detectable,innocent,twin,barrels,partner_mmsi\n\
                 spoof,H9,273999009|511999009,2017-08-01T00:00:00Z,2017-08-01T05:00:00Z,43,132,true,false,,,\n";
    let predicted = "kind,mmsi,t0,t1,lat,lon,score,barrels_low,barrels_best,barrels_high\n\
                     spoofing,511999009,1501545600,1501563600,43,132,0.25,1,2,3\n";
    let report = score_texts((truth, "t.csv"), (predicted, "p.csv")).unwrap();
    assert_eq!((report.kinds[0].tp, report.kinds[0].ece), (1, Some(0.75)));
}

#[test]
fn errors_name_file_line_and_field() {
    let fault = |text: &str| Truth::read(text, "t.jsonl").unwrap_err().to_string();
    let good = r#"{"kind":"dark","mmsi":273999001,"t0":0,"t1":1,"lat":1,"lon":1}"#;
    assert_eq!(
        fault(&format!("{good}\n{}", good.replace("\"lat\":1", "\"lat\":91"))),
        "t.jsonl, line 2, field `lat`: 91 is not a latitude in degrees"
    );
    assert!(fault(&good.replace("dark", "weather")).starts_with("t.jsonl, line 1, field `kind`: `weather` is not one of"));
    assert!(fault(&good.replace("\"lat\"", "\"latt\"")).contains("field `latt`: not a field"));
    assert!(fault(&good.replace("\"t1\":1", "\"t1\":-1")).contains("field `t1`: the end is before the begin"));
    assert!(fault(&good.replace("273999001", "2739990011")).contains("field `mmsi`"));
    assert!(fault("{\"kind\":").starts_with("t.jsonl, line 1: "));
    assert!(Truth::read("", "t").unwrap().events.is_empty());
}

#[test]
fn destinations_are_right_wrong_false_or_unknown() {
    let truth = "text,kind,locode\nVLADIK,port,RUVVO\nSHANGHAI,port,CNSHA|CNSHG\nFOR ORDERS,orders,\nNAJIN,port,KPRJN\nFISHING,activity,\n";
    let predicted = r#"{"text":"VLADIK","locode":"ru vvo"}
{"text":"SHANGHAI","locode":"CNSGH"}
{"text":"FOR ORDERS","locode":"USORD"}
{"text":"FISHING","locode":null}"#;
    let same = |a: &str, b: &str| (a, b) == ("CNSHG", "CNSGH");
    let report = score_destinations((truth, "t.csv"), (predicted, "p.jsonl"), &same).unwrap();
    assert_eq!(report.all, PlaceCounts { right: 2, wrong: 0, unknown: 1, false_place: 1, quiet: 1 });
    assert_eq!(report.precision, Some(2.0 / 3.0));
}

use super::places::PlaceCounts;

proptest::proptest! {
    #[test]
    fn readers_never_panic(text in "\\PC{0,200}") {
        let _ = Truth::read(&text, "t");
        let _ = Predictions::read(&text, "p");
    }

    #[test]
    fn figures_are_shares_and_do_not_depend_on_the_order(scores in proptest::collection::vec((0.0f64..1.0, 0i64..40), 0..30)) {
        let truth = Truth::read(TRUTH, "t").unwrap();
        let make = |list: &[(f64, i64)]| Predictions {
            events: list.iter().map(|&(score, h)| Prediction { kind: "dark_gap", mmsi: vec![273_999_001], t0: 1_501_545_600 + h * 3600, t1: 1_501_545_600 + (h + 20) * 3600, at: None, score, barrels: None }).collect(),
            other_kinds: BTreeMap::new(),
        };
        let rules = Rules { resamples: 20, ..Rules::default() };
        let one = score(&truth, &make(&scores), &rules);
        let back: Vec<_> = scores.iter().rev().copied().collect();
        let two = score(&truth, &make(&back), &rules);
        for kind in &one.kinds {
            for figure in [kind.precision, kind.recall, kind.f1, kind.f05, kind.average_precision].into_iter().flatten() {
                proptest::prop_assert!((0.0..=1.0).contains(&figure.value) && figure.low <= figure.high);
            }
        }
        proptest::prop_assert_eq!(one.kinds.iter().map(|k| (k.tp, k.fp)).collect::<Vec<_>>(), two.kinds.iter().map(|k| (k.tp, k.fp)).collect::<Vec<_>>());
    }
}
