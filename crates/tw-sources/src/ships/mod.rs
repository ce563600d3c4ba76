//! Files of ships' positions and static reports, read as streams in bounded memory.
//!
//! Unlike the rows of a table, which a person entered and which are taken whole or not at all, a recording from the air is full of noise.
//! Every record is therefore taken, counted as a remark, or counted and located as refused; the file as a whole is refused only if nothing
//! could be taken.
//!
//! Formats: NMEA 0183 (see [`tw_ais`]), aisstream.io JSON, and delimited text: MarineCadastre, Danish Maritime Authority, Brest, or any
//! other with a [`PositionMapping`]. Gzip and Zstandard are read directly.

mod json;
mod locate;
mod mapping;
mod nmea;
mod row;
mod table;
mod unpack;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Read;

use serde::{Deserialize, Serialize};
use tw_ais::{Fixes, Positions, Static};
use tw_base::{Origin, Refusal, Refusals};

pub use locate::{lines, rows};
pub use mapping::PositionMapping;
pub use row::{HeaderFault, RowReader, fields_of};
pub use unpack::Unpacked;

/// Rows handed over at once.
pub(crate) const CHUNK: usize = 1 << 16;

/// Earliest time taken: 1990-01-01T00:00:00Z, before the first AIS transponder.
pub const EARLIEST: i64 = 631_152_000;
/// Latest time taken: 2100-01-01T00:00:00Z, well before clocks of 32 bits run over in 2106.
pub const LATEST: i64 = 4_102_444_800;

/// How a file of positions is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// NMEA 0183 sentences.
    Nmea,
    /// JSON objects of aisstream.io.
    AisStream,
    /// Delimited text with a header.
    Table,
}

impl Layout {
    /// The words of tables and pages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Nmea => "NMEA 0183",
            Self::AisStream => "aisstream.io JSON",
            Self::Table => "delimited text",
        }
    }
}

/// Finds out whether the first bytes of a file (unpacked) are positions of ships.
///
/// Delimited text counts if its header has an MMSI, a time, a latitude and a longitude, or if a mapping says so.
#[must_use]
pub fn detect(head: &[u8], mapping: Option<&PositionMapping>) -> Option<Layout> {
    // A mapping that only says where a recording comes from does not make it a table.
    if mapping.is_some_and(|m| !m.columns.is_empty()) {
        return Some(Layout::Table);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head.iter().position(|b| !b.is_ascii_whitespace()).map(|i| &head[i..])?;
    if first.starts_with(b"{") && memchr::memmem::find(head, b"\"MessageType\"").is_some() {
        return Some(Layout::AisStream);
    }
    let sentence = |kind: &[u8]| {
        memchr::memmem::find_iter(head, kind).any(|i| i >= 3 && (head[i - 3] == b'!') && head.get(i + kind.len()) == Some(&b','))
    };
    if sentence(b"VDM") || sentence(b"VDO") {
        return Some(Layout::Nmea);
    }
    let line = first.split(|&b| b == b'\n').next()?;
    table::is_positions(line).then_some(Layout::Table)
}

/// The first bytes of a file, unpacked if it is packed.
///
/// # Errors
/// If it cannot be read at all.
pub fn head(body: impl Read, bytes: u64) -> std::io::Result<Vec<u8>> {
    let stream = unpack::open("", body).map_err(|refusal| std::io::Error::other(refusal.reason))?;
    let mut head = Vec::new();
    stream.take(bytes).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file lies as it is: neither packed nor Parquet.
///
/// # Errors
/// If it cannot be read.
pub fn is_plain(body: &mut impl Read) -> std::io::Result<bool> {
    let mut magic = Vec::new();
    body.take(4).read_to_end(&mut magic)?;
    Ok(!(magic.starts_with(b"\x1f\x8b") || magic == [0x28, 0xb5, 0x2f, 0xfd] || magic == b"PAR1"))
}

/// Opens a file, unpacking gzip and Zstandard on the way; `name` is the one used in messages.
///
/// # Errors
/// If its beginning cannot be read at all. A damaged or cut end is no error here: see [`Unpacked::fault`].
///
/// ```
/// use std::io::Read as _;
/// let mut stream = tw_sources::ships::open_unpacked("a.nmea", &b"# nothing\n"[..])?;
/// let mut text = String::new();
/// stream.read_to_string(&mut text)?;
/// assert_eq!((text.as_str(), stream.fault()), ("# nothing\n", None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn open_unpacked<'a>(name: &str, body: impl Read + 'a) -> Result<Unpacked<'a>, Refusal> {
    unpack::open(name, body)
}

/// What the caller knows about a file.
#[derive(Clone, Debug, Default)]
pub struct ShipOptions {
    /// How another person's columns are read.
    pub mapping: Option<PositionMapping>,
    /// Time of the first record, seconds since 1970, for recordings that carry none; each record then gets this time.
    pub base_time: Option<i64>,
}

/// Part of what was read.
#[derive(Debug)]
pub enum ShipRows<'a> {
    /// Position reports; `file` is 0.
    Positions(Fixes<'a>),
    /// Static reports, runs of equal ones as one row.
    Statics(&'a [Static]),
}

/// A reason, with how often it was met and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How often.
    pub n: u64,
    /// The first few records, as a person counts them.
    pub records: Vec<u64>,
}

impl Tally {
    /// Counts one.
    pub(crate) fn add(&mut self, record: u64) {
        self.n += 1;
        if self.records.len() < 5 {
            self.records.push(record);
        }
    }
}

/// What became of a file of positions. Every record is in one of the counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShipReport {
    /// How it is written.
    pub layout: String,
    /// Lines, rows or objects.
    pub records: u64,
    /// Position reports taken.
    pub positions: u64,
    /// Static reports taken.
    pub statics: u64,
    /// Records without a position or static report: comments, other messages, parts of a message.
    pub other: BTreeMap<String, u64>,
    /// Records refused, by reason.
    pub refused: BTreeMap<String, Tally>,
    /// Records taken with a remark, by remark.
    pub remarks: BTreeMap<String, Tally>,
    /// Columns that are not read.
    pub ignored: Vec<String>,
    /// First and last time taken, seconds since 1970.
    pub period: Option<(i64, i64)>,
    /// Receiving stations, in the order of their numbers; number 0 is not known.
    pub stations: Vec<String>,
    /// What the file says of its own origin (a comment line `# origin: synthetic`).
    pub origin: Option<Origin>,
}

impl ShipReport {
    /// Number of records refused.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().map(|tally| tally.n).sum()
    }

    pub(crate) fn refuse(&mut self, reason: &str, record: u64) {
        count(&mut self.refused, reason, record);
    }

    pub(crate) fn remark(&mut self, remark: &str, record: u64) {
        count(&mut self.remarks, remark, record);
    }

    pub(crate) fn saw(&mut self, t: i64) {
        let (first, last) = self.period.unwrap_or((t, t));
        self.period = Some((first.min(t), last.max(t)));
    }

    /// The origin that a comment line states.
    pub(crate) fn comment(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(&line[..line.len().min(200)]).to_lowercase();
        let said = text.trim_start_matches(['#', '/', ';', ' ']).strip_prefix("origin:").map(str::trim).unwrap_or_default().to_owned();
        for origin in [Origin::Synthetic, Origin::Reconstructed, Origin::Published] {
            if said == origin.word() {
                self.origin = Some(origin);
            }
        }
    }
}

fn count(tallies: &mut BTreeMap<String, Tally>, reason: &str, record: u64) {
    match tallies.get_mut(reason) {
        Some(tally) => tally.add(record),
        None => tallies.entry(reason.to_owned()).or_default().add(record),
    }
}

/// What a sink may say: nothing, or that it cannot go on.
pub type Taken = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Reads a file of positions; `sink` gets the rows in the order of the file.
///
/// # Errors
/// A file that is none, cannot be unpacked at all, has a header that cannot be read, or gives not one record; and what `sink` says.
pub fn read_ships(
    name: &str,
    body: impl Read,
    options: &ShipOptions,
    sink: &mut dyn FnMut(ShipRows<'_>) -> Taken,
) -> Result<ShipReport, Refusals> {
    let mut stream = unpack::open(name, body)?;
    let head = stream.head().to_vec();
    let Some(layout) = detect(&head, options.mapping.as_ref()) else {
        return Err(Refusal::new(name, "no positions of ships were found in it")
            .hint(
                "NMEA, aisstream.io JSON, or a table whose header names MMSI, time, latitude and longitude; else save a mapping beside it",
            )
            .into());
    };
    let mut report = ShipReport { layout: layout.words().to_owned(), ..ShipReport::default() };
    match layout {
        Layout::Nmea => nmea::read(name, &mut stream, options, &mut report, sink)?,
        Layout::AisStream => json::read(name, &mut stream, &mut report, sink)?,
        Layout::Table => table::read(name, &mut stream, options, &mut report, sink)?,
    }
    if let Some(fault) = stream.fault() {
        let record = report.records;
        report.refuse(&fault, record.max(1));
    }
    nothing(name, &report)?;
    Ok(report)
}

/// Reads positions from rows of cells that another reader gives, such as Parquet; rows count from 1, after the header.
///
/// # Errors
/// As [`read_ships`]; a row that cannot be read ends the reading, and is counted.
pub fn read_rows(
    name: &str,
    header: &[String],
    rows: impl Iterator<Item = Result<Vec<String>, String>>,
    options: &ShipOptions,
    sink: &mut dyn FnMut(ShipRows<'_>) -> Taken,
) -> Result<ShipReport, Refusals> {
    let mut report = ShipReport { layout: "table".to_owned(), ..ShipReport::default() };
    let mut reader = RowReader::new(header, options.mapping.as_ref(), options.base_time, &mut report)
        .map_err(|(column, reason)| table::header_fault(name, column, reason))?;
    let mut out = Out::new(name, sink);
    for (i, cells) in rows.enumerate() {
        let number = i as u64 + 1;
        report.records = number;
        let cells = match cells {
            Ok(cells) => cells,
            Err(reason) => {
                report.refuse(&format!("{reason}: the rest of the file was not read"), number);
                break;
            }
        };
        table::take(&mut reader, cells.iter().map(|cell| cell.as_bytes()), number, &mut out, &mut report)?;
    }
    out.finish()?;
    nothing(name, &report)?;
    Ok(report)
}

/// Refuses a file of which nothing could be taken.
fn nothing(name: &str, report: &ShipReport) -> Result<(), Refusals> {
    // A day of base stations alone is a recording in which no ship was heard.
    let messages = report.other.keys().any(|what| what.starts_with("messages of type"));
    if report.positions + report.statics > 0 || messages {
        return Ok(());
    }
    let why = report.refused.iter().max_by_key(|(_, tally)| tally.n);
    let why = why.map_or_else(String::new, |(reason, tally)| format!(": {} records refused, most for {reason}", tally.n));
    let mut refusal = Refusal::new(name, format!("not one of its {} records could be taken{why}", report.records));
    if report.refused.contains_key(NO_TIME) {
        refusal = refusal.hint("give the time of the recording with `--base-time 2024-01-31T00:00:00Z`");
    }
    Err(refusal.into())
}

/// The reason of a record that carries no time.
pub(crate) const NO_TIME: &str = "no time";

/// Collects rows and hands them over in chunks.
pub(crate) struct Out<'s> {
    pub(crate) name: String,
    positions: Positions,
    statics: Runs,
    sink: &'s mut dyn FnMut(ShipRows<'_>) -> Taken,
}

impl<'s> Out<'s> {
    pub(crate) fn new(name: &str, sink: &'s mut dyn FnMut(ShipRows<'_>) -> Taken) -> Self {
        Self { name: name.to_owned(), positions: Positions::default(), statics: Runs::default(), sink }
    }

    pub(crate) fn position(&mut self, fix: tw_ais::Fix, report: &mut ShipReport) -> Result<(), Refusals> {
        report.saw(fix.t);
        report.positions += 1;
        self.positions.push(fix);
        if self.positions.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    pub(crate) fn said(&mut self, row: Static, report: &mut ShipReport) {
        report.saw(row.t);
        report.statics += 1;
        self.statics.push(row);
    }

    fn flush(&mut self) -> Result<(), Refusals> {
        give(&self.name, self.sink, ShipRows::Positions(self.positions.view()))?;
        self.positions.clear();
        let done = self.statics.done();
        if done.is_empty() { Ok(()) } else { give(&self.name, self.sink, ShipRows::Statics(&done)) }
    }

    pub(crate) fn finish(mut self) -> Result<(), Refusals> {
        self.flush()?;
        let rest = self.statics.rest();
        give(&self.name, self.sink, ShipRows::Statics(&rest))
    }
}

pub(crate) fn give(name: &str, sink: &mut dyn FnMut(ShipRows<'_>) -> Taken, rows: ShipRows<'_>) -> Result<(), Refusals> {
    sink(rows).map_err(|error| Refusal::new(name, format!("what was read could not be kept: {error}")).into())
}

/// Runs of equal static reports, one open run a ship and kind of message.
#[derive(Default)]
struct Runs {
    open: BTreeMap<(u32, u8), Static>,
    done: Vec<Static>,
}

impl Runs {
    fn push(&mut self, row: Static) {
        match self.open.entry((row.mmsi, row.message)) {
            std::collections::btree_map::Entry::Vacant(empty) => {
                empty.insert(row);
            }
            std::collections::btree_map::Entry::Occupied(mut run) if run.get().says_the_same(&row) && row.t >= run.get().t => {
                let run = run.get_mut();
                run.t_last = run.t_last.max(row.t_last);
                run.n = run.n.saturating_add(row.n);
            }
            std::collections::btree_map::Entry::Occupied(mut run) => self.done.push(std::mem::replace(run.get_mut(), row)),
        }
    }

    fn done(&mut self) -> Vec<Static> {
        std::mem::take(&mut self.done)
    }

    fn rest(&mut self) -> Vec<Static> {
        let mut rest = self.done();
        rest.extend(std::mem::take(&mut self.open).into_values());
        rest
    }
}
