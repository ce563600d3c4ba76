//! Feasible port calls of a gap: where a ship can have been while nobody heard it, and how likely each is.
//!
//! # Model
//!
//! A ship was last heard at A and next heard at B, T hours later. One of these happened:
//!
//! * no call, *straight*: it took the shortest way by sea; what time is left over is small;
//! * no call, *slow*: it took the shortest way, slower than it usually sails, down to [`Parameters::slowest`] of its usual speed;
//! * no call, *drifted*: it sailed and waited at sea;
//! * a call at one port p: it sailed A to p to B and stayed.
//!
//! Each gives a probability density of T, because T = distance / speed + time left over. The speed v made good has a normal distribution cut to
//! (0, maximum], taken at the middles of [`Parameters::speeds`] slices of equal probability, without random numbers. The time left over is
//! exponential for *straight* (mean [`Parameters::straight_left_over`] of the time under way) and *drifted* (mean [`Parameters::drift_hours`]); for a
//! call it is [`Parameters::shortest_stay_hours`] and more, with a log-normal stay (median [`Parameters::stay_median_hours`], spread
//! [`Parameters::stay_log_spread`]). The posterior is prior times density, made to sum to 1 (Bayes). Distances are those of the sea graph; their
//! error, a few per cent, is far below the spread of the speeds.
//!
//! # Assumptions and limits
//!
//! * At most one call in a gap. A gap that leaves room for several calls is shared among the ports; the sum over ports is still a fair "called
//!   somewhere".
//! * The priors are the caller's: a prior that knows only what ports there are must not be read as more. With equal priors and a very long gap the
//!   answer is the prior.
//! * A port which is not a candidate gets nothing: leaving out the innocent neighbour raises all others. Candidates must be all ports around.
//! * The ship may have been at a place that is not a port (a transfer at sea): that is within *drifted*.
//! * If even the straight way needs more than the maximum speed, positions, times or the identity are wrong, and nothing is concluded:
//!   [`Feasible::possible`] is false.

use tw_sea::Sea;

use crate::Time;

/// A place at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub t: Time,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
}

/// How fast a ship makes good when it sails, in knots, from its own history if there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speeds {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub spread: f64,
    /// Never faster than this.
    pub max: f64,
}

impl Default for Speeds {
    /// A small coastal tanker with no history: 10 +- 2 knots, at most 15 (our choice).
    fn default() -> Self {
        Self { mean: 10.0, spread: 2.0, max: 15.0 }
    }
}

/// A port that can have been called at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The caller's number of the port.
    pub id: u32,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// How likely a call is against the other candidates before the gap is looked at; any scale, at least 0.
    pub prior: f64,
}

/// Thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Probability of no call before the gap is looked at, 0 to 1: 0.7 (our choice; most gaps are gaps of reception).
    pub prior_none: f64,
    /// How no call is shared among straight, slow and drifted: 0.7, 0.15, 0.15 (our choice).
    pub shares: [f64; 3],
    /// Mean time left over on the straight way, as a part of the time under way: 0.1 (our choice: weather, currents, detours of a traffic scheme).
    pub straight_left_over: f64,
    /// Slowest speed as a part of the usual one: 0.4 (our choice; slow steaming is about 0.5).
    pub slowest: f64,
    /// Mean hours of waiting at sea: 24 (our choice).
    pub drift_hours: f64,
    /// Shortest stay of a call in hours, mooring to casting off: 4 (our choice; methods 2.4 asks for 6 with time to moor).
    pub shortest_stay_hours: f64,
    /// Median of the stay beyond the shortest, hours: 24 (our choice).
    pub stay_median_hours: f64,
    /// Standard deviation of the natural logarithm of the stay: 0.9 (our choice).
    pub stay_log_spread: f64,
    /// Number of speeds: 16.
    pub speeds: usize,
    /// A distance found on the sea graph may be too long by this part: 0.03 (our choice; see the crate tw-sea). Used so that a port is not ruled out wrongly.
    pub distance_error: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            prior_none: 0.7,
            shares: [0.7, 0.15, 0.15],
            straight_left_over: 0.1,
            slowest: 0.4,
            drift_hours: 24.0,
            shortest_stay_hours: 4.0,
            stay_median_hours: 24.0,
            stay_log_spread: 0.9,
            speeds: 16,
            distance_error: 0.03,
        }
    }
}

/// A port that can have been called at in a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// The caller's number of the port.
    pub id: u32,
    /// Probability that the call of this gap was here, given the model and the candidates.
    pub probability: f64,
    /// Nautical miles from the last fix to the port.
    pub nm_from: f64,
    /// Nautical miles from the port to the first fix.
    pub nm_to: f64,
    /// Earliest arrival, at the maximum speed.
    pub earliest_arrival: Time,
    /// Latest arrival that leaves the shortest stay and the way to the first fix at the maximum speed.
    pub latest_arrival: Time,
    /// Longest stay in hours, at the maximum speed both ways.
    pub longest_stay_hours: f64,
}

impl Call {
    /// Nautical miles by way of the port.
    #[must_use]
    pub fn nm(&self) -> f64 {
        self.nm_from + self.nm_to
    }
}

/// A port that cannot have more than this part of the probability of no call is not looked at: its sea way would change nothing.
const NEGLIGIBLE: f64 = 1e-9;

/// What can have happened in a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Feasible {
    /// Whether the ship can have got from the last fix to the first at all. If not, all that follows says nothing.
    pub possible: bool,
    /// Nautical miles of the straight way by sea; none if there is none within reach.
    pub nm: Option<f64>,
    /// Probability of no call; with the probabilities of `ports` it sums to 1.
    pub none: f64,
    /// Part of `none`: straight, slow, drifted.
    pub how: [f64; 3],
    /// Ports within reach, most probable first, then by number; without those of which the probability cannot exceed a billionth.
    pub ports: Vec<Call>,
}

impl Feasible {
    /// Probability that the call was at one of some ports.
    #[must_use]
    pub fn probability_of(&self, is_one: impl Fn(u32) -> bool) -> f64 {
        self.ports.iter().filter(|call| is_one(call.id)).map(|call| call.probability).sum()
    }
}

/// What can have happened between the last fix before a gap and the first after it.
///
/// Speeds and priors that are no numbers, or out of their range, are taken as the nearest that make sense (a ship of no speed reaches nothing).
#[must_use]
pub fn feasible(sea: &Sea, last: Moment, first: Moment, speeds: Speeds, candidates: &[Candidate], p: &Parameters) -> Feasible {
    feasible_at(sea, last, first, speeds, candidates, p, &|_| true, 0.0)
}

/// As [`feasible`], for one who asks only whether a call at some of the ports had at least a probability `least`: where it cannot have, whatever the
/// sea ways, no ports are looked at, and `ports` is empty.
#[expect(clippy::too_many_arguments, reason = "those of `feasible` and the question")]
#[must_use]
pub fn feasible_at(
    sea: &Sea,
    last: Moment,
    first: Moment,
    speeds: Speeds,
    candidates: &[Candidate],
    p: &Parameters,
    asked: &dyn Fn(u32) -> bool,
    least: f64,
) -> Feasible {
    let hours = (first.t.0.saturating_sub(last.t.0)).max(0) as f64 / 3600.0;
    let max = if speeds.max.is_finite() { speeds.max.clamp(0.0, 100.0) } else { 0.0 };
    // No more than around the Earth and back: gaps of years are not searched further.
    let reach_nm = (hours * max * (1.0 + p.distance_error)).min(30_000.0);
    let nothing = |nm| Feasible { possible: false, nm, none: 1.0, how: p.shares, ports: Vec::new() };
    if reach_nm <= 0.0 {
        return nothing(None);
    }
    let from_last = sea.distances_from(last.lat, last.lon, reach_nm);
    let Some(nm) = from_last.nm_to(first.lat, first.lon) else { return nothing(None) };

    let knots = quadrature(speeds, max, p);
    let stay = |left: f64| {
        let beyond = left - p.shortest_stay_hours;
        if beyond <= 0.0 {
            return 0.0;
        }
        let z = (beyond / p.stay_median_hours).ln() / p.stay_log_spread;
        (-0.5 * z * z).exp() / (beyond * p.stay_log_spread * std::f64::consts::TAU.sqrt())
    };
    // That of the likeliest stay, exp(mu - sigma^2) for a log-normal distribution: no call has a greater density.
    let densest =
        (0.5 * p.stay_log_spread * p.stay_log_spread).exp() / (p.stay_median_hours * p.stay_log_spread * std::f64::consts::TAU.sqrt());
    let waiting = |left: f64, mean: f64| if left < 0.0 { 0.0 } else { (-left / mean).exp() / mean };
    let average = |density: &dyn Fn(f64) -> f64| knots.iter().map(|&v| density(v)).sum::<f64>() / knots.len().max(1) as f64;
    let slow = |v: f64| {
        // Speeds from the slowest to the usual one, all as likely: the density of the time follows from dT = nm / v^2 dv.
        if hours < nm / v || hours > nm / (v * p.slowest) {
            return 0.0;
        }
        nm / (hours * hours) / (v * (1.0 - p.slowest))
    };
    let how = [
        average(&|v| waiting(hours - nm / v, (p.straight_left_over * nm / v).max(0.25))),
        average(&slow),
        average(&|v| waiting(hours - nm / v, p.drift_hours)),
    ];

    let places = || candidates.iter().filter(|port| port.lat.is_finite() && port.lon.is_finite());
    let prior = |port: &Candidate| if port.prior.is_finite() { port.prior.max(0.0) } else { 0.0 };
    let prior_sum: f64 = places().map(prior).sum();
    let prior_none = if prior_sum > 0.0 { p.prior_none.clamp(0.0, 1.0) } else { 1.0 };
    let scale = if prior_sum > 0.0 { (1.0 - prior_none) / prior_sum } else { 0.0 };
    let how: Vec<f64> = how.iter().zip(p.shares).map(|(density, share)| density * share * prior_none).collect();
    let no_call: f64 = how.iter().sum();
    let most = |port: &Candidate| prior(port) * scale * densest;
    if least > 0.0 {
        let most: f64 = places().filter(|port| asked(port.id)).map(most).sum();
        if most < least * (most + no_call) {
            return Feasible { possible: true, nm: Some(nm), none: 1.0, how: [1.0, 0.0, 0.0], ports: Vec::new() };
        }
    }

    let from_first = sea.distances_from(first.lat, first.lon, reach_nm);
    let mut ports: Vec<Call> = Vec::new();
    let mut weights = Vec::new();
    for port in places() {
        if most(port) < NEGLIGIBLE * no_call {
            continue;
        }
        let around = tw_sea::nautical_miles(last.lat, last.lon, port.lat, port.lon)
            + tw_sea::nautical_miles(port.lat, port.lon, first.lat, first.lon);
        if around > reach_nm {
            continue;
        }
        let Some(harbour) = sea.harbour(port.lat, port.lon) else { continue };
        let (Some(nm_from), Some(nm_to)) = (from_last.nm_to_harbour(&harbour), from_first.nm_to_harbour(&harbour)) else { continue };
        let shortest = 1.0 / (1.0 + p.distance_error) / max;
        let longest_stay_hours = hours - (nm_from + nm_to) * shortest;
        if longest_stay_hours < p.shortest_stay_hours {
            continue;
        }
        let seconds = |h: f64| (h * 3600.0).round() as i64;
        weights.push(prior(port) * average(&|v| stay(hours - (nm_from + nm_to) / v)) * scale);
        ports.push(Call {
            id: port.id,
            probability: 0.0,
            nm_from,
            nm_to,
            earliest_arrival: Time(last.t.0 + seconds(nm_from * shortest)),
            latest_arrival: Time(first.t.0 - seconds(nm_to * shortest + p.shortest_stay_hours)),
            longest_stay_hours,
        });
    }

    let total = no_call + weights.iter().sum::<f64>();
    if !total.is_finite() || total <= 0.0 {
        // Possible at a speed beyond the slices only: the ship was in a hurry, and that leaves no time for a call.
        return Feasible { possible: true, nm: Some(nm), none: 1.0, how: [1.0, 0.0, 0.0], ports };
    }
    for (call, weight) in ports.iter_mut().zip(weights) {
        call.probability = weight / total;
    }
    ports.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.id.cmp(&b.id)));
    let how = [how[0] / total, how[1] / total, how[2] / total];
    Feasible { possible: true, nm: Some(nm), none: how.iter().sum(), how, ports }
}

/// Speeds at the middles of slices of equal probability of a normal distribution cut to (0, max].
fn quadrature(speeds: Speeds, max: f64, p: &Parameters) -> Vec<f64> {
    let mean = if speeds.mean.is_finite() { speeds.mean.clamp(0.1, max.max(0.1)) } else { max * 0.7 };
    let spread = if speeds.spread.is_finite() { speeds.spread.max(0.01) } else { 0.2 * mean };
    let slices = p.speeds.clamp(1, 256);
    let (low, high) = (cumulative((0.05 * max - mean) / spread), cumulative((max - mean) / spread));
    (0..slices)
        .map(|i| {
            let share = low + (high - low) * (i as f64 + 0.5) / slices as f64;
            // The inverse by halving: exact enough and obviously right.
            let (mut below, mut above) = (0.05 * max, max);
            for _ in 0..40 {
                let middle = 0.5 * (below + above);
                if cumulative((middle - mean) / spread) < share {
                    below = middle;
                } else {
                    above = middle;
                }
            }
            (0.5 * (below + above)).max(0.01)
        })
        .collect()
}

/// Standard normal distribution function, error below 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 7.1.26).
fn cumulative(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let tail = 0.5 * series * (-x * x).exp();
    if z >= 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests;
