//! From what was typed to tokens: upper case, ASCII, at most [`LONGEST`] bytes, no allocation.

/// Longest normalised text that is read. The AIS field has 20 characters; port records and papers can be longer.
pub(super) const LONGEST: usize = 96;
/// Most tokens of a text that are read.
pub(super) const MOST_TOKENS: usize = 24;

/// What stands between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sep {
    /// Start of the text, or blanks, full stops, commas, brackets.
    Space,
    /// A comma or a full stop or a semicolon: like a blank, but often before a state.
    Comma,
    /// `-`.
    Dash,
    /// `/`, `\`, `_`, `=`, `+`, `&`, `:`.
    Slash,
    /// `^`, which the US Coast Guard puts into codes of places that have no UN/LOCODE.
    Caret,
    /// `>`, `>>`, `=>`, `->`.
    Arrow,
    /// `<>`, `><`, `<->`.
    Both,
}

/// One word of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: u8,
    pub(super) end: u8,
    pub(super) digits: u8,
    pub(super) sep: Sep,
    /// Vocabulary, filled in by the reader.
    pub(super) flags: u32,
    pub(super) state: u16,
    pub(super) country: u16,
}

impl Token {
    pub(super) fn len(&self) -> usize {
        usize::from(self.end - self.start)
    }

    pub(super) fn letters(&self) -> usize {
        self.len() - usize::from(self.digits)
    }
}

/// A normalised text.
pub(super) struct Clean {
    pub(super) buf: [u8; LONGEST],
    pub(super) len: usize,
    pub(super) tokens: [Token; MOST_TOKENS],
    pub(super) n: usize,
    /// What stands after the last token.
    pub(super) trailing: Sep,
    /// Number of characters that were typed, without padding.
    pub(super) typed: usize,
}

const NO_TOKEN: Token = Token { start: 0, end: 0, digits: 0, sep: Sep::Space, flags: 0, state: 0, country: 0 };

impl Clean {
    pub(super) fn word(&self, token: &Token) -> &[u8] {
        &self.buf[usize::from(token.start)..usize::from(token.end)]
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.buf[..self.len]).unwrap_or_default()
    }
}

/// ASCII of a letter that is not ASCII: one letter for a Latin letter with a mark, BGN/PCGN (without soft signs) for Cyrillic.
fn fold(c: char) -> &'static str {
    match c {
        '\u{c0}'..='\u{c5}' | '\u{e0}'..='\u{e5}' | '\u{100}'..='\u{105}' | '\u{1cd}' | '\u{1ce}' | '\u{1ea0}'..='\u{1eb7}' => "A",
        '\u{c6}' | '\u{e6}' => "AE",
        '\u{c7}' | '\u{e7}' | '\u{106}'..='\u{10d}' => "C",
        '\u{c8}'..='\u{cb}' | '\u{e8}'..='\u{eb}' | '\u{112}'..='\u{11b}' | '\u{1eb8}'..='\u{1ec7}' => "E",
        '\u{cc}'..='\u{cf}' | '\u{ec}'..='\u{ef}' | '\u{128}'..='\u{131}' | '\u{1ec8}'..='\u{1ecb}' => "I",
        '\u{d0}' | '\u{f0}' | '\u{10e}'..='\u{111}' => "D",
        '\u{d1}' | '\u{f1}' | '\u{143}'..='\u{148}' => "N",
        '\u{d2}'..='\u{d6}'
        | '\u{d8}'
        | '\u{f2}'..='\u{f6}'
        | '\u{f8}'
        | '\u{14c}'..='\u{151}'
        | '\u{1a0}'
        | '\u{1a1}'
        | '\u{1ecc}'..='\u{1ee3}' => "O",
        '\u{152}' | '\u{153}' => "OE",
        '\u{d9}'..='\u{dc}' | '\u{f9}'..='\u{fc}' | '\u{168}'..='\u{173}' | '\u{1af}' | '\u{1b0}' | '\u{1ee4}'..='\u{1ef1}' => "U",
        '\u{dd}' | '\u{fd}' | '\u{ff}' | '\u{178}' => "Y",
        '\u{de}' | '\u{fe}' => "TH",
        '\u{df}' => "SS",
        '\u{11c}'..='\u{123}' => "G",
        '\u{139}'..='\u{142}' => "L",
        '\u{154}'..='\u{159}' => "R",
        '\u{15a}'..='\u{161}' | '\u{218}' | '\u{219}' => "S",
        '\u{162}'..='\u{167}' | '\u{21a}' | '\u{21b}' => "T",
        '\u{179}'..='\u{17e}' => "Z",
        '\u{410}' | '\u{430}' => "A",
        '\u{411}' | '\u{431}' => "B",
        '\u{412}' | '\u{432}' => "V",
        '\u{413}' | '\u{433}' => "G",
        '\u{414}' | '\u{434}' => "D",
        '\u{415}' | '\u{435}' | '\u{401}' | '\u{451}' | '\u{42d}' | '\u{44d}' => "E",
        '\u{416}' | '\u{436}' => "ZH",
        '\u{417}' | '\u{437}' => "Z",
        '\u{418}' | '\u{438}' => "I",
        '\u{419}' | '\u{439}' | '\u{42b}' | '\u{44b}' => "Y",
        '\u{41a}' | '\u{43a}' => "K",
        '\u{41b}' | '\u{43b}' => "L",
        '\u{41c}' | '\u{43c}' => "M",
        '\u{41d}' | '\u{43d}' => "N",
        '\u{41e}' | '\u{43e}' => "O",
        '\u{41f}' | '\u{43f}' => "P",
        '\u{420}' | '\u{440}' => "R",
        '\u{421}' | '\u{441}' => "S",
        '\u{422}' | '\u{442}' => "T",
        '\u{423}' | '\u{443}' => "U",
        '\u{424}' | '\u{444}' => "F",
        '\u{425}' | '\u{445}' => "KH",
        '\u{426}' | '\u{446}' => "TS",
        '\u{427}' | '\u{447}' => "CH",
        '\u{428}' | '\u{448}' => "SH",
        '\u{429}' | '\u{449}' => "SHCH",
        '\u{42e}' | '\u{44e}' => "YU",
        '\u{42f}' | '\u{44f}' => "YA",
        '\u{42a}' | '\u{42c}' | '\u{44a}' | '\u{44c}' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' | '\u{300}'..='\u{36f}' => "'",
        '\u{2192}' | '\u{bb}' | '\u{203a}' => ">",
        '\u{2194}' => "<>",
        '\u{2010}'..='\u{2015}' => "-",
        _ => " ",
    }
}

/// Normalises a text: everything from the first `@` on is padding of the AIS field unless nothing stands before it.
pub(super) fn clean(text: &str) -> Clean {
    let mut out = Clean { buf: [0; LONGEST], len: 0, tokens: [NO_TOKEN; MOST_TOKENS], n: 0, trailing: Sep::Space, typed: 0 };
    let mut raw = [0_u8; LONGEST];
    let mut n = 0;
    let mut started = false;
    let text = text.trim_start_matches(['@', ' ', '\0']);
    'chars: for c in text.chars().take(2 * LONGEST) {
        if c == '@' && started {
            break;
        }
        out.typed += 1;
        if c.is_ascii() {
            if n == LONGEST {
                break;
            }
            let b = (c as u8).to_ascii_uppercase();
            started |= b.is_ascii_alphanumeric();
            raw[n] = if b.is_ascii_graphic() && b != b'@' { b } else { b' ' };
            n += 1;
            continue;
        }
        for b in fold(c).bytes() {
            if n == LONGEST {
                break 'chars;
            }
            started |= b.is_ascii_alphanumeric();
            raw[n] = b;
            n += 1;
        }
    }
    split(&raw[..n], &mut out);
    out
}

fn split(raw: &[u8], out: &mut Clean) {
    let mut sep = Sep::Space;
    let mut i = 0;
    let mut open = false;
    while i < raw.len() {
        let b = raw[i];
        if b.is_ascii_alphanumeric() {
            if !open {
                if out.n == MOST_TOKENS {
                    return;
                }
                if out.len > 0 && out.len < LONGEST {
                    out.buf[out.len] = match sep {
                        Sep::Arrow => b'>',
                        Sep::Both => b'~',
                        Sep::Dash => b'-',
                        Sep::Slash => b'/',
                        _ => b' ',
                    };
                    out.len += 1;
                }
                out.tokens[out.n] = Token { start: out.len as u8, end: out.len as u8, sep, ..NO_TOKEN };
                out.n += 1;
                open = true;
                sep = Sep::Space;
            }
            if out.len == LONGEST {
                return;
            }
            let token = &mut out.tokens[out.n - 1];
            out.buf[out.len] = b;
            out.len += 1;
            token.end = out.len as u8;
            token.digits += u8::from(b.is_ascii_digit());
            i += 1;
            continue;
        }
        if matches!(b, b'\'' | b'`' | b'"') && open && raw.get(i + 1).is_some_and(u8::is_ascii_alphabetic) {
            i += 1;
            continue;
        }
        open = false;
        sep = stronger(sep, b);
        i += 1;
    }
    out.trailing = sep;
}

/// What a run of separators means together.
fn stronger(so_far: Sep, b: u8) -> Sep {
    match (so_far, b) {
        (Sep::Both, _) | (Sep::Arrow, b'<') => Sep::Both,
        (_, b'>') => Sep::Arrow,
        (_, b'<') => Sep::Both,
        (Sep::Arrow, _) => Sep::Arrow,
        (_, b'^') => Sep::Caret,
        (Sep::Caret, _) => Sep::Caret,
        (Sep::Dash, b'-') => Sep::Dash,
        (Sep::Space | Sep::Comma, b'-') => Sep::Dash,
        (Sep::Space | Sep::Comma, b'/' | b'\\' | b'_' | b'=' | b'+' | b'&' | b':' | b'|') => Sep::Slash,
        (Sep::Space, b',' | b'.' | b';' | b'(') => Sep::Comma,
        (other, _) => other,
    }
}

/// Start of the hash of names and words.
pub(super) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Hash of a name so far with more letters: FNV-1a, then [`finish`].
#[inline]
pub(super) fn more(mut hash: u64, bytes: &[u8]) -> u64 {
    for b in bytes {
        hash = (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// Spreads a hash over all bits.
#[inline]
pub(super) fn finish(hash: u64) -> u64 {
    let h = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^ (h >> 29)
}

/// The one spelling of a word, in names and in texts alike.
#[inline]
pub(super) fn canonical(word: &[u8]) -> &[u8] {
    match word {
        b"SAINT" | b"SANKT" | b"SANCT" => b"ST",
        b"SAINTE" => b"STE",
        b"FORT" => b"FT",
        b"MOUNT" => b"MT",
        b"HARBOUR" | b"HBR" | b"HARB" | b"HRBR" | b"HARBR" => b"HARBOR",
        b"PTO" => b"PUERTO",
        b"PTE" => b"POINTE",
        b"BCH" => b"BEACH",
        b"ISLE" | b"ISLAND" | b"ISLANDS" | b"ISL" | b"ISLD" => b"IS",
        b"CHAN" | b"CHNL" => b"CHANNEL",
        b"RVR" | b"RIV" => b"RIVER",
        b"HVN" => b"HAVN",
        other => other,
    }
}

/// Squeezed, canonical form of a name: the key of the indexes.
pub(super) fn key(text: &str) -> String {
    key_of(&clean(text))
}

/// [`key`] of a text that is normalised already.
pub(super) fn key_of(clean: &Clean) -> String {
    let mut out = String::with_capacity(clean.len);
    for token in &clean.tokens[..clean.n] {
        out.push_str(std::str::from_utf8(canonical(clean.word(token))).unwrap_or_default());
    }
    out
}

/// Hash of a squeezed, canonical form.
pub(super) fn hash_key(key: &str) -> u64 {
    finish(more(SEED, key.as_bytes()))
}
