//! Shipment records whose declared destination or consignee does not fit: a ranking by a sum that a reader can redo.
//!
//! The pattern was described by the Asan Institute (*The Rise of Phantom Traders: Russian Oil Exports to North Korea*, 2018): fuel declared for
//! a State where nobody received it, bought by a trader registered in yet another State, carried to the country under sanctions.
//!
//! What is common is learnt from the whole set, so that no list of "suspicious" countries or ports is written into the program: a trader in a
//! third country counts for little where others of that country buy the same goods for the same destination. **No record vouches for itself**:
//! the records of its own consignee are taken out of the counts before it is judged.
//!
//! Each [`Feature`] has a value between 0 and 1; the score is the sum of weight × value over all features, kept within 0 and 1
//! ([`Weights`] gives the weights; those that speak for a record are negative). The formulas, with n() a count of records, all of them without
//! the records of the record's own consignee (else buyer, else exporter):
//!
//! - *rarity*: −log₂ p, p smoothed by five imagined records that follow the coarser law (Dirichlet prior; Manning and Schütze, *Foundations of
//!   Statistical Natural Language Processing* (1999), section 6.2): p(country | destination, chapter) towards p(country | destination) towards
//!   p(country). Below 3 bits (one in eight) the value is 0, from 10 bits (one in a thousand) it is 1, linear between; times m/(m+20) for the m other
//!   records it was learnt from, since among few records everything is rare.
//! - *new goods*: n/(n+2) × (1 − n₁/n) for a party with n other records, none of these goods, n₁ of them the only ones of their chapter: n₁/n
//!   estimates the chance that its next record is of goods new to it (I. J. Good, "The population frequencies of species", *Biometrika* 40
//!   (1953), 237–264). A party of no other record at all: half of 1 − the share of such parties among all records of these goods.
//! - *company*: 1 − Π (1 − k/(n+1)) over carrier, consignee, buyer, and exporter, k of whose n other sighted records were declared for
//!   elsewhere and seen next in the country under sanctions.
//! - *port*: 1 − e^−λ where the port took none of these goods from others, λ being what it would have taken if it took them as the country does.
//! - *price*: the distance of the logarithm of value over mass from the median of its heading (of its year, if 8 records have both), in
//!   medians of such distances × 1.4826; 0 up to 3 of them, 1 from 8.
//!
//! Thresholds of these formulas are our choice, made on a set of the tests' own generator, and are not those of any simulator that scores it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, Hasher};

use serde::Serialize;

/// One record, in its own words. Empty text is not told; a figure that was not given is `NAN`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shipment<'a> {
    /// Number by which the caller knows it.
    pub record: u64,
    /// Country of the exporter, by any code, as long as it is the same code in every column.
    pub exporter_country: &'a str,
    /// Exporter.
    pub exporter: &'a str,
    /// Declared country of destination.
    pub destination: &'a str,
    /// Buyer.
    pub importer: &'a str,
    /// Consignee.
    pub consignee: &'a str,
    /// Where the consignee (or the buyer) is registered.
    pub consignee_country: &'a str,
    /// Declared port.
    pub declared_port: &'a str,
    /// Port of departure.
    pub from_port: &'a str,
    /// Goods in words, for records without a heading.
    pub goods: &'a str,
    /// Heading, digits only.
    pub hs: &'a str,
    /// Year of departure; 0 if not known.
    pub year: i16,
    /// Tonnes.
    pub tonnes: f64,
    /// US dollars.
    pub usd: f64,
    /// Country where the carrier was seen next.
    pub next_country: &'a str,
    /// The carrier.
    pub vessel: &'a str,
}

impl Shipment<'_> {
    /// A record that tells nothing.
    pub const EMPTY: Self = Self {
        record: 0,
        exporter_country: "",
        exporter: "",
        destination: "",
        importer: "",
        consignee: "",
        consignee_country: "",
        declared_port: "",
        from_port: "",
        goods: "",
        hs: "",
        year: 0,
        tonnes: f64::NAN,
        usd: f64::NAN,
        next_country: "",
        vessel: "",
    };
}

/// Number of features.
pub const FEATURES: usize = 10;

/// Names of the features, in the order of their sum.
pub const NAMES: [&str; FEATURES] = [
    "seen-in-target",
    "consignee-elsewhere",
    "new-goods",
    "company",
    "seen-elsewhere",
    "port",
    "lane",
    "price",
    "arrived-as-declared",
    "forwarder",
];

/// What each feature counts, in the order of [`NAMES`]. Those for a suspicion add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights(pub [f64; FEATURES]);

impl Default for Weights {
    fn default() -> Self {
        Self([0.28, 0.18, 0.12, 0.22, 0.06, 0.06, 0.04, 0.04, -0.15, -0.10])
    }
}

/// One term of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feature {
    /// Name, of [`NAMES`].
    pub name: &'static str,
    /// What it counts.
    pub weight: f64,
    /// How far it holds, 0 to 1.
    pub value: f64,
    /// The counts behind it, or why it could not be looked at.
    pub why: String,
}

/// A record with its score and the terms of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The caller's number.
    pub record: u64,
    /// 0 to 1.
    pub score: f64,
    /// The terms, in the order of [`NAMES`].
    pub features: Vec<Feature>,
}

/// A set of shipments with their scores.
#[derive(Debug)]
pub struct Ranking<'a> {
    shipments: &'a [Shipment<'a>],
    weights: Weights,
    target: u32,
    names: Vec<&'a str>,
    rows: Vec<Row>,
    counts: Counts,
    scores: Vec<f64>,
}

/// Ids of a record's cells; 0 is not told.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    destination: u32,
    importer: u32,
    consignee: u32,
    exporter: u32,
    /// Whose records do not vouch for it.
    own: u32,
    country: u32,
    port: u32,
    from: u32,
    chapter: u32,
    heading: u32,
    next: u32,
    vessel: u32,
    year: i16,
    price: f64,
}

/// Multiply and rotate: quick for small ids and short strings, and the same in every run.
#[derive(Clone, Copy, Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        // The tables look at the upper bits and at the lower ones: mix them.
        let mut x = self.0;
        x ^= x >> 32;
        x = x.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x ^ (x >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// What a count is of; one table holds them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
enum Of {
    Party,
    PartyChapter,
    Exporter,
    ExporterTarget,
    PartySighted,
    PartyTarget,
    Vessel,
    VesselTarget,
    Country,
    DestinationCountry,
    DestinationChapterCountry,
    DestinationChapter,
    Destination,
    OwnDestinationChapterCountry,
    OwnDestinationChapter,
    OwnDestinationCountry,
    OwnDestination,
    OwnCountry,
    Own,
    Port,
    PortChapter,
    PortDestination,
    OwnPort,
    OwnPortChapter,
    OwnPortDestination,
    Chapter,
    OwnChapter,
    FromChapter,
    FromChapterDestination,
    OwnFromChapter,
    OwnFromChapterDestination,
    ChapterDestination,
    OwnChapterDestination,
    Sighted,
    SightedNext,
    Next,
    NextElsewhere,
}

#[derive(Debug, Default)]
struct Counts {
    of: Map<(Of, u32, u32, u32, u32), u32>,
    total: f64,
    countries: f64,
    destinations: f64,
    /// Parties that have a single chapter only once: by party, how many chapters it has exactly one record of.
    once: Map<u32, u32>,
    /// Records of a chapter whose own party has no other record at all.
    alone: Map<u32, u32>,
    /// Other buyers of a consignee.
    buyers: Map<u32, u32>,
    /// Median and spread of the logarithm of the price, by heading and year (0 for all years), with how many records.
    prices: Map<(u32, i16), (f64, f64, usize)>,
}

impl Counts {
    fn add(&mut self, of: Of, key: [u32; 4]) {
        *self.of.entry((of, key[0], key[1], key[2], key[3])).or_default() += 1;
    }

    fn get(&self, of: Of, key: [u32; 4]) -> f64 {
        f64::from(self.of.get(&(of, key[0], key[1], key[2], key[3])).copied().unwrap_or(0))
    }
}

/// Imagined records that follow the coarser law.
const PRIOR: f64 = 5.0;

/// Other records at which a rarity counts half: among few records everything is rare.
const SHORE: f64 = 20.0;

/// Bits from which a rarity counts, and from which it counts fully.
const RARE: (f64, f64) = (3.0, 10.0);

/// Spreads from which a price counts, and from which it counts fully.
const OFF_PRICE: (f64, f64) = (3.0, 8.0);

/// Records that a median needs.
const ENOUGH: usize = 8;

/// Other records that a port needs before its country is taken as known.
const PORT_KNOWN: f64 = 5.0;

/// Buyers from which a consignee is a forwarder in full.
const FORWARDS: f64 = 5.0;

/// Scores every record of a set against the others. `target` is the code of the country under sanctions.
///
/// ```
/// use tw_flows::phantom::{Shipment, Weights, rank};
/// let honest = Shipment { destination: "CHN", consignee: "Sample Imports", consignee_country: "CHN", hs: "2710", ..Shipment::EMPTY };
/// let mut set = vec![honest; 20];
/// set.push(Shipment { record: 20, consignee: "Sample Trading", consignee_country: "SGP", next_country: "PRK", ..honest });
/// let ranking = rank(&set, "PRK", Weights::default());
/// assert_eq!(ranking.order()[0], 20);
/// let sum: f64 = ranking.explain(20).features.iter().map(|f| f.weight * f.value).sum();
/// assert!((ranking.scores()[20] - sum).abs() < 1e-12);
/// ```
#[must_use]
pub fn rank<'a>(shipments: &'a [Shipment<'a>], target: &'a str, weights: Weights) -> Ranking<'a> {
    let mut ids = Ids::new(target);
    let rows: Vec<Row> = shipments.iter().map(|shipment| ids.row(shipment)).collect();
    let counts = count(&rows, ids.target);
    let mut ranking = Ranking { shipments, weights, target: ids.target, names: ids.names, rows, counts, scores: Vec::new() };
    ranking.scores = (0..shipments.len()).map(|at| ranking.sum(&ranking.values(at, &mut None))).collect();
    ranking
}

/// Text to small numbers. Names are told apart by their letters and digits alone.
struct Ids<'a> {
    raw: Map<&'a str, u32>,
    plain: HashMap<String, u32, BuildHasherDefault<Quick>>,
    names: Vec<&'a str>,
    target: u32,
}

impl<'a> Ids<'a> {
    fn new(target: &'a str) -> Self {
        let mut ids = Self { raw: Map::default(), plain: HashMap::default(), names: vec![""], target: 0 };
        ids.target = ids.id(target);
        ids
    }

    fn id(&mut self, text: &'a str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(id) = self.raw.get(text) {
            return *id;
        }
        let plain: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let id = if plain.is_empty() { 0 } else { *self.plain.entry(plain).or_insert(next) };
        if id == next {
            self.names.push(text);
        }
        self.raw.insert(text, id);
        id
    }

    fn row(&mut self, s: &Shipment<'a>) -> Row {
        let digits = |n: usize| s.hs.get(..n.min(s.hs.len())).unwrap_or("");
        let (chapter, heading) = if s.hs.is_empty() { (s.goods, s.goods) } else { (digits(2), digits(4)) };
        let (importer, consignee, exporter) = (self.id(s.importer), self.id(s.consignee), self.id(s.exporter));
        let price = (s.usd / s.tonnes).ln();
        Row {
            destination: self.id(s.destination),
            importer,
            consignee,
            exporter,
            own: [consignee, importer, exporter].into_iter().find(|id| *id != 0).unwrap_or(0),
            country: self.id(s.consignee_country),
            port: self.id(s.declared_port),
            from: if s.from_port.is_empty() { self.id(s.exporter_country) } else { self.id(s.from_port) },
            chapter: self.id(chapter),
            heading: self.id(heading),
            next: self.id(s.next_country),
            vessel: self.id(s.vessel),
            year: s.year,
            price: if s.usd > 0.0 && s.tonnes > 0.0 && price.is_finite() { price } else { f64::NAN },
        }
    }
}

fn count(rows: &[Row], target: u32) -> Counts {
    let mut c = Counts { total: rows.len() as f64, ..Counts::default() };
    let mut prices: Map<(u32, i16), Vec<f64>> = Map::default();
    let mut pairs: Map<(u32, u32), ()> = Map::default();
    for r in rows {
        let (d, g, own) = (r.destination, r.chapter, r.own);
        let hidden = r.next == target && r.next != 0 && d != target;
        let mut parties = [r.importer, r.consignee];
        if parties[0] == parties[1] {
            parties[1] = 0;
        }
        for party in parties.into_iter().filter(|party| *party != 0) {
            c.add(Of::Party, [party, 0, 0, 0]);
            c.add(Of::PartyChapter, [party, g, 0, 0]);
            if r.next != 0 {
                c.add(Of::PartySighted, [party, 0, 0, 0]);
            }
            if hidden {
                c.add(Of::PartyTarget, [party, 0, 0, 0]);
            }
        }
        for (who, all, seen) in [(r.exporter, Of::Exporter, Of::ExporterTarget), (r.vessel, Of::Vessel, Of::VesselTarget)] {
            if who != 0 && r.next != 0 {
                c.add(all, [who, 0, 0, 0]);
                if hidden {
                    c.add(seen, [who, 0, 0, 0]);
                }
            }
        }
        c.add(Of::Own, [own, 0, 0, 0]);
        c.add(Of::Chapter, [g, 0, 0, 0]);
        c.add(Of::OwnChapter, [own, g, 0, 0]);
        if r.country != 0 {
            c.add(Of::Country, [r.country, 0, 0, 0]);
            c.add(Of::OwnCountry, [own, r.country, 0, 0]);
            c.add(Of::Destination, [d, 0, 0, 0]);
            c.add(Of::OwnDestination, [own, d, 0, 0]);
            c.add(Of::DestinationCountry, [d, r.country, 0, 0]);
            c.add(Of::OwnDestinationCountry, [own, d, r.country, 0]);
            c.add(Of::DestinationChapter, [d, g, 0, 0]);
            c.add(Of::OwnDestinationChapter, [own, d, g, 0]);
            c.add(Of::DestinationChapterCountry, [d, g, r.country, 0]);
            c.add(Of::OwnDestinationChapterCountry, [own, d, g, r.country]);
        }
        if r.port != 0 {
            c.add(Of::Port, [r.port, 0, 0, 0]);
            c.add(Of::OwnPort, [own, r.port, 0, 0]);
            c.add(Of::PortChapter, [r.port, g, 0, 0]);
            c.add(Of::OwnPortChapter, [own, r.port, g, 0]);
            c.add(Of::PortDestination, [r.port, d, 0, 0]);
            c.add(Of::OwnPortDestination, [own, r.port, d, 0]);
        }
        if d != 0 {
            c.add(Of::ChapterDestination, [g, d, 0, 0]);
            c.add(Of::OwnChapterDestination, [own, g, d, 0]);
            if r.from != 0 {
                c.add(Of::FromChapter, [r.from, g, 0, 0]);
                c.add(Of::OwnFromChapter, [own, r.from, g, 0]);
                c.add(Of::FromChapterDestination, [r.from, g, d, 0]);
                c.add(Of::OwnFromChapterDestination, [own, r.from, g, d]);
            }
            if r.next != 0 {
                c.add(Of::Sighted, [d, 0, 0, 0]);
                c.add(Of::SightedNext, [d, r.next, 0, 0]);
                c.add(Of::Next, [r.next, 0, 0, 0]);
                if r.next != d {
                    c.add(Of::NextElsewhere, [r.next, 0, 0, 0]);
                }
            }
        }
        if r.consignee != 0 && r.importer != 0 && r.consignee != r.importer && pairs.insert((r.consignee, r.importer), ()).is_none() {
            *c.buyers.entry(r.consignee).or_default() += 1;
        }
        if !r.price.is_nan() && r.heading != 0 {
            prices.entry((r.heading, 0)).or_default().push(r.price);
            if r.year != 0 {
                prices.entry((r.heading, r.year)).or_default().push(r.price);
            }
        }
    }
    for ((of, key, ..), n) in &c.of {
        match of {
            Of::PartyChapter if *n == 1 => *c.once.entry(*key).or_default() += 1,
            Of::Country => c.countries += 1.0,
            _ => {}
        }
    }
    c.destinations = c
        .of
        .keys()
        .filter(|(of, ..)| *of == Of::ChapterDestination)
        .map(|(_, _, d, ..)| *d)
        .collect::<std::collections::HashSet<_>>()
        .len() as f64;
    for r in rows {
        if r.own != 0 && c.get(Of::Own, [r.own, 0, 0, 0]) <= 1.0 {
            *c.alone.entry(r.chapter).or_default() += 1;
        }
    }
    c.prices = prices.into_iter().filter_map(|(key, list)| Some((key, spread(list)?))).collect();
    c
}

/// Median, spread (median of distances × 1.4826) and number.
fn spread(mut list: Vec<f64>) -> Option<(f64, f64, usize)> {
    if list.len() < ENOUGH {
        return None;
    }
    let median = |list: &mut Vec<f64>| {
        let half = list.len() / 2;
        *list.select_nth_unstable_by(half, f64::total_cmp).1
    };
    let middle = median(&mut list);
    let mut distances: Vec<f64> = list.iter().map(|x| (x - middle).abs()).collect();
    // Prices that are all the same to the cent are rounded: a spread of 5 % is the least.
    let spread = (median(&mut distances) * 1.4826).max(0.05);
    Some((middle, spread, list.len()))
}

/// From 0 at the first to 1 at the second.
fn ramp(x: f64, (from, to): (f64, f64)) -> f64 {
    if x.is_nan() { 0.0 } else { ((x - from) / (to - from)).clamp(0.0, 1.0) }
}

/// A whole number of records.
fn n(count: f64) -> String {
    tw_base::format_number(count.max(0.0))
}

/// Collects why, when somebody asks.
type Why = Option<Vec<String>>;

fn tell(why: &mut Why, text: impl FnOnce() -> String) {
    if let Some(list) = why {
        list.push(text());
    }
}

impl<'a> Ranking<'a> {
    /// The score of each record, 0 to 1, in the order given.
    #[must_use]
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// Places of the records, highest score first; equal scores in the order given.
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.scores.len()).collect();
        order.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]).then(a.cmp(b)));
        order
    }

    /// The terms of a record's score.
    ///
    /// # Panics
    /// If there is no such place.
    #[must_use]
    pub fn explain(&self, at: usize) -> Score {
        let mut why = Some(Vec::with_capacity(FEATURES));
        let values = self.values(at, &mut why);
        let features = NAMES
            .into_iter()
            .zip(self.weights.0)
            .zip(values)
            .zip(why.into_iter().flatten())
            .map(|(((name, weight), value), why)| Feature { name, weight, value, why })
            .collect();
        Score { record: self.shipments[at].record, score: self.scores[at], features }
    }

    /// Records of other consignees for the same destination and goods of the same chapter: of consignees of the same country, and of all.
    #[must_use]
    pub fn like_it(&self, at: usize) -> (u64, u64) {
        let Some(r) = self.rows.get(at) else { return (0, 0) };
        let like = self.others(Of::DestinationChapterCountry, Of::OwnDestinationChapterCountry, r, [r.destination, r.chapter, r.country]);
        let all = self.others(Of::DestinationChapter, Of::OwnDestinationChapter, r, [r.destination, r.chapter, 0]);
        (like as u64, all as u64)
    }

    /// How many other buyers the consignee received goods for.
    #[must_use]
    pub fn other_buyers(&self, at: usize) -> u64 {
        let buyers = self.rows.get(at).and_then(|r| self.counts.buyers.get(&r.consignee)).copied().unwrap_or(0);
        u64::from(buyers.saturating_sub(1))
    }

    fn sum(&self, values: &[f64; FEATURES]) -> f64 {
        let sum: f64 = values.iter().zip(self.weights.0).map(|(value, weight)| value * weight).sum();
        if sum.is_finite() { sum.clamp(0.0, 1.0) } else { 0.0 }
    }

    fn name(&self, id: u32) -> &'a str {
        self.names.get(id as usize).copied().unwrap_or("")
    }

    /// Count without the records of the same own party.
    fn others(&self, all: Of, own: Of, r: &Row, key: [u32; 3]) -> f64 {
        let mine = if r.own == 0 { 1.0 } else { self.counts.get(own, [r.own, key[0], key[1], key[2]]) };
        (self.counts.get(all, [key[0], key[1], key[2], 0]) - mine).max(0.0)
    }

    fn values(&self, at: usize, why: &mut Why) -> [f64; FEATURES] {
        let r = &self.rows[at];
        if r.destination == self.target || r.destination == 0 {
            for _ in 0..FEATURES {
                tell(why, || {
                    if r.destination == 0 {
                        "no destination was declared: not checked"
                    } else {
                        "declared for the country itself: nothing is concealed"
                    }
                    .to_owned()
                });
            }
            return [0.0; FEATURES];
        }
        [
            self.seen_in_target(r, why),
            self.consignee(r, why),
            self.new_goods(r, why),
            self.company(r, why),
            self.seen_elsewhere(r, why),
            self.port(r, why),
            self.lane(r, why),
            self.price(r, why),
            self.arrived(r, why),
            self.forwarder(r, why),
        ]
    }

    fn seen_in_target(&self, r: &Row, why: &mut Why) -> f64 {
        let hit = r.next == self.target && r.next != 0;
        tell(why, || match (hit, r.next) {
            (true, _) => format!("declared for {}, the carrier seen next in {}", self.name(r.destination), self.name(r.next)),
            (false, 0) => "nobody saw the carrier next: not checked".to_owned(),
            _ => format!("the carrier seen next in {}", self.name(r.next)),
        });
        f64::from(u8::from(hit))
    }

    fn consignee(&self, r: &Row, why: &mut Why) -> f64 {
        if r.country == 0 {
            tell(why, || "the country of the consignee is not told: not checked".to_owned());
            return 0.0;
        }
        if r.country == r.destination {
            tell(why, || "the consignee is of the declared country".to_owned());
            return 0.0;
        }
        if r.country == self.target {
            tell(why, || format!("the consignee is of {}, the declared country is {}", self.name(r.country), self.name(r.destination)));
            return 1.0;
        }
        let (d, g, k) = (r.destination, r.chapter, r.country);
        let all = (self.counts.total - if r.own == 0 { 1.0 } else { self.counts.get(Of::Own, [r.own, 0, 0, 0]) }).max(0.0);
        let base = (self.others(Of::Country, Of::OwnCountry, r, [k, 0, 0]) + 1.0) / (all + self.counts.countries + 1.0);
        let of_destination = self.others(Of::Destination, Of::OwnDestination, r, [d, 0, 0]);
        let middle =
            (self.others(Of::DestinationCountry, Of::OwnDestinationCountry, r, [d, k, 0]) + PRIOR * base) / (of_destination + PRIOR);
        let like = self.others(Of::DestinationChapterCountry, Of::OwnDestinationChapterCountry, r, [d, g, k]);
        let of_goods = self.others(Of::DestinationChapter, Of::OwnDestinationChapter, r, [d, g, 0]);
        let p = (like + PRIOR * middle) / (of_goods + PRIOR);
        let bits = -p.log2();
        tell(why, || {
            format!(
                "a consignee of {} for goods declared for {}: {} of {} other records of these goods and that destination ({bits:.1} bits)",
                self.name(k),
                self.name(d),
                n(like),
                n(of_goods)
            )
        });
        // What nobody else sent there says nothing about who should receive it.
        ramp(bits, RARE) * (of_goods / (of_goods + SHORE))
    }

    fn new_goods(&self, r: &Row, why: &mut Why) -> f64 {
        let mut best = 0.0;
        let mut text = String::new();
        let mut parties = [(r.consignee, "the consignee"), (r.importer, "the buyer")];
        if r.importer == r.consignee {
            parties[1].0 = 0;
        }
        if r.chapter == 0 {
            parties = [(0, ""); 2];
        }
        for (party, word) in parties {
            if party == 0 {
                continue;
            }
            let other = self.counts.get(Of::Party, [party, 0, 0, 0]) - 1.0;
            let same = self.counts.get(Of::PartyChapter, [party, r.chapter, 0, 0]) - 1.0;
            let value = if same > 0.0 {
                0.0
            } else if other < 1.0 {
                let all = self.counts.get(Of::Chapter, [r.chapter, 0, 0, 0]);
                let alone = f64::from(self.counts.alone.get(&r.chapter).copied().unwrap_or(0));
                0.5 * (1.0 - alone / all.max(1.0)).max(0.0)
            } else {
                // The chapter of the record itself is among those it has once.
                let once = (f64::from(self.counts.once.get(&party).copied().unwrap_or(0)) - 1.0).max(0.0);
                other / (other + 2.0) * (1.0 - once / other).clamp(0.0, 1.0)
            };
            if why.is_some() {
                let joined = if text.is_empty() { "" } else { "; " };
                let _ = write!(text, "{joined}{word} has {} other records, {} of them of such goods", n(other), n(same));
            }
            best = f64::max(best, value);
        }
        tell(why, || if text.is_empty() { "neither buyer and consignee nor goods are told: not checked".to_owned() } else { text });
        best
    }

    fn company(&self, r: &Row, why: &mut Why) -> f64 {
        let hidden = f64::from(u8::from(r.next == self.target && r.next != 0));
        let sighted = f64::from(u8::from(r.next != 0));
        let mut none = 1.0;
        let mut text = String::new();
        let kept = [
            ("the carrier", r.vessel, Of::Vessel, Of::VesselTarget),
            ("the consignee", r.consignee, Of::PartySighted, Of::PartyTarget),
            ("the buyer", if r.importer == r.consignee { 0 } else { r.importer }, Of::PartySighted, Of::PartyTarget),
            ("the exporter", r.exporter, Of::Exporter, Of::ExporterTarget),
        ];
        for (word, who, all, seen) in kept {
            if who == 0 {
                continue;
            }
            let others = (self.counts.get(all, [who, 0, 0, 0]) - sighted).max(0.0);
            let there = (self.counts.get(seen, [who, 0, 0, 0]) - hidden).max(0.0);
            if there > 0.0 && why.is_some() {
                let joined = if text.is_empty() { "" } else { "; " };
                let _ = write!(
                    text,
                    "{joined}{word}: {} of {} other sighted records were seen next in {}",
                    n(there),
                    n(others),
                    self.name(self.target)
                );
            }
            none *= 1.0 - (there / (others + 1.0)).min(1.0);
        }
        tell(why, || {
            if text.is_empty() {
                "no other record of its carrier, buyer, consignee, or exporter was seen next there".to_owned()
            } else {
                text
            }
        });
        1.0 - none
    }

    fn seen_elsewhere(&self, r: &Row, why: &mut Why) -> f64 {
        if r.next == 0 || r.next == r.destination || r.next == self.target {
            tell(why, || if r.next == 0 { "nobody saw the carrier next: not checked" } else { "does not apply" }.to_owned());
            return 0.0;
        }
        let sighted = (self.counts.get(Of::Sighted, [r.destination, 0, 0, 0]) - 1.0).max(0.0);
        let there = (self.counts.get(Of::SightedNext, [r.destination, r.next, 0, 0]) - 1.0).max(0.0);
        let base = 1.0 / (self.counts.countries + 1.0);
        let bits = -((there + PRIOR * base) / (sighted + PRIOR)).log2();
        let arrivals = (self.counts.get(Of::Next, [r.next, 0, 0, 0]) - 1.0).max(0.0);
        let passing = (self.counts.get(Of::NextElsewhere, [r.next, 0, 0, 0]) - 1.0).max(0.0);
        let hub = passing / (arrivals + PRIOR);
        tell(why, || {
            format!(
                "declared for {}, seen next in {}: so were {} of {} others of that destination; {} of {} others seen there were declared for elsewhere, as at a hub",
                self.name(r.destination),
                self.name(r.next),
                n(there),
                n(sighted),
                n(passing),
                n(arrivals)
            )
        });
        ramp(bits, RARE) * (1.0 - hub)
    }

    fn port(&self, r: &Row, why: &mut Why) -> f64 {
        if r.port == 0 {
            tell(why, || "no port was declared: not checked".to_owned());
            return 0.0;
        }
        let all = self.others(Of::Port, Of::OwnPort, r, [r.port, 0, 0]);
        let same = self.others(Of::PortChapter, Of::OwnPortChapter, r, [r.port, r.chapter, 0]);
        let of_country = self.others(Of::PortDestination, Of::OwnPortDestination, r, [r.port, r.destination, 0]);
        let goods = self.others(Of::ChapterDestination, Of::OwnChapterDestination, r, [r.chapter, r.destination, 0]);
        let chapter = self.others(Of::Chapter, Of::OwnChapter, r, [r.chapter, 0, 0]);
        let total = self.counts.total.max(1.0);
        // As the country takes them, or as the world does, whichever is less.
        let to_country = self.counts.get(Of::Destination, [r.destination, 0, 0, 0]).max(1.0);
        let share = (goods / to_country).min(chapter / total);
        let takes_none = if same > 0.0 || r.chapter == 0 { 0.0 } else { 1.0 - (-all * share).exp() };
        let other_country = if all >= PORT_KNOWN { ramp(-(of_country / all), (-0.05, 0.0)) } else { 0.0 };
        tell(why, || {
            format!(
                "{}: {} other records, {} of them of such goods and {} declared for {}",
                self.name(r.port),
                n(all),
                n(same),
                n(of_country),
                self.name(r.destination)
            )
        });
        f64::max(takes_none, other_country)
    }

    fn lane(&self, r: &Row, why: &mut Why) -> f64 {
        if r.from == 0 || r.chapter == 0 {
            tell(why, || "the place of departure or the goods are not told: not checked".to_owned());
            return 0.0;
        }
        let all = self.others(Of::FromChapter, Of::OwnFromChapter, r, [r.from, r.chapter, 0]);
        let same = self.others(Of::FromChapterDestination, Of::OwnFromChapterDestination, r, [r.from, r.chapter, r.destination]);
        let chapter = self.others(Of::Chapter, Of::OwnChapter, r, [r.chapter, 0, 0]);
        let to = self.others(Of::ChapterDestination, Of::OwnChapterDestination, r, [r.chapter, r.destination, 0]);
        let base = (to + 1.0) / (chapter + self.counts.destinations + 1.0);
        let bits = -((same + PRIOR * base) / (all + PRIOR)).log2();
        tell(why, || {
            format!(
                "of {} other records of such goods from {}, {} were declared for {} ({bits:.1} bits)",
                n(all),
                self.name(r.from),
                n(same),
                self.name(r.destination)
            )
        });
        ramp(bits, RARE) * (all / (all + SHORE))
    }

    fn price(&self, r: &Row, why: &mut Why) -> f64 {
        let known = self.counts.prices.get(&(r.heading, r.year)).or_else(|| self.counts.prices.get(&(r.heading, 0)));
        let Some((middle, spread, count)) = known.filter(|_| !r.price.is_nan() && r.heading != 0) else {
            tell(why, || "value, mass, or enough like records are missing: not checked".to_owned());
            return 0.0;
        };
        let off = (r.price - middle).abs() / spread;
        tell(why, || {
            format!(
                "{} US dollars a tonne, where {count} like records have a median of {} ({off:.1} spreads off)",
                tw_base::format_number(r.price.exp().round()),
                tw_base::format_number(middle.exp().round())
            )
        });
        ramp(off, OFF_PRICE)
    }

    fn arrived(&self, r: &Row, why: &mut Why) -> f64 {
        let arrived = r.next != 0 && r.next == r.destination;
        tell(why, || if arrived { "the carrier was seen next in the declared country" } else { "does not apply" }.to_owned());
        f64::from(u8::from(arrived))
    }

    fn forwarder(&self, r: &Row, why: &mut Why) -> f64 {
        let buyers = f64::from(self.counts.buyers.get(&r.consignee).copied().unwrap_or(0));
        // The record's own buyer shows nothing.
        let others = (buyers - 1.0).max(0.0);
        tell(why, || format!("the consignee received goods for {} other buyers", n(others)));
        (others / (FORWARDS - 1.0)).min(1.0)
    }
}
