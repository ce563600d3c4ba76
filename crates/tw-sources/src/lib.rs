//! Strict readers from files to tables
