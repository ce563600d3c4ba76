//! The one place where the index meets the analysed names and parties.

use std::cell::RefCell;
use std::collections::HashMap;

use tw_names::{Class, KeyKind, Kind, Name};

use super::table::mix;
use super::words::{self, Mixed, Word, Words};
use crate::party::Party;

/// Most words of which a thread remembers the keys.
const MOST_KNOWN: usize = 40_000;

thread_local! {
    /// Keys of words met before: a name's words are mostly those of other names.
    static KNOWN: RefCell<HashMap<u64, Word, Mixed>> = RefCell::default();
}

/// Keys of a party's names, and of its identifiers.
pub(super) fn keys(party: &Party) -> (Vec<Words>, Vec<u64>) {
    let names = party.names().iter().map(|n| words(&n.name)).collect();
    let mut identifiers: Vec<u64> = party.identifiers().iter().map(|id| words::key(3, &id.value)).collect();
    identifiers.sort_unstable();
    identifiers.dedup();
    (names, identifiers)
}

/// Words of a name that tell something, each with its keys, and the keys of the whole.
fn words(name: &Name) -> Words {
    let mut out = Words::default();
    for (text, class) in name.tokens() {
        if !matches!(class, Class::Distinct | Class::Patronymic | Class::Sector | Class::Place) {
            continue;
        }
        let word = word(name.kind(), text);
        if out.words.iter().all(|w| w.exact != word.exact) {
            out.words.push(word);
        }
    }
    for key in tw_names::keys(name) {
        let hash = spread(key.hash);
        if out.words.iter().any(|w| w.exact == hash || w.others.contains(&hash)) {
            continue;
        }
        match key.kind {
            KeyKind::Joined | KeyKind::Acronym | KeyKind::Group => out.whole.push(hash),
            // Words of other readings, and neighbours written together.
            KeyKind::Exact | KeyKind::Phonetic => out.loose.push(hash),
        }
    }
    out
}

/// A word's own keys do not depend on the name around it.
fn word(kind: Kind, text: &str) -> Word {
    KNOWN.with_borrow_mut(|known| {
        let id = words::key(100 + kind as u64, text);
        if let Some(word) = known.get(&id) {
            return word.clone();
        }
        let mut word = Word { exact: 0, text: text.into(), others: Vec::new() };
        for key in tw_names::keys(&Name::new(kind, text)) {
            match key.kind {
                KeyKind::Exact if word.exact == 0 => word.exact = spread(key.hash),
                KeyKind::Exact | KeyKind::Phonetic | KeyKind::Group => word.others.push(spread(key.hash)),
                KeyKind::Acronym | KeyKind::Joined => {}
            }
        }
        if word.exact == 0 {
            word.exact = words::key(1, text);
        }
        if known.len() < MOST_KNOWN {
            known.insert(id, word.clone());
        }
        word
    })
}

/// A key as the tables hold it: its first bits are as good as any, and none is a mark.
fn spread(hash: u64) -> u64 {
    mix(hash).max(2)
}
