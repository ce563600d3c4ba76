//! Distances, the land mask, and outlines.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use proptest::prelude::*;
use tw_sea::{Bounds, Land, METRES_PER_NM, ahead, bearing, metres, outline, units_metres};

#[test]
fn known_places_are_land_or_sea() {
    let land = Land::bundled();
    for (lat, lon) in
        [(39.0, 125.75), (55.75, 37.6), (48.86, 2.35), (0.0, 25.0), (-80.0, 0.0), (68.6, 179.0), (44.0, -85.0), (68.0, -179.0)]
    {
        assert!(land.is_land(lat, lon), "{lat} {lon}");
    }
    for (lat, lon) in [(40.0, 135.0), (0.0, 0.0), (0.0, 180.0), (0.0, -180.0), (88.0, 10.0), (42.9, 132.0), (38.0, 124.5), (41.5, 50.5)] {
        assert!(!land.is_land(lat, lon), "{lat} {lon}");
    }
    for (lat, lon) in [(91.0, 0.0), (f64::NAN, 0.0), (0.0, f64::INFINITY), (-90.5, 181.0)] {
        assert!(!land.is_land(lat, lon));
        assert_eq!((land.coast_nm(lat, lon), land.inland_m(lat, lon)), (f64::INFINITY, 0.0));
    }
    assert!(land.inland_m(39.0, 126.5) > 40_000.0);
    assert!((160.0..260.0).contains(&land.coast_nm(40.0, 134.0)), "{}", land.coast_nm(40.0, 134.0));
}

/// Nearest cell of a kind by trying all within a box.
fn brute(land: &Land, lat: f64, lon: f64, degrees: f64) -> f64 {
    let here = land.is_land(lat, lon);
    let mut best = f64::INFINITY;
    let cells = (degrees * 120.0) as i32;
    let middle = |v: f64| (v * 120.0).floor() / 120.0 + 0.5 / 120.0;
    for y in -cells..=cells {
        for x in -2 * cells..=2 * cells {
            let (other_lat, other_lon) = (middle(lat) + f64::from(y) / 120.0, middle(lon) + f64::from(x) / 120.0);
            if land.is_land(other_lat, other_lon) != here {
                best = best.min(tw_sea::nautical_miles(lat, lon, other_lat, other_lon));
            }
        }
    }
    best
}

#[test]
fn distances_to_the_coast_are_those_of_the_mask_within_their_error() {
    let land = Land::bundled();
    let (mut near, mut far) = (0.0_f64, 0.0_f64);
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    let mut tried = 0;
    while tried < 150 {
        let (lat, lon) = (25.0 + 30.0 * random(), 118.0 + 40.0 * random());
        let known = brute(land, lat, lon, 0.7);
        if known >= 40.0 {
            continue;
        }
        tried += 1;
        let got = if land.is_land(lat, lon) { land.inland_m(lat, lon) / METRES_PER_NM } else { land.coast_nm(lat, lon) };
        if known < 12.0 { near = near.max((got - known).abs()) } else { far = far.max((got - known).abs()) }
    }
    assert!(near < 0.1 && far < 2.5, "near {near}, far {far}");
}

#[test]
fn outlines_stay_in_their_box() {
    let sea_of_japan = outline(Bounds { south: 34.0, west: 127.0, north: 44.0, east: 143.0 });
    let points: usize = sea_of_japan.iter().map(Vec::len).sum();
    assert!((200..20_000).contains(&points), "{points}");
    assert!(sea_of_japan.iter().flatten().all(|&(lat, lon)| (34.0..=44.0).contains(&lat) && (127.0..=143.0).contains(&lon)));
    let bering = outline(Bounds { south: 50.0, west: 170.0, north: 70.0, east: -165.0 });
    assert!(bering.iter().flatten().any(|&(_, lon)| lon > 190.0));
    assert!(bering.iter().flatten().any(|&(_, lon)| lon < 180.0));
    assert!(outline(Bounds { south: 1.0, west: 0.0, north: 0.0, east: 1.0 }).is_empty());
    assert!(outline(Bounds { south: f64::NAN, west: 0.0, north: 0.0, east: 1.0 }).is_empty());
}

proptest! {
    #[test]
    fn the_sphere_is_within_its_error_of_the_ellipsoid(lat0 in -89.0..89.0f64, lon0 in -180.0..180.0f64, lat1 in -89.0..89.0f64, lon1 in -180.0..180.0f64) {
        let exact: f64 = Geodesic::wgs84().inverse(lat0, lon0, lat1, lon1);
        prop_assert!((metres(lat0, lon0, lat1, lon1) - exact).abs() <= 0.0057 * exact + 0.01);
    }

    #[test]
    fn the_fast_path_is_within_its_error_of_the_sphere(lat in -79.9..79.9f64, lon in -180.0..180.0f64, angle in 0.0..360.0f64, m in 0.0..49_000.0f64) {
        let (lat1, lon1) = ahead(lat, lon, angle, m);
        let unit = |v: f64| (v * 600_000.0).round() as i32;
        let fast = units_metres(unit(lat), unit(lon), unit(lat1), unit(lon1));
        prop_assert!((fast - m).abs() < 0.0002 * m + 0.3, "{fast} {m}");
    }

    #[test]
    fn ahead_and_back_agree(lat in -89.0..89.0f64, lon in -180.0..180.0f64, angle in 0.0..360.0f64, m in 1.0..10_000_000.0f64) {
        let (lat1, lon1) = ahead(lat, lon, angle, m);
        prop_assert!((metres(lat, lon, lat1, lon1) - m).abs() < 1e-6 * m + 0.01);
        let back = (bearing(lat, lon, lat1, lon1) - angle).rem_euclid(360.0);
        prop_assert!(back.min(360.0 - back) < 0.01 || lat1.abs() > 89.9);
    }

    #[test]
    fn nothing_panics(a: i32, b: i32, c: i32, d: i32, lat: f64, lon: f64) {
        prop_assert!(units_metres(a, b, c, d) >= 0.0);
        let land = Land::bundled();
        let _ = (land.is_land(lat, lon), land.coast_nm(lat, lon), land.inland_m(lat, lon), land.clear(lat, lon, 0.0, 0.0), land.nearest_sea(lat, lon, 10.0));
        let _ = tw_sea::channel_at(lat, lon);
        let _ = tw_sea::Sea::bundled().distances_from(lat, lon, 10.0).nm_to(lon, lat);
    }
}
