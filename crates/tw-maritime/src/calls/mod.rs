//! Port calls: one ship's positions to the times at which it was in a port.
//!
//! After pipe-anchorages of Global Fishing Watch (Apache-2.0; thresholds in `CallParameters`): a ship enters a port when it comes within a
//! distance of it and leaves when it is farther than a second, larger distance; within it stops and falls silent. Ours are: the port named is the
//! one at the longest stop, calls that are one visit (anchoring off the port, shifting berth) are joined, and a canal transit is not a call.

mod canals;

use serde::{Deserialize, Serialize};
use tw_ais::{Class, Fixes, LAT_UNKNOWN, LON_UNKNOWN, SOG_UNKNOWN, UNITS_PER_DEGREE};
use tw_ports::{PortKind, Ports};

use crate::event::{At, Time};

crate::event! {
    /// One row a call of a ship at a port: the time between its arrival and its departure.
    pub struct PortCall in "port_calls" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Arrival: the first position within the port.
        t0: Time,
        /// Departure: the first position out of the port; the last within it if the ship was silent for long before it was seen outside.
        t1: Time,
        /// Key of the port: its UN/LOCODE if it has one.
        port: String,
        /// Name of the port.
        port_name: String,
        /// Country of the port, ISO 3166-1 alpha-3.
        country: String,
        /// Latitude where the ship stopped longest, degrees.
        lat: f64,
        /// Longitude where the ship stopped longest, degrees.
        lon: f64,
        /// What was seen, as Global Fishing Watch counts: 1 only entry or exit, 2 only a stop or silence, 3 a stop or silence with entry or exit, 4 with both.
        confidence: u8,
        /// Seconds stopped.
        stopped_s: i64,
        /// Seconds of silences in port.
        gap_s: i64,
        /// Positions within the port.
        n: u32,
        /// True if the ship was in the port when its record begins.
        open_start: bool,
        /// True if the ship was in the port when its record ends.
        open_end: bool,
        /// First position within the port.
        first: At,
        /// Last position within the port.
        last: At,
    }
}

/// Thresholds of [`port_calls`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallParameters {
    /// Kilometres from a port within which a ship enters, or the port's radius if that is larger. pipe-anchorages: 3 km.
    pub enter_km: f64,
    /// Kilometres beyond the entry distance at which a ship leaves. pipe-anchorages: 4 km less 3 km.
    pub margin_km: f64,
    /// Knots below which a stop begins. pipe-anchorages: 0.2.
    pub stop_begins_kn: f64,
    /// Knots above which a stop ends. pipe-anchorages: 0.5.
    pub stop_ends_kn: f64,
    /// Hours between two positions from which a silence counts. pipe-anchorages: 4.
    pub gap_h: f64,
    /// Minutes from which a stop counts: a shorter one is a pilot, a lock or a manoeuvre. Our choice: 5, shorter than a ferry's.
    pub least_stop_min: f64,
    /// Least confidence of a call that is given. pipe-anchorages publishes from 2; 1 adds ships that only passed through.
    pub least_confidence: u8,
    /// Hours between two calls within which they can be one. Our choice: 24.
    pub join_h: f64,
    /// Kilometres: calls are joined if the ship was never farther from the first between them, and they are not farther apart. Our choice: 30.
    pub join_km: f64,
    /// Hours stopped up to which a wait at the end of a canal that the ship then passes is no call. Our choice: 72.
    pub canal_wait_h: f64,
}

impl Default for CallParameters {
    fn default() -> Self {
        Self {
            enter_km: 3.0,
            margin_km: 1.0,
            stop_begins_kn: 0.2,
            stop_ends_kn: 0.5,
            gap_h: 4.0,
            least_stop_min: 5.0,
            least_confidence: 2,
            join_h: 24.0,
            join_km: 30.0,
            canal_wait_h: 72.0,
        }
    }
}

/// Kilometres in a nautical mile.
const KM_PER_NM: f64 = 1.852;
/// Navigational status "at anchor".
const AT_ANCHOR: u8 = 1;
/// Navigational status "moored".
const MOORED: u8 = 5;

/// A call before it is given.
#[derive(Clone, Debug)]
struct Call {
    port: usize,
    t0: i64,
    t1: i64,
    lat: f64,
    lon: f64,
    entered: bool,
    left: bool,
    stopped_s: i64,
    longest_s: i64,
    gap_s: i64,
    anchored_s: i64,
    moored_s: i64,
    n: u32,
    first: At,
    last: At,
    open_start: bool,
    open_end: bool,
    /// Largest distance from this call until the next, nautical miles.
    away_nm: f64,
}

impl Call {
    fn confidence(&self) -> u8 {
        let rested = self.stopped_s > 0 || self.gap_s > 0;
        match (rested, self.entered && self.left, self.entered || self.left) {
            (true, true, _) => 4,
            (true, false, true) => 3,
            (true, false, false) => 2,
            (false, ..) => 1,
        }
    }

    /// Whether the ship lay at anchor rather than at a berth.
    fn anchored(&self, ports: &Ports) -> bool {
        ports.get(self.port).kind == PortKind::Anchorage || self.anchored_s > self.moored_s
    }
}

/// A position that can be used.
#[derive(Clone, Copy)]
struct Here {
    i: usize,
    t: i64,
    lat: f64,
    lon: f64,
}

/// A stop that goes on.
struct Stop {
    since: Here,
    port: usize,
    /// At anchor or moored, as last sent during the stop; else what was sent at its begin.
    status: u8,
}

/// A ship within a port.
struct Visit {
    call: Call,
    /// The port whose disc holds the ship.
    port: usize,
    stop: Option<Stop>,
    /// The port nearest to the last position.
    closest: usize,
    /// The nearest that the ship came to a port, for a visit without a stop.
    nearest_nm: f64,
    last_inside: Here,
}

/// Where the ship was last looked up: a ship that has hardly moved, or that is far from all ports, need not be looked up again.
#[derive(Default)]
struct LookUp {
    raw: Option<(i32, i32)>,
    /// Units of latitude and of longitude within which the answer is the same.
    still: (i32, i32),
    /// Look-ups until the surroundings are searched.
    patience: u32,
}

/// 40 m of latitude in units of 1/600,000 degree: less than a GPS position at rest wanders in an hour, and a fortieth of the least uncertainty of
/// a port's position.
const STILL: i32 = 216;
/// How far the surroundings are searched, nautical miles.
const AROUND_NM: f64 = 20.0;
/// Look-ups between two searches: near a coast they are in vain.
const PATIENCE: u32 = 8;

impl LookUp {
    /// Whether the last answer still holds; if not, it is to be asked anew from here.
    fn holds(&mut self, raw: (i32, i32)) -> bool {
        if let Some(last) = self.raw
            && raw.0.abs_diff(last.0) <= self.still.1.unsigned_abs()
            && raw.1.abs_diff(last.1) <= self.still.0.unsigned_abs()
        {
            return true;
        }
        self.raw = Some(raw);
        self.still = (STILL, STILL);
        false
    }

    /// After a look-up that found no port: how far the ship can go without coming to one.
    fn look_around(&mut self, ports: &Ports, here: Here, enter_nm: f64) {
        if self.patience > 0 {
            self.patience -= 1;
            return;
        }
        let widest = ports.widest_nm().max(enter_nm);
        let nearest = ports.nearest(here.lat, here.lon, AROUND_NM).map_or(AROUND_NM, |(_, nm)| nm);
        // A square within the circle, 5 % smaller; a degree of longitude is shortest at the side nearer to the pole.
        let free = (nearest - widest) / 2f64.sqrt() * 0.95;
        if free <= 1.0 {
            self.patience = PATIENCE;
            return;
        }
        let units_per_nm = f64::from(UNITS_PER_DEGREE) / 60.0;
        let lat = (free * units_per_nm) as i32;
        self.still = (lat, lat);
    }
}

struct Kernel<'a> {
    fixes: Fixes<'a>,
    ports: &'a Ports,
    enter_nm: f64,
    margin_nm: f64,
    stop_begins: f64,
    stop_ends: f64,
    gap_s: i64,
    least_stop_s: i64,
    join_s: i64,
    least_confidence: u8,
    calls: Vec<Call>,
}

/// Port calls of one ship, in the order of time.
///
/// The positions are those of one ship in the order of time; a position that goes back in time or is nowhere on earth is left out.
///
/// ```
/// use tw_ais::{Fix, Positions};
/// use tw_maritime::calls::{CallParameters, port_calls};
/// let fix = |t: i64, lat: f64, lon: f64, sog: u16| Fix {
///     mmsi: 273_000_000, t, lon: (lon * 6e5) as i32, lat: (lat * 6e5) as i32, sog, cog: 3600, heading: 511, status: 15, class: 1, receiver: 0, file: 0, record: 1,
/// };
/// let ship: Positions = [fix(0, 40.4, 129.6, 100), fix(3_600, 40.66, 129.2, 0), fix(90_000, 40.66, 129.2, 0), fix(97_200, 40.4, 129.6, 100)].into_iter().collect();
/// let calls = port_calls(ship.view(), tw_ports::Ports::bundled(), &CallParameters::default());
/// assert_eq!((calls.len(), calls[0].port_name.as_str(), calls[0].confidence), (1, "Kimchaek", 4));
/// ```
#[must_use]
pub fn port_calls(fixes: Fixes<'_>, ports: &Ports, parameters: &CallParameters) -> Vec<PortCall> {
    let mut kernel = Kernel {
        fixes,
        ports,
        enter_nm: parameters.enter_km / KM_PER_NM,
        margin_nm: parameters.margin_km / KM_PER_NM,
        stop_begins: parameters.stop_begins_kn,
        stop_ends: parameters.stop_ends_kn,
        gap_s: seconds(parameters.gap_h),
        least_stop_s: seconds(parameters.least_stop_min / 60.0),
        join_s: seconds(parameters.join_h),
        least_confidence: parameters.least_confidence,
        calls: Vec::new(),
    };
    kernel.run();
    let joined = join(kernel.calls, ports, parameters);
    let kept = canals::without_transits(joined, fixes, ports, parameters);
    let mmsi = fixes.mmsi.first().copied().unwrap_or_default();
    kept.into_iter().map(|call| event(mmsi, &call, ports)).collect()
}

/// Hours as seconds; a silly number as the largest.
fn seconds(hours: f64) -> i64 {
    (hours * 3_600.0).round() as i64
}

/// Whether a position of a ship can be used.
fn usable(fixes: Fixes<'_>, i: usize) -> bool {
    let (lon, lat) = (fixes.lon[i], fixes.lat[i]);
    lon != LON_UNKNOWN
        && lat != LAT_UNKNOWN
        && lon.unsigned_abs() <= 180 * UNITS_PER_DEGREE.unsigned_abs()
        && lat.unsigned_abs() <= 90 * UNITS_PER_DEGREE.unsigned_abs()
        && !matches!(Class::from_number(fixes.class[i]), Class::Aircraft | Class::Base | Class::Aid)
}

/// Distance in nautical miles on a flat map about the first point: within 0.1 % up to 60 miles, save near the poles. No alarm rests on it alone.
fn flat_nm(a: (f64, f64), b: (f64, f64)) -> f64 {
    let mut dlon = (a.1 - b.1).abs();
    if dlon > 180.0 {
        dlon = 360.0 - dlon;
    }
    let (x, y) = (dlon * a.0.to_radians().cos(), a.0 - b.0);
    60.0 * (x * x + y * y).sqrt()
}

impl Kernel<'_> {
    fn run(&mut self) {
        let mut visit: Option<Visit> = None;
        let mut before: Option<Here> = None;
        let mut seen_outside = false;
        let mut last = LookUp::default();
        for i in 0..self.fixes.len() {
            if !usable(self.fixes, i) {
                continue;
            }
            let t = self.fixes.t[i];
            if before.is_some_and(|b| t < b.t) {
                continue;
            }
            let raw = (self.fixes.lon[i], self.fixes.lat[i]);
            let scale = f64::from(UNITS_PER_DEGREE);
            let here = Here { i, t, lat: f64::from(raw.1) / scale, lon: f64::from(raw.0) / scale };
            let unmoved = last.holds(raw);
            visit = match visit {
                Some(visit) => self.inside(visit, before, here, unmoved),
                None if unmoved => None,
                None => {
                    let visit = self.outside(before, here, seen_outside);
                    if visit.is_none() {
                        last.look_around(self.ports, here, self.enter_nm);
                    }
                    visit
                }
            };
            if visit.is_none() {
                seen_outside = true;
                self.away(here);
            }
            before = Some(here);
        }
        if let Some(mut visit) = visit {
            let end = visit.last_inside;
            self.end_stop(&mut visit, end.t);
            visit.call.open_end = true;
            visit.call.t1 = end.t;
            self.keep(visit);
        }
    }

    /// A position while in no port.
    fn outside(&mut self, before: Option<Here>, here: Here, seen_outside: bool) -> Option<Visit> {
        let (port, nm) = self.ports.at(here.lat, here.lon, self.enter_nm)?;
        let at = self.at(here.i);
        let call = Call {
            port,
            t0: here.t,
            t1: here.t,
            lat: here.lat,
            lon: here.lon,
            entered: before.is_some(),
            left: false,
            stopped_s: 0,
            longest_s: 0,
            gap_s: 0,
            anchored_s: 0,
            moored_s: 0,
            n: 1,
            first: at,
            last: at,
            open_start: !seen_outside,
            open_end: false,
            away_nm: 0.0,
        };
        let mut visit = Visit { call, port, stop: None, closest: port, nearest_nm: nm, last_inside: here };
        self.stops(&mut visit, None, here, Some((port, nm)));
        Some(visit)
    }

    /// A position while in a port: stays, or leaves and perhaps enters another.
    fn inside(&mut self, mut visit: Visit, before: Option<Here>, here: Here, unmoved: bool) -> Option<Visit> {
        let before = before.unwrap_or(here);
        let silence = here.t.saturating_sub(before.t);
        let silent = silence >= self.gap_s;
        let mut nearest = None;
        let stays = unmoved || {
            nearest = self.ports.at(here.lat, here.lon, self.enter_nm);
            match nearest {
                Some((port, _)) if port == visit.port || self.ports.same_place(port, visit.port) => {
                    visit.port = port;
                    true
                }
                // A ship at rest that swings from one port's disc into another's has not left.
                Some((port, _))
                    if !silent && visit.stop.is_some() && self.knots(Some(before), here).is_some_and(|kn| kn <= self.stop_ends) =>
                {
                    visit.port = port;
                    true
                }
                _ => {
                    let limit = self.ports.get(visit.port).radius_nm.max(self.enter_nm) + self.margin_nm;
                    self.ports.distance_to_nm(visit.port, here.lat, here.lon).is_some_and(|nm| nm <= limit)
                }
            }
        };
        if stays {
            if silent {
                visit.call.gap_s = visit.call.gap_s.saturating_add(silence);
            }
            visit.call.n = visit.call.n.saturating_add(1);
            visit.call.last = self.at(here.i);
            visit.last_inside = here;
            self.stops(&mut visit, Some(before), here, nearest);
            return Some(visit);
        }
        // Silence that began at rest counts; a ship that was under way went on.
        if silent && visit.stop.is_some() {
            visit.call.gap_s = visit.call.gap_s.saturating_add(silence);
        }
        let leaves = if silent { visit.last_inside.t } else { here.t };
        self.end_stop(&mut visit, leaves);
        visit.call.left = true;
        visit.call.t1 = leaves;
        self.keep(visit);
        self.outside(Some(before), here, true)
    }

    /// Begins and ends stops, and follows the nearest approach.
    fn stops(&self, visit: &mut Visit, before: Option<Here>, here: Here, nearest: Option<(usize, f64)>) {
        if let Some((port, _)) = nearest {
            visit.closest = port;
        }
        if visit.call.stopped_s == 0
            && visit.stop.is_none()
            && let Some((port, nm)) = nearest
            && nm <= visit.nearest_nm
        {
            (visit.nearest_nm, visit.call.port, visit.call.lat, visit.call.lon) = (nm, port, here.lat, here.lon);
        }
        let Some(knots) = self.knots(before, here) else { return };
        let status = self.fixes.status[here.i];
        match &mut visit.stop {
            Some(_) if knots > self.stop_ends => self.end_stop(visit, here.t),
            Some(stop) if matches!(status, AT_ANCHOR | MOORED) => stop.status = status,
            None if knots < self.stop_begins => visit.stop = Some(Stop { since: here, port: visit.closest, status }),
            _ => {}
        }
    }

    fn end_stop(&self, visit: &mut Visit, t: i64) {
        let Some(stop) = visit.stop.take() else { return };
        let lasted = t.saturating_sub(stop.since.t);
        if lasted < self.least_stop_s.max(1) {
            return;
        }
        let call = &mut visit.call;
        call.stopped_s = call.stopped_s.saturating_add(lasted);
        match stop.status {
            AT_ANCHOR => call.anchored_s = call.anchored_s.saturating_add(lasted),
            MOORED => call.moored_s = call.moored_s.saturating_add(lasted),
            _ => {}
        }
        if lasted > call.longest_s {
            call.longest_s = lasted;
            (call.port, call.lat, call.lon) = (stop.port, stop.since.lat, stop.since.lon);
        }
    }

    /// Speed as sent, else as the way between two positions five minutes or more apart tells.
    fn knots(&self, before: Option<Here>, here: Here) -> Option<f64> {
        let sog = self.fixes.sog[here.i];
        if sog < SOG_UNKNOWN {
            return Some(f64::from(sog) / 10.0);
        }
        let before = before.filter(|b| here.t.saturating_sub(b.t) >= 300)?;
        Some(flat_nm((before.lat, before.lon), (here.lat, here.lon)) * 3_600.0 / here.t.saturating_sub(before.t) as f64)
    }

    fn at(&self, i: usize) -> At {
        At { file: self.fixes.file[i], record: self.fixes.record[i] }
    }

    /// Follows how far the ship goes after its last call, as long as the next could be joined to it.
    fn away(&mut self, here: Here) {
        if let Some(call) = self.calls.last_mut()
            && here.t.saturating_sub(call.t1) <= self.join_s
        {
            call.away_nm = call.away_nm.max(flat_nm((call.lat, call.lon), (here.lat, here.lon)));
        }
    }

    /// Keeps a visit that is a call; one that is not counts for how far the ship went since the last.
    fn keep(&mut self, visit: Visit) {
        let mut call = visit.call;
        if call.confidence() >= self.least_confidence {
            // A terminal's own position is often approximate: the port that it is a part of is the safer name.
            let port = self.ports.get(call.port);
            if port.kind == PortKind::Terminal
                && let Some(parent) = port.parent
                && self.ports.same_place(parent, call.port)
            {
                call.port = parent;
            }
            self.calls.push(call);
        } else {
            self.away(Here { i: 0, t: call.t1, lat: call.lat, lon: call.lon });
        }
    }
}

/// Joins calls that are one visit: shifting berth within a place, or anchoring off the port that is called at.
fn join(calls: Vec<Call>, ports: &Ports, parameters: &CallParameters) -> Vec<Call> {
    let mut joined: Vec<Call> = Vec::with_capacity(calls.len());
    for call in calls {
        let Some(last) = joined.last_mut() else {
            joined.push(call);
            continue;
        };
        let near_nm = parameters.join_km / KM_PER_NM;
        let apart = flat_nm((last.lat, last.lon), (call.lat, call.lon));
        let stayed = call.t0.saturating_sub(last.t1) <= seconds(parameters.join_h) && last.away_nm <= near_nm && last.left && call.entered;
        let one_place = ports.same_place(last.port, call.port);
        let off_the_port = ports.get(last.port).country == ports.get(call.port).country
            && last.anchored(ports) != call.anchored(ports)
            && apart <= near_nm;
        if stayed && (one_place || off_the_port) {
            absorb(last, call, ports);
        } else {
            joined.push(call);
        }
    }
    joined
}

/// Adds a later call to an earlier one. The berth names the call, not the anchorage; between equals the longer stop.
fn absorb(last: &mut Call, call: Call, ports: &Ports) {
    let better = match (last.anchored(ports), call.anchored(ports)) {
        (true, false) => true,
        (false, true) => false,
        _ => call.longest_s > last.longest_s,
    };
    if better {
        (last.port, last.lat, last.lon) = (call.port, call.lat, call.lon);
    }
    last.longest_s = last.longest_s.max(call.longest_s);
    last.t1 = call.t1;
    last.left = call.left;
    last.stopped_s = last.stopped_s.saturating_add(call.stopped_s);
    last.gap_s = last.gap_s.saturating_add(call.gap_s);
    last.anchored_s = last.anchored_s.saturating_add(call.anchored_s);
    last.moored_s = last.moored_s.saturating_add(call.moored_s);
    last.n = last.n.saturating_add(call.n);
    last.last = call.last;
    last.open_end = call.open_end;
    last.away_nm = call.away_nm;
}

fn event(mmsi: u32, call: &Call, ports: &Ports) -> PortCall {
    let port = ports.get(call.port);
    PortCall {
        mmsi,
        t0: Time(call.t0),
        t1: Time(call.t1),
        port: port.key.clone(),
        port_name: port.name.clone(),
        country: port.country.code().to_owned(),
        lat: call.lat,
        lon: call.lon,
        confidence: call.confidence(),
        stopped_s: call.stopped_s,
        gap_s: call.gap_s,
        n: call.n,
        open_start: call.open_start,
        open_end: call.open_end,
        first: call.first,
        last: call.last,
    }
}

#[cfg(test)]
mod tests;
