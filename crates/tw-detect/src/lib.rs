//! Facts and law to leads
