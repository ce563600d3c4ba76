//! The typed tables of a case: what each column means, how a cell is read, and how a row is stored.
//!
//! A table is declared once, with [`tables!`]. The declaration gives the row type, the strict reader of a row of text, the Arrow schema,
//! and the reference page. Every table carries the provenance columns of [`PROVENANCE`] beside its own.
//!
//! ```
//! use tw_tables::{Delivery, Table};
//! let row = |name: &str| match name {
//!     "supplier" => Some("RUS"),
//!     "product" => Some("refined"),
//!     "period" => Some("2024-01"),
//!     "barrels" => Some("15279"),
//!     "basis" => Some("reported to the 1718 Committee"),
//!     _ => None,
//! };
//! let delivery = Delivery::read(&row).expect("a valid row");
//! assert_eq!(delivery.barrels, Some(15_279.0));
//! ```

mod arrow;
mod cell;
mod declare;
mod schema;

pub use arrow::{batch, schema};
pub use cell::{Cell, CellFault, CellKind, Value, ValueType};
pub use declare::{ColumnDef, Row, Table, TableDef};
pub use schema::*;
