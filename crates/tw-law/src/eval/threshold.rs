//! A measured value against a level that may change with date, class and contract.

use tw_base::{Bounds, Tri};

use super::part::{Part, days, number, points_above};
use super::scope::is_a;
use crate::model::{Bars, Facts, Level, Verification, WindDown};

pub(super) fn judge(measure: &str, bars: Bars, levels: &[Level], facts: &Facts) -> Part {
    let label = format!("{measure} beyond its level");
    let Some(value) = facts.measures.get(measure).filter(|b| !b.is_unknown() || b.best.is_some()) else {
        return Part::new(label, Tri::Unknown, "not known").missing(format!("the {measure} (contract, invoice, customs record)"));
    };
    let candidates = for_goods(levels, facts);
    let (current, mut older): (Vec<&Level>, Vec<&Level>) = candidates.into_iter().partition(|level| level.on(&facts.when));
    older.retain(|level| level.to.is_some_and(|to| to <= facts.when.from) && level.wind_down.is_some());
    let mut parts: Vec<Part> = current.iter().map(|level| against(value, bars, level)).collect();
    if !covered(&current, facts) {
        parts.push(Part::new("level", Tri::Unknown, "no level is known for some of the days").missing(format!(
            "the level of {} for the days {}",
            measure,
            days(&facts.when)
        )));
    }
    let agreed = agree(&parts);
    let points = parts.iter().all(Part::points);
    let parts_missing: Vec<String> = parts.iter().flat_map(|p| p.missing.clone()).collect();
    let mut whole = Part::over(label, agreed, format!("{measure} {value}"), parts).pointing(points);
    if agreed == Tri::Unknown {
        whole.missing = parts_missing;
        if current.len() > 1 {
            whole = whole.missing("the day of the act, or the class of goods, that says which level applies");
        }
    }
    older.into_iter().fold(whole, |whole, level| with_older(whole, value, bars, level, facts))
}

impl Level {
    fn on(&self, when: &tw_base::Interval) -> bool {
        let starts = self.from.is_none_or(|from| when.to.is_none_or(|to| from < to));
        let ends = self.to.is_none_or(|to| when.from < to);
        starts && ends
    }
}

/// The levels for these goods: those of their class if there are any, else those for any goods, else all that may be meant.
fn for_goods<'a>(levels: &'a [Level], facts: &Facts) -> Vec<&'a Level> {
    let fit = |level: &Level| match (level.item, facts.item) {
        (Some(wanted), Some(item)) => is_a(item, wanted),
        (Some(_), None) => Tri::Unknown,
        (None, _) => Tri::True,
    };
    let exact: Vec<&Level> = levels.iter().filter(|l| l.item.is_some() && fit(l) == Tri::True).collect();
    if !exact.is_empty() {
        return exact;
    }
    levels.iter().filter(|l| fit(l) != Tri::False).collect()
}

/// Whether levels are known for every day: the days must lie in one level, or in a chain of them without a gap.
fn covered(levels: &[&Level], facts: &Facts) -> bool {
    let mut sorted = levels.to_vec();
    sorted.sort_by_key(|l| l.from);
    let mut reached = facts.when.from;
    for level in sorted {
        if level.from.is_some_and(|from| from > reached) {
            return false;
        }
        match level.to {
            None => return true,
            Some(to) => reached = reached.max(to),
        }
    }
    facts.when.to.is_some_and(|to| to <= reached)
}

fn agree(parts: &[Part]) -> Tri {
    let Some(first) = parts.first().map(Part::value) else { return Tri::Unknown };
    if parts.iter().all(|p| p.value() == first) { first } else { Tri::Unknown }
}

fn against(value: &Bounds, bars: Bars, level: &Level) -> Part {
    let label = name(level);
    let Some(limit) = level.value else {
        return Part::new(label, Tri::Unknown, "the level could not be settled").missing(format!("the level in force {}", since(level)));
    };
    let sign = if bars == Bars::Above { "above" } else { "at or above" };
    let beyond = if bars == Bars::Above { value.exceeds(limit) } else { value.reaches(limit) };
    let because = format!("{value} {}: is it {sign} {} {}?", level.unit, number(limit), level.unit);
    let points = beyond == Tri::True || points_above(value, limit);
    if level.verification == Some(Verification::V3) {
        return Part::new(label, Tri::Unknown, format!("{because} The level was not read at the source (V3)"))
            .pointing(points)
            .missing(format!("the level {} {} read at the source (V3)", number(limit), level.unit));
    }
    let part = Part::new(label, beyond, because).pointing(points);
    if beyond == Tri::Unknown { part.missing(format!("a closer figure than {value} {}", level.unit)) } else { part }
}

fn name(level: &Level) -> String {
    let class = level.class.as_deref().map(|c| format!(" ({c})")).unwrap_or_default();
    match level.value {
        Some(value) => format!("level {} {}{class}", number(value), level.unit),
        None => format!("level not settled{class}"),
    }
}

fn since(level: &Level) -> String {
    level.from.map_or("from the start".to_owned(), |from| format!("from {from}"))
}

/// An older level may still be open to an older contract: then the act is barred only if it is beyond both.
fn with_older(mut whole: Part, value: &Bounds, bars: Bars, level: &Level, facts: &Facts) -> Part {
    let Some(grace) = level.wind_down.as_ref() else { return whole };
    let open = available(grace, facts);
    if open == Tri::False {
        return whole;
    }
    let mut old = against(value, bars, level);
    old.node.label = format!(
        "older {} for contracts from before {}, until {}",
        old.node.label,
        grace.contract_before,
        grace.act_before.yesterday().unwrap_or(grace.act_before)
    );
    // Barred under the older level too, or the older level is not open to this contract.
    let barred_anyway = old.value().or(open.not());
    if whole.value() != Tri::False && barred_anyway != Tri::True {
        whole.points = whole.points() && (old.points() || open != Tri::True);
        let known_lawful = barred_anyway == Tri::False;
        whole.node.value = if known_lawful { Tri::False } else { Tri::Unknown };
        if open == Tri::Unknown {
            whole = whole
                .missing(format!("the date of the contract: before {} it may run at the older level (operator)", grace.contract_before));
        } else if !known_lawful {
            whole.missing.append(&mut old.missing);
        }
    }
    whole.node.children.push(old.node);
    whole
}

fn available(grace: &WindDown, facts: &Facts) -> Tri {
    let contract = facts.contract.map_or(Tri::Unknown, |day| Tri::from(day < grace.contract_before));
    let act = match facts.when.to {
        _ if facts.when.from >= grace.act_before => Tri::False,
        Some(to) if to <= grace.act_before => Tri::True,
        _ => Tri::Unknown,
    };
    contract.and(act)
}
