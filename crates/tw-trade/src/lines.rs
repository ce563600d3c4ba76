//! Records of a delimited file, one at a time and without an allocation for each: bytes in, slices out.
//!
//! Quoting is RFC 4180's: a cell in double quotes may hold the delimiter, line ends and doubled quotes (which are left doubled: no
//! figure and no code has any). Works on bytes, so UTF-8, GBK and GB 18030 pass through: none of them puts a delimiter, a quote or a line
//! end inside a character.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

/// Longest record that is read: a million bytes. Longer ones mean that a quote was never closed, or that this is no table.
const LONGEST: usize = 1 << 20;
const BLOCK: usize = 1 << 18;

/// Reads records.
pub(crate) struct Lines<R> {
    source: R,
    delimiter: u8,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    finished: bool,
    /// Line of the record that was returned last, from 1.
    line: u64,
    next_line: u64,
    cells: Vec<(u32, u32)>,
}

/// What came next.
pub(crate) enum Next {
    Record,
    End,
    /// The record is longer than a million bytes.
    TooLong,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R, delimiter: u8) -> Self {
        Self { source, delimiter, buffer: vec![0; BLOCK], start: 0, end: 0, finished: false, line: 0, next_line: 1, cells: Vec::new() }
    }

    /// Line on which the record begins.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell without its quotes and outer spaces; empty where there is none.
    pub(crate) fn cell(&self, at: usize) -> &[u8] {
        let Some(&(from, to)) = self.cells.get(at) else { return b"" };
        trim(&self.buffer[from as usize..to as usize])
    }

    /// Moves on to the next record that is not blank.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        loop {
            self.line = self.next_line;
            let Some(length) = self.find_end()? else {
                return Ok(Next::TooLong);
            };
            if length == 0 && self.finished && self.start == self.end {
                return Ok(Next::End);
            }
            let from = self.start;
            let mut to = from + length;
            if to < self.end {
                self.start = to + 1;
                self.next_line += 1;
            } else {
                self.start = to;
            }
            if to > from && self.buffer[to - 1] == b'\r' {
                to -= 1;
            }
            if from == to {
                continue;
            }
            self.split(from, to);
            return Ok(Next::Record);
        }
    }

    /// Length of the record at `start`, its line end not counted; `None` if it is too long. Keeps the whole record in the buffer.
    fn find_end(&mut self) -> io::Result<Option<usize>> {
        let mut searched = 0;
        let mut inside = false;
        loop {
            let window = &self.buffer[self.start + searched..self.end];
            let mut at = 0;
            let mut found = None;
            while let Some(step) = memchr(b'\n', &window[at..]) {
                let piece = &window[at..at + step];
                if memchr_iter(b'"', piece).count() % 2 == 1 {
                    inside = !inside;
                }
                if !inside {
                    found = Some(at + step);
                    break;
                }
                at += step + 1;
                self.next_line += 1;
            }
            if let Some(length) = found {
                return Ok(Some(searched + length));
            }
            // The rest is without a line end; its quotes are counted again when more of it has come.
            searched += at;
            let pending = self.end - self.start;
            if self.finished {
                return Ok(Some(pending));
            }
            if pending > LONGEST {
                return Ok(None);
            }
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end = pending;
                self.start = 0;
            }
            if self.end == self.buffer.len() {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            let got = loop {
                match self.source.read(&mut self.buffer[self.end..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.finished = got == 0;
            self.end += got;
        }
    }

    fn split(&mut self, from: usize, to: usize) {
        self.cells.clear();
        let bytes = &self.buffer[from..to];
        let base = from as u32;
        let mut begin = 0_u32;
        if memchr(b'"', bytes).is_none() {
            for (at, byte) in bytes.iter().enumerate() {
                if *byte == self.delimiter {
                    self.cells.push((base + begin, base + at as u32));
                    begin = at as u32 + 1;
                }
            }
        } else {
            let mut inside = false;
            for (at, byte) in bytes.iter().enumerate() {
                if *byte == b'"' {
                    inside = !inside;
                } else if *byte == self.delimiter && !inside {
                    self.cells.push((base + begin, base + at as u32));
                    begin = at as u32 + 1;
                }
            }
        }
        self.cells.push((base + begin, to as u32));
    }
}

/// Without outer spaces, and without one pair of quotes around the rest.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    let Some(first) = bytes.first() else { return bytes };
    // Most cells are bare; look further only where the first or last byte calls for it.
    if *first > b'"' && bytes.last().is_some_and(|last| *last > b'"') {
        return bytes;
    }
    let bare = bytes.trim_ascii();
    match bare {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &[u8], delimiter: u8, block: usize) -> Vec<(u64, Vec<Vec<u8>>)> {
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = self.1.min(self.0.len()).min(buffer.len());
                buffer[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let mut lines = Lines::new(Slow(text, block), delimiter);
        let mut out = Vec::new();
        while let Ok(Next::Record) = lines.next() {
            out.push((lines.line(), (0..lines.len()).map(|at| lines.cell(at).to_vec()).collect()));
        }
        out
    }

    #[test]
    fn quotes_hold_delimiters_and_line_ends() {
        let text = b"a,b\r\n\"x,\ny\",\" 1 \"\n\n\"say \"\"no\"\"\",2";
        let read = all(text, b',', 3);
        assert_eq!(read.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 5]);
        assert_eq!(read[1].1, [b"x,\ny".to_vec(), b"1".to_vec()]);
        assert_eq!(read[2].1, [b"say \"\"no\"\"".to_vec(), b"2".to_vec()]);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_reading() {
        let mut text = b"a\n\"".to_vec();
        text.resize(3 << 20, b'x');
        let mut lines = Lines::new(text.as_slice(), b',');
        assert!(matches!(lines.next(), Ok(Next::Record)));
        assert!(matches!(lines.next(), Ok(Next::TooLong)));
    }

    proptest! {
        #[test]
        fn records_do_not_depend_on_how_the_bytes_arrive(text in proptest::collection::vec(prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>()], 0..200), block in 1usize..20) {
            prop_assert_eq!(all(&text, b',', block), all(&text, b',', 1000));
        }

        #[test]
        fn unquoted_cells_are_those_of_the_csv_crate(rows in proptest::collection::vec(proptest::collection::vec("[a-z0-9]{1,5}", 3), 1..6)) {
            let text: String = rows.iter().map(|row| row.join(",") + "\n").collect();
            let read: Vec<Vec<Vec<u8>>> = all(text.as_bytes(), b',', 7).into_iter().map(|(_, cells)| cells).collect();
            let expected: Vec<Vec<Vec<u8>>> = rows.iter().map(|row| row.iter().map(|cell| cell.clone().into_bytes()).collect()).collect();
            prop_assert_eq!(read, expected);
        }
    }
}
