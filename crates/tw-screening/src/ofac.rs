//! The score of OFAC's Sanctions List Search, rebuilt from what OFAC publishes and from scores of the tool itself.
//!
//! OFAC FAQ 249 says: Jaro-Winkler over the whole name and over its words, and Soundex; the greater counts. The rest was inferred from
//! 164 published scores of the tool (a fixture of nomenklatura, MIT licence):
//! words are joined without spaces before the whole is compared; words of one or two letters of the query are left out; a word is only
//! compared with words of the same first letter; a pair of words counts if more than half of the longer one's letters stay (edit distance)
//! or if the two sound alike (Soundex); the common prefix counts up to six letters in the whole, up to four in a word, and Winkler's
//! bonus has no lower bound.

use crate::party::Party;

/// Score of a query and a list name as OFAC's search tool shows it, from 0 to 1. Latin letters only, as there.
///
/// ```
/// use tw_screening::ofac::score;
/// assert_eq!((score("OSAMA BIN LADEN", "BIN LADEN, Osama") * 100.0).round(), 100.0);
/// assert!((score("GEORGE BUSH", "JAMIL GEORGES, Fahd") * 100.0 - 77.0).abs() <= 5.0);
/// ```
#[must_use]
pub fn score(query: &str, candidate: &str) -> f64 {
    let (q, c) = (Text::new(query), Text::new(candidate));
    compare(&q, &c)
}

/// The best pair of names of two parties: score, number of the query's name, number of the candidate's.
pub(crate) fn parties(query: &Party, candidate: &Party) -> Option<(f64, usize, usize)> {
    let mut best: Option<(f64, usize, usize)> = None;
    let candidates: Vec<Text> = candidate.names().iter().map(|n| Text::new(n.name.text())).collect();
    for (i, name) in query.names().iter().enumerate() {
        let q = Text::new(name.name.text());
        for (j, c) in candidates.iter().enumerate() {
            let s = compare(&q, c);
            if best.is_none_or(|(b, ..)| s > b) {
                best = Some((s, i, j));
            }
        }
    }
    best
}

struct Text {
    whole: Vec<u8>,
    words: Vec<Vec<u8>>,
}

impl Text {
    fn new(text: &str) -> Self {
        let mut whole = Vec::with_capacity(text.len());
        let mut words: Vec<Vec<u8>> = Vec::new();
        let mut open = false;
        for c in text.chars().take(300) {
            match c {
                c if c.is_ascii_alphanumeric() => {
                    let b = (c as u8).to_ascii_uppercase();
                    whole.push(b);
                    match words.last_mut().filter(|_| open) {
                        Some(word) => word.push(b),
                        None => words.push(vec![b]),
                    }
                    open = true;
                }
                '\'' | '.' => {}
                '-' => {
                    whole.push(b'-');
                    open = false;
                }
                _ => open = false,
            }
        }
        Self { whole, words }
    }
}

fn compare(q: &Text, c: &Text) -> f64 {
    if q.words.is_empty() || c.words.is_empty() {
        return 0.0;
    }
    let whole = jaro_winkler(&q.whole, &c.whole, 6);
    let long = q.words.iter().any(|w| w.len() > 2);
    let used = q.words.iter().filter(|w| !long || w.len() > 2);
    let (mut sum, mut n) = (0.0, 0.0);
    for word in used {
        sum += c.words.iter().map(|other| pair(word, other)).fold(0.0, f64::max);
        n += 1.0;
    }
    f64::max(whole, sum / n)
}

fn pair(a: &[u8], b: &[u8]) -> f64 {
    if a.first() != b.first() {
        return 0.0;
    }
    if a == b {
        return 1.0;
    }
    let longest = a.len().max(b.len());
    if edits(a, b) * 2 >= longest && soundex(a) != soundex(b) {
        return 0.0;
    }
    jaro_winkler(a, b, 4)
}

fn jaro_winkler(a: &[u8], b: &[u8], most: usize) -> f64 {
    let jaro = jaro(a, b);
    let prefix = a.iter().zip(b).take(most).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

/// Jaro similarity (Jaro 1989): matching letters within half the longer text, and transpositions.
fn jaro(a: &[u8], b: &[u8]) -> f64 {
    if a == b {
        return 1.0;
    }
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut used = vec![false; b.len()];
    let mut from_a = Vec::with_capacity(a.len());
    for (i, x) in a.iter().enumerate() {
        let range = i.saturating_sub(window)..(i + window + 1).min(b.len());
        if let Some(j) = range.into_iter().find(|j| !used[*j] && b[*j] == *x) {
            used[j] = true;
            from_a.push(*x);
        }
    }
    if from_a.is_empty() {
        return 0.0;
    }
    let from_b = b.iter().zip(&used).filter(|(_, u)| **u).map(|(x, _)| x);
    let transpositions = from_a.iter().zip(from_b).filter(|(x, y)| x != y).count() / 2;
    let m = from_a.len() as f64;
    (m / a.len() as f64 + m / b.len() as f64 + (m - transpositions as f64) / m) / 3.0
}

/// Levenshtein distance.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (row[j] + 1).min(row[j + 1] + 1).min(corner + usize::from(x != y));
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

/// American Soundex (US patent 1,261,167): a letter and three figures.
fn soundex(word: &[u8]) -> [u8; 4] {
    let figure = |b: u8| match b {
        b'B' | b'F' | b'P' | b'V' => b'1',
        b'C' | b'G' | b'J' | b'K' | b'Q' | b'S' | b'X' | b'Z' => b'2',
        b'D' | b'T' => b'3',
        b'L' => b'4',
        b'M' | b'N' => b'5',
        b'R' => b'6',
        _ => b'0',
    };
    let mut code = [b'0'; 4];
    let Some((first, rest)) = word.split_first() else { return code };
    code[0] = *first;
    let (mut at, mut last) = (1, figure(*first));
    for b in rest {
        let f = figure(*b);
        if f != b'0' && f != last && at < 4 {
            code[at] = f;
            at += 1;
        }
        if !matches!(b, b'H' | b'W') {
            last = f;
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_give_their_textbook_values() {
        assert!((jaro(b"MARTHA", b"MARHTA") - 0.944_444).abs() < 1e-5);
        assert!((jaro_winkler(b"MARTHA", b"MARHTA", 4) - 0.961_111).abs() < 1e-5);
        assert_eq!(edits(b"KITTEN", b"SITTING"), 3);
        assert_eq!(&soundex(b"ROBERT"), b"R163");
        assert_eq!(&soundex(b"RUPERT"), b"R163");
        assert_eq!(&soundex(b"TYMCZAK"), b"T522");
        assert_eq!(&soundex(b"HONEYMAN"), b"H555");
    }

    #[test]
    fn scores_of_the_tool_are_met_within_five_points() {
        for (query, name, shown) in [
            ("BIN LADEN", "BIN LADIN, Osama", 96.0),
            ("KIM JONG UN", "KIM, Jong Man", 100.0),
            ("AL-QAEDA", "AL QAIDA", 90.0),
            ("GEORGE BUSH", "HASWANI, George", 50.0),
        ] {
            let s = score(query, name) * 100.0;
            assert!((s - shown).abs() <= 5.0, "{query} {name}: {s}, the tool shows {shown}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(a in ".{0,40}", b in ".{0,40}") {
            let s = score(&a, &b);
            proptest::prop_assert!((0.0..=1.0).contains(&s));
        }
    }
}
