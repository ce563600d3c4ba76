//! The CSV files: one row a name, with all else repeated.

use tw_base::Refusal;
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, LinkKind, Out, join};
use crate::header::{Header, plain};
use crate::held::Held;
use crate::input::Input;
use crate::table::{Got, Row, Table};

use super::{each, name, schema_of};

/// Headings of the list of 2026, of its forerunners, and of the OFSI list.
const COLUMNS: &[(&str, &str)] = &[
    ("uniqueid", "id"),
    ("ofsigroupid", "group"),
    ("groupid", "group"),
    ("ofsiid", "group"),
    ("unreferencenumber", "un"),
    ("lastupdated", "updated"),
    ("name1", "name1"),
    ("name2", "name2"),
    ("name3", "name3"),
    ("name4", "name4"),
    ("name5", "name5"),
    ("name6", "name6"),
    ("nametype", "name_type"),
    ("aliastype", "name_type"),
    ("aliasstrength", "strength"),
    ("aliasquality", "strength"),
    ("title", "title"),
    ("honoraryprofessionalreligioustitles", "title"),
    ("namenonlatinscript", "other_script"),
    ("nonlatinscripttype", "script"),
    ("nonlatinscriptlanguage", "language"),
    ("regimename", "regime"),
    ("regime", "regime"),
    ("designationtype", "type"),
    ("individualentityship", "type"),
    ("entityvesselorindividual", "type"),
    ("grouptype", "type"),
    ("designationsource", "source"),
    ("sanctionsimposed", "imposed"),
    ("otherinformation", "information"),
    ("ukstatementofreasons", "reasons"),
    ("addressline1", "address1"),
    ("addressline2", "address2"),
    ("addressline3", "address3"),
    ("addressline4", "address4"),
    ("addressline5", "address5"),
    ("addressline6", "address6"),
    ("address1", "address1"),
    ("address2", "address2"),
    ("address3", "address3"),
    ("address4", "address4"),
    ("address5", "address5"),
    ("address6", "address6"),
    ("addresspostalcode", "post"),
    ("postzipcode", "post"),
    ("addresscountry", "country"),
    ("country", "country"),
    ("phonenumber", "phone"),
    ("website", "website"),
    ("emailaddress", "email"),
    ("datedesignated", "designated"),
    ("uksanctionslistdatedesignated", "uk_designated"),
    ("listedon", "listed"),
    ("dob", "dob"),
    ("nationalityies", "nationality"),
    ("nationality", "nationality"),
    ("nationalidentifiernumber", "id_number"),
    ("nationalidentificationnumber", "id_number"),
    ("nationalidentifieradditionalinformation", "id_details"),
    ("nidetails", "id_details"),
    ("passportnumber", "passport"),
    ("passportadditionalinformation", "passport_details"),
    ("passportdetails", "passport_details"),
    ("position", "position"),
    ("gender", "gender"),
    ("townofbirth", "birth_town"),
    ("countryofbirth", "birth_country"),
    ("typeofentity", "entity_type"),
    ("subsidiaries", "subsidiaries"),
    ("parentcompany", "parent"),
    ("businessregistrationnumbers", "registration"),
    ("imonumber", "imo"),
    ("currentowneroperators", "owner"),
    ("previousowneroperators", "past_owner"),
    ("currentbelievedflagofship", "flag"),
    ("previousflags", "past_flags"),
    ("typeofship", "ship_type"),
    ("tonnageofship", "tonnage"),
    ("lengthofship", "length"),
    ("yearbuilt", "built"),
    ("hullidentificationnumberhin", "hull"),
];

pub(crate) fn read(file: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut table = Table::new(file, input, b',');
    let mut row = Row::new();
    let header = loop {
        match table.next(&mut row)? {
            Got::Row if row.cells().any(|cell| plain(cell) == "name6") => break Header::new(&row, COLUMNS, out),
            Got::Row if row.number < 5 => {
                // `Report Date: 18-Aug-2026` or `Last Updated,27/04/2020`.
                let text = join(row.cells(), " ");
                let date = text.rsplit([':', ' ']).find_map(|word| dates::day(word, Order::DayFirst));
                out.report.published = date.or(out.report.published);
            }
            _ => return Err(Refusal::new(file, "no header with `Name 6` and `Unique ID` or `Group ID` stands in its first rows")),
        }
    };
    if !header.has("type") || !(header.has("id") || header.has("group")) {
        return Err(Refusal::new(file, "its header has no column for the type or the number of an entry").row(row.number));
    }
    let mut held = Held::default();
    loop {
        match table.next(&mut row)? {
            Got::End => break,
            Got::Bad(reason) => out.report.refuse(reason, row.span()),
            Got::Row if row.len() != header.width => {
                out.report.refuse(format!("a row has {} columns instead of {}", row.len(), header.width), row.span());
            }
            Got::Row => add(file, &header, &row, &mut held, out)?,
        }
    }
    held.give(out);
    Ok(())
}

fn add(file: &str, header: &Header, row: &Row, held: &mut Held, out: &mut Out<'_>) -> Result<(), Refusal> {
    let get = |own: &str| header.get(row, own);
    let (id, group) = (get("id"), get("group"));
    let number = if id.is_empty() { group } else { id };
    if number.is_empty() || number.len() > 40 {
        out.report.refuse("the number of an entry is none", row.span());
        return Ok(());
    }
    let schema = schema_of(get("type"));
    let key = if id.is_empty() { format!("gb-hmt-{}", group.to_ascii_lowercase()) } else { format!("gb-{}", id.to_ascii_lowercase()) };
    let bytes = row.cells().map(str::len).sum();
    let draft = held.draft(file, key.clone(), bytes, row.span(), || {
        let mut draft = Draft::new(key, schema.unwrap_or("LegalEntity"));
        draft.number = number.to_owned();
        draft
    })?;
    if schema.is_none() {
        draft.fail(format!("the type of an entry is not known: `{}`", get("type").chars().take(40).collect::<String>()));
    }
    draft.record(out.capture.sha256, row.span());
    let whole = join(["name1", "name2", "name3", "name4", "name5", "name6"].map(get), " ");
    name(draft, &whole, get("name_type"), get("strength"));
    draft.add("alias", get("other_script"));
    for (properties, own, label) in PLAIN {
        for value in each(get(own)) {
            draft.put(properties, label, value);
        }
    }
    draft.programme(get("regime"));
    let parts = ["address1", "address2", "address3", "address4", "address5", "address6", "post", "country"].map(get);
    draft.add("address", &join(parts, ", "));
    draft.put(&["birthPlace"], "Place of birth", &join([get("birth_town"), get("birth_country")], ", "));
    draft.gender(get("gender"));
    for born in each(get("dob")) {
        draft.birth(born, Order::DayFirst);
    }
    for imo in each(get("imo")) {
        draft.imo(imo);
    }
    if !get("group").is_empty() && !id.is_empty() {
        draft.note(&format!("OFSI group ID {group}"));
    }
    for owner in each(get("owner")) {
        owned(draft, owner);
    }
    for (own, role) in [("parent", "parent company"), ("subsidiaries", "subsidiary"), ("past_owner", "previous owner")] {
        for name in each(get(own)).into_iter().filter(|name| !name.is_empty()) {
            draft.note(&format!("{role}: {name}"));
            draft.links.push((name.to_owned(), LinkKind::Unknown(role.to_owned())));
        }
    }
    if !get("un").is_empty() {
        draft.note(&format!("UN reference {}", get("un")));
    }
    let listed = ["listed", "designated", "uk_designated"].into_iter().find_map(|own| dates::day(get(own), Order::DayFirst));
    if let Some(day) = listed
        && draft.listed.and_then(|w| w.exact()).is_none_or(|known| day < known)
    {
        draft.listed = Some(When::on(day));
    }
    draft.amend(dates::day(get("updated"), Order::DayFirst));
    Ok(())
}

/// A ship's owner or operator, by name.
pub(super) fn owned(draft: &mut Draft, owner: &str) {
    if !owner.is_empty() {
        draft.note(&format!("Current owner or operator: {owner}"));
        draft.links.push((owner.to_owned(), LinkKind::Unknown("owner or operator".to_owned())));
    }
}

/// Columns that go to a property as they stand: properties, own name, label.
const PLAIN: &[(&[&str], &str, &str)] = &[
    (&["title"], "title", "Title"),
    (&["notes"], "information", ""),
    (&["notes"], "reasons", ""),
    (&["notes"], "id_details", ""),
    (&["notes"], "passport_details", ""),
    (&["country"], "country", "Country"),
    (&["phone"], "phone", "Phone"),
    (&["website"], "website", "Website"),
    (&["email"], "email", "Email"),
    (&["nationality", "country"], "nationality", "Nationality"),
    (&["idNumber", "registrationNumber"], "id_number", "Identification number"),
    (&["passportNumber", "idNumber"], "passport", "Passport"),
    (&["position"], "position", "Position"),
    (&["legalForm"], "entity_type", "Type of entity"),
    (&["registrationNumber"], "registration", "Registration number"),
    (&["flag"], "flag", "Flag"),
    (&["pastFlags"], "past_flags", "Previous flags"),
    (&["type"], "ship_type", "Type of ship"),
    (&["tonnage"], "tonnage", "Tonnage"),
    (&["buildDate"], "built", "Year built"),
    (&["registrationNumber"], "hull", "Hull identification number"),
];
