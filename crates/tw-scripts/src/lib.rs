//! Names in any script: folded text, Latin spellings of other scripts, keys under which spellings meet, and a table of equal names.
//!
//! A sanctions list holds a name in one or two spellings; a record holds it in a third, often in another script. This crate turns a token
//! of any script into the few Latin spellings worth indexing. It works offline, knows no list and no score: what to make of two spellings
//! that meet is decided above.
//!
//! ```
//! use tw_scripts::{Kind, latin};
//! let forms = latin("김정은", Kind::Person);
//! assert_eq!(forms[0].text, "kim jong un");
//! ```

mod arabic;
mod cyrillic;
mod fold;
mod gloss;
mod han;
mod hangul;
mod kana;
mod keys;
mod names;
mod other;
mod readings;

pub use arabic::consonants as arabic_consonants;
pub use cyrillic::korean_in_cyrillic;
pub use fold::{ascii, fold};
pub use gloss::{gloss, gloss_text, segment};
pub use han::pinyin;
pub use hangul::{is_korean_surname, romanise};
pub use kana::{hepburn, korean_in_kana};
pub use keys::{arabic_key, chinese_key, korean_key, skeleton, slavic_key};
pub use names::{Built, Groups, NameTable, hash as name_hash};
pub use readings::{pack as pack_readings, reading};

/// A writing system, as far as names on lists need it told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Latin, with all its marked letters.
    Latin,
    /// Cyrillic of any language.
    Cyrillic,
    /// Greek.
    Greek,
    /// Armenian.
    Armenian,
    /// Georgian, all three alphabets.
    Georgian,
    /// Arabic, with the Persian, Urdu, Kurdish and Pashto letters.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Hangul syllables and jamo.
    Hangul,
    /// Han ideographs: Chinese, hanja and kanji.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Thai.
    Thai,
    /// Lao.
    Lao,
    /// Khmer.
    Khmer,
    /// Burmese.
    Burmese,
    /// Devanagari (Hindi, Nepali, Marathi).
    Devanagari,
    /// Bengali and Assamese.
    Bengali,
    /// Gurmukhi (Punjabi).
    Gurmukhi,
    /// Gujarati.
    Gujarati,
    /// Odia.
    Odia,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Kannada.
    Kannada,
    /// Malayalam.
    Malayalam,
    /// Sinhala.
    Sinhala,
    /// Ethiopic (Amharic, Tigrinya).
    Ethiopic,
    /// Any other script.
    Other,
}

/// The script of a letter; none for digits, punctuation, spaces and marks that every script shares.
///
/// Vowel signs of the Indic scripts are parts of letters and have their script. The blocks are those of the Unicode Character Database,
/// `Blocks.txt`.
pub fn script_of(c: char) -> Option<Script> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(Script::Latin);
    }
    // The bulk of names, without a look into Unicode's tables.
    match c {
        '가'..='힣' => return Some(Script::Hangul),
        '一'..='鿋' => return Some(Script::Han),
        'ぁ'..='ゖ' | 'ァ'..='ヺ' => return Some(Script::Kana),
        'А'..='я' | 'ё' | 'Ё' => return Some(Script::Cyrillic),
        'ء'..='غ' | 'ف'..='ي' => return Some(Script::Arabic),
        _ => {}
    }
    let script = match c as u32 {
        0x02b0..=0x036f => return None,
        0x00aa | 0x00ba | 0x00c0..=0x02af | 0x1d00..=0x1dbf | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xa720..=0xa7ff | 0xab30..=0xab6f => {
            Script::Latin
        }
        0xfb00..=0xfb06 | 0xff21..=0xff3a | 0xff41..=0xff5a => Script::Latin,
        0x0370..=0x03ff | 0x1f00..=0x1fff => Script::Greek,
        0x0400..=0x052f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Script::Cyrillic,
        0x0530..=0x058f | 0xfb13..=0xfb17 => Script::Armenian,
        0x0590..=0x05ff | 0xfb1d..=0xfb4f => Script::Hebrew,
        0x0600..=0x06ff | 0x0750..=0x077f | 0x0870..=0x08ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Script::Arabic,
        0x0900..=0x097f | 0xa8e0..=0xa8ff => Script::Devanagari,
        0x0980..=0x09ff => Script::Bengali,
        0x0a00..=0x0a7f => Script::Gurmukhi,
        0x0a80..=0x0aff => Script::Gujarati,
        0x0b00..=0x0b7f => Script::Odia,
        0x0b80..=0x0bff => Script::Tamil,
        0x0c00..=0x0c7f => Script::Telugu,
        0x0c80..=0x0cff => Script::Kannada,
        0x0d00..=0x0d7f => Script::Malayalam,
        0x0d80..=0x0dff => Script::Sinhala,
        0x0e00..=0x0e7f => Script::Thai,
        0x0e80..=0x0eff => Script::Lao,
        0x1000..=0x109f | 0xa9e0..=0xa9ff | 0xaa60..=0xaa7f => Script::Burmese,
        0x10a0..=0x10ff | 0x1c90..=0x1cbf | 0x2d00..=0x2d2f => Script::Georgian,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0xffa0..=0xffdc => Script::Hangul,
        0x1200..=0x139f | 0x2d80..=0x2ddf | 0xab00..=0xab2f => Script::Ethiopic,
        0x1780..=0x17ff => Script::Khmer,
        0x3005 | 0x3007 | 0x2e80..=0x2fdf | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x323af => Script::Han,
        0x3041..=0x309f | 0x30a1..=0x30fa | 0x30fc..=0x30ff | 0x31f0..=0x31ff | 0xff66..=0xff9f => Script::Kana,
        _ => Script::Other,
    };
    if c.is_alphabetic() || (c as u32 >= 0x0900 && is_sign(c)) { Some(script) } else { None }
}

/// Whether a character of an Indic block is a sign that is part of a letter though it is no letter itself (virama, nukta, Thai tone).
fn is_sign(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// The scripts of a text, each once, in the order of their first letters.
pub fn scripts(text: &str) -> Vec<Script> {
    let mut found = Vec::new();
    for script in text.chars().filter_map(script_of) {
        if !found.contains(&script) {
            found.push(script);
        }
    }
    found
}

/// The script that most letters of a text have; kanji with kana is [`Script::Kana`] only if it has no ideograph.
pub fn main_script(text: &str) -> Option<Script> {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for script in text.chars().filter_map(script_of) {
        match counts.iter_mut().find(|(s, _)| *s == script) {
            Some((_, n)) => *n += 1,
            None => counts.push((script, 1)),
        }
    }
    if counts.iter().any(|(s, _)| *s == Script::Han) && counts.iter().any(|(s, _)| *s == Script::Kana) {
        return Some(Script::Han);
    }
    let most = counts.iter().map(|(_, n)| *n).max()?;
    counts.into_iter().find(|(_, n)| *n == most).map(|(s, _)| s)
}

/// What a word names: it decides whether it is split as a person's name or read as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person, or a part of a person's name.
    Person,
    /// A company, a ship, a place, or anything else.
    Other,
}

/// How a Latin form was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Latin text with its marks off.
    Ascii,
    /// Latin text in which ae, oe, ue and aa stand for the marked vowels, as German and Danish passports write it (ICAO Doc 9303-3, section 6).
    Digraphs,
    /// BGN/PCGN romanisation of Cyrillic (1947 system for Russian, 2019 for Ukrainian, 1979 for Belarusian), without its diacritics.
    Bgn,
    /// The newspaper spelling of Russian: as BGN, with -y for -iy and -yy, and e for ye.
    Press,
    /// Passports: ICAO Doc 9303-3 (2021), section 6, table of Cyrillic characters (iu, ia, shch, i for short i).
    Passport,
    /// Scientific transliteration (ISO 9:1968, DIN 1460), its carons dropped: z, c, s, sc, c, j.
    Scientific,
    /// The German transcription (Duden): sch, tsch, w, ch.
    German,
    /// The French transcription: ch, tch, ou, j.
    French,
    /// A Korean name read back from Cyrillic by the Kontsevich system and its older custom (Kontsevich 2001), then spelt as in the DPRK.
    Kontsevich,
    /// A Korean name read back from katakana as Japanese newspapers write it, then spelt as in the DPRK.
    KoreanKana,
    /// The DPRK's romanisation of 1992, revised 2012 (UNGEGN, "Korean", DPRK national system).
    Dprk,
    /// McCune-Reischauer (Transactions of the Korea Branch of the Royal Asiatic Society 29, 1939), its breves and apostrophes dropped.
    Mccune,
    /// Revised Romanisation of Korean (Republic of Korea, Ministry of Culture, Notification 2000-8).
    Revised,
    /// Spellings that South Koreans commonly choose for themselves (Lee, Park, Choi; young, hyun, chul).
    Korean,
    /// Hanyu Pinyin (ISO 7098:2015) without tones.
    Pinyin,
    /// Wade-Giles without apostrophes and umlauts (Giles, A Chinese-English Dictionary, 1912).
    WadeGiles,
    /// The spelling of Cantonese names customary in Hong Kong.
    Cantonese,
    /// Ideographs read in Korean (Unihan `kHangul`), then spelt as in the DPRK.
    Hanja,
    /// Ideographs read in Japanese, from the table of names.
    Japanese,
    /// Modified Hepburn (ISO 3602 annex; ALA-LC) without macrons.
    Hepburn,
    /// Kunrei-shiki (ISO 3602:1989) without circumflexes.
    Kunrei,
    /// A foreign name in kana or Hangul, with the vowels that only carry consonants taken out. Approximate.
    Foreign,
    /// The reading that a table of names (Wikidata) has for this word.
    Table,
    /// Arabic letters with short vowels put in by rules of word shape. A guess.
    Vocalised,
    /// ELOT 743 / ISO 843:1997 for Greek.
    Elot,
    /// The national or BGN/PCGN romanisation of Armenian, Georgian, Hebrew or an Indic script, without marks.
    National,
    /// The Royal Thai General System (Royal Institute 1999), as far as rules of spelling go.
    Rtgs,
    /// The English words that the parts of a name mean.
    Gloss,
    /// The `any_ascii` table, letter by letter: the last resort.
    AnyAscii,
}

/// One Latin spelling of a word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    /// The spelling: lower-case ASCII letters, digits, spaces and hyphens. A space parts the words of a name that the script writes together.
    pub text: String,
    /// How it was made.
    pub system: System,
}

/// The most forms that [`latin`] returns.
pub const MOST_FORMS: usize = 6;

/// The Latin spellings of one word that are worth indexing, best first, each once, at most [`MOST_FORMS`].
///
/// The word may hold hyphens and digits. Latin words return themselves folded. A Korean, Chinese or Japanese name written without spaces
/// comes back with them.
///
/// ```
/// use tw_scripts::{Kind, System, latin};
/// let forms = latin("조선무역은행", Kind::Other);
/// assert_eq!((forms[0].text.as_str(), forms[0].system), ("korea trade bank", System::Gloss));
/// ```
pub fn latin(word: &str, kind: Kind) -> Vec<Form> {
    let mut out = Forms::default();
    if word.len() > 400 {
        out.add(ascii(&fold(word)), System::AnyAscii);
        return out.list;
    }
    match main_script(word) {
        None | Some(Script::Latin) => {
            let folded = fold(word);
            out.add(ascii(&folded), System::Ascii);
            if !word.is_ascii() {
                out.add(ascii(&fold(&fold::digraphs(word))), System::Digraphs);
            }
        }
        Some(Script::Hangul) => hangul::forms(word, kind, &mut out),
        Some(Script::Han) => han::forms(word, kind, &mut out),
        Some(Script::Kana) => kana::forms(word, &mut out),
        Some(Script::Cyrillic) => cyrillic::forms(word, kind, &mut out),
        Some(Script::Arabic) => arabic::forms(word, &mut out),
        Some(script) => other::forms(word, script, &mut out),
    }
    if out.list.is_empty() {
        out.add(any_ascii::any_ascii(word), System::AnyAscii);
    }
    out.list
}

/// Splits a person's name written without spaces into surname and given name; none where no rule says how.
///
/// Knows Hangul (one-syllable surnames and the closed list of two-syllable ones), Chinese (with compound surnames), hanja, and Japanese
/// where both halves are in the table of names. A name with spaces is split at them.
///
/// ```
/// assert_eq!(tw_scripts::split_person("김정은"), Some(vec!["김".to_owned(), "정은".to_owned()]));
/// assert_eq!(tw_scripts::split_person("欧阳修"), Some(vec!["欧阳".to_owned(), "修".to_owned()]));
/// ```
pub fn split_person(text: &str) -> Option<Vec<String>> {
    let folded = fold(text);
    let parts: Vec<&str> = folded.split([' ', '-']).filter(|p| !p.is_empty()).collect();
    if parts.len() > 1 {
        return Some(parts.into_iter().map(str::to_owned).collect());
    }
    let word = *parts.first()?;
    match main_script(word)? {
        Script::Hangul => hangul::split(word).map(|(a, b)| vec![a, b]),
        Script::Han => han::split(word).map(|(a, b)| vec![a, b]),
        _ => None,
    }
}

/// The words of a name in any script for which to call [`latin`], folded: cut at spaces and punctuation; names of persons in Hangul and Han
/// without spaces are split, and compounds that Arabic writes apart or together (abd X, X allah, X al-din) are joined.
///
/// ```
/// use tw_scripts::{Kind, words};
/// assert_eq!(words("김정은", Kind::Person), ["김", "정은"]);
/// assert_eq!(words("عبد الله", Kind::Person), ["عبدالله"]);
/// ```
pub fn words(name: &str, kind: Kind) -> Vec<String> {
    let folded = fold(name);
    let cut = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '"' | '(' | ')' | '.' | '،' | '、');
    let parts: Vec<String> = folded.split(cut).map(|w| w.trim_matches('-')).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    if main_script(&folded) == Some(Script::Arabic) {
        return arabic::compounds(parts);
    }
    if kind == Kind::Person
        && let [one] = parts.as_slice()
        && matches!(main_script(one), Some(Script::Hangul | Script::Han))
        && let Some(split) = split_person(one)
    {
        return split;
    }
    parts
}

/// Collects forms: cleans, keeps each once, and stops at the bound.
#[derive(Default)]
pub(crate) struct Forms {
    pub(crate) list: Vec<Form>,
}

impl Forms {
    pub(crate) fn add(&mut self, text: impl AsRef<str>, system: System) {
        if self.list.len() >= MOST_FORMS {
            return;
        }
        let text = clean(text.as_ref());
        if text.is_empty() || self.list.iter().any(|f| f.text == text) {
            return;
        }
        self.list.push(Form { text, system });
    }
}

/// Lower-case ASCII letters, digits, hyphens and single spaces of a text; anything else is dropped or parts words.
fn clean(text: &str) -> String {
    if text.is_ascii() {
        return tidy(text);
    }
    tidy(&ascii(&fold(text)))
}

fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'0'..=b'9' => out.push(b as char),
            b'A'..=b'Z' => out.push(b.to_ascii_lowercase() as char),
            b'\'' | b'`' => {}
            b'-' if !out.is_empty() && !out.ends_with(['-', ' ']) => out.push('-'),
            _ if !out.is_empty() && !out.ends_with([' ', '-']) => out.push(' '),
            _ => {}
        }
    }
    out.truncate(out.trim_end_matches([' ', '-']).len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn texts(word: &str, kind: Kind) -> Vec<String> {
        latin(word, kind).into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn a_letter_has_a_script_and_a_digit_has_none() {
        assert_eq!(script_of('a'), Some(Script::Latin));
        assert_eq!(script_of('김'), Some(Script::Hangul));
        assert_eq!(script_of('金'), Some(Script::Han));
        assert_eq!(script_of('ー'), Some(Script::Kana));
        assert_eq!(script_of('ة'), Some(Script::Arabic));
        assert_eq!(script_of('7'), None);
        assert_eq!(script_of('-'), None);
        assert_eq!(script_of('\u{301}'), None);
        assert_eq!(script_of('・'), None);
        assert_eq!(scripts("Пак Jin 1"), vec![Script::Cyrillic, Script::Latin]);
    }

    #[test]
    fn latin_words_come_back_folded_with_the_german_digraphs() {
        assert_eq!(texts("Müller", Kind::Person), vec!["muller", "mueller"]);
        assert_eq!(texts("Ch'oe", Kind::Person), vec!["choe"]);
    }

    #[test]
    fn the_small_scripts_have_forms() {
        for (word, form) in [
            ("Νικόλαος", "nikolaos"),
            ("משה", "moshe"),
            ("דוד", "david"),
            ("สมชาย", "somchai"),
            ("Պետրոսյան", "petrosyan"),
            ("გიორგი", "giorgi"),
            ("कुमार", "kumar"),
            ("রহমান", "rahman"),
        ] {
            assert!(texts(word, Kind::Person).iter().any(|t| t == form), "{word}: {:?}", texts(word, Kind::Person));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_every_form_is_ascii(text in "\\PC{0,24}") {
            for kind in [Kind::Person, Kind::Other] {
                let forms = latin(&text, kind);
                prop_assert!(forms.len() <= MOST_FORMS);
                for form in &forms {
                    prop_assert!(form.text.is_ascii());
                }
            }
            let folded = fold(&text).into_owned();
            prop_assert_eq!(fold(&folded).into_owned(), folded.clone());
            let _ = (split_person(&text), gloss(&text), segment(&text), korean_in_cyrillic(&text), korean_in_kana(&text), gloss_text(&text), words(&text, Kind::Person));
            let _ = (skeleton(&text), korean_key(&text), arabic_key(&text), slavic_key(&text), chinese_key(&text));
        }

        #[test]
        fn no_word_of_a_script_makes_it_panic(text in "[가-힣]{0,8}|[一-鿿]{0,6}|[ぁ-ヿ]{0,9}|[а-яё]{0,12}|[ء-ۿ]{0,9}|[ऀ-ॿ]{0,9}|[ก-๛]{0,9}|[א-ת]{0,7}") {
            for kind in [Kind::Person, Kind::Other] {
                prop_assert!(latin(&text, kind).len() <= MOST_FORMS);
            }
            let _ = split_person(&text);
        }
    }
}
