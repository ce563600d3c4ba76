//! What the second network sees: a pair among its rivals and between its likely neighbours.

use super::assign::ALONE;
use super::candidate::{Pair, Report, STILL, way};
use super::feature::{PAIR, turn};

/// Number of features of a pair with its context.
pub(crate) const CONTEXT: usize = PAIR + 10 + 2 * 9;

/// What the first matching says.
pub(crate) struct Belief<'a> {
    /// Pairs, sorted by earlier report.
    pub pairs: &'a [Pair],
    /// Logit of each.
    pub logit: &'a [f32],
    /// Pair chosen as successor of each report, or [`ALONE`].
    pub after: &'a [u32],
    /// Pair chosen as predecessor of each report, or [`ALONE`].
    pub before: &'a [u32],
}

/// Best and second best logit of the pairs of each report on one side, and the sum of their odds.
#[derive(Clone, Copy)]
pub(crate) struct Rivals {
    best: f32,
    second: f32,
    odds: f32,
}

/// [`Rivals`] by earlier and by later report.
pub(crate) fn rivals(n: usize, pairs: &[Pair], logit: &[f32]) -> (Vec<Rivals>, Vec<Rivals>) {
    let none = Rivals { best: -9.0, second: -9.0, odds: 0.0 };
    let (mut by_i, mut by_j) = (vec![none; n], vec![none; n]);
    for (pair, &s) in pairs.iter().zip(logit) {
        for r in [&mut by_i[pair.i as usize], &mut by_j[pair.j as usize]] {
            r.odds += s.min(15.0).exp();
            if s > r.best {
                (r.best, r.second) = (s, r.best);
            } else if s > r.second {
                r.second = s;
            }
        }
    }
    (by_i, by_j)
}

fn flag(x: bool) -> f32 {
    f32::from(u8::from(x))
}

/// A neighbour beyond one end of the pair: `near` is that end, `far` the other end.
fn beyond(x: Option<(&Report, f32)>, near: &Report, far: &Report, step: (f32, f32, f32), usual: f32, forwards: bool, out: &mut [f32]) {
    let Some((other, logit)) = x else { return };
    // Way and time from the neighbour towards the pair, in the sense of time.
    let ((e, n), dt) = if forwards { (way(other, near), near.t - other.t) } else { (way(near, other), other.t - near.t) };
    let (east, north, time) = step;
    let rate = time / dt.max(30.0);
    let (x, y) = (e * rate - east, n * rate - north);
    let ((fe, fn_), _) = if forwards { (way(other, far), 0) } else { (way(far, other), 0) };
    out[0] = 1.0;
    out[1] = (dt / usual).min(3.0);
    out[2] = (1.0 + other.speed * 2.0).ln();
    out[3] = flag(other.speed < STILL && other.moves_known);
    out[4] = turn(other.course, far.course) / 90.0;
    out[5] = flag(turn(other.course, far.course) < 0.05);
    out[6] = logit.clamp(-6.0, 6.0) * 0.3;
    out[7] = (1.0 + (x * x + y * y).sqrt() * 0.01).ln();
    out[8] = (1.0 + (fe * fe + fn_ * fn_).sqrt() * 0.01).ln();
}

/// Features of the pair `k`.
pub(crate) fn features(
    rows: &[Report],
    belief: &Belief<'_>,
    rivals: (&[Rivals], &[Rivals]),
    k: usize,
    pair_features: &[f32; PAIR],
    usual: f32,
) -> [f32; CONTEXT] {
    let mut out = [0.0; CONTEXT];
    out[..PAIR].copy_from_slice(pair_features);
    let pair = &belief.pairs[k];
    let (i, j) = (pair.i as usize, pair.j as usize);
    let (s, a, b) = (belief.logit[k], rivals.0[i], rivals.1[j]);
    let ahead = |r: Rivals| if s >= r.best { s - r.second } else { s - r.best };
    let odds = s.min(15.0).exp();
    let c = &mut out[PAIR..PAIR + 10];
    c[0] = s.clamp(-9.0, 9.0) * 0.3;
    c[1] = ahead(a).clamp(-9.0, 9.0) * 0.3;
    c[2] = ahead(b).clamp(-9.0, 9.0) * 0.3;
    c[3] = odds / (1.0 + a.odds);
    c[4] = odds / (1.0 + b.odds);
    c[5] = flag(belief.after[i] as usize == k);
    c[6] = flag(belief.after[i] == ALONE);
    c[7] = flag(belief.before[j] == ALONE);
    c[8] = (1.0 + a.odds).ln().min(9.0) * 0.3;
    c[9] = (1.0 + b.odds).ln().min(9.0) * 0.3;
    let at = |k: u32| (k != ALONE).then(|| (&belief.pairs[k as usize], belief.logit[k as usize]));
    let step = (pair.east, pair.north, pair.dt);
    let p = at(belief.before[i]).map(|(pair, s)| (&rows[pair.i as usize], s));
    beyond(p, &rows[i], &rows[j], step, usual, true, &mut out[PAIR + 10..PAIR + 19]);
    let q = at(belief.after[j]).map(|(pair, s)| (&rows[pair.j as usize], s));
    beyond(q, &rows[j], &rows[i], step, usual, false, &mut out[PAIR + 19..PAIR + 28]);
    out
}
