//! Replays 36 requests whose replies were recorded from yente 5.5.0 over its `zala` fixture, and compares status, keys, values, and order.
//!
//! The recordings hold data of OpenSanctions and are not part of the project: they are read from the folder `TIDEWAITER_SHARED`.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use tw_server::{Lists, Settings, State, router};

/// How a reply may differ from the recorded one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum May {
    /// The value, and all below it.
    Differ,
    /// The order of a list: yente prints a set.
    Reorder,
    /// There may be a key that yente does not have, or more items at the end of a list.
    Add,
    /// A key of yente's may be missing, or items at the end of a list.
    Lack,
}

/// Every intended difference: file (`*` for all), place (`*` one step, `**` any number), what may differ, and why.
const DIFFERENCES: &[(&str, &str, May, &str)] = &[
    ("*", "**/referents", May::Reorder, "yente keeps referents in a set without order; ours are in the order of the file"),
    ("*", "**/explanations", May::Differ, "features and their details are those of our scorer"),
    ("match_caller_id_and_unknown_prop.json", "responses/a/results/*/score", May::Differ, "our scorer gives another score"),
    ("*", "facets/topics/values/*/label", May::Differ, "labels of FollowTheMoney 4.11; yente 5.5.0 has those of 4.9"),
    ("*", "responses/*/results/*/flip", May::Add, "the smallest change that would carry the score over the threshold"),
    (
        "algorithms.json",
        "algorithms/*/docs/*",
        May::Add,
        "which algorithm answers, and the numbers with which the parts recompute the score",
    ),
    ("reconcile_query.json", "q0/result", May::Lack, "results far below the threshold are not looked for"),
    ("catalog.json", "datasets/*/version", May::Differ, "time of change of the file"),
    ("catalog.json", "datasets/*/entities_url", May::Differ, "another folder"),
    ("catalog.json", "datasets/*/entity_count", May::Differ, "we count what is loaded"),
    ("catalog.json", "datasets/*/thing_count", May::Differ, "we count what is loaded"),
    ("catalog.json", "datasets/*/index_version", May::Differ, "the recording was made without an index; ours is loaded"),
    ("catalog.json", "datasets/*/index_current", May::Differ, "the recording was made without an index; ours is loaded"),
    ("catalog.json", "current", May::Differ, "the recording was made without an index; ours is loaded"),
    ("algorithms.json", "algorithms", May::Add, "`ofac`, which yente has at its head"),
    ("algorithms.json", "algorithms/*/description", May::Differ, "our words"),
    ("algorithms.json", "algorithms/*/docs/description", May::Differ, "our words"),
    ("algorithms.json", "algorithms/*/docs/config/*", May::Differ, "our words and defaults"),
    ("algorithms.json", "algorithms/*/features", May::Differ, "features are those of our scorer"),
    ("algorithms.json", "algorithms/*/docs/features", May::Differ, "features are those of our scorer"),
    ("search.json", "total/value", May::Differ, SUBSTRINGS),
    ("search.json", "results", May::Differ, SUBSTRINGS),
    ("search.json", "facets/**", May::Differ, SUBSTRINGS),
    ("entity.json", "properties/**", May::Reorder, "yente nests linked entities in no order; ours are by id"),
    ("entity_adjacent.json", "adjacent/*/results/**/properties/*", May::Reorder, "yente nests linked entities in no order; ours are by id"),
    ("entity_adjacent.json", "adjacent/*/results", May::Reorder, "yente pages in the order of its index; ours are by id"),
    (
        "entity_adjacent.json",
        "adjacent/identification",
        May::Add,
        "yente looks for the schema `Identification` alone and misses the passports that extend it",
    ),
    (
        "entity_adjacent.json",
        "adjacent/riskSource",
        May::Lack,
        "yente counts everything that points here for a property without a back pointer, and shows none of it",
    ),
    (
        "reconcile_suggest_entity.json",
        "result/*/name",
        May::Differ,
        "the caption of the entity, as everywhere else; yente makes another one here",
    ),
    ("reconcile_manifest.json", "name", May::Differ, "our name"),
    ("reconcile_manifest.json", "documentation", May::Differ, "our own page in the place of opensanctions.org"),
    ("reconcile_manifest.json", "batchSize", May::Differ, "fewer round trips: our batches are cheap"),
    ("reconcile_manifest.json", "view/url", May::Differ, "our own page in the place of opensanctions.org"),
    ("reconcile_manifest.json", "preview/*", May::Differ, "our own page in the place of opensanctions.org"),
    ("reconcile_manifest.json", "extend/propose_settings/**", May::Differ, "our words"),
    ("reconcile_manifest.json", "defaultTypes", May::Reorder, "yente keeps types in a set without order; ours are by name"),
    ("reconcile_suggest_property.json", "result/*/description", May::Differ, "null is not valid by the W3C schema; the label stands in"),
    (
        "reconcile_suggest_property.json",
        "result",
        May::Reorder,
        "yente keeps properties in a set without order; ours begin with the exact name",
    ),
];

const SUBSTRINGS: &str =
    "the stand-in for the search engine with which this was recorded finds parts of words (`zakharov` in `Zakharova`); we find whole words";

struct Compared<'a> {
    file: &'a str,
    used: &'a RefCell<BTreeSet<usize>>,
    faults: Vec<String>,
}

fn fits(pattern: &[&str], path: &[String]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|n| fits(rest, &path[n..])),
        ([p, rest @ ..], [step, path @ ..]) => (*p == "*" || p == step) && fits(rest, path),
        _ => false,
    }
}

impl Compared<'_> {
    fn may(&self, path: &[String], what: May) -> bool {
        let found = DIFFERENCES.iter().enumerate().find(|(_, (file, pattern, may, _))| {
            *may == what && (*file == "*" || *file == self.file) && fits(&pattern.split('/').collect::<Vec<_>>(), path)
        });
        if let Some((number, _)) = found {
            self.used.borrow_mut().insert(number);
        }
        found.is_some()
    }

    fn compare(&mut self, path: &mut Vec<String>, theirs: &Value, ours: &Value) {
        if theirs == ours || self.may(path, May::Differ) {
            return;
        }
        match (theirs, ours) {
            (Value::Object(a), Value::Object(b)) => {
                // Of another entity everything is different.
                if a.contains_key("id")
                    && a.get("id") != b.get("id")
                    && !self.may(&[path.as_slice(), &["id".to_owned()]].concat(), May::Differ)
                {
                    self.faults.push(format!("{}: {}: {} became {}", self.file, path.join("/"), theirs["id"], ours["id"]));
                    return;
                }
                for key in a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))) {
                    path.push(key.clone());
                    match (a.get(key), b.get(key)) {
                        (Some(x), Some(y)) => self.compare(path, x, y),
                        (Some(_), None) if self.may(path, May::Lack) => {}
                        (Some(_), None) => self.faults.push(format!("{}: {} is missing", self.file, path.join("/"))),
                        _ if self.may(path, May::Add) => {}
                        _ => self.faults.push(format!("{}: {} is new", self.file, path.join("/"))),
                    }
                    path.pop();
                }
            }
            (Value::Array(a), Value::Array(b))
                if a.len() == b.len() || self.may(path, if a.len() < b.len() { May::Add } else { May::Lack }) =>
            {
                let (mut a, mut b) = (a.clone(), b.clone());
                if self.may(path, May::Reorder) {
                    let key = |v: &Value| v.get("id").map_or_else(|| v.to_string(), Value::to_string);
                    a.sort_by_key(key);
                    b.sort_by_key(key);
                }
                for (number, (x, y)) in a.iter().zip(&b).enumerate() {
                    path.push(number.to_string());
                    self.compare(path, x, y);
                    path.pop();
                }
            }
            _ => {
                let short = |v: &Value| v.to_string().chars().take(150).collect::<String>();
                self.faults.push(format!("{}: {}: {} became {}", self.file, path.join("/"), short(theirs), short(ours)));
            }
        }
    }
}

fn encode(params: &Value) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in params.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => out.append_pair(name, text),
            other => out.append_pair(name, &other.to_string()),
        };
    }
    out.finish()
}

#[tokio::test]
async fn the_recorded_replies_of_yente_are_given_again() {
    let shared = std::env::var_os("TIDEWAITER_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let api = shared.join("data/screening/api");
    if !api.join("golden").is_dir() {
        eprintln!("skipped: {} is not there; set TIDEWAITER_SHARED to the folder that has it", api.display());
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().join("manifest.yml");
    let entities = std::path::absolute(api.join("fixtures/dataset/zala/entities.ftm.json")).expect("a path");
    let text = format!("datasets:\n  - name: zala\n    title: Zala Aero test dataset\n    path: {}\n", entities.display());
    std::fs::write(&manifest, text).expect("written");
    let lists = Lists::manifest(manifest);
    let state = State::new(Settings { update_token: Some("not-x".to_owned()), ..Settings::default() }, lists);
    state.update().expect("the fixture loads");
    let router = router(state);

    let mut files: Vec<PathBuf> = std::fs::read_dir(api.join("golden")).expect("golden").map(|e| e.expect("entry").path()).collect();
    files.sort();
    let used = RefCell::new(BTreeSet::new());
    let mut faults = Vec::new();
    let mut same = 0;
    for file in &files {
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let golden: Value = serde_json::from_str(&std::fs::read_to_string(file).expect("read")).expect("json");
        let text = |key: &str| golden[key].as_str().unwrap_or_default();
        let query = encode(&golden["params"]);
        let uri = if query.is_empty() { text("path").to_owned() } else { format!("{}?{query}", text("path")) };
        let request = Request::builder().method(text("method")).uri(uri).header(header::HOST, "testserver");
        let request = match (&golden["form"], &golden["json"]) {
            (form @ Value::Object(_), _) => {
                request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(encode(form)))
            }
            (_, Value::Null) => request.body(Body::empty()),
            (_, json) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(json.to_string())),
        };
        let response = router.clone().oneshot(request.expect("a request")).await.expect("answered");
        let mut compared = Compared { file: name, used: &used, faults: Vec::new() };
        if golden["status"] != response.status().as_u16() {
            compared.faults.push(format!("{name}: status {} became {}", golden["status"], response.status()));
        }
        for (header, value) in golden["headers"].as_object().into_iter().flatten() {
            let ours = response.headers().get(header).and_then(|h| h.to_str().ok());
            if ours != value.as_str() {
                compared.faults.push(format!("{name}: header {header}: {value} became {ours:?}"));
            }
        }
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let ours: Value = serde_json::from_slice(&body).expect("json");
        compared.compare(&mut Vec::new(), &golden["response"], &ours);
        same += usize::from(compared.faults.is_empty());
        faults.extend(compared.faults);
    }
    for (number, (file, place, _, reason)) in DIFFERENCES.iter().enumerate() {
        if !used.borrow().contains(&number) {
            eprintln!("the intended difference {file} {place} ({reason}) was not met");
        }
    }
    eprintln!("{same} of {} recorded replies are given again", files.len());
    assert_eq!(files.len(), 36, "recordings");
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}
