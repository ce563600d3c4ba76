//! From bytes to a document: what sort of file it is, within limits.

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};
use tw_base::Refusal;

use super::dom::{self, Excess};
use super::html::{self, Order};
use super::{Document, Format, decode, docx, eml, meta, pdf, warc};

/// How much is read at most. What is over a limit is refused whole, never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file; 64 MiB unless said.
    pub bytes: usize,
    /// Bytes of the article's text, as UTF-8; 16 MiB unless said.
    pub text: usize,
    /// Elements inside each other; 512 unless said, as browsers flatten what is deeper.
    pub depth: usize,
    /// Elements and texts of a page; 1,000,000 unless said. A PDF may have four times as many tokens in its objects.
    pub nodes: usize,
    /// Bytes that all packed parts of a file together may unpack to; 256 MiB unless said.
    pub inflated: usize,
    /// Pages of a PDF, entries of a zip archive, parts of a message, records of a web archive; 100,000 unless said.
    pub parts: usize,
}

/// What a file held: one document, or for a web archive as many as it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The documents, in order of the file.
    pub documents: Vec<Document>,
    /// What is a document and could not be read, with the reason.
    pub refused: Vec<Refusal>,
    /// Records that hold no document: requests, redirects, pictures, scripts.
    pub passed_over: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, text: 16 << 20, depth: 512, nodes: 1_000_000, inflated: 256 << 20, parts: 100_000 }
    }
}

/// Reads a document; `name` is the file as the user calls it.
///
/// Web pages, plain text, PDF, DOCX and e-mail messages are told apart by their bytes, not by the name. Of a page,
/// `main_text` is the article: paragraphs, list items and subheadings, joined by an empty line. Of plain text it is all
/// of it. Of the others it is text taken out of the file, with the page or part of each stretch in `places`. Title,
/// author, outlet and day of publication are what the document says, and none where it says nothing. What was guessed,
/// left out or replaced stands in `remarks`.
///
/// # Errors
/// Refuses a file that is none of these, that is empty, encrypted or without text, or that is over a limit; and a web
/// archive that does not hold exactly one document, for which there is [`read_all`].
///
/// ```
/// use tw_claims::document::{Limits, read};
/// let page = "<title>Quay closed</title><body><nav><a href='/'>Home</a></nav><p>The quay was closed on 3 May, the harbour office said.</p>";
/// let document = read("page.html", page.as_bytes(), &Limits::default()).expect("a page");
/// assert_eq!(document.main_text, "The quay was closed on 3 May, the harbour office said.");
/// ```
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    check_size(name, bytes, limits)?;
    if !warc::is_one(bytes) {
        return single(name, bytes, limits, &Beside::default());
    }
    let mut all = warc::read(name, bytes, limits)?;
    match (all.documents.len(), all.documents.pop()) {
        (1, Some(document)) => Ok(document),
        (0, _) => Err(all.refused.into_iter().next().unwrap_or_else(|| nothing(name))),
        (count, _) => Err(Refusal::new(name, format!("is a web archive that holds {count} documents"))
            .hint("read them all with `read_all`, or take one page out of the archive")),
    }
}

/// Reads every document of a file: those of a web archive (WARC, packed or not), or the one that any other file is.
///
/// # Errors
/// As [`read`] for a file that is no web archive. A web archive is refused whole if it is over a limit or holds no
/// document; a record in it that cannot be read takes no other with it and stands in `refused`.
///
/// ```
/// use tw_claims::document::{Limits, read_all};
/// let all = read_all("note.txt", b"The quay was closed.", &Limits::default()).expect("text");
/// assert_eq!(all.documents.len(), 1);
/// ```
pub fn read_all(name: &str, bytes: &[u8], limits: &Limits) -> Result<Collection, Refusal> {
    check_size(name, bytes, limits)?;
    if !warc::is_one(bytes) {
        let document = single(name, bytes, limits, &Beside::default())?;
        return Ok(Collection { documents: vec![document], ..Collection::default() });
    }
    let all = warc::read(name, bytes, limits)?;
    if all.documents.is_empty() && all.refused.is_empty() {
        return Err(nothing(name));
    }
    Ok(all)
}

fn nothing(name: &str) -> Refusal {
    Refusal::new(name, "is a web archive without any page or text").hint("check that the archive is whole, and that its pages were taken")
}

fn check_size(name: &str, bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    if bytes.len() > limits.bytes {
        let reason = format!("has {} bytes, more than the {} that are read", bytes.len(), limits.bytes);
        return Err(Refusal::new(name, reason).hint("save the article alone, or split the file"));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new(name, "is empty").hint("check that the download was complete"));
    }
    Ok(())
}

/// What was said beside the bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Beside {
    /// It is said to be a web page.
    pub html: bool,
    /// The encoding it is said to have.
    pub encoding: Option<&'static Encoding>,
}

/// Reads any file but a web archive.
pub(super) fn single(name: &str, bytes: &[u8], limits: &Limits, beside: &Beside) -> Result<Document, Refusal> {
    // A few bytes before the mark are forgiven, as viewers do.
    if bytes[..bytes.len().min(1_024)].windows(5).any(|w| w == b"%PDF-") && !bytes.trim_ascii_start().starts_with(b"<") {
        return pdf::read(name, bytes, limits);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return docx::read(name, bytes, limits);
    }
    if let Some((what, hint)) = foreign(bytes) {
        return Err(Refusal::new(name, format!("is {what}, which is not read yet")).hint(hint));
    }
    if mail(bytes.trim_ascii_start()) {
        return eml::read(name, bytes, limits);
    }
    let html = beside.html || is_html(name, bytes);
    let decoded = decode::decode(bytes, html, beside.encoding);
    let mut document = characters(name, &decoded.text, html, limits)?;
    document.remarks.splice(0..0, decoded.remarks);
    Ok(document)
}

/// Reads a page or plain text that has been read as characters.
pub(super) fn characters(name: &str, text: &str, html: bool, limits: &Limits) -> Result<Document, Refusal> {
    let strange = text.chars().take(100_000).filter(|c| control(*c)).count();
    let looked_at = text.chars().take(100_000).count();
    if strange > 3 && strange * 50 > looked_at {
        let reason = "is not text: more than one character in fifty is a control character or unreadable";
        return Err(Refusal::new(name, reason).hint("give the article as a web page or as plain text in UTF-8"));
    }
    if html { page(name, text, limits) } else { plain(name, text, limits) }
}

fn plain(name: &str, text: &str, limits: &Limits) -> Result<Document, Refusal> {
    let start: String = text.chars().take(2_000).collect::<String>().to_ascii_lowercase();
    if start.trim_start().starts_with("<?xml") {
        return Err(Refusal::new(name, "is XML other than a web page").hint("give the article as a web page or as plain text"));
    }
    check_length(name, text.len(), limits)?;
    Ok(Document::plain(text))
}

fn page(name: &str, text: &str, limits: &Limits) -> Result<Document, Refusal> {
    let dom = dom::parse(text, limits.depth, limits.nodes).map_err(|excess| {
        let reason = match excess {
            Excess::Depth => format!("elements lie more than {} deep in each other", limits.depth),
            Excess::Attributes => "one element has tens of thousands of attributes".to_owned(),
            Excess::Nodes => format!("the page has more than {} elements and texts", limits.nodes),
        };
        Refusal::new(name, reason).hint("save the article alone as plain text")
    })?;
    let order = Order::new(&dom);
    let mut meta = meta::read(&dom, &order);
    let article = html::article(&dom, &order, meta.title.as_deref());
    check_length(name, article.main_text.len(), limits)?;
    let mut remarks = Vec::new();
    if article.blocks.is_empty() {
        remarks.push("no article was found in the page".to_owned());
    }
    let publisher = meta.publisher.take();
    Ok(Document {
        lang: meta.lang,
        title: meta.headline.or(article.headline).or_else(|| meta.title.map(|t| without_outlet(&t, publisher.as_deref()))),
        author: meta.author,
        publisher,
        published: meta.published,
        main_text: article.main_text,
        blocks: article.blocks,
        remarks,
        ..Document::empty(Format::Html)
    })
}

/// A title without the name of the outlet at its end or beginning.
fn without_outlet(title: &str, publisher: Option<&str>) -> String {
    const SEPARATORS: &[char] = &['|', '-', '–', '—', '»', '«', ':', '·', ' '];
    let Some(publisher) = publisher else { return title.to_owned() };
    let rest = title.strip_suffix(publisher).or_else(|| title.strip_prefix(publisher)).unwrap_or(title).trim_matches(SEPARATORS);
    if rest.is_empty() { title.to_owned() } else { rest.to_owned() }
}

pub(super) fn check_length(name: &str, length: usize, limits: &Limits) -> Result<(), Refusal> {
    if length > limits.text {
        let reason = format!("holds {length} bytes of text, more than the {} that are read", limits.text);
        return Err(Refusal::new(name, reason).hint("split the text"));
    }
    Ok(())
}

fn control(c: char) -> bool {
    c == '\u{fffd}' || c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}')
}

/// Kinds of files told by their first bytes.
fn foreign(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const AS_TEXT: &str = "save it as plain text or as a web page";
    const SIGNS: &[(&[u8], &str, &str)] = &[
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "an old office document (DOC, XLS, MSG) or one with a password",
            "save it without a password as DOCX, or as plain text",
        ),
        (b"{\\rtf", "a rich text file", AS_TEXT),
        (b"bplist00", "a web archive of Safari or another property list", "take the page out of the archive"),
        (b"\x1f\x8b", "a gzip archive", "unpack it first"),
        (b"BZh", "a bzip2 archive", "unpack it first"),
        (b"\xfd7zXZ\0", "an xz archive", "unpack it first"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
        (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
        (b"\x89PNG\r\n", "a picture", "give the text, not a picture of it"),
        (b"\xff\xd8\xff", "a picture", "give the text, not a picture of it"),
        (b"GIF8", "a picture", "give the text, not a picture of it"),
        (b"II*\0", "a picture", "give the text, not a picture of it"),
        (b"MM\0*", "a picture", "give the text, not a picture of it"),
        (b"RIFF", "a sound, a film or a picture", "give its text"),
        (b"ID3", "a sound", "give its text"),
        (b"OggS", "a sound", "give its text"),
        (b"\x7fELF", "a program", "give an article"),
        (b"PAR1", "a Parquet file", "give an article"),
        (b"SQLite format 3\0", "a database", "give an article"),
    ];
    let start = bytes.trim_ascii_start();
    SIGNS.iter().find(|(sign, _, _)| bytes.starts_with(sign) || start.starts_with(sign)).map(|(_, what, hint)| (*what, *hint))
}

/// Lines of a mail's head up to an empty line: one that no letter written by hand has, or a sender's address, a subject
/// and a date.
fn mail(bytes: &[u8]) -> bool {
    let mut head = &bytes[..bytes.len().min(16 << 10)];
    if head.len() < bytes.len() {
        // The line that was cut tells nothing.
        head = &head[..head.iter().rposition(|b| *b == b'\n').unwrap_or(0)];
    }
    let mut sure = false;
    let (mut from, mut subject, mut date) = (false, false, false);
    let mut lines = 0;
    for (i, line) in head.split(|b| *b == b'\n').enumerate() {
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break;
        }
        if i == 0 && line.starts_with(b"From ") && line.contains(&b'@') || line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { return false };
        let name = line[..colon].to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
            return false;
        }
        lines += 1;
        from |= name == b"from" && line.contains(&b'@');
        subject |= name == b"subject";
        date |= name == b"date" && line.contains(&b':') && line.iter().filter(|b| b.is_ascii_digit()).count() >= 8;
        sure |=
            matches!(name.as_slice(), b"received" | b"message-id" | b"mime-version" | b"return-path" | b"delivered-to" | b"dkim-signature");
    }
    (sure || from && subject && date) && lines >= 2
}

/// A page by its name or by how it begins.
fn is_html(name: &str, bytes: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    if [".html", ".htm", ".xhtml", ".shtml", ".asp", ".aspx", ".php"].iter().any(|e| lower.ends_with(e)) {
        return true;
    }
    // Zero bytes fall out, so that UTF-16 is seen too.
    let start: Vec<u8> = bytes.iter().take(4_096).filter(|b| **b != 0).map(u8::to_ascii_lowercase).collect();
    let start = start.trim_ascii_start();
    let start = start
        .strip_prefix(b"\xef\xbb\xbf")
        .or_else(|| start.strip_prefix(b"\xff\xfe"))
        .or_else(|| start.strip_prefix(b"\xfe\xff"))
        .unwrap_or(start);
    let start = start.trim_ascii_start();
    if !start.starts_with(b"<") {
        return false;
    }
    [b"<!doctype html".as_slice(), b"<html", b"<head>", b"<body"].iter().any(|sign| start.windows(sign.len()).any(|w| w == *sign))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
