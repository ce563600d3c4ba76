//! Ships in a case: files of positions to sorted parts, parts to events.
//!
//! Parts lie in `ships/`, named by what they were made from, so that a file is read once: at import, or at the first run after it came.

mod look;
mod parts;
mod tracks;

pub(crate) use look::look;
pub(crate) use parts::{Part, ShipFile, discard_others, recordings, seals, sniff};
pub(crate) use tracks::tracks;
