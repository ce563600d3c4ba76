use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::hash::hash_files;
use tw_base::Sha256;

/// What lies below a folder. Links are listed, never followed.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Regular files by their path relative to the folder, with `/` between the parts.
    pub files: BTreeSet<String>,
    /// Everything that is neither a regular file nor a folder that could be listed, and why it was not looked at.
    pub odd: BTreeMap<String, String>,
}

/// A file's hash and length, or why it could not be read.
pub(crate) type Hashed = Result<(Sha256, u64), String>;

impl Tree {
    /// Lists a folder and all below it.
    pub fn of(dir: &Path) -> Self {
        let mut tree = Self::default();
        let mut open = vec![(dir.to_owned(), String::new())];
        while let Some((folder, prefix)) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    tree.odd.insert(here(&prefix), format!("the folder cannot be listed: {error}"));
                    continue;
                }
            };
            for entry in entries {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(error) => {
                        tree.odd.insert(here(&prefix), format!("the folder cannot be listed to its end: {error}"));
                        break;
                    }
                };
                let name = entry.file_name();
                let path =
                    if prefix.is_empty() { name.to_string_lossy().into_owned() } else { format!("{prefix}/{}", name.to_string_lossy()) };
                if name.to_str().is_none() {
                    tree.odd.insert(path, "its name is not UTF-8, so no manifest can list it".to_owned());
                    continue;
                }
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push((entry.path(), path)),
                    Ok(kind) if kind.is_file() => {
                        tree.files.insert(path);
                    }
                    Ok(kind) if kind.is_symlink() => {
                        tree.odd.insert(path, "it is a symbolic link, which is not followed".to_owned());
                    }
                    Ok(_) => {
                        tree.odd.insert(path, "it is not a regular file".to_owned());
                    }
                    Err(error) => {
                        tree.odd.insert(path, error.to_string());
                    }
                }
            }
        }
        tree
    }

    /// Why a path is out of reach, if it or a folder above it is odd.
    pub fn why_odd(&self, path: &str) -> Option<&str> {
        let above = path.match_indices('/').map(|(end, _)| &path[..end]);
        above.chain([path]).chain(["."]).find_map(|part| self.odd.get(part)).map(String::as_str)
    }
}

/// Hashes the files of a listing, on all cores.
pub(crate) fn hash_listed<'a>(dir: &Path, files: impl IntoIterator<Item = &'a String>) -> BTreeMap<String, Hashed> {
    let names: Vec<&String> = files.into_iter().collect();
    let paths: Vec<_> = names.iter().map(|name| dir.join(name)).collect();
    let results = hash_files(&paths, 0);
    names.into_iter().cloned().zip(results.into_iter().map(|result| result.map_err(|error| error.to_string()))).collect()
}

fn here(prefix: &str) -> String {
    if prefix.is_empty() { ".".to_owned() } else { prefix.to_owned() }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Text from outside as it may be printed: control characters, and those that turn the direction of writing, are escaped.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_printed_without_orders_to_the_terminal() {
        assert_eq!(shown("O'Brien \u{e9}.csv"), "O'Brien \u{e9}.csv");
        assert_eq!(shown("a\u{1b}[2J\n\u{202e}b"), "a\\u{1b}[2J\\n\\u{202e}b");
    }

    #[test]
    fn a_file_below_a_link_is_out_of_reach_and_its_neighbour_is_not() {
        let mut tree = Tree::default();
        tree.odd.insert("a/b".to_owned(), "link".to_owned());
        assert_eq!(tree.why_odd("a/b/c/d"), Some("link"));
        assert_eq!(tree.why_odd("a/b"), Some("link"));
        assert_eq!(tree.why_odd("a/bc"), None);
    }
}
