use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let text = include_str!("../data/model.json");
    let raw: RawModel = serde_json::from_str(text).expect("the bundled model is read by a test");
    Model::build(raw)
});

/// The model of FollowTheMoney that comes with the program.
#[must_use]
pub fn model() -> &'static Model {
    &MODEL
}

/// Schemata, property types, countries and topics.
#[derive(Debug)]
pub struct Model {
    /// Version of FollowTheMoney that it was taken from.
    pub version: String,
    /// Property types by name.
    pub types: BTreeMap<String, TypeInfo>,
    /// Country codes (two letters, small, and some longer ones of the model's own) and their English names.
    pub countries: BTreeMap<String, String>,
    /// Topics and their labels, such as `sanction`.
    pub topics: BTreeMap<String, String>,
    schemata: Vec<SchemaData>,
    by_name: HashMap<String, u8>,
}

/// A type of property.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeInfo {
    /// Label.
    pub label: String,
    /// Label of several.
    pub plural: String,
    /// Name of the group of values that entities share, such as `names`, `countries`.
    #[serde(default)]
    pub group: Option<String>,
    /// If values of it say something about sameness.
    #[serde(default)]
    pub matchable: bool,
    /// If values of it lead from one entity to others.
    #[serde(default)]
    pub pivot: bool,
    /// Most characters that a value may have.
    #[serde(default, rename = "maxLength")]
    pub max_length: Option<usize>,
}

/// A property of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Name, such as `birthDate`.
    pub name: &'static str,
    /// Name with the schema that declares it, such as `Person:birthDate`.
    pub qname: &'static str,
    /// Label.
    pub label: &'static str,
    /// Description.
    pub description: Option<&'static str>,
    /// Name of its type, such as `date`, `country`, `entity`.
    pub kind: &'static str,
    /// Format of an identifier, such as `imo`, `inn`, `lei`.
    pub format: Option<&'static str>,
    /// If its values say something about sameness.
    pub matchable: bool,
    /// Schema of the entities that it points at.
    pub range: Option<&'static str>,
    /// Name of the property, in the schema pointed at, that points back.
    pub reverse: Option<&'static str>,
    /// True for the back pointers that other schemata bring.
    pub stub: bool,
    /// True if it is not shown first.
    pub hidden: bool,
    /// Most characters that a value may have.
    pub max_length: Option<usize>,
}

#[derive(Debug)]
struct SchemaData {
    name: &'static str,
    label: &'static str,
    plural: &'static str,
    description: Option<&'static str>,
    extends: Vec<&'static str>,
    schemata: Vec<&'static str>,
    featured: Vec<&'static str>,
    required: Vec<&'static str>,
    caption: Vec<&'static str>,
    edge: Option<(&'static str, &'static str)>,
    matchable: bool,
    abstract_: bool,
    hidden: bool,
    properties: Vec<Property>,
    by_name: HashMap<&'static str, usize>,
}

/// A schema of the bundled model: `Person`, `Vessel`, `Ownership`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Schema(u8);

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Schema {
    fn data(self) -> &'static SchemaData {
        &MODEL.schemata[usize::from(self.0)]
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.data().name
    }

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.data().label
    }

    /// Its label for several.
    #[must_use]
    pub fn plural(self) -> &'static str {
        self.data().plural
    }

    /// What it stands for.
    #[must_use]
    pub fn description(self) -> Option<&'static str> {
        self.data().description
    }

    /// The schemata that it extends directly.
    #[must_use]
    pub fn extends(self) -> &'static [&'static str] {
        &self.data().extends
    }

    /// Itself and all that it extends, by name.
    #[must_use]
    pub fn schemata(self) -> &'static [&'static str] {
        &self.data().schemata
    }

    /// Properties that matter most.
    #[must_use]
    pub fn featured(self) -> &'static [&'static str] {
        &self.data().featured
    }

    /// Properties that an entity should have.
    #[must_use]
    pub fn required(self) -> &'static [&'static str] {
        &self.data().required
    }

    /// Properties that can name an entity, best first.
    #[must_use]
    pub fn caption(self) -> &'static [&'static str] {
        &self.data().caption
    }

    /// Properties of the two ends, if it is an edge: `owner`, `asset`.
    #[must_use]
    pub fn edge(self) -> Option<(&'static str, &'static str)> {
        self.data().edge
    }

    /// If two entities of it can be compared.
    #[must_use]
    pub fn matchable(self) -> bool {
        self.data().matchable
    }

    /// If no entity has it as its own schema.
    #[must_use]
    pub fn is_abstract(self) -> bool {
        self.data().abstract_
    }

    /// If it is not offered to people.
    #[must_use]
    pub fn hidden(self) -> bool {
        self.data().hidden
    }

    /// If it is the named schema or extends it.
    #[must_use]
    pub fn is_a(self, name: &str) -> bool {
        self.data().schemata.contains(&name)
    }

    /// Its properties, inherited ones too, by name.
    #[must_use]
    pub fn properties(self) -> &'static [Property] {
        &self.data().properties
    }

    /// A property by name.
    #[must_use]
    pub fn property(self, name: &str) -> Option<&'static Property> {
        let data = self.data();
        data.by_name.get(name).map(|i| &data.properties[*i])
    }
}

impl Model {
    /// A schema by name; names are case-sensitive.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<Schema> {
        self.by_name.get(name).copied().map(Schema)
    }

    /// All schemata, by name.
    pub fn schemata(&self) -> impl Iterator<Item = Schema> + use<> {
        (0..self.schemata.len()).filter_map(|i| u8::try_from(i).ok()).map(Schema)
    }

    fn build(raw: RawModel) -> Self {
        let all = &raw.schemata;
        let mut schemata = Vec::with_capacity(all.len());
        let mut by_name = HashMap::new();
        for (number, (name, schema)) in all.iter().enumerate() {
            by_name.insert(name.clone(), u8::try_from(number).expect("the model has 71 schemata"));
            let mut properties: BTreeMap<&str, &RawProperty> = BTreeMap::new();
            for ancestor in &schema.schemata {
                for (property, data) in &all[ancestor].properties {
                    properties.insert(property, data);
                }
            }
            let properties: Vec<Property> = properties.into_iter().map(|(name, data)| property(name, data)).collect();
            let index = properties.iter().enumerate().map(|(i, p)| (p.name, i)).collect();
            schemata.push(SchemaData {
                name: leak(name),
                label: leak(&schema.label),
                plural: leak(&schema.plural),
                description: schema.description.as_deref().map(leak),
                extends: leak_all(&schema.extends),
                schemata: leak_all(&schema.schemata),
                featured: leak_all(&schema.featured),
                required: leak_all(&schema.required),
                caption: leak_all(&schema.caption),
                edge: schema.edge.as_ref().map(|e| (leak(&e.source), leak(&e.target))),
                matchable: schema.matchable,
                abstract_: schema.abstract_,
                hidden: schema.hidden,
                properties,
                by_name: index,
            });
        }
        Self { version: raw.version, types: raw.types, countries: raw.countries, topics: raw.topics, schemata, by_name }
    }
}

fn property(name: &str, data: &RawProperty) -> Property {
    Property {
        name: leak(name),
        qname: leak(&data.qname),
        label: leak(&data.label),
        description: data.description.as_deref().map(leak),
        kind: leak(&data.kind),
        format: data.format.as_deref().map(leak),
        matchable: data.matchable,
        range: data.range.as_deref().map(leak),
        reverse: data.reverse.as_deref().map(leak),
        stub: data.stub,
        hidden: data.hidden,
        max_length: data.max_length,
    }
}

/// The model lives as long as the program and is made once, so its words may be borrowed for good.
fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn leak_all(texts: &[String]) -> Vec<&'static str> {
    texts.iter().map(|t| leak(t)).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawModel {
    version: String,
    schemata: BTreeMap<String, RawSchema>,
    types: BTreeMap<String, TypeInfo>,
    countries: BTreeMap<String, String>,
    topics: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchema {
    label: String,
    plural: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    extends: Vec<String>,
    schemata: Vec<String>,
    #[serde(default)]
    featured: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    caption: Vec<String>,
    #[serde(default)]
    edge: Option<RawEdge>,
    #[serde(default)]
    matchable: bool,
    #[serde(default, rename = "abstract")]
    abstract_: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default, rename = "deprecated")]
    _deprecated: bool,
    #[serde(default, rename = "temporalExtent")]
    _extent: Option<serde_json::Value>,
    properties: BTreeMap<String, RawProperty>,
}

#[derive(Deserialize)]
struct RawEdge {
    source: String,
    target: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProperty {
    label: String,
    qname: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    matchable: bool,
    #[serde(default)]
    range: Option<String>,
    #[serde(default)]
    reverse: Option<String>,
    #[serde(default)]
    stub: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default, rename = "deprecated")]
    _deprecated: bool,
    #[serde(default, rename = "maxLength")]
    max_length: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_model_is_whole() {
        let model = model();
        assert_eq!(model.schemata().count(), 71);
        let vessel = model.schema("Vessel").expect("a schema");
        assert!(vessel.is_a("Asset") && vessel.is_a("Thing") && !vessel.is_a("LegalEntity"));
        assert_eq!(vessel.property("imoNumber").expect("a property").kind, "identifier");
        assert_eq!(vessel.property("name").expect("inherited").qname, "Thing:name");
        assert!(vessel.property("birthDate").is_none());
        assert_eq!(model.schema("Ownership").expect("a schema").edge(), Some(("owner", "asset")));
        assert_eq!(model.countries["ru"], "Russia");
        assert!(model.schema("vessel").is_none());
    }
}
