//! Reviews of leads, from the append-only log of the case.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use tw_store::{Change, Entry, Reviews, State};

use crate::error::CaseError;
use crate::folder::Folder;
use crate::leads::{find, read_leads};

const LOG: &str = "case.sqlite";

/// A step that a person takes.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// Who.
    pub who: &'a str,
    /// The state it goes to.
    pub state: &'a str,
    /// Why it is dismissed, from the closed list.
    pub reason: Option<&'a str>,
    /// A note.
    pub note: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// Reviews a lead of the last run.
///
/// # Errors
/// If there is no such lead, the step is not allowed, or the log cannot be written; nothing is added then.
pub fn review(case: &Path, id: &str, step: &Review<'_>) -> Result<Entry, CaseError> {
    let leads = read_leads(case)?;
    let lead = find(&leads, id)?;
    let to = State::from_words(step.state, step.reason)?;
    let _folder = Folder::open(case)?;
    let mut log = Reviews::open(&case.join(LOG))?;
    Ok(log.set(&Change { who: step.who, lead: &lead.id, to, note: step.note, at: step.at })?)
}

/// States of the reviewed leads, by id. A case without a log has none.
///
/// # Errors
/// If the log is damaged.
pub fn states(case: &Path) -> Result<BTreeMap<String, String>, CaseError> {
    let path = case.join(LOG);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let states = Reviews::open_read_only(&path)?.states()?;
    Ok(states.into_iter().map(|(id, state)| (id, state.to_string())).collect())
}

/// Whether the chain of the log is whole; `None` if there is no log.
pub(crate) fn chain(case: &Path) -> Option<Result<(), String>> {
    let path = case.join(LOG);
    if !path.exists() {
        return None;
    }
    Some(match Reviews::open_read_only(&path) {
        Ok(log) => log.verify_chain().map_err(|fault| fault.to_string()),
        Err(error) => Err(error.to_string()),
    })
}
