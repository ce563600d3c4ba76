use std::fmt;

use tw_base::{Country, Date, Grade, Imo, Mmsi, Origin, Parties, Period};

/// A stored value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unknown.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A day.
    Date(Date),
}

/// Type of a stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// UTF-8.
    Text,
    /// Signed, 64 bits.
    Int,
    /// IEEE 754, 64 bits.
    Float,
    /// Days since 1970-01-01.
    Date,
}

/// How a cell is written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Any text.
    Text,
    /// A number that is not negative, with `.` as decimal mark and no thousands separator.
    Number,
    /// A whole number that is not negative.
    Count,
    /// `YYYY-MM-DD`.
    Date,
    /// `2018`, `2018-Q3`, `2018-09`, `2018-09-20`, or two of these joined by `..` (through the second).
    Period,
    /// ISO 3166 alpha-3.
    Country,
    /// Countries joined by `+`, or `world`.
    Parties,
    /// Seven digits with a valid check digit.
    Imo,
    /// Nine digits.
    Mmsi,
    /// One of a closed list of words.
    Word,
}

impl CellKind {
    /// The sentence of the reference page.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number ≥ 0, `.` as decimal mark, no thousands separator",
            Self::Count => "whole number ≥ 0",
            Self::Date => "date `YYYY-MM-DD`",
            Self::Period => "period: `2018`, `2018-Q3`, `2018-09`, `2018-09-20`, or two of these joined by `..`",
            Self::Country => "country, ISO 3166 alpha-3",
            Self::Parties => "countries joined by `+`, or `world`",
            Self::Imo => "IMO ship number, seven digits with a valid check digit",
            Self::Mmsi => "MMSI, nine digits",
            Self::Word => "one of the words listed",
        }
    }
}

/// Why a cell was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// Column.
    pub column: &'static str,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub hint: Option<String>,
}

/// A type that a cell of a file can be read into.
pub trait Cell: Sized {
    /// How it is written.
    const KIND: CellKind;
    /// Whether an empty cell is refused.
    const REQUIRED: bool = true;
    /// Suffix and type of each stored column; the suffix is put behind the column's name.
    const STORED: &'static [(&'static str, ValueType)];

    /// The closed list, with what each word means.
    #[must_use]
    fn words() -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// Reads text that is not empty.
    ///
    /// # Errors
    /// Says what is wrong, and what to do.
    fn read(text: &str) -> Result<Self, (String, Option<String>)>;

    /// What an empty cell means, if it may be empty.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// The stored values, one for each of [`Cell::STORED`].
    fn store(&self) -> Vec<Value>;
}

impl<T: Cell> Cell for Option<T> {
    const KIND: CellKind = T::KIND;
    const REQUIRED: bool = false;
    const STORED: &'static [(&'static str, ValueType)] = T::STORED;

    fn words() -> Vec<(&'static str, &'static str)> {
        T::words()
    }

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        T::read(text).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn store(&self) -> Vec<Value> {
        self.as_ref().map_or_else(|| vec![Value::Null; T::STORED.len()], T::store)
    }
}

fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

/// Largest number a cell may hold: 10^15, far above any quantity of this domain and exactly representable.
const LARGEST: f64 = 1e15;

fn number(text: &str) -> Result<f64, (String, Option<String>)> {
    let q = quoted(text);
    let plain =
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().filter(|b| *b == b'.').count() <= 1;
    if !plain || text == "." {
        let lower = text.to_lowercase();
        if text.starts_with('-') && text[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Err((format!("{q} is below zero"), Some("leave the cell empty if the amount is unknown".to_owned())));
        }
        if matches!(lower.trim_start_matches(['+', '-']), "nan" | "inf" | "infinity") {
            return Err((format!("{q} is not a quantity"), Some("leave the cell empty if the amount is unknown".to_owned())));
        }
        if text.contains(',') || text.contains(' ') || text.contains('\u{a0}') {
            return Err((
                format!("{q} is written with a separator"),
                Some("write 1234567.5: `.` as decimal mark, no thousands separator".to_owned()),
            ));
        }
        if lower.contains('e') && text.bytes().any(|b| b.is_ascii_digit()) {
            return Err((format!("{q} is written with an exponent"), Some("write the number out in digits".to_owned())));
        }
        return Err((format!("{q} is not a number"), Some("write 1234567.5, without the unit".to_owned())));
    }
    let value: f64 = text.parse().map_err(|_| (format!("{q} is not a number"), None))?;
    if value > LARGEST {
        return Err((format!("{q} is too large to be a quantity of this column"), Some("the largest taken is 10^15".to_owned())));
    }
    Ok(value)
}

impl Cell for f64 {
    const KIND: CellKind = CellKind::Number;
    const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Float)];

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        number(text)
    }

    fn store(&self) -> Vec<Value> {
        vec![Value::Float(*self)]
    }
}

impl Cell for u64 {
    const KIND: CellKind = CellKind::Count;
    const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Int)];

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        let value = number(text)?;
        if value.fract() != 0.0 {
            return Err((format!("{} is not a whole number", quoted(text)), None));
        }
        Ok(value as Self)
    }

    fn store(&self) -> Vec<Value> {
        vec![Value::Int(i64::try_from(*self).expect("at most 10^15 by construction"))]
    }
}

impl Cell for String {
    const KIND: CellKind = CellKind::Text;
    const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Text)];

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t' && *c != '\r') {
            return Err((format!("it holds the control character U+{:04X}", u32::from(c)), Some("remove it".to_owned())));
        }
        Ok(text.to_owned())
    }

    fn store(&self) -> Vec<Value> {
        vec![Value::Text(self.clone())]
    }
}

macro_rules! by_from_str {
    ($type:ty, $kind:ident, $hint:expr) => {
        impl Cell for $type {
            const KIND: CellKind = CellKind::$kind;
            const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Text)];

            fn read(text: &str) -> Result<Self, (String, Option<String>)> {
                text.parse().map_err(|error: <$type as std::str::FromStr>::Err| (error.to_string(), $hint.map(str::to_owned)))
            }

            fn store(&self) -> Vec<Value> {
                vec![Value::Text(self.to_string())]
            }
        }
    };
}

by_from_str!(Country, Country, None::<&str>);
by_from_str!(Parties, Parties, Some("several countries are joined by `+`"));
by_from_str!(Imo, Imo, Some("a number broadcast with a wrong check digit goes into the note"));
by_from_str!(Mmsi, Mmsi, Some("leave it empty if the source gives none"));
by_from_str!(Grade, Word, Some("A–F for the source, 1–6 for the information; leave empty if nobody judged it"));

impl Cell for Date {
    const KIND: CellKind = CellKind::Date;
    const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Date)];

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        tw_base::parse_date(text).map_err(|error| (error.to_string(), date_hint(text)))
    }

    fn store(&self) -> Vec<Value> {
        vec![Value::Date(*self)]
    }
}

impl Cell for Period {
    const KIND: CellKind = CellKind::Period;
    const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Text), ("_from", ValueType::Date), ("_to", ValueType::Date)];

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        text.parse().map_err(|error: tw_base::PeriodError| (error.to_string(), date_hint(text)))
    }

    fn store(&self) -> Vec<Value> {
        let to = self.interval().to.map_or(Value::Null, Value::Date);
        vec![Value::Text(self.text().to_owned()), Value::Date(self.from()), to]
    }
}

fn date_hint(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '.', ' ', '-']).collect();
    if let [a, b, year] = parts.as_slice()
        && year.len() == 4
        && let (Ok(a), Ok(b)) = (a.parse::<u8>(), b.parse::<u8>())
    {
        if a <= 12 && b <= 12 && a != b {
            return Some(format!("{} could be two dates; write the one that is meant as YYYY-MM-DD", quoted(text)));
        }
        return Some("write it as YYYY-MM-DD".to_owned());
    }
    Some("write 2018, 2018-Q3, 2018-09 or 2018-09-20".to_owned())
}

impl Cell for Origin {
    const KIND: CellKind = CellKind::Word;
    const STORED: &'static [(&'static str, ValueType)] = &[("", ValueType::Text)];

    fn words() -> Vec<(&'static str, &'static str)> {
        vec![
            ("published", "published by the source the row cites"),
            ("reconstructed", "put together from several published facts; the note says how"),
            ("synthetic", "made up; never evidence of anything"),
        ]
    }

    fn read(text: &str) -> Result<Self, (String, Option<String>)> {
        match text {
            "published" => Ok(Self::Published),
            "reconstructed" => Ok(Self::Reconstructed),
            "synthetic" => Ok(Self::Synthetic),
            _ => Err(unknown_word(text, &Self::words())),
        }
    }

    fn store(&self) -> Vec<Value> {
        vec![Value::Text(self.word().to_owned())]
    }
}

/// The refusal of a word that is not on a closed list.
pub(crate) fn unknown_word(text: &str, words: &[(&'static str, &'static str)]) -> (String, Option<String>) {
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let hint = tw_base::nearest(text, known.iter().copied()).map_or_else(
        || format!("known words: {}", known.join(", ")),
        |near| format!("did you mean `{near}`? known words: {}", known.join(", ")),
    );
    (format!("{} is not a known word of this column", quoted(text)), Some(hint))
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Date(day) => write!(f, "{day}"),
        }
    }
}
