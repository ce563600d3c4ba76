//! One side's figure against the other's: ratio, unit values, and whether the gap is more than honest noise.

use serde::{Deserialize, Serialize};
use tw_base::{Bounds, Tri};

use crate::convert::quantity;

/// The older flat allowance of 10 % for freight and insurance between an exporter's (FOB) and an importer's (CIF) value. A convention,
/// not a measurement: no ground truth for it is published.
///
/// Source: IMF Direction of Trade Statistics before 2018, as used in value-gap studies; the project's notes on mirror trade, section 3.2.
pub const CIF_CONVENTION: f64 = 0.10;

/// The flat 6 % that the IMF's Direction of Trade Statistics uses since 2018. A convention as well; same source.
pub const CIF_DOTS: f64 = 0.06;

/// What one side says: value in US dollars and mass in tonnes, either of them unknown.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Side {
    /// Value in US dollars.
    pub usd: Bounds,
    /// Mass in tonnes.
    pub tonnes: Bounds,
}

/// How far an estimated or mirrored figure lies from a declared one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// Other divided by declared; 1 if they agree.
    pub ratio: Bounds,
    /// Other minus declared.
    pub difference: Bounds,
    /// Half-width of the noise band as a fraction; the band is 1/(1+noise) to 1+noise, the same whichever side is called first.
    pub noise: f64,
    /// True if the ratio is outside the band wherever the two lie in their bounds, false if inside it, else unknown.
    pub beyond_noise: Tri,
    /// Unit value of the declared side in US dollars per tonne, if it gives both.
    pub declared_unit_value: Bounds,
    /// Unit value of the other side in US dollars per tonne, if it gives both.
    pub other_unit_value: Bounds,
    /// The tonnes that the declared value would buy at the other side's unit value.
    pub declared_value_in_tonnes: Bounds,
}

/// Compares the values of two sides. `noise` is a fraction, usually [`CIF_CONVENTION`]; anything but a number from 0 up gives `Unknown`.
///
/// A gap beyond noise is a question, not an answer: re-export hubs, a shift among neighbouring codes of the tariff, and timing by a month
/// have to be looked at first, and this function sees none of them.
///
/// ```
/// use tw_base::{Bounds, Tri};
/// use tw_flows::{CIF_CONVENTION, Side, compare};
/// let declared = Side { usd: Bounds::exactly(25e6), tonnes: Bounds::UNKNOWN };
/// let records = Side { usd: Bounds::exactly(238e6), tonnes: Bounds::exactly(622_878.0) };
/// let gap = compare(&declared, &records, CIF_CONVENTION);
/// assert_eq!(gap.ratio.to_string(), "9.52");
/// assert_eq!(gap.beyond_noise, Tri::True);
/// ```
#[must_use]
pub fn compare(declared: &Side, other: &Side, noise: f64) -> Gap {
    let mut gap = compare_amounts(declared.usd, other.usd, noise);
    gap.declared_unit_value = unit_value(declared.usd, declared.tonnes);
    gap.other_unit_value = unit_value(other.usd, other.tonnes);
    gap.declared_value_in_tonnes = divide(declared.usd, gap.other_unit_value);
    gap
}

/// Compares two amounts in one unit (tonnes with tonnes, dollars with dollars); the unit values of the result are unknown.
#[must_use]
pub fn compare_amounts(declared: Bounds, other: Bounds, noise: f64) -> Gap {
    let ratio = divide(other, declared);
    let beyond_noise = if noise.is_finite() && noise >= 0.0 { outside(ratio, 1.0 / (1.0 + noise), 1.0 + noise) } else { Tri::Unknown };
    let minus = |a: Option<f64>, b: Option<f64>| Some(a? - b?);
    let difference = match (quantity(declared), quantity(other)) {
        (Some(d), Some(o)) => Bounds::from_ends(minus(o.low, d.high), minus(o.high, d.low)),
        _ => Bounds::UNKNOWN,
    };
    Gap {
        ratio,
        difference,
        noise,
        beyond_noise,
        declared_unit_value: Bounds::UNKNOWN,
        other_unit_value: Bounds::UNKNOWN,
        declared_value_in_tonnes: Bounds::UNKNOWN,
    }
}

/// US dollars per tonne.
#[must_use]
pub fn unit_value(usd: Bounds, tonnes: Bounds) -> Bounds {
    divide(usd, tonnes)
}

/// Whether a unit value lies inside the product's price range of the time, which the caller passes in (US dollars per tonne).
///
/// True if it lies inside wherever both lie in their bounds, false if it cannot lie inside, else unknown.
///
/// ```
/// use tw_base::{Bounds, Tri};
/// use tw_flows::{unit_value, unit_value_plausible};
/// let russia_2019 = unit_value(Bounds::exactly(24.8e6), Bounds::exactly(30_180.0)); // 822 USD/t
/// assert_eq!(unit_value_plausible(russia_2019, Bounds::between(450.0, 700.0)), Tri::False);
/// ```
#[must_use]
pub fn unit_value_plausible(usd_per_tonne: Bounds, price: Bounds) -> Tri {
    let (Some(value), Some(price)) = (quantity(usd_per_tonne), quantity(price)) else { return Tri::Unknown };
    if !value.overlaps(&price) {
        return Tri::False;
    }
    let above = matches!((value.low, price.low), (Some(v), Some(p)) if v >= p);
    let below = matches!((value.high, price.high), (Some(v), Some(p)) if v <= p);
    if above && below { Tri::True } else { Tri::Unknown }
}

/// Division of two intervals of non-negative numbers; an end that would divide by zero is unknown.
pub(crate) fn divide(numerator: Bounds, denominator: Bounds) -> Bounds {
    let (Some(n), Some(d)) = (quantity(numerator), quantity(denominator)) else { return Bounds::UNKNOWN };
    let over = |a: Option<f64>, b: Option<f64>| Some(a? / b.filter(|v| *v > 0.0)?).filter(|v| v.is_finite());
    let best = over(n.best, d.best);
    Bounds { low: over(n.low, d.high), best, high: over(n.high, d.low) }
}

fn outside(ratio: Bounds, low: f64, high: f64) -> Tri {
    match (ratio.low, ratio.high) {
        (Some(l), _) if l > high => Tri::True,
        (_, Some(h)) if h < low => Tri::True,
        (Some(l), Some(h)) if l >= low && h <= high => Tri::False,
        _ => Tri::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_oil_of_2015_to_2017_is_far_beyond_noise() {
        let declared = Side { usd: Bounds::exactly(25e6), tonnes: Bounds::UNKNOWN };
        let other = Side { usd: Bounds::exactly(238e6), tonnes: Bounds::exactly(622_878.0) };
        let gap = compare(&declared, &other, CIF_CONVENTION);
        assert_eq!(gap.beyond_noise, Tri::True);
        assert!((gap.ratio.exact().unwrap() - 9.52).abs() < 1e-12);
        assert!((gap.other_unit_value.exact().unwrap() - 382.1).abs() < 0.01);
        assert!((gap.declared_value_in_tonnes.best.unwrap() - 65_428.0).abs() < 1.0);
        assert_eq!(gap.declared_unit_value, Bounds::UNKNOWN);
        assert_eq!(gap.difference, Bounds::exactly(213e6));
    }

    #[test]
    fn small_gaps_of_mass_are_within_noise() {
        let chemicals = compare_amounts(Bounds::exactly(15_641.0), Bounds::exactly(16_792.0), CIF_CONVENTION);
        assert!((chemicals.ratio.exact().unwrap() - 1.0736).abs() < 1e-4);
        assert_eq!(chemicals.beyond_noise, Tri::False);
        let machines = compare_amounts(Bounds::exactly(3.1), Bounds::exactly(3.2), CIF_CONVENTION);
        assert_eq!(machines.beyond_noise, Tri::False);
        let narrow = compare_amounts(Bounds::exactly(15_641.0), Bounds::exactly(16_792.0), CIF_DOTS);
        assert_eq!(narrow.beyond_noise, Tri::True);
    }

    #[test]
    fn an_undeclared_flow_has_no_ratio() {
        let missing = compare_amounts(Bounds::UNKNOWN, Bounds::exactly(11.0), CIF_CONVENTION);
        assert_eq!((missing.ratio, missing.beyond_noise), (Bounds::UNKNOWN, Tri::Unknown));
        let zero = compare_amounts(Bounds::exactly(0.0), Bounds::exactly(11.0), CIF_CONVENTION);
        assert_eq!((zero.ratio.high, zero.beyond_noise), (None, Tri::Unknown));
        assert_eq!(compare_amounts(Bounds::exactly(1.0), Bounds::exactly(9.0), f64::NAN).beyond_noise, Tri::Unknown);
    }

    #[test]
    fn a_unit_value_is_judged_only_against_the_range_that_is_passed() {
        let russia_2019 = unit_value(Bounds::exactly(24.8e6), Bounds::exactly(30_180.0));
        assert!((russia_2019.exact().unwrap() - 821.7).abs() < 0.1);
        assert_eq!(unit_value_plausible(russia_2019, Bounds::between(450.0, 700.0)), Tri::False);
        assert_eq!(unit_value_plausible(russia_2019, Bounds::between(450.0, 900.0)), Tri::True);
        assert_eq!(unit_value_plausible(russia_2019, Bounds::at_least(450.0)), Tri::Unknown);
        assert_eq!(unit_value_plausible(Bounds::between(600.0, 800.0), Bounds::between(450.0, 700.0)), Tri::Unknown);
    }

    proptest! {
        #[test]
        fn the_verdict_is_the_same_whichever_side_is_first(a in 1.0..1e6, b in 1.0..1e6, noise in 0.0..0.5) {
            let there = compare_amounts(Bounds::exactly(a), Bounds::exactly(b), noise);
            let back = compare_amounts(Bounds::exactly(b), Bounds::exactly(a), noise);
            let edge = (there.ratio.low.unwrap().ln().abs() - (1.0 + noise).ln()).abs() < 1e-12;
            prop_assert!(edge || there.beyond_noise == back.beyond_noise);
        }

        #[test]
        fn wider_noise_never_makes_a_gap_appear(a in 1.0..1e6, b in 1.0..1e6, narrow in 0.0..0.5, more in 0.0..0.5) {
            let tight = compare_amounts(Bounds::exactly(a), Bounds::exactly(b), narrow).beyond_noise;
            let wide = compare_amounts(Bounds::exactly(a), Bounds::exactly(b), narrow + more).beyond_noise;
            prop_assert!(!(tight == Tri::False && wide == Tri::True));
        }
    }
}
