//! Entries for a purpose that cannot hold so many people.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Unit, format_number};
use tw_flows::{Excess, excess};
use tw_law::Act;
use tw_tables::{BorderEntry, Capacity, Purpose, Row, SeriesStatus};

use crate::card::Card;
use crate::common::{facts, times};
use crate::judged::verdict;
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

const RULE: &str = "UN-2397-8";

/// Stands for a probability of nought: no place at all, and somebody entered.
const IMPOSSIBLE: f64 = -9_999.0;

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let mut groups: BTreeMap<(Country, Purpose, i16), Vec<&Row<BorderEntry>>> = BTreeMap::new();
    for row in &world.tables.border_entries {
        if let (SeriesStatus::Published, true, Some(year)) = (row.data.status, row.data.purpose != Purpose::All, row.data.period.year()) {
            groups.entry((row.data.host, row.data.purpose, year)).or_default().push(row);
        }
    }
    for ((host, purpose, year), rows) in groups {
        let capacity: Vec<&Row<Capacity>> = world
            .tables
            .capacity
            .iter()
            .filter(|c| {
                c.data.host == host
                    && c.data.purpose == purpose
                    && rows.iter().any(|row| row.data.period.year() == Some(c.data.period.from().year()))
            })
            .collect();
        if capacity.is_empty() {
            if purpose == Purpose::Education {
                output.not_checked.push(format!("entries for {purpose} in {}, {year}: no enrolment or quota for that year", host.name()));
            }
            continue;
        }
        if capacity.iter().any(|c| c.data.high.is_none()) {
            output.not_checked.push(format!("entries for {purpose} in {}, {year}: the number of places has no upper end", host.name()));
            continue;
        }
        output.leads.extend(lead(world, card, host, purpose, year, &rows, &capacity));
    }
    output
}

fn lead(
    world: World<'_>,
    card: &Card,
    host: Country,
    purpose: Purpose,
    year: i16,
    rows: &[&Row<BorderEntry>],
    capacity: &[&Row<Capacity>],
) -> Option<Lead> {
    let turnover = card.threshold(world.parameters, "entries-per-person-and-quarter");
    let dispersion = card.threshold(world.parameters, "dispersion");
    let limit = card.threshold(world.parameters, "log10-p");
    // The widest reading of what is known about capacity: the lowest of the low bounds, the highest of the high bounds.
    let low = capacity.iter().map(|c| c.data.low).reduce(|a, b| Some(a?.min(b?))).flatten();
    let high = capacity.iter().map(|c| c.data.high).reduce(|a, b| Some(a?.max(b?))).flatten();
    let places = Bounds::from_ends(low, high);
    let most = places.high?;
    let mut judged: Vec<(&Row<BorderEntry>, u64, Excess)> = Vec::new();
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(|row| (row.data.period.interval(), row.data.entries, row.provenance.source.clone()));
    for row in sorted {
        let Some(entries) = row.data.entries else { continue };
        let quarters = (row.data.period.interval().days()? as f64 / 91.0).round().max(1.0);
        judged.push((row, entries, excess(entries, places, turnover * quarters, dispersion)?));
    }
    // The tail at the largest capacity is the one to go by: the most innocent reading of what is known.
    let tail = |e: &Excess| e.p_high.map_or(0.0, |tail| tail.log10.max(IMPOSSIBLE));
    let worst = judged.iter().filter(|(.., e)| tail(e) <= limit).min_by(|a, b| tail(&a.2).total_cmp(&tail(&b.2)))?;
    let when = worst.0.data.period.interval();
    let mut question = facts(Act::HostWorkers, when, Some(host));
    question.amounts.insert(Unit::Persons, Bounds::at_least(1.0));
    question.proxy = true;
    if !world.could_concern(RULE, &question) {
        return None;
    }
    let mut draft = Draft::new(
        world,
        card,
        Kind::Allowed,
        host.name(),
        rows.iter().map(|r| r.data.period.interval()).reduce(|a, b| tw_base::Interval::new(a.from.min(b.from), a.to.max(b.to)))?,
        &format!("{purpose} {year}"),
    );
    draft.title(format!("entries for {purpose} in {} far beyond capacity, {year}", host.name()));
    let mut capacity_numbers = Vec::new();
    let mut places_known = capacity.to_vec();
    places_known.sort_by_key(|c| (c.data.kind, c.data.period.clone(), c.provenance.source.clone()));
    for c in places_known {
        let says = format!("{} {} in {}, {}", Bounds::from_ends(c.data.low, c.data.high), c.data.kind, host.name(), c.data.period);
        capacity_numbers.push(draft.cite(c, &format!("capacity: {}", c.data.kind), says));
    }
    for (row, entries, e) in &judged {
        let number = draft.cite(
            row,
            "border statistics",
            format!("{} entries for {purpose} in {}, {}", format_number(*entries as f64), host.name(), row.data.period),
        );
        let chance = if tail(e) <= limit { format!("p ≤ 10^{:.0}", tail(e).ceil()) } else { "within capacity".to_owned() };
        draft.declared(format!("{}: {} entries for {purpose} ({chance})", row.data.period, format_number(*entries as f64)), &[number]);
    }
    draft.observed(format!("places for {purpose}: {places}"), &capacity_numbers);
    let proof = draft.ask_on(RULE, &question, "the entries, which only support")?;
    let quarters = (when.days()? as f64 / 91.0).round().max(1.0);
    let beyond = if most > 0.0 { times(worst.1 as f64 / most) } else { "where there is no place at all".to_owned() };
    draft.conclusion(format!(
        "{} entries in {} against at most {} places ({}), each person entering {} times a quarter being already allowed for: consistent with other purposes under this label. For earning income the type of visa is no defence; that income was earned is not shown here: the verdict is {}.",
        format_number(worst.1 as f64),
        worst.0.data.period,
        format_number(most),
        beyond,
        format_number(turnover),
        verdict(proof.verdict)
    ));
    let over = worst.1 as f64 - most * turnover * quarters;
    draft.gap(
        Bounds::at_least(over.max(0.0)),
        Unit::Entries,
        format!("at least {} entries more than {} per place and quarter", format_number(over.max(0.0)), format_number(turnover)),
    );
    draft.against(
        "students entered several times",
        Outcome::DoesNotExplain,
        format!("{} entries per place and quarter are allowed for", format_number(turnover)),
    );
    draft.against(
        "the count clusters more than chance (groups, intake weeks)",
        Outcome::DoesNotExplain,
        format!("a negative binomial with dispersion {dispersion} is used, not a Poisson"),
    );
    draft.against("enrolment grew during the year", Outcome::NotTestable, "capacity is known for the periods cited only");
    draft.against("short courses without enrolment", Outcome::NotTestable, "needs admissions of short courses");
    for (change, factor) in [("at twice the turnover", 2.0), ("at ten times the places", 10.0)] {
        let wider = excess(worst.1, places, turnover * quarters * factor, dispersion)?;
        draft.sensitive(
            change,
            if tail(&wider) <= limit { format!("still found (p ≤ 10^{:.0})", tail(&wider).ceil()) } else { "not found".to_owned() },
        );
    }
    let all = world
        .tables
        .border_entries
        .iter()
        .find(|r| r.data.host == host && r.data.period == worst.0.data.period && r.data.purpose == Purpose::All);
    let work = world
        .tables
        .border_entries
        .iter()
        .find(|r| r.data.host == host && r.data.period.year() == Some(year) && r.data.purpose == Purpose::Work);
    if let Some(all) = all.filter(|a| a.data.entries.is_some()) {
        let total = all.data.entries.unwrap_or_default();
        let number = draft.cite(all, "border statistics", format!("{} entries in all, {}", format_number(total as f64), all.data.period));
        let text = format!(
            "{} of {} entries in {} ({:.0} %) were for {purpose}{}",
            format_number(worst.1 as f64),
            format_number(total as f64),
            all.data.period,
            100.0 * worst.1 as f64 / total.max(1) as f64,
            if work.is_none() { "; no entry for work is listed that year" } else { "" }
        );
        draft.observed(text, &[number]);
    }
    draft.not_checked("what the persons did after entry; exits");
    draft.figure("entries", Some(worst.1 as f64)).figure("places_high", Some(most)).figure("log10_p_high", Some(tail(&worst.2)));
    Some(draft.finish(None, over.max(0.0), Unit::Entries))
}
