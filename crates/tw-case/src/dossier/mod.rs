//! The dossier: the frozen, shareable folder. A valid BagIt bag that opens without a network and without this program.

mod charts;
#[cfg(test)]
mod example;
mod exhibits;
mod exports;
mod files;
mod map;
mod page;
#[cfg(test)]
mod tests;
mod track;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use tw_detect::Lead;
use tw_evidence::{Capture, RecordSeal};
use tw_law::Book;
use tw_tables::Tables;

use exhibits::Exhibits;
pub(crate) use files::WITHHELD_FILE;
pub(crate) use track::{LeadTrack, MAPS};

use crate::config::Config;
use crate::error::CaseError;
use crate::run::RunSummary;

/// Everything that goes into a dossier.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The configuration of the case.
    pub config: &'a Config,
    /// The summary of the run: accounts, coverage, files, versions.
    pub summary: &'a RunSummary,
    /// The leads, in the order of the queue.
    pub leads: &'a [Lead],
    /// The tracks of the ships that leads are about, in the order of the leads.
    pub tracks: &'a [LeadTrack],
    /// The rows that were known on the day of the answer.
    pub tables: &'a Tables,
    /// The book of provisions.
    pub book: &'a Book,
    /// States of reviewed leads, by id; absent is `lead`.
    pub states: &'a BTreeMap<String, String>,
    /// The captures of this run.
    pub captures: &'a [Capture],
    /// Seals of every record that a lead rests on.
    pub seals: &'a [RecordSeal],
    /// Where the captures lie, to be copied.
    pub captures_dir: &'a Path,
    /// The moment of the run.
    pub made: Timestamp,
}

/// Writes a dossier into a folder that does not exist yet.
///
/// # Errors
/// If it cannot be written.
pub fn write(dir: &Path, input: &Input<'_>) -> Result<(), CaseError> {
    let exhibits = Exhibits::read(input)?;
    std::fs::create_dir(dir).map_err(|e| CaseError::io("make", dir, e))?;
    files::write_all(&dir.join("data"), input, &exhibits)?;
    crate::run::write(&dir.join("index.html"), page::render(input, &exhibits).as_bytes())?;
    tw_evidence::write_bag(dir, &bag_info(input))?;
    Ok(())
}

/// The lines of `bag-info.txt`. Who sends it is not known here, so it is not named.
fn bag_info(input: &Input<'_>) -> Vec<(&'static str, String)> {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let day = jiff::tz::Offset::UTC.to_datetime(input.made).date();
    vec![
        ("Bagging-Date", day.to_string()),
        (
            "External-Description",
            line(&format!(
                "{}: leads as of {}. TLP:{}. Leads are machine output for review, not findings.",
                input.config.title, input.summary.as_of, input.config.tlp
            )),
        ),
        ("Bag-Software-Agent", format!("tidewaiter {}", input.summary.tidewaiter)),
    ]
}

/// Copies the dossier of a case's last run to a folder that does not exist yet, whole or not at all.
///
/// # Errors
/// If the case was never run, the folder exists, or it cannot be written.
pub fn copy(case: &Path, out: &Path) -> Result<(), CaseError> {
    let from = case.join("dossier");
    if !from.is_dir() {
        return Err(CaseError::NotRun(case.to_owned()));
    }
    if out.exists() {
        return Err(CaseError::InTheWay(out.to_owned()));
    }
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let staging =
        tempfile::Builder::new().prefix(".dossier-").tempdir_in(parent).map_err(|e| CaseError::io("make a folder in", parent, e))?;
    let copy = staging.path().join("dossier");
    copy_tree(&from, &copy)?;
    std::fs::rename(&copy, out).map_err(|e| CaseError::io("write", out, e))
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), CaseError> {
    std::fs::create_dir(to).map_err(|e| CaseError::io("make", to, e))?;
    for entry in std::fs::read_dir(from).map_err(|e| CaseError::io("read", from, e))? {
        let entry = entry.map_err(|e| CaseError::io("read", from, e))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).map_err(|e| CaseError::io("copy", &source, e))?;
        }
    }
    Ok(())
}
