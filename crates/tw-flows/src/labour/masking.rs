//! Work under another purpose: counts beyond capacity, and shifts from one purpose to another.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tw_base::{Bounds, Interval};

use crate::count::{GENEROUS_ENTRIES_PER_PERSON, excess, ln_gamma};
use crate::labour::regimes::{Count, Observation, Options as RegimeOptions, QUARTER_DAYS, weighted};

/// How entries are set against places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaskingOptions {
    /// Entries that a person may innocently make in a quarter: [`GENEROUS_ENTRIES_PER_PERSON`].
    pub entries_per_person_and_quarter: f64,
    /// Dispersion of the count: 0.1 (groups travel together), as in the detector `entries-against-capacity`.
    pub dispersion: f64,
    /// Probability of masking before any figure is seen: 0.1. Our convention; the result is given with the bare tail probability.
    pub prior: f64,
}

impl Default for MaskingOptions {
    fn default() -> Self {
        Self { entries_per_person_and_quarter: GENEROUS_ENTRIES_PER_PERSON, dispersion: 0.1, prior: 0.1 }
    }
}

/// Places for a purpose over a period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Days for which it holds.
    pub period: Interval,
    /// Persons.
    pub persons: Bounds,
}

/// The figure of a purpose that its places explain worst.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Masking {
    /// Period of that figure.
    pub period: Interval,
    /// Entries.
    pub entries: u64,
    /// Entries that the places explain.
    pub expected: Bounds,
    /// Decimal logarithm of the probability of so many entries at the largest capacity; null for an impossible count.
    pub log10_p: f64,
    /// The same after Bonferroni's correction for the number of figures tested (at most 0).
    pub log10_p_corrected: f64,
    /// Upper limit of the probability that the places are not the whole explanation: see [`masking`].
    pub at_most: f64,
    /// Figures that could be tested.
    pub tested: usize,
    /// Figures for which nobody knows the places.
    pub not_tested: usize,
    /// The sharpest lasting rise of entries per place, against the same host's earlier habit; none if there is no rise.
    pub rise: Option<Rise>,
}

/// A lasting rise of entries per place.
///
/// It needs no guess of how often a person may enter: the host's own earlier figures say it. It cannot tell work from a short course that
/// is not counted among the places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rise {
    /// First day of it.
    pub since: Date,
    /// How many times the earlier rate per place (90 %).
    pub factor: Bounds,
    /// Entries in a quarter beyond the earlier habit, at the places known (90 %, from the ends of both rates: wide).
    pub beyond: Bounds,
}

/// Tests every figure of a purpose against its places and returns the worst.
///
/// The places of a figure are the widest reading of all that hold in its calendar year: lowest low end, highest high end. A figure without
/// known places, or whose places have no upper end, is not tested. `None` if none can be.
///
/// `at_most` turns the corrected tail probability p into a probability by the bound of T. Sellke, M. Bayarri and J. Berger, "Calibration
/// of p values for testing precise null hypotheses", *The American Statistician* 55 (2001) 62: a Bayes factor of at most 1/(-e p ln p).
/// It is an upper limit: no alternative can make more of the figure. It says that the places do not explain the count, not what does.
#[must_use]
pub fn masking(series: &[Observation], places: &[Places], options: &MaskingOptions) -> Option<Masking> {
    let mut worst: Option<Masking> = None;
    let (mut tested, mut not_tested) = (0, 0);
    let mut sorted: Vec<&Observation> = series.iter().collect();
    sorted.sort_by_key(|o| o.period);
    for one in sorted {
        let (Count::Known(entries), Some(days)) = (one.count, one.period.days()) else { continue };
        let widest = widest(places, one.period);
        let quarters = (days as f64 / QUARTER_DAYS).round().max(1.0);
        let per_person = options.entries_per_person_and_quarter * quarters;
        let judged = widest.and_then(|w| excess(entries, w, per_person, options.dispersion));
        let Some((judged, tail)) = judged.and_then(|e| e.p_high.map(|tail| (e, tail))) else {
            not_tested += 1;
            continue;
        };
        tested += 1;
        if worst.as_ref().is_none_or(|w| tail.log10 < w.log10_p) {
            worst = Some(Masking {
                period: one.period,
                entries,
                expected: judged.expected,
                log10_p: tail.log10,
                log10_p_corrected: 0.0,
                at_most: 0.0,
                tested: 0,
                not_tested: 0,
                rise: None,
            });
        }
    }
    let mut found = worst?;
    found.log10_p_corrected = (found.log10_p + (tested as f64).log10()).min(0.0);
    found.at_most = calibrated(found.log10_p_corrected, options.prior);
    (found.tested, found.not_tested) = (tested, not_tested);
    found.rise = rise(series, places);
    Some(found)
}

/// The widest reading of all places that hold in the calendar years of a period, if it has an upper end.
fn widest(places: &[Places], period: Interval) -> Option<Bounds> {
    let around = calendar_years(period);
    let fitting = places.iter().filter(|p| around.meet(&p.period).is_some()).map(|p| p.persons);
    fitting.reduce(|a, b| a.hull(&b)).filter(|b| b.high.is_some())
}

/// The change point of entries per place (regimes with the upper end of the places as exposure) whose factor has the highest low end.
fn rise(series: &[Observation], places: &[Places]) -> Option<Rise> {
    let most = |period: Interval| widest(places, period).and_then(|b| b.high).filter(|h| *h > 0.0);
    let known: Vec<Observation> = series.iter().filter(|o| most(o.period).is_some()).cloned().collect();
    let found = weighted(&known, &|period| most(period).unwrap_or(1.0), &RegimeOptions::default()).ok()?;
    let (index, change) =
        found.changes.iter().enumerate().max_by(|a, b| a.1.factor.low.unwrap_or(0.0).total_cmp(&b.1.factor.low.unwrap_or(0.0)))?;
    if change.factor.low.is_none_or(|l| l <= 1.0) {
        return None;
    }
    let (before, after) = (found.segments.get(index)?, found.segments.get(index + 1)?);
    let at = most(Interval::new(change.best, Some(after.to)))?;
    let beyond = |a: Option<f64>, b: Option<f64>| Some(((a? - b?) * at).max(0.0));
    Some(Rise {
        since: change.best,
        factor: change.factor,
        beyond: Bounds {
            low: beyond(after.rate.low, before.rate.high),
            best: beyond(after.rate.best, before.rate.best),
            high: beyond(after.rate.high, before.rate.low),
        },
    })
}

fn calendar_years(period: Interval) -> Interval {
    let last = period.last().unwrap_or(period.from);
    let first = Date::new(period.from.year(), 1, 1).unwrap_or(period.from);
    Interval::new(first, Date::new(last.year().saturating_add(1).min(9_999), 1, 1).ok())
}

/// Largest posterior probability that a p value allows.
fn calibrated(log10_p: f64, prior: f64) -> f64 {
    let prior = if prior.is_finite() { prior.clamp(0.0, 1.0) } else { 0.0 };
    let ln_p = log10_p * std::f64::consts::LN_10;
    // Above 1/e the bound is one: the figure says nothing against the places.
    let against = if ln_p >= -1.0 { 1.0 } else { std::f64::consts::E * ln_p.exp() * -ln_p };
    let against = if against.is_nan() { 0.0 } else { against };
    prior / (prior + (1.0 - prior) * against).max(f64::MIN_POSITIVE)
}

/// A purpose before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeCounts {
    /// The purpose.
    pub purpose: String,
    /// Entries in the earlier window.
    pub before: u64,
    /// Entries in the later window.
    pub after: u64,
}

/// How a shift is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShiftOptions {
    /// Dispersion of a window's count: 0.1.
    pub dispersion: f64,
    /// Scatter of the logarithm of a purpose's own growth around the common growth: 0.4 (half as much again or a third less).
    pub scatter: f64,
    /// Probability of a shift before any figure is seen: 0.1.
    pub prior: f64,
    /// Length of the later window in lengths of the earlier.
    pub length: f64,
}

impl Default for ShiftOptions {
    fn default() -> Self {
        Self { dispersion: 0.1, scatter: 0.4, prior: 0.1, length: 1.0 }
    }
}

/// A shift from one purpose to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Purpose that lost.
    pub from: String,
    /// Purpose that gained.
    pub to: String,
    /// Probability that part of the one now enters as the other, against each purpose growing by itself.
    pub probability: f64,
    /// Decimal logarithm of the Bayes factor for it.
    pub log10_bayes_factor: f64,
    /// Entries shifted in the later window, if there is a shift (90 % interval; the best value is the median).
    pub shifted: Bounds,
    /// Growth of the other purposes together, from the one window to the other (90 %); unknown if there are none.
    pub growth: Bounds,
}

/// Whether entries for one purpose moved to another between two windows.
///
/// All purposes share one growth, estimated from the purposes other than these two; each has its own growth around it, with heavy tails
/// (Student's t with 4 degrees of freedom and scale [`ShiftOptions::scatter`]); counts are negative binomial. Given their sum that is a
/// multinomial whose logits scatter, the logistic-normal form of over-dispersion (J. Aitchison, *The Statistical Analysis of
/// Compositional Data*, 1986, chapter 6), preferred to Dirichlet's because a Dirichlet ties the scatter of all purposes together.
/// A shift moves a share s, uniform on (0, 1), of the first purpose into the second. Both cases are integrated on a grid; nothing is drawn.
///
/// So growth of all purposes is no shift, nor is growth of the second while the first keeps pace. A change of definition between the
/// two purposes looks exactly like a shift: the caller has to rule it out.
///
/// `None` if either purpose is absent, they are one, or an option is out of range.
///
/// ```
/// use tw_flows::labour::{PurposeCounts, ShiftOptions, substitution};
/// let count = |purpose: &str, before, after| PurposeCounts { purpose: purpose.to_owned(), before, after };
/// let moved = [count("work", 4_000, 300), count("education", 200, 3_900), count("private", 500, 520), count("business", 900, 870)];
/// let shift = substitution(&moved, "work", "education", &ShiftOptions::default()).expect("both purposes are there");
/// assert!(shift.probability > 0.9);
/// let growth = [count("work", 400, 1_600), count("education", 200, 850), count("private", 500, 2_100), count("business", 900, 3_500)];
/// assert!(substitution(&growth, "work", "education", &ShiftOptions::default()).expect("both").probability < 0.1);
/// ```
#[must_use]
pub fn substitution(counts: &[PurposeCounts], from: &str, to: &str, options: &ShiftOptions) -> Option<Shift> {
    let sound = |v: f64, most: f64| v.is_finite() && v > 0.0 && v <= most;
    if from == to || !sound(options.dispersion, 10.0) || !sound(options.scatter, 10.0) || !sound(options.length, 1e4) {
        return None;
    }
    if !(0.0..=1.0).contains(&options.prior) {
        return None;
    }
    let sum_of = |name: &str| -> Option<(f64, f64)> {
        let mut rows = counts.iter().filter(|c| c.purpose == name).peekable();
        rows.peek()?;
        Some(rows.fold((0.0, 0.0), |(b, a), c| (b + c.before as f64, a + c.after as f64)))
    };
    let (lost, gained) = (sum_of(from)?, sum_of(to)?);
    let others: Vec<&PurposeCounts> = counts.iter().filter(|c| c.purpose != from && c.purpose != to).collect();
    let (growth, growth_sd) = common_growth(&others, options);
    let growth_bounds = if others.is_empty() {
        Bounds::UNKNOWN
    } else {
        let end = |z: f64| Some((growth + z * growth_sd).exp());
        Bounds { low: end(-1.645), best: end(0.0), high: end(1.645) }
    };
    // Nodes of the common growth: seven, equal steps over +-2.4 standard deviations with normal weights.
    let nodes: Vec<(f64, f64)> = (-3..=3).map(|i| f64::from(i) * 0.8).map(|z| (growth + z * growth_sd, -0.5 * z * z)).collect();
    let node_norm = ln_sum(&nodes.iter().map(|n| n.1).collect::<Vec<_>>());
    let (lost_likelihood, gained_likelihood) = (NegBin::of(lost.1, options), NegBin::of(gained.1, options));
    let (mut none, mut some) = (Vec::new(), Vec::new());
    for (mean_growth, ln_weight) in &nodes {
        let ln_node = ln_weight - node_norm;
        let lost_means = Means::of(lost.0, lost.1, *mean_growth, options);
        let gained_means = Means::of(gained.0, gained.1, *mean_growth, options);
        let plain = |m: &Means, l: &NegBin| ln_sum(&m.nodes.iter().map(|(mean, w)| w + l.ln(*mean)).collect::<Vec<_>>());
        let gained_with =
            |moved: f64| ln_sum(&gained_means.nodes.iter().map(|(m, w)| w + gained_likelihood.ln(m + moved)).collect::<Vec<_>>());
        none.push(ln_node + plain(&lost_means, &lost_likelihood) + plain(&gained_means, &gained_likelihood));
        // The second factor depends on the number moved alone: it is tabulated and read by straight lines.
        let most = lost_means.nodes.last().map_or(1.0, |n| n.0);
        let table: Vec<f64> = (0..=TABLE).map(|i| gained_with(moved_at(i, most))).collect();
        for (lost_mean, lost_weight) in &lost_means.nodes {
            for step in 0..SHARES {
                let share = (f64::from(step) + 0.5) / f64::from(SHARES);
                let moved = share * lost_mean;
                let stays = lost_likelihood.ln(lost_mean - moved) + lost_weight + ln_node - f64::from(SHARES).ln();
                some.push((moved, stays + read(&table, moved, most)));
            }
        }
    }
    let ln_none = ln_sum(&none);
    let ln_some = ln_sum(&some.iter().map(|s| s.1).collect::<Vec<_>>());
    let ln_factor = ln_some - ln_none;
    let odds = options.prior / (1.0 - options.prior).max(f64::MIN_POSITIVE);
    let probability = if options.prior >= 1.0 { 1.0 } else { 1.0 / (1.0 + (-(ln_factor + odds.ln())).exp()) };
    some.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |fraction: f64| {
        let mut sum = 0.0;
        some.iter().find_map(|(moved, ln)| {
            sum += (ln - ln_some).exp();
            (sum >= fraction).then_some(*moved)
        })
    };
    let shifted = Bounds { low: at(0.05), best: at(0.5), high: at(0.95).or(some.last().map(|s| s.0)) };
    Some(Shift {
        from: from.to_owned(),
        to: to.to_owned(),
        probability: if probability.is_nan() { 0.0 } else { probability },
        log10_bayes_factor: ln_factor / std::f64::consts::LN_10,
        shifted,
        growth: growth_bounds,
    })
}

const SHARES: u32 = 16;
/// Steps of the table over the number moved, equal in its cube root.
const TABLE: u32 = 48;

fn moved_at(step: u32, most: f64) -> f64 {
    most * (f64::from(step) / f64::from(TABLE)).powi(3)
}

fn read(table: &[f64], moved: f64, most: f64) -> f64 {
    let position = (moved / most).clamp(0.0, 1.0).cbrt() * f64::from(TABLE);
    let below = (position.floor() as usize).min(table.len() - 2);
    table[below] + (position - below as f64) * (table[below + 1] - table[below])
}

/// Logarithm of the growth of the other purposes together (lengths of the windows allowed for) and its standard deviation.
fn common_growth(others: &[&PurposeCounts], options: &ShiftOptions) -> (f64, f64) {
    if others.is_empty() {
        return (options.length.ln(), 0.7);
    }
    // A weighted mean of the purposes' own growths: each has its count's variance and the scatter between purposes.
    let (mut sum, mut weights) = (0.0, 0.0);
    for other in others {
        let (before, after) = (other.before as f64 + 0.5, other.after as f64 + 0.5);
        let variance = before.recip() + after.recip() + 2.0 * options.dispersion + options.scatter.powi(2);
        sum += (after / before).ln() / variance;
        weights += variance.recip();
    }
    (sum / weights, weights.recip().sqrt())
}

/// Nodes of the expected count of a purpose without a shift, and the logarithms of their weights.
struct Means {
    nodes: Vec<(f64, f64)>,
}

impl Means {
    fn of(before: f64, after: f64, growth: f64, options: &ShiftOptions) -> Self {
        let center = (before + 0.5).ln() + growth;
        let scale = (options.scatter.powi(2) + options.dispersion + (before + 0.5).recip()).sqrt();
        // The grid has to reach what was expected and what was seen.
        let (low, high) = (center.min((after + 0.5).ln()) - 4.0 * scale, center.max((after + 0.5).ln()) + 4.0 * scale);
        let steps = ((high - low) / (0.35 * scale.min(0.5))).ceil().clamp(20.0, 120.0);
        let nodes: Vec<(f64, f64)> = (0..=steps as u32)
            .map(|i| {
                let ln = low + (high - low) * f64::from(i) / steps;
                let t = (ln - center) / scale;
                (ln.exp(), -2.5 * (t * t / 4.0).ln_1p())
            })
            .collect();
        let norm = ln_sum(&nodes.iter().map(|n| n.1).collect::<Vec<_>>());
        Self { nodes: nodes.into_iter().map(|(m, w)| (m, w - norm)).collect() }
    }
}

/// The likelihood of a mean, given a count.
struct NegBin {
    x: f64,
    size: f64,
    constant: f64,
}

impl NegBin {
    fn of(x: f64, options: &ShiftOptions) -> Self {
        let size = options.dispersion.recip();
        Self { x, size, constant: ln_gamma(x + size) - ln_gamma(size) - ln_gamma(x + 1.0) }
    }

    fn ln(&self, mean: f64) -> f64 {
        let mean = mean.max(1e-9);
        let whole = (mean + self.size).ln();
        self.constant + self.size * (self.size.ln() - whole) + self.x * (mean.ln() - whole)
    }
}

fn ln_sum(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + values.iter().map(|v| (v - top).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tw_base::Period;

    use super::*;

    fn quarter(text: &str, entries: u64) -> Observation {
        Observation { period: text.parse::<Period>().unwrap().interval(), count: Count::Known(entries), known: None }
    }

    fn count(purpose: &str, before: u64, after: u64) -> PurposeCounts {
        PurposeCounts { purpose: purpose.to_owned(), before, after }
    }

    #[test]
    fn the_students_of_2024_are_far_beyond_their_places() {
        let series = [quarter("2024-Q1", 38), quarter("2024-Q2", 332), quarter("2024-Q3", 3_765), quarter("2023-Q3", 62)];
        let places = [Places { period: "2024-04".parse::<Period>().unwrap().interval(), persons: Bounds::exactly(130.0) }];
        let found = masking(&series, &places, &MaskingOptions::default()).unwrap();
        assert_eq!((found.entries, found.tested, found.not_tested), (3_765, 3, 1));
        assert_eq!(found.expected.exact(), Some(520.0));
        assert!(found.log10_p < -19.0 && found.log10_p_corrected < -18.0, "{}", found.log10_p);
        assert!(found.at_most > 0.999_999);
    }

    #[test]
    fn entries_within_places_say_nothing() {
        let series = [quarter("2024-Q3", 300)];
        let places = [Places { period: "2024".parse::<Period>().unwrap().interval(), persons: Bounds::exactly(130.0) }];
        let found = masking(&series, &places, &MaskingOptions::default()).unwrap();
        assert!((found.at_most - 0.1).abs() < 1e-9);
        let open = [Places { period: places[0].period, persons: Bounds::at_least(130.0) }];
        assert_eq!(masking(&series, &open, &MaskingOptions::default()), None);
        assert_eq!(masking(&series, &[], &MaskingOptions::default()), None);
    }

    #[test]
    fn a_shift_is_told_from_growth_of_all_and_growth_of_one() {
        let options = ShiftOptions::default();
        let shift = |counts: &[PurposeCounts]| substitution(counts, "work", "education", &options).unwrap();
        let moved =
            shift(&[count("work", 4_000, 300), count("education", 200, 3_900), count("private", 500, 520), count("business", 900, 870)]);
        assert!(moved.probability > 0.9, "{moved:?}");
        let shifted = moved.shifted;
        assert!(shifted.low.unwrap() < 3_700.0 && shifted.high.unwrap() > 3_700.0, "{moved:?}");
        assert!(shifted.low.unwrap() > 1_000.0, "{moved:?}");
        let all =
            shift(&[count("work", 400, 1_600), count("education", 200, 850), count("private", 500, 2_100), count("business", 900, 3_500)]);
        assert!(all.probability < 0.1, "{all:?}");
        assert!((all.growth.best.unwrap() - 4.0).abs() < 0.3);
        let one =
            shift(&[count("work", 1_000, 1_050), count("education", 200, 700), count("private", 500, 520), count("business", 900, 870)]);
        assert!(one.probability < 0.3, "{one:?}");
        let fall =
            shift(&[count("work", 1_000, 100), count("education", 200, 190), count("private", 500, 520), count("business", 900, 870)]);
        assert!(fall.probability < 0.3, "{fall:?}");
    }

    #[test]
    fn what_cannot_be_asked_has_no_answer() {
        let counts = [count("work", 10, 10)];
        assert_eq!(substitution(&counts, "work", "education", &ShiftOptions::default()), None);
        assert_eq!(substitution(&counts, "work", "work", &ShiftOptions::default()), None);
        let both = [count("work", 10, 10), count("education", 0, 0)];
        assert_eq!(substitution(&both, "work", "education", &ShiftOptions { scatter: f64::NAN, ..ShiftOptions::default() }), None);
        assert!(substitution(&both, "work", "education", &ShiftOptions::default()).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_counts_panic(a in 0u64..1_000_000_000, b in 0u64..1_000_000_000, c in 0u64..1_000_000_000, d in 0u64..1_000_000_000) {
            let shift = substitution(&[count("w", a, b), count("e", c, d)], "w", "e", &ShiftOptions::default()).unwrap();
            prop_assert!((0.0..=1.0).contains(&shift.probability));
            prop_assert!(shift.shifted.low <= shift.shifted.high);
        }
    }
}
