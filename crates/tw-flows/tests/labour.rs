//! The published figures on workers and entries from the DPRK in Russia, judged; figures and sources are those of `cases/russia-dprk`.

#![expect(clippy::print_stdout, reason = "the outcome is there to be read with --nocapture")]

use std::collections::BTreeMap;

use tw_base::{Bounds, Period, Tri};
use tw_flows::labour::{
    Count, CountKind, CountOf, Host, Input, JudgeOptions, Label, Landmark, Observation, Places, Prediction, PurposeSeries, RegimeOptions,
    Stay, judge, path, regimes, withheld,
};
use tw_flows::{Prior, Priors, excess, fits, per_head_range, revenue};

fn row(period: &str, count: Count) -> Observation {
    Observation { period: period.parse::<Period>().expect("a period").interval(), count, known: None }
}

fn known(period: &str, n: u64) -> Observation {
    row(period, Count::Known(n))
}

/// Entries for education: FSB border statistics, as reported in the press (2024 Q4 is the year less three quarters).
fn education() -> Vec<Observation> {
    vec![
        known("2019", 3_200),
        known("2023-Q3", 62),
        known("2024-Q1", 38),
        known("2024-Q2", 332),
        known("2024-Q3", 3_765),
        known("2024-Q4", 3_752),
        known("2025-Q1", 3),
        row("2025-Q2", Count::Withheld),
    ]
}

fn landmarks() -> Vec<Landmark> {
    let day = |text: &str| text.parse().expect("a day");
    vec![
        Landmark { name: "S/RES/2397 (2017) 8".to_owned(), from: day("2017-12-22"), deadline: Some(day("2019-12-22")) },
        Landmark { name: "borders closed for the pandemic".to_owned(), from: day("2020-01-22"), deadline: None },
    ]
}

#[test]
fn russia_s_entries_for_education_fall_and_rise_and_are_withheld() {
    let options = RegimeOptions { landmarks: landmarks(), ..RegimeOptions::default() };
    let found = regimes(&education(), &options).expect("a series");
    println!("number of changes {:.3?}, any {:.4}", found.number, found.any);
    for change in &found.changes {
        println!("change {}: {} to {}, factor {} {:?}", change.best, change.earliest, change.latest, change.factor, change.near);
        for date in &change.dates {
            println!("    {} {:.3}", date.day, date.probability);
        }
    }
    for segment in &found.segments {
        println!("regime {} to {}: {} at {} a quarter", segment.from, segment.to, segment.label.word(), segment.rate);
    }
    assert!(found.any > 0.8);
    let rises: Vec<String> = found.changes.iter().filter(|c| c.factor.low.is_some_and(|l| l > 1.0)).map(|c| c.latest.to_string()).collect();
    assert_eq!(rises, ["2024-04-01", "2024-07-01"]);
    assert!(found.segments.iter().any(|s| s.label == Label::Redispatch));
    assert_eq!(found.withheld.len(), 1);
    let stop = withheld(&education(), "2025-08-07".parse().expect("a day"), 45).expect("an event");
    assert!(stop.stated && stop.first_withheld.from.to_string() == "2025-04-01");
    println!("withheld: {stop:?}");
}

#[test]
fn the_third_quarter_of_2024_is_beyond_the_places_even_when_all_is_generous() {
    let q3 = excess(3_765, Bounds::exactly(130.0), 4.0, 0.1).expect("sound").p_high.expect("bounded");
    let wide = excess(3_765, Bounds::exactly(130.0), 8.0, 0.2).expect("sound").p_high.expect("bounded");
    println!("log10 p = {:.2}; at 8 entries a person and dispersion 0.2: {:.2}", q3.log10, wide.log10);
    assert!(q3.log10 < -6.0);
}

#[test]
fn everything_that_the_figures_allow_is_said_of_russia() {
    let count =
        |id, period: &str, kind, persons| CountOf { id, period: period.parse::<Period>().expect("a period").interval(), kind, persons };
    let counts = vec![
        count(1, "2017-12-31", CountKind::ValidPermits, Bounds::exactly(30_023.0)),
        count(2, "2018-12-31", CountKind::ValidPermits, Bounds::exactly(11_490.0)),
        count(3, "2018-12-31", CountKind::Stock, Bounds::exactly(11_000.0)),
        count(4, "2020-03-31", CountKind::PermitsRevoked, Bounds::exactly(511.0)),
        count(5, "2017-09..2018-08", CountKind::NewRegistrations, Bounds::at_least(10_000.0)),
        count(6, "2025-05-31", CountKind::Stock, Bounds::exactly(15_000.0)),
        count(7, "2025-09-30", CountKind::Stock, Bounds::exactly(15_000.0)),
    ];
    let all = vec![
        known("2019", 21_000),
        known("2022", 223),
        known("2023-Q1", 153),
        known("2023-Q2", 213),
        known("2023-Q3", 365),
        known("2024", 13_221),
        known("2025-Q1", 300),
        row("2025-Q2", Count::Withheld),
    ];
    let places = Places { period: "2024-04".parse::<Period>().expect("a month").interval(), persons: Bounds::exactly(130.0) };
    let host = Host {
        host: "RUS".to_owned(),
        entries: vec![
            PurposeSeries { purpose: "education".to_owned(), figures: education(), redefined: Vec::new() },
            PurposeSeries { purpose: "all".to_owned(), figures: all, redefined: Vec::new() },
        ],
        places: BTreeMap::from([("education".to_owned(), vec![places])]),
        counts,
    };
    let options = JudgeOptions { regimes: RegimeOptions { landmarks: landmarks(), ..RegimeOptions::default() }, ..JudgeOptions::default() };
    let input = Input { hosts: vec![host], looked: "2025-12-01".parse().expect("a day"), options };
    let output = judge(&input);
    assert_eq!(output, judge(&input));
    for one in &output.predictions {
        println!("{}", serde_json::to_string(one).expect("JSON"));
    }
    for one in &output.set_aside {
        println!("set aside: {} ({})", one.what, one.why);
    }
    let masking = output.predictions.iter().find_map(|p| match p {
        Prediction::Masking { found, .. } => Some(found),
        _ => None,
    });
    assert!(masking.is_some_and(|m| m.entries == 3_765 && m.log10_p_corrected < -6.0));
    // 15,000 in 2025 against 511 and the entries: the years 2020, 2021 and most of 2023 have no figure, so nothing conflicts.
    assert!(!output.predictions.iter().any(|p| matches!(p, Prediction::Conflict { .. })));
    let _ = path(&[], &[], Some(Stay::CONTRACT)).expect("no figures");
}

#[test]
fn revenue_of_2017_and_2018_has_drivers_and_the_published_range_fits_one_of_them() {
    let card = Priors::card();
    let at = |low: f64, high: f64| revenue(&card.inputs(Prior::Uniform { low, high }), 1_000_000, 1).expect("sound priors");
    // 2017: 30,023 permits at its end, 28 to 34 thousand as the notes read it. 2018: from 30,023 to 11,490, mean between both ends.
    for (year, low, high, p50) in [(2017, 28_000.0, 34_000.0, 155.0), (2018, 9_000.0, 12_500.0, 53.0), (2018, 11_490.0, 30_023.0, 103.0)] {
        let found = at(low, high);
        let drivers: Vec<String> = found.drivers.iter().map(|d| format!("{} {:.2}", d.name, d.rank_correlation)).collect();
        println!(
            "{year}, {low} to {high}: {:.0} / {:.0} / {:.0} M$; {}",
            found.p5 / 1e6,
            found.p50 / 1e6,
            found.p95 / 1e6,
            drivers.join(", ")
        );
        assert!((found.p50 / 1e6 - p50).abs() < 5.0, "{}", found.p50);
    }
    let per_head = per_head_range(&card.inputs(Prior::Fixed { value: 1.0 })[1..]);
    let state = Bounds::between(150e6, 300e6);
    for (stock, expected) in [(30_023.0, Tri::True), (11_490.0, Tri::False)] {
        let fit = fits(state, Bounds::exactly(stock), per_head);
        println!("{}", fit.explanation);
        assert_eq!(fit.fits, expected);
    }
}
