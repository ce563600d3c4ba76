//! Reports that were due, and series that stopped.

pub(crate) mod missing;
