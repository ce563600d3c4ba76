//! A ship in short.

use tw_ais::{Fixes, Static};

use crate::draught::Hull;
use crate::mid::flag;
use crate::{At, Time};

crate::event! {
    /// One MMSI in short: the last that it said of itself, and when it was heard.
    pub struct Ship in "ships" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// IMO number as it was sent last; the check digit is not tested.
        imo: Option<u32>,
        /// Name.
        name: String,
        /// Call sign.
        callsign: String,
        /// ISO code of the flag that the MMSI stands for.
        flag: Option<String>,
        /// Type of ship and cargo (ITU-R M.1371-5, table 53); 0 is not known.
        ship_type: u8,
        /// Length in metres.
        length: Option<u32>,
        /// Beam in metres.
        beam: Option<u32>,
        /// Deepest draught that it reported, metres.
        draught_max: Option<f64>,
        /// Destination typed last.
        destination: Option<String>,
        /// First position.
        t0: Time,
        /// Last position.
        t1: Time,
        /// Positions.
        n: u32,
        /// Record of the first position.
        first: At,
        /// Record of the last position.
        last: At,
    }
}

/// Type of ship that the reports say most often, longest run first; 0 is not known.
pub(super) fn ship_type(statics: &[Static]) -> u8 {
    statics.iter().filter(|s| s.ship_type > 0).max_by_key(|s| (s.n, std::cmp::Reverse(s.t))).map_or(0, |s| s.ship_type)
}

/// The hull that the reports describe, if they give its size.
pub(super) fn hull(statics: &[Static]) -> Option<Hull> {
    let size =
        statics.iter().filter(|s| s.dimensions.length().is_some() && s.dimensions.beam().is_some()).max_by_key(|s| (s.t_last, s.t))?;
    let deepest = statics.iter().map(|s| s.draught).filter(|&d| d > 0 && d < 255).max();
    Some(Hull {
        length: f64::from(size.dimensions.length()?),
        beam: f64::from(size.dimensions.beam()?),
        draught_max: deepest.map(|d| f64::from(d) / 10.0),
        dwt: None,
        ship_type: ship_type(statics),
    })
}

impl Ship {
    /// From all positions and static reports of one MMSI.
    ///
    /// # Panics
    /// Without a position.
    pub(super) fn of(fixes: Fixes<'_>, statics: &[Static]) -> Self {
        let (first, last) = (fixes.get(0), fixes.get(fixes.len() - 1));
        let latest = |says: &dyn Fn(&Static) -> bool| statics.iter().filter(|s| says(s)).max_by_key(|s| (s.t_last, s.t));
        let text = |of: fn(&Static) -> &String| latest(&|s| !of(s).is_empty()).map(of).cloned();
        let size = latest(&|s| s.dimensions.length().is_some()).map(|s| s.dimensions);
        Self {
            mmsi: first.mmsi,
            imo: latest(&|s| s.imo != 0).map(|s| s.imo),
            name: text(|s| &s.name).unwrap_or_default(),
            callsign: text(|s| &s.callsign).unwrap_or_default(),
            flag: flag(first.mmsi).map(|flag| flag.country.to_string()),
            ship_type: ship_type(statics),
            length: size.and_then(|d| d.length()).map(u32::from),
            beam: size.and_then(|d| d.beam()).map(u32::from),
            draught_max: statics.iter().map(|s| s.draught).filter(|&d| d > 0 && d < 255).max().map(|d| f64::from(d) / 10.0),
            destination: text(|s| &s.destination),
            t0: Time(first.t),
            t1: Time(last.t),
            n: u32::try_from(fixes.len()).unwrap_or(u32::MAX),
            first: At::of(&first),
            last: At::of(&last),
        }
    }
}
