//! What a typed destination means.
//!
//! The AIS destination is 20 characters of free text. IMO SN.1/Circ.244/Rev.1 asks for UN/LOCODEs joined by `>`: `AE DXB>NL RTM`, `>` and a code if
//! the port of departure has none, `?? ???` or `XX XXX` if a port is not known, `===` and a name in plain English for a place without a code.
//! About one text in seven is written so; the rest are names, abbreviations, names with a state, firms, river miles, ferries, "for orders".
//!
//! # Grammar
//!
//! 1. **Normalise** (`normal`): upper case, everything from `@` on is padding, marks and Cyrillic fold to ASCII, apostrophes vanish
//!    (`CH'ONGJIN`, `S'PORE`), at most 96 characters and 24 tokens are read. Names in Korean and Chinese characters are looked up whole.
//! 2. **Legs**: `>`, `>>`, `=>`, `->`, `TO`, `THEN`, `NEXT` and two UN/LOCODEs side by side lead to the destination; `<>` and `><` are there and
//!    back; what follows `VIA`, `FROM`, `EX` is not the destination; what follows `ETA` is a time. The last leg counts: if it cannot be read, the
//!    answer is "unknown", never an earlier leg.
//! 3. **A leg** is, in this order: a telephone number or radio channel; an ISRS code of an inland waterway; a spaced UN/LOCODE; a phrase
//!    ("for orders", a sea, an activity) or a name with everything beside it explained; a UN/LOCODE in one word; parts joined by `-`, `/`, `_`
//!    (the last port counts, `A-B-A` is a shuttle); words of the grammar; a near name; the last three letters of a code near the ship.
//! 4. **A name** is any run of tokens, compared without blanks and with one spelling for `SAINT`, `FORT`, `HARBOUR` and the like (`FTLAUDERDALE`,
//!    `LIAN YUN GANG`). Each token beside it costs odds: berths, anchorages, pilots, numbers hardly any, firms little, rivers and bays much, an
//!    unread word so much that only a constraint could save it. A country, state or province beside it is a constraint (`VANCOUVER WA`).
//! 5. **Near names** (`near`): Damerau-Levenshtein distance, at most one edit for five to seven letters and two for eight and more, weighted by
//!    how crews and radio err: look-alike digits 0.3, one bit of the six-bit code 0.7, doubled letters 0.6, `AE`/`OE`/`UE`/`AA` 0.4. The first
//!    letter must agree (or look alike), except for North Korea and Russia's Far East. Words of the vocabulary are never misspelt ports.
//! 6. **Choice**: the odds of each place are its prior (size of harbour) times how good the name is times constraints times context; places of
//!    one class count together; "none of these" has odds too, from how many letters the name explains and what stays unread. Below 0.68 (near names
//!    0.65) the answer is [`Kind::Unknown`] with [`Reading::alternatives`]. All weights are our choice, set on the labelled texts of
//!    `tests/data/destination_dev.csv` (set `dev`) and on synthetic misspellings; each is explained where it stands in the code.
//!
//! # Limits
//!
//! A text of three letters, a name that fits several ports alike (`GEORGETOWN`, `PORTLAND USA`) and a word that happens to be a code (`DELTA`) are
//! "unknown" without context. A wrong reading is worse than none: the score is the probability that the reading is what was meant, not that the ship
//! goes there.

mod index;
mod near;
mod normal;
mod read;
mod words;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use tw_base::Country;

use crate::Ports;
use index::{Index, NONE, unpack};
use read::{Found, Join, MOST_LEGS, Piece, Scratch};

/// What kind of thing a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A port, or a place that ships name for one.
    Port,
    /// Only a country.
    Country,
    /// A sea, river, region, river mile, or roadstead without a port.
    Area,
    /// Waiting for orders, not decided, not told.
    Orders,
    /// What the ship does: fishing, towing, cruising; also what is on board.
    Activity,
    /// A ferry or shuttle: there and back.
    Ferry,
    /// A telephone number or a radio channel.
    Contact,
    /// An ISRS location code of an inland waterway.
    InlandCode,
    /// Nothing.
    Empty,
    /// Signs without meaning.
    Junk,
    /// Something that could not be read, or a name that fits several ports.
    Unknown,
}

/// Which rule found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A UN/LOCODE.
    Locode,
    /// The chief name of the port.
    Name,
    /// Another name of the port: old, in another language or transliteration, of a part.
    OtherName,
    /// A spelling of the list of aliases.
    Alias,
    /// A name one edit away.
    Near1,
    /// A name two edits away.
    Near2,
    /// A long name cut at 20 characters.
    Cut,
    /// The last three letters of a UN/LOCODE, near the ship.
    CodeWithoutCountry,
    /// An ISRS location code.
    InlandCode,
    /// Words of the grammar.
    Words,
    /// No rule.
    None,
}

/// What is known of the ship when it said so. Everything is optional.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// AIS type of ship and cargo.
    pub ship_type: Option<u8>,
    /// Hours to the declared time of arrival.
    pub eta_hours: Option<f64>,
    /// Ports the ship has called at (numbers in [`Ports`]).
    pub history: &'a [usize],
}

/// A leg of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Normalised text of the leg.
    pub typed: String,
    /// What it is.
    pub kind: Kind,
    /// Number in [`Ports`].
    pub port: Option<usize>,
    /// UN/LOCODE without space.
    pub locode: Option<String>,
    /// Probability.
    pub score: f64,
}

/// What a text means.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// Number in [`Ports`]: the destination. None for a place that is not in the table and for everything that is no port.
    pub port: Option<usize>,
    /// UN/LOCODE without space: of the sea port if the place has several.
    pub locode: Option<String>,
    /// Name of the place, or nothing.
    pub name: String,
    /// Country of the place, or the only thing that was said.
    pub country: Option<Country>,
    /// Probability that this is what was meant, 0 to 1.
    pub score: f64,
    /// All legs where there are several, in the order of the text.
    pub route: Vec<Leg>,
    /// Other ports that could be meant, with probabilities, the likeliest first.
    pub alternatives: Vec<(usize, f64)>,
    /// Normalised text.
    pub typed: String,
    /// Which rule found it.
    pub how: How,
}

/// A reading as a line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The text as it was given.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// UN/LOCODE without space.
    pub locode: Option<String>,
    /// Name of the place.
    pub port: Option<String>,
    /// ISO 3166-1 alpha-3.
    pub country: Option<Country>,
    /// Probability, three decimals.
    pub score: f64,
    /// Which rule found it.
    pub how: How,
    /// Legs where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub route: Vec<Leg>,
    /// Other ports that could be meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
}

/// Another port that could be meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// UN/LOCODE without space.
    pub locode: Option<String>,
    /// Name.
    pub port: String,
    /// Probability, three decimals.
    pub score: f64,
}

/// Reads a text with the table of ports that comes with the program.
///
/// ```
/// use tw_ports::destination::{Context, Kind, read};
/// let reading = read("RUVVO>KP NAM", &Context::default());
/// assert_eq!((reading.kind, reading.locode.as_deref()), (Kind::Port, Some("KPNAM")));
/// ```
#[must_use]
pub fn read(text: &str, context: &Context<'_>) -> Reading {
    Reader::bundled().read(text, context)
}

/// Holds the indexes.
pub struct Reader {
    index: Index,
    ports: &'static Ports,
}

fn round3(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

impl Reader {
    /// The reader of the table that comes with the program, made once (about 0.1 s).
    #[must_use]
    pub fn bundled() -> &'static Self {
        static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new(Ports::bundled()));
        &READER
    }

    /// A reader of a table.
    #[must_use]
    pub fn new(ports: &'static Ports) -> Self {
        Self { index: Index::new(ports), ports }
    }

    /// What a text means.
    #[must_use]
    pub fn read(&self, text: &str, context: &Context<'_>) -> Reading {
        let mut clean = normal::clean(text);
        if clean.n == 0 {
            return self.without_letters(text);
        }
        read::mark(&self.index, &mut clean);
        let mut scratch = Scratch::default();
        let mut pieces = [Piece { join: Join::Start, from: 0, to: 0 }; MOST_LEGS];
        let n = read::legs(&self.index, &clean, &mut pieces);
        let pieces = &pieces[..n];
        if let [piece] = pieces {
            let found = read::leg(&self.index, &clean, piece.from, piece.to, context, &mut scratch);
            return self.reading(found, Vec::new(), clean.text());
        }
        let found: Vec<Found> = pieces.iter().map(|p| read::leg(&self.index, &clean, p.from, p.to, context, &mut scratch)).collect();
        let route = pieces.iter().zip(&found).map(|(p, f)| self.leg(f, &clean, *p)).collect();
        let chosen = self.choose(pieces, found, context);
        self.reading(chosen, route, clean.text())
    }

    /// A text of signs, or in a script that does not fold to Latin letters.
    fn without_letters(&self, text: &str) -> Reading {
        let trimmed = text.trim();
        if let Some(place) = self.index.script(trimmed) {
            let found = Found {
                kind: Kind::Port,
                how: How::OtherName,
                place: Some(place),
                country: self.index.places[place as usize].country,
                score: 0.9,
                others: Vec::new(),
            };
            return self.reading(found, Vec::new(), trimmed);
        }
        let kind = if trimmed.trim_matches('@').trim().is_empty() {
            Kind::Empty
        } else if trimmed.starts_with('?') {
            Kind::Orders
        } else if trimmed.chars().any(char::is_alphabetic) {
            Kind::Unknown
        } else {
            Kind::Junk
        };
        self.reading(Found::of(kind, 0.95), Vec::new(), "")
    }

    /// The destination of several legs.
    fn choose(&self, pieces: &[Piece], found: Vec<Found>, context: &Context<'_>) -> Found {
        // `B VIA A` means B.
        let end = pieces.iter().position(|p| p.join == Join::Via).unwrap_or(pieces.len()).max(1);
        let (pieces, found) = (&pieces[..end], &found[..end]);
        let Some(last) = found.last() else { return Found::of(Kind::Empty, 1.0) };
        if found.len() == 1 {
            return last.clone();
        }
        let shuttle =
            pieces.iter().any(|p| p.join == Join::Both) || found.len() >= 3 && found[0].place.is_some() && found[0].place == last.place;
        if !shuttle {
            return last.clone();
        }
        let places: Vec<u32> = found.iter().filter_map(|f| f.place).collect();
        let Some(&first) = places.first() else {
            return if last.kind == Kind::Unknown {
                Found { others: last.others.clone(), ..Found::of(Kind::Ferry, 0.6) }
            } else {
                last.clone()
            };
        };
        if places.iter().all(|&p| self.index.places[p as usize].class == self.index.places[first as usize].class) {
            let unread = found.iter().any(|f| f.kind == Kind::Unknown);
            let mut one = found.iter().find(|f| f.place.is_some()).unwrap_or(last).clone();
            if unread {
                let others = vec![(first, 0.5)];
                return Found { others, ..Found::of(Kind::Ferry, 0.6) };
            }
            one.score *= 0.95;
            return one;
        }
        // There and back: the end that the ship is not at, if that is known.
        if let Some((lat, lon)) = context.position {
            let far = |p: &u32| {
                let place = &self.index.places[*p as usize];
                f64::from(place.lat - lat as f32).hypot(f64::from(place.lon - lon as f32))
            };
            if let Some(&place) = places.iter().filter(|p| far(p).is_finite()).max_by(|a, b| far(a).total_cmp(&far(b))) {
                return Found {
                    kind: Kind::Port,
                    how: last.how,
                    place: Some(place),
                    country: self.index.places[place as usize].country,
                    score: 0.65,
                    others: places.iter().filter(|p| **p != place).map(|p| (*p, 0.3)).collect(),
                };
            }
        }
        Found { others: places.iter().map(|p| (*p, 0.45)).collect(), ..Found::of(Kind::Ferry, 0.85) }
    }

    /// Number in the table and code of a place.
    fn place(&self, place: u32) -> (Option<usize>, Option<String>, &str) {
        let shown = &self.index.places[self.index.shown(place) as usize];
        let port = (shown.port != NONE).then_some(shown.port as usize);
        (port, (shown.code != 0).then(|| unpack(shown.code)), &self.index.names[shown.name as usize])
    }

    fn leg(&self, found: &Found, clean: &normal::Clean, piece: Piece) -> Leg {
        let (port, locode, _) = found.place.map_or((None, None, ""), |p| self.place(p));
        let (start, end) = (clean.tokens[piece.from].start, clean.tokens[piece.to - 1].end);
        let typed = std::str::from_utf8(&clean.buf[usize::from(start)..usize::from(end)]).unwrap_or_default().to_owned();
        Leg { typed, kind: found.kind, port, locode, score: round3(f64::from(found.score)) }
    }

    fn reading(&self, found: Found, route: Vec<Leg>, typed: &str) -> Reading {
        let (port, locode, name) = found.place.map_or((None, None, ""), |p| self.place(p));
        let mut alternatives: Vec<(usize, f64)> = Vec::with_capacity(found.others.len());
        for (place, score) in &found.others {
            if let (Some(i), ..) = self.place(*place)
                && Some(i) != port
                && !alternatives.iter().any(|a| a.0 == i)
            {
                alternatives.push((i, f64::from(*score)));
            }
        }
        Reading {
            kind: found.kind,
            port,
            locode,
            name: name.to_owned(),
            country: self.index.country(found.country),
            score: f64::from(found.score),
            route,
            alternatives,
            typed: typed.to_owned(),
            how: found.how,
        }
    }

    /// A reading as a line of JSON.
    #[must_use]
    pub fn line(&self, text: &str, reading: &Reading) -> Line {
        let alternatives = reading
            .alternatives
            .iter()
            .map(|&(i, score)| {
                let port = self.ports.get(i);
                Alternative { locode: port.locode.clone(), port: port.name.clone(), score: round3(score) }
            })
            .collect();
        Line {
            text: text.to_owned(),
            kind: reading.kind,
            locode: reading.locode.clone(),
            port: (!reading.name.is_empty()).then(|| reading.name.clone()),
            country: reading.country,
            score: round3(reading.score),
            how: reading.how,
            route: reading.route.clone(),
            alternatives,
        }
    }
}
