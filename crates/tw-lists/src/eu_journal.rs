//! European Union designations transcribed from the Official Journal, CSV: consolidated files and files of amendments.

use sha2::{Digest, Sha256};
use tw_base::Refusal;
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, Out};
use crate::header::{Header, plain};
use crate::held::Held;
use crate::input::Input;
use crate::table::{Got, Row, Table};

/// Columns that go to the property of the same name, all of several values.
const PROPERTIES: &[&str] = &[
    "alias",
    "weakAlias",
    "previousName",
    "country",
    "nationality",
    "jurisdiction",
    "birthDate",
    "birthPlace",
    "position",
    "passportNumber",
    "gender",
    "appearance",
    "ethnicity",
    "fatherName",
    "motherName",
    "incorporationDate",
    "legalForm",
    "sector",
    "registrationNumber",
    "taxNumber",
    "idNumber",
    "innCode",
    "ogrnCode",
    "kppCode",
    "okpoCode",
    "leiCode",
    "swiftBic",
    "ticker",
    "imoNumber",
    "mmsi",
    "flag",
    "address",
    "phone",
    "email",
    "website",
    "notes",
];

/// Columns of one value.
const SINGLE: &[&str] =
    &["celex", "amendedCelex", "amendmentCelex", "recordId", "programKey", "annex", "measure", "startDate", "reason", "schema", "name"];

/// Schemata that the files may name.
const SCHEMATA: &[&str] = &["Person", "LegalEntity", "Organization", "Company", "Vessel", "Asset"];

pub(crate) fn read(file: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut table = Table::new(file, input, b',');
    let mut row = Row::new();
    let Got::Row = table.next(&mut row)? else { return Err(Refusal::new(file, "there is no header in it")) };
    let plains: Vec<String> = SINGLE.iter().chain(PROPERTIES).map(|name| plain(name)).collect();
    let header = {
        // Headings are compared as they stand, but for case.
        let mut at: Vec<(&'static str, usize)> = Vec::new();
        for (i, heading) in row.cells().enumerate() {
            let heading_plain = plain(heading);
            match SINGLE.iter().chain(PROPERTIES).zip(&plains).find(|(_, p)| **p == heading_plain) {
                Some((own, _)) => at.push((own, i)),
                None => {
                    let heading: String = heading.chars().take(60).collect();
                    out.report.remark(format!("a column is not known: `{heading}`"), row.span());
                }
            }
        }
        Header::of(at, row.len())
    };
    for own in ["schema", "name", "programKey"] {
        if !header.has(own) {
            return Err(Refusal::new(file, format!("its header has no column `{own}`")).row(1));
        }
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
    let schema = get("schema");
    if !SCHEMATA.contains(&schema) {
        out.report.refuse(format!("the type of an entry is not known: `{}`", schema.chars().take(40).collect::<String>()), row.span());
        return Ok(());
    }
    let celex = if get("celex").is_empty() { get("amendedCelex") } else { get("celex") };
    let (record, annex, name) = (get("recordId"), get("annex"), get("name"));
    // A number counts within an annex; an act may number persons and entities of one annex each from 1.
    let number = if record.is_empty() { digest(name) } else { format!("{annex}-{record}") };
    let id = slug(&format!("eu-oj-{celex}-{number}"));
    let key = format!("{id} {schema} {}", if record.is_empty() { "" } else { name });
    let bytes = row.cells().map(str::len).sum();
    let entry = match (annex, record) {
        ("", "") => celex.to_owned(),
        (annex, "") => format!("{celex} {annex}"),
        ("", record) => format!("{celex} {record}"),
        (annex, record) => format!("{celex} {annex} {record}"),
    };
    let new = |key: &str| {
        let mut draft = Draft::new(key.to_owned(), schema);
        draft.number = entry.clone();
        draft
    };
    let taken = held.has(&key);
    // The same number with another schema or name is another entry: it gets an id of its own.
    let id = if taken || !held.has_id(&id) { id } else { format!("{id}-{}", digest(&format!("{schema} {name}"))) };
    let draft = held.draft(file, key, bytes, row.span(), || new(&id))?;
    let fresh = !taken;
    draft.record(out.capture.sha256, row.span());
    draft.add("name", name);
    draft.programme(get("programKey"));
    let measure = get("measure").to_owned();
    if !measure.is_empty() && !draft.programmes.contains(&measure) {
        draft.programmes.push(measure);
    }
    for own in PROPERTIES {
        let cell = get(own);
        if cell.is_empty() {
            continue;
        }
        for value in several(cell) {
            match *own {
                "birthDate" => draft.birth(&value, Order::DayFirst),
                "incorporationDate" => match dates::partial(&value, Order::DayFirst) {
                    Some(day) => draft.put(&["incorporationDate"], own, &day.iso()),
                    None => draft.note(&format!("incorporated {value}")),
                },
                "imoNumber" => draft.imo(&value),
                "gender" => draft.gender(&value),
                _ => draft.put(&[own], own, &value),
            }
        }
    }
    draft.note(get("reason"));
    if !get("amendmentCelex").is_empty() {
        draft.note(&format!("Amending act {}", get("amendmentCelex")));
    }
    let start = dates::partial(get("startDate"), Order::DayFirst);
    if start.is_none() && !get("startDate").is_empty() {
        draft.remark("a day of listing was not understood");
    }
    date(draft, start.and_then(dates::Partial::date), fresh);
    Ok(())
}

/// The earliest day of an entry's rows is that of its listing; where one row prints none, it only bounds the day.
fn date(draft: &mut Draft, day: Option<tw_base::Date>, fresh: bool) {
    draft.listed = match (fresh, draft.listed, day) {
        (true, _, Some(day)) => Some(When::on(day)),
        (false, Some(known), Some(day)) => {
            let first = known.not_after.map_or(day, |known| known.min(day));
            Some(if known.exact().is_some() { When::on(first) } else { When::by(first) })
        }
        (false, Some(known), None) => known.not_after.map(When::by),
        (false, None, Some(day)) => Some(When::by(day)),
        (_, None, None) | (true, _, None) => None,
    };
    if draft.listed.is_some_and(|w| w.exact().is_none()) {
        draft.basis = Some("earliest day of the entry's rows; one of them prints none".to_owned());
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars().take(120) {
        let c = if c.is_ascii_alphanumeric() { c } else { '-' };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// Values separated by `;`, each of which may be quoted.
fn several(cell: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut value = String::new();
    let mut chars = cell.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                value.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if value.trim().is_empty() => {
                value.clear();
                quoted = true;
            }
            ';' if !quoted => values.push(std::mem::take(&mut value)),
            c => value.push(c),
        }
    }
    values.push(value);
    values.iter().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_several_values_and_quotes_protect_a_semicolon() {
        assert_eq!(several("Foo; Bar"), ["Foo", "Bar"]);
        assert_eq!(several(r#""Foo; ""Bar"""; Baz"#), [r#"Foo; "Bar""#, "Baz"]);
        assert_eq!(several("  "), Vec::<String>::new());
        assert_eq!(several("a \"b\" c"), ["a \"b\" c"]);
    }
}
