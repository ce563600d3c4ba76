//! Scores the reading of destination texts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::ScoreError;

/// How texts of one kind were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlaceCounts {
    /// Texts that name a place and were read as an equivalent one.
    pub right: usize,
    /// Texts that name a place and were read as another one.
    pub wrong: usize,
    /// Texts that name a place and were not read.
    pub unknown: usize,
    /// Texts that name no place and were read as one.
    pub false_place: usize,
    /// Texts that name no place and were not read as one.
    pub quiet: usize,
}

/// How destination texts were read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DestinationReport {
    /// All texts.
    pub all: PlaceCounts,
    /// By the `kind` of the truth file.
    pub by_kind: BTreeMap<String, PlaceCounts>,
    /// Right of those read as a place.
    pub precision: Option<f64>,
    /// Right of those that name a place.
    pub recall: Option<f64>,
    /// Wrong, unknown and false readings: text, truth, reading.
    pub misses: Vec<(String, String, String)>,
}

/// Scores readings of destination texts.
///
/// `truth` is CSV with the columns `text`, `kind` and `locode` (others are read over); `locode` holds UN/LOCODEs separated by `|`, any of
/// which is right, and is empty where the text names no place. `predicted` is JSON Lines or a JSON array of
/// `{"text": …, "locode": … or null}`. `same` says whether two LOCODEs are one place.
///
/// # Errors
/// Unreadable files, with line and field. A text without a reading is unknown, not an error.
pub fn score_destinations(
    truth: (&str, &str),
    predicted: (&str, &str),
    same: &dyn Fn(&str, &str) -> bool,
) -> Result<DestinationReport, ScoreError> {
    let readings = read_readings(predicted.0, predicted.1)?;
    let (text, file) = truth;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let line_fault = |line: usize, reason: String| ScoreError::Line { file: file.to_owned(), line, reason };
    let header = reader.headers().map_err(|error| line_fault(1, error.to_string()))?.clone();
    let column = |name: &str| {
        header.iter().position(|cell| cell.trim() == name).ok_or_else(|| ScoreError::Field {
            file: file.to_owned(),
            line: 1,
            field: name.to_owned(),
            reason: "no such column".to_owned(),
        })
    };
    let (text_column, kind_column, code_column) = (column("text")?, column("kind")?, column("locode")?);
    let mut report = DestinationReport::default();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|error| line_fault(i + 2, error.to_string()))?;
        let cell = |n: usize| record.get(n).unwrap_or_default().to_owned();
        let (text, kind, codes) = (cell(text_column), cell(kind_column), cell(code_column));
        let reading = readings.get(text.trim()).cloned().flatten();
        let codes: Vec<String> = codes.split('|').map(tidy).filter(|code| !code.is_empty()).collect();
        let mut counts = PlaceCounts::default();
        match (codes.is_empty(), &reading) {
            (true, None) => counts.quiet = 1,
            (true, Some(_)) => counts.false_place = 1,
            (false, None) => counts.unknown = 1,
            (false, Some(read)) if codes.iter().any(|code| code == read || same(code, read)) => counts.right = 1,
            (false, Some(_)) => counts.wrong = 1,
        }
        if counts.right + counts.quiet == 0 {
            report.misses.push((text, codes.join("|"), reading.unwrap_or_default()));
        }
        for sum in [&mut report.all, report.by_kind.entry(kind).or_default()] {
            sum.right += counts.right;
            sum.wrong += counts.wrong;
            sum.unknown += counts.unknown;
            sum.false_place += counts.false_place;
            sum.quiet += counts.quiet;
        }
    }
    let all = report.all;
    let read = all.right + all.wrong + all.false_place;
    let named = all.right + all.wrong + all.unknown;
    report.precision = (read > 0).then(|| all.right as f64 / read as f64);
    report.recall = (named > 0).then(|| all.right as f64 / named as f64);
    Ok(report)
}

/// Upper case without blanks: `ru vvo` and `RUVVO` are one code.
fn tidy(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase()
}

fn read_readings(text: &str, file: &str) -> Result<BTreeMap<String, Option<String>>, ScoreError> {
    let text = text.trim_start_matches('\u{feff}');
    let fault = |line: usize, reason: String| ScoreError::Line { file: file.to_owned(), line, reason };
    let values: Vec<(usize, Value)> = if text.trim_start().starts_with('[') {
        let list: Vec<Value> = serde_json::from_str(text).map_err(|error| fault(error.line(), error.to_string()))?;
        list.into_iter().enumerate().map(|(i, value)| (i + 1, value)).collect()
    } else {
        let mut list = Vec::new();
        for (i, line) in text.lines().enumerate() {
            if !line.trim().is_empty() {
                list.push((i + 1, serde_json::from_str(line).map_err(|error| fault(i + 1, error.to_string()))?));
            }
        }
        list
    };
    let mut out = BTreeMap::new();
    for (line, value) in values {
        let field =
            |name: &str, reason: &str| ScoreError::Field { file: file.to_owned(), line, field: name.to_owned(), reason: reason.to_owned() };
        let text = value.get("text").and_then(Value::as_str).ok_or_else(|| field("text", "expected text"))?;
        let code = match value.get("locode") {
            None | Some(Value::Null) => None,
            Some(Value::String(code)) => Some(tidy(code)).filter(|code| !code.is_empty()),
            Some(_) => return Err(field("locode", "expected text or null")),
        };
        out.insert(text.trim().to_owned(), code);
    }
    Ok(out)
}

impl DestinationReport {
    /// The figures as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!("{:<16} {:>6} {:>6} {:>8} {:>6} {:>6}\n", "kind", "right", "wrong", "unknown", "false", "quiet");
        let rows = self.by_kind.iter().map(|(kind, counts)| (kind.as_str(), counts)).chain([("all", &self.all)]);
        for (kind, c) in rows {
            let _ = writeln!(out, "{kind:<16} {:>6} {:>6} {:>8} {:>6} {:>6}", c.right, c.wrong, c.unknown, c.false_place, c.quiet);
        }
        if let (Some(precision), Some(recall)) = (self.precision, self.recall) {
            let _ = writeln!(out, "precision {precision:.3}, recall {recall:.3}");
        }
        out
    }
}
