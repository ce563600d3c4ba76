//! What can go wrong with a case, with the exit code and what to do next.

use std::path::{Path, PathBuf};

use thiserror::Error;
use tw_base::{Exit, Refusal, Refusals};

/// Why a case could not be read, run or written. The case is as it was before.
#[derive(Debug, Error)]
pub enum CaseError {
    /// A file or its content was refused.
    #[error(transparent)]
    Refused(#[from] Refusals),
    /// There is no such folder.
    #[error("no case at `{}`", .0.display())]
    NoCase(PathBuf),
    /// Another process has the case open for writing.
    #[error("the case at `{}` is in use by another run", .0.display())]
    Busy(PathBuf),
    /// The case was never run.
    #[error("the case at `{}` has no results yet", .0.display())]
    NotRun(PathBuf),
    /// No lead of that id.
    #[error("no lead, provision, detector or table is called `{id}`")]
    Unknown {
        /// What was asked for.
        id: String,
        /// A near name, if there is one.
        near: Option<String>,
    },
    /// A folder is in the way.
    #[error("`{}` exists and is not a case of this name", .0.display())]
    InTheWay(PathBuf),
    /// A file or folder could not be read or written.
    #[error("failed to {verb} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        verb: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The evidence store said no.
    #[error(transparent)]
    Evidence(#[from] tw_evidence::EvidenceError),
    /// The table store said no.
    #[error(transparent)]
    Store(#[from] tw_store::StoreError),
    /// The book of provisions is at fault.
    #[error(transparent)]
    Law(#[from] tw_law::BookError),
    /// A file that this program wrote is damaged.
    #[error("`{}` is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl CaseError {
    pub(crate) fn io(verb: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { verb, path: path.to_owned(), source }
    }

    /// The documented exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Refused(_) | Self::Damaged { .. } => Exit::Refused,
            Self::Evidence(error) => error.exit(),
            Self::Store(error) => error.exit(),
            Self::Law(_) => Exit::Bug,
            Self::NoCase(_) | Self::InTheWay(_) => Exit::Usage,
            Self::NotRun(_) | Self::Unknown { .. } => Exit::Nothing,
            Self::Busy(_) | Self::Io { .. } => Exit::Io,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(_) => None,
            Self::Evidence(error) => error.hint().map(str::to_owned),
            Self::Store(error) => error.hint(),
            Self::Law(_) => Some("the provisions are part of the program; please report this".to_owned()),
            Self::NoCase(_) => Some("make one with `tidewaiter init DIR`, or see one with `tidewaiter demo`".to_owned()),
            Self::Busy(_) => Some("wait for it to end".to_owned()),
            Self::NotRun(path) => Some(format!("run it first: `tidewaiter run {}`", path.display())),
            Self::Unknown { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Unknown { .. } => {
                Some("`tidewaiter leads list --case DIR` names the leads, `tidewaiter law list` the provisions".to_owned())
            }
            Self::InTheWay(_) => Some("name another folder with `--out DIR`".to_owned()),
            Self::Io { .. } => Some("check that the folder exists and that you may write to it; the case is as it was".to_owned()),
            Self::Damaged { path, .. } => {
                Some(format!("run the case again; if `{}` came from somebody else, ask for it again", path.display()))
            }
        }
    }
}

impl From<Refusal> for CaseError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}
