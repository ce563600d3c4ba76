//! What detectors of conduct at sea share: ships by their numbers, words for what they sent, and what ties them to the target of the sanctions.

use std::collections::{BTreeMap, BTreeSet};

use tw_base::{Country, Date, Imo, Interval, Tri, format_number};
use tw_law::Act;
use tw_maritime::draught::DraughtChange;
use tw_maritime::identity::{Identity, check_digit_holds, imo_claim};
use tw_maritime::mid::{self, MmsiKind};
use tw_maritime::survey::{Seen, Ship};
use tw_maritime::{At, Time};
use tw_ports::Ports;
use tw_tables::{Listing, PartyKind, Row};

use crate::card::Card;
use crate::common::facts;
use crate::lead::{Barrels, Kind, Lead, Outcome, SeaEvent};
use crate::world::{Draft, World};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Days before an event within which a declaration at departure is about the same voyage. Our choice.
const VOYAGE_DAYS: i64 = 60;

/// Score from which made-up positions cast doubt on what a track shows. Our choice: the kernel gives 0.1 to what is explained.
const SPOOFED: f64 = 0.5;

/// The ban on transfers at sea with ships of the target's flag.
pub(crate) const TRANSFERS: &str = "UN-2375-11";

/// The sightings of a case, with its ships by MMSI.
pub(crate) struct Sea<'a> {
    pub(crate) world: World<'a>,
    pub(crate) seen: &'a Seen,
    ships: BTreeMap<u32, &'a Ship>,
    said: BTreeMap<u32, Vec<&'a Identity>>,
    imos: BTreeMap<u32, BTreeMap<u32, Sent>>,
    by_imo: BTreeMap<u32, Vec<u32>>,
}

/// Between which times a number was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) t0: Time,
    pub(crate) t1: Time,
    pub(crate) at: At,
}

/// What happened, when and where, before it is written down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct What<'e> {
    /// As [`SeaEvent::kind`] names it; words after it only tell leads of one ship and moment apart.
    pub(crate) kind: &'e str,
    pub(crate) mmsi: u32,
    pub(crate) partner: Option<u32>,
    pub(crate) t0: Time,
    pub(crate) t1: Time,
    pub(crate) from: (Option<f64>, Option<f64>),
    pub(crate) to: (Option<f64>, Option<f64>),
    pub(crate) score: f64,
    pub(crate) barrels: Option<Barrels>,
}

impl<'a> Sea<'a> {
    /// None if the case holds no recording.
    pub(crate) fn of(world: World<'a>) -> Option<Self> {
        let seen = &world.sightings?.seen;
        let mut said: BTreeMap<u32, Vec<&Identity>> = BTreeMap::new();
        for identity in &seen.identities {
            said.entry(identity.mmsi).or_default().push(identity);
        }
        let mut imos: BTreeMap<u32, BTreeMap<u32, Sent>> = BTreeMap::new();
        for row in seen.identities.iter().filter(|row| row.field == "imo") {
            let Some(imo) = row.value.parse().ok().filter(|&imo| names_a_ship(imo)) else { continue };
            let sent = imos.entry(row.mmsi).or_default().entry(imo).or_insert(Sent { t0: row.t0, t1: row.t1, at: row.first });
            *sent = Sent { t0: sent.t0.min(row.t0), t1: sent.t1.max(row.t1), at: sent.at };
        }
        for ship in &seen.ships {
            if let Some(imo) = ship.imo.filter(|&imo| names_a_ship(imo)) {
                imos.entry(ship.mmsi).or_insert_with(|| BTreeMap::from([(imo, Sent { t0: ship.t0, t1: ship.t1, at: ship.last })]));
            }
        }
        let mut by_imo: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (&mmsi, numbers) in &imos {
            for &imo in numbers.keys() {
                by_imo.entry(imo).or_default().push(mmsi);
            }
        }
        Some(Self { world, seen, ships: seen.ships.iter().map(|ship| (ship.mmsi, ship)).collect(), said, imos, by_imo })
    }

    /// All ships, by MMSI.
    pub(crate) fn ships(&self) -> impl Iterator<Item = &'a Ship> + '_ {
        self.ships.values().copied()
    }

    /// `TESTER (MMSI 273990001)`, or the number alone.
    pub(crate) fn label(&self, mmsi: u32) -> String {
        match self.ships.get(&mmsi).map(|ship| ship.name.trim()).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name} (MMSI {mmsi:09})"),
            None => format!("MMSI {mmsi:09}"),
        }
    }

    /// Type of ship (ITU-R M.1371-5, table 53); 0 is not known.
    pub(crate) fn ship_type(&self, mmsi: u32) -> u8 {
        self.ships.get(&mmsi).map_or(0, |ship| ship.ship_type)
    }

    /// Cargo ships and tankers.
    pub(crate) fn carries(&self, mmsi: u32) -> bool {
        (70..90).contains(&self.ship_type(mmsi))
    }

    /// The country whose digits the MMSI begins with.
    pub(crate) fn flag(&self, mmsi: u32) -> Option<Country> {
        let stated = self.ships.get(&mmsi).and_then(|ship| ship.flag.as_deref()).and_then(|code| code.parse().ok());
        stated.or_else(|| mid::flag(mmsi).map(|flag| flag.country))
    }

    /// Whether the MMSI claims the target's flag.
    pub(crate) fn of_target(&self, mmsi: u32) -> bool {
        self.flag(mmsi) == Some(self.world.target)
    }

    /// Numbers in the IMO field that can name a ship, with the times between which they were sent.
    pub(crate) fn imos(&self, mmsi: u32) -> impl Iterator<Item = (u32, Sent)> + '_ {
        self.imos.get(&mmsi).into_iter().flatten().map(|(imo, sent)| (*imo, *sent))
    }

    /// When the ship sent this number, if it did.
    pub(crate) fn sent(&self, mmsi: u32, imo: u32) -> Option<Sent> {
        self.imos.get(&mmsi)?.get(&imo).copied()
    }

    /// Ships that sent an IMO number.
    pub(crate) fn with_imo(&self, imo: u32) -> &[u32] {
        self.by_imo.get(&imo).map_or(&[], Vec::as_slice)
    }

    /// Whether the ship sent this number at some time.
    fn is(&self, mmsi: u32, imo: Option<Imo>, by_mmsi: Option<u32>) -> bool {
        by_mmsi == Some(mmsi) || imo.is_some_and(|imo| self.sent(mmsi, imo.number()).is_some())
    }

    /// Why the numbers that a ship sends may be another's in this time; empty if nothing speaks against them.
    pub(crate) fn doubts(&self, mmsi: u32, t0: Time, t1: Time) -> Vec<String> {
        let mut doubts = BTreeSet::new();
        if matches!(mid::kind(mmsi), MmsiKind::Placeholder) {
            doubts.insert("the MMSI is a placeholder that many ships send".to_owned());
        }
        for row in &self.seen.shared_mmsi {
            if row.mmsi == mmsi && meets(row.t0, row.t1, t0, t1) {
                doubts.insert(format!("the MMSI was sent from two places at once ({} to {})", row.t0, row.t1));
            }
        }
        for link in &self.seen.hull_links {
            let other = if link.mmsi_a == mmsi { link.mmsi_b } else { link.mmsi_a };
            if (link.mmsi_a == mmsi || link.mmsi_b == mmsi)
                && matches!(link.kind.as_str(), "same_imo_at_once" | "swap")
                && meets(link.t0, link.t1, t0, t1)
            {
                // Two radios of one ship lie at one place.
                if link.kind == "swap" || link.distance_nm > 2.0 {
                    doubts.insert(format!("{} sent the same numbers at the same time ({} to {})", self.label(other), link.t0, link.t1));
                }
            }
        }
        for (imo, sent) in self.imos(mmsi) {
            for &other in self.with_imo(imo).iter().filter(|other| **other != mmsi) {
                let twin = self
                    .sent(other, imo)
                    .is_some_and(|theirs| meets(theirs.t0, theirs.t1, sent.t0, sent.t1) && meets(theirs.t0, theirs.t1, t0, t1));
                // Ships of one number that the kernel joined are one ship under two flags, or judged above.
                if twin && self.seen.hull_links.iter().all(|link| !joined(link, mmsi, other)) {
                    doubts.insert(format!("{} sent IMO number {imo} too in this time", self.label(other)));
                }
            }
        }
        for spoof in &self.seen.spoofs {
            if spoof.mmsi == mmsi && spoof.score >= SPOOFED && meets(spoof.t0, spoof.t1, t0, t1) {
                doubts.insert(format!(
                    "positions in this time are apparently not where the ship was ({}, {} to {})",
                    spoof.kind.name(),
                    spoof.t0,
                    spoof.t1
                ));
            }
        }
        doubts.into_iter().collect()
    }

    /// Begins a lead about a ship; none if its time lies out of the calendar.
    pub(crate) fn draft(&self, card: &Card, kind: Kind, what: &What<'_>) -> Option<Draft<'a>> {
        let when = days_of(what.t0, what.t1)?;
        let partner = what.partner.map_or_else(String::new, |mmsi| format!(" {mmsi:09}"));
        let key = format!("{} {}{partner}", what.kind, what.t0);
        let mut draft = Draft::new(self.world, card, kind, &self.label(what.mmsi), when, &key);
        let finite = |value: Option<f64>| value.filter(|v| v.is_finite());
        draft.sea(SeaEvent {
            kind: what.kind.split(' ').next().unwrap_or_default().to_owned(),
            mmsi: what.mmsi,
            partner_mmsi: what.partner,
            t0: what.t0.to_string(),
            t1: what.t1.max(what.t0).to_string(),
            lat: finite(what.from.0),
            lon: finite(what.from.1),
            lat1: finite(what.to.0),
            lon1: finite(what.to.1),
            score: if what.score.is_finite() { what.score.clamp(0.0, 1.0) } else { 0.0 },
            barrels: what.barrels,
            places: Vec::new(),
        });
        draft.figure("score", Some(what.score));
        Some(draft)
    }

    /// States what a ship said of itself in the time of an event, or last.
    pub(crate) fn introduce(&self, draft: &mut Draft<'_>, mmsi: u32, t0: Time, t1: Time) {
        let mut parts = Vec::new();
        let mut records = Vec::new();
        for (field, words) in [
            ("name", "name"),
            ("callsign", "call sign"),
            ("imo", "IMO number"),
            ("ship_type", "type"),
            ("length", "length"),
            ("destination", "destination"),
        ] {
            let mut rows: Vec<&Identity> = self
                .said
                .get(&mmsi)
                .into_iter()
                .flatten()
                .copied()
                .filter(|row| row.field == field && meets(row.t0, row.t1, t0, t1) && !row.value.trim().is_empty())
                .collect();
            rows.sort_by_key(|row| (row.t0, &row.value, row.first));
            // The longest-sent three are enough for a sentence.
            rows.truncate(3);
            if rows.is_empty() {
                continue;
            }
            let values: Vec<String> = rows.iter().map(|row| value_words(field, row.value.trim())).collect();
            parts.push(format!("{words} {}", values.join(", then ")));
            records.extend(
                rows.iter().filter_map(|row| draft.cite_position(row.first, format!("{}: {words} {}", self.label(mmsi), row.value.trim()))),
            );
        }
        let then = if parts.is_empty() {
            parts = self.last_said(mmsi);
            "last sent in the recording"
        } else {
            "sent then"
        };
        let flag = match self.flag(mmsi) {
            Some(country) => format!("the MMSI claims the flag of {}", country.name()),
            None => "the MMSI claims the flag of no country in the table".to_owned(),
        };
        records.sort_unstable();
        records.dedup();
        let sent = if parts.is_empty() { "it sent no name, number or type".to_owned() } else { format!("{then}: {}", parts.join("; ")) };
        draft.declared(format!("{}: {flag}; {sent}", self.label(mmsi)), &records);
    }

    fn last_said(&self, mmsi: u32) -> Vec<String> {
        let Some(ship) = self.ships.get(&mmsi) else { return Vec::new() };
        let mut parts = Vec::new();
        if !ship.callsign.trim().is_empty() {
            parts.push(format!("call sign {}", ship.callsign.trim()));
        }
        parts.extend(ship.imo.map(|imo| format!("IMO number {}", value_words("imo", &imo.to_string()))));
        if ship.ship_type > 0 {
            parts.push(format!("type {}", value_words("ship_type", &ship.ship_type.to_string())));
        }
        parts.extend(ship.length.map(|length| format!("length {length} m")));
        parts.extend(ship.destination.as_ref().map(|text| format!("destination {}", text.trim())));
        parts
    }

    /// Rows of the tables about the same ship: declarations at departure, voyages of record, and listings in force. They corroborate as families of
    /// their own. Gives whether a listing was in force.
    pub(crate) fn corroborate(&self, draft: &mut Draft<'_>, mmsi: u32, t0: Time, t1: Time) -> bool {
        let Some(when) = days_of(t0, t1) else { return false };
        if !self.doubts(mmsi, t0, t1).is_empty() {
            draft.not_checked(format!("rows of the tables about the numbers that MMSI {mmsi:09} sends, which may be another ship's"));
            return false;
        }
        let recent = days_of(Time(t0.0.saturating_sub(VOYAGE_DAYS * DAY)), t1).unwrap_or(when);
        for row in &self.world.tables.declarations {
            let data = &row.data;
            if self.is(mmsi, data.imo, data.mmsi.map(tw_base::Mmsi::number)) && recent.meet(&data.departed.interval()).is_some() {
                let says = format!(
                    "{}: left {} {} with {}, declared {}",
                    data.ship,
                    data.from_port,
                    data.departed,
                    data.cargo,
                    data.declared_port.clone().unwrap_or_else(|| crate::common::names(&data.declared_country))
                );
                let number = draft.cite(row, &data.declared_in, says.clone());
                draft.declared(format!("{says} ({})", data.declared_in), &[number]);
            }
        }
        for row in &self.world.tables.voyages {
            let data = &row.data;
            if self.is(mmsi, data.imo, None) && recent.meet(&data.departed.interval()).is_some() {
                let declared = data.declared_port.clone().unwrap_or_else(|| crate::common::names(&data.declared_country));
                let says = format!(
                    "{}: left {} {} with {}, declared {declared}, seen next in {}",
                    data.ship,
                    data.from_port,
                    data.departed,
                    data.cargo,
                    data.next_country.name()
                );
                let number = draft.cite(row, &data.declared_in, says.clone());
                draft.declared(format!("{says} ({})", data.declared_in), &[number]);
            }
        }
        let mut listed = false;
        for row in &self.world.tables.listings {
            let numbers = Numbers::of(row);
            if row.data.kind != PartyKind::Vessel || !numbers.fit(self, mmsi) || status(&row.data, &when) != Tri::True {
                continue;
            }
            listed = true;
            let says = listing_words(row);
            let number = draft.cite(row, &row.data.list, says.clone());
            draft.observed(format!("the ship with these numbers was listed then: {says}"), &[number]);
        }
        listed
    }

    /// The nearest port of the target within some nautical miles, as `12 nm off Chongjin (North Korea)`.
    pub(crate) fn near_target(&self, lat: f64, lon: f64, nm: f64) -> Option<String> {
        if !(lat.is_finite() && lon.is_finite()) {
            return None;
        }
        let ports = Ports::bundled();
        let mut near: Vec<(usize, f64)> = ports
            .within(lat, lon, nm)
            .into_iter()
            .filter(|(i, _)| ports.get(*i).country == self.world.target && ports.get(*i).takes_ships())
            .collect();
        near.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let (i, distance) = *near.first()?;
        Some(format!("{} nm off {} ({})", format_number(distance.round()), ports.get(i).name, self.world.target.name()))
    }

    /// A change of draught at sea within the time of an event or a day after it: crews type the field late.
    pub(crate) fn draught_near(&self, mmsi: u32, t0: Time, t1: Time) -> Option<&'a DraughtChange> {
        self.seen
            .draught_changes
            .iter()
            .filter(|change| change.mmsi == mmsi && !change.in_port && change.t1 >= t0 && change.t0.0 <= t1.0.saturating_add(DAY))
            .min_by(|a, b| b.score.total_cmp(&a.score).then((a.t0, a.t1, a.first, a.last).cmp(&(b.t0, b.t1, b.first, b.last))))
    }

    /// States a change of draught.
    pub(crate) fn state_draught(&self, draft: &mut Draft<'_>, change: &DraughtChange) {
        let says = draught_words(change);
        let numbers = records(draft, &[(change.first, "the last draught before"), (change.last, "the first draught after")]);
        draft.declared(format!("{}: {says}", self.label(change.mmsi)), &numbers);
    }

    /// Asks the ban on transfers at sea, which is about ships of the target's flag. Whether goods were moved nobody saw.
    pub(crate) fn ask_transfers(&self, draft: &mut Draft<'_>, ships: &[u32], t0: Time, t1: Time, basis: &str) -> bool {
        let Some(when) = days_of(t0, t1) else { return false };
        let Some(mmsi) = ships.iter().find(|mmsi| self.of_target(**mmsi)) else { return false };
        if self.world.target != Country::PRK {
            draft.not_checked(format!("provisions on transfers at sea with ships of {}", self.world.target.name()));
            return false;
        }
        let mut question = facts(Act::ShipToShipTransfer, when, None);
        question.occurred = Tri::Unknown;
        draft.ask_on(TRANSFERS, &question, &format!("{basis} of MMSI {mmsi:09}, which claims the flag of {}", self.world.target.name()));
        true
    }

    /// The sentence for a lead that asks no provision.
    pub(crate) fn nothing_ties(&self) -> String {
        format!("No provision was asked: nothing here ties the ship to {}.", self.world.target.name())
    }
}

/// Numbers by which a list identifies a ship.
pub(crate) struct Numbers {
    pub(crate) imo: Option<u32>,
    pub(crate) mmsi: Option<u32>,
}

impl Numbers {
    /// From the identifier of a listing: seven digits with a valid check digit after `IMO` or alone, nine digits after `MMSI` or alone.
    pub(crate) fn of(row: &Row<Listing>) -> Self {
        let text = row.data.identifier.as_deref().unwrap_or_default();
        let digits = || text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        let imo = digits().filter(|run| run.len() == 7).find_map(|run| run.parse().ok().filter(|&n| names_a_ship(n)));
        let mmsi = digits().filter(|run| run.len() == 9).find_map(|run| run.parse().ok().filter(|&n| mid::kind(n) == MmsiKind::Ship));
        Self { imo, mmsi }
    }

    /// Whether a ship sends one of them. An IMO number goes before an MMSI, which changes with the flag.
    pub(crate) fn fit(&self, sea: &Sea<'_>, mmsi: u32) -> bool {
        match self.imo {
            Some(imo) => sea.sent(mmsi, imo).is_some(),
            None => self.mmsi == Some(mmsi),
        }
    }
}

fn joined(link: &tw_maritime::hulls::HullLink, a: u32, b: u32) -> bool {
    (link.mmsi_a, link.mmsi_b) == (a.min(b), a.max(b)) || (link.mmsi_a, link.mmsi_b) == (a.max(b), a.min(b))
}

fn names_a_ship(imo: u32) -> bool {
    check_digit_holds(imo) && imo_claim(imo).names_a_ship()
}

/// Whether a party was listed on every one of the days, on none, or it cannot be told.
pub(crate) fn status(listing: &Listing, when: &Interval) -> Tri {
    let surely = Interval::new(listing.listed, listing.delisted.as_ref().map(tw_base::Period::from));
    let perhaps = Interval::new(listing.listed, listing.delisted.as_ref().map(tw_base::Period::last));
    if surely.covers(when) {
        return Tri::True;
    }
    if surely.meet(when).is_none() && perhaps.meet(when).is_none() { Tri::False } else { Tri::Unknown }
}

/// A listing in one clause.
pub(crate) fn listing_words(row: &Row<Listing>) -> String {
    let data = &row.data;
    let out =
        data.delisted.as_ref().map_or_else(|| "still listed as far as the source shows".to_owned(), |out| format!("off the list {out}"));
    format!(
        "{} ({}) on {}, ground {}, from {}, {out}",
        data.party,
        data.identifier.as_deref().unwrap_or("no number"),
        data.list,
        data.programme,
        data.listed
    )
}

/// Whether two closed spans of time meet.
pub(crate) fn meets(a0: Time, a1: Time, b0: Time, b1: Time) -> bool {
    a0 <= b1.max(b0) && b0 <= a1.max(a0)
}

/// The day of a moment in UTC; none out of the calendar.
pub(crate) fn day(t: Time) -> Option<Date> {
    let moment = jiff::Timestamp::from_second(t.0).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(moment).date())
}

/// The days from one moment to another, both counted.
pub(crate) fn days_of(t0: Time, t1: Time) -> Option<Interval> {
    let (from, last) = (day(t0)?, day(t1.max(t0))?);
    Some(Interval::new(from, Some(last.tomorrow().ok()?)))
}

/// Hours from one moment to another.
pub(crate) fn hours(t0: Time, t1: Time) -> f64 {
    t1.0.saturating_sub(t0.0).max(0) as f64 / 3600.0
}

/// `5.5 h`, to a tenth.
pub(crate) fn hours_words(hours: f64) -> String {
    format!("{} h", format_number((hours * 10.0).round() / 10.0))
}

/// A number to a tenth.
pub(crate) fn tenth(value: f64) -> String {
    format_number((value * 10.0).round() / 10.0)
}

/// `38.10 N 131.50 E`.
pub(crate) fn place(lat: f64, lon: f64) -> String {
    let (ns, ew) = (if lat < 0.0 { 'S' } else { 'N' }, if lon < 0.0 { 'W' } else { 'E' });
    format!("{:.2} {ns} {:.2} {ew}", lat.abs(), lon.abs())
}

/// A place that may be missing.
pub(crate) fn perhaps_place(lat: Option<f64>, lon: Option<f64>) -> String {
    lat.zip(lon)
        .filter(|(lat, lon)| lat.is_finite() && lon.is_finite())
        .map_or_else(|| "at an unknown place".to_owned(), |(lat, lon)| format!("at {}", place(lat, lon)))
}

/// A value of a static field, in words.
fn value_words(field: &str, value: &str) -> String {
    match field {
        "imo" => match value.parse::<u32>() {
            Ok(imo) if names_a_ship(imo) => format!("{imo} (check digit holds)"),
            Ok(imo) => format!("{imo} (cannot name a ship)"),
            Err(_) => value.to_owned(),
        },
        "ship_type" => {
            let words = value.parse::<u8>().map_or("", type_words);
            if words.is_empty() { value.to_owned() } else { format!("{value} ({words})") }
        }
        "length" => format!("{value} m"),
        _ => value.to_owned(),
    }
}

/// What a type of ship means (ITU-R M.1371-5, table 53).
pub(crate) fn type_words(ship_type: u8) -> &'static str {
    match ship_type {
        30 => "fishing",
        31 | 32 | 52 => "tug",
        50 => "pilot",
        60..=69 => "passenger ship",
        70..=79 => "cargo ship",
        80..=89 => "tanker",
        _ => "",
    }
}

/// Cites records and gives the numbers of those that are known.
pub(crate) fn records(draft: &mut Draft<'_>, wanted: &[(At, &str)]) -> Vec<usize> {
    let mut numbers: Vec<usize> = wanted.iter().filter_map(|(at, says)| draft.cite_position(*at, *says)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// A change of draught in one clause.
pub(crate) fn draught_words(change: &DraughtChange) -> String {
    let amount = match (change.barrels_low, change.barrels, change.barrels_high) {
        (Some(low), Some(best), Some(high)) => {
            format!(
                ", about {} barrels if the cargo was oil ({} to {})",
                format_number(best.round()),
                format_number(low.round()),
                format_number(high.round())
            )
        }
        _ => String::new(),
    };
    format!(
        "draught typed as {} m until {} and {} m from {} ({}{amount})",
        format_number(change.from_m),
        change.t0,
        format_number(change.to_m),
        change.t1,
        change.direction
    )
}

/// Barrels of a change of draught.
pub(crate) fn barrels(change: &DraughtChange) -> Option<Barrels> {
    let (low, best, high) = (change.barrels_low?, change.barrels?, change.barrels_high?);
    [low, best, high].iter().all(|v| v.is_finite()).then_some(Barrels { low, best, high })
}

/// The kernel's own innocent story, if it has one.
pub(crate) fn story(draft: &mut Draft<'_>, innocent: &str) {
    if !innocent.trim().is_empty() {
        draft.against(
            innocent.trim(),
            Outcome::MayExplain,
            "the innocent story that fits the record best; it lowers the score and is not excluded",
        );
    }
}

/// Asks provisions on registration and names of the target's ships; gives the sentence for the conclusion.
pub(crate) fn ask_register(sea: &Sea<'_>, draft: &mut Draft<'_>, provisions: &[&str], t0: Time, t1: Time, basis: &str) -> String {
    let target = sea.world.target;
    let Some(when) = days_of(t0, t1) else { return sea.nothing_ties() };
    if target != Country::PRK {
        draft.not_checked(format!("provisions on ships of {}", target.name()));
        return format!("No provision on ships of {} was asked.", target.name());
    }
    let question = facts(Act::RegisterShip, when, None);
    for provision in provisions {
        draft.ask_on(provision, &question, basis);
    }
    format!("What was asked is about ships of {} by their true identity, which a broadcast number does not settle.", target.name())
}

/// The sentence on the law where a ship that claims the target's flag takes another name or number: there is a request and no ban.
pub(crate) fn told(sea: &Sea<'_>, draft: &mut Draft<'_>, ships: &[u32]) -> String {
    let target = sea.world.target;
    if !ships.iter().any(|mmsi| sea.of_target(*mmsi)) {
        return sea.nothing_ties();
    }
    if target == Country::PRK {
        draft.not_checked("whether the Committee was told of new names and registrations, as UN-2094-19 requests from 2013-03-07 on");
    }
    format!(
        "No provision was asked: a ship here claims the flag of {}, but no provision in the book forbids another name or number as such.",
        target.name()
    )
}

/// What a lead from positions alone never looks at.
pub(crate) fn beyond_ais(draft: &mut Draft<'_>) {
    draft.not_checked("satellite images, the log of the ship, its papers and owners, and receivers that are not in the case");
}

/// Ends a lead; none if no position could be cited: a row of a table about the ship is no record of what it did.
pub(crate) fn ended(draft: Draft<'_>, decisive: Option<&str>, magnitude: f64, unit: tw_base::Unit) -> Option<Lead> {
    let magnitude = if magnitude.is_finite() { magnitude.max(0.0) } else { 0.0 };
    Some(draft.finish(decisive, magnitude, unit)).filter(|lead| lead.evidence.iter().any(|evidence| evidence.table == "positions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_days_have_one_form() {
        assert_eq!(place(38.1, 131.5), "38.10 N 131.50 E");
        assert_eq!(place(-1.0, -2.25), "1.00 S 2.25 W");
        assert_eq!(day(Time(1_505_087_999)).map(|d| d.to_string()).as_deref(), Some("2017-09-10"));
        assert_eq!(day(Time(1_505_088_000)).map(|d| d.to_string()).as_deref(), Some("2017-09-11"));
        assert_eq!(days_of(Time(i64::MAX), Time(i64::MAX)), None);
    }

    #[test]
    fn spans_meet_at_their_ends() {
        assert!(meets(Time(0), Time(10), Time(10), Time(20)));
        assert!(!meets(Time(0), Time(9), Time(10), Time(20)));
    }
}
