//! Positions that are apparently not where the ship was.

use tw_base::{Bounds, Unit, format_number};
use tw_maritime::spoof::{Kind as Wrong, Spoof};

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, beyond_ais, ended, hours, hours_words, place, records, tenth};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let cargo_only = card.threshold(world.parameters, "cargo-only") > 0.0;
    let leads = sea
        .seen
        .spoofs
        .iter()
        // Many ships at once, numbers that nobody set, and two hulls under one number are no made-up positions.
        .filter(|spoof| {
            !matches!(spoof.kind, Wrong::Jamming | Wrong::Resampled | Wrong::DefaultMmsi | Wrong::TwoHulls) && spoof.score >= least
        })
        .filter(|spoof| !cargo_only || sea.carries(spoof.mmsi))
        .filter_map(|spoof| lead(&sea, card, spoof))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, spoof: &Spoof) -> Option<Lead> {
    let (t0, t1) = (spoof.t0, spoof.t1);
    let kind = format!("spoofing {}", spoof.kind.name());
    let what = What {
        kind: &kind,
        mmsi: spoof.mmsi,
        partner: spoof.copy_of,
        t0,
        t1,
        from: (Some(spoof.lat), Some(spoof.lon)),
        to: (Some(spoof.lat1), Some(spoof.lon1)),
        score: spoof.score,
        barrels: None,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(format!("positions that are apparently made up: {}", words(spoof)));
    let numbers = records(
        &mut draft,
        &[(spoof.first, "the last position before, or the first doubtful one"), (spoof.last, "the last doubtful position")],
    );
    draft.observed(
        format!(
            "{t0} to {t1}, {} positions in {}, from {} to {}: {}",
            spoof.n,
            hours_words(hours(t0, t1)),
            place(spoof.lat, spoof.lon),
            place(spoof.lat1, spoof.lon1),
            measures(spoof)
        ),
        &numbers,
    );
    sea.introduce(&mut draft, spoof.mmsi, t0, t1);
    sea.corroborate(&mut draft, spoof.mmsi, t0, t1);
    let law = if sea.of_target(spoof.mmsi) {
        format!(
            "No provision was asked: the MMSI claims the flag of {}, but no provision in the book is about wrong positions as such.",
            sea.world.target.name()
        )
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!("The positions do not fit a ship at sea. This is consistent with made-up positions, and as well with a fault of a receiver or of satellite navigation. Where the ship was is not known. {law}"));
    innocents(&mut draft, spoof);
    draft.not_checked("where the ship was in this time");
    beyond_ais(&mut draft);
    let days = hours(t0, t1) / 24.0;
    draft.gap(Bounds { low: Some(days), best: Some(days), high: Some(days) }, Unit::Days, "of doubtful positions");
    draft.figure("km", Some(spoof.km)).figure("positions", Some(f64::from(spoof.n)));
    ended(draft, None, days, Unit::Days)
}

fn words(spoof: &Spoof) -> String {
    match spoof.kind {
        Wrong::Jump if spoof.returned => format!("a jump of {} km and back", tenth(spoof.km)),
        Wrong::Jump => format!("a jump of {} km", tenth(spoof.km)),
        Wrong::OnLand => "far inside the land".to_owned(),
        Wrong::Circle => format!("a circle of {} km radius, too round", tenth(spoof.km)),
        Wrong::CopiedTrack => "a copy of an earlier track".to_owned(),
        Wrong::TooExact => format!("a line of {} km without noise", tenth(spoof.km)),
        Wrong::InconsistentMotion => "speed and course against the way made".to_owned(),
        Wrong::Footprint => format!("heard by a station {} km away", tenth(spoof.km)),
        other => other.name().replace('_', " "),
    }
}

fn measures(spoof: &Spoof) -> String {
    let mut parts = vec![words(spoof)];
    parts.extend(spoof.knots.map(|v| format!("{} kn implied", tenth(v))));
    parts.extend(spoof.residual_m.map(|v| format!("{} m off the line or circle", tenth(v))));
    parts.extend(spoof.turns.map(|v| format!("{} turns", tenth(v))));
    parts.extend(spoof.inland_km.map(|v| format!("{} km inside the land", tenth(v))));
    parts.extend(spoof.ratio.map(|v| format!("reported speed {} times that of the way made", format_number(v))));
    parts.extend(spoof.copy_of.map(|mmsi| format!("copied from MMSI {mmsi:09}")));
    parts.extend(spoof.shift_hours.map(|v| format!("{} h later", tenth(v))));
    parts.join("; ")
}

fn innocents(draft: &mut Draft<'_>, spoof: &Spoof) {
    draft.against(
        "satellite navigation was disturbed",
        if spoof.ships <= 1 { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("{} ships show the same at that time and place, this one included", spoof.ships.max(1)),
    );
    draft.against(
        "a receiver set a wrong time or lost bits",
        if spoof.n >= 3 { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("{} positions", spoof.n),
    );
    draft.against("a fault of the ship's own receiver", Outcome::NotTestable, "needs the log or another source of its position");
    match spoof.kind {
        Wrong::OnLand => {
            draft.against("a river, canal or basin that the land mask lacks", Outcome::MayExplain, "the mask has no narrow waters")
        }
        Wrong::Circle => draft.against(
            "it swung at anchor, or turned on a survey",
            Outcome::DoesNotExplain,
            format!("a radius of {} km", tenth(spoof.km)),
        ),
        Wrong::CopiedTrack => draft.against(
            "a ferry or liner on its usual way",
            Outcome::MayExplain,
            "regular lines repeat their tracks, though not to the metre",
        ),
        Wrong::TooExact | Wrong::InconsistentMotion => draft.against(
            "the file was thinned or smoothed before it came here",
            Outcome::MayExplain,
            "other ships of the file do not show it",
        ),
        _ => draft.against(
            "two ships with one number",
            Outcome::NotTestable,
            "tracks that hold both places at once are told apart as one number on two ships",
        ),
    };
}
