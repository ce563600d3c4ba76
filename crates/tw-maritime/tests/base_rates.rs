//! How often each kernel speaks on real data in which we know of no evasion. Needs the shared data; without it, it says so and passes.
//!
//! No ship is named: only counts are printed.

#![expect(clippy::print_stdout, reason = "figures")]
#![expect(clippy::unwrap_used, reason = "a test: helpers may stop it")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use tw_ais::{Dimensions, Fix, Positions, Static, UNITS_PER_DEGREE};
use tw_maritime::At;
use tw_maritime::draught::{self, draught_changes};
use tw_maritime::hulls::{self, Piece, Profile, false_flags, hull_links, profile, shared_mmsi};
use tw_maritime::identity::{self, identities, identity_changes, imo_doubts};

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TIDEWAITER_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/maritime").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// Adds a report to a run of equal ones.
fn add(reports: &mut Vec<Static>, report: Static) {
    if let Some(last) = reports.last_mut()
        && last.says_the_same(&report)
    {
        last.t_last = report.t;
        last.n += 1;
        return;
    }
    reports.push(report);
}

fn seconds(text: &str) -> i64 {
    let text = if text.ends_with('Z') { text.to_owned() } else { format!("{text}Z") };
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

#[derive(Default)]
struct Ship {
    fixes: Positions,
    reports: Vec<Static>,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test file")]
fn noaa(path: PathBuf) -> BTreeMap<u32, Ship> {
    let mut rows: Vec<(u32, i64, csv::StringRecord)> = csv::Reader::from_path(path)
        .unwrap()
        .into_records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].parse().unwrap(), seconds(&row[1]), row))
        .collect();
    rows.sort_by_key(|(mmsi, t, _)| (*mmsi, *t));
    let mut ships: BTreeMap<u32, Ship> = BTreeMap::new();
    for (record, (mmsi, t, row)) in rows.into_iter().enumerate() {
        let number = |i: usize| row[i].parse::<f64>().unwrap_or(0.0);
        let ship = ships.entry(mmsi).or_default();
        let record = record as u32 + 2;
        ship.fixes.push(Fix {
            mmsi,
            t,
            lat: (number(2) * f64::from(UNITS_PER_DEGREE)) as i32,
            lon: (number(3) * f64::from(UNITS_PER_DEGREE)) as i32,
            sog: (number(4) * 10.0).clamp(0.0, 1023.0) as u16,
            cog: (number(5) * 10.0).clamp(0.0, 3600.0) as u16,
            heading: 511,
            status: 15,
            class: if &row[16] == "A" { 1 } else { 2 },
            receiver: 0,
            file: 0,
            record,
        });
        add(
            &mut ship.reports,
            Static {
                mmsi,
                t,
                t_last: t,
                n: 1,
                imo: row[8].trim_start_matches("IMO").parse().unwrap_or(0),
                callsign: row[9].to_owned(),
                name: row[7].to_owned(),
                ship_type: number(10).clamp(0.0, 255.0) as u8,
                // The file has no place of the antenna.
                dimensions: Dimensions { bow: 0, stern: number(12) as u16, port: 0, starboard: number(13).clamp(0.0, 255.0) as u8 },
                draught: (number(14) * 10.0).clamp(0.0, 255.0) as u8,
                record,
                ..Static::default()
            },
        );
    }
    ships
}

#[test]
fn a_slice_of_united_states_waters() {
    let Some(path) = shared("positions/marinecadastre_20220103_99999.csv") else { return };
    let ships = noaa(path);
    let mut days = 0.0;
    let (mut changes, mut names, mut doubts, mut draughts) = (Vec::new(), 0, Vec::new(), Vec::new());
    let mut profiles: Vec<Profile> = Vec::new();
    let parameters = hulls::Parameters { margin_hours: 0.05, ..hulls::Parameters::default() };
    for ship in ships.values() {
        let fixes = ship.fixes.view();
        if let (Some(first), Some(last)) = (fixes.t.first(), fixes.t.last()) {
            #[expect(clippy::cast_precision_loss, reason = "a day")]
            let day = (last - first) as f64 / 86_400.0;
            days += day;
        }
        changes.extend(identity_changes(&ship.reports, fixes, &identity::Parameters::default()));
        names += identities(&ship.reports, &identity::Parameters::default()).len();
        doubts.extend(imo_doubts(&ship.reports, &identity::Parameters::default()));
        draughts.extend(draught_changes(
            &ship.reports,
            fixes,
            |_, _| false,
            None,
            None,
            &draught::Parameters { hold_hours: 0.0, ..draught::Parameters::default() },
        ));
        profiles.extend(profile(fixes, &ship.reports, |_, _| None, &parameters));
    }
    let links = hull_links(&profiles, &parameters);
    let flags = false_flags(&profiles, &[], &parameters);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for link in &links {
        *kinds.entry(&link.kind).or_default() += 1;
    }
    let merchant = ships.values().filter(|ship| ship.reports.iter().any(|r| (70..=89).contains(&r.ship_type))).count();
    println!("{} ships ({merchant} cargo ships and tankers), {days:.1} ship-days, {names} identity rows", ships.len());
    println!("identity changes {}, draught changes (hold of no time) {}", changes.len(), draughts.len());
    println!(
        "doubtful IMO numbers that are evidence: {} with one of {}",
        doubts.iter().filter(|d| d.evidence && d.imo > 0).count(),
        merchant
    );
    println!("links {kinds:?}, scores {:?}", links.iter().map(|link| (link.score * 100.0).round() / 100.0).collect::<Vec<_>>());
    println!("flags {:?}", flags.iter().map(|row| (row.kind.as_str(), row.flags.as_str(), row.score)).collect::<Vec<_>>());
    assert!(changes.is_empty(), "{}", changes.len());
    assert!(draughts.len() <= 10, "{}", draughts.len());
    assert!(links.iter().filter(|link| link.kind == "laundering" || link.kind == "handover" || link.kind == "swap").count() <= 1);
    assert!(flags.iter().filter(|row| row.score >= 0.4).count() <= 3);
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test file")]
fn type_5_messages_of_an_hour() {
    let Some(path) = shared("positions/static_type5_dev.csv") else { return };
    let mut ships: BTreeMap<(String, u32), Vec<Static>> = BTreeMap::new();
    for (record, row) in csv::Reader::from_path(path).unwrap().into_records().enumerate() {
        let row = row.unwrap();
        let number = |i: usize| row[i].parse::<f64>().unwrap_or(0.0);
        let mmsi = number(2) as u32;
        // Rows without a time stay in the order of the file, a minute apart.
        let t = if row[1].is_empty() { 60 * record as i64 } else { number(1) as i64 };
        let (length, beam) = (number(7) as u16, number(8).clamp(0.0, 255.0) as u8);
        add(
            ships.entry((row[0].to_owned(), mmsi)).or_default(),
            Static {
                mmsi,
                t,
                t_last: t,
                n: 1,
                imo: number(3) as u32,
                callsign: row[4].to_owned(),
                name: row[5].to_owned(),
                ship_type: number(6) as u8,
                dimensions: Dimensions { bow: 0, stern: length, port: 0, starboard: beam },
                draught: (number(9) * 10.0).clamp(0.0, 255.0) as u8,
                destination: row[14].to_owned(),
                message: 5,
                record: record as u32 + 2,
                ..Static::default()
            },
        );
    }
    let (mut changes, mut doubts, mut cargo) = (0, 0, 0);
    for reports in ships.values() {
        changes += identity_changes(reports, Positions::default().view(), &identity::Parameters::default()).len();
        doubts += imo_doubts(reports, &identity::Parameters::default()).iter().filter(|doubt| doubt.evidence && doubt.imo > 0).count();
        cargo += usize::from(reports.iter().any(|r| (70..=89).contains(&r.ship_type)));
    }
    println!("{} ships, {cargo} cargo ships and tankers: {changes} changes, {doubts} doubtful IMO numbers that are evidence", ships.len());
    assert!(changes <= 2, "{changes}");
    assert!(doubts * 10 <= cargo, "{doubts} of {cargo}");
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "a test file")]
fn an_mmsi_that_is_shared_is_seen_from_its_segments() {
    let Some(path) = shared("golden_tests/gfw_segment/segmented-416000000.json") else { return };
    let mut pieces: BTreeMap<String, Piece> = BTreeMap::new();
    for (record, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (Some(lat), Some(lon), Some(segment)) = (row["lat"].as_f64(), row["lon"].as_f64(), row["segment"].as_str()) else { continue };
        let t = seconds(row["timestamp"].as_str().unwrap());
        let at = At { file: 0, record: record as u32 + 1 };
        let new = Piece { t0: t, t1: t, lat0: lat, lon0: lon, lat1: lat, lon1: lon, n: 0, first: at, last: at };
        let piece = pieces.entry(segment.to_owned()).or_insert(new);
        *piece = Piece { t1: t, lat1: lat, lon1: lon, n: piece.n + 1, last: at, ..*piece };
    }
    let pieces: Vec<Piece> = pieces.into_values().collect();
    let found = shared_mmsi(416_000_000, &pieces, &hulls::Parameters::default());
    println!(
        "{} segments, {} times of sharing: {:?}",
        pieces.len(),
        found.len(),
        found.iter().map(|row| (row.hulls, row.score)).collect::<Vec<_>>()
    );
    // Five hulls at once, and no accusation: 416000000 is a number that nobody set.
    assert!(found.iter().any(|row| row.hulls >= 4) && found.iter().all(|row| row.score <= 0.1));
}
