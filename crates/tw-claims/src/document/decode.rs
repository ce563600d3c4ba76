//! From bytes to characters: which encoding, and what could not be read.

use encoding_rs::{EUC_KR, Encoding, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

/// Bytes at the start of a page in which a declared encoding is looked for.
const HEAD: usize = 4 << 10;

/// Characters, and what to tell about how they were read.
pub(crate) struct Decoded {
    pub text: String,
    pub remarks: Vec<String>,
}

/// Reads bytes as characters: byte order mark, then UTF-8 where it is valid, then what the page declares, then a guess.
///
/// Text of two and more bytes a letter that is valid UTF-8 by chance is so rare that it wins over a declaration.
///
/// `outside` is what was said beside the bytes, as by the server that sent them; the page's own declaration wins over it.
pub(crate) fn decode(bytes: &[u8], html: bool, outside: Option<&'static Encoding>) -> Decoded {
    let mut remarks = Vec::new();
    let declared = if html { declared(bytes) } else { None }.or(outside);
    let encoding = if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        encoding
    } else if let Some(wide) = wide(bytes) {
        remarks.push(format!("no encoding is declared; read as {}", wide.name()));
        wide
    } else if bytes.is_ascii() && declared.is_some_and(|d| d.is_ascii_compatible()) || std::str::from_utf8(bytes).is_ok() {
        match declared {
            // Seven-bit encodings of Japanese look like ASCII.
            Some(other) if bytes.is_ascii() && !other.is_ascii_compatible() => other,
            Some(other) if other != UTF_8 && !bytes.is_ascii() => {
                remarks.push(format!("the page declares {}, but is valid UTF-8 and was read so", other.name()));
                UTF_8
            }
            _ => UTF_8,
        }
    } else {
        match declared {
            Some(d) if d != UTF_8 => d,
            _ if mostly_utf8(bytes) => UTF_8,
            _ => {
                let guess = guess(bytes);
                remarks.push(format!("not valid UTF-8; the encoding was guessed to be {}", guess.name()));
                guess
            }
        }
    };
    let (text, used, replaced) = encoding.decode(bytes);
    let mut text = text.into_owned();
    if replaced {
        let count = text.chars().filter(|c| *c == '\u{fffd}').count();
        remarks.push(format!("{count} characters could not be read as {} and stand as U+FFFD", used.name()));
    }
    let nul = text.matches('\0').count();
    if nul > 0 {
        text = text.replace('\0', "\u{fffd}");
        remarks.push(format!("{nul} NUL characters stand as U+FFFD"));
    }
    Decoded { text, remarks }
}

/// The encoding in `<meta charset=…>` or `<meta … content="text/html; charset=…">` or an XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(HEAD)].to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = find(&head[from..], b"charset").or_else(|| (from == 0).then(|| find(&head, b"encoding")).flatten()) {
        let mut rest = &head[from + at..];
        rest = &rest[if rest.starts_with(b"charset") { 7 } else { 8 }..];
        from = head.len() - rest.len();
        rest = rest.trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_.:".contains(b))).unwrap_or(value.len());
        if let Some(encoding) = Encoding::for_label(&value[..end]) {
            // A page that could be searched for its declaration is no UTF-16.
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
        }
    }
    None
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|w| w == needle)
}

/// UTF-16 without a mark: nearly every second byte of Western text is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD) & !1];
    if head.len() < 8 {
        return None;
    }
    let half = head.len() / 2;
    let even = head.iter().step_by(2).filter(|b| **b == 0).count();
    let odd = head.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
    if odd * 10 > half * 7 && even * 20 < half {
        return Some(UTF_16LE);
    }
    (even * 10 > half * 7 && odd * 20 < half).then_some(UTF_16BE)
}

/// A few bad bytes in text that is else UTF-8: at most one in twenty of its longer letters.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad * 20 <= good
}

/// Korean, Cyrillic or Western: by what the bytes above 127 would spell.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(256 << 10)];
    let high = sample.iter().filter(|b| **b >= 0x80).count();
    let beside = sample.windows(2).filter(|w| w[0] >= 0x80 && w[1] >= 0x80).count();
    // Accents stand alone; letters of other scripts stand in runs.
    if beside * 2 < high {
        return WINDOWS_1252;
    }
    let (korean, _, _) = EUC_KR.decode(sample);
    let foreign = korean.chars().filter(|c| !c.is_ascii()).count();
    let hangul = korean.chars().filter(|c| ('\u{ac00}'..='\u{d7a3}').contains(c)).count();
    if hangul * 10 >= foreign * 8 {
        return EUC_KR;
    }
    let low = sample.iter().filter(|b| (0xc0..=0xdf).contains(*b)).count();
    let top = sample.iter().filter(|b| **b >= 0xe0).count();
    // Small letters, the many, lie at the top in windows-1251 and below it in KOI8-R.
    if low > top * 2 { KOI8_R } else { WINDOWS_1251 }
}
