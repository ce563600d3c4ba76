//! Accounts of the refined petroleum that suppliers reported for North Korea, 2018 to 2024, from published figures.
//!
//! Figures: notices to the Security Council's 1718 Committee as quoted by Yonhap, the Korea Herald, KBS, TradeWinds and others
//! (`real`). A figure that was published in tonnes only is converted as an unknown refined product.

#![expect(clippy::unwrap_used, reason = "a failed test is what a test may be")]

use tw_base::{Bounds, Country, Interval, Period, Tri};
use tw_flows::{
    Account, ConflictKind, Delivery, Plausibility, Product, SlipKind, Why, account, account_of, digit_slip, implied_factor, passes,
    plausible, to_barrels,
};

/// Yearly cap of refined petroleum in barrels (Security Council resolution 2397 (2017), paragraph 5).
const CAP: f64 = 500_000.0;

/// Parties, period, barrels, tonnes.
type Line = (&'static str, &'static str, Option<f64>, Option<f64>);

const REPORTED: [Line; 33] = [
    ("RUS", "2018", Some(241_114.0), None),
    ("RUS", "2019", Some(277_365.0), None),
    ("RUS", "2019", None, Some(30_180.0)),
    ("CHN", "2019", None, Some(22_730.0)),
    ("CHN+RUS", "2019", Some(418_000.0), Some(53_000.0)),
    ("CHN+RUS", "2018", None, Some(48_430.0)),
    ("RUS", "2019-08", None, Some(2_612.0)),
    ("RUS", "2019-09", None, Some(2_136.0)),
    ("CHN+RUS", "2020-01..2020-05", Some(106_094.17), None),
    ("CHN", "2020-07", Some(12_479.0), Some(1_498.0)),
    ("CHN", "2020-08", None, Some(142.0)),
    ("RUS", "2020-08", None, Some(32.0)),
    ("RUS", "2020-08", Some(255.0), None),
    ("RUS", "2020-08", Some(225.0), None),
    ("CHN+RUS", "2020-01..2020-08", Some(129_706.0), Some(17_294.0)),
    ("CHN", "2020-01..2020-08", Some(37_152.0), None),
    ("CHN", "2021-06", Some(10_725.0), Some(1_288.0)),
    ("CHN", "2021-01..2021-06", Some(23_750.0), None),
    ("CHN", "2021-08", Some(11_745.0), Some(1_410.0)),
    ("CHN", "2021-01..2021-08", Some(38_334.0), None),
    ("CHN", "2021-09", Some(41_973.0), None),
    ("CHN", "2021", Some(91_909.0), None),
    ("RUS", "2021", Some(0.0), None),
    ("CHN", "2022-01", Some(10_822.0), None),
    ("CHN", "2022-02", Some(6_295.0), None),
    ("RUS", "2022-12", Some(3_225.0), None),
    ("RUS", "2023-01", Some(44_655.0), None),
    ("RUS", "2023-02", Some(10_666.0), None),
    ("RUS", "2022-12..2023-04", Some(67_300.0), None),
    ("RUS", "2023-03..2023-12", Some(50_523.0), None),
    ("RUS", "2023", Some(105_845.0), None),
    ("RUS", "2024-01", Some(15_279.0), None),
    ("CHN+RUS", "2024-01-01..2024-12-04", Some(168_679.0), None),
];

fn days(text: &str) -> Interval {
    text.parse::<Period>().unwrap().interval()
}

fn reported() -> Vec<Delivery> {
    let mut out = Vec::new();
    for (id, (parties, period, barrels, tonnes)) in REPORTED.iter().enumerate() {
        let amount = match (barrels, tonnes) {
            (Some(b), _) => Bounds::exactly(*b),
            (None, Some(t)) => to_barrels(Bounds::exactly(*t), Product::UnknownRefined),
            (None, None) => Bounds::UNKNOWN,
        };
        out.push(Delivery {
            id,
            parties: parties.parse().unwrap(),
            period: days(period),
            barrels: amount,
            exact_barrels: barrels.is_some(),
        });
    }
    out
}

fn year(text: &str) -> Account {
    account(days(text), &reported())
}

fn used(account: &Account) -> Vec<usize> {
    account.used.iter().map(|d| d.id).collect()
}

fn why(account: &Account, id: usize) -> Option<Why> {
    account.set_aside.iter().find(|s| s.id == id).map(|s| s.why)
}

#[test]
fn the_months_of_2023_are_not_added_to_the_year_and_its_sum_is_off_by_one() {
    let a = year("2023");
    assert_eq!(a.low, Some(105_845.0));
    assert_eq!(used(&a), [30]);
    assert_eq!(why(&a, 26), Some(Why::ContainedIn { id: 30 }));
    assert_eq!(why(&a, 28), Some(Why::Straddles));
    let rounding: Vec<_> = a.conflicts.iter().filter(|c| c.kind == ConflictKind::Rounding).collect();
    assert_eq!(rounding.len(), 1);
    assert_eq!(rounding[0].ids, [30, 26, 27, 29]);
    assert_eq!((rounding[0].barrels.low, rounding[0].barrels.high), (Some(105_844.0), Some(105_845.0)));
    assert_eq!(digit_slip(105_844.0, 105_845.0).map(|s| s.place), Some(0));
    // China reported in other years and not for 2023: not reported is not zero.
    assert_eq!(a.high, None);
    let china = a.coverage.iter().find(|c| c.party.includes(Country::CHN)).unwrap();
    assert_eq!((china.days_covered, china.days_in_window, china.months_missing().len()), (Some(0), Some(365), 12));
    assert_eq!(a.barrels().exceeds(CAP), Tri::Unknown);
}

#[test]
fn the_months_alone_sum_to_one_less() {
    let parts: Vec<Delivery> = reported().into_iter().filter(|d| [26, 27, 29].contains(&d.id)).collect();
    let a = account(days("2023"), &parts);
    assert_eq!((a.low, a.best, a.high), (Some(105_844.0), Some(105_844.0), Some(105_844.0)));
    assert_eq!(a.barrels().exceeds(CAP), Tri::False);
    // The same figures with China as a supplier that said nothing: no upper bound.
    assert_eq!(account_of(days("2023"), &parts, &[Country::CHN]).high, None);
}

#[test]
fn russia_2019_in_barrels_and_tonnes_conflicts_and_widens_to_the_hull() {
    let a = year("2019");
    let conflict = a.conflicts.iter().find(|c| c.kind == ConflictKind::SameScope && c.ids == [1, 2]).unwrap();
    assert_eq!((conflict.barrels.low, conflict.barrels.high), (Some(191_643.0), Some(277_365.0)));
    assert_eq!(plausible(implied_factor(277_365.0, 30_180.0).unwrap()), Plausibility::Outside { nearest: Product::Gasoline });
    // The joint figure covers both suppliers for the whole year; the rest lies inside it.
    assert_eq!((a.low, a.high), (Some(418_000.0), Some(418_000.0)));
    assert_eq!(used(&a), [4]);
    assert_eq!(why(&a, 1), Some(Why::ContainedIn { id: 4 }));
    assert_eq!(why(&a, 2), Some(Why::SameScope { as_id: 1 }));
    assert_eq!(why(&a, 6), Some(Why::ContainedIn { id: 4 }));
}

#[test]
fn a_converted_joint_figure_stays_an_interval() {
    let a = year("2018");
    assert_eq!(used(&a), [5]);
    assert!((a.low.unwrap() - 307_530.5).abs() < 1e-6 && (a.high.unwrap() - 431_027.0).abs() < 1e-6);
    assert_eq!(a.high_from, [5]);
    assert_eq!(a.barrels().exceeds(CAP), Tri::False);
}

#[test]
fn the_digit_slip_of_august_2020_is_a_conflict_and_does_not_move_the_sum() {
    let a = year("2020");
    assert_eq!((a.low, a.high), (Some(129_706.0), None));
    assert_eq!(used(&a), [14]);
    let conflict = a.conflicts.iter().find(|c| c.ids == [11, 12, 13]).unwrap();
    assert_eq!((conflict.barrels.low, conflict.barrels.high), (Some(203.2), Some(284.8)));
    assert_eq!(digit_slip(255.0, 225.0).map(|s| (s.kind, s.place)), Some((SlipKind::Changed, 1)));
    // Nobody speaks about September to December.
    let missing = a.coverage[0].months_missing();
    assert_eq!(missing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2020-09-01", "2020-10-01", "2020-11-01", "2020-12-01"]);
}

#[test]
fn the_cumulated_figures_of_2021_agree_with_the_months() {
    let a = year("2021");
    assert_eq!((a.low, a.best, a.high), (Some(91_909.0), Some(91_909.0), Some(91_909.0)));
    assert_eq!(used(&a), [21, 22]);
    assert_eq!(a.high_from, [21, 22]);
    assert!(a.conflicts.iter().all(|c| c.period.from.year() != 2021));
}

#[test]
fn the_joint_figure_of_2024_contains_january_and_leaves_december_open() {
    let a = year("2024");
    assert_eq!((a.low, a.best, a.high), (Some(168_679.0), Some(168_679.0), None));
    assert_eq!(why(&a, 31), Some(Why::ContainedIn { id: 32 }));
    let gaps: Vec<String> = a.coverage.iter().flat_map(|c| &c.gaps).map(ToString::to_string).collect();
    assert_eq!(gaps, ["[2024-12-05, 2025-01-01)", "[2024-12-05, 2025-01-01)"]);
    let shorter = account(days("2024-01-01..2024-12-04"), &reported());
    assert_eq!((shorter.low, shorter.high), (Some(168_679.0), Some(168_679.0)));
}

#[test]
fn a_figure_that_straddles_the_year_counts_whole_above_and_nothing_below() {
    let straddling: Vec<Delivery> = reported().into_iter().filter(|d| d.id == 28).collect();
    let a = account(days("2023-01..2023-04"), &straddling);
    assert_eq!((a.low, a.high), (None, Some(67_300.0)));
    assert!(a.used.is_empty());
}

#[test]
fn the_reported_sum_of_2023_passed_half_a_tenth_of_the_cap_in_january() {
    let russia: Vec<Delivery> = reported().into_iter().filter(|d| [26, 27, 29].contains(&d.id)).collect();
    let text = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string());
    let p = passes(days("2023"), &russia, 25_000.0);
    assert_eq!((text(p.certain_by), text(p.possible_from)), (Some("2023-01-31".to_owned()), Some("2023-01-01".to_owned())));
    // Evenly: 44,655 / 31 = 1,440.5 a day, so 25,000 are passed on the 18th.
    assert_eq!(text(p.best), Some("2023-01-18".to_owned()));
    assert!(p.complete && !p.never_within);
    let cap = passes(days("2023"), &russia, CAP);
    assert_eq!((cap.certain_by, cap.possible_from, cap.best), (None, None, None));
    assert!(cap.never_within);
    // With China silent the cap is not passed by what was reported, and nobody can say that it never was.
    let all = passes(days("2023"), &reported(), CAP);
    assert!(!all.complete && !all.never_within && all.certain_by.is_none());
}

#[test]
fn the_published_minimum_of_early_2018_exceeds_the_cap_and_its_period_dates_it() {
    // 89 deliveries from 1 January to 30 May 2018: at least 759,793 barrels (United States to the Committee).
    let minimum = Delivery {
        id: 0,
        parties: "world".parse().unwrap(),
        period: days("2018-01-01..2018-05-30"),
        barrels: Bounds::at_least(759_793.0),
        exact_barrels: true,
    };
    let a = account(days("2018"), std::slice::from_ref(&minimum));
    assert_eq!((a.low, a.best, a.high), (Some(759_793.0), None, None));
    assert_eq!(a.barrels().exceeds(CAP), Tri::True);
    assert_eq!(a.coverage.len(), 1);
    assert!(a.coverage[0].party.is_world());
    let p = passes(days("2018"), &[minimum], CAP);
    assert_eq!(p.certain_by.map(|d| d.to_string()).as_deref(), Some("2018-05-30"));
    assert_eq!(p.possible_from.map(|d| d.to_string()).as_deref(), Some("2018-01-01"));
}
