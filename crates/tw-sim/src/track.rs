//! Where a ship really is: legs in closed form, so that any moment can be asked for, twice with the same answer.

use crate::lanes::{nm, offset};

/// How a ship moves on a leg.
#[derive(Clone, Debug)]
pub(crate) enum Motion {
    /// Along a line, with the miles from its begin to each of its points.
    Sail { path: Vec<(f64, f64)>, miles: Vec<f64> },
    /// At a berth, with the heading of the quay.
    Berth { at: (f64, f64), heading: f64 },
    /// At anchor, swinging with the tide.
    Anchor { at: (f64, f64) },
    /// Adrift or alongside another ship that drifts the same way: knots and bearing.
    Drift { at: (f64, f64), knots: f64, bearing: f64 },
    /// To and fro within a radius (miles) at about so many knots: fishing, tugs, pilots.
    Roam { at: (f64, f64), radius: f64, knots: f64 },
    /// Round in a circle, as a false position.
    Circle { at: (f64, f64), radius: f64, knots: f64 },
}

#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub t0: i64,
    pub t1: i64,
    pub motion: Motion,
    /// Numbers in 0..1 that make this leg differ from others.
    pub phase: [f64; 4],
    /// Navigational status.
    pub status: u8,
}

/// What a ship's own instruments know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct State {
    pub at: (f64, f64),
    pub knots: f64,
    pub course: f64,
    pub heading: f64,
    pub status: u8,
}

pub(crate) fn sail(path: Vec<(f64, f64)>) -> Motion {
    let mut miles = vec![0.0];
    for w in path.windows(2) {
        miles.push(miles.last().copied().unwrap_or(0.0) + nm(w[0], w[1]));
    }
    Motion::Sail { path, miles }
}

pub(crate) fn length(motion: &Motion) -> f64 {
    match motion {
        Motion::Sail { miles, .. } => miles.last().copied().unwrap_or(0.0),
        _ => 0.0,
    }
}

fn wave(x: f64) -> f64 {
    (std::f64::consts::TAU * x).sin()
}

impl Leg {
    /// Share of the way at a share of the time: slow at both ends, and with changes of speed of a few per cent.
    fn progress(&self, tau: f64) -> f64 {
        let hours = (self.t1 - self.t0) as f64 / 3600.0;
        let e = (0.4 / hours.max(0.01)).min(0.2);
        let fast = 1.0 / (1.0 - e);
        let even = if tau < e {
            fast * tau * tau / (2.0 * e)
        } else if tau > 1.0 - e {
            1.0 - fast * (1.0 - tau) * (1.0 - tau) / (2.0 * e)
        } else {
            fast * (tau - e / 2.0)
        };
        let mut noise = 0.0;
        for (i, share) in [(0, 0.035), (1, 0.02)] {
            let turns = (hours / (3.0 + 4.0 * self.phase[i])).round().max(1.0);
            noise += share / (std::f64::consts::TAU * turns) * (wave(turns * tau));
        }
        (even + noise * (tau * (1.0 - tau) * 4.0).min(1.0)).clamp(0.0, 1.0)
    }

    fn place(&self, t: f64) -> (f64, f64) {
        let age = t - self.t0 as f64;
        let [p, q, r, s] = self.phase;
        match &self.motion {
            Motion::Sail { path, miles } => {
                let span = (self.t1 - self.t0) as f64;
                let total = miles.last().copied().unwrap_or(0.0);
                let d = self.progress((age / span.max(1.0)).clamp(0.0, 1.0)) * total;
                let i = miles.partition_point(|&m| m <= d).clamp(1, miles.len().max(2) - 1);
                let (Some(&a), Some(&b)) = (path.get(i - 1), path.get(i)) else { return path.first().copied().unwrap_or((0.0, 0.0)) };
                let f = ((d - miles[i - 1]) / (miles[i] - miles[i - 1]).max(1e-9)).clamp(0.0, 1.0);
                // Every ship keeps its own line, a little off the lane, except near the ends.
                let off = 0.6 * (d.min(total - d) / 12.0).min(1.0);
                let side =
                    (off * ((p - 0.5) * 1.4 + 0.3 * wave(age / 20_000.0 + q)), off * ((r - 0.5) * 1.4 + 0.3 * wave(age / 26_000.0 + s)));
                let lat = a.0 + (b.0 - a.0) * f;
                (lat + side.0 / 60.0, a.1 + (b.1 - a.1) * f + side.1 / 60.0 / lat.to_radians().cos())
            }
            Motion::Berth { at, .. } => *at,
            Motion::Anchor { at } => {
                offset(*at, 360.0 * p + 80.0 * wave(age / 44_700.0 + q) + 12.0 * wave(age / 3_000.0 + r), 0.05 + 0.05 * s)
            }
            Motion::Drift { at, knots, bearing } => {
                let run = offset(*at, *bearing, knots * age / 3600.0);
                offset(run, 360.0 * p, 0.25 * wave(age / 23_000.0 + q) * (age / 7200.0).min(1.0))
            }
            Motion::Roam { at, radius, knots } => {
                // Two incommensurable waves; their mean speed is near 4 r f sqrt(2) each.
                let f = knots / (radius * 5.6) / 3600.0;
                let (x, y) = (radius * wave(f * age + p), radius * wave(f * (0.62 + 0.2 * r) * age + q));
                (at.0 + y / 60.0, at.1 + x / 60.0 / at.0.to_radians().cos())
            }
            Motion::Circle { at, radius, knots } => {
                let turns = knots * age / 3600.0 / (std::f64::consts::TAU * radius);
                offset(*at, 360.0 * (turns + p), *radius)
            }
        }
    }

    pub(crate) fn state(&self, t: i64) -> State {
        let at = self.place(t as f64);
        let (t0, t1) = ((t as f64 - 20.0).max(self.t0 as f64), (t as f64 + 20.0).min(self.t1 as f64));
        let (a, b) = (self.place(t0), self.place(t1));
        let seconds = (t1 - t0).max(1.0);
        let (dy, dx) = ((b.0 - a.0) * 60.0, (b.1 - a.1) * 60.0 * at.0.to_radians().cos());
        let knots = dy.hypot(dx) * 3600.0 / seconds;
        let course = dx.atan2(dy).to_degrees().rem_euclid(360.0);
        let heading = match &self.motion {
            Motion::Berth { heading, .. } => *heading,
            Motion::Anchor { .. } => 360.0 * self.phase[0] + 180.0 + 80.0 * wave((t - self.t0) as f64 / 44_700.0 + self.phase[1]),
            Motion::Drift { bearing, .. } => bearing + 90.0 + 30.0 * wave((t - self.t0) as f64 / 30_000.0 + self.phase[2]),
            _ => course,
        };
        State { at, knots, course, heading: heading.rem_euclid(360.0), status: self.status }
    }
}

/// The whole way of a ship; legs follow each other without holes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Track {
    pub legs: Vec<Leg>,
}

impl Track {
    pub(crate) fn state(&self, t: i64) -> Option<State> {
        let i = self.legs.partition_point(|leg| leg.t1 <= t);
        self.legs.get(i).or(self.legs.last()).map(|leg| leg.state(t.clamp(leg.t0, leg.t1)))
    }

    pub(crate) fn at(&self, t: i64) -> (f64, f64) {
        self.state(t).map_or((0.0, 0.0), |state| state.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voyage_begins_and_ends_in_port_and_keeps_its_speed() {
        let motion = sail(vec![(42.0, 131.0), (41.0, 131.0), (40.0, 131.0)]);
        assert!((length(&motion) - 120.0).abs() < 0.2);
        let leg = Leg { t0: 0, t1: 36_000, motion, phase: [0.3, 0.8, 0.1, 0.6], status: 0 };
        let (first, mid, last) = (leg.state(0), leg.state(18_000), leg.state(36_000));
        assert!(nm(first.at, (42.0, 131.0)) < 0.01 && nm(last.at, (40.0, 131.0)) < 0.01);
        assert!((11.0..14.0).contains(&mid.knots), "{}", mid.knots);
        assert!((170.0..190.0).contains(&mid.course), "{}", mid.course);
    }
}
