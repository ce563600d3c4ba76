use proptest::prelude::*;

use super::*;
use crate::Event;

const SHIP: u32 = 273_000_001;
const DAY: i64 = 86_400;

fn call(port: &str, country: &str, t0: i64, t1: i64, lat: f64, lon: f64) -> PortCall {
    PortCall {
        mmsi: SHIP,
        t0: Time(t0),
        t1: Time(t1),
        port: port.to_owned(),
        port_name: port.to_owned(),
        country: country.to_owned(),
        lat,
        lon,
        confidence: 4,
        stopped_s: t1 - t0,
        gap_s: 0,
        n: 10,
        open_start: false,
        open_end: false,
        first: At { file: 0, record: u32::try_from(t0).unwrap() },
        last: At { file: 0, record: u32::try_from(t1).unwrap() },
    }
}

fn vladivostok(t0: i64, t1: i64) -> PortCall {
    call("RUVVO", "RUS", t0, t1, 43.1, 131.9)
}

fn busan(t0: i64, t1: i64) -> PortCall {
    call("KRPUS", "KOR", t0, t1, 35.1, 129.05)
}

fn says(t: i64, text: &str) -> Static {
    Static {
        mmsi: SHIP,
        t,
        t_last: t + 600,
        n: 3,
        destination: text.to_owned(),
        message: 5,
        record: u32::try_from(t).unwrap(),
        ..Static::default()
    }
}

fn sail(calls: &[PortCall], statics: &[Static], inferred: &[InferredCall]) -> Vec<Sailing> {
    voyages(calls, statics, inferred, &[], &VoyageParameters::default())
}

fn in_kimchaek(t0: i64, t1: i64, probability: f64) -> InferredCall {
    InferredCall {
        port: "KPSON".to_owned(),
        country: "PRK".to_owned(),
        lat: 40.67,
        lon: 129.2,
        gap_t0: Time(t0),
        gap_t1: Time(t1),
        arrival: Time(t0 + 3_600),
        departure: Time(t1 - 3_600),
        probability,
        first: At { file: 0, record: 1 },
        last: At { file: 0, record: 2 },
    }
}

#[test]
fn from_call_to_call_with_what_was_typed() {
    let statics = [says(0, "VLADIVOSTOK"), says(DAY, "KR PUS"), says(DAY + 5_000, "KR PUS  "), says(3 * DAY, "CN NGB@@")];
    let found = sail(&[vladivostok(100, 2 * DAY), busan(5 * DAY, 6 * DAY)], &statics, &[]);
    assert_eq!(found.len(), 3, "{found:#?}");
    let (before, voyage, after) = (&found[0], &found[1].voyage, &found[2].voyage);
    assert_eq!((before.voyage.from_port.as_deref(), before.voyage.declared.as_deref()), (None, Some("VLADIVOSTOK")));
    assert_eq!((voyage.from_port.as_deref(), voyage.to_port.as_deref(), voyage.end.as_str()), (Some("RUVVO"), Some("KRPUS"), "observed"));
    assert_eq!((voyage.t0, voyage.t1, voyage.probability), (Time(2 * DAY), Some(Time(5 * DAY)), 1.0));
    assert_eq!(
        (voyage.declared.as_deref(), voyage.declared_t, voyage.retyped, voyage.stale),
        (Some("CN NGB@@"), Some(Time(3 * DAY)), 2, false)
    );
    let texts: Vec<&str> = found[1].declarations.iter().map(|d| d.text.as_str()).collect();
    assert_eq!(texts, ["KR PUS", "CN NGB@@"], "what stood at the departure, and what was typed at sea");
    assert!((voyage.distance_nm.unwrap() - 497.0).abs() < 3.0, "{:?}", voyage.distance_nm);
    assert_eq!((after.end.as_str(), after.to_port.as_deref(), after.t1, after.distance_nm), ("open", None, None, None));
    assert!(after.stale, "nothing was typed since the previous voyage");
    assert_eq!(after.retyped, 0);
}

#[test]
fn a_text_typed_anew_is_not_stale_even_if_it_is_the_same() {
    let statics = [says(10, "VLADIVOSTOK"), says(3 * DAY, "BUSAN"), says(6 * DAY, "VLADIVOSTOK"), says(9 * DAY, "BUSAN")];
    let calls = [vladivostok(100, 2 * DAY), busan(5 * DAY, 7 * DAY), vladivostok(8 * DAY, 10 * DAY), busan(12 * DAY, 13 * DAY)];
    let found = sail(&calls, &statics, &[]);
    assert!(found.iter().take(4).all(|s| !s.voyage.stale), "{found:#?}");
    let last: Vec<_> = found.iter().map(|s| s.voyage.declared.as_deref().unwrap()).collect();
    assert_eq!(last, ["VLADIVOSTOK", "BUSAN", "VLADIVOSTOK", "BUSAN", "BUSAN"]);
}

#[test]
fn a_text_never_changed_is_stale_from_the_second_voyage_on() {
    let calls = [vladivostok(100, 2 * DAY), busan(5 * DAY, 7 * DAY), vladivostok(9 * DAY, 10 * DAY)];
    let stale: Vec<bool> = sail(&calls, &[says(10, "BUSAN")], &[]).iter().map(|s| s.voyage.stale).collect();
    assert_eq!(stale, [false, true, true, true]);
}

#[test]
fn an_inferred_call_makes_legs_beside_the_observed_one() {
    let calls = [vladivostok(100, 2 * DAY), vladivostok(8 * DAY, 9 * DAY)];
    let found = sail(&calls, &[says(DAY, "CN NGB")], &[in_kimchaek(3 * DAY, 6 * DAY, 0.7)]);
    let legs: Vec<_> = found
        .iter()
        .map(|s| {
            (s.voyage.from_port.as_deref(), s.voyage.to_port.as_deref(), s.voyage.end.as_str(), (s.voyage.probability * 100.0).round())
        })
        .collect();
    assert_eq!(
        legs,
        [
            (Some("RUVVO"), Some("KPSON"), "inferred", 70.0),
            (Some("RUVVO"), Some("RUVVO"), "observed", 30.0),
            (Some("KPSON"), Some("RUVVO"), "observed", 70.0),
            (Some("RUVVO"), None, "open", 100.0),
        ]
    );
    assert!(found[..3].iter().all(|s| s.voyage.declared.as_deref() == Some("CN NGB")));
}

#[test]
fn alternatives_of_one_silence_exclude_one_another() {
    let other = InferredCall { port: "KPCHO".to_owned(), probability: 0.25, ..in_kimchaek(3 * DAY, 6 * DAY, 0.0) };
    let unlikely = InferredCall { port: "KPHAE".to_owned(), probability: 0.01, ..other.clone() };
    let wrong = InferredCall { port: "KPWON".to_owned(), probability: f64::NAN, ..other.clone() };
    let found =
        sail(&[vladivostok(100, 2 * DAY), busan(8 * DAY, 9 * DAY)], &[], &[unlikely, other, in_kimchaek(3 * DAY, 6 * DAY, 0.6), wrong]);
    let direct =
        found.iter().find(|s| s.voyage.from_port.as_deref() == Some("RUVVO") && s.voyage.to_port.as_deref() == Some("KRPUS")).unwrap();
    assert!((direct.voyage.probability - 0.15).abs() < 1e-12);
    assert_eq!(found.iter().filter(|s| s.voyage.end == end::INFERRED).count(), 2);
}

#[test]
fn a_silence_within_a_call_may_hide_a_voyage() {
    let found = sail(&[vladivostok(100, 20 * DAY)], &[], &[in_kimchaek(5 * DAY, 12 * DAY, 0.4)]);
    let legs: Vec<_> =
        found.iter().map(|s| (s.voyage.from_port.as_deref(), s.voyage.to_port.as_deref(), s.voyage.t0, s.voyage.t1)).collect();
    assert_eq!(
        legs,
        [
            (Some("RUVVO"), Some("KPSON"), Time(5 * DAY), Some(Time(5 * DAY + 3_600))),
            (Some("KPSON"), Some("RUVVO"), Time(12 * DAY - 3_600), Some(Time(12 * DAY))),
            (Some("RUVVO"), None, Time(20 * DAY), None),
        ]
    );
}

#[test]
fn documents_belong_to_the_voyage_in_whose_time_they_fall() {
    let paper = |t: i64, source: &str| Declaration {
        mmsi: SHIP,
        t: Time(t),
        t_last: Time(t),
        text: "BUSAN".to_owned(),
        source: source.to_owned(),
        at: At { file: 3, record: 4 },
    };
    let papers = [
        paper(DAY, source::PORT_RECORD),
        paper(6 * DAY, source::BILL_OF_LADING),
        Declaration { mmsi: 1, ..paper(DAY, source::PORT_RECORD) },
    ];
    let calls = [vladivostok(100, 2 * DAY), busan(5 * DAY, 7 * DAY)];
    let found = voyages(&calls, &[], &[], &papers, &VoyageParameters::default());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].declarations, papers[..1]);
    assert_eq!(found[1].declarations, papers[1..2]);
    assert_eq!(found[0].voyage.declared, None, "a document is not what was typed");
}

#[test]
fn unsure_calls_and_open_ends_make_no_voyage() {
    let mut passing = busan(5 * DAY, 7 * DAY);
    passing.confidence = 1;
    let mut last = vladivostok(9 * DAY, 10 * DAY);
    last.open_end = true;
    let found = sail(&[vladivostok(100, 2 * DAY), passing, last], &[], &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].voyage.to_port.as_deref(), Some("RUVVO"));
    assert_eq!(Voyage::schema().fields().len(), 16);
}

proptest! {
    #[test]
    fn voyages_never_panic_are_in_order_and_repeat(
        calls in proptest::collection::vec((0i64..1_000_000, 0i64..100_000, 0u8..5, any::<f64>()), 0..8),
        statics in proptest::collection::vec((0i64..1_000_000, "[A-C@ ]{0,3}"), 0..12),
        gaps in proptest::collection::vec((any::<i32>(), any::<i32>(), -0.5f64..1.5), 0..6),
    ) {
        let calls: Vec<PortCall> = calls.into_iter().map(|(t, d, confidence, lat)| PortCall { confidence, lat, ..vladivostok(t, t + d) }).collect();
        let statics: Vec<Static> = statics.into_iter().map(|(t, text)| says(t, &text)).collect();
        let gaps: Vec<InferredCall> = gaps.into_iter().map(|(a, b, p)| in_kimchaek(i64::from(a), i64::from(b), p)).collect();
        let found = sail(&calls, &statics, &gaps);
        prop_assert_eq!(format!("{found:?}"), format!("{:?}", sail(&calls, &statics, &gaps)));
        prop_assert!(found.windows(2).all(|pair| pair[0].voyage.t0 <= pair[1].voyage.t0));
        for sailing in &found {
            prop_assert!((0.0..=1.0).contains(&sailing.voyage.probability));
            prop_assert!(sailing.voyage.t1.is_none_or(|t1| sailing.voyage.t0 <= t1));
            prop_assert!(sailing.declarations.windows(2).all(|pair| pair[0].t <= pair[1].t));
        }
    }
}
