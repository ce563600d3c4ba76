//! Change points of short, over-dispersed count series, exactly, with the uncertainty of their number and of their dates.
//!
//! **Model.** Within a regime a count over a period of length e (in units of the series' usual period) is negative binomial with size r e
//! and one probability p for the whole regime: mean e r (1-p)/p, variance mean (1 + mean/(r e)). 1/r is the dispersion of one usual
//! period; a period that is longer averages it. p has a Beta(d, d) prior with d = [`Options::prior`]: nearly flat in the
//! logarithm of the rate, and proper. The rate is integrated out in closed form, so a segment with sum X and length E has the marginal
//! likelihood B(d + r E, d + X)/B(d, d) times a factor that no segmentation changes. The dispersion is common to all regimes and summed
//! over a grid with a log-normal prior.
//!
//! **Sum over all segmentations.** Forward and backward recursions over the last change point give, for every number of change points,
//! the exact marginal likelihood and the exact probability of each date: P. Fearnhead, "Exact and efficient Bayesian inference for
//! multiple changepoint problems", *Statistics and Computing* 16 (2006) 203, sections 2 and 3. The best segmentation comes from the same
//! recursion with a maximum for the sum: I. Auger and C. Lawrence, "Algorithms for the optimal identification of segment neighborhoods",
//! *Bulletin of Mathematical Biology* 51 (1989) 39.
//!
//! **Priors.** No change has probability one half, each further one half of the one before; given their number, every choice of dates
//! is alike. A missing figure has no likelihood: it is a place where a change may have happened, not a zero.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tw_base::{Bounds, Interval};

use crate::count::ln_gamma;

/// Days of the period in which rates are given: a quarter, 365.25/4.
pub const QUARTER_DAYS: f64 = 91.3125;

/// Most figures of one series.
pub const MOST_POINTS: usize = 400;

/// Share of probability in a printed set of dates or a rate interval: 0.9.
pub const SET: f64 = 0.9;

/// Dispersions that are summed over, and their median and logarithmic standard deviation before any figure is seen. Our convention:
/// groups of ten who cross together give about 0.1 at a hundred entries.
const DISPERSIONS: [f64; 13] = [0.001, 0.003, 0.01, 0.02, 0.04, 0.07, 0.11, 0.16, 0.24, 0.36, 0.55, 0.85, 1.4];
const MEDIAN_DISPERSION: f64 = 0.1;
const SPREAD_OF_DISPERSION: f64 = 1.2;

/// What is known of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// This many.
    Known(u64),
    /// Nobody has the figure.
    Missing,
    /// Its publisher stopped publishing it.
    Withheld,
}

/// One figure of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Days it covers; it has to end.
    pub period: Interval,
    /// The count.
    pub count: Count,
    /// Day on which it was published, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Date>,
}

/// A rule of law, or another event, that a change may follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// Its name, as a reader should see it.
    pub name: String,
    /// First day of it: adoption of the text, closing of a border.
    pub from: Date,
    /// Day by which something had to be done, for a rule that asks for workers to leave. Only such a landmark makes a fall an expulsion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
}

/// How a series is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Most change points that are considered: 6.
    pub most: usize,
    /// Parameter d of the Beta(d, d) prior of a regime: 0.2.
    pub prior: f64,
    /// Probability of any change at all from which change points are named: 0.8.
    pub sure: f64,
    /// Days after a deadline in which a fall still counts as following it: 540 (the reports of 2397, paragraph 8, came up to then).
    pub follow_days: i32,
    /// Share of the highest earlier rate below which a regime is a lull: 0.5.
    pub lull: f64,
    /// Rules and events to set beside the changes.
    pub landmarks: Vec<Landmark>,
}

impl Default for Options {
    fn default() -> Self {
        Self { most: 6, prior: 0.2, sure: 0.8, follow_days: 540, lull: 0.5, landmarks: Vec::new() }
    }
}

/// What kind of regime a segment is. It names an order in time, never a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// The first regime, or one that differs little from those before.
    Steady,
    /// A fall that is more likely than not between the adoption of a rule that asks for departure and some time after its deadline.
    Expulsion,
    /// Low, without such a rule close before it.
    Lull,
    /// A rise after an expulsion or a lull, and further rises after it.
    Redispatch,
    /// A rise after neither.
    Rise,
    /// A fall that is neither an expulsion nor deep enough for a lull.
    Fall,
}

impl Label {
    /// The word as in the JSON form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Expulsion => "expulsion",
            Self::Lull => "lull",
            Self::Redispatch => "redispatch",
            Self::Rise => "rise",
            Self::Fall => "fall",
        }
    }
}

/// A date on which a new regime may begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateProbability {
    /// First day of the new regime.
    pub day: Date,
    /// Its probability, given the number of change points.
    pub probability: f64,
}

/// A change point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Most probable first day of the new regime (the middle one of several alike, as within a gap).
    pub best: Date,
    /// Smallest set of dates that together have a probability of at least 0.9, by date.
    pub dates: Vec<DateProbability>,
    /// First date of the set.
    pub earliest: Date,
    /// Last date of the set.
    pub latest: Date,
    /// How many times the earlier rate the later one is (90 % interval; the best value is the median).
    pub factor: Bounds,
    /// Landmarks whose window holds a date of the set, by name.
    pub near: Vec<String>,
    /// Probability that the date lies in the window of a landmark with a deadline: from its first day to some time after the deadline.
    pub after_deadline: f64,
}

/// A regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// First day.
    pub from: Date,
    /// Day after the last figure of it.
    pub to: Date,
    /// What it is.
    pub label: Label,
    /// Rate per quarter of 91.3 days (90 % interval; the best value is the median).
    pub rate: Bounds,
    /// Figures in it.
    pub points: usize,
    /// Sum of the figures.
    pub sum: u64,
}

/// The regimes of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regimes {
    /// Probability of 0, 1, 2, ... change points.
    pub number: Vec<f64>,
    /// Probability that there is any.
    pub any: f64,
    /// The change points of the most probable number, by date; none if `any` is below [`Options::sure`].
    pub changes: Vec<Change>,
    /// The regimes between them.
    pub segments: Vec<Segment>,
    /// Dispersion of a figure of the usual period (90 % interval).
    pub dispersion: Bounds,
    /// Figures used.
    pub used: usize,
    /// Figures that are missing: no likelihood, not nought.
    pub missing: usize,
    /// Periods that were withheld, by date.
    pub withheld: Vec<Interval>,
}

/// Why a series cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SeriesError {
    /// A period that is empty or does not end.
    #[error("the period {0} is empty or does not end")]
    Period(Interval),
    /// Two figures for the same days.
    #[error("the periods {0} and {1} overlap: a series has one figure for a day; choose one of them first")]
    Overlap(Interval, Interval),
    /// More than 400 figures.
    #[error("{0} figures are too many for exact segmentation: use at most 400, for instance by quarter")]
    TooMany(usize),
    /// An option out of range.
    #[error("the option `{0}` is out of range")]
    Option(&'static str),
    /// A count above a million million.
    #[error("the count {0} is not a count of persons or entries")]
    Count(u64),
}

/// A figure that is used, and where a change before it may begin.
struct Point {
    count: u64,
    exposure: f64,
    from: Date,
    to: Date,
    /// Possible first days of a regime that begins with this figure.
    slots: Vec<Date>,
}

/// Finds the regimes of a series of counts.
///
/// Periods may have different lengths (a year, then quarters) and need not be sorted; gaps are read as missing. The date of a change is
/// the first day of a period: a change inside a yearly figure is put at one of its ends.
///
/// # Errors
/// If a period does not end, two overlap, there are more than 400 figures, or an option is out of range.
///
/// ```
/// use tw_flows::labour::{Count, Observation, regimes, RegimeOptions};
/// use tw_base::Period;
/// let quarter = |text: &str, n| Observation { period: text.parse::<Period>().expect("a quarter").interval(), count: Count::Known(n), known: None };
/// let counts = [("2021-Q1", 900), ("2021-Q2", 1_010), ("2021-Q3", 950), ("2021-Q4", 1_100), ("2022-Q1", 90), ("2022-Q2", 120), ("2022-Q3", 70), ("2022-Q4", 101)];
/// let series: Vec<Observation> = counts.iter().map(|(q, n)| quarter(q, *n)).collect();
/// let found = regimes(&series, &RegimeOptions::default())?;
/// assert_eq!(found.changes.len(), 1);
/// assert_eq!(found.changes[0].best.to_string(), "2022-01-01");
/// # Ok::<(), tw_flows::labour::SeriesError>(())
/// ```
pub fn regimes(series: &[Observation], options: &Options) -> Result<Regimes, SeriesError> {
    weighted(series, &|_| 1.0, options)
}

/// The same for rates per unit of something that changes over time, for instance places: `weight` gives it for a period, above nought.
pub(crate) fn weighted(series: &[Observation], weight_of: &dyn Fn(Interval) -> f64, options: &Options) -> Result<Regimes, SeriesError> {
    check(options)?;
    let (mut points, base_days, missing, withheld) = points_of(series)?;
    // Weights are used relative to their mean, so that the prior of a rate stays where the counts are.
    let mean = points.iter().map(|p| weight_of(Interval::new(p.from, Some(p.to)))).sum::<f64>() / points.len().max(1) as f64;
    for point in &mut points {
        point.exposure *= (weight_of(Interval::new(point.from, Some(point.to))) / mean).clamp(1e-6, 1e6);
    }
    let scale = QUARTER_DAYS / base_days / mean;
    let n = points.len();
    if n == 0 {
        return Ok(Regimes {
            number: vec![1.0],
            any: 0.0,
            changes: Vec::new(),
            segments: Vec::new(),
            dispersion: Bounds::UNKNOWN,
            used: 0,
            missing,
            withheld,
        });
    }
    let most = options.most.min(n - 1);
    let weights: Vec<f64> = points.iter().map(|p| (p.slots.len().max(1) as f64).ln()).collect();
    let sums = Sums::of(&points);
    let models: Vec<Model> = DISPERSIONS.iter().map(|d| Model::of(&points, &sums, &weights, *d, most, options.prior)).collect();

    // Probability of each pair of number of change points and dispersion.
    let choices = elementary(&weights, most);
    let ln_number_prior: Vec<f64> = (0..=most).map(|k| -((k + 1) as f64) * std::f64::consts::LN_2).collect();
    let joint: Vec<Vec<f64>> = models
        .iter()
        .map(|m| (0..=most).map(|k| m.ln_prior + m.constant + ln_number_prior[k] - choices[k] + m.forward[k][n]).collect())
        .collect();
    let all = ln_sum(joint.iter().flatten().copied());
    let number: Vec<f64> = (0..=most).map(|k| joint.iter().map(|row| (row[k] - all).exp()).sum()).collect();
    let any = (1.0 - number[0]).clamp(0.0, 1.0);
    let best_number =
        if any < options.sure || most == 0 { 0 } else { (1..=most).fold(1, |best, k| if number[k] > number[best] { k } else { best }) };
    let within: f64 = joint.iter().map(|row| (row[best_number] - all).exp()).sum();
    let weight: Vec<f64> = joint.iter().map(|row| (row[best_number] - all).exp() / within.max(f64::MIN_POSITIVE)).collect();
    let modal = (0..weight.len()).fold(0, |best, i| if weight[i] > weight[best] { i } else { best });

    let mut starts = models[modal].best_segmentation(&sums, &weights, best_number, options.prior);
    let marginals: Vec<Vec<f64>> = (1..=best_number)
        .map(|j| {
            let mut marginal = vec![0.0; n];
            for (model, w) in models.iter().zip(&weight) {
                for (t, m) in marginal.iter_mut().enumerate().skip(1) {
                    let ln = model.forward[j - 1][t] + weights[t] + model.backward[best_number - j][t] - model.forward[best_number][n];
                    *m += w * ln.exp();
                }
            }
            marginal
        })
        .collect();
    let modes: Vec<usize> = marginals.iter().map(|m| (1..n).fold(1, |best, t| if m[t] > m[best] { t } else { best })).collect();
    if modes.windows(2).all(|pair| pair[0] < pair[1]) {
        starts = modes;
    }
    let mut edges = vec![0];
    edges.extend(&starts);
    edges.push(n);
    let rates: Vec<Grid> = edges.windows(2).map(|pair| Grid::of(&sums, pair[0], pair[1], &weight, options.prior, scale)).collect();
    let mut changes = Vec::with_capacity(best_number);
    for (j, (start, marginal)) in starts.iter().zip(&marginals).enumerate() {
        changes.push(change(&points, *start, marginal, &rates[j], &rates[j + 1], options));
    }
    let segments = segments_of(&points, &edges, &rates, &changes, options);
    let dispersion = quantiles(&DISPERSIONS.iter().copied().zip(weight).collect::<Vec<_>>());
    Ok(Regimes { number, any, changes, segments, dispersion, used: n, missing, withheld })
}

fn check(options: &Options) -> Result<(), SeriesError> {
    let fraction = |v: f64| (0.0..=1.0).contains(&v);
    if !(options.prior > 0.0 && options.prior <= 10.0) {
        return Err(SeriesError::Option("prior"));
    }
    if !fraction(options.sure) {
        return Err(SeriesError::Option("sure"));
    }
    if !fraction(options.lull) {
        return Err(SeriesError::Option("lull"));
    }
    if options.most > 40 {
        return Err(SeriesError::Option("most"));
    }
    if !(0..=36_500).contains(&options.follow_days) {
        return Err(SeriesError::Option("follow_days"));
    }
    Ok(())
}

/// The figures in order with their exposures; the usual length in days; how many are missing; the periods withheld.
type Read = (Vec<Point>, f64, usize, Vec<Interval>);

fn points_of(series: &[Observation]) -> Result<Read, SeriesError> {
    if series.len() > MOST_POINTS {
        return Err(SeriesError::TooMany(series.len()));
    }
    let mut sorted: Vec<(Interval, Date, f64, Count)> = Vec::with_capacity(series.len());
    for one in series {
        let (Some(to), Some(days)) = (one.period.to, one.period.days().filter(|d| *d > 0)) else {
            return Err(SeriesError::Period(one.period));
        };
        if let Count::Known(n) = one.count
            && n > 1_000_000_000_000
        {
            return Err(SeriesError::Count(n));
        }
        sorted.push((one.period, to, days as f64, one.count));
    }
    sorted.sort_by_key(|(period, ..)| *period);
    if let Some(pair) = sorted.windows(2).find(|pair| pair[1].0.from < pair[0].1) {
        return Err(SeriesError::Overlap(pair[0].0, pair[1].0));
    }
    let mut lengths: Vec<f64> = sorted.iter().filter(|s| matches!(s.3, Count::Known(_))).map(|s| s.2).collect();
    lengths.sort_by(f64::total_cmp);
    let base = lengths.get(lengths.len() / 2).copied().unwrap_or(QUARTER_DAYS);
    let missing = sorted.iter().filter(|s| s.3 == Count::Missing).count();
    let withheld = sorted.iter().filter(|s| s.3 == Count::Withheld).map(|s| s.0).collect();
    let mut points: Vec<Point> = Vec::new();
    for (period, to, days, count) in sorted {
        let Count::Known(count) = count else { continue };
        let slots = points.last().map_or_else(Vec::new, |before| slots(before.to, period.from, base));
        points.push(Point { count, exposure: days / base, from: period.from, to, slots });
    }
    Ok((points, base, missing, withheld))
}

/// First days on which a regime may begin between the end of one figure and the start of the next: one a usual period, newest last.
fn slots(end: Date, start: Date, base: f64) -> Vec<Date> {
    let gap = f64::from((start - end).get_days());
    let steps = (gap / base).round().clamp(0.0, 4.0 * MOST_POINTS as f64) as i32;
    let mut days: Vec<Date> = Vec::with_capacity(steps as usize + 1);
    for step in 0..steps {
        let offset: Span = ((f64::from(step) * gap / f64::from(steps)).round() as i32).days();
        if let Ok(day) = end.checked_add(offset) {
            days.push(to_month(day));
        }
    }
    days.push(start);
    days.dedup();
    days
}

/// The first of the nearest month, if the day is within five of it: quarters do not have equal lengths.
fn to_month(day: Date) -> Date {
    if day.day() <= 6 {
        return day.first_of_month();
    }
    if day.day() >= 26 {
        return day.last_of_month().tomorrow().unwrap_or(day);
    }
    day
}

/// Cumulative sums of counts and exposures.
struct Sums {
    counts: Vec<f64>,
    exposures: Vec<f64>,
}

impl Sums {
    fn of(points: &[Point]) -> Self {
        let mut sums = Self { counts: vec![0.0], exposures: vec![0.0] };
        for point in points {
            sums.counts.push(sums.counts[sums.counts.len() - 1] + point.count as f64);
            sums.exposures.push(sums.exposures[sums.exposures.len() - 1] + point.exposure);
        }
        sums
    }

    fn between(&self, from: usize, to: usize) -> (f64, f64) {
        (self.counts[to] - self.counts[from], self.exposures[to] - self.exposures[from])
    }
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The recursions for one dispersion.
struct Model {
    size: f64,
    ln_prior: f64,
    /// What the likelihood of the figures has apart from the segments.
    constant: f64,
    /// `forward[k][t]`: the first t figures in k + 1 regimes, summed over the dates of the k changes.
    forward: Vec<Vec<f64>>,
    /// `backward[k][t]`: the figures from t on in k + 1 regimes.
    backward: Vec<Vec<f64>>,
    segment: Vec<f64>,
    n: usize,
}

impl Model {
    fn of(points: &[Point], sums: &Sums, weights: &[f64], dispersion: f64, most: usize, prior: f64) -> Self {
        let n = points.len();
        let size = dispersion.recip();
        let z = (dispersion / MEDIAN_DISPERSION).ln() / SPREAD_OF_DISPERSION;
        let constant = points
            .iter()
            .map(|p| {
                let x = p.count as f64;
                ln_gamma(x + size * p.exposure) - ln_gamma(size * p.exposure) - ln_gamma(x + 1.0)
            })
            .sum();
        let mut segment = vec![f64::NEG_INFINITY; (n + 1) * (n + 1)];
        let norm = ln_beta(prior, prior);
        for from in 0..n {
            for to in from + 1..=n {
                let (x, e) = sums.between(from, to);
                segment[from * (n + 1) + to] = ln_beta(prior + size * e, prior + x) - norm;
            }
        }
        let at = |from: usize, to: usize| segment[from * (n + 1) + to];
        let mut forward = vec![(0..=n).map(|t| if t == 0 { f64::NEG_INFINITY } else { at(0, t) }).collect::<Vec<f64>>()];
        let mut backward = vec![(0..=n).map(|t| if t == n { f64::NEG_INFINITY } else { at(t, n) }).collect::<Vec<f64>>()];
        for k in 1..=most {
            let (before, after) = (&forward[k - 1], &backward[k - 1]);
            let next: Vec<f64> = (0..=n).map(|t| ln_sum((k..t).map(|s| before[s] + weights[s] + at(s, t)))).collect();
            let previous: Vec<f64> = (0..=n).map(|t| ln_sum((t + 1..n).map(|s| at(t, s) + weights[s] + after[s]))).collect();
            forward.push(next);
            backward.push(previous);
        }
        Self { size, ln_prior: -0.5 * z * z, constant, forward, backward, segment, n }
    }

    /// Starts of the second and later regimes in the best segmentation with so many change points (segment neighbourhood).
    fn best_segmentation(&self, sums: &Sums, weights: &[f64], changes: usize, prior: f64) -> Vec<usize> {
        debug_assert!(sums.counts.len() == self.n + 1 && prior > 0.0 && self.size > 0.0, "one model, one series");
        let n = self.n;
        let at = |from: usize, to: usize| self.segment[from * (n + 1) + to];
        let mut best: Vec<f64> = (0..=n).map(|t| at(0, t)).collect();
        let mut chosen: Vec<Vec<usize>> = Vec::new();
        for k in 1..=changes {
            let mut next = vec![f64::NEG_INFINITY; n + 1];
            let mut from = vec![0; n + 1];
            for t in k + 1..=n {
                for s in k..t {
                    let value = best[s] + weights[s] + at(s, t);
                    if value > next[t] {
                        (next[t], from[t]) = (value, s);
                    }
                }
            }
            best = next;
            chosen.push(from);
        }
        let mut starts = Vec::with_capacity(changes);
        let mut t = n;
        for from in chosen.iter().rev() {
            t = from[t];
            starts.push(t);
        }
        starts.reverse();
        starts
    }
}

fn ln_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + values.map(|v| (v - top).exp()).sum::<f64>().ln()
}

/// Logarithms of the elementary symmetric sums of the weights of possible dates: in how many ways k changes can fall.
fn elementary(weights: &[f64], most: usize) -> Vec<f64> {
    let mut sums = vec![f64::NEG_INFINITY; most + 1];
    sums[0] = 0.0;
    for weight in weights.iter().skip(1) {
        for k in (1..=most).rev() {
            sums[k] = ln_sum([sums[k], sums[k - 1] + weight].into_iter());
        }
    }
    sums
}

/// The posterior of the logarithm of a regime's rate on a grid, over all dispersions.
struct Grid {
    values: Vec<(f64, f64)>,
}

impl Grid {
    const STEPS: usize = 400;

    fn of(sums: &Sums, from: usize, to: usize, weight: &[f64], prior: f64, scale: f64) -> Self {
        let (x, e) = sums.between(from, to);
        // With d = 1/size: precision of ln(rate) is about 1 / ((d + 1/rate) / e).
        let rate = (x + 0.5) / e;
        let widest = DISPERSIONS.iter().zip(weight).filter(|(_, w)| **w > 1e-4).map(|(d, _)| *d).fold(0.01, f64::max);
        let reach = 8.0 * ((widest + rate.recip()) / e).sqrt() + 0.05;
        let (bottom, top) = (rate.ln() - if x < 1.0 { 12.0 } else { reach.min(12.0) }, rate.ln() + reach.min(12.0));
        let step = (top - bottom) / Self::STEPS as f64;
        let mut values = vec![(0.0, 0.0); Self::STEPS + 1];
        for (d, w) in DISPERSIONS.iter().zip(weight) {
            if *w < 1e-6 {
                continue;
            }
            let size = d.recip();
            let ln: Vec<f64> = (0..=Self::STEPS)
                .map(|i| {
                    let lambda = (bottom + i as f64 * step).exp();
                    (prior + size * e) * (size / (size + lambda)).ln() + (prior + x) * (lambda / (size + lambda)).ln()
                })
                .collect();
            let norm = ln_sum(ln.iter().copied());
            for (value, l) in values.iter_mut().zip(&ln) {
                value.1 += w * (l - norm).exp();
            }
        }
        for (i, value) in values.iter_mut().enumerate() {
            value.0 = (bottom + i as f64 * step).exp() * scale;
        }
        Self { values }
    }

    fn interval(&self) -> Bounds {
        quantiles(&self.values)
    }

    /// Quotient of two independent rates, from a thinned product of both grids.
    fn quotient(&self, later: &Self) -> Bounds {
        let thin = |grid: &Self| -> Vec<(f64, f64)> {
            grid.values.chunks(4).map(|c| (c[c.len() / 2].0, c.iter().map(|v| v.1).sum::<f64>())).collect()
        };
        let (a, b) = (thin(self), thin(later));
        let mut all: Vec<(f64, f64)> = Vec::with_capacity(a.len() * b.len());
        for (x, p) in &a {
            for (y, q) in &b {
                all.push((y / x, p * q));
            }
        }
        all.sort_by(|x, y| x.0.total_cmp(&y.0));
        quantiles(&all)
    }
}

/// 5th, 50th, and 95th percentile of sorted values with probabilities.
fn quantiles(values: &[(f64, f64)]) -> Bounds {
    let total: f64 = values.iter().map(|v| v.1).sum();
    let at = |fraction: f64| {
        let mut sum = 0.0;
        for (value, p) in values {
            sum += p;
            if sum >= fraction * total {
                return Some(*value);
            }
        }
        values.last().map(|v| v.0)
    };
    let tail = (1.0 - SET) / 2.0;
    Bounds { low: at(tail), best: at(0.5), high: at(1.0 - tail) }
}

fn change(points: &[Point], start: usize, marginal: &[f64], earlier: &Grid, later: &Grid, options: &Options) -> Change {
    let mut days: Vec<DateProbability> = Vec::new();
    for (point, p) in points.iter().zip(marginal).skip(1) {
        for day in &point.slots {
            days.push(DateProbability { day: *day, probability: p / point.slots.len() as f64 });
        }
    }
    days.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.day.cmp(&b.day)));
    let total: f64 = days.iter().map(|d| d.probability).sum();
    let (mut sum, mut kept) = (0.0, 0);
    while kept < days.len() && sum < SET * total {
        sum += days[kept].probability;
        kept += 1;
    }
    // Dates that are as probable as the last one kept belong to the set as much as it does.
    while kept > 0 && kept < days.len() && days[kept].probability >= days[kept - 1].probability * (1.0 - 1e-9) {
        kept += 1;
    }
    days.truncate(kept.max(1));
    days.sort_by_key(|d| d.day);
    let slots = &points[start].slots;
    let best = slots.get(slots.len() / 2).copied().unwrap_or(points[start].from);
    let (earliest, latest) = (days.first().map_or(best, |d| d.day), days.last().map_or(best, |d| d.day));
    let sum: f64 = days.iter().map(|d| d.probability).sum();
    let ordered = |day: Date| options.landmarks.iter().any(|m| m.deadline.is_some() && in_window(m, day, options.follow_days));
    let after_deadline = days.iter().filter(|d| ordered(d.day)).map(|d| d.probability).sum::<f64>() / sum.max(f64::MIN_POSITIVE);
    let near = options
        .landmarks
        .iter()
        .filter(|mark| days.iter().any(|d| in_window(mark, d.day, options.follow_days)))
        .map(|mark| mark.name.clone())
        .collect();
    Change { best, dates: days, earliest, latest, factor: earlier.quotient(later), near, after_deadline }
}

fn in_window(mark: &Landmark, day: Date, follow: i32) -> bool {
    let end = mark.deadline.unwrap_or(mark.from);
    day >= mark.from && end.checked_add(follow.days()).is_ok_and(|end| day <= end)
}

fn segments_of(points: &[Point], edges: &[usize], rates: &[Grid], changes: &[Change], options: &Options) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::with_capacity(rates.len());
    let mut highest = 0.0_f64;
    for (i, rate) in rates.iter().enumerate() {
        let range = rate.interval();
        let middle = range.best.unwrap_or(0.0);
        let label = match (segments.last(), i.checked_sub(1).and_then(|c| changes.get(c))) {
            (Some(before), Some(change)) => {
                let rises = middle > before.rate.best.unwrap_or(0.0);
                let ordered = change.after_deadline >= 0.5;
                match (rises, before.label) {
                    (true, Label::Expulsion | Label::Lull | Label::Redispatch) => Label::Redispatch,
                    (true, _) => Label::Rise,
                    (false, _) if ordered => Label::Expulsion,
                    (false, _) if middle < options.lull * highest => Label::Lull,
                    (false, _) => Label::Fall,
                }
            }
            _ => Label::Steady,
        };
        highest = highest.max(middle);
        let (first, last) = (edges[i], edges[i + 1] - 1);
        segments.push(Segment {
            from: if i == 0 { points[first].from } else { changes[i - 1].best },
            to: points[last].to,
            label,
            rate: range,
            points: last + 1 - first,
            sum: points[first..=last].iter().map(|p| p.count).sum(),
        });
    }
    segments
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tw_base::Period;

    use super::*;
    use crate::revenue::Xoshiro;

    fn series(rows: &[(&str, Count)]) -> Vec<Observation> {
        rows.iter()
            .map(|(period, count)| Observation { period: period.parse::<Period>().unwrap().interval(), count: *count, known: None })
            .collect()
    }

    fn quarters(counts: &[u64]) -> Vec<Observation> {
        let rows: Vec<(String, Count)> =
            counts.iter().enumerate().map(|(i, n)| (format!("{}-Q{}", 2010 + i / 4, 1 + i % 4), Count::Known(*n))).collect();
        series(&rows.iter().map(|(p, c)| (p.as_str(), *c)).collect::<Vec<_>>())
    }

    #[test]
    fn the_marginal_likelihood_is_the_integral_over_the_rate() {
        // Two figures 3 and 5, size 2, d = 0.5: the integral of the product of both point probabilities over Beta(0.5, 0.5), by midpoint sums.
        let points = [3_u64, 5];
        let size = 2.0_f64;
        let steps = 400_000;
        let mut integral = 0.0;
        for i in 0..steps {
            // p = sin^2(a) makes the arcsine prior uniform in a.
            let a = (f64::from(i) + 0.5) / f64::from(steps) * std::f64::consts::FRAC_PI_2;
            let p = a.sin().powi(2);
            let mut product = 1.0;
            for x in points {
                let x = x as f64;
                product *= (ln_gamma(x + size) - ln_gamma(size) - ln_gamma(x + 1.0)).exp() * p.powf(size) * (1.0 - p).powf(x);
            }
            integral += product / f64::from(steps);
        }
        let read = points_of(&quarters(&points)).unwrap().0;
        let equal: Vec<Point> = read.into_iter().map(|p| Point { exposure: 1.0, ..p }).collect();
        let model = Model::of(&equal, &Sums::of(&equal), &[0.0, 0.0], 0.5, 1, 0.5);
        assert!((model.constant + model.forward[0][2] - integral.ln()).abs() < 1e-8);
    }

    #[test]
    fn the_recursions_agree_with_a_sum_over_all_segmentations_by_hand() {
        let points = points_of(&quarters(&[12, 9, 11, 40, 52, 3, 2])).unwrap().0;
        let n = points.len();
        let weights = vec![0.0; n];
        let sums = Sums::of(&points);
        let model = Model::of(&points, &sums, &weights, 0.1, 2, 0.2);
        let at = |a: usize, b: usize| model.segment[a * (n + 1) + b];
        let mut all = Vec::new();
        for first in 1..n {
            for second in first + 1..n {
                all.push(at(0, first) + at(first, second) + at(second, n));
            }
        }
        assert!((ln_sum(all.into_iter()) - model.forward[2][n]).abs() < 1e-10);
        assert!((model.backward[2][0] - model.forward[2][n]).abs() < 1e-10);
        assert_eq!(model.best_segmentation(&sums, &weights, 2, 0.2), [3, 5]);
        assert!((elementary(&weights, 2)[2].exp() - 15.0).abs() < 1e-9);
    }

    #[test]
    fn a_constant_series_has_no_change() {
        let found = regimes(&quarters(&[100, 96, 110, 104, 99, 87, 103, 111, 95, 102]), &Options::default()).unwrap();
        assert!(found.changes.is_empty() && found.any < 0.3, "{:?}", found.number);
        assert_eq!(found.segments.len(), 1);
        assert_eq!(found.segments[0].label, Label::Steady);
        assert!((found.number.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn expulsion_lull_and_redispatch_are_told_apart() {
        let counts = [1_000, 950, 1_060, 990, 1_010, 150, 120, 170, 3, 0, 2, 4, 1, 700, 820, 640, 900];
        let day = |text: &str| text.parse::<Date>().unwrap();
        let options = Options {
            landmarks: vec![Landmark { name: "a rule".to_owned(), from: day("2010-12-01"), deadline: Some(day("2011-01-01")) }],
            follow_days: 200,
            ..Options::default()
        };
        let found = regimes(&quarters(&counts), &options).unwrap();
        let labels: Vec<Label> = found.segments.iter().map(|s| s.label).collect();
        assert_eq!(labels, [Label::Steady, Label::Expulsion, Label::Lull, Label::Redispatch]);
        let days: Vec<String> = found.changes.iter().map(|c| c.best.to_string()).collect();
        assert_eq!(days, ["2011-04-01", "2012-01-01", "2013-04-01"]);
        assert_eq!(found.changes[0].near, ["a rule"]);
        assert!(found.segments[3].rate.low.unwrap() < 765.0 && found.segments[3].rate.high.unwrap() > 765.0);
    }

    #[test]
    fn a_gap_is_where_a_change_may_be_and_no_zero() {
        let rows = series(&[
            ("2019", Count::Known(3_200)),
            ("2020", Count::Missing),
            ("2023-Q3", Count::Known(62)),
            ("2024-Q1", Count::Known(38)),
            ("2024-Q2", Count::Known(332)),
            ("2024-Q3", Count::Known(3_765)),
            ("2024-Q4", Count::Known(3_752)),
            ("2025-Q1", Count::Known(3)),
            ("2025-Q2", Count::Withheld),
        ]);
        let found = regimes(&rows, &Options::default()).unwrap();
        assert_eq!((found.used, found.missing, found.withheld.len()), (7, 1, 1));
        assert!(found.any > 0.5, "{:?}", found.number);
    }

    #[test]
    fn what_is_no_series_is_refused() {
        let overlap = series(&[("2019", Count::Known(1)), ("2019-Q3", Count::Known(1))]);
        assert!(matches!(regimes(&overlap, &Options::default()), Err(SeriesError::Overlap(..))));
        let open = Observation { period: Interval::new("2019-01-01".parse().unwrap(), None), count: Count::Missing, known: None };
        assert!(matches!(regimes(&[open], &Options::default()), Err(SeriesError::Period(_))));
        assert!(matches!(regimes(&[], &Options { prior: f64::NAN, ..Options::default() }), Err(SeriesError::Option("prior"))));
        assert!(matches!(regimes(&quarters(&[u64::MAX]), &Options::default()), Err(SeriesError::Count(_))));
        assert_eq!(regimes(&[], &Options::default()).unwrap().number, [1.0]);
    }

    /// A negative-binomial draw: gamma by sums and products of uniforms would be slow, so by inversion of the distribution.
    fn draw(random: &mut Xoshiro, mean: f64, dispersion: f64) -> u64 {
        let u = random.unit();
        let size = dispersion.recip();
        let q = mean / (mean + size);
        let mut p = (size * (size / (mean + size)).ln()).exp();
        let (mut k, mut sum) = (0u64, p);
        while sum < u && k < 100_000 {
            k += 1;
            p *= q * (k as f64 - 1.0 + size) / k as f64;
            sum += p;
        }
        k
    }

    #[test]
    fn clear_changes_are_found_within_a_quarter_and_constant_series_stay_whole() {
        let mut random = Xoshiro::seeded(5);
        let (mut near, mut covered, mut alarms) = (0, 0, 0);
        for trial in 0..60 {
            let n = 12 + trial % 9;
            let at = 4 + trial % (n - 8);
            let mean = 60.0 + 100.0 * random.unit();
            let counts: Vec<u64> = (0..n).map(|i| draw(&mut random, if i < at { mean } else { mean * 4.0 }, 0.06)).collect();
            let observations = quarters(&counts);
            let found = regimes(&observations, &Options::default()).unwrap();
            let truth = observations[at].period.from;
            let hit = found.changes.iter().min_by_key(|c| (c.best - truth).get_days().abs());
            near += usize::from(hit.is_some_and(|c| (c.best - truth).get_days().abs() < 100));
            covered += usize::from(hit.is_some_and(|c| c.dates.iter().any(|d| d.day == truth)));
            let constant: Vec<u64> = (0..n).map(|_| draw(&mut random, mean, 0.06)).collect();
            alarms += usize::from(!regimes(&quarters(&constant), &Options::default()).unwrap().changes.is_empty());
        }
        assert!(near >= 57 && covered >= 54 && alarms <= 3, "{near} within a quarter, {covered} covered, {alarms} false");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_series_panics_and_probabilities_are_probabilities(counts in proptest::collection::vec(proptest::option::of(0u64..2_000_000), 0..24)) {
            let rows: Vec<Observation> = quarters(&counts.iter().map(|c| c.unwrap_or(0)).collect::<Vec<_>>())
                .into_iter()
                .zip(&counts)
                .map(|(o, c)| Observation { count: c.map_or(Count::Missing, Count::Known), ..o })
                .collect();
            let found = regimes(&rows, &Options::default()).unwrap();
            prop_assert!((found.number.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            for change in &found.changes {
                let sum: f64 = change.dates.iter().map(|d| d.probability).sum();
                prop_assert!((SET - 1e-6..1.0 + 1e-6).contains(&sum));
                prop_assert!(change.earliest <= change.latest);
            }
            for segment in &found.segments {
                prop_assert!(segment.rate.low <= segment.rate.best && segment.rate.best <= segment.rate.high);
            }
        }
    }
}
