use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tw_ftm::{Entry, Schema, model};
use tw_screening::index::{self, Facet, Filter, Index, Search};

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
}

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
        let first = self.served().is_err();
        let result = self.load(if first { 0 } else { 1 });
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

    fn load(&self, threads: usize) -> Result<Served, ListError> {
        // The stamp is taken before the files are read: what changes meanwhile is seen by the next look.
        let version = version(&self.0.lists);
        let settings = index::Settings { threads, ..index::Settings::default() };
        let mut things: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let (index, datasets) = self.0.lists.load(|entries| {
            let counted = entries.inspect(|entry| count(&mut things, entry));
            Index::build(counted, settings)
        })?;
        let scopes: BTreeMap<String, Vec<String>> =
            datasets.iter().map(|d| (d.name.clone(), scope(&datasets, &d.name).into_iter().collect())).collect();
        let rows: Vec<Value> = datasets.iter().map(|d| catalog_row(d, sum(&things, &scopes[&d.name]))).collect();
        let current: Vec<&str> = datasets.iter().filter(|d| d.load).map(|d| d.name.as_str()).collect();
        let catalog = json!({"datasets": rows, "current": current, "outdated": [], "index_stale": false});
        Ok(Served { index, datasets, scopes, catalog, version, types: Mutex::default() })
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

impl Served {
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
