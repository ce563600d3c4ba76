//! Accounts against a cap: how much was delivered in a window, at least and at most, from figures that overlap.
//!
//! # What the bounds mean
//!
//! A figure is read as the true total of its own scope: these parties, all of them together, on these days, all of them.
//! (Single shipments are not totals: two ships of one supplier on one day have to be added up by the caller first.)
//! Quantities are not negative, so a scope that lies inside another cannot hold more than the other.
//!
//! - **low** is the greatest sum of low bounds over figures that cannot hold the same oil (no party or no day in common) and that lie
//!   wholly inside the window. If every figure is true, at least that much was delivered. A figure that straddles the edge of the window
//!   adds nothing: all of it may lie outside.
//! - **high** is the least sum of high bounds over figures that together cover every day of the window for every party that is said to
//!   supply. A figure that straddles the edge counts whole: all of it may lie inside. If one day of one party is not covered, there is no
//!   upper bound: not reported is not zero.
//! - **best** is the sum of the best values (else the middles) of the figures behind `low`, kept inside the bounds. It speaks of what was
//!   reported only.
//! - The parties said to supply are all those that any figure names, also one outside the window, and those that the caller adds.
//!
//! # Figures that contradict each other
//!
//! - Same parties and same days: figures that agree are cut to what they share; figures that conflict by more than rounding widen to their
//!   hull, from the lowest low to the highest high, and are reported.
//! - Parts that sum to more than the whole that contains them: the parts no longer count for `low`, nor the whole for `high`.
//! - Parts that cover the whole and sum to less: the whole no longer counts for `low`, nor the parts for `high`.
//!
//! So each bound holds whichever of the two sides is right. Rounding is half a barrel a figure. Conflicts between figures that overlap
//! without one containing the other are not looked for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use tw_base::{Bounds, Country, Interval, Parties};

use crate::convert::quantity;
use crate::solve::{self, Choice, Row, Scopes};

/// Half a barrel: the rounding of a figure that is published in whole barrels.
const ROUNDING: f64 = 0.5;
/// Rows that the cross-check of parts against wholes may visit before it stops and says so.
const NESTING_WORK: usize = 1_000_000;
/// Most different sets of parties for which that cross-check is made.
const NESTING_SCOPES: usize = 2_000;

/// A published figure: so many barrels, from these parties, in this period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The caller's number for it, unique within one call.
    pub id: usize,
    /// Who supplied it, jointly if more than one.
    pub parties: Parties,
    /// When, as the figure says.
    pub period: Interval,
    /// How much, in barrels.
    pub barrels: Bounds,
    /// True if it was published in barrels, false if it was converted. Of figures with one scope the published one stands for all.
    pub exact_barrels: bool,
}

/// The sum of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The window.
    pub window: Interval,
    /// At least this much, in barrels; `None` if no figure with a lower bound lies inside the window.
    pub low: Option<f64>,
    /// The best value of what was reported; `None` if a used figure has none.
    pub best: Option<f64>,
    /// At most this much; `None` if the figures do not cover the window (see `coverage`), or one of them has no upper bound.
    pub high: Option<f64>,
    /// The figures behind `low` and `best`, one a scope, with the bounds of that scope; by parties and first day.
    pub used: Vec<Delivery>,
    /// The figures behind `high`, by id; empty if there is none.
    pub high_from: Vec<usize>,
    /// The figures that are not used for `low`, and why; by id.
    pub set_aside: Vec<SetAside>,
    /// By party, how much of the window some figure speaks about; `world` stands for all parties that no figure names.
    pub coverage: Vec<Coverage>,
    /// Figures that contradict each other.
    pub conflicts: Vec<Conflict>,
    /// False if `low` is valid but perhaps not the greatest sum, because too many joint figures overlap.
    pub low_is_greatest: bool,
    /// False if `high` is valid but perhaps not the least sum, for the same reason.
    pub high_is_least: bool,
    /// Figures that were not checked against the figures that they contain, because there are too many.
    pub nesting_unchecked: usize,
}

impl Account {
    /// Low, best and high as bounds in barrels.
    #[must_use]
    pub fn barrels(&self) -> Bounds {
        Bounds { low: self.low, best: self.best, high: self.high }
    }

    /// True if some figure speaks about every day of every party.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.coverage.iter().all(|c| c.gaps.is_empty())
    }
}

/// A figure that was not used for the lower bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetAside {
    /// The figure.
    pub id: usize,
    /// Why.
    pub why: Why,
}

/// Why a figure was not used for the lower bound. Ids are those of the other figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// No day of it is in the window.
    Outside,
    /// Some of its days are outside the window: all of it may have been delivered on those.
    Straddles,
    /// Its bounds are negative, not finite or in the wrong order.
    NotAQuantity,
    /// Its period has no day.
    EmptyPeriod,
    /// It has no lower bound.
    NoLowBound,
    /// It has the same parties and period as another figure, which stands for both.
    SameScope {
        /// The figure that stands for it.
        as_id: usize,
    },
    /// It lies inside a figure that is used.
    ContainedIn {
        /// That figure.
        id: usize,
    },
    /// It contains a figure that is used, and the used ones sum to more.
    Contains {
        /// One of them.
        id: usize,
    },
    /// It shares parties and days with a figure that is used.
    Overlaps {
        /// One of them.
        id: usize,
    },
    /// It contradicts a figure that contains it or that it contains.
    Contradicts {
        /// That figure.
        id: usize,
    },
    /// It could be added, but the search stopped at its limit.
    NotTried,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Outside => f.write_str("outside the window"),
            Self::Straddles => f.write_str("straddles the edge of the window"),
            Self::NotAQuantity => f.write_str("is not a quantity"),
            Self::EmptyPeriod => f.write_str("its period has no day"),
            Self::NoLowBound => f.write_str("has no lower bound"),
            Self::SameScope { as_id } => write!(f, "same period and parties as figure {as_id}"),
            Self::ContainedIn { id } => write!(f, "contained in figure {id}"),
            Self::Contains { id } => write!(f, "contains figure {id}, which is used"),
            Self::Overlaps { id } => write!(f, "overlaps figure {id}, which is used"),
            Self::Contradicts { id } => write!(f, "contradicts figure {id}"),
            Self::NotTried => f.write_str("not tried: too many joint figures overlap"),
        }
    }
}

/// How much of the window the figures speak about, for one party.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The party; `world` for all that no figure names.
    pub party: Parties,
    /// Days of the window about which a figure speaks; `None` if the window is open.
    pub days_covered: Option<i64>,
    /// Days of the window; `None` if it is open.
    pub days_in_window: Option<i64>,
    /// The days about which none does.
    pub gaps: Vec<Interval>,
}

impl Coverage {
    /// First days of the calendar months that are not covered whole, at most 1,200; for the sentence "no report from Russia for these months".
    #[must_use]
    pub fn months_missing(&self) -> Vec<Date> {
        let mut months: Vec<Date> = Vec::new();
        for gap in &self.gaps {
            let mut month = gap.from.first_of_month();
            while months.len() < 1_200 && gap.to.is_none_or(|to| month < to) {
                if months.last() != Some(&month) {
                    months.push(month);
                }
                let Ok(next) = month.checked_add(1.month()) else { break };
                month = next;
            }
        }
        months
    }
}

/// Figures that cannot all be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// How they contradict each other.
    pub kind: ConflictKind,
    /// The figures; the whole first where there is one.
    pub ids: Vec<usize>,
    /// The parties of the scope (of the whole).
    pub parties: Parties,
    /// The days of the scope (of the whole).
    pub period: Interval,
    /// What the scope may have held if any of them is right, in barrels.
    pub barrels: Bounds,
}

/// How figures contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// Same parties and days, different amounts.
    SameScope,
    /// Parts sum to more than the whole that contains them.
    PartsExceedWhole,
    /// Parts cover the whole and sum to less.
    WholeExceedsParts,
    /// Parts and whole differ by no more than rounding; nothing was set aside for it.
    Rounding,
}

/// Sums a window from figures that may overlap, for the parties that the figures name. The module text says what the bounds mean.
///
/// Pass all figures, also those of other years: a supplier that reported before and does not in the window is then missed.
/// The result does not depend on the order of the figures.
///
/// ```
/// use tw_base::{Bounds, Period};
/// use tw_flows::{Delivery, account};
/// let figure = |id, parties: &str, period: &str, barrels| Delivery {
///     id,
///     parties: parties.parse().expect("a known code"),
///     period: period.parse::<Period>().expect("a period").interval(),
///     barrels: Bounds::exactly(barrels),
///     exact_barrels: true,
/// };
/// let figures = [figure(0, "RUS", "2024-01", 15_279.0), figure(1, "CHN+RUS", "2024-01-01..2024-12-04", 168_679.0)];
/// let year = account("2024".parse::<Period>()?.interval(), &figures);
/// assert_eq!((year.low, year.high), (Some(168_679.0), None)); // nobody speaks about the last 27 days
/// # Ok::<(), tw_base::PeriodError>(())
/// ```
#[must_use]
pub fn account(window: Interval, deliveries: &[Delivery]) -> Account {
    account_of(window, deliveries, &[])
}

/// The same as [`account`], with further suppliers that must be covered before there is an upper bound.
#[must_use]
pub fn account_of(window: Interval, deliveries: &[Delivery], suppliers: &[Country]) -> Account {
    Prepared::new(deliveries, suppliers).account(window)
}

/// Figures merged by scope and checked against each other, ready to be summed over any window.
pub(crate) struct Prepared<'a> {
    deliveries: &'a [Delivery],
    scopes: Scopes,
    labels: Vec<&'a Parties>,
    parties: Vec<Option<Country>>,
    figures: Vec<Figure>,
    order: Vec<u32>,
    refused: Vec<SetAside>,
    conflicts: Vec<Conflict>,
    nesting_unchecked: usize,
}

/// All that was published about one scope.
#[derive(Clone, Copy, Debug)]
struct Figure {
    scope: u32,
    from: i32,
    to: i32,
    barrels: Bounds,
    /// Position in `deliveries` of the figure that stands for the scope.
    stands: u32,
    /// Its id.
    id: usize,
    /// Where the scope's figures begin and end in `order`.
    start: u32,
    end: u32,
    /// The figure that it contradicts, where it no longer counts for the lower or the upper bound.
    not_low: Option<u32>,
    not_high: Option<u32>,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(deliveries: &'a [Delivery], suppliers: &[Country]) -> Self {
        let mut refused = Vec::new();
        let mut known: BTreeMap<&Parties, u32> = BTreeMap::new();
        let mut rows: Vec<(u32, i32, i32, u32)> = Vec::with_capacity(deliveries.len());
        let mut last: Option<(&Parties, u32)> = None;
        for (i, delivery) in deliveries.iter().enumerate() {
            if delivery.period.is_empty() {
                refused.push(SetAside { id: delivery.id, why: Why::EmptyPeriod });
                continue;
            }
            if quantity(delivery.barrels).is_none() {
                refused.push(SetAside { id: delivery.id, why: Why::NotAQuantity });
                continue;
            }
            let scope = match last {
                Some((parties, scope)) if *parties == delivery.parties => scope,
                _ => {
                    let fresh = known.len() as u32;
                    *known.entry(&delivery.parties).or_insert(fresh)
                }
            };
            last = Some((&delivery.parties, scope));
            rows.push((scope, day(delivery.period.from), end_day(delivery.period.to), i as u32));
        }
        let mut rank = vec![0u32; known.len()];
        let labels: Vec<&Parties> = known.keys().copied().collect();
        for (position, provisional) in known.values().enumerate() {
            rank[*provisional as usize] = position as u32;
        }
        for row in &mut rows {
            row.0 = rank[row.0 as usize];
        }
        let mut countries: Vec<Country> =
            labels.iter().flat_map(|p| p.countries().iter().copied()).chain(suppliers.iter().copied()).collect();
        countries.sort_unstable();
        countries.dedup();
        let mut parties: Vec<Option<Country>> = countries.iter().copied().map(Some).collect();
        if labels.iter().any(|p| p.is_world()) {
            parties.push(None);
        }
        let number = |c: &Country| countries.binary_search(c).ok().map(|n| n as u16);
        let members = labels
            .iter()
            .map(|p| if p.is_world() { (0..parties.len() as u16).collect() } else { p.countries().iter().filter_map(number).collect() })
            .collect();
        rows.sort_unstable_by_key(|(scope, from, to, i)| (*scope, *from, std::cmp::Reverse(*to), *i));
        let order: Vec<u32> = rows.iter().map(|r| r.3).collect();
        let scopes = Scopes::new(members, parties.len());
        let mut prepared =
            Self { deliveries, scopes, labels, parties, figures: Vec::new(), order, refused, conflicts: Vec::new(), nesting_unchecked: 0 };
        prepared.merge(&rows);
        prepared.check_nesting();
        prepared
    }

    /// One figure a scope: what agreeing figures share, or the hull of conflicting ones.
    fn merge(&mut self, rows: &[(u32, i32, i32, u32)]) {
        self.figures.reserve(rows.len());
        let mut start = 0;
        while start < rows.len() {
            let (scope, from, to, first) = rows[start];
            let mut end = start + 1;
            while end < rows.len() && (rows[end].0, rows[end].1, rows[end].2) == (scope, from, to) {
                end += 1;
            }
            let mut figure = Figure {
                scope,
                from,
                to,
                barrels: self.deliveries[first as usize].barrels,
                stands: first,
                id: self.deliveries[first as usize].id,
                start: start as u32,
                end: end as u32,
                not_low: None,
                not_high: None,
            };
            if end > start + 1 {
                let same: Vec<&Delivery> = rows[start..end].iter().map(|r| &self.deliveries[r.3 as usize]).collect();
                if let Some(stands) = rows[start..end].iter().map(|r| r.3).min_by_key(|i| self.preference(*i)) {
                    figure.stands = stands;
                    figure.id = self.deliveries[stands as usize].id;
                }
                let (barrels, conflict) = same_scope(&same, self.deliveries[figure.stands as usize].barrels);
                figure.barrels = barrels;
                if conflict {
                    let mut ids: Vec<usize> = same.iter().map(|d| d.id).collect();
                    ids.sort_unstable();
                    let delivery = &self.deliveries[first as usize];
                    let (parties, period) = (delivery.parties.clone(), delivery.period);
                    self.conflicts.push(Conflict { kind: ConflictKind::SameScope, ids, parties, period, barrels });
                }
            }
            self.figures.push(figure);
            start = end;
        }
    }

    /// Published in barrels before converted, then by id.
    fn preference(&self, i: u32) -> (bool, usize, u32) {
        let delivery = &self.deliveries[i as usize];
        (!delivery.exact_barrels, delivery.id, i)
    }

    /// Sets each figure against those that it contains.
    fn check_nesting(&mut self) {
        let scopes = self.labels.len();
        if scopes > NESTING_SCOPES {
            self.nesting_unchecked = self.figures.len();
            return;
        }
        let starts: Vec<usize> = (0..=scopes).map(|s| self.figures.partition_point(|f| (f.scope as usize) < s)).collect();
        let within: Vec<Vec<usize>> =
            (0..scopes).map(|outer| (0..scopes).filter(|inner| self.scopes.covers(outer as u32, *inner as u32)).collect()).collect();
        let mut verdicts: Vec<(u32, Vec<u32>, ConflictKind, Bounds)> = Vec::new();
        let mut visited = 0;
        for (w, whole) in self.figures.iter().enumerate() {
            let mut parts: Vec<u32> = Vec::new();
            let mut skipped = false;
            for scope in &within[whole.scope as usize] {
                let line = &self.figures[starts[*scope]..starts[scope + 1]];
                let first = line.partition_point(|f| f.from < whole.from);
                let last = line.partition_point(|f| f.from < whole.to);
                visited += (last - first).saturating_sub(usize::from(*scope == whole.scope as usize));
                if visited > NESTING_WORK && last - first > 1 {
                    skipped = true;
                    break;
                }
                for (i, part) in line.iter().enumerate().take(last).skip(first) {
                    let i = starts[*scope] + i;
                    if i != w && part.to <= whole.to {
                        parts.push(i as u32);
                    }
                }
            }
            if skipped {
                self.nesting_unchecked += 1;
            } else if !parts.is_empty() {
                verdicts.extend(self.judge(w as u32, parts));
            }
        }
        for (w, parts, kind, barrels) in verdicts {
            let whole = self.figures[w as usize];
            match kind {
                ConflictKind::PartsExceedWhole => {
                    self.figures[w as usize].not_high.get_or_insert(parts[0]);
                    for part in &parts {
                        self.figures[*part as usize].not_low.get_or_insert(w);
                    }
                }
                ConflictKind::WholeExceedsParts => {
                    self.figures[w as usize].not_low.get_or_insert(parts[0]);
                    for part in &parts {
                        self.figures[*part as usize].not_high.get_or_insert(w);
                    }
                }
                ConflictKind::SameScope | ConflictKind::Rounding => {}
            }
            let ids = std::iter::once(w).chain(parts).map(|f| self.id(f)).collect();
            let delivery = &self.deliveries[whole.stands as usize];
            self.conflicts.push(Conflict { kind, ids, parties: delivery.parties.clone(), period: delivery.period, barrels });
        }
    }

    /// Whether the parts of a figure contradict it.
    fn judge(&self, w: u32, parts: Vec<u32>) -> Option<(u32, Vec<u32>, ConflictKind, Bounds)> {
        let whole = &self.figures[w as usize];
        let row = |i: u32, value: f64| {
            let f = &self.figures[i as usize];
            Row { index: i, scope: f.scope, from: f.from, to: f.to, value }
        };
        let mut rounding = None;
        if let Some(high) = whole.barrels.high {
            let rows = parts.iter().filter_map(|i| Some(row(*i, self.figures[*i as usize].barrels.low?))).collect();
            let chosen = solve::pack(&self.scopes, rows).rows;
            let sum: f64 = chosen.iter().filter_map(|i| self.figures[*i as usize].barrels.low).sum();
            let hull = Bounds { low: whole.barrels.low, best: None, high: None };
            if sum > high + ROUNDING * (chosen.len() + 1) as f64 {
                return Some((w, parts, ConflictKind::PartsExceedWhole, hull));
            }
            if sum > high {
                rounding = Some((w, chosen, ConflictKind::Rounding, Bounds { high: Some(sum), ..hull }));
            }
        }
        let rows: Vec<Row> = parts.iter().map(|i| row(*i, self.figures[*i as usize].barrels.high.unwrap_or(f64::INFINITY))).collect();
        let open = solve::gaps(&self.scopes, &rows, self.parties.len(), (whole.from, whole.to));
        let tiled = self.scopes.members[whole.scope as usize].iter().all(|m| open[usize::from(*m)].is_empty());
        let Some(low) = whole.barrels.low.filter(|_| tiled) else { return rounding };
        let cover = solve::cover(&self.scopes, rows);
        if cover.cost + ROUNDING * ((cover.rows.len() + 1) as f64) < low {
            let hull = Bounds { low: None, best: None, high: whole.barrels.high };
            return Some((w, parts, ConflictKind::WholeExceedsParts, hull));
        }
        if cover.cost < low {
            return Some((w, cover.rows, ConflictKind::Rounding, Bounds::between(cover.cost, whole.barrels.high.unwrap_or(low))));
        }
        rounding
    }

    fn id(&self, figure: u32) -> usize {
        self.figures[figure as usize].id
    }

    /// Last days of the figures inside a window, as the day after; sorted.
    pub(crate) fn ends_within(&self, window: (i32, i32)) -> Vec<i32> {
        let mut ends: Vec<i32> = self.figures.iter().filter(|f| window.0 <= f.from && f.to <= window.1).map(|f| f.to).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// First days on which the upper bound can rise: the window's first, and each figure's first and the day after its last; sorted.
    pub(crate) fn steps_within(&self, window: (i32, i32)) -> Vec<i32> {
        let mut steps: Vec<i32> =
            self.figures.iter().flat_map(|f| [f.from, f.to]).filter(|d| window.0 <= *d && *d < window.1).chain([window.0]).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The greatest sum of low bounds inside a window: figures, sum, and whether it is the greatest.
    pub(crate) fn low(&self, window: (i32, i32)) -> (Vec<u32>, Option<f64>, bool) {
        let mut rows = Vec::new();
        for (i, f) in self.figures.iter().enumerate() {
            let inside = window.0 <= f.from && f.to <= window.1;
            if let Some(value) = f.barrels.low.filter(|_| inside && f.not_low.is_none()) {
                rows.push(Row { index: i as u32, scope: f.scope, from: f.from, to: f.to, value });
            }
        }
        let choice = solve::pack(&self.scopes, rows);
        let sum = choice.rows.iter().filter_map(|i| self.figures[*i as usize].barrels.low).sum();
        let low = (!choice.rows.is_empty()).then_some(sum);
        (choice.rows, low, choice.optimal)
    }

    fn rows_over(&self, window: (i32, i32)) -> Vec<Row> {
        let mut rows = Vec::new();
        for (i, f) in self.figures.iter().enumerate() {
            if window.0 < window.1 && f.from < window.1 && window.0 < f.to {
                let value = f.barrels.high.filter(|_| f.not_high.is_none()).unwrap_or(f64::INFINITY);
                rows.push(Row { index: i as u32, scope: f.scope, from: f.from.max(window.0), to: f.to.min(window.1), value });
            }
        }
        rows
    }

    /// The least sum of high bounds over whatever days the figures speak about; infinite if one of those days has no upper bound.
    pub(crate) fn high_of_reported(&self, window: (i32, i32)) -> f64 {
        solve::cover(&self.scopes, self.rows_over(window)).cost
    }

    /// The account of a window. Hands the conflicts over, so it is asked for once.
    pub(crate) fn account(&mut self, window: Interval) -> Account {
        let days = window_days(window);
        let (chosen, low, low_is_greatest) = self.low(days);
        let mut used = Vec::with_capacity(chosen.len());
        let mut best = (!chosen.is_empty()).then_some(0.0);
        for i in &chosen {
            let figure = &self.figures[*i as usize];
            best = best.and_then(|sum: f64| Some(sum + figure.barrels.best_or_middle()?));
            let delivery = &self.deliveries[figure.stands as usize];
            used.push(Delivery { barrels: figure.barrels, ..delivery.clone() });
        }
        let over = self.rows_over(days);
        let gaps = solve::gaps(&self.scopes, &over, self.parties.len(), days);
        let covered = !self.parties.is_empty() && gaps.iter().all(Vec::is_empty);
        let cover =
            if covered { solve::cover(&self.scopes, over) } else { Choice { cost: f64::INFINITY, optimal: true, ..Choice::default() } };
        let high = cover.cost.is_finite().then(|| cover.rows.iter().filter_map(|i| self.figures[*i as usize].barrels.high).sum());
        let mut high_from: Vec<usize> = if high.is_some() { cover.rows.iter().map(|i| self.id(*i)).collect() } else { Vec::new() };
        high_from.sort_unstable();
        let best = best.map(|b| b.max(low.unwrap_or(0.0)).min(high.unwrap_or(f64::INFINITY)));
        Account {
            window,
            low,
            best,
            high,
            set_aside: self.set_aside(days, &chosen),
            used,
            high_from,
            coverage: self.coverage(window, gaps),
            conflicts: std::mem::take(&mut self.conflicts),
            low_is_greatest,
            high_is_least: cover.optimal,
            nesting_unchecked: self.nesting_unchecked,
        }
    }

    fn coverage(&self, window: Interval, gaps: Vec<Vec<(i32, i32)>>) -> Vec<Coverage> {
        let days_in_window = window.days().map(|d| d.max(0));
        let mut out = Vec::with_capacity(gaps.len());
        for (party, open) in self.parties.iter().zip(gaps) {
            let missing: i64 = open.iter().map(|(from, to)| i64::from(*to) - i64::from(*from)).sum();
            let party = party.map_or_else(|| "world".parse().ok(), |c| Some(Parties::one(c)));
            let Some(party) = party else { continue };
            let gaps = open.iter().filter_map(|(from, to)| Some(Interval::new(date(*from)?, date(*to)))).collect();
            out.push(Coverage { party, days_covered: days_in_window.map(|d| d - missing), days_in_window, gaps });
        }
        out
    }

    fn set_aside(&self, window: (i32, i32), chosen: &[u32]) -> Vec<SetAside> {
        let mut is_used = vec![false; self.figures.len()];
        let mut used: Vec<Vec<(i32, i32, u32)>> = vec![Vec::new(); self.parties.len()];
        for i in chosen {
            is_used[*i as usize] = true;
            let figure = &self.figures[*i as usize];
            for member in &self.scopes.members[figure.scope as usize] {
                used[usize::from(*member)].push((figure.from, figure.to, *i));
            }
        }
        for line in &mut used {
            line.sort_unstable();
        }
        let mut out = Vec::with_capacity(self.deliveries.len() - chosen.len());
        out.extend_from_slice(&self.refused);
        for (figure, is_used) in self.figures.iter().zip(is_used) {
            let why = if is_used { None } else { Some(self.why(figure, window, &used)) };
            if let (Some(why), 1) = (why, figure.end - figure.start) {
                out.push(SetAside { id: figure.id, why });
                continue;
            }
            for position in &self.order[figure.start as usize..figure.end as usize] {
                let why = match why {
                    Some(why @ (Why::Outside | Why::Straddles)) => why,
                    _ if *position != figure.stands => Why::SameScope { as_id: figure.id },
                    Some(why) => why,
                    None => continue,
                };
                out.push(SetAside { id: self.deliveries[*position as usize].id, why });
            }
        }
        out.sort_by_key(|s| s.id);
        out
    }

    fn why(&self, figure: &Figure, window: (i32, i32), used: &[Vec<(i32, i32, u32)>]) -> Why {
        if figure.to <= window.0 || window.1 <= figure.from {
            return Why::Outside;
        }
        if figure.from < window.0 || window.1 < figure.to {
            return Why::Straddles;
        }
        if figure.barrels.low.is_none() {
            return Why::NoLowBound;
        }
        if let Some(other) = figure.not_low {
            return Why::Contradicts { id: self.id(other) };
        }
        let mut overlap = None;
        for member in &self.scopes.members[figure.scope as usize] {
            let line = &used[usize::from(*member)];
            // Used figures of one party do not overlap, so their ends are in order as well.
            let at = line.partition_point(|(_, to, _)| *to <= figure.from);
            let Some((from, to, other)) = line.get(at).filter(|(from, _, _)| *from < figure.to) else { continue };
            let there = &self.figures[*other as usize];
            let id = there.id;
            if *from <= figure.from && figure.to <= *to && self.scopes.covers(there.scope, figure.scope) {
                return Why::ContainedIn { id };
            }
            if figure.from <= *from && *to <= figure.to && self.scopes.covers(figure.scope, there.scope) {
                overlap = overlap.or(Some(Why::Contains { id }));
            } else {
                overlap = Some(Why::Overlaps { id });
            }
        }
        overlap.unwrap_or(Why::NotTried)
    }
}

/// The bounds of a scope for which several figures were published, and whether they conflict by more than rounding.
fn same_scope(figures: &[&Delivery], standing: Bounds) -> (Bounds, bool) {
    let known = |end: fn(&Bounds) -> Option<f64>| figures.iter().filter_map(move |d| end(&d.barrels));
    let low = known(|b| b.low).reduce(f64::max);
    let high = known(|b| b.high).reduce(f64::min);
    if let Some((l, h)) = low.zip(high).filter(|(l, h)| l > h) {
        let hull = figures.iter().map(|d| d.barrels).reduce(|a, b| a.hull(&b)).unwrap_or(Bounds::UNKNOWN);
        return (hull, l - h > 2.0 * ROUNDING);
    }
    let best = standing.best_or_middle().map(|b| b.max(low.unwrap_or(b)).min(high.unwrap_or(b)));
    (Bounds { low, best, high }, false)
}

/// Days since 1970-01-01.
pub(crate) fn day(date: Date) -> i32 {
    // Hours of a civil date divide by 24 and fit: the calendar has fewer than eight million days.
    (date.duration_since(EPOCH).as_hours() / 24) as i32
}

fn end_day(to: Option<Date>) -> i32 {
    to.map_or(i32::MAX, day)
}

/// First day and day after the last; a window that ends before it begins has no day.
pub(crate) fn window_days(window: Interval) -> (i32, i32) {
    let from = day(window.from);
    (from, end_day(window.to).max(from))
}

/// The date of a day number; `None` past the end of the calendar, which stands for "open".
pub(crate) fn date(day: i32) -> Option<Date> {
    EPOCH.checked_add(Span::new().try_days(day).ok()?).ok()
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);
