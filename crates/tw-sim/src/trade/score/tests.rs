use super::*;

const TRUTH: &str = r#"
{"kind":"flow","exporter":"RUS","importer":"CHN","heading":"271019","month":"2018-06","usd":1000000,"kg":2000000,"sides":"XM"}
{"kind":"flow","exporter":"RUS","importer":"CHN","heading":"271019","month":"2018-07","usd":500000,"kg":900000,"sides":"X"}
{"kind":"series","exporter":"RUS","importer":"CHN","heading":"271019","from":"2018-06","to":"2018-07","evasion":"under-declared-exports","factor":3,"twin":null,"both_sides":true}
{"kind":"series","exporter":"KOR","importer":"CHN","heading":"030313","from":"2018-06","to":"2018-07","evasion":null,"factor":null,"twin":"re-export","both_sides":true}
{"kind":"series","exporter":"JPN","importer":"CHN","heading":"030313","from":"2018-06","to":"2018-07","evasion":null,"factor":null,"twin":null,"both_sides":true}
{"kind":"error","error":"kp-kr","reporter":"CHN","partner":"PRK","heading":"030313","month":"2018-06","other_partner":"KOR"}
{"kind":"shipment","record":1,"shipment":"S1","pattern":"phantom-destination","twin":null}
{"kind":"shipment","record":2,"shipment":"S2","pattern":null,"twin":"forwarder"}
"#;

fn scored(predictions: &str) -> Result<Report, ScoreError> {
    score((TRUTH.as_bytes(), "truth"), (predictions.as_bytes(), "said"), &Rules { resamples: 20, top: 0.5, ..Rules::default() })
}

#[test]
fn a_perfect_prediction_scores_perfectly() {
    let report = scored(
        r#"{"kind":"flow","exporter":"RUS","importer":"CHN","heading":"271019","month":"2018-06","usd":{"p5":900000,"p50":1000000,"p95":1100000},"kg":{"p5":1900000,"p50":2000000,"p95":2100000}}
{"kind":"flow","exporter":"RUS","importer":"CHN","heading":"271019","month":"2018-07","usd":{"p50":1000000}}
{"kind":"series","exporter":"RUS","importer":"CHN","heading":"271019","probability":0.99,"factor":{"p5":2,"p50":3,"p95":4}}
{"kind":"error","error":"kp-kr","reporter":"CHN","partner":"KOR","heading":"030313","month":"2018-06","probability":1}
{"kind":"error","error":"kp-kr","reporter":"CHN","partner":"PRK","heading":"030313","month":"2018-06","probability":1}
{"kind":"shipment","shipment":"S1","score":0.8}
{"kind":"note","text":"read over"}"#,
    )
    .unwrap();
    let all = &report.flows[0];
    assert_eq!((all.group.as_str(), all.usd.truth, all.usd.predicted, all.usd.with_interval), ("all", 2, 2, 1));
    assert_eq!(all.usd.coverage.map(|e| e.value), Some(1.0));
    assert!((all.usd.median_log_error.unwrap() - std::f64::consts::LN_2).abs() < 1e-6);
    assert_eq!((report.series[0].of.as_str(), report.series[0].auc.unwrap().value, report.series[0].recall), ("x3", 1.0, Some(1.0)));
    assert_eq!((report.alarms.alarms, report.alarms.clean), (0, 2));
    assert_eq!((report.factors.n, report.factors.coverage), (1, Some(1.0)));
    // Both sides of one confusion are right, and it is found once.
    let errors = &report.errors[0];
    assert_eq!((errors.planted, errors.predicted, errors.right, errors.found), (1, 2, 2, 1));
    assert_eq!((report.shipments.in_top, report.shipments.scored), (Some(1.0), 1));
    assert_eq!(report.not_scored["note"], 1);
    assert!(report.table().contains("coverage"));
}

#[test]
fn an_empty_prediction_finds_nothing_and_is_no_failure() {
    let report = scored("\n").unwrap();
    assert_eq!((report.flows[0].usd.truth, report.flows[0].usd.predicted, report.flows[0].usd.coverage), (2, 0, None));
    assert_eq!(report.series[0].auc.unwrap().value, 0.5);
    assert_eq!((report.errors[0].precision, report.errors[0].recall), (None, Some(0.0)));
    assert_eq!(report.shipments.in_top, Some(0.5));
    let nothing = score((&b""[..], "truth"), (&b""[..], "said"), &Rules::default()).unwrap();
    assert_eq!(nothing.shipments.in_top, None);
    assert!(!nothing.table().is_empty());
}

#[test]
fn an_unreadable_line_is_refused_with_its_field() {
    let fault = |line: &str| scored(line).unwrap_err().to_string();
    assert!(fault("{}").starts_with("said, line 1, field `kind`"), "{}", fault("{}"));
    assert!(fault("\nnot json").starts_with("said, line 2: "));
    let flow = |more: &str| format!(r#"{{"kind":"flow","exporter":"RUS","importer":"CHN","heading":"271019","month":"2018-06",{more}}}"#);
    assert!(fault(&flow(r#""usd":7"#)).starts_with("said, line 1, field `usd`"), "{}", fault(&flow(r#""usd":7"#)));
    assert!(fault(&flow(r#""usd":{"p5":3,"p50":2,"p95":4}"#)).contains("not in order"));
    assert!(fault(&flow(r#""usd":{"p50":2,"p95":4}"#)).contains("both p5 and p95"));
    assert!(fault(&flow("\"usd\":{\"p50\":2}").replace("271019", "27101")).contains("field `heading`"));
    assert!(fault(&flow("\"usd\":{\"p50\":2}").replace("\"RUS\"", "5")).contains("field `exporter`"));
    assert!(fault(r#"{"kind":"shipment","record":1,"score":1.5}"#).contains("field `score`: 1.5 is not between 0 and 1"));
    assert!(fault(r#"{"kind":"error","error":"typo","reporter":"CHN"}"#).contains("field `error`"));
    let twice = format!("{0}\n{0}", flow("\"usd\":{\"p50\":2}"));
    assert!(fault(&twice).contains("predicted twice"));
}

proptest::proptest! {
    #[test]
    fn it_never_panics(text in "\\PC{0,80}", a in "[{}\":,a-z0-9.eE+-]{0,80}") {
        let _ = scored(&text);
        let _ = scored(&a);
        let _ = score((a.as_bytes(), "truth"), (text.as_bytes(), "said"), &Rules { resamples: 2, ..Rules::default() });
    }
}
