use std::collections::{BTreeSet, HashMap};

use super::link::{Fleet, HullLink, place, row};
use super::{Active, Cut, End, cell, cells_around, distance_nm, hours};
use crate::identity::IdentityChange;

/// A place where the track of an MMSI breaks off, to go on elsewhere at once.
#[derive(Clone, Copy)]
struct Jump {
    ship: usize,
    active: usize,
}

/// Two ships that exchange MMSIs: each track goes on where the other broke off.
///
/// Both tracks must jump within six hours, each to within reach of the other. The dimensions play no part: they go with the radio or stay
/// with the ship. If [`Parameters::jamming_ships`](super::Parameters::jamming_ships) others jump nearby within an hour, it is a disturbance.
pub(super) fn swaps(fleet: &Fleet<'_>) -> Vec<HullLink> {
    const SIX_HOURS: i64 = 6 * 3600;
    let mut jumps = Vec::new();
    let mut index: HashMap<(i16, i16), Vec<usize>> = HashMap::new();
    for (s, ship) in fleet.ships.iter().enumerate() {
        for (k, active) in ship.active.iter().enumerate() {
            if active.after == Cut::Jump && k + 1 < ship.active.len() {
                index.entry(cell(active.last.lat, active.last.lon)).or_default().push(jumps.len());
                jumps.push(Jump { ship: s, active: k });
            }
        }
    }
    let before = |jump: Jump| &fleet.ships[jump.ship].active[jump.active];
    let after = |jump: Jump| &fleet.ships[jump.ship].active[jump.active + 1];
    let mut links = Vec::new();
    for &a in &jumps {
        let mut best: Option<(f64, Jump)> = None;
        let arrived = &after(a).first;
        for cell in cells_around(arrived.lat, arrived.lon, fleet.parameters.link_nm) {
            for &k in index.get(&cell).map_or(&[][..], Vec::as_slice) {
                let b = jumps[k];
                let apart = before(b).last.t.saturating_sub(before(a).last.t).saturating_abs();
                if fleet.ships[b.ship].mmsi <= fleet.ships[a.ship].mmsi || apart > SIX_HOURS {
                    continue;
                }
                let Some(miss) = miss(fleet, before(a), after(b)).zip(miss(fleet, before(b), after(a))).map(|(x, y)| x + y) else {
                    continue;
                };
                if best.is_none_or(|(least, _)| miss < least) {
                    best = Some((miss, b));
                }
            }
        }
        let Some((_, b)) = best else { continue };
        links.push(told(fleet, a, b, &jumps, &index));
    }
    links
}

/// Nautical miles between the end of one track and the beginning of the other, if a ship can have made them.
fn miss(fleet: &Fleet<'_>, from: &Active, to: &Active) -> Option<f64> {
    let (a, b): (&End, &End) = (&from.last, &to.first);
    let distance = distance_nm((a.lat, a.lon), (b.lat, b.lon));
    let reach = fleet.parameters.link_knots * hours(a.t, b.t).abs() + 1.0;
    (distance <= reach.min(fleet.parameters.link_nm)).then_some(distance)
}

fn told(fleet: &Fleet<'_>, a: Jump, b: Jump, jumps: &[Jump], index: &HashMap<(i16, i16), Vec<usize>>) -> HullLink {
    let (ship_a, ship_b) = (fleet.ships[a.ship], fleet.ships[b.ship]);
    let (from, to) = (&ship_a.active[a.active], &ship_b.active[b.active + 1]);
    let mut others = BTreeSet::new();
    for cell in cells_around(from.last.lat, from.last.lon, 30.0) {
        for &k in index.get(&cell).map_or(&[][..], Vec::as_slice) {
            let other = fleet.ships[jumps[k].ship];
            let t = other.active[jumps[k].active].last.t;
            if t.saturating_sub(from.last.t).saturating_abs() <= 3600 && other.mmsi != ship_a.mmsi && other.mmsi != ship_b.mmsi {
                others.insert(other.mmsi);
            }
        }
    }
    let mut link = row(ship_a, ship_b, (&from.said, &to.said), (&from.last, &to.first));
    link.kind = "swap".to_owned();
    link.crowd = u32::try_from(others.len()).unwrap_or(u32::MAX);
    let (innocent, score) = if others.len() >= fleet.parameters.jamming_ships {
        ("satellite navigation disturbed: many ships jump at once", 0.1)
    } else if place(&from.last, &to.first) == "port" {
        ("two radios exchanged in a yard", 0.6)
    } else {
        ("", 0.8)
    };
    link.innocent = innocent.to_owned();
    link.score = score;
    link
}

/// Marks ships that exchanged their radios' numbers side by side: each begins to send the dimensions that the other sent until then, near each other
/// and at the same time. Takes the changes of all ships, in any order, and whether a place is in port.
///
/// The tracks do not jump, so [`hull_links`](super::hull_links) cannot see it. At sea the score is 0.8, in port 0.4: radios are exchanged in yards.
pub fn swapped(changes: &mut [IdentityChange], in_port: impl Fn(f64, f64) -> bool) {
    /// Hours between the two, and nautical miles (our choice).
    const NEAR: (f64, f64) = (12.0, 5.0);
    let mut by_value: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (i, change) in changes.iter().enumerate().filter(|(_, change)| change.field == "dimensions" && !change.alternates) {
        by_value.entry((&change.old, &change.new)).or_default().push(i);
    }
    let mut marked: Vec<(usize, f64)> = Vec::new();
    for (i, change) in changes.iter().enumerate().filter(|(_, change)| change.field == "dimensions" && !change.alternates) {
        let Some(here) = change.lat.zip(change.lon) else { continue };
        let other = by_value.get(&(change.new.as_str(), change.old.as_str())).into_iter().flatten().any(|&k| {
            let other = &changes[k];
            other.mmsi != change.mmsi
                && hours(change.t1.0, other.t1.0).abs() <= NEAR.0
                && other.lat.zip(other.lon).is_some_and(|there| distance_nm(here, there) <= NEAR.1)
        });
        if other {
            marked.push((i, if in_port(here.0, here.1) { 0.4 } else { 0.8 }));
        }
    }
    for (i, score) in marked {
        let change = &mut changes[i];
        change.score = score;
        change.hard = true;
        change.kind = "swapped".to_owned();
        "two ships exchanged their radios, as in a yard".clone_into(&mut change.innocent);
    }
}
