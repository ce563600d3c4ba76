//! Any party of any row that resembles a listed one.

use tw_base::{Bounds, Interval, Unit};
use tw_screening::{Weights, explain, score};
use tw_tables::PartyKind;

use super::on_that_day::{Status, ask, listed_days, same_name, status, words};
use super::party::{Acting, Listed, acting, by_number, listed};
use crate::card::Card;
use crate::common::days;
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let least = card.threshold(world.parameters, "score");
    let mut weights = Weights::default();
    weights.threshold = least;
    let listings = listed(world);
    let mut output = Output::default();
    if listings.is_empty() {
        return output;
    }
    for acting in acting(world.tables) {
        for listing in &listings {
            let known =
                acting.table == "trade_values" && listing.row.data.kind == PartyKind::Company && same_name(acting.name, &listing.row.data);
            if !known && score(&acting.party, &listing.party, &weights) >= least {
                output.leads.push(lead(world, card, &weights, &acting, listing));
            }
        }
    }
    output
}

fn lead(world: World<'_>, card: &Card, weights: &Weights, acting: &Acting<'_>, listing: &Listed<'_>) -> Lead {
    let data = &listing.row.data;
    let status = status(data, &acting.when);
    let why = explain(&acting.party, &listing.party, weights);
    let by_number = by_number(&why);
    let mut draft = Draft::new(
        world,
        card,
        Kind::Listing,
        acting.name,
        acting.when,
        &format!("{} {} {} {}", acting.table, data.list, data.listed, data.party),
    );
    let row = acting.cite(&mut draft);
    draft.observed(acting.says.clone(), &[row]);
    let number = draft.cite(listing.row, &data.list, format!("{} on {}, {}", data.party, data.list, listed_days(data)));
    draft.observed(format!("{} ({}): ground {}, {}", data.party, data.list, data.programme, listed_days(data)), &[number]);
    let evidence: Vec<String> = why.features.iter().filter(|f| f.score * f.weight != 0.0).map(|f| f.detail.clone()).collect();
    let said = words(status, data);
    draft.title(match status {
        Status::Throughout => format!("resembles {}, on {} throughout", data.party, data.list),
        Status::NotYet => format!("resembles {}, not yet on {} then", data.party, data.list),
        Status::NoLonger => format!("resembles {}, no longer on {}", data.party, data.list),
        Status::PartOf => format!("resembles {}, on {} for part of the time", data.party, data.list),
        Status::Unsettled => format!("resembles {}, which may have been on {} then", data.party, data.list),
    });
    let flip = why
        .flip
        .as_ref()
        .map_or_else(String::new, |flip| format!(" The smallest change that would undo it: {} ({:.2}).", flip.change, flip.score));
    draft.conclusion(format!(
        "{} is consistent with listed {} at a score of {:.2}: {}.{flip} During {} that party {said}. A resemblance is no identity: a person compares the records.",
        acting.name,
        data.party,
        why.score,
        evidence.join("; "),
        days(&acting.when),
    ));
    ask(world, &mut draft, data, &acting.when, status);
    draft.gap(Bounds::UNKNOWN, Unit::Days, said);
    draft.against(
        "another party of a like name",
        if by_number { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        evidence.join("; "),
    );
    draft.against(
        "it acted before the listing or after it",
        if status == Status::Throughout { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("listed {}", listed_days(data)),
    );
    draft.not_checked("owners of the party, unless a row gives their shares; lists of which no entry is in the case");
    draft.figure("score", Some(why.score));
    // Only an equal number carries a decision: a name can be anybody's.
    let decisive =
        (status == Status::Throughout && by_number).then(|| format!("on {} on every day of the act, by an equal identifier", data.list));
    let overlap = Interval::new(data.listed, data.delisted.as_ref().map(tw_base::Period::from))
        .meet(&acting.when)
        .and_then(|both| both.days())
        .unwrap_or_default();
    draft.finish(decisive.as_deref(), overlap as f64, Unit::Days)
}
