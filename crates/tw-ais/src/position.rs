//! The fields of a position report of any type, in the units of the message.

use crate::bits::Bits;
use crate::columns::{COG_UNKNOWN, HEADING_UNKNOWN, LAT_UNKNOWN, LON_UNKNOWN, UNITS_PER_DEGREE};

/// Speed is not available, for the fields of this module.
pub(crate) const NO_SPEED: u16 = u16::MAX;

/// What all position reports have.
#[derive(Clone, Copy)]
pub(crate) struct Common {
    pub mmsi: u32,
    /// 1/600,000 degree; [`LON_UNKNOWN`].
    pub lon: i32,
    /// 1/600,000 degree; [`LAT_UNKNOWN`].
    pub lat: i32,
    /// 0.1 knot; [`NO_SPEED`].
    pub speed: u16,
    /// 0.1 degree; [`COG_UNKNOWN`].
    pub course: u16,
    /// Degrees; [`HEADING_UNKNOWN`].
    pub heading: u16,
    pub status: u8,
    pub second: u8,
    pub accuracy: bool,
    pub raim: bool,
}

#[inline(always)]
fn heading(value: u16) -> u16 {
    if value < 360 { value } else { HEADING_UNKNOWN }
}

/// Whether messages of this type have a position that goes into columns.
#[inline(always)]
pub(crate) fn is_position(kind: u8) -> bool {
    const KINDS: u64 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 18 | 1 << 19 | 1 << 27;
    KINDS >> (kind & 63) & 1 == 1
}

/// Reads a position report, for which [`is_position`] holds.
///
/// Class B (18, 19) has what class A (1, 2, 3) and aircraft (9) have, four bits earlier.
#[inline(always)]
pub(crate) fn common(kind: u8, b: &Bits) -> Common {
    if kind == 27 {
        return long_range(b);
    }
    let class_b = kind >= 18;
    let [w0, w1, w2] = b.three();
    // From bit 46 of class B on, 128 bits are enough.
    let by = if class_b { 46 } else { 50 };
    let high = (w0 << by) | (w1 >> (64 - by));
    let low = (w1 << by) | (w2 >> (64 - by));
    let both = (u128::from(high) << 64) | u128::from(low);
    let field = |at: u32, n: u32| ((both << at) >> (128 - n)) as u32;
    let signed = |at: u32, n: u32| (((both << at) as i128) >> (128 - n)) as i32;
    let knots = field(0, 10) as u16;
    let aircraft = kind == 9;
    Common {
        mmsi: b.u32(8, 30),
        lon: signed(11, 28),
        lat: signed(39, 27),
        speed: if knots == 1023 {
            NO_SPEED
        } else if aircraft {
            knots * 10
        } else {
            knots
        },
        course: (field(66, 12) as u16).min(COG_UNKNOWN),
        heading: if aircraft { HEADING_UNKNOWN } else { heading(field(78, 9) as u16) },
        status: if kind <= 3 { b.u8(38, 4) } else { 15 },
        second: if aircraft { field(78, 6) as u8 } else { field(87, 6) as u8 },
        accuracy: field(10, 1) == 1,
        raim: match kind {
            1..=3 => b.bit(148),
            19 => b.bit(305),
            _ => b.bit(147),
        },
    }
}

#[inline(always)]
fn long_range(b: &Bits) -> Common {
    Common {
        mmsi: b.u32(8, 30),
        // 1/10 minute is a thousand units.
        lon: b.i32(44, 18) * 1000,
        lat: b.i32(62, 17) * 1000,
        speed: match b.u16(79, 6) {
            63 => NO_SPEED,
            knots => knots * 10,
        },
        course: match b.u16(85, 9) {
            degrees @ 0..360 => degrees * 10,
            _ => COG_UNKNOWN,
        },
        heading: HEADING_UNKNOWN,
        status: b.u8(40, 4),
        second: 60,
        accuracy: b.bit(38),
        raim: b.bit(39),
    }
}

/// Whether a position is one.
#[inline(always)]
pub(crate) fn place(lon: i32, lat: i32) -> Place {
    if lon.unsigned_abs() <= 180 * UNITS_PER_DEGREE as u32 && lat.unsigned_abs() <= 90 * UNITS_PER_DEGREE as u32 {
        return Place::Earth;
    }
    if lon == LON_UNKNOWN || lat == LAT_UNKNOWN { Place::Unknown } else { Place::Nowhere }
}

/// What coordinates say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A place.
    Earth,
    /// Not available.
    Unknown,
    /// Neither.
    Nowhere,
}
