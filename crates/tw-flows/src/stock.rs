//! Stocks and flows of persons, permits or goods.

use serde::{Deserialize, Serialize};
use tw_base::{Bounds, Tri};

use crate::convert::quantity;

/// Carries a stock forward over one period: stock + inflow - outflow, never below zero.
///
/// All four are in one unit and not negative, so an unknown *low* end of stock, inflow or outflow is read as zero. An unknown *high*
/// end stays unknown: with an outflow that is not bounded above, the low end of the result is unknown.
/// If even the highest stock and inflow are below the lowest outflow, the figures contradict each other and the result is unknown.
///
/// ```
/// use tw_base::Bounds;
/// use tw_flows::forward;
/// let next = forward(Bounds::exactly(30_023.0), Bounds::at_least(700.0), Bounds::between(18_000.0, 20_000.0));
/// assert_eq!((next.low, next.high), (Some(10_723.0), None));
/// ```
#[must_use]
pub fn forward(stock: Bounds, inflow: Bounds, outflow: Bounds) -> Bounds {
    let (Some(stock), Some(inflow), Some(outflow)) = (quantity(stock), quantity(inflow), quantity(outflow)) else {
        return Bounds::UNKNOWN;
    };
    let supply_low = stock.low.unwrap_or(0.0) + inflow.low.unwrap_or(0.0);
    let low = outflow.high.map(|out| (supply_low - out).max(0.0));
    let high = sum(stock.high, inflow.high).map(|supply| supply - outflow.low.unwrap_or(0.0));
    if high.is_some_and(|h| h < 0.0) {
        return Bounds::UNKNOWN;
    }
    let best = stock.best.zip(inflow.best).zip(outflow.best).map(|((s, i), o)| (s + i - o).max(0.0));
    Bounds { low, best, high }
}

/// What two stocks and the inflow between them say about those who left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// Fall of the stock, from the first date to the second; negative where it rose.
    pub decline: Bounds,
    /// Those who left: first stock + inflow - second stock.
    pub outflow: Bounds,
    /// How many of the second stock came in between: at least what the first stock cannot account for, at most the inflow.
    pub new_in_stock: Bounds,
    /// False if the stock rose by more than the inflow allows; true if it did not, whatever values inside the bounds they take.
    pub consistent: Tri,
    /// The same in one sentence.
    pub explanation: String,
}

/// Sets a decline of a stock beside the new permits (or entries) of the same time.
///
/// A stock that falls does not show that nobody came: 30,023 permits at the end of 2017 and 11,490 a year later leave room for any
/// number of new permits, with as many more departures. What the two figures do bound is returned.
#[must_use]
pub fn within(before: Bounds, after: Bounds, inflow: Bounds) -> Balance {
    let sound = |b| quantity(b).unwrap_or(Bounds::UNKNOWN);
    let (before, after, inflow) = (sound(before), sound(after), sound(inflow));
    let minus = |a: Option<f64>, b: Option<f64>| Some(a? - b?);
    let decline = Bounds { low: minus(before.low, after.high), best: None, high: minus(before.high, after.low) };
    let out_low = minus(sum(before.low.or(Some(0.0)), inflow.low.or(Some(0.0))), after.high).map(|v| v.max(0.0));
    let out_high = minus(sum(before.high, inflow.high), after.low.or(Some(0.0)));
    let consistent = match (out_high, minus(sum(before.low, inflow.low), after.high)) {
        (Some(high), _) if high < 0.0 => Tri::False,
        (_, Some(least)) if least >= 0.0 => Tri::True,
        _ => Tri::Unknown,
    };
    let outflow = if consistent == Tri::False { Bounds::UNKNOWN } else { Bounds { low: out_low, best: None, high: out_high } };
    let new_high = match (inflow.high, after.high) {
        (Some(i), Some(a)) => Some(i.min(a)),
        (i, a) => i.or(a),
    };
    let new_in_stock = Bounds { low: minus(after.low, before.high).map(|v| v.max(0.0)), best: None, high: new_high };
    let explanation = match consistent {
        Tri::False => format!("the stock rose to {after} from {before}, more than the inflow of {inflow} allows: the figures conflict"),
        _ => format!("from {before} to {after} with an inflow of {inflow}: {outflow} left, and {new_in_stock} of those present may be new"),
    };
    Balance { decline: tidy(decline), outflow, new_in_stock, consistent, explanation }
}

fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(a? + b?)
}

fn tidy(bounds: Bounds) -> Bounds {
    Bounds::from_ends(bounds.low, bounds.high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_russian_permits_of_2018_leave_room_for_new_ones() {
        let balance = within(Bounds::exactly(30_023.0), Bounds::exactly(11_490.0), Bounds::at_least(700.0));
        assert_eq!(balance.decline, Bounds::exactly(18_533.0));
        assert_eq!((balance.outflow.low, balance.outflow.high), (Some(19_233.0), None));
        assert_eq!(balance.consistent, Tri::True);
        assert_eq!((balance.new_in_stock.low, balance.new_in_stock.high), (Some(0.0), Some(11_490.0)));
        assert_eq!(
            balance.explanation,
            "from 30,023 to 11,490 with an inflow of ≥ 700: ≥ 19,233 left, and 0–11,490 of those present may be new"
        );
    }

    #[test]
    fn a_rise_beyond_the_inflow_is_a_conflict() {
        let balance = within(Bounds::exactly(511.0), Bounds::exactly(15_000.0), Bounds::exactly(13_221.0));
        assert_eq!(balance.consistent, Tri::False);
        assert_eq!(balance.outflow, Bounds::UNKNOWN);
        let open = within(Bounds::exactly(511.0), Bounds::exactly(15_000.0), Bounds::at_least(13_221.0));
        assert_eq!(open.consistent, Tri::Unknown);
        assert_eq!(open.new_in_stock.low, Some(14_489.0));
    }

    #[test]
    fn an_unknown_departure_leaves_the_low_end_unknown_and_the_high_end_known() {
        let next = forward(Bounds::exactly(100.0), Bounds::exactly(20.0), Bounds::UNKNOWN);
        assert_eq!((next.low, next.high), (None, Some(120.0)));
        assert_eq!(forward(Bounds::exactly(100.0), Bounds::exactly(0.0), Bounds::exactly(150.0)), Bounds::UNKNOWN);
        assert_eq!(forward(Bounds::exactly(-1.0), Bounds::exactly(0.0), Bounds::exactly(0.0)), Bounds::UNKNOWN);
    }

    proptest! {
        #[test]
        fn the_true_stock_lies_inside(s in 0u32..50_000, i in 0u32..50_000, o in 0u32..50_000, slack in 0u32..1_000) {
            let out = o.min(s + i);
            let around = |v: u32| Bounds::between(f64::from(v.saturating_sub(slack)), f64::from(v + slack));
            let next = forward(around(s), around(i), around(out));
            let truth = f64::from(s + i - out);
            prop_assert!(next.low.unwrap() <= truth && truth <= next.high.unwrap());
            let balance = within(around(s), Bounds::exactly(truth), around(i));
            prop_assert!(balance.consistent != Tri::False);
            prop_assert!(balance.outflow.low.unwrap() <= f64::from(out) && f64::from(out) <= balance.outflow.high.unwrap());
        }
    }
}
