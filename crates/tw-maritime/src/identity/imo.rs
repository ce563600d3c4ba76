//! What an IMO number that was sent can be.

use serde::{Deserialize, Serialize};

/// What a number in the IMO field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImoClaim {
    /// Zero: not given.
    Absent,
    /// Seven digits with the right check digit.
    Valid,
    /// Seven digits and a wrong check digit.
    BadDigit,
    /// Right check digit in a range from which no ship number is known to have been given: 2,000,000 to 4,999,999.
    Unissued,
    /// Passes the check and is typed by those who have none: 1234567, 5555555.
    Placeholder,
    /// Eight digits, or seven that fail where European inland numbers lie (the leading zero is lost): ENI, not IMO.
    Inland,
    /// Fewer or more digits.
    NoNumber,
}

/// Whether the check digit is right: six digits times 7 to 2, sum modulo ten.
///
/// ```
/// use tw_maritime::identity::check_digit_holds;
/// assert!(check_digit_holds(9_074_729));
/// assert!(!check_digit_holds(9_074_728));
/// ```
#[must_use]
pub fn check_digit_holds(imo: u32) -> bool {
    if !(1_000_000..=9_999_999).contains(&imo) {
        return false;
    }
    let mut sum = 0;
    let mut rest = imo / 10;
    for weight in 2..=7 {
        sum += rest % 10 * weight;
        rest /= 10;
    }
    sum % 10 == imo % 10
}

/// Judges a number by its digits alone.
#[must_use]
pub fn imo_claim(imo: u32) -> ImoClaim {
    match imo {
        0 => ImoClaim::Absent,
        1_234_567 | 5_555_555 => ImoClaim::Placeholder,
        10_000_000..=99_999_999 => ImoClaim::Inland,
        2_000_000..=4_999_999 if check_digit_holds(imo) => ImoClaim::Unissued,
        2_000_000..=4_999_999 => ImoClaim::Inland,
        1_000_000..=9_999_999 if check_digit_holds(imo) => ImoClaim::Valid,
        1_000_000..=9_999_999 => ImoClaim::BadDigit,
        _ => ImoClaim::NoNumber,
    }
}

impl ImoClaim {
    /// Whether the number can tell one ship from another: valid, or valid in the unissued range, where invented ships lie.
    #[must_use]
    pub fn names_a_ship(self) -> bool {
        matches!(self, Self::Valid | Self::Unissued)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn claims_of_each_kind() {
        let cases = [
            (0, ImoClaim::Absent),
            (9_074_729, ImoClaim::Valid),
            (9_074_728, ImoClaim::BadDigit),
            (2_222_224, ImoClaim::Unissued),
            (2_222_225, ImoClaim::Inland),
            (1_234_567, ImoClaim::Placeholder),
            (5_555_555, ImoClaim::Placeholder),
            (21_234_567, ImoClaim::Inland),
            (366_123, ImoClaim::NoNumber),
            (u32::MAX, ImoClaim::NoNumber),
        ];
        for (imo, expected) in cases {
            assert_eq!(imo_claim(imo), expected, "{imo}");
        }
    }

    proptest! {
        #[test]
        fn one_in_ten_numbers_passes(head in 100_000u32..=999_999) {
            prop_assert_eq!((0..10).filter(|digit| check_digit_holds(head * 10 + digit)).count(), 1);
        }
    }
}
