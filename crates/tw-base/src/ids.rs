use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why text is not an identifier of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not {what}: {why}")]
pub struct IdError {
    text: String,
    what: &'static str,
    why: &'static str,
}

impl IdError {
    fn new(text: &str, what: &'static str, why: &'static str) -> Self {
        let text = text.chars().take(80).collect();
        Self { text, what, why }
    }
}

macro_rules! string_serde {
    ($name:ty) => {
        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}

/// SHA-256 of exact bytes (FIPS 180-4), written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

string_serde!(Sha256);

impl Sha256 {
    /// From the 32 bytes of a digest.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first eight digits: enough for a person to tell captures of one case apart.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sha256 {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fail = |why| IdError::new(text, "a SHA-256", why);
        if text.len() != 64 || !text.is_ascii() {
            return Err(fail("it needs 64 hexadecimal digits"));
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            let pair = &text[2 * i..2 * i + 2];
            if !pair.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                return Err(fail("digits are 0–9 and a–f, lower case"));
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| fail("not hexadecimal"))?;
        }
        Ok(Self(bytes))
    }
}

/// A part of a capture.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Span {
    /// Row of a delimited file, as a person counts it: the header is row 1.
    Row(u64),
    /// Row of a named sheet of a workbook.
    SheetRow(String, u64),
    /// Line of a text, from 1.
    Line(u64),
    /// Bytes `from..to`, half-open, from 0.
    Bytes(u64, u64),
}

/// A record: a capture and a part of it, written `<sha256>#row=41`, `#sheet=Permits&row=3`, `#line=10233` or `#bytes=335-413`.
///
/// ```
/// use tw_base::RecordPtr;
/// let text = format!("{}#row=41", "0".repeat(64));
/// let ptr: RecordPtr = text.parse()?;
/// assert_eq!(ptr.to_string(), text);
/// # Ok::<(), tw_base::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordPtr {
    /// The capture.
    pub capture: Sha256,
    /// The part.
    pub span: Span,
}

string_serde!(RecordPtr);

impl fmt::Display for RecordPtr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#", self.capture)?;
        match &self.span {
            Span::Row(row) => write!(f, "row={row}"),
            Span::SheetRow(sheet, row) => {
                f.write_str("sheet=")?;
                for c in sheet.chars() {
                    match c {
                        '%' => f.write_str("%25")?,
                        '&' => f.write_str("%26")?,
                        '#' => f.write_str("%23")?,
                        _ => write!(f, "{c}")?,
                    }
                }
                write!(f, "&row={row}")
            }
            Span::Line(line) => write!(f, "line={line}"),
            Span::Bytes(from, to) => write!(f, "bytes={from}-{to}"),
        }
    }
}

impl FromStr for RecordPtr {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fail = |why| IdError::new(text, "a record pointer", why);
        let (capture, part) = text.split_once('#').ok_or_else(|| fail("it needs `#` after the SHA-256"))?;
        let capture = capture.parse()?;
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| fail("it needs a whole number"));
        let (key, value) = part.split_once('=').ok_or_else(|| fail("it needs `row=`, `sheet=`, `line=` or `bytes=`"))?;
        let span = match key {
            "row" => Span::Row(number(value)?),
            "line" => Span::Line(number(value)?),
            "bytes" => {
                let (from, to) = value.split_once('-').ok_or_else(|| fail("bytes need `from-to`"))?;
                let (from, to) = (number(from)?, number(to)?);
                if from > to {
                    return Err(fail("the bytes end before they begin"));
                }
                Span::Bytes(from, to)
            }
            "sheet" => {
                let (sheet, row) = value.split_once("&row=").ok_or_else(|| fail("a sheet needs `&row=`"))?;
                let sheet = sheet.replace("%26", "&").replace("%23", "#").replace("%25", "%");
                Span::SheetRow(sheet, number(row)?)
            }
            _ => return Err(fail("it needs `row=`, `sheet=`, `line=` or `bytes=`")),
        };
        Ok(Self { capture, span })
    }
}

/// An IMO ship number: seven digits, the last a check digit.
///
/// The first six digits times 7, 6, 5, 4, 3, 2 sum to a number whose last digit is the seventh (IMO resolution A.1117(30), annex).
///
/// ```
/// use tw_base::Imo;
/// assert!("IMO 2222224".parse::<Imo>().is_ok());
/// assert!("2222225".parse::<Imo>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Imo(u32);

string_serde!(Imo);

impl Imo {
    /// The seven digits as a number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl FromStr for Imo {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fail = |why| IdError::new(text, "an IMO ship number", why);
        let digits = text.trim().trim_start_matches("IMO").trim_start();
        if digits.len() != 7 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(fail("it needs seven digits"));
        }
        let d: Vec<u32> = digits.bytes().map(|b| u32::from(b - b'0')).collect();
        let sum: u32 = (0..6).map(|i| d[i] * (7 - i as u32)).sum();
        if sum % 10 != d[6] {
            return Err(fail("its check digit is wrong"));
        }
        Ok(Self(d.iter().fold(0, |n, digit| n * 10 + digit)))
    }
}

impl fmt::Display for Imo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IMO{:07}", self.0)
    }
}

/// A maritime mobile service identity: nine digits (ITU-R M.585).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mmsi(u32);

string_serde!(Mmsi);

impl Mmsi {
    /// The nine digits as a number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl FromStr for Mmsi {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.trim();
        if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::new(text, "an MMSI", "it needs nine digits"));
        }
        digits.parse().map(Self).map_err(|_| IdError::new(text, "an MMSI", "it needs nine digits"))
    }
}

impl fmt::Display for Mmsi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_pointer_reads_back() {
        let hash = "ab".repeat(32);
        for part in ["row=41", "line=10233", "bytes=335-413", "sheet=Q1 %26 Q2&row=3", "sheet=50%2523&row=1"] {
            let text = format!("{hash}#{part}");
            assert_eq!(text.parse::<RecordPtr>().map(|p| p.to_string()), Ok(text));
        }
    }

    #[test]
    fn hostile_text_is_refused_not_panicked_on() {
        for bad in [
            "",
            "#",
            "é#row=1",
            "x#row=1",
            &format!("{}#row=-1", "0".repeat(64)),
            &format!("{}#bytes=9-1", "0".repeat(64)),
            &"é".repeat(32),
        ] {
            assert!(bad.parse::<RecordPtr>().is_err(), "{bad}");
            assert!(bad.parse::<Sha256>().is_err(), "{bad}");
            assert!(bad.parse::<Imo>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_check_digit_of_an_imo_number_is_tested() {
        assert!("IMO8132835".parse::<Imo>().is_ok());
        assert!("8132836".parse::<Imo>().is_err());
    }
}
