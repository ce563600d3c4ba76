//! Parquet tables, SQL over a case, and the review log.
//!
//! Four things live here, and nothing else does:
//!
//! - [`parquet`]: typed tables to files and back, the same bytes for the same rows;
//! - [`sql`]: questions to those files, read only, with [`Answer`]s as JSON, CSV or text;
//! - [`positions`]: positions of ships, in the layout that kernels scan;
//! - [`reviews`]: what persons decided about leads, in a log that nobody can change unnoticed.
//!
//! Everything blocks: the engine's runtime is hidden inside [`Sql`]. Nothing here reads a clock or opens a connection.

pub mod answer;
mod error;
#[cfg(test)]
mod fixture;
pub mod parquet;
pub mod positions;
pub mod reviews;
pub mod sql;
pub mod state;
pub mod statics;

pub use answer::{Answer, to_csv, to_json, to_table};
pub use error::StoreError;
pub use parquet::{read_schema, read_table, write_table, write_table_with_metadata, write_tables};
pub use reviews::{ChainFault, Change, Entry, Head, Reviews};
pub use sql::{Sql, SqlOptions};
pub use state::{REASONS, Reason, Stage, State};
pub use statics::{read_statics, write_statics};
