//! The rule of BACI (Gaulier and Zignago, CEPII WP 2010-23), for comparison.

use super::model::{median, solve};
use super::pair::{Index, Run, index};
use super::{Cell, Geography, Point};

/// Constant, ln distance and its square, border, coastless exporter and importer, ln world median unit value, ten years.
const BASE: usize = 7;
const YEARS: usize = 10;
const COLUMNS: usize = BASE + YEARS;

/// The published rule as a point value for every cell. In our own words, from the paper's description:
///
/// 1. Ratios of the importer's to the exporter's unit value (of the values, where masses lack) are regressed on distance, its square,
///    border, coast, year, and the world median unit value of the product; cells whose masses agree weigh more. The fitted share, not
///    below zero, is taken out of the imports.
/// 2. The absolute log-ratio of both sides is taken apart into an exporter's, an importer's, a chapter's and a year's part by a weighted
///    analysis of variance; large flows weigh more.
/// 3. Both sides are averaged, each weighted by the square of the other's part; a lone side stands as it is. Masses with the same
///    weights.
///
/// Simplified: HS chapters stand for the paper's product dimension, the ten commonest years have their own effect, and the weights come
/// from the reporters' mean distances, not from their published standard errors. The weights are no uncertainty, and none is given.
#[must_use]
pub fn baci(cells: &[Cell], geography: &dyn Geography) -> Vec<Point> {
    let index = index(cells);
    let rows = Rows::new(cells, &index, geography);
    let beta = rows.regress(cells, &index);
    let mut freight = vec![0.0; cells.len()];
    for run in &index.runs {
        for at in run.cells() {
            let row = rows.row(run, &cells[at]);
            freight[at] = row.iter().zip(&beta).map(|(x, b)| x * b).sum::<f64>().clamp(0.0, 0.7);
        }
    }
    let (exporter, importer) = distances(cells, &index, &freight);
    let mut out = vec![Point { usd: f64::NAN, kg: f64::NAN }; cells.len()];
    for run in &index.runs {
        let (e, i) = (exporter[usize::from(run.exporter)].powi(2), importer[usize::from(run.importer)].powi(2));
        let weight = if e + i > 0.0 { i / (e + i) } else { 0.5 };
        for at in run.cells() {
            let cell = &cells[at];
            out[at] = Point {
                usd: average(cell.export.usd, cell.import.usd * (-freight[at]).exp(), weight),
                kg: average(cell.export.kg, cell.import.kg, weight),
            };
        }
    }
    out
}

/// Weighted mean of two sides; the one that is there, if the other is missing or zero.
pub(super) fn average(export: f64, import: f64, weight: f64) -> f64 {
    match (export > 0.0, import > 0.0) {
        (true, true) => weight * export + (1.0 - weight) * import,
        (true, false) => export,
        (false, true) => import,
        (false, false) => f64::NAN,
    }
}

struct Rows {
    ways: Vec<[f64; 5]>,
    unit_value: Vec<f64>,
    years: Vec<u32>,
}

impl Rows {
    fn new(cells: &[Cell], index: &Index, geography: &dyn Geography) -> Self {
        let raw: Vec<Option<f64>> = index
            .pairs
            .iter()
            .map(|p| {
                let run = &index.runs[p.start];
                let (e, i) = (index.countries[usize::from(run.exporter)], index.countries[usize::from(run.importer)]);
                geography.distance_km(e, i).filter(|d| d.is_finite() && *d >= 0.0).map(|d| d.max(50.0).ln())
            })
            .collect();
        let known: Vec<f64> = raw.iter().flatten().copied().collect();
        let mean = if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 };
        let ways = index
            .pairs
            .iter()
            .zip(&raw)
            .map(|(p, d)| {
                let run = &index.runs[p.start];
                let (e, i) = (index.countries[usize::from(run.exporter)], index.countries[usize::from(run.importer)]);
                let yes = |b: Option<bool>| f64::from(u8::from(b == Some(true)));
                let d = d.map_or(0.0, |d| d - mean);
                [d, d * d, yes(geography.contiguous(e, i)), yes(geography.landlocked(e)), yes(geography.landlocked(i))]
            })
            .collect();
        let mut by_heading: Vec<Vec<f64>> = vec![Vec::new(); index.headings.len()];
        for run in &index.runs {
            let list = &mut by_heading[run.heading as usize];
            for cell in &cells[run.cells()] {
                let value = (cell.export.usd / cell.export.kg).ln();
                if value.is_finite() && list.len() < 10_000 {
                    list.push(value);
                }
            }
        }
        let unit_value: Vec<f64> = by_heading.iter_mut().map(|l| median(l).unwrap_or(f64::NAN)).collect();
        let mut all: Vec<f64> = unit_value.iter().copied().filter(|v| v.is_finite()).collect();
        let middle = median(&mut all).unwrap_or(0.0);
        let unit_value = unit_value.into_iter().map(|v| if v.is_finite() { v - middle } else { 0.0 }).collect();
        let mut count: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
        for cell in cells {
            *count.entry(cell.month.year()).or_default() += 1;
        }
        let mut years: Vec<(usize, u32)> = count.into_iter().map(|(y, n)| (n, y)).collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        let years = years.into_iter().skip(1).take(YEARS).map(|y| y.1).collect();
        Self { ways, unit_value, years }
    }

    fn row(&self, run: &Run, cell: &Cell) -> [f64; COLUMNS] {
        let way = &self.ways[run.pair as usize];
        let mut row = [0.0; COLUMNS];
        row[0] = 1.0;
        row[1..6].copy_from_slice(way);
        row[6] = self.unit_value[run.heading as usize];
        if let Some(at) = self.years.iter().position(|y| *y == cell.month.year()) {
            row[BASE + at] = 1.0;
        }
        row
    }

    fn regress(&self, cells: &[Cell], index: &Index) -> [f64; COLUMNS] {
        let (mut normal, mut right) = ([[0.0; COLUMNS]; COLUMNS], [0.0; COLUMNS]);
        for run in &index.runs {
            for cell in &cells[run.cells()] {
                let value = (cell.import.usd / cell.export.usd).ln();
                let mass = (cell.import.kg / cell.export.kg).ln();
                let ratio = if mass.is_finite() { value - mass } else { value };
                // The paper drops ratios that no freight can explain.
                if !ratio.is_finite() || ratio.abs() > std::f64::consts::LN_2 {
                    continue;
                }
                let weight = if mass.is_finite() { (-mass.abs()).exp() } else { 0.5 };
                let row = self.row(run, cell);
                for j in 0..COLUMNS {
                    right[j] += weight * row[j] * ratio;
                    for k in 0..COLUMNS {
                        normal[j][k] += weight * row[j] * row[k];
                    }
                }
            }
        }
        for (j, row) in normal.iter_mut().enumerate() {
            // A trace of ridge: columns without any variation drop out.
            row[j] += 1e-6;
        }
        solve(normal, right).unwrap_or([0.0; COLUMNS])
    }
}

/// Mean absolute log distance of each reporter in both roles, the other effects taken off.
fn distances(cells: &[Cell], index: &Index, freight: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = index.countries.len();
    let (mut exporter, mut importer) = (vec![0.0; n], vec![0.0; n]);
    let mut chapter = vec![0.0; index.chapters.len()];
    let first = cells.iter().map(|c| c.month.year()).min().unwrap_or(0);
    let last = cells.iter().map(|c| c.month.year()).max().unwrap_or(0);
    let mut year = vec![0.0; (last - first) as usize + 1];
    let (mut sum, mut weights) = (0.0, 0.0);
    let each = |cell: &Cell, at: usize| {
        let value = ((cell.import.usd / cell.export.usd).ln() - freight[at]).abs();
        let weight = (cell.export.usd * cell.import.usd).sqrt().max(1.0).ln();
        (value.is_finite() && weight > 0.0).then_some((value, weight))
    };
    for run in &index.runs {
        for at in run.cells() {
            if let Some((value, weight)) = each(&cells[at], at) {
                sum += value * weight;
                weights += weight;
            }
        }
    }
    let mean = if weights > 0.0 { sum / weights } else { 0.0 };
    for _ in 0..10 {
        for which in 0..4 {
            let size = [n, n, chapter.len(), year.len()][which];
            let mut sums = vec![(0.0, 0.0); size];
            for run in &index.runs {
                let (e, i) = (usize::from(run.exporter), usize::from(run.importer));
                let c = usize::from(index.chapter_of[run.heading as usize]);
                for at in run.cells() {
                    let Some((value, weight)) = each(&cells[at], at) else { continue };
                    let y = (cells[at].month.year() - first) as usize;
                    let place = [e, i, c, y][which];
                    let parts = [exporter[e], importer[i], chapter[c], year[y]];
                    let rest = value - mean - parts.iter().sum::<f64>() + parts[which];
                    sums[place].0 += rest * weight;
                    sums[place].1 += weight;
                }
            }
            let effects = [&mut exporter, &mut importer, &mut chapter, &mut year];
            for (effects_which, effect) in effects.into_iter().enumerate() {
                if effects_which == which {
                    for (value, (s, w)) in effect.iter_mut().zip(&sums) {
                        *value = if *w > 0.0 { s / w } else { 0.0 };
                    }
                }
            }
        }
    }
    // Half of the mean distance is each side's; none is better than a fiftieth of it.
    let level = |part: Vec<f64>| part.into_iter().map(|p| (mean / 2.0 + p).max(mean / 50.0)).collect::<Vec<f64>>();
    (level(exporter), level(importer))
}
