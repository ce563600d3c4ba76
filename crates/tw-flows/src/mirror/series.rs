//! Series with a gap: a shift in a stretch of the months, or in all of them, against the honest effect of a series.
//!
//! Honest: every series has its own lasting offset, normal with the scale that the other series show, and one in twenty with 2.2
//! times that scale; months scatter around it. Not honest: a shift comes on top in one stretch. Both have closed marginal likelihoods, so
//! every stretch is weighed exactly. Single odd months are drawn to their neighbours first, for one month is an error, not a gap.

use tw_trade::Month;

use super::errors::Corrections;
use super::model::{Fit, KG, USD, bin, size};
use super::pair::{Index, Run};
use super::{Cell, Direction, GapTest, Options, Quantiles, Series};

/// Blocks to which a long series is brought for the first look; the winner is then found month by month.
const BLOCKS: usize = 16;
/// Longest series that is scanned month by month; longer ones step by more.
const EXACT: usize = 160;
/// Share and scale of honest series that are odd: a stand-in for the heavy tails of their effects.
const ODD: (f64, f64) = (0.05, 2.2);

/// Months of a series with their log-ratio, what is expected taken off, and precision.
#[derive(Default)]
struct Line {
    at: Vec<u32>,
    y: Vec<f64>,
    p: Vec<f64>,
    /// Variance of the lasting honest effect.
    lasting: f64,
}

struct Found {
    log_bayes: f64,
    first: usize,
    last: usize,
    shift: f64,
    sd: f64,
}

#[derive(Clone, Copy)]
struct Context<'a> {
    cells: &'a [Cell],
    fit: &'a Fit,
    corrected: &'a Corrections,
    options: &'a Options,
    /// Correlation between the errors of value and mass, of months and of series.
    together: (f64, f64),
}

pub(crate) fn scan(cells: &[Cell], index: &Index, fit: &Fit, corrected: &Corrections, options: &Options) -> (Vec<Series>, f64) {
    let mut context = Context { cells, fit, corrected, options, together: (0.0, 0.0) };
    context.together = correlations(&context, index);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = index.runs.len().div_ceil(workers).max(1);
    let mut out: Vec<(Series, f64)> = Vec::with_capacity(index.runs.len());
    std::thread::scope(|scope| {
        let handles: Vec<_> = index
            .runs
            .chunks(share)
            .enumerate()
            .map(|(chunk, runs)| {
                let context = &context;
                scope.spawn(move || runs.iter().enumerate().map(|(at, run)| one(context, run, chunk * share + at)).collect::<Vec<_>>())
            })
            .collect();
        for handle in handles {
            // A worker that panicked would leave the series out of step with the cells; none can.
            out.extend(handle.join().unwrap_or_default());
        }
    });
    let share = share_of_gaps(&out, options);
    let series = out
        .into_iter()
        .map(|(mut series, log_bayes)| {
            if log_bayes.is_finite() {
                // `before_explanations` carries the probability that the shift is worth a question until here.
                let odds = (share / (1.0 - share)).ln() + log_bayes;
                series.before_explanations = (f64::from(series.before_explanations) / (1.0 + (-odds).exp())) as f32;
                series.probability = series.before_explanations;
            }
            series
        })
        .collect();
    (series, share)
}

/// Share of series with a gap by EM, drawn to the prior as if by 200 series.
fn share_of_gaps(series: &[(Series, f64)], options: &Options) -> f64 {
    let mut share = options.prior;
    for _ in 0..20 {
        let (mut sum, mut count) = (options.prior * 200.0, 200.0);
        for (s, log_bayes) in series {
            if log_bayes.is_finite() && s.two_sided > 0 {
                sum += 1.0 / (1.0 + (-((share / (1.0 - share)).ln() + log_bayes)).exp());
                count += 1.0;
            }
        }
        share = (sum / count).clamp(options.prior_range.0.max(1e-6), options.prior_range.1.min(0.5));
    }
    share
}

fn line(context: &Context<'_>, run: &Run, series: usize, measure: usize) -> Line {
    let (cells, fit) = (context.cells, context.fit);
    let part = &fit.parts[measure];
    let (expected, left) = fit.expected(measure, run, series);
    let mut line = Line::default();
    let together = part.autocorrelation.max(0.0);
    // Variance of a t against its squared scale as far as a mean is concerned, and months that move together.
    let widen = (part.tails + 3.0) / (part.tails + 1.0) * (1.0 + together) / (1.0 - together);
    let mut calibration = 1.0;
    for at in run.cells() {
        let r = f64::from(fit.ratios[measure][at]);
        if !r.is_finite() {
            continue;
        }
        let (fx, fm) = context.corrected.of(at, measure);
        let size = size(&cells[at], measure);
        let (nx, nm) = fit.noise(measure, run, series, size);
        calibration = part.calibration[bin(size)];
        line.at.push(at as u32);
        line.y.push(r + fx - fm - expected);
        line.p.push(1.0 / ((nx + nm) * widen));
    }
    line.lasting = (part.lasting.sum(run) + left) * calibration * calibration;
    line
}

/// Draws odd months to the median of the seven around them (F. Hampel's identifier, with two scales): up to three odd months in a row are
/// errors or a late shipment, four are a gap. Then widens the noise where this series scatters more than its reporters usually do; the
/// reporters' figure weighs as much as eight months. A level that shifts once hardly moves the differences between neighbours.
fn calm(line: &mut Line) {
    let n = line.y.len();
    if n < 3 {
        return;
    }
    let old = line.y.clone();
    for k in 0..n {
        let (from, to) = (k.saturating_sub(3), (k + 4).min(n));
        let mut window = [0.0; 7];
        let len = to - from;
        window[..len].copy_from_slice(&old[from..to]);
        window[..len].sort_unstable_by(f64::total_cmp);
        let middle = if len % 2 == 1 { window[len / 2] } else { (window[len / 2 - 1] + window[len / 2]) / 2.0 };
        let reach = 2.0 / line.p[k].sqrt();
        line.y[k] = old[k].clamp(middle - reach, middle + reach);
    }
    let scatter: f64 = (1..n)
        .map(|k| {
            let z2 = (old[k] - old[k - 1]).powi(2) / (1.0 / line.p[k] + 1.0 / line.p[k - 1]);
            z2.min(9.0)
        })
        .sum();
    let factor = ((8.0 + scatter) / (8.0 + (n - 1) as f64)).max(1.0);
    for p in &mut line.p {
        *p /= factor;
    }
}

/// One line out of value and mass: the best weighted mean month by month, errors correlated.
fn both(value: &Line, mass: &Line, together: (f64, f64)) -> Line {
    let mut out = Line::default();
    let mut k = 0;
    let (mut weight_sum, mut count) = (0.0, 0.0);
    for (j, at) in value.at.iter().enumerate() {
        while k < mass.at.len() && mass.at[k] < *at {
            k += 1;
        }
        if k >= mass.at.len() || mass.at[k] != *at {
            continue;
        }
        let (v1, v2) = (1.0 / value.p[j], 1.0 / mass.p[k]);
        let shared = together.0 * (v1 * v2).sqrt();
        let w = ((v2 - shared) / (v1 + v2 - 2.0 * shared).max(1e-12)).clamp(0.0, 1.0);
        let variance = w * w * v1 + (1.0 - w) * (1.0 - w) * v2 + 2.0 * w * (1.0 - w) * shared;
        out.at.push(*at);
        out.y.push(w * value.y[j] + (1.0 - w) * mass.y[k]);
        out.p.push(1.0 / variance.max(1e-12));
        weight_sum += w;
        count += 1.0;
    }
    let w = if count > 0.0 { weight_sum / count } else { 1.0 };
    let shared = together.1 * (value.lasting * mass.lasting).sqrt();
    out.lasting = w * w * value.lasting + (1.0 - w) * (1.0 - w) * mass.lasting + 2.0 * w * (1.0 - w) * shared;
    out
}

/// Correlation between value and mass of what is left: by months around the series' mean, and by series. Bounded sums, so that gaps and
/// errors don't decide; a sample of the series is enough.
fn correlations(context: &Context<'_>, index: &Index) -> (f64, f64) {
    let (mut months, mut lasting) = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0));
    let step = (index.runs.len() / 20_000).max(1);
    let add = |sums: &mut (f64, f64, f64), a: f64, b: f64| {
        let (a, b) = (a.clamp(-2.5, 2.5), b.clamp(-2.5, 2.5));
        *sums = (sums.0 + a * b, sums.1 + a * a, sums.2 + b * b);
    };
    for (s, run) in index.runs.iter().enumerate().step_by(step) {
        let (value, mass) = (line(context, run, s, USD), line(context, run, s, KG));
        if value.at != mass.at || value.at.len() < 3 {
            continue;
        }
        let mean = |l: &Line| l.y.iter().zip(&l.p).map(|(y, p)| y * p).sum::<f64>() / l.p.iter().sum::<f64>();
        let (a, b) = (mean(&value), mean(&mass));
        add(&mut lasting, a / value.lasting.sqrt(), b / mass.lasting.sqrt());
        for k in 0..value.y.len() {
            add(&mut months, (value.y[k] - a) * value.p[k].sqrt(), (mass.y[k] - b) * mass.p[k].sqrt());
        }
    }
    // Drawn to 0.3 as if by 50 members.
    let of = |s: (f64, f64, f64)| ((s.0 + 0.3 * 50.0) / ((s.1 + 50.0) * (s.2 + 50.0)).sqrt()).clamp(-0.5, 0.95);
    (of(months), of(lasting))
}

/// Log marginal likelihood of a normal offset and, in a stretch, of a normal shift, against nothing at all. `all` and `part` are sums of
/// precision and of precision times y.
fn marginal(all: (f64, f64), part: (f64, f64), lasting: f64, shift: f64) -> f64 {
    let (q11, q12, q22) = (all.0 + 1.0 / lasting, part.0, part.0 + 1.0 / shift);
    let det = q11 * q22 - q12 * q12;
    let quadratic = (q22 * all.1 * all.1 - 2.0 * q12 * all.1 * part.1 + q11 * part.1 * part.1) / det;
    0.5 * quadratic - 0.5 * (det * lasting * shift).ln()
}

fn honest(all: (f64, f64), lasting: f64) -> f64 {
    let q = all.0 + 1.0 / lasting;
    0.5 * all.1 * all.1 / q - 0.5 * (q * lasting).ln()
}

fn add_logs(a: f64, b: f64) -> f64 {
    let top = a.max(b);
    if top.is_finite() { top + ((a - top).exp() + (b - top).exp()).ln() } else { top }
}

fn search(line: &Line, options: &Options) -> Option<Found> {
    let n = line.y.len();
    if n == 0 {
        return None;
    }
    let mut sums = Vec::with_capacity(n + 1);
    sums.push((0.0, 0.0));
    for k in 0..n {
        let last: (f64, f64) = sums[k];
        sums.push((last.0 + line.p[k], last.1 + line.p[k] * line.y[k]));
    }
    let all = sums[n];
    let shift = options.shift_spread * options.shift_spread;
    let wide = line.lasting * ODD.1 * ODD.1;
    let (usual, odd) = ((1.0 - ODD.0).ln(), ODD.0.ln());
    let null = add_logs(usual + honest(all, line.lasting), odd + honest(all, wide));
    let stretch = |from: usize, to: usize| {
        let part = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        add_logs(usual + marginal(all, part, line.lasting, shift), odd + marginal(all, part, wide, shift))
    };
    let shortest = options.shortest.clamp(1, n);
    let whole = stretch(0, n) - null;
    let (mut best, mut best_at) = (whole, (0, n));
    let mut walk = |step: usize| -> f64 {
        let (mut sum, mut count) = (f64::NEG_INFINITY, 0.0_f64);
        for from in (0..n).step_by(step) {
            let mut to = from + step;
            loop {
                let end = to.min(n);
                if end - from >= shortest && (from > 0 || end < n) {
                    let value = stretch(from, end) - null;
                    sum = add_logs(sum, value);
                    count += 1.0;
                    if value > best {
                        (best, best_at) = (value, (from, end));
                    }
                }
                if end == n {
                    break;
                }
                to += step;
            }
        }
        if count > 0.0 { sum - count.ln() } else { f64::NEG_INFINITY }
    };
    let step = n.div_ceil(BLOCKS);
    let mut stretches = walk(step);
    if step > 1 && add_logs(whole, stretches) > 0.0 {
        stretches = walk(n.div_ceil(EXACT));
    }
    let half = 0.5_f64.ln();
    let log_bayes = if stretches.is_finite() { add_logs(half + whole, half + stretches) } else { whole };
    let (first, last) = best_at;
    let part = (sums[last].0 - sums[first].0, sums[last].1 - sums[first].1);
    let (q11, q12, q22) = (all.0 + 1.0 / line.lasting, part.0, part.0 + 1.0 / shift);
    let det = q11 * q22 - q12 * q12;
    let mean = (q11 * part.1 - q12 * all.1) / det;
    Some(Found { log_bayes, first, last: last - 1, shift: mean, sd: (q11 / det).sqrt() })
}

/// Cumulative normal (Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.2.17, error below 7.5e-8).
pub(crate) fn normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let tail = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
        * t
        * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    if z >= 0.0 { 1.0 - tail } else { tail }
}

fn gap(line: &Line, from: u32, to: u32) -> GapTest {
    let (mut p, mut py, mut months) = (0.0, 0.0, 0_u16);
    for k in 0..line.y.len() {
        if (from..=to).contains(&line.at[k]) {
            p += line.p[k];
            py += line.p[k] * line.y[k];
            months = months.saturating_add(1);
        }
    }
    if months == 0 {
        return GapTest { log_ratio: f32::NAN, sd: f32::NAN, months };
    }
    GapTest { log_ratio: (py / p) as f32, sd: (1.0 / p + line.lasting).sqrt() as f32, months }
}

fn one(context: &Context<'_>, run: &Run, series: usize) -> (Series, f64) {
    let cells = &context.cells[run.cells()];
    let (first, last) = (&cells[0], &cells[cells.len() - 1]);
    let two_sided = cells.iter().filter(|c| c.both()).count();
    let nothing = GapTest { log_ratio: f32::NAN, sd: f32::NAN, months: 0 };
    let mut out = Series {
        exporter: first.exporter,
        importer: first.importer,
        heading: first.heading,
        from: first.month,
        to: last.month,
        two_sided: u16::try_from(two_sided).unwrap_or(u16::MAX),
        one_sided: u16::try_from(cells.len() - two_sided).unwrap_or(u16::MAX),
        probability: 0.0,
        before_explanations: 0.0,
        factor: Quantiles::UNKNOWN,
        direction: None,
        value_gap: nothing,
        mass_gap: nothing,
        unit_value_gap: nothing,
        explanations: Vec::new(),
    };
    if two_sided == 0 {
        return (out, f64::NEG_INFINITY);
    }
    let (mut value, mut mass) = (line(context, run, series, USD), line(context, run, series, KG));
    calm(&mut value);
    calm(&mut mass);
    let joint = both(&value, &mass, context.together);
    // What is shifted is as a rule the whole shipment: value and mass together get half of the prior, either alone a quarter.
    let tests = [(0.5_f64, &joint), (0.25, &value), (0.25, &mass)];
    let found: Vec<(f64, &Line, Found)> = tests.iter().filter_map(|(w, l)| Some((*w, *l, search(l, context.options)?))).collect();
    let prior: f64 = found.iter().map(|f| f.0).sum();
    let Some(best) = found.iter().max_by(|a, b| (a.0.ln() + a.2.log_bayes).total_cmp(&(b.0.ln() + b.2.log_bayes))) else {
        return (out, f64::NEG_INFINITY);
    };
    let log_bayes = found.iter().fold(f64::NEG_INFINITY, |sum, f| add_logs(sum, (f.0 / prior).ln() + f.2.log_bayes));
    let (line, found) = (best.1, &best.2);
    let (from, to) = (line.at[found.first], line.at[found.last]);
    out.from = context.cells[from as usize].month;
    out.to = context.cells[to as usize].month;
    if found.first == 0 && found.last + 1 == line.at.len() {
        (out.from, out.to) = (first.month, last.month);
    }
    let size = found.shift.abs();
    out.factor = Quantiles::exp(size - 1.645 * found.sd, size, size + 1.645 * found.sd);
    out.direction = Some(if found.shift >= 0.0 { Direction::ImporterReportsMore } else { Direction::ExporterReportsMore });
    out.value_gap = gap(&value, from, to);
    out.mass_gap = gap(&mass, from, to);
    if out.value_gap.months > 0 && out.mass_gap.months > 0 {
        let (v, m) = (out.value_gap, out.mass_gap);
        let shared = context.together.1 as f32 * v.sd * m.sd;
        out.unit_value_gap = GapTest {
            log_ratio: v.log_ratio - m.log_ratio,
            sd: (v.sd * v.sd + m.sd * m.sd - 2.0 * shared).max(1e-6).sqrt(),
            months: v.months.min(m.months),
        };
    }
    let allowance = context.options.allowance.max(1.0).ln();
    let beyond = normal((size - allowance) / found.sd) + normal((-size - allowance) / found.sd);
    out.before_explanations = beyond.clamp(0.0, 1.0) as f32;
    (out, log_bayes)
}

/// Whether a month lies in a series' stretch, one month more at either end.
pub(crate) fn near(series: &Series, month: Month) -> bool {
    (series.from.index().saturating_sub(1)..=series.to.index() + 1).contains(&month.index())
}
