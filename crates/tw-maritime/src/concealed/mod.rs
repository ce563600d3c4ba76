//! Where a ship said it would go, and where it apparently went: the join that a mismatch alone is not.
//!
//! "Declared is not actual" by itself has a precision of 0.085 (methods, section 0), since some 40 % of typed destinations are wrong. A row here
//! needs more: between leaving one port and being seen in the next, the ship called at a *watched* port (of the country that the sanctions are
//! about), or was silent in a way that fits such a call better than sailing on; and something that was declared for that voyage names another place.
//!
//! ```text
//!   departure A ──── declared: C ────▶ last heard │ silence │ heard again ──▶ next port B
//!                                                 └─ call at a watched port? P(call | times, speeds, sea ways, ports)
//! ```
//!
//! A port whose visitors are heard by stations (others were seen calling there) could hardly be called at unseen: its prior is small. Ports in
//! which nobody is ever heard, as those of North Korea, are where an unseen call can have been. See [`reach`](crate::reach) for the model.

use std::collections::BTreeMap;

use tw_ais::{Fixes, Static};
use tw_ports::destination::{Context, Kind, Reader};
use tw_ports::{PortKind, Ports};
use tw_sea::{Sea, bearing, nautical_miles};

use crate::calls::PortCall;
use crate::draught::DraughtChange;
use crate::gaps::Gap;
use crate::reach::{self, Candidate, Moment, Speeds, feasible_at};
use crate::{At, Time};

crate::event! {
    /// One row a voyage on which a ship called, or can have called, at a watched port that it did not declare.
    pub struct Concealed in "concealed" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Departure from the last port before; the first position if that was not seen.
        t0: Time,
        /// End of the call, or of the silence that may hide it.
        t1: Time,
        /// Latitude of the watched port.
        lat: f64,
        /// Longitude of the watched port.
        lon: f64,
        /// Key of the port that it left.
        from_port: Option<String>,
        /// Key of the watched port: seen, or likeliest.
        port: String,
        /// Its name.
        port_name: String,
        /// Its country.
        country: String,
        /// `observed`, or `inferred` from a silence.
        how: String,
        /// Probability of a call at any watched port; 1 if it was seen.
        p_call: f64,
        /// Probability of a call at this port.
        p_port: f64,
        /// What was declared, as it was written.
        declared: String,
        /// Key of the declared port, if it could be read.
        declared_port: Option<String>,
        /// Country that was declared, if it could be read.
        declared_country: Option<String>,
        /// `ais`, or the document.
        declared_in: String,
        /// When it was declared.
        declared_t: Time,
        /// Row of the table of declarations, from 0, where it was a document.
        document: Option<u32>,
        /// Typed within a day of the departure or later: not left from an earlier voyage.
        fresh: bool,
        /// Key of the next port in which the ship was seen.
        next_port: Option<String>,
        /// Country of that port.
        next_country: Option<String>,
        /// Last report before the silence.
        gap_t0: Option<Time>,
        /// First report after it.
        gap_t1: Option<Time>,
        /// Why the silence means little, or `unexplained`.
        gap_cause: Option<String>,
        /// Type of ship; 80 to 89 are tankers.
        ship_type: u8,
        /// Change of draught over the call, metres; below 0 is lighter.
        draught_m: Option<f64>,
        /// Barrels by that change: low.
        barrels_low: Option<f64>,
        /// Barrels: middle.
        barrels: Option<f64>,
        /// Barrels: high.
        barrels_high: Option<f64>,
        /// `draught`, or `size` where only the size of the ship is known.
        barrels_by: Option<String>,
        /// Probability that a destination was concealed, by the weights of [`Parameters`], 0 to 1.
        score: f64,
        /// Record of the last report before the call or silence.
        first: At,
        /// Record of the first report after it.
        last: At,
        /// Record of the declaration, where it was typed into AIS.
        typed: At,
    }
}

/// Thresholds and weights. All are our choice, set on the simulator's seeds 1 to 20 (`tw-sim`), unless a source is named.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Shortest silence that is looked into, hours.
    pub shortest_silence_h: f64,
    /// Least probability of a call at a watched port.
    pub least_call: f64,
    /// Speed that no laden ship of this trade exceeds, knots: bounds the search.
    pub fastest_knots: f64,
    /// Prior of a call at a port where others were seen calling, against one where nobody is heard.
    pub heard_port: f64,
    /// Calls of others that make a port a heard one.
    pub heard_calls: u32,
    /// Nautical miles sailed unheard, to the port or from it, at which the prior of a call falls by a factor e: the farther, the more there was
    /// to be heard on the way.
    pub unheard_nm: f64,
    /// Detour over the ship's course before, or after, the silence, as a part of the way to the port, at which the prior falls by a factor e; it
    /// falls with the square. 0.3 is a turn by some 60 degrees, 1 one by 100.
    pub detour_part: f64,
    /// The most that one such detour takes from the logarithm of the prior.
    pub detour_most: f64,
    /// How far back, and on, that course is taken, nautical miles.
    pub course_nm: f64,
    /// Share of ships that already steer the first leg of the sea way to their port when they are last heard, or still the last one from it when they
    /// are heard again; the others may be anywhere on the way, off any cape that they keep clear of. Set on seeds 1 to 8, seen to hold on 9 to 16.
    pub straight_share: f64,
    /// Standard deviation of their course from that leg, degrees: helm, wind, current, and the error of the way.
    pub straight_deg: f64,
    /// How much likelier their course is, on that leg, than that of the others.
    pub straight_weight: f64,
    /// Nautical miles between the last and the next report within which a ship at rest both times is taken to have stayed.
    pub stayed_nm: f64,
    /// Mean distance of the two ends of a silence to the nearest watched port up to which it is near, nautical miles.
    pub near_nm: f64,
    /// Nautical miles beyond that at which the prior of a call falls by a factor e.
    pub far_nm: f64,
    /// Distance within which two ports are one place, nautical miles.
    pub same_place_nm: f64,
    /// Added if the ship was next seen in the port that it had left: it went somewhere.
    pub returned: f64,
    /// Hours before departure from which a typed destination counts as typed for this voyage.
    pub fresh_before_h: f64,
    /// Days around the departure within which a document belongs to the voyage.
    pub document_days: f64,
    /// Added to the log-odds of the call for a tanker.
    pub tanker: f64,
    /// Added for a ship that is neither tanker nor cargo ship, where the type is known.
    pub other_ship: f64,
    /// Added where a document declares it: nobody forgets to retype a port record.
    pub documented: f64,
    /// Added for a stale text.
    pub stale: f64,
    /// Added if the ship was seen in the declared country next.
    pub arrived_as_declared: f64,
    /// Added for a silence that the reception of others does not explain, or that made-up positions fill.
    pub unexplained: f64,
    /// Added for a silence in which all were silent: an outage, or jamming.
    pub outage: f64,
    /// Added for a ship that is lighter by half a metre or more afterwards.
    pub lighter: f64,
    /// Added for a text that names no port but excuses itself (orders, an area, fishing).
    pub evasive: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            shortest_silence_h: 6.0,
            least_call: 0.3,
            fastest_knots: 16.0,
            heard_port: 0.02,
            heard_calls: 2,
            unheard_nm: 18.0,
            detour_part: 0.6,
            detour_most: 3.0,
            course_nm: 60.0,
            straight_share: 0.1,
            straight_deg: 3.0,
            straight_weight: 10.0,
            stayed_nm: 1.0,
            near_nm: 40.0,
            far_nm: 30.0,
            same_place_nm: 10.0,
            returned: 1.5,
            fresh_before_h: 24.0,
            document_days: 2.0,
            tanker: 0.7,
            other_ship: -3.0,
            documented: 1.0,
            stale: -1.0,
            arrived_as_declared: -1.5,
            unexplained: 0.7,
            outage: -2.0,
            lighter: 1.5,
            evasive: -0.5,
        }
    }
}

/// A declaration in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Row of the table.
    pub row: u32,
    /// The ship, if the document gives it.
    pub mmsi: Option<u32>,
    /// The ship, if the document gives it.
    pub imo: Option<u32>,
    /// First moment of the day of departure.
    pub from: Time,
    /// Last moment of the day of departure.
    pub to: Time,
    /// Port as written.
    pub port: Option<String>,
    /// Countries declared.
    pub countries: Vec<String>,
    /// What document it is.
    pub kind: String,
}

/// What is known of everybody, for all ships alike.
pub struct Fleet<'a> {
    /// Ports.
    pub ports: &'static Ports,
    /// Reads destinations.
    pub reader: &'static Reader,
    /// Sea ways.
    pub sea: &'static Sea,
    /// Ports of the country that the sanctions are about, by number.
    pub watched: &'a [usize],
    /// For each port by number, calls that were seen, by ship.
    pub calls: &'a BTreeMap<usize, BTreeMap<u32, u32>>,
    /// Whether ships at a place (latitude, longitude) are heard from land most of the time.
    pub heard: &'a dyn Fn(f64, f64) -> bool,
    /// Declarations in documents.
    pub documents: &'a [Document],
    /// Thresholds.
    pub parameters: &'a Parameters,
    /// End of what was observed.
    pub until: i64,
}

/// One ship.
pub struct Ship<'a> {
    /// Its positions in the order of time.
    pub fixes: Fixes<'a>,
    /// Its static reports in the order of time.
    pub statics: &'a [Static],
    /// Its port calls in the order of time.
    pub calls: &'a [&'a PortCall],
    /// Its silences in the order of time.
    pub gaps: &'a [&'a Gap],
    /// Changes of its draught.
    pub draughts: &'a [&'a DraughtChange],
    /// Its type.
    pub ship_type: u8,
    /// What it delivers if nothing but its size is known: barrels low, best, high.
    pub barrels: Option<(f64, f64, f64)>,
}

/// A call at a watched port, seen or not.
struct Visit {
    port: usize,
    p_call: f64,
    p_port: f64,
    from: Time,
    to: Time,
    gap: Option<usize>,
    first: At,
    last: At,
}

/// What was declared for a voyage.
struct Declared {
    text: String,
    port: Option<usize>,
    country: Option<String>,
    place: String,
    t: Time,
    document: Option<u32>,
    fresh: bool,
    evasive: bool,
    at: At,
}

/// Voyages of one ship on which it called, or can have called, at a watched port that it did not declare, in the order of time.
#[must_use]
pub fn concealed(fleet: &Fleet<'_>, ship: &Ship<'_>) -> Vec<Concealed> {
    let mut visits = seen(fleet, ship);
    visits.extend(silent(fleet, ship, &visits));
    visits.sort_by_key(|visit| (visit.from, visit.to));
    let mut found: Vec<Concealed> = Vec::new();
    for visit in visits {
        let Some(row) = judge(fleet, ship, &visit) else { continue };
        // Two silences of one voyage are one affair: the likelier call stands for it.
        match found.last_mut().filter(|last| last.t0 == row.t0) {
            Some(last) if last.score < row.score => *last = row,
            Some(_) => {}
            None => found.push(row),
        }
    }
    found
}

/// Calls at watched ports that were seen.
fn seen(fleet: &Fleet<'_>, ship: &Ship<'_>) -> Vec<Visit> {
    let visit = |call: &&&PortCall| {
        let port = fleet.ports.by_key(&call.port)?;
        let near = fleet.watched.contains(&port) && call.confidence >= 2;
        // An anchorage or a berth is known by its port.
        let port = fleet.ports.get(port).parent.filter(|&n| fleet.ports.get(n).position().is_some()).unwrap_or(port);
        near.then_some(Visit { port, p_call: 1.0, p_port: 1.0, from: call.t0, to: call.t1, gap: None, first: call.first, last: call.last })
    };
    ship.calls.iter().filter_map(|call| visit(&call)).collect()
}

/// Silences that fit a call at a watched port.
fn silent(fleet: &Fleet<'_>, ship: &Ship<'_>, seen: &[Visit]) -> Vec<Visit> {
    let p = fleet.parameters;
    let mmsi = ship.fixes.mmsi.first().copied().unwrap_or_default();
    let mut visits = Vec::new();
    for (n, gap) in ship.gaps.iter().enumerate() {
        let (Some(t1), Some(lat1), Some(lon1)) = (gap.t1, gap.lat1, gap.lon1) else { continue };
        if gap.hours < p.shortest_silence_h || seen.iter().any(|v| v.from < t1 && gap.t0 < v.to) {
            continue;
        }
        let way = |at: (f64, f64)| nautical_miles(gap.lat, gap.lon, at.0, at.1) + nautical_miles(at.0, at.1, lat1, lon1);
        let speeds = speeds(ship.fixes, gap, p);
        // As far as it can have sailed with time left for the shortest call.
        let reach = (gap.hours - reach::Parameters::default().shortest_stay_hours) * speeds.max;
        let watched = |port: usize| fleet.ports.get(port).position().is_some_and(|at| way(at) <= reach);
        if !fleet.watched.iter().any(|&port| watched(port)) {
            continue;
        }
        let rest = |t: i64| at_rest(ship.fixes, t);
        if nautical_miles(gap.lat, gap.lon, lat1, lon1) <= p.stayed_nm && rest(gap.t0.0) && rest(t1.0) {
            continue;
        }
        let dark = hides(gap);
        // A ship that lies in port before or after it may have lain there all the while.
        let in_port = |t: i64| {
            let other = |call: &PortCall| fleet.ports.by_key(&call.port).is_none_or(|port| !fleet.watched.contains(&port));
            rest(t) && ship.calls.iter().any(|call| other(call) && call.t0.0 <= t && t <= call.t1.0)
        };
        if !dark && (in_port(gap.t0.0) || in_port(t1.0)) {
            continue;
        }
        let middle = ((gap.lat + lat1) / 2.0, (gap.lon + lon1) / 2.0);
        let (came, went) = (course(ship.fixes, gap.t0.0, -1, p.course_nm), course(ship.fixes, t1.0, 1, p.course_nm));
        // What it steered when it was last heard before, and first after.
        let (steered, steers) = (steered(ship.fixes, gap.t0.0), steered(ship.fixes, t1.0));
        let mut candidates = Vec::new();
        let mut turns = Vec::new();
        let mut nearest = f64::INFINITY;
        for (port, _) in fleet.ports.within(middle.0, middle.1, (gap.hours * speeds.max / 2.0).min(1500.0)) {
            let place = fleet.ports.get(port);
            let Some(at) = place.position().filter(|&at| place.kind == PortKind::Port && way(at) <= gap.hours * speeds.max) else {
                continue;
            };
            let is_watched = fleet.watched.contains(&port);
            // Who switches off can call unheard at a watched port where others are heard; and what satellites hear of others there is little.
            let heard = !(is_watched && dark) && {
                let ships = fleet.calls.get(&port);
                let others: u32 = ships.map_or(0, |ships| ships.iter().filter(|(ship, _)| **ship != mmsi).map(|(_, n)| *n).sum());
                (others >= p.heard_calls && !is_watched) || (fleet.heard)(at.0, at.1)
            };
            let prior = if heard { p.heard_port } else { 1.0 };
            // A small harbour takes fewer ships than a large one.
            let size = [0.03, 0.7, 1.0, 1.5, 2.0][usize::from(place.size.min(4))] * if place.oil { 1.5 } else { 1.0 };
            let (to, from) = (nautical_miles(gap.lat, gap.lon, at.0, at.1), nautical_miles(at.0, at.1, lat1, lon1));
            if is_watched && place.size > 0 {
                nearest = nearest.min((to + from) / 2.0);
            }
            let detour = |past: Option<(f64, f64)>, end: (f64, f64), leg: f64| {
                past.map_or(0.0, |past| {
                    let more = nautical_miles(past.0, past.1, end.0, end.1) + leg - nautical_miles(past.0, past.1, at.0, at.1);
                    (more / leg.max(1.0) / p.detour_part).powi(2).min(p.detour_most)
                })
            };
            turns.push((detour(came, (gap.lat, gap.lon), to), detour(went, (lat1, lon1), from)));
            let likely = (-(to + from) / 2.0 / p.unheard_nm).exp();
            candidates.push(Candidate { id: u32::try_from(port).unwrap_or(u32::MAX), lat: at.0, lon: at.1, prior: prior * size * likely });
        }
        let most = candidates.iter().zip(&turns).map(|(c, t)| c.prior * (-t.0 - t.1).exp()).fold(0.0, f64::max);
        for (candidate, (before, after)) in candidates.iter_mut().zip(turns) {
            // A ship is on the way to where it goes, more or less; and some steer straight for it already. What is hardly likely is not worth its
            // sea ways.
            let worth = candidate.prior * (-before - after).exp() * p.straight_weight >= 0.01 * most;
            let steer = |steered: Option<f64>, from: (f64, f64), away: bool, turn: f64| {
                let wide = (-turn).exp();
                let off =
                    steered.filter(|_| worth).and_then(|own| Some(off(own, leg(fleet.sea, from, (candidate.lat, candidate.lon), away)?)));
                let straight = off.map_or(0.0, |off| p.straight_weight * (-0.5 * (off / p.straight_deg).powi(2)).exp());
                (1.0 - p.straight_share) * wide + p.straight_share * straight
            };
            candidate.prior *= steer(steered, (gap.lat, gap.lon), true, before) * steer(steers, (lat1, lon1), false, after);
        }
        let (last, first) = (Moment { t: gap.t0, lat: gap.lat, lon: gap.lon }, Moment { t: t1, lat: lat1, lon: lon1 });
        // The farther the ends of the silence are from any watched port, the less it speaks of one.
        let usual = reach::Parameters::default();
        let call = (1.0 - usual.prior_none) * (-(nearest - p.near_nm).max(0.0) / p.far_nm).exp();
        let is_watched = |id: u32| fleet.watched.contains(&(id as usize));
        let priors = reach::Parameters { prior_none: 1.0 - call, ..usual };
        let result = feasible_at(fleet.sea, last, first, speeds, &candidates, &priors, &is_watched, p.least_call);
        if !result.possible {
            continue;
        }
        let p_call = result.probability_of(is_watched);
        if p_call < p.least_call {
            continue;
        }
        // Of ports side by side the probabilities add up: the likeliest place first, then the likeliest port there.
        let near = |call: &reach::Call, id: u32| {
            let at = |id: u32| fleet.ports.get(id as usize).position().unwrap_or_default();
            let (here, there) = (at(call.id), at(id));
            nautical_miles(here.0, here.1, there.0, there.1) <= p.same_place_nm
        };
        let around = |call: &reach::Call| (result.probability_of(|id| is_watched(id) && near(call, id)) * 1e6).round() as u64;
        let watched_calls = result.ports.iter().filter(|call| is_watched(call.id));
        let Some(middle) = watched_calls.max_by(|a, b| around(a).cmp(&around(b)).then(b.id.cmp(&a.id))) else { continue };
        // Sorted by probability.
        let Some(best) = result.ports.iter().find(|call| is_watched(call.id) && near(middle, call.id)) else { continue };
        visits.push(Visit {
            port: best.id as usize,
            p_call,
            p_port: best.probability,
            from: gap.t0,
            to: t1,
            gap: Some(n),
            first: gap.first,
            last: gap.last,
        });
    }
    visits
}

/// Whether a silence is the ship's doing: no report where one was due, or made-up ones.
fn hides(gap: &Gap) -> bool {
    matches!(gap.cause.as_str(), "unexplained" | "made_up")
}

/// Whether the report at a moment is of a ship at rest.
fn at_rest(fixes: Fixes<'_>, t: i64) -> bool {
    let i = fixes.t.partition_point(|&own| own < t);
    i < fixes.len() && (fixes.sog[i] < 20 || matches!(fixes.status[i], 1 | 5))
}

/// Where the ship was some miles before (`way` -1) or after (1) a moment: what tells its course; none if it did not move so far within a day.
fn course(fixes: Fixes<'_>, t: i64, way: i64, miles: f64) -> Option<(f64, f64)> {
    let start = fixes.t.partition_point(|&own| own < t);
    let place = |i: usize| (fixes.get(i).lat_deg(), fixes.get(i).lon_deg());
    let here = (start < fixes.len()).then(|| place(start))?;
    let near = |i: &usize| fixes.t[*i].abs_diff(t) <= 86_400;
    let far = |at: (f64, f64)| nautical_miles(here.0, here.1, at.0, at.1);
    let mut best = None;
    let mut look = |i: usize| {
        let at = place(i);
        let nm = far(at);
        if nm >= miles / 4.0 && best.is_none_or(|(most, _)| nm > most) {
            best = Some((nm, at));
        }
        nm < miles
    };
    if way < 0 {
        (0..start).rev().take_while(near).take_while(|&i| look(i)).for_each(drop);
    } else {
        (start + 1..fixes.len()).take_while(near).take_while(|&i| look(i)).for_each(drop);
    }
    best.map(|(_, at)| at)
}

/// Course over ground in the report of a moment, degrees, of a ship under way.
fn steered(fixes: Fixes<'_>, t: i64) -> Option<f64> {
    let i = fixes.t.partition_point(|&own| own < t);
    (i < fixes.len() && (30..600).contains(&fixes.sog[i]) && fixes.cog[i] < 3600).then(|| f64::from(fixes.cog[i]) / 10.0)
}

/// Direction of the first leg of the sea way from a place to another, or (`away` false) that in which one coming from there arrives; none if there is
/// no way, or it is no longer than two miles.
fn leg(sea: &Sea, from: (f64, f64), to: (f64, f64), away: bool) -> Option<f64> {
    let route = sea.route(from, to)?;
    let next = route.points.iter().find(|at| nautical_miles(from.0, from.1, at.0, at.1) >= 2.0)?;
    Some(if away { bearing(from.0, from.1, next.0, next.1) } else { bearing(next.0, next.1, from.0, from.1) })
}

/// Degrees between two directions, 0 to 180.
fn off(a: f64, b: f64) -> f64 {
    let d = (a - b).rem_euclid(360.0);
    d.min(360.0 - d)
}

/// Speed that the ship makes good when it sails, from its own reports of the week before a silence.
fn speeds(fixes: Fixes<'_>, gap: &Gap, p: &Parameters) -> Speeds {
    let since = gap.t0.0.saturating_sub(7 * 86_400);
    let from = fixes.t.partition_point(|&t| t < since);
    let to = fixes.t.partition_point(|&t| t <= gap.t0.0);
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for &sog in &fixes.sog[from.min(to)..to] {
        if (50..300).contains(&sog) {
            let knots = f64::from(sog) / 10.0;
            n += 1.0;
            sum += knots;
            squares += knots * knots;
        }
    }
    if n < 5.0 {
        return Speeds::default();
    }
    let mean: f64 = sum / n;
    let spread = (squares / n - mean * mean).max(0.0).sqrt().clamp(0.5, 3.0);
    Speeds { mean, spread, max: (mean + 3.0 * spread).clamp(mean, p.fastest_knots.max(mean)) }
}

fn judge(fleet: &Fleet<'_>, ship: &Ship<'_>, visit: &Visit) -> Option<Concealed> {
    let p = fleet.parameters;
    let mmsi = ship.fixes.mmsi.first().copied()?;
    let port = fleet.ports.get(visit.port);
    let (lat, lon) = port.position()?;
    // The voyage is the one between ports that are not watched: a call at a watched port is within it.
    let sure = |call: &&&PortCall| call.confidence >= 2 && call.country != port.country.to_string();
    let before = ship.calls.iter().filter(sure).rfind(|call| call.t1 <= visit.from);
    let after = ship.calls.iter().filter(sure).find(|call| call.t0 >= visit.to);
    let start = before.map_or_else(|| Time(ship.fixes.t[0]), |call| call.t1);
    let declared = declared(fleet, ship, start, visit)?;
    let watched_country = port.country.to_string();
    // Declared as it went, or near enough: nothing is concealed.
    if declared.country.as_deref() == Some(watched_country.as_str()) {
        return None;
    }
    let lighter = ship
        .draughts
        .iter()
        .filter(|change| change.t1.0 >= visit.from.0 && change.t0.0 <= visit.to.0.saturating_add(2 * 86_400))
        .min_by(|a, b| (a.to_m - a.from_m).total_cmp(&(b.to_m - b.from_m)));
    let draught_m = lighter.map(|change| change.to_m - change.from_m);
    let gap = visit.gap.map(|n| ship.gaps[n]);
    let odds = (visit.p_call.min(0.98) / (1.0 - visit.p_call.min(0.98))).ln();
    let mut sum = odds;
    sum += match ship.ship_type {
        80..=89 => p.tanker,
        0 | 70..=79 => 0.0,
        _ => p.other_ship,
    };
    sum += if declared.document.is_some() { p.documented } else { 0.0 };
    sum += if declared.document.is_none() && !declared.fresh { p.stale } else { 0.0 };
    sum += if declared.evasive { p.evasive } else { 0.0 };
    sum += if after.is_some_and(|call| declared.country.as_ref() == Some(&call.country)) { p.arrived_as_declared } else { 0.0 };
    let returned = before.zip(after).is_some_and(|(before, after)| before.port == after.port);
    sum += if visit.gap.is_some() && returned { p.returned } else { 0.0 };
    sum += if gap.is_some_and(hides) { p.unexplained } else { 0.0 };
    sum += if gap.is_some_and(|gap| matches!(gap.cause.as_str(), "outage" | "jamming")) { p.outage } else { 0.0 };
    sum += if draught_m.is_some_and(|m| m <= -0.5) { p.lighter } else { 0.0 };
    let by_draught =
        lighter.filter(|_| draught_m.is_some_and(|m| m < 0.0)).and_then(|c| Some((c.barrels_low?, c.barrels?, c.barrels_high?)));
    let barrels = by_draught.or(ship.barrels.filter(|_| (80..=89).contains(&ship.ship_type)));
    Some(Concealed {
        mmsi,
        t0: start,
        t1: visit.to,
        lat,
        lon,
        from_port: before.map(|call| call.port.clone()),
        port: port.key.clone(),
        port_name: port.name.clone(),
        country: watched_country,
        how: if visit.gap.is_some() { "inferred" } else { "observed" }.to_owned(),
        p_call: visit.p_call,
        p_port: visit.p_port,
        declared: declared.text,
        declared_port: declared.port.map(|n| fleet.ports.get(n).key.clone()),
        declared_country: declared.country,
        declared_in: declared.place,
        declared_t: declared.t,
        document: declared.document,
        fresh: declared.fresh,
        next_port: after.map(|call| call.port.clone()),
        next_country: after.map(|call| call.country.clone()),
        gap_t0: gap.map(|gap| gap.t0),
        gap_t1: gap.and_then(|gap| gap.t1),
        gap_cause: gap.map(|gap| gap.cause.clone()),
        ship_type: ship.ship_type,
        draught_m,
        barrels_low: barrels.map(|b| b.0),
        barrels: barrels.map(|b| b.1),
        barrels_high: barrels.map(|b| b.2),
        barrels_by: barrels.map(|_| if by_draught.is_some() { "draught" } else { "size" }.to_owned()),
        score: 1.0 / (1.0 + (-sum).exp()),
        first: visit.first,
        last: visit.last,
        typed: declared.at,
    })
}

/// What was declared for the voyage that began at `start`: a document first, then the text that stood when the ship was last heard.
fn declared(fleet: &Fleet<'_>, ship: &Ship<'_>, start: Time, visit: &Visit) -> Option<Declared> {
    let p = fleet.parameters;
    let mmsi = ship.fixes.mmsi.first().copied()?;
    let slack = (p.document_days * 86_400.0) as i64;
    let imo = |number: u32| ship.statics.iter().any(|s| s.imo == number);
    let of_ship = |d: &&Document| d.mmsi == Some(mmsi) || d.imo.is_some_and(imo);
    let of_voyage =
        |d: &&Document| d.to.0 >= start.0.saturating_sub(slack) && d.from.0 <= start.0.saturating_add(slack) && d.from <= visit.from;
    if let Some(document) = fleet.documents.iter().filter(of_ship).filter(of_voyage).min_by_key(|d| (d.from.0 - start.0).abs()) {
        let read = document.port.as_deref().map(|port| fleet.reader.read(port, &Context::default()));
        let watched = fleet.watched.first().map(|&n| fleet.ports.get(n).country.to_string());
        // Among several countries the watched one counts: then it was declared.
        let country = watched.filter(|w| document.countries.contains(w)).or_else(|| document.countries.first().cloned());
        return Some(Declared {
            text: document.port.clone().unwrap_or_else(|| document.countries.join(" or ")),
            port: read.and_then(|r| r.port),
            country,
            place: document.kind.clone(),
            t: document.from,
            document: Some(document.row),
            fresh: true,
            evasive: false,
            at: At::default(),
        });
    }
    let said = ship.statics.iter().rfind(|s| !s.destination.trim().is_empty() && s.t <= visit.from.0)?;
    // A run goes back to when this text was first typed.
    let typed = ship
        .statics
        .iter()
        .rev()
        .filter(|s| !s.destination.trim().is_empty() && s.t <= said.t)
        .take_while(|s| s.destination == said.destination)
        .last()
        .unwrap_or(said);
    let at = before(ship.fixes, visit.from.0);
    let reading = fleet.reader.read(&said.destination, &Context { position: at, ship_type: Some(ship.ship_type), ..Context::default() });
    let evasive = match reading.kind {
        Kind::Port | Kind::Country | Kind::Ferry => false,
        Kind::Orders | Kind::Area | Kind::Activity => true,
        // Nothing that could be read was declared.
        _ => return None,
    };
    Some(Declared {
        text: said.destination.clone(),
        port: reading.port,
        country: reading.country.map(|c| c.to_string()),
        place: "ais".to_owned(),
        t: Time(typed.t),
        document: None,
        fresh: typed.t as f64 >= start.0 as f64 - p.fresh_before_h * 3600.0,
        evasive,
        at: At { file: typed.file, record: typed.record },
    })
}

/// Where the ship was last, up to a moment.
fn before(fixes: Fixes<'_>, t: i64) -> Option<(f64, f64)> {
    let n = fixes.t.partition_point(|&own| own <= t);
    let fix = n.checked_sub(1).map(|i| fixes.get(i))?;
    Some((fix.lat_deg(), fix.lon_deg()))
}
