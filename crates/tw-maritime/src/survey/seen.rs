//! Everything that was seen.

use arrow_array::RecordBatch;
use tw_ais::Static;

use super::{First, Second, Ship, Survey};
use crate::Event;
use crate::calls::PortCall;
use crate::concealed::Concealed;
use crate::draught::DraughtChange;
use crate::encounters::{Encounter, Hull, Knowledge, push_sorted};
use crate::gaps::Gap;
use crate::hulls::{FalseFlag, HullLink, SharedMmsi, false_flags, hull_links};
use crate::identity::{Identity, IdentityChange, ImoDoubt};
use crate::loitering::Loitering;
use crate::segment::Segment;
use crate::spoof::{Spoof, mark_common};
use crate::voyages::{Voyage, VoyageParameters, voyages};

macro_rules! seen {
    ($($(#[doc = $doc:literal])+ $field:ident : $event:ty,)+) => {
        /// Everything that was seen, each kind in a fixed order.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Seen {
            $($(#[doc = $doc])+ pub $field: Vec<$event>,)+
            /// Positions looked at.
            pub rows: u64,
            /// Positions that no hull can have sent, left out.
            pub noise: u64,
        }

        impl Seen {
            /// Each kind as a table: name and rows.
            #[must_use]
            pub fn batches(&self) -> Vec<(&'static str, RecordBatch)> {
                vec![$((<$event as Event>::TABLE, <$event as Event>::batch(&self.$field)),)+]
            }
        }

        /// The tables of a survey: name, what a row is, columns with their meaning.
        #[must_use]
        pub fn tables() -> Vec<(&'static str, &'static str, &'static [(&'static str, &'static str)])> {
            vec![$((<$event as Event>::TABLE, <$event as Event>::DOC, <$event as Event>::COLUMNS),)+]
        }
    };
}

seen! {
    /// Ships in short.
    ships: Ship,
    /// Tracks of one hull each.
    segments: Segment,
    /// What ships said of themselves, by field and time.
    identities: Identity,
    /// Changes of it.
    identity_changes: IdentityChange,
    /// IMO numbers that cannot be right.
    imo_doubts: ImoDoubt,
    /// One MMSI on several hulls at once.
    shared_mmsi: SharedMmsi,
    /// One hull under several MMSIs.
    hull_links: HullLink,
    /// Flags in doubt.
    false_flags: FalseFlag,
    /// Calls at ports.
    port_calls: PortCall,
    /// Voyages between them.
    sailings: Voyage,
    /// Voyages whose destination apparently was not the declared one.
    concealed: Concealed,
    /// Positions that are made up.
    spoofs: Spoof,
    /// Silences.
    gaps: Gap,
    /// Meetings at sea, both heard.
    encounters: Encounter,
    /// Slow ships at sea.
    loiterings: Loitering,
    /// Changes of draught.
    draught_changes: DraughtChange,
}

impl Survey {
    /// Puts together what the passes found; `first` is settled. `statics` are those of all ships, sorted by ship and time.
    #[must_use]
    pub fn seen(&self, mut first: First, second: Second, mut loiterings: Vec<Loitering>, statics: &[Static]) -> Seen {
        let p = &self.parameters;
        crate::hulls::swapped(&mut first.changes, |lat, lon| self.in_port(lat, lon));
        let Second { mut gaps, mut spoofs, mut concealed } = second;
        concealed.sort_by_key(|c| (c.mmsi, c.t0, c.first));
        mark_common(&mut spoofs, &p.spoof);
        spoofs.sort_by_key(|s| (s.mmsi, s.t0, s.kind as u8, s.first));
        let mut sailings = Vec::new();
        for calls in first.calls.chunk_by(|a, b| a.mmsi == b.mmsi) {
            let said: Vec<Static> = super::range(statics, calls[0].mmsi, |s| s.mmsi).cloned().collect();
            sailings.extend(voyages(calls, &said, &[], &[], &VoyageParameters::default()).into_iter().map(|sailing| sailing.voyage));
        }
        gaps.sort_by_key(|gap| (gap.mmsi, gap.t0, gap.first));
        loiterings.sort_by_key(|l| (l.mmsi, l.t0, l.first));
        let hull = |mmsi: u32| {
            let Ok(i) = first.ships.binary_search_by_key(&mmsi, |ship| ship.mmsi) else { return Hull::default() };
            let ship = &first.ships[i];
            let small = |n: Option<u32>| n.and_then(|n| u16::try_from(n).ok());
            Hull { ship_type: ship.ship_type, length: small(ship.length), beam: small(ship.beam) }
        };
        let knowledge = Knowledge { hull: &hull, port_nm: &|lat, lon| self.port_nm(lat, lon) };
        let mut state = crate::encounters::Encounters::new(p.encounters.clone());
        let mut points = first.points;
        push_sorted(&mut state, &mut points);
        let encounters = state.finish(&knowledge);
        partner_heard(&mut loiterings, &encounters);
        let hull_links = hull_links(&first.profiles, &p.hulls);
        other_number(&mut gaps, &hull_links);
        borrowed_number(&mut gaps, &first.shared, &first.segments);
        Seen {
            hull_links,
            false_flags: false_flags(&first.profiles, &[], &p.hulls),
            ships: first.ships,
            port_calls: first.calls,
            sailings,
            concealed,
            spoofs,
            segments: first.segments,
            identities: first.identities,
            identity_changes: first.changes,
            imo_doubts: first.doubts,
            shared_mmsi: first.shared,
            gaps,
            encounters,
            loiterings,
            draught_changes: first.draughts,
            rows: first.rows,
            noise: first.noise,
        }
    }
}

/// Marks silences in which the ship apparently went on under another number: that is no silence, but a change of number.
fn other_number(gaps: &mut [Gap], links: &[HullLink]) {
    let near = |a: i64, b: i64| a.abs_diff(b) <= 3600;
    for gap in gaps.iter_mut().filter(|gap| gap.cause == "unexplained") {
        let goes_on = |link: &HullLink| {
            let left = link.mmsi_a == gap.mmsi && near(link.t0.0, gap.t0.0);
            let back = link.mmsi_b == gap.mmsi && gap.t1.is_some_and(|t1| near(link.t1.0, t1.0));
            link.score >= 0.5 && link.kind != "same_imo_at_once" && (left || back)
        };
        if links.iter().any(goes_on) {
            "elsewhere".clone_into(&mut gap.cause);
            gap.score = 0.0;
        }
    }
}

/// Marks silences in which a number that two hulls used at once was heard from where the ship fell silent, and up to where it was heard again: apparently
/// it went on under that number, and nothing was silent. The number's use by two is reported by itself.
fn borrowed_number(gaps: &mut [Gap], shared: &[SharedMmsi], segments: &[Segment]) {
    /// What one hull makes good in knots, and how far positions are off in nautical miles (our choices).
    const KNOTS: f64 = 25.0;
    const OFF_NM: f64 = 3.0;
    /// How long a change of number takes at most, seconds (our choice): where the one end is as near as that, at the other both may have been out of
    /// hearing for the longer time.
    const CHANGE_S: u64 = 3 * 3600;
    const UNHEARD_S: u64 = 12 * 3600;
    let numbers: std::collections::BTreeSet<u32> = shared.iter().map(|s| s.mmsi).collect();
    for gap in gaps.iter_mut().filter(|gap| gap.cause == "unexplained") {
        // Hours apart of two places and times that one hull can have been at.
        let apart = |t: i64, at: (f64, f64), other: i64, there: (f64, f64)| {
            let apart = t.abs_diff(other);
            let near = tw_sea::nautical_miles(at.0, at.1, there.0, there.1) <= KNOTS * apart as f64 / 3600.0 + OFF_NM;
            (apart <= UNHEARD_S && near).then_some(apart)
        };
        let goes_on = |&mmsi: &u32| {
            let at_once = |s: &SharedMmsi| s.mmsi == mmsi && s.t0 <= gap.t1.unwrap_or(s.t0) && gap.t0 <= s.t1;
            if mmsi == gap.mmsi || !shared.iter().any(at_once) {
                return false;
            }
            let own = || super::range(segments, mmsi, |s| s.mmsi).filter(|s| !s.noise);
            let begins = own().filter_map(|s| apart(gap.t0.0, (gap.lat, gap.lon), s.t0.0, (s.lat, s.lon))).min();
            let ends = match (gap.t1, gap.lat1, gap.lon1) {
                (Some(t1), Some(lat), Some(lon)) => own().filter_map(|s| apart(t1.0, (lat, lon), s.t1.0, (s.lat1, s.lon1))).min(),
                _ => begins,
            };
            begins.zip(ends).is_some_and(|(begins, ends)| begins.min(ends) <= CHANGE_S)
        };
        if numbers.iter().any(goes_on) {
            "elsewhere".clone_into(&mut gap.cause);
            gap.score = 0.0;
        }
    }
}

/// Takes back one-sided loiterings beside which the ship met one that was heard: a partner under two numbers in turn, or heard for a part of the
/// time, is no dark one.
fn partner_heard(loiterings: &mut [Loitering], encounters: &[Encounter]) {
    /// Time and distance up to which meeting and loitering are one affair, seconds and nautical miles (our choice).
    const APART_S: i64 = 2 * 3600;
    const OFF_NM: f64 = 5.0;
    let mut met: std::collections::BTreeMap<u32, Vec<&Encounter>> = std::collections::BTreeMap::new();
    for encounter in encounters.iter().filter(|encounter| encounter.score >= 0.5) {
        met.entry(encounter.mmsi).or_default().push(encounter);
        met.entry(encounter.mmsi_b).or_default().push(encounter);
    }
    for loitering in loiterings.iter_mut().filter(|loitering| loitering.one_sided) {
        let beside = |encounter: &&Encounter| {
            encounter.t0.0.saturating_sub(APART_S) <= loitering.t1.0
                && loitering.t0.0.saturating_sub(APART_S) <= encounter.t1.0
                && tw_sea::nautical_miles(encounter.lat, encounter.lon, loitering.lat, loitering.lon) <= OFF_NM
        };
        if met.get(&loitering.mmsi).is_some_and(|met| met.iter().any(beside)) {
            (loitering.one_sided, loitering.score, loitering.partner_gap_mmsi) = (false, 0.0, None);
            loitering.innocent = Some("partner_seen".to_owned());
        }
    }
}
