//! Deliveries counted ship by ship: a sum as a distribution, and the days on which it passes parts of a limit.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::revenue::Xoshiro;

/// Draws of the sum: the share of them beyond a limit is steady to about half a per cent.
const DRAWS: u32 = 20_000;

/// Seed of the draws: same deliveries, same bytes.
const SEED: u64 = 5;

/// Where the normal distribution has its 90 per cent point, in standard deviations.
const NINETY: f64 = 1.281_551_565_544_6;

/// Parts of a yearly limit at which the Committee's Secretary notifies all States (resolution 2397 (2017), paragraph 5), and the limit itself.
pub const NOTICES: [f64; 4] = [0.75, 0.90, 0.95, 1.0];

/// One delivery that a ship probably made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probable {
    /// Day of the delivery.
    pub day: Date,
    /// Probability that it was made at all, 0 to 1.
    pub probability: f64,
    /// Barrels if it was made: the 10, 50 and 90 per cent points.
    pub barrels: [f64; 3],
}

/// When a sum passed a part of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// The part: 0.75, 0.90, 0.95, or 1 for the limit.
    pub part: f64,
    /// Day by which it was passed with a probability of 5 per cent; none if it never was.
    pub p5_by: Option<Date>,
    /// Day by which it was passed with a probability of one half.
    pub p50_by: Option<Date>,
    /// Day by which it was passed with a probability of 95 per cent.
    pub p95_by: Option<Date>,
}

/// The sum of deliveries that ships probably made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShipSum {
    /// 5 per cent point, barrels.
    pub p5: f64,
    /// Middle.
    pub p50: f64,
    /// 95 per cent point.
    pub p95: f64,
    /// Probability that the sum is above the limit.
    pub above: f64,
    /// When it passed the parts of [`NOTICES`].
    pub reached: Vec<Reached>,
    /// Deliveries that were summed.
    pub counted: usize,
    /// Places in the input of what cannot be summed: no probability, or amounts that are out of order or below zero.
    pub unsound: Vec<usize>,
}

/// Sums deliveries that may each have been made or not, independently of each other, in 20,000 draws. None if there is nothing to sum.
///
/// An amount follows two halves of a lognormal distribution that meet in the middle figure and pass through the 10 and 90 per cent points. An error
/// that all amounts share (a wrong model of all hulls, another product) widens the true spread beyond this one: that is for the caller to say.
///
/// ```
/// use tw_flows::{Probable, by_ship};
/// let call = |day: &str, probability| Probable { day: day.parse().expect("a day"), probability, barrels: [8_000.0, 12_000.0, 18_000.0] };
/// let sum = by_ship(&[call("2018-02-01", 1.0), call("2018-03-01", 0.5)], 15_000.0).expect("two deliveries");
/// assert!(sum.p5 < 12_000.0 && sum.p95 > 24_000.0);
/// assert_eq!(sum.reached[3].p95_by, None); // in half of the draws there was one delivery only
/// ```
#[must_use]
pub fn by_ship(deliveries: &[Probable], limit: f64) -> Option<ShipSum> {
    let sound = |d: &Probable| {
        let [low, middle, high] = d.barrels;
        (0.0..=1.0).contains(&d.probability) && low > 0.0 && low <= middle && middle <= high && high.is_finite()
    };
    let unsound: Vec<usize> = deliveries.iter().enumerate().filter(|(_, d)| !sound(d)).map(|(i, _)| i).collect();
    let mut sorted: Vec<&Probable> = deliveries.iter().filter(|d| sound(d)).collect();
    // By all of it, so that the order of the input decides nothing.
    sorted.sort_by(|a, b| {
        a.day.cmp(&b.day).then(a.probability.total_cmp(&b.probability)).then_with(|| a.barrels[1].total_cmp(&b.barrels[1]))
    });
    if sorted.is_empty() {
        return None;
    }
    let mut random = Xoshiro::seeded(SEED);
    let mut sums = Vec::with_capacity(DRAWS as usize);
    // For each part of the limit, in how many draws each delivery was the one that passed it.
    let mut passed = vec![vec![0_u32; sorted.len()]; NOTICES.len()];
    for _ in 0..DRAWS {
        let mut sum = 0.0;
        let mut next = 0;
        for (number, delivery) in sorted.iter().enumerate() {
            let (made, amount) = (random.unit(), normal(&mut random));
            if made >= delivery.probability {
                continue;
            }
            sum += drawn(delivery.barrels, amount);
            while next < NOTICES.len() && sum > limit * NOTICES[next] {
                passed[next][number] += 1;
                next += 1;
            }
        }
        sums.push(sum);
    }
    sums.sort_by(f64::total_cmp);
    let at = |part: f64| sums[((sums.len() - 1) as f64 * part).round() as usize];
    let above = sums.iter().filter(|sum| **sum > limit).count() as f64 / f64::from(DRAWS);
    let reached = NOTICES
        .iter()
        .zip(&passed)
        .map(|(part, counts)| {
            let by = |share: f64| {
                let mut draws = 0;
                let enough = |count: &u32| {
                    draws += count;
                    f64::from(draws) >= share * f64::from(DRAWS)
                };
                counts.iter().position(enough).map(|number| sorted[number].day)
            };
            Reached { part: *part, p5_by: by(0.05), p50_by: by(0.50), p95_by: by(0.95) }
        })
        .collect();
    Some(ShipSum { p5: at(0.05), p50: at(0.50), p95: at(0.95), above, reached, counted: sorted.len(), unsound })
}

/// An amount at so many standard deviations from its middle.
fn drawn([low, middle, high]: [f64; 3], deviations: f64) -> f64 {
    let spread = if deviations < 0.0 { (middle / low).ln() } else { (high / middle).ln() } / NINETY;
    middle * (spread * deviations).exp()
}

/// A standard normal number (Box and Muller, *Annals of Mathematical Statistics* 29 (1958) 610).
fn normal(random: &mut Xoshiro) -> f64 {
    let (u, v) = (1.0 - random.unit(), random.unit());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn delivery(day: &str, probability: f64, barrels: [f64; 3]) -> Probable {
        Probable { day: day.parse().unwrap(), probability, barrels }
    }

    #[test]
    fn one_sure_delivery_has_its_own_percentiles() {
        let sum = by_ship(&[delivery("2018-02-01", 1.0, [8_000.0, 12_000.0, 18_000.0])], 10_000.0).unwrap();
        assert!((sum.p50 / 12_000.0 - 1.0).abs() < 0.02, "{sum:?}");
        // 1.645 / 1.2816 of the way in logarithms.
        assert!((sum.p95 / (12_000.0 * 1.5_f64.powf(1.283_5)) - 1.0).abs() < 0.02, "{sum:?}");
        assert_eq!(sum.reached[3].p50_by.map(|d| d.to_string()).as_deref(), Some("2018-02-01"));
        assert!(sum.above > 0.6 && sum.above < 0.8, "{sum:?}");
    }

    #[test]
    fn notices_come_one_after_the_other() {
        let calls: Vec<Probable> = (1..=12).map(|m| delivery(&format!("2018-{m:02}-10"), 0.9, [40_000.0, 50_000.0, 60_000.0])).collect();
        let sum = by_ship(&calls, 500_000.0).unwrap();
        let days: Vec<Option<Date>> = sum.reached.iter().map(|r| r.p50_by).collect();
        assert!(days.windows(2).all(|pair| pair[0].unwrap() <= pair[1].unwrap()), "{days:?}");
        assert!((sum.p50 / 545_000.0 - 1.0).abs() < 0.03, "{sum:?}");
        for reached in &sum.reached {
            assert!(reached.p5_by <= reached.p50_by.or(reached.p5_by));
        }
    }

    #[test]
    fn what_is_unsound_is_named_and_not_summed() {
        let odd = [
            delivery("2018-01-01", 0.5, [5.0, 4.0, 6.0]),
            delivery("2018-01-01", f64::NAN, [4.0, 5.0, 6.0]),
            delivery("2018-01-01", 1.0, [4.0, 5.0, f64::INFINITY]),
            delivery("2018-01-01", 1.0, [4.0, 5.0, 6.0]),
        ];
        let sum = by_ship(&odd, 100.0).unwrap();
        assert_eq!((sum.unsound, sum.counted), (vec![0, 1, 2], 1));
        assert_eq!(by_ship(&odd[..3], 100.0), None);
        assert_eq!(by_ship(&[], 100.0), None);
    }

    proptest! {
        #[test]
        fn order_of_the_input_decides_nothing(mut days in prop::collection::vec((1i8..28, 0.0..1.0f64, 1.0..1e5f64), 1..12), limit in 1.0..1e6f64) {
            let calls = |days: &[(i8, f64, f64)]| days.iter().map(|(d, p, b)| Probable { day: Date::constant(2018, 3, *d), probability: *p, barrels: [b * 0.7, *b, b * 1.4] }).collect::<Vec<_>>();
            let one = by_ship(&calls(&days), limit);
            days.reverse();
            prop_assert_eq!(one.clone(), by_ship(&calls(&days), limit));
            let sum = one.unwrap();
            prop_assert!(sum.p5 <= sum.p50 && sum.p50 <= sum.p95);
        }
    }
}
