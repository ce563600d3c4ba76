//! Editions of the Harmonized System, and what a heading of one is called in another.
//!
//! Table: Growth Lab at Harvard University, repository `comtrade-mirroring` (Apache-2.0), made from the concordances of the UN Statistics
//! Division; leading zeros restored. Each row leads from one edition to the one before it; steps are joined for editions further apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::collect::key;
use crate::report::{Edition, Heading, Mark, Report};

const PACKED: &[u8] = include_bytes!("../data/hs_concordance.csv.zst");

const EDITIONS: [Edition; 7] =
    [Edition::Hs1992, Edition::Hs1996, Edition::Hs2002, Edition::Hs2007, Edition::Hs2012, Edition::Hs2017, Edition::Hs2022];

/// A heading that drew goods from more headings than this in one step, or gave to more, is no part of any family.
///
/// Waste of electrical goods (8549, 2022) drew on 1,019 headings, display modules (8524) on 483, multi-component circuits (8542.31, 2017) on
/// 159: a sliver of each. Joined, they would make one family of 1,167 headings of 2022 out of a fifth of the system; without them the
/// largest from 2017 to 2022 has 38. Next below thirty are mergers of whole headings. (Counted in the table itself.)
const GATHERS: usize = 30;

/// How a heading of one edition stands to those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relationship {
    /// One to one: the same goods, under the same number or another.
    Exact,
    /// It was merged with others into one.
    Merge,
    /// It was split into several that hold nothing else.
    Split,
    /// Its goods went to several, which also hold goods of others.
    Many,
    /// The edition it is said to be of has no such heading, or an edition is not told.
    Unknown,
}

/// What became of a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The headings of the other edition that hold its goods, sorted. Empty if unknown.
    pub headings: Vec<Heading>,
    /// How exact that is.
    pub relationship: Relationship,
}

/// Headings of six digits from edition to edition.
#[derive(Debug)]
pub struct Concordance {
    /// For each step between neighbours: from the earlier to the later edition, and back.
    steps: Vec<Step>,
}

#[derive(Debug, Default)]
struct Step {
    forward: BTreeMap<u32, Vec<u32>>,
    backward: BTreeMap<u32, Vec<u32>>,
}

impl Concordance {
    /// The table that is part of the program: 1992, 1996, 2002, 2007, 2012, 2017 and 2022.
    pub fn bundled() -> &'static Self {
        static TABLE: OnceLock<Concordance> = OnceLock::new();
        TABLE.get_or_init(|| {
            let text = zstd::stream::decode_all(PACKED).expect("the table was packed by us and a test reads it");
            Self::parse(&String::from_utf8_lossy(&text))
        })
    }

    /// Rows `after_edition,before_edition,after,before`.
    fn parse(text: &str) -> Self {
        let mut steps: Vec<Step> = (0..EDITIONS.len() - 1).map(|_| Step::default()).collect();
        for line in text.lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(after_year), Some(_), Some(after), Some(before)) = (cells.next(), cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let place = EDITIONS.iter().position(|edition| year(*edition).to_string() == after_year);
            let (Some(place), Ok(after), Ok(before)) = (place, after.parse::<u32>(), before.parse::<u32>()) else { continue };
            let Some(step) = place.checked_sub(1).and_then(|at| steps.get_mut(at)) else { continue };
            step.forward.entry(before).or_default().push(after);
            step.backward.entry(after).or_default().push(before);
        }
        Self { steps }
    }

    /// Leads a heading from one edition to another.
    ///
    /// Six digits by the table. Two and four digits by the six-digit headings inside them. National digits behind the sixth are cut off,
    /// because only six are common to all; the answer is then about the six-digit heading. Chapter 99 (not specified) is the same in all.
    ///
    /// ```
    /// use tw_trade::{Concordance, Edition, Relationship};
    /// let table = Concordance::bundled();
    /// let light = table.convert("271011".parse()?, Edition::Hs2007, Edition::Hs2012);
    /// assert_eq!(light.headings, ["271012".parse()?, "271020".parse()?]);
    /// assert_eq!(light.relationship, Relationship::Many);
    /// # Ok::<(), tw_trade::HeadingError>(())
    /// ```
    #[must_use]
    pub fn convert(&self, heading: Heading, from: Edition, to: Edition) -> Conversion {
        let unknown = Conversion { headings: Vec::new(), relationship: Relationship::Unknown };
        let (Some(start), Some(goal)) = (place(from), place(to)) else { return unknown };
        if heading == Heading::ALL || heading.cut(2).code() == 99 {
            return Conversion { headings: vec![heading.cut(6)], relationship: Relationship::Exact };
        }
        let digits = heading.digits().min(6);
        let heading = heading.cut(6);
        let inside = self.inside(heading, start);
        if inside.is_empty() {
            return unknown;
        }
        if start == goal {
            return Conversion { headings: vec![heading], relationship: Relationship::Exact };
        }
        let there = self.walk(inside, start, goal);
        if there.is_empty() {
            return unknown;
        }
        let headings: BTreeSet<Heading> = there.iter().filter_map(|code| cut(*code, digits)).collect();
        // Everything that the answer holds, led back: is it more than was asked for?
        let held: BTreeSet<u32> = headings.iter().flat_map(|heading| self.inside(*heading, goal)).collect();
        let back: BTreeSet<Heading> = self.walk(held, goal, start).iter().filter_map(|code| cut(*code, digits)).collect();
        let alone = back.len() == 1;
        let relationship = match (headings.len() == 1, alone) {
            (true, true) => Relationship::Exact,
            (true, false) => Relationship::Merge,
            (false, true) => Relationship::Split,
            (false, false) => Relationship::Many,
        };
        Conversion { headings: headings.into_iter().collect(), relationship }
    }

    /// The six-digit headings of an edition that lie in a heading.
    fn inside(&self, heading: Heading, edition: usize) -> BTreeSet<u32> {
        let width = 10_u64.pow(6 - u32::from(heading.digits().min(6)));
        let from = (heading.code() * width) as u32;
        let range = from..from.saturating_add(width as u32);
        match (self.steps.get(edition), edition.checked_sub(1).and_then(|at| self.steps.get(at))) {
            (Some(step), None) => step.forward.range(range).map(|(code, _)| *code).collect(),
            (None, Some(step)) => step.backward.range(range).map(|(code, _)| *code).collect(),
            (Some(next), Some(last)) => {
                next.forward.range(range.clone()).map(|(code, _)| *code).chain(last.backward.range(range).map(|(code, _)| *code)).collect()
            }
            (None, None) => BTreeSet::new(),
        }
    }

    fn walk(&self, codes: BTreeSet<u32>, start: usize, goal: usize) -> BTreeSet<u32> {
        let lead = |codes: BTreeSet<u32>, table: &BTreeMap<u32, Vec<u32>>| -> BTreeSet<u32> {
            codes.iter().filter_map(|code| table.get(code)).flatten().copied().collect()
        };
        let mut codes = codes;
        if start <= goal {
            for step in &self.steps[start..goal] {
                codes = lead(codes, &step.forward);
            }
        } else {
            for step in self.steps[goal..start].iter().rev() {
                codes = lead(codes, &step.backward);
            }
        }
        codes
    }

    /// Families of six-digit headings that mean the same in all editions from the first to the last given: headings that any step between
    /// them connects are in one family.
    fn families(&self, first: usize, last: usize) -> Families {
        let mut families = Families::default();
        for at in first..last {
            for (before, afters) in &self.steps[at].forward {
                families.find((at, *before));
                for after in afters {
                    families.find((at + 1, *after));
                    let drawn = self.steps[at].backward.get(after).map_or(0, Vec::len);
                    if afters.len() > GATHERS {
                        families.gathered.insert((at, *before));
                    } else if drawn > GATHERS {
                        families.gathered.insert((at + 1, *after));
                    } else {
                        families.join((at, *before), (at + 1, *after));
                    }
                }
            }
        }
        families
    }

    /// Brings reports of different editions to headings that keep their meaning: those of the newest edition among them.
    ///
    /// All headings that the editions present connect, directly or through each other, form a family; headings that drew a sliver from
    /// more than thirty others (waste of electrical goods) are no bridge between them, and [`ToCommon::gathered`] names them: a series
    /// of theirs begins with the edition, and the series they drew from are a sliver smaller from then on. A family goes by its smallest
    /// heading in the newest edition, and reports of one flow that fall together are added up (marked [`Mark::Aggregate`]). National
    /// digits are cut off. Two and four digits keep their number; where goods moved across their border they are counted as approximate.
    /// Reports whose edition is not told, or whose heading their edition does not have, stay as they are and are counted.
    ///
    /// Use it after [`crate::clean()`], which takes out what must not be added.
    pub fn to_common(&self, reports: &mut Vec<Report>) -> ToCommon {
        let present: BTreeSet<usize> = reports.iter().filter_map(|report| place(report.edition)).collect();
        let mut outcome = ToCommon::default();
        let (Some(first), Some(last)) = (present.first().copied(), present.last().copied()) else {
            outcome.unknown = reports.len() as u64;
            return outcome;
        };
        outcome.edition = Some(EDITIONS[last]);
        let mut families = self.families(first, last);
        let names = families.names(last);
        let gathered = families.gathered.iter();
        outcome.gathered = gathered.filter_map(|(at, code)| Some((EDITIONS[*at], Heading::new(u64::from(*code), 6)?))).collect();
        let mut wide: BTreeMap<(Edition, Heading), bool> = BTreeMap::new();
        for report in reports.iter_mut() {
            let Some(edition) = place(report.edition) else {
                outcome.unknown += 1;
                continue;
            };
            let fixed = report.heading == Heading::ALL || report.heading.cut(2).code() == 99;
            if fixed || first == last {
                report.edition = EDITIONS[last];
                continue;
            }
            if report.heading.digits() < 6 {
                let exact = *wide.entry((report.edition, report.heading)).or_insert_with(|| {
                    let conversion = self.convert(report.heading, report.edition, EDITIONS[last]);
                    conversion.relationship == Relationship::Exact && conversion.headings == [report.heading]
                });
                outcome.approximate += u64::from(!exact);
                report.edition = EDITIONS[last];
                continue;
            }
            let six = report.heading.cut(6);
            let Some(name) = families.root((edition, six.code() as u32)).and_then(|root| names.get(&root)) else {
                outcome.unknown += 1;
                continue;
            };
            let Some(heading) = Heading::new(u64::from(*name), 6) else { continue };
            report.heading = heading;
            report.edition = EDITIONS[last];
        }
        for (root, members) in families.members() {
            // A family of one heading in each edition under one number needs no mention.
            let numbers: BTreeSet<u32> = members.iter().map(|(_, code)| *code).collect();
            if numbers.len() < 2 {
                continue;
            }
            if let Some(name) = names.get(&root).and_then(|code| Heading::new(u64::from(*code), 6)) {
                let list = members.iter().filter_map(|(at, code)| Some((EDITIONS[*at], Heading::new(u64::from(*code), 6)?))).collect();
                outcome.families.insert(name, list);
            }
        }
        let before = reports.len();
        add_up(reports);
        outcome.added = (before - reports.len()) as u64;
        outcome
    }
}

/// What [`Concordance::to_common`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToCommon {
    /// The edition whose numbers are used.
    pub edition: Option<Edition>,
    /// Families of more than one number: by what they go, and all that belongs to them.
    pub families: BTreeMap<Heading, Vec<(Edition, Heading)>>,
    /// Headings between the editions present that drew from, or gave to, more than thirty others; they are in no family with those.
    pub gathered: Vec<(Edition, Heading)>,
    /// Reports that were added to another.
    pub added: u64,
    /// Reports of two or four digits whose heading changed at its border.
    pub approximate: u64,
    /// Reports that were left as they are: edition not told, or no such heading in it.
    pub unknown: u64,
}

/// Adds up reports of one flow, one heading and one day of publication; the first keeps its record.
fn add_up(reports: &mut Vec<Report>) {
    let mut order: Vec<(u128, u32)> = reports.iter().enumerate().map(|(at, report)| (key(report), at as u32)).collect();
    order.sort_unstable();
    let mut drop = vec![false; reports.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && order[end].0 == order[start].0 {
            end += 1;
        }
        if end - start > 1 {
            let first = order[start].1 as usize;
            let mut sum = reports[first];
            for (_, at) in &order[start + 1..end] {
                let other = reports[*at as usize];
                sum.usd += other.usd;
                sum.kg += other.kg;
                sum.marks = sum.marks.and(other.marks);
                drop[*at as usize] = true;
            }
            sum.marks = sum.marks.with(Mark::Aggregate);
            reports[first] = sum;
        }
        start = end;
    }
    let mut at = 0;
    reports.retain(|_| {
        at += 1;
        !drop[at - 1]
    });
}

/// Sets that are joined, by the smallest member (union-find with path halving; Tarjan and van Leeuwen 1984).
#[derive(Default)]
struct Families {
    parent: BTreeMap<(usize, u32), (usize, u32)>,
    gathered: BTreeSet<(usize, u32)>,
}

impl Families {
    fn find(&mut self, node: (usize, u32)) -> (usize, u32) {
        let mut node = node;
        loop {
            let parent = *self.parent.entry(node).or_insert(node);
            if parent == node {
                return node;
            }
            let above = self.parent.get(&parent).copied().unwrap_or(parent);
            self.parent.insert(node, above);
            node = above;
        }
    }

    fn join(&mut self, a: (usize, u32), b: (usize, u32)) {
        let (a, b) = (self.find(a), self.find(b));
        if a != b {
            self.parent.insert(a.max(b), a.min(b));
        }
    }

    /// The family of a heading that is in the table.
    fn root(&mut self, node: (usize, u32)) -> Option<(usize, u32)> {
        if self.parent.contains_key(&node) { Some(self.find(node)) } else { None }
    }

    /// For each family its smallest heading in an edition.
    fn names(&mut self, edition: usize) -> BTreeMap<(usize, u32), u32> {
        let nodes: Vec<(usize, u32)> = self.parent.keys().filter(|(at, _)| *at == edition).copied().collect();
        let mut names = BTreeMap::new();
        for node in nodes {
            let root = self.find(node);
            names.entry(root).or_insert(node.1);
        }
        names
    }

    fn members(&mut self) -> BTreeMap<(usize, u32), Vec<(usize, u32)>> {
        let nodes: Vec<(usize, u32)> = self.parent.keys().copied().collect();
        let mut members: BTreeMap<(usize, u32), Vec<(usize, u32)>> = BTreeMap::new();
        for node in nodes {
            members.entry(self.find(node)).or_default().push(node);
        }
        members
    }
}

fn cut(code: u32, digits: u8) -> Option<Heading> {
    Heading::new(u64::from(code), 6).map(|heading| heading.cut(digits))
}

fn place(edition: Edition) -> Option<usize> {
    EDITIONS.iter().position(|known| *known == edition)
}

fn year(edition: Edition) -> u32 {
    match edition {
        Edition::Hs1992 => 1992,
        Edition::Hs1996 => 1996,
        Edition::Hs2002 => 2002,
        Edition::Hs2007 => 2007,
        Edition::Hs2012 => 2012,
        Edition::Hs2017 => 2017,
        Edition::Hs2022 => 2022,
        Edition::NotTold => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::{Area, Flow, Marks, Valuation};

    fn h(text: &str) -> Heading {
        text.parse().unwrap()
    }

    fn report(heading: &str, edition: Edition, month: &str, usd: f64) -> Report {
        Report {
            reporter: "CHN".parse().unwrap(),
            partner: Area::Country("PRK".parse().unwrap()),
            flow: Flow::Export,
            heading: h(heading),
            edition,
            month: month.parse().unwrap(),
            usd,
            valuation: Valuation::Fob,
            kg: usd,
            marks: Marks::NONE,
            published: 0,
            file: 0,
            record: 1,
        }
    }

    #[test]
    fn the_bundled_table_is_whole() {
        let table = Concordance::bundled();
        let rows: Vec<usize> = table.steps.iter().map(|step| step.forward.values().map(Vec::len).sum()).collect();
        assert_eq!(rows.iter().sum::<usize>(), 43_863);
        // Editions have 5,000 to 5,700 subheadings (WCO).
        for edition in 0..EDITIONS.len() {
            let count: usize = (1..98).map(|chapter| table.inside(Heading::new(chapter, 2).unwrap(), edition).len()).sum();
            assert!((5_000..5_700).contains(&count), "{edition}: {count}");
        }
    }

    #[test]
    fn leading_zeros_are_restored() {
        let table = Concordance::bundled();
        let horses = table.convert(h("010111"), Edition::Hs1992, Edition::Hs1996);
        assert_eq!(horses, Conversion { headings: vec![h("010111")], relationship: Relationship::Exact });
    }

    #[test]
    fn light_oils_of_2007_are_several_headings_of_2012_and_back() {
        let table = Concordance::bundled();
        let there = table.convert(h("271011"), Edition::Hs2007, Edition::Hs2012);
        assert_eq!((there.headings, there.relationship), (vec![h("271012"), h("271020")], Relationship::Many));
        let back = table.convert(h("271020"), Edition::Hs2012, Edition::Hs2007);
        assert!(back.headings.contains(&h("271011")) && back.headings.contains(&h("271019")));
        // The heading above them did not change.
        let heading = table.convert(h("2710"), Edition::Hs2007, Edition::Hs2012);
        assert_eq!(heading.headings.first(), Some(&h("2710")));
        assert_eq!(table.convert(h("271012"), Edition::Hs2012, Edition::Hs2022).relationship, Relationship::Exact);
    }

    #[test]
    fn what_an_edition_does_not_have_is_unknown() {
        let table = Concordance::bundled();
        for (heading, from) in [("271012", Edition::Hs2007), ("770000", Edition::Hs2012), ("271012", Edition::NotTold)] {
            assert_eq!(table.convert(h(heading), from, Edition::Hs2022).relationship, Relationship::Unknown);
        }
        assert_eq!(table.convert(h("9999"), Edition::Hs1992, Edition::Hs2022).relationship, Relationship::Exact);
    }

    #[test]
    fn mixed_editions_fall_into_one_family_and_are_added() {
        let mut reports = vec![
            report("271011", Edition::Hs2007, "2011-12", 10.0),
            report("271012", Edition::Hs2012, "2012-01", 4.0),
            report("271020", Edition::Hs2012, "2012-01", 3.0),
            report("010121", Edition::Hs2012, "2012-01", 1.0),
            report("77", Edition::NotTold, "2012-01", 1.0),
        ];
        let outcome = Concordance::bundled().to_common(&mut reports);
        assert_eq!(outcome.edition, Some(Edition::Hs2012));
        assert_eq!((outcome.added, outcome.unknown), (1, 1));
        assert_eq!(reports[0].heading, reports[1].heading);
        assert_eq!((reports[0].usd, reports[1].usd), (10.0, 7.0));
        assert!(reports[1].marks.has(Mark::Aggregate) && !reports[0].marks.has(Mark::Aggregate));
        let members = &outcome.families[&reports[0].heading];
        assert!(members.contains(&(Edition::Hs2007, h("271011"))) && members.contains(&(Edition::Hs2012, h("271020"))));
    }

    #[test]
    fn waste_of_everything_does_not_make_everything_one_family() {
        let mut families = Concordance::bundled().families(5, 6);
        let largest = families.members().values().map(|members| members.iter().filter(|(at, _)| *at == 6).count()).max();
        assert_eq!(largest, Some(38));
        let mut reports = vec![report("271019", Edition::Hs2017, "2021-12", 1.0), report("854921", Edition::Hs2022, "2022-01", 2.0)];
        let outcome = Concordance::bundled().to_common(&mut reports);
        assert!(outcome.gathered.contains(&(Edition::Hs2022, h("854921"))));
        assert_eq!((reports[0].heading, reports[1].heading), (h("271019"), h("854921")));
    }

    #[test]
    fn one_edition_alone_changes_nothing() {
        let mut reports = vec![report("271012", Edition::Hs2012, "2012-01", 4.0), report("27101210", Edition::Hs2012, "2012-01", 3.0)];
        let before = reports.clone();
        let outcome = Concordance::bundled().to_common(&mut reports);
        assert_eq!((reports, outcome.families.len()), (before, 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn value_is_neither_lost_nor_made(rows in proptest::collection::vec((0usize..7, 0usize..5_000, 1u32..1_000), 1..40)) {
            let table = Concordance::bundled();
            let mut reports: Vec<Report> = Vec::new();
            for (edition, at, usd) in rows {
                let codes: Vec<u32> = if edition < 6 { table.steps[edition].forward.keys().copied().collect() } else { table.steps[5].backward.keys().copied().collect() };
                let heading = Heading::new(u64::from(codes[at % codes.len()]), 6).unwrap();
                reports.push(report(&heading.to_string(), EDITIONS[edition], "2012-01", f64::from(usd)));
            }
            let before: f64 = reports.iter().map(|report| report.usd).sum();
            table.to_common(&mut reports);
            prop_assert_eq!(reports.iter().map(|report| report.usd).sum::<f64>(), before);
        }

        #[test]
        fn no_heading_makes_it_panic(code in 0u64..10_000_000_000, digits in 0u8..12, from in 0usize..7, to in 0usize..7) {
            if let Some(heading) = Heading::new(code, digits) {
                let _ = Concordance::bundled().convert(heading, EDITIONS[from], EDITIONS[to]);
            }
        }
    }
}
