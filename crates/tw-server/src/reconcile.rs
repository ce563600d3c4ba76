//! `/reconcile/{dataset}`: the W3C Reconciliation Service API 0.2, as OpenRefine and other clients speak it.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use tw_ftm::{Entity, Property, Schema, model};
use tw_screening::Party;
use tw_screening::index::{Filter, schemata};

use crate::admin::escape;
use crate::fault::Fault;
use crate::matching::{self, Ask, too_much};
use crate::routes::{Asked, Reply};
use crate::{scoring, wire};

/// Most suggestions of types and properties; as in yente.
const MOST_SUGGESTED: usize = 5;

/// Score from which a result is called a match.
const THRESHOLD: f64 = 0.7;

/// Spaces that ids and types belong to: those of yente, so that a project reconciled with it can be taken over.
const SPACE: &str = "https://www.opensanctions.org/reference/#schema";

/// Most ids that are extended at once.
const MOST_EXTENDED: usize = 100;

fn json(value: &Value) -> Reply {
    let mut out = Vec::new();
    wire::put(&mut out, value);
    Reply::json(out)
}

pub(crate) async fn get(asked: &Asked<'_>) -> Result<Reply, Fault> {
    match (asked.query.given("queries"), asked.query.given("extend")) {
        (None, None) => manifest(asked),
        (queries, extend) => act(asked, queries, extend).await,
    }
}

pub(crate) async fn post(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let form: Vec<_> = form_urlencoded::parse(&asked.body).collect();
    let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_ref());
    act(asked, field("queries"), field("extend")).await
}

async fn act(asked: &Asked<'_>, queries: Option<&str>, extend: Option<&str>) -> Result<Reply, Fault> {
    match extend.filter(|e| !e.trim().is_empty()) {
        Some(extend) => extended(asked, extend),
        None => reconcile(asked, queries).await,
    }
}

fn type_json(schema: Schema) -> Value {
    json!({"id": schema.name(), "name": schema.plural(), "description": schema.description().unwrap_or(schema.label())})
}

fn manifest(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let dataset = asked.part("dataset");
    let types: Vec<Value> = served.types(dataset)?.iter().map(|s| type_json(*s)).collect();
    let base = asked.base();
    let service = format!("{base}/reconcile/{dataset}");
    // The query string is passed on: it may hold the key, as these clients cannot send headers.
    let query = asked.uri.query().filter(|q| !q.is_empty()).map(|q| format!("?{q}")).unwrap_or_default();
    let suggest = |what: &str| json!({"service_url": service, "service_path": format!("/suggest/{what}{query}")});
    Ok(json(&json!({
        "versions": ["0.2"],
        "name": format!("{} ({})", served.title(dataset), asked.state.0.settings.title),
        "identifierSpace": SPACE,
        "schemaSpace": SPACE,
        "documentation": format!("{base}/"),
        "batchSize": 50,
        "view": {"url": format!("{service}/preview/{{{{id}}}}{query}")},
        "preview": {"url": format!("{service}/preview/{{{{id}}}}{query}"), "width": 430, "height": 300},
        "suggest": {"entity": suggest("entity"), "type": suggest("type"), "property": suggest("property")},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": format!("/extend/property{query}")},
            "propose_settings": [
                {
                    "name": "limit", "label": "Limit", "type": "number", "default": 0,
                    "help_text": "Most values in a row (0 for all).", "choices": [],
                },
                {
                    "name": "render", "label": "Value rendering", "type": "select", "default": "caption",
                    "help_text": "Words for people ('Russia') in the place of codes ('ru').",
                    "choices": [{"id": "caption", "name": "Words for people"}, {"id": "raw", "name": "Codes"}],
                },
            ],
        },
        "defaultTypes": types,
    })))
}

/// A refusal of a batch that is no JSON of the right form, as yente words it.
fn not_a_batch(kind: &str, message: &str) -> Fault {
    let url = format!("https://errors.pydantic.dev/2.14/v/{kind}");
    let error = json!({"type": kind, "loc": [], "msg": message, "input": null, "url": url});
    Fault::Theirs { status: 400, detail: json!("RootModel[Dict[str, FreebaseReconQuery]]"), more: vec![("errors", json!([error]))] }
}

async fn reconcile(asked: &Asked<'_>, queries: Option<&str>) -> Result<Reply, Fault> {
    let limits = &asked.state.0.settings.limits;
    let served = asked.state.served()?;
    let scope = served.scope(asked.part("dataset"))?;
    let text = queries.ok_or_else(|| not_a_batch("json_type", "JSON input should be string, bytes or bytearray"))?;
    let batch: Value = serde_json::from_str(text).map_err(|e| not_a_batch("json_invalid", &format!("Invalid JSON: {e}")))?;
    let batch = batch.as_object().ok_or_else(|| not_a_batch("dict_type", "Input should be an object"))?;
    if batch.len() > limits.batch {
        return Err(Fault::theirs(400, format!("Too many queries in one batch (limit: {})", limits.batch)));
    }
    let scoring = scoring::settings(scoring::find(asked.query.text("algorithm"))?, THRESHOLD, None, None)?;
    let mut out = b"{".to_vec();
    let mut results = 0;
    for (number, (key, query)) in batch.iter().enumerate() {
        if number > 0 {
            out.push(b',');
            tokio::task::yield_now().await;
        }
        let query = query.as_object().ok_or_else(|| not_a_batch("model_type", "Input should be an object"))?;
        let (schema, properties) = example(query);
        let entity = matching::party(schema, &properties, limits)?;
        let limit = query.get("limit").and_then(Value::as_u64).map_or(5, |n| usize::try_from(n.min(500)).unwrap_or(500));
        let filter = Filter {
            scope: scope.clone(),
            schemata: schemata(entity.schema, true),
            changed_since: asked.query.given("changed_since").map(str::to_owned),
            ..Filter::default()
        };
        let ask = Ask { limit, threshold: THRESHOLD, cutoff: 0.0, scoring: &scoring };
        let found = matching::hits(&served.index, &Party::new(&entity), filter, &ask)?;
        results += found.hits.len();
        let hits: Vec<Value> = found
            .hits
            .iter()
            .map(|hit| {
                let mut row = entity_json(&hit.entry.entity);
                if let Some(object) = row.as_object_mut() {
                    object.insert("score".to_owned(), json!(hit.score));
                    object.insert("match".to_owned(), json!(hit.matched));
                }
                row
            })
            .collect();
        wire::put(&mut out, key);
        out.push(b':');
        wire::put(&mut out, &json!({"result": hits}));
    }
    out.push(b'}');
    let mut reply = Reply::json(out).batch(batch.len());
    reply.results = results;
    Ok(reply)
}

/// Schema and properties that a reconciliation query asks for.
fn example(query: &Map<String, Value>) -> (&str, Map<String, Value>) {
    let schema = match query.get("type") {
        Some(Value::String(name)) => name.as_str(),
        Some(Value::Array(names)) => names.iter().find_map(Value::as_str).unwrap_or("Thing"),
        Some(Value::Object(named)) => named.get("id").and_then(Value::as_str).unwrap_or("Thing"),
        _ => "Thing",
    };
    let mut properties = Map::new();
    let mut add = |name: &str, value: &Value| {
        let values = properties.entry(name).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            match value {
                Value::Array(list) => values.extend(list.iter().map(cell)),
                one => values.push(cell(one)),
            }
        }
    };
    if let Some(name) = query.get("query") {
        add("name", name);
    }
    for property in query.get("properties").and_then(Value::as_array).into_iter().flatten() {
        if let (Some(pid), Some(value)) = (property.get("pid").and_then(Value::as_str), property.get("v")) {
            add(pid.rsplit_once(':').map_or(pid, |(_, name)| name), value);
        }
    }
    (schema, properties)
}

/// A value of a cell: as it is, or the name of what it was reconciled with.
fn cell(value: &Value) -> Value {
    value.get("name").or_else(|| value.get("id")).unwrap_or(value).clone()
}

fn entity_json(entity: &Entity) -> Value {
    json!({"id": entity.id, "name": entity.caption, "description": entity.schema.label(), "type": [type_json(entity.schema)]})
}

fn extended(asked: &Asked<'_>, text: &str) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    served.scope(asked.part("dataset"))?;
    let wrong = || Fault::theirs(400, "Cannot decode extension request");
    let query: Value = serde_json::from_str(text).map_err(|_| wrong())?;
    let list = |name: &str| query.get(name).and_then(Value::as_array).ok_or_else(wrong);
    let (ids, properties) = (list("ids")?, list("properties")?);
    if ids.len() > MOST_EXTENDED {
        return Err(Fault::theirs(400, format!("Too many queries in one batch (limit: {MOST_EXTENDED})")));
    }
    let mut meta: Vec<Value> = Vec::new();
    let mut rows = Map::new();
    for id in ids {
        let id = id.as_str().ok_or_else(wrong)?;
        let mut row = Map::new();
        let entry = served.index.get(id);
        if entry.is_none() && served.index.canonical(id).is_some() {
            return Err(Fault::theirs(400, "Please specify the canonical entity ID, not a referent"));
        }
        for property in properties {
            let wanted = property.get("id").and_then(Value::as_str).ok_or_else(wrong)?;
            let found = entry.as_deref().and_then(|e| Some((&e.entity, e.entity.schema.property(wanted)?)));
            let Some((entity, known)) = found else {
                row.insert(wanted.to_owned(), json!([]));
                continue;
            };
            if !meta.iter().any(|m| m["id"] == wanted) {
                meta.push(json!({"id": known.name, "name": known.label}));
            }
            let setting = |name: &str| property.get("settings").and_then(|s| s.get(name));
            let limit = setting("limit").and_then(|l| l.as_u64().or_else(|| l.as_str()?.trim().parse().ok())).unwrap_or(0);
            let raw = setting("render").and_then(Value::as_str) == Some("raw");
            let all = entity.get(wanted);
            let some = if limit > 0 { &all[..all.len().min(usize::try_from(limit).unwrap_or(usize::MAX))] } else { all };
            let cells = some.iter().map(|v| json!({"str": if raw { v.clone() } else { caption(known, v) }})).collect();
            row.insert(wanted.to_owned(), Value::Array(cells));
        }
        if entry.is_none() {
            row.clear();
        }
        rows.insert(id.to_owned(), Value::Object(row));
    }
    let count = rows.len();
    Ok(json(&json!({"meta": meta, "rows": rows})).batch(count))
}

/// A value in words for people.
fn caption(property: &Property, value: &str) -> String {
    let model = model();
    let known = match property.kind {
        "country" => model.countries.get(value),
        "topic" => model.topics.get(value),
        _ => None,
    };
    known.map_or(value, String::as_str).to_owned()
}

fn suggestions(asked: &Asked<'_>, result: Vec<Value>) -> Reply {
    let results = result.len();
    let mut reply = json(&json!({
        "code": "/api/status/ok",
        "status": "200 OK",
        "prefix": asked.query.text("prefix"),
        "result": result,
    }));
    reply.results = results;
    reply
}

pub(crate) fn suggest_entity(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let filter = Filter { scope: served.scope(asked.part("dataset"))?, ..Filter::default() };
    let prefix = asked.query.text("prefix");
    let limits = &asked.state.0.settings.limits;
    if prefix.len() > limits.value {
        return Err(Fault::too_much("bytes of `prefix`", limits.value));
    }
    let found = served.index.suggest(prefix, &filter, asked.query.count("limit")).map_err(too_much)?;
    Ok(suggestions(asked, found.iter().map(|e| entity_json(&e.entity)).collect()))
}

/// If what was typed begins one of the labels.
fn begins(prefix: &str, labels: &[&str]) -> bool {
    let prefix = prefix.trim().to_lowercase();
    !prefix.is_empty() && labels.iter().any(|l| l.to_lowercase().starts_with(&prefix))
}

pub(crate) fn suggest_property(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let types = served.types(asked.part("dataset"))?;
    let prefix = asked.query.text("prefix");
    let mut found: Vec<&Property> = Vec::new();
    for schema in types.iter() {
        for property in schema.properties() {
            let own = property.qname.split(':').next() == Some(schema.name());
            if own && !property.hidden && property.kind != "entity" && begins(prefix, &[property.name, property.label]) {
                found.push(property);
            }
        }
    }
    // The property that is called so comes first.
    let exact = |p: &Property| p.name.eq_ignore_ascii_case(prefix.trim()) || p.label.eq_ignore_ascii_case(prefix.trim());
    found.sort_by_key(|p| (!exact(p), p.name.len(), p.qname));
    let rows =
        found.iter().take(MOST_SUGGESTED).map(|p| json!({"id": p.qname, "name": p.label, "description": p.description.unwrap_or(p.label)}));
    Ok(suggestions(asked, rows.collect()))
}

pub(crate) fn suggest_type(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let types = served.types(asked.part("dataset"))?;
    let prefix = asked.query.text("prefix");
    let found = types.iter().filter(|s| begins(prefix, &[s.name(), s.label()])).take(MOST_SUGGESTED);
    Ok(suggestions(asked, found.map(|s| type_json(*s)).collect()))
}

pub(crate) fn extend_property(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let wanted = asked.query.text("type");
    let schema = model().schema(wanted).ok_or_else(|| Fault::theirs(400, format!("Invalid type: {wanted}")))?;
    let limit = asked.query.count("limit");
    let mut properties: Vec<&Property> = schema.featured().iter().filter_map(|n| schema.property(n)).collect();
    let rest = schema.properties().iter().filter(|p| !p.hidden && p.kind != "entity" && !schema.featured().contains(&p.name));
    properties.extend(rest);
    if limit > 0 {
        properties.truncate(limit);
    }
    properties.sort_by_key(|p| p.label);
    let rows: Vec<Value> = properties.iter().map(|p| json!({"id": p.name, "name": p.label})).collect();
    Ok(json(&json!({"limit": limit, "type": schema.name(), "properties": rows})))
}

/// A small page about an entity, for the pop-up of reconciliation clients.
pub(crate) fn preview(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let id = served.index.canonical(asked.part("entity_id")).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
    let entry = served.index.get(id).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
    let entity = &entry.entity;
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title>\
         <style>body{{font:14px/1.4 sans-serif;margin:1em}}td{{vertical-align:top;padding-right:1em}}</style>\
         <h1 style=\"font-size:1.2em\">{0}</h1><p>{1}, {2}</p><table>",
        escape(&entity.caption),
        escape(entity.schema.label()),
        escape(&entity.id)
    );
    const SHOWN: &[&str] = &[
        "name",
        "alias",
        "birthDate",
        "country",
        "nationality",
        "jurisdiction",
        "flag",
        "imoNumber",
        "registrationNumber",
        "topics",
        "programId",
    ];
    for property in SHOWN.iter().filter_map(|name| entity.schema.property(name)) {
        let values: Vec<String> = entity.get(property.name).iter().take(5).map(|v| caption(property, v)).collect();
        if !values.is_empty() {
            // Writing into a text does not fail.
            let _ = write!(page, "<tr><td>{}<td>{}", escape(property.label), escape(&values.join("; ")));
        }
    }
    for listing in entry.listings.iter().take(10) {
        let left = listing.delisted.map(|d| format!(", no longer {d}")).unwrap_or_default();
        let _ = write!(page, "<tr><td>{}<td>listed {}{}", escape(&listing.list), escape(&listing.listed.to_string()), escape(&left));
    }
    page.push_str("</table></html>");
    Ok(Reply::page(page))
}
