//! Evidence weighed: how far two parties are the same.
//!
//! Every comparison observes the values of a fixed list of [`FEATURES`], from 0 to 1 each, and puts them together by one formula:
//!
//! 1. base = the greatest of value × weight over the features that can carry a match alone (names, identifiers);
//! 2. if the base reaches [`Weights::floor`], the supporting features are added, together at most [`Weights::most_support`];
//! 3. the features against (their weights are negative, as on yente's wire) are added;
//! 4. the sum is cut to 0..1, and then to the weight of each limit that holds.
//!
//! The formula is additive and not a probability, so that a reader can check it by hand and a client can set a weight to 0 to leave
//! a feature out. The weights were tuned on halves of the labelled sets; `eval` measures them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use thiserror::Error;
use tw_names::Rules;

use crate::explain::{self, Explanation};
use crate::ofac;
use crate::party::{NameClass, Party, Sort, Tie, contradicts, share};
use crate::value::{DateRange, IdKind, Identifier};

/// What a feature does to the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Can carry a match alone; the greatest counts.
    Base,
    /// Adds to a base that is good enough.
    Support,
    /// Takes away.
    Against,
    /// The score can be no greater than its weight.
    Limit,
}

/// A feature: its name on the wire, what it does, and its weight unless a client sets another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeatureInfo {
    /// Name, that of yente where yente has the feature.
    pub name: &'static str,
    /// What it does.
    pub role: Role,
    /// Default weight.
    pub weight: f64,
    /// One line for people.
    pub description: &'static str,
}

macro_rules! features {
    ($($id:ident $name:literal $role:ident $weight:literal $text:literal;)*) => {
        /// The features by number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum F { $($id,)* }
        /// All features, in the order in which explanations list them.
        pub const FEATURES: &[FeatureInfo] = &[$(FeatureInfo { name: $name, role: Role::$role, weight: $weight, description: $text },)*];
        pub(crate) const ALL: &[F] = &[$(F::$id,)*];
    };
}

features! {
    Name "name_match" Base 1.0 "The names are alike, token by token, in any script.";
    Weak "weak_alias_match" Base 0.72 "A weak alias or an abbreviation is the same: just enough alone, and only if it is nearly equal.";
    ImoShip "vessel_imo_mmsi_match" Base 0.98 "Two ships have the same IMO number, or the same MMSI.";
    ImoCompany "imo_company_match" Base 0.97 "Two companies have the same IMO company or registered owner number.";
    Lei "lei_code_match" Base 0.98 "The same legal entity identifier.";
    Ogrn "ogrn_code_match" Base 0.96 "The same Russian registration number.";
    Inn "inn_code_match" Base 0.96 "The same Russian tax number.";
    Isin "isin_security_match" Base 0.98 "The same ISIN.";
    Uscc "uscc_code_match" Base 0.96 "The same unified social credit code of China.";
    Uei "uei_code_match" Base 0.95 "The same unique entity identifier of the United States.";
    Npi "npi_code_match" Base 0.95 "The same national provider identifier of the United States.";
    Bic "bic_code_match" Base 0.95 "The same bank code.";
    Wallet "crypto_wallet_address" Base 0.98 "The same wallet address.";
    UnReference "un_reference_match" Base 0.98 "The same reference number of the United Nations list, or Wikidata item.";
    Passport "passport_match" Base 0.92 "The same passport number.";
    Identifier "identifier_match" Base 0.88 "The same tax, registration or other number.";
    CallSign "call_sign_match" Base 0.6 "The same radio call sign: not enough alone, it goes with the flag.";
    AddressEntity "address_entity_match" Base 0.98 "Two addresses are alike.";
    Address "address_prop_match" Support 0.1 "The parties have similar addresses.";
    BirthPlace "birth_place_match" Support 0.06 "The places of birth are alike.";
    DobDay "dob_day_match" Support 0.2 "The same day of birth.";
    DobYear "dob_year_match" Support 0.06 "Dates of birth that can be the same.";
    Contact "contact_match" Support 0.2 "The same telephone number, mail address or site.";
    Country "country_match" Support 0.02 "A country in common.";
    VesselDetails "vessel_details_match" Support 0.08 "Flag, type or tonnage of the ships agree.";
    Position "position_match" Support 0.06 "Words of position or title in common.";
    Founded "founding_date_match" Support 0.08 "The same date of founding or building.";
    CountryMismatch "country_mismatch" Against -0.1 "The parties belong to different countries.";
    DobYearDisjoint "dob_year_disjoint" Against -0.3 "The years of birth differ.";
    DobDayDisjoint "dob_day_disjoint" Against -0.15 "The days of birth differ within the year, or nearly agree.";
    Gender "gender_mismatch" Against -0.2 "The genders differ.";
    OrgId "orgid_disjoint" Against -0.1 "Registration or tax numbers of the same country differ.";
    FoundedDisjoint "founding_date_disjoint" Against -0.1 "The years of founding or building differ.";
    VesselDetailsMismatch "vessel_details_mismatch" Against -0.12 "Flag, type or tonnage of the ships differ.";
    Schema "schema_mismatch" Against -0.1 "One is a person, the other an entity of unstated kind.";
    IdDisjoint "identifier_disjoint" Limit 0.45 "Both have a number of a kind that each party has once, and none is equal.";
    VesselAlone "vessel_name_alone" Limit 0.69 "Two ships agree in the name only: names of ships are reused and changed at will.";
    SortMismatch "sort_mismatch" Limit 0.0 "The two are of sorts that cannot be the same, such as a person and a company.";
}

/// Number of features.
pub const COUNT: usize = FEATURES.len();

/// How much each feature counts, and the rules for names.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    values: [f64; COUNT],
    /// Score from which two parties count as a match: 0.7, as the labelled sets and yente have it.
    pub threshold: f64,
    /// Base from which supporting evidence counts: below it two names differ too much for a shared city to mean anything.
    pub floor: f64,
    /// Most that supporting evidence adds.
    pub most_support: f64,
    /// Rules of name comparison.
    pub rules: Rules,
    /// If set, only names of this property of the candidate are compared (`nm_name_property` on the wire).
    pub name_property: Option<String>,
}

impl Default for Weights {
    fn default() -> Self {
        let mut values = [0.0; COUNT];
        for (to, feature) in values.iter_mut().zip(FEATURES) {
            *to = feature.weight;
        }
        Self { values, threshold: 0.7, floor: 0.5, most_support: 0.25, rules: Rules::default(), name_property: None }
    }
}

/// Why a client's settings were refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// No such key of `config`. The text is yente's.
    #[error("Invalid configuration parameter: {key} for algorithm {algorithm}")]
    Config {
        /// The key.
        key: String,
        /// The algorithm asked for.
        algorithm: &'static str,
    },
    /// No such algorithm. The text is yente's.
    #[error("Invalid algorithm: {0}")]
    Algorithm(String),
    /// A value of the wrong type or out of range.
    #[error("invalid value for {0}: a finite number is needed")]
    Value(String),
}

impl Weights {
    /// Weight of a feature by name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        FEATURES.iter().position(|f| f.name == name).map(|n| self.values[n])
    }

    /// Sets the weight of a feature by name; false if there is no such feature or the weight is not finite.
    pub fn set(&mut self, name: &str, weight: f64) -> bool {
        match FEATURES.iter().position(|f| f.name == name) {
            Some(n) if weight.is_finite() => {
                self.values[n] = weight;
                true
            }
            _ => false,
        }
    }

    /// These weights without the rule that ships never match by name alone: for measuring names, not for screening.
    #[must_use]
    pub fn without_vessel_rule(mut self) -> Self {
        self.values[F::VesselAlone as usize] = 1.0;
        self
    }

    /// These weights with the rule that ships never match by name alone, as the defaults have it.
    #[must_use]
    pub fn with_vessel_rule(mut self) -> Self {
        self.values[F::VesselAlone as usize] = FEATURES[F::VesselAlone as usize].weight;
        self
    }

    pub(crate) fn of(&self, feature: F) -> f64 {
        self.values[feature as usize]
    }

    /// Weights with a client's `weights` and `config` of a yente request laid over the defaults, and the weights that name no feature.
    ///
    /// As in yente, weights that name no feature are let pass (they are given back, so that a server can say so),
    /// and a key of `config` that the algorithm does not know is an error.
    ///
    /// ```
    /// use tw_screening::{Algorithm, Weights};
    /// let weights = serde_json::json!({"country_mismatch": 0.0});
    /// let config = serde_json::json!({"nm_extra_query_name": 0.5});
    /// let (set, unknown) = Weights::from_wire(Algorithm::Best, weights.as_object(), config.as_object())?;
    /// assert_eq!((set.get("country_mismatch"), unknown.len()), (Some(0.0), 0));
    /// let wrong = Weights::from_wire(Algorithm::Best, None, serde_json::json!({"nope": 1}).as_object()).map(|_| ()).map_err(|e| e.to_string());
    /// assert_eq!(wrong, Err("Invalid configuration parameter: nope for algorithm logic-v2".into()));
    /// # Ok::<(), tw_screening::SettingsError>(())
    /// ```
    ///
    /// # Errors
    /// If `config` has an unknown key, or a value is not a finite number.
    pub fn from_wire(
        algorithm: Algorithm,
        weights: Option<&serde_json::Map<String, Value>>,
        config: Option<&serde_json::Map<String, Value>>,
    ) -> Result<(Self, Vec<String>), SettingsError> {
        let mut set = Self::default();
        let mut unknown = Vec::new();
        for (name, value) in weights.into_iter().flatten() {
            let weight = value.as_f64().filter(|w| w.is_finite()).ok_or_else(|| SettingsError::Value(name.clone()))?;
            if !set.set(name, weight) {
                unknown.push(name.clone());
            }
        }
        for (key, value) in config.into_iter().flatten() {
            let wrong = || SettingsError::Config { key: key.clone(), algorithm: algorithm.name() };
            if algorithm.config().iter().all(|c| c.name != key) {
                return Err(wrong());
            }
            if value.is_null() {
                continue;
            }
            if key == "nm_name_property" {
                set.name_property = value.as_str().map(str::to_owned);
                continue;
            }
            let number = value.as_f64().filter(|n| n.is_finite()).ok_or_else(|| SettingsError::Value(key.clone()))?;
            crate::names::configure(&mut set.rules, key, number);
        }
        Ok((set, unknown))
    }
}

/// A key of `config` that an algorithm knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConfigInfo {
    /// Name on the wire.
    pub name: &'static str,
    /// Type on the wire: `float` or `string`.
    pub kind: &'static str,
    /// One line for people.
    pub description: &'static str,
    /// Default; none for a text.
    pub default: Option<f64>,
}

const CONFIG: &[ConfigInfo] = &[
    ConfigInfo {
        name: "nm_name_property",
        kind: "string",
        description: "Property whose names are compared; all if not set.",
        default: None,
    },
    ConfigInfo {
        name: "nm_number_mismatch",
        kind: "float",
        description: "Taken off when numbers in names of things or companies differ.",
        default: Some(0.3),
    },
    ConfigInfo {
        name: "nm_extra_query_name",
        kind: "float",
        description: "Weight of query tokens without a counterpart.",
        default: Some(0.8),
    },
    ConfigInfo {
        name: "nm_extra_result_name",
        kind: "float",
        description: "Weight of result tokens without a counterpart.",
        default: Some(0.2),
    },
    ConfigInfo { name: "nm_family_name_weight", kind: "float", description: "Factor of a family name's weight.", default: Some(1.3) },
    ConfigInfo {
        name: "nm_fuzzy_cutoff_factor",
        kind: "float",
        description: "Factor of the tolerance for misspelling.",
        default: Some(1.0),
    },
];

/// The ways to compare that a client can name.
///
/// `Best` is this crate's own and answers to `best` and `logic-v2`. The older names of yente are accepted, so that clients work
/// unchanged, and answered by `Best`: the algorithms behind them are superseded. `Ofac` is another thing: the score of OFAC's search tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Names and evidence, as this module says.
    Best,
    /// Accepted, answered by `Best`.
    LogicV1,
    /// Accepted, answered by `Best`.
    NameBased,
    /// Accepted, answered by `Best`.
    NameQualified,
    /// Accepted, answered by `Best`.
    RegressionV1,
    /// What OFAC's Sanctions List Search would show, from names alone.
    Ofac,
}

impl Algorithm {
    /// All, in the order of yente's `/algorithms`.
    pub const ALL: [Self; 6] = [Self::Best, Self::NameBased, Self::NameQualified, Self::LogicV1, Self::RegressionV1, Self::Ofac];

    /// The algorithm of that name, in any case; `best` is `logic-v2`.
    ///
    /// # Errors
    /// If there is none.
    pub fn parse(name: &str) -> Result<Self, SettingsError> {
        let lower = name.to_ascii_lowercase();
        if lower == "best" {
            return Ok(Self::Best);
        }
        Self::ALL.into_iter().find(|a| a.name() == lower).ok_or_else(|| SettingsError::Algorithm(name.chars().take(80).collect()))
    }

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Best => "logic-v2",
            Self::LogicV1 => "logic-v1",
            Self::NameBased => "name-based",
            Self::NameQualified => "name-qualified",
            Self::RegressionV1 => "regression-v1",
            Self::Ofac => "ofac",
        }
    }

    /// The algorithm that answers.
    #[must_use]
    pub fn answered_by(self) -> Self {
        if self == Self::Ofac { Self::Ofac } else { Self::Best }
    }

    /// What it is, for people.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Best => {
                "Names compared token by token in any script, then weighed with identifiers, dates, countries and addresses; every part is explained."
            }
            Self::Ofac => {
                "The score of OFAC's Sanctions List Search: Jaro-Winkler over the whole name and over its words, with Soundex. Names only."
            }
            _ => "An older algorithm of yente. The name is accepted for its clients; logic-v2 answers.",
        }
    }

    /// The keys of `config` that it knows.
    #[must_use]
    pub fn config(self) -> &'static [ConfigInfo] {
        if self == Self::Best { CONFIG } else { &[] }
    }

    /// Compares two parties.
    #[must_use]
    pub fn score(self, query: &Party, candidate: &Party, weights: &Weights) -> f64 {
        if self == Self::Ofac { ofac::parties(query, candidate).map_or(0.0, |(s, ..)| s) } else { score(query, candidate, weights) }
    }

    /// Compares two parties and says why.
    #[must_use]
    pub fn explain(self, query: &Party, candidate: &Party, weights: &Weights) -> Explanation {
        if self == Self::Ofac { explain::ofac(query, candidate, weights) } else { explain::explain(query, candidate, weights) }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far two parties are the same, from 0 to 1. Microseconds; nothing is allocated.
///
/// ```
/// use tw_screening::{Party, Weights, score};
/// let party = |json: &str| tw_ftm::read_entity(json).map(|read| Party::new(&read.entity));
/// let old = party(r#"{"id":"a","schema":"Vessel","properties":{"name":["Example Star"],"imoNumber":["2222224"]}}"#)?;
/// let renamed = party(r#"{"id":"b","schema":"Vessel","properties":{"name":["Other Sea"],"imoNumber":["IMO2222224"]}}"#)?;
/// let namesake = party(r#"{"id":"c","schema":"Vessel","properties":{"name":["Example Star"],"imoNumber":["3333331"]}}"#)?;
/// let weights = Weights::default();
/// assert!(score(&old, &renamed, &weights) > 0.9);
/// assert!(score(&old, &namesake, &weights) < 0.5);
/// # Ok::<(), tw_ftm::EntityError>(())
/// ```
#[must_use]
pub fn score(query: &Party, candidate: &Party, weights: &Weights) -> f64 {
    score_above(query, candidate, weights, 0.0)
}

/// As [`score`], but a pair that surely stays below `least` may come back as 0: names, which cost most, are then not compared.
#[must_use]
pub fn score_above(query: &Party, candidate: &Party, weights: &Weights, least: f64) -> f64 {
    let seen = observe(query, candidate, weights, least);
    combine(&seen.values, weights)
}

/// What was observed of a pair.
pub(crate) struct Seen {
    pub(crate) values: [f64; COUNT],
    /// Numbers of the two names of the best pair.
    pub(crate) name: Option<(usize, usize)>,
    /// The same among weak aliases.
    pub(crate) weak: Option<(usize, usize)>,
}

/// The formula of the module's head.
pub(crate) fn combine(values: &[f64; COUNT], weights: &Weights) -> f64 {
    let mut base = 0.0_f64;
    let mut support = 0.0;
    let mut against = 0.0;
    let mut limit = 1.0_f64;
    for (n, feature) in FEATURES.iter().enumerate() {
        let (value, weight) = (values[n], weights.values[n]);
        if value == 0.0 {
            continue;
        }
        match feature.role {
            Role::Base => base = base.max(value * weight),
            Role::Support => support += value * weight,
            Role::Against => against += value * weight,
            Role::Limit => limit = limit.min(weight),
        }
    }
    put_together(base, support, against, limit, weights.floor, weights.most_support)
}

pub(crate) fn put_together(base: f64, support: f64, against: f64, limit: f64, floor: f64, most_support: f64) -> f64 {
    let lifted = if base >= floor { base + support.min(most_support) } else { base };
    (lifted + against).clamp(0.0, 1.0).min(limit).max(0.0)
}

/// If two sorts can be the same thing: 0 no, 1 with doubt, 2 yes.
fn sorts(a: Sort, b: Sort) -> u8 {
    use Sort::{Aircraft, Asset, Body, Legal, Person, Vessel};
    match (a, b) {
        (a, b) if a == b => 2,
        (Body, Legal) | (Legal, Body) | (Asset, Vessel | Aircraft) | (Vessel | Aircraft, Asset) => 2,
        (Person, Legal) | (Legal, Person) => 1,
        _ => 0,
    }
}

pub(crate) fn observe(query: &Party, candidate: &Party, weights: &Weights, least: f64) -> Seen {
    let mut seen = Seen { values: [0.0; COUNT], name: None, weak: None };
    let agree = sorts(query.sort(), candidate.sort());
    if agree == 0 {
        seen.values[F::SortMismatch as usize] = 1.0;
        return seen;
    }
    let v = &mut seen.values;
    let strong = identifiers(query, candidate, v);
    // An equal number that is given once outweighs half of what speaks against: parties move, and lists err.
    let doubt = if strong { 0.5 } else { 1.0 };
    if agree == 1 {
        v[F::Schema as usize] = doubt;
    }
    births(query, candidate, doubt, v);
    if query.genders != 0 && candidate.genders != 0 && query.genders & candidate.genders == 0 {
        v[F::Gender as usize] = doubt;
    }
    lands(query, candidate, doubt, v);
    places(query, candidate, v);
    if share(&query.contacts, &candidate.contacts) > 0 {
        v[F::Contact as usize] = 1.0;
    }
    if share(&query.roles, &candidate.roles) >= 2 {
        v[F::Position as usize] = 1.0;
    }
    founded(query, candidate, doubt, v);
    let backed = if query.sort() == Sort::Vessel && candidate.sort() == Sort::Vessel { vessels(query, candidate, doubt, v) } else { true };
    if !backed && !strong && v[F::ImoShip as usize] == 0.0 && v[F::CallSign as usize] == 0.0 {
        v[F::VesselAlone as usize] = 1.0;
    }
    if least > 0.0 {
        let mut best_case = seen.values;
        best_case[F::Name as usize] = 1.0;
        best_case[F::Weak as usize] = 1.0;
        if combine(&best_case, weights) < least {
            return seen;
        }
    }
    names(query, candidate, weights, least, &mut seen);
    seen
}

/// Identifiers that are equal, those that contradict; true if one that a party has once for life is equal.
fn identifiers(query: &Party, candidate: &Party, v: &mut [f64; COUNT]) -> bool {
    if query.identifiers().is_empty() || candidate.identifiers().is_empty() {
        return false;
    }
    let mut strong = false;
    for a in query.identifiers() {
        for b in candidate.identifiers() {
            let Some((feature, value)) = equal(a, b, query, candidate) else { continue };
            strong |= a.kind.exclusive() && a.kind == b.kind;
            let slot = &mut v[feature as usize];
            *slot = slot.max(value);
        }
    }
    if strong {
        return true;
    }
    if let Some(kind) = disjoint(query, candidate) {
        if contradicts(kind) {
            v[F::IdDisjoint as usize] = 1.0;
        } else {
            v[F::OrgId as usize] = 1.0;
        }
    }
    false
}

/// The feature and value that two equal identifiers give; `None` if they differ or the kinds have nothing in common.
pub(crate) fn equal(a: &Identifier, b: &Identifier, query: &Party, candidate: &Party) -> Option<(F, f64)> {
    if a.value != b.value {
        return None;
    }
    if a.kind == b.kind {
        let feature = match a.kind {
            IdKind::ImoShip => F::ImoShip,
            IdKind::ImoCompany => F::ImoCompany,
            IdKind::Lei => F::Lei,
            IdKind::Inn => F::Inn,
            IdKind::Ogrn => F::Ogrn,
            IdKind::Isin => F::Isin,
            IdKind::Uscc => F::Uscc,
            IdKind::Uei => F::Uei,
            IdKind::Npi => F::Npi,
            IdKind::Bic => F::Bic,
            IdKind::Wallet => F::Wallet,
            IdKind::UnReference | IdKind::Wikidata => F::UnReference,
            // Re-used when the flag changes.
            IdKind::Mmsi => return Some((F::ImoShip, 0.9)),
            IdKind::CallSign => return Some((F::CallSign, 1.0)),
            IdKind::Passport => {
                // Countries number for themselves: without a country in common it is not enough alone.
                let value = match (same_land(a, b, query, candidate), a.value.len()) {
                    (true, _) => 1.0,
                    (false, 8..) => 0.75,
                    (false, _) => 0.6,
                };
                return Some((F::Passport, value));
            }
            IdKind::Personal | IdKind::Tax | IdKind::Registration | IdKind::Other => {
                return Some((F::Identifier, number(a, b, query, candidate)));
            }
        };
        return Some((feature, 1.0));
    }
    // The same digits under another heading: lists put a tax number under registration and the other way round.
    let general = |k: IdKind| {
        matches!(
            k,
            IdKind::Inn
                | IdKind::Ogrn
                | IdKind::Uscc
                | IdKind::Personal
                | IdKind::Tax
                | IdKind::Registration
                | IdKind::Other
                | IdKind::Passport
        )
    };
    (general(a.kind) && general(b.kind)).then(|| (F::Identifier, number(a, b, query, candidate)))
}

/// Numbers of ten digits and more hardly meet by chance; shorter ones are enough alone within one country only.
fn number(a: &Identifier, b: &Identifier, query: &Party, candidate: &Party) -> f64 {
    let length = a.value.len();
    match (same_land(a, b, query, candidate), length) {
        (true, 6..) => 1.0,
        (true, _) => 0.7,
        (false, 10..) => 0.95,
        (false, 8..) => 0.75,
        (false, _) => 0.5,
    }
}

fn same_land(a: &Identifier, b: &Identifier, query: &Party, candidate: &Party) -> bool {
    match (a.land, b.land) {
        (Some(x), Some(y)) => x.compatible(y),
        (Some(x), None) => candidate.lands().iter().any(|(l, _)| l.compatible(x)),
        (None, Some(x)) => query.lands().iter().any(|(l, _)| l.compatible(x)),
        (None, None) => same_country(query, candidate),
    }
}

/// A kind of which both have numbers and none is equal. One that a party has once comes first.
pub(crate) fn disjoint(query: &Party, candidate: &Party) -> Option<IdKind> {
    let mut mild = None;
    let mut last = None;
    for a in query.identifiers() {
        if last == Some(a.kind) || !(contradicts(a.kind) || matches!(a.kind, IdKind::Registration | IdKind::Tax)) {
            continue;
        }
        last = Some(a.kind);
        // A company may stand with the number of a branch or of its owner: only one kind of INN, that of companies or of persons, is compared.
        let of_kind = |p: &Party| {
            p.identifiers().iter().filter(|i| i.kind == a.kind).map(|i| i.value.len()).fold((0, 0), |(n, len), l| (n + 1, len.max(l)))
        };
        let ((_, left), (there, right)) = (of_kind(query), of_kind(candidate));
        if there == 0 || left != right {
            continue;
        }
        let any = query
            .identifiers()
            .iter()
            .filter(|i| i.kind == a.kind)
            .any(|x| candidate.identifiers().iter().any(|y| y.kind == a.kind && x.value == y.value));
        if any {
            continue;
        }
        if contradicts(a.kind) {
            return Some(a.kind);
        }
        // Registers of different countries number for themselves.
        if same_country(query, candidate) {
            mild = mild.or(Some(a.kind));
        }
    }
    mild
}

fn same_country(query: &Party, candidate: &Party) -> bool {
    query.lands().iter().any(|(x, _)| candidate.lands().iter().any(|(y, _)| x.compatible(*y)))
}

/// How two sets of dates of birth agree, at their best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dates {
    /// Years apart.
    Apart(i16),
    /// A year apart, and one of the two is not exact.
    Near,
    /// The same year, another day.
    SameYear,
    /// Day and month exchanged, or one of year, month, day differs by a slip of one figure.
    Slip,
    /// They can be the same.
    Meet,
    /// The same day.
    SameDay,
}

pub(crate) fn dates(a: &[DateRange], b: &[DateRange]) -> Option<Dates> {
    let mut best: Option<Dates> = None;
    for x in a {
        for y in b {
            let relation = relation(x, y);
            let better = match (best, relation) {
                (None, _) => true,
                (Some(Dates::Apart(m)), Dates::Apart(n)) => n < m,
                (Some(known), new) => new > known,
            };
            if better {
                best = Some(relation);
            }
        }
    }
    best
}

fn relation(x: &DateRange, y: &DateRange) -> Dates {
    if x.meets(y) {
        return if x.is_day() && y.is_day() { Dates::SameDay } else { Dates::Meet };
    }
    let years = x.years_apart(y);
    let (a, b) = (x.first, y.first);
    if x.is_day() && y.is_day() {
        if a.year() == b.year() {
            let swapped = a.month() == b.day() && a.day() == b.month();
            return if swapped || a.month() == b.month() || a.day() == b.day() { Dates::Slip } else { Dates::SameYear };
        }
        if a.month() == b.month() && a.day() == b.day() {
            let (p, q) = (a.year(), b.year());
            let one_figure = [1, 10, 100, 1000].iter().filter(|t| p / **t % 10 != q / **t % 10).count() == 1;
            // 1 January stands for "day unknown" in many sources.
            if one_figure && (a.month(), a.day()) != (1, 1) {
                return Dates::Slip;
            }
        }
        return Dates::Apart(years);
    }
    if years == 0 {
        return Dates::SameYear;
    }
    let loose = if x.about || y.about { 2 } else { 1 };
    if years <= loose { Dates::Near } else { Dates::Apart(years) }
}

fn births(query: &Party, candidate: &Party, doubt: f64, v: &mut [f64; COUNT]) {
    match dates(&query.births, &candidate.births) {
        None => {}
        Some(Dates::SameDay) => v[F::DobDay as usize] = 1.0,
        Some(Dates::Meet) => v[F::DobYear as usize] = 1.0,
        Some(Dates::Slip) => v[F::DobDayDisjoint as usize] = 0.3 * doubt,
        Some(Dates::SameYear) => v[F::DobDayDisjoint as usize] = doubt,
        Some(Dates::Near) => v[F::DobDayDisjoint as usize] = 0.5 * doubt,
        // A year apart between two full dates is half as grave as three.
        Some(Dates::Apart(years)) => {
            v[F::DobYearDisjoint as usize] = if years <= 1 {
                0.6 * doubt
            } else if years == 2 {
                0.8 * doubt
            } else {
                doubt
            }
        }
    }
}

fn founded(query: &Party, candidate: &Party, doubt: f64, v: &mut [f64; COUNT]) {
    match dates(&query.founded, &candidate.founded) {
        Some(Dates::SameDay) => v[F::Founded as usize] = 1.0,
        Some(Dates::Meet) => v[F::Founded as usize] = 0.5,
        Some(Dates::Apart(years)) if years >= 2 => v[F::FoundedDisjoint as usize] = doubt,
        _ => {}
    }
}

fn lands(query: &Party, candidate: &Party, doubt: f64, v: &mut [f64; COUNT]) {
    let (a, b) = (query.lands(), candidate.lands());
    if a.is_empty() || b.is_empty() {
        return;
    }
    if a.iter().any(|(x, _)| b.iter().any(|(y, _)| x.compatible(*y))) {
        v[F::Country as usize] = 1.0;
        return;
    }
    let belongs = |list: &[(crate::value::Land, Tie)]| list.iter().any(|(_, t)| *t == Tie::Belongs);
    let read_only = |list: &[(crate::value::Land, Tie)]| list.iter().all(|(_, t)| *t == Tie::Read);
    let strength = if belongs(a) && belongs(b) {
        1.0
    } else if read_only(a) || read_only(b) {
        0.4
    } else {
        0.7
    };
    v[F::CountryMismatch as usize] = strength * doubt;
}

fn places(query: &Party, candidate: &Party, v: &mut [f64; COUNT]) {
    let best = |a: &[crate::party::Place], b: &[crate::party::Place]| {
        a.iter().take(40).flat_map(|x| b.iter().take(40).map(move |y| x.likeness(y))).fold(0.0, f64::max)
    };
    let address = best(&query.addresses, &candidate.addresses);
    if query.sort() == Sort::Address && candidate.sort() == Sort::Address {
        v[F::AddressEntity as usize] = address;
        return;
    }
    if address >= 0.3 {
        v[F::Address as usize] = address;
    }
    let birth = best(&query.birth_places, &candidate.birth_places);
    if birth >= 0.3 {
        v[F::BirthPlace as usize] = birth.max(0.7);
    }
}

/// Flag, type and tonnage; true if the flag and one of the others agree, so that the ships do not agree in the name alone.
fn vessels(query: &Party, candidate: &Party, doubt: f64, v: &mut [f64; COUNT]) -> bool {
    let flags = !query.lands().is_empty() && !candidate.lands().is_empty();
    let flag = v[F::Country as usize] > 0.0;
    // Flags change: the country's own feature is not used for ships.
    v[F::CountryMismatch as usize] = 0.0;
    let types = !query.types.is_empty() && !candidate.types.is_empty();
    let kind = share(&query.types, &candidate.types) > 0;
    let tonnages = !query.tonnages.is_empty() && !candidate.tonnages.is_empty();
    let near = |a: u32, b: u32| a.abs_diff(b) * 50 <= a.max(b);
    let tonnage = query.tonnages.iter().any(|a| candidate.tonnages.iter().any(|b| near(*a, *b)));
    let (mut good, mut bad) = (0.0, 0.0);
    for (known, agrees, plus, minus) in [(flags, flag, 0.3, 0.4), (types, kind, 0.3, 0.5), (tonnages, tonnage, 0.7, 0.6)] {
        match (known, agrees) {
            (false, _) => {}
            (true, true) => good += plus,
            (true, false) => bad += minus,
        }
    }
    v[F::VesselDetails as usize] = f64::min(good, 1.0);
    v[F::VesselDetailsMismatch as usize] = f64::min(bad, 1.0) * doubt;
    flag && (kind || tonnage)
}

/// The best pair of names, and the best with a weak alias.
fn names(query: &Party, candidate: &Party, weights: &Weights, least: f64, seen: &mut Seen) {
    let weak = |class: NameClass| matches!(class, NameClass::Weak | NameClass::Abbreviation);
    let wanted = weights.name_property.as_deref();
    let (mut best, mut best_weak) = (0.0_f64, 0.0_f64);
    'all: for (i, a) in query.names().iter().enumerate() {
        for (j, b) in candidate.names().iter().enumerate() {
            if wanted.is_some_and(|p| p != b.class.property()) {
                continue;
            }
            let either_weak = weak(a.class) || weak(b.class);
            let bar = if either_weak { best_weak } else { best };
            if bar >= 1.0 {
                continue;
            }
            let s = if a.exact == b.exact { crate::names::same(&a.name) } else { tw_names::score(&a.name, &b.name, &weights.rules) };
            if s <= bar {
                continue;
            }
            if either_weak {
                best_weak = s;
                seen.weak = Some((i, j));
            } else {
                best = s;
                seen.name = Some((i, j));
                // Nothing can come above, unless a client has set weak names above strong ones.
                if best >= 1.0 && least > 0.0 && weights.of(F::Name) >= weights.of(F::Weak) {
                    break 'all;
                }
            }
        }
    }
    seen.values[F::Name as usize] = best;
    seen.values[F::Weak as usize] = best_weak;
}

/// The weights by feature name, for a settings page.
#[must_use]
pub fn default_weights() -> BTreeMap<&'static str, f64> {
    FEATURES.iter().map(|f| (f.name, f.weight)).collect()
}
