//! The columns that everything about ships is made from: position reports and static reports, in the units of the message.
//!
//! Integers in the units of ITU-R M.1371-5, not degrees and knots in floating point: exact, half the size, and equal values compare equal.

use serde::{Deserialize, Serialize};

/// Units of a coordinate in one degree: AIS sends 1/10,000 minute.
pub const UNITS_PER_DEGREE: i32 = 600_000;
/// Longitude "not available" (181 degrees).
pub const LON_UNKNOWN: i32 = 181 * UNITS_PER_DEGREE;
/// Latitude "not available" (91 degrees).
pub const LAT_UNKNOWN: i32 = 91 * UNITS_PER_DEGREE;
/// Speed "not available", in 0.1 knot.
pub const SOG_UNKNOWN: u16 = 1023;
/// Course "not available", in 0.1 degree.
pub const COG_UNKNOWN: u16 = 3600;
/// Heading "not available", in degrees.
pub const HEADING_UNKNOWN: u16 = 511;
/// Navigational status "undefined".
pub const STATUS_UNKNOWN: u8 = 15;

/// What kind of station sent a position.
///
/// The number is the one that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Class {
    /// Not known.
    Unknown = 0,
    /// Class A shipborne (messages 1, 2, 3).
    A = 1,
    /// Class B shipborne (messages 18, 19).
    B = 2,
    /// Long-range report of a class A ship (message 27): coordinates rounded to 1/10 minute.
    LongRange = 3,
    /// Search and rescue aircraft (message 9).
    Aircraft = 4,
    /// Base station (messages 4, 11).
    Base = 5,
    /// Aid to navigation (message 21).
    Aid = 6,
}

impl Class {
    /// The class of a stored number; anything else is `Unknown`.
    #[must_use]
    pub fn from_number(n: u8) -> Self {
        match n {
            1 => Self::A,
            2 => Self::B,
            3 => Self::LongRange,
            4 => Self::Aircraft,
            5 => Self::Base,
            6 => Self::Aid,
            _ => Self::Unknown,
        }
    }
}

/// One position report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// MMSI as it was sent.
    pub mmsi: u32,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub t: i64,
    /// Longitude east, 1/600,000 degree; never [`LON_UNKNOWN`] in a stored row.
    pub lon: i32,
    /// Latitude north, 1/600,000 degree.
    pub lat: i32,
    /// Speed over ground, 0.1 knot; [`SOG_UNKNOWN`].
    pub sog: u16,
    /// Course over ground, 0.1 degree; [`COG_UNKNOWN`].
    pub cog: u16,
    /// True heading, degrees; [`HEADING_UNKNOWN`].
    pub heading: u16,
    /// Navigational status, 0 to 15; [`STATUS_UNKNOWN`].
    pub status: u8,
    /// [`Class`] as a number.
    pub class: u8,
    /// Receiving station: number in a dictionary of the case, from 1; 0 is not known.
    pub receiver: u16,
    /// File of the case, from 0.
    pub file: u16,
    /// Record within the file: line or row as a person counts it, from 1.
    pub record: u32,
}

impl Fix {
    /// Latitude in degrees.
    #[must_use]
    pub fn lat_deg(&self) -> f64 {
        f64::from(self.lat) / f64::from(UNITS_PER_DEGREE)
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon_deg(&self) -> f64 {
        f64::from(self.lon) / f64::from(UNITS_PER_DEGREE)
    }

    /// Speed in knots, if it was sent.
    #[must_use]
    pub fn knots(&self) -> Option<f64> {
        (self.sog < SOG_UNKNOWN).then(|| f64::from(self.sog) / 10.0)
    }
}

/// Position reports as columns. All vectors have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// See [`Fix::mmsi`].
    pub mmsi: Vec<u32>,
    /// See [`Fix::t`].
    pub t: Vec<i64>,
    /// See [`Fix::lon`].
    pub lon: Vec<i32>,
    /// See [`Fix::lat`].
    pub lat: Vec<i32>,
    /// See [`Fix::sog`].
    pub sog: Vec<u16>,
    /// See [`Fix::cog`].
    pub cog: Vec<u16>,
    /// See [`Fix::heading`].
    pub heading: Vec<u16>,
    /// See [`Fix::status`].
    pub status: Vec<u8>,
    /// See [`Fix::class`].
    pub class: Vec<u8>,
    /// See [`Fix::receiver`].
    pub receiver: Vec<u16>,
    /// See [`Fix::file`].
    pub file: Vec<u16>,
    /// See [`Fix::record`].
    pub record: Vec<u32>,
}

impl Positions {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.t.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.t.is_empty()
    }

    /// Adds a row.
    pub fn push(&mut self, fix: Fix) {
        self.mmsi.push(fix.mmsi);
        self.t.push(fix.t);
        self.lon.push(fix.lon);
        self.lat.push(fix.lat);
        self.sog.push(fix.sog);
        self.cog.push(fix.cog);
        self.heading.push(fix.heading);
        self.status.push(fix.status);
        self.class.push(fix.class);
        self.receiver.push(fix.receiver);
        self.file.push(fix.file);
        self.record.push(fix.record);
    }

    /// A row.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn get(&self, i: usize) -> Fix {
        self.view().get(i)
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.mmsi.clear();
        self.t.clear();
        self.lon.clear();
        self.lat.clear();
        self.sog.clear();
        self.cog.clear();
        self.heading.clear();
        self.status.clear();
        self.class.clear();
        self.receiver.clear();
        self.file.clear();
        self.record.clear();
    }

    /// All rows, borrowed.
    #[must_use]
    pub fn view(&self) -> Fixes<'_> {
        Fixes {
            mmsi: &self.mmsi,
            t: &self.t,
            lon: &self.lon,
            lat: &self.lat,
            sog: &self.sog,
            cog: &self.cog,
            heading: &self.heading,
            status: &self.status,
            class: &self.class,
            receiver: &self.receiver,
            file: &self.file,
            record: &self.record,
        }
    }

    /// Sorts by ship and time; rows of one ship and second keep their order.
    ///
    /// # Panics
    /// With four billion rows or more.
    pub fn sort(&mut self) {
        let first = self.t.iter().copied().min().unwrap_or(0);
        let span = self.t.iter().copied().max().unwrap_or(0).saturating_sub(first);
        // 32 bits of MMSI, 32 of seconds since the first row (136 years): one comparison a pair. Longer spans are sorted the plain way.
        let order: Vec<u32> = if u32::try_from(span).is_ok() {
            let key = |(i, (&mmsi, &t)): (usize, (&u32, &i64))| (u64::from(mmsi) << 32 | (t - first) as u64, i as u32);
            let mut keys: Vec<(u64, u32)> = self.mmsi.iter().zip(&self.t).enumerate().map(key).collect();
            if keys.is_sorted() {
                return;
            }
            keys.sort_unstable();
            keys.into_iter().map(|(_, i)| i).collect()
        } else {
            let mut order: Vec<u32> = (0..u32::try_from(self.len()).expect("a chunk holds fewer than four billion rows")).collect();
            order.sort_by_key(|&i| (self.mmsi[i as usize], self.t[i as usize]));
            order
        };
        fn take<T: Copy>(values: &mut Vec<T>, order: &[u32]) {
            *values = order.iter().map(|&i| values[i as usize]).collect();
        }
        take(&mut self.mmsi, &order);
        take(&mut self.t, &order);
        take(&mut self.lon, &order);
        take(&mut self.lat, &order);
        take(&mut self.sog, &order);
        take(&mut self.cog, &order);
        take(&mut self.heading, &order);
        take(&mut self.status, &order);
        take(&mut self.class, &order);
        take(&mut self.receiver, &order);
        take(&mut self.file, &order);
        take(&mut self.record, &order);
    }

    /// Adds all rows of another.
    pub fn extend(&mut self, other: Fixes<'_>) {
        self.mmsi.extend_from_slice(other.mmsi);
        self.t.extend_from_slice(other.t);
        self.lon.extend_from_slice(other.lon);
        self.lat.extend_from_slice(other.lat);
        self.sog.extend_from_slice(other.sog);
        self.cog.extend_from_slice(other.cog);
        self.heading.extend_from_slice(other.heading);
        self.status.extend_from_slice(other.status);
        self.class.extend_from_slice(other.class);
        self.receiver.extend_from_slice(other.receiver);
        self.file.extend_from_slice(other.file);
        self.record.extend_from_slice(other.record);
    }
}

impl FromIterator<Fix> for Positions {
    fn from_iter<I: IntoIterator<Item = Fix>>(fixes: I) -> Self {
        let mut positions = Self::default();
        for fix in fixes {
            positions.push(fix);
        }
        positions
    }
}

/// Position reports, borrowed: usually all those of one ship, in the order of time. All slices have the same length.
#[derive(Clone, Copy, Debug)]
pub struct Fixes<'a> {
    /// See [`Fix::mmsi`].
    pub mmsi: &'a [u32],
    /// See [`Fix::t`].
    pub t: &'a [i64],
    /// See [`Fix::lon`].
    pub lon: &'a [i32],
    /// See [`Fix::lat`].
    pub lat: &'a [i32],
    /// See [`Fix::sog`].
    pub sog: &'a [u16],
    /// See [`Fix::cog`].
    pub cog: &'a [u16],
    /// See [`Fix::heading`].
    pub heading: &'a [u16],
    /// See [`Fix::status`].
    pub status: &'a [u8],
    /// See [`Fix::class`].
    pub class: &'a [u8],
    /// See [`Fix::receiver`].
    pub receiver: &'a [u16],
    /// See [`Fix::file`].
    pub file: &'a [u16],
    /// See [`Fix::record`].
    pub record: &'a [u32],
}

impl<'a> Fixes<'a> {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.t.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.t.is_empty()
    }

    /// A row.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn get(&self, i: usize) -> Fix {
        Fix {
            mmsi: self.mmsi[i],
            t: self.t[i],
            lon: self.lon[i],
            lat: self.lat[i],
            sog: self.sog[i],
            cog: self.cog[i],
            heading: self.heading[i],
            status: self.status[i],
            class: self.class[i],
            receiver: self.receiver[i],
            file: self.file[i],
            record: self.record[i],
        }
    }

    /// The rows of a range.
    ///
    /// # Panics
    /// If the range is not within the rows.
    #[must_use]
    pub fn slice(&self, range: std::ops::Range<usize>) -> Fixes<'a> {
        Fixes {
            mmsi: &self.mmsi[range.clone()],
            t: &self.t[range.clone()],
            lon: &self.lon[range.clone()],
            lat: &self.lat[range.clone()],
            sog: &self.sog[range.clone()],
            cog: &self.cog[range.clone()],
            heading: &self.heading[range.clone()],
            status: &self.status[range.clone()],
            class: &self.class[range.clone()],
            receiver: &self.receiver[range.clone()],
            file: &self.file[range.clone()],
            record: &self.record[range],
        }
    }

    /// The rows one by one.
    pub fn iter(&self) -> impl Iterator<Item = Fix> + 'a {
        let view = *self;
        (0..view.len()).map(move |i| view.get(i))
    }
}

/// Dimensions in metres from the antenna; all zero is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dimensions {
    /// To the bow, 0 to 511.
    pub bow: u16,
    /// To the stern, 0 to 511.
    pub stern: u16,
    /// To port, 0 to 63.
    pub port: u8,
    /// To starboard, 0 to 63.
    pub starboard: u8,
}

impl Dimensions {
    /// Length in metres, if it was sent.
    #[must_use]
    pub fn length(self) -> Option<u16> {
        Some(self.bow + self.stern).filter(|&n| n > 0)
    }

    /// Beam in metres, if it was sent.
    #[must_use]
    pub fn beam(self) -> Option<u16> {
        Some(u16::from(self.port) + u16::from(self.starboard)).filter(|&n| n > 0)
    }
}

/// What a ship says about itself (messages 5, 19, 24), and for how long it said so.
///
/// A run of equal reports is one row. What a message does not carry is zero or empty: a type 24 A has a name only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Static {
    /// MMSI as it was sent.
    pub mmsi: u32,
    /// First report of the run, seconds since 1970-01-01T00:00:00Z.
    pub t: i64,
    /// Last report of the run.
    pub t_last: i64,
    /// Reports in the run.
    pub n: u32,
    /// IMO number as it was sent, check digit not tested; 0 is not known.
    pub imo: u32,
    /// Call sign.
    pub callsign: String,
    /// Name.
    pub name: String,
    /// Type of ship and cargo, 0 to 255; 0 is not known.
    pub ship_type: u8,
    /// Dimensions.
    pub dimensions: Dimensions,
    /// Present draught, 0.1 m; 0 is not known, 255 is 25.5 m or more.
    pub draught: u8,
    /// Estimated arrival: month 1 to 12, day 1 to 31, hour 0 to 23, minute 0 to 59; zeros, 24 and 60 are not known.
    pub eta: (u8, u8, u8, u8),
    /// Destination as typed.
    pub destination: String,
    /// Kind of message: 5, 19, 24; 0 for a file that does not say.
    pub message: u8,
    /// File of the case, from 0.
    pub file: u16,
    /// Record of the first report.
    pub record: u32,
}

impl Static {
    /// Whether two reports say the same.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.mmsi == other.mmsi
            && self.message == other.message
            && self.imo == other.imo
            && self.ship_type == other.ship_type
            && self.dimensions == other.dimensions
            && self.draught == other.draught
            && self.eta == other.eta
            && self.callsign == other.callsign
            && self.name == other.name
            && self.destination == other.destination
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(mmsi: u32, t: i64, record: u32) -> Fix {
        let (sog, cog, heading, status) = (SOG_UNKNOWN, COG_UNKNOWN, HEADING_UNKNOWN, STATUS_UNKNOWN);
        Fix { mmsi, t, lon: 0, lat: 0, sog, cog, heading, status, class: 1, receiver: 0, file: 0, record }
    }

    #[test]
    fn rows_are_sorted_by_ship_and_time_and_equal_ones_keep_their_order() {
        for far in [40, i64::from(u32::MAX) + 10] {
            let mut rows: Positions = [fix(9, 5, 1), fix(2, far, 2), fix(9, -3, 3), fix(9, 5, 4), fix(2, 7, 5)].into_iter().collect();
            rows.sort();
            assert_eq!(rows.record, [5, 2, 3, 1, 4]);
        }
    }
}
