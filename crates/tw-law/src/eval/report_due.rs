//! The duty is a report: the rule is broken if one is overdue or came late.

use tw_base::Tri;

use super::part::Part;
use super::{ReportStatus, ReportingOutcome, reporting};
use crate::model::{Facts, Provision};

pub(super) fn judge(p: &Provision, facts: &Facts) -> Part {
    let parts = reporting::judge(p, facts).iter().map(one).collect();
    Part::any("a report is overdue or came late", "", parts)
}

fn one(duty: &ReportingOutcome) -> Part {
    let part = |value| Part::new(format!("report {}", duty.id), value, format!("{}: {}", duty.status, duty.because));
    match duty.status {
        ReportStatus::Overdue | ReportStatus::ReceivedLate => part(Tri::True),
        ReportStatus::NotDue => part(Tri::False).by_calendar(),
        ReportStatus::Received | ReportStatus::RequestedOnly => part(Tri::False),
        ReportStatus::Unknown => part(Tri::Unknown).missing(format!("whether the report came: {} ({})", duty.what, duty.who)),
    }
}
