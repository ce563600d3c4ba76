use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::FetchError;
use crate::fetcher::{Fetcher, Job, Outcome, is_version};
use crate::policy::{Place, parse};
use crate::source::{Kind, Source};

/// The changes from one version of a source to its newest, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deltas {
    /// The version that the caller has.
    pub from: String,
    /// The newest version that is listed; `from` if there is nothing newer.
    pub to: String,
    /// One capture a version after `from`, in order. Empty if there is nothing newer, or there is a gap.
    pub steps: Vec<Outcome>,
    /// Why the changes do not lead from the version that the caller has to the newest: fetch the whole file. Nothing was fetched but lists.
    pub gap: Option<String>,
}

/// What is read of `index.json`.
#[derive(Deserialize)]
struct Index {
    delta_url: Option<String>,
    versions: Option<BTreeMap<String, String>>,
}

impl Fetcher {
    /// Brings the changes since `have` into `<dir>/<source>/deltas/`, each with its version in the manifest there.
    ///
    /// The list of changes names, by version, the file that leads to that version from the one before. Versions begin with their time, so that
    /// their order is that of their text. The list must reach back to `have` or beyond: otherwise a change may be missing between, and
    /// [`Deltas::gap`] says so. Changes that were captured before are not fetched again.
    ///
    /// Source of the format: OpenSanctions, documentation of delta files; `yente` reads them so.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`]; also if the card names no list of changes, or the list is not one. The changes fetched before the error stay.
    pub fn fetch_deltas(&self, source: &Source, have: &str, dir: &Path, now: Timestamp) -> Result<Deltas, FetchError> {
        self.permit(source)?;
        let unfit = |why: String| FetchError::Answer { id: source.id.clone(), why };
        let Some(address) = &source.delta_index else {
            return Err(FetchError::Asked { reason: format!("`{}` has no list of changes; fetch the whole file", source.id) });
        };
        if !is_version(have) {
            let reason = format!("`{}` is no version, such as 20310330120000-abc", have.chars().take(40).collect::<String>());
            return Err(FetchError::Asked { reason });
        }
        let folder = dir.join(&source.id);
        let list = |name: &str, address: &str, named_by: Option<Place>| {
            let job = Job {
                source,
                folder: folder.join(name),
                shown: address.to_owned(),
                address: address.to_owned(),
                named_by,
                version: None,
                kind: Kind::Json,
                min_bytes: 2,
                roots: &[],
            };
            let outcome = self.run(&job, now)?;
            let text = fs::read(&outcome.path).map_err(|cause| FetchError::io("read", &outcome.path, cause))?;
            serde_json::from_slice::<Index>(&text).map_err(|error| unfit(format!("its list of changes cannot be read: {error}")))
        };
        let first = parse(address).ok();
        let mut index = list("index", address, None)?;
        let mut named_by = first.clone();
        if index.versions.is_none() {
            let Some(next) = index.delta_url else { return Err(unfit("its index names no list of changes".to_owned())) };
            named_by = parse(&next).ok();
            index = list("delta-index", &next, first)?;
        }
        let Some(versions) = index.versions else { return Err(unfit("its list of changes has no `versions`".to_owned())) };
        if let Some(bad) = versions.keys().find(|version| !is_version(version)) {
            return Err(unfit(format!("`{}` is no version", bad.chars().take(40).collect::<String>())));
        }
        let newest = versions.keys().next_back().filter(|newest| newest.as_str() > have).map_or(have, String::as_str);
        let mut deltas = Deltas { from: have.to_owned(), to: newest.to_owned(), steps: Vec::new(), gap: None };
        if newest == have {
            return Ok(deltas);
        }
        let oldest = versions.keys().next().map_or("", String::as_str);
        if oldest > have {
            deltas.gap = Some(format!("the list begins with {oldest}, after {have}"));
            return Ok(deltas);
        }
        let needed: Vec<_> = versions.iter().filter(|(version, _)| version.as_str() > have).collect();
        if needed.len() > self.settings.deltas {
            deltas.gap =
                Some(format!("{} changes since {have}, more than the {} that are fetched one by one", needed.len(), self.settings.deltas));
            return Ok(deltas);
        }
        for (version, address) in needed {
            let job = Job {
                source,
                folder: folder.join("deltas"),
                shown: address.clone(),
                address: address.clone(),
                named_by: named_by.clone(),
                version: Some(version.clone()),
                kind: Kind::Jsonl,
                min_bytes: 0,
                roots: &[],
            };
            deltas.steps.push(self.run(&job, now)?);
        }
        Ok(deltas)
    }
}
