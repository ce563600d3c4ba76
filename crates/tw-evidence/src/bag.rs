use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Serialize;
use tw_base::{Refusal, Refusals, Sha256};

use crate::atomic::{is_leftover, write_atomically};
use crate::error::EvidenceError;
use crate::hash::sha256;
use crate::manifest::{Difference, Manifest, ManifestFormat};
use crate::tree::{Hashed, Tree, file_name, hash_listed, shown};

const DECLARATION: &str = "bagit.txt";
const INFO: &str = "bag-info.txt";
const PAYLOAD: &str = "manifest-sha256.txt";
const TAGS: &str = "tagmanifest-sha256.txt";
const SUMS: &str = "SHA256SUMS";
const OXUM: &str = "Payload-Oxum";
/// The declaration of RFC 8493 §2.1.1.
const DECLARATION_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// A bag that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bag {
    /// Files in `data/`.
    pub files: u64,
    /// Bytes in `data/`.
    pub bytes: u64,
    /// Hash of `tagmanifest-sha256.txt`, which lists every other file directly or through a manifest: one number that names the whole bag.
    pub seal: Sha256,
}

/// What is wrong with a bag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BagReport {
    /// Faults of the bag's own files, with file and line.
    pub faults: Vec<Refusal>,
    /// Files that are missing, changed, not listed, or were not checked; sorted by path.
    pub differences: Vec<Difference>,
    /// Lines of `bag-info.txt`, in order.
    pub info: Vec<(String, String)>,
    /// Files found in `data/`.
    pub files: u64,
    /// Bytes found in `data/`.
    pub bytes: u64,
}

impl BagReport {
    /// True if the bag is whole: every file is listed and has the listed bytes, and nothing was left unchecked.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.faults.is_empty() && self.differences.is_empty()
    }
}

impl fmt::Display for BagReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_valid() {
            return write!(f, "the bag is whole: {} payload files, {} bytes", self.files, self.bytes);
        }
        let faults = self.faults.iter().map(|fault| shown(&fault.to_string()));
        let lines: Vec<String> = faults.chain(self.differences.iter().map(ToString::to_string)).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Makes a folder a BagIt 1.0 bag (RFC 8493). Its payload is in `data/`; every other file in it becomes a tag file.
///
/// It writes, in this order, each file atomically:
///
/// | file | lists |
/// |---|---|
/// | `bagit.txt`, `bag-info.txt` | the lines of `info` in the given order, then `Payload-Oxum` |
/// | `manifest-sha256.txt` | `data/` |
/// | `SHA256SUMS`, for `sha256sum -c` | every file except itself and the tag manifest |
/// | `tagmanifest-sha256.txt` | every file outside `data/` except itself, so also `SHA256SUMS` |
///
/// So no file lists itself or one that lists it, and a bag that was interrupted while it was made does not pass [`verify_bag`]. The same
/// folder and lines give the same bytes: dates such as `Bagging-Date` are for the caller to give. Temporary files of a killed run
/// ([`is_leftover`]) are removed, not packed.
///
/// # Errors
/// If there is no `data/`, a line of `info` has a line break or names `Payload-Oxum`, or the folder holds what a bag cannot carry or vouch for:
/// symbolic links, names that are not UTF-8, `fetch.txt`, and manifests of other algorithms. Nothing is written then.
pub fn write_bag(dir: &Path, info: &[(&str, String)]) -> Result<Bag, EvidenceError> {
    if !fs::symlink_metadata(dir.join("data")).is_ok_and(|data| data.is_dir()) {
        let (reason, hint) = ("has no folder `data`, so it cannot become a bag", "put the payload into `data`");
        return Err(EvidenceError::Layout { path: dir.to_owned(), reason, hint });
    }
    let mut tree = Tree::of(dir);
    let leftovers: Vec<String> = tree.files.extract_if(.., |path| is_leftover(file_name(path).as_ref())).collect();
    let mut faults: Vec<Refusal> = tree.odd.iter().map(|(path, why)| Refusal::new(path, why)).collect();
    faults.extend(foreign_files(&tree));
    faults.extend(info.iter().filter_map(|(label, value)| check_info(label, value)));
    refuse(faults)?;
    for path in leftovers {
        let path = dir.join(path);
        fs::remove_file(&path).map_err(|cause| EvidenceError::io("remove", &path, cause))?;
    }

    let own = [DECLARATION, INFO, PAYLOAD, SUMS, TAGS];
    let hashes = hash_listed(dir, tree.files.iter().filter(|path| !own.contains(&path.as_str())));
    let (mut payload, mut tags, mut sums) = (Manifest::default(), Manifest::default(), Manifest::default());
    let mut faults = Vec::new();
    let (mut files, mut bytes) = (0, 0);
    for (path, hashed) in &hashes {
        let (sha256, length) = match hashed {
            Ok(found) => *found,
            Err(why) => {
                faults.push(Refusal::new(path, format!("it could not be read: {why}")));
                continue;
            }
        };
        let listed = if is_payload(path) { &mut payload } else { &mut tags };
        for manifest in [listed, &mut sums] {
            if let Err(Refusals(list)) = manifest.insert(path, sha256) {
                faults.extend(list);
            }
        }
        if is_payload(path) {
            files += 1;
            bytes += length;
        }
    }
    faults.dedup();
    refuse(faults)?;

    let payload_text = payload.to_text(ManifestFormat::BagIt)?;
    // Names of tag files are tried before anything is written.
    tags.to_text(ManifestFormat::BagIt)?;
    let mut info_text = String::new();
    for (label, value) in info {
        info_text += &format!("{label}: {value}\n");
    }
    info_text += &format!("{OXUM}: {bytes}.{files}\n");
    for (name, text) in [(DECLARATION, DECLARATION_TEXT), (INFO, &info_text), (PAYLOAD, &payload_text)] {
        write_atomically(&dir.join(name), text.as_bytes())?;
        tags.insert(name, sha256(text.as_bytes()))?;
        sums.insert(name, sha256(text.as_bytes()))?;
    }
    let sums_text = sums.to_text(ManifestFormat::Sha256sum)?;
    write_atomically(&dir.join(SUMS), sums_text.as_bytes())?;
    tags.insert(SUMS, sha256(sums_text.as_bytes()))?;
    let tags_text = tags.to_text(ManifestFormat::BagIt)?;
    write_atomically(&dir.join(TAGS), tags_text.as_bytes())?;
    Ok(Bag { files, bytes, seal: sha256(tags_text.as_bytes()) })
}

/// Checks a bag: its structure, its length, and the hash of every file against every manifest, each file read once.
///
/// It is stricter than RFC 8493 asks, because a bag here is evidence: a bag without `tagmanifest-sha256.txt`, or with a file that no manifest
/// lists, does not pass. Symbolic links are never followed, and `fetch.txt` is never acted on.
#[must_use]
pub fn verify_bag(dir: &Path) -> BagReport {
    let tree = Tree::of(dir);
    let hashes = hash_listed(dir, &tree.files);
    let mut report = BagReport::default();
    for (_, hashed) in hashes.iter().filter(|(path, _)| is_payload(path)) {
        report.files += 1;
        report.bytes += hashed.as_ref().map_or(0, |(_, length)| *length);
    }
    if !fs::symlink_metadata(dir.join("data")).is_ok_and(|data| data.is_dir()) {
        report.faults.push(Refusal::new("data", "a bag needs a folder `data`"));
    }
    report.faults.extend(foreign_files(&tree));
    let reader = Reader { dir, tree: &tree, hashes: &hashes };
    report.faults.extend(reader.check_declaration());
    reader.check_info(&mut report);

    let is_tag = |path: &str| path != TAGS && !is_payload(path);
    let payload = reader.manifest(PAYLOAD, ManifestFormat::BagIt, Need::Always, &mut report);
    if let Some(manifest) = payload {
        for (path, _) in manifest.iter().filter(|(path, _)| !path.starts_with("data/")) {
            report.faults.push(Refusal::new(PAYLOAD, format!("it lists `{}`, which is outside `data`", shown(path))));
        }
        report.differences.extend(manifest.compare(&tree, &hashes, is_payload));
    }
    let tags = reader.manifest(TAGS, ManifestFormat::BagIt, Need::Always, &mut report);
    if let Some(manifest) = tags {
        for (path, _) in manifest.iter().filter(|(path, _)| !is_tag(path)) {
            report.faults.push(Refusal::new(TAGS, format!("it lists `{}`, which is no tag file", shown(path))));
        }
        report.differences.extend(manifest.compare(&tree, &hashes, is_tag));
    }
    let sums = reader.manifest(SUMS, ManifestFormat::Sha256sum, Need::IfThere, &mut report);
    if let Some(manifest) = sums {
        // The two manifests above tell what is not listed.
        report.differences.extend(manifest.compare(&tree, &hashes, |_| false));
    }
    report.differences.sort();
    report.differences.dedup();
    report
}

/// Whether a manifest may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Always,
    IfThere,
}

struct Reader<'a> {
    dir: &'a Path,
    tree: &'a Tree,
    hashes: &'a BTreeMap<String, Hashed>,
}

impl Reader<'_> {
    /// The bytes of a tag file that the listing has as a regular file, as they were hashed.
    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        if !self.tree.files.contains(name) {
            return self.tree.why_odd(name).map_or(Ok(None), |why| Err(Refusal::new(name, why)));
        }
        let bytes = fs::read(self.dir.join(name)).map_err(|error| Refusal::new(name, format!("it could not be read: {error}")))?;
        match self.hashes.get(name) {
            Some(Ok((found, _))) if *found == sha256(&bytes) => Ok(Some(bytes)),
            _ => Err(Refusal::new(name, "it changed while the bag was checked").hint("check again when nothing writes to the bag")),
        }
    }

    fn manifest(&self, name: &str, format: ManifestFormat, need: Need, report: &mut BagReport) -> Option<Manifest> {
        let bytes = match self.bytes(name) {
            Ok(Some(bytes)) => bytes,
            Ok(None) if need == Need::IfThere => return None,
            Ok(None) => {
                report.faults.push(Refusal::new(name, "it is missing, so what it should list was not checked"));
                return None;
            }
            Err(refusal) => {
                report.faults.push(refusal);
                return None;
            }
        };
        match Manifest::parse(name, &bytes, format) {
            Ok(manifest) => Some(manifest),
            Err(Refusals(list)) => {
                report.faults.extend(list);
                None
            }
        }
    }

    fn check_declaration(&self) -> Option<Refusal> {
        let bytes = match self.bytes(DECLARATION) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Some(Refusal::new(DECLARATION, "it is missing, so this folder is no bag")),
            Err(refusal) => return Some(refusal),
        };
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        if text == DECLARATION_TEXT || text == DECLARATION_TEXT.trim_end() {
            return None;
        }
        let hint = "it must say `BagIt-Version: 1.0` and `Tag-File-Character-Encoding: UTF-8`, on two lines, and nothing else";
        Some(Refusal::new(DECLARATION, "it does not declare a bag of version 1.0 in UTF-8").hint(hint))
    }

    fn check_info(&self, report: &mut BagReport) {
        let bytes = match self.bytes(INFO) {
            Ok(Some(bytes)) => bytes,
            // RFC 8493 §2.2.2 makes this file optional.
            Ok(None) => return,
            Err(refusal) => return report.faults.push(refusal),
        };
        match read_info(&bytes) {
            Ok(info) => report.info = info,
            Err(refusal) => return report.faults.push(refusal),
        }
        let given: Vec<&str> =
            report.info.iter().filter(|(label, _)| label.eq_ignore_ascii_case(OXUM)).map(|(_, value)| value.as_str()).collect();
        let found = format!("{}.{}", report.bytes, report.files);
        let reason = match given.as_slice() {
            [] => return,
            [one] if *one == found => return,
            [one] => format!("it gives {OXUM} `{}`, and `data` has {found} (bytes.files)", shown(one)),
            _ => format!("it gives {OXUM} more than once"),
        };
        report.faults.push(Refusal::new(INFO, reason));
    }
}

fn is_payload(path: &str) -> bool {
    path.starts_with("data/")
}

/// Files with a meaning in BagIt that is not honoured here, so that their presence would be misread.
fn foreign_files(tree: &Tree) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for name in tree.files.iter().filter(|path| !path.contains('/')) {
        if name == "fetch.txt" {
            faults.push(
                Refusal::new(name, "it names payload kept elsewhere, and nothing is fetched")
                    .hint("put the payload into `data` and remove the file"),
            );
        }
        let is_manifest = (name.starts_with("manifest-") || name.starts_with("tagmanifest-")) && name.ends_with(".txt");
        if is_manifest && name != PAYLOAD && name != TAGS {
            faults.push(
                Refusal::new(name, "it is a manifest of an algorithm other than SHA-256, so it was not checked")
                    .hint("remove the file, or check it with another program"),
            );
        }
    }
    faults
}

fn check_info(label: &str, value: &str) -> Option<Refusal> {
    let shown = shown(label);
    let reason = if label.is_empty() || label.contains([':', '\t']) || label.trim() != label || label.chars().any(char::is_control) {
        format!("`{shown}` is not a label: it must be one line without a colon")
    } else if label.eq_ignore_ascii_case(OXUM) {
        format!("`{OXUM}` is counted, not given")
    } else if value.chars().any(|c| c.is_control() && c != '\t') {
        format!("the value of `{shown}` has a line break or another control character")
    } else if value.trim() != value {
        format!("the value of `{shown}` begins or ends with white space")
    } else {
        return None;
    };
    Some(Refusal::new(INFO, reason).hint("give each value as one line"))
}

/// Reads `Label: value` lines; a line that begins with white space continues the value before it (RFC 8493 §2.2.2).
fn read_info(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new(INFO, "it is not UTF-8 text"))?;
    let mut info: Vec<(String, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let fault = |reason| Refusal::new(INFO, reason).row(index as u64 + 1);
        if line.starts_with([' ', '\t']) {
            let (_, value) = info.last_mut().ok_or_else(|| fault("it continues a line that is not there"))?;
            *value = format!("{value} {}", line.trim());
            continue;
        }
        let (label, value) = line.split_once(':').ok_or_else(|| fault("the line has no `Label: value`"))?;
        info.push((label.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(info)
}

fn refuse(faults: Vec<Refusal>) -> Result<(), EvidenceError> {
    if faults.is_empty() { Ok(()) } else { Err(Refusals(faults).into()) }
}
