//! How well an index finds whom it should, and how rarely it finds whom it should not: recall and alerts over sets of names.

use std::collections::{BTreeMap, BTreeSet};

use tw_ftm::{Entity, Entry, model};

use super::{Filter, Index, Match, QueryError, Standing, schemata};
use crate::party::Party;
use crate::score::Weights;

/// A row of a set: a person, some of whose fields may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Values by column: `full_name`, `first_name`, `middle_name`, `last_name`, `gender`, `date_of_birth`, `place_of_birth`, `nationality`.
    pub values: BTreeMap<String, String>,
}

/// Columns of a set and the properties that they fill.
const COLUMNS: [(&str, &str); 8] = [
    ("full_name", "name"),
    ("first_name", "firstName"),
    ("middle_name", "middleName"),
    ("last_name", "lastName"),
    ("gender", "gender"),
    ("date_of_birth", "birthDate"),
    ("place_of_birth", "birthPlace"),
    ("nationality", "nationality"),
];

impl Row {
    /// Full name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.values.get("full_name").map_or("", String::as_str)
    }

    /// The person: with the full name alone, or with all fields.
    #[must_use]
    pub fn person(&self, name_only: bool) -> Option<Entity> {
        let mut person = Entity::new("", model().schema("Person")?);
        let columns = if name_only { &COLUMNS[..1] } else { &COLUMNS[..] };
        for (column, property) in columns {
            person.add(property, self.values.get(*column).map_or("", String::as_str));
        }
        Some(person)
    }
}

/// Reads a set from CSV with a header.
///
/// # Errors
/// If it is not CSV, in words.
pub fn read_rows(bytes: &[u8]) -> Result<Vec<Row>, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(|row| row.map(|values| Row { values }).map_err(|e| e.to_string())).collect()
}

/// Ids of the entities of a list by each name that they have, in capitals.
#[must_use]
pub fn by_name<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<String, BTreeSet<String>> {
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in entries {
        for (_, name) in entry.entity.of_type("name") {
            ids.entry(name.to_uppercase()).or_default().insert(entry.entity.id.clone());
        }
    }
    ids
}

/// What a set brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Persons asked for.
    pub asked: usize,
    /// Persons for whom the right entity is among the first 1, 5 and 20 hits, whatever their score.
    pub found: [usize; 3],
    /// Persons for whom the right entity is among the first 5, 20 and 50 candidates, before any is compared in full.
    pub candidates: [usize; 3],
    /// Persons for whom the right entity is among the first five hits and reaches the threshold.
    pub matched: usize,
    /// Persons for whom any entity reaches the threshold.
    pub alerts: usize,
    /// Candidates compared in full, over all persons.
    pub compared: usize,
    /// Names, and the place of the right entity among the candidates, where it is not among the first twenty.
    pub late: Vec<(String, Option<usize>)>,
    /// Names, right ids, and scores of the right ones, where the right one was not matched.
    pub missed: Vec<(String, String, Option<f64>)>,
    /// Names, ids and scores of the best hit, where one reached the threshold and none was right.
    pub false_alerts: Vec<(String, String, f64)>,
}

/// Asks an index for each person; `right` says whom the person is, and is empty if nobody of the list is.
///
/// # Errors
/// If a person is larger than the limits allow.
pub fn run(index: &Index, persons: &[(Entity, BTreeSet<String>)], weights: &Weights, threshold: f64) -> Result<Outcome, QueryError> {
    let mut outcome = Outcome { asked: persons.len(), ..Outcome::default() };
    for (person, right) in persons {
        let party = Party::new(person);
        let filter = Filter { schemata: schemata(person.schema, true), standing: Standing::All(None), ..Filter::default() };
        let question = Match { filter, limit: 20, threshold, cutoff: 0.0, weights: weights.clone(), ..Match::new(&party) };
        let answer = index.matches(&question)?;
        if !right.is_empty() {
            let candidates = index.candidates(&party, &question.filter, 50)?;
            let place = candidates.iter().position(|(id, _)| right.contains(id));
            for (found, most) in outcome.candidates.iter_mut().zip([5, 20, 50]) {
                *found += usize::from(place.is_some_and(|p| p < most));
            }
            if place.is_none_or(|p| p >= 20) {
                outcome.late.push((person.first("name").unwrap_or_default().to_owned(), place));
            }
        }
        outcome.compared += answer.compared;
        outcome.alerts += usize::from(answer.hits.iter().any(|h| h.matched));
        let place = answer.hits.iter().position(|h| right.contains(&h.id));
        for (found, most) in outcome.found.iter_mut().zip([1, 5, 20]) {
            *found += usize::from(place.is_some_and(|p| p < most));
        }
        let matched = place.is_some_and(|p| p < 5 && answer.hits[p].matched);
        outcome.matched += usize::from(matched);
        let name = || person.first("name").unwrap_or_default().to_owned();
        if !matched && let Some(id) = right.first() {
            outcome.missed.push((name(), id.clone(), place.map(|p| answer.hits[p].score)));
        }
        if let Some(best) = answer.hits.first().filter(|h| h.matched && !matched) {
            outcome.false_alerts.push((name(), best.id.clone(), best.score));
        }
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_makes_a_person_with_its_name_or_with_all() {
        let rows = read_rows(b"full_name,first_name,date_of_birth\nJane Example,Jane,1970\n").expect("csv");
        let person = rows[0].person(false).expect("a person");
        assert_eq!((person.first("name"), person.first("birthDate")), (Some("Jane Example"), Some("1970")));
        assert_eq!(rows[0].person(true).expect("a person").properties.len(), 1);
        assert!(read_rows(b"a,b\n1\n").is_err());
    }
}
