//! Canals and narrow waters that the land mask closes.

use std::sync::OnceLock;

/// A navigable water as a line of (latitude, longitude) in degrees, and how far beside it the mask does not count, nautical miles.
pub(crate) struct Channel {
    pub(crate) name: &'static str,
    pub(crate) half_width_nm: f64,
    pub(crate) line: &'static [(f64, f64)],
}

/// Courses read off common charts by hand, to about a mile. Widths are not those of the water: they bridge the error of the mask.
pub(crate) const CHANNELS: &[Channel] = &[
    Channel {
        name: "Suez Canal",
        half_width_nm: 4.0,
        line: &[
            (31.40, 32.40),
            (31.27, 32.31),
            (30.85, 32.31),
            (30.57, 32.30),
            (30.33, 32.37),
            (30.18, 32.57),
            (29.93, 32.57),
            (29.80, 32.55),
        ],
    },
    Channel {
        name: "Panama Canal",
        half_width_nm: 4.0,
        line: &[
            (9.45, -79.92),
            (9.28, -79.92),
            (9.18, -79.85),
            (9.12, -79.72),
            (9.05, -79.65),
            (8.99, -79.59),
            (8.92, -79.54),
            (8.80, -79.48),
        ],
    },
    Channel {
        name: "Kiel Canal",
        half_width_nm: 3.0,
        line: &[(53.90, 8.85), (53.89, 9.14), (54.10, 9.30), (54.20, 9.45), (54.32, 9.68), (54.35, 9.95), (54.37, 10.15), (54.50, 10.27)],
    },
    Channel {
        name: "Bosporus",
        half_width_nm: 1.5,
        line: &[(41.30, 29.16), (41.20, 29.11), (41.12, 29.07), (41.06, 29.05), (41.01, 28.99), (40.93, 28.93)],
    },
    Channel {
        name: "Dardanelles",
        half_width_nm: 2.0,
        line: &[(40.50, 26.85), (40.40, 26.68), (40.22, 26.45), (40.15, 26.39), (40.03, 26.19), (39.98, 26.00)],
    },
    Channel { name: "Kerch Strait", half_width_nm: 2.0, line: &[(44.95, 36.50), (45.18, 36.47), (45.35, 36.65), (45.50, 36.75)] },
    Channel {
        name: "Kanmon Strait",
        half_width_nm: 1.0,
        line: &[(34.02, 130.78), (33.95, 130.87), (33.93, 130.92), (33.96, 130.97), (33.98, 131.03), (33.93, 131.12)],
    },
    Channel {
        name: "Seto Inland Sea",
        half_width_nm: 1.5,
        line: &[
            (33.93, 131.12),
            (33.75, 131.70),
            (33.82, 132.35),
            (33.98, 132.55),
            (34.10, 132.93),
            (34.17, 133.05),
            (34.25, 133.40),
            (34.33, 133.65),
            (34.38, 133.85),
            (34.43, 134.10),
            (34.50, 134.50),
            (34.58, 134.95),
            (34.62, 135.10),
            (34.58, 135.25),
        ],
    },
    Channel { name: "Kii Channel", half_width_nm: 1.0, line: &[(34.50, 135.15), (34.28, 135.02), (34.10, 134.95), (33.85, 134.90)] },
    Channel { name: "Strait of Messina", half_width_nm: 1.0, line: &[(38.35, 15.72), (38.25, 15.65), (38.18, 15.61), (38.00, 15.58)] },
    Channel {
        name: "Oresund",
        half_width_nm: 1.5,
        line: &[(56.20, 12.45), (56.04, 12.65), (55.85, 12.72), (55.60, 12.72), (55.40, 12.70)],
    },
    Channel {
        name: "Great Belt",
        half_width_nm: 2.0,
        line: &[(56.05, 11.00), (55.75, 10.85), (55.50, 10.95), (55.33, 11.03), (55.05, 11.00), (54.75, 10.90)],
    },
    Channel {
        name: "Singapore Strait",
        half_width_nm: 2.0,
        line: &[(1.25, 103.35), (1.17, 103.60), (1.20, 103.85), (1.26, 104.10), (1.32, 104.40)],
    },
    Channel { name: "Nevelskoy Strait", half_width_nm: 2.0, line: &[(52.70, 141.35), (52.25, 141.50), (51.90, 141.60), (51.40, 141.65)] },
    Channel { name: "Taedong estuary", half_width_nm: 3.0, line: &[(38.60, 124.85), (38.67, 125.05), (38.69, 125.22), (38.73, 125.40)] },
    Channel {
        name: "Huangpu and Yangtze mouth",
        half_width_nm: 3.0,
        line: &[(31.05, 122.40), (31.22, 121.85), (31.38, 121.53), (31.25, 121.50)],
    },
    Channel {
        name: "Yangtze to Nanjing",
        half_width_nm: 5.0,
        line: &[
            (31.38, 121.53),
            (31.65, 121.15),
            (31.80, 120.90),
            (32.00, 120.70),
            (31.95, 120.30),
            (32.02, 119.90),
            (32.22, 119.60),
            (32.20, 119.20),
            (32.15, 118.80),
        ],
    },
    Channel { name: "Pearl River", half_width_nm: 4.0, line: &[(22.10, 113.80), (22.45, 113.80), (22.80, 113.60), (23.07, 113.45)] },
    Channel {
        name: "Elbe to Hamburg",
        half_width_nm: 3.0,
        line: &[(53.99, 8.30), (53.90, 8.85), (53.86, 9.10), (53.65, 9.50), (53.55, 9.80), (53.54, 9.95)],
    },
    Channel { name: "Weser", half_width_nm: 3.0, line: &[(53.85, 8.00), (53.70, 8.30), (53.55, 8.55), (53.40, 8.48)] },
    Channel { name: "Western Scheldt", half_width_nm: 3.0, line: &[(51.45, 3.30), (51.41, 3.65), (51.40, 4.00), (51.28, 4.28)] },
    Channel { name: "New Waterway", half_width_nm: 2.0, line: &[(52.00, 3.90), (51.97, 4.10), (51.90, 4.35), (51.90, 4.48)] },
    Channel { name: "Thames", half_width_nm: 2.0, line: &[(51.50, 1.00), (51.50, 0.70), (51.45, 0.40)] },
    Channel {
        name: "Houston Ship Channel",
        half_width_nm: 3.0,
        line: &[(29.25, -94.55), (29.36, -94.78), (29.60, -94.95), (29.72, -95.02), (29.74, -95.25)],
    },
    Channel {
        name: "Mississippi to Baton Rouge",
        half_width_nm: 8.0,
        line: &[
            (28.88, -89.43),
            (29.15, -89.25),
            (29.35, -89.50),
            (29.60, -89.85),
            (29.90, -90.02),
            (29.95, -90.35),
            (30.05, -90.75),
            (30.20, -91.05),
            (30.45, -91.20),
        ],
    },
    Channel {
        name: "Delaware River",
        half_width_nm: 3.0,
        line: &[(38.80, -75.05), (39.20, -75.25), (39.55, -75.55), (39.80, -75.42), (39.92, -75.13)],
    },
    Channel {
        name: "Columbia River",
        half_width_nm: 5.0,
        line: &[(46.24, -124.10), (46.20, -123.75), (46.15, -123.30), (46.10, -122.92), (45.75, -122.77), (45.62, -122.70)],
    },
];

/// The canal or narrow water at a place, if it is within one of the listed ones.
///
/// The land mask does not count there. Only large canals, straits and a few rivers to large ports are listed: a place without a name may be a
/// river all the same.
///
/// ```
/// assert_eq!(tw_sea::channel_at(30.6, 32.3), Some("Suez Canal"));
/// ```
#[must_use]
pub fn channel_at(lat: f64, lon: f64) -> Option<&'static str> {
    if !near_one(lat, lon) {
        return None;
    }
    CHANNELS
        .iter()
        .find(|channel| channel.line.windows(2).any(|leg| beside(lat, lon, leg[0], leg[1], channel.half_width_nm)))
        .map(|c| c.name)
}

/// Whether a place is in a square of a degree that a channel may touch: most of the land is not.
fn near_one(lat: f64, lon: f64) -> bool {
    static SQUARES: OnceLock<Vec<bool>> = OnceLock::new();
    if !((-90.0..90.0).contains(&lat) && (-180.0..180.0).contains(&lon)) {
        // The legs decide: none lies at a pole, and none at the antimeridian.
        return true;
    }
    let square = |lat: f64, lon: f64| ((lat + 90.0) as usize).min(179) * 360 + ((lon + 180.0) as usize).min(359);
    let squares = SQUARES.get_or_init(|| {
        let mut squares = vec![false; 180 * 360];
        for channel in CHANNELS {
            // As far as `beside` looks.
            let margin = channel.half_width_nm / 60.0;
            for leg in channel.line.windows(2) {
                let (south, north) = (leg[0].0.min(leg[1].0) - margin, leg[0].0.max(leg[1].0) + margin);
                let (west, east) = (leg[0].1.min(leg[1].1) - 3.0 * margin, leg[0].1.max(leg[1].1) + 3.0 * margin);
                for row in south.floor() as i32..=north.floor() as i32 {
                    for col in west.floor() as i32..=east.floor() as i32 {
                        squares[square(f64::from(row), f64::from(col))] = true;
                    }
                }
            }
        }
        squares
    });
    squares[square(lat, lon)]
}

fn beside(lat: f64, lon: f64, a: (f64, f64), b: (f64, f64), limit_nm: f64) -> bool {
    let margin = limit_nm / 60.0;
    if lat < a.0.min(b.0) - margin || lat > a.0.max(b.0) + margin || lon < a.1.min(b.1) - 3.0 * margin || lon > a.1.max(b.1) + 3.0 * margin
    {
        return false;
    }
    let cos = a.0.to_radians().cos();
    let (dx, dy) = ((b.1 - a.1) * cos, b.0 - a.0);
    let (px, py) = ((lon - a.1) * cos, lat - a.0);
    let t = ((px * dx + py * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (px - t * dx).hypot(py - t * dy) * 60.0 <= limit_nm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_channel_lies_outside_the_squares_that_are_looked_at() {
        for channel in CHANNELS {
            for leg in channel.line.windows(2) {
                for n in 0..400_i32 {
                    let (lat, lon) = (leg[0].0 + f64::from(n % 20 - 10) * 0.03, leg[0].1 + f64::from(n / 20 - 10) * 0.03);
                    let beside = beside(lat, lon, leg[0], leg[1], channel.half_width_nm);
                    assert!(!beside || near_one(lat, lon), "{} at {lat} {lon}", channel.name);
                }
            }
        }
        assert!(!near_one(40.0, 134.0) && !near_one(-50.0, 0.5));
    }
}
