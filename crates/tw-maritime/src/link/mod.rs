//! Tracks from reports without a name: which report comes next after which.

pub(crate) mod assign;
mod candidate;
mod context;
mod feature;
mod model;
mod score;
mod weights;

pub use score::{Labelled, TrackScore, score_tracks};

/// A report of an unnamed ship.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Seconds, any epoch.
    pub t: i64,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Speed over ground in knots; NaN is not known.
    pub speed: f32,
    /// Course over ground in degrees; NaN is not known.
    pub course: f32,
}

/// What [`link`] is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Usual longest time between reports, seconds. 1,800: the reports of the challenge were thinned so.
    pub usual_seconds: f64,
    /// Up to here a pair is looked for wherever the ship may have gone.
    pub short_seconds: f64,
    /// Up to here it is looked for where it lay.
    pub longest_seconds: f64,
    /// Up to here it is looked for where its velocity has carried it.
    pub sailing_seconds: f64,
    /// Slower than this a silent ship is not looked for ahead, knots.
    pub sailing_knots: f64,
    /// Radius within which reports may be of a ship that lies still, metres.
    pub near_metres: f64,
    /// Speed that no report shows, knots.
    pub creep_knots: f64,
    /// Factor on the reported speed.
    pub faster: f64,
    /// Candidates kept for a report on either side.
    pub most: u32,
    /// Pairs of a lower logit of the first network are not looked at again.
    pub hopeless: f32,
    /// Pairs kept for the second network on either side of a report.
    pub kept: u8,
    /// Rounds of the second network.
    pub rounds: u32,
    /// Added to the logit of the first network before matching.
    pub bias_first: f32,
    /// Added to the logit of the second network before matching.
    pub bias: f32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            usual_seconds: 1800.0,
            short_seconds: 1980.0,
            longest_seconds: 86_400.0,
            sailing_seconds: 7200.0,
            sailing_knots: 3.0,
            near_metres: 500.0,
            creep_knots: 1.5,
            faster: 1.25,
            most: 1000,
            hopeless: -6.0,
            kept: 8,
            rounds: 1,
            bias_first: 0.5,
            bias: 0.5,
        }
    }
}

/// Raw candidate pairs.
#[must_use]
pub fn raw(points: &[Point], parameters: &Parameters) -> Vec<(u32, u32, f32)> {
    let (order, rows) = candidate::reports(points);
    candidate::pairs(&rows, parameters).iter().map(|p| (order[p.i as usize], order[p.j as usize], p.rough)).collect()
}

/// Dump.
#[must_use]
pub fn dump(points: &[Point], parameters: &Parameters) -> Vec<(u32, u32, Vec<f32>)> {
    let (order, rows) = candidate::reports(points);
    let end = rows.last().map_or(0.0, |r| r.t);
    candidate::pairs(&rows, parameters)
        .iter()
        .map(|p| {
            (
                order[p.i as usize],
                order[p.j as usize],
                feature::pair(&rows[p.i as usize], &rows[p.j as usize], p, parameters.usual_seconds as f32, end).to_vec(),
            )
        })
        .collect()
}

/// Pairs with their belief, for one round.
struct Round {
    pairs: Vec<candidate::Pair>,
    features: Vec<[f32; feature::PAIR]>,
    logit: Vec<f32>,
}

impl Round {
    /// The candidate pairs with the belief of the first network, thinned to those that matter.
    fn first(rows: &[candidate::Report], parameters: &Parameters) -> Self {
        let usual = parameters.usual_seconds as f32;
        let end = rows.last().map_or(0.0, |r| r.t);
        let mut pairs = candidate::pairs(rows, parameters);
        let mut features = Vec::with_capacity(pairs.len());
        let mut logit = Vec::with_capacity(pairs.len());
        for p in &pairs {
            let x = feature::pair(&rows[p.i as usize], &rows[p.j as usize], p, usual, end);
            logit.push(model::logit::<{ feature::PAIR }, 24, 12>(&weights::FIRST, &x));
            features.push(x);
        }
        // The few best on either side.
        let mut by: Vec<u32> = (0..pairs.len() as u32).filter(|&k| logit[k as usize] > parameters.hopeless).collect();
        by.sort_unstable_by(|&a, &b| logit[b as usize].total_cmp(&logit[a as usize]).then(a.cmp(&b)));
        let (mut at_i, mut at_j) = (vec![0_u8; rows.len()], vec![0_u8; rows.len()]);
        let mut keep = vec![false; pairs.len()];
        for k in by {
            let p = &pairs[k as usize];
            let (a, b) = (&mut at_i[p.i as usize], &mut at_j[p.j as usize]);
            if *a < parameters.kept || *b < parameters.kept {
                keep[k as usize] = *a < parameters.kept && *b < parameters.kept;
                *a = a.saturating_add(1);
                *b = b.saturating_add(1);
            }
        }
        fn thin<T>(values: &mut Vec<T>, keep: &[bool]) {
            let mut k = 0;
            values.retain(|_| {
                k += 1;
                keep[k - 1]
            });
        }
        thin(&mut pairs, &keep);
        thin(&mut features, &keep);
        thin(&mut logit, &keep);
        Self { pairs, features, logit }
    }

    /// For each report the pair chosen after it and before it.
    fn matching(&self, n: usize, bias: f32) -> (Vec<u32>, Vec<u32>) {
        let edges: Vec<assign::Edge> = self
            .pairs
            .iter()
            .zip(&self.logit)
            .filter(|(_, s)| **s + bias > 0.0)
            .map(|(p, s)| assign::Edge { left: p.i, right: p.j, worth: s + bias })
            .collect();
        let partner = assign::assign(n, n, &edges, 0.02);
        let (mut after, mut before) = (vec![assign::ALONE; n], vec![assign::ALONE; n]);
        for (k, p) in self.pairs.iter().enumerate() {
            if partner[p.i as usize] == p.j {
                after[p.i as usize] = k as u32;
                before[p.j as usize] = k as u32;
            }
        }
        (after, before)
    }

    /// Features with context.
    fn context(
        &self,
        rows: &[candidate::Report],
        parameters: &Parameters,
        bias: f32,
        mut call: impl FnMut(usize, &[f32; context::CONTEXT]),
    ) {
        let (after, before) = self.matching(rows.len(), bias);
        let belief = context::Belief { pairs: &self.pairs, logit: &self.logit, after: &after, before: &before };
        let (by_i, by_j) = context::rivals(rows.len(), &self.pairs, &self.logit);
        for (k, x) in self.features.iter().enumerate() {
            call(k, &context::features(rows, &belief, (&by_i, &by_j), k, x, parameters.usual_seconds as f32));
        }
    }
}

/// Track of each point.
#[must_use]
pub fn link(points: &[Point], parameters: &Parameters) -> Vec<u32> {
    let (order, rows) = candidate::reports(points);
    let mut round = Round::first(&rows, parameters);
    for r in 0..parameters.rounds {
        let mut logit = Vec::with_capacity(round.logit.len());
        round.context(&rows, parameters, if r == 0 { parameters.bias_first } else { parameters.bias }, |_, x| {
            logit.push(model::logit::<{ context::CONTEXT }, 32, 12>(&weights::SECOND, x));
        });
        round.logit = logit;
    }
    let (after, _) = round.matching(rows.len(), if parameters.rounds == 0 { parameters.bias_first } else { parameters.bias });
    let mut track = vec![u32::MAX; points.len()];
    let mut tracks = 0;
    for k in 0..rows.len() {
        let at = order[k] as usize;
        if track[at] == u32::MAX {
            track[at] = tracks;
            tracks += 1;
        }
        if after[k] != assign::ALONE {
            track[order[round.pairs[after[k] as usize].j as usize] as usize] = track[at];
        }
    }
    for t in track.iter_mut().filter(|t| **t == u32::MAX) {
        *t = tracks;
        tracks += 1;
    }
    track
}

/// Training examples.
pub fn dump_second(points: &[Point], parameters: &Parameters, mut call: impl FnMut(u32, u32, &[f32])) {
    let (order, rows) = candidate::reports(points);
    let round = Round::first(&rows, parameters);
    let ids: Vec<(u32, u32)> = round.pairs.iter().map(|p| (order[p.i as usize], order[p.j as usize])).collect();
    round.context(&rows, parameters, parameters.bias_first, |k, x| call(ids[k].0, ids[k].1, x));
}
