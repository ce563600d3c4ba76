use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, Schema};
use serde::Serialize;
use tw_ais::{Counts, Decoder, Family, Options, TableSink, Tables};
use tw_base::Exit;
use tw_case::CaseError;
use tw_sources::ships::{Layout, detect};
use tw_store::parquet::TableWriter;

use super::input::{self, Whole};
use crate::Failure;
use crate::cli::{Decode, TableFormat};
use crate::term::{Term, table};

/// Bytes that are read at once.
const PIECE: usize = 1 << 18;
/// Places of a refusal that are shown to a person; `--json` gives all that are kept.
const SHOWN: usize = 3;

/// Message types in words, as ITU-R M.1371-5, annex 8, table 46 names them.
const TYPES: [&str; 27] = [
    "position, class A",
    "position, class A, assigned",
    "position, class A, interrogated",
    "base station",
    "static and voyage data",
    "addressed binary message",
    "binary acknowledgement",
    "binary broadcast",
    "position, search and rescue aircraft",
    "time inquiry",
    "time answer",
    "addressed safety text",
    "safety acknowledgement",
    "safety broadcast",
    "interrogation",
    "assignment command",
    "satellite navigation corrections",
    "position, class B",
    "position, class B, extended",
    "data link management",
    "aid to navigation",
    "channel management",
    "group assignment",
    "static data, class B",
    "binary message, one slot",
    "binary message, several slots",
    "position, long range",
];

/// What was in a file.
#[derive(Serialize)]
struct Decoded {
    file: String,
    /// Rows by table.
    tables: BTreeMap<&'static str, u64>,
    /// Rows without a time.
    untimed: u64,
    stations: usize,
    /// What ended the file before its time.
    fault: Option<String>,
    counts: Counts,
}

#[derive(Serialize)]
struct Failed {
    file: String,
    error: String,
    hint: Option<String>,
}

#[derive(Serialize)]
struct Written {
    path: PathBuf,
    rows: u64,
}

pub(super) fn run(term: &Term, args: &Decode) -> Result<Exit, Failure> {
    if args.files.iter().filter(|file| file.as_os_str() == "-").count() > 1 {
        return Err(Failure::new(Exit::Usage, "standard input can be read once").hint("name `-` a single time"));
    }
    let mut writers = args.out.clone().map(|dir| Writers { dir, format: args.format, open: BTreeMap::new() });
    let (mut decoded, mut failed) = (Vec::new(), Vec::new());
    for path in &args.files {
        match file(term, path, args.base_time.map(jiff::Timestamp::as_second), &mut writers) {
            Ok(Ok(done)) => decoded.push(done),
            Ok(Err(fault)) => failed.push((path, fault)),
            Err(fatal) => return Err(fatal),
        }
    }
    if decoded.is_empty()
        && let Some((_, last)) = failed.pop()
    {
        for (_, other) in failed {
            term.error(&other.message, other.hint.as_deref());
        }
        return Err(last);
    }
    let written = match writers {
        Some(writers) => writers.close()?,
        None => Vec::new(),
    };
    let failed: Vec<Failed> = failed
        .into_iter()
        .map(|(path, failure)| {
            term.error(&failure.message, failure.hint.as_deref());
            Failed { file: path.display().to_string(), error: failure.message, hint: failure.hint }
        })
        .collect();
    let messages: u64 = decoded.iter().map(|file| file.counts.all_messages()).sum();
    if term.json {
        term.document(&serde_json::json!({ "messages": messages, "files": decoded, "failed": failed, "written": written }))?;
    } else {
        term.out(&people(&decoded, term.width()))?;
    }
    for file in &decoded {
        let Decoded { file, counts, untimed, fault, .. } = file;
        if let Some(fault) = fault {
            term.say(&format!("warning: {file}: {fault}"));
        }
        if *untimed > 0 {
            let hint = if args.base_time.is_none() { "; `--base-time TIME` says when the recording begins" } else { "" };
            term.say(&format!("warning: {file}: {untimed} messages carry no time{hint}"));
        }
        term.say(&format!(
            "{file}: {} messages in {} lines, {} sentences refused",
            counts.all_messages(),
            counts.lines,
            counts.refused_sentences
        ));
    }
    for table in &written {
        term.say(&format!("wrote {}, {} rows", table.path.display(), table.rows));
    }
    Ok(if failed.is_empty() { Exit::Ok } else { Exit::Incomplete })
}

/// Decodes a file. The inner failure concerns this file only; the outer one, what is written.
fn file(term: &Term, path: &Path, base_time: Option<i64>, writers: &mut Option<Writers>) -> Result<Result<Decoded, Failure>, Failure> {
    let mut from = match input::open(term, path) {
        Ok(from) => from,
        Err(failure) => return Ok(Err(failure)),
    };
    let name = from.name.clone();
    if let Some(other @ (Layout::AisStream | Layout::Table)) = detect(from.body.head(), None) {
        let failure = Failure::new(Exit::Refused, format!("`{name}` is {}, not NMEA 0183", other.words()));
        return Ok(Err(failure.hint(format!("`tidewaiter import {name} --case DIR` reads it"))));
    }
    let sink = Sink { writers: writers.as_mut(), file: &name, tables: BTreeMap::new(), untimed: 0 };
    let mut decoder = Decoder::new(Options { base_time, ..Options::default() }, Tables::new(sink));
    let mut piece = vec![0; PIECE];
    let mut broken = None;
    loop {
        match from.body.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => decoder.push(&piece[..n])?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                broken = Some(format!("reading ended early ({error}); what came before was read"));
                break;
            }
        }
    }
    let end = decoder.finish()?;
    let (counts, stations) = (end.counts, end.stations.len());
    let Sink { tables, untimed, .. } = end.out.into_sink();
    let fault = from.body.fault().or(broken);
    if counts.all_messages() == 0 {
        return Ok(Err(nothing(&name, &counts, fault)));
    }
    Ok(Ok(Decoded { file: name, tables, untimed, stations, fault, counts }))
}

/// A file without one message.
fn nothing(name: &str, counts: &Counts, fault: Option<String>) -> Failure {
    let hint = "`decode` reads NMEA 0183, such as `!AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A`, also packed with gzip or Zstandard";
    let why = match (fault, counts.refusals.iter().max_by_key(|(_, n)| **n)) {
        (Some(fault), _) => fault.trim_end_matches("; what came before was read").to_owned(),
        (None, _) if counts.bytes == 0 => "it is empty".to_owned(),
        (None, None) => format!("{} lines, no sentence of AIS among them", counts.lines),
        (None, Some((reason, n))) => {
            let first = counts.examples.iter().find(|example| example.reason == *reason).map_or(1, |example| example.line);
            format!("{} lines, {n} refused because: {} (first in line {first})", counts.lines, reason.words())
        }
    };
    Failure::new(Exit::Refused, format!("`{name}` gives not one message: {why}")).hint(hint)
}

fn people(files: &[Decoded], width: Option<usize>) -> String {
    let mut types: BTreeMap<u8, u64> = BTreeMap::new();
    for (kind, n) in files.iter().flat_map(|file| &file.counts.messages) {
        *types.entry(*kind).or_default() += n;
    }
    let rows: Vec<Vec<String>> = types
        .iter()
        .map(|(kind, n)| {
            let words = TYPES.get(usize::from(*kind).wrapping_sub(1)).copied().unwrap_or_default();
            vec![kind.to_string(), n.to_string(), words.to_owned()]
        })
        .collect();
    let mut text = table(&["TYPE", "MESSAGES", "WHAT"], &rows, width);
    let mut rows = Vec::new();
    for file in files {
        for (reason, n) in &file.counts.refusals {
            let places = file.counts.examples.iter().filter(|example| example.reason == *reason).take(SHOWN);
            let places: Vec<String> = places.map(|example| format!("{}:{}", file.file, example.line)).collect();
            rows.push(vec![reason.kind().to_owned(), n.to_string(), reason.words().to_owned(), places.join(" ")]);
        }
    }
    if !rows.is_empty() {
        let _ = write!(text, "\n{}", table(&["REFUSED", "NUMBER", "WHY", "FIRST"], &rows, width));
    }
    text
}

/// Takes the tables of one file.
struct Sink<'a> {
    writers: Option<&'a mut Writers>,
    file: &'a str,
    tables: BTreeMap<&'static str, u64>,
    untimed: u64,
}

impl TableSink for Sink<'_> {
    type Error = Failure;

    fn table(&mut self, family: Family, rows: RecordBatch) -> Result<(), Failure> {
        *self.tables.entry(family.name()).or_default() += rows.num_rows() as u64;
        self.untimed += rows.column_by_name("time").map_or(0, |times| times.null_count() as u64);
        match &mut self.writers {
            Some(writers) => writers.write(self.file, family, &rows),
            None => Ok(()),
        }
    }
}

/// A file for each family.
struct Writers {
    dir: PathBuf,
    format: TableFormat,
    open: BTreeMap<Family, Writer>,
}

enum Writer {
    Parquet(Box<TableWriter>),
    Csv(Whole, u64),
}

/// Columns of a family as they are written: those of [`Family::schema`] behind the name of the file, which gives `line` its meaning.
fn schema(family: Family) -> Arc<Schema> {
    let file = Arc::new(Field::new("file", DataType::Utf8, false));
    Arc::new(Schema::new(std::iter::once(file).chain(family.schema().fields().iter().cloned()).collect::<Vec<_>>()))
}

impl Writers {
    fn path(&self, family: Family) -> PathBuf {
        self.dir.join(format!("{}.{}", family.name(), self.format.ending()))
    }

    fn of(&mut self, family: Family) -> Result<&mut Writer, Failure> {
        if self.open.is_empty() {
            fs::create_dir_all(&self.dir).map_err(|error| input::unwritable(&self.dir, &error))?;
        }
        let path = self.path(family);
        Ok(match self.open.entry(family) {
            std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::btree_map::Entry::Vacant(none) => none.insert(match self.format {
                TableFormat::Parquet => Writer::Parquet(Box::new(TableWriter::create(&path, schema(family)).map_err(CaseError::from)?)),
                TableFormat::Csv => {
                    let mut to = Whole::create(&path)?;
                    let names: Vec<String> = schema(family).fields().iter().map(|field| field.name().clone()).collect();
                    to.write((names.join(",") + "\n").as_bytes())?;
                    Writer::Csv(to, 0)
                }
            }),
        })
    }

    fn write(&mut self, file: &str, family: Family, rows: &RecordBatch) -> Result<(), Failure> {
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(file, rows.num_rows())));
        let columns = std::iter::once(names).chain(rows.columns().iter().cloned()).collect();
        let batch = RecordBatch::try_new(schema(family), columns).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        match self.of(family)? {
            Writer::Parquet(to) => Ok(to.write(&batch).map_err(CaseError::from)?),
            Writer::Csv(to, n) => {
                *n += batch.num_rows() as u64;
                csv(to, &batch)
            }
        }
    }

    /// Ends all files; a family without a row gets its file too, which says so.
    fn close(mut self) -> Result<Vec<Written>, Failure> {
        let mut written = Vec::new();
        for family in Family::ALL {
            self.of(family)?;
            let path = self.path(family);
            let rows = match self.open.remove(&family) {
                Some(Writer::Parquet(to)) => to.close().map_err(CaseError::from)?,
                Some(Writer::Csv(to, n)) => {
                    to.close()?;
                    n
                }
                None => 0,
            };
            written.push(Written { path, rows });
        }
        Ok(written)
    }
}

/// Adds rows: a missing value is an empty cell, a text without letters is `""`.
fn csv(to: &mut Whole, batch: &RecordBatch) -> Result<(), Failure> {
    let options = FormatOptions::default().with_display_error(false);
    let fault = |error: arrow_schema::ArrowError| Failure::new(Exit::Bug, error.to_string());
    let cells =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options)).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let missing: Vec<_> = batch.columns().iter().map(|column| column.logical_nulls()).collect();
    let (mut line, mut cell) = (String::new(), String::new());
    for row in 0..batch.num_rows() {
        line.clear();
        for (i, (format, nulls)) in cells.iter().zip(&missing).enumerate() {
            if i > 0 {
                line.push(',');
            }
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                continue;
            }
            cell.clear();
            format.value(row).write(&mut cell).map_err(fault)?;
            if !cell.is_empty() && !cell.contains([',', '"', '\n', '\r']) {
                line.push_str(&cell);
            } else {
                let _ = write!(line, "\"{}\"", cell.replace('"', "\"\""));
            }
        }
        line.push('\n');
        to.write(line.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_words_and_every_family_a_file_column() {
        assert_eq!(TYPES.len(), 27);
        for family in Family::ALL {
            assert_eq!(schema(family).field(0).name(), "file");
            assert_eq!(schema(family).fields().len(), family.schema().fields().len() + 1);
        }
    }
}
