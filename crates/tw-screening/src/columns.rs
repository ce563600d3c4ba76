//! A row of somebody's list of parties as an entity: which column holds what.
//!
//! ```
//! use tw_screening::columns::Columns;
//! let header = ["Vessel name", "IMO no.", "our reference"].map(str::to_owned);
//! let columns = Columns::guess(&header, &[], None)?;
//! assert_eq!(columns.unused(), ["our reference"]);
//! let parties = columns.entities("row-2", &["EXAMPLE STAR".into(), "2222224".into(), "A-1".into()]).expect("a party");
//! assert_eq!(parties[0].schema.name(), "Vessel");
//! assert_eq!(parties[0].get("imoNumber"), ["2222224"]);
//! # Ok::<(), tw_screening::columns::ColumnsError>(())
//! ```

use thiserror::Error;
use tw_base::{Date, nearest, parse_date};
use tw_ftm::{Entity, Schema, model};

/// Names by which people call the columns, lower case without punctuation, and the property of FollowTheMoney that each stands for.
/// `schema` and `day` are no properties: what the party is, and the day on which it acted.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("schema", &["schema", "type", "kind", "entity type", "party type", "record type"]),
    ("day", &["day", "acted", "as of", "transaction date", "date of transaction", "screening date"]),
    (
        "name",
        &[
            "name",
            "full name",
            "party",
            "party name",
            "company",
            "company name",
            "entity",
            "entity name",
            "person",
            "customer",
            "customer name",
            "counterparty",
            "vessel",
            "vessel name",
            "ship",
            "ship name",
            "beneficiary",
            "consignee",
            "consignor",
            "owner",
            "employer",
            "caption",
        ],
    ),
    ("alias", &["alias", "aliases", "aka", "a k a", "other names", "other name"]),
    ("previousName", &["previous name", "previous names", "former name", "former names", "fka", "ex name"]),
    ("firstName", &["first name", "given name", "forename", "given names"]),
    ("middleName", &["middle name", "middle names", "patronymic"]),
    ("lastName", &["last name", "surname", "family name"]),
    ("birthDate", &["birth date", "date of birth", "dob", "born", "birthdate", "birthday"]),
    ("birthPlace", &["birth place", "place of birth", "pob"]),
    ("nationality", &["nationality", "citizenship", "citizen"]),
    ("gender", &["gender", "sex"]),
    ("country", &["country", "countries", "country code"]),
    ("jurisdiction", &["jurisdiction", "country of registration", "incorporated in"]),
    ("incorporationDate", &["incorporation date", "date of incorporation", "founded"]),
    ("address", &["address", "addresses", "full address"]),
    ("imoNumber", &["imo", "imo number", "imo no", "imonumber"]),
    ("mmsi", &["mmsi", "mmsi number"]),
    ("callSign", &["call sign", "callsign"]),
    ("flag", &["flag", "flag state"]),
    ("innCode", &["inn", "inn code"]),
    ("ogrnCode", &["ogrn", "ogrn code"]),
    ("leiCode", &["lei", "lei code"]),
    ("swiftBic", &["bic", "swift", "swift bic", "swift code"]),
    ("passportNumber", &["passport", "passport number", "passport no"]),
    ("taxNumber", &["tax number", "tax id", "vat", "vat number", "tin"]),
    ("registrationNumber", &["registration number", "company number", "registration no", "reg no"]),
    ("idNumber", &["id number", "national id", "identity number"]),
    ("email", &["email", "e mail"]),
    ("phone", &["phone", "telephone", "mobile"]),
    ("website", &["website", "url", "web"]),
];

/// Fields that hold dates.
const DATES: &[&str] = &["birthDate", "incorporationDate"];

/// What people write for the kinds of party.
const KINDS: &[(&str, &[&str])] = &[
    ("Person", &["person", "individual", "natural person", "p", "human", "people"]),
    ("Company", &["company", "corporation", "business", "firm", "c"]),
    ("Organization", &["organization", "organisation", "org", "ngo", "government", "public body", "publicbody"]),
    ("LegalEntity", &["entity", "legal entity", "legalentity", "party", "legal person"]),
    ("Vessel", &["vessel", "ship", "boat", "tanker", "v"]),
    ("Airplane", &["airplane", "aircraft", "plane"]),
];

/// Which column holds what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    header: Vec<String>,
    /// Property of each column; `None` for one that is not used.
    fields: Vec<Option<&'static str>>,
    schema: Option<Schema>,
}

/// Why columns cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ColumnsError {
    /// No column holds a name or a number to look for.
    #[error("no column holds names or identifiers: {header}")]
    Nothing {
        /// The columns that are there.
        header: String,
    },
    /// A column was named that is not there.
    #[error("there is no column `{column}`{}", near.as_ref().map_or_else(String::new, |n| format!("; did you mean `{n}`?")))]
    Column {
        /// The name given.
        column: String,
        /// The nearest that is there.
        near: Option<String>,
    },
    /// A field was named that nothing is known by.
    #[error("`{field}` is no field{}", near.as_ref().map_or_else(String::new, |n| format!("; did you mean `{n}`?")))]
    Field {
        /// The name given.
        field: String,
        /// The nearest that is known.
        near: Option<String>,
    },
}

/// Why a row is not screened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowError {
    /// It says neither name nor number.
    #[error("the row has neither a name nor an identifier")]
    Nothing,
    /// It says what the party is in a word that is not known.
    #[error("column `{column}`: `{text}` is no kind of party: person, company, organisation, entity, vessel, airplane")]
    Kind {
        /// Column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A date of birth or foundation that is none: the row is screened without it.
    #[error("column `{column}`: `{text}` is no date, and the row is screened without it; dates are written YYYY-MM-DD, YYYY-MM, or YYYY")]
    Date {
        /// Column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A day that is none.
    #[error("column `{column}`: `{text}` is no day; days are written YYYY-MM-DD")]
    Day {
        /// Column.
        column: String,
        /// What stands there.
        text: String,
    },
}

impl Columns {
    /// Tells columns by their names; `given` pairs of field and column go before guesses, `schema` holds for rows that do not say it.
    ///
    /// # Errors
    /// If a given field or column is not known, or no column holds names or identifiers.
    pub fn guess(header: &[String], given: &[(String, String)], schema: Option<Schema>) -> Result<Self, ColumnsError> {
        let mut fields: Vec<Option<&'static str>> = vec![None; header.len()];
        for (field, column) in given {
            let at = header.iter().position(|h| h == column).or_else(|| header.iter().position(|h| plain(h) == plain(column)));
            let Some(at) = at else {
                return Err(ColumnsError::Column {
                    column: column.clone(),
                    near: nearest(column, header.iter().map(String::as_str)).map(str::to_owned),
                });
            };
            let known = known_field(field).ok_or_else(|| ColumnsError::Field {
                field: field.clone(),
                near: nearest(field, SYNONYMS.iter().map(|(f, _)| *f)).map(str::to_owned),
            })?;
            fields[at] = Some(known);
        }
        for (at, column) in header.iter().enumerate() {
            let word = plain(column);
            if fields[at].is_some() || word.is_empty() {
                continue;
            }
            let found =
                SYNONYMS.iter().find(|(field, words)| words.contains(&word.as_str()) || plain(field) == word).map(|(field, _)| *field);
            // A column that is given for a field stands alone for it: another is not guessed beside it.
            let taken = found.is_some_and(|f| given.iter().any(|(g, _)| known_field(g) == Some(f)));
            fields[at] = found.filter(|_| !taken);
        }
        let useful = |f: &str| !matches!(f, "schema" | "day" | "country" | "nationality" | "gender" | "birthDate" | "address" | "flag");
        if !fields.iter().flatten().any(|f| useful(f)) {
            return Err(ColumnsError::Nothing { header: header.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ") });
        }
        Ok(Self { header: header.to_vec(), fields, schema })
    }

    /// Columns that are not used.
    #[must_use]
    pub fn unused(&self) -> Vec<&str> {
        self.header.iter().zip(&self.fields).filter(|(_, f)| f.is_none()).map(|(h, _)| h.as_str()).collect()
    }

    /// Columns that are used, with the field that each stands for.
    #[must_use]
    pub fn used(&self) -> Vec<(&str, &'static str)> {
        self.header.iter().zip(&self.fields).filter_map(|(h, f)| Some((h.as_str(), (*f)?))).collect()
    }

    /// The day on which the party of a row acted, if a column says it.
    ///
    /// # Errors
    /// If what stands there is no day.
    pub fn day(&self, cells: &[String]) -> Result<Option<Date>, RowError> {
        let Some((at, cell)) = self.cells("day", cells).next() else { return Ok(None) };
        // A moment begins with its day.
        let day = cell.get(..10).filter(|_| cell.as_bytes().get(10) == Some(&b'T')).unwrap_or(cell);
        parse_date(day).map(Some).map_err(|_| RowError::Day { column: self.header[at].clone(), text: short(cell) })
    }

    /// Dates of birth and foundation of a row that are no dates.
    ///
    /// They do not refuse the row: a name is looked for without its date of birth, which tells namesakes apart and finds nobody. A refused row
    /// would be a party that nobody looked for. Whoever screens says how many there are, and where.
    ///
    /// ```
    /// use tw_screening::columns::Columns;
    /// let columns = Columns::guess(&["name", "dob"].map(str::to_owned), &[], None)?;
    /// let doubts = columns.doubts(&["Jane Example".into(), "31.31.1970".into()]);
    /// assert_eq!(doubts.len(), 1);
    /// assert!(columns.doubts(&["Jane Example".into(), "31.12.1970".into()]).is_empty());
    /// # Ok::<(), tw_screening::columns::ColumnsError>(())
    /// ```
    #[must_use]
    pub fn doubts(&self, cells: &[String]) -> Vec<RowError> {
        DATES
            .iter()
            .flat_map(|field| self.cells(field, cells))
            .filter(|(_, cell)| !is_date(cell))
            .map(|(at, cell)| RowError::Date { column: self.header[at].clone(), text: short(cell) })
            .collect()
    }

    /// The party of a row as entities to look for: one, or, where nothing says what it is, one as a legal entity and one as a ship.
    ///
    /// # Errors
    /// If the row says neither name nor identifier, or a kind that is not known.
    pub fn entities(&self, id: &str, cells: &[String]) -> Result<Vec<Entity>, RowError> {
        let mut schemata = Vec::new();
        for (at, cell) in self.cells("schema", cells) {
            let word = plain(cell);
            let exact = model().schema(cell).filter(|s| s.matchable());
            let found = exact
                .or_else(|| KINDS.iter().find(|(_, words)| words.contains(&word.as_str())).and_then(|(schema, _)| model().schema(schema)));
            schemata.push(found.ok_or_else(|| RowError::Kind { column: self.header[at].clone(), text: short(cell) })?);
        }
        schemata.truncate(1);
        schemata.extend(self.schema.filter(|_| schemata.is_empty()));
        if schemata.is_empty() {
            schemata = self.likely(cells);
        }
        let mut entities = Vec::new();
        for schema in schemata {
            let mut entity = Entity::new(id, schema);
            for (field, cell) in self.fields.iter().zip(cells) {
                let Some(field) = field.filter(|f| !matches!(*f, "schema" | "day")) else { continue };
                let many = matches!(field, "alias" | "previousName" | "nationality" | "country" | "imoNumber" | "mmsi");
                for value in cell.split(|c| many && (c == '|' || c == ';')).map(str::trim).filter(|v| !v.is_empty()) {
                    if DATES.contains(&field) && !is_date(value) {
                        continue;
                    }
                    entity.add(self.fitting(schema, field), value);
                }
            }
            entity.set_caption();
            if entity.properties.iter().any(|(name, _)| is_telling(schema, name)) {
                entities.push(entity);
            }
        }
        if entities.is_empty() { Err(RowError::Nothing) } else { Ok(entities) }
    }

    /// A field under the name that the schema has for it: a company has a jurisdiction where a person has a nationality.
    fn fitting(&self, schema: Schema, field: &'static str) -> &'static str {
        if schema.property(field).is_some() {
            return field;
        }
        match field {
            "nationality" | "jurisdiction" | "flag" => "country",
            "firstName" | "middleName" | "lastName" => "name",
            other => other,
        }
    }

    /// What a row is likely about, by the fields that are filled.
    fn likely(&self, cells: &[String]) -> Vec<Schema> {
        let filled = |fields: &[&str]| fields.iter().any(|f| self.cells(f, cells).next().is_some());
        let schema = |name: &str| model().schema(name).into_iter();
        if filled(&["mmsi", "callSign", "flag"]) {
            schema("Vessel").collect()
        } else if filled(&["firstName", "lastName", "birthDate", "gender", "passportNumber", "birthPlace"]) {
            schema("Person").collect()
        } else if filled(&["imoNumber"]) && !filled(&["innCode", "ogrnCode", "leiCode", "registrationNumber"]) {
            // A company can have an IMO number too.
            schema("Vessel").chain(schema("Company")).collect()
        } else if filled(&["innCode", "ogrnCode", "leiCode", "swiftBic", "incorporationDate"]) {
            schema("LegalEntity").collect()
        } else {
            schema("LegalEntity").chain(schema("Vessel")).collect()
        }
    }

    fn cells<'a>(&'a self, field: &'a str, cells: &'a [String]) -> impl Iterator<Item = (usize, &'a str)> {
        let of = move |(_, f): &(usize, &Option<&'static str>)| **f == Some(field);
        self.fields
            .iter()
            .enumerate()
            .filter(of)
            .filter_map(|(at, _)| Some((at, cells.get(at)?.trim())))
            .filter(|(_, cell)| !cell.is_empty())
    }
}

/// Whether a date is read whole. Of `31.31.1970` the reader of lists takes the year alone: that is no date that somebody meant.
fn is_date(text: &str) -> bool {
    let read = crate::value::dates(text);
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    match (read.first(), parts.as_slice()) {
        (None, _) => false,
        (Some(date), [_, _, _]) if digits => date.is_day(),
        // A month that the reader does not take from `5/1970` is one all the same.
        (Some(_), [a, b]) if digits => {
            [a, b].iter().all(|part| part.len() > 2 || part.parse().is_ok_and(|month: u8| (1..=12).contains(&month)))
        }
        _ => true,
    }
}

fn is_telling(schema: Schema, property: &str) -> bool {
    schema.property(property).is_some_and(|p| p.kind == "name" || p.kind == "identifier") || matches!(property, "firstName" | "lastName")
}

fn known_field(field: &str) -> Option<&'static str> {
    let word = plain(field);
    SYNONYMS.iter().find(|(known, words)| plain(known) == word || words.contains(&word.as_str())).map(|(known, _)| *known)
}

/// Lower case, `camelCase` and punctuation as single spaces.
fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut lower = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && lower {
                words.push(' ');
            }
            lower = c.is_lowercase();
            words.extend(c.to_lowercase());
        } else {
            lower = false;
            words.push(' ');
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[&str]) -> Columns {
        let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
        Columns::guess(&header, &[], None).expect("columns")
    }

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|c| (*c).to_owned()).collect()
    }

    #[test]
    fn columns_are_told_in_many_spellings() {
        let found = columns(&["Full_Name", "dateOfBirth", "IMO No.", "ref"]);
        assert_eq!(found.used(), [("Full_Name", "name"), ("dateOfBirth", "birthDate"), ("IMO No.", "imoNumber")]);
        assert_eq!(found.unused(), ["ref"]);
    }

    #[test]
    fn a_name_alone_is_looked_for_as_a_legal_entity_and_as_a_ship() {
        let found = columns(&["name"]).entities("r", &row(&["NNK"])).expect("a party");
        assert_eq!(found.iter().map(|e| e.schema.name()).collect::<Vec<_>>(), ["LegalEntity", "Vessel"]);
    }

    #[test]
    fn a_row_says_what_it_is_and_an_unknown_word_is_refused() {
        let found = columns(&["name", "type"]);
        assert_eq!(found.entities("r", &row(&["A", "Individual"])).expect("a party")[0].schema.name(), "Person");
        assert_eq!(found.entities("r", &row(&["A", "PublicBody"])).expect("a party")[0].schema.name(), "PublicBody");
        assert!(matches!(found.entities("r", &row(&["A", "thing"])), Err(RowError::Kind { .. })));
    }

    #[test]
    fn a_given_column_stands_alone_for_its_field() {
        let header = row(&["name", "trading as"]);
        let given = [("name".to_owned(), "Trading as".to_owned())];
        let found = Columns::guess(&header, &given, None).expect("columns");
        assert_eq!(found.used(), [("trading as", "name")]);
        assert!(matches!(Columns::guess(&header, &[("nam".into(), "name".into())], None), Err(ColumnsError::Field { near: Some(_), .. })));
        assert!(matches!(
            Columns::guess(&header, &[("name".into(), "nane".into())], None),
            Err(ColumnsError::Column { near: Some(_), .. })
        ));
    }

    #[test]
    fn a_row_without_name_or_number_is_refused() {
        let found = columns(&["name", "country"]);
        assert_eq!(found.entities("r", &row(&[" ", "Russia"])), Err(RowError::Nothing));
        assert!(Columns::guess(&row(&["country", "ref"]), &[], None).is_err());
    }

    #[test]
    fn the_day_of_a_row_is_read_strictly() {
        let found = columns(&["name", "Transaction date"]);
        assert_eq!(found.day(&row(&["A", "2018-12-31"])), Ok(parse_date("2018-12-31").ok()));
        assert_eq!(found.day(&row(&["A", ""])), Ok(None));
        assert!(matches!(found.day(&row(&["A", "31.12.2018"])), Err(RowError::Day { .. })));
    }

    #[test]
    fn a_birth_date_that_is_none_is_told_and_the_row_is_screened_without_it() {
        let found = columns(&["name", "DOB", "Date of incorporation"]);
        let doubtful = row(&["Jane Example", "31.31.1970", "soon"]);
        let told: Vec<String> = found.doubts(&doubtful).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("column `DOB`: `31.31.1970` is no date") && told[1].contains("`soon`"), "{told:?}");
        let party = &found.entities("r", &doubtful).expect("a party")[0];
        assert_eq!(party.get("name"), ["Jane Example"]);
        assert!(party.get("birthDate").is_empty(), "not even its year");
        for good in [
            "1970-05-01",
            "1970-05",
            "1970",
            "01.05.1970",
            "5/1970",
            "1 May 1970",
            "circa 1970",
            "1955-1958",
            "1970-05-01T00:00:00",
            "",
            " ",
        ] {
            assert_eq!(found.doubts(&row(&["Jane Example", good, ""])), [], "{good}");
        }
        for bad in ["1970-13-01", "1970-02-30", "1970-13", "30.02.1970", "unknown", "99", "0"] {
            assert_eq!(found.doubts(&row(&["Jane Example", bad])).len(), 1, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_row_makes_it_panic(header in proptest::collection::vec(".{0,12}", 1..5), cells in proptest::collection::vec(".{0,12}", 0..6)) {
            if let Ok(found) = Columns::guess(&header, &[], None) {
                let _ = found.entities("r", &cells);
                let _ = found.day(&cells);
                let _ = found.doubts(&cells);
            }
        }
    }
}
