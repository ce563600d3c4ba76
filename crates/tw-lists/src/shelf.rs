//! Several files of lists, in any number of captures, to the entries of each list with their dates.
//!
//! Captures of one list are put into the order of time: what comes and goes between two of them is dated so. A file whose day nobody says counts
//! as captured on the day that it prints itself, else on the day on which the file was last written; either is said in [`FileState::dated`].

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tw_base::{Date, Refusal, Sha256};
use tw_ftm::Entry;

use crate::format::{Format, detect};
use crate::history::{Change, Fact, History, Seen};
use crate::ofac::history::{Op, read_history};
use crate::read::{digest, head, read_path};
use crate::report::{Capture, Report};

/// What `sdn.csv` alone cannot show: alternate names and addresses stand in files of their own.
const OTHER_FILES: &[&str] = &["alias", "weakAlias", "previousName", "address", "country"];

/// A file of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was captured, if somebody says so.
    pub seen: Option<Seen>,
    /// Name of the list or dataset, if it is another than the file's own.
    pub list: Option<String>,
}

impl ListFile {
    /// A file of which nothing more is said.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), seen: None, list: None }
    }

    /// Reads `FILE`, `FILE@2019-01-31` or `FILE@2019-01`. A file whose own name ends like that is taken as it is.
    ///
    /// ```
    /// use tw_lists::shelf::ListFile;
    /// let file = ListFile::parse("sdn.csv@2019-01");
    /// assert_eq!(file.seen.map(|s| s.to_string()), Some("2019-01-01 to 2019-01-31".to_owned()));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if let Some((path, day)) = text.rsplit_once('@')
            && !Path::new(text).exists()
            && let Ok(period) = day.parse::<tw_base::Period>()
        {
            return Self { path: path.into(), seen: Some(Seen { from: period.from(), to: period.last() }), list: None };
        }
        Self::new(text)
    }
}

/// How a file was dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dated {
    /// Whoever gave the file says so.
    Given,
    /// The file prints its own day.
    Printed,
    /// Each change in it has its own day.
    Changes,
    /// The day on which the file was last written.
    FileTime,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct FileState {
    /// Its name, as given.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// When it was captured.
    pub captured: String,
    /// How that is known.
    pub dated: Dated,
    /// What became of its entries.
    pub report: Report,
}

/// A list with the captures that show it.
#[derive(Clone, Debug, Serialize)]
pub struct ListState {
    /// Name of the list.
    pub list: String,
    /// Entries on it at the last state.
    pub entries: usize,
    /// Number of states.
    pub states: usize,
    /// Day of the first state: nothing is known before it, but what the list prints.
    pub first: Date,
    /// Day of the last state: nothing is known after it.
    pub last: Date,
    /// True if it came with the program.
    pub bundled: bool,
    /// Files, in the order of time.
    pub files: Vec<FileState>,
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    /// Entries with their dates: every version that a party can be found by, the newest of each last.
    pub entries: Vec<Entry>,
    /// The lists, by name.
    pub lists: Vec<ListState>,
}

/// Reads files of lists.
///
/// # Errors
/// A file that is no list or cannot be read, captures that do not fit together, dated facts that contradict them: nothing is taken then.
pub fn read(files: &[ListFile], facts: &[Fact], progress: &mut dyn FnMut(&Path)) -> Result<Stock, Refusal> {
    let mut captures: BTreeMap<String, Vec<Captured>> = BTreeMap::new();
    for file in files {
        progress(&file.path);
        let captured = capture(file)?;
        captures.entry(captured.key()).or_default().push(captured);
    }
    let mut stock = Stock::default();
    for (_, mut captured) in captures {
        captured.sort_by_key(|c| (c.seen.to, c.seen.from));
        let (entries, state) = list(captured, facts)?;
        stock.entries.extend(entries);
        stock.lists.push(state);
    }
    stock.lists.sort_by(|a, b| a.list.cmp(&b.list));
    Ok(stock)
}

/// One file, read.
struct Captured {
    list: String,
    name: String,
    sha256: Sha256,
    seen: Seen,
    dated: Dated,
    alone: bool,
    content: Content,
    report: Report,
}

enum Content {
    State(Vec<Entry>),
    Changes(Vec<(Date, Vec<Change>)>),
}

impl Captured {
    /// Captures of one key are states of one list. A file that holds one regulation's part of a list is a list of its own.
    fn key(&self) -> String {
        if self.report.format == Format::EuJournalCsv { format!("{} {}", self.list, self.name) } else { self.list.clone() }
    }
}

fn capture(file: &ListFile) -> Result<Captured, Refusal> {
    let name = file.path.display().to_string();
    let base = file.path.file_name().map_or_else(|| name.clone(), |n| n.to_string_lossy().into_owned());
    let open = || fs::File::open(&file.path).map_err(|error| Refusal::new(&name, format!("it cannot be opened: {error}")));
    let format = detect(&head(&base, open()?)?, &base).ok_or_else(|| {
        Refusal::new(&name, "no list that is known is written like this")
            .hint("formats: OFAC CSV and XML, UN XML, EU XML and Journal CSV, UK CSV and XML, US CSL and DPL, FollowTheMoney JSON lines")
    })?;
    let sha256 = digest(&file.path, &name)?;
    if format == Format::OfacHistory {
        let body = open()?;
        return changes(file, name, &base, sha256, body);
    }
    if format == Format::FtmDelta {
        return Err(
            Refusal::new(&name, "it holds changes of a dataset, and not the dataset").hint("give the dataset; `serve` takes changes")
        );
    }
    let mut entries = Vec::new();
    let report = read_path(&file.path, file.seen.map(|seen| seen.to), file.list.clone(), &mut |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    })?;
    let (seen, dated) = match (file.seen, report.published) {
        (Some(seen), _) => (seen, Dated::Given),
        (None, Some(day)) => (day.into(), Dated::Printed),
        (None, None) => (written(&file.path, &name)?.into(), Dated::FileTime),
    };
    // A list that prints no dates was on it by the day of the capture; the history dates it.
    let alone = format == Format::OfacCsv && !file.path.parent().is_some_and(|dir| has_companion(dir, &base));
    let list = if report.list.is_empty() { base.split('.').next().unwrap_or(&base).to_owned() } else { report.list.clone() };
    Ok(Captured { list, name, sha256, seen, dated, alone, content: Content::State(entries), report })
}

fn has_companion(dir: &Path, base: &str) -> bool {
    let wanted = if base.to_ascii_lowercase().starts_with("cons") { "cons_alt." } else { "alt." };
    let Ok(entries) = fs::read_dir(dir) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().to_ascii_lowercase().starts_with(wanted))
}

fn changes(file: &ListFile, name: String, base: &str, sha256: Sha256, body: fs::File) -> Result<Captured, Refusal> {
    let mut days: Vec<(Date, Vec<Change>)> = Vec::new();
    let whole = Capture { sha256, captured: None, list: file.list.clone() };
    let report = read_history(base, body, &whole, &mut |change| {
        let made = match (change.op, change.entry) {
            (Op::Add, Some(entry)) => Change::Add(entry),
            (Op::Modify, Some(entry)) => Change::Modify(entry),
            _ => Change::Delete(change.id),
        };
        match days.last_mut() {
            Some((day, all)) if *day == change.date => all.push(made),
            _ => days.push((change.date, vec![made])),
        }
        ControlFlow::Continue(())
    })?;
    let (Some(first), Some(last)) = (days.first().map(|d| d.0), days.last().map(|d| d.0)) else {
        return Err(Refusal::new(&name, "it holds no change"));
    };
    Ok(Captured {
        list: report.list.clone(),
        name,
        sha256,
        seen: Seen { from: first, to: last },
        dated: Dated::Changes,
        alone: true,
        content: Content::Changes(days),
        report,
    })
}

/// Day on which a file was last written.
fn written(path: &Path, name: &str) -> Result<Date, Refusal> {
    let time =
        fs::metadata(path).and_then(|m| m.modified()).map_err(|error| Refusal::new(name, format!("its date cannot be read: {error}")))?;
    let moment = jiff::Timestamp::try_from(time).map_err(|error| Refusal::new(name, format!("its date is none: {error}")))?;
    Ok(jiff::tz::Offset::UTC.to_datetime(moment).date())
}

fn list(captured: Vec<Captured>, facts: &[Fact]) -> Result<(Vec<Entry>, ListState), Refusal> {
    let name = captured[0].list.clone();
    let mut history = History::new(&name);
    let first = captured.iter().map(|c| c.seen.to).min().expect("a list has a capture");
    let mut files = Vec::new();
    for one in captured {
        let wrong = |error: crate::history::HistoryError| {
            Refusal::new(&one.name, error.to_string()).hint("check the days of the captures: `FILE@DATE`")
        };
        history.silent_about(if one.alone { OTHER_FILES } else { &[] });
        match one.content {
            Content::State(entries) => history.state(one.seen, entries).map_err(wrong)?,
            Content::Changes(days) => {
                for (number, (day, changes)) in days.into_iter().enumerate() {
                    // The first day of a file of changes tells the whole state.
                    if number == 0 {
                        let state = changes.into_iter().filter_map(|c| match c {
                            Change::Add(entry) | Change::Modify(entry) => Some(entry),
                            Change::Delete(_) => None,
                        });
                        history.state(day, state.collect()).map_err(wrong)?;
                    } else {
                        history.changes(day, changes).map_err(wrong)?;
                    }
                }
            }
        }
        let captured = if one.dated == Dated::Changes { format!("{} to {}", one.seen.from, one.seen.to) } else { one.seen.to_string() };
        files.push(FileState { name: one.name, sha256: one.sha256, captured, dated: one.dated, report: one.report });
    }
    // Facts about entries that none of these captures shows belong to captures that were not given.
    let shown: Vec<Fact> = facts.iter().filter(|f| f.list == name && history.shows(&f.entry)).cloned().collect();
    history.facts(&shown).map_err(|error| Refusal::new(&name, error.to_string()))?;
    let last = history.last().map_or(first, |seen| seen.from);
    let state = ListState { list: name, entries: history.on_list(), states: history.states(), first, last, bundled: false, files };
    Ok((history.entries(), state))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ";

    fn write(dir: &Path, name: &str, text: &str) -> PathBuf {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("written");
        path
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn two_captures_and_the_changes_after_them_date_each_entry() {
        let dir = tempfile::tempdir().expect("a folder");
        let both = format!("1,\"FIRST EXAMPLE\",-0- ,\"CUBA\",{ROW}\n2,\"SECOND EXAMPLE\",-0- ,\"CUBA\",{ROW}\n");
        write(dir.path(), "a/sdn.csv", &both);
        write(dir.path(), "a/alt.csv", "2,7,\"aka\",\"EXAMPLE TWO\",-0- \n");
        let cells = |n: &str, name: &str| {
            format!("[\"{n}\",\"{name}\",\"-0- \",\"CUBA\",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \"]")
        };
        let change = |date: &str, op: &str, n: &str, name: &str| {
            format!("{{\"date\":\"{date}\",\"op\":\"{op}\",\"ent_num\":\"{n}\",\"row\":{}}}\n", cells(n, name))
        };
        let text = change("2021-08-18", "ADD", "2", "SECOND EXAMPLE") + &change("2021-08-20", "ADD", "3", "THIRD EXAMPLE");
        write(dir.path(), "changes.jsonl", &text);
        let files = [
            ListFile::parse(&format!("{}@2019-01-31", dir.path().join("a/sdn.csv").display())),
            ListFile::new(dir.path().join("changes.jsonl")),
        ];
        let stock = read(&files, &[], &mut |_| {}).expect("a list");
        assert_eq!(stock.lists.len(), 1);
        assert_eq!((stock.lists[0].entries, stock.lists[0].states, stock.lists[0].last), (2, 3, day("2021-08-20")));
        let find = |id: &str| stock.entries.iter().filter(|e| e.entity.id == id).collect::<Vec<_>>();
        let status = |id: &str, on: &str| find(id)[0].status(day(on)).expect("a listing").to_string();
        assert_eq!(status("ofac-1", "2019-01-31"), "listed");
        assert_eq!(status("ofac-1", "2020-01-01"), "undetermined");
        assert_eq!(status("ofac-1", "2021-08-18"), "no longer listed");
        assert_eq!(status("ofac-3", "2021-08-18"), "not yet listed");
        assert_eq!(status("ofac-3", "2021-08-19"), "undetermined");
        // The file of changes cannot show the other name: it stays, and nothing was amended.
        let second = find("ofac-2");
        assert_eq!((second.len(), second[0].entity.get("alias")), (1, &["EXAMPLE TWO".to_owned()][..]));
        assert!(second[0].listings[0].amended.is_empty());
    }

    #[test]
    fn a_file_that_is_no_list_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = write(dir.path(), "x.csv", "name,country\nA,B\n");
        assert!(read(&[ListFile::new(path)], &[], &mut |_| {}).is_err());
        assert!(read(&[ListFile::new(dir.path().join("none.xml"))], &[], &mut |_| {}).is_err());
    }
}
