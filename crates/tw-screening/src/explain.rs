//! Why a score is what it is.

use serde::Serialize;

use crate::ofac as tool;
use crate::party::{Party, Sort};
use crate::score::{ALL, COUNT, Dates, F, FEATURES, Role, Seen, Weights, combine, dates, disjoint, equal, observe, put_together};
use crate::value::DateRange;

/// A score with all that made it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The score, from 0 to 1.
    pub score: f64,
    /// Score from which the pair counts as a match.
    pub threshold: f64,
    /// Base from which supporting features count.
    pub floor: f64,
    /// Most that supporting features add.
    pub most_support: f64,
    /// The features that were seen, in the order of [`crate::FEATURES`].
    pub features: Vec<Feature>,
    /// The smallest change that would carry the score over the threshold, either way.
    pub flip: Option<Flip>,
}

/// One feature of an explanation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feature {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it does.
    pub role: Role,
    /// Value, from 0 to 1.
    pub score: f64,
    /// Weight; negative takes away.
    pub weight: f64,
    /// What was seen, in words.
    pub detail: String,
    /// What the query says.
    pub query: Option<String>,
    /// What the candidate says.
    pub candidate: Option<String>,
    /// For names: which tokens met, by which rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Token>,
    /// For names: what lowers the sum of the tokens, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
}

/// One pairing of tokens in two names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Token {
    /// Token or tokens of the query; empty if the candidate has one too many.
    pub query: String,
    /// Token or tokens of the candidate.
    pub candidate: String,
    /// Rule that paired them.
    pub rule: String,
    /// Weight of the pairing within the name.
    pub weight: f64,
    /// How alike they are, from 0 to 1.
    pub similarity: f64,
    /// What the pairing adds to the sum of the name's parts.
    pub contribution: f64,
}

/// A reason for which a name's score is below the sum of its parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adjustment {
    /// The sum so far times this, if it is a factor.
    pub factor: Option<f64>,
    /// The sum so far, at most this, if it is a cap.
    pub cap: Option<f64>,
    /// Why, in words.
    pub why: &'static str,
}

/// A change to one feature that would carry the score over the threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// The feature.
    pub feature: &'static str,
    /// The change, in words.
    pub change: String,
    /// The score then.
    pub score: f64,
}

impl Explanation {
    /// The score, computed again from the parts alone; equal to `score` to the last bit.
    #[must_use]
    pub fn recompute(&self) -> f64 {
        let mut base = 0.0_f64;
        let (mut support, mut against, mut limit) = (0.0, 0.0, 1.0_f64);
        for feature in &self.features {
            match feature.role {
                Role::Base => base = base.max(feature.score * feature.weight),
                Role::Support => support += feature.score * feature.weight,
                Role::Against => against += feature.score * feature.weight,
                Role::Limit => limit = limit.min(feature.weight),
            }
        }
        put_together(base, support, against, limit, self.floor, self.most_support)
    }

    /// A feature by name, if it was seen.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|f| f.name == name)
    }
}

/// Compares two parties and says why. [`crate::score()`] gives the same score.
///
/// ```
/// use tw_screening::{Party, Weights, explain};
/// let party = |json: &str| tw_ftm::read_entity(json).map(|read| Party::new(&read.entity));
/// let a = party(r#"{"id":"a","schema":"Person","properties":{"name":["Jane Example"],"birthDate":["1970-05-01"]}}"#)?;
/// let b = party(r#"{"id":"b","schema":"Person","properties":{"name":["Jane Example"],"birthDate":["1 May 1970"]}}"#)?;
/// let why = explain(&a, &b, &Weights::default());
/// assert!(why.feature("dob_day_match").is_some());
/// assert_eq!(why.recompute(), why.score);
/// # Ok::<(), tw_ftm::EntityError>(())
/// ```
#[must_use]
pub fn explain(query: &Party, candidate: &Party, weights: &Weights) -> Explanation {
    let seen = observe(query, candidate, weights, 0.0);
    let score = combine(&seen.values, weights);
    let features = ALL.iter().filter(|f| seen.values[**f as usize] != 0.0).map(|f| feature(*f, query, candidate, weights, &seen)).collect();
    let flip = flip(query, candidate, weights, &seen.values, score);
    Explanation { score, threshold: weights.threshold, floor: weights.floor, most_support: weights.most_support, features, flip }
}

/// The explanation of OFAC's score: one feature, the name.
pub(crate) fn ofac(query: &Party, candidate: &Party, weights: &Weights) -> Explanation {
    let best = tool::parties(query, candidate);
    let score = best.map_or(0.0, |(s, ..)| s);
    let features = best
        .map(|(s, i, j)| Feature {
            name: "ofac_name_match",
            role: Role::Base,
            score: s,
            weight: 1.0,
            detail: "the greater of Jaro-Winkler over the joined name and the mean over the query's words (OFAC FAQ 249)".into(),
            query: query.names().get(i).map(|n| n.name.text().to_owned()),
            candidate: candidate.names().get(j).map(|n| n.name.text().to_owned()),
            tokens: Vec::new(),
            adjustments: Vec::new(),
        })
        .into_iter()
        .collect();
    Explanation { score, threshold: weights.threshold, floor: weights.floor, most_support: weights.most_support, features, flip: None }
}

fn feature(id: F, query: &Party, candidate: &Party, weights: &Weights, seen: &Seen) -> Feature {
    let info = &FEATURES[id as usize];
    let mut feature = Feature {
        name: info.name,
        role: info.role,
        score: seen.values[id as usize],
        weight: weights.of(id),
        detail: info.description.to_owned(),
        query: None,
        candidate: None,
        tokens: Vec::new(),
        adjustments: Vec::new(),
    };
    match id {
        F::Name | F::Weak => {
            let pair = if id == F::Name { seen.name } else { seen.weak };
            if let Some((a, b)) = pair.and_then(|(i, j)| Some((query.names().get(i)?, candidate.names().get(j)?))) {
                feature.query = Some(a.name.text().to_owned());
                feature.candidate = Some(b.name.text().to_owned());
                if a.exact == b.exact {
                    feature.detail = format!("the same text; {} of the query, {} of the candidate", a.class.property(), b.class.property());
                } else {
                    let parts = tw_names::compare(&a.name, &b.name, &weights.rules);
                    feature.detail = format!("{} of the query, {} of the candidate", a.class.property(), b.class.property());
                    feature.tokens = crate::names::tokens(&parts);
                    feature.adjustments = crate::names::adjustments(&parts);
                }
            }
        }
        F::DobDay | F::DobYear | F::DobYearDisjoint | F::DobDayDisjoint => {
            feature.detail = born(dates(&query.births, &candidate.births));
            feature.query = list(&query.births);
            feature.candidate = list(&candidate.births);
        }
        F::Founded | F::FoundedDisjoint => {
            feature.query = list(&query.founded);
            feature.candidate = list(&candidate.founded);
        }
        F::Country | F::CountryMismatch => {
            let codes = |p: &Party| Some(p.lands().iter().map(|(l, _)| l.code()).collect::<Vec<_>>().join(", "));
            feature.query = codes(query);
            feature.candidate = codes(candidate);
        }
        F::Address | F::AddressEntity | F::BirthPlace => {
            let (a, b) =
                if id == F::BirthPlace { (&query.birth_places, &candidate.birth_places) } else { (&query.addresses, &candidate.addresses) };
            let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y, x.likeness(y))));
            if let Some((x, y, _)) = pairs.max_by(|p, q| p.2.total_cmp(&q.2)) {
                feature.query = Some(x.text.to_string());
                feature.candidate = Some(y.text.to_string());
            }
        }
        F::Gender => {
            let text = |bits: u8| {
                [(1, "male"), (2, "female"), (4, "other")]
                    .iter()
                    .filter(|(b, _)| bits & b != 0)
                    .map(|(_, t)| *t)
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            feature.query = Some(text(query.genders));
            feature.candidate = Some(text(candidate.genders));
        }
        F::IdDisjoint | F::OrgId => {
            if let Some(kind) = disjoint(query, candidate) {
                let numbers = |p: &Party| {
                    p.identifiers().iter().filter(|i| i.kind == kind).map(|i| i.value.to_string()).collect::<Vec<_>>().join(", ")
                };
                feature.detail = format!("both have the {}, and none is equal", kind.label());
                feature.query = Some(numbers(query));
                feature.candidate = Some(numbers(candidate));
            }
        }
        F::SortMismatch | F::Schema => {
            feature.query = Some(query.schema().name().to_owned());
            feature.candidate = Some(candidate.schema().name().to_owned());
        }
        _ if info.role == Role::Base => identifier(id, query, candidate, seen, &mut feature),
        _ => {}
    }
    feature
}

fn identifier(id: F, query: &Party, candidate: &Party, seen: &Seen, feature: &mut Feature) {
    let pairs = query.identifiers().iter().flat_map(|a| candidate.identifiers().iter().map(move |b| (a, b)));
    let hit = pairs
        .filter_map(|(a, b)| equal(a, b, query, candidate).filter(|(f, _)| *f == id).map(|(_, v)| (a, b, v)))
        .max_by(|x, y| x.2.total_cmp(&y.2));
    let Some((a, b, _)) = hit else { return };
    let renamed = if seen.values[F::Name as usize] < 0.5 { ", under another name" } else { "" };
    feature.detail = format!("the same {}{renamed}", a.kind.label());
    feature.query = Some(a.value.to_string());
    feature.candidate = Some(b.value.to_string());
}

fn born(relation: Option<Dates>) -> String {
    match relation {
        Some(Dates::SameDay) => "the same day of birth".into(),
        Some(Dates::Meet) => "the dates of birth can be the same".into(),
        Some(Dates::Slip) => "the dates of birth differ by one figure, or have day and month exchanged".into(),
        Some(Dates::SameYear) => "the same year of birth, another day".into(),
        Some(Dates::Near) => "a year apart, and one of the two is not exact".into(),
        Some(Dates::Apart(years)) => format!("the years of birth are {} apart at least", years.max(1)),
        None => String::new(),
    }
}

fn list(ranges: &[DateRange]) -> Option<String> {
    (!ranges.is_empty()).then(|| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// The change of one feature that crosses the threshold and moves the score least.
fn flip(query: &Party, candidate: &Party, weights: &Weights, values: &[f64; COUNT], score: f64) -> Option<Flip> {
    let over = score >= weights.threshold;
    let mut best: Option<Flip> = None;
    let mut offer = |feature: F, change: String, changed: &[f64; COUNT]| {
        let then = combine(changed, weights);
        if (then >= weights.threshold) == over {
            return;
        }
        if best.as_ref().is_none_or(|b| (then - score).abs() < (b.score - score).abs()) {
            best = Some(Flip { feature: FEATURES[feature as usize].name, change, score: then });
        }
    };
    for id in ALL {
        // Rules of this program are no facts that could have been otherwise.
        if values[*id as usize] == 0.0 || matches!(*id, F::SortMismatch | F::VesselAlone) {
            continue;
        }
        let mut changed = *values;
        changed[*id as usize] = 0.0;
        offer(*id, format!("without {}", without(*id)), &changed);
    }
    let person = query.sort() == Sort::Person && candidate.sort() == Sort::Person;
    let unknown_birth = query.births.is_empty() || candidate.births.is_empty();
    let vessel = query.sort() == Sort::Vessel && candidate.sort() == Sort::Vessel;
    let born = [F::DobDay, F::DobYear, F::DobYearDisjoint, F::DobDayDisjoint];
    let mut wish: Vec<(F, &str)> = Vec::new();
    if person {
        wish.push((
            F::DobYearDisjoint,
            if unknown_birth { "if the years of birth were known and differed" } else { "if the years of birth differed" },
        ));
        wish.push((F::DobDay, if unknown_birth { "if the days of birth were known and equal" } else { "if the days of birth were equal" }));
        wish.push((F::Gender, "if the genders differed"));
        wish.push((F::Passport, "if they had the same passport number"));
    }
    if vessel {
        wish.push((F::ImoShip, "if they had the same IMO number"));
    } else {
        wish.push((F::CountryMismatch, "if they belonged to different countries"));
        wish.push((F::Address, "if they had the same address"));
    }
    wish.push((F::IdDisjoint, "if both had a number that a party has once, and the two differed"));
    for (id, change) in wish {
        if values[id as usize] == 1.0 {
            continue;
        }
        let mut changed = *values;
        if born.contains(&id) {
            born.iter().for_each(|f| changed[*f as usize] = 0.0);
        }
        if id == F::ImoShip {
            changed[F::VesselAlone as usize] = 0.0;
            changed[F::IdDisjoint as usize] = 0.0;
        }
        changed[id as usize] = 1.0;
        offer(id, change.to_owned(), &changed);
    }
    best
}

fn without(id: F) -> &'static str {
    match id {
        F::Name => "the likeness of the names",
        F::Weak => "the likeness of the weak alias",
        F::DobDay => "the equal day of birth",
        F::DobYear => "the dates of birth that agree",
        F::DobYearDisjoint => "the difference in years of birth",
        F::DobDayDisjoint => "the difference in days of birth",
        F::Address => "the similar address",
        F::Country => "the country in common",
        F::CountryMismatch => "the difference in countries",
        F::Contact => "the shared telephone number, mail address or site",
        F::Gender => "the difference in gender",
        F::IdDisjoint => "the identifiers that contradict each other",
        F::VesselAlone => "the rule that ships never match by name alone",
        F::VesselDetails => "the agreement in flag, type or tonnage",
        F::VesselDetailsMismatch => "the difference in flag, type or tonnage",
        _ => match FEATURES[id as usize].role {
            Role::Base => "the equal identifier",
            Role::Against => "what speaks against it",
            Role::Limit => "the limit",
            Role::Support => "the supporting detail",
        },
    }
}
