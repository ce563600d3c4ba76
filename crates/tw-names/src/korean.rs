//! Romanised Korean: whether a word can be one, and a key under which the romanisations of one word meet.
//!
//! McCune-Reischauer, the Revised Romanisation, the spelling of the DPRK and the popular southern spellings differ in the letter, not in the
//! syllable: chong, jong, jeong and jung write one sound. Two Korean names with another syllable are two names, however alike they look.

/// A key: one byte a sound, at most `LONGEST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub sounds: [u8; LONGEST],
    pub len: u8,
    /// Syllables, counted by their vowels.
    pub syllables: u8,
}

/// The longest Korean word that gets a key.
pub(crate) const LONGEST: usize = 20;

impl Key {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.sounds[..usize::from(self.len)]
    }

    fn push(&mut self, sound: u8) -> bool {
        if usize::from(self.len) == LONGEST {
            return false;
        }
        self.sounds[usize::from(self.len)] = sound;
        self.len += 1;
        true
    }
}

/// Family names, each line the spellings of one name. The registers of the south count under 300; these cover 99 in 100 bearers.
const SURNAMES: &[&str] = &[
    "kim gim",
    "ri li lee yi rhee i rhi",
    "pak park bak pack",
    "choe choi che chwe",
    "jong chong jung jeong chung cheong",
    "kang gang",
    "jo cho joh",
    "yun yoon youn",
    "jang chang",
    "rim lim im yim",
    "han",
    "o oh",
    "so suh seo sur",
    "sin shin",
    "kwon gwon",
    "hwang whang",
    "an ahn",
    "song",
    "hong",
    "ryu yu yoo ryoo you lyu",
    "jon chon jeon chun cheon jun",
    "ko go koh goh",
    "mun moon",
    "ryang yang lyang",
    "son sohn",
    "pae bae bai",
    "paek baek paik back",
    "ho heo hur huh",
    "nam",
    "sim shim",
    "no roh ro noh rho",
    "ha",
    "kwak gwak",
    "song sung seong",
    "cha",
    "chu ju joo choo",
    "u woo wu",
    "ku gu koo goo",
    "min",
    "jin chin",
    "ra na la",
    "hyon hyun hyeon",
    "ham",
    "pang bang",
    "kong gong",
    "om eom um uhm",
    "won",
    "chon cheon",
    "pyon byun byeon",
    "yo yeo",
    "ki gi kee",
    "ma",
    "to do",
    "sok seok suk",
    "kil gil",
    "yon yeon",
    "wi",
    "pyo",
    "myong myung myeong",
    "wang",
    "ok",
    "in",
    "maeng",
    "mo",
    "tak",
    "kuk guk kook",
    "yuk",
    "un eun",
    "kye gye",
    "pi",
    "tae",
    "ji chi jee",
    "ryon",
    "ryom yom yeom",
    "piao",
    "kyong kyung",
    "ye",
    "hwangbo",
    "namgung",
    "sonu",
    "tokko",
    "mok",
    "hyong",
    "tong dong",
    "kan",
    "paeng",
    "chae",
    "pong bong",
    "sa",
];

/// The number of the family name that a word writes.
pub(crate) fn surname(word: &str) -> Option<u16> {
    SURNAMES.iter().position(|line| line.split(' ').any(|spelling| spelling == word)).map(|at| at as u16)
}

/// The key of a word in folded letters; none where the word cannot be romanised Korean.
pub(crate) fn key(word: &[u8]) -> Option<Key> {
    let mut out = Key { sounds: [0; LONGEST], len: 0, syllables: 0 };
    add(&mut out, word)?;
    Some(out)
}

/// Adds a word to a key: given names are one word, however they are cut.
pub(crate) fn add(out: &mut Key, word: &[u8]) -> Option<()> {
    let at = |i: usize| word.get(i).copied().unwrap_or(0);
    let start = out.len;
    let mut i = 0;
    let mut consonants = 0;
    let mut begun = false;
    while i < word.len() {
        let rest = &word[i..];
        if rest.starts_with(b"nng") {
            i += 1;
            continue;
        }
        // A vowel typed twice.
        if i > 0 && rest[0] == word[i - 1] && matches!(rest[0], b'a' | b'i' | b'u' | b'y') {
            i += 1;
            continue;
        }
        let (onset, step) = match (rest[0], at(i + 1), at(i + 2)) {
            (b't', b'c', b'h') => (b'c', 3),
            (b'c', b'h', _) | (b'j', b'j', _) => (b'c', 2),
            (b'j' | b'z', _, _) => (b'c', 1),
            (b'k', b'k' | b'h', _) | (b'g', b'g', _) | (b'c', b'k', _) => (b'k', 2),
            (b'k' | b'g', _, _) => (b'k', 1),
            (b't', b't' | b'h', _) | (b'd', b'd', _) => (b't', 2),
            (b't' | b'd', _, _) => (b't', 1),
            (b'p', b'p' | b'h', _) | (b'b', b'b', _) => (b'p', 2),
            (b'p' | b'b', _, _) => (b'p', 1),
            (b's', b's' | b'h', _) => (b's', 2),
            (b's', _, _) => (b's', 1),
            (b'n', b'g', _) => (b'N', 2),
            (b'n', _, _) => (b'n', 1),
            (b'm', _, _) => (b'm', 1),
            (b'h', _, _)
                if i > 0
                    && matches!(word[i - 1], b'a' | b'e' | b'o' | b'u' | b'i')
                    && !is_vowel(at(i + 1))
                    && at(i + 1) != b'y'
                    && at(i + 1) != b'w' =>
            {
                i += 1;
                continue;
            }
            (b'h', _, _) => (b'h', 1),
            (b'r', b'r', _) | (b'l', b'l', _) | (b'r', b'h', _) => (b'r', 2),
            (b'r', b'k', _) if i > 0 => {
                i += 1;
                continue;
            }
            (b'r' | b'l', _, _) => (b'r', 1),
            (b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w', _, _) => (0, 0),
            _ => return None,
        };
        if onset != 0 {
            consonants += 1;
            // One consonant begins a syllable; of two in a row the first ends one, and only k, n, r, m, p and ng do.
            let last = out.as_slice().last().copied().unwrap_or(0);
            if consonants > 2
                || consonants > 1 && (!begun || !matches!(last, b'k' | b'n' | b'r' | b'm' | b'p' | b'N'))
                || !begun && onset == b'N'
            {
                return None;
            }
            if !out.push(onset) {
                return None;
            }
            i += step;
            continue;
        }
        consonants = 0;
        begun = true;
        let (text, step): (&[u8], usize) = vowel(rest, out.as_slice())?;
        for sound in text {
            if !out.push(*sound) {
                return None;
            }
        }
        out.syllables += 1;
        i += step;
    }
    // A word without a vowel is no syllable, and t, s, c and h end none.
    let last = out.as_slice().last().copied().unwrap_or(0);
    (out.len > start && begun && (consonants == 0 || consonants == 1 && matches!(last, b'k' | b'n' | b'r' | b'm' | b'p' | b'N' | b't')))
        .then_some(())
}

fn is_vowel(sound: u8) -> bool {
    matches!(sound, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// The vowel that a text begins with, in the key's letters, and how many letters it takes.
fn vowel<'a>(rest: &[u8], before: &[u8]) -> Option<(&'a [u8], usize)> {
    let starts = |text: &[u8]| rest.starts_with(text);
    let after_h = before.last() == Some(&b'h');
    let after_c = before.last() == Some(&b'c');
    const TABLE: &[(&[u8], &[u8])] = &[
        (b"yeo", b"yo"),
        (b"youn", b"yo"),
        (b"you", b"yo"),
        (b"yae", b"ye"),
        (b"yoo", b"yu"),
        (b"woo", b"u"),
        (b"weo", b"wo"),
        (b"wae", b"we"),
        (b"eui", b"ui"),
        (b"ae", b"e"),
        (b"ai", b"e"),
        (b"ay", b"e"),
        (b"eo", b"o"),
        (b"eu", b"u"),
        (b"oo", b"u"),
        (b"ee", b"i"),
        (b"oe", b"we"),
        (b"oi", b"we"),
        (b"ui", b"ui"),
        (b"wa", b"wa"),
        (b"we", b"we"),
        (b"wi", b"wi"),
        (b"wo", b"wo"),
        (b"wu", b"u"),
        (b"ya", b"ya"),
        (b"ye", b"ye"),
        (b"yi", b"i"),
        (b"yo", b"yo"),
        (b"yu", b"yu"),
        (b"a", b"a"),
        (b"e", b"e"),
        (b"i", b"i"),
        (b"o", b"o"),
        (b"u", b"u"),
    ];
    // Southern spellings: hyun and hyuk write hyon and hyok, kyung kyong, chul chol.
    if starts(b"yun") && (after_h || rest.get(3) == Some(&b'g')) || starts(b"yuk") && after_h || starts(b"yuck") && after_h {
        return Some((b"yo", 2));
    }
    if starts(b"ul") && after_c && rest.len() == 2 {
        return Some((b"o", 1));
    }
    TABLE.iter().find(|(text, _)| starts(text)).map(|(text, sounds)| (*sounds, if *text == b"youn" { 3 } else { text.len() }))
}

/// How two keys of given names compare: 1 equal, less where only a known doubt of the romanisations separates them, 0 otherwise.
pub(crate) fn agreement(a: &Key, b: &Key) -> f64 {
    let (x, y) = (a.as_slice(), b.as_slice());
    if x == y {
        return 1.0;
    }
    // The southern pronunciation drops a leading r before i and y, and makes it n before other vowels.
    let (x, law_x) = soften(x);
    let (y, law_y) = soften(y);
    let law = if law_x == law_y { 1.0 } else { 0.9 };
    if x == y {
        return law;
    }
    if x.len() != y.len() {
        return 0.0;
    }
    // o, u and e: the breve of McCune-Reischauer (so'ng), the ear of the south (sung) and half an eo (unchen) are lost first. One such
    // doubt is borne, two are not.
    let mut doubts = 0;
    for (p, q) in x.iter().zip(y) {
        match (p, q) {
            _ if p == q => {}
            (b'o', b'u') | (b'u', b'o') | (b'o', b'e') | (b'e', b'o') => doubts += 1,
            _ => return 0.0,
        }
    }
    if doubts == 1 { 0.75 * law } else { 0.0 }
}

/// The sounds with the doubts of [`agreement`] taken out, so that all keys that agree are one.
pub(crate) fn canonical(key: &Key) -> Vec<u8> {
    soften(key.as_slice()).0.iter().map(|sound| if matches!(*sound, b'u' | b'e') { b'o' } else { *sound }).collect()
}

fn soften(key: &[u8]) -> (&[u8], u8) {
    match key {
        [b'r', b'i' | b'y', ..] => (&key[1..], 1),
        [b'r', ..] => (&key[1..], 2),
        [b'n', b'i' | b'y', ..] => (&key[1..], 1),
        _ => (key, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> f64 {
        let (x, y) = (key(a.as_bytes()).expect(a), key(b.as_bytes()).expect(b));
        agreement(&x, &y)
    }

    #[test]
    fn romanisations_of_one_syllable_meet() {
        for (a, b) in [
            ("jong", "jeong"),
            ("jong", "chong"),
            ("hyok", "hyuk"),
            ("hyon", "hyun"),
            ("chol", "cheol"),
            ("chol", "chul"),
            ("thaek", "taek"),
            ("ryong", "ryong"),
            ("yong", "young"),
            ("pong", "bong"),
            ("sun", "soon"),
            ("jin", "chin"),
            ("park", "pak"),
            ("noh", "no"),
        ] {
            assert_eq!(same(a, b), 1.0, "{a} {b}");
        }
        assert_eq!(same("ryonbong", "yonbong"), 0.9);
    }

    #[test]
    fn another_syllable_is_another_name() {
        for (a, b) in [("jong", "yong"), ("chol", "chun"), ("myong", "yong"), ("jong", "jang"), ("ho", "su"), ("kumryong", "kumsan")] {
            assert_eq!(same(a, b), 0.0, "{a} {b}");
        }
    }

    #[test]
    fn words_of_other_languages_have_no_key() {
        for word in ["vladimir", "schmidt", "ng", "smith", "petrov", "qaddafi"] {
            assert!(key(word.as_bytes()).is_none(), "{word}");
        }
    }
}
