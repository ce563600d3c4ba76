//! Reception: how likely a ship that transmits is heard, learnt from the other ships.
//!
//! Two passes. [`Coverage::add`] takes each ship's whole track once and counts, per cell, class and hour, how many ships were there and how
//! many of them were heard. [`Coverage::judge`] then asks of one silence how likely it is if the ship went on transmitting, with the ship's
//! own counts taken out.
//!
//! What it does not know it says: where no other ship was heard in those hours, silence means nothing.

pub(crate) mod hash;
mod judge;
pub(crate) mod trials;

pub use judge::{Places, Silence, Verdict};

use hash::NumberMap;
use trials::{SLOT_S, SLOTS, cell_of, slot_of, trials};
use tw_ais::{Fixes, UNITS_PER_DEGREE};

use crate::gaps::distance::{NM, degrees, units, units_metres, valid};

/// What kind of station heard a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Receiver {
    /// Not known. Ships further offshore than [`CoverageParameters::offshore_nm`] are then taken to be heard by satellites.
    Unknown,
    /// A station on land, a buoy or a ship.
    Shore,
    /// A satellite.
    Satellite,
}

/// Settings of the reception model. Every default is our choice unless a source is named.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageParameters {
    /// Side of a cell, degrees. 0.25 (methods, 2.7).
    pub cell_deg: f64,
    /// Side of the area within which satellites hear alike, degrees. 5: far less than a footprint of some 5,000 km.
    pub region_deg: f64,
    /// Longest silence of another ship that is counted as hours not heard on the straight line between, seconds. 24 hours.
    pub bridge_s: i64,
    /// How long a ship is counted as not heard after the last and before the first report of a longer silence, seconds. 2 hours.
    pub edge_s: i64,
    /// Distance from the coast beyond which only satellites hear, nautical miles. 60; shore stations reach some 30 to 45.
    pub offshore_nm: f64,
    /// Distance from the coast from which ships count for what satellites hear, if stations are known by kind, nautical miles. 30: nearer, a ship
    /// that is not heard is as likely to lie in port with its set switched off.
    pub satellite_nm: f64,
    /// Speed between two reports that no ship can make, knots. 60 (methods, 2.9).
    pub jump_knots: f64,
    /// Shortest jump, nautical miles. 5.
    pub jump_nm: f64,
    /// Ships that must jump within about a degree and the hours of a silence for it to be explained by jamming. 3.
    pub jammed_ships: u32,
    /// Share of the ships there that must jump. 0.1.
    pub jammed_share: f64,
    /// Hours of other ships in a cell needed for its long-run rate to be known. 4.
    pub known_hours: u32,
    /// Probability of innocent silence above which it is not called unexplained. 0.005: the best F0.5 on synthetic seas with 2 dark silences in a
    /// hundred; each report of a ship that is heard now and then begins a silence, so that one in a hundred would be too many.
    pub max_innocent: f64,
    /// The same for a ship that only stations on land ever heard. 0.015: those hear a ship every hour or not at all, so that there are few
    /// silences by chance.
    pub max_innocent_shore: f64,
    /// Ship-hours in which others were heard there meanwhile, needed to call a silence unexplained. 6.
    pub min_witnesses: u32,
    /// Other ships needed for it. 2.
    pub min_ships: u32,
    /// Hours looked at from each end of a silence. 24; the middle of a longer one counts for nothing.
    pub horizon: i32,
    /// Distance from a port, at both ends of a silence, within which it can have been a call, nautical miles. 12.
    pub call_nm: f64,
    /// Speed of an excursion out of coverage if the ship's own is not higher, knots. 10.
    pub excursion_knots: f64,
}

impl Default for CoverageParameters {
    fn default() -> Self {
        Self {
            cell_deg: 0.25,
            region_deg: 5.0,
            bridge_s: 24 * 3600,
            edge_s: 2 * 3600,
            offshore_nm: 60.0,
            satellite_nm: 30.0,
            jump_knots: 60.0,
            jump_nm: 5.0,
            jammed_ships: 3,
            jammed_share: 0.1,
            known_hours: 4,
            max_innocent: 0.005,
            max_innocent_shore: 0.015,
            min_witnesses: 6,
            min_ships: 2,
            horizon: 24,
            call_nm: 12.0,
            excursion_knots: 10.0,
        }
    }
}

/// Counts of a cell, class and day.
#[derive(Clone, Debug, Default)]
struct Day {
    ships: u16,
    last: u32,
    present: [u16; SLOTS as usize],
    heard: [u16; SLOTS as usize],
    shore: [u16; SLOTS as usize],
}

/// Counts of a cell and class over everything.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    present: u32,
    heard: u32,
    shore: u32,
    reports: u32,
}

/// Counts of satellites over a region, class and day.
#[derive(Clone, Debug, Default)]
struct Region {
    present: [u32; SLOTS as usize],
    heard: [u32; SLOTS as usize],
}

/// Ships that jumped, by hour and degree.
#[derive(Clone, Copy, Debug, Default)]
struct Jumps {
    ships: u32,
    last: u32,
}

/// What was heard of whom, where and when. See the [module](self).
///
/// Memory: about 170 bytes for each cell, class and day in which there was a ship.
pub struct Coverage {
    parameters: CoverageParameters,
    cell: i32,
    region: i32,
    days: NumberMap<u64, Day>,
    totals: NumberMap<u64, Total>,
    regions: NumberMap<u64, Region>,
    stations: NumberMap<u64, [u32; SLOTS as usize]>,
    jumps: NumberMap<u64, Jumps>,
    ships: u64,
    rows: u64,
}

fn key(cell: (i32, i32), class: u8, day: i32) -> u64 {
    let place = (cell.0 as u64 & 0xfff) << 14 | (cell.1 as u64 & 0x3fff);
    place << 36 | u64::from(class) << 32 | u64::from(day as u32)
}

fn day_of(slot: i32) -> (i32, usize) {
    (slot.div_euclid(SLOTS), slot.rem_euclid(SLOTS) as usize)
}

impl Coverage {
    /// Nothing heard yet.
    #[must_use]
    pub fn new(parameters: CoverageParameters) -> Self {
        let side = |degrees: f64| (degrees.clamp(0.05, 45.0) * f64::from(UNITS_PER_DEGREE)) as i32;
        Self {
            cell: side(parameters.cell_deg),
            region: side(parameters.region_deg),
            parameters,
            days: NumberMap::default(),
            totals: NumberMap::default(),
            regions: NumberMap::default(),
            stations: NumberMap::default(),
            jumps: NumberMap::default(),
            ships: 0,
            rows: 0,
        }
    }

    /// The settings.
    #[must_use]
    pub fn parameters(&self) -> &CoverageParameters {
        &self.parameters
    }

    /// Ships and rows counted.
    #[must_use]
    pub fn seen(&self) -> (u64, u64) {
        (self.ships, self.rows)
    }

    /// Cell-days held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Counts one ship: its whole track, in the order of time, once.
    ///
    /// `receiver` gives the kind of a station's number; `shore_nm` the distance from the coast of a place in degrees (latitude, longitude).
    pub fn add(&mut self, fixes: Fixes<'_>, receiver: &dyn Fn(u16) -> Receiver, shore_nm: &dyn Fn(f64, f64) -> f64) {
        let Some(&mmsi) = fixes.mmsi.first() else { return };
        self.ships += 1;
        self.rows += fixes.len() as u64;
        let kinds = kinds(fixes, receiver);
        let (cell, region) = (self.cell, self.region);
        let (offshore, satellite_nm) = (self.parameters.offshore_nm, self.parameters.satellite_nm);
        let Self { days, totals, regions, parameters, .. } = self;
        trials(fixes, parameters, receiver, |trial| {
            let place = cell_of(trial.lat, trial.lon, cell);
            let (day, hour) = day_of(trial.slot);
            let entry = days.entry(key(place, trial.class, day)).or_default();
            if entry.ships == 0 || entry.last != mmsi {
                entry.ships = entry.ships.saturating_add(1);
                entry.last = mmsi;
            }
            let total = totals.entry(key(place, trial.class, 0)).or_default();
            entry.present[hour] = entry.present[hour].saturating_add(1);
            total.present = total.present.saturating_add(1);
            if trial.heard {
                entry.heard[hour] = entry.heard[hour].saturating_add(1);
                total.heard = total.heard.saturating_add(1);
                total.reports = total.reports.saturating_add(trial.reports);
            }
            if trial.shore {
                entry.shore[hour] = entry.shore[hour].saturating_add(1);
                total.shore = total.shore.saturating_add(1);
            }
            // Hours heard from land say nothing of satellites: many feeds keep one copy of a report.
            if trial.shore && kinds {
                return;
            }
            let least = if kinds { satellite_nm } else { offshore };
            if shore_nm(degrees(trial.lat), degrees(trial.lon)) >= least {
                let entry = regions.entry(key(cell_of(trial.lat, trial.lon, region), trial.class, day)).or_default();
                entry.present[hour] = entry.present[hour].saturating_add(1);
                if trial.satellite || (!kinds && trial.heard) {
                    entry.heard[hour] = entry.heard[hour].saturating_add(1);
                }
            }
        });
        self.count_stations(fixes);
        self.count_jumps(fixes, mmsi);
    }

    fn count_stations(&mut self, fixes: Fixes<'_>) {
        let mut start = 0;
        while start < fixes.len() {
            let (receiver, slot) = (fixes.receiver[start], fixes.t[start].div_euclid(SLOT_S));
            let slot_end = (slot + 1).saturating_mul(SLOT_S);
            let mut end = start + 1;
            while end < fixes.len() && fixes.receiver[end] == receiver && fixes.t[end] < slot_end && fixes.t[end] >= fixes.t[start] {
                end += 1;
            }
            if receiver != 0
                && let Some(slot) = slot_of(fixes.t[start])
            {
                let (day, hour) = day_of(slot);
                let entry = self.stations.entry(u64::from(receiver) << 32 | u64::from(day as u32)).or_default();
                entry[hour] = entry[hour].saturating_add((end - start) as u32);
            }
            start = end;
        }
    }

    fn count_jumps(&mut self, fixes: Fixes<'_>, mmsi: u32) {
        // No coordinate can move this far without a jump: the exact distance is asked only beyond it.
        let near = (self.parameters.jump_nm / 60.0 * f64::from(UNITS_PER_DEGREE)) as i64;
        for i in 1..fixes.len() {
            let dy = (i64::from(fixes.lat[i]) - i64::from(fixes.lat[i - 1])).abs();
            let dx = (i64::from(fixes.lon[i]) - i64::from(fixes.lon[i - 1])).abs();
            if dy < near && dx < near {
                continue;
            }
            if !valid(fixes.lon[i], fixes.lat[i]) || !valid(fixes.lon[i - 1], fixes.lat[i - 1]) {
                continue;
            }
            let metres = units_metres(fixes.lat[i - 1], fixes.lon[i - 1], fixes.lat[i], fixes.lon[i]);
            let dt = fixes.t[i].saturating_sub(fixes.t[i - 1]);
            if metres < self.parameters.jump_nm * NM || dt < 1 || metres / NM * 3600.0 < self.parameters.jump_knots * dt as f64 {
                continue;
            }
            let Some(slot) = slot_of(fixes.t[i]) else { continue };
            for at in [i - 1, i] {
                let place = cell_of(fixes.lat[at], fixes.lon[at], UNITS_PER_DEGREE);
                let entry = self.jumps.entry(key(place, 0, slot)).or_default();
                if entry.ships == 0 || entry.last != mmsi {
                    entry.ships += 1;
                    entry.last = mmsi;
                }
            }
        }
    }

    /// Whether ships of class A at a place, in degrees, are heard from land in most hours: nobody could call there unheard with his set on.
    /// Nobody there is not heard.
    #[must_use]
    pub fn heard_from_land(&self, lat: f64, lon: f64) -> bool {
        let (mut present, mut shore) = (0u64, 0u64);
        let cell = cell_of(units(lat), units(lon), self.cell);
        judge::each_neighbour(cell, self.cell, 1, |near| {
            if let Some(total) = self.totals.get(&key(near, 0, 0)) {
                present += u64::from(total.present);
                shore += u64::from(total.shore);
            }
        });
        present >= u64::from(self.parameters.known_hours) * 3 && shore * 10 >= present * 6
    }

    /// Adds what another pass counted of other ships. Both must have the same settings.
    pub fn merge(&mut self, other: Self) {
        fn sum<const N: usize>(a: &mut [u16; N], b: &[u16; N]) {
            for (a, b) in a.iter_mut().zip(b) {
                *a = a.saturating_add(*b);
            }
        }
        fn sum_wide<const N: usize>(a: &mut [u32; N], b: &[u32; N]) {
            for (a, b) in a.iter_mut().zip(b) {
                *a = a.saturating_add(*b);
            }
        }
        for (key, day) in other.days {
            let entry = self.days.entry(key).or_default();
            entry.ships = entry.ships.saturating_add(day.ships);
            entry.last = day.last;
            sum(&mut entry.present, &day.present);
            sum(&mut entry.heard, &day.heard);
            sum(&mut entry.shore, &day.shore);
        }
        for (key, total) in other.totals {
            let entry = self.totals.entry(key).or_default();
            entry.present = entry.present.saturating_add(total.present);
            entry.heard = entry.heard.saturating_add(total.heard);
            entry.shore = entry.shore.saturating_add(total.shore);
            entry.reports = entry.reports.saturating_add(total.reports);
        }
        for (key, region) in other.regions {
            let entry = self.regions.entry(key).or_default();
            sum_wide(&mut entry.present, &region.present);
            sum_wide(&mut entry.heard, &region.heard);
        }
        for (key, counts) in other.stations {
            sum_wide(self.stations.entry(key).or_default(), &counts);
        }
        for (key, jumps) in other.jumps {
            let entry = self.jumps.entry(key).or_default();
            entry.ships += jumps.ships;
            entry.last = jumps.last;
        }
        self.ships += other.ships;
        self.rows += other.rows;
    }
}

/// Whether the stations of any of the fixes are known by kind.
fn kinds(fixes: Fixes<'_>, receiver: &dyn Fn(u16) -> Receiver) -> bool {
    let mut last = None;
    fixes.receiver.iter().any(|&number| {
        if last == Some(number) {
            return false;
        }
        last = Some(number);
        receiver(number) != Receiver::Unknown
    })
}

#[cfg(test)]
mod tests;
