//! Whatever rows a case holds: no lead goes further than its evidence, and the same rows give the same leads.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseResult;
use tw_base::{Country, Date, Grade, Imo, Origin, Parties, Period, Provenance, RecordPtr, Span};
use tw_detect::{Lead, Output, Parameters, World};
use tw_law::Book;
use tw_tables::{
    BorderEntry, Capacity, CapacityKind, Delivery, Estimate, Listing, PartyKind, Product, Purpose, ReportStatus, RevenueEstimate, Row,
    SeriesStatus, Side, StateReport, Table, Tables, TradeValue, Voyage, WorkerCount, WorkerKind,
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
    )
        .prop_map(|(party, aliases, kind, list, listed, delisted)| Listing {
            party,
            aliases: aliases.map(str::to_owned),
            kind,
            list: list.to_owned(),
            programme: "DPRK3".to_owned(),
            listed,
            delisted: delisted.filter(|out| out.last() >= listed),
            identifier: None,
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
                note: None,
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
    (oil, labour, table(listings(pool)), table(trade_values(pool))).prop_map(
        |(
            (deliveries, estimates, reports, voyages),
            (worker_counts, border_entries, capacity, revenue_estimates),
            listings,
            trade_values,
        )| Tables {
            declarations: Vec::new(),
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

fn run(tables: &Tables, book: &Book) -> Vec<Output> {
    let parameters = Parameters::default();
    let world = World {
        tables,
        book,
        regimes: &[],
        target: tw_base::Country::PRK,
        as_of: jiff::civil::date(2026, 11, 24),
        parameters: &parameters,
        sightings: None,
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
