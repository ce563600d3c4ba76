//! Entities for `FollowTheMoney` 4.11: listed parties, their listings, and ships that a source names.
//!
//! A `Sanction` is an official listing and nothing else. A lead is never exported; a finding that a person published becomes a `Risk`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tw_tables::{Listing, PartyKind, Row, Voyage};

use super::super::Input;
use super::is_published;
use crate::run::json_lines;

#[derive(Serialize)]
struct Entity {
    id: String,
    schema: &'static str,
    properties: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Entity {
    fn new(schema: &'static str, key: &str) -> Self {
        Self { id: id(&format!("{schema}|{key}")), schema, properties: BTreeMap::new() }
    }

    fn set(&mut self, property: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.properties.entry(property).or_default().insert(value.trim().to_owned());
        }
    }
}

/// `tw-` and twenty digits of the SHA-256 of what makes the entity itself.
fn id(key: &str) -> String {
    format!("tw-{}", &tw_evidence::sha256(key.as_bytes()).to_string()[..20])
}

/// One entity a line, sorted by id.
pub(crate) fn lines(input: &Input<'_>) -> String {
    let mut entities: BTreeMap<String, Entity> = BTreeMap::new();
    let as_of = input.summary.as_of.parse().ok();
    for row in &input.tables.listings {
        let party = party(row, &mut entities, as_of);
        let sanction = sanction(row, &party);
        entities.insert(sanction.id.clone(), sanction);
    }
    for row in &input.tables.voyages {
        if let Some(vessel) = vessel(row) {
            merge(&mut entities, vessel);
        }
    }
    for risk in risks(input, &entities) {
        entities.insert(risk.id.clone(), risk);
    }
    json_lines(&entities.into_values().collect::<Vec<_>>())
}

/// Adds what an entity says to the one with the same id.
fn merge(entities: &mut BTreeMap<String, Entity>, new: Entity) {
    let Some(known) = entities.get_mut(&new.id) else {
        entities.insert(new.id.clone(), new);
        return;
    };
    for (property, values) in new.properties {
        known.properties.entry(property).or_default().extend(values);
    }
}

fn party(row: &Row<Listing>, entities: &mut BTreeMap<String, Entity>, as_of: Option<jiff::civil::Date>) -> String {
    let data = &row.data;
    let schema = match data.kind {
        PartyKind::Vessel => "Vessel",
        PartyKind::Company => "Company",
        PartyKind::Person => "Person",
    };
    let mut entity = Entity::new(schema, &data.party);
    entity.set("name", &data.party);
    for alias in data.aliases.iter().flat_map(|a| a.split('|')) {
        entity.set("alias", alias);
    }
    // The topic says that the party is listed now, so it is set only where the source shows that.
    let on_list = as_of.is_some_and(|day| data.listed <= day && data.delisted.as_ref().is_none_or(|off| day < off.from()));
    if on_list {
        entity.set("topics", "sanction");
    }
    for address in addresses(&row.provenance.source) {
        entity.set("sourceUrl", address);
    }
    let id = entity.id.clone();
    merge(entities, entity);
    id
}

fn sanction(row: &Row<Listing>, party: &str) -> Entity {
    let data = &row.data;
    let mut entity = Entity::new("Sanction", &format!("{}|{}|{}", data.party, data.list, data.listed));
    entity.set("entity", party);
    entity.set("authority", authority(&data.list));
    entity.set("program", format!("{}: {}", data.list, data.programme));
    entity.set("listingDate", data.listed.to_string());
    entity.set("startDate", data.listed.to_string());
    if let Some(off) = &data.delisted {
        entity.set("endDate", off.last().to_string());
    }
    entity.set("authorityId", data.identifier.clone().unwrap_or_default());
    entity.set("recordId", row.provenance.record.to_string());
    for address in addresses(&row.provenance.source) {
        entity.set("sourceUrl", address);
    }
    entity
}

/// The authority behind a list; the list's own key where it is not known here.
fn authority(list: &str) -> &str {
    match list {
        "US-SDN" => "Office of Foreign Assets Control, US Department of the Treasury",
        "UN-1718" => "Security Council Committee established pursuant to resolution 1718 (2006)",
        "EU" => "Council of the European Union",
        "GB" => "Office of Financial Sanctions Implementation, HM Treasury",
        other => other,
    }
}

/// A ship that its source names or numbers; a ship that is only counted is no entity.
fn vessel(row: &Row<Voyage>) -> Option<Entity> {
    let data = &row.data;
    let lower = data.ship.to_lowercase();
    let unnamed = ["unnamed", "not named", "unknown", "unidentified"].iter().any(|word| lower.contains(word));
    if data.imo.is_none() && unnamed {
        return None;
    }
    let key = data.imo.map_or_else(|| data.ship.clone(), |imo| imo.to_string());
    let mut entity = Entity::new("Vessel", &key);
    if !unnamed {
        entity.set("name", &data.ship);
    }
    if let Some(imo) = data.imo {
        entity.set("imoNumber", imo.to_string());
        if unnamed {
            entity.set("name", imo.to_string());
        }
    }
    for address in addresses(&row.provenance.source) {
        entity.set("sourceUrl", address);
    }
    Some(entity)
}

/// Published findings about a party that is an entity here.
fn risks(input: &Input<'_>, entities: &BTreeMap<String, Entity>) -> Vec<Entity> {
    let mut risks = Vec::new();
    for lead in input.leads.iter().filter(|lead| is_published(input, &lead.id)) {
        for party in entities.values().filter(|e| matches!(e.schema, "Company" | "Vessel" | "Person")) {
            if !party.properties.get("name").is_some_and(|names| names.iter().any(|name| lead.subject.contains(name.as_str()))) {
                continue;
            }
            let mut risk = Entity::new("Risk", &format!("{}|{}", lead.id, party.id));
            risk.set("entity", &party.id);
            risk.set("authority", &input.config.title);
            risk.set("status", "published finding");
            risk.set("startDate", &lead.from);
            risk.set("reason", &lead.conclusion);
            risk.set("recordId", &lead.id);
            risks.push(risk);
        }
    }
    risks
}

/// The http and https addresses in a citation.
fn addresses(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || c == ';')
        .map(|word| word.trim_matches(['(', ')', ',', '.']))
        .filter(|word| (word.starts_with("https://") || word.starts_with("http://")) && word.len() > 10)
        .collect()
}
