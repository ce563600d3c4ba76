//! Facts from a handful of bytes, near the places where a provision changes its mind.

use jiff::ToSpan;
use tw_base::{Bounds, Date, Interval, Tri, Unit};
use tw_law::*;

/// Bytes that choose; a run past the end chooses the first of everything.
pub struct Dice<'a>(pub &'a [u8]);

impl Dice<'_> {
    fn roll(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() {
            return None;
        }
        Some(from[self.roll() % from.len()])
    }

    fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if self.roll().is_multiple_of(3) { None } else { self.pick(from) }
    }

    fn tri(&mut self) -> Tri {
        self.pick(&[Tri::True, Tri::True, Tri::False, Tri::Unknown]).unwrap_or(Tri::True)
    }

    fn bounds(&mut self, around: f64) -> Bounds {
        let value = self.pick(&[0.0, around, around + 1.0, around * 0.5, around * 2.0 + 1.0]).unwrap_or(0.0);
        match self.roll() % 6 {
            0 | 1 => Bounds::exactly(value),
            2 => Bounds::at_least(value),
            3 => Bounds::at_most(value),
            4 => Bounds::between(value * 0.9, value * 1.1 + 1.0),
            _ => Bounds::UNKNOWN,
        }
    }
}

fn days(p: &Provision, dice: &mut Dice<'_>) -> Interval {
    let mut marks: Vec<Date> = vec![jiff::civil::date(2010, 6, 1), jiff::civil::date(2018, 3, 1), jiff::civil::date(2025, 11, 1)];
    marks.extend(p.in_force.iter().flat_map(|s| [Some(s.from), s.to]).flatten());
    marks.extend(p.exceptions.iter().flat_map(|e| [e.from, e.to, e.wind_down.as_ref().map(|w| w.act_before)]).flatten());
    marks.extend(p.views.iter().map(|v| v.from));
    if let Test::SunsetStock { last_day, .. } = p.test {
        marks.push(last_day);
    }
    let mark = dice.pick(&marks).unwrap_or(jiff::civil::date(2018, 3, 1));
    let from = mark.checked_add(dice.pick(&[-1, 0, 1, 40]).unwrap_or(0).days()).unwrap_or(mark);
    match dice.pick(&[1, 1, 1, 30, 365, 0]) {
        Some(0) => Interval::new(from, None),
        length => Interval::new(from, from.checked_add(length.unwrap_or(1).days()).ok()),
    }
}

fn around(p: &Provision) -> Vec<(Unit, f64)> {
    match &p.test {
        Test::WindowedCap { limits, .. } => limits.iter().map(|l| (l.unit, l.value.unwrap_or(1000.0))).collect(),
        Test::StockCeiling { unit, .. } | Test::SunsetStock { unit, .. } => vec![(*unit, 10.0), (Unit::Registrations, 10.0)],
        _ => Vec::new(),
    }
}

/// Facts that a provision may care about.
pub fn facts(p: &Provision, bytes: &[u8]) -> Facts {
    let mut dice = Dice(bytes);
    let act = dice.pick(&p.scope.acts).unwrap_or(Act::Supply);
    let act = if dice.roll() % 8 == 7 { Act::RegisterWorker } else { act };
    let mut facts = Facts::new(act, days(p, &mut dice));
    facts.occurred = dice.tri();
    facts.direction = dice.maybe(&[p.scope.direction, p.scope.direction, p.scope.direction, Direction::Both, Direction::To]);
    facts.item = dice.maybe(&p.scope.items);
    let hs: Vec<&str> = p.scope.hs.iter().chain(p.scope.hs_national.keys()).map(String::as_str).chain(["27", "999999"]).collect();
    facts.hs = dice.maybe(&hs).filter(|_| facts.item.is_none() || bytes.len().is_multiple_of(2)).map(str::to_owned);
    let countries: Vec<_> =
        p.scope.binds.iter().copied().chain(["RUS", "GBR", "DEU"].iter().map(|c| c.parse().expect("a country"))).collect();
    facts.jurisdiction = dice.maybe(&countries);
    facts.view = dice.maybe(&["RUS", "GBR", "NPL"]).map(str::to_owned);
    for (unit, near) in around(p) {
        if dice.roll() % 4 != 0 {
            facts.amounts.insert(unit, dice.bounds(near));
        }
    }
    facts.baseline = dice.maybe(&[Bounds::exactly(10.0), Bounds::at_least(10.0), Bounds::UNKNOWN]);
    if let Test::Threshold { measure, levels, .. } = &p.test {
        let near = levels.iter().find_map(|l| l.value).unwrap_or(1.0);
        if dice.roll() % 4 != 0 {
            facts.measures.insert(measure.clone(), dice.bounds(near));
        }
    }
    facts.contract = dice.maybe(&[facts.when.from, facts.when.from.checked_sub(200.days()).unwrap_or(facts.when.from)]);
    facts.designated = dice.tri();
    if let Test::LookBack { events } = &p.test {
        for limb in events {
            if let Some(back) = dice.maybe(&[0_i32, 180, 181, -5]) {
                facts.events.insert(limb.event.clone(), facts.when.from.checked_sub(back.days()).unwrap_or(facts.when.from));
            }
        }
    }
    let keys = p.exceptions.iter().map(|e| &e.id).chain(p.elements.iter().map(|e| &e.id)).cloned().chain(["determination".to_owned()]);
    for key in keys {
        if let Some(settled) = dice.maybe(&[Settled::Established, Settled::Excluded, Settled::Excluded, Settled::Open]) {
            facts.settled.insert(key, settled);
        }
    }
    for duty in &p.reports {
        let day = facts.when.from;
        if let Some(received) = dice.maybe(&[Received::On(day), Received::NotBy(day), Received::NotBy(jiff::civil::date(2026, 1, 1))]) {
            facts.reports.insert(duty.id.clone(), received);
        }
    }
    if let Test::DependsOn { any_of } = &p.test {
        let all =
            [Verdict::NotApplicable, Verdict::Compliant, Verdict::Undetermined, Verdict::Indicated, Verdict::PrimaFacie, Verdict::Breach];
        for id in any_of {
            if let Some(verdict) = dice.maybe(&all) {
                facts.verdicts.insert(id.clone(), verdict);
            }
        }
    }
    facts.proxy = dice.roll() % 8 == 7;
    facts
}
