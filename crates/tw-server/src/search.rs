//! `GET /search/{dataset}`: which entities hold these words?

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tw_ftm::model;
use tw_screening::index::{Facet, Filter, Search, Sort, Standing, schemata};

use crate::fault::Fault;
use crate::matching::too_much;
use crate::routes::{Asked, Reply};
use crate::state::Served;
use crate::wire;

/// Most values of a facet; as in yente.
const MOST_VALUES: usize = 1_000;

/// Most entities that are looked through for a facet that the index does not count.
const MOST_COUNTED: usize = 50_000;

/// Last place that `offset` can lead to; as in yente.
const WINDOW: usize = 9_999;

pub(crate) fn answer(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let query = &asked.query;
    let served = asked.state.served()?;
    let dataset = asked.part("dataset");
    let scope = served.scope(dataset)?;
    let schema = model().schema(query.text("schema")).ok_or_else(|| Fault::theirs(400, "Invalid schema"))?;
    let words = query.text("q");
    let limits = &asked.state.0.settings.limits;
    if words.len() > limits.value {
        return Err(Fault::too_much("bytes of `q`", limits.value));
    }

    let owned = |name: &str| query.texts(name).into_iter().map(str::to_owned).collect::<Vec<String>>();
    let mut fields: Vec<(String, String)> = owned("datasets").into_iter().map(|d| ("datasets".to_owned(), d)).collect();
    for pair in query.texts("filter") {
        let (field, value) = pair.split_once(':').ok_or_else(|| Fault::theirs(400, format!("Invalid filter: '{pair}'")))?;
        fields.push((field.to_owned(), value.to_owned()));
    }
    if query.given("target").is_some() {
        fields.push(("target".to_owned(), query.boolean("target").to_string()));
    }
    let day = query.day("as_of");
    let filter = Filter {
        scope,
        include_datasets: owned("include_dataset"),
        exclude_datasets: owned("exclude_dataset"),
        schemata: schemata(schema, false),
        exclude_schemata: owned("exclude_schema"),
        topics: owned("topics"),
        countries: owned("countries"),
        fields,
        all: query.text("filter_op") == "AND",
        changed_since: query.given("changed_since").map(str::to_owned),
        standing: day.map_or(Standing::Current, |day| Standing::All(Some(day))),
        ..Filter::default()
    };
    let facets = query.texts("facets");
    let mut limit = query.count("limit");
    let mut offset = query.count("offset");
    let cursor = query.given("cursor");
    match cursor {
        Some(cursor) => offset = read_cursor(cursor, &served, asked)?,
        None => limit = limit.min(WINDOW.saturating_sub(offset)),
    }
    let search = Search {
        words: words.to_owned(),
        filter,
        fuzzy: query.boolean("fuzzy"),
        simple: query.boolean("simple"),
        facets: facets.iter().filter_map(|name| facet(name)).collect(),
        sort: query.texts("sort").into_iter().map(sort).collect(),
        limit,
        offset,
    };
    let found = served.index.search(&search).map_err(too_much)?;

    let mut out = Vec::with_capacity(4096 * found.entries.len() + 1024);
    out.extend_from_slice(b"{\"limit\":");
    wire::put(&mut out, &limit);
    wire::key(&mut out, "offset");
    wire::put(&mut out, &offset);
    wire::key(&mut out, "total");
    wire::total(&mut out, found.total);
    wire::key(&mut out, "results");
    out.push(b'[');
    for (number, entry) in found.entries.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        wire::open(&mut out, served.index.json(&entry.entity.id).unwrap_or_default());
        if let Some(day) = day {
            wire::key(&mut out, "listing");
            wire::put(&mut out, &wire::listing(&entry.listings, day));
        }
        out.push(b'}');
    }
    out.push(b']');
    wire::key(&mut out, "facets");
    let mut counted = Map::new();
    for name in facets {
        let values = match facet(name) {
            Some(facet) => found.facets.iter().find(|(f, _)| *f == facet).map(|(_, v)| v.clone()).unwrap_or_default(),
            None => count(&served, &search, name, found.total)?,
        };
        counted.insert(name.to_owned(), facet_json(&served, name, values));
    }
    wire::put(&mut out, &counted);
    if cursor.is_some() {
        let end = offset + found.entries.len();
        let next = (end < found.total && !found.entries.is_empty()).then(|| write_cursor(end, &served, asked));
        wire::key(&mut out, "next");
        wire::put(&mut out, &next);
    }
    out.push(b'}');
    let mut reply = Reply::json(out);
    reply.results = found.entries.len();
    Ok(reply)
}

fn facet(name: &str) -> Option<Facet> {
    match name {
        "countries" => Some(Facet::Countries),
        "topics" => Some(Facet::Topics),
        "datasets" => Some(Facet::Datasets),
        "schema" => Some(Facet::Schemata),
        _ => None,
    }
}

fn sort(text: &str) -> Sort {
    let (field, order) = text.rsplit_once(':').unwrap_or((text, "asc"));
    Sort { field: field.to_owned(), descending: order == "desc" }
}

/// Counts values of a facet that the index keeps no numbers of, over everything that was found.
fn count(served: &Served, search: &Search, name: &str, total: usize) -> Result<Vec<(String, usize)>, Fault> {
    if total > MOST_COUNTED {
        return Err(Fault::too_much("entities to count identifiers or genders of", MOST_COUNTED));
    }
    let all = Search { limit: total, offset: 0, facets: Vec::new(), ..search.clone() };
    let kind = if name == "genders" { "gender" } else { "identifier" };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in served.index.search(&all).map_err(too_much)?.entries {
        let mut values: Vec<&str> = entry.entity.of_type(kind).map(|(_, v)| v).collect();
        values.sort_unstable();
        values.dedup();
        for value in values {
            *counts.entry(value.to_owned()).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(counts)
}

fn facet_json(served: &Served, name: &str, values: Vec<(String, usize)>) -> Value {
    let model = model();
    let group = |name: &str| model.types.values().find(|t| t.group.as_deref() == Some(name)).map(|t| t.plural.clone());
    let label = match name {
        "datasets" => "Data sources".to_owned(),
        "schema" => "Entity types".to_owned(),
        other => group(other).unwrap_or_else(|| other.to_owned()),
    };
    let values: Vec<Value> = values
        .into_iter()
        .take(MOST_VALUES)
        .map(|(value, count)| {
            let label = match name {
                "datasets" => served.title(&value).to_owned(),
                "schema" => model.schema(&value).map_or(value.as_str(), |s| s.plural()).to_owned(),
                "countries" => model.countries.get(&value).unwrap_or(&value).clone(),
                "topics" => model.topics.get(&value).unwrap_or(&value).clone(),
                "genders" => capital(&value),
                _ => value.clone(),
            };
            json!({"name": value, "label": label, "count": count})
        })
        .collect();
    json!({"label": label, "values": values})
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What a cursor is valid for: the lists as they are, and all other parameters.
fn seal(served: &Served, asked: &Asked<'_>, place: usize) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}\n{}\n{place}\n", served.version, asked.part("dataset")));
    for (name, value) in form_urlencoded::parse(asked.uri.query().unwrap_or_default().as_bytes()) {
        if !matches!(&*name, "cursor" | "limit" | "offset" | "facets") {
            hash.update(format!("{name}={value}\n"));
        }
    }
    hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

fn write_cursor(place: usize, served: &Served, asked: &Asked<'_>) -> String {
    format!("{place}.{}", seal(served, asked, place))
}

/// The place to go on from. The lists must be the same: otherwise entities could be left out unseen.
fn read_cursor(cursor: &str, served: &Served, asked: &Asked<'_>) -> Result<usize, Fault> {
    if cursor.is_empty() {
        return Ok(0);
    }
    let place = cursor.split_once('.').and_then(|(place, _)| place.parse::<usize>().ok());
    let place = place.ok_or_else(|| Fault::ours(400, "cursor", "Cursor not readable", "Take `next` of the reply before."))?;
    if cursor != write_cursor(place, served, asked) {
        let detail = "The lists have changed since the page before, or the other parameters have. Begin again with an empty cursor.";
        return Err(Fault::ours(410, "cursor", "Cursor no longer valid", detail));
    }
    Ok(place)
}
