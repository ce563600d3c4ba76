use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Whole days `[from, to)`; an open end is `None`.
///
/// ```
/// use tw_base::Interval;
/// let law: Interval = Interval::new("2017-09-11".parse()?, None);
/// assert!(law.contains("2017-09-11".parse()?));
/// assert!(!law.contains("2017-09-10".parse()?));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// First day.
    pub from: Date,
    /// Day after the last; `None` if it has not ended.
    #[serde(default)]
    pub to: Option<Date>,
}

impl Interval {
    /// From the first day to the day after the last.
    #[must_use]
    pub const fn new(from: Date, to: Option<Date>) -> Self {
        Self { from, to }
    }

    /// A single day.
    #[must_use]
    pub fn day(day: Date) -> Self {
        Self { from: day, to: next(day) }
    }

    /// The last day, if there is one.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        self.to.and_then(|to| to.yesterday().ok())
    }

    /// True if no day is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }

    /// True if the day is in it.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// True if every day of the other is in it. The empty interval is within nothing.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let end = match (self.to, other.to) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(a), Some(b)) => b <= a,
        };
        !other.is_empty() && self.from <= other.from && end
    }

    /// The days in both, if any.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let both = Self { from: self.from.max(other.from), to };
        (!both.is_empty()).then_some(both)
    }

    /// Number of days, if it ends.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        let to = self.to?;
        Some(i64::from((to - self.from).get_days()))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "[{}, {to})", self.from),
            None => write!(f, "[{}, open)", self.from),
        }
    }
}

/// How exactly a period was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
    /// From one date to another.
    Range,
}

/// A period as its source gave it, with the days it covers.
///
/// Written `2018`, `2018-Q3`, `2018-09`, `2018-09-20`, or from one of these *through* another: `2017-09..2018-08`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    interval: Interval,
    text: String,
    precision: Precision,
}

/// Why text is not a period.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a period: {why}")]
pub struct PeriodError {
    text: String,
    why: &'static str,
}

impl PeriodError {
    fn new(text: &str, why: &'static str) -> Self {
        Self { text: text.chars().take(60).collect(), why }
    }
}

impl Period {
    /// The days it covers, half-open.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// First day.
    #[must_use]
    pub fn from(&self) -> Date {
        self.interval.from
    }

    /// Last day.
    #[must_use]
    pub fn last(&self) -> Date {
        self.interval.last().unwrap_or(self.interval.from)
    }

    /// As the source gave it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How exactly it was given.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The calendar year, if it lies in one.
    #[must_use]
    pub fn year(&self) -> Option<i16> {
        (self.from().year() == self.last().year()).then(|| self.from().year())
    }
}

/// Reads a date as ISO 8601 `YYYY-MM-DD`, nothing else: other orders are ambiguous.
///
/// # Errors
/// If the text is not such a date, or no day of the calendar.
pub fn parse_date(text: &str) -> Result<Date, PeriodError> {
    let fail = |why| PeriodError::new(text, why);
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return Err(fail("dates are written YYYY-MM-DD"));
    }
    text.parse::<Date>().map_err(|_| fail("no such day in the calendar"))
}

fn next(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

fn unit(text: &str) -> Result<(Date, Date, Precision), PeriodError> {
    let fail = |why| PeriodError::new(text, why);
    let end = |day: Date, span: jiff::Span| day.checked_add(span).map_err(|_| fail("past the end of the calendar"));
    let first = |year: &str, month: i8| -> Result<Date, PeriodError> {
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(fail("use YYYY, YYYY-Qn, YYYY-MM, YYYY-MM-DD, or two of these with `..` between"));
        }
        let year = year.parse().map_err(|_| fail("no such year"))?;
        if !(1900..=2200).contains(&year) {
            return Err(fail("years from 1900 to 2200 are taken"));
        }
        Date::new(year, month, 1).map_err(|_| fail("no such month"))
    };
    if !text.is_ascii() {
        return Err(fail("use digits, `-` and `Q`"));
    }
    match text.len() {
        4 => {
            let from = first(text, 1)?;
            Ok((from, end(from, 1.year())?, Precision::Year))
        }
        7 if text.as_bytes()[5] == b'Q' => {
            let quarter: i8 = match text.as_bytes()[6] {
                q @ b'1'..=b'4' => (q - b'0') as i8,
                _ => return Err(fail("quarters are Q1 to Q4")),
            };
            if text.as_bytes()[4] != b'-' {
                return Err(fail("use YYYY-Qn"));
            }
            let from = first(&text[..4], 3 * quarter - 2)?;
            Ok((from, end(from, 3.months())?, Precision::Quarter))
        }
        7 => {
            let (year, month) = text.split_once('-').ok_or_else(|| fail("use YYYY-MM"))?;
            if month.len() != 2 || !month.bytes().all(|b| b.is_ascii_digit()) {
                return Err(fail("use YYYY-MM"));
            }
            let from = first(year, month.parse().map_err(|_| fail("no such month"))?)?;
            Ok((from, end(from, 1.month())?, Precision::Month))
        }
        10 => {
            let day = parse_date(text)?;
            first(&text[..4], 1)?;
            Ok((day, next(day).ok_or_else(|| fail("past the end of the calendar"))?, Precision::Day))
        }
        _ => Err(fail("use YYYY, YYYY-Qn, YYYY-MM, YYYY-MM-DD, or two of these with `..` between")),
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let text = text.trim();
        let (from, to, precision) = match text.split_once("..") {
            None => unit(text)?,
            Some((a, b)) => {
                let (from, _, _) = unit(a)?;
                let (_, to, _) = unit(b)?;
                (from, to, Precision::Range)
            }
        };
        let interval = Interval { from, to: Some(to) };
        if interval.is_empty() {
            return Err(PeriodError::new(text, "it ends before it begins"));
        }
        Ok(Self { interval, text: text.to_owned(), precision })
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.text
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_half_open_inside_and_read_as_people_write_them() {
        let cases = [
            ("2018", "[2018-01-01, 2019-01-01)"),
            ("2019-Q3", "[2019-07-01, 2019-10-01)"),
            ("2018-12", "[2018-12-01, 2019-01-01)"),
            ("2017-12-31", "[2017-12-31, 2018-01-01)"),
            ("2017-09..2018-08", "[2017-09-01, 2018-09-01)"),
            ("2018-01-01..2018-05-30", "[2018-01-01, 2018-05-31)"),
        ];
        for (text, interval) in cases {
            assert_eq!(text.parse::<Period>().map(|p| p.interval().to_string()), Ok(interval.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for bad in [
            "",
            "18",
            "2018-13",
            "2018-Q5",
            "2018-02-30",
            "01/02/2018",
            "2018..2017",
            "2018-1",
            "9999",
            "2018-1é",
            "２０１８",
            "2018Q1",
            "2018 Q1",
            "..",
            "2018..",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_interval_that_starts_and_ends_on_one_day_never_applied() {
        let day: Date = jiff::civil::date(2018, 1, 1);
        let never = Interval::new(day, Some(day));
        assert!(never.is_empty());
        assert!(!never.contains(day));
        assert!(!Interval::new(day, None).covers(&never));
    }
}
