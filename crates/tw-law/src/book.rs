use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};
use thiserror::Error;
use tw_base::nearest;

use crate::model::{Provision, Test};

mod check;

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../law");

/// All provisions by id. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Book {
    provisions: Arc<BTreeMap<String, Provision>>,
}

/// One thing wrong in a provision file: where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Fault {
    /// File as `<regime>/<id>.toml`.
    pub file: String,
    /// Line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// Column, counted from 1, where it is known.
    pub column: Option<usize>,
    /// What is wrong, in one clause.
    pub reason: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Fault {
    pub(crate) fn new(file: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None, reason: reason.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let (Some(_), Some(column)) = (self.line, self.column) {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.reason)?;
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

/// Every fault of a book; never empty. Nothing of the book is kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct BookError {
    /// The faults, by file.
    pub faults: Vec<Fault>,
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.faults.len();
        write!(f, "the provisions have {count} {}", if count == 1 { "fault" } else { "faults" })?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl Book {
    /// The provisions that ship with the program. Read once, then shared.
    ///
    /// # Errors
    /// If a bundled file is at fault, which the tests of this crate rule out.
    pub fn bundled() -> Result<Self, BookError> {
        static READ: OnceLock<Result<Book, BookError>> = OnceLock::new();
        READ.get_or_init(|| Self::from_files(Self::bundled_files())).clone()
    }

    /// The bundled files as `(<regime>/<id>.toml, text)`, in order.
    pub fn bundled_files() -> Vec<(&'static str, &'static str)> {
        let mut files = Vec::new();
        collect(&BUNDLED, &mut files);
        files.sort_unstable();
        files
    }

    /// The provisions of a folder: every `<regime>/<id>.toml` below it.
    ///
    /// # Errors
    /// If a file cannot be read or is at fault. All faults are given at once.
    pub fn from_dir(path: &Path) -> Result<Self, BookError> {
        let mut paths = Vec::new();
        walk(path, &mut paths).map_err(|fault| BookError { faults: vec![fault] })?;
        paths.sort_unstable();
        let mut files = Vec::new();
        let mut faults = Vec::new();
        for full in paths {
            let name = full.strip_prefix(path).unwrap_or(&full).to_string_lossy().replace('\\', "/");
            match std::fs::read_to_string(&full) {
                Ok(text) => files.push((name, text)),
                Err(error) => faults.push(Fault::new(name, format!("cannot be read: {error}"))),
            }
        }
        if !faults.is_empty() {
            return Err(BookError { faults });
        }
        Self::from_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// The provisions of files given as `(<regime>/<id>.toml, text)`.
    ///
    /// # Errors
    /// If any is at fault. All faults are given at once.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BookError> {
        let mut provisions = BTreeMap::new();
        let mut faults = Vec::new();
        for (file, text) in files {
            match toml::from_str::<Provision>(text) {
                Err(error) => faults.push(syntax_fault(file, text, &error)),
                Ok(provision) => {
                    check::place(file, &provision, &mut faults);
                    check::provision(file, &provision, &mut faults);
                    if provisions.insert(provision.id.clone(), provision).is_some() {
                        faults.push(Fault::new(file, "another file has the same id"));
                    }
                }
            }
        }
        // References only make sense among files that are sound themselves.
        if faults.is_empty() {
            check::references(&provisions, &mut faults);
        }
        if !faults.is_empty() {
            faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
            return Err(BookError { faults });
        }
        Ok(Self { provisions: Arc::new(provisions) })
    }

    /// The provision with an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Provision> {
        self.provisions.get(id)
    }

    /// The known id nearest to a mistyped one.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.provisions.keys().map(String::as_str))
    }

    /// All provisions, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Provision> {
        self.provisions.values()
    }

    /// How many provisions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.provisions.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.provisions.is_empty()
    }

    /// The provisions that a provision depends on, directly or through others, before it. Empty for most.
    pub(crate) fn dependencies<'a>(&'a self, provision: &'a Provision) -> Vec<&'a Provision> {
        let mut order = Vec::new();
        let mut seen = BTreeSet::from([provision.id.as_str()]);
        self.collect_dependencies(provision, &mut seen, &mut order);
        order
    }

    fn collect_dependencies<'a>(&'a self, provision: &'a Provision, seen: &mut BTreeSet<&'a str>, order: &mut Vec<&'a Provision>) {
        let Test::DependsOn { any_of } = &provision.test else { return };
        for id in any_of {
            if let Some(next) = self.get(id).filter(|next| seen.insert(next.id.as_str())) {
                self.collect_dependencies(next, seen, order);
                order.push(next);
            }
        }
    }
}

fn collect<'a>(dir: &'a Dir<'a>, files: &mut Vec<(&'a str, &'a str)>) {
    for file in dir.files() {
        let path = file.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        if let Some(name) = path.to_str() {
            // What is no text is read as empty, and refused as such.
            files.push((name, file.contents_utf8().unwrap_or_default()));
        }
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

fn walk(dir: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let fail = |error: std::io::Error| Fault::new(dir.display().to_string(), format!("cannot be read: {error}"));
    for entry in std::fs::read_dir(dir).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    Ok(())
}

fn syntax_fault(file: &str, text: &str, error: &toml::de::Error) -> Fault {
    let message = error.message().trim();
    let unknown = quoted_after(message, "unknown field `").or_else(|| quoted_after(message, "unknown variant `"));
    let start = error.span().map(|span| span.start);
    let at = unknown.and_then(|word| find_word(text, word, start.unwrap_or(0))).or(start);
    let mut fault = Fault::new(file, message.replace('\n', " "));
    if let Some(offset) = at {
        let (line, column) = line_and_column(text, offset);
        fault.line = Some(line);
        fault.column = Some(column);
    }
    if let Some(word) = unknown {
        let known = message.split_once("expected").map_or("", |(_, rest)| rest).split('`').skip(1).step_by(2);
        fault.hint = nearest(word, known).map(|near| format!("did you mean `{near}`?"));
    }
    fault
}

fn quoted_after<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    rest.split('`').next()
}

/// The first place at or after `from` where a word stands alone, as a key or as a value.
fn find_word(text: &str, word: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let alone = |at: usize| {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !rest[..at].ends_with(part) && !rest[at + word.len()..].starts_with(part)
    };
    rest.match_indices(word).map(|(at, _)| at).find(|at| alone(*at)).map(|at| from + at)
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests;
