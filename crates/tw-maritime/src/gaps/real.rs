//! What is found in real files, if they are there. No ship in them is accused of anything; counts only.

#![expect(clippy::print_stderr, reason = "figures and skipped files are told to the person who runs the tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use tw_ais::{Class, Fix, Positions};

use super::distance::units;
use super::*;
use crate::coverage::{Coverage, CoverageParameters, Receiver};
use crate::encounters::{EncounterParameters, Hull, Knowledge, encounters, keep_slow, resample};
use crate::loitering::{Context, LoiteringParameters, Silences, loiterings};

fn shared(path: &str) -> Option<String> {
    let root = std::env::var_os("TIDEWAITER_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")), PathBuf::from);
    match std::fs::read_to_string(root.join("data/maritime").join(path)) {
        Ok(text) => Some(text),
        Err(error) => {
            eprintln!("skipped: {path}: {error}");
            None
        }
    }
}

/// Ships of a CSV file with these columns: MMSI, time, latitude, longitude, speed, status and class.
fn ships(text: &str, columns: [&str; 7]) -> BTreeMap<u32, Positions> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().trim_start_matches('\u{feff}').split(',').collect();
    let at = columns.map(|name| header.iter().position(|&h| h == name));
    let mut ships: BTreeMap<u32, Positions> = BTreeMap::new();
    for (n, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |i: usize| at[i].and_then(|i| cells.get(i).copied());
        let number = |i: usize| cell(i).and_then(|text| text.parse::<f64>().ok());
        let (Some(mmsi), Some(time), Some(lat), Some(lon)) = (cell(0).and_then(|text| text.parse().ok()), cell(1), number(2), number(3))
        else {
            continue;
        };
        let Ok(time) = format!("{time}Z").parse::<jiff::Timestamp>() else { continue };
        ships.entry(mmsi).or_default().push(Fix {
            mmsi,
            t: time.as_second(),
            lon: units(lon),
            lat: units(lat),
            sog: number(4).map_or(1023, |knots| (knots * 10.0).round() as u16),
            cog: 3600,
            heading: 511,
            status: number(5).map_or(15, |status| status as u8),
            class: match cell(6) {
                Some("A") => Class::A as u8,
                Some("B") => Class::B as u8,
                _ => Class::Unknown as u8,
            },
            receiver: 0,
            file: 0,
            record: n as u32 + 2,
        });
    }
    ships.values_mut().for_each(Positions::sort);
    ships
}

#[test]
fn a_day_of_american_waters_holds_silences_and_hardly_an_accusation() {
    let Some(text) = shared("positions/marinecadastre_20220103_99999.csv") else { return };
    let ships = ships(&text, ["MMSI", "BaseDateTime", "LAT", "LON", "SOG", "Status", "TransceiverClass"]);
    let rows: usize = ships.values().map(Positions::len).sum();
    let unknown = |_: u16| Receiver::Unknown;
    let (shore, port) = (|_: f64, _: f64| 10.0, |_: f64, _: f64| 30.0);
    let mut coverage = Coverage::new(CoverageParameters::default());
    for ship in ships.values() {
        coverage.add(ship.view(), &unknown, &shore);
    }
    let around = Around { coverage: Some(&coverage), receiver: &unknown, shore_nm: &shore, port_nm: &port, until: None };
    let found: Vec<Gap> = ships.values().flat_map(|ship| gaps(ship.view(), &GapParameters::default(), &around)).collect();
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in &found {
        *causes.entry(&gap.cause).or_default() += 1;
    }
    let (mut lon, mut lat, mut mmsi, mut t) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ship in ships.values() {
        let ship = ship.view();
        mmsi.extend_from_slice(ship.mmsi);
        t.extend_from_slice(ship.t);
        lon.extend_from_slice(ship.lon);
        lat.extend_from_slice(ship.lat);
    }
    let mut scan = GapScan::new(6 * 3600);
    scan.push_columns(&mmsi, &t, &lon, &lat).unwrap();
    assert_eq!(scan.finish().len(), found.len());
    let mut points = Vec::new();
    let p = EncounterParameters::default();
    for ship in ships.values() {
        let from = points.len();
        resample(ship.view(), &p, &mut points);
        keep_slow(&mut points, from, &p, &port);
    }
    let n = points.len();
    let met = encounters(&mut points, &p, &Knowledge { hull: &|_| Hull::default(), port_nm: &port });
    let silences = Silences::new(&found);
    let context = Context {
        ship_type: 80,
        draught_changed: &|_, _| None,
        partner_seen: &|_, _, _, _, _| None,
        type_of: &|_| 0,
        shore_nm: &|_, _| 30.0,
        port_nm: &port,
        silences: &silences,
    };
    let slow: usize = ships.values().map(|ship| loiterings(ship.view(), &LoiteringParameters::default(), &context).len()).sum();
    eprintln!(
        "{rows} rows, {} ships, {} gaps {causes:?}, {n} slow grid points, {} encounters (no ports known), {slow} loiterings (no coast known)",
        ships.len(),
        found.len(),
        met.len()
    );
    // The file keeps a row in ten: reception by the hour is poor for everybody, and nobody can be singled out.
    assert!(causes.get("unexplained").copied().unwrap_or(0) * 100 <= found.len(), "{causes:?}");
}

/// Two ships that met off Madagascar on 2015-03-19, in the tests of Global Fishing Watch's pipe-encounters (Apache-2.0): there the pair is found
/// twice, from 7:40 to 10:10 and from 7:40 to 20:10, by which ship is looked at first.
#[test]
fn a_real_meeting_is_found_the_same_from_both_sides() {
    let Some(text) = shared("golden_tests/gfw_encounters/series_data.py") else { return };
    let mut ships: Vec<Positions> = Vec::new();
    for line in text.lines() {
        if line.starts_with("series") {
            ships.push(Positions::default());
        }
        let cells: Vec<f64> = line.trim_start_matches("    \"\"\"").split(',').filter_map(|cell| cell.parse().ok()).collect();
        if let ([t, lat, lon, ..], Some(ship)) = (cells.as_slice(), ships.last_mut())
            && *t > 1e9
        {
            let number = ship.len() as u32;
            ship.push(Fix {
                mmsi: 0,
                t: *t as i64,
                lon: units(*lon),
                lat: units(*lat),
                sog: 0,
                cog: 0,
                heading: 511,
                status: 15,
                class: 1,
                receiver: 0,
                file: 0,
                record: number + 1,
            });
        }
    }
    let p = EncounterParameters { max_gap_s: 70 * 60, min_s: 30 * 60, ..EncounterParameters::default() };
    let run = |names: [u32; 2]| {
        let mut points = Vec::new();
        for (ship, name) in ships.iter().zip(names) {
            let ship: Positions = ship.view().iter().map(|fix| Fix { mmsi: name, ..fix }).collect();
            let from = points.len();
            resample(ship.view(), &p, &mut points);
            keep_slow(&mut points, from, &p, &|_, _| 100.0);
        }
        encounters(&mut points, &p, &Knowledge { hull: &|_| Hull::default(), port_nm: &|_, _| 100.0 })
    };
    let found = run([441_910_000, 563_418_000]);
    let times: Vec<_> = found.iter().map(|e| (e.t0.to_string(), e.t1.to_string(), e.median_m.round())).collect();
    eprintln!("{times:?}");
    assert_eq!(found.len(), run([563_418_000, 441_910_000]).len());
    assert_eq!(times[0].0, "2015-03-19T07:40:00Z");
    assert!(found.iter().all(|e| e.median_m < 100.0), "{found:?}");
}
