use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Tri;

/// A quantity known to lie between two bounds, with a best value if somebody named one.
///
/// A missing bound is unknown, never zero. The unit is carried beside it (a column name or [`crate::Unit`]).
/// Quantities of this domain (barrels, tonnes, persons, dollars) are not negative, so an unknown low bound is *not* read as zero either:
/// use [`Bounds::or_zero_low`] where that physical fact is the argument.
///
/// ```
/// use tw_base::{Bounds, Tri};
/// let seen = Bounds::at_least(700.0);
/// assert_eq!(seen.exceeds(0.0), Tri::True);
/// assert_eq!(seen.exceeds(1_000.0), Tri::Unknown);
/// assert_eq!(seen.to_string(), "≥ 700");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Lower bound, inclusive; `None` if unknown.
    #[serde(default)]
    pub low: Option<f64>,
    /// The value the source itself prefers, if it names one inside its range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<f64>,
    /// Upper bound, inclusive; `None` if unknown.
    #[serde(default)]
    pub high: Option<f64>,
}

/// Why text is not a pair of bounds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a number or a range: {why}")]
pub struct BoundsError {
    text: String,
    why: &'static str,
}

impl Bounds {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { low: None, best: None, high: None };

    /// Exactly this value.
    #[must_use]
    pub const fn exactly(value: f64) -> Self {
        Self { low: Some(value), best: Some(value), high: Some(value) }
    }

    /// Between two values, without a preferred one.
    #[must_use]
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low: Some(low), best: None, high: Some(high) }
    }

    /// At least this much.
    #[must_use]
    pub const fn at_least(low: f64) -> Self {
        Self { low: Some(low), best: None, high: None }
    }

    /// At most this much.
    #[must_use]
    pub const fn at_most(high: f64) -> Self {
        Self { low: None, best: None, high: Some(high) }
    }

    /// From two optional columns; equal ends give an exact value.
    #[must_use]
    pub fn from_ends(low: Option<f64>, high: Option<f64>) -> Self {
        let best = match (low, high) {
            (Some(l), Some(h)) if l == h => Some(l),
            _ => None,
        };
        Self { low, best, high }
    }

    /// True if neither end is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.low.is_none() && self.high.is_none()
    }

    /// The single value, if both ends agree.
    #[must_use]
    pub fn exact(&self) -> Option<f64> {
        match (self.low, self.high) {
            (Some(l), Some(h)) if l == h => Some(l),
            _ => None,
        }
    }

    /// The best value: the one named, else the middle of a closed range, else none.
    #[must_use]
    pub fn best_or_middle(&self) -> Option<f64> {
        self.best.or(match (self.low, self.high) {
            (Some(l), Some(h)) => Some(f64::midpoint(l, h)),
            _ => None,
        })
    }

    /// The same with an unknown low bound read as zero, because the quantity cannot be negative.
    #[must_use]
    pub fn or_zero_low(self) -> Self {
        Self { low: self.low.or(Some(0.0)), ..self }
    }

    /// Strictly above a limit.
    #[must_use]
    pub fn exceeds(&self, limit: f64) -> Tri {
        match (self.low, self.high) {
            (Some(low), _) if low > limit => Tri::True,
            (_, Some(high)) if high <= limit => Tri::False,
            _ => Tri::Unknown,
        }
    }

    /// At or above a limit.
    #[must_use]
    pub fn reaches(&self, limit: f64) -> Tri {
        match (self.low, self.high) {
            (Some(low), _) if low >= limit => Tri::True,
            (_, Some(high)) if high < limit => Tri::False,
            _ => Tri::Unknown,
        }
    }

    /// Strictly above another quantity, whichever values inside their bounds they take.
    #[must_use]
    pub fn exceeds_bounds(&self, other: &Self) -> Tri {
        match (self.low, other.high, self.high, other.low) {
            (Some(low), Some(limit), _, _) if low > limit => Tri::True,
            (_, _, Some(high), Some(limit)) if high <= limit => Tri::False,
            _ => Tri::Unknown,
        }
    }

    /// Sum of two quantities; an unknown end stays unknown.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let add = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
        let best = add(self.best_or_middle(), other.best_or_middle());
        Self { low: add(self.low, other.low), best, high: add(self.high, other.high) }
    }

    /// Product with a factor that is itself an interval of non-negative numbers.
    #[must_use]
    pub fn times(&self, factor: &Self) -> Self {
        let mul = |a: Option<f64>, b: Option<f64>| Some(a? * b?);
        let best = mul(self.best_or_middle(), factor.best_or_middle());
        Self { low: mul(self.low, factor.low), best, high: mul(self.high, factor.high) }
    }

    /// Smallest bounds that hold both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
        Self { low, best: None, high }
    }

    /// True if the two may be the same quantity.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let apart = |a: Option<f64>, b: Option<f64>| matches!((a, b), (Some(x), Some(y)) if x > y);
        !apart(self.low, other.high) && !apart(other.low, self.high)
    }
}

/// Formats with thousands separated by a comma, and at most two decimals.
///
/// ```
/// assert_eq!(tw_base::format_number(4_360_146.0), "4,360,146");
/// assert_eq!(tw_base::format_number(9.1904), "9.19");
/// ```
#[must_use]
pub fn format_number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    let text = if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.2}") };
    let (sign, rest) = text.strip_prefix('-').map_or(("", text.as_str()), |r| ("-", r));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction.trim_end_matches('0'));
    }
    out
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match (self.low, self.high) {
            (Some(l), Some(h)) if l == h => format_number(l),
            (Some(l), Some(h)) => format!("{}–{}", format_number(l), format_number(h)),
            (Some(l), None) => format!("≥ {}", format_number(l)),
            (None, Some(h)) => format!("≤ {}", format_number(h)),
            (None, None) => "unknown".to_owned(),
        };
        f.pad(&text)
    }
}

/// Reads `500`, `400..700`, `>=700`, `<=700` and `unknown`.
impl FromStr for Bounds {
    type Err = BoundsError;

    fn from_str(text: &str) -> Result<Self, BoundsError> {
        let fail = |why| BoundsError { text: text.to_owned(), why };
        let number = |part: &str| -> Result<f64, BoundsError> {
            let value: f64 = part.trim().replace('_', "").parse().map_err(|_| fail("not a number"))?;
            if !value.is_finite() {
                return Err(fail("not finite"));
            }
            Ok(value)
        };
        let text = text.trim();
        if text == "unknown" {
            return Ok(Self::UNKNOWN);
        }
        if let Some(rest) = text.strip_prefix(">=").or_else(|| text.strip_prefix('≥')) {
            return Ok(Self::at_least(number(rest)?));
        }
        if let Some(rest) = text.strip_prefix("<=").or_else(|| text.strip_prefix('≤')) {
            return Ok(Self::at_most(number(rest)?));
        }
        if let Some((low, high)) = text.split_once("..") {
            let (low, high) = (number(low)?, number(high)?);
            if low > high {
                return Err(fail("the low end is above the high end"));
            }
            return Ok(Self::from_ends(Some(low), Some(high)));
        }
        Ok(Self::exactly(number(text)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_in_toml_and_csv() {
        assert_eq!("400..700".parse::<Bounds>(), Ok(Bounds::between(400.0, 700.0)));
        assert_eq!(">=700".parse::<Bounds>(), Ok(Bounds::at_least(700.0)));
        assert_eq!("unknown".parse::<Bounds>(), Ok(Bounds::UNKNOWN));
        for bad in ["", "1e400", "NaN", "7..5", "ten"] {
            assert!(bad.parse::<Bounds>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_unknown_end_survives_a_sum() {
        let sum = Bounds::at_least(5.0).plus(&Bounds::exactly(2.0));
        assert_eq!((sum.low, sum.high), (Some(7.0), None));
    }
}
