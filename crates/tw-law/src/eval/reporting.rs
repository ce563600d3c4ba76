//! Duties to report: apart from the verdict.

use jiff::ToSpan;
use tw_base::{Date, Tri};

use super::{ReportStatus, ReportingOutcome};
use crate::model::{Facts, Provision, Received, Report, Verification};

pub(super) fn judge(p: &Provision, facts: &Facts) -> Vec<ReportingOutcome> {
    p.reports.iter().map(|duty| outcome(p, duty, facts)).collect()
}

fn outcome(p: &Provision, duty: &Report, facts: &Facts) -> ReportingOutcome {
    let due = due(duty, facts);
    let (status, because) = status(p, duty, facts, due);
    let memory = p.verification == Verification::V3 || duty.verification == Some(Verification::V3);
    let (status, because) = match status {
        ReportStatus::Overdue | ReportStatus::ReceivedLate if memory => {
            (ReportStatus::Unknown, format!("{because}; but the wording of the duty was not read at the source (V3)"))
        }
        _ => (status, because),
    };
    ReportingOutcome { id: duty.id.clone(), who: duty.who.clone(), what: duty.what.clone(), due, status, because }
}

/// The last lawful day: the day named, or so many days after the end of the period reported on.
///
/// A duty "every 30 days" without its own time limit is due 30 days after the end of the period.
fn due(duty: &Report, facts: &Facts) -> Option<Date> {
    if duty.by.is_some() {
        return duty.by;
    }
    let within = duty.within_days.or(duty.every_days)?;
    facts.when.last()?.checked_add(i64::from(within).days()).ok()
}

fn status(p: &Provision, duty: &Report, facts: &Facts, due: Option<Date>) -> (ReportStatus, String) {
    let came = facts.report_for(&p.id, &duty.id);
    if duty.requested_only {
        return match came {
            Some(Received::On(day)) => (ReportStatus::Received, format!("received on {day}; it was only requested")),
            _ => (ReportStatus::RequestedOnly, "it is only requested: silence breaks nothing".to_owned()),
        };
    }
    let Some(due) = due else { return untimed(duty, came) };
    match came {
        Some(Received::On(day)) if *day <= due => (ReportStatus::Received, format!("due by {due}, received on {day}")),
        Some(Received::On(day)) => (ReportStatus::ReceivedLate, format!("due by {due}, received on {day}")),
        Some(Received::NotBy(day)) if *day < due => (ReportStatus::NotDue, format!("due by {due}; not received by {day}")),
        Some(Received::NotBy(day)) => missing(duty, facts, due, *day),
        None if duty.by.is_some() && facts.when.last().is_some_and(|last| last < due) => {
            (ReportStatus::NotDue, format!("due by {due}, after the days asked about"))
        }
        None => (ReportStatus::Unknown, format!("due by {due}; nobody said whether it came")),
    }
}

/// Nothing came in time. A periodic duty presupposes that there was something to report.
fn missing(duty: &Report, facts: &Facts, due: Date, day: Date) -> (ReportStatus, String) {
    let because = format!("due by {due}, not received by {day}");
    if duty.by.is_some() {
        return (ReportStatus::Overdue, because);
    }
    match facts.occurred {
        Tri::True => (ReportStatus::Overdue, because),
        Tri::False => (ReportStatus::NotDue, "nothing happened that had to be reported".to_owned()),
        Tri::Unknown => (ReportStatus::Unknown, format!("{because}; whether there was anything to report is not known")),
    }
}

fn untimed(duty: &Report, came: Option<&Received>) -> (ReportStatus, String) {
    let when = duty.when.as_deref().unwrap_or("after a period whose end is not known");
    match came {
        Some(Received::On(day)) => {
            (ReportStatus::Received, format!("received on {day}; due {when}, so whether it was in time is not known"))
        }
        Some(Received::NotBy(day)) => (ReportStatus::Unknown, format!("due {when}; not received by {day}")),
        None => (ReportStatus::Unknown, format!("due {when}; nobody said whether it came")),
    }
}
