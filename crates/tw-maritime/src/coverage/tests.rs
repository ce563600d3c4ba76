//! A small synthetic sea with stations, satellites, outages, jamming and ships that go dark. All ships and tracks are invented.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tw_ais::{Class, Fix, Positions};

use super::*;
use crate::gaps::distance::{metres, offset, units};
use crate::gaps::{Around, Gap, GapParameters, gaps};

/// Splitmix64 (Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, a: f64, b: f64) -> f64 {
        a + (b - a) * self.next()
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }
}

const DAY: i64 = 86_400;
const STEP: i64 = 300;
const WEST: f64 = 130.0;
const EAST: f64 = 137.0;

fn shore_nm(_lat: f64, lon: f64) -> f64 {
    (lon - WEST).min(EAST - lon) * 60.0 * 0.766
}

#[derive(Clone, Copy, PartialEq)]
struct World {
    seed: u64,
    ships: usize,
    days: i64,
    satellites: bool,
    /// Whether stations are known by number and kind.
    named: bool,
    /// Share of ships that go dark once.
    dark: f64,
    /// Station outages.
    outages: usize,
    /// All stations out at once for ten hours.
    blackout: bool,
    jamming: bool,
}

const PLAIN: World =
    World { seed: 1, ships: 100, days: 20, satellites: true, named: true, dark: 0.25, outages: 12, blackout: true, jamming: true };

struct Sea {
    ships: Vec<Positions>,
    /// Ship, from, to: transmitter switched off away from port.
    dark: Vec<(u32, i64, i64)>,
    quality: Vec<f64>,
}

impl Sea {
    /// At least half of the silence is a dark time, or of a dark time is in the silence.
    fn is_dark(&self, gap: &Gap) -> bool {
        let end = gap.t1.map_or(i64::MAX, |t| t.0);
        self.dark.iter().any(|&(mmsi, from, to)| {
            let both = to.min(end) - from.max(gap.t0.0);
            mmsi == gap.mmsi && (both as f64 >= 0.5 * (end - gap.t0.0) as f64 || both as f64 >= 0.5 * (to - from) as f64)
        })
    }
}

/// Ports on both coasts; between 39 and 42 degrees on the western one there is neither port nor station.
fn ports() -> Vec<(f64, f64)> {
    let mut ports = Vec::new();
    for k in 0..12 {
        let lat = 36.0 + 0.7 * f64::from(k);
        if !(39.0..42.0).contains(&lat) {
            ports.push((lat, WEST + 0.02));
        }
        ports.push((lat + 0.3, EAST - 0.02));
    }
    ports
}

fn port_nm(lat: f64, lon: f64) -> f64 {
    ports().iter().map(|p| metres(lat, lon, p.0, p.1) / 1852.0).fold(f64::INFINITY, f64::min)
}

fn sail(world: World) -> Sea {
    let mut chance = Chance(world.seed);
    let ports = ports();
    let stations = &ports;
    let end = world.days * DAY;
    let outages: Vec<(usize, i64, i64)> = (0..world.outages)
        .map(|_| {
            let from = (chance.next() * (end - DAY) as f64) as i64;
            (chance.below(stations.len()), from, from + chance.between(7.0, 30.0) as i64 * 3600)
        })
        .collect();
    let blackout = 7 * DAY + 5 * 3600;
    let jam = (37.0, 131.0, 12 * DAY, 12 * DAY + 9 * 3600);
    // Passes: about every 100 minutes, then a pause of some hours.
    let mut passes = Vec::new();
    let mut t = 0;
    while world.satellites && t < end {
        for _ in 0..4 {
            passes.push((t, t + 600));
            t += 6_000;
        }
        t += chance.between(2.0, 6.0) as i64 * 3600;
    }
    let mut sea = Sea { ships: Vec::new(), dark: Vec::new(), quality: Vec::new() };
    for number in 0..world.ships {
        let mmsi = 440_900_000 + number as u32;
        let class = if chance.next() < 0.12 { Class::B } else { Class::A };
        let quality = match chance.next() {
            q if q < 0.85 => 1.0,
            q if q < 0.95 => 0.5,
            _ => 0.1,
        };
        sea.quality.push(quality);
        let power_off = chance.next() < 0.3;
        let mut dark: Option<(i64, i64)> = (chance.next() < world.dark).then(|| {
            let from = chance.between(2.0, world.days as f64 - 4.0) * DAY as f64;
            (from as i64, from as i64 + chance.between(8.0, 48.0) as i64 * 3600)
        });
        let mut place = ports[chance.below(ports.len())];
        let mut goal = place;
        let mut rest_until = (chance.next() * 20.0 * 3600.0) as i64;
        let mut knots = chance.between(8.0, 15.0);
        let mut fixes = Positions::default();
        let mut started = None;
        let mut t = 0;
        while t < end {
            let far = metres(place.0, place.1, goal.0, goal.1);
            let resting = t < rest_until;
            let mut course = 0.0;
            if !resting {
                if far < 2_000.0 {
                    // A call, or a turning point at sea: half of the voyages are fishing or waiting trips.
                    let at_port = ports.contains(&goal);
                    if at_port {
                        rest_until = t + chance.between(6.0, 40.0) as i64 * 3600;
                        knots = chance.between(8.0, 15.0);
                    } else if chance.next() < 0.5 {
                        rest_until = t + chance.between(1.0, 10.0) as i64 * 3600;
                    }
                    goal = if at_port && chance.next() < 0.5 {
                        (chance.between(36.5, 43.5), chance.between(WEST + 0.5, EAST - 0.5))
                    } else {
                        ports[chance.below(ports.len())]
                    };
                }
                let dy = goal.0 - place.0;
                let dx = (goal.1 - place.1) * 0.766;
                course = dx.atan2(dy).to_degrees().rem_euclid(360.0);
                place = offset(place.0, place.1, course, knots * 1852.0 / 3600.0 * STEP as f64);
            }
            t += STEP;
            let at_port = port_nm(place.0, place.1) < 2.0;
            // Going dark begins at sea and covers what the ship then does.
            if let Some((from, to)) = dark
                && t >= from
            {
                if started.is_none() && at_port {
                    dark = Some((from + 3600, to + 3600));
                } else {
                    started.get_or_insert(t);
                    if t < to {
                        continue;
                    }
                    sea.dark.push((mmsi, started.unwrap(), t));
                    dark = None;
                }
            }
            if resting && at_port && power_off {
                continue;
            }
            let jammed = world.jamming && (jam.2..jam.3).contains(&t) && metres(place.0, place.1, jam.0, jam.1) < 40_000.0;
            if jammed && chance.next() < 0.9 {
                continue;
            }
            // The best shore station.
            let mut heard: Option<u16> = None;
            for (s, station) in stations.iter().enumerate() {
                if (place.0 - station.0).abs() > 1.0 || (place.1 - station.1).abs() > 1.2 {
                    continue;
                }
                if outages.iter().any(|o| o.0 == s && (o.1..o.2).contains(&t))
                    || (world.blackout && (blackout..blackout + 10 * 3600).contains(&t))
                {
                    continue;
                }
                let nm = metres(place.0, place.1, station.0, station.1) / 1852.0;
                let reach = if class == Class::B { 18.0 } else { 40.0 };
                let p = 0.6 * (1.0 / (1.0 + ((nm - reach) / 4.0).exp()));
                if chance.next() < p * quality {
                    heard = Some(s as u16 + 1);
                    break;
                }
            }
            if heard.is_none() && passes.iter().any(|p| (p.0..p.1).contains(&t)) {
                let p = if class == Class::B { 0.05 } else { 0.5 };
                if chance.next() < p * quality {
                    heard = Some(100);
                }
            }
            let Some(receiver) = heard else { continue };
            let (lat, lon) = if jammed { (place.0 + 0.8, place.1 + 0.5) } else { place };
            fixes.push(Fix {
                mmsi,
                t: t + number as i64 % 60,
                lon: units(lon),
                lat: units(lat),
                sog: if resting { 0 } else { (knots * 10.0) as u16 },
                cog: (course * 10.0) as u16 % 3600,
                heading: 511,
                status: if resting && at_port { 5 } else { 0 },
                class: class as u8,
                receiver: if world.named { receiver } else { 0 },
                file: 0,
                record: fixes.len() as u32 + 1,
            });
        }
        sea.ships.push(fixes);
    }
    sea
}

fn kind(number: u16) -> Receiver {
    match number {
        0 => Receiver::Unknown,
        100 => Receiver::Satellite,
        _ => Receiver::Shore,
    }
}

fn run(sea: &Sea, until: Option<i64>) -> Vec<Gap> {
    let mut coverage = Coverage::new(CoverageParameters::default());
    for ship in &sea.ships {
        coverage.add(ship.view(), &kind, &shore_nm);
    }
    let around = Around { coverage: Some(&coverage), receiver: &kind, shore_nm: &shore_nm, port_nm: &port_nm, until };
    sea.ships.iter().flat_map(|ship| gaps(ship.view(), &GapParameters::default(), &around)).collect()
}

#[derive(Debug, Default)]
struct Score {
    gaps: usize,
    dark: usize,
    alarms: usize,
    right: usize,
    causes: BTreeMap<String, (usize, usize)>,
}

impl Score {
    fn of(sea: &Sea, gaps: &[Gap]) -> Self {
        let mut score = Self::default();
        for gap in gaps {
            let dark = sea.is_dark(gap);
            let alarm = gap.cause == "unexplained";
            score.gaps += 1;
            score.dark += usize::from(dark);
            score.alarms += usize::from(alarm);
            score.right += usize::from(alarm && dark);
            let cause = score.causes.entry(gap.cause.clone()).or_default();
            cause.0 += 1;
            cause.1 += usize::from(dark);
        }
        score
    }

    fn add(&mut self, other: Self) {
        self.gaps += other.gaps;
        self.dark += other.dark;
        self.alarms += other.alarms;
        self.right += other.right;
        for (cause, n) in other.causes {
            let entry = self.causes.entry(cause).or_default();
            *entry = (entry.0 + n.0, entry.1 + n.1);
        }
    }

    fn figures(&self) -> (f64, f64, f64) {
        let p = self.right as f64 / (self.alarms as f64).max(1.0);
        let r = self.right as f64 / (self.dark as f64).max(1.0);
        let f = if p + r > 0.0 { 1.25 * p * r / (0.25 * p + r) } else { 0.0 };
        (p, r, f)
    }
}

fn show(sea: &Sea, gaps: &[Gap]) {
    for gap in gaps {
        let dark = sea.is_dark(gap);
        if gap.p_innocent.is_some_and(|p| p < 0.1) {
            eprintln!(
                "roc {:?} {dark} {} {} {}",
                gap.p_innocent.unwrap(),
                gap.cause,
                gap.witnesses,
                sea.quality[(gap.mmsi - 440_900_000) as usize]
            );
        }
        if dark != (gap.cause == "unexplained") {
            eprintln!(
                "dark {dark} {} {} t0 {:.2} h {:.1} ({:.2} {:.2}) shore {:.0} port {:.1} -> shore {:.0} port {:.1} nm {:.0} v {:?} before {} exp {:?} p {:?} w {} cause {} score {:.2}",
                gap.mmsi,
                sea.ships[(gap.mmsi - 440_900_000) as usize].class[0],
                gap.t0.0 as f64 / DAY as f64,
                gap.hours,
                gap.lat,
                gap.lon,
                shore_nm(gap.lat, gap.lon),
                port_nm(gap.lat, gap.lon),
                shore_nm(gap.lat1.unwrap_or(0.0), gap.lon1.unwrap_or(0.0)),
                port_nm(gap.lat1.unwrap_or(0.0), gap.lon1.unwrap_or(0.0)),
                gap.distance_nm.unwrap_or(-1.0),
                gap.speed_before,
                gap.positions_before_12h,
                gap.expected,
                gap.p_innocent,
                gap.witnesses,
                gap.cause,
                gap.score
            );
        }
    }
}

#[test]
fn dark_ships_are_found_and_outages_are_not_called_dark() {
    // Tuned on seeds 1 to 3; measured on others.
    for (name, world) in [
        ("named stations and satellites", PLAIN),
        ("unknown stations and satellites", World { named: false, ..PLAIN }),
        ("shore stations only", World { satellites: false, ..PLAIN }),
    ] {
        let mut all = Score::default();
        for seed in [1, 2, 3] {
            let sea = sail(World { seed, ..world });
            let gaps = run(&sea, None);
            if std::env::var("SHOW").is_ok() {
                show(&sea, &gaps);
            }
            all.add(Score::of(&sea, &gaps));
        }
        let (p, r, f) = all.figures();
        eprintln!("{name}: precision {p:.3} recall {r:.3} F0.5 {f:.3} {all:?}");
    }
}
