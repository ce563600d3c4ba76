//! Tracks of the ships that leads are about, read from the parts of the case.

use std::collections::BTreeMap;
use std::path::Path;

use tw_ais::Positions;
use tw_detect::{Lead, Sightings};
use tw_store::positions;

use super::Part;
use super::look::stations;
use crate::dossier::{LeadTrack, MAPS};
use crate::error::CaseError;

/// The tracks around the events of the first leads about ships, in the order of the leads; the ship before the other one.
///
/// Leads of one ship share one reading of it; the rows of one ship are in memory at a time.
///
/// # Errors
/// If a part is damaged.
pub(crate) fn tracks(ships: &Path, parts: &[Part], leads: &[Lead], sightings: Option<&Sightings>) -> Result<Vec<LeadTrack>, CaseError> {
    let Some(sightings) = sightings else { return Ok(Vec::new()) };
    let (scans, _) = stations(parts);
    let mut wanted: BTreeMap<u32, Vec<(usize, bool)>> = BTreeMap::new();
    for (i, sea) in leads.iter().enumerate().filter_map(|(i, lead)| Some((i, lead.sea.as_ref()?))).take(MAPS) {
        wanted.entry(sea.mmsi).or_default().push((i, false));
        if let Some(partner) = sea.partner_mmsi.filter(|&partner| partner != sea.mmsi) {
            wanted.entry(partner).or_default().push((i, true));
        }
    }
    let mut tracks: BTreeMap<(usize, bool), LeadTrack> = BTreeMap::new();
    for (mmsi, places) in wanted {
        let rows: Positions = positions::ship(&ships.join("positions"), mmsi, &scans)?;
        let name = sightings.seen.ships.iter().find(|ship| ship.mmsi == mmsi).map(|ship| ship.name.clone()).filter(|name| !name.is_empty());
        for (i, partner) in places {
            let Some(sea) = &leads[i].sea else { continue };
            tracks.insert((i, partner), LeadTrack::new(&leads[i], sea, (mmsi, partner), name.clone(), rows.view()));
        }
    }
    Ok(tracks.into_values().collect())
}
