//! Web archives (WARC 1.0 and 1.1, ISO 28500): every page and text in them, with its address and the time it was taken.

use std::io::Read as _;

use encoding_rs::Encoding;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use tw_base::Refusal;

use super::Limits;
use super::read::{Beside, Collection, single};

/// The most bytes of a record's or an answer's head.
const HEAD: usize = 64 << 10;

const GZIP: &[u8] = b"\x1f\x8b";

/// Whether a file is a web archive, packed or not.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"WARC/") {
        return true;
    }
    if !bytes.starts_with(GZIP) {
        return false;
    }
    let mut start = [0; 5];
    GzDecoder::new(bytes).read_exact(&mut start).is_ok() && &start == b"WARC/"
}

struct Reader<'a> {
    name: &'a str,
    limits: &'a Limits,
    /// Bytes that may still be unpacked.
    left: usize,
    records: usize,
    out: Collection,
}

/// Reads all documents of an archive; `passed_over` counts the records that are none.
pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Collection, Refusal> {
    let mut reader = Reader { name, limits, left: limits.inflated, records: 0, out: Collection::default() };
    if !bytes.starts_with(GZIP) {
        reader.records(bytes, 0)?;
        return Ok(reader.out);
    }
    let mut rest = bytes;
    while rest.starts_with(GZIP) {
        let at = bytes.len() - rest.len();
        let mut decoder = GzDecoder::new(rest);
        let (member, whole) = reader.unpack(&mut decoder)?;
        rest = decoder.into_inner();
        reader.records(&member, at)?;
        if !whole {
            reader.damaged(at, "the packed record that begins here is cut off or damaged");
            break;
        }
        if bytes.len() - rest.len() <= at {
            break;
        }
    }
    Ok(reader.out)
}

impl Reader<'_> {
    /// Unpacks within what is left; false if the data ended or broke before its end.
    fn unpack(&mut self, source: impl std::io::Read) -> Result<(Vec<u8>, bool), Refusal> {
        let mut out = Vec::new();
        let whole = source.take(self.left as u64 + 1).read_to_end(&mut out).is_ok();
        if out.len() > self.left {
            let reason = format!("unpacks to more than the {} bytes that are read", self.limits.inflated);
            return Err(Refusal::new(self.name, reason).hint("split the archive"));
        }
        self.left -= out.len();
        Ok((out, whole))
    }

    fn damaged(&mut self, at: usize, reason: &str) {
        let reason = format!("byte {at}: {reason}; what follows was not read");
        self.out.refused.push(Refusal::new(self.name, reason).hint("check that the archive is whole"));
    }

    /// Reads the records of a stretch; `offset` is where it lies in the file.
    fn records(&mut self, bytes: &[u8], offset: usize) -> Result<(), Refusal> {
        let mut rest = bytes;
        loop {
            rest = rest.trim_ascii_start();
            if rest.is_empty() {
                return Ok(());
            }
            self.records += 1;
            if self.records > self.limits.parts {
                let reason = format!("has more than the {} records that are read", self.limits.parts);
                return Err(Refusal::new(self.name, reason).hint("split the archive"));
            }
            let at = offset + if offset == 0 { bytes.len() - rest.len() } else { 0 };
            let Some((head, body)) = head(rest).filter(|_| rest.starts_with(b"WARC/")) else {
                self.damaged(at, "no record begins here");
                return Ok(());
            };
            let length = field(head, "content-length").and_then(|v| v.parse::<usize>().ok());
            let Some(length) = length else {
                self.damaged(at, "the record does not say how long it is");
                return Ok(());
            };
            let whole = length <= body.len();
            let (block, after) = body.split_at(length.min(body.len()));
            self.record(head, block)?;
            if !whole {
                self.damaged(at, "the record is cut off");
                return Ok(());
            }
            rest = after;
        }
    }

    fn record(&mut self, head: &[u8], block: &[u8]) -> Result<(), Refusal> {
        let kind = field(head, "warc-type").unwrap_or_default().to_ascii_lowercase();
        let uri = field(head, "warc-target-uri").map(|u| u.trim_matches(['<', '>']).to_owned());
        let media = field(head, "content-type").unwrap_or_default().to_ascii_lowercase();
        let (media, content) = match kind.as_str() {
            "response" if media.starts_with("application/http") || block.starts_with(b"HTTP/") => {
                match self.answer(block, uri.as_deref())? {
                    Some(answer) => answer,
                    None => {
                        self.out.passed_over += 1;
                        return Ok(());
                    }
                }
            }
            "response" | "resource" | "conversion" => (media, block.to_vec()),
            _ => {
                self.out.passed_over += 1;
                return Ok(());
            }
        };
        if !readable(&media, &content) {
            self.out.passed_over += 1;
            return Ok(());
        }
        let name = uri.as_deref().map_or_else(|| self.name.to_owned(), |uri| format!("{} {uri}", self.name));
        let encoding = media.split(';').find_map(|p| p.trim().strip_prefix("charset=")).map(|l| l.trim_matches(['"', '\'']));
        let beside = Beside { html: media.contains("html"), encoding: encoding.and_then(|l| Encoding::for_label(l.as_bytes())) };
        match single(&name, &content, self.limits, &beside) {
            Ok(mut document) => {
                document.uri = uri;
                document.captured = field(head, "warc-date");
                self.out.documents.push(document);
            }
            Err(refusal) => self.out.refused.push(refusal),
        }
        Ok(())
    }

    /// Type and content of a server's answer; none where it holds no document (a redirect, an error).
    fn answer(&mut self, block: &[u8], uri: Option<&str>) -> Result<Option<(String, Vec<u8>)>, Refusal> {
        let Some((head, body)) = head(block) else { return Ok(None) };
        let first = head.split(|b| *b == b'\n').next().unwrap_or_default();
        let status = first.split(|b| *b == b' ').find(|w| !w.is_empty() && !w.starts_with(b"HTTP/")).unwrap_or_default();
        if !status.starts_with(b"2") || body.trim_ascii().is_empty() {
            return Ok(None);
        }
        let media = field(head, "content-type").unwrap_or_default().to_ascii_lowercase();
        let chunked = field(head, "transfer-encoding").is_some_and(|v| v.to_ascii_lowercase().contains("chunked"));
        // Some archives keep the head and undo the chunks.
        let body = if chunked { unchunk(body).unwrap_or_else(|| body.to_vec()) } else { body.to_vec() };
        let packing = field(head, "content-encoding").unwrap_or_default().to_ascii_lowercase();
        let body = match packing.as_str() {
            "" | "identity" => body,
            "gzip" | "x-gzip" if body.starts_with(GZIP) => self.unpack(GzDecoder::new(&body[..]))?.0,
            "deflate" if body.first().is_some_and(|b| b & 0x0f == 8) => self.unpack(ZlibDecoder::new(&body[..]))?.0,
            "deflate" => self.unpack(DeflateDecoder::new(&body[..]))?.0,
            // Some archives keep the head and unpack the body.
            _ if readable(&media, &body) && std::str::from_utf8(&body).is_ok() => body,
            other => {
                if media.contains("html") || media.starts_with("text/plain") {
                    let reason = format!("{}: is packed with {}, which is not read", uri.unwrap_or("a record"), shown(other));
                    self.out.refused.push(Refusal::new(self.name, reason).hint("take the page again without that packing"));
                }
                return Ok(None);
            }
        };
        Ok(Some((media, body)))
    }
}

/// A few plain characters of what a header says.
fn shown(text: &str) -> String {
    text.chars().take(20).filter(char::is_ascii_alphanumeric).collect()
}

/// Whether a type may hold an article. Where none is said, the bytes tell.
fn readable(media: &str, content: &[u8]) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    match media {
        "" | "application/octet-stream" => content.starts_with(b"%PDF-") || content.trim_ascii_start().starts_with(b"<"),
        "text/html" | "application/xhtml+xml" | "text/plain" | "application/pdf" | "message/rfc822" => true,
        _ => media == "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
}

/// A head and what follows the empty line after it.
fn head(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = &bytes[..bytes.len().min(HEAD)];
    let mut at = 0;
    for line in start.split_inclusive(|b| *b == b'\n') {
        if at > 0 && line.trim_ascii().is_empty() && line.ends_with(b"\n") {
            return Some((&bytes[..at], &bytes[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// The value of a field, the first of its name; a folded line is not followed.
fn field(head: &[u8], name: &str) -> Option<String> {
    head.split(|b| *b == b'\n').skip(1).find_map(|line| {
        let colon = line.iter().position(|b| *b == b':')?;
        let (key, value) = line.split_at(colon);
        key.trim_ascii().eq_ignore_ascii_case(name.as_bytes()).then(|| String::from_utf8_lossy(value[1..].trim_ascii()).into_owned())
    })
}

/// Puts chunks together (RFC 9112, section 7.1); none where the body is not cut into chunks.
fn unchunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = body;
    loop {
        let end = rest.iter().take(1_024).position(|b| *b == b'\n')?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(out);
        }
        let taken = size.min(rest.len());
        out.extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
        if rest.is_empty() {
            // The capture was cut off: what came is kept.
            return Some(out);
        }
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
#[path = "warc_tests.rs"]
mod tests;
