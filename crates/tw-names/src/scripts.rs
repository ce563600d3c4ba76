//! The Latin readings of a name in any script.

use crate::Kind;

/// A name in Latin letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Latin {
    pub text: String,
    /// The script writes no vowels (Arabic, Hebrew), so the reading has few or guessed ones.
    pub abjad: bool,
}

/// A script whose characters are syllables or words: two strings in it are compared as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Native {
    Han,
    Hangul,
}

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2fa1f)
}

fn is_hangul(c: char) -> bool {
    matches!(c as u32, 0xac00..=0xd7a3)
}

fn is_abjad(c: char) -> bool {
    matches!(c as u32, 0x590..=0x6ff | 0x750..=0x77f | 0x8a0..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefc)
}

/// The characters of a name in Han or Hangul, without the rest; none for other scripts.
pub(crate) fn native(text: &str) -> Option<(Native, String)> {
    let hangul: String = text.chars().filter(|c| is_hangul(*c)).collect();
    if !hangul.is_empty() {
        return Some((Native::Hangul, hangul.chars().enumerate().map(|(at, c)| if at == 0 { southern(c) } else { c }).collect()));
    }
    let han: String = text.chars().filter(|c| is_han(*c)).collect();
    (!han.is_empty()).then_some((Native::Han, han))
}

/// A first syllable as the south writes it: a leading r is dropped before i and y, and is n before other vowels.
fn southern(c: char) -> char {
    let Some(at) = (c as u32).checked_sub(0xac00) else { return c };
    let (onset, vowel) = (at / 588, (at % 588) / 28);
    let y = matches!(vowel, 2 | 3 | 6 | 7 | 12 | 17 | 20);
    let onset = match onset {
        5 if y => 11,
        2 if y => 11,
        5 => 2,
        other => other,
    };
    char::from_u32(0xac00 + onset * 588 + at % 588).unwrap_or(c)
}

/// The readings of a name, the best first; at least one unless the text has no letters.
pub(crate) fn readings(text: &str, _kind: Kind) -> Vec<Latin> {
    let mut out = String::with_capacity(text.len());
    let mut abjad = false;
    for c in text.chars().take(400) {
        if is_han(c) || is_hangul(c) {
            out.push(' ');
            out.push_str(any_ascii::any_ascii_char(c));
            out.push(' ');
            continue;
        }
        abjad |= is_abjad(c);
        out.push(c);
    }
    vec![Latin { text: out, abjad }]
}
