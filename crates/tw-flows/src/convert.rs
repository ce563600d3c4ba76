//! Tonnes and barrels, and two checks on published pairs of them.

use serde::{Deserialize, Serialize};
use tw_base::Bounds;

/// What was shipped, as far as the source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Refined petroleum without further word.
    UnknownRefined,
    /// Diesel fuel.
    Diesel,
    /// Motor gasoline.
    Gasoline,
    /// Residual fuel oil.
    FuelOil,
    /// Jet fuel.
    Jet,
    /// Kerosene other than jet fuel.
    Kerosene,
    /// Gas oil, including marine gas oil.
    GasOil,
    /// Liquefied petroleum gas.
    Lpg,
    /// Crude oil.
    Crude,
}

/// Barrels per tonne of crude oil as the law itself equates them: 4,000,000 barrels or 525,000 tonnes.
///
/// Source: Security Council resolution 2397 (2017), paragraph 4. It is the only factor fixed in the law.
pub const CRUDE_IN_LAW: f64 = 4_000_000.0 / 525_000.0;

/// Barrels per tonne that a petroleum product other than LPG can have: 6.2 to 9.0. A published pair outside it is a data error or LPG.
///
/// Source: the project's data notes on trade and oil, section 3.4.
pub const NON_LPG_LIMITS: (f64, f64) = (6.2, 9.0);

/// Fewest digits for which a slip is reported: shorter numbers differ by one digit too often by chance. Our convention.
const FEWEST_DIGITS: usize = 3;

impl Product {
    /// Every product, in the order of the type.
    pub const ALL: [Self; 9] = [
        Self::UnknownRefined,
        Self::Diesel,
        Self::Gasoline,
        Self::FuelOil,
        Self::Jet,
        Self::Kerosene,
        Self::GasOil,
        Self::Lpg,
        Self::Crude,
    ];

    /// Barrels per tonne, as an interval; the best value is a trade factor where one is published.
    ///
    /// Trade factors (at 30 degrees Celsius): LPG 11.54, gasoline 8.5-8.9, jet 7.89, kerosene 8.0, gas oil 7.41, diesel 7.29, fuel oil 6.6,
    /// from <https://www.scribd.com/document/38060095/Oil-Industry-Conversions>. Intervals:
    ///
    /// | product | interval | source of the ends |
    /// |---|---|---|
    /// | unknown refined | 6.35-8.90 | the project's data notes on trade and oil, section 3.4 |
    /// | diesel | 7.2-7.6 | the same |
    /// | gasoline | 8.2-8.9 | the same |
    /// | fuel oil | 6.35-6.9 | low end as for unknown refined; high end: general range, not from a cited source |
    /// | jet, kerosene | 7.4-8.2 | general range, not from a cited source (0.77-0.85 kg/L) |
    /// | gas oil | 6.9-7.7 | general range, not from a cited source (0.82-0.91 kg/L) |
    /// | LPG | 10.7-12.5 | general range, not from a cited source (butane to propane) |
    /// | crude | 6.6-8.2 | general range, not from a cited source; best value from the law, [`CRUDE_IN_LAW`] |
    #[must_use]
    pub fn barrels_per_tonne(self) -> Bounds {
        let (low, best, high) = match self {
            Self::UnknownRefined => (6.35, None, 8.90),
            Self::Diesel => (7.2, Some(7.29), 7.6),
            Self::Gasoline => (8.2, None, 8.9),
            Self::FuelOil => (6.35, Some(6.6), 6.9),
            Self::Jet => (7.4, Some(7.89), 8.2),
            Self::Kerosene => (7.4, Some(8.0), 8.2),
            Self::GasOil => (6.9, Some(7.41), 7.7),
            Self::Lpg => (10.7, Some(11.54), 12.5),
            Self::Crude => (6.6, Some(CRUDE_IN_LAW), 8.2),
        };
        Bounds { low: Some(low), best, high: Some(high) }
    }
}

/// Converts tonnes to barrels; the width of the result is the width of the figure times that of the product.
///
/// Unit: tonnes in, barrels out. An unknown end stays unknown; a negative or non-finite amount gives [`Bounds::UNKNOWN`].
///
/// ```
/// use tw_base::Bounds;
/// use tw_flows::{Product, to_barrels};
/// assert_eq!(to_barrels(Bounds::exactly(1_000.0), Product::UnknownRefined).to_string(), "6,350–8,900");
/// ```
#[must_use]
pub fn to_barrels(tonnes: Bounds, product: Product) -> Bounds {
    quantity(tonnes).map_or(Bounds::UNKNOWN, |t| t.times(&product.barrels_per_tonne()))
}

/// Converts barrels to tonnes: the inverse of [`to_barrels`], widened the same way.
#[must_use]
pub fn to_tonnes(barrels: Bounds, product: Product) -> Bounds {
    let factor = product.barrels_per_tonne();
    let inverse = Bounds { low: factor.high.map(f64::recip), best: factor.best.map(f64::recip), high: factor.low.map(f64::recip) };
    quantity(barrels).map_or(Bounds::UNKNOWN, |b| b.times(&inverse))
}

/// Barrels per tonne that a published pair implies; `None` unless both are finite, barrels not negative and tonnes positive.
///
/// ```
/// let china_july_2020 = tw_flows::implied_factor(12_479.0, 1_498.0).expect("both positive");
/// assert!((china_july_2020 - 8.3304).abs() < 1e-4);
/// ```
#[must_use]
pub fn implied_factor(barrels: f64, tonnes: f64) -> Option<f64> {
    let sound = barrels.is_finite() && tonnes.is_finite() && barrels >= 0.0 && tonnes > 0.0;
    sound.then(|| barrels / tonnes).filter(|factor| factor.is_finite())
}

/// Whether an implied factor can belong to a petroleum product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plausibility {
    /// Inside [`NON_LPG_LIMITS`].
    Inside,
    /// Outside them: the pair conflicts, or the cargo was LPG.
    Outside {
        /// The product whose interval lies nearest. If it is LPG, the pair is sound only if the cargo was LPG.
        nearest: Product,
    },
}

/// Judges an implied factor against the physical limits for products other than LPG.
///
/// A factor that is not a number is outside, nearest to nothing known, given as [`Product::UnknownRefined`].
#[must_use]
pub fn plausible(factor: f64) -> Plausibility {
    let (low, high) = NON_LPG_LIMITS;
    if factor >= low && factor <= high {
        return Plausibility::Inside;
    }
    let mut nearest = (f64::INFINITY, Product::UnknownRefined);
    for product in Product::ALL.into_iter().skip(1) {
        let range = product.barrels_per_tonne();
        let below = range.low.map_or(0.0, |l| (l - factor).max(0.0));
        let above = range.high.map_or(0.0, |h| (factor - h).max(0.0));
        let distance = if factor.is_nan() { f64::INFINITY } else { below.max(above) };
        if distance < nearest.0 {
            nearest = (distance, product);
        }
    }
    Plausibility::Outside { nearest: nearest.1 }
}

/// One slip of the hand between two published numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// What differs.
    pub kind: SlipKind,
    /// Power of ten of the (lower) digit that differs: 0 for units, 1 for tens, -1 for tenths.
    ///
    /// A difference of one in the units is more often rounding than a slip.
    pub place: i32,
}

/// How two numbers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlipKind {
    /// One digit was changed: 225 for 255.
    Changed,
    /// Two neighbouring digits were swapped: 2,612 for 2,621.
    Transposed,
}

/// Tells whether two published numbers differ by one changed digit or by two neighbouring digits swapped.
///
/// Both must have the same number of digits before and after the point, and at least three in all. It is a hint, not proof.
/// Digits are those of the shortest decimal text of each number.
///
/// ```
/// use tw_flows::{SlipKind, digit_slip};
/// let slip = digit_slip(255.0, 225.0).expect("one digit differs");
/// assert_eq!((slip.kind, slip.place), (SlipKind::Changed, 1));
/// assert_eq!(digit_slip(255.0, 2_255.0), None);
/// ```
#[must_use]
pub fn digit_slip(a: f64, b: f64) -> Option<Slip> {
    if !(a.is_finite() && b.is_finite() && a >= 0.0 && b >= 0.0) {
        return None;
    }
    let (x, y) = (a.to_string(), b.to_string());
    let (x, y) = (x.as_bytes(), y.as_bytes());
    let point = |text: &[u8]| text.iter().position(|c| *c == b'.').unwrap_or(text.len());
    let whole = point(x);
    let digits = x.iter().filter(|c| c.is_ascii_digit()).count();
    if x.len() != y.len() || whole != point(y) || digits < FEWEST_DIGITS {
        return None;
    }
    let differing: Vec<usize> = (0..x.len()).filter(|i| x[*i] != y[*i]).collect();
    let place = |at: usize| {
        let (at, whole) = (i32::try_from(at).ok()?, i32::try_from(whole).ok()?);
        Some(if at < whole { whole - 1 - at } else { whole - at })
    };
    match differing.as_slice() {
        [one] => Some(Slip { kind: SlipKind::Changed, place: place(*one)? }),
        [i, j] if neighbours(*i, *j, whole) && x[*i] == y[*j] && x[*j] == y[*i] => {
            Some(Slip { kind: SlipKind::Transposed, place: place(*j)? })
        }
        _ => None,
    }
}

/// Next to each other, with or without the decimal point between.
fn neighbours(i: usize, j: usize, point: usize) -> bool {
    j == i + 1 || (j == i + 2 && point == i + 1)
}

/// The same bounds if no end is negative or not a number and they are in order.
pub(crate) fn quantity(bounds: Bounds) -> Option<Bounds> {
    let sound = |end: Option<f64>| end.is_none_or(|v| v >= 0.0 && v.is_finite());
    let ordered = !matches!((bounds.low, bounds.high), (Some(l), Some(h)) if l > h);
    (sound(bounds.low) && sound(bounds.best) && sound(bounds.high) && ordered).then_some(bounds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_pairs_have_the_factors_that_the_notes_give() {
        let pairs = [
            (12_479.0, 1_498.0, 8.3304),
            (10_725.0, 1_288.0, 8.3269),
            (11_745.0, 1_410.0, 8.3298),
            (255.0, 32.0, 7.9688),
            (129_706.0, 17_294.0, 7.5001),
            (418_000.0, 52_910.0, 7.9002),
            (500_000.0, 62_500.0, 8.0),
            (4_000_000.0, 525_000.0, 7.619),
        ];
        for (barrels, tonnes, expected) in pairs {
            let factor = implied_factor(barrels, tonnes).unwrap();
            assert!((factor - expected).abs() < 5e-5, "{barrels} / {tonnes} = {factor}");
            assert_eq!(plausible(factor), Plausibility::Inside);
        }
    }

    #[test]
    fn the_pair_of_russia_2019_is_outside_and_nearest_to_gasoline() {
        let factor = implied_factor(277_365.0, 30_180.0).unwrap();
        assert!((factor - 9.1904).abs() < 5e-5);
        assert_eq!(plausible(factor), Plausibility::Outside { nearest: Product::Gasoline });
        assert_eq!(plausible(11.54), Plausibility::Outside { nearest: Product::Lpg });
        assert_eq!(plausible(5.0), Plausibility::Outside { nearest: Product::FuelOil });
        assert_eq!(plausible(f64::NAN), Plausibility::Outside { nearest: Product::UnknownRefined });
    }

    #[test]
    fn the_limits_themselves_are_inside() {
        assert_eq!(plausible(6.2), Plausibility::Inside);
        assert_eq!(plausible(9.0), Plausibility::Inside);
        assert_ne!(plausible(9.000_001), Plausibility::Inside);
        assert_ne!(plausible(6.199_999), Plausibility::Inside);
    }

    #[test]
    fn the_tonnes_of_russian_customs_give_the_published_range_of_barrels() {
        // 622,878 t in refined_independent_estimates.csv: 4,360,146 at 7.0 and 5,188,573.74 at 8.33 bbl/t. The interval for an unknown
        // product holds both.
        let barrels = to_barrels(Bounds::exactly(622_878.0), Product::UnknownRefined);
        assert!(barrels.low.unwrap() < 4_360_146.0 && barrels.high.unwrap() > 5_188_573.74);
        assert!((barrels.low.unwrap() - 3_955_275.3).abs() < 1e-6);
        assert!((barrels.high.unwrap() - 5_543_614.2).abs() < 1e-6);
    }

    #[test]
    fn an_amount_that_is_no_quantity_converts_to_unknown() {
        for bad in [Bounds::exactly(-1.0), Bounds::exactly(f64::NAN), Bounds::between(5.0, 4.0), Bounds::at_most(f64::INFINITY)] {
            assert_eq!(to_barrels(bad, Product::Diesel), Bounds::UNKNOWN);
        }
        assert_eq!(to_barrels(Bounds::at_least(10.0), Product::Diesel).high, None);
        assert_eq!(implied_factor(1.0, 0.0), None);
        assert_eq!(implied_factor(f64::MAX, f64::MIN_POSITIVE), None);
    }

    #[test]
    fn slips_are_one_digit_or_two_neighbours() {
        let kind = |a, b| digit_slip(a, b).map(|s| (s.kind, s.place));
        assert_eq!(kind(225.0, 255.0), Some((SlipKind::Changed, 1)));
        assert_eq!(kind(105_844.0, 105_845.0), Some((SlipKind::Changed, 0)));
        assert_eq!(kind(2_612.0, 2_621.0), Some((SlipKind::Transposed, 0)));
        assert_eq!(kind(106_094.17, 106_094.71), Some((SlipKind::Transposed, -2)));
        assert_eq!(kind(106_094.17, 106_091.47), Some((SlipKind::Transposed, -1)));
        assert_eq!(kind(255.0, 255.0), None);
        assert_eq!(kind(123.0, 321.0), None);
        assert_eq!(kind(10.0, 20.0), None);
        assert_eq!(kind(999.0, 1_000.0), None);
        assert_eq!(kind(f64::NAN, 255.0), None);
    }

    proptest! {
        #[test]
        fn more_tonnes_are_never_fewer_barrels(a in 0.0..1e9, b in 0.0..1e9, product in prop::sample::select(&Product::ALL[..])) {
            let (less, more) = (f64::min(a, b), f64::max(a, b));
            let (x, y) = (to_barrels(Bounds::exactly(less), product), to_barrels(Bounds::exactly(more), product));
            prop_assert!(x.low <= y.low && x.high <= y.high && x.low <= x.high);
        }

        #[test]
        fn there_and_back_holds_the_amount(tonnes in 1.0..1e9, product in prop::sample::select(&Product::ALL[..])) {
            let back = to_tonnes(to_barrels(Bounds::exactly(tonnes), product), product);
            prop_assert!(back.low.unwrap() <= tonnes * (1.0 + 1e-12) && back.high.unwrap() >= tonnes * (1.0 - 1e-12));
        }

        #[test]
        fn a_slip_is_the_same_both_ways(a in 0u32..1_000_000, b in 0u32..1_000_000) {
            prop_assert_eq!(digit_slip(f64::from(a), f64::from(b)), digit_slip(f64::from(b), f64::from(a)));
        }
    }
}
