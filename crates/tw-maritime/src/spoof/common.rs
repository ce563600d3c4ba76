//! What many ships show at once is not what one of them did.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Parameters, Spoof};

/// Marks the events that many ships share: jumps, circles, and places on land that begin within 10 minutes and 100 km of each other on five ships are
/// `jamming`; exact lines of five ships in one file are `resampled`. Their score becomes 0.1. Takes the events of all ships, in any order.
pub fn mark_common(events: &mut [Spoof], p: &Parameters) {
    let mut by_time: Vec<usize> =
        (0..events.len()).filter(|&i| matches!(events[i].kind, Kind::Jump | Kind::OnLand | Kind::Circle | Kind::TwoHulls)).collect();
    by_time.sort_by_key(|&i| (events[i].t0, events[i].mmsi, i));
    let mut ships_of = vec![1usize; events.len()];
    let mut begin = 0;
    for at in 0..by_time.len() {
        let one = &events[by_time[at]];
        while events[by_time[begin]].t0.0 < one.t0.0.saturating_sub(p.common_s) {
            begin += 1;
        }
        let mut members = vec![by_time[at]];
        // Back within the time; the later ones are marked when their turn comes, together with this one.
        for &i in &by_time[begin..at] {
            let other = &events[i];
            // Jammed ships are near each other where they are, or where they are put.
            let near = tw_sea::metres(one.lat, one.lon, other.lat, other.lon) <= p.common_m
                || tw_sea::metres(one.lat1, one.lon1, other.lat1, other.lon1) <= p.common_m;
            if near {
                members.push(i);
            }
        }
        let ships: BTreeSet<u32> = members.iter().map(|&i| events[i].mmsi).collect();
        for i in members {
            ships_of[i] = ships_of[i].max(ships.len());
        }
    }
    for (event, &ships) in events.iter_mut().zip(&ships_of) {
        event.ships = event.ships.max(u32::try_from(ships).unwrap_or(u32::MAX));
        if ships >= p.common_ships {
            event.kind = Kind::Jamming;
            event.score = event.score.min(0.1);
        }
    }
    let mut exact: BTreeMap<u16, BTreeSet<u32>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == Kind::TooExact) {
        exact.entry(event.first.file).or_default().insert(event.mmsi);
    }
    for event in events.iter_mut().filter(|event| event.kind == Kind::TooExact) {
        let ships = exact.get(&event.first.file).map_or(1, BTreeSet::len);
        event.ships = event.ships.max(u32::try_from(ships).unwrap_or(u32::MAX));
        if ships >= p.common_ships {
            event.kind = Kind::Resampled;
            event.score = event.score.min(0.1);
        }
    }
}
