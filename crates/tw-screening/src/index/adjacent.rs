use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use tw_ftm::{Entity, Entry};

use super::doc::Doc;
use super::{Index, Inner};

/// Most linked entities taken into one nested entity.
const MOST_LINKED: usize = 10_000;

/// Deepest nesting: an edge, its far end, and what the far end shares with the others.
const MOST_DEEP: usize = 4;

/// An entity with those linked to it put into its properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// The entity; its own properties hold ids.
    pub entity: Entity,
    /// Linked entities by property, by id: those that it points at, and those that point at it, under the name of the back pointer.
    /// They stand in place of the ids.
    pub links: BTreeMap<&'static str, Vec<Nested>>,
}

/// One page of the entities linked by one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjacent {
    /// Entities, by id.
    pub results: Vec<Nested>,
    /// All there are.
    pub total: usize,
}

/// Who points at whom, by place of the newest version.
#[derive(Debug, Default)]
pub(super) struct Links {
    inbound: HashMap<u32, Vec<(u32, &'static str)>>,
}

impl Links {
    fn new(inner: &Inner) -> Self {
        let mut inbound: HashMap<u32, Vec<(u32, &'static str)>> = HashMap::new();
        for (place, doc) in (0..).zip(&inner.docs) {
            if doc.links.is_empty() || !inner.is_newest(place as usize) {
                continue;
            }
            for (property, id) in &doc.links {
                if let Some(target) = inner.find(id) {
                    inbound.entry(target).or_default().push((place, property));
                }
            }
        }
        Self { inbound }
    }

    fn to(&self, place: u32) -> &[(u32, &'static str)] {
        self.inbound.get(&place).map_or(&[], Vec::as_slice)
    }
}

impl Index {
    /// An entity with its links, and the entities at the far ends of edges, such as the company of a directorship.
    /// The id may be a referent.
    #[must_use]
    pub fn nested(&self, id: &str) -> Option<Nested> {
        let inner = &*self.inner;
        let root = inner.find(id)?;
        let near: BTreeSet<u32> = inner.near(root, |_| true).into_iter().map(|(_, place)| place).take(MOST_LINKED).collect();
        Some(inner.tree(root, &near))
    }

    /// The entity, and the ones linked to it by property of its schema: one property, or all that have any.
    ///
    /// Properties are its own, such as `addressEntity`, and back pointers, such as `ownershipOwner`.
    #[must_use]
    pub fn adjacent(
        &self,
        id: &str,
        property: Option<&str>,
        limit: usize,
        offset: usize,
    ) -> Option<(Arc<Entry>, BTreeMap<&'static str, Adjacent>)> {
        let inner = &*self.inner;
        let root = inner.find(id)?;
        let mut by_property: BTreeMap<&'static str, BTreeSet<u32>> = BTreeMap::new();
        for (name, place) in inner.near(root, |name| property.is_none_or(|p| p == name)) {
            by_property.entry(name).or_default().insert(place);
        }
        let mut pages = BTreeMap::new();
        for (name, places) in by_property {
            let page: BTreeSet<u32> = places.iter().skip(offset).take(limit).copied().collect();
            let results = inner.tree(root, &page).links.remove(name).unwrap_or_default();
            pages.insert(name, Adjacent { results, total: places.len() });
        }
        Some((Arc::new(inner.docs[root as usize].entry()), pages))
    }
}

impl Inner {
    pub(super) fn links(&self) -> &Links {
        self.links.get_or_init(|| Links::new(self))
    }

    /// Place of the newest version of an entity, by its id or a referent.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let versions = self.versions(id);
        match versions.end.checked_sub(1).filter(|_| !versions.is_empty()) {
            Some(place) => u32::try_from(place).ok(),
            None => self.referents.get(id).copied(),
        }
    }

    /// Linked entities with the property of this one's schema under which they stand.
    fn near(&self, place: u32, wanted: impl Fn(&str) -> bool) -> Vec<(&'static str, u32)> {
        let out = self.docs[place as usize].links.iter().filter_map(|(name, id)| Some((*name, self.find(id)?)));
        let back = self.links().to(place).iter().filter_map(|(source, name)| {
            let property = self.docs[*source as usize].schema.property(name)?;
            Some((property.reverse?, *source))
        });
        out.chain(back).filter(|(name, other)| *other != place && wanted(name)).collect()
    }

    /// The entity with these entities put in, and the far ends of those that are edges.
    fn tree(&self, root: u32, near: &BTreeSet<u32>) -> Nested {
        let mut known = near.clone();
        for place in near {
            let doc = &self.docs[*place as usize];
            if doc.schema.edge().is_some() {
                known.extend(doc.links.iter().filter_map(|(_, id)| self.find(id)).take(MOST_LINKED));
            }
        }
        known.remove(&root);
        let mut left = MOST_LINKED;
        self.nest(root, &known, &mut vec![], &mut left)
    }

    fn nest(&self, place: u32, known: &BTreeSet<u32>, path: &mut Vec<u32>, left: &mut usize) -> Nested {
        let doc: &Doc = &self.docs[place as usize];
        let mut found: BTreeMap<&'static str, BTreeSet<u32>> = BTreeMap::new();
        let may = |other: &u32| known.contains(other) && !path.contains(other) && *other != place;
        // Back pointers are followed from the entity itself and from those next to it.
        if path.len() < 2 {
            for (source, name) in self.links().to(place).iter().filter(|(source, _)| may(source)) {
                let reverse = self.docs[*source as usize].schema.property(name).and_then(|p| p.reverse);
                if let Some(reverse) = reverse {
                    found.entry(reverse).or_default().insert(*source);
                }
            }
        }
        for (name, id) in &doc.links {
            if let Some(target) = self.find(id).filter(|t| may(t)) {
                found.entry(name).or_default().insert(target);
            }
        }
        let mut links = BTreeMap::new();
        if path.len() < MOST_DEEP {
            path.push(place);
            for (name, places) in found {
                let mut nested = Vec::with_capacity(places.len());
                for other in places {
                    if *left == 0 {
                        break;
                    }
                    *left -= 1;
                    nested.push(self.nest(other, known, path, left));
                }
                links.insert(name, nested);
            }
            path.pop();
        }
        Nested { entity: doc.entity(), links }
    }
}

/// As an entity is written, but with entities in the place of ids; an id that leads nowhere, or back up, is left out.
impl Serialize for Nested {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entity = &self.entity;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &entity.id)?;
        map.serialize_entry("caption", &entity.caption)?;
        map.serialize_entry("schema", entity.schema.name())?;
        map.serialize_entry("properties", &Properties(self))?;
        map.serialize_entry("datasets", &entity.datasets)?;
        map.serialize_entry("referents", &entity.referents)?;
        map.serialize_entry("target", &entity.target)?;
        map.serialize_entry("first_seen", &entity.first_seen)?;
        map.serialize_entry("last_seen", &entity.last_seen)?;
        map.serialize_entry("last_change", &entity.last_change)?;
        map.end()
    }
}

struct Properties<'a>(&'a Nested);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Nested { entity, links } = self.0;
        let mut map = serializer.serialize_map(None)?;
        for (name, values) in &entity.properties {
            if entity.schema.property(name).is_none_or(|p| p.kind != "entity") {
                map.serialize_entry(name, values)?;
            }
        }
        for (name, entities) in links {
            map.serialize_entry(name, entities)?;
        }
        map.end()
    }
}
