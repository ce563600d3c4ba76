//! AIS: sentences to columns, and the columns that everything about ships is made from.

mod columns;

pub use columns::{
    COG_UNKNOWN, Class, Dimensions, Fix, Fixes, HEADING_UNKNOWN, LAT_UNKNOWN, LON_UNKNOWN, Positions, SOG_UNKNOWN, STATUS_UNKNOWN, Static,
    UNITS_PER_DEGREE,
};
