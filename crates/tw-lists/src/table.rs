//! Delimited text as a stream of rows, none of them larger than it may be.

use csv::{ByteRecord, ReaderBuilder};
use tw_base::{Refusal, Span};

use crate::input::{Allowance, Bounded, Input};
use crate::xml::CUT;

/// Largest row: 4 MiB, four times the largest text of an XML list.
const MOST_ROW: usize = 4 << 20;

/// A row of text cells.
pub(crate) struct Row {
    record: ByteRecord,
    text: Vec<std::ops::Range<usize>>,
    body: String,
    /// Row as a person counts it, from 1.
    pub(crate) number: u64,
}

/// A row that is read, or why it is none.
pub(crate) enum Got {
    Row,
    /// The row is not text; its number is in the row.
    Bad(&'static str),
    End,
}

impl Row {
    pub(crate) fn new() -> Self {
        Self { record: ByteRecord::new(), text: Vec::new(), body: String::new(), number: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// A cell, trimmed; empty if the row is shorter.
    pub(crate) fn get(&self, at: usize) -> &str {
        self.text.get(at).map_or("", |range| self.body[range.clone()].trim())
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    pub(crate) fn span(&self) -> Span {
        Span::Row(self.number)
    }

    /// True for the row of one Ctrl-Z with which DOS ended its files, and OFAC ends its own.
    pub(crate) fn is_end_mark(&self) -> bool {
        self.len() == 1 && self.get(0) == "\u{1a}"
    }

    fn set(&mut self) -> Got {
        self.text.clear();
        self.body.clear();
        let Ok(whole) = std::str::from_utf8(self.record.as_slice()) else { return Got::Bad("a row is not UTF-8") };
        if whole.contains('\0') {
            return Got::Bad("a row holds NUL");
        }
        self.body.push_str(whole);
        for at in 0..self.record.len() {
            let Some(range) = self.record.range(at) else { break };
            if !self.body.is_char_boundary(range.start) || !self.body.is_char_boundary(range.end) {
                return Got::Bad("a row is not UTF-8");
            }
            self.text.push(range);
        }
        Got::Row
    }
}

/// Rows from the first to the last.
pub(crate) struct Table<'a> {
    name: String,
    reader: csv::Reader<Bounded<Input<'a>>>,
    allowance: Allowance,
    n: u64,
}

impl<'a> Table<'a> {
    pub(crate) fn new(name: &str, input: Input<'a>, delimiter: u8) -> Self {
        let (bounded, allowance) = Bounded::new(input, MOST_ROW, true);
        let reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bounded);
        Self { name: name.to_owned(), reader, allowance, n: 0 }
    }

    /// Reads the next row.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<Got, Refusal> {
        self.allowance.renew();
        row.number = self.n + 1;
        match self.reader.read_byte_record(&mut row.record) {
            Ok(true) => {
                self.n += 1;
                Ok(row.set())
            }
            Ok(false) => {
                if self.allowance.quotes() % 2 == 1 {
                    let at = self.reader.position().byte();
                    let reason = format!("byte {at}: the file is cut off: a quotation mark is not closed");
                    return Err(Refusal::new(&self.name, reason).row(self.n).hint(CUT));
                }
                Ok(Got::End)
            }
            Err(error) => {
                let at = self.reader.position().byte();
                let reason = if self.allowance.spent() {
                    format!("byte {at}: a row is longer than {MOST_ROW} bytes")
                } else {
                    format!("byte {at}: it cannot be read on: {error}")
                };
                Err(Refusal::new(&self.name, reason).row(self.n + 1).hint(CUT))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, Refusal> {
        let mut table = Table::new("a.csv", Input::open("a.csv", bytes)?, b',');
        let (mut row, mut all) = (Row::new(), Vec::new());
        loop {
            match table.next(&mut row)? {
                Got::Row => all.push(row.cells().map(str::to_owned).collect()),
                Got::Bad(reason) => all.push(vec![format!("{} {reason}", row.number)]),
                Got::End => return Ok(all),
            }
        }
    }

    #[test]
    fn rows_that_are_no_text_are_told_and_the_next_are_read() {
        let all = rows(b"a, b\n\xff,c\nd,\0\ne,f\n").expect("reads");
        assert_eq!(all, [vec!["a", "b"], vec!["2 a row is not UTF-8"], vec!["3 a row holds NUL"], vec!["e", "f"]]);
    }

    #[test]
    fn a_file_that_ends_inside_a_quoted_cell_is_cut_off() {
        let refusal = rows(b"a,\"b\"\nc,\"d").expect_err("refused");
        assert!(refusal.reason.contains("byte 10") && refusal.reason.contains("cut off"), "{}", refusal.reason);
    }

    #[test]
    fn ten_gigabytes_without_a_newline_are_not_held_in_memory() {
        let body = std::io::repeat(b'x').take(10 << 30);
        let mut table = Table::new("a.csv", Input::open("a.csv", body).expect("opens"), b',');
        let mut row = Row::new();
        let refusal = table.next(&mut row).map(|_| ()).expect_err("refused");
        assert!(refusal.reason.contains("longer than"), "{}", refusal.reason);
        assert!(row.record.as_slice().len() < 16 << 20);
    }

    #[test]
    fn a_gzip_bomb_is_refused() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let block = b"a,b\n".repeat(1 << 18);
        for _ in 0..40 {
            encoder.write_all(&block).expect("writes");
        }
        let packed = encoder.finish().expect("finishes");
        assert!(packed.len() < 100_000);
        let refusal = rows(&packed).map(|rows| rows.len()).expect_err("refused");
        assert!(refusal.reason.contains("unpacks to more than 200 times"), "{}", refusal.reason);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = rows(&bytes);
        }
    }
}
