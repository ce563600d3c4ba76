//! The indexes: names, codes, vocabulary, and near names.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::normal::{SEED, canonical, clean, finish, hash_key, key, key_of, more};
use super::words;
use tw_base::Country;

use crate::{Port, PortKind, Ports, Script, Source, alpha2_of_country, country_of_alpha2};

/// A place without the port function, from UN/LOCODE (see `data/DESTINATION.md`).
const PLACES: &str = include_str!("../../data/places.csv");
/// What crews type for a place, by hand.
const ALIASES: &str = include_str!("../../data/aliases.csv");

/// Hash maps here have keys that are hashes already.
#[derive(Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = finish(more(SEED, bytes));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }

    fn write_u32(&mut self, n: u32) {
        self.0 = finish(u64::from(n));
    }
}

pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Identity>>;

/// No port.
pub(super) const NONE: u32 = u32::MAX;

/// A place that can be meant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Number in the table of ports, or [`NONE`].
    pub(super) port: u32,
    /// Packed UN/LOCODE, or 0.
    pub(super) code: u32,
    /// Packed two letters.
    pub(super) country: u16,
    pub(super) subdivision: [u8; 3],
    /// Logarithm of how often it is meant, before anything else is known.
    pub(super) prior: f32,
    pub(super) lat: f32,
    pub(super) lon: f32,
    /// Class of equal places.
    pub(super) class: u32,
    pub(super) name: u32,
    /// Whether ships lie there.
    pub(super) sea: bool,
    /// Whether it is one of the ports of North Korea and Russia's Far East that the table has by hand.
    pub(super) watched: bool,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sense {
    /// A place, with a bonus for how good the name is.
    Place { place: u32, weight: f32, rule: u8 },
    /// A country: packed letters.
    Country(u16),
    /// A state or province: number in [`words::STATES`].
    State(u16),
    /// A phrase that is no port: letter of [`words::PHRASES`].
    Phrase(u8),
}

/// The chief name, another name of the table, a spelling of `aliases.csv`.
pub(super) const BY_NAME: u8 = 0;
/// See [`BY_NAME`].
pub(super) const BY_OTHER_NAME: u8 = 1;
/// See [`BY_NAME`].
pub(super) const BY_ALIAS: u8 = 2;

/// A name for the search of near names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub(super) start: u32,
    pub(super) len: u8,
    pub(super) place: u32,
    pub(super) weight: f32,
}

/// A word of the vocabulary.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    pub(super) flags: u32,
    /// Number of a state, from 1.
    pub(super) state: u16,
    /// Packed country, or 0.
    pub(super) country: u16,
}

/// Shortest and longest name of the search of near names.
pub(super) const SHORTEST_NEAR: usize = 5;
/// See [`SHORTEST_NEAR`].
pub(super) const LONGEST_NEAR: usize = 24;
/// Bits of the filter before the map of names.
const MAYBE: usize = 1 << 21;
const LENGTHS: usize = LONGEST_NEAR + 2;

pub(super) struct Index {
    pub(super) places: Vec<Place>,
    pub(super) names: Vec<Box<str>>,
    senses: Vec<Sense>,
    by_name: Map<u64, (u32, u32)>,
    /// A bit for each name that there may be: most spans of tokens are none, and this fits the cache.
    maybe: Vec<u64>,
    by_code: Map<u32, u32>,
    /// Main place of a class: a port with a code, the largest.
    main: Map<u32, u32>,
    /// The place to show for each place: itself, or the main one of its class.
    shown: Vec<u32>,
    /// Country of each packed pair of letters.
    countries: Vec<Option<Country>>,
    by_tail: Map<u32, Vec<u32>>,
    words: Map<u64, Word>,
    phrases: Map<u64, Word>,
    /// Names in other scripts.
    scripts: HashMap<String, u32>,
    near: Vec<Near>,
    /// [`mask`] of each of `near`, apart because all of a bucket are looked at.
    masks: Vec<u64>,
    near_text: Vec<u8>,
    buckets: Vec<u32>,
    /// North Korea and Russia's Far East: searched whatever the first letter.
    watched: Vec<Near>,
    watched_masks: Vec<u64>,
    /// Canonical names, sorted, for texts cut at 20 characters.
    sorted: Vec<(Box<str>, u32)>,
}

/// Packs letters and digits in base 37.
pub(super) fn pack(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |n, b| {
        n * 37
            + match b {
                b'A'..=b'Z' => u32::from(b - b'A') + 1,
                b'0'..=b'9' => u32::from(b - b'0') + 27,
                _ => 0,
            }
    })
}

/// Packs two letters.
pub(super) fn pack_country(code: &str) -> u16 {
    u16::try_from(pack(code.as_bytes())).unwrap_or_default()
}

/// Text of a packed code.
pub(super) fn unpack(mut n: u32) -> String {
    let mut out = Vec::new();
    while n > 0 {
        let d = u8::try_from(n % 37).unwrap_or_default();
        out.push(if d <= 26 { b'A' + d.saturating_sub(1) } else { b'0' + d - 27 });
        n /= 37;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

fn subdivision(text: &str) -> [u8; 3] {
    let mut out = [0; 3];
    for (to, from) in out.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    out
}

/// Letters that occur, a bit each, and a second bit for those that occur twice: one edit changes at most one bit on each side.
pub(super) fn mask(text: &[u8]) -> u64 {
    text.iter().fold(0, |mask, b| {
        let bit = match b {
            b'A'..=b'Z' => 1_u64 << (b - b'A'),
            _ => 1 << 26,
        };
        if mask & bit == 0 { mask | bit } else { mask | bit << 32 }
    })
}

/// How often a port is meant, as a logarithm. Our choice: a large harbour of the World Port Index is some 20 times as likely as a very small one,
/// as calls are; the odds decide only between bearers of one name.
fn prior(port: &Port) -> f32 {
    let by_size = match port.size {
        4 => 4.0,
        3 => 3.2,
        2 => 2.2,
        1 => 1.2,
        _ => match port.kind {
            PortKind::Inland => -1.5,
            PortKind::Anchorage | PortKind::Terminal => 0.3,
            PortKind::Port | PortKind::River => 0.7,
        },
    };
    by_size + if port.oil { 0.2 } else { 0.0 }
}

/// Words that can stand before or after the name of a port without being part of it, with what is lost by leaving them out.
const GENERIC_HEADS: &[&str] = &[
    "PORT OF ",
    "PORT DE ",
    "PUERTO DE ",
    "PORTO DE ",
    "PORTO DI ",
    "PORT ",
    "PUERTO ",
    "PORTO ",
    "PELABUHAN ",
    "BANDAR ",
    "BUKHTA ",
    "MINA ",
    "BAHIA DE ",
];
const GENERIC_TAILS: &[&str] = &[
    " HARBOR",
    " HARBOUR",
    " PORT",
    " PT",
    " KO",
    " HANG",
    " GANG",
    " KANG",
    " SHI",
    " HAVN",
    " HAMN",
    " HAVEN",
    " ISLAND",
    " IS",
    " CITY",
    " TERMINAL",
    " ANCHORAGE",
    " BAY",
    " OIL TERMINAL",
    " ROADS",
    " APT",
];

/// First words that are shortened at will.
const SHORT_HEADS: &[(&str, &[&str])] = &[
    ("PORT ", &["PT", "P", "PRT"]),
    ("POINT ", &["PT"]),
    ("PUERTO ", &["PTO", "P", "PT"]),
    ("NEW ", &["N"]),
    ("NORTH ", &["N", "NO"]),
    ("SOUTH ", &["S", "SO"]),
    ("EAST ", &["E"]),
    ("WEST ", &["W"]),
    ("GREAT ", &["GT", "G"]),
    ("LAKE ", &["LK", "L"]),
    ("SANTA ", &["STA", "S"]),
    ("SAN ", &["S"]),
    ("SANTO ", &["STO"]),
    ("CAPE ", &["C"]),
    ("TANJUNG ", &["TG", "TJ", "TJG"]),
    ("BANDAR ", &["B"]),
];

/// Countries whose names of places have an article that is written, left out, or assimilated at will.
const ARAB: [&str; 17] = ["AE", "BH", "DZ", "EG", "IQ", "JO", "KW", "LB", "LY", "MA", "OM", "QA", "SA", "SD", "SY", "TN", "YE"];
const ARTICLES: [&str; 11] = ["AL ", "EL ", "AD ", "AR ", "AS ", "ASH ", "AZ ", "AT ", "AN ", "AL-", "EL-"];

/// Spellings of a marked letter with two letters, as in German and Scandinavian telegrams.
fn two_letters(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut changed = false;
    for c in text.chars() {
        let two = match c {
            '\u{c4}' | '\u{e4}' => "AE",
            '\u{c5}' | '\u{e5}' => "AA",
            '\u{d6}' | '\u{d8}' | '\u{f6}' | '\u{f8}' => "OE",
            '\u{dc}' | '\u{fc}' => "UE",
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push_str(two);
        changed = true;
    }
    changed.then_some(out)
}

/// Weight of a colonial or old name, by which it is known again in [`Builder::name`].
const OLD: f32 = -0.4;

struct Builder {
    index: Index,
    pairs: Vec<(u64, Sense)>,
    near: Vec<(Near, bool)>,
}

impl Builder {
    fn sense(&mut self, key: &str, sense: Sense) {
        if !key.is_empty() {
            self.pairs.push((hash_key(key), sense));
        }
    }

    fn near(&mut self, key: &str, place: u32, weight: f32, rare: bool) {
        if !(SHORTEST_NEAR..=LONGEST_NEAR).contains(&key.len()) {
            return;
        }
        let p = &self.index.places[place as usize];
        let watched = p.watched;
        let weight = if watched && rare { weight - 2.0 } else { weight };
        let near = Near { start: self.index.near_text.len() as u32, len: key.len() as u8, place, weight };
        self.index.near_text.extend_from_slice(key.as_bytes());
        self.near.push((near, watched));
    }

    /// Adds a name of a place with its variants.
    fn name(&mut self, text: &str, place: u32, weight: f32, rule: u8, near: bool) {
        let rare = weight == OLD;
        let cleaned = clean(text);
        let upper = cleaned.text();
        let folded = key_of(&cleaned);
        if folded.len() < 2 {
            return;
        }
        self.sense(&folded, Sense::Place { place, weight, rule });
        if near {
            self.near(&folded, place, weight, rare);
            if folded.len() >= 12 {
                self.index.sorted.push((folded.clone().into_boxed_str(), place));
            }
        }
        if let Some(two) = two_letters(text) {
            let two = key(&two);
            self.sense(&two, Sense::Place { place, weight, rule });
            if near {
                self.near(&two, place, weight, rare);
            }
        }
        for infix in ["-d'", "-sur-", "-en-", "-de-", " upon ", "-upon-", " am ", " an der ", " on ", "-on-"] {
            if let Some((head, _)) = text.split_once(infix) {
                let head = key(head);
                if head.len() >= 6 {
                    self.sense(&head, Sense::Place { place, weight: weight - 0.5, rule });
                }
                break;
            }
        }
        for (long, shorts) in SHORT_HEADS {
            if let Some(rest) = upper.strip_prefix(long) {
                let rest = key(rest);
                if rest.len() >= 4 {
                    for short in *shorts {
                        self.sense(&[short, &*rest].concat(), Sense::Place { place, weight: weight - 0.5, rule });
                    }
                }
            }
        }
        let p = self.index.places[place as usize];
        if p.sea && p.prior >= 1.0 && matches!(p.subdivision, [a, b, 0] if a.is_ascii_uppercase() && b.is_ascii_uppercase()) {
            let state = String::from_utf8_lossy(&p.subdivision[..2]).into_owned();
            self.sense(&[&*folded, &*state].concat(), Sense::Place { place, weight, rule });
        }
        if ARAB.iter().any(|code| pack_country(code) == p.country) {
            let rest = ARTICLES.iter().find_map(|article| upper.strip_prefix(article)).unwrap_or(upper);
            let rest = key(rest);
            if rest.len() >= 4 {
                for article in ["", "AL", "EL"] {
                    self.sense(&[article, &rest].concat(), Sense::Place { place, weight: weight - 0.3, rule });
                }
            }
        }
        if text.len() > 4 {
            for head in GENERIC_HEADS {
                if let Some(rest) = upper.strip_prefix(head) {
                    let rest = key(rest);
                    if rest.len() >= 5 {
                        let lost = if *head == "PORT " { 1.5 } else { 0.5 };
                        self.sense(&rest, Sense::Place { place, weight: weight - lost, rule });
                    }
                    break;
                }
            }
            for tail in GENERIC_TAILS {
                if let Some(rest) = upper.strip_suffix(tail) {
                    let rest = key(rest);
                    if rest.len() >= 4 {
                        self.sense(&rest, Sense::Place { place, weight: weight - 0.5, rule });
                        if near {
                            self.near(&rest, place, weight - 0.5, rare);
                        }
                    }
                    break;
                }
            }
        }
    }
}

impl Index {
    /// Builds the indexes of a table.
    pub(super) fn new(ports: &Ports) -> Self {
        let index = Self {
            places: Vec::with_capacity(70_000),
            names: Vec::with_capacity(70_000),
            senses: Vec::new(),
            by_name: Map::default(),
            maybe: vec![0; MAYBE / 64],
            by_code: Map::default(),
            main: Map::default(),
            shown: Vec::new(),
            countries: countries(),
            by_tail: Map::default(),
            words: Map::default(),
            phrases: Map::default(),
            scripts: HashMap::new(),
            near: Vec::new(),
            masks: Vec::new(),
            near_text: Vec::new(),
            buckets: Vec::new(),
            watched: Vec::new(),
            watched_masks: Vec::new(),
            sorted: Vec::new(),
        };
        let mut builder = Builder { index, pairs: Vec::with_capacity(260_000), near: Vec::with_capacity(80_000) };
        builder.ports(ports);
        builder.places();
        builder.aliases(ports);
        builder.vocabulary();
        builder.finish()
    }

    /// Senses of a hash.
    #[inline]
    pub(super) fn senses(&self, hash: u64) -> &[Sense] {
        let bit = (hash >> 8) as usize % MAYBE;
        if self.maybe[bit / 64] >> (bit % 64) & 1 == 0 {
            return &[];
        }
        self.by_name.get(&hash).map_or(&[], |&(start, n)| &self.senses[start as usize..(start + n) as usize])
    }

    #[inline]
    pub(super) fn word(&self, hash: u64) -> Word {
        self.words.get(&hash).copied().unwrap_or_default()
    }

    #[inline]
    pub(super) fn phrase(&self, hash: u64) -> Option<Word> {
        self.phrases.get(&hash).copied()
    }

    #[inline]
    pub(super) fn code(&self, packed: u32) -> Option<u32> {
        self.by_code.get(&packed).copied()
    }

    /// Ports of the last three letters of a code.
    pub(super) fn tail(&self, packed: u32) -> &[u32] {
        self.by_tail.get(&packed).map_or(&[], Vec::as_slice)
    }

    /// A name in another script than Latin or Cyrillic.
    pub(super) fn script(&self, text: &str) -> Option<u32> {
        self.scripts.get(text).copied()
    }

    pub(super) fn near_bytes(&self, near: &Near) -> &[u8] {
        &self.near_text[near.start as usize..near.start as usize + usize::from(near.len)]
    }

    /// Names of one first letter and one length.
    pub(super) fn bucket(&self, first: u8, len: usize) -> (&[Near], &[u64]) {
        if !(SHORTEST_NEAR..=LONGEST_NEAR).contains(&len) {
            return (&[], &[]);
        }
        let i = bucket_of(first) * LENGTHS + len;
        let range = self.buckets[i] as usize..self.buckets[i + 1] as usize;
        (&self.near[range.clone()], &self.masks[range])
    }

    /// Names of North Korea and Russia's Far East between two lengths.
    pub(super) fn watched(&self, from: usize, to: usize) -> (&[Near], &[u64]) {
        let start = self.watched.partition_point(|n| usize::from(n.len) < from);
        let end = self.watched.partition_point(|n| usize::from(n.len) <= to);
        (&self.watched[start..end], &self.watched_masks[start..end])
    }

    fn mask_of(&self, near: &Near) -> u64 {
        mask(self.near_bytes(near))
    }

    /// Names that begin so.
    pub(super) fn beginning(&self, prefix: &str) -> &[(Box<str>, u32)] {
        let start = self.sorted.partition_point(|(name, _)| &**name < prefix);
        let n = self.sorted[start..].iter().take(9).take_while(|(name, _)| name.starts_with(prefix)).count();
        &self.sorted[start..start + n]
    }

    /// The place to show: a part of a port with a code of its own keeps it; a place without a code, and a second row of the same name, takes that
    /// of the port.
    #[inline]
    pub(super) fn shown(&self, place: u32) -> u32 {
        self.shown[place as usize]
    }

    /// The country of two packed letters.
    #[inline]
    pub(super) fn country(&self, packed: u16) -> Option<Country> {
        self.countries.get(usize::from(packed)).copied().flatten()
    }

    fn choose_shown(&self, place: u32) -> u32 {
        let own = &self.places[place as usize];
        let Some(&main) = self.main.get(&own.class) else { return place };
        let p = &self.places[main as usize];
        let keep = own.code != 0 && own.sea && self.names[own.name as usize] != self.names[p.name as usize];
        if keep { place } else { main }
    }
}

fn countries() -> Vec<Option<Country>> {
    let mut out = vec![None; 37 * 37];
    for a in b'A'..=b'Z' {
        for b in b'A'..=b'Z' {
            let code = [a, b];
            if let Ok(text) = std::str::from_utf8(&code) {
                out[usize::from(pack_country(text))] = country_of_alpha2(text);
            }
        }
    }
    out
}

fn bucket_of(first: u8) -> usize {
    match first {
        b'A'..=b'Z' => usize::from(first - b'A'),
        _ => 26,
    }
}

impl Builder {
    fn ports(&mut self, ports: &Ports) {
        for (i, port) in ports.all().iter().enumerate() {
            let id = self.index.places.len() as u32;
            let country = alpha2_of_country(port.country).map(pack_country).unwrap_or_default();
            let code = port.locode.as_deref().map_or(0, |code| pack(code.as_bytes()));
            let place = Place {
                port: i as u32,
                code,
                country,
                subdivision: subdivision(port.subdivision.as_deref().unwrap_or_default()),
                prior: prior(port),
                lat: port.lat as f32,
                lon: port.lon as f32,
                class: port.place,
                name: self.index.names.len() as u32,
                sea: port.takes_ships(),
                watched: port.country == Country::PRK
                    || port.country == Country::RUS && port.lon > 127.0 && port.source != Source::Unlocode,
            };
            self.index.places.push(place);
            self.index.names.push(port.name.clone().into_boxed_str());
            for code in port.locode.iter().chain(&port.other_locodes) {
                let own = port.locode.as_ref() == Some(code);
                let packed = pack(code.as_bytes());
                if own || !self.index.by_code.contains_key(&packed) {
                    self.index.by_code.insert(packed, id);
                }
                if place.sea && code.len() == 5 {
                    self.index.by_tail.entry(pack(&code.as_bytes()[2..])).or_default().push(id);
                }
            }
            if code != 0 && !matches!(port.kind, PortKind::Inland) {
                let rank = |p: &Place| (p.prior, std::cmp::Reverse(p.port));
                let plain = matches!(port.kind, PortKind::Port | PortKind::River);
                let better = self.index.main.get(&port.place).is_none_or(|&m| {
                    plain && rank(&self.index.places[m as usize]).partial_cmp(&rank(&place)) == Some(std::cmp::Ordering::Less)
                });
                if better {
                    self.index.main.insert(port.place, id);
                }
            }
            for (n, name) in port.names.iter().enumerate() {
                let note = name.note.as_deref().unwrap_or_default();
                match name.script {
                    Script::Hangul | Script::Han | Script::Kana => {
                        self.index.scripts.entry(name.text.clone()).or_insert(id);
                        continue;
                    }
                    _ => {}
                }
                let (weight, near) = match note {
                    "area" => (-2.5, false),
                    "city" | "part" => (-0.8, true),
                    // Colonial and old names: read as they are, but hardly misspelt.
                    "ja" | "old" => (OLD, true),
                    "typo" | "short" => (-0.3, true),
                    _ if n == 0 => (0.0, true),
                    _ => (-0.3, true),
                };
                let rule = if n == 0 { BY_NAME } else { BY_OTHER_NAME };
                self.name(&name.text, id, weight, rule, near && (place.sea || place.watched));
                // `A/B` and `A (B)` name both.
                if name.text.contains(['/', '(', ',']) {
                    for part in name.text.split(['/', '(', ')', ',']) {
                        let part = part.trim();
                        if part.len() >= 4 && part.len() < name.text.len() {
                            self.name(part, id, weight - 0.3, BY_OTHER_NAME, near && (place.sea || place.watched));
                        }
                    }
                }
            }
        }
    }

    fn places(&mut self) {
        for line in PLACES.lines().skip(1) {
            let fields = fields(line);
            let [code, name, ascii, sub, lat, lon, water] = fields;
            let packed = pack(code.as_bytes());
            if code.len() != 5 || self.index.by_code.contains_key(&packed) {
                continue;
            }
            let id = self.index.places.len() as u32;
            let country = pack_country(&code[..2]);
            self.index.places.push(Place {
                port: NONE,
                code: packed,
                country,
                subdivision: subdivision(sub),
                // Our choice: a town by the water is named more often, and in the Netherlands nearly all are.
                prior: if &code[..2] == "NL" {
                    -0.5
                } else if water == "1" {
                    -0.7
                } else {
                    -1.5
                },
                lat: lat.parse().unwrap_or(f32::NAN),
                lon: lon.parse().unwrap_or(f32::NAN),
                class: 0x8000_0000 + id,
                name: self.index.names.len() as u32,
                sea: false,
                watched: false,
            });
            self.index.names.push(name.into());
            self.index.by_code.insert(packed, id);
            self.name(name, id, 0.0, BY_NAME, false);
            if !ascii.is_empty() {
                self.name(ascii, id, 0.0, BY_NAME, false);
            }
        }
    }

    fn aliases(&mut self, ports: &Ports) {
        for line in ALIASES.lines().skip(1) {
            let [text, code, note, ..] = fields(line);
            let port = ports.by_key(code).and_then(|i| u32::try_from(i).ok());
            let Some(place) = port.or_else(|| self.index.by_code.get(&pack(code.as_bytes())).copied()) else { continue };
            // Ports come first in `places`, in the order of the table.
            let weight = if note == "weak" { 2.0 } else { 3.0 };
            let folded = key(text);
            self.sense(&folded, Sense::Place { place, weight, rule: BY_ALIAS });
            if note != "code" {
                self.near(&folded, place, 1.0, false);
            }
        }
    }

    fn vocabulary(&mut self) {
        let squeeze = |text: &str| {
            let c = clean(text);
            let words: Vec<Vec<u8>> = c.tokens[..c.n].iter().map(|t| c.word(t).to_vec()).collect();
            words
        };
        for (flag, text) in words::CLASSES {
            for word in text.split_ascii_whitespace() {
                let parts = squeeze(word);
                if let [one] = parts.as_slice() {
                    self.index.words.entry(finish(more(SEED, canonical(one)))).or_default().flags |= flag;
                }
            }
        }
        for (country, spellings) in words::COUNTRIES {
            let packed = pack_country(country);
            for spelling in spellings.split('|') {
                self.country(&squeeze(spelling), Word { flags: 0, state: 0, country: packed });
                self.sense(&key(spelling), Sense::Country(packed));
            }
        }
        for (n, (country, _, spellings)) in words::STATES.iter().enumerate() {
            let number = u16::try_from(n + 1).unwrap_or_default();
            for spelling in spellings.split('|') {
                self.country(&squeeze(spelling), Word { flags: 0, state: number, country: 0 });
                self.sense(&key(spelling), Sense::State(number));
            }
            let _ = country;
        }
        self.misspelt();
        for (kind, text) in words::PHRASES {
            for phrase in text.split('|') {
                self.sense(&key(phrase), Sense::Phrase(*kind as u8));
            }
        }
    }

    fn country(&mut self, parts: &[Vec<u8>], word: Word) {
        let hash = finish(parts.iter().fold(SEED, |h, part| more(h, canonical(part))));
        let map = if parts.len() == 1 { &mut self.index.words } else { &mut self.index.phrases };
        let entry = map.entry(hash).or_default();
        if word.state != 0 && entry.state == 0 {
            entry.state = word.state;
        }
        if word.country != 0 && entry.country == 0 {
            entry.country = word.country;
        }
        // `D.P.R.K` as one word.
        if parts.len() > 1 && parts.iter().all(|part| part.len() == 1) {
            let joined: Vec<u8> = parts.concat();
            let entry = self.index.words.entry(finish(more(SEED, &joined))).or_default();
            entry.country = entry.country.max(word.country);
            entry.state = entry.state.max(word.state);
        }
    }

    /// Names of countries and states of five letters and more with one letter left out, where that is no other word.
    fn misspelt(&mut self) {
        let countries =
            words::COUNTRIES.iter().map(|(country, spellings)| (Word { flags: 0, state: 0, country: pack_country(country) }, spellings));
        let states = words::STATES
            .iter()
            .enumerate()
            .map(|(n, (_, _, spellings))| (Word { flags: 0, state: u16::try_from(n + 1).unwrap_or_default(), country: 0 }, spellings));
        for (word, spellings) in countries.chain(states) {
            for name in spellings.split('|').filter(|name| name.len() >= 5 && name.bytes().all(|b| b.is_ascii_uppercase())) {
                for i in 1..name.len() {
                    let short = [&name.as_bytes()[..i], &name.as_bytes()[i + 1..]].concat();
                    let hash = finish(more(SEED, canonical(&short)));
                    self.index.words.entry(hash).or_insert(word);
                }
            }
        }
    }

    fn finish(mut self) -> Index {
        // The best sense of a place under one name is kept.
        self.pairs.sort_unstable_by(|a, b| {
            let rank = |s: &Sense| match s {
                Sense::Place { place, weight, .. } => (*place, -weight),
                Sense::Country(_) => (u32::MAX, 0.0),
                Sense::State(_) => (u32::MAX, 1.0),
                Sense::Phrase(_) => (u32::MAX, 2.0),
            };
            let (x, y) = (rank(&a.1), rank(&b.1));
            a.0.cmp(&b.0).then(x.0.cmp(&y.0)).then(x.1.total_cmp(&y.1))
        });
        self.pairs.dedup_by(|b, a| {
            a.0 == b.0
                && match (a.1, b.1) {
                    (Sense::Place { place: p, .. }, Sense::Place { place: q, .. }) => p == q,
                    (x, y) => x == y,
                }
        });
        let mut index = self.index;
        index.senses = self.pairs.iter().map(|pair| pair.1).collect();
        index.by_name.reserve(self.pairs.len());
        let mut start = 0;
        while start < self.pairs.len() {
            let hash = self.pairs[start].0;
            let n = self.pairs[start..].iter().take_while(|pair| pair.0 == hash).count();
            lend_codes(&mut index.places, &self.pairs[start..start + n]);
            index.by_name.insert(hash, (start as u32, n as u32));
            let bit = (hash >> 8) as usize % MAYBE;
            index.maybe[bit / 64] |= 1 << (bit % 64);
            start += n;
        }
        index.watched = self.near.iter().filter(|n| n.1).map(|n| n.0).collect();
        index.watched.sort_by_key(|n| (n.len, n.start));
        let slot = |n: &Near| bucket_of(index.near_text[n.start as usize]) * LENGTHS + usize::from(n.len);
        let mut near: Vec<Near> = self.near.iter().map(|n| n.0).collect();
        near.sort_by_key(|n| (slot(n), n.start));
        let mut buckets = vec![0_u32; 27 * LENGTHS + 1];
        for n in &near {
            buckets[slot(n) + 1] += 1;
        }
        for i in 1..buckets.len() {
            buckets[i] += buckets[i - 1];
        }
        index.shown = (0..index.places.len() as u32).map(|i| index.choose_shown(i)).collect();
        index.near = near;
        index.masks = index.near.iter().map(|n| index.mask_of(n)).collect();
        index.watched_masks = index.watched.iter().map(|n| index.mask_of(n)).collect();
        index.buckets = buckets;
        index.sorted.sort_unstable();
        index.by_code.shrink_to_fit();
        index
    }
}

/// A port without a code takes that of the town of its name beside it: the World Port Index has ports that UN/LOCODE lists as towns only.
fn lend_codes(places: &mut [Place], senses: &[(u64, Sense)]) {
    for (_, sense) in senses {
        let Sense::Place { place: port, rule: BY_NAME, .. } = *sense else { continue };
        let p = places[port as usize];
        if p.code != 0 || p.port == NONE {
            continue;
        }
        let town = senses.iter().find_map(|(_, other)| match *other {
            Sense::Place { place, rule: BY_NAME, .. } => {
                let q = places[place as usize];
                let near = (p.lat - q.lat).hypot((p.lon - q.lon) * p.lat.to_radians().cos()) < 0.25;
                let same = near || !q.lat.is_finite() && p.subdivision == q.subdivision && p.subdivision[0] != 0;
                (q.port == NONE && q.country == p.country && same).then_some(q.code)
            }
            _ => None,
        });
        if let Some(code) = town {
            places[port as usize].code = code;
        }
    }
}

/// The first seven fields of a line of one of our own files: commas between, quotes only around whole fields.
fn fields(line: &str) -> [&str; 7] {
    let mut out = [""; 7];
    let mut rest = line;
    for field in &mut out {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            *field = &quoted[..end];
            rest = quoted.get(end + 1..).unwrap_or_default().trim_start_matches(',');
            continue;
        }
        let (head, tail) = rest.split_once(',').unwrap_or((rest, ""));
        *field = head;
        rest = tail;
    }
    out
}
