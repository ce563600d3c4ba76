//! A party analysed once, for many comparisons.

use tw_ftm::{Entity, Schema};
use tw_names::{Kind, Name, PersonParts};

use crate::value::{self, DateRange, IdKind, Identifier, Land, fold_into};

/// What a party is, as far as it decides what may be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// A natural person.
    Person,
    /// A company, authority or other organisation.
    Body,
    /// A person or an organisation: the source does not say.
    Legal,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
    /// Another asset, or one whose kind the source does not say.
    Asset,
    /// An address.
    Address,
    /// Anything else.
    Other,
}

impl Sort {
    /// The sort of a schema.
    #[must_use]
    pub fn of(schema: Schema) -> Self {
        match schema.name() {
            "Person" => Self::Person,
            "LegalEntity" => Self::Legal,
            "Vessel" => Self::Vessel,
            "Airplane" => Self::Aircraft,
            "Address" => Self::Address,
            "Asset" | "Vehicle" => Self::Asset,
            _ if schema.is_a("Organization") => Self::Body,
            _ if schema.is_a("Asset") => Self::Asset,
            _ => Self::Other,
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Person => Kind::Person,
            Self::Body | Self::Legal => Kind::Organisation,
            Self::Vessel => Kind::Vessel,
            _ => Kind::Other,
        }
    }
}

/// How a list calls a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameClass {
    /// The name, or one put together from first and last name.
    Name,
    /// Another name by which the party is well known.
    Alias,
    /// A name that it had.
    Previous,
    /// An acronym.
    Abbreviation,
    /// A name that the list itself calls weak: common, short, or a nickname.
    Weak,
}

impl NameClass {
    /// The property that holds such names.
    #[must_use]
    pub fn property(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Alias => "alias",
            Self::Previous => "previousName",
            Self::Abbreviation => "abbreviation",
            Self::Weak => "weakAlias",
        }
    }
}

/// A name of a party.
#[derive(Clone, Debug)]
pub struct PartyName {
    /// The analysed name.
    pub name: Name,
    /// How the list calls it.
    pub class: NameClass,
    /// Hash of the folded text: equal texts have equal hashes.
    pub exact: u64,
}

/// How a country is tied to a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tie {
    /// Nationality, citizenship, jurisdiction, flag.
    Belongs,
    /// A former flag, or the country of birth.
    Once,
    /// Stated without saying how: residence, place of business, or any of the others.
    Stated,
    /// Read from an address or place of birth.
    Read,
}

/// An address or place as a bag of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub text: Box<str>,
    /// Hashes of its words, sorted, without words that every address has; the lowest bit says that the word is a number.
    pub(crate) words: Box<[u64]>,
}

/// A party in the form in which it is compared. Made once from an entity; about 10 to 20 microseconds.
///
/// ```
/// use tw_ftm::read_entity;
/// use tw_screening::Party;
/// let entity = read_entity(r#"{"id":"x","schema":"Vessel","properties":{"name":["Example Star"],"imoNumber":["IMO 2222224"]}}"#)?.entity;
/// let party = Party::new(&entity);
/// assert_eq!(party.names().len(), 1);
/// assert_eq!(&*party.identifiers()[0].value, "2222224");
/// # Ok::<(), tw_ftm::EntityError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Party {
    schema: Schema,
    sort: Sort,
    names: Vec<PartyName>,
    identifiers: Vec<Identifier>,
    pub(crate) births: Vec<DateRange>,
    pub(crate) founded: Vec<DateRange>,
    lands: Vec<(Land, Tie)>,
    /// Bit 0 male, bit 1 female, bit 2 other.
    pub(crate) genders: u8,
    pub(crate) addresses: Vec<Place>,
    pub(crate) birth_places: Vec<Place>,
    /// Hashes of phone numbers, mail addresses and sites.
    pub(crate) contacts: Vec<u64>,
    /// Hashes of words of position and title.
    pub(crate) roles: Vec<u64>,
    pub(crate) tonnages: Vec<u32>,
    /// Hashes of words of the vessel's type.
    pub(crate) types: Vec<u64>,
}

/// Most names, addresses and the like of one party that are looked at: real ones have fewer than 300 names.
const MOST: usize = 400;

impl Party {
    /// Analyses an entity. Never fails: what cannot be read is left out.
    #[must_use]
    pub fn new(entity: &Entity) -> Self {
        let schema = entity.schema;
        let sort = Sort::of(schema);
        let mut party = Self {
            schema,
            sort,
            names: Vec::with_capacity(4),
            identifiers: Vec::new(),
            births: Vec::new(),
            founded: Vec::new(),
            lands: Vec::new(),
            genders: 0,
            addresses: Vec::new(),
            birth_places: Vec::new(),
            contacts: Vec::new(),
            roles: Vec::new(),
            tonnages: Vec::new(),
            types: Vec::new(),
        };
        let mut fold = String::with_capacity(64);
        for (property, values) in &entity.properties {
            for text in values.iter().take(MOST) {
                party.take(property, text, &mut fold);
            }
        }
        if party.names.is_empty() {
            party.name_from_parts(entity, &mut fold);
        }
        party.identifiers.sort_unstable();
        party.identifiers.dedup();
        party.names.sort_by_key(|n| n.class);
        for list in [&mut party.contacts, &mut party.roles, &mut party.types] {
            list.sort_unstable();
            list.dedup();
        }
        party.tonnages.sort_unstable();
        party.tonnages.dedup();
        party
    }

    /// Schema of the entity.
    #[must_use]
    pub fn schema(&self) -> Schema {
        self.schema
    }

    /// What it is.
    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Its names, strongest class first, each text once.
    #[must_use]
    pub fn names(&self) -> &[PartyName] {
        &self.names
    }

    /// Its identifiers, sorted by kind and value.
    #[must_use]
    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }

    /// Its countries and how each is tied to it.
    #[must_use]
    pub fn lands(&self) -> &[(Land, Tie)] {
        &self.lands
    }

    /// Its dates of birth.
    #[must_use]
    pub fn births(&self) -> &[DateRange] {
        &self.births
    }

    fn take(&mut self, property: &str, text: &str, fold: &mut String) {
        match property {
            "name" => self.name(NameClass::Name, text, fold),
            "alias" => self.name(NameClass::Alias, text, fold),
            "weakAlias" => self.name(NameClass::Weak, text, fold),
            "previousName" => self.name(NameClass::Previous, text, fold),
            "abbreviation" => self.name(NameClass::Abbreviation, text, fold),
            "birthDate" => push_all(&mut self.births, value::dates(text)),
            "incorporationDate" | "buildDate" => push_all(&mut self.founded, value::dates(text)),
            "nationality" | "citizenship" | "jurisdiction" | "flag" => self.land(text, Tie::Belongs),
            "pastFlags" | "birthCountry" => self.land(text, Tie::Once),
            "country" | "mainCountry" => self.land(text, Tie::Stated),
            "gender" => {
                self.genders |= match value::gender(text) {
                    Some("male") => 1,
                    Some("female") => 2,
                    Some(_) => 4,
                    None => 0,
                };
            }
            "address" | "full" => {
                self.land_of_address(text);
                let place = Place::new(text, fold);
                self.addresses.push(place);
            }
            "birthPlace" => {
                self.land_of_address(text);
                let place = Place::new(text, fold);
                self.birth_places.push(place);
            }
            "email" => {
                for part in text.split([',', ';', ' ']).filter(|p| p.contains('@')) {
                    self.contacts.push(hash(part.trim().to_ascii_lowercase().as_bytes()));
                }
            }
            "phone" => {
                for part in text.split([',', ';', '/']) {
                    let digits: Vec<u8> = part.bytes().filter(u8::is_ascii_digit).collect();
                    if digits.len() >= 7 {
                        self.contacts.push(hash(&digits[digits.len().saturating_sub(9)..]));
                    }
                }
            }
            "website" => {
                for part in text.split([',', ';', ' ']) {
                    if let Some(host) = host(part) {
                        self.contacts.push(hash(host.to_ascii_lowercase().as_bytes()));
                    }
                }
            }
            "position" | "title" => words(text, fold, |word| self.roles.push(word)),
            "type" => words(text, fold, |word| self.types.push(word)),
            "tonnage" | "grossRegisteredTonnage" | "deadweightTonnage" => {
                let digits: String = text.split('.').next().unwrap_or("").chars().filter(char::is_ascii_digit).take(9).collect();
                self.tonnages.extend(digits.parse::<u32>().ok().filter(|t| *t >= 10));
            }
            "notes" | "summary" | "description" => self.identifiers.extend(value::identifiers_in_text(text)),
            other => self.identifiers.extend(value::identifiers(self.schema.name(), other, text)),
        }
    }

    fn name(&mut self, class: NameClass, text: &str, fold: &mut String) {
        self.push_name(class, text, fold);
        if let Some((outer, inner, of_inner)) = bracketed(text, class, self.sort) {
            self.push_name(class, &outer, fold);
            if let Some(inner) = inner {
                self.push_name(of_inner.max(class), inner, fold);
            }
        }
    }

    fn push_name(&mut self, class: NameClass, text: &str, fold: &mut String) {
        if self.names.len() >= MOST {
            return;
        }
        fold.clear();
        fold_into(text, fold);
        if fold.is_empty() {
            return;
        }
        let exact = hash(fold.as_bytes());
        match self.names.iter_mut().find(|n| n.exact == exact) {
            Some(known) => known.class = known.class.min(class),
            None => self.names.push(PartyName { name: Name::new(self.sort.kind(), text), class, exact }),
        }
    }

    /// A person without a name in one piece has one made from its parts.
    fn name_from_parts(&mut self, entity: &Entity, fold: &mut String) {
        if self.sort != Sort::Person {
            return;
        }
        let all = |property: &str| -> Vec<Option<String>> {
            let values: Vec<_> = entity.get(property).iter().take(8).cloned().map(Some).collect();
            if values.is_empty() { vec![None] } else { values }
        };
        for last in all("lastName") {
            for first in all("firstName") {
                let parts = PersonParts {
                    first: first.as_deref(),
                    second: entity.first("secondName"),
                    middle: entity.first("middleName"),
                    father: entity.first("fatherName"),
                    mother: entity.first("motherName"),
                    last: last.as_deref(),
                };
                fold.clear();
                for (n, part) in [parts.first, parts.second, parts.middle, parts.father, parts.mother, parts.last].into_iter().enumerate() {
                    if let Some(part) = part {
                        fold_into(part, fold);
                    }
                    // The places are told apart: Hans Friedrich is not Friedrich Hans.
                    if matches!(n, 0 | 4) {
                        fold.push(' ');
                    }
                }
                if fold.trim().is_empty() {
                    continue;
                }
                let exact = hash(fold.as_bytes());
                if self.names.iter().all(|n| n.exact != exact) {
                    self.names.push(PartyName { name: Name::person(&parts), class: NameClass::Name, exact });
                }
            }
        }
    }

    fn land(&mut self, text: &str, tie: Tie) {
        for land in value::countries(text) {
            self.tie(land, tie);
        }
    }

    /// The country that ends an address, as the lists write them.
    fn land_of_address(&mut self, text: &str) {
        let last = text.rsplit(',').next().unwrap_or(text).trim();
        if last.len() <= 60
            && let Some(land) = value::country(last)
        {
            self.tie(land, Tie::Read);
        }
    }

    fn tie(&mut self, land: Land, tie: Tie) {
        match self.lands.iter_mut().find(|(l, _)| *l == land) {
            Some((_, known)) => *known = (*known).min(tie),
            None => self.lands.push((land, tie)),
        }
    }
}

impl Place {
    fn new(text: &str, fold: &mut String) -> Self {
        let text = text.char_indices().nth(400).map_or(text, |(end, _)| &text[..end]);
        let mut all = Vec::with_capacity(12);
        words(text, fold, |word| all.push(word));
        all.sort_unstable();
        all.dedup();
        Self { text: text.into(), words: all.into() }
    }

    /// How much of the shorter of two places is in the other, from 0 to 1; numbers of three digits and more count double.
    ///
    /// A place of fewer than two telling words says little: a shared city alone gives at most 0.4.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let weight = |w: u64| if w & 1 == 1 { 2.0 } else { 1.0 };
        let total = |words: &[u64]| words.iter().map(|w| weight(*w)).sum::<f64>();
        let mut shared = 0.0;
        let (mut a, mut b) = (self.words.iter().peekable(), other.words.iter().peekable());
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => {
                    a.next();
                }
                std::cmp::Ordering::Greater => {
                    b.next();
                }
                std::cmp::Ordering::Equal => {
                    shared += weight(**x);
                    a.next();
                    b.next();
                }
            }
        }
        let least = total(&self.words).min(total(&other.words));
        if least <= 0.0 {
            return 0.0;
        }
        let share: f64 = shared / least;
        if least < 3.0 { share * 0.4 } else { share }
    }
}

/// A name with a remark in brackets, as lists write them: the name without it, and the remark if it is a name of its own.
///
/// `Songjin (Jang Ja San)` and `Nova Ltd (ex. Sterling Ltd)` hold two names each; `Deutsche Bank (Schweiz)` and `Unit (2)` hold one.
fn bracketed(text: &str, class: NameClass, sort: Sort) -> Option<(String, Option<&str>, NameClass)> {
    let (head, rest) = text.split_once(['(', '\u{ff08}'])?;
    let (inner, tail) = rest.split_once([')', '\u{ff09}'])?;
    let (head, inner, tail) = (head.trim(), inner.trim(), tail.trim());
    if head.chars().count() < 3 || inner.is_empty() || inner.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let outer = if tail.is_empty() { head.to_owned() } else { format!("{head} {tail}") };
    let lower = inner.to_lowercase();
    for (mark, of) in [
        ("ex.", NameClass::Previous),
        ("ex ", NameClass::Previous),
        ("formerly known as", NameClass::Previous),
        ("formerly", NameClass::Previous),
        ("previously", NameClass::Previous),
        ("f.k.a.", NameClass::Previous),
        ("fka", NameClass::Previous),
        ("a.k.a.", NameClass::Alias),
        ("aka", NameClass::Alias),
        ("also known as", NameClass::Alias),
        ("now", NameClass::Alias),
    ] {
        if let Some(rest) = lower.strip_prefix(mark)
            && let Some(name) = inner.get(inner.len() - rest.len()..)
            && !name.trim().is_empty()
        {
            return Some((outer, Some(name.trim_matches([' ', ':', '\''])), of));
        }
    }
    if class == NameClass::Weak || value::country(inner).is_some() {
        return (sort == Sort::Vessel).then_some((outer, None, class));
    }
    let words = inner.split_whitespace().count();
    let of = if words >= 2 || sort == Sort::Vessel { NameClass::Alias } else { NameClass::Abbreviation };
    Some((outer, (inner.chars().count() >= 3).then_some(inner), of))
}

/// Words that addresses and titles have in common.
const EMPTY_WORDS: &[&str] = &[
    "the",
    "and",
    "for",
    "street",
    "str",
    "st",
    "ul",
    "ulitsa",
    "road",
    "rd",
    "avenue",
    "ave",
    "pr",
    "prospekt",
    "per",
    "building",
    "bldg",
    "bld",
    "stroenie",
    "office",
    "of",
    "room",
    "floor",
    "flat",
    "apt",
    "house",
    "dom",
    "city",
    "region",
    "oblast",
    "province",
    "district",
    "republic",
    "federation",
    "box",
    "no",
    "near",
    "in",
    "at",
    "unit",
    "suite",
    "korp",
    "republik",
    "state",
    "area",
    "village",
    "town",
    "de",
    "la",
    "al",
    "el",
    "ex",
    "former",
    "now",
    "ussr",
    "previous",
];

/// Calls back with the hash of each telling word of a text.
fn words(text: &str, fold: &mut String, mut take: impl FnMut(u64)) {
    fold.clear();
    fold_into(text, fold);
    for word in fold.split(' ').take(80) {
        if word.is_empty() || EMPTY_WORDS.contains(&word) || (word.len() == 1 && !word.as_bytes()[0].is_ascii_digit()) {
            continue;
        }
        let number = word.len() >= 3 && word.bytes().any(|b| b.is_ascii_digit());
        take(hash(word.as_bytes()) & !1 | u64::from(number));
    }
}

fn host(url: &str) -> Option<&str> {
    let rest = url.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ' ']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    // Many share a social network: there only the whole address tells.
    let shared =
        ["facebook.com", "vk.com", "t.me", "twitter.com", "x.com", "linkedin.com", "youtube.com", "instagram.com", "telegram.me", "ok.ru"];
    if shared.contains(&host) {
        return Some(rest.trim_end_matches('/'));
    }
    (host.contains('.') && host.len() >= 4).then_some(host)
}

fn push_all<T: PartialEq>(into: &mut Vec<T>, values: Vec<T>) {
    for value in values {
        if !into.contains(&value) {
            into.push(value);
        }
    }
}

/// FNV-1a of the bytes, mixed once more: the same on every machine and in every run.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for b in bytes {
        h = (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    h ^= h >> 32;
    h.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// If two sorted lists share a value.
pub(crate) fn share(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                n += 1;
                i += 1;
                j += 1;
            }
        }
    }
    n
}

/// Kinds of which two parties must not both hold different values; those of the vessel are its IMO number only.
pub(crate) fn contradicts(kind: IdKind) -> bool {
    kind.exclusive()
}
