//! Text cut into words of folded letters.

use crate::Kind;
use crate::lexicon::hash;
use crate::sound;

/// A word of a name: lower-case ASCII letters, or digits.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub text: String,
    pub hash: u64,
    /// What the lexicon knows it by: its sound if it has five letters and more, so that a spelling of its own does not hide a word; else its letters.
    pub key: u64,
    /// All its letters were capitals.
    pub upper: bool,
    /// It was begun by a single letter, so that the next single letter belongs to it (A.B.C.).
    letters: bool,
}

/// The most characters of a name that are read, so that a hostile name costs no more than a long one.
const MOST_CHARACTERS: usize = 400;

/// The most words of a name that are read.
pub(crate) const MOST_WORDS: usize = 32;

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bb}'..='\u{2bf}' | '\u{2b9}' | '\u{2c8}' | '\u{2032}' | '\u{ff07}' | '\u{ad}' | '\u{200b}'..='\u{200f}'
    )
}

/// Adds a character as lower-case ASCII letters and digits; whether it gave any.
fn fold_into(out: &mut String, c: char) -> bool {
    let before = out.len();
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        }
    } else {
        for letter in any_ascii::any_ascii_char(c).bytes() {
            if letter.is_ascii_alphanumeric() {
                out.push(letter.to_ascii_lowercase() as char);
            }
        }
    }
    out.len() > before
}

#[derive(Default)]
struct Cutter {
    words: Vec<Word>,
    text: String,
    lower: bool,
    /// A full stop came since the word before.
    stop: bool,
    /// The words so far that stand before the first comma.
    comma: Option<usize>,
}

impl Cutter {
    fn end(&mut self, kind: Kind, by_stop: bool) {
        let lower = std::mem::take(&mut self.lower);
        if self.text.is_empty() {
            self.stop |= by_stop;
            return;
        }
        let text = std::mem::take(&mut self.text);
        let after_stop = std::mem::replace(&mut self.stop, by_stop);
        let single = |text: &str| text.len() == 1 && text.as_bytes()[0].is_ascii_alphabetic();
        // A.B.C. and A B C are one abbreviation in the name of a firm or a ship; a person's initials stay apart.
        if kind != Kind::Person
            && single(&text)
            && let Some(last) = self.words.last_mut()
            && last.letters
            // "V L.P.": a letter by itself, then an abbreviation.
            && (after_stop || !by_stop)
        {
            last.text.push_str(&text);
            return;
        }
        let letters = single(&text);
        self.words.push(Word { text, hash: 0, key: 0, upper: !lower, letters });
    }
}

/// Cuts a name into words: at spaces, punctuation and hyphens, at a capital within a word, and (outside persons) between letters and digits.
pub(crate) fn split(text: &str, kind: Kind) -> Vec<Word> {
    let mut cut = Cutter::default();
    // Latin and Cyrillic in one word: letters that look the same were typed on the wrong keyboard.
    let mixed = !text.is_ascii()
        && text
            .split_whitespace()
            .take(MOST_WORDS)
            .any(|word| word.bytes().any(|b| b.is_ascii_alphabetic()) && word.chars().any(|c| lookalike(c) != c));
    let mut previous = ' ';
    let mut small = 0;
    let mut characters = text.chars().take(MOST_CHARACTERS).peekable();
    let mut read = String::new();
    while let Some(c) = characters.next() {
        if cut.words.len() >= MOST_WORDS {
            break;
        }
        if is_apostrophe(c) {
            continue;
        }
        read.clear();
        let c = if mixed { lookalike(c) } else { c };
        if fold_into(&mut read, c) {
            let digit = read.as_bytes()[0].is_ascii_digit();
            let after_digit = cut.text.as_bytes().last().is_some_and(u8::is_ascii_digit);
            if !cut.text.is_empty() && c.is_uppercase() && small >= 2 && previous.is_lowercase() {
                cut.end(kind, false);
            } else if kind != Kind::Person && !cut.text.is_empty() && digit != after_digit {
                // 1st, 2nd, 3rd, 4th keep their letters off.
                if after_digit && matches!(c, 's' | 'n' | 'r' | 't' | 'S' | 'N' | 'R' | 'T') {
                    let next = characters.peek().copied().unwrap_or(' ').to_ascii_lowercase();
                    let mut rest = characters.clone();
                    rest.next();
                    let ends = !rest.peek().is_some_and(|c| c.is_alphanumeric());
                    if ends && matches!((c.to_ascii_lowercase(), next), ('s', 't') | ('n', 'd') | ('r', 'd') | ('t', 'h')) {
                        characters.next();
                        cut.end(kind, false);
                        previous = ' ';
                        continue;
                    }
                }
                cut.end(kind, false);
            }
            small = if c.is_lowercase() { small + 1 } else { 0 };
            cut.lower |= c.is_lowercase();
            cut.text.push_str(&read);
            previous = c;
            continue;
        }
        match c {
            '&' | '+' => {
                cut.end(kind, false);
                if kind != Kind::Person {
                    cut.text.push_str("and");
                    cut.end(kind, false);
                }
            }
            // A sign read aloud, joined to what follows: 3%ers are three percenters.
            '%' if kind == Kind::Organisation => {
                cut.end(kind, false);
                cut.text.push_str("percent");
                cut.lower = true;
                previous = 't';
                small = 0;
                continue;
            }
            '/' | '\\' if cut.text.len() <= 2 && short_ahead(characters.clone()) => continue,
            ',' | '،' => {
                cut.end(kind, false);
                if cut.comma.is_none() {
                    cut.comma = Some(cut.words.len());
                }
            }
            // A mark that combines with the letter before it ends no word.
            c if is_mark(c) => continue,
            c => cut.end(kind, c == '.'),
        }
        previous = ' ';
        small = 0;
    }
    cut.end(kind, false);
    let comma = cut.comma.filter(|comma| *comma < cut.words.len()).unwrap_or(0);
    for word in &mut cut.words {
        word.hash = hash(word.text.as_bytes());
        word.key = if word.text.len() >= 5 { hash(sound::sounds(word.text.as_bytes()).as_slice()) } else { word.hash };
    }
    // Family name first, then a comma: turn a person's name round.
    if kind == Kind::Person {
        cut.words.rotate_left(comma);
    }
    cut.words
}

/// The Latin letter that a Cyrillic one looks like.
fn lookalike(c: char) -> char {
    const CYRILLIC: &str = "\u{410}\u{412}\u{415}\u{41a}\u{41c}\u{41d}\u{41e}\u{420}\u{421}\u{422}\u{425}\u{430}\u{435}\u{43e}\u{440}\u{441}\u{445}\u{443}\u{456}\u{406}";
    const LATIN: &str = "ABEKMHOPCTXaeopcxyiI";
    CYRILLIC.chars().zip(LATIN.chars()).find(|(cyrillic, _)| *cyrillic == c).map_or(c, |(_, latin)| latin)
}

fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5c7 | 0x610..=0x61a | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6ed | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f)
}

fn short_ahead(rest: std::iter::Peekable<std::iter::Take<std::str::Chars<'_>>>) -> bool {
    let mut letters = 0;
    for c in rest {
        if !c.is_alphanumeric() {
            break;
        }
        letters += 1;
    }
    (1..=2).contains(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, kind: Kind) -> String {
        split(text, kind).iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn abbreviations_of_firms_are_one_word_and_initials_of_persons_are_not() {
        assert_eq!(cut("A.B.C. Company", Kind::Organisation), "abc company");
        assert_eq!(cut("Volkswagen Bank G.m.b.H.", Kind::Organisation), "volkswagen bank gmbh");
        assert_eq!(cut("S.A. de C.V.", Kind::Organisation), "sa de cv");
        assert_eq!(cut("J.-C. Examplar", Kind::Person), "j c examplar");
    }

    #[test]
    fn joined_words_are_cut_at_capitals_and_digits() {
        assert_eq!(cut("SiemensAG", Kind::Organisation), "siemens ag");
        assert_eq!(cut("CHONMYONG1", Kind::Vessel), "chonmyong 1");
        assert_eq!(cut("M/V WISE HONEST", Kind::Vessel), "mv wise honest");
        assert_eq!(cut("1st International", Kind::Organisation), "1 international");
        assert_eq!(cut("Tsarëva Ænima Al-Qa'ida", Kind::Person), "tsareva aenima al qaida");
    }
}
