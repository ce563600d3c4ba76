//! Ports, anchorages and terminals with all their names, and what a typed destination means.

pub mod destination;
mod grid;
mod hash;
mod iso;
mod names;
mod table;

pub use iso::{alpha2_of_country, country_of_alpha2};
pub use names::{Script, core_name, core_name_into, fold, fold_into};
pub use table::{Certainty, Name, Port, PortKind, Ports, Source};
