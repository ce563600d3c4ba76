//! A ship that fell silent where others were heard.

use tw_base::{Bounds, Unit, format_number};
use tw_maritime::Time;
use tw_maritime::gaps::Gap;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, beyond_ais, ended, hours_words, place, records, tenth};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let longest = card.threshold(world.parameters, "hours");
    let cargo_only = card.threshold(world.parameters, "cargo-only") > 0.0;
    let leads = sea
        .seen
        .gaps
        .iter()
        .filter(|gap| gap.cause == "unexplained" && gap.score >= least && gap.hours >= longest)
        .filter(|gap| !cargo_only || sea.carries(gap.mmsi))
        .filter_map(|gap| lead(&sea, card, gap))
        .collect();
    Output { leads, ..Output::default() }
}

/// End of the silence: the next report, or the end of what was observed.
fn end(gap: &Gap) -> Time {
    #[expect(clippy::cast_possible_truncation, reason = "hours of a recording fit; a cast of a float saturates")]
    gap.t1.unwrap_or_else(|| Time(gap.t0.0.saturating_add((gap.hours * 3600.0) as i64)))
}

fn lead(sea: &Sea<'_>, card: &Card, gap: &Gap) -> Option<Lead> {
    let (t0, t1) = (gap.t0, end(gap));
    let what = What {
        kind: "dark_gap",
        mmsi: gap.mmsi,
        partner: None,
        t0,
        t1,
        from: (Some(gap.lat), Some(gap.lon)),
        to: (gap.lat1, gap.lon1),
        score: gap.score,
        barrels: None,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    let long = hours_words(gap.hours);
    let numbers = records(&mut draft, &[(gap.first, "the last report before the silence"), (gap.last, "the report at its other end")]);
    draft.title(match gap.t1 {
        Some(_) => format!("silent for {long} where others were heard"),
        None => format!("silent for {long} where others were heard, and not heard again"),
    });
    draft.observed(format!("last report {t0} at {}{}", place(gap.lat, gap.lon), speed(gap)), &numbers);
    draft.observed(
        match (gap.t1, gap.lat1.zip(gap.lon1)) {
            (Some(next), Some((lat, lon))) => format!("next report {next} at {}{}", place(lat, lon), way(gap)),
            (Some(next), None) => format!("next report {next}, without a position"),
            (None, _) => format!("no later report until the recording ends ({t1})"),
        },
        &numbers,
    );
    draft.observed(format!("{} reports in the twelve hours before; {}", gap.positions_before_12h, expected(gap)), &numbers);
    sea.introduce(&mut draft, gap.mmsi, t0, t1);
    sea.corroborate(&mut draft, gap.mmsi, t0, t1);
    let tie = ties(sea, card, gap);
    for tie in &tie {
        draft.observed(tie.clone(), &numbers);
    }
    let asked = sea.ask_transfers(&mut draft, &[gap.mmsi], t0, t1, "the silence, in which nothing shows a transfer,");
    let law = if asked {
        "No provision forbids silence as such; the one asked is about transfers at sea with ships of that flag, and nothing here shows one."
            .to_owned()
    } else if tie.is_empty() {
        sea.nothing_ties()
    } else {
        format!(
            "No provision was asked: a silence near {} is not a call there, and none in the book is about silence itself.",
            sea.world.target.name()
        )
    };
    draft.conclusion(format!(
        "An apparent silence: reports were due and none came. This is consistent with a transponder that was switched off, and as well with a fault. What the ship did meanwhile is not known. {law}"
    ));
    innocents(&mut draft, gap);
    if let Some(change) = sea.draught_near(gap.mmsi, t0, t1) {
        sea.state_draught(&mut draft, change);
    }
    beyond_ais(&mut draft);
    draft.gap(
        Bounds { low: Some(gap.hours / 24.0), best: Some(gap.hours / 24.0), high: gap.t1.map(|_| gap.hours / 24.0) },
        Unit::Days,
        format!("{long} without a report"),
    );
    draft.figure("hours", Some(gap.hours)).figure("p_innocent", gap.p_innocent);
    ended(draft, None, gap.hours / 24.0, Unit::Days)
}

fn speed(gap: &Gap) -> String {
    gap.speed_before.map_or_else(String::new, |knots| format!(", {} kn", tenth(knots)))
}

fn way(gap: &Gap) -> String {
    match (gap.distance_nm, gap.implied_knots) {
        (Some(nm), Some(knots)) => format!(", {} nm on: {} kn on the straight line", tenth(nm), tenth(knots)),
        _ => String::new(),
    }
}

fn expected(gap: &Gap) -> String {
    let due =
        gap.expected.map_or_else(|| "how many were due is not known".to_owned(), |n| format!("about {} were due in the silence", tenth(n)));
    let chance =
        gap.p_innocent.map_or_else(String::new, |p| format!("; had it sent as before, a silence so long had a chance of {}", chance(p)));
    format!("{due}{chance}; others were heard there for {} ship-hours in that time", gap.witnesses)
}

fn chance(p: f64) -> String {
    if p < 0.01 { "less than 1 in 100".to_owned() } else { format!("{} in 100", format_number((p * 100.0).round())) }
}

/// What in the record ties the silence to the target.
fn ties(sea: &Sea<'_>, card: &Card, gap: &Gap) -> Vec<String> {
    let nm = card.threshold(sea.world.parameters, "near-target");
    let mut found = Vec::new();
    if sea.of_target(gap.mmsi) {
        found.push(format!("the MMSI claims the flag of {}; a broadcast flag alone settles nothing", sea.world.target.name()));
    }
    found.extend(sea.near_target(gap.lat, gap.lon, nm).map(|near| format!("the silence begins {near}")));
    let after = gap.lat1.zip(gap.lon1).and_then(|(lat, lon)| sea.near_target(lat, lon, nm));
    found.extend(after.map(|near| format!("the silence ends {near}")));
    found
}

fn innocents(draft: &mut crate::world::Draft<'_>, gap: &Gap) {
    draft.against("nobody could hear it there", Outcome::DoesNotExplain, expected(gap));
    draft.against(
        "the station failed, or reception was disturbed",
        Outcome::DoesNotExplain,
        "ships heard by the same stations did not fall silent together, and did not jump together",
    );
    draft.against(
        "it lay in port with the radio off",
        Outcome::DoesNotExplain,
        "neither end of the silence lies in a port that explains it",
    );
    let still = gap.distance_nm.is_some_and(|nm| nm <= 1.0) && gap.speed_before.is_none_or(|knots| knots < 3.0);
    draft.against(
        "it was shut down at rest",
        if still {
            Outcome::MayExplain
        } else if gap.distance_nm.is_some() {
            Outcome::DoesNotExplain
        } else {
            Outcome::NotTestable
        },
        match gap.distance_nm {
            Some(nm) => format!("the two ends lie {} nm apart", tenth(nm)),
            None => "it was not heard again".to_owned(),
        },
    );
    draft.against("the transponder failed", Outcome::NotTestable, "needs the ship's log or a repair note");
    draft.against(
        "the master switched it off for safety or security",
        Outcome::NotTestable,
        "the guidelines of IMO resolution A.1106(29) let a master do so and ask for an entry in the log; the log is not in the case",
    );
}
