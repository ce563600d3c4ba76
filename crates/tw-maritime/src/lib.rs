//! Positions and static reports to tracks, port calls, voyages, gaps, encounters and identity histories.

mod event;

pub use event::{At, Column, Event, Time, arrow};
