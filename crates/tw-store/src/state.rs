//! States of a lead, and the closed list of reasons to dismiss one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Every reason to dismiss a lead, with what it says. Besides these there is `duplicate:<id>`, which names another lead.
///
/// `innocent:` explains the facts, `data:` says that the facts are not as recorded, and `law:` says that the rule does not reach them.
pub const REASONS: &[(&str, &str)] = &[
    // Ships.
    ("innocent:bunkering", "One ship supplied the other with fuel for its own use."),
    ("innocent:lightering-area", "The ships lay in an area that is known for lawful transfers of cargo."),
    ("innocent:port-queue", "The ship waited for a berth or an anchorage among others."),
    ("innocent:pilotage", "The other craft was a pilot, a tug, or a service boat."),
    ("innocent:fishing-cluster", "The ships were fishing near each other."),
    ("innocent:convoy", "The ships sailed in company, as through ice, a canal, or a separation scheme."),
    ("innocent:diversion", "The ship changed its destination for a reason that is on record: weather, repair, rescue, or orders."),
    ("innocent:reception-limits", "The ship was out of reach of receivers, or switched off where that is allowed."),
    ("innocent:sale-or-renaming", "The change of name, flag, or owner is an ordinary sale or registration."),
    // Trade and caps.
    ("innocent:re-export", "The goods passed through, and one side counts goods in transit while the other does not."),
    ("innocent:timing", "The two sides booked the same goods in different periods."),
    ("innocent:hs-shift", "The two sides put the same goods under different headings."),
    ("innocent:conversion", "The gap is within what the conversion between units can explain."),
    ("innocent:valuation", "The gap is within what freight, insurance, or exchange rates can explain."),
    ("innocent:confidential-trade", "One side keeps these goods out of its published figures under a general rule."),
    ("innocent:price-change", "The value moved with the price, and the amount did not."),
    // Labour.
    ("innocent:students", "The persons were enrolled as students and did not work."),
    ("innocent:transport-crew", "The entries are crews who come and go."),
    ("innocent:official-staff", "The persons were accredited to a mission or on an official visit."),
    ("innocent:renewal", "The registrations or permits renew earlier ones and add no person."),
    ("innocent:departure", "The persons are on record as having left."),
    ("innocent:seasonal", "The movement is the one of the same season in other years."),
    ("innocent:definition-change", "The publisher changed what it counts."),
    // Data.
    ("data:shared-mmsi", "Two transmitters used the same number."),
    ("data:receiver-noise", "The positions or texts are faults of reception."),
    ("data:wrong-entity", "The record is about another ship, company, or person, such as a namesake."),
    ("data:unit-error", "A figure was published or read in the wrong unit."),
    ("data:late-revision", "The publisher has revised the figure since."),
    ("data:double-count", "The same goods, persons, or voyage were counted twice."),
    ("data:misread", "The source says something else than the record."),
    ("data:incomplete", "The record leaves out something without which it misleads."),
    ("data:unreliable-source", "The only source turned out not to be reliable."),
    // Law.
    ("law:not-in-force", "No rule was in force that day."),
    ("law:exempt", "An exception applies, and its proof is on file."),
    ("law:approved", "The committee or authority approved it beforehand."),
    ("law:wind-down", "It falls within a period of grace for older contracts."),
    ("law:other-jurisdiction", "The rule does not bind the party."),
    // Other.
    ("out-of-scope", "It is not what the case is about."),
];

/// Begins a reason that names another lead.
const DUPLICATE: &str = "duplicate:";

/// Why a lead was dismissed: a word of [`REASONS`], or `duplicate:<id>`.
///
/// ```
/// use tw_store::Reason;
/// let reason: Reason = "duplicate:F-0002".parse()?;
/// assert_eq!(reason.duplicate_of(), Some("F-0002"));
/// assert!("innocent:because".parse::<Reason>().is_err());
/// # Ok::<(), tw_store::StoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

impl Reason {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lead that this one repeats, if that is the reason.
    #[must_use]
    pub fn duplicate_of(&self) -> Option<&str> {
        self.0.strip_prefix(DUPLICATE)
    }

    /// What it says, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.duplicate_of() {
            Some(lead) => format!("It says the same as {lead}."),
            None => REASONS.iter().find(|(word, _)| *word == self.0).map_or_else(String::new, |(_, sentence)| (*sentence).to_owned()),
        }
    }
}

impl FromStr for Reason {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(lead) = text.strip_prefix(DUPLICATE) {
            check_text("reason", lead, LONGEST_ID)?;
            return Ok(Self(text.to_owned()));
        }
        if REASONS.iter().any(|(word, _)| *word == text) {
            return Ok(Self(text.to_owned()));
        }
        let mut known: Vec<String> = REASONS.iter().map(|(word, _)| (*word).to_owned()).collect();
        known.push(format!("{DUPLICATE}<id>"));
        Err(StoreError::UnknownWord { word: text.chars().take(80).collect(), what: "reason to dismiss a lead", known })
    }
}

impl TryFrom<String> for Reason {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self, StoreError> {
        text.parse()
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How far the review of a lead has come; [`State`] without its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Nobody has looked.
    Lead,
    /// Somebody is looking.
    Reviewing,
    /// The evidence supports it.
    Supported,
    /// It is explained, for a reason.
    Dismissed,
    /// The evidence does not decide.
    Undetermined,
    /// Supported, and published as a finding.
    Published,
}

impl Stage {
    /// All of them, with what they mean.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Lead, "nobody has looked"),
        (Self::Reviewing, "somebody is looking"),
        (Self::Supported, "the evidence supports it"),
        (Self::Dismissed, "it is explained, for a reason"),
        (Self::Undetermined, "the evidence does not decide"),
        (Self::Published, "supported, and published as a finding"),
    ];

    /// The word used in files and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Reviewing => "reviewing",
            Self::Supported => "supported",
            Self::Dismissed => "dismissed",
            Self::Undetermined => "undetermined",
            Self::Published => "published",
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Lead => 0,
            Self::Reviewing => 1,
            Self::Supported | Self::Dismissed | Self::Undetermined => 2,
            Self::Published => 3,
        }
    }

    /// Whether the step goes back to a state that comes earlier; such a step needs a note.
    #[must_use]
    pub fn goes_back_to(self, to: Self) -> bool {
        to.rank() < self.rank()
    }

    /// Whether a lead may go from here to there: `Err` says why not, and what to do.
    ///
    /// Forward, `lead → reviewing → supported | dismissed | undetermined`, and only `supported → published`: what was dismissed or left
    /// open is never published. Back to any earlier state, which includes taking back what was published.
    ///
    /// # Errors
    /// The reason as a clause, and a hint.
    pub fn may_go(self, to: Self) -> Result<(), (String, Option<String>)> {
        if self.goes_back_to(to) {
            return Ok(());
        }
        match (self, to) {
            (Self::Lead, Self::Reviewing)
            | (Self::Reviewing, Self::Supported | Self::Dismissed | Self::Undetermined)
            | (Self::Supported, Self::Published) => Ok(()),
            (from, to) if from == to => Err(("it is there already".to_owned(), None)),
            (Self::Lead, _) => Err(("nobody has looked at it".to_owned(), Some("set it to `reviewing` first".to_owned()))),
            (_, Self::Published) => {
                Err(("only what is supported is published".to_owned(), Some("set it to `reviewing`, then to `supported`".to_owned())))
            }
            _ => Err(("it was decided otherwise".to_owned(), Some("set it back to `reviewing` first, with a note".to_owned()))),
        }
    }
}

impl FromStr for Stage {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        Self::ALL.iter().find(|(stage, _)| stage.word() == text).map(|(stage, _)| *stage).ok_or_else(|| StoreError::UnknownWord {
            word: text.chars().take(80).collect(),
            what: "state of a lead",
            known: Self::ALL.iter().map(|(stage, _)| stage.word().to_owned()).collect(),
        })
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// State of a lead. Every lead begins as [`State::Lead`], also if the log does not name it.
///
/// ```
/// use tw_store::State;
/// let state = State::from_words("dismissed", Some("innocent:timing"))?;
/// assert_eq!(state.to_string(), "dismissed (innocent:timing)");
/// # Ok::<(), tw_store::StoreError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "reason", rename_all = "lowercase")]
pub enum State {
    /// Nobody has looked.
    #[default]
    Lead,
    /// Somebody is looking.
    Reviewing,
    /// The evidence supports it.
    Supported,
    /// It is explained.
    Dismissed(Reason),
    /// The evidence does not decide.
    Undetermined,
    /// Supported, and published as a finding.
    Published,
}

impl State {
    /// From the words of a command line or file. The reason is given if, and only if, the state is `dismissed`.
    ///
    /// # Errors
    /// [`StoreError::UnknownWord`] for a word that is not on its list, [`StoreError::Field`] for a reason too few or too many.
    pub fn from_words(state: &str, reason: Option<&str>) -> Result<Self, StoreError> {
        let field = |why: &str| StoreError::Field { field: "reason", why: why.to_owned() };
        let stage: Stage = state.parse()?;
        match (stage, reason) {
            (Stage::Dismissed, Some(reason)) => Ok(Self::Dismissed(reason.parse()?)),
            (Stage::Dismissed, None) => Err(field("a lead is dismissed for a reason, and none was given")),
            (_, Some(_)) => Err(field("only a dismissed lead has one")),
            (Stage::Lead, None) => Ok(Self::Lead),
            (Stage::Reviewing, None) => Ok(Self::Reviewing),
            (Stage::Supported, None) => Ok(Self::Supported),
            (Stage::Undetermined, None) => Ok(Self::Undetermined),
            (Stage::Published, None) => Ok(Self::Published),
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::Lead => Stage::Lead,
            Self::Reviewing => Stage::Reviewing,
            Self::Supported => Stage::Supported,
            Self::Dismissed(_) => Stage::Dismissed,
            Self::Undetermined => Stage::Undetermined,
            Self::Published => Stage::Published,
        }
    }

    /// Why it was dismissed, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        if let Self::Dismissed(reason) = self { Some(reason) } else { None }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dismissed(reason) => write!(f, "dismissed ({reason})"),
            other => f.write_str(other.stage().word()),
        }
    }
}

/// Longest id of a lead and longest name of a person, in bytes.
pub(crate) const LONGEST_ID: usize = 200;

/// Refuses empty, padded, overlong and unprintable text.
pub(crate) fn check_text(field: &'static str, text: &str, longest: usize) -> Result<(), StoreError> {
    let fault = |why: String| Err(StoreError::Field { field, why });
    if text.is_empty() {
        return fault("it is empty".to_owned());
    }
    if text.trim() != text {
        return fault("it begins or ends with a space".to_owned());
    }
    if text.len() > longest {
        return fault(format!("it has {} bytes, and {longest} are the most that is taken", text.len()));
    }
    if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
        return fault(format!("it holds the control character U+{:04X}", u32::from(c)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_that_is_drawn_is_allowed_and_no_other_goes_forward() {
        use Stage::{Dismissed, Lead, Published, Reviewing, Supported, Undetermined};
        let drawn = [(Lead, Reviewing), (Reviewing, Supported), (Reviewing, Dismissed), (Reviewing, Undetermined), (Supported, Published)];
        for (from, _) in Stage::ALL {
            for (to, _) in Stage::ALL {
                let allowed = from.may_go(*to).is_ok();
                assert_eq!(allowed, drawn.contains(&(*from, *to)) || from.goes_back_to(*to), "{from} to {to}");
            }
        }
        assert!(Dismissed.may_go(Published).is_err() && Undetermined.may_go(Published).is_err(), "only what is supported is published");
        assert!(Published.goes_back_to(Dismissed), "what was published can be taken back");
    }

    #[test]
    fn the_reasons_are_closed_distinct_and_each_is_a_sentence() {
        for (i, (word, sentence)) in REASONS.iter().enumerate() {
            assert!(REASONS[i + 1..].iter().all(|(other, _)| other != word), "{word} twice");
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{word}");
            assert_eq!(word.parse::<Reason>().expect("it is on the list").sentence(), *sentence);
        }
        let error = "inocent:timing".parse::<Reason>().expect_err("not on the list");
        assert!(error.hint().expect("a hint").starts_with("did you mean `innocent:timing`?"), "{error}");
        for bad in ["", "duplicate:", "duplicate: F-1", "duplicate:\u{1b}[31m", "Innocent:timing", "innocent:timing "] {
            assert!(bad.parse::<Reason>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_reason_belongs_to_a_dismissal_and_to_nothing_else() {
        assert!(State::from_words("dismissed", None).is_err());
        assert!(State::from_words("supported", Some("law:exempt")).is_err());
        assert!(State::from_words("closed", None).is_err());
        let state = State::from_words("dismissed", Some("duplicate:F-0002")).expect("valid");
        assert_eq!(serde_json::to_string(&state).expect("json"), r#"{"state":"dismissed","reason":"duplicate:F-0002"}"#);
    }
}
