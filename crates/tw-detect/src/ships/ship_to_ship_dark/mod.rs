//! A ship that lingered at sea as if beside another that was not heard.

use tw_base::{Bounds, Unit};
use tw_maritime::loitering::Loitering;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, barrels, beyond_ais, ended, hours_words, place, records, tenth};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let leads = sea
        .seen
        .loiterings
        .iter()
        .filter(|stay| stay.one_sided && stay.innocent.is_none() && stay.score >= least)
        .filter_map(|stay| lead(&sea, card, stay))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, stay: &Loitering) -> Option<Lead> {
    let (t0, t1) = (stay.t0, stay.t1);
    let change = sea.draught_near(stay.mmsi, t0, t1);
    let size = change.and_then(barrels);
    let what = What {
        kind: "ship_to_ship_dark",
        mmsi: stay.mmsi,
        partner: stay.partner_gap_mmsi,
        t0,
        t1,
        from: (Some(stay.lat), Some(stay.lon)),
        to: (None, None),
        score: stay.score,
        barrels: size,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(match stay.partner_gap_mmsi {
        Some(partner) => format!("lingered at sea for {} while {} was silent within reach", hours_words(stay.hours), sea.label(partner)),
        None => format!("lingered at sea for {} as if beside a ship that was not heard", hours_words(stay.hours)),
    });
    let numbers = records(&mut draft, &[(stay.first, "the stay begins"), (stay.last, "the stay ends")]);
    draft.observed(
        format!(
            "from {t0} to {t1} at {}: {} kn in the mean, within {} m, {} nm off the coast and {} nm from the nearest port; {} turns of heading",
            place(stay.lat, stay.lon),
            tenth(stay.mean_knots),
            tw_base::format_number(stay.radius_m.round()),
            tenth(stay.shore_nm),
            tenth(stay.port_nm),
            stay.heading_changes
        ),
        &numbers,
    );
    sea.introduce(&mut draft, stay.mmsi, t0, t1);
    sea.corroborate(&mut draft, stay.mmsi, t0, t1);
    let mut ships = vec![stay.mmsi];
    if let Some(partner) = stay.partner_gap_mmsi {
        ships.push(partner);
        sea.introduce(&mut draft, partner, t0, t1);
        let silence = sea
            .seen
            .gaps
            .iter()
            .filter(|gap| gap.mmsi == partner && gap.t0 <= t1 && gap.t1.is_none_or(|end| end >= t0))
            .min_by_key(|gap| (gap.t0, gap.first));
        if let Some(gap) = silence {
            let cited =
                records(&mut draft, &[(gap.first, "the other's last report before"), (gap.last, "the other's report at the other end")]);
            let end = gap.t1.map_or_else(|| "the end of the recording".to_owned(), |end| end.to_string());
            draft.observed(format!("{} was silent from {} to {end} (cause: {})", sea.label(partner), gap.t0, gap.cause), &cited);
        }
    }
    if let Some(change) = change {
        sea.state_draught(&mut draft, change);
    }
    let asked = sea.ask_transfers(&mut draft, &ships, t0, t1, "the stay");
    let law = if asked {
        "The provision asked is about goods to or from that country and about ships of that flag by their true identity; neither is settled here.".to_owned()
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!(
        "The stay is consistent with a transfer with a ship that sent nothing, and as well with drifting for orders or repairs. No second ship was observed there. {law}"
    ));
    draft.against(
        "it waited at anchor, near a port, or among other ships",
        Outcome::DoesNotExplain,
        format!("{} nm from the nearest port, not at anchor by its own status, no other ship heard beside it", tenth(stay.port_nm)),
    );
    draft.against(
        "it drifted for orders or with its engine stopped",
        Outcome::MayExplain,
        format!(
            "{} nm from the first place to the last in {}; a drift would carry it as far",
            tenth(stay.drift_nm),
            hours_words(stay.hours)
        ),
    );
    draft.against(
        "the silent ship was elsewhere",
        Outcome::NotTestable,
        match stay.partner_gap_mmsi {
            Some(_) => "it could have come and gone in its silence at an ordinary speed; that it did is not known",
            None => "no ship in the recording was silent within reach; one that never sends would not be in it",
        },
    );
    draft.against(
        "nothing was moved",
        if change.is_some() { Outcome::DoesNotExplain } else { Outcome::NotTestable },
        if change.is_some() {
            "its draught changed in the time of the stay or a day after it; the field is typed by hand"
        } else {
            "no other draught was reported; the field is often left as it is"
        },
    );
    draft.not_checked("whether another ship was there, and what cargo was moved");
    beyond_ais(&mut draft);
    let amount = size.map_or(Bounds::UNKNOWN, |size| Bounds { low: Some(size.low), best: Some(size.best), high: Some(size.high) });
    draft.gap(
        amount,
        Unit::Barrels,
        if size.is_some() { "by the change of draught, if the cargo was oil" } else { "what was moved, if anything, is not known" },
    );
    draft.figure("hours", Some(stay.hours));
    ended(draft, None, stay.hours / 24.0, Unit::Days)
}
