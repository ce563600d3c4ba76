//! Silences: when a ship was not heard, and whether it should have been.
//!
//! [`GapScan`] lists raw silences from sorted batches at the speed of memory; [`gaps`] judges those of one ship.

pub(crate) mod distance;
mod kernel;
mod scan;

pub use kernel::{Around, Gap, GapParameters, gaps, heard_elsewhere, made_up, raise};
pub use scan::{GapScan, RawGap, ScanError};

#[cfg(test)]
mod real;
#[cfg(test)]
mod tests;
