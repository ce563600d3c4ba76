//! What is printed: the schema of the gold set.

use serde::{Deserialize, Serialize};

/// What sort of statement a claim is. The first that fits, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimType {
    /// Somebody denies, disputes or gives no answer; or an outlet takes a figure back.
    Denial,
    /// An authority lists or delists somebody, or a name is said not to be listed.
    Designation,
    /// Conduct judged against a rule.
    LegalAssessment,
    /// Two accounts of one flow side by side, or the difference between them.
    TradeGap,
    /// Money earned, paid or sent, or the worth of goods.
    Revenue,
    /// Where ships were, what they declared, transfers at sea, silent transponders.
    Voyage,
    /// The number is the point.
    Quantity,
    /// The rest.
    Event,
}

/// How far the innermost source stands by a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Said without a hedge.
    Asserted,
    /// A figure as declared by a party with a stake, or hearsay.
    Reported,
    /// An estimate or a calculation.
    Estimated,
    /// May, might, could, appears, probably.
    Possible,
    /// The content is denied or taken back.
    Denied,
}

/// Whether the claim says that something is, or that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// It is so.
    Positive,
    /// It is not so.
    Negative,
}

/// How a number bounds what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Exactly.
    #[serde(rename = "=")]
    Equal,
    /// About, some, nearly.
    #[serde(rename = "~")]
    About,
    /// More than.
    #[serde(rename = ">")]
    Over,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Fewer than.
    #[serde(rename = "<")]
    Under,
    /// Up to.
    #[serde(rename = "<=")]
    AtMost,
    /// Between two numbers.
    #[serde(rename = "range")]
    Range,
}

/// A number with its bounds and unit, as in "between $28 and $31 million".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// The words it was read from.
    pub text: String,
    /// Lower bound, in `unit`; none if open below.
    pub low: Option<f64>,
    /// Upper bound, in `unit`; none if open above.
    pub high: Option<f64>,
    /// How the number bounds what it counts.
    pub op: Op,
    /// Unit, as `persons`, `t`, `USD`, `USD/yr`, `percent`; none if the text names none.
    pub unit: Option<String>,
    /// True for dozens, hundreds.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub vague: bool,
    /// First byte in the main text.
    pub byte_start: usize,
    /// Byte after the last.
    pub byte_end: usize,
}

/// When a fact holds: whole days, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// First day; none if open.
    pub from: Option<jiff::civil::Date>,
    /// Last day; none if open.
    pub to: Option<jiff::civil::Date>,
    /// day, week, part-month, month, quarter, season or year.
    pub precision: Precision,
    /// The words it was read from.
    pub text: String,
    /// True if `to` is only the day of the statement.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub asof: bool,
}

/// How fine a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// A day.
    Day,
    /// A week.
    Week,
    /// Early, mid, late in a month.
    PartMonth,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A season.
    Season,
    /// A year.
    Year,
}

/// What sort of thing a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A person.
    Person,
    /// A company, outlet, institute.
    Org,
    /// A government body, a court, an international organisation.
    Gov,
    /// A ship.
    Vessel,
    /// A place.
    Place,
    /// An IMO number.
    Imo,
    /// A law or resolution.
    Law,
}

/// A name in a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// The name as written.
    pub text: String,
    /// What it names.
    pub kind: EntityKind,
    /// `invalid` on an IMO number whose last digit does not check.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check_digit: Option<String>,
    /// First byte in the main text.
    pub byte_start: usize,
    /// Byte after the last.
    pub byte_end: usize,
}

/// One statement that could be checked, with who makes it and how surely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// C01, C02 … within the document.
    pub id: String,
    /// First code point in the main text.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// First byte in the main text.
    pub byte_start: usize,
    /// Byte after the last.
    pub byte_end: usize,
    /// Exactly the text of that span.
    pub quote: String,
    /// What sort of statement it is.
    #[serde(rename = "type")]
    pub kind: ClaimType,
    /// `no_comment` where somebody gave no answer, else the verb found.
    pub predicate: String,
    /// Who says so, outermost first; the publisher is the first link.
    pub attribution: Vec<String>,
    /// How far the innermost source stands by it.
    pub modality: Modality,
    /// Whether it says that something is not so.
    pub polarity: Polarity,
    /// Numbers in the quote.
    pub quantities: Vec<Quantity>,
    /// When the fact holds.
    pub period: Option<When>,
    /// Names in the quote.
    pub entities: Vec<Entity>,
    /// The first source, where this report repeats somebody else's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub origin: Option<String>,
}
