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
fn course(value: u16) -> u16 {
    value.min(COG_UNKNOWN)
}

#[inline(always)]
fn heading(value: u16) -> u16 {
    if value < 360 { value } else { HEADING_UNKNOWN }
}

#[inline(always)]
fn speed(value: u16) -> u16 {
    if value < 1023 { value } else { NO_SPEED }
}

/// Reads a position report; `None` for other types.
#[inline(always)]
pub(crate) fn common(kind: u8, b: &Bits) -> Option<Common> {
    let mmsi = b.u32(8, 30);
    Some(match kind {
        1..=3 => Common {
            mmsi,
            lon: b.i32(61, 28),
            lat: b.i32(89, 27),
            speed: speed(b.u16(50, 10)),
            course: course(b.u16(116, 12)),
            heading: heading(b.u16(128, 9)),
            status: b.u8(38, 4),
            second: b.u8(137, 6),
            accuracy: b.bit(60),
            raim: b.bit(148),
        },
        18 | 19 => Common {
            mmsi,
            lon: b.i32(57, 28),
            lat: b.i32(85, 27),
            speed: speed(b.u16(46, 10)),
            course: course(b.u16(112, 12)),
            heading: heading(b.u16(124, 9)),
            status: 15,
            second: b.u8(133, 6),
            accuracy: b.bit(56),
            raim: if kind == 18 { b.bit(147) } else { b.bit(305) },
        },
        9 => Common {
            mmsi,
            lon: b.i32(61, 28),
            lat: b.i32(89, 27),
            speed: match b.u16(50, 10) {
                1023 => NO_SPEED,
                knots => knots * 10,
            },
            course: course(b.u16(116, 12)),
            heading: HEADING_UNKNOWN,
            status: 15,
            second: b.u8(128, 6),
            accuracy: b.bit(60),
            raim: b.bit(147),
        },
        27 => Common {
            mmsi,
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
        },
        _ => return None,
    })
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
