//! What detectors want to know of a proof, in words.

use tw_base::Date;
use tw_law::{Proof, Provision, ReportStatus, Test, Verdict};

/// The verdict as a clause that a sentence can hold.
pub(crate) fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotApplicable => "not covered by the rule on these days",
        Verdict::Compliant => "within the rule",
        Verdict::Undetermined => "undetermined",
        Verdict::Indicated => "indicated, not established",
        Verdict::PrimaFacie => "an apparent breach on its face, with exceptions open",
        Verdict::Breach => "an apparent breach with every exception excluded",
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

/// A duty to report, as a sentence.
pub(crate) fn reporting(proof: &Proof) -> Vec<String> {
    proof.reporting.iter().map(|duty| format!("{} ({}, by {}): {}; {}", duty.id, duty.what, duty.who, duty.status.as_str().replace('_', " "), duty.because)).collect()
}
