//! A tanker that typed another draught without having been in port.

use tw_base::{Bounds, Unit};
use tw_maritime::draught::DraughtChange;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, barrels, beyond_ais, draught_words, ended, hours_words, perhaps_place, records, story, tenth};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let metres = card.threshold(world.parameters, "metres");
    let leads = sea
        .seen
        .draught_changes
        .iter()
        .filter(|change| !change.in_port && change.score >= least && (change.to_m - change.from_m).abs() >= metres - 1e-9)
        .filter_map(|change| lead(&sea, card, change))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, change: &DraughtChange) -> Option<Lead> {
    let (t0, t1) = (change.t0, change.t1);
    let size = barrels(change);
    let what = What {
        kind: "draught_change",
        mmsi: change.mmsi,
        partner: None,
        t0,
        t1,
        from: (change.lat, change.lon),
        to: (None, None),
        score: change.score,
        barrels: size,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(format!(
        "{} m {} by its own report, without a port call seen",
        tenth((change.to_m - change.from_m).abs()),
        if change.to_m > change.from_m { "deeper" } else { "higher in the water" }
    ));
    let numbers =
        records(&mut draft, &[(change.first, "a report with the old draught"), (change.last, "the first report with the new draught")]);
    draft.declared(draught_words(change), &numbers);
    draft.observed(
        format!("it was {} then, and in no port from three days before to a day after", perhaps_place(change.lat, change.lon)),
        &numbers,
    );
    draft.observed(format!("longest time without a position in those days: {}", hours_words(change.unseen_hours)), &numbers);
    sea.introduce(&mut draft, change.mmsi, t0, t1);
    sea.corroborate(&mut draft, change.mmsi, t0, t1);
    let asked = sea.ask_transfers(&mut draft, &[change.mmsi], t0, t1, "the change of draught");
    let law = if asked {
        "The provision asked is about goods to or from that country and about ships of that flag by their true identity; neither is settled here.".to_owned()
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!(
        "The draught is typed by hand. A change at sea is consistent with cargo moved there, and as well with a field typed late or with ballast. That cargo was moved was not observed. {law}"
    ));
    story(&mut draft, &change.innocent);
    draft.against(
        "it loaded or discharged in port",
        Outcome::DoesNotExplain,
        format!("no port call from three days before to a day after; {} at most without a position", hours_words(change.unseen_hours)),
    );
    draft.against(
        "ballast was taken or pumped out",
        Outcome::NotTestable,
        "needs the ballast record; changes below six tenths of the deepest draught are left out",
    );
    draft.sensitive("if the cargo was not oil", "the tonnes stand, the barrels do not");
    draft.not_checked("what cargo was moved, if any, and by whom");
    beyond_ais(&mut draft);
    let (amount, unit) = match (size, change.tonnes_low, change.tonnes_high) {
        (Some(size), ..) => (Bounds { low: Some(size.low), best: Some(size.best), high: Some(size.high) }, Unit::Barrels),
        (None, low, high) => (Bounds { low, best: change.tonnes, high }, Unit::Tonnes),
    };
    draft.gap(amount, unit, "10, 50 and 90 per cent points, by the size of the ship and the change of draught");
    draft
        .figure("metres", Some(change.to_m - change.from_m))
        .figure("barrels_low", size.map(|s| s.low))
        .figure("barrels_high", size.map(|s| s.high));
    draft.figure("tonnes_low", change.tonnes_low).figure("tonnes_high", change.tonnes_high);
    ended(draft, None, size.map_or(0.0, |size| size.best), Unit::Barrels)
}
