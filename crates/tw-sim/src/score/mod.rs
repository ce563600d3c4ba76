//! Scores any run against any truth file.
//!
//! # Formats
//! JSON Lines, one JSON array, or CSV with the same names as columns; one event a record.
//!
//! **Truth**: `kind` (one of [`KINDS`] or of [`ALIASES`]), `hull` (any text; the MMSI if missing), `mmsi` (a number, text, or a list; in CSV
//! separated by `|`), `t0` and `t1` (ISO 8601 in UTC or seconds since 1970), `lat` and `lon` (degrees; empty: position is not tested),
//! `lat1` and `lon1` (where it ended, if elsewhere), `detectable` (default true), `innocent` (default false: an innocent twin, and a
//! prediction that matches it is a false alarm of that twin), `twin` (its name), `barrels`, `partner_mmsi`; `id`, `note`, `origin`,
//! `source` and `counter_move` are read over, anything else is an error. A line `{"kind":"meta","vessel_days":…,"voyages":…}` gives the
//! denominators, and a line `{"kind":"hull","hull":…,"mmsi":[…]}` gives a ship without an event. A ship is found through any of its MMSIs.
//!
//! **Predictions**: `kind`, `mmsi`, `t0`, `t1`, `lat`, `lon`, `score` (0 to 1; 1 if missing), `barrels` (`{low, best, high}` or a number; in
//! CSV `barrels_low`, `barrels_best`, `barrels_high`). Other keys are ignored, and kinds that are not scored are counted and left out.
//!
//! # Matching
//! A prediction matches an event of the same kind and hull (or of the partner, where there is one) if the times overlap with an
//! intersection over union of at least 0.3 or the middles lie at most 6 h apart, and the places lie at most 25 km apart
//! (methods, ships, section 6, item 7). One to one, greedy by score. A further prediction of an event that has its match is a false alarm,
//! unless it comes from the partner's side: that one is the mirror image of the first and not counted.

mod places;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

pub use places::{DestinationReport, score_destinations};
pub use read::{ALIASES, KINDS, Prediction, Predictions, Truth, TruthEvent, kind_of, moment};

/// What can go wrong when files are read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ScoreError {
    /// A record that is not readable at all.
    #[error("{file}, line {line}: {reason}")]
    Line {
        /// File as it was named by the caller.
        file: String,
        /// Line, from 1; in a JSON array the number of the item.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A field that does not hold what it should.
    #[error("{file}, line {line}, field `{field}`: {reason}")]
    Field {
        /// File as it was named by the caller.
        file: String,
        /// Line, from 1; in a JSON array the number of the item.
        line: usize,
        /// Name of the field.
        field: String,
        /// What is wrong.
        reason: String,
    },
}

/// How events are matched and intervals are drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rules {
    /// Least intersection over union of the times. Methods, ships, section 6.
    pub min_iou: f64,
    /// Or: greatest distance of the middles, in seconds. Methods, ships, section 6.
    pub max_centre_s: i64,
    /// Greatest distance of the places, in kilometres. Methods, ships, section 6.
    pub max_km: f64,
    /// Bootstrap resamples of hulls. Our choice: the error of a 2.5 % quantile is then small beside the interval.
    pub resamples: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Prevalences for which precision is computed, as "one in n voyages". Methods, ships, section 6, item 6.
    pub one_in: Vec<u32>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_iou: 0.3, max_centre_s: 6 * 3600, max_km: 25.0, resamples: 500, seed: 1, one_in: vec![50, 500, 2_000, 5_000] }
    }
}

/// A figure with its 95 % bootstrap interval.
///
/// A share of 0 or 1 does not vary in the bootstrap, however few events it rests on. For precision and recall the open end is then
/// that of Clopper and Pearson: five of five are `[0.48, 1]`, not `[1, 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// 2.5 % quantile over resampled hulls.
    pub low: f64,
    /// 97.5 % quantile.
    pub high: f64,
}

/// A point of a precision and recall curve: everything with at least this score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PrPoint {
    /// Least score.
    pub threshold: f64,
    /// Precision.
    pub precision: f64,
    /// Recall.
    pub recall: f64,
}

/// Precision as it would be if offences were rarer or more frequent than in the truth file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtPrevalence {
    /// One voyage in so many has an event.
    pub one_in: u32,
    /// Precision at the threshold of the file: `p r / (p r + (1 - p) f)`, `p` prevalence, `r` recall, `f` false alarms per voyage without event.
    pub precision: Estimate,
    /// Precision if the false alarms per voyage are at the upper 95 % bound of a Poisson count: 3 / n when none was seen.
    pub precision_at_upper_bound: f64,
    /// The curve reweighted.
    pub curve: Vec<PrPoint>,
}

/// Barrels of matched predictions against the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BarrelsReport {
    /// Matched events with barrels on both sides.
    pub n: usize,
    /// Median of |best - truth| / truth.
    pub median_relative_error: f64,
    /// Share of events whose truth lies within low and high (meant to be 80 %).
    pub coverage: f64,
    /// Mean pinball loss over the 10, 50 and 90 % quantiles, twice: an approximation of the CRPS, in barrels.
    pub crps: f64,
    /// Sum of the truth.
    pub total_truth: f64,
    /// Sum of low, best and high.
    pub total_predicted: [f64; 3],
}

/// False alarms on one kind of innocent twin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TwinReport {
    /// Such twins in the truth file.
    pub n: usize,
    /// Twins that a prediction matched.
    pub false_alarms: usize,
}

/// The same at the level of ships: a ship is accused if it has a prediction of the kind, whenever and wherever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct HullReport {
    /// Hulls with an event.
    pub truth: usize,
    /// Hulls with a prediction.
    pub predicted: usize,
    /// Both.
    pub tp: usize,
    /// Precision.
    pub precision: Option<f64>,
    /// Recall.
    pub recall: Option<f64>,
}

/// Everything about one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindReport {
    /// The kind.
    pub kind: String,
    /// Events.
    pub truth: usize,
    /// Events that could be seen.
    pub detectable: usize,
    /// Predictions.
    pub predicted: usize,
    /// Predictions that match an event.
    pub tp: usize,
    /// Predictions that match none.
    pub fp: usize,
    /// Of these: further predictions of an event that has its match.
    pub duplicates: usize,
    /// Mirror images left out.
    pub mirrored: usize,
    /// `tp / (tp + fp)`.
    pub precision: Option<Estimate>,
    /// `tp / truth`.
    pub recall: Option<Estimate>,
    /// Matched events that could be seen / events that could be seen.
    pub recall_detectable: Option<Estimate>,
    /// Harmonic mean.
    pub f1: Option<Estimate>,
    /// The same with precision weighted twice (Welch 2022 choose their threshold by it).
    pub f05: Option<Estimate>,
    /// Area under the curve as a sum of steps.
    pub average_precision: Option<Estimate>,
    /// Expected calibration error over ten equal bins of the score.
    pub ece: Option<f64>,
    /// Brier score.
    pub brier: Option<f64>,
    /// The curve.
    pub curve: Vec<PrPoint>,
    /// Barrels.
    pub barrels: Option<BarrelsReport>,
    /// Innocent twins.
    pub twins: BTreeMap<String, TwinReport>,
    /// False alarms that match an event of another kind: the right ship, time and place, and the wrong word.
    pub other_kind: usize,
    /// False alarms that match nothing.
    pub other_false_alarms: usize,
    /// False alarms per 100,000 vessel-days.
    pub fp_per_100k_vessel_days: Option<f64>,
    /// Precision at other prevalences; only if the file says how many voyages there are.
    pub prevalence: Vec<AtPrevalence>,
    /// By ship.
    pub hulls: HullReport,
}

/// A whole comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// How it was matched.
    pub rules: Rules,
    /// Days that ships were observed.
    pub vessel_days: Option<f64>,
    /// Voyages.
    pub voyages: Option<f64>,
    /// Kinds with an event, a twin or a prediction, in the order of [`KINDS`].
    pub kinds: Vec<KindReport>,
    /// Predictions of kinds that are not scored.
    pub other_kinds: BTreeMap<String, usize>,
}

/// Reads both files and scores them with the default rules.
///
/// # Errors
/// See [`Truth::read`] and [`Predictions::read`].
///
/// # Example
/// ```
/// let truth = r#"{"kind":"dark","hull":"H1","mmsi":273999001,"t0":0,"t1":36000,"lat":42.0,"lon":131.0}"#;
/// let predicted = r#"[{"kind":"dark_gap","mmsi":273999001,"t0":600,"t1":36000,"lat":42.01,"lon":131.0,"score":0.8}]"#;
/// let report = tw_sim::score::score_texts((truth, "truth.jsonl"), (predicted, "leads.json")).unwrap();
/// assert_eq!((report.kinds[0].tp, report.kinds[0].fp), (1, 0));
/// ```
pub fn score_texts(truth: (&str, &str), predicted: (&str, &str)) -> Result<Report, ScoreError> {
    Ok(score(&Truth::read(truth.0, truth.1)?, &Predictions::read(predicted.0, predicted.1)?, &Rules::default()))
}

/// Scores predictions against a truth.
#[must_use]
pub fn score(truth: &Truth, predicted: &Predictions, rules: &Rules) -> Report {
    let mut hull_of: BTreeMap<u32, &str> = BTreeMap::new();
    for (hull, all) in &truth.hulls {
        for &mmsi in all {
            hull_of.entry(mmsi).or_insert(hull);
        }
    }
    let kinds = KINDS.iter().filter_map(|&kind| score_kind(kind, truth, predicted, rules, &hull_of)).collect();
    Report {
        rules: rules.clone(),
        vessel_days: truth.vessel_days,
        voyages: truth.voyages,
        kinds,
        other_kinds: predicted.other_kinds.clone(),
    }
}

fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (f1, f2) = (a.0.to_radians(), b.0.to_radians());
    let (df, dl) = (f2 - f1, (b.1 - a.1).to_radians());
    let h = (df / 2.0).sin().powi(2) + f1.cos() * f2.cos() * (dl / 2.0).sin().powi(2);
    2.0 * 6371.0088 * h.sqrt().min(1.0).asin()
}

/// Intersection over union; two equal moments are 1.
fn iou(a: (i64, i64), b: (i64, i64)) -> f64 {
    let both = (a.1.min(b.1) - a.0.max(b.0)) as f64;
    let union = (a.1.max(b.1) - a.0.min(b.0)) as f64;
    if both < 0.0 {
        return 0.0;
    }
    if union == 0.0 { 1.0 } else { both / union }
}

/// How well a prediction fits an event: `None` if it does not match.
fn fit(event: &TruthEvent, prediction: &Prediction, rules: &Rules) -> Option<f64> {
    let overlap = iou((event.t0, event.t1), (prediction.t0, prediction.t1));
    let centre = ((event.t0 + event.t1) - (prediction.t0 + prediction.t1)).abs() / 2;
    if overlap < rules.min_iou && centre > rules.max_centre_s {
        return None;
    }
    if let (Some(at), Some(seen)) = (event.at, prediction.at) {
        let nearest = event.at_end.map_or_else(|| km(at, seen), |end| km(at, seen).min(km(end, seen)));
        if nearest > rules.max_km {
            return None;
        }
    }
    Some(overlap + 1e-9 * (1.0 - centre as f64 / 1e10))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Hit(usize),
    Miss,
    Mirror,
}

/// Counts of one hull, for the bootstrap.
#[derive(Clone, Default)]
struct Unit {
    truth: usize,
    detectable: usize,
    tp: usize,
    tp_detectable: usize,
    fp: usize,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    truth: f64,
    detectable: f64,
    tp: f64,
    tp_detectable: f64,
    fp: f64,
}

impl Counts {
    fn add(&mut self, unit: &Unit, weight: f64) {
        self.truth += weight * unit.truth as f64;
        self.detectable += weight * unit.detectable as f64;
        self.tp += weight * unit.tp as f64;
        self.tp_detectable += weight * unit.tp_detectable as f64;
        self.fp += weight * unit.fp as f64;
    }
    fn precision(&self) -> Option<f64> {
        (self.tp + self.fp > 0.0).then(|| self.tp / (self.tp + self.fp))
    }
    fn recall(&self) -> Option<f64> {
        (self.truth > 0.0).then(|| self.tp / self.truth)
    }
    fn recall_detectable(&self) -> Option<f64> {
        (self.detectable > 0.0).then(|| self.tp_detectable / self.detectable)
    }
    fn f(&self, beta: f64) -> Option<f64> {
        let b = beta * beta;
        let misses = self.truth - self.tp;
        let below = (1.0 + b) * self.tp + b * misses + self.fp;
        (self.truth > 0.0 && below > 0.0).then(|| (1.0 + b) * self.tp / below)
    }
    fn at_prevalence(&self, one_in: u32, voyages: f64) -> Option<f64> {
        let p = 1.0 / f64::from(one_in);
        let innocent = voyages - self.truth;
        if self.truth <= 0.0 || innocent <= 0.0 {
            return None;
        }
        let (hits, alarms) = (p * self.tp / self.truth, (1.0 - p) * self.fp / innocent);
        (hits + alarms > 0.0).then(|| hits / (hits + alarms))
    }
}

fn quantiles(value: Option<f64>, mut drawn: Vec<f64>) -> Option<Estimate> {
    let value = value?;
    if drawn.is_empty() {
        return Some(Estimate { value, low: value, high: value });
    }
    drawn.sort_by(f64::total_cmp);
    let at = |q: f64| drawn[((drawn.len() - 1) as f64 * q).round() as usize];
    Some(Estimate { value, low: at(0.025), high: at(0.975) })
}

/// Opens a degenerate interval of a share of `n` by the exact bound: `0.025^(1/n)` below 1, and `1 - 0.025^(1/n)` above 0.
fn opened(estimate: Option<Estimate>, n: usize) -> Option<Estimate> {
    let mut e = estimate?;
    if n > 0 && e.low == e.high {
        let bound = 0.025f64.powf(1.0 / n as f64);
        if e.value == 1.0 {
            e.low = bound;
        } else if e.value == 0.0 {
            e.high = 1.0 - bound;
        }
    }
    Some(e)
}

/// Cumulated (threshold, hits, false alarms) at each distinct score, from the highest; weights by prediction.
fn steps(ranked: &[(f64, bool, usize)], weight: impl Fn(usize) -> f64) -> Vec<(f64, f64, f64)> {
    let mut out: Vec<(f64, f64, f64)> = Vec::new();
    let (mut hits, mut alarms) = (0.0, 0.0);
    for &(score, hit, unit) in ranked {
        if hit {
            hits += weight(unit);
        } else {
            alarms += weight(unit);
        }
        match out.last_mut() {
            Some(last) if last.0 == score => (last.1, last.2) = (hits, alarms),
            _ => out.push((score, hits, alarms)),
        }
    }
    out
}

fn average_precision(steps: &[(f64, f64, f64)], truth: f64) -> Option<f64> {
    if truth <= 0.0 {
        return None;
    }
    let (mut sum, mut before) = (0.0, 0.0);
    for &(_, hits, alarms) in steps {
        if hits + alarms > 0.0 {
            sum += (hits - before) / truth * (hits / (hits + alarms));
        }
        before = hits;
    }
    Some(sum)
}

fn score_kind(
    kind: &'static str,
    truth: &Truth,
    predicted: &Predictions,
    rules: &Rules,
    hull_of: &BTreeMap<u32, &str>,
) -> Option<KindReport> {
    let events: Vec<&TruthEvent> = truth.events.iter().filter(|event| event.kind == kind && !event.innocent).collect();
    let innocent: Vec<&TruthEvent> = truth.events.iter().filter(|event| event.kind == kind && event.innocent).collect();
    let mut ranked: Vec<&Prediction> = predicted.events.iter().filter(|prediction| prediction.kind == kind).collect();
    if events.is_empty() && innocent.is_empty() && ranked.is_empty() {
        return None;
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.t0.cmp(&b.t0)).then(a.t1.cmp(&b.t1)).then_with(|| a.mmsi.cmp(&b.mmsi)));

    let index = |events: &[&TruthEvent]| {
        let mut by_mmsi: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (i, event) in events.iter().enumerate() {
            for &mmsi in event.mmsi.iter().chain(&event.partner).collect::<BTreeSet<_>>() {
                by_mmsi.entry(mmsi).or_default().push(i);
            }
        }
        by_mmsi
    };
    let (by_mmsi, innocent_by_mmsi) = (index(&events), index(&innocent));
    let candidates = |by: &BTreeMap<u32, Vec<usize>>, prediction: &Prediction| -> BTreeSet<usize> {
        prediction.mmsi.iter().filter_map(|mmsi| by.get(mmsi)).flatten().copied().collect()
    };

    let mut taken: Vec<Option<usize>> = vec![None; events.len()];
    let mut fates = Vec::with_capacity(ranked.len());
    let mut duplicates = 0;
    let mut twins: BTreeMap<String, TwinReport> = BTreeMap::new();
    for event in &innocent {
        twins.entry(event.twin.clone().unwrap_or_else(|| "unnamed".to_owned())).or_default().n += 1;
    }
    let mut alarmed = vec![false; innocent.len()];
    let others: Vec<&TruthEvent> = truth.events.iter().filter(|event| event.kind != kind && !event.innocent).collect();
    let others_by_mmsi = index(&others);
    let (mut other_kind, mut other_false_alarms) = (0, 0);
    for (p, prediction) in ranked.iter().enumerate() {
        let fits: Vec<(usize, f64)> =
            candidates(&by_mmsi, prediction).into_iter().filter_map(|e| fit(events[e], prediction, rules).map(|x| (e, x))).collect();
        let free = fits.iter().filter(|(e, _)| taken[*e].is_none()).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some(&(e, _)) = free {
            taken[e] = Some(p);
            fates.push(Fate::Hit(e));
            continue;
        }
        let side = |e: usize, mmsi: &[u32]| mmsi.iter().any(|m| events[e].mmsi.contains(m));
        let mirror = fits.iter().any(|&(e, _)| taken[e].is_some_and(|first| side(e, &ranked[first].mmsi) != side(e, &prediction.mmsi)));
        if mirror {
            fates.push(Fate::Mirror);
            continue;
        }
        fates.push(Fate::Miss);
        if !fits.is_empty() {
            duplicates += 1;
            continue;
        }
        let twin = candidates(&innocent_by_mmsi, prediction)
            .into_iter()
            .filter_map(|i| fit(innocent[i], prediction, rules).map(|x| (i, x)))
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        match twin {
            Some((i, _)) if !alarmed[i] => alarmed[i] = true,
            Some(_) => {}
            None if candidates(&others_by_mmsi, prediction).into_iter().any(|i| fit(others[i], prediction, rules).is_some()) => {
                other_kind += 1;
            }
            None => other_false_alarms += 1,
        }
    }
    for (event, &alarm) in innocent.iter().zip(&alarmed) {
        if alarm {
            twins.entry(event.twin.clone().unwrap_or_else(|| "unnamed".to_owned())).or_default().false_alarms += 1;
        }
    }

    // Hulls are the units of the bootstrap: events of one ship hang together.
    let name_of = |mmsi: &[u32]| -> String {
        mmsi.iter().find_map(|m| hull_of.get(m)).map_or_else(|| mmsi.first().map_or_else(String::new, u32::to_string), |h| (*h).to_owned())
    };
    let mut units: BTreeMap<String, Unit> = truth.hulls.keys().map(|hull| (hull.clone(), Unit::default())).collect();
    for (e, event) in events.iter().enumerate() {
        let unit = units.entry(event.hull.clone()).or_default();
        unit.truth += 1;
        unit.detectable += usize::from(event.detectable);
        unit.tp += usize::from(taken[e].is_some());
        unit.tp_detectable += usize::from(event.detectable && taken[e].is_some());
    }
    let mut owners = Vec::with_capacity(ranked.len());
    for (prediction, fate) in ranked.iter().zip(&fates) {
        let name = match fate {
            Fate::Hit(e) => events[*e].hull.clone(),
            _ => name_of(&prediction.mmsi),
        };
        units.entry(name.clone()).or_default().fp += usize::from(*fate == Fate::Miss);
        owners.push(name);
    }
    let numbers: BTreeMap<&str, usize> = units.keys().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    let order: Vec<(f64, bool, usize)> = ranked
        .iter()
        .zip(&fates)
        .zip(&owners)
        .filter(|((_, fate), _)| **fate != Fate::Mirror)
        .map(|((prediction, fate), owner)| (prediction.score, matches!(fate, Fate::Hit(_)), numbers[owner.as_str()]))
        .collect();
    let all: Vec<&Unit> = units.values().collect();
    let mut counts = Counts::default();
    for unit in &all {
        counts.add(unit, 1.0);
    }

    let voyages = truth.voyages.filter(|&n| n > 0.0);
    let mut drawn: [Vec<f64>; 6] = Default::default();
    let mut drawn_prevalence: Vec<Vec<f64>> = vec![Vec::new(); rules.one_in.len()];
    let mut rng = ChaCha8Rng::seed_from_u64(rules.seed);
    let mut weights = vec![0.0; all.len()];
    for _ in 0..rules.resamples {
        weights.fill(0.0);
        for _ in 0..all.len() {
            weights[rng.random_range(0..all.len())] += 1.0;
        }
        let mut sample = Counts::default();
        for (unit, &weight) in all.iter().zip(&weights) {
            sample.add(unit, weight);
        }
        let ap = average_precision(&steps(&order, |unit| weights[unit]), sample.truth);
        let figures = [sample.precision(), sample.recall(), sample.recall_detectable(), sample.f(1.0), sample.f(0.5), ap];
        for (list, figure) in drawn.iter_mut().zip(figures) {
            list.extend(figure);
        }
        if let Some(n) = voyages {
            for (list, &one_in) in drawn_prevalence.iter_mut().zip(&rules.one_in) {
                list.extend(sample.at_prevalence(one_in, n));
            }
        }
    }
    let whole = steps(&order, |_| 1.0);
    let [d_precision, d_recall, d_detectable, d_f1, d_f05, d_ap] = drawn;
    let prevalence = voyages
        .map(|n| {
            rules
                .one_in
                .iter()
                .zip(drawn_prevalence)
                .filter_map(|(&one_in, list)| {
                    let precision = quantiles(counts.at_prevalence(one_in, n), list)?;
                    let bound = Counts { fp: poisson_upper(counts.fp), ..counts };
                    let curve = whole
                        .iter()
                        .filter_map(|&(threshold, hits, alarms)| {
                            let here = Counts { tp: hits, fp: alarms, ..counts };
                            Some(PrPoint { threshold, precision: here.at_prevalence(one_in, n)?, recall: here.recall()? })
                        })
                        .collect();
                    let precision_at_upper_bound = bound.at_prevalence(one_in, n)?;
                    Some(AtPrevalence { one_in, precision, precision_at_upper_bound, curve: thin(curve) })
                })
                .collect()
        })
        .unwrap_or_default();
    let curve = whole
        .iter()
        .map(|&(threshold, hits, alarms)| PrPoint {
            threshold,
            precision: if hits + alarms > 0.0 { hits / (hits + alarms) } else { 0.0 },
            recall: if counts.truth > 0.0 { hits / counts.truth } else { 0.0 },
        })
        .collect();
    let (ece, brier) = calibration(&order);
    let pairs: Vec<(f64, [f64; 3])> =
        taken.iter().enumerate().filter_map(|(e, p)| Some((events[e].barrels.filter(|&b| b > 0.0)?, ranked[(*p)?].barrels?))).collect();
    let accused: BTreeSet<String> = ranked.iter().map(|prediction| name_of(&prediction.mmsi)).collect();
    let evading: BTreeSet<String> =
        events.iter().flat_map(|event| std::iter::once(event.hull.clone()).chain(event.partner.iter().map(|&m| name_of(&[m])))).collect();
    let both = accused.intersection(&evading).count();
    let fp = fates.iter().filter(|fate| **fate == Fate::Miss).count();
    Some(KindReport {
        kind: kind.to_owned(),
        truth: events.len(),
        detectable: events.iter().filter(|event| event.detectable).count(),
        predicted: ranked.len(),
        tp: fates.iter().filter(|fate| matches!(fate, Fate::Hit(_))).count(),
        fp,
        duplicates,
        mirrored: fates.iter().filter(|fate| **fate == Fate::Mirror).count(),
        precision: opened(quantiles(counts.precision(), d_precision), counts.tp as usize + counts.fp as usize),
        recall: opened(quantiles(counts.recall(), d_recall), counts.truth as usize),
        recall_detectable: opened(quantiles(counts.recall_detectable(), d_detectable), counts.detectable as usize),
        f1: quantiles(counts.f(1.0), d_f1),
        f05: quantiles(counts.f(0.5), d_f05),
        average_precision: quantiles(average_precision(&whole, counts.truth), d_ap),
        ece,
        brier,
        curve: thin(curve),
        barrels: barrels(pairs),
        twins,
        other_kind,
        other_false_alarms,
        fp_per_100k_vessel_days: truth.vessel_days.filter(|&days| days > 0.0).map(|days| fp as f64 / days * 1e5),
        prevalence,
        hulls: HullReport {
            truth: evading.len(),
            predicted: accused.len(),
            tp: both,
            precision: (!accused.is_empty()).then(|| both as f64 / accused.len() as f64),
            recall: (!evading.is_empty()).then(|| both as f64 / evading.len() as f64),
        },
    })
}

/// Upper bound of a one-sided 95 % interval of a Poisson mean, by the chi-square approximation of Wilson and Hilferty; 3 for no event.
fn poisson_upper(n: f64) -> f64 {
    if n <= 0.0 {
        return 3.0;
    }
    let k = n + 1.0;
    k * (1.0 - 1.0 / (9.0 * k) + 1.645 / (3.0 * k.sqrt())).powi(3)
}

/// At most about 200 points of a curve, the last one always among them.
fn thin(curve: Vec<PrPoint>) -> Vec<PrPoint> {
    let step = curve.len().div_ceil(200).max(1);
    let last = curve.len().saturating_sub(1);
    curve.into_iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last).map(|(_, point)| point).collect()
}

fn calibration(ranked: &[(f64, bool, usize)]) -> (Option<f64>, Option<f64>) {
    if ranked.is_empty() {
        return (None, None);
    }
    let mut bins = [(0.0, 0.0, 0.0); 10];
    let mut brier = 0.0;
    for &(score, hit, _) in ranked {
        let y = f64::from(u8::from(hit));
        let bin = &mut bins[((score * 10.0) as usize).min(9)];
        bin.0 += 1.0;
        bin.1 += score;
        bin.2 += y;
        brier += (score - y).powi(2);
    }
    let n = ranked.len() as f64;
    (Some(bins.iter().map(|(_, scores, hits)| (scores - hits).abs() / n).sum()), Some(brier / n))
}

fn barrels(pairs: Vec<(f64, [f64; 3])>) -> Option<BarrelsReport> {
    if pairs.is_empty() {
        return None;
    }
    let n = pairs.len();
    let mut errors: Vec<f64> = pairs.iter().map(|(truth, [_, best, _])| (best - truth).abs() / truth).collect();
    errors.sort_by(f64::total_cmp);
    let pinball = |q: f64, guess: f64, truth: f64| if truth >= guess { q * (truth - guess) } else { (1.0 - q) * (guess - truth) };
    let crps = pairs
        .iter()
        .map(|(truth, [low, best, high])| {
            2.0 * (pinball(0.1, *low, *truth) + pinball(0.5, *best, *truth) + pinball(0.9, *high, *truth)) / 3.0
        })
        .sum::<f64>()
        / n as f64;
    let covered = pairs.iter().filter(|(truth, [low, _, high])| (low..=high).contains(&truth)).count();
    let mut total_predicted = [0.0; 3];
    for (_, guess) in &pairs {
        for (sum, value) in total_predicted.iter_mut().zip(guess) {
            *sum += value;
        }
    }
    Some(BarrelsReport {
        n,
        median_relative_error: f64::midpoint(errors[(n - 1) / 2], errors[n / 2]),
        coverage: covered as f64 / n as f64,
        crps,
        total_truth: pairs.iter().map(|(truth, _)| truth).sum(),
        total_predicted,
    })
}

impl Report {
    /// The figures as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::new();
        let figure = |x: Option<Estimate>| x.map_or_else(|| "-".to_owned(), |e| format!("{:.3} [{:.2}, {:.2}]", e.value, e.low, e.high));
        let plain = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"));
        let _ = writeln!(
            out,
            "{:<22} {:>5} {:>5} {:>5} {:>5} {:>5}  {:<20} {:<20} {:<20} {:<20} {:<20} {:>6} {:>9}",
            "kind",
            "truth",
            "seen",
            "pred",
            "TP",
            "FP",
            "precision [95 %]",
            "recall",
            "recall, detectable",
            "F0.5",
            "average precision",
            "ECE",
            "FP/100kvd"
        );
        for k in &self.kinds {
            let _ = writeln!(
                out,
                "{:<22} {:>5} {:>5} {:>5} {:>5} {:>5}  {:<20} {:<20} {:<20} {:<20} {:<20} {:>6} {:>9}",
                k.kind,
                k.truth,
                k.detectable,
                k.predicted,
                k.tp,
                k.fp,
                figure(k.precision),
                figure(k.recall),
                figure(k.recall_detectable),
                figure(k.f05),
                figure(k.average_precision),
                plain(k.ece),
                k.fp_per_100k_vessel_days.map_or_else(|| "-".to_owned(), |v| format!("{v:.1}"))
            );
        }
        for k in &self.kinds {
            if !k.twins.is_empty() || k.fp > 0 {
                let list: Vec<String> = k.twins.iter().map(|(name, t)| format!("{name} {}/{}", t.false_alarms, t.n)).collect();
                let _ = writeln!(
                    out,
                    "{}: innocent twins alarmed: {}; duplicates {}; events of another kind {}; other false alarms {}",
                    k.kind,
                    if list.is_empty() { "none in the file".to_owned() } else { list.join(", ") },
                    k.duplicates,
                    k.other_kind,
                    k.other_false_alarms
                );
            }
            if let Some(b) = &k.barrels {
                let _ = writeln!(
                    out,
                    "{}: barrels of {} matched: median error {:.1} %, {:.0} % within low and high, total {:.0} against {:.0} [{:.0}, {:.0}]",
                    k.kind,
                    b.n,
                    100.0 * b.median_relative_error,
                    100.0 * b.coverage,
                    b.total_truth,
                    b.total_predicted[1],
                    b.total_predicted[0],
                    b.total_predicted[2]
                );
            }
            for p in &k.prevalence {
                let _ = writeln!(
                    out,
                    "{}: precision if one voyage in {}: {:.4} [{:.4}, {:.4}] (at the upper bound of false alarms {:.4})",
                    k.kind, p.one_in, p.precision.value, p.precision.low, p.precision.high, p.precision_at_upper_bound
                );
            }
        }
        for (kind, n) in &self.other_kinds {
            let _ = writeln!(out, "not scored: {n} of kind `{kind}`");
        }
        out
    }
}

#[cfg(test)]
mod tests;
