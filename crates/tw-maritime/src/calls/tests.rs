use proptest::prelude::*;
use tw_ais::{Fix, Positions};
use tw_ports::Ports;

use super::*;
use crate::Event;

const MOVING: u16 = 100;

fn fix(t: i64, lat: f64, lon: f64, sog: u16, status: u8) -> Fix {
    Fix {
        mmsi: 273_000_001,
        t,
        lon: (lon * 6e5).round() as i32,
        lat: (lat * 6e5).round() as i32,
        sog,
        cog: 3600,
        heading: 511,
        status,
        class: 1,
        receiver: 0,
        file: 0,
        record: u32::try_from(t.rem_euclid(4_000_000_000)).unwrap(),
    }
}

/// Times, latitude, longitude, speed in 0.1 knot; status "not known".
fn track(rows: &[(i64, f64, f64, u16)]) -> Positions {
    rows.iter().map(|&(t, lat, lon, sog)| fix(t, lat, lon, sog, 15)).collect()
}

fn calls(positions: &Positions) -> Vec<PortCall> {
    port_calls(positions.view(), Ports::bundled(), &CallParameters::default())
}

fn ports(rows: &str, same: &str) -> Ports {
    Ports::parse("", &format!("key,name,country,lat,lon,radius_nm\n{rows}"), &format!("codes,note\n{same}"))
}

/// Anchorages of the visits in `test_create_port_visits.py` of pipe-anchorages: their positions are facts of that test. E stands for those between.
fn zhoushan() -> Ports {
    ports(
        "A,A,CHN,29.9667462525,122.4396281067,1.62\nB,B,CHN,29.9407869352,122.27906699,1.62\nC,C,CHN,29.9399344611,122.2747471358,1.62\n\
         D,D,CHN,29.941832869,122.2689838563,1.62\nE,E,CHN,29.955,122.36,3.5\n",
        "A|B|C|D|E,one place\n",
    )
}

/// The positions of that test's first visit, a way between them, and one before it.
const FIRST_VISIT: [(i64, f64, f64, u16); 9] = [
    (1_476_425_802, 30.02, 122.55, MOVING),
    (1_476_426_402, 29.980_613_708_5, 122.456_443_786_6, MOVING),
    (1_476_428_500, 29.955, 122.36, MOVING),
    (1_476_430_743, 29.940_807_342_5, 122.278_762_817_4, 1),
    (1_476_436_006, 29.940_807_342_5, 122.278_762_817_4, 1),
    (1_476_436_086, 29.939_474_105_8, 122.274_948_120_1, 6),
    (1_476_488_638, 29.941_785_812_4, 122.269_721_984_9, 1),
    (1_476_489_542, 29.940_406_799_3, 122.276_504_516_6, 6),
    (1_476_495_140, 30.018_236_160_3, 122.475_944_519, MOVING),
];

#[test]
fn the_first_visit_of_the_reference_is_one_call_of_nineteen_hours_with_confidence_4() {
    let found = port_calls(track(&FIRST_VISIT).view(), &zhoushan(), &CallParameters::default());
    assert_eq!(found.len(), 1, "{found:?}");
    let call = &found[0];
    assert_eq!((call.t0, call.t1, call.confidence), (Time(1_476_426_402), Time(1_476_495_140), 4));
    assert!(((call.t1.0 - call.t0.0) as f64 / 3600.0 - 19.093_888_888_888_888).abs() < 1e-9);
    assert_eq!(call.stopped_s, (1_476_436_086 - 1_476_430_743) + (1_476_489_542 - 1_476_488_638));
    assert_eq!(call.gap_s, 1_476_488_638 - 1_476_436_086);
    assert!(!call.open_start && !call.open_end);
    assert_eq!(call.port, "B", "the longest stop began nearest to B");
}

#[test]
fn the_second_visit_of_the_reference_up_a_river_is_one_call_with_confidence_4() {
    let river = ports(
        "P1,P1,RUS,45.7285312075,47.6336454619,1.62\nP2,P2,RUS,46.3280197425,47.9900577312,1.62\nP3,P3,RUS,46.3406197011,48.0045788836,1.62\n\
         P4,P4,RUS,46.3122421582,47.9769367751,1.62\n",
        "P1|P2|P3|P4,one place\n",
    );
    let ship = track(&[
        (1_475_241_000, 45.60, 47.70, MOVING),
        (1_475_241_790, 45.720_268_249_5, 47.639_633_178_7, MOVING),
        (1_475_256_506, 46.327_125_549_3, 47.990_154_266_4, 1),
        (1_475_258_350, 46.340_858_459_5, 48.004_570_007_3, 6),
        (1_475_260_293, 46.340_000_152_6, 48.003_334_045_4, 1),
        (1_475_287_217, 46.312_026_977_5, 47.973_625_183_1, 6),
        (1_475_290_556, 46.123_470_306_4, 47.790_340_423_6, MOVING),
    ]);
    let found = port_calls(ship.view(), &river, &CallParameters::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].t0, found[0].t1, found[0].confidence), (Time(1_475_241_790), Time(1_475_290_556), 4));
    assert!(((found[0].t1.0 - found[0].t0.0) as f64 / 3600.0 - 13.546_111_111_111_111).abs() < 1e-9);
}

#[test]
fn the_third_case_of_the_reference_begins_in_port_with_confidence_3() {
    let mut rows = vec![
        (1_476_426_399, 29.941_785_812_4, 122.269_721_984_9, 1),
        (1_476_426_400, 29.940_406_799_3, 122.276_504_516_6, 6),
        (1_476_426_401, 30.018_236_160_3, 122.475_944_519, MOVING),
    ];
    rows.extend(&FIRST_VISIT[1..]);
    // The reference counts a stop of a second and joins nothing.
    let plain = CallParameters { least_stop_min: 0.0, join_h: -1.0, ..CallParameters::default() };
    let found = port_calls(track(&rows).view(), &zhoushan(), &plain);
    let facts: Vec<_> = found.iter().map(|c| (c.t0.0, c.t1.0, c.confidence, c.open_start)).collect();
    assert_eq!(facts, [(1_476_426_399, 1_476_426_401, 3, true), (1_476_426_402, 1_476_495_140, 4, false)]);
    // Ours joins what is one visit.
    let joined = port_calls(track(&rows).view(), &zhoushan(), &CallParameters { least_stop_min: 0.0, ..CallParameters::default() });
    assert_eq!((joined.len(), joined[0].confidence), (1, 3));
}

#[test]
fn every_position_twice_changes_nothing_but_the_count() {
    let doubled: Vec<_> = FIRST_VISIT.iter().flat_map(|&row| [row, row]).collect();
    let once = port_calls(track(&FIRST_VISIT).view(), &zhoushan(), &CallParameters::default());
    let mut twice = port_calls(track(&doubled).view(), &zhoushan(), &CallParameters::default());
    twice[0].n = once[0].n;
    assert_eq!(once, twice);
}

const HOUR: i64 = 3_600;

/// Kimchaek for a night, from sea to sea.
fn kimchaek(t: i64) -> Vec<(i64, f64, f64, u16)> {
    let mut rows = vec![(t - HOUR, 40.45, 129.5, MOVING)];
    rows.extend((0..12).map(|i| (t + i * HOUR, 40.665, 129.205, 0)));
    rows.push((t + 13 * HOUR, 40.45, 129.5, MOVING));
    rows
}

#[test]
fn a_record_that_ends_in_port_is_open() {
    let found = calls(&track(&kimchaek(0)[..9]));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].open_start, found[0].open_end, found[0].confidence, found[0].port.as_str()), (false, true, 3, "KPSON"));
    let only_in_port = calls(&track(&kimchaek(0)[1..9]));
    assert_eq!((only_in_port[0].open_start, only_in_port[0].open_end, only_in_port[0].confidence), (true, true, 2));
}

#[test]
fn a_ship_that_passes_is_no_call() {
    let passing = track(&[(0, 40.45, 129.5, 120), (HOUR, 40.66, 129.21, 120), (2 * HOUR, 40.85, 129.6, 120)]);
    assert!(calls(&passing).is_empty());
    let all = port_calls(passing.view(), Ports::bundled(), &CallParameters { least_confidence: 1, ..CallParameters::default() });
    assert_eq!((all.len(), all[0].confidence), (1, 1));
}

#[test]
fn silence_after_passing_under_way_is_no_call_and_silence_at_rest_is() {
    let passing = track(&[(0, 40.45, 129.5, 120), (HOUR, 40.66, 129.21, 120), (11 * HOUR, 39.4, 131.0, 120)]);
    assert!(calls(&passing).is_empty());
    let resting = track(&[(0, 40.45, 129.5, 120), (HOUR, 40.66, 129.21, 0), (30 * HOUR, 39.4, 131.0, 120)]);
    let found = calls(&resting);
    assert_eq!((found.len(), found[0].confidence, found[0].gap_s), (1, 4, 29 * HOUR));
    assert_eq!(found[0].t1, Time(HOUR), "nothing tells when in the silence it left");
}

#[test]
fn a_short_stop_for_a_pilot_is_no_call() {
    let pilot = track(&[
        (0, 42.95, 133.2, 100),
        (HOUR, 42.80, 132.90, 30),
        (HOUR + 60, 42.80, 132.90, 1),
        (HOUR + 240, 42.80, 132.901, 60),
        (3 * HOUR, 42.4, 133.2, 100),
    ]);
    assert!(calls(&pilot).is_empty());
}

#[test]
fn speed_not_sent_is_told_by_the_way_made() {
    let rows: Vec<_> = kimchaek(0).into_iter().map(|(t, lat, lon, _)| (t, lat, lon, SOG_UNKNOWN)).collect();
    let found = calls(&track(&rows));
    assert_eq!((found.len(), found[0].confidence), (1, 4));
    assert!(found[0].stopped_s >= 10 * HOUR);
}

/// One ship at anchor in the roads of Nakhodka bay, then at a berth in Vostochny.
#[test]
fn anchoring_off_the_port_and_the_berth_are_one_call_at_the_berth() {
    let mut fixes = vec![fix(0, 42.4, 133.2, 100, 0)];
    fixes.extend((1..10).map(|i| fix(i * HOUR, 42.816, 132.94, 0, 1)));
    fixes.push(fix(11 * HOUR, 42.775, 133.01, 60, 0));
    fixes.extend((12..30).map(|i| fix(i * HOUR, 42.75, 133.08, 0, 5)));
    fixes.push(fix(32 * HOUR, 42.4, 133.2, 100, 0));
    let found = calls(&fixes.iter().copied().collect());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].port.as_str(), found[0].t0, found[0].t1), ("RUVYP", Time(HOUR), Time(32 * HOUR)));
}

#[test]
fn shifting_berth_is_one_call_and_a_day_at_sea_between_is_two() {
    let shift = |away: (f64, f64), hours: i64| {
        let mut fixes = vec![fix(0, 42.3, 132.3, 100, 0)];
        fixes.extend((1..10).map(|i| fix(i * HOUR, 43.10, 131.88, 0, 5)));
        fixes.push(fix(10 * HOUR, away.0, away.1, 60, 0));
        fixes.extend((1..10).map(|i| fix((10 + hours + i) * HOUR, 43.105, 131.895, 0, 5)));
        fixes.push(fix((22 + hours) * HOUR, 42.3, 132.3, 100, 0));
        calls(&fixes.iter().copied().collect()).len()
    };
    assert_eq!(shift((42.95, 131.85), 1), 1);
    assert_eq!(shift((42.0, 132.5), 12), 2, "out to sea and back is two calls");
    assert_eq!(shift((42.95, 131.85), 40), 2, "after more than a day it is two calls");
}

#[test]
fn a_ferry_calls_at_both_ends_each_time() {
    // Helsingor and Helsingborg, five kilometres apart, a quarter of an hour each.
    let mut rows = Vec::new();
    for trip in 0..4i64 {
        let t = trip * 3_600;
        for minute in 0..15 {
            rows.push((t + minute * 60, 56.033, 12.616, 0));
        }
        rows.push((t + 1_200, 56.040, 12.650, 120));
        for minute in 30..45 {
            rows.push((t + minute * 60, 56.043, 12.686, 0));
        }
        rows.push((t + 3_000, 56.040, 12.650, 120));
    }
    let two = ports("DKHLS,Helsingor,DNK,56.033,12.616,1.62\nSEHEL,Helsingborg,SWE,56.043,12.686,1.62\n", "");
    let parameters = CallParameters { enter_km: 1.0, ..CallParameters::default() };
    let names: Vec<String> = port_calls(track(&rows).view(), &two, &parameters).into_iter().map(|c| c.port).collect();
    // Their discs of 3 km overlap: the ship never leaves the one before it is in the other, so the stops tell the ports.
    assert_eq!(names.iter().filter(|n| *n == "DKHLS").count(), 4, "{names:?}");
    assert_eq!(names.iter().filter(|n| *n == "SEHEL").count(), 4, "{names:?}");
}

#[test]
fn a_wait_for_the_suez_canal_is_no_call_and_a_berth_there_is() {
    let transit = |status: u8| -> Positions {
        let mut fixes = vec![fix(0, 32.2, 32.0, 140, 0)];
        fixes.extend((4..16).map(|i| fix(i * HOUR, 31.30, 32.33, 0, status)));
        fixes.push(fix(20 * HOUR, 30.7, 32.34, 80, 0));
        fixes.push(fix(28 * HOUR, 29.95, 32.56, 90, 0));
        fixes.push(fix(36 * HOUR, 28.4, 33.2, 140, 0));
        fixes.into_iter().collect()
    };
    assert!(calls(&transit(1)).is_empty());
    assert_eq!(calls(&transit(5)).len(), 1);
    // Waiting there and going back is a call.
    let mut back: Vec<Fix> = transit(1).view().iter().take(13).collect();
    back.push(fix(20 * HOUR, 32.2, 32.0, 140, 0));
    assert_eq!(calls(&back.into_iter().collect()).len(), 1);
}

#[test]
fn a_terminal_is_named_by_its_port() {
    let mut rows = vec![(0, 42.3, 132.3, MOVING)];
    rows.extend((1..10).map(|i| (i * HOUR, 43.0901, 131.8602, 0)));
    rows.push((12 * HOUR, 42.3, 132.3, MOVING));
    let found = calls(&track(&rows));
    assert_eq!((found.len(), found[0].port.as_str(), found[0].country.as_str()), (1, "RUVVO", "RUS"));
}

#[test]
fn rajin_and_sonbong_are_two_calls() {
    let mut rows = vec![(0, 41.9, 130.6, MOVING)];
    rows.extend((1..10).map(|i| (i * HOUR, 42.235, 130.30, 0)));
    rows.push((10 * HOUR, 42.28, 130.36, 60));
    rows.extend((11..30).map(|i| (i * HOUR, 42.33, 130.40, 0)));
    rows.push((32 * HOUR, 41.9, 130.6, MOVING));
    let names: Vec<String> = calls(&track(&rows)).into_iter().map(|c| c.port_name).collect();
    assert_eq!(names, ["Rajin", "Sonbong"]);
}

#[test]
fn a_ship_at_rest_that_swings_from_disc_to_disc_is_one_call() {
    let two = ports("P1,P1,KOR,36.0,130.0,1.62\nP2,P2,KOR,36.05,130.0,1.62\n", "");
    let mut rows = vec![(0, 35.8, 130.0, MOVING), (HOUR, 36.02, 130.0, MOVING)];
    for i in 0..10 {
        rows.push(((2 + 2 * i) * HOUR, 36.03, 130.0, 1));
        rows.push(((3 + 2 * i) * HOUR, 36.037, 130.0, 3));
    }
    rows.push((24 * HOUR, 35.8, 130.0, MOVING));
    let found = port_calls(track(&rows).view(), &two, &CallParameters::default());
    assert_eq!((found.len(), found[0].port.as_str(), found[0].confidence), (1, "P2", 4), "{found:?}");
}

#[test]
fn what_is_no_ship_or_nowhere_is_left_out() {
    let mut fixes: Vec<Fix> = kimchaek(0).into_iter().map(|(t, lat, lon, sog)| fix(t, lat, lon, sog, 15)).collect();
    let clean = calls(&fixes.iter().copied().collect());
    fixes.insert(4, Fix { lat: LAT_UNKNOWN, ..fixes[4] });
    fixes.insert(5, Fix { lon: i32::MIN, lat: i32::MAX, ..fixes[5] });
    fixes.insert(6, Fix { t: -5, ..fixes[6] });
    assert_eq!(calls(&fixes.iter().copied().collect()), clean);
    let aids: Positions = fixes.iter().map(|&f| Fix { class: 6, ..f }).collect();
    assert!(calls(&aids).is_empty());
    assert!(calls(&Positions::default()).is_empty());
    assert_eq!(PortCall::schema().fields().len(), 16);
}

proptest! {
    #[test]
    fn calls_never_panic_are_in_order_and_repeat(
        rows in proptest::collection::vec((any::<i64>(), any::<i32>(), any::<i32>(), any::<u16>(), any::<u8>(), any::<u8>()), 0..40),
        near in proptest::collection::vec((0i64..400_000, -0.2f64..0.2, -0.2f64..0.2, 0u16..20, 0u8..16), 0..60), wild in any::<bool>(),
    ) {
        let mut fixes: Vec<Fix> = rows.into_iter().map(|(t, lon, lat, sog, status, class)| Fix { t, lon, lat, sog, status, class, ..fix(0, 0.0, 0.0, 0, 0) }).collect();
        let mut some: Vec<Fix> = near.into_iter().map(|(t, a, b, sog, status)| fix(t, 42.3 + a, 130.35 + b, sog, status)).collect();
        some.sort_by_key(|f| f.t);
        if wild {
            fixes.extend(some);
        } else {
            fixes = some;
        }
        let positions: Positions = fixes.into_iter().collect();
        let found = calls(&positions);
        prop_assert_eq!(&found, &calls(&positions));
        for call in &found {
            prop_assert!(call.t0 <= call.t1 && (2..=4).contains(&call.confidence) && call.n > 0);
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].t1 <= pair[1].t0));
    }
}
