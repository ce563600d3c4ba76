use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::model::{Schema, model};

/// A person, company, ship or link, as FollowTheMoney describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Id, unique in its dataset.
    pub id: String,
    /// Name to show.
    pub caption: String,
    /// What it is.
    pub schema: Schema,
    /// Values by property name, in the order of the source; names are those of the schema.
    pub properties: Vec<(&'static str, Vec<String>)>,
    /// Datasets that hold it.
    pub datasets: Vec<String>,
    /// Other ids by which it was known.
    pub referents: Vec<String>,
    /// If it is itself on a list, and not only linked to one that is.
    pub target: bool,
    /// When it was first seen, as the source writes it.
    pub first_seen: Option<String>,
    /// When it was last seen.
    pub last_seen: Option<String>,
    /// When it last changed.
    pub last_change: Option<String>,
}

/// An entity as read, with what came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The entity.
    pub entity: Entity,
    /// Entities that were nested in it; its properties hold their ids.
    pub nested: Vec<Entity>,
    /// Properties that the schema does not have, and that were left out.
    pub unknown: Vec<String>,
}

/// Why text is no entity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntityError {
    /// The text is not JSON, or not of the right shape.
    #[error("not an entity: {0}")]
    Json(String),
    /// The schema is not in the model.
    #[error("Unknown schema: '{0}'")]
    Schema(String),
    /// Entities are nested too deeply.
    #[error("entities are nested more than {MOST_DEEP} deep")]
    Deep,
}

/// Deepest nesting of entities in entities that is read.
const MOST_DEEP: usize = 16;

impl Entity {
    /// An entity without properties.
    #[must_use]
    pub fn new(id: impl Into<String>, schema: Schema) -> Self {
        Self {
            id: id.into(),
            caption: String::new(),
            schema,
            properties: Vec::new(),
            datasets: Vec::new(),
            referents: Vec::new(),
            target: true,
            first_seen: None,
            last_seen: None,
            last_change: None,
        }
    }

    /// Values of a property; none if it has none.
    #[must_use]
    pub fn get(&self, property: &str) -> &[String] {
        self.properties.iter().find(|(name, _)| *name == property).map_or(&[], |(_, values)| values)
    }

    /// First value of a property.
    #[must_use]
    pub fn first(&self, property: &str) -> Option<&str> {
        self.get(property).first().map(String::as_str)
    }

    /// Adds a value, unless it is empty or already there. False if the schema has no such property.
    pub fn add(&mut self, property: &str, value: impl Into<String>) -> bool {
        let Some(known) = self.schema.property(property) else { return false };
        let value = value.into();
        if value.trim().is_empty() {
            return true;
        }
        match self.properties.iter_mut().find(|(name, _)| *name == known.name) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => self.properties.push((known.name, vec![value])),
        }
        true
    }

    /// Values of all properties of a type, such as `name`, `country`, `date`, with the property's name.
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.properties
            .iter()
            .filter(move |(name, _)| self.schema.property(name).is_some_and(|p| p.kind == kind))
            .flat_map(|(name, values)| values.iter().map(move |v| (*name, v.as_str())))
    }

    /// Sets the caption from the properties that can name it, or the schema's label if none does.
    pub fn set_caption(&mut self) {
        let named = self.schema.caption().iter().find_map(|property| self.first(property));
        self.caption = named.unwrap_or(self.schema.label()).to_owned();
    }
}

/// Reads one entity from a JSON text, such as a line of an `.ftm.json` file.
///
/// # Errors
/// If it is not JSON of an entity, or its schema is not in the model.
pub fn read_entity(text: &str) -> Result<Read, EntityError> {
    let raw: Raw = serde_json::from_str(text).map_err(|e| EntityError::Json(e.to_string()))?;
    build(raw)
}

/// Reads one entity from a JSON value.
///
/// # Errors
/// As [`read_entity`].
pub fn read_value(value: &Value) -> Result<Read, EntityError> {
    let raw = Raw::deserialize(value).map_err(|e| EntityError::Json(e.to_string()))?;
    build(raw)
}

fn build(raw: Raw) -> Result<Read, EntityError> {
    let mut nested = Vec::new();
    let mut unknown = Vec::new();
    let entity = one(raw, &mut nested, &mut unknown, 0)?;
    Ok(Read { entity, nested, unknown })
}

fn one(raw: Raw, nested: &mut Vec<Entity>, unknown: &mut Vec<String>, depth: usize) -> Result<Entity, EntityError> {
    if depth > MOST_DEEP {
        return Err(EntityError::Deep);
    }
    let schema = model().schema(&raw.schema).ok_or_else(|| EntityError::Schema(raw.schema.chars().take(60).collect()))?;
    let mut entity = Entity {
        id: raw.id.unwrap_or_default(),
        caption: raw.caption.unwrap_or_default(),
        schema,
        properties: Vec::with_capacity(raw.properties.0.len()),
        datasets: raw.datasets.unwrap_or_default(),
        referents: raw.referents.unwrap_or_default(),
        target: raw.target.unwrap_or(true),
        first_seen: raw.first_seen,
        last_seen: raw.last_seen,
        last_change: raw.last_change,
    };
    for (name, values) in raw.properties.0 {
        let Some(property) = schema.property(&name) else {
            unknown.push(name);
            continue;
        };
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            match value {
                RawValue::Text(text) => texts.push(text),
                RawValue::Entity(inner) => {
                    let inner = one(*inner, nested, unknown, depth + 1)?;
                    texts.push(inner.id.clone());
                    nested.push(inner);
                }
            }
        }
        match entity.properties.iter_mut().find(|(n, _)| *n == property.name) {
            Some((_, all)) => all.extend(texts),
            None => entity.properties.push((property.name, texts)),
        }
    }
    if entity.caption.is_empty() {
        entity.set_caption();
    }
    Ok(entity)
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("caption", &self.caption)?;
        map.serialize_entry("schema", self.schema.name())?;
        map.serialize_entry("properties", &Properties(&self.properties))?;
        map.serialize_entry("datasets", &self.datasets)?;
        map.serialize_entry("referents", &self.referents)?;
        map.serialize_entry("target", &self.target)?;
        map.serialize_entry("first_seen", &self.first_seen)?;
        map.serialize_entry("last_seen", &self.last_seen)?;
        map.serialize_entry("last_change", &self.last_change)?;
        map.end()
    }
}

struct Properties<'a>(&'a [(&'static str, Vec<String>)]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, values)| (name, values)))
    }
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    caption: Option<String>,
    schema: String,
    #[serde(default)]
    properties: RawProperties,
    #[serde(default)]
    datasets: Option<Vec<String>>,
    #[serde(default)]
    referents: Option<Vec<String>>,
    #[serde(default)]
    target: Option<bool>,
    #[serde(default)]
    first_seen: Option<String>,
    #[serde(default)]
    last_seen: Option<String>,
    #[serde(default)]
    last_change: Option<String>,
}

/// Property values: a list, or one alone; texts, numbers, or nested entities. `null` is no value.
#[derive(Default)]
struct RawProperties(Vec<(String, Vec<RawValue>)>);

enum RawValue {
    Text(String),
    Entity(Box<Raw>),
}

impl<'de> Deserialize<'de> for RawProperties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = RawProperties;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of properties")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(RawProperties::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut properties = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    let mut values = Vec::new();
                    map.next_value_seed(Values { into: &mut values, inside: false })?;
                    properties.push((name, values));
                }
                Ok(RawProperties(properties))
            }
        }
        deserializer.deserialize_any(V)
    }
}

struct Values<'a> {
    into: &'a mut Vec<RawValue>,
    inside: bool,
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list of texts, or an entity")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.into.push(RawValue::Text(text.to_owned()));
        Ok(())
    }

    fn visit_string<E>(self, text: String) -> Result<(), E> {
        self.into.push(RawValue::Text(text));
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.into.push(RawValue::Text(value.to_string()));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.into.push(RawValue::Text(value.to_string()));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.into.push(RawValue::Text(value.to_string()));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.into.push(RawValue::Text(value.to_string()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.inside {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Err(A::Error::custom("a list of values holds another list"));
        }
        while seq.next_element_seed(Values { into: &mut *self.into, inside: true })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let raw = Raw::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        self.into.push(RawValue::Entity(Box::new(raw)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_alone_a_number_and_a_null_are_values() {
        let read = read_entity(r#"{"id":"a","schema":"Vessel","properties":{"name":"Example","imoNumber":2222224,"flag":null}}"#)
            .expect("an entity");
        assert_eq!(read.entity.get("imoNumber"), ["2222224"]);
        assert!(read.entity.get("flag").is_empty());
        assert_eq!(read.entity.caption, "Example");
    }

    #[test]
    fn a_nested_entity_becomes_one_of_its_own() {
        let text = r#"{"id":"own","schema":"Ownership","properties":{"owner":[{"id":"p","schema":"Person","properties":{"name":["Jane Example"]}}],"asset":["c"]}}"#;
        let read = read_entity(text).expect("an entity");
        assert_eq!(read.entity.get("owner"), ["p"]);
        assert_eq!(read.nested.len(), 1);
        assert_eq!(read.nested[0].caption, "Jane Example");
    }

    #[test]
    fn an_unknown_schema_is_refused_and_an_unknown_property_is_told() {
        assert_eq!(read_entity(r#"{"id":"a","schema":"xxx"}"#), Err(EntityError::Schema("xxx".into())));
        let read = read_entity(r#"{"id":"a","schema":"Person","properties":{"notAProp":["x"]}}"#).expect("an entity");
        assert_eq!(read.unknown, ["notAProp"]);
    }

    #[test]
    fn an_entity_reads_back_as_it_was_written() {
        let text = r#"{"id":"a","caption":"A","schema":"Person","properties":{"name":["A","B"]},"datasets":["x"],"referents":[],"target":true,"first_seen":null,"last_seen":null,"last_change":"2024-01-01T00:00:00"}"#;
        let entity = read_entity(text).expect("an entity").entity;
        assert_eq!(serde_json::to_string(&entity).expect("json"), text);
    }

    #[test]
    fn entities_nested_without_end_are_refused() {
        let mut text = r#"{"id":"a","schema":"Person"}"#.to_owned();
        for _ in 0..40 {
            text = format!(r#"{{"id":"o","schema":"Ownership","properties":{{"owner":[{text}]}}}}"#);
        }
        assert!(read_entity(&text).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = read_entity(&text);
        }
    }
}
