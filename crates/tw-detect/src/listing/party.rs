//! Parties that rows name and parties that lists name, made comparable.

use std::collections::BTreeSet;

use tw_base::{Country, Date, Interval, Provenance};
use tw_ftm::{Entity, model};
use tw_screening::{Explanation, Feature, Party as Analysed, Role};
use tw_tables::{Declaration, Listing, Party, PartyKind, PartyRole, Permit, Row, Shipment, Table, Tables, TradeValue, Voyage};

use crate::common::family;
use crate::world::{Draft, World};

/// A party that a row names, on the days of the row.
pub(super) struct Acting<'a> {
    /// Name.
    pub(super) name: &'a str,
    /// When it acted.
    pub(super) when: Interval,
    /// What it did, in one clause.
    pub(super) says: String,
    /// As what it is looked for.
    entity: Entity,
    /// The same, analysed.
    pub(super) party: Analysed,
    /// Table of the row.
    pub(super) table: &'static str,
    /// Where the row comes from.
    pub(super) provenance: &'a Provenance,
    /// Independent family of the source.
    pub(super) family: String,
}

impl Acting<'_> {
    /// Cites the row.
    pub(super) fn cite(&self, draft: &mut Draft<'_>) -> usize {
        draft.cite_row(self.table, self.provenance, &self.family, self.says.clone())
    }
}

/// A listing, made comparable.
pub(super) struct Listed<'a> {
    /// The row.
    pub(super) row: &'a Row<Listing>,
    /// The same, analysed.
    pub(super) party: Analysed,
}

/// A party that a row names, as an entity to look for on lists.
#[derive(Clone, Debug)]
pub struct Named {
    /// First day on which it acted.
    pub day: Date,
    /// What it did, in one clause.
    pub says: String,
    /// The party.
    pub entity: Entity,
}

/// The parties that the rows of a case name, without repeats, by day and name.
#[must_use]
pub fn named_parties(tables: &Tables) -> Vec<Named> {
    let of = |acting: Acting<'_>| Named { day: acting.when.from, says: acting.says, entity: acting.entity };
    let mut all: Vec<Named> = acting(tables).into_iter().map(of).collect();
    all.sort_by(|a, b| (a.day, &a.says).cmp(&(b.day, &b.says)));
    all.dedup_by(|a, b| a.day == b.day && a.entity == b.entity);
    all
}

/// The rows of the table of parties.
pub(super) fn parties(tables: &Tables) -> impl Iterator<Item = Acting<'_>> {
    tables.parties.iter().map(of_party)
}

/// All parties that the rows of a case name, but for those of listings.
pub(super) fn acting(tables: &Tables) -> Vec<Acting<'_>> {
    let mut all: Vec<Acting<'_>> = Vec::new();
    all.extend(parties(tables));
    all.extend(tables.voyages.iter().map(of_voyage));
    all.extend(tables.declarations.iter().map(of_declaration));
    all.extend(tables.trade_values.iter().filter_map(of_trade));
    // One party acts in many shipments of a day, and one employer has many papers: each is looked for once for the same days.
    let mut seen = BTreeSet::new();
    for row in &tables.shipments {
        let data = &row.data;
        let named = [
            (data.exporter.as_deref(), Some(data.exporter_country), "exporter"),
            (data.importer.as_deref(), data.consignee_country.filter(|_| data.consignee.is_none()), "buyer"),
            (data.consignee.as_deref(), data.consignee_country, "consignee"),
        ];
        let when = data.departed.interval();
        for (name, country, role) in named {
            if let Some(name) = name.filter(|name| seen.insert((*name, country, when.from, when.to, 0))) {
                all.push(of_shipment(row, name, country, role));
            }
        }
        if let Some(vessel) = data.vessel.as_deref()
            && seen.insert((vessel, None, when.from, when.to, data.imo.map_or(1, tw_base::Imo::number)))
        {
            all.push(of_carrier(row, vessel));
        }
    }
    for row in &tables.permits {
        let when = row.data.issued.interval();
        if let Some(employer) = row.data.employer.as_deref()
            && seen.insert((employer, Some(row.data.host), when.from, when.to, 0))
        {
            all.push(of_employer(row, employer));
        }
    }
    all
}

/// All listings of a case.
pub(super) fn listed<'a>(world: World<'a>) -> Vec<Listed<'a>> {
    let of = |row: &'a Row<Listing>| {
        let data = &row.data;
        let mut entity = named(data.kind, &data.party, data.aliases.as_deref());
        for identifier in data.identifier.iter().flat_map(|text| text.split('|')) {
            identify(&mut entity, identifier);
        }
        Listed { row, party: Analysed::new(&entity) }
    };
    world.tables.listings.iter().map(of).collect()
}

/// If an identifier alone carries the match.
pub(super) fn by_number(why: &Explanation) -> bool {
    let number = |feature: &&Feature| feature.role == Role::Base && !matches!(feature.name, "name_match" | "weak_alias_match");
    why.features.iter().filter(number).any(|feature| feature.score * feature.weight >= why.threshold)
}

fn schema(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Vessel => "Vessel",
        PartyKind::Company => "Organization",
        PartyKind::Person => "Person",
    }
}

fn named(kind: PartyKind, name: &str, aliases: Option<&str>) -> Entity {
    let schema = model().schema(schema(kind)).expect("the model has these schemata");
    let mut entity = Entity::new("", schema);
    entity.add("name", name);
    for alias in aliases.iter().flat_map(|text| text.split('|')) {
        entity.add("alias", alias.trim());
    }
    entity.set_caption();
    entity
}

/// Adds an identifier with its kind before it, such as `INN 0000000018`; one without a kind is a number of some register.
fn identify(entity: &mut Entity, text: &str) {
    let text = text.trim();
    let (kind, value) = text.split_once([' ', ':']).map_or(("", text), |(kind, value)| (kind, value.trim()));
    let property = match kind.to_uppercase().as_str() {
        "IMO" => "imoNumber",
        "MMSI" => "mmsi",
        "INN" => "innCode",
        "OGRN" => "ogrnCode",
        "LEI" => "leiCode",
        "BIC" | "SWIFT" => "swiftBic",
        "PASSPORT" => "passportNumber",
        "TAX" => "taxNumber",
        "CALLSIGN" => "callSign",
        _ => "",
    };
    if property.is_empty() || !entity.add(property, value) {
        // A bare number is the entry's number on the list or a register's: it says nothing without its kind.
        let imo = text.strip_prefix("IMO").map(str::trim).filter(|digits| !digits.is_empty());
        if let Some(digits) = imo {
            entity.add("imoNumber", digits);
        }
    }
}

fn land(entity: &mut Entity, property: &str, country: Option<Country>) {
    if let Some(country) = country
        && !entity.add(property, country.name())
    {
        entity.add("country", country.name());
    }
}

fn acting_row<'a, T: Table>(row: &'a Row<T>, name: &'a str, when: Interval, says: String, entity: Entity, reporter: &str) -> Acting<'a> {
    let party = Analysed::new(&entity);
    Acting { name, when, says, entity, party, table: T::NAME, provenance: &row.provenance, family: family(reporter) }
}

fn of_party(row: &Row<Party>) -> Acting<'_> {
    let data = &row.data;
    let mut entity = named(data.kind, &data.party, data.aliases.as_deref());
    for identifier in data.identifiers.iter().flat_map(|text| text.split('|')) {
        identify(&mut entity, identifier);
    }
    let property = match data.kind {
        PartyKind::Person => "nationality",
        PartyKind::Company => "jurisdiction",
        PartyKind::Vessel => "flag",
    };
    land(&mut entity, property, data.country);
    if let Some(born) = &data.born {
        entity.add("birthDate", born.text());
    }
    let role = role(data.role);
    let of = data.of.as_ref().map_or_else(String::new, |of| format!(" of {of}"));
    let says = format!("{}: {role}{of} ({}), by {}", data.party, data.period, data.document);
    acting_row(row, &data.party, data.period.interval(), says, entity, &data.document)
}

fn role(role: PartyRole) -> String {
    match role {
        PartyRole::Notify => "party to be told of the arrival".to_owned(),
        PartyRole::Payment => "payer or payee".to_owned(),
        PartyRole::Other => "named".to_owned(),
        other => other.to_string(),
    }
}

fn ship(name: &str, imo: Option<tw_base::Imo>, flag: Option<Country>) -> Entity {
    let mut entity = named(PartyKind::Vessel, name, None);
    if let Some(imo) = imo {
        entity.add("imoNumber", imo.to_string());
    }
    land(&mut entity, "flag", flag);
    entity
}

fn of_voyage(row: &Row<Voyage>) -> Acting<'_> {
    let data = &row.data;
    let says = format!(
        "{}: left {} in {} with {}, declared for {}",
        data.ship,
        data.from_port,
        data.departed,
        data.cargo,
        crate::common::names(&data.declared_country)
    );
    acting_row(row, &data.ship, data.departed.interval(), says, ship(&data.ship, data.imo, data.flag), &data.seen_by)
}

fn of_declaration(row: &Row<Declaration>) -> Acting<'_> {
    let data = &row.data;
    let mut entity = ship(&data.ship, data.imo, data.flag);
    if let Some(mmsi) = data.mmsi {
        entity.add("mmsi", mmsi.to_string());
    }
    let says = format!("{}: left {} in {} with {}, by {}", data.ship, data.from_port, data.departed, data.cargo, data.declared_in);
    acting_row(row, &data.ship, data.departed.interval(), says, entity, &data.declared_in)
}

fn of_trade(row: &Row<TradeValue>) -> Option<Acting<'_>> {
    let data = &row.data;
    let company = data.company.as_ref()?;
    let says = format!("{company}: {} to {}, {} ({})", data.goods, data.importer.name(), data.period, data.reporter);
    Some(acting_row(row, company, data.period.interval(), says, named(PartyKind::Company, company, None), &data.reporter))
}

fn of_shipment<'a>(row: &'a Row<Shipment>, name: &'a str, country: Option<Country>, role: &str) -> Acting<'a> {
    let data = &row.data;
    let mut entity = named(PartyKind::Company, name, None);
    land(&mut entity, "jurisdiction", country);
    let destination = data.importer_country.as_ref().map_or("no country told", Country::name);
    let says = format!("{name}: {role} of shipment {}, {}, declared for {destination}", data.shipment, data.departed);
    acting_row(row, name, data.departed.interval(), says, entity, document(row))
}

fn of_carrier<'a>(row: &'a Row<Shipment>, vessel: &'a str) -> Acting<'a> {
    let data = &row.data;
    let says = format!("{vessel}: carrier of shipment {}, {}", data.shipment, data.departed);
    acting_row(row, vessel, data.departed.interval(), says, ship(vessel, data.imo, None), document(row))
}

fn document(row: &Row<Shipment>) -> &str {
    row.data.document.as_deref().unwrap_or(&row.provenance.source)
}

/// The employer of a paper; the person in it is not looked for.
fn of_employer<'a>(row: &'a Row<Permit>, employer: &'a str) -> Acting<'a> {
    let mut entity = named(PartyKind::Company, employer, None);
    land(&mut entity, "jurisdiction", Some(row.data.host));
    let says = format!("{employer}: employer in {}, papers of {}", row.data.host.name(), row.data.issued);
    acting_row(row, employer, row.data.issued.interval(), says, entity, &row.provenance.source)
}
