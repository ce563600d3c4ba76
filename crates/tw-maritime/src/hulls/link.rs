use std::collections::{BTreeMap, HashMap};

use super::swap::swaps;
use super::{Active, Cut, End, Parameters, Profile, Said, Sample, cell, cells_around, distance_nm, hours, seconds};
use crate::identity::{IdentityChange, similarity};
use crate::mid::{MmsiKind, flag, kind};
use crate::{At, Time};

crate::event! {
    /// One row a link between two MMSIs: one hull under two numbers, or two hulls that exchanged or share one.
    pub struct HullLink in "hull_links" {
        /// The MMSI that ends; for a swap and for use at once the lower one.
        mmsi_a: u32,
        /// The MMSI that begins.
        mmsi_b: u32,
        /// IMO number of the first, if it can name a ship.
        imo_a: Option<u32>,
        /// IMO number of the second, if it can name a ship.
        imo_b: Option<u32>,
        /// Name of the first; empty is not known.
        name_a: String,
        /// Name of the second; empty is not known.
        name_b: String,
        /// Last fix of the first; for use at once its beginning.
        t0: Time,
        /// First fix of the second; for use at once its end.
        t1: Time,
        /// Latitude of the last fix of the first.
        lat: f64,
        /// Longitude of the last fix of the first.
        lon: f64,
        /// same_imo_sequential, same_imo_at_once, handover, laundering (a handover to another valid IMO number) or swap.
        kind: String,
        /// Nautical miles between the two fixes; for use at once the median between the two at the same times.
        distance_nm: f64,
        /// Hours between the two fixes; negative if they overlap.
        gap_hours: f64,
        /// Difference of length in metres, if both are known.
        d_length: Option<f64>,
        /// Difference of beam in metres, if both are known.
        d_beam: Option<f64>,
        /// Likeness of the names, 0 to 1 (Jaro-Winkler), if both are known.
        name_similarity: Option<f64>,
        /// port if one of the fixes lies in one, sea if neither does, unknown if nobody looked.
        place: String,
        /// Other ships that begin or end nearby within a day: an edge of coverage or a harbour.
        crowd: u32,
        /// Partners that would do, this one included.
        partners: u32,
        /// The innocent story that fits best; empty if we know none.
        innocent: String,
        /// 0 to 1: a rank, not a probability. High for same_imo_sequential is no accusation: ships are sold.
        score: f64,
        /// Record of the last fix of the first.
        first: At,
        /// Record of the first fix of the second.
        last: At,
    }
}

/// Links between MMSIs, in the order of time and number.
///
/// A ship that begins or ends with the data does not begin or end: see [`Parameters::margin_hours`]. Two MMSIs that are active at once are
/// never a handover. Only mutual best partners are reported. MMSIs that are placeholders take no part.
#[must_use]
pub fn hull_links(profiles: &[Profile], parameters: &Parameters) -> Vec<HullLink> {
    let mut ships: Vec<&Profile> =
        profiles.iter().filter(|ship| !ship.active.is_empty() && kind(ship.mmsi) != MmsiKind::Placeholder).collect();
    ships.sort_by_key(|ship| (ship.mmsi, ship.first().map(|end| end.t)));
    let Some(fleet) = Fleet::new(ships, parameters) else { return Vec::new() };
    let mut links = same_imo(&fleet);
    let named: std::collections::BTreeSet<(u32, u32)> = links.iter().map(|link| (link.mmsi_a, link.mmsi_b)).collect();
    // Two with one IMO number are told by the number, even if they did not say it at once.
    links.extend(handovers(&fleet).into_iter().filter(|link| !named.contains(&(link.mmsi_a, link.mmsi_b))));
    links.extend(swaps(&fleet));
    links.sort_by(|a, b| (a.t1, a.mmsi_a, a.mmsi_b, &a.kind).cmp(&(b.t1, b.mmsi_a, b.mmsi_b, &b.kind)));
    links
}

/// Changes of flag among the links: one IMO number under one MMSI after another, with another flag.
///
/// They belong to the changes of identity; the MMSI is the new one. A change of flag is an ordinary thing: see
/// [`false_flags`](super::false_flags) for how many there were.
#[must_use]
pub fn reflags(links: &[HullLink]) -> Vec<IdentityChange> {
    let mut rows = Vec::new();
    for link in links.iter().filter(|link| link.kind == "same_imo_sequential") {
        let (Some(old), Some(new)) = (flag(link.mmsi_a), flag(link.mmsi_b)) else { continue };
        if old.country == new.country {
            continue;
        }
        rows.push(IdentityChange {
            mmsi: link.mmsi_b,
            t0: Time(link.t0.0.min(link.t1.0)),
            t1: link.t1,
            lat: Some(link.lat),
            lon: Some(link.lon),
            field: "flag".to_owned(),
            old: old.country.to_string(),
            new: new.country.to_string(),
            hard: false,
            kind: "reflagged".to_owned(),
            returns: false,
            alternates: false,
            innocent: link.innocent.clone(),
            score: link.score,
            first: link.first,
            last: link.last,
        });
    }
    rows
}

/// Times and places where ships begin or end, by cell, in the order of time.
type Edges = HashMap<(i16, i16), Vec<(i64, f64, f64)>>;

/// All ships, with an index of where and when they begin and end.
pub(super) struct Fleet<'a> {
    pub ships: Vec<&'a Profile>,
    pub parameters: &'a Parameters,
    from: i64,
    to: i64,
    edges: Edges,
    /// MMSIs that two tracks used at once.
    shared: std::collections::BTreeSet<u32>,
}

impl<'a> Fleet<'a> {
    fn new(ships: Vec<&'a Profile>, parameters: &'a Parameters) -> Option<Self> {
        let margin = seconds(parameters.margin_hours);
        let from = ships.iter().filter_map(|ship| ship.first()).map(|end| end.t).min()?.saturating_add(margin);
        let to = ships.iter().filter_map(|ship| ship.last()).map(|end| end.t).max()?.saturating_sub(margin);
        let mut edges = Edges::new();
        for ship in &ships {
            for end in [ship.first().filter(|end| end.t >= from), ship.last().filter(|end| end.t <= to)].into_iter().flatten() {
                edges.entry(cell(end.lat, end.lon)).or_default().push((end.t, end.lat, end.lon));
            }
        }
        for times in edges.values_mut() {
            times.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)));
        }
        // Ships are sorted by MMSI and beginning.
        let mut shared = std::collections::BTreeSet::new();
        for own in ships.chunk_by(|a, b| a.mmsi == b.mmsi) {
            let mut end = i64::MIN;
            for ship in own {
                let (Some(first), Some(last)) = (ship.first(), ship.last()) else { continue };
                if hours(first.t, end.min(last.t)) >= parameters.shared_hours {
                    shared.insert(ship.mmsi);
                }
                end = end.max(last.t);
            }
        }
        Some(Self { ships, parameters, from, to, edges, shared })
    }

    /// Ships that begin or end within 30 nm of here and a day of then, the two themselves left out.
    pub fn crowd(&self, end: &End) -> u32 {
        const DAY: i64 = 86_400;
        const NEAR: f64 = 30.0;
        let mut n: u32 = 0;
        for cell in cells_around(end.lat, end.lon, NEAR) {
            let Some(times) = self.edges.get(&cell) else { continue };
            let low = times.partition_point(|edge| edge.0 < end.t.saturating_sub(DAY));
            let high = times.partition_point(|edge| edge.0 <= end.t.saturating_add(DAY));
            for &(_, lat, lon) in times.get(low..high).unwrap_or_default() {
                n = n.saturating_add(u32::from(distance_nm((end.lat, end.lon), (lat, lon)) <= NEAR));
            }
        }
        n.saturating_sub(2)
    }
}

pub(super) fn differences(a: &Said, b: &Said) -> (Option<f64>, Option<f64>) {
    let metres = |a: Option<u16>, b: Option<u16>| Some(f64::from(a?.abs_diff(b?)));
    (metres(a.length(), b.length()), metres(a.beam(), b.beam()))
}

pub(super) fn place(a: &End, b: &End) -> &'static str {
    match (a.in_port, b.in_port) {
        (Some(true), _) | (_, Some(true)) => "port",
        (Some(false), Some(false)) => "sea",
        _ => "unknown",
    }
}

/// Two ends as a row, to be filled.
pub(super) fn row(a: &Profile, b: &Profile, said: (&Said, &Said), ends: (&End, &End)) -> HullLink {
    let (d_length, d_beam) = differences(said.0, said.1);
    let (from, to) = ends;
    HullLink {
        mmsi_a: a.mmsi,
        mmsi_b: b.mmsi,
        imo_a: said.0.imo,
        imo_b: said.1.imo,
        name_a: said.0.name.clone(),
        name_b: said.1.name.clone(),
        t0: Time(from.t),
        t1: Time(to.t),
        lat: from.lat,
        lon: from.lon,
        kind: String::new(),
        distance_nm: distance_nm((from.lat, from.lon), (to.lat, to.lon)),
        gap_hours: hours(from.t, to.t),
        d_length,
        d_beam,
        name_similarity: similarity(&said.0.name, &said.1.name),
        place: place(from, to).to_owned(),
        crowd: 0,
        partners: 1,
        innocent: String::new(),
        score: 0.0,
        first: from.at,
        last: to.at,
    }
}

/// MMSIs that say the same IMO number: one after the other, or at once.
fn same_imo(fleet: &Fleet<'_>) -> Vec<HullLink> {
    let mut groups: BTreeMap<u32, Vec<(usize, Vec<usize>)>> = BTreeMap::new();
    for (i, ship) in fleet.ships.iter().enumerate() {
        let mut own: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (k, active) in ship.active.iter().enumerate() {
            if let Some(imo) = active.said.imo {
                own.entry(imo).or_default().push(k);
            }
        }
        for (imo, times) in own {
            groups.entry(imo).or_default().push((i, times));
        }
    }
    let mut links = Vec::new();
    for members in groups.values().filter(|members| (2..=fleet.parameters.largest_group).contains(&members.len())) {
        for (i, a) in members.iter().enumerate() {
            for b in &members[i + 1..] {
                links.extend(same_imo_pair(fleet, a, b));
            }
        }
    }
    // One MMSI may have several tracks: of one pair the change with the least time between counts.
    links.sort_by(|a, b| {
        let key = |link: &HullLink| (link.mmsi_a, link.mmsi_b, link.kind.clone());
        key(a).cmp(&key(b)).then(a.gap_hours.abs().total_cmp(&b.gap_hours.abs()))
    });
    links.dedup_by(|b, a| (a.mmsi_a, a.mmsi_b, &a.kind) == (b.mmsi_a, b.mmsi_b, &b.kind));
    // And a third MMSI between two is where the change was.
    let sequential: Vec<(u32, u32, Option<u32>)> =
        links.iter().filter(|link| link.kind == "same_imo_sequential").map(|link| (link.mmsi_a, link.mmsi_b, link.imo_a)).collect();
    links.retain(|link| {
        link.kind != "same_imo_sequential"
            || !sequential.iter().any(|&(a, by, imo)| {
                a == link.mmsi_a && imo == link.imo_a && by != link.mmsi_b && sequential.contains(&(by, link.mmsi_b, imo))
            })
    });
    links
}

/// A ship that moved less lay fast: 0.03 nm, some 50 m (our choice; one that drifts makes more in minutes).
const MOORED_NM: f64 = 0.03;

fn same_imo_pair(fleet: &Fleet<'_>, a: &(usize, Vec<usize>), b: &(usize, Vec<usize>)) -> Option<HullLink> {
    let parameters = fleet.parameters;
    let start = |m: &(usize, Vec<usize>)| Some(&fleet.ships[m.0].active[*m.1.first()?]);
    // The one that began first is the first.
    let (a, b) = if (start(a)?.first.t, fleet.ships[a.0].mmsi) <= (start(b)?.first.t, fleet.ships[b.0].mmsi) { (a, b) } else { (b, a) };
    let (ship_a, ship_b) = (fleet.ships[a.0], fleet.ships[b.0]);
    if ship_a.mmsi == ship_b.mmsi {
        return None;
    }
    let (end, begin) = (&ship_a.active[*a.1.last()?], start(b)?);
    let size = |a: Option<u16>, b: Option<u16>| a.zip(b).is_some_and(|(a, b)| a.abs_diff(b) >= 3 && 10 * a.abs_diff(b) > a.max(b));
    let other_size = size(end.said.length(), begin.said.length()) || size(end.said.beam(), begin.said.beam());
    let mut link = row(ship_a, ship_b, (&end.said, &begin.said), (&end.last, &begin.first));
    let at_once = overlap(ship_a, ship_b);
    if at_once <= parameters.at_once_hours {
        if end.last.t > begin.first.t.saturating_add(seconds(parameters.at_once_hours)) {
            link.kind = "same_imo_sequential".to_owned();
            link.innocent = "a change of flag with both numbers in use for a while: the two take turns and are never on at once".to_owned();
            link.score = 0.4;
            return Some(link);
        }
        let reach = parameters.jump_knots * link.gap_hours.abs() + parameters.apart_nm;
        link.kind = "same_imo_sequential".to_owned();
        let (innocent, score) = if link.distance_nm > reach {
            if link.gap_hours < 0.0 {
                link.kind = "same_imo_at_once".to_owned();
            }
            ("a mistyped number: the second begins where the first cannot have got", 0.5)
        } else if other_size {
            ("dimensions mistyped by one of them", 0.5)
        } else if flag(ship_a.mmsi).map(|f| f.mid) == flag(ship_b.mmsi).map(|f| f.mid) {
            ("the radio was set up anew under the same flag", 0.1)
        } else if link.distance_nm <= MOORED_NM {
            ("sale or change of flag: the ship lay at a berth or a buoy that our ports do not hold", 0.1)
        } else if link.place == "sea" && link.gap_hours <= parameters.at_sea_hours {
            ("a change of flag whose papers came while the ship was at sea", 0.7)
        } else {
            ("sale or change of flag: the IMO number was kept, as it should be", 0.1)
        };
        link.innocent = innocent.to_owned();
        link.score = score;
        return Some(link);
    }
    link.kind = "same_imo_at_once".to_owned();
    let (from, to) = (ship_a.first()?.max_time(ship_b.first()?), ship_a.last()?.min_time(ship_b.last()?));
    link.t0 = Time(from.min(to));
    link.t1 = Time(to.max(from));
    if link.mmsi_a > link.mmsi_b {
        std::mem::swap(&mut link.mmsi_a, &mut link.mmsi_b);
        std::mem::swap(&mut link.imo_a, &mut link.imo_b);
        std::mem::swap(&mut link.name_a, &mut link.name_b);
    }
    let (median, least) = apart(&ship_a.samples, &ship_b.samples, parameters)?;
    link.distance_nm = median;
    // Not higher: in a slice of NOAA data 5 of 1,430 cargo ships and tankers shared a valid number with a ship over 900 nm away; why is not known.
    let (innocent, score) = if least >= parameters.apart_nm {
        ("one of the two was mistyped when its radio was set up", 0.5)
    } else {
        ("two radios of one ship", if median <= 1.0 { 0.02 } else { 0.1 })
    };
    link.innocent = innocent.to_owned();
    link.score = score;
    Some(link)
}

impl End {
    fn max_time(&self, other: &Self) -> i64 {
        self.t.max(other.t)
    }

    fn min_time(&self, other: &Self) -> i64 {
        self.t.min(other.t)
    }
}

/// Hours in which both are active.
pub(super) fn overlap(a: &Profile, b: &Profile) -> f64 {
    let (mut i, mut k, mut sum) = (0, 0, 0.0);
    while let (Some(x), Some(y)) = (a.active.get(i), b.active.get(k)) {
        sum += hours(x.first.t.max(y.first.t), x.last.t.min(y.last.t)).max(0.0);
        if x.last.t <= y.last.t {
            i += 1;
        } else {
            k += 1;
        }
    }
    sum
}

/// Median distance between places kept near the same time, and the second largest of the distances that hold at any speed of a ship:
/// one wrong fix must not make two ships. None if no two places are near enough in time.
fn apart(a: &[Sample], b: &[Sample], parameters: &Parameters) -> Option<(f64, f64)> {
    let mut distances = Vec::new();
    let mut sure = Vec::new();
    for one in a {
        let k = b.partition_point(|other| other.t < one.t);
        let nearest = [k.checked_sub(1), Some(k)].into_iter().flatten().filter_map(|k| b.get(k));
        let Some(other) = nearest.min_by_key(|other| other.t.saturating_sub(one.t).saturating_abs()) else { continue };
        let away = hours(one.t, other.t).abs();
        if away > parameters.sample_hours {
            continue;
        }
        let distance = distance_nm((one.lat, one.lon), (other.lat, other.lon));
        distances.push(distance);
        sure.push((distance - parameters.link_knots * away).max(0.0));
    }
    distances.sort_by(f64::total_cmp);
    sure.sort_by(f64::total_cmp);
    let median = *distances.get(distances.len() / 2)?;
    Some((median, sure.len().checked_sub(2).map_or(0.0, |i| sure[i])))
}

/// An end or a beginning of a time of activity.
#[derive(Clone, Copy)]
struct Stop {
    ship: usize,
    active: usize,
    /// The ship is seen neither before (a beginning) nor after (an end).
    alone: bool,
}

/// A pair that passes every hard test.
struct Candidate {
    end: usize,
    start: usize,
    sum: f64,
    continues: bool,
}

/// Tracks that go on under another MMSI.
fn handovers(fleet: &Fleet<'_>) -> Vec<HullLink> {
    let parameters = fleet.parameters;
    let weights = &parameters.weights;
    let (ends, starts) = stops(fleet);
    let start_of = |stop: &Stop| &fleet.ships[stop.ship].active[stop.active];
    let mut index: HashMap<(i16, i16, u16), Vec<usize>> = HashMap::new();
    for (k, stop) in starts.iter().enumerate() {
        let active = start_of(stop);
        if let Some(length) = active.said.length() {
            let (r, c) = cell(active.first.lat, active.first.lon);
            index.entry((r, c, length)).or_default().push(k);
        }
    }
    for list in index.values_mut() {
        list.sort_by_key(|&k| (start_of(&starts[k]).first.t, k));
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for (e, stop) in ends.iter().enumerate() {
        let a = start_of(stop);
        let Some(length) = a.said.length() else { continue };
        let mut near: Vec<usize> = Vec::new();
        for (lat, lon, from, to) in windows(&a.last, parameters) {
            for (r, c) in cells_around(lat, lon, parameters.link_nm) {
                for length in length.saturating_sub(parameters.same_length)..=length.saturating_add(parameters.same_length) {
                    let Some(list) = index.get(&(r, c, length)) else { continue };
                    let low = list.partition_point(|&k| start_of(&starts[k]).first.t < from);
                    near.extend(list[low..].iter().take_while(|&&k| start_of(&starts[k]).first.t <= to));
                }
            }
        }
        near.sort_unstable();
        near.dedup();
        for k in near {
            if let Some((sum, continues)) = weigh(fleet, *stop, starts[k]) {
                candidates.push(Candidate { end: e, start: k, sum, continues });
            }
        }
    }
    mutual(&candidates, ends.len(), starts.len())
        .into_iter()
        .filter_map(|(candidate, partners, rivals)| {
            let (from, to) = (ends[candidate.end], starts[candidate.start]);
            let (a, b) = (start_of(&from), start_of(&to));
            let mut link = row(fleet.ships[from.ship], fleet.ships[to.ship], (&a.said, &b.said), (&a.last, &b.first));
            link.crowd = fleet.crowd(&a.last).max(fleet.crowd(&b.first));
            link.partners = partners;
            let sum = candidate.sum + weights.crowd * f64::from(link.crowd).ln_1p() + weights.partners * rivals.ln_1p();
            link.score = 1.0 / (1.0 + (-sum).exp());
            let other_imo = a.said.imo.zip(b.said.imo).is_some();
            link.kind = if other_imo { "laundering" } else { "handover" }.to_owned();
            link.innocent = story(&link, candidate.continues).to_owned();
            if fleet.shared.contains(&link.mmsi_a) || fleet.shared.contains(&link.mmsi_b) {
                link.score = link.score.min(0.3);
                link.innocent = "one of the two numbers is in use by two ships at once: see the shared numbers".to_owned();
            }
            (link.score >= parameters.lowest_score).then_some(link)
        })
        .collect()
}

/// Where and when the second can begin: near the last fix at any time, and near where course and speed lead within a day.
fn windows(a: &End, parameters: &Parameters) -> Vec<(f64, f64, i64, i64)> {
    // The second may begin a little before the first ends: clocks of receivers differ.
    let mut windows = vec![(a.lat, a.lon, a.t.saturating_sub(600), a.t.saturating_add(seconds(parameters.link_days * 24.0)))];
    for ahead in [6.0, 12.0, 18.0, 24.0] {
        if let Some((lat, lon)) = leads_to(a, ahead) {
            windows.push((lat, lon, a.t.saturating_add(seconds(ahead - 3.0)), a.t.saturating_add(seconds(ahead + 3.0))));
        }
    }
    windows
}

/// Where course and speed of a moving ship lead in so many hours.
fn leads_to(a: &End, ahead: f64) -> Option<(f64, f64)> {
    let way = a.knots.filter(|&knots| knots >= 1.0)? * ahead;
    let (sin, cos) = a.course?.to_radians().sin_cos();
    let lat = (a.lat + way * cos / 60.0).clamp(-90.0, 90.0);
    let lon = a.lon + way * sin / 60.0 / a.lat.to_radians().cos().max(0.01);
    Some((lat, (lon + 540.0).rem_euclid(360.0) - 180.0))
}

fn story(link: &HullLink, continues: bool) -> &'static str {
    if link.place == "port" {
        return "sister ships in one port, or a sale with a new IMO field not yet entered";
    }
    if link.crowd > 5 {
        return "two ships of one size at an edge of coverage";
    }
    if link.imo_a.zip(link.imo_b).is_none() {
        return "a change of flag, or a radio set up anew at sea";
    }
    if continues { "" } else { "two ships of one size that meet where reception ends" }
}

/// Ends and beginnings of ships that are long enough, not those of the data.
fn stops(fleet: &Fleet<'_>) -> (Vec<Stop>, Vec<Stop>) {
    let (mut ends, mut starts) = (Vec::new(), Vec::new());
    for (s, ship) in fleet.ships.iter().enumerate() {
        for (k, active) in ship.active.iter().enumerate() {
            if !takes_part(active, fleet.parameters) {
                continue;
            }
            if active.after != Cut::Edge || active.last.t <= fleet.to {
                ends.push(Stop { ship: s, active: k, alone: active.after == Cut::Edge });
            }
            if active.before != Cut::Edge || active.first.t >= fleet.from {
                starts.push(Stop { ship: s, active: k, alone: active.before == Cut::Edge });
            }
        }
    }
    (ends, starts)
}

fn takes_part(active: &Active, parameters: &Parameters) -> bool {
    let said = &active.said;
    said.length().is_some_and(|length| length >= parameters.shortest)
        && said.beam().is_some()
        && (said.ship_type == 0 || (70..=99).contains(&said.ship_type))
}

/// The sum of weights without crowd and partners, and whether the second goes on where the first leads; none if a hard test fails.
fn weigh(fleet: &Fleet<'_>, from: Stop, to: Stop) -> Option<(f64, bool)> {
    let (parameters, weights) = (fleet.parameters, &fleet.parameters.weights);
    let (ship_a, ship_b) = (fleet.ships[from.ship], fleet.ships[to.ship]);
    let (a, b) = (&ship_a.active[from.active], &ship_b.active[to.active]);
    if ship_a.mmsi == ship_b.mmsi || !(from.alone || to.alone) {
        return None;
    }
    // Pairs with one IMO number are told by the number.
    if a.said.imo.is_some() && a.said.imo == b.said.imo {
        return None;
    }
    let same = |x: Option<u16>, y: Option<u16>, metres: u16| x.zip(y).is_some_and(|(x, y)| x.abs_diff(y) <= metres);
    if !same(a.said.length(), b.said.length(), parameters.same_length) || !same(a.said.beam(), b.said.beam(), parameters.same_metres) {
        return None;
    }
    let gap = hours(a.last.t, b.first.t);
    let distance = distance_nm((a.last.lat, a.last.lon), (b.first.lat, b.first.lon));
    // Far off is near enough only where course and speed lead.
    let led = leads_to(&a.last, gap).filter(|_| (0.0..=24.0).contains(&gap));
    let miss = led.map_or(distance, |place| distance_nm(place, (b.first.lat, b.first.lon)).min(distance));
    if miss > parameters.link_nm || distance > parameters.link_knots * gap.abs() + 1.0 {
        return None;
    }
    if overlap(ship_a, ship_b) > parameters.at_once_hours {
        return None;
    }
    let mut sum = weights.prior;
    if a.said.imo.zip(b.said.imo).is_some() {
        sum += weights.other_imo;
    }
    let d = a.said.dimensions;
    if d == b.said.dimensions && d.bow > 0 && d.stern > 0 && d.port > 0 && d.starboard > 0 {
        sum += weights.same_antenna;
    } else {
        let e = b.said.dimensions;
        let equal = [(d.bow, e.bow), (d.stern, e.stern), (d.port.into(), e.port.into()), (d.starboard.into(), e.starboard.into())];
        if equal.iter().all(|&(x, y)| x > 0 && y > 0) && equal.iter().filter(|(x, y)| x == y).count() == 3 {
            sum += weights.near_antenna;
        }
    }
    if a.said.length() == b.said.length() && a.said.beam() == b.said.beam() {
        sum += weights.same_size;
    }
    match a.said.class().zip(b.said.class()) {
        Some((x, y)) if x == y => sum += weights.same_class,
        Some(_) => sum += weights.other_class,
        None => {}
    }
    if similarity(&a.said.name, &b.said.name).is_some_and(|likeness| likeness >= 0.9) {
        sum += weights.alike_name;
    }
    if !a.said.callsign.is_empty() && a.said.callsign == b.said.callsign {
        sum += weights.same_callsign;
    }
    sum += match gap {
        gap if gap <= 1.0 => weights.hour,
        gap if gap <= 6.0 => weights.six_hours,
        gap if gap <= 48.0 => 0.0,
        gap if gap <= 14.0 * 24.0 => weights.days,
        _ => weights.weeks,
    };
    let continues = goes_on(&a.last, &b.first, gap.max(0.0), distance);
    if continues {
        sum += weights.continues;
    }
    sum += if from.alone && to.alone { weights.both_alone } else { weights.known_elsewhere };
    match place(&a.last, &b.first) {
        "sea" => sum += weights.at_sea,
        "port" => sum += weights.in_port,
        _ => {}
    }
    Some((sum, continues))
}

/// Whether the second lies where speed and course of the first lead: within 2 nm and a quarter of the way, and not on another course; a ship
/// that lay still must lie within half a mile and still. After two days course and speed say nothing.
fn goes_on(a: &End, b: &End, gap: f64, distance: f64) -> bool {
    if gap > 48.0 {
        return false;
    }
    let Some(knots) = a.knots else { return false };
    if knots < 1.0 {
        return distance <= 0.5 && b.knots.is_some_and(|knots| knots < 1.0);
    }
    let Some((place, course)) = leads_to(a, gap).zip(a.course) else { return false };
    let turned = b.course.map_or(0.0, |other| ((other - course + 540.0).rem_euclid(360.0) - 180.0).abs());
    if gap <= 6.0 && turned > 60.0 {
        return false;
    }
    distance_nm(place, (b.lat, b.lon)) <= 2.0 + 0.25 * knots * gap
}

/// Pairs that are each other's best, with the number of partners within reach of the best and their weight against it: the sum of
/// exp(theirs - best), so that a much worse partner does not count.
fn mutual(candidates: &[Candidate], ends: usize, starts: usize) -> Vec<(&Candidate, u32, f64)> {
    /// Partners this far below the best are none.
    const RIVAL: f64 = 3.0;
    let (mut of_end, mut of_start) = (vec![Vec::new(); ends], vec![Vec::new(); starts]);
    for (i, candidate) in candidates.iter().enumerate() {
        of_end[candidate.end].push(i);
        of_start[candidate.start].push(i);
    }
    let mut pairs = Vec::new();
    for (i, candidate) in candidates.iter().enumerate() {
        let rivals = || of_end[candidate.end].iter().chain(&of_start[candidate.start]).filter(|&&k| k != i);
        // Of equals the first is taken, so that the answer does not depend on chance.
        let better = |&&k: &&usize| candidates[k].sum > candidate.sum || (candidates[k].sum >= candidate.sum && k < i);
        if rivals().any(|k| better(&k)) {
            continue;
        }
        let count = rivals().filter(|&&k| candidates[k].sum >= candidate.sum - RIVAL).count();
        let weight = rivals().map(|&k| (candidates[k].sum - candidate.sum).exp()).sum();
        pairs.push((candidate, u32::try_from(count + 1).unwrap_or(u32::MAX), weight));
    }
    pairs
}
