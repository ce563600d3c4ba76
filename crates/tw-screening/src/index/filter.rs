use std::collections::BTreeMap;

use tw_base::Date;
use tw_ftm::{Entry, Schema, Status, model};

use super::Inner;
use super::doc::{Column, Doc, Tag, moment};

/// Which entities may be an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Datasets that are asked; all if empty. An entity needs to be in one of them.
    pub scope: Vec<String>,
    /// Datasets to which the scope is narrowed; not narrowed if empty.
    pub include_datasets: Vec<String>,
    /// Datasets taken out of the scope. An entity that is also in another dataset of the scope stays.
    pub exclude_datasets: Vec<String>,
    /// Schemata, any of them, by exact name; all if empty. [`schemata`] expands one.
    pub schemata: Vec<Schema>,
    /// Schemata left out, by exact name.
    pub exclude_schemata: Vec<String>,
    /// Topics, any of them; all if empty.
    pub topics: Vec<String>,
    /// Countries, any of them; all if empty.
    pub countries: Vec<String>,
    /// Fields and values. Fields are `schema`, `datasets`, `topics`, `countries`, `id`, `referents`, `target`, or a property, alone or after `properties.`.
    pub fields: Vec<(String, String)>,
    /// If all values of one field, and not only one of them, are wanted: for `topics`, `countries` and `fields`.
    pub all: bool,
    /// Day or moment, such as `2024-01-31` or `2024-01-31T10:20:30`: only what changed after it.
    pub changed_since: Option<String>,
    /// Ids, own or referents', left out.
    pub exclude_ids: Vec<String>,
    /// Which stays on lists count.
    pub standing: Standing,
}

/// Which entries are wanted, by their stay on lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// What is on a list at the last state, and entities without listing.
    #[default]
    Current,
    /// What was on a list on that day, or may have been, and entities without listing.
    On(Date),
    /// Everything, with its status on that day: not yet, no longer, undetermined.
    All(Option<Date>),
}

impl Standing {
    /// Day at which a status is told; `None` for the last state.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Current => None,
            Self::On(day) => Some(day),
            Self::All(day) => day,
        }
    }

    fn keeps(self, status: Option<Status>) -> bool {
        match self {
            Self::All(_) => true,
            Self::Current | Self::On(_) => matches!(status, None | Some(Status::Listed | Status::Undetermined)),
        }
    }
}

/// Schemata that a schema stands for: those that it can be compared with if it is matchable, and all that extend it.
///
/// With `comparing`, as for a party that is screened, extending schemata that can't be compared are left out.
#[must_use]
pub fn schemata(schema: Schema, comparing: bool) -> Vec<Schema> {
    let below = |s: Schema| s.is_a(schema.name());
    model()
        .schemata()
        .filter(|s| {
            let comparable = schema.matchable() && s.matchable() && (below(*s) || schema.is_a(s.name()));
            comparable || (!comparing && !schema.matchable() && below(*s))
        })
        .collect()
}

/// A filter made ready for one index.
pub(super) struct Ready<'a> {
    filter: &'a Filter,
    datasets: Option<Vec<Tag>>,
    topics: Vec<Option<Tag>>,
    countries: Vec<Option<Tag>>,
    fields: BTreeMap<&'a str, Vec<&'a str>>,
    changed: u64,
    not_schemata: Vec<Schema>,
}

impl<'a> Ready<'a> {
    pub(super) fn new(filter: &'a Filter, inner: &Inner) -> Self {
        let symbols = &inner.symbols;
        let narrowed = !(filter.scope.is_empty() && filter.include_datasets.is_empty() && filter.exclude_datasets.is_empty());
        let datasets = narrowed.then(|| {
            inner
                .datasets()
                .into_keys()
                .filter(|d| filter.scope.is_empty() || filter.scope.contains(d))
                .filter(|d| filter.include_datasets.is_empty() || filter.include_datasets.contains(d))
                .filter(|d| !filter.exclude_datasets.contains(d))
                .filter_map(|d| symbols.find(Column::Dataset, &d))
                .collect()
        });
        let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (field, value) in &filter.fields {
            fields.entry(field).or_default().push(value);
        }
        Self {
            datasets,
            topics: filter.topics.iter().map(|t| symbols.find(Column::Topic, t)).collect(),
            countries: filter.countries.iter().map(|c| symbols.find(Column::Country, c)).collect(),
            fields,
            changed: filter.changed_since.as_deref().map_or(0, moment),
            not_schemata: filter.exclude_schemata.iter().filter_map(|s| model().schema(s)).collect(),
            filter,
        }
    }

    /// If an entity passes. `last` is the newest version, which tells its status.
    pub(super) fn passes(&self, doc: &Doc, last: &Doc) -> bool {
        if !self.filter.schemata.is_empty() && !self.filter.schemata.contains(&doc.schema) {
            return false;
        }
        if self.not_schemata.contains(&doc.schema) {
            return false;
        }
        if let Some(datasets) = &self.datasets
            && !datasets.iter().any(|d| doc.tags.contains(d))
        {
            return false;
        }
        if !self.tags(&self.topics, doc) || !self.tags(&self.countries, doc) {
            return false;
        }
        if self.changed > 0 && doc.changed <= self.changed {
            return false;
        }
        if !self.filter.exclude_ids.is_empty() {
            let out = |id: &str| self.filter.exclude_ids.iter().any(|e| e == id);
            if out(&doc.id) || doc.referents.iter().any(|r| out(r)) {
                return false;
            }
        }
        if !self.filter.standing.keeps(last.status(self.filter.standing.day())) {
            return false;
        }
        self.fields.is_empty() || self.in_fields(doc)
    }

    fn tags(&self, wanted: &[Option<Tag>], doc: &Doc) -> bool {
        let has = |t: &Option<Tag>| t.is_some_and(|t| doc.tags.contains(&t));
        match (wanted.is_empty(), self.filter.all) {
            (true, _) => true,
            (false, true) => wanted.iter().all(has),
            (false, false) => wanted.iter().any(has),
        }
    }

    fn in_fields(&self, doc: &Doc) -> bool {
        let entry = doc.entry();
        self.fields.iter().all(|(field, values)| {
            let has = |v: &&str| field_values(&entry, field).iter().any(|have| same(have, v));
            if self.filter.all { values.iter().all(has) } else { values.iter().any(has) }
        })
    }
}

/// If two values are the same but for case.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

/// Values of a field, as [`Filter::fields`] names them.
pub(super) fn field_values(entry: &Entry, field: &str) -> Vec<String> {
    let entity = &entry.entity;
    let texts = |v: &[String]| v.to_vec();
    match field {
        "id" | "entity_id" | "_id" => vec![entity.id.clone()],
        "caption" => vec![entity.caption.clone()],
        "schema" => vec![entity.schema.name().to_owned()],
        "datasets" => texts(&entity.datasets),
        "referents" => texts(&entity.referents),
        "target" => vec![entity.target.to_string()],
        "first_seen" => entity.first_seen.iter().cloned().collect(),
        "last_seen" => entity.last_seen.iter().cloned().collect(),
        "last_change" => entity.last_change.iter().cloned().collect(),
        _ => {
            let name = field.strip_prefix("properties.").unwrap_or(field);
            let values = entity.get(name);
            if !values.is_empty() {
                return texts(values);
            }
            let Some((kind, _)) = model().types.iter().find(|(_, t)| t.group.as_deref() == Some(name)) else { return Vec::new() };
            entity.of_type(kind).map(|(_, v)| v.to_owned()).collect()
        }
    }
}
