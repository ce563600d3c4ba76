use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use tw_base::{Date, Sha256, Span};

use crate::format::Format;

/// Which capture is read, and when it was made.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Digest of the bytes of the main file as they were captured (packed, if they were).
    pub sha256: Sha256,
    /// Day of the capture. An entry whose list prints no date of listing was on it by this day.
    pub captured: Option<Date>,
    /// Name of the list, if it is another than the format's own: `US-SDN` for an OFAC file that does not say which it is.
    pub list: Option<String>,
}

/// A place in a file, as a person counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub Span);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Span::Row(row) => write!(f, "row {row}"),
            Span::SheetRow(sheet, row) => write!(f, "sheet {sheet}, row {row}"),
            Span::Line(line) => write!(f, "line {line}"),
            Span::Bytes(from, to) => write!(f, "bytes {from} to {to}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something counted: how often, and where first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How often.
    pub n: u64,
    /// The first place; none for what concerns the whole file.
    pub first: Option<Place>,
}

/// What became of a list. Every entry of it was delivered or is counted in [`Report::refused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Format it was read as.
    pub format: Format,
    /// Name of the list.
    pub list: String,
    /// Listed entries delivered.
    pub entries: u64,
    /// Other entities delivered: links, wallets, and what a collection holds besides listed parties.
    pub others: u64,
    /// Day on which the publisher says the file was made.
    pub published: Option<Date>,
    /// Number of entries that the file itself states.
    pub declared: Option<u64>,
    /// What the bytes were converted from, if they were not UTF-8; places then count converted bytes.
    pub encoding: Option<String>,
    /// Entries that were not taken, by reason.
    pub refused: BTreeMap<String, Tally>,
    /// What was taken with a remark, or left out without harm, by remark.
    pub remarks: BTreeMap<String, Tally>,
    /// True if the receiver of the entries said that it has enough.
    pub stopped: bool,
}

impl Report {
    pub(crate) fn new(format: Format, list: String) -> Self {
        Self {
            format,
            list,
            entries: 0,
            others: 0,
            published: None,
            declared: None,
            encoding: None,
            refused: BTreeMap::new(),
            remarks: BTreeMap::new(),
            stopped: false,
        }
    }

    /// Number of entries refused.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().map(|tally| tally.n).sum()
    }

    pub(crate) fn refuse(&mut self, reason: impl AsRef<str>, place: Span) {
        count(&mut self.refused, reason.as_ref(), Some(place));
    }

    pub(crate) fn remark(&mut self, remark: impl AsRef<str>, place: Span) {
        count(&mut self.remarks, remark.as_ref(), Some(place));
    }

    pub(crate) fn remark_on_file(&mut self, remark: impl AsRef<str>) {
        count(&mut self.remarks, remark.as_ref(), None);
    }
}

/// Different reasons that are kept apart; a hostile file cannot make more.
const MOST_REASONS: usize = 1000;

fn count(tallies: &mut BTreeMap<String, Tally>, reason: &str, place: Option<Span>) {
    let reason = if tallies.len() >= MOST_REASONS && !tallies.contains_key(reason) { "other" } else { reason };
    match tallies.get_mut(reason) {
        Some(tally) => tally.n += 1,
        None => {
            tallies.insert(reason.to_owned(), Tally { n: 1, first: place.map(Place) });
        }
    }
}
