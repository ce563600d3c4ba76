//! The European Union's consolidated file of financial sanctions, XML ("full", 1.0 and 1.1; FSF, webgate.ec.europa.eu/fsd/fsf).

use tw_base::{Refusal, Span};
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, Out, join};
use crate::input::Input;
use crate::xml::{Document, Element, Known, Next};

/// Elements and attributes that are read or left out on purpose: `logicalId` numbers and languages of regulations are the publisher's own.
const KNOWN: &[&str] = &[
    "sanctionEntity",
    "regulation",
    "publicationUrl",
    "subjectType",
    "nameAlias",
    "remark",
    "regulationSummary",
    "citizenship",
    "birthdate",
    "address",
    "contactInfo",
    "identification",
    "@designationDate",
    "@designationDetails",
    "@unitedNationId",
    "@euReferenceNumber",
    "@logicalId",
    "@regulationType",
    "@organisationType",
    "@publicationDate",
    "@entryIntoForceDate",
    "@numberTitle",
    "@programme",
    "@publicationUrl",
    "@code",
    "@classificationCode",
    "@firstName",
    "@middleName",
    "@lastName",
    "@wholeName",
    "@function",
    "@gender",
    "@title",
    "@nameLanguage",
    "@strong",
    "@regulationLanguage",
    "@region",
    "@countryIso2Code",
    "@countryDescription",
    "@circa",
    "@calendarType",
    "@city",
    "@zipCode",
    "@birthdate",
    "@dayOfMonth",
    "@monthOfYear",
    "@year",
    "@yearRangeFrom",
    "@yearRangeTo",
    "@place",
    "@street",
    "@poBox",
    "@asAtListingTime",
    "@key",
    "@value",
    "@identificationTypeCode",
    "@identificationTypeDescription",
    "@number",
    "@latinNumber",
    "@nameOnDocument",
    "@issuedBy",
    "@issuedDate",
    "@issueDate",
    "@validFrom",
    "@validTo",
    "@diplomatic",
    "@knownExpired",
    "@knownFalse",
    "@reportedLost",
    "@revokedByIssuer",
];

pub(crate) fn read(name: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut document = Document::new(name, input);
    let known = Known::new(KNOWN);
    loop {
        match document.next(&["sanctionEntity"])? {
            Next::End => break,
            Next::Open => {
                let root = document.tree.root();
                match root.name() {
                    "export" => out.report.published = dates::day(root.attribute("generationDate"), Order::DayFirst),
                    other => {
                        out.report.remark_on_file(format!("an element is not known: <{}>", other.chars().take(40).collect::<String>()))
                    }
                }
            }
            Next::Entry(span) => {
                for unknown in document.tree.unknown_of(&known) {
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
    out.finish_links();
    Ok(())
}

fn entry(e: Element<'_>, out: &Out<'_>, span: &Span) -> Draft {
    let number = match e.attribute("euReferenceNumber") {
        "" => e.attribute("logicalId"),
        number => number,
    };
    let kind = e.child("subjectType");
    let (code, class) = kind.map_or(("", ""), |k| (k.attribute("code"), k.attribute("classificationCode")));
    let schema = match (code, class) {
        ("person", _) | ("", "P") => Some("Person"),
        ("enterprise", _) | ("", "E") => Some("Organization"),
        ("vessel" | "ship", _) => Some("Vessel"),
        _ => None,
    };
    let slug: String = number.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
    let mut draft = Draft::new(format!("eu-fsf-{slug}"), schema.unwrap_or("LegalEntity"));
    if schema.is_none() {
        draft.fail(format!("the type of an entry is not known: `{}`", code.chars().take(40).collect::<String>()));
    }
    draft.record(out.capture.sha256, span.clone());
    draft.number = number.to_owned();
    draft.listed = dates::day(e.attribute("designationDate"), Order::DayFirst).map(When::on);
    draft.put(&["notes"], "Designation:", e.attribute("designationDetails"));
    draft.put(&["notes"], "UN reference:", e.attribute("unitedNationId"));
    for regulation in e.all("regulation") {
        draft.programme(regulation.attribute("programme"));
        draft.add("sourceUrl", regulation.get("publicationUrl"));
        if regulation.attribute("regulationType") == "amendment" {
            draft.amend(dates::day(regulation.attribute("publicationDate"), Order::DayFirst));
        }
        if draft.listed.is_none() {
            // The act in force was published after the listing: it only bounds the day.
            if let Some(day) = dates::day(regulation.attribute("publicationDate"), Order::DayFirst) {
                draft.listed = Some(When::by(day));
                draft.basis = Some("publication of the act that the list cites; the list prints no day of designation".to_owned());
            }
        }
    }
    let mut first = true;
    for alias in e.all("nameAlias") {
        name(&mut draft, alias, &mut first);
    }
    for child in e.children() {
        let country = country(child);
        match child.name() {
            "remark" => draft.note(child.text()),
            "citizenship" => draft.put(&["citizenship", "country"], "Citizenship", country),
            "birthdate" => birth(&mut draft, child, country),
            "address" => {
                let parts = ["poBox", "street", "place", "zipCode", "city", "region"].map(|part| child.attribute(part));
                draft.add("address", &join(parts.into_iter().chain([country]), ", "));
                draft.put(&["country"], "Country", country);
            }
            "identification" => paper(&mut draft, child, country),
            "contactInfo" => contact(&mut draft, child),
            _ => continue,
        }
        if child.name() != "remark" {
            for remark in child.all("remark") {
                draft.note(remark.text());
            }
        }
        for info in child.all("contactInfo") {
            contact(&mut draft, info);
        }
        for summary in child.all("regulationSummary") {
            draft.amend(dates::day(summary.attribute("publicationDate"), Order::DayFirst));
        }
    }
    // Acts of before the listing, or of its day, do not amend it.
    if let Some(listed) = draft.listed.and_then(|w| w.exact()) {
        draft.amended.retain(|day| *day > listed);
    }
    draft
}

/// The country's name; `UNKNOWN` is none.
fn country(e: Element<'_>) -> &str {
    match e.attribute("countryDescription") {
        "" => e.attribute("countryIso2Code"),
        "UNKNOWN" => "",
        name => name,
    }
}

fn name(draft: &mut Draft, e: Element<'_>, first: &mut bool) {
    let parts = ["firstName", "middleName", "lastName"].map(|part| e.attribute(part));
    let whole = match e.attribute("wholeName") {
        "" => join(parts, " "),
        whole => whole.to_owned(),
    };
    let weak = e.attribute("strong") == "false";
    let property = if weak {
        "weakAlias"
    } else if *first && !whole.is_empty() {
        *first = false;
        "name"
    } else {
        "alias"
    };
    draft.add(property, &whole);
    if draft.is_a("Person") {
        draft.add("firstName", parts[0]);
        draft.add("middleName", parts[1]);
        draft.add("lastName", parts[2]);
    }
    draft.put(&["position"], "Function", e.attribute("function"));
    draft.put(&["title"], "Title", e.attribute("title"));
    draft.gender(e.attribute("gender"));
    for remark in e.all("remark") {
        draft.note(remark.text());
    }
    for summary in e.all("regulationSummary") {
        draft.amend(dates::day(summary.attribute("publicationDate"), Order::DayFirst));
    }
}

fn birth(draft: &mut Draft, e: Element<'_>, country: &str) {
    let (year, month, day) = (e.attribute("year"), e.attribute("monthOfYear"), e.attribute("dayOfMonth"));
    let (from, to) = (e.attribute("yearRangeFrom"), e.attribute("yearRangeTo"));
    let text = if !e.attribute("birthdate").is_empty() {
        e.attribute("birthdate").to_owned()
    } else if !year.is_empty() {
        join([year, month, if month.is_empty() { "" } else { day }], "-")
    } else if !from.is_empty() && !to.is_empty() {
        format!("{from} to {to}")
    } else {
        String::new()
    };
    let gregorian = matches!(e.attribute("calendarType"), "GREGORIAN" | "");
    if !gregorian {
        draft.note(&format!("date of birth {text}, calendar {}", e.attribute("calendarType")));
    } else if e.attribute("circa") == "true" && !text.is_empty() {
        draft.birth(&format!("circa {text}"), Order::DayFirst);
    } else {
        draft.birth(&text, Order::DayFirst);
    }
    let parts = ["place", "city", "region"].map(|part| e.attribute(part)).map(|part| if part == "-" { "" } else { part });
    draft.put(&["birthPlace"], "Place of birth", &join(parts.into_iter().chain([country]), ", "));
}

fn paper(draft: &mut Draft, e: Element<'_>, country: &str) {
    let number = match e.attribute("latinNumber") {
        "" => e.attribute("number"),
        latin => latin,
    };
    let description = e.attribute("identificationTypeDescription");
    let properties: &[&str] = match e.attribute("identificationTypeCode") {
        "passport" | "diplomaticpassport" => &["passportNumber", "idNumber"],
        "fiscalcode" | "tin" => &["taxNumber"],
        "swiftbic" => &["swiftBic"],
        "imo" => &["imoNumber", "registrationNumber"],
        "regnumber" | "trade-regnumber" | "traderegnumber" => &["registrationNumber"],
        "ssn" => &["socialSecurityNumber", "idNumber"],
        _ => &["idNumber", "registrationNumber"],
    };
    draft.put(properties, description, number);
    let marks: Vec<&str> = ["diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer"]
        .into_iter()
        .filter(|m| e.attribute(m) == "true")
        .collect();
    let facts = ["issuedBy", "issuedDate", "issueDate", "validFrom", "validTo", "nameOnDocument", "region"].map(|part| e.attribute(part));
    let rest = join(facts.into_iter().chain([country]).chain(marks), ", ");
    if !rest.is_empty() && !number.is_empty() {
        draft.note(&join([description, number, rest.as_str()], ", "));
    }
}

fn contact(draft: &mut Draft, e: Element<'_>) {
    let (key, value) = (e.attribute("key"), e.attribute("value"));
    match key.to_ascii_uppercase().as_str() {
        "EMAIL" => draft.put(&["email"], key, value),
        "WEB" | "WEBSITE" => draft.put(&["website"], key, value),
        "PHONE" => draft.put(&["phone"], key, value),
        _ => draft.put(&["notes"], key, &format!("{key}: {value}")),
    }
}
