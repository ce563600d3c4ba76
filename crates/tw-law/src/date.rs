//! Days as a provision file writes them: a TOML date (`2017-12-22`) or the same as text (`"2017-12-22"`).

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::value::Datetime;
use tw_base::{Date, parse_date};

/// Reads one day.
pub(crate) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    deserializer.deserialize_any(Day)
}

/// Reads a day that may be absent; where the key stands, a day must follow.
pub(crate) fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    deserializer.deserialize_option(MaybeDay)
}

struct Day;

impl<'de> Visitor<'de> for Day {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day written YYYY-MM-DD")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Date, E> {
        parse_date(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Date, A::Error> {
        let written = Datetime::deserialize(MapAccessDeserializer::new(map))?;
        if written.time.is_some() || written.offset.is_some() {
            return Err(A::Error::custom("a day is wanted, without a time; put the time of day in `note`"));
        }
        let text = written.to_string();
        parse_date(&text).map_err(A::Error::custom)
    }
}

struct MaybeDay;

impl<'de> Visitor<'de> for MaybeDay {
    type Value = Option<Date>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day written YYYY-MM-DD")
    }

    fn visit_none<E: Error>(self) -> Result<Option<Date>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Date>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Date>, D::Error> {
        one(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        #[serde(deserialize_with = "one")]
        from: Date,
        #[serde(default, deserialize_with = "maybe")]
        to: Option<Date>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Tagged {
        Row {
            #[serde(deserialize_with = "one")]
            from: Date,
            #[serde(default, deserialize_with = "maybe")]
            to: Option<Date>,
        },
    }

    #[test]
    fn a_day_is_read_as_a_toml_date_and_as_text() {
        let day = jiff::civil::date(2017, 12, 22);
        let row: Row = toml::from_str("from = 2017-12-22\nto = \"2018-01-01\"").unwrap();
        assert_eq!(row, Row { from: day, to: Some(jiff::civil::date(2018, 1, 1)) });
        let row: Row = toml::from_str("from = \"2017-12-22\"").unwrap();
        assert_eq!(row, Row { from: day, to: None });
    }

    #[test]
    fn a_day_is_read_inside_a_tagged_table_too() {
        let Tagged::Row { from, to } = toml::from_str("kind = \"row\"\nfrom = 2017-12-22\nto = 2018-12-22").unwrap();
        assert_eq!((from, to), (jiff::civil::date(2017, 12, 22), Some(jiff::civil::date(2018, 12, 22))));
    }

    #[test]
    fn times_and_other_orders_are_refused() {
        for bad in ["from = 2017-12-22T10:00:00", "from = \"22.12.2017\"", "from = 2017", "from = 10:00:00", "from = \"2017-02-30\""] {
            assert!(toml::from_str::<Row>(bad).is_err(), "{bad}");
        }
    }
}
