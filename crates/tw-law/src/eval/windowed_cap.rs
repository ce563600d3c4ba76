//! A quantity summed over all parties in a window may not pass a limit.
//!
//! That the cap is exceeded is one fact; that the duty of all to stop was triggered is another, and needs the notice.

use tw_base::{Bounds, Date, Interval, Tri};

use super::Node;
use super::part::{Part, days, number, points_above};
use crate::model::{CeaseNotice, Combine, Facts, Limit, Notice, Provision, SumOver, Test, Verification, Window};
use crate::query::clock;

pub(super) fn judge(p: &Provision, facts: &Facts) -> Part {
    let Test::WindowedCap { limits, combine, window, alternative_window, sum_over, .. } = &p.test else { return super::none::judge() };
    let windows = clock(window, &facts.when);
    let Some(first) = windows.first() else {
        return Part::new("sum above the cap", Tri::False, format!("no window of the cap holds {}", days(&facts.when))).by_calendar();
    };
    let parts: Vec<Part> = limits.iter().map(|limit| against(limit, limits.len(), *sum_over, first, facts)).collect();
    let mut sum = combined(*combine, parts, first);
    if windows.len() > 1 || !first.covers(&facts.when) {
        return blurred(sum, format!("the days {} do not lie in one window of the cap", days(&facts.when)), "the sum within one window");
    }
    if *sum_over == SumOver::Jurisdiction && facts.jurisdiction.is_none() {
        return blurred(sum, "the cap is per jurisdiction, and which one is not known".to_owned(), "whose supplies were summed");
    }
    if let Some(other) = alternative_window {
        sum = second_reading(sum, first, other, facts);
    }
    sum
}

/// The answer is not known, though the evidence may point to it.
fn blurred(mut sum: Part, why: String, missing: &str) -> Part {
    sum.points = sum.points();
    sum.node.value = Tri::Unknown;
    sum.node.because = why;
    sum.missing(missing)
}

fn against(limit: &Limit, count: usize, sum_over: SumOver, window: &Interval, facts: &Facts) -> Part {
    let unit = limit.unit;
    let amount = facts.amounts.get(&unit).filter(|b| !b.is_unknown() || b.best.is_some());
    let whose = if sum_over == SumOver::AllStates { "of all States" } else { "of the jurisdiction" };
    let missing_sum =
        format!("the sum in {unit} {whose} in the window {} (reports, mirror statistics, estimates of deliveries)", days(window));
    let Some(value) = limit.value else { return against_baseline(limit, amount, count, missing_sum, facts) };
    let label = format!("sum above {} {unit}", number(value));
    let Some(amount) = amount else { return Part::new(label, Tri::Unknown, "the sum is not known").missing(missing_sum) };
    let exceeds = amount.exceeds(value);
    let points = exceeds == Tri::True || points_above(amount, value);
    let because = format!("{amount} {unit} {whose} in the window {}", days(window));
    if limit.verification == Some(Verification::V3) {
        return Part::new(label, Tri::Unknown, format!("{because}; the limit was not read at the source (V3)"))
            .pointing(points)
            .missing(format!("the limit of {} {unit} read at the source (V3)", number(value)));
    }
    let part = Part::new(label, exceeds, because).pointing(points);
    if exceeds == Tri::Unknown { part.missing(format!("a closer figure: {missing_sum}")) } else { part }
}

/// The law names an amount that was never disclosed, such as the supply of an earlier year.
fn against_baseline(limit: &Limit, amount: Option<&Bounds>, count: usize, missing_sum: String, facts: &Facts) -> Part {
    let named = limit.baseline.as_deref().unwrap_or("an amount that is not disclosed");
    let label = format!("sum above {named}");
    // One baseline in the facts can stand for one limit only.
    let baseline = facts.baseline.filter(|b| !b.is_unknown() && count == 1);
    let mut part = match (amount, baseline) {
        (Some(amount), Some(baseline)) => {
            let value = amount.exceeds_bounds(&baseline);
            let points = matches!((amount.best_or_middle(), baseline.best_or_middle()), (Some(a), Some(b)) if a > b);
            Part::new(label, value, format!("{amount} against {baseline} {}", limit.unit)).pointing(points)
        }
        _ => Part::new(label, Tri::Unknown, "not known"),
    };
    if limit.verification == Some(Verification::V3) && part.value() != Tri::Unknown {
        part.points = part.points();
        part.node.value = Tri::Unknown;
        part = part.missing("the limit read at the source (V3)");
    }
    if baseline.is_none() {
        part = part.missing(format!("baseline in {}: {named}", limit.unit));
    }
    if amount.is_none() { part.missing(missing_sum) } else { part }
}

fn combined(combine: Combine, parts: Vec<Part>, window: &Interval) -> Part {
    let label = "sum above the cap";
    let because = format!("window {}", days(window));
    match combine {
        Combine::Lower => Part::any(label, format!("{because}; whichever limit is lower"), parts),
        Combine::Alternative => alternative(label, because, parts),
    }
}

/// One limit in several units: a unit that decides decides, unless another contradicts it.
fn alternative(label: &str, because: String, parts: Vec<Part>) -> Part {
    let over = parts.iter().any(|p| p.value() == Tri::True);
    let within = parts.iter().any(|p| p.value() == Tri::False);
    let points = parts.iter().any(Part::points);
    match (over, within) {
        (true, true) => {
            Part::over(label, Tri::Unknown, format!("{because}; the units disagree: above the limit in one, within it in another"), parts)
                .pointing(true)
                .missing("the conversion factor of the goods, or which of the two figures is right")
        }
        (true, false) => Part::over(label, Tri::True, because, parts),
        (false, true) => Part::over(label, Tri::False, because, parts),
        (false, false) => Part::over(label, Tri::Unknown, because, parts).pointing(points),
    }
}

/// Other readers begin the window on another day. The answer holds if the days lie in one window under both, or are a whole window.
fn second_reading(mut sum: Part, window: &Interval, other: &Window, facts: &Facts) -> Part {
    const LABEL: &str = "second reading of the window";
    let others = clock(other, &facts.when);
    let Some(second) = others.first() else { return sum };
    let names = others.iter().map(days).collect::<Vec<_>>().join(" or ");
    let whole = facts.when == *window;
    let same = others.len() == 1 && second.covers(&facts.when) && mostly(second, window);
    if whole || same {
        let because =
            format!("others count {names}; the sum is taken to be the same under both, the days between being a matter of sensitivity");
        sum.node.children.push(Node::new(LABEL, Tri::True, because));
        return sum;
    }
    sum.node.children.push(Node::new(
        LABEL,
        Tri::Unknown,
        format!("others count {names}; under that reading the days belong to another window"),
    ));
    blurred(
        sum,
        "the two readings of the window put the days in different windows".to_owned(),
        "the sums of both windows, or which reading of the window holds",
    )
}

/// Two readings of one window, not two windows: they share more than half their days.
fn mostly(a: &Interval, b: &Interval) -> bool {
    let shared = a.meet(b).and_then(|both| both.days()).unwrap_or(0);
    a.days().is_some_and(|days| shared * 2 > days)
}

/// The duty of all to stop: its own step, which never changes the verdict.
pub(super) fn cease(p: &Provision, facts: &Facts) -> Option<Node> {
    let Test::WindowedCap { limits, notices, .. } = &p.test else { return None };
    let notice = notices.iter().find(|n| n.cease)?;
    let (value, because) = triggered(notice, facts);
    let mut node = Node::new(format!("duty to stop triggered: {}", notice.duty), value, because);
    node.children = limits.iter().filter_map(|limit| reached(limit, notice, facts)).collect();
    Some(node)
}

fn triggered(notice: &Notice, facts: &Facts) -> (Tri, String) {
    let (value, because) = match facts.cease_notice {
        None => (Tri::Unknown, "whether the notice was given is not known".to_owned()),
        Some(CeaseNotice::NotGiven) => (Tri::False, "no notice was given".to_owned()),
        Some(CeaseNotice::Given(day)) => (since(day, &facts.when), format!("notice given on {day}")),
    };
    if value == Tri::True && notice.verification == Verification::V3 {
        return (Tri::Unknown, format!("{because}; the step was not read at the source (V3)"));
    }
    (value, because)
}

fn since(day: Date, when: &Interval) -> Tri {
    if when.from >= day {
        return Tri::True;
    }
    if when.to.is_some_and(|to| to <= day) { Tri::False } else { Tri::Unknown }
}

fn reached(limit: &Limit, notice: &Notice, facts: &Facts) -> Option<Node> {
    let step = limit.value? * notice.percent / 100.0;
    let amount = facts.amounts.get(&limit.unit);
    let value = amount.map_or(Tri::Unknown, |a| a.reaches(step));
    let because = amount.map_or("the sum is not known".to_owned(), |a| format!("{a} {}", limit.unit));
    Some(Node::new(format!("{} % of the limit, {} {}, reached", number(notice.percent), number(step), limit.unit), value, because))
}
