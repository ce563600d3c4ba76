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
mod join;
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
pub use join::join;
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
        /// Latitude, degrees: of the first doubtful fix (of a circle its middle).
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees: of the last fix before a jump, else of the last doubtful fix.
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
    /// A jump and return whose changes leave more time are exact if the silence is so many times as long as both changes: 2 (our choice; by then the false track fills half of it).
    pub exact_share: i64,
    /// What the clock of a receiver may be wrong by at the worst, seconds: 3,600 (our choice). A nearer place is one on the ship's own way.
    pub late_s: f64,
    /// A false track is shorter than this, seconds: 4 days (our choice). What lasts longer may be another ship, or the place itself.
    pub lasting_s: i64,
    /// Tracks that take turns within this time do so at once, seconds: 24 h (our choice).
    pub turn_s: i64,
    /// Turns that last as long are a number used twice, seconds: 12 h (our choice; jamming rarely lasts so long).
    pub shared_s: i64,
    /// Time around such use that it explains, seconds: 7 days (our choice).
    pub around_s: i64,
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
            exact_share: 2,
            late_s: 3_600.0,
            lasting_s: 4 * 86_400,
            turn_s: 86_400,
            shared_s: 43_200,
            around_s: 7 * 86_400,
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
    let limit = limit(fixes, &order, p);
    let (rows, runs, _) = runs(fixes, &order, limit, p);
    let mut events = jumps(fixes, &rows, &runs, limit, land, p);
    for run in &runs {
        let rows = &rows[run.from..run.to];
        motion::circles(fixes, rows, p, &mut events);
        motion::exact_lines(fixes, rows, p, &mut events);
        motion::inconsistent(fixes, rows, p, &mut events);
        motion::outruns(fixes, rows, p, &mut events);
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

/// Whether a ship can have come from one row to another at so many knots.
fn can_sail(fixes: Fixes<'_>, a: u32, b: u32, limit: f64, p: &Parameters) -> bool {
    let (metres, seconds) = step(fixes, a, b);
    metres <= p.jump_m || metres <= limit * 1852.0 / 3600.0 * (seconds + p.clock_s)
}

/// The speed in knots that the ship itself reports at most, without the highest reports (one in a thousand, at least five). None if most are unknown.
fn fastest(fixes: Fixes<'_>, order: &[u32]) -> Option<f64> {
    /// Higher reports are faults: 70 kn.
    const MOST: usize = 700;
    let mut counts = [0_u32; MOST + 1];
    let mut known = 0_usize;
    for &row in order {
        let sog = usize::from(fixes.sog[row as usize]);
        if sog <= MOST {
            counts[sog] += 1;
            known += 1;
        }
    }
    if 2 * known < order.len() {
        return None;
    }
    let mut above = 0;
    let sog = (0..=MOST).rev().find(|&sog| {
        above += counts[sog] as usize;
        above > (known / 1_000).max(5)
    });
    Some(sog.unwrap_or(0) as f64 * 0.1)
}

/// What this ship can make good in the long run, knots: a quarter and 5 kn more than it ever reports, at least 25 kn.
fn limit(fixes: Fixes<'_>, order: &[u32], p: &Parameters) -> f64 {
    fastest(fixes, order).map_or(p.max_knots, |own| (1.25 * own + 5.0).max(25.0).min(p.max_knots))
}

/// Rows of sustained tracks, the runs in which they follow each other, and the number of tracks.
fn runs(fixes: Fixes<'_>, order: &[u32], limit: f64, p: &Parameters) -> (Vec<u32>, Vec<Run>, usize) {
    struct Hull {
        first: u32,
        last: u32,
        n: u32,
        id: usize,
    }
    /// Tracks that are held open at once.
    const OPEN: usize = 12;
    /// A track that fell silent is remembered as long as it lasted, and at least so long, seconds.
    const REMEMBERED: i64 = 6 * 3_600;
    /// Over steps as long as this only the speed counts that the ship can keep up, seconds.
    const LONG_S: f64 = 3_600.0;
    let mut open: Vec<Hull> = Vec::new();
    let mut sustained: Vec<bool> = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    for (at, &row) in order.iter().enumerate() {
        // The track of the last row is at the end: the usual case is one comparison.
        let near = |hull: &Hull| can_sail(fixes, hull.last, row, limit, p);
        let mine = if open.last().is_some_and(near) {
            // After a long silence the ship may be back on an earlier track that needs no haste.
            let hull = open.len() - 1;
            let (metres, seconds) = step(fixes, open[hull].last, row);
            let sog = fixes.sog[open[hull].last as usize];
            let led = || (0.6..1.6).contains(&(f64::from(sog) * 0.1 / knots(metres, seconds)));
            let hurries = open.len() > 1 && seconds >= LONG_S && metres > 3.0 * p.jump_m && knots(metres, seconds) > 0.5 * limit;
            let eased = |hull: &Hull| {
                let (metres, seconds) = step(fixes, hull.last, row);
                knots(metres, seconds) < 0.6 * limit && hull.n >= p.sustained
            };
            let back = if hurries && !led() { open[..hull].iter().rposition(eased) } else { None };
            Some(back.unwrap_or(hull))
        } else {
            let t = fixes.t[row as usize];
            open.retain(|hull| {
                let (first, last) = (fixes.t[hull.first as usize], fixes.t[hull.last as usize]);
                t.saturating_sub(last) <= last.saturating_sub(first).max(REMEMBERED)
            });
            let hurried = || {
                let hull = open.last()?;
                let brief = step(fixes, hull.last, row).1 < LONG_S;
                (brief && can_sail(fixes, hull.last, row, p.max_knots, p)).then_some(open.len() - 1)
            };
            open.iter().rposition(near).or_else(hurried)
        };
        let same = mine.is_some_and(|i| runs.last().is_some_and(|run| run.hull == open[i].id));
        let hull = match mine {
            Some(i) if i + 1 == open.len() => &mut open[i],
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
fn jumps(fixes: Fixes<'_>, rows: &[u32], runs: &[Run], limit: f64, land: &Land, p: &Parameters) -> Vec<Spoof> {
    if runs.len() < 2 {
        return Vec::new();
    }
    let t = |at: usize| fixes.t[rows[at] as usize];
    let twice = turns(fixes, rows, runs, p);
    // A number that is used twice for long explains what it does in the days around, too.
    let explained = |run: &Run| {
        twice.iter().any(|&(from, to)| {
            let (t0, t1) = (t(runs[from].from), t(runs[to].to - 1));
            let around = if t(runs[to].from).saturating_sub(t(runs[from + 1].from)) >= p.shared_s { p.around_s } else { 0 };
            t(run.to - 1) >= t0.saturating_sub(around) && t(run.from) <= t1.saturating_add(around) && {
                let own = runs[from..=to].iter().any(|other| other.hull == run.hull && other.from == run.from);
                own || around > 0
            }
        })
    };
    // How far a clock that is an hour wrong moves the ship along its own way.
    let late_m = fastest(fixes, rows).unwrap_or(15.0).max(5.0) * 1852.0 / 3600.0 * p.late_s;
    let mut events = Vec::new();
    let mut at = 1;
    while at < runs.len() {
        let (before, away) = (&runs[at - 1], &runs[at]);
        let (a, b) = (rows[before.to - 1], rows[away.from]);
        let back = runs.get(at + 1).filter(|next| next.hull == before.hull || can_sail(fixes, a, rows[next.from], limit, p));
        at += if back.is_some() { 2 } else { 1 };
        let (metres, seconds) = step(fixes, a, b);
        if metres <= late_m || can_sail(fixes, a, b, limit, p) || mirrored(fixes, a, b) {
            continue;
        }
        if explained(away) || !same_transmitter(fixes, rows, before, away, back, p) {
            continue;
        }
        // Without a return: perhaps the one place was left, or reached, in a silence in which a ship can just have sailed.
        let (a, b, from, to, returned) = match back {
            Some(_) => (a, b, away.from, away.to, true),
            None => match astray(fixes, rows, before, away, limit, p) {
                Some((from, to)) if to == before.to => (rows[from - 1], rows[from], from, to, true),
                Some((from, to)) => (a, b, from, to, true),
                None => (a, b, away.from, away.to, false),
            },
        };
        let n = to - from;
        let (metres, seconds) = if from == away.from { (metres, seconds) } else { step(fixes, a, b) };
        let mut event = blank(fixes, a, rows[to - 1], Kind::Jump, n);
        let (good, target) = (fixes.get(a as usize), fixes.get(b as usize));
        event.t0 = Time(target.t);
        (event.lat, event.lon) = (target.lat_deg(), target.lon_deg());
        (event.lat1, event.lon1) = (good.lat_deg(), good.lon_deg());
        event.km = metres / 1000.0;
        event.knots = Some(knots(metres, seconds));
        event.returned = returned;
        // What lasts for many days is where the ship is, whoever sent the rest.
        let lasting = t(to - 1).saturating_sub(t(from)) > p.lasting_s;
        event.score = match (back.is_some(), returned) {
            (true, _) => 0.8,
            (false, true) => 0.7,
            (false, false) if lasting => 0.4,
            (false, false) => 0.5,
        };
        let middle = rows[from + n / 2];
        let inland = [b, middle].map(|row| deep(fixes, row, land)).into_iter().fold(f64::INFINITY, f64::min);
        if inland >= p.inland_m {
            event.kind = Kind::OnLand;
            event.inland_km = Some(inland / 1000.0);
            event.score += 0.05;
        }
        events.push(event);
    }
    for (from, to) in twice {
        let (a, b) = (rows[runs[from].to - 1], rows[runs[from + 1].from]);
        let n = runs[from + 1..=to].iter().map(|run| run.to - run.from).sum();
        let mut event = blank(fixes, a, rows[runs[to].to - 1], Kind::TwoHulls, n);
        let other = fixes.get(b as usize);
        (event.lat1, event.lon1) = (other.lat_deg(), other.lon_deg());
        event.km = step(fixes, a, b).0 / 1000.0;
        event.score = 0.1;
        events.push(event);
    }
    events
}

/// The rows of a false track that a jump without return begins or ends, if its other end is a silence of an hour and more in which the place changed as
/// speed and distance before do not explain, within [`Parameters::lasting_s`].
fn astray(fixes: Fixes<'_>, rows: &[u32], before: &Run, away: &Run, limit: f64, p: &Parameters) -> Option<(usize, usize)> {
    let t = |at: usize| fixes.t[rows[at] as usize];
    let breaks = |at: usize| {
        let (metres, seconds) = step(fixes, rows[at - 1], rows[at]);
        let sog = f64::from(fixes.sog[rows[at - 1] as usize]) * 0.1;
        let implied = knots(metres, seconds);
        seconds >= 3_600.0 && metres > 3.0 * p.jump_m && implied > 0.3 * limit && !(0.6..1.6).contains(&(sog / implied))
    };
    let (a, b) = (rows[before.to - 1], rows[away.from]);
    let left = (away.from + 1..away.to)
        .take_while(|&at| t(at - 1).saturating_sub(t(away.from)) <= p.lasting_s)
        .find(|&at| breaks(at) && can_sail(fixes, a, rows[at], limit, p));
    if let Some(to) = left.filter(|to| to - away.from >= p.sustained as usize) {
        return Some((away.from, to));
    }
    let reached = (before.from + 1..before.to)
        .rev()
        .take_while(|&at| t(before.to - 1).saturating_sub(t(at)) <= p.lasting_s)
        .find(|&at| breaks(at) && can_sail(fixes, rows[at - 1], b, limit, p));
    reached.filter(|from| before.to - from >= p.sustained as usize).map(|from| (from, before.to))
}

/// Runs, from the one before the first change to the last, in which two tracks take turns: the one goes on where the other has begun.
fn turns(fixes: Fixes<'_>, rows: &[u32], runs: &[Run], p: &Parameters) -> Vec<(usize, usize)> {
    let t = |at: usize| fixes.t[rows[at] as usize];
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    // The last run of each track.
    let mut last: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
    for (i, run) in runs.iter().enumerate() {
        // Two returns in a row are turns: A B A B. One is a ship that came back: A B A.
        if let Some(&k) = last.get(&run.hull)
            && t(run.from).saturating_sub(t(runs[k].to - 1)) <= p.turn_s
            && i >= 3
            && runs[k + 1..i].iter().any(|between| {
                runs[..k]
                    .iter()
                    .rev()
                    .take(12)
                    .any(|old| old.hull == between.hull && t(runs[k].from).saturating_sub(t(old.to - 1)) <= p.turn_s)
            })
        {
            let from = k.saturating_sub(1);
            match stretches.last_mut() {
                Some(stretch) if stretch.1 >= from => stretch.1 = i,
                _ => stretches.push((from, i)),
            }
        }
        last.insert(run.hull, i);
    }
    stretches
}

/// Whether two tracks that follow each other must come from one transmitter: the one falls silent just when the other begins, which two ships with
/// one number do by chance only.
fn same_transmitter(fixes: Fixes<'_>, rows: &[u32], before: &Run, away: &Run, back: Option<&Run>, p: &Parameters) -> bool {
    let t = |at: usize| fixes.t[rows[at] as usize];
    let between = |from: usize, to: usize| t(to).saturating_sub(t(from));
    let length = |run: &Run| between(run.from, run.to - 1);
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
    let Some(back) = back else {
        let out = between(before.to - 1, away.from);
        let shortest = length(away).min(length(before));
        let exact = n_before.min(n_away) >= p.unreturned && shortest >= p.unreturned_s && out <= p.change_s;
        // To the end of the record the old track is silent, far longer than ever before in that time.
        let silence = between(before.to - 1, away.to - 1);
        let last = away.to == rows.len();
        let usual = (before.from + 1..before.to).rev().take_while(|&at| between(at, before.to - 1) < 2 * silence);
        let longest = usual.map(|at| between(at - 1, at)).max().unwrap_or(i64::MAX);
        let ended = last
            && n_away > some
            && shortest >= 6 * p.unreturned_s
            && out.saturating_mul(2 * p.exact_share) <= silence
            && longest.saturating_mul(3) <= silence;
        return exact || ended;
    };
    let silence = between(before.to - 1, back.from);
    // The track as it was heard before and after, for as long as it was silent.
    let (mut n, mut longest) = (0_usize, 0);
    for at in (before.from + 1..before.to).rev().take_while(|&at| between(at, before.to - 1) < silence) {
        n += 1;
        longest = longest.max(between(at - 1, at));
    }
    for at in (back.from + 1..back.to).take_while(|&at| between(back.from, at) < silence) {
        n += 1;
        longest = longest.max(between(at - 1, at));
    }
    let (out, home) = (between(before.to - 1, away.from), between(away.to - 1, back.from));
    // In the changes, both of them, there is no time for two ships to be silent by chance.
    let exact = out.max(home) <= p.change_s || (length(away) >= p.unreturned_s && (out + home).saturating_mul(p.exact_share) <= silence);
    n_before.min(n_away) >= some
        && n >= some
        && length(away) >= p.sustained_s
        && length(before) >= p.sustained_s
        && exact
        && longest * 2 <= silence
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
