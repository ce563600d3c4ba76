//! One MMSI's reports to tracks of one hull each.
//!
//! Two passes. The first walks through the reports once and lays each to the open piece whose end it continues, at one distance per report as long as
//! only one piece is open nearby; a report that continues nothing begins a piece. The second pass chains the pieces of one hull across silences, all
//! at once, with the matching that [`crate::link`] uses, so that a hull which returns after another has spoken gets its own track back.
//!
//! The anchor is gpsdio-segment of Global Fishing Watch (Apache-2.0): open segments in a ring, dead reckoning both ways, speeds that are no speeds.
//! Ours differs: it does not end a segment because it was silent for long, nor because two hulls were close to each other.

pub(crate) mod earth;
mod piece;

use tw_ais::{Class, Fixes, Static};

use crate::{At, Time};

/// Label of a row that belongs to no segment.
pub const NOISE: u32 = u32::MAX;

/// What [`segment`] is told. Each default is our choice unless a source is named.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// A hull is not faster than this, or than its own reported speed and a quarter, in knots.
    ///
    /// 40: high-speed craft of the IMO code reach it. gpsdio-segment allows 25 knots beside the dead reckoning.
    pub max_knots: f64,
    /// Error of a position in metres (1 sigma) together with a ship's length.
    pub position_metres: f64,
    /// The same for a message 27, whose positions are rounded to 1/10 minute (ITU-R M.1371-5, table 83).
    pub long_range_metres: f64,
    /// Error of a clock in seconds, between receivers of one case.
    pub clock_seconds: f64,
    /// Change of speed that no report shows, in knots, for a ship that says it lies still.
    pub drift_knots: f64,
    /// Cost (natural logarithm) above which a report does not simply continue a piece.
    pub gate: f64,
    /// Cost of another hull under the same MMSI: how surprising that is, as a natural logarithm.
    pub another_hull: f64,
    /// Cost added when the classes of transponder differ (A and B). gpsdio-segment multiplies by 0.1, that is 2.3.
    pub other_class: f64,
    /// Most pieces open at a time. gpsdio-segment: 20.
    pub most_open: usize,
    /// A piece is closed in the first pass after this silence, in hours. The second pass may still chain it.
    pub open_hours: f64,
    /// Longest silence within a segment, in hours; none is no limit, since a gap is another kernel's to judge. gpsdio-segment: 8.
    pub max_silence_hours: Option<f64>,
    /// The same once several hulls are seen to speak in the same hours: after a longer silence nobody can tell which one is back.
    pub shared_silence_hours: f64,
    /// A segment with fewer different times than this beside a longer one is noise.
    pub few: u32,
    /// A silence of at least this many hours in which the IMO number changes ends a segment.
    pub handover_hours: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            max_knots: 40.0,
            position_metres: 60.0,
            long_range_metres: 150.0,
            clock_seconds: 15.0,
            drift_knots: 0.4,
            gate: 14.0,
            another_hull: 24.0,
            other_class: 2.3,
            most_open: 20,
            open_hours: 24.0,
            max_silence_hours: None,
            shared_silence_hours: 24.0,
            few: 3,
            handover_hours: 1.0,
        }
    }
}

crate::event! {
    /// A track of one hull under one MMSI: reports that one ship can have sent.
    pub struct Segment in "segments" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Number of the segment, from 0 in the order of first reports; the label of its rows unless it is noise.
        segment: u32,
        /// First report.
        t0: Time,
        /// Last report.
        t1: Time,
        /// Latitude of the first report, degrees north.
        lat: f64,
        /// Longitude of the first report, degrees east.
        lon: f64,
        /// Latitude of the last report, degrees north.
        lat1: f64,
        /// Longitude of the last report, degrees east.
        lon1: f64,
        /// Reports.
        n: u32,
        /// Whether it is too short beside other segments to be called a hull: a wrong position or clock, or a hull that was heard once.
        noise: bool,
        /// Record of the first report.
        first: At,
        /// Record of the last report.
        last: At,
    }
}

/// What [`segment`] finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmentation {
    /// Segment of each row, or [`NOISE`]: rows without a position on earth and rows of segments that are noise.
    pub label: Vec<u32>,
    /// Segments in the order of their numbers, noise among them.
    pub segments: Vec<Segment>,
}

/// Splits one MMSI's reports into tracks that one hull each can have sailed.
///
/// Rows are taken in the order of time; unsorted input is sorted first (by time, file, record) and labelled in its own order.
/// `statics` are those of the same MMSI, in any order, and may be empty: a change of IMO number during a silence separates two hulls.
/// Time: linear in rows as long as few pieces are open at once.
#[must_use]
pub fn segment(fixes: Fixes<'_>, statics: &[Static], parameters: &Parameters) -> Segmentation {
    let n = fixes.len().min(u32::MAX as usize - 1);
    let mut label = vec![NOISE; n];
    let order: Option<Vec<u32>> = (!fixes.t[..n].is_sorted()).then(|| {
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_unstable_by_key(|&i| (fixes.t[i as usize], fixes.file[i as usize], fixes.record[i as usize], i));
        order
    });
    let pieces = piece::pieces(fixes, order.as_deref(), &mut label, parameters);
    let chains = piece::chain(&pieces, &handovers(statics), parameters);
    let segments = describe(fixes, order.as_deref(), &mut label, &chains, parameters);
    Segmentation { label, segments }
}

/// Moments at which the IMO number changes from one to another, between the last report of the one and the first of the other.
fn handovers(statics: &[Static]) -> Vec<(i64, i64)> {
    let mut named: Vec<(i64, i64, u32)> = statics.iter().filter(|s| s.imo != 0).map(|s| (s.t, s.t_last, s.imo)).collect();
    named.sort_unstable();
    named.windows(2).filter(|w| w[0].2 != w[1].2 && w[0].1 <= w[1].0).map(|w| (w[0].1, w[1].0)).collect()
}

/// Labels rows with the number of their segment, and writes the segments down.
fn describe(fixes: Fixes<'_>, order: Option<&[u32]>, label: &mut [u32], chains: &[u32], parameters: &Parameters) -> Vec<Segment> {
    struct Sum {
        number: u32,
        first: u32,
        last: u32,
        n: u32,
        times: u32,
    }
    let mut number = vec![NOISE; chains.len()];
    let mut sums: Vec<Sum> = Vec::new();
    for k in 0..label.len() {
        let i = order.map_or(k, |order| order[k] as usize);
        if label[i] == NOISE {
            continue;
        }
        let chain = chains[label[i] as usize] as usize;
        if number[chain] == NOISE {
            number[chain] = sums.len() as u32;
            sums.push(Sum { number: number[chain], first: i as u32, last: i as u32, n: 0, times: 0 });
        }
        let sum = &mut sums[number[chain] as usize];
        sum.times += u32::from(sum.n == 0 || fixes.t[i] != fixes.t[sum.last as usize]);
        sum.last = i as u32;
        sum.n += 1;
        label[i] = number[chain];
    }
    let longest = sums.iter().map(|s| s.times).max().unwrap_or(0);
    let noise: Vec<bool> = sums.iter().map(|s| s.times < parameters.few && longest >= s.times.saturating_mul(4)).collect();
    for l in label.iter_mut().filter(|l| **l != NOISE) {
        if noise[*l as usize] {
            *l = NOISE;
        }
    }
    sums.iter()
        .zip(noise)
        .map(|(sum, noise)| {
            let (a, b) = (fixes.get(sum.first as usize), fixes.get(sum.last as usize));
            Segment {
                mmsi: a.mmsi,
                segment: sum.number,
                t0: Time(a.t),
                t1: Time(b.t),
                lat: a.lat_deg(),
                lon: a.lon_deg(),
                lat1: b.lat_deg(),
                lon1: b.lon_deg(),
                n: sum.n,
                noise,
                first: At::of(&a),
                last: At::of(&b),
            }
        })
        .collect()
}

/// Whether two transponders cannot be the same one; a long-range report (message 27) is of class A.
fn classes_differ(a: u8, b: u8) -> bool {
    let kind = |class| match Class::from_number(class) {
        Class::LongRange => Class::A,
        other => other,
    };
    let (a, b) = (kind(a), kind(b));
    a != b && a != Class::Unknown && b != Class::Unknown
}

#[cfg(test)]
mod tests;
