//! Positions that are not where the ship is.
//!
//! [`spoofs`] looks at one ship, [`copied`] compares a ship with the tracks of all ([`Tracks`], a first pass), [`mark_common`] takes the events of all
//! ships and takes back what many ships show at once. Each rule names its innocent twin and what keeps it out:
//!
//! | Kind | Found | Innocent twin, and what keeps it out |
//! |---|---|---|
//! | `jump` | faster than a ship can sail, several fixes both sides, and the one place falls silent just while the other is sent | bit errors and default positions (few fixes, 0/0, a flipped sign); long-range reports (rounding); a number used twice (both are heard at a time); jamming ([`mark_common`]) |
//! | `two_hulls` | two tracks in turn under one MMSI | it is itself mostly innocent: a number used twice. It keeps the jumps of such a number from being accusations |
//! | `on_land` | a jump to far inside the land, or a straight course through it | rivers, lakes, canals, the error of the mask: 3 km deep, 30 km straight, lakes and canals listed |
//! | `circle` | three and more turns on a circle | swinging at anchor (radius), turning trials, search patterns (fewer turns, drift): a circle too round and too often |
//! | `copied_track` | the exact positions of an earlier track in its order | data taken in twice with another clock (a shift of whole half hours below 14 h), late delivery (shift below 6 h), ships at rest |
//! | `too_exact` | a line without the noise of a receiver | tracks that a provider has resampled (many ships show it: [`mark_common`]) |
//! | `inconsistent_motion` | reported speed and course against displacement, after they had agreed | a broken log, a default of zero (never agreed); a frozen position |
//! | `default_mmsi` | a number that equipment has before it is set up | it is itself innocent: nobody typed the number in |
//! | `footprint` | heard by stations that cannot have heard it | a moved station, a satellite (two stations of which nearly all fixes are near) |
//! | `jamming` | jumps, circles, or places on land of five ships within 10 minutes and 100 km | not evasion |
//! | `resampled` | `too_exact` for five ships of one file | not evasion |
//!
//! A time that is wrong by 1024 weeks (the rollover of the GPS week) puts fixes years apart, which no rule takes for a jump.

mod common;
mod copy;
mod fit;
mod lakes;
mod motion;
mod stations;

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_schema::DataType;
use serde::{Deserialize, Serialize};
use tw_ais::{Class, Fixes};
use tw_sea::{Land, channel_at, units_metres};

pub use common::mark_common;
pub use copy::{Tracks, copied};
pub use stations::{Station, Stations};

use crate::{At, Column, Time};

/// What is wrong with positions; see the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A jump, there and perhaps back.
    #[default]
    Jump,
    /// Two tracks in turn under one number.
    TwoHulls,
    /// Far inside the land.
    OnLand,
    /// A circle too round and too often.
    Circle,
    /// A copy of an earlier track.
    CopiedTrack,
    /// A line without noise.
    TooExact,
    /// Speed and course against displacement.
    InconsistentMotion,
    /// A number that nobody set.
    DefaultMmsi,
    /// Heard where it cannot be heard.
    Footprint,
    /// Many ships at once: not evasion.
    Jamming,
    /// Many ships of one file: not evasion.
    Resampled,
}

impl Kind {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jump => "jump",
            Self::TwoHulls => "two_hulls",
            Self::OnLand => "on_land",
            Self::Circle => "circle",
            Self::CopiedTrack => "copied_track",
            Self::TooExact => "too_exact",
            Self::InconsistentMotion => "inconsistent_motion",
            Self::DefaultMmsi => "default_mmsi",
            Self::Footprint => "footprint",
            Self::Jamming => "jamming",
            Self::Resampled => "resampled",
        }
    }
}

impl Column for Kind {
    fn data_type() -> DataType {
        DataType::Utf8
    }
    fn array(values: Vec<Self>) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(values.into_iter().map(Self::name)))
    }
}

crate::event! {
    /// One row a stretch of positions that are apparently not where the ship is.
    pub struct Spoof in "spoofs" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// First doubtful fix.
        t0: Time,
        /// Last doubtful fix.
        t1: Time,
        /// Latitude, degrees: before a jump, else of the first doubtful fix (of a circle its middle).
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees: after a jump, else of the last doubtful fix.
        lat1: f64,
        /// Longitude, degrees.
        lon1: f64,
        /// What is wrong: jump, two_hulls, on_land, circle, copied_track, too_exact, inconsistent_motion, default_mmsi, footprint, jamming, resampled.
        kind: Kind,
        /// Doubtful fixes.
        n: u32,
        /// Size in km: of the jump, the straight stretch, the radius of the circle, the length of the copy, the distance to the station.
        km: f64,
        /// Speed in knots that the positions imply: of the jump, or on average.
        knots: Option<f64>,
        /// Root mean square distance from the line or circle, metres.
        residual_m: Option<f64>,
        /// Turns of the circle.
        turns: Option<f64>,
        /// How far inside the land mask, km.
        inland_km: Option<f64>,
        /// Reported speed over the speed that the positions imply.
        ratio: Option<f64>,
        /// Whether the track came back from a jump; false for all else.
        returned: bool,
        /// MMSI of the track that was copied.
        copy_of: Option<u32>,
        /// Hours from the track that was copied to the copy.
        shift_hours: Option<f64>,
        /// Ships that show the same at the same time and place, this one included.
        ships: u32,
        /// How strongly it points to positions that were made up, 0 to 1; 0.1 and less are explained.
        score: f64,
        /// Record of the last fix before it, or the first doubtful one.
        first: At,
        /// Record of the last doubtful fix.
        last: At,
    }
}

/// Thresholds. Speeds in knots, distances in metres, times in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// No ship makes good more: 60 kn (methods 2.9; high-speed craft reach 45).
    pub max_knots: f64,
    /// What clocks and receivers may be wrong by: 120 s (our choice).
    pub clock_s: f64,
    /// A jump is at least this far: 10 km (our choice; ten times the rounding and lateness of a long-range report).
    pub jump_m: f64,
    /// Fixes of a track, and on both sides of a jump: 5 (methods 2.9 asks for 2; repeated errors and numbers used twice make more).
    pub sustained: u32,
    /// Time of those fixes: 600 s (our choice).
    pub sustained_s: i64,
    /// A jump leaves at most this long without a fix, there and back: 900 s (our choice). Two ships with one number are rarely heard so exactly in turn.
    pub change_s: i64,
    /// Fixes on both sides of a jump without return: 20 (our choice; on thinned real traffic fewer are numbers used twice).
    pub unreturned: usize,
    /// Time of the fixes on both sides of a jump without return: 3,600 s (our choice).
    pub unreturned_s: i64,
    /// A place counts as on land this far inside the mask: 3,000 m (methods 2.9 has 1 km, and no evidence within 2 km of a mask coast).
    pub inland_m: f64,
    /// A straight course through land is at least this long: 30 km (our choice; longer than straight reaches of rivers outside listed lakes).
    pub straight_m: f64,
    /// How far fixes may be beside that course: 150 m (our choice).
    pub beside_m: f64,
    /// Smallest circle: radius 300 m (methods 2.9; more than an anchor chain and the ship).
    pub circle_m: f64,
    /// Turns of a circle: 3 (methods 2.9 has 270 degrees; turning trials make 540).
    pub turns: f64,
    /// Root mean square residual of a circle over its radius: 0.03 (methods 2.9).
    pub round: f64,
    /// Fixes of a circle: 24 (our choice).
    pub circle_fixes: usize,
    /// Root mean square residual of a line: 0.6 m (methods 2.9 has 1 m; our choice, and with the rounding of a file of five decimals still above a computed line).
    pub exact_m: f64,
    /// Shortest such line: 10,000 m (our choice).
    pub exact_line_m: f64,
    /// Fixes of such a line: 30 (our choice).
    pub exact_fixes: usize,
    /// Window in which motion is compared: 1,800 s (our choice).
    pub motion_s: i64,
    /// Fixes in a window: 10 (our choice).
    pub motion_fixes: u32,
    /// A ship is heard by a fixed station up to: 500 nautical miles in metres (our choice; ducting carries VHF over 200).
    pub station_m: f64,
    /// Positions of a copy that agree: 12 after sampling (our choice).
    pub copy_fixes: usize,
    /// Length of a copy: 10,000 m (our choice).
    pub copy_m: f64,
    /// Ships that show the same at once: 5 (methods 2.9).
    pub common_ships: usize,
    /// At once: 600 s (methods 2.9).
    pub common_s: i64,
    /// In one area: 100 km (our choice).
    pub common_m: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            max_knots: 60.0,
            clock_s: 120.0,
            jump_m: 10_000.0,
            sustained: 5,
            sustained_s: 600,
            change_s: 900,
            unreturned: 20,
            unreturned_s: 3_600,
            inland_m: 3_000.0,
            straight_m: 30_000.0,
            beside_m: 150.0,
            circle_m: 300.0,
            turns: 3.0,
            round: 0.03,
            circle_fixes: 24,
            exact_m: 0.6,
            exact_line_m: 10_000.0,
            exact_fixes: 30,
            motion_s: 1_800,
            motion_fixes: 10,
            station_m: 500.0 * 1852.0,
            copy_fixes: 12,
            copy_m: 10_000.0,
            common_ships: 5,
            common_s: 600,
            common_m: 100_000.0,
        }
    }
}

/// Numbers that equipment has before it is set up, or that are typed to get rid of the question.
const DEFAULT_MMSI: &[u32] = &[
    0,
    1,
    1_193_046,
    12_345_678,
    123_456_789,
    111_111_111,
    222_222_222,
    333_333_333,
    444_444_444,
    555_555_555,
    666_666_666,
    777_777_777,
    888_888_888,
    999_999_999,
    987_654_321,
    100_000_000,
    200_000_000,
    300_000_000,
    400_000_000,
    500_000_000,
    600_000_000,
    700_000_000,
];

/// A stretch of one track: places in `order`, which holds rows of the fixes.
#[derive(Clone, Copy, Debug)]
struct Run {
    hull: usize,
    from: usize,
    to: usize,
}

/// What is apparently wrong with the positions of one ship, in the order of time. Rows out of order are looked at in the order of time.
#[must_use]
pub fn spoofs(fixes: Fixes<'_>, stations: &Stations, p: &Parameters) -> Vec<Spoof> {
    let order = order(fixes);
    let (Some(&first), Some(&last)) = (order.first(), order.last()) else { return Vec::new() };
    if DEFAULT_MMSI.contains(&fixes.mmsi[first as usize]) {
        let mut event = blank(fixes, first, last, Kind::DefaultMmsi, order.len());
        event.score = 0.1;
        return vec![event];
    }
    let land = Land::bundled();
    let (rows, runs, hulls) = runs(fixes, &order, p);
    let mut events = jumps(fixes, &rows, &runs, hulls, land, p);
    for run in &runs {
        let rows = &rows[run.from..run.to];
        motion::circles(fixes, rows, p, &mut events);
        motion::exact_lines(fixes, rows, p, &mut events);
        motion::inconsistent(fixes, rows, p, &mut events);
        motion::through_land(fixes, rows, land, p, &mut events);
    }
    stations.check(fixes, &order, p, &mut events);
    events.sort_by_key(|event| (event.t0, event.kind, event.t1));
    events
}

/// Rows that are positions of ships, in the order of time.
fn order(fixes: Fixes<'_>) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..fixes.len() as u32)
        .filter(|&row| {
            let i = row as usize;
            is_place(fixes.lat[i], fixes.lon[i])
                && matches!(Class::from_number(fixes.class[i]), Class::A | Class::B | Class::Unknown | Class::LongRange)
        })
        .collect();
    if !rows.is_sorted_by_key(|&row| fixes.t[row as usize]) {
        rows.sort_by_key(|&row| fixes.t[row as usize]);
    }
    rows
}

/// Whether a position is in range, and not the 0/0 of a receiver that has none.
fn is_place(lat: i32, lon: i32) -> bool {
    const DEGREE: i32 = 600_000;
    (-90 * DEGREE..=90 * DEGREE).contains(&lat)
        && (-180 * DEGREE..=180 * DEGREE).contains(&lon)
        && !((-DEGREE / 20..=DEGREE / 20).contains(&lat) && (-DEGREE / 20..=DEGREE / 20).contains(&lon))
}

/// An event of some rows, with the figures to be filled in.
fn blank(fixes: Fixes<'_>, first: u32, last: u32, kind: Kind, n: usize) -> Spoof {
    let (a, b) = (fixes.get(first as usize), fixes.get(last as usize));
    Spoof {
        mmsi: a.mmsi,
        t0: Time(a.t),
        t1: Time(b.t),
        lat: a.lat_deg(),
        lon: a.lon_deg(),
        lat1: b.lat_deg(),
        lon1: b.lon_deg(),
        kind,
        n: n.try_into().unwrap_or(u32::MAX),
        km: 0.0,
        knots: None,
        residual_m: None,
        turns: None,
        inland_km: None,
        ratio: None,
        returned: false,
        copy_of: None,
        shift_hours: None,
        ships: 1,
        score: 0.0,
        first: At::of(&a),
        last: At::of(&b),
    }
}

/// Metres and seconds from one row to another.
fn step(fixes: Fixes<'_>, a: u32, b: u32) -> (f64, f64) {
    let (a, b) = (a as usize, b as usize);
    (units_metres(fixes.lat[a], fixes.lon[a], fixes.lat[b], fixes.lon[b]), fixes.t[b].saturating_sub(fixes.t[a]) as f64)
}

/// Knots of some metres in some seconds.
fn knots(metres: f64, seconds: f64) -> f64 {
    metres / seconds.max(1.0) * 3600.0 / 1852.0
}

/// Whether a ship can have come from one row to another.
fn can_sail(fixes: Fixes<'_>, a: u32, b: u32, p: &Parameters) -> bool {
    let (metres, seconds) = step(fixes, a, b);
    metres <= p.jump_m || metres <= p.max_knots * 1852.0 / 3600.0 * (seconds + p.clock_s)
}

/// Rows of sustained tracks, the runs in which they follow each other, and the number of tracks.
fn runs(fixes: Fixes<'_>, order: &[u32], p: &Parameters) -> (Vec<u32>, Vec<Run>, usize) {
    struct Hull {
        first: u32,
        last: u32,
        n: u32,
        id: usize,
    }
    /// Tracks that are held open at once.
    const OPEN: usize = 12;
    let mut open: Vec<Hull> = Vec::new();
    let mut sustained: Vec<bool> = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    for (at, &row) in order.iter().enumerate() {
        // The track of the last row is at the end: the usual case is one comparison.
        let mine = open.iter().rposition(|hull| can_sail(fixes, hull.last, row, p));
        let same = mine.is_some_and(|i| i + 1 == open.len());
        let hull = match mine {
            Some(i) if same => &mut open[i],
            Some(i) => {
                let hull = open.remove(i);
                open.push(hull);
                open.last_mut().expect("one was pushed")
            }
            None => {
                if open.len() == OPEN {
                    open.remove(0);
                }
                open.push(Hull { first: row, last: row, n: 0, id: sustained.len() });
                sustained.push(false);
                open.last_mut().expect("one was pushed")
            }
        };
        hull.last = row;
        hull.n += 1;
        let long = fixes.t[row as usize].saturating_sub(fixes.t[hull.first as usize]) >= p.sustained_s;
        sustained[hull.id] |= hull.n >= p.sustained && long;
        match runs.last_mut() {
            Some(run) if same => run.to = at + 1,
            _ => runs.push(Run { hull: hull.id, from: at, to: at + 1 }),
        }
    }
    let count = sustained.iter().filter(|&&yes| yes).count();
    if runs.len() <= 1 {
        return (order.to_vec(), runs, count);
    }
    // Without what was never sustained, runs of one track that follow each other are one.
    let mut rows = Vec::with_capacity(order.len());
    let mut merged: Vec<Run> = Vec::new();
    for run in runs.iter().filter(|run| sustained[run.hull]) {
        let from = rows.len();
        rows.extend_from_slice(&order[run.from..run.to]);
        match merged.last_mut() {
            Some(last) if last.hull == run.hull => last.to = rows.len(),
            _ => merged.push(Run { hull: run.hull, from, to: rows.len() }),
        }
    }
    (rows, merged, count)
}

/// Jumps, or two hulls.
fn jumps(fixes: Fixes<'_>, rows: &[u32], runs: &[Run], hulls: usize, land: &Land, p: &Parameters) -> Vec<Spoof> {
    if hulls < 2 || runs.len() < 2 {
        return Vec::new();
    }
    let mut events = Vec::new();
    // The first change of track that a number used twice explains as well.
    let mut twice: Option<(u32, u32)> = None;
    let mut at = 1;
    while at < runs.len() {
        let (before, away) = (&runs[at - 1], &runs[at]);
        let back = runs.get(at + 1).filter(|next| next.hull == before.hull);
        let (a, b) = (rows[before.to - 1], rows[away.from]);
        at += if back.is_some() { 2 } else { 1 };
        if can_sail(fixes, a, b, p) || mirrored(fixes, a, b) {
            continue;
        }
        if !same_transmitter(fixes, rows, before, away, back, p) {
            twice = twice.or(Some((a, b)));
            continue;
        }
        let n = away.to - away.from;
        let (metres, seconds) = step(fixes, a, b);
        let mut event = blank(fixes, a, rows[away.to - 1], Kind::Jump, n);
        let target = fixes.get(b as usize);
        event.t0 = Time(target.t);
        (event.lat1, event.lon1) = (target.lat_deg(), target.lon_deg());
        event.km = metres / 1000.0;
        event.knots = Some(knots(metres, seconds));
        event.returned = back.is_some();
        event.score = if back.is_some() { 0.8 } else { 0.5 };
        let middle = rows[away.from + n / 2];
        let inland = [b, middle].map(|row| deep(fixes, row, land)).into_iter().fold(f64::INFINITY, f64::min);
        if inland >= p.inland_m {
            event.kind = Kind::OnLand;
            event.inland_km = Some(inland / 1000.0);
            event.score += 0.05;
        }
        events.push(event);
    }
    let Some((a, b)) = twice else { return events };
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    let mut event = blank(fixes, first, last, Kind::TwoHulls, rows.len());
    let (one, other) = (fixes.get(a as usize), fixes.get(b as usize));
    (event.lat, event.lon, event.lat1, event.lon1) = (one.lat_deg(), one.lon_deg(), other.lat_deg(), other.lon_deg());
    event.km = step(fixes, a, b).0 / 1000.0;
    event.score = 0.1;
    // A number that is used twice explains its other jumps too.
    vec![event]
}

/// Whether two tracks that follow each other must come from one transmitter: the one falls silent just when the other begins, which two ships with
/// one number do by chance only.
fn same_transmitter(fixes: Fixes<'_>, rows: &[u32], before: &Run, away: &Run, back: Option<&Run>, p: &Parameters) -> bool {
    let t = |at: usize| fixes.t[rows[at] as usize];
    let between = |from: usize, to: usize| t(to).saturating_sub(t(from));
    let length = |run: &Run| between(run.from, run.to - 1);
    let longest_gap = |run: &Run| (run.from + 1..run.to).map(|at| between(at - 1, at)).max().unwrap_or(0);
    let (n_before, n_away) = (before.to - before.from, away.to - away.from);
    // An outlier that a provider has interpolated leads to its place in steps that no ship makes.
    let steady = |from: usize, to: usize| {
        (from + 1..to).all(|at| {
            let (metres, seconds) = step(fixes, rows[at - 1], rows[at]);
            metres < 1_000.0 || knots(metres, seconds) <= p.max_knots
        })
    };
    let some = p.sustained as usize;
    if !steady(before.to.saturating_sub(some).max(before.from), before.to) || !steady(away.from, away.to.min(away.from + some)) {
        return false;
    }
    match back {
        Some(back) => {
            let silence = between(before.to - 1, back.from);
            n_before.min(n_away) >= p.sustained as usize
                && length(away) >= p.sustained_s
                && length(before) >= p.sustained_s
                // In the changes, both of them, there is no time for two ships to be silent by chance.
                && between(before.to - 1, away.from) <= p.change_s
                && between(away.to - 1, back.from) <= p.change_s
                && longest_gap(before).max(longest_gap(back)) * 2 <= silence
        }
        None => {
            n_before.min(n_away) >= p.unreturned
                && length(away).min(length(before)) >= p.unreturned_s
                && between(before.to - 1, away.from) <= p.change_s
        }
    }
}

/// Whether one place is the other with the sign of a coordinate turned: an error of equipment or of a decoder.
fn mirrored(fixes: Fixes<'_>, a: u32, b: u32) -> bool {
    const NEAR: i64 = 300_000;
    let near = |x: i32, y: i32| (i64::from(x) - i64::from(y)).abs() < NEAR;
    let (a, b) = (a as usize, b as usize);
    let (lat, lon) = ((fixes.lat[a], fixes.lat[b]), (fixes.lon[a], fixes.lon[b]));
    let turned = |(x, y): (i32, i32)| near(x, y.saturating_neg());
    (turned(lat) || near(lat.0, lat.1)) && (turned(lon) || near(lon.0, lon.1)) && (turned(lat) || turned(lon))
}

/// Metres inside the land; 0 at sea, in a listed canal or lake.
fn deep(fixes: Fixes<'_>, row: u32, land: &Land) -> f64 {
    let fix = fixes.get(row as usize);
    let (lat, lon) = (fix.lat_deg(), fix.lon_deg());
    if !land.is_land(lat, lon) || channel_at(lat, lon).is_some() || lakes::lake_at(lat, lon).is_some() {
        return 0.0;
    }
    land.inland_m(lat, lon)
}

#[cfg(test)]
mod tests;
