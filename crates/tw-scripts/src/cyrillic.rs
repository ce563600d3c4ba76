//! Cyrillic: five Latin systems with the letters of Russian, Ukrainian, Belarusian, Bulgarian and Serbian, and Korean names read back.

use crate::hangul;
use crate::{Form, Forms, Kind, System};

#[derive(Clone, Copy, PartialEq)]
enum Language {
    Russian,
    Ukrainian,
    Belarusian,
    Bulgarian,
    Serbian,
}

/// The language whose letters a word has; Russian where nothing tells.
fn language(word: &[char]) -> Language {
    if word.iter().any(|c| matches!(c, 'ђ' | 'ј' | 'љ' | 'њ' | 'ћ' | 'џ' | 'ѓ' | 'ќ' | 'ѕ')) {
        return Language::Serbian;
    }
    if word.contains(&'ў') {
        return Language::Belarusian;
    }
    if word.iter().any(|c| matches!(c, 'ї' | 'є' | 'ґ')) {
        return Language::Ukrainian;
    }
    if word.contains(&'і') {
        return if word.iter().any(|c| matches!(c, 'ы' | 'э' | 'ё')) { Language::Belarusian } else { Language::Ukrainian };
    }
    // A hard sign between consonants is a Bulgarian vowel; in Russian it stands before я, е, ё, ю only.
    let hard = |w: &[char]| w[0] == 'ъ' && !matches!(w[1], 'я' | 'е' | 'ё' | 'ю' | 'и');
    if word.windows(2).any(hard) && !word.iter().any(|c| matches!(c, 'ы' | 'э' | 'ё')) {
        return Language::Bulgarian;
    }
    Language::Russian
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'а' | 'е' | 'ё' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' | 'і' | 'ї' | 'є' | 'ә' | 'ө' | 'ү' | 'ұ')
}

fn spell(word: &[char], language: Language, system: System) -> String {
    let mut out = String::with_capacity(word.len() * 2);
    for (i, &c) in word.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| word.get(j)).copied().unwrap_or(' ');
        let start = !is_letter(before);
        let open = start || is_vowel(before) || matches!(before, 'ь' | 'ъ' | 'й' | '\'');
        // Newspapers write -y for -ий and -ый.
        let ending = word.get(i + 1) == Some(&'й') && !word.get(i + 2).is_some_and(|n| is_letter(*n));
        if system == System::Press && ending && i > 0 && matches!(c, 'и' | 'ы') {
            continue;
        }
        out.push_str(letter(c, open, start, before, word.get(i + 1).copied(), language, system));
        if c.is_ascii() || !is_known(c) {
            out.push(c);
        }
    }
    out
}

/// Whether a character goes on with a word. Cheaper than Unicode's property, and every Cyrillic and ASCII letter is in these ranges.
fn is_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{400}'..='\u{52f}')
}

fn is_known(c: char) -> bool {
    matches!(c, 'а'..='я' | 'ё' | 'ђ'..='џ' | 'ґ' | 'ә' | 'ө' | 'ү' | 'ұ' | 'қ' | 'ғ' | 'ң' | 'һ' | 'ҳ' | 'ҷ' | 'ӯ' | 'ӣ')
}

fn letter(c: char, open: bool, start: bool, before: char, next: Option<char>, language: Language, system: System) -> &'static str {
    use Language::{Belarusian, Bulgarian, Serbian, Ukrainian};
    use System::{French, German, Passport, Press, Scientific};
    let scientific = system == Scientific || language == Serbian;
    match c {
        'а' => "a",
        'б' => "b",
        'в' => {
            if system == German {
                "w"
            } else {
                "v"
            }
        }
        'г' => match language {
            Ukrainian | Belarusian => "h",
            _ => "g",
        },
        'ґ' | 'ѓ' => "g",
        'д' => "d",
        'е' => match system {
            _ if language == Ukrainian => "e",
            System::Bgn if open && !matches!(language, Bulgarian | Serbian) => "ye",
            Passport if language == Belarusian => "ie",
            German if open && !start => "je",
            _ => "e",
        },
        'ё' => match system {
            System::Bgn => "yo",
            Passport | Press => "e",
            _ if scientific => "e",
            German => "jo",
            _ => "io",
        },
        'є' => match system {
            System::Bgn => "ye",
            Passport => {
                if start {
                    "ye"
                } else {
                    "ie"
                }
            }
            _ => "je",
        },
        'ж' => match system {
            _ if scientific => "z",
            German => "sch",
            French => "j",
            _ => "zh",
        },
        'з' => {
            if system == German && start {
                "s"
            } else {
                "z"
            }
        }
        'и' => match language {
            Ukrainian => "y",
            _ => "i",
        },
        'і' => "i",
        'ї' => match system {
            Passport if !start => "i",
            Passport | System::Bgn => "yi",
            German => "ji",
            _ => "i",
        },
        'й' => match system {
            Press => "y",
            _ if scientific => "j",
            Passport | French => "i",
            German => match before {
                'и' | 'ы' => "",
                _ => "i",
            },
            _ => "y",
        },
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => {
            if system == French {
                "ou"
            } else {
                "u"
            }
        }
        'ў' => match system {
            System::Bgn => "w",
            _ => "u",
        },
        'ф' => "f",
        'х' => match system {
            _ if language == Serbian => "h",
            _ if scientific => "h",
            German => "ch",
            _ if language == Bulgarian => "h",
            _ => "kh",
        },
        'ц' => match system {
            _ if scientific => "c",
            German => "z",
            _ => "ts",
        },
        'ч' => match system {
            _ if scientific => "c",
            German => "tsch",
            French => "tch",
            _ => "ch",
        },
        'ш' => match system {
            _ if scientific => "s",
            German => "sch",
            French => "ch",
            _ => "sh",
        },
        'щ' => match (language, system) {
            (Bulgarian, Scientific) => "st",
            (Bulgarian, _) => "sht",
            (_, Scientific) => "sc",
            (_, German) => "schtsch",
            (_, French) => "chtch",
            _ => "shch",
        },
        'ъ' => match language {
            Bulgarian => "a",
            _ if system == Passport => "ie",
            _ => "",
        },
        'ы' => "y",
        'ь' if language == Bulgarian || next == Some('о') => "y",
        'ь' => "",
        'э' => "e",
        'ю' => match system {
            _ if scientific => "ju",
            Passport if !(start && language == Ukrainian) => "iu",
            German => "ju",
            French => "iou",
            _ => "yu",
        },
        'я' => match system {
            _ if scientific => "ja",
            Passport if !(start && language == Ukrainian) => "ia",
            German => "ja",
            French => "ia",
            _ => "ya",
        },
        'ђ' => "dj",
        'ј' => "j",
        'љ' => "lj",
        'њ' => "nj",
        'ћ' => "c",
        'ќ' => "k",
        'џ' => "dz",
        'ѕ' => "dz",
        'ә' => "a",
        'ө' => "o",
        'ү' | 'ұ' | 'ӯ' => "u",
        'қ' => "q",
        'ғ' => "gh",
        'ң' => "ng",
        'һ' | 'ҳ' => "h",
        'ҷ' => "j",
        'ӣ' => "i",
        _ => "",
    }
}

/// Latin letters that stand in Cyrillic words because they look alike, as lists and records have them (Iгор, ТКАЧËВ).
fn alike(c: char) -> char {
    match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'ë' => 'ё',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        _ => c,
    }
}

pub(crate) fn forms(word: &str, kind: Kind, out: &mut Forms) {
    let mixed = word.chars().any(|c| c.is_ascii_alphabetic() || matches!(c, 'ë' | 'Ë')) && !word.contains('-');
    let lower = if mixed { word.to_lowercase().chars().map(alike).collect() } else { String::new() };
    // The apostrophe parts a consonant from a soft vowel in Ukrainian; folding drops it, and no form needs it.
    let folded = crate::fold(if mixed { &lower } else { word });
    let chars: Vec<char> = folded.chars().collect();
    let language = language(&chars);
    let scientific = spell(&chars, language, System::Scientific);
    if language == Language::Serbian {
        out.add(scientific.replace("dj", "d"), System::Scientific);
        out.add(scientific, System::Scientific);
        out.add(spell(&chars, Language::Russian, System::Bgn), System::Bgn);
        return;
    }
    let korean = if kind == Kind::Person { korean_word(&folded, false) } else { Vec::new() };
    let (press, bgn) = (spell(&chars, language, System::Press), spell(&chars, language, System::Bgn));
    if press.contains("ks") {
        out.add(press.replace("ks", "x"), System::Press);
        out.add(bgn.replace("ks", "x"), System::Press);
    } else {
        out.add(press, System::Press);
    }
    out.add(bgn, System::Bgn);
    // One syllable that Korean has: the Korean reading is worth more than the rarer systems.
    for form in korean.iter().take(3) {
        out.add(form, System::Kontsevich);
    }
    out.add(spell(&chars, language, System::Passport), System::Passport);
    // A word without a letter that tells may be Ukrainian: и is y then, and г is h.
    if language == Language::Russian
        && chars.iter().any(|c| matches!(c, 'и' | 'г'))
        && !chars.iter().any(|c| matches!(c, 'ы' | 'э' | 'ё' | 'ъ'))
    {
        out.add(spell(&chars, Language::Ukrainian, System::Bgn), System::Bgn);
    }
    out.add(scientific, System::Scientific);
    for system in [System::German, System::French] {
        out.add(spell(&chars, language, system), system);
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------------
// Korean names in Cyrillic.

/// Cyrillic initials of Kontsevich's table with the Hangul initials they stand for, longest first.
#[rustfmt::skip]
const INITIALS: &[(&str, &[usize])] = &[
    ("ччх", &[14]), ("чч", &[13]), ("ц", &[14]), ("чх", &[14]), ("чж", &[12]), ("дж", &[12]), ("кк", &[1]), ("тт", &[4]), ("пп", &[8]), ("сс", &[10]),
    ("кх", &[15]), ("тх", &[16]), ("пх", &[17]), ("к", &[0]), ("г", &[0]), ("н", &[2]), ("т", &[3]), ("д", &[3]), ("р", &[5]), ("л", &[5]),
    ("м", &[6]), ("п", &[7]), ("б", &[7]), ("с", &[9]), ("ш", &[9]), ("ч", &[12]), ("х", &[18]),
];

/// Cyrillic vowels with the Hangul vowels they stand for, longest first. The older custom writes е for ㅓ after ч (Чен) and ё or е for ㅕ.
#[rustfmt::skip]
const VOWELS: &[(&str, &[usize])] = &[
    ("йя", &[3]), ("йе", &[7]), ("ве", &[11]), ("вэ", &[10]), ("ви", &[16]), ("ва", &[9]), ("во", &[14]), ("уа", &[9]), ("уо", &[14]), ("уэ", &[15]),
    ("оэ", &[11]), ("ой", &[11]), ("ый", &[19]), ("ый", &[19]), ("а", &[0]), ("я", &[2]), ("о", &[8, 4]), ("ё", &[6, 12]), ("у", &[13]), ("ю", &[17]), ("ы", &[18]),
    ("и", &[20]), ("э", &[1, 5]), ("е", &[5]),
];

/// Reads one or two Korean syllables off a Cyrillic word; every reading as Hangul, best first. The word must be consumed whole.
fn korean_syllables(word: &str, most: usize, found: &mut Vec<Vec<char>>, begun: &mut Vec<char>) {
    if word.is_empty() {
        if !begun.is_empty() {
            found.push(begun.clone());
        }
        return;
    }
    if begun.len() >= most || found.len() > 200 {
        return;
    }
    let silent: (&str, &[usize]) = ("", &[11]);
    for (text, starts) in INITIALS.iter().copied().chain([silent]) {
        let Some(rest) = word.strip_prefix(text) else { continue };
        for (text, vowels) in VOWELS {
            let Some(tail) = rest.strip_prefix(text) else { continue };
            let mut vowels: Vec<usize> = vowels.to_vec();
            // чен, сен, ен, хен: the older custom, and ё printed without its dots.
            if *text == "е" {
                vowels = if matches!(starts[0], 12 | 9 | 14) { vec![4, 5] } else { vec![6, 5] };
            }
            // A final before the next initial: the longest first, and n may be ㄴ or ㅇ.
            for (text, ends) in [
                ("нъ", &[4][..]),
                ("ль", &[8]),
                ("нг", &[21]),
                ("н", &[21, 4]),
                ("к", &[1]),
                ("л", &[8]),
                ("м", &[16]),
                ("п", &[17]),
                ("т", &[7]),
                ("р", &[8]),
                ("", &[0]),
            ] {
                let Some(after) = tail.strip_prefix(text) else { continue };
                for end in ends {
                    for vowel in &vowels {
                        let code = 0xac00 + (starts[0] * 588 + vowel * 28 + end) as u32;
                        let Some(syllable) = char::from_u32(code) else { continue };
                        begun.push(syllable);
                        korean_syllables(after, most, found, begun);
                        begun.pop();
                    }
                }
            }
        }
        if !text.is_empty() {
            break;
        }
    }
}

/// Northern spellings of a Cyrillic word read as Korean. `long` also takes two syllables without a tell-tale letter pair.
fn korean_word(word: &str, long: bool) -> Vec<String> {
    if word.len() > 24 || !word.chars().all(|c| matches!(c, 'а'..='я' | 'ё')) {
        return Vec::new();
    }
    let telling = ["чх", "пх", "тх", "кх", "чж", "нъ"].iter().any(|t| word.contains(t));
    let mut found = Vec::new();
    korean_syllables(word, if long || telling { 2 } else { 1 }, &mut found, &mut Vec::new());
    hangul::best_readings(found)
}

/// Reads a whole Cyrillic name as a Korean one by the Kontsevich system: for each word its Northern spellings, best first. None unless the
/// first word reads as a Korean surname and the others as one or two Korean syllables.
///
/// ```
/// let name = tw_scripts::korean_in_cyrillic("Ким Чен Ын").unwrap();
/// assert_eq!([&name[0][0].text, &name[1][0].text, &name[2][0].text], ["kim", "jong", "un"]);
/// assert!(tw_scripts::korean_in_cyrillic("Иван Петров").is_none());
/// ```
pub fn korean_in_cyrillic(name: &str) -> Option<Vec<Vec<Form>>> {
    let folded = crate::fold(name);
    let words: Vec<&str> = folded.split([' ', '-']).filter(|w| !w.is_empty()).collect();
    if !(2..=4).contains(&words.len()) {
        return None;
    }
    let mut out = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let readings = korean_word(word, i > 0);
        if readings.is_empty() {
            return None;
        }
        if i == 0 {
            let mut found = Vec::new();
            korean_syllables(word, 1, &mut found, &mut Vec::new());
            if !found.iter().any(|r| hangul::is_korean_surname(&r.iter().collect::<String>())) {
                return None;
            }
        }
        out.push(readings.into_iter().take(4).map(|text| Form { text, system: System::Kontsevich }).collect());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latin;

    fn texts(word: &str) -> Vec<String> {
        latin(word, Kind::Person).into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn russian_names_have_the_spellings_of_passports_papers_and_libraries() {
        assert_eq!(texts("Дмитрий"), ["dmitry", "dmitriy", "dmitrii", "dmytryy", "dmitrij", "dmitri"]);
        assert_eq!(texts("Алексеевич")[..3], ["alexeevich", "alexeyevich", "alekseyevich"]);
        assert!(texts("Iгор").contains(&"ihor".to_owned()));
        assert_eq!(texts("Юрьевич")[..3], ["yurevich", "yuryevich", "iurevich"]);
        assert!(texts("Щука").contains(&"schtschuka".to_owned()));
        assert!(texts("Алёна").contains(&"alena".to_owned()));
    }

    #[test]
    fn the_neighbours_letters_are_told_by_their_own() {
        assert!(texts("Сергій").contains(&"serhiy".to_owned()));
        assert!(texts("Зеленський").contains(&"zelenskyi".to_owned()) || texts("Володимирівна").contains(&"volodymyrivna".to_owned()));
        assert!(texts("Лукашэнка").contains(&"lukashenka".to_owned()));
        assert!(texts("Ђорђевић").contains(&"djordjevic".to_owned()));
        assert!(texts("Първан").contains(&"parvan".to_owned()));
    }

    #[test]
    fn korean_names_are_read_back() {
        for (word, form) in [
            ("Ким", "kim"),
            ("Чен", "jong"),
            ("Ын", "un"),
            ("Пак", "pak"),
            ("Хёк", "hyok"),
            ("Чхве", "choe"),
            ("Рён", "ryong"),
            ("Хэ", "hae"),
            ("Пон", "pong"),
            ("Чжу", "ju"),
            ("Ли", "ri"),
            ("Ён", "yong"),
            ("Чин", "jin"),
        ] {
            assert!(texts(word).iter().any(|t| t == form), "{word}: {:?}", texts(word));
        }
    }

    #[test]
    fn whole_korean_names_are_read_back() {
        for (cyrillic, name) in [
            ("Ким Чен Ын", "Kim Jong Un"),
            ("Ким Чен Ир", "Kim Jong Il"),
            ("Ким Ир Сен", "Kim Il Song"),
            ("Чхве Рён Хэ", "Choe Ryong Hae"),
            ("Цой Рён Хэ", "Choe Ryong Hae"),
            ("Чо Ён Вон", "Jo Yong Won"),
            ("Ким Ё Чжон", "Kim Yo Jong"),
            ("Хван Бён Со", "Hwang Pyong So"),
            ("Ли Пён Чхоль", "Ri Pyong Chol"),
            ("Но Гван Чхоль", "No Kwang Chol"),
            ("Пак Ён Сик", "Pak Yong Sik"),
            ("Чан Сон Тхэк", "Jang Song Thaek"),
        ] {
            let words = korean_in_cyrillic(cyrillic).unwrap_or_else(|| panic!("{cyrillic}"));
            for (word, listed) in words.iter().zip(name.split(' ')) {
                assert!(word.iter().any(|f| crate::korean_key(&f.text) == crate::korean_key(listed)), "{name}: {word:?}");
            }
        }
    }
}
