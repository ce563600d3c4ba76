//! Coast lines for maps.

use std::sync::OnceLock;

use crate::bytes::{Damaged, Numbers, Writer};

const FORMAT: &str = "TWCOAST1";
/// Stored units in one degree: 220 m.
const UNITS: f64 = 500.0;

/// A box on the map, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Southern edge.
    pub south: f64,
    /// Western edge.
    pub west: f64,
    /// Northern edge.
    pub north: f64,
    /// Eastern edge; less than `west` if the box crosses the antimeridian.
    pub east: f64,
}

/// Coast lines within a box as runs of (latitude, longitude) in degrees, for drawing.
///
/// Lines are cut at the edges of the box and simplified (Douglas and Peucker, The Canadian Cartographer 10(2), 1973, p. 112) to 1/1000 of the
/// larger side of the box. If the box crosses the antimeridian, longitudes go on beyond 180. A box that is not one gives no lines.
///
/// Source: Natural Earth 1:10m land (public domain), simplified to 0.003 degree in the Far East and 0.015 degree elsewhere.
///
/// ```
/// use tw_sea::{outline, Bounds};
/// let east_sea = outline(Bounds { south: 34.0, west: 127.0, north: 44.0, east: 143.0 });
/// assert!(east_sea.len() > 10);
/// ```
#[must_use]
pub fn outline(bounds: Bounds) -> Vec<Vec<(f32, f32)>> {
    static LINES: OnceLock<Vec<Vec<(f32, f32)>>> = OnceLock::new();
    let lines = LINES.get_or_init(|| unpack(include_bytes!("../data/coast.bin")).expect("a test reads the bundled file"));
    let Bounds { south, west, north, mut east } = bounds;
    if east < west {
        east += 360.0;
    }
    if ![south, west, north, east].iter().all(|v| v.is_finite()) || south >= north || west >= east || east - west > 360.0 {
        return Vec::new();
    }
    let tolerance = (north - south).max(east - west) / 1000.0;
    let mut out = Vec::new();
    for line in lines {
        for shift in [-360.0, 0.0, 360.0] {
            let inside = |lon: f32| (west..=east).contains(&(f64::from(lon) + shift));
            if !line.iter().any(|&(lat, lon)| inside(lon) && (south..=north).contains(&f64::from(lat))) && !spans(line, shift, bounds, east)
            {
                continue;
            }
            let mut run: Vec<(f64, f64)> = Vec::new();
            for pair in line.windows(2) {
                let point = |p: (f32, f32)| (f64::from(p.0), f64::from(p.1) + shift);
                match cut(point(pair[0]), point(pair[1]), south, north, west, east) {
                    Some((a, b)) => {
                        if run.last() != Some(&a) {
                            flush(&mut run, tolerance, &mut out);
                            run.push(a);
                        }
                        run.push(b);
                    }
                    None => flush(&mut run, tolerance, &mut out),
                }
            }
            flush(&mut run, tolerance, &mut out);
        }
    }
    out
}

/// Whether the extent of a line meets the box: a line can cross a box without a point in it.
fn spans(line: &[(f32, f32)], shift: f64, bounds: Bounds, east: f64) -> bool {
    let (mut s, mut n, mut w, mut e) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
    for &(lat, lon) in line {
        (s, n, w, e) = (s.min(lat), n.max(lat), w.min(lon), e.max(lon));
    }
    f64::from(s) <= bounds.north && f64::from(n) >= bounds.south && f64::from(w) + shift <= east && f64::from(e) + shift >= bounds.west
}

fn flush(run: &mut Vec<(f64, f64)>, tolerance: f64, out: &mut Vec<Vec<(f32, f32)>>) {
    let line = std::mem::take(run);
    if line.len() < 2 {
        return;
    }
    let kept = simplify(&line, |_| tolerance);
    if kept.len() > 2 || span(&line) >= tolerance {
        out.push(kept.into_iter().map(|i| (line[i].0 as f32, line[i].1 as f32)).collect());
    }
}

fn span(line: &[(f64, f64)]) -> f64 {
    let (mut s, mut n, mut w, mut e) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
    for &(lat, lon) in line {
        (s, n, w, e) = (s.min(lat), n.max(lat), w.min(lon), e.max(lon));
    }
    (n - s).max(e - w)
}

/// The part of a segment within a box (Liang and Barsky, ACM Transactions on Graphics 3(1), 1984, p. 1).
fn cut(a: (f64, f64), b: (f64, f64), south: f64, north: f64, west: f64, east: f64) -> Option<((f64, f64), (f64, f64))> {
    let (dy, dx) = (b.0 - a.0, b.1 - a.1);
    let (mut t0, mut t1) = (0.0_f64, 1.0_f64);
    for (p, q) in [(-dx, a.1 - west), (dx, east - a.1), (-dy, a.0 - south), (dy, north - a.0)] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
            continue;
        }
        let t = q / p;
        if p < 0.0 {
            t0 = t0.max(t);
        } else {
            t1 = t1.min(t);
        }
        if t0 > t1 {
            return None;
        }
    }
    let at = |t: f64| {
        if t == 0.0 {
            a
        } else if t == 1.0 {
            b
        } else {
            (a.0 + t * dy, a.1 + t * dx)
        }
    };
    Some((at(t0), at(t1)))
}

/// Indices of the points that a simplified line keeps; the tolerance in degrees of latitude may differ from place to place.
pub(crate) fn simplify(line: &[(f64, f64)], tolerance: impl Fn((f64, f64)) -> f64) -> Vec<usize> {
    if line.len() < 3 {
        return (0..line.len()).collect();
    }
    let mut keep = vec![false; line.len()];
    keep[0] = true;
    keep[line.len() - 1] = true;
    let mut todo = vec![(0, line.len() - 1)];
    while let Some((first, last)) = todo.pop() {
        let (a, b) = (line[first], line[last]);
        let mut worst = (0.0, first);
        for (i, &p) in line.iter().enumerate().take(last).skip(first + 1) {
            let cos = p.0.to_radians().cos().max(0.05);
            let (dx, dy) = ((b.1 - a.1) * cos, b.0 - a.0);
            let (px, py) = ((p.1 - a.1) * cos, p.0 - a.0);
            let length = dx.hypot(dy);
            let t = if length == 0.0 { 0.0 } else { ((px * dx + py * dy) / (length * length)).clamp(0.0, 1.0) };
            let distance = (px - t * dx).hypot(py - t * dy) / tolerance(p);
            if distance > worst.0 {
                worst = (distance, i);
            }
        }
        if worst.0 > 1.0 {
            keep[worst.1] = true;
            todo.push((first, worst.1));
            todo.push((worst.1, last));
        }
    }
    keep.iter().enumerate().filter(|&(_, &kept)| kept).map(|(i, _)| i).collect()
}

fn unpack(file: &[u8]) -> Result<Vec<Vec<(f32, f32)>>, Damaged> {
    let mut numbers = Numbers::open(file, FORMAT)?;
    let mut lines = Vec::new();
    let (mut lat, mut lon) = (0i32, 0i32);
    for _ in 0..numbers.u32()? {
        let mut line = Vec::new();
        for _ in 0..numbers.u32()? {
            lat = lat.checked_add(numbers.i32()?).ok_or(Damaged::Content)?;
            lon = lon.checked_add(numbers.i32()?).ok_or(Damaged::Content)?;
            line.push(((f64::from(lat) / UNITS) as f32, (f64::from(lon) / UNITS) as f32));
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Packs rings of land (latitude, longitude in degrees; the first point is not repeated) as coast lines; for the generator.
///
/// Edges to the South Pole, which close the ring of Antarctica, are no coast and are left out.
#[must_use]
pub fn pack_outline(rings: &[Vec<(f64, f64)>]) -> Vec<u8> {
    let far_east = |(lat, lon): (f64, f64)| (18.0..62.0).contains(&lat) && (103.0..165.0).contains(&lon);
    let tolerance = |p: (f64, f64)| if far_east(p) { 0.003 } else { 0.015 };
    let seam = |a: (f64, f64), b: (f64, f64)| a.0 < -85.5 || b.0 < -85.5;
    let mut lines: Vec<Vec<(i32, i32)>> = Vec::new();
    for ring in rings {
        if span(ring) < 2.0 * tolerance(ring[0]) {
            continue;
        }
        let mut runs: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
        for (i, &point) in ring.iter().enumerate() {
            let next = ring[(i + 1) % ring.len()];
            let run = runs.last_mut().expect("there is always a run");
            run.push(point);
            if seam(point, next) {
                runs.push(Vec::new());
            } else if i + 1 == ring.len() {
                run.push(next);
            }
        }
        for run in runs.into_iter().filter(|run| run.len() > 1) {
            let unit = |v: f64| (v * UNITS).round() as i32;
            let mut line: Vec<(i32, i32)> = simplify(&run, tolerance).into_iter().map(|i| (unit(run[i].0), unit(run[i].1))).collect();
            line.dedup();
            if line.len() > 1 {
                lines.push(line);
            }
        }
    }
    let mut writer = Writer::new(FORMAT);
    writer.u32(lines.len() as u32);
    let (mut lat, mut lon) = (0, 0);
    for line in lines {
        writer.u32(line.len() as u32);
        for (y, x) in line {
            writer.i32(y - lat);
            writer.i32(x - lon);
            (lat, lon) = (y, x);
        }
    }
    writer.finish()
}
