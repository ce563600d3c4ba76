//! What listed parties own, by the 50 percent rule.

use std::collections::{BTreeMap, BTreeSet};

use tw_base::{Bounds, Interval, Tri, Unit};
use tw_ftm::{Entity, model};
use tw_screening::ownership::{Graph, Owned, Rule};
use tw_screening::{Weights, explain};
use tw_tables::{Party, PartyRole, Row};

use super::on_that_day::{Status, ask_if, listed_days, status};
use super::party::{Acting, Listed, by_number, listed, parties};
use crate::card::Card;
use crate::common::{days, plain};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

/// An owner that resembles a listed party on the days of its row.
struct Owner<'a> {
    listing: &'a Listed<'a>,
    score: f64,
    by_number: bool,
    status: Status,
}

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let least = card.threshold(world.parameters, "score");
    let mut weights = Weights::default();
    weights.threshold = least;
    let listings = listed(world);
    let rows: Vec<(&Row<Party>, Acting<'_>)> = {
        let of_parties = parties(world.tables);
        world.tables.parties.iter().zip(of_parties).filter(|(row, _)| row.data.role == PartyRole::Owner && row.data.of.is_some()).collect()
    };
    // Holdings of one period are one picture: those of different periods are never added.
    let mut periods: BTreeMap<Interval, Vec<usize>> = BTreeMap::new();
    for (at, (_, acting)) in rows.iter().enumerate() {
        periods.entry(acting.when).or_default().push(at);
    }
    let mut output = Output::default();
    for (when, ats) in periods {
        let mut owners: BTreeMap<String, Owner<'_>> = BTreeMap::new();
        let mut edges = Vec::new();
        for at in &ats {
            let (row, acting) = &rows[*at];
            edges.push(edge(*at, &row.data));
            for listing in &listings {
                let why = explain(&acting.party, &listing.party, &weights);
                let status = status(&listing.row.data, &when);
                if why.score < least || matches!(status, Status::NotYet | Status::NoLonger) {
                    continue;
                }
                let by_number = by_number(&why);
                let found = Owner { listing, score: why.score, by_number, status };
                let better =
                    owners.get(&plain(acting.name)).is_none_or(|known| (known.by_number, known.score) < (found.by_number, found.score));
                if better {
                    owners.insert(plain(acting.name), found);
                }
            }
        }
        if owners.is_empty() {
            continue;
        }
        let graph = Graph::from_entities(&edges);
        for owned in graph.apply(Rule::Us, &|id| owners.contains_key(id), None) {
            let shown = ats.iter().map(|at| &rows[*at]).find(|(row, _)| row.data.of.as_deref().map(plain).as_deref() == Some(&owned.id));
            let name = shown.and_then(|(row, _)| row.data.of.clone()).unwrap_or_else(|| owned.id.clone());
            match owned.met {
                Tri::False => output.not_checked.push(format!(
                    "{name}: listed parties hold {} of it, less than half; control without shares",
                    percent(owned.low, owned.high)
                )),
                _ => output.leads.extend(lead(world, card, &rows, &ats, &owners, &owned, &name, when)),
            }
        }
    }
    output
}

fn edge(at: usize, row: &Party) -> Entity {
    let mut edge = Entity::new(at.to_string(), model().schema("Ownership").expect("the model has this schema"));
    edge.add("owner", plain(&row.party));
    edge.add("asset", plain(row.of.as_deref().unwrap_or_default()));
    if let Some(share) = row.share {
        edge.add("percentage", share.to_string());
    }
    edge
}

fn percent(low: f64, high: f64) -> String {
    let number = tw_base::format_number;
    if (high - low).abs() < 1e-9 { format!("{} %", number(low)) } else { format!("{} to {} %", number(low), number(high)) }
}

#[expect(clippy::too_many_arguments, reason = "one caller, one sentence each")]
fn lead(
    world: World<'_>,
    card: &Card,
    rows: &[(&Row<Party>, Acting<'_>)],
    ats: &[usize],
    owners: &BTreeMap<String, Owner<'_>>,
    owned: &Owned,
    name: &str,
    when: Interval,
) -> Option<Lead> {
    // The parties on the way: the chain and every owner that counts, each with its own row.
    let mut way: BTreeSet<&str> = owned.chain.iter().map(String::as_str).collect();
    way.extend(owned.parts.iter().filter(|p| p.blocked != Tri::False).map(|p| p.owner.as_str()));
    let on_way = |row: &Party| {
        let of = plain(row.of.as_deref().unwrap_or_default());
        way.contains(plain(&row.party).as_str()) && (of == owned.id || way.contains(of.as_str()))
    };
    let mut draft = Draft::new(world, card, Kind::Listing, name, when, "owned");
    for at in ats {
        let (row, acting) = &rows[*at];
        if on_way(&row.data) {
            let number = acting.cite(&mut draft);
            let share = row
                .data
                .share
                .map_or_else(|| "a share that is not given".to_owned(), |share| format!("{} %", tw_base::format_number(share)));
            draft.declared(format!("{} holds {share} of {}", row.data.party, row.data.of.as_deref().unwrap_or_default()), &[number]);
        }
    }
    let counted: Vec<(&str, &Owner<'_>)> = way.iter().filter_map(|id| owners.get(*id).map(|owner| (*id, owner))).collect();
    let first = counted.first()?.1;
    for (_, owner) in &counted {
        let data = &owner.listing.row.data;
        let number = draft.cite(owner.listing.row, &data.list, format!("{} on {}, {}", data.party, data.list, listed_days(data)));
        draft.observed(
            format!("an owner is consistent with {} ({}, {}) at a score of {:.2}", data.party, data.list, listed_days(data), owner.score),
            &[number],
        );
    }
    let sum = percent(owned.low, owned.high);
    let sure = owned.met == Tri::True;
    draft.title(if sure {
        format!("owned {sum} by listed parties")
    } else {
        format!("owned {sum} by listed parties: may be half or more")
    });
    let missing =
        if owned.missing.is_empty() { String::new() } else { format!(" To decide it one has to know {}.", owned.missing.join("; ")) };
    draft.conclusion(format!(
        "During {} listed parties hold {sum} of {name} by the rows of the case, holdings added and chains counted whole (the 50 percent rule of the US Treasury).{missing} Who the owners are rests on resemblance, and is for a person to decide.",
        days(&when)
    ));
    let settled = counted.iter().all(|(_, owner)| owner.by_number && owner.status == Status::Throughout);
    let designated = if sure && settled { Tri::True } else { Tri::Unknown };
    ask_if(world, &mut draft, &first.listing.row.data, &when, designated);
    draft.gap(Bounds::from_ends(Some(owned.low), Some(owned.high)), Unit::Percent, "held by parties that resemble listed ones");
    draft.against(
        "the owner is another party of a like name",
        if settled { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        if settled {
            "each owner that counts has an identifier equal to the listed one's"
        } else {
            "an owner is told by its name alone, or was not listed throughout"
        },
    );
    draft.against(
        "the shares were others",
        if sure { Outcome::NotTestable } else { Outcome::MayExplain },
        "needs the register of shareholders on the day",
    );
    draft.not_checked("owners that no row names; control without shares; the rules of other lists, some of which ask for more than half");
    let decisive = (sure && settled).then(|| format!("held {sum} by parties listed throughout, each by an equal identifier"));
    Some(draft.finish(decisive.as_deref(), owned.low, Unit::Percent))
}
