//! Parameters of query strings: one table per route says what is read, checked, and documented.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::fault::{Fault, wrong};

/// Pattern of a moment that `changed_since` takes, as yente words it in its refusal.
const STAMP: &str = r"^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$";

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    Integer {
        most: Option<i64>,
    },
    Number,
    Boolean,
    /// May be given several times.
    Texts,
    /// A day or a moment, as [`STAMP`].
    Stamp,
    /// `YYYY-MM-DD`.
    Day,
    /// One of the words.
    One(&'static [&'static str]),
    /// Any of the words; may be given several times.
    Some(&'static [&'static str]),
}

/// A parameter of a query string.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// As it would be written in a query string; several by comma; empty: none.
    pub(crate) default: &'static str,
    pub(crate) text: &'static str,
    pub(crate) deprecated: bool,
    /// If yente does not have it.
    pub(crate) ours: bool,
}

pub(crate) const fn param(name: &'static str, kind: Kind, default: &'static str, text: &'static str) -> Param {
    Param { name, kind, default, text, deprecated: false, ours: false }
}

impl Param {
    pub(crate) const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    pub(crate) const fn ours(mut self) -> Self {
        self.ours = true;
        self
    }

    /// Its schema in the OpenAPI document.
    pub(crate) fn schema(&self) -> Value {
        let mut schema = match self.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Integer { most: Some(most) } => json!({"type": "integer", "maximum": most}),
            Kind::Integer { most: None } => json!({"type": "integer"}),
            Kind::Number => json!({"type": "number"}),
            Kind::Boolean => json!({"type": "boolean"}),
            Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Kind::Stamp => json!({"type": "string", "pattern": STAMP}),
            Kind::Day => json!({"type": "string", "format": "date"}),
            Kind::One(words) => json!({"type": "string", "enum": words}),
            Kind::Some(words) => json!({"type": "array", "items": {"type": "string", "enum": words}}),
        };
        let default = match self.kind {
            Kind::Integer { .. } => self.default.parse::<i64>().ok().map(Value::from),
            Kind::Number => self.default.parse::<f64>().ok().map(Value::from),
            Kind::Boolean => self.default.parse::<bool>().ok().map(Value::from),
            Kind::Texts | Kind::Some(_) => Some(self.defaults().map(Value::from).collect()),
            Kind::Text | Kind::One(_) => Some(Value::from(self.default)),
            Kind::Stamp | Kind::Day => None,
        };
        if let (Some(default), Some(object)) = (default, schema.as_object_mut()) {
            object.insert("default".to_owned(), default);
        }
        schema
    }

    fn defaults(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.default.split(',').filter(|w| !w.is_empty())
    }

    fn check(&self, text: &str, number: usize) -> Option<Value> {
        let place = || vec![json!("query"), json!(self.name)];
        let input = || Value::from(text);
        match self.kind {
            Kind::Text | Kind::Texts => None,
            Kind::Integer { most } => match text.trim().parse::<i64>() {
                Err(_) => Some(wrong(
                    "int_parsing",
                    place(),
                    "Input should be a valid integer, unable to parse string as an integer",
                    input(),
                    None,
                )),
                Ok(value) if most.is_some_and(|most| value > most) => {
                    let most = most.unwrap_or_default();
                    let message = format!("Input should be less than or equal to {most}");
                    Some(wrong("less_than_equal", place(), message, input(), Some(json!({"le": most}))))
                }
                Ok(_) => None,
            },
            Kind::Number => match text.trim().parse::<f64>() {
                Ok(value) if value.is_finite() => None,
                _ => Some(wrong(
                    "float_parsing",
                    place(),
                    "Input should be a valid number, unable to parse string as a number",
                    input(),
                    None,
                )),
            },
            Kind::Boolean => {
                let message = "Input should be a valid boolean, unable to interpret input";
                boolean(text).is_none().then(|| wrong("bool_parsing", place(), message, input(), None))
            }
            Kind::Stamp => {
                let message = format!("String should match pattern '{STAMP}'");
                (!is_stamp(text)).then(|| wrong("string_pattern_mismatch", place(), message, input(), Some(json!({"pattern": STAMP}))))
            }
            Kind::Day => {
                let message = "Input should be a valid date in the format YYYY-MM-DD";
                day(text).is_none().then(|| wrong("date_parsing", place(), message, input(), None))
            }
            Kind::One(words) | Kind::Some(words) => {
                if words.contains(&text) {
                    return None;
                }
                let mut place = place();
                if matches!(self.kind, Kind::Some(_)) {
                    place.push(json!(number));
                }
                let quoted: Vec<String> = words.iter().map(|w| format!("'{w}'")).collect();
                let expected = match quoted.split_last() {
                    Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                    _ => quoted.join(""),
                };
                Some(wrong("enum", place, format!("Input should be {expected}"), input(), Some(json!({"expected": expected}))))
            }
        }
    }
}

/// The parameters of one request, checked against the table of its route. Names that the table lacks are left out.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    table: &'static [Param],
    pairs: Vec<(usize, Cow<'a, str>)>,
}

impl<'a> Query<'a> {
    /// Reads a query string.
    pub(crate) fn read(text: &'a str, table: &'static [Param]) -> Result<Self, Fault> {
        let mut pairs = Vec::new();
        let mut faults = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let Some(number) = table.iter().position(|p| p.name == name) else { continue };
            let earlier = pairs.iter().filter(|(n, _)| *n == number).count();
            faults.extend(table[number].check(&value, earlier));
            pairs.push((number, value));
        }
        if faults.is_empty() { Ok(Self { table, pairs }) } else { Err(Fault::invalid(faults)) }
    }

    fn last(&self, name: &str) -> Option<&str> {
        let number = self.table.iter().position(|p| p.name == name)?;
        self.pairs.iter().rev().find(|(n, _)| *n == number).map(|(_, v)| v.as_ref())
    }

    fn default(&self, name: &str) -> &'static str {
        self.table.iter().find(|p| p.name == name).map_or("", |p| p.default)
    }

    /// A text; its default if it was not given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.last(name).unwrap_or_else(|| self.default(name))
    }

    /// A text, if it was given.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.last(name)
    }

    /// A whole number, not below zero.
    pub(crate) fn count(&self, name: &str) -> usize {
        let value = self.text(name).trim().parse::<i64>().unwrap_or_default();
        usize::try_from(value).unwrap_or(0)
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        self.text(name).trim().parse().unwrap_or_default()
    }

    pub(crate) fn boolean(&self, name: &str) -> bool {
        boolean(self.text(name)).unwrap_or_default()
    }

    pub(crate) fn day(&self, name: &str) -> Option<Date> {
        self.last(name).and_then(day)
    }

    /// All values given, or the defaults.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let Some(number) = self.table.iter().position(|p| p.name == name) else { return Vec::new() };
        let given: Vec<&str> = self.pairs.iter().filter(|(n, _)| *n == number).map(|(_, v)| v.as_ref()).collect();
        if given.is_empty() { self.table[number].defaults().collect() } else { given }
    }
}

/// A truth value in the spellings that yente takes.
fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
        "false" | "f" | "0" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

fn day(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

fn is_stamp(text: &str) -> bool {
    let shape = |text: &str, like: &str| {
        text.len() == like.len() && text.bytes().zip(like.bytes()).all(|(t, l)| if l == b'0' { t.is_ascii_digit() } else { t == l })
    };
    ["0000-00-00", "0000-00-00T00", "0000-00-00T00:00", "0000-00-00T00:00:00"].iter().any(|like| shape(text, like))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Param] = &[
        param("limit", Kind::Integer { most: Some(500) }, "5", ""),
        param("threshold", Kind::Number, "0.7", ""),
        param("topics", Kind::Texts, "", ""),
        param("facets", Kind::Some(&["a", "b", "c"]), "a,b", ""),
        param("nested", Kind::Boolean, "true", ""),
        param("changed_since", Kind::Stamp, "", ""),
        param("as_of", Kind::Day, "", ""),
    ];

    #[test]
    fn defaults_hold_where_nothing_is_given() {
        let query = Query::read("other=1", TABLE).expect("valid");
        assert_eq!(query.count("limit"), 5);
        assert_eq!(query.number("threshold"), 0.7);
        assert_eq!(query.texts("facets"), ["a", "b"]);
        assert!(query.texts("topics").is_empty() && query.boolean("nested") && query.day("as_of").is_none());
    }

    #[test]
    fn values_are_decoded_and_repeated_ones_kept() {
        let query = Query::read("topics=a%20b&topics=c&limit=-3&nested=0&as_of=2018-12-31", TABLE).expect("valid");
        assert_eq!(query.texts("topics"), ["a b", "c"]);
        assert_eq!(query.count("limit"), 0);
        assert!(!query.boolean("nested"));
        assert_eq!(query.day("as_of").map(|d| d.to_string()).as_deref(), Some("2018-12-31"));
    }

    #[test]
    fn each_wrong_value_is_named() {
        let refused = |text: &str| match Query::read(text, TABLE) {
            Err(Fault::Theirs { status: 422, detail: Value::Array(list), .. }) => list[0]["type"].as_str().unwrap_or_default().to_owned(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(refused("limit=501"), "less_than_equal");
        assert_eq!(refused("limit=x"), "int_parsing");
        assert_eq!(refused("threshold=nan"), "float_parsing");
        assert_eq!(refused("facets=d"), "enum");
        assert_eq!(refused("nested=perhaps"), "bool_parsing");
        assert_eq!(refused("changed_since=yesterday"), "string_pattern_mismatch");
        assert_eq!(refused("as_of=2018-13-01"), "date_parsing");
    }

    #[test]
    fn moments_are_taken_to_the_precision_that_yente_takes() {
        assert!(is_stamp("2024-01-01") && is_stamp("2024-01-01T10") && is_stamp("2024-01-01T10:00:00"));
        assert!(!is_stamp("2024-01-01T1") && !is_stamp("2024-1-1") && !is_stamp(""));
    }

    proptest::proptest! {
        #[test]
        fn no_query_string_makes_it_panic(text in ".{0,200}") {
            if let Ok(query) = Query::read(&text, TABLE) {
                let _ = (query.count("limit"), query.number("threshold"), query.texts("topics"), query.day("as_of"));
            }
        }
    }
}
