//! A stay at sea that drifting would explain, were it not for a draught that changed in it.

use tw_base::{Bounds, Unit};
use tw_maritime::draught::DraughtChange;
use tw_maritime::loitering::Loitering;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, barrels, beyond_ais, ended, hours_words, place, records, story, tenth};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let hours = card.threshold(world.parameters, "hours");
    let least = card.threshold(world.parameters, "draught-score");
    let leads = sea
        .seen
        .loiterings
        .iter()
        // Stays that look like a transfer are another detector's; stays with a reason of another kind are nobody's.
        .filter(|stay| !stay.one_sided && matches!(stay.innocent.as_deref(), Some("drifting" | "waiting")) && stay.hours >= hours)
        .filter(|stay| sea.carries(stay.mmsi))
        .filter_map(|stay| Some((stay, sea.draught_near(stay.mmsi, stay.t0, stay.t1).filter(|change| change.score >= least)?)))
        .filter_map(|(stay, change)| lead(&sea, card, stay, change))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, stay: &Loitering, change: &DraughtChange) -> Option<Lead> {
    let (t0, t1) = (stay.t0, stay.t1);
    let size = barrels(change);
    let what = What {
        kind: "loitering",
        mmsi: stay.mmsi,
        partner: None,
        t0,
        t1,
        from: (Some(stay.lat), Some(stay.lon)),
        to: (None, None),
        score: change.score / 2.0,
        barrels: size,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(format!(
        "{} at sea for {}, and another draught",
        if stay.innocent.as_deref() == Some("waiting") { "waited" } else { "drifted" },
        hours_words(stay.hours)
    ));
    let numbers = records(&mut draft, &[(stay.first, "the stay begins"), (stay.last, "the stay ends")]);
    draft.observed(
        format!(
            "from {t0} to {t1} at {}: {} kn in the mean, {} nm from the first place to the last, {} nm from the nearest port",
            place(stay.lat, stay.lon),
            tenth(stay.mean_knots),
            tenth(stay.drift_nm),
            tenth(stay.port_nm)
        ),
        &numbers,
    );
    sea.introduce(&mut draft, stay.mmsi, t0, t1);
    sea.corroborate(&mut draft, stay.mmsi, t0, t1);
    sea.state_draught(&mut draft, change);
    draft.conclusion(format!(
        "Context, and weak alone: a stay with an everyday reason in which another draught was typed. {}",
        "No provision was asked: neither a second ship nor a cargo was observed."
    ));
    draft.against(
        if stay.innocent.as_deref() == Some("waiting") { "it waited for orders, a berth or a canal" } else { "it drifted for orders" },
        Outcome::MayExplain,
        "the everyday reason that fits the track best",
    );
    story(&mut draft, &change.innocent);
    draft.not_checked("whether another ship was there, and what cargo was moved");
    beyond_ais(&mut draft);
    let amount = size.map_or(Bounds::UNKNOWN, |size| Bounds { low: Some(size.low), best: Some(size.best), high: Some(size.high) });
    draft.gap(amount, Unit::Barrels, "by the change of draught, if the cargo was oil");
    draft.figure("hours", Some(stay.hours));
    ended(draft, None, stay.hours / 24.0, Unit::Days)
}
