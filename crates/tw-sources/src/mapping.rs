use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use tw_base::{Refusal, Refusals, nearest};
use tw_tables::{CellKind, TableDef};

use crate::card::card;
use crate::dates::format_fault;
use crate::detect::{BROUGHT, brought_kind, definition, is_made, known_table, short};

/// How the columns, words, dates and units of another person's file are read, saved beside it as `<file>.map.toml`.
///
/// In every part but `columns` and `ignore`, columns go by the table's own names.
///
/// ```
/// use tw_sources::Mapping;
/// let mapping = Mapping::parse("permits.csv.map.toml", r#"
///     table = "worker_counts"
///     delimiter = ";"
///     ignore = ["No."]
///     [columns]
///     "Country" = "host"
///     [constants]
///     origin = "published"
///     [dates]
///     period = "%d.%m.%Y"
///     [words.kind]
///     "valid" = "valid-permits"
///     [units]
///     low = { factor = 1000, reason = "the table is headed: thousand persons" }
/// "#)?;
/// assert_eq!(mapping.columns["Country"], "host");
/// # Ok::<(), tw_base::Refusals>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The table that the file fills.
    pub table: String,
    /// What separates cells, if not a comma: `;`, a tab, or `|`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Columns that are not read, by their names in the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Name in the file → name in the table. Columns with the table's own names need no entry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// Column → text that every row has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// Date or period column → how its dates are written, as for `strptime`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<String, String>,
    /// Column → word in the file → word of the table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// Number column → what its numbers are multiplied by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, UnitFactor>,
}

/// A factor that brings a column to the table's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitFactor {
    /// What each number is multiplied by; exact, as decimals.
    pub factor: f64,
    /// Why, as the file or its publisher says it.
    pub reason: String,
}

const KEYS: &[&str] = &["table", "delimiter", "sheet", "ignore", "columns", "constants", "dates", "words", "units"];

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Everything that is not TOML, not known, or cannot be applied to its table; unknown names get a "did you mean".
    pub fn parse(name: &str, text: &str) -> Result<Self, Refusals> {
        let table: toml::Table =
            toml::from_str(text).map_err(|error| Refusal::new(name, format!("it is not TOML: {}", one_line(error.message()))))?;
        let unknown: Vec<Refusal> = table
            .keys()
            .filter(|key| !KEYS.contains(&key.as_str()))
            .map(|key| Refusal::new(name, format!("there is no part `{}` of a mapping", short(key))).hint(did_you_mean(key, KEYS)))
            .collect();
        if !unknown.is_empty() {
            return Err(Refusals(unknown));
        }
        let mapping: Self =
            toml::from_str(text).map_err(|error| Refusal::new(name, format!("it does not fit: {}", one_line(error.message()))))?;
        mapping.check(name)?;
        Ok(mapping)
    }

    /// Name of the file that the mapping of a data file is saved under, beside it.
    ///
    /// ```
    /// assert_eq!(tw_sources::Mapping::file_name("in/permits.csv"), "in/permits.csv.map.toml");
    /// ```
    #[must_use]
    pub fn file_name(data: &str) -> String {
        format!("{data}.map.toml")
    }

    /// The mapping as TOML, to be saved beside the file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("strings, numbers and maps of strings can always be written")
    }

    /// Checks that every name is known and every part can be applied.
    ///
    /// # Errors
    /// Everything that cannot.
    pub fn check(&self, name: &str) -> Result<(), Refusals> {
        let (table, def) = match known_table(&self.table) {
            Ok(table) => (table, definition(table)),
            Err((reason, hint)) => return Err(Refusal::new(name, reason).hint(hint).into()),
        };
        let Some(def) = def else { return Ok(()) };
        let mut faults = Vec::new();
        let names = names(&def);
        let mut fault = |part: &str, reason: String, hint: Option<String>| {
            let refusal = Refusal::new(name, format!("[{part}] {reason}"));
            faults.push(match hint {
                Some(hint) => refusal.hint(hint),
                None => refusal,
            });
        };
        if let Some(d) = self.delimiter
            && !matches!(d, ',' | ';' | '\t' | '|')
        {
            fault(
                "delimiter",
                format!("`{}` does not separate cells", short(&d.to_string())),
                Some("write \",\", \";\", \"\\t\" or \"|\"".to_owned()),
            );
        }
        let known = |column: &str| names.contains(&column);
        let no_column =
            |column: &str| (format!("the table `{table}` has no column `{}`", short(column)), Some(did_you_mean(column, &names)));
        let mut from: BTreeMap<&str, &str> = BTreeMap::new();
        for (theirs, ours) in &self.columns {
            if !known(ours) {
                let (reason, hint) = no_column(ours);
                fault("columns", reason, hint);
            } else if let Some(other) = from.insert(ours, theirs) {
                fault(
                    "columns",
                    format!("`{}` and `{}` are both read as `{ours}`", short(other), short(theirs)),
                    Some("keep one, and put the other into `ignore`".to_owned()),
                );
            }
            if self.ignore.contains(theirs) {
                fault("columns", format!("`{}` is both read and ignored", short(theirs)), None);
            }
        }
        for ours in self.constants.keys() {
            if !known(ours) {
                let (reason, hint) = no_column(ours);
                fault("constants", reason, hint);
            } else if let Some(theirs) = from.get(ours.as_str()) {
                fault("constants", format!("`{ours}` is a constant and is also read from `{}`", short(theirs)), None);
            }
        }
        for (ours, format) in &self.dates {
            match kind(&def, ours) {
                Some(CellKind::Date | CellKind::Period) => {
                    if let Some(why) = format_fault(format) {
                        fault("dates", format!("`{}` cannot be used for `{ours}`: {why}", short(format)), None);
                    }
                }
                Some(_) => fault("dates", format!("`{ours}` is not a date or period"), None),
                None => {
                    let (reason, hint) = no_column(ours);
                    fault("dates", reason, hint);
                }
            }
        }
        for (ours, words) in &self.words {
            if !known(ours) {
                let (reason, hint) = no_column(ours);
                fault("words", reason, hint);
                continue;
            }
            let closed: Vec<&str> =
                def.columns.iter().filter(|c| c.name == ours).flat_map(|c| c.words.iter().map(|(word, _)| *word)).collect();
            for word in words.values().filter(|word| !closed.is_empty() && !closed.contains(&word.as_str())) {
                fault("words", format!("`{}` is not a word of `{ours}`", short(word)), Some(did_you_mean(word, &closed)));
            }
        }
        for (ours, unit) in &self.units {
            match kind(&def, ours) {
                Some(CellKind::Number | CellKind::Count) => {
                    if !(unit.factor.is_finite() && unit.factor > 0.0) {
                        fault("units", format!("the factor {} of `{ours}` is not above zero", unit.factor), None);
                    }
                    if unit.reason.trim().is_empty() {
                        fault(
                            "units",
                            format!("the factor of `{ours}` has no reason"),
                            Some("say where the unit is stated, for example: the table is headed thousand tonnes".to_owned()),
                        );
                    }
                }
                Some(_) => fault("units", format!("`{ours}` is not a number"), None),
                None => {
                    let (reason, hint) = no_column(ours);
                    fault("units", reason, hint);
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusals(faults)) }
    }
}

/// Names of the columns that a file of that table may bring.
pub(crate) fn names(def: &TableDef) -> Vec<&'static str> {
    def.columns.iter().map(|c| c.name).chain(BROUGHT.iter().copied()).collect()
}

pub(crate) fn kind(def: &TableDef, column: &str) -> Option<CellKind> {
    def.columns.iter().find(|c| c.name == column).map(|c| c.kind).or_else(|| brought_kind(column))
}

pub(crate) fn did_you_mean(word: &str, known: &[&str]) -> String {
    let list = format!("known: {}", known.join(", "));
    nearest(word, known.iter().copied()).map_or(list.clone(), |near| format!("did you mean `{near}`? {list}"))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A mapping that was guessed, and everything that was guessed in it. Nothing is read by it before somebody has looked.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// The mapping. Columns that could not be matched are not in it, so that reading by it refuses them until they are mapped or ignored.
    pub mapping: Mapping,
    /// Each column that was matched, in the order of the header.
    pub guessed: Vec<GuessedColumn>,
    /// Columns of the file that match nothing.
    pub unmatched: Vec<String>,
    /// Required columns of the table that nothing was found for.
    pub missing: Vec<&'static str>,
}

/// One match of a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedColumn {
    /// Name in the file.
    pub theirs: String,
    /// Name in the table.
    pub ours: &'static str,
    /// Why they are thought to be the same: `same name`, `same letters`, `another name for it`, `few letters differ`.
    pub why: &'static str,
}

impl Guess {
    /// One line for each match and gap, for the user to look through.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = String::new();
        let mut line = |theirs: &str, ours: &str, why: &str| {
            writeln!(text, "{theirs} → {ours} ({why})").expect("writing to a string cannot fail");
        };
        for g in &self.guessed {
            line(&g.theirs, g.ours, g.why);
        }
        for theirs in &self.unmatched {
            line(theirs, "?", "no match; map it or ignore it");
        }
        for ours in &self.missing {
            line("?", ours, "required; map a column to it or give a constant");
        }
        text
    }
}

/// Guesses which columns of a header are which columns of a table, by equal and near names and the synonyms of its card.
///
/// # Errors
/// If there is no such table.
pub fn guess_mapping(header: &[String], table: &str) -> Result<Guess, Refusal> {
    let unknown = |(reason, hint): (String, String)| Refusal::new("the mapping", reason).hint(hint);
    let table = known_table(table).map_err(unknown)?;
    let def = definition(table).expect("every known table is declared");
    let names = names(&def);
    let mut found: Vec<Option<(&'static str, &'static str)>> = vec![None; header.len()];
    let synonyms = card(table).map(|card| &card.synonyms);
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let also = |ours: &str, theirs: &str| {
        synonyms.and_then(|all| all.get(ours)).is_some_and(|others| others.iter().any(|o| letters(o) == letters(theirs)))
    };
    let all_letters: Vec<String> = names.iter().map(|name| letters(name)).collect();
    let near = |ours: &str, theirs: &str| {
        let theirs = letters(theirs);
        theirs.len() >= 4 && nearest(&theirs, all_letters.iter().map(String::as_str)) == Some(letters(ours).as_str())
    };
    type Test<'t> = &'t dyn Fn(&str, &str) -> bool;
    let tests: [(&'static str, Test<'_>); 4] = [
        ("same name", &|ours, theirs| ours == theirs.trim()),
        ("same letters", &|ours, theirs| letters(ours) == letters(theirs)),
        ("another name for it", &also),
        ("few letters differ", &near),
    ];
    for (why, test) in tests {
        for (index, theirs) in header.iter().enumerate() {
            if found[index].is_some() {
                continue;
            }
            let mut fitting = names.iter().filter(|ours| !found.iter().flatten().any(|(taken, _)| taken == *ours) && test(ours, theirs));
            if let (Some(ours), None) = (fitting.next(), fitting.next()) {
                found[index] = Some((ours, why));
            }
        }
    }
    let mut guess = Guess {
        mapping: Mapping { table: table.to_owned(), ..Mapping::default() },
        guessed: Vec::new(),
        unmatched: Vec::new(),
        missing: Vec::new(),
    };
    for (theirs, found) in header.iter().zip(&found) {
        let theirs = theirs.trim().to_owned();
        match found {
            Some((ours, why)) => {
                if theirs != *ours {
                    guess.mapping.columns.insert(theirs.clone(), (*ours).to_owned());
                }
                guess.guessed.push(GuessedColumn { theirs, ours, why });
            }
            None => guess.unmatched.push(theirs),
        }
    }
    let has = |ours: &str| guess.guessed.iter().any(|g| g.ours == ours);
    let required = def.columns.iter().filter(|c| c.required).map(|c| c.name).chain(["origin", "source"]);
    guess.missing = required.filter(|ours| !has(ours)).collect();
    Ok(guess)
}

/// Why a column of a file is not known, for its refusal.
pub(crate) fn unknown_column_hint(theirs: &str, def: &TableDef) -> String {
    if is_made(theirs) {
        return "this column is made when a file is read; remove it, or list it under `ignore` in a mapping".to_owned();
    }
    let names = names(def);
    match nearest(theirs, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? to read a file with other names, give a mapping: `--map FILE`"),
        None => format!("to read or ignore it, give a mapping: `--map FILE`; columns of `{}`: {}", def.name, names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusals(text: &str) -> Vec<(String, Option<String>)> {
        Mapping::parse("m", text).expect_err("it is wrong").0.into_iter().map(|r| (r.to_string(), r.hint)).collect()
    }

    #[test]
    fn unknown_parts_and_names_are_refused_with_the_nearest() {
        let found = refusals("table = \"deliveries\"\n[colums]\na = \"barrels\"");
        assert_eq!(
            found,
            [(
                "m: there is no part `colums` of a mapping".to_owned(),
                Some("did you mean `columns`? known: table, delimiter, sheet, ignore, columns, constants, dates, words, units".to_owned())
            )]
        );
        let found = refusals("table = \"delivery\"");
        assert_eq!(found[0].0, "m: there is no table `delivery`");
        let found = refusals("table = \"deliveries\"\n[columns]\nx = \"barels\"");
        assert_eq!(found[0].0, "m: [columns] the table `deliveries` has no column `barels`");
        assert!(found[0].1.as_deref().is_some_and(|hint| hint.starts_with("did you mean `barrels`?")));
        let found = refusals("table = \"deliveries\"\n[words.product]\ngasoil = \"refind\"");
        assert_eq!(
            found,
            [(
                "m: [words] `refind` is not a word of `product`".to_owned(),
                Some("did you mean `refined`? known: refined, crude".to_owned())
            )]
        );
    }

    #[test]
    fn parts_that_cannot_be_applied_are_refused_together() {
        let found = refusals(
            "table = \"deliveries\"\ndelimiter = \"x\"\nignore = [\"a\"]\n[columns]\na = \"barrels\"\nb = \"barrels\"\n[constants]\nbarrels = \"5\"\n\
             [dates]\nbasis = \"%Y\"\nperiod = \"%d/%m/%y\"\n[units]\nperiod = { factor = 1, reason = \"x\" }\ntonnes = { factor = 0, reason = \" \" }",
        );
        let reasons: Vec<&str> = found.iter().map(|(reason, _)| reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "m: [delimiter] `x` does not separate cells",
                "m: [columns] `a` is both read and ignored",
                "m: [columns] `a` and `b` are both read as `barrels`",
                "m: [constants] `barrels` is a constant and is also read from `b`",
                "m: [dates] `basis` is not a date or period",
                "m: [dates] `%d/%m/%y` cannot be used for `period`: `%y` drops the century; only years of four digits, `%Y`, are taken",
                "m: [units] `period` is not a number",
                "m: [units] the factor 0 of `tonnes` is not above zero",
                "m: [units] the factor of `tonnes` has no reason",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_or_has_the_wrong_types_is_refused() {
        assert!(refusals("table = ")[0].0.starts_with("m: it is not TOML:"));
        assert_eq!(refusals("table = 5")[0].0, "m: it does not fit: invalid type: integer `5`, expected a string");
        assert_eq!(
            refusals("table = \"deliveries\"\n[units]\ntonnes = { factor = 1000 }")[0].0,
            "m: it does not fit: missing field `reason`"
        );
    }

    #[test]
    fn a_guess_lists_what_it_guessed_and_what_it_did_not_find() {
        let header: Vec<String> =
            ["Supplier", "product", "Month", "bbls", "tones", "Remarks about it", "Basis"].map(str::to_owned).to_vec();
        let guess = guess_mapping(&header, "deliveries").expect("the table exists");
        assert_eq!(
            guess.describe(),
            "Supplier → supplier (same letters)\nproduct → product (same name)\nMonth → period (another name for it)\nbbls → barrels (another name for it)\n\
             tones → tonnes (few letters differ)\nBasis → basis (same letters)\nRemarks about it → ? (no match; map it or ignore it)\n\
             ? → origin (required; map a column to it or give a constant)\n? → source (required; map a column to it or give a constant)\n"
        );
        assert_eq!(guess.mapping.columns.len(), 5, "a column with the table's own name needs no entry");
        let again = Mapping::parse("m", &guess.mapping.to_toml());
        assert_eq!(again, Ok(guess.mapping));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_is_a_mapping_or_a_refusal(text in "\\PC*") {
            let _ = Mapping::parse("m", &text);
        }

        #[test]
        fn any_toml_shaped_text_is_a_mapping_or_a_refusal(key in "[a-z]{1,9}", ours in "(barrels|period|[a-z]{1,8})", text in "\"?[%A-Za-z0-9/.]{0,8}\"?") {
            let _ = Mapping::parse("m", &format!("table = \"deliveries\"\n[{key}]\n{ours} = {text}"));
            for part in ["columns", "constants", "dates", "words", "units"] {
                let _ = Mapping::parse("m", &format!("table = \"deliveries\"\n[{part}]\n{ours} = {text}"));
            }
        }

        #[test]
        fn what_is_written_is_read_back(theirs in "[ -~]{1,12}", constant in "\\PC{0,12}", factor in 0.001_f64..1e6) {
            let mut mapping = Mapping { table: "deliveries".to_owned(), delimiter: Some('\t'), ..Mapping::default() };
            mapping.columns.insert(theirs, "barrels".to_owned());
            mapping.constants.insert("source".to_owned(), constant);
            mapping.units.insert("tonnes".to_owned(), UnitFactor { factor, reason: "as headed".to_owned() });
            prop_assert_eq!(Mapping::parse("m", &mapping.to_toml()), Ok(mapping));
        }

        #[test]
        fn any_header_can_be_guessed(header in prop::collection::vec("\\PC{0,10}", 0..8)) {
            for table in tw_tables::Tables::NAMES {
                let guess = guess_mapping(&header, table).expect("the table exists");
                prop_assert_eq!(guess.guessed.len() + guess.unmatched.len(), header.len());
            }
        }
    }
}
