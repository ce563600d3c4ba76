//! One line of a trade statistic, and the small types that it is made of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tw_base::Country;

/// The other side of a flow as a statistic names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Area {
    /// A country.
    Country(Country),
    /// All countries together: a sum, never to be added to its parts.
    World,
    /// Areas not specified, bunkers, free zones, special categories: a real flow whose partner is not told.
    NotTold,
}

impl Area {
    /// The country, if it is one.
    #[must_use]
    pub fn country(self) -> Option<Country> {
        match self {
            Self::Country(country) => Some(country),
            Self::World | Self::NotTold => None,
        }
    }
}

/// Direction of a flow, seen by its reporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// Goods that came in, goods to be sent on included.
    Import,
    /// Goods that went out, goods from elsewhere included (general exports).
    Export,
    /// Goods of the reporter that came back.
    ReImport,
    /// Goods from elsewhere that went out again: a part of the exports, given apart.
    ReExport,
}

/// What a value includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Valuation {
    /// Cost, insurance and freight to the importer's border.
    Cif,
    /// Free on board at the exporter's border.
    Fob,
    /// The source does not say; by custom imports are CIF and exports FOB (UN, *IMTS 2010*, paragraphs 4.3 and 4.7).
    NotTold,
}

/// Edition of the Harmonized System that a heading belongs to. A heading may change its meaning from one to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edition {
    /// In force from 1988, published as HS 1988/92.
    Hs1992,
    /// In force from 1996.
    Hs1996,
    /// In force from 2002.
    Hs2002,
    /// In force from 2007.
    Hs2007,
    /// In force from 2012.
    Hs2012,
    /// In force from 2017.
    Hs2017,
    /// In force from 2022.
    Hs2022,
    /// The source does not say.
    NotTold,
}

/// A heading of the Harmonized System with its leading zeros: a chapter (2 digits), heading (4) or subheading (6), or national digits
/// behind it (up to 10). No digit at all stands for all goods together.
///
/// ```
/// use tw_trade::Heading;
/// let oil: Heading = "271019".parse()?;
/// assert_eq!(oil.cut(4).to_string(), "2710");
/// assert_eq!("010121".parse::<Heading>()?.to_string(), "010121");
/// assert!("27A0".parse::<Heading>().is_err());
/// # Ok::<(), tw_trade::HeadingError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Heading {
    code: u64,
    digits: u8,
}

/// Why text is no heading.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no heading of the Harmonized System: write 2, 4, 6, 8 or 10 digits with leading zeros, such as `2710`")]
pub struct HeadingError(String);

impl Heading {
    /// All goods together.
    pub const ALL: Self = Self { code: 0, digits: 0 };

    /// A heading by its number and how many digits it has.
    #[must_use]
    pub fn new(code: u64, digits: u8) -> Option<Self> {
        (matches!(digits, 2 | 4 | 6 | 8 | 10) && code < 10_u64.pow(u32::from(digits))).then_some(Self { code, digits })
    }

    /// How many digits it has; 0 for all goods.
    #[must_use]
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// The number without its leading zeros.
    #[must_use]
    pub fn code(self) -> u64 {
        self.code
    }

    /// The heading that it belongs to, of so many digits; itself where it has no more.
    #[must_use]
    pub fn cut(self, digits: u8) -> Self {
        if digits >= self.digits || digits % 2 == 1 {
            return self;
        }
        Self { code: self.code / 10_u64.pow(u32::from(self.digits - digits)), digits }
    }

    /// Whether the other lies within this one.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        other.digits >= self.digits && other.cut(self.digits) == self
    }
}

impl FromStr for Heading {
    type Err = HeadingError;

    fn from_str(text: &str) -> Result<Self, HeadingError> {
        let wrong = || HeadingError(text.chars().take(40).collect());
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let digits = u8::try_from(text.len()).map_err(|_| wrong())?;
        let code = text.parse::<u64>().map_err(|_| wrong())?;
        Self::new(code, digits).ok_or_else(wrong)
    }
}

impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.digits {
            0 => f.write_str("all goods"),
            digits => write!(f, "{:0width$}", self.code, width = usize::from(digits)),
        }
    }
}

impl fmt::Debug for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Heading {
    type Error = HeadingError;

    fn try_from(text: String) -> Result<Self, HeadingError> {
        if text == "all goods" { Ok(Self::ALL) } else { text.parse() }
    }
}

impl From<Heading> for String {
    fn from(heading: Heading) -> Self {
        heading.to_string()
    }
}

/// A month, or a whole year. They are never mixed in one comparison.
///
/// ```
/// use tw_trade::Month;
/// let month: Month = "2018-06".parse()?;
/// assert_eq!((month.year(), month.month()), (2018, Some(6)));
/// assert_eq!("2018".parse::<Month>()?.month(), None);
/// assert_eq!(month.plus(-6).to_string(), "2017-12");
/// # Ok::<(), tw_trade::MonthError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(u32);

/// Why text is no month and no year.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is neither a month nor a year between 1900 and 2199: write `2018-06` or `2018`")]
pub struct MonthError(String);

impl Month {
    /// A whole year, 1900 to 2199.
    #[must_use]
    pub fn whole_year(year: u32) -> Option<Self> {
        (1900..2200).contains(&year).then_some(Self(year * 100))
    }

    /// A month of a year.
    #[must_use]
    pub fn of(year: u32, month: u32) -> Option<Self> {
        ((1900..2200).contains(&year) && (1..=12).contains(&month)).then_some(Self(year * 100 + month))
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u32 {
        self.0 / 100
    }

    /// The month from 1 to 12, or nothing for a whole year.
    #[must_use]
    pub fn month(self) -> Option<u32> {
        Some(self.0 % 100).filter(|month| *month > 0)
    }

    /// So many months later (or earlier); so many years, for a whole year.
    #[must_use]
    pub fn plus(self, steps: i32) -> Self {
        let Some(month) = self.month() else {
            return Self((i64::from(self.year()) + i64::from(steps)).clamp(1900, 2199) as u32 * 100);
        };
        let count = (i64::from(self.year()) * 12 + i64::from(month) - 1 + i64::from(steps)).clamp(1900 * 12, 2200 * 12 - 1) as u32;
        Self(count / 12 * 100 + count % 12 + 1)
    }

    /// Its place on a line of months: neighbours differ by one. A whole year stands with its January.
    #[must_use]
    pub fn index(self) -> u32 {
        self.year() * 12 + self.month().unwrap_or(1) - 1
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let wrong = || MonthError(text.chars().take(40).collect());
        let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
        let (year, month) = match (text.len(), text.is_ascii()) {
            (4, true) => return number(text).and_then(Self::whole_year).ok_or_else(wrong),
            (6, true) => (&text[..4], &text[4..]),
            (7, true) if text.as_bytes()[4] == b'-' => (&text[..4], &text[5..]),
            _ => return Err(wrong()),
        };
        number(year).zip(number(month)).and_then(|(year, month)| Self::of(year, month)).ok_or_else(wrong)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.month() {
            Some(month) => write!(f, "{}-{month:02}", self.year()),
            None => write!(f, "{}", self.year()),
        }
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Month {
    type Error = MonthError;

    fn try_from(text: String) -> Result<Self, MonthError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// A mark that a statistic sets beside a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The mass was estimated by the publisher, not reported.
    MassEstimated,
    /// The value was estimated by the publisher, not reported.
    ValueEstimated,
    /// A sum over others: of headings, partners, transports or customs procedures. Its parts may be in the same file.
    Aggregate,
    /// Withheld as confidential, wholly or in part: a figure that is missing here is not zero.
    Confidential,
    /// The reporter did not send it; the publisher took it from the partner or made it up.
    NotReported,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 5] = [Self::MassEstimated, Self::ValueEstimated, Self::Aggregate, Self::Confidential, Self::NotReported];
}

/// The marks of one report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(u8);

impl Marks {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// These and one more.
    #[must_use]
    pub fn with(self, mark: Mark) -> Self {
        Self(self.0 | 1 << mark as u8)
    }

    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a mark is set.
    #[must_use]
    pub fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u8) != 0
    }
}

/// What one reporter says about one flow of one heading with one partner in one month.
///
/// Figures that were not given are `NAN`, which is not zero; they are never negative. 72 bytes, since ten million of them have to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// Who says it.
    pub reporter: Country,
    /// The other side.
    pub partner: Area,
    /// Direction, seen by the reporter.
    pub flow: Flow,
    /// The goods.
    pub heading: Heading,
    /// Edition of the heading.
    pub edition: Edition,
    /// Month or year of the flow.
    pub month: Month,
    /// Value in US dollars.
    pub usd: f64,
    /// What the value includes.
    pub valuation: Valuation,
    /// Net mass in kilograms.
    pub kg: f64,
    /// Marks that the source set.
    pub marks: Marks,
    /// When this figure was published, as a day `YYYYMMDD`; 0 if not known. A later figure about the same flow is a revision.
    pub published: u32,
    /// Which file it was read from, by the caller's count.
    pub file: u16,
    /// Record within the file (line of a CSV, number of an object in JSON), from 1.
    pub record: u32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_heading_keeps_its_leading_zeros() {
        let horse: Heading = "010121".parse().unwrap();
        assert_eq!((horse.to_string(), horse.cut(2).to_string(), horse.cut(3)), ("010121".to_owned(), "01".to_owned(), horse));
        assert!("01".parse::<Heading>().unwrap().covers(horse));
        assert!(!"0102".parse::<Heading>().unwrap().covers(horse));
        assert!(Heading::ALL.covers(horse));
    }

    #[test]
    fn a_report_is_small() {
        assert!(std::mem::size_of::<Report>() <= 72, "{}", std::mem::size_of::<Report>());
    }

    #[test]
    fn marks_are_kept_apart() {
        let marks = Marks::NONE.with(Mark::Aggregate).with(Mark::Confidential);
        let set: Vec<Mark> = Mark::ALL.into_iter().filter(|mark| marks.has(*mark)).collect();
        assert_eq!(set, [Mark::Aggregate, Mark::Confidential]);
    }

    proptest! {
        #[test]
        fn months_and_headings_never_panic_and_read_back(text in "\\PC{0,12}", digits in "[0-9]{0,12}") {
            for text in [&text, &digits] {
                if let Ok(month) = text.parse::<Month>() {
                    prop_assert_eq!(month.to_string().parse::<Month>(), Ok(month));
                }
                if let Ok(heading) = text.parse::<Heading>() {
                    prop_assert_eq!(heading.to_string(), text.clone());
                }
            }
        }

        #[test]
        fn steps_of_months_add_up(year in 1910u32..2190, month in 1u32..13, a in -60i32..60, b in -60i32..60) {
            let start = Month::of(year, month).unwrap();
            prop_assert_eq!(start.plus(a).plus(b), start.plus(a + b));
            prop_assert_eq!(i64::from(start.plus(a).index()), i64::from(start.index()) + i64::from(a));
        }
    }
}
