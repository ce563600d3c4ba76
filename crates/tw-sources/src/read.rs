use std::fmt;
use std::io::Read;
use std::path::Path;

use tw_base::{RecordPtr, Refusal, Refusals, Sha256};
use tw_tables::Tables;

use crate::mapping::Mapping;
use crate::{csv_file, xlsx};

/// A file to read.
#[derive(Debug)]
pub struct Input<'a> {
    /// Name as the user gave it; refusals repeat it, and its ending says how it is read.
    pub name: String,
    /// The bytes.
    pub body: Body<'a>,
    /// SHA-256 of those bytes, which the caller has computed: rows point at it, and it is not computed again here.
    pub capture: Sha256,
}

/// Where the bytes of a file come from.
pub enum Body<'a> {
    /// Bytes in memory.
    Bytes(&'a [u8]),
    /// A file of this path, read as a stream. Give the path of the kept copy, which nobody changes.
    Path(&'a Path),
    /// Any stream.
    Reader(Box<dyn Read + 'a>),
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Path(path) => write!(f, "Path({})", path.display()),
            Self::Reader(_) => f.write_str("Reader"),
        }
    }
}

impl<'a> Body<'a> {
    /// The bytes as a stream.
    pub(crate) fn open(self, name: &str) -> Result<Box<dyn Read + 'a>, Refusal> {
        match self {
            Self::Bytes(bytes) => Ok(Box::new(bytes)),
            Self::Reader(reader) => Ok(reader),
            Self::Path(path) => match std::fs::File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(unreadable(name, &error)),
            },
        }
    }
}

/// The refusal of a file that the machine could not read.
pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Refusal {
    Refusal::new(name, format!("the file could not be read: {error}"))
}

/// What the reader is told beside the file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Table, if the user named one; else the mapping's, else what [`crate::detect_table`] finds.
    pub table: Option<String>,
    /// How another person's columns, words, dates and units are read.
    pub mapping: Option<Mapping>,
    /// What is refused as too much.
    pub limits: Limits,
}

/// Sizes above which a file is refused before it can exhaust the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one file or sheet.
    pub rows: u64,
    /// Bytes of one CSV file.
    pub csv_bytes: u64,
    /// Bytes of one CSV record.
    pub record_bytes: usize,
    /// Refusals listed; the rest is counted.
    pub refusals: usize,
    /// Bytes of a workbook as it lies on disk.
    pub workbook_bytes: u64,
    /// Bytes of a workbook unpacked, all parts together.
    pub unpacked_bytes: u64,
    /// Times that a part of a workbook of more than 1 MiB may grow when it is unpacked.
    pub unpacked_ratio: u64,
    /// Parts of a workbook.
    pub workbook_parts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 1_000_000,
            csv_bytes: 1 << 30,
            record_bytes: 1 << 20,
            refusals: 50,
            workbook_bytes: 128 << 20,
            unpacked_bytes: 256 << 20,
            unpacked_ratio: 200,
            workbook_parts: 10_000,
        }
    }
}

/// A file that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The rows.
    pub tables: Tables,
    /// Pointer of each row, in the order of the file, with its bytes `start..end` in the capture, without the line ending. Sheets have no
    /// bytes of their own.
    pub spans: Vec<(RecordPtr, Option<(u64, u64)>)>,
    /// Columns that the mapping said to ignore, by their names in the file.
    pub ignored: Vec<String>,
    /// What the mapping changed, with counts: `column product: 12 cells gasoil read as refined`.
    pub changes: Vec<String>,
    /// What the user should know though nothing was refused.
    pub warnings: Vec<String>,
}

/// How a file is read, by its name and first bytes.
enum Format {
    Csv,
    Xlsx,
}

/// Reads a file into tables, whole or not at all.
///
/// Names that end in `.xlsx` are workbooks; `.xls`, `.xlsb`, `.xlsm` and `.ods` are refused; everything else is read as CSV (RFC 4180,
/// UTF-8). Memory stays bounded by [`Limits`] whatever the bytes are.
///
/// # Errors
/// Every refusal up to [`Limits::refusals`], then one that counts the rest. Nothing of a refused file is kept. A file that the machine
/// could not read is refused as well.
pub fn read_file(input: Input<'_>, options: &Options) -> Result<Reading, Refusals> {
    if let Some(mapping) = &options.mapping {
        mapping.check("the mapping")?;
    }
    if let Some(table) = &options.table
        && let Err((reason, hint)) = crate::detect::known_table(table)
    {
        return Err(Refusal::new(input.name, reason).hint(hint).into());
    }
    if let (Some(said), Some(mapping)) = (&options.table, &options.mapping)
        && *said != mapping.table
    {
        return Err(Refusal::new(input.name, format!("the table was named as `{said}`, and the mapping is for `{}`", mapping.table)).into());
    }
    match format(&input.name)? {
        Format::Csv => csv_file::read(input, options),
        Format::Xlsx => xlsx::read(input, options),
    }
}

fn format(name: &str) -> Result<Format, Refusal> {
    let lower = name.to_lowercase();
    if lower.ends_with(".xlsx") {
        return Ok(Format::Xlsx);
    }
    for (ending, what) in [
        (".xls", "an old Excel workbook"),
        (".xlsb", "a binary Excel workbook"),
        (".xlsm", "a workbook with macros"),
        (".ods", "an OpenDocument sheet"),
    ] {
        if lower.ends_with(ending) {
            return Err(Refusal::new(name, format!("{what} (`{ending}`) is not read")).hint("save it as .xlsx or as CSV in UTF-8"));
        }
    }
    Ok(Format::Csv)
}

/// What the first bytes say a file is, if it is surely no CSV.
pub(crate) fn magic(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const KNOWN: &[(&[u8], &str, &str)] = &[
        (b"PK\x03\x04", "a zip archive or a workbook", "if it is a workbook, give it a name that ends in .xlsx; else unpack it"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password", "save it without a password as .xlsx or as CSV in UTF-8"),
        (b"\x1f\x8b", "a gzip archive", "unpack it first"),
        (b"%PDF", "a PDF", "enter its table as CSV, and cite the PDF as source"),
        (b"PAR1", "a Parquet file", "export it as CSV in UTF-8"),
    ];
    if let Some((_, what, hint)) = KNOWN.iter().find(|(start, _, _)| head.starts_with(start)) {
        return Some((what, hint));
    }
    let start = String::from_utf8_lossy(&head[..head.len().min(64)]).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    (start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<table"))
        .then_some(("a web page", "save the table itself as CSV in UTF-8"))
}
