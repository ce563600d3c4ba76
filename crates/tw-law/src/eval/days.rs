//! Was the provision in force on every day of the act, and was it valid in the view asked about?

use tw_base::{Interval, Tri};

use super::part::{Part, days};
use super::scope::{is_a, word};
use crate::model::{Facts, Provision, Test, Verification, View};

pub(super) fn in_force(p: &Provision, facts: &Facts) -> (Part, Option<Interval>) {
    const LABEL: &str = "in force on every day of the act";
    if p.in_force.is_empty() {
        return (Part::new(LABEL, Tri::False, never(p)).by_calendar(), None);
    }
    if facts.when.is_empty() {
        return (Part::new(LABEL, Tri::Unknown, "the facts name no day").missing("the day of the act"), None);
    }
    let stretches = stretches(p, facts);
    let Some((met, memory)) = stretches.iter().find(|(s, _)| s.meet(&facts.when).is_some()) else {
        return (Part::new(LABEL, Tri::False, outside(p, facts, &stretches)).by_calendar(), None);
    };
    if !met.covers(&facts.when) {
        let because = format!("in force {}; the act is dated {}, so some of it may lie outside", days(met), days(&facts.when));
        let part =
            Part::new(LABEL, Tri::Unknown, because).pointing(true).missing("which of the acts fell on days on which it was in force");
        return (part, Some(*met));
    }
    if *memory {
        let because = format!("in force {}, by dates not read at the source (V3)", days(met));
        let part =
            Part::new(LABEL, Tri::Unknown, because).pointing(true).missing(format!("dates of {} read at the source (V3)", p.symbol()));
        return (part, Some(*met));
    }
    (Part::new(LABEL, Tri::True, format!("in force {}", days(met))), Some(*met))
}

/// The stretches in force for these facts, joined where they touch, with whether their dates come from memory.
fn stretches(p: &Provision, facts: &Facts) -> Vec<(Interval, bool)> {
    let first = item_start(p, facts);
    let mut out: Vec<(Interval, bool)> = Vec::new();
    for part in &p.in_force {
        let memory = part.verification == Some(Verification::V3);
        let mut interval = part.interval();
        interval.from = first.map_or(interval.from, |day| interval.from.max(day));
        if interval.is_empty() {
            continue;
        }
        match out.last_mut() {
            Some((last, old)) if last.to == Some(interval.from) => {
                last.to = interval.to;
                *old |= memory;
            }
            _ => out.push((interval, memory)),
        }
    }
    out
}

/// First day for an item that is caught later than the rest.
fn item_start(p: &Provision, facts: &Facts) -> Option<tw_base::Date> {
    let Test::Ban { item_from } = &p.test else { return None };
    let item = facts.item?;
    item_from.iter().find(|row| is_a(item, row.item) == Tri::True).map(|row| row.from)
}

fn never(p: &Provision) -> String {
    if p.superseded_by.is_empty() {
        return format!("it never applied. {}", p.note);
    }
    format!("it never applied: superseded by {} before it began", p.superseded_by.join(", "))
}

fn outside(p: &Provision, facts: &Facts, stretches: &[(Interval, bool)]) -> String {
    let list = stretches.iter().map(|(s, _)| days(s)).collect::<Vec<_>>().join("; ");
    let mut text = format!("in force {list}; the act is dated {}", days(&facts.when));
    if let (Some(item), Some(from)) = (facts.item, item_start(p, facts)) {
        text.push_str(&format!(" ({} is caught from {from})", word(&item)));
    }
    let ended = stretches.last().and_then(|(s, _)| s.to).is_some_and(|to| to <= facts.when.from);
    if ended && !p.superseded_by.is_empty() {
        text.push_str(&format!("; superseded by {}", p.superseded_by.join(", ")));
    }
    text
}

/// `None` where nobody disputes it.
pub(super) fn validity(p: &Provision, facts: &Facts) -> Option<Part> {
    const LABEL: &str = "valid in the view asked about";
    let begun = |v: &&View| facts.when.to.is_none_or(|to| v.from < to);
    let active: Vec<&View> = p.views.iter().filter(begun).collect();
    if !active.iter().any(|v| !v.valid) {
        return None;
    }
    let Some(holder) = &facts.view else {
        let part = Part::new(LABEL, Tri::Unknown, format!("disputed: {}", camps(&active)));
        return Some(part.pointing(true).missing(format!("whose view is asked for: {}", camps(&active))));
    };
    let held = active.iter().find(|v| v.who.iter().any(|who| who.eq_ignore_ascii_case(holder)));
    Some(match held {
        None => Part::new(LABEL, Tri::Unknown, format!("`{holder}` is in neither camp: {}", camps(&active)))
            .pointing(true)
            .missing(format!("the view of {holder}: {}", camps(&active))),
        Some(view) if view.from > facts.when.from && !view.valid => {
            Part::new(LABEL, Tri::Unknown, format!("{holder} disputes it from {}, within the days of the act", view.from))
                .pointing(true)
                .missing("the day of the act")
        }
        Some(view) if view.valid => Part::new(LABEL, Tri::True, format!("{holder} holds it valid")),
        Some(_) => Part::new(LABEL, Tri::False, format!("{holder} holds it not valid; {}", camps(&active))).by_calendar(),
    })
}

fn camps(views: &[&View]) -> String {
    let camp = |valid: bool| {
        views.iter().filter(|v| v.valid == valid).flat_map(|v| v.who.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
    };
    let (yes, no) = (camp(true), camp(false));
    if yes.is_empty() { format!("not valid for {no}") } else { format!("valid for {yes}; not valid for {no}") }
}
