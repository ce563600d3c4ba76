//! Rules on how one track moves.

use tw_ais::{COG_UNKNOWN, Fixes, SOG_UNKNOWN};
use tw_sea::Land;

use super::{Kind, Parameters, Spoof, blank, deep, fit, knots, step};

/// Longest step between fixes that are joined, seconds (our choice; a circle or a line is not seen through longer ones).
const JOINED_S: f64 = 900.0;
/// Shortest step that has a direction, metres (our choice; three times the noise of a receiver).
const DIRECTED_M: f64 = 30.0;
const METRES_PER_UNIT: f64 = tw_sea::RADIUS_M * std::f64::consts::PI / 180.0 / 600_000.0;

/// A flat map around a row: metres east and north.
struct Map {
    lat: i32,
    lon: i32,
    cos: f64,
}

impl Map {
    fn at(fixes: Fixes<'_>, row: u32) -> Self {
        let (lat, lon) = (fixes.lat[row as usize], fixes.lon[row as usize]);
        Self { lat, lon, cos: (f64::from(lat) / 600_000.0).to_radians().cos() }
    }

    fn point(&self, fixes: Fixes<'_>, row: u32) -> (f64, f64) {
        const TURN: i32 = 216_000_000;
        let i = row as usize;
        let mut d_lon = fixes.lon[i] - self.lon;
        if d_lon > TURN / 2 {
            d_lon -= TURN;
        } else if d_lon < -TURN / 2 {
            d_lon += TURN;
        }
        (f64::from(d_lon) * self.cos * METRES_PER_UNIT, f64::from(fixes.lat[i] - self.lat) * METRES_PER_UNIT)
    }
}

/// Circles: fixes that turn the same way for several turns and lie on a circle.
pub(super) fn circles(fixes: Fixes<'_>, rows: &[u32], p: &Parameters, events: &mut Vec<Spoof>) {
    /// A turn larger than this between two steps is not followed, degrees.
    const SHARP: f64 = 100.0;
    /// A turn against the sense up to this is noise, degrees.
    const AGAINST: f64 = 15.0;
    /// So many steps without a turn end a circle.
    const STRAIGHT_STEPS: u32 = 6;
    if rows.len() < p.circle_fixes {
        return;
    }
    let mut kept: Vec<u32> = Vec::new();
    let (mut east, mut north, mut total, mut straight) = (0.0, 0.0, 0.0_f64, 0u32);
    for &row in rows {
        let Some(&last) = kept.last() else {
            kept.push(row);
            continue;
        };
        let (metres, seconds) = step(fixes, last, row);
        if metres < DIRECTED_M && seconds <= JOINED_S {
            continue;
        }
        let (x, y) = Map::at(fixes, last).point(fixes, row);
        let turn = if kept.len() < 2 { 0.0 } else { (x * north - y * east).atan2(x * east + y * north).to_degrees() };
        let broken = seconds > JOINED_S || turn.abs() > SHARP || turn * total.signum() < -AGAINST;
        straight = if turn.abs() < 2.0 { straight + 1 } else { 0 };
        if broken || straight > STRAIGHT_STEPS {
            whole_circle(fixes, &kept, total, p, events);
            kept.clear();
            if !broken {
                kept.push(last);
            }
            (total, straight) = (0.0, 0);
        } else {
            total += turn;
        }
        (east, north) = (x, y);
        kept.push(row);
    }
    whole_circle(fixes, &kept, total, p, events);
}

fn whole_circle(fixes: Fixes<'_>, kept: &[u32], total: f64, p: &Parameters, events: &mut Vec<Spoof>) {
    if total.abs() < p.turns * 360.0 || kept.len() < p.circle_fixes {
        return;
    }
    let map = Map::at(fixes, kept[0]);
    let points: Vec<(f64, f64)> = kept.iter().map(|&row| map.point(fixes, row)).collect();
    let Some((middle, radius, residual)) = fit::circle(&points) else { return };
    let (first, last) = (kept[0], kept[kept.len() - 1]);
    let path: f64 = kept.windows(2).map(|two| step(fixes, two[0], two[1]).0).sum();
    let speed = knots(path, step(fixes, first, last).1);
    // At anchor or moored (ITU-R M.1371-5, table 47: 1 and 5), and yet going round.
    let at_rest = kept.iter().filter(|&&row| matches!(fixes.status[row as usize], 1 | 5)).count() * 2 > kept.len();
    if residual > p.round * radius || radius > 50_000.0 || !(radius >= p.circle_m || (speed > 3.0 && at_rest && radius >= 100.0)) {
        return;
    }
    let mut event = blank(fixes, first, last, Kind::Circle, kept.len());
    event.lat = f64::from(map.lat) / 600_000.0 + middle.1 / METRES_PER_UNIT / 600_000.0;
    event.lon = f64::from(map.lon) / 600_000.0 + middle.0 / METRES_PER_UNIT / 600_000.0 / map.cos.max(1e-3);
    event.km = radius / 1000.0;
    event.knots = Some(speed);
    event.residual_m = Some(residual);
    event.turns = Some(total.abs() / 360.0);
    event.score = if at_rest { 0.8 } else { 0.5 };
    events.push(event);
}

/// Lines without noise.
pub(super) fn exact_lines(fixes: Fixes<'_>, rows: &[u32], p: &Parameters, events: &mut Vec<Spoof>) {
    if rows.len() < p.exact_fixes {
        return;
    }
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut open: Option<Spoof> = None;
    let mut from = 0;
    let mut path = 0.0;
    let mut last = 0;
    for at in 1..rows.len() {
        let (metres, seconds) = step(fixes, rows[last], rows[at]);
        if seconds > JOINED_S {
            (from, last, path) = (at, at, 0.0);
            continue;
        }
        if metres < DIRECTED_M {
            continue;
        }
        path += metres;
        last = at;
        if path < p.exact_line_m || at - from + 1 < p.exact_fixes {
            continue;
        }
        // A window is full. Most bend: the middle tells.
        let (start, end, n) = (rows[from], rows[at], at - from + 1);
        let map = Map::at(fixes, start);
        let chord = map.point(fixes, end);
        let length = chord.0.hypot(chord.1);
        let across = |row: u32| {
            let (x, y) = map.point(fixes, row);
            ((x * chord.0 + y * chord.1) / length, (x * chord.1 - y * chord.0) / length)
        };
        let middle = across(rows[from + n / 2]).1.abs();
        if length > 0.98 * path && middle < 30.0 {
            points.clear();
            points.extend(rows[from..=at].iter().map(|&row| across(row)));
            if let Some(residual) = fit::parabola(&points).filter(|&residual| residual < p.exact_m) {
                let mut event = blank(fixes, start, end, Kind::TooExact, n);
                event.km = length / 1000.0;
                event.knots = Some(knots(length, step(fixes, start, end).1));
                event.residual_m = Some(residual);
                // Thirty fixes in a row lie so well by chance once in some thousand days of a calm sea.
                event.score = 0.4;
                match &mut open {
                    Some(longer) if longer.t1 >= event.t0 => {
                        longer.t1 = event.t1;
                        (longer.lat1, longer.lon1, longer.last) = (event.lat1, event.lon1, event.last);
                        longer.n += event.n;
                        longer.km += event.km;
                        longer.residual_m = longer.residual_m.map(|other| other.max(residual));
                        longer.score = 0.7;
                    }
                    _ => {
                        events.extend(open.take());
                        open = Some(event);
                    }
                }
            }
        }
        (from, last, path) = (at, at, 0.0);
    }
    events.extend(open);
}

/// Reported speed and course against displacement.
pub(super) fn inconsistent(fixes: Fixes<'_>, rows: &[u32], p: &Parameters, events: &mut Vec<Spoof>) {
    /// Displacement that a window must have to be compared, metres (our choice).
    const MOVED_M: f64 = 5_000.0;
    if rows.len() < 2 * p.motion_fixes as usize {
        return;
    }
    let mut good = 0;
    let mut open: Option<(u32, Spoof)> = None;
    let mut from = 0;
    let (mut moved, mut reported, mut agree, mut n) = (0.0, 0.0, 0.0, 0u32);
    for at in 1..rows.len() {
        let (a, b) = (rows[at - 1], rows[at]);
        let (metres, seconds) = step(fixes, a, b);
        let (sog_a, sog_b) = (fixes.sog[a as usize], fixes.sog[b as usize]);
        let known = sog_a < SOG_UNKNOWN && sog_b < SOG_UNKNOWN && fixes.cog[b as usize] < COG_UNKNOWN;
        if seconds > JOINED_S {
            (from, moved, reported, agree, n) = (at, 0.0, 0.0, 0.0, 0);
            continue;
        }
        if !known {
            continue;
        }
        moved += metres;
        reported += f64::from(sog_a + sog_b) * 0.05 * seconds * (1852.0 / 3600.0);
        if metres >= DIRECTED_M {
            let (x, y) = Map::at(fixes, a).point(fixes, b);
            let (sin, cos) = (f64::from(fixes.cog[b as usize]) * 0.1).to_radians().sin_cos();
            agree += x * sin + y * cos;
        }
        n += 1;
        let (start, end) = (rows[from], b);
        if n < p.motion_fixes || fixes.t[end as usize].saturating_sub(fixes.t[start as usize]) < p.motion_s {
            continue;
        }
        let ratio = reported / moved.max(1.0);
        let bad = moved >= MOVED_M && !(0.4..=2.5).contains(&ratio) && agree < 0.3 * moved;
        if moved >= MOVED_M && (0.8..1.25).contains(&ratio) && agree > 0.9 * moved {
            good += 1;
        }
        match (&mut open, bad) {
            (Some((windows, event)), true) => {
                let last = blank(fixes, start, end, Kind::InconsistentMotion, 0);
                *windows += 1;
                event.t1 = last.t1;
                (event.lat1, event.lon1, event.last) = (last.lat1, last.lon1, last.last);
                event.n += n;
                event.km += moved / 1000.0;
            }
            (None, true) if good >= 2 => {
                let mut event = blank(fixes, start, end, Kind::InconsistentMotion, n as usize);
                event.km = moved / 1000.0;
                event.knots = Some(knots(moved, step(fixes, start, end).1));
                event.ratio = Some(ratio);
                event.score = 0.6;
                open = Some((1, event));
            }
            (_, false) => events.extend(open.take().filter(|&(windows, _)| windows >= 2).map(|(_, event)| event)),
            _ => {}
        }
        (from, moved, reported, agree, n) = (at, 0.0, 0.0, 0.0, 0);
    }
    events.extend(open.filter(|&(windows, _)| windows >= 2).map(|(_, event)| event));
}

/// Stretches in which the positions run away from the speed that the ship reports: more is made good than 1.3 times the highest reported speed allows.
///
/// A clock that is wrong by up to an hour moves one end along the way; that much is allowed for once in a stretch.
pub(super) fn outruns(fixes: Fixes<'_>, rows: &[u32], p: &Parameters, events: &mut Vec<Spoof>) {
    /// Shortest and longest window, seconds (our choice).
    const WINDOW_S: (f64, f64) = (1_800.0, 4.0 * 3_600.0);
    /// Shortest stretch, seconds, and its least excess, metres (our choice).
    const STRETCH: (f64, f64) = (2.0 * 3_600.0, 60_000.0);
    let allowed = |most: u16, seconds: f64| 1.3 * (f64::from(most) * 0.1).max(2.0) * 1852.0 / 3600.0 * seconds;
    let mut open: Option<(usize, usize, u16, u32)> = None;
    let mut finish = |open: &mut Option<(usize, usize, u16, u32)>| {
        let Some((from, to, most, windows)) = open.take() else { return };
        let (metres, seconds) = step(fixes, rows[from], rows[to]);
        let own = (f64::from(most) * 0.1).max(5.0) * 1852.0 / 3600.0;
        if windows < 3 || seconds < STRETCH.0 || metres - allowed(most, seconds) < STRETCH.1.max(own * p.late_s) {
            return;
        }
        // Up to the end of the track, if it breaks off within three days: nothing brought the positions back.
        let end = rows.len() - 1;
        let mut event = blank(fixes, rows[from], rows[to], Kind::InconsistentMotion, to - from + 1);
        event.km = metres / 1000.0;
        event.knots = Some(knots(metres, seconds));
        event.ratio = Some(f64::from(most) * 0.1 / knots(metres, seconds));
        event.score = 0.7;
        if step(fixes, rows[to], rows[end]).1 < 2.0 * 86_400.0 {
            let whole = blank(fixes, rows[from], rows[end], Kind::InconsistentMotion, end - from + 1);
            (event.t1, event.lat1, event.lon1, event.last, event.n) = (whole.t1, whole.lat1, whole.lon1, whole.last, whole.n);
        }
        events.push(event);
    };
    let (mut from, mut most, mut known) = (0, 0_u16, true);
    for at in 0..rows.len() {
        let sog = fixes.sog[rows[at] as usize];
        known &= sog <= 700;
        most = most.max(sog);
        let seconds = step(fixes, rows[from], rows[at]).1;
        if seconds < WINDOW_S.0 {
            continue;
        }
        let metres = step(fixes, rows[from], rows[at]).0;
        let bad = known && seconds <= WINDOW_S.1 && metres > allowed(most, seconds) + 3_000.0;
        match &mut open {
            Some((_, to, highest, windows)) if bad => (*to, *highest, *windows) = (at, (*highest).max(most), *windows + 1),
            None if bad => open = Some((from, at, most, 1)),
            _ => finish(&mut open),
        }
        (from, most, known) = (at, sog, sog <= 700);
    }
    finish(&mut open);
}

/// A straight course through the land by a ship that has been at sea.
pub(super) fn through_land(fixes: Fixes<'_>, rows: &[u32], land: &Land, p: &Parameters, events: &mut Vec<Spoof>) {
    /// Fixes of such a course.
    const FIXES: usize = 10;
    /// Slowest such course, knots.
    const SLOWEST: f64 = 3.0;
    let is_land = |row: u32| {
        let degrees = |units: i32| f64::from(units) * (1.0 / 600_000.0);
        land.is_land(degrees(fixes.lat[row as usize]), degrees(fixes.lon[row as usize]))
    };
    let mut was_at_sea = false;
    let mut found: Vec<Spoof> = Vec::new();
    let mut from: Option<usize> = None;
    for at in 0..=rows.len() {
        let inside = rows.get(at).is_some_and(|&row| is_land(row));
        let gap = at > 0 && at < rows.len() && step(fixes, rows[at - 1], rows[at]).1 > 4.0 * JOINED_S;
        let Some(start) = from else {
            if inside {
                from = Some(at);
            } else {
                was_at_sea |= at < rows.len();
            }
            continue;
        };
        was_at_sea |= !inside && at < rows.len();
        let end = at - 1;
        let long = end > start && step(fixes, rows[start], rows[end]).0 >= p.straight_m && end - start + 1 >= FIXES;
        if inside && !gap && !long {
            continue;
        }
        if long {
            found.extend(straight_inside(fixes, &rows[start..=end], land, SLOWEST, p));
        }
        from = inside.then_some(at);
    }
    if !was_at_sea {
        return;
    }
    events.extend(found);
}

fn straight_inside(fixes: Fixes<'_>, rows: &[u32], land: &Land, slowest: f64, p: &Parameters) -> Option<Spoof> {
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    let (length, seconds) = step(fixes, first, last);
    if knots(length, seconds) < slowest {
        return None;
    }
    let map = Map::at(fixes, first);
    let chord = map.point(fixes, last);
    let beside = |row: u32| {
        let (x, y) = map.point(fixes, row);
        ((x * chord.1 - y * chord.0) / chord.0.hypot(chord.1)).abs()
    };
    if rows.iter().any(|&row| beside(row) > p.beside_m) {
        return None;
    }
    // The ends may be near the coast; the half between them must be deep inside.
    let quarter = rows.len() / 4;
    let least = rows[quarter..rows.len() - quarter].iter().map(|&row| deep(fixes, row, land)).fold(f64::INFINITY, f64::min);
    if least < p.inland_m {
        return None;
    }
    let mut event = blank(fixes, first, last, Kind::OnLand, rows.len());
    event.km = length / 1000.0;
    event.knots = Some(knots(length, seconds));
    event.inland_km = Some(least / 1000.0);
    event.score = 0.8;
    Some(event)
}
