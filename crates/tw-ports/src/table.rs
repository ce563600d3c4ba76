//! The table of ports and its indexes.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use tw_base::Country;

use crate::grid::Grid;
use crate::hash::{HashMap, hash};
use crate::names::{Script, core_name, core_name_into};

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortKind {
    /// A port or harbour.
    Port,
    /// An anchorage or roadstead named for itself.
    Anchorage,
    /// A terminal, a mooring off the coast, or a part of a port named for itself.
    Terminal,
    /// A port on a river, canal or lake.
    River,
    /// A place without a port that ships name all the same: a town, an airport's code.
    Inland,
}

impl PortKind {
    fn parse(text: &str) -> Self {
        match text {
            "anchorage" => Self::Anchorage,
            "terminal" => Self::Terminal,
            "river" => Self::River,
            "inland" => Self::Inland,
            _ => Self::Port,
        }
    }

    /// The word in the data files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Port => "port",
            Self::Anchorage => "anchorage",
            Self::Terminal => "terminal",
            Self::River => "river",
            Self::Inland => "inland",
        }
    }
}

/// Where a name, or a row, comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// World Port Index, Pub. 150 (NGA), 2024.
    Wpi,
    /// UN/LOCODE 2019-2 (UNECE).
    Unlocode,
    /// Anchorage labels of Global Fishing Watch (pipe-anchorages, Apache-2.0).
    Gfw,
    /// The project's gazetteer of North Korea and Primorye, made from WPI 2024.
    Gazetteer,
    /// General knowledge of the curators, not taken from a data set; see the certainty of the row.
    Curated,
}

impl Source {
    fn parse(text: &str) -> Self {
        match text {
            "wpi" => Self::Wpi,
            "unlocode" => Self::Unlocode,
            "gfw" => Self::Gfw,
            "gazetteer" => Self::Gazetteer,
            _ => Self::Curated,
        }
    }
}

/// How sure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Existence or place is from memory and was not checked.
    Low,
    /// Well known, but position or a part of the names is approximate.
    Medium,
    /// From a data set, or beyond doubt.
    High,
}

/// A name of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// As written in its source.
    pub text: String,
    /// Writing system.
    pub script: Script,
    /// What kind of name: `mr` (McCune-Reischauer), `rr` (Revised Romanization), `dprk` (North Korea's own spelling), `han` (Chinese characters),
    /// `ja` (Japanese, colonial), `ru` (Russian), `bgn`, `icao` (passport), `iso` (ISO 9 without marks), `old`, `typo`, `short`, `part` (a part of
    /// the place), `city` (the town it serves), `area` (the bay or island), `also` (in brackets or after a slash in UN/LOCODE: a second name, at times only
    /// the region); none for a plain name.
    pub note: Option<String>,
    /// Where it comes from.
    pub source: Source,
}

/// A port, anchorage or terminal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Port {
    /// UN/LOCODE without space (`KPNAM`), else `WPI` and the number (`WPI60470`), else a key of the project (`KP-SOKTO`).
    pub key: String,
    /// UN/LOCODE without space.
    pub locode: Option<String>,
    /// More codes that mean this place: synonyms, wrong or retired codes.
    pub other_locodes: Vec<String>,
    /// World Port Index number (without the fraction that a few have).
    pub wpi: Option<u32>,
    /// Usual name in English.
    pub name: String,
    /// Country.
    pub country: Country,
    /// Subdivision of ISO 3166-2 without the country (`PRI`).
    pub subdivision: Option<String>,
    /// Latitude, degrees north; NaN if no permitted source tells. Use [`Port::position`].
    pub lat: f64,
    /// Longitude, degrees east; NaN if no permitted source tells.
    pub lon: f64,
    /// How far off the position may be, nautical miles: 1 for a minute of arc, more where it is approximate.
    pub uncertainty_nm: f64,
    /// What it is.
    pub kind: PortKind,
    /// Size of harbour after WPI: 0 unknown, 1 very small, 2 small, 3 medium, 4 large.
    pub size: u8,
    /// Whether an oil terminal is known.
    pub oil: bool,
    /// Radius within which a stopped ship is at this place, nautical miles.
    pub radius_nm: f64,
    /// Number of its equivalence class: codes and names for one place have one number.
    pub place: u32,
    /// The port it is a part of.
    pub parent: Option<usize>,
    /// All names; the first is [`Port::name`].
    pub names: Vec<Name>,
    /// How sure the row is.
    pub certainty: Certainty,
    /// Where the row comes from.
    pub source: Source,
    /// What a reader should know.
    pub note: Option<String>,
}

impl Port {
    /// Latitude and longitude in degrees, if known.
    #[must_use]
    pub fn position(&self) -> Option<(f64, f64)> {
        (self.lat.is_finite() && self.lon.is_finite()).then_some((self.lat, self.lon))
    }

    /// Whether a ship can lie there: all but inland places.
    #[must_use]
    pub fn takes_ships(&self) -> bool {
        self.kind != PortKind::Inland
    }
}

/// All ports, with indexes.
#[derive(Debug)]
pub struct Ports {
    all: Vec<Port>,
    by_key: Keys,
    by_country: HashMap<Country, Vec<usize>>,
    /// For each place, by the number of its first member, the member that stands for it.
    chiefs: Vec<usize>,
    grid: Grid,
    /// Largest radius of a port, nautical miles.
    widest_nm: f64,
}

/// Ports of the world, generated by `examples/build_ports.rs`.
const WORLD: &str = include_str!("../data/ports.csv");
/// Ports of North Korea and Russia's Far East, by hand; wins over [`WORLD`].
const FAR_EAST: &str = include_str!("../data/far_east.csv");
/// Codes that mean one place, by hand.
const SAME_PLACE: &str = include_str!("../data/same_place.csv");

/// Two places of one name and country nearer than this are one place. Our choice: the largest ports (Shanghai, Houston, Rotterdam) spread over
/// 25 to 30 nautical miles.
const SAME_NAME_NM: f64 = 30.0;

impl Ports {
    /// The table that comes with the program, parsed once.
    #[must_use]
    pub fn bundled() -> &'static Self {
        static PORTS: LazyLock<Ports> = LazyLock::new(|| Ports::parse(FAR_EAST, WORLD, SAME_PLACE));
        &PORTS
    }

    /// A table from three texts: rows that win, rows of the world, and lists of codes for one place.
    ///
    /// A row without a name or with a country that is none is left out.
    #[must_use]
    pub fn parse(first: &str, world: &str, same_place: &str) -> Self {
        let mut all: Vec<Port> = Vec::with_capacity(24_000);
        let mut parents: Vec<(usize, String)> = Vec::new();
        let mut by_key = Keys::default();
        for (text, wins) in [(first, true), (world, false)] {
            read(text, |port, parent| {
                let wpi_key = port.wpi.map(|n| format!("WPI{n}"));
                let known = [Some(&port.key), wpi_key.as_ref()].into_iter().flatten().find_map(|key| by_key.get(key));
                if let Some(i) = known {
                    for key in [&port.key].into_iter().chain(&wpi_key) {
                        by_key.add(key, i);
                    }
                    absorb(&mut all[i], port, wins);
                    return;
                }
                let i = all.len();
                for key in port.other_locodes.iter().chain([&port.key]).chain(&wpi_key) {
                    by_key.add(key, i);
                }
                if !parent.is_empty() {
                    parents.push((i, parent.to_owned()));
                }
                all.push(port);
            });
        }
        for (i, parent) in parents {
            all[i].parent = by_key.get(&parent).filter(|&p| p != i);
        }
        let mut by_country: HashMap<Country, Vec<usize>> = HashMap::default();
        for (i, port) in all.iter().enumerate() {
            by_country.entry(port.country).or_default().push(i);
        }
        let grid = Grid::new(all.iter().map(Port::position));
        let widest_nm = all.iter().map(|port| port.radius_nm).fold(0.0, f64::max);
        let mut ports = Self { all, by_key, by_country, chiefs: Vec::new(), grid, widest_nm };
        ports.classify(same_place);
        ports.chiefs = (0..ports.all.len()).collect();
        for i in 0..ports.all.len() {
            let place = ports.all[i].place as usize;
            if ports.rank(i) > ports.rank(ports.chiefs[place]) {
                ports.chiefs[place] = i;
            }
        }
        ports
    }

    /// Which of two members rather stands for its place.
    fn rank(&self, i: usize) -> (bool, bool, u8, std::cmp::Reverse<usize>) {
        let port = &self.all[i];
        (port.parent.is_none(), port.takes_ships() && port.position().is_some(), port.size, std::cmp::Reverse(i))
    }

    /// Numbers the equivalence classes.
    fn classify(&mut self, same_place: &str) {
        let mut classes = Classes::new(self.all.len());
        for line in same_place.lines().skip(1) {
            let codes = line.split(',').next().unwrap_or_default();
            let mut members = codes.split('|').filter_map(|code| self.by_key.get(code));
            let Some(first) = members.next() else { continue };
            for member in members {
                classes.join(first, member);
            }
        }
        for (i, port) in self.all.iter().enumerate() {
            if let Some(parent) = port.parent
                && self.near(i, parent).unwrap_or(true)
            {
                classes.join(i, parent);
            }
        }
        // Names by their hash: (hash, port, number of the name).
        let mut named: Vec<(u64, usize, usize)> = Vec::with_capacity(2 * self.all.len());
        let mut core = String::new();
        for (i, port) in self.all.iter().enumerate() {
            let country = hash(port.country.code().as_bytes());
            for (n, name) in port.names.iter().enumerate() {
                if !matches!(name.note.as_deref(), Some("area" | "part" | "city" | "also")) {
                    core_name_into(&name.text, &mut core);
                    named.push((hash(core.as_bytes()) ^ country, i, n));
                }
            }
        }
        named.sort_unstable();
        named.dedup_by_key(|(hash, i, _)| (*hash, *i));
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for group in named.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            // Equal hashes are all but surely equal names; make sure.
            let text = |&(_, i, n): &(u64, usize, usize)| core_name(&self.all[i].names[n].text);
            let first = text(&group[0]);
            let bearers: Vec<(usize, bool)> = group.iter().filter(|one| text(one) == first).map(|&(_, i, n)| (i, n == 0)).collect();
            self.pairs_of_one_name(&bearers, &mut pairs);
        }
        pairs.sort_unstable();
        for (a, b) in pairs {
            classes.join(a, b);
        }
        for i in 0..self.all.len() {
            self.all[i].place = u32::try_from(classes.root(i)).expect("far fewer than four billion ports");
        }
    }

    /// Pairs among the bearers of one name (and whether it is their first name) that are one place.
    fn pairs_of_one_name(&self, bearers: &[(usize, bool)], pairs: &mut Vec<(usize, usize)>) {
        let apart = bearers.iter().enumerate().any(|(n, a)| bearers[..n].iter().any(|b| self.near(a.0, b.0) == Some(false)));
        // A list that has one name twice without saying where means two places.
        let vague = bearers.iter().enumerate().any(|(n, a)| {
            let (a, unknown) = (&self.all[a.0], self.all[a.0].position().is_none());
            unknown && bearers[..n].iter().any(|b| self.all[b.0].name == a.name && self.all[b.0].position().is_none())
        });
        for (n, &(a, a_first)) in bearers.iter().enumerate() {
            for &(b, b_first) in &bearers[..n] {
                let (one, other) = (&self.all[a], &self.all[b]);
                let same = match self.near(a, b) {
                    Some(near) => near && same_qualifier(&one.name, &other.name),
                    // One of the two has no position: the name alone must decide, so it must be the chief name of both and mean one place only.
                    None => {
                        let subdivisions_agree =
                            one.subdivision == other.subdivision || one.subdivision.is_none() || other.subdivision.is_none();
                        a_first && b_first && !vague && !apart && subdivisions_agree && strict_name(&one.name) == strict_name(&other.name)
                    }
                };
                if same {
                    pairs.push((b.min(a), b.max(a)));
                }
            }
        }
    }

    /// Whether two ports are near enough to be one place; none if a position is not known.
    fn near(&self, a: usize, b: usize) -> Option<bool> {
        self.distance_nm(a, b).map(|nm| nm < SAME_NAME_NM)
    }

    /// Distance of two ports in nautical miles, if both positions are known.
    ///
    /// # Panics
    /// If there is no such port.
    #[must_use]
    pub fn distance_nm(&self, a: usize, b: usize) -> Option<f64> {
        Some(crate::grid::distance_nm(self.all[a].position()?, self.all[b].position()?))
    }

    /// A port by its number.
    ///
    /// # Panics
    /// If there is no such port.
    #[must_use]
    pub fn get(&self, i: usize) -> &Port {
        &self.all[i]
    }

    /// All ports; the place in the slice is the number of the port.
    #[must_use]
    pub fn all(&self) -> &[Port] {
        &self.all
    }

    /// The port of a key, of any of its codes, or of `WPI` and its number.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<usize> {
        self.by_key.get(key)
    }

    /// The port of a UN/LOCODE with or without space, in capitals.
    ///
    /// ```
    /// let ports = tw_ports::Ports::bundled();
    /// let kimchaek = ports.by_locode("KP SON").expect("filed under its old name Songjin");
    /// assert_eq!(ports.get(kimchaek).name, "Kimchaek");
    /// ```
    #[must_use]
    pub fn by_locode(&self, code: &str) -> Option<usize> {
        let bytes = code.as_bytes();
        let mut joined = [0u8; 5];
        match bytes.len() {
            5 => joined.copy_from_slice(bytes),
            6 if bytes[2] == b' ' => {
                joined[..2].copy_from_slice(&bytes[..2]);
                joined[2..].copy_from_slice(&bytes[3..]);
            }
            _ => return None,
        }
        self.by_key(std::str::from_utf8(&joined).ok()?)
    }

    /// Whether two ports are codes or names for one place.
    ///
    /// # Panics
    /// If there is no such port.
    #[must_use]
    pub fn same_place(&self, a: usize, b: usize) -> bool {
        self.all[a].place == self.all[b].place
    }

    /// The member that stands for the place of a port: not a part of another, with a position, the largest.
    ///
    /// ```
    /// let ports = tw_ports::Ports::bundled();
    /// let airport = ports.by_locode("CNDLC").expect("the code that crews type");
    /// assert_eq!(ports.get(ports.chief(airport)).name, "Dalian");
    /// ```
    ///
    /// # Panics
    /// If there is no such port.
    #[must_use]
    pub fn chief(&self, i: usize) -> usize {
        self.chiefs[self.all[i].place as usize]
    }

    /// The position of a port, else that of the member that stands for its place.
    ///
    /// # Panics
    /// If there is no such port.
    #[must_use]
    pub fn place_position(&self, i: usize) -> Option<(f64, f64)> {
        self.all[i].position().or_else(|| self.all[self.chief(i)].position())
    }

    /// The nearest port within a distance, and how far its point is, in nautical miles. Inland places do not count.
    #[must_use]
    pub fn nearest(&self, lat: f64, lon: f64, max_nm: f64) -> Option<(usize, f64)> {
        self.grid.nearest_where(lat, lon, max_nm, |i, _| self.all[i].takes_ships())
    }

    /// The nearest port whose disc, its radius or the least radius given, holds a position, and how far its point is, in nautical miles.
    #[must_use]
    pub fn at(&self, lat: f64, lon: f64, least_nm: f64) -> Option<(usize, f64)> {
        let least = least_nm.max(0.0);
        self.grid.nearest_where(lat, lon, self.widest_nm.max(least), |i, nm| {
            let port = &self.all[i];
            nm <= port.radius_nm.max(least) && port.takes_ships()
        })
    }

    /// Largest radius of a port in the table, nautical miles.
    #[must_use]
    pub fn widest_nm(&self) -> f64 {
        self.widest_nm
    }

    /// Distance of a position from a port in nautical miles, if the port has a position.
    ///
    /// # Panics
    /// If there is no such port.
    #[must_use]
    pub fn distance_to_nm(&self, i: usize, lat: f64, lon: f64) -> Option<f64> {
        Some(crate::grid::distance_nm(self.all[i].position()?, (lat, lon)))
    }

    /// All places within a distance (inland ones too), nearest first, with distances in nautical miles.
    #[must_use]
    pub fn within(&self, lat: f64, lon: f64, nm: f64) -> Vec<(usize, f64)> {
        self.grid.within(lat, lon, nm)
    }

    /// Ports of a country, in the order of the table.
    #[must_use]
    pub fn by_country(&self, country: Country) -> &[usize] {
        self.by_country.get(&country).map_or(&[], Vec::as_slice)
    }
}

/// The folded name without `Pt`, `Port`, `Apt` at its end.
fn strict_name(name: &str) -> String {
    let mut folded = crate::names::fold(name);
    while let Some((rest, last)) = folded.rsplit_once(' ') {
        if !matches!(last, "PT" | "PORT" | "APT" | "AIRPORT" | "HARBOUR" | "HARBOR" | "INTERNATIONAL" | "INTL") {
            break;
        }
        folded.truncate(rest.len());
    }
    folded
}

/// Whether what stands after a comma, as in `Saga, Kochi`, does not tell two places apart.
fn same_qualifier(a: &str, b: &str) -> bool {
    match (a.split_once(','), b.split_once(',')) {
        (Some((_, a)), Some((_, b))) => a.trim() == b.trim(),
        _ => true,
    }
}

/// Adds to a row what another row of the same place says.
fn absorb(port: &mut Port, other: Port, wins: bool) {
    if port.position().is_none() && !wins {
        (port.lat, port.lon, port.uncertainty_nm) = (other.lat, other.lon, other.uncertainty_nm);
    }
    port.wpi = port.wpi.or(other.wpi);
    port.subdivision = port.subdivision.take().or(other.subdivision);
    port.size = port.size.max(other.size);
    port.oil |= other.oil;
    for name in other.names {
        match port.names.iter_mut().find(|known| known.text == name.text) {
            // A data set is a better witness of a name than memory.
            Some(known) => known.source = known.source.min(name.source),
            None => port.names.push(name),
        }
    }
}

/// Reads rows; columns are found by their names, so that the two files need not have the same.
fn read(text: &str, mut row: impl FnMut(Port, &str)) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else { return };
    let columns: HashMap<&str, usize> = header.iter().enumerate().map(|(i, name)| (name, i)).collect();
    let column = |name: &str| columns.get(name).copied().unwrap_or(usize::MAX);
    let [
        key,
        locode,
        other_locodes,
        wpi,
        name,
        country,
        subdivision,
        lat,
        lon,
        uncertainty,
        kind,
        size,
        oil,
        radius,
        parent,
        names,
        source,
        certainty,
        note,
    ] = [
        "key",
        "locode",
        "other_locodes",
        "wpi",
        "name",
        "country",
        "subdivision",
        "lat",
        "lon",
        "uncertainty_nm",
        "kind",
        "size",
        "oil",
        "radius_nm",
        "parent",
        "names",
        "source",
        "certainty",
        "note",
    ]
    .map(column);
    let mut record = csv::StringRecord::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let field = |i: usize| record.get(i).unwrap_or_default();
        let some = |i: usize| Some(field(i)).filter(|text| !text.is_empty()).map(str::to_owned);
        let Ok(country) = field(country).parse::<Country>() else { continue };
        if field(name).is_empty() {
            continue;
        }
        let wpi = field(wpi).parse().ok();
        let own = some(key).or_else(|| some(locode)).or_else(|| wpi.map(|n: u32| format!("WPI{n}")));
        let Some(key) = own else { continue };
        let position = (number(field(lat)), number(field(lon)));
        let (lat, lon) = match position {
            (lat, lon) if lat.abs() <= 90.0 && lon.abs() <= 180.0 => (lat, lon),
            _ => (f64::NAN, f64::NAN),
        };
        let source = Source::parse(field(source));
        let mut all_names = vec![Name { text: field(name).to_owned(), script: Script::of(field(name)), note: None, source }];
        // The further names of a row by hand are general knowledge, unless they say otherwise.
        let names_from = if certainty == usize::MAX { source } else { Source::Curated };
        for item in field(names).split('|').filter(|item| !item.is_empty()) {
            all_names.push(read_name(item, names_from));
        }
        let size = field(size).parse().unwrap_or(0);
        let port = Port {
            key,
            locode: some(locode),
            other_locodes: field(other_locodes).split('|').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            wpi,
            name: field(name).to_owned(),
            country,
            subdivision: some(subdivision),
            lat,
            lon,
            uncertainty_nm: Some(number(field(uncertainty))).filter(|nm| nm.is_finite()).unwrap_or(1.0),
            kind: PortKind::parse(field(kind)),
            size,
            oil: field(oil) == "yes",
            radius_nm: Some(number(field(radius))).filter(|nm| nm.is_finite()).unwrap_or(default_radius_nm(size)),
            place: 0,
            parent: None,
            names: all_names,
            certainty: match field(certainty) {
                "low" => Certainty::Low,
                "medium" => Certainty::Medium,
                _ => Certainty::High,
            },
            source,
            note: some(note),
        };
        row(port, field(parent));
    }
}

/// A name in the form `text`, `text=note`, `text=note@source` or `text@source`.
fn read_name(item: &str, source: Source) -> Name {
    let (item, source) = item.split_once('@').map_or((item, source), |(rest, from)| (rest, Source::parse(from)));
    let (text, note) = item.split_once('=').map_or((item, None), |(text, note)| (text, Some(note.to_owned())));
    Name { text: text.to_owned(), script: Script::of(text), note, source }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// Radius of a port of which only the size is known, in nautical miles. Our choice; the least is Global Fishing Watch's 3 km.
fn default_radius_nm(size: u8) -> f64 {
    match size {
        4 => 5.0,
        3 => 3.5,
        2 => 2.5,
        _ => 1.62,
    }
}

/// Ports by their keys: short ones, which nearly all are, as numbers.
#[derive(Debug, Default)]
struct Keys {
    short: HashMap<u64, usize>,
    long: HashMap<String, usize>,
}

impl Keys {
    /// A key of at most eight bytes, none of them zero.
    fn packed(key: &str) -> Option<u64> {
        let mut bytes = [0u8; 8];
        bytes.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
        (!key.as_bytes().contains(&0)).then(|| u64::from_le_bytes(bytes))
    }

    fn get(&self, key: &str) -> Option<usize> {
        match Self::packed(key) {
            Some(packed) => self.short.get(&packed).copied(),
            None => self.long.get(key).copied(),
        }
    }

    /// Adds a key that is not yet known.
    fn add(&mut self, key: &str, i: usize) {
        match Self::packed(key) {
            Some(packed) => self.short.entry(packed).or_insert(i),
            None => self.long.entry(key.to_owned()).or_insert(i),
        };
    }
}

/// Union-find.
struct Classes(Vec<usize>);

impl Classes {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    /// Joins two classes; the lower number is the root.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
