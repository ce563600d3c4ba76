//! The hierarchical model of the log-ratio of both sides.
//!
//! For measure q (value, mass), `r = ln import - ln export` of a cell is
//! `x beta + a(importer) - b(exporter) + chapter + heading + pair + series + noise`. Series are first brought to one robust mean each;
//! the effects are then fitted to those means as shrunken group means (backfitting with variances by EM), so that months that move
//! together cannot pass for many witnesses. Noise has a scale by exporter, importer and size, and Student tails.

use serde::{Deserialize, Serialize};
use tw_base::Country;
use tw_trade::Heading;

use super::pair::{Index, Run};
use super::{Cell, Geography, Options};

/// Values, and masses.
pub(crate) const USD: usize = 0;
pub(crate) const KG: usize = 1;

/// Half decades of size, from below 1 to above 1e12.
const BINS: usize = 25;
/// Covariates of freight: constant, ln distance, border, coastless, ln unit value.
const COVARIATES: usize = 5;
/// Degrees of freedom that are tried. Below 2.5 nothing would be left of an interval; above 30 the tails are normal in all but name.
const TAILS: [f64; 8] = [2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0];
/// Tails of the series effects while the fit weighs them down: the usual choice of Lange, Little and Taylor (1989), p. 883.
const SERIES_TAILS: f64 = 4.0;
/// How many cells a reporter's prior variance weighs as much as. 20: about two years of one series.
const PRIOR_CELLS: f64 = 20.0;
/// Ways of a bin's calibration factor to leave 1: more would speak of a wrong model, not of a wrong scale.
const CALIBRATION: (f64, f64) = (0.5, 3.0);

/// Group effects with their precision, and the sums from which one member can be taken out again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) effect: Vec<f64>,
    weight: Vec<f64>,
    sum: Vec<f64>,
    pub(crate) variance: f64,
}

impl Group {
    fn new(n: usize, variance: f64) -> Self {
        Self { effect: vec![0.0; n], weight: vec![0.0; n], sum: vec![0.0; n], variance }
    }

    fn shrink(&mut self) {
        let (mut squares, mut groups) = (0.0, 0.0);
        for g in 0..self.effect.len() {
            if self.weight[g] <= 0.0 {
                self.effect[g] = 0.0;
                continue;
            }
            let precision = self.weight[g] + 1.0 / self.variance;
            self.effect[g] = self.sum[g] / precision;
            squares += self.effect[g] * self.effect[g] + 1.0 / precision;
            groups += 1.0;
        }
        if groups > 0.0 {
            // Four groups' worth of prior at 0.05 squared: with one or two groups the data alone says nothing about their spread.
            self.variance = ((squares + 4.0 * 0.0025) / (groups + 4.0)).clamp(1e-6, 4.0);
        }
    }

    /// The effect without one member's own part, and its variance.
    pub(crate) fn without(&self, g: usize, weight: f64, residual: f64) -> (f64, f64) {
        let rest = (self.weight[g] - weight).max(0.0);
        let precision = rest + 1.0 / self.variance;
        ((self.sum[g] - weight * residual) / precision, 1.0 / precision)
    }

    pub(crate) fn posterior(&self, g: usize) -> f64 {
        1.0 / (self.weight[g] + 1.0 / self.variance)
    }
}

/// A fitted measure.
pub(crate) struct Part {
    pub(crate) beta: [f64; COVARIATES],
    pub(crate) importer: Group,
    pub(crate) exporter: Group,
    pub(crate) chapter: Group,
    pub(crate) heading: Group,
    pub(crate) pair: Group,
    /// Robust mean of each series and its precision (0 without any two-sided cell).
    pub(crate) mean: Vec<f32>,
    pub(crate) precision: Vec<f32>,
    /// Scale (squared) of monthly noise and of the series effect, by side.
    pub(crate) noise: Sides,
    pub(crate) lasting: Sides,
    pub(crate) size: [f64; BINS],
    pub(crate) calibration: [f64; BINS],
    pub(crate) tails: f64,
    pub(crate) autocorrelation: f64,
    pub(crate) export_share: f64,
    pub(crate) two_sided: usize,
    /// Factor on the squared scale of each series' months, and of series without any two-sided cell.
    own: Vec<f32>,
    weights: Vec<f32>,
    /// Two-sided cells by exporter and by importer.
    cells: [Vec<u32>; 2],
}

/// Squared scales by exporter and by importer.
#[derive(Clone, Debug)]
pub(crate) struct Sides {
    pub(crate) exporter: Vec<f64>,
    pub(crate) importer: Vec<f64>,
}

impl Sides {
    pub(crate) fn sum(&self, run: &Run) -> f64 {
        self.exporter[usize::from(run.exporter)] + self.importer[usize::from(run.importer)]
    }
}

pub(crate) struct Fit {
    pub(crate) parts: [Part; 2],
    /// Log-ratio of each cell; `NAN` where one side is missing or zero.
    pub(crate) ratios: [Vec<f32>; 2],
    /// Covariates of each pair, the unit value apart.
    ways: Vec<[f64; COVARIATES - 1]>,
    /// Log of the median unit value of each heading (dollars per kilogram), and the spread around it.
    pub(crate) unit_value: Vec<(f64, f64)>,
    overall_unit_value: f64,
    countries: Vec<Country>,
    headings: Vec<(Heading, f64)>,
    no_geography: bool,
}

/// Place of a size on the scale of half decades.
pub(crate) fn bin(size: f64) -> usize {
    if size > 1.0 { ((size.log10() * 2.0) as usize).min(BINS - 1) } else { 0 }
}

/// Size of a cell: the geometric mean of both sides, or the one side.
pub(crate) fn size(cell: &Cell, measure: usize) -> f64 {
    match (cell.export.get(measure), cell.import.get(measure)) {
        (x, m) if x > 0.0 && m > 0.0 => (x * m).sqrt(),
        (x, _) if x > 0.0 => x,
        (_, m) if m > 0.0 => m,
        _ => 0.0,
    }
}

pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

pub(crate) fn quantile(values: &mut [f64], fraction: f64) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let at = ((values.len() - 1) as f64 * fraction).round() as usize;
    Some(*values.select_nth_unstable_by(at.min(values.len() - 1), f64::total_cmp).1)
}

impl Fit {
    pub(crate) fn covariates(&self, run: &Run) -> [f64; COVARIATES] {
        let way = &self.ways[run.pair as usize];
        let unit_value = self.unit_value[run.heading as usize].0;
        let unit_value = if unit_value.is_finite() { (unit_value - self.overall_unit_value).clamp(-4.0, 4.0) } else { 0.0 };
        [way[0], way[1], way[2], way[3], unit_value]
    }

    /// Freight and insurance as a log-ratio; none for masses.
    pub(crate) fn freight(&self, measure: usize, run: &Run) -> f64 {
        if measure == KG {
            return 0.0;
        }
        let sum: f64 = self.covariates(run).iter().zip(&self.parts[USD].beta).map(|(x, b)| x * b).sum();
        // No way costs nothing, and none of the published fits goes beyond half of the value.
        sum.clamp(0.0, 0.4)
    }

    /// What is to be taken off the log of the export's and of the import's figure for a series, and the variance that is left in both
    /// together because the effects are not known exactly. The pair's effect belongs to no side that the data could tell: half to each.
    pub(crate) fn offsets(&self, measure: usize, run: &Run, series: usize) -> (f64, f64, f64) {
        let part = &self.parts[measure];
        let (pair, pair_variance) = self.pair_without(measure, run, series);
        let (heading, chapter) = (run.heading as usize, self.chapter(run));
        let product = part.heading.effect[heading] + part.chapter.effect[chapter];
        let (i, e) = (usize::from(run.importer), usize::from(run.exporter));
        let left =
            pair_variance + part.pair.variance + part.heading.posterior(heading) + part.importer.posterior(i) + part.exporter.posterior(e);
        let import = self.freight(measure, run) + product + part.importer.effect[i] + pair / 2.0;
        (part.exporter.effect[e] - pair / 2.0, import, left)
    }

    /// Expected log-ratio of a series without its own part in the pair's and the heading's effect, and its variance.
    pub(crate) fn expected(&self, measure: usize, run: &Run, series: usize) -> (f64, f64) {
        let part = &self.parts[measure];
        let (i, e, h, c) = (usize::from(run.importer), usize::from(run.exporter), run.heading as usize, self.chapter(run));
        let fixed = self.freight(measure, run) + part.importer.effect[i] - part.exporter.effect[e] + part.chapter.effect[c];
        let weight = f64::from(part.weights[series]);
        let mean = f64::from(part.mean[series]);
        if weight <= 0.0 || !mean.is_finite() {
            let sum = fixed + part.heading.effect[h] + part.pair.effect[run.pair as usize];
            return (sum, part.heading.posterior(h) + part.pair.posterior(run.pair as usize));
        }
        let (heading, heading_variance) = part.heading.without(h, weight, mean - fixed - part.pair.effect[run.pair as usize]);
        let (pair, pair_variance) = part.pair.without(run.pair as usize, weight, mean - fixed - part.heading.effect[h]);
        let reporters = part.importer.posterior(i) + part.exporter.posterior(e);
        (fixed + heading + pair, heading_variance + pair_variance + reporters)
    }

    fn pair_without(&self, measure: usize, run: &Run, series: usize) -> (f64, f64) {
        let part = &self.parts[measure];
        let pair = run.pair as usize;
        let weight = f64::from(part.weights[series]);
        let mean = f64::from(part.mean[series]);
        if weight <= 0.0 || !mean.is_finite() {
            return (part.pair.effect[pair], part.pair.posterior(pair));
        }
        let (i, e, h) = (usize::from(run.importer), usize::from(run.exporter), run.heading as usize);
        let others = self.freight(measure, run) + part.importer.effect[i] - part.exporter.effect[e]
            + part.chapter.effect[self.chapter(run)]
            + part.heading.effect[h];
        part.pair.without(pair, weight, mean - others)
    }

    pub(crate) fn chapter(&self, run: &Run) -> usize {
        self.headings[run.heading as usize].1 as usize
    }

    /// Squared scales of the noise of one month on both sides (export, import), calibrated.
    pub(crate) fn noise(&self, measure: usize, run: &Run, series: usize, size: f64) -> (f64, f64) {
        let part = &self.parts[measure];
        let b = bin(size);
        let factor = part.size[b] * part.calibration[b] * part.calibration[b] * f64::from(part.own[series]);
        (part.noise.exporter[usize::from(run.exporter)] * factor, part.noise.importer[usize::from(run.importer)] * factor)
    }

    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (part, name) in self.parts.iter().zip(["value", "mass"]) {
            if part.two_sided == 0 {
                out.push(format!("no cell has a {name} from both sides: its noise and freight are priors from the literature, not learnt"));
            } else if part.two_sided < 200 {
                out.push(format!("only {} cells have a {name} from both sides: the effects rest mostly on priors", part.two_sided));
            }
        }
        if self.no_geography {
            out.push("no distance between any two of the countries is known: freight is one figure for all".to_owned());
        }
        out
    }
}

fn unit_values(cells: &[Cell], index: &Index) -> Vec<(f64, f64)> {
    // One figure a run and side, so that long series don't decide alone.
    let mut samples: Vec<(u32, f32)> = Vec::with_capacity(index.runs.len());
    for run in &index.runs {
        for side in 0..2 {
            let (mut usd, mut kg) = (0.0, 0.0);
            for cell in &cells[run.cells()] {
                let said = if side == 0 { &cell.export } else { &cell.import };
                if said.usd > 0.0 && said.kg > 0.0 {
                    usd += said.usd.ln() - said.kg.ln();
                    kg += 1.0;
                }
            }
            if kg > 0.0 {
                samples.push((run.heading, (usd / kg) as f32));
            }
        }
    }
    samples.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut out = vec![(f64::NAN, f64::NAN); index.headings.len()];
    for group in samples.chunk_by(|a, b| a.0 == b.0) {
        let at = |f: f64| f64::from(group[((group.len() - 1) as f64 * f).round() as usize].1);
        let n = group.len() as f64;
        // Spread by the quartiles, drawn towards 0.7 (a factor of two) as long as there are few.
        let spread = ((at(0.75) - at(0.25)) / 1.349 * n + 0.7 * 5.0) / (n + 5.0);
        out[group[0].0 as usize] = (at(0.5), spread.max(0.05));
    }
    out
}

fn ways(index: &Index, geography: &dyn Geography) -> (Vec<[f64; COVARIATES - 1]>, bool) {
    let raw: Vec<(Option<f64>, Option<bool>, f64)> = index
        .pairs
        .iter()
        .map(|pair| {
            let run = &index.runs[pair.start];
            let (e, i) = (index.countries[usize::from(run.exporter)], index.countries[usize::from(run.importer)]);
            let distance = geography.distance_km(e, i).filter(|d| d.is_finite() && *d >= 0.0).map(|d| d.max(50.0).ln());
            let coastless = [e, i].iter().filter(|c| geography.landlocked(**c) == Some(true)).count() as f64;
            (distance, geography.contiguous(e, i), coastless)
        })
        .collect();
    let known: Vec<f64> = raw.iter().filter_map(|r| r.0).collect();
    let mean = if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 };
    let rows = raw
        .iter()
        .map(|(d, border, coastless)| [1.0, d.map_or(0.0, |d| d - mean), f64::from(u8::from(*border == Some(true))), *coastless])
        .collect();
    (rows, known.is_empty())
}

fn ratios(cells: &[Cell]) -> [Vec<f32>; 2] {
    [USD, KG].map(|measure| {
        let ratio = |cell: &Cell| {
            let (x, m) = (cell.export.get(measure), cell.import.get(measure));
            if x > 0.0 && m > 0.0 { (m / x).ln() as f32 } else { f32::NAN }
        };
        cells.iter().map(ratio).collect()
    })
}

pub(crate) fn fit(cells: &[Cell], index: &Index, geography: &dyn Geography, options: &Options) -> Fit {
    let ratios = ratios(cells);
    let unit_value = unit_values(cells, index);
    let (ways, no_geography) = ways(index, geography);
    let mut known: Vec<f64> = unit_value.iter().map(|u| u.0).filter(|u| u.is_finite()).collect();
    let overall_unit_value = median(&mut known).unwrap_or(0.0);
    let headings = index.headings.iter().zip(&index.chapter_of).map(|(h, c)| (*h, f64::from(*c))).collect();
    let parts = [USD, KG].map(|measure| Part::empty(measure, index, options));
    let countries = index.countries.clone();
    let mut fit = Fit { parts, ratios, ways, unit_value, overall_unit_value, countries, headings, no_geography };
    for measure in [USD, KG] {
        fit.learn(measure, cells, index, options);
    }
    fit
}

impl Part {
    fn empty(measure: usize, index: &Index, options: &Options) -> Self {
        let n = index.countries.len();
        let prior = options.noise_without_data * options.noise_without_data;
        let mut beta = [0.0; COVARIATES];
        if measure == USD {
            beta[0] = options.freight_without_data;
        }
        Self {
            beta,
            importer: Group::new(n, 0.01),
            exporter: Group::new(n, 0.01),
            chapter: Group::new(index.chapters.len(), 0.0025),
            heading: Group::new(index.headings.len(), 0.0025),
            pair: Group::new(index.pairs.len(), 0.01),
            mean: vec![f32::NAN; index.runs.len()],
            precision: vec![0.0; index.runs.len()],
            noise: Sides { exporter: vec![prior * 0.75; n], importer: vec![prior * 0.75; n] },
            lasting: Sides { exporter: vec![prior * 0.25; n], importer: vec![prior * 0.25; n] },
            size: [1.0; BINS],
            calibration: [1.0; BINS],
            tails: 4.0,
            autocorrelation: 0.0,
            export_share: 0.5,
            two_sided: 0,
            own: vec![1.0; index.runs.len()],
            weights: vec![0.0; index.runs.len()],
            cells: [vec![0; n], vec![0; n]],
        }
    }
}

/// Sums over the pairs: squares and how many.
struct Squares {
    by_pair: Vec<(f64, f64)>,
}

impl Squares {
    /// Splits the squares of the pairs into a part of each exporter and one of each importer, by EM: both errors are independent and
    /// only their difference is seen. The level that both sides share is not in the squares: it comes from `share` (the exporters').
    fn split(&self, index: &Index, share: f64, prior_cells: f64) -> Option<Sides> {
        let (total, count) = self.by_pair.iter().fold((0.0, 0.0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
        if count < 3.0 || total <= 0.0 {
            return None;
        }
        let level = (total / count).max(1e-6);
        let (x0, m0) = (share * level, (1.0 - share) * level);
        let n = index.countries.len();
        let mut sides = Sides { exporter: vec![x0; n], importer: vec![m0; n] };
        for _ in 0..40 {
            let mut x: Vec<(f64, f64)> = vec![(x0 * prior_cells, prior_cells); n];
            let mut m: Vec<(f64, f64)> = vec![(m0 * prior_cells, prior_cells); n];
            for (pair, (squares, cells)) in index.pairs.iter().zip(&self.by_pair) {
                if *cells <= 0.0 {
                    continue;
                }
                let run = &index.runs[pair.start];
                let (e, i) = (usize::from(run.exporter), usize::from(run.importer));
                let (vx, vm) = (sides.exporter[e], sides.importer[i]);
                let both = vx + vm;
                let shared = cells * vx * vm / both;
                x[e].0 += (vx / both) * (vx / both) * squares + shared;
                x[e].1 += cells;
                m[i].0 += (vm / both) * (vm / both) * squares + shared;
                m[i].1 += cells;
            }
            sides.exporter = x.iter().map(|(s, c)| (s / c).max(1e-6)).collect();
            sides.importer = m.iter().map(|(s, c)| (s / c).max(1e-6)).collect();
        }
        Some(sides)
    }
}

impl Fit {
    fn learn(&mut self, measure: usize, cells: &[Cell], index: &Index, options: &Options) {
        let ratios = std::mem::take(&mut self.ratios[measure]);
        let part = &mut self.parts[measure];
        for run in &index.runs {
            let n = ratios[run.cells()].iter().filter(|r| r.is_finite()).count();
            part.two_sided += n;
            part.cells[0][usize::from(run.exporter)] += n as u32;
            part.cells[1][usize::from(run.importer)] += n as u32;
        }
        if part.two_sided > 0 {
            part.start(index, &ratios);
            let bins: Vec<u8> = cells.iter().map(|c| bin(size(c, measure)) as u8).collect();
            for round in 0..4 {
                if round >= 1 {
                    self.parts[measure].own_scales(index, &ratios, &bins);
                }
                self.parts[measure].months(measure, cells, index, &ratios, &bins, round >= 2);
                self.upper(measure, index, options);
                self.series_spread(measure, index);
                self.parts[measure].means(index, &ratios, &bins);
            }
            self.upper(measure, index, options);
            self.calibrate(measure, index, &ratios, &bins);
        }
        self.ratios[measure] = ratios;
    }

    /// Regression and group effects on the series' means, weighted down where a series stands out.
    fn upper(&mut self, measure: usize, index: &Index, options: &Options) {
        let freight = measure == USD;
        let rows: Vec<[f64; COVARIATES]> = if freight { index.runs.iter().map(|r| self.covariates(r)).collect() } else { Vec::new() };
        let chapters: Vec<usize> = index.runs.iter().map(|r| self.chapter(r)).collect();
        let part = &mut self.parts[measure];
        for round in 0..8 {
            // Weights: 1 / (series effect + mean's own variance), times the t weight of the series' residual.
            let fixed =
                |part: &Part, s: usize| -> f64 { if freight { rows[s].iter().zip(&part.beta).map(|(x, b)| x * b).sum() } else { 0.0 } };
            let mut residual: Vec<f64> = vec![0.0; index.runs.len()];
            for (s, run) in index.runs.iter().enumerate() {
                let precision = f64::from(part.precision[s]);
                if precision <= 0.0 {
                    part.weights[s] = 0.0;
                    continue;
                }
                let rest = f64::from(part.mean[s]) - fixed(part, s) - part.importer.effect[usize::from(run.importer)]
                    + part.exporter.effect[usize::from(run.exporter)]
                    - part.chapter.effect[chapters[s]]
                    - part.heading.effect[run.heading as usize]
                    - part.pair.effect[run.pair as usize];
                let variance = part.lasting.sum(run) + 1.0 / precision;
                let t = (SERIES_TAILS + 1.0) / (SERIES_TAILS + rest * rest / variance);
                part.weights[s] = (t / variance) as f32;
                residual[s] = rest;
            }
            if freight {
                regress(part, &rows, &mut residual, options);
            }
            // Sums must be by the shape of the group, so one closure each.
            let by: [&dyn Fn(usize) -> (usize, f64); 5] = [
                &|s| (usize::from(index.runs[s].importer), 1.0),
                &|s| (usize::from(index.runs[s].exporter), -1.0),
                &|s| (chapters[s], 1.0),
                &|s| (index.runs[s].heading as usize, 1.0),
                &|s| (index.runs[s].pair as usize, 1.0),
            ];
            for (which, place) in by.into_iter().enumerate() {
                let weights = std::mem::take(&mut part.weights);
                let group = part.group(which);
                group.weight.fill(0.0);
                group.sum.fill(0.0);
                let old = group.effect.clone();
                for (s, weight) in weights.iter().enumerate() {
                    if *weight <= 0.0 {
                        continue;
                    }
                    let (g, sign) = place(s);
                    let weight = f64::from(*weight);
                    group.weight[g] += weight;
                    group.sum[g] += weight * (sign * residual[s] + group.effect[g]);
                }
                group.shrink();
                for (s, rest) in residual.iter_mut().enumerate() {
                    let (g, sign) = place(s);
                    *rest -= sign * (group.effect[g] - old[g]);
                }
                part.weights = weights;
            }
            let _ = round;
        }
    }

    /// Spread of the series effects by side, from the residuals of the series' means.
    fn series_spread(&mut self, measure: usize, index: &Index) {
        let mut by_pair = vec![(0.0, 0.0); index.pairs.len()];
        for (s, run) in index.runs.iter().enumerate() {
            let part = &self.parts[measure];
            let precision = f64::from(part.precision[s]);
            if precision <= 0.0 {
                continue;
            }
            let (expected, _) = self.expected_with_own(measure, run);
            let rest = f64::from(part.mean[s]) - expected;
            let lasting = part.lasting.sum(run);
            let variance = lasting + 1.0 / precision;
            let t = (SERIES_TAILS + 1.0) / (SERIES_TAILS + rest * rest / variance);
            // E step: the series effect given its mean has mean (lasting / variance) rest and variance lasting / precision / variance.
            let share = lasting / variance;
            let sums: &mut (f64, f64) = &mut by_pair[run.pair as usize];
            sums.0 += t * share * share * rest * rest + share / precision;
            sums.1 += 1.0;
        }
        if let Some(sides) = (Squares { by_pair }).split(index, 0.5, 30.0) {
            self.parts[measure].lasting = sides;
        }
    }

    fn expected_with_own(&self, measure: usize, run: &Run) -> (f64, f64) {
        let part = &self.parts[measure];
        let sum = self.freight(measure, run) + part.importer.effect[usize::from(run.importer)]
            - part.exporter.effect[usize::from(run.exporter)]
            + part.chapter.effect[self.chapter(run)]
            + part.heading.effect[run.heading as usize]
            + part.pair.effect[run.pair as usize];
        (sum, 0.0)
    }

    /// Scales each half decade of size so that nine in ten of the log-ratios lie where nine in ten should, each series predicted without
    /// its own part in the pair's and the heading's effect.
    fn calibrate(&mut self, measure: usize, index: &Index, ratios: &[f32], bins: &[u8]) {
        let mut scores: Vec<Vec<f64>> = vec![Vec::new(); BINS];
        let step = (self.parts[measure].two_sided / 400_000).max(1);
        for (s, run) in index.runs.iter().enumerate().step_by(step) {
            if self.parts[measure].precision[s] <= 0.0 {
                continue;
            }
            let (expected, left) = self.expected(measure, run, s);
            let part = &self.parts[measure];
            for at in run.cells() {
                let r = f64::from(ratios[at]);
                if r.is_finite() {
                    let b = usize::from(bins[at]);
                    let variance = part.noise.sum(run) * part.size[b] * f64::from(part.own[s]) + part.lasting.sum(run) + left;
                    scores[b].push((r - expected).abs() / variance.sqrt());
                }
            }
        }
        let part = &mut self.parts[measure];
        let should = super::truth::difference_quantile(part.tails, 0.90);
        let mut all: Vec<f64> = scores.iter().flatten().copied().collect();
        let overall = quantile(&mut all, 0.90).map_or(1.0, |q| q / should);
        for (b, list) in scores.iter_mut().enumerate() {
            let n = list.len() as f64;
            // The finite-sample step of conformal prediction: the ceil((n + 1) 0.9)-th of n scores.
            let level = ((n + 1.0) * 0.90).ceil() / n.max(1.0);
            let own = if level <= 1.0 { quantile(list, level).map(|q| q / should) } else { None };
            let own = own.map_or(overall, |own| (own * n + overall * 200.0) / (n + 200.0));
            part.calibration[b] = own.clamp(CALIBRATION.0, CALIBRATION.1);
        }
    }
}

fn regress(part: &mut Part, rows: &[[f64; COVARIATES]], residual: &mut [f64], options: &Options) {
    let (mut normal, mut right) = ([[0.0; COVARIATES]; COVARIATES], [0.0; COVARIATES]);
    for (s, row) in rows.iter().enumerate() {
        let weight = f64::from(part.weights[s]);
        if weight <= 0.0 {
            continue;
        }
        let target = residual[s] + row.iter().zip(&part.beta).map(|(x, b)| x * b).sum::<f64>();
        for j in 0..COVARIATES {
            right[j] += weight * row[j] * target;
            for k in 0..COVARIATES {
                normal[j][k] += weight * row[j] * row[k];
            }
        }
    }
    // A weak prior for each coefficient: the constant near the convention (0.05 either way), the others near nothing.
    for (j, (mean, sd)) in [(options.freight_without_data, 0.05), (0.0, 0.03), (0.0, 0.05), (0.0, 0.05), (0.0, 0.03)].iter().enumerate() {
        normal[j][j] += 1.0 / (sd * sd);
        right[j] += mean / (sd * sd);
    }
    let Some(beta) = solve(normal, right) else { return };
    for (s, row) in rows.iter().enumerate() {
        residual[s] -= row.iter().zip(beta.iter().zip(&part.beta)).map(|(x, (new, old))| x * (new - old)).sum::<f64>();
    }
    part.beta = beta;
}

/// Gauss with pivots.
pub(crate) fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for col in 0..N {
        let pivot = (col..N).max_by(|i, j| a[*i][col].abs().total_cmp(&a[*j][col].abs()))?;
        if a[pivot][col].abs() < 1e-12 || !a[pivot][col].is_finite() {
            return None;
        }
        a.swap(col, pivot);
        b.swap(col, pivot);
        for row in col + 1..N {
            let factor = a[row][col] / a[col][col];
            let (top, bottom) = a.split_at_mut(row);
            for (below, above) in bottom[0][col..].iter_mut().zip(&top[col][col..]) {
                *below -= factor * above;
            }
            b[row] -= factor * b[col];
        }
    }
    let mut x = [0.0; N];
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|k| a[row][k] * x[k]).sum();
        x[row] = (b[row] - known) / a[row][row];
    }
    x.iter().all(|v| v.is_finite()).then_some(x)
}

impl Part {
    fn group(&mut self, which: usize) -> &mut Group {
        match which {
            0 => &mut self.importer,
            1 => &mut self.exporter,
            2 => &mut self.chapter,
            3 => &mut self.heading,
            _ => &mut self.pair,
        }
    }

    /// Medians, and one scale for all.
    fn start(&mut self, index: &Index, ratios: &[f32]) {
        let (mut list, mut deviations, mut spread) = (Vec::new(), Vec::new(), Vec::new());
        for (s, run) in index.runs.iter().enumerate() {
            list.clear();
            list.extend(ratios[run.cells()].iter().filter(|r| r.is_finite()).map(|r| f64::from(*r)));
            let Some(middle) = median(&mut list) else { continue };
            self.mean[s] = middle as f32;
            spread.push(middle);
            if list.len() >= 4 && deviations.len() < 2_000_000 {
                deviations.extend(list.iter().map(|r| (r - middle).abs()));
            }
        }
        let within = median(&mut deviations).map(|d| 1.4826 * d);
        let centre = median(&mut spread).unwrap_or(0.0);
        let mut away: Vec<f64> = spread.iter().map(|m| (m - centre).abs()).collect();
        let between = 1.4826 * median(&mut away).unwrap_or(0.3);
        // 2 % at least: a file whose sides agree to the dollar would have no noise at all.
        let noise = within.unwrap_or(between).max(0.02);
        let lasting = between.max(0.02);
        self.noise.exporter.fill(noise * noise / 2.0);
        self.noise.importer.fill(noise * noise / 2.0);
        self.lasting.exporter.fill(lasting * lasting / 4.0);
        self.lasting.importer.fill(lasting * lasting / 4.0);
        self.precision.fill(0.0);
        for (s, run) in index.runs.iter().enumerate() {
            let n = ratios[run.cells()].iter().filter(|r| r.is_finite()).count();
            self.precision[s] = (n as f64 / (noise * noise)) as f32;
        }
    }

    fn scale(&self, run: &Run, series: usize, b: u8) -> f64 {
        self.noise.sum(run) * self.size[usize::from(b)] * f64::from(self.own[series])
    }

    /// Robust mean of each series (two steps of IRLS) and its precision, less where months move together.
    fn means(&mut self, index: &Index, ratios: &[f32], bins: &[u8]) {
        let nu = self.tails;
        let together = self.autocorrelation.max(0.0);
        // Information of a t location against the normal one, and the effective number of months of an AR(1).
        let information = (nu + 1.0) / (nu + 3.0) * (1.0 - together) / (1.0 + together);
        for (s, run) in index.runs.iter().enumerate() {
            if !self.mean[s].is_finite() {
                continue;
            }
            let mut precision = 0.0;
            for _ in 0..2 {
                let centre = f64::from(self.mean[s]);
                let (mut sum, mut weights) = (0.0, 0.0);
                precision = 0.0;
                for at in run.cells() {
                    let r = f64::from(ratios[at]);
                    if r.is_finite() {
                        let variance = self.scale(run, s, bins[at]);
                        let e = r - centre;
                        let weight = (nu + 1.0) / (nu + e * e / variance) / variance;
                        sum += weight * r;
                        weights += weight;
                        precision += 1.0 / variance;
                    }
                }
                if weights > 0.0 {
                    self.mean[s] = (sum / weights) as f32;
                }
            }
            self.precision[s] = (precision * information) as f32;
        }
    }

    /// Scales of the monthly noise by side and size, its tails, and how far months move together.
    fn months(&mut self, measure: usize, cells: &[Cell], index: &Index, ratios: &[f32], bins: &[u8], tails: bool) {
        let nu = self.tails;
        let mut by_pair = vec![(0.0, 0.0); index.pairs.len()];
        let mut by_size = [(0.0, 0.0); BINS];
        let (mut lag, mut square, mut months, mut series) = (0.0, 0.0, 0.0, 0.0);
        let mut grubbs: (f64, f64, f64) = (0.0, 0.0, 0.0);
        let mut scores: Vec<f64> = Vec::new();
        for (s, run) in index.runs.iter().enumerate() {
            let n = ratios[run.cells()].iter().filter(|r| r.is_finite()).count() as f64;
            if n < 3.0 {
                continue;
            }
            let centre = f64::from(self.mean[s]);
            let freedom = n / (n - 1.0);
            let mut last: Option<(u32, f64)> = None;
            let (mut x_sum, mut m_sum, mut w_sum, mut x_log) = (0.0, 0.0, 0.0, 0.0);
            for at in run.cells() {
                let r = f64::from(ratios[at]);
                if !r.is_finite() {
                    continue;
                }
                let e = r - centre;
                let variance = self.scale(run, s, bins[at]);
                let z2 = e * e / variance;
                let weight = (nu + 1.0) / (nu + z2);
                let b = usize::from(bins[at]);
                by_pair[run.pair as usize].0 += weight * e * e * freedom / (self.size[b] * f64::from(self.own[s]));
                by_pair[run.pair as usize].1 += 1.0;
                by_size[b].0 += weight * z2 * freedom;
                by_size[b].1 += 1.0;
                let short = (e / variance.sqrt()).clamp(-3.0, 3.0);
                square += short * short;
                months += 1.0;
                let place = cells[at].month.index();
                if let Some((before, old)) = last
                    && place == before + 1
                {
                    lag += short * old;
                    series += 1.0;
                }
                last = Some((place, short));
                if tails && n >= 5.0 && scores.len() < 300_000 {
                    scores.push(e * freedom.sqrt() / variance.sqrt());
                }
                // Grubbs: the covariance of a side with the difference is that side's noise alone. Months far out are left away whole.
                if z2 < 9.0 {
                    let x = cells[at].export.get(measure).ln();
                    w_sum += 1.0;
                    x_log += x;
                    x_sum += x * e;
                    m_sum += e;
                }
            }
            if w_sum >= 3.0 {
                // sum (x - mean x)(-e): the exporter's share; the total is sum of squares of e.
                let export = -(x_sum - m_sum * x_log / w_sum);
                let total: f64 = run
                    .cells()
                    .filter_map(|at| {
                        let r = f64::from(ratios[at]);
                        let e = r - centre;
                        (r.is_finite() && e * e / self.scale(run, s, bins[at]) < 9.0).then_some(e)
                    })
                    .map(|e| (e - m_sum / w_sum) * (e - m_sum / w_sum))
                    .sum();
                let scale = self.noise.sum(run);
                grubbs.0 += export / scale;
                grubbs.1 += total / scale;
                grubbs.2 += (export / scale) * (export / scale);
            }
        }
        if months < 3.0 {
            return;
        }
        if grubbs.1 > 0.0 {
            let share = grubbs.0 / grubbs.1;
            let se = grubbs.2.sqrt() / grubbs.1;
            // Prior: half each, give or take 0.15.
            let (own, prior) = (1.0 / (se * se).max(1e-9), 1.0 / (0.15 * 0.15));
            self.export_share = ((share * own + 0.5 * prior) / (own + prior)).clamp(0.1, 0.9);
        }
        if let Some(sides) = (Squares { by_pair }).split(index, self.export_share, PRIOR_CELLS) {
            self.noise = sides;
        }
        self.sizes(&by_size);
        if series > 0.0 {
            // Residuals of a mean are negatively correlated by about 1 / n: put back.
            let mean_length = (months / index.runs.len().max(1) as f64).max(3.0);
            let raw = (lag / series) / (square / months).max(1e-9);
            self.autocorrelation = (raw + 1.0 / mean_length).clamp(-0.5, 0.9);
        }
        if tails && scores.len() >= 200 {
            self.tails = best_tails(&scores, 300.0 / scores.len() as f64);
        }
    }

    /// How much louder or quieter each series is than its reporters and sizes say, by a t scale of its own drawn to one as far as the
    /// scatter of those scales is no more than chance.
    fn own_scales(&mut self, index: &Index, ratios: &[f32], bins: &[u8]) {
        let nu = self.tails;
        // Sampling variance of the log of a squared t scale from n figures.
        let chance = |n: f64| 2.0 * (nu + 3.0) / (nu * n);
        let mut logs: Vec<(usize, f64, f64)> = Vec::new();
        let mut squares: Vec<f64> = Vec::new();
        for (s, run) in index.runs.iter().enumerate() {
            squares.clear();
            // Differences between neighbours: a level that shifts once is a gap, not noise.
            let mut last: Option<(f64, f64)> = None;
            for at in run.cells() {
                let r = f64::from(ratios[at]);
                if r.is_finite() {
                    let variance = self.noise.sum(run) * self.size[usize::from(bins[at])];
                    if let Some((before, other)) = last {
                        squares.push((r - before) * (r - before) / ((variance + other) * (1.0 - self.autocorrelation)));
                    }
                    last = Some((r, variance));
                }
            }
            let n = squares.len() as f64;
            if n < 4.0 {
                continue;
            }
            let mut scale = 1.0_f64;
            for _ in 0..6 {
                let sum: f64 = squares.iter().map(|z2| (nu + 1.0) * z2 / (nu + z2 / scale)).sum();
                scale = (sum / n).max(1e-6);
            }
            // Neighbouring differences share a month: n of them tell as much as two thirds of n figures.
            logs.push((s, scale.ln(), n / 1.5));
        }
        if logs.len() < 20 {
            return;
        }
        let mut middle: Vec<f64> = logs.iter().map(|l| l.1).collect();
        let centre = median(&mut middle).unwrap_or(0.0);
        let mut away: Vec<f64> = logs.iter().map(|l| (l.1 - centre).abs()).collect();
        let spread = 1.4826 * median(&mut away).unwrap_or(0.0);
        let expected = logs.iter().map(|l| chance(l.2)).sum::<f64>() / logs.len() as f64;
        let real = (spread * spread - expected).max(0.0);
        // A series of which nothing is known: the mean of a lognormal around the middle.
        let unknown = (real / 2.0).exp().min(4.0);
        self.own.fill(unknown as f32);
        for (s, log, n) in logs {
            let left = real * chance(n) / (real + chance(n)).max(1e-12);
            let drawn = (log - centre) * real / (real + chance(n)).max(1e-12) + left / 2.0;
            self.own[s] = drawn.exp().clamp(0.1, 20.0) as f32;
        }
    }

    /// New relative scale of each half decade: neighbours and a prior of 50 cells steady it, and the mean over the cells is one.
    fn sizes(&mut self, by_size: &[(f64, f64); BINS]) {
        let raw: Vec<(f64, f64)> = (0..BINS).map(|b| (by_size[b].0 * self.size[b], by_size[b].1)).collect();
        let mut next = [1.0; BINS];
        let mut carried: f64 = 1.0;
        for (b, slot) in next.iter_mut().enumerate() {
            let (mut sum, mut count) = (carried * 50.0, 50.0);
            for (other, weight) in [(b.wrapping_sub(1), 0.25), (b, 1.0), (b + 1, 0.25)] {
                if let Some((s, c)) = raw.get(other) {
                    sum += s * weight;
                    count += c * weight;
                }
            }
            carried = sum / count;
            *slot = carried;
        }
        // Below the first bin with data there is none to carry: take the first one's.
        if let Some(first) = by_size.iter().position(|s| s.1 > 0.0) {
            for b in 0..first {
                next[b] = next[first];
            }
        }
        let (sum, count) = next.iter().zip(by_size).fold((0.0, 0.0), |t, (h, s)| (t.0 + h * s.1, t.1 + s.1));
        let mean = if count > 0.0 { sum / count } else { 1.0 };
        self.size = next.map(|h| (h / mean).clamp(0.05, 50.0));
    }
}

/// Degrees of freedom under which scaled residuals are likeliest, the scale fitted to each.
fn best_tails(scores: &[f64], flat: f64) -> f64 {
    let n = scores.len() as f64;
    let mut best = (f64::NEG_INFINITY, 4.0);
    for nu in TAILS {
        let mut scale = 1.0;
        for _ in 0..8 {
            scale = scores.iter().map(|z| (nu + 1.0) * z * z / (nu + z * z / scale)).sum::<f64>() / n;
            scale = scale.max(1e-9);
        }
        let constant = crate::ln_gamma((nu + 1.0) / 2.0) - crate::ln_gamma(nu / 2.0) - 0.5 * (nu * std::f64::consts::PI * scale).ln();
        let mean = scores.iter().map(|z| constant - (nu + 1.0) / 2.0 * (z * z / (nu * scale)).ln_1p()).sum::<f64>() / n;
        // A weak pull to 4 as long as there are few scores.
        let pulled = mean - flat.min(1.0) * 0.01 * (nu / 4.0).ln().abs();
        if pulled > best.0 {
            best = (pulled, nu);
        }
    }
    best.1
}

/// What was learnt, for the reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effects {
    /// Values, then masses.
    pub measures: Vec<Measure>,
}

/// Effects of one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// `value` or `mass`.
    pub name: String,
    /// Cells with both sides.
    pub two_sided: usize,
    /// Freight and insurance.
    pub freight: Freight,
    /// Standard deviations of the effects of pairs, headings, and chapters.
    pub spread: [f64; 3],
    /// Degrees of freedom of the noise.
    pub degrees_of_freedom: f64,
    /// Correlation of the noise of neighbouring months.
    pub autocorrelation: f64,
    /// Share of the monthly noise that is the exporters'.
    pub export_share: f64,
    /// Factor by which each half decade of size had to be widened to cover (from 1 upwards), and its relative scale.
    pub calibration: Vec<(f64, f64)>,
    /// Habits of the reporters.
    pub reporters: Vec<Reporter>,
}

/// Freight and insurance as a log-ratio. All zero for masses.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Freight {
    /// At the mean log-distance, without a border, with coasts.
    pub constant: f64,
    /// For each unit of ln distance.
    pub ln_distance: f64,
    /// Where both share a border.
    pub border: f64,
    /// For each side without a coast.
    pub landlocked: f64,
    /// For each unit of ln unit value.
    pub ln_unit_value: f64,
}

/// One reporter's habits, in logs. Only differences between reporters are in the data: the mean over all is taken as zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reporter {
    /// Who.
    pub country: Country,
    /// How much more it reports than there is, as an exporter and as an importer.
    pub bias: [f64; 2],
    /// Standard deviation of what is left of that bias's uncertainty.
    pub bias_sd: [f64; 2],
    /// Scale of its monthly error, in both roles.
    pub noise: [f64; 2],
    /// Scale of its lasting error by series, in both roles.
    pub lasting: [f64; 2],
    /// Two-sided cells behind it, in both roles.
    pub cells: [u32; 2],
}

impl Fit {
    pub(crate) fn effects(&self) -> Effects {
        let measure = |part: &Part, name: &str| Measure {
            name: name.to_owned(),
            two_sided: part.two_sided,
            freight: Freight {
                constant: part.beta[0],
                ln_distance: part.beta[1],
                border: part.beta[2],
                landlocked: part.beta[3],
                ln_unit_value: part.beta[4],
            },
            spread: [part.pair.variance.sqrt(), part.heading.variance.sqrt(), part.chapter.variance.sqrt()],
            degrees_of_freedom: part.tails,
            autocorrelation: part.autocorrelation,
            export_share: part.export_share,
            calibration: part.calibration.iter().copied().zip(part.size.iter().copied()).collect(),
            reporters: self
                .countries
                .iter()
                .enumerate()
                .map(|(c, country)| Reporter {
                    country: *country,
                    bias: [part.exporter.effect[c], part.importer.effect[c]],
                    bias_sd: [part.exporter.posterior(c).sqrt(), part.importer.posterior(c).sqrt()],
                    noise: [part.noise.exporter[c].sqrt(), part.noise.importer[c].sqrt()],
                    lasting: [part.lasting.exporter[c].sqrt(), part.lasting.importer[c].sqrt()],
                    cells: [part.cells[0][c], part.cells[1][c]],
                })
                .collect(),
        };
        Effects { measures: vec![measure(&self.parts[USD], "value"), measure(&self.parts[KG], "mass")] }
    }
}
