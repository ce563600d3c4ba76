//! From bytes to a document: what sort of file it is, within limits.

use tw_base::Refusal;

use super::dom::{self, Excess};
use super::html::{self, Order};
use super::{Document, Format, decode, meta};

/// How much is read at most. What is over a limit is refused whole, never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file; 64 MiB unless said.
    pub bytes: usize,
    /// Bytes of the article's text, as UTF-8; 16 MiB unless said.
    pub text: usize,
    /// Elements inside each other; 512 unless said, as browsers flatten what is deeper.
    pub depth: usize,
    /// Elements and texts of a page; 1,000,000 unless said.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, text: 16 << 20, depth: 512, nodes: 1_000_000 }
    }
}

/// Reads a web page or plain text; `name` is the file as the user calls it.
///
/// Of a page, `main_text` is the article: paragraphs, list items and subheadings, joined by an empty line. Of plain
/// text it is all of it. Title, author, outlet and day of publication are what the page says, and none where it says
/// nothing. What was guessed or replaced stands in `remarks`.
///
/// # Errors
/// Refuses a file that is neither, that is empty, or that is over a limit.
///
/// ```
/// use tw_claims::document::{Limits, read};
/// let page = "<title>Quay closed</title><body><nav><a href='/'>Home</a></nav><p>The quay was closed on 3 May, the harbour office said.</p>";
/// let document = read("page.html", page.as_bytes(), &Limits::default()).expect("a page");
/// assert_eq!(document.main_text, "The quay was closed on 3 May, the harbour office said.");
/// ```
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    if bytes.len() > limits.bytes {
        let reason = format!("has {} bytes, more than the {} that are read", bytes.len(), limits.bytes);
        return Err(Refusal::new(name, reason).hint("save the article alone, or split the file"));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new(name, "is empty").hint("check that the download was complete"));
    }
    if let Some((what, hint)) = foreign(bytes) {
        return Err(Refusal::new(name, format!("is {what}, which is not read yet")).hint(hint));
    }
    let html = is_html(name, bytes);
    let decoded = decode::decode(bytes, html);
    let strange = decoded.text.chars().take(100_000).filter(|c| control(*c)).count();
    let looked_at = decoded.text.chars().take(100_000).count();
    if strange > 3 && strange * 50 > looked_at {
        let reason = "is not text: more than one character in fifty is a control character or unreadable";
        return Err(Refusal::new(name, reason).hint("give the article as a web page or as plain text in UTF-8"));
    }
    let mut document = if html { page(name, &decoded.text, limits)? } else { plain(name, decoded.text, limits)? };
    document.remarks.splice(0..0, decoded.remarks);
    Ok(document)
}

fn plain(name: &str, text: String, limits: &Limits) -> Result<Document, Refusal> {
    let start: String = text.chars().take(2_000).collect::<String>().to_ascii_lowercase();
    if start.trim_start().starts_with("<?xml") {
        return Err(Refusal::new(name, "is XML other than a web page").hint("give the article as a web page or as plain text"));
    }
    check_length(name, text.len(), limits)?;
    Ok(Document::plain(&text))
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
        format: Format::Html,
        lang: meta.lang,
        title: meta.headline.or(article.headline).or_else(|| meta.title.map(|t| without_outlet(&t, publisher.as_deref()))),
        author: meta.author,
        publisher,
        published: meta.published,
        main_text: article.main_text,
        blocks: article.blocks,
        remarks,
    })
}

/// A title without the name of the outlet at its end or beginning.
fn without_outlet(title: &str, publisher: Option<&str>) -> String {
    const SEPARATORS: &[char] = &['|', '-', '–', '—', '»', '«', ':', '·', ' '];
    let Some(publisher) = publisher else { return title.to_owned() };
    let rest = title.strip_suffix(publisher).or_else(|| title.strip_prefix(publisher)).unwrap_or(title).trim_matches(SEPARATORS);
    if rest.is_empty() { title.to_owned() } else { rest.to_owned() }
}

fn check_length(name: &str, length: usize, limits: &Limits) -> Result<(), Refusal> {
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
        (b"%PDF-", "a PDF file", "extract its text, with its paragraphs, to a .txt file"),
        (b"PK\x03\x04", "a zip archive or an office document (DOCX, ODT, EPUB)", AS_TEXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (DOC, XLS, MSG)", AS_TEXT),
        (b"{\\rtf", "a rich text file", AS_TEXT),
        (b"WARC/", "a web archive (WARC)", "take the page out of the archive"),
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
    if let Some((_, what, hint)) = SIGNS.iter().find(|(sign, _, _)| bytes.starts_with(sign) || start.starts_with(sign)) {
        return Some((what, hint));
    }
    mail(start).then_some(("an e-mail message", "save the text of the message alone"))
}

/// Lines of a mail's head up to an empty line, one of which no letter written by hand has.
fn mail(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(16 << 10)];
    let mut sure = false;
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
        sure |=
            matches!(name.as_slice(), b"received" | b"message-id" | b"mime-version" | b"return-path" | b"delivered-to" | b"dkim-signature");
    }
    sure && lines >= 2
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
