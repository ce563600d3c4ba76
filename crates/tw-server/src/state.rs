use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tw_ftm::{Entry, Schema, model};
use tw_screening::index::{self, Facet, Filter, Index, Op, Search};

use crate::fault::Fault;
use crate::lists::{Dataset, ListError, Lists, catalog_row, scope};
use crate::settings::Settings;

/// What requests share: the settings, and the lists as they are served at the moment. A clone costs nothing.
#[derive(Clone)]
pub struct State(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) token: Option<[u8; 32]>,
    lists: Lists,
    served: RwLock<Option<Arc<Served>>>,
    /// Held while lists are loaded, so that two updates never run at once.
    updating: Mutex<()>,
    /// If an update waits for the one that runs: then a further one has nothing to add.
    waiting: AtomicBool,
    failed: Mutex<Option<String>>,
    /// Requests that may be computed at the same time.
    pub(crate) work: Semaphore,
}

/// The lists at one moment. Requests hold it while they read it; an update puts another in its place.
pub(crate) struct Served {
    pub(crate) index: Index,
    datasets: Vec<Dataset>,
    scopes: BTreeMap<String, Vec<String>>,
    catalog: Value,
    /// Changes only if the lists do.
    pub(crate) version: String,
    types: Mutex<HashMap<String, Arc<Vec<Schema>>>>,
    /// By id, a hash of each entity with its listings, so that an update only reads anew what changed.
    /// None if there are more than [`MOST_PRINTS`], or an id stands twice.
    prints: Option<Prints>,
}

type Prints = HashMap<Box<str>, u64>;

/// Most entities whose hashes are kept; above, an update builds the index anew.
const MOST_PRINTS: usize = 1_000_000;

/// Name that stands for all datasets, if none is called so.
const ALL: &str = "default";

impl State {
    /// A state whose lists are not loaded yet: until [`State::update`] has run, requests are told to come back.
    #[must_use]
    pub fn new(settings: Settings, lists: Lists) -> Self {
        let at_once = match settings.limits.at_once {
            0 => 2 * thread::available_parallelism().map_or(2, usize::from),
            n => n,
        };
        Self(Arc::new(Shared {
            token: settings.update_token.as_deref().map(crate::settings::hash),
            settings,
            lists,
            served: RwLock::new(None),
            updating: Mutex::new(()),
            waiting: AtomicBool::new(false),
            failed: Mutex::new(None),
            work: Semaphore::new(at_once),
        }))
    }

    /// Loads the lists and serves them from then on. Readers are never kept waiting: they go on with the lists that they began with.
    ///
    /// This takes as long as reading the files; call it from a thread that may block.
    ///
    /// # Errors
    /// If the lists cannot be loaded; what was served before stays.
    pub fn update(&self) -> Result<(), ListError> {
        let _one = self.0.updating.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.waiting.store(false, Ordering::Release);
        let began = Instant::now();
        let before = self.served().ok();
        let result = self.load(before.as_deref());
        drop(before);
        let (result, message) = match result {
            Ok(served) => {
                let entities = served.index.len();
                let old = self.0.served.write().unwrap_or_else(PoisonError::into_inner).replace(Arc::new(served));
                tracing::info!(entities, milliseconds = began.elapsed().as_millis() as u64, "lists loaded");
                if let Some(old) = old {
                    retire(old, self.0.settings.limits.request);
                }
                (Ok(()), None)
            }
            Err(error) => {
                tracing::error!(%error, "lists not loaded, those served before stay");
                let message = error.to_string();
                (Err(error), Some(message))
            }
        };
        *self.0.failed.lock().unwrap_or_else(PoisonError::into_inner) = message;
        result
    }

    /// Like [`State::update`], unless an update is already waiting for its turn.
    pub(crate) fn update_behind(&self) {
        if !self.0.waiting.swap(true, Ordering::AcqRel) {
            // What goes wrong is logged and shown in the catalogue.
            let _ = self.update();
        }
    }

    fn load(&self, before: Option<&Served>) -> Result<Served, ListError> {
        // The stamp is taken before the files are read: what changes meanwhile is seen by the next look.
        let version = version(&self.0.lists);
        let mut things: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut prints = Some(Prints::new());
        if let Some(before) = before
            && let Some(old) = &before.prints
        {
            let (ops, datasets) = self.0.lists.load(|entries| {
                let counted = entries.inspect(|entry| count(&mut things, entry));
                changes(old, counted, &mut prints)
            })?;
            if prints.is_some() {
                tracing::info!(changes = ops.len(), "lists read");
                let index = if ops.is_empty() { before.index.clone() } else { before.index.update(ops) };
                return Ok(Served::new(index, datasets, version, prints, &things));
            }
            things.clear();
            prints = Some(Prints::new());
        }
        // One thread while requests are being answered, all of them at the start.
        let settings = index::Settings { threads: usize::from(before.is_some()), ..index::Settings::default() };
        let (index, datasets) = self.0.lists.load(|entries| {
            let counted = entries.inspect(|entry| {
                count(&mut things, entry);
                note(&mut prints, entry);
            });
            Index::build(counted, settings)
        })?;
        Ok(Served::new(index, datasets, version, prints, &things))
    }

    /// What tells if the files of the lists have changed.
    pub(crate) fn stamp(&self) -> String {
        version(&self.0.lists)
    }

    /// The lists as they are served now.
    pub(crate) fn served(&self) -> Result<Arc<Served>, Fault> {
        self.0.served.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(Fault::not_ready)
    }

    /// The catalogue, with what went wrong at the last update.
    pub(crate) fn catalog(&self) -> Result<Value, Fault> {
        let served = self.served()?;
        let mut catalog = served.catalog.clone();
        let failed = self.0.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let (Some(failed), Some(object)) = (failed, catalog.as_object_mut()) {
            object.insert("index_stale".to_owned(), Value::Bool(true));
            object.insert("update_error".to_owned(), Value::String(failed));
        }
        Ok(catalog)
    }
}

/// Waits until no request reads the old lists any more, and frees them here rather than in the middle of a request.
fn retire(old: Arc<Served>, longest: Duration) {
    let until = Instant::now() + longest;
    while Arc::strong_count(&old) > 1 && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    drop(old);
}

fn version(lists: &Lists) -> String {
    let mut hash = Sha256::new();
    for (path, size, changed) in lists.stamp() {
        hash.update(format!("{path:?} {size} {changed:?}\n"));
    }
    hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

fn count(things: &mut BTreeMap<String, (usize, usize)>, entry: &Entry) {
    let thing = usize::from(entry.entity.schema.is_a("Thing"));
    for dataset in &entry.entity.datasets {
        match things.get_mut(dataset) {
            Some(row) => *row = (row.0 + 1, row.1 + thing),
            None => {
                things.insert(dataset.clone(), (1, thing));
            }
        }
    }
}

/// Counts of one dataset; of a collection nothing is told, as entities may be in several of its parts.
fn sum(things: &BTreeMap<String, (usize, usize)>, scope: &[String]) -> Option<(usize, usize)> {
    match scope {
        [one] => things.get(one).copied(),
        _ => None,
    }
}

/// Keeps the hash of an entity, as long as there are not too many and no id stands twice. None if it was not kept.
fn note(prints: &mut Option<Prints>, entry: &Entry) -> Option<u64> {
    let all = prints.as_mut()?;
    let mut hash = Hashing(DefaultHasher::new());
    let written = serde_json::to_writer(&mut hash, &entry.entity).and_then(|()| serde_json::to_writer(&mut hash, &entry.listings));
    let print = hash.0.finish();
    if written.is_err() || all.len() >= MOST_PRINTS || all.insert(entry.entity.id.as_str().into(), print).is_some() {
        *prints = None;
        return None;
    }
    Some(print)
}

/// What is to be done to come from the old entities to these. `prints` is none afterwards if that cannot be told.
fn changes(old: &Prints, entries: impl Iterator<Item = Entry>, prints: &mut Option<Prints>) -> Vec<Op> {
    let mut ops = Vec::new();
    for entry in entries {
        let Some(print) = note(prints, &entry) else { return Vec::new() };
        if old.get(entry.entity.id.as_str()) != Some(&print) {
            ops.push(Op::Put(entry));
        }
    }
    let new = prints.as_ref();
    ops.extend(old.keys().filter(|id| new.is_some_and(|n| !n.contains_key(*id))).map(|id| Op::Del(id.to_string())));
    ops
}

/// Hashes what is written.
struct Hashing(DefaultHasher);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Served {
    fn new(
        index: Index,
        datasets: Vec<Dataset>,
        version: String,
        prints: Option<Prints>,
        things: &BTreeMap<String, (usize, usize)>,
    ) -> Self {
        let scopes: BTreeMap<String, Vec<String>> =
            datasets.iter().map(|d| (d.name.clone(), scope(&datasets, &d.name).into_iter().collect())).collect();
        let rows: Vec<Value> = datasets.iter().map(|d| catalog_row(d, sum(things, &scopes[&d.name]))).collect();
        let current: Vec<&str> = datasets.iter().filter(|d| d.load).map(|d| d.name.as_str()).collect();
        let catalog = json!({"datasets": rows, "current": current, "outdated": [], "index_stale": false});
        Self { index, datasets, scopes, catalog, version, types: Mutex::default(), prints }
    }

    /// Datasets that a name in a path stands for; empty for all.
    pub(crate) fn scope(&self, name: &str) -> Result<Vec<String>, Fault> {
        match self.scopes.get(name) {
            Some(names) => Ok(names.clone()),
            None if name == ALL => Ok(Vec::new()),
            None => Err(Fault::theirs(404, "No such dataset.")),
        }
    }

    /// Title of a dataset.
    pub(crate) fn title<'a>(&'a self, name: &'a str) -> &'a str {
        self.datasets.iter().find(|d| d.name == name).map_or(name, |d| d.title.as_str())
    }

    /// Schemata of the dataset that can be compared, and those that they extend.
    pub(crate) fn types(&self, name: &str) -> Result<Arc<Vec<Schema>>, Fault> {
        if let Some(known) = self.types.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(known.clone());
        }
        let filter = Filter { scope: self.scope(name)?, ..Filter::default() };
        let search = Search { filter, facets: vec![Facet::Schemata], ..Search::default() };
        let found = self.index.search(&search).map_err(|e| Fault::theirs(400, e.to_string()))?;
        let counted = found.facets.into_iter().flat_map(|(_, values)| values);
        let mut types: Vec<Schema> = counted
            .filter_map(|(name, _)| model().schema(&name))
            .filter(|s| s.matchable())
            .flat_map(|s| s.schemata().iter().filter_map(|n| model().schema(n)))
            .collect();
        types.sort_by_key(|s| s.name());
        types.dedup();
        let types = Arc::new(types);
        self.types.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), types.clone());
        Ok(types)
    }
}
