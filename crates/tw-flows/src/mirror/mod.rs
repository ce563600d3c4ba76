//! Mirror accounting: what the exporter says set against what the importer says, with an interval for what really moved.
//!
//! The log-ratio of the two values of a flow is modelled as freight and insurance (distance, border, coast, unit value), the habits of
//! both reporters, the product, the pair and the series, and noise with heavy tails. From it follow, for every flow, an interval of its
//! true value and mass ([`Cell`]); for every series, the probability that its gap is more than honest noise after the innocent
//! explanations that can be tested ([`Series`]); and errors of single records ([`Finding`]). The published rules of BACI and of the
//! Atlas are here for comparison ([`baci()`], [`atlas()`]).
//!
//! What it cannot see: an error that both sides share. A figure that nobody reported is no zero, and gives no gap.
//!
//! ```
//! use tw_flows::mirror::{NoGeography, Options, mirror};
//! let nothing = mirror(&[], &NoGeography, &Options::default());
//! assert!(nothing.cells.is_empty() && nothing.series.is_empty());
//! ```

mod atlas;
mod baci;
mod errors;
mod explain;
mod model;
mod pair;
mod series;
#[cfg(test)]
mod tests;
mod truth;

use serde::{Deserialize, Serialize};
use tw_base::Country;
use tw_trade::{Heading, Marks, Month, Report};

pub use atlas::atlas;
pub use baci::baci;
pub use errors::{ErrorKind, Finding};
pub use explain::{Explanation, Outcome};
pub use model::{Effects, Freight, Measure, Reporter};

/// What is known about the way between two countries. Every answer may be missing: the model then goes by the other pairs.
pub trait Geography {
    /// Distance between the two in kilometres.
    fn distance_km(&self, a: Country, b: Country) -> Option<f64>;
    /// Whether they share a land border.
    fn contiguous(&self, a: Country, b: Country) -> Option<bool>;
    /// Whether the country has no coast.
    fn landlocked(&self, country: Country) -> Option<bool>;
}

/// Knows no distances and no borders.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoGeography;

impl Geography for NoGeography {
    fn distance_km(&self, _: Country, _: Country) -> Option<f64> {
        None
    }

    fn contiguous(&self, _: Country, _: Country) -> Option<bool> {
        None
    }

    fn landlocked(&self, _: Country) -> Option<bool> {
        None
    }
}

/// Settings of the model, each with its reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Factor below which a gap is not worth a question even if it is certain. 1.2: the older flat freight convention of 10 % once over
    /// and once under (IMF Direction of Trade Statistics before 2018).
    pub allowance: f64,
    /// Share of series expected to hide something before any is looked at; the data moves it within `prior_range`. 0.01 stands for "rare".
    pub prior: f64,
    /// How far the data may move `prior`. The upper end keeps a messy file from turning everything into a suspect.
    pub prior_range: (f64, f64),
    /// Spread of the log of a hidden factor, if there is one. 0.9: two in three lie between 1/2.5 and 2.5, one in twenty beyond 6.
    pub shift_spread: f64,
    /// Least number of two-sided months in a stretch that may be called a gap, where the series has as many. 4: a shipment counted a month
    /// late touches two, and one odd month beside it three.
    pub shortest: usize,
    /// Probability from which an error of a record is reported. 0.9.
    pub error_threshold: f64,
    /// Freight and insurance as a log-ratio, if no two-sided cell is there to learn it from. ln 1.08, half way between the 6 % and the 10 %
    /// of the IMF's two conventions.
    pub freight_without_data: f64,
    /// Standard deviation of one reporter's log-error, if no two-sided cell is there to learn it from. 0.35: half of the spread of
    /// log-ratios at the six-digit level, which mirror studies put at 0.5 and more, and so wide on purpose.
    pub noise_without_data: f64,
    /// Probability of a series from which its explanations are looked for. 0.05: below it nobody asks.
    pub explain_from: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            allowance: 1.2,
            prior: 0.01,
            prior_range: (0.002, 0.05),
            shift_spread: 0.9,
            shortest: 4,
            error_threshold: 0.9,
            freight_without_data: 0.077,
            noise_without_data: 0.35,
            explain_from: 0.05,
        }
    }
}

/// An estimate with its interval: 5 %, 50 % and 95 % points. `NAN` where nothing can be said. 24 bits each, for memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// The value that the truth lies below with probability 5 %.
    pub p5: f32,
    /// The median.
    pub p50: f32,
    /// The value that the truth lies below with probability 95 %.
    pub p95: f32,
}

impl Quantiles {
    /// Nothing can be said.
    pub const UNKNOWN: Self = Self { p5: f32::NAN, p50: f32::NAN, p95: f32::NAN };

    pub(crate) fn exp(low: f64, mid: f64, high: f64) -> Self {
        Self { p5: low.exp() as f32, p50: mid.exp() as f32, p95: high.exp() as f32 }
    }
}

/// What one side says about a cell; `record` 0 if it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Value in US dollars; `NAN` if not given.
    pub usd: f64,
    /// Net mass in kilograms; `NAN` if not given.
    pub kg: f64,
    /// Record of the first line.
    pub record: u32,
    /// File of the first line, by the caller's count.
    pub file: u16,
    /// Marks of all its lines.
    pub marks: Marks,
    /// How many lines were added up, 255 for more; 0 if it says nothing.
    pub lines: u8,
}

impl Said {
    /// Nothing.
    pub const NOTHING: Self = Self { usd: f64::NAN, kg: f64::NAN, record: 0, file: 0, marks: Marks::NONE, lines: 0 };

    pub(crate) fn get(&self, measure: usize) -> f64 {
        if measure == 0 { self.usd } else { self.kg }
    }
}

/// One flow: exporter, importer, heading and month, both sides and the truth as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Where it came from.
    pub exporter: Country,
    /// Where it went.
    pub importer: Country,
    /// When.
    pub month: Month,
    /// What.
    pub heading: Heading,
    /// The exporter's word (free on board).
    pub export: Said,
    /// The importer's word (with freight and insurance).
    pub import: Said,
    /// True value, free on board, in US dollars.
    pub usd: Quantiles,
    /// True net mass in kilograms.
    pub kg: Quantiles,
}

impl Cell {
    /// Whether both sides give a value, or both give a mass.
    #[must_use]
    pub fn both(&self) -> bool {
        (0..2).any(|m| self.export.get(m) > 0.0 && self.import.get(m) > 0.0)
    }
}

/// Who says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The importer reports more than the exporter, freight apart.
    ImporterReportsMore,
    /// The exporter reports more than the importer, freight apart.
    ExporterReportsMore,
}

/// One of the three gaps that are tested apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapTest {
    /// Log of importer over exporter in the stretch, honest effects taken off. `NAN` if there is none.
    pub log_ratio: f32,
    /// Its standard deviation.
    pub sd: f32,
    /// Two-sided months behind it.
    pub months: u16,
}

/// One exporter, importer and heading over its months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Where it came from.
    pub exporter: Country,
    /// Where it went.
    pub importer: Country,
    /// What.
    pub heading: Heading,
    /// First month of the stretch with the gap; of the series, if no stretch stands out.
    pub from: Month,
    /// Last month of it.
    pub to: Month,
    /// Months with both sides.
    pub two_sided: u16,
    /// Months with one side only.
    pub one_sided: u16,
    /// Probability that the gap is more than honest noise, after the innocent explanations. 0 where there is only one side.
    pub probability: f32,
    /// The same before the explanations.
    pub before_explanations: f32,
    /// Larger side over smaller in the stretch, honest effects taken off. Unknown where there is only one side.
    pub factor: Quantiles,
    /// Who says more.
    pub direction: Option<Direction>,
    /// Values against each other.
    pub value_gap: GapTest,
    /// Masses against each other.
    pub mass_gap: GapTest,
    /// Unit values against each other.
    pub unit_value_gap: GapTest,
    /// Innocent explanations, tested where the probability is worth it.
    pub explanations: Vec<Explanation>,
}

/// Counts for the reader of the result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Reports given.
    pub reports: usize,
    /// Reports that no pairing can use: all countries together, partner not told, marked as aggregates, re-imports, no figure at all.
    pub set_aside: usize,
    /// Figures that are negative, infinite or beyond 1e18 and were taken as not given.
    pub figures_refused: usize,
    /// Reports of re-exports, which are kept apart.
    pub re_exports: usize,
    /// Cells.
    pub cells: usize,
    /// Cells with both sides.
    pub two_sided: usize,
    /// Series.
    pub series: usize,
    /// Series with a probability of 0.9 and more.
    pub alarms: usize,
    /// Share of series that hide something, as the data has it.
    pub share_of_gaps: f64,
    /// What a reader should know: priors used for lack of data, and the like.
    pub remarks: Vec<String>,
}

/// Result of [`mirror`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mirror {
    /// Every flow, ordered by exporter, importer, heading and month.
    pub cells: Vec<Cell>,
    /// Every series, in the same order.
    pub series: Vec<Series>,
    /// Errors of single records.
    pub findings: Vec<Finding>,
    /// What was learnt about reporters, products and freight.
    pub effects: Effects,
    /// Counts and remarks.
    pub summary: Summary,
}

/// Pairs both sides and weighs them. The reports should be cleaned (one edition, no sums beside their parts, months or years, not both);
/// several lines of one side about one cell are added up. Never fails: what cannot be used is counted in [`Summary`].
///
/// References: G. Gaulier and S. Zignago, "BACI: international trade database at the product level", CEPII WP 2010-23, for the variance
/// decomposition; F. Grubbs, "On estimating precision of measuring instruments and product variability", *JASA* 43 (1948) 243-264, for the
/// split of noise between the sides; K. Lange, R. Little and J. Taylor, "Robust statistical modeling using the t distribution", *JASA* 84
/// (1989) 881-896; B. Efron, "Large-scale simultaneous hypothesis testing", *JASA* 99 (2004) 96-104, for learning the share of gaps; V. Vovk,
/// A. Gammerman and G. Shafer, *Algorithmic Learning in a Random World* (2005), chapter 4, and Y. Romano, E. Patterson and E. Candès,
/// "Conformalized quantile regression", *NeurIPS* 32 (2019), for the calibration by group.
#[must_use]
pub fn mirror(reports: &[Report], geography: &dyn Geography, options: &Options) -> Mirror {
    let mut paired = pair::pair(reports);
    let index = pair::index(&paired.cells);
    let mut fit = model::fit(&paired.cells, &index, geography, options);
    let (mut findings, corrected) = errors::units(&paired.cells, &index, &fit, options);
    truth::fill(&mut paired.cells, &index, &mut fit, &corrected, options);
    let (mut series, share) = series::scan(&paired.cells, &index, &fit, &corrected, options);
    findings.extend(errors::misplaced(&paired, &index, &fit, options));
    findings.sort_by(|a, b| a.order().partial_cmp(&b.order()).unwrap_or(std::cmp::Ordering::Equal));
    explain::explain(&mut series, &paired, &index, &fit, &findings, options);
    let mut summary = paired.summary;
    summary.cells = paired.cells.len();
    summary.two_sided = paired.cells.iter().filter(|c| c.both()).count();
    summary.series = series.len();
    summary.alarms = series.iter().filter(|s| s.probability >= 0.9).count();
    summary.share_of_gaps = share;
    summary.remarks.extend(fit.remarks());
    let yearly = paired.cells.iter().filter(|c| c.month.month().is_none()).count();
    if yearly > 0 && yearly < paired.cells.len() {
        summary
            .remarks
            .push(format!("{yearly} cells are years and the others months: they must not be mixed, and nothing here can be trusted"));
    }
    let silent = explain::silent_countries(&paired.cells);
    if !silent.is_empty() {
        let names: Vec<&str> = silent.iter().take(20).map(Country::code).collect();
        let more = if silent.len() > 20 { " and others" } else { "" };
        summary.remarks.push(format!("no report by {}{more}: their flows have one side, which is no gap", names.join(", ")));
    }
    Mirror { cells: paired.cells, series, findings, effects: fit.effects(), summary }
}

/// A method's single figure for a cell, in the order of the cells: true value free on board (US dollars) and mass (kilograms), without
/// any interval. `NAN` where the method says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Value in US dollars.
    pub usd: f64,
    /// Mass in kilograms.
    pub kg: f64,
}

/// Pairs both sides without any model: the cells that [`baci()`] and [`atlas()`] take, with all quantiles unknown.
#[must_use]
pub fn cells(reports: &[Report]) -> Vec<Cell> {
    pair::pair(reports).cells
}
