use std::io::{self, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use thiserror::Error;
use tw_ftm::{Listing, Schema, model};
use tw_names::{Kind, Name};

use super::build::{Terms, Vocabulary};
use super::doc::{Column, Doc, Symbols, Tag};
use super::table::mix;
use super::{Index, Settings};

/// First bytes of a saved index; the last one is the version of the format.
const HEAD: &[u8; 8] = b"twindex\x01";

/// Why a saved index can't be used. The lists it was made from can: build it anew.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The file is not a saved index, or of another version of the format.
    #[error("not a saved index of this version: build it anew from the lists")]
    Format,
    /// The file was made by a version that reads names otherwise.
    #[error("saved by a version that reads names otherwise: build it anew from the lists")]
    Stale,
    /// The bytes are not those that were written.
    #[error("the saved index is damaged: build it anew from the lists")]
    Damaged,
}

impl Index {
    /// Writes the index in a form from which it starts in a tenth of the time. Equal entries give equal bytes.
    ///
    /// # Errors
    /// If writing fails.
    pub fn save(&self, to: &mut impl Write) -> io::Result<()> {
        let inner = &*self.inner;
        let mut body = Vec::new();
        // Symbols are numbered in the order of arrival, which threads may change: they are written in the order of entities.
        let mut texts: Vec<Tag> = inner.docs.iter().flat_map(|d| d.tags.iter().copied()).collect();
        texts.sort_unstable();
        texts.dedup();
        let mut named: Vec<(Arc<str>, Column, Tag)> = texts.into_iter().map(|t| (inner.symbols.text(t), t.column(), t)).collect();
        named.sort_unstable_by(|a, b| (a.1 as u8, &a.0).cmp(&(b.1 as u8, &b.0)));
        number(&mut body, named.len() as u64);
        let mut numbers = std::collections::HashMap::new();
        for (i, (text, column, tag)) in (0_u64..).zip(&named) {
            number(&mut body, *column as u64);
            string(&mut body, text);
            numbers.insert(*tag, i);
        }
        number(&mut body, inner.docs.len() as u64);
        for (place, doc) in inner.docs.iter().enumerate() {
            string(&mut body, &doc.id);
            string(&mut body, doc.schema.name());
            string(&mut body, &doc.json);
            let mut tags: Vec<u64> = doc.tags.iter().filter_map(|t| numbers.get(t).copied()).collect();
            tags.sort_unstable();
            number(&mut body, tags.len() as u64);
            tags.iter().for_each(|t| number(&mut body, *t));
            number(&mut body, doc.referents.len() as u64);
            doc.referents.iter().for_each(|r| string(&mut body, r));
            number(&mut body, doc.links.len() as u64);
            for (property, id) in &doc.links {
                string(&mut body, property);
                string(&mut body, id);
            }
            let listings = if doc.listings.is_empty() { String::new() } else { serde_json::to_string(&doc.listings)? };
            string(&mut body, &listings);
            number(&mut body, doc.changed);
            let terms = inner.terms_of(place);
            number(&mut body, terms.flat().len() as u64);
            terms.flat().iter().for_each(|key| body.extend_from_slice(&key.to_le_bytes()));
        }
        number(&mut body, inner.tables.fuzzy.words().count() as u64);
        for (key, word) in inner.tables.fuzzy.words() {
            body.extend_from_slice(&key.to_le_bytes());
            string(&mut body, word);
        }
        to.write_all(HEAD)?;
        to.write_all(&reading().to_le_bytes())?;
        to.write_all(&Sha256::digest(&body))?;
        to.write_all(&body)
    }

    /// Reads a saved index. Parties are analysed when they are first compared.
    ///
    /// # Errors
    /// If the bytes are not those of an index saved by this version.
    pub fn load(bytes: &[u8], settings: Settings) -> Result<Self, LoadError> {
        let rest = bytes.strip_prefix(HEAD).ok_or(LoadError::Format)?;
        let (version, rest) = rest.split_first_chunk::<8>().ok_or(LoadError::Damaged)?;
        if u64::from_le_bytes(*version) != reading() {
            return Err(LoadError::Stale);
        }
        let (digest, body) = rest.split_first_chunk::<32>().ok_or(LoadError::Damaged)?;
        if Sha256::digest(body)[..] != digest[..] {
            return Err(LoadError::Damaged);
        }
        read(body, settings).ok_or(LoadError::Damaged)
    }
}

fn read(body: &[u8], settings: Settings) -> Option<Index> {
    let mut from = Reader { rest: body };
    let symbols = Arc::new(Symbols::default());
    let mut tags = Vec::new();
    for _ in 0..from.count()? {
        let column = match from.number()? {
            0 => Column::Dataset,
            1 => Column::Topic,
            2 => Column::Country,
            _ => return None,
        };
        tags.push(symbols.tag(column, from.string()?));
    }
    let count = from.count()?;
    let mut docs = Vec::with_capacity(count);
    for _ in 0..count {
        let id = from.string()?.into();
        let schema: Schema = model().schema(from.string()?)?;
        let json = from.string()?.into();
        let mut own = Vec::new();
        for _ in 0..from.count()? {
            own.push(*tags.get(usize::try_from(from.number()?).ok()?)?);
        }
        own.sort_unstable();
        let mut referents = Vec::new();
        for _ in 0..from.count()? {
            referents.push(from.string()?.into());
        }
        let mut links = Vec::new();
        for _ in 0..from.count()? {
            let property = schema.property(from.string()?)?.name;
            links.push((property, from.string()?.into()));
        }
        let listings: Vec<Listing> = match from.string()? {
            "" => Vec::new(),
            text => serde_json::from_str(text).ok()?,
        };
        let changed = from.number()?;
        let length = from.count()?;
        let (keys, rest) = from.rest.split_at_checked(length.checked_mul(8)?)?;
        from.rest = rest;
        let terms = Terms::from_flat(keys.chunks_exact(8).map(|c| c.try_into().map_or(0, u64::from_le_bytes)).collect());
        let doc = Doc::from_parts(id, schema, json, own.into(), referents.into(), links.into(), listings.into(), changed);
        docs.push((Arc::new(doc), terms));
    }
    let mut words = Vocabulary::default();
    for _ in 0..from.count()? {
        let (key, rest) = from.rest.split_first_chunk::<8>()?;
        from.rest = rest;
        words.insert(u64::from_le_bytes(*key), from.string()?.into());
    }
    let ordered = docs.windows(2).all(|pair| pair[0].0.id <= pair[1].0.id);
    (ordered && from.rest.is_empty()).then(|| Index::assemble(docs, words, None, symbols, settings))
}

/// A number that changes when names are read otherwise.
fn reading() -> u64 {
    let names = [
        (Kind::Person, "Jane van der Example-Muster"),
        (Kind::Person, "\u{418}\u{432}\u{430}\u{43d} \u{41f}\u{440}\u{438}\u{43c}\u{435}\u{440}\u{43e}\u{432}\u{438}\u{447}"),
        (Kind::Person, "\u{ae40}\u{c608}\u{c2dc}"),
        (Kind::Person, "\u{645}\u{62d}\u{645}\u{62f} \u{645}\u{62b}\u{627}\u{644}"),
        (Kind::Organisation, "Example Shipping & Trading Co., Ltd. No. 8"),
        (Kind::Organisation, "OOO Primer Bank"),
        (Kind::Vessel, "M/V Example Star 7"),
        (Kind::Other, "Third Example Research Institute"),
    ];
    let mut all = 1;
    for (kind, text) in names {
        let name = Name::new(kind, text);
        tw_names::keys(&name).iter().for_each(|key| all = mix(all ^ key.hash));
        name.tokens().for_each(|(token, class)| all = mix(all ^ super::words::key(class as u64, token)));
    }
    all
}

/// Seven bits to a byte, the low ones first.
fn number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn string(to: &mut Vec<u8>, text: &str) {
    number(to, text.len() as u64);
    to.extend_from_slice(text.as_bytes());
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A count of things that take a byte each at least.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }

    fn string(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }
}
