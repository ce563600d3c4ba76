//! A ship that declared one country and was seen next in another.

use tw_base::{Bounds, Country, Interval, Unit};
use tw_law::{Act, Direction, Item};
use tw_tables::{Product, Row, Voyage};

use crate::card::Card;
use crate::common::{facts, names};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let leads = world
        .tables
        .voyages
        .iter()
        // A stop elsewhere on the way is common and innocent: only a ship that turns up in the target country is a lead.
        .filter(|row| row.data.next_country == world.target && !row.data.declared_country.includes(world.target) && laden(&row.data))
        .map(|row| lead(world, card, row))
        .collect();
    Output { leads, ..Output::default() }
}

/// Whether the ship may have carried anything: in ballast there is nothing to conceal.
fn laden(voyage: &Voyage) -> bool {
    let cargo = voyage.cargo.to_lowercase();
    let empty = voyage.product.is_none() && ["ballast", "empty", "no cargo", "none"].iter().any(|word| cargo.contains(word));
    !empty && voyage.tonnes != Some(0.0)
}

fn lead(world: World<'_>, card: &Card, row: &Row<Voyage>) -> Lead {
    let data = &row.data;
    let end = data.next_seen.as_ref().map_or(data.departed.interval(), |seen| Interval::new(data.departed.from(), seen.interval().to));
    let mut draft = Draft::new(world, card, Kind::Destination, &data.ship, end, &format!("{} {}", data.from_port, data.departed));
    let declared = data.declared_port.as_ref().map_or_else(
        || names(&data.declared_country).replace(" and ", " or "),
        |port| format!("{port} ({})", names(&data.declared_country)),
    );
    let next = data
        .next_port
        .as_ref()
        .map_or_else(|| data.next_country.name().to_owned(), |port| format!("{port} ({})", data.next_country.name()));
    let number = draft.cite(
        row,
        &data.declared_in,
        format!("{}: left {} {} with {}, declared {declared}, seen next: {next}", data.ship, data.from_port, data.departed, data.cargo),
    );
    draft.title(format!("declared {declared}, seen next in {}", data.next_country.name()));
    draft.declared(format!("bound for {declared}, by {}", data.declared_in), &[number]);
    draft.observed(
        format!("seen next: {next}{}, by {}", data.next_seen.as_ref().map_or_else(String::new, |seen| format!(", {seen}")), data.seen_by),
        &[number],
    );
    draft.observed(format!("cargo at departure from {}, {}: {}", data.from_port, data.departed, data.cargo), &[number]);
    let in_scope = data.next_country == Country::PRK && data.product.is_some();
    let departed = data.departed.interval();
    let mut throughout = false;
    let mut partly = false;
    if in_scope {
        let item = match data.product {
            Some(Product::Crude) => Item::CrudeOil,
            _ => Item::RefinedPetroleum,
        };
        let mut question = facts(Act::Supply, data.departed.interval(), Some(data.from_country));
        question.direction = Some(Direction::To);
        question.item = Some(item);
        question.amounts.insert(Unit::Barrels, Bounds::UNKNOWN);
        let rules = if item == Item::CrudeOil { ["UN-2375-15", "UN-2397-4"] } else { ["UN-2375-14a", "UN-2397-5"] };
        for rule in rules {
            draft.ask_on(rule, &question, "the cargo");
            let stretches = world.rule(rule).map(tw_law::Provision::stretches).unwrap_or_default();
            throughout |= stretches.iter().any(|stretch| stretch.covers(&departed));
            partly |= stretches.iter().any(|stretch| stretch.meet(&departed).is_some());
        }
    }
    let then = if departed.days() == Some(1) { "on the day it left" } else { "when it left" };
    let law = if !in_scope {
        "No provision on this cargo and destination was asked about.".to_owned()
    } else if throughout {
        format!("A cap was in force {then}; whether this cargo passed it depends on the sum of all deliveries, not on this ship.")
    } else if partly {
        "A cap began or ended within the days on which it can have left, so whether it applied is not known; a cap is a sum of all deliveries in any case.".to_owned()
    } else {
        format!("No cap on this cargo was in force {then}: this is a concealed destination and not a breach of a cap.")
    };
    draft.conclusion(format!(
        "The declared destination is not where the ship was seen next: consistent with a concealed destination. {law}"
    ));
    draft.gap(data.tonnes.map_or(Bounds::UNKNOWN, Bounds::exactly), Unit::Tonnes, format!("declared {declared}, actual {next}"));
    draft.against("orders were changed under way", Outcome::NotTestable, "needs the charterer's orders or the log");
    draft.against(
        "the cargo was landed at the declared port before the ship was seen again",
        Outcome::NotTestable,
        "needs port calls between departure and sighting",
    );
    draft.against("the fuel was for the ship's own use", Outcome::NotTestable, "needs the amount loaded against the ship's bunkers");
    draft.against(
        "the destination was typed wrongly or left from an earlier voyage",
        if data.declared_in.contains("AIS") { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        if data.declared_in.contains("AIS") {
            "some 40 % of typed destinations are wrong".to_owned()
        } else {
            format!("it was declared in {}, not typed into a transponder", data.declared_in)
        },
    );
    draft.sensitive(
        "if only declared and actual countries are compared",
        "a mismatch alone had a precision of 0.085 in simulation: cargo, flag and calls in between have to be looked at",
    );
    draft.not_checked("positions between departure and sighting; draught; unloading");
    draft.figure("tonnes", data.tonnes);
    draft.finish(None, 1.0, Unit::Ships)
}
