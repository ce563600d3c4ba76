//! Tracks from reports without a name: which report comes next after which.
//!
//! Four steps. A grid gives for each report the few others that one ship could have sent next: within its reach for half an hour, where it lay or where
//! its velocity has carried it for two hours, at the same place for a day if it lies still. A small network gives each pair a logit from 32 quantities:
//! time, way, how far the way is from what either velocity makes of it, turns, speeds, equal courses (a ship that lies still often repeats the last one
//! it had). A matching takes the set of pairs, at most one after and one before each report, that is worth most. A second network looks at each pair again
//! among its rivals and between its neighbours in that matching, and the matching is made anew, twice.
//!
//! The networks were learnt from the sets `example` and `dataset1` of the NGA challenge Algorithms for Threat Detection 2025 (reports of the United States
//! Coast Guard, one in about half an hour for each ship, positions blurred by about 100 m): 3,466 weights with binary cross entropy, Adam,
//! 12 passes. They see no place, so they hold for other waters; they were made for reports that are this sparse, and reports that are ten times as dense
//! should be thinned first or given another `usual_seconds`.

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

/// What [`link`] is told. Unless said otherwise, defaults were chosen on `example` and `dataset1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Usual longest time between reports, seconds. 1,800: the reports of the challenge were thinned so.
    pub usual_seconds: f64,
    /// Up to here a pair is looked for wherever the ship may have gone.
    pub short_seconds: f64,
    /// Up to here it is looked for where it lay.
    pub longest_seconds: f64,
    /// Up to here a ship that does not lie still is looked for, where it was or where its velocity has carried it.
    pub silent_seconds: f64,
    /// Slower than this a silent ship is not looked for ahead, knots.
    pub sailing_knots: f64,
    /// Radius within which reports may be of a ship that lies still, metres.
    pub near_metres: f64,
    /// Speed that no report shows, knots.
    pub creep_knots: f64,
    /// Factor on the reported speed.
    pub faster: f64,
    /// Rough cost above which a pair within `short_seconds` is not looked at.
    pub rough_short: f32,
    /// The same for a longer silence.
    pub rough_long: f32,
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
            silent_seconds: 7200.0,
            sailing_knots: 3.0,
            near_metres: 500.0,
            creep_knots: 1.5,
            faster: 1.25,
            rough_short: 5.5,
            rough_long: 3.5,
            hopeless: -7.0,
            kept: 8,
            rounds: 2,
            bias_first: 6.0,
            bias: 1.0,
        }
    }
}

/// Units of the hidden layers of the first network.
const FIRST: (usize, usize) = (24, 12);
/// Units of the hidden layers of the second network.
const SECOND: (usize, usize) = (32, 12);

const _: () = assert!(weights::FIRST.len() == model::size(feature::PAIR, FIRST.0, FIRST.1));
const _: () = assert!(weights::SECOND.len() == model::size(context::CONTEXT, SECOND.0, SECOND.1));

/// Pairs with what is believed of them.
struct Round {
    /// Pairs, sorted by earlier and later report.
    pairs: Vec<candidate::Pair>,
    /// What the first network sees of each.
    features: Vec<[f32; feature::PAIR]>,
    /// Belief.
    logit: Vec<f32>,
}

impl Round {
    /// The candidate pairs with the belief of the first network, thinned to those that matter.
    fn first(rows: &[candidate::Report], parameters: &Parameters) -> Self {
        let usual = parameters.usual_seconds as f32;
        let end = rows.last().map_or(0.0, |r| r.t);
        let pairs = candidate::pairs(rows, parameters);
        let see = |p: &candidate::Pair| feature::pair(&rows[p.i as usize], &rows[p.j as usize], p, usual, end);
        let logit: Vec<f32> =
            pairs.iter().map(|p| model::logit::<{ feature::PAIR }, { FIRST.0 }, { FIRST.1 }>(&weights::FIRST, &see(p))).collect();
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
        let mut kept: Vec<(candidate::Pair, f32)> = (0..pairs.len()).filter(|&k| keep[k]).map(|k| (pairs[k], logit[k])).collect();
        kept.sort_unstable_by_key(|(p, _)| (p.i, p.j));
        let features = kept.iter().map(|(p, _)| see(p)).collect();
        let (pairs, logit) = kept.into_iter().unzip();
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

/// Track of each point: numbers from 0 in the order of first points.
///
/// Points come in any order. A point without a position on earth is a track of its own. Same input, same output.
///
/// ```
/// use tw_maritime::link::{Parameters, Point, link};
/// // Two invented ships that pass each other: 12 knots east, 12 knots west, a report every half hour.
/// let at = |k: i64, lat: f64, way: f64| Point { t: k * 1790, lat, lon: 130.0 + way * (k as f64 - 2.0) * 0.1246, speed: 12.0, course: 180.0 - way as f32 * 90.0 };
/// let points: Vec<Point> = (0..5).flat_map(|k| [at(k, 37.0, 1.0), at(k, 37.02, -1.0)]).collect();
/// assert_eq!(link(&points, &Parameters::default()), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
/// ```
#[must_use]
pub fn link(points: &[Point], parameters: &Parameters) -> Vec<u32> {
    // More points than a number of 32 bits has no sense here: the rest stay alone.
    let (order, rows) = candidate::reports(points);
    let mut round = Round::first(&rows, parameters);
    for r in 0..parameters.rounds {
        let mut logit = Vec::with_capacity(round.logit.len());
        round.context(&rows, parameters, if r == 0 { parameters.bias_first } else { parameters.bias }, |_, x| {
            logit.push(model::logit::<{ context::CONTEXT }, { SECOND.0 }, { SECOND.1 }>(&weights::SECOND, x));
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

/// Examples to learn the first network from: calls with earlier point, later point and what the network sees.
pub fn first_examples(points: &[Point], parameters: &Parameters, mut call: impl FnMut(u32, u32, &[f32])) {
    let (order, rows) = candidate::reports(points);
    let end = rows.last().map_or(0.0, |r| r.t);
    for p in candidate::pairs(&rows, parameters) {
        call(
            order[p.i as usize],
            order[p.j as usize],
            &feature::pair(&rows[p.i as usize], &rows[p.j as usize], &p, parameters.usual_seconds as f32, end),
        );
    }
}

/// Examples to learn the second network from, given the first.
pub fn second_examples(points: &[Point], parameters: &Parameters, mut call: impl FnMut(u32, u32, &[f32])) {
    let (order, rows) = candidate::reports(points);
    let round = Round::first(&rows, parameters);
    let ids: Vec<(u32, u32)> = round.pairs.iter().map(|p| (order[p.i as usize], order[p.j as usize])).collect();
    round.context(&rows, parameters, parameters.bias_first, |k, x| call(ids[k].0, ids[k].1, x));
}

#[cfg(test)]
mod tests;
