use tw_base::Date;

/// A day, or a stretch of days in which it lies, with both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateRange {
    /// First day that it can be.
    pub first: Date,
    /// Last day that it can be.
    pub last: Date,
    /// If the source says "circa", "approximately" or the like: the ends are then not sharp.
    pub about: bool,
}

impl DateRange {
    /// If the day is known.
    #[must_use]
    pub fn is_day(&self) -> bool {
        self.first == self.last
    }

    /// If the two can be one and the same day, ends taken as sharp.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Fewest calendar years between the two; 0 if they share a year.
    #[must_use]
    pub fn years_apart(&self, other: &Self) -> i16 {
        let (a, b) = if self.first <= other.first { (self, other) } else { (other, self) };
        (b.first.year() - a.last.year()).max(0)
    }

    fn text(&self) -> String {
        let (a, b) = (self.first, self.last);
        let about = if self.about { "about " } else { "" };
        if a == b {
            return format!("{about}{a}");
        }
        if a.month() == 1 && a.day() == 1 && b.month() == 12 && b.day() == 31 {
            return if a.year() == b.year() {
                format!("{about}{:04}", a.year())
            } else {
                format!("{about}{:04} to {:04}", a.year(), b.year())
            };
        }
        if a.year() == b.year() && a.month() == b.month() {
            format!("{about}{:04}-{:02}", a.year(), a.month())
        } else {
            format!("{about}{a} to {b}")
        }
    }

    fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        Some(Self { first: date, last: date, about: false })
    }

    fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Some(Self { first, last: first.last_of_month(), about: false })
    }

    fn years(from: i16, to: i16) -> Option<Self> {
        Some(Self { first: Date::new(from, 1, 1).ok()?, last: Date::new(to, 12, 31).ok()?, about: false })
    }
}

impl std::fmt::Display for DateRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

/// Earliest year that is read as one of our calendar; lists also print years of the Hijri calendars (13xx, 14xx).
const FIRST_YEAR: i64 = 1700;
const LAST_YEAR: i64 = 2100;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Number { value: i64, digits: usize },
    Month(i8),
    About,
    Between,
    To,
    Dash,
    Dot,
    Slash,
    Comma,
    Open,
    Close,
    Other,
}

/// Reads all dates of a text: ISO, day first with dots or slashes, with the month's name, years, stretches and alternatives.
///
/// Day and month are read day first, as the lists of the United Nations, the European Union and the United Kingdom print them,
/// unless that gives no date. Years of other calendars are left out.
///
/// ```
/// let read = |text| tw_screening::value::dates(text).iter().map(ToString::to_string).collect::<Vec<_>>();
/// assert_eq!(read("20.12.1969"), ["1969-12-20"]);
/// assert_eq!(read("circa 1955"), ["about 1955"]);
/// assert_eq!(read("between 1955 and 1958"), ["1955 to 1958"]);
/// assert_eq!(read("(a) 27.5.1979, (b) 1973"), ["1979-05-27", "1973"]);
/// assert_eq!(read("14 Mar. 1971"), ["1971-03-14"]);
/// ```
#[must_use]
pub fn dates(text: &str) -> Vec<DateRange> {
    if let Some(iso) = iso(text) {
        return vec![iso];
    }
    let tokens = tokens(text);
    let mut found: Vec<DateRange> = Vec::new();
    let mut about = false;
    let mut stretch = false;
    let mut at = 0;
    while at < tokens.len() && found.len() < 16 {
        let rest = &tokens[at..];
        if rest[0] == Token::About {
            about = true;
            at += 1;
            // "1970 circa": the word may follow.
            if let Some(last) = found.last_mut()
                && !matches!(rest.get(1), Some(Token::Number { .. } | Token::Month(_)))
            {
                last.about = true;
                about = false;
            }
            continue;
        }
        if rest[0] == Token::Between {
            stretch = true;
            at += 1;
            continue;
        }
        let Some((mut range, used)) = one(rest) else {
            at += 1;
            continue;
        };
        at += used;
        // "between A and B", "A to B", "1955-1958": one stretch.
        let joined = match tokens.get(at) {
            Some(Token::To) => true,
            Some(Token::Dash) => range.first.month() == 1 && range.last.month() == 12,
            Some(Token::Other) => stretch,
            _ => false,
        };
        if joined && let Some((end, more)) = tokens.get(at + 1..).and_then(one) {
            if end.last >= range.first {
                range.last = end.last;
                at += 1 + more;
            } else {
                found.push(end);
                at += 1 + more;
            }
        }
        range.about = about;
        about = false;
        stretch = false;
        if !found.contains(&range) {
            found.push(range);
        }
    }
    found
}

/// One date at the head of the tokens, and how many tokens it takes.
fn one(t: &[Token]) -> Option<(DateRange, usize)> {
    use Token::{Comma, Dash, Dot, Month, Number, Slash};
    let year = |v: i64, digits: usize| if digits == 4 && (FIRST_YEAR..=LAST_YEAR).contains(&v) { i16::try_from(v).ok() } else { None };
    let small = |v: i64, digits: usize| if digits <= 2 { i8::try_from(v).ok() } else { None };
    let same = |a: Token, b: Token| a == b && matches!(a, Dot | Slash | Dash);
    match *t {
        // 1969-12-20, 1969.12.20, 1969/12/20
        [Number { value: y, digits: dy }, s1, Number { value: m, digits: dm }, s2, Number { value: d, digits: dd }, ..]
            if same(s1, s2) && year(y, dy).is_some() =>
        {
            let (y, m, d) = (year(y, dy)?, small(m, dm)?, small(d, dd)?);
            let range = if m == 0 {
                DateRange::years(y, y)
            } else if d == 0 {
                DateRange::month(y, m)
            } else {
                DateRange::day(y, m, d)
            };
            range.map(|r| (r, 5))
        }
        // 20.12.1969, 20/12/1969
        [Number { value: d, digits: dd }, s1, Number { value: m, digits: dm }, s2, Number { value: y, digits: dy }, ..]
            if same(s1, s2) && year(y, dy).is_some() =>
        {
            let (y, m, d) = (year(y, dy)?, small(m, dm)?, small(d, dd)?);
            let range = match (d, m) {
                (0, 0) => DateRange::years(y, y),
                (0, m) => DateRange::month(y, m),
                (d, m) => DateRange::day(y, m, d).or_else(|| DateRange::day(y, d, m)),
            };
            range.map(|r| (r, 5))
        }
        // 20 December 1969, 20 Dec. 1969, 20-Dec-1969
        [Number { value: d, digits: dd }, Month(m), Dot | Dash, Number { value: y, digits: dy }, ..] if year(y, dy).is_some() => {
            DateRange::day(year(y, dy)?, m, small(d, dd)?).map(|r| (r, 4))
        }
        [Number { value: d, digits: dd }, Dash | Dot, Month(m), Dash | Dot, Number { value: y, digits: dy }, ..]
            if year(y, dy).is_some() =>
        {
            DateRange::day(year(y, dy)?, m, small(d, dd)?).map(|r| (r, 5))
        }
        [Number { value: d, digits: dd }, Month(m), Number { value: y, digits: dy }, ..] if year(y, dy).is_some() => {
            DateRange::day(year(y, dy)?, m, small(d, dd)?).map(|r| (r, 3))
        }
        // December 20, 1969
        [Month(m), Number { value: d, digits: dd }, Comma, Number { value: y, digits: dy }, ..] if year(y, dy).is_some() && dd <= 2 => {
            DateRange::day(year(y, dy)?, m, small(d, dd)?).map(|r| (r, 4))
        }
        // December 1969
        [Month(m), Dot, Number { value: y, digits: dy }, ..] if year(y, dy).is_some() => DateRange::month(year(y, dy)?, m).map(|r| (r, 3)),
        [Month(m), Number { value: y, digits: dy }, ..] if year(y, dy).is_some() => DateRange::month(year(y, dy)?, m).map(|r| (r, 2)),
        // 1969-12
        [Number { value: y, digits: dy }, Dash, Number { value: m, digits: 2 }, ..] if year(y, dy).is_some() && (1..=12).contains(&m) => {
            DateRange::month(year(y, dy)?, small(m, 2)?).map(|r| (r, 3))
        }
        // 19691220
        [Number { value, digits: 8 }, ..] => {
            let (y, m, d) = (value / 10_000, value / 100 % 100, value % 100);
            DateRange::day(year(y, 4)?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).map(|r| (r, 1))
        }
        [Number { value: y, digits: dy }, ..] => {
            let y = year(y, dy)?;
            DateRange::years(y, y).map(|r| (r, 1))
        }
        _ => None,
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::with_capacity(12);
    let mut chars = text.char_indices().take(300).peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_ascii_digit() {
            let (mut value, mut digits) = (i64::from(c as u8 - b'0'), 1);
            while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
                digits += 1;
                if digits <= 10 {
                    value = value * 10 + i64::from(c as u8 - b'0');
                }
            }
            out.push(Token::Number { value, digits });
            continue;
        }
        if c.is_alphabetic() {
            let mut end = at + c.len_utf8();
            while let Some((i, c)) = chars.next_if(|(_, c)| c.is_alphabetic()) {
                end = i + c.len_utf8();
            }
            let was_day = matches!(out.last(), Some(Token::Number { digits: 1 | 2, .. }));
            let numbers_a_list = text[end..].starts_with(')');
            match word(&text[at..end]).filter(|_| !numbers_a_list) {
                // "20th December", "20 of December"
                Some(Token::Other) if was_day && matches!(&text[at..end], "st" | "nd" | "rd" | "th" | "of") => {}
                Some(token) => out.push(token),
                None => {}
            }
            continue;
        }
        match c {
            '-' | '\u{2013}' | '\u{2014}' => out.push(Token::Dash),
            '.' => out.push(Token::Dot),
            '/' => out.push(Token::Slash),
            ',' => out.push(Token::Comma),
            '(' => out.push(Token::Open),
            ')' => out.push(Token::Close),
            '~' | '\u{2248}' => out.push(Token::About),
            c if c.is_whitespace() => {}
            _ => out.push(Token::Other),
        }
    }
    out
}

/// A word's meaning; `None` for a single letter, which numbers alternatives.
fn word(text: &str) -> Option<Token> {
    let lower = text.to_lowercase();
    Some(match lower.as_str() {
        "circa" | "ca" | "c" | "about" | "approximately" | "approx" | "around" | "probably" | "estimated" | "early" | "late" | "mid" => {
            Token::About
        }
        "between" | "from" => Token::Between,
        "to" | "until" | "through" => Token::To,
        "and" => Token::Other,
        w if w.chars().count() == 1 => return None,
        w => {
            match MONTHS.iter().position(|m| m.split(' ').any(|name| w == name || (w.len() >= 3 && w.is_ascii() && name.starts_with(w)))) {
                Some(n) => Token::Month(i8::try_from(n + 1).unwrap_or(1)),
                None => Token::Other,
            }
        }
    })
}

const MONTHS: [&str; 12] = [
    "january januar janvier enero января",
    "february februar février febrero февраля",
    "march märz mars marzo марта",
    "april avril abril апреля",
    "may mai mayo мая",
    "june juni juin junio июня",
    "july juli juillet julio июля",
    "august août agosto августа",
    "september sept septembre septiembre сентября",
    "october oktober octobre octubre октября",
    "november novembre noviembre ноября",
    "december dezember décembre diciembre декабря",
];

/// `yyyy`, `yyyy-mm`, `yyyy-mm-dd`, with a time behind it or not: what the entities hold most often, read without tokens.
fn iso(text: &str) -> Option<DateRange> {
    let text = text.trim();
    let digits = |part: &str| (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok()).flatten();
    let head = text.split_once(['T', ' ']).map_or(text, |(head, _)| head);
    if head.len() < text.len() && head.len() != 10 {
        return None;
    }
    let mut parts = head.split('-');
    let year = parts.next().filter(|p| p.len() == 4).and_then(digits).filter(|y| (FIRST_YEAR..=LAST_YEAR).contains(&i64::from(*y)))?;
    let Some(month) = parts.next() else { return DateRange::years(year, year) };
    let month = i8::try_from(digits(month).filter(|_| month.len() == 2)?).ok()?;
    if month > 12 {
        return None;
    }
    let day = match parts.next() {
        None => 0,
        Some(day) => i8::try_from(digits(day).filter(|_| day.len() == 2)?).ok()?,
    };
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (0, 0) => DateRange::years(year, year),
        (0, _) => None,
        (month, 0) => DateRange::month(year, month),
        (month, day) => DateRange::day(year, month, day),
    }
}

/// A date as FollowTheMoney writes it: a prefix of ISO 8601. Other spellings are no date on the wire.
pub(super) fn wire(text: &str) -> Option<String> {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let number = |part: &str, most: usize| {
        (!part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok()).flatten()
    };
    let year = number(parts.next()?, 4).filter(|y| (1000..=9999).contains(y))?;
    let Some(month) = parts.next() else { return Some(format!("{year:04}")) };
    let month = number(month, 2)?;
    if month == 0 {
        return Some(format!("{year:04}"));
    }
    let month = i8::try_from(month).ok().filter(|m| *m <= 12)?;
    let Some(day) = parts.next() else { return Some(format!("{year:04}-{month:02}")) };
    let day = number(day, 2).and_then(|d| i8::try_from(d).ok())?;
    if parts.next().is_some() {
        return None;
    }
    if day == 0 {
        return Some(format!("{year:04}-{month:02}"));
    }
    let date = Date::new(year, month, day).ok()?;
    let clock: Option<Vec<String>> = time.map(|t| t.trim_end_matches('Z')).map(|t| {
        let seconds = t.split_once(['.', '+']).map_or(t, |(s, _)| s);
        seconds.split(':').map_while(|p| number(p, 2).map(|n| format!("{n:02}"))).take(3).collect()
    });
    match clock {
        Some(parts) if !parts.is_empty() => Some(format!("{date}T{}", parts.join(":"))),
        _ => Some(date.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        dates(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn spellings_of_the_lists_are_read() {
        for (text, expected) in [
            ("1969-12-20", &["1969-12-20"][..]),
            ("1969", &["1969"]),
            ("1969-12", &["1969-12"]),
            ("1969-00-00", &["1969"]),
            ("1.3.1956 or 3.1.1956", &["1956-03-01", "1956-01-03"]),
            ("10 July 1977", &["1977-07-10"]),
            ("Approximately 1966", &["about 1966"]),
            ("1970 circa", &["about 1970"]),
            ("March 1968", &["1968-03"]),
            ("Between 1977 and 1982", &["1977 to 1982"]),
            ("1955 to 1958", &["1955 to 1958"]),
            ("1955-1958", &["1955 to 1958"]),
            ("1963/1964", &["1963", "1964"]),
            ("1972 or 1982", &["1972", "1982"]),
            ("(a) 14.3.1974, (b) 13.4.1974, (c) 1.8.1970", &["1974-03-14", "1974-04-13", "1970-08-01"]),
            ("\"a) 20 Feb. 1962", &["1962-02-20"]),
            ("10 Apr 1960", &["1960-04-10"]),
            ("12/25/1969", &["1969-12-25"]),
            ("December 20, 1969", &["1969-12-20"]),
            ("20th December 1969", &["1969-12-20"]),
            ("19691220", &["1969-12-20"]),
            ("1352 (Iranian Hijri calendar), 1972 or 1973 (Gregorian calendar)", &["1972", "1973"]),
            ("28 September", &[]),
            ("unknown", &[]),
            ("30.2.1970", &["1970"]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_wire_form_is_a_prefix_of_iso_8601() {
        for (text, expected) in [
            ("1965", Some("1965")),
            ("1965-13", None),
            ("20.12.1969", None),
            ("1955-00-00", Some("1955")),
            ("2001-1-5", Some("2001-01-05")),
            ("2001-01-05T10:00:00", Some("2001-01-05T10:00:00")),
            ("Jan 2001", None),
            ("19650921", None),
        ] {
            assert_eq!(wire(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn years_apart_are_counted_between_the_nearest_ends() {
        let range = |text: &str| dates(text)[0];
        assert_eq!(range("1955").years_apart(&range("1955-12-31")), 0);
        assert_eq!(range("1955 to 1958").years_apart(&range("1960")), 2);
        assert!(range("1955").meets(&range("1955-03")));
    }
}
