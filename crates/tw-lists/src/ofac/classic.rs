//! The classic XML of OFAC: `sdn.xml`, `consolidated.xml`, of the old namespace and of the new one (schema: sdn.xsd).

use tw_base::{Refusal, Span};

use crate::dates::{self, Order};
use crate::draft::{Draft, LinkKind, Out, join};
use crate::input::Input;
use crate::xml::{Document, Element, Known, Next};

use super::{remarks, schema_of};

/// Elements that are read or left out on purpose: `uid` of parts and `mainEntry` are the publisher's own.
const KNOWN: &[&str] = &[
    "sdnEntry",
    "uid",
    "firstName",
    "lastName",
    "title",
    "sdnType",
    "remarks",
    "programList",
    "program",
    "idList",
    "id",
    "idType",
    "idNumber",
    "idCountry",
    "issueDate",
    "expirationDate",
    "akaList",
    "aka",
    "type",
    "category",
    "addressList",
    "address",
    "address1",
    "address2",
    "address3",
    "city",
    "stateOrProvince",
    "postalCode",
    "country",
    "nationalityList",
    "nationality",
    "citizenshipList",
    "citizenship",
    "dateOfBirthList",
    "dateOfBirthItem",
    "dateOfBirth",
    "placeOfBirthList",
    "placeOfBirthItem",
    "placeOfBirth",
    "mainEntry",
    "vesselInfo",
    "callSign",
    "vesselType",
    "vesselFlag",
    "vesselOwner",
    "tonnage",
    "grossRegisteredTonnage",
];

pub(crate) fn read(name: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut document = Document::new(name, input);
    let known = Known::new(KNOWN);
    loop {
        match document.next(&["sdnEntry", "publshInformation"])? {
            Next::End => break,
            Next::Open => {
                let other = document.tree.root().name();
                if other != "sdnList" {
                    out.report.remark_on_file(format!("an element is not known: <{}>", other.chars().take(40).collect::<String>()));
                }
            }
            Next::Entry(_) if document.tree.root().name() == "publshInformation" => {
                let root = document.tree.root();
                out.report.published = dates::day(root.get("Publish_Date"), Order::MonthFirst);
                out.report.declared = root.get("Record_Count").parse().ok();
            }
            Next::Entry(span) => {
                for unknown in document.tree.unknown(&known) {
                    out.report.remark(format!("an element is not known: <{}>", unknown.chars().take(40).collect::<String>()), span.clone());
                }
                let draft = entry(document.tree.root(), out, &span);
                out.give(draft, span);
            }
        }
        if out.stopped() {
            return Ok(());
        }
    }
    if let Some(declared) = out.report.declared
        && declared != out.report.entries + out.report.refusals()
    {
        let had = out.report.entries + out.report.refusals();
        out.report.remark_on_file(format!("the file says that it has {declared} entries and has {had}"));
    }
    out.finish_links();
    Ok(())
}

fn entry(e: Element<'_>, out: &Out<'_>, span: &Span) -> Draft {
    let number = e.get("uid");
    let kind = e.get("sdnType");
    let schema = schema_of(kind).filter(|_| !kind.is_empty());
    let mut draft = Draft::new(format!("ofac-{number}"), schema.unwrap_or("LegalEntity"));
    if schema.is_none() {
        draft.fail(format!("the type of an entry is not known: `{}`", kind.chars().take(40).collect::<String>()));
    }
    if number.len() > 20 || !number.bytes().all(|b| b.is_ascii_digit()) {
        draft.fail("the number of an entry is none");
    }
    draft.record(out.capture.sha256, span.clone());
    draft.number = number.to_owned();
    draft.person("name", e.get("firstName"), e.get("lastName"));
    for programme in e.all("programList").flat_map(|list| list.all("program")) {
        draft.programme(programme.text());
    }
    let title: &[&str] = if draft.is_a("Person") { &["position"] } else { &["description"] };
    draft.put(title, "Title", e.get("title"));
    for list in e.children() {
        match list.name() {
            "akaList" => list.all("aka").for_each(|aka| other_name(&mut draft, aka)),
            "addressList" => list.all("address").for_each(|address| {
                let parts = ["address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country"];
                draft.add("address", &join(parts.map(|part| address.get(part)), ", "));
                draft.put(&["country"], "Country", address.get("country"));
            }),
            "dateOfBirthList" => list.all("dateOfBirthItem").for_each(|item| draft.birth(item.get("dateOfBirth"), Order::MonthFirst)),
            "placeOfBirthList" => {
                list.all("placeOfBirthItem").for_each(|item| draft.put(&["birthPlace"], "Place of birth", item.get("placeOfBirth")));
            }
            "nationalityList" => {
                list.all("nationality").for_each(|item| draft.put(&["nationality", "country"], "nationality", item.get("country")));
            }
            "citizenshipList" => {
                list.all("citizenship").for_each(|item| draft.put(&["citizenship", "country"], "citizen", item.get("country")));
            }
            "idList" => list.all("id").for_each(|id| paper(&mut draft, id)),
            "vesselInfo" => ship(&mut draft, list),
            _ => {}
        }
    }
    let text = e.get("remarks").replace(")(", "); (").replace(") (", "); (");
    let text = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
    for part in text.split("; ") {
        let part = part.trim().trim_start_matches("(Linked").trim_start();
        let part = if part.starts_with("To:") { format!("Linked {}", part.trim_end_matches(')')) } else { part.to_owned() };
        remarks::one(&mut draft, &part);
    }
    draft
}

fn other_name(draft: &mut Draft, e: Element<'_>) {
    let property = match (e.get("type"), e.get("category")) {
        ("f.k.a.", _) => "previousName",
        (_, "weak") => "weakAlias",
        ("a.k.a." | "n.k.a.", _) => "alias",
        _ => {
            draft.remark("a kind of other name is not known");
            "alias"
        }
    };
    draft.person(property, e.get("firstName"), e.get("lastName"));
}

fn paper(draft: &mut Draft, e: Element<'_>) {
    let (number, country) = (e.get("idNumber"), e.get("idCountry"));
    let (issued, expires) = (e.get("issueDate"), e.get("expirationDate"));
    let mut value = number.to_owned();
    for (before, text, after) in [(" (", country, ")"), (" issued ", issued, ""), (" expires ", expires, "")] {
        if !text.is_empty() {
            value.push_str(before);
            value.push_str(text);
            value.push_str(after);
        }
    }
    remarks::labelled(draft, e.get("idType"), &value);
}

fn ship(draft: &mut Draft, e: Element<'_>) {
    draft.put(&["callSign"], "Call sign", e.get("callSign"));
    draft.put(&["type"], "Vessel type", e.get("vesselType"));
    draft.put(&["flag"], "Vessel flag", e.get("vesselFlag"));
    draft.put(&["tonnage"], "Tonnage", e.get("tonnage"));
    draft.put(&["grossRegisteredTonnage"], "Gross registered tonnage", e.get("grossRegisteredTonnage"));
    let owner = e.get("vesselOwner");
    if !owner.is_empty() {
        draft.note(&format!("Vessel owner: {owner}"));
        draft.links.push((owner.to_owned(), LinkKind::Owner));
    }
}
