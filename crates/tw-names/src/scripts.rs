//! The Latin readings of a name in any script.

use crate::Kind;
use tw_scripts::{Script, System};

/// A name in Latin letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Latin {
    pub text: String,
    /// The script writes no vowels (Arabic, Hebrew), so the reading has few or guessed ones.
    pub abjad: bool,
    /// The script writes syllables (Han, Hangul), each of which many words share: only equal spellings count.
    pub syllabic: bool,
    /// A foreign name written by its sound in Han: no clusters, no r.
    pub transcribed: bool,
}

/// A script whose characters are syllables or words: two strings in it are compared as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Native {
    Han,
    Hangul,
}

/// The Wikidata names of which a folded word is a spelling.
pub(crate) fn names(word: &str) -> &'static [u32] {
    tw_scripts::NameTable::bundled().groups(word)
}

/// The most readings of a name.
const MOST: usize = 5;

/// The characters of a name in Han or Hangul, without the rest; none for other scripts.
pub(crate) fn native(text: &str) -> Option<(Native, String)> {
    if text.is_ascii() {
        return None;
    }
    let of = |script: Script| -> String { text.chars().take(400).filter(|c| tw_scripts::script_of(*c) == Some(script)).collect() };
    let hangul = of(Script::Hangul);
    if !hangul.is_empty() {
        return Some((Native::Hangul, hangul.chars().enumerate().map(|(at, c)| if at == 0 { southern(c) } else { c }).collect()));
    }
    let han = of(Script::Han);
    (!han.is_empty()).then_some((Native::Han, han))
}

/// A first syllable as the south writes it: a leading r is dropped before i and y, and is n before other vowels.
fn southern(c: char) -> char {
    let Some(at) = (c as u32).checked_sub(0xac00).filter(|at| *at < 11_172) else { return c };
    let (onset, vowel) = (at / 588, (at % 588) / 28);
    let glides = matches!(vowel, 2 | 3 | 6 | 7 | 12 | 17 | 20);
    let onset = match onset {
        2 | 5 if glides => 11,
        5 => 2,
        other => other,
    };
    char::from_u32(0xac00 + onset * 588 + at % 588).unwrap_or(c)
}

/// A foreign person's name in Han, which the dot between its parts gives away, each part read as one word.
fn transcribed(text: &str) -> Option<Latin> {
    let dot = |c: char| matches!(c, '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{30fb}' | '\u{ff0e}');
    if !text.contains(dot) {
        return None;
    }
    let parts: Vec<String> = text
        .split(|c: char| dot(c) || c.is_whitespace())
        .map(|part| any_ascii::any_ascii(part).chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase())
        .filter(|part| !part.is_empty())
        .collect();
    (parts.len() >= 2).then(|| Latin { text: parts.join(" "), abjad: true, syllabic: false, transcribed: true })
}

/// The readings of a name, the best first; one at least.
pub(crate) fn readings(text: &str, kind: Kind) -> Vec<Latin> {
    let script = if text.is_ascii() { Some(Script::Latin) } else { tw_scripts::main_script(text) };
    if matches!(script, None | Some(Script::Latin)) {
        return vec![Latin { text: text.chars().take(400).collect(), abjad: false, syllabic: false, transcribed: false }];
    }
    let abjad = matches!(script, Some(Script::Arabic | Script::Hebrew));
    let syllabic = matches!(script, Some(Script::Han | Script::Hangul));
    let as_kind = match kind {
        Kind::Person => tw_scripts::Kind::Person,
        Kind::Vessel => tw_scripts::Kind::Other,
        Kind::Organisation | Kind::Other => tw_scripts::Kind::Other,
    };
    let text: String = text.chars().take(200).collect();
    let mut out: Vec<Latin> = Vec::new();
    let mut add = |text: String| {
        if out.len() < MOST && !text.trim().is_empty() && out.iter().all(|other| other.text != text) {
            out.push(Latin { text, abjad, syllabic, transcribed: false });
        }
    };
    let words = tw_scripts::words(&text, as_kind);
    let forms: Vec<Vec<tw_scripts::Form>> = words.iter().map(|word| tw_scripts::latin(word, as_kind)).collect();
    // A Korean name in Cyrillic letters, read back as Korean.
    if script == Some(Script::Cyrillic)
        && kind != Kind::Organisation
        && let Some(korean) = tw_scripts::korean_in_cyrillic(&text)
    {
        let best: Vec<&str> = korean.iter().filter_map(|forms| forms.first()).map(|form| form.text.as_str()).collect();
        add(best.join(" "));
    }
    // One in katakana too.
    if script == Some(Script::Kana)
        && kind != Kind::Organisation
        && let Some(korean) = tw_scripts::korean_in_kana(&text)
    {
        let best: Vec<&str> = korean.iter().filter_map(|forms| forms.first()).map(|form| form.text.as_str()).collect();
        add(best.join(" "));
    }
    // One reading for each system, and for each of several forms that a system gives: the words in it, or in their first form.
    let mut systems: Vec<(System, usize)> = Vec::new();
    for list in &forms {
        for (at, form) in list.iter().enumerate() {
            let key = (form.system, list[..at].iter().filter(|other| other.system == form.system).count());
            if !systems.contains(&key) {
                systems.push(key);
            }
        }
    }
    for (system, nth) in systems {
        let reading: Vec<&str> = forms
            .iter()
            .filter_map(|list| list.iter().filter(|form| form.system == system).nth(nth).or(list.first()))
            .map(|form| form.text.as_str())
            .collect();
        add(reading.join(" "));
    }
    if out.is_empty() {
        out.push(Latin { text: any_ascii::any_ascii(&text), abjad, syllabic, transcribed: false });
    }
    if script == Some(Script::Han) && kind == Kind::Person {
        out.extend(transcribed(&text));
    }
    out
}
