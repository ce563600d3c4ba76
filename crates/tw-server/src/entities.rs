//! `GET /entities/...`: one entity, and what is linked to it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tw_screening::index::{Adjacent, Nested};

use crate::fault::Fault;
use crate::routes::{Asked, Reply};
use crate::state::Served;
use crate::wire;

/// What is written as it is in a part of a path.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The entity asked for, or the address of the one that took its place.
fn find(asked: &Asked<'_>, served: &Served, below: &str) -> Result<String, Fault> {
    let id = asked.part("entity_id");
    let canonical = served.index.canonical(id).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
    if canonical == id {
        return Ok(canonical.to_owned());
    }
    let query = asked.uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    Err(Fault::Moved(format!("/entities/{}{below}{query}", utf8_percent_encode(canonical, PART))))
}

pub(crate) fn one(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let id = find(asked, &served, "")?;
    let mut out = Vec::new();
    if asked.query.boolean("nested") {
        let nested = served.index.nested(&id).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
        put_nested(&mut out, &nested);
        out.pop();
    } else {
        wire::open(&mut out, served.index.json(&id).unwrap_or_default());
    }
    if let (Some(day), Some(entry)) = (asked.query.day("as_of"), served.index.get(&id)) {
        wire::key(&mut out, "listing");
        wire::put(&mut out, &wire::listing(&entry.listings, day));
    }
    out.push(b'}');
    let mut reply = Reply::json(out);
    reply.results = 1;
    Ok(reply)
}

pub(crate) fn adjacent(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let id = find(asked, &served, "/adjacent")?;
    let (limit, offset) = (asked.query.count("limit"), asked.query.count("offset"));
    let (_, pages) = served.index.adjacent(&id, None, limit, offset).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
    let mut out = b"{\"entity\":".to_vec();
    out.extend_from_slice(served.index.json(&id).unwrap_or("null").as_bytes());
    wire::key(&mut out, "adjacent");
    out.push(b'{');
    let mut results = 0;
    for (number, (name, page)) in pages.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        wire::put(&mut out, name);
        out.push(b':');
        put_page(&mut out, page, limit, offset);
        results += page.results.len();
    }
    out.extend_from_slice(b"}}");
    let mut reply = Reply::json(out);
    reply.results = results;
    Ok(reply)
}

pub(crate) fn adjacent_by(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let served = asked.state.served()?;
    let name = asked.part("property_name");
    let id = find(asked, &served, &format!("/adjacent/{}", utf8_percent_encode(name, PART)))?;
    let schema = served.index.get(&id).map(|e| e.entity.schema).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
    if schema.property(name).is_none_or(|p| p.kind != "entity") {
        return Err(Fault::theirs(404, "No such property!"));
    }
    let (limit, offset) = (asked.query.count("limit"), asked.query.count("offset"));
    let (_, mut pages) = served.index.adjacent(&id, Some(name), limit, offset).ok_or_else(|| Fault::theirs(404, "No such entity!"))?;
    let page = pages.remove(name).unwrap_or(Adjacent { results: Vec::new(), total: 0 });
    let mut out = Vec::new();
    put_page(&mut out, &page, limit, offset);
    let mut reply = Reply::json(out);
    reply.results = page.results.len();
    Ok(reply)
}

fn put_page(out: &mut Vec<u8>, page: &Adjacent, limit: usize, offset: usize) {
    out.extend_from_slice(b"{\"limit\":");
    wire::put(out, &limit);
    wire::key(out, "offset");
    wire::put(out, &offset);
    wire::key(out, "total");
    wire::total(out, page.total);
    wire::key(out, "results");
    out.push(b'[');
    for (number, nested) in page.results.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        put_nested(out, nested);
    }
    out.extend_from_slice(b"]}");
}

/// Appends an entity with those linked to it in the place of their ids. Ids that lead to none of them, or back up, stay: nothing is lost.
fn put_nested(out: &mut Vec<u8>, nested: &Nested) {
    let Nested { entity, links } = nested;
    out.extend_from_slice(b"{\"id\":");
    wire::put(out, &entity.id);
    wire::key(out, "caption");
    wire::put(out, &entity.caption);
    wire::key(out, "schema");
    wire::put(out, entity.schema.name());
    wire::key(out, "properties");
    out.push(b'{');
    let mut first = true;
    let mut name_of = |out: &mut Vec<u8>, name: &str| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        wire::put(out, name);
        out.push(b':');
    };
    for (name, values) in &entity.properties {
        name_of(out, name);
        match links.get(name) {
            None => wire::put(out, values),
            Some(linked) => put_linked(out, linked, values),
        }
    }
    for (name, linked) in links.iter().filter(|(name, _)| !entity.properties.iter().any(|(n, _)| n == *name)) {
        name_of(out, name);
        put_linked(out, linked, &[]);
    }
    out.push(b'}');
    for (name, value) in [("datasets", &entity.datasets), ("referents", &entity.referents)] {
        wire::key(out, name);
        wire::put(out, value);
    }
    wire::key(out, "target");
    wire::put(out, &entity.target);
    for (name, value) in [("first_seen", &entity.first_seen), ("last_seen", &entity.last_seen), ("last_change", &entity.last_change)] {
        wire::key(out, name);
        wire::put(out, value);
    }
    out.push(b'}');
}

/// Appends a list of linked entities, and of the ids that lead to none of them.
fn put_linked(out: &mut Vec<u8>, linked: &[Nested], ids: &[String]) {
    out.push(b'[');
    let mut first = true;
    let mut comma = |out: &mut Vec<u8>| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
    };
    for nested in linked {
        comma(out);
        put_nested(out, nested);
    }
    let known = |id: &&String| linked.iter().any(|n| n.entity.id == **id || n.entity.referents.contains(id));
    for id in ids.iter().filter(|id| !known(id)) {
        comma(out);
        wire::put(out, id);
    }
    out.push(b']');
}
