//! Whether a count is more than an innocent capacity explains: upper tails of the Poisson and negative-binomial laws, in logarithms.
//!
//! Formulas (A&S: Abramowitz and Stegun, *Handbook of Mathematical Functions*; DLMF: <https://dlmf.nist.gov>):
//!
//! - Poisson: P(X >= k) = P(k, m), the regularised lower incomplete gamma function (A&S 26.4.21 and 6.5.13; DLMF 8.4.10).
//! - Negative binomial with mean m and size r: P(X >= k) = I_q(k, r) with q = m / (m + r), the regularised incomplete beta function
//!   (A&S 26.5; DLMF 8.17.22 for the continued fraction).
//! - Point probabilities by the saddle-point form of C. Loader, "Fast and accurate computation of binomial probabilities" (2000), which
//!   does not lose digits to the cancellation of large logarithms.
//! - The logarithm of the gamma function by Stirling's series (DLMF 5.11.1) after shifting up by DLMF 5.5.1.

use std::f64::consts::PI;

use serde::Serialize;
use tw_base::{Bounds, Tri};

use crate::convert::quantity;

/// Entries per person and quarter that the masking test grants by default: 4.
///
/// A deliberately generous innocent explanation, our convention: a student who goes home and returns every month.
/// Entries are not persons; a caller who knows better passes another number.
pub const GENEROUS_ENTRIES_PER_PERSON: f64 = 4.0;

/// Largest mean that is computed; above it the functions return `None`.
const LARGEST_MEAN: f64 = 1e9;
const MOST_TERMS: u32 = 2_000_000;
const MOST_FRACTIONS: u32 = 1_000_000;

/// A tail probability and its decimal logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tail {
    /// The probability; 0 where it is too small for a number of this kind.
    pub p: f64,
    /// Decimal logarithm of it, exact where `p` is not representable; minus infinity (null in JSON) for a true zero.
    pub log10: f64,
}

impl Tail {
    const CERTAIN: Self = Self { p: 1.0, log10: 0.0 };
    const NEVER: Self = Self { p: 0.0, log10: f64::NEG_INFINITY };

    fn from_ln(ln: f64) -> Self {
        let ln = ln.min(0.0);
        Self { p: ln.exp(), log10: ln / std::f64::consts::LN_10 }
    }

    fn from_complement(lower: f64) -> Self {
        let lower = lower.clamp(0.0, 1.0);
        Self { p: 1.0 - lower, log10: (-lower).ln_1p() / std::f64::consts::LN_10 }
    }
}

/// P(X >= k) for a Poisson count with this mean.
///
/// `None` if the mean is negative, not finite, or above 1e9. Relative error below 1e-10 wherever the result is representable.
///
/// ```
/// let tail = tw_flows::poisson_tail(3_765, 130.0).expect("a sound mean");
/// assert_eq!(tail.p, 0.0);
/// assert!((tail.log10 + 3927.2697).abs() < 1e-4);
/// ```
#[must_use]
pub fn poisson_tail(k: u64, mean: f64) -> Option<Tail> {
    if let Some(tail) = trivial(k, mean)? {
        return Some(tail);
    }
    let x = k as f64;
    let ln_point = -stirling_error(x) - deviance(x, mean) - 0.5 * (2.0 * PI * x).ln();
    if x > mean {
        let sum = series(|j| mean / (x + j))?;
        return Some(Tail::from_ln(ln_point + sum.ln()));
    }
    let sum = series(|j| (x + 1.0 - j) / mean)? - 1.0;
    Some(Tail::from_complement((ln_point + sum.ln()).exp()))
}

/// P(X >= k) for a negative-binomial count with this mean and variance mean + dispersion x mean^2; a dispersion of 0 is Poisson.
///
/// `None` if the mean or the dispersion is negative or not finite, the mean is above 1e9, or the sum does not settle.
///
/// ```
/// let tail = tw_flows::negative_binomial_tail(1, 0.5, 1.0).expect("sound arguments");
/// assert!((tail.p - 1.0 / 3.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn negative_binomial_tail(k: u64, mean: f64, dispersion: f64) -> Option<Tail> {
    if !(dispersion.is_finite() && dispersion >= 0.0) {
        return None;
    }
    let size = dispersion.recip();
    if dispersion == 0.0 || !size.is_finite() {
        return poisson_tail(k, mean);
    }
    if let Some(tail) = trivial(k, mean)? {
        return Some(tail);
    }
    let x = k as f64;
    let (p, q) = (size / (size + mean), mean / (size + mean));
    let n = x + size;
    let ln_point = (size / n).ln() + stirling_error(n)
        - stirling_error(size)
        - stirling_error(x)
        - deviance(size, n * p)
        - deviance(x, n * q)
        - 0.5 * (2.0 * PI * size * x / n).ln();
    let upper = || -> Option<Tail> {
        let sum = series(|j| q * (x + j - 1.0 + size) / (x + j)).or_else(|| beta_fraction(x, size, q))?;
        Some(Tail::from_ln(ln_point + sum.ln()))
    };
    if x > mean {
        return upper();
    }
    let backward = |j: f64| (x + 1.0 - j) / (q * (x - j + size));
    let sum = series(backward).map(|s| s - 1.0).or_else(|| beta_fraction(size, x, p).map(|f| f * x / size))?;
    let tail = Tail::from_complement((ln_point + sum.ln()).exp());
    // A strongly dispersed count has a small tail even at its mean: there the complement would cancel.
    if tail.p < 0.1 { upper() } else { Some(tail) }
}

/// A count set against what an innocent capacity explains.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Excess {
    /// The count.
    pub entries: u64,
    /// Entries that the capacity explains: persons times entries per person.
    pub expected: Bounds,
    /// Tail at the low end of the capacity: the smallest probability. `None` if that end is unknown.
    pub p_low: Option<Tail>,
    /// Tail at the high end of the capacity: the largest probability, the one to go by. `None` if that end is unknown.
    pub p_high: Option<Tail>,
    /// How many times the count is what the capacity explains.
    pub times: Bounds,
}

impl Excess {
    /// Whether the probability is below a level whichever capacity inside its bounds is true.
    ///
    /// Unknown if the capacity has no upper bound: then nothing is in excess of it.
    #[must_use]
    pub fn below(&self, level: f64) -> Tri {
        let under = |tail: Option<Tail>| tail.map(|t| t.log10 < level.log10());
        match (under(self.p_low), under(self.p_high)) {
            (_, Some(true)) => Tri::True,
            (Some(false), _) => Tri::False,
            _ => Tri::Unknown,
        }
    }
}

/// Sets a count of entries against a capacity in persons.
///
/// `entries_per_person` is how many times a person may innocently enter in the period ([`GENEROUS_ENTRIES_PER_PERSON`]), `dispersion` how much
/// wider than Poisson the count may scatter (groups travel together). The wider both are, the harder it is to call a count an excess.
/// `None` if either is negative or not finite, or the capacity is no quantity.
///
/// The probability says how badly the named explanation fits. It does not say which other explanation is true.
///
/// ```
/// use tw_base::Bounds;
/// use tw_flows::{GENEROUS_ENTRIES_PER_PERSON, excess};
/// let q3 = excess(3_765, Bounds::exactly(130.0), GENEROUS_ENTRIES_PER_PERSON, 0.1).expect("sound arguments");
/// assert_eq!(q3.expected.exact(), Some(520.0));
/// assert!(q3.p_high.expect("a bounded capacity").log10 < -19.0);
/// ```
#[must_use]
pub fn excess(entries: u64, capacity: Bounds, entries_per_person: f64, dispersion: f64) -> Option<Excess> {
    let sound = |v: f64| v.is_finite() && v >= 0.0;
    if !sound(entries_per_person) || !sound(dispersion) {
        return None;
    }
    let expected = quantity(capacity)?.times(&Bounds::exactly(entries_per_person));
    let tail = |end: Option<f64>| end.and_then(|mean| negative_binomial_tail(entries, mean, dispersion));
    let times = crate::compare::divide(Bounds::exactly(entries as f64), expected);
    Some(Excess { entries, expected, p_low: tail(expected.low), p_high: tail(expected.high), times })
}

/// Natural logarithm of the gamma function for positive arguments; not a number otherwise.
///
/// DLMF 5.11.1 from 10 up, below it after multiplying up by DLMF 5.5.1. Absolute error about 1e-14 near 1 and 2, relative elsewhere.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut shifted, mut product) = (x, 1.0);
    while shifted < 10.0 {
        product *= shifted;
        shifted += 1.0;
    }
    (shifted - 0.5) * shifted.ln() - shifted + 0.5 * (2.0 * PI).ln() + stirling_series(shifted) - product.ln()
}

/// The tail where no sum is needed; the outer `None` is an unsound mean.
fn trivial(k: u64, mean: f64) -> Option<Option<Tail>> {
    if !(mean.is_finite() && (0.0..=LARGEST_MEAN).contains(&mean)) {
        return None;
    }
    Some(match (k, mean == 0.0) {
        (0, _) => Some(Tail::CERTAIN),
        (_, true) => Some(Tail::NEVER),
        _ => None,
    })
}

/// 1 + a(1) + a(1)a(2) + ... for ratios that fall; `None` if it does not settle.
fn series(ratio: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut sum, mut term) = (1.0, 1.0);
    for j in 1..=MOST_TERMS {
        let a = ratio(f64::from(j));
        term *= a;
        if term <= 0.0 {
            return Some(sum);
        }
        sum += term;
        if a < 1.0 && term * a < 1e-17 * sum * (1.0 - a) {
            return Some(sum);
        }
    }
    None
}

/// The continued fraction of the incomplete beta function, I_x(a, b) a B(a, b) / (x^a (1-x)^b), by the modified Lentz method.
///
/// DLMF 8.17.22 and 8.17.23; Thompson and Barnett, *J. Comput. Phys.* 64 (1986) 490.
fn beta_fraction(a: f64, b: f64, x: f64) -> Option<f64> {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = away(1.0 - (a + b) * x / (a + 1.0)).recip();
    let mut fraction = d;
    for m in 1..=MOST_FRACTIONS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = away(1.0 + even * d).recip();
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = away(1.0 + odd * d).recip();
        c = away(1.0 + odd / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() < 1e-15 {
            return Some(fraction).filter(|f| f.is_finite() && *f > 0.0);
        }
    }
    None
}

/// ln Gamma(x + 1) - [(x + 1/2) ln x - x + ln(2 pi)/2]: what Stirling's first formula leaves out.
fn stirling_error(x: f64) -> f64 {
    if x >= 10.0 {
        return stirling_series(x);
    }
    ln_gamma(x + 1.0) - (x + 0.5) * x.ln() + x - 0.5 * (2.0 * PI).ln()
}

/// Seven terms of DLMF 5.11.1; from 10 up the next is below 4e-17.
fn stirling_series(x: f64) -> f64 {
    const TERMS: [f64; 7] = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1_260.0, -1.0 / 1_680.0, 1.0 / 1_188.0, -691.0 / 360_360.0, 1.0 / 156.0];
    let square = (x * x).recip();
    TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) / x
}

/// x ln(x/m) + m - x without cancellation near x = m (Loader 2000, function bd0).
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for j in 1..1_000 {
        power *= v * v;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
#[expect(clippy::excessive_precision, reason = "reference values are kept with the 17 digits that were printed")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(got: f64, expected: f64, relative: f64) -> bool {
        (got - expected).abs() <= relative * expected.abs()
    }

    #[test]
    fn poisson_tails_agree_with_sixty_digit_sums() {
        // Computed with mpmath 1.4.1 at 60 digits; where representable equal to scipy 1.17.1 to the digits that scipy gives.
        let cases = [
            (1, 1e-8, 9.999_999_950_000_000_4e-9, -8.000_000_002_171_472_4),
            (1, 0.5, 0.393_469_340_287_366_58, -0.405_089_102_854_536_98),
            (3, 2.5, 0.456_186_884_116_670_48, -0.340_857_205_332_145_2),
            (5, 20.0, 0.999_983_055_256_069_93, -7.359_071_135_055_941_2e-6),
            (10, 10.0, 0.542_070_285_528_147_79, -0.265_944_398_631_324_85),
            (100, 130.0, 0.997_249_591_632_693_47, -0.001_196_132_858_889_060_6),
            (332, 130.0, 1.240_186_737_770_036_5e-49, -48.906_512_917_194_912),
            (332, 520.0, 1.0, -1.847_991_745_601_939_8e-19),
            (130, 130.0, 0.511_663_674_067_178_57, -0.291_015_414_984_460_31),
            (520, 520.0, 0.505_831_654_140_256_82, -0.295_993_996_683_400_46),
            (3_765, 520.0, 0.0, -1_829.839_422_354_601_8),
            (3_765, 130.0, 0.0, -3_927.269_714_310_413_2),
            (3_752, 130.0, 0.0, -3_908.274_986_665_377_1),
            (1_000_000, 1e6, 0.500_132_980_760_872_59, -0.300_914_505_399_991_17),
            (1_005_000, 1e6, 2.934_034_048_031_641_1e-7, -6.532_534_850_688_215_4),
        ];
        for (k, mean, p, log10) in cases {
            let tail = poisson_tail(k, mean).unwrap();
            assert!(close(tail.p, p, 1e-10), "k {k}, mean {mean}: {} against {p}", tail.p);
            assert!(close(tail.log10, log10, 1e-10), "k {k}, mean {mean}: log10 {} against {log10}", tail.log10);
        }
    }

    #[test]
    fn negative_binomial_tails_agree_with_sixty_digit_sums() {
        let cases = [
            (1, 0.5, 1.0, 0.333_333_333_333_333_33, -0.477_121_254_719_662_44),
            (3, 2.5, 0.3, 0.418_573_376_752_491_06, -0.378_228_398_303_077_98),
            (10, 10.0, 2.0, 0.329_256_577_171_709_06, -0.482_465_540_889_034_1),
            (5, 20.0, 0.5, 0.903_158_288_086_043_89, -0.044_236_128_293_425_464),
            (50, 100.0, 5.0, 0.325_077_231_287_630_28, -0.488_013_447_829_089_94),
            (20_000, 10_000.0, 4.0, 0.153_517_991_878_699_91, -0.813_840_719_107_026_89),
            (332, 130.0, 0.1, 2.312_629_959_525_278_9e-4, -3.635_893_852_483_497_9),
            (332, 520.0, 0.1, 0.885_026_712_579_639_42, -0.053_043_620_883_128_421),
            (3_765, 520.0, 0.1, 1.045_816_089_811_369_1e-20, -19.980_544_680_863_086),
            (3_765, 130.0, 0.1, 1.414_099_898_281_459_5e-105, -104.849_519_908_969_18),
            (3_765, 130.0, 1.0, 2.953_202_934_454_450_7e-13, -12.529_706_708_712_006),
            (3_765, 520.0, 1.0, 7.220_388_441_402_011_9e-4, -3.141_439_437_690_809_5),
            (3_765, 130.0, 0.01, 0.0, -770.107_791_675_202_53),
            (3_765, 130.0, 1e-9, 0.0, -3_927.266_845_860_025_6),
        ];
        for (k, mean, dispersion, p, log10) in cases {
            let tail = negative_binomial_tail(k, mean, dispersion).unwrap();
            assert!(close(tail.p, p, 1e-10), "k {k}, mean {mean}, dispersion {dispersion}: {} against {p}", tail.p);
            assert!(close(tail.log10, log10, 1e-10), "k {k}, mean {mean}, dispersion {dispersion}: log10 {} against {log10}", tail.log10);
        }
    }

    #[test]
    fn the_continued_fraction_agrees_with_the_series() {
        for (k, mean, dispersion) in [(20_000u32, 10_000.0, 4.0), (332, 130.0, 0.1), (3_765, 520.0, 1.0)] {
            let (x, size) = (f64::from(k), 1.0 / dispersion);
            let q = mean / (mean + size);
            let sum = series(|j| q * (x + j - 1.0 + size) / (x + j)).unwrap();
            assert!(close(beta_fraction(x, size, q).unwrap(), sum, 1e-11));
        }
        // Far more terms than the series takes: only the fraction settles.
        let far = negative_binomial_tail(10_000_000, 5e6, 10.0).unwrap();
        assert!(far.p > 0.1 && far.p < 0.2, "{far:?}");
    }

    #[test]
    fn the_logarithm_of_gamma_agrees_with_sixty_digits() {
        let cases = [
            (1e-10, 23.025_850_929_882_735),
            (0.1, 2.252_712_651_734_205_9),
            (0.5, 0.572_364_942_924_700_09),
            (1.0, 0.0),
            (1.5, -0.120_782_237_635_245_22),
            (2.0, 0.0),
            (3.7, 1.428_072_326_665_388_1),
            (10.0, 12.801_827_480_081_47),
            (15.5, 26.536_914_491_115_614),
            (100.25, 360.284_559_637_764_23),
            (1e6, 12_815_504.569_147_612),
        ];
        for (x, expected) in cases {
            assert!((ln_gamma(x) - expected).abs() < 1e-14 * expected.abs().max(2.0), "{x}: {} against {expected}", ln_gamma(x));
        }
        assert!(ln_gamma(0.0).is_nan() && ln_gamma(-1.5).is_nan() && ln_gamma(f64::NAN).is_nan());
    }

    #[test]
    fn the_students_of_the_third_quarter_of_2024_are_far_beyond_the_enrolled() {
        let q3 = excess(3_765, Bounds::between(120.0, 140.0), GENEROUS_ENTRIES_PER_PERSON, 0.0).unwrap();
        assert_eq!((q3.expected.low, q3.expected.high), (Some(480.0), Some(560.0)));
        assert!(q3.p_high.unwrap().log10 < -1_700.0 && q3.p_low.unwrap().log10 < q3.p_high.unwrap().log10);
        assert_eq!(q3.below(1e-12), Tri::True);
        assert!((q3.times.low.unwrap() - 6.723).abs() < 1e-3);
        // The second quarter, 332 entries, is inside what 130 students may innocently do.
        let q2 = excess(332, Bounds::exactly(130.0), GENEROUS_ENTRIES_PER_PERSON, 0.1).unwrap();
        assert_eq!(q2.below(1e-3), Tri::False);
    }

    #[test]
    fn an_unbounded_capacity_is_never_exceeded() {
        let open = excess(3_765, Bounds::at_least(130.0), 4.0, 0.1).unwrap();
        assert_eq!((open.p_high, open.below(1e-6)), (None, Tri::Unknown));
        assert_eq!(excess(0, Bounds::UNKNOWN, 4.0, 0.1).unwrap().below(1e-6), Tri::Unknown);
        assert_eq!(excess(5, Bounds::exactly(0.0), 4.0, 0.1).unwrap().p_high.unwrap(), Tail::NEVER);
        assert_eq!(excess(5, Bounds::exactly(-3.0), 4.0, 0.1), None);
        assert_eq!(excess(5, Bounds::exactly(3.0), f64::NAN, 0.1), None);
        assert_eq!(poisson_tail(0, 5.0), Some(Tail::CERTAIN));
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e10] {
            assert_eq!(poisson_tail(5, bad), None);
        }
        assert!(poisson_tail(u64::MAX, 1e9).unwrap().log10 < -1e18);
    }

    proptest! {
        #[test]
        fn a_larger_count_is_never_more_likely(k in 0u64..3_000, mean in 0.0..2_000.0, dispersion in 0.0..5.0) {
            let (here, next) = (negative_binomial_tail(k, mean, dispersion).unwrap(), negative_binomial_tail(k + 1, mean, dispersion).unwrap());
            prop_assert!(next.log10 <= here.log10 + 1e-12);
            prop_assert!((0.0..=1.0).contains(&here.p));
        }

        #[test]
        fn a_larger_capacity_is_never_less_likely_to_explain_it(k in 1u64..3_000, mean in 0.0..2_000.0, more in 0.0..500.0) {
            let (here, wider) = (poisson_tail(k, mean).unwrap(), poisson_tail(k, mean + more).unwrap());
            prop_assert!(here.log10 <= wider.log10 + 1e-12);
        }

        #[test]
        fn no_input_panics(k: u64, mean: f64, dispersion: f64) {
            let mean = if mean.abs() > 1e4 { mean.signum() * 1e4 } else { mean };
            let dispersion = if dispersion.abs() > 10.0 { dispersion } else { dispersion.max(1e-6) };
            let _ = negative_binomial_tail(k % 1_000_000, mean, dispersion);
        }
    }
}
