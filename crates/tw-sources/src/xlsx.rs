//! Workbooks (.xlsx, ECMA-376): each sheet that is named like a table, with a header in row 1.
//!
//! The zip archive is unpacked once to nowhere before anything reads it, so that a small file cannot fill the memory, whatever its
//! directory says about itself.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use tw_base::{RecordPtr, Refusal, Refusals, Sha256, Span, nearest};
use tw_tables::{CellKind, Tables};
use zip::ZipArchive;

use crate::collect::Collector;
use crate::detect::{detect_table, known_table, short};
use crate::read::{Body, Input, Limits, Options, Reading, unreadable};
use crate::rows::{At, TableReader};

/// Reads a workbook.
pub(crate) fn read(input: Input<'_>, options: &Options) -> Result<Reading, Refusals> {
    let Input { name, body, capture } = input;
    let bytes = load(&name, body, &options.limits)?;
    check_archive(&name, &bytes, &options.limits)?;
    // The bytes come from anywhere: if the spreadsheet library panics on them, the file is refused and the program goes on.
    let read = catch_unwind(AssertUnwindSafe(|| read_workbook(&name, &bytes, capture, options)));
    read.unwrap_or_else(|_| Err(broken(&name, "the spreadsheet library gave up on it").into()))
}

pub(crate) fn broken(name: &str, why: &str) -> Refusal {
    let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect();
    Refusal::new(name, format!("the workbook is damaged: {why}"))
        .hint("open it in a spreadsheet, and save it again as .xlsx or as CSV in UTF-8")
}

pub(crate) fn load<'a>(name: &str, body: Body<'a>, limits: &Limits) -> Result<Cow<'a, [u8]>, Refusal> {
    let bytes = match body {
        Body::Bytes(bytes) => Cow::Borrowed(bytes),
        other => {
            let mut bytes = Vec::new();
            other.open(name)?.take(limits.workbook_bytes + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
            Cow::Owned(bytes)
        }
    };
    if bytes.len() as u64 > limits.workbook_bytes {
        return Err(Refusal::new(name, format!("the workbook is larger than {} bytes", limits.workbook_bytes))
            .hint("save its sheets as CSV in UTF-8"));
    }
    if bytes.is_empty() {
        return Err(Refusal::new(name, "the file is empty"));
    }
    Ok(bytes)
}

/// Refuses archives that are damaged, locked, or grow too much when they are unpacked.
pub(crate) fn check_archive(name: &str, bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Refusal::new(name, "it is an old Excel workbook, or one with a password, not .xlsx")
            .hint("save it without a password as .xlsx or as CSV in UTF-8"));
    }
    if !bytes.starts_with(b"PK") {
        return Err(Refusal::new(name, "the name ends in .xlsx, but the file is not a workbook")
            .hint("if it is CSV, give it a name that ends in .csv"));
    }
    let cut = |why: String| Refusal::new(name, format!("the workbook is cut off or damaged: {why}")).hint("copy or download it again");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| cut(error.to_string()))?;
    if archive.len() > limits.workbook_parts {
        return Err(Refusal::new(name, format!("the workbook has {} parts, more than {}", archive.len(), limits.workbook_parts)));
    }
    let bomb = |what: String| {
        Err(Refusal::new(name, format!("the workbook {what}"))
            .hint("it is too large to be read, or made to fill a memory; save its sheets as CSV in UTF-8"))
    };
    let mut total: u64 = 0;
    for index in 0..archive.len() {
        let (declared, packed, locked) = {
            let part = archive.by_index_raw(index).map_err(|error| cut(error.to_string()))?;
            (part.size(), part.compressed_size(), part.encrypted())
        };
        if locked {
            return Err(Refusal::new(name, "the workbook is locked with a password").hint("save it without a password"));
        }
        if total.saturating_add(declared) > limits.unpacked_bytes {
            return bomb(format!("unpacks to more than {} bytes", limits.unpacked_bytes));
        }
        let most = packed.saturating_mul(limits.unpacked_ratio).max(1 << 20);
        let grows = format!("has a part that grows more than {} times when it is unpacked", limits.unpacked_ratio);
        if declared > most {
            return bomb(grows);
        }
        // What the directory declares may be false: count what really comes out.
        let room = (limits.unpacked_bytes - total).min(most);
        let mut part = archive.by_index(index).map_err(|error| cut(error.to_string()))?;
        let out = io::copy(&mut part.by_ref().take(room + 1), &mut io::sink()).map_err(|error| cut(error.to_string()))?;
        if out > room {
            return bomb(if out > most { grows } else { format!("unpacks to more than {} bytes", limits.unpacked_bytes) });
        }
        total += out;
    }
    Ok(())
}

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

fn read_workbook(name: &str, bytes: &[u8], capture: Sha256, options: &Options) -> Result<Reading, Refusals> {
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(name, &error.to_string()))?;
    let sheets = workbook.sheet_names();
    let chosen = choose(name, &sheets, options)?;
    let mut out = Collector::new(name, options.limits.refusals);
    let mut whole =
        Reading { tables: Tables::default(), spans: Vec::new(), ignored: Vec::new(), changes: Vec::new(), warnings: Vec::new() };
    for sheet in sheets.iter().filter(|sheet| !chosen.iter().any(|(chosen, _)| chosen == *sheet)) {
        whole.warnings.push(format!("{name}: the sheet `{}` was not read", short(sheet)));
    }
    for (sheet, table) in &chosen {
        if let Some(reading) = read_sheet(&mut workbook, name, sheet, *table, capture, options, &mut out)? {
            whole.tables.append(reading.tables);
            whole.spans.extend(reading.spans);
            whole.ignored.extend(reading.ignored);
            whole.changes.extend(reading.changes);
            whole.warnings.extend(reading.warnings);
        }
    }
    out.finish()?;
    Ok(whole)
}

/// Sheets that are read, with their tables; `None` where the header has to say it.
fn choose(name: &str, sheets: &[String], options: &Options) -> Result<Vec<(String, Option<&'static str>)>, Refusal> {
    let list = || sheets.iter().map(|sheet| format!("`{}`", short(sheet))).collect::<Vec<_>>().join(", ");
    let repeated = sheets.iter().enumerate().find(|(index, sheet)| sheets[..*index].contains(sheet));
    if let Some((_, sheet)) = repeated {
        return Err(broken(name, &format!("two sheets are named `{}`", short(sheet))));
    }
    let mapping = options.mapping.as_ref();
    let said = options.table.as_deref().or(mapping.map(|m| m.table.as_str()));
    let Some(said) = said else {
        let named: Vec<(String, Option<&'static str>)> =
            sheets.iter().filter_map(|sheet| known_table(sheet.trim()).ok().map(|table| (sheet.clone(), Some(table)))).collect();
        return match (named.is_empty(), sheets) {
            (false, _) => Ok(named),
            (true, [only]) => Ok(vec![(only.clone(), None)]),
            (true, _) => Err(Refusal::new(name, format!("no sheet is named like a table: {}", list()))
                .hint(format!("name the sheets after tables: {}", Tables::NAMES.join(", ")))),
        };
    };
    let table = known_table(said).map_err(|(reason, hint)| Refusal::new(name, reason).hint(hint))?;
    if let Some(wanted) = mapping.and_then(|m| m.sheet.as_deref()) {
        if sheets.iter().any(|sheet| sheet == wanted) {
            return Ok(vec![(wanted.to_owned(), Some(table))]);
        }
        let near =
            nearest(wanted, sheets.iter().map(String::as_str)).map_or(String::new(), |near| format!("did you mean `{}`? ", short(near)));
        return Err(Refusal::new(name, format!("there is no sheet `{}`", short(wanted))).hint(format!("{near}sheets: {}", list())));
    }
    match (sheets.iter().find(|sheet| sheet.as_str() == table), sheets) {
        (Some(sheet), _) => Ok(vec![(sheet.clone(), Some(table))]),
        (None, [only]) => Ok(vec![(only.clone(), Some(table))]),
        (None, _) => {
            Err(Refusal::new(name, format!("no sheet is named `{table}`: {}", list())).hint("name the sheet in a mapping: `sheet = \"…\"`"))
        }
    }
}

/// Rows and columns that a sheet can have (ECMA-376 part 1, 18.3.1.73 and Excel's published limits).
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// A cell of a sheet, by its column.
type SheetCell<'a> = (u32, DataRef<'a>, usize);

fn read_sheet(
    workbook: &mut Workbook<'_>,
    name: &str,
    sheet: &str,
    table: Option<&'static str>,
    capture: Sha256,
    options: &Options,
    out: &mut Collector,
) -> Result<Option<Reading>, Refusals> {
    let file = format!("{name}, sheet {}", short(sheet));
    let damaged = |error: calamine::XlsxError| broken(&file, &error.to_string());
    let mut without_result: HashSet<(u32, u32)> = HashSet::new();
    let mut formulas = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    while let Some(cell) = formulas.next_cell_with_formula_metadata().map_err(damaged)? {
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            without_result.insert(cell.pos);
        }
    }
    drop(formulas);
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    let formats: Vec<String> =
        cells.styles().iter().map(|style| style.number_format.as_ref().map_or_else(String::new, |f| f.format_code.clone())).collect();
    let mut rows = Rows {
        file: &file,
        sheet,
        table,
        name,
        capture,
        options,
        formats,
        without_result,
        reader: None,
        row: 0,
        cells: Vec::new(),
        count: 0,
        header_refused: false,
    };
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if row >= ROWS || column >= COLUMNS {
            return Err(broken(&file, &format!("cell {} is beyond the last cell of a sheet", cell_name(row, column))).into());
        }
        let value = cell.get_value().clone();
        let blank = match &value {
            DataRef::Empty => !rows.without_result.contains(&(row, column)),
            DataRef::String(text) => text.trim().is_empty(),
            DataRef::SharedString(text) => text.trim().is_empty(),
            _ => false,
        };
        if blank {
            continue;
        }
        if row < rows.row || (row == rows.row && rows.cells.last().is_some_and(|(last, ..)| column <= *last)) {
            return Err(broken(&file, &format!("cell {} is out of order", cell_name(row, column))).into());
        }
        if row > rows.row {
            rows.flush(out)?;
            if rows.header_refused {
                return Ok(None);
            }
            if rows.count > options.limits.rows {
                out.push(
                    Refusal::new(&file, format!("the sheet has more than {} rows", options.limits.rows))
                        .hint("split it into several files"),
                );
                return Ok(None);
            }
            rows.row = row;
        }
        rows.cells.push((column, value, style));
    }
    rows.flush(out)?;
    let count = rows.count;
    let Some(reader) = rows.reader else {
        if !rows.header_refused {
            out.push(Refusal::new(&file, "the sheet is empty").hint("row 1 holds the names of the columns"));
        }
        return Ok(None);
    };
    let mut reading = reader.finish(out);
    if count == 0 {
        reading.warnings.push(format!("{file}: the sheet has a header and no rows"));
    }
    Ok(Some(reading))
}

/// Rows of a sheet while its cells stream by.
struct Rows<'a, 'c> {
    file: &'a str,
    sheet: &'a str,
    table: Option<&'static str>,
    name: &'a str,
    capture: Sha256,
    options: &'a Options,
    formats: Vec<String>,
    without_result: HashSet<(u32, u32)>,
    reader: Option<TableReader<'a>>,
    row: u32,
    cells: Vec<SheetCell<'c>>,
    count: u64,
    header_refused: bool,
}

impl Rows<'_, '_> {
    /// Takes the cells gathered so far as one row.
    fn flush(&mut self, out: &mut Collector) -> Result<(), Refusals> {
        let cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return Ok(());
        }
        match self.reader.take() {
            Some(mut reader) => {
                self.count += 1;
                self.data(&mut reader, &cells, out);
                self.reader = Some(reader);
                Ok(())
            }
            None => self.header(&cells, out),
        }
    }

    fn header(&mut self, cells: &[SheetCell<'_>], out: &mut Collector) -> Result<(), Refusals> {
        if self.row != 0 {
            return Err(Refusal::new(
                self.file,
                format!("row 1 is blank, and the names of the columns belong there; the first text is in row {}", self.row + 1),
            )
            .row(1)
            .hint("remove the rows above the header")
            .into());
        }
        let width = cells.last().map_or(0, |(column, ..)| *column as usize + 1);
        let mut header = vec![String::new(); width];
        for (column, value, style) in cells {
            let format = self.formats.get(*style).map_or("", String::as_str);
            match cell_text(value, None, format, 0, *column) {
                Ok(text) => header[*column as usize] = text.trim().to_owned(),
                Err((reason, hint)) => {
                    let mut refusal = Refusal::new(self.file, reason).row(1);
                    refusal.hint = hint;
                    return Err(refusal.into());
                }
            }
        }
        let table = match self.table {
            Some(table) => table,
            None => detect_table(self.name, &header)?,
        };
        self.reader = TableReader::new(self.file, table, &header, self.options.mapping.as_ref(), out);
        self.header_refused = self.reader.is_none();
        Ok(())
    }

    fn data(&self, reader: &mut TableReader<'_>, cells: &[SheetCell<'_>], out: &mut Collector) {
        let row = u64::from(self.row) + 1;
        let at = At {
            row,
            line: None,
            record: RecordPtr { capture: self.capture, span: Span::SheetRow(self.sheet.to_owned(), row) },
            span: None,
        };
        let mut texts: Vec<Cow<'_, str>> = vec![Cow::Borrowed(""); reader.width()];
        let mut refused = BTreeSet::new();
        for (column, value, style) in cells {
            let index = *column as usize;
            let place = cell_name(self.row, *column);
            if index >= reader.width() {
                out.push(
                    Refusal::new(self.file, format!("cell {place} stands outside the header"))
                        .row(row)
                        .hint("name its column in row 1, or empty the cell"),
                );
                continue;
            }
            let Some((ours, kind)) = reader.column(index).map(|(_, ours, kind)| (ours, kind)) else { continue };
            let format = self.formats.get(*style).map_or("", String::as_str);
            let strict = (ours != "note" && ours != "source").then_some(kind);
            let text = if self.without_result.contains(&(self.row, *column)) {
                Err((
                    format!("cell {place} holds a formula without a result"),
                    Some("open the workbook in a spreadsheet and save it, so that results are stored".to_owned()),
                ))
            } else {
                cell_text(value, strict, format, self.row, *column)
            };
            match text {
                Ok(text) => texts[index] = Cow::Owned(text),
                Err((reason, hint)) => {
                    refused.insert(index);
                    reader.refuse(&at, ours, &reason, hint, out);
                }
            }
        }
        reader.row(at, &texts, &refused, out);
    }
}

/// The text that a file in CSV would have for a cell.
fn cell_text(value: &DataRef<'_>, kind: Option<CellKind>, format: &str, row: u32, column: u32) -> Result<String, (String, Option<String>)> {
    let place = cell_name(row, column);
    match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) => Ok(text.clone()),
        DataRef::SharedString(text) => Ok((*text).to_owned()),
        DataRef::Int(_) | DataRef::Float(_) if kind == Some(CellKind::Text) => Err((
            format!("cell {place} holds a number, and the column is text: leading zeros may be lost"),
            Some("format the column as text, and enter the cell again".to_owned()),
        )),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) => Ok(number.to_string()),
        DataRef::DateTime(date) => excel_date(*date, kind, format, &place),
        DataRef::DateTimeIso(text) => Ok(text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()),
        DataRef::DurationIso(_) => Err((format!("cell {place} holds a duration"), Some("enter a date or a number".to_owned()))),
        DataRef::Bool(value) => Err((
            format!("cell {place} holds the logical value {}", if *value { "TRUE" } else { "FALSE" }),
            Some("no column takes one; enter text or a number".to_owned()),
        )),
        DataRef::Error(error) => Err((
            format!("cell {place} holds the formula error {error}"),
            Some("repair the formula, or empty the cell if the value is unknown".to_owned()),
        )),
    }
}

/// A date as the sheet shows it: a period column takes a month where the format of the cell shows no day.
fn excel_date(date: ExcelDateTime, kind: Option<CellKind>, format: &str, place: &str) -> Result<String, (String, Option<String>)> {
    if date.is_duration() {
        return Err((format!("cell {place} holds a duration"), Some("enter a date or a number".to_owned())));
    }
    if kind.is_some_and(|kind| matches!(kind, CellKind::Number | CellKind::Count)) {
        return Err((format!("cell {place} holds a date, and the column is a number"), Some("format the cell as a number".to_owned())));
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    // Spreadsheets count 1900-02-29, a day that never was, so that no earlier day can be trusted.
    if (year, month) < (1900, 3) {
        return Err((
            format!("cell {place} holds a date before March 1900, which spreadsheets miscount"),
            Some("enter it as text: YYYY-MM-DD".to_owned()),
        ));
    }
    if (hour, minute, second) != (0, 0, 0) {
        return Err((format!("cell {place} holds a time of day"), Some("enter the day alone".to_owned())));
    }
    let shown = shows(format);
    let first = |on_first: bool, what: &str| {
        if on_first {
            Ok(())
        } else {
            Err((
                format!("cell {place} shows a {what} but holds the day {year:04}-{month:02}-{day:02}"),
                Some("format the cell so that it shows the day, or enter the period as text".to_owned()),
            ))
        }
    };
    match (kind, shown) {
        (Some(CellKind::Period), Shown::Month) => first(day == 1, "month").map(|()| format!("{year:04}-{month:02}")),
        (Some(CellKind::Period), Shown::Year) => first(day == 1 && month == 1, "year").map(|()| format!("{year:04}")),
        _ => Ok(format!("{year:04}-{month:02}-{day:02}")),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Day,
    Month,
    Year,
}

/// What a number format of a date shows (ECMA-376 part 1, 18.8.31: `y`, `m`, `d`; text in quotes and brackets is not a code).
fn shows(format: &str) -> Shown {
    let mut quoted = false;
    let mut bracket = false;
    let mut escaped = false;
    let mut codes = String::new();
    for c in format.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            ';' if !quoted && !bracket => break,
            _ if !quoted && !bracket => codes.extend(c.to_lowercase()),
            _ => {}
        }
    }
    match (codes.contains('d'), codes.contains('m'), codes.contains('y')) {
        (false, true, true) => Shown::Month,
        (false, false, true) => Shown::Year,
        _ => Shown::Day,
    }
}

/// `B7` for the cell in the second column of the seventh row.
fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(u64::from(row) + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_sheets_name_them() {
        for (row, column, name) in [(0, 0, "A1"), (6, 1, "B7"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 701, "ZZ1"), (0, 16_383, "XFD1")] {
            assert_eq!(cell_name(row, column), name);
        }
    }

    #[test]
    fn number_formats_say_whether_a_day_is_shown() {
        for (format, shown) in [
            ("mmm-yy", Shown::Month),
            ("yyyy-mm", Shown::Month),
            ("[$-409]mmmm\\ yyyy;@", Shown::Month),
            ("yyyy", Shown::Year),
            ("yyyy\"d\"", Shown::Year),
            ("dd/mm/yyyy", Shown::Day),
            ("m/d/yy h:mm", Shown::Day),
            ("", Shown::Day),
        ] {
            assert_eq!(shows(format), shown, "{format}");
        }
    }
}
