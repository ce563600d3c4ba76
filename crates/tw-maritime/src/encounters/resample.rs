//! A ship's track at round times.

use tw_ais::{Fixes, SOG_UNKNOWN};

use super::EncounterParameters;
use crate::At;
use crate::gaps::distance::{NM, degrees, east, units_metres, valid, wrap};

/// Moments further from 1970 than this many seconds are no dates.
const CALENDAR: u64 = 1 << 50;

/// Where a ship was at a round time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridPoint {
    /// Ship.
    pub mmsi: u32,
    /// Time over the step of the grid: seconds since 1970 / `grid_s`.
    pub slot: i32,
    /// Longitude east, 1/600,000 degree.
    pub lon: i32,
    /// Latitude north, 1/600,000 degree.
    pub lat: i32,
    /// Speed over the neighbouring step of the grid, the slower of the one before and the one after, 0.1 knot; 1023 if there is neither.
    pub speed: u16,
    /// Navigational status of the last report, 0 to 15.
    pub status: u8,
    /// File of the last report.
    pub file: u16,
    /// Record of the last report.
    pub record: u32,
}

impl GridPoint {
    /// The report it rests on.
    #[must_use]
    pub fn at(&self) -> At {
        At { file: self.file, record: self.record }
    }
}

/// The place between two reports at a moment between them, exact in integers (rounded half away from the first).
fn at_time(a: i32, by: i64, part: i64, whole: i64) -> i64 {
    let product = i128::from(by) * i128::from(part) * 2;
    let whole = i128::from(whole);
    i64::from(a) + ((product + whole * product.signum()) / (2 * whole)) as i64
}

/// Adds the grid points of a ship to `out`: at every round time between two reports less than `max_gap_s` apart, linear in time; for a ship that
/// hardly got on meanwhile, less than `drift_gap_s` apart: out of reach of the shore satellites hear a drifting ship every few hours.
///
/// Rows out of order or out of range are passed over.
pub fn resample(fixes: Fixes<'_>, p: &EncounterParameters, out: &mut Vec<GridPoint>) {
    let start = out.len();
    let grid = p.grid_s.max(1);
    let mut last: Option<usize> = None;
    // The next round time: most reports are before it, and then there is nothing to do.
    let mut due = i64::MIN;
    for i in 0..fixes.len() {
        let t = fixes.t[i];
        if !valid(fixes.lon[i], fixes.lat[i]) || t.unsigned_abs() > CALENDAR {
            continue;
        }
        let Some(j) = last else {
            last = Some(i);
            due = t.div_euclid(grid).saturating_mul(grid);
            if due == t {
                push(fixes, i, i, t.div_euclid(grid), 0, 1, out);
            }
            due = due.saturating_add(grid);
            continue;
        };
        if t < fixes.t[j] {
            continue;
        }
        if t >= due {
            let dt = t.saturating_sub(fixes.t[j]);
            let to = t.div_euclid(grid);
            if dt <= p.max_gap_s || dt <= p.drift_gap_s && drifted(fixes, j, i, dt, p) {
                for slot in due.div_euclid(grid)..=to {
                    push(fixes, j, i, slot, slot * grid - fixes.t[j], dt, out);
                }
            } else if to * grid == t {
                push(fixes, i, i, to, 0, 1, out);
            }
            due = (to + 1).saturating_mul(grid);
        }
        last = Some(i);
    }
    speeds(&mut out[start..], grid);
}

/// Whether a ship got on so little between two reports that it is taken to have drifted.
fn drifted(fixes: Fixes<'_>, a: usize, b: usize, dt: i64, p: &EncounterParameters) -> bool {
    units_metres(fixes.lat[a], fixes.lon[a], fixes.lat[b], fixes.lon[b]) <= p.drift_knots * NM / 3600.0 * dt as f64
}

fn push(fixes: Fixes<'_>, a: usize, b: usize, slot: i64, part: i64, whole: i64, out: &mut Vec<GridPoint>) {
    let Ok(slot) = i32::try_from(slot) else { return };
    let dx = east(fixes.lon[a], fixes.lon[b]);
    let dy = i64::from(fixes.lat[b]) - i64::from(fixes.lat[a]);
    let from = if part == whole { b } else { a };
    out.push(GridPoint {
        mmsi: fixes.mmsi[a],
        slot,
        lon: wrap(at_time(fixes.lon[a], dx, part, whole)),
        lat: at_time(fixes.lat[a], dy, part, whole) as i32,
        speed: SOG_UNKNOWN,
        status: fixes.status[from],
        file: fixes.file[from],
        record: fixes.record[from],
    });
}

fn speeds(points: &mut [GridPoint], grid: i64) {
    let mut before = SOG_UNKNOWN;
    for i in 0..points.len() {
        let after = match points.get(i + 1) {
            Some(next) if next.slot == points[i].slot + 1 => {
                let metres = units_metres(points[i].lat, points[i].lon, next.lat, next.lon);
                (metres / NM * 36_000.0 / grid as f64).round().min(1022.0) as u16
            }
            _ => SOG_UNKNOWN,
        };
        points[i].speed = before.min(after);
        before = after;
    }
}

/// Leaves only the points (of one ship, in the order of time) that are slow and not in port.
///
/// The distance to port is asked only where it can have changed sides: it changes by no more than the ship moves.
pub fn keep_slow(points: &mut Vec<GridPoint>, from: usize, p: &EncounterParameters, port_nm: &dyn Fn(f64, f64) -> f64) {
    let limit = p.port_km * 1000.0;
    let slow = (p.enter_knots * 10.0) as u16;
    let mut known: Option<(i32, i32, f64)> = None;
    let mut kept = from;
    for i in from..points.len() {
        let point = points[i];
        if point.speed >= slow {
            continue;
        }
        let metres = match known {
            Some((lat, lon, metres)) if units_metres(lat, lon, point.lat, point.lon) < (metres - limit).abs() => metres,
            _ => {
                let metres = port_nm(degrees(point.lat), degrees(point.lon)) * NM;
                known = Some((point.lat, point.lon, metres));
                metres
            }
        };
        if metres >= limit {
            points[kept] = point;
            kept += 1;
        }
    }
    points.truncate(kept);
}
