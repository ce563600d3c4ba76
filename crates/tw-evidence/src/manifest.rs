use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use tw_base::{Refusal, Refusals, Sha256};

use crate::tree::{Hashed, Tree, hash_listed, shown};

/// Faults listed before a reader gives up on a manifest.
const MAX_FAULTS: usize = 100;

/// How a manifest is written down. The two differ in how they carry unusual names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManifestFormat {
    /// As `sha256sum` of GNU coreutils 9 writes and checks it: two characters after the hash; a line whose name holds a backslash, a line
    /// feed or a carriage return begins with a backslash, and these characters are escaped.
    Sha256sum,
    /// As a BagIt manifest (RFC 8493 §2.1.3): white space after the hash; line feed, carriage return and per cent are percent-encoded.
    BagIt,
}

/// Files of a folder with their hashes, by path relative to the folder, sorted.
///
/// ```
/// use tw_evidence::{Manifest, ManifestFormat, sha256};
/// let mut manifest = Manifest::default();
/// manifest.insert("data/permits.csv", sha256(b""))?;
/// let text = manifest.to_text(ManifestFormat::Sha256sum)?;
/// assert_eq!(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  data/permits.csv\n");
/// assert_eq!(Manifest::parse("SHA256SUMS", text.as_bytes(), ManifestFormat::Sha256sum)?, manifest);
/// assert!(manifest.insert("../outside", sha256(b"")).is_err());
/// # Ok::<(), tw_base::Refusals>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    entries: BTreeMap<String, Sha256>,
}

/// One way in which a folder is not what its manifest says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// Path relative to the folder, with `/` between the parts. Unreadable characters of a name that is not UTF-8 are replaced.
    pub path: String,
    /// What differs.
    pub kind: DifferenceKind,
}

/// What differs between a manifest and a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The file is listed and not there.
    Missing,
    /// The file has other bytes.
    Changed {
        /// The hash in the manifest.
        expected: Sha256,
        /// The hash of the bytes on disk.
        found: Sha256,
    },
    /// The file is there and not listed.
    Extra,
    /// Something is there that was not looked into, such as a symbolic link: it was not checked.
    Unreadable {
        /// Why, in one clause.
        why: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names come from outside: control characters are shown, not sent to the terminal.
        write!(f, "`{}` ", shown(&self.path))?;
        match &self.kind {
            DifferenceKind::Missing => f.write_str("is missing"),
            DifferenceKind::Changed { expected, found } => write!(f, "has changed: its hash was {expected} and is {found}"),
            DifferenceKind::Extra => f.write_str("is not listed in the manifest"),
            DifferenceKind::Unreadable { why } => write!(f, "was not checked: {why}"),
        }
    }
}

impl Manifest {
    /// Adds a file.
    ///
    /// # Errors
    /// If the path is absolute, climbs with `..`, is not in its shortest form, or is already listed.
    pub fn insert(&mut self, path: &str, sha256: Sha256) -> Result<(), Refusals> {
        self.add(path, sha256).map_err(|why| Refusals::from(fault(path, None, why)))
    }

    /// The hash of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Sha256> {
        self.entries.get(path).copied()
    }

    /// Files and hashes, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Sha256)> {
        self.entries.iter().map(|(path, sha256)| (path.as_str(), *sha256))
    }

    /// Number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if no file is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Writes one line a file, sorted by path, each ended by a line feed.
    ///
    /// # Errors
    /// If a name cannot be carried by the format: BagIt lines cannot hold a path that begins or ends with white space, or begins with `*`.
    pub fn to_text(&self, format: ManifestFormat) -> Result<String, Refusals> {
        let mut text = String::new();
        let mut faults = Vec::new();
        for (path, sha256) in &self.entries {
            match format {
                ManifestFormat::BagIt => {
                    if let Err(why) = check_bag_path(path) {
                        faults.push(fault(path, None, why));
                    }
                    let encoded = path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
                    let _ = writeln!(text, "{sha256}  {encoded}");
                }
                ManifestFormat::Sha256sum if path.contains(['\\', '\n', '\r']) => {
                    let escaped = path.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
                    let _ = writeln!(text, "\\{sha256}  {escaped}");
                }
                ManifestFormat::Sha256sum => {
                    let _ = writeln!(text, "{sha256}  {path}");
                }
            }
        }
        if faults.is_empty() { Ok(text) } else { Err(Refusals(faults)) }
    }

    /// Reads a manifest strictly; `name` is the manifest's own file name, for the refusals.
    ///
    /// # Errors
    /// All faults with their lines, up to 100: text that is not UTF-8, a last line that is cut off, a hash that is not 64 hexadecimal digits,
    /// a path that is absolute or climbs out of the folder, and a path listed twice.
    pub fn parse(name: &str, bytes: &[u8], format: ManifestFormat) -> Result<Self, Refusals> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(fault(name, None, "it is not UTF-8 text".to_owned()).into());
        };
        if text.starts_with('\u{feff}') {
            let refusal = fault(name, Some(1), "it begins with a byte order mark".to_owned());
            return Err(refusal.hint("save it as UTF-8 without a byte order mark").into());
        }
        let mut manifest = Self::default();
        let mut faults = Vec::new();
        let mut number = 0;
        for line in text.split_inclusive('\n') {
            number += 1;
            let Some(line) = line.strip_suffix('\n') else {
                faults.push(fault(name, Some(number), "the last line is cut off".to_owned()).hint("get a whole copy of the manifest"));
                break;
            };
            let result = match format {
                ManifestFormat::Sha256sum => read_sha256sum(line),
                ManifestFormat::BagIt => read_bagit(line),
            };
            if let Err(why) = result.and_then(|(path, sha256)| manifest.add(&path, sha256)) {
                faults.push(fault(name, Some(number), why));
            }
            if faults.len() == MAX_FAULTS {
                break;
            }
        }
        if faults.is_empty() { Ok(manifest) } else { Err(Refusals(faults)) }
    }

    /// Compares with what a folder holds. Files in scope that are not listed are extra.
    pub(crate) fn compare(&self, tree: &Tree, hashes: &BTreeMap<String, Hashed>, in_scope: impl Fn(&str) -> bool) -> Vec<Difference> {
        let mut differences = BTreeSet::new();
        let mut report = |path: &str, kind| differences.insert(Difference { path: path.to_owned(), kind });
        for (path, &expected) in &self.entries {
            match hashes.get(path) {
                Some(Ok((found, _))) if *found == expected => {}
                Some(Ok((found, _))) => {
                    report(path, DifferenceKind::Changed { expected, found: *found });
                }
                Some(Err(why)) => {
                    report(path, DifferenceKind::Unreadable { why: why.clone() });
                }
                None => {
                    let why = tree.why_odd(path).map(str::to_owned);
                    report(path, why.map_or(DifferenceKind::Missing, |why| DifferenceKind::Unreadable { why }));
                }
            }
        }
        for path in tree.files.iter().filter(|path| in_scope(path) && !self.entries.contains_key(*path)) {
            report(path, DifferenceKind::Extra);
        }
        for (path, why) in tree.odd.iter().filter(|(path, _)| in_scope(path)) {
            report(path, DifferenceKind::Unreadable { why: why.clone() });
        }
        differences.into_iter().collect()
    }

    fn add(&mut self, path: &str, sha256: Sha256) -> Result<(), String> {
        check_path(path)?;
        if self.entries.contains_key(path) {
            return Err(format!("`{}` is listed twice", shown(path)));
        }
        self.entries.insert(path.to_owned(), sha256);
        Ok(())
    }
}

/// Checks a folder against a manifest, on all cores. No difference means that every listed file has the listed bytes and nothing else is there.
///
/// `skip` names files that belong there without being listed, such as the manifest itself. Symbolic links are never followed: they are
/// reported as not checked, and so is a listed file behind one. The differences are sorted by path.
#[must_use]
pub fn check(dir: &Path, manifest: &Manifest, skip: &[&str]) -> Vec<Difference> {
    let tree = Tree::of(dir);
    let hashes = hash_listed(dir, tree.files.iter().filter(|path| manifest.entries.contains_key(*path)));
    manifest.compare(&tree, &hashes, |path| !skip.contains(&path))
}

/// A path that stays inside its folder on every system, in its shortest form.
fn check_path(path: &str) -> Result<(), String> {
    let why = if path.is_empty() {
        "the path is empty"
    } else if path.contains('\0') {
        "the path holds a NUL character"
    } else if path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':') {
        "the path is absolute"
    } else if path.starts_with('~') {
        "the path begins with `~`, which some programs read as a home folder"
    } else if path.split(['/', '\\']).any(|part| part == "..") {
        "the path climbs out of its folder with `..`"
    } else if path.split('/').any(|part| part.is_empty() || part == ".") {
        "the path is not in its shortest form"
    } else {
        return Ok(());
    };
    Err(format!("{why}: `{}`", shown(path)))
}

/// A path that a line of a BagIt manifest can carry so that every reader finds the same.
fn check_bag_path(path: &str) -> Result<(), String> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_whitespace() || c.is_control()) && !matches!(c, Some('\r' | '\n'));
    if path.starts_with('*') || edge(path.chars().next()) || edge(path.chars().next_back()) {
        return Err(format!("a bag cannot list `{}`: it begins or ends with white space, or begins with `*`", shown(path)));
    }
    Ok(())
}

fn read_hash(digits: &str) -> Result<Sha256, String> {
    digits.to_ascii_lowercase().parse::<Sha256>().map_err(|error| error.to_string())
}

fn read_sha256sum(line: &str) -> Result<(String, Sha256), String> {
    let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |rest| (true, rest));
    let (digits, rest) = line.split_at_checked(64).ok_or_else(|| "the line is too short for a hash and a path".to_owned())?;
    let sha256 = read_hash(digits)?;
    let path = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *")).ok_or_else(|| "two spaces must follow the hash".to_owned())?;
    if path.contains('\r') {
        return Err("the line holds a carriage return; lines end with a line feed alone".to_owned());
    }
    if !escaped {
        return Ok((path.to_owned(), sha256));
    }
    let mut plain = String::new();
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('\\') => plain.push('\\'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            _ => return Err(r"a backslash is followed by something other than `\`, `n` or `r`".to_owned()),
        }
    }
    Ok((plain, sha256))
}

fn read_bagit(line: &str) -> Result<(String, Sha256), String> {
    // RFC 8493 allows CR LF at the end of a line; inside a path a carriage return is percent-encoded.
    let line = line.strip_suffix('\r').unwrap_or(line);
    let (digits, rest) = line.split_at_checked(64).ok_or_else(|| "the line is too short for a hash and a path".to_owned())?;
    let sha256 = read_hash(digits)?;
    let path = rest.trim_start_matches([' ', '\t']);
    if path.len() == rest.len() {
        return Err("white space must follow the hash".to_owned());
    }
    let path = path.strip_prefix('*').unwrap_or(path);
    check_bag_path(path)?;
    if path.contains('\r') {
        return Err("the path holds a carriage return that is not percent-encoded".to_owned());
    }
    Ok((decode_percent(path), sha256))
}

/// Decodes the three characters that RFC 8493 encodes; any other per cent sign is kept, as older writers leave it bare.
fn decode_percent(path: &str) -> String {
    let mut plain = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        let decoded = match after.get(..2).map(str::to_ascii_uppercase).as_deref() {
            Some("0A") => Some('\n'),
            Some("0D") => Some('\r'),
            Some("25") => Some('%'),
            _ => None,
        };
        plain.push(decoded.unwrap_or('%'));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    plain.push_str(rest);
    plain
}

fn fault(file: &str, line: Option<u64>, why: String) -> Refusal {
    let refusal = Refusal::new(file, why);
    match line {
        Some(line) => refusal.row(line),
        None => refusal,
    }
}
