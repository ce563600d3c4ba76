use std::fmt;

use serde::{Deserialize, Serialize};
use tw_base::{Date, Interval, Tri};

use crate::model::Verification;

/// What a provision says of an act, from harmless to grave. The order is that of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does not concern the act, or not on these days.
    NotApplicable,
    /// It concerns the act, and the act is within it.
    Compliant,
    /// The facts do not suffice; the proof names what is missing.
    Undetermined,
    /// The evidence points to a breach without carrying one.
    Indicated,
    /// The rule is broken unless an exception, still open, applies.
    PrimaFacie,
    /// The rule is broken, and every exception is excluded.
    Breach,
}

impl Verdict {
    /// The word as files and outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Compliant => "compliant",
            Self::Undetermined => "undetermined",
            Self::Indicated => "indicated",
            Self::PrimaFacie => "prima_facie",
            Self::Breach => "breach",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a duty to report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// The last day has not passed, or there is nothing to report.
    NotDue,
    /// It came in time.
    Received,
    /// It came after the last day.
    ReceivedLate,
    /// The last day passed without it.
    Overdue,
    /// Nobody said whether it came, or the duty cannot be timed.
    Unknown,
    /// It is only requested: silence breaks nothing.
    RequestedOnly,
}

impl ReportStatus {
    /// The word as files and outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotDue => "not_due",
            Self::Received => "received",
            Self::ReceivedLate => "received_late",
            Self::Overdue => "overdue",
            Self::Unknown => "unknown",
            Self::RequestedOnly => "requested_only",
        }
    }
}

impl fmt::Display for ReportStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A duty to report and where it stands. It is apart from the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportingOutcome {
    /// Key of the duty within the provision.
    pub id: String,
    /// Who reports.
    pub who: String,
    /// What it says.
    pub what: String,
    /// Last lawful day, where one can be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Where it stands.
    pub status: ReportStatus,
    /// Why.
    pub because: String,
}

/// An exception that nobody has established or excluded so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenException {
    /// Key within the provision.
    pub id: String,
    /// The condition under which the act would be lawful.
    pub cond: String,
    /// Who has to prove it.
    pub burden: String,
    /// What would prove it.
    pub proof: String,
}

/// An element that nobody has proved or ruled out so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenElement {
    /// Key within the provision.
    pub id: String,
    /// What has to be true.
    pub cond: String,
    /// Who has to prove it.
    pub burden: String,
}

/// A step of the reasoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What is asked.
    pub label: String,
    /// The answer.
    pub value: Tri,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// The steps it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
}

impl Node {
    pub(crate) fn new(label: impl Into<String>, value: Tri, because: impl Into<String>) -> Self {
        Self { label: label.into(), value, because: because.into(), children: Vec::new() }
    }

    /// The first node with a label, in reading order, this one included.
    #[must_use]
    pub fn find(&self, label: &str) -> Option<&Self> {
        if self.label == label {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(label))
    }
}

/// The answer of a provision about an act: the only result type of the law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Id of the provision.
    pub provision: String,
    /// Official symbol of its instrument.
    pub instrument: String,
    /// Paragraph or article.
    pub paragraph: String,
    /// How well the wording was checked.
    pub verification: Verification,
    /// The verdict on the act.
    pub verdict: Verdict,
    /// Duties to report, apart from the verdict.
    pub reporting: Vec<ReportingOutcome>,
    /// Exceptions still open, unless the verdict is `not_applicable` or `compliant`.
    pub open_exceptions: Vec<OpenException>,
    /// Elements still open, unless the verdict is `not_applicable` or `compliant`.
    pub open_elements: Vec<OpenElement>,
    /// What is missing for a better answer, in words.
    pub missing: Vec<String>,
    /// The stretch of days on which the provision was relied on as being in force.
    pub in_force: Option<Interval>,
    /// The reasons.
    pub root: Node,
}
