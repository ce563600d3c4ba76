//! Who hears what: shore stations, satellites, outages and jamming.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::lanes::nm;

/// Shore stations: name, latitude, longitude, range in nautical miles. None in North Korea, and no real station is meant.
pub(crate) const STATIONS: [(&str, f64, f64, f64); 66] = [
    ("KR-BUSAN", 35.10, 129.04, 42.0),
    ("KR-ULSAN", 35.50, 129.42, 38.0),
    ("KR-POHANG", 36.03, 129.57, 40.0),
    ("KR-ULJIN", 37.00, 129.42, 40.0),
    ("KR-DONGHAE", 37.52, 129.12, 40.0),
    ("KR-SOKCHO", 38.20, 128.60, 40.0),
    ("KR-ULLEUNG", 37.50, 130.88, 45.0),
    ("KR-TONGYEONG", 34.80, 128.43, 38.0),
    ("KR-YEOSU", 34.70, 127.75, 40.0),
    ("KR-GEOMUN", 34.03, 127.32, 42.0),
    ("KR-JEJU", 33.50, 126.55, 44.0),
    ("KR-SEOGWIPO", 33.23, 126.50, 44.0),
    ("KR-JINDO", 34.40, 126.20, 40.0),
    ("KR-HEUKSAN", 34.68, 125.42, 42.0),
    ("KR-MOKPO", 34.78, 126.37, 34.0),
    ("KR-GUNSAN", 35.97, 126.55, 38.0),
    ("KR-TAEAN", 36.78, 126.12, 40.0),
    ("KR-INCHEON", 37.38, 126.45, 38.0),
    ("KR-BAENGNYEONG", 37.95, 124.68, 42.0),
    ("JP-TSUSHIMA", 34.45, 129.30, 44.0),
    ("JP-FUKUOKA", 33.68, 130.30, 38.0),
    ("JP-GOTO", 32.75, 128.80, 44.0),
    ("JP-NAGASAKI", 32.70, 129.75, 38.0),
    ("JP-HAGI", 34.45, 131.35, 40.0),
    ("JP-OKI", 36.20, 133.20, 44.0),
    ("JP-SAKAI", 35.58, 133.20, 38.0),
    ("JP-MAIZURU", 35.60, 135.40, 38.0),
    ("JP-NOTO", 37.45, 137.15, 44.0),
    ("JP-SADO", 38.10, 138.35, 45.0),
    ("JP-NIIGATA", 37.95, 139.10, 38.0),
    ("JP-AKITA", 39.90, 139.80, 42.0),
    ("JP-TSUGARU", 41.30, 140.20, 42.0),
    ("JP-HAKODATE", 41.75, 140.75, 38.0),
    ("JP-TOMAKOMAI", 42.60, 141.60, 38.0),
    ("JP-OTARU", 43.35, 140.80, 42.0),
    ("JP-REBUN", 45.35, 141.05, 44.0),
    ("RU-VLADIVOSTOK", 43.07, 131.90, 36.0),
    ("RU-GAMOV", 42.56, 131.22, 38.0),
    ("RU-ASKOLD", 42.75, 132.35, 40.0),
    ("RU-NAKHODKA", 42.72, 133.02, 38.0),
    ("RU-OLGA", 43.70, 135.25, 38.0),
    ("RU-RUDNAYA", 44.36, 135.85, 36.0),
    ("RU-VANINO", 49.05, 140.30, 36.0),
    ("RU-KHOLMSK", 47.05, 142.03, 38.0),
    ("RU-KORSAKOV", 46.60, 142.78, 34.0),
    ("CN-DALIAN", 38.87, 121.70, 40.0),
    ("CN-CHENGSHAN", 37.40, 122.70, 42.0),
    ("CN-YANTAI", 37.55, 121.40, 38.0),
    ("CN-QINGDAO", 36.00, 120.40, 40.0),
    ("CN-RIZHAO", 35.38, 119.58, 36.0),
    ("CN-LIANYUNGANG", 34.75, 119.45, 36.0),
    ("CN-TIANJIN", 38.95, 117.90, 36.0),
    ("CN-CHANGXING", 31.40, 121.70, 38.0),
    ("CN-SHESHAN", 31.42, 122.24, 40.0),
    ("CN-SHENGSI", 30.70, 122.50, 42.0),
    ("CN-NINGBO", 29.95, 121.95, 36.0),
    ("CN-ZHOUSHAN", 29.90, 122.40, 40.0),
    ("CN-TAIZHOU", 28.45, 121.90, 40.0),
    ("CN-FUZHOU", 26.10, 119.90, 40.0),
    ("CN-XIAMEN", 24.45, 118.20, 38.0),
    ("TW-KEELUNG", 25.15, 121.78, 40.0),
    ("TW-PENGHU", 23.55, 119.60, 42.0),
    ("TW-KAOHSIUNG", 22.60, 120.27, 38.0),
    ("JP-SETANA", 42.45, 139.85, 40.0),
    ("JP-TOYAMA", 36.80, 137.20, 34.0),
    ("CN-DANDONG", 39.75, 124.15, 34.0),
];

/// What sent a message, for the chance that it is heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sender {
    A,
    B,
}

/// A moment at which a whole area had false positions.
#[derive(Clone, Debug)]
pub(crate) struct Jam {
    pub at: (f64, f64),
    pub radius: f64,
    pub t0: i64,
    pub t1: i64,
    /// Where positions jump to.
    pub to: (f64, f64),
}

pub(crate) struct Radio {
    seed: u64,
    t0: i64,
    /// Outages of each station.
    pub outages: Vec<Vec<(i64, i64)>>,
    /// Unit vectors below each satellite, one a minute.
    below: Vec<Vec<[f32; 3]>>,
    pub jams: Vec<Jam>,
    /// Station with a wrong clock, and by how many seconds.
    pub bad_clock: (usize, i64),
    pub bad_satellite_clock: (usize, i64, i64, i64),
}

/// Mixes numbers into one; for what must not depend on the order of evaluation.
pub(crate) fn mix(parts: &[u64]) -> u64 {
    let mut h = 0x9E37_79B9_7F4A_7C15u64;
    for &part in parts {
        h ^= part.wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_add(h << 6).wrapping_add(h >> 2);
        h = (h ^ (h >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        h = (h ^ (h >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        h ^= h >> 31;
    }
    h
}

fn share(parts: &[u64]) -> f64 {
    (mix(parts) >> 11) as f64 / (1u64 << 53) as f64
}

fn unit(at: (f64, f64)) -> [f32; 3] {
    let (f, l) = (at.0.to_radians(), at.1.to_radians());
    [(f.cos() * l.cos()) as f32, (f.cos() * l.sin()) as f32, f.sin() as f32]
}

/// Who heard a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ear {
    Shore(usize),
    Satellite(usize),
    /// A satellite that listens on the long-range channels.
    LongRange(usize),
}

impl Radio {
    pub(crate) fn new(seed: u64, t0: i64, t1: i64, satellites: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[seed, 77]));
        let days = (t1 - t0) as f64 / 86_400.0;
        let outages = STATIONS
            .iter()
            .map(|_| {
                let mut list = Vec::new();
                // One outage in about 18 days, of 2 to 40 hours. Our choice.
                let mut t = -18.0 * (1.0 - rng.random::<f64>()).ln();
                while t < days {
                    let hours = 2.0 * 20f64.powf(rng.random::<f64>());
                    let begin = t0 + (t * 86_400.0) as i64;
                    list.push((begin, begin + (hours * 3600.0) as i64));
                    t += hours / 24.0 - 18.0 * (1.0 - rng.random::<f64>()).ln();
                }
                list
            })
            .collect();
        // Circular orbits at 650 km: 97.7 minutes, inclination 98 degrees, and the Earth turning below.
        let minutes = ((t1 - t0) / 60 + 1) as usize;
        let below = (0..satellites)
            .map(|_| {
                let (node, start) = (rng.random::<f64>() * 360.0, rng.random::<f64>() * 360.0);
                let inclination = (97.0 + 1.5 * rng.random::<f64>()).to_radians();
                (0..minutes)
                    .map(|m| {
                        let u = (start + m as f64 * 360.0 / 97.7).to_radians();
                        let lat = (inclination.sin() * u.sin()).asin();
                        let lon = node.to_radians() + (inclination.cos() * u.sin()).atan2(u.cos()) - (m as f64 * 0.250_684_5).to_radians();
                        unit((lat.to_degrees(), lon.to_degrees()))
                    })
                    .collect()
            })
            .collect();
        let mut jams = Vec::new();
        // One jamming event in about twelve days. Our choice.
        let centres = [(37.6, 125.5), (34.6, 128.6), (31.2, 122.3), (38.3, 128.9), (33.4, 126.3), (42.6, 131.9)];
        let mut t = 1.5 + 4.0 * rng.random::<f64>();
        while t < days {
            let at = centres[rng.random_range(0..centres.len())];
            let begin = t0 + (t * 86_400.0) as i64;
            let hours = rng.random_range(3.0..10.0);
            let to = (at.0 + rng.random_range(-0.9..0.9), at.1 + rng.random_range(-1.2..1.2));
            jams.push(Jam { at, radius: rng.random_range(35.0..75.0), t0: begin, t1: begin + (hours * 3600.0) as i64, to });
            t += hours / 24.0 + 6.0 + 12.0 * rng.random::<f64>();
        }
        let bad_clock = (rng.random_range(0..STATIONS.len()), rng.random_range(45..180));
        let day = rng.random_range(0.0..days.max(0.1));
        let bad_from = t0 + (day * 86_400.0) as i64;
        let bad_satellite_clock = (rng.random_range(0..satellites.max(1)), bad_from, bad_from + 8 * 3600, rng.random_range(300..2400));
        Self { seed, t0, outages, below, jams, bad_clock, bad_satellite_clock }
    }

    pub(crate) fn out(&self, station: usize, t: i64) -> bool {
        self.outages[station].iter().any(|&(a, b)| (a..b).contains(&t))
    }

    /// Stations in whose range a place lies on an ordinary day, whether they work or not.
    pub(crate) fn in_range(at: (f64, f64), sender: Sender) -> impl Iterator<Item = (usize, f64, f64)> {
        STATIONS.iter().enumerate().filter_map(move |(i, &(_, lat, lon, range))| {
            let range = if sender == Sender::B { 0.55 * range } else { range };
            if (at.0 - lat).abs() > 1.0 || (at.1 - lon).abs() > 1.4 {
                return None;
            }
            let d = nm(at, (lat, lon));
            (d < 1.25 * range).then_some((i, d, range))
        })
    }

    /// Who hears a message sent at a moment from a place.
    pub(crate) fn heard(&self, at: (f64, f64), t: i64, sender: Sender, rng: &mut ChaCha8Rng, ears: &mut Vec<Ear>) {
        ears.clear();
        let day = u64::try_from(t.div_euclid(86_400)).unwrap_or(0);
        let mut covered = false;
        for (i, d, range) in Self::in_range(at, sender) {
            // The range changes from day to day with the air.
            let today = range * (0.85 + 0.35 * share(&[self.seed, 5, i as u64, day]));
            if d >= today {
                continue;
            }
            let chance = if d < 0.7 * today { 0.96 } else { 0.96 * (today - d) / (0.3 * today) };
            let heard = rng.random::<f64>() < chance;
            if heard && !self.out(i, t) {
                ears.push(Ear::Shore(i));
                covered = true;
            }
        }
        let minute = ((t - self.t0) / 60).max(0) as usize;
        let here = unit(at);
        // Within 60 miles of a station the sea is full of ships, and a satellite hears little: packets collide.
        let dense = Self::in_range(at, Sender::A).next().is_some() || (at.1 < 123.0 && at.0 < 39.0 && at.0 > 24.0);
        for (i, path) in self.below.iter().enumerate() {
            let Some(below) = path.get(minute) else { continue };
            let cos = below[0] * here[0] + below[1] * here[1] + below[2] * here[2];
            // 20 degrees of the Earth's middle: a footprint of 4,400 km.
            if cos < 0.939_7 {
                continue;
            }
            // The receiver is switched off on some orbits.
            if share(&[self.seed, 6, i as u64, (minute / 98) as u64]) < 0.45 {
                continue;
            }
            let chance = match (sender, dense) {
                (Sender::A, false) => 0.25,
                (Sender::A, true) => 0.02,
                (Sender::B, false) => 0.04,
                (Sender::B, true) => 0.003,
            };
            if rng.random::<f64>() < chance {
                ears.push(Ear::Satellite(i));
            }
            if sender == Sender::A && !covered && i % 2 == 0 && rng.random::<f64>() < 0.15 {
                ears.push(Ear::LongRange(i));
            }
        }
    }

    pub(crate) fn jam(&self, at: (f64, f64), t: i64) -> Option<(usize, &Jam)> {
        self.jams.iter().enumerate().find(|(_, jam)| (jam.t0..jam.t1).contains(&t) && nm(at, jam.at) < jam.radius)
    }

    /// Seconds by which the clock of a receiver is wrong.
    pub(crate) fn clock_error(&self, ear: Ear, t: i64) -> i64 {
        match ear {
            Ear::Shore(i) if i == self.bad_clock.0 => self.bad_clock.1,
            Ear::Satellite(i) | Ear::LongRange(i) => {
                let (bad, from, to, error) = self.bad_satellite_clock;
                if i == bad && (from..to).contains(&t) { error } else { 0 }
            }
            Ear::Shore(_) => 0,
        }
    }
}
