use std::collections::HashMap;
use std::sync::Arc;

use super::table::{Table, mix};
use super::words::Mixed;

/// Most letters of a word of which single letters are left out to find it.
const LONGEST: usize = 32;

/// Words of the index, to be found by a spelling that differs by a letter or two.
///
/// Each word is filed under itself and under itself without one letter, each in turn (Bocek, Hunt, and Stiller 2007, "Fast similarity search in
/// large dictionaries", section 3). What shares such a form is at most two letters away, and is then measured.
#[derive(Debug, Default)]
pub(super) struct Fuzzy {
    /// Keys of words, rising.
    keys: Box<[u64]>,
    /// End of each word in the text.
    ends: Box<[u32]>,
    text: String,
    /// From forms to numbers of words.
    forms: Table,
}

/// A word near the one looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    /// Its key.
    pub(super) key: u64,
    /// Letters added, left out, changed, or swapped with the next.
    pub(super) edits: usize,
}

impl Fuzzy {
    /// With the words of an earlier one that are still alive; that one itself if nothing is new and nothing has died.
    pub(super) fn build(
        mut words: HashMap<u64, Box<str>, Mixed>,
        earlier: Option<&Arc<Self>>,
        alive: impl Fn(u64) -> bool,
        threads: usize,
    ) -> Arc<Self> {
        if let Some(earlier) = earlier {
            words.retain(|key, _| earlier.keys.binary_search(key).is_err());
            if words.is_empty() && earlier.keys.iter().all(|k| alive(*k)) {
                return earlier.clone();
            }
            words.extend((0..earlier.keys.len()).map(|i| (earlier.keys[i], earlier.word(i).into())));
        }
        let mut words: Vec<(u64, Box<str>)> = words.into_iter().filter(|(key, _)| alive(*key)).collect();
        words.sort_unstable();
        let mut text = String::with_capacity(words.iter().map(|(_, w)| w.len()).sum());
        let mut ends = Vec::with_capacity(words.len());
        for (_, word) in &words {
            text.push_str(word);
            ends.push(text.len() as u32);
        }
        let forms = Table::build(|visit| (0..).zip(&words).for_each(|(i, (_, word))| forms(word, |form| visit(form, i))), threads);
        Arc::new(Self { keys: words.iter().map(|(key, _)| *key).collect(), ends: ends.into(), text, forms })
    }

    fn word(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |n| self.ends[n] as usize);
        &self.text[start..self.ends[number] as usize]
    }

    /// Keys and words.
    pub(super) fn words(&self) -> impl Iterator<Item = (u64, &str)> {
        (0..self.keys.len()).map(|i| (self.keys[i], self.word(i)))
    }

    /// Words spelt otherwise by one letter, or by two if they are long.
    pub(super) fn near(&self, word: &str, found: &mut Vec<Near>) {
        found.clear();
        let mut numbers: Vec<u32> = Vec::new();
        forms(word, |form| numbers.extend_from_slice(self.forms.get(form)));
        numbers.sort_unstable();
        numbers.dedup();
        let letters: Vec<char> = word.chars().collect();
        for number in numbers {
            let other = self.word(number as usize);
            let most = if letters.len() >= 8 { 2 } else { 1 };
            match distance(&letters, other, most) {
                Some(edits) if edits > 0 => found.push(Near { key: self.keys[number as usize], edits }),
                _ => {}
            }
        }
        found.sort_by_key(|n| (n.edits, n.key));
    }
}

/// The forms under which a word is filed: none for words of one or two letters, only itself for three and for very long ones.
fn forms(word: &str, mut visit: impl FnMut(u64)) {
    let mut letters = [0_u32; LONGEST];
    let mut count = 0;
    for letter in word.chars() {
        if count == LONGEST {
            visit(form(word.chars().map(u32::from)));
            return;
        }
        letters[count] = letter.into();
        count += 1;
    }
    let letters = &letters[..count];
    if count < 3 {
        return;
    }
    visit(form(letters.iter().copied()));
    if count < 4 {
        return;
    }
    for out in 0..count {
        // Of equal letters in a row, leaving out either gives the same form.
        if out > 0 && letters[out] == letters[out - 1] {
            continue;
        }
        visit(form(letters[..out].iter().chain(&letters[out + 1..]).copied()));
    }
}

fn form(letters: impl Iterator<Item = u32>) -> u64 {
    let mut hash = 0_u64;
    for letter in letters {
        hash = (hash.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    mix(hash)
}

/// Edits between two words, if they are at most `most`: letters added, left out, changed, or swapped with the next.
pub(super) fn distance(a: &[char], b: &str, most: usize) -> Option<usize> {
    let mut letters = ['\0'; LONGEST + 2];
    let mut count = 0;
    for letter in b.chars() {
        *letters.get_mut(count)? = letter;
        count += 1;
    }
    let b = &letters[..count];
    if a.len().abs_diff(b.len()) > most || a.len() > LONGEST + 2 {
        return None;
    }
    let mut before = [0_usize; LONGEST + 3];
    let mut above = [0_usize; LONGEST + 3];
    for (j, cell) in above.iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        let mut row = [0_usize; LONGEST + 3];
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut cell = (above[j - 1] + same).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(before[j - 2] + 1);
            }
            row[j] = cell;
            least = least.min(cell);
        }
        if least > most {
            return None;
        }
        before = above;
        above = row;
    }
    Some(above[b.len()]).filter(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::words::key;

    fn fuzzy(words: &[&str]) -> Arc<Fuzzy> {
        let words = words.iter().map(|w| (key(1, w), (*w).into())).collect();
        Fuzzy::build(words, None, |_| true, 1)
    }

    #[test]
    fn a_letter_more_less_other_or_swapped_is_near() {
        let fuzzy = fuzzy(&["faiz", "laagoub", "kim", "mohammed"]);
        let near = |w: &str| {
            let mut found = Vec::new();
            fuzzy.near(w, &mut found);
            found.iter().map(|n| (n.key, n.edits)).collect::<Vec<_>>()
        };
        assert_eq!(near("afiz"), [(key(1, "faiz"), 1)]);
        assert_eq!(near("lagoub"), [(key(1, "laagoub"), 1)]);
        assert_eq!(near("laagouf"), [(key(1, "laagoub"), 1)]);
        assert_eq!(near("kiim"), [(key(1, "kim"), 1)]);
        assert_eq!(near("muhammad"), []);
        assert_eq!(near("mohamed"), [(key(1, "mohammed"), 1)]);
        assert_eq!(near("kin"), []);
        assert_eq!(near("kim"), []);
    }

    proptest::proptest! {
        #[test]
        fn one_edit_is_always_found(word in "[a-d]{4,9}", at in 0_usize..9, letter in "[a-d]", kind in 0..4) {
            let mut other: Vec<char> = word.chars().collect();
            let at = at.min(other.len() - 1);
            match kind {
                0 => other.insert(at, letter.chars().next().expect("a letter")),
                1 => { other.remove(at); }
                2 => other[at] = letter.chars().next().expect("a letter"),
                _ => if at > 0 { other.swap(at, at - 1) },
            }
            let other: String = other.into_iter().collect();
            let mut found = Vec::new();
            fuzzy(&[&word]).near(&other, &mut found);
            proptest::prop_assert_eq!(found.len(), usize::from(other != word));
        }

        #[test]
        fn no_word_makes_it_panic(a in ".{0,60}", b in ".{0,60}") {
            let mut found = Vec::new();
            fuzzy(&[&a]).near(&b, &mut found);
        }
    }
}
