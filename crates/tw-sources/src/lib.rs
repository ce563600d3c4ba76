//! Strict readers from files to tables.
//!
//! [`read_file`] takes the bytes of one CSV file or XLSX workbook and the hash they are kept under, and gives typed rows that each point
//! back at their record. A file is taken whole or not at all: one refused cell refuses the file, and every refusal says where, why, and
//! what to do. Other people's files are read through a [`Mapping`] that is saved beside them.
//!
//! ```
//! use tw_base::Sha256;
//! use tw_sources::{Body, Input, Options, read_file};
//! let file = "supplier,product,period,barrels,tonnes,basis,origin,source\n\
//!             RUS,refined,2018,241114,,reported to the 1718 Committee,published,Yonhap\n";
//! let input = Input { name: "deliveries.csv".to_owned(), body: Body::Bytes(file.as_bytes()), capture: Sha256::from_bytes([0; 32]) };
//! let reading = read_file(input, &Options::default())?;
//! assert_eq!(reading.tables.deliveries[0].data.barrels, Some(241_114.0));
//! assert_eq!(reading.spans[0].1, Some((59, 131)));
//! # Ok::<(), tw_base::Refusals>(())
//! ```

mod card;
mod collect;
mod csv_file;
mod dates;
mod decimal;
mod detect;
mod mapping;
mod read;
mod records;
mod rows;
pub mod sheet;
pub mod ships;
mod xlsx;

#[cfg(test)]
mod bad_input;

pub use card::{Assertion, RatioAssertion, SourceCard, card, cards};
pub use detect::detect_table;
pub use mapping::{Guess, GuessedColumn, Mapping, UnitFactor, guess_mapping};
pub use read::{Body, Input, Limits, Options, Reading, read_file};
