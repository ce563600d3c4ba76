use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};

use tw_base::Exit;
use tw_ports::destination::{Context, Reader};

use crate::Failure;
use crate::cli::Destination;
use crate::term::Term;

/// Bytes of a line that are read. AIS has 20 characters; what is longer came from elsewhere and must not fill the memory.
const LONGEST: usize = 4096;
/// Longest text that is remembered, in bytes.
const REMEMBERED: usize = 64;
/// Texts that are remembered; when there are more, all are forgotten.
const MEMORY: usize = 1 << 16;

pub(super) fn run(term: &Term, args: &Destination) -> Result<Exit, Failure> {
    let context = Context { position: args.near, ..Context::default() };
    let mut lines = Lines::new(context);
    if let Some(text) = args.text.as_ref().filter(|text| *text != "-") {
        let mut out = Vec::new();
        lines.line(text.as_encoded_bytes(), &mut out)?;
        term.out(&String::from_utf8_lossy(&out))?;
        return Ok(Exit::Ok);
    }
    if io::stdin().is_terminal() {
        term.say("reading texts, one a line; end with Ctrl-D");
    }
    match lines.all(io::stdin().lock(), io::stdout().lock()) {
        // Whoever closed the pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Ok),
        other => other?,
    }
    if lines.cut > 0 {
        term.say(&format!("{} texts are longer than {LONGEST} bytes: only their beginning was read", lines.cut));
    }
    if lines.foreign > 0 {
        term.say(&format!("{} texts are not UTF-8: what could not be read is shown as \u{fffd}", lines.foreign));
    }
    if lines.n == 0 {
        term.say("there was no text on standard input");
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Ok)
}

/// Texts to lines of JSON.
struct Lines {
    reader: &'static Reader,
    context: Context<'static>,
    /// Texts with the place of their line in `written`.
    known: HashMap<Box<[u8]>, (u32, u32)>,
    written: Vec<u8>,
    n: u64,
    cut: u64,
    foreign: u64,
}

impl Lines {
    fn new(context: Context<'static>) -> Self {
        Self { reader: Reader::bundled(), context, known: HashMap::new(), written: Vec::new(), n: 0, cut: 0, foreign: 0 }
    }

    /// Reads one text a line to the end of the stream.
    fn all(&mut self, from: impl Read, to: impl Write) -> io::Result<()> {
        let mut from = BufReader::with_capacity(1 << 18, from);
        let mut to = io::BufWriter::with_capacity(1 << 18, to);
        let mut line = Vec::new();
        loop {
            // Whoever waits for an answer before the next question gets it.
            if from.buffer().is_empty() {
                to.flush()?;
            }
            let Some(cut) = next(&mut from, &mut line)? else { break };
            self.cut += u64::from(cut);
            let text = line.strip_suffix(b"\r").unwrap_or(&line);
            let text = if self.n == 0 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
            self.line(text, &mut to)?;
        }
        to.flush()
    }

    /// One text.
    fn line(&mut self, text: &[u8], to: &mut impl Write) -> io::Result<()> {
        self.n += 1;
        if let Some(&(begin, end)) = self.known.get(text) {
            return to.write_all(&self.written[begin as usize..end as usize]);
        }
        if self.known.len() >= MEMORY {
            self.known.clear();
            self.written.clear();
        }
        let decoded = String::from_utf8_lossy(text);
        let foreign = matches!(decoded, std::borrow::Cow::Owned(_));
        self.foreign += u64::from(foreign);
        let reading = self.reader.read(&decoded, &self.context);
        let line = self.reader.line(&decoded, &reading);
        let begin = self.written.len();
        serde_json::to_writer(&mut self.written, &line)?;
        self.written.push(b'\n');
        to.write_all(&self.written[begin..])?;
        if foreign || text.len() > REMEMBERED {
            self.written.truncate(begin);
        } else {
            // At most 65,536 lines of short texts: far below 4 GiB.
            self.known.insert(text.into(), (begin as u32, self.written.len() as u32));
        }
        Ok(())
    }
}

/// The next line without its line feed; `None` at the end, else whether it was cut.
fn next(from: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let (mut cut, mut any) = (false, false);
    loop {
        let chunk = match from.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            return Ok(any.then_some(cut));
        }
        any = true;
        let end = memchr::memchr(b'\n', chunk);
        let piece = &chunk[..end.unwrap_or(chunk.len())];
        let room = (LONGEST - line.len()).min(piece.len());
        cut |= room < piece.len();
        line.extend_from_slice(&piece[..room]);
        let used = end.map_or(chunk.len(), |end| end + 1);
        from.consume(used);
        if end.is_some() {
            return Ok(Some(cut));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_gives_one_line_whatever_is_in_it() {
        let long = "A".repeat(10_000);
        let input = [b"\xef\xbb\xbfVLADIVOSTOK\r\n\n\xff\xfe\0\n".as_slice(), long.as_bytes(), b"\nVLADIVOSTOK"].concat();
        let mut out = Vec::new();
        let mut lines = Lines::new(Context::default());
        lines.all(input.as_slice(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let read: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read.len(), 5, "{out}");
        assert_eq!((lines.n, lines.cut, lines.foreign), (5, 1, 1));
        assert_eq!((&read[0]["text"], &read[0]["locode"]), (&"VLADIVOSTOK".into(), &"RUVVO".into()));
        assert_eq!(read[1]["kind"], "empty");
        assert_eq!(read[3]["text"].as_str().unwrap().len(), LONGEST);
        assert_eq!(read[0], read[4]);
    }

    #[test]
    fn forgetting_changes_no_answer() {
        let texts: String = (0..70_000).map(|i| format!("{}\n", i % 66_000)).collect();
        let mut out = Vec::new();
        Lines::new(Context::default()).all(texts.as_bytes(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let first: Vec<&str> = out.lines().collect();
        assert_eq!(first.len(), 70_000);
        assert!((0..4_000).all(|i| first[i] == first[i + 66_000]));
    }
}
