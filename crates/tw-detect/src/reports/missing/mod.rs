//! A report that is overdue, or a series that was withheld.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Date, Interval, Tri, Unit};
use tw_law::{Act, Facts, Received, ReportStatus as DutyStatus, Verdict};
use tw_tables::{BorderEntry, Estimate, Product, ReportStatus, Row, SeriesStatus, StateReport};

use crate::card::Card;
use crate::common::{days, facts, family, names, single};
use crate::judged::overdue;
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    for row in &world.tables.reports {
        if row.data.status != ReportStatus::Received {
            output.leads.extend(report(world, card, row));
        }
    }
    for (host, rows) in withheld(world) {
        // A report row about the same series carries its withheld months as evidence: one silence is one lead.
        if !world.tables.reports.iter().any(|report| stopped_series(report, host)) {
            output.leads.extend(series(world, card, host, &rows));
        }
    }
    output
}

fn withheld(world: World<'_>) -> BTreeMap<Country, Vec<&Row<BorderEntry>>> {
    let mut withheld: BTreeMap<Country, Vec<&Row<BorderEntry>>> = BTreeMap::new();
    for row in &world.tables.border_entries {
        if row.data.status == SeriesStatus::Withheld {
            withheld.entry(row.data.host).or_default().push(row);
        }
    }
    withheld
}

/// A report row that says that a host's border statistics stopped.
fn stopped_series(row: &Row<StateReport>, host: Country) -> bool {
    row.data.provision.is_none()
        && row.data.state == host
        && row.data.status == ReportStatus::Stopped
        && row.data.subject.to_lowercase().contains("entries")
}

fn report(world: World<'_>, card: &Card, row: &Row<StateReport>) -> Option<Lead> {
    let data = &row.data;
    let when = data.covers.as_ref().map_or_else(|| Interval::day(data.day), |covers| covers.interval());
    let mut draft = Draft::new(world, card, Kind::Reporting, data.state.name(), when, &format!("{} {:?}", data.subject, data.provision));
    let says = match data.status {
        ReportStatus::NotReceived => format!("{} of {}: not received by {}", data.subject, data.state.name(), data.day),
        ReportStatus::Stopped => {
            format!("{} of {}: stopped; none for {} was seen by {}", data.subject, data.state.name(), days(&when), data.day)
        }
        ReportStatus::NotPublished => {
            format!("{} of {}: received, and not published at the State's request", data.subject, data.state.name())
        }
        ReportStatus::Received => return None,
    };
    let number = draft.cite(row, "record of reports", says.clone());
    draft.observed(says, &[number]);
    draft.title(match data.status {
        ReportStatus::NotPublished => format!("{} not published", lower(&data.subject)),
        ReportStatus::Stopped => format!("{} stopped", lower(&data.subject)),
        _ => format!("{} not received", lower(&data.subject)),
    });
    let mut duty_known = false;
    let mut late = false;
    if let Some(provision) = &data.provision {
        let mut question = question(world, provision, when, data.state);
        if let Some(supplied) = supplied(world, row, when) {
            let number = draft.cite(
                supplied,
                &family(&supplied.data.estimator),
                format!(
                    "{} barrels from {}, {} ({})",
                    Bounds::from_ends(supplied.data.barrels_low, supplied.data.barrels_high),
                    names(&supplied.data.supplier),
                    supplied.data.period,
                    supplied.data.estimator
                ),
            );
            draft.observed(
                format!(
                    "somebody else found deliveries in the time without a report: {} barrels, {}",
                    Bounds::from_ends(supplied.data.barrels_low, supplied.data.barrels_high),
                    supplied.data.period
                ),
                &[number],
            );
            question.occurred = Tri::True;
        }
        let came = if data.status == ReportStatus::NotPublished { Received::On(data.day) } else { Received::NotBy(data.day) };
        if let Some(duty) = &data.duty {
            question.reports.insert(duty.clone(), came);
        }
        if let Some(proof) = draft.ask_on(provision, &question, "the report") {
            let duty = proof.reporting.iter().find(|outcome| Some(&outcome.id) == data.duty.as_ref());
            // Before the rule began, or before the day on which the report is due, nothing is missing.
            let nothing_due = proof.verdict == Verdict::NotApplicable && proof.in_force.is_none();
            if data.status != ReportStatus::NotPublished && (nothing_due || duty.is_some_and(|d| d.status == DutyStatus::NotDue)) {
                return None;
            }
            duty_known = true;
            late = overdue(&proof) || duty.is_some_and(|d| d.status == DutyStatus::ReceivedLate);
        }
    } else if let Some(rows) = withheld(world).get(&data.state).filter(|_| stopped_series(row, data.state)) {
        for withheld in rows {
            let number =
                draft.cite(*withheld, "border statistics", format!("entries in {}, {}: withheld", data.state.name(), withheld.data.period));
            draft.observed(format!("{}: withheld", withheld.data.period), &[number]);
        }
        last_published(world, &mut draft, data.state, when.from);
    }
    draft.conclusion(if late && data.status == ReportStatus::NotPublished {
        "It came after the day on which it was due, an apparent reporting matter; it was kept from publication, so what it says cannot be checked."
    } else if late {
        "An apparent reporting matter, apart from whether the conduct itself was allowed. A missing report is unknown, not zero: every sum that needs it is a lower bound."
    } else if data.status == ReportStatus::NotPublished {
        "The report was made, so no reporting duty is in question; what it says cannot be checked."
    } else if duty_known {
        "Whether the report was owed is not settled: the duty presupposes that there was something to report, and nothing in the case shows that. Every sum that needs it is a lower bound all the same."
    } else {
        "No duty known to the program asks for this series. That it stopped is a signal, not a breach: every stock and sum that needs it is unknown for that time."
    });
    draft.against("the report was made and its publication is late", Outcome::NotTestable, format!("looked for until {}", data.day));
    draft.against("there was nothing to report", Outcome::NotTestable, "a report of nothing would say so; silence does not");
    draft.not_checked("the recipient's own records of reports");
    draft.gap(Bounds::UNKNOWN, Unit::Shipments, "what the report would have said");
    Some(draft.finish(None, when.days().unwrap_or_default() as f64, Unit::Days))
}

/// The act whose report is due: what the provision's scope names first.
fn question(world: World<'_>, provision: &str, when: Interval, state: Country) -> Facts {
    let scope = world.rule(provision).map(|rule| &rule.scope);
    let act = scope.and_then(|s| s.acts.first()).copied().unwrap_or(Act::Report);
    let mut question = facts(act, when, Some(state));
    question.item = scope.and_then(|s| s.items.first()).copied();
    question.direction = scope.map(|s| s.direction);
    question.occurred = tw_base::Tri::Unknown;
    question
}

fn series(world: World<'_>, card: &Card, host: Country, rows: &[&Row<BorderEntry>]) -> Option<Lead> {
    let from = rows.iter().map(|row| row.data.period.from()).min()?;
    let to = rows.iter().filter_map(|row| row.data.period.interval().to).max();
    let mut draft = Draft::new(world, card, Kind::Reporting, host.name(), Interval::new(from, to), "border entries");
    // A year can be withheld whole after its first quarter was published: the silence begins after the last figure.
    let published = world.tables.border_entries.iter().filter(|r| r.data.host == host && r.data.status == SeriesStatus::Published);
    let silent_from = published.filter(|r| r.data.period.from() >= from).filter_map(|r| r.data.period.interval().to).max().unwrap_or(from);
    let resumed = rows.iter().all(|row| row.data.period.last() < silent_from);
    draft.title(format!("border entries of North Koreans withheld from {}", if resumed { from } else { silent_from }));
    for row in rows {
        let number = draft.cite(row, "border statistics", format!("entries in {}, {}: withheld", host.name(), row.data.period));
        draft.observed(
            format!("{}: withheld{}", row.data.period, row.provenance.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"))),
            &[number],
        );
    }
    last_published(world, &mut draft, host, from);
    draft.conclusion("The series stopped. No duty known to the program asks for it, so this is a signal and not a reporting breach; the entries withheld are unknown, not zero.");
    draft.against("the publication moved or is late", Outcome::NotTestable, "needs the publisher's calendar");
    draft.not_checked("other publications of the same agency");
    draft.gap(Bounds::UNKNOWN, Unit::Entries, "entries that would have been published");
    Some(draft.finish(None, Interval::new(from, to).days().unwrap_or_default() as f64, Unit::Days))
}

/// Cites the last figure published before the silence.
fn last_published(world: World<'_>, draft: &mut Draft<'_>, host: Country, before: Date) {
    let published = world
        .tables
        .border_entries
        .iter()
        .filter(|r| r.data.host == host && r.data.status == SeriesStatus::Published && r.data.period.from() < before);
    if let Some(last) = published.max_by_key(|r| (r.data.period.interval().to, r.data.entries)) {
        let says = format!(
            "{} entries for {} in {}, {}",
            tw_base::format_number(last.data.entries.unwrap_or_default() as f64),
            last.data.purpose,
            host.name(),
            last.data.period
        );
        let number = draft.cite(last, "border statistics", says);
        draft.declared(format!("the last published figures are for {}", last.data.period), &[number]);
    }
}

/// An estimate of deliveries by the silent State in the time without a report: then there was something to report.
fn supplied<'a>(world: World<'a>, row: &Row<StateReport>, when: Interval) -> Option<&'a Row<Estimate>> {
    let product = match row.data.provision.as_deref()? {
        "UN-2397-5" => Product::Refined,
        "UN-2397-4" => Product::Crude,
        _ => return None,
    };
    world.tables.estimates.iter().find(|e| {
        e.data.product == product
            && single(&e.data.supplier) == Some(row.data.state)
            && when.covers(&e.data.period.interval())
            && e.data.barrels_low.is_some_and(|low| low > 0.0)
    })
}

/// The text with a small first letter, unless the first word is an abbreviation.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
