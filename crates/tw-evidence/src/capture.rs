use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tw_base::{Refusal, Refusals, Sha256};

use crate::atomic::{is_leftover, persist, sync_dir, temporary, write_atomically};
use crate::error::EvidenceError;
use crate::hash::{copy_and_hash, hash_file, sha256};
use crate::manifest::{Difference, DifferenceKind, Manifest};
use crate::media::guess_media_type;
use crate::tree::{Tree, file_name, hash_listed, shown};

const MANIFEST: &str = "manifest.jsonl";
const LOCK: &str = ".lock";
/// First bytes of a file that its media type is guessed from.
const HEAD: usize = 512;

/// How bytes were obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The user put the file into the case.
    Import,
    /// The file came with the program.
    Bundled,
    /// The program fetched it from the network when asked to.
    Fetch,
}

/// Exact bytes as obtained, and how they were obtained: one line of `captures/manifest.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// Hash of the bytes, and their name on disk.
    pub sha256: Sha256,
    /// Length in bytes.
    pub bytes: u64,
    /// Media type, such as `text/csv`.
    pub media_type: String,
    /// Name as the user named it.
    pub name: String,
    /// When the bytes were obtained, as the caller said: RFC 3339, or a date alone.
    pub obtained: String,
    /// How they were obtained.
    pub method: Method,
    /// Licence, if known. Unknown is not free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where from: an address, or who handed it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What a caller says about bytes that are to be captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureMeta {
    /// Name as the user named it; not empty.
    pub name: String,
    /// When the bytes were obtained: RFC 3339 (`2024-05-02T09:30:00Z`), or a date alone (`2024-05-02`). The store has no clock of its own.
    pub obtained: String,
    /// How they were obtained.
    pub method: Method,
    /// Media type; guessed from the name and the first bytes if none is given.
    pub media_type: Option<String>,
    /// Licence, if known.
    pub licence: Option<String>,
    /// Where from: an address, or who handed it over.
    pub from: Option<String>,
}

impl CaptureMeta {
    /// Without media type, licence and origin.
    #[must_use]
    pub fn new(name: impl Into<String>, obtained: impl Into<String>, method: Method) -> Self {
        Self { name: name.into(), obtained: obtained.into(), method, media_type: None, licence: None, from: None }
    }

    fn check(&self) -> Result<(), EvidenceError> {
        check_said(&self.name, &self.obtained).map_err(EvidenceError::refused)
    }

    fn capture(&self, sha256: Sha256, bytes: u64, head: &[u8]) -> Capture {
        let media_type = self.media_type.clone().unwrap_or_else(|| guess_media_type(&self.name, head).to_owned());
        let Self { name, obtained, method, licence, from, .. } = self.clone();
        Capture { sha256, bytes, media_type, name, obtained, method, licence, from }
    }
}

/// The captures of a case: each under its hash as `<first two digits>/<sha256>`, described in `manifest.jsonl`.
///
/// Nothing is ever changed in place. A file arrives whole or not at all, and so does the manifest; a run that is killed leaves at most a
/// temporary file, which the next [`CaptureStore::open`] removes, or a capture that the manifest does not list yet, which
/// [`CaptureStore::verify`] reports as extra and the next equal `put` lists.
///
/// One name may have several captures (the file changed between two imports), and one capture several names.
#[derive(Debug)]
pub struct CaptureStore {
    dir: PathBuf,
    captures: BTreeMap<(String, Sha256), Capture>,
    /// Held while the store can write; dropped with it. None for a store that only reads.
    lock: Option<File>,
}

impl CaptureStore {
    /// Opens a store for writing, and makes its folder if there is none. Leftovers of a killed run are removed.
    ///
    /// # Errors
    /// If the folder cannot be written to, another run is writing to it, or its manifest is damaged.
    pub fn open(dir: &Path) -> Result<Self, EvidenceError> {
        fs::create_dir_all(dir).map_err(|cause| EvidenceError::io("create", dir, cause))?;
        let path = dir.join(LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|cause| EvidenceError::io("write to", dir, cause))?;
        // A file system without locks is no reason to refuse: the lock guards against a second run, not against damage.
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(EvidenceError::Busy { path: dir.to_owned() });
        }
        remove_leftovers(dir)?;
        Ok(Self { dir: dir.to_owned(), captures: read_manifest(dir)?, lock: Some(lock) })
    }

    /// Opens a store for reading; it may lie on a read-only medium, and nothing in it is touched.
    ///
    /// # Errors
    /// If there is no such folder, or its manifest is damaged.
    pub fn open_read_only(dir: &Path) -> Result<Self, EvidenceError> {
        fs::read_dir(dir).map_err(|cause| EvidenceError::io("list", dir, cause))?;
        Ok(Self { dir: dir.to_owned(), captures: read_manifest(dir)?, lock: None })
    }

    /// Captures bytes from memory.
    ///
    /// If the same bytes were captured under the same name before, nothing is written and the earlier capture, with its earlier time, is
    /// returned. A stored file whose bytes no longer fit its hash is replaced by the right ones.
    ///
    /// # Errors
    /// If the name is empty, the time is no RFC 3339 time or date, or the store cannot be written to.
    pub fn put_bytes(&mut self, bytes: &[u8], meta: &CaptureMeta) -> Result<Capture, EvidenceError> {
        meta.check()?;
        self.writable()?;
        let sha256 = sha256(bytes);
        if !self.holds(&sha256) {
            let fail = |cause| EvidenceError::io("write to", &self.dir, cause);
            let mut file = temporary(&self.dir).map_err(fail)?;
            file.write_all(bytes).map_err(fail)?;
            self.place(file, &sha256)?;
        }
        let head = &bytes[..bytes.len().min(HEAD)];
        let (capture, new) = self.note(meta.capture(sha256, bytes.len() as u64, head));
        if new {
            self.write_manifest()?;
        }
        Ok(capture)
    }

    /// Captures a file: copied and hashed in one pass with bounded memory, so what is hashed is what is stored even if the file changes
    /// meanwhile. Otherwise as [`CaptureStore::put_bytes`].
    ///
    /// # Errors
    /// As [`CaptureStore::put_bytes`], and if the path is no regular file or cannot be read.
    pub fn put_file(&mut self, path: &Path, meta: &CaptureMeta) -> Result<Capture, EvidenceError> {
        let (capture, new) = self.take_file(path, meta)?;
        if new {
            self.write_manifest()?;
        }
        Ok(capture)
    }

    /// Captures many files and writes the manifest once; the captures are in the order of the files.
    ///
    /// # Errors
    /// As [`CaptureStore::put_file`], for the first file that fails; the files before it are captured and listed.
    pub fn put_files(&mut self, files: &[(PathBuf, CaptureMeta)]) -> Result<Vec<Capture>, EvidenceError> {
        let mut captures = Vec::new();
        let mut changed = false;
        for (path, meta) in files {
            match self.take_file(path, meta) {
                Ok((capture, new)) => {
                    captures.push(capture);
                    changed |= new;
                }
                Err(error) => {
                    if changed {
                        self.write_manifest()?;
                    }
                    return Err(error);
                }
            }
        }
        if changed {
            self.write_manifest()?;
        }
        Ok(captures)
    }

    /// All captures, sorted by name and hash.
    pub fn iter(&self) -> impl Iterator<Item = &Capture> {
        self.captures.values()
    }

    /// The capture with this hash; the first by name if it has several.
    #[must_use]
    pub fn get(&self, sha256: &Sha256) -> Option<&Capture> {
        self.captures.values().find(|capture| capture.sha256 == *sha256)
    }

    /// Where the bytes of a hash lie, or would lie.
    #[must_use]
    pub fn path(&self, sha256: &Sha256) -> PathBuf {
        self.dir.join(relative(sha256))
    }

    /// The bytes of a capture, checked against their hash: bytes that changed on disk are never handed out.
    ///
    /// # Errors
    /// If nothing with this hash is listed, or its file cannot be read or has changed.
    pub fn read(&self, sha256: &Sha256) -> Result<Vec<u8>, EvidenceError> {
        let capture = self.get(sha256).ok_or(EvidenceError::NotCaptured(*sha256))?;
        let path = self.path(sha256);
        let bytes = fs::read(&path).map_err(|cause| EvidenceError::io("read", &path, cause))?;
        let found = crate::hash::sha256(&bytes);
        if found != *sha256 {
            return Err(EvidenceError::Damaged { name: capture.name.clone(), expected: *sha256, found });
        }
        Ok(bytes)
    }

    /// Hashes every stored file again, on all cores, and reports what is missing, changed, not listed, or could not be looked into.
    ///
    /// Paths are relative to the captures folder (`<first two digits>/<sha256>`); [`CaptureStore::named_by`] gives the capture.
    #[must_use]
    pub fn verify(&self) -> Vec<Difference> {
        let mut manifest = Manifest::default();
        for sha256 in self.captures.values().map(|capture| capture.sha256) {
            // One hash may have several names; its file is listed once.
            let _ = manifest.insert(&relative(&sha256), sha256);
        }
        let tree = Tree::of(&self.dir);
        let own = |path: &str| !matches!(path, MANIFEST | LOCK) && !is_leftover(file_name(path).as_ref());
        let hashes = hash_listed(&self.dir, tree.files.iter().filter(|path| manifest.get(path).is_some()));
        let mut differences = manifest.compare(&tree, &hashes, own);
        for capture in self.captures.values() {
            let path = relative(&capture.sha256);
            if let Some(Ok((found, length))) = hashes.get(&path)
                && *found == capture.sha256
                && *length != capture.bytes
            {
                let why = format!("the manifest gives {} bytes for `{}`, the file has {length}", capture.bytes, shown(&capture.name));
                differences.push(Difference { path, kind: DifferenceKind::Unreadable { why } });
            }
        }
        differences.sort();
        differences
    }

    /// The capture that a difference of [`CaptureStore::verify`] is about, if it is listed.
    #[must_use]
    pub fn named_by(&self, difference: &Difference) -> Option<&Capture> {
        let sha256 = file_name(&difference.path).parse().ok()?;
        self.get(&sha256)
    }

    fn writable(&self) -> Result<(), EvidenceError> {
        if self.lock.is_none() {
            return Err(EvidenceError::OpenedReadOnly { path: self.dir.clone() });
        }
        Ok(())
    }

    /// True if the stored file is there and has the right bytes.
    fn holds(&self, sha256: &Sha256) -> bool {
        let path = self.path(sha256);
        fs::symlink_metadata(&path).is_ok_and(|data| data.is_file()) && hash_file(&path).is_ok_and(|(found, _)| found == *sha256)
    }

    fn take_file(&mut self, path: &Path, meta: &CaptureMeta) -> Result<(Capture, bool), EvidenceError> {
        meta.check()?;
        self.writable()?;
        let unread = |cause| EvidenceError::io("read", path, cause);
        let data = fs::metadata(path).map_err(unread)?;
        if !data.is_file() {
            let (reason, hint) = ("is not a regular file, so it was not captured", "name a file, not a folder or a pipe");
            return Err(EvidenceError::Layout { path: path.to_owned(), reason, hint });
        }
        // A second import of an unchanged file is read, not copied.
        let known = |capture: &&Capture| capture.name == meta.name && capture.bytes == data.len();
        if self.captures.values().any(|capture| known(&capture)) {
            let (sha256, _) = hash_file(path).map_err(unread)?;
            if let Some(capture) = self.captures.get(&(meta.name.clone(), sha256))
                && self.holds(&sha256)
            {
                return Ok((capture.clone(), false));
            }
        }
        let source = File::open(path).map_err(unread)?;
        let mut head = Vec::new();
        (&source).take(HEAD as u64).read_to_end(&mut head).map_err(unread)?;
        let unwritten = |cause| EvidenceError::io("write to", &self.dir, cause);
        let mut file = temporary(&self.dir).map_err(unwritten)?;
        let mut write_failed = false;
        let copied = copy_and_hash(head.as_slice().chain(source), |piece| file.write_all(piece).inspect_err(|_| write_failed = true));
        let (sha256, bytes) = copied.map_err(|cause| if write_failed { unwritten(cause) } else { unread(cause) })?;
        if !self.holds(&sha256) {
            self.place(file, &sha256)?;
        }
        Ok(self.note(meta.capture(sha256, bytes, &head)))
    }

    /// Gives a finished temporary file its name.
    fn place(&self, file: tempfile::NamedTempFile, sha256: &Sha256) -> Result<(), EvidenceError> {
        let path = self.path(sha256);
        let folder = crate::atomic::parent(&path);
        let fail = |cause| EvidenceError::io("write", &path, cause);
        if !folder.is_dir() {
            fs::create_dir(folder).and_then(|()| sync_dir(&self.dir)).map_err(fail)?;
        }
        persist(file, &path).map_err(fail)
    }

    /// Lists a capture unless it is listed; an earlier entry is left alone.
    fn note(&mut self, capture: Capture) -> (Capture, bool) {
        let key = (capture.name.clone(), capture.sha256);
        if let Some(earlier) = self.captures.get(&key) {
            return (earlier.clone(), false);
        }
        self.captures.insert(key, capture.clone());
        (capture, true)
    }

    fn write_manifest(&self) -> Result<(), EvidenceError> {
        let path = self.dir.join(MANIFEST);
        let mut text = Vec::new();
        for capture in self.captures.values() {
            serde_json::to_writer(&mut text, capture).map_err(|error| EvidenceError::io("write", &path, error.into()))?;
            text.push(b'\n');
        }
        write_atomically(&path, &text)
    }
}

/// Where a capture lies in the store.
fn relative(sha256: &Sha256) -> String {
    let digits = sha256.to_string();
    format!("{}/{digits}", &digits[..2])
}

/// Reads `manifest.jsonl`; a store without one has no captures.
fn read_manifest(dir: &Path) -> Result<BTreeMap<(String, Sha256), Capture>, EvidenceError> {
    let path = dir.join(MANIFEST);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(cause) => return Err(EvidenceError::io("read", &path, cause)),
    };
    let mut captures = BTreeMap::new();
    let mut faults = Vec::new();
    let mut number = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        number += 1;
        let why = match read_line(line) {
            Err(why) => why,
            Ok(capture) => match captures.insert((capture.name.clone(), capture.sha256), capture) {
                None => continue,
                Some(capture) => format!("capture {} of `{}` is listed twice", capture.sha256, shown(&capture.name)),
            },
        };
        let hint = "the manifest is only ever replaced whole, so something else wrote to it: restore it from a copy, or move it away and import the files again";
        faults.push(Refusal::new(format!("captures/{MANIFEST}"), why).row(number).hint(hint));
    }
    if faults.is_empty() { Ok(captures) } else { Err(Refusals(faults).into()) }
}

fn read_line(line: &[u8]) -> Result<Capture, String> {
    let line = line.strip_suffix(b"\n").ok_or("the last line is cut off")?;
    let capture: Capture = serde_json::from_slice(line).map_err(|error| format!("not a capture: {error}"))?;
    check_said(&capture.name, &capture.obtained).map_err(|refusal| refusal.reason)?;
    Ok(capture)
}

fn check_said(name: &str, obtained: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::new("capture", "a capture needs a name"));
    }
    if obtained.parse::<jiff::Timestamp>().is_err() && tw_base::parse_date(obtained).is_err() {
        let reason = format!("`{}` is not a time at which bytes were obtained", shown(obtained));
        return Err(Refusal::new(name, reason).hint("write `2024-05-02T09:30:00Z`, or the date alone"));
    }
    Ok(())
}

/// Removes the temporary files of killed runs from the store and its folders.
fn remove_leftovers(dir: &Path) -> Result<(), EvidenceError> {
    let fail = |cause| EvidenceError::io("list", dir, cause);
    for entry in fs::read_dir(dir).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if is_leftover(&entry.file_name()) && entry.file_type().map_err(fail)?.is_file() {
            fs::remove_file(entry.path()).map_err(|cause| EvidenceError::io("remove", &entry.path(), cause))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(name: &str) -> CaptureMeta {
        CaptureMeta::new(name, "2024-05-02T09:30:00Z", Method::Import)
    }

    fn manifest_text(dir: &Path) -> String {
        fs::read_to_string(dir.join(MANIFEST)).unwrap()
    }

    #[test]
    fn bytes_and_files_read_back_under_their_hash() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("captures");
        let mut store = CaptureStore::open(&dir).unwrap();
        let source = home.path().join("big.bin");
        let big: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 253) as u8).collect();
        fs::write(&source, &big).unwrap();
        let told =
            CaptureMeta { licence: Some("CC BY 4.0".to_owned()), from: Some("https://example.invalid/".to_owned()), ..meta("big.bin") };
        let file = store.put_file(&source, &told).unwrap();
        let csv = store.put_bytes(b"a,b\n", &meta("a.csv")).unwrap();
        let empty = store.put_bytes(b"", &meta("empty.txt")).unwrap();
        assert_eq!((file.sha256, file.bytes), (sha256(&big), 3_000_000));
        assert_eq!((csv.media_type.as_str(), empty.bytes), ("text/csv", 0));
        assert!(store.verify().is_empty());
        drop(store);
        let store = CaptureStore::open_read_only(&dir).unwrap();
        assert_eq!(store.read(&file.sha256).unwrap(), big);
        assert_eq!(store.read(&empty.sha256).unwrap(), b"");
        assert_eq!(store.get(&file.sha256), Some(&file));
        let names: Vec<_> = store.iter().map(|capture| capture.name.as_str()).collect();
        assert_eq!(names, ["a.csv", "big.bin", "empty.txt"]);
        assert!(matches!(store.read(&sha256(b"other")), Err(EvidenceError::NotCaptured(_))));
    }

    #[test]
    fn the_manifest_is_one_sorted_json_object_a_line() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(home.path()).unwrap();
        store.put_bytes(b"abc", &meta("b.txt")).unwrap();
        store.put_bytes(b"abc", &meta("a.txt")).unwrap();
        let line = |name: &str| {
            let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
            format!(
                "{{\"sha256\":\"{sha}\",\"bytes\":3,\"media_type\":\"text/plain\",\"name\":\"{name}\",\"obtained\":\"2024-05-02T09:30:00Z\",\"method\":\"import\"}}\n"
            )
        };
        assert_eq!(manifest_text(home.path()), line("a.txt") + &line("b.txt"));
        assert!(store.verify().is_empty(), "one file, two names");
    }

    #[test]
    fn an_equal_capture_is_left_alone_with_its_first_time() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("captures");
        let source = home.path().join("a.csv");
        fs::write(&source, b"a,b\n").unwrap();
        let mut store = CaptureStore::open(&dir).unwrap();
        let first = store.put_file(&source, &meta("a.csv")).unwrap();
        let before = (manifest_text(&dir), fs::metadata(store.path(&first.sha256)).unwrap().modified().unwrap());
        let later = CaptureMeta { obtained: "2025-01-01".to_owned(), ..meta("a.csv") };
        assert_eq!(store.put_file(&source, &later).unwrap(), first);
        assert_eq!(store.put_bytes(b"a,b\n", &later).unwrap(), first);
        assert_eq!(store.put_files(&[(source.clone(), later.clone()), (source, later)]).unwrap(), [first.clone(), first.clone()]);
        assert_eq!((manifest_text(&dir), fs::metadata(store.path(&first.sha256)).unwrap().modified().unwrap()), before);
    }

    #[test]
    fn a_changed_file_of_the_same_name_is_a_second_capture() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(&home.path().join("captures")).unwrap();
        let source = home.path().join("a.csv");
        for text in ["a,b\n", "a,c\n"] {
            fs::write(&source, text).unwrap();
            store.put_file(&source, &meta("a.csv")).unwrap();
        }
        assert_eq!(store.iter().count(), 2);
        assert!(store.verify().is_empty());
    }

    #[test]
    fn one_flipped_byte_is_found_and_named_and_never_handed_out() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(home.path()).unwrap();
        let good = store.put_bytes(b"good", &meta("good.txt")).unwrap();
        let bad = store.put_bytes(b"evidence", &meta("bad.txt")).unwrap();
        fs::write(store.path(&bad.sha256), b"evidencf").unwrap();
        let differences = store.verify();
        let [difference] = differences.as_slice() else { panic!("{differences:?}") };
        assert_eq!(difference.kind, DifferenceKind::Changed { expected: bad.sha256, found: sha256(b"evidencf") });
        assert_eq!(store.named_by(difference).unwrap().name, "bad.txt");
        let error = store.read(&bad.sha256).unwrap_err();
        assert!(error.to_string().contains("`bad.txt` has changed on disk"), "{error}");
        assert!(store.read(&good.sha256).is_ok());
        // The same bytes again restore it.
        store.put_bytes(b"evidence", &meta("bad.txt")).unwrap();
        assert!(store.verify().is_empty());
    }

    #[test]
    fn missing_and_unlisted_files_are_reported() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(home.path()).unwrap();
        let gone = store.put_bytes(b"gone", &meta("gone.txt")).unwrap();
        fs::remove_file(store.path(&gone.sha256)).unwrap();
        let orphan = sha256(b"orphan");
        fs::create_dir_all(store.path(&orphan).parent().unwrap()).unwrap();
        fs::write(store.path(&orphan), b"orphan").unwrap();
        let mut kinds: Vec<_> = store.verify().into_iter().map(|d| d.kind).collect();
        kinds.sort();
        assert_eq!(kinds, [DifferenceKind::Missing, DifferenceKind::Extra]);
        // The next equal put lists what a killed run had stored.
        store.put_bytes(b"orphan", &meta("orphan.txt")).unwrap();
        store.put_bytes(b"gone", &meta("gone.txt")).unwrap();
        assert!(store.verify().is_empty());
    }

    #[test]
    fn leftovers_of_a_killed_run_are_ignored_and_removed_by_the_next_open() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(home.path()).unwrap();
        store.put_bytes(b"abc", &meta("a.txt")).unwrap();
        drop(store);
        let leftover = home.path().join(".tw-x1Y2z3.tmp");
        fs::write(&leftover, b"half").unwrap();
        assert!(CaptureStore::open_read_only(home.path()).unwrap().verify().is_empty());
        assert!(leftover.exists());
        assert!(CaptureStore::open(home.path()).unwrap().verify().is_empty());
        assert!(!leftover.exists());
    }

    #[test]
    fn a_damaged_manifest_is_refused_with_its_line_and_a_hint() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(home.path()).unwrap();
        store.put_bytes(b"abc", &meta("a.txt")).unwrap();
        store.put_bytes(b"abd", &meta("b.txt")).unwrap();
        drop(store);
        let whole = manifest_text(home.path());
        let first = whole.lines().next().unwrap();
        for (text, expected) in [
            (whole[..whole.len() - 1].to_owned(), "captures/manifest.jsonl, row 2: the last line is cut off"),
            (whole[..whole.len() - 40].to_owned(), "captures/manifest.jsonl, row 2: the last line is cut off"),
            (format!("{first}\n{first}\n"), "is listed twice"),
            (format!("{first}\n\n"), "row 2: not a capture"),
            (whole.replace("\"bytes\":3", "\"bytes\":-3"), "row 1: not a capture"),
            (whole.replace("\"bytes\"", "\"octets\""), "unknown field `octets`"),
            (whole.replace("2024-05-02T", "yesterday"), "is not a time"),
        ] {
            fs::write(home.path().join(MANIFEST), text).unwrap();
            let error = CaptureStore::open(home.path()).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert!(error.hint().unwrap().contains("restore it from a copy"));
        }
        fs::write(home.path().join(MANIFEST), b"\xff\xfe\n").unwrap();
        assert!(CaptureStore::open_read_only(home.path()).is_err());
        // A wrong length beside a right hash is told too.
        fs::write(home.path().join(MANIFEST), whole.replace("\"bytes\":3", "\"bytes\":4")).unwrap();
        assert_eq!(CaptureStore::open(home.path()).unwrap().verify().len(), 2);
    }

    #[test]
    fn what_the_caller_says_is_checked_before_anything_is_written() {
        let home = tempfile::tempdir().unwrap();
        let mut store = CaptureStore::open(home.path()).unwrap();
        for obtained in ["", "now", "02/05/2024", "2024-13-01", "2024-05-02T09:30:00"] {
            let error = store.put_bytes(b"x", &CaptureMeta::new("a.txt", obtained, Method::Fetch)).unwrap_err();
            assert!(error.hint().is_some(), "{obtained}");
        }
        assert!(store.put_bytes(b"x", &meta("")).is_err());
        assert!(store.put_file(home.path(), &meta("folder")).is_err());
        assert!(store.put_file(&home.path().join("missing"), &meta("missing")).is_err());
        assert!(store.verify().is_empty());
        assert!(store.put_bytes(b"x", &CaptureMeta::new("a.txt", "2024-05-02", Method::Bundled)).is_ok());
    }

    #[test]
    fn a_second_writer_is_refused_and_a_reader_is_not() {
        let home = tempfile::tempdir().unwrap();
        let store = CaptureStore::open(home.path()).unwrap();
        assert!(matches!(CaptureStore::open(home.path()), Err(EvidenceError::Busy { .. })));
        let mut reader = CaptureStore::open_read_only(home.path()).unwrap();
        assert!(matches!(reader.put_bytes(b"x", &meta("a.txt")), Err(EvidenceError::OpenedReadOnly { .. })));
        drop(store);
        assert!(CaptureStore::open(home.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_read_only_folder_is_a_clear_error_and_can_still_be_verified() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("captures");
        let capture = CaptureStore::open(&dir).unwrap().put_bytes(b"abc", &meta("a.txt")).unwrap();
        fs::remove_file(dir.join(LOCK)).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o555)).unwrap();
        let unbound = fs::write(dir.join("probe"), b"").is_ok();
        // The superuser is not bound by the rights of a folder, so there is nothing to see then.
        if !unbound {
            let error = CaptureStore::open(&dir).unwrap_err();
            assert!(matches!(error, EvidenceError::ReadOnly { .. }), "{error}");
            assert!(error.hint().unwrap().contains("only verify it"));
            let store = CaptureStore::open_read_only(&dir).unwrap();
            assert!(store.verify().is_empty());
            assert_eq!(store.read(&capture.sha256).unwrap(), b"abc");
        }
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_capture_is_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("captures");
        let mut store = CaptureStore::open(&dir).unwrap();
        let capture = store.put_bytes(b"abc", &meta("a.txt")).unwrap();
        let path = store.path(&capture.sha256);
        let outside = home.path().join("outside");
        fs::rename(&path, &outside).unwrap();
        std::os::unix::fs::symlink(&outside, &path).unwrap();
        assert!(matches!(store.verify().as_slice(), [Difference { kind: DifferenceKind::Unreadable { .. }, .. }]));
        store.put_bytes(b"abc", &meta("a.txt")).unwrap();
        assert!(store.verify().is_empty());
        assert!(outside.exists());
    }
}
