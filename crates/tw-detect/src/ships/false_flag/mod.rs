//! A flag that is nobody's, not the register's, or one of many in a short time.

use tw_base::{Bounds, Country, Unit};
use tw_maritime::hulls::FalseFlag;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, ask_register, beyond_ais, ended, place, records, story};
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let least = card.threshold(world.parameters, "score");
    let leads = sea.seen.false_flags.iter().filter(|doubt| doubt.score >= least).filter_map(|doubt| lead(&sea, card, doubt)).collect();
    Output { leads, ..Output::default() }
}

/// Codes of a chain as names.
fn chain(flags: &str) -> String {
    flags
        .split('>')
        .map(|code| code.parse::<Country>().map_or_else(|_| code.to_owned(), |country| country.name().to_owned()))
        .collect::<Vec<_>>()
        .join(", then ")
}

fn lead(sea: &Sea<'_>, card: &Card, doubt: &FalseFlag) -> Option<Lead> {
    let (t0, t1) = (doubt.t0, doubt.t1);
    let kind = format!("false_flag {}", doubt.kind);
    let what = What {
        kind: &kind,
        mmsi: doubt.mmsi,
        partner: None,
        t0,
        t1,
        from: (Some(doubt.lat), Some(doubt.lon)),
        to: (None, None),
        score: doubt.score,
        barrels: None,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    let flags = chain(&doubt.flags);
    let register = doubt.register.as_deref().map(chain);
    draft.title(match doubt.kind.as_str() {
        "mid_not_assigned" => format!("an MMSI that begins with {}, which is no country's", doubt.flags),
        "register_differs" => format!("claims the flag of {flags}, and the register says {}", register.as_deref().unwrap_or("another")),
        _ => format!("{} flags in a short time: {flags}", doubt.n),
    });
    let numbers =
        records(&mut draft, &[(doubt.first, "the first report that it rests on"), (doubt.last, "the last report that it rests on")]);
    draft.declared(
        match doubt.kind.as_str() {
            "mid_not_assigned" => format!("MMSI {:09}, from {t0} to {t1}", doubt.mmsi),
            _ => format!(
                "flags by MMSI from {t0} to {t1}: {flags}{}",
                doubt.imo.map_or_else(String::new, |imo| format!(", all with IMO number {imo}"))
            ),
        },
        &numbers,
    );
    draft.observed(format!("last seen at {}", place(doubt.lat, doubt.lon)), &numbers);
    sea.introduce(&mut draft, doubt.mmsi, t0, t1);
    sea.corroborate(&mut draft, doubt.mmsi, t0, t1);
    let target = sea.world.target.code();
    let tied = doubt.flags.split('>').any(|code| code == target) || doubt.register.as_deref() == Some(target);
    let law = if tied {
        ask_register(sea, &mut draft, &["UN-2270-20", "UN-2321-9", "UN-2321-24"], t0, t1, "the registrations")
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!(
        "The flag that was broadcast is in doubt. This is consistent with a false flag or with hopping from one to another, and as well with a slip or with sales. {law}"
    ));
    story(&mut draft, &doubt.innocent);
    match doubt.kind.as_str() {
        "mid_not_assigned" => draft.against(
            "digits given out since the table was made",
            Outcome::NotTestable,
            "needs the present list of the International Telecommunication Union",
        ),
        "register_differs" => draft.against("the register is behind", Outcome::NotTestable, "needs the register of that day"),
        _ => draft.against("the ship was sold each time", Outcome::NotTestable, "needs the deletion certificates and bills of sale"),
    };
    draft.not_checked("registers of flag States, and their notices of fraud");
    beyond_ais(&mut draft);
    draft.gap(Bounds { low: Some(1.0), best: Some(1.0), high: Some(1.0) }, Unit::Ships, "ship whose flag is in doubt");
    draft.figure("flags", Some(f64::from(doubt.n)));
    ended(draft, None, 1.0, Unit::Ships)
}
