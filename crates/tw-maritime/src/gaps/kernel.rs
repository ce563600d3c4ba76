//! Silences of one ship, each with what the reception of others says about it.

use tw_ais::{Class, Fixes};

use super::distance::{NM, degrees, units_metres, valid};
use crate::coverage::{Coverage, Places, Receiver, Verdict};
use crate::spoof::Spoof;
use crate::{At, Time};

crate::event! {
    /// A ship was not heard for some hours. Only a row with the cause `unexplained` says that a report was due.
    pub struct Gap in "gaps" {
        /// Ship.
        mmsi: u32,
        /// Last report before.
        t0: Time,
        /// First report after; missing if the ship was not heard again.
        t1: Option<Time>,
        /// Latitude of the last report, degrees north.
        lat: f64,
        /// Longitude of the last report, degrees east.
        lon: f64,
        /// Latitude of the first report after.
        lat1: Option<f64>,
        /// Longitude of the first report after.
        lon1: Option<f64>,
        /// Length in hours; of a silence still open, to the end of what was observed.
        hours: f64,
        /// Distance between the two reports, nautical miles.
        distance_nm: Option<f64>,
        /// That distance over that time, knots.
        implied_knots: Option<f64>,
        /// Speed in the last report, knots.
        speed_before: Option<f64>,
        /// Navigational status in the last report, 0 to 15; 15 is not known.
        status_before: u8,
        /// Reports in the twelve hours before, by any kind of station.
        positions_before_12h: u32,
        /// Reports that were to be expected from how others were heard; missing if nobody shows it.
        expected: Option<f64>,
        /// Probability of no report for so long, had the ship transmitted, on the course that excuses it best; missing if nobody shows it.
        p_innocent: Option<f64>,
        /// Ship-hours in which others were heard there and then.
        witnesses: u32,
        /// `unexplained`, or why silence means little: `coverage`, `outage`, `jamming`, `port`, `moored_rate` (at rest in the same place before and after), `class_b`, `long_range_only`,
        /// `elsewhere` (its number was heard meanwhile from where the hull cannot have been, or the hull was heard under another number), `made_up` (the same, and those positions are in `spoofs`).
        cause: String,
        /// How much the silence calls for an explanation, 0 to 1; 0 unless unexplained.
        score: f64,
        /// Probability that it hides a call at a watched port that was not declared, where there is a row in `concealed`.
        call: Option<f64>,
        /// Record of the last report before.
        first: At,
        /// Record of the first report after; of an open silence that of the last before.
        last: At,
    }
}

/// Settings of the gap kernel. Every default is our choice unless a source is named.
#[derive(Clone, Debug, PartialEq)]
pub struct GapParameters {
    /// Shortest silence listed, seconds. 6 hours (Global Fishing Watch publishes gap events from 6 hours; methods, 1.1).
    pub threshold_s: i64,
    /// Distance from a port within which a ship may be about to switch off, or just have switched on, at its berth, nautical miles. 3: a mile and
    /// ten minutes under way.
    pub port_nm: f64,
    /// Speed below which a ship counts as at rest, knots. 3: class A then reports every 3 minutes only (ITU-R M.1371-5, table 1).
    pub slow_knots: f64,
    /// Distance between last and first report within which the ship counts as having stayed, nautical miles. 1.
    pub stayed_nm: f64,
    /// Distance within which a ship at rest before and after is taken never to have left its berth or anchor, nautical miles. 0.1.
    pub berth_nm: f64,
    /// Share of the usual speed below which the ship must have done something else meanwhile. 0.6 (methods, 2.7).
    pub usual_share: f64,
}

impl Default for GapParameters {
    fn default() -> Self {
        Self { threshold_s: 6 * 3600, port_nm: 3.0, slow_knots: 3.0, stayed_nm: 1.0, berth_nm: 0.1, usual_share: 0.6 }
    }
}

impl GapParameters {
    fn near_port(&self, fix: &tw_ais::Fix, around: &Around<'_>) -> bool {
        valid(fix.lon, fix.lat) && (around.port_nm)(fix.lat_deg(), fix.lon_deg()) <= self.port_nm
    }
}

/// What is round about: everything a silence is judged by that is not in the ship's own track.
pub struct Around<'a> {
    /// Reception of others, which must include the ship itself; none: nothing is known, and nothing is unexplained.
    pub coverage: Option<&'a Coverage>,
    /// Kind of a station, by its number; as it was given to [`Coverage::add`].
    pub receiver: &'a dyn Fn(u16) -> Receiver,
    /// Nautical miles to the coast from a place in degrees (latitude, longitude); 0 or less on land.
    pub shore_nm: &'a dyn Fn(f64, f64) -> f64,
    /// Nautical miles to the nearest port.
    pub port_nm: &'a dyn Fn(f64, f64) -> f64,
    /// End of what was observed, seconds since 1970: ships not heard again before it have an open silence.
    pub until: Option<i64>,
}

/// Marks silences of a track during which the number was heard after all: made-up positions, or another ship under the same number. Whatever
/// that is, nobody can say that the ship was silent. `all` are all rows of the number, in the order of time; one or two rows may be noise.
pub fn heard_elsewhere(silences: &mut [Gap], all: Fixes<'_>) {
    for gap in silences {
        let from = all.t.partition_point(|&t| t <= gap.t0.0);
        let to = gap.t1.map_or(all.len(), |t1| all.t.partition_point(|&t| t < t1.0));
        // Where many jump, it was jamming that put this one elsewhere.
        if to.saturating_sub(from) >= 3 && gap.cause != "jamming" {
            "elsewhere".clone_into(&mut gap.cause);
            gap.score = 0.0;
        }
    }
}

/// Marks silences of a track that are filled with positions which apparently were made up: where the ship was meanwhile nobody was told.
pub fn made_up(silences: &mut [Gap], spoofs: &[Spoof]) {
    for gap in silences.iter_mut().filter(|gap| gap.cause == "elsewhere") {
        let Some(t1) = gap.t1 else { continue };
        let fills = |spoof: &Spoof| {
            let both = spoof.t1.0.min(t1.0).saturating_sub(spoof.t0.0.max(gap.t0.0));
            spoof.score >= 0.5 && both.saturating_mul(2) >= t1.0.saturating_sub(gap.t0.0)
        };
        if spoofs.iter().any(fills) {
            "made_up".clone_into(&mut gap.cause);
        }
    }
}

/// Raises a silence in which the ship apparently called where nobody should know: for such a one an innocent chance of `most` is enough, where
/// others were heard there and then. Silences that reception explains by itself stay as they are.
pub fn raise(gap: &mut Gap, likely: f64, most: f64, min_witnesses: u32) {
    if !matches!(gap.cause.as_str(), "coverage" | "unexplained") || gap.witnesses < min_witnesses {
        return;
    }
    if let Some(p) = gap.p_innocent.filter(|&p| p <= most) {
        "unexplained".clone_into(&mut gap.cause);
        gap.score = (likely * (1.0 - p)).clamp(gap.score, 1.0);
    }
}

/// All silences of a ship, in the order of time. Rows out of order are passed over; rows out of range are heard but are nowhere.
#[must_use]
pub fn gaps(fixes: Fixes<'_>, parameters: &GapParameters, around: &Around<'_>) -> Vec<Gap> {
    let threshold = parameters.threshold_s.max(1);
    let mut found = Vec::new();
    let mut own = None;
    let mut heard: Option<usize> = None;
    let mut placed: Option<usize> = None;
    let mut judge = |from: usize, place: usize, to: Option<usize>, end: i64| {
        let verdict = match around.coverage {
            Some(coverage) if from == place => {
                let own = own.get_or_insert_with(|| coverage.own(fixes, around.receiver, around.shore_nm));
                let at_port = |i: usize| parameters.near_port(&fixes.get(i), around);
                let places = Places { shore_nm: around.shore_nm, port_nm: around.port_nm };
                coverage.judge(own, from, to, end, (at_port(from), to.is_some_and(at_port)), &places)
            }
            _ => Verdict::default(),
        };
        found.push(describe(fixes, from, place, to, end, &verdict, parameters, around));
    };
    for i in 0..fixes.len() {
        if let Some(h) = heard {
            if fixes.t[i] < fixes.t[h] {
                continue;
            }
            if fixes.t[i].saturating_sub(fixes.t[h]) >= threshold
                && let Some(place) = placed
            {
                judge(h, place, Some(i), fixes.t[i]);
            }
        }
        heard = Some(i);
        if valid(fixes.lon[i], fixes.lat[i]) {
            placed = Some(i);
        }
    }
    if let (Some(h), Some(place), Some(end)) = (heard, placed, around.until)
        && end.saturating_sub(fixes.t[h]) >= threshold
    {
        judge(h, place, None, end);
    }
    found
}

#[expect(clippy::too_many_arguments, reason = "a private step of one function")]
fn describe(
    fixes: Fixes<'_>,
    from: usize,
    place: usize,
    to: Option<usize>,
    end: i64,
    verdict: &Verdict,
    parameters: &GapParameters,
    around: &Around<'_>,
) -> Gap {
    let (a, last) = (fixes.get(from), fixes.get(place));
    let next = to.map(|i| fixes.get(i));
    let next_place = next.filter(|next| valid(next.lon, next.lat));
    let hours = end.saturating_sub(a.t) as f64 / 3600.0;
    let distance_nm = next_place.map(|next| units_metres(last.lat, last.lon, next.lat, next.lon) / NM);
    let implied_knots = distance_nm.map(|nm| nm / hours);
    let since = a.t.saturating_sub(12 * 3600);
    let before = (0..=from).rev().take_while(|&i| fixes.t[i] >= since).count();

    let rest = |fix: &tw_ais::Fix| fix.knots().is_none_or(|knots| knots < parameters.slow_knots) || matches!(fix.status, 1 | 5);
    let stayed = distance_nm.is_some_and(|nm| nm <= parameters.stayed_nm) && rest(&last) && next_place.is_none_or(|next| rest(&next));
    let (limit, min_witnesses, min_ships, jammed) = around.coverage.map_or((0.0, 0, 0, u32::MAX), |coverage| {
        let p = coverage.parameters();
        (if verdict.satellite { p.max_innocent } else { p.max_innocent_shore }, p.min_witnesses, p.min_ships, p.jammed_ships)
    });
    let due = verdict.p_innocent.is_some_and(|p| p <= limit) && verdict.witnesses >= min_witnesses && verdict.ships >= min_ships;
    // From a port to the same port, or into a port for good.
    let in_port = parameters.near_port(&last, around)
        && match (next_place, distance_nm) {
            (Some(next), Some(nm)) => parameters.near_port(&next, around) && nm <= 2.0 * parameters.port_nm,
            _ => to.is_none() && rest(&last),
        };
    let cause = if in_port {
        "port"
    } else if verdict.jumped >= jammed {
        "jamming"
    } else if verdict.outage {
        "outage"
    } else if stayed && distance_nm.is_some_and(|nm| nm <= parameters.berth_nm) {
        "moored_rate"
    } else if due {
        "unexplained"
    } else if verdict.p_port > limit {
        "port"
    } else if verdict.up.is_some_and(|up| up < 0.5) {
        "outage"
    } else {
        match Class::from_number(a.class) {
            Class::B if verdict.p_innocent.is_none() => "class_b",
            Class::LongRange => "long_range_only",
            _ if stayed => "moored_rate",
            _ => "coverage",
        }
    };
    let score = if cause == "unexplained" { weigh(fixes, from, hours, stayed, implied_knots, verdict, parameters) } else { 0.0 };
    Gap {
        mmsi: a.mmsi,
        t0: Time(a.t),
        t1: to.map(|i| Time(fixes.t[i])),
        lat: last.lat_deg(),
        lon: last.lon_deg(),
        lat1: next_place.map(|next| degrees(next.lat)),
        lon1: next_place.map(|next| degrees(next.lon)),
        hours,
        distance_nm,
        implied_knots,
        speed_before: a.knots(),
        status_before: a.status,
        positions_before_12h: u32::try_from(before).unwrap_or(u32::MAX),
        expected: verdict.expected,
        p_innocent: verdict.p_innocent,
        witnesses: verdict.witnesses,
        cause: cause.to_owned(),
        score,
        call: None,
        first: At::of(&a),
        last: At::of(&next.unwrap_or(a)),
    }
}

/// The score of an unexplained silence. Weights are our choice until they are fitted.
///
/// Evidence e: 0 at a chance of innocence of one in a hundred, 1 at one in ten thousand, linear in its logarithm. Times 0.55, plus 0.15 each for
/// 12 hours or more (Welch et al. 2022), for a way that was too slow for the ship's usual speed, and for a ship under way at the last report.
/// Halved if the ship stayed where it was for less than 12 hours (it may have been shut down for the night).
fn weigh(
    fixes: Fixes<'_>,
    from: usize,
    hours: f64,
    stayed: bool,
    implied: Option<f64>,
    verdict: &Verdict,
    parameters: &GapParameters,
) -> f64 {
    let p = verdict.p_innocent.unwrap_or(1.0).max(1e-12);
    let evidence = ((-p.log10() - 2.0) / 2.0).clamp(0.0, 1.0);
    let usual = usual_knots(fixes, from);
    let slow_way = usual.zip(implied).is_some_and(|(usual, implied)| implied < parameters.usual_share * usual);
    let under_way = fixes.get(from).knots().is_some_and(|knots| knots >= parameters.slow_knots);
    let features = [hours >= 12.0, slow_way, under_way].iter().filter(|&&feature| feature).count();
    let score = evidence * (0.55 + 0.15 * features as f64);
    if stayed && hours < 12.0 { score / 2.0 } else { score }
}

/// Median speed of the reports of the twelve hours before, without those at rest; none if there were fewer than three.
fn usual_knots(fixes: Fixes<'_>, from: usize) -> Option<f64> {
    let since = fixes.t[from].saturating_sub(12 * 3600);
    let mut speeds: Vec<u16> =
        (0..=from).rev().take_while(|&i| fixes.t[i] >= since).map(|i| fixes.sog[i]).filter(|&sog| (30..600).contains(&sog)).collect();
    if speeds.len() < 3 {
        return None;
    }
    let middle = speeds.len() / 2;
    let (_, median, _) = speeds.select_nth_unstable(middle);
    Some(f64::from(*median) / 10.0)
}
