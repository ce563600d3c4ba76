//! Which letters a font shows for its codes, and how wide they are (ISO 32000, 9.6 to 9.10).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::token::{Lexer, Token};

/// Unpacked bytes of a character map that are read.
const MAP: usize = 4 << 20;

/// The most entries of a character map.
const ENTRIES: usize = 200_000;

/// Fonts that were read, by the object they are.
#[derive(Default)]
pub(super) struct Fonts {
    read: BTreeMap<ObjectId, std::rc::Rc<Font>>,
}

pub(super) struct Font {
    /// Codes of two bytes.
    wide: bool,
    /// Letters that the file itself gives for codes, by length and code.
    map: BTreeMap<(u8, u32), String>,
    /// Lengths of codes, with their first and last.
    spaces: Vec<(u8, u32, u32)>,
    /// Letters of a font of one byte a code.
    simple: Vec<Option<String>>,
    widths: BTreeMap<u32, f64>,
    default: f64,
}

/// One code of a text.
pub(super) struct Glyph<'a> {
    /// None where nobody says which letter it is.
    pub text: Option<&'a str>,
    /// In thousandths of the font's size.
    pub width: f64,
    /// The code is one byte with the value of a space, which takes more room.
    pub space: bool,
}

impl Fonts {
    /// The font of a name in the resources that are in force, nearest first.
    pub(super) fn get(&mut self, pdf: &Document, resources: &[&Dictionary], name: &[u8]) -> Option<std::rc::Rc<Font>> {
        let found = resources.iter().find_map(|r| r.get_deref(b"Font", pdf).and_then(Object::as_dict).ok()?.get(name).ok())?;
        let Ok(id) = found.as_reference() else { return Some(std::rc::Rc::new(Font::new(pdf, found.as_dict().ok()?))) };
        if let Some(font) = self.read.get(&id) {
            return Some(font.clone());
        }
        let font = std::rc::Rc::new(Font::new(pdf, pdf.get_dictionary(id).ok()?));
        self.read.insert(id, font.clone());
        Some(font)
    }
}

impl Font {
    fn new(pdf: &Document, font: &Dictionary) -> Self {
        let wide = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|n| n == b"Type0");
        let mut out = Self { wide, map: BTreeMap::new(), spaces: Vec::new(), simple: Vec::new(), widths: BTreeMap::new(), default: 500.0 };
        if let Ok(stream) = font.get_deref(b"ToUnicode", pdf).and_then(Object::as_stream)
            && let Ok(map) = stream.get_plain_content_with_limit(MAP)
        {
            out.read_map(&map);
        }
        if wide {
            out.read_wide(pdf, font);
        } else {
            out.simple = simple(pdf, font);
            out.read_widths(pdf, font);
        }
        out
    }

    fn read_widths(&mut self, pdf: &Document, font: &Dictionary) {
        let first = font.get_deref(b"FirstChar", pdf).and_then(Object::as_i64).unwrap_or(0);
        let missing = font.get_deref(b"FontDescriptor", pdf).and_then(Object::as_dict).and_then(|d| d.get_deref(b"MissingWidth", pdf));
        let missing = missing.and_then(Object::as_float).map_or(0.0, f64::from);
        if let Ok(widths) = font.get_deref(b"Widths", pdf).and_then(Object::as_array) {
            self.default = missing;
            for (code, width) in (u32::try_from(first).unwrap_or(0)..).zip(widths.iter().take(256)) {
                if let Ok(width) = pdf.dereference(width).and_then(|(_, w)| w.as_float()) {
                    self.widths.insert(code, f64::from(width));
                }
            }
            // A font of drawings has a scale of its own; the usual one is a thousandth.
            let matrix = font.get_deref(b"FontMatrix", pdf).and_then(Object::as_array).ok();
            if let Some(scale) = matrix.and_then(|m| m.first()).and_then(|s| s.as_float().ok()) {
                self.widths.values_mut().for_each(|w| *w *= f64::from(scale) * 1_000.0);
            }
        }
    }

    fn read_wide(&mut self, pdf: &Document, font: &Dictionary) {
        self.default = 1_000.0;
        let descendant = font.get_deref(b"DescendantFonts", pdf).and_then(Object::as_array).ok().and_then(|a| a.first());
        let Some(descendant) = descendant.and_then(|d| pdf.dereference(d).ok()).and_then(|(_, d)| d.as_dict().ok()) else { return };
        if let Ok(width) = descendant.get_deref(b"DW", pdf).and_then(Object::as_float) {
            self.default = f64::from(width);
        }
        let Ok(array) = descendant.get_deref(b"W", pdf).and_then(Object::as_array) else { return };
        let number = |o: &Object| pdf.dereference(o).ok().and_then(|(_, o)| o.as_float().ok());
        let mut at = 0;
        while let Some(first) = array.get(at).and_then(number) {
            let first = first.max(0.0) as u32;
            let Some(next) = array.get(at + 1).and_then(|o| pdf.dereference(o).ok()).map(|(_, o)| o) else { return };
            if let Ok(list) = next.as_array() {
                for (code, width) in (first..).zip(list.iter().take(65_536)) {
                    if let Some(width) = number(width) {
                        self.widths.insert(code, f64::from(width));
                    }
                }
                at += 2;
            } else {
                let (Some(last), Some(width)) = (number(next), array.get(at + 2).and_then(number)) else { return };
                for code in first..=(last.max(0.0) as u32).min(first.saturating_add(65_535)) {
                    self.widths.insert(code, f64::from(width));
                }
                at += 3;
            }
            if self.widths.len() > ENTRIES {
                return;
            }
        }
    }

    /// Reads a ToUnicode map (9.10.3).
    fn read_map(&mut self, bytes: &[u8]) {
        let mut lexer = Lexer::new(bytes);
        let mut operands: Vec<Token> = Vec::new();
        while let Some(token) = lexer.token(0) {
            let Token::Word(word) = token else {
                operands.push(token);
                if operands.len() > ENTRIES {
                    return;
                }
                continue;
            };
            match word.as_slice() {
                b"endcodespacerange" => {
                    for pair in operands.as_chunks::<2>().0 {
                        if let (Some((length, low)), Some((_, high))) = (code(&pair[0]), code(&pair[1])) {
                            self.spaces.push((length, low, high));
                        }
                    }
                }
                b"endbfchar" => {
                    for pair in operands.as_chunks::<2>().0 {
                        if let (Some(key), Some(text)) = (code(&pair[0]), pair[1].text()) {
                            self.map.insert(key, utf16(text));
                        }
                    }
                }
                b"endbfrange" => {
                    for [low, high, to] in operands.as_chunks::<3>().0 {
                        self.range(low, high, to);
                    }
                }
                _ => {}
            }
            operands.clear();
        }
    }

    fn range(&mut self, low: &Token, high: &Token, to: &Token) {
        let (Some((length, low)), Some((_, high))) = (code(low), code(high)) else { return };
        for key in low..=high.min(low.saturating_add(65_535)) {
            if self.map.len() > ENTRIES {
                return;
            }
            let text = match to {
                Token::Text(bytes) => {
                    let mut units: Vec<u16> = bytes.chunks(2).map(|c| c.iter().fold(0, |n, b| n << 8 | u16::from(*b))).collect();
                    if let Some(last) = units.last_mut() {
                        *last = last.wrapping_add((key - low) as u16);
                    }
                    String::from_utf16_lossy(&units)
                }
                Token::Array(list) => match list.get((key - low) as usize).and_then(Token::text) {
                    Some(bytes) => utf16(bytes),
                    None => return,
                },
                _ => return,
            };
            self.map.insert((length, key), text);
        }
    }

    /// Calls back for every code of a text.
    pub(super) fn glyphs(&self, bytes: &[u8], mut each: impl FnMut(Glyph<'_>)) {
        let mut at = 0;
        while at < bytes.len() {
            let length = self.length(&bytes[at..]).min(bytes.len() - at);
            let key = bytes[at..at + length].iter().fold(0u32, |n, b| n << 8 | u32::from(*b));
            at += length;
            let text = self.map.get(&(length as u8, key)).map(String::as_str);
            // Codes below a space, and letters that stand for nothing, are not letters.
            let text = text.filter(|t| !t.is_empty() && !t.starts_with('\0') && !t.starts_with('\u{fffd}'));
            let text = text.or_else(|| if self.wide { None } else { self.simple.get(key as usize)?.as_deref() });
            let width = self.widths.get(&key).copied().unwrap_or(self.default);
            each(Glyph { text: text.map(apart), width, space: length == 1 && key == 32 });
        }
    }

    fn length(&self, bytes: &[u8]) -> usize {
        if !self.wide {
            return 1;
        }
        for length in 1..=4u8 {
            let Some(code) = bytes.get(..usize::from(length)) else { break };
            let key = code.iter().fold(0u32, |n, b| n << 8 | u32::from(*b));
            if self.spaces.iter().any(|(l, low, high)| *l == length && *low <= key && key <= *high) {
                return usize::from(length);
            }
        }
        2
    }
}

/// Letters that are drawn as one, apart again.
fn apart(text: &str) -> &str {
    match text {
        "\u{fb00}" => "ff",
        "\u{fb01}" => "fi",
        "\u{fb02}" => "fl",
        "\u{fb03}" => "ffi",
        "\u{fb04}" => "ffl",
        "\u{fb05}" | "\u{fb06}" => "st",
        other => other,
    }
}

fn code(token: &Token) -> Option<(u8, u32)> {
    let bytes = token.text().filter(|b| (1..=4).contains(&b.len()))?;
    Some((bytes.len() as u8, bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b))))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|c| c.iter().fold(0, |n, b| n << 8 | u16::from(*b))).collect();
    String::from_utf16_lossy(&units)
}

/// Letters of the 256 codes: base encoding, then differences, each read by the name of its glyph.
fn simple(pdf: &Document, font: &Dictionary) -> Vec<Option<String>> {
    let mut base = b"StandardEncoding".to_vec();
    let mut differences: &[Object] = &[];
    match font.get_deref(b"Encoding", pdf) {
        Ok(Object::Name(name)) => base.clone_from(name),
        Ok(Object::Dictionary(dictionary)) => {
            if let Ok(name) = dictionary.get_deref(b"BaseEncoding", pdf).and_then(Object::as_name) {
                base = name.to_vec();
            }
            differences = dictionary.get_deref(b"Differences", pdf).and_then(Object::as_array).map_or(&[], Vec::as_slice);
        }
        _ => {}
    }
    let mut out: Vec<Option<String>> = (0..=255).map(|code| letter(pdf, Object::Name(base.clone()), code)).collect();
    let mut code = 0usize;
    for entry in differences.iter().take(1_024) {
        match entry {
            Object::Integer(n) => code = usize::try_from(*n).unwrap_or(256),
            Object::Name(name) => {
                if let Some(slot) = out.get_mut(code) {
                    *slot = named(pdf, name);
                }
                code += 1;
            }
            _ => {}
        }
    }
    out
}

/// The letter of a glyph's name.
fn named(pdf: &Document, name: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(name).ok()?;
    let text = text.split('.').next().unwrap_or(text);
    let hex = text.strip_prefix("uni").or_else(|| text.strip_prefix('u')).filter(|h| (4..=6).contains(&h.len()));
    if let Some(letter) = hex.and_then(|h| u32::from_str_radix(h, 16).ok()).and_then(char::from_u32) {
        return Some(letter.to_string());
    }
    match text {
        "ff" => return Some("ff".to_owned()),
        "ffi" => return Some("ffi".to_owned()),
        "ffl" => return Some("ffl".to_owned()),
        "fi" => return Some("fi".to_owned()),
        "fl" => return Some("fl".to_owned()),
        "nbspace" | "nonbreakingspace" => return Some("\u{a0}".to_owned()),
        "sfthyphen" | "softhyphen" => return Some("\u{ad}".to_owned()),
        _ => {}
    }
    let mut dictionary = Dictionary::new();
    dictionary.set("Differences", Object::Array(vec![Object::Integer(1), Object::Name(text.as_bytes().to_vec())]));
    // A name that is not known falls back to the standard encoding, in which this code has no letter.
    letter(pdf, Object::Dictionary(dictionary), 1)
}

fn letter(pdf: &Document, encoding: Object, code: u8) -> Option<String> {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    let encoding = font.get_font_encoding_with_limit(pdf, MAP).ok()?;
    encoding.bytes_to_string(&[code]).ok().filter(|t| !t.is_empty() && !t.starts_with(['\0', '\u{fffd}']))
}
