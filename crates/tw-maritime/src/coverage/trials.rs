//! One ship's track as hours in which it was heard or not.

use tw_ais::{Class, Fixes, UNITS_PER_DEGREE};

use super::{CoverageParameters, Receiver};
use crate::gaps::distance::{HALF_TURN, NM, degrees, east, offset, units, units_metres, valid, wrap};

/// Seconds in a slot.
pub(crate) const SLOT_S: i64 = 3600;
/// Slots in a day.
pub(crate) const SLOTS: i32 = 24;

/// An hour of a ship: where it was or must have been, and whether anyone heard it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trial {
    pub slot: i32,
    pub lat: i32,
    pub lon: i32,
    /// 0 class A, 1 class B, 2 long range, 3 not known.
    pub class: u8,
    /// Heard by anyone.
    pub heard: bool,
    /// Heard by a station that is not a satellite.
    pub shore: bool,
    /// Heard by a satellite.
    pub satellite: bool,
    /// Reports in the hour.
    pub reports: u32,
}

/// The class of a fix as a small number.
pub(crate) fn class_of(class: u8) -> u8 {
    match Class::from_number(class) {
        Class::A => 0,
        Class::B => 1,
        Class::LongRange => 2,
        _ => 3,
    }
}

/// The slot of a moment; none if it is out of the range of the calendar.
pub(crate) fn slot_of(t: i64) -> Option<i32> {
    i32::try_from(t.div_euclid(SLOT_S)).ok().filter(|s| s.abs() < i32::MAX / 2)
}

/// The middle of a slot.
pub(crate) fn middle(slot: i32) -> i64 {
    i64::from(slot) * SLOT_S + SLOT_S / 2
}

/// The place between two places; `part` of the way from the first.
pub(crate) fn between(a: (i32, i32), b: (i32, i32), part: f64) -> (i32, i32) {
    let lat = f64::from(a.0) + (f64::from(b.0) - f64::from(a.0)) * part;
    (lat.round() as i32, wrap(i64::from(a.1) + (east(a.1, b.1) as f64 * part).round() as i64))
}

#[derive(Clone, Copy)]
struct Point {
    t: i64,
    slot: i32,
    lat: i32,
    lon: i32,
    sog: u16,
    cog: u16,
    class: u8,
}

/// The cell of a place in a grid of `size` units: row and column.
pub(crate) fn cell_of(lat: i32, lon: i32, size: i32) -> (i32, i32) {
    let size = i64::from(size);
    let row = (i64::from(lat) + HALF_TURN / 2) / size;
    let column = (i64::from(wrap(i64::from(lon))) + HALF_TURN) / size;
    (row as i32, column as i32)
}

/// Gives every hour of a ship for which it is known or nearly known where it was.
///
/// Hours in which it was heard; hours between two reports not more than `bridge_s` apart, on the straight line between them; and in longer
/// silences `edge_s` after the last and before the next report by dead reckoning, so that the rim of an area that ships leave is not
/// taken for well covered. Rows out of range or going back in time are passed over.
pub(crate) fn trials(fixes: Fixes<'_>, p: &CoverageParameters, receiver: &dyn Fn(u16) -> Receiver, mut emit: impl FnMut(Trial)) {
    let edge = (p.edge_s / SLOT_S).clamp(0, 48) as i32;
    let mut last: Option<Point> = None;
    let mut group = (u16::MAX, receiver(u16::MAX));
    let mut i = 0;
    while i < fixes.len() {
        let t = fixes.t[i];
        let slot = slot_of(t);
        let (Some(slot), true) = (slot, valid(fixes.lon[i], fixes.lat[i]) && last.is_none_or(|last| last.t <= t)) else {
            i += 1;
            continue;
        };
        let first =
            Point { t, slot, lat: fixes.lat[i], lon: fixes.lon[i], sog: fixes.sog[i], cog: fixes.cog[i], class: class_of(fixes.class[i]) };
        match last {
            Some(a) => silent(a, first, edge, p, &mut emit),
            None => reckon(first, -1, edge, &mut emit),
        }
        let (mut shore, mut satellite, mut reports, mut end) = (false, false, 0, i);
        let slot_end = (i64::from(slot) + 1) * SLOT_S;
        while i < fixes.len() && fixes.t[i] < slot_end {
            if fixes.t[i] >= fixes.t[end] && valid(fixes.lon[i], fixes.lat[i]) {
                if fixes.receiver[i] != group.0 {
                    group = (fixes.receiver[i], receiver(fixes.receiver[i]));
                }
                shore |= group.1 != Receiver::Satellite;
                satellite |= group.1 == Receiver::Satellite;
                reports += 1;
                end = i;
            }
            i += 1;
        }
        emit(Trial { slot, lat: first.lat, lon: first.lon, class: first.class, heard: true, shore, satellite, reports });
        last = Some(Point {
            t: fixes.t[end],
            slot,
            lat: fixes.lat[end],
            lon: fixes.lon[end],
            sog: fixes.sog[end],
            cog: fixes.cog[end],
            class: class_of(fixes.class[end]),
        });
    }
    if let Some(last) = last {
        reckon(last, 1, edge, &mut emit);
    }
}

fn silent(a: Point, b: Point, edge: i32, p: &CoverageParameters, emit: &mut impl FnMut(Trial)) {
    if b.slot - a.slot < 2 {
        return;
    }
    let dt = b.t - a.t;
    let metres = units_metres(a.lat, a.lon, b.lat, b.lon);
    if metres > p.jump_knots * NM / 3600.0 * dt as f64 {
        return;
    }
    if dt > p.bridge_s {
        let room = (b.slot - a.slot - 1) / 2;
        reckon(a, 1, edge.min(room), emit);
        reckon(b, -1, edge.min(room), emit);
        return;
    }
    for slot in a.slot + 1..b.slot {
        let (lat, lon) = between((a.lat, a.lon), (b.lat, b.lon), (middle(slot) - a.t) as f64 / dt as f64);
        emit(Trial { slot, lat, lon, class: a.class, heard: false, shore: false, satellite: false, reports: 0 });
    }
}

/// Hours after (`way` 1) or before (-1) a report, by course and speed; not moved if they are not known.
fn reckon(from: Point, way: i32, slots: i32, emit: &mut impl FnMut(Trial)) {
    for k in 1..=slots {
        let slot = from.slot + way * k;
        let (mut lat, mut lon) = (from.lat, from.lon);
        if (5..600).contains(&from.sog) && from.cog < 3600 {
            let seconds = (middle(slot) - from.t) as f64;
            let (y, x) = offset(
                degrees(from.lat),
                degrees(from.lon),
                f64::from(from.cog) / 10.0 + if seconds < 0.0 { 180.0 } else { 0.0 },
                f64::from(from.sog) / 10.0 * NM / 3600.0 * seconds.abs(),
            );
            (lat, lon) = (units(y).clamp(-90 * UNITS_PER_DEGREE, 90 * UNITS_PER_DEGREE), units(x));
        }
        emit(Trial { slot, lat, lon, class: from.class, heard: false, shore: false, satellite: false, reports: 0 });
    }
}
