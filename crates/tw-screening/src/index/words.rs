//! Names as the index looks them up: words, and other keys of a whole name.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::table::mix;

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Key of the word as it is spelt.
    pub(super) exact: u64,
    /// Its letters, for spellings that differ by a letter.
    pub(super) text: Box<str>,
    /// Keys of its sound, its romanisations and its equivalents.
    pub(super) others: Vec<u64>,
}

/// A name as the index looks it up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// Words that tell something.
    pub(super) words: Vec<Word>,
    /// Keys that stand for the whole name: its initials, its letters in one.
    pub(super) whole: Vec<u64>,
    /// Keys of words in other readings of the name, and of neighbours written together.
    pub(super) loose: Vec<u64>,
}

/// Key of a text of some kind; none is as small as a mark.
pub(super) fn key(kind: u64, text: &str) -> u64 {
    let mut hash = kind;
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = mix(hash ^ u64::from_le_bytes(word));
    }
    mix(hash ^ text.len() as u64).max(2)
}

/// A text in small letters, without marks on letters.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Hasher for keys, which are mixed already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixed;

impl std::hash::BuildHasher for Mixed {
    type Hasher = Taken;
    fn build_hasher(&self) -> Taken {
        Taken(0)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Taken(u64);

impl std::hash::Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_capitals_are_dropped() {
        assert_eq!(fold("Propriétaire ÅÑ Захаров"), "proprietaire an захаров");
    }
}
