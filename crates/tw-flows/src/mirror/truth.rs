//! From both sides' words to an interval for what really moved.
//!
//! With `x` and `m` the logs of both figures, their offsets taken off, the truth has density `t((x - u) / sx) t((m - u) / sm)`, both
//! Student: where the two agree it lies between them, and where they disagree beyond noise it has two hills, one at each, and the
//! interval covers both. The quantiles are read from a table by the distance in scales and the exporter's share of the variance.

use super::errors::Corrections;
use super::model::{Fit, KG, USD, bin, median, size};
use super::pair::{Index, Run};
use super::{Cell, Options, Quantiles};

const SHARES: usize = 19;
const DISTANCES: usize = 36;
/// From this distance in scales on the two hills don't touch any more.
const FARTHEST: f64 = 60.0;

/// Distance of a knot: quarter steps to 4, then by a constant factor.
fn knot(k: usize) -> f64 {
    if k <= 16 { k as f64 * 0.25 } else { 4.0 * (FARTHEST / 4.0).powf((k - 16) as f64 / (DISTANCES - 17) as f64) }
}

/// Place of a distance among the knots.
fn place(d: f64) -> f64 {
    let at = if d <= 4.0 { d * 4.0 } else { 16.0 + (d / 4.0).ln() / (FARTHEST / 4.0).ln() * (DISTANCES - 17) as f64 };
    at.clamp(0.0, (DISTANCES - 1) as f64)
}

/// Quantiles of the truth for standardised distances.
pub(crate) struct Table {
    rows: Vec<[f64; 3]>,
    /// 95 % point of one side alone, in its own scale.
    pub(crate) single: f64,
}

impl Table {
    pub(crate) fn new(tails: f64) -> Self {
        let mut rows = Vec::with_capacity(SHARES * DISTANCES);
        for share in 0..SHARES {
            let w = (share as f64 + 1.0) / (SHARES + 1) as f64;
            for k in 0..DISTANCES {
                rows.push(posterior(w.sqrt(), (1.0 - w).sqrt(), knot(k), tails));
            }
        }
        Self { rows, single: t_quantile(tails, 0.95) }
    }

    /// 5, 50 and 95 % points in logs.
    pub(crate) fn between(&self, x: f64, m: f64, vx: f64, vm: f64) -> [f64; 3] {
        let scale = (vx + vm).sqrt();
        let d = (m - x) / scale;
        let row = self.row(d.abs(), vx / (vx + vm));
        if d >= 0.0 { row.map(|q| x + q * scale) } else { [x - row[2] * scale, x - row[1] * scale, x - row[0] * scale] }
    }

    fn row(&self, d: f64, share: f64) -> [f64; 3] {
        let (ds, ss) = (place(d), (share * (SHARES + 1) as f64 - 1.0).clamp(0.0, (SHARES - 1) as f64));
        let (dk, sk) = ((ds as usize).min(DISTANCES - 2), (ss as usize).min(SHARES - 2));
        let (df, sf) = (ds - dk as f64, ss - sk as f64);
        let at = |s: usize, k: usize, q: usize| self.rows[s * DISTANCES + k][q];
        let mix = |q: usize| {
            let low = at(sk, dk, q) * (1.0 - df) + at(sk, dk + 1, q) * df;
            let high = at(sk + 1, dk, q) * (1.0 - df) + at(sk + 1, dk + 1, q) * df;
            low * (1.0 - sf) + high * sf
        };
        let mut row = [mix(0), mix(1), mix(2)];
        if d > FARTHEST {
            // The hills keep their shape and move apart.
            row[2] += d - FARTHEST;
            row[1] *= d / FARTHEST;
        }
        row
    }
}

/// Quantiles of the density of both sides at 0 and `d`.
fn posterior(sx: f64, sm: f64, d: f64, nu: f64) -> [f64; 3] {
    let mut points: Vec<f64> = Vec::new();
    for (centre, scale) in [(0.0, sx), (d, sm)] {
        for k in -150..=150_i32 {
            // Denser near each hill: a cubic stretch to 25 scales.
            let z = f64::from(k) / 150.0;
            points.push(centre + scale * (3.0 * z + 22.0 * z * z * z));
        }
    }
    points.sort_unstable_by(f64::total_cmp);
    let log = |u: f64| {
        let (a, b) = (u / sx, (u - d) / sm);
        -(nu + 1.0) / 2.0 * ((a * a / nu).ln_1p() + (b * b / nu).ln_1p())
    };
    let top = points.iter().map(|u| log(*u)).fold(f64::NEG_INFINITY, f64::max);
    let density: Vec<f64> = points.iter().map(|u| (log(*u) - top).exp()).collect();
    let mut total = vec![0.0; points.len()];
    for k in 1..points.len() {
        total[k] = total[k - 1] + (points[k] - points[k - 1]) * (density[k] + density[k - 1]) / 2.0;
    }
    let mass = total[points.len() - 1];
    [0.05, 0.5, 0.95].map(|q| {
        let k = total.partition_point(|t| *t < q * mass).clamp(1, points.len() - 1);
        let step = total[k] - total[k - 1];
        let f = if step > 0.0 { (q * mass - total[k - 1]) / step } else { 0.5 };
        points[k - 1] + f * (points[k] - points[k - 1])
    })
}

/// Unnormalised distribution of a t variable on a grid: points and cumulated mass from 0 up.
fn t_quantile(nu: f64, fraction: f64) -> f64 {
    // Half of the mass lies above 0: find the point by the trapezoid rule on a stretched grid.
    let at = |k: usize| {
        let z = k as f64 / 4000.0;
        8.0 * z + 300.0 * z.powi(5)
    };
    let density = |u: f64| (-(nu + 1.0) / 2.0 * (u * u / nu).ln_1p()).exp();
    let mut total = vec![0.0];
    for k in 1..=4000 {
        let last = total[k - 1];
        total.push(last + (at(k) - at(k - 1)) * (density(at(k)) + density(at(k - 1))) / 2.0);
    }
    let wanted = (fraction - 0.5).clamp(0.0, 0.4999) * 2.0 * total[4000];
    at(total.partition_point(|t| *t < wanted).min(4000))
}

/// Quantile of the absolute difference of two independent t errors of equal scale, in units of the root of the sum of both squares.
pub(crate) fn difference_quantile(nu: f64, fraction: f64) -> f64 {
    let n = 300;
    let grid: Vec<f64> = (0..n).map(|k| t_quantile_signed(nu, (k as f64 + 0.5) / n as f64)).collect();
    let mut list: Vec<f64> = Vec::with_capacity(n * n);
    for a in &grid {
        for b in &grid {
            list.push((a - b).abs() / std::f64::consts::SQRT_2);
        }
    }
    super::model::quantile(&mut list, fraction).unwrap_or(1.645)
}

fn t_quantile_signed(nu: f64, fraction: f64) -> f64 {
    if fraction >= 0.5 { t_quantile(nu, fraction) } else { -t_quantile(nu, 1.0 - fraction) }
}

/// Fills the intervals of all cells.
pub(crate) fn fill(cells: &mut [Cell], index: &Index, fit: &mut Fit, corrected: &Corrections, _options: &Options) {
    let tables = [Table::new(fit.parts[USD].tails), Table::new(fit.parts[KG].tails)];
    let fit: &Fit = fit;
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = index.runs.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let mut rest = cells;
        let mut done = 0;
        for (chunk, runs) in index.runs.chunks(share).enumerate() {
            let end = runs.last().map_or(done, |r| r.end as usize);
            let (own, others) = rest.split_at_mut(end - done);
            let (first, offset) = (chunk * share, done);
            let tables = &tables;
            scope.spawn(move || {
                for (at, run) in runs.iter().enumerate() {
                    let cells = run.cells();
                    one(&mut own[cells.start - offset..cells.end - offset], run, first + at, fit, tables, corrected);
                }
            });
            rest = others;
            done = end;
        }
    });
}

fn one(cells: &mut [Cell], run: &Run, series: usize, fit: &Fit, tables: &[Table; 2], corrected: &Corrections) {
    let offsets = [USD, KG].map(|measure| fit.offsets(measure, run, series));
    let unit_value = own_unit_value(cells, fit, run);
    for (at, cell) in cells.iter_mut().enumerate() {
        let found = [USD, KG].map(|measure| {
            let part = &fit.parts[measure];
            let (bx, bm, left) = offsets[measure];
            let size = size(cell, measure);
            let (nx, nm) = fit.noise(measure, run, series, size);
            let factor = part.calibration[bin(size)].powi(2);
            let vx = nx / factor + part.lasting.exporter[usize::from(run.exporter)] + left / 2.0;
            let vm = nm / factor + part.lasting.importer[usize::from(run.importer)] + left / 2.0;
            let (vx, vm) = widened(vx, vm, factor);
            let (fx, fm) = corrected.of(run.start as usize + at, measure);
            let x = cell.export.get(measure).ln() - fx - bx;
            let m = cell.import.get(measure).ln() - fm - bm;
            let single = tables[measure].single;
            match (x.is_finite(), m.is_finite()) {
                (true, true) => Some(tables[measure].between(x, m, vx, vm)),
                (true, false) => Some([x - single * vx.sqrt(), x, x + single * vx.sqrt()]),
                (false, true) => Some([m - single * vm.sqrt(), m, m + single * vm.sqrt()]),
                (false, false) => None,
            }
        });
        let from_other = |other: Option<[f64; 3]>, sign: f64| -> Option<[f64; 3]> {
            let (q, (price, spread)) = (other?, unit_value?);
            let mid = q[1] + sign * price;
            let wide = 1.645 * spread;
            let (low, high) = (q[1] - q[0], q[2] - q[1]);
            Some([mid - low.hypot(wide), mid, mid + high.hypot(wide)])
        };
        let usd = found[USD].or_else(|| from_other(found[KG], 1.0));
        let kg = found[KG].or_else(|| from_other(found[USD], -1.0));
        cell.usd = usd.map_or(Quantiles::UNKNOWN, |q| Quantiles::exp(q[0], q[1], q[2]));
        cell.kg = kg.map_or(Quantiles::UNKNOWN, |q| Quantiles::exp(q[0], q[1], q[2]));
    }
}

/// Both variances after calibration. What has to be added is the louder side's for the most part, by the square of the variances: it is
/// its noise that shaped the differences. What may be taken away is taken from both alike.
fn widened(vx: f64, vm: f64, factor: f64) -> (f64, f64) {
    if factor <= 1.0 {
        return (vx * factor, vm * factor);
    }
    let (more, squares) = ((factor - 1.0) * (vx + vm), vx * vx + vm * vm);
    (vx + more * vx * vx / squares, vm + more * vm * vm / squares)
}

/// Log of dollars per kilogram in a series and its spread from month to month; the heading's, where the series gives too few.
fn own_unit_value(cells: &[Cell], fit: &Fit, run: &Run) -> Option<(f64, f64)> {
    let (price, spread) = fit.unit_value[run.heading as usize];
    if cells.iter().all(|c| c.export.get(KG).max(c.import.get(KG)).is_nan() == c.export.get(USD).max(c.import.get(USD)).is_nan()) {
        return None;
    }
    let mut list: Vec<f64> = Vec::new();
    for cell in cells {
        for said in [&cell.export, &cell.import] {
            let value = (said.usd / said.kg).ln();
            if value.is_finite() {
                list.push(value);
            }
        }
    }
    let Some(own) = median(&mut list) else { return price.is_finite().then_some((price, spread)) };
    if list.len() < 4 {
        return Some((own, spread));
    }
    let mut away: Vec<f64> = list.iter().map(|v| (v - own).abs()).collect();
    let scatter = 1.4826 * median(&mut away).unwrap_or(spread);
    let n = away.len() as f64;
    let prior = if spread.is_finite() { spread } else { 0.7 };
    Some((own, ((scatter * scatter * n + prior * prior * 3.0) / (n + 3.0)).sqrt().max(0.05)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_t_agree_with_the_printed_tables() {
        for (nu, expected) in [(3.0, 2.353), (5.0, 2.015), (10.0, 1.812), (30.0, 1.697)] {
            assert!((t_quantile(nu, 0.95) - expected).abs() < 0.01, "{nu}: {}", t_quantile(nu, 0.95));
        }
        // Two nearly normal errors: the difference is normal with scale 1.
        assert!((difference_quantile(30.0, 0.90) - 1.70).abs() < 0.03);
    }

    #[test]
    fn sides_that_agree_narrow_the_interval_and_sides_that_disagree_widen_it() {
        let table = Table::new(5.0);
        let [low, mid, high] = table.between(10.0, 10.0, 0.04, 0.04);
        assert!((mid - 10.0).abs() < 0.01);
        let alone = table.single * 0.2;
        assert!(high - mid < alone && mid - low < alone);
        let [low, _, high] = table.between(10.0, 12.0, 0.04, 0.04);
        assert!(low < 10.1 && high > 11.9, "{low} to {high}");
        let mirrored = table.between(12.0, 10.0, 0.04, 0.04);
        assert!((mirrored[0] - low).abs() < 0.05 && (mirrored[2] - high).abs() < 0.05);
        let far = table.between(0.0, 100.0, 0.04, 0.04);
        assert!(far[0] < 0.1 && far[2] > 99.9);
    }

    #[test]
    fn the_more_reliable_side_draws_the_middle() {
        let table = Table::new(10.0);
        let [_, mid, _] = table.between(10.0, 10.2, 0.01, 0.09);
        assert!((mid - 10.02).abs() < 0.02, "{mid}");
    }
}
