//! Lists that commands look at: the one that comes with the program, files, and what `fetch` keeps.

use std::fs::File;
use std::path::{Path, PathBuf};

use tw_base::{Date, Exit};
use tw_lists::history::{Seen, bundled_facts};
use tw_lists::shelf::{ListFile, ListState, Stock, read};

use crate::Failure;
use crate::cli::ListArgs;
use crate::term::Term;

/// Lists that a user of sanctions data would expect, and how they are called here.
const EXPECTED: &[(&str, &str)] = &[
    ("US-SDN", "US list of specially designated nationals"),
    ("US-CONS", "other lists of the US Treasury"),
    ("UN-SC", "UN Security Council"),
    ("EU", "European Union"),
    ("GB", "United Kingdom"),
];

/// Reads the lists that the command line names.
pub(super) fn load(term: &Term, args: &ListArgs) -> Result<Stock, Failure> {
    let mut files: Vec<ListFile> = Vec::new();
    for given in &args.lists {
        let text =
            given.to_str().ok_or_else(|| Failure::new(Exit::Usage, format!("`{}` is not a name in UTF-8", given.to_string_lossy())))?;
        files.push(ListFile::parse(text));
    }
    if let Some(folder) = &args.folder {
        files.extend(fetched(term, folder)?);
    }
    let mut stock = read(&files, &bundled_facts(), &mut |path: &Path| term.say(&format!("reading {}", path.display())))
        .map_err(super::input::refused)?;
    let replaced = stock.lists.iter().any(|list| list.list == tw_lists::bundled::LIST);
    if !args.no_bundled && !replaced {
        let bundled = tw_lists::bundled::stock();
        stock.entries.extend(bundled.entries);
        stock.lists.extend(bundled.lists);
    }
    if stock.lists.is_empty() {
        return Err(Failure::new(Exit::Usage, "there is no list to look at")
            .hint("`--list FILE`, `--lists DIR` of what `fetch` keeps, or leave out `--no-bundled`"));
    }
    Ok(stock)
}

/// What `fetch` keeps in a folder: a folder for each source, whose manifest says when each capture was made.
fn fetched(term: &Term, folder: &Path) -> Result<Vec<ListFile>, Failure> {
    let unreadable =
        |path: &Path, error: &dyn std::fmt::Display| Failure::new(Exit::Io, format!("failed to read `{}`: {error}", path.display()));
    let mut files = Vec::new();
    let mut sources: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.is_dir() {
            sources.push(path);
        }
    }
    sources.sort();
    for source in sources {
        for record in tw_fetch::read_manifest(&source)? {
            let path = source.join(&record.capture.name);
            let day = record.capture.obtained.get(..10).and_then(|day| day.parse::<Date>().ok());
            let name = record.capture.name.as_str();
            let format =
                File::open(&path).ok().and_then(|file| tw_lists::head(name, file).ok()).and_then(|head| tw_lists::detect(&head, name));
            match (day, format) {
                (Some(day), Some(_)) => files.push(ListFile { path, seen: Some(Seen::from(day)), list: None }),
                _ => term.say(&format!("{}: not read as a list; of OFAC fetch the XML files", path.display())),
            }
        }
    }
    Ok(files)
}

/// One clause for each list that was looked at.
pub(super) fn looked_at(lists: &[ListState]) -> Vec<String> {
    lists
        .iter()
        .map(|list| {
            let states = if list.states == 1 {
                format!("state of {}", list.last)
            } else {
                format!("{} states from {} to {}", list.states, list.first, list.last)
            };
            format!("{}: {} entries, {states}{}", list.list, list.entries, if list.bundled { ", comes with the program" } else { "" })
        })
        .collect()
}

/// What was not looked at: lists that are not there, and days after the last capture.
pub(super) fn not_looked_at(lists: &[ListState], day: Date) -> Vec<String> {
    let mut missing: Vec<String> = EXPECTED
        .iter()
        .filter(|(name, _)| !lists.iter().any(|list| list.list.starts_with(name)))
        .map(|(name, title)| format!("{name} ({title})"))
        .collect();
    for list in lists.iter().filter(|list| list.last < day) {
        missing.push(format!("{} after {}", list.list, list.last));
    }
    for list in lists.iter().filter(|list| day < list.first) {
        missing.push(format!("{} before {}, but for days of listing that are printed or published", list.list, list.first));
    }
    missing.push("owners of the parties (50 percent rule)".to_owned());
    missing
}
