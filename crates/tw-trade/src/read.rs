//! Tells the formats apart and reads them.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read as _};

use serde::{Deserialize, Serialize};
use tw_base::{Refusal, Refusals};

use crate::collect::{Collector, Read};
use crate::lines::{Lines, Next};
use crate::report::{Edition, Flow, Month};
use crate::{baci, china, comtrade, eurostat};

/// A layout of trade statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// UN Comtrade, answer of the current API.
    ComtradeJson,
    /// UN Comtrade, CSV with the column names of the current API.
    ComtradeCsv,
    /// UN Comtrade, CSV of the API that ended in 2022.
    ComtradeLegacyCsv,
    /// BACI of CEPII.
    Baci,
    /// Bulk files of Eurostat's Comext.
    Eurostat,
    /// Table downloaded from the General Administration of Customs of China.
    ChinaCustoms,
}

/// US dollars for one unit of a currency, by month or by year.
///
/// A whole year takes the rate of that year; a month takes its own and never that of the year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates(pub BTreeMap<Month, f64>);

impl Rates {
    /// The rate of a month or year, if it was given and is a positive number.
    #[must_use]
    pub fn of(&self, month: Month) -> Option<f64> {
        self.0.get(&month).copied().filter(|rate| rate.is_finite() && *rate > 0.0)
    }
}

/// What the caller knows and the file does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The caller's number of the file, put into every report.
    pub file: u16,
    /// Day on which the figures were published, `YYYYMMDD`; 0 if not known. A later file about the same flow is a revision.
    pub published: u32,
    /// US dollars for one euro. Without a rate, values of Eurostat are unknown.
    pub usd_per_eur: Rates,
    /// US dollars for one yuan renminbi. Without a rate, values in that currency are unknown.
    pub usd_per_cny: Rates,
    /// Direction, for files that do not say it (Chinese customs). Without it, the file name is looked at.
    pub flow: Option<Flow>,
    /// Edition of the headings, for files that do not say it.
    pub edition: Option<Edition>,
    /// How many refused rows are told one by one; all are counted.
    pub max_refusals: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            file: 0,
            published: 0,
            usd_per_eur: Rates::default(),
            usd_per_cny: Rates::default(),
            flow: None,
            edition: None,
            max_refusals: 200,
        }
    }
}

/// How many bytes at the start of a file are enough for [`sniff`].
pub const HEAD: usize = 1 << 16;

/// Tells the format by the first bytes (packed or not) and the file name; nothing where it is none that is known.
///
/// ```
/// use tw_trade::{Format, sniff};
/// assert_eq!(sniff(b"t,i,j,k,v,q\n2019,643,408,271019,1.5,2\n", "BACI_HS17_Y2019_V202401.csv"), Some(Format::Baci));
/// assert_eq!(sniff(b"date,barrels\n", "x.csv"), None);
/// ```
#[must_use]
pub fn sniff(head: &[u8], name: &str) -> Option<Format> {
    let unpacked = unpack_head(head);
    let bytes = unpacked.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&unpacked);
    let text = bytes.trim_ascii_start();
    if matches!(text.first(), Some(b'{' | b'[')) {
        let json = [&b"\"reporterCode\""[..], b"\"cmdCode\"", b"\"elapsedTime\""];
        return json.iter().any(|word| memchr::memmem::find(text, word).is_some()).then_some(Format::ComtradeJson);
    }
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let cells = header_cells(line);
    let has = |name: &str| cells.iter().any(|cell| cell == name);
    if has("reportercode") && has("cmdcode") {
        return Some(Format::ComtradeCsv);
    }
    if has("trade flow code") && has("commodity code") {
        return Some(Format::ComtradeLegacyCsv);
    }
    if ["t", "i", "j", "k", "v"].iter().all(|name| has(name)) {
        return Some(Format::Baci);
    }
    if has("product_nc") && has("flow") {
        return Some(Format::Eurostat);
    }
    if china::is_header(&cells) {
        return Some(Format::ChinaCustoms);
    }
    // A header that was cut off by a tool: the name may still tell.
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    (name.starts_with("BACI_HS") && has("t") && has("k")).then_some(Format::Baci)
}

/// Reads a file of any known format, packed by gzip or Zstandard or not.
///
/// Rows that cannot be taken are refused one by one ([`Read::refused`]); the rest is kept.
///
/// # Errors
/// Refuses the whole file if its format is not known, a needed column is missing, or it cannot be read to its end.
///
/// ```
/// use tw_trade::{Options, read};
/// let file = "t,i,j,k,v,q\n2019,643,408,271019,1.5,2\n";
/// let read = read("BACI_HS17_Y2019_V202401.csv", file.as_bytes(), &Options::default())?;
/// assert_eq!((read.reports[0].usd, read.reports[0].kg), (1_500.0, 2_000.0));
/// # Ok::<(), tw_base::Refusals>(())
/// ```
pub fn read(name: &str, source: impl io::Read, options: &Options) -> Result<Read, Refusals> {
    let (head, source) = open(name, source)?;
    let format = sniff(&head, name).ok_or_else(|| {
        Refusal::new(name, "not a trade statistic whose layout is known")
            .hint("known are UN Comtrade (JSON, CSV), BACI, Eurostat Comext and Chinese customs; the first line must be the header")
    })?;
    read_opened(format, name, io::Cursor::new(head).chain(source), options)
}

/// Reads a file whose format the caller knows; see [`read`].
///
/// # Errors
/// Refuses the whole file if a needed column is missing, or it cannot be read to its end.
pub fn read_as(format: Format, name: &str, source: impl io::Read, options: &Options) -> Result<Read, Refusals> {
    let (head, source) = open(name, source)?;
    read_opened(format, name, io::Cursor::new(head).chain(source), options)
}

fn read_opened(format: Format, name: &str, source: impl io::Read, options: &Options) -> Result<Read, Refusals> {
    let mut collector = Collector::new(name, options, format);
    match format {
        Format::ComtradeJson => comtrade::read_json(&mut collector, source)?,
        Format::ComtradeCsv | Format::ComtradeLegacyCsv => comtrade::read_csv(&mut collector, source)?,
        Format::Baci => baci::read(&mut collector, source)?,
        Format::Eurostat => eurostat::read(&mut collector, source)?,
        Format::ChinaCustoms => china::read(&mut collector, source)?,
    }
    Ok(collector.finish())
}

/// Unpacks, and drops the byte order mark. Gives the first bytes, and the rest.
fn open<'r>(name: &str, mut source: impl io::Read + 'r) -> Result<(Vec<u8>, Box<dyn io::Read + 'r>), Refusals> {
    let broken = |error: io::Error| Refusal::new(name, format!("cannot be read: {error}"));
    let mut magic = [0_u8; 4];
    let length = fill(&mut source, &mut magic).map_err(broken)?;
    let whole = io::Cursor::new(magic[..length].to_vec()).chain(source);
    let mut plain: Box<dyn io::Read + 'r> = if magic.starts_with(&[0x1F, 0x8B]) {
        Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole)))
    } else if magic == [0x28, 0xB5, 0x2F, 0xFD] {
        Box::new(zstd::stream::read::Decoder::new(whole).map_err(broken)?)
    } else if magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PAR1") {
        return Err(Refusal::new(name, "an archive or a Parquet file is not read").hint("unpack it first, or export it as CSV").into());
    } else {
        Box::new(whole)
    };
    let mut head = vec![0; HEAD];
    let length = fill(&mut plain, &mut head).map_err(broken)?;
    head.truncate(length);
    if head.starts_with(b"\xEF\xBB\xBF") {
        head.drain(..3);
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return Err(Refusal::new(name, "the text is UTF-16").hint("save it as UTF-8").into());
    }
    Ok((head, plain))
}

fn fill(source: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match source.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(got) => length += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn unpack_head(head: &[u8]) -> Vec<u8> {
    let mut out = vec![0; HEAD];
    // An error is expected where the head ends in the middle of a block; what came before it is kept.
    let take = |mut source: Box<dyn io::Read + '_>, out: &mut Vec<u8>| {
        let mut length = 0;
        while length < out.len() {
            match source.read(&mut out[length..]) {
                Ok(0) | Err(_) => break,
                Ok(got) => length += got,
            }
        }
        out.truncate(length);
    };
    if head.starts_with(&[0x1F, 0x8B]) {
        take(Box::new(flate2::read::MultiGzDecoder::new(head)), &mut out);
        return out;
    }
    if head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        match zstd::stream::read::Decoder::new(head) {
            Ok(decoder) => take(Box::new(decoder), &mut out),
            Err(_) => out.clear(),
        }
        return out;
    }
    head[..head.len().min(HEAD)].to_vec()
}

/// The cells of a header line, in small letters, decoded; by tab, semicolon or comma.
fn header_cells(line: &[u8]) -> Vec<String> {
    let delimiter = delimiter_of(line);
    line.split(|byte| *byte == delimiter).map(|cell| decode(crate::lines::trim(cell)).to_lowercase()).collect()
}

/// Tab, semicolon, or comma: whichever the header has most of.
pub(crate) fn delimiter_of(line: &[u8]) -> u8 {
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let mut best = b',';
    for other in [b'\t', b';', b'|'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

/// Text in UTF-8, or in GB 18030 (which includes GBK and GB 2312) where it is not UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The first bytes of a file and what follows them.
pub(crate) type Whole<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

/// A delimited file with its header: which column of the file is which of ours.
pub(crate) struct Table<R> {
    pub(crate) lines: Lines<R>,
    /// Names of the columns as the file has them.
    pub(crate) names: Vec<String>,
    /// For each of ours, its place in the file.
    places: Vec<Option<usize>>,
}

impl<R: io::Read> Table<R> {
    /// Reads the header. `known` gives our column (by number) of a name in small letters, `None` for one that is not known, and the
    /// number `IGNORED` for one that is known and not used.
    pub(crate) fn open(
        collector: &mut Collector<'_>,
        source: R,
        count: usize,
        known: impl Fn(&str) -> Option<usize>,
    ) -> Result<Table<Whole<R>>, Refusals> {
        let mut source = source;
        let mut head = vec![0; HEAD];
        let length = fill(&mut source, &mut head).map_err(|error| Refusal::new(collector.file, format!("cannot be read: {error}")))?;
        head.truncate(length);
        let line = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let delimiter = delimiter_of(line);
        let mut lines = Lines::new(io::Cursor::new(head).chain(source), delimiter);
        match lines.next() {
            Ok(Next::Record) => {}
            Ok(Next::End) => return Err(Refusal::new(collector.file, "the file is empty").into()),
            Ok(Next::TooLong) => return Err(too_long(collector.file, 1)),
            Err(error) => return Err(cut_off(collector.file, 1, &error)),
        }
        let mut table = Table { names: Vec::new(), places: vec![None; count], lines };
        for at in 0..table.lines.len() {
            let name = decode(table.lines.cell(at));
            match known(&name.to_lowercase()) {
                Some(IGNORED) => {}
                Some(ours) => {
                    if table.places[ours].is_some() {
                        return Err(Refusal::new(collector.file, "the column is there twice").row(1).column(name).into());
                    }
                    table.places[ours] = Some(at);
                }
                // Some programs end every line with a delimiter.
                None if name.is_empty() => {}
                None => collector.note(crate::collect::Note::UnknownColumn, 1, &name),
            }
            table.names.push(name);
        }
        Ok(table)
    }

    pub(crate) fn has(&self, ours: usize) -> bool {
        self.places[ours].is_some()
    }

    pub(crate) fn need(&self, file: &str, columns: &[(usize, &str)]) -> Result<(), Refusals> {
        let missing: Vec<Refusal> = columns
            .iter()
            .filter(|(ours, _)| !self.has(*ours))
            .map(|(_, name)| Refusal::new(file, "the column is missing, and without it no row can be read").row(1).column(*name))
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusals(missing)) }
    }

    /// Name of one of our columns as the file has it.
    pub(crate) fn name(&self, ours: usize) -> String {
        self.places[ours].and_then(|at| self.names.get(at)).cloned().unwrap_or_default()
    }

    /// Moves to the next record; false at the end. Records whose cells do not fit the header are refused: a comma that was not quoted
    /// would move every figure behind it into another column.
    pub(crate) fn advance(&mut self, collector: &mut Collector<'_>) -> Result<bool, Refusals> {
        loop {
            match self.lines.next() {
                Ok(Next::Record) => {}
                Ok(Next::End) => return Ok(false),
                Ok(Next::TooLong) => return Err(too_long(collector.file, self.lines.line())),
                Err(error) => return Err(cut_off(collector.file, self.lines.line() + 1, &error)),
            }
            collector.rows += 1;
            let line = self.lines.line();
            if line > u64::from(u32::MAX) {
                return Err(Refusal::new(collector.file, "more than four thousand million lines").hint("split the file").into());
            }
            let (cells, columns) = (self.lines.len(), self.names.len());
            if cells == columns {
                return Ok(true);
            }
            // A delimiter at the end of every line but the header, or of the header alone.
            if cells > columns && (columns..cells).all(|at| self.lines.cell(at).is_empty()) {
                collector.note(crate::collect::Note::Ragged, line, "");
                return Ok(true);
            }
            if cells + 1 == columns && self.names.last().is_some_and(String::is_empty) {
                return Ok(true);
            }
            collector.refuse(
                line,
                "",
                || format!("{cells} cells, and the header has {columns}"),
                "look for a delimiter inside a cell that is not in quotes, or for a line that was cut off",
            );
        }
    }

    /// A cell of the current record; empty where the file does not have the column.
    pub(crate) fn cell(&self, ours: usize) -> &[u8] {
        self.places[ours].map_or(b"", |at| self.lines.cell(at))
    }
}

/// A column that is known and not needed.
pub(crate) const IGNORED: usize = usize::MAX;

fn too_long(file: &str, line: u64) -> Refusals {
    Refusal::new(file, "a record is longer than a million bytes").row(line).hint("look for a quote that is never closed").into()
}

fn cut_off(file: &str, line: u64, error: &io::Error) -> Refusals {
    Refusal::new(file, format!("cannot be read further: {error}")).row(line).hint("fetch the file again; nothing of it was taken").into()
}

/// The edition that was in force for a year, for reporters that take up each edition on its first day (China, the European Union).
pub(crate) fn edition_in_force(year: u32) -> Edition {
    match year {
        ..1988 => Edition::NotTold,
        1988..1996 => Edition::Hs1992,
        1996..2002 => Edition::Hs1996,
        2002..2007 => Edition::Hs2002,
        2007..2012 => Edition::Hs2007,
        2012..2017 => Edition::Hs2012,
        2017..2022 => Edition::Hs2017,
        2022..2028 => Edition::Hs2022,
        _ => Edition::NotTold,
    }
}
