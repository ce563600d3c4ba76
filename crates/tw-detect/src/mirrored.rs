//! A flow of goods as both sides report it, month by month, for a chart and for other programs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One exporter, importer and heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MirrorSeries {
    /// Exporting country, ISO 3166 alpha-3.
    pub exporter: String,
    /// Importing country.
    pub importer: String,
    /// Heading of the Harmonized System.
    pub heading: String,
    /// Probability that the gap is more than honest noise; none where one side never reports.
    pub probability: Option<f64>,
    /// Ratio of importer's over exporter's value that freight and insurance alone give, as the data has it: middle.
    pub freight: f64,
    /// Months (or years), in order; those without any report are left out, which is not zero.
    pub months: Vec<MirrorMonth>,
    /// Days from which a ban of the case's law covers the heading.
    pub bans: Vec<BanLine>,
    /// Records that it rests on.
    pub records: Vec<String>,
    /// How many of them carry each label: `published`, `reconstructed`, `synthetic`.
    pub labels: BTreeMap<String, usize>,
    /// Lead about it, if there is one.
    pub lead: Option<String>,
}

/// One month of a flow. A side that is missing did not report, which is not zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MirrorMonth {
    /// `2018-06`, or a year.
    pub month: String,
    /// What the exporter reports, US dollars.
    pub exporter_usd: Option<f64>,
    /// What the importer reports, US dollars.
    pub importer_usd: Option<f64>,
    /// True value free on board: 5 per cent point.
    pub p5: Option<f64>,
    /// Middle.
    pub p50: Option<f64>,
    /// 95 per cent point.
    pub p95: Option<f64>,
}

/// The day from which a ban covers a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BanLine {
    /// The day.
    pub from: String,
    /// Provision.
    pub provision: String,
    /// Its symbol.
    pub symbol: String,
}
