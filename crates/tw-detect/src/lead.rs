//! A lead: what was declared, what was observed, what was allowed, and how far the evidence goes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Machine output of a detector, for a person to review. Never a finding by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lead {
    /// `L-` and eight hexadecimal digits: the same subject, period and detector give the same id in every run.
    pub id: String,
    /// The detector, by its id.
    pub detector: String,
    /// What kind of gap it is.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Whom or what it is about.
    pub subject: String,
    /// First day, ISO 8601.
    pub from: String,
    /// Last day, ISO 8601.
    pub to: String,
    /// How far the evidence goes, in one or two sentences.
    pub conclusion: String,
    /// What somebody said.
    pub declared: Vec<Statement>,
    /// What records show.
    pub observed: Vec<Statement>,
    /// What the law permitted then, by provision.
    pub allowed: Vec<Allowed>,
    /// The size of the gap.
    pub gap: Option<Gap>,
    /// Innocent explanations, and what became of each.
    pub against: Vec<Against>,
    /// What would change the result.
    pub sensitivity: Vec<Sensitivity>,
    /// What was not looked at.
    pub not_checked: Vec<String>,
    /// The records it rests on, numbered from 1.
    pub evidence: Vec<Evidence>,
    /// Families of sources that are independent of each other.
    pub families: Vec<String>,
    /// Place in the queue.
    pub rank: Rank,
    /// Named figures for charts and for scoring, each with its unit in the name (`barrels_low`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<String, f64>,
    /// What happened at sea, where the lead is about a ship's track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sea: Option<SeaEvent>,
}

/// What happened at sea: when, where and which ship, for maps and for scoring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeaEvent {
    /// `concealed_destination`, `dark_gap`, `ship_to_ship`, `ship_to_ship_dark`, `loitering`, `identity_change`, `shared_identity`, `false_flag`,
    /// `hull_laundering`, `spoofing`, `draught_change`, `embargoed_call`, `flag_call` (a ship of the
    /// target's flag in a port closed to it) or `listed_ship`.
    pub kind: String,
    /// The ship's MMSI as it was sent.
    pub mmsi: u32,
    /// The other ship's MMSI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_mmsi: Option<u32>,
    /// Beginning, ISO 8601.
    pub t0: String,
    /// End, ISO 8601.
    pub t1: String,
    /// Latitude, degrees north.
    pub lat: Option<f64>,
    /// Longitude, degrees east.
    pub lon: Option<f64>,
    /// Latitude of the end, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat1: Option<f64>,
    /// Longitude of the end, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon1: Option<f64>,
    /// 0 to 1, as the kernel's documentation defines it.
    pub score: f64,
    /// Barrels delivered or taken, if they can be estimated.
    pub barrels: Option<Barrels>,
    /// Places to mark on a map: name, latitude, longitude, and what it is (`declared`, `actual`, `possible`, `left`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
}

/// An estimate of barrels: 10, 50 and 90 per cent points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Barrels {
    /// Low.
    pub low: f64,
    /// Best.
    pub best: f64,
    /// High.
    pub high: f64,
}

/// A place on a lead's map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// `declared`, `actual`, `possible` or `left`.
    pub role: String,
    /// Probability, where it is an inference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// Kinds of gap between what was declared, observed and allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Observed against allowed: conduct that a provision in force covers.
    Allowed,
    /// Declared against observed: two accounts that do not fit.
    Discrepancy,
    /// A report or series that was due and is missing.
    Reporting,
    /// Two published figures of one thing that cannot both be right.
    Conflict,
    /// A party's status on a list on the day it acted.
    Listing,
    /// A declared destination against where a ship was seen next.
    Destination,
    /// Conduct at sea that calls for an explanation.
    Sea,
}

impl Kind {
    /// The words of tables and pages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Allowed => "observed against allowed",
            Self::Discrepancy => "declared against observed",
            Self::Reporting => "reporting",
            Self::Conflict => "sources in conflict",
            Self::Listing => "listed on that day",
            Self::Destination => "declared against actual destination",
            Self::Sea => "conduct at sea",
        }
    }
}

/// A sentence with the records it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The sentence.
    pub text: String,
    /// Numbers of the evidence.
    pub evidence: Vec<usize>,
}

/// What a provision says about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// Key of the provision.
    pub provision: String,
    /// Official symbol and paragraph.
    pub symbol: String,
    /// The rule in our words.
    pub rule: String,
    /// What it was asked on: the reported figures, the estimates, the permits.
    pub asked_on: String,
    /// When it was in force.
    pub in_force: String,
    /// How well its wording was checked.
    pub verification: String,
    /// The verdict.
    pub verdict: String,
    /// The verdict in words, with what keeps it from going further.
    pub words: String,
    /// Exceptions that nobody has settled, each with who has to prove it.
    pub open_exceptions: Vec<Open>,
    /// Facts beside the conduct that nobody has proved.
    pub open_elements: Vec<Open>,
    /// What is missing for a decision.
    pub missing: Vec<String>,
    /// Duties to report, each with its state.
    pub reporting: Vec<String>,
    /// The proof tree as text, one node a line.
    pub proof: Vec<String>,
}

/// Something left open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Key within the provision.
    pub id: String,
    /// The condition.
    pub cond: String,
    /// Who has to prove it.
    pub burden: String,
    /// What would prove it.
    pub proof: String,
}

/// The size of a gap. A missing bound is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Lowest.
    pub low: Option<f64>,
    /// Best.
    pub best: Option<f64>,
    /// Highest.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// In words.
    pub text: String,
}

/// What became of an innocent explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Tested: it does not explain the gap.
    DoesNotExplain,
    /// Tested: it explains part of the gap, or may.
    MayExplain,
    /// It could not be tested with what is in the case.
    NotTestable,
}

impl Outcome {
    /// A sign that is readable without colour.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::DoesNotExplain => "✓",
            Self::MayExplain => "!",
            Self::NotTestable => "?",
        }
    }
}

/// An innocent explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// The explanation.
    pub explanation: String,
    /// What became of it.
    pub outcome: Outcome,
    /// How it was tested, or why it could not be.
    pub detail: String,
}

/// A change of an assumption, and what it does to the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sensitivity {
    /// The change.
    pub change: String,
    /// The result then.
    pub result: String,
}

/// A record that a lead rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Number within the lead, from 1.
    pub number: usize,
    /// Table.
    pub table: String,
    /// Pointer: capture and row.
    pub record: String,
    /// Published, reconstructed or synthetic.
    pub origin: String,
    /// Admiralty grade.
    pub grade: String,
    /// Who published it and where.
    pub source: String,
    /// What the row says.
    pub says: String,
    /// A remark of the person who entered the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Place in the queue. The key is lexicographic: tier, then families, then magnitude, then recency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// 1: a rule in force and the low case beyond it, or a listed party; 2: two or more independent families; 3: one family.
    pub tier: u8,
    /// Independent families of sources.
    pub families: usize,
    /// Size in natural units.
    pub magnitude: f64,
    /// Unit of the size.
    pub unit: String,
    /// Why it stands where it stands.
    pub why: String,
}

/// The order of the queue: tier, number of families (more first), magnitude within the same unit (larger first), recency (later first), id.
///
/// Magnitudes in different units are not comparable: units are ordered by name, so that the order is the same in every run.
pub fn sort(leads: &mut [Lead]) {
    leads.sort_by(|a, b| {
        a.rank
            .tier
            .cmp(&b.rank.tier)
            .then(b.rank.families.cmp(&a.rank.families))
            .then(a.rank.unit.cmp(&b.rank.unit))
            .then(b.rank.magnitude.total_cmp(&a.rank.magnitude))
            .then(b.to.cmp(&a.to))
            .then(a.id.cmp(&b.id))
    });
}
