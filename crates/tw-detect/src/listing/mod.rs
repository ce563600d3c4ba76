//! Parties against dated lists.

pub(crate) mod on_that_day;
