//! Tokens and sentences, with their places in the text.
//!
//! Zero-width and direction marks are part of no token's reading, only of its span, so that "1<ZWJ>234" reads as 1234
//! and an override cannot turn a number round. Every sentence is bounded in length, whatever the text.

/// The longest sentence, in bytes; a longer one is cut at a space.
const MAX_SENTENCE: usize = 2_000;

/// The longest word or number, in bytes.
const MAX_TOKEN: usize = 200;

/// Language of a text, as far as its grammar differs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    En,
    Ru,
    Ko,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub value: f64,
    /// Digits before the decimal mark.
    pub digits: usize,
    /// True with thousands separators or decimals: never a year or an identifier.
    pub formatted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Word,
    Number(Number),
    Mark,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub start: usize,
    pub end: usize,
    /// Lower case, without marks of no width, quotes and dashes made equal.
    pub low: String,
    pub kind: Kind,
    /// Begins with a capital letter.
    pub cap: bool,
    /// White space stands before it.
    pub spaced: bool,
}

impl Token {
    pub(crate) fn number(&self) -> Option<Number> {
        match self.kind {
            Kind::Number(n) => Some(n),
            _ => None,
        }
    }

    pub(crate) fn is(&self, word: &str) -> bool {
        self.low == word
    }

    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.contains(&self.low.as_str())
    }
}

/// Marks without width and marks of direction.
fn ignorable(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

pub(crate) fn hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}')
}

fn cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4ff}')
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
}

fn vulgar(c: char) -> Option<f64> {
    Some(match c {
        '½' => 0.5,
        '¼' => 0.25,
        '¾' => 0.75,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        '⅕' => 0.2,
        '⅛' => 0.125,
        _ => return None,
    })
}

/// Guesses the language from the letters: Hangul, Cyrillic, else English.
pub(crate) fn language(text: &str) -> Lang {
    let (mut latin, mut cyr, mut han) = (0usize, 0usize, 0usize);
    for c in text.chars().take(20_000) {
        if c.is_ascii_alphabetic() {
            latin += 1;
        } else if cyrillic(c) {
            cyr += 1;
        } else if hangul(c) {
            // A syllable stands for two or three letters.
            han += 2;
        }
    }
    if han > latin && han > cyr {
        Lang::Ko
    } else if cyr > latin {
        Lang::Ru
    } else {
        Lang::En
    }
}

struct Chars<'a> {
    text: &'a str,
    at: usize,
}

impl Chars<'_> {
    /// The next character that is not ignorable, with its place and the place after it.
    fn peek(&self) -> Option<(char, usize, usize)> {
        peek_at(self.text, self.at)
    }
}

fn peek_at(text: &str, from: usize) -> Option<(char, usize, usize)> {
    let rest = text.get(from..)?;
    for (i, c) in rest.char_indices().take(MAX_TOKEN) {
        if !ignorable(c) {
            return Some((c, from + i, from + i + c.len_utf8()));
        }
    }
    None
}

/// Splits `text[start..end]` into tokens; spans count in `text`.
pub(crate) fn tokens(text: &str, start: usize, end: usize, lang: Lang) -> Vec<Token> {
    let Some(part) = text.get(..end) else { return Vec::new() };
    let mut out: Vec<Token> = Vec::new();
    let mut chars = Chars { text: part, at: start };
    let mut spaced = true;
    while chars.at < part.len() {
        let Some((c, from, to)) = chars.peek() else {
            // A run of ignorable marks longer than a token, or the end.
            chars.at = skip(part, chars.at);
            continue;
        };
        if c.is_whitespace() {
            spaced = true;
            chars.at = to;
            continue;
        }
        let mut token = if digit(c).is_some() {
            number(part, from, lang)
        } else if let Some(value) = vulgar(c) {
            let kind = Kind::Number(Number { value, digits: 1, formatted: true });
            Token { start: from, end: to, low: c.to_string(), kind, cap: false, spaced: false }
        } else if c.is_alphabetic() {
            word(part, from)
        } else {
            mark(part, from, to, c)
        };
        token.spaced = spaced;
        spaced = false;
        chars.at = token.end;
        out.push(token);
    }
    out
}

fn skip(text: &str, from: usize) -> usize {
    text[from..].char_indices().find(|(_, c)| !ignorable(*c)).map_or(text.len(), |(i, _)| from + i)
}

fn mark(text: &str, from: usize, to: usize, c: char) -> Token {
    let (mut low, mut end) = (String::new(), to);
    match c {
        '“' | '”' | '„' | '«' | '»' | '"' | '‟' => low.push('"'),
        '‘' | '’' | '‚' | '‛' | '\'' => low.push('\''),
        '–' | '—' | '‑' | '−' | '‐' | '-' | '‒' => low.push('-'),
        '~' | '∼' | '〜' | '～' => low.push('~'),
        '％' => low.push('%'),
        '≥' => low.push_str(">="),
        '≤' => low.push_str("<="),
        _ => low.extend(c.to_lowercase()),
    }
    if matches!(c, '<' | '>' | '=')
        && let Some((next, _, after)) = peek_at(text, to)
        && matches!(next, '=' | '>')
    {
        low.push(next);
        end = after;
    }
    if matches!(c, '\'' | '’')
        && let Some(('s' | 'S', _, after)) = peek_at(text, to)
        && peek_at(text, after).is_none_or(|(n, _, _)| !n.is_alphanumeric())
    {
        low.push('s');
        end = after;
    }
    Token { start: from, end, low, kind: Kind::Mark, cap: false, spaced: false }
}

fn word(text: &str, from: usize) -> Token {
    let mut low = String::new();
    let mut at = from;
    let mut cap = None;
    let mut ascii = true;
    let mut korean = None;
    while let Some((c, _, to)) = peek_at(text, at) {
        if at - from > MAX_TOKEN {
            break;
        }
        let joins = if c.is_alphabetic() {
            // A name in Latin letters ends where a Korean particle begins, and the other way round.
            *korean.get_or_insert(hangul(c)) == hangul(c)
        } else if c.is_ascii_digit() {
            ascii && !low.is_empty()
        } else if c == '\'' || c == '’' {
            // The possessive is its own token; other apostrophes stand inside words.
            let next = peek_at(text, to);
            next.is_some_and(|(n, _, after)| {
                n.is_alphabetic() && !((n == 's' || n == 'S') && peek_at(text, after).is_none_or(|(m, _, _)| !m.is_alphanumeric()))
            })
        } else if c == '.' {
            dotted(text, from, at, to)
        } else {
            is_combining(c)
        };
        if !joins {
            break;
        }
        cap.get_or_insert(c.is_uppercase());
        ascii &= c.is_ascii();
        if c == '’' {
            low.push('\'');
        } else {
            low.extend(c.to_lowercase());
        }
        at = to;
    }
    if at == from {
        at = peek_at(text, from).map_or(text.len(), |(_, _, to)| to);
    }
    Token { start: from, end: at, low, kind: Kind::Word, cap: cap.unwrap_or(false), spaced: false }
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether a full stop at `at` belongs to an abbreviation of single letters, as in U.S. and U.N.
fn dotted(text: &str, from: usize, at: usize, after: usize) -> bool {
    let before = &text[from..at];
    let letters = before.split('.').all(|p| p.chars().count() == 1 && p.chars().all(char::is_uppercase));
    if !letters {
        return false;
    }
    let next = peek_at(text, after);
    let next_single = next.is_some_and(|(n, _, to)| n.is_uppercase() && matches!(peek_at(text, to), Some(('.', _, _))));
    next_single || before.contains('.')
}

fn number(text: &str, from: usize, lang: Lang) -> Token {
    let mut clean = String::new();
    let mut at = from;
    let mut digits = 0;
    let mut formatted = false;
    let mut decimal = false;
    while let Some((c, place, to)) = peek_at(text, at) {
        if at - from > MAX_TOKEN {
            break;
        }
        if let Some(d) = digit(c) {
            clean.push(d);
            digits += usize::from(!decimal);
            at = to;
            continue;
        }
        if decimal {
            break;
        }
        let groups = three_digits(text, to) && (1..=3).contains(&digits) || formatted && three_digits(text, to);
        let next_digit = peek_at(text, to).is_some_and(|(n, _, _)| digit(n).is_some());
        match c {
            ',' | '\'' | '’' if groups && lang != Lang::Ru => formatted = true,
            ',' if lang == Lang::Ru && next_digit => {
                clean.push('.');
                (formatted, decimal) = (true, true);
            }
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' if place == at && groups => formatted = true,
            ' ' if place == at && groups && (lang == Lang::Ru || digits <= 3) => formatted = true,
            '.' if next_digit && !dotted_date(text, to) => {
                clean.push('.');
                (formatted, decimal) = (true, true);
            }
            _ => break,
        }
        at = to;
    }
    let value = if digits > 30 { f64::NAN } else { clean.parse().unwrap_or(f64::NAN) };
    let kind = if value.is_finite() { Kind::Number(Number { value, digits, formatted }) } else { Kind::Mark };
    Token { start: from, end: at, low: clean, kind, cap: false, spaced: false }
}

/// Exactly three digits begin at `from`.
fn three_digits(text: &str, from: usize) -> bool {
    let mut at = from;
    for _ in 0..3 {
        match peek_at(text, at) {
            Some((c, _, to)) if digit(c).is_some() => at = to,
            _ => return false,
        }
    }
    peek_at(text, at).is_none_or(|(c, _, _)| digit(c).is_none())
}

/// Digits, a full stop and digits again: 11.09.2017 is no decimal.
fn dotted_date(text: &str, from: usize) -> bool {
    let mut at = from;
    for _ in 0..4 {
        match peek_at(text, at) {
            Some((c, _, to)) if digit(c).is_some() => at = to,
            Some(('.', _, to)) => return peek_at(text, to).is_some_and(|(c, _, _)| digit(c).is_some()),
            _ => return false,
        }
    }
    false
}

/// A number below 512 for the first three bytes of a word.
fn first_letters(word: &str) -> usize {
    let hash = word.bytes().take(3).fold(7u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)));
    (hash.wrapping_mul(0x9e37_79b1) >> 23) as usize
}

/// One sentence, or a bounded part of one.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub start: usize,
    pub tokens: Vec<Token>,
    /// The tokens' readings between single spaces, with one at each end and without quotation marks: a phrase is found by plain search.
    pub norm: String,
    /// Where each token begins in `norm`.
    offsets: Vec<usize>,
    /// The first letters of all words, as bits: most phrases are ruled out by one look.
    seen: [u64; 8],
}

impl Sentence {
    pub(crate) fn new(text: &str, start: usize, end: usize, lang: Lang) -> Self {
        Self::of(start, tokens(text, start, end, lang))
    }

    fn of(start: usize, tokens: Vec<Token>) -> Self {
        let mut norm = String::from(" ");
        let mut offsets = Vec::with_capacity(tokens.len());
        let mut seen = [0u64; 8];
        for token in &tokens {
            offsets.push(norm.len());
            let bit = first_letters(&token.low);
            seen[bit / 64] |= 1 << (bit % 64);
            // Quotation marks may stand anywhere in a phrase: at odds” with.
            if token.low == "\"" {
                continue;
            }
            norm.push_str(&token.low);
            norm.push(' ');
        }
        Self { start, tokens, norm, offsets, seen }
    }

    /// Whether the phrase, words between single spaces, stands in the sentence.
    pub(crate) fn has(&self, phrase: &str) -> bool {
        self.find(phrase, 0, self.tokens.len()).is_some()
    }

    /// Whether one of the phrases stands in the sentence.
    pub(crate) fn has_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|p| self.has(p))
    }

    /// Whether one of the phrases stands in tokens `a..b`.
    pub(crate) fn has_in(&self, phrases: &[&str], a: usize, b: usize) -> bool {
        phrases.iter().any(|p| self.find(p, a, b).is_some())
    }

    /// The first place of a phrase in tokens `a..b`; a trailing `*` stands for any ending of the last word.
    pub(crate) fn find(&self, phrase: &str, a: usize, b: usize) -> Option<(usize, usize)> {
        let (stem, open) = match phrase.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (phrase, false),
        };
        let first_word = stem.split(' ').next().unwrap_or(stem);
        if first_word.len() > 2 || first_word.len() < stem.len() || !open {
            let bit = first_letters(first_word);
            if self.seen[bit / 64] & (1 << (bit % 64)) == 0 {
                return None;
            }
        }
        let mut from = *self.offsets.get(a)?;
        while let Some(i) = self.norm.get(from..).and_then(|rest| rest.find(stem)) {
            let at = from + i;
            let after = at + stem.len();
            let ends = open || self.norm.as_bytes().get(after) == Some(&b' ');
            if ends && self.norm.as_bytes().get(at.wrapping_sub(1)) == Some(&b' ') {
                let mut first = self.offsets.partition_point(|o| *o < at);
                while self.tokens.get(first).is_some_and(|t| t.low == "\"") {
                    first += 1;
                }
                let last = self.offsets.partition_point(|o| *o < after);
                return (last <= b && first >= a).then_some((first, last));
            }
            from = after.max(at + 1);
            while from < self.norm.len() && !self.norm.is_char_boundary(from) {
                from += 1;
            }
        }
        None
    }
}

const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "vs", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    "dec", "gen", "col", "sen", "rep", "gov", "pte", "ltd", "co", "inc", "corp", "approx", "fig", "para", "art", "cap", "capt", "lt",
    "sgt", "u.s", "u.n", "e.u", "u.k", "млн", "млрд", "тыс", "руб", "г", "гг", "ул", "им", "д", "т", "стр", "n", "p", "pp",
];

/// The byte spans of the sentences in `text[start..end]`.
pub(crate) fn sentences(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let Some(part) = text.get(start..end) else { return out };
    let mut from = 0;
    let mut chars = part.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let after = i + c.len_utf8();
        let mut cut = None;
        if c == '\n' {
            if line_ends(&part[from..i]) {
                cut = Some(after);
            }
        } else if matches!(c, '.' | '!' | '?' | '…' | '。') {
            let mut close = after;
            while let Some((j, q)) = chars.peek().copied() {
                if !matches!(q, '”' | '"' | '»' | '’' | '\'' | ')' | '.' | '!' | '?' | '…' | ']') {
                    break;
                }
                close = j + q.len_utf8();
                chars.next();
            }
            if ends_here(&part[from..i], c, close > after, &part[close..]) {
                cut = Some(close);
            }
        } else if i - from >= MAX_SENTENCE {
            let space = part[from..i].rfind(' ').map_or(i, |s| from + s + 1);
            cut = Some(if space > from { space } else { i });
        }
        if let Some(to) = cut {
            push(part, from, to, start, &mut out);
            from = to;
        }
    }
    push(part, from, part.len(), start, &mut out);
    out
}

fn push(part: &str, from: usize, to: usize, base: usize, out: &mut Vec<(usize, usize)>) {
    let Some(piece) = part.get(from..to) else { return };
    let begin = from + (piece.len() - piece.trim_start().len());
    let end = from + piece.trim_end().len();
    if begin < end {
        out.push((base + begin, base + end));
    }
}

fn line_ends(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before).trim();
    line.ends_with(['.', '!', '?', '”', '"', '»', ':']) || line.chars().count() < 50
}

fn ends_here(before: &str, mark: char, closed: bool, rest: &str) -> bool {
    let mut chars = rest.chars();
    let Some(next) = chars.next() else { return true };
    if !next.is_whitespace() {
        return mark == '。';
    }
    let Some(first) = rest.trim_start().chars().next() else { return true };
    let opens = first.is_uppercase()
        || first.is_ascii_digit()
        || hangul(first)
        || matches!(first, '“' | '"' | '«' | '„' | '(' | '…' | '‘' | '-' | '—' | '–');
    if !opens {
        return first.is_alphabetic() && !first.is_lowercase();
    }
    if mark == '…' && matches!(first, '“' | '"') {
        return true;
    }
    if mark != '.' || closed {
        // A dash after a closing quote carries on the sentence: «…», — said X.
        return !matches!(first, '-' | '—' | '–');
    }
    let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or("");
    let word = word.to_lowercase();
    let word = word.trim_start_matches('.');
    if ABBREVIATIONS.contains(&word) {
        // "U.S. officials" goes on; "in the U.S. The ministry" ends: an article or pronoun begins a sentence.
        let second: String = rest.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
        return word.contains('.')
            && ["The", "A", "An", "It", "He", "She", "They", "In", "On", "But", "That", "This"].contains(&second.as_str());
    }
    // Initials: "P. Orlovsky".
    !(word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && !matches!(first, '“' | '"'))
}

/// The words without the trailing marks and white space, as a byte span.
pub(crate) fn trim(text: &str, mut start: usize, mut end: usize) -> (usize, usize) {
    let strip_front = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—' | '-' | '.' | '…');
    let strip_back = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—' | '-' | '.' | '!' | '…');
    while let Some(c) = text.get(start..end).and_then(|s| s.chars().next()).filter(|c| strip_front(*c)) {
        start += c.len_utf8();
    }
    while let Some(c) = text.get(start..end).and_then(|s| s.chars().next_back()).filter(|c| strip_back(*c)) {
        end -= c.len_utf8();
    }
    // A pair of quotes round the whole, or a quote mark that lost its other half.
    let inner = &text[start..end];
    let quotes = |c: char| matches!(c, '“' | '”' | '"' | '«' | '»' | '„');
    let count = inner.chars().filter(|c| quotes(*c)).count();
    let first = inner.chars().next().is_some_and(quotes);
    let last = inner.chars().next_back().is_some_and(quotes);
    let front = inner.chars().next().map_or(0, char::len_utf8);
    let back = inner.chars().next_back().map_or(0, char::len_utf8);
    if first && (count == 1 || last && count == 2) {
        start += front;
    }
    if last && end > start && (count == 1 && !first || first && count == 2) {
        end -= back;
    }
    let inner = text.get(start..end).unwrap_or("");
    let cut = inner.trim_end_matches([',', '.', ' ', '\u{a0}']).len();
    (start, start + cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, 0, text.len()).into_iter().map(|(a, b)| &text[a..b]).collect()
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        assert_eq!(split("Mr. Go met U.S. officials. They left."), ["Mr. Go met U.S. officials.", "They left."]);
        assert_eq!(split("«Квота не менялась», — заявил он. Всё."), ["«Квота не менялась», — заявил он.", "Всё."]);
    }

    #[test]
    fn zero_width_marks_do_not_break_a_number() {
        let t = tokens("1\u{200d}2,3\u{200b}45 t", 0, "1\u{200d}2,3\u{200b}45 t".len(), Lang::En);
        assert_eq!(t[0].number().map(|n| n.value), Some(12345.0));
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let line = "word ".repeat(10_000);
        assert!(split(&line).iter().all(|s| s.len() <= MAX_SENTENCE + 4));
    }

    #[test]
    fn non_breaking_spaces_group_thousands() {
        let text = "более 3\u{a0}200 граждан, 9,5 млн";
        let t = tokens(text, 0, text.len(), Lang::Ru);
        let values: Vec<f64> = t.iter().filter_map(|t| t.number().map(|n| n.value)).collect();
        assert_eq!(values, [3200.0, 9.5]);
    }
}
