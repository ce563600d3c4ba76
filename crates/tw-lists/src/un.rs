//! The consolidated list of the United Nations Security Council, XML (schema: un.org/sc/resources/sc-sanctions.xsd).

use tw_base::{Refusal, Span};
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, Out, join};
use crate::input::Input;
use crate::xml::{Document, Element, Known, Next};

/// Elements that are read, or left out on purpose: `SORT_KEY` and `VERSIONNUM` are the publisher's own.
const KNOWN: &[&str] = &[
    "INDIVIDUAL",
    "ENTITY",
    "DATAID",
    "VERSIONNUM",
    "FIRST_NAME",
    "SECOND_NAME",
    "THIRD_NAME",
    "FOURTH_NAME",
    "UN_LIST_TYPE",
    "REFERENCE_NUMBER",
    "LISTED_ON",
    "SUBMITTED_ON",
    "SUBMITTED_BY",
    "DELISTED_ON",
    "NAME_ORIGINAL_SCRIPT",
    "GENDER",
    "COMMENTS1",
    "NATIONALITY",
    "NATIONALITY2",
    "TITLE",
    "DESIGNATION",
    "VALUE",
    "LIST_TYPE",
    "LAST_DAY_UPDATED",
    "INDIVIDUAL_ALIAS",
    "ENTITY_ALIAS",
    "QUALITY",
    "ALIAS_NAME",
    "DATE_OF_BIRTH",
    "CITY_OF_BIRTH",
    "COUNTRY_OF_BIRTH",
    "NOTE",
    "INDIVIDUAL_ADDRESS",
    "ENTITY_ADDRESS",
    "STREET",
    "CITY",
    "STATE_PROVINCE",
    "ZIP_CODE",
    "COUNTRY",
    "INDIVIDUAL_DATE_OF_BIRTH",
    "TYPE_OF_DATE",
    "DATE",
    "YEAR",
    "FROM_YEAR",
    "TO_YEAR",
    "INDIVIDUAL_PLACE_OF_BIRTH",
    "INDIVIDUAL_DOCUMENT",
    "TYPE_OF_DOCUMENT",
    "TYPE_OF_DOCUMENT2",
    "NUMBER",
    "ISSUING_COUNTRY",
    "COUNTRY_OF_ISSUE",
    "CITY_OF_ISSUE",
    "DATE_OF_ISSUE",
    "SORT_KEY",
    "SORT_KEY_LAST_MOD",
];

pub(crate) fn read(name: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut document = Document::new(name, input);
    let known = Known::new(KNOWN);
    loop {
        match document.next(&["INDIVIDUAL", "ENTITY"])? {
            Next::End => break,
            Next::Open => {
                let root = document.tree.root();
                match root.name() {
                    "CONSOLIDATED_LIST" => out.report.published = dates::day(root.attribute("dateGenerated"), Order::DayFirst),
                    "INDIVIDUALS" | "ENTITIES" => {}
                    other => {
                        out.report.remark_on_file(format!("an element is not known: <{}>", other.chars().take(40).collect::<String>()))
                    }
                }
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
    out.finish_links();
    Ok(())
}

fn entry(e: Element<'_>, out: &Out<'_>, span: &Span) -> Draft {
    let person = e.name() == "INDIVIDUAL";
    let number = e.get("DATAID");
    let mut draft = Draft::new(format!("unsc-{number}"), if person { "Person" } else { "Organization" });
    if number.len() > 40 {
        draft.fail("the number of an entry is none");
    }
    draft.record(out.capture.sha256, span.clone());
    let reference = e.get("REFERENCE_NUMBER");
    draft.number = if reference.is_empty() { number.to_owned() } else { reference.to_owned() };
    let parts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"].map(|part| e.get(part));
    draft.add("name", &join(parts, " "));
    draft.add("name", e.get("NAME_ORIGINAL_SCRIPT"));
    draft.programme(e.get("UN_LIST_TYPE"));
    draft.listed = dates::day(e.get("LISTED_ON"), Order::DayFirst).map(When::on);
    draft.delisted = dates::day(e.get("DELISTED_ON"), Order::DayFirst).map(When::on);
    draft.gender(e.get("GENDER"));
    draft.put(&["notes"], "Submitted by", e.get("SUBMITTED_BY"));
    draft.note(e.get("COMMENTS1"));
    for value in values(e, "NATIONALITY").chain(values(e, "NATIONALITY2")) {
        draft.put(&["nationality", "country"], "Nationality", value);
    }
    for value in values(e, "TITLE") {
        draft.put(&["title"], "Title", value);
    }
    for value in values(e, "DESIGNATION") {
        draft.put(&["position"], "Designation", value);
    }
    for value in values(e, "LAST_DAY_UPDATED") {
        draft.amend(dates::day(value, Order::DayFirst));
    }
    for child in e.children() {
        match child.name() {
            "INDIVIDUAL_ALIAS" | "ENTITY_ALIAS" => alias(&mut draft, child),
            "INDIVIDUAL_ADDRESS" | "ENTITY_ADDRESS" => {
                draft.add("address", &place(child));
                draft.put(&["country"], "Country", child.get("COUNTRY"));
            }
            "INDIVIDUAL_PLACE_OF_BIRTH" => draft.put(&["birthPlace"], "Place of birth", &place(child)),
            "INDIVIDUAL_DATE_OF_BIRTH" => birth(&mut draft, child),
            "INDIVIDUAL_DOCUMENT" => paper(&mut draft, child),
            _ => {}
        }
    }
    for imo in imo_numbers(e.get("COMMENTS1")) {
        draft.imo(&imo);
    }
    draft
}

fn values<'t>(e: Element<'t>, name: &'t str) -> impl Iterator<Item = &'t str> {
    e.all(name).flat_map(|holder| {
        let own = Some(holder.text()).filter(|text| !text.is_empty());
        own.into_iter().chain(holder.all("VALUE").map(Element::text))
    })
}

fn place(e: Element<'_>) -> String {
    join(["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE"].map(|part| e.get(part)), ", ")
}

fn alias(draft: &mut Draft, e: Element<'_>) {
    let name = e.get("ALIAS_NAME");
    let property = match e.get("QUALITY").to_ascii_lowercase().as_str() {
        "low" => "weakAlias",
        "f.k.a." => "previousName",
        "good" | "a.k.a." | "" => "alias",
        _ => {
            draft.remark("a quality of an other name is not known");
            "alias"
        }
    };
    for name in variants(name) {
        draft.add(property, name);
    }
    let born = e.get("DATE_OF_BIRTH");
    draft.birth(born, Order::DayFirst);
    draft.put(&["birthPlace"], "Place of birth", &join([e.get("CITY_OF_BIRTH"), e.get("COUNTRY_OF_BIRTH")], ", "));
    let note = e.get("NOTE");
    if !note.is_empty() {
        draft.note(&format!("{name}: {note}"));
    }
}

/// `Ghasim Soleymani; Ghasem Sulaymani` are two names, unless the semicolon stands in brackets.
fn variants(text: &str) -> Vec<&str> {
    // `b) Name` closes what was never opened, and is no bracket.
    let whole = |part: &str| part.matches('(').count() <= part.matches(')').count();
    let parts: Vec<&str> = text.split(';').map(str::trim).collect();
    if parts.iter().all(|part| whole(part)) { parts } else { vec![text] }
}

fn birth(draft: &mut Draft, e: Element<'_>) {
    let (from, to) = (e.get("FROM_YEAR"), e.get("TO_YEAR"));
    let date = if e.get("DATE").is_empty() { e.get("YEAR") } else { e.get("DATE") };
    let about = e.get("TYPE_OF_DATE").eq_ignore_ascii_case("APPROXIMATELY");
    let note = e.get("NOTE");
    if !date.is_empty() {
        if about {
            draft.birth(&format!("circa {date}"), Order::DayFirst);
        } else {
            draft.birth(date, Order::DayFirst);
        }
    } else if !from.is_empty() || !to.is_empty() {
        let text = if from.is_empty() || to.is_empty() { format!("circa {from}{to}") } else { format!("{from} to {to}") };
        draft.birth(&text, Order::DayFirst);
    }
    if note.is_empty() {
        return;
    }
    match dates::partial(note, Order::DayFirst) {
        Some(_) => draft.birth(note, Order::DayFirst),
        None => draft.note(&format!("date of birth: {note}")),
    }
}

fn paper(draft: &mut Draft, e: Element<'_>) {
    let number = e.get("NUMBER");
    let (kind, second) = (e.get("TYPE_OF_DOCUMENT"), e.get("TYPE_OF_DOCUMENT2"));
    let issued = join(["ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "CITY_OF_ISSUE", "DATE_OF_ISSUE", "NOTE"].map(|part| e.get(part)), ", ");
    let lower = kind.to_lowercase();
    let passport = lower.contains("pass") || lower.contains("pasaporte");
    let property = if passport { "passportNumber" } else { "idNumber" };
    draft.put(&[property, "registrationNumber"], kind, number);
    let all = join([kind, second, number, issued.as_str()], ", ");
    if !issued.is_empty() || !second.is_empty() || (number.is_empty() && !kind.is_empty()) {
        draft.note(&all);
    }
}

/// Numbers of seven digits that follow `IMO` within a few words: `International Maritime Organization (IMO) Number: 1790183`.
fn imo_numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("IMO") {
        let rest = &text[at + 3..];
        let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(4);
        let number = words.find(|word| word.bytes().all(|b| b.is_ascii_digit()));
        if let Some(number) = number.filter(|n| n.len() == 7)
            && !found.iter().any(|f| f == number)
        {
            found.push(number.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_a_name_are_taken_apart_unless_brackets_hold_them() {
        assert_eq!(variants("Ghasim Soleymani; Ghasem Sulaymani"), ["Ghasim Soleymani", "Ghasem Sulaymani"]);
        assert_eq!(variants("Abu Example (Abu X; Abu Y)"), ["Abu Example (Abu X; Abu Y)"]);
    }

    #[test]
    fn imo_numbers_are_found_in_prose() {
        assert_eq!(imo_numbers("International Maritime Organization (IMO) Number: 1790183."), ["1790183"]);
        assert_eq!(imo_numbers("IMO number: 5571322. Also IMO: 8312497, and IMO 12."), ["5571322", "8312497"]);
        assert!(imo_numbers("The IMO said in 2017 that it has 1234567 members").is_empty());
    }
}
