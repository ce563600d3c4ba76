//! Bytes as they come: unpacked, decoded to UTF-8, and never more of them at once than a record may have.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use tw_base::Refusal;

/// Bytes looked at to tell packing, encoding and format.
const HEAD: usize = 8192;

/// Most bytes that a stream may unpack to: 32 GiB, about eight times the largest collection of lists published today.
const MOST_UNPACKED: u64 = 32 << 30;

/// A packed stream may grow by this factor once it is larger than [`FREE`]. Lists of text shrink to a tenth, JSON of entities to a
/// twentieth; gzip's own limit, which only runs of one byte reach, is 1032 (RFC 1951).
const MOST_GROWTH: u64 = 200;

/// Unpacked bytes that are never measured.
const FREE: u64 = 32 << 20;

/// A list's bytes: gzip and Zstandard unpacked, UTF-16 and older encodings decoded, the byte order mark gone.
pub(crate) struct Input<'a> {
    head: Cursor<Vec<u8>>,
    rest: Box<dyn Read + 'a>,
    /// What the bytes were converted from, if they were not UTF-8.
    pub(crate) encoding: Option<&'static str>,
}

/// A reader that counts.
struct Counted<R> {
    inner: R,
    n: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.n.set(self.n.get() + n as u64);
        Ok(n)
    }
}

/// A reader that unpacks, and gives up when what comes out is out of all proportion.
struct Unpacked<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    n: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.n += n as u64;
        if self.n > MOST_UNPACKED {
            return Err(io::Error::new(ErrorKind::InvalidData, format!("it unpacks to more than {MOST_UNPACKED} bytes")));
        }
        if self.n > FREE && self.n / self.packed.get().max(1) > MOST_GROWTH {
            return Err(io::Error::new(ErrorKind::InvalidData, format!("it unpacks to more than {MOST_GROWTH} times its size")));
        }
        Ok(n)
    }
}

/// A reader that decodes to UTF-8; a sequence that is none in its encoding is an error.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    out: Vec<u8>,
    out_at: usize,
    read: u64,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, raw: Vec::new(), raw_at: 0, out: Vec::new(), out_at: 0, read: 0, ended: false }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.out_at == self.out.len() {
            if self.ended && self.raw_at == self.raw.len() {
                return Ok(0);
            }
            if self.raw_at == self.raw.len() {
                self.raw.resize(HEAD, 0);
                let n = loop {
                    match self.inner.read(&mut self.raw) {
                        Err(error) if error.kind() == ErrorKind::Interrupted => {}
                        other => break other?,
                    }
                };
                self.raw.truncate(n);
                self.raw_at = 0;
                self.ended = n == 0;
            }
            // Three bytes at most for each that comes in, and what the decoder holds back.
            self.out.resize(3 * (self.raw.len() - self.raw_at) + 16, 0);
            let (result, taken, written) =
                self.decoder.decode_to_utf8_without_replacement(&self.raw[self.raw_at..], &mut self.out, self.ended);
            self.raw_at += taken;
            self.read += taken as u64;
            self.out.truncate(written);
            self.out_at = 0;
            match result {
                DecoderResult::Malformed(_, _) => {
                    let name = self.decoder.encoding().name();
                    return Err(io::Error::new(ErrorKind::InvalidData, format!("byte {} is not {name}", self.read)));
                }
                DecoderResult::InputEmpty if self.ended => {
                    self.raw_at = self.raw.len();
                    if self.out.is_empty() {
                        return Ok(0);
                    }
                }
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        let n = buffer.len().min(self.out.len() - self.out_at);
        buffer[..n].copy_from_slice(&self.out[self.out_at..self.out_at + n]);
        self.out_at += n;
        Ok(n)
    }
}

impl<'a> Input<'a> {
    /// Opens a stream; `name` is the one used in messages.
    pub(crate) fn open(name: &str, body: impl Read + 'a) -> Result<Self, Refusal> {
        let refuse = |error: &io::Error| Refusal::new(name, format!("it cannot be read: {error}"));
        let packed = Rc::new(Cell::new(0));
        let mut body = BufReader::with_capacity(1 << 16, Counted { inner: body, n: Rc::clone(&packed) });
        let magic = head(&mut body, 4).map_err(|e| refuse(&e))?;
        let mut whole: Box<dyn Read + 'a> = Box::new(Cursor::new(magic.clone()).chain(body));
        if magic.starts_with(&[0x1f, 0x8b]) {
            whole = Box::new(Unpacked { inner: flate2::read::MultiGzDecoder::new(whole), packed, n: 0 });
        } else if magic == [0x28, 0xb5, 0x2f, 0xfd] {
            let mut decoder = zstd::Decoder::new(whole).map_err(|e| refuse(&e))?;
            // 128 MiB, what the zstd program itself takes without being asked.
            decoder.window_log_max(27).map_err(|e| refuse(&e))?;
            whole = Box::new(Unpacked { inner: decoder, packed, n: 0 });
        } else if magic.starts_with(b"PK\x03\x04") {
            return Err(Refusal::new(name, "it is a zip archive").hint("unpack it and give the file inside"));
        }
        let mut first = head(&mut whole, HEAD).map_err(|e| refuse(&e))?;
        let encoding = encoding(&first).map_err(|reason| Refusal::new(name, reason).hint("save it as UTF-8"))?;
        if let Some(encoding) = encoding {
            let mut rest: Box<dyn Read + 'a> = Box::new(Decoded::new(Cursor::new(first).chain(whole), encoding));
            let first = head(&mut rest, HEAD).map_err(|e| refuse(&e))?;
            return Ok(Self { head: Cursor::new(first), rest, encoding: Some(encoding.name()) });
        }
        if first.starts_with(b"\xef\xbb\xbf") {
            first.drain(..3);
        }
        Ok(Self { head: Cursor::new(first), rest: whole, encoding: None })
    }

    /// The first bytes, unpacked and decoded.
    pub(crate) fn head(&self) -> &[u8] {
        self.head.get_ref()
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.head.read(buffer)?;
        if n > 0 || buffer.is_empty() {
            return Ok(n);
        }
        self.rest.read(buffer)
    }
}

/// The first `most` bytes of a stream.
fn head(body: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(most);
    body.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The encoding to decode from; `None` for UTF-8.
fn encoding(head: &[u8]) -> Result<Option<&'static Encoding>, String> {
    if head.starts_with(&[0xff, 0xfe, 0, 0]) || head.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Err("it is written in UTF-32".to_owned());
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(b"<\0") {
        return Ok(Some(UTF_16LE));
    }
    if head.starts_with(&[0xfe, 0xff]) || head.starts_with(b"\0<") {
        return Ok(Some(UTF_16BE));
    }
    let Some(label) = declared(head) else { return Ok(None) };
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        return Err(format!("its XML declaration names an encoding that is not known: `{}`", label.chars().take(40).collect::<String>()));
    };
    if encoding == UTF_8 {
        return Ok(None);
    }
    if !encoding.is_ascii_compatible() {
        return Err(format!("its XML declaration says {}, and its bytes are not", encoding.name()));
    }
    Ok(Some(encoding))
}

/// The encoding that an XML declaration names.
fn declared(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let rest = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(rest, b"?>")?;
    let declaration = String::from_utf8_lossy(&rest[..end]).into_owned();
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split(quote).next().map(str::to_owned)
}

/// What a record may still read.
#[derive(Clone)]
pub(crate) struct Allowance {
    left: Rc<Cell<usize>>,
    most: usize,
    quotes: Rc<Cell<u64>>,
}

impl Allowance {
    /// A new record begins.
    pub(crate) fn renew(&self) {
        self.left.set(self.most);
    }

    /// If a record wanted more than it may.
    pub(crate) fn spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Quotation marks that went by.
    pub(crate) fn quotes(&self) -> u64 {
        self.quotes.get()
    }
}

/// A stream that fails when one record wants more than its allowance, so that no buffer above it grows without end.
pub(crate) struct Bounded<R> {
    inner: R,
    allowance: Allowance,
    count_quotes: bool,
}

impl<R: Read> Bounded<R> {
    /// Bounds records of `inner` to about `most` bytes each.
    pub(crate) fn new(inner: R, most: usize, count_quotes: bool) -> (Self, Allowance) {
        let allowance = Allowance { left: Rc::new(Cell::new(most)), most, quotes: Rc::new(Cell::new(0)) };
        (Self { inner, allowance: allowance.clone(), count_quotes }, allowance)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.left.get();
        if left == 0 {
            return Err(io::Error::new(ErrorKind::InvalidData, "one record is too large"));
        }
        let n = self.inner.read(buffer)?;
        self.allowance.left.set(left.saturating_sub(n));
        if self.count_quotes {
            let quotes = memchr::memchr_iter(b'"', &buffer[..n]).count() as u64;
            self.allowance.quotes.set(self.allowance.quotes.get() + quotes);
        }
        Ok(n)
    }
}
