//! The XML file: one `Designation` an entry.

use tw_base::{Refusal, Span};
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, LinkKind, Out, join};
use crate::input::Input;
use crate::xml::{Document, Element, Known, Next};

use super::table::owned;
use super::{name, schema_of};

/// Elements that hold others only, or are left out on purpose.
const KNOWN: &[&str] = &[
    "Designation",
    "LastUpdated",
    "DateDesignated",
    "UniqueID",
    "OFSIGroupID",
    "UNReferenceNumber",
    "Names",
    "Name",
    "Name1",
    "Name2",
    "Name3",
    "Name4",
    "Name5",
    "Name6",
    "NameType",
    "AliasStrength",
    "NonLatinNames",
    "NonLatinName",
    "NameNonLatinScript",
    "NonLatinScriptType",
    "NonLatinScriptLanguage",
    "Titles",
    "Title",
    "RegimeName",
    "IndividualEntityShip",
    "DesignationSource",
    "SanctionsImposed",
    "SanctionsImposedIndicators",
    "OtherInformation",
    "UKStatementofReasons",
    "Addresses",
    "Address",
    "AddressLine1",
    "AddressLine2",
    "AddressLine3",
    "AddressLine4",
    "AddressLine5",
    "AddressLine6",
    "AddressPostalCode",
    "AddressCountry",
    "PhoneNumbers",
    "PhoneNumber",
    "EmailAddresses",
    "EmailAddress",
    "Websites",
    "Website",
    "IndividualDetails",
    "Individual",
    "DOBs",
    "DOB",
    "PassportDetails",
    "Passport",
    "PassportDetail",
    "PassportNumber",
    "PassportAdditionalInformation",
    "NationalIdentifierDetails",
    "NationalIdentifier",
    "NationalIdentifierDetail",
    "NationalIdentifierNumber",
    "NationalIdentifierAdditionalInformation",
    "Nationalities",
    "Nationality",
    "Positions",
    "Position",
    "Genders",
    "Gender",
    "BirthDetails",
    "Location",
    "TownOfBirth",
    "CountryOfBirth",
    "EntityDetails",
    "Entity",
    "TypeOfEntities",
    "TypeOfEntity",
    "BusinessRegistrationNumbers",
    "BusinessRegistrationNumber",
    "ParentCompanies",
    "ParentCompany",
    "Subsidiaries",
    "Subsidiary",
    "ShipDetails",
    "Ship",
    "IMONumbers",
    "IMONumber",
    "CurrentOwnerOperators",
    "CurrentOwnerOperator",
    "PreviousOwnerOperators",
    "PreviousOwnerOperator",
    "CurrentBelievedFlagOfShips",
    "CurrentBelievedFlagOfShip",
    "PreviousFlags",
    "PreviousFlag",
    "TypeOfShipDetails",
    "TypeOfShips",
    "TypeOfShip",
    "TonnageOfShipDetails",
    "TonnageOfShips",
    "TonnageOfShip",
    "LengthOfShipDetails",
    "LengthOfShips",
    "LengthOfShip",
    "YearsBuilt",
    "YearBuilts",
    "YearBuilt",
    "HullIdentificationNumbers",
    "HullIdentificationNumber",
];

pub(crate) fn read(file: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut document = Document::new(file, input);
    let known = Known::new(KNOWN);
    loop {
        match document.next(&["Designation", "DateGenerated"])? {
            Next::End => break,
            Next::Open => {
                let other = document.tree.root().name();
                if other != "Designations" {
                    out.report.remark_on_file(format!("an element is not known: <{}>", other.chars().take(40).collect::<String>()));
                }
            }
            Next::Entry(_) if document.tree.root().name() == "DateGenerated" => {
                out.report.published = dates::day(document.tree.root().text(), Order::DayFirst);
            }
            Next::Entry(span) => {
                let measures = document.tree.root().child("SanctionsImposedIndicators").is_some();
                for unknown in document.tree.unknown(&known).filter(|_| !measures) {
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

/// Elements whose text goes to a property as it stands: element, properties, label.
const PLAIN: &[(&str, &[&str], &str)] = &[
    ("NameNonLatinScript", &["alias"], ""),
    ("Title", &["title"], "Title"),
    ("OtherInformation", &["notes"], ""),
    ("UKStatementofReasons", &["notes"], ""),
    ("AddressCountry", &["country"], "Country"),
    ("PhoneNumber", &["phone"], "Phone"),
    ("EmailAddress", &["email"], "Email"),
    ("Website", &["website"], "Website"),
    ("PassportNumber", &["passportNumber", "idNumber"], "Passport"),
    ("PassportAdditionalInformation", &["notes"], ""),
    ("NationalIdentifierNumber", &["idNumber", "registrationNumber"], "Identification number"),
    ("NationalIdentifierAdditionalInformation", &["notes"], ""),
    ("Nationality", &["nationality", "country"], "Nationality"),
    ("Position", &["position"], "Position"),
    ("TypeOfEntity", &["legalForm"], "Type of entity"),
    ("BusinessRegistrationNumber", &["registrationNumber"], "Registration number"),
    ("CurrentBelievedFlagOfShip", &["flag"], "Flag"),
    ("PreviousFlag", &["pastFlags"], "Previous flag"),
    ("TypeOfShip", &["type"], "Type of ship"),
    ("TonnageOfShip", &["tonnage"], "Tonnage"),
    ("YearBuilt", &["buildDate"], "Year built"),
    ("HullIdentificationNumber", &["registrationNumber"], "Hull identification number"),
];

fn entry(e: Element<'_>, out: &Out<'_>, span: &Span) -> Draft {
    let number = e.get("UniqueID");
    let kind = e.get("IndividualEntityShip");
    let schema = schema_of(kind);
    let mut draft = Draft::new(format!("gb-{}", number.to_ascii_lowercase()), schema.unwrap_or("LegalEntity"));
    if schema.is_none() {
        draft.fail(format!("the type of an entry is not known: `{}`", kind.chars().take(40).collect::<String>()));
    }
    if number.len() > 40 {
        draft.fail("the number of an entry is none");
    }
    draft.record(out.capture.sha256, span.clone());
    draft.number = number.to_owned();
    draft.listed = dates::day(e.get("DateDesignated"), Order::DayFirst).map(When::on);
    draft.amend(dates::day(e.get("LastUpdated"), Order::DayFirst));
    draft.programme(e.get("RegimeName"));
    for n in e.all("Names").flat_map(|names| names.all("Name")) {
        let whole = join(["Name1", "Name2", "Name3", "Name4", "Name5", "Name6"].map(|part| n.get(part)), " ");
        name(&mut draft, &whole, n.get("NameType"), n.get("AliasStrength"));
    }
    for (element, properties, label) in PLAIN {
        for found in e.within(element) {
            draft.put(properties, label, found.text());
        }
    }
    for address in e.within("Address") {
        let lines = ["AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "AddressLine5", "AddressLine6"];
        let parts = lines.into_iter().chain(["AddressPostalCode", "AddressCountry"]).map(|part| address.get(part));
        draft.add("address", &join(parts, ", "));
    }
    for place in e.within("Location") {
        draft.put(&["birthPlace"], "Place of birth", &join([place.get("TownOfBirth"), place.get("CountryOfBirth")], ", "));
    }
    for found in e.within("Gender") {
        draft.gender(found.text());
    }
    for found in e.within("DOB") {
        draft.birth(found.text(), Order::DayFirst);
    }
    for found in e.within("IMONumber") {
        draft.imo(found.text());
    }
    for found in e.within("CurrentOwnerOperator") {
        owned(&mut draft, found.text());
    }
    for (element, role) in [("ParentCompany", "parent company"), ("Subsidiary", "subsidiary"), ("PreviousOwnerOperator", "previous owner")]
    {
        for found in e.within(element).filter(|found| !found.text().is_empty()) {
            draft.note(&format!("{role}: {}", found.text()));
            draft.links.push((found.text().to_owned(), LinkKind::Unknown(role.to_owned())));
        }
    }
    let (un, group) = (e.get("UNReferenceNumber"), e.get("OFSIGroupID"));
    for (label, text) in [("UN reference", un), ("OFSI group ID", group)] {
        if !text.is_empty() {
            draft.note(&format!("{label} {text}"));
        }
    }
    draft
}
