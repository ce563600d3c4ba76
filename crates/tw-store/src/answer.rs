//! Answers to queries, and how they are written.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use serde_json::{Map, Value};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a query gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Name and type of each column. No two have the same name: the second `source` is called `source_2`.
    ///
    /// The types are `text`, `integer`, `number`, `date`, `timestamp`, `boolean`, or Arrow's name for a rarer one.
    pub columns: Vec<(String, String)>,
    /// The rows. Their own schemas may repeat a name.
    pub batches: Vec<RecordBatch>,
    /// Whether there are more rows than the limit allowed; what is here is then only the beginning.
    pub truncated: bool,
}

impl Answer {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The cells, row by row.
    fn cells(&self) -> impl Iterator<Item = Vec<Value>> {
        self.batches
            .iter()
            .flat_map(|batch| (0..batch.num_rows()).map(|row| batch.columns().iter().map(|column| cell(column, row)).collect()))
    }
}

/// Names of columns with repetitions told apart.
pub(crate) fn distinct(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let mut candidate = name.clone();
        let mut number = 2;
        while taken.contains(&candidate) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        taken.push(candidate);
    }
    taken
}

/// The word for a type; see [`Answer::columns`].
pub(crate) fn type_word(kind: &DataType) -> String {
    let word = match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(..) => "timestamp",
        DataType::Boolean => "boolean",
        kind if kind.is_integer() => "integer",
        kind if kind.is_numeric() => "number",
        kind => return kind.to_string(),
    };
    word.to_owned()
}

/// Rows as JSON objects, in the order of the query.
///
/// Dates and times are ISO 8601 text, unknown values are `null`, and exact decimals and numbers that JSON does not know (not a number,
/// infinity) are text.
///
/// ```
/// # let answer = tw_store::Answer { columns: vec![], batches: vec![], truncated: false };
/// assert_eq!(tw_store::to_json(&answer), serde_json::json!([]));
/// ```
#[must_use]
pub fn to_json(answer: &Answer) -> Value {
    let object = |cells: Vec<Value>| {
        let names = answer.columns.iter().map(|(name, _)| name.clone());
        Value::Object(names.zip(cells).collect::<Map<String, Value>>())
    };
    Value::Array(answer.cells().map(object).collect())
}

/// Rows as CSV (RFC 4180) with a header, lines ended by a line feed.
///
/// An unknown value is an empty cell; text of no letters is `""`, so the two can be told apart.
#[must_use]
pub fn to_csv(answer: &Answer) -> String {
    let mut out = String::new();
    let header: Vec<String> = answer.columns.iter().map(|(name, _)| quoted(name)).collect();
    push_record(&mut out, &header);
    for cells in answer.cells() {
        let record: Vec<String> = cells.iter().map(|cell| text(cell).map_or_else(String::new, |text| quoted(&text))).collect();
        push_record(&mut out, &record);
    }
    out
}

fn push_record(out: &mut String, record: &[String]) {
    out.push_str(&record.join(","));
    out.push('\n');
}

fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && !text.contains([',', '"', '\n', '\r']) && text.trim() == text;
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// What stands for an unknown value in a table for people.
const UNKNOWN: &str = "–";

/// Columns of a table for people are not made narrower than this, in terminal cells.
const NARROWEST: usize = 6;

/// Space between columns.
const GAP: &str = "  ";

/// Rows as a table for people; `width` is that of the terminal, in cells.
///
/// Numbers stand on the right, unknown values are `–`, and control characters and marks that reverse the direction of text are written
/// out. Without a width nothing is cut. With one, the widest columns are cut first, each cut is marked by `…`, and columns that have no
/// room at all are named below the table.
#[must_use]
pub fn to_table(answer: &Answer, width: Option<usize>) -> String {
    let header: Vec<Vec<String>> = answer.columns.iter().map(|(name, _)| shown(name)).collect();
    let rows: Vec<Vec<Vec<String>>> = answer
        .cells()
        .map(|cells| cells.iter().map(|cell| text(cell).map_or_else(|| vec![UNKNOWN.to_owned()], |t| shown(&t))).collect())
        .collect();
    let natural: Vec<usize> = (0..header.len())
        .map(|i| std::iter::once(&header).chain(&rows).flat_map(|row| &row[i]).map(|line| line.width()).max().unwrap_or(0))
        .collect();
    let widths = fit(&natural, width);
    let right: Vec<bool> = answer.columns.iter().map(|(_, kind)| kind == "integer" || kind == "number").collect();

    let mut out = String::new();
    push_row(&mut out, &header, &widths, &right);
    let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
    out.push_str(rule.join(GAP).trim_end());
    out.push('\n');
    for row in &rows {
        push_row(&mut out, row, &widths, &right);
    }
    if answer.truncated {
        out.push_str(&format!("(the first {} rows; there are more)\n", rows.len()));
    }
    if widths.len() < header.len() {
        let left: Vec<String> = answer.columns[widths.len()..].iter().map(|(name, _)| shown(name).join(" ")).collect();
        let note = format!("({} more columns: {})", left.len(), left.join(", "));
        out.push_str(&cut(&note, width.unwrap_or(usize::MAX)));
        out.push('\n');
    }
    out
}

/// Widths of the columns that are shown; fewer than given if some have no room.
fn fit(natural: &[usize], width: Option<usize>) -> Vec<usize> {
    let Some(width) = width else { return natural.to_vec() };
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    let mut widths = natural.to_vec();
    while widths.len() > 1 && total(&widths.iter().map(|w| (*w).min(NARROWEST)).collect::<Vec<_>>()) > width {
        widths.pop();
    }
    // The cap on a column's width at which everything fits: the widest give way first.
    let mut low = 1;
    let mut high = widths.iter().copied().max().unwrap_or(1).max(1);
    let capped = |cap: usize| widths.iter().map(|w| (*w).min(cap)).collect::<Vec<_>>();
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if total(&capped(middle)) <= width {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    capped(low)
}

fn push_row(out: &mut String, row: &[Vec<String>], widths: &[usize], right: &[bool]) {
    let shown = &row[..widths.len()];
    let height = shown.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let mut text = String::new();
        for (i, cell) in shown.iter().enumerate() {
            let part = cut(cell.get(line).map_or("", String::as_str), widths[i]);
            let space = " ".repeat(widths[i].saturating_sub(part.width()));
            if i > 0 {
                text.push_str(GAP);
            }
            if right[i] {
                text.push_str(&space);
                text.push_str(&part);
            } else {
                text.push_str(&part);
                text.push_str(&space);
            }
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// The beginning of a line that fits, marked if it is not the whole.
fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in line.chars() {
        let w = c.width().unwrap_or(0);
        if used + w + 1 > width {
            break;
        }
        used += w;
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// Lines of a text as a terminal may be given them.
fn shown(text: &str) -> Vec<String> {
    text.split('\n').map(|line| line.chars().map(harmless).collect()).collect()
}

fn harmless(c: char) -> String {
    // U+202A–U+202E and U+2066–U+2069 reverse the direction of what follows (Unicode Standard Annex 9).
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || turns { c.escape_unicode().to_string() } else { c.to_string() }
}

/// A cell as text; `None` if unknown.
fn text(cell: &Value) -> Option<String> {
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(match number.as_f64().filter(|_| number.is_f64()) {
            // Rust writes the shortest digits that read back; far from 1 an exponent is easier to read than zeros.
            Some(x) if x == 0.0 || (1e-5..1e16).contains(&x.abs()) => x.to_string(),
            Some(x) => format!("{x:e}"),
            None => number.to_string(),
        }),
        Value::Array(_) | Value::Object(_) => Some(cell.to_string()),
    }
}

/// One value of an array.
fn cell(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => array.as_primitive::<Int8Type>().value(row).into(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => array.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float16 => float(array.as_primitive::<Float16Type>().value(row).to_f64()),
        DataType::Float32 => float(f64::from(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::List(_) => list(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => list(&array.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            let parts = array.as_struct();
            fields.iter().zip(parts.columns()).map(|(field, part)| (field.name().clone(), cell(part, row))).collect::<Map<_, _>>().into()
        }
        _ => formatted(array, row),
    }
}

fn list(items: &ArrayRef) -> Value {
    (0..items.len()).map(|row| cell(items, row)).collect()
}

fn float(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

/// Dates, times, decimals and rarer types, as Arrow writes them: ISO 8601, exact digits.
fn formatted(array: &ArrayRef, row: usize) -> Value {
    let options = FormatOptions::default().with_display_error(true);
    match ArrayFormatter::try_new(array.as_ref(), &options) {
        Ok(formatter) => Value::String(formatter.value(row).to_string()),
        Err(error) => Value::String(format!("({error})")),
    }
}

#[cfg(test)]
mod tests;
