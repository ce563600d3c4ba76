//! How alike two texts of an AIS message are.

use strsim::{jaro_winkler, levenshtein};

/// How one text comes from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// Equal but for spaces at the ends.
    Same,
    /// Every letter that differs does so by one bit of its six: what a radio error does.
    BitError,
    /// A few letters differ, and no digit: what a hand does. Two numbers in a row name two sister ships, so digits do not count as a slip.
    Slip,
    /// Anything else.
    Different,
}

/// Compares two texts; `distance` letters or the share `part` of the longer one count as a slip.
#[must_use]
pub fn likeness(a: &str, b: &str, distance: usize, part: f64) -> Likeness {
    let (a, b) = (a.trim(), b.trim());
    if a == b {
        return Likeness::Same;
    }
    if is_bit_error(a, b) {
        return Likeness::BitError;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(a) != digits(b) {
        return Likeness::Different;
    }
    if near(a, b, distance, part) { Likeness::Slip } else { Likeness::Different }
}

/// Whether the edit distance is at most `distance` letters or the share `part` of the longer text, and at most half of the shorter one.
#[must_use]
pub fn near(a: &str, b: &str, distance: usize, part: f64) -> bool {
    let (a, b) = (a.trim(), b.trim());
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "texts are short")]
    let limit = distance.max((longer as f64 * part.clamp(0.0, 1.0)) as usize).min(shorter / 2);
    // A text cannot be nearer than its length differs: no need for the quadratic distance then.
    longer - shorter <= limit && levenshtein(a, b) <= limit
}

/// Jaro-Winkler similarity of two names, 0 to 1; unknown if one is empty.
#[must_use]
pub fn similarity(a: &str, b: &str) -> Option<f64> {
    let (a, b) = (a.trim(), b.trim());
    (!a.is_empty() && !b.is_empty()).then(|| jaro_winkler(a, b))
}

/// One or two letters differ, each by one bit, and at least half are equal.
fn is_bit_error(a: &str, b: &str) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut differing = 0;
    for (x, y) in a.bytes().zip(b.bytes()) {
        if x == y {
            continue;
        }
        let (Some(x), Some(y)) = (six_bits(x), six_bits(y)) else { return false };
        if (x ^ y).count_ones() != 1 {
            return false;
        }
        differing += 1;
    }
    differing <= 2 && 2 * differing <= a.len()
}

/// The six bits of a letter (ITU-R M.1371-5, table 47): `@` is 0, space 32.
fn six_bits(letter: u8) -> Option<u8> {
    match letter {
        b'@'..=b'_' => Some(letter - 64),
        b' '..=b'?' => Some(letter),
        b'a'..=b'z' => Some(letter - 96),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bits_slips_and_other_ships() {
        let like = |a, b| likeness(a, b, 2, 0.2);
        assert_eq!(like("STOCKHOLM", "STOCKHQLM"), Likeness::Slip);
        assert_eq!(like("VANCOUVER", "UANCOUVER"), Likeness::Slip);
        assert_eq!(like("BALTIC STAR", "BALTIC QTAR"), Likeness::BitError);
        assert_eq!(like("BALTIC STAR ", "BALTIC STAR"), Likeness::Same);
        assert_eq!(like("OCEAN GLORY", "OCEAN GLORYY"), Likeness::Slip);
        assert_eq!(like("STAR 2", "STAR 4"), Likeness::Different);
        assert_eq!(like("AB", "CD"), Likeness::Different);
    }

    #[test]
    fn a_letter_and_its_six_bits() {
        assert_eq!(
            (six_bits(b'@'), six_bits(b'A'), six_bits(b' '), six_bits(b'9'), six_bits(0xC3)),
            (Some(0), Some(1), Some(32), Some(57), None)
        );
    }

    proptest! {
        #[test]
        fn likeness_is_the_same_both_ways(a in "[A-Z0-9 ]{0,20}", b in "[A-Z0-9 ]{0,20}") {
            prop_assert_eq!(likeness(&a, &b, 2, 0.2), likeness(&b, &a, 2, 0.2));
        }

        #[test]
        fn no_text_panics(a: String, b: String) {
            let _ = (likeness(&a, &b, 2, 0.2), similarity(&a, &b));
        }
    }
}
