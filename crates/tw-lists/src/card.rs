use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static CARDS: LazyLock<BTreeMap<String, Card>> = LazyLock::new(|| {
    let text = include_str!("../lists.toml");
    toml::from_str(text).expect("the bundled cards are read by a test")
});

/// What is to be known about a list before one trusts an answer from it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Title of the list.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Dataset that its entries are given.
    pub dataset: String,
    /// Official addresses of its files, by format.
    pub addresses: BTreeMap<String, String>,
    /// Licence, or the rule by which it may be used.
    pub licence: String,
    /// What dates it prints, and what they mean.
    pub dates: String,
    /// Who is on it.
    pub coverage: String,
    /// What it does not tell.
    pub limits: String,
}

/// The cards of the lists that are read, by the name of the list, such as `US-SDN`.
///
/// ```
/// assert!(tw_lists::cards()["UN-SC"].publisher.contains("United Nations"));
/// ```
#[must_use]
pub fn cards() -> &'static BTreeMap<String, Card> {
    &CARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_of_the_readers_has_a_card_with_addresses_over_https() {
        for list in ["US-SDN", "US-CONS", "US-CSL", "US-DPL", "UN-SC", "EU-FSF", "EU-OJ", "GB"] {
            let card = cards().get(list).unwrap_or_else(|| panic!("no card of {list}"));
            assert!(!card.addresses.is_empty() && card.addresses.values().all(|a| a.starts_with("https://")), "{list}");
        }
    }
}
