use proptest::prelude::*;
use tw_ais::{COG_UNKNOWN, Fix, Positions, SOG_UNKNOWN};

use super::*;

/// A report of an invented ship, degrees and knots.
fn fix(t: i64, lat: f64, lon: f64, knots: f64, course: f64) -> Fix {
    Fix {
        mmsi: 445_000_001,
        t,
        lon: (lon * 600_000.0).round() as i32,
        lat: (lat * 600_000.0).round() as i32,
        sog: (knots * 10.0).round() as u16,
        cog: (course * 10.0).round() as u16,
        heading: 511,
        status: 0,
        class: 1,
        receiver: 0,
        file: 0,
        record: t.unsigned_abs() as u32,
    }
}

/// Reports of a ship that sails north at 12 knots from a place, every so many seconds.
fn north(from: (f64, f64), times: impl Iterator<Item = i64>) -> Vec<Fix> {
    times.map(|t| fix(t, from.0 + t as f64 * 12.0 / 3600.0 / 60.0, from.1, 12.0, 0.0)).collect()
}

fn of(mut fixes: Vec<Fix>) -> Positions {
    fixes.sort_by_key(|f| f.t);
    fixes.into_iter().collect()
}

fn run(fixes: &Positions) -> Segmentation {
    segment(fixes.view(), &[], &Parameters::default())
}

#[test]
fn one_ship_is_one_segment_across_a_silence() {
    let mut fixes = north((38.0, 130.0), (0..3600).step_by(30));
    fixes.extend(north((38.0, 130.0), (36_000..40_000).step_by(180)));
    let got = run(&of(fixes));
    assert_eq!(got.segments.len(), 1);
    assert!(got.label.iter().all(|&l| l == 0));
}

#[test]
fn two_hulls_that_speak_in_turn_are_two_segments() {
    let mut fixes = north((38.0, 130.0), (0..20_000).step_by(60));
    fixes.extend(north((30.0, 122.0), (30..20_000).step_by(60)));
    let got = run(&of(fixes));
    assert_eq!(got.segments.iter().map(|s| (s.n, s.noise)).collect::<Vec<_>>(), [(334, false), (333, false)]);
    assert!(got.label.iter().enumerate().all(|(i, &l)| l == (i % 2) as u32));
}

#[test]
fn two_hulls_within_reach_of_each_other_that_speak_in_bursts_are_pulled_apart() {
    // 30 nautical miles apart, an hour each.
    let turn = |odd: i64| (0..12).filter(move |h| h % 2 == odd).flat_map(|h| (h * 3600..h * 3600 + 3000).step_by(120));
    let mut fixes = north((38.0, 130.0), turn(0));
    fixes.extend(north((38.0, 130.63), turn(1)));
    let got = run(&of(fixes));
    assert_eq!(got.segments.iter().map(|s| s.n).collect::<Vec<_>>(), [150, 150]);
}

#[test]
fn a_position_that_jumps_away_and_back_is_noise() {
    let mut fixes = north((38.0, 130.0), (0..3600).step_by(10));
    fixes[100].lat += 600_000;
    let got = run(&of(fixes));
    assert_eq!((got.label[99], got.label[100], got.label[101]), (0, NOISE, 0));
    assert_eq!(got.segments.iter().map(|s| (s.segment, s.n, s.noise)).collect::<Vec<_>>(), [(0, 359, false), (1, 1, true)]);
}

#[test]
fn a_clock_that_is_ten_minutes_late_is_noise() {
    let mut fixes = north((38.0, 130.0), (0..7200).step_by(10));
    let mut late = fixes[100];
    late.t += 605;
    fixes.push(late);
    let got = run(&of(fixes));
    assert_eq!(got.label.iter().filter(|&&l| l == NOISE).count(), 1);
    assert_eq!(got.segments.iter().filter(|s| !s.noise).count(), 1);
}

#[test]
fn duplicates_and_speeds_that_are_no_speeds_stay_in_the_segment() {
    let mut fixes = north((38.0, 130.0), (0..3600).step_by(60));
    for (k, sog) in [(10, SOG_UNKNOWN), (20, 1022), (30, 512)] {
        fixes[k].sog = sog;
        fixes[k].cog = COG_UNKNOWN;
    }
    fixes.extend_from_slice(&fixes.clone());
    let got = run(&of(fixes));
    assert_eq!((got.segments.len(), got.segments[0].n), (1, 120));
}

#[test]
fn long_range_reports_are_rounded_and_stay() {
    let mut fixes = north((38.0, 130.0), (0..36_000).step_by(60));
    for f in fixes.iter_mut().skip(5).step_by(7) {
        f.class = 3;
        (f.lat, f.lon) = ((f.lat + 500) / 1000 * 1000, (f.lon + 500) / 1000 * 1000);
    }
    assert_eq!(run(&of(fixes)).segments.len(), 1);
}

#[test]
fn unsorted_input_is_labelled_in_its_own_order() {
    let mut fixes: Positions = north((38.0, 130.0), (0..6000).step_by(60)).into_iter().rev().collect();
    fixes.push(fix(3000, 10.0, 10.0, 0.0, 0.0));
    let got = run(&fixes);
    assert!(got.label[..100].iter().all(|&l| l == 0));
    assert_eq!((got.label[100], got.segments[0].t0, got.segments[0].t1), (NOISE, Time(0), Time(5940)));
}

#[test]
fn a_change_of_imo_number_in_a_silence_ends_a_segment() {
    let mut fixes = north((38.0, 130.0), (0..3600).step_by(60));
    fixes.extend(north((38.0, 130.0), (90_000..93_600).step_by(60)));
    let fixes = of(fixes);
    let named = |imo, t, t_last| Static { mmsi: 445_000_001, imo, t, t_last, ..Static::default() };
    let statics = [named(2_000_003, 100, 3500), named(3_000_005, 90_100, 93_000)];
    assert_eq!(segment(fixes.view(), &statics, &Parameters::default()).segments.len(), 2);
    assert_eq!(segment(fixes.view(), &statics[..1], &Parameters::default()).segments.len(), 1);
}

#[test]
fn a_shared_number_is_not_bridged_across_days() {
    let days = |from: i64| (0..3).flat_map(move |day| (from + day * 172_800..from + day * 172_800 + 7200).step_by(60));
    let still = |lon: f64, from: i64| days(from).map(move |t| fix(t, 38.0, lon, 0.0, 0.0)).collect::<Vec<_>>();
    let mut fixes = still(130.0, 0);
    assert_eq!(run(&of(fixes.clone())).segments.len(), 1);
    fixes.extend(still(150.0, 30));
    assert_eq!(run(&of(fixes)).segments.len(), 6);
}

#[test]
fn nothing_and_one_row_are_no_trouble() {
    assert_eq!(run(&Positions::default()), Segmentation::default());
    assert_eq!(run(&of(vec![fix(5, 1.0, 2.0, 3.0, 4.0)])).label, [0]);
    assert_eq!(run(&of(vec![fix(5, 91.0, 181.0, 3.0, 4.0)])).label, [NOISE]);
}

proptest! {
    #[test]
    fn any_input_is_labelled_the_same_twice(rows in proptest::collection::vec(
        (prop_oneof![any::<i64>(), 0_i64..100_000], any::<i32>(), prop_oneof![any::<i32>(), 0_i32..6_000_000], any::<u16>(), any::<u16>(), any::<u8>()), 0..60)) {
        let fixes: Positions = rows.iter().map(|&(t, lon, lat, sog, cog, class)| Fix { lon, lat, sog, cog, class, ..fix(t, 0.0, 0.0, 0.0, 0.0) }).collect();
        let got = run(&fixes);
        prop_assert_eq!(got.label.len(), rows.len());
        prop_assert!(got.segments.is_sorted_by_key(|s| s.t0));
        prop_assert!(got.segments.iter().enumerate().all(|(k, s)| s.segment as usize == k && s.t0 <= s.t1));
        for (k, s) in got.segments.iter().enumerate().filter(|(_, s)| !s.noise) {
            prop_assert_eq!(got.label.iter().filter(|&&l| l as usize == k).count(), s.n as usize);
        }
        prop_assert_eq!(&got, &run(&fixes));
    }
}
