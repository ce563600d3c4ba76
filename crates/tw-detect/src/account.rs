//! A cap account: one window of one cap, reported and estimated kept apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One window of one cap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapAccount {
    /// Provision that sets the cap.
    pub provision: String,
    /// Its symbol.
    pub symbol: String,
    /// `refined` or `crude`.
    pub product: String,
    /// First day of the window.
    pub from: String,
    /// Last day of the window.
    pub to: String,
    /// The cap in barrels.
    pub limit: f64,
    /// What suppliers reported.
    pub reported: CapSum,
    /// What others estimated.
    pub estimated: CapSum,
    /// Months without a report that was due, as text; the reported sum is then a lower bound.
    pub silent: Vec<String>,
    /// Lead about this window, if there is one.
    pub lead: Option<String>,
}

/// A sum under a cap, in barrels. A missing bound is unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapSum {
    /// Lowest.
    pub low: Option<f64>,
    /// Best.
    pub best: Option<f64>,
    /// Highest.
    pub high: Option<f64>,
    /// Verdict of the provision on this sum alone.
    pub verdict: String,
    /// Day by which the cap was passed even in the low case.
    pub certain_by: Option<String>,
    /// Day by which it is passed if oil flowed evenly within each period.
    pub best_by: Option<String>,
    /// First day on which it can have been passed.
    pub possible_from: Option<String>,
    /// Records that the sum is made of.
    pub records: Vec<String>,
    /// Records that were set aside, and why.
    pub set_aside: Vec<String>,
}
