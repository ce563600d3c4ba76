//! A stock must be zero after a day. Before the deadline the rule is not broken, whatever the stock.

use tw_base::{Date, Interval, Tri, Unit};

use super::part::{Part, days};
use super::stock;
use crate::model::Facts;

pub(super) fn judge(unit: Unit, last_day: Date, unsettled: bool, facts: &Facts) -> Part {
    let deadline = deadline(last_day, unsettled, &facts.when);
    if deadline.value() == Tri::False {
        let because = deadline.node.because.clone();
        let mut part = Part::over(label(unit, last_day), Tri::False, because, vec![deadline]);
        part.by_calendar = true;
        return part;
    }
    Part::all(label(unit, last_day), vec![deadline, standing(unit, facts)])
}

fn label(unit: Unit, last_day: Date) -> String {
    format!("stock of {unit} left after {last_day}")
}

fn deadline(last_day: Date, unsettled: bool, when: &Interval) -> Part {
    const LABEL: &str = "the deadline has passed";
    if when.last() == Some(last_day) && unsettled {
        return Part::new(LABEL, Tri::Unknown, format!("whether {last_day} itself is still lawful is not settled"))
            .missing(format!("whether {last_day} itself is still a lawful day (wording of the deadline)"));
    }
    if when.last().is_some_and(|last| last <= last_day) {
        return Part::new(LABEL, Tri::False, format!("not due yet: the last day is {last_day}, the facts are of {}", days(when)))
            .by_calendar();
    }
    if when.from <= last_day {
        return Part::new(LABEL, Tri::Unknown, format!("the last day is {last_day}; the facts are of {}", days(when)))
            .pointing(true)
            .missing(format!("the stock on a day after {last_day}"));
    }
    Part::new(LABEL, Tri::True, format!("the last day was {last_day}"))
}

fn standing(unit: Unit, facts: &Facts) -> Part {
    let label = format!("stock of {unit} above zero");
    let Some(stock) = stock::of(unit, facts) else {
        return Part::new(label, Tri::Unknown, "not known").missing(format!("the stock of {unit} after the deadline (host state)"));
    };
    let part = Part::new(label, stock.exceeds(0.0), stock.to_string()).pointing(stock.best.is_some_and(|best| best > 0.0));
    if part.value() == Tri::Unknown { part.missing(format!("whether any {unit} remained after the deadline (host state)")) } else { part }
}
