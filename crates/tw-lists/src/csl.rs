//! The Consolidated Screening List of the US International Trade Administration, CSV: a digest of lists of Treasury, Commerce, State.

use sha2::{Digest, Sha256};
use tw_base::Refusal;
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, LinkKind, Out};
use crate::header::Header;
use crate::input::Input;
use crate::ofac::remarks;
use crate::table::{Got, Row, Table};

const COLUMNS: &[(&str, &str)] = &[
    ("id", "row"),
    ("source", "source"),
    ("entitynumber", "number"),
    ("type", "type"),
    ("programs", "programmes"),
    ("name", "name"),
    ("title", "title"),
    ("addresses", "addresses"),
    ("federalregisternotice", "notice"),
    ("startdate", "start"),
    ("enddate", "end"),
    ("standardorder", "standard"),
    ("licenserequirement", "requirement"),
    ("licensepolicy", "policy"),
    ("callsign", "call_sign"),
    ("vesseltype", "ship_type"),
    ("grosstonnage", "tonnage"),
    ("grossregisteredtonnage", "gross"),
    ("vesselflag", "flag"),
    ("vesselowner", "owner"),
    ("remarks", "remarks"),
    ("sourcelisturl", "list_url"),
    ("altnames", "other_names"),
    ("citizenships", "citizenships"),
    ("datesofbirth", "births"),
    ("nationalities", "nationalities"),
    ("placesofbirth", "birth_places"),
    ("sourceinformationurl", "url"),
    ("ids", "ids"),
];

pub(crate) fn read(file: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut table = Table::new(file, input, b',');
    let mut row = Row::new();
    let Got::Row = table.next(&mut row)? else { return Err(Refusal::new(file, "there is no header in it")) };
    let header = Header::new(&row, COLUMNS, out);
    for own in ["source", "type", "name"] {
        if !header.has(own) {
            return Err(Refusal::new(file, format!("its header has no column `{own}`")).row(1));
        }
    }
    loop {
        match table.next(&mut row)? {
            Got::End => break,
            Got::Bad(reason) => out.report.refuse(reason, row.span()),
            Got::Row if row.len() != header.width => {
                out.report.refuse(format!("a row has {} columns instead of {}", row.len(), header.width), row.span());
            }
            Got::Row => {
                let draft = entry(&header, &row, out);
                out.give(draft, row.span());
            }
        }
        if out.stopped() {
            return Ok(());
        }
    }
    out.finish_links();
    Ok(())
}

/// `Entity List (EL) - Bureau of Industry and Security` is `EL`.
fn code(source: &str) -> &str {
    source.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or(source, |(code, _)| code)
}

fn entry(header: &Header, row: &Row, out: &Out<'_>) -> Draft {
    let get = |own: &str| header.get(row, own);
    let (source, number, kind) = (get("source"), get("number"), get("type"));
    let code = code(source);
    let schema = match kind.to_ascii_lowercase().as_str() {
        "individual" => Some("Person"),
        "entity" => Some("Organization"),
        "vessel" => Some("Vessel"),
        "aircraft" => Some("Airplane"),
        // The lists of Commerce and State do not say who is a person.
        "" => Some("LegalEntity"),
        _ => None,
    };
    let own = if number.is_empty() {
        let text = format!("{source}\n{}\n{}\n{}", get("name"), get("addresses"), get("start"));
        let digest: String = Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        digest
    } else {
        number.to_owned()
    };
    let lower: String = code.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let mut draft = Draft::new(format!("us-csl-{lower}-{own}"), schema.unwrap_or("LegalEntity"));
    if schema.is_none() {
        draft.fail(format!("the type of an entry is not known: `{}`", kind.chars().take(40).collect::<String>()));
    }
    if number.len() > 20 {
        draft.fail("the number of an entry is none");
    }
    draft.record(out.capture.sha256, row.span());
    draft.number = format!("{code} {own}");
    draft.topic = match () {
        () if source.contains("Treasury") => Some("sanction"),
        () if source.contains("Debarred") => Some("debarment"),
        () if source.contains("Bureau of Industry") => Some("export.control"),
        () => Some("sanction"),
    };
    draft.name("name", get("name"));
    draft.programmes.push(code.to_owned());
    for programme in get("programmes").split(';') {
        draft.programme(programme);
    }
    for name in get("other_names").split(';') {
        draft.name("alias", name);
    }
    for address in get("addresses").split("; ") {
        draft.add("address", address);
        if let Some((_, country)) = address.rsplit_once(", ") {
            draft.put(&["country"], "Country", country);
        }
    }
    for (own, properties) in [
        ("citizenships", &["citizenship", "country"][..]),
        ("nationalities", &["nationality", "country"]),
        ("birth_places", &["birthPlace"]),
        ("call_sign", &["callSign"]),
        ("ship_type", &["type"]),
        ("tonnage", &["tonnage"]),
        ("gross", &["grossRegisteredTonnage"]),
        ("flag", &["flag"]),
    ] {
        for value in get(own).split("; ") {
            draft.put(properties, own, value);
        }
    }
    let title: &[&str] = if draft.is_a("Person") { &["position"] } else { &["description"] };
    draft.put(title, "Title", get("title"));
    for born in get("births").split("; ") {
        draft.birth(born, Order::MonthFirst);
    }
    for (own, label) in [("notice", "Federal Register"), ("requirement", "License requirement:"), ("policy", "License policy:")] {
        draft.put(&[], label, get(own));
    }
    draft.add("sourceUrl", get("url"));
    let owner = get("owner");
    if !owner.is_empty() {
        draft.note(&format!("Vessel owner: {owner}"));
        draft.links.push((owner.to_owned(), LinkKind::Owner));
    }
    for part in get("remarks").split("; ").filter(|part| !part.is_empty()) {
        remarks::one(&mut draft, part);
    }
    for part in get("ids").split("; ").filter(|part| !part.is_empty()) {
        paper(&mut draft, part);
    }
    draft.listed = dates::day(get("start"), Order::MonthFirst).map(When::on);
    draft.delisted = dates::day(get("end"), Order::MonthFirst).map(When::on);
    draft
}

/// `US, 80-0890696, Tax ID No.`: country, number, label.
fn paper(draft: &mut Draft, text: &str) {
    let Some((rest, label)) = text.rsplit_once(", ") else {
        remarks::one(draft, text);
        return;
    };
    let country = rest.split_once(", ").filter(|(country, _)| country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()));
    match country {
        Some((country, number)) => remarks::labelled(draft, label, &format!("{number} ({country})")),
        None => remarks::labelled(draft, label, rest),
    }
}
