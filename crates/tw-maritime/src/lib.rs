//! Positions and static reports to tracks, port calls, voyages, gaps, encounters and identity histories.

pub mod calls;
pub mod concealed;
pub mod coverage;
pub mod draught;
pub mod encounters;
mod event;
pub mod gaps;
pub mod hulls;
pub mod identity;
pub mod link;
pub mod loitering;
pub mod mid;
pub mod reach;
pub mod segment;
pub mod spoof;
pub mod survey;
pub mod voyages;

pub use event::{At, Column, Event, Time, arrow};
