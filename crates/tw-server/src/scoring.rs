//! Algorithms by name, settings of a request, and explanations as yente writes them.

use serde_json::{Map, Value, json};
use tw_screening::index::Hit;
use tw_screening::{Algorithm, FEATURES, Party, SettingsError, Weights};

use crate::fault::Fault;
use crate::wire;

/// How parties are compared in one request.
#[derive(Clone, Debug)]
pub(crate) struct Scoring {
    pub(crate) algorithm: Algorithm,
    pub(crate) weights: Weights,
}

/// An algorithm by name, in any case.
pub(crate) fn find(name: &str) -> Result<Algorithm, Fault> {
    Algorithm::parse(name.trim()).map_err(refused)
}

/// Reads `weights` and `config` of a request.
pub(crate) fn settings(
    algorithm: Algorithm,
    threshold: f64,
    weights: Option<&Map<String, Value>>,
    config: Option<&Map<String, Value>>,
) -> Result<Scoring, Fault> {
    // Weights that name no feature are let pass, as in yente: clients send those of other versions.
    let (mut weights, _) = Weights::from_wire(algorithm, weights, config).map_err(refused)?;
    weights.threshold = threshold;
    Ok(Scoring { algorithm, weights })
}

fn refused(error: SettingsError) -> Fault {
    Fault::theirs(400, error.to_string())
}

/// Appends `,"explanations":{…},"flip":{…}`: why a hit has its score, and the smallest change that would carry it over the threshold.
pub(crate) fn explain(out: &mut Vec<u8>, query: &Party, hit: &Hit, scoring: &Scoring) {
    let why = scoring.algorithm.explain(query, &hit.party, &scoring.weights);
    wire::key(out, "explanations");
    out.push(b'{');
    for (number, feature) in why.features.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        wire::put(out, feature.name);
        out.extend_from_slice(b":{\"detail\":");
        wire::put(out, &feature.detail);
        wire::key(out, "score");
        wire::put(out, &feature.score);
        wire::key(out, "query");
        wire::put(out, &feature.query);
        wire::key(out, "candidate");
        wire::put(out, &feature.candidate);
        wire::key(out, "role");
        wire::put(out, &feature.role);
        wire::key(out, "weight");
        wire::put(out, &feature.weight);
        if !feature.tokens.is_empty() {
            wire::key(out, "tokens");
            wire::put(out, &feature.tokens);
        }
        if !feature.adjustments.is_empty() {
            wire::key(out, "adjustments");
            wire::put(out, &feature.adjustments);
        }
        out.push(b'}');
    }
    out.push(b'}');
    wire::key(out, "flip");
    wire::put(out, &why.flip);
}

/// The algorithms as `/algorithms` shows them.
pub(crate) fn document() -> Value {
    let defaults = Weights::default();
    let features: Map<String, Value> = FEATURES
        .iter()
        .map(|f| {
            (f.name.to_owned(), json!({"description": f.description, "coefficient": f.weight, "url": "/openapi.json", "role": f.role}))
        })
        .collect();
    let names_only: Map<String, Value> =
        features.iter().filter(|(name, _)| *name == "name_match").map(|(n, v)| (n.clone(), v.clone())).collect();
    let algorithms: Vec<Value> = Algorithm::ALL
        .iter()
        .map(|algorithm| {
            let features = if algorithm.answered_by() == Algorithm::Best { &features } else { &names_only };
            let config: Map<String, Value> = algorithm
                .config()
                .iter()
                .map(|c| (c.name.to_owned(), json!({"type": c.kind, "description": c.description, "default": c.default})))
                .collect();
            json!({
                "name": algorithm.name(),
                "description": algorithm.description(),
                "features": features,
                "docs": {
                    "name": algorithm.name(),
                    "description": algorithm.description(),
                    "config": config,
                    "features": features,
                    "answered_by": algorithm.answered_by().name(),
                    "floor": defaults.floor,
                    "most_support": defaults.most_support,
                },
            })
        })
        .collect();
    json!({"algorithms": algorithms, "default": "best", "best": Algorithm::Best.name()})
}
