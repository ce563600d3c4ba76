//! Pieces of track that continue themselves plainly, and how they are chained.

use tw_ais::{COG_UNKNOWN, Class, Fixes, UNITS_PER_DEGREE};

use super::earth::{METRES_A_SECOND, plane, units_metres};
use super::{Parameters, classes_differ};
use crate::link::assign::{ALONE, Edge, assign};

/// What a report says of motion, in the units of the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub t: i64,
    pub lat: i32,
    pub lon: i32,
    sog: u16,
    cog: u16,
    class: u8,
}

/// A piece: its first and last report, and how many it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub first: State,
    pub last: State,
    pub n: u32,
}

/// A speed in metres a second, if it is one: not "not available" (102.3; 63 in a message 27) and not 51.2, which is almost always a fault (gpsdio-segment).
fn speed(sog: u16, class: u8) -> Option<f64> {
    if sog > 700 || sog == 512 || (sog == 630 && class == Class::LongRange as u8) {
        return None;
    }
    Some(f64::from(sog) * 0.1 * METRES_A_SECOND)
}

/// Speed taken where none was sent.
const UNKNOWN_SPEED: f64 = 10.0 * METRES_A_SECOND;

/// What a pair of reports costs, and whether it is physically possible at all.
///
/// The cost is the smaller of two. One is minus the logarithm of a two-dimensional Student density (2 degrees of freedom: long tails, because ships turn
/// and start) of the miss between the way made and the mean of the two velocities, in units of 100 m. The other says only that the ship is somewhere
/// within its reach. Both are in natural logarithms.
pub(super) fn cost(a: &State, b: &State, parameters: &Parameters) -> Option<f64> {
    let dt = (i128::from(b.t) - i128::from(a.t)).max(0) as f64;
    let d = units_metres(a.lat, a.lon, b.lat, b.lon);
    let (va, vb) = (speed(a.sog, a.class), speed(b.sog, b.class));
    let own = 1.25 * va.unwrap_or(0.0).max(vb.unwrap_or(0.0));
    let fastest = own.max(parameters.max_knots * METRES_A_SECOND);
    let rounded = a.class == Class::LongRange as u8 || b.class == Class::LongRange as u8;
    let error = if rounded { parameters.long_range_metres } else { parameters.position_metres };
    let reach = 4.0 * error + fastest * (dt + parameters.clock_seconds);
    if d > reach {
        return None;
    }
    let (va, vb) = match (va, vb) {
        (Some(a), Some(b)) => (a, b),
        (Some(v), None) | (None, Some(v)) => (v, v),
        (None, None) => (UNKNOWN_SPEED, UNKNOWN_SPEED),
    };
    let mean = 0.5 * (va + vb);
    let known = (a.cog < COG_UNKNOWN || va < 0.2) && (b.cog < COG_UNKNOWN || vb < 0.2);
    let miss = if known && d < 200_000.0 && dt < 6.0 * 3600.0 {
        let unit = 1.0 / f64::from(UNITS_PER_DEGREE);
        let (east, north) = plane(f64::from(a.lat) * unit, f64::from(a.lon) * unit, f64::from(b.lat) * unit, f64::from(b.lon) * unit);
        let ((sa, ca), (sb, cb)) = ((f64::from(a.cog) * 0.1).to_radians().sin_cos(), (f64::from(b.cog) * 0.1).to_radians().sin_cos());
        let (e, n) = (east - 0.5 * dt * (va * sa + vb * sb), north - 0.5 * dt * (va * ca + vb * cb));
        (e * e + n * n).sqrt()
    } else {
        (d - mean * dt).abs().max(0.3 * d)
    };
    // A ship may also have stayed, or come back (gpsdio-segment: four times the distance).
    let miss = miss.min(2.0 * d);
    let sigma = error + mean * (0.15 * dt + parameters.clock_seconds) + parameters.drift_knots * METRES_A_SECOND * dt;
    let student = 2.0 * (sigma / 100.0).max(0.5).ln() + 2.0 * (1.0 + 0.5 * (miss / sigma).powi(2)).ln();
    let anywhere = 2.0 * (reach / 100.0).max(1.0).ln() + 3.0;
    let class = if classes_differ(a.class, b.class) { parameters.other_class } else { 0.0 };
    Some(student.min(anywhere) + class)
}

/// Whether a position is the 0/0 of a receiver that has none, within a twentieth of a degree.
fn nowhere(lat: i32, lon: i32) -> bool {
    const NEAR: u32 = UNITS_PER_DEGREE as u32 / 20;
    lat.unsigned_abs() <= NEAR && lon.unsigned_abs() <= NEAR
}

/// An open end.
#[derive(Clone, Copy)]
struct Open {
    piece: u32,
    state: State,
}

/// First pass: gives each row its piece (in `label`), rows without a position none.
pub(super) fn pieces(fixes: Fixes<'_>, order: Option<&[u32]>, label: &mut [u32], parameters: &Parameters) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // Newest last: the end that was continued last is tried first.
    let mut open: Vec<Open> = Vec::with_capacity(parameters.most_open.max(1) + 1);
    // Metres that the current end may still move before another open end could matter.
    let mut clear = f64::INFINITY;
    let (quick, drift, error, clock) =
        (1.3, parameters.drift_knots * METRES_A_SECOND, 2.0 * parameters.position_metres, parameters.clock_seconds);
    let longest = (parameters.open_hours * 3600.0) as i64;
    for k in 0..label.len() {
        let i = order.map_or(k, |order| order[k] as usize);
        let state =
            State { t: fixes.t[i], lat: fixes.lat[i], lon: fixes.lon[i], sog: fixes.sog[i], cog: fixes.cog[i], class: fixes.class[i] };
        if !(-90 * UNITS_PER_DEGREE..=90 * UNITS_PER_DEGREE).contains(&state.lat)
            || !(-180 * UNITS_PER_DEGREE..=180 * UNITS_PER_DEGREE).contains(&state.lon)
            || nowhere(state.lat, state.lon)
        {
            continue;
        }
        if let Some(end) = open.last_mut() {
            // The fast path: one distance.
            let d = units_metres(end.state.lat, end.state.lon, state.lat, state.lon);
            let dt = state.t.saturating_sub(end.state.t) as f64;
            if d < clear {
                let v = match (speed(end.state.sog, end.state.class), speed(state.sog, state.class)) {
                    (Some(a), Some(b)) => 0.5 * (a + b),
                    (Some(v), None) | (None, Some(v)) => v,
                    (None, None) => UNKNOWN_SPEED,
                };
                if d <= error + v * (quick * dt + clock) + drift * dt && !classes_differ(end.state.class, state.class) && dt < 21_600.0 {
                    clear -= d;
                    end.state = state;
                    let piece = &mut pieces[end.piece as usize];
                    piece.last = state;
                    piece.n += 1;
                    label[i] = end.piece;
                    continue;
                }
            }
        }
        open.retain(|end| state.t.saturating_sub(end.state.t) <= longest);
        let best = choose(&open, &state, fixes, order, k, parameters);
        let piece = match best {
            Some(at) => open.remove(at).piece,
            None => {
                if open.len() >= parameters.most_open.max(1) {
                    // The end that has been silent for longest closes.
                    let stale = (0..open.len()).min_by_key(|&at| open[at].state.t).unwrap_or(0);
                    open.remove(stale);
                }
                pieces.push(Piece { first: state, last: state, n: 0 });
                pieces.len() as u32 - 1
            }
        };
        open.push(Open { piece, state });
        pieces[piece as usize].last = state;
        pieces[piece as usize].n += 1;
        label[i] = piece;
        clear = clearance(&open);
    }
    pieces
}

/// How far the newest end may move before the quick test has to look at the others: half the way to the nearest, less what both may have drifted.
fn clearance(open: &[Open]) -> f64 {
    let Some((newest, others)) = open.split_last() else { return f64::INFINITY };
    others
        .iter()
        .map(|end| units_metres(end.state.lat, end.state.lon, newest.state.lat, newest.state.lon) * 0.4 - 500.0)
        .fold(f64::INFINITY, f64::min)
}

/// The open end that a report continues, if any.
///
/// Where two would do, the few reports that follow decide: each choice is played on, cheapest first, and the sum is compared.
fn choose(open: &[Open], state: &State, fixes: Fixes<'_>, order: Option<&[u32]>, k: usize, parameters: &Parameters) -> Option<usize> {
    let costs: Vec<(usize, f64)> = open
        .iter()
        .enumerate()
        .filter_map(|(at, end)| cost(&end.state, state, parameters).map(|c| (at, c)))
        .filter(|c| c.1 < parameters.gate)
        .collect();
    let (at, low) = costs.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let rivals: Vec<usize> = costs.iter().filter(|c| c.1 < low + 6.0).map(|c| c.0).collect();
    if rivals.len() < 2 {
        return Some(at);
    }
    let mut best = (f64::INFINITY, at);
    for &choice in rivals.iter().rev() {
        let mut ends: Vec<State> = open.iter().map(|end| end.state).collect();
        let mut sum = costs.iter().find(|c| c.0 == choice).map_or(0.0, |c| c.1);
        ends[choice] = *state;
        for next in 1..=4 {
            let Some(row) = (k + next < fixes.len()).then(|| order.map_or(k + next, |order| order[k + next] as usize)) else { break };
            let state = State {
                t: fixes.t[row],
                lat: fixes.lat[row],
                lon: fixes.lon[row],
                sog: fixes.sog[row],
                cog: fixes.cog[row],
                class: fixes.class[row],
            };
            let step = ends
                .iter()
                .enumerate()
                .filter_map(|(at, end)| cost(end, &state, parameters).map(|c| (at, c)))
                .min_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            match step {
                Some((at, c)) if c < parameters.another_hull => {
                    sum += c;
                    ends[at] = state;
                }
                _ => {
                    sum += parameters.another_hull;
                    ends.push(state);
                }
            }
        }
        if sum < best.0 {
            best = (sum, choice);
        }
    }
    Some(best.1)
}

/// Second pass: for each piece the number of its chain (that of the chain's first piece).
///
/// Where that shows several hulls that speak in the same hours, silences are bridged again, but only short ones: after a long one nobody knows who is back.
pub(super) fn chain(pieces: &[Piece], handovers: &[(i64, i64)], parameters: &Parameters) -> Vec<u32> {
    let longest = parameters.max_silence_hours.unwrap_or(f64::INFINITY);
    let chains = bridge(pieces, handovers, longest, parameters);
    if parameters.shared_silence_hours < longest && shared(pieces, &chains, parameters) {
        return bridge(pieces, handovers, parameters.shared_silence_hours, parameters);
    }
    chains
}

/// Whether two chains that are not noise overlap in time.
fn shared(pieces: &[Piece], chains: &[u32], parameters: &Parameters) -> bool {
    let mut whole: std::collections::BTreeMap<u32, Piece> = std::collections::BTreeMap::new();
    for (piece, &chain) in pieces.iter().zip(chains) {
        let sum = whole.entry(chain).or_insert(Piece { n: 0, ..*piece });
        sum.n = sum.n.saturating_add(piece.n);
        sum.last = piece.last;
    }
    // Chains come in the order of their first reports.
    let mut end = i64::MIN;
    for piece in whole.values().filter(|piece| piece.n > parameters.few) {
        if end > piece.first.t {
            return true;
        }
        end = end.max(piece.last.t);
    }
    false
}

/// Chains pieces across silences of at most so many hours.
fn bridge(pieces: &[Piece], handovers: &[(i64, i64)], longest: f64, parameters: &Parameters) -> Vec<u32> {
    /// Later pieces looked at for each.
    const AHEAD: usize = 64;
    let mut chains: Vec<u32> = (0..pieces.len() as u32).collect();
    // Pieces are numbered in the order of their first report.
    let mut edges = Vec::new();
    for (a, piece) in pieces.iter().enumerate() {
        let from = pieces.partition_point(|other| other.first.t < piece.last.t).max(a + 1);
        for (b, next) in pieces.iter().enumerate().skip(from).take(AHEAD) {
            let hours = next.first.t.saturating_sub(piece.last.t) as f64 / 3600.0;
            if hours > longest {
                break;
            }
            // The moment of the change lies between the last report of one number and the first of the other, and may lie in this silence.
            let handed = |&(before, after): &(i64, i64)| before.max(piece.last.t) <= after.min(next.first.t);
            if hours >= parameters.handover_hours && handovers.iter().any(handed) {
                continue;
            }
            if let Some(c) = cost(&piece.last, &next.first, parameters) {
                let worth = (parameters.another_hull - c) as f32;
                if worth > 0.0 {
                    edges.push(Edge { left: a as u32, right: b as u32, worth });
                }
            }
        }
    }
    let next = assign(pieces.len(), pieces.len(), &edges, 0.05);
    for (a, &b) in next.iter().enumerate() {
        if b != ALONE {
            chains[b as usize] = chains[a];
        }
    }
    chains
}
