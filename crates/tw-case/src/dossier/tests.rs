//! A small case made by hand: real readers, hand-made leads, hostile cells.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tw_detect::{
    Against, Allowed, BanLine, CapAccount, CapSum, Earnings, EarningsDriver, Evidence, Gap, Kind, Lead, MirrorMonth, MirrorSeries, Open,
    Outcome, PublishedRange, Rank, Sensitivity, Statement,
};
use tw_evidence::{Capture, CaptureMeta, CaptureStore, Method, RecordSeal};
use tw_law::Book;
use tw_tables::Tables;

use super::exhibits::Exhibits;
use super::{Input, LeadTrack, charts, example, page, write};
use crate::config::Config;
use crate::coverage::{Coverage, DetectorCoverage, TableCoverage};
use crate::run::{FileSummary, RunSummary};

const HOSTILE: &str = "</td><script>alert(1)</script>\"onload=alert(2) 'x' <img src=http://evil.example/a.png> & done";

const WORKERS: &str = "host,period,kind,low,high,estimator,origin,source,grade,note
RUS,2017-12-31,valid-permits,30023,30023,a State,published,\"Agency, 2019: https://a.example/one; https://b.example/two\",B2,
RUS,2018-12-31,valid-permits,11490,11490,a State,published,https://a.example/one,B2,
RUS,2018-01..2018-07,new-permits,700,,a newspaper,published,https://a.example/three,C3,\"\"\"At least\"\"\"
RUS,2017-09..2018-08,new-registrations,10000,,a newspaper,reconstructed,https://a.example/three,C3,
RUS,2021-05,stock,5000,8000,an institute,synthetic,made up,,for the test
";
const ENTRIES: &str = "host,period,purpose,entries,status,origin,source,grade,note
RUS,2023,all,1117,published,published,https://a.example/e,B2,
RUS,2024,all,13221,published,published,https://a.example/e,B2,
RUS,2024,education,7887,published,published,https://a.example/e,B2,
RUS,2024-Q4,education,3752,published,reconstructed,https://a.example/e,,
RUS,2025-Q2,all,,withheld,published,https://a.example/e,,
";
const CAPACITY: &str = "host,period,purpose,kind,low,high,origin,source,grade,note
RUS,2024-04,education,enrolment,130,130,published,https://a.example/c,C3,
";
const VALUES: &str = "exporter,importer,goods,hs,company,period,side,reporter,value_usd,tonnes,shipments,origin,source,grade,note
RUS,PRK,refined oil products,2710,,2015..2017,declared,an official series,25000000,,,published,https://a.example/v,C3,
RUS,PRK,refined oil products,2710,A Company,2015..2017,estimated,an institute,238000000,622878,,published,https://a.example/v,,
";
const LISTINGS: &str = "party,aliases,kind,list,programme,listed,delisted,identifier,origin,source,grade,note
EXAMPLE PETROLEUM,EXAMPLE OIL|EX PETRO,company,US-SDN,DPRK3,2017-06-01,2020-03-02,99999,published,https://a.example/l,B1,
";
const VOYAGES: &str = "ship,imo,flag,cargo,product,tonnes,from_port,from_country,departed,declared_port,declared_country,declared_in,next_port,next_country,next_seen,seen_by,origin,source,grade,note
\"ship 1 of 8, unnamed in the report\",,,diesel,refined,,Vladivostok,RUS,2017-01-01..2017-09-20,,CHN+KOR,a system,off Kimchaek,PRK,,tracking,reconstructed,https://a.example/s,B3,
EXAMPLE STAR,2222224,,diesel,refined,,Vladivostok,RUS,2017-03,,CHN,a system,off Kimchaek,PRK,,tracking,published,https://a.example/s,B3,
";

/// A case in a temporary folder.
struct Case {
    home: tempfile::TempDir,
    config: Config,
    summary: RunSummary,
    leads: Vec<Lead>,
    tables: Tables,
    book: Book,
    states: BTreeMap<String, String>,
    tracks: Vec<LeadTrack>,
    captures: Vec<Capture>,
    seals: Vec<RecordSeal>,
}

impl Case {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let deliveries = format!(
            "supplier,product,period,barrels,tonnes,basis,origin,source,grade,note\nRUS,refined,2018,241114,,\"{}\",published,https://a.example/d,B2,\n",
            HOSTILE.replace('"', "\"\"")
        );
        let files = [
            ("deliveries.csv", deliveries.as_str()),
            ("worker_counts.csv", WORKERS),
            ("border_entries.csv", ENTRIES),
            ("capacity.csv", CAPACITY),
            ("trade_values.csv", VALUES),
            ("listings.csv", LISTINGS),
            ("voyages.csv", VOYAGES),
        ];
        let mut store = CaptureStore::open(&home.path().join("captures")).unwrap();
        let (mut tables, mut captures, mut seals) = (Tables::default(), Vec::new(), Vec::new());
        for (name, text) in files {
            let path = home.path().join(name);
            fs::write(&path, text).unwrap();
            let (_, read, spans) = crate::load::load_file(&path, &tw_sources::Options::default()).unwrap();
            captures.push(store.put_file(&path, &CaptureMeta::new(name, "2026-01-02T03:04:05Z", Method::Import)).unwrap());
            tables.append(read);
            for (record, span) in spans {
                seals.push(tw_evidence::seal(text.as_bytes(), record, Some(span)).unwrap());
            }
        }
        let config =
            Config::parse("title = 'A small case'\nperiod = '2015..2025'\ntarget = 'PRK'\nregimes = ['UN-DPRK']\n", "test").unwrap();
        let leads = vec![permits(&tables), hostile(&tables)];
        let summary = summary(&tables, &captures);
        Self {
            home,
            config,
            summary,
            leads,
            tables,
            book: Book::bundled().unwrap(),
            states: BTreeMap::new(),
            tracks: Vec::new(),
            captures,
            seals,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&Input<'_>) -> T) -> T {
        act(&Input {
            config: &self.config,
            summary: &self.summary,
            leads: &self.leads,
            tracks: &self.tracks,
            tables: &self.tables,
            book: &self.book,
            states: &self.states,
            captures: &self.captures,
            seals: &self.seals,
            captures_dir: &self.home.path().join("captures"),
            made: "2026-01-02T03:04:05Z".parse().unwrap(),
        })
    }

    fn html(&self) -> String {
        self.with(|input| page::render(input, &Exhibits::read(input).unwrap()))
    }
}

fn evidence(number: usize, table: &str, provenance: &tw_base::Provenance, says: &str) -> Evidence {
    Evidence {
        number,
        table: table.to_owned(),
        record: provenance.record.to_string(),
        origin: provenance.origin.to_string(),
        grade: provenance.grade.to_string(),
        source: provenance.source.clone(),
        says: says.to_owned(),
        note: provenance.note.clone(),
    }
}

fn permits(tables: &Tables) -> Lead {
    let row = &tables.worker_counts[2].provenance;
    Lead {
        id: "L-00000001".to_owned(),
        detector: "labour.permits-after-ban".to_owned(),
        kind: Kind::Allowed,
        title: "At least 700 work permits after the ban".to_owned(),
        subject: "Russia".to_owned(),
        from: "2018-01-01".to_owned(),
        to: "2018-07-31".to_owned(),
        conclusion: "Consistent with new permits after the ban; older contracts were not told apart.".to_owned(),
        declared: Vec::new(),
        observed: vec![Statement { text: "at least 700 new permits".to_owned(), evidence: vec![1] }],
        allowed: vec![Allowed {
            provision: "UN-2375-17".to_owned(),
            symbol: "S/RES/2375 (2017), para. 17".to_owned(),
            rule: "States may give no work authorization.".to_owned(),
            asked_on: "the permits".to_owned(),
            in_force: "[2017-09-11, open)".to_owned(),
            verification: "V2".to_owned(),
            verdict: "prima_facie".to_owned(),
            words: "an apparent breach on its face, with exceptions open".to_owned(),
            open_exceptions: vec![Open {
                id: "OLD-CONTRACT".to_owned(),
                cond: "An older contract.".to_owned(),
                burden: "host state".to_owned(),
                proof: "The contract.".to_owned(),
            }],
            open_elements: Vec::new(),
            missing: vec!["dates of the contracts".to_owned()],
            reporting: vec!["notice: unknown".to_owned()],
            proof: vec!["UN-2375-17: prima_facie".to_owned(), "  ✓ in force".to_owned()],
        }],
        gap: Some(Gap {
            low: Some(700.0),
            best: None,
            high: None,
            unit: "permits".to_owned(),
            text: "at least 700 permits where none may be given".to_owned(),
        }),
        against: vec![
            Against {
                explanation: "older contracts".to_owned(),
                outcome: Outcome::NotTestable,
                detail: "the contracts are not in the case".to_owned(),
            },
            Against { explanation: "counted twice".to_owned(), outcome: Outcome::DoesNotExplain, detail: "one source".to_owned() },
            Against { explanation: "renewals".to_owned(), outcome: Outcome::MayExplain, detail: "not told apart".to_owned() },
        ],
        sensitivity: vec![Sensitivity { change: "if half were renewals".to_owned(), result: "still above zero".to_owned() }],
        not_checked: vec!["the permit records themselves".to_owned()],
        evidence: vec![evidence(1, "worker_counts", row, "at least 700 new permits in Russia")],
        families: vec!["a newspaper".to_owned()],
        rank: Rank {
            tier: 1,
            families: 1,
            magnitude: 700.0,
            unit: "permits".to_owned(),
            why: "the rule is passed in the low case".to_owned(),
        },
        figures: BTreeMap::new(),
        sea: None,
    }
}

fn hostile(tables: &Tables) -> Lead {
    let mut lead = permits(tables);
    lead.id = "L-00000002".to_owned();
    lead.title = HOSTILE.to_owned();
    lead.subject = HOSTILE.to_owned();
    lead.allowed.clear();
    lead.evidence = vec![
        Evidence {
            source: "javascript:alert(1) https://a.example/\"onload=alert(3)".to_owned(),
            ..evidence(1, "deliveries", &tables.deliveries[0].provenance, HOSTILE)
        },
        evidence(2, "worker_counts", &tables.worker_counts[4].provenance, "made up"),
    ];
    lead.rank.tier = 3;
    lead
}

fn mirrored(tables: &Tables) -> MirrorSeries {
    let month = |month: &str, exporter_usd, importer_usd, p50: Option<f64>| MirrorMonth {
        month: month.to_owned(),
        exporter_usd,
        importer_usd,
        p5: p50.map(|v| v * 0.8),
        p50,
        p95: p50.map(|v| v * 1.3),
    };
    MirrorSeries {
        exporter: "RUS".to_owned(),
        importer: "CHN".to_owned(),
        heading: "271019".to_owned(),
        probability: Some(0.97),
        freight: 1.08,
        months: vec![
            month("2017-12", Some(1.0e6), Some(1.1e6), Some(1.02e6)),
            month("2018-01", None, Some(3.3e6), Some(3.0e6)),
            month("2018-03", Some(0.9e6), Some(3.0e6), Some(2.0e6)),
        ],
        bans: vec![BanLine {
            from: "2018-01-23".to_owned(),
            provision: "UN-2397-7".to_owned(),
            symbol: "S/RES/2397 (2017) \u{b6}7".to_owned(),
        }],
        records: vec![tables.worker_counts[0].provenance.record.to_string()],
        labels: BTreeMap::from([("synthetic".to_owned(), 5)]),
        lead: None,
    }
}

fn earnings(tables: &Tables) -> Earnings {
    let driver = |name: &str, rank_correlation| EarningsDriver { name: name.to_owned(), rank_correlation };
    Earnings {
        host: "Russia".to_owned(),
        period: "2017-12-31".to_owned(),
        workers: format!("30,023 valid work permits in Russia, 2017-12-31 ({HOSTILE})"),
        workers_low: 30_023.0,
        workers_high: 30_023.0,
        p5: 93e6,
        p50: 151e6,
        p95: 229e6,
        drivers: vec![driver("wage (USD per month)", 0.8), driver("share kept by the state", 0.5), driver("workers", 0.0)],
        published: vec![PublishedRange {
            estimator: HOSTILE.to_owned(),
            period: "2018".to_owned(),
            usd_low: Some(150e6),
            usd_high: Some(300e6),
            answer: "overlaps".to_owned(),
            records: Vec::new(),
        }],
        records: vec![tables.worker_counts[0].provenance.record.to_string()],
    }
}

fn summary(tables: &Tables, captures: &[Capture]) -> RunSummary {
    let record = tables.deliveries[0].provenance.record.to_string();
    let account = CapAccount {
        provision: "UN-2397-5".to_owned(),
        symbol: "S/RES/2397 (2017), para. 5".to_owned(),
        product: "refined".to_owned(),
        from: "2018-01-01".to_owned(),
        to: "2018-12-31".to_owned(),
        limit: 500_000.0,
        reported: CapSum {
            low: Some(241_114.0),
            best: Some(241_114.0),
            high: None,
            verdict: "undetermined".to_owned(),
            records: vec![record],
            ..CapSum::default()
        },
        estimated: CapSum {
            low: Some(759_793.0),
            best: None,
            high: Some(3_500_000.0),
            verdict: "prima_facie".to_owned(),
            certain_by: Some("2018-05-30".to_owned()),
            ..CapSum::default()
        },
        by_ships: Some(CapSum {
            low: Some(90_000.0),
            best: Some(140_000.0),
            high: None,
            verdict: "undetermined".to_owned(),
            ..CapSum::default()
        }),
        silent: vec!["Russia for 2018-11".to_owned()],
        lead: None,
    };
    let later = CapAccount {
        from: "2019-01-01".to_owned(),
        to: "2019-12-31".to_owned(),
        reported: CapSum { verdict: "undetermined".to_owned(), ..CapSum::default() },
        estimated: CapSum { verdict: "undetermined".to_owned(), ..CapSum::default() },
        by_ships: None,
        silent: Vec::new(),
        ..account.clone()
    };
    RunSummary {
        tidewaiter: "0.1.0".to_owned(),
        title: "A small case".to_owned(),
        made: "2026-01-02T03:04:05Z".to_owned(),
        as_of: "2026-01-01".to_owned(),
        config: "ab".repeat(32),
        provisions: 2,
        book: "cd".repeat(32),
        files: captures
            .iter()
            .map(|c| FileSummary { name: c.name.clone(), sha256: c.sha256.to_string(), rows: BTreeMap::new(), warnings: Vec::new() })
            .collect(),
        accounts: vec![account, later],
        earnings: vec![earnings(tables)],
        mirrors: vec![mirrored(tables)],
        series: Vec::new(),
        coverage: Coverage {
            as_of: "2026-01-01".to_owned(),
            tables: tables
                .counts()
                .into_iter()
                .map(|(table, rows)| TableCoverage {
                    table: table.to_owned(),
                    rows,
                    later: 0,
                    outside: 0,
                    published: rows,
                    reconstructed: 0,
                    synthetic: 0,
                })
                .collect(),
            detectors: vec![DetectorCoverage { detector: "labour.permits-after-ban".to_owned(), without: Vec::new(), leads: 1 }],
            not_checked: vec!["ship positions (no source in this version)".to_owned()],
        },
    }
}

/// Every file below a folder, by its path inside it.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Values of an attribute, as they stand in the page.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let (a, b) = (Case::new(), Case::new());
    let out = tempfile::tempdir().unwrap();
    let (first, second) = (out.path().join("a"), out.path().join("b"));
    a.with(|input| write(&first, input)).unwrap();
    b.with(|input| write(&second, input)).unwrap();
    let (first, second) = (files(&first), files(&second));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (path, bytes) in &first {
        assert!(bytes == &second[path], "{} differs", path.display());
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(&a.home.path().display().to_string()), "{} names a path of this machine", path.display());
    }
}

#[test]
fn the_folder_is_a_whole_bag_and_says_so() {
    let case = Case::new();
    let dir = case.home.path().join("dossier");
    case.with(|input| write(&dir, input)).unwrap();
    let report = tw_evidence::verify_bag(&dir);
    assert!(report.is_valid(), "{report}");
    let mut wanted = vec!["index.html", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "SHA256SUMS"];
    wanted.extend([
        "data/leads.jsonl",
        "data/findings.jsonl",
        "data/leads.csv",
        "data/accounts.csv",
        "data/entities.ftm.json",
        "data/run.json",
        "data/coverage.json",
    ]);
    wanted.extend([
        "data/method.md",
        "data/RUN.txt",
        "data/prov.jsonld",
        "data/seals.jsonl",
        "data/provisions.json",
        "data/captures.jsonl",
        "data/config.toml",
        "data/tables/deliveries.csv",
    ]);
    for name in wanted {
        assert!(dir.join(name).is_file(), "{name} is missing");
    }
    for capture in &case.captures {
        let copy = dir.join("data/captures").join(capture.sha256.to_string()).join(&capture.name);
        assert_eq!(tw_evidence::sha256(&fs::read(copy).unwrap()), capture.sha256);
    }
    assert!(case.with(|input| write(&dir, input)).is_err(), "a dossier that exists is not written over");
}

#[test]
fn a_capture_whose_bytes_changed_is_refused() {
    let case = Case::new();
    let store = CaptureStore::open_read_only(&case.home.path().join("captures")).unwrap();
    fs::write(store.path(&case.captures[0].sha256), b"other bytes").unwrap();
    assert!(case.with(|input| write(&case.home.path().join("dossier"), input)).is_err());
}

#[test]
fn every_pointer_reaches_its_raw_record_in_two_hops() {
    let case = Case::new();
    let html = case.html();
    let ids: BTreeSet<&str> = attributes(&html, "id").into_iter().collect();
    for target in attributes(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(ids.contains(target), "#{target} leads nowhere");
    }
    case.with(|input| {
        let exhibits = Exhibits::read(input).unwrap();
        for lead in input.leads {
            for item in &lead.evidence {
                let (_, row) = exhibits.row(&item.record.parse().unwrap()).expect("every record cited is an exhibit");
                assert!(ids.contains(row.anchor.as_str()));
                let (from, to) = row.bytes.expect("a row of a text file has bytes");
                let bytes = &exhibits.list.iter().find(|e| e.capture.sha256 == row.record.capture).unwrap().bytes;
                assert_eq!(tw_evidence::sha256(&bytes[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()]), row.sha256);
            }
        }
    });
}

#[test]
fn byte_ranges_counted_here_are_those_of_the_reader() {
    let mut case = Case::new();
    let sealed: Vec<RecordSeal> = std::mem::take(&mut case.seals);
    case.with(|input| {
        let exhibits = Exhibits::read(input).unwrap();
        let mut compared = 0;
        for seal in &sealed {
            if let Some((_, row)) = exhibits.row(&seal.record) {
                assert_eq!((row.bytes, row.sha256), (seal.bytes, seal.sha256));
                compared += 1;
            }
        }
        assert!(compared > 10, "{compared}");
    });
}

#[test]
fn ids_are_used_once() {
    let html = Case::new().html();
    let ids = attributes(&html, "id");
    let once: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), once.len());
}

#[test]
fn hostile_text_stays_text() {
    let html = Case::new().html();
    let lower = html.to_lowercase();
    assert!(!lower.contains("<script"));
    assert!(!lower.contains("<img"));
    assert!(lower.contains("&lt;script&gt;alert(1)"));
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        assert!(!tag.contains("onload=") || !tag.starts_with(|c: char| c.is_ascii_alphabetic()), "<{tag}>");
    }
    assert!(!html.contains("href=\"javascript"));
}

#[test]
fn the_page_asks_for_nothing_from_outside() {
    let html = Case::new().html();
    assert!(html.contains("default-src 'none'"));
    assert!(attributes(&html, "src").is_empty());
    for banned in ["<link", "<iframe", "<object", "<embed", "@import", "<base", "<form", "<audio", "<video"] {
        assert!(!html.contains(banned), "{banned}");
    }
    assert!(!html.contains("url(http"));
    for href in attributes(&html, "href") {
        assert!(href.starts_with('#') || href.starts_with("http://") || href.starts_with("https://"), "{href}");
    }
}

#[test]
fn our_own_words_accuse_nobody() {
    let case = Case::new();
    let dir = case.home.path().join("dossier");
    case.with(|input| write(&dir, input)).unwrap();
    for name in ["index.html", "data/method.md", "data/RUN.txt", "data/leads.csv"] {
        let text = fs::read_to_string(dir.join(name)).unwrap().to_lowercase();
        for word in ["violat", "guilty", "illegal", "illicit", "criminal"] {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn labels_are_words_on_every_level() {
    let html = Case::new().html();
    for text in [
        "SYNTHETIC: made up",
        "rests on SYNTHETIC records",
        "1 SYNTHETIC (made up, evidence of nothing)",
        "(SYNTHETIC)",
        "(R)",
        "reconstructed",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn what_it_does_not_show_comes_before_the_leads() {
    let html = Case::new().html();
    let at = |text: &str| html.find(text).unwrap();
    assert!(at("id=\"limits\"") < at("id=\"leads\""));
    assert!(at("ship positions (no source in this version)") < at("id=\"leads\""));
    assert!(html.contains("Nobody was asked yet."));
}

#[test]
fn leads_are_not_entities_under_sanction_and_unnamed_ships_are_no_entities() {
    let mut case = Case::new();
    case.leads[0].subject = "EXAMPLE PETROLEUM".to_owned();
    let lines = |case: &Case| case.with(super::files::ftm_lines);
    let text = lines(&case);
    let count = |text: &str, schema: &str| text.matches(&format!("\"schema\":\"{schema}\"")).count();
    assert_eq!((count(&text, "Company"), count(&text, "Sanction"), count(&text, "Vessel"), count(&text, "Risk")), (1, 1, 1, 0));
    assert!(!text.contains("ship 1 of 8"));
    assert!(!text.contains("\"topics\""), "the party left the list before the day of the answer");
    case.states.insert("L-00000001".to_owned(), "published".to_owned());
    let text = lines(&case);
    assert_eq!((count(&text, "Sanction"), count(&text, "Risk")), (1, 1));
}

#[test]
fn reported_and_estimated_never_share_a_bar() {
    let case = Case::new();
    let chart = case.with(charts::all).into_iter().next().unwrap();
    let svg = chart.svg.unwrap();
    assert!(svg.contains("<rect class=\"c-rep\""));
    assert!(svg.contains("class=\"c-est-edge\" fill=\"url(#chart-cap-1-hatch)\""));
    assert!(svg.contains("a lower bound, no report from Russia for 2018-11"));
    assert!(chart.rows[1].cells.contains(&"by 2018-05-30 even in the low case".to_owned()));
    assert!(svg.contains("reported: nothing in the case; unknown, and not zero"));
    insta::assert_snapshot!("gauge", svg.replace("><", ">\n<"));
}

#[test]
fn withheld_is_hatched_and_has_no_zero() {
    let case = Case::new();
    let chart = case.with(charts::all).into_iter().find(|c| c.id == "chart-purposes").unwrap();
    let svg = chart.svg.unwrap();
    assert!(svg.contains("url(#chart-purposes-missing)"));
    assert!(!svg.contains(">0<"));
    assert!(chart.rows.iter().any(|r| r.cells.contains(&"withheld (not zero)".to_owned())));
}

#[test]
fn a_chart_without_data_says_so() {
    let mut case = Case::new();
    case.tables = Tables::default();
    case.leads.clear();
    case.summary.accounts.clear();
    case.summary.earnings.clear();
    case.summary.mirrors.clear();
    for chart in case.with(charts::all) {
        assert!(chart.svg.is_none(), "{}", chart.id);
        assert!(!chart.caption.is_empty());
    }
    let html = case.html();
    assert!(html.contains("found no gap in these rows"));
    assert!(html.contains("Not drawn"));
}

#[test]
fn a_lead_reads_as_it_should() {
    let case = Case::new();
    let html = case.with(|input| {
        let exhibits = Exhibits::read(input).unwrap();
        page::lead::section(page::Page { input, exhibits: &exhibits }, &input.leads[0]).into_string()
    });
    insta::assert_snapshot!("lead", html.replace("><", ">\n<"));
}

/// The small case with the lead of the example, on records of the case.
fn at_sea() -> Case {
    let mut case = Case::new();
    let (mut lead, tracks) = example::hungnam();
    lead.evidence = vec![evidence(1, "worker_counts", &case.tables.worker_counts[4].provenance, "made up")];
    case.leads.push(lead);
    case.tracks = tracks;
    case
}

#[test]
fn a_lead_about_a_ship_has_a_map_and_files_for_maps() {
    let case = at_sea();
    let dir = case.home.path().join("dossier");
    case.with(|input| write(&dir, input)).unwrap();
    assert!(tw_evidence::verify_bag(&dir).is_valid());
    let html = fs::read_to_string(dir.join("index.html")).unwrap();
    assert_eq!(html.matches("<figure class=\"map\">").count(), 1);
    assert!(html.contains("SYNTHETIC: MADE UP") && html.contains("not heard 42 h"));
    let ids = attributes(&html, "id");
    assert_eq!(ids.len(), ids.iter().copied().collect::<BTreeSet<&str>>().len());
    for name in ["leads.geojson", "tracks.gpx", "leads.kml", "leads.parquet"] {
        assert!(dir.join("data").join(name).is_file(), "{name}");
    }
    for name in ["index.html", "data/method.md", "data/leads.geojson", "data/tracks.gpx", "data/leads.kml"] {
        let text = fs::read_to_string(dir.join(name)).unwrap().to_lowercase();
        for word in ["violat", "guilty", "illegal", "illicit", "criminal"] {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn leads_about_no_ship_are_as_they_were() {
    let (without, with) = (Case::new(), at_sea());
    let section = |case: &Case| {
        case.with(|input| {
            let exhibits = Exhibits::read(input).unwrap();
            page::lead::section(page::Page { input, exhibits: &exhibits }, &input.leads[0]).into_string()
        })
    };
    assert_eq!(section(&without), section(&with));
    let dir = without.home.path().join("dossier");
    without.with(|input| write(&dir, input)).unwrap();
    assert!(!dir.join("data/leads.geojson").exists());
}

#[test]
fn beyond_the_first_leads_there_is_no_map_and_the_page_says_so() {
    let mut case = at_sea();
    let last = case.leads.pop().unwrap();
    for i in 0..=super::MAPS {
        let mut lead = last.clone();
        lead.id = format!("L-{i:08x}");
        lead.sea = lead.sea.map(|sea| tw_detect::SeaEvent { places: Vec::new(), ..sea });
        case.leads.push(lead);
    }
    case.leads.remove(0);
    case.leads.remove(0);
    let html = case.html();
    assert_eq!(html.matches("<figure class=\"map\">").count(), super::MAPS);
    assert!(html.contains("201 leads are about ships; the first 200"));
    assert!(html.contains("No map: only the first 200"));
}
