//! Shipment records one by one: ordinary ones, innocent twins, and phantoms. All firms, ships and figures are invented.

use std::io::Write as _;

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::world::gauss;
use super::{OpenFile, Options, Output, Summary, TradeError};
use crate::radio::mix;

const HEADER: &str = "shipment,exporter_country,exporter,importer_country,importer,consignee,consignee_country,declared_port,from_port,\
from_country,goods,hs,tonnes,value_usd,departed,next_country,next_port,vessel,imo,document,origin,source\n";

/// Port, country, and whether oil, coal and ore, or general cargo is handled there.
type Port = (&'static str, &'static str, bool, bool, bool);

/// Real ports with the kinds of cargo they are known for; a small selection.
const PORTS: [Port; 50] = [
    ("Vladivostok", "RUS", true, true, true),
    ("Nakhodka", "RUS", true, true, true),
    ("Vostochny", "RUS", false, true, true),
    ("Slavyanka", "RUS", true, false, true),
    ("Vanino", "RUS", true, true, true),
    ("Kozmino", "RUS", true, false, false),
    ("Rajin", "PRK", true, true, true),
    ("Chongjin", "PRK", true, true, true),
    ("Nampo", "PRK", true, true, true),
    ("Hungnam", "PRK", true, true, true),
    ("Busan", "KOR", true, false, true),
    ("Ulsan", "KOR", true, true, true),
    ("Yeosu", "KOR", true, true, true),
    ("Pohang", "KOR", false, true, true),
    ("Incheon", "KOR", true, true, true),
    ("Donghae", "KOR", false, true, true),
    ("Sokcho", "KOR", false, false, true),
    ("Dalian", "CHN", true, true, true),
    ("Qingdao", "CHN", true, true, true),
    ("Rizhao", "CHN", true, true, false),
    ("Tianjin", "CHN", true, true, true),
    ("Ningbo", "CHN", true, true, true),
    ("Zhoushan", "CHN", true, true, false),
    ("Shanghai", "CHN", true, true, true),
    ("Weihai", "CHN", false, false, true),
    ("Guangzhou", "CHN", true, true, true),
    ("Yokohama", "JPN", true, true, true),
    ("Niigata", "JPN", true, true, true),
    ("Sakaiminato", "JPN", false, false, true),
    ("Kashima", "JPN", true, true, false),
    ("Fushiki-Toyama", "JPN", false, false, true),
    ("Hong Kong", "HKG", true, false, true),
    ("Singapore", "SGP", true, false, true),
    ("Fujairah", "ARE", true, false, false),
    ("Jebel Ali", "ARE", true, false, true),
    ("Rotterdam", "NLD", true, true, true),
    ("Houston", "USA", true, false, true),
    ("Los Angeles", "USA", true, false, true),
    ("Hamburg", "DEU", true, true, true),
    ("Haiphong", "VNM", true, true, true),
    ("Ho Chi Minh City", "VNM", true, false, true),
    ("Map Ta Phut", "THA", true, true, false),
    ("Laem Chabang", "THA", true, false, true),
    ("Port Klang", "MYS", true, true, true),
    ("Balikpapan", "IDN", true, true, false),
    ("Tanjung Priok", "IDN", true, false, true),
    ("Manila", "PHL", true, true, true),
    ("Mumbai", "IND", true, true, true),
    ("Newcastle", "AUS", false, true, false),
    ("Port Hedland", "AUS", false, true, false),
];

/// Goods, heading, dollars a tonne, usual lot in tonnes, kind of cargo (0 oil, 1 coal and ore, 2 general).
const GOODS: [(&str, &str, f64, f64, usize); 14] = [
    ("Diesel fuel", "271019", 550.0, 4_000.0, 0),
    ("Motor gasoline", "271012", 620.0, 3_500.0, 0),
    ("Fuel oil M-100", "271019", 380.0, 5_000.0, 0),
    ("Crude oil", "270900", 420.0, 80_000.0, 0),
    ("Steam coal", "270112", 90.0, 25_000.0, 1),
    ("Anthracite", "270111", 110.0, 15_000.0, 1),
    ("Iron ore fines", "260111", 70.0, 60_000.0, 1),
    ("Urea", "310210", 250.0, 5_000.0, 2),
    ("Sawn softwood", "440710", 240.0, 2_500.0, 2),
    ("Frozen fish", "030389", 2_200.0, 600.0, 2),
    ("Steel coils", "720839", 560.0, 6_000.0, 2),
    ("Polyethylene", "390120", 1_300.0, 400.0, 2),
    ("Machinery parts", "843149", 9_000.0, 40.0, 2),
    ("Soya beans", "120190", 420.0, 20_000.0, 1),
];

/// A firm that receives goods.
struct Firm {
    name: String,
    country: &'static str,
    /// What it usually receives.
    goods: [usize; 2],
    /// Any goods at all: a forwarder.
    forwarder: bool,
}

const FIRST: [&str; 24] = [
    "Alvero", "Bintora", "Cassiva", "Dorvane", "Elmaren", "Fostrel", "Gavindo", "Hestrum", "Ilmora", "Jastavo", "Kelvira", "Lomandre",
    "Mavetta", "Norvalis", "Ostrella", "Pravena", "Quorvo", "Rasmilo", "Solvenna", "Tarvendo", "Umbrisa", "Vestoril", "Wendaro", "Zorvana",
];

const LAST: [&str; 10] =
    ["Trading", "Resources", "Commodities", "Industry", "Holdings", "Supply", "Energy", "Materials", "Foods", "Import Export"];

fn firm_name(rng: &mut ChaCha8Rng, n: usize) -> String {
    format!("{} {} {n} (synthetic)", FIRST[rng.random_range(0..FIRST.len())], LAST[rng.random_range(0..LAST.len())])
}

/// An invented IMO number: valid check digit, 2,000,000 to 4,999,999, which is not issued.
fn imo(n: usize) -> usize {
    let base = 200_000 + n % 300_000;
    let digits = (0..6).map(|at| (base / 10_usize.pow(5 - at) % 10) * (7 - at as usize)).sum::<usize>();
    base * 10 + digits % 10
}

struct Row {
    exporter: String,
    exporter_country: &'static str,
    from: Port,
    declared: &'static str,
    importer: String,
    consignee: String,
    consignee_country: &'static str,
    port: &'static str,
    good: usize,
    tonnes: f64,
    usd: f64,
    next: Option<(&'static str, &'static str)>,
    ship: usize,
    pattern: Option<&'static str>,
    twin: Option<&'static str>,
}

struct Yard {
    rng: ChaCha8Rng,
    firms: Vec<Firm>,
    forwarders: Vec<Firm>,
    exporters: Vec<(String, &'static str)>,
    made: usize,
}

/// Writes `shipments.csv` and one line of the truth for each of its records, counted from 1 without the header.
pub(crate) fn write(
    world: &super::world::World,
    options: &Options,
    out: &mut Output<'_>,
    truth: &mut OpenFile,
    summary: &mut Summary,
) -> Result<(), TradeError> {
    let mut file = out.open("shipments.csv")?;
    out.append(&mut file, HEADER.as_bytes())?;
    let mut yard = Yard::new(world.seed, options.shipments as usize);
    let n = options.shipments as usize;
    let phantoms = (n as f64 * options.phantoms).round() as usize;
    // Phantoms come in strings of one to five by one hidden buyer, at random records.
    let mut planted: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    let mut string = 0;
    while planted.len() < phantoms && n > 0 {
        string += 1;
        for _ in 0..yard.rng.random_range(1..=5_usize) {
            if planted.len() < phantoms {
                planted.insert(yard.rng.random_range(1..=n), string);
            }
        }
    }
    let (mut text, mut lines) = (Vec::new(), Vec::new());
    let failed = |source| TradeError::Write { path: "shipments.csv".to_owned(), source };
    for record in 1..=n {
        let row = match planted.get(&record) {
            Some(string) => yard.phantom(*string),
            None => yard.ordinary(),
        };
        let t = yard.rng.random_range(0..world.months);
        let day = yard.rng.random_range(1..=28);
        let (goods, hs, ..) = GOODS[row.good];
        let (next_country, next_port) = row.next.unwrap_or(("", ""));
        writeln!(
            text,
            "S{record:06},{},{},{},{},{},{},{},{},{},{goods},{hs},{:.1},{:.0},{}-{day:02},{next_country},{next_port},SYNTHETIC {:04},{},\
             bill of lading (synthetic),synthetic,simulated by tw-sim with seed {}",
            row.exporter_country,
            row.exporter,
            row.declared,
            row.importer,
            row.consignee,
            row.consignee_country,
            row.port,
            row.from.0,
            row.from.1,
            row.tonnes,
            row.usd,
            world.month(t),
            row.ship,
            imo(row.ship),
            world.seed,
        )
        .map_err(failed)?;
        let word = |word: Option<&str>| word.map_or_else(|| "null".to_owned(), |word| format!("\"{word}\""));
        writeln!(
            lines,
            "{{\"kind\":\"shipment\",\"record\":{record},\"shipment\":\"S{record:06}\",\"pattern\":{},\"twin\":{}}}",
            word(row.pattern),
            word(row.twin)
        )
        .map_err(failed)?;
        summary.shipments += 1;
        summary.phantoms += usize::from(row.pattern.is_some());
        summary.shipment_twins += usize::from(row.twin.is_some());
        if text.len() > 1 << 20 {
            out.append(&mut file, &text)?;
            out.append(truth, &lines)?;
            text.clear();
            lines.clear();
        }
    }
    out.append(&mut file, &text)?;
    out.append(truth, &lines)?;
    out.close(file)
}

fn handles(port: &Port, cargo: usize) -> bool {
    [port.2, port.3, port.4][cargo.min(2)]
}

impl Yard {
    fn new(seed: u64, shipments: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[seed, 60]));
        let mut countries: Vec<&'static str> = PORTS.iter().map(|port| port.1).collect();
        countries.sort_unstable();
        countries.dedup();
        let (mut firms, mut forwarders, mut exporters) = (Vec::new(), Vec::new(), Vec::new());
        // Some ten shipments a consignee on average, a few of them much larger than the rest.
        for n in 0..(shipments / 12).clamp(60, 20_000) {
            let country = countries[n % countries.len()];
            let goods = [rng.random_range(0..GOODS.len()), rng.random_range(0..GOODS.len())];
            firms.push(Firm { name: firm_name(&mut rng, n), country, goods, forwarder: false });
        }
        for n in 0..60 {
            let name = format!("{} Forwarding {n} (synthetic)", FIRST[rng.random_range(0..FIRST.len())]);
            forwarders.push(Firm { name, country: countries[n % countries.len()], goods: [0, 0], forwarder: true });
        }
        for n in 0..(shipments / 30).clamp(40, 5_000) {
            exporters.push((format!("{} Export", firm_name(&mut rng, n)), countries[rng.random_range(0..countries.len())]));
        }
        Self { rng, firms, forwarders, exporters, made: 0 }
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.random::<f64>() < share
    }

    fn port(&mut self, fits: impl Fn(&Port) -> bool) -> Option<Port> {
        let all: Vec<&Port> = PORTS.iter().filter(|port| fits(port)).collect();
        (!all.is_empty()).then(|| *all[self.rng.random_range(0..all.len())])
    }

    /// A lot and its price: lots spread by a factor of two, prices by 12 % around the market.
    fn lot(&mut self, good: usize) -> (f64, f64) {
        let (_, _, price, lot, _) = GOODS[good];
        let tonnes = lot * (0.6 * gauss(&mut self.rng)).exp();
        (tonnes, tonnes * price * (0.12 * gauss(&mut self.rng)).exp())
    }

    fn trader(&mut self) -> (String, &'static str) {
        const SEATS: [&str; 5] = ["HKG", "SGP", "ARE", "CHE", "GBR"];
        let n = self.rng.random_range(0..200_usize);
        // The name goes with the number, so that a trader is met again.
        (format!("{} Trading {n} (synthetic)", FIRST[n % FIRST.len()]), SEATS[n % SEATS.len()])
    }

    fn ordinary(&mut self) -> Row {
        loop {
            if let Some(row) = self.try_ordinary() {
                return row;
            }
        }
    }

    fn try_ordinary(&mut self) -> Option<Row> {
        // Large firms are met more often.
        let at = (self.rng.random::<f64>().powi(2) * self.firms.len() as f64) as usize;
        let firm = &self.firms[at.min(self.firms.len() - 1)];
        let (country, name) = (firm.country, firm.name.clone());
        let good = if self.rng.random::<f64>() < 0.04 {
            // Now and then something else.
            self.rng.random_range(0..GOODS.len())
        } else {
            firm.goods[self.rng.random_range(0..2)]
        };
        let cargo = GOODS[good].4;
        // Two in five come from the Russian Far East, as in a file bought for such an inquiry.
        let russian = self.chance(0.4);
        let from = self.port(|port| handles(port, cargo) && (!russian || port.1 == "RUS") && port.1 != "PRK" && port.1 != country)?;
        // One honest declaration in fifty names a port that does not usually handle such cargo.
        let odd_port = self.chance(0.02);
        let port = self.port(|port| port.1 == country && (odd_port || handles(port, cargo)))?;
        let exporters: Vec<usize> = (0..self.exporters.len()).filter(|at| self.exporters[*at].1 == from.1).collect();
        let exporter = if exporters.is_empty() {
            format!("{} Export (synthetic)", from.0)
        } else {
            self.exporters[exporters[self.rng.random_range(0..exporters.len())]].0.clone()
        };
        let (tonnes, mut usd) = self.lot(good);
        if self.chance(0.03) {
            usd *= (0.5 * gauss(&mut self.rng)).exp();
        }
        let next = if self.chance(0.85) { Some(port) } else { self.port(|port| port.1 == country) };
        let ship = self.rng.random_range(0..3_000);
        let mut row = Row {
            exporter,
            exporter_country: from.1,
            from,
            declared: country,
            importer: name.clone(),
            consignee: name,
            consignee_country: country,
            port: port.0,
            good,
            tonnes,
            usd,
            next: next.map(|port| (port.1, port.0)),
            ship,
            pattern: None,
            twin: None,
        };
        self.twin(&mut row);
        Some(row)
    }

    /// What is innocent and looks like a phantom in one respect; the shares are what analysts of such files complain about, not statistics.
    fn twin(&mut self, row: &mut Row) {
        let cargo = GOODS[row.good].4;
        match self.rng.random::<f64>() {
            u if u < 0.08 => {
                // Commodities are bought and sold by houses in third countries.
                row.twin = Some("trader-abroad");
                (row.importer, _) = self.trader();
                if self.chance(0.4) {
                    (row.consignee, row.consignee_country) = self.trader();
                }
            }
            u if u < 0.10 => {
                // Sold again at sea.
                let (home, declared) = (row.from.1, row.declared);
                let Some(port) = self.port(|port| handles(port, cargo) && port.1 != "PRK" && port.1 != home && port.1 != declared) else {
                    return;
                };
                row.twin = Some("diverted-by-orders");
                row.next = Some((port.1, port.0));
            }
            u if u < 0.14 => {
                row.twin = Some("transshipment");
                let declared = row.declared;
                let Some(port) = self.port(|port| ["Busan", "Singapore", "Hong Kong"].contains(&port.0) && port.1 != declared) else {
                    return;
                };
                row.next = Some((port.1, port.0));
            }
            u if u < 0.19 => {
                row.twin = Some("forwarder");
                let at = self.rng.random_range(0..self.forwarders.len());
                debug_assert!(self.forwarders[at].forwarder && !self.firms[0].forwarder);
                row.consignee.clone_from(&self.forwarders[at].name);
                if self.chance(0.3) {
                    row.consignee_country = self.forwarders[at].country;
                }
            }
            u if u < 0.29 => {
                // No receiver heard it, or nobody looked.
                row.twin = Some("next-unknown");
                row.next = None;
            }
            u if u < 0.32 => {
                // A first purchase by a firm that is not met again.
                row.twin = Some("new-consignee");
                self.made += 1;
                let name = format!("{} New {} (synthetic)", FIRST[self.made % FIRST.len()], self.made);
                row.importer.clone_from(&name);
                row.consignee = name;
            }
            u if u < 0.323 && row.from.1 == "RUS" => {
                // Sheltered from weather, or called for other cargo, at a port of the North on the way.
                row.twin = Some("called-on-the-way");
                row.next = Some(("PRK", "Rajin"));
            }
            _ => {}
        }
    }

    /// Goods from Russia's Far East, declared for a country that they do not reach. Every sign is there with some probability only.
    fn phantom(&mut self, string: usize) -> Row {
        let good = [0, 0, 1, 2, 4, 5][self.rng.random_range(0..6)];
        let cargo = GOODS[good].4;
        let from = self.port(|port| port.1 == "RUS" && handles(port, cargo)).unwrap_or(PORTS[0]);
        let declared = ["CHN", "CHN", "KOR", "JPN", "VNM", "SGP"][self.rng.random_range(0..6)];
        let destination = self.chance(0.7);
        let wrong_port = self.chance(0.45);
        let port = self
            .port(|port| port.1 == declared && handles(port, cargo) != wrong_port)
            .or_else(|| self.port(|port| port.1 == declared))
            .unwrap_or(PORTS[10]);
        // The buyer changes its name within a string.
        let (importer, seat) = self.trader();
        let importer =
            if self.chance(0.6) { format!("{} Petroleum {string}-{} (synthetic)", FIRST[string % 24], self.made % 5) } else { importer };
        self.made += 1;
        let (consignee, consignee_country) = match self.rng.random::<f64>() {
            // Never met elsewhere.
            u if u < 0.45 => (format!("{} Global {string} (synthetic)", FIRST[(string * 7) % FIRST.len()]), declared),
            // A firm of the declared country that deals in something else.
            u if u < 0.80 => {
                let unlike: Vec<usize> = (0..self.firms.len())
                    .filter(|at| self.firms[*at].country == declared && self.firms[*at].goods.iter().all(|g| GOODS[*g].4 != cargo))
                    .collect();
                match unlike.get(self.rng.random_range(0..unlike.len().max(1))) {
                    Some(at) => (self.firms[*at].name.clone(), declared),
                    None => (importer.clone(), seat),
                }
            }
            _ => (importer.clone(), seat),
        };
        let next = match self.rng.random::<f64>() {
            u if u < 0.45 => self.port(|port| port.1 == "PRK"),
            u if u < 0.85 => None,
            // Back home within days: it was elsewhere in between.
            u if u < 0.95 => self.port(|port| port.1 == "RUS"),
            _ => Some(port),
        };
        // A phantom consignee at a destination that the ship may even have reached before or after.
        let next = if destination || self.chance(0.5) { next } else { Some(port) };
        let (tonnes, mut usd) = self.lot(good);
        if self.chance(0.5) {
            usd *= [0.45, 0.6, 1.6, 2.2][self.rng.random_range(0..4)];
        }
        Row {
            exporter: format!("{} Export (synthetic)", from.0),
            exporter_country: "RUS",
            from,
            declared,
            importer,
            consignee,
            consignee_country,
            port: port.0,
            good,
            tonnes,
            usd,
            next: next.map(|port| (port.1, port.0)),
            ship: self.rng.random_range(0..3_000),
            pattern: Some(if destination { "phantom-destination" } else { "phantom-consignee" }),
            twin: None,
        }
    }
}
