//! An entry while it is put together, and the way out for entries.

use std::collections::HashMap;
use std::ops::ControlFlow;

use tw_base::{Date, RecordPtr, Sha256, Span};
use tw_ftm::{Entity, Entry, Listing, Schema, When, model};

use crate::dates::{self, Order};
use crate::format::Format;
use crate::report::{Capture, Report};

/// Longest name: 10 kB. The longest on a list today has about 400 characters.
const MOST_NAME: usize = 10_000;
/// Longest identifier, country, date or other short value. The longest today are a few hundred characters of several numbers in one.
const MOST_VALUE: usize = 10_000;
/// Most values of one entry. The longest entry today has about 600.
const MOST_VALUES: usize = 20_000;
/// Most links and names kept to resolve links by name: about twenty times what the lists hold today.
const MOST_KEPT: usize = 1_000_000;

/// A schema by name; the names are constants of this crate, so a missing one is a bug that the tests find.
pub(crate) fn schema(name: &str) -> Schema {
    model().schema(name).expect("the model has the schema: a test asks for each")
}

/// The schemata that the readers use.
#[cfg(test)]
pub(crate) const SCHEMATA: &[&str] =
    &["Person", "Organization", "LegalEntity", "Vessel", "Airplane", "Asset", "UnknownLink", "Ownership", "CryptoWallet", "Thing"];

/// White space, line breaks and invisible marks at the ends and between words made one space.
pub(crate) fn tidy(text: &str) -> String {
    let text = text.trim();
    // Most values need nothing: a scan of bytes is quicker than one of characters.
    let bytes = text.as_bytes();
    let plain = |pair: &[u8]| pair[0] > b' ' && pair[0] < 0x7f || pair[0] == b' ' && pair[1] != b' ';
    if bytes.windows(2).all(plain) && bytes.last().is_none_or(|last| *last < 0x7f) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Parts of an address or a name, those that are empty left out.
pub(crate) fn join<'a>(parts: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let mut out = String::new();
    for part in parts {
        let part = tidy(part);
        if part.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&part);
    }
    out
}

/// An entity that is a list's entry, while it is read.
pub(crate) struct Draft {
    pub(crate) entity: Entity,
    pub(crate) programmes: Vec<String>,
    /// Day of listing as printed.
    pub(crate) listed: Option<When>,
    pub(crate) basis: Option<String>,
    pub(crate) amended: Vec<Date>,
    pub(crate) delisted: Option<When>,
    pub(crate) records: Vec<RecordPtr>,
    /// Number of the entry on its list.
    pub(crate) number: String,
    /// Why it cannot be taken.
    pub(crate) fault: Option<String>,
    /// What is to be counted about it.
    pub(crate) remarks: Vec<String>,
    /// Parties that the entry names as linked to it.
    pub(crate) links: Vec<(String, LinkKind)>,
    /// Entities that come along.
    pub(crate) others: Vec<Entity>,
    /// Topic, if it is another than the list's.
    pub(crate) topic: Option<&'static str>,
    values: usize,
}

/// How a named party is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// In a way that the list does not say, or says in these words.
    Unknown(String),
    /// The named party owns the entry.
    Owner,
}

impl Draft {
    pub(crate) fn new(id: String, schema_name: &str) -> Self {
        Self {
            entity: Entity::new(id, schema(schema_name)),
            programmes: Vec::new(),
            listed: None,
            basis: None,
            amended: Vec::new(),
            delisted: None,
            records: Vec::new(),
            number: String::new(),
            fault: None,
            remarks: Vec::new(),
            links: Vec::new(),
            others: Vec::new(),
            topic: None,
            values: 0,
        }
    }

    pub(crate) fn fail(&mut self, reason: impl Into<String>) {
        self.fault.get_or_insert_with(|| reason.into());
    }

    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    pub(crate) fn is_a(&self, schema_name: &str) -> bool {
        self.entity.schema.is_a(schema_name)
    }

    /// Adds a value; false if the schema has no such property.
    pub(crate) fn add(&mut self, property: &str, text: &str) -> bool {
        if text.trim().is_empty() {
            return true;
        }
        let Some(known) = self.entity.schema.property(property) else { return false };
        if text.contains('\0') {
            self.fail("a value holds NUL");
            return true;
        }
        let most = match known.kind {
            "name" => MOST_NAME,
            "text" | "string" | "address" => usize::MAX,
            _ => MOST_VALUE,
        };
        if text.len() > most {
            self.fail(if known.kind == "name" { "a name is longer than 10,000 bytes" } else { "a value is longer than 10,000 bytes" });
            return true;
        }
        self.values += 1;
        if self.values > MOST_VALUES {
            self.fail("the entry has more than 20,000 values");
            return true;
        }
        let value = tidy(text);
        let properties = &mut self.entity.properties;
        match properties.iter_mut().find(|(name, _)| *name == known.name) {
            Some((_, values)) if value.is_empty() || values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None if value.is_empty() => {}
            None => properties.push((known.name, vec![value])),
        }
        true
    }

    /// Adds a value to the first of the properties that the schema has; else it becomes a note, with its label.
    pub(crate) fn put(&mut self, properties: &[&str], label: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() || properties.iter().any(|property| self.add(property, text)) {
            return;
        }
        self.note(&join([label, text], " "));
    }

    pub(crate) fn note(&mut self, text: &str) {
        self.add("notes", text);
    }

    /// Adds the name of a person who is written `LAST, First`, with its parts; anything else as it stands.
    pub(crate) fn name(&mut self, property: &str, text: &str) {
        let text = tidy(text);
        if self.is_a("Person")
            && let Some((last, first)) = text.split_once(',')
        {
            return self.person(property, first, last);
        }
        self.add(property, &text);
    }

    /// Adds the name of a person from its parts.
    pub(crate) fn person(&mut self, property: &str, first: &str, last: &str) {
        let (first, last) = (tidy(first), tidy(last));
        self.add(property, &join([first.as_str(), last.as_str()], " "));
        if property == "name" && self.is_a("Person") && !first.is_empty() && !last.is_empty() {
            self.add("firstName", &first);
            self.add("lastName", &last);
        }
    }

    /// Adds a date of birth as the list writes it.
    pub(crate) fn birth(&mut self, text: &str, order: Order) {
        let text = tidy(text);
        if text.is_empty() {
            return;
        }
        let birth = dates::birth(&text, order);
        if birth.dates.is_empty() {
            self.remark("a date of birth was not understood");
        }
        for date in &birth.dates {
            self.put(&["birthDate", "incorporationDate"], "date of birth", date);
        }
        if !birth.exact {
            self.note(&format!("DOB {text}"));
        }
    }

    /// Adds an IMO number as `IMO1234567` if it has seven digits, else as it stands.
    pub(crate) fn imo(&mut self, text: &str) {
        let text = tidy(text);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let bare = text.strip_prefix("IMO").unwrap_or(&text).trim_matches([' ', ':', '.']);
        if digits.len() == 7 && bare == digits {
            self.put(&["imoNumber", "registrationNumber"], "IMO", &format!("IMO{digits}"));
        } else if !text.is_empty() {
            self.remark("an IMO number is not of seven digits");
            self.put(&["imoNumber", "registrationNumber"], "IMO", &text);
        }
    }

    pub(crate) fn gender(&mut self, text: &str) {
        let lower = text.trim().to_ascii_lowercase();
        match lower.as_str() {
            "" | "unknown" | "n/a" => {}
            "male" | "m" => self.put(&["gender"], "Gender", "male"),
            "female" | "f" => self.put(&["gender"], "Gender", "female"),
            _ => self.put(&["gender"], "Gender", text),
        }
    }

    pub(crate) fn programme(&mut self, text: &str) {
        let text = tidy(text);
        if text.is_empty() || self.programmes.contains(&text) {
            return;
        }
        self.add("programId", &text);
        self.programmes.push(text);
    }

    pub(crate) fn amend(&mut self, day: Option<Date>) {
        if let Some(day) = day
            && !self.amended.contains(&day)
        {
            self.amended.push(day);
        }
    }

    pub(crate) fn record(&mut self, capture: Sha256, span: Span) {
        self.records.push(RecordPtr { capture, span });
    }
}

/// A link whose other end is known by its name only.
struct Link {
    from: String,
    name: String,
    kind: LinkKind,
    place: Span,
}

/// Which entity a name belongs to.
enum Named {
    One(String),
    Several,
}

/// The way out: gives entries to their receiver and keeps count.
pub(crate) struct Out<'s> {
    sink: &'s mut dyn FnMut(Entry) -> ControlFlow<()>,
    pub(crate) report: Report,
    pub(crate) capture: &'s Capture,
    pub(crate) dataset: String,
    topic: &'static str,
    links: Vec<Link>,
    names: HashMap<String, Named>,
}

impl<'s> Out<'s> {
    pub(crate) fn new(format: Format, file_name: &str, capture: &'s Capture, sink: &'s mut dyn FnMut(Entry) -> ControlFlow<()>) -> Self {
        let (list, dataset) = format.list(file_name);
        let list = capture.list.clone().unwrap_or_else(|| list.to_owned());
        let dataset = dataset_of(&list).map_or(dataset, |d| d).to_owned();
        let topic = if matches!(format, Format::DplTsv) { "export.control" } else { "sanction" };
        Self { sink, report: Report::new(format, list), capture, dataset, topic, links: Vec::new(), names: HashMap::new() }
    }

    /// True once the receiver has enough.
    pub(crate) fn stopped(&self) -> bool {
        self.report.stopped
    }

    fn send(&mut self, entry: Entry) {
        if !self.report.stopped && (self.sink)(entry).is_break() {
            self.report.stopped = true;
        }
    }

    /// Gives an entity that is no entry itself.
    pub(crate) fn give_other(&mut self, mut entity: Entity) {
        entity.target = false;
        entity.set_caption();
        if entity.datasets.is_empty() {
            entity.datasets.push(self.dataset.clone());
        }
        self.give_raw(Entry { entity, listings: Vec::new() });
    }

    /// Gives an entry as it is.
    pub(crate) fn give_raw(&mut self, entry: Entry) {
        if entry.listings.is_empty() {
            self.report.others += 1;
        } else {
            self.report.entries += 1;
        }
        self.send(entry);
    }

    /// The day of listing of an entry for which none is printed.
    pub(crate) fn unprinted(&self) -> (When, Option<String>) {
        match self.capture.captured {
            Some(day) => (When::by(day), Some("day of the capture: the list prints no day of listing".to_owned())),
            None => (When::default(), None),
        }
    }

    /// Makes an entry of a draft, and gives it, or counts why not.
    pub(crate) fn give(&mut self, draft: Draft, place: Span) {
        let Some((entry, others)) = self.finish(draft, place) else { return };
        self.give_raw(entry);
        for other in others {
            self.give_other(other);
        }
    }

    /// Makes an entry of a draft, or counts why not.
    pub(crate) fn finish(&mut self, mut draft: Draft, place: Span) -> Option<(Entry, Vec<Entity>)> {
        if draft.fault.is_none() && draft.entity.get("name").is_empty() {
            if let Some(alias) = ["alias", "weakAlias", "previousName"].iter().find_map(|p| draft.entity.first(p)).map(str::to_owned) {
                draft.entity.add("name", alias);
                draft.remark("an entry has no principal name: its first other name stands for it");
            } else {
                draft.fail("an entry has no name");
            }
        }
        if draft.fault.is_none() && draft.number.is_empty() {
            draft.fail("an entry has no number");
        }
        if let Some(fault) = &draft.fault {
            self.report.refuse(fault, place);
            return None;
        }
        for remark in &draft.remarks {
            self.report.remark(remark, place.clone());
        }
        let mut entity = draft.entity;
        entity.add("topics", draft.topic.unwrap_or(self.topic));
        entity.set_caption();
        if entity.datasets.is_empty() {
            entity.datasets.push(self.dataset.clone());
        }
        let (listed, basis) = match draft.listed {
            Some(when) => (when, draft.basis),
            None => self.unprinted(),
        };
        draft.amended.sort_unstable();
        let listing = Listing {
            list: self.report.list.clone(),
            entry: draft.number,
            programmes: draft.programmes,
            listed,
            amended: draft.amended,
            delisted: draft.delisted,
            seen_until: self.capture.captured.or(self.report.published),
            records: draft.records,
            basis,
        };
        for (name, kind) in draft.links {
            if self.links.len() >= MOST_KEPT {
                self.report.remark("too many links by name: the rest was left as notes", place.clone());
                break;
            }
            self.links.push(Link { from: entity.id.clone(), name, kind, place: place.clone() });
        }
        self.know(&entity);
        Some((Entry { entity, listings: vec![listing] }, draft.others))
    }

    /// Remembers an entity's principal names, for the links.
    fn know(&mut self, entity: &Entity) {
        for name in entity.get("name") {
            if self.names.len() >= MOST_KEPT {
                return;
            }
            let named = self.names.entry(key(name)).or_insert_with(|| Named::One(entity.id.clone()));
            if matches!(named, Named::One(id) if *id != entity.id) {
                *named = Named::Several;
            }
        }
    }

    /// Gives the links whose other end one entity of this list alone has as its name. The text of every link is a note of its entry,
    /// so that none is lost.
    pub(crate) fn finish_links(&mut self) {
        for link in std::mem::take(&mut self.links) {
            if self.stopped() {
                return;
            }
            let to = match self.find(&link.name) {
                Some(Named::One(id)) => id.clone(),
                Some(Named::Several) => {
                    self.report.remark("a linked party has the name of several entries: left as a note", link.place);
                    continue;
                }
                None => {
                    self.report.remark("a linked party is not on this list by that name: left as a note", link.place);
                    continue;
                }
            };
            if to == link.from {
                continue;
            }
            let entity = edge(&link.from, &to, &link.kind);
            self.give_other(entity);
        }
    }

    fn find(&self, name: &str) -> Option<&Named> {
        if let Some(named) = self.names.get(&key(name)) {
            return Some(named);
        }
        // `LAST, First` of a person is kept as `First LAST`.
        let (last, first) = name.split_once(',')?;
        self.names.get(&key(&join([first, last], " ")))
    }
}

/// An edge between two entries.
pub(crate) fn edge(from: &str, to: &str, kind: &LinkKind) -> Entity {
    match kind {
        LinkKind::Owner => {
            let mut entity = Entity::new(format!("{to}-owns-{from}"), schema("Ownership"));
            entity.add("owner", to);
            entity.add("asset", from);
            entity
        }
        LinkKind::Unknown(role) => {
            let mut entity = Entity::new(format!("{from}-link-{to}"), schema("UnknownLink"));
            entity.add("subject", from);
            entity.add("object", to);
            entity.add("role", role.as_str());
            entity
        }
    }
}

/// A name as it is compared within one list: the same words, whatever their case and full stops at the end.
fn key(name: &str) -> String {
    tidy(name).trim_end_matches(['.', ',']).to_lowercase()
}

/// Dataset of a list, as OpenSanctions calls it.
fn dataset_of(list: &str) -> Option<&'static str> {
    Some(match list {
        "US-SDN" => "us_ofac_sdn",
        "US-CONS" => "us_ofac_cons",
        "US-CSL" => "us_trade_csl",
        "US-DPL" => "us_bis_denied",
        "UN-SC" => "un_sc_sanctions",
        "EU-FSF" => "eu_fsf",
        "EU-OJ" => "eu_journal_sanctions",
        "GB" => "gb_fcdo_sanctions",
        _ => return None,
    })
}

/// List of a dataset; the dataset's own name if it is none of those above.
pub(crate) fn list_of(dataset: &str) -> String {
    match dataset {
        "us_ofac_sdn" => "US-SDN",
        "us_ofac_cons" => "US-CONS",
        "us_trade_csl" => "US-CSL",
        "us_bis_denied" => "US-DPL",
        "un_sc_sanctions" => "UN-SC",
        "eu_fsf" => "EU-FSF",
        "eu_journal_sanctions" => "EU-OJ",
        "gb_fcdo_sanctions" | "gb_hmt_sanctions" => "GB",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_each_schema_that_the_readers_use() {
        for name in SCHEMATA {
            assert_eq!(schema(name).name(), *name);
        }
    }

    #[test]
    fn a_person_written_last_name_first_is_turned_round_and_a_company_is_not() {
        let mut person = Draft::new("a-1".into(), "Person");
        person.name("name", "EXAMPLE,  Jane Q.");
        assert_eq!(person.entity.get("name"), ["Jane Q. EXAMPLE"]);
        assert_eq!((person.entity.first("firstName"), person.entity.first("lastName")), (Some("Jane Q."), Some("EXAMPLE")));
        let mut company = Draft::new("a-2".into(), "Organization");
        company.name("name", "EXAMPLE CO., LTD.");
        assert_eq!(company.entity.get("name"), ["EXAMPLE CO., LTD."]);
    }

    #[test]
    fn a_name_of_more_than_ten_kilobytes_is_a_fault() {
        let mut draft = Draft::new("a-1".into(), "Person");
        draft.name("alias", &"x".repeat(10_001));
        assert!(draft.fault.is_some_and(|f| f.contains("10,000")));
    }
}
