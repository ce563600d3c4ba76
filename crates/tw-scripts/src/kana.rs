//! Kana: Hepburn and Kunrei spellings, and a foreign name without the vowels that only carry its consonants.

use crate::{Form, Forms, System, hangul};

/// The mora that a hiragana stands for, in Kunrei-like letters: consonant and vowel.
#[rustfmt::skip]
fn mora(c: char) -> Option<(&'static str, char)> {
    Some(match c {
        'あ' | 'ぁ' => ("", 'a'), 'い' | 'ぃ' => ("", 'i'), 'う' | 'ぅ' => ("", 'u'), 'え' | 'ぇ' => ("", 'e'), 'お' | 'ぉ' => ("", 'o'),
        'か' | 'ゕ' => ("k", 'a'), 'き' => ("k", 'i'), 'く' => ("k", 'u'), 'け' | 'ゖ' => ("k", 'e'), 'こ' => ("k", 'o'),
        'が' => ("g", 'a'), 'ぎ' => ("g", 'i'), 'ぐ' => ("g", 'u'), 'げ' => ("g", 'e'), 'ご' => ("g", 'o'),
        'さ' => ("s", 'a'), 'し' => ("s", 'i'), 'す' => ("s", 'u'), 'せ' => ("s", 'e'), 'そ' => ("s", 'o'),
        'ざ' => ("z", 'a'), 'じ' | 'ぢ' => ("z", 'i'), 'ず' | 'づ' => ("z", 'u'), 'ぜ' => ("z", 'e'), 'ぞ' => ("z", 'o'),
        'た' => ("t", 'a'), 'ち' => ("t", 'i'), 'つ' => ("t", 'u'), 'て' => ("t", 'e'), 'と' => ("t", 'o'),
        'だ' => ("d", 'a'), 'で' => ("d", 'e'), 'ど' => ("d", 'o'),
        'な' => ("n", 'a'), 'に' => ("n", 'i'), 'ぬ' => ("n", 'u'), 'ね' => ("n", 'e'), 'の' => ("n", 'o'),
        'は' => ("h", 'a'), 'ひ' => ("h", 'i'), 'ふ' => ("h", 'u'), 'へ' => ("h", 'e'), 'ほ' => ("h", 'o'),
        'ば' => ("b", 'a'), 'び' => ("b", 'i'), 'ぶ' => ("b", 'u'), 'べ' => ("b", 'e'), 'ぼ' => ("b", 'o'),
        'ぱ' => ("p", 'a'), 'ぴ' => ("p", 'i'), 'ぷ' => ("p", 'u'), 'ぺ' => ("p", 'e'), 'ぽ' => ("p", 'o'),
        'ま' => ("m", 'a'), 'み' => ("m", 'i'), 'む' => ("m", 'u'), 'め' => ("m", 'e'), 'も' => ("m", 'o'),
        'や' => ("y", 'a'), 'ゆ' => ("y", 'u'), 'よ' => ("y", 'o'),
        'ら' => ("r", 'a'), 'り' => ("r", 'i'), 'る' => ("r", 'u'), 'れ' => ("r", 'e'), 'ろ' => ("r", 'o'),
        'わ' | 'ゎ' => ("w", 'a'), 'ゐ' => ("", 'i'), 'ゑ' => ("", 'e'), 'を' => ("", 'o'), 'ゔ' => ("v", 'u'),
        _ => return None,
    })
}

/// Katakana as hiragana.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Hepburn,
    Kunrei,
    Foreign,
}

/// Hepburn spelling of kana, long vowels doubled (`ou` for おう), other characters as they are.
///
/// ```
/// assert_eq!(tw_scripts::hepburn("しんじゅく"), "shinjuku");
/// assert_eq!(tw_scripts::hepburn("ジョンウン"), "jonun");
/// ```
pub fn hepburn(kana: &str) -> String {
    spell(kana, Style::Hepburn)
}

fn spell(kana: &str, style: Style) -> String {
    let chars: Vec<char> = kana.chars().map(hiragana).collect();
    let mut out = String::with_capacity(chars.len() * 2);
    let mut double = false;
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        i += 1;
        match c {
            'っ' => {
                double = true;
                continue;
            }
            'ん' => {
                out.push('n');
                continue;
            }
            'ー' => {
                if style != Style::Foreign
                    && let Some(last) = out.chars().next_back().filter(|l| "aeiou".contains(*l))
                {
                    out.push(last);
                }
                continue;
            }
            _ => {}
        }
        let Some((consonant, vowel)) = mora(c) else {
            out.push(c);
            continue;
        };
        let next = chars.get(i).copied().unwrap_or(' ');
        let (glide, small) = match next {
            'ゃ' => (true, Some('a')),
            'ゅ' => (true, Some('u')),
            'ょ' => (true, Some('o')),
            'ぁ' if vowel != 'a' => (false, Some('a')),
            'ぃ' if vowel != 'i' => (false, Some('i')),
            'ぅ' if vowel != 'u' => (false, Some('u')),
            'ぇ' if vowel != 'e' => (false, Some('e')),
            'ぉ' if vowel != 'o' => (false, Some('o')),
            _ => (false, None),
        };
        if small.is_some() {
            i += 1;
        }
        let letters = match style {
            Style::Kunrei => match consonant {
                _ if glide => format!("{consonant}y"),
                _ if small.is_some() && consonant.is_empty() => "w".to_owned(),
                _ => consonant.to_owned(),
            },
            _ => hepburn_letters(consonant, vowel, glide, small),
        };
        if double {
            double = false;
            match letters.as_bytes().first() {
                Some(b'c') => out.push('t'),
                Some(first) => out.push(*first as char),
                None => {}
            }
        }
        out.push_str(&letters);
        let vowel = small.unwrap_or(vowel);
        let silent = style == Style::Foreign
            && small.is_none()
            && !letters.is_empty()
            && ((vowel == 'u' && letters != "y") || (vowel == 'o' && matches!(letters.as_str(), "t" | "d")));
        // A carried consonant keeps its vowel where nothing precedes it.
        if !silent || out.len() == letters.len() {
            out.push(vowel);
        }
    }
    out
}

fn hepburn_letters(consonant: &str, vowel: char, glide: bool, small: Option<char>) -> String {
    let base = match (consonant, vowel) {
        ("s", 'i') => "sh",
        ("t", 'i') => "ch",
        ("z", 'i') => "j",
        ("t", 'u') => "ts",
        ("h", 'u') => "f",
        _ => consonant,
    };
    if glide {
        return if matches!(base, "sh" | "ch" | "j") { base.to_owned() } else { format!("{base}y") };
    }
    match small {
        Some(_) if base.is_empty() => if vowel == 'i' { "y" } else { "w" }.to_owned(),
        // ティ, ディ, トゥ: the consonant with another vowel; クァ and グァ with a w.
        Some(_) if matches!(base, "k" | "g") => format!("{base}w"),
        _ => base.to_owned(),
    }
}

/// Long vowels shortened, as passports and most lists write them: ou, oo and oh to o, uu to u.
pub(crate) fn short(spelt: &str) -> String {
    let mut out = spelt.replace("ou", "o").replace("oo", "o").replace("uu", "u");
    out = out.replace("aa", "a").replace("ee", "e").replace("ii", "i");
    out
}

pub(crate) fn forms(word: &str, out: &mut Forms) {
    let folded = crate::fold(word);
    let full = hepburn(&folded);
    let foreign = folded.chars().any(|c| ('ァ'..='ヺ').contains(&c));
    out.add(short(&full), System::Hepburn);
    if foreign {
        out.add(spell(&folded, Style::Foreign), System::Foreign);
        korean(&folded, out);
    }
    out.add(&full, System::Hepburn);
    out.add(short(&spell(&folded, Style::Kunrei)), System::Kunrei);
    if let Some(reading) = crate::readings::reading(&folded) {
        for form in reading.split('|') {
            out.add(form, System::Table);
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------------
// Korean names in katakana.

/// Korean syllables begun with the kana at the front of a text: initials and vowels that they may stand for, and what is left.
///
/// The customary kana of Japanese newspapers: plain and aspirated stops fall together, as do the two vowels o, u and e.
fn korean_mora(chars: &[char]) -> Option<(Vec<usize>, Vec<usize>, usize)> {
    let (consonant, vowel) = mora(*chars.first()?)?;
    let c = chars[0];
    let next = chars.get(1).copied().unwrap_or(' ');
    let small = match next {
        'ゃ' => Some("ya"),
        'ゅ' => Some("yu"),
        'ょ' => Some("yo"),
        'ぁ' | 'ゎ' => Some("wa"),
        'ぃ' => Some("wi"),
        'ぇ' => Some(if vowel == 'i' { "ye" } else { "we" }),
        'ぉ' => Some("wo"),
        _ => None,
    };
    let used = 1 + usize::from(small.is_some());
    let palatal = matches!((consonant, vowel), ("t" | "z", 'i'));
    let initials: Vec<usize> = match (consonant, vowel) {
        ("t", 'i' | 'u') => vec![12, 14],
        ("z", _) => vec![12],
        ("k", _) => vec![0, 15],
        ("g", _) => vec![0],
        ("t", _) => vec![3, 16],
        ("d", _) => vec![3],
        ("p", _) => vec![7, 17],
        ("b" | "v", _) => vec![7],
        ("s", _) => vec![9],
        ("n", _) => vec![2],
        ("m", _) => vec![6],
        ("r", _) => vec![5],
        ("h", _) => vec![18],
        ("y" | "w" | "", _) => vec![11],
        _ => return None,
    };
    // Vowels by their Hangul numbers.
    let plain = |v: &str| -> Vec<usize> {
        match v {
            "a" => vec![0],
            "i" => vec![20, 19],
            "u" => vec![13, 18],
            "e" => vec![1, 5],
            "o" => vec![4, 8],
            "ya" => vec![2],
            "yu" => vec![17],
            "yo" => vec![6, 12],
            "ye" => vec![7, 11],
            "wa" => vec![9],
            "wi" => vec![19, 16],
            "we" => vec![11, 1, 10],
            _ => vec![14],
        }
    };
    let vowels = match small {
        // After ch, j and sh the glide is only the sound of the consonant; choe is written as che.
        Some("ya") if palatal || c == 'し' => plain("a"),
        Some("yu") if palatal || c == 'し' => plain("u"),
        Some("yo") if palatal || c == 'し' => plain("o"),
        Some("ye") if palatal => vec![11, 1, 5],
        Some(v) => plain(v),
        None if consonant == "y" => plain(&format!("y{vowel}")),
        None if consonant == "w" => plain("wa"),
        None => plain(&vowel.to_string()),
    };
    Some((initials, vowels, used))
}

fn korean_syllables(chars: &[char], most: usize, found: &mut Vec<Vec<char>>, begun: &mut Vec<char>) {
    if chars.is_empty() {
        if !begun.is_empty() {
            found.push(begun.clone());
        }
        return;
    }
    if begun.len() >= most || found.len() > 600 {
        return;
    }
    let Some((initials, vowels, used)) = korean_mora(chars) else { return };
    let rest = &chars[used..];
    // A final: with the kana that carry one, or without.
    let finals: &[usize] = match rest.first() {
        Some('ん') => &[21, 4, 16],
        Some('む') => &[16],
        Some('る') => &[8],
        Some('く' | 'ぐ') => &[1],
        Some('ぷ' | 'ぶ') => &[17],
        Some('と' | 'っ') => &[7, 1, 17],
        _ => &[],
    };
    let mut ends: Vec<(usize, usize)> = finals.iter().map(|f| (*f, 1)).collect();
    ends.push((0, 0));
    if rest.first() == Some(&'ー') {
        ends = vec![(0, 1)];
    }
    for (end, taken) in ends {
        for initial in &initials {
            for vowel in &vowels {
                let Some(syllable) = char::from_u32(0xac00 + (initial * 588 + vowel * 28 + end) as u32) else { continue };
                begun.push(syllable);
                korean_syllables(&rest[taken..], most, found, begun);
                begun.pop();
            }
        }
    }
}

fn korean_readings(word: &str) -> Vec<Vec<char>> {
    let chars: Vec<char> = word.chars().map(hiragana).collect();
    let mut found = Vec::new();
    if chars.len() <= 8 {
        korean_syllables(&chars, 2, &mut found, &mut Vec::new());
    }
    found
}

/// Adds the likeliest Korean readings of a word in katakana.
fn korean(folded: &str, out: &mut Forms) {
    for form in hangul::best_readings(korean_readings(folded)).into_iter().take(2) {
        out.add(form, System::KoreanKana);
    }
}

/// Reads a whole name in katakana as a Korean one: for each word its Northern spellings, best first. None unless the first word reads as a
/// Korean surname and the others as one or two Korean syllables. The words are parted by a space or a middle dot.
///
/// ```
/// let name = tw_scripts::korean_in_kana("キム・ジョンウン").unwrap();
/// assert_eq!([&name[0][0].text, &name[1][0].text], ["kim", "jong un"]);
/// ```
pub fn korean_in_kana(name: &str) -> Option<Vec<Vec<Form>>> {
    let folded = crate::fold(name);
    let words: Vec<&str> = folded.split([' ', '-', '=']).filter(|w| !w.is_empty()).collect();
    if !(2..=3).contains(&words.len()) {
        return None;
    }
    let mut out = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let mut readings = korean_readings(word);
        if i == 0 {
            readings.retain(|r| hangul::is_korean_surname(&r.iter().collect::<String>()));
        }
        let spelt = hangul::best_readings(readings);
        if spelt.is_empty() {
            return None;
        }
        out.push(spelt.into_iter().map(|text| Form { text, system: System::KoreanKana }).collect());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, latin};

    #[test]
    fn kana_are_spelt_by_hepburn_and_kunrei() {
        let texts: Vec<String> = latin("しょうじ", Kind::Person).into_iter().map(|f| f.text).collect();
        assert_eq!(texts[..3], ["shoji", "shouji", "syozi"]);
        assert_eq!(hepburn("まっちゃ"), "matcha");
        assert_eq!(hepburn("がっこう"), "gakkou");
        assert_eq!(hepburn("ティモ"), "timo");
        assert_eq!(hepburn("ヴィクトル"), "vikutoru");
    }

    #[test]
    fn korean_names_in_katakana_are_read_back() {
        for (kana, name) in [
            ("キム・ジョンウン", "Kim Jong Un"),
            ("チェ・リョンヘ", "Choe Ryong Hae"),
            ("チョ・ヨンウォン", "Jo Yong Won"),
            ("キム・ヨジョン", "Kim Yo Jong"),
            ("ファン・ビョンソ", "Hwang Pyong So"),
            ("リ・ビョンチョル", "Ri Pyong Chol"),
            ("ノ・グァンチョル", "No Kwang Chol"),
            ("パク・ヨンシク", "Pak Yong Sik"),
            ("リム・グァンイル", "Rim Kwang Il"),
            ("キム・スギル", "Kim Su Gil"),
        ] {
            let words = korean_in_kana(kana).unwrap();
            let listed: Vec<String> = name.split(' ').map(crate::korean_key).collect();
            let family = words[0].iter().any(|f| crate::korean_key(&f.text) == listed[0]);
            let given = words[1].iter().any(|f| f.text.split(' ').map(crate::korean_key).collect::<Vec<_>>() == listed[1..]);
            assert!(family && given, "{name}: {words:?}");
        }
        assert!(korean_in_kana("ムハンマド・アリ").is_none());
    }

    #[test]
    fn foreign_names_lose_the_vowels_that_carry_consonants() {
        for (kana, form) in [("キム", "kim"), ("ムハンマド", "muhanmad"), ("プーチン", "puchin"), ("ジョンウン", "jong un")]
        {
            let texts: Vec<String> = latin(kana, Kind::Person).into_iter().map(|f| f.text).collect();
            assert!(texts.iter().any(|t| t == form), "{kana}: {texts:?}");
        }
    }
}
