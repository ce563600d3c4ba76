//! A declared value against what somebody else found, and a value against an amount.

use tw_base::{Bounds, Interval, Unit, format_number};
use tw_law::{Act, Direction, Item};
use tw_tables::{Delivery, Product, Row, Side, TradeValue};

use crate::card::Card;
use crate::common::{facts, family, times};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let rows = &world.tables.trade_values;
    for declared in rows.iter().filter(|row| row.data.side == Side::Declared) {
        for estimated in rows.iter().filter(|row| row.data.side == Side::Estimated && same_flow(declared, row)) {
            if !same_party(&declared.data, &estimated.data) {
                continue;
            }
            if in_other_units(&declared.data, &estimated.data) {
                let (a, b) = (sentence(&declared.data), sentence(&estimated.data));
                output.not_checked.push(format!("{a} against {b}: one is a value and the other an amount"));
                continue;
            }
            output.leads.extend(lead(world, card, declared, estimated));
        }
    }
    // A value of either side is tested against the amount that the supplier reported.
    for row in rows {
        output.leads.extend(unit_value(world, card, row));
    }
    output
}

fn same_flow(a: &Row<TradeValue>, b: &Row<TradeValue>) -> bool {
    let hs = match (&a.data.hs, &b.data.hs) {
        (Some(x), Some(y)) => x.starts_with(y.as_str()) || y.starts_with(x.as_str()),
        _ => a.data.goods == b.data.goods,
    };
    hs && a.data.exporter == b.data.exporter && a.data.importer == b.data.importer && a.data.period.interval() == b.data.period.interval()
}

/// Whether the two can be set beside each other: figures of one company, figures of all, or a company on either side as a part of all.
fn same_party(a: &TradeValue, b: &TradeValue) -> bool {
    a.company.is_none() || b.company.is_none() || a.company == b.company
}

/// Whether the sides give no figure in one unit, and neither is a shipment count or nought, which can be compared all the same.
fn in_other_units(a: &TradeValue, b: &TradeValue) -> bool {
    let figures = |t: &TradeValue| t.value_usd.is_some_and(|v| v > 0.0) || t.tonnes.is_some_and(|v| v > 0.0);
    comparable(a, b).is_none() && figures(a) && figures(b)
}

/// A figure of one side in the first unit that both give.
fn comparable(a: &TradeValue, b: &TradeValue) -> Option<(f64, f64, Unit)> {
    if let (Some(x), Some(y)) = (a.value_usd, b.value_usd) {
        return Some((x, y, Unit::Usd));
    }
    if let (Some(x), Some(y)) = (a.tonnes, b.tonnes) {
        return Some((x, y, Unit::Tonnes));
    }
    None
}

fn lead(world: World<'_>, card: &Card, declared: &Row<TradeValue>, estimated: &Row<TradeValue>) -> Option<Lead> {
    let noise = card.threshold(world.parameters, "noise-percent") / 100.0;
    let (a, b) = (&declared.data, &estimated.data);
    let period = a.period.interval();
    let flow = format!("{} to {}, {}", a.exporter.name(), a.importer.name(), a.goods);
    let Some((said, found, unit)) = comparable(a, b) else {
        return nothing_declared(world, card, declared, estimated);
    };
    if said <= 0.0 || found <= 0.0 {
        return if said <= 0.0 && found > 0.0 { nothing_declared(world, card, declared, estimated) } else { None };
    }
    let ratio = found / said;
    // A part is smaller than the whole as a matter of course; only a part above the whole is a gap.
    let a_part_below_the_whole = match (&a.company, &b.company) {
        (None, Some(_)) => ratio <= 1.0,
        (Some(_), None) => ratio >= 1.0,
        _ => false,
    };
    if a_part_below_the_whole {
        return None;
    }
    if ratio <= 1.0 + noise && ratio >= 1.0 / (1.0 + noise) {
        return None;
    }
    let mut draft = Draft::new(world, card, Kind::Discrepancy, &flow, period, &format!("{:?} {}", b.company, a.period));
    let first = draft.cite(declared, &family(&a.reporter), sentence(a));
    let second = draft.cite(estimated, &family(&b.reporter), sentence(b));
    draft.title(format!("{} found against {} {unit} declared: {}", format_number(found), format_number(said), times(ratio)));
    draft.declared(sentence(a), &[first]);
    draft.observed(sentence(b), &[second]);
    if let (Some(usd), Some(tonnes), Unit::Usd) = (b.value_usd, b.tonnes.filter(|t| *t > 0.0), unit) {
        let price = usd / tonnes;
        draft.observed(
            format!(
                "unit value {} USD/t on the estimated side; at that price the declared {} USD would be {} t",
                format_number(price),
                format_number(said),
                format_number((said / price).round())
            ),
            &[second],
        );
        draft.figure("usd_per_tonne", Some(price));
    }
    let oil = a.hs.as_deref().is_some_and(|hs| hs.starts_with("2710")) || b.hs.as_deref().is_some_and(|hs| hs.starts_with("2710"));
    let mut law = String::from("No provision is judged on a difference of values alone.");
    if oil && a.importer == tw_base::Country::PRK {
        law = caps(world, &mut draft, period);
    }
    draft.conclusion(format!(
        "The two accounts differ by {} and cannot both be complete; freight, insurance and timing explain at most {:.0} %. {law}",
        times(if ratio > 1.0 { ratio } else { 1.0 / ratio }),
        noise * 100.0
    ));
    draft.gap(Bounds::exactly(found - said), unit, format!("{} {unit}, {}", format_number(found - said), times(ratio)));
    draft.against(
        "freight and insurance (CIF against FOB), and timing by a month",
        Outcome::DoesNotExplain,
        format!("a band of {:.0} % either way is allowed for", noise * 100.0),
    );
    draft.against("re-export through a third country", Outcome::NotTestable, "needs the trade of likely hubs");
    draft.against(
        "another heading of the Harmonized System on the other side",
        Outcome::NotTestable,
        "needs the sibling headings of both sides",
    );
    draft.against("North and South Korea confused", Outcome::NotTestable, "needs port and consignee of the shipments");
    draft.against(
        "a slip of a digit or of a unit",
        if (ratio.log10().round() - ratio.log10()).abs() < 0.01 { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        "a slip of a unit would give a power of ten",
    );
    draft.sensitive("with a noise band of 100 %", if (0.5..=2.0).contains(&ratio) { "within it" } else { "still beyond it" });
    draft.not_checked("shipment by shipment records on both sides; months within the period");
    draft.figure("declared", Some(said)).figure("estimated", Some(found)).figure("ratio", Some(ratio));
    Some(draft.finish(None, (found - said).abs(), unit))
}

/// Which of the caps on refined products had begun: asked with an unknown amount, because the period says nothing of what fell inside them.
fn caps(world: World<'_>, draft: &mut Draft<'_>, period: Interval) -> String {
    let mut starts = Vec::new();
    for rule in ["UN-2375-14a", "UN-2397-5"] {
        let mut question = facts(Act::Supply, period, None);
        question.item = Some(Item::RefinedPetroleum);
        question.direction = Some(Direction::To);
        draft.ask_on(rule, &question, "deliveries over the whole period");
        starts.extend(world.rule(rule).and_then(|p| p.in_force.first()).map(|i| i.from));
    }
    match starts.into_iter().min() {
        Some(first) if first > period.from => {
            format!("No cap on refined products existed before {first}: this is a discrepancy, and not by itself a breach of a cap.")
        }
        Some(_) => "A cap was in force; the amount under it is for the cap account to say, and not for a difference of values.".to_owned(),
        None => "No cap on refined products is among the provisions of this case.".to_owned(),
    }
}

fn nothing_declared(world: World<'_>, card: &Card, declared: &Row<TradeValue>, estimated: &Row<TradeValue>) -> Option<Lead> {
    let (a, b) = (&declared.data, &estimated.data);
    let none = a.value_usd.unwrap_or(0.0) + a.tonnes.unwrap_or(0.0) == 0.0 && (a.value_usd.is_some() || a.tonnes.is_some());
    let some = b.shipments.is_some_and(|n| n > 0) || b.value_usd.is_some_and(|v| v > 0.0) || b.tonnes.is_some_and(|t| t > 0.0);
    if !(none && some) {
        return None;
    }
    let flow = format!("{} to {}, {}", a.exporter.name(), a.importer.name(), a.goods);
    let mut draft = Draft::new(world, card, Kind::Discrepancy, &flow, a.period.interval(), &format!("none {}", a.period));
    let first = draft.cite(declared, &family(&a.reporter), sentence(a));
    let second = draft.cite(estimated, &family(&b.reporter), sentence(b));
    draft.title("none declared, some found");
    draft.declared(sentence(a), &[first]);
    draft.observed(sentence(b), &[second]);
    draft.conclusion("One account shows none of this trade, the other shows some. How much it is in value or mass is not known.");
    draft.gap(b.shipments.map_or(Bounds::UNKNOWN, |n| Bounds::exactly(n as f64)), Unit::Shipments, "found where none were declared");
    draft.against(
        "North and South Korea confused in the shipment records",
        Outcome::NotTestable,
        "needs port and consignee of the shipments",
    );
    draft.against(
        "below the threshold of the statistics, or confidential",
        Outcome::NotTestable,
        "needs the reporter's rules on confidentiality",
    );
    draft.not_checked("the shipment records themselves");
    Some(draft.finish(None, b.shipments.unwrap_or_default() as f64, Unit::Shipments))
}

/// A value over an amount reported for the same supplier and period, outside any price of the goods.
fn unit_value(world: World<'_>, card: &Card, valued: &Row<TradeValue>) -> Option<Lead> {
    let (low, high) = (card.threshold(world.parameters, "usd-per-tonne-low"), card.threshold(world.parameters, "usd-per-tonne-high"));
    let data = &valued.data;
    let usd = data.value_usd.filter(|v| *v > 0.0)?;
    // Chapter 27 as a whole may hold oil products; its other headings are coal, gas, crude oil and electricity.
    let products = |hs: &str| hs == "27" || ["2710", "2712", "2713"].iter().any(|heading| hs.starts_with(heading));
    if !data.hs.as_deref().is_some_and(products) || data.importer != tw_base::Country::PRK {
        return None;
    }
    let supplied: &Row<Delivery> = world.tables.deliveries.iter().find(|d| {
        d.data.product == Product::Refined
            && crate::common::single(&d.data.supplier) == Some(data.exporter)
            && d.data.period.interval() == data.period.interval()
            && d.data.tonnes.is_some()
    })?;
    let tonnes = supplied.data.tonnes.filter(|t| *t > 0.0)?;
    let price = usd / tonnes;
    if (low..=high).contains(&price) {
        return None;
    }
    let flow = format!("{} to {}, {}", data.exporter.name(), data.importer.name(), data.goods);
    let mut draft = Draft::new(world, card, Kind::Discrepancy, &flow, data.period.interval(), &format!("unit value {}", data.period));
    let first = draft.cite(valued, &family(&data.reporter), sentence(data));
    let second = draft.cite(
        supplied,
        "reports to the 1718 Committee",
        format!("{} t supplied by {}, {} ({})", format_number(tonnes), data.exporter.name(), data.period, supplied.data.basis),
    );
    draft.title(format!("{} USD/t: value and reported amount do not fit", format_number(price.round())));
    match data.side {
        Side::Declared => draft.declared(sentence(data), &[first]),
        Side::Estimated => draft.observed(sentence(data), &[first]),
    };
    draft.declared(format!("{} t were reported for the same period", format_number(tonnes)), &[second]);
    draft.conclusion(format!("The value over the reported amount is {} USD/t, outside {}–{} USD/t for oil products: consistent with more oil than was reported, with a wrong value, or with goods of heading 27 that are not oil products.", format_number(price.round()), format_number(low), format_number(high)));
    draft.gap(Bounds::exactly(price), Unit::UsdPerTonne, "implied price");
    draft.against(
        "the value includes coal, gas or electricity of chapter 27",
        if data.hs.as_deref() == Some("27") { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        format!("the heading is {}", data.hs.as_deref().unwrap_or("unknown")),
    );
    draft.against("a premium for a sanctioned buyer", Outcome::NotTestable, "needs contract prices");
    draft.not_checked("prices by product and month");
    draft.figure("usd_per_tonne", Some(price));
    Some(draft.finish(None, usd, Unit::Usd))
}

fn sentence(data: &TradeValue) -> String {
    let mut figures = Vec::new();
    if let Some(usd) = data.value_usd {
        figures.push(format!("{} USD", format_number(usd)));
    }
    if let Some(t) = data.tonnes {
        figures.push(format!("{} t", format_number(t)));
    }
    if let Some(n) = data.shipments {
        figures.push(format!("{n} shipments"));
    }
    let company = data.company.as_ref().map_or_else(String::new, |c| format!(" by {c}"));
    format!(
        "{} of {}{company} from {} to {}, {} ({})",
        figures.join(", "),
        data.goods,
        data.exporter.name(),
        data.importer.name(),
        data.period,
        data.reporter
    )
}
