//! From rows of text to typed rows: what CSV and workbooks have in common.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use tw_base::{Date, Grade, Origin, Provenance, RecordPtr, Refusal, Span};
use tw_tables::{Cell, CellKind, TableDef, Tables};

use crate::card::{SourceCard, card};
use crate::collect::Collector;
use crate::dates::{DateCell, DateColumn, has_time};
use crate::decimal::multiply;
use crate::detect::{BROUGHT, definition, short};
use crate::mapping::{Mapping, kind, names, unknown_column_hint};
use crate::read::Reading;

/// Where a row is.
#[derive(Clone, Debug)]
pub(crate) struct At {
    /// Row as people count it.
    pub row: u64,
    /// Line, where it is another number than the row.
    pub line: Option<u64>,
    /// Pointer to it.
    pub record: RecordPtr,
    /// Its bytes in the capture.
    pub span: Option<(u64, u64)>,
}

/// ` (line 12)` where rows and lines are not counted alike.
pub(crate) fn line_note(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(" (line {line})"))
}

/// A column of the file that is read.
struct Column {
    ours: &'static str,
    theirs: String,
    kind: CellKind,
}

/// Why a cell was not taken: column of the table, reason, hint.
type Fault = (&'static str, String, Option<String>);

/// Reads the rows of one table of a file.
pub(crate) struct TableReader<'a> {
    file: String,
    def: TableDef,
    card: &'static SourceCard,
    mapping: Option<&'a Mapping>,
    /// By place in the file; `None` where a column is ignored.
    columns: Vec<Option<Column>>,
    dates: BTreeMap<usize, DateColumn>,
    changes: BTreeMap<String, u64>,
    constants_refused: BTreeSet<String>,
    reading: Reading,
}

impl<'a> TableReader<'a> {
    /// Checks the header. `None` if no row can be read under it; the reasons are then in the collector.
    pub(crate) fn new(file: &str, table: &str, header: &[String], mapping: Option<&'a Mapping>, out: &mut Collector) -> Option<Self> {
        let def = definition(table)?;
        let card = card(table)?;
        let known = names(&def);
        let mut faults: Vec<Refusal> = Vec::new();
        let mut columns: Vec<Option<Column>> = Vec::new();
        let mut first_at: BTreeMap<&str, usize> = BTreeMap::new();
        let mut taken: BTreeMap<&'static str, &str> = BTreeMap::new();
        let mut reading =
            Reading { tables: Tables::default(), spans: Vec::new(), ignored: Vec::new(), changes: Vec::new(), warnings: Vec::new() };
        for (index, theirs) in header.iter().enumerate() {
            let refuse = |reason: String| Refusal::new(file, reason).row(1);
            if mapping.is_some_and(|m| m.ignore.iter().any(|i| i == theirs)) {
                reading.ignored.push(theirs.clone());
                columns.push(None);
                continue;
            }
            columns.push(None);
            if theirs.is_empty() {
                faults
                    .push(refuse(format!("column {} has no name", index + 1)).hint("name it, or remove what separates it from the others"));
                continue;
            }
            if let Some(first) = first_at.insert(theirs, index) {
                faults.push(
                    refuse(format!("columns {} and {} have the same name", first + 1, index + 1))
                        .column(short(theirs))
                        .hint("rename or remove one of them"),
                );
                continue;
            }
            let wanted = mapping.and_then(|m| m.columns.get(theirs)).unwrap_or(theirs);
            let Some(ours) = known.iter().find(|name| **name == wanted) else {
                faults.push(
                    refuse(format!("the table `{}` has no such column", def.name))
                        .column(short(theirs))
                        .hint(unknown_column_hint(theirs, &def)),
                );
                continue;
            };
            if mapping.is_some_and(|m| m.constants.contains_key(*ours)) {
                faults.push(
                    refuse("the mapping gives this column as a constant too".to_owned())
                        .column(short(theirs))
                        .hint("remove the constant, or ignore the column"),
                );
                continue;
            }
            if let Some(other) = taken.insert(ours, theirs) {
                faults.push(
                    refuse(format!("it is read as `{ours}`, and so is `{}`", short(other)))
                        .column(short(theirs))
                        .hint("put one of them into `ignore` of the mapping"),
                );
                continue;
            }
            let kind = kind(&def, ours).unwrap_or(CellKind::Text);
            columns[index] = Some(Column { ours, theirs: theirs.clone(), kind });
        }
        if let Some(mapping) = mapping {
            for theirs in mapping.columns.keys().filter(|theirs| !header.contains(theirs)) {
                faults.push(
                    Refusal::new(file, format!("the mapping reads the column `{}`, which the header does not have", short(theirs))).row(1),
                );
            }
            for theirs in mapping.ignore.iter().filter(|theirs| !header.contains(theirs)) {
                reading
                    .warnings
                    .push(format!("{file}: the mapping ignores the column `{}`, which the header does not have", short(theirs)));
            }
            for ours in mapping.dates.iter().filter(|(_, format)| has_time(format)).map(|(ours, _)| ours) {
                reading.warnings.push(format!("{file}: column `{ours}`: days are kept, times of day are not"));
            }
        }
        let given = |ours: &str| taken.contains_key(ours) || mapping.is_some_and(|m| m.constants.contains_key(ours));
        for ours in def.columns.iter().filter(|c| c.required).map(|c| c.name).chain(["origin", "source"]) {
            if !given(ours) {
                let hint = if BROUGHT.contains(&ours) {
                    format!("add it, or give it for all rows in a mapping: `[constants] {ours} = \"…\"`")
                } else {
                    "add it; if the file has it under another name, give a mapping: `--map FILE`".to_owned()
                };
                faults.push(Refusal::new(file, format!("the required column `{ours}` is missing")).row(1).hint(hint));
            }
        }
        let usable = faults.is_empty();
        for fault in faults {
            out.push(fault);
        }
        usable.then(|| Self {
            file: file.to_owned(),
            def,
            card,
            mapping,
            columns,
            dates: BTreeMap::new(),
            changes: BTreeMap::new(),
            constants_refused: BTreeSet::new(),
            reading,
        })
    }

    /// Number of columns of the header.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Name in the file, and kind, of the column at that place, if it is read.
    pub(crate) fn column(&self, index: usize) -> Option<(&str, &'static str, CellKind)> {
        self.columns.get(index)?.as_ref().map(|c| (c.theirs.as_str(), c.ours, c.kind))
    }

    /// Reads a row, one cell for each column of the header. Cells of the columns in `refused` were refused already.
    pub(crate) fn row(&mut self, at: At, cells: &[Cow<'_, str>], refused: &BTreeSet<usize>, out: &mut Collector) {
        let mut values: BTreeMap<&'static str, Cow<'_, str>> = BTreeMap::new();
        let mut silent: BTreeSet<&'static str> = BTreeSet::new();
        if let Some(mapping) = self.mapping {
            for name in names(&self.def) {
                if let Some(text) = mapping.constants.get(name) {
                    values.insert(name, Cow::Borrowed(text.trim()));
                }
            }
        }
        for (index, cell) in cells.iter().enumerate() {
            let Some(column) = self.columns.get(index).and_then(Option::as_ref) else { continue };
            let (ours, kind) = (column.ours, column.kind);
            if refused.contains(&index) {
                silent.insert(ours);
                continue;
            }
            let mut text = Cow::Borrowed(cell.trim());
            if text.is_empty() {
                continue;
            }
            if let Some(changed) = self.change(ours, &text) {
                text = Cow::Owned(changed);
            }
            if matches!(kind, CellKind::Date | CellKind::Period) {
                let format = self.mapping.and_then(|m| m.dates.get(ours)).map(String::as_str);
                match self.dates.entry(index).or_default().see(at.row, &text, kind, format) {
                    DateCell::AsIs => {}
                    DateCell::Iso(iso) => text = Cow::Owned(iso),
                    DateCell::Summed => {
                        silent.insert(ours);
                    }
                }
            }
            values.insert(ours, text);
        }
        let get = |name: &str| values.get(name).map(AsRef::as_ref);
        let mut faults = self.beyond_limits(&get);
        let provenance = provenance(&get, at.record.clone(), &mut faults);
        // A row with a fault is read as well, into a set that is thrown away: all its faults are to be known at once.
        let mut scratch = Tables::default();
        let clean = faults.is_empty() && silent.is_empty() && provenance.is_some();
        let target = if clean { &mut self.reading.tables } else { &mut scratch };
        let provenance = provenance.unwrap_or_else(|| placeholder(at.record.clone()));
        if let Some(Err(cell_faults)) = target.push(self.def.name, &get, provenance) {
            faults.extend(cell_faults.into_iter().map(|f| (f.column, f.reason, f.hint)));
        } else if clean {
            self.reading.spans.push((at.record.clone(), at.span));
        }
        // One fault a column: a number that is too large for any column is not refused twice.
        for (ours, reason, hint) in faults {
            if silent.insert(ours) {
                self.refuse(&at, ours, &reason, hint, out);
            }
        }
    }

    /// What the mapping makes of a cell, if it changes it.
    fn change(&mut self, ours: &str, text: &str) -> Option<String> {
        let mapping = self.mapping?;
        if let Some(word) = mapping.words.get(ours).and_then(|words| words.get(text)) {
            *self.changes.entry(format!("column `{ours}`: `{}` read as `{}`", short(text), short(word))).or_default() += 1;
            return Some(word.clone());
        }
        let unit = mapping.units.get(ours)?;
        let product = multiply(text, &unit.factor.to_string())?;
        *self.changes.entry(format!("column `{ours}`: multiplied by {} ({})", unit.factor, short(&unit.reason))).or_default() += 1;
        Some(product)
    }

    /// What no row can hold, by the limits of the card.
    fn beyond_limits<'v>(&self, get: &dyn Fn(&str) -> Option<&'v str>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let value = |column: &str| {
            get(column).filter(|text| text.bytes().all(|b| b.is_ascii_digit() || b == b'.')).and_then(|text| text.parse::<f64>().ok())
        };
        let column = |name: &str| self.def.columns.iter().find(|c| c.name == name);
        for assertion in &self.card.assertions {
            let (Some(number), Some(column)) = (value(&assertion.column), column(&assertion.column)) else { continue };
            let unit = column.unit.map_or("", |unit| unit.symbol());
            let hint = || Some(format!("impossible units? {}", assertion.reason));
            if number > assertion.max {
                faults.push((
                    column.name,
                    format!(
                        "`{}` is above {} {unit}, the most that one row can hold",
                        short(get(column.name).unwrap_or_default()),
                        assertion.max
                    ),
                    hint(),
                ));
            } else if number < assertion.min {
                faults.push((
                    column.name,
                    format!(
                        "`{}` is below {} {unit}, the least that one row can hold",
                        short(get(column.name).unwrap_or_default()),
                        assertion.min
                    ),
                    hint(),
                ));
            }
        }
        for ratio in &self.card.ratios {
            let (Some(over), Some(under), Some(column)) = (value(&ratio.over), value(&ratio.under), column(&ratio.under)) else { continue };
            if over == 0.0 && under == 0.0 {
                continue;
            }
            let found = over / under;
            if !(ratio.min..=ratio.max).contains(&found) {
                let reason = format!(
                    "impossible units: {over} {} and {under} {} make {} per unit, outside {} to {}",
                    ratio.over,
                    ratio.under,
                    rounded(found),
                    ratio.min,
                    ratio.max
                );
                faults.push((column.name, reason, Some(ratio.reason.clone())));
            }
        }
        faults
    }

    /// Refuses a cell, naming its column as the file does.
    pub(crate) fn refuse(&mut self, at: &At, ours: &str, reason: &str, hint: Option<String>, out: &mut Collector) {
        let theirs = self.columns.iter().flatten().find(|c| c.ours == ours).map(|c| c.theirs.as_str());
        let constant = theirs.is_none() && self.mapping.is_some_and(|m| m.constants.contains_key(ours));
        let mut refusal = if constant {
            if !self.constants_refused.insert(format!("{ours}: {reason}")) {
                return;
            }
            Refusal::new(&self.file, format!("the constant `{ours}` of the mapping: {reason}"))
        } else {
            Refusal::new(&self.file, format!("{reason}{}", line_note(at.line))).row(at.row).column(short(theirs.unwrap_or(ours)))
        };
        refusal.hint = hint;
        out.push(refusal);
    }

    /// Sums up the date columns, looks for rows that say the same thing twice, and gives the rows.
    pub(crate) fn finish(mut self, out: &mut Collector) -> Reading {
        for (index, seen) in self.dates.iter().rev() {
            let Some(column) = self.columns.get(*index).and_then(Option::as_ref) else { continue };
            let format = self.mapping.and_then(|m| m.dates.get(column.ours)).map(String::as_str);
            for refusal in seen.summary(&self.file, &short(&column.theirs), column.ours, format).into_iter().rev() {
                out.push_first(refusal);
            }
        }
        let what = if self.def.columns.iter().any(|c| c.name == "period") { "duplicate period" } else { "duplicate" };
        let mut first: HashMap<(String, &str), u64> = HashMap::new();
        for (key, provenance) in self.reading.tables.keys(self.def.name) {
            let (Span::Row(row) | Span::SheetRow(_, row)) = &provenance.record.span else { continue };
            match first.get(&(key.clone(), provenance.source.as_str())) {
                Some(earlier) => out.push(
                    Refusal::new(&self.file, format!("{what}: it says the same as row {earlier}, from the same source"))
                        .row(*row)
                        .hint("remove one of the two; if another source says the same, cite that source"),
                ),
                None => {
                    first.insert((key, provenance.source.as_str()), *row);
                }
            }
        }
        for (change, count) in &self.changes {
            self.reading.changes.push(format!("{}: {change}, {count} {}", self.file, if *count == 1 { "cell" } else { "cells" }));
        }
        self.reading
    }
}

/// Three figures, enough to see which unit was meant.
fn rounded(ratio: f64) -> String {
    if !ratio.is_finite() {
        return "infinitely many".to_owned();
    }
    let places = if ratio >= 100.0 {
        0
    } else if ratio >= 1.0 {
        2
    } else {
        6
    };
    format!("{ratio:.places$}")
}

fn provenance<'v>(get: &dyn Fn(&str) -> Option<&'v str>, record: RecordPtr, faults: &mut Vec<Fault>) -> Option<Provenance> {
    fn cell<T: Cell>(column: &'static str, text: Option<&str>, faults: &mut Vec<Fault>) -> Option<T> {
        match text {
            Some(text) => T::read(text).map_err(|(reason, hint)| faults.push((column, reason, hint))).ok(),
            None => {
                let absent = T::absent();
                if absent.is_none() {
                    faults.push((column, "the cell is empty".to_owned(), Some("this column is required in every row".to_owned())));
                }
                absent
            }
        }
    }
    let origin = cell::<Origin>("origin", get("origin"), faults);
    let source = cell::<String>("source", get("source"), faults);
    let grade = cell::<Option<Grade>>("grade", get("grade"), faults);
    let note = cell::<Option<String>>("note", get("note"), faults);
    let known = cell::<Option<Date>>("known", get("known"), faults);
    Some(Provenance { origin: origin?, source: source?, grade: grade?.unwrap_or(Grade::UNJUDGED), note: note?, known: known?, record })
}

/// Stands in for a provenance that could not be read, in rows that are thrown away.
fn placeholder(record: RecordPtr) -> Provenance {
    Provenance { origin: Origin::Synthetic, source: String::new(), grade: Grade::UNJUDGED, note: None, known: None, record }
}
