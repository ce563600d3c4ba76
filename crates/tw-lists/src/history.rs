//! A list through time: captures and changes in, dated stays of each entry out.
//!
//! Most lists print the present only. Who was listed on a day, and since when, then comes from captures: an entry that one capture shows and the
//! one before does not was listed between the two, and one that is gone left between the two. Days that the list prints itself are kept.
//!
//! ```
//! use tw_base::Date;
//! use tw_ftm::{Status, read_entry};
//! use tw_lists::history::History;
//! let day = |text: &str| text.parse::<Date>().expect("a date");
//! let text = r#"{"entity":{"id":"ofac-1","schema":"Company","properties":{"name":["Example"]}},"listings":[{"list":"US-SDN","entry":"1","listed":{}}]}"#;
//! let company = || read_entry(text).expect("an entry");
//! let mut history = History::new("US-SDN");
//! history.state(day("2019-01-31"), vec![company()])?;
//! history.state(day("2021-07-31"), vec![])?;
//! let entries = history.entries();
//! assert_eq!(entries[0].status(day("2019-06-01")), Some(Status::Undetermined));
//! assert_eq!(entries[0].status(day("2019-01-31")), Some(Status::Listed));
//! assert_eq!(entries[0].status(day("2021-07-31")), Some(Status::NoLonger));
//! # Ok::<(), tw_lists::history::HistoryError>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;
use tw_base::{Date, RecordPtr};
use tw_ftm::{Entity, Entry, Listing, When};

/// When a capture was made: a day, or two days between which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// It was not made before this day.
    pub from: Date,
    /// It was not made after this day.
    pub to: Date,
}

impl From<Date> for Seen {
    fn from(day: Date) -> Self {
        Self { from: day, to: day }
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{} to {}", self.from, self.to) }
    }
}

/// Why a capture or change does not fit what came before.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// States and changes come in the order of time.
    #[error("the state of {day} comes after the one of {last}: give captures in the order of time")]
    Order {
        /// When the state was captured.
        day: Seen,
        /// When the last one taken was.
        last: Seen,
    },
    /// An entry was added that is on the list.
    #[error("{day}: `{id}` is added, but it is on the list: a change is missing or comes twice")]
    Twice {
        /// When the change was captured.
        day: Seen,
        /// Id of the entity.
        id: String,
    },
    /// An entry was changed or taken off that is not on the list.
    #[error("{day}: `{id}` is changed or taken off, but it is not on the list: a change is missing")]
    Absent {
        /// When the change was captured.
        day: Seen,
        /// Id of the entity.
        id: String,
    },
    /// A dated fact names a list or entry that is not there in a way that can hold.
    #[error("{what}")]
    Fact {
        /// What is wrong.
        what: String,
    },
}

/// One change of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An entry came.
    Add(Entry),
    /// An entry changed.
    Modify(Entry),
    /// The entity with this id left.
    Delete(String),
}

/// One list, through its captures.
#[derive(Clone, Debug)]
pub struct History {
    list: String,
    parties: BTreeMap<String, Party>,
    /// Entities without a stay of their own: links between parties, wallets.
    others: BTreeMap<String, Entity>,
    silent: &'static [&'static str],
    last: Option<Seen>,
    states: usize,
}

#[derive(Clone, Debug, Default)]
struct Party {
    /// What the list said of it, oldest first, without repeats.
    versions: Vec<Entity>,
    /// Stays on the list, oldest first.
    stays: Vec<Stay>,
}

#[derive(Clone, Debug)]
struct Stay {
    listings: Vec<Listing>,
    open: bool,
}

impl History {
    /// A list of which nothing is known yet.
    #[must_use]
    pub fn new(list: impl Into<String>) -> Self {
        Self { list: list.into(), parties: BTreeMap::new(), others: BTreeMap::new(), silent: &[], last: None, states: 0 }
    }

    /// Says which properties the captures that follow cannot show, because they lack a file of the set: what was known of them stays.
    pub fn silent_about(&mut self, properties: &'static [&'static str]) {
        self.silent = properties;
    }

    /// Name of the list.
    #[must_use]
    pub fn list(&self) -> &str {
        &self.list
    }

    /// When the last state was captured.
    #[must_use]
    pub fn last(&self) -> Option<Seen> {
        self.last
    }

    /// Number of states taken.
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// Number of entries on the list at the last state.
    #[must_use]
    pub fn on_list(&self) -> usize {
        self.parties.values().filter(|p| p.open()).count()
    }

    /// Takes a whole state of the list: what is not in it has left.
    ///
    /// # Errors
    /// If it may be older than the last one taken. The history is as before then.
    pub fn state(&mut self, day: impl Into<Seen>, entries: Vec<Entry>) -> Result<(), HistoryError> {
        let day = day.into();
        self.in_order(day)?;
        let present: BTreeSet<String> = entries.iter().map(|e| e.entity.id.clone()).collect();
        let gone: Vec<String> =
            self.parties.iter().filter(|(id, p)| p.open() && !present.contains(*id)).map(|(id, _)| id.clone()).collect();
        for id in gone {
            self.close(day, &id);
        }
        self.others.clear();
        for entry in entries {
            if self.parties.get(&entry.entity.id).is_some_and(Party::open) {
                self.change(day, entry);
            } else {
                self.open(day, entry);
            }
        }
        self.passed(day);
        Ok(())
    }

    /// Takes changes since the last state.
    ///
    /// # Errors
    /// If the day is before the last state, an entry is added twice, or one that is not there is changed or deleted. The history is as before then.
    pub fn changes(&mut self, day: impl Into<Seen>, changes: Vec<Change>) -> Result<(), HistoryError> {
        let day = day.into();
        self.in_order(day)?;
        let mut there: BTreeMap<&str, bool> = BTreeMap::new();
        for change in &changes {
            let id = match change {
                Change::Add(entry) | Change::Modify(entry) => entry.entity.id.as_str(),
                Change::Delete(id) => id,
            };
            let now = *there.entry(id).or_insert_with(|| self.parties.get(id).is_some_and(Party::open));
            match (change, now) {
                (Change::Add(_), true) => return Err(HistoryError::Twice { day, id: id.to_owned() }),
                (Change::Modify(_) | Change::Delete(_), false) => return Err(HistoryError::Absent { day, id: id.to_owned() }),
                _ => {}
            }
            there.insert(id, !matches!(change, Change::Delete(_)));
        }
        for change in changes {
            match change {
                Change::Add(entry) => self.open(day, entry),
                Change::Modify(entry) => self.change(day, entry),
                Change::Delete(id) => self.close(day, &id),
            }
        }
        self.passed(day);
        Ok(())
    }

    /// If a capture shows an entry of this number.
    #[must_use]
    pub fn shows(&self, entry: &str) -> bool {
        self.parties.values().flat_map(|p| &p.stays).flat_map(|s| &s.listings).any(|l| l.entry == entry)
    }

    /// Sets days that are known from another source than the list's captures.
    ///
    /// # Errors
    /// If a fact is about an entry that is not on this list, or contradicts what captures show.
    pub fn facts(&mut self, facts: &[Fact]) -> Result<(), HistoryError> {
        for fact in facts.iter().filter(|f| f.list == self.list) {
            let wrong = |why: &str| HistoryError::Fact { what: format!("{} {}: {why}", fact.list, fact.entry) };
            let mut listings = self.parties.values_mut().flat_map(|p| &mut p.stays).flat_map(|s| &mut s.listings);
            let listing = listings.find(|l| l.entry == fact.entry).ok_or_else(|| wrong("no capture shows this entry"))?;
            let outside =
                |day: Date, seen: When| seen.not_after.is_some_and(|by| day > by) || seen.not_before.is_some_and(|from| day < from);
            if outside(fact.listed, listing.listed) {
                return Err(wrong(&format!("listed on {}, but captures show it was listed {}", fact.listed, listing.listed)));
            }
            if let Some(off) = fact.delisted {
                let Some(seen) = listing.delisted else { return Err(wrong(&format!("delisted on {off}, but the last capture shows it"))) };
                if outside(off, seen) {
                    return Err(wrong(&format!("delisted on {off}, but captures show it left {seen}")));
                }
                listing.delisted = Some(When::on(off));
            }
            listing.listed = When::on(fact.listed);
            listing.basis = Some(fact.source.clone());
        }
        Ok(())
    }

    /// The entities on the list at the last state, by id, as it showed them.
    pub fn present(&self) -> impl Iterator<Item = &Entity> {
        self.parties.values().filter(|p| p.open()).filter_map(|p| p.versions.last())
    }

    /// Every party that was ever on the list, with its stays, by id.
    ///
    /// The newest version of a party comes last; an older one stands before it only if it has a name or identifier that no newer one has.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(self.parties.len());
        for party in self.parties.values() {
            let until = self.last.map(|seen| seen.from);
            let all = party.stays.iter().flat_map(|stay| &stay.listings);
            let listings: Vec<Listing> = all.map(|listing| Listing { seen_until: until, ..listing.clone() }).collect();
            let mut said = BTreeSet::new();
            let mut kept: Vec<&Entity> = Vec::new();
            for version in party.versions.iter().rev() {
                let says = telling(version);
                if kept.is_empty() || !says.is_subset(&said) {
                    kept.push(version);
                    said.extend(says);
                }
            }
            entries.extend(kept.into_iter().rev().map(|version| Entry { entity: version.clone(), listings: listings.clone() }));
        }
        entries.extend(self.others.values().map(|entity| Entry { entity: entity.clone(), listings: Vec::new() }));
        entries
    }

    fn in_order(&self, day: Seen) -> Result<(), HistoryError> {
        match self.last {
            Some(last) if day.from > day.to || day.to < last.to || day.from < last.from => Err(HistoryError::Order { day, last }),
            _ => Ok(()),
        }
    }

    fn passed(&mut self, day: Seen) {
        self.last = Some(day);
        self.states += 1;
    }

    /// A day between the last state and this one, as far as captures tell.
    fn since_last(&self, day: Seen) -> When {
        match self.last {
            Some(last) => When::between(last.from.tomorrow().unwrap_or(last.from).min(day.to), day.to),
            None => When::by(day.to),
        }
    }

    fn open(&mut self, day: Seen, entry: Entry) {
        if entry.listings.is_empty() {
            self.others.insert(entry.entity.id.clone(), entry.entity);
            return;
        }
        let seen = self.since_last(day);
        let mut listings = entry.listings;
        for listing in &mut listings {
            // A day that the list prints is better than what captures bound; else the bounds.
            if listing.listed.exact().is_none() {
                listing.listed = seen;
            }
        }
        let silent = self.silent;
        let party = self.parties.entry(entry.entity.id.clone()).or_default();
        party.say(entry.entity, silent);
        party.stays.push(Stay { listings, open: true });
    }

    fn change(&mut self, day: Seen, entry: Entry) {
        let silent = self.silent;
        let Some(party) = self.parties.get_mut(&entry.entity.id) else { return };
        let changed = party.say(entry.entity, silent);
        let Some(stay) = party.stays.last_mut() else { return };
        for printed in entry.listings {
            let Some(known) = stay.listings.iter_mut().find(|l| l.list == printed.list && l.entry == printed.entry) else {
                stay.listings.push(printed);
                continue;
            };
            if known.listed.exact().is_none() && printed.listed.exact().is_some() {
                known.listed = printed.listed;
            }
            known.amended.extend(printed.amended);
            known.delisted = known.delisted.or(printed.delisted);
            if !printed.programmes.is_empty() {
                known.programmes = printed.programmes;
            }
            keep_ends(&mut known.records, printed.records);
        }
        for listing in &mut stay.listings {
            if changed {
                listing.amended.push(day.to);
            }
            listing.amended.sort_unstable();
            listing.amended.dedup();
        }
    }

    fn close(&mut self, day: Seen, id: &str) {
        let seen = self.since_last(day);
        let Some(stay) = self.parties.get_mut(id).and_then(|p| p.stays.last_mut()) else { return };
        stay.open = false;
        for listing in &mut stay.listings {
            listing.delisted = listing.delisted.or(Some(seen));
        }
    }
}

/// Keeps the record that showed it first and the one that showed it last.
fn keep_ends(records: &mut Vec<RecordPtr>, new: Vec<RecordPtr>) {
    for record in new {
        if !records.contains(&record) {
            records.truncate(1);
            records.push(record);
        }
    }
}

impl Party {
    fn open(&self) -> bool {
        self.stays.last().is_some_and(|s| s.open)
    }

    /// Takes a new version, and tells if it differs from the last. Properties that the capture is silent about are taken from the last.
    fn say(&mut self, mut entity: Entity, silent: &[&str]) -> bool {
        let Some(last) = self.versions.last() else {
            self.versions.push(entity);
            return true;
        };
        for property in silent {
            for value in last.get(property) {
                entity.add(property, value.clone());
            }
        }
        let changed = !same(last, &entity);
        if changed {
            self.versions.push(entity);
        }
        changed
    }
}

/// Equal in schema and values, in whatever order they are written.
fn same(a: &Entity, b: &Entity) -> bool {
    let values = |entity: &Entity| -> BTreeMap<&'static str, BTreeSet<String>> {
        entity.properties.iter().map(|(name, values)| (*name, values.iter().cloned().collect())).collect()
    };
    a.schema == b.schema && (a.properties == b.properties || values(a) == values(b))
}

/// Names and identifiers: what a party can be found by.
fn telling(entity: &Entity) -> BTreeSet<(&'static str, String)> {
    let mut told: BTreeSet<(&'static str, String)> = BTreeSet::new();
    for kind in ["name", "identifier"] {
        told.extend(entity.of_type(kind).map(|(_, value)| (kind, value.to_owned())));
    }
    told
}

/// A day of listing or delisting from another source than captures of the list, with its citation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// List, such as `US-SDN`.
    pub list: String,
    /// Number of the entry on the list.
    pub entry: String,
    /// Name, for the reader.
    pub name: String,
    /// Day of listing.
    pub listed: Date,
    /// Day of delisting.
    pub delisted: Option<Date>,
    /// Where it was published.
    pub source: String,
}

/// The dated facts that come with the program.
#[must_use]
pub fn bundled_facts() -> Vec<Fact> {
    let text = include_str!("../data/listing_dates.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("the bundled dates are read by a test")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_ftm::{Status, model};

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn entry(id: &str, name: &str) -> Entry {
        let mut entity = Entity::new(id, model().schema("Company").expect("a schema"));
        entity.add("name", name);
        let listing = Listing {
            list: "US-SDN".into(),
            entry: id.rsplit('-').next().unwrap_or(id).into(),
            programmes: vec![],
            listed: When::default(),
            amended: vec![],
            delisted: None,
            seen_until: None,
            records: vec![],
            basis: None,
        };
        Entry { entity, listings: vec![listing] }
    }

    #[test]
    fn what_a_capture_cannot_show_is_not_taken_away() {
        let mut whole = entry("l-1", "One");
        whole.entity.add("alias", "Uno");
        let mut history = History::new("L");
        history.state(day("2020-01-01"), vec![whole]).expect("in order");
        history.silent_about(&["alias"]);
        history.state(day("2020-02-01"), vec![entry("l-1", "One")]).expect("in order");
        let entries = history.entries();
        assert_eq!((entries.len(), entries[0].entity.get("alias")), (1, &["Uno".to_owned()][..]));
        assert!(entries[0].listings[0].amended.is_empty());
        history.silent_about(&[]);
        history.state(day("2020-03-01"), vec![entry("l-1", "One")]).expect("in order");
        assert_eq!(history.entries().len(), 2);
    }

    #[test]
    fn a_link_between_parties_is_no_party_on_the_list() {
        let mut link = entry("l-link", "x");
        link.listings.clear();
        let mut history = History::new("L");
        history.state(day("2020-01-01"), vec![entry("l-1", "One"), link]).expect("in order");
        assert_eq!((history.on_list(), history.entries().len()), (1, 2));
        assert_eq!(history.entries()[1].status(day("2020-01-01")), None);
    }

    #[test]
    fn an_entry_between_two_captures_is_undetermined_there_and_only_there() {
        let mut history = History::new("L");
        history.state(day("2020-01-01"), vec![entry("l-1", "One")]).expect("in order");
        history.state(day("2020-01-10"), vec![entry("l-1", "One"), entry("l-2", "Two")]).expect("in order");
        history.state(day("2020-01-20"), vec![entry("l-2", "Two")]).expect("in order");
        let entries = history.entries();
        let status = |n: usize, d: &str| entries[n].status(day(d)).expect("a listing");
        assert_eq!(status(0, "2019-12-31"), Status::Undetermined);
        assert_eq!(status(0, "2020-01-10"), Status::Listed);
        assert_eq!(status(0, "2020-01-11"), Status::Undetermined);
        assert_eq!(status(0, "2020-01-20"), Status::NoLonger);
        assert_eq!(status(1, "2020-01-01"), Status::NotYet);
        assert_eq!(status(1, "2020-01-05"), Status::Undetermined);
        assert_eq!(status(1, "2026-01-01"), Status::Listed);
        assert_eq!(history.on_list(), 1);
    }

    #[test]
    fn a_party_that_comes_back_has_two_stays() {
        let mut history = History::new("L");
        history.state(day("2020-01-01"), vec![entry("l-1", "One")]).expect("in order");
        history.changes(day("2020-02-01"), vec![Change::Delete("l-1".into())]).expect("fits");
        history.changes(day("2020-03-01"), vec![Change::Add(entry("l-1", "One"))]).expect("fits");
        let entries = history.entries();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].listings.len(), 2);
        let on = |d: &str| entries[0].status(day(d)).expect("a listing");
        assert_eq!(on("2020-01-15"), Status::Undetermined);
        assert_eq!(on("2020-02-01"), Status::NoLonger);
        assert_eq!(on("2020-02-15"), Status::Undetermined);
        assert_eq!(on("2020-03-01"), Status::Listed);
    }

    #[test]
    fn an_older_version_stays_only_if_it_can_find_something_the_last_cannot() {
        let mut history = History::new("L");
        history.state(day("2020-01-01"), vec![entry("l-1", "Old name")]).expect("in order");
        history.changes(day("2020-02-01"), vec![Change::Modify(entry("l-1", "New name"))]).expect("fits");
        let mut both = entry("l-1", "New name");
        both.entity.add("alias", "Old name");
        history.changes(day("2020-03-01"), vec![Change::Modify(both)]).expect("fits");
        assert_eq!(history.entries().len(), 1);
        history.changes(day("2020-04-01"), vec![Change::Modify(entry("l-1", "New name"))]).expect("fits");
        let captions: Vec<Vec<String>> = history.entries().iter().map(|e| e.entity.get("alias").to_vec()).collect();
        assert_eq!(captions, [vec!["Old name".to_owned()], vec![]]);
        assert_eq!(history.entries()[0].listings[0].amended.len(), 3);
    }

    #[test]
    fn a_change_that_does_not_fit_is_refused_and_changes_nothing() {
        let mut history = History::new("L");
        history.state(day("2020-01-01"), vec![entry("l-1", "One")]).expect("in order");
        let before = history.entries();
        let changes = vec![Change::Delete("l-1".into()), Change::Delete("l-1".into())];
        assert_eq!(
            history.changes(day("2020-01-02"), changes),
            Err(HistoryError::Absent { day: day("2020-01-02").into(), id: "l-1".into() })
        );
        assert!(matches!(history.changes(day("2020-01-02"), vec![Change::Add(entry("l-1", "x"))]), Err(HistoryError::Twice { .. })));
        assert!(matches!(history.state(day("2019-01-02"), vec![]), Err(HistoryError::Order { .. })));
        assert_eq!(history.entries(), before);
    }

    #[test]
    fn a_fact_must_fit_what_captures_show() {
        let mut history = History::new("US-SDN");
        history.state(day("2019-01-31"), vec![entry("ofac-1", "One")]).expect("in order");
        history.state(day("2021-07-01"), vec![]).expect("in order");
        let fact = |listed: &str, delisted: &str| Fact {
            list: "US-SDN".into(),
            entry: "1".into(),
            name: "One".into(),
            listed: day(listed),
            delisted: Some(day(delisted)),
            source: "https://example.org".into(),
        };
        assert!(history.clone().facts(&[fact("2019-03-01", "2020-01-01")]).is_err());
        assert!(history.clone().facts(&[fact("2017-06-01", "2022-01-01")]).is_err());
        history.facts(&[fact("2017-06-01", "2020-03-02")]).expect("fits");
        let entries = history.entries();
        assert_eq!(entries[0].status(day("2017-05-31")), Some(Status::NotYet));
        assert_eq!(entries[0].status(day("2018-12-31")), Some(Status::Listed));
        assert_eq!(entries[0].status(day("2020-03-02")), Some(Status::NoLonger));
    }

    #[test]
    fn the_bundled_dates_can_be_read() {
        let facts = bundled_facts();
        assert!(facts.iter().any(|f| f.entry == "22327" && f.listed == day("2017-06-01")));
    }
}
