//! What must hold of an account whatever the figures are.

#![expect(clippy::unwrap_used, reason = "a failed test is what a test may be")]

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use tw_base::{Bounds, Interval, Parties};
use tw_flows::{ConflictKind, Delivery, Why, account, passes};

const SPAN: usize = 40;
const PARTIES: [&str; 6] = ["CHN", "RUS", "KOR", "CHN+RUS", "CHN+KOR", "world"];

fn at(day: usize) -> Date {
    date(2020, 1, 1).checked_add((day as i64).days()).unwrap()
}

fn span(from: usize, to: usize) -> Interval {
    Interval::new(at(from), Some(at(to)))
}

fn delivery(id: usize, parties: &str, from: usize, to: usize, barrels: Bounds) -> Delivery {
    Delivery { id, parties: parties.parse().unwrap(), period: span(from, to), barrels, exact_barrels: id.is_multiple_of(2) }
}

/// Any figures at all: consistent or not.
fn any_figures() -> impl Strategy<Value = Vec<Delivery>> {
    let one = (0usize..6, 0usize..SPAN, 1usize..15, 0u32..100, 0u32..20, 0u8..4);
    prop::collection::vec(one, 0..14).prop_map(|list| {
        let figure = |(id, (p, from, length, low, more, kind)): (usize, (usize, usize, usize, u32, u32, u8))| {
            let (low, high) = (f64::from(low), f64::from(low + more));
            let barrels = match kind {
                0 => Bounds::exactly(low),
                1 => Bounds::at_least(low),
                2 => Bounds::at_most(high),
                _ => Bounds::between(low, high),
            };
            delivery(id, PARTIES[p], from, from + length, barrels)
        };
        list.into_iter().enumerate().map(figure).collect()
    })
}

/// A true daily flow of three suppliers, and figures that are true totals of their scopes within some slack.
fn true_figures() -> impl Strategy<Value = (Vec<[u32; 3]>, Vec<Delivery>)> {
    let flow = prop::collection::vec(prop::array::uniform3(0u32..30), SPAN + 16);
    let scopes = prop::collection::vec((0usize..5, 0usize..SPAN, 1usize..16, 0u32..40, 0u32..40, 0u8..5), 1..14);
    (flow, scopes).prop_map(|(flow, scopes)| {
        let mut figures = Vec::new();
        for (id, (p, from, length, under, over, kind)) in scopes.into_iter().enumerate() {
            let parties: Parties = PARTIES[p].parse().unwrap();
            let total = true_total(&flow, &parties, from, from + length);
            let (low, high) = (f64::from(total.saturating_sub(under)), f64::from(total + over));
            let barrels = match kind {
                0 => Bounds::exactly(f64::from(total)),
                1 => Bounds::at_least(low),
                _ => Bounds::between(low, high),
            };
            figures.push(delivery(id, PARTIES[p], from, from + length, barrels));
        }
        (flow, figures)
    })
}

fn true_total(flow: &[[u32; 3]], parties: &Parties, from: usize, to: usize) -> u32 {
    let counts = |i: usize| parties.includes(PARTIES[i].parse().unwrap());
    flow[from..to].iter().map(|day| (0..3).filter(|i| counts(*i)).map(|i| day[i]).sum::<u32>()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_truth_lies_inside_the_account((flow, figures) in true_figures(), from in 0usize..20, length in 1usize..30) {
        let a = account(span(from, from + length), &figures);
        let truth = f64::from(true_total(&flow, &"world".parse().unwrap(), from, from + length));
        prop_assert!(a.low.is_none_or(|low| low <= truth), "low {:?} above {truth}", a.low);
        if a.coverage.len() == 3 {
            prop_assert!(a.high.is_none_or(|high| truth <= high), "high {:?} below {truth}", a.high);
        }
        prop_assert!(a.conflicts.iter().all(|c| c.kind == ConflictKind::Rounding), "{:?}", a.conflicts);
    }

    #[test]
    fn the_true_date_lies_between_the_dates((flow, figures) in true_figures(), limit in 1u32..1_500) {
        let window = span(0, SPAN + 16);
        let p = passes(window, &figures, f64::from(limit));
        let mut sum = 0;
        let day = flow.iter().position(|d| { sum += d.iter().sum::<u32>(); sum > limit });
        if let Some(certain) = p.certain_by {
            prop_assert!(day.is_some_and(|d| at(d) <= certain));
        }
        if p.never_within {
            prop_assert!(p.possible_from.is_none() && p.certain_by.is_none());
        }
        if let (Some(possible), Some(certain)) = (p.possible_from, p.certain_by) {
            prop_assert!(possible <= certain);
        }
    }

    #[test]
    fn with_every_day_reported_the_true_date_is_never_before_the_possible_one(
        (flow, mut figures) in true_figures(), limit in 1u32..1_500, under in 0u32..200, over in 0u32..200
    ) {
        let total = true_total(&flow, &"world".parse().unwrap(), 0, SPAN + 16);
        let bounds = Bounds::between(f64::from(total.saturating_sub(under)), f64::from(total + over));
        figures.push(delivery(99, "CHN+KOR+RUS", 0, SPAN + 16, bounds));
        let p = passes(span(0, SPAN + 16), &figures, f64::from(limit));
        prop_assert!(p.complete);
        let mut sum = 0;
        let day = flow.iter().position(|d| { sum += d.iter().sum::<u32>(); sum > limit });
        if let Some(d) = day {
            prop_assert!(p.possible_from.is_some_and(|possible| possible <= at(d)));
            prop_assert!(!p.never_within);
        }
    }

    #[test]
    fn the_low_sum_never_exceeds_the_sum_of_all_lows(figures in any_figures(), from in 0usize..20, length in 1usize..40) {
        let a = account(span(from, from + length), &figures);
        let all: f64 = figures.iter().filter_map(|d| d.barrels.low).sum();
        prop_assert!(a.low.unwrap_or(0.0) <= all);
        prop_assert!(a.low.is_none_or(|low| a.best.is_none_or(|best| low <= best)));
    }

    #[test]
    fn the_order_of_the_figures_does_not_matter(figures in any_figures(), shuffled in Just(()).prop_perturb(|(), mut r| r.random::<u64>())) {
        let window = span(0, 45);
        let expected = account(window, &figures);
        let mut other = figures.clone();
        other.sort_by_key(|d| (d.id as u64 + 1).wrapping_mul(shuffled | 1) >> 7);
        prop_assert_eq!(&account(window, &other), &expected);
        other.reverse();
        prop_assert_eq!(account(window, &other), expected);
    }

    #[test]
    fn a_figure_that_overlaps_none_never_lowers_the_sum(figures in any_figures(), low in 0u32..100, later: bool) {
        let window = span(0, 80);
        let before = account(window, &figures).low.unwrap_or(0.0);
        let figures: Vec<Delivery> = if later { figures } else { figures.into_iter().filter(|d| !d.parties.is_world()).collect() };
        let before = if later { before } else { account(window, &figures).low.unwrap_or(0.0) };
        let (party, from) = if later { ("CHN+RUS", 60) } else { ("QAT", 10) };
        let mut more = figures.clone();
        more.push(delivery(99, party, from, from + 5, Bounds::at_least(f64::from(low))));
        let after = account(window, &more).low.unwrap_or(0.0);
        prop_assert_eq!(after, before + f64::from(low));
    }

    #[test]
    fn every_figure_is_used_or_set_aside_once(figures in any_figures(), from in 0usize..20, length in 1usize..40) {
        let a = account(span(from, from + length), &figures);
        let mut seen: Vec<usize> = a.used.iter().map(|d| d.id).chain(a.set_aside.iter().map(|s| s.id)).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..figures.len()).collect::<Vec<_>>());
        prop_assert!(a.set_aside.iter().all(|s| s.why != Why::NotTried));
    }
}

#[test]
fn parts_above_the_whole_count_for_the_upper_bound_only() {
    let window = span(0, 20);
    let figures = [
        delivery(0, "RUS", 0, 20, Bounds::exactly(100.0)),
        delivery(1, "RUS", 0, 10, Bounds::exactly(80.0)),
        delivery(2, "RUS", 10, 20, Bounds::exactly(50.0)),
    ];
    let a = account(window, &figures);
    assert_eq!((a.low, a.high), (Some(100.0), Some(130.0)));
    assert_eq!(a.conflicts.len(), 1);
    assert_eq!((a.conflicts[0].kind, a.conflicts[0].ids.as_slice()), (ConflictKind::PartsExceedWhole, &[0, 1, 2][..]));
    assert_eq!(a.set_aside[0].why, Why::Contradicts { id: 0 });
}

#[test]
fn parts_below_the_whole_that_they_cover_count_for_the_lower_bound_only() {
    let figures = [
        delivery(0, "CHN+RUS", 0, 20, Bounds::exactly(100.0)),
        delivery(1, "RUS", 0, 20, Bounds::exactly(30.0)),
        delivery(2, "CHN", 0, 20, Bounds::exactly(40.0)),
    ];
    let a = account(span(0, 20), &figures);
    assert_eq!((a.low, a.high), (Some(70.0), Some(100.0)));
    assert_eq!(a.conflicts[0].kind, ConflictKind::WholeExceedsParts);
    // Without China's part nothing contradicts: China supplied the rest.
    assert_eq!(account(span(0, 20), &figures[..2]).low, Some(100.0));
}

#[test]
fn what_is_no_figure_is_set_aside_and_says_why() {
    let mut empty = delivery(0, "RUS", 3, 4, Bounds::exactly(5.0));
    empty.period = Interval::new(at(3), Some(at(3)));
    let figures = [
        empty,
        delivery(1, "RUS", 0, 5, Bounds::exactly(f64::NAN)),
        delivery(2, "RUS", 0, 5, Bounds::exactly(-1.0)),
        delivery(3, "RUS", 5, 9, Bounds::at_most(7.0)),
    ];
    let a = account(span(0, 9), &figures);
    let reasons: Vec<Why> = a.set_aside.iter().map(|s| s.why).collect();
    assert_eq!(reasons, [Why::EmptyPeriod, Why::NotAQuantity, Why::NotAQuantity, Why::NoLowBound]);
    assert_eq!((a.low, a.best, a.high), (None, None, None));
    assert_eq!(account(span(5, 9), &figures).high, Some(7.0));
    let nothing = account(span(0, 9), &[]);
    assert_eq!((nothing.low, nothing.high), (None, None));
}

#[test]
fn many_joint_figures_give_a_valid_sum_that_is_flagged() {
    let mut figures = Vec::new();
    for i in 0..200 {
        figures.push(delivery(i, PARTIES[i % 6], i / 4, i / 4 + 1 + i % 7, Bounds::exactly(0.0)));
        figures[i].barrels = Bounds::between((i % 13) as f64, 400.0);
    }
    let a = account(span(0, 60), &figures);
    assert!(!a.low_is_greatest);
    for (n, x) in a.used.iter().enumerate() {
        assert!(a.used[n + 1..].iter().all(|y| x.parties.disjoint(&y.parties) || x.period.meet(&y.period).is_none()));
    }
    assert!(a.low.is_some_and(|low| low > 0.0));
}

#[test]
fn open_windows_and_open_figures_do_not_panic() {
    let mut open = delivery(0, "RUS", 0, 5, Bounds::exactly(10.0));
    open.period.to = None;
    let forever = Interval::new(at(0), None);
    let a = account(forever, std::slice::from_ref(&open));
    assert_eq!((a.low, a.high), (Some(10.0), Some(10.0)));
    assert_eq!(a.coverage[0].days_covered, None);
    let p = passes(forever, &[open.clone()], 5.0);
    assert_eq!((p.certain_by, p.possible_from, p.best), (None, Some(at(0)), None));
    assert_eq!(account(span(0, 5), &[open.clone()]).low, None);
    let extreme = Delivery { period: Interval::new(Date::MIN, Some(Date::MAX)), ..open };
    let a = account(Interval::new(Date::MIN, None), &[extreme]);
    assert_eq!((a.low, a.high), (Some(10.0), None));
    assert!(!a.coverage[0].months_missing().is_empty());
    let reversed = account(span(9, 4), &[delivery(0, "RUS", 0, 12, Bounds::exactly(5.0))]);
    assert_eq!((reversed.low, reversed.high, reversed.coverage[0].days_in_window), (None, Some(0.0), Some(0)));
    assert_eq!(passes(span(9, 4), &[delivery(0, "RUS", 0, 12, Bounds::exactly(5.0))], 1.0).certain_by, None);
}

#[test]
fn an_account_survives_json() {
    let a = account(span(0, 9), &[delivery(0, "RUS", 0, 9, Bounds::exactly(5.0)), delivery(1, "RUS", 0, 4, Bounds::exactly(2.0))]);
    let text = serde_json::to_string(&a).unwrap();
    assert_eq!(serde_json::from_str::<tw_flows::Account>(&text).unwrap(), a);
}
