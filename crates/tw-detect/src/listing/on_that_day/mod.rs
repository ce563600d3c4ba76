//! A party's status on a list during the days on which it acted.

use std::collections::BTreeMap;

use tw_base::{Bounds, Interval, Tri, Unit};
use tw_law::{Act, Direction};
use tw_tables::{Listing, PartyKind, Row, TradeValue};

use crate::card::Card;
use crate::common::{days, facts, family, plain};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

/// A party that acted, and what it did.
struct Acted<'a> {
    name: &'a str,
    when: Interval,
    rows: Vec<&'a Row<TradeValue>>,
}

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut parties: BTreeMap<(&str, Interval), Acted<'_>> = BTreeMap::new();
    for row in &world.tables.trade_values {
        if let Some(name) = &row.data.company {
            let when = row.data.period.interval();
            parties.entry((name.as_str(), when)).or_insert_with(|| Acted { name, when, rows: Vec::new() }).rows.push(row);
        }
    }
    let mut output = Output::default();
    for acted in parties.values() {
        // Only a company can be the company of a trade row, whatever a ship or person is called.
        for listing in world.tables.listings.iter().filter(|l| l.data.kind == PartyKind::Company && same_name(acted.name, &l.data)) {
            output.leads.push(lead(world, card, acted, listing));
        }
    }
    output
}

/// Equal after case, punctuation and spacing are taken away. Nothing nearer than that: a fuzzy name is a lead of the screening crate, with its own score.
pub(super) fn same_name(name: &str, listing: &Listing) -> bool {
    let wanted = plain(name);
    // A dash or a letter is a placeholder and nobody's name.
    if wanted.chars().count() < 2 {
        return false;
    }
    std::iter::once(listing.party.as_str()).chain(listing.aliases.iter().flat_map(|a| a.split('|'))).any(|listed| plain(listed) == wanted)
}

/// How the listing lies to the days of the act.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    NotYet,
    Throughout,
    PartOf,
    NoLonger,
    Unsettled,
}

pub(super) fn status(listing: &Listing, when: &Interval) -> Status {
    // A delisting known only to lie within a period leaves both ends open: listed at least until its first day, at most until its last.
    let surely = Interval::new(listing.listed, listing.delisted.as_ref().map(tw_base::Period::from));
    let perhaps = Interval::new(listing.listed, listing.delisted.as_ref().map(tw_base::Period::last));
    if when.to.is_some_and(|to| to <= listing.listed) {
        return Status::NotYet;
    }
    if surely.covers(when) {
        return Status::Throughout;
    }
    if surely.meet(when).is_some() {
        return Status::PartOf;
    }
    if perhaps.meet(when).is_some() { Status::Unsettled } else { Status::NoLonger }
}

fn lead(world: World<'_>, card: &Card, acted: &Acted<'_>, listing: &Row<Listing>) -> Lead {
    let data = &listing.data;
    let status = status(data, &acted.when);
    let mut draft = Draft::new(world, card, Kind::Listing, acted.name, acted.when, &format!("{} {}", data.list, data.listed));
    let listed = draft.cite(
        listing,
        &data.list,
        format!(
            "{} on {} from {}{}",
            data.party,
            data.list,
            data.listed,
            data.delisted
                .as_ref()
                .map_or_else(|| ", still listed as far as the source shows".to_owned(), |out| format!(", off the list {}", when_out(out)))
        ),
    );
    let mut acts: Vec<(String, &Row<TradeValue>)> = acted.rows.iter().map(|row| (act(acted.name, &row.data), *row)).collect();
    acts.sort_by(|a, b| (&a.0, &a.1.provenance.source).cmp(&(&b.0, &b.1.provenance.source)));
    for (says, row) in acts {
        let number = draft.cite(row, &family(&row.data.reporter), says.clone());
        draft.observed(says, &[number]);
    }
    let words = words(status, data);
    draft.title(match status {
        Status::NotYet => format!("was not yet on {} then (listed {})", data.list, data.listed),
        Status::Throughout => format!("was on {} throughout (listed {})", data.list, data.listed),
        Status::PartOf if acted.when.from < data.listed => format!("was on {} for part of the time (from {})", data.list, data.listed),
        Status::PartOf => format!("was on {} for part of the time ({})", data.list, listed_days(data)),
        Status::NoLonger => format!("was no longer on {}", data.list),
        Status::Unsettled => format!("may have been on {} then", data.list),
    });
    draft.observed(
        format!(
            "{} ({}): listed {}, ground {}{}",
            data.party,
            data.list,
            data.listed,
            data.programme,
            data.delisted.as_ref().map_or_else(String::new, |out| format!("; off the list {}", when_out(out)))
        ),
        &[listed],
    );
    ask(world, &mut draft, data, &acted.when, status);
    let now = match &data.delisted {
        Some(out) => format!(" It has since been delisted ({}); a check against today's list would not find it.", when_out(out)),
        None => String::new(),
    };
    draft.conclusion(format!(
        "During {} {} {words}.{now} A listing by {} says nothing by itself about conduct before it, and binds those whom that list binds.",
        days(&acted.when),
        acted.name,
        data.list
    ));
    draft.gap(Bounds::UNKNOWN, Unit::Days, words);
    draft.against(
        "another party of the same name",
        Outcome::MayExplain,
        "the name or a listed alias is equal; no identifier beside the name is in the row",
    );
    draft.against(
        "the dealings were before the listing",
        match status {
            Status::Throughout => Outcome::DoesNotExplain,
            _ => Outcome::MayExplain,
        },
        format!("listed {}", data.listed),
    );
    draft.not_checked("dates of the single dealings within the period; owners of the party; other lists");
    let decisive = (status == Status::Throughout).then(|| format!("on {} on every day of the act", data.list));
    let overlap = Interval::new(data.listed, data.delisted.as_ref().map(tw_base::Period::from))
        .meet(&acted.when)
        .and_then(|i| i.days())
        .unwrap_or_default();
    draft.finish(decisive.as_deref(), overlap as f64, Unit::Days)
}

/// The status in words that follow a name.
pub(super) fn words(status: Status, data: &Listing) -> String {
    match status {
        Status::NotYet => format!("was not yet listed; {} listed it on {}", data.list, data.listed),
        Status::Throughout => "was listed on every one of these days".to_owned(),
        Status::PartOf => format!("was listed for part of these days, {}", listed_days(data)),
        Status::NoLonger => format!("was no longer listed: it left the list {}", data.delisted.as_ref().map_or_else(String::new, when_out)),
        Status::Unsettled => format!(
            "may have been listed: it left the list some day within {}",
            data.delisted.as_ref().map_or_else(String::new, ToString::to_string)
        ),
    }
}

/// Asks the rules on dealings with parties of the list.
pub(super) fn ask(world: World<'_>, draft: &mut Draft<'_>, data: &Listing, when: &Interval, status: Status) {
    let designated = match status {
        Status::Throughout => Tri::True,
        Status::NotYet | Status::NoLonger => Tri::False,
        Status::PartOf | Status::Unsettled => Tri::Unknown,
    };
    ask_if(world, draft, data, when, designated);
}

/// Asks the same rules for a party that is designated, is not, or may be.
pub(super) fn ask_if(world: World<'_>, draft: &mut Draft<'_>, data: &Listing, when: &Interval, designated: Tri) {
    let mut question = facts(Act::DealWithDesignated, *when, None);
    question.direction = Some(Direction::To);
    question.designated = designated;
    // A listing under another programme of the same list does not bring in the rules of this one.
    let here = data.list != "US-SDN" || ["DPRK", "NKOREA", "NK", "NPWMD"].iter().any(|p| data.programme.to_uppercase().contains(p));
    if !here {
        draft.not_checked(format!("the rules of programme {}, which are not in the book", data.programme));
    }
    for rule in world.designation_rules(&data.list).into_iter().filter(|_| here) {
        draft.ask_on(&rule, &question, &format!("dealings while on {}", data.list));
    }
}

/// What a party did, in one clause.
fn act(name: &str, data: &TradeValue) -> String {
    let mut amounts = Vec::new();
    amounts.extend(data.value_usd.map(|usd| format!("{} USD", tw_base::format_number(usd))));
    amounts.extend(data.tonnes.map(|t| format!("{} t", tw_base::format_number(t))));
    amounts.extend(data.shipments.map(|n| format!("{n} shipments")));
    format!("{name}: {} to {}, {}, {} ({})", data.goods, data.importer.name(), data.period, amounts.join(", "), data.reporter)
}

/// The days of a listing, as far as they are known.
pub(super) fn listed_days(listing: &Listing) -> String {
    match &listing.delisted {
        Some(out) => format!("from {} until it left the list {}", listing.listed, when_out(out)),
        None => format!("from {} on", listing.listed),
    }
}

pub(super) fn when_out(out: &tw_base::Period) -> String {
    if out.precision() == tw_base::Precision::Day { format!("on {out}") } else { format!("between {} and {}", out.from(), out.last()) }
}
