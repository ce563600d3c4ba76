//! Which reports could follow which: pairs near enough in space and time, a few for each report.

use super::{Parameters, Point};
use crate::segment::earth::{METRES_A_SECOND, RADIUS, wrap};

/// A report in the units of the search. Sorted by time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    /// Seconds since the first.
    pub t: f32,
    /// Degrees.
    pub lat: f32,
    /// Degrees.
    pub lon: f32,
    /// Metres north of the equator.
    pub north: f64,
    /// Degrees.
    pub lon_exact: f64,
    /// Metres in one degree of longitude here.
    pub degree: f32,
    /// Metres a second; unknown is 0.
    pub speed: f32,
    /// East part of the velocity.
    pub east_v: f32,
    /// North part.
    pub north_v: f32,
    /// Course in degrees; unknown is NaN.
    pub course: f32,
    /// Whether speed is known.
    pub moves_known: bool,
}

/// A pair of reports that could be neighbours on a track.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// Earlier report.
    pub i: u32,
    /// Later report.
    pub j: u32,
    /// Way east in metres.
    pub east: f32,
    /// Way north in metres.
    pub north: f32,
    /// Seconds.
    pub dt: f32,
    /// Rough cost: natural logarithm, small is likely.
    pub rough: f32,
}

/// Points that have a position, in the order of time, with their index.
pub(crate) fn reports(points: &[Point]) -> (Vec<u32>, Vec<Report>) {
    let mut order: Vec<u32> = (0..points.len() as u32)
        .filter(|&k| {
            let p = &points[k as usize];
            (-90.0..=90.0).contains(&p.lat) && (-180.0..=180.0).contains(&p.lon)
        })
        .collect();
    order.sort_unstable_by_key(|&k| (points[k as usize].t, k));
    let start = order.first().map_or(0, |&k| points[k as usize].t);
    let scale = RADIUS.to_radians();
    let rows = order
        .iter()
        .map(|&k| {
            let p = &points[k as usize];
            // Above 70 knots a speed is a fault of the sensor (102.2 is "102.2 or more").
            let speed = if p.speed.is_finite() && (0.0..70.0).contains(&p.speed) { Some(p.speed * METRES_A_SECOND as f32) } else { None };
            let course = if p.course.is_finite() { p.course.to_radians() } else { 0.0 };
            let v = if p.course.is_finite() { speed.unwrap_or(0.0) } else { 0.0 };
            Report {
                t: p.t.saturating_sub(start) as f32,
                lat: p.lat as f32,
                lon: p.lon as f32,
                north: p.lat * scale,
                lon_exact: p.lon,
                degree: (p.lat.to_radians().cos() * scale) as f32,
                speed: speed.unwrap_or(0.0),
                east_v: v * course.sin(),
                north_v: v * course.cos(),
                course: p.course,
                moves_known: speed.is_some(),
            }
        })
        .collect();
    (order, rows)
}

/// East and north metres from one report to another.
pub(crate) fn way(a: &Report, b: &Report) -> (f32, f32) {
    let east = wrap(b.lon_exact - a.lon_exact) as f32 * 0.5 * (a.degree + b.degree);
    (east, (b.north - a.north) as f32)
}

/// Rough cost of a pair: how far the way is from what the mean of the two velocities makes of the time, in units of its usual error, and how usual the time is.
fn rough(a: &Report, b: &Report, east: f32, north: f32, dt: f32, usual: f32) -> f32 {
    let (e, n) = (east - 0.5 * (a.east_v + b.east_v) * dt, north - 0.5 * (a.north_v + b.north_v) * dt);
    let sigma = 120.0 + dt * (0.05 * (a.speed + b.speed) + 0.1);
    let miss = (e * e + n * n) / (sigma * sigma);
    let late = (dt / usual - 1.0).max(0.0);
    (1.0 + miss).ln() + 0.5 * (1.0 + late).ln() + 0.3 * (dt / usual - 1.0).min(0.0).abs()
}

/// Cells of a grid in degrees, with the reports of each in the order of time.
struct Grid {
    /// Reports by cell, then time.
    by_cell: Vec<u32>,
    /// Cell keys, sorted, with where they begin in `by_cell`.
    cells: std::collections::HashMap<u64, (u32, u32)>,
    /// Degrees of latitude of a cell.
    size: f32,
}

impl Grid {
    fn new(rows: &[Report], size: f32) -> Self {
        let key = |r: &Report| Self::key(Self::step(r.lat, size), Self::step(r.lon, size));
        let mut keyed: Vec<(u64, u32)> = rows.iter().enumerate().map(|(k, r)| (key(r), k as u32)).collect();
        keyed.sort_unstable();
        let mut cells = std::collections::HashMap::with_capacity(keyed.len() / 4 + 1);
        let mut from = 0;
        for k in 1..=keyed.len() {
            if k == keyed.len() || keyed[k].0 != keyed[from].0 {
                cells.insert(keyed[from].0, (from as u32, k as u32));
                from = k;
            }
        }
        Self { by_cell: keyed.into_iter().map(|(_, k)| k).collect(), cells, size }
    }

    fn step(degrees: f32, size: f32) -> i32 {
        (degrees / size).floor() as i32
    }

    fn key(lat: i32, lon: i32) -> u64 {
        u64::from(lat as u32) << 32 | u64::from(lon as u32)
    }

    /// Calls for each report that lies within a radius (or a little more) of a report, after `from` and not after `to`.
    fn near(&self, rows: &[Report], of: &Report, radius: f32, from: f32, to: f32, mut call: impl FnMut(u32)) {
        let up = radius / RADIUS.to_radians() as f32;
        let aside = (radius / of.degree.max(1000.0)).min(179.0);
        let around = (360.0 / self.size).round() as i32;
        let (low, high) = (Self::step(of.lat - up, self.size), Self::step(of.lat + up, self.size));
        let (west, east) = (Self::step(of.lon - aside, self.size), Self::step(of.lon + aside, self.size));
        let first = Self::step(-180.0, self.size);
        for lat in low..=high {
            for lon in west..=east {
                let lon = (lon - first).rem_euclid(around) + first;
                let Some(&(begin, end)) = self.cells.get(&Self::key(lat, lon)) else { continue };
                let cell = &self.by_cell[begin as usize..end as usize];
                let skip = cell.partition_point(|&k| rows[k as usize].t <= from);
                for &k in &cell[skip..] {
                    if rows[k as usize].t > to {
                        break;
                    }
                    call(k);
                }
            }
        }
    }
}

/// All pairs worth a closer look, sorted by the earlier report, then by rough cost.
pub(crate) fn pairs(rows: &[Report], parameters: &Parameters) -> Vec<Pair> {
    let usual = parameters.usual_seconds as f32;
    let short = parameters.short_seconds as f32;
    let (near, creep, fast) = (parameters.near_metres as f32, (parameters.creep_knots * METRES_A_SECOND) as f32, parameters.faster as f32);
    let fine = Grid::new(rows, 0.01);
    let coarse = Grid::new(rows, 0.08);
    let mut found: Vec<Pair> = Vec::with_capacity(rows.len() * 12);
    let add = |found: &mut Vec<Pair>, i: u32, j: u32, east: f32, north: f32, dt: f32| {
        let rough = rough(&rows[i as usize], &rows[j as usize], east, north, dt, usual);
        found.push(Pair { i, j, east, north, dt, rough });
    };
    for (k, of) in rows.iter().enumerate() {
        let k = k as u32;
        let reach = near + (fast * of.speed + creep) * short;
        let grid = if reach > 4000.0 { &coarse } else { &fine };
        // Each pair is found from the faster of its two reports, whose circle is the larger.
        let faster = |other: &Report, j: u32| (other.speed, j) < (of.speed, k);
        let limit = |dt: f32| near + (fast * of.speed + creep) * dt;
        grid.near(rows, of, reach, of.t - 0.5, of.t + short, |j| {
            let other = &rows[j as usize];
            if j <= k || !faster(other, j) {
                return;
            }
            let ((east, north), dt) = (way(of, other), other.t - of.t);
            if east * east + north * north <= limit(dt) * limit(dt) {
                add(&mut found, k, j, east, north, dt);
            }
        });
        grid.near(rows, of, reach, of.t - short - 0.5, of.t, |j| {
            let other = &rows[j as usize];
            if j >= k || !faster(other, j) || of.t - other.t > short {
                return;
            }
            let ((east, north), dt) = (way(other, of), of.t - other.t);
            if east * east + north * north <= limit(dt) * limit(dt) {
                add(&mut found, j, k, east, north, dt);
            }
        });
        // After a silence: where it lay, or where its velocity has carried it.
        fine.near(rows, of, near, of.t + short, of.t + parameters.longest_seconds as f32, |j| {
            let ((east, north), dt) = (way(of, &rows[j as usize]), rows[j as usize].t - of.t);
            if east * east + north * north <= near * near {
                add(&mut found, k, j, east, north, dt);
            }
        });
        let longer = parameters.sailing_seconds as f32;
        if of.speed > parameters.sailing_knots as f32 * METRES_A_SECOND as f32 {
            coarse.near(rows, of, 1.2 * of.speed * longer, of.t + short, of.t + longer, |j| {
                let other = &rows[j as usize];
                let ((east, north), dt) = (way(of, other), other.t - of.t);
                let (e, n) = (east - 0.5 * (of.east_v + other.east_v) * dt, north - 0.5 * (of.north_v + other.north_v) * dt);
                let around = 0.25 * (of.speed + other.speed) * 0.5 * dt;
                if e * e + n * n <= around * around && east * east + north * north > near * near {
                    add(&mut found, k, j, east, north, dt);
                }
            });
        }
    }
    found.sort_unstable_by(|a, b| a.i.cmp(&b.i).then(a.rough.total_cmp(&b.rough)).then(a.j.cmp(&b.j)));
    // The few best of each earlier and of each later report.
    let mut at_j = vec![0_u32; rows.len()];
    let mut by_j: Vec<u32> = (0..found.len() as u32).collect();
    by_j.sort_unstable_by(|&a, &b| {
        let (a, b) = (&found[a as usize], &found[b as usize]);
        a.j.cmp(&b.j).then(a.rough.total_cmp(&b.rough)).then(a.i.cmp(&b.i))
    });
    let mut keep = vec![false; found.len()];
    let most = parameters.most;
    for &k in &by_j {
        let count = &mut at_j[found[k as usize].j as usize];
        *count += 1;
        keep[k as usize] = *count <= most;
    }
    let (mut last, mut count) = (u32::MAX, 0);
    let mut k = 0;
    found.retain(|pair| {
        if pair.i != last {
            (last, count) = (pair.i, 0);
        }
        count += 1;
        let kept = count <= most && keep[k];
        k += 1;
        kept
    });
    found
}
