//! Distances on the sphere, until the crate of the sea offers the same names.

use tw_ais::UNITS_PER_DEGREE;

/// Mean radius of the earth in metres (IUGG 1980, R1).
const RADIUS_M: f64 = 6_371_008.8;
/// Radians in one unit of a coordinate.
const RADIANS: f64 = std::f64::consts::PI / 180.0 / UNITS_PER_DEGREE as f64;
/// Half of the way round, in units.
pub(crate) const HALF_TURN: i64 = 180 * UNITS_PER_DEGREE as i64;

/// Metres in one nautical mile.
pub(crate) const NM: f64 = 1852.0;

/// Whether a pair of coordinates is a place on earth.
pub(crate) fn valid(lon: i32, lat: i32) -> bool {
    i64::from(lon).abs() <= HALF_TURN && i64::from(lat).abs() <= HALF_TURN / 2
}

/// Degrees of a number of units.
pub(crate) fn degrees(units: i32) -> f64 {
    f64::from(units) / f64::from(UNITS_PER_DEGREE)
}

/// Units of a number of degrees, clamped to the range of the type.
pub(crate) fn units(degrees: f64) -> i32 {
    // The cast saturates and makes zero of what is not a number.
    (degrees * f64::from(UNITS_PER_DEGREE)).round() as i32
}

/// The shorter way east from one longitude to another, in units: -180 degrees to +180 degrees.
pub(crate) fn east(lon0: i32, lon1: i32) -> i64 {
    let d = i64::from(lon1) - i64::from(lon0);
    (d + HALF_TURN).rem_euclid(2 * HALF_TURN) - HALF_TURN
}

/// A longitude brought into -180 degrees (included) to +180 degrees (not included).
pub(crate) fn wrap(lon: i64) -> i32 {
    ((lon + HALF_TURN).rem_euclid(2 * HALF_TURN) - HALF_TURN) as i32
}

/// Metres between two places in units of 1/600,000 degree.
///
/// Equirectangular below half a degree (error below 1 in 10,000 under 70 degrees of latitude), haversine above.
pub(crate) fn units_metres(lat0: i32, lon0: i32, lat1: i32, lon1: i32) -> f64 {
    let dy = (f64::from(lat1) - f64::from(lat0)) * RADIANS;
    let dx = east(lon0, lon1) as f64 * RADIANS;
    let (a, b) = (f64::from(lat0) * RADIANS, f64::from(lat1) * RADIANS);
    if dy.abs() < 0.01 && dx.abs() < 0.01 {
        let x = dx * ((a + b) / 2.0).cos();
        return RADIUS_M * x.hypot(dy);
    }
    let h = (dy / 2.0).sin().powi(2) + a.cos() * b.cos() * (dx / 2.0).sin().powi(2);
    2.0 * RADIUS_M * h.clamp(0.0, 1.0).sqrt().asin()
}

/// Metres between two places in degrees.
pub(crate) fn metres(lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> f64 {
    units_metres(units(lat0), units(lon0), units(lat1), units(lon1))
}

/// The place a number of metres away along a bearing (degrees from north), on a plane tangent at the start: for less than a few hundred miles.
pub(crate) fn offset(lat: f64, lon: f64, bearing: f64, metres: f64) -> (f64, f64) {
    let (s, c) = bearing.to_radians().sin_cos();
    let lat1 = (lat + (metres * c / RADIUS_M).to_degrees()).clamp(-90.0, 90.0);
    let cos = ((lat + lat1) / 2.0).to_radians().cos().max(0.01);
    let lon1 = lon + (metres * s / RADIUS_M / cos).to_degrees();
    (lat1, (lon1 + 180.0).rem_euclid(360.0) - 180.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_sixty_miles_and_the_date_line_is_no_wall() {
        let d = metres(0.0, 0.0, 1.0, 0.0);
        assert!((d - 111_195.1).abs() < 1.0, "{d}");
        let d = metres(0.0, 179.999, 0.0, -179.999);
        assert!((d - 222.4).abs() < 0.2, "{d}");
        assert_eq!(wrap(i64::from(units(179.999)) + 1_200), units(-179.999));
        assert!((metres(90.0, 0.0, 90.0, 180.0)).abs() < 1.0);
    }

    #[test]
    fn the_fast_way_agrees_with_the_exact_one() {
        for lat in [-69.0f64, -35.0, 0.0, 41.0, 69.0] {
            let fast = metres(lat, 10.0, lat + 0.3, 10.5);
            let (a, b) = (lat.to_radians(), (lat + 0.3).to_radians());
            let h = (0.15f64.to_radians()).sin().powi(2) + a.cos() * b.cos() * (0.25f64.to_radians()).sin().powi(2);
            let exact = 2.0 * RADIUS_M * h.sqrt().asin();
            assert!((fast / exact - 1.0).abs() < 1e-4, "{lat}: {fast} {exact}");
        }
    }

    #[test]
    fn an_offset_comes_back() {
        let (lat, lon) = offset(41.0, 179.9, 90.0, 20_000.0);
        assert!(lon < -179.0 && (metres(41.0, 179.9, lat, lon) - 20_000.0).abs() < 20.0);
    }
}
