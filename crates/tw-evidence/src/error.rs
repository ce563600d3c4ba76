use std::io;
use std::path::{Path, PathBuf};

use crate::tree::shown;
use thiserror::Error;
use tw_base::{Exit, Refusal, Refusals, Sha256};

/// Why evidence could not be stored, read or packed.
#[derive(Debug, Error)]
pub enum EvidenceError {
    /// The file system said no.
    #[error("could not {action} `{}`: {cause}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system reported.
        cause: io::Error,
    },
    /// The folder does not take writes.
    #[error("`{}` cannot be written to: {cause}", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the system reported.
        cause: io::Error,
    },
    /// The store was opened for reading only.
    #[error("`{}` was opened for reading only", path.display())]
    OpenedReadOnly {
        /// The captures folder.
        path: PathBuf,
    },
    /// Another program is writing to the same store.
    #[error("`{}` is being written to by another run", path.display())]
    Busy {
        /// The captures folder.
        path: PathBuf,
    },
    /// No capture has this hash.
    #[error("no capture {0}")]
    NotCaptured(Sha256),
    /// The bytes on disk are not those that were captured.
    #[error("capture {expected} of `{}` has changed on disk: its bytes now hash to {found}", shown(name))]
    Damaged {
        /// The capture's name, as the user named it.
        name: String,
        /// The hash at capture.
        expected: Sha256,
        /// The hash now.
        found: Sha256,
    },
    /// The layout of folders does not allow the operation.
    #[error("`{}` {reason}", path.display())]
    Layout {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, in one clause.
        reason: &'static str,
        /// What to do next.
        hint: &'static str,
    },
    /// A strict reader or writer refused something; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusals),
}

impl EvidenceError {
    /// What to do next, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Io { .. } => None,
            Self::ReadOnly { .. } => Some("copy the case to a folder that can be written to, or only verify it where it is"),
            Self::OpenedReadOnly { .. } => Some("open the store with `CaptureStore::open` to add captures"),
            Self::Busy { .. } => Some("wait for the other run to end, then try again"),
            Self::NotCaptured(_) => Some("import the file again, or look up its hash in `captures/manifest.jsonl`"),
            Self::Damaged { .. } => Some("restore the capture from a copy, or import the original file again"),
            Self::Layout { hint, .. } => Some(hint),
            Self::Refused(Refusals(list)) => list.first().and_then(|refusal| refusal.hint.as_deref()),
        }
    }

    /// How a command that meets this error ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Io { .. } | Self::ReadOnly { .. } | Self::OpenedReadOnly { .. } | Self::Busy { .. } => Exit::Io,
            Self::NotCaptured(_) => Exit::Nothing,
            Self::Damaged { .. } | Self::Refused(_) => Exit::Refused,
            Self::Layout { .. } => Exit::Usage,
        }
    }

    /// Names the file and what was tried; tells a write to a read-only place apart from other failures.
    pub(crate) fn io(action: &'static str, path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        let writing = action != "read" && action != "list";
        let refused = matches!(cause.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
        if writing && refused { Self::ReadOnly { path, cause } } else { Self::Io { action, path, cause } }
    }

    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self::Refused(Refusals::from(refusal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_to_a_read_only_place_says_so_and_a_read_does_not() {
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        let write = EvidenceError::io("write", Path::new("captures"), denied());
        assert_eq!(write.to_string(), "`captures` cannot be written to: permission denied");
        assert!(write.hint().is_some());
        let medium = EvidenceError::io("create", Path::new("captures"), io::Error::from(io::ErrorKind::ReadOnlyFilesystem));
        assert!(matches!(medium, EvidenceError::ReadOnly { .. }));
        let read = EvidenceError::io("read", Path::new("captures"), denied());
        assert_eq!(read.to_string(), "could not read `captures`: permission denied");
    }
}
