//! A simulated sea with known truth, and the scorer that measures any run against any truth.

pub mod encode;
mod hulls;
pub mod labour;
mod lanes;
mod plan;
mod radio;
pub mod score;
mod simulate;
mod text;
mod track;
pub mod trade;

pub use simulate::{Options, SCENARIOS, SimError, Summary, simulate};
