//! Receiving stations, and fixes that they cannot have heard.

use std::collections::BTreeMap;

use tw_ais::Fixes;

use super::{Kind, Parameters, Spoof, blank};

/// A fixed receiving station on land.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Number of the station in the dictionary of the case.
    pub receiver: u16,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
}

/// The stations whose place is known, or was learnt from what they hear.
#[derive(Clone, Debug, Default)]
pub struct Stations {
    known: BTreeMap<u16, (f64, f64)>,
    /// For each station and cell of one degree, ships heard (the last one of a run of rows counts once).
    heard: BTreeMap<u16, BTreeMap<(i16, i16), u32>>,
}

impl Stations {
    /// Stations whose places are known.
    #[must_use]
    pub fn new(stations: &[Station]) -> Self {
        Self { known: stations.iter().map(|s| (s.receiver, (s.lat, s.lon))).collect(), heard: BTreeMap::new() }
    }

    /// Takes note of where a station hears a ship. Call it once for each ship, then [`Stations::settle`].
    pub fn learn(&mut self, fixes: Fixes<'_>) {
        let mut last = None;
        for row in 0..fixes.len() {
            let receiver = fixes.receiver[row];
            if receiver == 0 || !super::is_place(fixes.lat[row], fixes.lon[row]) {
                continue;
            }
            let key = (receiver, (fixes.lat[row].div_euclid(600_000) as i16, fixes.lon[row].div_euclid(600_000) as i16));
            if last != Some(key) {
                *self.heard.entry(key.0).or_default().entry(key.1).or_default() += 1;
                last = Some(key);
            }
        }
    }

    /// Adds what was learnt from other ships.
    pub fn merge(&mut self, other: Self) {
        self.known.extend(other.known);
        for (receiver, cells) in other.heard {
            let own = self.heard.entry(receiver).or_default();
            for (cell, n) in cells {
                *own.entry(cell).or_default() += n;
            }
        }
    }

    /// Gives each station that heard at least 50 ships a place: the middle of the cell with the most, if 98 % were heard within 300 nautical miles
    /// of it (our choice). A satellite, or a station that was moved, has no such place and is not used.
    pub fn settle(&mut self) {
        for (&receiver, cells) in &self.heard {
            let total: u32 = cells.values().sum();
            let Some((&(lat, lon), _)) = cells.iter().max_by_key(|&(cell, n)| (n, cell)) else { continue };
            let middle = (f64::from(lat) + 0.5, f64::from(lon) + 0.5);
            let near: u32 = cells
                .iter()
                .filter(|&(cell, _)| tw_sea::nautical_miles(middle.0, middle.1, f64::from(cell.0) + 0.5, f64::from(cell.1) + 0.5) <= 300.0)
                .map(|(_, n)| n)
                .sum();
            if total >= 50 && f64::from(near) >= 0.98 * f64::from(total) {
                self.known.entry(receiver).or_insert(middle);
            }
        }
        self.heard.clear();
    }

    /// Runs of fixes heard by stations, at least two of them, that are too far away.
    pub(super) fn check(&self, fixes: Fixes<'_>, order: &[u32], p: &Parameters, events: &mut Vec<Spoof>) {
        if self.known.is_empty() {
            return;
        }
        let mut run: Vec<(u32, f64)> = Vec::new();
        let mut finish = |run: &mut Vec<(u32, f64)>| {
            let several = run.iter().any(|&(row, _)| fixes.receiver[row as usize] != fixes.receiver[run[0].0 as usize]);
            if run.len() >= p.sustained as usize && several {
                let (first, last) = (run[0].0, run[run.len() - 1].0);
                if fixes.t[last as usize].saturating_sub(fixes.t[first as usize]) >= p.sustained_s {
                    let mut event = blank(fixes, first, last, Kind::Footprint, run.len());
                    event.km = run.iter().map(|&(_, metres)| metres).fold(f64::INFINITY, f64::min) / 1000.0;
                    event.score = 0.8;
                    events.push(event);
                }
            }
            run.clear();
        };
        for &row in order {
            let Some(&(lat, lon)) = self.known.get(&fixes.receiver[row as usize]) else { continue };
            let fix = fixes.get(row as usize);
            let metres = tw_sea::metres(lat, lon, fix.lat_deg(), fix.lon_deg());
            if metres > p.station_m { run.push((row, metres)) } else { finish(&mut run) }
        }
        finish(&mut run);
    }
}
