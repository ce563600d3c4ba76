//! A stock may not stand above its level on a day.

use tw_base::{Bounds, Date, Tri, Unit};

use super::part::Part;
use super::stock;
use crate::model::Facts;

pub(super) fn judge(unit: Unit, baseline: Date, facts: &Facts) -> Part {
    let label = format!("stock of {unit} above the level of {baseline}");
    let ceiling = facts.baseline.filter(|b| !b.is_unknown() || b.best.is_some());
    let (Some(stock), Some(ceiling)) = (stock::of(unit, facts), ceiling) else {
        return missing(Part::new(label, Tri::Unknown, "not known"), unit, baseline, facts);
    };
    let because = format!("{stock} against {ceiling}");
    let value = stock.exceeds_bounds(&ceiling);
    let part = Part::new(label, value, because).pointing(points(&stock, &ceiling));
    if value == Tri::Unknown {
        part.missing(format!("closer figures of the stock of {unit} and of its level on {baseline} (host state)"))
    } else {
        part
    }
}

fn points(stock: &Bounds, ceiling: &Bounds) -> bool {
    matches!((stock.best_or_middle().or(stock.low), ceiling.best_or_middle().or(ceiling.high)), (Some(a), Some(b)) if a > b)
}

fn missing(mut part: Part, unit: Unit, baseline: Date, facts: &Facts) -> Part {
    if stock::of(unit, facts).is_none() {
        part = part.missing(format!("the stock of {unit} on the day (host state)"));
    }
    if facts.baseline.is_none_or(|b| b.is_unknown() && b.best.is_none()) {
        part = part.missing(format!("baseline: the level of {unit} on {baseline} (host state)"));
    }
    part
}
