//! A destination that was declared, and an apparent call at a port of the target.

use tw_base::{Bounds, Country, Interval, Unit, format_number};
use tw_law::{Act, Direction, Item};
use tw_maritime::concealed::Concealed;
use tw_ports::Ports;
use tw_tables::{Declaration, Row};

use crate::card::Card;
use crate::common::facts;
use crate::lead::{Barrels, Kind, Lead, Outcome, Place};
use crate::ships::sea::{Sea, What, beyond_ais, day, days_of, ended, hours, hours_words, records, tenth};
use crate::world::{Draft, Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let leads = sea
        .seen
        .concealed
        .iter()
        .filter(|row| row.country == world.target.code() && row.score >= least)
        // Declared as it went, in whatever words: nothing is concealed.
        .filter(|row| row.declared_country.as_deref() != Some(world.target.code()))
        .filter_map(|row| lead(&sea, card, row))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, row: &Concealed) -> Option<Lead> {
    let target = sea.world.target;
    let size = match (row.barrels_low, row.barrels, row.barrels_high) {
        (Some(low), Some(best), Some(high)) if [low, best, high].iter().all(|v| v.is_finite()) => Some(Barrels { low, best, high }),
        _ => None,
    };
    let what = What {
        kind: "concealed_destination",
        mmsi: row.mmsi,
        partner: None,
        t0: row.t0,
        t1: row.t1,
        from: (Some(row.lat), Some(row.lon)),
        to: (None, None),
        score: row.score,
        barrels: size,
    };
    let mut draft = sea.draft(card, Kind::Destination, &what)?;
    let inferred = row.how != "observed";
    let port = format!("{} ({})", row.port_name, target.name());
    draft.title(if inferred {
        format!("declared {}, and may have called at {port}", row.declared.trim())
    } else {
        format!("declared {}, and was seen at {port}", row.declared.trim())
    });
    let numbers =
        records(&mut draft, &[(row.first, "the last report before the call or silence"), (row.last, "the first report after it")]);
    declared(sea, &mut draft, row);
    draft.observed(
        format!(
            "left {} {}; {}",
            row.from_port.as_deref().map_or_else(|| "an unknown port".to_owned(), port_name),
            row.t0,
            row.next_port
                .as_deref()
                .map_or_else(|| "no later port was seen".to_owned(), |next| format!("next port seen: {}", port_name(next)))
        ),
        &numbers,
    );
    draft.observed(
        if inferred {
            format!(
                "silent from {} to {} ({}): a call at a port of {} in it has a probability of {} in 100, at {} of {} in 100, by times, speeds, sea ways and ports within reach",
                row.gap_t0.map_or_else(|| "an unknown time".to_owned(), |t| t.to_string()),
                row.gap_t1.map_or_else(|| "the end of the recording".to_owned(), |t| t.to_string()),
                row.gap_cause.as_deref().unwrap_or("cause not known"),
                target.name(),
                percent(row.p_call),
                row.port_name,
                percent(row.p_port)
            )
        } else {
            format!("seen at {port} until {}", row.t1)
        },
        &numbers,
    );
    if let Some(metres) = row.draught_m {
        draft.declared(
            format!("draught typed {} m {} over the call", tenth(metres.abs()), if metres < 0.0 { "less" } else { "more" }),
            &numbers,
        );
    }
    draft.places(places(row));
    sea.introduce(&mut draft, row.mmsi, row.t0, row.t1);
    sea.corroborate(&mut draft, row.mmsi, row.t0, row.t1);
    let law = ask(sea, &mut draft, row);
    draft.conclusion(format!(
        "{} This is consistent with a destination that was concealed, and as well with a change of orders{}. What was landed was not observed. {law}",
        if inferred { format!("The ship declared another destination and was silent where a call at a port of {} fits best.", target.name()) } else { format!("The ship declared another destination and was in a port of {} by its own reports.", target.name()) },
        if inferred { " or a silence spent elsewhere" } else { "" }
    ));
    innocents(&mut draft, row, inferred);
    draft.not_checked("the cargo, its papers, and whether any was landed");
    beyond_ais(&mut draft);
    let amount = size.map_or(Bounds::UNKNOWN, |size| Bounds { low: Some(size.low), best: Some(size.best), high: Some(size.high) });
    draft.gap(
        amount,
        Unit::Barrels,
        match row.barrels_by.as_deref() {
            Some("draught") => "by the change of draught, if the cargo was oil",
            Some(_) => "by the size of the ship alone, if the cargo was oil and was landed",
            None => "the amount is not known",
        },
    );
    draft.figure("p_call", Some(row.p_call)).figure("p_port", Some(row.p_port));
    draft.figure("barrels_low", size.map(|s| s.low)).figure("barrels_high", size.map(|s| s.high));
    ended(draft, None, size.map_or(0.0, |size| size.best), Unit::Barrels)
}

fn percent(p: f64) -> String {
    format_number((p * 100.0).round())
}

fn port_name(key: &str) -> String {
    let ports = Ports::bundled();
    ports.by_key(key).map_or_else(|| key.to_owned(), |i| format!("{} ({})", ports.get(i).name, ports.get(i).country.name()))
}

/// What was declared, by the document if it is in the case, else by AIS.
fn declared(sea: &Sea<'_>, draft: &mut Draft<'_>, row: &Concealed) {
    let country = row
        .declared_country
        .as_deref()
        .and_then(|code| code.parse::<Country>().ok())
        .map_or_else(String::new, |country| format!(" ({})", country.name()));
    let text = format!(
        "bound for {}{country}, declared {} by {}",
        row.declared.trim(),
        row.declared_t,
        if row.declared_in == "ais" { "AIS" } else { &row.declared_in }
    );
    let numbers = if row.document.is_some() {
        document(sea, row).map(|found| draft.cite(found, &found.data.declared_in, text.clone())).into_iter().collect()
    } else {
        records(draft, &[(row.typed, "the destination was typed")])
    };
    draft.declared(text, &numbers);
}

/// The row of the document. Rows are sorted before detectors see them, so it is found by what it says.
fn document<'a>(sea: &Sea<'a>, row: &Concealed) -> Option<&'a Row<Declaration>> {
    let declared = day(row.declared_t)?;
    let about = |data: &Declaration| {
        data.mmsi.map(tw_base::Mmsi::number) == Some(row.mmsi) || data.imo.is_some_and(|imo| sea.sent(row.mmsi, imo.number()).is_some())
    };
    sea.world
        .tables
        .declarations
        .iter()
        .find(|found| about(&found.data) && found.data.declared_in == row.declared_in && found.data.departed.interval().contains(declared))
}

fn places(row: &Concealed) -> Vec<Place> {
    let ports = Ports::bundled();
    let known = |key: &Option<String>, role: &str| {
        let port = ports.get(ports.by_key(key.as_deref()?)?);
        let (lat, lon) = port.position()?;
        Some(Place { name: port.name.clone(), lat, lon, role: role.to_owned(), probability: None })
    };
    let mut marks: Vec<Place> = [known(&row.from_port, "left"), known(&row.declared_port, "declared")].into_iter().flatten().collect();
    if row.lat.is_finite() && row.lon.is_finite() {
        let observed = row.how == "observed";
        marks.push(Place {
            name: row.port_name.clone(),
            lat: row.lat,
            lon: row.lon,
            role: if observed { "actual" } else { "possible" }.to_owned(),
            probability: (!observed).then_some(row.p_port).filter(|p| p.is_finite()),
        });
    }
    marks
}

/// Asks the caps on oil that a tanker may have carried; whether they were passed depends on the sum of all deliveries.
fn ask(sea: &Sea<'_>, draft: &mut Draft<'_>, row: &Concealed) -> String {
    let target = sea.world.target;
    let tanker = (80..=89).contains(&row.ship_type);
    let Some(when) = days_of(row.t0, row.t0).filter(|_| target == Country::PRK && tanker) else {
        return "No provision was asked: the cargo is not known.".to_owned();
    };
    let from = row.from_port.as_deref().and_then(|key| Ports::bundled().by_key(key)).map(|i| Ports::bundled().get(i).country);
    let mut question = facts(Act::Supply, when, from);
    question.direction = Some(Direction::To);
    question.item = Some(Item::RefinedPetroleum);
    question.occurred = tw_base::Tri::Unknown;
    question.amounts.insert(Unit::Barrels, Bounds::UNKNOWN);
    let mut covered = false;
    for rule in ["UN-2375-14a", "UN-2397-5"] {
        draft.ask_on(rule, &question, "the cargo of the tanker, if it was refined oil");
        let stretches = sea.world.rule(rule).map(tw_law::Provision::stretches).unwrap_or_default();
        covered |= stretches.iter().any(|stretch: &Interval| stretch.covers(&when));
    }
    if covered {
        "A cap on refined oil was in force on the day it left; whether this cargo was oil is not known, and a cap is passed by the sum of all deliveries.".to_owned()
    } else {
        "No cap on refined oil was in force on the day it left: an apparently concealed destination, and no more.".to_owned()
    }
}

fn innocents(draft: &mut Draft<'_>, row: &Concealed, inferred: bool) {
    let by_hand = row.declared_in == "ais";
    draft.against(
        "the destination was typed wrongly, or left from an earlier voyage",
        if by_hand && !row.fresh {
            Outcome::MayExplain
        } else if by_hand {
            Outcome::NotTestable
        } else {
            Outcome::DoesNotExplain
        },
        if !by_hand {
            format!("declared in a document ({}), which nobody forgets to retype", row.declared_in)
        } else if row.fresh {
            "typed for this voyage; about four in ten typed destinations are wrong".to_owned()
        } else {
            "the text is older than the voyage".to_owned()
        },
    );
    draft.against("orders were changed under way", Outcome::NotTestable, "needs the orders or the log");
    if inferred {
        let silent = row
            .gap_t0
            .zip(row.gap_t1)
            .map_or_else(|| "a silence that is still open".to_owned(), |(a, b)| format!("a silence of {}", hours_words(hours(a, b))));
        draft.against(
            "it sailed on, or was elsewhere, in the silence",
            Outcome::MayExplain,
            format!("{silent}; no call at a port of the target has a probability of {} in 100", percent(1.0 - row.p_call)),
        );
        draft.against(
            "nobody could hear it there",
            if matches!(row.gap_cause.as_deref(), Some("unexplained" | "made_up")) { Outcome::DoesNotExplain } else { Outcome::MayExplain },
            format!("cause of the silence: {}", row.gap_cause.as_deref().unwrap_or("not known")),
        );
    }
    let next = row.next_country.is_some() && row.next_country == row.declared_country;
    draft.against(
        "it went where it said, and called elsewhere on the way",
        if next { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        match row.next_country.as_deref() {
            Some(code) => {
                format!("the next port seen lies in {}", code.parse::<Country>().map_or_else(|_| code.to_owned(), |c| c.name().to_owned()))
            }
            None => "it was seen in no port of the declared country afterwards".to_owned(),
        },
    );
    draft.against(
        "it called for fuel, shelter or crew",
        Outcome::NotTestable,
        match row.draught_m {
            Some(metres) if metres <= -0.5 => format!("it typed {} m less draught afterwards", tenth(-metres)),
            Some(_) => "its draught did not fall by half a metre".to_owned(),
            None => "no other draught was typed".to_owned(),
        },
    );
}
