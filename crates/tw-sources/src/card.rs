use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tw_base::Grade;

/// The data card of a table: what its sources are, how they may be used, and what no row of it can hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceCard {
    /// The table that it fills.
    pub table: String,
    /// Title in sentence case.
    pub title: String,
    /// What the rows are.
    pub description: String,
    /// Who publishes such figures, and what to look out for with each.
    pub publisher_guidance: String,
    /// Which rules of law the figures matter to.
    pub legal_context: String,
    /// Whether rows and files may be passed on.
    pub licence_guidance: String,
    /// Forms of dates that are read without a mapping.
    pub date_formats: Vec<String>,
    /// Admiralty grade that such rows often deserve. Never filled in by itself: a row without a grade is `F6`.
    pub likely_grade: Grade,
    /// What a good `source` cell looks like.
    pub citation_example: String,
    /// Limits on single columns.
    #[serde(default, rename = "assert")]
    pub assertions: Vec<Assertion>,
    /// Limits on the ratio of two columns of a row.
    #[serde(default, rename = "ratio")]
    pub ratios: Vec<RatioAssertion>,
    /// Other names that files give to a column; used only to guess a mapping.
    #[serde(default)]
    pub synonyms: BTreeMap<String, Vec<String>>,
}

/// Hard limits on a column: beyond them a figure is in the wrong unit or mistyped, not merely remarkable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Column.
    pub column: String,
    /// Smallest value, in the column's unit.
    pub min: f64,
    /// Largest value, in the column's unit.
    pub max: f64,
    /// Why nothing beyond can be right.
    pub reason: String,
}

/// Hard limits on one column divided by another of the same row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioAssertion {
    /// Column that is divided.
    pub over: String,
    /// Column that divides.
    pub under: String,
    /// Smallest ratio, in units of the one per unit of the other.
    pub min: f64,
    /// Largest ratio.
    pub max: f64,
    /// Why nothing beyond can be right.
    pub reason: String,
}

const TEXTS: &[&str] = &[
    include_str!("deliveries/source.toml"),
    include_str!("estimates/source.toml"),
    include_str!("worker_counts/source.toml"),
    include_str!("border_entries/source.toml"),
    include_str!("capacity/source.toml"),
    include_str!("reports/source.toml"),
    include_str!("voyages/source.toml"),
    include_str!("declarations/source.toml"),
    include_str!("parties/source.toml"),
    include_str!("listings/source.toml"),
    include_str!("trade_values/source.toml"),
    include_str!("revenue_estimates/source.toml"),
    include_str!("shipments/source.toml"),
    include_str!("permits/source.toml"),
];

fn all() -> &'static [SourceCard] {
    static CARDS: OnceLock<Vec<SourceCard>> = OnceLock::new();
    CARDS.get_or_init(|| TEXTS.iter().map(|text| toml::from_str(text).expect("a test parses every embedded card")).collect())
}

/// The cards of all tables, in the order of the reference page.
///
/// ```
/// assert_eq!(tw_sources::cards()[0].table, "deliveries");
/// ```
#[must_use]
pub fn cards() -> Vec<SourceCard> {
    all().to_vec()
}

/// The card of a table, if there is such a table.
#[must_use]
pub fn card(table: &str) -> Option<&'static SourceCard> {
    all().iter().find(|card| card.table == table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_tables::{CellKind, Tables};

    #[test]
    fn each_table_has_exactly_one_card_and_in_the_same_order() {
        let tables: Vec<String> = cards().into_iter().map(|card| card.table).collect();
        assert_eq!(tables, Tables::NAMES);
    }

    #[test]
    fn cards_name_columns_that_exist_and_limits_that_make_sense() {
        for def in Tables::defs() {
            let card = card(def.name).expect("every table has a card");
            let number = |name: &str| def.columns.iter().any(|c| c.name == name && matches!(c.kind, CellKind::Number | CellKind::Count));
            for a in &card.assertions {
                assert!(number(&a.column), "{}: {}", card.table, a.column);
                assert!(a.min >= 0.0 && a.min < a.max && !a.reason.is_empty(), "{}: {}", card.table, a.column);
            }
            for r in &card.ratios {
                assert!(number(&r.over) && number(&r.under) && r.min < r.max && !r.reason.is_empty(), "{}", card.table);
            }
            for name in card.synonyms.keys() {
                assert!(def.columns.iter().any(|c| c.name == name) || name == "source" || name == "note", "{}: {name}", card.table);
            }
            let bounded: Vec<&str> = def.columns.iter().filter(|c| number(c.name)).map(|c| c.name).collect();
            let asserted: Vec<&str> = card.assertions.iter().map(|a| a.column.as_str()).collect();
            assert_eq!(asserted, bounded, "{}: every number column has a limit", card.table);
        }
    }

    #[test]
    fn a_card_with_a_misspelt_field_is_refused() {
        assert!(toml::from_str::<SourceCard>(&TEXTS[0].replace("publisher_guidance", "publisher_guidence")).is_err());
    }
}
