//! The data card of a detector, from which pages, `explain` and schemas are made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tw_base::nearest;

/// `detector.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Card {
    /// Id: family and name.
    pub id: String,
    /// One line.
    pub title: String,
    /// First version that had it.
    pub since: String,
    /// `stable` or `trial`.
    pub status: String,
    /// What it finds.
    pub finds: String,
    /// Why it matters.
    pub why: String,
    /// Provisions that it asks about.
    pub provisions: Vec<String>,
    /// Tables that it reads.
    pub inputs: Vec<String>,
    /// Numbers that can be set, each with its range and source.
    #[serde(default, rename = "threshold")]
    pub thresholds: Vec<Threshold>,
    /// Innocent explanations that it tests or names.
    #[serde(rename = "innocent")]
    pub innocents: Vec<Innocent>,
    /// What it cannot see.
    pub limits: Vec<String>,
    /// Where the method comes from.
    pub references: Vec<String>,
}

/// A number of a detector that can be set in the case's configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Threshold {
    /// Name.
    pub name: String,
    /// Default.
    pub value: f64,
    /// Unit.
    pub unit: String,
    /// Lowest and highest value taken.
    pub range: [f64; 2],
    /// What it does.
    pub doc: String,
    /// Where the default comes from.
    pub source: String,
}

/// An innocent explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Innocent {
    /// Key.
    pub id: String,
    /// The explanation.
    pub explanation: String,
    /// How it is tested, or why it cannot be.
    pub test: String,
}

/// Numbers set in a case, by detector and name.
pub type Parameters = BTreeMap<String, BTreeMap<String, f64>>;

impl Card {
    /// Reads a card.
    ///
    /// # Panics
    /// If the card in the program is damaged; a test reads them all.
    #[must_use]
    pub(crate) fn bundled(text: &str) -> Self {
        toml::from_str(text).expect("cards are part of the program and read by a test")
    }

    /// A threshold: as set in the case, else its default.
    ///
    /// # Panics
    /// If the detector asks for a name that its own card lacks; a test runs them all.
    #[must_use]
    pub fn threshold(&self, parameters: &Parameters, name: &str) -> f64 {
        let default = self.thresholds.iter().find(|t| t.name == name).expect("detectors ask for the thresholds of their own card");
        parameters.get(&self.id).and_then(|set| set.get(name)).copied().unwrap_or(default.value)
    }
}

/// Checks parameters against the cards: every name known, every number inside its range.
///
/// # Errors
/// The first fault, with a hint.
pub fn check(parameters: &Parameters, cards: &[Card]) -> Result<(), String> {
    for (detector, set) in parameters {
        let Some(card) = cards.iter().find(|card| &card.id == detector) else {
            let hint =
                nearest(detector, cards.iter().map(|c| c.id.as_str())).map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
            return Err(format!("no detector is called `{detector}`{hint}"));
        };
        for (name, value) in set {
            let Some(threshold) = card.thresholds.iter().find(|t| &t.name == name) else {
                let known: Vec<&str> = card.thresholds.iter().map(|t| t.name.as_str()).collect();
                return Err(format!(
                    "`{detector}` has no parameter `{name}` (it has: {})",
                    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                ));
            };
            let [low, high] = threshold.range;
            if !(low..=high).contains(value) {
                return Err(format!("`{name}` of `{detector}` is {value}, and must lie between {low} and {high} {}", threshold.unit));
            }
        }
        for stem in card.thresholds.iter().filter_map(|t| t.name.strip_suffix("-low")) {
            let (lower, upper) = (format!("{stem}-low"), format!("{stem}-high"));
            let paired = card.thresholds.iter().any(|t| t.name == upper);
            if paired && card.threshold(parameters, &lower) > card.threshold(parameters, &upper) {
                return Err(format!("`{lower}` of `{detector}` is above `{upper}`"));
            }
        }
    }
    Ok(())
}
