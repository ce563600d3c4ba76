//! What a detector sees, and the builder with which it writes a lead.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use tw_base::{Bounds, Date, Interval, Origin, Provenance, Unit};
use tw_law::{Act, Book, Facts, Proof, Provision, Test, Verdict};
use tw_tables::{Row, Table, Tables};

use crate::account::CapAccount;
use crate::earnings::Earnings;
use crate::mirrored::MirrorSeries;
use crate::series::RegimeSeries;

use crate::card::{Card, Parameters};
use crate::judged;
use crate::lead::{Against, Allowed, Evidence, Gap, Kind, Lead, Open, Outcome, Rank, Sensitivity, Statement};

/// Everything that detectors may look at.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    /// The rows of the case that were known on the day of the answer.
    pub tables: &'a Tables,
    /// The law.
    pub book: &'a Book,
    /// Bodies of law that may be asked; empty means all.
    pub regimes: &'a [String],
    /// Country that the sanctions are about.
    pub target: tw_base::Country,
    /// The day of the answer.
    pub as_of: Date,
    /// Numbers set in the case.
    pub parameters: &'a Parameters,
    /// What ships did, if the case holds positions.
    pub sightings: Option<&'a Sightings>,
    /// Trade statistics, if the case holds any.
    pub flows: Option<&'a Flows>,
}

/// What ships did, and where each record of it lies.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    /// The events.
    pub seen: tw_maritime::survey::Seen,
    /// The recordings, by their numbers in [`tw_maritime::At::file`].
    pub recordings: Vec<Recording>,
}

/// A file whose records are evidence: a recording of ships' positions, or a trade statistic.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The capture.
    pub capture: tw_base::Sha256,
    /// Whether its records are lines; else rows.
    pub lines: bool,
    /// Published, reconstructed or synthetic.
    pub origin: Origin,
    /// Who published it and where.
    pub source: String,
    /// Admiralty grade.
    pub grade: tw_base::Grade,
}

impl Recording {
    /// What a record of it carries beside its facts.
    #[must_use]
    pub fn provenance(&self, record: u32) -> Provenance {
        let number = u64::from(record);
        let span = if self.lines { tw_base::Span::Line(number) } else { tw_base::Span::Row(number) };
        Provenance {
            origin: self.origin,
            source: self.source.clone(),
            grade: self.grade,
            note: None,
            known: None,
            record: tw_base::RecordPtr { capture: self.capture, span },
        }
    }
}

/// Trade statistics of a case, both sides set against each other.
#[derive(Clone, Debug)]
pub struct Flows {
    /// Both sides of every flow.
    pub mirror: tw_flows::mirror::Mirror,
    /// The reports about trade with the target, as they were published.
    pub with_target: Vec<tw_trade::Report>,
    /// The files, by their numbers in the reports.
    pub files: Vec<Recording>,
}

impl Flows {
    /// What a record carries beside its facts; none if the file is not known.
    #[must_use]
    pub fn provenance(&self, file: u16, record: u32) -> Option<Provenance> {
        Some(self.files.get(usize::from(file)).filter(|_| record > 0)?.provenance(record))
    }
}

impl Sightings {
    /// What a record carries beside its facts; none if the recording is not known.
    #[must_use]
    pub fn provenance(&self, at: tw_maritime::At) -> Option<Provenance> {
        Some(self.recordings.get(usize::from(at.file))?.provenance(at.record))
    }
}

/// What a detector gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// Leads.
    pub leads: Vec<Lead>,
    /// What it could not look at, one clause each.
    pub not_checked: Vec<String>,
    /// Cap accounts, also of windows that gave no lead.
    pub accounts: Vec<CapAccount>,
    /// What stocks of workers may earn, also where it fits what was published.
    pub earnings: Vec<Earnings>,
    /// Flows of goods as both sides report them, month by month, for drawing.
    pub mirrors: Vec<MirrorSeries>,
    /// Series of counts in their regimes, for drawing.
    pub series: Vec<RegimeSeries>,
}

impl<'a> World<'a> {
    /// A provision, if it is in the book and its body of law is part of the case.
    #[must_use]
    pub(crate) fn rule(&self, id: &str) -> Option<&'a Provision> {
        self.book.get(id).filter(|rule| self.regimes.is_empty() || self.regimes.contains(&rule.regime))
    }

    /// Whether a provision may have anything to say against the facts: it is in the book, its scope fits, it was in force on some of the days, and
    /// the facts are not known to be within it.
    #[must_use]
    pub(crate) fn could_concern(&self, provision: &str, facts: &Facts) -> bool {
        self.rule(provision).is_some_and(|rule| tw_law::evaluate(rule, facts).verdict > Verdict::Compliant)
    }

    /// Keys of the binding provisions on dealings with parties of a list.
    #[must_use]
    pub(crate) fn designation_rules(&self, list: &str) -> Vec<String> {
        let named = |rule: &&Provision| {
            matches!(&rule.test, Test::DesignationEffect { lists } if lists.iter().any(|l| l == list))
                && rule.scope.acts.contains(&Act::DealWithDesignated)
        };
        self.book
            .iter()
            .filter(|rule| self.regimes.is_empty() || self.regimes.contains(&rule.regime))
            .filter(named)
            .map(|rule| rule.id.clone())
            .collect()
    }
}

/// A lead in the making.
pub struct Draft<'a> {
    world: World<'a>,
    lead: Lead,
    key: String,
    origins: BTreeSet<Origin>,
    families: BTreeSet<String>,
}

impl<'a> Draft<'a> {
    /// Begins a lead. `key` tells it apart from the other leads of the detector: subject and period, no figures, so that the id stays when a figure is corrected.
    #[must_use]
    pub fn new(world: World<'a>, card: &Card, kind: Kind, subject: &str, period: Interval, key: &str) -> Self {
        let last = period.last().unwrap_or(period.from);
        let key = format!("{}|{subject}|{key}", card.id);
        let lead = Lead {
            id: id(&key),
            detector: card.id.clone(),
            kind,
            title: String::new(),
            subject: subject.to_owned(),
            from: period.from.to_string(),
            to: last.to_string(),
            conclusion: String::new(),
            declared: Vec::new(),
            observed: Vec::new(),
            allowed: Vec::new(),
            gap: None,
            against: Vec::new(),
            sensitivity: Vec::new(),
            not_checked: Vec::new(),
            evidence: Vec::new(),
            families: Vec::new(),
            rank: Rank { tier: 3, families: 0, magnitude: 0.0, unit: String::new(), why: String::new() },
            figures: BTreeMap::new(),
            sea: None,
        };
        Self { world, lead, key, origins: BTreeSet::new(), families: BTreeSet::new() }
    }

    /// Adds a row as evidence, once, and gives its number. `family` names the independent family of sources it belongs to.
    pub fn cite<T: Table>(&mut self, row: &Row<T>, family: &str, says: impl Into<String>) -> usize {
        self.cite_record(T::NAME, &row.provenance, family, says.into())
    }

    /// Adds a row of a named table as evidence, once, and gives its number.
    pub(crate) fn cite_row(&mut self, table: &str, provenance: &Provenance, family: &str, says: String) -> usize {
        self.cite_record(table, provenance, family, says)
    }

    /// Adds a record of a recording as evidence, once, and gives its number; none if the recording is not known.
    pub fn cite_position(&mut self, at: tw_maritime::At, says: impl Into<String>) -> Option<usize> {
        let provenance = self.world.sightings?.provenance(at)?;
        Some(self.cite_record("positions", &provenance, "AIS", says.into()))
    }

    /// Adds a record of a trade statistic as evidence, once, and gives its number; none if the file is not known or the side said nothing.
    pub fn cite_report(&mut self, file: u16, record: u32, family: &str, says: impl Into<String>) -> Option<usize> {
        let provenance = self.world.flows?.provenance(file, record)?;
        Some(self.cite_record("trade", &provenance, family, says.into()))
    }

    /// What happened at sea.
    pub fn sea(&mut self, event: crate::lead::SeaEvent) -> &mut Self {
        self.lead.sea = Some(event);
        self
    }

    /// Places to mark on the map of what happened at sea; nothing without an event.
    pub fn places(&mut self, places: Vec<crate::lead::Place>) -> &mut Self {
        if let Some(sea) = &mut self.lead.sea {
            sea.places = places;
        }
        self
    }

    fn cite_record(&mut self, table: &str, provenance: &Provenance, family: &str, says: String) -> usize {
        let record = provenance.record.to_string();
        if let Some(known) = self.lead.evidence.iter().find(|e| e.record == record && e.table == table) {
            return known.number;
        }
        self.origins.insert(provenance.origin);
        self.families.insert(family.to_owned());
        let number = self.lead.evidence.len() + 1;
        self.lead.evidence.push(Evidence {
            number,
            table: table.to_owned(),
            record,
            origin: provenance.origin.to_string(),
            grade: provenance.grade.to_string(),
            source: provenance.source.clone(),
            says,
            // A remark about a person's paper may name the person.
            note: provenance.note.clone().filter(|_| !tw_tables::personal(table, "note")),
        });
        number
    }

    /// The title.
    pub fn title(&mut self, text: impl Into<String>) -> &mut Self {
        self.lead.title = text.into();
        self
    }

    /// How far the evidence goes.
    pub fn conclusion(&mut self, text: impl Into<String>) -> &mut Self {
        self.lead.conclusion = text.into();
        self
    }

    /// What somebody said.
    pub fn declared(&mut self, text: impl Into<String>, evidence: &[usize]) -> &mut Self {
        self.lead.declared.push(Statement { text: text.into(), evidence: evidence.to_vec() });
        self
    }

    /// What records show.
    pub fn observed(&mut self, text: impl Into<String>, evidence: &[usize]) -> &mut Self {
        self.lead.observed.push(Statement { text: text.into(), evidence: evidence.to_vec() });
        self
    }

    /// Asks a provision about the facts, keeps the answer in the lead with what it was asked on, and returns the proof.
    ///
    /// A key that the book lacks gives nothing and is named as not checked: a case may use a smaller book.
    pub fn ask_on(&mut self, provision: &str, facts: &Facts, basis: &str) -> Option<Proof> {
        let Some(rule) = self.world.rule(provision) else {
            self.not_checked(format!("{provision}: not among the provisions of this case"));
            return None;
        };
        let proof = tw_law::evaluate(rule, facts);
        self.lead.allowed.push(allowed(rule, &proof, basis));
        Some(proof)
    }

    /// The gap.
    pub fn gap(&mut self, bounds: Bounds, unit: Unit, text: impl Into<String>) -> &mut Self {
        let finite = |end: Option<f64>| end.filter(|v| v.is_finite());
        self.lead.gap = Some(Gap {
            low: finite(bounds.low),
            best: finite(bounds.best),
            high: finite(bounds.high),
            unit: unit.symbol().to_owned(),
            text: text.into(),
        });
        self
    }

    /// An innocent explanation.
    pub fn against(&mut self, explanation: impl Into<String>, outcome: Outcome, detail: impl Into<String>) -> &mut Self {
        self.lead.against.push(Against { explanation: explanation.into(), outcome, detail: detail.into() });
        self
    }

    /// A change of an assumption and its result.
    pub fn sensitive(&mut self, change: impl Into<String>, result: impl Into<String>) -> &mut Self {
        self.lead.sensitivity.push(Sensitivity { change: change.into(), result: result.into() });
        self
    }

    /// What was not looked at.
    pub fn not_checked(&mut self, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        if !self.lead.not_checked.contains(&text) {
            self.lead.not_checked.push(text);
        }
        self
    }

    /// A named figure, for charts and scoring.
    pub fn figure(&mut self, name: &str, value: Option<f64>) -> &mut Self {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            self.lead.figures.insert(name.to_owned(), value);
        }
        self
    }

    /// Ends the lead. `decisive` is true where a rule in force is passed even in the low case, or a party was listed: tier 1.
    #[must_use]
    pub fn finish(mut self, decisive: Option<&str>, magnitude: f64, unit: Unit) -> Lead {
        let families = self.families.len();
        let mut why = String::new();
        let tier = match decisive {
            Some(reason) => {
                why.push_str(reason);
                1
            }
            // Sources that contradict each other do not corroborate anything.
            None if self.lead.kind == Kind::Conflict => {
                why.push_str("published figures that contradict each other");
                3
            }
            None if families >= 2 => {
                let _ = write!(why, "{families} independent families of sources");
                2
            }
            None => {
                why.push_str("one family of sources");
                3
            }
        };
        if decisive.is_some() {
            let _ = write!(why, "; {families} famil{} of sources", if families == 1 { "y" } else { "ies" });
        }
        if magnitude > 0.0 {
            let _ = write!(why, "; {} {unit}", tw_base::format_number(magnitude));
        }
        if self.origins.contains(&Origin::Synthetic) {
            why.push_str("; rests on synthetic records");
        } else if self.origins.contains(&Origin::Reconstructed) {
            why.push_str("; some records are reconstructed");
        }
        self.lead.families = self.families.into_iter().collect();
        self.lead.rank = Rank { tier, families, magnitude, unit: unit.symbol().to_owned(), why };
        debug_assert!(!self.lead.title.is_empty() && !self.lead.conclusion.is_empty(), "{}", self.key);
        self.lead
    }
}

/// Gives leads of one subject and period ids of their own, by what they say. Two that say the same of different rows are one.
pub(crate) fn tell_apart(leads: &mut Vec<Lead>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for lead in leads.iter() {
        *counts.entry(lead.id.clone()).or_default() += 1;
    }
    for lead in leads.iter_mut().filter(|lead| counts[&lead.id] > 1) {
        lead.id = id(&format!("{}|{}", lead.id, said(lead)));
    }
    let mut seen = BTreeSet::new();
    leads.retain(|lead| seen.insert(lead.id.clone()));
}

/// Everything a lead says, without where its rows lie.
fn said(lead: &Lead) -> String {
    let mut bare = lead.clone();
    for evidence in &mut bare.evidence {
        evidence.record.clear();
    }
    serde_json::to_string(&bare).expect("keys are strings and numbers are finite")
}

/// `L-` and the first eight digits of the SHA-256 of the key.
fn id(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    let mut text = String::from("L-");
    for byte in digest.iter().take(4) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn allowed(rule: &Provision, proof: &Proof, basis: &str) -> Allowed {
    Allowed {
        provision: rule.id.clone(),
        symbol: rule.symbol(),
        rule: rule.rule.clone(),
        asked_on: basis.to_owned(),
        in_force: rule.stretches().iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        verification: format!("{:?}", rule.verification),
        verdict: proof.verdict.as_str().to_owned(),
        words: judged::words(proof.verdict).to_owned(),
        open_exceptions: proof
            .open_exceptions
            .iter()
            .map(|e| Open { id: e.id.clone(), cond: e.cond.clone(), burden: e.burden.clone(), proof: e.proof.clone() })
            .collect(),
        open_elements: proof
            .open_elements
            .iter()
            .map(|e| Open { id: e.id.clone(), cond: e.cond.clone(), burden: e.burden.clone(), proof: String::new() })
            .collect(),
        missing: proof.missing.clone(),
        reporting: judged::reporting(rule, proof),
        proof: proof.to_string().lines().map(str::to_owned).collect(),
    }
}
