//! Whatever rows a case holds: no lead goes further than its evidence, and the same rows give the same leads.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseResult;
use tw_base::{Country, Date, Grade, Imo, Origin, Parties, Period, Provenance, RecordPtr, Span};
use tw_detect::{Lead, Output, Parameters, Sightings, World};
use tw_law::Book;
use tw_maritime::calls::PortCall;
use tw_maritime::concealed::Concealed;
use tw_maritime::draught::DraughtChange;
use tw_maritime::encounters::Encounter;
use tw_maritime::gaps::Gap;
use tw_maritime::hulls::{FalseFlag, HullLink, SharedMmsi};
use tw_maritime::identity::{Identity, IdentityChange};
use tw_maritime::loitering::Loitering;
use tw_maritime::spoof::{Kind as Wrong, Spoof};
use tw_maritime::survey::Ship;
use tw_maritime::{At, Time};
use tw_tables::{
    BorderEntry, Capacity, CapacityKind, Delivery, Estimate, Listing, PartyKind, Permit, PermitKind, Product, Purpose, ReportStatus,
    RevenueEstimate, Row, SeriesStatus, Shipment, Side, StateReport, Table, Tables, TradeValue, Voyage, WorkerCount, WorkerKind,
};

/// Words that no text of ours may use about a party. The rows are made without them.
const ACCUSING: [&str; 4] = ["violated", "guilty", "illegal", "illicit"];

/// Parsed text of a type that is only made from text.
fn read<T: FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("the strategies write sound text")
}

/// Few values of each kind, so that rows often meet: the same host, product, and time.
fn country() -> impl Strategy<Value = Country> {
    select(vec!["RUS", "RUS", "CHN", "PRK", "PRK", "KOR", "MNG", "USA"]).prop_map(read)
}

fn parties() -> impl Strategy<Value = Parties> {
    select(vec!["RUS", "RUS", "CHN", "CHN+RUS", "CHN+KOR", "PRK", "world"]).prop_map(read)
}

/// Days that rules turn on, then any day, month, quarter, year, or range from 2015 to 2026.
fn period() -> impl Strategy<Value = Period> {
    let turns = vec![
        "2017-08-04",
        "2017-08-05",
        "2017-08-06",
        "2017-09-10",
        "2017-09-11",
        "2017-09-30",
        "2017-10-01",
        "2017-12-21",
        "2017-12-22",
        "2017-12-31",
        "2018-01-01",
        "2019-12-20",
        "2019-12-21",
        "2019-12-22",
        "2019-12-23",
        "2017",
        "2018",
        "2019",
        "2024",
        "2018-12-22..2019-12-21",
        "2017-09-11..2018-09-10",
    ];
    let year = 2015i16..=2026;
    prop_oneof![
        4 => select(turns).prop_map(read),
        1 => (year.clone(), 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| read(&format!("{y}-{m:02}-{d:02}"))),
        1 => (year.clone(), 1i8..=12).prop_map(|(y, m)| read(&format!("{y}-{m:02}"))),
        1 => (year.clone(), 1i8..=4).prop_map(|(y, q)| read(&format!("{y}-Q{q}"))),
        1 => year.clone().prop_map(|y| read(&y.to_string())),
        1 => (year, 0i16..=3, 1i8..=12).prop_map(|(y, more, m)| read(&format!("{y}-{m:02}..{}-12", (y + more).min(2026)))),
    ]
}

/// The few hosts and periods that the rows of one case share, so that rows meet, contain, and contradict each other.
#[derive(Clone, Debug)]
struct Pool {
    countries: Vec<Country>,
    parties: Vec<Parties>,
    periods: Vec<Period>,
}

impl Pool {
    fn any() -> impl Strategy<Value = Self> {
        let some = 1..4;
        (
            proptest::collection::vec(country(), some.clone()),
            proptest::collection::vec(parties(), some),
            proptest::collection::vec(period(), 1..5),
        )
            .prop_map(|(countries, parties, periods)| Self { countries, parties, periods })
    }

    fn country(&self) -> impl Strategy<Value = Country> + use<> {
        select(self.countries.clone())
    }

    fn parties(&self) -> impl Strategy<Value = Parties> + use<> {
        select(self.parties.clone())
    }

    fn period(&self) -> impl Strategy<Value = Period> + use<> {
        select(self.periods.clone())
    }

    fn date(&self) -> impl Strategy<Value = Date> + use<> {
        self.period().prop_map(|period| period.from())
    }
}

/// Nought, the limits of the rules and their neighbours, and anything between.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        select(vec![0.0, 1.0, 130.0, 500_000.0, 500_001.0, 525_000.0, 4_000_000.0, 4_000_001.0]),
        (0u32..20_000).prop_map(f64::from),
        (0u32..9_000_000).prop_map(f64::from),
    ]
}

fn maybe() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![1 => Just(None), 3 => amount().prop_map(Some)]
}

/// Two ends in order, at least one of them known.
fn ends() -> impl Strategy<Value = (Option<f64>, Option<f64>)> {
    (amount(), amount(), 0u8..5).prop_map(|(a, b, shape)| match shape {
        0 => (Some(a), None),
        1 => (None, Some(a)),
        2 => (Some(a), Some(a)),
        _ => (Some(a.min(b)), Some(a.max(b))),
    })
}

fn who() -> impl Strategy<Value = String> {
    select(vec!["Example Institute", "Example Institute from port calls", "Sample Ministry, final report", "Sample Survey"])
        .prop_map(str::to_owned)
}

fn product() -> impl Strategy<Value = Product> {
    select(vec![Product::Refined, Product::Refined, Product::Crude])
}

fn purpose() -> impl Strategy<Value = Purpose> {
    select(vec![Purpose::All, Purpose::Education, Purpose::Education, Purpose::Work, Purpose::Tourism, Purpose::TransportCrew])
}

fn deliveries(pool: &Pool) -> impl Strategy<Value = Delivery> + use<> {
    (pool.parties(), product(), pool.period(), maybe(), maybe()).prop_map(|(supplier, product, period, barrels, tonnes)| {
        let barrels = if tonnes.is_none() { barrels.or(Some(1.0)) } else { barrels };
        Delivery { supplier, product, period, barrels, tonnes, basis: "reported".to_owned() }
    })
}

fn estimates(pool: &Pool) -> impl Strategy<Value = Estimate> + use<> {
    (who(), pool.parties(), product(), pool.period(), ends(), proptest::option::of(0u64..200)).prop_map(
        |(estimator, supplier, product, period, (barrels_low, barrels_high), deliveries)| Estimate {
            estimator,
            supplier,
            product,
            period,
            barrels_low,
            barrels_high,
            deliveries,
            method: "port calls".to_owned(),
        },
    )
}

fn worker_counts(pool: &Pool) -> impl Strategy<Value = WorkerCount> + use<> {
    use WorkerKind::{CumulativeDeployed, NewPermits, NewRegistrations, PermitsRevoked, Repatriated, Stock, ValidPermits};
    (
        pool.parties(),
        pool.period(),
        select(vec![Stock, ValidPermits, NewPermits, NewRegistrations, PermitsRevoked, Repatriated, CumulativeDeployed]),
        ends(),
        who(),
    )
        .prop_map(|(host, period, kind, (low, high), estimator)| WorkerCount { host, period, kind, low, high, estimator })
}

fn border_entries(pool: &Pool) -> impl Strategy<Value = BorderEntry> + use<> {
    (pool.country(), pool.period(), purpose(), proptest::option::weighted(0.8, 0u64..20_000)).prop_map(
        |(host, period, purpose, entries)| {
            let status = if entries.is_some() { SeriesStatus::Published } else { SeriesStatus::Withheld };
            BorderEntry { host, period, purpose, entries, status }
        },
    )
}

fn capacity(pool: &Pool) -> impl Strategy<Value = Capacity> + use<> {
    (pool.country(), pool.period(), purpose(), select(vec![CapacityKind::Enrolment, CapacityKind::Quota]), ends()).prop_map(
        |(host, period, purpose, kind, (low, high))| Capacity {
            host,
            period,
            purpose,
            kind,
            low: low.map(|v| v / 100.0),
            high: high.map(|v| v / 100.0),
        },
    )
}

fn reports(pool: &Pool) -> impl Strategy<Value = StateReport> + use<> {
    use ReportStatus::{NotPublished, NotReceived, Received, Stopped};
    let asked = select(vec![
        (Some("UN-2397-5"), Some("monthly")),
        (Some("UN-2397-4"), Some("quarterly")),
        (Some("UN-2397-8"), Some("interim")),
        (Some("UN-2397-8"), Some("final")),
        (Some("UN-2375-14a"), Some("monthly")),
        (Some("UN-2397-5"), None),
        (Some("UN-0000-0"), Some("nothing")),
        (None, None),
    ]);
    (
        pool.country(),
        asked,
        select(vec!["Monthly report", "Border entries"]),
        proptest::option::weighted(0.8, pool.period()),
        select(vec![Received, NotReceived, NotPublished, Stopped]),
        pool.date(),
    )
        .prop_map(|(state, (provision, duty), subject, covers, status, day)| StateReport {
            state,
            provision: provision.map(str::to_owned),
            duty: duty.map(str::to_owned),
            subject: subject.to_owned(),
            covers,
            status,
            day,
        })
}

fn voyages(pool: &Pool) -> impl Strategy<Value = Voyage> + use<> {
    let ship = select(vec![("Test Ship One", Some("2222224")), ("Test Ship Two", Some("3333331")), ("unnamed ship", None)]);
    let cargo = (proptest::option::of(product()), maybe(), select(vec!["diesel", "timber", "in ballast"]));
    let declared = (proptest::option::of(Just("Example Port".to_owned())), pool.parties(), select(vec!["port control", "AIS message"]));
    let next = (pool.country(), proptest::option::of(pool.period()), proptest::option::of(Just("Sample Quay".to_owned())));
    (ship, cargo, pool.country(), pool.period(), declared, next).prop_map(
        |(
            (ship, imo),
            (product, tonnes, cargo),
            from_country,
            departed,
            (declared_port, declared_country, declared_in),
            (next_country, next_seen, next_port),
        )| Voyage {
            ship: ship.to_owned(),
            imo: imo.map(read::<Imo>),
            flag: None,
            cargo: cargo.to_owned(),
            product,
            tonnes,
            from_port: "Sample Harbour".to_owned(),
            from_country,
            next_seen: next_seen.filter(|seen| seen.last() >= departed.from()),
            departed,
            declared_port,
            declared_country,
            declared_in: declared_in.to_owned(),
            next_port,
            next_country,
            seen_by: "ship tracking".to_owned(),
        },
    )
}

fn name() -> impl Strategy<Value = String> {
    select(vec!["Example Trading", "EXAMPLE TRADING", "Sample Shipping", "-"]).prop_map(str::to_owned)
}

fn listings(pool: &Pool) -> impl Strategy<Value = Listing> + use<> {
    let kind = select(vec![PartyKind::Vessel, PartyKind::Company, PartyKind::Person]);
    (
        name(),
        proptest::option::of(select(vec!["Sample Shipping|", "Other Name"])),
        kind,
        select(vec!["US-SDN", "UN-1718", "EU", "GB"]),
        pool.date(),
        proptest::option::of(pool.period()),
        proptest::option::of(select(vec!["IMO 2222224", "3333331", "MMSI 273990001", "22327"])),
    )
        .prop_map(|(party, aliases, kind, list, listed, delisted, identifier)| Listing {
            party,
            aliases: aliases.map(str::to_owned),
            kind,
            list: list.to_owned(),
            programme: "DPRK3".to_owned(),
            listed,
            delisted: delisted.filter(|out| out.last() >= listed),
            identifier: identifier.map(str::to_owned),
        })
}

fn trade_values(pool: &Pool) -> impl Strategy<Value = TradeValue> + use<> {
    let goods = select(vec![
        ("oil products", Some("2710")),
        ("oil products", Some("271019")),
        ("mineral fuels", Some("27")),
        ("sand", Some("2505")),
        ("salt", None),
    ]);
    (
        pool.country(),
        pool.country(),
        goods,
        proptest::option::of(name()),
        pool.period(),
        select(vec![Side::Declared, Side::Estimated]),
        who(),
        (maybe(), maybe(), proptest::option::of(0u64..50)),
    )
        .prop_map(|(exporter, importer, (goods, hs), company, period, side, reporter, (value_usd, tonnes, shipments))| TradeValue {
            exporter,
            importer,
            goods: goods.to_owned(),
            hs: hs.map(str::to_owned),
            company,
            period,
            side,
            reporter,
            shipments: if value_usd.is_none() && tonnes.is_none() { shipments.or(Some(1)) } else { shipments },
            value_usd,
            tonnes,
        })
}

fn revenue_estimates(pool: &Pool) -> impl Strategy<Value = RevenueEstimate> + use<> {
    (pool.parties(), pool.period(), ends(), who()).prop_map(|(host, period, (usd_low, usd_high), estimator)| RevenueEstimate {
        host,
        period,
        usd_low,
        usd_high,
        estimator,
    })
}

fn shipments(pool: &Pool) -> impl Strategy<Value = Shipment> + use<> {
    let land = || proptest::option::weighted(0.8, select(vec!["CHN", "CHN", "KOR", "SGP", "PRK", "RUS"]).prop_map(read::<Country>));
    let name =
        || proptest::option::weighted(0.8, select(vec!["Sample Trading", "SAMPLE TRADING", "Sample Imports"]).prop_map(str::to_owned));
    let hs = proptest::option::weighted(0.8, select(vec!["271019", "2709", "84", "270112", "6203"]).prop_map(str::to_owned));
    (pool.country(), land(), land(), land(), name(), name(), hs, pool.period(), maybe(), maybe(), 1u8..4).prop_map(
        |(exporter_country, importer_country, consignee_country, next_country, importer, consignee, hs, departed, tonnes, value_usd, n)| {
            Shipment {
                shipment: format!("D-{n}"),
                exporter_country,
                exporter: Some("Example Oil".to_owned()),
                importer_country,
                importer,
                consignee,
                consignee_country,
                declared_port: Some(format!("Port {n}")),
                from_port: None,
                from_country: None,
                goods: Some("goods".to_owned()),
                hs,
                tonnes,
                value_usd,
                departed,
                next_country,
                next_port: None,
                vessel: Some("EXAMPLE STAR".to_owned()),
                imo: (n == 1).then(|| read::<Imo>("2222224")),
                document: None,
            }
        },
    )
}

/// Cells of persons that no lead may hold.
const PERSONS: [&str; 4] = ["Jane Example", "John Sample", "X0000001", "1985-02-03"];

fn permits(pool: &Pool) -> impl Strategy<Value = Permit> + use<> {
    let person = select(vec!["Jane Example", "EXAMPLE, Jane", "John Sample", "W-0001"]).prop_map(str::to_owned);
    let born = proptest::option::of(select(vec!["1985-02-03", "1985", "1990-05"]).prop_map(read::<Period>));
    let passport = proptest::option::of(select(vec!["X0000001", "X0000002"]).prop_map(str::to_owned));
    let employer = proptest::option::weighted(0.8, select(vec!["Example Builders", "Sample Sewing"]).prop_map(str::to_owned));
    let kind = select(vec![PermitKind::Permit, PermitKind::Permit, PermitKind::Registration]);
    let nationality = select(vec!["PRK", "PRK", "PRK", "UZB"]).prop_map(read::<Country>);
    let end = proptest::option::of(pool.period());
    (kind, person, born, passport, nationality, pool.country(), employer, proptest::option::of(pool.period()), pool.period(), end).prop_map(
        |(kind, person, born, passport, nationality, host, employer, contract_date, issued, end)| Permit {
            kind,
            person,
            born,
            passport,
            nationality,
            host,
            employer,
            contract_date,
            expires: end.filter(|end| end.last() >= issued.from()),
            issued,
            purpose: None,
            document: None,
        },
    )
}

/// Rows of one table as a case holds them: no fault of a row, no row twice from one source, each with a record of its own.
///
/// A key that comes again is from another source: that is how two accounts of one thing stand in a case.
fn table<T: Table + Clone + std::fmt::Debug>(data: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<Row<T>>> {
    proptest::collection::vec(data, 0..7).prop_map(|list| {
        let mut rows = Vec::new();
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for data in list {
            assert!(data.fault().is_none(), "the strategies make sound rows: {data:?}");
            let times = seen.entry(data.key()).and_modify(|n| *n += 1).or_insert(1);
            let provenance = Provenance {
                origin: Origin::Synthetic,
                source: format!("example.invalid/{times}"),
                grade: Grade::UNJUDGED,
                note: (T::NAME == "permits").then(|| "about Jane Example".to_owned()),
                known: None,
                record: RecordPtr { capture: tw_evidence::sha256(T::NAME.as_bytes()), span: Span::Row(rows.len() as u64 + 2) },
            };
            rows.push(Row { data, provenance });
        }
        rows
    })
}

fn tables() -> impl Strategy<Value = Tables> {
    Pool::any().prop_flat_map(|pool| tables_from(&pool))
}

fn tables_from(pool: &Pool) -> impl Strategy<Value = Tables> + use<> {
    let oil = (table(deliveries(pool)), table(estimates(pool)), table(reports(pool)), table(voyages(pool)));
    let labour = (table(worker_counts(pool)), table(border_entries(pool)), table(capacity(pool)), table(revenue_estimates(pool)));
    let records = (table(shipments(pool)), table(permits(pool)));
    (oil, labour, table(listings(pool)), table(trade_values(pool)), records).prop_map(
        |(
            (deliveries, estimates, reports, voyages),
            (worker_counts, border_entries, capacity, revenue_estimates),
            listings,
            trade_values,
            (shipments, permits),
        )| Tables {
            shipments,
            permits,
            declarations: Vec::new(),
            parties: Vec::new(),
            deliveries,
            estimates,
            worker_counts,
            border_entries,
            capacity,
            reports,
            voyages,
            listings,
            trade_values,
            revenue_estimates,
        },
    )
}

/// What an event is made of: few ships, moments and places, so that events meet; extremes among them.
#[derive(Clone, Debug)]
struct Bare {
    mmsi: u32,
    other: u32,
    t0: Time,
    t1: Time,
    lat: f64,
    lon: f64,
    score: f64,
    size: f64,
    word: usize,
    yes: bool,
    at: At,
}

fn bare() -> impl Strategy<Value = Bare> {
    let ship = || select(vec![273_990_001, 441_990_001, 445_990_001, 671_990_001, 123_456_789, 0, u32::MAX]);
    // Days on which rules turn, and moments out of any calendar.
    let moment = || {
        prop_oneof![
            20 => select(vec![1_456_876_800, 1_480_464_000, 1_505_001_600, 1_505_088_000, 1_505_952_000, 1_506_729_600, 1_506_816_000, 1_515_600_000, 1_525_132_800]),
            1 => select(vec![i64::MIN, -1, 0, i64::MAX]),
        ]
        .prop_map(Time)
    };
    let place = (select(vec![41.77, 38.1, -90.0, 90.0, 0.0]), select(vec![129.82, 133.0, -180.0, 180.0]));
    let size = select(vec![0.0, 0.5, 6.0, 24.0, 400.0, 1e9]);
    let at = (select(vec![0, 0, 0, 7]), 0u32..50).prop_map(|(file, record)| At { file, record });
    (ship(), ship(), moment(), moment(), place, 0u8..=10, size, 0usize..12, any::<bool>(), at).prop_map(
        |(mmsi, other, t0, t1, (lat, lon), score, size, word, yes, at)| Bare {
            mmsi,
            other,
            t0: t0.min(t1),
            t1: t0.max(t1),
            lat,
            lon,
            score: f64::from(score) / 10.0,
            size,
            word,
            yes,
            at,
        },
    )
}

impl Bare {
    fn word(&self, words: &[&str]) -> String {
        words[self.word % words.len()].to_owned()
    }

    fn perhaps<T>(&self, value: T) -> Option<T> {
        self.yes.then_some(value)
    }
}

/// Sightings with events of all kinds, each with any of the words that its kernel knows.
fn sightings() -> impl Strategy<Value = Sightings> {
    proptest::collection::vec(proptest::collection::vec(bare(), 0..4), 13).prop_map(|kinds| {
        let mut sightings = common::recording();
        let seen = &mut sightings.seen;
        let of = |n: usize| kinds[n].iter().cloned();
        seen.ships = of(0)
            .map(|b| Ship {
                mmsi: b.mmsi,
                imo: b.perhaps(2_222_224),
                name: b.word(&["Sample Shipping", "", "Other Name"]),
                ship_type: [80, 70, 30, 0][b.word % 4],
                t0: b.t0,
                t1: b.t1,
                n: 4000,
                first: b.at,
                last: b.at,
                ..Ship::default()
            })
            .collect();
        seen.ships.sort_by_key(|ship| ship.mmsi);
        seen.ships.dedup_by_key(|ship| ship.mmsi);
        seen.identities = of(1)
            .map(|b| Identity {
                mmsi: b.mmsi,
                field: b.word(&["imo", "name", "ship_type", "destination"]),
                value: b.word(&["2222224", "3333331", "Sample", "80"]),
                t0: b.t0,
                t1: b.t1,
                n: 9,
                first: b.at,
                last: b.at,
            })
            .collect();
        seen.gaps = of(2)
            .map(|b| Gap {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.perhaps(b.t1),
                lat: b.lat,
                lon: b.lon,
                lat1: b.perhaps(b.lat),
                lon1: b.perhaps(b.lon),
                hours: b.size,
                distance_nm: b.perhaps(b.size),
                p_innocent: b.perhaps(0.001),
                cause: b.word(&["unexplained", "unexplained", "coverage"]),
                score: b.score,
                first: b.at,
                last: b.at,
                ..Gap::default()
            })
            .collect();
        seen.encounters = of(3)
            .map(|b| Encounter {
                mmsi: b.mmsi,
                mmsi_b: b.other,
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                median_m: b.size,
                score: b.score,
                innocent: b.perhaps(b.word(&["pilot", "bunkering", "waiting", "pair_trawl"])),
                first: b.at,
                last: b.at,
                first_b: b.at,
                last_b: b.at,
                ..Encounter::default()
            })
            .collect();
        seen.loiterings = of(4)
            .map(|b| Loitering {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                hours: b.size,
                one_sided: b.yes,
                partner_gap_mmsi: b.perhaps(b.other),
                score: b.score,
                innocent: (!b.yes).then(|| b.word(&["drifting", "waiting", "anchored"])),
                first: b.at,
                last: b.at,
                ..Loitering::default()
            })
            .collect();
        seen.identity_changes = of(5)
            .map(|b| IdentityChange {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                lat: b.perhaps(b.lat),
                lon: b.perhaps(b.lon),
                field: b.word(&["imo", "name", "dimensions"]),
                old: b.word(&["2222224", ""]),
                new: "3333331".to_owned(),
                hard: b.yes,
                score: b.score,
                first: b.at,
                last: b.at,
                ..IdentityChange::default()
            })
            .collect();
        seen.shared_mmsi = of(6)
            .map(|b| SharedMmsi {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                distance_nm: b.size,
                hulls: 2,
                score: b.score,
                first: b.at,
                last: b.at,
                ..SharedMmsi::default()
            })
            .collect();
        seen.hull_links = of(7)
            .map(|b| HullLink {
                mmsi_a: b.mmsi,
                mmsi_b: b.other,
                imo_a: b.perhaps(2_222_224),
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                kind: b.word(&["laundering", "handover", "swap", "same_imo_at_once", "same_imo_sequential"]),
                distance_nm: b.size,
                gap_hours: -b.size,
                place: b.word(&["sea", "port", "unknown"]),
                score: b.score,
                first: b.at,
                last: b.at,
                ..HullLink::default()
            })
            .collect();
        seen.false_flags = of(8)
            .map(|b| FalseFlag {
                mmsi: b.mmsi,
                imo: b.perhaps(2_222_224),
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                kind: b.word(&["flags_many", "register_differs", "mid_not_assigned"]),
                flags: b.word(&["PAN>PRK>TGO", "299", "TGO"]),
                register: b.perhaps("PRK".to_owned()),
                n: 3,
                score: b.score,
                first: b.at,
                last: b.at,
                ..FalseFlag::default()
            })
            .collect();
        seen.draught_changes = of(9)
            .map(|b| DraughtChange {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                from_m: 6.0,
                to_m: 4.0,
                barrels_low: b.perhaps(b.size),
                barrels: b.perhaps(b.size),
                barrels_high: b.perhaps(b.size),
                in_port: b.word % 3 == 0,
                score: b.score,
                first: b.at,
                last: b.at,
                ..DraughtChange::default()
            })
            .collect();
        seen.port_calls = of(10)
            .map(|b| PortCall {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                port: b.word(&["KPCHO", "KRPUS", "nowhere"]),
                port_name: "Sample Harbour".to_owned(),
                country: b.word(&["PRK", "KOR", "PRK", "JPN", "USA", "CAN"]),
                lat: b.lat,
                lon: b.lon,
                confidence: (b.score * 4.0) as u8,
                first: b.at,
                last: b.at,
                ..PortCall::default()
            })
            .collect();
        seen.concealed = of(11)
            .map(|b| Concealed {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                port: "KPCHO".to_owned(),
                port_name: "Chongjin".to_owned(),
                country: b.word(&["PRK", "PRK", "KOR"]),
                how: b.word(&["observed", "inferred"]),
                p_call: b.score,
                p_port: b.score,
                declared: "KR PUS".to_owned(),
                declared_country: b.perhaps("KOR".to_owned()),
                declared_in: b.word(&["ais", "port control"]),
                declared_t: b.t0,
                document: b.perhaps(9),
                ship_type: [80, 70][b.word % 2],
                barrels: b.perhaps(b.size),
                score: b.score,
                first: b.at,
                last: b.at,
                typed: b.at,
                ..Concealed::default()
            })
            .collect();
        let wrong = [Wrong::Jump, Wrong::OnLand, Wrong::Circle, Wrong::CopiedTrack, Wrong::Jamming, Wrong::Footprint];
        seen.spoofs = of(12)
            .map(|b| Spoof {
                mmsi: b.mmsi,
                t0: b.t0,
                t1: b.t1,
                lat: b.lat,
                lon: b.lon,
                lat1: b.lat,
                lon1: b.lon,
                kind: wrong[b.word % wrong.len()],
                km: b.size,
                copy_of: b.perhaps(b.other),
                score: b.score,
                first: b.at,
                last: b.at,
                ..Spoof::default()
            })
            .collect();
        sightings
    })
}

/// The same events, last first.
fn reversed(sightings: &Sightings) -> Sightings {
    let mut other = sightings.clone();
    other.seen.identities.reverse();
    other.seen.gaps.reverse();
    other.seen.encounters.reverse();
    other.seen.loiterings.reverse();
    other.seen.identity_changes.reverse();
    other.seen.shared_mmsi.reverse();
    other.seen.hull_links.reverse();
    other.seen.false_flags.reverse();
    other.seen.draught_changes.reverse();
    other.seen.port_calls.reverse();
    other.seen.concealed.reverse();
    other.seen.spoofs.reverse();
    other
}

fn run(tables: &Tables, book: &Book) -> Vec<Output> {
    run_seen(tables, None, book)
}

fn run_seen(tables: &Tables, sightings: Option<&Sightings>, book: &Book) -> Vec<Output> {
    let parameters = Parameters::default();
    let world = World {
        tables,
        book,
        regimes: &[],
        target: tw_base::Country::PRK,
        as_of: jiff::civil::date(2026, 11, 24),
        parameters: &parameters,
        sightings,
        flows: None,
    };
    tw_detect::run(world).into_iter().map(|(_, output)| output).collect()
}

fn leads(outputs: &[Output]) -> impl Iterator<Item = &Lead> {
    outputs.iter().flat_map(|output| &output.leads)
}

/// What may not depend on the order of rows: each lead's id with the verdicts and the tier.
fn answers(outputs: &[Output]) -> BTreeSet<String> {
    leads(outputs)
        .map(|lead| {
            let mut verdicts: Vec<String> =
                lead.allowed.iter().map(|a| format!("{} on {}: {}", a.provision, a.asked_on, a.verdict)).collect();
            verdicts.sort_unstable();
            format!("{} {} tier {} {verdicts:?}", lead.id, lead.detector, lead.rank.tier)
        })
        .collect()
}

fn goes_no_further_than_its_evidence(lead: &Lead) -> TestCaseResult {
    for answer in &lead.allowed {
        let open = answer.open_exceptions.len() + answer.open_elements.len();
        prop_assert!(answer.verdict != "breach" || open == 0, "{}: {} is a breach with {open} matters open", lead.title, answer.provision);
    }
    let text = serde_json::to_string(lead).expect("leads are made to be written");
    for word in ACCUSING {
        prop_assert!(!text.to_lowercase().contains(word), "{}: says {word}", lead.title);
    }
    for cell in PERSONS {
        prop_assert!(!text.contains(cell), "{}: says {cell}, which is personal", lead.title);
    }
    prop_assert!(!lead.title.is_empty() && !lead.conclusion.is_empty(), "{}: no title or conclusion", lead.id);
    prop_assert!(!lead.evidence.is_empty(), "{}: no evidence", lead.title);
    prop_assert!(!lead.against.is_empty(), "{}: no innocent explanation", lead.title);
    prop_assert!(!lead.not_checked.is_empty(), "{}: names nothing that was not checked", lead.title);
    let cited = lead.declared.iter().chain(&lead.observed).flat_map(|statement| &statement.evidence);
    for number in cited {
        prop_assert!((1..=lead.evidence.len()).contains(number), "{}: cites evidence {number} of {}", lead.title, lead.evidence.len());
    }
    prop_assert!((1..=3).contains(&lead.rank.tier), "{}: tier {}", lead.title, lead.rank.tier);
    let numbers = lead
        .figures
        .values()
        .copied()
        .chain([lead.rank.magnitude])
        .chain(lead.gap.iter().flat_map(|gap| [gap.low, gap.best, gap.high]).flatten());
    for number in numbers {
        prop_assert!(number.is_finite(), "{}: a figure is {number}, which JSON cannot hold", lead.title);
    }
    prop_assert!(lead.rank.magnitude >= 0.0, "{}: a size of {}", lead.title, lead.rank.magnitude);
    prop_assert!(
        !text.contains("NaN") && !text.contains("inf ") && !text.contains("inf)") && !text.contains("-inf"),
        "{}: a number without a value is printed",
        lead.title
    );
    Ok(())
}

/// Puts rows into the order of keys drawn for them.
fn shuffle<T>(rows: &mut Vec<T>, order: &[Index]) {
    let mut keyed: Vec<(usize, T)> =
        rows.drain(..).enumerate().map(|(i, row)| (order[i % order.len()].index(1_000_003).wrapping_mul(i + 1) % 1_009, row)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

fn shuffled(tables: &Tables, order: &[Index]) -> Tables {
    let mut other = tables.clone();
    shuffle(&mut other.deliveries, order);
    shuffle(&mut other.estimates, order);
    shuffle(&mut other.worker_counts, order);
    shuffle(&mut other.border_entries, order);
    shuffle(&mut other.capacity, order);
    shuffle(&mut other.reports, order);
    shuffle(&mut other.voyages, order);
    shuffle(&mut other.listings, order);
    shuffle(&mut other.trade_values, order);
    shuffle(&mut other.revenue_estimates, order);
    shuffle(&mut other.shipments, order);
    shuffle(&mut other.permits, order);
    other
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_lead_goes_further_than_its_evidence(tables in tables()) {
        let book = Book::bundled().unwrap();
        for lead in leads(&run(&tables, &book)) {
            goes_no_further_than_its_evidence(lead)?;
        }
    }

    #[test]
    fn each_lead_has_an_id_of_its_own(tables in tables()) {
        let book = Book::bundled().unwrap();
        let outputs = run(&tables, &book);
        let mut seen: BTreeMap<&str, &Lead> = BTreeMap::new();
        for lead in leads(&outputs) {
            if let Some(other) = seen.insert(&lead.id, lead) {
                prop_assert!(false, "{} and {} of {} have one id", other.title, lead.title, lead.detector);
            }
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_answer(tables in tables(), order in proptest::collection::vec(any::<Index>(), 7)) {
        let book = Book::bundled().unwrap();
        let (here, there) = (answers(&run(&tables, &book)), answers(&run(&shuffled(&tables, &order), &book)));
        let lost: Vec<_> = here.difference(&there).collect();
        let gained: Vec<_> = there.difference(&here).collect();
        prop_assert!(lost.is_empty() && gained.is_empty(), "only in the first order: {lost:#?}\nonly in the other: {gained:#?}");
    }

    #[test]
    fn the_same_rows_give_the_same_leads(tables in tables()) {
        let book = Book::bundled().unwrap();
        prop_assert_eq!(run(&tables, &book), run(&tables, &book));
    }
}

proptest! {
    // Each case runs every detector twice or more, on rows and on events of thirteen kinds.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_lead_about_ships_at_sea_goes_further_than_its_evidence(tables in tables(), sightings in sightings()) {
        let book = Book::bundled().unwrap();
        let outputs = run_seen(&tables, Some(&sightings), &book);
        let mut ids = BTreeSet::new();
        for lead in leads(&outputs) {
            goes_no_further_than_its_evidence(lead)?;
            prop_assert!(ids.insert(lead.id.clone()), "{} has the id of another", lead.title);
            let Some(sea) = &lead.sea else { continue };
            prop_assert!(lead.families.contains(&"AIS".to_owned()), "{}: no record of a position", lead.title);
            prop_assert!((0.0..=1.0).contains(&sea.score), "{}: a score of {}", lead.title, sea.score);
            let breach = lead.allowed.iter().any(|a| matches!(a.verdict.as_str(), "prima_facie" | "breach"));
            let listed = lead.detector == "ships.listed-ship";
            prop_assert!(lead.rank.tier > 1 || breach || listed, "{}: tier 1 without a rule that is met", lead.title);
        }
        prop_assert_eq!(answers(&outputs), answers(&run_seen(&tables, Some(&reversed(&sightings)), &book)));
    }

    #[test]
    fn without_a_recording_no_detector_speaks_of_ships_at_sea(tables in tables()) {
        let book = Book::bundled().unwrap();
        for (card, output) in tw_detect::cards().iter().zip(run(&tables, &book)) {
            // That no recording is in the case is said once, for all of them, by the run.
            if card.id.starts_with("ships.") && card.inputs.iter().any(|input| input == "positions") {
                prop_assert_eq!(&output, &Output::default());
            }
            prop_assert!(output.leads.iter().all(|lead| lead.sea.is_none()));
        }
    }
}
