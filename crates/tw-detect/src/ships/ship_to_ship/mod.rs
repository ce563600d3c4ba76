//! Two ships that lay side by side at sea, both heard.

use tw_base::{Bounds, Unit};
use tw_maritime::encounters::Encounter;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, barrels, beyond_ais, ended, hours, hours_words, place, records, tenth, type_words};
use crate::world::{Output, World};

/// A ship that sent no type that we have a word for.
const UNKNOWN_TYPE: &str = "a ship of unknown type";

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let leads =
        sea.seen.encounters.iter().filter(|meeting| meeting.score >= least).filter_map(|meeting| lead(&sea, card, meeting)).collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, meeting: &Encounter) -> Option<Lead> {
    let (t0, t1) = (meeting.t0, meeting.t1);
    let ships = [meeting.mmsi, meeting.mmsi_b];
    let changes = ships.map(|mmsi| sea.draught_near(mmsi, t0, t1));
    let size = changes.iter().flatten().find_map(|change| barrels(change));
    let what = What {
        kind: "ship_to_ship",
        mmsi: meeting.mmsi,
        partner: Some(meeting.mmsi_b),
        t0,
        t1,
        from: (Some(meeting.lat), Some(meeting.lon)),
        to: (None, None),
        score: meeting.score,
        barrels: size,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    let long = hours(t0, t1);
    draft.title(format!("side by side with {} at sea for {}", sea.label(meeting.mmsi_b), hours_words(long)));
    let numbers = records(
        &mut draft,
        &[
            (meeting.first, "first report of the meeting, one ship"),
            (meeting.last, "last report of the meeting, one ship"),
            (meeting.first_b, "first report of the meeting, the other ship"),
            (meeting.last_b, "last report of the meeting, the other ship"),
        ],
    );
    draft.observed(
        format!(
            "from {t0} to {t1} at {}: {} m apart in the median, the slower of the two at {} kn, {} nm from the nearest port",
            place(meeting.lat, meeting.lon),
            tw_base::format_number(meeting.median_m.round()),
            tenth(meeting.median_knots),
            tenth(meeting.port_nm)
        ),
        &numbers,
    );
    for mmsi in ships {
        sea.introduce(&mut draft, mmsi, t0, t1);
        sea.corroborate(&mut draft, mmsi, t0, t1);
    }
    for change in changes.iter().flatten() {
        sea.state_draught(&mut draft, change);
    }
    let asked = sea.ask_transfers(&mut draft, &ships, t0, t1, "the meeting");
    let law = if asked {
        "The provision asked is about goods to or from that country and about ships of that flag by their true identity; neither is settled here.".to_owned()
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!(
        "The meeting is consistent with a transfer between the two, and as well with other reasons to lie together. That anything was moved was not observed. {law}"
    ));
    innocents(sea, &mut draft, meeting, changes.iter().any(Option::is_some));
    draft.not_checked("whether and what cargo was moved");
    beyond_ais(&mut draft);
    let amount = size.map_or(Bounds::UNKNOWN, |size| Bounds { low: Some(size.low), best: Some(size.best), high: Some(size.high) });
    draft.gap(
        amount,
        Unit::Barrels,
        if size.is_some() { "by the change of draught, if the cargo was oil" } else { "what was moved, if anything, is not known" },
    );
    draft.figure("hours", Some(long)).figure("median_m", Some(meeting.median_m));
    ended(draft, None, long / 24.0, Unit::Days)
}

fn innocents(sea: &Sea<'_>, draft: &mut crate::world::Draft<'_>, meeting: &Encounter, drawn: bool) {
    if let Some(innocent) = meeting.innocent.as_deref() {
        draft.against(words(innocent), Outcome::MayExplain, "the explanation that fits the record best; it lowers the score to a quarter");
    }
    let kinds = [meeting.mmsi, meeting.mmsi_b].map(|mmsi| match type_words(sea.ship_type(mmsi)) {
        "" => UNKNOWN_TYPE.to_owned(),
        words => format!("a {words}"),
    });
    let served = !matches!(meeting.innocent.as_deref(), Some("pilot" | "tug" | "service" | "ferry" | "pair_trawl" | "fishing"));
    if served {
        draft.against(
            "pilots, tugs, service, fishing or ferries",
            if kinds.iter().any(|kind| kind == UNKNOWN_TYPE) { Outcome::NotTestable } else { Outcome::DoesNotExplain },
            format!("by their own reports {} and {}", kinds[0], kinds[1]),
        );
    }
    if meeting.innocent.as_deref() != Some("bunkering") {
        draft.against(
            "one took fuel from the other",
            Outcome::NotTestable,
            "needs a bunker note; no small tanker lay at a ship that is no tanker",
        );
    }
    if meeting.innocent.as_deref() != Some("waiting") {
        draft.against(
            "both waited at an anchorage",
            Outcome::DoesNotExplain,
            format!("{} nm from the nearest port, no crowd of ships at anchor", tenth(meeting.port_nm)),
        );
    }
    draft.against(
        "nothing was moved",
        if drawn { Outcome::DoesNotExplain } else { Outcome::NotTestable },
        if drawn {
            "a draught changed in the time of the meeting or a day after it; the field is typed by hand"
        } else {
            "neither reported another draught; the field is often left as it is"
        },
    );
}

fn words(innocent: &str) -> String {
    match innocent {
        "pair_trawl" => "a pair of trawlers".to_owned(),
        "service" => "a service ship at work".to_owned(),
        "tug" | "pilot" | "ferry" => format!("a {innocent} at work"),
        other => other.to_owned(),
    }
}
