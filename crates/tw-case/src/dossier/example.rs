//! A lead made by hand for tests: a tanker from Vladivostok that declared Busan and was not heard off Hungnam. All of it is made up.

use std::collections::BTreeMap;

use tw_ais::{Fix, Positions};
use tw_detect::{Evidence, Kind, Lead, Place, Rank, SeaEvent};

use super::track::{LeadTrack, turn};

/// 2024-03-12T00:00:00Z.
const START: i64 = 1_710_201_600;
/// Russian prefix, invented number.
pub(crate) const SHIP: u32 = 273_999_001;
/// Prefix of Togo, invented number.
pub(crate) const OTHER: u32 = 671_999_002;

/// Positions every ten minutes between way points of (hours, latitude, longitude).
pub(crate) fn sail(mmsi: u32, way: &[(f64, f64, f64)], rows: &mut Positions) {
    for pair in way.windows(2) {
        let ((h0, lat0, lon0), (h1, lat1, lon1)) = (pair[0], pair[1]);
        let steps = ((h1 - h0) * 6.0) as i64;
        for i in 0..steps {
            let share = i as f64 / steps as f64;
            rows.push(Fix {
                mmsi,
                t: START + (h0 * 3600.0) as i64 + i * 600,
                lat: ((lat0 + (lat1 - lat0) * share) * 600_000.0) as i32,
                lon: (((lon0 + turn(lon1 - lon0) * share + 540.0).rem_euclid(360.0) - 180.0) * 600_000.0) as i32,
                sog: 110,
                cog: 2000,
                heading: 200,
                status: 0,
                class: 1,
                receiver: 0,
                file: 0,
                record: 1,
            });
        }
    }
}

pub(crate) fn lead(sea: SeaEvent) -> Lead {
    Lead {
        id: "L-0badcafe".to_owned(),
        detector: "sea.concealed-destination".to_owned(),
        kind: Kind::Destination,
        title: "Declared Busan, not heard for 42 hours off Hungnam".to_owned(),
        subject: "EXAMPLE NEVA (MMSI 273999001)".to_owned(),
        from: "2024-03-13".to_owned(),
        to: "2024-03-15".to_owned(),
        conclusion: "Consistent with a call at Hungnam; no record shows the ship there.".to_owned(),
        declared: Vec::new(),
        observed: Vec::new(),
        allowed: Vec::new(),
        gap: None,
        against: Vec::new(),
        sensitivity: Vec::new(),
        not_checked: Vec::new(),
        evidence: vec![Evidence {
            number: 1,
            table: "positions".to_owned(),
            record: format!("{}#row=2", "ab".repeat(32)),
            origin: "synthetic".to_owned(),
            grade: "F6".to_owned(),
            source: "made up".to_owned(),
            says: "last heard".to_owned(),
            note: None,
        }],
        families: Vec::new(),
        rank: Rank { tier: 3, families: 1, magnitude: 0.5, unit: "score".to_owned(), why: "a test".to_owned() },
        figures: BTreeMap::new(),
        sea: Some(sea),
    }
}

fn place(name: &str, lat: f64, lon: f64, role: &str, probability: Option<f64>) -> Place {
    Place { name: name.to_owned(), lat, lon, role: role.to_owned(), probability }
}

/// The lead and the track of its ship.
pub(crate) fn hungnam() -> (Lead, Vec<LeadTrack>) {
    let sea = SeaEvent {
        kind: "concealed_destination".to_owned(),
        mmsi: SHIP,
        t0: "2024-03-13T06:00:00Z".to_owned(),
        t1: "2024-03-15T00:00:00Z".to_owned(),
        lat: Some(40.35),
        lon: Some(129.75),
        lat1: Some(39.1),
        lon1: Some(129.6),
        score: 0.78,
        places: vec![
            place("Vladivostok", 43.09, 131.9, "left", None),
            place("Busan (KR PUS)", 35.1, 129.05, "declared", None),
            place("Hungnam", 39.82, 127.62, "possible", Some(0.62)),
            place("Wonsan", 39.17, 127.45, "possible", Some(0.14)),
            place("Chongjin", 41.75, 129.85, "possible", Some(0.08)),
        ],
        ..SeaEvent::default()
    };
    let lead = lead(sea.clone());
    let mut rows = Positions::default();
    sail(SHIP, &[(0.0, 43.08, 131.88), (1.5, 42.9, 131.8), (14.0, 41.9, 131.2), (30.0, 40.35, 129.75)], &mut rows);
    sail(SHIP, &[(72.0, 39.1, 129.6), (96.0, 36.2, 130.0), (104.0, 35.3, 129.4), (110.0, 35.05, 129.08)], &mut rows);
    let track = LeadTrack::new(&lead, &sea, (SHIP, false), Some("EXAMPLE NEVA".to_owned()), rows.view());
    (lead, vec![track])
}

/// Two ships that meet near the antimeridian.
pub(crate) fn antimeridian() -> (Lead, Vec<LeadTrack>) {
    let sea = SeaEvent {
        kind: "ship_to_ship".to_owned(),
        mmsi: SHIP,
        partner_mmsi: Some(OTHER),
        t0: "2024-03-13T00:00:00Z".to_owned(),
        t1: "2024-03-13T10:00:00Z".to_owned(),
        lat: Some(52.0),
        lon: Some(179.98),
        score: 0.4,
        ..SeaEvent::default()
    };
    let lead = lead(sea.clone());
    let mut rows = Positions::default();
    sail(SHIP, &[(0.0, 51.0, 177.0), (24.0, 52.0, 179.98), (34.0, 52.01, -179.99), (60.0, 51.5, -176.0)], &mut rows);
    sail(OTHER, &[(0.0, 53.0, -177.5), (24.0, 52.002, 179.983), (34.0, 52.012, -179.987), (50.0, 53.0, 178.0)], &mut rows);
    let track = |mmsi, partner| LeadTrack::new(&lead, &sea, (mmsi, partner), None, rows.view());
    let tracks = vec![track(SHIP, false), track(OTHER, true)];
    (lead, tracks)
}
