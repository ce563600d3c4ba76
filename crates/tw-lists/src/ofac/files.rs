//! The comma-delimited set: `sdn.csv` with `alt.csv`, `add.csv` and `sdn_comments.csv`, and the consolidated list likewise.
//!
//! Layout: OFAC, "SDN list data specification" (dat_spec.txt): 12, 5, 6 and 2 columns, no header, `-0-` for nothing.

use std::collections::HashMap;

use tw_base::{Refusal, Sha256, Span};

use crate::draft::{Draft, LinkKind, Out, join};
use crate::input::Input;
use crate::read::Companion;
use crate::read::Role;
use crate::table::{Got, Row, Table};

use super::remarks::{self, MOST_REMARKS};
use super::schema_of;

/// Bytes of companions held in memory at most: 512 MiB, more than a hundred times what they have today.
const MOST_HELD: usize = 512 << 20;

/// Another name or address, and where it stands.
type Held = (Vec<String>, Sha256, Span);

/// What stands beside the main file, by number of the entry.
#[derive(Default)]
struct Beside {
    names: HashMap<String, Vec<Held>>,
    addresses: HashMap<String, Vec<Held>>,
    comments: HashMap<String, Vec<Held>>,
}

fn cell(text: &str) -> &str {
    if text == "-0-" { "" } else { text }
}

pub(crate) fn read(name: &str, input: Input<'_>, companions: Vec<Companion<'_>>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut beside = Beside::default();
    let mut held = 0;
    for companion in companions {
        hold(companion, &mut beside, &mut held, out)?;
    }
    let mut table = Table::new(name, input, b',');
    let mut row = Row::new();
    loop {
        match table.next(&mut row)? {
            Got::End => break,
            Got::Bad(reason) => out.report.refuse(reason, row.span()),
            Got::Row if row.is_end_mark() => {}
            Got::Row if row.len() != 12 => {
                out.report.refuse(format!("a row has {} columns instead of 12", row.len()), row.span());
            }
            Got::Row => {
                let cells: Vec<&str> = row.cells().collect();
                match entry(&cells) {
                    Err(reason) => out.report.refuse(reason, row.span()),
                    Ok(mut draft) => {
                        draft.record(out.capture.sha256, row.span());
                        add_beside(&mut draft, &mut beside, &cells);
                        out.give(draft, row.span());
                    }
                }
            }
        }
        if out.stopped() {
            return Ok(());
        }
    }
    // In the order of the rows, so that the first place is always the same.
    let held = beside.names.values().chain(beside.addresses.values()).chain(beside.comments.values()).flatten();
    let mut left: Vec<&Span> = held.map(|(_, _, span)| span).collect();
    left.sort_unstable();
    for span in left {
        out.report.remark("a row of a companion file belongs to no entry", span.clone());
    }
    out.finish_links();
    Ok(())
}

/// Reads a companion file whole.
fn hold(companion: Companion<'_>, beside: &mut Beside, held: &mut usize, out: &mut Out<'_>) -> Result<(), Refusal> {
    let (width, into) = match companion.role {
        Role::AlternateNames => (5, &mut beside.names),
        Role::Addresses => (6, &mut beside.addresses),
        Role::Comments => (2, &mut beside.comments),
        Role::Again => return Ok(()),
    };
    let input = Input::open(&companion.name, companion.body)?;
    let mut table = Table::new(&companion.name, input, b',');
    let mut row = Row::new();
    loop {
        match table.next(&mut row)? {
            Got::End => return Ok(()),
            Got::Bad(reason) => out.report.refuse(format!("{}: {reason}", companion.name), row.span()),
            Got::Row if row.is_end_mark() => {}
            Got::Row if row.len() != width => {
                let reason = format!("{}: a row has {} columns instead of {width}", companion.name, row.len());
                out.report.refuse(reason, row.span());
            }
            Got::Row => {
                let cells: Vec<String> = row.cells().map(|c| cell(c).to_owned()).collect();
                *held += 64 + cells.iter().map(|c| c.len() + 24).sum::<usize>();
                if *held > MOST_HELD {
                    return Err(Refusal::new(&companion.name, "the companion files are too large to be held"));
                }
                into.entry(cells[0].clone()).or_default().push((cells, companion.sha256, row.span()));
            }
        }
    }
}

/// An entry from the twelve cells of `sdn.csv`, its remarks still to be read; see [`finish`].
pub(crate) fn entry(cells: &[&str]) -> Result<Draft, String> {
    let [number, name, kind, programmes, title, call_sign, vessel_type, tonnage, gross, flag, owner, _] = cells else {
        return Err(format!("a row has {} columns instead of 12", cells.len()));
    };
    let kind = cell(kind);
    let number = cell(number);
    if number.is_empty() || number.len() > 20 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err("the number of an entry is none".to_owned());
    }
    let Some(schema) = schema_of(kind) else {
        return Err(format!("the type of an entry is not known: `{}`", kind.chars().take(40).collect::<String>()));
    };
    let mut draft = Draft::new(format!("ofac-{number}"), schema);
    draft.number = number.to_owned();
    draft.name("name", cell(name));
    for programme in cell(programmes).split("] [") {
        draft.programme(programme.trim_matches(['[', ']']));
    }
    let title_properties: &[&str] = if schema == "Person" { &["position"] } else { &["description"] };
    draft.put(title_properties, "Title", cell(title));
    draft.put(&["callSign"], "Call sign", cell(call_sign));
    draft.put(&["type"], "Vessel type", cell(vessel_type));
    draft.put(&["tonnage"], "Tonnage", cell(tonnage));
    draft.put(&["grossRegisteredTonnage"], "Gross registered tonnage", cell(gross));
    draft.put(&["flag"], "Vessel flag", cell(flag));
    let owner = cell(owner);
    if !owner.is_empty() {
        draft.note(&format!("Vessel owner: {owner}"));
        draft.links.push((owner.to_owned(), LinkKind::Owner));
    }
    Ok(draft)
}

/// Reads the remarks of an entry; `rest` is what the file of comments has of them.
pub(crate) fn finish(draft: &mut Draft, remarks: &str, rest: &str) {
    let remarks = cell(remarks);
    if remarks.is_empty() && rest.is_empty() {
        return;
    }
    let cut = rest.is_empty() && remarks.len() >= MOST_REMARKS && !remarks.ends_with('.');
    remarks::read(draft, &format!("{remarks}{rest}"), cut);
}

fn add_beside(draft: &mut Draft, beside: &mut Beside, cells: &[&str]) {
    let number = draft.number.clone();
    let mut rest = String::new();
    for (cells, capture, span) in beside.comments.remove(&number).unwrap_or_default() {
        rest.push_str(&cells[1]);
        draft.record(capture, span);
    }
    finish(draft, cells[11], &rest);
    for (cells, capture, span) in beside.names.remove(&number).unwrap_or_default() {
        match cells[2].as_str() {
            "fka" => draft.name("previousName", &cells[3]),
            "aka" | "nka" => draft.name("alias", &cells[3]),
            other => {
                draft.remark(format!("a kind of other name is not known: `{}`", other.chars().take(20).collect::<String>()));
                draft.name("alias", &cells[3]);
            }
        }
        draft.note(&cells[4]);
        draft.record(capture, span);
    }
    for (cells, capture, span) in beside.addresses.remove(&number).unwrap_or_default() {
        draft.add("address", &join(cells[2..5].iter().map(String::as_str), ", "));
        draft.put(&["country"], "Country", &cells[4]);
        draft.note(&cells[5]);
        draft.record(capture, span);
    }
}
