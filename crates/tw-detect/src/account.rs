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
    /// What the case's own recordings of ships show: the 5 per cent point of a sum of probable deliveries as its low end, and the middle. Calls that
    /// nobody recorded are not in it, so there is no high end. Its days are those by which 95, 50 and 5 per cent of the draws had passed the cap.
    /// None if the case holds no recording or none of a delivery.
    pub by_ships: Option<CapSum>,
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
    /// When it passes the parts of the cap at which all States are notified (75, 90 and 95 per cent).
    pub notices: Vec<CapNotice>,
    /// Records that the sum is made of.
    pub records: Vec<String>,
    /// Records that were set aside, and why.
    pub set_aside: Vec<String>,
}

/// When a sum passes a part of a cap. By resolution 2397 (2017), paragraph 5, the Committee's Secretary notifies all States at these parts; no notice
/// is claimed to have been given here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapNotice {
    /// Per cent of the cap.
    pub percent: f64,
    /// Day by which it was passed even in the low case.
    pub certain_by: Option<String>,
    /// Day by which it was passed if oil flowed evenly; of a sum by ships, in the middle case.
    pub best_by: Option<String>,
    /// First day on which it can have been passed.
    pub possible_from: Option<String>,
}
