//! A file of rows as texts, for files that become no table of a case: lists of parties to screen.
//!
//! Rows come in the order of the file, one at a time. A row that cannot be read is refused by itself, with its number, and the next one is
//! read, so that whoever screens a file can say of every row what became of it.

use std::io::{BufReader, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader as _, Xlsx};
use tw_base::{Refusal, nearest};

use crate::csv_file::{cut_off, header, no_text, not_utf8};
use crate::read::{Body, Limits, Options, unreadable};
use crate::records::{Next, Records, cells};
use crate::xlsx::{broken, check_archive, load};

const BOM: &[u8] = b"\xef\xbb\xbf";
/// Bytes at the beginning by which file and delimiter are told.
const HEAD: usize = 1 << 16;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Number as a person counts: the header is row 1.
    pub row: u64,
    /// Its cells, as many as the header has.
    pub cells: Vec<String>,
}

/// A file of rows: its header, then its rows as an iterator.
pub struct Sheet<'a> {
    /// Names of the columns.
    pub header: Vec<String>,
    rows: Rows<'a>,
}

enum Rows<'a> {
    Csv(Box<Csv<'a>>),
    Read(std::vec::IntoIter<SheetRow>),
}

struct Csv<'a> {
    name: String,
    records: Records<BufReader<Box<dyn Read + 'a>>>,
    delimiter: char,
    width: usize,
    options: Options,
    ended: bool,
}

impl std::fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheet({} columns)", self.header.len())
    }
}

/// Opens a CSV file or XLSX workbook by the ending of its name; in a workbook, the named sheet or the only one.
///
/// The delimiter of CSV is the one of `,`, `;`, tab and `|` that the header holds most of.
///
/// # Errors
/// If it is neither, is empty, or its header cannot be read.
///
/// ```
/// use tw_sources::{Body, Limits, sheet::open_sheet};
/// let file = "name;country\nExample GmbH;Germany\n";
/// let mut sheet = open_sheet("parties.csv", Body::Bytes(file.as_bytes()), None, &Limits::default())?;
/// assert_eq!(sheet.header, ["name", "country"]);
/// assert_eq!(sheet.next().expect("a row")?.cells, ["Example GmbH", "Germany"]);
/// # Ok::<(), tw_base::Refusal>(())
/// ```
pub fn open_sheet<'a>(name: &str, body: Body<'a>, sheet: Option<&str>, limits: &Limits) -> Result<Sheet<'a>, Refusal> {
    if name.to_lowercase().ends_with(".xlsx") {
        let bytes = load(name, body, limits)?;
        check_archive(name, &bytes, limits)?;
        // The bytes come from anywhere: if the spreadsheet library panics on them, the file is refused and the program goes on.
        let read = catch_unwind(AssertUnwindSafe(|| workbook(name, &bytes, sheet, limits)));
        return read.unwrap_or_else(|_| Err(broken(name, "the spreadsheet library gave up on it")));
    }
    csv(name, body, limits)
}

fn csv<'a>(name: &str, body: Body<'a>, limits: &Limits) -> Result<Sheet<'a>, Refusal> {
    let empty = || Refusal::new(name, "the file is empty").hint("row 1 holds the names of the columns");
    let mut stream = body.open(name)?;
    let mut head = Vec::new();
    stream.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(|error| unreadable(name, &error))?;
    if head.is_empty() {
        return Err(empty());
    }
    if let Some(refusal) = no_text(name, &head) {
        return Err(refusal);
    }
    let skipped = if head.starts_with(BOM) { BOM.len() } else { 0 };
    let delimiter = delimiter(&head[skipped..]);
    let options = Options { limits: *limits, ..Options::default() };
    let whole: Box<dyn Read + 'a> = Box::new(Cursor::new(head[skipped..].to_vec()).chain(stream));
    let mut records = Records::new(BufReader::with_capacity(HEAD, whole), delimiter as u8, limits.record_bytes, skipped as u64);
    let first = match records.next().map_err(|error| unreadable(name, &error))? {
        Next::Record(record) => record,
        Next::End => return Err(empty()),
        Next::TooLong(fault) | Next::OpenQuote(fault) => return Err(cut_off(name, &fault, &options)),
    };
    let header = header(name, &first, delimiter)?;
    check_header(name, &header)?;
    let csv = Csv { name: name.to_owned(), records, delimiter, width: header.len(), options, ended: false };
    Ok(Sheet { header, rows: Rows::Csv(Box::new(csv)) })
}

/// The separator that stands most often in the first line, outside quotes; a comma if none does.
fn delimiter(head: &[u8]) -> char {
    let mut counts = [(',', 0_usize), (';', 0), ('\t', 0), ('|', 0)];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some((_, n)) = counts.iter_mut().find(|(c, _)| *c as u8 == *byte) {
                    *n += 1;
                }
            }
        }
    }
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0);
    counts.into_iter().find(|(_, n)| *n == most && most > 0).map_or(',', |(c, _)| c)
}

fn check_header(name: &str, header: &[String]) -> Result<(), Refusal> {
    for (index, column) in header.iter().enumerate() {
        if !column.is_empty() && header[..index].contains(column) {
            return Err(Refusal::new(name, format!("two columns are named `{column}`")).row(1).hint("give each column its own name"));
        }
    }
    Ok(())
}

impl Iterator for Sheet<'_> {
    type Item = Result<SheetRow, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.rows {
            Rows::Csv(csv) => csv.next_row(),
            Rows::Read(rows) => rows.next().map(Ok),
        }
    }
}

impl Csv<'_> {
    fn next_row(&mut self) -> Option<Result<SheetRow, Refusal>> {
        while !self.ended {
            let record = match self.records.next() {
                Ok(Next::Record(record)) => record,
                Ok(Next::End) => break,
                Ok(Next::TooLong(fault) | Next::OpenQuote(fault)) => {
                    self.ended = true;
                    return Some(Err(cut_off(&self.name, &fault, &self.options)));
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(unreadable(&self.name, &error)));
                }
            };
            let Ok(text) = std::str::from_utf8(&record.bytes) else {
                let valid = std::str::from_utf8(&record.bytes).map_or_else(|e| e.valid_up_to(), |_| 0);
                let refusal = not_utf8(&self.name, &record, valid);
                return Some(Err(refusal.hint("save the file as UTF-8; the other rows were read")));
            };
            if text.trim().is_empty() {
                continue;
            }
            let refuse = |reason: String| Refusal::new(&self.name, reason).row(record.row);
            if text.contains('\0') {
                return Some(Err(
                    refuse("the row holds a NUL byte, which no text holds".to_owned()).hint("the row is damaged; enter it again")
                ));
            }
            return Some(match cells(text, self.delimiter) {
                Err(fault) => Err(refuse(format!("{}, in cell {}", fault.reason, fault.cell)).hint(fault.hint)),
                Ok(found) if found.len() != self.width => {
                    Err(refuse(format!("the row has {} cells, the header {}", found.len(), self.width))
                        .hint("put quotes around cells that hold the separator"))
                }
                Ok(found) => Ok(SheetRow { row: record.row, cells: found.into_iter().map(|c| c.into_owned()).collect() }),
            });
        }
        None
    }
}

fn workbook<'a>(name: &str, bytes: &[u8], wanted: Option<&str>, limits: &Limits) -> Result<Sheet<'a>, Refusal> {
    let damaged = |error: calamine::XlsxError| broken(name, &error.to_string());
    let mut workbook: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = workbook.sheet_names();
    let list = || sheets.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(", ");
    let chosen = match (wanted, &sheets[..]) {
        (Some(wanted), _) if sheets.iter().any(|s| s == wanted) => wanted.to_owned(),
        (Some(wanted), _) => {
            let near = nearest(wanted, sheets.iter().map(String::as_str)).map_or(String::new(), |near| format!("did you mean `{near}`? "));
            return Err(Refusal::new(name, format!("there is no sheet `{wanted}`")).hint(format!("{near}sheets: {}", list())));
        }
        (None, [only]) => only.clone(),
        (None, _) => {
            return Err(Refusal::new(name, format!("the workbook has several sheets: {}", list())).hint("name one with `--sheet NAME`"));
        }
    };
    let range = workbook.worksheet_range(&chosen).map_err(damaged)?;
    if u64::try_from(range.height()).unwrap_or(u64::MAX) > limits.rows {
        return Err(Refusal::new(name, format!("the sheet has more than {} rows", limits.rows)).hint("split it into several files"));
    }
    let first = range.start().map_or(0, |(row, _)| row);
    let mut rows = range.rows();
    let Some(header) = rows.next() else {
        return Err(Refusal::new(name, "the sheet is empty").hint("row 1 holds the names of the columns"));
    };
    let header: Vec<String> = header.iter().map(|cell| text(cell).trim().to_owned()).collect();
    check_header(name, &header)?;
    let rows: Vec<SheetRow> = rows
        .enumerate()
        .map(|(index, cells)| SheetRow { row: u64::from(first) + index as u64 + 2, cells: cells.iter().map(text).collect() })
        .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    Ok(Sheet { header, rows: Rows::Read(rows.into_iter()) })
}

/// A cell as a person reads it: whole numbers without a point, dates as ISO 8601.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Result<Sheet<'_>, Refusal> {
        open_sheet("parties.csv", Body::Bytes(text.as_bytes()), None, &Limits::default())
    }

    #[test]
    fn rows_come_in_order_and_a_bad_one_is_refused_alone() {
        let rows: Vec<_> = open("name,country\nA,x\nB\n\n\"C, Ltd\",z\n").expect("a header").collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].as_ref().expect("a row").cells, ["A", "x"]);
        let refused = rows[1].as_ref().expect_err("a cell is missing");
        assert_eq!((refused.row, refused.reason.as_str()), (Some(3), "the row has 1 cells, the header 2"));
        let last = rows[2].as_ref().expect("a row");
        assert_eq!((last.row, last.cells[0].as_str()), (5, "C, Ltd"));
    }

    #[test]
    fn the_delimiter_is_told_from_the_header() {
        for (text, header) in
            [("a;b,c;d\n", vec!["a", "b,c", "d"]), ("a\tb\n", vec!["a", "b"]), ("\"x;y\",b\n", vec!["x;y", "b"]), ("name\n", vec!["name"])]
        {
            assert_eq!(open(text).expect("a header").header, header);
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_refused_and_a_byte_that_is_not_utf8_refuses_its_row() {
        assert!(open("").is_err());
        assert!(open_sheet("x.csv", Body::Bytes(b"PK\x03\x04rest"), None, &Limits::default()).is_err());
        assert!(open("a,a\n1,2\n").is_err());
        let rows: Vec<_> = open_sheet("x.csv", Body::Bytes(b"name\n\xff\nB\n"), None, &Limits::default()).expect("a header").collect();
        assert!(rows[0].is_err() && rows[1].is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            if let Ok(sheet) = open_sheet("x.csv", Body::Bytes(&bytes), None, &Limits::default()) {
                let width = sheet.header.len();
                for row in sheet.flatten() {
                    proptest::prop_assert_eq!(row.cells.len(), width);
                }
            }
            let _ = open_sheet("x.xlsx", Body::Bytes(&bytes), None, &Limits::default());
        }
    }
}
