//! The OpenAPI 3.1 document: paths and parameters from the table of routes, schemas from a file beside this one.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::routes::{ROUTES, Reply, Route};
use crate::wire;

static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut out = Vec::new();
    wire::put(&mut out, &document());
    out
});

pub(crate) fn reply() -> Reply {
    Reply::json(DOCUMENT.clone())
}

/// The OpenAPI 3.1 document of everything that is served.
#[must_use]
pub fn document() -> Value {
    let schemas: Value = serde_json::from_str(include_str!("schemas.json")).expect("the bundled schemas are read by a test");
    let mut paths = Map::new();
    for route in ROUTES {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(if route.post { "post" } else { "get" }.to_owned(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "tidewaiter screening",
            "description": "Screening of parties against dated sanctions lists, in the words of the yente API (5.5.0). Parameters and fields marked `x-tidewaiter` are additions.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "ApiKey": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`ApiKey ...`; needed if the server was started with keys."},
            },
        },
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn operation(route: &Route) -> Value {
    let in_path = route.path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| {
            let text = match name {
                "dataset" => "Name of a dataset or collection; `default` for all.",
                "entity_id" => "Id of an entity; a referent leads to it.",
                _ => "Name of a property that links entities, or of a back pointer.",
            };
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}, "description": text})
        })
        .collect();
    for param in route.params {
        let mut row = json!({"name": param.name, "in": "query", "required": false, "schema": param.schema(), "description": param.text});
        if let Some(row) = row.as_object_mut() {
            if param.deprecated {
                row.insert("deprecated".to_owned(), Value::Bool(true));
            }
            if param.ours {
                row.insert("x-tidewaiter".to_owned(), Value::Bool(true));
            }
        }
        parameters.push(row);
    }
    let media = if route.reply == "Page" { "text/html" } else { "application/json" };
    let mut responses = Map::new();
    responses.insert("200".to_owned(), json!({"description": "Answered", "content": {media: {"schema": reference(route.reply)}}}));
    for (status, text) in route.other {
        let content = match status {
            308 => json!({}),
            422 => json!({"application/json": {"schema": reference("HTTPValidationError")}}),
            _ => json!({
                "application/json": {"schema": reference("ErrorResponse")},
                "application/problem+json": {"schema": reference("Problem")},
            }),
        };
        responses.insert(status.to_string(), json!({"description": text, "content": content}));
    }
    responses.insert(
        "default".to_owned(),
        json!({"description": "Refused: a limit, a missing key, lists not loaded, or a fault of ours", "content": {"application/problem+json": {"schema": reference("Problem")}}}),
    );
    let mut operation = json!({"summary": route.summary, "tags": [route.tag], "operationId": format!("{:?}{}", route.op, if route.path == "/manifest" { "Manifest" } else { "" }), "parameters": parameters, "responses": responses});
    if let Some(operation) = operation.as_object_mut() {
        if let Some((schema, media)) = route.body {
            operation.insert("requestBody".to_owned(), json!({"required": true, "content": {media: {"schema": reference(schema)}}}));
        }
        if !route.public {
            operation.insert("security".to_owned(), json!([{}, {"ApiKey": []}]));
        }
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(text)) = map.get("$ref") {
                    found.push(text.clone());
                }
                map.values().for_each(|v| references(v, found));
            }
            Value::Array(list) => list.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema_and_every_schema_is_used() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        for place in &found {
            assert!(document.pointer(place.trim_start_matches('#')).is_some(), "{place}");
        }
        for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
            assert!(found.iter().any(|f| f.ends_with(&format!("/{name}"))), "{name} is not used");
        }
    }

    #[test]
    fn operation_ids_are_unique() {
        let document = document();
        let mut ids: Vec<&str> = Vec::new();
        for item in document["paths"].as_object().expect("paths").values() {
            ids.extend(item.as_object().expect("methods").values().filter_map(|o| o["operationId"].as_str()));
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), all), (ROUTES.len(), ROUTES.len()));
    }
}
