//! What the model sees of a pair.

use super::candidate::{Pair, Report, STILL};

/// Number of [`pair`] features.
pub(crate) const PAIR: usize = 32;

/// Smallest angle between two directions in degrees, 0 to 180; an unknown direction is 90 from everything.
pub(crate) fn turn(a: f32, b: f32) -> f32 {
    let d = (a - b).abs() % 360.0;
    let d = d.min(360.0 - d);
    if d.is_finite() { d } else { 90.0 }
}

fn ln1(x: f32) -> f32 {
    (1.0 + x).ln()
}

fn flag(x: bool) -> f32 {
    f32::from(u8::from(x))
}

/// How two reports fit each other. All values are of the order of one.
///
/// `usual` is the longest usual time between reports, `end` the last moment there is.
pub(crate) fn pair(a: &Report, b: &Report, pair: &Pair, usual: f32, end: f32) -> [f32; PAIR] {
    let (e, n, dt) = (pair.east, pair.north, pair.dt);
    let d = (e * e + n * n).sqrt();
    let miss = |ve: f32, vn: f32| {
        let (x, y) = (e - ve * dt, n - vn * dt);
        ln1((x * x + y * y).sqrt() * 0.01)
    };
    let bearing = e.atan2(n).to_degrees();
    let v = 0.5 * (a.speed + b.speed);
    let (ai, bi) = (turn(bearing, a.course), turn(bearing, b.course));
    let turned = turn(a.course, b.course);
    let r = dt / usual;
    let (still_a, still_b) = (a.speed < STILL && a.moves_known, b.speed < STILL && b.moves_known);
    [
        r.min(3.0),
        (r + 0.01).ln(),
        flag(r < 0.5),
        flag((0.5..0.8).contains(&r)),
        flag((0.8..0.93).contains(&r)),
        flag((0.93..1.004).contains(&r)),
        flag((1.004..1.1).contains(&r)),
        flag(r >= 1.1),
        ln1(e.abs() * 0.02),
        ln1(n.abs() * 0.01),
        ln1(d * 0.01),
        miss(0.5 * (a.east_v + b.east_v), 0.5 * (a.north_v + b.north_v)),
        miss(a.east_v, a.north_v),
        miss(b.east_v, b.north_v),
        ln1(a.speed * 2.0),
        ln1(b.speed * 2.0),
        flag(still_a),
        flag(still_b),
        flag(still_a && still_b),
        ln1((a.speed - b.speed).abs() * 4.0),
        turned / 90.0,
        ln1(turned),
        flag(turned < 0.05),
        ai / 90.0,
        bi / 90.0,
        ln1(ai.max(bi)),
        ((d + 50.0) / (v * dt + 50.0)).ln(),
        flag((a.course - a.course.round()).abs() < 0.01),
        flag((b.course - b.course.round()).abs() < 0.01),
        ln1(b.t / usual),
        ln1((end - a.t) / usual),
        pair.rough,
    ]
}
