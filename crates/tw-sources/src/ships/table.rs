//! Delimited text with a header.

use std::io::Read;

use tw_base::{Refusal, Refusals};

use super::row::{Field, RowReader, plain};
use super::unpack::Unpacked;
use super::{Out, ShipOptions, ShipReport, ShipRows, Taken};

/// Longest record taken: a file without line ends must not fill the memory.
const LONGEST: usize = 1 << 16;

/// Whether the header line of a table names MMSI, latitude and longitude.
pub(super) fn is_positions(line: &[u8]) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let text = String::from_utf8_lossy(line);
    let names: Vec<_> = text.trim_end().split(delimiter(line)).map(|name| Field::published(&plain(name))).collect();
    [Field::Mmsi, Field::Lat, Field::Lon].iter().all(|field| names.contains(&Some(*field)))
}

/// The separator that the header has most of.
pub(super) fn delimiter(line: &[u8]) -> char {
    let count = |c: u8| line.iter().filter(|&&b| b == c).count();
    [',', ';', '\t', '|'].into_iter().max_by_key(|&c| (count(c as u8), c == ',')).unwrap_or(',')
}

/// Ends a record that grows beyond all bounds, so that the reader never holds a whole file.
struct Bounded<'a, 'b> {
    inner: &'a mut Unpacked<'b>,
    line: usize,
    cut: bool,
}

impl Read for Bounded<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.cut {
            return Ok(0);
        }
        let n = self.inner.read(buffer)?;
        match memchr::memrchr(b'\n', &buffer[..n]) {
            Some(last) => self.line = n - last,
            None => self.line += n,
        }
        if self.line > LONGEST * 16 {
            self.cut = true;
        }
        Ok(n)
    }
}

pub(super) fn read(
    name: &str,
    stream: &mut Unpacked<'_>,
    options: &ShipOptions,
    report: &mut ShipReport,
    sink: &mut dyn FnMut(ShipRows<'_>) -> Taken,
) -> Result<(), Refusals> {
    let mapping = options.mapping.as_ref();
    let first = stream.head().split(|&b| b == b'\n').next().unwrap_or_default().to_vec();
    let separator = mapping.and_then(|m| m.delimiter).unwrap_or_else(|| delimiter(&first));
    let mut bounded = Bounded { inner: stream, line: 0, cut: false };
    // MarineCadastre and others quote nothing inside a number; a stray quote must not swallow the rest of the file.
    let quoted = first.contains(&b'"') || memchr::memchr(b'"', bounded.inner.head()).is_some();
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .flexible(true)
        .has_headers(false)
        .quoting(quoted)
        .buffer_capacity(1 << 18)
        .from_reader(&mut bounded);
    let mut record = csv::ByteRecord::new();
    let fault = |error: csv::Error| Refusals::from(Refusal::new(name, format!("the table could not be read: {error}")));
    if !rows.read_byte_record(&mut record).map_err(fault)? {
        return Err(Refusal::new(name, "the file is empty").into());
    }
    let header: Vec<String> =
        record.iter().map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let mut reader =
        RowReader::new(&header, mapping, options.base_time, report).map_err(|(column, reason)| header_fault(name, column, reason))?;
    let mut out = Out::new(name, sink);
    report.records = 1;
    *report.other.entry("header".to_owned()).or_default() += 1;
    let mut number = 1_u64;
    while rows.read_byte_record(&mut record).map_err(fault)? {
        number += 1;
        report.records += 1;
        if record.len() < header.len() {
            report.refuse("fewer cells than the header", number);
            continue;
        }
        take(&mut reader, record.iter(), number, &mut out, report)?;
    }
    drop(rows);
    if bounded.cut {
        report.refuse("a record of more than 1 MiB: the rest of the file was not read", number + 1);
    }
    out.finish()
}

/// Takes one row.
pub(super) fn take<'c>(
    reader: &mut RowReader,
    cells: impl Iterator<Item = &'c [u8]>,
    number: u64,
    out: &mut Out<'_>,
    report: &mut ShipReport,
) -> Result<(), Refusals> {
    match reader.read(cells, number, report) {
        Ok((fix, said)) => {
            if let Some(said) = said {
                out.said(said, report);
            }
            if let Some(fix) = fix {
                out.position(fix, report)?;
            }
        }
        Err(reason) => report.refuse(&reason, number),
    }
    Ok(())
}

/// The refusal of a header.
pub(super) fn header_fault(name: &str, column: Option<String>, reason: String) -> Refusal {
    let hint = if reason.starts_with(super::NO_TIME) {
        "give the time of the recording with `--base-time 2024-01-31T00:00:00Z`, or map a column to `time`"
    } else {
        "name the columns in a mapping: see `tidewaiter import --help`"
    };
    let refusal = Refusal::new(name, reason).row(1).hint(hint);
    match column {
        Some(column) => refusal.column(column),
        None => refusal,
    }
}
