use thiserror::Error;
use tw_base::{Exit, nearest};

use crate::reviews::ChainFault;
use crate::state::Stage;

/// Why the store did not do what was asked.
///
/// [`StoreError::hint`] says what to do, and [`StoreError::exit`] how a command ends.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not a Parquet file, or a damaged one.
    #[error("{path}: not a readable Parquet file: {message}")]
    Parquet {
        /// The file.
        path: String,
        /// What the reader said.
        message: String,
    },
    /// A file of a table does not have that table's columns.
    #[error("{path}: not the table `{table}`: {why}")]
    Schema {
        /// The file.
        path: String,
        /// The table that its name promises.
        table: String,
        /// The first difference.
        why: String,
    },
    /// A table of that name is there already.
    #[error("there is already a table `{name}`")]
    TableTaken {
        /// The name.
        name: String,
    },
    /// The query asks for a table that the case does not have.
    #[error("there is no table `{name}`")]
    UnknownTable {
        /// As written in the query.
        name: String,
        /// The tables there are.
        known: Vec<String>,
    },
    /// The query asks for a column that its tables do not have.
    #[error("there is no column `{name}`")]
    UnknownColumn {
        /// As written in the query.
        name: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// The statement would change something, or read outside the case.
    #[error("`{statement}` is not allowed: a query only reads the tables of the case")]
    NotReadOnly {
        /// Its first word.
        statement: String,
    },
    /// The query holds no statement, or more than one.
    #[error("one statement was expected, {count} were given")]
    Statements {
        /// How many.
        count: usize,
    },
    /// The query is longer than any person writes.
    #[error("the query has {length} {what}, and {limit} are the most that is taken")]
    TooLong {
        /// Its length.
        length: usize,
        /// In what: `bytes`, or `words and signs`.
        what: &'static str,
        /// The most that is taken.
        limit: usize,
    },
    /// The query could not be read as SQL.
    #[error("not readable as SQL: {message}")]
    Syntax {
        /// What the parser said.
        message: String,
    },
    /// The query could be read, but not answered.
    #[error("the query failed: {message}")]
    Query {
        /// What the engine said.
        message: String,
    },
    /// The query needed more memory than it may have.
    #[error("the query needs more than {limit} bytes of memory")]
    Memory {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The query took longer than it may.
    #[error("the query took longer than {seconds} s")]
    Timeout {
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The engine stopped on this query: a bug.
    #[error("the engine stopped: {message}")]
    Engine {
        /// What it said.
        message: String,
    },
    /// A file is not a review log of this program.
    #[error("{path}: not a review log: {why}")]
    NotALog {
        /// The file.
        path: String,
        /// What was found.
        why: String,
    },
    /// The review log could not be read or written.
    #[error("{path}: {message}")]
    Log {
        /// The file.
        path: String,
        /// What the database said.
        message: String,
        /// Whether another program holds it.
        busy: bool,
    },
    /// The review log was changed behind this program's back.
    #[error("the review log is broken: {0}")]
    Chain(#[from] ChainFault),
    /// A lead cannot go from its state to that one.
    #[error("{lead} cannot go from {from} to {to}: {why}")]
    Transition {
        /// The lead.
        lead: String,
        /// Where it is.
        from: Stage,
        /// Where it was to go.
        to: Stage,
        /// Why not.
        why: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A word is not on its closed list.
    #[error("`{word}` is not a {what}")]
    UnknownWord {
        /// The word given.
        word: String,
        /// What it was to be.
        what: &'static str,
        /// The closed list.
        known: Vec<String>,
    },
    /// A field of a review cannot be taken.
    #[error("the {field} cannot be taken: {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// Why not.
        why: String,
    },
}

impl StoreError {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), source }
    }

    /// What to do about it, if anything in particular.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { .. } | Self::Engine { .. } | Self::Query { .. } | Self::Field { .. } => None,
            Self::Parquet { .. } | Self::Schema { .. } => {
                Some("tables are made from data: run the case again to write them anew".to_owned())
            }
            Self::TableTaken { .. } => Some("choose another name".to_owned()),
            Self::UnknownTable { name, known } => Some(choices("tables", name, known)),
            Self::UnknownColumn { known, .. } if known.is_empty() => None,
            Self::UnknownColumn { name, known } => Some(choices("columns", name, known)),
            Self::NotReadOnly { .. } => Some("use SELECT, WITH, EXPLAIN, SHOW or DESCRIBE".to_owned()),
            Self::Statements { .. } => Some("give one SELECT, WITH, EXPLAIN, SHOW or DESCRIBE".to_owned()),
            Self::TooLong { .. } => Some("join with a table instead of listing values".to_owned()),
            Self::Syntax { message } if message.contains("ecursion") || message.contains("nested") => {
                Some("nest less deeply, or name the parts in WITH".to_owned())
            }
            Self::Syntax { .. } => Some("text is written in single quotes, names that need it in double quotes".to_owned()),
            Self::Memory { .. } | Self::Timeout { .. } => Some("narrow the query with WHERE, join on equal keys, or add LIMIT".to_owned()),
            Self::NotALog { .. } => Some("nothing was changed; move the file away to begin a new log".to_owned()),
            Self::Log { busy: true, .. } => Some("another program is writing to it: try again".to_owned()),
            Self::Log { .. } => None,
            Self::Chain(_) => Some("nothing was changed; compare the file with a copy made before that entry".to_owned()),
            Self::Transition { hint, .. } => hint.clone(),
            Self::UnknownWord { word, known, what } => Some(choices(&format!("{what}s"), word, known)),
        }
    }

    /// How a command ends that met it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Io { .. } => Exit::Io,
            Self::Engine { .. } => Exit::Bug,
            Self::Log { .. } => Exit::Io,
            Self::Parquet { .. } | Self::Schema { .. } | Self::NotALog { .. } | Self::Chain(_) => Exit::Refused,
            _ => Exit::Usage,
        }
    }
}

fn choices(what: &str, word: &str, known: &[String]) -> String {
    if known.is_empty() {
        return format!("there are no {what}");
    }
    let last = word.rsplit('.').next().unwrap_or(word);
    let near = nearest(word, known.iter().map(String::as_str)).or_else(|| {
        let short = known.iter().map(|name| name.rsplit('.').next().unwrap_or(name));
        nearest(last, short)
    });
    let list = known.join(", ");
    near.map_or_else(|| format!("{what}: {list}"), |near| format!("did you mean `{near}`? {what}: {list}"))
}
