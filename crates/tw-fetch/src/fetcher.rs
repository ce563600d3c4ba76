use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::Digest as _;
use tw_base::Sha256;
use tw_evidence::{Capture, Method, hash_file, is_leftover};
use ureq::http::HeaderMap;

use crate::error::FetchError;
use crate::part::{Part, Stamp};
use crate::policy::{Place, Policy, parse};
use crate::record::{Answer, Record, read_manifest, write_manifest};
use crate::sniff::check_file;
use crate::source::{Kind, Source};

const LOCK: &str = ".lock";
const USER_AGENT: &str = concat!("tidewaiter/", env!("CARGO_PKG_VERSION"));
const BUFFER: usize = 1 << 16;

/// Whether connections go through a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyUse {
    /// As `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, in capitals or small letters. Contents stay encrypted.
    Environment,
    /// Never.
    Never,
}

/// How to fetch, and what the user agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Ids of the sources whose licence the user accepted.
    pub accepted_licences: BTreeSet<String>,
    /// The user's tokens, by id of the source.
    pub tokens: BTreeMap<String, String>,
    /// Longest time to look up a name and to connect.
    pub connect: Duration,
    /// Longest silence of a server.
    pub idle: Duration,
    /// Longest time of one transfer.
    pub total: Duration,
    /// How often a file is tried in all, at least once.
    pub attempts: u32,
    /// Pause before the second try; it doubles with each.
    pub backoff: Duration,
    /// Longest pause that a server may ask for (`Retry-After`).
    pub longest_wait: Duration,
    /// How many redirects are followed.
    pub redirects: u32,
    /// How many changes are fetched one by one; with more the whole file is the better way.
    pub deltas: usize,
    /// Proxies.
    pub proxy: ProxyUse,
}

impl Default for Settings {
    /// 15 s to connect, 60 s of silence, 2 h a transfer; 5 tries, 1 s before the second; at most 120 s of waiting; 5 redirects; 200 changes.
    fn default() -> Self {
        Self {
            accepted_licences: BTreeSet::new(),
            tokens: BTreeMap::new(),
            connect: Duration::from_secs(15),
            idle: Duration::from_secs(60),
            total: Duration::from_secs(2 * 60 * 60),
            attempts: 5,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_secs(120),
            redirects: 5,
            deltas: 200,
            proxy: ProxyUse::Environment,
        }
    }
}

/// What a fetch found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Bytes that were not there: a new capture.
    New,
    /// The bytes of an earlier capture, sent once more: a new line in the manifest, no new file.
    Same,
    /// The server says that the newest capture is still what it has (304), or the capture is of a version that never changes. Nothing was
    /// written.
    NotModified,
}

/// A capture, and how it stands to the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What was found.
    pub change: Change,
    /// When, as the caller said: for an unchanged file, the capture is known to be current at this time.
    pub checked: Timestamp,
    /// The capture.
    pub record: Record,
    /// Where its bytes lie.
    pub path: PathBuf,
    /// How many requests were tried, redirects not counted.
    pub attempts: u32,
}

/// Fetches sources. One fetcher may serve several threads, each with a source of its own.
pub struct Fetcher {
    pub(crate) settings: Settings,
    pub(crate) policy: Policy,
    agent: ureq::Agent,
    sleep: Box<dyn Fn(Duration) + Send + Sync>,
}

/// One file to fetch.
pub(crate) struct Job<'a> {
    pub(crate) source: &'a Source,
    pub(crate) folder: PathBuf,
    /// The address as it may be shown.
    pub(crate) shown: String,
    pub(crate) address: String,
    /// The index that named the address, if one did.
    pub(crate) named_by: Option<Place>,
    /// The version, if it is known before; such a file never changes.
    pub(crate) version: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) min_bytes: u64,
    pub(crate) roots: &'a [String],
}

/// One try: what was answered.
enum Tried {
    NotModified,
    Whole(Answer),
}

/// A try that failed, and whether another is worth it.
#[derive(Debug)]
struct Failure {
    error: FetchError,
    again: Again,
}

#[derive(Debug)]
enum Again {
    No,
    /// After the usual pause, or the pause that the server asks for.
    After(Option<Duration>),
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self { error, again: Again::No }
    }
}

impl Fetcher {
    /// A fetcher that waits by sleeping.
    #[must_use]
    pub fn new(settings: Settings, policy: Policy) -> Self {
        let proxy = match settings.proxy {
            ProxyUse::Environment => ureq::Proxy::try_from_env(),
            ProxyUse::Never => None,
        };
        // Redirects and statuses are judged here, and bodies arrive as they are sent.
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .user_agent(USER_AGENT)
            .accept("*/*")
            .timeout_resolve(Some(settings.connect))
            .timeout_connect(Some(settings.connect))
            .timeout_recv_response(Some(settings.idle))
            .timeout_per_read(Some(settings.idle))
            .timeout_per_write(Some(settings.idle))
            .timeout_global(Some(settings.total))
            .build();
        Self { settings, policy, agent: config.new_agent(), sleep: Box::new(std::thread::sleep) }
    }

    /// Waits between tries by calling this in place of sleeping.
    #[must_use]
    pub fn waiting_with(mut self, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.sleep = Box::new(sleep);
        self
    }

    /// Brings a source into `<dir>/<source>/` and lists it in the manifest there.
    ///
    /// `now` is the time that the capture is dated with. If the server says that the newest capture is still current, nothing is written. A
    /// transfer that breaks is kept in `.part` and goes on at the next try or the next call, if the server still has the same version of the
    /// file; otherwise it begins anew. The capture holds the decoded bytes, and its hash is theirs.
    ///
    /// # Errors
    /// See [`FetchError`]. Earlier captures and the manifest are then as they were.
    pub fn fetch(&self, source: &Source, dir: &Path, now: Timestamp) -> Result<Outcome, FetchError> {
        self.permit(source)?;
        let job = Job {
            source,
            folder: dir.join(&source.id),
            shown: source.address.clone(),
            address: source.filled(self.settings.tokens.get(&source.id).map(String::as_str))?,
            named_by: None,
            version: None,
            kind: source.kind,
            min_bytes: source.min_bytes,
            roots: &source.roots,
        };
        self.run(&job, now)
    }

    /// What must hold before any connection.
    pub(crate) fn permit(&self, source: &Source) -> Result<(), FetchError> {
        let id = source.id.clone();
        if self.policy.is_offline() {
            return Err(FetchError::Offline { id });
        }
        if source.accept_licence && !self.settings.accepted_licences.contains(&id) {
            let text = source.licence_address.as_ref().map(|address| format!(" ({address})")).unwrap_or_default();
            let hint = format!("read it{text}, and add `--accept-licence {id}` if your use is within it");
            return Err(FetchError::LicenceNotAccepted { id, licence: source.licence.clone(), hint });
        }
        Ok(())
    }

    pub(crate) fn run(&self, job: &Job<'_>, now: Timestamp) -> Result<Outcome, FetchError> {
        let first = self.allowed(job, &job.address, job.named_by.as_ref())?;
        let folder = &job.folder;
        fs::create_dir_all(folder).map_err(|cause| FetchError::io("create", folder, cause))?;
        let _lock = lock(folder)?;
        remove_leftovers(folder);
        let mut records = read_manifest(folder)?;
        let earlier = records.iter().rev().find(|record| record.capture.from.as_deref() == Some(job.shown.as_str()));
        // A capture that is not on disk as it was is fetched again, without asking whether it changed.
        let earlier = earlier.filter(|record| is_intact(&folder.join(&record.capture.name), &record.capture)).cloned();
        let unchanged = |record: Record, attempts| {
            let path = folder.join(&record.capture.name);
            Outcome { change: Change::NotModified, checked: now, record, path, attempts }
        };
        if let (Some(record), Some(_)) = (&earlier, &job.version) {
            return Ok(unchanged(record.clone(), 0));
        }
        let mut part = Part::open(folder, &job.shown)?;
        let mut attempts = 0;
        let answer = loop {
            attempts += 1;
            let failure = match self.attempt(job, &first, earlier.as_ref(), &mut part) {
                Ok(Tried::Whole(answer)) => break answer,
                Ok(Tried::NotModified) => {
                    part.remove()?;
                    let Some(record) = earlier else {
                        let why = "it says `not modified` and was not asked".to_owned();
                        return Err(FetchError::Answer { id: job.source.id.clone(), why });
                    };
                    return Ok(unchanged(record, attempts));
                }
                Err(failure) => failure,
            };
            let pause = match failure.again {
                Again::After(asked) if attempts < self.settings.attempts => {
                    let usual = self.settings.backoff.saturating_mul(1 << (attempts - 1).min(16)).min(self.settings.longest_wait);
                    asked.map_or(usual, |asked| asked.max(usual))
                }
                _ => {
                    // What was transferred may serve another day, unless it was what the error is about.
                    let spoilt = matches!(failure.error, FetchError::TooLarge { .. } | FetchError::Answer { .. } | FetchError::Io { .. });
                    if spoilt || part.resumable().is_none() {
                        part.remove()?;
                    }
                    return Err(failure.error);
                }
            };
            (self.sleep)(pause);
        };
        let version = job.version.clone().or_else(|| answer.served_from.as_deref().and_then(version_in).map(str::to_owned));
        let stored = self.store(job, part, &answer)?;
        let capture = Capture {
            sha256: stored.sha256,
            bytes: stored.bytes,
            media_type: job.kind.media_type().to_owned(),
            name: name_of(stored.sha256, &records, job.kind, now),
            obtained: now.to_string(),
            method: Method::Fetch,
            licence: Some(job.source.licence.clone()),
            from: Some(job.shown.clone()),
        };
        let path = folder.join(&capture.name);
        // A file that a killed run placed and did not list is as good as none.
        let listed = records.iter().any(|record| record.capture.sha256 == capture.sha256);
        let change = if listed && is_intact(&path, &capture) { Change::Same } else { Change::New };
        if change == Change::New {
            fs::rename(&stored.path, &path).and_then(|()| sync_dir(folder)).map_err(|cause| FetchError::io("write", &path, cause))?;
        }
        let record = Record { source: job.source.id.clone(), list: job.source.list.clone(), version, capture, answer };
        records.push(record.clone());
        write_manifest(folder, &records)?;
        // The part, its note, or the file that was not needed.
        stored.clear()?;
        Ok(Outcome { change, checked: now, record, path, attempts })
    }

    fn allowed(&self, job: &Job<'_>, address: &str, from: Option<&Place>) -> Result<Place, FetchError> {
        let refused = |address: String, why| FetchError::NotAllowed { id: job.source.id.clone(), address, why };
        let place = parse(address).map_err(|why| refused("that was given".to_owned(), why))?;
        self.check(job, &place, from)?;
        Ok(place)
    }

    fn check(&self, job: &Job<'_>, place: &Place, from: Option<&Place>) -> Result<(), FetchError> {
        let mut own = job.source.redirect_hosts.clone();
        own.extend(parse(&job.source.address.replace("{token}", "token")).map(|place| place.host));
        let refused = |why| FetchError::NotAllowed { id: job.source.id.clone(), address: place.shown(), why };
        self.policy.check(place, from, &own).map_err(refused)
    }

    /// One request with its redirects, and its body into the part.
    fn attempt(&self, job: &Job<'_>, first: &Place, earlier: Option<&Record>, part: &mut Part) -> Result<Tried, Failure> {
        let id = || job.source.id.clone();
        let resume = part.resumable().cloned();
        let mut place = first.clone();
        let mut hops = 0;
        let response = loop {
            let mut request = self.agent.get(place.uri.clone()).header("accept-encoding", "identity");
            if let Some(stamp) = &resume {
                request = request.header("range", format!("bytes={}-", part.bytes())).header("if-range", &stamp.validator);
            } else if let Some(answer) = earlier.map(|record| &record.answer) {
                if let Some(etag) = &answer.etag {
                    request = request.header("if-none-match", etag);
                }
                if let Some(time) = &answer.last_modified {
                    request = request.header("if-modified-since", time);
                }
            }
            let response = request.call().map_err(|error| no_answer(job, &place, &error))?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                break response;
            }
            hops += 1;
            if hops > self.settings.redirects {
                let why = format!("more than {} redirects, one after the other", self.settings.redirects);
                return Err(FetchError::Redirect { id: id(), why }.into());
            }
            let Some(location) = text_of(response.headers(), "location") else {
                return Err(FetchError::Redirect { id: id(), why: format!("status {status} names no place to go on to") }.into());
            };
            let next = place.follow(&location).map_err(|why| FetchError::Redirect { id: id(), why: format!("it leads nowhere: {why}") })?;
            self.check(job, &next, Some(&place))?;
            place = next;
        };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let conditional =
            resume.is_none() && earlier.is_some_and(|record| record.answer.etag.is_some() || record.answer.last_modified.is_some());
        match status {
            304 if conditional => return Ok(Tried::NotModified),
            200 => {}
            206 if resume.is_some() => {}
            // The file is shorter than what we have, or the server does not like the range: from the beginning, without one.
            416 if resume.is_some() => {
                part.restart(None)?;
                return Err(Failure { error: FetchError::Status { id: id(), status }, again: Again::After(None) });
            }
            408 | 425 | 429 | 500 | 502 | 503 | 504 => return Err(self.busy(job, status, &headers)),
            _ => return Err(FetchError::Status { id: id(), status }.into()),
        }
        let encoding = text_of(&headers, "content-encoding")
            .map(|text| text.trim().to_ascii_lowercase())
            .filter(|text| text != "identity" && !text.is_empty());
        if let Some(encoding) = encoding.as_deref().filter(|encoding| !matches!(*encoding, "gzip" | "x-gzip")) {
            return Err(FetchError::Answer { id: id(), why: format!("it is encoded as `{encoding}`, which was not asked for") }.into());
        }
        let announced = match text_of(&headers, "content-length") {
            Some(text) => match text.trim().parse::<u64>() {
                Ok(length) => Some(length),
                Err(_) => return Err(FetchError::Answer { id: id(), why: "its length is no number".to_owned() }.into()),
            },
            None => None,
        };
        let chunked = text_of(&headers, "transfer-encoding").is_some_and(|text| text.to_ascii_lowercase().contains("chunked"));
        let length = announced.filter(|_| !chunked);
        if length.is_none() && !chunked && job.kind == Kind::Csv {
            let why = "it announces no length, so nobody can tell whether the CSV is whole".to_owned();
            return Err(FetchError::Answer { id: id(), why }.into());
        }
        let total = if status == 206 {
            match (resumed_total(&headers, part, resume.as_ref(), encoding.as_deref()), length) {
                (Some(total), Some(length)) if part.bytes().checked_add(length) != Some(total) => None,
                (total, _) => total,
            }
            .map(Some)
        } else {
            let validator = strong_validator(&headers);
            part.restart(validator.map(|validator| Stamp {
                address: job.shown.clone(),
                validator,
                encoding: encoding.clone(),
                total: length,
            }))?;
            Some(length)
        };
        let Some(total) = total else {
            // Not the rest of what we have: never glue two versions together.
            part.restart(None)?;
            let why = "the rest that it sent does not fit what was there".to_owned();
            return Err(Failure { error: FetchError::Answer { id: id(), why }, again: Again::After(None) });
        };
        let limit = job.source.max_bytes;
        if total.is_some_and(|total| total > limit) {
            return Err(FetchError::TooLarge { id: id(), limit }.into());
        }
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; BUFFER];
        let cut = loop {
            let piece = match body.read(&mut buffer) {
                Ok(0) => break None,
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Some(error.to_string()),
            };
            if part.bytes() + piece.len() as u64 > limit {
                return Err(FetchError::TooLarge { id: id(), limit }.into());
            }
            part.add(piece)?;
        };
        let short = total.is_some_and(|total| part.bytes() != total);
        if short || cut.is_some() {
            part.keep()?;
            let why = cut.unwrap_or_else(|| "the connection was closed".to_owned());
            let error = FetchError::Cut { id: id(), got: part.bytes(), expected: total, why };
            if part.resumable().is_none() {
                part.restart(None)?;
            }
            return Err(Failure { error, again: Again::After(None) });
        }
        // The rest of a file need not repeat what the beginning said.
        let kept = resume.filter(|_| status == 206).map(|stamp| stamp.validator);
        Ok(Tried::Whole(Answer {
            status,
            served_from: (place != *first).then(|| place.shown()),
            etag: text_of(&headers, "etag").or_else(|| kept.clone().filter(|validator| validator.starts_with('"'))),
            last_modified: text_of(&headers, "last-modified").or_else(|| kept.filter(|validator| !validator.starts_with('"'))),
            date: text_of(&headers, "date"),
            content_type: text_of(&headers, "content-type"),
            content_encoding: encoding,
            transferred: part.bytes(),
        }))
    }

    /// A status that may pass: try again, after the pause that the server asks for if that is short enough.
    fn busy(&self, job: &Job<'_>, status: u16, headers: &HeaderMap) -> Failure {
        let id = job.source.id.clone();
        match retry_after(headers) {
            Some(wait) if wait > self.settings.longest_wait => FetchError::Wait { id, status, seconds: wait.as_secs() }.into(),
            wait => Failure { error: FetchError::Status { id, status }, again: Again::After(wait) },
        }
    }

    /// Decodes what was transferred, if it was encoded, and looks whether it is what the card promises.
    fn store(&self, job: &Job<'_>, mut part: Part, answer: &Answer) -> Result<Stored, FetchError> {
        let id = || job.source.id.clone();
        let (path, sha256) = part.finish()?;
        let path = path.to_owned();
        let bytes = part.bytes();
        let stored = match &answer.content_encoding {
            None => Ok(Stored { path, sha256, bytes, decoded: None, part: None }),
            Some(_) => decode(job, &path),
        };
        let checked = stored.and_then(|stored| {
            // A version in which nothing changed has no lines.
            if stored.bytes == 0 && job.min_bytes == 0 && job.kind == Kind::Jsonl {
                return Ok(stored);
            }
            let fail = |cause| FetchError::io("read", &stored.path, cause);
            if let Some(why) = check_file(&stored.path, job.kind, job.roots, answer.content_type.as_deref()).map_err(fail)? {
                return Err(FetchError::Content { id: id(), why });
            }
            if stored.bytes < job.min_bytes {
                let why = format!("the file has {} bytes, fewer than the {} that its card expects at least", stored.bytes, job.min_bytes);
                return Err(FetchError::Content { id: id(), why });
            }
            Ok(stored)
        });
        match checked {
            Ok(stored) => Ok(Stored { part: Some(part), ..stored }),
            Err(error) => {
                part.remove()?;
                Err(error)
            }
        }
    }
}

/// Bytes that were checked and wait for their name.
struct Stored {
    path: PathBuf,
    sha256: Sha256,
    bytes: u64,
    /// Removes the decoded file if it does not get a name.
    decoded: Option<tempfile::TempPath>,
    part: Option<Part>,
}

impl Stored {
    fn clear(self) -> Result<(), FetchError> {
        if let Some(decoded) = self.decoded {
            // It has its name already, or the same bytes were there: then it goes.
            drop(decoded);
        }
        self.part.map_or(Ok(()), Part::remove)
    }
}

/// Unpacks a gzip body (RFC 1952) into a file beside it; the limit holds for the unpacked bytes too.
fn decode(job: &Job<'_>, packed: &Path) -> Result<Stored, FetchError> {
    let limit = job.source.max_bytes;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tw-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system takes the bits of the user's mask away, as for any other new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let unpacked = builder.tempfile_in(&job.folder).map_err(|cause| FetchError::io("write to", &job.folder, cause))?;
    let source = File::open(packed).map_err(|cause| FetchError::io("read", packed, cause))?;
    let mut reader = flate2::read::MultiGzDecoder::new(io::BufReader::new(source));
    let (mut file, path) = unpacked.into_parts();
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; BUFFER];
    let mut bytes = 0_u64;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) => {
                let why = format!("it is said to be gzip and cannot be unpacked: {error}");
                return Err(FetchError::Answer { id: job.source.id.clone(), why });
            }
        };
        let piece = buffer.get(..count).unwrap_or_default();
        bytes += count as u64;
        if bytes > limit {
            return Err(FetchError::TooLarge { id: job.source.id.clone(), limit });
        }
        hasher.update(piece);
        io::Write::write_all(&mut file, piece).map_err(|cause| FetchError::io("write", &path, cause))?;
    }
    file.sync_all().map_err(|cause| FetchError::io("write", &path, cause))?;
    let sha256 = Sha256::from_bytes(hasher.finalize().into());
    Ok(Stored { path: path.to_path_buf(), sha256, bytes, decoded: Some(path), part: None })
}

/// The name of a capture: that of the same bytes if they are listed, else the day and the first digits of the hash.
fn name_of(sha256: Sha256, records: &[Record], kind: Kind, now: Timestamp) -> String {
    if let Some(same) = records.iter().find(|record| record.capture.sha256 == sha256) {
        return same.capture.name.clone();
    }
    let (day, hash, ending) = (date_of(now), sha256.to_string(), kind.ending());
    let name = format!("{day}-{}.{ending}", hash.get(..8).unwrap_or(&hash));
    // Two files of one day whose hashes begin alike: rare, and no reason to lose one.
    if records.iter().any(|record| record.capture.name == name) { format!("{day}-{hash}.{ending}") } else { name }
}

/// The day in UTC.
fn date_of(now: Timestamp) -> String {
    TimeZone::UTC.to_datetime(now).date().to_string()
}

fn is_intact(path: &Path, capture: &Capture) -> bool {
    let regular = fs::symlink_metadata(path).is_ok_and(|data| data.is_file() && data.len() == capture.bytes);
    regular && hash_file(path).is_ok_and(|(found, _)| found == capture.sha256)
}

/// Keeps another run out of a folder until the file is dropped.
fn lock(folder: &Path) -> Result<File, FetchError> {
    let path = folder.join(LOCK);
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(|cause| FetchError::io("write", &path, cause))?;
    // A file system without locks is no reason to refuse.
    if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
        return Err(FetchError::Busy { path: folder.to_owned() });
    }
    Ok(lock)
}

/// Removes what a killed run was writing. What cannot be removed does no harm.
fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if is_leftover(&entry.file_name()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Flushes the names of a folder, where the system can.
fn sync_dir(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

/// A request that got no answer. A server that cannot prove who it is will not prove it at the next try.
fn no_answer(job: &Job<'_>, place: &Place, error: &ureq::Error) -> Failure {
    let mut why = error.to_string();
    if let Some(query) = place.uri.query().filter(|query| !query.is_empty()) {
        why = why.replace(query, "...");
    }
    let hopeless = matches!(error, ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Http(_) | ureq::Error::BadUri(_));
    let error = FetchError::Connection { id: job.source.id.clone(), why };
    Failure { error, again: if hopeless { Again::No } else { Again::After(None) } }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// A date of HTTP (RFC 9110 section 5.6.7, preferred form).
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

/// What tells one version of a file from another down to the byte: a strong `ETag`, or a `Last-Modified` a minute older than the answer.
fn strong_validator(headers: &HeaderMap) -> Option<String> {
    if let Some(etag) = text_of(headers, "etag") {
        return Some(etag).filter(|etag| etag.starts_with('"'));
    }
    let modified = text_of(headers, "last-modified")?;
    let answered = http_date(&text_of(headers, "date")?)?;
    let age = answered.as_second().checked_sub(http_date(&modified)?.as_second())?;
    (age >= 60).then_some(modified)
}

/// The length of the whole, if a 206 is the rest of exactly what is there (RFC 9110 section 14.4).
fn resumed_total(headers: &HeaderMap, part: &Part, stamp: Option<&Stamp>, encoding: Option<&str>) -> Option<u64> {
    let stamp = stamp?;
    let range = text_of(headers, "content-range")?;
    let (span, total) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = span.split_once('-')?;
    let (from, to): (u64, u64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    let total = match total.trim() {
        "*" => stamp.total?,
        total => total.parse().ok()?,
    };
    let name = if stamp.validator.starts_with('"') { "etag" } else { "last-modified" };
    let same = text_of(headers, name).is_none_or(|validator| validator == stamp.validator);
    let fits = from == part.bytes() && to.checked_add(1) == Some(total) && stamp.total.is_none_or(|announced| announced == total);
    (same && fits && encoding == stamp.encoding.as_deref()).then_some(total)
}

/// How long the server asks to wait (RFC 9110 section 10.2.3): seconds, or a time by the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text_of(headers, "retry-after")?;
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(&text)?.as_second();
    let answered = http_date(&text_of(headers, "date")?)?.as_second();
    Some(Duration::from_secs(u64::try_from(until.checked_sub(answered)?).unwrap_or_default()))
}

/// A version in an address, as OpenSanctions names them: `20240527134702-zbn`.
fn version_in(address: &str) -> Option<&str> {
    address.split('/').find(|segment| is_version(segment))
}

/// True for fourteen digits of a time, `-`, and a tag of letters and digits.
pub(crate) fn is_version(text: &str) -> bool {
    let Some((time, tag)) = text.split_once('-') else { return false };
    let tag_sound = (1..=16).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit()) && tag_sound
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_a_strong_validator_lets_a_transfer_go_on() {
        let date = "Sun, 30 Mar 2031 12:00:00 GMT";
        for (pairs, expected) in [
            (&[("etag", "\"a\"")][..], Some("\"a\"")),
            (&[("etag", "W/\"a\""), ("last-modified", "Sat, 29 Mar 2031 12:00:00 GMT"), ("date", date)], None),
            (&[("last-modified", "Sun, 30 Mar 2031 11:59:00 GMT"), ("date", date)], Some("Sun, 30 Mar 2031 11:59:00 GMT")),
            (&[("last-modified", "Sun, 30 Mar 2031 11:59:01 GMT"), ("date", date)], None),
            (&[("last-modified", "Sat, 29 Mar 2031 12:00:00 GMT")], None),
            (&[("last-modified", "yesterday"), ("date", date)], None),
            (&[], None),
        ] {
            assert_eq!(strong_validator(&headers(pairs)).as_deref(), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_pause_is_read_as_seconds_or_by_the_servers_own_clock() {
        let date = ("date", "Sun, 30 Mar 2031 12:00:00 GMT");
        assert_eq!(retry_after(&headers(&[("retry-after", "7")])), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&headers(&[("retry-after", "Sun, 30 Mar 2031 12:01:30 GMT"), date])), Some(Duration::from_secs(90)));
        assert_eq!(retry_after(&headers(&[("retry-after", "Sun, 30 Mar 2031 11:00:00 GMT"), date])), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers(&[("retry-after", "soon"), date])), None);
        assert_eq!(retry_after(&headers(&[])), None);
    }

    proptest! {
        #[test]
        fn no_header_panics(a in "[ -~]{0,40}", b in "(Sun, )?[0-9]{1,3} Mar [0-9]{1,12} [0-9:]{0,9} GMT", n in any::<u64>()) {
            for (one, other) in [(&a, &b), (&b, &a), (&b, &b), (&n.to_string(), &b)] {
                let pairs = [("etag", one), ("last-modified", one), ("date", other), ("retry-after", one)];
                let headers: HeaderMap = pairs.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?))).collect();
                let _ = (strong_validator(&headers), retry_after(&headers));
            }
        }
    }

    #[test]
    fn two_files_whose_hashes_begin_alike_get_two_names() {
        let sha256 = tw_evidence::sha256;
        let now: Timestamp = "2031-03-30T23:59:59Z".parse().unwrap();
        let (wanted, other) = (sha256(b"a"), sha256(b"b"));
        let record = |sha256, name: &str| Record {
            source: "test".to_owned(),
            list: "TEST".to_owned(),
            version: None,
            capture: Capture {
                sha256,
                bytes: 1,
                media_type: "text/csv".to_owned(),
                name: name.to_owned(),
                obtained: now.to_string(),
                method: Method::Fetch,
                licence: None,
                from: None,
            },
            answer: Answer::default(),
        };
        assert_eq!(name_of(wanted, &[], Kind::Csv, now), "2031-03-30-ca978112.csv");
        let clash = [record(other, "2031-03-30-ca978112.csv")];
        assert_eq!(name_of(wanted, &clash, Kind::Csv, now), format!("2031-03-30-{wanted}.csv"));
        assert_eq!(name_of(wanted, &[record(wanted, "2031-01-01-ca978112.csv")], Kind::Csv, now), "2031-01-01-ca978112.csv");
    }

    #[test]
    fn versions_are_told_from_other_segments() {
        let address = "https://data.example/artifacts/sanctions/20240527134702-zbn/entities.delta.json";
        assert_eq!(version_in(address), Some("20240527134702-zbn"));
        for other in
            ["", "20240527", "20240527134702", "20240527134702-", "2024052713470x-zbn", "20240527134702-../x", "20240527134702-ZBN"]
        {
            assert!(!is_version(other), "{other}");
        }
    }
}
