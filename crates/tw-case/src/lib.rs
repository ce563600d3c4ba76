//! A case folder: run, review, ranking, dossier and exports.
//!
//! Files of `data/` become captures and rows; rows and law become leads; leads become a dossier. What a run wrote is switched in whole, so a
//! run that is killed at any moment leaves a case that the next run completes.

mod bundled;
mod config;
mod coverage;
mod dossier;
mod error;
mod explain;
mod folder;
mod import;
mod leads;
mod load;
mod reference;
mod review;
mod run;
mod ships;
pub mod trade;
mod verify;

pub use bundled::{Bundled, init, write_bundled};
pub use config::{CONFIG_FILE, Config};
pub use coverage::{Coverage, DetectorCoverage, TableCoverage};
pub use dossier::copy as copy_dossier;
pub use error::CaseError;
pub use explain::{explain, explain_coverage};
pub use folder::Folder;
pub use import::{ImportOptions, Imported, import};
pub use leads::{find, read_leads, read_summary};
pub use load::tables;
pub use reference::{Reference, nearest_reference, provision as provision_text, reference};
pub use review::{Review, review, states};
pub use run::{FileSummary, Results, RunOptions, RunSummary, Step, run};
pub use tw_detect::Lead;
pub use tw_evidence::Method;
pub use verify::{Verified, verify};
