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

/// A ship slower than this in metres a second says that it lies still (0.0 knots).
pub(crate) const STILL: f32 = 0.03;

/// Slices of time in which a silent ship is looked for ahead, seconds.
const SLICE: f32 = 600.0;

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

/// A report as the grid holds it: what is needed to pass it over, in one place.
#[derive(Clone, Copy)]
struct Entry {
    t: f32,
    lat: f32,
    lon: f32,
    speed: f32,
    k: u32,
}

/// Cells of a grid in degrees, with the reports of each in the order of time.
struct Grid {
    /// Reports by cell, then time.
    by_cell: Vec<Entry>,
    /// Cell keys, sorted, with where they end in `by_cell`.
    cells: Vec<(u64, u32)>,
    /// First cell of each row of cells from the south, and the end.
    rows: Vec<u32>,
    /// Row of the south pole.
    south: i32,
    /// Degrees of a cell.
    size: f32,
}

/// For each cell of a grid how many of its reports lie before a moment that only moves on.
struct Cursors(Vec<u32>);

impl Grid {
    fn new(rows: &[Report], size: f32, only: impl Fn(&Report) -> bool) -> Self {
        let mut keyed: Vec<(u64, u32)> = rows
            .iter()
            .enumerate()
            .filter(|(_, r)| only(r))
            .map(|(k, r)| (Self::key(Self::step(r.lat, size), Self::step(r.lon, size)), k as u32))
            .collect();
        keyed.sort_unstable();
        let mut cells: Vec<(u64, u32)> = Vec::new();
        for (k, &(key, _)) in keyed.iter().enumerate() {
            match cells.last_mut() {
                Some(cell) if cell.0 == key => cell.1 = k as u32 + 1,
                _ => cells.push((key, k as u32 + 1)),
            }
        }
        let entry = |(_, k): (u64, u32)| {
            let r = &rows[k as usize];
            Entry { t: r.t, lat: r.lat, lon: r.lon, speed: r.speed, k }
        };
        let south = Self::step(-90.0, size);
        let mut starts = vec![0_u32; (Self::step(90.0, size) - south + 2) as usize];
        for &(key, _) in &cells {
            let row = ((key >> 32) as i64 - (1 << 31)) as i32 - south;
            if let Some(n) = starts.get_mut(row as usize + 1) {
                *n += 1;
            }
        }
        for k in 1..starts.len() {
            starts[k] += starts[k - 1];
        }
        Self { by_cell: keyed.into_iter().map(entry).collect(), cells, rows: starts, south, size }
    }

    /// Cursors at the beginning.
    fn cursors(&self) -> Cursors {
        Cursors(vec![0; self.cells.len()])
    }

    fn step(degrees: f32, size: f32) -> i32 {
        (degrees / size).floor() as i32
    }

    /// Keys of one latitude follow each other from west to east.
    fn key(lat: i32, lon: i32) -> u64 {
        const HALF: i64 = 1 << 31;
        ((i64::from(lat) + HALF) as u64) << 32 | (i64::from(lon) + HALF) as u64
    }

    /// Calls for each report within a radius (or a little more) of a report, from one time to another, both included.
    ///
    /// The radius grows with the time between the two: `radius` + `speed` x seconds. `from` must not be earlier than in the last call with these cursors.
    fn near(&self, cursors: &mut Cursors, of: &Report, (radius, speed): (f32, f32), (from, to): (f32, f32), mut call: impl FnMut(&Entry)) {
        let metre = 1.0 / RADIUS.to_radians() as f32;
        let aspect = (of.degree * metre).max(0.01);
        let up = (radius + speed * (to - of.t).max(of.t - from)) * metre;
        let aside = (up / aspect).min(179.9);
        let (low, high) = (Self::step(of.lat - up, self.size), Self::step(of.lat + up, self.size));
        let (west, east) = (of.lon - aside, of.lon + aside);
        // What lies beyond the antimeridian comes in from the other side.
        let spans = [(west.max(-180.0), east.min(180.0), 0.0), (west + 360.0, 180.0, 360.0), (-180.0, east - 360.0, -360.0)];
        for (west, east, shift) in spans.into_iter().filter(|(west, east, _)| west <= east) {
            let (west, east) = (Self::step(west, self.size), Self::step(east, self.size));
            for lat in low.max(self.south)..=high.min(self.south + self.rows.len() as i32 - 2) {
                let row = (lat - self.south) as usize;
                let (first, stop) = (self.rows[row] as usize, self.rows[row + 1] as usize);
                let (least, last) = (Self::key(lat, west), Self::key(lat, east));
                let mut at = first + self.cells[first..stop].partition_point(|cell| cell.0 < least);
                while let Some(&(_, end)) = self.cells[..stop].get(at).filter(|cell| cell.0 <= last) {
                    let begin = at.checked_sub(1).map_or(0, |before| self.cells[before].1);
                    let cell = &self.by_cell[begin as usize..end as usize];
                    let cursor = &mut cursors.0[at];
                    while cell.get(*cursor as usize).is_some_and(|entry| entry.t < from) {
                        *cursor += 1;
                    }
                    for entry in cell[*cursor as usize..].iter().take_while(|entry| entry.t <= to) {
                        let (y, x) = (entry.lat - of.lat, (entry.lon - shift - of.lon) * aspect);
                        // 2 % and 50 m more: single precision, and the aspect of one end only.
                        let limit = ((radius + speed * (entry.t - of.t).abs()) * 1.02 + 50.0) * metre;
                        if y * y + x * x <= limit * limit {
                            call(entry);
                        }
                    }
                    at += 1;
                }
            }
        }
    }
}

/// All pairs worth a closer look, each once, in no order that means anything.
pub(crate) fn pairs(rows: &[Report], parameters: &Parameters) -> Vec<Pair> {
    let usual = parameters.usual_seconds as f32;
    let (short, silent, longest) = (parameters.short_seconds as f32, parameters.silent_seconds as f32, parameters.longest_seconds as f32);
    let (near, creep, fast) = (parameters.near_metres as f32, (parameters.creep_knots * METRES_A_SECOND) as f32, parameters.faster as f32);
    let still = |r: &Report| r.speed < STILL && r.moves_known;
    let fine = Grid::new(rows, 0.01, |_| true);
    let coarse = Grid::new(rows, 0.08, |_| true);
    let lying = Grid::new(rows, 0.01, still);
    let (mut fine_now, mut coarse_now, mut fine_later, mut lying_later) =
        (fine.cursors(), coarse.cursors(), fine.cursors(), lying.cursors());
    // Slices of time in which a silent ship is looked for ahead.
    let slices = ((silent - short) / SLICE).ceil().clamp(0.0, 1000.0) as u32;
    let mut ahead_later: Vec<Cursors> = (0..slices).map(|_| coarse.cursors()).collect();
    let mut found: Vec<Pair> = Vec::with_capacity(rows.len().saturating_mul(16));
    for (k, of) in rows.iter().enumerate() {
        let k = k as u32;
        let reach = near + (fast * of.speed + creep) * short;
        let (grid, cursors) = if reach > 4000.0 { (&coarse, &mut coarse_now) } else { (&fine, &mut fine_now) };
        grid.near(cursors, of, (near, fast * of.speed + creep), (of.t - short, of.t + short), |entry| {
            // Each pair is found from the faster of its two reports, whose circle is the larger.
            let other = entry.k;
            if (entry.speed, other) >= (of.speed, k) {
                return;
            }
            let (i, j) = if other < k { (other, k) } else { (k, other) };
            let (a, b) = (&rows[i as usize], &rows[j as usize]);
            let ((east, north), dt) = (way(a, b), b.t - a.t);
            let limit = near + (fast * of.speed + creep) * dt;
            if east * east + north * north <= limit * limit {
                let rough = rough(a, b, east, north, dt, usual);
                if rough < parameters.rough_short {
                    found.push(Pair { i, j, east, north, dt, rough });
                }
            }
        });
        // After a silence: where it lay, or where its velocity has carried it.
        let mut later = |j: u32, sails: bool| {
            let other = &rows[j as usize];
            let ((east, north), dt) = (way(of, other), other.t - of.t);
            if dt <= short {
                return;
            }
            let d = east * east + north * north;
            let (e, n) = (east - 0.5 * (of.east_v + other.east_v) * dt, north - 0.5 * (of.north_v + other.north_v) * dt);
            let around = 0.125 * (of.speed + other.speed) * dt;
            let wanted = if sails { d > near * near && e * e + n * n <= around * around } else { d <= near * near };
            if wanted {
                let rough = rough(of, other, east, north, dt, usual);
                if rough < parameters.rough_long {
                    found.push(Pair { i: k, j, east, north, dt, rough });
                }
            }
        };
        fine.near(&mut fine_later, of, (near, 0.0), (of.t + short, of.t + silent), |entry| later(entry.k, false));
        if still(of) {
            lying.near(&mut lying_later, of, (near, 0.0), (of.t + silent, of.t + longest), |entry| {
                if entry.t > of.t + silent {
                    later(entry.k, false);
                }
            });
        }
        if of.speed > (parameters.sailing_knots * METRES_A_SECOND) as f32 {
            for (slice, cursors) in ahead_later.iter_mut().enumerate() {
                let from = short + slice as f32 * SLICE;
                let (to, middle) = ((from + SLICE).min(silent), from + 0.5 * SLICE);
                let ahead = Report {
                    lat: of.lat + of.north_v * middle / RADIUS.to_radians() as f32,
                    lon: wrap(f64::from(of.lon + of.east_v * middle / of.degree.max(1000.0))) as f32,
                    ..*of
                };
                let radius = of.speed * (0.5 * middle + 0.5 * SLICE);
                coarse.near(cursors, &ahead, (radius, 0.0), (of.t + from, of.t + to), |entry| {
                    // The first moment of a slice belongs to the one before.
                    if entry.t > of.t + from {
                        later(entry.k, true);
                    }
                });
            }
        }
    }
    found
}
