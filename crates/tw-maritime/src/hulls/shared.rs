use super::{Parameters, distance_nm, hours};
use crate::mid::{MmsiKind, kind};
use crate::segment::{NOISE, Segmentation};
use crate::{At, Time};

crate::event! {
    /// One row a time in which one MMSI was in two places at once.
    pub struct SharedMmsi in "shared_mmsi" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Beginning of the overlap.
        t0: Time,
        /// End of the overlap.
        t1: Time,
        /// Latitude of the first track when the overlap begins.
        lat: f64,
        /// Longitude of the first track when the overlap begins.
        lon: f64,
        /// Latitude of the second track when the overlap begins.
        lat_b: f64,
        /// Longitude of the second track when the overlap begins.
        lon_b: f64,
        /// Distance between the two in nautical miles, straight lines between the ends of each track.
        distance_nm: f64,
        /// The least that it can be, at the highest speed of a ship from the ends that are known.
        distance_low_nm: f64,
        /// Hours of overlap.
        overlap_hours: f64,
        /// Pairs of tracks that overlap in this time.
        pairs: u32,
        /// Tracks at once at most: a lower bound of the hulls.
        hulls: u32,
        /// The innocent story that fits best.
        innocent: String,
        /// 0 to 1: how sure it is that there are two stations. It says nothing of a reason.
        score: f64,
        /// First record of the first track.
        first: At,
        /// Last record of the second track.
        last: At,
    }
}

/// A track of one MMSI, as a segmenter gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// First fix, seconds since 1970-01-01T00:00:00Z.
    pub t0: i64,
    /// Last fix.
    pub t1: i64,
    /// Latitude of the first fix.
    pub lat0: f64,
    /// Longitude of the first fix.
    pub lon0: f64,
    /// Latitude of the last fix.
    pub lat1: f64,
    /// Longitude of the last fix.
    pub lon1: f64,
    /// Fixes.
    pub n: u32,
    /// Record of the first fix.
    pub first: At,
    /// Record of the last fix.
    pub last: At,
}

impl Piece {
    /// Place at a time between the ends, on the straight line; over the antimeridian the short way.
    fn place(&self, t: i64) -> (f64, f64) {
        let whole = hours(self.t0, self.t1);
        let part = if whole > 0.0 { (hours(self.t0, t) / whole).clamp(0.0, 1.0) } else { 0.0 };
        let across = (self.lon1 - self.lon0 + 540.0).rem_euclid(360.0) - 180.0;
        let lon = (self.lon0 + across * part + 540.0).rem_euclid(360.0) - 180.0;
        (self.lat0 + (self.lat1 - self.lat0) * part, lon)
    }

    /// The least distance from a place at a time, at a highest speed.
    fn at_least(&self, t: i64, place: (f64, f64), knots: f64) -> f64 {
        let from = distance_nm((self.lat0, self.lon0), place) - knots * hours(self.t0, t).abs();
        let to = distance_nm((self.lat1, self.lon1), place) - knots * hours(t, self.t1).abs();
        from.max(to).max(0.0)
    }

    fn is_sound(&self) -> bool {
        self.t0 <= self.t1
            && [self.lat0, self.lat1].iter().all(|lat| (-90.0..=90.0).contains(lat))
            && [self.lon0, self.lon1].iter().all(|lon| (-180.0..=180.0).contains(lon))
    }
}

/// Times in which tracks of one MMSI overlap at a distance that one ship cannot bridge.
///
/// A pair counts if both have three fixes or more, overlap by ten minutes or more, and are [`Parameters::apart_nm`] apart or more by
/// straight lines. The score rises with the distance that holds whatever the ships did between the ends, and with the overlap:
/// 0.3 for straight lines only, 0.6 with a proven distance, 0.9 with a proven distance and two hours. Pairs less than a day apart are one row.
#[must_use]
pub fn shared_mmsi(mmsi: u32, pieces: &[Piece], parameters: &Parameters) -> Vec<SharedMmsi> {
    /// Tracks that can be open at once (GFW's segmenter keeps 20).
    const MOST_OPEN: usize = 20;
    const TEN_MINUTES: i64 = 600;
    /// Overlaps that follow each other within this are one use: reception at sea has holes of a day.
    const APART: i64 = 3 * 86_400;
    let mut order: Vec<&Piece> = pieces.iter().filter(|piece| piece.is_sound() && piece.n >= 3).collect();
    order.sort_by_key(|piece| (piece.t0, piece.t1, piece.first, piece.last));
    let mut open: Vec<&Piece> = Vec::new();
    let mut rows: Vec<SharedMmsi> = Vec::new();
    for b in order {
        open.retain(|a| a.t1 > b.t0);
        let hulls = u32::try_from(open.len() + 1).unwrap_or(u32::MAX);
        for a in &open {
            let (from, to) = (a.t0.max(b.t0), a.t1.min(b.t1));
            if to.saturating_sub(from) < TEN_MINUTES {
                continue;
            }
            let (here, there) = (a.place(from), b.place(from));
            let distance = distance_nm(here, there).min(distance_nm(a.place(to), b.place(to)));
            if distance < parameters.apart_nm {
                continue;
            }
            // Only ends are known places: each end inside the overlap against what the other can have reached.
            let mut low: f64 = a.at_least(b.t0, (b.lat0, b.lon0), parameters.link_knots);
            if b.t1 <= a.t1 {
                low = low.max(a.at_least(b.t1, (b.lat1, b.lon1), parameters.link_knots));
            } else {
                low = low.max(b.at_least(a.t1, (a.lat1, a.lon1), parameters.link_knots));
            }
            let overlap = hours(from, to);
            let score = judge(mmsi, low >= parameters.apart_nm, overlap, hulls, parameters);
            if let Some(row) = rows.last_mut()
                && from.saturating_sub(row.t1.0) < APART
            {
                row.t1 = Time(row.t1.0.max(to));
                row.distance_nm = row.distance_nm.max(distance);
                row.distance_low_nm = row.distance_low_nm.max(low);
                row.overlap_hours = row.overlap_hours.max(hours(row.t0.0, row.t1.0).min(row.overlap_hours + overlap));
                row.pairs = row.pairs.saturating_add(1);
                row.hulls = row.hulls.max(hulls);
                row.score = judge(mmsi, row.distance_low_nm >= parameters.apart_nm, row.overlap_hours, row.hulls, parameters);
                row.last = b.last;
                continue;
            }
            rows.push(SharedMmsi {
                mmsi,
                t0: Time(from),
                t1: Time(to),
                lat: here.0,
                lon: here.1,
                lat_b: there.0,
                lon_b: there.1,
                distance_nm: distance,
                distance_low_nm: low,
                overlap_hours: overlap,
                pairs: 1,
                hulls,
                innocent: innocent(mmsi, hulls).to_owned(),
                score,
                first: a.first,
                last: b.last,
            });
        }
        open.push(b);
        if open.len() > MOST_OPEN {
            open.remove(0);
        }
    }
    rows
}

/// Above 0.5 what asks for an explanation: one number, kept in two places for long. A number that nobody set, or that many send, explains itself.
fn judge(mmsi: u32, sure: bool, overlap_hours: f64, hulls: u32, parameters: &Parameters) -> f64 {
    if unset(mmsi) || hulls > 2 {
        return 0.1;
    }
    match (overlap_hours >= parameters.shared_hours, sure) {
        (true, true) => 0.9,
        (true, false) => 0.7,
        (false, true) if overlap_hours >= 2.0 => 0.4,
        _ => 0.3,
    }
}

/// Whether a number looks like one that equipment had before it was set up: a placeholder, or the digits of a country and six equal ones.
fn unset(mmsi: u32) -> bool {
    kind(mmsi) == MmsiKind::Placeholder || (mmsi % 1_000_000).is_multiple_of(111_111) || mmsi % 1_000_000 == 123_456
}

fn innocent(mmsi: u32, hulls: u32) -> &'static str {
    if unset(mmsi) || hulls > 2 {
        return "a placeholder that many ships send";
    }
    "an MMSI mistyped at the set-up of one radio, or kept in a radio that was sold; or a fault of the receiver that set one track off"
}

/// The tracks of one MMSI that were on at once with another: both are heard in turns, over and over.
///
/// A track that is heard only while all others are silent says nothing of a second ship: it is what positions look like that are made up.
#[must_use]
pub fn interleaved(split: &Segmentation) -> Vec<Piece> {
    /// Changes from a track to others and back that show both on at once.
    const TURNS: u32 = 6;
    let mut turns = vec![0_u32; split.segments.len()];
    let mut last = NOISE;
    for &label in split.label.iter().filter(|&&label| label != NOISE) {
        if last != NOISE && label != last {
            for end in [last, label] {
                turns[end as usize] += 1;
            }
        }
        last = label;
    }
    split
        .segments
        .iter()
        .filter(|s| !s.noise && turns.get(s.segment as usize).is_some_and(|&n| n >= TURNS))
        .map(|s| Piece {
            t0: s.t0.0,
            t1: s.t1.0,
            lat0: s.lat,
            lon0: s.lon,
            lat1: s.lat1,
            lon1: s.lon1,
            n: s.n,
            first: s.first,
            last: s.last,
        })
        .collect()
}
