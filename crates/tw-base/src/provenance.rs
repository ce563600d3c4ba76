use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::RecordPtr;

/// Where a row comes from. The label travels with every record, lead, chart and export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Published by the source that the row cites.
    Published,
    /// Put together from several published facts; the row says how.
    Reconstructed,
    /// Made up, for tests and background. Never evidence of anything.
    Synthetic,
}

impl Origin {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Reconstructed => "reconstructed",
            Self::Synthetic => "synthetic",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The Admiralty code: reliability of the source (A–F) and credibility of the information (1–6), judged apart.
///
/// F is "cannot be judged" and 6 is "cannot be judged"; neither is the same as bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    source: char,
    information: u8,
}

impl Grade {
    /// Neither the source nor the information could be judged.
    pub const UNJUDGED: Self = Self { source: 'F', information: 6 };

    /// Reliability of the source, `A` to `F`.
    #[must_use]
    pub fn source(self) -> char {
        self.source
    }

    /// Credibility of the information, 1 to 6.
    #[must_use]
    pub fn information(self) -> u8 {
        self.information
    }
}

impl FromStr for Grade {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chars = text.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(source @ 'A'..='F'), Some(digit @ '1'..='6'), None) => Ok(Self { source, information: digit as u8 - b'0' }),
            _ => Err(format!("`{text}` is not an Admiralty grade such as `B2` (source A–F, information 1–6)")),
        }
    }
}

impl TryFrom<String> for Grade {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.to_string()
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.source, self.information)
    }
}

/// What every row carries beside its facts: label, citation, grade, and the pointer to its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Published, reconstructed or synthetic.
    pub origin: Origin,
    /// Who published it and where, as the row cites it.
    pub source: String,
    /// Admiralty grade; `F6` if nobody judged it.
    pub grade: Grade,
    /// A remark of the person who entered the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Day on which it became known, if the row says so. An answer as of an earlier day leaves the row out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Date>,
    /// The record in a capture.
    pub record: RecordPtr,
}
