//! `POST /match/{dataset}`: who on the lists resembles these parties?

use serde_json::{Map, Value, json};
use tw_ftm::{Entity, Property, Schema, model};
use tw_screening::index::{Filter, Hit, Index, Match, QueryError, Standing, schemata};
use tw_screening::{Party, value};

use crate::fault::{Fault, wrong};
use crate::params::Query;
use crate::routes::{Asked, Reply};
use crate::scoring::{self, Scoring};
use crate::settings::Limits;
use crate::wire;

/// A party as the query describes it, and what else the query says.
struct Example<'a> {
    key: &'a str,
    id: Option<&'a str>,
    schema: &'a str,
    properties: &'a Map<String, Value>,
    excluded: Vec<&'a str>,
}

pub(crate) async fn answer(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let limits = &asked.state.0.settings.limits;
    let body = parse(&asked.body)?;
    let examples = read(&body, limits)?;
    let weights = body.get("weights").and_then(Value::as_object);
    let config = body.get("config").and_then(Value::as_object);

    let served = asked.state.served()?;
    let scope = served.scope(asked.part("dataset"))?;
    let algorithm = scoring::find(asked.query.text("algorithm"))?;
    let threshold = asked.query.number("threshold");
    let scoring = scoring::settings(algorithm, threshold, weights, config)?;
    if examples.len() > limits.batch {
        return Err(Fault::theirs(400, format!("Too many queries in one batch (limit: {})", limits.batch)));
    }
    if examples.is_empty() {
        return Err(Fault::theirs(400, "No queries provided."));
    }
    let filter = filter(&asked.query, scope, limits)?;
    let limit = asked.query.count("limit");
    let ask = Ask { limit, threshold, cutoff: asked.query.number("cutoff").min(threshold), scoring: &scoring };
    let day = asked.query.day("as_of");

    let mut out = Vec::with_capacity(4096 * examples.len());
    let mut results = 0;
    out.extend_from_slice(b"{\"responses\":{");
    for (number, example) in examples.iter().enumerate() {
        if number > 0 {
            out.push(b',');
            // Other requests get their turn between the queries of a batch, and the time limit can strike.
            tokio::task::yield_now().await;
        }
        let entity = party(example.schema, example.properties, limits).map_err(|f| match f {
            Fault::Theirs { status, detail: Value::String(text), more } => {
                Fault::Theirs { status, detail: Value::String(format!("Cannot parse example entity: {text}")), more }
            }
            other => other,
        })?;
        let mut filter = filter.clone();
        filter.schemata = schemata(entity.schema, true);
        filter.exclude_ids.extend(example.excluded.iter().map(|id| (*id).to_owned()));
        let query = Party::new(&entity);
        let found = hits(&served.index, &query, filter, &ask)?;
        wire::put(&mut out, example.key);
        out.extend_from_slice(b":{\"status\":200,\"results\":[");
        for (place, hit) in found.hits.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            wire::open(&mut out, served.index.json(&hit.id).unwrap_or_default());
            wire::key(&mut out, "score");
            wire::put(&mut out, &hit.score);
            scoring::explain(&mut out, &query, hit, &scoring);
            wire::key(&mut out, "match");
            wire::put(&mut out, &hit.matched);
            if let Some(day) = day {
                wire::key(&mut out, "listing");
                wire::put(&mut out, &wire::listing(listings(hit), day));
            }
            out.push(b'}');
        }
        results += found.hits.len();
        out.extend_from_slice(b"],\"total\":");
        wire::total(&mut out, found.total);
        out.extend_from_slice(b",\"query\":{\"id\":");
        wire::put(&mut out, &example.id);
        wire::key(&mut out, "schema");
        wire::put(&mut out, entity.schema.name());
        wire::key(&mut out, "properties");
        put_properties(&mut out, &entity);
        out.extend_from_slice(b"}}");
    }
    out.extend_from_slice(b"},\"limit\":");
    wire::put(&mut out, &limit);
    out.push(b'}');
    let mut reply = Reply::json(out).batch(examples.len());
    reply.results = results;
    Ok(reply)
}

fn listings(hit: &Hit) -> &[tw_ftm::Listing] {
    &hit.entry.listings
}

fn put_properties(out: &mut Vec<u8>, entity: &Entity) {
    out.push(b'{');
    for (number, (name, values)) in entity.properties.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        wire::put(out, name);
        out.push(b':');
        wire::put(out, values);
    }
    out.push(b'}');
}

/// How many hits, and how good.
pub(crate) struct Ask<'a> {
    pub(crate) limit: usize,
    pub(crate) threshold: f64,
    pub(crate) cutoff: f64,
    pub(crate) scoring: &'a Scoring,
}

/// Asks the index, with as many candidates as yente would look at.
pub(crate) fn hits(index: &Index, party: &Party, filter: Filter, ask: &Ask<'_>) -> Result<tw_screening::index::Answer, Fault> {
    let candidates = (ask.limit * 10).clamp(20, 500).max(ask.limit);
    let question = Match {
        filter,
        limit: ask.limit,
        threshold: ask.threshold,
        cutoff: ask.cutoff,
        candidates,
        algorithm: ask.scoring.algorithm,
        weights: ask.scoring.weights.clone(),
        ..Match::new(party)
    };
    index.matches(&question).map_err(too_much)
}

pub(crate) fn too_much(error: QueryError) -> Fault {
    match error {
        QueryError::TooMuch { .. } => Fault::ours(400, "limit", "Beyond a limit", error.to_string()),
        QueryError::Syntax(text) => Fault::theirs(400, text),
    }
}

/// What the parameters say of the entities that may be an answer.
fn filter(query: &Query<'_>, scope: Vec<String>, limits: &Limits) -> Result<Filter, Fault> {
    let owned = |name: &str| query.texts(name).into_iter().map(str::to_owned).collect::<Vec<String>>();
    let filter = Filter {
        scope,
        include_datasets: owned("include_dataset"),
        exclude_datasets: owned("exclude_dataset"),
        exclude_schemata: owned("exclude_schema"),
        topics: owned("topics"),
        changed_since: query.given("changed_since").map(str::to_owned),
        exclude_ids: owned("exclude_entity_ids"),
        standing: query.day("as_of").map_or(Standing::Current, |day| Standing::All(Some(day))),
        ..Filter::default()
    };
    if filter.exclude_ids.len() > limits.excluded {
        return Err(Fault::too_much("ids to exclude", limits.excluded));
    }
    Ok(filter)
}

/// A body as JSON, or yente's words for what it is instead.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Fault> {
    let place = |more: Vec<Value>| [vec![json!("body")], more].concat();
    if body.is_empty() {
        return Err(Fault::invalid(vec![wrong("missing", place(vec![]), "Field required", Value::Null, None)]));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let context = json!({"error": error.to_string()});
        Fault::invalid(vec![wrong("json_invalid", place(vec![json!(error.column())]), "JSON decode error", json!({}), Some(context))])
    })?;
    if !value.is_object() {
        return Err(Fault::invalid(vec![not_object(place(vec![]), &value)]));
    }
    Ok(value)
}

fn not_object(place: Vec<Value>, value: &Value) -> Value {
    wrong("model_attributes_type", place, "Input should be a valid dictionary or object to extract fields from", brief(value), None)
}

/// A value as it is shown in a refusal: long ones are left out.
fn brief(value: &Value) -> Value {
    match value {
        Value::Object(_) | Value::Array(_) => {
            if value.to_string().len() > 2_000 {
                Value::Null
            } else {
                value.clone()
            }
        }
        Value::String(text) if text.len() > 2_000 => Value::Null,
        other => other.clone(),
    }
}

fn read<'a>(body: &'a Value, limits: &Limits) -> Result<Vec<Example<'a>>, Fault> {
    let mut faults = Vec::new();
    let place = |more: &[&str]| -> Vec<Value> { std::iter::once("body").chain(more.iter().copied()).map(Value::from).collect() };
    for (name, kind, message) in
        [("weights", "float_type", "Input should be a valid number"), ("config", "string_type", "Input should be a valid string")]
    {
        match body.get(name) {
            None => {}
            Some(Value::Object(map)) => {
                for (key, value) in map {
                    let plain = !value.is_object() && !value.is_array();
                    let fits = if name == "weights" { value.as_f64().is_some_and(f64::is_finite) } else { plain };
                    if !fits {
                        faults.push(wrong(kind, place(&[name, key]), message, brief(value), None));
                    }
                }
            }
            Some(other) => faults.push(wrong("dict_type", place(&[name]), "Input should be a valid dictionary", brief(other), None)),
        }
    }
    let queries = match body.get("queries") {
        Some(Value::Object(queries)) => Some(queries),
        Some(other) => {
            faults.push(wrong("dict_type", place(&["queries"]), "Input should be a valid dictionary", brief(other), None));
            None
        }
        None => {
            faults.push(wrong("missing", place(&["queries"]), "Field required", brief(body), None));
            None
        }
    };
    let mut examples = Vec::new();
    // Beyond the limit only the number counts: the refusal follows, after the checks that yente makes before.
    for (key, query) in queries.into_iter().flatten().take(limits.batch + 1) {
        let Some(object) = query.as_object() else {
            faults.push(not_object(place(&["queries", key]), query));
            continue;
        };
        let before = faults.len();
        let id = match object.get("id") {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) => Some(id.as_str()),
            Some(other) => {
                faults.push(wrong("string_type", place(&["queries", key, "id"]), "Input should be a valid string", brief(other), None));
                None
            }
        };
        let schema = match object.get("schema") {
            Some(Value::String(schema)) => schema.as_str(),
            Some(other) => {
                faults.push(wrong("string_type", place(&["queries", key, "schema"]), "Input should be a valid string", brief(other), None));
                ""
            }
            None => {
                faults.push(wrong("missing", place(&["queries", key, "schema"]), "Field required", brief(query), None));
                ""
            }
        };
        let properties = match object.get("properties") {
            Some(Value::Object(properties)) => Some(properties),
            Some(other) => {
                let place = place(&["queries", key, "properties"]);
                faults.push(wrong("dict_type", place, "Input should be a valid dictionary", brief(other), None));
                None
            }
            None => {
                faults.push(wrong("missing", place(&["queries", key, "properties"]), "Field required", brief(query), None));
                None
            }
        };
        for (name, values) in properties.into_iter().flatten() {
            if !values.is_string() && !values.is_array() {
                let at = |kind: &str| place(&["queries", key, "properties", name, kind]);
                faults.push(wrong("string_type", at("str"), "Input should be a valid string", brief(values), None));
                faults.push(wrong("list_type", at("list[any]"), "Input should be a valid list", brief(values), None));
            }
        }
        let excluded: Vec<&str> = match object.get("exclude_entity_ids") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(ids)) if ids.iter().all(Value::is_string) => ids.iter().filter_map(Value::as_str).collect(),
            Some(other) => {
                let place = place(&["queries", key, "exclude_entity_ids"]);
                faults.push(wrong("list_type", place, "Input should be a valid list of strings", brief(other), None));
                Vec::new()
            }
        };
        if excluded.len() > limits.excluded {
            return Err(Fault::too_much("ids to exclude", limits.excluded));
        }
        if let (true, Some(properties)) = (faults.len() == before, properties) {
            examples.push(Example { key, id, schema, properties, excluded });
        }
        if faults.len() > 20 {
            break;
        }
    }
    if faults.is_empty() { Ok(examples) } else { Err(Fault::invalid(faults)) }
}

/// The party that a query describes: its values cleaned, unknown properties left out.
///
/// The refusal of a schema is in yente's words, without the words before it that differ by route.
pub(crate) fn party(schema: &str, properties: &Map<String, Value>, limits: &Limits) -> Result<Entity, Fault> {
    let known = model().schema(schema).ok_or_else(|| Fault::theirs(400, format!("Unknown schema: '{}'", short(schema))))?;
    if known.name() != "Thing" && !known.matchable() {
        return Err(Fault::theirs(400, format!("Non-matchable schema for query: {}", known.name())));
    }
    let mut entity = Entity::new("", known);
    let mut count = 0;
    for (name, values) in properties {
        let Some(property) = known.property(name) else { continue };
        let mut add = |value: &Value| -> Result<(), Fault> {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return Ok(()),
            };
            count += 1;
            if text.len() > limits.value {
                return Err(Fault::too_much("bytes of one value", limits.value));
            }
            if count > limits.values {
                return Err(Fault::too_much("values of one query", limits.values));
            }
            if let Some(clean) = clean(property, &text) {
                entity.add(property.name, clean);
            }
            Ok(())
        };
        match values {
            Value::Array(values) => values.iter().try_for_each(&mut add)?,
            one => add(one)?,
        }
    }
    join_names(&mut entity);
    Ok(entity)
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A value as lists write it, without what no text should hold.
fn clean(property: &Property, text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    value::clean(property.kind, property.format, text.trim())
}

/// Makes names of the parts of a person's name, if there is no name.
fn join_names(entity: &mut Entity) {
    let schema: Schema = entity.schema;
    let named = entity
        .properties
        .iter()
        .any(|(name, _)| schema.property(name).is_some_and(|p| p.kind == "name" && p.matchable && !is_part(p.name)));
    if named || !schema.is_a("Person") {
        return;
    }
    let some = |name: &str| -> Vec<String> { entity.get(name).iter().take(4).cloned().collect() };
    let or_none = |values: Vec<String>| if values.is_empty() { vec![String::new()] } else { values };
    let firsts = or_none([some("firstName"), some("secondName")].concat());
    let mut middles = [some("middleName"), some("fatherName")].concat();
    middles.push(String::new());
    let lasts = or_none(some("lastName"));
    let mut names = Vec::new();
    for first in &firsts {
        for last in &lasts {
            for middle in &middles {
                let parts: Vec<&str> = [first, middle, last].into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
                if parts.len() > 1 || middles.len() == 1 {
                    names.push(parts.join(" "));
                }
            }
        }
    }
    for name in names {
        entity.add("name", name);
    }
}

fn is_part(name: &str) -> bool {
    matches!(name, "firstName" | "secondName" | "middleName" | "fatherName" | "motherName" | "lastName")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_parts_only_where_there_is_no_name() {
        let names = |properties: Value| {
            let properties = properties.as_object().cloned().unwrap_or_default();
            party("Person", &properties, &Limits::default()).expect("a party").get("name").to_vec()
        };
        assert_eq!(names(json!({"firstName": "Jane", "lastName": "Example"})), ["Jane Example"]);
        assert_eq!(names(json!({"firstName": "Jane", "fatherName": "John", "lastName": "Example"})), ["Jane John Example", "Jane Example"]);
        assert_eq!(names(json!({"lastName": "Example"})), ["Example"]);
        assert_eq!(names(json!({"name": "J. Example", "firstName": "Jane"})), ["J. Example"]);
    }

    proptest::proptest! {
        #[test]
        fn no_body_makes_it_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200), text in ".{0,60}", key in "[a-zA-Z:]{0,12}") {
            let limits = Limits::default();
            if let Ok(value) = parse(&body) {
                let _ = read(&value, &limits);
            }
            let odd = json!({"queries": {key.clone(): {"schema": text.clone(), "properties": {key: [text.clone(), 1, null]}}}, "weights": {text.clone(): 1}});
            let _ = read(&odd, &limits);
            for name in ["name", "birthDate", "country", "imoNumber", "phone", "website", "gender"] {
                let properties = json!({name: text.clone()});
                let _ = party("Person", properties.as_object().expect("an object"), &limits);
                let _ = party("Vessel", properties.as_object().expect("an object"), &limits);
            }
        }
    }
}
