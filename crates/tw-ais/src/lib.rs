//! AIS: sentences to columns, and the columns that everything about ships is made from.
//!
//! A [`Decoder`] takes the bytes of a file in pieces of any size and has two ways out: [`Columns`], what an import needs (positions and
//! static reports), and [`Tables`], every field of every message as Arrow record batches, one table a [`Family`]. Every line is a record,
//! a comment, another sentence or a counted and located refusal: see [`Counts`].
//!
//! ```
//! use tw_ais::{Columns, Decoder, Kept, Options};
//!
//! let mut decoder = Decoder::new(Options::default(), Columns::new(0, Kept::default()));
//! decoder.push(b"!AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A,r003669987,1152921693\n")?;
//! let end = decoder.finish()?;
//! let kept = end.out.into_sink();
//! assert_eq!((kept.positions.mmsi[0], kept.positions.t[0]), (311_321_000, 1_152_921_693));
//! assert_eq!(end.stations, ["r003669987"]);
//! # Ok::<(), std::convert::Infallible>(())
//! ```

mod assemble;
mod bits;
mod column;
mod columns;
mod counts;
mod decoder;
mod lean;
mod nmea;
mod position;
mod stations;
mod tables;

pub use assemble::{MAX_BETWEEN, TIMEOUT_MS};
pub use bits::{ARMOUR_FIRST, ARMOUR_HIGH_FIRST, ARMOUR_LAST, ARMOUR_LOW_LAST, MAX_CHARS, armour, text_char};
pub use columns::{
    COG_UNKNOWN, Class, Dimensions, Fix, Fixes, HEADING_UNKNOWN, LAT_UNKNOWN, LON_UNKNOWN, Positions, SOG_UNKNOWN, STATUS_UNKNOWN, Static,
    UNITS_PER_DEGREE,
};
pub use counts::{Counts, EXAMPLES, Reason, Refused};
pub use decoder::{Collect, Decoder, Finished, LINE_LIMIT, Options};
pub use lean::{BATCH, ColumnSink, Columns, JOIN_SECONDS, Kept};
pub use tables::{ColumnDoc, Family, TableSink, Tables};
