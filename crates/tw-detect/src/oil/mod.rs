//! Oil against the two caps, and figures that cannot both be right.

mod by_ships;
mod cap;
pub(crate) mod crude_cap;
pub(crate) mod refined_cap;
pub(crate) mod sources_in_conflict;
