//! One run of a case: files to rows, rows and law to leads, leads to a dossier.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tw_base::{RecordPtr, Sha256, Span};
use tw_detect::{CapAccount, Earnings, Flows, Lead, MirrorSeries, RegimeSeries, Sightings, World};
use tw_evidence::{CaptureMeta, CaptureStore, Method, RecordSeal};
use tw_law::Book;
use tw_tables::Tables;

use crate::config::Config;
use crate::coverage::{Coverage, DetectorCoverage, NO_SOURCE, keep};
use crate::dossier;
use crate::error::CaseError;
use crate::folder::Folder;
use crate::load::{Loaded, load};

/// What the caller decides about a run. Nothing in here reads a clock.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// The moment that goes into captures and the dossier.
    pub made: Timestamp,
    /// The day of the answer, if the command line named one.
    pub as_of: Option<Date>,
    /// How the files came: imported by a person, or bundled with the program.
    pub method: Method,
}

/// A step that was done, for a progress line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// One word.
    pub name: &'static str,
    /// What came out.
    pub detail: String,
}

/// The summary of a run: `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunSummary {
    /// Version of the program.
    pub tidewaiter: String,
    /// Title of the case.
    pub title: String,
    /// When it was made, ISO 8601.
    pub made: String,
    /// The day of the answer.
    pub as_of: String,
    /// SHA-256 of the configuration file.
    pub config: String,
    /// Provisions in the book, and the SHA-256 over them.
    pub provisions: usize,
    /// SHA-256 over the provisions, so that a later book can be told apart.
    pub book: String,
    /// Files read: name and SHA-256.
    pub files: Vec<FileSummary>,
    /// Cap accounts of every window, also of those without a lead.
    pub accounts: Vec<CapAccount>,
    /// What counted workers may earn in a year, beside what was published.
    pub earnings: Vec<Earnings>,
    /// Flows of goods as both sides report them.
    pub mirrors: Vec<MirrorSeries>,
    /// Series of counts in their regimes.
    pub series: Vec<RegimeSeries>,
    /// What was looked at, and what was not.
    pub coverage: Coverage,
}

/// A file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSummary {
    /// Name inside `data/`.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows by table.
    pub rows: BTreeMap<String, usize>,
    /// Remarks of its reader.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// The results of a run.
#[derive(Clone, Debug)]
pub struct Results {
    /// The summary.
    pub summary: RunSummary,
    /// The leads, in the order of the queue.
    pub leads: Vec<Lead>,
}

/// Runs a case, writes its results, and gives them.
///
/// # Errors
/// If the configuration, a file or the folder says no: the case is then as it was.
pub fn run(dir: &Path, options: RunOptions, progress: &mut dyn FnMut(Step)) -> Result<Results, CaseError> {
    let config = Config::read(dir)?;
    let folder = Folder::open(dir)?;
    let loaded = load(dir)?;
    let rows: usize = loaded.tables.counts().iter().map(|(_, n)| n).sum();
    progress(Step { name: "sources", detail: format!("{} files, {rows} rows, none refused", loaded.files.len()) });
    let captures = capture(dir, &loaded, options)?;
    progress(Step { name: "captures", detail: format!("{} kept by SHA-256", captures.len()) });
    let as_of = options.as_of.or(config.as_of).unwrap_or_else(|| jiff::tz::Offset::UTC.to_datetime(options.made).date());
    let sightings = sightings(dir, &loaded, &config, as_of)?;
    if let Some(s) = &sightings {
        let seen = &s.seen;
        let detail = format!("{} ships, {} positions, {} left out as noise", seen.ships.len(), seen.rows, seen.noise);
        progress(Step { name: "ships", detail });
    }

    let flows = crate::trade::flows(&loaded.trade, config.target, config.days(), as_of);
    if let Some((flows, _)) = &flows {
        let told = &flows.mirror.summary;
        let detail = format!("{} flows by month, {} told by both sides, {} series", told.cells, told.two_sided, told.series);
        progress(Step { name: "trade", detail });
    }

    let book = Book::bundled()?;
    let (results, known) =
        judge(&config, &loaded, BesideTables { sightings: sightings.as_ref(), flows: flows.as_ref() }, &book, as_of, options.made, dir)?;
    progress(Step {
        name: "detectors",
        detail: format!("{} run over {} provisions, {} leads", results.summary.coverage.detectors.len(), book.len(), results.leads.len()),
    });

    let next = folder.stage()?;
    let tables = next.join("tables");
    fs::create_dir(&tables).map_err(|e| CaseError::io("make", &tables, e))?;
    tw_store::write_tables(&tables, &loaded.tables)?;
    for (name, batch) in sightings.iter().flat_map(|s| s.seen.batches()) {
        tw_store::write_table(&tables.join(format!("{name}.parquet")), &batch)?;
    }
    if !loaded.ships.is_empty() {
        tw_store::write_table(&tables.join("recordings.parquet"), &crate::ships::recordings(&loaded.ships))?;
    }
    write(&next.join("leads.jsonl"), json_lines(&results.leads).as_bytes())?;
    write(&next.join("run.json"), pretty(&results.summary).as_bytes())?;
    progress(Step { name: "tables", detail: format!("{} written as Parquet", Tables::NAMES.len()) });

    let tracks = crate::ships::tracks(&dir.join("ships"), &loaded.ships, &results.leads, sightings.as_ref())?;
    let states = crate::review::states(dir)?;
    let seals = seals(&dir.join("captures"), &loaded, &results.leads)?;
    write(&next.join("seals.jsonl"), json_lines(&seals).as_bytes())?;
    let input = dossier::Input {
        config: &config,
        summary: &results.summary,
        leads: &results.leads,
        tracks: &tracks,
        tables: &known,
        book: &book,
        states: &states,
        captures: &captures,
        seals: &seals,
        captures_dir: &dir.join("captures"),
        made: options.made,
    };
    dossier::write(&next.join("dossier"), &input)?;
    progress(Step { name: "dossier", detail: format!("{} leads, {} captures", results.leads.len(), captures.len()) });
    folder.publish()?;
    Ok(results)
}

/// What a case holds beside its tables.
#[derive(Clone, Copy)]
struct BesideTables<'a> {
    /// What ships did.
    sightings: Option<&'a Sightings>,
    /// Trade statistics, and what was left out of them.
    flows: Option<&'a (Flows, Vec<String>)>,
}

/// Runs the detectors over the rows that were known on the day, and gives those rows too; no file is written.
fn judge(
    config: &Config,
    loaded: &Loaded,
    beside: BesideTables<'_>,
    book: &Book,
    as_of: Date,
    made: Timestamp,
    dir: &Path,
) -> Result<(Results, Tables), CaseError> {
    let BesideTables { sightings, flows } = beside;
    let mut tables = loaded.tables.clone();
    let counts = keep(&mut tables, config.days(), as_of);
    let world = World {
        tables: &tables,
        book,
        regimes: &config.regimes,
        target: config.target,
        as_of,
        parameters: &config.parameters,
        sightings,
        flows: flows.map(|(flows, _)| flows),
    };
    let mut coverage = Coverage { as_of: as_of.to_string(), tables: counts, ..Coverage::default() };
    let (mut leads, mut accounts, mut earnings, mut mirrors, mut series) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    coverage.not_checked.extend(NO_SOURCE.iter().map(|&text| text.to_owned()));
    if sightings.is_none() {
        coverage.not_checked.push("ship positions: no recording in the case".to_owned());
    }
    match flows {
        None => coverage.not_checked.push("trade statistics of either side: no file in the case".to_owned()),
        Some((_, remarks)) => coverage.not_checked.extend(remarks.iter().cloned()),
    }
    for (card, output) in tw_detect::run(world) {
        let without: Vec<String> =
            card.inputs.iter().filter(|input| coverage.tables.iter().any(|t| &t.table == *input && t.rows == 0)).cloned().collect();
        coverage.detectors.push(DetectorCoverage { detector: card.id.clone(), without, leads: output.leads.len() });
        coverage.not_checked.extend(output.not_checked);
        leads.extend(output.leads);
        accounts.extend(output.accounts);
        earnings.extend(output.earnings);
        mirrors.extend(output.mirrors);
        series.extend(output.series);
    }
    for table in coverage.tables.iter().filter(|t| t.rows == 0) {
        coverage.not_checked.push(format!("{}: no row in the case", table.table));
    }
    coverage.not_checked.sort();
    coverage.not_checked.dedup();
    tw_detect::sort(&mut leads);
    let config_path = dir.join(crate::config::CONFIG_FILE);
    let config_bytes = fs::read(&config_path).map_err(|e| CaseError::io("read", &config_path, e))?;
    let files = loaded
        .files
        .iter()
        .map(|file| FileSummary {
            name: file.name.clone(),
            sha256: file.sha256.to_string(),
            rows: file.rows.iter().map(|(table, n)| ((*table).to_owned(), *n)).collect(),
            warnings: file.warnings.clone(),
        })
        .collect();
    let summary = RunSummary {
        tidewaiter: env!("CARGO_PKG_VERSION").to_owned(),
        title: config.title.clone(),
        made: made.to_string(),
        as_of: as_of.to_string(),
        config: tw_evidence::sha256(&config_bytes).to_string(),
        provisions: book.len(),
        book: tw_evidence::sha256(pretty(&book.iter().collect::<Vec<_>>()).as_bytes()).to_string(),
        files,
        accounts,
        earnings,
        mirrors,
        series,
        coverage,
    };
    Ok((Results { summary, leads }, tables))
}

/// What the ships of the case did, if it holds recordings of them.
///
/// Positions outside the period of the case, or after the day of the answer, are not looked at.
fn sightings(dir: &Path, loaded: &Loaded, config: &Config, as_of: Date) -> Result<Option<Sightings>, CaseError> {
    let ships = dir.join("ships");
    crate::ships::discard_others(&ships, &loaded.ships)?;
    if loaded.ships.is_empty() {
        return Ok(None);
    }
    let day = |date: Date| jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_or(i64::MAX, Timestamp::as_second);
    let days = config.days();
    let end = days.to.map_or(i64::MAX, day).min(as_of.tomorrow().map_or(i64::MAX, day));
    let seen = crate::ships::look(&ships, &loaded.ships, config.target, &loaded.tables, (day(days.from), end))?;
    let recordings = loaded.ships.iter().map(crate::ships::Part::recording).collect();
    Ok(Some(Sightings { seen, recordings }))
}

/// Keeps the exact bytes of every file.
fn capture(dir: &Path, loaded: &Loaded, options: RunOptions) -> Result<Vec<tw_evidence::Capture>, CaseError> {
    let mut store = CaptureStore::open(&dir.join("captures"))?;
    let mut captures = Vec::new();
    for file in &loaded.files {
        let meta = CaptureMeta::new(&file.name, options.made.to_string(), options.method);
        captures.push(store.put_file(&file.path, &meta)?);
    }
    Ok(captures)
}

/// Seals every record that a lead rests on, and the header of its file, so that `verify` can tell which records changed.
fn seals(captures: &Path, loaded: &Loaded, leads: &[Lead]) -> Result<Vec<RecordSeal>, CaseError> {
    let store = CaptureStore::open_read_only(captures)?;
    let damaged = |why: String| CaseError::Damaged { path: captures.to_owned(), why };
    let mut wanted: BTreeMap<RecordPtr, Option<(u64, u64)>> = BTreeMap::new();
    let mut recorded: BTreeMap<Sha256, BTreeSet<u64>> = BTreeMap::new();
    for evidence in leads.iter().flat_map(|lead| &lead.evidence) {
        let record: RecordPtr = evidence.record.parse().map_err(|e: tw_base::IdError| damaged(e.to_string()))?;
        let kept = loaded.ships.iter().map(|part| part.sha256).chain(loaded.trade.iter().map(|file| file.sha256));
        if kept.into_iter().any(|sha256| sha256 == record.capture)
            && let Span::Line(n) | Span::Row(n) = record.span
        {
            recorded.entry(record.capture).or_default().insert(n);
            continue;
        }
        let span = loaded.spans.get(&record).copied();
        if span.is_some() {
            wanted.insert(RecordPtr { capture: record.capture, span: Span::Row(1) }, header(loaded, record.capture));
        }
        wanted.insert(record, span);
    }
    let mut bytes: BTreeMap<Sha256, Vec<u8>> = BTreeMap::new();
    let mut seals = Vec::new();
    for (record, span) in wanted {
        let content = match bytes.entry(record.capture) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(empty) => empty.insert(store.read(&record.capture)?),
        };
        seals.push(tw_evidence::seal(content, record, span).map_err(|e| damaged(e.to_string()))?);
    }
    // Recordings can be larger than memory: only the records themselves are read.
    for part in &loaded.ships {
        if let Some(records) = recorded.get(&part.sha256) {
            let path = store.path(&part.sha256);
            seals.extend(part.seals(&path, records).map_err(|e| CaseError::io("read", &path, e))?);
        }
    }
    for file in &loaded.trade {
        if let Some(records) = recorded.get(&file.sha256) {
            let path = store.path(&file.sha256);
            seals.extend(file.seals(&path, records).map_err(|e| CaseError::io("read", &path, e))?);
        }
    }
    Ok(seals)
}

/// The bytes of a file before its first record: its header, by which every row is read.
fn header(loaded: &Loaded, capture: Sha256) -> Option<(u64, u64)> {
    let first = loaded.spans.iter().filter(|(record, _)| record.capture == capture).map(|(_, span)| span.0).min()?;
    Some((0, first))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    fs::write(path, bytes).map_err(|e| CaseError::io("write", path, e))
}

/// One JSON object a line.
pub(crate) fn json_lines<T: Serialize>(items: &[T]) -> String {
    let mut text = String::new();
    for item in items {
        text.push_str(&serde_json::to_string(item).expect("keys are strings and numbers are finite"));
        text.push('\n');
    }
    text
}

/// JSON for people.
pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("keys are strings and numbers are finite");
    text.push('\n');
    text
}
