//! Packed files as streams: gzip (RFC 1952, also of several members) and Zstandard (RFC 8878), told by their first bytes.

use std::io::{BufReader, Read};

use tw_base::Refusal;

/// Bytes looked at to tell the format.
const HEAD: usize = 1 << 16;

/// A stream whose beginning can be looked at, and which ends quietly where its packing is damaged: what came before is good.
///
/// Whoever has read it to its end asks [`Unpacked::fault`] whether that end was the right one.
pub struct Unpacked<'a> {
    head: Vec<u8>,
    at: usize,
    rest: Box<dyn Read + 'a>,
    packed: Option<&'static str>,
    read: u64,
    fault: Option<String>,
}

/// Opens a stream.
pub(crate) fn open<'a>(name: &str, body: impl Read + 'a) -> Result<Unpacked<'a>, Refusal> {
    let mut body = BufReader::with_capacity(1 << 18, body);
    let mut magic = [0; 4];
    let n = fill(&mut body, &mut magic).map_err(|error| crate::read::unreadable(name, &error))?;
    let start = std::io::Cursor::new(magic[..n].to_vec());
    let whole = start.chain(body);
    let (rest, packed): (Box<dyn Read + 'a>, _) = match magic {
        [0x1f, 0x8b, ..] => (Box::new(flate2::read::MultiGzDecoder::new(whole)), Some("gzip")),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let decoder = zstd::Decoder::new(whole).map_err(|error| crate::read::unreadable(name, &error))?;
            (Box::new(decoder), Some("Zstandard"))
        }
        _ => (Box::new(whole), None),
    };
    let mut stream = Unpacked { head: vec![0; HEAD], at: 0, rest, packed, read: 0, fault: None };
    let mut filled = 0;
    while filled < HEAD {
        let (rest, head) = (&mut stream.rest, &mut stream.head);
        match rest.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if packed.is_none() => return Err(crate::read::unreadable(name, &error)),
            Err(error) => {
                stream.damaged(filled as u64, &error);
                break;
            }
        }
    }
    stream.head.truncate(filled);
    Ok(stream)
}

fn fill(body: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match body.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

impl Unpacked<'_> {
    /// The first bytes (up to 65,536), unpacked.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What ended the stream before its time, if anything did.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.fault.clone()
    }

    fn damaged(&mut self, after: u64, error: &std::io::Error) {
        let packed = self.packed.unwrap_or("file");
        self.fault =
            Some(format!("the {packed} stream is damaged or cut off after {after} unpacked bytes ({error}); what came before was read"));
        self.rest = Box::new(std::io::empty());
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at < self.head.len() {
            let n = buffer.len().min(self.head.len() - self.at);
            buffer[..n].copy_from_slice(&self.head[self.at..self.at + n]);
            self.at += n;
            self.read += n as u64;
            return Ok(n);
        }
        match self.rest.read(buffer) {
            Ok(n) => {
                self.read += n as u64;
                Ok(n)
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.damaged(self.read, &error);
                Ok(0)
            }
        }
    }
}
