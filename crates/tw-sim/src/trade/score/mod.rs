//! Scores predictions of flows, evasions, errors and phantoms against a truth file.
//!
//! Both files are JSON Lines; `../FORMAT.md` describes their keys. The truth is held in memory (some 40 bytes for each flow), and
//! predictions are read once, line by line, and not kept. A line that cannot be read stops the run with its file, line and field.
//! Keys and kinds that the scorer does not know are read over, since predictions may say more.

mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::BufRead;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

pub use read::ScoreError;
use read::{Line, Lines, Said, Told};

/// Thresholds and the bootstrap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rules {
    /// A series with at least this probability is an alarm. Issue 5: one false alarm in a thousand clean series.
    pub alarm: f64,
    /// An error with at least this probability counts as found: more likely than not.
    pub error: f64,
    /// Share of the shipments that somebody would look at. Issue 5: the top 1 %.
    pub top: f64,
    /// Bootstrap resamples of series.
    pub resamples: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { alarm: 0.9, error: 0.5, top: 0.01, resamples: 200, seed: 1 }
    }
}

/// A figure with its 90 % bootstrap interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// 5 % quantile.
    pub low: f64,
    /// 95 % quantile.
    pub high: f64,
}

/// Figures on one quantity of one group of flows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Accuracy {
    /// Months with a true flow, over all series.
    pub truth: usize,
    /// Of these, months with a prediction.
    pub predicted: usize,
    /// Of these, months with an interval.
    pub with_interval: usize,
    /// Share of the intervals that hold the truth; meant to be 0.90. Resampled by series.
    pub coverage: Option<Estimate>,
    /// Share of the truth below and above the interval.
    pub below_above: Option<(f64, f64)>,
    /// Median of |ln(p50 / truth)|.
    pub median_log_error: Option<f64>,
    /// Median of ln(p95 / p5): how wide the intervals are.
    pub median_log_width: Option<f64>,
}

/// Value and mass of one group of flows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlowGroup {
    /// `all`, `both sides`, `one side`, `unseen`, `clean`, `twins`, `evasion`.
    pub group: String,
    /// Value.
    pub usd: Accuracy,
    /// Mass.
    pub kg: Accuracy,
}

/// AUC of the planted series of one kind or factor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Auc {
    /// `x3`, or the name of an evasion.
    pub of: String,
    /// Planted series with reports of both sides.
    pub planted: usize,
    /// Clean series with reports of both sides, twins included.
    pub clean: usize,
    /// Chance that a planted series is ranked above a clean one, equal ranks counted half. Resampled over planted series.
    pub auc: Option<Estimate>,
    /// Share of the planted ones at or above the alarm threshold.
    pub recall: Option<f64>,
}

/// False alarms at the threshold.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Alarms {
    /// Clean series in the truth, twins included.
    pub clean: usize,
    /// Clean series at or above the threshold.
    pub alarms: usize,
    /// The same for a thousand clean series.
    pub per_thousand: f64,
    /// By twin: alarms and series. `none` are series without one.
    pub by_twin: BTreeMap<String, (usize, usize)>,
    /// Alarms on the other cells of an evasion (the true destination, the heading that was named instead): counted neither way.
    pub beside_evasion: usize,
    /// Alarms on series that are not in the truth.
    pub unknown: usize,
}

/// How well the size of planted gaps was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Factors {
    /// Planted series with a factor and a predicted interval for it.
    pub n: usize,
    /// Share of these intervals that hold the factor.
    pub coverage: Option<f64>,
    /// Median of |ln(p50 / factor)|.
    pub median_log_error: Option<f64>,
}

/// One kind of data error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorFigures {
    /// `kp-kr`, `unit` or `hs-shift`.
    pub error: String,
    /// Rows of the file with such an error.
    pub planted: usize,
    /// Rows predicted at or above the threshold.
    pub predicted: usize,
    /// Of these, planted ones.
    pub right: usize,
    /// Planted rows found.
    pub found: usize,
    /// `right / predicted`.
    pub precision: Option<f64>,
    /// `found / planted`.
    pub recall: Option<f64>,
}

/// Phantom shipments by rank.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ShipmentFigures {
    /// Shipments in the truth.
    pub shipments: usize,
    /// Planted phantoms.
    pub planted: usize,
    /// Shipments that were scored.
    pub scored: usize,
    /// Share of the planted ones in the top 1 %, equal scores counted by their share.
    pub in_top: Option<f64>,
    /// The same by pattern.
    pub in_top_by_pattern: BTreeMap<String, f64>,
    /// Chance that a phantom is ranked above another shipment.
    pub auc: Option<Estimate>,
    /// Who else stands in the top 1 %, by twin.
    pub others_in_top: BTreeMap<String, usize>,
}

/// Everything that was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Flows by group.
    pub flows: Vec<FlowGroup>,
    /// Flows predicted in months without any, and the median of their p50 in dollars.
    pub where_nothing_flowed: (usize, Option<f64>),
    /// AUC by factor, then by evasion.
    pub series: Vec<Auc>,
    /// False alarms.
    pub alarms: Alarms,
    /// Sizes of planted gaps.
    pub factors: Factors,
    /// Errors by kind.
    pub errors: Vec<ErrorFigures>,
    /// Shipments.
    pub shipments: ShipmentFigures,
    /// Prediction lines of a kind that is not scored.
    pub not_scored: BTreeMap<String, usize>,
    /// What was counted how.
    pub rules: Rules,
}

/// Country codes and headings packed into a number, so that ten million flows fit.
type Key = u64;

#[derive(Clone, Copy)]
struct Flow {
    usd: f32,
    kg: f32,
    series: u32,
    sides: u8,
    seen: bool,
}

#[derive(Default)]
struct Planted {
    evasion: Option<String>,
    twin: Option<String>,
    role: Option<String>,
    factor: Option<f64>,
    both: bool,
    probability: f64,
    told: Option<[f64; 3]>,
    known: bool,
}

impl Planted {
    fn positive(&self) -> bool {
        self.evasion.is_some() && matches!(self.role.as_deref(), None | Some("declared"))
    }

    fn group(&self) -> &'static str {
        match (&self.evasion, &self.twin) {
            (Some(_), _) => "evasion",
            (None, Some(_)) => "twins",
            (None, None) => "clean",
        }
    }
}

struct Shipment {
    pattern: Option<String>,
    twin: Option<String>,
    score: f64,
    scored: bool,
}

#[derive(Default)]
struct Tally {
    n: usize,
    predicted: usize,
    inside: usize,
    below: usize,
    above: usize,
    errors: Vec<f32>,
    widths: Vec<f32>,
    /// By series: intervals, and those that hold the truth.
    by_series: BTreeMap<u32, (u32, u32)>,
}

impl Tally {
    fn add(&mut self, series: u32, truth: f64, [low, mid, high]: [f64; 3]) {
        self.predicted += 1;
        self.errors.push((mid.max(1e-9) / truth).ln().abs() as f32);
        if low >= high {
            return;
        }
        self.widths.push((high / low.max(1e-9)).ln() as f32);
        let inside = (low..=high).contains(&truth);
        self.inside += usize::from(inside);
        self.below += usize::from(truth < low);
        self.above += usize::from(truth > high);
        let counts = self.by_series.entry(series).or_default();
        counts.0 += 1;
        counts.1 += u32::from(inside);
    }

    fn finish(mut self, rules: &Rules) -> Accuracy {
        let with = self.widths.len();
        let share = |count: usize| count as f64 / with as f64;
        let pairs: Vec<(u32, u32)> = self.by_series.into_values().collect();
        Accuracy {
            truth: self.n,
            predicted: self.predicted,
            with_interval: with,
            coverage: (with > 0).then(|| {
                let (low, high) = resampled(rules, pairs.len(), |draw| {
                    let (mut n, mut hits) = (0_u64, 0_u64);
                    for _ in 0..pairs.len() {
                        let (a, b) = pairs[draw()];
                        n += u64::from(a);
                        hits += u64::from(b);
                    }
                    hits as f64 / n as f64
                });
                Estimate { value: share(self.inside), low, high }
            }),
            below_above: (with > 0).then(|| (share(self.below), share(self.above))),
            median_log_error: median(&mut self.errors),
            median_log_width: median(&mut self.widths),
        }
    }
}

fn median(values: &mut [f32]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    let (_, value, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    Some(f64::from(*value))
}

/// 5 and 95 % quantiles of a figure over resamples; `figure` draws positions below `n`.
fn resampled(rules: &Rules, n: usize, mut figure: impl FnMut(&mut dyn FnMut() -> usize) -> f64) -> (f64, f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(rules.seed);
    let mut all: Vec<f64> = (0..rules.resamples.max(1)).map(|_| figure(&mut || rng.random_range(0..n.max(1)))).collect();
    all.sort_unstable_by(f64::total_cmp);
    let at = |q: f64| all[((all.len() - 1) as f64 * q).round() as usize];
    (at(0.05), at(0.95))
}

/// Area under the ROC curve of some scores against sorted others, with the interval over the first.
fn auc(rules: &Rules, planted: &[f64], clean: &[f64]) -> Option<Estimate> {
    if planted.is_empty() || clean.is_empty() {
        return None;
    }
    let placed: Vec<f64> = planted
        .iter()
        .map(|score| {
            let below = clean.partition_point(|other| other < score);
            let upto = clean.partition_point(|other| other <= score);
            (below + upto) as f64 / 2.0 / clean.len() as f64
        })
        .collect();
    let value = placed.iter().sum::<f64>() / placed.len() as f64;
    let (low, high) = resampled(rules, placed.len(), |draw| (0..placed.len()).map(|_| placed[draw()]).sum::<f64>() / placed.len() as f64);
    Some(Estimate { value, low, high })
}

/// Scores predictions against a truth; the names are used in messages.
///
/// # Errors
/// A line that cannot be read, with file, line and field; and a file that cannot be read further.
pub fn score(
    (truth, truth_name): (impl BufRead, &str),
    (predictions, predictions_name): (impl BufRead, &str),
    rules: &Rules,
) -> Result<Report, ScoreError> {
    let mut known = Known::default();
    let mut lines = Lines::new(truth, truth_name);
    while let Some(line) = lines.next::<Told<'_>>()? {
        known.learn(&line)?;
    }
    let mut not_scored = BTreeMap::new();
    let mut nothing = Vec::new();
    let mut tallies: BTreeMap<&'static str, [Tally; 2]> = GROUPS.iter().map(|group| (*group, Default::default())).collect();
    let mut lines = Lines::new(predictions, predictions_name);
    while let Some(line) = lines.next::<Said<'_>>()? {
        known.judge(&line, &mut tallies, &mut nothing, &mut not_scored)?;
    }
    for flow in known.flows.values() {
        for group in groups(&known.series[flow.series as usize], flow) {
            if let Some([usd, kg]) = tallies.get_mut(group) {
                usd.n += 1;
                kg.n += usize::from(flow.kg > 0.0);
            }
        }
    }
    let flows = GROUPS
        .iter()
        .filter_map(|group| {
            let [usd, kg] = tallies.remove(group)?;
            Some(FlowGroup { group: (*group).to_owned(), usd: usd.finish(rules), kg: kg.finish(rules) })
        })
        .collect();
    let (series, factors) = known.series_figures(rules);
    Ok(Report {
        flows,
        where_nothing_flowed: (nothing.len(), median(&mut nothing)),
        series,
        alarms: known.alarms(rules),
        factors,
        errors: known.error_figures(rules),
        shipments: known.shipment_figures(rules),
        not_scored,
        rules: rules.clone(),
    })
}

const GROUPS: [&str; 7] = ["all", "both sides", "one side", "unseen", "clean", "twins", "evasion"];

fn groups(series: &Planted, flow: &Flow) -> [&'static str; 3] {
    ["all", ["unseen", "one side", "both sides"][usize::from(flow.sides.min(2))], series.group()]
}

#[derive(Default)]
struct Known {
    flows: HashMap<Key, Flow>,
    at: HashMap<Key, u32>,
    series: Vec<Planted>,
    unknown_alarms: Vec<f64>,
    /// By kind, reporter, partner, heading and month: which planted error. The two sides of a confusion lead to the same one.
    errors: HashMap<(u8, u64, u64), usize>,
    planted_errors: Vec<(u8, f64)>,
    predicted_errors: Vec<(u8, f64, bool)>,
    shipments: BTreeMap<u64, Shipment>,
    by_name: HashMap<String, u64>,
}

const ERRORS: [&str; 3] = ["kp-kr", "unit", "hs-shift"];

impl Known {
    fn series_at(&mut self, key: Key) -> u32 {
        let next = self.series.len() as u32;
        let at = *self.at.entry(key).or_insert(next);
        if at == next {
            self.series.push(Planted::default());
        }
        at
    }

    fn learn(&mut self, line: &Line<'_, Told<'_>>) -> Result<(), ScoreError> {
        let told = &line.read;
        match told.kind.as_ref() {
            "flow" => {
                let (key, month) = (line.series(&told.exporter, &told.importer, &told.heading)?, line.month("month", &told.month)?);
                let usd = line.positive("usd", told.usd)?;
                let kg = told.kg.map_or(Ok(0.0), |kg| line.positive("kg", Some(kg)))?;
                let sides = match told.sides.as_deref() {
                    None | Some("XM") => 2,
                    Some("X" | "M") => 1,
                    Some("") => 0,
                    Some(other) => return Err(line.fault("sides", format!("`{other}`: expected XM, X, M or nothing"))),
                };
                let series = self.series_at(key);
                let flow = Flow { usd: usd as f32, kg: kg as f32, series, sides, seen: false };
                if self.flows.insert(key << 12 | month, flow).is_some() {
                    return Err(line.fault("month", "this flow stands in the file twice".to_owned()));
                }
            }
            "series" => {
                let key = line.series(&told.exporter, &told.importer, &told.heading)?;
                let at = self.series_at(key);
                let factor = told.factor.map(|factor| line.positive("factor", Some(factor))).transpose()?;
                let owned = |text: &Option<std::borrow::Cow<'_, str>>| text.as_ref().map(|text| text.to_string());
                let planted = &mut self.series[at as usize];
                planted.evasion = owned(&told.evasion);
                planted.twin = owned(&told.twin);
                planted.role = owned(&told.role);
                planted.factor = factor;
                planted.both = told.both_sides.unwrap_or(true);
                planted.known = true;
            }
            "error" => {
                let kind = line.error(&told.error)?;
                let month = line.month("month", &told.month)?;
                let (reporter, partner) = (line.country("reporter", &told.reporter)?, line.country("partner", &told.partner)?);
                let heading = line.heading("heading", &told.heading)?;
                let id = self.planted_errors.len();
                self.planted_errors.push((kind, 0.0));
                let mut partners = vec![partner];
                if told.other_partner.is_some() {
                    partners.push(line.country("other_partner", &told.other_partner)?);
                }
                let mut headings = vec![heading];
                if told.other_heading.is_some() {
                    headings.push(line.heading("other_heading", &told.other_heading)?);
                }
                for partner in &partners {
                    for heading in &headings {
                        self.errors.insert((kind, reporter << 16 | partner, heading << 12 | month), id);
                    }
                }
            }
            "shipment" => {
                let record = told.record.ok_or_else(|| line.fault("record", "missing".to_owned()))?;
                if let Some(name) = &told.shipment {
                    self.by_name.insert(name.to_string(), record);
                }
                let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_ref().map(|text| text.to_string());
                let shipment = Shipment { pattern: text(&told.pattern), twin: text(&told.twin), score: 0.0, scored: false };
                self.shipments.insert(record, shipment);
            }
            other => return Err(line.fault("kind", format!("`{other}`: expected flow, series, error or shipment"))),
        }
        Ok(())
    }

    fn judge(
        &mut self,
        line: &Line<'_, Said<'_>>,
        tallies: &mut BTreeMap<&'static str, [Tally; 2]>,
        nothing: &mut Vec<f32>,
        not_scored: &mut BTreeMap<String, usize>,
    ) -> Result<(), ScoreError> {
        let said = &line.read;
        match said.kind.as_ref() {
            "flow" => {
                let (key, month) = (line.series(&said.exporter, &said.importer, &said.heading)?, line.month("month", &said.month)?);
                let usd = said.usd.map(|range| line.range("usd", range)).transpose()?;
                let kg = said.kg.map(|range| line.range("kg", range)).transpose()?;
                let Some(flow) = self.flows.get_mut(&(key << 12 | month)) else {
                    nothing.extend(usd.map(|usd| usd[1] as f32));
                    return Ok(());
                };
                if flow.seen {
                    return Err(line.fault("month", "this flow is predicted twice".to_owned()));
                }
                flow.seen = true;
                for group in groups(&self.series[flow.series as usize], flow) {
                    let Some([by_usd, by_kg]) = tallies.get_mut(group) else { continue };
                    if let Some(usd) = usd {
                        by_usd.add(flow.series, f64::from(flow.usd), usd);
                    }
                    if let Some(kg) = kg.filter(|_| flow.kg > 0.0) {
                        by_kg.add(flow.series, f64::from(flow.kg), kg);
                    }
                }
            }
            "series" => {
                let key = line.series(&said.exporter, &said.importer, &said.heading)?;
                let probability = line.share("probability", said.probability)?;
                let told = said.factor.map(|range| line.range("factor", range)).transpose()?;
                match self.at.get(&key) {
                    Some(at) => {
                        let planted = &mut self.series[*at as usize];
                        // Several windows of one series: the surest of them counts.
                        if probability >= planted.probability {
                            planted.probability = probability;
                            planted.told = told;
                        }
                    }
                    None => self.unknown_alarms.push(probability),
                }
            }
            "error" => {
                let kind = line.error(&said.error)?;
                let month = line.month("month", &said.month)?;
                let (reporter, partner) = (line.country("reporter", &said.reporter)?, line.country("partner", &said.partner)?);
                let heading = line.heading("heading", &said.heading)?;
                let probability = line.share("probability", said.probability)?;
                let found = self.errors.get(&(kind, reporter << 16 | partner, heading << 12 | month));
                if let Some(id) = found {
                    let best = &mut self.planted_errors[*id].1;
                    *best = best.max(probability);
                }
                self.predicted_errors.push((kind, probability, found.is_some()));
            }
            "shipment" => {
                let record = match (said.record, &said.shipment) {
                    (Some(record), _) => Some(record),
                    (None, Some(name)) => self.by_name.get(name.as_ref()).copied(),
                    (None, None) => return Err(line.fault("record", "missing".to_owned())),
                };
                let score = line.share("score", said.score)?;
                if let Some(shipment) = record.and_then(|record| self.shipments.get_mut(&record)) {
                    shipment.score = shipment.score.max(score);
                    shipment.scored = true;
                }
            }
            other => *not_scored.entry(other.to_owned()).or_default() += 1,
        }
        Ok(())
    }

    fn series_figures(&self, rules: &Rules) -> (Vec<Auc>, Factors) {
        let mut clean: Vec<f64> =
            self.series.iter().filter(|s| s.known && s.both && s.evasion.is_none()).map(|series| series.probability).collect();
        clean.sort_unstable_by(f64::total_cmp);
        let mut by: BTreeMap<(u8, u64, String), Vec<f64>> = BTreeMap::new();
        for series in self.series.iter().filter(|series| series.positive() && series.both) {
            if let (Some(factor), Some(evasion)) = (series.factor, &series.evasion) {
                by.entry((0, (factor * 1_000.0) as u64, format!("x{factor}"))).or_default().push(series.probability);
                by.entry((1, 0, evasion.clone())).or_default().push(series.probability);
            } else if let Some(evasion) = &series.evasion {
                by.entry((1, 0, format!("{evasion}, no honest trade"))).or_default().push(series.probability);
            }
        }
        let rows = by
            .into_iter()
            .map(|((_, _, of), scores)| Auc {
                of,
                planted: scores.len(),
                clean: clean.len(),
                auc: auc(rules, &scores, &clean),
                recall: Some(scores.iter().filter(|score| **score >= rules.alarm).count() as f64 / scores.len() as f64),
            })
            .collect();
        let (mut n, mut inside, mut errors) = (0, 0, Vec::new());
        for series in self.series.iter().filter(|series| series.positive() && series.both) {
            if let (Some(factor), Some([low, mid, high])) = (series.factor, series.told) {
                n += 1;
                inside += usize::from((low..=high).contains(&factor));
                errors.push((mid.max(1e-9) / factor).ln().abs() as f32);
            }
        }
        let coverage = (n > 0).then(|| inside as f64 / n as f64);
        (rows, Factors { n, coverage, median_log_error: median(&mut errors) })
    }

    fn alarms(&self, rules: &Rules) -> Alarms {
        let mut out = Alarms { unknown: self.unknown_alarms.iter().filter(|p| **p >= rules.alarm).count(), ..Alarms::default() };
        for series in self.series.iter().filter(|series| series.known) {
            let alarm = usize::from(series.probability >= rules.alarm);
            if series.evasion.is_some() {
                out.beside_evasion += if series.positive() { 0 } else { alarm };
                continue;
            }
            out.clean += 1;
            out.alarms += alarm;
            let counts = out.by_twin.entry(series.twin.clone().unwrap_or_else(|| "none".to_owned())).or_default();
            counts.0 += alarm;
            counts.1 += 1;
        }
        out.per_thousand = if out.clean > 0 { out.alarms as f64 * 1_000.0 / out.clean as f64 } else { 0.0 };
        out
    }

    fn error_figures(&self, rules: &Rules) -> Vec<ErrorFigures> {
        let figures = (0_u8..).zip(ERRORS).map(|(kind, name)| {
            let planted: Vec<f64> = self.planted_errors.iter().filter(|(k, _)| *k == kind).map(|(_, p)| *p).collect();
            let found = planted.iter().filter(|p| **p >= rules.error).count();
            let at_all = self.predicted_errors.iter().filter(|(k, p, _)| *k == kind && *p >= rules.error);
            let (predicted, right) = at_all.fold((0, 0), |(n, right), (_, _, hit)| (n + 1, right + usize::from(*hit)));
            let share = |a: usize, b: usize| (b > 0).then(|| a as f64 / b as f64);
            ErrorFigures {
                error: name.to_owned(),
                planted: planted.len(),
                predicted,
                right,
                found,
                precision: share(right, predicted),
                recall: share(found, planted.len()),
            }
        });
        figures.collect()
    }

    fn shipment_figures(&self, rules: &Rules) -> ShipmentFigures {
        let n = self.shipments.len();
        let mut out = ShipmentFigures { shipments: n, ..ShipmentFigures::default() };
        let mut scores: Vec<f64> = self.shipments.values().map(|shipment| shipment.score).collect();
        scores.sort_unstable_by(|a, b| b.total_cmp(a));
        let places = ((n as f64 * rules.top).round() as usize).min(n);
        let Some(last) = places.checked_sub(1).map(|at| scores[at]) else { return out };
        // Equal scores at the edge share the places that are left.
        let above = scores.partition_point(|score| *score > last);
        let equal = scores.partition_point(|score| *score >= last) - above;
        let edge = (places - above) as f64 / equal.max(1) as f64;
        let weight = |score: f64| {
            if score > last {
                1.0
            } else if score < last {
                0.0
            } else {
                edge
            }
        };
        let (mut phantoms, mut others) = (Vec::new(), Vec::new());
        let mut by_pattern: BTreeMap<&String, (f64, usize)> = BTreeMap::new();
        for shipment in self.shipments.values() {
            out.scored += usize::from(shipment.scored);
            match &shipment.pattern {
                Some(pattern) => {
                    phantoms.push(shipment.score);
                    let sums = by_pattern.entry(pattern).or_default();
                    sums.0 += weight(shipment.score);
                    sums.1 += 1;
                }
                None => {
                    others.push(shipment.score);
                    if shipment.score > last || shipment.score == last && edge == 1.0 {
                        let twin = shipment.twin.clone().unwrap_or_else(|| "none".to_owned());
                        *out.others_in_top.entry(twin).or_default() += 1;
                    }
                }
            }
        }
        out.planted = phantoms.len();
        out.in_top = (out.planted > 0).then(|| phantoms.iter().map(|score| weight(*score)).sum::<f64>() / out.planted as f64);
        out.in_top_by_pattern = by_pattern.into_iter().map(|(name, (sum, n))| (name.clone(), sum / n as f64)).collect();
        others.sort_unstable_by(f64::total_cmp);
        out.auc = auc(rules, &phantoms, &others);
        out
    }
}

impl Report {
    /// The figures as text, one table after the other.
    #[must_use]
    pub fn table(&self) -> String {
        let figure = |x: Option<Estimate>| x.map_or_else(|| "-".to_owned(), |e| format!("{:.3} [{:.2}, {:.2}]", e.value, e.low, e.high));
        let plain = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"));
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{:<12} {:<4} {:>9} {:>9}  {:<20} {:>6} {:>6} {:>9} {:>9}",
            "flows", "of", "truth", "predicted", "coverage of 90 %", "below", "above", "log error", "log width"
        );
        for group in &self.flows {
            for (of, a) in [("usd", &group.usd), ("kg", &group.kg)] {
                let sides = a.below_above;
                let _ = writeln!(
                    out,
                    "{:<12} {of:<4} {:>9} {:>9}  {:<20} {:>6} {:>6} {:>9} {:>9}",
                    group.group,
                    a.truth,
                    a.predicted,
                    figure(a.coverage),
                    plain(sides.map(|s| s.0)),
                    plain(sides.map(|s| s.1)),
                    plain(a.median_log_error),
                    plain(a.median_log_width)
                );
            }
        }
        let (n, usd) = self.where_nothing_flowed;
        let _ = writeln!(
            out,
            "predicted where nothing flowed: {n} (median {} USD)\n",
            usd.map_or_else(|| "-".to_owned(), |v| format!("{v:.0}"))
        );
        let _ = writeln!(out, "{:<36} {:>8} {:>8}  {:<20} {:>13}", "evasion", "planted", "clean", "AUC [90 %]", "recall at 0.9");
        for row in &self.series {
            let _ = writeln!(out, "{:<36} {:>8} {:>8}  {:<20} {:>13}", row.of, row.planted, row.clean, figure(row.auc), plain(row.recall));
        }
        let a = &self.alarms;
        let by: Vec<String> = a.by_twin.iter().map(|(name, (alarms, n))| format!("{name} {alarms}/{n}")).collect();
        let _ =
            writeln!(out, "false alarms: {} of {} clean series ({:.2} per 1,000): {}", a.alarms, a.clean, a.per_thousand, by.join(", "));
        let _ = writeln!(out, "alarms beside an evasion: {}; on series that are not in the truth: {}", a.beside_evasion, a.unknown);
        let f = &self.factors;
        let _ = writeln!(out, "factor of {} series: coverage {}, log error {}\n", f.n, plain(f.coverage), plain(f.median_log_error));
        let _ = writeln!(out, "{:<10} {:>8} {:>9} {:>9} {:>9}", "error", "planted", "predicted", "precision", "recall");
        for e in &self.errors {
            let _ = writeln!(out, "{:<10} {:>8} {:>9} {:>9} {:>9}", e.error, e.planted, e.predicted, plain(e.precision), plain(e.recall));
        }
        let s = &self.shipments;
        let by: Vec<String> = s.in_top_by_pattern.iter().map(|(name, share)| format!("{name} {share:.3}")).collect();
        let others: Vec<String> = s.others_in_top.iter().map(|(name, n)| format!("{name} {n}")).collect();
        let _ = writeln!(
            out,
            "\nshipments: {} planted of {}, {} scored; in the top 1 %: {} ({}); AUC {}; others there: {}",
            s.planted,
            s.shipments,
            s.scored,
            plain(s.in_top),
            by.join(", "),
            figure(s.auc),
            others.join(", ")
        );
        for (kind, n) in &self.not_scored {
            let _ = writeln!(out, "not scored: {n} lines of kind `{kind}`");
        }
        out
    }
}
