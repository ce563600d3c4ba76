//! What was available and looked at, and what was not. Carried by every answer.

use serde::{Deserialize, Serialize};
use tw_base::{Date, Interval, Origin, Provenance};
use tw_tables::Tables;

use schemars::JsonSchema;

/// The coverage of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The day of the answer, ISO 8601.
    pub as_of: String,
    /// Every table, also the empty ones.
    pub tables: Vec<TableCoverage>,
    /// Every detector, also those that had nothing to look at.
    pub detectors: Vec<DetectorCoverage>,
    /// What was not looked at, one clause each, the most general first.
    pub not_checked: Vec<String>,
}

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableCoverage {
    /// Name.
    pub table: String,
    /// Rows looked at.
    pub rows: usize,
    /// Rows left out because they became known after the day of the answer.
    pub later: usize,
    /// Rows left out because they lie outside the period of the case.
    pub outside: usize,
    /// Rows by label.
    pub published: usize,
    /// Rows by label.
    pub reconstructed: usize,
    /// Rows by label.
    pub synthetic: usize,
}

impl TableCoverage {
    fn empty(table: &str) -> Self {
        Self { table: table.to_owned(), rows: 0, later: 0, outside: 0, published: 0, reconstructed: 0, synthetic: 0 }
    }
}

/// What a detector did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetectorCoverage {
    /// Id.
    pub detector: String,
    /// Tables that it reads and that held no row.
    pub without: Vec<String>,
    /// Leads.
    pub leads: usize,
}

/// Things that no table of this version can hold, so that no answer here ever rests on them.
pub const NO_SOURCE: &[&str] =
    &["satellite imagery (no source)", "insurance and ownership registers (no source)", "bank and payroll records (no source)"];

/// Keeps what was known on a day and lies in the case's period, and counts the rows that were left out.
pub(crate) fn keep(tables: &mut Tables, period: Interval, as_of: Date) -> Vec<TableCoverage> {
    let mut counts: Vec<TableCoverage> = Tables::NAMES.iter().map(|name| TableCoverage::empty(name)).collect();
    tables.retain(|table, days, provenance| {
        let coverage = counts.iter_mut().find(|c| c.table == table).expect("every table has a place");
        if known(provenance, days) > as_of {
            coverage.later += 1;
            return false;
        }
        if days.meet(&period).is_none() {
            coverage.outside += 1;
            return false;
        }
        coverage.rows += 1;
        match provenance.origin {
            Origin::Published => coverage.published += 1,
            Origin::Reconstructed => coverage.reconstructed += 1,
            Origin::Synthetic => coverage.synthetic += 1,
        }
        true
    });
    // A delisting that lies after the day of the answer was not known on it.
    for row in &mut tables.listings {
        if row.data.delisted.as_ref().is_some_and(|out| out.from() > as_of) {
            row.data.delisted = None;
        }
    }
    counts
}

/// The day on which a row counts as known: as it says, else its last day, since no figure is known before its period ends.
fn known(provenance: &Provenance, interval: Interval) -> Date {
    provenance.known.unwrap_or_else(|| interval.last().unwrap_or(interval.from))
}
