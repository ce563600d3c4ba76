//! Dated provisions to verdicts with proof trees.
//!
//! Goes in: provisions (`law/<regime>/<id>.toml`) and [`Facts`] about an act. Comes out: a [`Proof`] with a [`Verdict`] and the tree of
//! reasons for it. A verdict never skips an open exception, and nothing absent is read as zero, as no, or as compliant.
//!
//! ```
//! use tw_law::Book;
//! let book = Book::from_files([])?;
//! assert!(book.is_empty());
//! # Ok::<(), tw_law::BookError>(())
//! ```

mod book;
pub(crate) mod date;
mod eval;
mod model;
mod query;
mod scenario;

pub use book::{Book, BookError, Fault};
pub use eval::{Node, OpenElement, OpenException, Proof, ReportStatus, ReportingOutcome, Verdict, evaluate};
pub use model::*;
pub use query::{Change, ChangeKind};
pub use scenario::{Expect, Outcome, Piece, Scenario, ScenarioError, parse, pieces, run};
