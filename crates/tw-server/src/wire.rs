//! JSON as it goes out: entities are written once, when the lists are loaded, and copied into replies.

use serde::Serialize;
use serde_json::{Value, json};
use tw_base::Date;
use tw_ftm::{Listing, Status};

/// Appends a value as JSON. Writing into memory does not fail, and our values have text keys.
pub(crate) fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// Appends the JSON of an entity without its last brace, so that more fields can follow.
pub(crate) fn open(out: &mut Vec<u8>, entity: &str) {
    let entity = entity.trim_end();
    out.extend_from_slice(entity.strip_suffix('}').unwrap_or("{\"id\":null").as_bytes());
}

/// Appends `,"name":`.
pub(crate) fn key(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    put(out, name);
    out.push(b':');
}

/// Appends `{"value":…,"relation":"eq"}`.
pub(crate) fn total(out: &mut Vec<u8>, value: usize) {
    put(out, &json!({"value": value, "relation": "eq"}));
}

/// What is known of an entity's stay on lists on a day: the gravest status, the list that it comes from, and all lists.
pub(crate) fn listing(listings: &[Listing], day: Date) -> Value {
    let all: Vec<Value> = listings.iter().map(|l| one_listing(l, day)).collect();
    let gravest = (0..all.len()).min_by_key(|i| listings[*i].status(day));
    let Some(gravest) = gravest else {
        return json!({"as_of": day, "status": null, "list": null, "listed": null, "delisted": null, "captures": [], "all": []});
    };
    let mut listing = json!({"as_of": day});
    if let (Some(object), Some(from)) = (listing.as_object_mut(), all[gravest].as_object()) {
        object.extend(from.clone());
        object.insert("all".to_owned(), Value::Array(all));
    }
    listing
}

fn one_listing(listing: &Listing, day: Date) -> Value {
    let status = match listing.status(day) {
        Status::Listed => "listed",
        Status::Undetermined => "undetermined",
        Status::NotYet => "not_yet",
        Status::NoLonger => "no_longer",
    };
    let captures: Vec<String> = listing.records.iter().map(ToString::to_string).collect();
    json!({
        "status": status,
        "list": listing.list,
        "listed": listing.listed,
        "delisted": listing.delisted,
        "captures": captures,
        "entry": listing.entry,
        "programmes": listing.programmes,
        "seen_until": listing.seen_until,
        "basis": listing.basis,
    })
}
