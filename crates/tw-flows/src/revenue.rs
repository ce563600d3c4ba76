//! What work abroad may earn a state: per-head checks and a Monte Carlo estimate with named priors.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tw_base::{Bounds, Tri};

use crate::compare::divide;
use crate::convert::quantity;

/// Wage of one worker in US dollars a month. Source of this and the two below: the project's notes on labour and revenue, section 4.3
/// (the author's own priors, stated as such there, not a measurement).
pub const WAGE_USD_PER_MONTH: Prior = Prior::Triangular { low: 400.0, mode: 700.0, high: 1_000.0 };

/// Months worked in a year. Source: as for [`WAGE_USD_PER_MONTH`].
pub const MONTHS_PER_YEAR: Prior = Prior::Uniform { low: 9.0, high: 12.0 };

/// Share of the wage that the state keeps. Source: as for [`WAGE_USD_PER_MONTH`].
pub const STATE_SHARE: Prior = Prior::Uniform { low: 0.5, high: 0.9 };

/// Most draws that are taken; more would not change a printed figure.
const MOST_DRAWS: u32 = 10_000_000;

/// Draws up to which ranks are sorted out exactly.
const EXACT_RANKS: usize = 20_000;

/// Classes of the histogram that ranks of more draws are read from.
const CLASSES: usize = 16_384;

/// What is believed about one input before any figure is seen. All values are finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Prior {
    /// One value.
    Fixed {
        /// The value.
        value: f64,
    },
    /// Every value between two ends alike.
    Uniform {
        /// Low end.
        low: f64,
        /// High end.
        high: f64,
    },
    /// Every value between two ends alike in its logarithm: for a quantity of which not even the magnitude is known. The low end is above 0.
    LogUniform {
        /// Low end.
        low: f64,
        /// High end.
        high: f64,
    },
    /// Rising from the low end to the mode and falling to the high end, in straight lines.
    Triangular {
        /// Low end.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// High end.
        high: f64,
    },
}

impl Prior {
    /// The ends of the prior.
    #[must_use]
    pub fn range(&self) -> Bounds {
        match *self {
            Self::Fixed { value } => Bounds::exactly(value),
            Self::Uniform { low, high } | Self::LogUniform { low, high } => Bounds::from_ends(Some(low), Some(high)),
            Self::Triangular { low, mode, high } => Bounds { low: Some(low), best: Some(mode), high: Some(high) },
        }
    }

    /// The value below which the fraction `u` of the prior lies (inverse distribution function).
    ///
    /// Triangular: low + sqrt(u (high - low)(mode - low)) up to the mode, mirrored above it.
    /// Reference: Evans, Hastings, and Peacock, *Statistical Distributions*, chapter on the triangular distribution.
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Self::Fixed { value } => value,
            Self::Uniform { low, high } => low + u * (high - low),
            Self::LogUniform { low, high } => (low * (high / low).powf(u)).clamp(low, high),
            Self::Triangular { low, mode, high } => {
                let width = high - low;
                if u * width <= mode - low {
                    return low + (u * width * (mode - low)).sqrt();
                }
                high - ((1.0 - u) * width * (high - mode)).sqrt()
            }
        }
    }

    fn is_sound(&self) -> bool {
        let ordered = match *self {
            Self::Fixed { .. } => true,
            Self::Uniform { low, high } => low <= high,
            Self::LogUniform { low, high } => low > 0.0 && low <= high,
            Self::Triangular { low, mode, high } => low <= mode && mode <= high,
        };
        ordered && quantity(self.range()).is_some() && self.range().low.is_some_and(|l| l.is_finite())
    }
}

/// One named input of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Name as the reader should see it.
    pub name: String,
    /// What is believed about it.
    pub prior: Prior,
}

/// Why an estimate cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PriorError {
    /// No input was given.
    #[error("there is no input to multiply: give at least one prior")]
    NoInput,
    /// A prior is not an ordered set of finite, non-negative numbers.
    #[error("the prior of `{0}` is not low <= mode <= high with finite numbers from 0 up")]
    NotAPrior(String),
    /// No draws, or more than ten million.
    #[error("{0} draws were asked for: use 1 to 10,000,000")]
    Draws(u32),
    /// A tie names no input.
    #[error("a tie names `{0}`, which is no input: use the names of the priors")]
    UnknownInput(String),
    /// A tie of an input with itself, or a rank correlation that is not strictly between -1 and 1.
    #[error("the tie of `{0}` and `{1}` is not a rank correlation of two inputs strictly between -1 and 1")]
    NotACorrelation(String, String),
    /// The ties contradict each other.
    #[error("the rank correlations together are impossible: if A goes with B and B with C, A cannot go against C")]
    Impossible,
}

/// An input and how strongly it moves the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// The input's name.
    pub name: String,
    /// Rank correlation with the result, from -1 to 1; 0 for a fixed input.
    pub rank_correlation: f64,
}

/// Percentiles of the drawn products, and what drives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revenue {
    /// Fifth percentile.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// Ninety-fifth percentile.
    pub p95: f64,
    /// Inputs by the size of their rank correlation, strongest first (ties by name).
    pub drivers: Vec<Driver>,
    /// Draws taken.
    pub draws: u32,
    /// Seed they were taken with.
    pub seed: u64,
}

/// The default inputs for one host and year: a stock of workers times [`WAGE_USD_PER_MONTH`], [`MONTHS_PER_YEAR`] and [`STATE_SHARE`].
#[must_use]
pub fn default_priors(workers: Prior) -> Vec<Input> {
    let input = |name: &str, prior| Input { name: name.to_owned(), prior };
    vec![
        input("workers", workers),
        input("wage (USD per month)", WAGE_USD_PER_MONTH),
        input("months worked per year", MONTHS_PER_YEAR),
        input("share kept by the state", STATE_SHARE),
    ]
}

/// A rank correlation between two inputs, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tie {
    /// One input.
    pub first: String,
    /// The other.
    pub second: String,
    /// Spearman's rank correlation, strictly between -1 and 1.
    pub rank_correlation: f64,
}

/// Multiplies independent inputs in `draws` draws and returns percentiles and rank correlations. Same inputs and seed, same bytes.
///
/// Percentiles interpolate linearly between order statistics (Hyndman and Fan, *The American Statistician* 50 (1996) 361, type 7); the order
/// statistics are exact. The rank correlation is Spearman's in its grade form (Kruskal, *JASA* 53 (1958) 814, section 5): the correlation of
/// the input's distribution function at the draw with the rank of the product. It differs from the sample form by less than
/// 1/sqrt(draws). Up to 20,000 draws the ranks are exact; above, they are read from 16,384 classes with linear interpolation inside a
/// class, which moves no rank by more than the draws in its class.
///
/// # Errors
/// If there is no input, a prior is not sound, or the number of draws is 0 or above ten million.
///
/// ```
/// use tw_flows::{Prior, default_priors, revenue};
/// let russia_2017 = revenue(&default_priors(Prior::Uniform { low: 28_000.0, high: 34_000.0 }), 100_000, 1)?;
/// assert!((russia_2017.p50 / 1e6 - 155.0).abs() < 3.0);
/// # Ok::<(), tw_flows::PriorError>(())
/// ```
pub fn revenue(inputs: &[Input], draws: u32, seed: u64) -> Result<Revenue, PriorError> {
    revenue_tied(inputs, &[], draws, seed)
}

/// The same with rank correlations between inputs; inputs without one are independent, which is also the default of [`revenue`].
///
/// The dependence is a Gaussian copula: normal draws with Pearson correlation 2 sin(pi r/6) have the rank correlation r (Kruskal 1958,
/// section 6; for the method R. Iman and W. Conover, *Communications in Statistics B* 11 (1982) 311, and R. Nelsen, *An Introduction to
/// Copulas*, 2006, section 5.1). Without ties the draws are those of [`revenue`], byte for byte.
///
/// # Errors
/// As for [`revenue`]; also if a tie names an unknown input or one input twice, is not strictly between -1 and 1, or the correlations
/// together are impossible (no positive definite matrix).
pub fn revenue_tied(inputs: &[Input], ties: &[Tie], draws: u32, seed: u64) -> Result<Revenue, PriorError> {
    if inputs.is_empty() {
        return Err(PriorError::NoInput);
    }
    if draws == 0 || draws > MOST_DRAWS {
        return Err(PriorError::Draws(draws));
    }
    if let Some(bad) = inputs.iter().find(|input| !input.prior.is_sound()) {
        return Err(PriorError::NotAPrior(bad.name.clone()));
    }
    let factor = if ties.is_empty() { None } else { Some(cholesky(inputs, ties)?) };
    let n = draws as usize;
    let width = inputs.len();
    let mut random = Xoshiro::seeded(seed);
    let mut grades: Vec<f32> = Vec::with_capacity(n * width);
    let mut products: Vec<f64> = Vec::with_capacity(n);
    let mut normal = vec![0.0; width];
    for _ in 0..draws {
        let mut product = 1.0;
        if let Some(factor) = &factor {
            for z in &mut normal {
                *z = crate::normal::quantile(random.unit());
            }
            for (row, input) in factor.iter().zip(inputs) {
                let z: f64 = row.iter().zip(&normal).map(|(f, z)| f * z).sum();
                let u = crate::normal::cumulative(z);
                product *= input.prior.quantile(u);
                grades.push(u as f32);
            }
        } else {
            for input in inputs {
                let u = random.unit();
                product *= input.prior.quantile(u);
                grades.push(u as f32);
            }
        }
        products.push(product);
    }
    let ranks = if n <= EXACT_RANKS { exact_ranks(&products) } else { class_ranks(&products) };
    let correlations = grade_correlations(&grades, &ranks, width);
    let mut drivers = Vec::with_capacity(width);
    for (input, correlation) in inputs.iter().zip(correlations) {
        let constant = input.prior.range().exact().is_some();
        drivers.push(Driver { name: input.name.clone(), rank_correlation: if constant { 0.0 } else { correlation } });
    }
    drivers.sort_by(|a, b| b.rank_correlation.abs().total_cmp(&a.rank_correlation.abs()).then_with(|| a.name.cmp(&b.name)));
    let [p5, p50, p95] = percentiles(&mut products, [0.05, 0.50, 0.95]);
    Ok(Revenue { p5, p50, p95, drivers, draws, seed })
}

/// The lower triangle L with L L' = the matrix of Pearson correlations of the copula.
fn cholesky(inputs: &[Input], ties: &[Tie]) -> Result<Vec<Vec<f64>>, PriorError> {
    let n = inputs.len();
    let mut matrix = vec![vec![0.0; n]; n];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    let place = |name: &str| inputs.iter().position(|i| i.name == name).ok_or_else(|| PriorError::UnknownInput(name.to_owned()));
    for tie in ties {
        let (a, b) = (place(&tie.first)?, place(&tie.second)?);
        let r = tie.rank_correlation;
        if a == b || !(r > -1.0 && r < 1.0) {
            return Err(PriorError::NotACorrelation(tie.first.clone(), tie.second.clone()));
        }
        let pearson = 2.0 * (std::f64::consts::PI * r / 6.0).sin();
        matrix[a][b] = pearson;
        matrix[b][a] = pearson;
    }
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = matrix[i][j] - dot;
            if i == j {
                if rest <= 1e-12 {
                    return Err(PriorError::Impossible);
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    Ok(lower)
}

/// Percentiles of rising fractions by selection; the values are reordered.
fn percentiles<const N: usize>(values: &mut [f64], fractions: [f64; N]) -> [f64; N] {
    let last = values.len().saturating_sub(1);
    let mut done = 0;
    fractions.map(|fraction| {
        let position = fraction * last as f64;
        let below = (position.floor() as usize).clamp(done, last);
        let (_, low, above) = values[done..].select_nth_unstable_by(below - done, f64::total_cmp);
        let low = *low;
        let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
        done = below;
        low + (position - below as f64) * (high - low)
    })
}

/// Rank of each value, from 0; ties share their middle rank.
fn exact_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && values[order[end]] == values[order[start]] {
            end += 1;
        }
        for index in &order[start..end] {
            ranks[*index] = (start + end - 1) as f64 / 2.0;
        }
        start = end;
    }
    ranks
}

/// Rank of each value from a histogram, with linear interpolation inside a class.
fn class_ranks(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scale = CLASSES as f64 / (high - low);
    if !(scale.is_finite() && scale > 0.0) {
        return vec![(values.len() - 1) as f64 / 2.0; values.len()];
    }
    let class = |value: f64| (((value - low) * scale) as usize).min(CLASSES - 1);
    let mut counts = vec![0_u32; CLASSES];
    for value in values {
        counts[class(*value)] += 1;
    }
    let mut below = Vec::with_capacity(CLASSES);
    let mut sum = 0.0;
    for count in &counts {
        below.push((sum, f64::from(*count)));
        sum += f64::from(*count);
    }
    values
        .iter()
        .map(|value| {
            let index = class(*value);
            let (before, count) = below[index];
            let inside = ((value - low) * scale - index as f64).clamp(0.0, 1.0);
            before + inside * count - 0.5
        })
        .collect()
}

/// Correlation of each input's grade with the rank of the product.
fn grade_correlations(grades: &[f32], ranks: &[f64], width: usize) -> Vec<f64> {
    let n = ranks.len() as f64;
    let middle = (n - 1.0) / 2.0;
    let mut sums = vec![(0.0, 0.0, 0.0); width];
    let mut squares = 0.0;
    for (row, rank) in grades.chunks_exact(width).zip(ranks) {
        let r = rank - middle;
        squares += r * r;
        for (sum, grade) in sums.iter_mut().zip(row) {
            let g = f64::from(*grade) - 0.5;
            sum.0 += g;
            sum.1 += g * g;
            sum.2 += g * r;
        }
    }
    let off: f64 = ranks.iter().map(|r| r - middle).sum();
    sums.into_iter()
        .map(|(g, gg, gr)| {
            let scale = ((gg - g * g / n) * (squares - off * off / n)).sqrt();
            if scale > 0.0 { ((gr - g * off / n) / scale).clamp(-1.0, 1.0) } else { 0.0 }
        })
        .collect()
}

/// Money per head that a published sum implies: the interval quotient. A count of zero or unknown leaves the end unknown.
///
/// ```
/// use tw_base::Bounds;
/// let state_2018 = tw_flows::implied_per_head(Bounds::between(150e6, 300e6), Bounds::exactly(30_000.0));
/// assert_eq!(state_2018.to_string(), "5,000–10,000");
/// ```
#[must_use]
pub fn implied_per_head(usd: Bounds, heads: Bounds) -> Bounds {
    divide(usd, heads)
}

/// The range of money per head that the inputs allow, without the first (the stock): the product of their ends.
///
/// With the default priors: 400 x 9 x 0.5 = 1,800 to 1,000 x 12 x 0.9 = 10,800 US dollars a worker-year.
#[must_use]
pub fn per_head_range(inputs_without_stock: &[Input]) -> Bounds {
    inputs_without_stock.iter().fold(Bounds::exactly(1.0), |product, input| product.times(&input.prior.range()))
}

/// Whether a published sum fits a stock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// True if the whole published range, divided by the stock, lies in the plausible range per head; false if none of it can;
    /// unknown if part of it does or an end is missing.
    pub fits: Tri,
    /// Money per head that the published range implies.
    pub implied: Bounds,
    /// Money that the stock would earn at the plausible range per head.
    pub expected: Bounds,
    /// The same in one sentence.
    pub explanation: String,
}

/// Checks a published range of money against a stock of workers and a plausible range per worker-year.
///
/// Units: US dollars a year, persons, US dollars per person and year.
#[must_use]
pub fn fits(published: Bounds, stock: Bounds, per_head: Bounds) -> Fit {
    let implied = implied_per_head(published, stock);
    let expected = match (quantity(stock), quantity(per_head)) {
        (Some(stock), Some(per_head)) => stock.times(&per_head),
        _ => Bounds::UNKNOWN,
    };
    let sound = quantity(published).is_some() && quantity(per_head).is_some();
    let apart = !implied.overlaps(&per_head) || !published.overlaps(&expected);
    let above = matches!((implied.low, per_head.low), (Some(i), Some(p)) if i >= p);
    let below = matches!((implied.high, per_head.high), (Some(i), Some(p)) if i <= p);
    let fits = match (sound, apart, above && below) {
        (false, _, _) => Tri::Unknown,
        (true, true, _) => Tri::False,
        (true, false, true) => Tri::True,
        (true, false, false) => Tri::Unknown,
    };
    let word = match fits {
        Tri::True => "all of which is inside",
        Tri::False => "none of which is inside",
        Tri::Unknown => "which is not wholly inside or wholly outside",
    };
    let explanation =
        format!("{published} USD over {stock} workers is {implied} USD each, {word} the plausible range of {per_head} USD a worker-year");
    Fit { fits, implied, expected, explanation }
}

/// A small seeded generator: xoshiro256++ by Blackman and Vigna, seeded by splitmix64 as they advise.
///
/// References: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", *ACM TOMS* 47 (2021) 36;
/// <https://prng.di.unimi.it/>. For simulation only: it is not for secrets.
#[derive(Clone, Debug)]
pub struct Xoshiro([u64; 4]);

impl Xoshiro {
    /// Starts from a seed; any seed will do.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut state = seed;
        Self(std::array::from_fn(|_| split_mix(&mut state)))
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in `[0, 1)` with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
#[expect(clippy::print_stdout, reason = "the figures for the report")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_generator_gives_the_published_first_numbers() {
        let mut random = Xoshiro([1, 2, 3, 4]);
        let first: Vec<u64> = (0..5).map(|_| random.bits()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205]);
        let mut state = 1_234_567;
        assert_eq!(split_mix(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(split_mix(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_illustrations_of_the_notes_come_out_again() {
        // P5, P50 and P95 in millions of US dollars, as printed in the notes: 98/155/235 and 68/102/151.
        let russia_2017 = revenue(&default_priors(Prior::Uniform { low: 28_000.0, high: 34_000.0 }), 1_000_000, 7).unwrap();
        for (got, expected) in [(russia_2017.p5, 98.0), (russia_2017.p50, 155.0), (russia_2017.p95, 235.0)] {
            assert!((got / 1e6 - expected).abs() < 1.5, "{got} against {expected}");
        }
        let mut inputs = default_priors(Prior::Triangular { low: 13_000.0, mode: 15_000.0, high: 20_000.0 });
        inputs[1].prior = Prior::Triangular { low: 500.0, mode: 800.0, high: 1_200.0 };
        inputs[3].prior = Prior::Uniform { low: 0.6, high: 0.9 };
        let russia_2025 = revenue(&inputs, 1_000_000, 7).unwrap();
        for (got, expected) in [(russia_2025.p5, 68.0), (russia_2025.p50, 102.0), (russia_2025.p95, 151.0)] {
            assert!((got / 1e6 - expected).abs() < 1.5, "{got} against {expected}");
        }
        let names: Vec<&str> = russia_2017.drivers.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names[..2], ["wage (USD per month)", "share kept by the state"]);
    }

    #[test]
    fn state_of_2018_fits_the_permits_of_2017_and_not_those_of_the_end_of_2018() {
        let inputs = default_priors(Prior::Fixed { value: 1.0 });
        let per_head = per_head_range(&inputs[1..]);
        assert_eq!((per_head.low, per_head.high), (Some(1_800.0), Some(10_800.0)));
        let state = Bounds::between(150e6, 300e6);
        let at_2017 = fits(state, Bounds::exactly(30_023.0), per_head);
        assert_eq!(at_2017.fits, Tri::True);
        assert_eq!(
            at_2017.explanation,
            "150,000,000–300,000,000 USD over 30,023 workers is 4,996.17–9,992.34 USD each, all of which is inside the plausible range of 1,800–10,800 USD a worker-year"
        );
        assert_eq!(fits(state, Bounds::exactly(11_490.0), per_head).fits, Tri::False);
        assert_eq!(fits(state, Bounds::between(11_490.0, 30_023.0), per_head).fits, Tri::Unknown);
        // US Mission to the UN against 100,000 workers: 12 to 23 thousand each.
        assert_eq!(fits(Bounds::between(1.2e9, 2.3e9), Bounds::exactly(100_000.0), per_head).fits, Tri::False);
        // UN Panel of Experts: 500 million over at least 100,000: at most 5,000 each.
        let panel = fits(Bounds::exactly(500e6), Bounds::at_least(100_000.0), per_head);
        assert_eq!((panel.implied.high, panel.fits), (Some(5_000.0), Tri::Unknown));
        assert_eq!(fits(state, Bounds::exactly(0.0), per_head).fits, Tri::False);
        assert_eq!(fits(Bounds::UNKNOWN, Bounds::exactly(5.0), per_head).fits, Tri::Unknown);
    }

    #[test]
    fn the_grade_form_agrees_with_the_sample_form_of_spearman() {
        let inputs = default_priors(Prior::Uniform { low: 28_000.0, high: 34_000.0 });
        let n = 20_000u32;
        let mut random = Xoshiro::seeded(3);
        let mut columns = vec![Vec::new(); inputs.len() + 1];
        for _ in 0..n {
            let mut product = 1.0;
            for (i, input) in inputs.iter().enumerate() {
                let x = input.prior.quantile(random.unit());
                product *= x;
                columns[i].push(x);
            }
            columns[inputs.len()].push(product);
        }
        let ranks = |values: &[f64]| {
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
            let mut rank = vec![0.0; values.len()];
            for (position, i) in order.into_iter().enumerate() {
                rank[i] = position as f64;
            }
            rank
        };
        let out = ranks(&columns[inputs.len()]);
        let got = revenue(&inputs, n, 3).unwrap();
        for (i, input) in inputs.iter().enumerate() {
            let x = ranks(&columns[i]);
            let squares: f64 = x.iter().zip(&out).map(|(a, b)| (a - b) * (a - b)).sum();
            let spearman = 1.0 - 6.0 * squares / (f64::from(n) * (f64::from(n) * f64::from(n) - 1.0));
            let driver = got.drivers.iter().find(|d| d.name == input.name).unwrap();
            assert!((driver.rank_correlation - spearman).abs() < 0.007, "{}: {} against {spearman}", input.name, driver.rank_correlation);
        }
    }

    #[test]
    fn classes_and_selection_agree_with_sorting() {
        let mut random = Xoshiro::seeded(9);
        let mut values: Vec<f64> = (0..100_000).map(|_| random.unit() * random.unit() * random.unit()).collect();
        let (exact, classes) = (exact_ranks(&values), class_ranks(&values));
        // Products of three crowd near zero, so the first classes are full: there a rank may be off by what its class holds.
        let off = exact.iter().zip(&classes).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off < 400.0, "{off}");
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let [low, middle, high] = percentiles(&mut values, [0.05, 0.5, 0.95]);
        let at = |fraction: f64| {
            let position = fraction * 99_999.0_f64;
            let below = position.floor() as usize;
            sorted[below] + (position - below as f64) * (sorted[below + 1] - sorted[below])
        };
        assert_eq!((low, middle, high), (at(0.05), at(0.5), at(0.95)));
        assert_eq!(percentiles(&mut [3.0], [0.05, 0.5, 0.95]), [3.0; 3]);
    }

    #[test]
    fn a_tie_gives_the_rank_correlation_that_it_names() {
        let inputs = vec![
            Input { name: "a".to_owned(), prior: Prior::Uniform { low: 1.0, high: 2.0 } },
            Input { name: "b".to_owned(), prior: Prior::Triangular { low: 1.0, mode: 1.2, high: 4.0 } },
        ];
        let tie = |r| [Tie { first: "a".to_owned(), second: "b".to_owned(), rank_correlation: r }];
        // The marginals stay as they are, so the mean of the product shows the dependence: compare with draws by hand.
        let (plus, minus) = (revenue_tied(&inputs, &tie(0.9), 50_000, 1).unwrap(), revenue_tied(&inputs, &tie(-0.9), 50_000, 1).unwrap());
        let none = revenue(&inputs, 50_000, 1).unwrap();
        assert!(plus.p95 > none.p95 && none.p95 > minus.p95 && plus.p5 < none.p5 && none.p5 < minus.p5);
        let factor = cholesky(&inputs, &tie(0.6)).unwrap();
        let mut random = Xoshiro::seeded(2);
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..40_000 {
            let z = [crate::normal::quantile(random.unit()), crate::normal::quantile(random.unit())];
            a.push(z[0]);
            b.push(factor[1][0] * z[0] + factor[1][1] * z[1]);
        }
        let (x, y) = (exact_ranks(&a), exact_ranks(&b));
        let squares: f64 = x.iter().zip(&y).map(|(p, q)| (p - q) * (p - q)).sum();
        let spearman = 1.0 - 6.0 * squares / (40_000.0 * (40_000.0_f64.powi(2) - 1.0));
        assert!((spearman - 0.6).abs() < 0.015, "{spearman}");
        assert!(matches!(revenue_tied(&inputs, &tie(1.0), 10, 0), Err(PriorError::NotACorrelation(..))));
        assert!(matches!(revenue_tied(&inputs, &tie(f64::NAN), 10, 0), Err(PriorError::NotACorrelation(..))));
        assert!(matches!(revenue_tied(&inputs[..1], &tie(0.1), 10, 0), Err(PriorError::UnknownInput(_))));
        let mut three = inputs.clone();
        three.push(Input { name: "c".to_owned(), prior: Prior::Fixed { value: 1.0 } });
        let pair = |first: &str, second: &str, r| Tie { first: first.to_owned(), second: second.to_owned(), rank_correlation: r };
        let ties = [pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9)];
        assert_eq!(revenue_tied(&three, &ties, 10, 0), Err(PriorError::Impossible));
    }

    /// Share of truths inside the 90 % interval, for truths drawn by another rule.
    fn coverage(interval: &Revenue, mut truth: impl FnMut(&mut Xoshiro) -> f64) -> f64 {
        let mut random = Xoshiro::seeded(77);
        let inside = (0..40_000).filter(|_| (interval.p5..=interval.p95).contains(&truth(&mut random))).count();
        inside as f64 / 40_000.0
    }

    #[test]
    fn the_interval_covers_as_it_says_and_what_wrong_shapes_cost_is_known() {
        let workers = Prior::Uniform { low: 28_000.0, high: 34_000.0 };
        let inputs = default_priors(workers);
        let interval = revenue(&inputs, 200_000, 3).unwrap();
        let named = coverage(&interval, |random| inputs.iter().map(|i| i.prior.quantile(random.unit())).product());
        assert!((0.88..=0.92).contains(&named), "{named}");
        // The middle of two or three uniforms has a beta distribution: Beta(2, 2) is the middle of three, Beta(1, 2) the less of two.
        let middle = |random: &mut Xoshiro| {
            let mut u = [random.unit(), random.unit(), random.unit()];
            u.sort_by(f64::total_cmp);
            u[1]
        };
        let beta = coverage(&interval, |random| {
            workers.quantile(random.unit()) * (400.0 + 600.0 * middle(random)) * (9.0 + 3.0 * middle(random)) * (0.5 + 0.4 * middle(random))
        });
        let flat = coverage(&interval, |random| {
            workers.quantile(random.unit()) * (400.0 + 600.0 * random.unit()) * (9.0 + 3.0 * random.unit()) * (0.5 + 0.4 * random.unit())
        });
        let together = coverage(&interval, |random| {
            let u = random.unit();
            workers.quantile(random.unit())
                * WAGE_USD_PER_MONTH.quantile(u)
                * MONTHS_PER_YEAR.quantile(random.unit())
                * STATE_SHARE.quantile(u)
        });
        // Rank correlation 1 of wage and share is the worst case of what independence leaves out.
        assert!(beta > 0.90 && (0.78..0.90).contains(&flat) && (0.70..0.80).contains(&together), "{named} {beta} {flat} {together}");
        let tie = Tie { first: inputs[1].name.clone(), second: inputs[3].name.clone(), rank_correlation: 0.999 };
        let tied = revenue_tied(&inputs, &[tie], 200_000, 3).unwrap();
        let told = coverage(&tied, |random| {
            let u = random.unit();
            workers.quantile(random.unit())
                * WAGE_USD_PER_MONTH.quantile(u)
                * MONTHS_PER_YEAR.quantile(random.unit())
                * STATE_SHARE.quantile(u)
        });
        assert!((0.88..=0.92).contains(&told), "{told}");
        println!(
            "coverage: named {named:.3}, beta {beta:.3}, flat wage {flat:.3}, wage and share together {together:.3}, told so {told:.3}"
        );
    }

    #[test]
    fn what_is_no_prior_is_refused() {
        let with = |prior| revenue(&[Input { name: "x".to_owned(), prior }], 10, 0);
        assert!(with(Prior::Uniform { low: 2.0, high: 1.0 }).is_err());
        assert!(with(Prior::Fixed { value: f64::NAN }).is_err());
        assert!(with(Prior::Triangular { low: 0.0, mode: 5.0, high: 4.0 }).is_err());
        assert!(with(Prior::Uniform { low: -1.0, high: 1.0 }).is_err());
        assert!(with(Prior::LogUniform { low: 0.0, high: 1.0 }).is_err());
        assert!((with(Prior::LogUniform { low: 1.0, high: 100.0 }).unwrap().p95 / 100.0) < 1.0);
        assert_eq!(revenue(&[], 10, 0), Err(PriorError::NoInput));
        assert_eq!(with(Prior::Fixed { value: 5.0 }).unwrap().p95, 5.0);
        let one = |draws| revenue(&default_priors(Prior::Fixed { value: 5.0 }), draws, 0);
        assert!(one(1).is_ok());
        assert_eq!(one(0), Err(PriorError::Draws(0)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn percentiles_are_ordered_and_inside_the_ends(low in 0.0..1e5, width in 0.0..1e5, at in 0.0..=1.0, seed: u64) {
            let inputs = default_priors(Prior::Triangular { low, mode: low + at * width, high: low + width });
            let out = revenue(&inputs, 500, seed).unwrap();
            let ends = per_head_range(&inputs);
            let slack = 1.0 + 1e-12;
            prop_assert!(ends.low.unwrap() <= out.p5 * slack && out.p5 <= out.p50 && out.p50 <= out.p95 && out.p95 <= ends.high.unwrap() * slack);
            prop_assert_eq!(&out, &revenue(&inputs, 500, seed).unwrap());
            prop_assert!(out.drivers.iter().all(|d| d.rank_correlation.abs() <= 1.0));
        }
    }
}
