//! Parties of a file, or names, looked for on lists as of a day.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use tw_base::{Date, Exit, Refusal};
use tw_ftm::{Entity, Listing, Schema, model};
use tw_screening::columns::{Columns, ColumnsError};
use tw_screening::index::{Index, Settings};
use tw_screening::judgement::Judgements;
use tw_screening::score::Weights;
use tw_screening::screen::{Found, Outcome, Screened, Screener};
use tw_sources::sheet::{SheetRow, open_sheet};
use tw_sources::{Body, Limits};
use tw_store::parquet::TextRows;

use super::{input, lists};
use crate::Failure;
use crate::cli::Screen;
use crate::term::{Term, table};

/// Columns that are added to a result.
const ADDED: &[&str] =
    &["tw_outcome", "tw_score", "tw_list", "tw_entry", "tw_name", "tw_listed", "tw_delisted", "tw_hits", "tw_judged", "tw_why"];

type Rows<'a> = Box<dyn Iterator<Item = Result<SheetRow, Refusal>> + 'a>;

pub(super) fn run(term: &Term, args: &Screen) -> Result<Exit, Failure> {
    let today = jiff::tz::Offset::UTC.to_datetime(super::made()?).date();
    let day = args.as_of.unwrap_or(today);
    let judgements = match &args.judgements {
        None => Judgements::default(),
        Some(path) => {
            let (text, name) = input::text(term, path)?;
            Judgements::read(&name, &text).map_err(input::refused)?
        }
    };
    let schema = args.schema.as_deref().map(schema).transpose()?;
    let stock = lists::load(term, &args.lists)?;
    let index = Index::build(stock.entries, Settings::default());
    let screener = Screener {
        index: &index,
        judgements: &judgements,
        threshold: args.threshold,
        limit: usize::from(args.limit),
        weights: Weights::default(),
    };

    if let Some(case) = &args.case {
        return of_case(term, args, case, &screener, &stock.lists);
    }
    let (header, rows, columns) = match &args.file {
        Some(path) => open(path, args, schema)?,
        None => named(&args.names, schema),
    };
    let unused = columns.unused();
    if !unused.is_empty() {
        term.say(&format!("columns not used: {}", unused.join(", ")));
    }
    // A stream of rows goes out as it comes in; what stays in memory are the rows with something to say.
    let mut out = args.out.as_deref().map(|path| Out::new(path, &header)).transpose()?;
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut told: Vec<Screened> = Vec::new();
    let mut unread =
        Unread { file: args.file.as_ref().map_or_else(|| "--name".to_owned(), |path| path.display().to_string()), ..Unread::default() };
    for row in rows {
        let (row_number, cells, screened, doubts) = match row {
            Err(refusal) => {
                let number = refusal.row.unwrap_or(0);
                (number, Vec::new(), Screened::refused(number, "", refusal.reason.clone()), Vec::new())
            }
            Ok(row) => {
                let screened = one(&screener, &columns, &row, day);
                let doubts = columns.doubts(&row.cells);
                (row.row, row.cells, screened, doubts)
            }
        };
        let doubts: Vec<String> = doubts.iter().map(ToString::to_string).collect();
        unread.add(row_number, &doubts);
        *counts.entry(screened.outcome).or_default() += 1;
        if let Some(out) = &mut out {
            out.row(row_number, &cells, &screened, &doubts)?;
        }
        if screened.outcome != Outcome::NoHit {
            told.push(screened);
        }
    }
    if let Some(out) = out {
        out.file.close()?;
    }
    let screened: usize = counts.values().sum();
    if screened == 0 {
        return Err(Failure::new(Exit::Nothing, "there is no row to screen"));
    }
    unread.say(term);
    report(term, args, Some(day), &stock.lists, &counts, &told, &unread)?;
    Ok(ends(args, &counts))
}

/// Most cells that are told one by one.
const MOST_TOLD: usize = 10;

/// Cells that could not be read, without which their rows were screened.
#[derive(Default)]
struct Unread {
    /// The file, as the user named it.
    file: String,
    cells: usize,
    first: Vec<String>,
}

impl Unread {
    fn add(&mut self, row: u64, doubts: &[String]) {
        self.cells += doubts.len();
        let left = MOST_TOLD.saturating_sub(self.first.len());
        self.first.extend(doubts.iter().take(left).map(|doubt| format!("{}, row {row}, {doubt}", self.file)));
    }

    fn say(&self, term: &Term) {
        for line in &self.first {
            term.say(line);
        }
        if self.cells > self.first.len() {
            term.say(&format!("and {} more cells that are no dates", self.cells - self.first.len()));
        }
    }
}

/// The exit code: hits first, then rows that could not be looked for.
fn ends(args: &Screen, counts: &BTreeMap<Outcome, usize>) -> Exit {
    let hit = |outcome: &Outcome| outcome.on_list() || (args.any_time && matches!(outcome, Outcome::NotYet | Outcome::NoLonger));
    if counts.keys().any(hit) {
        Exit::Found
    } else if counts.contains_key(&Outcome::Refused) {
        Exit::Incomplete
    } else {
        Exit::Ok
    }
}

/// Every party that the rows of a case name, on the day it acted.
fn of_case(
    term: &Term,
    args: &Screen,
    case: &Path,
    screener: &Screener<'_>,
    lists: &[tw_lists::shelf::ListState],
) -> Result<Exit, Failure> {
    let parties = tw_detect::named_parties(&tw_case::tables(case)?);
    if parties.is_empty() {
        return Err(Failure::new(Exit::Nothing, "no row of the case names a party")
            .hint("tables that do: parties, voyages, declarations, trade_values, shipments, permits"));
    }
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut told = Vec::new();
    for (party, number) in parties.iter().zip(1..) {
        let screened = screener
            .screen(number, std::slice::from_ref(&party.entity), party.day)
            .unwrap_or_else(|error| Screened::refused(number, &party.entity.caption, error.to_string()));
        *counts.entry(screened.outcome).or_default() += 1;
        if screened.outcome != Outcome::NoHit {
            told.push(screened);
        }
    }
    report(term, args, None, lists, &counts, &told, &Unread::default())?;
    if args.keep {
        keep(term, case, &told)?;
    }
    Ok(ends(args, &counts))
}

/// Name of the file in which a case keeps what was found on lists.
const KEPT: &str = "listings-screened.csv";

/// Takes hits into the case as rows of listings, each with the capture and record that show it.
fn keep(term: &Term, case: &Path, told: &[Screened]) -> Result<(), Failure> {
    let mut rows: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut undated = 0;
    for hit in told.iter().flat_map(|screened| &screened.hits).filter(|hit| hit.outcome != Outcome::Cleared) {
        for listing in &hit.listings {
            // A day that is only known by bounds counts from its last possible one: from then on the party was surely listed.
            let Some(listed) = listing.listed.not_after else {
                undated += 1;
                continue;
            };
            let delisted = match listing.delisted {
                None => String::new(),
                Some(off) => match (off.not_before, off.not_after) {
                    (Some(a), Some(b)) if a == b => a.to_string(),
                    (Some(a), Some(b)) => format!("{a}..{b}"),
                    (_, Some(b)) => format!("{listed}..{b}"),
                    // It left on a day that nobody tells: an empty cell would say that it is still listed.
                    (_, None) => {
                        undated += 1;
                        continue;
                    }
                },
            };
            let entity = &hit.entity;
            let aliases: Vec<&str> =
                ["alias", "previousName"].iter().flat_map(|p| entity.get(p)).map(String::as_str).filter(|a| !a.contains('|')).collect();
            let kind = if entity.schema.is_a("Vessel") {
                "vessel"
            } else if entity.schema.is_a("Person") {
                "person"
            } else {
                "company"
            };
            let mut numbers: Vec<String> = Vec::new();
            for (property, word) in [("imoNumber", "IMO"), ("mmsi", "MMSI"), ("innCode", "INN"), ("ogrnCode", "OGRN"), ("leiCode", "LEI")] {
                numbers.extend(entity.get(property).iter().map(|value| format!("{word} {}", value.trim_start_matches("IMO").trim())));
            }
            numbers.push(hit.id.clone());
            let records: Vec<String> = listing.records.iter().map(ToString::to_string).collect();
            let basis = listing.basis.clone().unwrap_or_else(|| format!("listed {}", listing.listed));
            rows.insert(
                (listing.list.clone(), format!("{}|{listed}", listing.entry)),
                vec![
                    entity.caption.clone(),
                    aliases.join("|"),
                    kind.to_owned(),
                    listing.list.clone(),
                    listing.programmes.join(", "),
                    listed.to_string(),
                    delisted,
                    numbers.join("|"),
                    "published".to_owned(),
                    format!("{}, entry {}: {}; {basis}", listing.list, listing.entry, records.join(" and ")),
                    "A1".to_owned(),
                ],
            );
        }
    }
    if undated > 0 {
        term.say(&format!("{undated} listings have no day, and were not taken in"));
    }
    if rows.is_empty() {
        term.say("nothing was found to take into the case");
        return Ok(());
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["party", "aliases", "kind", "list", "programme", "listed", "delisted", "identifier", "origin", "source", "grade"];
    let mut written = writer.write_record(header);
    for row in rows.values() {
        written = written.and_then(|()| writer.write_record(row));
    }
    let bytes = written.map_err(|error| error.to_string()).and_then(|()| writer.into_inner().map_err(|error| error.to_string()));
    let bytes = bytes.map_err(|error| Failure::new(Exit::Bug, error))?;
    // Through the strict reader, like every file that comes into a case.
    let folder = std::env::temp_dir().join(format!("tidewaiter-{}", std::process::id()));
    let path = folder.join(KEPT);
    let failed = |error: std::io::Error| Failure::new(Exit::Io, format!("failed to write `{}`: {error}", path.display()));
    std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, bytes)).map_err(failed)?;
    let options = tw_case::ImportOptions { table: Some("listings".to_owned()), replace: true, ..tw_case::ImportOptions::default() };
    let imported = tw_case::import(case, std::slice::from_ref(&path), &options);
    // Nobody needs the copy, whatever became of it.
    let _ = std::fs::remove_dir_all(&folder);
    imported?;
    term.say(&format!("{} listings are in data/{KEPT}; `run` looks at them", rows.len()));
    Ok(())
}

fn one(screener: &Screener<'_>, columns: &Columns, row: &SheetRow, day: Date) -> Screened {
    let readings: Result<(Vec<Entity>, Option<Date>), _> =
        columns.entities(&format!("row-{}", row.row), &row.cells).and_then(|parties| Ok((parties, columns.day(&row.cells)?)));
    match readings {
        Err(error) => Screened::refused(row.row, "", error.to_string()),
        Ok((parties, own)) => {
            let name = parties[0].caption.clone();
            screener
                .screen(row.row, &parties, own.unwrap_or(day))
                .unwrap_or_else(|error| Screened::refused(row.row, &name, error.to_string()))
        }
    }
}

fn schema(text: &str) -> Result<Schema, Failure> {
    let known: Vec<Schema> = model().schemata().filter(|s| s.matchable()).collect();
    let found = known.iter().copied().find(|s| s.name().eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|s| s.name()).collect();
        let near = tw_base::nearest(text, names.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        Failure::new(Exit::Usage, format!("`{text}` is no kind of party"))
            .hint(format!("{near}Person, Company, Organization, LegalEntity, Vessel, Airplane"))
    })
}

/// Names from the command line as rows.
fn named(names: &[String], schema: Option<Schema>) -> (Vec<String>, Rows<'static>, Columns) {
    let header = vec!["name".to_owned()];
    let columns = Columns::guess(&header, &[], schema).expect("a column is called name");
    let rows: Vec<_> = names.iter().zip(1..).map(|(name, row)| Ok(SheetRow { row, cells: vec![name.clone()] })).collect();
    (header, Box::new(rows.into_iter()), columns)
}

fn open<'a>(path: &'a Path, args: &Screen, schema: Option<Schema>) -> Result<(Vec<String>, Rows<'a>, Columns), Failure> {
    let name = path.display().to_string();
    let mut given = Vec::new();
    for pair in &args.columns {
        let (field, column) = pair
            .split_once('=')
            .ok_or_else(|| Failure::new(Exit::Usage, format!("`{pair}` is no field and column")).hint("write it as `name=Counterparty`"))?;
        given.push((field.to_owned(), column.to_owned()));
    }
    let (header, rows): (Vec<String>, Rows<'a>) = if name.to_lowercase().ends_with(".parquet") {
        let rows = TextRows::open(path).map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
        let header = rows.header();
        let file = name.clone();
        let rows = rows.zip(2..).map(move |(cells, row)| match cells {
            Ok(cells) => Ok(SheetRow { row, cells }),
            Err(error) => Err(Refusal::new(&file, error.to_string()).row(row)),
        });
        (header, Box::new(rows))
    } else {
        let sheet = if path.as_os_str() == "-" {
            open_sheet("standard input.csv", Body::Reader(Box::new(std::io::stdin().lock())), None, &Limits::default())
        } else {
            open_sheet(&name, Body::Path(path), args.sheet.as_deref(), &Limits::default())
        };
        let sheet = sheet.map_err(input::refused)?;
        (sheet.header.clone(), Box::new(sheet))
    };
    let columns = Columns::guess(&header, &given, schema).map_err(|error| {
        let hint = match &error {
            ColumnsError::Nothing { .. } => "say which column holds the names: `-i name=COLUMN`",
            ColumnsError::Column { .. } => "columns are named as in the header",
            ColumnsError::Field { .. } => "fields are those of FollowTheMoney: name, alias, birthDate, country, imoNumber, …",
        };
        Failure::new(Exit::Usage, format!("{name}: {error}")).hint(hint)
    })?;
    Ok((header, rows, columns))
}

/// The file of results: it appears whole or not at all.
struct Out {
    file: input::Whole,
    width: usize,
}

impl Out {
    fn new(path: &Path, header: &[String]) -> Result<Self, Failure> {
        let mut out = Self { file: input::Whole::create(path)?, width: header.len() };
        let mut names = vec!["tw_row".to_owned()];
        names.extend(header.iter().cloned());
        names.extend(ADDED.iter().map(|name| (*name).to_owned()));
        out.write(&names)?;
        Ok(out)
    }

    fn row(&mut self, row: u64, cells: &[String], screened: &Screened, doubts: &[String]) -> Result<(), Failure> {
        let first = screened.hits.first();
        let listing = first.and_then(|hit| hit.listings.last());
        let of = |text: Option<String>| text.unwrap_or_default();
        let mut record = vec![row.to_string()];
        record.extend((0..self.width).map(|at| of(cells.get(at).cloned())));
        record.extend([
            screened.outcome.words().to_owned(),
            of(first.map(|hit| format!("{:.4}", hit.score))),
            of(listing.map(|l| l.list.clone())),
            of(first.map(|hit| hit.id.clone())),
            of(first.map(|hit| hit.caption.clone())),
            of(listing.map(|l| l.listed.to_string())),
            of(listing.and_then(|l| l.delisted).map(|off| off.to_string())),
            screened.hits.len().to_string(),
            of(first.and_then(|hit| hit.judged.as_ref()).map(judged)),
            screened.refused.clone().or_else(|| first.map(why)).into_iter().chain(doubts.iter().cloned()).collect::<Vec<_>>().join("; "),
        ]);
        self.write(&record)
    }

    fn write(&mut self, record: &[String]) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let line = writer
            .write_record(record)
            .map_err(|error| error.to_string())
            .and_then(|()| writer.into_inner().map_err(|error| error.to_string()));
        self.file.write(&line.map_err(|error| Failure::new(Exit::Bug, error))?)
    }
}

fn judged(standing: &tw_screening::judgement::Standing) -> String {
    use tw_screening::judgement::Standing;
    match standing {
        Standing::Agreed { verdict, by } => format!("{verdict} ({})", by.join(", ")),
        Standing::Open { said } => {
            format!("open: {}", said.iter().map(|(by, verdict)| format!("{by} {verdict}")).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The evidence of a hit in one line: the tokens of the names that met, and what else was seen.
fn why(hit: &Found) -> String {
    let said = hit.explanation.features.iter().filter(|f| f.score * f.weight != 0.0);
    let one = |feature: &tw_screening::Feature| {
        if feature.tokens.is_empty() {
            return if feature.detail.is_empty() { feature.name.to_owned() } else { feature.detail.clone() };
        }
        let pair = |token: &tw_screening::Token| match (token.query.as_str(), token.candidate.as_str()) {
            (query, "") => format!("{query} ≠"),
            ("", candidate) => format!("≠ {candidate}"),
            (query, candidate) if query == candidate => query.to_owned(),
            (query, candidate) => format!("{query} ~ {candidate} ({})", token.rule),
        };
        feature.tokens.iter().map(pair).collect::<Vec<_>>().join(", ")
    };
    said.map(one).collect::<Vec<_>>().join("; ")
}

fn dates(listing: &Listing) -> String {
    match listing.delisted {
        Some(off) => format!("listed {}, off the list {off}", listing.listed),
        None => format!("listed {}", listing.listed),
    }
}

fn report(
    term: &Term,
    args: &Screen,
    day: Option<Date>,
    lists: &[tw_lists::shelf::ListState],
    counts: &BTreeMap<Outcome, usize>,
    told: &[Screened],
    unread: &Unread,
) -> Result<(), Failure> {
    let looked = lists::looked_at(lists);
    let last = day.or_else(|| told.iter().filter_map(|s| s.day).max());
    let missing = last.map_or_else(Vec::new, |last| lists::not_looked_at(lists, last));
    if term.json {
        let counts: BTreeMap<&str, usize> = counts.iter().map(|(outcome, n)| (outcome.words(), *n)).collect();
        let mut document: Value = json!({
            "as_of": day,
            "threshold": args.threshold,
            "lists": lists,
            "not_looked_at": missing,
            "counts": counts,
            "parties": told,
        });
        if unread.cells > 0 {
            document["not_read"] = json!({ "cells": unread.cells, "first": unread.first });
        }
        term.document(&document)?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for screened in told {
        if screened.hits.is_empty() {
            let why = screened.refused.clone().unwrap_or_default();
            rows.push(vec![
                screened.row.to_string(),
                screened.name.clone(),
                screened.outcome.words().to_owned(),
                String::new(),
                why,
                String::new(),
                String::new(),
            ]);
        }
        for hit in &screened.hits {
            let on: Vec<String> = hit.listings.iter().map(|l| format!("{}: {}", l.list, dates(l))).collect();
            rows.push(vec![
                screened.row.to_string(),
                screened.name.clone(),
                hit.outcome.words().to_owned(),
                format!("{:.2}", hit.score),
                format!("{} ({})", hit.caption, hit.id),
                on.join("; "),
                why(hit),
            ]);
        }
    }
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str(&table(&["ROW", "PARTY", "OUTCOME", "SCORE", "RESEMBLES", "DATES", "BY"], &rows, term.width()));
        text.push('\n');
    }
    let tally: Vec<String> = counts.iter().map(|(outcome, n)| format!("{n} {}", outcome.words())).collect();
    let as_of = day.map_or_else(|| "each row's day".to_owned(), |day| day.to_string());
    text.push_str(&format!("As of {as_of}: {}.\n", tally.join(", ")));
    text.push_str(&format!("Looked at: {}.\n", looked.join(" · ")));
    text.push_str(&format!("Not looked at: {}.\n", missing.join(" · ")));
    text.push_str("A hit is a resemblance with its evidence, and not an identity: a person decides (`review`).\n");
    term.out(&text)?;
    Ok(())
}
