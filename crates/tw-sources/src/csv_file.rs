//! CSV: RFC 4180, UTF-8 with or without a byte order mark, a header in row 1.

use std::collections::BTreeSet;
use std::io::{BufReader, Cursor, Read};

use tw_base::{RecordPtr, Refusal, Refusals, Span};

use crate::collect::Collector;
use crate::detect::{detect_table, known_table};
use crate::read::{Input, Options, Reading, magic, unreadable};
use crate::records::{Fault, Next, Record, Records, cells};
use crate::rows::{At, TableReader, line_note};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads a file.
pub(crate) fn read(input: Input<'_>, options: &Options) -> Result<Reading, Refusals> {
    let Input { name, body, capture } = input;
    let mut stream = body.open(&name)?;
    let mut head = Vec::new();
    stream.by_ref().take(4096).read_to_end(&mut head).map_err(|error| unreadable(&name, &error))?;
    if head.is_empty() {
        return Err(Refusal::new(&name, "the file is empty").hint("row 1 holds the names of the columns").into());
    }
    if let Some(refusal) = no_text(&name, &head) {
        return Err(refusal.into());
    }
    let skipped = if head.starts_with(BOM) { BOM.len() } else { 0 };
    let delimiter = options.mapping.as_ref().and_then(|m| m.delimiter).unwrap_or(',');
    let rest = BufReader::with_capacity(64 << 10, Cursor::new(&head[skipped..]).chain(stream));
    let mut records = Records::new(rest, delimiter as u8, options.limits.record_bytes, skipped as u64);

    let first = match records.next().map_err(|error| unreadable(&name, &error))? {
        Next::Record(record) => record,
        Next::End => return Err(Refusal::new(&name, "the file is empty").hint("row 1 holds the names of the columns").into()),
        Next::TooLong(fault) | Next::OpenQuote(fault) => return Err(cut_off(&name, &fault, options).into()),
    };
    let header = header(&name, &first, delimiter)?;
    let table = table(&name, &header, options)?;
    let mut out = Collector::new(&name, options.limits.refusals);
    let Some(mut reader) = TableReader::new(&name, table, &header, options.mapping.as_ref(), &mut out) else {
        out.finish()?;
        return Err(Refusal::new(name, "the header was not taken").into());
    };

    let mut rows: u64 = 0;
    let mut empty_rows: u64 = 0;
    loop {
        let record = match records.next() {
            Ok(Next::Record(record)) => record,
            Ok(Next::End) => break,
            Ok(Next::TooLong(fault) | Next::OpenQuote(fault)) => {
                out.push(cut_off(&name, &fault, options));
                break;
            }
            Err(error) => {
                out.push(unreadable(&name, &error));
                break;
            }
        };
        if record.bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line = (record.line != record.row).then_some(record.line);
        let text = match std::str::from_utf8(&record.bytes) {
            Ok(text) => text,
            Err(error) => {
                out.push(not_utf8(&name, &record, error.valid_up_to()));
                break;
            }
        };
        if let Some(at) = text.find('\0') {
            out.push(
                Refusal::new(&name, format!("byte {} is NUL, which no text holds{}", record.start + at as u64, line_note(line)))
                    .row(record.row)
                    .hint("the file is damaged or not CSV; export it again"),
            );
            continue;
        }
        let found = match cells(text, delimiter) {
            Ok(found) => found,
            Err(fault) => {
                out.push(
                    Refusal::new(&name, format!("{}, in cell {}{}", fault.reason, fault.cell, line_note(line)))
                        .row(record.row)
                        .hint(fault.hint),
                );
                continue;
            }
        };
        if found.iter().all(|cell| cell.trim().is_empty()) {
            empty_rows += 1;
            continue;
        }
        rows += 1;
        if rows > options.limits.rows {
            out.push(
                Refusal::new(&name, format!("the file has more than {} rows", options.limits.rows))
                    .row(record.row)
                    .hint("split it into several files"),
            );
            break;
        }
        if record.start + record.bytes.len() as u64 > options.limits.csv_bytes {
            out.push(
                Refusal::new(&name, format!("the file is longer than {} bytes", options.limits.csv_bytes))
                    .row(record.row)
                    .hint("split it into several files"),
            );
            break;
        }
        if found.len() != reader.width() {
            let reason = format!("the row has {}, and the header has {}{}", counted(found.len()), reader.width(), line_note(line));
            let hint = if found.len() > reader.width() {
                format!("a `{delimiter}` inside a cell needs quotes around the cell")
            } else {
                "an unknown cell is left empty, but what separates it stays".to_owned()
            };
            out.push(Refusal::new(&name, reason).row(record.row).hint(hint));
            continue;
        }
        let at = At {
            row: record.row,
            line,
            record: RecordPtr { capture, span: Span::Row(record.row) },
            span: Some((record.start, record.start + record.bytes.len() as u64)),
        };
        reader.row(at, &found, &BTreeSet::new(), &mut out);
    }
    let mut reading = reader.finish(&mut out);
    out.finish()?;
    if rows == 0 {
        reading.warnings.push(format!("{name}: the file has a header and no rows"));
    }
    if empty_rows > 0 {
        reading.warnings.push(format!("{name}: rows without any text in their cells were passed over: {empty_rows}"));
    }
    Ok(reading)
}

fn counted(cells: usize) -> String {
    if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") }
}

/// The table of the file, from what the user said, the mapping, or the file itself.
fn table(name: &str, header: &[String], options: &Options) -> Result<&'static str, Refusal> {
    match options.table.as_deref().or(options.mapping.as_ref().map(|m| m.table.as_str())) {
        Some(table) => known_table(table).map_err(|(reason, hint)| Refusal::new(name, reason).hint(hint)),
        None => detect_table(name, header),
    }
}

pub(crate) fn header(name: &str, record: &Record, delimiter: char) -> Result<Vec<String>, Refusal> {
    let refuse = |reason: String| Refusal::new(name, reason).row(1);
    let text = std::str::from_utf8(&record.bytes).map_err(|error| not_utf8(name, record, error.valid_up_to()))?;
    if let Some(at) = text.find('\0') {
        return Err(refuse(format!("byte {} is NUL, which no text holds", record.start + at as u64))
            .hint("the file is damaged or not CSV; export it again"));
    }
    if text.trim().is_empty() {
        return Err(refuse("the row is blank, and the names of the columns belong there".to_owned())
            .hint("remove the blank lines above the header"));
    }
    let found = cells(text, delimiter).map_err(|fault| refuse(format!("{}, in cell {}", fault.reason, fault.cell)).hint(fault.hint))?;
    if found.len() == 1
        && let Some(other) = [';', '\t', '|', ','].into_iter().find(|c| *c != delimiter && text.contains(*c))
    {
        let (seen, toml) = if other == '\t' { ("a tab".to_owned(), "\\t".to_owned()) } else { (format!("`{other}`"), other.to_string()) };
        let expected = if delimiter == '\t' { "a tab".to_owned() } else { format!("`{delimiter}`") };
        return Err(refuse(format!("the names of the columns are separated by {seen}, not by {expected}"))
            .hint(format!("name it in a mapping: `delimiter = \"{toml}\"`")));
    }
    Ok(found.iter().map(|cell| cell.trim().to_owned()).collect())
}

pub(crate) fn cut_off(name: &str, fault: &Fault, options: &Options) -> Refusal {
    let limit = options.limits.record_bytes;
    match fault.quote {
        Some(line) => {
            Refusal::new(name, format!("a quote that opens in line {line} is not closed within {limit} bytes or before the file ends"))
                .row(fault.row)
                .hint("close it, and write each quote inside a cell twice; nothing after it was read")
        }
        None => Refusal::new(name, format!("the row is longer than {limit} bytes"))
            .row(fault.row)
            .hint("the file may be damaged or not CSV; nothing after this row was read"),
    }
}

/// Refuses what is no UTF-8 text by its first bytes.
pub(crate) fn no_text(name: &str, head: &[u8]) -> Option<Refusal> {
    if let Some((what, hint)) = magic(head) {
        return Some(Refusal::new(name, format!("it is {what}, not CSV")).hint(hint));
    }
    let wide = if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
        "UTF-32"
    } else if head.starts_with(b"\xff\xfe") || nul_at_every_second(head, 1) {
        "UTF-16LE"
    } else if head.starts_with(b"\xfe\xff") || nul_at_every_second(head, 0) {
        "UTF-16BE"
    } else {
        return None;
    };
    Some(Refusal::new(name, format!("the file is written in {wide}, not in UTF-8")).hint(format!(
        "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\"; on a command line: `iconv -f {wide} -t UTF-8`); it is not converted here, since rows point at the bytes of the file as it was given"
    )))
}

/// True if at least nine in ten of the bytes at odd (1) or even (0) places are NUL and none of the others is, as in UTF-16 of Latin text.
fn nul_at_every_second(head: &[u8], parity: usize) -> bool {
    let head = &head[..head.len().min(512)];
    let at = |parity: usize| head.iter().skip(parity).step_by(2);
    let nul = |parity: usize| at(parity).filter(|b| **b == 0).count();
    head.len() >= 8 && nul(parity) * 10 >= at(parity).count() * 9 && nul(1 - parity) == 0
}

pub(crate) fn not_utf8(name: &str, record: &Record, valid: usize) -> Refusal {
    let byte = record.bytes.get(valid).copied().unwrap_or_default();
    let line = (record.line != record.row).then_some(record.line);
    let reason = format!("byte {} (0x{byte:02X}) is not UTF-8{}", record.start + valid as u64, line_note(line));
    let likely = likely_encoding(&record.bytes[valid..]);
    Refusal::new(name, reason)
        .row(record.row)
        .hint(format!("it is likely {likely}; save the file as UTF-8; nothing after this row was read"))
}

/// The likeliest encoding of text that is not UTF-8, by how its high bytes lie.
///
/// Cyrillic letters are 0xC0–0xFF in Windows-1251 and stand in runs; accented letters of Windows-1252 stand alone; East Asian letters are
/// pairs whose bytes lie as often below 0xC0 (WHATWG Encoding Standard, indexes of the single-byte and legacy multi-byte encodings).
pub(crate) fn likely_encoding(bytes: &[u8]) -> &'static str {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    let letters = bytes.iter().filter(|b| **b >= 0xC0).count();
    let in_runs = bytes.windows(2).filter(|pair| pair[0] >= 0x80 && pair[1] >= 0x80).count();
    if in_runs * 2 < high {
        "Windows-1252"
    } else if letters * 10 >= high * 9 {
        "Windows-1251"
    } else {
        "an East Asian encoding such as GB 18030 or EUC-KR"
    }
}
