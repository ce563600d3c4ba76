//! Shipment records whose declared destination or consignee does not fit.

use tw_base::{Bounds, Country, Interval, Span, Tri, Unit, format_number};
use tw_flows::phantom::{self, FEATURES, Feature, NAMES, Ranking, Weights, rank};
use tw_law::{Act, Direction, Item};
use tw_tables::{Row, Shipment};

use crate::card::Card;
use crate::common::{facts, family};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

/// Other records of the same goods and destination that make a custom visible, or its absence.
const ENOUGH: u64 = 20;

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let rows = &world.tables.shipments;
    if rows.is_empty() {
        return output;
    }
    let plain = phantom_shipments(rows);
    let mut weights = [0.0; FEATURES];
    for (weight, name) in weights.iter_mut().zip(NAMES) {
        *weight = card.threshold(world.parameters, &format!("weight-{name}"));
    }
    let ranking = rank(&plain, world.target.code(), Weights(weights));
    let least = card.threshold(world.parameters, "score");
    let most = card.threshold(world.parameters, "most-leads") as usize;
    // A sum of decimal fractions may lie a last digit below the threshold that it equals.
    let mut high: Vec<usize> = ranking.order().into_iter().take_while(|at| ranking.scores()[*at] >= least - 1e-9).collect();
    let rest = high.len().saturating_sub(most);
    if rest > 0 {
        output.not_checked.push(format!(
            "{rest} more of {} shipment records score {least} or more: only the {most} highest are told one by one (`most-leads`)",
            rows.len()
        ));
    }
    high.truncate(most);
    let silent = rows.iter().filter(|row| row.data.importer_country.is_none()).count();
    if silent > 0 {
        output.not_checked.push(format!("{silent} of {} shipment records declare no country of destination", rows.len()));
    }
    let unseen = rows.iter().filter(|row| row.data.next_country.is_none()).count();
    if unseen > 0 {
        output.not_checked.push(format!("{unseen} of {} shipment records do not say where the carrier was seen next", rows.len()));
    }
    output.leads = high.into_iter().filter_map(|at| lead(world, card, &ranking, at, &rows[at])).collect();
    output
}

fn text(cell: &Option<String>) -> &str {
    cell.as_deref().unwrap_or("")
}

fn code(cell: &Option<Country>) -> &str {
    cell.as_ref().map_or("", Country::code)
}

/// Rows of shipments as the ranking of [`tw_flows::phantom`] takes them. Each is known by its row in its file, the header being row 1; a row
/// that has no such number by its place, from 0.
#[must_use]
pub fn phantom_shipments(rows: &[Row<Shipment>]) -> Vec<phantom::Shipment<'_>> {
    let number = |at: usize, span: &Span| match span {
        Span::Row(n) | Span::SheetRow(_, n) | Span::Line(n) => *n,
        Span::Bytes(..) => at as u64,
    };
    rows.iter().enumerate().map(|(at, row)| lent(number(at, &row.provenance.record.span), &row.data)).collect()
}

fn lent(record: u64, data: &Shipment) -> phantom::Shipment<'_> {
    phantom::Shipment {
        record,
        exporter_country: data.exporter_country.code(),
        exporter: text(&data.exporter),
        destination: code(&data.importer_country),
        importer: text(&data.importer),
        consignee: text(&data.consignee),
        consignee_country: code(&data.consignee_country),
        declared_port: text(&data.declared_port),
        from_port: text(&data.from_port),
        goods: text(&data.goods),
        hs: text(&data.hs),
        year: data.departed.from().year(),
        tonnes: data.tonnes.unwrap_or(f64::NAN),
        usd: data.value_usd.unwrap_or(f64::NAN),
        next_country: code(&data.next_country),
        vessel: text(&data.vessel),
    }
}

fn lead(world: World<'_>, card: &Card, ranking: &Ranking<'_>, at: usize, row: &Row<Shipment>) -> Option<Lead> {
    let data = &row.data;
    let destination = data.importer_country?;
    let told = ranking.explain(at);
    let seen = data.next_country == Some(world.target);
    let when = data.departed.interval();
    let subject = data.vessel.as_ref().or(data.consignee.as_ref()).or(data.importer.as_ref()).unwrap_or(&data.shipment);
    let key = format!("{} {} {}", data.shipment, data.departed, data.hs.as_deref().unwrap_or("-"));
    let mut draft = Draft::new(world, card, Kind::Destination, subject, when, &key);
    let buyer = data.consignee.as_ref().or(data.importer.as_ref());
    let of = data.consignee_country.filter(|country| *country != destination);
    draft.title(match (seen, of) {
        (true, _) => format!("declared for {}, carrier seen next in {}", destination.name(), world.target.name()),
        (false, Some(of)) => format!("declared for {}, consignee of {}", destination.name(), of.name()),
        (false, None) => format!("declared for {}: the record does not fit", destination.name()),
    });
    let number = draft.cite(row, &family(data.document.as_deref().unwrap_or(&row.provenance.source)), sentence(data));
    draft.declared(
        format!(
            "{}, for {}{}",
            goods(data),
            data.declared_port.as_ref().map_or_else(String::new, |port| format!("{port}, ")) + destination.name(),
            buyer.map_or_else(String::new, |name| format!(
                "; {} {name}{}",
                if data.consignee.is_some() { "consignee" } else { "buyer" },
                data.consignee_country.map_or_else(String::new, |of| format!(" ({})", of.name()))
            ))
        ),
        &[number],
    );
    if let Some(next) = data.next_country {
        let port = data.next_port.as_ref().map_or_else(String::new, |port| format!("{port}, "));
        draft.observed(format!("the carrier was seen or unloaded next: {port}{}", next.name()), &[number]);
    }
    for feature in told.features.iter().filter(|f| f.value * f.weight != 0.0) {
        draft.observed(format!("{}: {}", term(feature), feature.why), &[number]);
    }
    let terms: Vec<String> = told.features.iter().filter(|f| f.value * f.weight != 0.0).map(product).collect();
    draft.observed(format!("score {:.2} = {}", told.score, terms.join(" + ").replace("+ -", "- ")), &[]);
    corroborate(world, &mut draft, data);
    let law = ask(world, &mut draft, data, seen);
    draft.conclusion(format!(
        "The record says {}, and {}. This is consistent with a phantom destination, and as well with {}. A score of {:.2} ranks the record among the others of the set and is no probability. {law}",
        destination.name(),
        if seen {
            format!("the carrier was seen next in {}", world.target.name())
        } else {
            format!("nothing shows that the goods went to {}", world.target.name())
        },
        if seen { "orders changed under way, or with goods landed before" } else { "an unusual trade" },
        told.score,
    ));
    innocents(world, card, &mut draft, ranking, at, data);
    for feature in told.features.iter().filter(|f| f.why.ends_with("not checked")) {
        draft.not_checked(feature.why.trim_end_matches(": not checked"));
    }
    draft.not_checked("whether buyer, consignee, or carrier resembles a listed party: listing.screened compares the names of this record");
    draft.not_checked("the carrier's track, the papers of the landing, and registers of companies");
    draft.gap(data.tonnes.map_or(Bounds::UNKNOWN, Bounds::exactly), Unit::Tonnes, sentence(data));
    draft.figure("score", Some(told.score)).figure("tonnes", data.tonnes).figure("usd", data.value_usd);
    Some(draft.finish(None, data.tonnes.unwrap_or_default(), Unit::Tonnes))
}

/// `0.18 × 0.93`.
fn product(feature: &Feature) -> String {
    format!("{:.2} × {:.2}", feature.weight, feature.value)
}

fn term(feature: &Feature) -> String {
    format!("{} ({})", feature.name.replace('-', " "), product(feature))
}

fn goods(data: &Shipment) -> String {
    let name = match (&data.goods, &data.hs) {
        (Some(goods), Some(hs)) => format!("{goods} (HS {hs})"),
        (Some(goods), None) => goods.clone(),
        (None, Some(hs)) => format!("goods of HS {hs}"),
        (None, None) => "goods".to_owned(),
    };
    let amount = data.tonnes.map_or_else(String::new, |tonnes| format!(", {} t", format_number(tonnes)));
    let value = data.value_usd.map_or_else(String::new, |usd| format!(", {} USD", format_number(usd)));
    format!("{name}{amount}{value}")
}

fn sentence(data: &Shipment) -> String {
    let from = data.from_country.unwrap_or(data.exporter_country);
    format!(
        "shipment {}: {}, left {} in {}, declared for {}, seen next: {}",
        data.shipment,
        goods(data),
        from.name(),
        data.departed,
        data.importer_country.as_ref().map_or("no country", Country::name),
        data.next_country.as_ref().map_or("not told", Country::name)
    )
}

/// Voyages of the same ship in those days, as families of their own.
fn corroborate(world: World<'_>, draft: &mut Draft<'_>, data: &Shipment) {
    let Some(imo) = data.imo else { return };
    let when = data.departed.interval();
    for row in &world.tables.voyages {
        let voyage = &row.data;
        if voyage.imo != Some(imo) || voyage.departed.interval().meet(&when).is_none() || voyage.next_country != world.target {
            continue;
        }
        let says = format!(
            "{}: left {} {}, seen next in {}, by {}",
            voyage.ship,
            voyage.from_port,
            voyage.departed,
            voyage.next_country.name(),
            voyage.seen_by
        );
        let number = draft.cite(row, &voyage.seen_by, says.clone());
        draft.observed(format!("the same ship in those days: {says}"), &[number]);
    }
}

/// What the goods are to the rules on supplies, by their heading.
fn rules(hs: &str) -> Option<(&'static [&'static str], Item, &'static str)> {
    let chapter = hs.get(..2).unwrap_or("");
    Some(match (hs.get(..4).unwrap_or(""), chapter) {
        ("2709", _) => (&["UN-2375-15", "UN-2397-4"], Item::CrudeOil, "cap on crude oil"),
        ("2710" | "2712" | "2713", _) => (&["UN-2375-14a", "UN-2397-5"], Item::RefinedPetroleum, "cap on refined oil"),
        (_, "84" | "85") => (&["UN-2397-7"], Item::Machinery, "ban on machinery"),
        (_, "86" | "87" | "88") => (&["UN-2397-7"], Item::Vehicles, "ban on vehicles"),
        (_, "89") => (&["UN-2397-7"], Item::Vessels, "ban on ships"),
        (_, "72" | "73" | "74" | "75" | "76" | "78" | "79" | "80" | "81" | "82" | "83") => (&["UN-2397-7"], Item::Metals, "ban on metals"),
        _ => return None,
    })
}

/// Asks the rules on supplies, where the carrier was seen in the target country. Whether the goods were landed there stays open.
fn ask(world: World<'_>, draft: &mut Draft<'_>, data: &Shipment, seen: bool) -> String {
    if !seen {
        return format!("No provision was asked: no record shows the goods in {}.", world.target.name());
    }
    let asked = data.hs.as_deref().filter(|_| world.target == Country::PRK).and_then(|hs| Some((hs, rules(hs)?)));
    let Some((hs, (rules, item, name))) = asked else {
        return "No provision on these goods was asked about.".to_owned();
    };
    let when = data.departed.interval();
    let mut question = facts(Act::Supply, when, Some(data.exporter_country));
    question.direction = Some(Direction::To);
    question.item = Some(item);
    question.hs = Some(hs.to_owned());
    question.occurred = Tri::Unknown;
    if name.starts_with("cap") {
        question.amounts.insert(Unit::Barrels, Bounds::UNKNOWN);
    }
    let mut throughout = false;
    let mut partly = false;
    for rule in rules {
        draft.ask_on(rule, &question, "the goods, if they were landed there");
        let stretches = world.rule(rule).map(tw_law::Provision::stretches).unwrap_or_default();
        throughout |= stretches.iter().any(|stretch: &Interval| stretch.covers(&when));
        partly |= stretches.iter().any(|stretch| stretch.meet(&when).is_some());
    }
    let sum = if name.starts_with("cap") { ", and a cap is passed by the sum of all deliveries" } else { "" };
    if throughout {
        format!("A {name} was in force when it left; that these goods were landed there is not shown{sum}.")
    } else if partly {
        format!("A {name} began or ended within the days on which it can have left, so whether it applied is not known.")
    } else {
        format!("No {name} was in force when it left: an apparently wrong destination, and no more.")
    }
}

fn innocents(world: World<'_>, card: &Card, draft: &mut Draft<'_>, ranking: &Ranking<'_>, at: usize, data: &Shipment) {
    let (like, all) = ranking.like_it(at);
    let common = card.threshold(world.parameters, "common-like-it");
    let third = data.consignee_country.filter(|country| Some(*country) != data.importer_country);
    let counted = format!("{like} of {all} records of other consignees for these goods and that destination are of the same country");
    draft.against(
        "a trading house in a third country bought, and the goods went as declared",
        match third {
            None if data.consignee_country.is_none() => Outcome::NotTestable,
            None => Outcome::DoesNotExplain,
            Some(_) if like as f64 >= common => Outcome::MayExplain,
            Some(_) if all < ENOUGH => Outcome::NotTestable,
            Some(_) => Outcome::DoesNotExplain,
        },
        match third {
            None if data.consignee_country.is_none() => "where the consignee is registered is not told".to_owned(),
            None => "the consignee is of the declared country".to_owned(),
            Some(_) => counted,
        },
    );
    let coal = data.exporter_country == Country::RUS && data.hs.as_deref().is_some_and(|hs| hs.starts_with("2701"));
    draft.against(
        "the goods were carried on through a port on the way",
        match data.next_country {
            Some(next) if next == world.target && coal => Outcome::MayExplain,
            Some(next) if Some(next) != data.importer_country && next != world.target => Outcome::MayExplain,
            _ => Outcome::NotTestable,
        },
        match data.next_country {
            Some(next) if next == world.target && coal => {
                "Russian coal may pass through Rajin (S/RES/2371, paragraph 8): needs the papers of its transit".to_owned()
            }
            Some(_) => "needs the papers of the onward carriage".to_owned(),
            None => "nobody saw where the carrier went".to_owned(),
        },
    );
    draft.against("the destination was changed by orders under way", Outcome::NotTestable, "needs the orders, the contract, or the log");
    let buyers = ranking.other_buyers(at);
    draft.against(
        "the consignee is a forwarder",
        if buyers >= 2 {
            Outcome::MayExplain
        } else if data.consignee.is_none() {
            Outcome::NotTestable
        } else {
            Outcome::DoesNotExplain
        },
        match buyers {
            1 => "it received goods for one other buyer".to_owned(),
            n => format!("it received goods for {n} other buyers"),
        },
    );
    let koreas = ["PRK", "KOR"];
    if data.importer_country.is_some_and(|c| koreas.contains(&c.code())) && data.next_country.is_some_and(|c| koreas.contains(&c.code())) {
        draft.against(
            "the codes of North and South Korea were confused",
            Outcome::MayExplain,
            data.next_port.as_ref().map_or_else(
                || "the record names no port next seen, only a country".to_owned(),
                |port| format!("the port next seen is given as {port}"),
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_gives_the_weights_of_the_ranking() {
        let card = Card::bundled(include_str!("detector.toml"));
        let set: Vec<f64> =
            NAMES.iter().map(|name| card.threshold(&std::collections::BTreeMap::new(), &format!("weight-{name}"))).collect();
        assert_eq!(set, Weights::default().0);
    }
}
