//! An index over list entries, in memory and never changed: an update makes a new one.
//!
//! It answers what a screening asks (who resembles this party?), what a person asks (which entities hold these words?), and what is linked to what.
//! It reads no clock: whoever asks says the day.
//!
//! ```
//! use tw_ftm::{Entity, Entry};
//! use tw_screening::Party;
//! use tw_screening::index::{Index, Match, Settings};
//! let line = r#"{"id": "x-1", "schema": "Person", "properties": {"name": ["Jane Example"]}, "datasets": ["x"]}"#;
//! let entity = tw_ftm::read_entity(line)?.entity;
//! let index = Index::build([Entry { entity: entity.clone(), listings: vec![] }], Settings::default());
//! let answer = index.matches(&Match::new(&Party::new(&entity)))?;
//! assert_eq!(answer.hits[0].id, "x-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adjacent;
mod build;
mod candidates;
mod doc;
mod filter;
mod fuzzy;
mod matches;
pub mod retrieval;
mod saved;
mod seam;
mod search;
mod table;
mod text;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use thiserror::Error;
use tw_ftm::{Entity, Entry};

pub use adjacent::{Adjacent, Nested};
pub use filter::{Filter, Standing, schemata};
pub use matches::{Answer, Hit, Match};
pub use saved::LoadError;
pub use search::{Facet, Found, Search, Sort};

use crate::party::Party;
use doc::{Column, Doc, Symbols};

/// How an index is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most analysed parties kept in memory, about 3 kB each; beyond, a party is analysed each time it is compared.
    pub parties: usize,
    /// Number of entries above which only names can be searched, and keys are not kept: an update then reads all names again.
    pub large: usize,
    /// Threads used to build; 0 for as many as the machine has.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { parties: 16_000, large: 500_000, threads: 0 }
    }
}

/// A change to a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// A new entity, or a new state of one that is known: it takes the place of all its versions.
    Put(Entry),
    /// A further version of an entity: the ones before stay and can be found by their names, the new one tells its listings.
    Version(Entry),
    /// The entity is gone, with all its versions.
    Del(String),
}

/// Why a question is not answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The question is larger than the limits allow.
    #[error("too many {what}: {got}, and at most {most} are looked up")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        got: usize,
        /// How much is allowed.
        most: usize,
    },
    /// The words of a search can't be read.
    #[error("cannot read the search: {0}")]
    Syntax(String),
}

/// Entities of one or more lists, ready to be asked. A clone costs nothing.
#[derive(Clone, Debug)]
pub struct Index {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    settings: Settings,
    symbols: Arc<Symbols>,
    /// How many more analysed parties may be kept.
    room: AtomicUsize,
    /// By id, the versions of one id in the order they came.
    docs: Vec<Arc<Doc>>,
    /// Keys of each doc, kept for updates unless there are too many.
    terms: Vec<build::Terms>,
    tables: build::Tables,
    /// Number of different ids.
    entities: usize,
    /// Place of the last version of the entity that a referent stands for.
    referents: HashMap<Box<str>, u32>,
    /// Who points at whom, made when it is first asked.
    links: OnceLock<adjacent::Links>,
    /// Words of all values, made when they are first searched.
    text: OnceLock<text::Text>,
    /// Words of an earlier index, to start from.
    earlier: Option<Arc<text::Part>>,
}

impl Index {
    /// Makes now what else is made by the first search and the first look at links, so that no reader waits for it.
    pub fn warm(&self) {
        self.inner.links();
        self.inner.text();
    }

    /// Number of entities.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.entities
    }

    /// If there is no entity.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.docs.is_empty()
    }

    /// The newest version of an entity, by its own id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Entry>> {
        self.inner.last(id).map(|doc| Arc::new(doc.entry()))
    }

    /// All versions of an entity, oldest first.
    #[must_use]
    pub fn versions(&self, id: &str) -> Vec<Entry> {
        self.inner.docs[self.inner.versions(id)].iter().map(|d| d.entry()).collect()
    }

    /// JSON of the newest version of an entity, as it is written out.
    #[must_use]
    pub fn json(&self, id: &str) -> Option<&str> {
        self.inner.last(id).map(|doc| &*doc.json)
    }

    /// The analysed party of the newest version of an entity.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<Arc<Party>> {
        self.inner.last(id).map(|doc| doc.party(&self.inner.room))
    }

    /// Id under which an entity is held, for its own id or one of its referents.
    #[must_use]
    pub fn canonical(&self, id: &str) -> Option<&str> {
        if let Some(doc) = self.inner.last(id) {
            return Some(&doc.id);
        }
        self.inner.referents.get(id).map(|place| &*self.inner.docs[*place as usize].id)
    }

    /// Datasets and the number of entities in each.
    #[must_use]
    pub fn datasets(&self) -> BTreeMap<String, usize> {
        self.inner.datasets()
    }
}

impl Inner {
    /// Places of the versions of an entity.
    fn versions(&self, id: &str) -> std::ops::Range<usize> {
        let start = self.docs.partition_point(|d| *d.id < *id);
        let count = self.docs[start..].iter().take_while(|d| *d.id == *id).count();
        start..start + count
    }

    fn last(&self, id: &str) -> Option<&Doc> {
        self.docs[self.versions(id)].last().map(|d| &**d)
    }

    fn text(&self) -> &text::Text {
        self.text.get_or_init(|| text::Text::new(self, self.earlier.as_ref()))
    }

    fn is_newest(&self, place: usize) -> bool {
        self.entities == self.docs.len() || self.docs.get(place + 1).is_none_or(|next| next.id != self.docs[place].id)
    }

    /// The newest version of the entity of which this is a version.
    fn newest(&self, place: usize) -> &Doc {
        if self.entities == self.docs.len() {
            return &self.docs[place];
        }
        let mut at = place;
        while !self.is_newest(at) {
            at += 1;
        }
        &self.docs[at]
    }

    fn datasets(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for doc in &self.docs {
            for tag in doc.tags.iter().filter(|t| t.is(Column::Dataset)) {
                *counts.entry(*tag).or_insert(0) += 1;
            }
        }
        counts.into_iter().map(|(tag, n)| (self.symbols.text(tag).to_string(), n)).collect()
    }
}

/// Most values that a party may have to be screened.
const MOST_VALUES: usize = 5_000;

/// Most bytes of all its values.
const MOST_BYTES: usize = 1 << 20;

/// Most bytes of one name.
const LONGEST_NAME: usize = 4_000;

/// Tells if a party is small enough to be screened: look here before it is analysed.
///
/// # Errors
/// If it has more than 5,000 values, 1 MiB, or a name of more than 4,000 bytes.
pub fn check(entity: &Entity) -> Result<(), QueryError> {
    let values = || entity.properties.iter().flat_map(|(_, values)| values);
    candidates::check("values", values().count(), MOST_VALUES)?;
    candidates::check("bytes in the values", values().map(String::len).sum(), MOST_BYTES)?;
    let longest = entity.of_type("name").map(|(_, name)| name.len()).max();
    candidates::check("bytes in one name", longest.unwrap_or(0), LONGEST_NAME)
}

#[cfg(test)]
mod tests;
