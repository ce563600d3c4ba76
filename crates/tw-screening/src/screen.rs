//! One party looked for on lists: what is found, when it was listed, and what people have decided about it.

use serde::Serialize;
use tw_base::Date;
use tw_ftm::{Entity, Listing, Status};

use crate::explain::Explanation;
use crate::index::{Filter, Index, Match, QueryError, Standing as Which, schemata};
use crate::judgement::{Judgements, Standing, fingerprint};
use crate::party::Party;
use crate::score::{Algorithm, Weights};

/// How parties are looked for.
#[derive(Clone, Debug)]
pub struct Screener<'a> {
    /// The lists.
    pub index: &'a Index,
    /// What people decided before.
    pub judgements: &'a Judgements,
    /// Score from which a resemblance is a hit.
    pub threshold: f64,
    /// Most hits of one party.
    pub limit: usize,
    /// Weights of the evidence.
    pub weights: Weights,
}

/// What became of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It resembles somebody who was on a list that day.
    Listed,
    /// It resembles somebody of whom the captures do not tell for that day.
    Undetermined,
    /// It resembles somebody who had left the list.
    NoLonger,
    /// It resembles somebody who came onto a list later.
    NotYet,
    /// It resembles somebody who is in a list's file and not on the list: linked to an entry.
    Linked,
    /// People judged every hit to be another party.
    Cleared,
    /// Nobody on the lists resembles it.
    NoHit,
    /// The row could not be read.
    Refused,
}

impl Outcome {
    /// One or two words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Undetermined => "undetermined",
            Self::NoLonger => "no longer listed",
            Self::NotYet => "not yet listed",
            Self::Linked => "linked",
            Self::Cleared => "cleared",
            Self::NoHit => "no hit",
            Self::Refused => "refused",
        }
    }

    /// True if the party was on a list that day, or may have been.
    #[must_use]
    pub fn on_list(self) -> bool {
        matches!(self, Self::Listed | Self::Undetermined)
    }
}

/// A resemblance that reaches the threshold.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Id of the entity.
    pub id: String,
    /// Its name.
    pub caption: String,
    /// Its schema.
    pub schema: String,
    /// Score, from 0 to 1.
    pub score: f64,
    /// What became of it, judgements included.
    pub outcome: Outcome,
    /// If it was on a list on the day, judgements left out of account.
    pub status: Option<Status>,
    /// Its stays on lists, with dates and captures.
    pub listings: Vec<Listing>,
    /// What people decided, if they did.
    pub judged: Option<Standing>,
    /// Fingerprint of the party as it was looked for.
    pub fingerprint: String,
    /// The party as it was looked for.
    pub party: Entity,
    /// The entity, newest version.
    pub entity: Entity,
    /// Which evidence made the score.
    pub explanation: Explanation,
}

/// A party that was looked for.
#[derive(Clone, Debug, Serialize)]
pub struct Screened {
    /// Row of the file, as a person counts; 1 is the header.
    pub row: u64,
    /// Name.
    pub name: String,
    /// Day for which was asked.
    pub day: Option<Date>,
    /// The gravest outcome of its hits.
    pub outcome: Outcome,
    /// Why the row was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Hits, the gravest and best first.
    pub hits: Vec<Found>,
}

impl Screened {
    /// A row that could not be read.
    #[must_use]
    pub fn refused(row: u64, name: &str, why: impl Into<String>) -> Self {
        Self { row, name: name.to_owned(), day: None, outcome: Outcome::Refused, refused: Some(why.into()), hits: Vec::new() }
    }
}

impl Screener<'_> {
    /// Looks for a party, given as one entity or as several readings of one row, on the lists of a day.
    ///
    /// # Errors
    /// If the party is larger than the limits of the index allow.
    pub fn screen(&self, row: u64, readings: &[Entity], day: Date) -> Result<Screened, QueryError> {
        let mut hits: Vec<Found> = Vec::new();
        for entity in readings {
            let party = Party::new(entity);
            let filter = Filter { schemata: schemata(entity.schema, true), standing: Which::All(Some(day)), ..Filter::default() };
            let mut question = Match::new(&party);
            question.filter = filter;
            question.limit = self.limit;
            question.threshold = self.threshold;
            question.cutoff = self.threshold;
            question.weights = self.weights.clone();
            let answer = self.index.matches(&question)?;
            let print = if answer.hits.is_empty() { String::new() } else { fingerprint(entity) };
            for hit in answer.hits {
                let judged = self.judgements.standing(&print, &hit.id);
                let outcome = match hit.status {
                    _ if judged.as_ref().is_some_and(Standing::cleared) => Outcome::Cleared,
                    Some(Status::Listed) => Outcome::Listed,
                    Some(Status::Undetermined) => Outcome::Undetermined,
                    Some(Status::NoLonger) => Outcome::NoLonger,
                    Some(Status::NotYet) => Outcome::NotYet,
                    None => Outcome::Linked,
                };
                hits.push(Found {
                    id: hit.id.clone(),
                    caption: hit.entry.entity.caption.clone(),
                    schema: hit.entry.entity.schema.name().to_owned(),
                    score: hit.score,
                    outcome,
                    status: hit.status,
                    listings: hit.entry.listings.clone(),
                    judged,
                    fingerprint: print.clone(),
                    party: entity.clone(),
                    entity: hit.entry.entity.clone(),
                    explanation: Algorithm::Best.explain(&party, &hit.party, &self.weights),
                });
            }
        }
        hits.sort_by(|a, b| a.id.cmp(&b.id).then(b.score.total_cmp(&a.score)));
        hits.dedup_by(|a, b| a.id == b.id);
        hits.sort_by(|a, b| a.outcome.cmp(&b.outcome).then(b.score.total_cmp(&a.score)).then_with(|| a.id.cmp(&b.id)));
        hits.truncate(self.limit);
        let name = readings.first().map_or("", |e| e.caption.as_str());
        Ok(Screened {
            row,
            name: name.to_owned(),
            day: Some(day),
            outcome: hits.first().map_or(Outcome::NoHit, |hit| hit.outcome),
            refused: None,
            hits,
        })
    }
}
