//! Voyages: from one port call to the next, with what was declared on the way.
//!
//! What was seen (observed calls), what is inferred (calls that a gap may hide, given by the caller) and what was declared (destinations typed into
//! AIS, port records, bills of lading) stay apart: nothing declared ever ends a voyage.

use serde::{Deserialize, Serialize};
use tw_ais::Static;

use crate::calls::PortCall;
use crate::event::{At, Time};

crate::event! {
    /// One row a leg from one call to the next, or to a call that may have happened.
    pub struct Voyage in "sailings" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Key of the port of departure; none if the record begins at sea.
        from_port: Option<String>,
        /// Country of the port of departure, ISO 3166-1 alpha-3.
        from_country: Option<String>,
        /// Departure: the ship was last in the port; if the record begins at sea, its first record.
        t0: Time,
        /// Key of the port of arrival; none if the voyage is open.
        to_port: Option<String>,
        /// Country of the port of arrival, ISO 3166-1 alpha-3.
        to_country: Option<String>,
        /// Arrival; for an inferred call the earliest that it can be.
        t1: Option<Time>,
        /// How the end is known: observed, inferred (a silence may hide the call), or open (the record ends at sea).
        end: String,
        /// Probability that this leg was sailed: 1 for an observed leg with no inferred call in between; an open leg's is that no inferred call was made.
        probability: f64,
        /// Last destination typed into AIS on the voyage, as typed.
        declared: Option<String>,
        /// When that text was first seen.
        declared_t: Option<Time>,
        /// How many different destinations were typed between the arrival at the port of departure and the end of the voyage.
        retyped: u32,
        /// True if the text is that of the previous voyage and nothing else was typed since.
        stale: bool,
        /// Great-circle distance between the two calls, nautical miles: the least that was sailed.
        distance_nm: Option<f64>,
        /// Record that the departure rests on.
        first: At,
        /// Record that the end rests on.
        last: At,
    }
}

crate::event! {
    /// One row a destination declared on a voyage.
    pub struct Declaration in "declarations" {
        /// MMSI of the ship.
        mmsi: u32,
        /// When the text was first seen, or the document was made.
        t: Time,
        /// When the text was last seen; the same as t for a document.
        t_last: Time,
        /// Destination as written.
        text: String,
        /// Where it was declared: ais, port_record or bill_of_lading.
        source: String,
        /// The record.
        at: At,
    }
}

/// How a voyage's end is known: the words in [`Voyage::end`].
pub mod end {
    /// The arrival was seen.
    pub const OBSERVED: &str = "observed";
    /// A silence may hide the arrival.
    pub const INFERRED: &str = "inferred";
    /// The record ends at sea.
    pub const OPEN: &str = "open";
}

/// Where a destination was declared: the words in [`Declaration::source`].
pub mod source {
    /// Typed into AIS.
    pub const AIS: &str = "ais";
    /// A record of a port authority.
    pub const PORT_RECORD: &str = "port_record";
    /// A bill of lading.
    pub const BILL_OF_LADING: &str = "bill_of_lading";
}

/// A call that a silence may hide, as another kernel infers it. Several with the same silence exclude one another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InferredCall {
    /// Key of the port.
    pub port: String,
    /// Country of the port, ISO 3166-1 alpha-3.
    pub country: String,
    /// Latitude of the port, degrees.
    pub lat: f64,
    /// Longitude of the port, degrees.
    pub lon: f64,
    /// Last position before the silence.
    pub gap_t0: Time,
    /// First position after the silence.
    pub gap_t1: Time,
    /// Earliest arrival.
    pub arrival: Time,
    /// Latest departure.
    pub departure: Time,
    /// Probability that the call was made, 0 to 1.
    pub probability: f64,
    /// Record of the last position before the silence.
    pub first: At,
    /// Record of the first position after the silence.
    pub last: At,
}

/// Choices of [`voyages`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoyageParameters {
    /// Least confidence of a call that ends a voyage. Global Fishing Watch's voyages take 2, 3 or 4; ours is 2.
    pub least_confidence: u8,
    /// Least probability of an inferred call that makes legs. Our choice: 0.05.
    pub least_probability: f64,
}

impl Default for VoyageParameters {
    fn default() -> Self {
        Self { least_confidence: 2, least_probability: 0.05 }
    }
}

/// A voyage with all that was declared on it, in the order of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sailing {
    /// The voyage.
    pub voyage: Voyage,
    /// Destinations that stood on it: those typed before and still standing at the departure, too.
    pub declarations: Vec<Declaration>,
}

/// What bounds a voyage.
#[derive(Clone, Debug)]
struct Stop<'a> {
    port: &'a str,
    country: &'a str,
    position: (f64, f64),
    arrival: i64,
    departure: i64,
    open_end: bool,
    first: At,
    last: At,
}

impl<'a> Stop<'a> {
    fn of(call: &'a PortCall) -> Self {
        Self {
            port: &call.port,
            country: &call.country,
            position: (call.lat, call.lon),
            arrival: call.t0.0,
            departure: call.t1.0,
            open_end: call.open_end,
            first: call.first,
            last: call.last,
        }
    }

    fn inferred(call: &'a InferredCall) -> Self {
        Self {
            port: &call.port,
            country: &call.country,
            position: (call.lat, call.lon),
            arrival: call.arrival.0,
            departure: call.departure.0,
            open_end: false,
            first: call.first,
            last: call.last,
        }
    }
}

/// Voyages of one ship, in the order of departure.
///
/// `calls` and `statics` are those of one ship in the order of time (another ship's static reports are left out); `inferred` may be empty;
/// `documents` are declarations other than AIS, which are attached to the voyage in whose time they fall.
///
/// Between two observed calls A and B there is the leg A to B. For each inferred call X in between there are also the legs A to X, which ends
/// "inferred", and X to B; each has the probability of X, and A to B has what is left. An inferred call in a silence within an observed call gives
/// the legs from and back to that port. Only the observed leg, A to B, carries over what was typed on the previous voyage.
///
/// ```
/// use tw_maritime::voyages::{VoyageParameters, voyages};
/// assert!(voyages(&[], &[], &[], &[], &VoyageParameters::default()).is_empty());
/// ```
#[must_use]
pub fn voyages(
    calls: &[PortCall],
    statics: &[Static],
    inferred: &[InferredCall],
    documents: &[Declaration],
    parameters: &VoyageParameters,
) -> Vec<Sailing> {
    let mut stops: Vec<Stop<'_>> = calls.iter().filter(|call| call.confidence >= parameters.least_confidence).map(Stop::of).collect();
    stops.sort_by_key(|stop| (stop.arrival, stop.departure));
    let mut hidden: Vec<&InferredCall> =
        inferred.iter().filter(|call| call.probability.is_finite() && call.probability >= parameters.least_probability).collect();
    hidden.sort_by(|a, b| {
        (a.gap_t0, a.gap_t1).cmp(&(b.gap_t0, b.gap_t1)).then(b.probability.total_cmp(&a.probability)).then(a.port.cmp(&b.port))
    });
    let Some(mmsi) = calls.first().map(|call| call.mmsi).or_else(|| statics.first().map(|s| s.mmsi)) else { return Vec::new() };
    let typed = typed(mmsi, statics);

    let mut sailings = Vec::new();
    let mut previous: Option<String> = None;
    let mut next_hidden = 0;
    // The leg after each stop, and the one before the first.
    for n in 0..=stops.len() {
        let from = n.checked_sub(1).map(|n| &stops[n]);
        let to = stops.get(n);
        let until = to.map_or(i64::MAX, |to| to.arrival);
        let within: Vec<&InferredCall> = {
            let begin = next_hidden;
            while hidden.get(next_hidden).is_some_and(|call| call.gap_t0.0 < until) {
                next_hidden += 1;
            }
            hidden[begin..next_hidden].to_vec()
        };
        let (at_sea, in_port): (Vec<&InferredCall>, Vec<&InferredCall>) =
            within.into_iter().partition(|call| from.is_none_or(|from| call.gap_t1.0 > from.departure));
        if let Some(from) = from {
            for call in in_port {
                let x = Stop::inferred(call);
                let before = Stop { departure: call.gap_t0.0, last: call.first, ..from.clone() };
                let after = Stop { arrival: call.gap_t1.0, first: call.last, ..from.clone() };
                sailings.push(leg(mmsi, Some(&before), Some(&x), end::INFERRED, call.probability, &typed, documents, None));
                sailings.push(leg(mmsi, Some(&x), Some(&after), end::OBSERVED, call.probability, &typed, documents, None));
            }
        }
        let none_of_them = at_sea
            .chunk_by(|a, b| (a.gap_t0, a.gap_t1) == (b.gap_t0, b.gap_t1))
            .fold(1.0, |left, alternatives| left * (1.0 - alternatives.iter().map(|call| call.probability).sum::<f64>()).clamp(0.0, 1.0));
        // Before the first call there is a voyage only if something says so.
        let begins = match (from, to) {
            (Some(from), to) => to.is_some() || !from.open_end,
            (None, Some(to)) => typed.first().is_some_and(|d| d.t.0 < to.arrival) || !at_sea.is_empty(),
            (None, None) => !typed.is_empty() || !at_sea.is_empty(),
        };
        if begins {
            let how = if to.is_some() { end::OBSERVED } else { end::OPEN };
            let direct = leg(mmsi, from, to, how, none_of_them, &typed, documents, previous.as_deref());
            previous = direct.voyage.declared.clone().or(previous);
            sailings.push(direct);
        }
        for call in at_sea {
            let x = Stop::inferred(call);
            sailings.push(leg(mmsi, from, Some(&x), end::INFERRED, call.probability, &typed, documents, None));
            let how = if to.is_some() { end::OBSERVED } else { end::OPEN };
            sailings.push(leg(mmsi, Some(&x), to, how, call.probability, &typed, documents, None));
        }
    }
    sailings
        .sort_by(|a, b| (a.voyage.t0, a.voyage.t1.unwrap_or(Time(i64::MAX))).cmp(&(b.voyage.t0, b.voyage.t1.unwrap_or(Time(i64::MAX)))));
    sailings
}

/// One leg with its declarations.
#[expect(clippy::too_many_arguments, reason = "private, and each is a part of one row")]
fn leg(
    mmsi: u32,
    from: Option<&Stop<'_>>,
    to: Option<&Stop<'_>>,
    how: &str,
    probability: f64,
    typed: &[Declaration],
    documents: &[Declaration],
    previous: Option<&str>,
) -> Sailing {
    let first_typed = typed.first();
    let departure = from.map(|from| from.departure).or(first_typed.map(|d| d.t.0)).or(to.map(|to| to.arrival)).unwrap_or_default();
    let departure = to.map_or(departure, |to| departure.min(to.arrival));
    let arrived_before = from.map_or(i64::MIN, |from| from.arrival);
    let until = to.map_or(i64::MAX, |to| to.arrival);
    // A text stands from when it is first seen until the next is; it belongs to the voyage if it stands at any time of it.
    let begun = typed.partition_point(|d| d.t.0 <= until);
    let standing =
        typed[..begun].iter().enumerate().filter(|&(i, _)| typed.get(i + 1).is_none_or(|next| next.t.0 > departure)).map(|(_, d)| d);
    let mut declarations: Vec<Declaration> = standing.cloned().collect();
    let last = declarations.last().cloned();
    let mut texts: Vec<String> = typed[..begun].iter().filter(|d| d.t.0 > arrived_before).map(|d| plain(&d.text)).collect();
    texts.sort_unstable();
    texts.dedup();
    let stale = match (&last, previous) {
        (Some(last), Some(previous)) => plain(&last.text) == plain(previous) && last.t.0 <= arrived_before,
        _ => false,
    };
    let in_time = |d: &&Declaration| d.mmsi == mmsi && d.t.0 > arrived_before && d.t.0 <= until;
    declarations.extend(documents.iter().filter(in_time).cloned());
    declarations.sort_by(|a, b| (a.t, &a.source, &a.text).cmp(&(b.t, &b.source, &b.text)));
    let distance = from.zip(to).map(|(from, to)| distance_nm(from.position, to.position)).filter(|nm| nm.is_finite());
    let (first, end) = (from.map(|from| from.last), to.map(|to| to.first));
    let said = last.as_ref().map(|d| d.at);
    Sailing {
        voyage: Voyage {
            mmsi,
            from_port: from.map(|from| from.port.to_owned()),
            from_country: from.map(|from| from.country.to_owned()),
            t0: Time(departure),
            to_port: to.map(|to| to.port.to_owned()),
            to_country: to.map(|to| to.country.to_owned()),
            t1: to.map(|to| Time(to.arrival)),
            end: how.to_owned(),
            probability: probability.clamp(0.0, 1.0),
            declared_t: last.as_ref().map(|d| d.t),
            declared: last.map(|d| d.text),
            retyped: u32::try_from(texts.len()).unwrap_or(u32::MAX),
            stale,
            distance_nm: distance,
            first: first.or(first_typed.map(|d| d.at)).or(end).unwrap_or_default(),
            last: end.or(said).or(first).unwrap_or_default(),
        },
        declarations,
    }
}

/// Destinations typed by a ship: runs of one text, whatever else changed. Empty ones are left out: they declare nothing.
fn typed(mmsi: u32, statics: &[Static]) -> Vec<Declaration> {
    let mut reports: Vec<&Static> = statics.iter().filter(|s| s.mmsi == mmsi && !plain(&s.destination).is_empty()).collect();
    reports.sort_by_key(|s| (s.t, s.file, s.record));
    let mut runs: Vec<Declaration> = Vec::new();
    for report in reports {
        match runs.last_mut() {
            Some(run) if plain(&run.text) == plain(&report.destination) => run.t_last = run.t_last.max(Time(report.t_last)),
            _ => runs.push(Declaration {
                mmsi,
                t: Time(report.t),
                t_last: Time(report.t_last),
                text: report.destination.trim().to_owned(),
                source: source::AIS.to_owned(),
                at: At { file: report.file, record: report.record },
            }),
        }
    }
    runs
}

/// A text as it is compared: capitals, no padding, one space between words.
fn plain(text: &str) -> String {
    text.trim_end_matches('@').split_whitespace().map(str::to_uppercase).collect::<Vec<String>>().join(" ")
}

/// Great-circle distance (haversine, mean radius 6,371.0088 km) in nautical miles.
fn distance_nm(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (from, to) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (to - from, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + from.cos() * to.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6_371.008_8 / 1.852 * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests;
