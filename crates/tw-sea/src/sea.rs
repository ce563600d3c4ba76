//! Sea routes.
//!
//! The graph is a sparse visibility graph: its nodes stand off capes and islands and along canals, an edge joins two nodes that see each other
//! along a great circle without land between (Lozano-Perez and Wesley, Communications of the ACM 22(10), 1979, p. 560). An edge is left out if two
//! others replace it at 0.2 % more, so that a distance in the graph is at most 0.2 % longer than the shortest over all nodes that see each other.
//! A query joins its two places to the nodes they see, tested only when the search wants them (the lazy A* of Cohen, Phillips and Likhachev,
//! Robotics: Science and Systems 2014), and only if known legs do not replace them at 0.2 % more.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::bytes::{Damaged, Numbers, Writer};
use crate::channel::{CHANNELS, channel_at};
use crate::geo;
use crate::land::Land;
use crate::outline::simplify;

const FORMAT: &str = "TWSEA001";
/// Stored units in one degree.
const UNITS: f64 = 10_000.0;
/// A place in a land cell belongs to the nearest sea cell within this distance, nautical miles.
const SNAP_NM: f64 = 40.0;
/// A sea cell that sees no node (a lagoon, a river mouth) belongs to the nearest node within this distance, nautical miles.
const HOP_NM: f64 = 60.0;
/// How many of the nearest nodes are tried before a place counts as seeing none.
const TRIES: usize = 48;
/// What an edge may be longer by, when two others replace it.
const SLACK: f64 = 1.002;
/// What a way to the end may be longer by, when it goes by another node.
const ON_THE_WAY: f64 = 1.000_5;
/// Seas closed by ice to ordinary ships: no route crosses these meridians north of these latitudes (Vilkitsky Strait; Coronation Gulf; the Lincoln
/// Sea).
const ICE: &[(f64, f64)] = &[(100.0, 70.0), (-115.0, 66.0), (-60.0, 81.0)];

/// A route at sea.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Length in nautical miles.
    pub nm: f64,
    /// Places (latitude, longitude in degrees) joined by great circles: the start, turns, the end.
    pub points: Vec<(f64, f64)>,
}

/// The sea as a graph. See the module for how it is made; distances were checked against published ones (test `routes`).
pub struct Sea {
    land: &'static Land,
    places: Vec<(f64, f64)>,
    vectors: Vec<[f64; 3]>,
    /// Where the edges of a node begin in `edges`.
    starts: Vec<u32>,
    /// Other end and nautical miles.
    edges: Vec<(u32, f32)>,
    /// Entries found before, by the bits of latitude and longitude: ports are asked for again and again.
    entries: Mutex<HashMap<(u64, u64), Option<Entry>>>,
    /// Harbours asked for before, likewise.
    harbours: Mutex<Harbours>,
}

impl std::fmt::Debug for Sea {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sea").field("nodes", &self.places.len()).field("edges", &(self.edges.len() / 2)).finish_non_exhaustive()
    }
}

/// Where a place enters the sea.
#[derive(Clone, Copy, Debug)]
struct Entry {
    vector: [f64; 3],
    place: (f64, f64),
    /// From the place to its entry, nautical miles.
    nm: f64,
    /// The node it is, if it had to be put on one.
    node: Option<u32>,
}

/// Entries that are remembered: 64 bytes each.
const ENTRIES: usize = 1 << 16;

type Harbours = HashMap<(u64, u64), Option<Arc<Harbour>>>;

/// Harbours that are remembered: nine bytes a node each.
const HARBOURS: usize = 1024;

/// A place to which ways are asked for again and again, as ports are: it learns which nodes it sees, and no leg to it is tested for land twice.
/// From [`Sea::harbour`]; for [`Reach::nm_to_harbour`].
#[derive(Debug)]
pub struct Harbour {
    end: Entry,
    /// Nautical miles from each node.
    legs: Vec<f64>,
    /// For each node whether the leg from it is free of land: [`UNTESTED`], [`FREE`] or [`BLOCKED`]. Facts, so that it does not matter who wrote them.
    free: Vec<AtomicU8>,
}

const UNTESTED: u8 = 0;
const FREE: u8 = 1;
const BLOCKED: u8 = 2;

/// A number that is never NaN, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Nm(f64);
impl Eq for Nm {}
impl PartialOrd for Nm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Nm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// A step of the search: key, distance from the start, node, node before ([`NONE`] from the start), whether the leg is known to be free of land.
type Step = Reverse<(Nm, Nm, u32, u32, bool)>;
const NONE: u32 = u32::MAX;

impl Sea {
    /// The bundled graph. The first call unpacks it.
    #[must_use]
    pub fn bundled() -> &'static Self {
        static SEA: OnceLock<Sea> = OnceLock::new();
        SEA.get_or_init(|| Self::from_bytes(include_bytes!("../data/sea.bin"), Land::bundled()).expect("a test reads the bundled file"))
    }

    /// Reads a packed graph.
    ///
    /// # Errors
    /// If the bytes are not what [`Sea::pack`] wrote.
    pub fn from_bytes(file: &[u8], land: &'static Land) -> Result<Self, Damaged> {
        let mut numbers = Numbers::open(file, FORMAT)?;
        let count = numbers.u32()?;
        let (mut lat, mut lon) = (0i32, 0i32);
        let mut places = Vec::new();
        for _ in 0..count {
            lat = lat.checked_add(numbers.i32()?).ok_or(Damaged::Content)?;
            lon = lon.checked_add(numbers.i32()?).ok_or(Damaged::Content)?;
            places.push((f64::from(lat) / UNITS, f64::from(lon) / UNITS));
        }
        let vectors: Vec<[f64; 3]> = places.iter().map(|&(lat, lon)| geo::vector(lat, lon)).collect();
        let mut pairs = Vec::new();
        for node in 0..count {
            let mut other = node;
            for _ in 0..numbers.u32()? {
                other = other.checked_add(numbers.u32()?).filter(|&n| n < count).ok_or(Damaged::Content)?;
                pairs.push((node, other));
            }
        }
        let mut degree = vec![0u32; places.len() + 1];
        for &(a, b) in &pairs {
            degree[a as usize + 1] += 1;
            degree[b as usize + 1] += 1;
        }
        for i in 1..degree.len() {
            degree[i] += degree[i - 1];
        }
        let starts = degree.clone();
        let mut edges = vec![(0u32, 0f32); pairs.len() * 2];
        for (a, b) in pairs {
            let nm = geo::vector_nm(vectors[a as usize], vectors[b as usize]) as f32;
            for (from, to) in [(a, b), (b, a)] {
                edges[degree[from as usize] as usize] = (to, nm);
                degree[from as usize] += 1;
            }
        }
        Ok(Self { land, places, vectors, starts, edges, entries: Mutex::default(), harbours: Mutex::default() })
    }

    /// Places of the nodes (latitude, longitude in degrees), for maps and tests.
    #[must_use]
    pub fn nodes(&self) -> &[(f64, f64)] {
        &self.places
    }

    fn edges_of(&self, node: u32) -> &[(u32, f32)] {
        &self.edges[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// Whether a ship can sail the great circle between two places: no land but in a listed channel, no closed ice.
    #[must_use]
    pub fn clear(&self, lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> bool {
        is_place(lat0, lon0) && is_place(lat1, lon1) && sails(self.land, geo::vector(lat0, lon0), geo::vector(lat1, lon1))
    }

    /// Where a place enters the sea.
    fn entry(&self, lat: f64, lon: f64) -> Option<Entry> {
        if !is_place(lat, lon) {
            return None;
        }
        let key = (lat.to_bits(), lon.to_bits());
        // A thread that panicked leaves the map whole: entries are only added.
        if let Some(entry) = self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *entry;
        }
        let entry = self.find_entry(lat, lon);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() < ENTRIES {
            entries.insert(key, entry);
        }
        entry
    }

    fn find_entry(&self, lat: f64, lon: f64) -> Option<Entry> {
        let (mut place, mut nm) = ((lat, geo::wrap(lon)), 0.0);
        if self.land.is_land(lat, lon) && channel_at(lat, lon).is_none() {
            let (sea_lat, sea_lon, off) = self.land.nearest_sea(lat, lon, SNAP_NM)?;
            (place, nm) = ((sea_lat, sea_lon), off);
        }
        let vector = geo::vector(place.0, place.1);
        let mut near: Vec<(Nm, u32)> = (0..).zip(&self.vectors).map(|(n, &v)| (Nm(geo::vector_nm(vector, v)), n)).collect();
        let tries = TRIES.min(near.len());
        if tries == 0 {
            return None;
        }
        near.select_nth_unstable(tries - 1);
        near.truncate(tries);
        near.sort_unstable();
        if near.iter().any(|&(_, node)| sails(self.land, vector, self.vectors[node as usize])) {
            return Some(Entry { vector, place, nm, node: None });
        }
        let &(Nm(hop), node) = near.first()?;
        (hop <= HOP_NM).then(|| Entry {
            vector: self.vectors[node as usize],
            place: self.places[node as usize],
            nm: nm + hop,
            node: Some(node),
        })
    }

    /// A place to which ways are asked for again and again; none if it is far from the sea.
    #[must_use]
    pub fn harbour(&self, lat: f64, lon: f64) -> Option<Arc<Harbour>> {
        let key = (lat.to_bits(), lon.to_bits());
        // A thread that panicked leaves the map whole: harbours are only added.
        if let Some(known) = self.harbours.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let harbour = self.entry(lat, lon).map(|end| {
            let legs = self.vectors.iter().map(|&v| geo::vector_nm(v, end.vector)).collect();
            let free = self.vectors.iter().map(|_| AtomicU8::new(UNTESTED)).collect();
            Arc::new(Harbour { end, legs, free })
        });
        let mut harbours = self.harbours.lock().unwrap_or_else(PoisonError::into_inner);
        if harbours.len() < HARBOURS {
            harbours.insert(key, harbour.clone());
        }
        harbour
    }

    /// The shortest route between two places; none if a place is far from the sea or there is no way by sea.
    ///
    /// Never over land, but for the ends: a place in a land cell (most harbours) is joined to the nearest sea cell within 40 nautical miles, and a
    /// cell that sees nothing of the sea to the nearest node within 60. Listed canals count as sea. Closed ice is not passed; weather, draught,
    /// traffic schemes, and closed areas are not known, so real voyages are a few per cent longer.
    #[must_use]
    pub fn route(&self, from: (f64, f64), to: (f64, f64)) -> Option<Route> {
        let (start, end) = (self.entry(from.0, from.1)?, self.entry(to.0, to.1)?);
        let ends = start.nm + end.nm;
        let finish = |nm: f64, middle: Vec<(f64, f64)>| {
            let mut points = vec![(from.0, geo::wrap(from.1))];
            for point in std::iter::once(start.place).chain(middle).chain([end.place, (to.0, geo::wrap(to.1))]) {
                if points.last() != Some(&point) {
                    points.push(point);
                }
            }
            Some(Route { nm: nm + ends, points })
        };
        if sails(self.land, start.vector, end.vector) {
            return finish(geo::vector_nm(start.vector, end.vector), Vec::new());
        }
        let to_end: Vec<f64> = self.vectors.iter().map(|&v| geo::vector_nm(v, end.vector)).collect();
        let mut heap = self.first_steps(start, f64::INFINITY, |node| to_end[node as usize]);
        let mut before = vec![NONE; self.places.len()];
        let mut done = vec![false; self.places.len()];
        // Shortest known way to each node by legs that are free of land.
        let mut found = vec![f64::INFINITY; self.places.len()];
        while let Some(Reverse((_, Nm(nm), node, previous, free))) = heap.pop() {
            let n = node as usize;
            // A leg from the start that known legs replace is not worth its test for land.
            if done[n] || (!free && (found[n] <= nm * SLACK || !sails(self.land, start.vector, self.vectors[n]))) {
                continue;
            }
            done[n] = true;
            before[n] = previous;
            let arrived = match end.node {
                Some(end_node) => end_node == node,
                // Nor is a leg to the end that goes by a node on the way just as well.
                None if self.edges_of(node).iter().any(|&(via, leg)| f64::from(leg) + to_end[via as usize] <= to_end[n] * ON_THE_WAY) => {
                    false
                }
                None => sails(self.land, self.vectors[n], end.vector),
            };
            if arrived {
                let mut middle = Vec::new();
                let mut at = node;
                while at != NONE {
                    middle.push(self.places[at as usize]);
                    at = before[at as usize];
                }
                middle.reverse();
                return finish(nm + to_end[n], middle);
            }
            for &(other, leg) in self.edges_of(node) {
                let total = nm + f64::from(leg);
                if !done[other as usize] && total < found[other as usize] {
                    found[other as usize] = total;
                    heap.push(Reverse((Nm(total + to_end[other as usize]), Nm(total), other, node, true)));
                }
            }
        }
        None
    }

    /// Length of the shortest route in nautical miles; see [`Sea::route`].
    #[must_use]
    pub fn distance_nm(&self, from: (f64, f64), to: (f64, f64)) -> Option<f64> {
        self.route(from, to).map(|route| route.nm)
    }

    /// Steps from a start to every node within a distance, not yet tested for land.
    fn first_steps(&self, start: Entry, max_nm: f64, rest: impl Fn(u32) -> f64) -> BinaryHeap<Step> {
        match start.node {
            Some(node) => BinaryHeap::from(vec![Reverse((Nm(rest(node)), Nm(0.0), node, NONE, true))]),
            None => (0..)
                .zip(&self.vectors)
                .map(|(node, &v)| (node, geo::vector_nm(start.vector, v)))
                .filter(|&(_, nm)| nm + start.nm <= max_nm)
                .map(|(node, nm)| Reverse((Nm(nm + rest(node)), Nm(nm), node, NONE, false)))
                .collect::<Vec<_>>()
                .into(),
        }
    }

    /// Everything within a distance of a place by sea: one search, after which [`Reach::nm_to`] answers for many places.
    ///
    /// A place that is far from the sea reaches nothing.
    #[must_use]
    pub fn distances_from(&self, lat: f64, lon: f64, max_nm: f64) -> Reach<'_> {
        let mut nm_of = vec![f64::INFINITY; self.places.len()];
        let mut done = vec![false; self.places.len()];
        let Some(start) = self.entry(lat, lon) else { return Reach { sea: self, start: None, max_nm, nodes: Vec::new() } };
        let mut heap = self.first_steps(start, max_nm, |_| 0.0);
        let mut nodes = Vec::new();
        while let Some(Reverse((_, Nm(nm), node, _, free))) = heap.pop() {
            if nm + start.nm > max_nm {
                break;
            }
            let n = node as usize;
            if done[n] || (!free && (nm_of[n] <= nm * SLACK || !sails(self.land, start.vector, self.vectors[n]))) {
                continue;
            }
            done[n] = true;
            nm_of[n] = nm;
            nodes.push((node, nm));
            for &(other, leg) in self.edges_of(node) {
                let total = nm + f64::from(leg);
                if !done[other as usize] && total < nm_of[other as usize] {
                    nm_of[other as usize] = total;
                    heap.push(Reverse((Nm(total), Nm(total), other, node, true)));
                }
            }
        }
        Reach { sea: self, start: Some(start), max_nm, nodes }
    }

    /// Packs a graph for a mask and its rings of land; takes minutes; for the generator. Says how many nodes and edges there are.
    #[must_use]
    pub fn pack(land: &'static Land, rings: &[Vec<(f64, f64)>]) -> (Vec<u8>, usize, usize) {
        let mut places = nodes(land, rings);
        let mut pairs = seen_pairs(land, &places);
        cover(land, &mut places, &mut pairs);
        let mut kept = thin(&places, pairs);
        let largest = components(places.len(), &kept);
        let numbers: Vec<Option<u32>> = largest
            .iter()
            .scan(0u32, |next, &keep| {
                Some(keep.then(|| {
                    *next += 1;
                    *next - 1
                }))
            })
            .collect();
        places = places.into_iter().zip(&largest).filter(|&(_, &keep)| keep).map(|(place, _)| place).collect();
        kept = kept.into_iter().filter_map(|(a, b)| Some((numbers[a as usize]?, numbers[b as usize]?))).collect();
        kept.sort_unstable();
        let mut writer = Writer::new(FORMAT);
        writer.u32(places.len() as u32);
        let (mut lat, mut lon) = (0, 0);
        for &(y, x) in &places {
            let (y, x) = ((y * UNITS).round() as i32, (x * UNITS).round() as i32);
            writer.i32(y - lat);
            writer.i32(x - lon);
            (lat, lon) = (y, x);
        }
        let mut rest = kept.as_slice();
        for node in 0..places.len() as u32 {
            let own = rest.partition_point(|&(a, _)| a == node);
            writer.u32(own as u32);
            let mut last = node;
            for &(_, other) in &rest[..own] {
                writer.u32(other - last);
                last = other;
            }
            rest = &rest[own..];
        }
        (writer.finish(), places.len(), kept.len())
    }
}

/// What can be reached from a place; from [`Sea::distances_from`].
#[derive(Clone, Debug)]
pub struct Reach<'a> {
    sea: &'a Sea,
    start: Option<Entry>,
    max_nm: f64,
    /// Nodes within reach with their distances, nearest first.
    nodes: Vec<(u32, f64)>,
}

impl Reach<'_> {
    /// Nautical miles by sea to a place; none if that is more than the limit, or not by sea.
    #[must_use]
    pub fn nm_to(&self, lat: f64, lon: f64) -> Option<f64> {
        let start = self.start?;
        if !is_place(lat, lon) || geo::vector_nm(start.vector, geo::vector(lat, lon)) > self.max_nm {
            return None;
        }
        let end = self.sea.entry(lat, lon)?;
        let ends = start.nm + end.nm;
        let direct = geo::vector_nm(start.vector, end.vector);
        if direct + ends > self.max_nm {
            return None;
        }
        if sails(self.sea.land, start.vector, end.vector) {
            return Some(direct + ends);
        }
        let mut heap: BinaryHeap<Reverse<(Nm, u32)>> = self
            .nodes
            .iter()
            .filter(|&&(node, _)| end.node.is_none_or(|n| n == node))
            .map(|&(node, nm)| Reverse((Nm(nm + geo::vector_nm(self.sea.vectors[node as usize], end.vector) + ends), node)))
            .filter(|step| step.0.0.0 <= self.max_nm)
            .collect::<Vec<_>>()
            .into();
        while let Some(Reverse((Nm(nm), node))) = heap.pop() {
            if end.node.is_some() || sails(self.sea.land, self.sea.vectors[node as usize], end.vector) {
                return Some(nm);
            }
        }
        None
    }
}

impl Reach<'_> {
    /// As [`Reach::nm_to`], to a harbour: the same distance, in a fraction of the time once the harbour knows the nodes that it sees.
    #[must_use]
    pub fn nm_to_harbour(&self, harbour: &Harbour) -> Option<f64> {
        let start = self.start?;
        let end = &harbour.end;
        let ends = start.nm + end.nm;
        let direct = geo::vector_nm(start.vector, end.vector);
        if direct + ends > self.max_nm {
            return None;
        }
        if sails(self.sea.land, start.vector, end.vector) {
            return Some(direct + ends);
        }
        if let Some(node) = end.node {
            let (_, nm) = self.nodes.iter().find(|&&(n, _)| n == node)?;
            let total = nm + harbour.legs[node as usize] + ends;
            return (total <= self.max_nm).then_some(total);
        }
        // The best leg that is known to be free; then those that would be better and are not known.
        let total = |node: u32, nm: f64| nm + harbour.legs[node as usize] + ends;
        let state = |node: u32| harbour.free[node as usize].load(Ordering::Relaxed);
        let mut best = self.max_nm;
        let mut known = false;
        let mut unknown: Vec<(f64, u32)> = Vec::new();
        for &(node, nm) in &self.nodes {
            // Nearest first: from here on all are farther.
            if nm + ends > best {
                break;
            }
            let total = total(node, nm);
            if total > best {
                continue;
            }
            match state(node) {
                FREE => (best, known) = (total, true),
                UNTESTED => unknown.push((total, node)),
                _ => {}
            }
        }
        let better = unknown.into_iter().filter(|&(total, _)| total <= best).map(|(total, node)| Reverse((Nm(total), node)));
        let mut heap: BinaryHeap<Reverse<(Nm, u32)>> = better.collect::<Vec<_>>().into();
        while let Some(Reverse((Nm(total), node))) = heap.pop() {
            let free = sails(self.sea.land, self.sea.vectors[node as usize], end.vector);
            harbour.free[node as usize].store(if free { FREE } else { BLOCKED }, Ordering::Relaxed);
            if free {
                return Some(total);
            }
        }
        known.then_some(best)
    }
}

fn is_place(lat: f64, lon: f64) -> bool {
    (-90.0..=90.0).contains(&lat) && lon.is_finite() && lon.abs() <= 360.0
}

/// Whether a leg is free of land and ice.
fn sails(land: &Land, a: [f64; 3], b: [f64; 3]) -> bool {
    for &(lon, lat) in ICE {
        // The meridian is half of the plane with this normal.
        let (sin, cos) = lon.to_radians().sin_cos();
        let side = |v: [f64; 3]| v[1] * cos - v[0] * sin;
        let (sa, sb) = (side(a), side(b));
        if (sa > 0.0) == (sb > 0.0) {
            continue;
        }
        let t = sa / (sa - sb);
        let at = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
        if at[0] * cos + at[1] * sin > 0.0 && at[2].atan2(at[0].hypot(at[1])) > lat.to_radians() {
            return false;
        }
    }
    land.clear_vectors(a, b, |lat, lon| channel_at(lat, lon).is_some())
}

/// Seas where nodes stand close: the Far East, South-East Asia, Europe, the Red Sea and the Gulf.
fn is_fine(lat: f64, lon: f64) -> bool {
    let lon = geo::wrap(lon);
    ((20.0..60.0).contains(&lat) && (105.0..160.0).contains(&lon))
        || ((-10.0..20.0).contains(&lat) && (95.0..130.0).contains(&lon))
        || ((30.0..66.0).contains(&lat) && (-10.0..42.0).contains(&lon))
        || ((10.0..31.0).contains(&lat) && (32.0..60.0).contains(&lon))
}

/// Whether ordinary ships sail there: not in the Antarctic, in the Arctic from Greenland to Novaya Zemlya only.
fn has_ships(lat: f64, lon: f64) -> bool {
    (-58.0..=66.0).contains(&lat) || ((66.0..=81.0).contains(&lat) && (-25.0..75.0).contains(&geo::wrap(lon)))
}

/// Side of a cell that has one node, degrees.
fn spacing(lat: f64, lon: f64) -> f64 {
    let lon = geo::wrap(lon);
    if (30.0..50.0).contains(&lat) && (118.0..145.0).contains(&lon) {
        0.1
    } else if is_fine(lat, lon) {
        if lon > 90.0 { 0.24 } else { 0.4 }
    } else {
        0.8
    }
}

/// How far a simplified coast line may be off, as a part of the spacing of nodes.
const TOLERANCE: f64 = 0.12;

/// Nodes off capes and islands, and along channels.
fn nodes(land: &Land, rings: &[Vec<(f64, f64)>]) -> Vec<(f64, f64)> {
    /// Cosine of the angle at a cape: from a needle (1) to a straight coast (-1).
    struct Cape {
        cos: f64,
        place: (f64, f64),
        number: usize,
    }
    let mut capes = Vec::new();
    for ring in rings {
        let mut closed = ring.clone();
        closed.push(ring[0]);
        // The two ends of a closed line are one point: halve it at the point that is furthest away.
        let far = (0..ring.len()).max_by(|&i, &j| {
            let d = |i: usize| (ring[i].0 - ring[0].0).abs().max((ring[i].1 - ring[0].1).abs());
            d(i).total_cmp(&d(j))
        });
        let Some(far) = far.filter(|&far| far > 0) else { continue };
        let tolerance = |p: (f64, f64)| spacing(p.0, p.1) * TOLERANCE;
        let mut kept: Vec<(f64, f64)> = simplify(&closed[..=far], tolerance).into_iter().map(|i| closed[i]).collect();
        kept.pop();
        kept.extend(simplify(&closed[far..], tolerance).into_iter().map(|i| closed[far + i]));
        kept.pop();
        let extent = kept.iter().map(|p| (p.0 - kept[0].0).hypot(p.1 - kept[0].1)).fold(0.0, f64::max);
        if extent < spacing(kept[0].0, kept[0].1) * 0.4 {
            continue;
        }
        for i in 0..kept.len() {
            let (before, here, after) = (kept[(i + kept.len() - 1) % kept.len()], kept[i], kept[(i + 1) % kept.len()]);
            let cos_lat = here.0.to_radians().cos().max(0.05);
            let unit = |p: (f64, f64)| {
                let (dx, dy) = ((p.1 - here.1) * cos_lat, p.0 - here.0);
                let length = dx.hypot(dy).max(1e-9);
                (dx / length, dy / length)
            };
            let (u, v) = (unit(before), unit(after));
            let (sx, sy) = (-(u.0 + v.0), -(u.1 + v.1));
            let length = sx.hypot(sy);
            if length < 1e-6 || !has_ships(here.0, here.1) {
                continue;
            }
            // Further off than the simplified line can be wrong, so that neighbours along a coast see each other: straight out, and around a sharp
            // cape also square to both of its sides.
            let off_nm = spacing(here.0, here.1) * TOLERANCE * 60.0;
            let cos = u.0 * v.0 + u.1 * v.1;
            let out = (sx / length, sy / length);
            let side = |w: (f64, f64)| if w.1 * out.0 - w.0 * out.1 > 0.0 { (w.1, -w.0) } else { (-w.1, w.0) };
            let mut towards = vec![(out, 1.0)];
            if cos > 0.5 {
                towards.extend([(side(u), 1.0), (side(v), 1.0)]);
            }
            // Where nodes are far apart, capes once more, further off.
            if cos > -0.8 && off_nm > 4.0 {
                towards.push((out, 2.5));
            }
            for (number, ((dx, dy), further)) in towards.into_iter().enumerate() {
                for factor in [1.5, 2.0, 1.0, 3.0] {
                    let off = off_nm * factor * further;
                    let place = (here.0 + dy * off / 60.0, geo::wrap(here.1 + dx * off / 60.0 / cos_lat));
                    if land.coast_nm(place.0, place.1) > off * 0.5 {
                        capes.push(Cape { cos, place, number });
                        break;
                    }
                }
            }
        }
    }
    capes.sort_by(|a, b| b.cos.total_cmp(&a.cos).then(a.place.0.total_cmp(&b.place.0)).then(a.place.1.total_cmp(&b.place.1)));
    let mut places: Vec<(f64, f64)> = CHANNELS.iter().flat_map(|channel| channel.line).copied().collect();
    let mut taken = std::collections::BTreeSet::new();
    for cape in capes {
        let side = spacing(cape.place.0, cape.place.1);
        let key = ((cape.place.0 / side).floor() as i32, (cape.place.1 / side).floor() as i32, (side * 1000.0) as i32, cape.number);
        if taken.insert(key) {
            places.push(cape.place);
        }
    }
    places.sort_by(|a, b| ((a.0 / 4.0).floor(), a.1, a.0).partial_cmp(&((b.0 / 4.0).floor(), b.1, b.0)).expect("places are numbers"));
    places.dedup();
    places
}

/// All pairs of nodes that see each other, over two threads.
fn seen_pairs(land: &'static Land, places: &[(f64, f64)]) -> Vec<(u32, u32)> {
    let vectors: Vec<[f64; 3]> = places.iter().map(|&(lat, lon)| geo::vector(lat, lon)).collect();
    let vectors = &vectors;
    let share = |part: usize| {
        (part..vectors.len())
            .step_by(2)
            .flat_map(|i| (i + 1..vectors.len()).filter(move |&j| sails(land, vectors[i], vectors[j])).map(move |j| (i as u32, j as u32)))
            .collect::<Vec<_>>()
    };
    let mut pairs = std::thread::scope(|scope| {
        let other = scope.spawn(|| share(1));
        let mut own = share(0);
        own.extend(other.join().expect("no thread panics"));
        own
    });
    pairs.sort_unstable();
    pairs
}

/// Adds a node for each cell of sea near land that sees none of the nearest ones.
fn cover(land: &'static Land, places: &mut Vec<(f64, f64)>, pairs: &mut Vec<(u32, u32)>) {
    let bucket = |lat: f64, lon: f64| (lat.floor() as i32, (lon.floor() as i32 + 180).rem_euclid(360));
    let mut buckets: std::collections::BTreeMap<(i32, i32), Vec<u32>> = std::collections::BTreeMap::new();
    for (n, &(lat, lon)) in (0..).zip(places.iter()) {
        buckets.entry(bucket(lat, lon)).or_default().push(n);
    }
    let first_new = places.len();
    for (cell, dense) in [(0.1, true), (0.5, false)] {
        let (rows, cols) = ((140.0_f64 / cell) as i32, (360.0_f64 / cell) as i32);
        for row in 0..rows {
            for col in 0..cols {
                let (lat, lon) = (-65.0 + (f64::from(row) + 0.5) * cell, -180.0 + (f64::from(col) + 0.5) * cell);
                if (spacing(lat, lon) < 0.25) != dense || !has_ships(lat, lon) || land.is_land(lat, lon) || land.coast_nm(lat, lon) > 15.0 {
                    continue;
                }
                let here = geo::vector(lat, lon);
                let (y, x) = bucket(lat, lon);
                let mut near: Vec<(Nm, u32)> = Vec::new();
                for dy in -1..=1 {
                    for dx in -1..=1 {
                        for &n in buckets.get(&(y + dy, (x + dx).rem_euclid(360))).into_iter().flatten() {
                            let (node_lat, node_lon) = places[n as usize];
                            near.push((Nm(geo::nautical_miles(lat, lon, node_lat, node_lon)), n));
                        }
                    }
                }
                near.sort_unstable();
                if near.iter().take(24).any(|&(_, n)| sails(land, here, geo::vector(places[n as usize].0, places[n as usize].1))) {
                    continue;
                }
                buckets.entry((y, x)).or_default().push(places.len() as u32);
                places.push((lat, lon));
            }
        }
    }
    // The new ones see few: those within 100 nautical miles are enough.
    let vectors: Vec<[f64; 3]> = places.iter().map(|&(lat, lon)| geo::vector(lat, lon)).collect();
    for j in first_new..places.len() {
        for i in 0..j {
            if geo::vector_nm(vectors[i], vectors[j]) < 100.0 && sails(land, vectors[i], vectors[j]) {
                pairs.push((i as u32, j as u32));
            }
        }
    }
}

/// Leaves out edges that two shorter ones replace.
fn thin(places: &[(f64, f64)], pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    let vectors: Vec<[f64; 3]> = places.iter().map(|&(lat, lon)| geo::vector(lat, lon)).collect();
    let nm = |a: u32, b: u32| geo::vector_nm(vectors[a as usize], vectors[b as usize]);
    let mut by_length: Vec<(Nm, u32, u32)> = pairs.into_iter().map(|(a, b)| (Nm(nm(a, b)), a, b)).collect();
    by_length.sort_unstable();
    let mut edges: Vec<Vec<(u32, f64)>> = vec![Vec::new(); places.len()];
    let mut is_edge = vec![0u64; (places.len() * places.len()).div_ceil(64)];
    let bit = |a: u32, b: u32| a as usize * places.len() + b as usize;
    let mut kept = Vec::new();
    for (Nm(length), a, b) in by_length {
        let limit = length * SLACK;
        let (from, to) = if edges[a as usize].len() <= edges[b as usize].len() { (a, b) } else { (b, a) };
        let replaced = edges[from as usize].iter().any(|&(via, first)| {
            first < limit && is_edge[bit(via, to) / 64] >> (bit(via, to) % 64) & 1 == 1 && first + nm(via, to) <= limit
        });
        if replaced {
            continue;
        }
        for (x, y) in [(a, b), (b, a)] {
            edges[x as usize].push((y, length));
            is_edge[bit(x, y) / 64] |= 1 << (bit(x, y) % 64);
        }
        kept.push((a, b));
    }
    kept
}

/// Which nodes belong to a sea of at least 30 nodes.
fn components(count: usize, edges: &[(u32, u32)]) -> Vec<bool> {
    let mut parent: Vec<usize> = (0..count).collect();
    fn root(parent: &mut [usize], mut n: usize) -> usize {
        while parent[n] != n {
            parent[n] = parent[parent[n]];
            n = parent[n];
        }
        n
    }
    for &(a, b) in edges {
        let (a, b) = (root(&mut parent, a as usize), root(&mut parent, b as usize));
        parent[a] = b;
    }
    let mut size = vec![0; count];
    for n in 0..count {
        size[root(&mut parent, n)] += 1;
    }
    (0..count).map(|n| size[root(&mut parent, n)] >= 30).collect()
}
