use std::sync::Arc;

use tw_ftm::{Entry, Status};

use super::filter::Ready;
use super::seam::keys;
use super::{Filter, Index, QueryError};
use crate::party::Party;
use crate::score::{Algorithm, Weights, score_above};

/// A question: who resembles this party?
#[derive(Clone, Debug)]
pub struct Match<'a> {
    /// The party that is screened.
    pub party: &'a Party,
    /// Which entities may be an answer. Its schemata are not filled in from the party: see [`super::schemata`].
    pub filter: Filter,
    /// Most hits given back.
    pub limit: usize,
    /// Score at which a hit counts as a match: exactly this score counts too.
    pub threshold: f64,
    /// Score from which a hit is given back at all, if it is below the threshold.
    pub cutoff: f64,
    /// Most candidates that are compared in full.
    pub candidates: usize,
    /// How parties are compared.
    pub algorithm: Algorithm,
    /// Weights of the evidence.
    pub weights: Weights,
}

impl<'a> Match<'a> {
    /// A question with the usual limits: 5 hits of at least 0.7, from 50 candidates.
    #[must_use]
    pub fn new(party: &'a Party) -> Self {
        Self {
            party,
            filter: Filter::default(),
            limit: 5,
            threshold: 0.7,
            cutoff: 0.7,
            candidates: 50,
            algorithm: Algorithm::Best,
            weights: Weights::default(),
        }
    }
}

/// An entity that resembles the party.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Score, from 0 to 1.
    pub score: f64,
    /// If the score reaches the threshold.
    pub matched: bool,
    /// If it was on a list on the day of the filter, or at the last state; `None` if it has no listing.
    pub status: Option<Status>,
    /// The newest version, with its listings.
    pub entry: Arc<Entry>,
    /// The version that resembles the party most, analysed, to explain the score with.
    pub party: Arc<Party>,
}

/// What a question brought.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Hits, best first, equal scores by id.
    pub hits: Vec<Hit>,
    /// Hits that reach the threshold, also those beyond the limit.
    pub total: usize,
    /// Candidates that were compared in full.
    pub compared: usize,
}

impl Index {
    /// Answers who resembles a party.
    ///
    /// # Errors
    /// If the party is larger than the limits allow.
    pub fn matches(&self, question: &Match<'_>) -> Result<Answer, QueryError> {
        let inner = &*self.inner;
        let ready = Ready::new(&question.filter, inner);
        let (names, identifiers) = keys(question.party);
        let candidates = inner.candidates(&names, &identifiers, question.candidates, &ready)?;
        let mut scored: Vec<(f64, u32)> = Vec::new();
        let least = question.cutoff.min(question.threshold);
        for candidate in &candidates {
            let party = inner.docs[candidate.place as usize].party(&inner.room);
            let score = match question.algorithm.answered_by() {
                Algorithm::Best => score_above(question.party, &party, &question.weights, least),
                other => other.score(question.party, &party, &question.weights),
            };
            if score >= least && score > 0.0 {
                scored.push((score, candidate.place));
            }
        }
        let compared = candidates.len();
        Ok(self.answer(question, scored, compared))
    }

    /// Ids and estimates of the entities that would be compared with a party, most promising first; 2 for a shared identifier.
    ///
    /// # Errors
    /// If the party is larger than the limits allow.
    pub fn candidates(&self, party: &Party, filter: &Filter, most: usize) -> Result<Vec<(String, f32)>, QueryError> {
        let inner = &*self.inner;
        let (names, identifiers) = keys(party);
        let found = inner.candidates(&names, &identifiers, most, &Ready::new(filter, inner))?;
        Ok(found.into_iter().map(|c| (inner.docs[c.place as usize].id.to_string(), c.estimate)).collect())
    }

    fn answer(&self, question: &Match<'_>, mut scored: Vec<(f64, u32)>, compared: usize) -> Answer {
        let docs = &self.inner.docs;
        let id = |place: &u32| &docs[*place as usize].id;
        // The best version of each entity, then the best entities.
        scored.sort_by(|(a, x), (b, y)| id(x).cmp(id(y)).then(b.total_cmp(a)).then(y.cmp(x)));
        scored.dedup_by(|(_, x), (_, y)| id(x) == id(y));
        scored.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| id(x).cmp(id(y))));
        let total = scored.iter().filter(|(score, _)| *score >= question.threshold).count();
        scored.truncate(question.limit);
        let hits = scored
            .into_iter()
            .map(|(score, place)| {
                let last = self.inner.newest(place as usize);
                Hit {
                    id: last.id.to_string(),
                    score,
                    matched: score >= question.threshold,
                    status: last.status(question.filter.standing.day()),
                    entry: Arc::new(last.entry()),
                    party: docs[place as usize].party(&self.inner.room),
                }
            })
            .collect();
        Answer { hits, total, compared }
    }
}
