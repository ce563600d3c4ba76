//! Where the lists come from, and how they are read: local files only.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::SystemTime;

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;
use tw_ftm::{Entity, Entry, Listing, When};

/// Longest line of an entity file: the largest entity of public lists has about 2 MB.
const LONGEST_LINE: u64 = 32 << 20;

/// Reads one file of a dataset and hands over each entry; an error text says what is wrong with the file.
pub type Reader = Arc<dyn Fn(&Path, &mut dyn FnMut(Entry)) -> Result<(), String> + Send + Sync>;

/// Where the lists come from.
#[derive(Clone)]
pub struct Lists {
    source: Source,
    /// `None`: lines of FollowTheMoney JSON.
    reader: Option<Reader>,
}

#[derive(Clone, Debug)]
enum Source {
    Manifest(PathBuf),
    Files(Vec<(String, PathBuf)>),
}

impl fmt::Debug for Lists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lists").field(&self.source).finish()
    }
}

/// Why lists cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ListError {
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A line of a file is no entity.
    #[error("{path}, line {line}: {reason}")]
    Line {
        /// The file.
        path: String,
        /// Its line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// The manifest says something that is not done here.
    #[error("manifest {path}: {reason}")]
    Manifest {
        /// The file.
        path: String,
        /// What.
        reason: String,
    },
    /// A list is empty, which a served list never is.
    #[error("dataset {dataset}: {path} holds no entity")]
    Empty {
        /// The dataset.
        dataset: String,
        /// The file.
        path: String,
    },
}

impl Lists {
    /// Lists named by a manifest in the words of yente: `datasets` with `name`, `title`, `path` or `entities_url`, `delta_url`, `children`, and
    /// `catalogs` with `url` and `scope`. All addresses must be of local files.
    #[must_use]
    pub fn manifest(path: impl Into<PathBuf>) -> Self {
        Self { source: Source::Manifest(path.into()), reader: None }
    }

    /// Files, each with the name of its dataset.
    #[must_use]
    pub fn files(files: impl IntoIterator<Item = (String, PathBuf)>) -> Self {
        Self { source: Source::Files(files.into_iter().collect()), reader: None }
    }

    /// The same lists, read by another reader, such as one that also knows the formats of the publishers.
    #[must_use]
    pub fn with_reader(mut self, reader: Reader) -> Self {
        self.reader = Some(reader);
        self
    }

    /// Datasets, as the manifest or the names of files tell.
    ///
    /// # Errors
    /// If the manifest cannot be read or asks for something that is not done here.
    pub fn datasets(&self) -> Result<Vec<Dataset>, ListError> {
        match &self.source {
            Source::Files(files) => Ok(files.iter().map(|(name, path)| Dataset::new(name, path)).collect()),
            Source::Manifest(path) => read_manifest(path),
        }
    }

    /// What tells if the files have changed: paths, sizes, and times of last change.
    #[must_use]
    pub fn stamp(&self) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
        let mut paths = BTreeSet::new();
        if let Source::Manifest(path) = &self.source {
            paths.insert(path.clone());
        }
        for dataset in self.datasets().unwrap_or_default() {
            paths.extend(dataset.path);
            if let Some(delta) = dataset.delta {
                paths.extend(delta_files(&delta, "").unwrap_or_default().into_iter().map(|(_, path)| path));
                paths.insert(delta);
            }
        }
        paths
            .into_iter()
            .map(|path| {
                let about = path.metadata().ok();
                (path, about.as_ref().map_or(0, std::fs::Metadata::len), about.and_then(|m| m.modified().ok()))
            })
            .collect()
    }

    /// Reads all entries and hands them to `build`, one after the other, without holding them all. The files are read by a thread of their own.
    ///
    /// # Errors
    /// If a file cannot be read or holds what is no entity; then what `build` made is dropped.
    pub fn load<T>(&self, build: impl FnOnce(&mut dyn Iterator<Item = Entry>) -> T) -> Result<(T, Vec<Dataset>), ListError> {
        let datasets = self.datasets()?;
        let (send, receive) = mpsc::sync_channel::<Vec<Entry>>(BATCHES);
        let (built, read) = thread::scope(|threads| {
            let reading = threads.spawn(|| {
                let mut sender = Sender { send, batch: Vec::with_capacity(BATCH) };
                for dataset in datasets.iter().filter(|d| d.load) {
                    self.read(dataset, &scope(&datasets, &dataset.name), &mut sender)?;
                }
                sender.flush();
                Ok(())
            });
            let built = build(&mut receive.into_iter().flatten());
            (built, reading.join())
        });
        match read {
            Ok(Ok(())) => Ok((built, datasets)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(ListError::Read { path: "lists".to_owned(), reason: "the reader stopped".to_owned() }),
        }
    }

    fn read(&self, dataset: &Dataset, scope: &BTreeSet<String>, sender: &mut Sender) -> Result<(), ListError> {
        let Some(path) = &dataset.path else { return Ok(()) };
        let changes = match &dataset.delta {
            Some(delta) => changes(delta, dataset.version.as_deref().unwrap_or_default())?,
            None => Changes::new(),
        };
        let mut count = 0;
        let mut send = |mut entry: Entry, sanctions: &mut Sanctions| {
            // An entity of a collection keeps the datasets that are part of it; without any it belongs to the one that is read.
            let datasets = &mut entry.entity.datasets;
            datasets.retain(|d| scope.contains(d));
            if datasets.is_empty() {
                datasets.push(dataset.name.clone());
            }
            if entry.listings.is_empty()
                && let Some(listings) = sanctions.remove(&entry.entity.id)
            {
                entry.listings = listings;
            }
            count += 1;
            sender.put(entry);
        };
        let mut sanctions = Sanctions::new();
        if let Some(reader) = &self.reader {
            let take = &mut |entry: Entry| {
                if !changes.contains_key(&entry.entity.id) {
                    send(entry, &mut sanctions);
                }
            };
            reader(path, take).map_err(|reason| read_error(path, reason))?;
        } else {
            sanctions = read_sanctions(path, &changes, &dataset.name)?;
            read_lines(path, |line| {
                let entry = entry(line)?;
                if !changes.contains_key(&entry.entity.id) {
                    send(entry, &mut sanctions);
                }
                Ok(())
            })?;
        }
        for entity in changes.into_values().flatten() {
            send(Entry { entity, listings: Vec::new() }, &mut sanctions);
        }
        if count == 0 {
            return Err(ListError::Empty { dataset: dataset.name.clone(), path: path.display().to_string() });
        }
        Ok(())
    }
}

/// Entries handed over at once, and how often ahead of the index.
const BATCH: usize = 256;
const BATCHES: usize = 8;

struct Sender {
    send: mpsc::SyncSender<Vec<Entry>>,
    batch: Vec<Entry>,
}

impl Sender {
    fn put(&mut self, entry: Entry) {
        self.batch.push(entry);
        if self.batch.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        // Nobody listens any more if `build` stopped early: then there is nothing to do with the rest.
        let _ = self.send.send(batch);
    }
}

/// The last state of each entity that changed; `None` if it is gone.
type Changes = BTreeMap<String, Option<Entity>>;

/// Listings by the id of the party.
type Sanctions = BTreeMap<String, Vec<Listing>>;

/// A dataset that is served: a list, or a collection of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Name, as in the path of a request.
    pub name: String,
    /// Title.
    pub title: String,
    /// File of its entities.
    pub path: Option<PathBuf>,
    /// File that names the changes since.
    pub delta: Option<PathBuf>,
    /// Version of the file, `YYYYMMDDhhmmss` by its time of change if the manifest has none.
    pub version: Option<String>,
    /// If its file is read; a collection names others that are.
    pub load: bool,
    /// Datasets that it consists of.
    pub children: Vec<String>,
    /// Further facts of the manifest: `license`, `summary`, `url`, `publisher` and such, as they are.
    pub facts: BTreeMap<String, Value>,
}

impl Dataset {
    fn new(name: &str, path: &Path) -> Self {
        Self {
            name: name.to_owned(),
            title: name.to_owned(),
            path: Some(path.to_owned()),
            version: version_of(path),
            load: true,
            ..Self::default()
        }
    }
}

/// Names that a dataset stands for: its own, and those of its children and their children.
pub(crate) fn scope(datasets: &[Dataset], name: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        if let Some(dataset) = datasets.iter().find(|d| d.name == name) {
            open.extend(dataset.children.iter().filter(|c| !names.contains(*c)).cloned());
        }
        names.insert(name);
    }
    names
}

fn version_of(path: &Path) -> Option<String> {
    let changed = path.metadata().and_then(|m| m.modified()).ok()?;
    let stamp = Timestamp::try_from(changed).ok()?;
    Some(stamp.strftime("%Y%m%d%H%M%S").to_string())
}

/// Reads a line of FollowTheMoney JSON. It may carry `listings` beside the entity.
fn entry(line: &str) -> Result<Entry, String> {
    #[derive(Deserialize)]
    struct Beside {
        #[serde(default)]
        listings: Vec<Listing>,
    }
    let read = tw_ftm::read_entity(line).map_err(|e| e.to_string())?;
    if read.entity.id.is_empty() {
        return Err("the entity has no id".to_owned());
    }
    let listings = if line.contains("\"listings\"") {
        serde_json::from_str::<Beside>(line).map_err(|e| format!("listings: {e}"))?.listings
    } else {
        Vec::new()
    };
    Ok(Entry { entity: read.entity, listings })
}

/// Calls with each line that is not empty.
fn read_lines(path: &Path, mut take: impl FnMut(&str) -> Result<(), String>) -> Result<(), ListError> {
    let file = File::open(path).map_err(|e| read_error(path, e.to_string()))?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut line = Vec::new();
    let mut number = 0;
    let at = |line, reason: String| ListError::Line { path: path.display().to_string(), line, reason };
    loop {
        line.clear();
        number += 1;
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|e| read_error(path, e.to_string()))?;
        if read == 0 {
            return Ok(());
        }
        if line.len() as u64 == LONGEST_LINE {
            return Err(at(number, format!("the line has more than {LONGEST_LINE} bytes")));
        }
        let text = std::str::from_utf8(&line).map_err(|e| at(number, format!("not UTF-8 after byte {}", e.valid_up_to())))?.trim();
        if !text.is_empty() {
            take(text).map_err(|reason| at(number, reason))?;
        }
    }
}

fn read_error(path: &Path, reason: String) -> ListError {
    ListError::Read { path: path.display().to_string(), reason }
}

/// Files of changes later than a version, oldest first.
fn delta_files(path: &Path, after: &str) -> Result<Vec<(String, PathBuf)>, ListError> {
    #[derive(Deserialize)]
    struct Delta {
        versions: BTreeMap<String, String>,
    }
    let text = std::fs::read_to_string(path).map_err(|e| read_error(path, e.to_string()))?;
    let delta: Delta = serde_json::from_str(&text).map_err(|e| read_error(path, e.to_string()))?;
    let mut files = Vec::new();
    for (version, url) in delta.versions.into_iter().filter(|(version, _)| version.as_str() > after) {
        let file = local(&url, path.parent()).map_err(|reason| read_error(path, reason))?;
        files.push((version, file));
    }
    Ok(files)
}

/// Reads changes: `ADD` and `MOD` put an entity, `DEL` takes it away.
fn changes(delta: &Path, after: &str) -> Result<Changes, ListError> {
    #[derive(Deserialize)]
    struct Change {
        op: String,
        entity: Value,
    }
    let mut last = Changes::new();
    for (_, file) in delta_files(delta, after)? {
        read_lines(&file, |line| {
            let change: Change = serde_json::from_str(line).map_err(|e| e.to_string())?;
            match change.op.as_str() {
                "ADD" | "MOD" => {
                    let entity = tw_ftm::read_value(&change.entity).map_err(|e| e.to_string())?.entity;
                    last.insert(entity.id.clone(), Some(entity));
                }
                "DEL" => {
                    let id = change.entity.get("id").and_then(Value::as_str).ok_or("a deletion without id")?;
                    last.insert(id.to_owned(), None);
                }
                other => return Err(format!("unknown change '{}'", other.chars().take(20).collect::<String>())),
            }
            Ok(())
        })?;
    }
    Ok(last)
}

/// Listings that `Sanction` entities tell: from `listingDate` or `startDate` to `endDate`.
///
/// A sanction without such a date was listed by the day on which it was first seen, or on an unknown day.
fn read_sanctions(path: &Path, changes: &Changes, dataset: &str) -> Result<Sanctions, ListError> {
    let mut found = Sanctions::new();
    read_lines(path, |line| {
        if line.contains("\"Sanction\"") {
            let Entry { entity, .. } = entry(line)?;
            if entity.schema.is_a("Sanction") && !changes.contains_key(&entity.id) {
                add_sanction(&entity, dataset, &mut found);
            }
        }
        Ok(())
    })?;
    for entity in changes.values().flatten().filter(|e| e.schema.is_a("Sanction")) {
        add_sanction(entity, dataset, &mut found);
    }
    Ok(found)
}

fn add_sanction(entity: &Entity, dataset: &str, found: &mut Sanctions) {
    let dated = ["listingDate", "startDate"].iter().find_map(|p| Some((*p, span(entity.first(p)?)?)));
    let seen = entity.first_seen.as_deref().and_then(first_day);
    let (listed, basis) = match dated {
        Some((property, when)) => (when, format!("`{property}` of {}", entity.id)),
        None => (seen.map_or_else(When::default, When::by), format!("first capture of {}", entity.id)),
    };
    let listing = Listing {
        list: entity.first("authority").unwrap_or(dataset).to_owned(),
        entry: entity.first("authorityId").unwrap_or(&entity.id).to_owned(),
        programmes: ["programId", "program"].iter().map(|p| entity.get(p)).find(|v| !v.is_empty()).unwrap_or_default().to_vec(),
        listed,
        amended: Vec::new(),
        delisted: entity.first("endDate").and_then(span),
        seen_until: entity.last_seen.as_deref().and_then(first_day),
        records: Vec::new(),
        basis: Some(basis),
    };
    for party in entity.get("entity") {
        found.entry(party.clone()).or_default().push(listing.clone());
    }
}

/// The days that a date in full or partial precision can mean.
fn span(text: &str) -> Option<When> {
    let parts: Vec<&str> = text.get(..text.len().min(10))?.split('-').collect();
    let (first, last) = match parts.as_slice() {
        [year] if year.len() == 4 => (format!("{year}-01-01"), format!("{year}-12-31")),
        [year, month] => {
            let first: jiff::civil::Date = format!("{year}-{month}-01").parse().ok()?;
            (first.to_string(), first.last_of_month().to_string())
        }
        _ => (parts.join("-"), parts.join("-")),
    };
    Some(When::between(first.parse().ok()?, last.parse().ok()?))
}

fn first_day(moment: &str) -> Option<tw_base::Date> {
    moment.get(..10)?.parse().ok()
}

/// A path or `file:` address as a path, seen from a folder.
fn local(address: &str, folder: Option<&Path>) -> Result<PathBuf, String> {
    let text = match address.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => {
            let rest = rest.strip_prefix("//").unwrap_or(rest);
            percent_decode_str(rest).decode_utf8().map_err(|_| format!("{address} is not UTF-8"))?.into_owned()
        }
        Some((scheme, _)) if scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => {
            return Err(format!("{address} is not a local file, and the server opens no connection: fetch it first"));
        }
        _ => address.to_owned(),
    };
    let path = PathBuf::from(text);
    Ok(match folder {
        Some(folder) if path.is_relative() => folder.join(path),
        _ => path,
    })
}

#[derive(Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    datasets: Vec<BTreeMap<String, Value>>,
    #[serde(default)]
    catalogs: Vec<BTreeMap<String, Value>>,
}

fn read_manifest(path: &Path) -> Result<Vec<Dataset>, ListError> {
    let fault = |reason: String| ListError::Manifest { path: path.display().to_string(), reason };
    let manifest: Manifest = parse(path)?;
    let folder = path.parent();
    let mut datasets = Vec::new();
    for raw in manifest.datasets {
        datasets.push(dataset(raw, folder).map_err(fault)?);
    }
    for catalog in manifest.catalogs {
        let url = catalog.get("url").and_then(Value::as_str).ok_or_else(|| fault("a catalog without `url`".to_owned()))?;
        let file = local(url, folder).map_err(fault)?;
        let inner: Manifest = parse(&file)?;
        let mut scopes: Vec<&str> = texts(catalog.get("scopes"));
        scopes.extend(texts(catalog.get("scope")));
        let known: Vec<&str> = inner.datasets.iter().flat_map(|d| texts(d.get("name"))).collect();
        if let Some(missing) = scopes.iter().find(|s| !known.contains(s)) {
            return Err(fault(format!("the catalog {url} has no dataset `{missing}`")));
        }
        for mut raw in inner.datasets.clone() {
            for key in ["namespace", "resource_name", "resource_type"] {
                if let Some(value) = catalog.get(key) {
                    raw.insert(key.to_owned(), value.clone());
                }
            }
            if !scopes.is_empty() {
                let named = texts(raw.get("name")).iter().any(|n| scopes.contains(n));
                raw.insert("load".to_owned(), Value::Bool(named));
            }
            datasets.push(dataset(raw, file.parent()).map_err(fault)?);
        }
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = datasets.iter().find(|d| !seen.insert(d.name.clone())) {
        return Err(fault(format!("the dataset `{}` is named twice", twice.name)));
    }
    Ok(datasets)
}

fn parse(path: &Path) -> Result<Manifest, ListError> {
    let text = std::fs::read_to_string(path).map_err(|e| read_error(path, e.to_string()))?;
    let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let parsed = if json {
        serde_json::from_str(&text).map_err(|e| e.to_string())
    } else {
        serde_saphyr::from_str(&text).map_err(|e| e.to_string())
    };
    parsed.map_err(|reason| ListError::Manifest { path: path.display().to_string(), reason })
}

/// A text, or the texts of a list.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn dataset(mut raw: BTreeMap<String, Value>, folder: Option<&Path>) -> Result<Dataset, String> {
    let text = |raw: &BTreeMap<String, Value>, key: &str| match raw.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let name = text(&raw, "name").filter(|n| !n.is_empty()).ok_or("a dataset without `name`")?;
    if raw.get("namespace").and_then(Value::as_bool) == Some(true) {
        return Err(format!("dataset `{name}`: `namespace` is not done here; leave it out, ids are taken as they are"));
    }
    let mut children: Vec<String> = texts(raw.get("children")).into_iter().map(str::to_owned).collect();
    children.extend(texts(raw.get("datasets")).into_iter().map(str::to_owned));
    let load = raw.get("load").and_then(Value::as_bool).unwrap_or(children.is_empty());
    let mut path = None;
    let mut delta = None;
    if load {
        let address = text(&raw, "path").or_else(|| text(&raw, "entities_url")).or_else(|| resource(&raw));
        let address = address.ok_or_else(|| format!("dataset `{name}` has neither `path` nor `entities_url`"))?;
        path = Some(local(&address, folder)?);
        delta = text(&raw, "delta_url").map(|url| local(&url, folder)).transpose()?;
    }
    let version = text(&raw, "version").or_else(|| path.as_deref().and_then(version_of));
    let title = text(&raw, "title").unwrap_or_else(|| name.clone());
    const OURS: &[&str] = &[
        "name",
        "title",
        "path",
        "entities_url",
        "delta_url",
        "version",
        "load",
        "children",
        "datasets",
        "namespace",
        "auth_token",
        "resource_name",
        "resource_type",
    ];
    raw.retain(|key, _| !OURS.contains(&key.as_str()));
    Ok(Dataset { name, title, path, delta, version, load, children, facts: raw })
}

/// Address of the resource that `resource_name` or `resource_type` names.
fn resource(raw: &BTreeMap<String, Value>) -> Option<String> {
    let wanted = |key: &str, of: &str, resource: &Value| raw.get(key).is_some_and(|name| resource.get(of) == Some(name));
    let resources = raw.get("resources")?.as_array()?;
    let found = resources.iter().find(|r| wanted("resource_name", "name", r) || wanted("resource_type", "mime_type", r))?;
    Some(found.get("url")?.as_str()?.to_owned())
}

/// A dataset as `/catalog` shows it.
pub(crate) fn catalog_row(dataset: &Dataset, entities: Option<(usize, usize)>) -> Value {
    let fact = |key: &str| dataset.facts.get(key).cloned().unwrap_or(Value::Null);
    let list = |key: &str| dataset.facts.get(key).filter(|v| v.is_array()).cloned().unwrap_or_else(|| json!([]));
    let url = |path: &Option<PathBuf>| {
        path.as_deref().map(|p| format!("file://{}", std::path::absolute(p).unwrap_or_else(|_| p.to_owned()).display()))
    };
    json!({
        "name": dataset.name,
        "title": dataset.title,
        "license": fact("license"),
        "summary": fact("summary"),
        "description": fact("description"),
        "url": fact("url"),
        "updated_at": fact("updated_at"),
        "last_export": fact("last_export"),
        "entity_count": entities.map(|(all, _)| all),
        "thing_count": entities.map(|(_, things)| things),
        "version": dataset.version,
        "category": fact("category"),
        "tags": list("tags"),
        "publisher": fact("publisher"),
        "coverage": fact("coverage"),
        "resources": list("resources"),
        "children": dataset.children,
        "deprecation": fact("deprecation"),
        "deprecated": fact("deprecation").is_string(),
        "load": dataset.load,
        "entities_url": url(&dataset.path),
        "delta_url": url(&dataset.delta),
        "namespace": false,
        "index_version": dataset.load.then_some(dataset.version.as_deref()).flatten(),
        "index_current": dataset.load,
    })
}
