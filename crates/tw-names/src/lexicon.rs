//! What words are: titles, particles, legal forms, words of trade and place, numbers, and how common a word is on the lists.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::Kind;
use crate::scripts;
use crate::words::{Word, split};

/// What a word does in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A word that names this party and few others.
    Distinct,
    /// A single letter that stands for a given name.
    Initial,
    /// Mr, Doctor, Haji, Sheikh: said of the party, no part of the name.
    Title,
    /// al, bin, de, van: holds names together.
    Particle,
    /// A Slavic or Turkic father's name: optional, but never two.
    Patronymic,
    /// A legal form: GmbH, OOO, Company Limited.
    Form,
    /// A word of companies that says nothing: company, group, the, and.
    Bland,
    /// What the party does: bank, shipping, trading.
    Sector,
    /// A country, a nationality, or a city.
    Place,
    /// A number, in digits, letters or Roman.
    Number,
    /// M/V, MT, SS before a ship's name.
    Ship,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub class: Class,
    pub group: u32,
}

/// A hasher for keys that are hashes already.
#[derive(Default)]
pub(crate) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

pub(crate) type Table<V> = HashMap<u64, V, BuildHasherDefault<Same>>;

/// A 64-bit hash of bytes, the same on every run and machine (FNV-1a with a final mix).
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut value = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        value = (value ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    value ^= value >> 32;
    value = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value ^ (value >> 29)
}

/// Adds a word to the hash of a phrase.
pub(crate) fn then(phrase: u64, word: u64) -> u64 {
    (phrase.rotate_left(13) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Which side of the lexicon a name is read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Person,
    Organisation,
    Vessel,
}

#[derive(Default)]
struct Phrases {
    entries: Table<Entry>,
    /// The most words of a phrase that begins with this word.
    reach: Table<u8>,
}

impl Phrases {
    fn add(&mut self, words: &[Word], entry: Entry) {
        let Some(first) = words.first() else { return };
        if words.len() > 8 {
            return;
        }
        let key = words.iter().fold(0, |key, word| then(key, word.key));
        self.entries.entry(key).or_insert(entry);
        let reach = self.reach.entry(first.key).or_insert(0);
        *reach = (*reach).max(words.len() as u8);
    }

    fn longest(&self, words: &[Word]) -> Option<(Entry, usize)> {
        let reach = usize::from(*self.reach.get(&words.first()?.key)?).min(words.len());
        let mut keys = [0_u64; 9];
        for at in 0..reach {
            keys[at + 1] = then(keys[at], words[at].key);
        }
        (1..=reach).rev().find_map(|length| self.entries.get(&keys[length]).map(|entry| (*entry, length)))
    }
}

pub(crate) struct Lexicon {
    person: Phrases,
    organisation: Phrases,
    vessel: Phrases,
    numbers: Table<u32>,
    common: Table<[u16; 3]>,
    nicknames: Table<Vec<u64>>,
    patronyms: Table<()>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// A single character of Han or Hangul reads as a syllable that means many things.
fn is_syllable(text: &str) -> bool {
    text.chars().count() == 1 && text.chars().all(|c| c as u32 >= 0x2e80)
}

/// A spelling of the lexicon in words; one of another script in each of its readings.
fn spelt(spelling: &str, kind: Kind) -> Vec<Vec<Word>> {
    if spelling.is_ascii() {
        return vec![split(spelling, kind)];
    }
    let plain = split(spelling, kind);
    let mut out: Vec<Vec<Word>> = scripts::readings(spelling, kind).into_iter().map(|latin| split(&latin.text, kind)).collect();
    out.push(plain);
    out
}

impl Lexicon {
    fn load() -> Self {
        let mut out = Lexicon {
            person: Phrases::default(),
            organisation: Phrases::default(),
            vessel: Phrases::default(),
            numbers: Table::default(),
            common: Table::default(),
            nicknames: Table::default(),
            patronyms: Table::default(),
        };
        for row in rows(include_str!("../data/own.tsv")) {
            let [class, group, spellings] = row.as_slice() else { continue };
            for spelling in spellings.split('|').filter(|spelling| !is_syllable(spelling)) {
                let id = |words: &[Word]| -> u32 {
                    let name = if *group == "-" { words.iter().fold(0, |key, word| then(key, word.hash)) } else { hash(group.as_bytes()) };
                    (name as u32) | 1
                };
                if matches!(*class, "title" | "particle" | "patronym") {
                    for words in spelt(spelling, Kind::Person) {
                        match *class {
                            "title" => out.person.add(&words, Entry { class: Class::Title, group: id(&words) }),
                            "particle" => out.person.add(&words, Entry { class: Class::Particle, group: id(&words) }),
                            _ => out.patronyms.extend(words.iter().map(|word| (word.hash, ()))),
                        }
                    }
                    continue;
                }
                let class = match *class {
                    "ship" => Class::Ship,
                    "form" => Class::Form,
                    "bland" => Class::Bland,
                    "sector" => Class::Sector,
                    "place" => Class::Place,
                    _ => continue,
                };
                for words in spelt(spelling, Kind::Organisation) {
                    let entry = Entry { class, group: id(&words) };
                    if class == Class::Ship { out.vessel.add(&words, entry) } else { out.organisation.add(&words, entry) }
                }
            }
        }
        for row in rows(include_str!("../data/forms.tsv")) {
            let [form, _, spellings] = row.as_slice() else { continue };
            for spelling in spellings.split('|') {
                for words in spelt(spelling, Kind::Organisation) {
                    if words.len() == 1 && words[0].text.len() > 12 && spelling.is_ascii() || words.iter().all(|word| word.text.len() < 2) {
                        continue;
                    }
                    out.organisation.add(&words, Entry { class: Class::Form, group: hash(form.as_bytes()) as u32 | 1 });
                }
            }
        }
        for row in rows(include_str!("../data/places.tsv")) {
            let [code, spellings] = row.as_slice() else { continue };
            for spelling in spellings.split('|').filter(|spelling| spelling.chars().count() > 3) {
                for words in spelt(spelling, Kind::Organisation) {
                    out.organisation.add(&words, Entry { class: Class::Place, group: hash(code.as_bytes()) as u32 | 1 });
                }
            }
        }
        for row in rows(include_str!("../data/words.tsv")) {
            let [group, spellings] = row.as_slice() else { continue };
            for spelling in spellings.split('|').filter(|spelling| spelling.chars().count() > 2 && !is_syllable(spelling)) {
                for words in spelt(spelling, Kind::Organisation) {
                    out.organisation.add(&words, Entry { class: Class::Sector, group: hash(group.as_bytes()) as u32 | 1 });
                }
            }
        }
        for row in rows(include_str!("../data/ordinals.tsv")) {
            let [number, spellings] = row.as_slice() else { continue };
            let Ok(number) = number.parse::<u32>() else { continue };
            for spelling in spellings.split('|') {
                if let [word] = split(spelling, Kind::Organisation).as_slice() {
                    out.numbers.entry(word.hash).or_insert(number);
                }
            }
        }
        for row in rows(include_str!("../data/commonness.tsv")) {
            let [word, counts @ ..] = row.as_slice() else { continue };
            let count = |at: usize| counts.get(at).and_then(|text| text.parse().ok()).unwrap_or(0);
            out.common.insert(hash(word.as_bytes()), [count(0), count(1), count(2)]);
        }
        for row in rows(include_str!("../data/nicknames.tsv")) {
            let Some(words) = row.first() else { continue };
            let hashes: Vec<u64> = words.split('|').map(|word| hash(word.as_bytes())).collect();
            let Some((short, full)) = hashes.split_first() else { continue };
            out.nicknames.entry(*short).or_default().extend(full);
        }
        out
    }

    /// The longest phrase that the words begin with, and how many words it takes.
    pub(crate) fn phrase(&self, side: Side, words: &[Word]) -> Option<(Entry, usize)> {
        match side {
            Side::Person => self.person.longest(words),
            Side::Organisation => self.organisation.longest(words),
            Side::Vessel => self.vessel.longest(words),
        }
    }

    pub(crate) fn number(&self, word: u64) -> Option<u32> {
        self.numbers.get(&word).copied()
    }

    pub(crate) fn is_patronym_word(&self, word: u64) -> bool {
        self.patronyms.contains_key(&word)
    }

    /// How many listed names of persons, organisations and vessels hold a word, of about 19,000, 19,000 and 1,000.
    pub(crate) fn count(&self, word: u64, side: Side) -> u16 {
        self.common.get(&word).map_or(0, |counts| counts[side as usize])
    }

    /// Whether a word is a usual short form of another.
    pub(crate) fn is_short(&self, word: u64) -> bool {
        self.nicknames.contains_key(&word)
    }

    /// Whether one word is a usual short form of the other.
    pub(crate) fn is_nickname(&self, a: u64, b: u64) -> bool {
        self.nicknames.get(&a).is_some_and(|full| full.contains(&b)) || self.nicknames.get(&b).is_some_and(|full| full.contains(&a))
    }
}
