//! Canal transits: waiting at one end of a canal and then passing it is not a call.

use tw_ais::{Fixes, UNITS_PER_DEGREE};
use tw_ports::Ports;

use super::{Call, CallParameters, flat_nm, seconds, usable};

/// A canal by its two ends (latitude, longitude), how far off an end ships wait, in nautical miles, and how long a transit may take, in hours.
struct Canal {
    ends: [(f64, f64); 2],
    reach_nm: f64,
    transit_h: f64,
}

/// Suez, Panama, Kiel. Ends from the positions of Port Said and Suez, Cristobal and Balboa, Brunsbuttel and Holtenau in the World Port Index;
/// distances and times are our choice, three times a usual transit (Suez 12 to 16 h, Panama 10 h, Kiel 8 h).
const CANALS: [Canal; 3] = [
    Canal { ends: [(31.25, 32.3), (29.97, 32.55)], reach_nm: 15.0, transit_h: 48.0 },
    Canal { ends: [(9.35, -79.9), (8.95, -79.57)], reach_nm: 12.0, transit_h: 30.0 },
    Canal { ends: [(53.9, 9.13), (54.37, 10.15)], reach_nm: 5.0, transit_h: 24.0 },
];

/// Leaves out the calls that are a wait for a transit: at one end of a canal, not moored, the ship at the other end soon before or after.
pub(super) fn without_transits(calls: Vec<Call>, fixes: Fixes<'_>, ports: &Ports, parameters: &CallParameters) -> Vec<Call> {
    let longest = seconds(parameters.canal_wait_h);
    calls.into_iter().filter(|call| !is_wait(call, fixes, ports, longest)).collect()
}

fn is_wait(call: &Call, fixes: Fixes<'_>, ports: &Ports, longest: i64) -> bool {
    if call.moored_s > call.anchored_s || call.stopped_s.saturating_add(call.gap_s) > longest {
        return false;
    }
    let here = ports.get(call.port).position().unwrap_or((call.lat, call.lon));
    for canal in &CANALS {
        for (near, far) in [(0, 1), (1, 0)] {
            if flat_nm(canal.ends[near], here) <= canal.reach_nm && passes(call, fixes, canal, canal.ends[far]) {
                return true;
            }
        }
    }
    false
}

/// Whether the ship was at the far end within the time of a transit before or after the call.
fn passes(call: &Call, fixes: Fixes<'_>, canal: &Canal, far: (f64, f64)) -> bool {
    let time = seconds(canal.transit_h);
    let from = fixes.t.partition_point(|&t| t < call.t0.saturating_sub(time));
    (from..fixes.len()).take_while(|&i| fixes.t[i] <= call.t1.saturating_add(time)).any(|i| {
        let (lat, lon) = (f64::from(fixes.lat[i]) / f64::from(UNITS_PER_DEGREE), f64::from(fixes.lon[i]) / f64::from(UNITS_PER_DEGREE));
        usable(fixes, i) && flat_nm(far, (lat, lon)) <= canal.reach_nm
    })
}
