//! `verify`: every hash of a case or dossier, and which leads fall when a byte changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tw_base::{RecordPtr, Sha256, Span};
use tw_detect::Lead;
use tw_evidence::{CaptureStore, RecordSeal, check_seals, hash_file, verify_bag};

use crate::error::CaseError;
use crate::review;

/// What `verify` found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// `case` or `dossier`.
    pub what: &'static str,
    /// Nothing differs.
    pub intact: bool,
    /// Captures looked at.
    pub captures: usize,
    /// Leads looked at.
    pub leads: usize,
    /// Whether the bag is whole, for a dossier.
    pub bag: Option<String>,
    /// Whether the review log is whole, if there is one.
    pub reviews: Option<String>,
    /// What differs, a sentence each.
    pub differences: Vec<String>,
    /// Leads that fall, with the records that changed.
    pub fall: Vec<Fallen>,
    /// Captures that tell who persons are and stay in the case, of a dossier: what rests on them can be checked there only.
    pub elsewhere: Vec<String>,
    /// Leads on a changed capture whose own records did not change: to be run again.
    pub rerun: Vec<String>,
}

/// A lead that no longer rests on its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fallen {
    /// Its id.
    pub lead: String,
    /// Its title.
    pub title: String,
    /// The records, and what became of each.
    pub because: Vec<String>,
}

impl Verified {
    /// The findings as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}: {} captures, {} leads\n", self.what, self.captures, self.leads);
        if let Some(bag) = &self.bag {
            text.push_str(&format!("bag: {bag}\n"));
        }
        if let Some(reviews) = &self.reviews {
            text.push_str(&format!("reviews: {reviews}\n"));
        }
        for difference in &self.differences {
            text.push_str(&format!("differs: {difference}\n"));
        }
        for capture in &self.elsewhere {
            text.push_str(&format!("kept in the case, not here: {capture}\n"));
        }
        for fallen in &self.fall {
            text.push_str(&format!("falls: {}  {} ({})\n", fallen.lead, fallen.title, fallen.because.join("; ")));
        }
        if !self.rerun.is_empty() {
            text.push_str(&format!("to be run again (own records unchanged, capture changed): {}\n", self.rerun.join(", ")));
        }
        text
    }
}

/// Checks a case folder or a dossier.
///
/// # Errors
/// If the folder is neither, or cannot be read. A difference is not an error: it is in the report.
pub fn verify(dir: &Path) -> Result<Verified, CaseError> {
    if dir.join("bagit.txt").is_file() {
        return dossier(dir);
    }
    if dir.join(crate::config::CONFIG_FILE).is_file() {
        return case(dir);
    }
    Err(CaseError::NoCase(dir.to_owned()))
}

/// Where each capture lies.
type Places = BTreeMap<Sha256, PathBuf>;

fn dossier(dir: &Path) -> Result<Verified, CaseError> {
    let bag = verify_bag(dir);
    let mut report = Verified {
        what: "dossier",
        bag: Some(if bag.is_valid() { bag.to_string() } else { "not whole".to_owned() }),
        ..Verified::default()
    };
    if !bag.is_valid() {
        report.differences.extend(bag.to_string().lines().map(str::to_owned));
    }
    let data = dir.join("data");
    let mut places = Places::new();
    let captures = data.join("captures");
    if captures.is_dir() {
        for entry in fs::read_dir(&captures).map_err(|e| CaseError::io("read", &captures, e))? {
            let folder = entry.map_err(|e| CaseError::io("read", &captures, e))?.path();
            let named = folder.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse().ok());
            let file = fs::read_dir(&folder).ok().and_then(|mut files| files.next()).and_then(Result::ok);
            if let (Some(sha256), Some(file)) = (named, file) {
                places.insert(sha256, file.path());
            }
        }
    }
    leads(&data, &places, &mut report);
    Ok(report)
}

fn case(dir: &Path) -> Result<Verified, CaseError> {
    let mut report = Verified { what: "case", ..Verified::default() };
    let captures = dir.join("captures");
    let mut places = Places::new();
    if captures.is_dir() {
        let store = CaptureStore::open_read_only(&captures)?;
        for capture in store.iter() {
            places.insert(capture.sha256, store.path(&capture.sha256));
        }
        for difference in store.verify() {
            let named = store.named_by(&difference).map_or_else(String::new, |c| format!(" (kept from {})", c.name));
            report.differences.push(format!("captures/{difference}{named}"));
        }
    }
    report.reviews = review::chain(dir).map(|chain| match chain {
        Ok(()) => "the chain is whole".to_owned(),
        Err(why) => {
            report.differences.push(format!("case.sqlite: {why}"));
            format!("broken: {why}")
        }
    });
    let bag = dir.join("dossier");
    if bag.join("bagit.txt").is_file() {
        let found = verify_bag(&bag);
        report.bag = Some(if found.is_valid() { found.to_string() } else { "not whole".to_owned() });
        if !found.is_valid() {
            report.differences.extend(found.to_string().lines().map(|line| format!("dossier: {line}")));
        }
    }
    leads(dir, &places, &mut report);
    Ok(report)
}

/// Which leads of `leads.jsonl` fall, by `seals.jsonl` and the captures themselves.
fn leads(dir: &Path, places: &Places, report: &mut Verified) {
    report.captures = places.len();
    let leads: Vec<Lead> = match lines(&dir.join("leads.jsonl")) {
        Ok(leads) => leads,
        Err(why) => return finish(report, Some(why)),
    };
    report.leads = leads.len();
    let seals: Vec<RecordSeal> = match lines(&dir.join("seals.jsonl")) {
        Ok(seals) => seals,
        Err(why) => return finish(report, Some(why)),
    };
    let mut broken = broken(&seals, places);
    // Personal data that were kept in the case are missing by intent.
    let kept = fs::read_to_string(dir.join(crate::dossier::WITHHELD_FILE)).unwrap_or_default();
    for line in kept.lines() {
        if let Some(sha256) = line.split_whitespace().next().and_then(|word| word.parse::<Sha256>().ok())
            && !places.contains_key(&sha256)
        {
            broken.remove(&sha256);
            report.elsewhere.push(line.to_owned());
        }
    }
    for lead in &leads {
        let mut because = BTreeSet::new();
        let mut touched = false;
        for evidence in &lead.evidence {
            let Ok(record) = evidence.record.parse::<RecordPtr>() else {
                because.insert(format!("evidence {} points nowhere", evidence.number));
                continue;
            };
            let Some(capture) = broken.get(&record.capture) else { continue };
            touched = true;
            match capture {
                Broken::Whole(why) => {
                    because.insert(format!("evidence {}: {why}", evidence.number));
                }
                Broken::Records(records) => {
                    let header = RecordPtr { capture: record.capture, span: Span::Row(1) };
                    if records.contains(&record) {
                        because.insert(format!("evidence {}: {} row {} changed", evidence.number, evidence.table, row(&record)));
                    } else if records.contains(&header) {
                        because.insert(format!("evidence {}: the header of {} changed", evidence.number, evidence.table));
                    }
                }
            }
        }
        if !because.is_empty() {
            report.fall.push(Fallen {
                lead: lead.id.clone(),
                title: format!("{}: {}", lead.subject, lead.title),
                because: because.into_iter().collect(),
            });
        } else if touched {
            report.rerun.push(lead.id.clone());
        }
    }
    finish(report, None);
}

fn finish(report: &mut Verified, why: Option<String>) {
    if let Some(why) = why {
        report.differences.push(format!("{why}: which leads fall cannot be said, so none of them can be relied on"));
    }
    report.intact = report.differences.is_empty() && report.fall.is_empty();
}

/// What is wrong with a capture.
enum Broken {
    Whole(String),
    Records(BTreeSet<RecordPtr>),
}

fn broken(seals: &[RecordSeal], places: &Places) -> BTreeMap<Sha256, Broken> {
    let mut by_capture: BTreeMap<Sha256, Vec<RecordSeal>> = BTreeMap::new();
    for seal in seals {
        by_capture.entry(seal.record.capture).or_default().push(seal.clone());
    }
    let mut broken = BTreeMap::new();
    for (sha256, seals) in by_capture {
        let Some(path) = places.get(&sha256) else {
            broken.insert(sha256, Broken::Whole(format!("capture {} is missing", sha256.short())));
            continue;
        };
        match hash_file(path) {
            Ok((found, _)) if found == sha256 => continue,
            Ok(_) => {}
            Err(e) => {
                broken.insert(sha256, Broken::Whole(format!("capture {} cannot be read: {e}", sha256.short())));
                continue;
            }
        }
        let Ok(bytes) = fs::read(path) else { continue };
        let states = check_seals(&seals, &bytes);
        let changed = seals.iter().zip(states).filter(|(_, state)| !state.stands()).map(|(seal, _)| seal.record.clone()).collect();
        broken.insert(sha256, Broken::Records(changed));
    }
    broken
}

fn row(record: &RecordPtr) -> String {
    match &record.span {
        Span::Row(n) | Span::Line(n) => n.to_string(),
        Span::SheetRow(sheet, n) => format!("{n} of sheet {sheet}"),
        Span::Bytes(from, to) => format!("bytes {from}-{to}"),
    }
}

fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("`{}` cannot be read ({e})", path.display()))?;
    let mut items = Vec::new();
    for (i, line) in text.lines().enumerate() {
        items.push(serde_json::from_str(line).map_err(|e| format!("`{}` line {} is damaged ({e})", path.display(), i + 1))?);
    }
    Ok(items)
}
