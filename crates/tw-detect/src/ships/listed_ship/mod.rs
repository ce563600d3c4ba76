//! A listed ship that was heard while it was listed.

use std::collections::BTreeMap;

use tw_base::{Bounds, Interval, Tri, Unit};
use tw_law::{Act, Direction};
use tw_maritime::survey::Ship;
use tw_maritime::{At, Time};
use tw_tables::{Listing, PartyKind, Row};

use crate::card::Card;
use crate::common::{days, facts, plain};
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Numbers, Sea, What, beyond_ais, days_of, ended, listing_words, records, status};
use crate::world::{Draft, Output, World};

/// The provision by which the Committee designates ships.
const DESIGNATION: &str = "UN-2321-12";

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "positions");
    let mut output = Output::default();
    let mut names: BTreeMap<String, Vec<&Ship>> = BTreeMap::new();
    for ship in sea.ships() {
        names.entry(plain(&ship.name)).or_default().push(ship);
    }
    for row in world.tables.listings.iter().filter(|row| row.data.kind == PartyKind::Vessel) {
        let numbers = Numbers::of(row);
        for ship in sea.ships().filter(|ship| numbers.fit(&sea, ship.mmsi) && f64::from(ship.n) >= least) {
            let (t0, t1, at) = heard(&sea, ship, &numbers);
            let doubts = sea.doubts(ship.mmsi, t0, t1);
            if doubts.is_empty() {
                output.leads.extend(lead(&sea, card, row, ship, (t0, t1, at)));
            } else {
                let which = format!("{}: sends the numbers of listed {}; {}", sea.label(ship.mmsi), row.data.party, doubts.join("; "));
                output.not_checked.push(format!("{which}: which of them is the ship is not known"));
            }
        }
        for ship in alike(&row.data).iter().filter_map(|name| names.get(name)).flatten().filter(|ship| !numbers.fit(&sea, ship.mmsi)) {
            output.not_checked.push(format!(
                "{}: same name as listed {}, and no number in common: not taken for it",
                sea.label(ship.mmsi),
                row.data.party
            ));
        }
    }
    output.not_checked.sort();
    output.not_checked.dedup();
    output
}

/// Names on the list that can be compared.
fn alike(listing: &Listing) -> Vec<String> {
    let mut names: Vec<String> = std::iter::once(listing.party.as_str())
        .chain(listing.aliases.iter().flat_map(|a| a.split('|')))
        .map(plain)
        .filter(|name| name.chars().count() >= 2)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// From when to when the ship sent the number of the list, and a record of it.
fn heard(sea: &Sea<'_>, ship: &Ship, numbers: &Numbers) -> (Time, Time, At) {
    let sent = numbers.imo.and_then(|imo| sea.sent(ship.mmsi, imo));
    sent.map_or((ship.t0, ship.t1, ship.first), |sent| (sent.t0, sent.t1, sent.at))
}

fn lead(sea: &Sea<'_>, card: &Card, row: &Row<Listing>, ship: &Ship, (t0, t1, at): (Time, Time, At)) -> Option<Lead> {
    let data = &row.data;
    let when = days_of(t0, t1)?;
    let listed_then = status(data, &when);
    // Before its listing and after its delisting a ship is a ship like any other.
    if listed_then == Tri::False {
        return None;
    }
    let kind = format!("listed_ship {} {} {}", data.list, data.listed, data.party);
    let what =
        What { kind: &kind, mmsi: ship.mmsi, partner: None, t0, t1, from: (None, None), to: (None, None), score: 1.0, barrels: None };
    let mut draft = sea.draft(card, Kind::Listing, &what)?;
    let numbers = Numbers::of(row);
    let named = alike(data).contains(&plain(&ship.name));
    let by = numbers.imo.map_or_else(|| format!("MMSI {:09}", ship.mmsi), |imo| format!("IMO number {imo}"));
    draft.title(match listed_then {
        Tri::True => format!("heard by {by} while {} was on {}", data.party, data.list),
        _ => format!("heard by {by} when {} may have been on {}", data.party, data.list),
    });
    let listing = draft.cite(row, &data.list, listing_words(row));
    draft.observed(format!("listed: {}", listing_words(row)), &[listing]);
    let cited = records(&mut draft, &[(at, "a report with the number"), (ship.first, "first position"), (ship.last, "last position")]);
    draft.observed(format!("{} positions from {} to {}; it sent {by} from {t0} to {t1}", ship.n, ship.t0, ship.t1), &cited);
    sea.introduce(&mut draft, ship.mmsi, t0, t1);
    moved(sea, &mut draft, ship.mmsi, t0, t1);
    let here = ask(sea, &mut draft, row, &when, listed_then);
    draft.conclusion(format!(
        "During {} a ship that sent {by} was heard; the list knows a ship by that number{}. A listed ship does nothing forbidden by moving: the rules are about those who deal with it, flag it, or let it into port. A number that is broadcast can be another ship's.",
        days(&when),
        if named { " and by that name" } else { ", under another name" }
    ));
    draft.against(
        "another ship sends the number by a slip or on purpose",
        if named { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        if named {
            "the check digit holds, the name is on the list too, and no other ship heard sends the number"
        } else {
            "the check digit holds and no other ship heard sends the number, but the name is not on the list"
        },
    );
    draft.against(
        "it was heard before the listing or after it",
        if listed_then == Tri::True { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("listed {}", data.listed),
    );
    draft.against(
        "the movement was allowed",
        Outcome::NotTestable,
        "needs the measures named for the ship and any approval of the Committee or licence",
    );
    draft.not_checked("which measures the listing names for the ship; its owners and operators");
    beyond_ais(&mut draft);
    let listed_days = Interval::new(data.listed, data.delisted.as_ref().map(tw_base::Period::from))
        .meet(&when)
        .and_then(|i| i.days())
        .unwrap_or_default();
    draft.gap(Bounds::UNKNOWN, Unit::Days, "heard while it was listed");
    // One number alone does not carry a decision: the name has to agree.
    let decisive = (here && listed_then == Tri::True && named && numbers.imo.is_some())
        .then(|| format!("on {} on every day on which it was heard, by IMO number and name", data.list));
    ended(draft, decisive.as_deref(), listed_days as f64, Unit::Days)
}

/// The first and last places of its tracks in the time.
fn moved(sea: &Sea<'_>, draft: &mut Draft<'_>, mmsi: u32, t0: Time, t1: Time) {
    let tracks =
        sea.seen.segments.iter().filter(|track| track.mmsi == mmsi && !track.noise && super::sea::meets(track.t0, track.t1, t0, t1));
    for track in tracks.take(3) {
        let cited = records(draft, &[(track.first, "a track begins"), (track.last, "a track ends")]);
        draft.observed(
            format!(
                "{}: {}; {}: {}",
                track.t0,
                super::sea::place(track.lat, track.lon),
                track.t1,
                super::sea::place(track.lat1, track.lon1)
            ),
            &cited,
        );
    }
}

/// Asks the rules of the list; false if they are those of another programme.
fn ask(sea: &Sea<'_>, draft: &mut Draft<'_>, row: &Row<Listing>, when: &Interval, listed: Tri) -> bool {
    let data = &row.data;
    let here = data.list != "US-SDN" || ["DPRK", "NKOREA", "NK", "NPWMD"].iter().any(|p| data.programme.to_uppercase().contains(p));
    if !here {
        draft.not_checked(format!("the rules of programme {}, which are not in the book", data.programme));
        return false;
    }
    let question = |act: Act, occurred: Tri| {
        let mut question = facts(act, *when, None);
        question.direction = Some(Direction::Both);
        question.designated = listed;
        question.occurred = occurred;
        question
    };
    // The ship was heard under way: somebody operated it. Who dealt with it is not known.
    if data.list == "UN-1718" {
        draft.ask_on(DESIGNATION, &question(Act::OperateShip, Tri::True), "operating it while it was listed");
    }
    for rule in sea.world.designation_rules(&data.list).into_iter().filter(|rule| rule != DESIGNATION) {
        draft.ask_on(
            &rule,
            &question(Act::DealWithDesignated, Tri::Unknown),
            &format!("dealings while on {}, none of which is known", data.list),
        );
    }
    true
}
