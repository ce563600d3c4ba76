//! A look at the bytes of a PDF file before it is opened: how many objects it would make.

use std::io::Read as _;

use flate2::bufread::ZlibDecoder;
use tw_base::Refusal;

use super::Limits;

/// The most unpacked bytes of objects, all in all.
pub(super) fn objects(limits: &Limits) -> usize {
    limits.inflated / 4
}

pub(super) fn encrypted(name: &str) -> Refusal {
    Refusal::new(name, "is an encrypted PDF file").hint("open it in a viewer with its password and print it to a new PDF")
}

/// Refuses what is encrypted, and what has more tokens in its objects than are read.
///
/// A stream is told by its word and its line end, as every reader does; those whose dictionary does not say that they
/// hold objects are opened later and one at a time, or never.
pub(super) fn check(name: &str, bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let most = limits.nodes.saturating_mul(4);
    let too_many = || {
        Refusal::new(name, format!("has more than {most} tokens in its objects"))
            .hint("open it in a viewer and print the pages that matter to a new PDF")
    };
    let mut tokens = 0usize;
    let mut left = objects(limits);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (plain, stream, after) = next_stream(rest);
        tokens += count(plain);
        if plain.windows(8).any(|w| w == b"/Encrypt") && encryption(plain) {
            return Err(encrypted(name));
        }
        if tokens > most {
            return Err(too_many());
        }
        // Names may be written with numbers of letters, so that such a dictionary may say anything.
        let dictionary = &plain[plain.len().saturating_sub(4_096)..];
        let dictionary = dictionary.windows(3).rposition(|w| w == b"obj").map_or(dictionary, |at| &dictionary[at..]);
        let holds_objects = dictionary.windows(7).any(|w| w == b"/ObjStm") || dictionary.contains(&b'#') || dictionary.len() >= 4_096;
        let packings = dictionary.windows(7).filter(|w| w.starts_with(b"Decode") && w[6] != b'P').count();
        if holds_objects && packings > 1 {
            return Err(Refusal::new(name, "its objects are packed more than once").hint("print it to a new PDF"));
        }
        if holds_objects {
            let mut source = ZlibDecoder::new(stream);
            let mut piece = [0; 8 << 10];
            while let Ok(length @ 1..) = source.read(&mut piece) {
                tokens += count(&piece[..length]);
                left = left.saturating_sub(length);
                if tokens > most || left == 0 {
                    return Err(too_many());
                }
            }
            // What is not packed so is counted as it stands.
            if source.total_out() == 0 {
                tokens += count(stream);
            }
        }
        rest = after;
    }
    if tokens > most { Err(too_many()) } else { Ok(()) }
}

/// The bytes before the next stream, its content, and what follows it.
fn next_stream(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"stream").map(|at| from + at) {
        let after = &bytes[at + 6..];
        let content = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).or_else(|| after.strip_prefix(b"\r"));
        let ends = bytes[..at].ends_with(b"end");
        if let (Some(content), false) = (content, ends) {
            let length = find(content, b"endstream").unwrap_or(content.len());
            return (&bytes[..at], &content[..length], &content[length..]);
        }
        from = at + 6;
    }
    (bytes, &[], &[])
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    // Two steps, as the first byte is rare enough to make the plain search fast.
    let mut from = 0;
    loop {
        from += hay.get(from..)?.iter().position(|b| *b == needle[0])?;
        if hay[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

/// `/Encrypt` as a key of its own, not `/EncryptMetadata`, and with something for it to name.
fn encryption(plain: &[u8]) -> bool {
    plain.windows(10).any(|w| {
        w.starts_with(b"/Encrypt")
            && !w[8].is_ascii_alphanumeric()
            && (w[8..].trim_ascii_start().is_empty() || w[9..].iter().all(|b| *b != b'n'))
    })
}

/// How many tokens begin in a stretch, about.
fn count(bytes: &[u8]) -> usize {
    let mut inside = false;
    let mut tokens = 0;
    for byte in bytes {
        match byte {
            0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b']' | b'>' | b')' => inside = false,
            b'/' | b'[' | b'<' | b'(' => {
                inside = *byte != b'[';
                tokens += 1;
            }
            _ if !inside => {
                inside = true;
                tokens += 1;
            }
            _ => {}
        }
    }
    tokens
}
