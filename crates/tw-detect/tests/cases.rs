//! Literate cases: the `cases.md` beside each detector, read strictly and run.
//!
//! A case is a heading of the second level, prose, one or more `csv TABLE` or `jsonl EVENTS` blocks, perhaps a `toml` block, and one `expect` block.
//! A `jsonl` block holds events at sea, one JSON object a line, named as their SQL table: moments as ISO 8601, absent fields at their defaults.
//! Each event gets records of its own in a synthetic recording, unless it names them.
//! Only the leads of the file's own detector are compared, and all of them: a lead that no case expects fails it.
#![expect(clippy::print_stdout, reason = "each file prints the number of its cases")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{EVENTS, event, recording, rows, trade};
use serde::Deserialize;
use tw_base::Date;
use tw_detect::{Allowed, Flows, Lead, Output, Parameters, SeaEvent, Sightings, World};
use tw_law::{Book, Piece, pieces};
use tw_tables::Tables;

/// The `toml` block: what is set beside the rows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Setup {
    /// The day of the answer; 2026-11-24 if it is not given.
    as_of: Option<toml::value::Datetime>,
    /// Bodies of law that may be asked; all if it is not given.
    #[serde(default)]
    regimes: Vec<String>,
    /// Numbers of the detector.
    #[serde(default)]
    parameters: Parameters,
}

/// The `expect` block.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// No lead; the reason is for the reader.
    none: Option<String>,
    /// Words of what the detector as a whole did not check.
    #[serde(default)]
    not_checked: Vec<String>,
    /// Leads, all of them.
    #[serde(default)]
    lead: Vec<Wanted>,
}

/// A lead that is expected. What is absent is not compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Words of the title.
    title: String,
    /// The tier.
    tier: u8,
    /// By provision the gravest verdict in the lead; `UN-2397-5 on the estimates` asks for one question alone.
    #[serde(default)]
    verdicts: BTreeMap<String, String>,
    /// All exceptions that stay open over the provisions of `verdicts`.
    open: Option<BTreeSet<String>>,
    /// Low and high end of the gap: numbers, or `unknown`.
    gap: Option<[toml::Value; 2]>,
    /// What happened at sea.
    sea: Option<WantedSea>,
    /// Named figures.
    #[serde(default)]
    figures: BTreeMap<String, f64>,
    /// Words of what the lead did not check.
    #[serde(default)]
    not_checked: Vec<String>,
    /// Words that some text of the lead must hold.
    #[serde(default)]
    says: Vec<String>,
    /// Words that no text of the lead may hold.
    #[serde(default)]
    never: Vec<String>,
}

/// What is expected to have happened at sea. What is absent is not compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedSea {
    /// The kind.
    kind: String,
    /// The ship.
    mmsi: u32,
    /// The other ship.
    partner_mmsi: Option<u32>,
    /// Low and high end of the barrels.
    barrels: Option<[f64; 2]>,
}

/// A case, ready to run.
#[derive(Debug)]
struct Case {
    name: String,
    line: usize,
    tables: Tables,
    sightings: Option<Sightings>,
    flows: Option<Flows>,
    as_of: Date,
    setup: Setup,
    expect: Expect,
}

/// A case in the making.
#[derive(Default)]
struct Open {
    name: String,
    line: usize,
    first_block: usize,
    tables: Option<Tables>,
    sightings: Option<Sightings>,
    flows: Option<Flows>,
    setup: Option<Setup>,
    expect: Option<Expect>,
}

fn read(text: &str, file: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<Open> = None;
    for piece in pieces(text, file).map_err(|error| error.to_string())? {
        match piece {
            Piece::Heading { level: 1, line: 1, .. } => {}
            Piece::Heading { level: 2, line, text: name } => {
                if let Some(done) = open.take() {
                    cases.push(close(done, text, file)?);
                }
                if name.is_empty() || cases.iter().any(|case| case.name == name) {
                    return Err(format!("{file}:{line}: a case needs a name of its own, and `{name}` is none"));
                }
                open = Some(Open { name: name.to_owned(), line, ..Open::default() });
            }
            Piece::Heading { line, .. } => {
                return Err(format!("{file}:{line}: write `# Title` in line 1, and `## name` above each case; no other headings"));
            }
            Piece::Block { line, info, body } => {
                let case = open.as_mut().ok_or_else(|| format!("{file}:{line}: this block stands under no `## name`"))?;
                block(case, info, line, &body, file)?;
            }
        }
    }
    if let Some(done) = open.take() {
        cases.push(close(done, text, file)?);
    }
    if cases.is_empty() {
        return Err(format!("{file}:1: no case in the file"));
    }
    Ok(cases)
}

fn block(case: &mut Open, info: &str, line: usize, body: &str, file: &str) -> Result<(), String> {
    if case.expect.is_some() {
        return Err(format!("{file}:{line}: nothing stands below the `expect` block of a case"));
    }
    if case.first_block == 0 {
        case.first_block = line;
    }
    let place = |error: &toml::de::Error| {
        let inside = error.span().and_then(|span| body.get(..span.start)).map_or(0, |before| before.matches('\n').count());
        format!("{file}:{}: {}", line + 1 + inside, error.message())
    };
    match info.split_once(' ').unwrap_or((info, "")) {
        ("csv", "trade") => case.flows = Some(trade(body).map_err(|reason| format!("{file}:{line}: {reason}"))?),
        ("csv", table) if Tables::NAMES.contains(&table) => {
            if body.lines().count() < 2 {
                return Err(format!("{file}:{line}: the block holds no row; write a header row and rows, or leave it out"));
            }
            case.tables.get_or_insert_default().append(rows(table, &format!("{file}:{line}, {table}"), body));
        }
        ("csv", table) => return Err(format!("{file}:{line}: no table is called `{table}` (there are: {})", Tables::NAMES.join(", "))),
        ("jsonl", table) if EVENTS.contains(&table) => {
            if body.trim().is_empty() {
                return Err(format!("{file}:{line}: the block holds no event; write one JSON object a line, or leave it out"));
            }
            let sightings = case.sightings.get_or_insert_with(recording);
            for (i, text) in body.lines().enumerate() {
                event(&mut sightings.seen, table, text).map_err(|reason| format!("{file}:{}: {table}: {reason}", line + 1 + i))?;
            }
        }
        ("jsonl", table) => return Err(format!("{file}:{line}: no events are called `{table}` (there are: {})", EVENTS.join(", "))),
        ("toml", "") if case.setup.is_none() => case.setup = Some(toml::from_str(body).map_err(|error| place(&error))?),
        ("expect", "") => case.expect = Some(toml::from_str(body).map_err(|error| place(&error))?),
        _ => {
            return Err(format!(
                "{file}:{line}: a case holds `csv TABLE`, `csv trade` and `jsonl EVENTS` blocks, at most one `toml` block and one `expect` block, not `{info}`"
            ));
        }
    }
    Ok(())
}

fn close(case: Open, text: &str, file: &str) -> Result<Case, String> {
    let fail = |reason: &str| Err(format!("{file}:{}: {reason}: {}", case.line, case.name));
    let Some(expect) = case.expect else { return fail("no `expect` block under this heading") };
    let prose = text.lines().skip(case.line).take(case.first_block.saturating_sub(case.line + 1)).any(|line| !line.trim().is_empty());
    if !prose {
        return fail("no prose between the heading and its first block");
    }
    if expect.none.is_some() != expect.lead.is_empty() || expect.none.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        return fail("write either `none = \"reason\"` or `[[lead]]`");
    }
    if case.tables.is_none() && case.sightings.is_none() && case.flows.is_none() && expect.not_checked.is_empty() {
        return fail("a case without rows has to name what is not checked");
    }
    let setup = case.setup.unwrap_or_default();
    if let Err(reason) = tw_detect::check_parameters(&setup.parameters) {
        return fail(&reason);
    }
    let as_of = match &setup.as_of {
        None => jiff::civil::date(2026, 11, 24),
        Some(day) => match tw_base::parse_date(&day.to_string()) {
            Ok(day) => day,
            Err(error) => return fail(&error.to_string()),
        },
    };
    Ok(Case {
        name: case.name,
        line: case.line,
        tables: case.tables.unwrap_or_default(),
        sightings: case.sightings,
        flows: case.flows,
        as_of,
        setup,
        expect,
    })
}

/// Where the answer differs from the one expected, a line each.
fn differences(expect: &Expect, output: &Output) -> Vec<String> {
    let mut found = Vec::new();
    for words in &expect.not_checked {
        if !output.not_checked.iter().any(|text| text.contains(words.as_str())) {
            found.push(format!("not_checked: expected {words:?} among {:?}", output.not_checked));
        }
    }
    let titles = || output.leads.iter().map(|lead| lead.title.as_str()).collect::<Vec<_>>();
    if output.leads.len() != expect.lead.len() {
        found.push(format!("expected {} leads, got {}: {:?}", expect.lead.len(), output.leads.len(), titles()));
    }
    let mut taken = BTreeSet::new();
    for wanted in &expect.lead {
        let Some((index, lead)) =
            output.leads.iter().enumerate().find(|(i, lead)| !taken.contains(i) && lead.title.contains(&wanted.title))
        else {
            found.push(format!("no lead has {:?} in its title: {:?}", wanted.title, titles()));
            continue;
        };
        taken.insert(index);
        compare(wanted, lead, &mut found);
    }
    found
}

fn compare(wanted: &Wanted, lead: &Lead, found: &mut Vec<String>) {
    let mut differ = |what: &str, expected: String, got: String| {
        if expected != got {
            found.push(format!("{what} of {:?}: expected {expected}, got {got}", lead.title));
        }
    };
    differ("tier", wanted.tier.to_string(), lead.rank.tier.to_string());
    let mut asked: Vec<&Allowed> = Vec::new();
    for (key, verdict) in &wanted.verdicts {
        let (provision, basis) = key.split_once(" on ").map_or((key.as_str(), None), |(provision, basis)| (provision, Some(basis)));
        let answers: Vec<&Allowed> =
            lead.allowed.iter().filter(|a| a.provision == provision && basis.is_none_or(|basis| a.asked_on == basis)).collect();
        let gravest = answers.iter().max_by_key(|a| gravity(&a.verdict)).map_or("not asked", |a| a.verdict.as_str());
        differ(key, verdict.clone(), gravest.to_owned());
        asked.extend(answers);
    }
    if wanted.verdicts.is_empty() {
        asked.extend(&lead.allowed);
    }
    if let Some(open) = &wanted.open {
        let got: BTreeSet<String> = asked.iter().flat_map(|a| a.open_exceptions.iter().map(|e| e.id.clone())).collect();
        differ("open", format!("{open:?}"), format!("{got:?}"));
    }
    if let Some(gap) = &wanted.gap {
        let end = |value: Option<f64>| value.map_or("unknown".to_owned(), |v| v.to_string());
        let got = lead.gap.as_ref().map_or(["no gap".to_owned(), "no gap".to_owned()], |gap| [end(gap.low), end(gap.high)]);
        differ(
            "gap",
            format!("{:?}", gap.each_ref().map(|v| v.to_string().trim_matches('"').trim_end_matches(".0").to_owned())),
            format!("{got:?}"),
        );
    }
    if let Some(sea) = &wanted.sea {
        let got = lead.sea.as_ref();
        differ(
            "sea",
            format!("{:?}", (&sea.kind, sea.mmsi)),
            got.map_or("no event".to_owned(), |got| format!("{:?}", (&got.kind, got.mmsi))),
        );
        if sea.partner_mmsi.is_some() {
            differ("partner", format!("{:?}", sea.partner_mmsi), format!("{:?}", got.and_then(|got| got.partner_mmsi)));
        }
        if let Some(barrels) = sea.barrels {
            let ends = |got: &SeaEvent| got.barrels.map(|b| [b.low, b.high]);
            differ("barrels", format!("{:?}", Some(barrels)), format!("{:?}", got.and_then(ends)));
        }
    }
    for (name, value) in &wanted.figures {
        let got = lead.figures.get(name);
        if got.is_none_or(|got| (got - value).abs() > 1e-6 * value.abs()) {
            differ(name, value.to_string(), format!("{got:?}"));
        }
    }
    for words in &wanted.not_checked {
        if !lead.not_checked.iter().any(|text| text.contains(words.as_str())) {
            differ("not_checked", words.clone(), format!("{:?}", lead.not_checked));
        }
    }
    let text = serde_json::to_string_pretty(lead).expect("leads are made to be written");
    for words in wanted.says.iter().filter(|words| !text.contains(words.as_str())) {
        differ("says", format!("{words:?}"), format!("{:?}", lead.conclusion));
    }
    for words in &wanted.never {
        if let Some(line) = text.lines().find(|line| line.contains(words.as_str())) {
            differ("never", format!("no {words:?}"), line.trim().to_owned());
        }
    }
}

/// The verdicts in the order of gravity; a word that is none of them comes last, so that it never passes.
fn gravity(verdict: &str) -> usize {
    ["not_applicable", "compliant", "undetermined", "indicated", "prima_facie", "breach"]
        .iter()
        .position(|v| *v == verdict)
        .unwrap_or(usize::MAX)
}

fn run_case(detector: &str, case: &Case) -> Vec<String> {
    let book = Book::bundled().expect("the law of the program is read by its own tests");
    let world = World {
        tables: &case.tables,
        book: &book,
        regimes: &case.setup.regimes,
        target: tw_base::Country::PRK,
        as_of: case.as_of,
        parameters: &case.setup.parameters,
        sightings: case.sightings.as_ref(),
        flows: case.flows.as_ref(),
    };
    let output = tw_detect::run(world)
        .into_iter()
        .find(|(card, _)| card.id == detector)
        .map(|(_, output)| output)
        .expect("`every_detector_has_cases` compares the names");
    differences(&case.expect, &output)
}

fn path(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder).join("cases.md")
}

/// Runs the cases of a detector and fails with file and line of each that came out otherwise.
fn run_file(folder: &str) {
    let file = format!("src/{folder}/cases.md");
    let text = std::fs::read_to_string(path(folder)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let cases = read(&text, &file).unwrap_or_else(|reason| panic!("{reason}"));
    let detector = folder.replace('/', ".").replace('_', "-");
    let (mut failures, mut failed) = (Vec::new(), 0);
    for case in &cases {
        let differences = run_case(&detector, case);
        failed += usize::from(!differences.is_empty());
        failures.extend(differences.iter().map(|difference| format!("{file}:{}: {}: {difference}", case.line, case.name)));
    }
    println!("{file}: {} cases", cases.len());
    let found = cases.iter().filter(|case| !case.expect.lead.is_empty()).count();
    assert!(
        found >= 2 && cases.len() - found >= 2,
        "{file}: at least two cases that find and two that do not, not {found} of {}",
        cases.len()
    );
    assert!(failures.is_empty(), "{failed} of {} cases came out otherwise:\n{}", cases.len(), failures.join("\n"));
}

macro_rules! files {
    ($($name:ident: $folder:literal),+ $(,)?) => {
        const FOLDERS: &[&str] = &[$($folder),+];
        $( #[test] fn $name() { run_file($folder); } )+
    };
}

files! {
    permits_after_the_ban: "labour/permits_after_ban",
    stock_above_the_baseline: "labour/stock_above_baseline",
    stock_after_the_deadline: "labour/stock_after_deadline",
    entries_against_capacity: "labour/entries_against_capacity",
    revenue_against_stock: "labour/revenue_against_stock",
    missing_reports: "reports/missing",
    refined_oil_against_its_cap: "oil/refined_cap",
    workers_sent_again_after_they_had_gone: "labour/regimes",
    both_sides_of_a_flow_further_apart_than_honest_noise: "trade/mirror_gap",
    goods_under_a_ban_in_a_states_own_statistics: "trade/under_ban",
    crude_oil_against_its_cap: "oil/crude_cap",
    oil_sources_in_conflict: "oil/sources_in_conflict",
    declared_against_estimated_trade: "trade/declared_against_estimated",
    phantom_destinations: "trade/phantom_destination",
    permits_of_persons: "labour/person_permits",
    listed_on_that_day: "listing/on_that_day",
    screened: "listing/screened",
    owned: "listing/owned",
    declared_against_next_port: "ships/declared_against_next_port",
    concealed_destinations: "ships/concealed_destination",
    calls_in_the_target_country: "ships/embargoed_call",
    dark_gaps: "ships/dark_gap",
    side_by_side: "ships/ship_to_ship",
    beside_a_silent_ship: "ships/ship_to_ship_dark",
    loitering: "ships/loitering",
    draught_changes: "ships/draught_change",
    identity_changes: "ships/identity_change",
    shared_identities: "ships/shared_identity",
    false_flags: "ships/false_flag",
    hull_laundering: "ships/hull_laundering",
    made_up_positions: "ships/spoofing",
    listed_ships: "ships/listed_ship",
}

#[test]
fn every_detector_has_cases() {
    let with_cases: BTreeSet<String> = FOLDERS.iter().map(|folder| folder.replace('/', ".").replace('_', "-")).collect();
    let cards: BTreeSet<String> = tw_detect::cards().into_iter().map(|card| card.id).collect();
    assert_eq!(with_cases, cards);
}

#[test]
fn slips_in_a_file_are_refused_with_their_line() {
    let case = |head: &str, expect: &str| format!("# Title\n\n{head}\n\n```expect\n{expect}\n```\n");
    let faults = [
        ("# Title\n".to_owned(), "f.md:1: no case"),
        ("## Name\n\nProse.\n".to_owned(), "f.md:1: no `expect` block"),
        (case("```toml\n```", "none = \"x\""), "f.md:3: this block stands under no"),
        (case("## A\n\nProse.", "nome = \"x\""), "f.md:8: unknown field `nome`"),
        (case("## A\n\nProse.", "none = \"x\""), "f.md:3: a case without rows"),
        (case("## A\n\nProse.", "not_checked = [\"x\"]"), "f.md:3: write either"),
        (case("## A", "none = \"x\"\nnot_checked = [\"x\"]"), "f.md:3: no prose"),
        (case("## A\n\nProse.\n\n```csv ships\nname\n```", "none = \"x\""), "f.md:7: no table is called `ships`"),
        (case("## A\n\nProse.\n\n```csv reports\nstate\n```", "none = \"x\""), "f.md:7: the block holds no row"),
        (case("## A\n\nProse.\n\n```toml\nas_of = 2024-01-01\n```", "none = \"x\""), "f.md:8: unknown field `as_of`"),
        (
            case("## A\n\nProse.\n\n```toml\n[parameters.\"oil.refined-cap\"]\nnoise = 1.0\n```", "none = \"x\"\nnot_checked = [\"x\"]"),
            "f.md:3: `oil.refined-cap` has no parameter `noise`",
        ),
        (case("## A\n\nProse.\n\n```jsonl whales\n{}\n```", "none = \"x\""), "f.md:7: no events are called `whales`"),
        (case("## A\n\nProse.\n\n```jsonl gaps\n{}\n{\"ours\": 7}\n```", "none = \"x\""), "f.md:9: gaps: unknown field `ours`"),
        (case("## A\n\nProse.\n\n```jsonl gaps\n{\"t0\": \"noon\"}\n```", "none = \"x\""), "f.md:8: gaps: t0"),
        (case("## A\n\nProse.\n\n```text\n```", "none = \"x\""), "f.md:7: a case holds"),
        ("## A\n\nProse.\n\n```expect\nnone = \"x\"\n".to_owned(), "f.md:5: the block is not closed"),
        (format!("{}\n## A\n", case("## A\n\nProse.", "none = \"x\"\nnot_checked = [\"x\"]")), "a case needs a name of its own"),
    ];
    for (text, reason) in faults {
        let error = read(&text, "f.md").unwrap_err();
        assert!(error.contains(reason), "{error}\nfor\n{text}");
    }
}
