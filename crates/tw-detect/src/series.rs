//! Series of counts in their regimes, for a chart and for other programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One series of counts in one host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeSeries {
    /// Host.
    pub host: String,
    /// The purpose of entries, or the kind of count.
    pub series: String,
    /// Probability that its rate ever changed.
    pub any: f64,
    /// Figures, by period.
    pub figures: Vec<SeriesFigure>,
    /// Regimes, in order.
    pub regimes: Vec<Regime>,
    /// Records of the figures.
    pub records: Vec<String>,
}

/// A figure of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesFigure {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The count; none if it was withheld or is missing, which is not zero.
    pub count: Option<u64>,
    /// True if a source says that it was withheld.
    pub withheld: bool,
}

/// A stretch of a series with one rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// `steady`, `expulsion`, `lull`, `redispatch`, `rise` or `fall`.
    pub label: String,
    /// First day.
    pub from: String,
    /// Last day of its last figure.
    pub to: String,
    /// Earliest first day, in the smallest set of days that together have a probability of 90 per cent.
    pub from_earliest: String,
    /// Latest first day.
    pub from_latest: String,
    /// Rate a quarter: low end of the 90 per cent interval.
    pub low: Option<f64>,
    /// Rate a quarter: middle.
    pub best: Option<f64>,
    /// Rate a quarter: high end.
    pub high: Option<f64>,
}
