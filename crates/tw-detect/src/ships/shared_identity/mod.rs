//! One number sent from two ships at once, or numbers exchanged.

use tw_base::{Bounds, Unit};
use tw_maritime::hulls::{HullLink, SharedMmsi};
use tw_maritime::mid::{MmsiKind, kind};

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, beyond_ais, ended, hours, hours_words, place, records, story, tenth, told};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let number = |name: &str| card.threshold(world.parameters, name);
    let (mmsi_score, imo_score, swap_score, apart) = (number("mmsi-score"), number("imo-score"), number("swap-score"), number("apart"));
    let mut leads = Vec::new();
    let shared = sea.seen.shared_mmsi.iter().filter(|row| row.score >= mmsi_score && kind(row.mmsi) == MmsiKind::Ship);
    leads.extend(shared.filter_map(|row| one_mmsi(&sea, card, row)));
    for link in &sea.seen.hull_links {
        match link.kind.as_str() {
            // Two radios of one ship are close together.
            "same_imo_at_once" if link.score >= imo_score && link.distance_nm >= apart => leads.extend(one_imo(&sea, card, link)),
            "swap" if link.score >= swap_score => leads.extend(swapped(&sea, card, link)),
            _ => {}
        }
    }
    Output { leads, ..Output::default() }
}

fn one_mmsi(sea: &Sea<'_>, card: &Card, row: &SharedMmsi) -> Option<Lead> {
    let (t0, t1) = (row.t0, row.t1);
    let what = What {
        kind: "shared_identity mmsi",
        mmsi: row.mmsi,
        partner: None,
        t0,
        t1,
        from: (Some(row.lat), Some(row.lon)),
        to: (Some(row.lat_b), Some(row.lon_b)),
        score: row.score,
        barrels: None,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(format!("one MMSI sent from {} places at once, {} nm apart", row.hulls.max(2), tenth(row.distance_nm)));
    let numbers = records(&mut draft, &[(row.first, "the first track"), (row.last, "the second track")]);
    draft.observed(
        format!(
            "at {t0} one track was at {} and another at {}; {} nm apart, {} nm at the least, for {} of overlap",
            place(row.lat, row.lon),
            place(row.lat_b, row.lon_b),
            tenth(row.distance_nm),
            tenth(row.distance_low_nm),
            hours_words(row.overlap_hours)
        ),
        &numbers,
    );
    sea.introduce(&mut draft, row.mmsi, t0, t1);
    let law = if sea.of_target(row.mmsi) {
        format!(
            "No provision was asked: the MMSI claims the flag of {}, but two stations send it and neither is known to be the ship.",
            sea.world.target.name()
        )
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!(
        "Two stations sent one MMSI at the same time; one of the two, at least, is not the ship it stands for. This is consistent with a borrowed identity, and as well with a number typed wrongly when a radio was set up. {law}"
    ));
    story(&mut draft, &row.innocent);
    draft.against(
        "one ship went from one place to the other",
        Outcome::DoesNotExplain,
        format!("{} nm at the least at one time", tenth(row.distance_low_nm)),
    );
    draft.against(
        "a receiver gave wrong positions",
        Outcome::NotTestable,
        "needs a second receiver; both tracks hold several reports that one hull can have sent",
    );
    draft.not_checked("which of the two is the ship; what each did has to be judged apart");
    beyond_ais(&mut draft);
    draft.gap(Bounds { low: Some(2.0), best: None, high: None }, Unit::Ships, "stations that sent the number at once");
    draft.figure("distance_nm", Some(row.distance_nm)).figure("overlap_hours", Some(row.overlap_hours));
    ended(draft, None, f64::from(row.hulls.max(2)), Unit::Ships)
}

fn one_imo(sea: &Sea<'_>, card: &Card, link: &HullLink) -> Option<Lead> {
    let (t0, t1) = (link.t0, link.t1);
    let mut draft = sea.draft(card, Kind::Sea, &what(link))?;
    let imo = link.imo_a.or(link.imo_b).map_or_else(|| "one IMO number".to_owned(), |imo| format!("IMO number {imo}"));
    draft.title(format!("{imo} sent by {} too at the same time", sea.label(link.mmsi_b)));
    let numbers = records(&mut draft, &[(link.first, "a report of the first"), (link.last, "a report of the second")]);
    draft.observed(
        format!("both sent it from {t0} to {t1} ({}), {} nm apart in the median", hours_words(hours(t0, t1)), tenth(link.distance_nm)),
        &numbers,
    );
    for mmsi in [link.mmsi_a, link.mmsi_b] {
        sea.introduce(&mut draft, mmsi, t0, t1);
    }
    draft.conclusion(format!(
        "A hull has one IMO number, so one of the two, at least, sent another's. This is consistent with a borrowed identity; in plain trade it is most often a slip at the set-up of a radio. {}",
        nobody(sea, &[link.mmsi_a, link.mmsi_b])
    ));
    story(&mut draft, &link.innocent);
    draft.against("two radios of one ship", Outcome::DoesNotExplain, format!("{} nm apart in the median", tenth(link.distance_nm)));
    compared(&mut draft, link);
    draft.not_checked("registers of ships: whose the number is");
    beyond_ais(&mut draft);
    draft.gap(Bounds { low: Some(2.0), best: Some(2.0), high: None }, Unit::Ships, "ships that sent the number at once");
    draft.figure("distance_nm", Some(link.distance_nm));
    ended(draft, None, 2.0, Unit::Ships)
}

fn swapped(sea: &Sea<'_>, card: &Card, link: &HullLink) -> Option<Lead> {
    let (t0, t1) = (link.t0, link.t1);
    let mut draft = sea.draft(card, Kind::Sea, &what(link))?;
    draft.title(format!("numbers exchanged with {}", sea.label(link.mmsi_b)));
    let numbers =
        records(&mut draft, &[(link.first, "the last report of the first before"), (link.last, "the first report of the second after")]);
    draft.observed(
        format!(
            "the track of each goes on under the other's MMSI: {} nm and {} between the two reports at {}",
            tenth(link.distance_nm),
            hours_words(link.gap_hours),
            place(link.lat, link.lon)
        ),
        &numbers,
    );
    for mmsi in [link.mmsi_a, link.mmsi_b] {
        sea.introduce(&mut draft, mmsi, t0, t1);
    }
    let law = told(sea, &mut draft, &[link.mmsi_a, link.mmsi_b]);
    draft.conclusion(format!("Two hulls apparently exchanged their numbers. This is consistent with borrowed identities, and as well with radios exchanged in a yard. {law}"));
    story(&mut draft, &link.innocent);
    draft.against(
        "satellite navigation was disturbed",
        if link.crowd == 0 { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("{} other ships jumped within an hour", link.crowd),
    );
    draft.against(
        "two radios were exchanged in a yard",
        if link.place == "sea" { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("place of the exchange: {}", link.place),
    );
    draft.not_checked("registers of ships: which number belongs to which hull");
    beyond_ais(&mut draft);
    draft.gap(Bounds { low: Some(2.0), best: Some(2.0), high: Some(2.0) }, Unit::Ships, "ships that changed numbers");
    ended(draft, None, 2.0, Unit::Ships)
}

fn what(link: &HullLink) -> What<'static> {
    What {
        kind: if link.kind == "swap" { "shared_identity swap" } else { "shared_identity imo" },
        mmsi: link.mmsi_a,
        partner: Some(link.mmsi_b),
        t0: link.t0,
        t1: link.t1,
        from: (Some(link.lat), Some(link.lon)),
        to: (None, None),
        score: link.score,
        barrels: None,
    }
}

fn nobody(sea: &Sea<'_>, ships: &[u32]) -> String {
    if ships.iter().any(|mmsi| sea.of_target(*mmsi)) {
        format!(
            "No provision was asked: one of the two claims the flag of {}, and which of them is the ship is open.",
            sea.world.target.name()
        )
    } else {
        sea.nothing_ties()
    }
}

/// Compares the hulls by what they say of their size and name.
pub(crate) fn compared(draft: &mut crate::world::Draft<'_>, link: &HullLink) {
    let metres = |value: Option<f64>| value.map_or_else(|| "not known".to_owned(), |m| format!("{} m", tenth(m)));
    let alike = link.name_similarity.map_or_else(|| "not known".to_owned(), |s| format!("{} of 1", tw_base::format_number(s)));
    draft.sensitive(
        "if the two were one hull, dimensions and perhaps names would agree",
        format!("difference of length {}, of beam {}; likeness of the names {alike}", metres(link.d_length), metres(link.d_beam)),
    );
}
