//! Who is owned by listed parties, and how far the shares that are known carry: the 50 percent rule.
//!
//! A party that listed parties own to half or more is itself treated as blocked (US Treasury, OFAC, revised guidance of 2014-08-13), and its own
//! holdings count in turn. Shares are therefore not multiplied along a chain: a holding counts whole if its owner is listed or so owned,
//! and not at all otherwise (OFAC FAQ 401). The European Union asks for more than half, or control (Council best practices, 2018,
//! paragraphs 62 and 63); the United Kingdom for more than half, and does not add the holdings of several unless they act together
//! (Sanctions and Anti-Money Laundering Act 2018 regulations; OFSI general guidance). All three were written down from memory of those texts
//! and are marked so in the cards.
//!
//! A share that nobody states is an interval: from nothing to what the other owners leave. So an answer can be *undetermined*, with what is missing.
//! Control (directors, a `Control` link) and other links are listed beside it and never counted as shares.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tw_base::{Date, Tri};
use tw_ftm::Entity;

/// Whose rule is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Rule {
    /// Half or more, holdings of all listed parties added.
    Us,
    /// More than half, holdings of all listed parties added.
    Eu,
    /// More than half by one listed party; holdings of several are not added.
    Uk,
}

impl Rule {
    fn met(self, percent: f64) -> bool {
        match self {
            Self::Us => percent >= 50.0 - SLACK,
            Self::Eu | Self::Uk => percent > 50.0 + SLACK,
        }
    }
}

/// Percentages are sums of decimal figures: differences below this are none.
const SLACK: f64 = 1e-9;

/// One holding: who owns how much of what, from when to when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Id of the link's record.
    pub id: String,
    /// Id of the owner.
    pub owner: String,
    /// Id of what is owned.
    pub asset: String,
    /// Lowest percentage, 0 if none is stated.
    pub low: f64,
    /// Highest percentage, 100 if none is stated.
    pub high: f64,
    /// If the source states a percentage.
    pub stated: bool,
    /// First day, if stated.
    pub from: Option<Date>,
    /// Day on which it ended, if stated.
    pub to: Option<Date>,
}

/// A link that is not a share: control, directorship, `linked to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Link {
    /// Schema of the link: `Control`, `Directorship`, `UnknownLink`, …
    pub kind: String,
    /// Id of the party it comes from.
    pub from: String,
    /// Id of the party it goes to.
    pub to: String,
    /// Role, as the source writes it.
    pub role: Option<String>,
}

/// Holdings and links between parties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    shares: Vec<Share>,
    links: Vec<Link>,
    remarks: Vec<String>,
}

/// An owner's part in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Id of the owner.
    pub owner: String,
    /// If the owner counts as blocked: listed itself, or owned so.
    pub blocked: Tri,
    /// True if the owner is listed itself.
    pub listed: bool,
    /// Lowest percentage of the holding.
    pub low: f64,
    /// Highest percentage, after what other owners leave.
    pub high: f64,
    /// If the source states a percentage.
    pub stated: bool,
    /// Ids of the links' records.
    pub links: Vec<String>,
}

/// What the rule says of one party.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Owned {
    /// Id of the party.
    pub id: String,
    /// Rule that was applied.
    pub rule: Rule,
    /// Lowest percentage that blocked parties hold.
    pub low: f64,
    /// Highest percentage that blocked parties can hold.
    pub high: f64,
    /// If the rule is met: in the low case (yes), in no case (no), or it depends on what is not known.
    pub met: Tri,
    /// The holdings that were added, largest first.
    pub parts: Vec<Part>,
    /// Chain from a listed party down to this one over blocked holdings, if there is one; the shortest.
    pub chain: Vec<String>,
    /// Links that are not shares, and were not counted.
    pub links: Vec<Link>,
    /// What would have to be known to decide, if it is undetermined.
    pub missing: Vec<String>,
}

impl Graph {
    /// Takes holdings and links out of entities; others are passed over.
    ///
    /// `Ownership` gives shares from `percentage` (or `sharesValue` written as a percentage); `Control`, `Directorship`, `UnknownLink`, `Representation`,
    /// `Employment`, `Family`, `Associate` and `Membership` give links. A percentage that cannot be read counts as not stated, with a remark.
    pub fn from_entities<'a>(entities: impl IntoIterator<Item = &'a Entity>) -> Self {
        let mut graph = Self::default();
        for entity in entities {
            graph.add(entity);
        }
        graph.shares.sort_by(|a, b| (&a.asset, &a.owner, &a.id).cmp(&(&b.asset, &b.owner, &b.id)));
        graph.links.sort();
        graph.links.dedup();
        graph
    }

    /// What could not be read.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The holdings.
    #[must_use]
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    fn add(&mut self, entity: &Entity) {
        let Some((source, target)) = entity.schema.edge() else { return };
        let ownership = entity.schema.is_a("Ownership");
        let role = ["role", "controlType", "relationship"].iter().find_map(|p| entity.first(p)).map(str::to_owned);
        for from in entity.get(source) {
            for to in entity.get(target) {
                if ownership {
                    let share = self.share(entity, from, to);
                    self.shares.push(share);
                } else {
                    self.links.push(Link { kind: entity.schema.name().to_owned(), from: from.clone(), to: to.clone(), role: role.clone() });
                }
            }
        }
    }

    fn share(&mut self, entity: &Entity, owner: &str, asset: &str) -> Share {
        let texts = entity.get("percentage");
        let mut read: Option<(f64, f64)> = None;
        for text in texts {
            match percentage(text) {
                Some((low, high)) => read = Some(read.map_or((low, high), |(l, h)| (l.min(low), h.max(high)))),
                None => {
                    let shown: String = text.chars().take(40).collect();
                    self.remarks.push(format!("{}: percentage `{shown}` cannot be read, the share counts as not stated", entity.id));
                }
            }
        }
        let (low, high) = read.unwrap_or((0.0, 100.0));
        let first = |name: &str, last: bool| {
            let mut days: Vec<Date> = entity.get(name).iter().filter_map(|t| day(t)).collect();
            days.sort();
            if last { days.last().copied() } else { days.first().copied() }
        };
        Share {
            id: entity.id.clone(),
            owner: owner.to_owned(),
            asset: asset.to_owned(),
            low,
            high,
            stated: read.is_some(),
            from: first("startDate", false),
            to: first("endDate", true),
        }
    }

    /// Applies a rule: every party that listed ones own in part, surely or perhaps, by id. Listed parties are left out.
    ///
    /// `listed` says if a party is on a list that day. With `day`, holdings that had ended or not begun are left out; one whose dates are not stated counts.
    pub fn apply(&self, rule: Rule, listed: &dyn Fn(&str) -> bool, day: Option<Date>) -> Vec<Owned> {
        let held = self.held(day);
        let mut owners: BTreeSet<&str> = BTreeSet::new();
        for parts in held.values() {
            owners.extend(parts.keys().copied());
        }
        let listed_owners: BTreeSet<&str> = owners.into_iter().filter(|id| listed(id)).collect();
        let surely = closure(&held, rule, &listed_owners, |holding| holding.low);
        let perhaps = closure(&held, rule, &listed_owners, |holding| holding.high);

        let mut answers = Vec::new();
        for (asset, holdings) in &held {
            if listed(asset) || !holdings.keys().any(|owner| perhaps.contains(owner)) {
                continue;
            }
            let mut parts: Vec<Part> = Vec::new();
            for (owner, holding) in holdings {
                let blocked = match (surely.contains(owner), perhaps.contains(owner)) {
                    (true, _) => Tri::True,
                    (false, true) => Tri::Unknown,
                    (false, false) => Tri::False,
                };
                parts.push(Part {
                    owner: (*owner).to_owned(),
                    blocked,
                    listed: listed_owners.contains(owner),
                    low: holding.low,
                    high: holding.high,
                    stated: holding.stated,
                    links: holding.links.iter().map(|l| (*l).to_owned()).collect(),
                });
            }
            parts.sort_by(|a, b| b.high.total_cmp(&a.high).then_with(|| b.low.total_cmp(&a.low)).then_with(|| a.owner.cmp(&b.owner)));
            let low = sum(rule, parts.iter().filter(|p| p.blocked == Tri::True).map(|p| p.low));
            let high = sum(rule, parts.iter().filter(|p| p.blocked != Tri::False).map(|p| p.high));
            let met = match (rule.met(low), rule.met(high)) {
                (true, _) => Tri::True,
                (false, true) => Tri::Unknown,
                (false, false) => Tri::False,
            };
            let missing = if met == Tri::Unknown { missing(&parts, asset) } else { Vec::new() };
            let way = if met == Tri::True { &surely } else { &perhaps };
            answers.push(Owned {
                id: (*asset).to_owned(),
                rule,
                low,
                high,
                met,
                chain: chain(&held, asset, &listed_owners, way),
                links: self.links.iter().filter(|l| l.to == **asset || l.from == **asset).cloned().collect(),
                parts,
                missing,
            });
        }
        answers
    }

    /// Parties that a listed one controls or is linked to without a share: never decided here, only shown.
    pub fn linked(&self, listed: &dyn Fn(&str) -> bool) -> Vec<&Link> {
        self.links.iter().filter(|link| listed(&link.from) || listed(&link.to)).collect()
    }

    /// Holdings by asset and owner on a day, with what the other owners leave.
    fn held(&self, day: Option<Date>) -> BTreeMap<&str, BTreeMap<&str, Holding<'_>>> {
        let mut held: BTreeMap<&str, BTreeMap<&str, Holding<'_>>> = BTreeMap::new();
        for share in &self.shares {
            let begun = share.from.zip(day).is_none_or(|(from, day)| from <= day);
            let ended = share.to.zip(day).is_some_and(|(to, day)| to <= day);
            if !begun || ended || share.owner == share.asset {
                continue;
            }
            let holding = held.entry(&share.asset).or_default().entry(&share.owner).or_insert(Holding {
                low: share.low,
                high: share.high,
                stated: share.stated,
                links: Vec::new(),
            });
            if !holding.links.is_empty() {
                // Two records of one holding: what either states is possible, and a stated share says more than one that is not.
                match (holding.stated, share.stated) {
                    (true, true) => (holding.low, holding.high) = (holding.low.min(share.low), holding.high.max(share.high)),
                    (false, true) => (holding.low, holding.high, holding.stated) = (share.low, share.high, true),
                    (_, false) => {}
                }
            }
            holding.links.push(&share.id);
        }
        for holdings in held.values_mut() {
            let lows: f64 = holdings.values().map(|h| h.low).sum();
            for holding in holdings.values_mut() {
                let others = (lows - holding.low).max(0.0);
                holding.high = holding.high.min((100.0 - others).max(holding.low));
            }
        }
        held
    }
}

#[derive(Clone, Debug)]
struct Holding<'a> {
    low: f64,
    high: f64,
    stated: bool,
    links: Vec<&'a str>,
}

fn sum(rule: Rule, shares: impl Iterator<Item = f64>) -> f64 {
    match rule {
        Rule::Us | Rule::Eu => shares.sum::<f64>().min(100.0),
        Rule::Uk => shares.fold(0.0, f64::max),
    }
}

/// The least set that holds the listed parties and everything that the set owns by the rule. Parties that only own each other never enter it.
fn closure<'a>(
    held: &BTreeMap<&'a str, BTreeMap<&'a str, Holding<'a>>>,
    rule: Rule,
    listed: &BTreeSet<&'a str>,
    share: impl Fn(&Holding<'a>) -> f64,
) -> BTreeSet<&'a str> {
    let mut assets_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (asset, holdings) in held {
        for owner in holdings.keys() {
            assets_of.entry(owner).or_default().push(asset);
        }
    }
    let mut blocked = listed.clone();
    let mut open: Vec<&str> = listed.iter().copied().collect();
    while let Some(owner) = open.pop() {
        for asset in assets_of.get(owner).map_or(&[][..], Vec::as_slice) {
            if blocked.contains(asset) {
                continue;
            }
            let holdings = &held[asset];
            let total = sum(rule, holdings.iter().filter(|(o, _)| blocked.contains(*o)).map(|(_, h)| share(h)));
            if rule.met(total) {
                blocked.insert(asset);
                open.push(asset);
            }
        }
    }
    blocked
}

/// Shortest way up from a party over blocked owners to a listed one, written from the listed one down.
fn chain(
    held: &BTreeMap<&str, BTreeMap<&str, Holding<'_>>>,
    asset: &str,
    listed: &BTreeSet<&str>,
    blocked: &BTreeSet<&str>,
) -> Vec<String> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue: std::collections::VecDeque<&str> = [asset].into();
    while let Some(party) = queue.pop_front() {
        if party != asset && listed.contains(party) {
            let mut way = vec![party.to_owned()];
            let mut at = party;
            while let Some(next) = from.get(at) {
                way.push((*next).to_owned());
                at = next;
            }
            return way;
        }
        for owner in held.get(party).into_iter().flat_map(|h| h.keys().copied()) {
            if owner != asset && blocked.contains(owner) && !from.contains_key(owner) {
                from.insert(owner, party);
                queue.push_back(owner);
            }
        }
    }
    Vec::new()
}

fn missing(parts: &[Part], asset: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for part in parts.iter().filter(|p| p.blocked != Tri::False) {
        if !part.stated {
            missing.push(format!("the share of {} in {asset}", part.owner));
        } else if part.high > part.low + SLACK {
            missing.push(format!("the exact share of {} in {asset}, stated as {} to {} %", part.owner, part.low, part.high));
        }
        if part.blocked == Tri::Unknown {
            missing.push(format!("if listed parties own {} by the rule", part.owner));
        }
    }
    missing
}

/// A percentage as registries write it: `51`, `51 %`, `51,5%`, `25-50`, `more than 25% and up to 50%`, `>50`, `75% or more`.
fn percentage(text: &str) -> Option<(f64, f64)> {
    let text = text.trim().to_lowercase().replace('\u{a0}', " ");
    let (numbers, other) = numbers(&text)?;
    let within = |value: f64| (0.0..=100.0).contains(&value);
    if numbers.is_empty() || numbers.len() > 2 || !numbers.iter().all(|n| within(*n)) {
        return None;
    }
    let other: Vec<&str> = other.split_whitespace().collect();
    let any = |words: &[&str]| words.iter().any(|w| other.contains(w));
    let known = [
        "more", "than", "over", "and", "up", "to", "or", "less", "under", "at", "least", "most", "but", "not", "percent", "pct", "between",
        "from", "about", "of", "shares", "the",
    ];
    if !other.iter().all(|w| known.contains(w) || matches!(*w, ">" | "<" | ">=" | "<=" | "-" | "≥" | "≤" | "%")) {
        return None;
    }
    match numbers[..] {
        [low, high] if low <= high => Some((low, high)),
        [_, _] => None,
        [value] => {
            if any(&[">", ">=", "≥", "over", "least"]) || any(&["more"]) {
                Some((value, 100.0))
            } else if any(&["<", "<=", "≤", "under", "less", "most", "up"]) {
                Some((0.0, value))
            } else if any(&["about"]) {
                None
            } else {
                Some((value, value))
            }
        }
        _ => None,
    }
}

/// The numbers of a text, and the text without them.
fn numbers(text: &str) -> Option<(Vec<f64>, String)> {
    let mut numbers = Vec::new();
    let mut other = String::new();
    let mut digits = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let separator = (c == '.' || c == ',') && !digits.is_empty() && chars.peek().is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() {
            digits.push(c);
        } else if separator {
            digits.push('.');
        } else {
            if !digits.is_empty() {
                numbers.push(digits.parse().ok()?);
                digits.clear();
            }
            other.push(if matches!(c, '%' | '–' | '—' | ',' | '.') { ' ' } else { c });
            if matches!(c, '>' | '<' | '-') && chars.peek() != Some(&'=') {
                other.push(' ');
            }
        }
    }
    if !digits.is_empty() {
        numbers.push(digits.parse().ok()?);
    }
    Some((numbers, other))
}

/// A day, or the first day of a month or year.
fn day(text: &str) -> Option<Date> {
    let text = text.get(..10).unwrap_or(text);
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    tw_base::parse_date(&whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_ftm::model;

    fn own(owner: &str, asset: &str, percentage: &str) -> Entity {
        let mut entity = Entity::new(format!("{owner}-{asset}"), model().schema("Ownership").expect("a schema"));
        entity.add("owner", owner);
        entity.add("asset", asset);
        entity.add("percentage", percentage);
        entity
    }

    fn apply(rule: Rule, edges: &[Entity], listed: &[&str]) -> Vec<Owned> {
        Graph::from_entities(edges).apply(rule, &|id| listed.contains(&id), None)
    }

    fn met(answers: &[Owned], id: &str) -> Option<Tri> {
        answers.iter().find(|a| a.id == id).map(|a| a.met)
    }

    #[test]
    fn half_is_enough_in_the_us_and_not_in_the_eu() {
        let edges = [own("x", "a", "50")];
        assert_eq!(met(&apply(Rule::Us, &edges, &["x"]), "a"), Some(Tri::True));
        assert_eq!(met(&apply(Rule::Eu, &edges, &["x"]), "a"), Some(Tri::False));
    }

    #[test]
    fn holdings_of_several_listed_parties_are_added_but_not_in_the_uk() {
        // OFAC FAQ 399: X and Y, both blocked, own 25 percent each.
        let edges = [own("x", "a", "25"), own("y", "a", "25 %"), own("z", "a", "50")];
        let us = apply(Rule::Us, &edges, &["x", "y"]);
        assert_eq!(met(&us, "a"), Some(Tri::True));
        assert_eq!((us[0].low, us[0].high), (50.0, 50.0));
        assert_eq!(met(&apply(Rule::Uk, &edges, &["x", "y"]), "a"), Some(Tri::False));
    }

    #[test]
    fn shares_are_not_multiplied_along_a_chain() {
        // OFAC FAQ 401: X owns 50 percent of A, A 50 percent of B: B is blocked, though X's part of it is a quarter.
        let edges = [own("x", "a", "50"), own("a", "b", "50")];
        let answers = apply(Rule::Us, &edges, &["x"]);
        assert_eq!(met(&answers, "b"), Some(Tri::True));
        assert_eq!(answers.iter().find(|a| a.id == "b").expect("b").chain, ["x", "a", "b"]);
        // X owns 25 percent of A, A 100 percent of B: A is not blocked, so B is not.
        let edges = [own("x", "a", "25"), own("a", "b", "100")];
        assert_eq!(met(&apply(Rule::Us, &edges, &["x"]), "b"), None);
    }

    #[test]
    fn an_unknown_share_leaves_it_undetermined_with_what_is_missing() {
        let answers = apply(Rule::Us, &[own("x", "a", ""), own("z", "a", "40")], &["x"]);
        assert_eq!((answers[0].low, answers[0].high, answers[0].met), (0.0, 60.0, Tri::Unknown));
        assert_eq!(answers[0].missing, ["the share of x in a"]);
        let answers = apply(Rule::Us, &[own("x", "a", ""), own("z", "a", "55")], &["x"]);
        assert_eq!((answers[0].high, answers[0].met), (45.0, Tri::False));
    }

    #[test]
    fn parties_that_own_each_other_do_not_block_themselves() {
        let edges = [own("a", "b", "100"), own("b", "a", "60"), own("x", "a", "40")];
        let answers = apply(Rule::Us, &edges, &["x"]);
        assert_eq!(met(&answers, "a"), Some(Tri::False));
        assert_eq!(met(&answers, "b"), None);
    }

    #[test]
    fn control_is_kept_apart_from_ownership() {
        let mut control = Entity::new("k", model().schema("Control").expect("a schema"));
        control.add("controller", "x");
        control.add("controlled", "a");
        let graph = Graph::from_entities(&[control, own("x", "a", "10")]);
        let answers = graph.apply(Rule::Us, &|id| id == "x", None);
        assert_eq!(answers[0].met, Tri::False);
        assert_eq!(answers[0].links[0].kind, "Control");
        assert_eq!(graph.linked(&|id| id == "x").len(), 1);
    }

    #[test]
    fn a_holding_that_ended_before_the_day_does_not_count() {
        let mut edge = own("x", "a", "80");
        edge.add("endDate", "2020-03-01");
        let graph = Graph::from_entities(&[edge]);
        let on = |day: &str| graph.apply(Rule::Us, &|id| id == "x", Some(day.parse().expect("a date"))).len();
        assert_eq!((on("2020-02-29"), on("2020-03-01")), (1, 0));
    }

    #[test]
    fn percentages_are_read_as_registries_write_them() {
        for (text, expected) in [
            ("51", Some((51.0, 51.0))),
            ("51,5 %", Some((51.5, 51.5))),
            ("25-50", Some((25.0, 50.0))),
            ("more than 25% and up to 50%", Some((25.0, 50.0))),
            (">50", Some((50.0, 100.0))),
            ("75% or more", Some((75.0, 100.0))),
            ("up to 25%", Some((0.0, 25.0))),
            ("150", None),
            ("a lot", None),
            ("about 50", None),
            ("ownership of 51", None),
        ] {
            assert_eq!(percentage(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_known_share_never_makes_an_answer_less_certain(shares in proptest::collection::vec((0_usize..6, 0_usize..6, proptest::option::of(0_u8..=100)), 0..14)) {
            let name = |n: usize| ["x", "y", "a", "b", "c", "d"][n];
            let edges: Vec<Entity> = shares.iter().map(|(o, a, p)| own(name(*o), name(*a), &p.map_or(String::new(), |p| p.to_string()))).collect();
            for rule in [Rule::Us, Rule::Eu, Rule::Uk] {
                for answer in apply(rule, &edges, &["x", "y"]) {
                    proptest::prop_assert!(answer.low <= answer.high + 1e-9);
                    proptest::prop_assert!(answer.met != Tri::True || !answer.chain.is_empty());
                    proptest::prop_assert!(answer.met != Tri::Unknown || !answer.missing.is_empty());
                }
            }
        }

        #[test]
        fn no_percentage_makes_it_panic(text in ".{0,40}") {
            let _ = percentage(&text);
        }
    }
}
