//! One hull behind several numbers, and several hulls behind one.
//!
//! The caller builds one [`Profile`] a ship ([`profile`]) and hands all of them over. Pairs are found through grids, never all against all.

mod flags;
mod link;
mod profile;
mod shared;
mod swap;

pub use flags::{FalseFlag, Registered, false_flags};
pub use link::{HullLink, hull_links, reflags};
pub use profile::{Active, Cut, End, Profile, Said, Sample, profile};
pub use shared::{Piece, SharedMmsi, interleaved, shared_mmsi};
pub use swap::swapped;

/// Thresholds and weights of this module.
///
/// There are no public labels for hull links. Every weight is our choice, to be fitted on simulated ships; until then a score is a rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Hours without a position that end a time of activity. GFW's published gap events: 6.
    pub gap_hours: f64,
    /// Knots above which two fixes are not one ship's. Our choice: above any cargo ship, below a wrong digit.
    pub jump_knots: f64,
    /// Nautical miles below which no jump is seen, whatever the speed. Our choice.
    pub jump_nm: f64,
    /// Fixes that must stay at the new place for a jump. Our choice.
    pub jump_fixes: usize,
    /// Hours between the places kept of a track. Our choice.
    pub sample_hours: f64,
    /// Hours from the ends of all data within which an end or a beginning is the data's and not the ship's. Our choice.
    pub margin_hours: f64,
    /// Days that may lie between the last fix of one and the first of the other. Methods note 2.3.
    pub link_days: f64,
    /// Knots a ship can make good between them. Methods note 2.3.
    pub link_knots: f64,
    /// Nautical miles at most between them. Methods note 2.3.
    pub link_nm: f64,
    /// Metres that the beam may differ. Methods note 2.3 and our choice.
    pub same_metres: u16,
    /// Metres that the length may differ; dimensions are typed by hand. Our choice.
    pub same_length: u16,
    /// Metres from which a ship takes part: boats of one length are legion. Our choice.
    pub shortest: u16,
    /// Lowest score that is reported. Our choice.
    pub lowest_score: f64,
    /// Hours of use at once from which two MMSIs with one IMO number are at once and not one after the other. Our choice.
    pub at_once_hours: f64,
    /// Nautical miles between two places at once that one ship cannot bridge. Our choice.
    pub apart_nm: f64,
    /// Hours for which a number must be in two places at once to be called shared. Our choice: longer than most jamming, shorter than a voyage.
    pub shared_hours: f64,
    /// Hours around a change of number at sea that make it a change at sea and not a ship that was away. Our choice.
    pub at_sea_hours: f64,
    /// MMSIs with one IMO number above which the number is taken for a placeholder. Our choice.
    pub largest_group: usize,
    /// Ships that jump within an hour and a degree of each other, from which it is jamming and no swap. Methods note 2.9: 5.
    pub jamming_ships: usize,
    /// Months within which flags are counted. Methods note 1.5: 24.
    pub flag_months: f64,
    /// Days between the first change of flag and the last that two sales do not explain. Our choice.
    pub flag_days: f64,
    /// Weights of the score of a handover.
    pub weights: Weights,
}

/// Weights of the logistic score of a handover: score = 1 / (1 + exp(-sum)).
///
/// The prior alone is one in 55: of the pairs that are near enough in time, place and size, few are one ship. All our choice; the prior was
/// set on a synthetic patch of reception (see the tests) so that hardly any wrong pair reaches 0.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Every pair.
    pub prior: f64,
    /// Both say valid IMO numbers that differ.
    pub other_imo: f64,
    /// The antenna stands at the same place: bow, stern, port and starboard all equal and none zero.
    pub same_antenna: f64,
    /// Three of the four distances of the antenna equal and none zero: the ship was measured anew at one end only.
    pub near_antenna: f64,
    /// Length and beam equal to the metre.
    pub same_size: f64,
    /// Same class of ship.
    pub same_class: f64,
    /// Other class of ship.
    pub other_class: f64,
    /// Names alike (Jaro-Winkler of 0.9 or more).
    pub alike_name: f64,
    /// Same call sign.
    pub same_callsign: f64,
    /// At most an hour between.
    pub hour: f64,
    /// At most six hours between.
    pub six_hours: f64,
    /// More than two days between.
    pub days: f64,
    /// More than two weeks between.
    pub weeks: f64,
    /// The second begins where course and speed of the first lead, or where it lay.
    pub continues: f64,
    /// The first is never seen again and the second was never seen before.
    pub both_alone: f64,
    /// One of the two is known before or after too, and was silent here: a ship that comes into sight is common.
    pub known_elsewhere: f64,
    /// Both at sea.
    pub at_sea: f64,
    /// One of them in port.
    pub in_port: f64,
    /// Times the logarithm of one plus other ships that begin or end nearby within a day: an edge of coverage or a harbour.
    pub crowd: f64,
    /// Times the logarithm of one plus the weight of other partners, a partner as good as this one weighing one.
    pub partners: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            prior: -4.0,
            other_imo: -1.0,
            same_antenna: 2.0,
            near_antenna: 0.5,
            same_size: 1.0,
            same_class: 0.5,
            other_class: -1.5,
            alike_name: 2.5,
            same_callsign: 3.0,
            hour: 2.0,
            six_hours: 1.0,
            days: -1.0,
            weeks: -2.0,
            continues: 2.0,
            both_alone: 0.3,
            known_elsewhere: -1.5,
            at_sea: 1.5,
            in_port: -1.0,
            crowd: -0.7,
            partners: -1.0,
        }
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            gap_hours: 6.0,
            jump_knots: 60.0,
            jump_nm: 5.0,
            jump_fixes: 3,
            sample_hours: 2.0,
            margin_hours: 24.0,
            link_days: 60.0,
            link_knots: 25.0,
            link_nm: 60.0,
            same_metres: 1,
            same_length: 1,
            shortest: 30,
            lowest_score: 0.2,
            at_once_hours: 1.0,
            apart_nm: 5.0,
            shared_hours: 12.0,
            at_sea_hours: 48.0,
            largest_group: 8,
            jamming_ships: 5,
            flag_months: 24.0,
            flag_days: 60.0,
            weights: Weights::default(),
        }
    }
}

/// Distance in nautical miles on a sphere of 3,440.065 nm (mean radius 6,371.0 km): within 0.6 % of the ellipsoid, far below any threshold here.
#[must_use]
pub(crate) fn distance_nm(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.1 - a.1).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * 3_440.065 * h.clamp(0.0, 1.0).sqrt().asin()
}

/// Hours from `a` to `b`.
#[expect(clippy::cast_precision_loss, reason = "seconds of an age fit")]
pub(crate) fn hours(a: i64, b: i64) -> f64 {
    b.saturating_sub(a) as f64 / 3600.0
}

/// Seconds of so many hours.
#[expect(clippy::cast_possible_truncation, reason = "thresholds fit")]
pub(crate) fn seconds(hours: f64) -> i64 {
    (hours * 3600.0) as i64
}

/// Cells of one degree that can hold a place within `reach` nautical miles, each once, over the antimeridian and round the poles.
pub(crate) fn cells_around(lat: f64, lon: f64, reach: f64) -> Vec<(i16, i16)> {
    let (row, column) = cell(lat, lon);
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let rows = (reach / 60.0).ceil().clamp(1.0, 180.0) as i16;
    let farthest = lat.abs() + reach / 60.0;
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let columns = if farthest < 89.0 { (reach / 60.0 / farthest.to_radians().cos()).ceil().clamp(1.0, 180.0) as i16 } else { 180 };
    let width = (2 * columns + 1).min(360);
    let mut cells = Vec::with_capacity(9);
    for r in (row - rows).max(-90)..=(row + rows).min(90) {
        for c in 0..width {
            cells.push((r, (column - columns + c).rem_euclid(360)));
        }
    }
    cells
}

/// The cell of one degree of a place; columns from 0 to 359.
pub(crate) fn cell(lat: f64, lon: f64) -> (i16, i16) {
    #[expect(clippy::cast_possible_truncation, reason = "degrees fit")]
    let floor = |x: f64| x.floor() as i16;
    (floor(lat.clamp(-90.0, 90.0)), floor(lon.clamp(-180.0, 180.0)).rem_euclid(360))
}

#[cfg(test)]
mod tests;
