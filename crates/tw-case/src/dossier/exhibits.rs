//! The exhibits: every capture with a number, and the raw text of every record that the pages speak of.

use std::collections::{BTreeMap, BTreeSet};

use tw_base::{RecordPtr, Sha256, Span};
use tw_evidence::{Capture, CaptureStore, RecordSeal, sha256};
use tw_tables::PERSONAL;

use super::files::rows::{TableText, tables};
use super::{Input, charts};
use crate::error::CaseError;

/// All exhibits, in the order of their names.
#[derive(Clone, Debug)]
pub(crate) struct Exhibits {
    /// The captures.
    pub list: Vec<Exhibit>,
    places: BTreeMap<RecordPtr, (usize, usize)>,
}

/// A capture and the records shown of it.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// Number, from 1.
    pub number: usize,
    /// The capture.
    pub capture: Capture,
    /// Where its bytes lie inside the dossier.
    pub path: String,
    /// Row 1 of a text file, so that a raw row can be read.
    pub header: Option<String>,
    /// Records, in the order of the file.
    pub rows: Vec<RawRow>,
    /// The bytes, to be copied.
    pub bytes: Vec<u8>,
    /// Whether rows about persons were read from it: then its bytes stay in the case.
    pub withheld: bool,
}

/// A record as it lies in its capture.
#[derive(Clone, Debug)]
pub(crate) struct RawRow {
    /// Pointer.
    pub record: RecordPtr,
    /// Anchor on the page.
    pub anchor: String,
    /// `row 12`.
    pub label: String,
    /// Bytes, half-open, from 0; none where the format has no such range.
    pub bytes: Option<(u64, u64)>,
    /// Hash of those bytes; of the whole capture where there is no range.
    pub sha256: Sha256,
    /// The text: as it lies there, or the cells as they were read.
    pub text: String,
}

impl Exhibits {
    /// Reads the captures, each checked against its hash, and finds the records that are spoken of.
    ///
    /// # Errors
    /// If a capture is missing or its bytes changed.
    pub(crate) fn read(input: &Input<'_>) -> Result<Self, CaseError> {
        let store = CaptureStore::open_read_only(input.captures_dir)?;
        let mut captures: Vec<&Capture> = input.captures.iter().collect();
        captures.sort_by(|a, b| (&a.name, a.sha256).cmp(&(&b.name, b.sha256)));
        captures.dedup_by(|a, b| a.name == b.name && a.sha256 == b.sha256);
        let wanted = wanted(input);
        let read = tables(input.tables);
        let persons = about_persons(&read);
        let mut exhibits = Self { list: Vec::new(), places: BTreeMap::new() };
        for (i, capture) in captures.into_iter().enumerate() {
            let bytes = store.read(&capture.sha256)?;
            let text = std::str::from_utf8(&bytes).ok().filter(|t| !t.contains('\0'));
            let spans = text.map_or_else(Vec::new, records);
            let own = |record: &&RecordPtr| record.capture == capture.sha256 && !exhibits.places.contains_key(*record);
            let mut rows = Vec::new();
            for record in wanted.iter().filter(own) {
                rows.push(raw_row(i + 1, record, &bytes, &spans, input.seals, (&read, &persons)));
            }
            for (j, row) in rows.iter().enumerate() {
                exhibits.places.insert(row.record.clone(), (i, j));
            }
            let header = spans.first().filter(|_| !rows.is_empty()).map(|s| lossy(&bytes, *s));
            let path = format!("data/captures/{}/{}", capture.sha256, file_name(&capture.name));
            let withheld = persons.iter().any(|record| record.capture == capture.sha256) || holds_persons(input, capture);
            exhibits.list.push(Exhibit { number: i + 1, capture: capture.clone(), path, header, rows, bytes, withheld });
        }
        Ok(exhibits)
    }

    /// The row of a record, and the number of its exhibit.
    pub(crate) fn row(&self, record: &RecordPtr) -> Option<(usize, &RawRow)> {
        let (exhibit, row) = self.places.get(record)?;
        let exhibit = self.list.get(*exhibit)?;
        Some((exhibit.number, exhibit.rows.get(*row)?))
    }
}

/// Whether a file of the run gave rows about persons, also such as the day or the period of the answer leaves out.
fn holds_persons(input: &Input<'_>, capture: &Capture) -> bool {
    let sha256 = capture.sha256.to_string();
    let tables =
        |file: &crate::run::FileSummary| file.rows.iter().any(|(table, n)| *n > 0 && tw_tables::PERSONAL.iter().any(|(t, _)| t == table));
    input.summary.files.iter().any(|file| file.sha256 == sha256 && tables(file))
}

/// Records that leads, accounts and charts rest on.
fn wanted(input: &Input<'_>) -> BTreeSet<RecordPtr> {
    let mut wanted = BTreeSet::new();
    wanted.extend(input.leads.iter().flat_map(|lead| &lead.evidence).filter_map(|e| e.record.parse::<RecordPtr>().ok()));
    wanted.extend(input.seals.iter().map(|seal| seal.record.clone()));
    for account in &input.summary.accounts {
        for sum in [&account.reported, &account.estimated].into_iter().chain(&account.by_ships) {
            wanted.extend(charts::pointers(&sum.records));
            wanted.extend(charts::pointers(&sum.set_aside));
        }
    }
    wanted.extend(charts::all(input).into_iter().flat_map(|chart| chart.rows).flat_map(|row| row.records));
    wanted.extend(input.tables.listings.iter().map(|row| row.provenance.record.clone()));
    wanted
}

fn raw_row(
    number: usize,
    record: &RecordPtr,
    bytes: &[u8],
    spans: &[(u64, u64)],
    seals: &[RecordSeal],
    (read, persons): (&[TableText], &BTreeSet<&RecordPtr>),
) -> RawRow {
    let seal = seals.iter().find(|seal| seal.record == *record);
    let range = seal.and_then(|s| s.bytes).or_else(|| counted(record, spans));
    let text = match range {
        // A row about a person is shown as it was read, without who it is.
        Some(range) if !persons.contains(record) => lossy(bytes, range),
        _ => as_read(record, read),
    };
    let hash = match (seal, range) {
        (Some(seal), _) => seal.sha256,
        (None, Some((from, to))) => slice(bytes, from, to).map_or(record.capture, sha256),
        (None, None) => record.capture,
    };
    let (anchor, label) = place(number, record);
    RawRow { record: record.clone(), anchor, label, bytes: range, sha256: hash, text }
}

/// Rows of tables that tell who persons are.
fn about_persons(read: &[TableText]) -> BTreeSet<&RecordPtr> {
    let tells = |table: &&TableText| PERSONAL.iter().any(|(name, _)| *name == table.name);
    read.iter().filter(tells).flat_map(|table| table.rows.iter().map(|(record, _)| record)).collect()
}

/// The byte range of a row that carries no seal, counted as the readers count: blank lines too.
fn counted(record: &RecordPtr, spans: &[(u64, u64)]) -> Option<(u64, u64)> {
    match &record.span {
        Span::Bytes(from, to) => Some((*from, *to)),
        Span::Row(row) => spans.get(usize::try_from(row.checked_sub(1)?).ok()?).copied(),
        Span::Line(_) | Span::SheetRow(..) => None,
    }
}

/// Cells of a workbook row, which has no byte range of its own.
fn as_read(record: &RecordPtr, read: &[TableText]) -> String {
    for table in read {
        if let Some((_, cells)) = table.rows.iter().find(|(r, _)| r == record) {
            let pairs = table.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
            return pairs.map(|(column, cell)| format!("{column} = {cell}")).collect::<Vec<_>>().join("; ");
        }
    }
    String::new()
}

fn slice(bytes: &[u8], from: u64, to: u64) -> Option<&[u8]> {
    bytes.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
}

fn lossy(bytes: &[u8], (from, to): (u64, u64)) -> String {
    slice(bytes, from, to).map_or_else(String::new, |part| String::from_utf8_lossy(part).into_owned())
}

/// Byte ranges of the records of a text file, without their line endings. Line breaks inside quotes belong to the record.
///
/// The strict readers refuse a file whose quotes do not close, so that counting quotes is enough here.
fn records(text: &str) -> Vec<(u64, u64)> {
    let bytes = text.as_bytes();
    let mut start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut spans = Vec::new();
    let mut quoted = false;
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                let end = if i > start && bytes[i - 1] == b'\r' { i - 1 } else { i };
                spans.push((start as u64, end as u64));
                start = i + 1;
            }
            _ => {}
        }
    }
    if start < bytes.len() {
        spans.push((start as u64, bytes.len() as u64));
    }
    spans
}

/// Anchor and words of a record: letters, digits and `-` only, so that no file can write into the page's addresses.
fn place(exhibit: usize, record: &RecordPtr) -> (String, String) {
    match &record.span {
        Span::Row(row) => (format!("E{exhibit}-row-{row}"), format!("row {row}")),
        Span::Line(line) => (format!("E{exhibit}-line-{line}"), format!("line {line}")),
        Span::Bytes(from, to) => (format!("E{exhibit}-bytes-{from}-{to}"), format!("bytes {from}–{to}")),
        Span::SheetRow(sheet, row) => {
            let safe: String =
                sheet.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("-{:x}-", u32::from(c)) }).collect();
            (format!("E{exhibit}-sheet-{safe}-row-{row}"), format!("sheet {sheet}, row {row}"))
        }
    }
}

/// A name that is one file name on any system: what could leave the folder is replaced.
pub(crate) fn file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    let trimmed = safe.trim_start_matches('.').trim();
    if trimmed.is_empty() { "capture".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_as_the_readers_count_them() {
        let text = "\u{feff}a,b\r\n1,\"x\ny\"\n\n2,\"q\"\"\"\n";
        let found: Vec<String> = records(text).into_iter().map(|s| lossy(text.as_bytes(), s)).collect();
        assert_eq!(found, ["a,b", "1,\"x\ny\"", "", "2,\"q\"\"\""]);
    }

    #[test]
    fn a_name_cannot_leave_its_folder() {
        let cases = [
            ("deliveries.csv", "deliveries.csv"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..", "capture"),
            ("a\u{0}b\n.csv", "a_b_.csv"),
            ("", "capture"),
        ];
        for (name, expected) in cases {
            assert_eq!(file_name(name), expected);
        }
    }

    #[test]
    fn an_anchor_holds_nothing_that_ends_an_attribute() {
        let record = RecordPtr { capture: sha256(b""), span: Span::SheetRow("Q1\" onload=x".to_owned(), 3) };
        assert_eq!(place(2, &record).0, "E2-sheet-Q1-22--20-onload-3d-x-row-3");
    }
}
