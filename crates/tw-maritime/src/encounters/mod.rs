//! Two ships that lie close together at sea for hours.
//!
//! Ships are resampled to round times ([`resample()`]), those that are under way or in port are left out ([`keep_slow`]), and for each round time
//! all pairs near each other are found with a sorted sweep ([`Encounters::push_slot`]). Pairs are followed over any number of slots, so that
//! midnight is a time like any other.

mod resample;

pub use resample::{GridPoint, keep_slow, resample};

use crate::coverage::hash::NumberMap;
use crate::gaps::distance::{HALF_TURN, NM, degrees, east, units_metres, wrap};
use crate::{At, Time};

crate::event! {
    /// Two ships lay close together at sea for hours, both heard.
    pub struct Encounter in "encounters" {
        /// The ship with the lower number.
        mmsi: u32,
        /// The other.
        mmsi_b: u32,
        /// First round time at which they were close.
        t0: Time,
        /// Last one.
        t1: Time,
        /// Mean latitude, degrees north.
        lat: f64,
        /// Mean longitude, degrees east.
        lon: f64,
        /// Median distance between their antennas, metres.
        median_m: f64,
        /// Median of the slower speed of the two, knots.
        median_knots: f64,
        /// Round times at which they were close.
        slots: u32,
        /// Distance from the nearest port, nautical miles.
        port_nm: f64,
        /// `both_seen`; one-sided meetings are loiterings.
        kind: String,
        /// How much it looks like a transfer, 0 to 1.
        score: f64,
        /// The likeliest innocent explanation: `pilot`, `tug`, `service`, `bunkering`, `ferry`, `pair_trawl`, `fishing`, `convoy`, `waiting`, `moored`.
        innocent: Option<String>,
        /// First record of the ship.
        first: At,
        /// Last record of the ship.
        last: At,
        /// First record of the other.
        first_b: At,
        /// Last record of the other.
        last_b: At,
    }
}

/// Settings of the encounter kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct EncounterParameters {
    /// Step of the grid, seconds. 600 (Global Fishing Watch, pipe-encounters).
    pub grid_s: i64,
    /// Longest time between two reports that is interpolated, seconds. 3600 (likewise).
    pub max_gap_s: i64,
    /// Largest distance, metres. 500 (likewise).
    pub max_m: f64,
    /// Shortest time together, seconds. 2 hours (likewise).
    pub min_s: i64,
    /// Median speed below which it counts, knots. 2 (likewise, published product).
    pub median_knots: f64,
    /// Median speed below which two cargo ships that keep side by side count, knots. 6: transfers under way are made at up to about that; our choice.
    pub way_knots: f64,
    /// Largest spread of the distance (80 % of the round times) of ships side by side, metres. 150: their turning, and the error of both positions; our choice.
    pub fast_m: f64,
    /// Longest time between two reports of a ship that drifts that is interpolated, seconds. 8 hours: what satellites leave out; our choice.
    pub drift_gap_s: i64,
    /// Speed from report to report below which a ship is taken to drift meanwhile, knots. 1 (methods, 2.8: transfers).
    pub drift_knots: f64,
    /// Distance from port or anchorage within which ships that do not move at all are taken to lie at anchor or moored, nautical miles. 12: roads; our choice.
    pub roads_nm: f64,
    /// Speed below which a point enters at all, knots. As `way_knots`.
    pub enter_knots: f64,
    /// Distance from port or anchorage beyond which it counts, kilometres. 10 (Global Fishing Watch, pipe-encounters).
    pub port_km: f64,
    /// Round times that may be missing in between. 2 (methods, 2.8).
    pub missing: i32,
    /// Meetings of a pair less than this apart are one, seconds. 4 hours (Global Fishing Watch, pipe-encounters).
    pub merge_s: i64,
}

impl Default for EncounterParameters {
    fn default() -> Self {
        Self {
            grid_s: 600,
            max_gap_s: 3600,
            max_m: 500.0,
            min_s: 2 * 3600,
            median_knots: 2.0,
            way_knots: 6.0,
            fast_m: 150.0,
            drift_gap_s: 8 * 3600,
            drift_knots: 1.0,
            roads_nm: 12.0,
            enter_knots: 6.0,
            port_km: 10.0,
            missing: 2,
            merge_s: 4 * 3600,
        }
    }
}

/// What is known of a ship in an encounter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hull {
    /// Type of ship as sent, 0 to 99; 0 is not known.
    pub ship_type: u8,
    /// Length, metres.
    pub length: Option<u16>,
    /// Beam, metres.
    pub beam: Option<u16>,
}

/// One ship's share of a run.
#[derive(Clone, Copy)]
struct Side {
    first: At,
    last: At,
    anchored: u32,
    moored: u32,
    neighbours: u32,
}

/// A pair that is close, followed from slot to slot.
struct Run {
    first: i32,
    last: i32,
    lat: i64,
    /// Sum of the way east from the first longitude.
    east: i64,
    lon0: i32,
    /// Distances, decimetres.
    metres: Vec<u16>,
    /// Speeds of the slower, 0.1 knot.
    speeds: Vec<u16>,
    a: Side,
    b: Side,
}

/// What a caller knows of ships and places when encounters are judged.
pub struct Knowledge<'a> {
    /// Type and size of a ship by MMSI.
    pub hull: &'a dyn Fn(u32) -> Hull,
    /// Nautical miles to the nearest port or anchorage from a place in degrees (latitude, longitude).
    pub port_nm: &'a dyn Fn(f64, f64) -> f64,
}

/// A run as plain numbers, before it is judged.
#[derive(Clone)]
struct Meeting {
    pair: (u32, u32),
    first: i32,
    last: i32,
    lat: f64,
    lon: f64,
    metres: Vec<u16>,
    speeds: Vec<u16>,
    a: Side,
    b: Side,
}

/// Finds encounters from grid points that come slot by slot. See the [module](self).
///
/// Memory: the pairs that are close at present, with four bytes for each slot they have been; and what was found.
pub struct Encounters {
    parameters: EncounterParameters,
    runs: NumberMap<u64, Run>,
    found: Vec<Meeting>,
    slot: Option<i32>,
    swept: i32,
    points: u64,
    // Reused from slot to slot.
    order: Vec<(u64, u32)>,
    close: Vec<(u32, u32, u16)>,
    neighbours: Vec<u16>,
}

/// Why a slot was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// Slots must come in the order of time.
    #[error("slot {slot} comes after slot {last}: give grid points in the order of time")]
    Order {
        /// The slot given.
        slot: i32,
        /// The one before.
        last: i32,
    },
    /// A point belongs to another slot.
    #[error("a point of slot {point} was given with slot {slot}")]
    Point {
        /// The slot given.
        slot: i32,
        /// The point's.
        point: i32,
    },
}

impl Encounters {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(parameters: EncounterParameters) -> Self {
        Self {
            parameters,
            runs: NumberMap::default(),
            found: Vec::new(),
            slot: None,
            swept: i32::MIN,
            points: 0,
            order: Vec::new(),
            close: Vec::new(),
            neighbours: Vec::new(),
        }
    }

    /// Grid points seen.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.points
    }

    /// Pairs followed at present.
    #[must_use]
    pub fn open(&self) -> usize {
        self.runs.len()
    }

    /// Takes all points of one round time, each ship once, in any order.
    ///
    /// # Errors
    /// If the slot is not later than the last, or a point belongs to another.
    pub fn push_slot(&mut self, slot: i32, points: &[GridPoint]) -> Result<(), SlotError> {
        if let Some(last) = self.slot.filter(|&last| slot <= last) {
            return Err(SlotError::Order { slot, last });
        }
        if let Some(point) = points.iter().find(|point| point.slot != slot) {
            return Err(SlotError::Point { slot, point: point.slot });
        }
        self.slot = Some(slot);
        self.points += points.len() as u64;
        self.find_close(points);
        self.follow(slot, points);
        // Ended runs are taken out now and then; one that is met again is ended there and then.
        if slot.saturating_sub(self.swept) > 36 {
            self.sweep(slot);
        }
        Ok(())
    }

    /// Pairs within the distance: sorted by rows of latitude and then longitude, each point looks on in its own row and along the next.
    fn find_close(&mut self, points: &[GridPoint]) {
        let max_m = self.parameters.max_m.clamp(0.0, 6_000.0);
        // Rows are a little higher than the distance, so that neighbours are in the same row or the next. 0.18532 m in a unit.
        let row_height = ((max_m / 0.185).ceil() as i64).max(1);
        self.order.clear();
        self.close.clear();
        let shifted = |lon: i64| (lon + 2 * HALF_TURN) as u64;
        let widest = |row: i64| {
            // Widest step of longitude for the distance, at the edge of the row away from the equator.
            let edge = ((row * row_height - HALF_TURN / 2).abs()).max(((row + 1) * row_height - HALF_TURN / 2).abs()).min(HALF_TURN / 2);
            let cos = (edge as f64 / f64::from(tw_ais::UNITS_PER_DEGREE)).to_radians().cos().max(1e-9);
            ((max_m / 0.185 / cos).ceil() as i64).min(2 * HALF_TURN)
        };
        for (i, point) in points.iter().enumerate() {
            let row = (i64::from(point.lat) + HALF_TURN / 2).clamp(0, HALF_TURN) / row_height;
            let lon = i64::from(wrap(i64::from(point.lon)));
            self.order.push(((row as u64) << 32 | shifted(lon), i as u32));
            // A ghost beyond the date line.
            if lon < -HALF_TURN + widest(row) {
                self.order.push(((row as u64) << 32 | shifted(lon + 2 * HALF_TURN), i as u32 | 1 << 31));
            }
        }
        self.order.sort_unstable();
        let n = self.order.len();
        let mut next_row = 0;
        let mut current = (u64::MAX, 0u64);
        for i in 0..n {
            let (key, id) = self.order[i];
            let row = key >> 32;
            if row != current.0 {
                current = (row, widest(row as i64).max(widest(row as i64 + 1)) as u64);
            }
            let width = current.1;
            let mut j = i + 1;
            while j < n && self.order[j].0 - key <= width && self.order[j].0 >> 32 == row {
                test(points, id, self.order[j].1, max_m, &mut self.close);
                j += 1;
            }
            let above = key + (1 << 32);
            let (low, high) = (above.saturating_sub(width), above + width);
            next_row = next_row.max(i + 1);
            while next_row < n && self.order[next_row].0 < low {
                next_row += 1;
            }
            let mut j = next_row;
            while j < n && self.order[j].0 <= high {
                if self.order[j].0 >> 32 == row + 1 {
                    test(points, id, self.order[j].1, max_m, &mut self.close);
                }
                j += 1;
            }
        }
    }

    fn follow(&mut self, slot: i32, points: &[GridPoint]) {
        if self.close.is_empty() {
            return;
        }
        self.neighbours.clear();
        self.neighbours.resize(points.len(), 0);
        for &(i, j, _) in &self.close {
            for k in [i, j] {
                let n = &mut self.neighbours[k as usize];
                *n = n.saturating_add(1);
            }
        }
        let close = std::mem::take(&mut self.close);
        for &(i, j, decimetres) in &close {
            let (mut i, mut j) = (i as usize, j as usize);
            if points[i].mmsi == points[j].mmsi {
                continue;
            }
            if points[i].mmsi > points[j].mmsi {
                std::mem::swap(&mut i, &mut j);
            }
            let (a, b) = (&points[i], &points[j]);
            let key = u64::from(a.mmsi) << 32 | u64::from(b.mmsi);
            let begin = |lon0| Run {
                first: slot,
                last: slot,
                lat: 0,
                east: 0,
                lon0,
                metres: Vec::new(),
                speeds: Vec::new(),
                a: Side { first: a.at(), last: a.at(), anchored: 0, moored: 0, neighbours: 0 },
                b: Side { first: b.at(), last: b.at(), anchored: 0, moored: 0, neighbours: 0 },
            };
            let run = self.runs.entry(key).or_insert_with(|| begin(a.lon));
            if slot == run.last && !run.metres.is_empty() {
                continue; // The same ship twice in a slot.
            }
            if slot.saturating_sub(run.last) > self.parameters.missing.saturating_add(1) {
                let old = std::mem::replace(run, begin(a.lon));
                end(key, old, &self.parameters, &mut self.found);
            }
            run.last = slot;
            run.lat += i64::from(a.lat) + i64::from(b.lat);
            run.east += east(run.lon0, a.lon) + east(run.lon0, b.lon);
            run.metres.push(decimetres);
            run.speeds.push(a.speed.min(b.speed));
            for (side, point, n) in [(&mut run.a, a, self.neighbours[i]), (&mut run.b, b, self.neighbours[j])] {
                side.last = point.at();
                side.anchored += u32::from(point.status == 1);
                side.moored += u32::from(point.status == 5);
                side.neighbours += u32::from(n);
            }
        }
        self.close = close;
    }

    fn sweep(&mut self, slot: i32) {
        self.swept = slot;
        let (missing, found, parameters) = (self.parameters.missing, &mut self.found, &self.parameters);
        self.runs.retain(|&key, run| {
            if slot.saturating_sub(run.last) <= missing.saturating_add(1) {
                return true;
            }
            end(key, std::mem::replace(run, Run::none()), parameters, found);
            false
        });
    }

    /// Ends all runs and gives the encounters, in the order of pair and time, judged.
    #[must_use]
    pub fn finish(mut self, knowledge: &Knowledge<'_>) -> Vec<Encounter> {
        for (key, run) in std::mem::take(&mut self.runs) {
            end(key, run, &self.parameters, &mut self.found);
        }
        self.found.sort_by_key(|meeting| (meeting.pair, meeting.first));
        let merge = self.parameters.merge_s / self.parameters.grid_s.max(1);
        let mut merged: Vec<Meeting> = Vec::new();
        for meeting in self.found {
            match merged.last_mut() {
                Some(last) if last.pair == meeting.pair && i64::from(meeting.first) - i64::from(last.last) < merge => last.join(meeting),
                _ => merged.push(meeting),
            }
        }
        merged.into_iter().filter_map(|meeting| meeting.judge(&self.parameters, knowledge)).collect()
    }
}

fn test(points: &[GridPoint], i: u32, j: u32, max_m: f64, close: &mut Vec<(u32, u32, u16)>) {
    if i >> 31 & j >> 31 == 1 {
        return;
    }
    let (i, j) = (i & !(1 << 31), j & !(1 << 31));
    let (a, b) = (&points[i as usize], &points[j as usize]);
    let metres = units_metres(a.lat, a.lon, b.lat, b.lon);
    if metres <= max_m && i != j {
        close.push((i, j, (metres * 10.0).round() as u16));
    }
}

impl Run {
    fn none() -> Self {
        let side = Side { first: At::default(), last: At::default(), anchored: 0, moored: 0, neighbours: 0 };
        Self { first: 0, last: 0, lat: 0, east: 0, lon0: 0, metres: Vec::new(), speeds: Vec::new(), a: side, b: side }
    }
}

fn end(key: u64, run: Run, p: &EncounterParameters, found: &mut Vec<Meeting>) {
    let n = run.metres.len() as f64 * 2.0;
    if run.metres.is_empty() || (i64::from(run.last) - i64::from(run.first)) * p.grid_s < p.min_s {
        return;
    }
    found.push(Meeting {
        pair: ((key >> 32) as u32, key as u32),
        first: run.first,
        last: run.last,
        lat: run.lat as f64 / n / f64::from(tw_ais::UNITS_PER_DEGREE),
        lon: degrees(wrap(i64::from(run.lon0) + (run.east as f64 / n).round() as i64)),
        metres: run.metres,
        speeds: run.speeds,
        a: run.a,
        b: run.b,
    });
}

fn median(values: &mut [u16]) -> f64 {
    let n = values.len();
    if n == 0 {
        return 0.0;
    }
    let (low, &mut middle, _) = values.select_nth_unstable(n / 2);
    if n % 2 == 1 {
        return f64::from(middle);
    }
    let below = low.iter().copied().max().unwrap_or(middle);
    (f64::from(below) + f64::from(middle)) / 2.0
}

/// Difference of the 90 and the 10 per cent points.
fn spread(values: &mut [u16]) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    values.sort_unstable();
    f64::from(values[last * 9 / 10]) - f64::from(values[last / 10])
}

impl Meeting {
    fn join(&mut self, later: Self) {
        let (n, m) = (self.metres.len() as f64, later.metres.len() as f64);
        let east = (later.lon - self.lon + 180.0).rem_euclid(360.0) - 180.0;
        self.lat = (self.lat * n + later.lat * m) / (n + m);
        self.lon = (self.lon + east * m / (n + m) + 180.0).rem_euclid(360.0) - 180.0;
        self.last = later.last;
        self.metres.extend(later.metres);
        self.speeds.extend(later.speeds);
        for (side, other) in [(&mut self.a, later.a), (&mut self.b, later.b)] {
            side.last = other.last;
            side.anchored += other.anchored;
            side.moored += other.moored;
            side.neighbours += other.neighbours;
        }
    }

    fn judge(mut self, p: &EncounterParameters, knowledge: &Knowledge<'_>) -> Option<Encounter> {
        let median_m = median(&mut self.metres) / 10.0;
        let median_knots = median(&mut self.speeds) / 10.0;
        let port_nm = (knowledge.port_nm)(self.lat, self.lon);
        if median_knots >= p.way_knots.max(p.median_knots) || port_nm * NM < p.port_km * 1000.0 {
            return None;
        }
        let hulls = ((knowledge.hull)(self.pair.0), (knowledge.hull)(self.pair.1));
        if median_knots >= p.median_knots {
            // Under way only cargo ships that keep side by side: others happen to sail the same way, or work together.
            let side_by_side = median_m <= alongside_m(hulls.0, hulls.1, p).min(300.0) && spread(&mut self.metres) / 10.0 <= p.fast_m;
            if !side_by_side || !carries(hulls.0) || !carries(hulls.1) {
                return None;
            }
        }
        let slots = self.metres.len() as u32;
        let alongside = alongside_m(hulls.0, hulls.1, p);
        let innocent = innocent(&self, hulls, median_m, median_knots, alongside, port_nm <= p.roads_nm);
        let hours = (i64::from(self.last) - i64::from(self.first)) as f64 * p.grid_s as f64 / 3600.0;
        let moment = |slot: i32| Time(i64::from(slot) * p.grid_s);
        Some(Encounter {
            mmsi: self.pair.0,
            mmsi_b: self.pair.1,
            t0: moment(self.first),
            t1: moment(self.last),
            lat: self.lat,
            lon: self.lon,
            median_m,
            median_knots,
            slots,
            port_nm,
            kind: "both_seen".to_owned(),
            score: score(hulls, median_m, alongside, median_knots, hours, innocent),
            innocent: innocent.map(str::to_owned),
            first: self.a.first,
            last: self.a.last,
            first_b: self.b.first,
            last_b: self.b.last,
        })
    }
}

/// Distance between antennas within which two hulls can lie side by side: mean length and three mean beams (methods, 2.8); the largest distance of
/// an encounter if a length is not known.
fn alongside_m(a: Hull, b: Hull, p: &EncounterParameters) -> f64 {
    let (Some(l), Some(m)) = (a.length, b.length) else { return p.max_m };
    let beam = |hull: Hull, length: u16| f64::from(hull.beam.unwrap_or(length / 6));
    (f64::from(l) + f64::from(m)) / 2.0 + 1.5 * (beam(a, l) + beam(b, m))
}

/// Tankers and other cargo ships, which have something to transfer.
fn carries(hull: Hull) -> bool {
    (70..90).contains(&hull.ship_type)
}

fn innocent(meeting: &Meeting, hulls: (Hull, Hull), median_m: f64, knots: f64, alongside: f64, roads: bool) -> Option<&'static str> {
    let types = [hulls.0.ship_type, hulls.1.ship_type];
    let any = |wanted: &[u8]| types.iter().any(|t| wanted.contains(t));
    let both = |f: &dyn Fn(u8) -> bool| types.iter().all(|&t| f(t));
    let slots = meeting.metres.len() as u32;
    if any(&[50]) {
        return Some("pilot");
    }
    if any(&[31, 32, 52]) {
        return Some("tug");
    }
    if any(&[33, 34, 35, 51, 53, 54, 55, 58]) {
        return Some("service");
    }
    if both(&|t| t == 30) {
        return Some(if knots >= 1.0 { "pair_trawl" } else { "fishing" });
    }
    if any(&[30]) {
        return Some("fishing");
    }
    if types.iter().any(|t| (60..70).contains(t)) {
        return Some("ferry");
    }
    // A berth that no table of ports has, or a roadstead. Ships adrift move, if only with the tide.
    if meeting.a.moored * 2 > slots && meeting.b.moored * 2 > slots {
        return Some("moored");
    }
    if roads && knots < 0.2 {
        return Some("waiting");
    }
    let crowded = meeting.a.neighbours.max(meeting.b.neighbours) >= 3 * slots;
    let anchored = meeting.a.anchored * 2 > slots && meeting.b.anchored * 2 > slots;
    if median_m > alongside.max(150.0) && (anchored || crowded) {
        return Some("waiting");
    }
    if crowded && knots >= 1.0 {
        return Some("convoy");
    }
    // A small tanker at a ship that is no tanker brings fuel.
    let tanker = |t: u8| (80..90).contains(&t);
    for (supplier, customer) in [(hulls.0, hulls.1), (hulls.1, hulls.0)] {
        let small = supplier.length.is_some_and(|length| length < 120 && customer.length.is_some_and(|l| l > length));
        if tanker(supplier.ship_type) && small && customer.ship_type != 0 && !tanker(customer.ship_type) {
            return Some("bunkering");
        }
    }
    None
}

/// The score of an encounter. Weights are our choice until they are fitted.
///
/// 0.3 if both can carry cargo (0.15 if one, or if a type is not known), 0.3 for a median distance at which they can lie side by side, 0.2 for
/// less than one knot, 0.2 rising from 2 to 6 hours. With an innocent explanation a quarter of the sum.
fn score(hulls: (Hull, Hull), median_m: f64, alongside: f64, knots: f64, hours: f64, innocent: Option<&str>) -> f64 {
    let cargo = match (carries(hulls.0), carries(hulls.1)) {
        (true, true) => 0.3,
        (false, false) if hulls.0.ship_type != 0 && hulls.1.ship_type != 0 => 0.0,
        _ => 0.15,
    };
    let near = if median_m <= alongside.min(300.0) { 0.3 } else { 0.3 * ((500.0 - median_m) / 500.0).clamp(0.0, 1.0) };
    let still = 0.2 * (2.0 - knots).clamp(0.0, 1.0);
    let long = 0.2 * ((hours - 2.0) / 4.0).clamp(0.0, 1.0);
    let sum = cargo + near + still + long;
    if innocent.is_some() { sum / 4.0 } else { sum }
}

/// All encounters of points that fit into memory; sorts them by slot first.
#[must_use]
pub fn encounters(points: &mut [GridPoint], parameters: &EncounterParameters, knowledge: &Knowledge<'_>) -> Vec<Encounter> {
    let mut state = Encounters::new(parameters.clone());
    push_sorted(&mut state, points);
    state.finish(knowledge)
}

/// Sorts a chunk of points by slot and pushes it; a chunk must begin after the end of the last, as days do. With one chunk a day, memory is a
/// day's slow points and the open pairs; a pair goes on from chunk to chunk.
///
/// Slots that are not later than those pushed before are passed over; gives the number of points so lost, which is 0 if chunks are in order.
pub fn push_sorted(state: &mut Encounters, points: &mut [GridPoint]) -> usize {
    points.sort_unstable_by_key(|point| (point.slot, point.mmsi, point.record, point.file));
    let mut lost = 0;
    for slot in points.chunk_by(|a, b| a.slot == b.slot) {
        if state.push_slot(slot[0].slot, slot).is_err() {
            lost += slot.len();
        }
    }
    lost
}

#[cfg(test)]
mod tests;
