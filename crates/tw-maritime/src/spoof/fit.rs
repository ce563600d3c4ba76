//! Circles and lines through points.

/// Middle, radius and root mean square residual of the circle through points (x, y), by Taubin's fit with Newton's method.
///
/// Taubin, IEEE Transactions on Pattern Analysis and Machine Intelligence 13(11), 1991, p. 1115; the steps as in Chernov, Circular and Linear
/// Regression, CRC 2010, section 5.10. None for fewer than three points, or points on a line.
pub(super) fn circle(points: &[(f64, f64)]) -> Option<((f64, f64), f64, f64)> {
    if points.len() < 3 {
        return None;
    }
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
    let (mut xx, mut yy, mut xy, mut xz, mut yz, mut zz) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for p in points {
        let (x, y) = (p.0 - mx, p.1 - my);
        let z = x * x + y * y;
        xx += x * x / n;
        yy += y * y / n;
        xy += x * y / n;
        xz += x * z / n;
        yz += y * z / n;
        zz += z * z / n;
    }
    let z = xx + yy;
    let cov = xx * yy - xy * xy;
    let var = zz - z * z;
    let a3 = 4.0 * z;
    let a2 = -3.0 * z * z - zz;
    let a1 = var * z + 4.0 * cov * z - xz * xz - yz * yz;
    let a0 = xz * (xz * yy - yz * xy) + yz * (yz * xx - xz * xy) - var * cov;
    let (mut x, mut y) = (0.0, a0);
    for _ in 0..30 {
        let slope = a1 + x * (2.0 * a2 + 3.0 * a3 * x);
        let next = x - y / slope;
        if !next.is_finite() || next == x {
            break;
        }
        let next_y = a0 + next * (a1 + next * (a2 + next * a3));
        if next_y.abs() >= y.abs() {
            break;
        }
        (x, y) = (next, next_y);
    }
    let det = x * x - x * z + cov;
    let middle = ((xz * (yy - x) - yz * xy) / det / 2.0, (yz * (xx - x) - xz * xy) / det / 2.0);
    let radius = (middle.0 * middle.0 + middle.1 * middle.1 + z).sqrt();
    if !radius.is_finite() {
        return None;
    }
    let middle = (middle.0 + mx, middle.1 + my);
    let square: f64 = points.iter().map(|p| ((p.0 - middle.0).hypot(p.1 - middle.1) - radius).powi(2)).sum();
    Some((middle, radius, (square / n).sqrt()))
}

/// Root mean square residual of points (along, across) from a parabola across = a + b along + c along^2, by least squares.
///
/// A parabola, because a great circle, a rhumb line and a line between coordinates differ by metres in 10 km. None if it is not determined.
pub(super) fn parabola(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let mean = points.iter().map(|p| p.0).sum::<f64>() / n;
    let scale = points.iter().map(|p| (p.0 - mean).abs()).fold(0.0, f64::max);
    if points.len() < 4 || scale <= 0.0 || !scale.is_finite() {
        return None;
    }
    let (mut s, mut b) = ([0.0; 5], [0.0; 3]);
    for &(along, across) in points {
        let u = (along - mean) / scale;
        let mut power = 1.0;
        for (k, sum) in s.iter_mut().enumerate() {
            *sum += power;
            if k < 3 {
                b[k] += power * across;
            }
            power *= u;
        }
    }
    let det3 = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let matrix = [[s[0], s[1], s[2]], [s[1], s[2], s[3]], [s[2], s[3], s[4]]];
    let det = det3(matrix);
    if det.abs() < 1e-9 {
        return None;
    }
    let mut c = [0.0; 3];
    for (k, value) in c.iter_mut().enumerate() {
        let mut m = matrix;
        for (row, &right) in m.iter_mut().zip(&b) {
            row[k] = right;
        }
        *value = det3(m) / det;
    }
    let square: f64 = points
        .iter()
        .map(|&(along, across)| {
            let u = (along - mean) / scale;
            (across - c[0] - u * (c[1] + u * c[2])).powi(2)
        })
        .sum();
    Some((square / n).sqrt())
}
