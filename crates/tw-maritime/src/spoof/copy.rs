//! Tracks that are copies of earlier ones.

use std::collections::{BTreeMap, HashMap};

use tw_ais::Fixes;

use super::{Kind, Parameters, Spoof, blank, knots, order, step};

/// One position in so many is kept: the same ones of every track, because its hash decides.
const SAMPLE: u64 = 4;
/// A place that so many moving fixes share is a lock or a berth, not a track.
const CROWDED: usize = 8;
/// Slowest moving fix, 0.1 knot.
const MOVING: u16 = 20;
/// Shifts below this are late delivery of the same ship's fixes, seconds: 6 h (our choice).
const LATE_S: i64 = 6 * 3_600;
/// Shifts of whole half hours up to this are another clock, seconds: 14 h (the largest offset of civil time from UTC).
const ZONES_S: i64 = 14 * 3_600;

/// Positions of moving ships, by place: the first pass.
///
/// Real receivers never give the same row of positions twice, to 1/10,000 minute (0.18 m). Takes about 10 bytes a fix.
#[derive(Clone, Debug, Default)]
pub struct Tracks {
    at: HashMap<u64, Vec<(u32, i64)>>,
}

impl Tracks {
    /// Takes note of the track of one ship.
    pub fn learn(&mut self, fixes: Fixes<'_>) {
        for (row, key) in sampled(fixes) {
            let places = self.at.entry(key).or_default();
            if places.len() < CROWDED {
                places.push((fixes.mmsi[row as usize], fixes.t[row as usize]));
            }
        }
    }

    /// Adds what was learnt from other ships.
    pub fn merge(&mut self, other: Self) {
        for (key, places) in other.at {
            let all = self.at.entry(key).or_default();
            all.extend(places);
            all.truncate(CROWDED);
        }
    }
}

/// Rows of moving fixes whose place is sampled.
fn sampled(fixes: Fixes<'_>) -> impl Iterator<Item = (u32, u64)> + '_ {
    (0..fixes.len()).filter_map(move |i| {
        if fixes.sog[i] < MOVING || !super::is_place(fixes.lat[i], fixes.lon[i]) {
            return None;
        }
        let key = (u64::from(fixes.lat[i] as u32) << 32) | u64::from(fixes.lon[i] as u32);
        // The finaliser of MurmurHash3 (Appleby, public domain).
        let mut hash = key;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        (hash ^ (hash >> 33)).is_multiple_of(SAMPLE).then_some((i as u32, key))
    })
}

/// Stretches of one ship's track that are an earlier track of the same or another ship, shifted in time.
///
/// Exact copies only: a copy with noise added is not found.
#[must_use]
pub fn copied(fixes: Fixes<'_>, tracks: &Tracks, p: &Parameters) -> Vec<Spoof> {
    /// Clocks of a copy may wander by this, seconds.
    const WANDER_S: i64 = 60;
    if order(fixes).is_empty() {
        return Vec::new();
    }
    // By the ship that was copied and the shift in steps of WANDER_S: rows with their exact shift.
    let mut matches: BTreeMap<(u32, i64), Vec<(u32, i64)>> = BTreeMap::new();
    for (row, key) in sampled(fixes) {
        let (mmsi, t) = (fixes.mmsi[row as usize], fixes.t[row as usize]);
        for &(other, earlier) in tracks.at.get(&key).into_iter().flatten() {
            let shift = t.saturating_sub(earlier);
            if shift < 3_600 || (other == mmsi && shift < LATE_S) {
                continue;
            }
            if shift <= ZONES_S + 2 && (shift + 2) % 1_800 <= 4 {
                continue;
            }
            matches.entry((other, shift.div_euclid(2 * WANDER_S))).or_default().push((row, shift));
        }
    }
    let mut events = Vec::new();
    for ((other, _), mut rows) in matches {
        rows.sort_by_key(|&(row, _)| (fixes.t[row as usize], row));
        rows.dedup_by_key(|&mut (row, _)| row);
        if rows.len() < p.copy_fixes {
            continue;
        }
        let (first, last) = (rows[0].0, rows[rows.len() - 1].0);
        let path: f64 = rows.windows(2).map(|two| step(fixes, two[0].0, two[1].0).0).sum();
        if path < p.copy_m {
            continue;
        }
        let mut event = blank(fixes, first, last, Kind::CopiedTrack, rows.len());
        event.km = path / 1000.0;
        event.knots = Some(knots(path, step(fixes, first, last).1));
        event.copy_of = Some(other);
        event.shift_hours = Some(rows[rows.len() / 2].1 as f64 / 3600.0);
        event.score = 0.9;
        events.push(event);
    }
    events.sort_by_key(|event| (event.t0, event.copy_of, event.t1));
    events
}
