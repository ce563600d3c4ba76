//! What a provision file must satisfy beyond its shape.

use std::collections::{BTreeMap, BTreeSet};

use tw_base::{Interval, Unit, nearest};

use super::Fault;
use crate::model::{Act, Exception, Force, Level, Limit, LookBackEvent, Notice, Provision, Report, Test, WindDown, Window};

struct Faults<'a> {
    file: &'a str,
    list: &'a mut Vec<Fault>,
}

impl Faults<'_> {
    fn refuse_if(&mut self, wrong: bool, reason: impl Into<String>, hint: &str) {
        if wrong {
            let fault = Fault::new(self.file, reason);
            self.list.push(if hint.is_empty() { fault } else { fault.hint(hint) });
        }
    }
}

/// File name and folder.
pub(super) fn place(file: &str, provision: &Provision, list: &mut Vec<Fault>) {
    let wanted = format!("{}/{}.toml", provision.regime.to_lowercase(), provision.id);
    let mut faults = Faults { file, list };
    faults.refuse_if(
        file != wanted,
        format!("the file holds `{}` of `{}`", provision.id, provision.regime),
        &format!("its place is `{wanted}`"),
    );
}

/// All that one provision says about itself.
pub(super) fn provision(file: &str, p: &Provision, list: &mut Vec<Fault>) {
    let mut faults = Faults { file, list };
    words(p, &mut faults);
    in_force(p, &mut faults);
    headings(p, &mut faults);
    keys(p, &mut faults);
    for exception in &p.exceptions {
        exception_dates(exception, &mut faults);
    }
    for report in &p.reports {
        report_times(report, &mut faults);
    }
    views(p, &mut faults);
    test(p, &mut faults);
}

fn words(p: &Provision, faults: &mut Faults<'_>) {
    let shape = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    faults.refuse_if(!shape(&p.id), format!("`{}` is not an id", p.id), "use letters, digits, `-` and `.`");
    faults.refuse_if(
        !shape(&p.regime) || p.regime != p.regime.to_uppercase(),
        format!("`{}` is not a regime", p.regime),
        "use capitals, as `UN-DPRK`",
    );
    for (key, text) in [("instrument", &p.instrument), ("paragraph", &p.paragraph), ("subject", &p.subject), ("rule", &p.rule)] {
        faults.refuse_if(text.trim().is_empty(), format!("`{key}` is empty"), "");
    }
    faults.refuse_if(p.sources.is_empty(), "no `[[source]]`", "say where the wording, numbers and dates were read");
    faults.refuse_if(p.sources.iter().any(|s| s.at.trim().is_empty()), "a `[[source]]` has no address", "");
}

fn in_force(p: &Provision, faults: &mut Faults<'_>) {
    for part in &p.in_force {
        let interval = part.interval();
        faults.refuse_if(
            interval.is_empty(),
            format!("in force {interval}: no day is in it"),
            "leave `in-force` out for what never applied",
        );
    }
    for pair in p.in_force.windows(2) {
        let ordered = pair[0].to.is_some_and(|to| to <= pair[1].from);
        faults.refuse_if(!ordered, format!("in force {} and {}: out of order or overlapping", pair[0].interval(), pair[1].interval()), "");
    }
    let unexplained = p.in_force.is_empty() && p.superseded_by.is_empty() && p.note.trim().is_empty();
    faults.refuse_if(unexplained, "it never applied, and nothing says why", "name `superseded-by`, or say why in `note`");
}

fn headings(p: &Provision, faults: &mut Faults<'_>) {
    for hs in p.scope.hs.iter().chain(p.scope.hs_national.keys()) {
        let shape = (2..=10).contains(&hs.len()) && hs.bytes().all(|b| b.is_ascii_digit());
        faults.refuse_if(!shape, format!("`{hs}` is not a heading"), "digits only, 2 to 10, without dots; write ranges out");
    }
    for hs in p.scope.hs_national.keys() {
        faults.refuse_if(p.scope.hs.contains(hs), format!("`{hs}` is both the provision's own heading and a national reading"), "keep one");
    }
}

fn keys(p: &Provision, faults: &mut Faults<'_>) {
    let mut seen = BTreeSet::new();
    for id in p.exceptions.iter().map(|e| &e.id).chain(p.elements.iter().map(|e| &e.id)) {
        faults.refuse_if(!seen.insert(id), format!("two exceptions or elements have the key `{id}`"), "facts settle them by key");
    }
    let mut seen = BTreeSet::new();
    for report in &p.reports {
        faults.refuse_if(!seen.insert(&report.id), format!("two reports have the key `{}`", report.id), "");
    }
    for e in &p.exceptions {
        let empty = [&e.id, &e.cond, &e.burden, &e.proof].iter().any(|text| text.trim().is_empty());
        faults.refuse_if(empty, format!("exception `{}` lacks its key, condition, burden or proof", e.id), "");
    }
    for e in &p.elements {
        let empty = [&e.id, &e.cond, &e.burden].iter().any(|text| text.trim().is_empty());
        faults.refuse_if(empty, format!("element `{}` lacks its key, condition or burden", e.id), "");
    }
}

fn exception_dates(e: &Exception, faults: &mut Faults<'_>) {
    let backwards = matches!((e.from, e.to), (Some(from), Some(to)) if to <= from);
    faults.refuse_if(backwards, format!("exception `{}` ends before it begins", e.id), "");
    if let Some(grace) = &e.wind_down {
        wind_down(&format!("exception `{}`", e.id), grace, faults);
    }
}

fn wind_down(what: &str, grace: &WindDown, faults: &mut Faults<'_>) {
    let wrong = grace.act_before < grace.contract_before;
    faults.refuse_if(
        wrong,
        format!("{what}: the act must come before the contract's own cut-off"),
        "`act-before` lies after `contract-before`",
    );
}

fn report_times(r: &Report, faults: &mut Faults<'_>) {
    let timed = r.by.is_some() || r.every_days.is_some() || r.within_days.is_some() || r.when.is_some();
    faults.refuse_if(!timed, format!("report `{}` is never due", r.id), "give `by`, `every-days`, `within-days`, or `when` in words");
    faults.refuse_if(r.every_days == Some(0), format!("report `{}` is due every 0 days", r.id), "");
    faults.refuse_if(
        r.by.is_some() && r.every_days.is_some(),
        format!("report `{}` is due once and again and again", r.id),
        "keep `by` or `every-days`",
    );
    let empty = [&r.id, &r.who, &r.what].iter().any(|text| text.trim().is_empty());
    faults.refuse_if(empty, format!("report `{}` lacks its key, who, or what", r.id), "");
}

fn views(p: &Provision, faults: &mut Faults<'_>) {
    let mut seen = BTreeSet::new();
    for view in &p.views {
        faults.refuse_if(view.who.is_empty(), "a `[[view]]` is nobody's", "name who holds it");
        for who in &view.who {
            faults.refuse_if(!seen.insert(who), format!("`{who}` holds two views"), "");
        }
    }
}

fn test(p: &Provision, faults: &mut Faults<'_>) {
    fits(p, faults);
    match &p.test {
        Test::WindowedCap { limits, window, alternative_window, notices, .. } => {
            cap_limits(limits, faults);
            clock(window, faults);
            if let Some(other) = alternative_window {
                clock(other, faults);
                faults.refuse_if(other == window, "the alternative window is the window", "");
            }
            steps(notices, faults);
        }
        Test::LookBack { events } => look_back(events, faults),
        Test::DesignationEffect { lists } => faults.refuse_if(lists.is_empty(), "no list whose designation counts", ""),
        Test::Threshold { measure, levels, .. } => {
            faults.refuse_if(measure.trim().is_empty(), "`measure` is empty", "");
            thresholds(levels, faults);
        }
        Test::Presumption { presumes, standard } => {
            faults.refuse_if(presumes.trim().is_empty() || standard.trim().is_empty(), "a presumption says what and by which standard", "");
            faults.refuse_if(p.exceptions.is_empty(), "a presumption without a rebuttal", "write the rebuttal as an `[[exception]]`");
        }
        Test::DependsOn { any_of } => faults.refuse_if(any_of.is_empty(), "it depends on nothing", ""),
        Test::ReportDue => faults.refuse_if(p.reports.is_empty(), "the duty is a report, and there is none", "write it as a `[[report]]`"),
        Test::None => faults.refuse_if(
            matches!(p.force, Force::Binding),
            "it binds, and nothing is tested",
            "`kind = \"none\"` is for permissions, mandates and definitions",
        ),
        Test::Ban { .. } | Test::StockCeiling { .. } | Test::SunsetStock { .. } => {}
    }
}

/// Which acts a kind of test can be asked about.
fn fits(p: &Provision, faults: &mut Faults<'_>) {
    use Act::{
        AdmitPerson, Fly, HostWorkers, IssueWorkPermit, JointVenture, Maintain, Monitor, OperateShip, PortCall, RegisterShip,
        RegisterWorker, Repatriate, SendWorkers, ShipToShipTransfer, Teach,
    };
    let stock =
        |unit: Unit| matches!(unit, Unit::Persons | Unit::Permits | Unit::Registrations | Unit::Accounts | Unit::Entities | Unit::Ships);
    let states = [HostWorkers, IssueWorkPermit, RegisterWorker, Repatriate, SendWorkers, Maintain, JointVenture, RegisterShip, OperateShip];
    let (kind, misfit): (_, Vec<Act>) = match &p.test {
        Test::StockCeiling { unit, .. } | Test::SunsetStock { unit, .. } => {
            faults.refuse_if(
                !stock(*unit),
                format!("`{unit}` is not the unit of a stock"),
                "use persons, permits, registrations, accounts, entities or ships",
            );
            ("a stock", p.scope.acts.iter().filter(|act| !states.contains(act)).copied().collect())
        }
        Test::WindowedCap { .. } => {
            let events = [PortCall, AdmitPerson, Teach, Monitor, JointVenture, RegisterShip, Maintain];
            ("a sum over a window", p.scope.acts.iter().filter(|act| events.contains(act)).copied().collect())
        }
        Test::LookBack { .. } => {
            let moves = [PortCall, Fly, ShipToShipTransfer, AdmitPerson, OperateShip, Act::Bunker, Act::Service, Act::Supply, Act::Procure];
            ("a bar after an event", p.scope.acts.iter().filter(|act| !moves.contains(act)).copied().collect())
        }
        _ => return,
    };
    faults.refuse_if(!misfit.is_empty(), format!("{kind} does not fit the acts {misfit:?}"), "see the kinds of test in `law/README.md`");
}

fn cap_limits(limits: &[Limit], faults: &mut Faults<'_>) {
    faults.refuse_if(limits.is_empty(), "a cap without a limit", "");
    let mut seen = BTreeSet::new();
    for limit in limits {
        faults.refuse_if(!seen.insert(limit.unit), format!("two limits in `{}`", limit.unit), "");
        let sane = limit.value.is_none_or(|v| v.is_finite() && v >= 0.0);
        faults.refuse_if(!sane, format!("the limit in `{}` is not a quantity", limit.unit), "");
        let named = limit.value.is_some() || limit.baseline.as_deref().is_some_and(|b| !b.trim().is_empty());
        faults.refuse_if(
            !named,
            format!("the limit in `{}` has neither `value` nor `baseline`", limit.unit),
            "say which amount the law names",
        );
    }
}

fn clock(window: &Window, faults: &mut Faults<'_>) {
    match window {
        Window::CalendarYear => {}
        Window::YearFrom { month, day } => {
            let exists = jiff::civil::Date::new(2001, *month, *day).is_ok();
            faults.refuse_if(!exists, format!("the year cannot begin on day {day} of month {month}"), "29 February is not taken");
        }
        Window::Once { from, to } => {
            faults.refuse_if(Interval::new(*from, Some(*to)).is_empty(), "the window has no day", "`to` is the day after the last")
        }
    }
}

fn steps(notices: &[Notice], faults: &mut Faults<'_>) {
    for notice in notices {
        let sane = notice.percent > 0.0 && notice.percent <= 100.0;
        faults.refuse_if(!sane, format!("a notice at {} per cent", notice.percent), "above 0, at most 100");
    }
    let ordered = notices.windows(2).all(|pair| pair[0].percent < pair[1].percent);
    faults.refuse_if(!ordered, "the notices are out of order", "");
}

fn look_back(events: &[LookBackEvent], faults: &mut Faults<'_>) {
    faults.refuse_if(events.is_empty(), "no event bars", "");
    let mut seen = BTreeSet::new();
    for limb in events {
        faults.refuse_if(!seen.insert(&limb.event), format!("two limbs for `{}`", limb.event), "");
        faults.refuse_if(
            limb.days.is_some_and(|d| d <= 0),
            format!("`{}` bars for {} days", limb.event, limb.days.unwrap_or(0)),
            "leave `days` out for ever",
        );
    }
}

fn thresholds(levels: &[Level], faults: &mut Faults<'_>) {
    faults.refuse_if(levels.is_empty(), "a threshold without a level", "");
    for level in levels {
        let sane = level.value.is_none_or(|v| v.is_finite() && v >= 0.0);
        faults.refuse_if(!sane, "a level is not a quantity", "");
        let backwards = matches!((level.from, level.to), (Some(from), Some(to)) if to <= from);
        faults.refuse_if(backwards, "a level ends before it begins", "");
        if let Some(grace) = &level.wind_down {
            wind_down("a level", grace, faults);
        }
    }
    for (i, a) in levels.iter().enumerate() {
        for b in &levels[i + 1..] {
            if a.item == b.item && a.class == b.class {
                let late = |x: &Level, y: &Level| matches!((x.to, y.from), (Some(to), Some(from)) if to <= from);
                faults.refuse_if(
                    !late(a, b) && !late(b, a),
                    "two levels for the same goods overlap",
                    "levels are half-open: `to` is the day after the last",
                );
            }
        }
    }
}

/// Ids that provisions name, both ways, and no circle of dependence.
pub(super) fn references(all: &BTreeMap<String, Provision>, list: &mut Vec<Fault>) {
    for p in all.values() {
        let file = format!("{}/{}.toml", p.regime.to_lowercase(), p.id);
        let mut faults = Faults { file: &file, list };
        let depends: &[String] = if let Test::DependsOn { any_of } = &p.test { any_of } else { &[] };
        let named =
            [("supersedes", &p.supersedes[..]), ("superseded-by", &p.superseded_by), ("modified-by", &p.modified_by), ("any-of", depends)];
        for (key, ids) in named {
            for id in ids {
                if !all.contains_key(id) {
                    let near =
                        nearest(id, all.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
                    faults.refuse_if(true, format!("`{key}` names `{id}`, which is not in the book"), &near);
                }
                faults.refuse_if(id == &p.id, format!("`{key}` names the provision itself"), "");
            }
        }
        for id in
            p.supersedes.iter().filter_map(|id| all.get(id)).filter(|other| !other.superseded_by.contains(&p.id)).map(|other| &other.id)
        {
            faults.refuse_if(
                true,
                format!("it supersedes `{id}`, which does not say so"),
                "add it to `superseded-by` there, or use `modified-by` if it replaced only a part",
            );
        }
        for id in
            p.superseded_by.iter().filter_map(|id| all.get(id)).filter(|other| !other.supersedes.contains(&p.id)).map(|other| &other.id)
        {
            faults.refuse_if(true, format!("it is superseded by `{id}`, which does not say so"), "add it to `supersedes` there");
        }
        faults.refuse_if(in_circle(p, all), "it depends on itself through others", "");
    }
}

fn in_circle(p: &Provision, all: &BTreeMap<String, Provision>) -> bool {
    let mut seen = BTreeSet::new();
    let mut queue = vec![p];
    while let Some(next) = queue.pop() {
        let Test::DependsOn { any_of } = &next.test else { continue };
        for id in any_of {
            if id == &p.id {
                return true;
            }
            if let Some(other) = all.get(id).filter(|_| seen.insert(id)) {
                queue.push(other);
            }
        }
    }
    false
}
