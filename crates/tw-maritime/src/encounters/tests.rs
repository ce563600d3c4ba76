use proptest::prelude::*;
use tw_ais::{Fix, Positions};

use super::*;
use crate::Event;
use crate::gaps::distance::units;

fn fix(mmsi: u32, t: i64, lat: f64, lon: f64) -> Fix {
    Fix {
        mmsi,
        t,
        lon: units(lon),
        lat: units(lat),
        sog: 0,
        cog: 450,
        heading: 511,
        status: 0,
        class: 1,
        receiver: 0,
        file: 0,
        record: (t.rem_euclid(1 << 20)) as u32,
    }
}

fn far(_: f64, _: f64) -> f64 {
    100.0
}

fn unknown(_: u32) -> Hull {
    Hull::default()
}

const NOTHING: Knowledge<'_> = Knowledge { hull: &unknown, port_nm: &far };

/// The settings of Global Fishing Watch's own tests: half an hour, 70 minutes.
fn theirs() -> EncounterParameters {
    EncounterParameters { max_gap_s: 70 * 60, drift_gap_s: 0, min_s: 30 * 60, merge_s: 0, ..EncounterParameters::default() }
}

fn find(ships: &[Vec<Fix>], p: &EncounterParameters, knowledge: &Knowledge<'_>) -> Vec<Encounter> {
    let mut points = Vec::new();
    for ship in ships {
        let ship: Positions = ship.iter().copied().collect();
        let from = points.len();
        resample(ship.view(), p, &mut points);
        keep_slow(&mut points, from, p, knowledge.port_nm);
    }
    encounters(&mut points, p, knowledge)
}

fn hm(text: &str) -> i64 {
    let (h, m) = text.split_once(':').unwrap();
    // 2011-01-01
    1_293_840_000 + h.parse::<i64>().unwrap() * 3600 + m.parse::<i64>().unwrap() * 60
}

// The coordinates of these tracks are those of the tests of Global Fishing Watch's pipe-encounters (Apache-2.0).
const ONE: [(&str, f64, f64); 13] = [
    ("15:40", -1.5032387, 55.2340155),
    ("15:50", -1.4869308, 55.232743),
    ("16:00", -1.4752579, 55.2292189),
    ("16:10", -1.4719963, 55.2251069),
    ("16:20", -1.471653, 55.2224633),
    ("16:30", -1.4718246, 55.2199175),
    ("16:40", -1.472168, 55.2185466),
    ("16:50", -1.4718246, 55.2167839),
    ("17:00", -1.4725113, 55.2156088),
    ("17:10", -1.4730263, 55.2139439),
    ("17:20", -1.4859009, 55.2089489),
    ("17:30", -1.4974022, 55.2078715),
    ("17:40", -1.5140533, 55.2069899),
];
const TWO: [(&str, f64, f64); 15] = [
    ("15:20", -1.4065933, 55.2350923),
    ("15:30", -1.4218712, 55.2342113),
    ("15:40", -1.4467621, 55.2334282),
    ("15:50", -1.4623833, 55.2310789),
    ("16:00", -1.469593, 55.2287294),
    ("16:10", -1.471138, 55.2267713),
    ("16:30", -1.4704514, 55.2206029),
    ("16:40", -1.4704514, 55.218057),
    ("16:50", -1.4704514, 55.215217),
    ("17:00", -1.4728546, 55.2116913),
    ("17:10", -1.4718246, 55.2088509),
    ("17:20", -1.4474487, 55.2057165),
    ("17:30", -1.4278793, 55.2040512),
    ("17:40", -1.4084816, 55.2036594),
    ("17:50", -1.3998985, 55.2037574),
];

fn track(mmsi: u32, rows: &[(&str, f64, f64)]) -> Vec<Fix> {
    rows.iter().map(|&(t, lat, lon)| fix(mmsi, hm(t), lat, lon)).collect()
}

#[test]
fn two_ships_that_meet_are_found_once_with_the_known_times_and_distance() {
    let found = find(&[track(1, &ONE), track(2, &TWO)], &theirs(), &NOTHING);
    assert_eq!(found.len(), 1, "{found:?}");
    let e = &found[0];
    assert_eq!((e.mmsi, e.mmsi_b, e.t0, e.t1, e.slots), (1, 2, Time(hm("16:10")), Time(hm("17:00")), 6));
    // Expected there: 0.20333 km, mean places -1.47200 55.21974 and -1.47102 55.21934.
    assert!((e.median_m - 203.3).abs() < 0.5, "{}", e.median_m);
    assert!((e.lat - -1.47151).abs() < 1e-4 && (e.lon - 55.21954).abs() < 2e-4, "{} {}", e.lat, e.lon);
    assert_eq!((e.kind.as_str(), Encounter::batch(&found).num_rows()), ("both_seen", 1));
}

#[test]
fn the_date_line_is_no_wall() {
    let shift = |rows: &[(&'static str, f64, f64)], lon: f64| rows.iter().map(|r| (r.0, r.1, lon)).collect::<Vec<_>>();
    let found = find(&[track(1, &shift(&ONE, 179.999)), track(2, &shift(&TWO, -179.9993))], &theirs(), &NOTHING);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].t0, found[0].t1), (Time(hm("16:10")), Time(hm("17:10"))));
    assert!(found[0].median_m > 195.0 && found[0].median_m < 250.0 && found[0].lon.abs() > 179.99, "{:?}", found[0]);
}

#[test]
fn ships_that_jump_apart_and_together_have_not_met() {
    let still = (0..13).map(|k| fix(1, hm("15:40") + k * 600, 0.0, 0.0)).collect();
    let jumping = (0..16).map(|k| fix(2, hm("15:20") + k * 600, 0.0, if k % 2 == 0 { 0.0 } else { 10.0 })).collect();
    assert_eq!(find(&[still, jumping], &theirs(), &NOTHING), []);
}

#[test]
fn three_ships_together_are_three_pairs() {
    let still = |mmsi, from: &str, n: i64, places: [f64; 2]| {
        (0..n).map(|k| fix(mmsi, hm(from) + k * 600, 0.0, places[usize::from(hm(from) + k * 600 >= hm("16:50"))])).collect::<Vec<_>>()
    };
    let ships = [still(1, "15:40", 13, [0.0, 0.0]), still(2, "15:20", 16, [0.0, 0.001]), still(3, "15:20", 16, [0.001, 0.0])];
    let found = find(&ships, &theirs(), &NOTHING);
    let times: Vec<_> = found.iter().map(|e| (e.mmsi, e.mmsi_b, e.t0, e.t1)).collect();
    assert_eq!(
        times,
        [
            (1, 2, Time(hm("15:40")), Time(hm("17:40"))),
            (1, 3, Time(hm("15:40")), Time(hm("17:40"))),
            (2, 3, Time(hm("15:20")), Time(hm("17:50")))
        ]
    );
    assert!((found[2].median_m - 111.2).abs() < 0.3, "{}", found[2].median_m);
}

/// Two hours and a half from 22:40 to 01:10: taken day by day, 80 and 70 minutes, which are both too short.
#[test]
fn an_encounter_across_midnight_is_found() {
    let ship = |mmsi, lon| (0..=15).map(|k| fix(mmsi, hm("22:40") + k * 600, 40.0, lon)).collect::<Vec<_>>();
    let ships = [ship(1, 132.0), ship(2, 132.002)];
    let p = EncounterParameters::default();
    let found = find(&ships, &p, &NOTHING);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].t0, found[0].t1, found[0].slots), (Time(hm("22:40")), Time(hm("25:10")), 16));
    // The same from chunks of a day each.
    let mut points = Vec::new();
    for ship in &ships {
        resample(ship.iter().copied().collect::<Positions>().view(), &p, &mut points);
    }
    let (mut today, mut tomorrow): (Vec<_>, Vec<_>) = points.into_iter().partition(|point| i64::from(point.slot) * 600 < hm("24:00"));
    let mut state = Encounters::new(p);
    assert_eq!((push_sorted(&mut state, &mut today), state.open()), (0, 1));
    assert_eq!(push_sorted(&mut state, &mut tomorrow), 0);
    assert_eq!(state.finish(&NOTHING), found);
}

#[test]
fn two_missing_times_are_bridged_and_three_are_not() {
    let p = EncounterParameters { merge_s: 0, ..EncounterParameters::default() };
    for (missing, n) in [(2, 1), (3, 2)] {
        let mut state = Encounters::new(p.clone());
        let point = |mmsi, slot| GridPoint { mmsi, slot, lon: 0, lat: 0, speed: 0, status: 0, file: 0, record: slot as u32 };
        for slot in (0..13).chain(13 + missing..26 + missing) {
            state.push_slot(slot, &[point(1, slot), point(2, slot)]).unwrap();
        }
        assert_eq!(state.finish(&NOTHING).len(), n, "{missing}");
    }
}

#[test]
fn meetings_less_than_four_hours_apart_are_one() {
    let mut state = Encounters::new(EncounterParameters::default());
    let point = |mmsi, slot| GridPoint { mmsi, slot, lon: 0, lat: 0, speed: 5, status: 0, file: 0, record: slot as u32 };
    for slot in (0..13).chain(30..43).chain(80..93) {
        state.push_slot(slot, &[point(1, slot), point(2, slot)]).unwrap();
    }
    let found = state.finish(&NOTHING);
    assert_eq!(found.iter().map(|e| (e.t0.0 / 600, e.t1.0 / 600, e.slots)).collect::<Vec<_>>(), [(0, 42, 26), (80, 92, 13)]);
}

#[test]
fn slots_must_come_in_order() {
    let mut state = Encounters::new(EncounterParameters::default());
    state.push_slot(5, &[]).unwrap();
    assert_eq!(state.push_slot(5, &[]), Err(SlotError::Order { slot: 5, last: 5 }));
    let point = GridPoint { mmsi: 1, slot: 7, lon: 0, lat: 0, speed: 0, status: 0, file: 0, record: 0 };
    assert_eq!(state.push_slot(6, &[point]), Err(SlotError::Point { slot: 6, point: 7 }));
}

/// The facts of Global Fishing Watch's `test_resample.py` (Apache-2.0), without their extrapolation, which we do not do.
#[test]
fn resampling_is_linear_and_does_not_reach_over_an_hour() {
    let at = |minutes: i64, lat, lon| fix(1, 1_309_478_400 + minutes * 60, lat, lon);
    let ship: Positions = [
        at(0, 10.3, 10.0),
        at(2, 10.0, 10.0),
        at(8, 10.0, 10.0),
        at(12, 10.0, 10.0),
        at(18, 10.0, 10.0),
        at(26, 10.0, 11.0),
        at(98, 10.0, 11.0),
        at(102, 11.0, 11.0),
        at(142, 11.0, 11.0),
    ]
    .into_iter()
    .collect();
    let mut points = Vec::new();
    resample(ship.view(), &EncounterParameters { drift_gap_s: 0, ..EncounterParameters::default() }, &mut points);
    let found: Vec<_> = points.iter().map(|p| (i64::from(p.slot) * 10 - 21_824_640, degrees(p.lat), degrees(p.lon))).collect();
    assert_eq!(
        found,
        [
            (0, 10.3, 10.0),
            (10, 10.0, 10.0),
            (20, 10.0, 10.25),
            (100, 10.5, 11.0),
            (110, 11.0, 11.0),
            (120, 11.0, 11.0),
            (130, 11.0, 11.0),
            (140, 11.0, 11.0)
        ]
    );
}

#[test]
fn a_ship_that_drifts_is_followed_over_the_hours_between_satellites() {
    let of = |hours: i64, miles: f64| {
        let ship: Positions = [fix(1, 0, 40.0, 132.0), fix(1, hours * 3600, 40.0 + miles / 60.0, 132.0)].into_iter().collect();
        let mut points = Vec::new();
        resample(ship.view(), &EncounterParameters::default(), &mut points);
        points.len()
    };
    assert_eq!((of(5, 2.0), of(5, 8.0), of(9, 2.0)), (31, 2, 2));
}

#[test]
fn cargo_ships_that_keep_side_by_side_under_way_have_met_and_others_have_not() {
    let under_way = |mmsi, lon: f64| (0..=30).map(|k| fix(mmsi, hm("10:00") + k * 600, 40.0 + 0.0085 * k as f64, lon)).collect::<Vec<_>>();
    let tanker = Hull { ship_type: 80, length: Some(90), beam: Some(15) };
    let run = |apart: f64, other: Hull| {
        let hull = move |mmsi| if mmsi == 1 { tanker } else { other };
        find(
            &[under_way(1, 132.0), under_way(2, 132.0 + apart)],
            &EncounterParameters::default(),
            &Knowledge { hull: &hull, port_nm: &far },
        )
    };
    assert!(run(0.0006, tanker)[0].score > 0.5);
    // Four hundred metres apart, and a ship that carries nothing.
    assert_eq!(run(0.0047, tanker), []);
    assert_eq!(run(0.0006, Hull { ship_type: 37, ..tanker }), []);
}

#[test]
fn ships_that_do_not_move_near_a_port_are_taken_to_wait() {
    let ship = |mmsi, lon: f64, status| (0..=18).map(|k| Fix { status, ..fix(mmsi, hm("10:00") + k * 600, 40.0, lon) }).collect::<Vec<_>>();
    let tanker = |_: u32| Hull { ship_type: 80, length: Some(90), beam: Some(15) };
    let roads = |_: f64, _: f64| 8.0;
    let run = |status, port_nm: &dyn Fn(f64, f64) -> f64| {
        find(&[ship(1, 132.0, status), ship(2, 132.0006, status)], &EncounterParameters::default(), &Knowledge { hull: &tanker, port_nm })
            [0]
        .innocent
        .clone()
    };
    assert_eq!((run(0, &roads).as_deref(), run(5, &far).as_deref(), run(0, &far)), (Some("waiting"), Some("moored"), None));
}

#[test]
fn innocent_meetings_are_named_and_weigh_little() {
    let ship = |mmsi, lon: f64| (0..=18).map(|k| fix(mmsi, hm("10:00") + k * 600, 40.0, lon)).collect::<Vec<_>>();
    let ships = [ship(1, 132.0), ship(2, 132.0008)];
    let tanker = |length| Hull { ship_type: 80, length: Some(length), beam: Some(length / 6) };
    let cases: [(Hull, Hull, Option<&str>); 7] = [
        (tanker(90), tanker(95), None),
        (tanker(90), Hull { ship_type: 50, ..tanker(20) }, Some("pilot")),
        (tanker(90), Hull { ship_type: 52, ..tanker(30) }, Some("tug")),
        (tanker(90), Hull { ship_type: 70, ..tanker(250) }, Some("bunkering")),
        (Hull { ship_type: 30, ..tanker(40) }, Hull { ship_type: 30, ..tanker(40) }, Some("fishing")),
        (tanker(90), Hull { ship_type: 60, ..tanker(90) }, Some("ferry")),
        (tanker(90), Hull::default(), None),
    ];
    let mut scores = Vec::new();
    for (a, b, innocent) in cases {
        let hull = move |mmsi| if mmsi == 1 { a } else { b };
        let found = find(&ships, &EncounterParameters::default(), &Knowledge { hull: &hull, port_nm: &far });
        assert_eq!(found[0].innocent.as_deref(), innocent);
        scores.push(found[0].score);
    }
    assert!(scores[0] > 0.7 && scores[1] < 0.3 && scores[3] < 0.3 && scores[6] < scores[0], "{scores:?}");
}

#[test]
fn nothing_is_said_of_ships_in_port_or_under_way() {
    let ship = |mmsi, lon: f64| (0..=18).map(|k| fix(mmsi, hm("10:00") + k * 600, 40.0, lon)).collect::<Vec<_>>();
    let ships = [ship(1, 132.0), ship(2, 132.0008)];
    let near = |_: f64, _: f64| 5.0;
    assert_eq!(find(&ships, &EncounterParameters::default(), &Knowledge { hull: &unknown, port_nm: &near }), []);
    // Side by side at eight knots.
    let under_way = |mmsi, lon: f64| (0..=18).map(|k| fix(mmsi, hm("10:00") + k * 600, 40.0 + 0.0222 * k as f64, lon)).collect::<Vec<_>>();
    assert_eq!(find(&[under_way(1, 132.0), under_way(2, 132.0008)], &EncounterParameters::default(), &NOTHING), []);
}

/// All pairs, each with each.
fn plain(points: &[GridPoint], max_m: f64) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for a in points {
        for b in points {
            if a.mmsi < b.mmsi && units_metres(a.lat, a.lon, b.lat, b.lon) <= max_m {
                pairs.push((a.mmsi, b.mmsi));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

proptest! {
    #[test]
    fn the_sweep_finds_what_comparing_all_finds(
        lat in prop_oneof![Just(0.0), -80.0..80.0f64, Just(89.99), Just(-90.0)],
        lon in prop_oneof![Just(0.0), Just(180.0), Just(-180.0), -180.0..180.0f64],
        places in prop::collection::vec((-40_000i32..40_000, -9_000i32..9_000), 0..60),
    ) {
        let cos = lat.to_radians().cos().max(0.01);
        let points: Vec<GridPoint> = places
            .iter()
            .enumerate()
            .map(|(i, &(dx, dy))| GridPoint {
                mmsi: i as u32,
                slot: 1,
                lon: wrap(i64::from(units(lon)) + (f64::from(dx) / cos / 4.0) as i64),
                lat: (units(lat) + dy).clamp(-54_000_000, 54_000_000),
                speed: 0,
                status: 0,
                file: 0,
                record: 0,
            })
            .collect();
        let mut state = Encounters::new(EncounterParameters::default());
        state.push_slot(1, &points).unwrap();
        let mut pairs: Vec<(u32, u32)> = state.runs.keys().map(|key| ((key >> 32) as u32, *key as u32)).collect();
        pairs.sort_unstable();
        prop_assert_eq!(pairs, plain(&points, 500.0));
    }

    #[test]
    fn nothing_panics(rows in prop::collection::vec((any::<u32>(), prop_oneof![0i64..100_000, any::<i64>()], any::<i32>(), any::<i32>()), 0..40)) {
        let mut points = Vec::new();
        let p = EncounterParameters::default();
        for &(mmsi, t, lat, lon) in &rows {
            let ship: Positions =
                [fix(mmsi, t, 0.0, 0.0), Fix { lat, lon, ..fix(mmsi, t.wrapping_add(900), 0.0, 0.0) }, fix(mmsi, t.wrapping_add(1_800), 0.0, 0.0)]
                    .into_iter()
                    .collect();
            resample(ship.view(), &p, &mut points);
        }
        let found = encounters(&mut points.clone(), &p, &NOTHING);
        prop_assert!(found.windows(2).all(|w| (w[0].mmsi, w[0].mmsi_b, w[0].t0) <= (w[1].mmsi, w[1].mmsi_b, w[1].t0)));
        prop_assert_eq!(found, encounters(&mut points, &p, &NOTHING));
    }
}
