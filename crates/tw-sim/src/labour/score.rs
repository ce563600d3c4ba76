//! Sets what was said about invented hosts against the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Days within which a change point counts as found: a quarter and four days (quarters have 90 to 92).
const NEAR_DAYS: i32 = 96;
/// Days within which a predicted change point is compared with a true one at all.
const SAME_DAYS: i32 = 380;
/// Probability from which a prediction is an alarm.
const ALARM: f64 = 0.9;

/// A count of successes with Wilson's 90 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Successes.
    pub hits: usize,
    /// Trials.
    pub of: usize,
}

impl Share {
    fn count(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    /// The share; not a number if nothing was tried.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.hits as f64 / self.of as f64
    }

    /// Wilson's 90 % interval. E. B. Wilson, *JASA* 22 (1927) 209.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        let (n, z) = (self.of as f64, 1.645_f64);
        let p = self.value();
        let centre = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
    }

    fn text(&self) -> String {
        if self.of == 0 {
            return "none to judge".to_owned();
        }
        let (low, high) = self.interval();
        format!("{:.1} % ({}/{}, {:.1}-{:.1})", 100.0 * self.value(), self.hits, self.of, 100.0 * low, 100.0 * high)
    }
}

/// Alarms among hosts with one innocent twin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TwinAlarms {
    /// Masking alarms, of hosts with this twin.
    pub masking: Share,
    /// Substitution alarms that the publisher's change of definition does not explain.
    pub substitution: Share,
    /// Substitution alarms flagged as a change of definition.
    pub explained: usize,
}

/// Figures of one or more runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LabourReport {
    /// Change points within a quarter: all of them.
    pub near_all: Share,
    /// Of those with a factor of two or more and four figures on each side, at a boundary between two published figures.
    pub near_detectable: Share,
    /// Of the detectable, those whose step is at least three standard deviations of one figure.
    pub near_clear: Share,
    /// Found at all (within 380 days), of the detectable.
    pub found_detectable: Share,
    /// The printed set of dates holds the true one, of found changes.
    pub sets: Share,
    /// Dates in a printed set, summed (with `sets.of` the mean size).
    pub set_dates: usize,
    /// Constant series with a false change point.
    pub false_constant: Share,
    /// Constant series with a season, with a false change point.
    pub false_seasonal: Share,
    /// Predicted change points in other series that match no true one.
    pub false_elsewhere: Share,
    /// True factor inside the factor's interval, of changes found within a quarter.
    pub factors: Share,
    /// True stock inside the bounds from figures alone.
    pub stock_hard: Share,
    /// Of these bounds, those with an upper end.
    pub stock_hard_bounded: Share,
    /// True stock inside the bounds with the assumed stay.
    pub stock_staying: Share,
    /// Median of high/low of the bounds with the assumed stay, where both are known and low is positive.
    pub stock_staying_ratio: f64,
    /// Area under the curve of masking scores, of hosts with masking or substitution against all others.
    pub masking_auc: f64,
    /// The same, with only evasions that enter at least twice what four entries a place explain.
    pub masking_auc_clear: f64,
    /// Average precision of the masking score.
    pub masking_ap: f64,
    /// Masking alarms among evasions.
    pub masking_recall: Share,
    /// The same, of clear ones.
    pub masking_recall_clear: Share,
    /// Area under the curve of the probability of substitution, of planted substitutions against hosts without evasion.
    pub substitution_auc: f64,
    /// Substitution alarms among planted substitutions.
    pub substitution_recall: Share,
    /// True number moved inside the interval, of planted shifts (definitions too) that were alarms.
    pub shifted: Share,
    /// Alarms by twin; `none` are hosts with neither.
    pub twins: BTreeMap<String, TwinAlarms>,
    /// Withheld series that were found.
    pub withheld_recall: Share,
    /// Withheld series without a statement that were found.
    pub withheld_recall_unstated: Share,
    /// Series that are not withheld (late ones too) and were called so.
    pub withheld_false: Share,
    /// Of these, series whose office is only late.
    pub withheld_false_late: Share,
    /// True revenue inside the 90 % interval.
    pub revenue: Share,
}

/// Why a file cannot be scored.
#[derive(Debug, Error)]
pub enum LabourScoreError {
    /// A line that is not JSON of the form.
    #[error("line {line} of the {file}: {source}")]
    Line {
        /// Which file.
        file: &'static str,
        /// Line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Truth {
    Meta {},
    Host { host: String, evasion: Option<String>, twin: Option<String>, clear: bool },
    Series { host: String, series: String, constant: bool, seasonal: bool },
    Change { host: String, series: String, day: Date, factor: f64, points_before: usize, points_after: usize, sharp: bool, z_one: f64 },
    Withheld { host: String, series: String, stated: bool, twin: Option<String> },
    Shift { host: String, moved_in_four_quarters: f64 },
    Stock { host: String, day: Date, persons: f64 },
    Revenue { host: String, year: i16, usd: f64 },
}

#[derive(Deserialize)]
struct Range {
    low: Option<f64>,
    high: Option<f64>,
}

impl Range {
    /// Whether a value is inside, with the rounding of half a unit.
    fn holds(&self, value: f64) -> bool {
        self.low.is_none_or(|l| l <= value + 0.5) && self.high.is_none_or(|h| h >= value - 0.5)
    }
}

#[derive(Deserialize)]
struct Day {
    day: Date,
}

#[derive(Deserialize)]
struct Point {
    best: Date,
    dates: Vec<Day>,
    factor: Range,
}

#[derive(Deserialize)]
struct On {
    day: Date,
    persons: Range,
}

#[derive(Deserialize)]
struct Moved {
    to: String,
    probability: f64,
    shifted: Range,
}

#[derive(Deserialize)]
struct Found {
    at_most: f64,
}

#[derive(Deserialize)]
struct Stopped {
    probability: f64,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Said {
    Regimes {
        host: String,
        series: String,
        changes: Vec<Point>,
    },
    Stock {
        host: String,
        hard: On,
        staying: Option<On>,
    },
    Masking {
        host: String,
        purpose: String,
        score: f64,
        #[serde(default)]
        redefined: bool,
        found: Found,
    },
    Substitution {
        host: String,
        redefined: bool,
        shift: Moved,
    },
    Withheld {
        host: String,
        series: String,
        stop: Stopped,
    },
    Revenue {
        host: String,
        year: i16,
        p5: f64,
        p95: f64,
    },
    #[serde(other)]
    Other,
}

fn lines<T: for<'a> Deserialize<'a>>(text: &str, file: &'static str) -> Result<Vec<T>, LabourScoreError> {
    let mut all = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        all.push(serde_json::from_str(line).map_err(|source| LabourScoreError::Line { file, line: i + 1, source })?);
    }
    Ok(all)
}

struct TrueChange {
    day: Date,
    factor: f64,
    detectable: bool,
    clear: bool,
}

/// Scores predictions (JSON lines as in `FORMAT.md`) against a truth file. What is not predicted counts as not found; a masking
/// or substitution that is not predicted has the lowest score.
///
/// # Errors
/// If a line of either file is not in the form; unknown kinds of prediction are passed over, unknown kinds of truth are not.
pub fn score(truth: &str, predictions: &str) -> Result<LabourReport, LabourScoreError> {
    let truth: Vec<Truth> = lines(truth, "truth")?;
    let said: Vec<Said> = lines(predictions, "predictions")?;
    let mut report = LabourReport::default();
    changes(&truth, &said, &mut report);
    stocks(&truth, &said, &mut report);
    purposes(&truth, &said, &mut report);
    stops(&truth, &said, &mut report);
    Ok(report)
}

fn apart(a: Date, b: Date) -> i32 {
    (a - b).get_days().abs()
}

fn changes(truth: &[Truth], said: &[Said], report: &mut LabourReport) {
    let mut real: BTreeMap<(&str, &str), Vec<TrueChange>> = BTreeMap::new();
    for line in truth {
        if let Truth::Change { host, series, day, factor, points_before, points_after, sharp, z_one } = line {
            let far = *factor >= 2.0 || *factor <= 0.5;
            let detectable = far && *points_before >= 4 && *points_after >= 4 && *sharp;
            let change = TrueChange { day: *day, factor: *factor, detectable, clear: detectable && *z_one >= 3.0 };
            real.entry((host, series)).or_default().push(change);
        }
    }
    let mut predicted: BTreeMap<(&str, &str), Vec<&Point>> = BTreeMap::new();
    for line in said {
        if let Said::Regimes { host, series, changes } = line {
            predicted.entry((host, series)).or_default().extend(changes);
        }
    }
    for line in truth {
        let Truth::Series { host, series, constant, seasonal } = line else { continue };
        let points = predicted.get(&(host.as_str(), series.as_str())).cloned().unwrap_or_default();
        if *constant {
            let share = if *seasonal { &mut report.false_seasonal } else { &mut report.false_constant };
            share.count(!points.is_empty());
            continue;
        }
        let true_ones = real.get(&(host.as_str(), series.as_str())).map(Vec::as_slice).unwrap_or_default();
        // One to one, nearest pairs first.
        let mut pairs: Vec<(i32, usize, usize)> = Vec::new();
        for (i, change) in true_ones.iter().enumerate() {
            for (j, point) in points.iter().enumerate() {
                let days = apart(change.day, point.best);
                if days <= SAME_DAYS {
                    pairs.push((days, i, j));
                }
            }
        }
        pairs.sort_unstable();
        let (mut taken, mut matched) = (BTreeSet::new(), BTreeMap::new());
        for (days, i, j) in pairs {
            if !matched.contains_key(&i) && taken.insert(j) {
                matched.insert(i, (days, j));
            }
        }
        for (i, change) in true_ones.iter().enumerate() {
            let found = matched.get(&i);
            let near = found.is_some_and(|(days, _)| *days <= NEAR_DAYS);
            report.near_all.count(near);
            if change.detectable {
                report.near_detectable.count(near);
                report.found_detectable.count(found.is_some());
            }
            if change.clear {
                report.near_clear.count(near);
            }
            if let Some((_, j)) = found {
                report.sets.count(points[*j].dates.iter().any(|d| apart(d.day, change.day) <= 5));
                report.set_dates += points[*j].dates.len();
                if near {
                    let range = &points[*j].factor;
                    report.factors.count(range.low.is_none_or(|l| l <= change.factor) && range.high.is_none_or(|h| h >= change.factor));
                }
            }
        }
        for j in 0..points.len() {
            report.false_elsewhere.count(!taken.contains(&j));
        }
    }
}

fn stocks(truth: &[Truth], said: &[Said], report: &mut LabourReport) {
    let mut real: BTreeMap<(&str, Date), f64> = BTreeMap::new();
    let mut money: BTreeMap<(&str, i16), f64> = BTreeMap::new();
    for line in truth {
        match line {
            Truth::Stock { host, day, persons } => _ = real.insert((host, *day), *persons),
            Truth::Revenue { host, year, usd } => _ = money.insert((host, *year), *usd),
            _ => {}
        }
    }
    let mut ratios = Vec::new();
    for line in said {
        match line {
            Said::Stock { host, hard, staying } => {
                let Some(persons) = real.get(&(host.as_str(), hard.day)) else { continue };
                report.stock_hard.count(hard.persons.holds(*persons));
                report.stock_hard_bounded.count(hard.persons.high.is_some());
                let best = staying.as_ref().unwrap_or(hard);
                report.stock_staying.count(best.persons.holds(*persons));
                if let (Some(low), Some(high)) = (best.persons.low.filter(|l| *l > 0.0), best.persons.high) {
                    ratios.push(high / low);
                }
            }
            Said::Revenue { host, year, p5, p95 } => {
                if let Some(usd) = money.get(&(host.as_str(), *year)) {
                    report.revenue.count(p5 <= usd && usd <= p95);
                }
            }
            _ => {}
        }
    }
    ratios.sort_by(f64::total_cmp);
    report.stock_staying_ratio = ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN);
}

fn purposes(truth: &[Truth], said: &[Said], report: &mut LabourReport) {
    let (mut masked, mut moved) = (BTreeMap::new(), BTreeMap::new());
    for line in said {
        match line {
            Said::Masking { host, purpose, score, redefined, found } if purpose == "education" => {
                _ = masked.insert(host.as_str(), (*score, if *redefined { 0.0 } else { found.at_most }))
            }
            Said::Substitution { host, redefined, shift } if shift.to == "education" => {
                _ = moved.insert(host.as_str(), (shift, *redefined))
            }
            _ => {}
        }
    }
    let (mut evasions, mut clear, mut innocent) = (Vec::new(), Vec::new(), Vec::new());
    let (mut shifts, mut still) = (Vec::new(), Vec::new());
    for line in truth {
        let Truth::Host { host, evasion, twin, clear: is_clear } = line else { continue };
        let (score, at_most) = masked.get(host.as_str()).copied().unwrap_or((-1.0, 0.0));
        let shift = moved.get(host.as_str());
        let probability = shift.map_or(0.0, |(s, _)| s.probability);
        let redefined = shift.is_some_and(|(_, r)| *r);
        if let Some(evasion) = evasion {
            evasions.push(score);
            report.masking_recall.count(at_most >= ALARM);
            if *is_clear {
                clear.push(score);
                report.masking_recall_clear.count(at_most >= ALARM);
            }
            if evasion == "substitution" {
                shifts.push(probability);
                report.substitution_recall.count(probability >= ALARM && !redefined);
            }
            continue;
        }
        innocent.push(score);
        // A shift that a change of definition explains is no suspicion.
        still.push(if redefined { 0.0 } else { probability });
        let alarms = report.twins.entry(twin.clone().unwrap_or_else(|| "none".to_owned())).or_default();
        alarms.masking.count(at_most >= ALARM);
        alarms.substitution.count(probability >= ALARM && !redefined);
        alarms.explained += usize::from(probability >= ALARM && redefined);
    }
    for line in truth {
        let Truth::Shift { host, moved_in_four_quarters } = line else { continue };
        if let Some((shift, _)) = moved.get(host.as_str()).filter(|(s, _)| s.probability >= ALARM) {
            report.shifted.count(shift.shifted.holds(*moved_in_four_quarters));
        }
    }
    report.masking_auc = auc(&evasions, &innocent);
    report.masking_auc_clear = auc(&clear, &innocent);
    report.masking_ap = average_precision(&evasions, &innocent);
    report.substitution_auc = auc(&shifts, &still);
}

fn stops(truth: &[Truth], said: &[Said], report: &mut LabourReport) {
    let called: BTreeSet<(&str, &str)> = said
        .iter()
        .filter_map(|line| match line {
            Said::Withheld { host, series, stop } if stop.probability >= ALARM => Some((host.as_str(), series.as_str())),
            _ => None,
        })
        .collect();
    let mut events: BTreeMap<(&str, &str), (bool, bool)> = BTreeMap::new();
    for line in truth {
        if let Truth::Withheld { host, series, stated, twin } = line {
            events.insert((host, series), (*stated, twin.is_some()));
        }
    }
    for line in truth {
        let Truth::Series { host, series, .. } = line else { continue };
        let key = (host.as_str(), series.as_str());
        let hit = called.contains(&key);
        match events.get(&key) {
            Some((stated, false)) => {
                report.withheld_recall.count(hit);
                if !stated {
                    report.withheld_recall_unstated.count(hit);
                }
            }
            late => {
                report.withheld_false.count(hit);
                if late.is_some() {
                    report.withheld_false_late.count(hit);
                }
            }
        }
    }
}

/// Probability that an evasion scores above an innocent host, ties counting half (Mann and Whitney 1947).
fn auc(positive: &[f64], negative: &[f64]) -> f64 {
    let mut sum = 0.0;
    for p in positive {
        for n in negative {
            sum += if p > n {
                1.0
            } else if p == n {
                0.5
            } else {
                0.0
            };
        }
    }
    sum / (positive.len() * negative.len()) as f64
}

fn average_precision(positive: &[f64], negative: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = positive.iter().map(|s| (*s, true)).chain(negative.iter().map(|s| (*s, false))).collect();
    // Innocent ones first among equals: no credit for ties.
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut hits, mut sum) = (0.0, 0.0);
    for (i, (_, positive)) in all.iter().enumerate() {
        if *positive {
            hits += 1.0;
            sum += hits / (i + 1) as f64;
        }
    }
    sum / positive.len() as f64
}

impl LabourReport {
    /// The figures as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut row = |name: &str, value: String| _ = writeln!(text, "{name:<64} {value}");
        row("change point within a quarter, detectable (x2, 4 + 4 figures)", self.near_detectable.text());
        row("  clear (and a step of 3 sd of one figure)", self.near_clear.text());
        row("  all planted", self.near_all.text());
        row("found within 380 days, detectable", self.found_detectable.text());
        row("90 % set of dates holds the true date, of found", self.sets.text());
        row("  dates in a set, mean", format!("{:.2}", self.set_dates as f64 / self.sets.of as f64));
        row("90 % interval of the factor covers, of those within a quarter", self.factors.text());
        row("constant series with a false change point", self.false_constant.text());
        row("  constant with a season", self.false_seasonal.text());
        row("change points elsewhere that match none", self.false_elsewhere.text());
        row("true stock inside the bounds from figures alone", self.stock_hard.text());
        row("  bounds with an upper end", self.stock_hard_bounded.text());
        row("true stock inside the bounds with the assumed stay", self.stock_staying.text());
        row("  high/low, median", format!("{:.2}", self.stock_staying_ratio));
        row("masking, AUC (all / clear evasions)", format!("{:.3} / {:.3}", self.masking_auc, self.masking_auc_clear));
        row("masking, average precision", format!("{:.3}", self.masking_ap));
        row("masking, alarms among evasions", self.masking_recall.text());
        row("  among clear evasions", self.masking_recall_clear.text());
        row("substitution, AUC", format!("{:.3}", self.substitution_auc));
        row("substitution, alarms among planted", self.substitution_recall.text());
        row("  90 % interval of the number moved covers", self.shifted.text());
        for (twin, alarms) in &self.twins {
            let masking = alarms.masking.text();
            row(&format!("masking alarms, twin {twin}"), masking);
            let more = format!("{}; {} explained by definition", alarms.substitution.text(), alarms.explained);
            row(&format!("substitution alarms, twin {twin}"), more);
        }
        row("withheld series found", self.withheld_recall.text());
        row("  without a statement", self.withheld_recall_unstated.text());
        row("other series called withheld", self.withheld_false.text());
        row("  of offices that are late", self.withheld_false_late.text());
        row("true revenue inside the 90 % interval", self.revenue.text());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTH: &str = r#"{"kind":"meta","seed":1}
{"kind":"host","host":"ALB","pattern":"x","evasion":"masking","twin":null,"masked":5,"clear":true}
{"kind":"host","host":"AUT","pattern":"x","evasion":null,"twin":"definition","masked":0,"clear":false}
{"kind":"series","host":"ALB","series":"work","constant":false,"seasonal":false}
{"kind":"series","host":"AUT","series":"work","constant":true,"seasonal":false}
{"kind":"change","host":"ALB","series":"work","day":"2018-01-01","factor":0.1,"points_before":8,"points_after":8,"sharp":true,"z":9,"z_one":5}
{"kind":"withheld","host":"ALB","series":"work","from":"2020-01-01","stated":false,"twin":null}
{"kind":"stock","host":"ALB","day":"2018-12-31","persons":100}
{"kind":"revenue","host":"ALB","year":2018,"usd":5.0}"#;

    #[test]
    fn a_small_case_is_scored_by_hand() {
        let said = r#"{"kind":"regimes","host":"ALB","series":"work","any":1,"changes":[{"best":"2018-04-01","dates":[{"day":"2018-01-01","probability":0.4},{"day":"2018-04-01","probability":0.6}],"factor":{"low":0.05,"high":0.2}}],"segments":[]}
{"kind":"regimes","host":"AUT","series":"work","any":1,"changes":[{"best":"2018-04-01","dates":[],"factor":{"low":0.05,"high":0.2}}],"segments":[]}
{"kind":"stock","host":"ALB","hard":{"day":"2018-12-31","persons":{"low":90.0,"high":null}},"staying":{"day":"2018-12-31","persons":{"low":110.0,"high":220.0}}}
{"kind":"masking","host":"ALB","purpose":"education","score":9,"found":{"at_most":0.99}}
{"kind":"masking","host":"AUT","purpose":"education","score":0.1,"found":{"at_most":0.1}}
{"kind":"withheld","host":"ALB","series":"work","stop":{"probability":0.95}}
{"kind":"conflict","host":"ALB","figures":[1]}
{"kind":"revenue","host":"ALB","year":2018,"p5":1.0,"p50":2.0,"p95":3.0,"drivers":[]}"#;
        let report = score(TRUTH, said).unwrap();
        assert_eq!((report.near_clear.hits, report.near_clear.of, report.sets.hits, report.set_dates), (1, 1, 1, 2));
        assert_eq!((report.false_constant.hits, report.false_constant.of), (1, 1));
        assert_eq!((report.stock_hard.hits, report.stock_staying.hits, report.stock_staying_ratio), (1, 0, 2.0));
        assert!((report.masking_auc - 1.0).abs() < 1e-12 && (report.masking_ap - 1.0).abs() < 1e-12);
        assert_eq!((report.withheld_recall.hits, report.withheld_false.hits, report.revenue.hits), (1, 0, 0));
        assert_eq!(report.twins["definition"].masking, Share { hits: 0, of: 1 });
        assert!(report.table().contains("100.0 % (1/1"));
    }

    #[test]
    fn what_is_not_predicted_is_not_found_and_broken_lines_are_named() {
        let report = score(TRUTH, "").unwrap();
        assert_eq!((report.near_all.hits, report.near_all.of), (0, 1));
        assert!((report.masking_auc - 0.5).abs() < 1e-12);
        assert!(score(TRUTH, "\n{").unwrap_err().to_string().starts_with("line 2 of the predictions"));
        assert!(score("{\"kind\":\"other\"}", "").is_err());
    }

    #[test]
    fn the_wilson_interval_is_the_published_one() {
        // R: binom::binom.wilson(90, 100, 0.9): 0.8406 to 0.9390.
        let (low, high) = Share { hits: 90, of: 100 }.interval();
        assert!((low - 0.840).abs() < 2e-3 && (high - 0.939).abs() < 2e-3, "{low} {high}");
    }
}
