//! Two accounts of one flow of goods, and goods under a ban in a State's own statistics.

pub(crate) mod declared_against_estimated;
pub(crate) mod mirror_gap;
pub(crate) mod phantom_destination;
pub(crate) mod under_ban;
