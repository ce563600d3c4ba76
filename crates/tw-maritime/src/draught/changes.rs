use tw_ais::{Fixes, Static};

use super::cargo::{Hull, cargo};
use crate::hulls::{hours, seconds};
use crate::identity::{on_globe, place_near};
use crate::{At, Time};

crate::event! {
    /// One row a change of the draught that a ship reports, large enough and held long enough to mean something.
    pub struct DraughtChange in "draught_changes" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Last report of the old draught.
        t0: Time,
        /// First report of the new draught.
        t1: Time,
        /// Latitude of the position nearest in time, if one is near enough.
        lat: Option<f64>,
        /// Longitude of that position.
        lon: Option<f64>,
        /// Draught before, metres.
        from_m: f64,
        /// Draught after, metres.
        to_m: f64,
        /// loading or discharge.
        direction: String,
        /// Cargo in tonnes: 10 per cent point. None for ships other than cargo ships and tankers, and where the size is not known.
        tonnes_low: Option<f64>,
        /// Cargo in tonnes: middle.
        tonnes: Option<f64>,
        /// Cargo in tonnes: 90 per cent point.
        tonnes_high: Option<f64>,
        /// Cargo in barrels: 10 per cent point; none without barrels a tonne.
        barrels_low: Option<f64>,
        /// Cargo in barrels: middle.
        barrels: Option<f64>,
        /// Cargo in barrels: 90 per cent point.
        barrels_high: Option<f64>,
        /// Whether the ship was in a port between half a day before the last report of the old draught and six hours after the first of the new one. False if it was never seen then: see unseen_hours.
        in_port: bool,
        /// Longest time without a position in the same time, in hours: a port call can hide in it.
        unseen_hours: f64,
        /// Hours of the longest stop at sea, adrift and away from ports, from a day before the change until it: a transfer can have been made then.
        stopped_hours: f64,
        /// The innocent story that fits best.
        innocent: String,
        /// 0 to 1: a rank, not a probability.
        score: f64,
        /// Record where the last run with the old draught begins.
        first: At,
        /// Record of the first report of the new draught.
        last: At,
    }
}

/// Thresholds of the kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Decimetres from which a change counts. Methods note 1.5: 0.5 m.
    pub change_dm: u8,
    /// Decimetres for a short ship. The lead's choice: 0.3 m.
    pub change_short_dm: u8,
    /// Metres below which a ship is short. The lead's choice: 100.
    pub short_ship: u16,
    /// Reports from which a draught holds. As in the identity history.
    pub hold_reports: u32,
    /// Hours from which a draught holds; both this and the reports are wanted. Our choice.
    pub hold_hours: f64,
    /// Hours within which a draught that comes back was a slip of the hand. Our choice.
    pub slip_hours: f64,
    /// Hours within which steps the same way are one change. Our choice: a stay in port.
    pub merge_hours: f64,
    /// Hours before the last report of the old draught in which a port call explains the change: the field is typed late, but within a
    /// watch or two of the departure. Our choice.
    pub port_before_hours: f64,
    /// Hours after the change in which a port call explains it: the field is typed for the arrival. Our choice.
    pub port_after_hours: f64,
    /// Hours before the last report of the old draught from which a stop at sea can be what changed it. Our choice.
    pub stop_before_hours: f64,
    /// Shortest stop at sea that can be a transfer, hours. 2: as of encounters.
    pub stop_hours: f64,
    /// Speed from report to report below which a ship stops, knots. 2: as of encounters.
    pub stop_knots: f64,
    /// Way made during a stop below which the ship lies at a berth or at anchor, nautical miles. 0.4: a long ship swinging on its chain. Our choice.
    pub berth_nm: f64,
    /// Time from which a ship that lies still is at a berth or at anchor, hours. 4: ships adrift are still for shorter. Our choice.
    pub lie_hours: f64,
    /// Speed above which a ship in a port passes it by, knots. 5. Our choice.
    pub passing_knots: f64,
    /// Longest time between two reports of a stop, hours. 8: what satellites leave out. Our choice.
    pub stop_gap_hours: f64,
    /// Hours that the nearest position may be away. Our choice.
    pub position_hours: f64,
    /// Draught above this share of the beam is no draught. No cargo ship we know of has more than 0.6.
    pub deepest_share: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            change_dm: 5,
            change_short_dm: 3,
            short_ship: 100,
            hold_reports: 3,
            hold_hours: 1.0,
            slip_hours: 12.0,
            merge_hours: 24.0,
            port_before_hours: 12.0,
            port_after_hours: 6.0,
            stop_before_hours: 24.0,
            stop_hours: 2.0,
            stop_knots: 2.0,
            berth_nm: 0.4,
            lie_hours: 4.0,
            passing_knots: 5.0,
            stop_gap_hours: 8.0,
            position_hours: 6.0,
            deepest_share: 0.75,
        }
    }
}

/// Changes of draught of one ship, in the order of time.
///
/// `reports` and `fixes` are those of one MMSI in the order of time. `in_port` tells whether a latitude and longitude lie in a port and is
/// asked at most four times an hour around a change. `barrels_per_tonne` (low, best, high) gives barrels. `known` gives what a register says
/// of the ship; without it the hull is that of the reports, and its summer draught unknown.
///
/// Passed over: 0 and 25.5 m, draughts above [`Parameters::deepest_share`] of the beam, tenfold slips, draughts that do not hold, and those
/// that return to the old value within [`Parameters::slip_hours`].
///
/// Scores, our choice: 0.05 with a port call near the change, and 0.02 for ships that carry no cargo. At sea 0.85 for a tanker that stopped
/// there shortly before, 0.55 for a cargo ship, 0.25 less if the ship was out of sight for six hours or more as well; without a stop 0.4 and
/// 0.25, half of that if it was out of sight, but 0.55 for a tanker that told the old draught until a silence of six hours or more and the new one after
/// it. A quarter of the sum if both draughts are light (ballast), and at most 0.1 if no position is near.
#[must_use]
pub fn draught_changes(
    reports: &[Static],
    fixes: Fixes<'_>,
    in_port: impl Fn(f64, f64) -> bool,
    known: Option<&Hull>,
    barrels_per_tonne: Option<(f64, f64, f64)>,
    parameters: &Parameters,
) -> Vec<DraughtChange> {
    let Some(head) = reports.first() else { return Vec::new() };
    let ship = Ship::of(reports, known);
    let least =
        if ship.length > 0.0 && ship.length < f64::from(parameters.short_ship) { parameters.change_short_dm } else { parameters.change_dm };
    let mut rows = Vec::new();
    for step in steps(&levels(reports, &ship, parameters), parameters) {
        if step.from.abs_diff(step.to) < least.max(1) || is_tenfold(step.from, step.to) {
            continue;
        }
        let (from_m, to_m) = (f64::from(step.from) / 10.0, f64::from(step.to) / 10.0);
        let amount = ship.hull.and_then(|hull| cargo(from_m, to_m, &hull, barrels_per_tonne.unwrap_or((0.0, 0.0, 0.0))));
        let barrels = amount.filter(|_| barrels_per_tonne.is_some()).map(|amount| amount.barrels);
        let place = place_near(fixes, step.t0, step.t1, parameters.position_hours);
        let around = around(fixes, &step, &in_port, parameters);
        let (innocent, score) = ship.judge(&step, place.is_some(), &around, parameters);
        rows.push(DraughtChange {
            mmsi: head.mmsi,
            t0: Time(step.t0),
            t1: Time(step.t1),
            lat: place.map(|(lat, _)| lat),
            lon: place.map(|(_, lon)| lon),
            from_m,
            to_m,
            direction: if step.to > step.from { "loading" } else { "discharge" }.to_owned(),
            tonnes_low: amount.map(|amount| amount.tonnes.0),
            tonnes: amount.map(|amount| amount.tonnes.1),
            tonnes_high: amount.map(|amount| amount.tonnes.2),
            barrels_low: barrels.map(|barrels| barrels.0),
            barrels: barrels.map(|barrels| barrels.1),
            barrels_high: barrels.map(|barrels| barrels.2),
            in_port: around.called,
            unseen_hours: around.unseen,
            stopped_hours: around.stopped,
            innocent: innocent.to_owned(),
            score,
            first: step.first,
            last: step.last,
        });
    }
    rows
}

/// What the reports say of the ship: its largest dimensions, since a lost bit or a boat's default is as often too small.
struct Ship {
    length: f64,
    beam: f64,
    ship_type: u8,
    hull: Option<Hull>,
    deepest: u8,
}

impl Ship {
    fn of(reports: &[Static], known: Option<&Hull>) -> Self {
        let mmsi = reports.first().map(|report| report.mmsi);
        let mut size = ((0u16, 0u16), 0u64);
        let mut kind = (0u8, 0u64);
        let mut counts = std::collections::BTreeMap::new();
        let mut kinds = std::collections::BTreeMap::new();
        let mut deepest = 0;
        for report in reports.iter().filter(|report| Some(report.mmsi) == mmsi) {
            let d = report.dimensions;
            let n = u64::from(report.n.max(1));
            if let (length @ 1.., Some(beam)) = (d.bow.saturating_add(d.stern), d.beam()) {
                *counts.entry((length, beam)).or_insert(0u64) += n;
            }
            if report.ship_type > 0 {
                *kinds.entry(report.ship_type).or_insert(0u64) += n;
            }
            if report.draught < 255 && (report.n >= 3 || report.t_last.saturating_sub(report.t) >= 3600) {
                deepest = deepest.max(report.draught);
            }
        }
        for (dimensions, n) in counts {
            if n > size.1 {
                size = (dimensions, n);
            }
        }
        for (value, n) in kinds {
            if n > kind.1 {
                kind = (value, n);
            }
        }
        let ship_type = known.map_or(kind.0, |hull| hull.ship_type);
        let (length, beam) = known.map_or((f64::from(size.0.0), f64::from(size.0.1)), |hull| (hull.length, hull.beam));
        let merchant = (70..=89).contains(&ship_type) && length > 0.0 && beam > 0.0;
        let hull = known.copied().or_else(|| merchant.then_some(Hull { length, beam, draught_max: None, dwt: None, ship_type }));
        Self { length, beam, ship_type, hull, deepest }
    }

    fn judge(&self, step: &Step, placed: bool, around: &Around, p: &Parameters) -> (&'static str, f64) {
        if !(70..=89).contains(&self.ship_type) {
            return ("typed in at some time: no cargo ship", 0.02);
        }
        if around.called {
            return ("loaded or discharged in port, or the field was typed late", 0.05);
        }
        let tanker = (80..=89).contains(&self.ship_type);
        let away = around.unseen >= 6.0;
        let (innocent, score): (&str, f64) = match (around.stopped >= p.stop_hours, away) {
            (true, false) => ("the field was typed late, after a rest at sea", if tanker { 0.85 } else { 0.55 }),
            (true, true) => ("a port call in the time without positions", if tanker { 0.6 } else { 0.3 }),
            (false, true) if tanker && around.spanned => ("a port call in the time without positions", 0.55),
            (false, true) => ("a port call in the time without positions", if tanker { 0.2 } else { 0.12 }),
            (false, false) => ("the field was typed days after a port call, or ballast was changed", if tanker { 0.4 } else { 0.25 }),
        };
        if !placed {
            return ("no position near: a port call may have gone unseen", score.min(0.1));
        }
        // Both below six tenths of the deepest draught of the record: the range of ballast.
        if f64::from(step.from.max(step.to)) < 0.6 * f64::from(self.deepest) {
            return ("ballast taken or pumped out at sea", score / 4.0);
        }
        (innocent, score)
    }
}

/// A draught that held, in decimetres.
#[derive(Clone, Copy)]
struct Level {
    dm: u8,
    t0: i64,
    t1: i64,
    n: u32,
    first: At,
    last: At,
}

struct Step {
    from: u8,
    to: u8,
    t0: i64,
    t1: i64,
    first: At,
    last: At,
}

fn levels(reports: &[Static], ship: &Ship, parameters: &Parameters) -> Vec<Level> {
    let mmsi = reports.first().map(|report| report.mmsi);
    let deepest = if ship.beam > 0.0 { (ship.beam * 10.0 * parameters.deepest_share).min(254.0) } else { 254.0 };
    let mut order: Vec<&Static> =
        reports.iter().filter(|r| Some(r.mmsi) == mmsi && r.draught > 0 && r.draught < 255 && f64::from(r.draught) <= deepest).collect();
    order.sort_by_key(|r| (r.t, r.file, r.record));
    let mut raw: Vec<Level> = Vec::new();
    for report in order {
        let at = At { file: report.file, record: report.record };
        join(
            &mut raw,
            Level { dm: report.draught, t0: report.t, t1: report.t_last.max(report.t), n: report.n.max(1), first: at, last: at },
        );
    }
    let least = seconds(parameters.hold_hours);
    let mut held: Vec<Level> = Vec::new();
    for level in raw {
        if level.n >= parameters.hold_reports && level.t1.saturating_sub(level.t0) >= least {
            join(&mut held, level);
        }
    }
    // A slip of the hand: the old draught comes back soon.
    let slip = seconds(parameters.slip_hours);
    let mut kept: Vec<Level> = Vec::new();
    for (i, level) in held.iter().enumerate() {
        let back = kept
            .last()
            .zip(held.get(i + 1))
            .is_some_and(|(before, after)| before.dm == after.dm && after.t0.saturating_sub(before.t1) <= slip);
        if !back {
            join(&mut kept, *level);
        }
    }
    kept
}

fn join(levels: &mut Vec<Level>, level: Level) {
    if let Some(last) = levels.last_mut()
        && last.dm == level.dm
    {
        last.t1 = last.t1.max(level.t1);
        last.n = last.n.saturating_add(level.n);
        last.last = level.last;
        return;
    }
    levels.push(level);
}

/// Changes between levels; steps the same way soon after one another are one.
fn steps(levels: &[Level], parameters: &Parameters) -> Vec<Step> {
    let soon = seconds(parameters.merge_hours);
    let mut steps: Vec<Step> = Vec::new();
    for pair in levels.windows(2) {
        let (old, new) = (&pair[0], &pair[1]);
        if let Some(last) = steps.last_mut()
            && (last.to > last.from) == (new.dm > old.dm)
            && new.t0.saturating_sub(last.t1) <= soon
            && !is_tenfold(old.dm, new.dm)
            && !is_tenfold(last.from, last.to)
        {
            last.to = new.dm;
            last.t1 = new.t0;
            last.last = new.first;
            continue;
        }
        steps.push(Step { from: old.dm, to: new.dm, t0: old.t1.min(new.t0), t1: new.t0, first: old.last, last: new.first });
    }
    steps
}

/// Whether one draught is ten times the other, but for rounding: a decimal point mistyped.
fn is_tenfold(a: u8, b: u8) -> bool {
    let (small, large) = (u16::from(a.min(b)), u16::from(a.max(b)));
    (10 * small).abs_diff(large) <= 5
}

/// A time without way.
#[derive(Clone, Copy)]
struct Stop {
    since: (i64, f64, f64),
    /// Furthest from where it began, nautical miles.
    way_nm: f64,
}

/// What the ship did around a change.
struct Around {
    /// Whether it was in a port, or lay still at what may be a berth that no table of ports has.
    called: bool,
    /// Longest time without a position, hours.
    unseen: f64,
    /// Longest stop away from ports, hours.
    stopped: f64,
    /// Whether the change lies in the longest time without a position: the old draught was told until it, the new one after it.
    spanned: bool,
}

fn around(fixes: Fixes<'_>, step: &Step, in_port: impl Fn(f64, f64) -> bool, p: &Parameters) -> Around {
    const QUARTER: i64 = 15 * 60;
    const SOON: i64 = 2 * 3600;
    let from = step.t0.saturating_sub(seconds(p.port_before_hours));
    let to = step.t1.saturating_add(seconds(p.port_after_hours));
    let stop_from = step.t0.saturating_sub(seconds(p.stop_before_hours));
    let (mut seen, mut silence, mut unseen) = (from, (from, from), 0.0f64);
    let mut silent = |a: i64, b: i64| {
        if hours(a, b) > unseen {
            (unseen, silence) = (hours(a, b), (a, b));
        }
    };
    let mut asked: Option<(i64, bool)> = None;
    let (mut called, mut lay, mut stopped) = (false, false, 0.0f64);
    let mut last: Option<(i64, f64, f64)> = None;
    let mut stop: Option<Stop> = None;
    for i in fixes.t.partition_point(|&t| t < stop_from)..fixes.len() {
        let t = fixes.t[i];
        if t > to {
            break;
        }
        if !on_globe(fixes.lat[i], fixes.lon[i]) || last.is_some_and(|last| t < last.0) {
            continue;
        }
        let fix = fixes.get(i);
        let here = (t, fix.lat_deg(), fix.lon_deg());
        let port = match asked {
            Some((before, port)) if t.saturating_sub(before) < QUARTER => port,
            _ => in_port(here.1, here.2),
        };
        if asked.is_none_or(|(before, _)| t.saturating_sub(before) >= QUARTER) {
            asked = Some((t, port));
        }
        if t >= from {
            silent(seen, t);
            seen = seen.max(t);
            called |= port && (fix.sog >= tw_ais::SOG_UNKNOWN || f64::from(fix.sog) / 10.0 <= p.passing_knots);
        }
        if let Some(before) = last.filter(|_| t <= step.t1.saturating_add(SOON)) {
            let lasted = hours(before.0, t);
            let slow = lasted <= p.stop_gap_hours
                && tw_sea::nautical_miles(before.1, before.2, here.1, here.2) <= p.stop_knots * lasted.max(1.0 / 60.0);
            if port || !slow {
                stop = None;
            } else {
                let mut now = stop.unwrap_or(Stop { since: before, way_nm: 0.0 });
                now.way_nm = now.way_nm.max(tw_sea::nautical_miles(now.since.1, now.since.2, here.1, here.2));
                stop = Some(now);
                let lasted = hours(now.since.0, t);
                if now.way_nm >= p.berth_nm {
                    stopped = stopped.max(lasted);
                } else if lasted >= p.lie_hours && t >= from {
                    lay = true;
                }
            }
        }
        last = Some(here);
    }
    silent(seen, to);
    let spanned = step.t0 >= silence.0.saturating_sub(SOON) && step.t1 <= silence.1.saturating_add(SOON);
    Around { called: called || lay, unseen, stopped, spanned }
}
