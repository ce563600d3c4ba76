//! The rule of the Harvard Atlas (harvard-growth-lab/comtrade-mirroring, Apache-2.0, 2025-07), for comparison.

use std::collections::BTreeMap;

use super::baci::average;
use super::model::{quantile, solve};
use super::pair::index;
use super::{Cell, Geography, Point};

/// Freight is between nothing and a fifth of the importer's value.
const MOST_FREIGHT: f64 = 0.20;
/// Log-ratios below this count as equal.
const EQUAL: f64 = 0.05;
/// Winsorised at both ends.
const WINSOR: f64 = 0.10;
/// Power iterations.
const ITERATIONS: usize = 25;

/// Sums of a pair in a year.
struct Year {
    exporter: usize,
    importer: usize,
    year: u32,
    export: f64,
    import: f64,
    row: [f64; 3],
    freight: f64,
}

/// The published rule as a point value for every cell. In our own words, from the description of the method:
///
/// 1. For each pair and year the share of freight, 1 - FOB / CIF of the totals, winsorised at 10 % on both ends, is regressed on ln
///    distance and border with an effect of each reporter and year; the fitted share, within 0 and 0.20, is taken out of the imports.
/// 2. Log-ratios of the totals below 0.05 count as equal. A reporter's discrepancy is the mean over its partners, each weighted by the
///    partner's own reliability, in 25 power iterations.
/// 3. Both sides are averaged with the softmax of the two reliabilities; a lone side stands as it is. Masses with the same weights.
///
/// Left away: lead and lag years (the published code reads them into a misspelt variable and never uses them), the floor (its filter
/// lets small imports through), the cascade of percentiles for missing products, and inflation. Months are used as they are. No
/// interval is given.
#[must_use]
pub fn atlas(cells: &[Cell], geography: &dyn Geography) -> Vec<Point> {
    let index = index(cells);
    let mut years = totals(cells, &index, geography);
    freight(&mut years);
    let (exporter, importer) = reliability(&years, index.countries.len());
    let mut out = vec![Point { usd: f64::NAN, kg: f64::NAN }; cells.len()];
    for run in &index.runs {
        let (e, i) = (usize::from(run.exporter), usize::from(run.importer));
        let weight = 1.0 / (1.0 + (importer[i] - exporter[e]).exp());
        let start = years.partition_point(|y| (y.exporter, y.importer) < (e, i));
        for at in run.cells() {
            let cell = &cells[at];
            let here = years[start..].iter().take_while(|y| (y.exporter, y.importer) == (e, i)).find(|y| y.year == cell.month.year());
            let share = here.map_or(0.0, |y| y.freight);
            out[at] = Point {
                usd: average(cell.export.usd, cell.import.usd * (1.0 - share), weight),
                kg: average(cell.export.kg, cell.import.kg, weight),
            };
        }
    }
    out
}

fn totals(cells: &[Cell], index: &super::pair::Index, geography: &dyn Geography) -> Vec<Year> {
    let mut sums: BTreeMap<(usize, usize, u32), (f64, f64)> = BTreeMap::new();
    for run in &index.runs {
        for cell in &cells[run.cells()] {
            let key = (usize::from(run.exporter), usize::from(run.importer), cell.month.year());
            let sum = sums.entry(key).or_default();
            // Totals of what both report: a product that one side lacks would count as freight.
            if cell.export.usd > 0.0 && cell.import.usd > 0.0 {
                sum.0 += cell.export.usd;
                sum.1 += cell.import.usd;
            }
        }
    }
    sums.into_iter()
        .map(|((exporter, importer, year), (export, import))| {
            let (a, b) = (index.countries[exporter], index.countries[importer]);
            let distance = geography.distance_km(a, b).filter(|d| d.is_finite() && *d >= 0.0).map_or(8.0, |d| d.max(50.0).ln());
            let border = f64::from(u8::from(geography.contiguous(a, b) == Some(true)));
            Year { exporter, importer, year, export, import, row: [1.0, distance - 8.0, border], freight: 0.0 }
        })
        .collect()
}

/// Least squares with an effect of each importer and year, by turns.
fn freight(years: &mut [Year]) {
    let mut shares: Vec<f64> = years.iter().map(|y| 1.0 - y.export / y.import).collect();
    let mut known: Vec<f64> = shares.iter().copied().filter(|s| s.is_finite()).collect();
    let (Some(low), Some(high)) = (quantile(&mut known, WINSOR), quantile(&mut known.clone(), 1.0 - WINSOR)) else { return };
    for share in &mut shares {
        if share.is_finite() {
            *share = share.clamp(low, high);
        }
    }
    let mut beta = [0.0; 3];
    let mut effect: BTreeMap<(usize, u32), f64> = BTreeMap::new();
    for _ in 0..10 {
        let (mut normal, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
        for (y, share) in years.iter().zip(&shares).filter(|(_, s)| s.is_finite()) {
            let target = share - effect.get(&(y.importer, y.year)).copied().unwrap_or(0.0);
            for j in 0..3 {
                right[j] += y.row[j] * target;
                for (sum, x) in normal[j].iter_mut().zip(&y.row) {
                    *sum += y.row[j] * x;
                }
            }
        }
        for (j, row) in normal.iter_mut().enumerate() {
            row[j] += 1e-6;
        }
        let Some(found) = solve(normal, right) else { return };
        beta = found;
        let mut sums: BTreeMap<(usize, u32), (f64, f64)> = BTreeMap::new();
        for (y, share) in years.iter().zip(&shares).filter(|(_, s)| s.is_finite()) {
            let fitted: f64 = y.row.iter().zip(&beta).map(|(x, b)| x * b).sum();
            let sum = sums.entry((y.importer, y.year)).or_default();
            *sum = (sum.0 + share - fitted, sum.1 + 1.0);
        }
        effect = sums.into_iter().map(|(k, (s, n))| (k, s / n)).collect();
    }
    for y in years.iter_mut() {
        let fitted: f64 = y.row.iter().zip(&beta).map(|(x, b)| x * b).sum();
        y.freight = (fitted + effect.get(&(y.importer, y.year)).copied().unwrap_or(0.0)).clamp(0.0, MOST_FREIGHT);
    }
}

/// Reliability of each country as an exporter and as an importer: minus its discrepancy, in standard deviations.
fn reliability(years: &[Year], n: usize) -> (Vec<f64>, Vec<f64>) {
    let rows: Vec<(usize, usize, f64)> = years
        .iter()
        .filter_map(|y| {
            let log = (y.import * (1.0 - y.freight) / y.export).ln().abs();
            log.is_finite().then_some((y.exporter, y.importer, if log < EQUAL { 0.0 } else { log.min(5.0) }))
        })
        .collect();
    let (mut exporter, mut importer) = (vec![1.0; n], vec![1.0; n]);
    for _ in 0..ITERATIONS {
        let next = |own: usize, partner: &[f64]| {
            let mut sums = vec![(0.0, 0.0); n];
            for (e, i, distance) in &rows {
                let (me, other) = if own == 0 { (*e, *i) } else { (*i, *e) };
                sums[me].0 += distance * partner[other];
                sums[me].1 += partner[other];
            }
            let found: Vec<f64> = sums.iter().map(|(s, w)| if *w > 0.0 { s / w } else { f64::NAN }).collect();
            let known: Vec<f64> = found.iter().copied().filter(|d| d.is_finite()).collect();
            let mean = if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 };
            // Reliability between 0 and 1: 1 without any discrepancy, a half at the mean.
            found.into_iter().map(|d| if d.is_finite() && mean > 0.0 { mean / (mean + d) } else { 0.5 }).collect::<Vec<f64>>()
        };
        let (new_exporter, new_importer) = (next(0, &importer), next(1, &exporter));
        (exporter, importer) = (new_exporter, new_importer);
    }
    let standard = |list: Vec<f64>| {
        let mean = list.iter().sum::<f64>() / list.len().max(1) as f64;
        let sd = (list.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / list.len().max(1) as f64).sqrt().max(1e-6);
        list.into_iter().map(|v| (v - mean) / sd).collect::<Vec<f64>>()
    };
    (standard(exporter), standard(importer))
}
