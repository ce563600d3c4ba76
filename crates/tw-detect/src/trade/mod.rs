//! Two accounts of one flow of goods.

pub(crate) mod declared_against_estimated;
