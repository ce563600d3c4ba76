//! The results of the last run, as they lie in the folder.

use std::fs;
use std::path::Path;

use tw_base::nearest;
use tw_detect::Lead;

use crate::error::CaseError;
use crate::run::RunSummary;

/// Reads the leads of a case's last run.
///
/// # Errors
/// If the case was never run, or the file is damaged.
pub fn read_leads(dir: &Path) -> Result<Vec<Lead>, CaseError> {
    let path = dir.join("leads.jsonl");
    let text = read(dir, &path)?;
    let mut leads = Vec::new();
    for (i, line) in text.lines().enumerate() {
        leads.push(serde_json::from_str(line).map_err(|e| CaseError::Damaged { path: path.clone(), why: format!("line {}: {e}", i + 1) })?);
    }
    Ok(leads)
}

/// Reads the summary of a case's last run.
///
/// # Errors
/// If the case was never run, or the file is damaged.
pub fn read_summary(dir: &Path) -> Result<RunSummary, CaseError> {
    let path = dir.join("run.json");
    let text = read(dir, &path)?;
    serde_json::from_str(&text).map_err(|e| CaseError::Damaged { path, why: e.to_string() })
}

fn read(dir: &Path, path: &Path) -> Result<String, CaseError> {
    if !dir.is_dir() {
        return Err(CaseError::NoCase(dir.to_owned()));
    }
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(CaseError::NotRun(dir.to_owned())),
        Err(e) => Err(CaseError::io("read", path, e)),
    }
}

/// Finds a lead by its id, or by the beginning of it if only one fits.
///
/// # Errors
/// If none fits, or several.
pub fn find<'a>(leads: &'a [Lead], id: &str) -> Result<&'a Lead, CaseError> {
    if let Some(exact) = leads.iter().find(|lead| lead.id.eq_ignore_ascii_case(id)) {
        return Ok(exact);
    }
    let mut fitting = leads.iter().filter(|lead| id.len() >= 4 && lead.id.to_lowercase().starts_with(&id.to_lowercase()));
    if let (Some(one), None) = (fitting.next(), fitting.next()) {
        return Ok(one);
    }
    let near = nearest(id, leads.iter().map(|lead| lead.id.as_str())).map(str::to_owned);
    Err(CaseError::Unknown { id: id.to_owned(), near })
}
