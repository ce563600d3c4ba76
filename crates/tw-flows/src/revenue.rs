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
            Self::Uniform { low, high } => Bounds::from_ends(Some(low), Some(high)),
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

/// Multiplies independent inputs in `draws` draws and returns percentiles and rank correlations. Same inputs and seed, same bytes.
///
/// Percentiles interpolate linearly between order statistics (Hyndman and Fan, *The American Statistician* 50 (1996) 361, type 7).
/// The rank correlation is Spearman's in its grade form (Kruskal, *JASA* 53 (1958) 814, section 5): the correlation of the input's
/// distribution function at the draw with the rank of the product. It differs from the sample form by less than 1/sqrt(draws).
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
    if inputs.is_empty() {
        return Err(PriorError::NoInput);
    }
    if draws == 0 || draws > MOST_DRAWS {
        return Err(PriorError::Draws(draws));
    }
    if let Some(bad) = inputs.iter().find(|input| !input.prior.is_sound()) {
        return Err(PriorError::NotAPrior(bad.name.clone()));
    }
    let n = draws as usize;
    let mut random = Xoshiro::seeded(seed);
    let mut grades: Vec<Vec<f32>> = inputs.iter().map(|_| Vec::with_capacity(n)).collect();
    let mut products: Vec<(f64, u32)> = Vec::with_capacity(n);
    for draw in 0..draws {
        let mut product = 1.0;
        for (input, grade) in inputs.iter().zip(&mut grades) {
            let u = random.unit();
            product *= input.prior.quantile(u);
            grade.push(u as f32);
        }
        products.push((product, draw));
    }
    products.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut drivers = Vec::with_capacity(inputs.len());
    for (input, grade) in inputs.iter().zip(&grades) {
        let constant = input.prior.range().exact().is_some();
        let rank_correlation = if constant { 0.0 } else { grade_correlation(grade, &products) };
        drivers.push(Driver { name: input.name.clone(), rank_correlation });
    }
    drivers.sort_by(|a, b| b.rank_correlation.abs().total_cmp(&a.rank_correlation.abs()).then_with(|| a.name.cmp(&b.name)));
    let at = |fraction| percentile(&products, fraction);
    Ok(Revenue { p5: at(0.05), p50: at(0.50), p95: at(0.95), drivers, draws, seed })
}

fn percentile(sorted: &[(f64, u32)], fraction: f64) -> f64 {
    let position = fraction * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let (low, high) = (sorted[below].0, sorted[above].0);
    low + (position - below as f64) * (high - low)
}

/// Correlation of an input's grade with the rank of the product; ties of the product share their middle rank.
fn grade_correlation(grade: &[f32], sorted: &[(f64, u32)]) -> f64 {
    let n = sorted.len();
    let mean_grade = grade.iter().map(|u| f64::from(*u)).sum::<f64>() / n as f64;
    let mean_rank = (n - 1) as f64 / 2.0;
    let (mut both, mut grades, mut ranks) = (0.0, 0.0, 0.0);
    let mut start = 0;
    while start < n {
        let mut end = start + 1;
        while end < n && sorted[end].0 == sorted[start].0 {
            end += 1;
        }
        let rank = (start + end - 1) as f64 / 2.0 - mean_rank;
        for (_, draw) in &sorted[start..end] {
            let g = f64::from(grade[*draw as usize]) - mean_grade;
            both += g * rank;
            grades += g * g;
            ranks += rank * rank;
        }
        start = end;
    }
    let scale = (grades * ranks).sqrt();
    if scale > 0.0 { (both / scale).clamp(-1.0, 1.0) } else { 0.0 }
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
    fn what_is_no_prior_is_refused() {
        let with = |prior| revenue(&[Input { name: "x".to_owned(), prior }], 10, 0);
        assert!(with(Prior::Uniform { low: 2.0, high: 1.0 }).is_err());
        assert!(with(Prior::Fixed { value: f64::NAN }).is_err());
        assert!(with(Prior::Triangular { low: 0.0, mode: 5.0, high: 4.0 }).is_err());
        assert!(with(Prior::Uniform { low: -1.0, high: 1.0 }).is_err());
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
