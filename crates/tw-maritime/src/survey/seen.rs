//! Everything that was seen.

use arrow_array::RecordBatch;

use super::{First, Ship, Survey};
use crate::Event;
use crate::draught::DraughtChange;
use crate::encounters::{Encounter, Hull, Knowledge, push_sorted};
use crate::gaps::Gap;
use crate::hulls::{FalseFlag, HullLink, SharedMmsi, false_flags, hull_links};
use crate::identity::{Identity, IdentityChange, ImoDoubt};
use crate::loitering::Loitering;
use crate::segment::Segment;

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
    /// Puts together what the passes found; `first` is settled.
    #[must_use]
    pub fn seen(&self, first: First, mut gaps: Vec<Gap>, mut loiterings: Vec<Loitering>) -> Seen {
        let p = &self.parameters;
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
        Seen {
            hull_links: hull_links(&first.profiles, &p.hulls),
            false_flags: false_flags(&first.profiles, &[], &p.hulls),
            ships: first.ships,
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
