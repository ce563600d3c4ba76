//! What people decided: is this party that list entry? Kept as lines of JSON, only ever added to, and respected by later runs.
//!
//! A judgement is about one party as it was written (a fingerprint of its properties) and one entry. When the party's record changes, the
//! fingerprint changes, and the judgement no longer covers it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tw_base::Refusal;
use tw_ftm::Entity;

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The party is the entry.
    Same,
    /// The party is another.
    Different,
    /// It could not be told.
    Unsure,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        })
    }
}

/// One decision of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// Fingerprint of the party, see [`fingerprint`].
    pub party: String,
    /// Name of the party, for the reader.
    pub name: String,
    /// Id of the list's entity.
    pub entity: String,
    /// The decision.
    pub verdict: Verdict,
    /// Who decided.
    pub by: String,
    /// When, as RFC 3339.
    pub at: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What stands about one party and one entry, over all who judged: the last word of each person counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Everybody who decided says the same.
    Agreed {
        /// What they say.
        verdict: Verdict,
        /// Who, in the order of names.
        by: Vec<String>,
    },
    /// They differ, or nobody could tell: it is open.
    Open {
        /// Who said what.
        said: BTreeMap<String, Verdict>,
    },
}

impl Standing {
    /// True if all agree that the party is another: the hit is cleared.
    #[must_use]
    pub fn cleared(&self) -> bool {
        matches!(self, Self::Agreed { verdict: Verdict::Different, .. })
    }
}

/// All judgements of a file.
#[derive(Clone, Debug, Default)]
pub struct Judgements {
    last: BTreeMap<(String, String), BTreeMap<String, Verdict>>,
    count: usize,
}

impl Judgements {
    /// Reads lines of JSON; empty lines are passed over.
    ///
    /// # Errors
    /// The first line that is no judgement: a file of decisions is taken whole or not at all.
    pub fn read(name: &str, text: &str) -> Result<Self, Refusal> {
        let mut judgements = Self::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let judgement: Judgement = serde_json::from_str(line).map_err(|error| {
                Refusal::new(name, format!("no judgement: {error}"))
                    .row(number as u64 + 1)
                    .hint("`review` writes this file; correct the line or take it out")
            })?;
            judgements.add(judgement);
        }
        Ok(judgements)
    }

    /// Adds one.
    pub fn add(&mut self, judgement: Judgement) {
        self.count += 1;
        self.last.entry((judgement.party, judgement.entity)).or_default().insert(judgement.by, judgement.verdict);
    }

    /// Number of judgements read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// If there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What stands about a party and an entry.
    #[must_use]
    pub fn standing(&self, party: &str, entity: &str) -> Option<Standing> {
        let said = self.last.get(&(party.to_owned(), entity.to_owned()))?;
        let mut verdicts: Vec<Verdict> = said.values().copied().filter(|v| *v != Verdict::Unsure).collect();
        verdicts.sort_unstable();
        verdicts.dedup();
        Some(match verdicts[..] {
            [verdict] => Standing::Agreed { verdict, by: said.iter().filter(|(_, v)| **v == verdict).map(|(by, _)| by.clone()).collect() },
            _ => Standing::Open { said: said.clone() },
        })
    }

    /// If this person has judged this pair.
    #[must_use]
    pub fn has(&self, party: &str, entity: &str, by: &str) -> bool {
        self.last.get(&(party.to_owned(), entity.to_owned())).is_some_and(|said| said.contains_key(by))
    }
}

/// Fingerprint of a party: the first 16 hexadecimal digits of SHA-256 over its schema and properties, in the order of names and values.
#[must_use]
pub fn fingerprint(entity: &Entity) -> String {
    let mut properties: Vec<(&str, Vec<&str>)> = entity
        .properties
        .iter()
        .map(|(name, values)| {
            let mut values: Vec<&str> = values.iter().map(|v| v.trim()).collect();
            values.sort_unstable();
            (*name, values)
        })
        .collect();
    properties.sort();
    let mut hash = Sha256::new();
    let mut feed = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    feed(entity.schema.name());
    for (name, values) in properties {
        feed(name);
        values.into_iter().for_each(&mut feed);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_ftm::model;

    fn judged(by: &str, verdict: Verdict) -> Judgement {
        Judgement {
            party: "p".into(),
            name: "Example".into(),
            entity: "x-1".into(),
            verdict,
            by: by.into(),
            at: "2026-01-01T00:00:00Z".into(),
            note: None,
        }
    }

    #[test]
    fn two_who_differ_leave_it_open_and_the_last_word_of_each_counts() {
        let mut all = Judgements::default();
        all.add(judged("a", Verdict::Different));
        assert!(all.standing("p", "x-1").expect("judged").cleared());
        all.add(judged("b", Verdict::Same));
        assert!(matches!(all.standing("p", "x-1"), Some(Standing::Open { .. })));
        all.add(judged("b", Verdict::Different));
        assert!(all.standing("p", "x-1").expect("judged").cleared());
        assert_eq!(all.standing("p", "x-2"), None);
    }

    #[test]
    fn one_who_cannot_tell_clears_nothing() {
        let mut all = Judgements::default();
        all.add(judged("a", Verdict::Unsure));
        assert!(!all.standing("p", "x-1").expect("judged").cleared());
    }

    #[test]
    fn a_file_reads_back_and_a_bad_line_refuses_it() {
        let line = serde_json::to_string(&judged("a", Verdict::Same)).expect("json");
        assert_eq!(Judgements::read("j", &format!("{line}\n\n{line}\n")).expect("judgements").len(), 2);
        let refused = Judgements::read("j", &format!("{line}\n{{}}\n")).expect_err("a bad line");
        assert_eq!(refused.row, Some(2));
    }

    #[test]
    fn the_fingerprint_knows_no_order_and_changes_with_a_value() {
        let schema = model().schema("Person").expect("a schema");
        let make = |values: &[(&str, &str)]| {
            let mut entity = Entity::new("any", schema);
            for (name, value) in values {
                entity.add(name, *value);
            }
            fingerprint(&entity)
        };
        let one = make(&[("name", "Jane Example"), ("birthDate", "1970"), ("name", "J Example")]);
        assert_eq!(one, make(&[("name", "J Example"), ("name", "Jane Example"), ("birthDate", "1970")]));
        assert_ne!(one, make(&[("name", "J Example"), ("name", "Jane Example"), ("birthDate", "1971")]));
        assert_ne!(make(&[("name", "ab")]), make(&[("name", "a"), ("name", "b")]));
        assert_eq!(one.len(), 16);
    }
}
