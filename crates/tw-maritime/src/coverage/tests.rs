//! A small synthetic sea with stations, satellites, outages, jamming and ships that go dark. All ships and tracks are invented.

#![expect(clippy::print_stderr, reason = "figures and skipped files are told to the person who runs the tests")]

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
    /// Hours of each dark time in which a report would have been heard.
    due: Vec<u32>,
    /// Station outages: place, from, to.
    outages: Vec<(f64, f64, i64, i64)>,
}

impl Sea {
    /// At least half of the silence is a dark time, or of a dark time is in the silence.
    fn dark(&self, gap: &Gap) -> Option<usize> {
        let end = gap.t1.map_or(i64::MAX, |t| t.0);
        self.dark.iter().position(|&(mmsi, from, to)| {
            let both = to.min(end) - from.max(gap.t0.0);
            mmsi == gap.mmsi && (both as f64 >= 0.5 * (end - gap.t0.0) as f64 || both as f64 >= 0.5 * (to - from) as f64)
        })
    }

    fn is_dark(&self, gap: &Gap) -> bool {
        self.dark(gap).is_some()
    }

    /// Dark, and it would have been heard in at least six hours.
    fn is_due(&self, gap: &Gap) -> bool {
        self.dark(gap).is_some_and(|i| self.due[i] >= 6)
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
    let mut sea = Sea { ships: Vec::new(), dark: Vec::new(), due: Vec::new(), outages: Vec::new() };
    sea.outages = outages.iter().map(|o| (stations[o.0].0, stations[o.0].1, o.1, o.2)).collect();
    if world.blackout {
        sea.outages.extend(stations.iter().map(|s| (s.0, s.1, blackout, blackout + 10 * 3600)));
    }
    for number in 0..world.ships {
        let mmsi = 440_900_000 + number as u32;
        let class = if chance.next() < 0.12 { Class::B } else { Class::A };
        let quality = match chance.next() {
            q if q < 0.85 => 1.0,
            q if q < 0.95 => 0.5,
            _ => 0.1,
        };
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
        let mut due = std::collections::BTreeSet::new();
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
                    if t >= to {
                        sea.dark.push((mmsi, started.unwrap(), t));
                        sea.due.push(due.len() as u32);
                        dark = None;
                    }
                }
            }
            let silent = dark.is_some() && started.is_some();
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
            if silent {
                due.insert(t / 3600);
                continue;
            }
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
    due: usize,
    due_right: usize,
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
            score.due += usize::from(sea.is_due(gap));
            score.due_right += usize::from(alarm && sea.is_due(gap));
            let cause = score.causes.entry(gap.cause.clone()).or_default();
            cause.0 += 1;
            cause.1 += usize::from(dark);
        }
        score
    }

    fn add(&mut self, other: Self) {
        self.gaps += other.gaps;
        self.dark += other.dark;
        self.due += other.due;
        self.due_right += other.due_right;
        self.alarms += other.alarms;
        self.right += other.right;
        for (cause, n) in other.causes {
            let entry = self.causes.entry(cause).or_default();
            *entry = (entry.0 + n.0, entry.1 + n.1);
        }
    }

    fn figures(&self) -> (f64, f64, f64) {
        let p = self.right as f64 / (self.alarms as f64).max(1.0);
        let r = self.due_right as f64 / (self.due as f64).max(1.0);
        let f = if p + r > 0.0 { 1.25 * p * r / (0.25 * p + r) } else { 0.0 };
        (p, r, f)
    }
}

fn measure(worlds: [(&str, World); 3], seeds: std::ops::Range<u64>) -> Vec<Score> {
    worlds
        .into_iter()
        .map(|(name, world)| {
            let mut all = Score::default();
            for seed in seeds.clone() {
                let sea = sail(World { seed, ..world });
                all.add(Score::of(&sea, &run(&sea, None)));
            }
            let (p, r, f) = all.figures();
            eprintln!("{name}: precision {p:.3} recall {r:.3} F0.5 {f:.3} {all:?}");
            all
        })
        .collect()
}

fn worlds(plain: World) -> [(&'static str, World); 3] {
    [
        ("stations and satellites by name", plain),
        ("stations and satellites not named", World { named: false, ..plain }),
        ("stations only", World { satellites: false, ..plain }),
    ]
}

/// Settings were chosen on seeds 1 to 3; these are others.
#[test]
fn ships_that_go_dark_are_told_from_reception_that_is_poor() {
    for score in measure(worlds(PLAIN), 101..102) {
        let (p, _, f) = score.figures();
        assert!(p >= 0.8 && f >= 0.6, "{score:?}");
    }
}

/// Prints the figures of the report: run it with `--ignored --nocapture` on a release build.
#[test]
#[ignore = "half a minute"]
fn figures_over_ten_synthetic_seas() {
    measure(worlds(PLAIN), 301..311);
}

#[test]
fn an_outage_is_not_called_dark() {
    for (name, world) in worlds(World { dark: 0.0, outages: 30, ..PLAIN }) {
        let sea = sail(World { seed: 102, ..world });
        let gaps = run(&sea, None);
        let alarms: Vec<&Gap> = gaps.iter().filter(|gap| gap.cause == "unexplained").collect();
        let over = |gap: &&&Gap| {
            let end = gap.t1.map_or(i64::MAX, |t| t.0);
            sea.outages.iter().any(|&(lat, lon, from, to)| {
                gap.t0.0 < to
                    && end > from
                    && metres(gap.lat, gap.lon, lat, lon) < 90_000.0
                    && (to.min(end) - from.max(gap.t0.0)) * 2 > end - gap.t0.0
            })
        };
        eprintln!("{name}: {} gaps, {} alarms", gaps.len(), alarms.len());
        assert_eq!(alarms.iter().filter(over).count(), 0, "{name}");
        assert!(alarms.len() * 100 <= gaps.len(), "{name}: {} of {}", alarms.len(), gaps.len());
        assert!(gaps.iter().any(|gap| gap.cause == "outage"), "{name}");
    }
}

/// A ship that reports every ten minutes from a place, for some hours; another if told so.
fn at(mmsi: u32, lat: f64, lon: f64, hours: &[std::ops::Range<i64>]) -> Positions {
    let mut record = 0;
    hours
        .iter()
        .flat_map(|hours| (hours.start * 6..hours.end * 6).map(|k| k * 600))
        .map(|t| {
            record += 1;
            Fix {
                mmsi,
                t,
                lon: units(lon),
                lat: units(lat),
                sog: 50,
                cog: 3600,
                heading: 511,
                status: 0,
                class: Class::A as u8,
                receiver: 1,
                file: 0,
                record,
            }
        })
        .collect()
}

fn judged(ships: &[Positions], port: f64) -> Vec<Gap> {
    let mut coverage = Coverage::new(CoverageParameters::default());
    let shore = |_: f64, _: f64| 10.0;
    let port = move |_: f64, _: f64| port;
    for ship in ships {
        coverage.add(ship.view(), &kind, &shore);
    }
    let around = Around { coverage: Some(&coverage), receiver: &kind, shore_nm: &shore, port_nm: &port, until: None };
    gaps(ships[0].view(), &GapParameters::default(), &around)
}

/// Three ships in each of five by five cells, heard all the time.
fn crowd(skip: std::ops::Range<i64>) -> Vec<Positions> {
    let mut ships = Vec::new();
    for k in 0..75u32 {
        let (row, column) = (f64::from(k / 15), f64::from(k / 3 % 5));
        ships.push(at(1_000 + k, 41.6 + row * 0.25, 139.6 + column * 0.25, &[0..skip.start, skip.end..96]));
    }
    ships
}

#[test]
fn silence_amid_ships_that_are_heard_is_unexplained() {
    let mut ships = vec![at(7, 42.125, 140.125, &[0..40, 48..96])];
    ships.extend(crowd(50..50));
    let gaps = judged(&ships, 40.0);
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].cause, "unexplained");
    assert!(gaps[0].p_innocent.unwrap() < 1e-3 && gaps[0].score > 0.0, "{:?}", gaps[0]);
    // Eight whole hours at six reports.
    assert!((40.0..=48.0).contains(&gaps[0].expected.unwrap()), "{:?}", gaps[0]);
}

#[test]
fn silence_of_all_ships_together_is_an_outage() {
    let mut ships = vec![at(7, 42.125, 140.125, &[0..40, 48..96])];
    ships.extend(crowd(40..48));
    let gaps = judged(&ships, 40.0);
    assert_eq!((gaps[0].cause.as_str(), gaps[0].score), ("outage", 0.0));
}

#[test]
fn silence_of_a_ship_alone_means_nothing() {
    let gaps = judged(&[at(7, 42.1, 140.1, &[0..40, 48..96])], 40.0);
    assert_eq!((gaps[0].p_innocent, gaps[0].cause.as_str()), (None, "coverage"));
    // A single witness is not enough either.
    let gaps = judged(&[at(7, 42.1, 140.1, &[0..40, 48..96]), at(8, 42.1, 140.1, &[0..50, 50..96])], 40.0);
    assert_eq!(gaps[0].score, 0.0);
}

#[test]
fn silence_in_port_is_left_alone() {
    let mut ships = vec![at(7, 42.125, 140.125, &[0..40, 48..96])];
    ships.extend(crowd(50..50));
    assert_eq!(judged(&ships, 0.5)[0].cause, "port");
    // Four miles off: the ship can have gone in and come out.
    assert_eq!(judged(&ships, 4.0)[0].cause, "port");
}

#[test]
fn a_ship_at_the_rim_of_coverage_can_have_been_beyond_it() {
    // Others are heard west of the place only.
    let mut ships = vec![at(7, 42.125, 140.125, &[0..40, 48..96])];
    ships.extend(crowd(50..50).into_iter().filter(|ship| ship.view().get(0).lon_deg() < 140.2));
    let gaps = judged(&ships, 40.0);
    assert_eq!(gaps[0].score, 0.0, "{:?}", gaps[0]);
}

#[test]
fn the_order_of_ships_and_the_number_of_passes_do_not_matter() {
    let sea = sail(World { ships: 20, days: 5, seed: 5, ..PLAIN });
    let all = |order: &[usize], cut: usize| {
        let mut parts = [Coverage::new(CoverageParameters::default()), Coverage::new(CoverageParameters::default())];
        for (n, &i) in order.iter().enumerate() {
            parts[usize::from(n >= cut)].add(sea.ships[i].view(), &kind, &shore_nm);
        }
        let [mut coverage, other] = parts;
        coverage.merge(other);
        let around = Around { coverage: Some(&coverage), receiver: &kind, shore_nm: &shore_nm, port_nm: &port_nm, until: Some(6 * DAY) };
        sea.ships.iter().flat_map(|ship| gaps(ship.view(), &GapParameters::default(), &around)).collect::<Vec<_>>()
    };
    let forward: Vec<usize> = (0..20).collect();
    let backward: Vec<usize> = (0..20).rev().collect();
    let found = all(&forward, 20);
    assert!(found.iter().any(|gap| gap.t1.is_none()));
    assert_eq!(found, all(&backward, 7));
}

fn any_fix() -> impl Strategy<Value = Fix> {
    let t = prop_oneof![5 => 0i64..3_000_000, 1 => any::<i64>()];
    let place = prop_oneof![5 => (-54_000_000i32..54_000_000, -108_000_000i32..108_000_000), 1 => (any::<i32>(), any::<i32>())];
    (t, place, any::<u16>(), any::<u16>(), 0u8..9, 0u16..4).prop_map(|(t, (lat, lon), sog, cog, class, receiver)| Fix {
        mmsi: 7,
        t,
        lon,
        lat,
        sog,
        cog,
        heading: cog,
        status: class,
        class,
        receiver,
        file: 0,
        record: 1,
    })
}

proptest! {
    #[test]
    fn nothing_panics_and_gaps_come_in_order(mut fixes in prop::collection::vec(any_fix(), 0..60), sort in any::<bool>(), until in any::<i64>()) {
        if sort {
            fixes.sort_by_key(|fix| fix.t);
        }
        let ship: Positions = fixes.into_iter().collect();
        let mut coverage = Coverage::new(CoverageParameters::default());
        coverage.add(ship.view(), &kind, &shore_nm);
        coverage.add(crowd(50..50)[0].view(), &kind, &shore_nm);
        let around = Around { coverage: Some(&coverage), receiver: &kind, shore_nm: &shore_nm, port_nm: &port_nm, until: Some(until) };
        let found = gaps(ship.view(), &GapParameters::default(), &around);
        prop_assert!(found.windows(2).all(|w| w[0].t0 <= w[1].t0));
        for gap in &found {
            prop_assert!((-90.0..=90.0).contains(&gap.lat) && (-180.0..=180.0).contains(&gap.lon));
            prop_assert!((0.0..=1.0).contains(&gap.score));
            prop_assert!(gap.p_innocent.is_none_or(|p| (0.0..=1.0 + 1e-9).contains(&p)));
        }
        prop_assert_eq!(&found, &gaps(ship.view(), &GapParameters::default(), &around));
    }
}
