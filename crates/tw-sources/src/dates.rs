//! Dates that are not written as ISO 8601: one refusal sums up a column instead of a thousand that repeat each other.

use std::collections::BTreeMap;

use jiff::fmt::strtime::BrokenDownTime;
use tw_base::{Date, Refusal};
use tw_tables::CellKind;

use crate::detect::short;

/// A date written as three numbers with the year last, so that its first two could be day or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct YearLast {
    first: u8,
    second: u8,
    year: i16,
}

fn year_last(text: &str) -> Option<(char, YearLast)> {
    let day = text.split([' ', 'T']).next().unwrap_or(text);
    let separator = day.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '/' | '.' | '-') {
        return None;
    }
    let mut parts = day.split(separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !number(first, &[1, 2]) || !number(second, &[1, 2]) || !number(year, &[2, 4]) {
        return None;
    }
    Some((separator, YearLast { first: first.parse().ok()?, second: second.parse().ok()?, year: year.parse().ok()? }))
}

fn month(number: u8) -> Option<&'static str> {
    const NAMES: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    usize::from(number).checked_sub(1).and_then(|index| NAMES.get(index).copied())
}

impl YearLast {
    /// `4 May 2024 or 5 April 2024`, if it could be both and they differ.
    fn readings(self) -> Option<String> {
        if self.first == self.second {
            return None;
        }
        let (a, b) = (month(self.second)?, month(self.first)?);
        Some(format!("{} {a} {} or {} {b} {}", self.first, self.year, self.second, self.year))
    }
}

/// Cells of one way of writing.
#[derive(Clone, Debug)]
struct Written {
    count: u64,
    row: u64,
    example: String,
}

impl Written {
    fn count(seen: &mut Option<Self>, row: u64, text: &str) {
        match seen {
            Some(seen) => seen.count += 1,
            None => *seen = Some(Self { count: 1, row, example: text.to_owned() }),
        }
    }
}

/// What a date or period column held, counted while it is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct DateColumn {
    cells: u64,
    iso: Option<Written>,
    by_separator: BTreeMap<char, Option<Written>>,
    day_first: Option<Written>,
    month_first: Option<Written>,
    ambiguous: Option<Written>,
    readings: String,
    /// Some year has two digits, so that no format can say which century is meant.
    two_digits: bool,
    mismatched: Option<Written>,
    /// Cells that are no dates in any way that is known here.
    other: u64,
    /// The first of them that the reader of the column is not left to refuse.
    summed: Option<Written>,
}

/// Cells of a column that are refused one by one before the rest is summed up.
const SHOWN: u64 = 5;

/// What one cell of a date column is.
pub(crate) enum DateCell {
    /// ISO, or text that the reader of the column will refuse by itself.
    AsIs,
    /// Rewritten by the format that the mapping names.
    Iso(String),
    /// Not taken; the column's summary says why.
    Summed,
}

impl DateColumn {
    /// Looks at a cell that is not empty.
    pub(crate) fn see(&mut self, row: u64, text: &str, kind: CellKind, format: Option<&str>) -> DateCell {
        self.cells += 1;
        if let Some(format) = format {
            return match rewrite(format, text) {
                Some(iso) => DateCell::Iso(iso),
                None => {
                    Written::count(&mut self.mismatched, row, text);
                    DateCell::Summed
                }
            };
        }
        let taken = if kind == CellKind::Date { tw_base::parse_date(text).is_ok() } else { text.parse::<tw_base::Period>().is_ok() };
        if taken {
            Written::count(&mut self.iso, row, text);
            return DateCell::AsIs;
        }
        let Some((separator, date)) = year_last(text) else {
            self.other += 1;
            if self.other <= SHOWN {
                return DateCell::AsIs;
            }
            Written::count(&mut self.summed, row, text);
            return DateCell::Summed;
        };
        Written::count(self.by_separator.entry(separator).or_default(), row, text);
        self.two_digits |= date.year < 100;
        if let Some(readings) = date.readings() {
            if self.ambiguous.is_none() {
                self.readings = readings;
            }
            Written::count(&mut self.ambiguous, row, text);
        } else if date.first > 12 {
            Written::count(&mut self.day_first, row, text);
        } else if date.second > 12 {
            Written::count(&mut self.month_first, row, text);
        }
        DateCell::Summed
    }

    /// The refusals that sum up the column: none if everything in it was taken or was refused by itself.
    pub(crate) fn summary(&self, file: &str, theirs: &str, ours: &str, format: Option<&str>) -> Vec<Refusal> {
        let rest = self.summed.as_ref().map(|rest| {
            let reason = format!(
                "no dates or periods: {} of {}; `{}` is the sixth, and the first five are listed by themselves",
                self.other,
                cells(self.cells),
                short(&rest.example)
            );
            Refusal::new(file, reason)
                .row(rest.row)
                .column(theirs)
                .hint(format!("write them as YYYY-MM-DD, or name their format in a mapping: `[dates] {ours} = \"%B %Y\"`"))
        });
        self.formats(file, theirs, ours, format).into_iter().chain(rest).collect()
    }

    fn formats(&self, file: &str, theirs: &str, ours: &str, format: Option<&str>) -> Option<Refusal> {
        if let (Some(bad), Some(format)) = (&self.mismatched, format) {
            let reason = format!(
                "not written `{format}`, as the mapping says: {} of {}; the first is `{}`",
                bad.count,
                cells(self.cells),
                short(&bad.example)
            );
            return Some(
                Refusal::new(file, reason)
                    .row(bad.row)
                    .column(theirs)
                    .hint("write all cells of the column in one way, or correct the mapping"),
            );
        }
        let other: Vec<(char, &Written)> = self.by_separator.iter().filter_map(|(c, seen)| seen.as_ref().map(|seen| (*c, seen))).collect();
        let first = other.iter().map(|(_, seen)| *seen).min_by_key(|seen| seen.row)?;
        let ways: Vec<&Written> = self.iso.iter().chain(other.iter().map(|(_, seen)| *seen)).collect();
        let mut reason = if ways.len() == 1 {
            format!("dates like `{}` ({}) are not YYYY-MM-DD", short(&first.example), cells(first.count))
        } else {
            let list: Vec<String> =
                ways.iter().map(|way| format!("`{}` ({}, first in row {})", short(&way.example), cells(way.count), way.row)).collect();
            format!("it holds {} different date formats: {}", ways.len(), list.join(" and "))
        };
        if let Some(ambiguous) = &self.ambiguous {
            reason += &format!(
                "; `{}` in row {} could be {}; ambiguous: {} of {}",
                short(&ambiguous.example),
                ambiguous.row,
                self.readings,
                ambiguous.count,
                cells(self.cells)
            );
        }
        let mut hint = "write all of them as YYYY-MM-DD".to_owned();
        if self.two_digits {
            hint += "; two digits do not say which century is meant";
        } else if let [(separator, _)] = other.as_slice() {
            let day_first = format!("%d{separator}%m{separator}%Y");
            let month_first = format!("%m{separator}%d{separator}%Y");
            match (&self.day_first, &self.month_first) {
                (Some(day), Some(month)) => {
                    reason += &format!(
                        "; `{}` in row {} has the day first, `{}` in row {} the month",
                        short(&day.example),
                        day.row,
                        short(&month.example),
                        month.row
                    );
                }
                _ if self.iso.is_some() => {}
                (Some(day), None) => {
                    hint += &format!(
                        ", or name the format in a mapping: `[dates] {ours} = \"{day_first}\"` (row {} has the day first)",
                        day.row
                    )
                }
                (None, Some(month)) => {
                    hint += &format!(
                        ", or name the format in a mapping: `[dates] {ours} = \"{month_first}\"` (row {} has the month first)",
                        month.row
                    )
                }
                (None, None) => {
                    hint += &format!(
                        ", or name the format in a mapping: `[dates] {ours} = \"{day_first}\"` if the day comes first, `\"{month_first}\"` if the month does"
                    )
                }
            }
        }
        let at = self.ambiguous.as_ref().map_or(first.row, |ambiguous| ambiguous.row);
        Some(Refusal::new(file, reason).row(at).column(theirs).hint(hint))
    }
}

fn cells(count: u64) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

/// Reads a date by a format of `strptime`, and writes what it gives: a day, a month, or a year. Years from 1900 to 2200, as for periods.
pub(crate) fn rewrite(format: &str, text: &str) -> Option<String> {
    let time = BrokenDownTime::parse(format, text).ok()?;
    let year = time.year().filter(|year| (1900..=2200).contains(year))?;
    let Some(month) = time.month() else { return time.day().is_none().then(|| format!("{year:04}")) };
    let Some(day) = time.day() else {
        Date::new(year, month, 1).ok()?;
        return Some(format!("{year:04}-{month:02}"));
    };
    Some(Date::new(year, month, day).ok()?.to_string())
}

/// Why a format cannot be used, if it cannot.
pub(crate) fn format_fault(format: &str) -> Option<String> {
    const TAKEN: &[char] = &['Y', 'm', 'd', 'e', 'b', 'B', 'h', 'F', 'H', 'M', 'S', 'T', 'R', 'n', 't', '%'];
    let mut specifiers = Vec::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            match chars.next() {
                Some(s) if TAKEN.contains(&s) => specifiers.push(s),
                Some('y') => return Some("`%y` drops the century; only years of four digits, `%Y`, are taken".to_owned()),
                Some(s) => return Some(format!("`%{s}` is not taken; use %Y, %m, %d, %b, %B, %H, %M, %S")),
                None => return Some("it ends with `%`".to_owned()),
            }
        }
    }
    if specifiers.contains(&'F') {
        return None;
    }
    let has = |any: &[char]| specifiers.iter().any(|s| any.contains(s));
    if !has(&['Y']) {
        return Some("it names no year, `%Y`".to_owned());
    }
    (has(&['d', 'e']) && !has(&['m', 'b', 'B', 'h'])).then(|| "it names a day but no month".to_owned())
}

/// True if a format reads a time of day, which the tables do not keep.
pub(crate) fn has_time(format: &str) -> bool {
    ["%H", "%M", "%S", "%T", "%R"].iter().any(|s| format.contains(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(column: &[&str]) -> (String, String) {
        let mut seen = DateColumn::default();
        for (row, text) in (2..).zip(column) {
            seen.see(row, text, CellKind::Period, None);
        }
        let refusal = seen.summary("a.csv", "period", "period", None).remove(0);
        (refusal.to_string(), refusal.hint.unwrap_or_default())
    }

    #[test]
    fn a_column_of_iso_periods_of_any_precision_is_one_format() {
        let mut seen = DateColumn::default();
        for text in ["2018", "2018-Q3", "2018-09", "2018-09-20", "2018..2019"] {
            assert!(matches!(seen.see(2, text, CellKind::Period, None), DateCell::AsIs));
        }
        assert!(seen.summary("a.csv", "period", "period", None).is_empty());
    }

    #[test]
    fn a_thousand_cells_that_are_no_dates_are_summed_up_after_five() {
        let mut seen = DateColumn::default();
        let left: Vec<bool> = (2..1002).map(|row| matches!(seen.see(row, "May 2018", CellKind::Period, None), DateCell::AsIs)).collect();
        assert_eq!(left.iter().filter(|as_is| **as_is).count(), 5);
        let found: Vec<String> = seen.summary("a.csv", "Month", "period", None).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "a.csv, row 7, column `Month`: no dates or periods: 1000 of 1000 cells; `May 2018` is the sixth, and the first five are listed by themselves"
            ]
        );
    }

    #[test]
    fn two_formats_are_named_with_counts_and_rows() {
        let (message, hint) = summary(&["2024-05-01", "04/05/2024", "2024-05-02", "25/05/2024"]);
        assert_eq!(
            message,
            "a.csv, row 3, column `period`: it holds 2 different date formats: `2024-05-01` (2 cells, first in row 2) and `04/05/2024` (2 cells, first in row 3); `04/05/2024` in row 3 could be 4 May 2024 or 5 April 2024; ambiguous: 1 of 4 cells"
        );
        assert_eq!(hint, "write all of them as YYYY-MM-DD");
    }

    #[test]
    fn an_order_that_nothing_decides_is_left_to_the_user() {
        let (message, hint) = summary(&["04/05/2024", "06/07/2024"]);
        assert_eq!(
            message,
            "a.csv, row 2, column `period`: dates like `04/05/2024` (2 cells) are not YYYY-MM-DD; `04/05/2024` in row 2 could be 4 May 2024 or 5 April 2024; ambiguous: 2 of 2 cells"
        );
        assert_eq!(
            hint,
            "write all of them as YYYY-MM-DD, or name the format in a mapping: `[dates] period = \"%d/%m/%Y\"` if the day comes first, `\"%m/%d/%Y\"` if the month does"
        );
    }

    #[test]
    fn years_of_two_digits_get_no_format() {
        let (message, hint) = summary(&["25/05/24"]);
        assert_eq!(message, "a.csv, row 2, column `period`: dates like `25/05/24` (1 cell) are not YYYY-MM-DD");
        assert_eq!(hint, "write all of them as YYYY-MM-DD; two digits do not say which century is meant");
    }

    #[test]
    fn rows_that_contradict_each_other_are_both_named() {
        let (message, hint) = summary(&["25.05.2024", "05.25.2024"]);
        assert_eq!(
            message,
            "a.csv, row 2, column `period`: dates like `25.05.2024` (2 cells) are not YYYY-MM-DD; `25.05.2024` in row 2 has the day first, `05.25.2024` in row 3 the month"
        );
        assert_eq!(hint, "write all of them as YYYY-MM-DD");
    }

    #[test]
    fn formats_give_days_months_or_years_and_never_more_than_was_written() {
        for (format, text, iso) in [
            ("%d/%m/%Y", "04/05/2024", Some("2024-05-04")),
            ("%m/%d/%Y", "04/05/2024", Some("2024-04-05")),
            ("%m/%Y", "09/2018", Some("2018-09")),
            ("%B %Y", "September 2018", Some("2018-09")),
            ("%Y", "2018", Some("2018")),
            ("%d/%m/%Y %H:%M", "04/05/2024 02:10", Some("2024-05-04")),
            ("%d/%m/%Y", "31/02/2024", None),
            ("%d/%m/%Y", "2024", None),
            ("%d/%m/%Y", "04/05/24", None),
        ] {
            assert_eq!(rewrite(format, text).as_deref(), iso, "{format} {text}");
        }
        assert_eq!(format_fault("%d/%m/%Y"), None);
        assert_eq!(format_fault("%d/%m/%y").as_deref(), Some("`%y` drops the century; only years of four digits, `%Y`, are taken"));
        assert_eq!(format_fault("%d/%m").as_deref(), Some("it names no year, `%Y`"));
        assert_eq!(format_fault("%d %Y").as_deref(), Some("it names a day but no month"));
        assert_eq!(format_fault("%Q"), Some("`%Q` is not taken; use %Y, %m, %d, %b, %B, %H, %M, %S".to_owned()));
    }
}
