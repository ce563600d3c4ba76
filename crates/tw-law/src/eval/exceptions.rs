//! Exceptions and elements: who proved what.

use tw_base::{Date, Interval, Tri};

use super::part::{Part, days};
use super::scope::{is_a, word};
use super::{OpenElement, OpenException};
use crate::model::{Element, Exception, Facts, Force, Item, Provision, Settled, Verification};

/// Whether known dates and goods leave room for an exception.
enum Fit {
    /// They rule it out.
    Contradicted(String),
    /// It can cover only a part of the days, or it cannot be told.
    Partly(String),
    /// Nothing speaks against it.
    Open,
}

pub(super) fn judge(p: &Provision, e: &Exception, facts: &Facts) -> Part {
    let label = format!("exception {}: {}", e.id, e.cond);
    let memory = e.verification == Some(Verification::V3);
    let settled = facts.settled_for(&p.id, &e.id);
    let (value, because) = match (settled, fit(e, facts)) {
        (Settled::Excluded, _) => (Tri::False, "excluded".to_owned()),
        (Settled::Established, Fit::Contradicted(why)) => (Tri::Unknown, format!("said to be established, yet {why}")),
        (Settled::Established, Fit::Partly(why)) => (Tri::Unknown, format!("established, but it covers a part only: {why}")),
        (Settled::Established, Fit::Open) if memory => {
            (Tri::Unknown, "said to be established, but its wording was not read (V3)".to_owned())
        }
        (Settled::Established, Fit::Open) => (Tri::True, "established".to_owned()),
        (Settled::Open, Fit::Contradicted(why)) if memory => (Tri::Unknown, format!("open: {why}, but its dates were not read (V3)")),
        (Settled::Open, Fit::Contradicted(why)) => (Tri::False, format!("excluded by known facts: {why}")),
        (Settled::Open, Fit::Partly(why)) => (Tri::Unknown, format!("open, to be proved by the {}; {why}", e.burden)),
        (Settled::Open, Fit::Open) => (Tri::Unknown, format!("open, to be proved by the {}: {}", e.burden, e.proof)),
    };
    Part::new(label, value, because)
}

fn fit(e: &Exception, facts: &Facts) -> Fit {
    let checks = [
        starts(e.from, &facts.when),
        ends(e.to, &facts.when),
        goods(&e.items, facts.item),
        contract(e.contract_before, facts.contract),
        grace(e, facts),
    ];
    let mut partly = None;
    for check in checks {
        match check {
            Fit::Contradicted(why) => return Fit::Contradicted(why),
            Fit::Partly(why) => partly = partly.or(Some(why)),
            Fit::Open => {}
        }
    }
    partly.map_or(Fit::Open, Fit::Partly)
}

fn starts(from: Option<Date>, when: &Interval) -> Fit {
    let Some(from) = from.filter(|from| when.from < *from) else { return Fit::Open };
    if when.to.is_some_and(|to| to <= from) {
        return Fit::Contradicted(format!("it can be invoked from {from}, and the act is dated {}", days(when)));
    }
    Fit::Partly(format!("it can be invoked from {from} only"))
}

fn ends(to: Option<Date>, when: &Interval) -> Fit {
    let Some(to) = to.filter(|to| when.to.is_none_or(|end| end > *to)) else { return Fit::Open };
    if when.from >= to {
        return Fit::Contradicted(format!("it could be invoked until {}, and the act is dated {}", before(to), days(when)));
    }
    Fit::Partly(format!("it could be invoked until {} only", before(to)))
}

fn goods(items: &[Item], item: Option<Item>) -> Fit {
    if items.is_empty() {
        return Fit::Open;
    }
    let list = items.iter().map(word).collect::<Vec<_>>().join(", ");
    let Some(item) = item else { return Fit::Partly(format!("it is for {list} only, and the class of goods is not known")) };
    match Tri::any(items.iter().map(|wanted| is_a(item, *wanted))) {
        Tri::True => Fit::Open,
        Tri::False => Fit::Contradicted(format!("it is for {list}, and the goods are {}", word(&item))),
        Tri::Unknown => Fit::Partly(format!("it is for {list}; {} may or may not be that", word(&item))),
    }
}

fn contract(before: Option<Date>, contract: Option<Date>) -> Fit {
    match (before, contract) {
        (Some(before), Some(contract)) if contract >= before => {
            Fit::Contradicted(format!("the contract is of {contract}, not from before {before}"))
        }
        _ => Fit::Open,
    }
}

fn grace(e: &Exception, facts: &Facts) -> Fit {
    let Some(grace) = &e.wind_down else { return Fit::Open };
    match contract(Some(grace.contract_before), facts.contract) {
        Fit::Open => ends(Some(grace.act_before), &facts.when),
        other => other,
    }
}

fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

pub(super) fn open(e: &Exception) -> OpenException {
    OpenException { id: e.id.clone(), cond: e.cond.clone(), burden: e.burden.clone(), proof: e.proof.clone() }
}

/// The elements of a provision. Where an authority has to act, its determination is one, under the key `determination`.
pub(super) fn elements(p: &Provision) -> Vec<Element> {
    let mut all = p.elements.clone();
    if p.force == Force::Consequence && !all.iter().any(|e| e.id == "determination") {
        all.push(Element {
            id: "determination".to_owned(),
            cond: "the competent authority has determined that the conduct falls under the provision".to_owned(),
            burden: "the authority".to_owned(),
            gate: false,
        });
    }
    all
}

pub(super) fn element(p: &Provision, e: &Element, facts: &Facts) -> Part {
    let label = format!("element {}: {}", e.id, e.cond);
    match facts.settled_for(&p.id, &e.id) {
        Settled::Established => Part::new(label, Tri::True, "established"),
        Settled::Excluded => Part::new(label, Tri::False, "ruled out"),
        Settled::Open => Part::new(label, Tri::Unknown, format!("open, to be proved by: {}", e.burden)).pointing(!e.gate),
    }
}

pub(super) fn open_element(e: &Element) -> OpenElement {
    OpenElement { id: e.id.clone(), cond: e.cond.clone(), burden: e.burden.clone() }
}
