use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::filter::Ready;
use super::fuzzy::Near;
use super::words::{Word, Words};
use super::{Inner, QueryError};

/// Most names of a party that are looked up.
pub(super) const MOST_NAMES: usize = 500;

/// Most words of all names of a party together.
pub(super) const MOST_WORDS: usize = 4_000;

/// Most words of one name that are looked up; the rarest count most, so the rest of a longer name is left to the scorer.
const MOST_WORDS_OF_A_NAME: usize = 48;

/// Most names visited for one question: about 20 ms.
const MOST_VISITS: usize = 4_000_000;

/// Likeness of words that sound alike, or are the same name in another language, beside 1 for the same word.
const ALIKE: f32 = 0.85;

/// Likeness of a word of another reading, or of two words written as one: the same letters may count twice.
const LOOSE: f32 = 0.6;

/// Keys that tell less than this share of what the word tells are left out: consonants that hundreds of words have.
const LEAST_TELLING: f32 = 0.4;

/// Up to so many names may share a key of the whole name, such as its initials, before it tells less.
const FEW: usize = 8;

/// Most of the weight of a name that such words can bring it to.
const MOST_LOOSE: f32 = 0.85;

/// Likeness of words that differ by one letter, and by two.
const EDITED: [f32; 2] = [0.8, 0.6];

/// Share of the query's weight and of the candidate's against which the shared weight is held.
const OF_QUERY: f32 = 0.65;
const OF_CANDIDATE: f32 = 1.0 - OF_QUERY;

/// Estimates below this are not compared.
const LEAST: f32 = 0.5;

/// An entity that may be the one looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Share of the weights of both names that they have in common, 2 for a shared identifier.
    pub(super) estimate: f32,
    /// Place of the doc.
    pub(super) place: u32,
}

/// A name found, to be taken out best first, then by place.
#[derive(Clone, Copy, PartialEq)]
struct Ranked(f32, u32);

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One cell for each name of the index, valid for one query name at a time.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Number of the query name, and of the word last seen.
    stamp: u64,
    sum: f32,
}

#[derive(Default)]
struct Scratch {
    cells: Vec<Cell>,
    round: u64,
    touched: Vec<u32>,
    near: Vec<Near>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A word of the query with the places where it, or one like it, is.
struct Slot<'a> {
    weight: f32,
    /// Likeness and names, the most alike first.
    lists: Vec<(f32, &'a [u32])>,
}

impl Inner {
    /// The most promising candidates that pass, best first, equal ones by id.
    pub(super) fn candidates(
        &self,
        names: &[Words],
        identifiers: &[u64],
        most: usize,
        passes: &Ready<'_>,
    ) -> Result<Vec<Candidate>, QueryError> {
        check("names", names.len(), MOST_NAMES)?;
        check("words in names", names.iter().map(|n| n.words.len()).sum(), MOST_WORDS)?;
        let mut found: Vec<Candidate> = Vec::new();
        for key in identifiers {
            for place in self.tables.identifiers.get(*key).iter().take(most) {
                found.push(Candidate { estimate: 2.0, place: *place });
            }
        }
        found.sort_by_key(|c| c.place);
        found.dedup_by_key(|c| c.place);
        found.retain(|c| self.passes(c.place, passes));
        let mut heap = BinaryHeap::new();
        SCRATCH.with_borrow_mut(|scratch| {
            let mut visits = 0;
            for name in names {
                self.look_up(name, scratch, &mut heap, &mut visits)?;
            }
            Ok(())
        })?;
        // Most words have few names, but some have thousands: a heap orders only as many as are taken.
        while found.len() < most
            && let Some(Ranked(estimate, name)) = heap.pop()
        {
            let place = self.tables.doc_of[name as usize];
            if found.iter().all(|c| c.place != place) && self.passes(place, passes) {
                found.push(Candidate { estimate, place });
            }
        }
        Ok(found)
    }

    fn passes(&self, place: u32, ready: &Ready<'_>) -> bool {
        ready.passes(&self.docs[place as usize], self.newest(place as usize))
    }

    fn look_up(&self, name: &Words, scratch: &mut Scratch, heap: &mut BinaryHeap<Ranked>, visits: &mut usize) -> Result<(), QueryError> {
        let tables = &self.tables;
        let mut slots: Vec<Slot<'_>> = name.words.iter().map(|word| self.slot(word, &mut scratch.near)).collect();
        let loose = name.loose.iter().map(|key| tables.terms.get(*key)).filter(|l| !l.is_empty());
        let loose: Vec<Slot<'_>> = loose
            .map(|list| Slot { weight: tables.weight(list.len()) * LOOSE, lists: vec![(1.0, list)] })
            .take(MOST_WORDS_OF_A_NAME)
            .collect();
        let whole: Vec<&[u32]> = name.whole.iter().map(|key| tables.terms.get(*key)).filter(|l| !l.is_empty()).collect();
        slots.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        slots.truncate(MOST_WORDS_OF_A_NAME);
        let all: f32 = slots.iter().map(|s| s.weight).sum();
        if scratch.cells.len() < tables.doc_of.len() {
            scratch.cells.resize(tables.doc_of.len(), Cell::default());
        }
        scratch.round += 1;
        let round = scratch.round << 16;
        scratch.touched.clear();
        // A name seen first at a word can share at most the weight from that word on. What can't reach the least estimate is not begun.
        let needed = LEAST * OF_QUERY * all / (1.0 - LEAST * OF_CANDIDATE);
        let mut left = all;
        for (number, slot) in slots.iter().enumerate() {
            let stamp = round | (number as u64 + 1);
            let begin = left * slot.lists.first().map_or(0.0, |l| l.0) >= needed;
            left -= slot.weight;
            for (likeness, list) in &slot.lists {
                // A key that many names have says less than the word.
                let add = slot.weight.min(tables.weight(list.len())) * likeness;
                let visit = |name: u32, cells: &mut [Cell], touched: &mut Vec<u32>| {
                    let cell = &mut cells[name as usize];
                    if cell.stamp == stamp {
                        return;
                    }
                    if cell.stamp >= round {
                        *cell = Cell { stamp, sum: cell.sum + add };
                    } else if begin {
                        *cell = Cell { stamp, sum: add };
                        touched.push(name);
                    }
                };
                if !begin && scratch.touched.len() * 8 < list.len() {
                    *visits += scratch.touched.len() * 4;
                    for i in 0..scratch.touched.len() {
                        let name = scratch.touched[i];
                        if list.binary_search(&name).is_ok() {
                            visit(name, &mut scratch.cells, &mut scratch.touched);
                        }
                    }
                } else {
                    *visits += list.len();
                    for name in *list {
                        visit(*name, &mut scratch.cells, &mut scratch.touched);
                    }
                }
                check("entities share these words", *visits, MOST_VISITS)?;
            }
        }
        // Words of other readings and neighbours in one word help a name up, but not to the top: some of their letters have counted already.
        for (number, slot) in loose.iter().enumerate() {
            let stamp = round | (slots.len() + number + 1) as u64;
            for (_, list) in &slot.lists {
                *visits += list.len();
                check("entities share these words", *visits, MOST_VISITS)?;
                for name in *list {
                    let cell = &mut scratch.cells[*name as usize];
                    let most = MOST_LOOSE * all.min(tables.weights[*name as usize]);
                    if cell.stamp < round {
                        *cell = Cell { stamp, sum: slot.weight.min(most) };
                        scratch.touched.push(*name);
                    } else if cell.sum < most {
                        cell.sum = (cell.sum + slot.weight).min(most);
                    }
                }
            }
        }
        // A key of the whole name stands for all its words, the more so the fewer names have it.
        for list in whole {
            let telling = (tables.weight(list.len()) / tables.weight(FEW)).min(1.0);
            *visits += list.len();
            check("entities share these words", *visits, MOST_VISITS)?;
            for name in list {
                let cell = &mut scratch.cells[*name as usize];
                let own = tables.weights[*name as usize];
                let sum = telling * ALIKE * (OF_QUERY * all + OF_CANDIDATE * own);
                if cell.stamp < round {
                    *cell = Cell { stamp: round, sum };
                    scratch.touched.push(*name);
                } else if cell.sum < sum {
                    cell.sum = sum;
                }
            }
        }
        for name in &scratch.touched {
            let own = tables.weights[*name as usize];
            let estimate = scratch.cells[*name as usize].sum / (OF_QUERY * all + OF_CANDIDATE * own).max(f32::MIN_POSITIVE);
            if estimate >= LEAST {
                heap.push(Ranked(estimate, *name));
            }
        }
        Ok(())
    }

    fn slot(&self, word: &Word, near: &mut Vec<Near>) -> Slot<'_> {
        let tables = &self.tables;
        let exact = tables.terms.get(word.exact);
        let mut lists = vec![(1.0, exact)];
        lists.extend(word.others.iter().map(|key| (ALIKE, tables.terms.get(*key))));
        tables.fuzzy.near(&word.text, near);
        lists.extend(near.iter().map(|n| (EDITED[n.edits.clamp(1, 2) - 1], tables.terms.get(n.key))));
        let weight = tables.weight(exact.len());
        lists.retain(|(likeness, list)| !list.is_empty() && (*likeness == 1.0 || tables.weight(list.len()) >= weight * LEAST_TELLING));
        lists.sort_by(|a, b| b.0.total_cmp(&a.0));
        Slot { weight, lists }
    }
}

pub(super) fn check(what: &'static str, got: usize, most: usize) -> Result<(), QueryError> {
    if got > most { Err(QueryError::TooMuch { what, got, most }) } else { Ok(()) }
}
