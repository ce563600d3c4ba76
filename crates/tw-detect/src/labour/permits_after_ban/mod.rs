//! New work permits after the day from which none may be given.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Period, Tri, Unit};
use tw_law::{Act, Received};
use tw_tables::{ReportStatus, Row, StateReport, WorkerCount, WorkerKind};

use crate::card::Card;
use crate::common::{facts, family, heads, single, worker_sentence};
use crate::judged::{decisive, verdict};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

const RULE: &str = "UN-2375-17";

/// Key of the duty to give notice of permits under older contracts.
const NOTICE: &str = "notice";

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let mut permits: BTreeMap<(Country, Period), Vec<&Row<WorkerCount>>> = BTreeMap::new();
    let mut registrations: Vec<&Row<WorkerCount>> = Vec::new();
    for row in &world.tables.worker_counts {
        match (row.data.kind, single(&row.data.host)) {
            (WorkerKind::NewPermits, Some(host)) => permits.entry((host, row.data.period.clone())).or_default().push(row),
            (WorkerKind::NewPermits, None) => output
                .not_checked
                .push(format!("{}: names no single host, so no jurisdiction can be asked about {RULE}", worker_sentence(row))),
            (WorkerKind::NewRegistrations, Some(_)) => registrations.push(row),
            _ => {}
        }
    }
    registrations.sort_by_key(|row| worker_sentence(row));
    let mut used = vec![false; registrations.len()];
    for ((host, _), rows) in &permits {
        let count = counted(rows);
        if count.exceeds(0.0) != Tri::True {
            if count.exceeds(0.0) == Tri::Unknown {
                let says = worker_sentence(rows[0]);
                output.not_checked.push(format!("{says}: without a lowest number, so whether any permit was issued is not known ({RULE})"));
            }
            continue;
        }
        let support: Vec<usize> = (0..registrations.len()).filter(|i| rows.iter().any(|row| supports(registrations[*i], row))).collect();
        let supporting: Vec<_> = support.iter().map(|i| registrations[*i]).collect();
        if let Some(lead) = lead(world, card, *host, rows, &supporting) {
            for i in support {
                used[i] = true;
            }
            output.leads.push(lead);
        }
    }
    for (row, used) in registrations.iter().zip(used) {
        if !used {
            output.leads.extend(registration_lead(world, card, row));
        }
    }
    output
}

/// Several counts of the same permits: the widest reading, since they may be of the same permits and are never added.
fn counted(rows: &[&Row<WorkerCount>]) -> Bounds {
    rows.iter().map(|row| heads(row)).reduce(|a, b| a.hull(&b)).unwrap_or(Bounds::UNKNOWN)
}

/// Whether a report is the notice of permits under older contracts, and came.
fn is_notice(report: &StateReport, host: Country) -> bool {
    report.state == host
        && report.provision.as_deref() == Some(RULE)
        && report.duty.as_deref() == Some(NOTICE)
        && matches!(report.status, ReportStatus::Received | ReportStatus::NotPublished)
}

fn supports(registration: &Row<WorkerCount>, permit: &Row<WorkerCount>) -> bool {
    registration.data.host == permit.data.host && registration.data.period.interval().meet(&permit.data.period.interval()).is_some()
}

fn lead(world: World<'_>, card: &Card, host: Country, rows: &[&Row<WorkerCount>], support: &[&Row<WorkerCount>]) -> Option<Lead> {
    let period = &rows.first()?.data.period;
    let count = counted(rows);
    let when = period.interval();
    let mut question = facts(Act::IssueWorkPermit, when, Some(host));
    question.amounts.insert(Unit::Permits, count);
    let notice = world.tables.reports.iter().find(|report| is_notice(&report.data, host));
    if let Some(notice) = notice {
        question.reports.insert(NOTICE.to_owned(), Received::On(notice.data.day));
    }
    if !world.could_concern(RULE, &question) {
        return None;
    }
    let mut draft = Draft::new(world, card, Kind::Allowed, host.name(), when, &format!("permits {period}"));
    draft.title(format!("new work permits for North Koreans in {} after the ban", host.name()));
    let mut counts = rows.to_vec();
    counts.sort_by_key(|row| worker_sentence(row));
    for row in counts {
        let number = draft.cite(row, &family(&row.data.estimator), worker_sentence(row));
        let text = format!("{} new work permits were issued in {}, {period} ({})", heads(row), host.name(), row.data.estimator);
        draft.observed(text, &[number]);
    }
    let proof = draft.ask_on(RULE, &question, "the permits")?;
    for other in support {
        let number = draft.cite(other, &family(&other.data.estimator), worker_sentence(other));
        draft.observed(
            format!("{} new registrations, {}: they support the permits and are not permits themselves", heads(other), other.data.period),
            &[number],
        );
        let mut weaker = facts(Act::IssueWorkPermit, other.data.period.interval(), Some(host));
        weaker.amounts.insert(Unit::Permits, heads(other));
        weaker.proxy = true;
        draft.ask_on(RULE, &weaker, "the registrations, which only support");
    }
    match notice {
        Some(notice) => {
            let says = format!("{} of {}, received on {}", notice.data.subject, host.name(), notice.data.day);
            let number = draft.cite(notice, "record of reports", says.clone());
            draft.declared(format!("{says}: which of these permits it covers has to be compared"), &[number]);
        }
        None => {
            draft.declared("no notice of permits under older contracts is in the case, and no table holds approvals of the Committee", &[]);
        }
    }
    draft.conclusion(format!(
        "The verdict on the permits is {}. {}'s authorities would have to show that each rests on a written contract from before 2017-09-11 or on the Committee's approval in advance; nobody has shown either here.",
        verdict(proof.verdict),
        host.name()
    ));
    draft.gap(count, Unit::Permits, format!("{count} permits, where none may be given unless an exception is proved"));
    draft.against(
        "the permits renew or continue contracts finalised before 2017-09-11",
        Outcome::NotTestable,
        "needs the contract dates and the notice of numbers and end dates that was due by 2017-12-15",
    );
    draft.against("the Committee approved them in advance", Outcome::NotTestable, "needs the Committee's decision; none is in the case");
    draft.against(
        "the count is of registrations, not of permits",
        Outcome::DoesNotExplain,
        format!(
            "{} names permits",
            rows.iter()
                .map(|row| row.data.estimator.as_str())
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join(" and ")
        ),
    );
    draft.sensitive("if every permit rested on an older contract", "compliant: the exception would cover all of them");
    draft.sensitive("if a single one did not", format!("still {}", verdict(proof.verdict)));
    draft.not_checked("contract dates, employers and the text of the permits");
    draft.figure("permits_low", count.low).figure("permits_high", count.high);
    let decisive = decisive(&proof).then(|| format!("{RULE} in force, and the lowest count is above none"));
    Some(draft.finish(decisive.as_deref(), count.low.unwrap_or_default(), Unit::Permits))
}

fn registration_lead(world: World<'_>, card: &Card, row: &Row<WorkerCount>) -> Option<Lead> {
    let host = single(&row.data.host)?;
    let when = row.data.period.interval();
    let mut question = facts(Act::IssueWorkPermit, when, Some(host));
    question.amounts.insert(Unit::Permits, heads(row));
    question.proxy = true;
    if heads(row).exceeds(0.0) != Tri::True || !world.could_concern(RULE, &question) {
        return None;
    }
    let mut draft = Draft::new(world, card, Kind::Allowed, host.name(), when, &format!("registrations {}", row.data.period));
    let number = draft.cite(row, &family(&row.data.estimator), worker_sentence(row));
    draft.title(format!("new registrations of North Koreans in {} after the ban on permits", host.name()));
    draft.observed(worker_sentence(row), &[number]);
    let proof = draft.ask_on(RULE, &question, "the registrations, which only support")?;
    draft.conclusion(format!("Registrations are not permits, and the verdict on them is {}.", verdict(proof.verdict)));
    draft.gap(heads(row), Unit::Registrations, "registrations, where no new permit may be given");
    draft.against(
        "the persons were registered again after a move, without a new permit",
        Outcome::NotTestable,
        "needs the registrations themselves",
    );
    draft.not_checked("work permits for the same period");
    draft.figure("registrations_low", heads(row).low);
    Some(draft.finish(None, heads(row).low.unwrap_or_default(), Unit::Registrations))
}
