//! Names in a form in which two spellings of one name compare equal.

/// Writing system of a name, by its first letter that tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Latin letters, with or without marks.
    Latin,
    /// Russian.
    Cyrillic,
    /// Korean.
    Hangul,
    /// Chinese characters, also those of Korean and Japanese names.
    Han,
    /// Japanese syllables.
    Kana,
    /// Any other, or no letter.
    Other,
}

impl Script {
    /// The script of a text.
    ///
    /// ```
    /// use tw_ports::Script;
    /// assert_eq!(Script::of("Ch'ŏngjin"), Script::Latin);
    /// assert_eq!(Script::of("청진"), Script::Hangul);
    /// assert_eq!(Script::of("Находка"), Script::Cyrillic);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_ascii() {
            return if text.bytes().any(|b| b.is_ascii_alphabetic()) { Self::Latin } else { Self::Other };
        }
        for c in text.chars() {
            match c {
                'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => return Self::Latin,
                '\u{400}'..='\u{52F}' => return Self::Cyrillic,
                '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}' => return Self::Hangul,
                '\u{3040}'..='\u{30FF}' => return Self::Kana,
                '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => return Self::Han,
                _ => {}
            }
        }
        Self::Other
    }
}

/// The letters and digits of a name in capitals, one space between words, no marks, no apostrophes.
///
/// Letters of other scripts stay as they are.
///
/// ```
/// assert_eq!(tw_ports::fold("Ch'ŏngjin-hang"), "CHONGJIN HANG");
/// assert_eq!(tw_ports::fold(" Pos'yet "), "POSYET");
/// assert_eq!(tw_ports::fold("Ålesund / Ærø"), "ALESUND AERO");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// [`fold`] into a buffer, which is cleared first.
pub fn fold_into(text: &str, out: &mut String) {
    out.clear();
    let mut gap = false;
    for c in text.chars() {
        let mut letters = [c, '\0'];
        if c.is_ascii_alphanumeric() {
            letters[0] = c.to_ascii_uppercase();
        } else if matches!(c, '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{2BB}' | '\u{2032}' | '\u{B4}' | '.')
            || ('\u{300}'..='\u{36F}').contains(&c)
        {
            gap |= c == '.';
            continue;
        } else if c.is_ascii() || !c.is_alphanumeric() {
            gap = true;
            continue;
        } else {
            letters = plain(c);
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(letters[0]);
        if letters[1] != '\0' {
            out.push(letters[1]);
        }
    }
}

/// A marked Latin letter as one or two capitals without marks.
fn plain(c: char) -> [char; 2] {
    let one = match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Ǎ' | 'ǎ' | 'Ạ'..='ặ' => 'A',
        'Ç' | 'ç' | 'Ć'..='č' => 'C',
        'Ď'..='đ' | 'Ð' => 'D',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' | 'ə' | 'Ə' => 'E',
        'Ĝ'..='ģ' | 'Ǧ' | 'ǧ' => 'G',
        'Ĥ'..='ħ' | 'Ḥ' | 'ḥ' | 'Ḩ' | 'ḩ' => 'H',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => 'I',
        'Ĵ' | 'ĵ' => 'J',
        'Ķ' | 'ķ' | 'Ḵ' | 'ḵ' => 'K',
        'Ĺ'..='ł' => 'L',
        'Ñ' | 'ñ' | 'Ń'..='ň' | 'ŋ' | 'Ŋ' => 'N',
        'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' | 'Ō'..='ő' | 'Ọ'..='ợ' | 'Ơ' | 'ơ' => 'O',
        'Ŕ'..='ř' => 'R',
        'Ś'..='š' | 'Ș' | 'ș' | 'Ṣ' | 'ṣ' => 'S',
        'Ţ'..='ŧ' | 'Ț' | 'ț' | 'Ṭ' | 'ṭ' => 'T',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => 'U',
        'Ŵ' | 'ŵ' => 'W',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => 'Y',
        'Ź'..='ž' | 'Ẕ' | 'ẕ' | 'Ẓ' | 'ẓ' => 'Z',
        'ð' => 'D',
        'ß' => return ['S', 'S'],
        'Æ' | 'æ' => return ['A', 'E'],
        'Œ' | 'œ' => return ['O', 'E'],
        'Þ' | 'þ' => return ['T', 'H'],
        _ => c.to_uppercase().next().unwrap_or(c),
    };
    [one, '\0']
}

/// Words that say what a place is, not which: a name with and without them is one name.
const GENERIC: [&str; 22] = [
    "PORT",
    "PT",
    "PTO",
    "PUERTO",
    "PORTO",
    "HARBOUR",
    "HARBOR",
    "HBR",
    "HANG",
    "KO",
    "GANG",
    "ANCHORAGE",
    "ANCH",
    "APT",
    "AIRPORT",
    "CITY",
    "BUKHTA",
    "TERMINAL",
    "ROADS",
    "ROADSTEAD",
    "REYD",
    "MORSKOY",
];

/// [`fold`] without words that say only what the place is (`PORT`, `HANG`, `BUKHTA`), and without what follows a parenthesis or a comma.
///
/// ```
/// assert_eq!(tw_ports::core_name("Haeju Hang"), "HAEJU");
/// assert_eq!(tw_ports::core_name("Shanghai Pt"), "SHANGHAI");
/// assert_eq!(tw_ports::core_name("Rajin (Najin)"), "RAJIN");
/// assert_eq!(tw_ports::core_name("Port"), "PORT");
/// ```
#[must_use]
pub fn core_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    core_name_into(name, &mut out);
    out
}

/// [`core_name`] into a buffer, which is cleared first.
pub fn core_name_into(name: &str, out: &mut String) {
    let cut = name.find(['(', ',', '/']).filter(|&i| i > 2).unwrap_or(name.len());
    fold_into(&name[..cut], out);
    if !out.split(' ').any(|word| GENERIC.contains(&word)) {
        return;
    }
    let kept: Vec<&str> = out.split(' ').filter(|word| !GENERIC.contains(word)).collect();
    let kept = kept.join(" ");
    if kept.len() >= 3 {
        *out = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_scripts_stay() {
        assert_eq!(fold("порт Ванино"), "ПОРТ ВАНИНО");
        assert_eq!(fold("라진항"), "라진항");
        assert_eq!(fold("St. John's"), "ST JOHNS");
        assert_eq!(fold("Đà Nẵng"), "DA NANG");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
            let _ = core_name(&text);
        }
    }
}
