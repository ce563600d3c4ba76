use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use tw_base::Exit;
use tw_evidence::EvidenceError;

/// Why a source could not be fetched. Addresses are shown without tokens and signatures.
#[derive(Debug, Error)]
pub enum FetchError {
    /// No card has this id.
    #[error("no source `{id}`")]
    UnknownSource {
        /// As the user wrote it.
        id: String,
        /// What to do next.
        hint: String,
    },
    /// The table of sources is wrong.
    #[error("sources.toml: {reason}")]
    Card {
        /// What is wrong, in one clause.
        reason: String,
    },
    /// What was asked for cannot be asked.
    #[error("{reason}")]
    Asked {
        /// Why, in one clause.
        reason: String,
    },
    /// The licence asks for consent that was not given.
    #[error("`{id}` is under {licence}, which was not accepted")]
    LicenceNotAccepted {
        /// The source.
        id: String,
        /// Its licence.
        licence: String,
        /// What to do next.
        hint: String,
    },
    /// The address needs the user's own token.
    #[error("`{id}` needs a token, and none was given or it has characters that no token has")]
    Token {
        /// The source.
        id: String,
        /// Where to get one.
        hint: String,
    },
    /// The policy allows no connection.
    #[error("`{id}` was not fetched: the program is offline")]
    Offline {
        /// The source.
        id: String,
    },
    /// The policy does not allow this address.
    #[error("`{id}`: the address {address} is not allowed: {why}")]
    NotAllowed {
        /// The source.
        id: String,
        /// The address, without its query.
        address: String,
        /// Why, in one clause.
        why: &'static str,
    },
    /// More redirects than allowed, or one that leads nowhere.
    #[error("`{id}`: {why}")]
    Redirect {
        /// The source.
        id: String,
        /// Why, in one clause.
        why: String,
    },
    /// The server answered with a status that is no success.
    #[error("`{id}`: the server answered with status {status}")]
    Status {
        /// The source.
        id: String,
        /// The status.
        status: u16,
    },
    /// The server asks to wait longer than allowed.
    #[error("`{id}`: the server answered with status {status} and asks to wait {seconds} seconds")]
    Wait {
        /// The source.
        id: String,
        /// The status.
        status: u16,
        /// What it asks for.
        seconds: u64,
    },
    /// No connection, or it broke or fell silent before an answer came.
    #[error("`{id}`: no answer: {why}")]
    Connection {
        /// The source.
        id: String,
        /// What the client reported.
        why: String,
    },
    /// The body ended early. What came is kept for the next try if the server named a version of it.
    #[error("`{id}`: the transfer broke after {got} bytes{}: {why}", expected.map(|n| format!(" of {n}")).unwrap_or_default())]
    Cut {
        /// The source.
        id: String,
        /// Bytes that are there.
        got: u64,
        /// Bytes that were announced, if any were.
        expected: Option<u64>,
        /// What the client reported.
        why: String,
    },
    /// The answer contradicts itself or the request.
    #[error("`{id}`: the server's answer is not usable: {why}")]
    Answer {
        /// The source.
        id: String,
        /// Why, in one clause.
        why: String,
    },
    /// The body is larger than the card allows.
    #[error("`{id}`: the file is larger than the {limit} bytes that its card allows")]
    TooLarge {
        /// The source.
        id: String,
        /// Limit in bytes.
        limit: u64,
    },
    /// The body is evidently not what the card promises.
    #[error("`{id}`: {why}")]
    Content {
        /// The source.
        id: String,
        /// Why, in one clause.
        why: String,
    },
    /// Another run fetches the same source into the same folder.
    #[error("`{}` is being written to by another run", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// The record of earlier captures cannot be read.
    #[error("`{}`, line {line}: {why}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong, in one clause.
        why: String,
    },
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
    /// Evidence could not be stored.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

impl FetchError {
    /// What to do next, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::UnknownSource { hint, .. } | Self::LicenceNotAccepted { hint, .. } | Self::Token { hint, .. } => Some(hint),
            Self::Offline { .. } => Some("leave `--offline` out, or put the file into the case by hand"),
            Self::NotAllowed { .. } => Some("the publisher may have moved the file: get it by hand, check it, and report the new address"),
            Self::Status { status: 401 | 403, .. } => {
                Some("the server wants a token or another network; get the file by hand if a browser can")
            }
            Self::Status { status: 404 | 410, .. } => {
                Some("the publisher may have moved the file: look on its page, and report the new address")
            }
            Self::Wait { .. } => Some("try again later"),
            Self::Connection { .. } => Some("check the network and the proxy (`HTTPS_PROXY`), then try again"),
            Self::Cut { .. } => Some("try again: the transfer goes on where it broke if the server allows it"),
            Self::Content { .. } | Self::TooLarge { .. } => {
                Some("nothing was kept; open the address in a browser and see what the publisher says")
            }
            Self::Busy { .. } => Some("wait for the other run to end, then try again"),
            Self::Manifest { .. } => Some("restore the manifest from a copy, or move the folder away and fetch again"),
            Self::Evidence(error) => error.hint(),
            Self::Card { .. }
            | Self::Asked { .. }
            | Self::Redirect { .. }
            | Self::Status { .. }
            | Self::Answer { .. }
            | Self::Io { .. } => None,
        }
    }

    /// How a command that meets this error ends, if nothing else went wrong.
    ///
    /// A source that could not be reached is `Incomplete`: what was asked for was not looked at. Bytes that came and were not taken are
    /// `Refused`.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::UnknownSource { .. }
            | Self::Card { .. }
            | Self::Asked { .. }
            | Self::LicenceNotAccepted { .. }
            | Self::Token { .. }
            | Self::Offline { .. } => Exit::Usage,
            Self::Redirect { .. } | Self::Status { .. } | Self::Wait { .. } | Self::Connection { .. } | Self::Cut { .. } => {
                Exit::Incomplete
            }
            Self::NotAllowed { .. } | Self::Answer { .. } | Self::TooLarge { .. } | Self::Content { .. } | Self::Manifest { .. } => {
                Exit::Refused
            }
            Self::Busy { .. } | Self::Io { .. } => Exit::Io,
            Self::Evidence(error) => error.exit(),
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), cause }
    }
}
