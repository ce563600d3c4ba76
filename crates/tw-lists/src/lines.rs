//! Text as a stream of lines, none of them longer than it may be.

use std::io::{BufRead, BufReader, Read};

use tw_base::Refusal;

use crate::input::Input;
use crate::xml::CUT;

/// Longest line: 16 MiB. The longest entity of OpenSanctions today has about 300 kB.
const MOST_LINE: u64 = 16 << 20;

/// A line with its number from 1, or why it is no text.
pub(crate) type Line<'l> = (u64, Result<&'l str, &'static str>);

pub(crate) struct Lines<'a> {
    name: String,
    body: BufReader<Input<'a>>,
    buffer: Vec<u8>,
    n: u64,
    bytes: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(name: &str, input: Input<'a>) -> Self {
        Self { name: name.to_owned(), body: BufReader::with_capacity(1 << 18, input), buffer: Vec::new(), n: 0, bytes: 0 }
    }

    /// The next line that is not empty.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Refusal> {
        loop {
            self.buffer.clear();
            let read = self.body.by_ref().take(MOST_LINE + 1).read_until(b'\n', &mut self.buffer);
            let read = read.map_err(|error| {
                Refusal::new(&self.name, format!("byte {}: it cannot be read on: {error}", self.bytes)).row(self.n + 1).hint(CUT)
            })?;
            if read == 0 {
                return Ok(None);
            }
            self.n += 1;
            self.bytes += read as u64;
            if read as u64 > MOST_LINE {
                return Err(Refusal::new(&self.name, format!("a line is longer than {MOST_LINE} bytes")).row(self.n));
            }
            if self.buffer.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            break;
        }
        let text = match std::str::from_utf8(&self.buffer) {
            Ok(text) if text.contains('\0') => Err("a line holds NUL"),
            Ok(text) => Ok(text.trim()),
            Err(_) => Err("a line is not UTF-8"),
        };
        Ok(Some((self.n, text)))
    }

    /// If the last line had no end; a JSON file of which the last line is also no JSON was cut off.
    pub(crate) fn open_end(&self) -> bool {
        self.buffer.last().is_some_and(|b| *b != b'\n')
    }

    /// Bytes read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_text_are_told_and_endless_ones_refused() {
        let mut lines = Lines::new("a", Input::open("a", &b"{}\n\n\xff\na\0\nlast"[..]).expect("opens"));
        let mut all = Vec::new();
        while let Ok(Some((n, line))) = lines.next() {
            all.push((n, line.map(str::to_owned)));
        }
        let expected = [(1, Ok("{}".into())), (3, Err("a line is not UTF-8")), (4, Err("a line holds NUL")), (5, Ok("last".into()))];
        assert_eq!(all, expected);
        assert!(lines.buffer.is_empty());
        let mut lines = Lines::new("a", Input::open("a", std::io::repeat(b'x').take(10 << 30)).expect("opens"));
        assert!(lines.next().is_err_and(|refusal| refusal.reason.contains("longer than")));
        assert!(lines.buffer.capacity() < 64 << 20);
    }
}
