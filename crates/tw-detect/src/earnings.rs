//! What a number of workers may earn for a State in a year, beside what was published about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A year of work by one counted stock of workers, as a range from named priors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Earnings {
    /// Host.
    pub host: String,
    /// Day or period of the stock.
    pub period: String,
    /// What was counted, in words.
    pub workers: String,
    /// Lowest number of workers.
    pub workers_low: f64,
    /// Highest number of workers.
    pub workers_high: f64,
    /// 5 per cent point of what the State receives in a year, US dollars.
    pub p5: f64,
    /// Middle.
    pub p50: f64,
    /// 95 per cent point.
    pub p95: f64,
    /// Inputs by how strongly they move the result, strongest first.
    pub drivers: Vec<EarningsDriver>,
    /// Ranges that somebody published about the same host and time.
    pub published: Vec<PublishedRange>,
    /// Records of the stock.
    pub records: Vec<String>,
}

/// An input of an estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningsDriver {
    /// Name.
    pub name: String,
    /// Rank correlation with the result, -1 to 1; 0 for a fixed input.
    pub rank_correlation: f64,
}

/// A published range beside an estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedRange {
    /// Who published it.
    pub estimator: String,
    /// Period that it is about.
    pub period: String,
    /// Lowest, US dollars a year.
    pub usd_low: Option<f64>,
    /// Highest, US dollars a year.
    pub usd_high: Option<f64>,
    /// `fits`, `overlaps` or `does not fit` the range from the 5 to the 95 per cent point.
    pub answer: String,
    /// Records of the range.
    pub records: Vec<String>,
}
