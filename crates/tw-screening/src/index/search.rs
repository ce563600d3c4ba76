use std::collections::BTreeMap;
use std::sync::Arc;

use tw_ftm::Entry;

use super::doc::Column;
use super::filter::{Ready, field_values};
use super::{Filter, Index, QueryError, text};

/// A question in words.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words, all of which are wanted; `"a phrase"`, `OR`, `NOT`, `-word`, `field:value`, `wor*`, `*` for all.
    pub words: String,
    /// Which entities may be an answer.
    pub filter: Filter,
    /// If a word may be spelt with a letter or two otherwise.
    pub fuzzy: bool,
    /// If the words are taken as they are, without fields and operators.
    pub simple: bool,
    /// What is counted.
    pub facets: Vec<Facet>,
    /// Order; best first if empty, and by id where equal.
    pub sort: Vec<Sort>,
    /// Most entities given back.
    pub limit: usize,
    /// Entities left out at the start.
    pub offset: usize,
}

/// What a search counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// Countries.
    Countries,
    /// Topics.
    Topics,
    /// Datasets.
    Datasets,
    /// Schemata.
    Schemata,
}

/// One field to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Field, as in [`Filter::fields`].
    pub field: String,
    /// Largest first.
    pub descending: bool,
}

/// What a search brought.
#[derive(Clone, Debug)]
pub struct Found {
    /// One page of entities.
    pub entries: Vec<Arc<Entry>>,
    /// All that were found.
    pub total: usize,
    /// Values and counts of each facet asked for, most frequent first, then by value.
    pub facets: Vec<(Facet, Vec<(String, usize)>)>,
}

impl Index {
    /// Answers which entities hold the words.
    ///
    /// # Errors
    /// If the words can't be read, or are too many.
    pub fn search(&self, question: &Search) -> Result<Found, QueryError> {
        let inner = &*self.inner;
        let ready = Ready::new(&question.filter, inner);
        let mut found = text::find(inner, &question.words, question.fuzzy, question.simple)?;
        found.retain(|(place, _)| ready.passes(&inner.docs[*place as usize], &inner.docs[*place as usize]));
        found.sort_by(|(x, a), (y, b)| b.total_cmp(a).then(x.cmp(y)));
        let mut found: Vec<usize> = found.into_iter().map(|(place, _)| place as usize).collect();
        let facets = question.facets.iter().map(|f| (*f, self.count(*f, &found))).collect();
        if !question.sort.is_empty() {
            let key = |place: &usize| {
                let entry = inner.docs[*place].entry();
                question.sort.iter().map(|s| field_values(&entry, &s.field).into_iter().min()).collect::<Vec<_>>()
            };
            let mut keyed: Vec<_> = found.iter().map(|p| (key(p), *p)).collect();
            keyed.sort_by(|a, b| {
                for (sort, (x, y)) in question.sort.iter().zip(a.0.iter().zip(&b.0)) {
                    let order = match (x, y) {
                        (Some(x), Some(y)) if sort.descending => y.cmp(x),
                        (Some(x), Some(y)) => x.cmp(y),
                        (x, y) => y.is_some().cmp(&x.is_some()),
                    };
                    if order.is_ne() {
                        return order;
                    }
                }
                a.1.cmp(&b.1)
            });
            found = keyed.into_iter().map(|(_, p)| p).collect();
        }
        let total = found.len();
        let entries = found.into_iter().skip(question.offset).take(question.limit).map(|p| Arc::new(inner.docs[p].entry())).collect();
        Ok(Found { entries, total, facets })
    }

    /// Entities one of whose names starts with these words, for a field that completes as one types.
    ///
    /// # Errors
    /// If the words are too many.
    pub fn suggest(&self, prefix: &str, filter: &Filter, limit: usize) -> Result<Vec<Arc<Entry>>, QueryError> {
        if prefix.trim().is_empty() {
            return Ok(Vec::new());
        }
        let inner = &*self.inner;
        let ready = Ready::new(filter, inner);
        let mut found = text::begins(inner, prefix)?;
        found.retain(|(place, _)| ready.passes(&inner.docs[*place as usize], &inner.docs[*place as usize]));
        found.sort_by(|(x, a), (y, b)| b.total_cmp(a).then(x.cmp(y)));
        Ok(found.into_iter().take(limit).map(|(place, _)| Arc::new(inner.docs[place as usize].entry())).collect())
    }

    fn count(&self, facet: Facet, places: &[usize]) -> Vec<(String, usize)> {
        let inner = &*self.inner;
        let column = match facet {
            Facet::Countries => Column::Country,
            Facet::Topics => Column::Topic,
            Facet::Datasets => Column::Dataset,
            Facet::Schemata => {
                let mut counts = BTreeMap::new();
                for place in places {
                    *counts.entry(inner.docs[*place].schema.name()).or_insert(0) += 1;
                }
                return most_first(counts.into_iter().map(|(name, n)| (name.to_owned(), n)).collect());
            }
        };
        let mut counts = BTreeMap::new();
        for place in places {
            for tag in inner.docs[*place].tags.iter().filter(|t| t.is(column)) {
                *counts.entry(*tag).or_insert(0) += 1;
            }
        }
        most_first(counts.into_iter().map(|(tag, n)| (inner.symbols.text(tag).to_string(), n)).collect())
    }
}

fn most_first(mut counts: Vec<(String, usize)>) -> Vec<(String, usize)> {
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
