//! Points on the sphere in cells of a quarter of a degree.

/// Mean radius of the earth in nautical miles: 6,371.0088 km (IUGG) / 1.852.
const RADIUS_NM: f64 = 3_440.069_5;
/// Cells in one degree.
const PER_DEGREE: f64 = 4.0;
const COLUMNS: usize = 1_440;
const ROWS: usize = 720;

/// A point as a unit vector, with its number.
#[derive(Clone, Copy, Debug)]
struct Point {
    v: [f64; 3],
    i: u32,
}

/// Points in order of cells.
#[derive(Debug)]
pub(crate) struct Grid {
    /// First point of each cell; one more at the end.
    starts: Vec<u32>,
    points: Vec<Point>,
}

fn unit(lat: f64, lon: f64) -> [f64; 3] {
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

fn chord2(a: [f64; 3], b: [f64; 3]) -> f64 {
    let d = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}

fn nm_of_chord2(chord2: f64) -> f64 {
    2.0 * RADIUS_NM * (chord2.sqrt() / 2.0).min(1.0).asin()
}

/// Great-circle distance of two points (latitude, longitude in degrees) in nautical miles.
pub(crate) fn distance_nm(a: (f64, f64), b: (f64, f64)) -> f64 {
    nm_of_chord2(chord2(unit(a.0, a.1), unit(b.0, b.1)))
}

fn row(lat: f64) -> usize {
    (((lat + 90.0) * PER_DEGREE).max(0.0) as usize).min(ROWS - 1)
}

fn column(lon: f64) -> usize {
    (((lon + 180.0) * PER_DEGREE).max(0.0) as usize).min(COLUMNS - 1)
}

impl Grid {
    pub(crate) fn new(positions: impl Iterator<Item = Option<(f64, f64)>>) -> Self {
        let mut cells: Vec<(u32, Point)> = Vec::new();
        for (i, position) in positions.enumerate() {
            let (Some((lat, lon)), Ok(i)) = (position, u32::try_from(i)) else { continue };
            let cell = u32::try_from(row(lat) * COLUMNS + column(lon)).expect("about a million cells");
            cells.push((cell, Point { v: unit(lat, lon), i }));
        }
        cells.sort_unstable_by_key(|(cell, point)| (*cell, point.i));
        let mut starts = vec![0u32; ROWS * COLUMNS + 1];
        let mut next = 0;
        for (n, &(cell, _)) in cells.iter().enumerate() {
            let n = u32::try_from(n).expect("as many as ports");
            while next <= cell as usize {
                starts[next] = n;
                next += 1;
            }
        }
        let end = u32::try_from(cells.len()).expect("as many as ports");
        starts[next..].fill(end);
        Self { starts, points: cells.into_iter().map(|(_, point)| point).collect() }
    }

    /// Calls with every point in the cells that a disc touches, and the squared chord.
    fn visit(&self, lat: f64, lon: f64, nm: f64, mut each: impl FnMut(usize, f64)) {
        if !(lat.abs() <= 90.0 && lon.abs() <= 180.0 && nm >= 0.0) {
            return;
        }
        let reach = (nm / 60.0 * 1.001).min(180.0);
        let (first_row, last_row) = (row(lat - reach), row(lat + reach));
        let widest = (lat.abs() + reach).min(90.0).to_radians().cos();
        let width = if widest * 180.0 > reach { reach / widest * 1.001 } else { 180.0 };
        // Columns as one range, or as two across the antimeridian.
        let spans = if width >= 179.0 {
            [(0, COLUMNS - 1), (1, 0)]
        } else {
            let (low, high) = (lon - width, lon + width);
            match (low < -180.0, high >= 180.0) {
                (true, _) => [(0, column(high)), (column(low + 360.0), COLUMNS - 1)],
                (_, true) => [(column(low), COLUMNS - 1), (0, column(high - 360.0))],
                _ => [(column(low), column(high)), (1, 0)],
            }
        };
        let mut here = None;
        for (low, high) in spans {
            if low > high {
                continue;
            }
            for base in (first_row..=last_row).map(|r| r * COLUMNS) {
                // Points are in the order of cells: those of a range of columns lie side by side.
                let (from, to) = (self.starts[base + low] as usize, self.starts[base + high + 1] as usize);
                if from == to {
                    continue;
                }
                let here = *here.get_or_insert_with(|| unit(lat, lon));
                for point in &self.points[from..to] {
                    each(point.i as usize, chord2(here, point.v));
                }
            }
        }
    }

    /// The nearest point that is accepted, given its number and its distance in nautical miles.
    pub(crate) fn nearest_where(&self, lat: f64, lon: f64, max_nm: f64, accept: impl Fn(usize, f64) -> bool) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        let limit = chord2_of_nm(max_nm);
        self.visit(lat, lon, max_nm, |i, d| {
            if d <= limit && best.is_none_or(|(b, least)| (d, i) < (least, b)) && accept(i, nm_of_chord2(d)) {
                best = Some((i, d));
            }
        });
        best.map(|(i, d)| (i, nm_of_chord2(d)))
    }

    pub(crate) fn within(&self, lat: f64, lon: f64, nm: f64) -> Vec<(usize, f64)> {
        let limit = chord2_of_nm(nm);
        let mut found = Vec::new();
        self.visit(lat, lon, nm, |i, d| {
            if d <= limit {
                found.push((i, nm_of_chord2(d)));
            }
        });
        found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }
}

fn chord2_of_nm(nm: f64) -> f64 {
    let half = (nm / (2.0 * RADIUS_NM)).min(std::f64::consts::FRAC_PI_2).sin();
    4.0 * half * half
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_antimeridian_and_the_poles_are_no_edge() {
        let grid = Grid::new([Some((0.0, 179.99)), Some((89.9, 10.0)), None, Some((-64.0, -180.0))].into_iter());
        assert_eq!(grid.nearest_where(0.0, -179.99, 2.0, |_, _| true).map(|(i, _)| i), Some(0));
        assert_eq!(grid.nearest_where(89.9, -170.0, 13.0, |_, _| true).map(|(i, _)| i), Some(1));
        assert_eq!(grid.nearest_where(-64.0, 180.0, 1.0, |_, _| true).map(|(i, _)| i), Some(3));
        assert_eq!(grid.nearest_where(f64::NAN, 0.0, 1.0, |_, _| true), None);
        assert_eq!(grid.nearest_where(0.0, 0.0, f64::NAN, |_, _| true), None);
        assert!(grid.within(95.0, 0.0, 1e9).is_empty());
        assert_eq!(grid.within(0.0, 0.0, f64::INFINITY).len(), 3);
    }

    #[test]
    fn a_minute_of_latitude_is_a_mile() {
        assert!((distance_nm((38.0, 125.0), (38.0 + 1.0 / 60.0, 125.0)) - 1.0).abs() < 0.001);
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_full_search_finds(
            points in proptest::collection::vec((-90.0f64..=90.0, -180.0f64..=180.0), 0..60), lat in -90.0f64..=90.0, lon in -180.0f64..=180.0, nm in 0.0f64..4000.0,
        ) {
            let grid = Grid::new(points.iter().map(|&p| Some(p)));
            let mut full: Vec<usize> = (0..points.len()).filter(|&i| distance_nm(points[i], (lat, lon)) <= nm).collect();
            let mut found: Vec<usize> = grid.within(lat, lon, nm).into_iter().map(|(i, _)| i).collect();
            let nearest = found.first().copied();
            found.sort_unstable();
            full.sort_unstable();
            prop_assert_eq!(&found, &full);
            prop_assert_eq!(grid.nearest_where(lat, lon, nm, |_, _| true).map(|(i, _)| i), nearest);
        }
    }
}
