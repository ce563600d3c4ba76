//! All kernels over all ships, in three passes that each see one ship at a time.
//!
//! 1. [`First::look`]: tracks, identities, port calls, draught, reception of everybody.
//! 2. [`Survey::again`]: silences, judged by how others were heard, and what they may hide. It needs the reception of all ships, hence a pass of its own.
//! 3. [`Survey::slow`]: loiterings, judged by the silences of others; only ships that lingered ([`First::loiterers`]).
//!
//! Passes over different ships may run in parallel: results of pass 1 are merged with [`First::merge`], those of the others are lists.
//! [`Survey::seen`] puts everything together, in an order that does not depend on who was first.

mod seen;
mod ship;

use std::collections::{BTreeMap, BTreeSet};

use tw_ais::{Fixes, Positions, Static};
use tw_base::Country;
use tw_ports::Ports;
use tw_ports::destination::Reader;
use tw_sea::{Land, Sea};

pub use seen::{Seen, tables};
pub use ship::Ship;

use crate::Time;
use crate::calls::{CallParameters, PortCall, port_calls};
use crate::concealed::{self, Concealed, Document};
use crate::coverage::{Coverage, CoverageParameters, Receiver};
use crate::draught::{self, DraughtChange};
use crate::encounters::{EncounterParameters, GridPoint, keep_slow, resample};
use crate::gaps::{Around, Gap, GapParameters, gaps, heard_elsewhere, made_up, raise};
use crate::hulls::{self, Profile};
use crate::identity::{self, Identity, IdentityChange, ImoDoubt};
use crate::loitering::{self, Loitering, LoiteringParameters, Silences, loiterings};
use crate::segment::{self, NOISE, Segment};
use crate::spoof::{self, Spoof, Stations};

/// Furthest distance at which a port is looked for, nautical miles; places further off count as this far.
const PORT_HORIZON_NM: f64 = 50.0;

/// Speed over a silence that one hull can have made, knots (our choice: ships of this trade make 15, and positions are a little off).
const CHAIN_KNOTS: f64 = 25.0;
/// Probability of a call that was not declared from which a silence is judged together with it (our choice).
const RAISE_CALL: f64 = 0.7;
/// Chance of innocence of such a silence that is still too small: twenty times that of others (our choice), since calls of this kind are silent
/// far more often than other voyages.
const RAISE_INNOCENT: f64 = 0.1;

/// Thresholds of all kernels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// Of tracks.
    pub segment: segment::Parameters,
    /// Of identities.
    pub identity: identity::Parameters,
    /// Of hulls.
    pub hulls: hulls::Parameters,
    /// Of draughts.
    pub draught: draught::Parameters,
    /// Of reception.
    pub coverage: CoverageParameters,
    /// Of silences.
    pub gaps: GapParameters,
    /// Of meetings.
    pub encounters: EncounterParameters,
    /// Of loitering.
    pub loitering: LoiteringParameters,
    /// Of port calls.
    pub calls: CallParameters,
    /// Of positions that are made up.
    pub spoof: spoof::Parameters,
    /// Of destinations.
    pub concealed: concealed::Parameters,
}

/// What a survey knows beside the positions.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Thresholds.
    pub parameters: Parameters,
    /// Kind of each receiving station, by number.
    pub receivers: Vec<Receiver>,
    /// Barrels a tonne of the product that tankers are taken to carry: low, best, high.
    pub barrels_per_tonne: (f64, f64, f64),
    /// Declarations in documents.
    pub documents: Vec<Document>,
    /// Ports of the country that the sanctions are about.
    watched: Vec<usize>,
    ports: &'static Ports,
    land: &'static Land,
}

impl Survey {
    /// With the bundled ports and coast; `target` is the country that the sanctions are about.
    #[must_use]
    pub fn new(
        parameters: Parameters,
        target: Country,
        receivers: Vec<Receiver>,
        documents: Vec<Document>,
        barrels_per_tonne: (f64, f64, f64),
    ) -> Self {
        let ports = Ports::bundled();
        let watched = ports.by_country(target).iter().copied().filter(|&n| ports.get(n).position().is_some()).collect();
        Self { parameters, receivers, barrels_per_tonne, documents, watched, ports, land: Land::bundled() }
    }

    fn receiver(&self, n: u16) -> Receiver {
        self.receivers.get(usize::from(n)).copied().unwrap_or(Receiver::Unknown)
    }

    fn shore_nm(&self, lat: f64, lon: f64) -> f64 {
        self.land.coast_nm(lat, lon)
    }

    fn port_nm(&self, lat: f64, lon: f64) -> f64 {
        self.ports.nearest(lat, lon, PORT_HORIZON_NM).map_or(PORT_HORIZON_NM, |(_, nm)| nm)
    }

    fn in_port(&self, lat: f64, lon: f64) -> bool {
        self.port_nm(lat, lon) <= self.parameters.gaps.port_nm
    }

    /// Pass 2: the silences of one ship, and what may hide in them. `first` holds all of pass 1, settled.
    pub fn again(&self, first: &First, second: &mut Second, fixes: Fixes<'_>, statics: &[Static]) {
        let around = Around {
            coverage: Some(&first.coverage),
            receiver: &|n| self.receiver(n),
            shore_nm: &|lat, lon| self.shore_nm(lat, lon),
            port_nm: &|lat, lon| self.port_nm(lat, lon),
            until: first.until,
        };
        let mmsi = fixes.mmsi.first().copied().unwrap_or_default();
        let of_ship = |of: u32| of == mmsi;
        let calls: Vec<&PortCall> = range(&first.calls, mmsi, |call| call.mmsi).collect();
        let draughts: Vec<&DraughtChange> = range(&first.draughts, mmsi, |change| change.mmsi).filter(|c| of_ship(c.mmsi)).collect();
        let fleet = concealed::Fleet {
            ports: self.ports,
            reader: Reader::bundled(),
            sea: Sea::bundled(),
            watched: &self.watched,
            calls: &first.by_port,
            heard: &|lat, lon| first.coverage.heard_from_land(lat, lon),
            documents: &self.documents,
            parameters: &self.parameters.concealed,
            until: first.until.unwrap_or(i64::MAX),
        };
        let ship_type = ship::ship_type(statics);
        let barrels =
            ship::hull(statics).and_then(|hull| draught::delivery_prior(&hull, self.barrels_per_tonne)).map(|cargo| cargo.barrels);
        // Of all rows: a track that was split in two is what a jump looks like.
        let mut spoofs = spoof::spoofs(fixes, &first.stations, &self.parameters.spoof);
        spoofs.extend(spoof::copied(fixes, &first.tracks, &self.parameters.spoof));
        spoof::join(&mut spoofs);
        let mut hidden: Vec<Concealed> = Vec::new();
        // What was made up tells nothing of where the ship was, and would join its tracks wrongly.
        let believed = believed(fixes, &spoofs);
        self.chains(believed.as_ref().map_or(fixes, Positions::view), statics, &mut |track| {
            let mut silences = gaps(track, &self.parameters.gaps, &around);
            silences.sort_by_key(|gap| (gap.t0, gap.first));
            heard_elsewhere(&mut silences, fixes);
            made_up(&mut silences, &spoofs);
            let ship = concealed::Ship {
                fixes: track,
                statics,
                calls: &calls,
                gaps: &silences.iter().collect::<Vec<_>>(),
                draughts: &draughts,
                ship_type,
                barrels,
            };
            let found = concealed::concealed(&fleet, &ship);
            for row in found.iter().filter(|row| row.p_call >= RAISE_CALL && row.score >= RAISE_CALL) {
                let hides = |gap: &&mut Gap| row.gap_t0 == Some(gap.t0) && row.gap_t1 == gap.t1;
                let least = self.parameters.coverage.min_witnesses;
                silences.iter_mut().filter(hides).for_each(|gap| {
                    raise(gap, row.p_call * row.score, RAISE_INNOCENT, least);
                    gap.call = Some(row.p_call * row.score);
                });
            }
            hidden.extend(found);
            second.gaps.append(&mut silences);
        });
        second.spoofs.extend(spoofs);
        // One voyage seen from two chains is one: the likelier row stands for it.
        hidden.sort_by(|a, b| a.t0.cmp(&b.t0).then(b.score.total_cmp(&a.score)).then(a.first.cmp(&b.first)));
        hidden.dedup_by_key(|row| row.t0);
        second.concealed.append(&mut hidden);
    }

    /// Pass 3: where one ship lingered. `silences` are those of all ships.
    #[must_use]
    pub fn slow(&self, first: &First, silences: &Silences, fixes: Fixes<'_>, statics: &[Static]) -> Vec<Loitering> {
        let mmsi = fixes.mmsi.first().copied().unwrap_or_default();
        let changes: Vec<&DraughtChange> = range(&first.draughts, mmsi, |change| change.mmsi).collect();
        let drawn = |t0: Time, t1: Time| {
            if statics.iter().all(|s| s.draught == 0) {
                return None;
            }
            // The field is typed late: within half a day after the end counts. A change that a port call explains, or of which nobody knows the day, says nothing.
            Some(changes.iter().any(|change| {
                !change.in_port
                    && change.t1.0 >= t0.0
                    && change.t0.0 <= t1.0.saturating_add(43_200)
                    && change.t1.0.saturating_sub(change.t0.0) <= 2 * 86_400
            }))
        };
        let seen = |ship: u32, from: Time, to: Time, lat: f64, lon: f64| {
            Some(first.somebody_near(&self.parameters.encounters, ship, from, to, lat, lon))
        };
        let mut found = Vec::new();
        // Where positions are made up nobody lingers.
        let believed = believed(fixes, &spoof::spoofs(fixes, &first.stations, &self.parameters.spoof));
        self.tracks(believed.as_ref().map_or(fixes, Positions::view), statics, &mut |track, _| {
            let context = loitering::Context {
                ship_type: ship::ship_type(statics),
                draught_changed: &drawn,
                partner_seen: &seen,
                type_of: &|mmsi| first.ships.binary_search_by_key(&mmsi, |ship| ship.mmsi).map_or(0, |i| first.ships[i].ship_type),
                shore_nm: &|lat, lon| self.shore_nm(lat, lon),
                port_nm: &|lat, lon| self.port_nm(lat, lon),
                silences,
            };
            found.extend(loiterings(track, &self.parameters.loitering, &context));
        });
        found.sort_by_key(|l| (l.t0, l.first));
        found
    }

    /// Hands out each track of one MMSI: rows that one hull can have sent, noise left out.
    fn tracks(&self, fixes: Fixes<'_>, statics: &[Static], track: &mut dyn FnMut(Fixes<'_>, &[Segment])) {
        let split = segment::segment(fixes, statics, &self.parameters.segment);
        self.split(fixes, &split, track);
    }

    /// Hands out each chain of tracks of one MMSI that one hull can have sent one after the other: what a silence cuts is one ship still.
    fn chains(&self, fixes: Fixes<'_>, statics: &[Static], track: &mut dyn FnMut(Fixes<'_>)) {
        let split = segment::segment(fixes, statics, &self.parameters.segment);
        let mut segments: Vec<&Segment> = split.segments.iter().filter(|s| !s.noise).collect();
        if segments.len() == 1 && split.label.iter().all(|&l| l != NOISE) {
            return track(fixes);
        }
        segments.sort_by_key(|s| (s.t0, s.segment));
        let mut chains: Vec<Vec<&Segment>> = Vec::new();
        for segment in segments {
            let knots = |end: &Segment| {
                let hours = segment.t0.0.saturating_sub(end.t1.0).max(1) as f64 / 3600.0;
                tw_sea::nautical_miles(end.lat1, end.lon1, segment.lat, segment.lon) / hours
            };
            let follows = |chain: &&mut Vec<&Segment>| chain.last().is_some_and(|end| end.t1 <= segment.t0 && knots(end) <= CHAIN_KNOTS);
            // The longest of those that it can follow.
            match chains.iter_mut().filter(follows).max_by_key(|chain| chain.iter().map(|s| u64::from(s.n)).sum::<u64>()) {
                Some(chain) => chain.push(segment),
                None => chains.push(vec![segment]),
            }
        }
        for chain in chains {
            let of_chain = |label: u32| chain.iter().any(|s| s.segment == label);
            let rows: Positions = fixes.iter().zip(&split.label).filter(|(_, label)| of_chain(**label)).map(|(fix, _)| fix).collect();
            track(rows.view());
        }
    }

    fn split(&self, fixes: Fixes<'_>, split: &segment::Segmentation, track: &mut dyn FnMut(Fixes<'_>, &[Segment])) {
        let hulls = split.segments.iter().filter(|s| !s.noise).count();
        if hulls == 1 && split.label.iter().all(|&l| l != NOISE) {
            return track(fixes, &split.segments);
        }
        for segment in split.segments.iter().filter(|s| !s.noise) {
            let rows: Positions =
                fixes.iter().zip(&split.label).filter(|(_, label)| **label == segment.segment).map(|(fix, _)| fix).collect();
            track(rows.view(), std::slice::from_ref(segment));
        }
    }
}

/// The rows outside the stretches that were apparently made up; none if that is all of them.
fn believed(fixes: Fixes<'_>, spoofs: &[Spoof]) -> Option<Positions> {
    let false_ones: Vec<(i64, i64)> = spoofs.iter().filter(|spoof| spoof.score >= 0.5).map(|spoof| (spoof.t0.0, spoof.t1.0)).collect();
    let made_up = |t: i64| false_ones.iter().any(|&(t0, t1)| t0 <= t && t <= t1);
    if false_ones.is_empty() {
        return None;
    }
    Some(fixes.iter().filter(|fix| !made_up(fix.t)).collect())
}

/// Rows of one ship in a list sorted by ship.
fn range<T>(rows: &[T], mmsi: u32, of: impl Fn(&T) -> u32) -> impl Iterator<Item = &T> {
    let from = rows.partition_point(|row| of(row) < mmsi);
    rows[from..].iter().take_while(move |row| of(row) == mmsi)
}

/// What pass 2 finds.
#[derive(Clone, Debug, Default)]
pub struct Second {
    /// Silences.
    pub gaps: Vec<Gap>,
    /// Positions that are made up.
    pub spoofs: Vec<Spoof>,
    /// Destinations that apparently were not the declared ones.
    pub concealed: Vec<Concealed>,
}

impl Second {
    /// Adds what was found among other ships.
    pub fn merge(&mut self, other: Self) {
        self.gaps.extend(other.gaps);
        self.spoofs.extend(other.spoofs);
        self.concealed.extend(other.concealed);
    }
}

/// What pass 1 finds.
pub struct First {
    coverage: Coverage,
    segments: Vec<Segment>,
    identities: Vec<Identity>,
    changes: Vec<IdentityChange>,
    doubts: Vec<ImoDoubt>,
    draughts: Vec<DraughtChange>,
    shared: Vec<hulls::SharedMmsi>,
    profiles: Vec<Profile>,
    ships: Vec<Ship>,
    calls: Vec<PortCall>,
    by_port: BTreeMap<usize, BTreeMap<u32, u32>>,
    stations: Stations,
    tracks: spoof::Tracks,
    points: Vec<GridPoint>,
    loiterers: BTreeSet<u32>,
    until: Option<i64>,
    rows: u64,
    noise: u64,
}

impl First {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(survey: &Survey) -> Self {
        Self {
            coverage: Coverage::new(survey.parameters.coverage.clone()),
            segments: Vec::new(),
            identities: Vec::new(),
            changes: Vec::new(),
            doubts: Vec::new(),
            draughts: Vec::new(),
            shared: Vec::new(),
            profiles: Vec::new(),
            ships: Vec::new(),
            calls: Vec::new(),
            by_port: BTreeMap::new(),
            stations: Stations::default(),
            tracks: spoof::Tracks::default(),
            points: Vec::new(),
            loiterers: BTreeSet::new(),
            until: None,
            rows: 0,
            noise: 0,
        }
    }

    /// Ships of which [`Survey::slow`] wants the positions once more.
    #[must_use]
    pub fn loiterers(&self) -> &BTreeSet<u32> {
        &self.loiterers
    }

    /// Looks at all positions and static reports of one MMSI, both in the order of time.
    pub fn look(&mut self, survey: &Survey, fixes: Fixes<'_>, statics: &[Static]) {
        let Some(&mmsi) = fixes.mmsi.first() else { return };
        let p = &survey.parameters;
        self.rows += fixes.len() as u64;
        if let Some(&last) = fixes.t.last() {
            self.until = Some(self.until.map_or(last, |until| until.max(last)));
        }
        let split = segment::segment(fixes, statics, &p.segment);
        self.noise += split.label.iter().filter(|&&l| l == NOISE).count() as u64;
        let pieces = hulls::interleaved(&split);
        if pieces.len() > 1 {
            self.shared.extend(hulls::shared_mmsi(mmsi, &pieces, &p.hulls));
        }
        let (shore, receiver) = (|lat: f64, lon: f64| survey.shore_nm(lat, lon), |n: u16| survey.receiver(n));
        let port = |lat: f64, lon: f64| survey.port_nm(lat, lon);
        let nobody = Silences::default();
        survey.split(fixes, &split, &mut |track, _| {
            self.coverage.add(track, &receiver, &shore);
            self.stations.learn(track);
            self.tracks.learn(track);
            self.calls.extend(port_calls(track, survey.ports, &p.calls));
            let from = self.points.len();
            resample(track, &p.encounters, &mut self.points);
            keep_slow(&mut self.points, from, &p.encounters, &port);
            let context = loitering::Context {
                ship_type: ship::ship_type(statics),
                draught_changed: &|_, _| None,
                partner_seen: &|_, _, _, _, _| None,
                type_of: &|_| 0,
                shore_nm: &shore,
                port_nm: &port,
                silences: &nobody,
            };
            if !loiterings(track, &p.loitering, &context).is_empty() {
                self.loiterers.insert(mmsi);
            }
            self.draughts.extend(draught::draught_changes(
                statics,
                track,
                |lat, lon| survey.in_port(lat, lon),
                None,
                Some(survey.barrels_per_tonne),
                &p.draught,
            ));
            self.profiles.extend(hulls::profile(track, statics, |lat, lon| Some(survey.in_port(lat, lon)), &p.hulls));
        });
        self.segments.extend(split.segments);
        self.identities.extend(identity::identities(statics, &p.identity));
        self.changes.extend(identity::identity_changes(statics, fixes, &p.identity));
        self.doubts.extend(identity::imo_doubts(statics, &p.identity));
        self.ships.push(Ship::of(fixes, statics));
    }

    /// Adds what was found among other ships.
    pub fn merge(&mut self, other: Self) {
        self.coverage.merge(other.coverage);
        self.segments.extend(other.segments);
        self.identities.extend(other.identities);
        self.changes.extend(other.changes);
        self.doubts.extend(other.doubts);
        self.draughts.extend(other.draughts);
        self.shared.extend(other.shared);
        self.profiles.extend(other.profiles);
        self.ships.extend(other.ships);
        self.calls.extend(other.calls);
        self.stations.merge(other.stations);
        self.tracks.merge(other.tracks);
        self.points.extend(other.points);
        self.loiterers.extend(other.loiterers);
        self.until = self.until.max(other.until);
        self.rows += other.rows;
        self.noise += other.noise;
    }

    /// Brings everything into one order. To be called once, after the last merge.
    pub fn settle(&mut self, survey: &Survey) {
        self.stations.settle();
        self.calls.sort_by_key(|call| (call.mmsi, call.t0, call.first));
        for call in self.calls.iter().filter(|call| call.confidence >= 2) {
            if let Some(port) = survey.ports.by_key(&call.port) {
                *self.by_port.entry(port).or_default().entry(call.mmsi).or_default() += 1;
            }
        }
        self.points.sort_unstable_by_key(|point| (point.slot, point.mmsi, point.record, point.file));
        self.ships.sort_by_key(|ship| ship.mmsi);
        self.profiles.sort_by_key(|profile| (profile.mmsi, profile.first().map(|end| end.t)));
        self.segments.sort_by_key(|s| (s.mmsi, s.segment));
        self.identities.sort_by(|a, b| (a.mmsi, &a.field, a.t0, &a.value).cmp(&(b.mmsi, &b.field, b.t0, &b.value)));
        self.changes.sort_by(|a, b| (a.mmsi, a.t1, &a.field).cmp(&(b.mmsi, b.t1, &b.field)));
        self.doubts.sort_by_key(|d| (d.mmsi, d.t0, d.imo));
        self.draughts.sort_by_key(|d| (d.mmsi, d.t0, d.first));
        // One change of draught seen from two tracks of one MMSI is one.
        self.draughts.dedup_by(|a, b| (a.mmsi, a.t0, a.t1) == (b.mmsi, b.t0, b.t1));
        self.shared.sort_by_key(|s| (s.mmsi, s.t0));
    }

    /// Whether another slow ship was within a nautical mile at a round time between two moments.
    fn somebody_near(&self, p: &EncounterParameters, mmsi: u32, from: Time, to: Time, lat: f64, lon: f64) -> bool {
        let slot = |t: i64| i32::try_from(t.div_euclid(p.grid_s.max(1))).unwrap_or(i32::MAX);
        let start = self.points.partition_point(|point| point.slot < slot(from.0));
        self.points[start..].iter().take_while(|point| point.slot <= slot(to.0)).any(|point| {
            point.mmsi != mmsi
                && (f64::from(point.lat) / f64::from(tw_ais::UNITS_PER_DEGREE) - lat).abs() < 0.02
                && tw_sea::nautical_miles(
                    lat,
                    lon,
                    f64::from(point.lat) / f64::from(tw_ais::UNITS_PER_DEGREE),
                    f64::from(point.lon) / f64::from(tw_ais::UNITS_PER_DEGREE),
                ) <= 1.0
        })
    }
}
