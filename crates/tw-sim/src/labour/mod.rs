//! Invented hosts of workers with known truth, and the scorer for what is said about them.
//!
//! Nothing here knows how a program judges figures: the simulator and the scorer share no code with it. The format of the files is in
//! `FORMAT.md` beside this file.

mod score;
mod simulate;

pub use score::{LabourReport, LabourScoreError, Share, TwinAlarms, score};
pub use simulate::{LabourError, LabourOptions, LabourSummary, Shapes, simulate};
