//! A call at a port of the target, and calls elsewhere that it bars.

use std::collections::BTreeSet;

use tw_base::{Bounds, Country, Tri, Unit};
use tw_law::Act;
use tw_maritime::calls::PortCall;
use tw_ports::Ports;

use crate::card::Card;
use crate::common::facts;
use crate::judged::decisive;
use crate::lead::{Kind, Lead, Outcome, Place};
use crate::ships::sea::{Sea, What, beyond_ais, day, days_of, ended, hours, hours_words, place, records, tenth, type_words};
use crate::world::{Draft, Output, World};

/// Provisions that bar a call after a call in North Korea, by the State of the later port.
const AFTER: [(&str, &[&str]); 3] = [("KOR", &["KR-180D", "KR-180D-365"]), ("JPN", &["JP-PORT"]), ("USA", &["US-EO13810-2"])];

/// Provisions that bar North Korea's own ships, by the State of the port.
const OWN: [(&str, &[&str]); 3] = [("KOR", &["KR-524"]), ("JPN", &["JP-PORT-flag"]), ("CAN", &["CA-167-7"])];

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "confidence");
    let mut calls: Vec<&PortCall> = sea.seen.port_calls.iter().filter(|call| f64::from(call.confidence) >= least).collect();
    calls.sort_by_key(|call| (call.mmsi, call.t0, call.t1, call.first));
    let mut leads = Vec::new();
    for own in calls.chunk_by(|a, b| a.mmsi == b.mmsi) {
        for (i, call) in own.iter().enumerate() {
            let there = call.country == world.target.code();
            if there && !sea.of_target(call.mmsi) {
                // Only the last call there before a call elsewhere counts the days.
                let later: Vec<&PortCall> = own[i + 1..].iter().copied().take_while(|next| next.country != world.target.code()).collect();
                leads.extend(called(&sea, card, call, &later));
            } else if !there && sea.of_target(call.mmsi) && OWN.iter().any(|(state, _)| *state == call.country) {
                leads.extend(own_ship(&sea, card, call));
            }
        }
    }
    Output { leads, ..Output::default() }
}

fn what(call: &PortCall) -> What<'static> {
    What {
        kind: "embargoed_call",
        mmsi: call.mmsi,
        partner: None,
        t0: call.t0,
        t1: call.t1,
        from: (Some(call.lat), Some(call.lon)),
        to: (None, None),
        score: f64::from(call.confidence.min(4)) / 4.0,
        barrels: None,
    }
}

fn country(code: &str) -> String {
    code.parse::<Country>().map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}

fn state(sea: &Sea<'_>, draft: &mut Draft<'_>, call: &PortCall) {
    let numbers = records(draft, &[(call.first, "first position in the port"), (call.last, "last position in the port")]);
    let ends = match (call.open_start, call.open_end) {
        (true, true) => "; the recording begins and ends in port",
        (true, false) => "; the recording begins in port",
        (false, true) => "; the recording ends in port",
        (false, false) => "",
    };
    draft.observed(
        format!(
            "{} at {} ({}) from {} to {}, at {}: stopped for {}, silent for {}, {} positions, confidence {} of 4{ends}",
            sea.label(call.mmsi),
            call.port_name,
            country(&call.country),
            call.t0,
            call.t1,
            place(call.lat, call.lon),
            hours_words(call.stopped_s as f64 / 3600.0),
            hours_words(call.gap_s as f64 / 3600.0),
            call.n,
            call.confidence
        ),
        &numbers,
    );
    if call.lat.is_finite() && call.lon.is_finite() {
        draft.places(vec![Place {
            name: call.port_name.clone(),
            lat: call.lat,
            lon: call.lon,
            role: "actual".to_owned(),
            probability: None,
        }]);
    }
}

fn called(sea: &Sea<'_>, card: &Card, call: &PortCall, later: &[&PortCall]) -> Option<Lead> {
    let target = sea.world.target;
    let mut draft = sea.draft(card, Kind::Sea, &what(call))?;
    draft.title(format!("called at {} ({}) from {}", call.port_name, target.name(), day(call.t0)?));
    state(sea, &mut draft, call);
    sea.introduce(&mut draft, call.mmsi, call.t0, call.t1);
    sea.corroborate(&mut draft, call.mmsi, call.t0, call.t1);
    if let Some(change) = sea.draught_near(call.mmsi, call.t0, call.t1) {
        sea.state_draught(&mut draft, change);
    }
    let sure = card.threshold(sea.world.parameters, "sure-confidence");
    let doubts = sea.doubts(call.mmsi, call.t0, later.last().map_or(call.t1, |last| last.t1));
    let mut met = BTreeSet::new();
    let mut asked = false;
    if target == Country::PRK {
        for next in later {
            let Some((_, rules)) = AFTER.iter().find(|(state, _)| *state == next.country) else { continue };
            // A State's own ships are not third-country ships.
            if sea.flag(call.mmsi).is_some_and(|flag| flag.code() == next.country) {
                draft.not_checked(format!("rules of {} on ships of its own flag", country(&next.country)));
                continue;
            }
            state_later(sea, &mut draft, next);
            let Some(when) = days_of(next.t0, next.t0) else { continue };
            let mut question = facts(Act::PortCall, when, next.country.parse().ok());
            // Without a flag it may be the port State's own ship, of which the rules do not speak.
            let known = sea.flag(call.mmsi).is_some();
            let certain = |call: &PortCall| known && f64::from(call.confidence) >= sure && doubts.is_empty();
            question.occurred = if certain(next) { Tri::True } else { Tri::Unknown };
            if certain(call)
                && let Some(left) = day(call.t1)
            {
                question.events.insert("port-call".to_owned(), left);
            }
            for rule in *rules {
                asked = true;
                let proof = draft.ask_on(rule, &question, &format!("the call at {} on {}", next.port_name, when.from));
                if proof.as_ref().is_some_and(decisive) {
                    met.insert(*rule);
                }
            }
        }
    }
    let law = if asked {
        "What was asked is about the later calls; a call there is forbidden by none of these provisions as such."
    } else {
        "No provision was asked: none in the book forbids the call as such, and no later call was seen in a port of a State that bars ships after one."
    };
    draft.conclusion(format!(
        "By its own reports the ship was in a port of {}. What it carried, and for whom, was not observed. {law}",
        target.name()
    ));
    innocents(sea, &mut draft, call, &doubts);
    draft.not_checked("cargo, crew and papers; calls in the rest of the year that the recording does not hold");
    beyond_ais(&mut draft);
    let days = hours(call.t0, call.t1) / 24.0;
    let unseen = call.open_start || call.open_end;
    draft.gap(Bounds { low: Some(days), best: Some(days), high: (!unseen).then_some(days) }, Unit::Days, "days in the port");
    draft.figure("stopped_hours", Some(call.stopped_s as f64 / 3600.0));
    let decided =
        (!met.is_empty()).then(|| format!("{} in force, and both calls on record", met.into_iter().collect::<Vec<_>>().join(" and ")));
    ended(draft, decided.as_deref(), days, Unit::Days)
}

fn state_later(sea: &Sea<'_>, draft: &mut Draft<'_>, next: &PortCall) {
    let numbers = records(draft, &[(next.first, "first position in the later port"), (next.last, "last position in the later port")]);
    draft.observed(
        format!(
            "{} then at {} ({}) from {} to {}, confidence {} of 4",
            sea.label(next.mmsi),
            next.port_name,
            country(&next.country),
            next.t0,
            next.t1,
            next.confidence
        ),
        &numbers,
    );
}

/// A ship that claims the target's flag, in a port whose State bars its ships.
fn own_ship(sea: &Sea<'_>, card: &Card, call: &PortCall) -> Option<Lead> {
    let target = sea.world.target;
    let (_, rules) = OWN.iter().find(|(state, _)| *state == call.country)?;
    let mut draft = sea.draft(card, Kind::Sea, &What { kind: "flag_call", ..what(call) })?;
    draft.title(format!("claims the flag of {} and called at {} ({})", target.name(), call.port_name, country(&call.country)));
    state(sea, &mut draft, call);
    sea.introduce(&mut draft, call.mmsi, call.t0, call.t1);
    sea.corroborate(&mut draft, call.mmsi, call.t0, call.t1);
    let when = days_of(call.t0, call.t0)?;
    let doubts = sea.doubts(call.mmsi, call.t0, call.t1);
    if target == Country::PRK {
        let mut question = facts(Act::PortCall, when, call.country.parse().ok());
        let sure = card.threshold(sea.world.parameters, "sure-confidence");
        question.occurred = if f64::from(call.confidence) >= sure && doubts.is_empty() { Tri::True } else { Tri::Unknown };
        for rule in *rules {
            draft.ask_on(rule, &question, &format!("the call at {} on {}", call.port_name, when.from));
        }
    }
    draft.conclusion(format!(
        "By its own reports a ship with an MMSI of {} was in a port of {}. The rules are about the flag that it truly flies, which a broadcast number does not settle.",
        target.name(),
        country(&call.country)
    ));
    innocents(sea, &mut draft, call, &doubts);
    draft.not_checked("the register of the ship, and any leave of the port State");
    beyond_ais(&mut draft);
    let days = hours(call.t0, call.t1) / 24.0;
    draft.gap(Bounds { low: Some(days), best: Some(days), high: None }, Unit::Days, "days in the port");
    ended(draft, None, days, Unit::Days)
}

fn innocents(sea: &Sea<'_>, draft: &mut Draft<'_>, call: &PortCall, doubts: &[String]) {
    draft.against(
        "the positions or the number are not this ship's",
        if doubts.is_empty() { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        if doubts.is_empty() {
            "no other track with the number, and no positions that look made up, in that time".to_owned()
        } else {
            doubts.join("; ")
        },
    );
    let ports = Ports::bundled();
    let other = (call.lat.is_finite() && call.lon.is_finite())
        .then(|| ports.within(call.lat, call.lon, 10.0))
        .into_iter()
        .flatten()
        .filter(|(i, _)| ports.get(*i).country.code() != call.country)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    draft.against(
        "it called at a port across the border",
        if other.is_some() { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        match other {
            Some((i, nm)) => format!("{} ({}) lies {} nm off", ports.get(i).name, ports.get(i).country.name(), tenth(nm)),
            None => "no port of another country within 10 nm".to_owned(),
        },
    );
    draft.against(
        "it only passed or anchored off the port",
        if call.stopped_s > 0 { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("stopped for {} within the port's limits", hours_words(call.stopped_s as f64 / 3600.0)),
    );
    draft.against("it sought shelter or was in distress", Outcome::NotTestable, "needs the weather, the log, or a call for help");
    let kind = type_words(sea.ship_type(call.mmsi));
    draft.against(
        "the visit was allowed: humanitarian goods, an exemption, foreign coal by way of Rajin",
        Outcome::NotTestable,
        format!(
            "needs the cargo papers; by its own report the ship is {}",
            if kind.is_empty() { "of unknown type".to_owned() } else { format!("a {kind}") }
        ),
    );
}
