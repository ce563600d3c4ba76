//! Distances between positions: private until the crate of the sea offers the same functions.

use tw_ais::UNITS_PER_DEGREE;

/// Mean radius of the earth in metres (IUGG 1980).
pub(crate) const RADIUS: f64 = 6_371_008.8;
/// Metres in one knot-second: 1,852 m in 3,600 s.
pub(crate) const METRES_A_SECOND: f64 = 1852.0 / 3600.0;

/// Degrees east from one longitude to another, the short way round: -180 to 180.
pub(crate) fn wrap(degrees: f64) -> f64 {
    if (-180.0..=180.0).contains(&degrees) {
        return degrees;
    }
    let turned = (degrees + 180.0).rem_euclid(360.0) - 180.0;
    if turned.is_finite() { turned } else { 0.0 }
}

/// East and north components in metres of the way from one position to another, in a plane that touches the mean latitude: good to 0.1 % below 100 km.
pub(crate) fn plane(lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> (f64, f64) {
    let scale = RADIUS.to_radians();
    let mean = ((lat0 + lat1) * 0.5).to_radians();
    (wrap(lon1 - lon0) * mean.cos() * scale, (lat1 - lat0) * scale)
}

/// Great-circle distance in metres between positions in degrees (haversine on a sphere, within 0.6 % of the ellipsoid); the plane below half a degree.
pub(crate) fn metres(lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> f64 {
    let (dlat, dlon) = (lat1 - lat0, wrap(lon1 - lon0));
    if dlat.abs() < 0.5 && dlon.abs() < 0.5 && lat0.abs() < 80.0 {
        let (x, y) = plane(lat0, lon0, lat1, lon1);
        return (x * x + y * y).sqrt();
    }
    let (a, b) = ((dlat.to_radians() * 0.5).sin(), (dlon.to_radians() * 0.5).sin());
    let h = a * a + lat0.to_radians().cos() * lat1.to_radians().cos() * b * b;
    2.0 * RADIUS * h.clamp(0.0, 1.0).sqrt().asin()
}

/// [`metres`] for positions in 1/600,000 degree.
pub(crate) fn units_metres(lat0: i32, lon0: i32, lat1: i32, lon1: i32) -> f64 {
    let unit = 1.0 / f64::from(UNITS_PER_DEGREE);
    metres(f64::from(lat0) * unit, f64::from(lon0) * unit, f64::from(lat1) * unit, f64::from(lon1) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_latitude_is_a_nautical_mile() {
        assert!((metres(10.0, 20.0, 10.0 + 1.0 / 60.0, 20.0) - 1853.25).abs() < 0.1);
        assert!((metres(0.0, 0.0, 0.0, 90.0) - RADIUS * std::f64::consts::FRAC_PI_2).abs() < 1.0);
    }

    #[test]
    fn the_antimeridian_is_no_border() {
        let across = units_metres(0, 180 * UNITS_PER_DEGREE - 6000, 0, -180 * UNITS_PER_DEGREE + 6000);
        assert!((across - 2223.9).abs() < 0.1, "{across}");
        assert!(metres(90.0, 0.0, 90.0, 170.0) < 1.0);
    }
}
