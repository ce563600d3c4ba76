use std::collections::BTreeMap;

use tw_ais::{COG_UNKNOWN, Dimensions, Fix, Fixes, Static, UNITS_PER_DEGREE};

use super::{Parameters, distance_nm, hours, seconds};
use crate::At;
use crate::identity::{imo_claim, on_globe, type_class};

/// What a ship said of itself during one time of activity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// IMO number, if it can name a ship.
    pub imo: Option<u32>,
    /// Name; empty is not known.
    pub name: String,
    /// Call sign; empty is not known.
    pub callsign: String,
    /// Type of ship; 0 is not known.
    pub ship_type: u8,
    /// Place of the antenna, which gives length and beam.
    pub dimensions: Dimensions,
}

impl Said {
    /// Length in metres, if known.
    #[must_use]
    pub fn length(&self) -> Option<u16> {
        Some(self.dimensions.bow.saturating_add(self.dimensions.stern)).filter(|&n| n > 0)
    }

    /// Beam in metres, if known.
    #[must_use]
    pub fn beam(&self) -> Option<u16> {
        self.dimensions.beam()
    }

    /// Broad class of ship, if known.
    #[must_use]
    pub fn class(&self) -> Option<&'static str> {
        type_class(self.ship_type)
    }
}

/// First or last fix of a time of activity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub t: i64,
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
    /// Speed over ground in knots, if sent.
    pub knots: Option<f64>,
    /// Course over ground in degrees, if sent.
    pub course: Option<f64>,
    /// Whether it lies in a port; unknown if nobody looked.
    pub in_port: Option<bool>,
    /// Its record.
    pub at: At,
}

/// What lies beyond an end of a time of activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nothing: the first or last of all.
    Edge,
    /// Silence.
    Gap,
    /// The next fix is where the ship cannot have got.
    Jump,
}

/// A time of activity of one MMSI: no long gap, no jump.
#[derive(Clone, Debug, PartialEq)]
pub struct Active {
    /// First fix.
    pub first: End,
    /// Last fix.
    pub last: End,
    /// What lies before.
    pub before: Cut,
    /// What lies after.
    pub after: Cut,
    /// Fixes.
    pub n: u32,
    /// What it said.
    pub said: Said,
}

/// A place kept of the track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub t: i64,
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
}

/// One MMSI in short: when it was active, where that began and ended, and what it said. About 300 bytes a day, most of it samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// MMSI as it was sent.
    pub mmsi: u32,
    /// Times of activity in order; never empty.
    pub active: Vec<Active>,
    /// A place every [`Parameters::sample_hours`], in order.
    pub samples: Vec<Sample>,
}

impl Profile {
    /// First fix of all.
    #[must_use]
    pub fn first(&self) -> Option<&End> {
        self.active.first().map(|active| &active.first)
    }

    /// Last fix of all.
    #[must_use]
    pub fn last(&self) -> Option<&End> {
        self.active.last().map(|active| &active.last)
    }
}

/// The profile of one MMSI from its positions and static reports, both in the order of time; none without a usable position.
///
/// A single fix far off is passed over; a jump counts if [`Parameters::jump_fixes`] fixes stay there. Two ships that take turns under one
/// MMSI give the track of the one that came first: see [`shared_mmsi`](super::shared_mmsi) for those. `in_port` tells whether a latitude
/// and longitude lie in a port, and is asked twice a time of activity.
#[must_use]
pub fn profile(
    fixes: Fixes<'_>,
    reports: &[Static],
    in_port: impl Fn(f64, f64) -> Option<bool>,
    parameters: &Parameters,
) -> Option<Profile> {
    let mmsi = *fixes.mmsi.first()?;
    let (gap, every) = (seconds(parameters.gap_hours), seconds(parameters.sample_hours));
    let mut pieces: Vec<(usize, usize, u32, Cut)> = Vec::new();
    let mut samples: Vec<Sample> = Vec::new();
    // Start, last good fix, count and what lies before.
    let mut open: Option<(usize, usize, u32, Cut)> = None;
    for i in 0..fixes.len() {
        if !on_globe(fixes.lat[i], fixes.lon[i]) {
            continue;
        }
        let (start, last, n, before) = match open {
            None => {
                open = Some((i, i, 1, Cut::Edge));
                sample(&mut samples, fixes, i, every);
                continue;
            }
            Some(piece) => piece,
        };
        let silence = fixes.t[i].saturating_sub(fixes.t[last]);
        if silence < 0 {
            continue;
        }
        if too_far(fixes, last, i, parameters) {
            if !stays(fixes, i, last, parameters) {
                continue;
            }
            pieces.push((start, last, n, before));
            open = Some((i, i, 1, Cut::Jump));
        } else if silence > gap {
            pieces.push((start, last, n, before));
            open = Some((i, i, 1, Cut::Gap));
        } else {
            open = Some((start, i, n.saturating_add(1), before));
        }
        sample(&mut samples, fixes, i, every);
    }
    pieces.push(open?);
    let end = |i: usize| {
        let fix = fixes.get(i);
        let (lat, lon) = (fix.lat_deg(), fix.lon_deg());
        End { t: fix.t, lat, lon, knots: fix.knots(), course: course(&fix), in_port: in_port(lat, lon), at: At::of(&fix) }
    };
    let active = (0..pieces.len())
        .map(|i| {
            let (start, last, n, before) = pieces[i];
            let after = pieces.get(i + 1).map_or(Cut::Edge, |next| next.3);
            Active { first: end(start), last: end(last), before, after, n, said: said(reports, mmsi, fixes.t[start], fixes.t[last]) }
        })
        .collect();
    Some(Profile { mmsi, active, samples })
}

fn course(fix: &Fix) -> Option<f64> {
    (fix.cog < COG_UNKNOWN).then(|| f64::from(fix.cog) / 10.0)
}

fn sample(samples: &mut Vec<Sample>, fixes: Fixes<'_>, i: usize, every: i64) {
    let t = fixes.t[i];
    if samples.last().is_none_or(|last| t.saturating_sub(last.t) >= every) {
        let fix = fixes.get(i);
        samples.push(Sample { t, lat: fix.lat_deg(), lon: fix.lon_deg() });
    }
}

/// Whether a ship cannot have got from one fix to the other.
fn too_far(fixes: Fixes<'_>, from: usize, to: usize, parameters: &Parameters) -> bool {
    // A twentieth of a degree each way is at most 4.3 nm: near without trigonometry.
    const NEAR: u32 = UNITS_PER_DEGREE as u32 / 20;
    if parameters.jump_nm >= 4.3 && fixes.lat[from].abs_diff(fixes.lat[to]) < NEAR && fixes.lon[from].abs_diff(fixes.lon[to]) < NEAR {
        return false;
    }
    let (a, b) = (fixes.get(from), fixes.get(to));
    let distance = distance_nm((a.lat_deg(), a.lon_deg()), (b.lat_deg(), b.lon_deg()));
    distance > parameters.jump_nm && distance > parameters.jump_knots * hours(a.t, b.t).abs()
}

/// Whether the fixes that follow stay at the new place.
fn stays(fixes: Fixes<'_>, here: usize, before: usize, parameters: &Parameters) -> bool {
    let mut stayed = 1;
    for i in here + 1..fixes.len() {
        if stayed >= parameters.jump_fixes {
            return true;
        }
        if !on_globe(fixes.lat[i], fixes.lon[i]) {
            continue;
        }
        if too_far(fixes, here, i, parameters) || !too_far(fixes, before, i, parameters) {
            return false;
        }
        stayed += 1;
    }
    stayed >= parameters.jump_fixes
}

/// What most reports of a time say, field by field; without a report then, those nearest in time within a day.
fn said(reports: &[Static], mmsi: u32, from: i64, to: i64) -> Said {
    const DAY: i64 = 86_400;
    /// Runs before the time that may reach into it.
    const REACH: usize = 64;
    let high = reports.partition_point(|report| report.t <= to.saturating_add(DAY));
    let low = reports.partition_point(|report| report.t < from.saturating_sub(DAY)).saturating_sub(REACH);
    let reports = reports.get(low..high).unwrap_or_default();
    let away = |report: &Static| from.saturating_sub(report.t_last.max(report.t)).max(report.t.saturating_sub(to)).max(0);
    let own = || reports.iter().filter(|report| report.mmsi == mmsi);
    let limit = match own().map(away).min() {
        Some(0) => 0,
        Some(nearest) if nearest <= DAY => nearest,
        _ => return Said::default(),
    };
    let near = || own().filter(|report| away(report) <= limit);
    Said {
        imo: most(near().map(|r| (r.imo, r.n)).filter(|&(imo, _)| imo_claim(imo).names_a_ship())),
        name: most(near().map(|r| (r.name.trim_matches([' ', '@']), r.n)).filter(|(name, _)| !name.is_empty()))
            .unwrap_or_default()
            .to_owned(),
        callsign: most(near().map(|r| (r.callsign.trim_matches([' ', '@']), r.n)).filter(|(sign, _)| !sign.is_empty()))
            .unwrap_or_default()
            .to_owned(),
        ship_type: most(near().map(|r| (r.ship_type, r.n)).filter(|&(kind, _)| kind > 0)).unwrap_or_default(),
        dimensions: most(near().map(|r| (r.dimensions, r.n)).filter(|(d, _)| d.bow > 0 || d.stern > 0)).unwrap_or_default(),
    }
}

/// The value with most reports; of equals the smallest.
fn most<T: Ord + Copy>(values: impl Iterator<Item = (T, u32)>) -> Option<T> {
    let mut counts: BTreeMap<T, u64> = BTreeMap::new();
    for (value, n) in values {
        *counts.entry(value).or_default() += u64::from(n.max(1));
    }
    let mut best: Option<(T, u64)> = None;
    for (value, n) in counts {
        if best.is_none_or(|(_, most)| n > most) {
            best = Some((value, n));
        }
    }
    best.map(|(value, _)| value)
}
