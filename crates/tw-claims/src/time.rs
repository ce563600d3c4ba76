//! Dates and periods, anchored to the day of publication and preferring the past.
//!
//! A month or weekday without a year is the latest one not after the anchor, unless the sentence points ahead.
//! Periods are whole days, both ends included.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::model::{Precision, When};
use crate::text::{Lang, Token};

/// What relative dates are counted from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anchor {
    pub published: Option<Date>,
    /// The last period of the text: "the same period", "two years earlier", "that date".
    pub last: Option<Period>,
    /// The last single day of the text: "eight days later".
    pub last_day: Option<Date>,
    /// The sentence points ahead.
    pub forward: bool,
}

impl Anchor {
    pub(crate) const fn none() -> Self {
        Self { published: None, last: None, last_day: None, forward: false }
    }
}

/// A period without the words it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub precision: Precision,
    pub asof: bool,
}

impl Period {
    fn new(from: Date, to: Date, precision: Precision) -> Self {
        Self { from: Some(from), to: Some(to), precision, asof: false }
    }

    fn day(date: Date) -> Self {
        Self::new(date, date, Precision::Day)
    }

    pub(crate) fn print(&self, text: &str) -> When {
        When { from: self.from, to: self.to, precision: self.precision, text: text.to_owned(), asof: self.asof }
    }
}

/// A date or period among tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dated {
    pub a: usize,
    pub b: usize,
    /// None where the words are a date that nothing anchors.
    pub period: Option<Period>,
    /// The numbers in it are no quantities.
    pub certain: bool,
    /// Since, until, before, between …: a span that was spelled out.
    pub spanned: bool,
}

const MONTHS: &[&str] =
    &["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const SHORT: &[&str] = &["jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const RUSSIAN: &[&str] = &["январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"];
const DAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
    ("понедельник", Weekday::Monday),
    ("вторник", Weekday::Tuesday),
    ("среду", Weekday::Wednesday),
    ("четверг", Weekday::Thursday),
    ("пятницу", Weekday::Friday),
    ("субботу", Weekday::Saturday),
    ("воскресенье", Weekday::Sunday),
    ("월요일", Weekday::Monday),
    ("화요일", Weekday::Tuesday),
    ("수요일", Weekday::Wednesday),
    ("목요일", Weekday::Thursday),
    ("금요일", Weekday::Friday),
    ("토요일", Weekday::Saturday),
    ("일요일", Weekday::Sunday),
];

struct Reader<'a> {
    t: &'a [Token],
    lang: Lang,
    anchor: &'a Anchor,
}

/// One date: its period (a month may still lack its year), and the token after it.
#[derive(Clone, Copy, Debug)]
struct Unit {
    period: Option<Period>,
    /// Month and day that still lack a year.
    open: Option<(i8, Option<i8>, Option<i8>)>,
    next: usize,
    certain: bool,
}

impl Unit {
    fn of(period: Option<Period>, next: usize) -> Self {
        Self { period, open: None, next, certain: true }
    }
}

/// All dates and periods of a text of any length, without reading claims, counted from the day of publication.
///
/// ```
/// let found = tw_claims::periods("It has not sailed since September.", "2018-08-03".parse().ok());
/// assert_eq!(found[0].from.map(|d| d.to_string()).as_deref(), Some("2017-09-01"));
/// ```
#[must_use]
pub fn periods(text: &str, published: Option<Date>) -> Vec<When> {
    let lang = crate::text::language(text);
    let mut anchor = Anchor { published, ..Anchor::none() };
    let mut out = Vec::new();
    for (start, end) in crate::text::sentences(text, 0, text.len()) {
        let sentence = crate::text::Sentence::new(text, start, end, lang);
        anchor.forward = crate::cues::points_ahead(&sentence);
        for dated in find(&sentence.tokens, lang, &anchor) {
            let Some(period) = dated.period else { continue };
            let (Some(first), Some(last)) = (sentence.tokens.get(dated.a), dated.b.checked_sub(1).and_then(|b| sentence.tokens.get(b)))
            else {
                continue;
            };
            out.push(period.print(text.get(first.start..last.end).unwrap_or("")));
        }
    }
    out
}

pub(crate) fn find(t: &[Token], lang: Lang, anchor: &Anchor) -> Vec<Dated> {
    let mut own = *anchor;
    let mut out: Vec<Dated> = Vec::new();
    let mut i = 0;
    while i < t.len() {
        let found = Reader { t, lang, anchor: &own }.dated(i);
        match found {
            Some(dated) => {
                i = dated.b.max(i + 1);
                if let Some(period) = dated.period.filter(|p| p.from.is_some()) {
                    own.last = Some(period);
                    if period.precision == Precision::Day && period.from == period.to {
                        own.last_day = period.from;
                    }
                }
                out.push(dated);
            }
            None => i += 1,
        }
    }
    out
}

/// A month or a day of the week.
pub(crate) fn calendar(low: &str) -> bool {
    MONTHS.contains(&low) || DAYS.iter().any(|(n, _)| *n == low)
}

fn ymd(year: i16, month: i8, day: i8) -> Option<Date> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    Date::new(year, month, day).ok()
}

fn month(year: i16, month: i8) -> Option<Period> {
    let from = ymd(year, month, 1)?;
    Some(Period::new(from, from.last_of_month(), Precision::Month))
}

fn year(year: i16) -> Option<Period> {
    Some(Period::new(ymd(year, 1, 1)?, ymd(year, 12, 31)?, Precision::Year))
}

fn quarter(year: i16, n: i8) -> Option<Period> {
    let from = ymd(year, n * 3 - 2, 1)?;
    Some(Period::new(from, ymd(year, n * 3, 1)?.last_of_month(), Precision::Quarter))
}

fn season(year: i16, name: &str) -> Option<Period> {
    let (from, to) = match name {
        "spring" => (ymd(year, 3, 1)?, ymd(year, 5, 31)?),
        "summer" => (ymd(year, 6, 1)?, ymd(year, 8, 31)?),
        "autumn" => (ymd(year, 9, 1)?, ymd(year, 11, 30)?),
        _ => (ymd(year, 12, 1)?, ymd(year + 1, 2, 1)?.last_of_month()),
    };
    Some(Period::new(from, to, Precision::Season))
}

fn plus(date: Date, days: i64) -> Option<Date> {
    if days.abs() > 400_000 {
        return None;
    }
    date.checked_add(days.days()).ok()
}

fn months_before(date: Date, months: i32) -> Option<Date> {
    if !(0..=1_200).contains(&months) {
        return None;
    }
    date.checked_sub(months.months()).ok()
}

impl Reader<'_> {
    fn low(&self, i: usize) -> &str {
        self.t.get(i).map_or("", |t| t.low.as_str())
    }

    fn int(&self, i: usize) -> Option<i64> {
        let n = self.t.get(i)?.number().filter(|n| !n.formatted && n.digits <= 4)?;
        // At most four digits: exact.
        Some(n.value as i64)
    }

    fn year_at(&self, i: usize) -> Option<i16> {
        let n = self.t.get(i)?.number().filter(|n| !n.formatted && n.digits == 4 && (1900.0..2100.0).contains(&n.value))?;
        Some(n.value as i16)
    }

    fn day_at(&self, i: usize) -> Option<(i8, usize)> {
        let n = self.int(i).filter(|n| (1..=31).contains(n))?;
        let suffix = self.t.get(i + 1).is_some_and(|t| !t.spaced && matches!(t.low.as_str(), "st" | "nd" | "rd" | "th"));
        Some((n as i8, i + 1 + usize::from(suffix)))
    }

    fn published(&self) -> Option<Date> {
        self.anchor.published
    }

    /// The month named at `i`, and the token after it.
    fn month_at(&self, i: usize) -> Option<(i8, usize)> {
        let token = self.t.get(i)?;
        let low = token.low.as_str();
        match self.lang {
            Lang::Ko => {
                let n = self.int(i).filter(|n| (1..=12).contains(n))?;
                let next = self.t.get(i + 1)?;
                let is_month = next.low.starts_with('월') && !next.low.starts_with("월요일") && !next.spaced;
                is_month.then_some((n as i8, i + 2))
            }
            Lang::Ru => {
                let n = RUSSIAN.iter().enumerate().find_map(|(n, stem)| {
                    let rest = low.strip_prefix(stem)?;
                    let ends = if *stem == "ма" { matches!(rest, "й" | "я" | "е" | "ю" | "ем") } else { rest.chars().count() <= 2 };
                    ends.then_some(n)
                })?;
                Some((n as i8 + 1, i + 1))
            }
            Lang::En => {
                let n = MONTHS.iter().position(|m| *m == low).or_else(|| {
                    let short = if low == "sept" { "sep" } else { low };
                    SHORT.iter().position(|m| !m.is_empty() && *m == short)
                })?;
                let doubtful = matches!(low, "may" | "march" | "mar" | "jan" | "dec");
                if doubtful && !(token.cap && i > 0) && !self.day_before(i) {
                    return None;
                }
                let stop = usize::from(
                    low.len() <= 4 && self.low(i + 1) == "." && !self.t[i + 1].spaced && low != "may" && low != "june" && low != "july",
                );
                Some((n as i8 + 1, i + 1 + stop))
            }
        }
    }

    fn day_before(&self, i: usize) -> bool {
        i > 0 && self.day_at(i - 1).is_some()
    }

    /// The year of a month without one.
    fn closed(&self, month: i8, day: Option<i8>, to_day: Option<i8>, hint: Option<i16>) -> Option<Period> {
        let make = |y: i16| -> Option<Period> {
            match day {
                None => self::month(y, month),
                Some(d) => Some(Period::new(ymd(y, month, d)?, ymd(y, month, to_day.unwrap_or(d))?, Precision::Day)),
            }
        };
        if let Some(y) = hint {
            return make(y);
        }
        let anchor = match self.published() {
            Some(p) => p,
            None => return make(self.anchor.last?.from?.year()),
        };
        let this = make(anchor.year())?;
        if self.anchor.forward {
            return if this.to.is_some_and(|t| t < anchor) { make(anchor.year() + 1) } else { Some(this) };
        }
        if this.from.is_some_and(|f| f > anchor) { make(anchor.year() - 1) } else { Some(this) }
    }

    fn close(&self, unit: Unit, hint: Option<i16>) -> Unit {
        match unit.open {
            Some((m, d, e)) => Unit { period: self.closed(m, d, e, hint), open: None, ..unit },
            None => unit,
        }
    }

    /// A date that begins at `i`, with the words before it that make it a span.
    fn dated(&self, i: usize) -> Option<Dated> {
        match self.lang {
            Lang::En => self.english(i),
            Lang::Ru => self.russian(i),
            Lang::Ko => self.korean(i),
        }
    }

    fn plain(&self, a: usize, unit: Unit) -> Dated {
        let unit = self.close(unit, None);
        Dated { a, b: unit.next, period: unit.period, certain: unit.certain, spanned: false }
    }

    fn spanned(a: usize, b: usize, period: Option<Period>) -> Dated {
        Dated { a, b, period, certain: true, spanned: true }
    }

    fn asof(&self, from: Option<Date>, precision: Precision) -> Option<Period> {
        // What begins after the day of publication has no end yet: a period never runs backwards.
        let begun = from.zip(self.published()).is_none_or(|(from, published)| from <= published);
        from.map(|from| Period { from: Some(from), to: self.published().filter(|_| begun), precision, asof: begun })
    }

    /// Two dates with a connector between them.
    fn pair(&self, a: usize, first: Unit, second: Unit) -> Option<Dated> {
        let hint = second.period.and_then(|p| p.from).map(|d| d.year());
        let end = self.close(second, None);
        let start = match first.open {
            Some((m, d, e)) => {
                let by_hint = hint.or_else(|| end.period.and_then(|p| p.from).map(|d| d.year()));
                let mut period = self.closed(m, d, e, by_hint);
                // December and January: the first may not lie after the second.
                if let (Some(p), Some(q)) = (period, end.period)
                    && p.from > q.from
                    && let Some(y) = by_hint
                {
                    period = self.closed(m, d, e, Some(y - 1));
                }
                period
            }
            None => first.period,
        };
        let period = match (start, end.period) {
            (Some(p), Some(q)) if p.from <= q.to => {
                Some(Period { from: p.from, to: q.to, precision: p.precision.min(q.precision), asof: q.asof })
            }
            (None, None) => None,
            _ => return None,
        };
        Some(Self::spanned(a, end.next, period))
    }

    fn english(&self, i: usize) -> Option<Dated> {
        let low = self.low(i);
        match low {
            "between" | "from" => {
                if low == "from" && self.low(i + 1) == "that" && self.low(i + 2) == "date" {
                    let from = self
                        .anchor
                        .last
                        .and_then(|p| if p.from == p.to || p.from.is_none() { p.to } else { p.from })
                        .or(self.anchor.last_day);
                    let end = self.unit(i + 4).filter(|_| matches!(self.low(i + 3), "to" | "until"));
                    let from = self.anchor.last_day.or(from);
                    if let (Some(from), Some(end)) = (from, end) {
                        let to = if self.low(end.next - 1) == "year" { ymd(from.year(), 12, 31) } else { end.period.and_then(|p| p.to) };
                        return Some(Self::spanned(i, end.next, to.map(|to| Period::new(from, to, Precision::Day))));
                    }
                }
                if let Some(first) = self.unit(i + 1) {
                    let joins = matches!(self.low(first.next), "and" | "to" | "until" | "through" | "till")
                        || self.low(first.next) == "-" && low == "from";
                    if joins && let Some(second) = self.unit(first.next + 1) {
                        return self.pair(i, first, second);
                    }
                    if joins && self.low(first.next + 1) == "now" {
                        let unit = self.close(first, None);
                        return Some(Self::spanned(i, unit.next + 2, unit.period.and_then(|p| self.asof(p.from, p.precision))));
                    }
                    if low == "from" {
                        let unit = self.close(first, None);
                        return Some(Self::spanned(i, unit.next, unit.period.and_then(|p| self.asof(p.from, p.precision))));
                    }
                }
                return None;
            }
            "since" => {
                let mut unit = self.unit(i + 1)?;
                // Since always lies behind, whatever the sentence points to.
                if let Some((m, d, e)) = unit.open {
                    let back = Anchor { forward: false, ..*self.anchor };
                    let reader = Reader { t: self.t, lang: self.lang, anchor: &back };
                    unit = Unit { period: reader.closed(m, d, e, None), open: None, ..unit };
                }
                return Some(Self::spanned(i, unit.next, unit.period.and_then(|p| self.asof(p.from, p.precision))));
            }
            "no" | "not" if self.low(i + 1) == "later" && self.low(i + 2) == "than" => {
                let unit = self.close(self.unit(i + 3)?, None);
                let period = unit.period.map(|p| Period { from: None, to: p.to, precision: p.precision, asof: false });
                return Some(Self::spanned(i, unit.next, period));
            }
            "until" | "till" | "before" | "by" | "after" | "through" | "following" => {
                // "must be sent home by 22 December" points ahead; "had brought in … by the end of April" does not.
                let past = self.t.iter().any(|t| t.is_any(&["had", "was", "were"]))
                    && !self.t.iter().any(|t| t.is_any(&["must", "will", "due", "should", "shall", "required", "obliged"]));
                let ahead = Anchor { forward: self.anchor.forward || matches!(low, "by" | "until") && !past, ..*self.anchor };
                let reader =
                    Reader { t: self.t, lang: self.lang, anchor: if low == "before" || low == "after" { self.anchor } else { &ahead } };
                let unit = reader.close(reader.unit(i + 1)?, None);
                let Some(p) = unit.period else { return Some(Self::spanned(i, unit.next, None)) };
                let day = p.precision == Precision::Day;
                let open = |to: Option<Date>| Period { from: None, to, precision: p.precision, asof: false };
                let period = match low {
                    "before" => open(p.from.and_then(|d| plus(d, -1))),
                    "until" | "till" if day => open(p.from.and_then(|d| plus(d, -1))),
                    "after" | "following" => Period { from: p.to.and_then(|d| plus(d, 1)), to: None, precision: p.precision, asof: false },
                    _ => open(p.to),
                };
                return Some(Self::spanned(i, unit.next, Some(period)));
            }
            _ => {}
        }
        if let Some(years) = self.years(i) {
            return Some(years);
        }
        let first = self.unit(i)?;
        // 2015-2017, October and November, 2015 to 2017.
        let connector = self.low(first.next);
        let day =
            |unit: &Unit| unit.open.is_some_and(|(_, d, _)| d.is_some()) || unit.period.is_some_and(|p| p.precision == Precision::Day);
        if matches!(connector, "-" | "to" | "through" | "until" | "till")
            && day(&first)
            && let Some(second) = self.unit(first.next + 1).filter(|second| day(second))
            && let Some(pair) = self.pair(i, first, second)
        {
            return Some(pair);
        }
        let years = self.year_at(i).is_some() && first.next == i + 1;
        let month_only = first.open.is_some_and(|(_, d, _)| d.is_none());
        if connector == "-" && (years || month_only)
            || connector == "and" && (month_only || years && i > 0)
            || connector == "to" && month_only
        {
            let second = self.unit(first.next + 1).or_else(|| {
                // 2015-17
                let short = self.int(first.next + 1).filter(|n| years && connector == "-" && (1..=99).contains(n))?;
                let century = self.year_at(i)? / 100 * 100;
                Some(Unit::of(year(century + short as i16), first.next + 2))
            });
            if let Some(second) = second
                && (second.period.is_some_and(|p| p.precision == Precision::Year) == years)
                && let Some(pair) = self.pair(i, first, second)
            {
                return Some(Dated { spanned: false, ..pair });
            }
        }
        Some(self.plain(i, first))
    }

    /// "2014-2018", "2014 to 2018", whatever stands before; no part of a chain of numbers, and no count of anything.
    fn years(&self, i: usize) -> Option<Dated> {
        let (first, last) = (self.year_at(i)?, self.year_at(i + 2)?);
        let joined = matches!(self.low(i + 1), "-" | "to" | "through");
        let chained = |j: usize| matches!(self.low(j), "-" | "+" | "/" | "$" | "€" | "£");
        let counted = self.t.get(i + 3).is_some_and(|t| t.is_word() && crate::units::measure(&t.low).is_some());
        if !joined || first >= last || chained(i + 3) || i > 0 && chained(i - 1) || counted {
            return None;
        }
        let period = year(first).zip(year(last)).map(|(a, b)| Period { to: b.to, ..a });
        Some(Dated { spanned: false, ..Self::spanned(i, i + 3, period) })
    }

    /// "22/Jan/2019", "Sep-23-2020", "2019/Aug/01", "Dec-2018", "2/29/2020".
    fn parted(&self, i: usize) -> Option<Unit> {
        let sign = self.low(i + 1);
        let tight = |j: usize| self.low(j) == sign && !self.spaced(j) && !self.spaced(j + 1);
        if !matches!(sign, "-" | "/") || !tight(i + 1) {
            return None;
        }
        let name = |j: usize| {
            let low = self.low(j);
            let low = if low == "sept" { "sep" } else { low };
            MONTHS.iter().position(|m| *m == low).or_else(|| SHORT.iter().position(|m| !m.is_empty() && *m == low)).map(|m| m as i8 + 1)
        };
        let day = |j: usize| self.int(j).filter(|d| (1..=31).contains(d)).map(|d| d as i8);
        let whole = |y: i16, m: i8, d: i8| Some(Unit::of(Some(Period::day(ymd(y, m, d)?)), i + 5));
        if tight(i + 3) {
            if let (Some(d), Some(m), Some(y)) = (day(i), name(i + 2), self.year_at(i + 4)) {
                return whole(y, m, d);
            }
            if let (Some(m), Some(d), Some(y)) = (name(i), day(i + 2), self.year_at(i + 4)) {
                return whole(y, m, d);
            }
            if let (Some(y), Some(m), Some(d)) = (self.year_at(i), name(i + 2), day(i + 4)) {
                return whole(y, m, d);
            }
            if let (Some(y), Some(m), Some(d)) = (self.year_at(i), day(i + 2), day(i + 4))
                && sign == "/"
            {
                return whole(y, m, d);
            }
            let (a, b, y) = (day(i)?, day(i + 2)?, self.year_at(i + 4)?);
            // Of 3/4/2019 nobody can say which is the month: a date, and no more is known.
            return match (a > 12, b > 12) {
                (true, false) => whole(y, b, a),
                (false, true) => whole(y, a, b),
                (false, false) if a == b => whole(y, a, b),
                (false, false) => Some(Unit::of(None, i + 5)),
                (true, true) => None,
            };
        }
        let (m, y) = (name(i)?, self.year_at(i + 2)?);
        Some(Unit::of(month(y, m), i + 3))
    }

    fn spaced(&self, i: usize) -> bool {
        self.t.get(i).is_some_and(|t| t.spaced)
    }

    /// "The second of August", "the twelfth day of May".
    fn ordinal_day(&self, i: usize) -> Option<Unit> {
        const ORDINALS: &[&str] = &[
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ];
        let tens = match self.low(i) {
            "twenty" => 20,
            "thirty" => 30,
            _ => 0,
        };
        let i = if tens > 0 { i + 1 + usize::from(self.low(i + 1) == "-") } else { i };
        let day = tens + ORDINALS.iter().position(|o| *o == self.low(i)).filter(|n| tens == 0 || *n < 9)? as i8 + 1;
        let at = i + 1 + usize::from(self.low(i + 1) == "day");
        let (m, next) = self.month_at(at + 1).filter(|_| self.low(at) == "of")?;
        Some(self.with_year(m, Some(day), None, next))
    }

    /// "Two weeks after 13 May", "the day before yesterday": counted from a date that stands behind.
    fn counted_from(&self, i: usize) -> Option<Unit> {
        let n = self.count(i).or((self.low(i) == "day").then_some(1))?;
        let at = if self.low(i) == "day" { i } else { i + 1 };
        let sign = match self.low(at + 1) {
            "before" => -1,
            "after" => 1,
            _ => return None,
        };
        let inner = self.unit(at + 2).map(|u| self.close(u, None))?;
        let base = inner.period.and_then(|p| if sign < 0 { p.from } else { p.to }).filter(|_| n <= 100);
        let steps = i32::try_from(sign * n).ok()?;
        let day = base.and_then(|b| match self.low(at).trim_end_matches('s') {
            "day" => plus(b, i64::from(steps)),
            "week" => plus(b, 7 * i64::from(steps)),
            "month" => b.checked_add(steps.months()).ok(),
            "year" => b.checked_add(steps.years()).ok(),
            _ => None,
        })?;
        Some(Unit::of(Some(Period::day(day)), inner.next))
    }

    /// One English date at `i`.
    fn unit(&self, i: usize) -> Option<Unit> {
        let low = self.low(i);
        if let Some(unit) = self.parted(i).or_else(|| self.ordinal_day(i)).or_else(|| self.counted_from(i)) {
            return Some(unit);
        }
        if low == "the" || low == "all" && self.low(i + 1) == "of" || low == "about" {
            let next = if low == "all" { i + 2 } else { i + 1 };
            // "the 2017 resolution" is no date.
            return if low == "the" && self.year_at(next).is_some() { None } else { self.unit(next) };
        }
        if let Some(date) = self.iso(i) {
            return Some(date);
        }
        // "the last week of January".
        if matches!(low, "first" | "last" | "second" | "third") && self.low(i + 1) == "week" && self.low(i + 2) == "of" {
            let inner = self.month_unit(i + 3).map(|u| self.close(u, None))?;
            let period = inner.period.and_then(|p| {
                let (from, to) = (p.from?, p.to?);
                let first = match low {
                    "first" => from,
                    "second" => plus(from, 7)?,
                    "third" => plus(from, 14)?,
                    _ => plus(to, -6)?,
                };
                Some(Period::new(first, plus(first, 6)?, Precision::Week))
            });
            return Some(Unit { period, ..inner });
        }
        let published = self.published();
        if let Some((_, day)) = DAYS.iter().find(|(n, _)| *n == low) {
            return Some(Unit::of(published.and_then(|p| weekday(p, *day, self.anchor.forward, false)), i + 1));
        }
        match low {
            "today" => return Some(Unit::of(published.map(Period::day), i + 1)),
            "yesterday" => return Some(Unit::of(published.and_then(|p| plus(p, -1)).map(Period::day), i + 1)),
            "tomorrow" => return Some(Unit::of(published.and_then(|p| plus(p, 1)).map(Period::day), i + 1)),
            "new" if self.low(i + 1) == "year" && self.t[i].cap => {
                let next = i + 2 + usize::from(self.low(i + 2) == "'s");
                return Some(Unit::of(published.and_then(|p| month(p.year(), 1)), next));
            }
            _ => {}
        }
        // 3 September 2017, 2 and 3 November, 2-3 November.
        if let Some((day, next)) = self.day_at(i) {
            let next = if self.low(next) == "of" { next + 1 } else { next };
            if let Some((m, next)) = self.month_at(next) {
                return Some(self.with_year(m, Some(day), None, next));
            }
            if matches!(self.low(next), "and" | "-" | "to")
                && let Some((last, after)) = self.day_at(next + 1)
                && last > day
                && let Some((m, next)) = self.month_at(after + usize::from(self.low(after) == "of"))
            {
                return Some(self.with_year(m, Some(day), Some(last), next));
            }
        }
        if let Some(unit) = self.month_unit(i) {
            return Some(unit);
        }
        if let Some(y) = self.year_at(i) {
            let before = i.checked_sub(1).map_or("", |j| self.low(j));
            // 138-2010-2015 is a telephone number.
            if before == "-" && i > 1 && self.int(i - 2).is_some_and(|n| n > 31) && self.year_at(i - 2).is_none() {
                return None;
            }
            let dated = matches!(
                before,
                "in" | "of"
                    | "for"
                    | "since"
                    | "by"
                    | "until"
                    | "before"
                    | "after"
                    | "between"
                    | "and"
                    | "from"
                    | "to"
                    | "during"
                    | "through"
                    | "-"
                    | "the"
                    | "early"
                    | "late"
                    | "mid"
                    | "("
                    | "all"
                    | "throughout"
                    | ","
                    | "till"
            );
            let noun = self.t.get(i + 1).is_some_and(|t| t.is_word() && crate::units::measure(&t.low).is_some());
            return (dated && !noun).then(|| Unit::of(year(y), i + 1));
        }
        self.relative(i)
    }

    /// A month with what follows it: day, year, "last year".
    fn month_unit(&self, i: usize) -> Option<Unit> {
        let part = match self.low(i) {
            "early" | "mid" | "late" | "mid-" => {
                let next = i + 1 + usize::from(self.low(i + 1) == "-");
                Some((self.low(i), next))
            }
            _ => None,
        };
        if let Some((part, next)) = part {
            let inner = self.month_unit(next)?;
            let inner = self.close(inner, None);
            let period = inner.period.and_then(|p| {
                let (f, t) = (p.from?, p.to?);
                let (a, b) = match part {
                    "early" => (1, 10),
                    "mid" => (11, 20),
                    _ => (21, t.day()),
                };
                Some(Period::new(ymd(f.year(), f.month(), a)?, ymd(f.year(), f.month(), b)?, Precision::PartMonth))
            });
            return Some(Unit { period, ..inner });
        }
        let (m, next) = self.month_at(i)?;
        if let Some((d, after)) = self.day_at(next) {
            // May 2019 has no day; "June 12 ships" is read as a day.
            let mut after = after;
            if self.low(after) == "," && self.year_at(after + 1).is_some() {
                after += 1;
            }
            let (mut last, mut end) = (None, after);
            if matches!(self.low(after), "-" | "and")
                && let Some((e, next)) = self.day_at(after + 1).filter(|(e, _)| *e > d)
            {
                (last, end) = (Some(e), next);
            }
            return Some(self.with_year(m, Some(d), last, end));
        }
        Some(self.with_year(m, None, None, next))
    }

    fn with_year(&self, m: i8, d: Option<i8>, e: Option<i8>, next: usize) -> Unit {
        let comma = usize::from(matches!(self.low(next), "," | "of"));
        if let Some(y) = self.year_at(next + comma) {
            return Unit::of(self.closed(m, d, e, Some(y)), next + comma + 1);
        }
        let shift = match (self.low(next), self.low(next + 1)) {
            ("last", "year") => Some(-1),
            ("this", "year") => Some(0),
            ("next", "year") => Some(1),
            _ => None,
        };
        if let (Some(shift), Some(p)) = (shift, self.published()) {
            return Unit::of(self.closed(m, d, e, Some(p.year() + shift)), next + 2);
        }
        Unit { period: None, open: Some((m, d, e)), next, certain: true }
    }

    fn iso(&self, i: usize) -> Option<Unit> {
        if let Some(y) = self.year_at(i) {
            let dash = |j: usize| self.low(j) == "-" && !self.t[j].spaced && self.t.get(j + 1).is_some_and(|t| !t.spaced);
            if dash(i + 1) && self.t.get(i + 2).and_then(Token::number).is_some_and(|n| n.digits == 2) {
                let m = self.int(i + 2).filter(|m| (1..=12).contains(m))? as i8;
                // 2015-17 is two years.
                if dash(i + 3) {
                    let d = self.int(i + 4).filter(|d| (1..=31).contains(d))? as i8;
                    return Some(Unit::of(ymd(y, m, d).map(Period::day), i + 5));
                }
                return (m <= 12 && i64::from(m) <= i64::from(y % 100)).then(|| Unit::of(month(y, m), i + 3)).filter(|_| i64::from(m) < 13);
            }
            return None;
        }
        // 11.09.2017
        let d = self.int(i).filter(|d| (1..=31).contains(d))?;
        if self.low(i + 1) == "." && !self.t[i + 1].spaced {
            let (m, y) = self.low(i + 2).split_once('.')?;
            let (m, y): (i8, i16) = (m.parse().ok()?, y.parse().ok()?);
            return Some(Unit::of(Some(Period::day(ymd(y, m, d as i8)?)), i + 3));
        }
        None
    }

    fn count(&self, i: usize) -> Option<i64> {
        self.int(i).or(match self.low(i) {
            "a" | "one" | "an" => Some(1),
            "two" => Some(2),
            "three" => Some(3),
            "four" => Some(4),
            "five" => Some(5),
            "six" => Some(6),
            "seven" => Some(7),
            "eight" => Some(8),
            "nine" => Some(9),
            "ten" => Some(10),
            "eleven" => Some(11),
            "twelve" => Some(12),
            _ => None,
        })
    }

    fn relative(&self, i: usize) -> Option<Unit> {
        let (low, word) = (self.low(i), self.low(i + 1));
        let p = self.published();
        let last = self.anchor.last;
        // The same period, that year.
        if matches!(low, "same" | "that") {
            let at = i + 1 + usize::from(self.count(i + 1).is_some());
            // "the same month of 2019", "the same period last year".
            let year_of = match (self.low(at + 1), self.low(at + 2)) {
                ("of" | "in", _) => self.year_at(at + 2).map(|y| (y, at + 3)),
                ("last", "year") => p.map(|p| (p.year() - 1, at + 3)),
                ("a", "year") if matches!(self.low(at + 3), "earlier" | "before") => {
                    last.and_then(|l| l.from).map(|d| (d.year() - 1, at + 4))
                }
                _ => None,
            };
            if let (Some((y, next)), Some(from), Some(to)) = (year_of, last.and_then(|l| l.from), last.and_then(|l| l.to))
                && low == "same"
                && matches!(self.low(at), "period" | "month" | "months" | "quarter")
            {
                let shift = i64::from(to.year() - from.year());
                let end = ymd(y + shift as i16, to.month(), 1)
                    .map(|d| if to == to.last_of_month() { d.last_of_month() } else { ymd(d.year(), d.month(), to.day()).unwrap_or(d) });
                let period = ymd(y, from.month(), from.day()).zip(end).map(|(a, b)| Period::new(a, b, Precision::Month));
                return Some(Unit::of(period, next));
            }
            return match self.low(at) {
                "period" | "months" | "month" | "year" | "quarter" | "time" if low == "same" => Some(Unit::of(last, at + 1)),
                "year" => Some(Unit::of(last.and_then(|l| year(l.from?.year())), at + 1)),
                "month" => Some(Unit::of(last.and_then(|l| month(l.from?.year(), l.from?.month())), at + 1)),
                "date" | "day" => Some(Unit::of(last, at + 1)),
                _ => None,
            };
        }
        // The first quarter of 2018, Q1 2018.
        let ordinal = match low {
            "first" | "q1" => 1,
            "second" | "q2" => 2,
            "third" | "q3" => 3,
            "fourth" | "q4" | "last" | "final" => 4,
            _ => 0,
        };
        let compact = low.len() == 2 && low.starts_with('q');
        if ordinal > 0 && (compact || word == "quarter") {
            let next = if compact { i + 1 } else { i + 2 };
            if low == "last" && (self.low(next) != "of") {
                let current = p.map(|p| (p.year(), (p.month() - 1) / 3 + 1));
                return Some(Unit::of(current.and_then(|(y, q)| if q == 1 { quarter(y - 1, 4) } else { quarter(y, q - 1) }), next));
            }
            return Some(self.of_year(next, |y| quarter(y, ordinal)));
        }
        if matches!(low, "first" | "second") && word == "half" && self.low(i + 2) == "of" {
            let (a, b) = if low == "first" { (1, 6) } else { (7, 12) };
            return Some(self.of_year(i + 2, |y| Some(Period::new(ymd(y, a, 1)?, ymd(y, b, 1)?.last_of_month(), Precision::Month))));
        }
        if matches!(low, "h1" | "h2") && self.t[i].cap {
            let (a, b) = if low == "h1" { (1, 6) } else { (7, 12) };
            return Some(self.of_year(i + 1, |y| Some(Period::new(ymd(y, a, 1)?, ymd(y, b, 1)?.last_of_month(), Precision::Month))));
        }
        if low == "first"
            && let Some(n) = self.count(i + 1).filter(|n| (1..=11).contains(n))
            && self.low(i + 2).starts_with("month")
        {
            return Some(self.of_year(i + 3, |y| Some(Period::new(ymd(y, 1, 1)?, ymd(y, n as i8, 1)?.last_of_month(), Precision::Month))));
        }
        if low == "end" && word == "of" {
            let inner = self.unit(i + 2).map(|u| self.close(u, None));
            if let Some(inner) = inner {
                return Some(inner);
            }
            let year_word = self.low(i + 3) == "year" && self.low(i + 2) == "the";
            return year_word.then(|| Unit::of(p.and_then(|p| year(p.year())), i + 4));
        }
        if matches!(low, "start" | "beginning") && word == "of" {
            let at = i + 2 + usize::from(matches!(self.low(i + 2), "the" | "this"));
            if self.low(at) == "year" {
                return Some(Unit::of(p.and_then(|p| year(p.year())), at + 1));
            }
            return self.unit(i + 2);
        }
        let name = match word {
            "spring" | "summer" | "winter" => word,
            "autumn" | "fall" => "autumn",
            _ => "",
        };
        if matches!(low, "last" | "this" | "past" | "next" | "previous") {
            if !name.is_empty() {
                let period = p.and_then(|p| latest_season(p, name, low == "last" || low == "previous"));
                return Some(Unit::of(period, i + 2));
            }
            let year_of = |shift: i16| p.and_then(|p| year(p.year() + shift));
            return match (low, word) {
                ("last" | "previous", "year") => Some(Unit::of(year_of(-1), i + 2)),
                ("next", "year") => Some(Unit::of(year_of(1), i + 2)),
                ("this", "year") => Some(Unit::of(p.and_then(|p| self.asof(ymd(p.year(), 1, 1), Precision::Year)), i + 2)),
                ("last" | "previous", "month") => {
                    Some(Unit::of(p.and_then(|p| months_before(p.first_of_month(), 1)).and_then(|d| month(d.year(), d.month())), i + 2))
                }
                ("this", "month") => Some(Unit::of(p.and_then(|p| self.asof(Some(p.first_of_month()), Precision::Month)), i + 2)),
                ("last" | "previous", "week") => {
                    let monday = p.and_then(|p| plus(p, -i64::from(p.weekday().to_monday_zero_offset()) - 7));
                    Some(Unit::of(monday.and_then(|m| Some(Period::new(m, plus(m, 6)?, Precision::Week))), i + 2))
                }
                ("this", "week") => {
                    let monday = p.and_then(|p| plus(p, -i64::from(p.weekday().to_monday_zero_offset())));
                    Some(Unit::of(self.asof(monday, Precision::Week), i + 2))
                }
                ("next", "month") => {
                    let first = p.and_then(|p| p.last_of_month().tomorrow().ok());
                    Some(Unit::of(first.and_then(|d| month(d.year(), d.month())), i + 2))
                }
                ("next", "week") => {
                    let monday = p.and_then(|p| plus(p, 7 - i64::from(p.weekday().to_monday_zero_offset())));
                    Some(Unit::of(monday.and_then(|m| Some(Period::new(m, plus(m, 6)?, Precision::Week))), i + 2))
                }
                ("this" | "next" | "previous", "quarter") => {
                    let at = p.map(|p| {
                        i32::from(p.year()) * 4
                            + (i32::from(p.month()) - 1) / 3
                            + match low {
                                "next" => 1,
                                "previous" => -1,
                                _ => 0,
                            }
                    });
                    let period = at.and_then(|n| quarter(i16::try_from(n.div_euclid(4)).ok()?, n.rem_euclid(4) as i8 + 1));
                    Some(Unit::of(period, i + 2))
                }
                ("past" | "last", "decade") => None,
                ("past" | "last" | "previous", _) => {
                    let (n, at) = match self.count(i + 1) {
                        Some(n) => (n, i + 2),
                        None if low == "past" => (1, i + 1),
                        None => return self.named(i, low),
                    };
                    let from = p.and_then(|p| back(p, n, self.low(at)))?;
                    Some(Unit::of(self.asof(Some(from.0), from.1), at + 1))
                }
                _ => self.named(i, low),
            };
        }
        let season_here = match low {
            "spring" | "summer" | "winter" => low,
            "autumn" => "autumn",
            _ => "",
        };
        if !season_here.is_empty() {
            let before = i.checked_sub(1).map_or("", |j| self.low(j));
            if let Some(y) = self.year_at(i + 1).or_else(|| self.year_at(i + 2).filter(|_| word == "of")) {
                return Some(Unit::of(season(y, season_here), i + 2 + usize::from(word == "of")));
            }
            let before2 = i.checked_sub(2).map_or("", |j| self.low(j));
            let used = matches!(before2, "over" | "in" | "during" | "since" | "this" | "last") && before == "the"
                || matches!(before, "in" | "over" | "since" | "during");
            return used.then(|| Unit::of(p.and_then(|p| latest_season(p, season_here, false)), i + 1));
        }
        // Two years earlier, eleven days later, three months ago.
        let n = self.count(i)?;
        let unit = self.low(i + 1);
        let direction = self.low(i + 2);
        let from_last = matches!(direction, "earlier" | "later" | "before" | "after");
        if !from_last && direction != "ago" {
            return None;
        }
        let base = if from_last { self.anchor.last.and_then(|l| l.from).or(p) } else { p };
        let later = matches!(direction, "later" | "after");
        let period = match unit.trim_end_matches('s') {
            "year" => base.and_then(|b| year(b.year() + if later { 1 } else { -1 } * i16::try_from(n).ok()?)),
            "month" => base
                .filter(|_| !later)
                .and_then(|b| months_before(b.first_of_month(), i32::try_from(n).ok()?))
                .and_then(|d| month(d.year(), d.month())),
            "week" => base.and_then(|b| plus(b, if later { 7 * n } else { -7 * n })).and_then(|d| {
                let monday = plus(d, -i64::from(d.weekday().to_monday_zero_offset()))?;
                Some(Period::new(monday, plus(monday, 6)?, Precision::Week))
            }),
            "day" => {
                let base = if from_last { self.anchor.last_day.or(base) } else { base };
                base.and_then(|b| plus(b, if later { n } else { -n })).map(Period::day)
            }
            _ => return None,
        };
        Some(Unit { period, open: None, next: i + 3, certain: !unit.starts_with("day") })
    }

    /// "last September", "last Tuesday".
    fn named(&self, i: usize, low: &str) -> Option<Unit> {
        if let Some((_, day)) = DAYS.iter().find(|(n, _)| *n == self.low(i + 1)) {
            let period = self.published().and_then(|p| weekday(p, *day, low == "next", low == "last"));
            return Some(Unit::of(period, i + 2));
        }
        let (m, next) = self.month_at(i + 1)?;
        let p = self.published();
        let period = p.and_then(|p| {
            let this = month(p.year(), m)?;
            match low {
                "last" | "previous" | "past" => {
                    if this.to? < p.first_of_month() {
                        Some(this)
                    } else {
                        month(p.year() - 1, m)
                    }
                }
                "next" => {
                    if this.from? > p {
                        Some(this)
                    } else {
                        month(p.year() + 1, m)
                    }
                }
                _ => Some(this),
            }
        });
        Some(Unit::of(period, next))
    }

    /// "of 2018", "of last year", or the latest such period before publication.
    fn of_year(&self, next: usize, make: impl Fn(i16) -> Option<Period>) -> Unit {
        let at = next + usize::from(matches!(self.low(next), "of" | "in" | ","));
        if let Some(y) = self.year_at(at) {
            return Unit::of(make(y), at + 1);
        }
        let p = self.published();
        match (self.low(at), self.low(at + 1)) {
            ("last", "year") => return Unit::of(p.and_then(|p| make(p.year() - 1)), at + 2),
            ("this" | "the", "year") => return Unit::of(p.and_then(|p| make(p.year())), at + 2),
            ("next", "year") => return Unit::of(p.and_then(|p| make(p.year() + 1)), at + 2),
            _ => {}
        }
        let base = p.or_else(|| self.anchor.last.and_then(|l| l.from));
        let period = base.and_then(|p| {
            let this = make(p.year())?;
            if this.from? > p && !self.anchor.forward { make(p.year() - 1) } else { Some(this) }
        });
        Unit::of(period, next)
    }

    fn russian(&self, i: usize) -> Option<Dated> {
        let low = self.low(i);
        let p = self.published();
        let year_word = |j: usize| usize::from(matches!(self.low(j), "год" | "года" | "году" | "годом" | "г" | "годы" | "годах"));
        let since = |from: Option<Date>, precision: Precision, next: usize| Some(Self::spanned(i, next, self.asof(from, precision)));
        if matches!(low, "с" | "со" | "между") {
            if matches!(self.low(i + 1), "начала") && self.low(i + 2).starts_with("год") {
                return since(p.and_then(|p| ymd(p.year(), 1, 1)), Precision::Year, i + 3);
            }
            if let Some(first) = self.russian_unit(i + 1) {
                if matches!(self.low(first.next), "по" | "до" | "и")
                    && let Some(second) = self.russian_unit(first.next + 1)
                {
                    return self.pair(i, first, second);
                }
                if low != "между" {
                    let unit = self.close(first, None);
                    return Some(Self::spanned(i, unit.next, unit.period.and_then(|q| self.asof(q.from, q.precision))));
                }
            }
            return None;
        }
        if matches!(low, "до" | "к") {
            let end = usize::from(matches!(self.low(i + 1), "конца" | "концу"));
            let ahead = Anchor { forward: true, ..*self.anchor };
            let reader = Reader { t: self.t, lang: self.lang, anchor: &ahead };
            let unit = reader.close(reader.russian_unit(i + 1 + end)?, None);
            let period = unit.period.map(|q| {
                let to = if low == "до" && end == 0 { q.from.and_then(|d| plus(d, -1)) } else { q.to };
                Period { from: None, to, precision: q.precision, asof: false }
            });
            return Some(Self::spanned(i, unit.next, period));
        }
        if matches!(low, "за" | "в") && matches!(self.low(i + 1), "первое" | "первом") && self.low(i + 2).starts_with("полугоди")
        {
            let y = self.year_at(i + 3);
            let next = i + 3 + y.map_or(0, |_| 1 + year_word(i + 4));
            let half = y.or_else(|| p.map(|p| p.year())).and_then(|y| Some(Period::new(ymd(y, 1, 1)?, ymd(y, 6, 30)?, Precision::Month)));
            return Some(Self::spanned(i, next, half));
        }
        if low == "за" && self.low(i + 1) == "тот" && self.low(i + 2) == "же" {
            return Some(Self::spanned(i, i + 4, self.anchor.last));
        }
        if matches!(low, "в" | "во") {
            let shift = match self.low(i + 1) {
                "прошлом" | "минувшем" => Some(-1),
                "этом" | "нынешнем" | "текущем" => Some(0),
                _ => None,
            };
            if let Some(shift) = shift {
                let (a, b) = (i, i + 3);
                return match self.low(i + 2) {
                    "году" if shift == 0 => Some(Self::spanned(a, b, p.and_then(|p| self.asof(ymd(p.year(), 1, 1), Precision::Year)))),
                    "году" => Some(Self::spanned(a, b, p.and_then(|p| year(p.year() - 1)))),
                    "месяце" if shift == -1 => Some(Self::spanned(
                        a,
                        b,
                        p.and_then(|p| months_before(p.first_of_month(), 1)).and_then(|d| month(d.year(), d.month())),
                    )),
                    _ => None,
                };
            }
            let n = match self.low(i + 1) {
                "первом" => 1,
                "втором" => 2,
                "третьем" => 3,
                "четвёртом" | "четвертом" => 4,
                _ => 0,
            };
            if n > 0 && self.low(i + 2) == "квартале" {
                let mut next = i + 3;
                let y = self.year_at(next);
                if y.is_some() {
                    next += 1 + year_word(next + 1);
                }
                let y = y.or_else(|| p.map(|p| p.year()));
                return Some(Self::spanned(i, next, y.and_then(|y| quarter(y, n))));
            }
        }
        let season_name = match low {
            "летом" => "summer",
            "зимой" => "winter",
            "весной" => "spring",
            "осенью" => "autumn",
            _ => "",
        };
        if !season_name.is_empty() {
            if let Some(y) = self.year_at(i + 1) {
                return Some(Self::spanned(i, i + 2 + year_word(i + 2), season(y, season_name)));
            }
            return Some(Self::spanned(i, i + 1, p.and_then(|p| latest_season(p, season_name, false))));
        }
        let unit = self.russian_unit(i)?;
        let month_only = unit.open.is_some_and(|(_, d, _)| d.is_none());
        if self.low(unit.next) == "и"
            && month_only
            && let Some(second) = self.russian_unit(unit.next + 1)
            && let Some(pair) = self.pair(i, unit, second)
        {
            return Some(pair);
        }
        Some(self.plain(i, unit))
    }

    fn russian_unit(&self, i: usize) -> Option<Unit> {
        if let Some(date) = self.iso(i) {
            return Some(date);
        }
        let low = self.low(i);
        if let Some((_, day)) = DAYS.iter().find(|(n, _)| *n == low) {
            return Some(Unit::of(self.published().and_then(|p| weekday(p, *day, false, false)), i + 1));
        }
        let tail = |next: usize| -> (Option<i16>, usize) {
            match self.year_at(next) {
                Some(y) => (Some(y), next + 1 + usize::from(self.low(next + 1).starts_with("год") || self.low(next + 1) == "г")),
                None => match (self.low(next), self.low(next + 1)) {
                    ("прошлого", "года") => (self.published().map(|p| p.year() - 1), next + 2),
                    ("этого", "года") => (self.published().map(|p| p.year()), next + 2),
                    _ => (None, next),
                },
            }
        };
        let (day, at) = match self.day_at(i) {
            Some((d, next)) if self.month_at(next).is_some() => (Some(d), next),
            _ => (None, i),
        };
        if let Some((m, next)) = self.month_at(at) {
            let (y, next) = tail(next);
            return Some(match y {
                Some(y) => Unit::of(self.closed(m, day, None, Some(y)), next),
                None => Unit { period: None, open: Some((m, day, None)), next, certain: true },
            });
        }
        let y = self.year_at(i)?;
        let named = self.low(i + 1).starts_with("год") || self.low(i + 1) == "г";
        let before = i.checked_sub(1).map_or("", |j| self.low(j));
        (named || matches!(before, "в" | "с" | "по" | "до" | "и" | "на" | "за" | "("))
            .then(|| Unit::of(year(y), i + 1 + usize::from(named)))
    }

    fn korean(&self, i: usize) -> Option<Dated> {
        let low = self.low(i);
        let p = self.published();
        let particle = |j: usize| j;
        let simple = |stems: &[&str]| stems.iter().any(|s| low.starts_with(s));
        let dated_next = self.korean_unit(i + 1).is_some_and(|u| u.next > i + 1);
        if low == "올해" && dated_next {
            let inner = self.korean(i + 1)?;
            return Some(Dated { a: i, ..inner });
        }
        if simple(&["올해", "올"]) && (low.starts_with("올해") || low == "올") {
            return Some(Self::spanned(i, particle(i + 1), p.and_then(|p| self.asof(ymd(p.year(), 1, 1), Precision::Year))));
        }
        if simple(&["작년", "지난해"]) {
            if let Some((m, next)) = self.month_at(i + 1) {
                return Some(Self::spanned(i, next, p.and_then(|p| month(p.year() - 1, m))));
            }
            return Some(Self::spanned(i, i + 1, p.and_then(|p| year(p.year() - 1))));
        }
        if simple(&["지난달"]) {
            return Some(Self::spanned(
                i,
                i + 1,
                p.and_then(|p| months_before(p.first_of_month(), 1)).and_then(|d| month(d.year(), d.month())),
            ));
        }
        let (start, mode) = match low {
            "지난" => (i + 1, -1),
            "오는" => (i + 1, 1),
            _ => (i, 0),
        };
        let ahead = Anchor { forward: mode == 1, ..*self.anchor };
        let reader = Reader { t: self.t, lang: self.lang, anchor: &ahead };
        let unit = reader.korean_unit(start)?;
        // 부터 … 까지, and 이후.
        let tail = self.low(unit.next.saturating_sub(1));
        let ends = |words: &[&str]| words.iter().any(|w| tail.contains(w)) || words.iter().any(|w| self.low(unit.next).starts_with(w));
        if ends(&["부터", "에서"])
            && let Some(second) = reader.korean_unit(unit.next).or_else(|| reader.korean_unit(unit.next + 1))
            && let Some(pair) = reader.pair(i, unit, second)
        {
            return Some(pair);
        }
        let closed = reader.close(unit, None);
        if ends(&["이후", "부터", "이래"]) {
            let next = closed.next + usize::from(["이후", "부터", "이래"].iter().any(|w| self.low(closed.next).starts_with(w)));
            return Some(Self::spanned(i, next, closed.period.and_then(|q| self.asof(q.from, q.precision))));
        }
        if ends(&["까지", "이전"]) {
            let period = closed.period.map(|q| Period { from: None, ..q });
            return Some(Self::spanned(i, closed.next, period));
        }
        Some(Dated { a: i, b: closed.next, period: closed.period, certain: true, spanned: false })
    }

    fn korean_unit(&self, i: usize) -> Option<Unit> {
        let glued = |j: usize, stem: &str| self.t.get(j).is_some_and(|t| !t.spaced && t.low.starts_with(stem));
        let mut at = i;
        let mut y = None;
        if let Some(found) = self.year_at(at).filter(|_| glued(at + 1, "년")) {
            y = Some(found);
            at += 2;
            if self.month_at(at).is_none() && !(self.int(at).is_some() && glued(at + 1, "분기")) {
                return Some(Unit::of(year(found), at));
            }
        }
        if let Some(n) = self.int(at).filter(|n| (1..=4).contains(n) && glued(at + 1, "분기")) {
            let y = y.or_else(|| self.published().map(|p| p.year()));
            return Some(Unit::of(y.and_then(|y| quarter(y, n as i8)), at + 2));
        }
        if let Some((m, next)) = self.month_at(at) {
            let day = self.int(next).filter(|d| (1..=31).contains(d) && glued(next + 1, "일")).map(|d| d as i8);
            let next = if day.is_some() { next + 2 } else { next };
            return Some(match y {
                Some(y) => Unit::of(self.closed(m, day, None, Some(y)), next),
                None => Unit { period: None, open: Some((m, day, None)), next, certain: true },
            });
        }
        // "19일" alone is a day of the month of publication.
        let d = self.int(at).filter(|d| (1..=31).contains(d) && glued(at + 1, "일"))?;
        let word = self.low(at + 1);
        if !matches!(word, "일" | "일에" | "일부터" | "일까지") {
            return None;
        }
        let period = self.published().and_then(|p| ymd(p.year(), p.month(), d as i8)).map(Period::day);
        Some(Unit::of(period, at + 2))
    }
}

fn back(from: Date, n: i64, unit: &str) -> Option<(Date, Precision)> {
    let n32 = i32::try_from(n).ok().filter(|n| (0..=100).contains(n))?;
    Some(match unit.trim_end_matches('s') {
        "year" => (months_before(from, 12 * n32)?, Precision::Year),
        "month" => (months_before(from, n32)?, Precision::Month),
        "quarter" => (months_before(from, 3 * n32)?, Precision::Quarter),
        "week" => (plus(from, -7 * n)?, Precision::Week),
        "day" => (plus(from, -n)?, Precision::Day),
        _ => return None,
    })
}

fn weekday(published: Date, day: Weekday, forward: bool, strict: bool) -> Option<Period> {
    let ahead = i64::from(day.to_monday_zero_offset()) - i64::from(published.weekday().to_monday_zero_offset());
    let shift = if forward {
        ahead.rem_euclid(7)
    } else {
        let back = (-ahead).rem_euclid(7);
        -(if strict && back == 0 { 7 } else { back })
    };
    plus(published, shift).map(Period::day)
}

fn latest_season(published: Date, name: &str, before: bool) -> Option<Period> {
    let mut y = published.year();
    for _ in 0..3 {
        let found = season(y, name)?;
        let begun = found.from? <= published;
        let over = found.to? < published;
        if begun && (!before || over) {
            return Some(found);
        }
        y -= 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    fn read(text: &str, published: &str, lang: Lang) -> Vec<String> {
        let anchor = Anchor { published: published.parse().ok(), ..Anchor::none() };
        let tokens = tokens(text, 0, text.len(), lang);
        let show = |d: Option<Date>| d.map_or(String::new(), |d| d.to_string());
        find(&tokens, lang, &anchor).iter().filter_map(|d| d.period).map(|p| format!("{}/{}", show(p.from), show(p.to))).collect()
    }

    #[test]
    fn a_month_without_a_year_lies_in_the_past() {
        assert_eq!(read("have registered since September", "2018-08-03", Lang::En), ["2017-09-01/2018-08-03"]);
        assert_eq!(read("in October", "2023-12-07", Lang::En), ["2023-10-01/2023-10-31"]);
        assert_eq!(read("in December and January", "2023-03-30", Lang::En), ["2022-12-01/2023-01-31"]);
        assert_eq!(read("In September last year it found", "2018-08-03", Lang::En), ["2017-09-01/2017-09-30"]);
        assert_eq!(read("on Wednesday", "2021-04-22", Lang::En), ["2021-04-21/2021-04-21"]);
    }

    #[test]
    fn spans_take_the_year_of_their_end() {
        assert_eq!(read("between May and August 2019", "2020-03-13", Lang::En), ["2019-05-01/2019-08-31"]);
        assert_eq!(read("between 2015 and 2017", "2018-08-03", Lang::En), ["2015-01-01/2017-12-31"]);
        assert_eq!(read("between December 2017 and May 2019", "2021-04-22", Lang::En), ["2017-12-01/2019-05-31"]);
        assert_eq!(read("in the first five months of 2018", "2018-08-03", Lang::En), ["2018-01-01/2018-05-31"]);
        assert_eq!(read("in the first quarter", "2023-03-31", Lang::En), ["2023-01-01/2023-03-31"]);
        assert_eq!(read("before 11 September 2017", "2018-08-09", Lang::En), ["/2017-09-10"]);
        assert_eq!(read("on 2 and 3 November", "2023-12-07", Lang::En), ["2023-11-02/2023-11-03"]);
    }

    #[test]
    fn russian_and_korean_months_are_read() {
        assert_eq!(read("с начала года", "2018-08-06", Lang::Ru), ["2018-01-01/2018-08-06"]);
        assert_eq!(read("в сентябре 2017 года", "2018-08-06", Lang::Ru), ["2017-09-01/2017-09-30"]);
        assert_eq!(read("с января по май", "2020-06-17", Lang::Ru), ["2020-01-01/2020-05-31"]);
        assert_eq!(read("в первом квартале", "2018-08-06", Lang::Ru), ["2018-01-01/2018-03-31"]);
        assert_eq!(read("지난 9월 이후", "2019-11-20", Lang::Ko), ["2019-09-01/2019-11-20"]);
        assert_eq!(read("오는 12월 22일이다", "2019-11-20", Lang::Ko), ["2019-12-22/2019-12-22"]);
        assert_eq!(read("1분기에는", "2019-11-20", Lang::Ko), ["2019-01-01/2019-03-31"]);
    }
}
