use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tw_base::Date;
use tw_ftm::{Entity, Entry, Listing, Schema, Status, read_entity};

use crate::party::Party;

/// What a value of a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Dataset = 0,
    Topic = 1,
    Country = 2,
}

/// A value of a column as a number: the symbol, and the column in the two lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Tag(u32);

impl Tag {
    fn new(column: Column, symbol: u32) -> Self {
        Self(symbol << 2 | column as u32)
    }

    pub(super) fn column(self) -> Column {
        match self.0 & 3 {
            0 => Column::Dataset,
            1 => Column::Topic,
            _ => Column::Country,
        }
    }

    pub(super) fn is(self, column: Column) -> bool {
        self.0 & 3 == column as u32
    }

    fn symbol(self) -> usize {
        (self.0 >> 2) as usize
    }
}

/// Texts of columns, numbered in the order of arrival. An index and its updates share one.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    inner: RwLock<Numbered>,
}

#[derive(Debug, Default)]
struct Numbered {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Symbols {
    /// The value's tag, new if it was not known.
    pub(super) fn tag(&self, column: Column, text: &str) -> Tag {
        if let Some(tag) = self.find(column, text) {
            return tag;
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(symbol) = inner.numbers.get(text) {
            return Tag::new(column, *symbol);
        }
        let symbol = u32::try_from(inner.texts.len()).unwrap_or(u32::MAX >> 2);
        let text: Arc<str> = Arc::from(text);
        inner.numbers.insert(text.clone(), symbol);
        inner.texts.push(text);
        Tag::new(column, symbol)
    }

    pub(super) fn find(&self, column: Column, text: &str) -> Option<Tag> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.numbers.get(text).map(|symbol| Tag::new(column, *symbol))
    }

    pub(super) fn text(&self, tag: Tag) -> Arc<str> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.get(tag.symbol()).cloned().unwrap_or_else(|| Arc::from(""))
    }
}

/// One entry as the index holds it: its JSON, and what filters look at.
#[derive(Debug)]
pub(super) struct Doc {
    pub(super) id: Box<str>,
    pub(super) schema: Schema,
    pub(super) json: Box<str>,
    pub(super) tags: Box<[Tag]>,
    pub(super) referents: Box<[Box<str>]>,
    /// Entities it points at, with the property.
    pub(super) links: Box<[(&'static str, Box<str>)]>,
    pub(super) listings: Box<[Listing]>,
    /// Last change as a number, year first; 0 if not known.
    pub(super) changed: u64,
    party: OnceLock<Arc<Party>>,
}

impl Doc {
    pub(super) fn new(entry: Entry, symbols: &Symbols) -> Self {
        let Entry { entity, listings } = entry;
        let mut tags: Vec<Tag> = entity.datasets.iter().map(|d| symbols.tag(Column::Dataset, d)).collect();
        tags.extend(entity.of_type("topic").map(|(_, v)| symbols.tag(Column::Topic, v)));
        tags.extend(entity.of_type("country").map(|(_, v)| symbols.tag(Column::Country, v)));
        tags.sort_unstable();
        tags.dedup();
        Self {
            json: serde_json::to_string(&entity).unwrap_or_default().into_boxed_str(),
            tags: tags.into_boxed_slice(),
            referents: entity.referents.iter().map(|r| r.as_str().into()).collect(),
            links: entity.of_type("entity").map(|(name, id)| (name, id.into())).collect(),
            changed: entity.last_change.as_deref().map_or(0, moment),
            listings: listings.into_boxed_slice(),
            schema: entity.schema,
            id: entity.id.into_boxed_str(),
            party: OnceLock::new(),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one for each field")]
    pub(super) fn from_parts(
        id: Box<str>,
        schema: Schema,
        json: Box<str>,
        tags: Box<[Tag]>,
        referents: Box<[Box<str>]>,
        links: Box<[(&'static str, Box<str>)]>,
        listings: Box<[Listing]>,
        changed: u64,
    ) -> Self {
        Self { id, schema, json, tags, referents, links, listings, changed, party: OnceLock::new() }
    }

    /// The entity, read from its JSON.
    pub(super) fn entity(&self) -> Entity {
        match read_entity(&self.json) {
            Ok(read) => read.entity,
            Err(_) => Entity::new(&*self.id, self.schema),
        }
    }

    pub(super) fn entry(&self) -> Entry {
        Entry { entity: self.entity(), listings: self.listings.to_vec() }
    }

    /// The analysed party: kept from an earlier time, or made now, and kept if there is room.
    pub(super) fn party(&self, room: &AtomicUsize) -> Arc<Party> {
        if let Some(party) = self.party.get() {
            return party.clone();
        }
        let party = Arc::new(Party::new(&self.entity()));
        if room.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
            let _ = self.party.set(party.clone());
        }
        party
    }

    /// If its analysed party is kept.
    pub(super) fn has_party(&self) -> bool {
        self.party.get().is_some()
    }

    /// If it was on a list: on that day, or at the last state; `None` without a listing.
    pub(super) fn status(&self, day: Option<Date>) -> Option<Status> {
        match day {
            Some(day) => self.listings.iter().map(|l| l.status(day)).min(),
            None => self.listings.iter().map(|l| if l.delisted.is_none() { Status::Listed } else { Status::NoLonger }).min(),
        }
    }
}

/// A moment such as `2024-01-31T10:20:30` or a day as a number of fourteen digits, missing parts as zero.
pub(super) fn moment(text: &str) -> u64 {
    let mut number = 0;
    let mut digits = 0;
    for byte in text.bytes().filter(u8::is_ascii_digit).take(14) {
        number = number * 10 + u64::from(byte - b'0');
        digits += 1;
    }
    if digits == 0 {
        return 0;
    }
    for _ in digits..14 {
        number *= 10;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_before_every_moment_of_it_but_midnight() {
        assert_eq!(moment("2024-01-31"), 20_240_131_000_000);
        assert!(moment("2024-01-31T00:00:01") > moment("2024-01-31"));
        assert_eq!(moment(""), 0);
    }
}
