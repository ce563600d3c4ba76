//! Cuts a stream into CSV records, and a record into cells, as RFC 4180 says and no more loosely.
//!
//! The `csv` crate reads loosely on purpose (stray quotes and open quotes pass) and keeps a whole record in memory whatever its length;
//! evidence needs the opposite. The tests compare with it as an oracle.

use std::borrow::Cow;
use std::io::{self, BufRead};

/// A record as it lies in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its bytes without the line ending, quotes and all.
    pub bytes: Vec<u8>,
    /// Its number, from 1. Blank lines count, since people count them.
    pub row: u64,
    /// Line on which it begins, from 1; greater than the row where cells before it held line breaks.
    pub line: u64,
    /// Offset of its first byte in the file.
    pub start: u64,
}

/// What came next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A record.
    Record(Record),
    /// The end of the file.
    End,
    /// A record longer than the limit; the rest of the file was not read.
    TooLong(Fault),
    /// A quote that is still open at the end of the file.
    OpenQuote(Fault),
}

/// Where cutting stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Row.
    pub row: u64,
    /// Line of a quote that is still open, if one is.
    pub quote: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

/// Cuts a stream into records, keeping at most one record in memory.
pub(crate) struct Records<R> {
    input: R,
    delimiter: u8,
    limit: usize,
    offset: u64,
    row: u64,
    line: u64,
}

impl<R: BufRead> Records<R> {
    /// From a stream whose next byte is at that offset of the file.
    pub(crate) fn new(input: R, delimiter: u8, limit: usize, offset: u64) -> Self {
        Self { input, delimiter, limit, offset, row: 0, line: 1 }
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        let mut record = Record { bytes: Vec::new(), row: self.row + 1, line: self.line, start: self.offset };
        let mut state = State::CellStart;
        let mut quote_line = self.line;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                if self.offset == record.start {
                    return Ok(Next::End);
                }
                self.row += 1;
                if state == State::Quoted {
                    return Ok(Next::OpenQuote(Fault { row: record.row, quote: Some(quote_line) }));
                }
                return Ok(Next::Record(record));
            }
            let mut used = 0;
            let mut ended = false;
            for &byte in buffer {
                used += 1;
                state = match (state, byte) {
                    (State::Quoted, b'"') => State::QuoteInQuoted,
                    (State::Quoted, b'\n') => {
                        self.line += 1;
                        State::Quoted
                    }
                    (State::Quoted, _) => State::Quoted,
                    (_, b'\n') => {
                        ended = true;
                        break;
                    }
                    (State::QuoteInQuoted, b'"') => State::Quoted,
                    (State::CellStart, b'"') => {
                        quote_line = self.line;
                        State::Quoted
                    }
                    (_, other) if other == self.delimiter => State::CellStart,
                    _ => State::Plain,
                };
                record.bytes.push(byte);
                if record.bytes.len() > self.limit {
                    let quote = (state == State::Quoted).then_some(quote_line);
                    return Ok(Next::TooLong(Fault { row: record.row, quote }));
                }
            }
            self.input.consume(used);
            self.offset += used as u64;
            if ended {
                self.row += 1;
                self.line += 1;
                if record.bytes.last() == Some(&b'\r') {
                    record.bytes.pop();
                }
                return Ok(Next::Record(record));
            }
        }
    }
}

/// Why a record could not be cut into cells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CellsFault {
    /// Number of the cell, from 1.
    pub cell: usize,
    /// What is wrong.
    pub reason: &'static str,
    /// What to do.
    pub hint: &'static str,
}

/// The cells of a record, unquoted.
pub(crate) fn cells(record: &str, delimiter: char) -> Result<Vec<Cow<'_, str>>, CellsFault> {
    let mut found = Vec::new();
    let mut rest = record;
    loop {
        let cell = found.len() + 1;
        let fault = |reason, hint| Err(CellsFault { cell, reason, hint });
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find(delimiter).unwrap_or(rest.len());
            let text = &rest[..end];
            if text.contains('"') {
                return fault(
                    "a quote stands inside a cell that does not begin with one",
                    "put quotes around the whole cell, and write each quote inside it twice",
                );
            }
            if text.contains('\r') {
                return fault("a line ends with CR alone", "save the file with LF or CRLF line endings");
            }
            found.push(Cow::Borrowed(text));
            if end == rest.len() {
                return Ok(found);
            }
            rest = &rest[end + delimiter.len_utf8()..];
            continue;
        };
        let Some(close) = closing_quote(quoted) else {
            return fault("a quote is not closed", "close it, and write each quote inside a cell twice");
        };
        let text = &quoted[..close];
        found.push(if text.contains('"') { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) });
        rest = &quoted[close + 1..];
        if rest.is_empty() {
            return Ok(found);
        }
        let Some(after) = rest.strip_prefix(delimiter) else {
            return fault(
                "text follows the quote that closes a cell",
                "put quotes around the whole cell, and write each quote inside it twice",
            );
        };
        rest = after;
    }
}

/// Offset of the first quote that is not doubled.
fn closing_quote(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find('"')?;
        if text[at + 1..].starts_with('"') {
            from = at + 2;
        } else {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(bytes: &[u8]) -> Vec<Record> {
        let mut records = Records::new(bytes, b',', 1 << 20, 0);
        let mut found = Vec::new();
        while let Next::Record(record) = records.next().expect("memory can be read") {
            found.push(record);
        }
        found
    }

    #[test]
    fn rows_and_lines_and_bytes_are_counted_apart() {
        let text = "a,b\r\n\"x\ny\",2\n\nlast,3";
        let found: Vec<(u64, u64, &str)> =
            all(text.as_bytes()).iter().map(|r| (r.row, r.line, &text[r.start as usize..r.start as usize + r.bytes.len()])).collect();
        assert_eq!(found, [(1, 1, "a,b"), (2, 2, "\"x\ny\",2"), (3, 4, ""), (4, 5, "last,3")]);
    }

    #[test]
    fn quotes_are_read_as_rfc_4180_says() {
        let read = |text| cells(text, ',').map(|cells| cells.into_iter().map(Cow::into_owned).collect::<Vec<_>>());
        assert_eq!(read(""), Ok(vec![String::new()]));
        assert_eq!(read("a,,\"b \"\"c\"\", d\","), Ok(["a", "", "b \"c\", d", ""].map(str::to_owned).to_vec()));
        assert_eq!(
            read("a,5\" pipe").map_err(|f| (f.cell, f.reason)),
            Err((2, "a quote stands inside a cell that does not begin with one"))
        );
        assert_eq!(read("\"a\"b").map_err(|f| f.reason), Err("text follows the quote that closes a cell"));
        assert_eq!(read("\"a").map_err(|f| f.reason), Err("a quote is not closed"));
        assert_eq!(read("a\rb").map_err(|f| f.reason), Err("a line ends with CR alone"));
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a-z\",;\n\r é]{0,6}", 2..4), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("memory can be written");
            }
            let bytes = writer.into_inner().expect("memory can be written");
            let found: Vec<Vec<String>> = all(&bytes).iter().map(|record| {
                let text = std::str::from_utf8(&record.bytes).expect("it was text");
                cells(text, ',').expect("the writer quotes").into_iter().map(Cow::into_owned).collect()
            }).collect();
            prop_assert_eq!(found, rows);
        }

        #[test]
        fn spans_point_at_the_bytes_of_their_record(bytes in prop::collection::vec(prop::sample::select(b"a,\"\r\n".to_vec()), 0..60)) {
            for record in all(&bytes) {
                let start = usize::try_from(record.start).expect("small");
                prop_assert_eq!(&bytes[start..start + record.bytes.len()], record.bytes.as_slice());
            }
        }
    }
}
