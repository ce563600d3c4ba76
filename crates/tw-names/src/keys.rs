//! Keys under which an index stores names and looks them up.

use crate::korean;
use crate::lexicon::{Class, Side, then};
use crate::name::{Name, exact};

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The letters of a token.
    Exact,
    /// The sound of a token, or its consonants.
    Phonetic,
    /// A group of equal words, or of Korean romanisations.
    Group,
    /// The name's initials, or the name itself where it may be an acronym.
    Acronym,
    /// All letters of the name in one, or two neighbours in one.
    Joined,
}

/// A key of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The hash to store.
    pub hash: u64,
    /// What it stands for; hashes of different kinds never mean the same.
    pub kind: KeyKind,
}

const SALT: [u64; 5] = [0x11, 0x22, 0x33, 0x44, 0x55];

fn key(kind: KeyKind, hash: u64) -> Key {
    Key { hash: then(SALT[kind as usize], hash), kind }
}

/// The keys of a name: two names that score 0.7 or more share a key, or two of their tokens differ by a typing error.
///
/// Words that say nothing (titles, particles, legal forms, "company") give no key. The order is fixed and no key comes twice.
pub fn keys(name: &Name) -> Vec<Key> {
    use crate::lexicon::hash;
    let mut out = Vec::new();
    for reading in &name.readings {
        let telling = |class: Class| matches!(class, Class::Distinct | Class::Patronymic | Class::Sector | Class::Place | Class::Number);
        let core: Vec<_> = reading.tokens.iter().filter(|token| telling(token.class)).collect();
        for token in &core {
            if token.class == Class::Number {
                continue;
            }
            out.push(key(KeyKind::Exact, token.hash));
            out.push(key(KeyKind::Phonetic, token.sound));
            let bones = crate::sound::skeleton(reading.sounds(token));
            if bones.len >= 2 {
                out.push(key(KeyKind::Phonetic, hash(bones.as_slice())));
            }
            if token.group != 0 {
                out.push(key(KeyKind::Group, u64::from(token.group)));
            }
            if token.tail != 0 {
                out.push(key(KeyKind::Phonetic, token.tail));
            }
            if name.side != Side::Person
                && let Some(sounds) = &token.korean
                && sounds.syllables >= 2
            {
                out.push(key(KeyKind::Group, hash(&korean::canonical(sounds))));
            }
        }
        for korean in &reading.korean {
            out.push(key(KeyKind::Group, then(u64::from(korean.surname) + 1, hash(&korean::canonical(&korean.given)))));
        }
        if name.side == Side::Vessel {
            let mut all = korean::Key { sounds: [0; korean::LONGEST], len: 0, syllables: 0 };
            if core
                .iter()
                .filter(|token| token.class == Class::Distinct)
                .all(|token| korean::add(&mut all, reading.letters(token).as_bytes()).is_some())
            {
                out.push(key(KeyKind::Group, hash(&korean::canonical(&all))));
            }
        }
        out.push(key(KeyKind::Joined, reading.joined));
        out.push(key(KeyKind::Joined, exact(reading)));
        // Neighbours in one word: "van der bilt" is found by "vanderbilt".
        for length in 2..=3 {
            for pair in reading.tokens.windows(length) {
                let start = usize::from(pair[0].start);
                let end = usize::from(pair[length - 1].start + pair[length - 1].len);
                if end - start >= 5 && pair.iter().all(|token| !matches!(token.class, Class::Form | Class::Number | Class::Ship)) {
                    out.push(key(KeyKind::Exact, hash(reading.text[start..end].as_bytes())));
                }
            }
        }
        if let Some(short) = &reading.acronym {
            out.push(key(KeyKind::Acronym, hash(short.as_bytes())));
        }
        if reading.initials.len() >= 3 {
            out.push(key(KeyKind::Acronym, hash(reading.initials.as_bytes())));
            out.push(key(KeyKind::Acronym, hash(reading.core_initials.as_bytes())));
        }
    }
    if let Some((_, characters)) = &name.native {
        out.push(key(KeyKind::Joined, hash(characters.as_bytes())));
    }
    out.sort_unstable();
    out.dedup();
    out
}
