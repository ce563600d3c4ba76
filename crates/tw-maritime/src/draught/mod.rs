//! Draught: when it changed, and what that is in tonnes and barrels.
//!
//! A draught is typed by hand, rounded to 0.1 m, and often forgotten. One centimetre of a tanker of 90 by 14 m is 10 t (methods note 2.10). So
//! every figure here is a spread, and a change near a port is an ordinary one.

mod cargo;
mod changes;

pub use cargo::{Cargo, Hull, cargo, delivery_prior, dwt_from_dimensions};
pub use changes::{DraughtChange, Parameters, draught_changes};

#[cfg(test)]
mod tests;
