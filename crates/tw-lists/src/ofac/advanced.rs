//! The advanced XML of OFAC: `sdn_advanced.xml`, `cons_advanced.xml` (UN 1267/1988 advanced sanctions data model, "ASDM").
//!
//! Its sections point at each other: parties at the reference values, places and documents before them, and the entries with the days
//! of listing, which stand at the end, back at the parties. So the parties are held, as drafts, until the end.

use std::collections::HashMap;

use tw_base::{Refusal, Span};
use tw_ftm::{Listing, When};

use crate::dates::{self, Order};
use crate::draft::{Draft, LinkKind, Out, edge, join, tidy};
use crate::input::Input;
use crate::xml::{Document, Element, Next};

use super::{remarks, schema_of};

/// Bytes of reference values, places and parties held at most: 1 GiB; the full list holds about 100 MB.
const MOST_HELD: usize = 1 << 30;

/// Reference values that the parties use.
const VALUES: &[&str] = &[
    "AliasType",
    "Country",
    "DetailReference",
    "EntryEventType",
    "FeatureType",
    "IDRegDocType",
    "List",
    "LocPartType",
    "NamePartType",
    "PartySubType",
    "PartyType",
    "RelationType",
    "SanctionsType",
    "Script",
];

/// Sections and values that are not used.
const LEFT_OUT: &[&str] = &[
    "Sanctions",
    "ReferenceValueSets",
    "Locations",
    "IDRegDocuments",
    "DistinctParties",
    "ProfileRelationships",
    "SanctionsEntries",
    "SanctionsEntryLinks",
];

#[derive(Default)]
struct Values {
    by_kind: HashMap<&'static str, HashMap<String, String>>,
    /// Party type of a party sub-type.
    party_type: HashMap<String, String>,
    /// Address and country of a place.
    places: HashMap<String, (String, String)>,
    /// Kind, number and country of the documents of an identity.
    documents: HashMap<String, Vec<(String, String)>>,
    held: usize,
}

impl Values {
    fn get(&self, kind: &str, id: &str) -> &str {
        self.by_kind.get(kind).and_then(|values| values.get(id)).map_or("", String::as_str)
    }
}

/// A stay on a list, as a section at the end tells it.
#[derive(Default)]
struct Stay {
    list: String,
    programmes: Vec<String>,
    listed: Option<tw_base::Date>,
    amended: Vec<tw_base::Date>,
    delisted: Option<tw_base::Date>,
    span: Option<Span>,
}

pub(crate) fn read(name: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut document = Document::new(name, input);
    let mut values = Values::default();
    let mut parties: Vec<(Draft, Span)> = Vec::new();
    let mut relations: Vec<(String, String, String)> = Vec::new();
    let mut stays: HashMap<String, Vec<Stay>> = HashMap::new();
    let mut wanted: Vec<&str> = VALUES.to_vec();
    wanted.extend(["DateOfIssue", "Location", "IDRegDocument", "DistinctParty", "ProfileRelationship", "SanctionsEntry"]);
    loop {
        let span = match document.next(&wanted)? {
            Next::End => break,
            Next::Open => {
                let other = document.tree.root().name();
                if !LEFT_OUT.contains(&other) && !other.ends_with("Values") && !other.starts_with(char::is_uppercase) {
                    out.report.remark_on_file(format!("an element is not known: <{}>", other.chars().take(40).collect::<String>()));
                }
                continue;
            }
            Next::Entry(span) => span,
        };
        let e = document.tree.root();
        if let Span::Bytes(from, to) = span {
            values.held += usize::try_from(to - from).unwrap_or(usize::MAX);
        }
        if values.held > MOST_HELD {
            return Err(Refusal::new(name, "it holds more than can be kept at once").hint("read the classic XML or the CSV files instead"));
        }
        match e.name() {
            "DateOfIssue" => out.report.published = date(e).and_then(|d| d.0),
            "Location" => {
                let place = place(&values, e);
                values.places.insert(e.attribute("ID").to_owned(), place);
            }
            "IDRegDocument" => {
                let label = values.get("IDRegDocType", e.attribute("IDRegDocTypeID")).to_owned();
                let country = values.get("Country", e.attribute("IssuedBy-CountryID"));
                let number = e.get("IDRegistrationNo");
                let value = if country.is_empty() { number.to_owned() } else { format!("{number} ({country})") };
                values.documents.entry(e.attribute("IdentityID").to_owned()).or_default().push((label, value));
            }
            "DistinctParty" => {
                for profile in e.all("Profile") {
                    let number = match e.attribute("FixedRef") {
                        "" => profile.attribute("ID"),
                        number => number,
                    };
                    parties.push((party(&values, profile, number, out, &span), span.clone()));
                }
            }
            "ProfileRelationship" => {
                let role = values.get("RelationType", e.attribute("RelationTypeID"));
                let role = if e.attribute("Former") == "true" { format!("formerly: {role}") } else { role.to_owned() };
                relations.push((e.attribute("From-ProfileID").to_owned(), e.attribute("To-ProfileID").to_owned(), role));
            }
            "SanctionsEntry" => {
                let stay = stay(&values, e, span);
                stays.entry(e.attribute("ProfileID").to_owned()).or_default().push(stay);
            }
            kind => {
                if let Some(kind) = VALUES.iter().find(|k| **k == kind) {
                    let id = e.attribute("ID").to_owned();
                    if *kind == "PartySubType" {
                        values.party_type.insert(id.clone(), e.attribute("PartyTypeID").to_owned());
                    }
                    values.by_kind.entry(kind).or_default().insert(id, tidy(e.text()));
                }
            }
        }
    }
    give(parties, stays, out);
    for (from, to, role) in relations {
        if out.stopped() {
            return Ok(());
        }
        if from.is_empty() || to.is_empty() || from == to {
            out.report.remark_on_file("a relationship does not say between whom");
            continue;
        }
        out.give_other(edge(&format!("ofac-{from}"), &format!("ofac-{to}"), &LinkKind::Unknown(role)));
    }
    out.finish_links();
    Ok(())
}

fn give(parties: Vec<(Draft, Span)>, mut stays: HashMap<String, Vec<Stay>>, out: &mut Out<'_>) {
    for (mut draft, span) in parties {
        if out.stopped() {
            return;
        }
        let all = stays.remove(&draft.number).unwrap_or_default();
        if all.is_empty() {
            draft.remark("a party has no entry that says since when it is listed");
        }
        for programme in all.iter().flat_map(|stay| &stay.programmes) {
            draft.programme(programme);
        }
        let number = draft.number.clone();
        let Some((mut entry, others)) = out.finish(draft, span) else { continue };
        let own = entry.listings.pop();
        if let Some(own) = own {
            for stay in all {
                entry.listings.push(listing(&own, stay, &number, out));
            }
            if entry.listings.is_empty() {
                entry.listings.push(own);
            }
        }
        out.give_raw(entry);
        for other in others {
            out.give_other(other);
        }
    }
    let mut left: Vec<Span> = stays.into_values().flatten().filter_map(|stay| stay.span).collect();
    left.sort_unstable();
    for span in left {
        out.report.remark("an entry belongs to no party", span);
    }
}

fn listing(own: &Listing, stay: Stay, number: &str, out: &Out<'_>) -> Listing {
    let (listed, basis) = match stay.listed {
        Some(day) => (When::on(day), None),
        None => out.unprinted(),
    };
    let mut records = own.records.clone();
    records.extend(stay.span.map(|span| tw_base::RecordPtr { capture: out.capture.sha256, span }));
    let lower = stay.list.to_lowercase();
    let list = match lower.as_str() {
        "" => own.list.clone(),
        l if l.contains("sdn") && !l.contains("non-sdn") => "US-SDN".to_owned(),
        _ => "US-CONS".to_owned(),
    };
    let mut amended = stay.amended;
    amended.sort_unstable();
    amended.dedup();
    Listing {
        list,
        entry: number.to_owned(),
        programmes: stay.programmes,
        listed,
        amended,
        delisted: stay.delisted.map(When::on),
        seen_until: own.seen_until,
        records,
        basis,
    }
}

/// A day, and its text as far as it is known.
fn date(e: Element<'_>) -> Option<(Option<tw_base::Date>, String)> {
    let text = join(["Year", "Month", "Day"].map(|part| e.get(part)), "-");
    let partial = dates::partial(&text, Order::DayFirst)?;
    Some((partial.date(), partial.iso()))
}

fn place(values: &Values, e: Element<'_>) -> (String, String) {
    const ORDER: [&str; 8] = ["UNKNOWN", "ADDRESS1", "ADDRESS2", "ADDRESS3", "CITY", "STATE/PROVINCE", "POSTAL CODE", "REGION"];
    let mut parts: Vec<(usize, &str)> = Vec::new();
    for part in e.all("LocationPart") {
        let kind = values.get("LocPartType", part.attribute("LocPartTypeID")).to_uppercase();
        let at = ORDER.iter().position(|o| *o == kind).unwrap_or(ORDER.len());
        parts.extend(part.within("Value").map(|value| (at, value.text())));
    }
    parts.sort_by_key(|(at, _)| *at);
    let country = e.all("LocationCountry").map(|c| values.get("Country", c.attribute("CountryID"))).find(|c| !c.is_empty()).unwrap_or("");
    (join(parts.into_iter().map(|(_, text)| text).chain([country]), ", "), country.to_owned())
}

fn party(values: &Values, e: Element<'_>, number: &str, out: &Out<'_>, span: &Span) -> Draft {
    let sub = e.attribute("PartySubTypeID");
    let words = [values.get("PartySubType", sub), values.get("PartyType", values.party_type.get(sub).map_or("", String::as_str))];
    let schema = words.iter().filter(|w| !w.is_empty()).find_map(|w| schema_of(w));
    let mut draft = Draft::new(format!("ofac-{number}"), schema.unwrap_or("LegalEntity"));
    if schema.is_none() {
        draft.fail(format!("the type of an entry is not known: `{}`", words[0].chars().take(40).collect::<String>()));
    }
    if number.len() > 20 || !number.bytes().all(|b| b.is_ascii_digit()) {
        draft.fail("the number of an entry is none");
    }
    draft.record(out.capture.sha256, span.clone());
    draft.number = number.to_owned();
    for identity in e.all("Identity") {
        let groups: HashMap<&str, &str> = identity
            .within("NamePartGroup")
            .map(|group| (group.attribute("ID"), values.get("NamePartType", group.attribute("NamePartTypeID"))))
            .collect();
        let second = identity.attribute("Primary") == "false";
        for alias in identity.all("Alias") {
            names(&mut draft, values, alias, &groups, second);
        }
        for (label, value) in values.documents.get(identity.attribute("ID")).into_iter().flatten() {
            remarks::labelled(&mut draft, label, value);
        }
    }
    for f in e.all("Feature") {
        feature(&mut draft, values, f);
    }
    draft.note(e.get("Comment"));
    draft
}

fn names(draft: &mut Draft, values: &Values, alias: Element<'_>, groups: &HashMap<&str, &str>, second: bool) {
    let kind = values.get("AliasType", alias.attribute("AliasTypeID")).to_uppercase();
    let weak = alias.attribute("LowQuality") == "true";
    let principal = alias.attribute("Primary") == "true" && !second;
    let mut first = true;
    for documented in alias.all("DocumentedName") {
        let (mut before, mut last, mut family) = (Vec::new(), Vec::new(), false);
        let mut script = "";
        for value in documented.within("NamePartValue") {
            let part = groups.get(value.attribute("NamePartGroupID")).copied().unwrap_or_default();
            script = values.get("Script", value.attribute("ScriptID"));
            if part.eq_ignore_ascii_case("last name") {
                last.push(value.text());
                family = true;
            } else {
                before.push(value.text());
            }
        }
        let latin = script.is_empty() || script.eq_ignore_ascii_case("latin");
        let property = match kind.as_str() {
            _ if principal && first && latin => "name",
            "F.K.A." => "previousName",
            _ if weak => "weakAlias",
            _ => "alias",
        };
        if latin && draft.is_a("Person") && family {
            draft.person(property, &join(before, " "), &join(last, " "));
        } else {
            draft.add(property, &join(last.into_iter().chain(before), " "));
        }
        first = first && !latin;
    }
}

fn feature(draft: &mut Draft, values: &Values, e: Element<'_>) {
    let label = values.get("FeatureType", e.attribute("FeatureTypeID"));
    let mut texts: Vec<String> = Vec::new();
    for detail in e.within("VersionDetail") {
        let text = match detail.text() {
            "" => values.get("DetailReference", detail.attribute("DetailReferenceID")),
            text => text,
        };
        texts.push(tidy(text));
    }
    let mut dates: Vec<String> = Vec::new();
    for period in e.within("DatePeriod") {
        dates.extend(period_text(period));
    }
    let places: Vec<&(String, String)> = e.within("VersionLocation").filter_map(|l| values.places.get(l.attribute("LocationID"))).collect();
    for comment in e.within("Comment") {
        draft.note(comment.text());
    }
    let lower = label.to_lowercase();
    match lower.as_str() {
        "birthdate" => dates.iter().for_each(|date| draft.birth(date, Order::DayFirst)),
        "place of birth" => {
            let here = places.iter().map(|(text, _)| text.as_str());
            here.chain(texts.iter().map(String::as_str)).for_each(|text| draft.put(&["birthPlace"], label, text));
        }
        "location" => {
            for (address, country) in places {
                draft.add("address", address);
                draft.put(&["country"], label, country);
            }
        }
        "nationality country" | "nationality" | "citizenship country" | "citizenship" => {
            let property = if lower.starts_with("nation") { "nationality" } else { "citizenship" };
            let here = places.iter().map(|(text, country)| if country.is_empty() { text.as_str() } else { country.as_str() });
            here.chain(texts.iter().map(String::as_str)).for_each(|text| draft.put(&[property, "country"], label, text));
        }
        "title" => texts.iter().for_each(|text| draft.put(&["position", "description"], label, text)),
        "vessel call sign" | "call sign" => texts.iter().for_each(|text| draft.put(&["callSign"], label, text)),
        "vessel type" => texts.iter().for_each(|text| draft.put(&["type"], label, text)),
        "vessel flag" | "flag" => {
            let here = places.iter().map(|(text, country)| if country.is_empty() { text.as_str() } else { country.as_str() });
            here.chain(texts.iter().map(String::as_str)).for_each(|text| draft.put(&["flag"], label, text));
        }
        "vessel tonnage" | "tonnage" => texts.iter().for_each(|text| draft.put(&["tonnage"], label, text)),
        "vessel gross registered tonnage" | "gross registered tonnage" => {
            texts.iter().for_each(|text| draft.put(&["grossRegisteredTonnage"], label, text));
        }
        "vessel owner" => {
            for text in texts {
                draft.note(&format!("Vessel owner: {text}"));
                draft.links.push((text, LinkKind::Owner));
            }
        }
        _ => {
            let here = places.iter().map(|(text, country)| if country.is_empty() { text } else { country });
            let all: Vec<&String> = here.chain(&texts).chain(&dates).filter(|text| !text.is_empty()).collect();
            if label.is_empty() {
                draft.remark("a feature has a type that the reference values do not name");
            }
            for text in all {
                remarks::labelled(draft, label, text);
            }
        }
    }
}

/// `2017-06-01`, `1960 to 1962`, `circa 1951`.
fn period_text(period: Element<'_>) -> Option<String> {
    let bound = |side: &str, end: &str| period.child(side).and_then(|b| b.child(end)).and_then(date);
    let from = bound("Start", "From");
    let to = bound("End", "To").or_else(|| bound("Start", "To"));
    let about = ["Start", "End"].iter().any(|side| period.child(side).is_some_and(|b| b.attribute("Approximate") == "true"));
    let (day, text) = from?;
    let text = match to {
        Some((_, last)) if last == text => text,
        Some((Some(last_day), last)) => match day {
            // A whole year is written as its first and its last day, a month likewise.
            Some(day)
                if day.year() == last_day.year()
                    && (day.month(), day.day()) == (1, 1)
                    && (last_day.month(), last_day.day()) == (12, 31) =>
            {
                format!("{:04}", day.year())
            }
            Some(day) if day.first_of_month() == day && day.last_of_month() == last_day => format!("{:04}-{:02}", day.year(), day.month()),
            _ => format!("{text} to {last}"),
        },
        _ => text,
    };
    Some(if about && !text.contains(" to ") { format!("circa {text}") } else { text })
}

fn stay(values: &Values, e: Element<'_>, span: Span) -> Stay {
    let mut stay = Stay { list: values.get("List", e.attribute("ListID")).to_owned(), span: Some(span), ..Stay::default() };
    for event in e.all("EntryEvent") {
        let Some(day) = event.child("Date").and_then(date).and_then(|d| d.0) else { continue };
        let kind = values.get("EntryEventType", event.attribute("EntryEventTypeID")).to_lowercase();
        if kind.contains("delet") || kind.contains("remov") || kind.contains("delist") {
            stay.delisted = Some(day);
        } else if kind.contains("modif") || kind.contains("amend") || kind.contains("updat") || kind.contains("chang") {
            stay.amended.push(day);
        } else if stay.listed.is_none_or(|known| day < known) {
            // Under a second programme an entry is made again; it was on the list from the first.
            stay.amended.extend(stay.listed.replace(day));
        } else {
            stay.amended.push(day);
        }
    }
    for measure in e.all("SanctionsMeasure") {
        let kind = values.get("SanctionsType", measure.attribute("SanctionsTypeID"));
        let comment = tidy(measure.get("Comment"));
        if !comment.is_empty() && (kind.is_empty() || kind.eq_ignore_ascii_case("program")) && !stay.programmes.contains(&comment) {
            stay.programmes.push(comment);
        }
    }
    stay
}
