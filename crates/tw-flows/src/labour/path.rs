//! A stock over time from figures that do not agree: the tightest bounds that all of them allow, which conflict, and which bind.
//!
//! Let I(t) be everybody who came until a day t and O(t) everybody who left, the first stock counted among those who came. Then the
//! stock is I(t) - O(t), and whatever a figure says is a bound on a difference of two such numbers: entries of a year I(b) - I(a), exits
//! O(b) - O(a), a stock I(t) - O(t), persons present at some time of a year I(b) - O(a), nobody stays longer than 36 months
//! O(t) >= I(t - 36 months). A system of bounds on differences is solved exactly by shortest paths: the distance from O(t) to I(t) is
//! the largest stock, minus the distance back is the smallest, the figures on the path are the ones that bind, and a cycle of negative
//! length is a set of figures that contradict each other. This is the forward and backward pass of stock + in - out over all orders of
//! figures at once. Reference: T. Cormen, C. Leiserson, R. Rivest and C. Stein, *Introduction to Algorithms*, section "Difference
//! constraints and shortest paths" (3rd ed. 24.4, theorem 24.9). Conflicts are resolved as in R. Reiter, "A theory of diagnosis from
//! first principles", *Artificial Intelligence* 32 (1987) 57: every smallest set of figures whose removal leaves no conflict is one reading,
//! and the bounds printed hold in all of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tw_base::{Bounds, Interval};

use crate::convert::quantity;

/// Most dates (ends of figures and dates asked for) in one account.
pub const MOST_DATES: usize = 600;
/// Most readings of a conflict that are tried before all figures in conflict are set aside.
const MOST_READINGS: usize = 120;
/// Smaller differences of persons are rounding.
const SLACK: f64 = 1e-6;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// Persons present at the end of a day.
    Stock(Date),
    /// Persons who came to stay in a period.
    Came(Interval),
    /// Persons who left in a period.
    Left(Interval),
    /// Different persons present at some time of a period: registrations, permits.
    Present(Interval),
}

/// A figure about persons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The caller's number for it.
    pub id: usize,
    /// What it counts.
    pub says: Says,
    /// Persons. An end that is unknown bounds nothing.
    pub persons: Bounds,
}

/// How long persons stay, in months: the assumption of the project's notes is 12 to 36.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    /// Nobody leaves before this many months.
    pub least: u16,
    /// Nobody stays longer.
    pub most: u16,
}

impl Stay {
    /// 12 to 36 months. Source: the project's notes on labour and revenue, section 4.3 (contracts of one to three years).
    pub const CONTRACT: Self = Self { least: 12, most: 36 };
}

/// The stock on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StockOn {
    /// The day (its end).
    pub day: Date,
    /// Smallest and largest stock that the figures allow.
    pub persons: Bounds,
    /// Figures that the low end rests on, by id; empty where it is only that no stock is negative.
    pub low_from: Vec<usize>,
    /// Figures that the high end rests on.
    pub high_from: Vec<usize>,
    /// True if the low end also rests on the assumed length of stay.
    pub low_assumes_stay: bool,
    /// True if the high end does.
    pub high_assumes_stay: bool,
}

/// Stocks over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StockPath {
    /// One for each day asked for, by day.
    pub stocks: Vec<StockOn>,
    /// Sets of figures (ids) that contradict each other, each as small as possible: without any one of them the rest agree.
    pub conflicts: Vec<Vec<usize>>,
    /// Readings of the conflicts over which the bounds hold: each leaves out as few figures as will do. Empty sets are not listed.
    pub readings: Vec<Vec<usize>>,
    /// True if the assumed length of stay contradicts the figures and was dropped.
    pub stay_dropped: bool,
}

/// Why figures cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PathError {
    /// A figure whose bounds are no quantity, or whose period is empty or open.
    #[error("figure {0} is not a count of persons over a period that ends")]
    Figure(usize),
    /// Too many dates.
    #[error("{0} dates are too many for one account: ask for at most 600, for instance by quarter")]
    TooMany(usize),
    /// Length of stay out of order.
    #[error("a stay of {0} to {1} months is out of order")]
    Stay(u16, u16),
}

/// Persons who stay, from entries and the share of entries that are the same person again or leave at once.
///
/// ```
/// use tw_base::Bounds;
/// let stay = tw_flows::labour::stayers(Bounds::exactly(1_000.0), Bounds::between(0.1, 0.3));
/// assert_eq!((stay.low, stay.high), (Some(700.0), Some(900.0)));
/// ```
#[must_use]
pub fn stayers(entries: Bounds, turnaround: Bounds) -> Bounds {
    let share = |v: Option<f64>| v.filter(|s| (0.0..=1.0).contains(s));
    let Some(entries) = quantity(entries) else { return Bounds::UNKNOWN };
    let low = entries.low.zip(share(turnaround.high)).map(|(e, t)| e * (1.0 - t));
    let high = entries.high.map(|e| e * (1.0 - share(turnaround.low).unwrap_or(0.0)));
    Bounds::from_ends(low, high)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Nature,
    Stay,
    Figure(usize),
}

/// `x[to] - x[from] <= weight`.
struct Edge {
    from: usize,
    to: usize,
    weight: f64,
    reason: Reason,
}

/// The tightest bounds on the stock at the end of each day that all figures allow.
///
/// With `stay`, nobody leaves before the least and everybody has left after the most months of a stay; it is dropped as a whole if the
/// figures contradict it. Only those who came since the first date of any figure are held to the least.
///
/// # Errors
/// If a figure is no quantity or its period does not end, the stay is out of order, or there are more than 600 dates.
///
/// ```
/// use tw_base::{Bounds, Period};
/// use tw_flows::labour::{Figure, Says, path};
/// let year = |text: &str| text.parse::<Period>().expect("a year").interval();
/// let day = |text: &str| text.parse().expect("a day");
/// let figures = [
///     Figure { id: 1, says: Says::Came(year("2024")), persons: Bounds::exactly(13_221.0) },
///     Figure { id: 2, says: Says::Left(year("2024")), persons: Bounds::at_most(2_000.0) },
/// ];
/// let found = path(&figures, &[day("2024-12-31")], None)?;
/// assert_eq!(found.stocks[0].persons.low, Some(11_221.0));
/// assert_eq!(found.stocks[0].low_from, [1, 2]);
/// # Ok::<(), tw_flows::labour::PathError>(())
/// ```
pub fn path(figures: &[Figure], days: &[Date], stay: Option<Stay>) -> Result<StockPath, PathError> {
    if let Some(stay) = stay
        && (stay.least > stay.most || stay.most > 1_200)
    {
        return Err(PathError::Stay(stay.least, stay.most));
    }
    for figure in figures {
        let ends = match figure.says {
            Says::Stock(_) => true,
            Says::Came(p) | Says::Left(p) | Says::Present(p) => p.to.is_some() && !p.is_empty(),
        };
        if !ends || quantity(figure.persons).is_none() {
            return Err(PathError::Figure(figure.id));
        }
    }
    let network = Network::of(figures, days, stay)?;
    let mut active = Active { figures: vec![true; figures.len()], stay: stay.is_some() };
    let mut stay_dropped = false;
    if active.stay && network.negative_cycle(&active).is_some() {
        active.stay = false;
        // The stay is kept if the figures are at odds without it too: then it is not what is wrong.
        stay_dropped = network.negative_cycle(&active).is_none();
        active.stay = !stay_dropped;
    }
    let (conflicts, readings) = network.readings(&active);
    if active.stay && readings.iter().any(|r| network.negative_cycle(&active.without(r)).is_some()) {
        active.stay = false;
        stay_dropped = true;
    }
    let mut sorted: Vec<Date> = days.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut stocks = Vec::with_capacity(sorted.len());
    let named = |index: &BTreeSet<usize>| -> Vec<usize> {
        let mut ids: Vec<usize> = index.iter().map(|i| figures[*i].id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    for day in sorted {
        let mut on: Option<StockOn> = None;
        for reading in &readings {
            let current = active.without(reading);
            let (came, left) = network.nodes(after(day));
            let (low, low_why, low_stay) = network.distance(came, left, &current);
            let (high, high_why, high_stay) = network.distance(left, came, &current);
            let low = low.map_or(0.0, |d| (-d).max(0.0));
            let next = StockOn {
                day,
                persons: Bounds::from_ends(Some(low), high.map(|h| h.max(low))),
                low_from: named(&low_why),
                high_from: named(&high_why),
                low_assumes_stay: low_stay,
                high_assumes_stay: high_stay,
            };
            on = Some(match on {
                None => next,
                Some(before) => wider(before, next),
            });
        }
        stocks.extend(on);
    }
    let ids = |sets: Vec<BTreeSet<usize>>| -> Vec<Vec<usize>> { sets.iter().map(named).filter(|s| !s.is_empty()).collect() };
    Ok(StockPath { stocks, conflicts: ids(conflicts), readings: ids(readings), stay_dropped })
}

fn wider(a: StockOn, b: StockOn) -> StockOn {
    let lower = b.persons.low < a.persons.low;
    let higher = match (a.persons.high, b.persons.high) {
        (Some(x), Some(y)) => y > x,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let persons = a.persons.hull(&b.persons);
    let persons = Bounds::from_ends(persons.low, persons.high);
    let (low_from, low_assumes_stay) = if lower { (b.low_from, b.low_assumes_stay) } else { (a.low_from, a.low_assumes_stay) };
    let (high_from, high_assumes_stay) = if higher { (b.high_from, b.high_assumes_stay) } else { (a.high_from, a.high_assumes_stay) };
    StockOn { day: a.day, persons, low_from, high_from, low_assumes_stay, high_assumes_stay }
}

fn after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

#[derive(Clone)]
struct Active {
    figures: Vec<bool>,
    stay: bool,
}

impl Active {
    fn has(&self, reason: Reason) -> bool {
        match reason {
            Reason::Nature => true,
            Reason::Stay => self.stay,
            Reason::Figure(i) => self.figures[i],
        }
    }

    fn without(&self, left_out: &BTreeSet<usize>) -> Self {
        let mut rest = self.clone();
        for i in left_out {
            rest.figures[*i] = false;
        }
        rest
    }
}

struct Network {
    dates: BTreeMap<Date, usize>,
    edges: Vec<Edge>,
}

impl Network {
    fn of(figures: &[Figure], days: &[Date], stay: Option<Stay>) -> Result<Self, PathError> {
        let mut ends: BTreeSet<Date> = days.iter().map(|d| after(*d)).collect();
        for figure in figures {
            match figure.says {
                Says::Stock(day) => {
                    ends.insert(after(day));
                }
                Says::Came(p) | Says::Left(p) | Says::Present(p) => {
                    ends.insert(p.from);
                    ends.extend(p.to);
                }
            }
        }
        let mut stays: Vec<(Date, Date, bool)> = Vec::new();
        if let (Some(stay), Some(first)) = (stay, ends.first().copied()) {
            for end in ends.clone() {
                // O(end) <= I(end - least), and at the first date at the earliest: who came since then is still there.
                let back = end.checked_sub(i32::from(stay.least).months()).unwrap_or(first).max(first);
                stays.push((back, end, true));
                if let Ok(back) = end.checked_sub(i32::from(stay.most).months())
                    && back >= first
                {
                    stays.push((back, end, false));
                }
            }
            ends.extend(stays.iter().map(|s| s.0));
        }
        if ends.len() > MOST_DATES {
            return Err(PathError::TooMany(ends.len()));
        }
        let dates: BTreeMap<Date, usize> = ends.iter().enumerate().map(|(i, d)| (*d, i)).collect();
        let mut network = Self { dates, edges: Vec::new() };
        let all: Vec<Date> = ends.into_iter().collect();
        for day in &all {
            let (came, left) = network.nodes(*day);
            network.edge(came, left, 0.0, Reason::Nature);
        }
        for pair in all.windows(2) {
            let ((came, left), (came_later, left_later)) = (network.nodes(pair[0]), network.nodes(pair[1]));
            network.edge(came_later, came, 0.0, Reason::Nature);
            network.edge(left_later, left, 0.0, Reason::Nature);
        }
        for (back, end, least) in stays {
            let (came, left) = (network.nodes(back).0, network.nodes(end).1);
            if least {
                network.edge(came, left, 0.0, Reason::Stay);
            } else {
                network.edge(left, came, 0.0, Reason::Stay);
            }
        }
        for (index, figure) in figures.iter().enumerate() {
            let last = |p: Interval| p.to.unwrap_or(p.from);
            // The figure bounds x[upper] - x[lower].
            let (upper, lower) = match figure.says {
                Says::Stock(day) => network.nodes(after(day)),
                Says::Came(p) => (network.nodes(last(p)).0, network.nodes(p.from).0),
                Says::Left(p) => (network.nodes(last(p)).1, network.nodes(p.from).1),
                Says::Present(p) => (network.nodes(last(p)).0, network.nodes(p.from).1),
            };
            if let Some(high) = figure.persons.high {
                network.edge(lower, upper, high, Reason::Figure(index));
            }
            if let Some(low) = figure.persons.low.filter(|l| *l > 0.0) {
                network.edge(upper, lower, -low, Reason::Figure(index));
            }
        }
        Ok(network)
    }

    /// The nodes for those who came and those who left until the start of a day.
    fn nodes(&self, day: Date) -> (usize, usize) {
        let index = self.dates.get(&day).copied().unwrap_or(0);
        (2 * index, 2 * index + 1)
    }

    fn edge(&mut self, from: usize, to: usize, weight: f64, reason: Reason) {
        self.edges.push(Edge { from, to, weight, reason });
    }

    /// Figures on a cycle of negative length, made as few as possible.
    fn negative_cycle(&self, active: &Active) -> Option<BTreeSet<usize>> {
        let mut found = self.any_cycle(active)?;
        // A cycle may use one figure twice, so that a part of its figures is in conflict already: leave out what is not needed.
        for index in found.clone() {
            let mut rest = found.clone();
            rest.remove(&index);
            let only = Active { figures: (0..active.figures.len()).map(|i| rest.contains(&i)).collect(), stay: active.stay };
            if self.any_cycle(&only).is_some() {
                found = rest;
            }
        }
        Some(found)
    }

    fn any_cycle(&self, active: &Active) -> Option<BTreeSet<usize>> {
        let n = 2 * self.dates.len();
        let mut distance = vec![0.0; n];
        let mut through: Vec<Option<usize>> = vec![None; n];
        let mut last = None;
        for _ in 0..=n {
            last = None;
            for (i, edge) in self.edges.iter().enumerate() {
                if active.has(edge.reason) && distance[edge.from] + edge.weight < distance[edge.to] - SLACK {
                    distance[edge.to] = distance[edge.from] + edge.weight;
                    through[edge.to] = Some(i);
                    last = Some(edge.to);
                }
            }
            last?;
        }
        let mut node = last?;
        for _ in 0..n {
            node = self.edges[through[node]?].from;
        }
        let (start, mut figures) = (node, BTreeSet::new());
        loop {
            let edge = &self.edges[through[node]?];
            if let Reason::Figure(i) = edge.reason {
                figures.insert(i);
            }
            node = edge.from;
            if node == start {
                return Some(figures);
            }
        }
    }

    /// Conflicts, and the smallest sets of figures without which none is left.
    fn readings(&self, active: &Active) -> (Vec<BTreeSet<usize>>, Vec<BTreeSet<usize>>) {
        let mut conflicts: Vec<BTreeSet<usize>> = Vec::new();
        let mut level: BTreeSet<BTreeSet<usize>> = BTreeSet::from([BTreeSet::new()]);
        let mut tried = 0;
        while !level.is_empty() && tried < MOST_READINGS {
            let (mut solved, mut next) = (Vec::new(), BTreeSet::new());
            for left_out in &level {
                tried += 1;
                match self.negative_cycle(&active.without(left_out)) {
                    None => solved.push(left_out.clone()),
                    Some(conflict) => {
                        if conflict.is_empty() {
                            // The assumed stay alone is at odds with nature; the caller drops it.
                            return (conflicts, vec![left_out.clone()]);
                        }
                        for figure in &conflict {
                            let mut more = left_out.clone();
                            more.insert(*figure);
                            next.insert(more);
                        }
                        if !conflicts.contains(&conflict) {
                            conflicts.push(conflict);
                        }
                    }
                }
                if tried >= MOST_READINGS {
                    break;
                }
            }
            if !solved.is_empty() {
                return (conflicts, solved);
            }
            level = next;
        }
        // Too many ways to be wrong: every figure that is in some conflict is set aside, until none is left.
        let mut all: BTreeSet<usize> = conflicts.iter().flatten().copied().collect();
        while let Some(more) = self.negative_cycle(&active.without(&all)) {
            if more.is_empty() {
                break;
            }
            all.extend(&more);
            conflicts.push(more);
        }
        (conflicts, vec![all])
    }

    /// Shortest distance between two nodes, and what it rests on; `None` if nothing bounds it.
    fn distance(&self, from: usize, to: usize, active: &Active) -> (Option<f64>, BTreeSet<usize>, bool) {
        let n = 2 * self.dates.len();
        let mut distance = vec![f64::INFINITY; n];
        let mut through: Vec<Option<usize>> = vec![None; n];
        distance[from] = 0.0;
        for _ in 0..n {
            let mut moved = false;
            for (i, edge) in self.edges.iter().enumerate() {
                if distance[edge.from].is_finite()
                    && active.has(edge.reason)
                    && distance[edge.from] + edge.weight < distance[edge.to] - SLACK
                {
                    distance[edge.to] = distance[edge.from] + edge.weight;
                    through[edge.to] = Some(i);
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        let (mut figures, mut stay, mut node) = (BTreeSet::new(), false, to);
        for _ in 0..n {
            let Some(i) = through[node] else { break };
            match self.edges[i].reason {
                Reason::Figure(index) => {
                    figures.insert(index);
                }
                Reason::Stay => stay = true,
                Reason::Nature => {}
            }
            node = self.edges[i].from;
            if node == from {
                break;
            }
        }
        (Some(distance[to]).filter(|d| d.is_finite()), figures, stay)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tw_base::Period;

    use super::*;

    fn year(text: &str) -> Interval {
        text.parse::<Period>().unwrap().interval()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn figure(id: usize, says: Says, persons: Bounds) -> Figure {
        Figure { id, says, persons }
    }

    #[test]
    fn the_russian_permits_registrations_and_the_stranded_leave_wide_bounds_and_name_what_binds() {
        let figures = [
            figure(1, Says::Stock(day("2017-12-31")), Bounds::exactly(30_023.0)),
            figure(2, Says::Stock(day("2018-12-31")), Bounds::exactly(11_490.0)),
            figure(3, Says::Came(year("2018")), Bounds::at_least(700.0)),
            figure(4, Says::Stock(day("2020-03-31")), Bounds::exactly(511.0)),
            figure(5, Says::Left(year("2019")), Bounds::at_most(5_000.0)),
        ];
        let found = path(&figures, &[day("2018-06-30"), day("2019-12-31")], None).unwrap();
        assert!(found.conflicts.is_empty());
        assert_eq!((found.stocks[0].persons.low, found.stocks[0].persons.high), (Some(0.0), None));
        assert_eq!((found.stocks[1].persons.low, found.stocks[1].persons.high), (Some(6_490.0), None));
        assert_eq!(found.stocks[1].low_from, [2, 5]);
    }

    #[test]
    fn entries_only_give_the_best_window() {
        let figures = [
            figure(0, Says::Came(year("2021")), Bounds::between(500.0, 600.0)),
            figure(1, Says::Left(year("2021")), Bounds::between(0.0, 800.0)),
            figure(2, Says::Came(year("2022")), Bounds::between(900.0, 1_000.0)),
            figure(3, Says::Left(year("2022")), Bounds::between(0.0, 200.0)),
        ];
        let found = path(&figures, &[day("2022-12-31")], None).unwrap();
        assert_eq!(found.stocks[0].persons.low, Some(700.0));
        assert_eq!(found.stocks[0].low_from, [2, 3]);
        // Without any figure for exits only the least stay speaks: who came in the last twelve months is there.
        let entries = [figures[0].clone(), figures[2].clone()];
        assert_eq!(path(&entries, &[day("2022-12-31")], None).unwrap().stocks[0].persons.low, Some(0.0));
        let staying = path(&entries, &[day("2022-12-31")], Some(Stay::CONTRACT)).unwrap();
        assert_eq!((staying.stocks[0].persons.low, staying.stocks[0].low_assumes_stay), (Some(900.0), true));
        let long = [figure(0, Says::Came(year("2018..2022")), Bounds::between(0.0, 1_500.0))];
        let bound = path(&long, &[day("2022-12-31")], Some(Stay::CONTRACT)).unwrap();
        assert_eq!((bound.stocks[0].persons.high, bound.stocks[0].high_assumes_stay), (Some(1_500.0), true));
    }

    #[test]
    fn a_smallest_conflict_is_named_and_the_bounds_hold_in_every_reading() {
        let figures = [
            figure(10, Says::Stock(day("2020-12-31")), Bounds::exactly(511.0)),
            figure(11, Says::Came(year("2021")), Bounds::exactly(100.0)),
            figure(12, Says::Stock(day("2021-12-31")), Bounds::exactly(15_000.0)),
            figure(13, Says::Left(year("2019")), Bounds::at_least(3.0)),
        ];
        let found = path(&figures, &[day("2021-12-31")], None).unwrap();
        assert_eq!(found.conflicts, [vec![10, 11, 12]]);
        assert_eq!(found.readings, [vec![10], vec![11], vec![12]]);
        assert_eq!((found.stocks[0].persons.low, found.stocks[0].persons.high), (Some(0.0), Some(15_000.0)));
    }

    #[test]
    fn a_stay_that_the_figures_contradict_is_dropped() {
        let figures = [
            figure(0, Says::Stock(day("2019-12-31")), Bounds::exactly(0.0)),
            figure(1, Says::Came(year("2020")), Bounds::exactly(100.0)),
            figure(2, Says::Stock(day("2020-12-31")), Bounds::exactly(10.0)),
        ];
        let found = path(&figures, &[day("2020-12-31")], Some(Stay::CONTRACT)).unwrap();
        assert!(found.stay_dropped && found.conflicts.is_empty());
        assert_eq!(found.stocks[0].persons.exact(), Some(10.0));
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        let open = figure(7, Says::Came(Interval::new(day("2020-01-01"), None)), Bounds::exactly(1.0));
        assert_eq!(path(&[open], &[], None), Err(PathError::Figure(7)));
        let negative = figure(8, Says::Stock(day("2020-01-01")), Bounds::exactly(-1.0));
        assert_eq!(path(&[negative], &[], None), Err(PathError::Figure(8)));
        assert_eq!(path(&[], &[], Some(Stay { least: 9, most: 3 })), Err(PathError::Stay(9, 3)));
        assert_eq!(path(&[], &[day("2020-01-01")], None).unwrap().stocks[0].persons, Bounds::at_least(0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_true_stock_lies_inside_and_one_false_figure_does_not_put_it_outside(
            first in 0u32..5_000,
            steps in proptest::collection::vec((0u32..2_000, 0u32..2_000, 0u32..200, proptest::bool::ANY, proptest::bool::ANY), 2..8),
            false_one in 0usize..8,
        ) {
            let mut stock = first;
            let mut figures = vec![figure(0, Says::Stock(day("2009-12-31")), Bounds::exactly(f64::from(first)))];
            let mut truth = Vec::new();
            for (i, (came, left, slack, gives_left, gives_stock)) in steps.iter().enumerate() {
                let left = (*left).min(stock + came);
                stock = stock + came - left;
                let around = |v: u32| Bounds::between(f64::from(v.saturating_sub(*slack)), f64::from(v + slack));
                let period = year(&format!("{}", 2010 + i));
                figures.push(figure(figures.len(), Says::Came(period), around(*came)));
                if *gives_left {
                    figures.push(figure(figures.len(), Says::Left(period), around(left)));
                }
                let end = period.last().unwrap();
                if *gives_stock {
                    figures.push(figure(figures.len(), Says::Stock(end), around(stock)));
                }
                truth.push((end, f64::from(stock)));
            }
            let days: Vec<Date> = truth.iter().map(|t| t.0).collect();
            let holds = |found: &StockPath| found.stocks.iter().zip(&truth).all(|(s, t)| {
                s.persons.low.is_none_or(|l| l <= t.1 + 1e-6) && s.persons.high.is_none_or(|h| h >= t.1 - 1e-6)
            });
            let found = path(&figures, &days, None).unwrap();
            prop_assert!(found.conflicts.is_empty() && holds(&found));
            // One figure is wrong: if that is noticed at all, the truth is among the readings.
            let mut wrong = figures.clone();
            let index = false_one % wrong.len();
            wrong[index].persons = Bounds::exactly(100_000.0);
            let found = path(&wrong, &days, None).unwrap();
            if !found.conflicts.is_empty() {
                prop_assert!(holds(&found), "{:?}", found);
            }
        }
    }
}
