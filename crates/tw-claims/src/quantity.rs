//! Quantities: numbers with operators, shared scales and currencies, units and rates.
//!
//! "$150-$300 million" is 150 to 300 million US dollars: a scale word, a currency or a unit that stands once in a
//! range covers both bounds, unless the bounds would then run backward. Years, dates, ages, ordinals, telephone numbers
//! and identifiers are no quantities.

use crate::model::{Op, Quantity};
use crate::text::{Kind, Lang, Number, Token, language, tokens};
use crate::time;
use crate::units::{self, UnitKind};

/// A quantity among tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// First token, the operator included.
    pub a: usize,
    /// Token after the last.
    pub b: usize,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub op: Op,
    pub unit: Option<String>,
    pub kind: Option<UnitKind>,
    pub vague: bool,
    /// "equal to" was said.
    pub equal: bool,
    /// Written as a word.
    pub worded: bool,
    /// One of two in "from 9.4 to 6.1 metres".
    pub change: bool,
    /// Token after the number, before a counted noun.
    pub bare_end: usize,
}

impl Found {
    pub(crate) fn print(&self, text: &str, tokens: &[Token]) -> Quantity {
        let start = tokens.get(self.a).map_or(0, |t| t.start);
        let end = tokens.get(self.b.saturating_sub(1)).map_or(start, |t| t.end);
        Quantity {
            text: text.get(start..end).unwrap_or("").to_owned(),
            low: self.low,
            high: self.high,
            op: self.op,
            unit: self.unit.clone(),
            vague: self.vague,
            byte_start: start,
            byte_end: end,
        }
    }
}

/// All quantities of a text of any length, without reading claims. The text is split into sentences first.
///
/// ```
/// let found = tw_claims::quantities("It sends between $150-$300 million annually.");
/// assert_eq!((found[0].low, found[0].high), (Some(150e6), Some(300e6)));
/// assert_eq!(found[0].unit.as_deref(), Some("USD/yr"));
/// ```
#[must_use]
pub fn quantities(text: &str) -> Vec<Quantity> {
    let lang = language(text);
    let mut out = Vec::new();
    for (start, end) in crate::text::sentences(text, 0, text.len()) {
        let tokens = tokens(text, start, end, lang);
        let dates = time::find(&tokens, lang, &time::Anchor::none());
        let mut skip = vec![false; tokens.len()];
        for date in dates.iter().filter(|d| d.certain) {
            skip[date.a..date.b].fill(true);
        }
        for found in find(&tokens, text, &skip, lang) {
            out.push(found.print(text, &tokens));
        }
    }
    out
}

const BEFORE: &[(&str, Op)] = &[
    ("greater than or equal to", Op::AtLeast),
    ("bigger than or equal to", Op::AtLeast),
    ("greater or equal than", Op::AtLeast),
    ("bigger or equal than", Op::AtLeast),
    ("larger than or equal to", Op::AtLeast),
    ("at least or equal to", Op::AtLeast),
    ("more than or equal to", Op::AtLeast),
    ("less than or equal to", Op::AtMost),
    ("smaller than or equal to", Op::AtMost),
    ("smaller or equal than", Op::AtMost),
    ("less or equal than", Op::AtMost),
    ("fewer than or equal to", Op::AtMost),
    ("no more than", Op::AtMost),
    ("not more than", Op::AtMost),
    ("no greater than", Op::AtMost),
    ("not exceeding", Op::AtMost),
    ("not exceed", Op::AtMost),
    ("no less than", Op::AtLeast),
    ("not less than", Op::AtLeast),
    ("no fewer than", Op::AtLeast),
    ("not fewer than", Op::AtLeast),
    ("a minimum of", Op::AtLeast),
    ("minimum of", Op::AtLeast),
    ("at a minimum", Op::AtLeast),
    ("at the very least", Op::AtLeast),
    ("at least", Op::AtLeast),
    ("upwards of", Op::AtLeast),
    ("upward of", Op::AtLeast),
    ("a maximum of", Op::AtMost),
    ("maximum of", Op::AtMost),
    ("as many as", Op::AtMost),
    ("as much as", Op::AtMost),
    ("as much", Op::AtMost),
    ("at most", Op::AtMost),
    ("up to", Op::AtMost),
    ("capped at", Op::AtMost),
    ("limited to", Op::AtMost),
    ("well over", Op::Over),
    ("just over", Op::Over),
    ("slightly over", Op::Over),
    ("slightly more than", Op::Over),
    ("more than", Op::Over),
    ("in excess of", Op::Over),
    ("greater than", Op::Over),
    ("bigger than", Op::Over),
    ("larger than", Op::Over),
    ("higher than", Op::Over),
    ("north of", Op::Over),
    ("over", Op::Over),
    ("above", Op::Over),
    ("exceeding", Op::Over),
    ("exceeds", Op::Over),
    ("exceeded", Op::Over),
    ("exceed", Op::Over),
    ("surpassing", Op::Over),
    ("surpassed", Op::Over),
    ("topped", Op::Over),
    ("topping", Op::Over),
    ("just under", Op::Under),
    ("well under", Op::Under),
    ("less than", Op::Under),
    ("fewer than", Op::Under),
    ("smaller than", Op::Under),
    ("lower than", Op::Under),
    ("under", Op::Under),
    ("below", Op::Under),
    ("about", Op::About),
    ("around", Op::About),
    ("roughly", Op::About),
    ("some", Op::About),
    ("nearly", Op::About),
    ("almost", Op::About),
    ("approximately", Op::About),
    ("approx", Op::About),
    ("circa", Op::About),
    ("perhaps", Op::About),
    ("maybe", Op::About),
    ("close to", Op::About),
    ("an estimated", Op::About),
    ("in the region of", Op::About),
    ("on the order of", Op::About),
    ("equal to", Op::Equal),
    ("equals to", Op::Equal),
    ("equaling to", Op::Equal),
    ("equalling", Op::Equal),
    (">=", Op::AtLeast),
    ("<=", Op::AtMost),
    (">", Op::Over),
    ("<", Op::Under),
    ("не менее чем", Op::AtLeast),
    ("не менее", Op::AtLeast),
    ("не меньше", Op::AtLeast),
    ("по меньшей мере", Op::AtLeast),
    ("как минимум", Op::AtLeast),
    ("минимум", Op::AtLeast),
    ("не более чем", Op::AtMost),
    ("не более", Op::AtMost),
    ("не больше", Op::AtMost),
    ("максимум", Op::AtMost),
    ("ограничены", Op::AtMost),
    ("ограничен", Op::AtMost),
    ("ограничена", Op::AtMost),
    ("ограничено", Op::AtMost),
    ("не превышает", Op::AtMost),
    ("превышает", Op::Over),
    ("превысил", Op::Over),
    ("превысила", Op::Over),
    ("до", Op::AtMost),
    ("более чем", Op::Over),
    ("более", Op::Over),
    ("больше", Op::Over),
    ("свыше", Op::Over),
    ("менее чем", Op::Under),
    ("менее", Op::Under),
    ("меньше", Op::Under),
    ("около", Op::About),
    ("примерно", Op::About),
    ("приблизительно", Op::About),
    ("порядка", Op::About),
    ("почти", Op::About),
    ("최소한", Op::AtLeast),
    ("최소", Op::AtLeast),
    ("적어도", Op::AtLeast),
    ("최대", Op::AtMost),
    ("많게는", Op::AtMost),
    ("약", Op::About),
    ("대략", Op::About),
    ("거의", Op::About),
];

const AFTER: &[(&str, Op)] = &[
    ("or more than", Op::AtLeast),
    ("or more", Op::AtLeast),
    ("or above", Op::AtLeast),
    ("or greater", Op::AtLeast),
    ("at least", Op::AtLeast),
    ("or fewer", Op::AtMost),
    ("or less", Op::AtMost),
    ("or below", Op::AtMost),
    ("at most", Op::AtMost),
    ("or so", Op::About),
    ("이상", Op::AtLeast),
    ("넘게", Op::Over),
    ("넘는", Op::Over),
    ("초과", Op::Over),
    ("이하", Op::AtMost),
    ("미만", Op::Under),
    ("가량", Op::About),
    ("정도", Op::About),
    ("안팎", Op::About),
];

/// Words after which a bare number is an identifier.
const NUMBERED: &[&str] = &[
    "imo",
    "mmsi",
    "no",
    "nos",
    "№",
    "#",
    "number",
    "resolution",
    "resolutions",
    "para",
    "paragraph",
    "paragraphs",
    "article",
    "articles",
    "section",
    "page",
    "pages",
    "chapter",
    "heading",
    "headings",
    "hs",
    "code",
    "codes",
    "act",
    "order",
    "rule",
    "annex",
    "case",
    "flight",
    "room",
    "version",
    "pier",
    "berth",
    "terminal",
    "tel",
    "line",
    "inn",
    "ogrn",
    "phase",
    "part",
    "item",
    "резолюция",
    "резолюции",
    "резолюцией",
    "резолюцию",
    "статья",
    "статьи",
    "пункт",
    "пункта",
    "номер",
    "결의",
    "제",
    "version",
    "level",
    "highway",
    "exit",
    "route",
    "model",
];

/// Words that end a noun phrase.
const STOPS: &[&str] = &[
    "of",
    "in",
    "to",
    "on",
    "at",
    "for",
    "from",
    "with",
    "by",
    "and",
    "or",
    "but",
    "that",
    "which",
    "who",
    "while",
    "as",
    "than",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "will",
    "would",
    "could",
    "may",
    "might",
    "since",
    "between",
    "after",
    "before",
    "during",
    "through",
    "into",
    "over",
    "under",
    "about",
    "against",
    "because",
    "when",
    "where",
    "if",
    "so",
    "a",
    "an",
    "the",
    "its",
    "their",
    "his",
    "her",
    "per",
    "off",
    "near",
    "said",
    "did",
    "do",
    "does",
    "not",
    "up",
    "down",
    "each",
    "every",
    "bound",
    "carrying",
    "using",
    "sold",
    "worth",
    "earlier",
    "later",
    "ago",
    "в",
    "на",
    "из",
    "и",
    "по",
    "для",
    "с",
    "к",
    "от",
    "до",
    "за",
    "о",
    "об",
    "или",
    "что",
    "который",
    "которые",
];

struct Parser<'a> {
    t: &'a [Token],
    text: &'a str,
    skip: &'a [bool],
    lang: Lang,
}

#[derive(Clone, Debug)]
struct Amount {
    b: usize,
    raw: f64,
    value: f64,
    scale: f64,
    unit: Option<(String, UnitKind)>,
    vague: bool,
    worded: bool,
    number: Option<Number>,
}

/// Finds the quantities among tokens; those marked in `skip` belong to dates.
pub(crate) fn find(t: &[Token], text: &str, skip: &[bool], lang: Lang) -> Vec<Found> {
    let parser = Parser { t, text, skip, lang };
    let mut out: Vec<Found> = Vec::new();
    let mut i = 0;
    while i < t.len() {
        let Some((mut found, second)) = parser.quantity(i) else {
            i += 1;
            continue;
        };
        i = second.as_ref().map_or(found.b, |s| s.b).max(i + 1);
        if let Some(last) = out.last_mut()
            && merge(last, &found, t)
        {
            continue;
        }
        if found.vague && found.op == Op::Equal {
            found.op = Op::AtLeast;
            found.high = None;
        }
        out.push(found);
        out.extend(second);
    }
    out
}

/// "greater than 100 and smaller than 300" is one range.
fn merge(last: &mut Found, next: &Found, t: &[Token]) -> bool {
    let joined = next.a == last.b + 1 && t.get(last.b).is_some_and(|t| t.is("and"));
    if !joined || last.unit.is_some() || last.op == Op::Range {
        return false;
    }
    let lower = |o: Op| matches!(o, Op::Over | Op::AtLeast);
    let upper = |o: Op| matches!(o, Op::Under | Op::AtMost);
    let (low, high) = if lower(last.op) && upper(next.op) {
        (last.low, next.high)
    } else if upper(last.op) && lower(next.op) {
        (next.low, last.high)
    } else {
        return false;
    };
    let (Some(l), Some(h)) = (low, high) else { return false };
    if l >= h {
        return false;
    }
    (last.low, last.high, last.op, last.b) = (low, high, Op::Range, next.b);
    (last.unit, last.kind) = (next.unit.clone(), next.kind);
    true
}

impl Parser<'_> {
    fn low(&self, i: usize) -> &str {
        self.t.get(i).map_or("", |t| t.low.as_str())
    }

    fn spaced(&self, i: usize) -> bool {
        self.t.get(i).is_none_or(|t| t.spaced)
    }

    fn raw(&self, i: usize) -> &str {
        self.t.get(i).and_then(|t| self.text.get(t.start..t.end)).unwrap_or("")
    }

    /// The token after a phrase of words that begins at `i`.
    fn phrase(&self, i: usize, phrase: &str) -> Option<usize> {
        let low = self.t.get(i)?.low.as_bytes();
        if low.first() != phrase.as_bytes().first() {
            return None;
        }
        let mut at = i;
        for word in phrase.split(' ') {
            if self.low(at) != word {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    fn operator(&self, i: usize) -> Option<(Op, usize)> {
        let found = BEFORE.iter().find_map(|(p, op)| self.phrase(i, p).map(|next| (*op, next)));
        // "which would add up to $4 billion".
        let sum = i > 0 && self.low(i) == "up" && matches!(self.low(i - 1), "add" | "adds" | "added" | "adding");
        found.filter(|_| !sum)
    }

    fn quantity(&self, i: usize) -> Option<(Found, Option<Found>)> {
        if self.skip.get(i).copied().unwrap_or(true) {
            return None;
        }
        let start = i;
        let (mut op, mut at, mut between, mut from) = (None, i, false, false);
        // "well over", "some $", "a total of about": one operator, or two of which the first bounds.
        while let Some((found, next)) = self.operator(at) {
            if op.is_none() || op == Some(Op::About) {
                op = Some(found);
            }
            at = next;
            if self.low(at) == "\"" {
                at += 1;
            }
        }
        if matches!(self.low(at), "between" | "from" | "от" | "с") {
            between = self.low(at) == "between";
            from = !between;
            at += 1;
        }
        if let Some(found) = self.share(start, at, op) {
            return Some((found, None));
        }
        let first = self.amount(at)?;
        if self.skip.get(at..first.b).is_some_and(|s| s.contains(&true)) {
            return None;
        }
        if let Some(pair) = self.range(start, &first, op, between, from) {
            return Some(pair);
        }
        if (between || from) && op.is_none() {
            // Not a range: the number is read again without the word before it.
            return self.quantity(at);
        }
        let equal = op == Some(Op::Equal) && at > start;
        if self.rejected(at, &first, op.is_some(), false) {
            return None;
        }
        self.finish(start, first, op, equal).map(|f| (f, None))
    }

    /// Adds noun, rate and the operator behind, and gives the bounds.
    fn finish(&self, start: usize, amount: Amount, op: Option<Op>, equal: bool) -> Option<Found> {
        let mut op = op;
        let mut b = amount.b;
        let bare_end = b;
        let mut unit = amount.unit.clone();
        if let Some((after, next)) = self.after(b) {
            (op, b) = (Some(after), next);
        }
        if unit.is_none()
            && let Some((noun, next)) = self.noun(b)
        {
            unit = Some((noun.to_owned(), UnitKind::Count));
            b = next;
            if let Some((after, next)) = self.after(b) {
                (op, b) = (Some(after), next);
            }
        }
        // "17 transfers, up from six in the first": the unit stands before.
        let behind = matches!(self.low(b), "in" | "," | "." | "" | "last" | "a" | "the" | "to" | "at");
        let of_them = self.low(b) == "of" && matches!(self.low(b + 1), "them" | "those" | "these") && amount.value > 1.0;
        let compared = of_them || start > 0 && behind && matches!(self.low(start - 1), "from" | "against" | "than");
        if amount.worded && unit.is_none() && op.is_none() && !amount.vague && !compared {
            return None;
        }
        if amount.worded && amount.value == 1.0 && unit.as_ref().is_none_or(|u| matches!(u.1, UnitKind::Count | UnitKind::Duration)) {
            return None;
        }
        if let Some(o) = op
            && self.low(b) == "or"
            && self.low(b + 1) == "equal"
        {
            op = Some(match o {
                Op::Over => Op::AtLeast,
                Op::Under => Op::AtMost,
                other => other,
            });
            b += 2;
            if self.low(b) == "to" {
                b += 1;
            }
        }
        let (unit, kind, b) = self.rate(unit, b);
        let op = op.unwrap_or(Op::Equal);
        let (low, high) = bounds(op, rounded(amount.value));
        Some(Found { a: start, b, low, high, op, unit, kind, vague: amount.vague, equal, worded: amount.worded, change: false, bare_end })
    }

    fn after(&self, i: usize) -> Option<(Op, usize)> {
        for (phrase, op) in AFTER {
            if self.lang == Lang::Ko {
                if self.low(i).starts_with(phrase) && self.t.get(i).is_some_and(Token::is_word) {
                    return Some((*op, i + 1));
                }
                continue;
            }
            if let Some(next) = self.phrase(i, phrase) {
                // "or less than 5000" begins another quantity.
                let another =
                    matches!(self.low(next), "than") || phrase.ends_with("than") && self.t.get(next).is_some_and(|t| t.number().is_some());
                let taken = phrase.starts_with("at ") && self.t.get(next).is_some_and(|t| t.number().is_some() || !t.kind.eq(&Kind::Mark));
                if !another && !taken {
                    return Some((*op, next));
                }
            }
        }
        None
    }

    /// A range: two amounts with a connector, sharing what stands once. Or a change "from 9.4 to 6.1 metres".
    fn range(&self, start: usize, first: &Amount, op: Option<Op>, between: bool, from: bool) -> Option<(Found, Option<Found>)> {
        let c = first.b;
        let connector = self.low(c);
        let dash = connector == "-" || connector == "~";
        let next = match connector {
            "-" | "~" | "to" | "through" | "until" | "till" => c + 1,
            "and" if between => c + 1,
            "и" if between => c + 1,
            "до" if from || self.lang == Lang::Ru => c + 1,
            _ if self.lang == Lang::Ko && connector.starts_with("에서") => c + 1,
            _ => return None,
        };
        // "fell by 1,150 to 3,480" is a difference and what is left.
        if connector == "to" && start > 0 && self.low(start - 1) == "by" && self.changes(start) {
            return None;
        }
        if dash && self.spaced(c) != self.spaced(next) {
            return None;
        }
        if self.skip.get(next).copied().unwrap_or(true) {
            return None;
        }
        let mut second = self.amount(next)?;
        if self.skip.get(next..second.b).is_some_and(|s| s.contains(&true)) {
            return None;
        }
        if dash && (self.low(second.b) == "-" && self.t.get(second.b + 1).is_some_and(|t| t.number().is_some())) {
            return None;
        }
        let year = |a: &Amount| a.unit.is_none() && a.scale == 1.0 && a.number.is_some_and(|n| !n.formatted && n.digits == 4);
        if dash && year(first) && second.number.is_some_and(|n| n.digits <= 2) && !between {
            return None;
        }
        if let (Some(a), Some(b)) = (&first.unit, &second.unit)
            && a.0 != b.0
        {
            return None;
        }
        let mut b = second.b;
        let noun = if second.unit.is_none() { self.noun(b) } else { None };
        if first.unit.is_some() && noun.is_some() && !between {
            return None;
        }
        let unit = second.unit.take().or_else(|| first.unit.clone());
        let mut unit = unit.or_else(|| noun.map(|(n, _)| (n.to_owned(), UnitKind::Count)));
        if let Some((_, next)) = noun.filter(|_| unit.as_ref().is_some_and(|u| u.1 == UnitKind::Count)) {
            b = next;
        }
        let mut low = rounded(first.value);
        let high = rounded(second.value);
        if first.scale == 1.0 && second.scale > 1.0 && first.raw <= second.raw {
            low = rounded(first.raw * second.scale);
        }
        let changing = from && self.changes(start);
        if changing && connector != "-" {
            if first.unit.is_none() && unit.is_none() {
                unit = None;
            }
            let (unit, kind, b) = self.rate(unit, b);
            let one = |a: usize, b: usize, value: f64| Found {
                a,
                b,
                low: Some(value),
                high: Some(value),
                op: Op::Equal,
                unit: unit.clone(),
                kind,
                vague: false,
                equal: false,
                worded: false,
                change: true,
                bare_end: b,
            };
            let a = if from { start + 1 } else { start };
            return Some((one(a, first.b, low), Some(one(next, b, high))));
        }
        if low >= high || self.rejected(start + usize::from(between || from), first, op.is_some() || between || unit.is_some(), true) {
            return None;
        }
        if let Some((_, next)) = self.after(b) {
            b = next;
        }
        let (unit, kind, b) = self.rate(unit, b);
        let found = Found {
            a: start,
            b,
            low: Some(low),
            high: Some(high),
            op: Op::Range,
            unit,
            kind,
            vague: false,
            equal: false,
            worded: first.worded,
            change: false,
            bare_end: second.b,
        };
        Some((found, None))
    }

    /// A verb of change stands shortly before.
    fn changes(&self, i: usize) -> bool {
        (i.saturating_sub(4)..i).any(|j| {
            let low = self.low(j);
            matches!(
                low,
                "changed"
                    | "fell"
                    | "rose"
                    | "dropped"
                    | "cut"
                    | "increased"
                    | "grew"
                    | "jumped"
                    | "declined"
                    | "went"
                    | "reduced"
                    | "raised"
                    | "lowered"
                    | "fallen"
                    | "risen"
                    | "grown"
                    | "slid"
                    | "shrank"
                    | "shrunk"
                    | "climbed"
                    | "decreased"
                    | "doubled"
                    | "up"
                    | "down"
                    | "changing"
                    | "falling"
                    | "rising"
                    | "dropping"
                    | "corrected"
                    | "revised"
                    | "swung"
                    | "soared"
                    | "plunged"
                    | "deepened"
            ) || low.starts_with("вырос")
                || low.starts_with("снизил")
                || low.starts_with("сократил")
                || low.starts_with("увеличил")
                || low.starts_with("изменил")
                || low.starts_with("упал")
        })
    }

    /// Whether a number that begins at `i` is an identifier, an age, an ordinal, a time or a telephone number.
    fn rejected(&self, i: usize, amount: &Amount, marked: bool, range: bool) -> bool {
        let b = amount.b;
        let before = i.checked_sub(1).map_or("", |j| self.low(j));
        if i > 0 && before == "-" && !self.spaced(i) && !self.spaced(i - 1) {
            return i > 1;
        }
        if before == "+" && !self.spaced(i) || before == "#" || before == "№" || matches!(before, "=>") {
            return true;
        }
        // A chain of numbers and hyphens is a telephone number or a date.
        if i > 1 && before == "-" && !self.spaced(i - 1) && self.t[i - 2].number().is_some() {
            return true;
        }
        if amount.unit.is_some() {
            return false;
        }
        let after = self.low(b);
        let glued = !self.spaced(b);
        if glued && matches!(after, "st" | "nd" | "rd" | "th" | "am" | "pm" | "s") || matches!(after, "am" | "pm" | "a.m" | "p.m") {
            return true;
        }
        if glued && (after == ":" || after == "-" && !range) && self.t.get(b + 1).is_some_and(|t| t.number().is_some() && !t.spaced) {
            return true;
        }
        if i > 0 && before == ":" && !self.spaced(i) && i > 1 && self.t[i - 2].number().is_some() {
            return true;
        }
        // Letters run on: part numbers.
        if glued && self.t.get(b).is_some_and(Token::is_word) && amount.number.is_some() && self.lang != Lang::Ko {
            return true;
        }
        if amount.number.is_some() && glued && after == "-" && !range && self.t.get(b + 1).is_some_and(|t| t.is_word() && !t.spaced) {
            // "58-year-old", "50-percent" is read elsewhere.
            return true;
        }
        let numbered = |j: usize| NUMBERED.contains(&self.low(j));
        if i > 0 && (numbered(i - 1) || before == "." && i > 1 && numbered(i - 2)) {
            return true;
        }
        if marked {
            return false;
        }
        let Some(number) = amount.number else { return false };
        // IMO, MMSI and other numbers of many digits without separators.
        if !number.formatted && number.digits >= 7 && amount.scale == 1.0 && self.noun(b).is_none() {
            return true;
        }
        let year = !number.formatted && number.digits == 4 && (1900.0..2100.0).contains(&number.value) && amount.scale == 1.0;
        if year {
            let dated = matches!(
                before,
                "in" | "since"
                    | "of"
                    | "by"
                    | "until"
                    | "before"
                    | "after"
                    | "from"
                    | "year"
                    | "for"
                    | "the"
                    | "a"
                    | "в"
                    | "за"
                    | "с"
                    | "на"
            );
            let noun = self.t.get(b).is_some_and(|t| units::counted(&t.low).is_some());
            if dated || !noun {
                return true;
            }
        }
        // "the 1718 Committee".
        if !number.formatted && number.digits == 4 && self.t.get(b).is_some_and(|t| t.cap && t.is_word()) && self.noun(b).is_none() {
            return true;
        }
        let small = !number.formatted && number.digits <= 3;
        let plain_age = small && number.digits == 2 && before == "," && matches!(after, "," | ")");
        // "a Singaporean of 44, told …".
        let age_of = small
            && number.digits == 2
            && before == "of"
            && after == ","
            && i > 1
            && (self.t[i - 2].cap || units::counted(self.low(i - 2)) == Some("persons"));
        if plain_age || age_of || matches!(before, "aged" | "age") {
            return true;
        }
        // "Hae Rang 7": a name with a number, where no unit follows.
        let named = i > 0 && self.t[i - 1].cap && self.t[i - 1].is_word() && !sentence_word(before) && i > 1;
        if named && small && self.noun(b).is_none() {
            return true;
        }
        let listed = matches!(before, "." | "") && after == "." || after == ")" && before != "(" && small && i == 0;
        listed && small
    }

    /// The noun counted, up to six words on, and the token after it.
    fn noun(&self, b: usize) -> Option<(&'static str, usize)> {
        if self.lang == Lang::Ko {
            return None;
        }
        let mut at = b;
        if self.low(at) == "of" && matches!(self.low(at + 1), "the" | "its" | "their" | "his" | "her" | "these" | "those" | "our") {
            at += 2;
        }
        if self.low(at) == "\"" {
            at += 1;
            if self.low(at) == "of" {
                at += 1;
            }
        }
        let mut found: Option<(&'static str, usize)> = None;
        for j in at..(at + 7).min(self.t.len()) {
            let token = &self.t[j];
            let low = token.low.as_str();
            if token.kind == Kind::Mark {
                if low == "-" && !token.spaced {
                    continue;
                }
                break;
            }
            if token.number().is_some() || STOPS.contains(&low) || self.skip.get(j).copied().unwrap_or(true) {
                break;
            }
            // "ship-to-ship transfers".
            if low == "ship" && self.low(j + 1) == "-" && self.low(j + 2) == "to" {
                let next = j + 5;
                let transfers = units::counted(self.low(next)).is_some() && next < self.t.len();
                return if transfers { Some(("transfers", next + 1)) } else { None };
            }
            let unit = match (low, j.checked_sub(1).map_or("", |k| self.low(k))) {
                ("cars" | "car", "tank" | "rail" | "railway") => Some("wagons"),
                ("calls" | "call", previous)
                    if previous != "port" && !(j == at && matches!(self.low(j + 1), "by" | "at" | "in" | "to")) =>
                {
                    None
                }
                ("carriers", _) if found.is_none() && j == at => None,
                ("time" | "times", _) if j != at => None,
                _ => units::counted(low),
            };
            let unit = unit.or_else(|| (found.is_none() && units::person_noun(low)).then_some("persons"));
            match unit {
                Some(unit) => found = Some((unit, j + 1)),
                None if found.is_some() => break,
                None => {}
            }
        }
        found
    }

    /// "a year", "per month", "/day", "a barrel" after a unit, or "annually" later in the clause for money.
    fn rate(&self, unit: Option<(String, UnitKind)>, b: usize) -> (Option<String>, Option<UnitKind>, usize) {
        let Some((unit, kind)) = unit else { return (None, None, b) };
        let with = |rate: &str, next: usize| (Some(format!("{unit}/{rate}")), Some(kind), next);
        let word = self.low(b);
        if matches!(word, "a" | "an" | "per" | "each" | "every" | "/" | "в") {
            let compact = word == "/" && !self.spaced(b);
            if let Some(rate) = units::per(self.low(b + 1)).filter(|_| word != "/" || compact) {
                // "in a day" is no rate; "permits a month" is.
                return with(rate, b + 2);
            }
        }
        if word == "-" && self.low(b + 1) == "a" && self.low(b + 2) == "-" {
            return (Some(unit), Some(kind), b);
        }
        match word {
            "annually" | "yearly" => return with("yr", b + 1),
            "monthly" => return with("month", b + 1),
            "daily" => return with("day", b + 1),
            "weekly" => return with("week", b + 1),
            _ => {}
        }
        if kind == UnitKind::Money && !unit.contains('/') {
            let near = (b.saturating_sub(12)..(b + 6).min(self.t.len())).find_map(|j| match self.low(j) {
                "annually" | "ежегодно" | "해마다" | "매년" | "연간" => Some("yr"),
                "ежемесячно" | "매달" | "매월" => Some("month"),
                _ => None,
            });
            if let Some(rate) = near {
                return with(rate, b);
            }
        }
        (Some(unit), Some(kind), b)
    }

    /// Shares in words: half, a third, two-thirds, as percent.
    fn share(&self, start: usize, at: usize, op: Option<Op>) -> Option<Found> {
        let (n, d, mut next) = self.fraction(at)?;
        // "half a million", "a quarter million" are numbers.
        if scale(self.low(next)).is_some() || self.low(next) == "a" || self.low(next) == "-" && !self.spaced(next) {
            return None;
        }
        let value = (n / d * 10_000.0).round() / 100.0;
        let mut op = op;
        if let Some((after, b)) = self.after(next) {
            (op, next) = (Some(after), b);
        }
        let half = d == 2.0 && self.lang == Lang::En;
        let follows = matches!(self.low(next), "of" | "the" | "its" | "their" | "all" | "those");
        let marked = op.is_some() || matches!(start.checked_sub(1).map_or("", |j| self.low(j)), "by" | "only");
        if half && !follows && !marked {
            return None;
        }
        let another = self.t.get(next).is_some_and(|t| t.is_word() && !STOPS.contains(&t.low.as_str()));
        // "A third, Example Trust, would only say": an ordinal.
        let ordinal = start == 0 && self.low(next) == ",";
        if self.lang == Lang::En && !half && n == 1.0 && !marked && (another || ordinal) {
            return None;
        }
        let op = op.unwrap_or(Op::Equal);
        let (low, high) = bounds(op, value);
        Some(Found {
            a: start,
            b: next,
            low,
            high,
            op,
            unit: Some("percent".to_owned()),
            kind: Some(UnitKind::Percent),
            vague: false,
            equal: false,
            worded: true,
            change: false,
            bare_end: next,
        })
    }

    fn fraction(&self, i: usize) -> Option<(f64, f64, usize)> {
        let low = self.low(i);
        match self.lang {
            Lang::Ko => {
                if low.starts_with("절반") {
                    return Some((1.0, 2.0, i + 1));
                }
                let d = self.t.get(i)?.number()?.value;
                let n = self.t.get(i + 2)?.number()?.value;
                return (self.low(i + 1) == "분의" && d > 1.0).then_some((n, d, i + 3));
            }
            Lang::Ru => {
                let many = match low {
                    "две" => 2.0,
                    "три" => 3.0,
                    _ => 1.0,
                };
                let at = i + usize::from(many > 1.0);
                let word = self.low(at);
                let d = match word {
                    "треть" | "трети" => 3.0,
                    "четверть" | "четверти" => 4.0,
                    _ if word.starts_with("половин") => 2.0,
                    _ => return None,
                };
                return Some((many, d, at + 1));
            }
            Lang::En => {}
        }
        if low == "half" {
            return Some((1.0, 2.0, i + 1));
        }
        let (n, mut at) = match low {
            "a" | "one" => (1.0, i + 1),
            _ => (small(low).filter(|v| (2.0..10.0).contains(v))?, i + 1),
        };
        if self.low(at) == "-" {
            at += 1;
        }
        let d = denominator(self.low(at), n > 1.0)?;
        Some((n, d, at + 1))
    }

    /// An amount: currency, number, scale, currency or measure.
    fn amount(&self, i: usize) -> Option<Amount> {
        let mut at = i;
        let mut unit: Option<(String, UnitKind)> = None;
        let mut million = 1.0;
        let money = |code: &str| Some((code.to_owned(), UnitKind::Money));
        if let Some(code) = units::sign(self.low(at)) {
            unit = money(code);
            at += 1;
        } else if self.low(at + 1) == "$"
            && let Some(code) = units::dollar_of(self.low(at))
            && (!self.spaced(at + 1) || matches!(self.low(at), "us" | "u.s." | "c"))
        {
            unit = money(code);
            at += 2;
        } else if self.t.get(at + 1).is_some_and(|t| t.number().is_some()) && self.t.get(at).is_some_and(Token::is_word) {
            let upper = self.raw(at).chars().all(|c| c.is_uppercase());
            let after_number = at > 0 && self.t[at - 1].number().is_some();
            if let Some(code) = units::code(self.low(at)).filter(|_| upper && !after_number) {
                unit = money(code);
                at += 1;
            } else if let Some(code) = units::million_code(self.low(at)).filter(|_| upper) {
                unit = money(code);
                million = 1e6;
                at += 1;
            } else if matches!(self.low(at), "dollar" | "sen" | "rs") && !after_number {
                unit = units::currency(None, self.low(at)).and_then(money);
                at += 1;
            }
        }
        // "USD115" is one word to the tokenizer.
        if unit.is_none()
            && let Some(glued) = self.glued(at)
        {
            return Some(glued);
        }
        let mut sign = 1.0;
        let opens = |j: usize| j == 0 || !(self.t[j - 1].is_word() || self.t[j - 1].number().is_some()) || self.spaced(j);
        if matches!(self.low(at), "negative" | "minus") || self.low(at) == "-" && !self.spaced(at + 1) && opens(at) {
            sign = -1.0;
            at += 1;
        }
        let mut amount = self.cardinal(at, unit.is_some())?;
        amount.raw *= sign;
        amount.value *= sign * million;
        if unit.is_some() {
            amount.unit = unit;
        }
        if amount.unit.is_none() || amount.unit.as_ref().is_some_and(|u| u.1 == UnitKind::Money) {
            self.unit_after(&mut amount);
        }
        Some(amount)
    }

    fn glued(&self, at: usize) -> Option<Amount> {
        let low = self.low(at);
        let letters = low.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters != 3 || low.len() == letters || low.len() > 15 {
            return None;
        }
        let code = units::code(&low[..letters])?;
        let value: f64 = low[letters..].parse().ok()?;
        let unit = Some((code.to_owned(), UnitKind::Money));
        Some(Amount { b: at + 1, raw: value, value, scale: 1.0, unit, vague: false, worded: false, number: None })
    }

    fn cardinal(&self, i: usize, money: bool) -> Option<Amount> {
        let token = self.t.get(i)?;
        let mut amount =
            Amount { b: i + 1, raw: 0.0, value: 0.0, scale: 1.0, unit: None, vague: false, worded: false, number: token.number() };
        if let Some(number) = token.number() {
            if self.lang == Lang::Ko {
                return self.korean_cardinal(i, amount);
            }
            amount.raw = number.value;
            self.fraction_digits(&mut amount);
            self.scales(&mut amount, money);
            amount.value = amount.raw * amount.scale;
            self.and_a_half(&mut amount);
            return Some(amount);
        }
        amount.worded = true;
        if self.lang == Lang::Ko {
            let value = korean_small(&token.low)?;
            let (unit, kind, _) = self.t.get(i + 1).filter(|t| t.is_word()).and_then(|t| units::korean(&t.low))?;
            return Some(Amount { b: i + 2, raw: value, value, unit: Some((unit.to_owned(), kind)), ..amount });
        }
        if let Some((value, next)) = self.vague(i) {
            if self.low(next) == "of"
                && let Some(code) = units::currency(None, self.low(next + 1))
            {
                let unit = Some((code.to_owned(), UnitKind::Money));
                return Some(Amount { b: next + 2, raw: value, value, vague: true, unit, ..amount });
            }
            return Some(Amount { b: next, raw: value, value, vague: true, ..amount });
        }
        // Half a million, a quarter million, three quarters billion.
        if let Some((n, d, next)) = self.fraction(i).or_else(|| (self.low(i) == "quarter").then_some((1.0, 4.0, i + 1))) {
            let article = usize::from(self.low(next) == "a");
            let s = scale(self.low(next + article)).filter(|s| *s >= 12.0)?;
            let value = n / d * s;
            return Some(Amount { b: next + article + 1, raw: n / d, value, scale: s, ..amount });
        }
        let (value, scaled, next) = self.words(i)?;
        amount.raw = value / scaled;
        amount.scale = scaled;
        amount.value = value;
        amount.b = next;
        self.and_a_half(&mut amount);
        Some(amount)
    }

    /// "Two and a half million", "a million and a half": the part counts in the last scale before it.
    fn and_a_half(&self, amount: &mut Amount) {
        let b = amount.b;
        let part = match self.low(b + 2) {
            "half" => 0.5,
            "quarter" => 0.25,
            _ => return,
        };
        // "a million and a half million" is a sum of two, which nobody writes.
        let scaled = scale(self.low(b + 3)).filter(|s| *s >= 1e3);
        if self.lang != Lang::En || self.low(b) != "and" || self.low(b + 1) != "a" || scaled.is_some() && amount.scale > 1.0 {
            return;
        }
        amount.raw += part;
        amount.scale *= scaled.unwrap_or(1.0);
        amount.value = amount.raw * amount.scale;
        amount.b = b + 3 + usize::from(scaled.is_some());
    }

    /// "1/2" and "10 1/2".
    fn fraction_digits(&self, amount: &mut Amount) {
        let value = |j: usize| self.t.get(j).and_then(Token::number);
        let glyph = |j: usize| value(j).filter(|n| n.value < 1.0 && n.digits == 1 && self.low(j).chars().all(|c| !c.is_ascii_digit()));
        let b = amount.b;
        if self.low(b) == "/" && !self.spaced(b) && !self.spaced(b + 1) {
            if let Some(d) = value(b + 1).filter(|d| d.value > 0.0) {
                amount.raw /= d.value;
                amount.b = b + 2;
            }
        } else if let Some(part) = glyph(b) {
            amount.raw += part.value;
            amount.b = b + 1;
        } else if let (Some(n), Some(d)) = (value(b), value(b + 2).filter(|d| d.value > 0.0))
            && self.low(b + 1) == "/"
            && !self.spaced(b + 1)
            && n.value < d.value
        {
            amount.raw += n.value / d.value;
            amount.b = b + 3;
        }
    }

    /// Scale words and letters after digits.
    fn scales(&self, amount: &mut Amount, money: bool) {
        loop {
            let low = self.low(amount.b);
            let glued = !self.spaced(amount.b);
            let currency_next = units::currency(None, self.low(amount.b + 1)).is_some() || units::counted(self.low(amount.b + 1)).is_some();
            let factor = match low {
                "bn" | "mln" | "mn" | "trn" | "tn" | "mio" => scale(low),
                "k" | "m" | "b" if glued && (money || currency_next && self.raw(amount.b) != "m" || low == "k") => scale(low),
                "k" | "m" | "b" => None,
                "mil" if glued => Some(1e6),
                "quarter" | "dozen" if glued => None,
                _ => scale(low),
            };
            let Some(factor) = factor.filter(|_| amount.scale * 1e3 < 1e16) else { return };
            amount.scale *= factor;
            amount.b += 1;
            // "тыс. тонн".
            if self.low(amount.b) == "." && self.lang == Lang::Ru && self.t.get(amount.b + 1).is_some_and(|t| !t.cap) {
                amount.b += 1;
            }
        }
    }

    fn korean_cardinal(&self, i: usize, mut amount: Amount) -> Option<Amount> {
        let (mut total, mut section) = (0.0, 0.0);
        let mut at = i;
        let mut rest = None;
        let mut first_raw = None;
        let mut top = 1.0;
        while let Some(number) = self.t.get(at).and_then(Token::number) {
            let mut small = 1.0;
            let mut big = 1.0;
            let mut used = 0;
            let word = if self.spaced(at + 1) && !matches!(self.low(at + 1).chars().next(), Some('만' | '억' | '조')) {
                ""
            } else {
                self.low(at + 1)
            };
            for c in word.chars() {
                match c {
                    '백' => small *= 100.0,
                    '천' => small *= 1_000.0,
                    '만' => big *= 1e4,
                    '억' => big *= 1e8,
                    '조' => big *= 1e12,
                    _ => break,
                }
                used += c.len_utf8();
            }
            if self.low(at + 1).starts_with("인당") {
                return None;
            }
            first_raw.get_or_insert(number.value);
            section += number.value * small;
            if big > 1.0 {
                total += section * big;
                section = 0.0;
                top = big;
            } else if small > 1.0 {
                top = f64::max(top, small);
            }
            at += 1;
            if used == 0 {
                break;
            }
            let whole = word.len() == used;
            if !whole {
                rest = Some((at, used));
                at += 1;
                break;
            }
            at += 1;
            let more = self.t.get(at).is_some_and(|t| t.number().is_some()) && (!self.spaced(at) || big > 1.0);
            if !more {
                break;
            }
        }
        amount.value = total + section;
        amount.raw = if amount.value > 0.0 { amount.value / top } else { first_raw.unwrap_or(0.0) };
        amount.scale = top;
        amount.b = at;
        if let Some((token, used)) = rest {
            if let Some((unit, kind, _)) = units::korean(&self.low(token)[used..]) {
                amount.unit = Some((unit.to_owned(), kind));
            }
        } else if self.low(at) == "%" {
            amount.unit = Some(("percent".to_owned(), UnitKind::Percent));
            amount.b += 1;
        } else if let Some((unit, kind, _)) = self.t.get(at).filter(|t| t.is_word()).and_then(|t| units::korean(&t.low)) {
            amount.unit = Some((unit.to_owned(), kind));
            amount.b += 1;
        }
        Some(amount)
    }

    /// Dozens, hundreds, tens of thousands: the least they can mean.
    fn vague(&self, i: usize) -> Option<(f64, usize)> {
        let plural = |low: &str| match low {
            "dozens" | "десятки" => Some(24.0),
            "tens" => Some(20.0),
            "hundreds" | "сотни" => Some(200.0),
            "thousands" | "тысячи" => Some(2_000.0),
            "millions" | "миллионы" => Some(2e6),
            "billions" => Some(2e9),
            _ => None,
        };
        if matches!(self.low(i), "several" | "few" | "несколько")
            && let Some(s) = scale(self.low(i + 1)).filter(|s| *s >= 12.0)
        {
            return Some((2.0 * s, i + 2));
        }
        let value = plural(self.low(i))?;
        if self.low(i + 1) == "of"
            && let Some(of) = plural(self.low(i + 2))
        {
            return Some((value * of / 2.0, i + 3));
        }
        let next = i + 1 + usize::from(self.low(i + 1) == "of" && self.noun(i + 2).is_some());
        Some((value, next))
    }

    /// A number in words: value, its scale, the token after.
    fn words(&self, i: usize) -> Option<(f64, f64, usize)> {
        let mut at = i;
        let (mut total, mut current) = (0.0, 0.0);
        let mut any = false;
        let mut top = 1.0;
        if matches!(self.low(at), "a" | "an") {
            let s = scale(self.low(at + 1)).filter(|s| *s >= 12.0);
            let hundred = self.low(at + 1) == "hundred";
            if s.is_none() && !hundred {
                return None;
            }
            current = 1.0;
            any = true;
            at += 1;
        } else if self.low(at) == "hundred" && scale(self.low(at + 1)).is_some_and(|s| s >= 1e3) {
            (current, any) = (1.0, true);
        }
        loop {
            let low = self.low(at);
            if low == "hundred" && any {
                current = f64::max(current, 1.0) * 100.0;
                at += 1;
            } else if low == "dozen" && any {
                current = f64::max(current, 1.0) * 12.0;
                at += 1;
            } else if let Some(s) = scale(low).filter(|s| any && *s >= 1_000.0 && low.len() > 2) {
                total += f64::max(current, 1.0) * s;
                current = 0.0;
                top = f64::max(top, s);
                at += 1;
            } else if let Some(value) = small(low) {
                // Units follow tens and hundreds only; "three four" is two numbers.
                let fits = !any
                    || current == 0.0
                    || current % 100.0 == 0.0 && value < 100.0
                    || current % 10.0 == 0.0 && value < 10.0 && current % 100.0 >= 20.0;
                if !fits {
                    break;
                }
                current += value;
                any = true;
                at += 1;
            } else {
                let next = small(self.low(at + 1));
                let and = low == "and" && any && at > i && matches!(self.low(at - 1), "hundred" | "thousand") && next.is_some();
                let glued = low == "-" && !self.spaced(at) && !self.spaced(at + 1);
                let hyphen = glued && any && next.is_some_and(|v| v < 10.0) && current % 100.0 >= 20.0;
                if !and && !hyphen {
                    break;
                }
                at += 1;
            }
        }
        any.then_some((total + current, if total > 0.0 && current == 0.0 { top } else { 1.0 }, at))
    }

    /// Currency, per cent or measure behind the number.
    fn unit_after(&self, amount: &mut Amount) {
        let prefixed = amount.unit.is_some();
        let mut at = amount.b;
        let hyphen = self.low(at) == "-" && !self.spaced(at) && !self.spaced(at + 1);
        let number_next = |j: usize| self.t.get(j).is_some_and(|t| t.number().is_some());
        if hyphen && self.t.get(at + 1).is_some_and(Token::is_word) {
            let word = self.low(at + 1);
            if word == "year" && self.low(at + 2) == "-" {
                return;
            }
            if let Some(code) = units::currency(None, word).filter(|_| !prefixed) {
                amount.unit = Some((code.to_owned(), UnitKind::Money));
                amount.b = at + 2;
            } else if let Some((unit, kind)) = units::measure(word).filter(|_| !prefixed && word.len() > 1) {
                amount.unit = Some((unit.to_owned(), kind));
                amount.b = at + 2;
            }
            return;
        }
        if let Some(code) = units::sign(self.low(at)).filter(|_| !prefixed) {
            if !number_next(at + 1) || self.spaced(at + 1) {
                amount.unit = Some((code.to_owned(), UnitKind::Money));
                amount.b = at + 1;
            }
            return;
        }
        let mut adjective = None;
        for _ in 0..2 {
            if units::currency_adjective(self.low(at)) && !prefixed {
                adjective = Some(at);
                at += 1;
            }
        }
        let token = self.t.get(at);
        let upper = self.raw(at).chars().all(char::is_uppercase);
        let low = self.low(at);
        let lower_code = matches!(low, "usd" | "eur" | "gbp" | "rmb" | "cny" | "cad" | "hkd");
        let as_code = units::code(low).filter(|_| (upper || lower_code) && token.is_some_and(Token::is_word));
        let as_million = units::million_code(low).filter(|_| upper);
        let word = units::currency(adjective.map(|j| self.low(j)), low).filter(|_| token.is_some_and(Token::is_word));
        if let Some(code) = as_code.or(as_million).or(word) {
            if prefixed {
                return;
            }
            amount.unit = Some((code.to_owned(), UnitKind::Money));
            amount.b = at + 1;
            if as_million.is_some() {
                amount.scale *= 1e6;
                amount.value *= 1e6;
            }
            if as_code.is_some()
                && let Some(s) = scale(self.low(at + 1)).filter(|s| *s >= 1e3)
            {
                amount.scale *= s;
                amount.value *= s;
                amount.b += 1;
            }
            self.cents(amount);
            return;
        }
        if prefixed {
            return;
        }
        at = amount.b;
        let bracket = matches!(self.low(at), "[" | "<" | "(") && matches!(self.low(at + 2), "]" | ">" | ")");
        if bracket && let Some((unit, kind)) = units::measure(self.low(at + 1)) {
            amount.unit = Some((unit.to_owned(), kind));
            amount.b = at + 3;
            return;
        }
        if self.low(at) == "\"" && matches!(self.low(at + 1), "long" | "wide" | "tall" | "high" | "deep" | "thick") {
            amount.unit = Some(("in".to_owned(), UnitKind::Measure));
            amount.b = at + 1;
            return;
        }
        if self.low(at) == "°" || self.low(at).starts_with("degree") && matches!(self.low(at + 1), "celsius" | "fahrenheit" | "c" | "f") {
            return;
        }
        self.measure_after(amount);
    }

    fn measure_after(&self, amount: &mut Amount) {
        let at = amount.b;
        let adjective = self.low(at);
        let power = match adjective {
            "square" | "sq" => "2",
            "cubic" | "cu" => "3",
            _ => "",
        };
        let metric = matches!(
            adjective,
            "metric"
                | "long"
                | "short"
                | "deadweight"
                | "gross"
                | "nautical"
                | "sea"
                | "business"
                | "working"
                | "calendar"
                | "percentage"
                | "straight"
                | "full"
                | "consecutive"
                | "морских"
                | "метрических"
                | "рабочих"
                | "календарных"
                | "imperial"
        );
        let word = at + usize::from(!power.is_empty() || metric);
        let low = self.low(word);
        let token = self.t.get(word);
        let glued = !self.spaced(at);
        let Some((unit, kind)) = units::measure(low) else {
            if let Some(rest) = low.strip_prefix("кубометр").or_else(|| low.strip_prefix("кубическ")) {
                let _ = rest;
                amount.unit = Some(("m3".to_owned(), UnitKind::Measure));
                amount.b = word + 1;
            } else if low == "pm" && self.low(word + 1) == "is" {
                amount.unit = Some(("pm".to_owned(), UnitKind::Measure));
                amount.b = word + 1;
            }
            return;
        };
        // A capital letter alone is an initial or a size, not a unit; so is a letter that runs on.
        let letter = low.chars().count() == 1 && low != "%";
        if letter && (token.is_some_and(|t| t.cap) || low == "g" && !glued) {
            return;
        }
        if matches!(low, "second" | "minute" | "day" | "month" | "week" | "hour" | "year") && amount.worded && amount.value == 1.0 {
            return;
        }
        let unit = match (adjective, unit) {
            ("nautical" | "sea" | "морских", "mi") => "nmi".to_owned(),
            ("percentage", "percent") => "percent".to_owned(),
            ("percentage", _) => return,
            _ => format!("{unit}{power}"),
        };
        let points = low == "percentage" && self.low(word + 1).starts_with("point");
        if low == "percentage" && !points {
            return;
        }
        amount.b = word + 1 + usize::from(points);
        amount.unit = Some((unit, kind));
        // 5 ft 2 in, 5 feet and 2 inches.
        if amount.unit.as_ref().is_some_and(|u| u.0 == "ft") {
            let and = usize::from(self.low(amount.b) == "and");
            if let Some(inches) = self.t.get(amount.b + and).and_then(Token::number)
                && matches!(self.low(amount.b + and + 1), "in" | "inch" | "inches")
            {
                amount.value += inches.value / 12.0;
                amount.raw = amount.value;
                amount.b += and + 2;
            }
        }
    }

    /// "thirteen dollars and forty-five cents", "15 dollars 50".
    fn cents(&self, amount: &mut Amount) {
        if amount.scale > 1.0 || amount.value.fract() != 0.0 {
            return;
        }
        let and = usize::from(self.low(amount.b) == "and");
        let at = amount.b + and;
        let Some(part) = self.cardinal(at, false).filter(|p| p.value < 100.0 && p.value.fract() == 0.0 && p.scale == 1.0) else { return };
        let next = self.low(part.b);
        if next == "mao" {
            amount.value += part.value / 10.0;
            amount.b = part.b + 1;
            if let Some(last) = self.cardinal(amount.b, false).filter(|p| p.value < 10.0) {
                amount.value += last.value / 100.0;
                amount.b = last.b;
            }
            return;
        }
        let named = matches!(next, "cent" | "cents" | "pence");
        let another = !self.spaced(part.b) && self.t.get(part.b).is_some_and(Token::is_word)
            || units::currency(None, next).is_some()
            || units::code(next).is_some()
            || units::measure(next).is_some()
            || units::counted(next).is_some()
            || units::sign(next).is_some()
            || self.t.get(part.b).is_some_and(|t| t.is_word() && next != "more" && !STOPS.contains(&next));
        if named || and == 0 && !another && part.value >= 10.0 {
            amount.value += part.value / 100.0;
            amount.raw = amount.value;
            amount.b = part.b + usize::from(named);
        }
    }
}

/// Words that begin a sentence with a capital and are no name.
fn sentence_word(low: &str) -> bool {
    STOPS.contains(&low)
        || matches!(
            low,
            "about"
                | "some"
                | "nearly"
                | "only"
                | "all"
                | "these"
                | "those"
                | "this"
                | "another"
                | "around"
                | "roughly"
                | "almost"
                | "no"
                | "now"
                | "then"
        )
}

/// 4.1 million is 4,100,000, not 4,099,999.9999999995.
fn rounded(value: f64) -> f64 {
    if value.abs() >= 1e9 {
        value.round()
    } else if value.abs() >= 1.0 {
        (value * 1e6).round() / 1e6
    } else {
        value
    }
}

fn bounds(op: Op, value: f64) -> (Option<f64>, Option<f64>) {
    match op {
        Op::Over | Op::AtLeast => (Some(value), None),
        Op::Under | Op::AtMost => (None, Some(value)),
        Op::Equal | Op::About | Op::Range => (Some(value), Some(value)),
    }
}

fn scale(low: &str) -> Option<f64> {
    Some(match low {
        "dozen" => 12.0,
        "hundred" => 100.0,
        "thousand" | "k" | "тыс" | "тысяч" | "тысячи" | "тысяча" | "тысячу" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "million" | "mln" | "mn" | "m" | "mio" | "millions" | "млн" => 1e6,
        "crore" | "crores" => 1e7,
        "billion" | "bn" | "b" | "млрд" => 1e9,
        "trillion" | "tn" | "trn" | "трлн" => 1e12,
        _ if low.starts_with("миллион") => 1e6,
        _ if low.starts_with("миллиард") => 1e9,
        _ => return None,
    })
}

fn small(low: &str) -> Option<f64> {
    Some(match low {
        "zero" => 0.0,
        "one" => 1.0,
        "two" | "два" | "две" | "двух" => 2.0,
        "three" | "три" | "трёх" | "трех" => 3.0,
        "four" | "четыре" | "четырёх" | "четырех" => 4.0,
        "five" | "пять" | "пяти" => 5.0,
        "six" | "шесть" | "шести" => 6.0,
        "seven" | "семь" | "семи" => 7.0,
        "eight" | "восемь" | "восьми" => 8.0,
        "nine" | "девять" | "девяти" => 9.0,
        "ten" | "десять" | "десяти" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "thirteen" => 13.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "sixteen" => 16.0,
        "seventeen" => 17.0,
        "eighteen" => 18.0,
        "nineteen" => 19.0,
        "twenty" | "двадцать" => 20.0,
        "thirty" | "тридцать" => 30.0,
        "forty" | "сорок" => 40.0,
        "fifty" | "пятьдесят" => 50.0,
        "sixty" => 60.0,
        "seventy" => 70.0,
        "eighty" => 80.0,
        "ninety" => 90.0,
        "сто" => 100.0,
        _ => return None,
    })
}

fn korean_small(low: &str) -> Option<f64> {
    Some(match low {
        "한" => 1.0,
        "두" => 2.0,
        "세" => 3.0,
        "네" => 4.0,
        "다섯" => 5.0,
        "여섯" => 6.0,
        "일곱" => 7.0,
        "여덟" => 8.0,
        "아홉" => 9.0,
        "열" => 10.0,
        _ => return None,
    })
}

fn denominator(low: &str, plural: bool) -> Option<f64> {
    let word = if plural { low.strip_suffix('s')? } else { low };
    Some(match word {
        "third" => 3.0,
        "quarter" => 4.0,
        "fifth" => 5.0,
        "sixth" => 6.0,
        "seventh" => 7.0,
        "eighth" => 8.0,
        "ninth" => 9.0,
        "tenth" => 10.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let show = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
        quantities(text)
            .iter()
            .map(|q| {
                let op = serde_json::to_string(&q.op).unwrap();
                format!("{} {} {} {}", op.trim_matches('"'), show(q.low), show(q.high), q.unit.as_deref().unwrap_or("-"))
            })
            .collect()
    }

    #[test]
    fn a_scale_and_a_currency_cover_both_bounds_of_a_range() {
        assert_eq!(read("between $150-$300 million"), ["range 150000000 300000000 USD"]);
        assert_eq!(read("between $28 and $31 million"), ["range 28000000 31000000 USD"]);
        assert_eq!(read("between 10 and 12 thousand tonnes"), ["range 10000 12000 t"]);
        assert_eq!(read("8 to 10 billion euros"), ["range 8000000000 10000000000 EUR"]);
        assert_eq!(read("от 20 до 25 млн долларов"), ["range 20000000 25000000 USD"]);
        assert_eq!(read("북한에 1억5천만~3억 달러를 보냈다"), ["range 150000000 300000000 USD"]);
    }

    #[test]
    fn a_scale_is_not_shared_where_the_bounds_would_run_backward() {
        assert_eq!(read("between 860,000 and 1.9 million barrels"), ["range 860000 1900000 bbl"]);
        assert_eq!(read("from 500 to 1 million roubles"), ["range 500 1000000 RUB"]);
    }

    #[test]
    fn operators_stand_before_and_behind() {
        assert_eq!(read("at least 615 fresh work permits"), [">= 615  permits"]);
        assert_eq!(read("fewer than half of them"), ["<  50 percent"]);
        assert_eq!(read("as much as a fifth of the cargo"), ["<=  20 percent"]);
        assert_eq!(read("no more than 500,000 barrels a year"), ["<=  500000 bbl/yr"]);
        assert_eq!(read("a minimum of 700 new work permits"), [">= 700  permits"]);
        assert_eq!(read("20 vessels or more"), [">= 20  vessels"]);
        assert_eq!(read("не менее 415 новых разрешений"), [">= 415  permits"]);
        assert_eq!(read("북한 노동자 1만2천 명 넘게 늘었다"), ["> 12000  persons"]);
    }

    #[test]
    fn a_change_is_two_values_and_no_range() {
        assert_eq!(read("had changed from 9.4 to 6.1 metres"), ["= 9.4 9.4 m", "= 6.1 6.1 m"]);
        assert_eq!(read("fell by 1,150 to 3,480 workers"), ["= 1150 1150 -", "= 3480 3480 persons"]);
    }

    #[test]
    fn years_ages_ordinals_times_and_identifiers_are_no_quantities() {
        for text in [
            "in 2017 it began",
            "Lim Example, 58, pleaded guilty",
            "IMO 2345181",
            "resolution 2375",
            "the 3rd ship of 14:00",
            "HS 2710",
            "call +1-222-2222-2222",
            "the Hae Rang 7 sailed",
            "C4ADS",
            "MB-12",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }
}
