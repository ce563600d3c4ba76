//! Workers abroad: regimes of count series, stocks from figures that do not agree, work under another purpose, series that stop.
//!
//! Plain figures go in, intervals and probabilities come out. [`judge`] does all of it for a set of hosts and returns one prediction a
//! line, in the form that `tw-sim` scores; the single functions are there for callers who ask one question.

mod judge;
mod masking;
mod path;
mod regimes;
mod withheld;

pub use judge::{
    CountKind, CountOf, Host, Input, JudgeOptions, Output, Prediction, PurposeSeries, SetAside, WAITS_USUALLY_DAYS, disjoint, judge,
};
pub use masking::{Masking, MaskingOptions, Places, PurposeCounts, Rise, Shift, ShiftOptions, masking, substitution};
pub use path::{Figure, MOST_DATES, PathError, Says, Stay, StockOn, StockPath, path, stayers};
pub use regimes::{
    Change, Count, DateProbability, Label, Landmark, MOST_POINTS, Observation, Options as RegimeOptions, QUARTER_DAYS, Regimes, SET,
    Segment, SeriesError, regimes,
};
pub use withheld::{Stop, withheld};
