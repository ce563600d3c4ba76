//! Errors at the edge: a message, a hint, an exit code.

use tw_base::{Exit, Refusals};
use tw_case::CaseError;

/// How a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong, in lower case, without a full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The documented exit code.
    pub exit: Exit,
    /// Single refusals, where a strict reader gave several.
    pub refusals: Option<Refusals>,
}

impl Failure {
    /// A failure with a message and an exit code.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit, refusals: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        let (exit, hint, message) = (error.exit(), error.hint(), error.to_string());
        let refusals = match error {
            CaseError::Refused(refusals) => Some(refusals),
            _ => None,
        };
        Self { message, hint, exit, refusals }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Io, format!("failed to write to standard output: {error}"))
    }
}

impl From<tw_law::BookError> for Failure {
    fn from(error: tw_law::BookError) -> Self {
        Self::new(Exit::Bug, error.to_string()).hint("the provisions are part of the program; please report this")
    }
}
