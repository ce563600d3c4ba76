use proptest::prelude::*;
use tw_ais::{Fix, HEADING_UNKNOWN, Positions, STATUS_UNKNOWN};

use super::*;

/// Synthetic: an invented tanker.
const SHIP: u32 = 445_990_001;

/// Noise of a receiver, metres, without a clock: about +-4 m.
fn noise(i: i64, salt: i64) -> f64 {
    let mut x = (i * 2 + salt) as u64;
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    ((x >> 40) as f64 / f64::from(1u32 << 24) - 0.5) * 8.0
}

fn fix(mmsi: u32, t: i64, lat: f64, lon: f64, sog: f64, cog: f64) -> Fix {
    Fix {
        mmsi,
        t,
        lat: (lat * 600_000.0).round() as i32,
        lon: (lon * 600_000.0).round() as i32,
        sog: (sog * 10.0).round() as u16,
        cog: (cog * 10.0).round() as u16 % 3600,
        heading: HEADING_UNKNOWN,
        status: STATUS_UNKNOWN,
        class: 1,
        receiver: 0,
        file: 0,
        record: (t / 60) as u32 + 1,
    }
}

/// A ship on a great circle with the noise of a receiver, a fix a minute.
fn leg(mmsi: u32, t0: i64, minutes: i64, from: (f64, f64), course: f64, speed: f64) -> Vec<Fix> {
    (0..minutes)
        .map(|i| {
            let (lat, lon) = tw_sea::ahead(from.0, from.1, course, speed * 1852.0 / 60.0 * i as f64);
            let (lat, lon) = tw_sea::ahead(lat, lon, course + 90.0, noise(i, t0));
            let (lat, lon) = tw_sea::ahead(lat, lon, course, noise(i, t0 + 7));
            fix(mmsi, t0 + 60 * i, lat, lon, speed, course)
        })
        .collect()
}

fn find(fixes: Vec<Fix>) -> Vec<Spoof> {
    let positions: Positions = fixes.into_iter().collect();
    spoofs(positions.view(), &Stations::default(), &Parameters::default())
}

fn kinds(events: &[Spoof]) -> Vec<Kind> {
    events.iter().map(|event| event.kind).collect()
}

#[test]
fn a_ship_that_sails_has_nothing() {
    assert_eq!(find(leg(SHIP, 0, 1_000, (37.0, 131.0), 30.0, 11.0)), []);
    assert_eq!(find(leg(SHIP, 0, 1_000, (37.0, 179.9), 90.0, 15.0)), []);
    assert_eq!(find(Vec::new()), []);
}

#[test]
fn a_jump_there_and_back_is_one_event() {
    let mut track = leg(SHIP, 0, 120, (37.0, 131.0), 30.0, 11.0);
    track.extend(leg(SHIP, 7_200, 60, (34.0, 136.0), 30.0, 11.0).into_iter().map(|mut fix| {
        fix.lat -= 900_000; // 32.5 N: at sea south of Japan
        fix
    }));
    track.extend(leg(SHIP, 10_800, 120, (37.5, 131.4), 30.0, 11.0));
    let events = find(track);
    assert_eq!(kinds(&events), [Kind::Jump]);
    assert!(events[0].returned && events[0].score > 0.7 && events[0].km > 400.0 && events[0].knots.is_some_and(|v| v > 1000.0));
    assert_eq!((events[0].t0, events[0].n), (Time(7_200), 60));
}

#[test]
fn single_bit_errors_default_positions_and_flipped_signs_are_no_jump() {
    let mut track = leg(SHIP, 0, 300, (37.0, 131.0), 30.0, 11.0);
    track[50].lat ^= 1 << 22;
    track[90].lon ^= 1 << 25;
    for fix in &mut track[100..140] {
        (fix.lat, fix.lon) = (0, 0);
    }
    for fix in &mut track[200..240] {
        fix.lat = -fix.lat;
    }
    track[260].lat = tw_ais::LAT_UNKNOWN;
    assert_eq!(find(track), []);
}

#[test]
fn an_outlier_that_a_provider_interpolated_is_no_jump() {
    let mut track = leg(SHIP, 0, 200, (37.0, 131.0), 30.0, 3.0);
    let (from, out) = (track[99], (36.7, 130.6));
    for (i, fix) in track[100..105].iter_mut().enumerate() {
        let part = (i + 1) as f64 / 5.0;
        fix.lat = (f64::from(from.lat) + part * (out.0 * 600_000.0 - f64::from(from.lat))) as i32;
        fix.lon = (f64::from(from.lon) + part * (out.1 * 600_000.0 - f64::from(from.lon))) as i32;
    }
    let events = find(track);
    assert!(events.iter().all(|event| event.kind == Kind::TwoHulls && event.score <= 0.1), "{events:?}");
}

#[test]
fn rounded_and_late_long_range_reports_are_no_jump() {
    let mut track = leg(SHIP, 0, 300, (37.0, 131.0), 30.0, 20.0);
    for (i, fix) in track.iter_mut().enumerate().filter(|(i, _)| i % 3 == 0) {
        fix.class = Class::LongRange as u8;
        fix.lat = fix.lat / 1_000 * 1_000;
        fix.lon = fix.lon / 1_000 * 1_000;
        fix.t += (i as i64 % 5) * 30;
    }
    assert_eq!(find(track), []);
}

#[test]
fn two_ships_with_one_number_are_two_hulls_and_nobody_is_accused() {
    let (one, other) = (leg(SHIP, 0, 600, (37.0, 131.0), 30.0, 11.0), leg(SHIP, 0, 600, (30.0, 127.0), 30.0, 9.0));
    let both = one.into_iter().zip(other).enumerate().flat_map(|(i, (a, mut b))| {
        b.t += 20;
        if (i / 20) % 2 == 0 { vec![a] } else { vec![b] }
    });
    let events = find(both.collect());
    assert_eq!(kinds(&events), [Kind::TwoHulls]);
    assert!(events[0].score <= 0.1);
}

#[test]
fn the_rollover_of_the_gps_week_is_no_jump() {
    let mut track = leg(SHIP, 1_700_000_000, 100, (37.0, 131.0), 30.0, 11.0);
    track.extend(leg(SHIP, 1_700_000_000 - 1024 * 604_800, 100, (35.0, 130.0), 30.0, 11.0));
    assert_eq!(find(track), []);
}

#[test]
fn a_jump_to_an_airfield_is_on_land_and_five_ships_there_are_jammed() {
    let mut all = Vec::new();
    for ship in 0..5 {
        let mut track = leg(SHIP + ship, 0, 60, (37.0 + f64::from(ship) * 0.05, 131.0), 30.0, 11.0);
        track.extend(leg(SHIP + ship, 3_600, 30, (36.7, 128.5), 30.0, 0.5));
        track.extend(leg(SHIP + ship, 5_400, 60, (37.2 + f64::from(ship) * 0.05, 131.2), 30.0, 11.0));
        let events = find(track);
        assert_eq!(kinds(&events), [Kind::OnLand]);
        assert!(events[0].score > 0.8);
        all.extend(events);
    }
    let mut four = all[..4].to_vec();
    mark_common(&mut four, &Parameters::default());
    assert!(four.iter().all(|event| event.kind == Kind::OnLand && event.ships == 4));
    mark_common(&mut all, &Parameters::default());
    assert!(all.iter().all(|event| event.kind == Kind::Jamming && event.ships == 5 && event.score <= 0.1));
}

#[test]
fn a_straight_course_through_korea_is_on_land_and_the_same_on_a_lake_is_not() {
    // From the Yellow Sea at 36.9 N through to the Sea of Japan.
    let events = find(leg(SHIP, 0, 900, (36.9, 125.9), 90.0, 15.0));
    assert!(events.iter().any(|event| event.kind == Kind::OnLand), "{events:?}");
    let mut lake = leg(SHIP, 0, 30, (49.5, -67.0), 90.0, 11.0);
    lake.extend(leg(SHIP, 1_000_000, 900, (44.0, -87.0), 0.0, 8.0));
    assert_eq!(find(lake), []);
    assert_eq!(find(leg(SHIP, 0, 900, (31.8, 32.4), 180.5, 9.0)), []);
}

fn circle(minutes: i64, radius: f64, speed: f64, drift: f64, status: u8) -> Vec<Fix> {
    (0..minutes)
        .map(|i| {
            let angle = speed * 1852.0 / 60.0 * i as f64 / radius;
            let (lat, lon) = tw_sea::ahead(40.0, 134.0, angle.to_degrees(), radius + noise(i, 3));
            let (lat, lon) = tw_sea::ahead(lat, lon, 45.0, drift * i as f64);
            let mut fix = fix(SHIP, 60 * i, lat, lon, speed, (angle.to_degrees() + 90.0).rem_euclid(360.0));
            fix.status = status;
            fix
        })
        .collect()
}

#[test]
fn a_circle_too_round_is_found_and_a_turning_trial_or_a_drifting_search_is_not() {
    let events = find(circle(240, 2_000.0, 12.0, 0.0, 0));
    assert_eq!(kinds(&events), [Kind::Circle]);
    assert!((events[0].km - 2.0).abs() < 0.02 && (events[0].lat - 40.0).abs() < 0.001, "{events:?}");
    assert_eq!(find(circle(50, 2_000.0, 12.0, 0.0, 0)), []); // one and a half turns
    assert_eq!(find(circle(240, 2_000.0, 12.0, 12.0, 0)), []); // carried by half a knot of current
    assert_eq!(find(circle(2_880, 150.0, 0.4, 0.0, 1)), []); // at anchor
}

#[test]
fn a_line_without_noise_is_found_and_is_an_artefact_for_a_whole_file() {
    let exact = |mmsi: u32| -> Vec<Fix> {
        (0..120).map(|i| fix(mmsi, 60 * i, 38.0 + 0.002 * i as f64, 132.0 + 0.003 * i as f64, 10.0, 49.0)).collect()
    };
    let mut all = Vec::new();
    for ship in 0..5 {
        let events = find(exact(SHIP + ship));
        assert_eq!(kinds(&events), [Kind::TooExact]);
        assert!(events[0].residual_m.is_some_and(|m| m < 0.3));
        all.extend(events);
    }
    mark_common(&mut all, &Parameters::default());
    assert!(all.iter().all(|event| event.kind == Kind::Resampled && event.score <= 0.1));
}

#[test]
fn motion_that_stops_agreeing_is_found_and_a_log_that_never_agreed_is_not() {
    let mut track = leg(SHIP, 0, 180, (37.0, 131.0), 30.0, 11.0);
    let mut false_part = leg(SHIP, 180 * 60, 180, (37.48, 131.34), 30.0, 11.0);
    for fix in &mut false_part {
        (fix.sog, fix.cog) = (2, 2_100);
    }
    track.extend(false_part.clone());
    assert_eq!(kinds(&find(track)), [Kind::InconsistentMotion]);
    assert_eq!(find(false_part), []);
}

#[test]
fn a_copied_track_is_found_and_late_or_shifted_data_is_not() {
    let original = leg(SHIP, 1_000_000, 600, (37.0, 131.0), 30.0, 11.0);
    let shifted = |mmsi: u32, by: i64| -> Positions { original.iter().map(|&fix| Fix { mmsi, t: fix.t + by, ..fix }).collect() };
    let mut tracks = Tracks::default();
    tracks.learn(original.iter().copied().collect::<Positions>().view());
    let p = Parameters::default();
    let events = copied(shifted(SHIP + 1, 86_400 * 9 + 1_234).view(), &tracks, &p);
    assert_eq!(kinds(&events), [Kind::CopiedTrack]);
    assert_eq!(events[0].copy_of, Some(SHIP));
    assert!(events[0].km > 100.0 && events[0].shift_hours.is_some_and(|h| (h - 216.34).abs() < 0.1));
    assert_eq!(kinds(&copied(shifted(SHIP, 86_400 * 9 + 1_234).view(), &tracks, &p)), [Kind::CopiedTrack]);
    assert_eq!(copied(shifted(SHIP, 9 * 3_600).view(), &tracks, &p), []); // local time
    assert_eq!(copied(shifted(SHIP, 5_000).view(), &tracks, &p), []); // late
    assert_eq!(copied(shifted(SHIP, 0).view(), &tracks, &p), []); // itself
    let again: Positions = leg(SHIP, 2_000_000, 600, (37.0, 131.0), 30.0, 11.0).into_iter().collect();
    assert_eq!(copied(again.view(), &tracks, &p), []); // the same way once more
}

#[test]
fn a_position_out_of_the_range_of_its_stations_is_found_and_a_satellite_is_not_a_station() {
    let mut stations = Stations::default();
    for ship in 0..60 {
        let near: Positions = leg(SHIP + 100 + ship, 0, 10, (37.0, 131.0), 30.0, 11.0)
            .into_iter()
            .flat_map(|fix| [1, 2].map(|receiver| Fix { receiver, ..fix }))
            .collect();
        stations.learn(near.view());
        let satellite: Positions =
            leg(SHIP + 100 + ship, 0, 10, (f64::from(ship), 131.0), 30.0, 11.0).into_iter().map(|fix| Fix { receiver: 3, ..fix }).collect();
        stations.learn(satellite.view());
    }
    stations.settle();
    let heard = |receivers: [u16; 2]| {
        let far: Positions = leg(SHIP, 0, 30, (20.0, 125.0), 30.0, 11.0)
            .into_iter()
            .enumerate()
            .map(|(i, fix)| Fix { receiver: receivers[i % 2], ..fix })
            .collect();
        kinds(&spoofs(far.view(), &stations, &Parameters::default()))
    };
    assert_eq!(heard([1, 2]), [Kind::Footprint]);
    assert_eq!(heard([1, 1]), []);
    assert_eq!(heard([3, 4]), []);
}

#[test]
fn a_number_that_nobody_set_is_one_event_without_weight() {
    let events = find(leg(1_193_046, 0, 100, (37.0, 131.0), 30.0, 11.0));
    assert_eq!(kinds(&events), [Kind::DefaultMmsi]);
    assert!(events[0].score <= 0.1);
}

fn any_fix() -> impl Strategy<Value = Fix> {
    (any::<i64>(), any::<i32>(), any::<i32>(), any::<u16>(), any::<u16>(), any::<(u8, u8, u16, u16, u32, bool)>()).prop_map(
        |(t, lat, lon, sog, cog, rest)| {
            let (status, class, receiver, file, record, near) = rest;
            let (t, lat, lon) = if near { (t % 100_000, 22_000_000 + lat % 600_000, 78_000_000 + lon % 600_000) } else { (t, lat, lon) };
            Fix { mmsi: SHIP, t, lat, lon, sog, cog, heading: 0, status, class: class % 8, receiver: receiver % 4, file, record }
        },
    )
}

proptest! {
    #[test]
    fn nothing_panics_and_answers_repeat(fixes in proptest::collection::vec(any_fix(), 0..200)) {
        let positions: Positions = fixes.into_iter().collect();
        let mut stations = Stations::new(&[Station { receiver: 1, lat: 37.0, lon: 131.0 }, Station { receiver: 2, lat: 37.0, lon: 131.0 }]);
        stations.learn(positions.view());
        stations.settle();
        let mut tracks = Tracks::default();
        tracks.learn(positions.view());
        let p = Parameters::default();
        let mut events = spoofs(positions.view(), &stations, &p);
        prop_assert_eq!(&events, &spoofs(positions.view(), &stations, &p));
        prop_assert!(events.is_sorted_by_key(|event| event.t0));
        events.extend(copied(positions.view(), &tracks, &p));
        mark_common(&mut events, &p);
        prop_assert!(events.iter().all(|event| (0.0..=1.0).contains(&event.score) && event.lat.is_finite()));
    }
}

/// Real traffic, by hand: `cargo test -p tw-maritime real_traffic -- --ignored --nocapture`.
#[test]
#[ignore = "reads shared data; prints"]
#[expect(clippy::print_stdout, reason = "what it is for")]
fn real_traffic() {
    let shared = std::env::var_os("TIDEWAITER_SHARED").map_or_else(|| "../../../shared".into(), std::path::PathBuf::from);
    let folder = shared.join("data/maritime/positions");
    // Column numbers: MMSI, time, latitude, longitude, speed, course, heading.
    for (name, columns) in [
        ("marinecadastre_20220103_99999.csv", [0, 1, 2, 3, 4, 5]),
        ("noaa_20230111_1000.csv", [0, 1, 2, 3, 4, 5]),
        ("atlantes_noaa_track_999.csv", [0, 1, 2, 3, 4, 5]),
    ] {
        let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
            println!("skipped: {name} is not there");
            continue;
        };
        let mut positions = Positions::default();
        for (line, row) in text.lines().enumerate().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let Some(cell) = columns.iter().map(|&c| cells.get(c).copied()).collect::<Option<Vec<&str>>>() else { continue };
            let (mmsi, time, lat, lon, sog, cog) = (cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]);
            let number = |s: &str| s.parse::<f64>().ok();
            let t = time
                .parse::<i64>()
                .ok()
                .or_else(|| format!("{}Z", time.replace(' ', "T")).parse::<jiff::Timestamp>().ok().map(|t| t.as_second()));
            let (Some(mmsi), Some(t), Some(lat), Some(lon)) = (number(mmsi), t, number(lat), number(lon)) else { continue };
            let mut one = fix(mmsi as u32, t, lat, lon, 0.0, 0.0);
            one.sog = number(sog).map_or(1023, |v| (v * 10.0) as u16);
            one.cog = number(cog).map_or(3600, |v| (v * 10.0) as u16);
            one.record = line as u32 + 1;
            positions.push(one);
        }
        positions.sort();
        let view = positions.view();
        let mut ships = Vec::new();
        let mut from = 0;
        for at in 1..=view.len() {
            if at == view.len() || view.mmsi[at] != view.mmsi[from] {
                ships.push(view.slice(from..at));
                from = at;
            }
        }
        let days: f64 = ships.iter().map(|ship| (ship.t[ship.len() - 1] - ship.t[0]) as f64 / 86_400.0).sum();
        let mut tracks = Tracks::default();
        for ship in &ships {
            tracks.learn(*ship);
        }
        let mut events = Vec::new();
        let mut seconds = std::time::Duration::ZERO;
        for ship in &ships {
            let started = std::time::Instant::now();
            events.extend(spoofs(*ship, &Stations::default(), &Parameters::default()));
            seconds += started.elapsed();
            events.extend(copied(*ship, &tracks, &Parameters::default()));
        }
        mark_common(&mut events, &Parameters::default());
        println!(
            "{name}: {} fixes, {} ships, {days:.0} vessel-days, {} events, {:.1} M fixes/s",
            view.len(),
            ships.len(),
            events.len(),
            view.len() as f64 / seconds.as_secs_f64() / 1e6
        );
        for event in events.iter().take(60) {
            println!("  {event:?}");
        }
    }
}
