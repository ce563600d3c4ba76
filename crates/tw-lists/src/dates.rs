//! Dates as lists print them.

use jiff::civil;
use tw_base::Date;

/// Which of two numbers is the day, where a list writes `04/05/2017`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// United Kingdom, European Union.
    DayFirst,
    /// United States.
    MonthFirst,
}

/// A date of which the month or the day may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partial {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl Partial {
    /// `2017`, `2017-06`, `2017-06-01`.
    pub(crate) fn iso(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            _ => format!("{:04}", self.year),
        }
    }

    pub(crate) fn date(self) -> Option<Date> {
        civil::Date::new(self.year, self.month?, self.day?).ok()
    }

    fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        if !(1000..=2200).contains(&year) || month.is_some_and(|m| !(1..=12).contains(&m)) {
            return None;
        }
        if let (Some(month), Some(day)) = (month, day) {
            civil::Date::new(year, month, day).ok()?;
        }
        Some(Self { year, month, day: day.filter(|_| month.is_some()) })
    }
}

/// Reads a date in one of the ways in which the lists write them. `00`, `dd` and `mm` stand for what is not known.
pub(crate) fn partial(text: &str, order: Order) -> Option<Partial> {
    let text = text.trim();
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    // `2015-07-01-04:00`, `2020-04-15T15:29:22+02:00` and `29/06/2012 00:00:00` are days with something behind.
    let text = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b'-' | b'+' | b' ' | b'Z', ..] => &text[..10],
        [_, _, b'/', _, _, b'/', _, _, _, _, b' ', ..] => &text[..10],
        _ => text,
    };
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ', ',']).filter(|p| !p.is_empty()).collect();
    let year = |part: &str| (part.len() == 4).then(|| number(part)).flatten();
    match parts.as_slice() {
        [y] => Partial::new(year(y)?, None, None),
        [a, b] => {
            if let Some(y) = year(a) {
                return Partial::new(y, unknown(b)?, None);
            }
            let y = year(b)?;
            Partial::new(y, Some(month(a).or_else(|| small(a))?), None)
        }
        [a, b, c] => {
            if let Some(y) = year(a) {
                return Partial::new(y, unknown(b)?, unknown(c)?);
            }
            let y = year(c)?;
            if let Some(m) = month(b) {
                return Partial::new(y, Some(m), unknown(a)?);
            }
            if let Some(m) = month(a) {
                return Partial::new(y, Some(m), unknown(b)?);
            }
            let (d, m) = if order == Order::DayFirst || text.contains('.') { (a, b) } else { (b, a) };
            Partial::new(y, unknown(m)?, unknown(d)?)
        }
        _ => None,
    }
}

/// Reads a whole day.
pub(crate) fn day(text: &str, order: Order) -> Option<Date> {
    partial(text, order)?.date()
}

/// A date of birth as a list writes it.
pub(crate) struct Birth {
    /// The date, or each year that it may be; empty if the range is too wide to be of use or nothing was understood.
    pub(crate) dates: Vec<String>,
    /// If the list says it exactly.
    pub(crate) exact: bool,
}

/// Widest range of years that is written out, each year as one possibility.
const MOST_YEARS: i16 = 10;

/// Reads a date of birth: exact, `circa 1951`, `1960 to 1962`.
pub(crate) fn birth(text: &str, order: Order) -> Birth {
    let text = text.trim();
    if let Some(exact) = partial(text, order) {
        return Birth { dates: vec![exact.iso()], exact: true };
    }
    let lower = text.to_ascii_lowercase();
    let mut rest = lower.as_str();
    for word in ["circa", "approximately", "approx.", "approx", "about", "c.", "between", "born"] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim();
    }
    if let Some(about) = partial(rest, order) {
        // Only the year of an approximate date bears weight.
        return Birth { dates: vec![format!("{:04}", about.year)], exact: false };
    }
    let ends = rest.split_once(" to ").or_else(|| rest.split_once(" and ")).or_else(|| rest.split_once('-'));
    let range = ends.and_then(|(from, to)| Some((partial(from, order)?.year, partial(to, order)?.year)));
    let dates = match range {
        Some((from, to)) if from <= to && to - from <= MOST_YEARS => (from..=to).map(|y| format!("{y:04}")).collect(),
        _ => Vec::new(),
    };
    Birth { dates, exact: false }
}

fn number(text: &str) -> Option<i16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn small(text: &str) -> Option<i8> {
    if text.is_empty() || text.len() > 2 { None } else { number(text).and_then(|n| i8::try_from(n).ok()) }
}

/// A month or day that may be unknown: `Some(None)`.
fn unknown(text: &str) -> Option<Option<i8>> {
    if matches!(text, "00" | "dd" | "mm" | "DD" | "MM") {
        return Some(None);
    }
    small(text).or_else(|| month(text)).map(Some)
}

fn month(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let text = text.to_ascii_lowercase();
    if text.len() < 3 {
        return None;
    }
    let text = if text == "sept" { "sep" } else { &text };
    let at = MONTHS.iter().position(|m| *m == text || (text.len() == 3 && m.starts_with(text)))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        partial(text, Order::DayFirst).map(Partial::iso)
    }

    #[test]
    fn dates_are_read_in_all_the_ways_of_the_lists() {
        for (text, expected) in [
            ("2017-06-01", "2017-06-01"),
            ("2015-07-01-04:00", "2015-07-01"),
            ("2026-02-27T00:00:09.554Z", "2026-02-27"),
            ("10 Dec 1948", "1948-12-10"),
            ("Mar 1962", "1962-03"),
            ("1962", "1962"),
            ("26 Feb. 2011", "2011-02-26"),
            ("2 December 1985", "1985-12-02"),
            ("6.10.2001", "2001-10-06"),
            ("28/09/1955", "1955-09-28"),
            ("00/09/1962", "1962-09"),
            ("00/00/1936", "1936"),
            ("dd/mm/1945", "1945"),
            ("29/06/2012 00:00:00", "2012-06-29"),
            ("2011-02", "2011-02"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(partial("04/22/2020", Order::MonthFirst).map(Partial::iso).as_deref(), Some("2020-04-22"));
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in ["", "31 Feb 2001", "32/01/2001", "13", "1 1", "soon", "2001-13", "1999 2000", "é 2001"] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn an_approximate_birth_gives_its_year_and_a_range_each_of_its_years() {
        let about = birth("circa 1951", Order::DayFirst);
        assert_eq!((about.dates.as_slice(), about.exact), (["1951".to_owned()].as_slice(), false));
        assert_eq!(birth("01 Jan 1977 to 31 Dec 1979", Order::DayFirst).dates, ["1977", "1978", "1979"]);
        assert_eq!(birth("circa 1960-1961", Order::DayFirst).dates, ["1960", "1961"]);
        assert!(birth("1940 to 1970", Order::DayFirst).dates.is_empty());
        assert!(birth("10 Dec 1948", Order::DayFirst).exact);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}", digits in "[0-9dm/. -]{0,20}") {
            for order in [Order::DayFirst, Order::MonthFirst] {
                let _ = (partial(&text, order), birth(&text, order).dates, partial(&digits, order), birth(&digits, order).dates);
            }
        }
    }
}
