//! An MMSI that says it is another hull.

use tw_base::{Bounds, Unit};
use tw_maritime::Time;
use tw_maritime::identity::IdentityChange;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, beyond_ais, ended, perhaps_place, records, story, told};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let together = card.threshold(world.parameters, "together");
    let mut changes: Vec<&IdentityChange> = sea.seen.identity_changes.iter().collect();
    changes.sort_by_key(|c| (c.mmsi, c.t1, &c.field, c.t0, &c.old, &c.new, c.first));
    // What changes at one time is one event.
    let mut groups: Vec<Vec<&IdentityChange>> = Vec::new();
    for change in changes {
        #[expect(clippy::cast_possible_truncation, reason = "the range of the threshold fits")]
        let window = (together * 3600.0) as i64;
        match groups.last_mut() {
            Some(group) if group[0].mmsi == change.mmsi && change.t1.0.saturating_sub(group[0].t1.0) <= window => group.push(change),
            _ => groups.push(vec![change]),
        }
    }
    let leads = groups
        .iter()
        .filter(|group| group.iter().any(|change| !change.alternates && change.score >= least))
        .filter_map(|group| lead(&sea, card, group))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, group: &[&IdentityChange]) -> Option<Lead> {
    let chief = group
        .iter()
        .filter(|change| !change.alternates)
        .max_by(|a, b| a.score.total_cmp(&b.score).then(b.t1.cmp(&a.t1)).then(b.field.cmp(&a.field)))?;
    let mmsi = chief.mmsi;
    let t0 = group.iter().map(|change| change.t0).min()?;
    let t1: Time = group.iter().map(|change| change.t1).max()?;
    let score = group.iter().map(|change| change.score).fold(0.0, f64::max);
    let what =
        What { kind: "identity_change", mmsi, partner: None, t0, t1, from: (chief.lat, chief.lon), to: (None, None), score, barrels: None };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(format!("sent {} {} and then {}", field_words(&chief.field), shown(&chief.old), shown(&chief.new)));
    for change in group {
        let numbers =
            records(&mut draft, &[(change.first, "a report with the old value"), (change.last, "the first report with the new value")]);
        draft.declared(
            format!(
                "{}: {} until {}, {} from {}{}",
                field_words(&change.field),
                shown(&change.old),
                change.t0,
                shown(&change.new),
                change.t1,
                if change.returns { "; the old value came back within 30 days" } else { "" }
            ),
            &numbers,
        );
        if change.lat.is_some() {
            draft.observed(format!("it was {} then", perhaps_place(change.lat, change.lon)), &numbers);
        }
    }
    sea.corroborate(&mut draft, mmsi, t0, t1);
    let law = told(sea, &mut draft, &[mmsi]);
    draft.conclusion(format!(
        "One MMSI said that it was one hull and then another. This is consistent with an altered identity, and as well with an MMSI that was handed on or a radio that was set up anew. {law}"
    ));
    for change in group {
        story(&mut draft, &change.innocent);
    }
    let sized = group.iter().any(|change| change.field == "dimensions" && change.hard);
    draft.against(
        "a value was mistyped or a bit was lost",
        Outcome::DoesNotExplain,
        "both values were held for several reports, and values that differ as a slip does score low",
    );
    draft.against(
        "the number was handed on to another ship",
        if sized { Outcome::MayExplain } else { Outcome::NotTestable },
        if sized { "the dimensions changed with it, as they would" } else { "the dimensions did not change, or are not known" },
    );
    draft.not_checked("registers of ships: which IMO number, name and MMSI belong together");
    beyond_ais(&mut draft);
    draft.gap(Bounds::UNKNOWN, Unit::Ships, "which hull it was is not known");
    ended(draft, None, 1.0, Unit::Ships)
}

fn field_words(field: &str) -> &str {
    match field {
        "imo" => "the IMO number",
        "callsign" => "the call sign",
        "ship_type" => "the type",
        "dimensions" => "the dimensions",
        "name" => "the name",
        other => other,
    }
}

fn shown(value: &str) -> &str {
    if value.trim().is_empty() { "nothing" } else { value.trim() }
}
