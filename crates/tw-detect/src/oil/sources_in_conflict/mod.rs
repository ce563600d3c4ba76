//! Two published figures of the same deliveries that cannot both be right.

use tw_base::{Bounds, Unit, format_number};
use tw_flows::{Plausibility, SlipKind, digit_slip, implied_factor, plausible};
use tw_tables::{Delivery, Product, Row};

use crate::card::Card;
use crate::common::names;
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut rows: Vec<&Row<Delivery>> = world.tables.deliveries.iter().collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row<Delivery>| (row.data.supplier.clone(), row.data.period.interval(), row.provenance.source.clone());
        let amount = |row: &Row<Delivery>| (row.data.barrels.unwrap_or(-1.0), row.data.tonnes.unwrap_or(-1.0));
        key(a).cmp(&key(b)).then(amount(a).partial_cmp(&amount(b)).unwrap_or(std::cmp::Ordering::Equal))
    });
    let mut leads = Vec::new();
    for (i, first) in rows.iter().enumerate() {
        for second in &rows[i..] {
            if first.data.supplier == second.data.supplier
                && first.data.product == second.data.product
                && first.data.period.interval() == second.data.period.interval()
            {
                leads.extend(factor(world, card, first, second));
                leads.extend(slip(world, card, first, second, &rows));
            }
        }
    }
    Output { leads, ..Output::default() }
}

fn scope(data: &Delivery) -> String {
    format!("{}, {}", names(&data.supplier), data.period)
}

/// Barrels of one row over tonnes of the other (or of the same row), if no product has that factor.
fn factor(world: World<'_>, card: &Card, a: &Row<Delivery>, b: &Row<Delivery>) -> Option<Lead> {
    if a.data.product != Product::Refined {
        return None;
    }
    let same = std::ptr::eq(a, b);
    let (with_barrels, with_tonnes) = match (a.data.barrels, b.data.tonnes, b.data.barrels, a.data.tonnes) {
        (Some(_), Some(_), ..) => (a, b),
        (_, _, Some(_), Some(_)) if !same => (b, a),
        _ => return None,
    };
    let (barrels, tonnes) = (with_barrels.data.barrels?, with_tonnes.data.tonnes?);
    let implied = implied_factor(barrels, tonnes)?;
    let Plausibility::Outside { .. } = plausible(implied) else { return None };
    let mut draft =
        Draft::new(world, card, Kind::Conflict, &scope(&a.data), a.data.period.interval(), &format!("factor {barrels} {tonnes}"));
    let first = draft.cite(with_barrels, &with_barrels.provenance.source, format!("{} bbl ({})", format_number(barrels), scope(&a.data)));
    let second = draft.cite(with_tonnes, &with_tonnes.provenance.source, format!("{} t ({})", format_number(tonnes), scope(&a.data)));
    draft.title(format!("{} bbl for {} t: {:.2} bbl/t, outside any oil product", format_number(barrels), format_number(tonnes), implied));
    draft.declared(format!("{} barrels", format_number(barrels)), &[first]);
    draft.declared(format!("{} tonnes of the same deliveries", format_number(tonnes)), &[second]);
    let limits = tw_flows::NON_LPG_LIMITS;
    let expected = tw_flows::to_barrels(Bounds::exactly(tonnes), tw_flows::Product::UnknownRefined);
    draft.observed(format!("{} t of oil products are {expected} bbl", format_number(tonnes)), &[second]);
    draft.conclusion(format!("{implied:.2} barrels a tonne lies outside {}–{}: one of the two figures is not what it seems, consistent with an error of the press or another scope of one of them. Neither is used alone in the sums.", limits.0, limits.1));
    draft.gap(Bounds::exactly(implied), Unit::BarrelsPerTonne, format!("{implied:.2} bbl/t"));
    draft.against(
        "the product was LPG, which is lighter",
        Outcome::MayExplain,
        "LPG has 11.54 barrels a tonne, so a part of LPG would raise the factor; the reports are of refined products",
    );
    draft.against(
        "the two figures cover different suppliers or months",
        Outcome::NotTestable,
        "needs the page of the Committee as it stood",
    );
    draft.not_checked("the Committee's own page on the days of the two reports");
    draft.figure("factor", Some(implied)).figure("barrels", Some(barrels)).figure("tonnes", Some(tonnes));
    Some(draft.finish(None, (barrels - expected.high.unwrap_or(barrels)).max(expected.low.unwrap_or(barrels) - barrels), Unit::Barrels))
}

/// Two figures of the same scope that differ by one slip of a digit.
fn slip(world: World<'_>, card: &Card, a: &Row<Delivery>, b: &Row<Delivery>, rows: &[&Row<Delivery>]) -> Option<Lead> {
    if std::ptr::eq(a, b) {
        return None;
    }
    let (x, y) = (a.data.barrels?, b.data.barrels?);
    let slip = digit_slip(x, y)?;
    // A barrel more or less is rounding.
    if (x - y).abs() <= 1.0 {
        return None;
    }
    let how = match slip.kind {
        SlipKind::Changed => "differ by one digit",
        SlipKind::Transposed => "have two neighbouring digits changed round",
    };
    let mut draft = Draft::new(world, card, Kind::Conflict, &scope(&a.data), a.data.period.interval(), "slip");
    let first = draft.cite(a, &a.provenance.source, format!("{} bbl ({})", format_number(x), scope(&a.data)));
    let second = draft.cite(b, &b.provenance.source, format!("{} bbl ({})", format_number(y), scope(&b.data)));
    draft.title(format!("{} or {} bbl: the figures {how}", format_number(x), format_number(y)));
    draft.declared(format!("{} barrels", format_number(x)), &[first]);
    draft.declared(format!("{} barrels of the same deliveries", format_number(y)), &[second]);
    let tonnes = rows.iter().find_map(|row| {
        (row.data.supplier == a.data.supplier && row.data.period.interval() == a.data.period.interval())
            .then_some(row.data.tonnes.map(|t| (*row, t)))?
    });
    let mut fits = String::new();
    if let Some((row, t)) = tonnes {
        let number = draft.cite(row, &row.provenance.source, format!("{} t ({})", format_number(t), scope(&row.data)));
        // The factors of the Committee's own pairs, 7.50 to 8.33 barrels a tonne, tell the likelier of two figures that are both possible.
        let near = |barrels: f64| (barrels / t - 7.9).abs();
        let likelier = if near(x) <= near(y) { x } else { y };
        draft.observed(format!("{} t of the same deliveries: {:.2} and {:.2} bbl/t", format_number(t), x / t, y / t), &[number]);
        fits = format!(
            " Over {} t, {} bbl is {:.2} bbl/t, near the Committee's own factors of 7.50 to 8.33; the other is {:.2}.",
            format_number(t),
            format_number(likelier),
            likelier / t,
            (x + y - likelier) / t
        );
    }
    draft.conclusion(format!("The two figures {how}: consistent with a slip in copying.{fits}"));
    draft.gap(Bounds::exactly((x - y).abs()), Unit::Barrels, format!("{} bbl", format_number((x - y).abs())));
    draft.against("one figure is a revision of the other", Outcome::NotTestable, "needs the history of the page");
    draft.not_checked("the Committee's own page");
    draft.figure("first", Some(x)).figure("second", Some(y));
    Some(draft.finish(None, (x - y).abs(), Unit::Barrels))
}
