//! How likely a silence is if the ship went on transmitting.

use tw_ais::{Fixes, UNITS_PER_DEGREE};

use super::hash::NumberMap;
use super::trials::{SLOT_S, SLOTS, Trial, between, cell_of, class_of, middle, slot_of, trials};
use super::{Coverage, CoverageParameters, Receiver, Total, day_of, key, kinds};
use crate::gaps::distance::{NM, degrees, offset, units, units_metres, valid};

/// Quality of a ship's transmitter against others', and how common it is before anything is known of the ship. If others are not heard in an
/// hour with probability x, a ship of quality q is not with x^q: as if it sent that share of the reports.
///
/// Our choice: most ships are heard like the others; some have a weak set, a few a nearly dead one.
const QUALITY: [(f64, f64); 8] = [(1.0, 0.55), (0.7, 0.17), (0.5, 0.10), (0.3, 0.07), (0.2, 0.05), (0.1, 0.03), (0.05, 0.02), (0.02, 0.01)];
/// How much more the number of reports varies than chance alone would have it (variance over mean): rates change with speed and status.
const SPREAD: f64 = 6.0;
/// The most that an hour can count for: there is always something that was not thought of.
const MOST: f64 = 0.95;
/// Directions of an excursion, degrees apart.
const BEARINGS: usize = 16;
/// How far an excursion goes, in hours of sailing.
const HOURS_OUT: [i32; 6] = [1, 2, 3, 5, 8, 12];

/// One ship's own share of the counts, to be taken out before it is judged by them.
pub struct Silence<'a> {
    fixes: Fixes<'a>,
    slots: NumberMap<u32, Trial>,
    totals: NumberMap<u64, Total>,
    kinds: bool,
    /// Whether a satellite ever heard this ship, or it was heard where only satellites hear.
    satellite: bool,
    evidence: Vec<Evidence>,
    /// Kind of each station that heard the ship.
    stations: NumberMap<u32, bool>,
}

/// Distances from places in degrees (latitude, longitude), in nautical miles.
pub struct Places<'a> {
    /// To the coast; 0 or less on land.
    pub shore_nm: &'a dyn Fn(f64, f64) -> f64,
    /// To the nearest port.
    pub port_nm: &'a dyn Fn(f64, f64) -> f64,
}

/// What the reception of others says about a silence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Probability of no report for so long, had the ship transmitted, on the course most favourable to it; none if no other ship shows that
    /// anything would have been heard.
    pub p_innocent: Option<f64>,
    /// Reports that would have been expected on the straight way; none likewise.
    pub expected: Option<f64>,
    /// Whether satellites hear this ship at all, as far as is known.
    pub satellite: bool,
    /// Ship-hours of others heard there and then.
    pub witnesses: u32,
    /// Most other ships there in one of the hours.
    pub ships: u32,
    /// How well others were heard meanwhile against usual, 0 to 1; none if there was nobody.
    pub up: Option<f64>,
    /// Others were there and nearly none was heard, though they usually are; or all stations that heard the ship before heard nothing.
    pub outage: bool,
    /// The same if the ship called at a port near by with its set switched off; 0 if there is none.
    pub p_port: f64,
    /// Other ships that jumped near the ends of the silence, if they were enough of those there.
    pub jumped: u32,
    /// Ships of class A were heard there, but nothing is known of this ship's class.
    pub other_class_heard: bool,
}

#[derive(Clone, Copy, Default)]
struct Chance {
    p: f64,
    heard: f64,
    expected: f64,
    present: u32,
    witnesses: u32,
}

impl Coverage {
    /// The ship's own share, from its whole track as it was given to [`Coverage::add`].
    #[must_use]
    pub fn own<'a>(&self, fixes: Fixes<'a>, receiver: &dyn Fn(u16) -> Receiver, shore_nm: &dyn Fn(f64, f64) -> f64) -> Silence<'a> {
        let mut own = Silence {
            fixes,
            slots: NumberMap::default(),
            totals: NumberMap::default(),
            kinds: kinds(fixes, receiver),
            satellite: false,
            evidence: Vec::new(),
            stations: NumberMap::default(),
        };
        trials(fixes, &self.parameters, receiver, |trial| {
            let total = own.totals.entry(key(cell_of(trial.lat, trial.lon, self.cell), trial.class, 0)).or_default();
            total.present += 1;
            total.heard += u32::from(trial.heard);
            total.shore += u32::from(trial.shore);
            total.reports += trial.reports;
            if trial.heard && !own.satellite {
                own.satellite =
                    trial.satellite || (!own.kinds && shore_nm(degrees(trial.lat), degrees(trial.lon)) >= self.parameters.offshore_nm);
            }
            own.slots.insert(trial.slot as u32, trial);
        });
        for &number in fixes.receiver {
            own.stations.entry(u32::from(number)).or_insert_with(|| receiver(number) != Receiver::Satellite);
        }
        // Silences too long to be counted for others do count against the quality of the ship's own set.
        let long = CoverageParameters { bridge_s: self.parameters.bridge_s.saturating_mul(3), ..self.parameters.clone() };
        let mut all = Vec::new();
        trials(fixes, &long, receiver, |trial| all.push(trial));
        let mut court = Court { coverage: self, own: &own, shore_nm, class: 0, up: 1.0, down: Vec::new(), cache: NumberMap::default() };
        own.evidence = court.evidence(&all);
        own
    }

    /// Judges the silence after row `last` until row `next`, or until the moment `until` if the ship was not heard again.
    ///
    /// The ship may have sailed straight on, stayed where it was last heard, waited where it was first heard again, or gone out of coverage and
    /// come back as fast as it sails; the answer is for the one that excuses it best. The chance of an hour is the long-run rate of
    /// the cell (others heard, of others there) times how well others round about were heard in that very hour; where no other ship was
    /// about, the hour counts for nothing. `in_port` says whether the last and the next report are at a port: hours spent there count for
    /// nothing. The quality of the ship's own set is learnt from all other times.
    #[must_use]
    pub fn judge(
        &self,
        own: &Silence<'_>,
        last: usize,
        next: Option<usize>,
        until: i64,
        in_port: (bool, bool),
        places: &Places<'_>,
    ) -> Verdict {
        let (shore_nm, port_nm) = (places.shore_nm, places.port_nm);
        let fixes = own.fixes;
        let end = next.map_or(until, |next| fixes.t[next]);
        let (Some(s0), Some(s1)) = (slot_of(fixes.t[last]), slot_of(end)) else { return Verdict::default() };
        if !valid(fixes.lon[last], fixes.lat[last]) || next.is_some_and(|next| !valid(fixes.lon[next], fixes.lat[next])) {
            return Verdict::default();
        }
        let jumped = self.jumped(own, last, next, s0, s1);
        if s1 - s0 < 2 {
            return Verdict { jumped, ..Verdict::default() };
        }
        let mut court = Court {
            coverage: self,
            own,
            shore_nm,
            class: class_of(fixes.class[last]),
            up: 1.0,
            down: Vec::new(),
            cache: NumberMap::default(),
        };
        court.find_stations_down(last, next, s0, s1);
        let horizon = self.parameters.horizon.max(1);
        let slots: Vec<i32> = if next.is_some() {
            (s0 + 1..s1.min(s0 + 1 + horizon)).chain((s1 - horizon).max(s0 + 1 + horizon)..s1).collect()
        } else {
            (s0 + 1..s1.min(s0 + 1 + horizon)).collect()
        };
        let a = (fixes.lat[last], fixes.lon[last]);
        let b = next.map_or(a, |next| (fixes.lat[next], fixes.lon[next]));
        let (t0, dt) = (fixes.t[last], (end - fixes.t[last]).max(1) as f64);

        // How others fared meanwhile, first with every hour believed equally.
        let straight = |slot: i32| between(a, b, (middle(slot) - t0) as f64 / dt);
        let (mut heard, mut expected) = (0.0, 0.0);
        for &slot in &slots {
            for place in [straight(slot), a, b] {
                let chance = court.chance(place, slot);
                heard += chance.heard;
                expected += chance.expected;
            }
        }
        let up = (expected > 0.5).then(|| (heard / expected).min(1.0));
        court.up = up.map_or(1.0, |up| (up * expected / (expected + 0.5)).min(1.0));
        court.cache.clear();
        let down = court.down.iter().filter(|(_, share)| *share > 0.9).count();
        let outage = (expected >= 2.0 && heard / expected < 0.25) || (expected > 0.0 && down * 2 > slots.len());

        let weights = quality(&own.evidence, s0, s1);
        let mut best: Option<(f64, u32, u32)> = None;
        let mut consider = |court: &mut Court<'_>, place: &dyn Fn(i32) -> Option<(i32, i32)>| {
            let (mut silent, mut witnesses, mut ships) = (QUALITY.map(|_| 1.0), 0, 0);
            for &slot in &slots {
                let Some(at) = place(slot) else { continue };
                let chance = court.chance(at, slot);
                for (s, (factor, _)) in silent.iter_mut().zip(QUALITY) {
                    *s *= (1.0 - chance.p).powf(factor);
                }
                if chance.p > 0.0 {
                    witnesses += chance.witnesses;
                    ships = ships.max(chance.present);
                }
            }
            let p: f64 = silent.iter().zip(weights).map(|(s, w)| s * w).sum();
            if best.is_none_or(|best| p > best.0) {
                best = Some((p, witnesses, ships));
            }
            p
        };
        consider(&mut court, &|slot| Some(straight(slot)));
        let due: f64 = slots.iter().map(|&slot| court.chance(straight(slot), slot).p).sum();
        let sog = |i: usize| if fixes.sog[i] < 600 { f64::from(fixes.sog[i]) / 10.0 } else { 0.0 };
        let knots = sog(last).max(next.map_or(0.0, sog)).max(self.parameters.excursion_knots);
        let hours = s1 - s0 - 1;
        // Stayed and then came as fast as it sails, or came at once and waited. In port it may have switched off.
        let sail = if next.is_some() { (units_metres(a.0, a.1, b.0, b.1) / NM / knots).ceil() as i32 } else { 0 };
        let sail = sail.clamp(0, hours);
        let sail = if sail <= 1 { 0 } else { sail };
        consider(&mut court, &|slot: i32| {
            let left = s1 - slot;
            if left > sail { (!in_port.0).then_some(a) } else { Some(between(b, a, f64::from(left) / f64::from(sail + 1))) }
        });
        if next.is_some() {
            consider(&mut court, &|slot: i32| {
                let gone = slot - s0;
                if gone > sail { (!in_port.1).then_some(b) } else { Some(between(a, b, f64::from(gone) / f64::from(sail + 1))) }
            });
        }
        // Into a port near by and out of it, switched off at the berth.
        let (d_a, d_b) = (port_nm(degrees(a.0), degrees(a.1)), port_nm(degrees(b.0), degrees(b.1)));
        let (to, from) = ((d_a / knots) as i32, if next.is_some() { (d_b / knots) as i32 } else { 0 });
        let mut p_port = 0.0;
        if d_a <= self.parameters.call_nm && d_b <= self.parameters.call_nm && to + from + sail < hours {
            p_port = consider(&mut court, &|slot: i32| {
                let (gone, left) = (slot - s0, s1 - slot);
                if gone <= to {
                    Some(a)
                } else if next.is_some() && left <= from {
                    Some(b)
                } else if left <= from + sail && next.is_some() {
                    Some(between(b, a, f64::from(left - from) / f64::from(sail + 1)))
                } else {
                    None
                }
            });
        }
        // Out of coverage and back.
        'out: for step in 0..BEARINGS {
            let bearing = step as f64 * 360.0 / BEARINGS as f64;
            for out in HOURS_OUT {
                if out > hours {
                    break;
                }
                let (lat, lon) = offset(degrees(a.0), degrees(a.1), bearing, f64::from(out) * knots * NM);
                if shore_nm(lat, lon) <= 0.0 {
                    break;
                }
                let q = (units(lat), units(lon));
                let back = if next.is_some() { (units_metres(q.0, q.1, b.0, b.1) / NM / knots).ceil() as i32 } else { 0 };
                if out + back > hours + 1 {
                    break;
                }
                let p = consider(&mut court, &|slot: i32| {
                    let (gone, left) = (slot - s0, s1 - slot);
                    Some(if gone < out {
                        between(a, q, f64::from(gone) / f64::from(out))
                    } else if next.is_some() && left < back {
                        between(b, q, f64::from(left) / f64::from(back))
                    } else {
                        q
                    })
                });
                if p > 0.9 {
                    break 'out;
                }
            }
        }
        let (p, witnesses, ships) = best.unwrap_or((1.0, 0, 0));
        let known = expected > 0.0 || due > 0.0;
        let rate = court.own_reports(s0);
        Verdict {
            p_innocent: known.then_some(p),
            expected: known.then_some(due * rate),
            satellite: own.satellite,
            witnesses,
            ships,
            up,
            outage,
            p_port,
            jumped,
            other_class_heard: !known && court.class != 0 && court.others_of_class_a(a, &slots),
        }
    }

    fn jumped(&self, own: &Silence<'_>, last: usize, next: Option<usize>, s0: i32, s1: i32) -> u32 {
        let mut most = 0;
        for (at, from, to) in [(Some(last), s0 - 1, s1.min(s0 + 6)), (next, s0.max(s1 - 6), s1 + 1)] {
            let Some(at) = at else { continue };
            let place = cell_of(own.fixes.lat[at], own.fixes.lon[at], UNITS_PER_DEGREE);
            let near = cell_of(own.fixes.lat[at], own.fixes.lon[at], self.cell);
            for slot in from..=to {
                let mut ships = 0;
                each_neighbour(place, UNITS_PER_DEGREE, 1, |cell| {
                    if let Some(jumps) = self.jumps.get(&key(cell, 0, slot)) {
                        ships = ships.max(jumps.ships - u32::from(jumps.last == own.fixes.mmsi[at] && jumps.ships > 0));
                    }
                });
                if ships <= most || ships < self.parameters.jammed_ships {
                    continue;
                }
                // A few numbers used by two ships jump all the time where there are many.
                let (day, hour) = day_of(slot);
                let mut present = 0;
                each_neighbour(near, self.cell, 3, |cell| {
                    for class in 0..4 {
                        present += self.days.get(&key(cell, class, day)).map_or(0, |counts| u32::from(counts.present[hour]));
                    }
                });
                if f64::from(ships) >= self.parameters.jammed_share * f64::from(present) {
                    most = ships;
                }
            }
        }
        most
    }
}

/// The cells within `reach` of a cell, across the date line but not across the poles.
pub(super) fn each_neighbour(cell: (i32, i32), size: i32, reach: i32, mut f: impl FnMut((i32, i32))) {
    let columns = (360 * UNITS_PER_DEGREE + size - 1) / size;
    let rows = (180 * UNITS_PER_DEGREE) / size + 1;
    let reach_x = reach.min((columns - 1) / 2);
    for dy in -reach..=reach {
        let row = cell.0 + dy;
        if row < 0 || row >= rows {
            continue;
        }
        for dx in -reach_x..=reach_x {
            f((row, (cell.1 + dx).rem_euclid(columns)));
        }
    }
}

/// An hour that says something of the quality of a ship's set.
#[derive(Clone, Copy)]
struct Evidence {
    slot: i32,
    heard: bool,
    /// Chance that it would have been heard, were it like the others.
    p: f64,
    own: f64,
    usual: f64,
}

/// How likely each quality is after what was heard of the ship at other times than a silence.
fn quality(evidence: &[Evidence], s0: i32, s1: i32) -> [f64; QUALITY.len()] {
    let mut fit = QUALITY.map(|(_, weight)| weight.ln());
    let (mut own, mut usual) = (0.0, 0.0);
    for e in evidence.iter().filter(|e| e.slot <= s0 || e.slot >= s1) {
        own += e.own;
        usual += e.usual;
        // Where everybody is heard every hour, an hour says nothing of the quality; the number of reports does.
        if e.p < 0.05 || (e.heard && e.p > 0.85) {
            continue;
        }
        for (fit, (q, _)) in fit.iter_mut().zip(QUALITY) {
            let silent = (1.0 - e.p).powf(q);
            *fit += if e.heard { (1.0 - silent).ln() } else { silent.ln() };
        }
    }
    if usual > 0.0 {
        fit.iter_mut().zip(QUALITY).for_each(|(fit, (q, _))| *fit += (own * (q * usual).ln() - q * usual) / SPREAD);
    }
    let best = fit.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights = fit.map(|fit| (fit - best).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

struct Court<'a> {
    coverage: &'a Coverage,
    own: &'a Silence<'a>,
    shore_nm: &'a dyn Fn(f64, f64) -> f64,
    class: u8,
    /// How others fared over the whole silence, for hours with few of them.
    up: f64,
    /// Hours in which stations that heard the ship before heard nobody, with their share of its reports.
    down: Vec<(i32, f64)>,
    cache: NumberMap<u64, Chance>,
}

impl Court<'_> {
    fn total(&self, cell: (i32, i32)) -> (u32, u32) {
        let key = key(cell, self.class, 0);
        let Some(all) = self.coverage.totals.get(&key) else { return (0, 0) };
        let own = self.own.totals.get(&key).copied().unwrap_or_default();
        let heard = if self.own.satellite { all.heard.saturating_sub(own.heard) } else { all.shore.saturating_sub(own.shore) };
        (all.present.saturating_sub(own.present), heard)
    }

    /// The long-run rate of a cell; of one not known the lowest of three or more known neighbours, less a fifth.
    fn rate(&self, cell: (i32, i32)) -> Option<f64> {
        let need = self.coverage.parameters.known_hours.max(1);
        let known = |cell| {
            let (present, heard) = self.total(cell);
            (present >= need).then(|| f64::from(heard) / f64::from(present + 1))
        };
        if let Some(rate) = known(cell) {
            return Some(rate);
        }
        let (mut n, mut lowest) = (0, 1.0f64);
        each_neighbour(cell, self.coverage.cell, 1, |near| {
            if near != cell
                && let Some(rate) = known(near)
            {
                n += 1;
                lowest = lowest.min(rate);
            }
        });
        (n >= 3).then_some(lowest * 0.8)
    }

    /// Others heard, expected to be heard, and there, in the cells about.
    fn about(&self, cell: (i32, i32), slot: i32, reach: i32) -> (f64, f64, u32) {
        let (day, hour) = day_of(slot);
        let own = self.own.slots.get(&(slot as u32)).filter(|trial| trial.class == self.class);
        let own_cell = own.map(|trial| cell_of(trial.lat, trial.lon, self.coverage.cell));
        let (mut heard, mut expected, mut present) = (0u32, 0.0, 0);
        each_neighbour(cell, self.coverage.cell, reach, |near| {
            let Some(counts) = self.coverage.days.get(&key(near, self.class, day)) else { return };
            let mut there = u32::from(counts.present[hour]);
            let mut h = u32::from(if self.own.satellite { counts.heard[hour] } else { counts.shore[hour] });
            if let (Some(trial), true) = (own, own_cell == Some(near)) {
                there = there.saturating_sub(1);
                h = h.saturating_sub(u32::from(if self.own.satellite { trial.heard } else { trial.shore }));
            }
            if there == 0 {
                return;
            }
            let (n, k) = self.total(near);
            heard += h;
            present += there;
            expected += f64::from(there) * (f64::from(k) / f64::from(n + 1)).max(0.02);
        });
        (f64::from(heard), expected, present)
    }

    /// The chance that this ship, transmitting at this place, would have been heard in this hour.
    fn chance(&mut self, place: (i32, i32), slot: i32) -> Chance {
        let cell = cell_of(place.0, place.1, self.coverage.cell);
        let cached = key(cell, self.class, slot);
        if let Some(&chance) = self.cache.get(&cached) {
            return chance;
        }
        let chance = self.compute(place, cell, slot);
        self.cache.insert(cached, chance);
        chance
    }

    fn compute(&self, place: (i32, i32), cell: (i32, i32), slot: i32) -> Chance {
        let down = self.down.binary_search_by_key(&slot, |&(slot, _)| slot).map_or(0.0, |i| self.down[i].1);
        let satellite = if self.own.satellite { self.by_satellite(place, slot) } else { None };
        // Where only satellites hear, no more than they hear over the region: the few ships near by vary too much.
        let most = match satellite {
            Some(chance) if self.only_satellites(place, cell) => chance.p,
            _ => MOST,
        };
        if let Some(rate) = self.rate(cell) {
            // Where nearly everybody is heard every hour, one witness says more than where satellites pass.
            let (doubt, rings) = if rate > 0.6 {
                (0.5, [(0, 1.0, 0.6), (1, 1.0, 0.3), (3, 0.8, 1.0)])
            } else {
                (1.0, [(0, 1.0, 0.6), (1, 0.9, 0.3), (3, 0.6, 1.0)])
            };
            for (reach, discount, enough) in rings {
                let (heard, expected, present) = self.about(cell, slot, reach);
                if expected < enough {
                    continue;
                }
                let up = (heard + 0.5 * self.up) / (expected + doubt);
                let p = (rate * up * discount * (1.0 - down)).clamp(0.0, most);
                return Chance { p, heard, expected, present, witnesses: heard as u32 };
            }
        }
        satellite.unwrap_or_default()
    }

    /// Whether hardly anybody is heard from land in a cell.
    fn only_satellites(&self, place: (i32, i32), cell: (i32, i32)) -> bool {
        if !self.own.kinds {
            return (self.shore_nm)(degrees(place.0), degrees(place.1)) >= self.coverage.parameters.offshore_nm;
        }
        let shore_nm = (self.shore_nm)(degrees(place.0), degrees(place.1));
        let total = self.coverage.totals.get(&key(cell, self.class, 0)).copied().unwrap_or_default();
        shore_nm >= self.coverage.parameters.satellite_nm && total.shore * 10 <= total.present
    }

    /// What satellites heard in this hour over the region.
    fn by_satellite(&self, place: (i32, i32), slot: i32) -> Option<Chance> {
        let region = cell_of(place.0, place.1, self.coverage.region);
        let (day, hour) = day_of(slot);
        let (least, kinds) =
            if self.own.kinds { (self.coverage.parameters.satellite_nm, true) } else { (self.coverage.parameters.offshore_nm, false) };
        let own =
            self.own.slots.get(&(slot as u32)).filter(|own| {
                own.class == self.class && !(own.shore && kinds) && (self.shore_nm)(degrees(own.lat), degrees(own.lon)) >= least
            });
        let own_region = own.map(|own| cell_of(own.lat, own.lon, self.coverage.region));
        let (mut present, mut heard) = (0, 0);
        // A footprint is far larger than a region: where nobody is in it, those of the regions round about are heard by the same pass.
        for reach in [0, 1] {
            (present, heard) = (0, 0);
            each_neighbour(region, self.coverage.region, reach, |near| {
                let Some(counts) = self.coverage.regions.get(&key(near, self.class, day)) else { return };
                present += counts.present[hour];
                heard += counts.heard[hour];
                if let (Some(own), true) = (own, own_region == Some(near)) {
                    present = present.saturating_sub(1);
                    heard = heard.saturating_sub(u32::from(if kinds { own.satellite } else { own.heard }));
                }
            });
            if present >= 3 {
                break;
            }
        }
        if present < 3 {
            return None;
        }
        let p = (f64::from(heard) / f64::from(present + 1)).min(MOST);
        Some(Chance { p, heard: f64::from(heard), expected: f64::from(heard), present, witnesses: heard })
    }

    /// How well the ship was heard at each other time: by the hours in which it was heard and not, and by the number of its reports against what
    /// others get through from the same cells (quasi-Poisson).
    fn evidence(&mut self, trials: &[Trial]) -> Vec<Evidence> {
        let mut evidence = Vec::with_capacity(trials.len());
        for trial in trials {
            self.class = trial.class;
            let usual = self.reports(cell_of(trial.lat, trial.lon, self.coverage.cell));
            let p = self.chance((trial.lat, trial.lon), trial.slot).p;
            if usual.is_some() || p >= 0.05 {
                let own = usual.map_or(0.0, |_| f64::from(trial.reports));
                evidence.push(Evidence { slot: trial.slot, heard: trial.heard, p, own, usual: usual.unwrap_or(0.0) });
            }
        }
        evidence
    }

    /// Reports that another ship gets through in an hour in a cell.
    fn reports(&self, cell: (i32, i32)) -> Option<f64> {
        let key = key(cell, self.class, 0);
        let all = self.coverage.totals.get(&key)?;
        let own = self.own.totals.get(&key).copied().unwrap_or_default();
        let hours = all.present.saturating_sub(own.present);
        (hours >= self.coverage.parameters.known_hours.max(1))
            .then(|| f64::from(all.reports.saturating_sub(own.reports)) / f64::from(hours))
    }

    /// Reports in an hour in which this ship was heard, over the day before.
    fn own_reports(&self, s0: i32) -> f64 {
        let (mut hours, mut reports) = (0u32, 0u64);
        for slot in s0 - SLOTS..=s0 {
            if let Some(trial) = self.own.slots.get(&(slot as u32)).filter(|trial| trial.heard) {
                hours += 1;
                reports += u64::from(trial.reports);
            }
        }
        reports as f64 / f64::from(hours.max(1))
    }

    fn find_stations_down(&mut self, last: usize, next: Option<usize>, s0: i32, s1: i32) {
        let fixes = self.own.fixes;
        let mut stations: Vec<(u16, f64)> = Vec::new();
        let mut note = |i: usize| {
            let number = fixes.receiver[i];
            match stations.iter().position(|(station, _)| *station == number) {
                Some(k) => stations[k].1 += 1.0,
                None if stations.len() < 64 => stations.push((number, 1.0)),
                None => {}
            }
        };
        (0..=last).rev().take_while(|&i| fixes.t[last].saturating_sub(fixes.t[i]) <= 6 * SLOT_S).take(2_000).for_each(&mut note);
        if let Some(next) = next {
            (next..fixes.len()).take_while(|&i| fixes.t[i].saturating_sub(fixes.t[next]) <= 6 * SLOT_S).take(2_000).for_each(&mut note);
        }
        // Satellites come and go; a station of which the number is not known cannot be missed.
        stations.retain(|&(number, _)| number != 0 && self.own.stations.get(&u32::from(number)) != Some(&false));
        let all: f64 = stations.iter().map(|(_, n)| n).sum();
        if stations.is_empty() {
            return;
        }
        let horizon = self.coverage.parameters.horizon;
        for slot in (s0 + 1..s1).filter(|&slot| slot - s0 <= horizon || s1 - slot <= horizon).take(2 * horizon.max(0) as usize) {
            let (day, hour) = day_of(slot);
            let silent: f64 = stations
                .iter()
                .filter(|&&(number, _)| {
                    let counts = self.coverage.stations.get(&(u64::from(number) << 32 | u64::from(day as u32)));
                    counts.is_none_or(|counts| counts[hour] == 0)
                })
                .map(|(_, n)| n)
                .sum();
            if silent > 0.0 {
                self.down.push((slot, silent / all));
            }
        }
    }

    fn others_of_class_a(&mut self, place: (i32, i32), slots: &[i32]) -> bool {
        let class = std::mem::replace(&mut self.class, 0);
        let cell = cell_of(place.0, place.1, self.coverage.cell);
        let heard = slots.iter().any(|&slot| self.about(cell, slot, 1).0 > 0.0);
        self.class = class;
        heard
    }
}
