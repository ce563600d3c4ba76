//! Where a ship was heard around the event of a lead: runs of positions, and the silences between them. A silence is never joined.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::Timestamp;
use jiff::civil::Date;
use tw_ais::Fixes;
use tw_detect::{Lead, SeaEvent};

/// At most so many leads get a map and tracks: a page with more is no longer opened (our choice).
pub(crate) const MAPS: usize = 200;

/// A longer silence between two positions ends a run, in seconds: one hour (our choice; a ship under way sends at least every 10 seconds,
/// ITU-R M.1371-5, annex 1, table 1, and one at anchor every 3 minutes).
pub(crate) const SILENCE: i64 = 3600;

/// Days shown before and after an event (our choice).
const AROUND: i64 = 2 * 86_400;

/// Positions kept of a ship, besides the ends of its runs (our choice: about one a pixel of a map).
const POINTS: usize = 600;

/// Positions that are left out lie nearer than this to where the kept ones put the ship at that time, in degrees of latitude: 11 m, the size of
/// the error of a position.
const NEAR: f64 = 1e-4;

/// A ship that was heard at a place and time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub t: i64,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// The track of one ship around the event of a lead.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadTrack {
    /// Id of the lead.
    pub lead: String,
    /// MMSI as it was sent.
    pub mmsi: u32,
    /// Name that the ship sent, if any.
    pub name: Option<String>,
    /// Whether it is the other ship of an encounter.
    pub partner: bool,
    /// Positions received in the time shown, before thinning.
    pub heard: usize,
    /// Positions without a silence of more than an hour between two of them, in the order of time. No run is empty.
    pub runs: Vec<Vec<Spot>>,
    /// The last position before and the first one after each silence.
    pub gaps: Vec<(Spot, Spot)>,
}

impl LeadTrack {
    /// The positions of a ship around an event, thinned, and split where it was not heard.
    ///
    /// Thinning keeps place and time: a position is left out only if the kept ones put the ship near it at its time (top-down time ratio,
    /// Meratnia and de By, EDBT 2004, LNCS 2992, p. 765). The greatest errors are mended first, until they are below 11 m or 600 positions are
    /// kept; the ends of runs are always kept. An event without a time that can be read has no positions.
    #[must_use]
    pub fn new(lead: &Lead, sea: &SeaEvent, (mmsi, partner): (u32, bool), name: Option<String>, fixes: Fixes<'_>) -> Self {
        let mut spots: Vec<Spot> = Vec::new();
        if let Some((t0, t1)) = period(sea) {
            let around = t0.saturating_sub(AROUND)..=t1.saturating_add(AROUND);
            spots.extend(fixes.iter().filter(|f| f.mmsi == mmsi && around.contains(&f.t)).filter_map(|f| {
                let (lat, lon) = (f.lat_deg(), f.lon_deg());
                (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Spot { t: f.t, lat, lon })
            }));
        }
        spots.sort_by_key(|s| s.t);
        spots.dedup_by_key(|s| s.t);
        let runs: Vec<&[Spot]> = spots.chunk_by(|a, b| b.t - a.t <= SILENCE).collect();
        let gaps = runs.windows(2).filter_map(|pair| Some((*pair[0].last()?, *pair[1].first()?))).collect();
        Self { lead: lead.id.clone(), mmsi, name, partner, heard: spots.len(), runs: thin(&runs), gaps }
    }
}

/// Beginning and end of an event, in seconds since 1970.
pub(crate) fn period(sea: &SeaEvent) -> Option<(i64, i64)> {
    let (t0, t1) = (seconds(&sea.t0, false)?, seconds(&sea.t1, true)?);
    Some((t0.min(t1), t1.max(t0)))
}

/// A moment, or a day as its beginning or end.
fn seconds(text: &str, end: bool) -> Option<i64> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_second());
    }
    let day = text.parse::<Date>().ok()?;
    let start = jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_second();
    Some(if end { start + 86_399 } else { start })
}

/// A stretch of a run between two kept positions: its largest error, then where it lies.
type Stretch = (u64, Reverse<(usize, usize)>, usize, usize);

fn thin(runs: &[&[Spot]]) -> Vec<Vec<Spot>> {
    let mut kept: Vec<Vec<usize>> = Vec::new();
    let mut heap: BinaryHeap<Stretch> = BinaryHeap::new();
    for (i, run) in runs.iter().enumerate() {
        let last = run.len() - 1;
        kept.push(if last == 0 { vec![0] } else { vec![0, last] });
        heap.extend(stretch(run, i, 0, last));
    }
    let mut count: usize = kept.iter().map(Vec::len).sum();
    while count < POINTS
        && let Some((_, Reverse((i, from)), middle, to)) = heap.pop()
    {
        kept[i].push(middle);
        count += 1;
        heap.extend(stretch(runs[i], i, from, middle));
        heap.extend(stretch(runs[i], i, middle, to));
    }
    let take = |(run, mut kept): (&&[Spot], Vec<usize>)| {
        kept.sort_unstable();
        kept.into_iter().map(|k| run[k]).collect()
    };
    runs.iter().zip(kept).map(take).collect()
}

/// The position between two others that lies farthest from where they put the ship at its time; none if all lie near.
fn stretch(run: &[Spot], i: usize, from: usize, to: usize) -> Option<Stretch> {
    let (a, b) = (run[from], run[to]);
    let mut worst = (NEAR, None);
    for (k, spot) in run.iter().enumerate().take(to).skip(from + 1) {
        let there = between(a, b, spot.t);
        let (north, east) = (spot.lat - there.lat, turn(spot.lon - there.lon) * spot.lat.to_radians().cos());
        let error = north.hypot(east);
        if error > worst.0 {
            worst = (error, Some(k));
        }
    }
    // The bits of numbers above zero are in the order of the numbers.
    worst.1.map(|k| (worst.0.to_bits(), Reverse((i, from)), k, to))
}

/// Where a ship is at a time between two positions, at an even speed.
pub(crate) fn between(a: Spot, b: Spot, t: i64) -> Spot {
    let share = if b.t > a.t { (t - a.t) as f64 / (b.t - a.t) as f64 } else { 0.0 };
    Spot { t, lat: a.lat + (b.lat - a.lat) * share, lon: a.lon + turn(b.lon - a.lon) * share }
}

/// A difference of longitudes, the short way round.
pub(crate) fn turn(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_silence_splits_a_run_and_is_kept_as_a_gap() {
        let (lead, tracks) = example::hungnam();
        let track = &tracks[0];
        assert_eq!((track.runs.len(), track.gaps.len()), (2, 1));
        assert_eq!(track.gaps[0].0, *track.runs[0].last().unwrap());
        assert_eq!(track.gaps[0].1, track.runs[1][0]);
        assert_eq!(track.lead, lead.id);
    }

    #[test]
    fn a_thinned_track_keeps_place_and_time() {
        let spots: Vec<Spot> =
            (0..20_000).map(|i| Spot { t: i * 10, lat: 40.0 + (i as f64 / 900.0).sin() * 0.2, lon: 130.0 + i as f64 / 9_000.0 }).collect();
        let thinned = thin(&[&spots]);
        assert!(thinned[0].len() <= POINTS, "{}", thinned[0].len());
        for spot in &spots {
            let k = thinned[0].partition_point(|s| s.t <= spot.t).clamp(1, thinned[0].len() - 1);
            let there = between(thinned[0][k - 1], thinned[0][k], spot.t);
            assert!((there.lat - spot.lat).hypot(there.lon - spot.lon) < 2e-4, "{spot:?} {there:?}");
        }
    }

    #[test]
    fn a_stop_on_a_straight_way_is_kept() {
        let mut spots: Vec<Spot> = (0..100).map(|i| Spot { t: i * 60, lat: 40.0 + i as f64 / 1000.0, lon: 130.0 }).collect();
        spots.extend((0..100).map(|i| Spot { t: 6_000 + i * 60, lat: 40.1, lon: 130.0 }));
        assert_eq!(thin(&[&spots])[0].len(), 3);
    }

    #[test]
    fn no_position_and_one_position_are_no_trouble() {
        assert!(thin(&[]).is_empty());
        assert_eq!(thin(&[&[Spot { t: 0, lat: 0.0, lon: 0.0 }]])[0].len(), 1);
        let (lead, _) = example::hungnam();
        let sea = SeaEvent { t0: "never".to_owned(), ..lead.sea.clone().unwrap() };
        let none = LeadTrack::new(&lead, &sea, (1, false), None, tw_ais::Positions::default().view());
        assert!(none.runs.is_empty() && none.gaps.is_empty());
    }

    #[test]
    fn a_day_is_as_good_as_a_moment() {
        let sea = SeaEvent { t0: "2024-03-01".to_owned(), t1: "2024-03-01".to_owned(), ..SeaEvent::default() };
        let (from, to) = period(&sea).unwrap();
        assert_eq!(to - from, 86_399);
    }
}
