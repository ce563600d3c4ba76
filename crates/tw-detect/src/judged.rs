//! What detectors want to know of a proof, in words.

use tw_base::Date;
use tw_law::{Proof, Provision, ReportStatus, Test, Verdict};

/// The verdict with what it means, for a sentence that begins "the verdict is".
pub(crate) fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Indicated | Verdict::Undetermined => words(verdict).to_owned(),
        _ => format!("{}: {}", verdict.as_str().replace('_', " "), words(verdict)),
    }
}

/// What a verdict means.
pub(crate) fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotApplicable => "not covered by the rule on these days",
        Verdict::Compliant => "within the rule",
        Verdict::Undetermined => "undetermined",
        Verdict::Indicated => "indicated, not established",
        Verdict::PrimaFacie => "apparent breach on its face, exceptions open",
        Verdict::Breach => "apparent breach, every exception excluded",
    }
}

/// True if the condition of the rule is met even in the low case: only exceptions may still be open.
pub(crate) fn decisive(proof: &Proof) -> bool {
    matches!(proof.verdict, Verdict::PrimaFacie | Verdict::Breach)
}

/// True if a duty to report is past its day.
pub(crate) fn overdue(proof: &Proof) -> bool {
    proof.reporting.iter().any(|duty| matches!(duty.status, ReportStatus::Overdue))
}

/// The last day of a stock that has to be zero afterwards.
pub(crate) fn sunset(provision: &Provision) -> Option<Date> {
    match &provision.test {
        Test::SunsetStock { last_day, .. } => Some(*last_day),
        _ => None,
    }
}

/// Duties to report, a sentence each. A periodic duty of which nobody said anything is left out: its silence has a detector of its own.
pub(crate) fn reporting(rule: &Provision, proof: &Proof) -> Vec<String> {
    let periodic = |id: &str| rule.reports.iter().any(|duty| duty.id == id && duty.every_days.is_some());
    proof
        .reporting
        .iter()
        .filter(|duty| !(duty.status == ReportStatus::Unknown && periodic(&duty.id)))
        .map(|duty| format!("{} ({}, by {}): {}; {}", duty.id, duty.what, duty.who, duty.status.as_str().replace('_', " "), duty.because))
        .collect()
}
