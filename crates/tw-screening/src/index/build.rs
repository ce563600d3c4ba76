use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use tw_ftm::Entry;

use super::doc::{Doc, Symbols};
use super::fuzzy::Fuzzy;
use super::seam;
use super::table::Table;
use super::words::{Mixed, Words};
use super::{Index, Inner, Op, Settings};

/// Entries that a thread takes at a time.
const CHUNK: usize = 256;

/// Keys of an entity: of its names, then of its identifiers.
///
/// For each name the keys of its words, [`END`], its other keys, [`END`]; after the last name [`LAST`] and the identifiers.
/// No key is as small as a mark.
#[derive(Clone, Debug)]
pub(super) struct Terms(Arc<[u64]>);

const END: u64 = 0;
const LAST: u64 = 1;

impl Terms {
    fn new(names: &[Words], identifiers: &[u64]) -> Self {
        let mut flat = Vec::with_capacity(names.len() * 8 + identifiers.len() + 1);
        for name in names {
            flat.extend(name.words.iter().map(|w| w.exact));
            flat.push(END);
            let others = flat.len();
            flat.extend(name.words.iter().flat_map(|w| &w.others).chain(&name.whole).chain(&name.loose));
            flat[others..].sort_unstable();
            flat.push(END);
        }
        flat.push(LAST);
        flat.extend_from_slice(identifiers);
        Self(flat.into())
    }

    pub(super) fn from_flat(flat: Vec<u64>) -> Self {
        Self(flat.into())
    }

    pub(super) fn flat(&self) -> &[u64] {
        &self.0
    }

    /// Visits words and other keys of each name, and gives the number of names.
    fn each(&self, mut visit: impl FnMut(u32, bool, u64)) -> u32 {
        let mut ends = 0;
        for key in &*self.0 {
            match *key {
                END => ends += 1,
                LAST => break,
                key => visit(ends / 2, ends % 2 == 0, key),
            }
        }
        ends / 2
    }

    fn identifiers(&self) -> &[u64] {
        let last = self.0.iter().position(|k| *k == LAST).map_or(self.0.len(), |i| i + 1);
        &self.0[last..]
    }
}

/// What is looked up, made from all docs at once.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// From keys of words and names to numbers of names.
    pub(super) terms: Table,
    /// From keys of identifiers to places of docs.
    pub(super) identifiers: Table,
    /// Words spelt nearly alike.
    pub(super) fuzzy: Arc<Fuzzy>,
    /// Place of the doc of each name.
    pub(super) doc_of: Box<[u32]>,
    /// Weight of all words of each name.
    pub(super) weights: Box<[f32]>,
}

impl Tables {
    /// Weight of a word that this many of all names have: its rarity, in nats.
    pub(super) fn weight(&self, names_with_it: usize) -> f32 {
        rarity(self.doc_of.len(), names_with_it)
    }
}

fn rarity(names: usize, with_it: usize) -> f32 {
    (1.0 + (names as f32 + 1.0) / (with_it as f32 + 1.0)).ln()
}

pub(super) type Vocabulary = HashMap<u64, Box<str>, Mixed>;

struct Chunk {
    number: usize,
    docs: Vec<(Arc<Doc>, Terms)>,
}

impl Index {
    /// Builds an index. Entries with the same id are versions of one entity, the last of which tells its listings.
    #[must_use]
    pub fn build(entries: impl IntoIterator<Item = Entry>, settings: Settings) -> Self {
        Self::build_from(entries, Some, settings)
    }

    /// Builds an index from items that are made into entries by all threads, as lines of JSON are. An item that makes none is left out.
    #[must_use]
    pub fn build_from<T: Send>(items: impl IntoIterator<Item = T>, make: impl Fn(T) -> Option<Entry> + Sync, settings: Settings) -> Self {
        let symbols = Arc::new(Symbols::default());
        let threads = settings.threads();
        let room = AtomicUsize::new(settings.parties);
        let (send, receive) = sync_channel::<(usize, Vec<T>)>(threads * 2);
        let receive = Mutex::new(receive);
        let (mut chunks, words) = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| work(&receive, &make, &symbols, &room))).collect();
            let mut items = items.into_iter();
            for number in 0.. {
                let chunk: Vec<T> = items.by_ref().take(CHUNK).collect();
                if chunk.is_empty() || send.send((number, chunk)).is_err() {
                    break;
                }
            }
            drop(send);
            let mut chunks = Vec::new();
            let mut words = Vocabulary::default();
            for worker in workers {
                let (more, vocabulary) = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                chunks.extend(more);
                if words.is_empty() {
                    words = vocabulary;
                } else {
                    words.extend(vocabulary);
                }
            }
            (chunks, words)
        });
        chunks.sort_by_key(|c| c.number);
        let mut docs: Vec<(Arc<Doc>, Terms)> = chunks.into_iter().flat_map(|c| c.docs).collect();
        docs.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        Self::assemble(docs, words, None, symbols, settings)
    }

    /// A new index with the changes made, in their order. It answers as one built from the same entries, and this one goes on answering as before.
    #[must_use]
    pub fn update(&self, ops: impl IntoIterator<Item = Op>) -> Self {
        let inner = &*self.inner;
        let mut words = Vocabulary::default();
        let mut make = |entry| analyse(entry, &inner.symbols, &inner.room, &mut words);
        let mut changed: BTreeMap<Box<str>, Vec<(Arc<Doc>, Terms)>> = BTreeMap::new();
        for op in ops {
            match op {
                Op::Put(entry) => {
                    let new = make(entry);
                    changed.insert(new.0.id.clone(), vec![new]);
                }
                Op::Version(entry) => {
                    let new = make(entry);
                    let known = || inner.versions(&new.0.id).map(|p| (inner.docs[p].clone(), inner.terms_of(p))).collect();
                    changed.entry(new.0.id.clone()).or_insert_with(known).push(new);
                }
                Op::Del(id) => {
                    changed.insert(id.into(), Vec::new());
                }
            }
        }
        let mut docs = Vec::with_capacity(inner.docs.len() + changed.len());
        let mut at = 0;
        for (id, versions) in changed {
            let upto = at + inner.docs[at..].partition_point(|d| *d.id < *id);
            docs.extend((at..upto).map(|p| (inner.docs[p].clone(), inner.terms_of(p))));
            docs.extend(versions);
            at = upto + inner.docs[upto..].partition_point(|d| d.id == id);
        }
        docs.extend((at..inner.docs.len()).map(|p| (inner.docs[p].clone(), inner.terms_of(p))));
        Self::assemble(docs, words, Some(inner), inner.symbols.clone(), inner.settings)
    }

    pub(super) fn assemble(
        docs: Vec<(Arc<Doc>, Terms)>,
        words: Vocabulary,
        earlier: Option<&Inner>,
        symbols: Arc<Symbols>,
        settings: Settings,
    ) -> Self {
        let (docs, mut terms): (Vec<_>, Vec<_>) = docs.into_iter().unzip();
        let tables = tables(&terms, words, earlier.map(|e| &e.tables.fuzzy), settings.threads());
        if docs.len() > settings.large {
            terms = Vec::new();
        }
        let earlier = earlier.and_then(|e| e.text.get().map(|t| t.base().clone()).or_else(|| e.earlier.clone()));
        let mut referents = HashMap::new();
        let mut entities = 0;
        for (place, doc) in (0..).zip(&docs) {
            entities += usize::from(docs.get(place as usize + 1).is_none_or(|next: &Arc<Doc>| next.id != doc.id));
            for referent in doc.referents.iter().filter(|r| **r != doc.id) {
                referents.insert(referent.clone(), place);
            }
        }
        let kept = docs.iter().filter(|d| d.has_party()).count();
        let inner = Inner {
            settings,
            room: AtomicUsize::new(settings.parties.saturating_sub(kept)),
            symbols,
            docs,
            terms,
            tables,
            referents,
            entities,
            links: OnceLock::new(),
            text: OnceLock::new(),
            earlier,
        };
        Self { inner: Arc::new(inner) }
    }
}

impl Settings {
    pub(super) fn threads(self) -> usize {
        match self.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            n => n.min(256),
        }
    }
}

impl Inner {
    /// Keys of a doc: kept, or made anew.
    pub(super) fn terms_of(&self, place: usize) -> Terms {
        match self.terms.get(place) {
            Some(terms) => terms.clone(),
            None => {
                let (names, identifiers) = seam::keys(&self.docs[place].party(&self.room));
                Terms::new(&names, &identifiers)
            }
        }
    }
}

fn work<T>(
    receive: &Mutex<Receiver<(usize, Vec<T>)>>,
    make: &(impl Fn(T) -> Option<Entry> + Sync),
    symbols: &Symbols,
    room: &AtomicUsize,
) -> (Vec<Chunk>, Vocabulary) {
    let mut chunks = Vec::new();
    let mut words = Vocabulary::default();
    loop {
        let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, items)) = next else { return (chunks, words) };
        let docs = items.into_iter().filter_map(make).map(|e| analyse(e, symbols, room, &mut words)).collect();
        chunks.push(Chunk { number, docs });
    }
}

fn analyse(entry: Entry, symbols: &Symbols, room: &AtomicUsize, words: &mut Vocabulary) -> (Arc<Doc>, Terms) {
    let doc = Doc::new(entry, symbols);
    if !doc.schema.matchable() {
        return (Arc::new(doc), Terms::new(&[], &[]));
    }
    let (names, identifiers) = seam::keys(&doc.party(room));
    for word in names.iter().flat_map(|n| &n.words) {
        if let Slot::Vacant(slot) = words.entry(word.exact) {
            slot.insert(word.text.clone());
        }
    }
    (Arc::new(doc), Terms::new(&names, &identifiers))
}

fn tables(terms: &[Terms], words: Vocabulary, fuzzy: Option<&Arc<Fuzzy>>, threads: usize) -> Tables {
    let table = Table::build(
        |visit| {
            let mut first = 0;
            for doc in terms {
                first += doc.each(|name, _, key| visit(key, first + name));
            }
        },
        threads,
    );
    let identifiers = Table::build(
        |visit| (0..).zip(terms).for_each(|(place, doc)| doc.identifiers().iter().for_each(|key| visit(*key, place))),
        threads,
    );
    let mut doc_of: Vec<u32> = Vec::new();
    for (place, doc) in (0..).zip(terms) {
        let names = doc.each(|_, _, _| {});
        doc_of.resize(doc_of.len() + names as usize, place);
    }
    let mut weights = vec![0_f32; doc_of.len()];
    let mut first = 0;
    for doc in terms {
        first += doc.each(|name, word, key| {
            if word {
                weights[(first + name) as usize] += rarity(doc_of.len(), table.get(key).len());
            }
        });
    }
    let fuzzy = Fuzzy::build(words, fuzzy, |key| !table.get(key).is_empty(), threads);
    Tables { terms: table, identifiers, fuzzy, doc_of: doc_of.into(), weights: weights.into() }
}
