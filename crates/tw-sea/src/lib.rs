//! The sea as a map: distances, land, sea routes, what a ship can have reached.
//!
//! Angles are degrees, latitudes north and longitudes east; distances say their unit in their name.

mod bytes;
mod channel;
mod geo;
mod land;
mod outline;
mod sea;

pub use bytes::Damaged;
pub use channel::channel_at;
pub use geo::{METRES_PER_NM, RADIUS_M, ahead, bearing, metres, nautical_miles, units_metres};
pub use land::Land;
pub use outline::{Bounds, outline, pack_outline};
pub use sea::{Harbour, Reach, Route, Sea};
