//! FollowTheMoney entities as JSON lines, and their changes, as OpenSanctions publishes both.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::Value;
use tw_base::{RecordPtr, Refusal, Span};
use tw_ftm::{Entity, Entry, Listing, When, read_entity, read_value};

use crate::dates::{self, Order};
use crate::draft::{Out, list_of};
use crate::format::Format;
use crate::input::Input;
use crate::lines::Lines;
use crate::read::{Companion, Role};
use crate::report::{Capture, Report};

/// Designations held in the first pass: twice what the largest collection has today.
const MOST_DESIGNATIONS: usize = 4_000_000;

/// Longest name, as for other lists.
const MOST_NAME: usize = 10_000;

type Designations = HashMap<String, Vec<Listing>>;

pub(crate) fn read(name: &str, input: Input<'_>, companions: Vec<Companion<'_>>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut first = companions.into_iter().find(|c| c.role == Role::Again);
    let two_passes = first.is_some();
    let mut designations = match first.take() {
        Some(again) => designations(again, out)?,
        None => Designations::new(),
    };
    let mut lines = Lines::new(name, input);
    while let Some((number, line)) = lines.next()? {
        let place = Span::Line(number);
        let read = match line.map_err(str::to_owned).and_then(|line| read_entity(line).map_err(|e| e.to_string())) {
            Ok(read) => read,
            Err(reason) => {
                refuse_line(name, &lines, &reason, number, out)?;
                continue;
            }
        };
        for property in &read.unknown {
            let property: String = property.chars().take(60).collect();
            out.report.remark(format!("a property is not known: `{property}`"), place.clone());
        }
        for entity in read.nested {
            // Nested entities are the same as those that stand on their own lines, if they do: they are given as they are.
            if let Some(entry) = entry(entity, &mut designations, two_passes, &place, out) {
                out.give_raw(entry);
            }
        }
        if let Some(entry) = entry(read.entity, &mut designations, two_passes, &place, out) {
            out.give_raw(entry);
        }
        if out.stopped() {
            return Ok(());
        }
    }
    let left: usize = designations.values().map(Vec::len).sum();
    if two_passes && left > 0 {
        out.report.remark_on_file(format!("{left} designations are of entities that are not in the file"));
    }
    Ok(())
}

/// Counts a line that is no entity; a last line without an end that is none is where the file was cut off.
fn refuse_line(name: &str, lines: &Lines<'_>, reason: &str, number: u64, out: &mut Out<'_>) -> Result<(), Refusal> {
    if lines.open_end() && reason.contains("EOF while parsing") {
        let at = lines.bytes();
        return Err(Refusal::new(name, format!("byte {at}: the file is cut off inside an entity")).row(number).hint(crate::xml::CUT));
    }
    // Positions and values within the line would make each reason its own.
    let known = ["Unknown schema", "nested more than", "a line "].iter().any(|k| reason.contains(k));
    let reason: String = if known { reason.chars().take(100).collect() } else { "a line is no entity".to_owned() };
    out.report.refuse(reason, Span::Line(number));
    Ok(())
}

/// The first pass: all designations, by the entity that they are of.
fn designations(again: Companion<'_>, out: &mut Out<'_>) -> Result<Designations, Refusal> {
    let input = Input::open(&again.name, again.body)?;
    let mut lines = Lines::new(&again.name, input);
    let mut all = Designations::new();
    let mut n = 0;
    let finder = memchr::memmem::Finder::new(b"\"Sanction\"");
    while let Some((number, line)) = lines.next()? {
        let Ok(line) = line else { continue };
        if finder.find(line.as_bytes()).is_none() {
            continue;
        }
        let Ok(read) = read_entity(line) else { continue };
        for entity in read.nested.iter().chain([&read.entity]) {
            if !entity.schema.is_a("Sanction") {
                continue;
            }
            let listing = designation(entity, &Span::Line(number), out);
            for id in entity.get("entity") {
                n += 1;
                if n > MOST_DESIGNATIONS {
                    return Err(Refusal::new(&again.name, "it holds more designations than can be kept at once"));
                }
                let known = all.entry(id.clone()).or_default();
                if !known.iter().any(|k| same(k, &listing)) {
                    known.push(listing.clone());
                }
            }
        }
    }
    Ok(all)
}

/// If two listings say the same; a nested entity may be written out several times.
fn same(a: &Listing, b: &Listing) -> bool {
    a.list == b.list && a.entry == b.entry && a.programmes == b.programmes && a.listed == b.listed && a.delisted == b.delisted
}

fn first_day(entity: &Entity, properties: &[&str]) -> Option<tw_base::Date> {
    properties.iter().flat_map(|p| entity.get(p)).filter_map(|text| dates::day(text, Order::DayFirst)).min()
}

/// The listing that an entity of the schema `Sanction` tells.
fn designation(entity: &Entity, place: &Span, out: &Out<'_>) -> Listing {
    let list = out.capture.list.clone().or_else(|| entity.datasets.first().map(|d| list_of(d))).unwrap_or_default();
    let number = ["authorityId", "unscId", "recordId"].iter().find_map(|p| entity.first(p)).unwrap_or(&entity.id);
    let programmes = match entity.get("programId") {
        [] => entity.get("program"),
        ids => ids,
    };
    let seen = entity.first_seen.as_deref().and_then(|text| dates::day(text, Order::DayFirst));
    let (listed, basis) = match (first_day(entity, &["listingDate", "startDate"]), seen) {
        (Some(day), _) => (When::on(day), entity.first("authority").map(|a| format!("as the collection says of {a}"))),
        (None, Some(day)) => (When::by(day), Some("day on which the collection first had it".to_owned())),
        (None, None) => out.unprinted(),
    };
    let end = entity.get("endDate").iter().filter_map(|text| dates::day(text, Order::DayFirst)).max();
    Listing {
        list,
        entry: number.to_owned(),
        programmes: programmes.to_vec(),
        listed,
        amended: Vec::new(),
        delisted: end.map(When::on),
        seen_until: out.capture.captured,
        records: vec![RecordPtr { capture: out.capture.sha256, span: place.clone() }],
        basis,
    }
}

/// An entry of an entity, or `None` if it is refused.
fn entry(entity: Entity, designations: &mut Designations, two_passes: bool, place: &Span, out: &mut Out<'_>) -> Option<Entry> {
    if entity.id.is_empty() {
        out.report.refuse("an entity has no id", place.clone());
        return None;
    }
    if entity.of_type("name").any(|(_, name)| name.len() > MOST_NAME) {
        out.report.refuse("a name is longer than 10,000 bytes", place.clone());
        return None;
    }
    if entity.properties.iter().any(|(_, values)| values.iter().any(|v| v.contains('\0'))) {
        out.report.refuse("a value holds NUL", place.clone());
        return None;
    }
    if entity.schema.is_a("Sanction") {
        // Read in one pass, a designation carries its listing itself, for whoever has the entity.
        let listings = if two_passes { Vec::new() } else { vec![designation(&entity, place, out)] };
        return Some(Entry { entity, listings });
    }
    let mut listings = designations.remove(&entity.id).unwrap_or_default();
    for referent in &entity.referents {
        if let Some(more) = designations.remove(referent) {
            listings.extend(more);
        }
    }
    // Whoever names the list says that the file is one; else the entity must say so itself.
    let named = out.capture.list.is_some() && entity.target && entity.schema.edge().is_none() && entity.schema.matchable();
    if listings.is_empty() && (named || listed(&entity)) {
        listings = own(&entity, place, out);
    }
    Some(Entry { entity, listings })
}

/// If an entity says of itself that it is on a list.
fn listed(entity: &Entity) -> bool {
    let topic = |t: &String| matches!(t.as_str(), "sanction" | "sanction.counter" | "export.control" | "debarment");
    entity.target && (!entity.get("programId").is_empty() || entity.get("topics").iter().any(topic))
}

/// Listings of an entity that says itself that it is on lists: one for each of its datasets.
fn own(entity: &Entity, place: &Span, out: &Out<'_>) -> Vec<Listing> {
    let created = first_day(entity, &["createdAt"]);
    let seen = entity.first_seen.as_deref().and_then(|text| dates::day(text, Order::DayFirst));
    let (listed, basis) = match (created, seen) {
        (Some(day), _) => (When::on(day), Some("createdAt of the entity".to_owned())),
        (None, Some(day)) => (When::by(day), Some("day on which the collection first had it".to_owned())),
        (None, None) => out.unprinted(),
    };
    let lists: Vec<String> = match &out.capture.list {
        Some(list) => vec![list.clone()],
        None if entity.datasets.is_empty() => vec![String::new()],
        None => entity.datasets.iter().map(|d| list_of(d)).collect(),
    };
    let records = vec![RecordPtr { capture: out.capture.sha256, span: place.clone() }];
    let one = |list| Listing {
        list,
        entry: entity.id.clone(),
        programmes: entity.get("programId").to_vec(),
        listed,
        amended: Vec::new(),
        delisted: None,
        seen_until: out.capture.captured,
        records: records.clone(),
        basis: basis.clone(),
    };
    lists.into_iter().map(one).collect()
}

/// One change of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// An entity is new.
    Add(Box<Entry>),
    /// An entity is changed: this is how it is now.
    Modify(Box<Entry>),
    /// The entity of this id is gone.
    Delete(String),
}

#[derive(Deserialize)]
struct Line {
    op: String,
    entity: Value,
}

/// Reads a file of changes, `entities.delta.json`. Designations carry their listings themselves, as in a read of one pass.
///
/// # Errors
/// If the file cannot be read to its end. Then nothing that the sink got counts.
pub fn read_delta(
    name: &str,
    body: impl std::io::Read,
    capture: &Capture,
    sink: &mut dyn FnMut(Delta) -> ControlFlow<()>,
) -> Result<Report, Refusal> {
    let mut never = |_| ControlFlow::Continue(());
    let mut out = Out::new(Format::FtmDelta, name, capture, &mut never);
    let mut lines = Lines::new(name, Input::open(name, body)?);
    let mut none = Designations::new();
    let mut n = 0;
    while let Some((number, line)) = lines.next()? {
        let place = Span::Line(number);
        let parsed = line.map_err(str::to_owned).and_then(|l| serde_json::from_str::<Line>(l).map_err(|e| e.to_string()));
        let (op, body) = match parsed {
            Ok(line) => (line.op, line.entity),
            Err(reason) => {
                refuse_line(name, &lines, &reason, number, &mut out)?;
                continue;
            }
        };
        let delta = match op.as_str() {
            "DEL" => match body["id"].as_str() {
                Some(id) => Delta::Delete(id.to_owned()),
                None => {
                    out.report.refuse("an entity has no id", place);
                    continue;
                }
            },
            "ADD" | "MOD" => {
                let read = match read_value(&body) {
                    Ok(read) => read,
                    Err(error) => {
                        refuse_line(name, &lines, &error.to_string(), number, &mut out)?;
                        continue;
                    }
                };
                let Some(entry) = entry(read.entity, &mut none, false, &place, &mut out) else { continue };
                if op == "ADD" { Delta::Add(Box::new(entry)) } else { Delta::Modify(Box::new(entry)) }
            }
            _ => {
                out.report.refuse("an operation is not known", place);
                continue;
            }
        };
        n += 1;
        if sink(delta).is_break() {
            out.report.stopped = true;
            break;
        }
    }
    out.report.entries = n;
    Ok(out.report)
}

#[derive(Deserialize)]
struct Versions {
    versions: serde_json::Map<String, serde_json::Value>,
}

/// Reads the index of changes, `delta.json`: versions in their order, each with the address of its file of changes.
///
/// # Errors
/// If it is no such index.
///
/// ```
/// let text = r#"{"versions": {"20240527134702-zbn": "https://example.invalid/a"}, "updated_at": "2024-05-27T14:47:29Z"}"#;
/// assert_eq!(tw_lists::delta_versions("delta.json", text)?, [("20240527134702-zbn".to_owned(), "https://example.invalid/a".to_owned())]);
/// # Ok::<(), tw_base::Refusal>(())
/// ```
pub fn delta_versions(name: &str, text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let index: Versions = serde_json::from_str(text).map_err(|error| Refusal::new(name, format!("it is no index of changes: {error}")))?;
    let mut all: Vec<(String, String)> =
        index.versions.into_iter().filter_map(|(version, address)| Some((version, address.as_str()?.to_owned()))).collect();
    // A version begins with its time, so that their order is that of their text.
    all.sort();
    Ok(all)
}
