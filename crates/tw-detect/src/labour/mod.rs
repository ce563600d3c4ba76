//! Workers, permits and registrations against the three dated rules on them.

pub(crate) mod entries_against_capacity;
pub(crate) mod figures;
pub(crate) mod permits_after_ban;
pub(crate) mod person_permits;
pub(crate) mod regimes;
pub(crate) mod revenue_against_stock;
pub(crate) mod stock_above_baseline;
pub(crate) mod stock_after_deadline;
