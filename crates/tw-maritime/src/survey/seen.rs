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
        let hull_links = hull_links(&first.profiles, &p.hulls);
        other_number(&mut gaps, &hull_links);
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
