use proptest::prelude::*;
use tw_ais::{Fix, Positions};

use super::*;
use crate::gaps::distance::{offset, units};

fn fix(t: i64, lat: f64, lon: f64) -> Fix {
    Fix {
        mmsi: 273_000_002,
        t,
        lon: units(lon),
        lat: units(lat),
        sog: 5,
        cog: 0,
        heading: 0,
        status: 0,
        class: 1,
        receiver: 0,
        file: 0,
        record: (t.rem_euclid(1 << 30) / 60) as u32 + 1,
    }
}

fn context(ship_type: u8, silences: &Silences) -> Context<'_> {
    Context {
        ship_type,
        draught_changed: &|_, _| None,
        partner_seen: &|_, _, _, _, _| Some(false),
        type_of: &|_| 0,
        shore_nm: &|_, _| 40.0,
        port_nm: &|_, _| 40.0,
        silences,
    }
}

/// Ten knots for two hours, then a slow drift north at `knots` for `hours`, then ten knots again; a report every ten minutes.
fn stop(knots: f64, hours: i64) -> Positions {
    let (mut lat, mut lon) = (40.0, 132.0);
    let n = 12 + hours * 6;
    (0..n + 12)
        .map(|k| {
            let fix = fix(k * 600, lat, lon);
            let v = if (12..n).contains(&k) { knots } else { 10.0 };
            (lat, lon) = offset(lat, lon, 0.0, v * NM / 6.0);
            fix
        })
        .collect()
}

#[test]
fn slow_hours_are_one_loitering_across_midnight() {
    let none = Silences::default();
    let ship: Positions = stop(0.5, 30).view().iter().map(|f| Fix { t: f.t + 75_600, ..f }).collect();
    let found = loiterings(ship.view(), &LoiteringParameters::default(), &context(80, &none));
    assert_eq!(found.len(), 1, "{found:?}");
    let l = &found[0];
    // Steps belong to the hour of their second report: the first slow hour begins with the report at 2:00 or the one before.
    assert!((l.hours - 30.0).abs() <= 1.0 && (l.mean_knots - 0.5).abs() < 0.35, "{l:?}");
    assert!(l.t0.0 < 86_400 * 2 && l.t1.0 > 86_400 * 2);
    assert!(l.one_sided && l.score > 0.0 && l.partner_gap_mmsi.is_none());
}

/// The facts of Global Fishing Watch's `test_calculate_avg_speed_in_knots` (pipe-loitering, Apache-2.0).
#[test]
fn mean_speed_is_way_over_time() {
    assert!((knots(1852.0, 5 * 3600).unwrap() - 0.2).abs() < 1e-12);
    assert_eq!(knots(1852.0, 0), None);
    assert_eq!(knots(0.0, 3600), Some(0.0));
    assert!((knots(1.0 + 2.0 + 1852.0, 3 * 3600).unwrap() - 1855.0 / 1852.0 / 3.0).abs() < 1e-12);
}

/// The facts of `TestCalculateSlowGroups`: of slow and fast hours in turn, each group begins with the last report of the hour before.
#[test]
fn each_slow_group_begins_with_the_last_report_of_the_hour_before() {
    let none = Silences::default();
    let p = LoiteringParameters { min_hours: 0.1, ..LoiteringParameters::default() };
    // Two reports an hour: fast, slow, fast, slow, fast.
    let way = [0.0, 0.2, 0.4, 0.401, 0.402, 0.6, 0.8, 0.801, 0.802, 1.0, 1.2];
    let ship: Positions = way.iter().enumerate().map(|(k, way)| fix(k as i64 * 1800, 40.0 + way, 132.0)).collect();
    let found = loiterings(ship.view(), &p, &context(80, &none));
    let rows: Vec<_> = found.iter().map(|l| (l.t0.0 / 1800, l.t1.0 / 1800)).collect();
    // Hours 1 (steps to reports 2 and 3: 0.2 and 0.001 degrees, fast), 2 (4 and 5: fast), and so on: only whole slow hours count.
    assert_eq!(rows, []);
    let way = [0.0, 0.2, 0.201, 0.202, 0.4, 0.6, 0.601, 0.602, 0.8, 1.0];
    let ship: Positions = way.iter().enumerate().map(|(k, way)| fix(k as i64 * 1800, 40.0 + way, 132.0)).collect();
    let found = loiterings(ship.view(), &p, &context(80, &none));
    let rows: Vec<_> = found.iter().map(|l| (l.t0.0 / 1800, l.t1.0 / 1800)).collect();
    assert_eq!(rows, [(1, 3), (5, 7)]);
}

#[test]
fn near_the_coast_or_too_short_is_not_listed() {
    let none = Silences::default();
    let ship = stop(0.5, 3);
    assert_eq!(loiterings(ship.view(), &LoiteringParameters::default(), &context(80, &none)), []);
    let ship = stop(0.5, 10);
    let anchored: Positions = ship.view().iter().map(|f| Fix { status: 1, ..f }).collect();
    // Twenty miles, and five for ships that carry cargo and are adrift.
    let run = |ship: &Positions, ship_type, shore: f64| {
        let near = Context { shore_nm: &move |_, _| shore, ..context(ship_type, &none) };
        loiterings(ship.view(), &LoiteringParameters::default(), &near).len()
    };
    assert_eq!((run(&ship, 30, 19.0), run(&ship, 80, 19.0), run(&ship, 80, 4.0), run(&anchored, 80, 19.0)), (0, 1, 0, 0));
}

#[test]
fn a_long_silence_is_not_loitering() {
    let none = Silences::default();
    let ship: Positions = [fix(0, 40.0, 132.0), fix(600, 40.0, 132.0), fix(20 * 3600, 40.01, 132.0), fix(20 * 3600 + 600, 40.01, 132.0)]
        .into_iter()
        .collect();
    assert_eq!(loiterings(ship.view(), &LoiteringParameters::default(), &context(80, &none)), []);
}

fn silence(mmsi: u32, t0: i64, t1: Option<i64>, lat: f64, lat1: f64) -> Gap {
    let ship: Positions = [Fix { mmsi, ..fix(t0, lat, 132.0) }, Fix { mmsi, ..fix(t1.unwrap_or(t0), lat1, 132.0) }].into_iter().collect();
    let around = crate::gaps::Around {
        coverage: None,
        receiver: &|_| crate::coverage::Receiver::Unknown,
        shore_nm: &|_, _| 40.0,
        port_nm: &|_, _| 40.0,
        until: t1.is_none().then_some(t0 + 90_000),
    };
    let mut gaps = crate::gaps::gaps(ship.view(), &crate::gaps::GapParameters::default(), &around);
    gaps.remove(0)
}

#[test]
fn a_silent_ship_that_could_have_been_there_is_named() {
    // 40.35 N from 2:00 to 12:00.
    let ship = stop(0.3, 10);
    let run = |gaps: &[Gap], changed: Option<bool>| {
        let silences = Silences::new(gaps);
        let draught = move |_, _| changed;
        let context = Context { draught_changed: &draught, ..context(80, &silences) };
        loiterings(ship.view(), &LoiteringParameters::default(), &context).remove(0)
    };
    let alone = run(&[], None);
    assert_eq!(alone.partner_gap_mmsi, None);
    // Thirty miles away, silent for the whole time; another too far to come; a third silent too late.
    let gaps =
        [silence(5, 0, Some(14 * 3600), 40.85, 40.85), silence(4, 0, Some(14 * 3600), 43.0, 43.0), silence(3, 10 * 3600, None, 41.0, 41.0)];
    let with = run(&gaps, Some(true));
    assert_eq!(with.partner_gap_mmsi, Some(5));
    assert!(with.score > alone.score + 0.35, "{} {}", with.score, alone.score);
    assert!(run(&[], Some(false)).score < alone.score);
    // Whoever was silent for weeks could have been anywhere.
    assert_eq!(run(&[silence(5, -500 * 3600, Some(500 * 3600), 40.85, 40.85)], None).partner_gap_mmsi, None);
    // An open silence can hide it just as well.
    assert_eq!(run(&[silence(3, 0, None, 40.5, 40.5)], None).partner_gap_mmsi, Some(3));
}

#[test]
fn innocent_loiterings_are_named_and_not_one_sided() {
    let none = Silences::default();
    let p = LoiteringParameters::default();
    let of = |ship: &Positions, context: &Context<'_>| {
        let found = loiterings(ship.view(), &p, context).remove(0);
        assert!(!found.one_sided && found.score == 0.0, "{found:?}");
        found.innocent.unwrap()
    };
    let still = stop(0.3, 10);
    assert_eq!(of(&still, &context(30, &none)), "fishing");
    assert_eq!(of(&still, &context(52, &none)), "service");
    assert_eq!(of(&still, &context(60, &none)), "no_cargo_ship");
    assert_eq!(of(&still, &Context { port_nm: &|_, _| 4.0, ..context(80, &none) }), "near_port");
    assert_eq!(of(&still, &Context { partner_seen: &|_, _, _, _, _| Some(true), ..context(80, &none) }), "partner_seen");
    let anchored: Positions = still.view().iter().map(|f| Fix { status: 1, ..f }).collect();
    assert_eq!(of(&anchored, &context(80, &none)), "anchored");
    // With wind and tide.
    assert_eq!(of(&stop(1.2, 10), &context(80, &none)), "drifting");
    // Type not known: listed, not accused.
    let unknown = loiterings(still.view(), &p, &context(0, &none)).remove(0);
    assert!(!unknown.one_sided && unknown.score == 0.0);
}

proptest! {
    #[test]
    fn nothing_panics(rows in prop::collection::vec((prop_oneof![5 => 0i64..200_000, 1 => any::<i64>()], any::<i32>(), any::<i32>(), any::<bool>()), 0..60)) {
        let none = Silences::default();
        let ship: Positions = rows
            .iter()
            .map(|&(t, lat, lon, wild)| if wild { Fix { lat, lon, ..fix(t, 0.0, 0.0) } } else { fix(t, 40.0, 179.9999) })
            .collect();
        let p = LoiteringParameters { min_hours: 0.0, ..LoiteringParameters::default() };
        let found = loiterings(ship.view(), &p, &context(80, &none));
        prop_assert!(found.windows(2).all(|w| w[0].t0 <= w[1].t0));
        prop_assert!(found.iter().all(|l| (0.0..=1.0).contains(&l.score) && l.t0 <= l.t1));
    }
}
