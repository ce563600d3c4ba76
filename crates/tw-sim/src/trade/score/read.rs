//! Reads truth and predictions line by line.

use std::borrow::Cow;
use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;

/// What can go wrong when files are read.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// A line that is no JSON object at all.
    #[error("{file}, line {line}: {reason}")]
    Line {
        /// File as it was named by the caller.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A field that does not hold what it should.
    #[error("{file}, line {line}, field `{field}`: {reason}")]
    Field {
        /// File as it was named by the caller.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Name of the field.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// The file could not be read further.
    #[error("{file}, after line {line}: {source}")]
    Read {
        /// File as it was named by the caller.
        file: String,
        /// Last line that was read.
        line: usize,
        /// Why.
        source: std::io::Error,
    },
}

type Text<'a> = Option<Cow<'a, str>>;

/// A line of the truth.
#[derive(Deserialize)]
pub(super) struct Told<'a> {
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub exporter: Text<'a>,
    #[serde(borrow, default)]
    pub importer: Text<'a>,
    #[serde(borrow, default)]
    pub heading: Text<'a>,
    #[serde(borrow, default)]
    pub month: Text<'a>,
    pub usd: Option<f64>,
    pub kg: Option<f64>,
    #[serde(borrow, default)]
    pub sides: Text<'a>,
    #[serde(borrow, default)]
    pub evasion: Text<'a>,
    #[serde(borrow, default)]
    pub twin: Text<'a>,
    #[serde(borrow, default)]
    pub role: Text<'a>,
    pub factor: Option<f64>,
    pub both_sides: Option<bool>,
    #[serde(borrow, default)]
    pub error: Text<'a>,
    #[serde(borrow, default)]
    pub reporter: Text<'a>,
    #[serde(borrow, default)]
    pub partner: Text<'a>,
    #[serde(borrow, default)]
    pub other_partner: Text<'a>,
    #[serde(borrow, default)]
    pub other_heading: Text<'a>,
    pub record: Option<u64>,
    #[serde(borrow, default)]
    pub shipment: Text<'a>,
    #[serde(borrow, default)]
    pub pattern: Text<'a>,
}

/// A figure with the ends of its 90 % interval, if it has one.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Range {
    pub p5: Option<f64>,
    pub p50: f64,
    pub p95: Option<f64>,
}

/// A line of the predictions.
#[derive(Deserialize)]
pub(super) struct Said<'a> {
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub exporter: Text<'a>,
    #[serde(borrow, default)]
    pub importer: Text<'a>,
    #[serde(borrow, default)]
    pub heading: Text<'a>,
    #[serde(borrow, default)]
    pub month: Text<'a>,
    pub usd: Option<Range>,
    pub kg: Option<Range>,
    pub factor: Option<Range>,
    pub probability: Option<f64>,
    #[serde(borrow, default)]
    pub error: Text<'a>,
    #[serde(borrow, default)]
    pub reporter: Text<'a>,
    #[serde(borrow, default)]
    pub partner: Text<'a>,
    pub record: Option<u64>,
    #[serde(borrow, default)]
    pub shipment: Text<'a>,
    pub score: Option<f64>,
}

/// A line with its place, for messages.
pub(super) struct Line<'a, T> {
    pub read: T,
    file: &'a str,
    line: usize,
}

/// A file that is read line by line; empty lines are read over.
pub(super) struct Lines<'n, R> {
    file: R,
    name: &'n str,
    line: usize,
    buffer: String,
}

impl<'n, R: BufRead> Lines<'n, R> {
    pub(super) fn new(file: R, name: &'n str) -> Self {
        Self { file, name, line: 0, buffer: String::new() }
    }

    pub(super) fn next<'a, T: Deserialize<'a>>(&'a mut self) -> Result<Option<Line<'a, T>>, ScoreError> {
        loop {
            self.buffer.clear();
            match self.file.read_line(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(_) => self.line += 1,
                Err(source) => return Err(ScoreError::Read { file: self.name.to_owned(), line: self.line, source }),
            }
            if !self.buffer.trim().is_empty() {
                break;
            }
        }
        let text = self.buffer.trim();
        match serde_json::from_str::<T>(text) {
            Ok(read) => Ok(Some(Line { read, file: self.name, line: self.line })),
            Err(error) => Err(explain(text, self.name, self.line, &error, |part| serde_json::from_str::<Part>(part).map(|_| ()))),
        }
    }
}

/// Every field that either file may have, as it is expected there; only to find out which one was wrong.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read to be checked and not used")]
struct Part {
    kind: Option<String>,
    exporter: Option<String>,
    importer: Option<String>,
    heading: Option<String>,
    month: Option<String>,
    sides: Option<String>,
    evasion: Option<String>,
    twin: Option<String>,
    role: Option<String>,
    both_sides: Option<bool>,
    error: Option<String>,
    reporter: Option<String>,
    partner: Option<String>,
    other_partner: Option<String>,
    other_heading: Option<String>,
    record: Option<u64>,
    shipment: Option<String>,
    pattern: Option<String>,
    probability: Option<f64>,
    score: Option<f64>,
}

/// Finds the field at fault in a line that could not be read.
fn explain(
    text: &str,
    file: &str,
    line: usize,
    error: &serde_json::Error,
    fits: impl Fn(&str) -> Result<(), serde_json::Error>,
) -> ScoreError {
    let whole = || ScoreError::Line { file: file.to_owned(), line, reason: error.to_string() };
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(text) else { return whole() };
    let field = |field: &str, reason: String| ScoreError::Field { file: file.to_owned(), line, field: field.to_owned(), reason };
    if !fields.get("kind").is_some_and(Value::is_string) {
        return field("kind", "missing or not text".to_owned());
    }
    for (name, value) in fields {
        let one = Value::Object([(name.clone(), value)].into_iter().collect());
        if let Err(error) = fits(&one.to_string()) {
            return field(&name, error.to_string());
        }
    }
    // What is left are figures, which are numbers in the truth and ranges in predictions.
    for name in ["usd", "kg", "factor"] {
        if text.contains(&format!("\"{name}\"")) {
            return field(name, error.to_string());
        }
    }
    whole()
}

impl<T> Line<'_, T> {
    pub(super) fn fault(&self, field: &str, reason: String) -> ScoreError {
        ScoreError::Field { file: self.file.to_owned(), line: self.line, field: field.to_owned(), reason }
    }

    fn text<'t>(&self, field: &str, value: &'t Text<'_>) -> Result<&'t str, ScoreError> {
        value.as_deref().ok_or_else(|| self.fault(field, "missing".to_owned()))
    }

    /// Three capitals as 15 bits.
    pub(super) fn country(&self, field: &str, value: &Text<'_>) -> Result<u64, ScoreError> {
        let text = self.text(field, value)?;
        if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(self.fault(field, format!("`{}`: expected three capitals such as PRK", cut(text))));
        }
        Ok(text.bytes().fold(0, |sum, b| sum << 5 | u64::from(b - b'A')))
    }

    /// Six digits as 20 bits.
    pub(super) fn heading(&self, field: &str, value: &Text<'_>) -> Result<u64, ScoreError> {
        let text = self.text(field, value)?;
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        number.ok_or_else(|| self.fault(field, format!("`{}`: expected six digits with leading zeros", cut(text))))
    }

    /// A month of the years 1900 to 2199 as 12 bits.
    pub(super) fn month(&self, field: &str, value: &Text<'_>) -> Result<u64, ScoreError> {
        let text = self.text(field, value)?;
        let number = |part: &str| if part.bytes().all(|b| b.is_ascii_digit()) { part.parse::<u64>().ok() } else { None };
        let parts = if text.len() == 7 { text.split_once('-') } else { None };
        let read = parts.and_then(|(year, month)| Some((number(year)?, number(month)?)));
        match read {
            Some((year @ 1900..2200, month @ 1..=12)) => Ok((year - 1900) * 12 + month - 1),
            _ => Err(self.fault(field, format!("`{}`: expected a month such as 2018-06", cut(text)))),
        }
    }

    /// Exporter, importer and heading as 50 bits.
    pub(super) fn series(&self, exporter: &Text<'_>, importer: &Text<'_>, heading: &Text<'_>) -> Result<u64, ScoreError> {
        let (e, i) = (self.country("exporter", exporter)?, self.country("importer", importer)?);
        Ok((e << 15 | i) << 20 | self.heading("heading", heading)?)
    }

    pub(super) fn error(&self, value: &Text<'_>) -> Result<u8, ScoreError> {
        let text = self.text("error", value)?;
        let at = (0..).zip(super::ERRORS).find(|(_, name)| *name == text).map(|(at, _)| at);
        at.ok_or_else(|| self.fault("error", format!("`{}`: expected kp-kr, unit or hs-shift", cut(text))))
    }

    pub(super) fn positive(&self, field: &str, value: Option<f64>) -> Result<f64, ScoreError> {
        let value = value.ok_or_else(|| self.fault(field, "missing".to_owned()))?;
        if value.is_finite() && value > 0.0 { Ok(value) } else { Err(self.fault(field, format!("{value} is not above zero"))) }
    }

    pub(super) fn share(&self, field: &str, value: Option<f64>) -> Result<f64, ScoreError> {
        let value = value.ok_or_else(|| self.fault(field, "missing".to_owned()))?;
        if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(self.fault(field, format!("{value} is not between 0 and 1"))) }
    }

    /// The ends and the middle; both ends are the middle where there is no interval.
    pub(super) fn range(&self, field: &str, range: Range) -> Result<[f64; 3], ScoreError> {
        let (low, high) = (range.p5.unwrap_or(range.p50), range.p95.unwrap_or(range.p50));
        if !(low >= 0.0 && low <= range.p50 && range.p50 <= high && high.is_finite()) {
            return Err(self.fault(field, format!("{low}, {} and {high} are not in order, or below zero", range.p50)));
        }
        if range.p5.is_some() != range.p95.is_some() {
            return Err(self.fault(field, "an interval has both p5 and p95".to_owned()));
        }
        Ok([low, range.p50, high])
    }
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
