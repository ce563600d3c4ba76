use std::collections::BTreeMap;

use tw_base::Country;

use super::link::overlap;
use super::{Parameters, Profile, hours, seconds};
use crate::identity::{ImoClaim, imo_claim};
use crate::mid::{MmsiKind, digits, flag, is_allotted, kind};
use crate::{At, Time};

crate::event! {
    /// One row a doubt about a flag that an MMSI claims.
    pub struct FalseFlag in "false_flags" {
        /// MMSI as it was sent; the newest one where flags follow each other.
        mmsi: u32,
        /// IMO number, if it can name a ship.
        imo: Option<u32>,
        /// Beginning of what it rests on.
        t0: Time,
        /// End of it.
        t1: Time,
        /// Latitude where it ends.
        lat: f64,
        /// Longitude where it ends.
        lon: f64,
        /// mid_not_assigned, register_differs or flags_many.
        kind: String,
        /// Flags in the order of time, as `PAN>COM>TGO`; the three digits where they are nobody's.
        flags: String,
        /// Flag in the register that was handed in, if it differs.
        register: Option<String>,
        /// Ships' flags counted.
        n: u32,
        /// The innocent story that fits best.
        innocent: String,
        /// 0 to 1: a rank, not a probability.
        score: f64,
        /// Record of the first position.
        first: At,
        /// Record of the last position.
        last: At,
    }
}

/// A ship in a register that the case holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// IMO number.
    pub imo: u32,
    /// Flag, a country or territory.
    pub country: Country,
    /// From when, seconds since 1970-01-01T00:00:00Z; none is always.
    pub from: Option<i64>,
    /// Until when; none is until now.
    pub to: Option<i64>,
}

/// Doubts about flags: digits that are nobody's, a register that says otherwise, three flags and more within two years.
///
/// Scores, our choice: digits 0.4 for cargo ships and tankers, else 0.1; register 0.5; flags 0.1 for two (an ordinary sale), 0.4 for three,
/// 0.7 for three within [`Parameters::flag_days`], 0.6 for more. A register has one row a time; a ship in it with any row that fits the time and the flag, or its sovereign, is fine.
#[must_use]
pub fn false_flags(profiles: &[Profile], register: &[Registered], parameters: &Parameters) -> Vec<FalseFlag> {
    let mut rows = Vec::new();
    let mut by_imo: BTreeMap<u32, Vec<&Profile>> = BTreeMap::new();
    let mut known: BTreeMap<u32, Vec<&Registered>> = BTreeMap::new();
    for entry in register {
        known.entry(entry.imo).or_default().push(entry);
    }
    for ship in profiles {
        let (Some(first), Some(last)) = (ship.first(), ship.last()) else { continue };
        let imo = ship.active.iter().rev().find_map(|active| active.said.imo);
        if let Some(imo) = imo
            && kind(ship.mmsi) == MmsiKind::Ship
            && matches!(imo_claim(imo), ImoClaim::Valid | ImoClaim::Unissued)
        {
            by_imo.entry(imo).or_default().push(ship);
        }
        let row = |kind: &str, flags: String, register: Option<String>, innocent: &str, score: f64| FalseFlag {
            mmsi: ship.mmsi,
            imo,
            t0: Time(first.t),
            t1: Time(last.t),
            lat: last.lat,
            lon: last.lon,
            kind: kind.to_owned(),
            flags,
            register,
            n: 1,
            innocent: innocent.to_owned(),
            score,
            first: first.at,
            last: last.at,
        };
        if kind(ship.mmsi) != MmsiKind::Ship {
            continue;
        }
        if let Some(mid) = digits(ship.mmsi).filter(|&mid| !is_allotted(mid)) {
            let merchant = ship.active.iter().any(|active| (70..=89).contains(&active.said.ship_type));
            let score = if merchant { 0.4 } else { 0.1 };
            rows.push(row(
                "mid_not_assigned",
                mid.to_string(),
                None,
                "an MMSI mistyped, or digits given out since our table was made",
                score,
            ));
        }
        if let (Some(claimed), Some(entries)) = (flag(ship.mmsi), imo.and_then(|imo| known.get(&imo))) {
            let then: Vec<_> = entries
                .iter()
                .filter(|entry| entry.from.is_none_or(|from| from <= last.t) && entry.to.is_none_or(|to| to >= first.t))
                .collect();
            let fits = then.iter().any(|entry| entry.country == claimed.country || entry.country == claimed.state);
            if !fits && let Some(entry) = then.first() {
                let text = entry.country.to_string();
                rows.push(row(
                    "register_differs",
                    claimed.country.to_string(),
                    Some(text),
                    "a change of flag that the register does not show yet",
                    0.5,
                ));
            }
        }
    }
    for (imo, mut ships) in by_imo {
        ships.retain(|ship| flag(ship.mmsi).is_some());
        ships.sort_by_key(|ship| (ship.first().map(|end| end.t), ship.mmsi));
        if ships.len() > parameters.largest_group {
            continue;
        }
        rows.extend(many(imo, &ships, parameters));
    }
    rows.sort_by(|a, b| (a.t1, a.mmsi, &a.kind).cmp(&(b.t1, b.mmsi, &b.kind)));
    rows
}

/// The longest row of flags within the time; one row an IMO number.
fn many(imo: u32, ships: &[&Profile], parameters: &Parameters) -> Option<FalseFlag> {
    let span = seconds(parameters.flag_months * 365.25 / 12.0 * 24.0);
    let mut best: Option<(usize, usize, Vec<Country>)> = None;
    for i in 0..ships.len() {
        // The first flag of the row must have been in use at the beginning of the time.
        let begin = ships[i].last()?.t;
        let mut flags: Vec<Country> = Vec::new();
        let mut end = i;
        for (j, ship) in ships.iter().enumerate().skip(i) {
            if j > i && ship.first()?.t.saturating_sub(begin) > span {
                break;
            }
            // Two flags at once are a shared number, not one ship's history: see the hull links.
            if ships[i..j].iter().any(|earlier| overlap(earlier, ship) > parameters.at_once_hours) {
                continue;
            }
            let country = flag(ship.mmsi)?.country;
            if !flags.contains(&country) {
                flags.push(country);
            }
            end = j;
        }
        if best.as_ref().is_none_or(|(_, _, most)| flags.len() > most.len()) {
            best = Some((i, end, flags));
        }
    }
    let (i, j, flags) = best.filter(|(_, _, flags)| flags.len() >= 2)?;
    let last = ships[j].last()?;
    // It begins where the first flag ends: before that nothing was odd.
    let ended = ships[i..=j].iter().filter(|ship| ship.mmsi == ships[i].mmsi).filter_map(|ship| ship.last()).max_by_key(|end| end.t)?;
    let first = ships[i..=j].iter().filter(|ship| ship.mmsi != ships[i].mmsi).filter_map(|ship| ship.first()).min_by_key(|end| end.t);
    let first = first.filter(|first| first.t > ended.t).unwrap_or(ended);
    // Two sales take longer than that.
    let days = hours(first.t, ships[j].first()?.t) / 24.0;
    let (score, innocent) = match flags.len() {
        2 => (0.1, "an ordinary sale or change of register"),
        3 if days <= parameters.flag_days => (0.7, "a sale with a flag for the delivery voyage"),
        3 => (0.4, "sold twice"),
        _ => (0.6, ""),
    };
    let text: Vec<String> = flags.iter().map(Country::to_string).collect();
    Some(FalseFlag {
        mmsi: ships[j].mmsi,
        imo: Some(imo),
        t0: Time(first.t),
        t1: Time(last.t.max(first.t)),
        lat: last.lat,
        lon: last.lon,
        kind: "flags_many".to_owned(),
        flags: text.join(">"),
        register: None,
        n: u32::try_from(flags.len()).unwrap_or(u32::MAX),
        innocent: innocent.to_owned(),
        score,
        first: first.at,
        last: last.at,
    })
}
