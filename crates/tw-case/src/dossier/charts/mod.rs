//! The charts of a dossier, as drawings without scripts, each with its data table.

mod drivers;
mod gauge;
mod mirror;
mod purposes;
mod regimes;
mod stock;
pub(crate) mod svg;
mod values;

use tw_base::{Bounds, Country, Origin, Provenance, RecordPtr, format_number};

pub(crate) use gauge::pointers;

use super::Input;

/// A chart, or the reason why there is none.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// Anchor.
    pub id: String,
    /// Heading.
    pub title: String,
    /// What it shows.
    pub caption: String,
    /// The drawing; `None` if there is nothing to draw.
    pub svg: Option<String>,
    /// Heads of the data table; the records come behind them.
    pub head: Vec<&'static str>,
    /// Rows of the data table.
    pub rows: Vec<ChartRow>,
    /// Labels of the data.
    pub labels: Labels,
}

/// A row of a data table.
#[derive(Clone, Debug)]
pub(crate) struct ChartRow {
    /// Cells.
    pub cells: Vec<String>,
    /// Records that it rests on.
    pub records: Vec<RecordPtr>,
}

/// How many rows of each label a chart draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Labels {
    published: usize,
    reconstructed: usize,
    synthetic: usize,
}

impl Labels {
    /// Counts rows by label.
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a Provenance>) -> Self {
        let mut labels = Self::default();
        for provenance in rows {
            match provenance.origin {
                Origin::Published => labels.published += 1,
                Origin::Reconstructed => labels.reconstructed += 1,
                Origin::Synthetic => labels.synthetic += 1,
            }
        }
        labels
    }

    /// Labels that somebody counted.
    pub(crate) fn counted(labels: &std::collections::BTreeMap<String, usize>) -> Self {
        let count = |word: &str| labels.get(word).copied().unwrap_or_default();
        Self { published: count("published"), reconstructed: count("reconstructed"), synthetic: count("synthetic") }
    }

    /// The sentence under a chart.
    pub(crate) fn words(self) -> String {
        let mut parts = Vec::new();
        for (count, word) in [
            (self.published, "published"),
            (self.reconstructed, "reconstructed"),
            (self.synthetic, "SYNTHETIC (made up, evidence of nothing)"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        if parts.is_empty() { "Rows drawn: none.".to_owned() } else { format!("Rows drawn: {}.", parts.join(", ")) }
    }
}

/// All charts of a case, in the order of the page.
pub(crate) fn all(input: &Input<'_>) -> Vec<Chart> {
    let mut charts = gauge::charts(input);
    charts.push(stock::chart(input));
    charts.push(purposes::chart(input));
    charts.extend(regimes::charts(input));
    charts.push(drivers::chart(input));
    charts.push(values::chart(input));
    charts.extend(mirror::charts(input));
    charts
}

/// The mark behind a figure that is not simply published: words are in the legend.
fn mark(provenance: &Provenance) -> &'static str {
    match provenance.origin {
        Origin::Published => "",
        Origin::Reconstructed => " (R)",
        Origin::Synthetic => " (SYNTHETIC)",
    }
}

/// The host that most rows are about; of several, the first by code.
fn busiest(hosts: impl IntoIterator<Item = Country>) -> Option<Country> {
    let mut counts = std::collections::BTreeMap::new();
    for host in hosts {
        *counts.entry(host).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(host, count)| (*count, std::cmp::Reverse(*host))).map(|(host, _)| host)
}

/// A bound for a table: a missing one is unknown.
fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), format_number)
}

/// A figure in words, with its open ends.
fn figure(bounds: Bounds) -> String {
    match (bounds.low, bounds.high) {
        (None, None) => "unknown".to_owned(),
        (Some(l), Some(h)) if l == h => format_number(l),
        (Some(l), Some(h)) if l > h => format!("{} or {}, the sources disagree", format_number(l), format_number(h)),
        (Some(l), Some(h)) => format!("{}–{}", format_number(l), format_number(h)),
        (Some(l), None) => format!("at least {}", format_number(l)),
        (None, Some(h)) => format!("at most {}", format_number(h)),
    }
}

/// True if the case may ask a body of law.
fn in_case(input: &Input<'_>, regime: &str) -> bool {
    input.config.regimes.is_empty() || input.config.regimes.iter().any(|r| r == regime)
}
