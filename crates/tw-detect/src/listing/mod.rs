//! Parties against dated lists.

pub(crate) mod on_that_day;
pub(crate) mod owned;
pub(crate) mod party;
pub(crate) mod screened;
