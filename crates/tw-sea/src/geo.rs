//! Distances and directions on a sphere.
//!
//! A sphere of the mean radius of the Earth is wrong by at most 0.56 % against the WGS 84 ellipsoid (north-south near a pole, east-west at the
//! equator), which is less than what a ship's reported position, route and speed are uncertain by.

/// Mean radius of the Earth, metres: (2a + b) / 3 of WGS 84 (Moritz, Geodetic Reference System 1980, Journal of Geodesy 74, 2000, p. 131).
pub const RADIUS_M: f64 = 6_371_008.8;
/// Metres in a nautical mile (exact by definition, First International Extraordinary Hydrographic Conference, Monaco 1929).
pub const METRES_PER_NM: f64 = 1852.0;
/// AIS units of a coordinate in one degree: 1/10,000 minute.
const UNITS_PER_DEGREE: f64 = 600_000.0;

/// Great-circle distance in metres between two places in degrees.
///
/// Haversine formula (Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984, p. 159): exact for a sphere, good for short distances.
/// Longitudes may be out of -180..180. Not a number gives not a number.
///
/// ```
/// let vladivostok_busan = tw_sea::metres(43.1, 131.9, 35.1, 129.0);
/// assert_eq!((vladivostok_busan / 1000.0).round(), 924.0);
/// ```
#[must_use]
pub fn metres(lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> f64 {
    let (phi0, phi1) = (lat0.to_radians(), lat1.to_radians());
    let half_phi = ((lat1 - lat0).to_radians() * 0.5).sin();
    let half_lambda = ((lon1 - lon0).to_radians() * 0.5).sin();
    let a = half_phi * half_phi + phi0.cos() * phi1.cos() * half_lambda * half_lambda;
    2.0 * RADIUS_M * a.clamp(0.0, 1.0).sqrt().asin()
}

/// Great-circle distance in nautical miles between two places in degrees; see [`metres`].
#[must_use]
pub fn nautical_miles(lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> f64 {
    metres(lat0, lon0, lat1, lon1) / METRES_PER_NM
}

/// Distance in metres between two places in AIS units (1/600,000 degree).
///
/// Below about 50 km and 80 degrees of latitude the sphere is taken as flat at the middle latitude; the error against [`metres`] is then less
/// than 0.02 % (a test holds it). Everything else goes to [`metres`]. The difference of longitudes is taken the short way round.
///
/// ```
/// assert_eq!(tw_sea::units_metres(0, 107_999_999, 0, -107_999_999).round(), 0.0); // across the antimeridian: 2 units, 0.37 m
/// ```
#[must_use]
pub fn units_metres(lat0: i32, lon0: i32, lat1: i32, lon1: i32) -> f64 {
    const TURN: i64 = 360 * 600_000;
    const METRES_PER_UNIT: f64 = RADIUS_M * std::f64::consts::PI / 180.0 / UNITS_PER_DEGREE;
    /// 0.45 degree of latitude is 50 km.
    const NEAR: i64 = 270_000;
    const HIGH: i32 = 80 * 600_000;

    let d_lat = i64::from(lat1) - i64::from(lat0);
    let mut d_lon = i64::from(lon1) - i64::from(lon0);
    if d_lon > TURN / 2 {
        d_lon -= TURN;
    } else if d_lon < -TURN / 2 {
        d_lon += TURN;
    }
    if d_lat.abs() > NEAR || d_lon.abs() > 2 * NEAR || lat0.checked_abs().is_none_or(|lat| lat > HIGH) {
        return metres(
            f64::from(lat0) / UNITS_PER_DEGREE,
            f64::from(lon0) / UNITS_PER_DEGREE,
            f64::from(lat1) / UNITS_PER_DEGREE,
            f64::from(lon1) / UNITS_PER_DEGREE,
        );
    }
    let middle = (f64::from(lat0) + d_lat as f64 * 0.5) / UNITS_PER_DEGREE;
    let y = d_lat as f64;
    let x = d_lon as f64 * middle.to_radians().cos();
    METRES_PER_UNIT * (x * x + y * y).sqrt()
}

/// Initial bearing from the first place to the second, degrees from true north, 0 up to but not including 360. Zero for equal places.
///
/// ```
/// assert_eq!(tw_sea::bearing(0.0, 179.5, 0.0, -179.5), 90.0);
/// ```
#[must_use]
pub fn bearing(lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> f64 {
    let (phi0, phi1) = (lat0.to_radians(), lat1.to_radians());
    let d_lambda = (lon1 - lon0).to_radians();
    let y = d_lambda.sin() * phi1.cos();
    let x = phi0.cos() * phi1.sin() - phi0.sin() * phi1.cos() * d_lambda.cos();
    let degrees = y.atan2(x).to_degrees().rem_euclid(360.0);
    if degrees >= 360.0 { 0.0 } else { degrees }
}

/// The place (latitude, longitude in -180..=180) that is reached from a place on an initial bearing (degrees) after some metres.
///
/// ```
/// let (lat, lon) = tw_sea::ahead(0.0, 179.9, 90.0, 60.0 * 1852.0);
/// assert!(lat.abs() < 1e-9 && (lon + 179.1).abs() < 0.01);
/// ```
#[must_use]
pub fn ahead(lat: f64, lon: f64, bearing_deg: f64, metres: f64) -> (f64, f64) {
    let angle = metres / RADIUS_M;
    let (phi, theta) = (lat.to_radians(), bearing_deg.to_radians());
    let sin_phi1 = (phi.sin() * angle.cos() + phi.cos() * angle.sin() * theta.cos()).clamp(-1.0, 1.0);
    let d_lambda = (theta.sin() * angle.sin() * phi.cos()).atan2(angle.cos() - phi.sin() * sin_phi1);
    (sin_phi1.asin().to_degrees(), wrap(lon + d_lambda.to_degrees()))
}

/// A longitude brought into -180..=180.
#[must_use]
pub(crate) fn wrap(lon: f64) -> f64 {
    if (-180.0..=180.0).contains(&lon) { lon } else { (lon + 180.0).rem_euclid(360.0) - 180.0 }
}

/// Unit vector of a place.
pub(crate) fn vector(lat: f64, lon: f64) -> [f64; 3] {
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// Place of a unit vector.
pub(crate) fn place(v: [f64; 3]) -> (f64, f64) {
    (v[2].clamp(-1.0, 1.0).asin().to_degrees(), v[1].atan2(v[0]).to_degrees())
}

/// Angle between two unit vectors, radians.
pub(crate) fn angle(a: [f64; 3], b: [f64; 3]) -> f64 {
    let d = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    let chord = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
    2.0 * (chord * 0.5).min(1.0).asin()
}

/// Nautical miles between two unit vectors.
pub(crate) fn vector_nm(a: [f64; 3], b: [f64; 3]) -> f64 {
    angle(a, b) * (RADIUS_M / METRES_PER_NM)
}
