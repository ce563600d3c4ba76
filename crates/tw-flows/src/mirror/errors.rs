//! Errors of single records: wrong unit, Korea for Korea, neighbouring heading.
//!
//! Each is weighed against "no error" and against the other errors by how well it puts the figures back where the other side, the
//! series' own unit value and its own months say that they should be.

mod moved;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use tw_base::Country;
use tw_trade::{Heading, Month};

use super::model::{Fit, KG, USD, median, size};
use super::pair::{Index, Paired, Run};
use super::{Cell, Options, Said};

/// Kinds of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The Democratic People's Republic written for the Republic of Korea, or the other way round.
    KpKr,
    /// A figure in another unit: tonnes or grams for kilograms, pounds, thousands of dollars.
    Unit,
    /// Goods written under a neighbouring heading.
    HsShift,
}

/// An apparent error of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub error: ErrorKind,
    /// Whose figure.
    pub reporter: Country,
    /// Partner as the record has it.
    pub partner: Country,
    /// Heading as the record has it.
    pub heading: Heading,
    /// Month.
    pub month: Month,
    /// Heading under which the goods belong, for a shift.
    pub other_heading: Option<Heading>,
    /// Probability that it is this error, against none and against the other errors.
    pub probability: f64,
    /// Figures behind it.
    pub detail: String,
    /// File of the record, by the caller's count.
    pub file: u16,
    /// Record within the file.
    pub record: u32,
}

impl Finding {
    pub(crate) fn order(&self) -> (ErrorKind, Country, Country, Heading, Month, u16, u32) {
        (self.error, self.reporter, self.partner, self.heading, self.month, self.file, self.record)
    }

    /// Whether it is about a flow, whichever side reported it.
    pub(crate) fn about(&self, exporter: Country, importer: Country, heading: Heading) -> bool {
        self.heading == heading && [(self.reporter, self.partner), (self.partner, self.reporter)].contains(&(exporter, importer))
    }
}

/// Log-factors of figures in a wrong unit, by cell, measure and side.
#[derive(Default)]
pub(crate) struct Corrections {
    list: Vec<(u32, u8, bool, f64)>,
    /// One bit a cell, so that the many without pay nothing.
    any: Vec<u64>,
}

impl Corrections {
    fn new(cells: usize, mut list: Vec<(u32, u8, bool, f64)>) -> Self {
        list.sort_by_key(|a| (a.0, a.1, a.2));
        let mut any = vec![0_u64; cells.div_ceil(64)];
        for (cell, ..) in &list {
            any[*cell as usize / 64] |= 1 << (cell % 64);
        }
        Self { list, any }
    }

    /// What is to be taken off the log of the export's and of the import's figure.
    pub(crate) fn of(&self, cell: usize, measure: usize) -> (f64, f64) {
        if self.any.get(cell / 64).is_none_or(|bits| bits >> (cell % 64) & 1 == 0) {
            return (0.0, 0.0);
        }
        let start = self.list.partition_point(|c| (c.0 as usize) < cell);
        let mut out = (0.0, 0.0);
        for (_, m, export, factor) in self.list[start..].iter().take_while(|c| c.0 as usize == cell) {
            if usize::from(*m) == measure {
                if *export { out.0 = *factor } else { out.1 = *factor }
            }
        }
        out
    }
}

/// An error of unit that is tried: measure, factor, prior probability, what it would be.
#[derive(Clone, Copy)]
struct Slip {
    measure: usize,
    factor: f64,
    prior: f64,
    name: &'static str,
}

/// Pounds in a kilogram.
const POUNDS: f64 = 2.204_622_6;

/// Priors: each in one record of a thousand. No count is published; where the figures are clear anything near gives the same findings.
/// A small factor is `small`: pounds, or one that nobody uses, to count what honest figures give.
fn slips(small: f64) -> [Slip; 6] {
    let slip = |measure, factor, name| Slip { measure, factor, prior: 1e-3, name };
    [
        slip(KG, 1000.0, "mass in grams, or tonnes multiplied once too often"),
        slip(KG, 0.001, "mass in tonnes"),
        slip(KG, small, "mass in pounds"),
        slip(KG, 1.0 / small, "mass divided as if it were pounds"),
        slip(USD, 1000.0, "value multiplied by a thousand once too often"),
        slip(USD, 0.001, "value in thousands"),
    ]
}

/// Factors on both sides of pounds that no unit has. Honest tails give the larger one at least as many findings, since it is easier to see:
/// only a peak at pounds, above both, is pounds. (Decoys as in the matching of spectra: Elias and Gygi, *Nature Methods* 4, 2007.)
const DECOYS: [f64; 2] = [1.7, 4.0];

/// Log density of a t variable with 4 degrees of freedom, the constant left away.
fn t4(z: f64) -> f64 {
    -2.5 * (z * z / 4.0).ln_1p()
}

/// Evidence of one figure: how far it stands from where it should be, in logs, and on what scale.
#[derive(Clone, Copy)]
struct Evidence {
    away: f64,
    sd: f64,
}

impl Evidence {
    fn gain(self, shift: f64) -> f64 {
        // Six degrees of freedom: between the tails of the months that the files show.
        let t6 = |z: f64| -3.5 * (z * z / 6.0).ln_1p();
        t6((self.away - shift) / self.sd) - t6(self.away / self.sd)
    }
}

/// What is known around the figures of one side of a run.
#[derive(Default, Clone)]
struct Around {
    unit_value: Option<(f64, f64)>,
    level: [Option<(f64, f64)>; 2],
}

fn robust(list: &mut [f64], prior: f64, floor: f64) -> Option<(f64, f64)> {
    let n = list.len() as f64;
    let middle = median(list)?;
    for v in list.iter_mut() {
        *v = (*v - middle).abs();
    }
    let scatter = 1.4826 * median(list)?;
    // Few figures: the scatter is drawn to the prior as if by three more, and a mean of n is itself off.
    let variance = (scatter * scatter * n + prior * prior * 3.0) / (n + 3.0);
    Some((middle, (variance * (1.0 + 1.0 / n)).sqrt().max(floor)))
}

fn around(cells: &[Cell], export: bool, heading_price: (f64, f64)) -> Around {
    let mut out = Around::default();
    let said = |c: &Cell| if export { c.export } else { c.import };
    let mut list: Vec<f64> = cells.iter().map(said).map(|s| (s.usd / s.kg).ln()).filter(|v| v.is_finite()).collect();
    let spread = if heading_price.1.is_finite() { heading_price.1 } else { 0.7 };
    out.unit_value = if list.len() >= 4 {
        robust(&mut list, spread.min(0.4), 0.05)
    } else if heading_price.0.is_finite() {
        Some((heading_price.0, spread.max(0.3)))
    } else {
        None
    };
    for measure in [USD, KG] {
        list = cells.iter().map(|c| said(c).get(measure).ln()).filter(|v| v.is_finite()).collect();
        if list.len() >= 4 {
            out.level[measure] = robust(&mut list, 0.8, 0.3);
        }
    }
    out
}

/// Log-ratio of the masses less that of the values: what of the difference is in the unit values. Both measures of one side often err
/// together (a shipment left out), and then this is far steadier than either.
fn unlike(fit: &Fit, at: usize) -> Option<f64> {
    let d = f64::from(fit.ratios[KG][at] - fit.ratios[USD][at]);
    d.is_finite().then_some(d)
}

/// Spread of [`unlike`] around its median in a series, over a sample of the series.
fn usual_unlike(index: &Index, fit: &Fit) -> f64 {
    let mut away: Vec<f64> = Vec::new();
    let step = (index.runs.len() / 20_000).max(1);
    for run in index.runs.iter().step_by(step) {
        let mut list: Vec<f64> = run.cells().filter_map(|at| unlike(fit, at)).collect();
        if list.len() >= 5
            && let Some(middle) = median(&mut list)
        {
            away.extend(list.iter().map(|d| (d - middle).abs()));
        }
    }
    median(&mut away).map_or(0.3, |m| (1.4826 * m).max(0.03))
}

pub(crate) fn units(cells: &[Cell], index: &Index, fit: &Fit, options: &Options) -> (Vec<Finding>, Corrections) {
    let usual = usual_unlike(index, fit);
    let [real, low, high] = [POUNDS, DECOYS[0], DECOYS[1]].map(|small| all_units(cells, index, fit, usual, &slips(small), options));
    let of = |list: &[Slipped]| list.iter().filter(|s| s.small).count() as f64;
    let peak = of(&real) > of(&low).max(of(&high));
    let (mut findings, mut corrections) = (Vec::new(), Vec::new());
    for slipped in real.into_iter().filter(|s| peak || !s.small) {
        findings.push(slipped.finding);
        corrections.extend(slipped.corrected.into_iter().flatten());
    }
    (findings, Corrections::new(cells.len(), corrections))
}

/// A finding, whether by a small factor, and what it takes off the figures.
struct Slipped {
    finding: Finding,
    small: bool,
    corrected: [Option<Corrected>; 2],
}

fn all_units(cells: &[Cell], index: &Index, fit: &Fit, usual: f64, slips: &[Slip], options: &Options) -> Vec<Slipped> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = index.runs.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..index.runs.len())
            .step_by(share)
            .map(|from| {
                let to = (from + share).min(index.runs.len());
                scope.spawn(move || units_of(cells, index, fit, from..to, (usual, slips), options))
            })
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap_or_default()).collect()
    })
}

type Corrected = (u32, u8, bool, f64);

/// What is usual on both sides of a run, and between their unit values.
type Steady = ([Around; 2], Option<(f64, f64)>);

fn units_of(cells: &[Cell], index: &Index, fit: &Fit, runs: Range<usize>, tried: (f64, &[Slip]), options: &Options) -> Vec<Slipped> {
    let usual = tried.0;
    let mut found = Vec::new();
    for s in runs {
        let run = &index.runs[s];
        let own = &cells[run.cells()];
        let price = fit.unit_value[run.heading as usize];
        let mut sides: Option<Steady> = None;
        for (at, cell) in own.iter().enumerate() {
            if !stands_out(cell, run.start as usize + at, fit, run, s, price) {
                continue;
            }
            let (sides, apart) = sides.get_or_insert_with(|| {
                let mut list: Vec<f64> = run.cells().filter_map(|k| unlike(fit, k)).collect();
                let apart = if list.len() >= 5 { robust(&mut list, usual, 0.03) } else { None };
                ([around(own, true, price), around(own, false, price)], apart)
            });
            found.extend(weigh(own, at, run, s, fit, (sides, *apart), tried, options));
        }
    }
    found
}

/// A first look that costs little: three scales from the other side, or a factor of ten from the heading's unit value.
fn stands_out(cell: &Cell, at: usize, fit: &Fit, run: &Run, series: usize, price: (f64, f64)) -> bool {
    if unlike(fit, at).is_some_and(|d| d.abs() > 0.5) {
        return true;
    }
    for measure in [USD, KG] {
        let r = f64::from(fit.ratios[measure][at]);
        if r.is_finite() {
            let part = &fit.parts[measure];
            let mean = f64::from(part.mean[series]);
            if (r - mean).abs() > 0.5 || (r - mean).abs() > 2.5 * part.noise.sum(run).sqrt() {
                return true;
            }
        }
    }
    [cell.export, cell.import].iter().any(|said| {
        let away = ((said.usd / said.kg).ln() - price.0).abs();
        // NAN compares false: a figure that is missing does not stand out.
        away > 2.0
    })
}

/// Where the log-ratio of a series should be: its own mean where it has five months, what the effects say where it has fewer.
fn centre(fit: &Fit, measure: usize, run: &Run, series: usize, months: usize) -> (f64, f64) {
    let part = &fit.parts[measure];
    let (expected, left) = fit.expected(measure, run, series);
    if months >= 5 { (f64::from(part.mean[series]), 0.0) } else { (expected, left + part.lasting.sum(run)) }
}

#[expect(clippy::too_many_arguments, reason = "one cell with all that is known around it")]
fn weigh(
    own: &[Cell],
    at: usize,
    run: &Run,
    series: usize,
    fit: &Fit,
    (sides, steady): (&[Around; 2], Option<(f64, f64)>),
    (usual, slips): (f64, &[Slip]),
    options: &Options,
) -> Option<Slipped> {
    let cell = &own[at];
    let global = run.start as usize + at;
    let mirror = [USD, KG].map(|measure| {
        let r = f64::from(fit.ratios[measure][global]);
        if !r.is_finite() {
            return None;
        }
        let months = fit.ratios[measure][run.cells()].iter().filter(|r| r.is_finite()).count();
        let (middle, left) = centre(fit, measure, run, series, months);
        let (nx, nm) = fit.noise(measure, run, series, size(cell, measure));
        Some(Evidence { away: r - middle, sd: (nx + nm + left).sqrt().max(0.03) })
    });
    let apart = unlike(fit, global).map(|d| {
        if let Some((middle, sd)) = steady {
            return Evidence { away: d - middle, sd };
        }
        let ((mass, left_mass), (value, left_value)) = (fit.expected(KG, run, series), fit.expected(USD, run, series));
        let lasting = fit.parts[KG].lasting.sum(run) + fit.parts[USD].lasting.sum(run) + left_mass + left_value;
        Evidence { away: d - (mass - value), sd: (usual * usual + lasting).sqrt() }
    });
    let said = [cell.export, cell.import];
    let price = [0, 1].map(|side: usize| {
        let value = (said[side].usd / said[side].kg).ln();
        let (middle, sd) = sides[side].unit_value?;
        value.is_finite().then_some(Evidence { away: value - middle, sd })
    });
    let level = [0, 1].map(|side: usize| {
        [USD, KG].map(|measure| {
            let value = said[side].get(measure).ln();
            let (middle, sd) = sides[side].level[measure]?;
            value.is_finite().then_some(Evidence { away: value - middle, sd })
        })
    });
    let mut hypotheses: Vec<(f64, usize, &Slip)> = Vec::new();
    for slip in slips {
        for side in 0..2 {
            let figure = said[side].get(slip.measure);
            if figure.is_nan() || figure <= 0.0 {
                continue;
            }
            let drawn_along = estimated(&said[side]);
            if drawn_along && slip.measure == KG {
                continue;
            }
            let f = slip.factor.ln();
            // Nothing of its own side speaks then: the other side has to, clearly.
            let sign = if side == 0 { -1.0 } else { 1.0 };
            if drawn_along && mirror[slip.measure].is_none_or(|e| (e.away - sign * f).abs() > 1.2) {
                continue;
            }
            let mut gain = slip.prior.ln();
            let mut witnesses = 0;
            // The importer's mass up, or the exporter's value up, and the masses' ratio grows against the values'.
            let own = mirror[slip.measure].map(|e| (e, sign * f));
            let against = apart.filter(|_| !drawn_along).map(|e| (e, if slip.measure == KG { sign * f } else { -sign * f }));
            let steadier = match (own, against) {
                (Some(o), Some(a)) if a.0.sd < o.0.sd => Some(a),
                (None, other) => other,
                (own, _) => own,
            };
            if let Some((e, shift)) = steadier {
                gain += e.gain(shift);
                witnesses += 1;
            }
            if let Some(e) = price[side].filter(|_| !drawn_along) {
                gain += e.gain(if slip.measure == USD { f } else { -f });
                witnesses += 1;
            }
            if let Some(e) = level[side][slip.measure] {
                gain += e.gain(f);
                witnesses += 1;
            }
            // One witness alone is a difference, not an error; and a factor of two needs the other side and months that are like it.
            if witnesses < 2 {
                continue;
            }
            if f.abs() < 1.0 && !(put_right(&mirror, slip.measure, sign * f) && lonely(fit, run, series, global, slip.measure)) {
                continue;
            }
            hypotheses.push((gain, side, slip));
        }
    }
    let top = hypotheses.iter().map(|h| h.0).max_by(f64::total_cmp)?;
    let total = hypotheses.iter().map(|h| h.0.exp()).sum::<f64>() + 1.0;
    let (gain, side, slip) = hypotheses.into_iter().find(|h| h.0 >= top)?;
    let probability = gain.exp() / total;
    let probability = if probability.is_finite() { probability } else { 1.0 };
    if probability < options.error_threshold {
        return None;
    }
    let (reporter, partner) = if side == 0 { (cell.exporter, cell.importer) } else { (cell.importer, cell.exporter) };
    let figure = said[side].get(slip.measure);
    let other = said[1 - side].get(slip.measure);
    let unit = if slip.measure == USD { "USD" } else { "kg" };
    let mut detail = format!("{}: {figure:.0} {unit} reported, {:.0} {unit} with the factor taken out", slip.name, figure / slip.factor);
    if other.is_finite() {
        detail += &format!("; the other side reports {other:.0} {unit}");
    }
    if let (Some(e), Some((middle, _))) = (price[side], sides[side].unit_value) {
        detail += &format!("; unit value {:.3} USD/kg against {:.3} elsewhere", (middle + e.away).exp(), middle.exp());
    }
    let off = |measure: usize| (global as u32, measure as u8, side == 0, slip.factor.ln());
    let also = (slip.measure == USD && estimated(&said[side])).then(|| off(KG));
    let finding = Finding {
        error: ErrorKind::Unit,
        reporter,
        partner,
        heading: cell.heading,
        month: cell.month,
        other_heading: None,
        probability,
        detail,
        file: said[side].file,
        record: said[side].record,
    };
    Some(Slipped { finding, small: slip.factor.ln().abs() < 2.0, corrected: [Some(off(slip.measure)), also] })
}

/// Whether a mass was estimated from the value: then it errs with it, and says nothing about units of its own.
fn estimated(said: &Said) -> bool {
    said.marks.has(tw_trade::Mark::MassEstimated)
}

/// Whether a shift taken out brings a measure's ratio back to where it should be, and the other measure is there already: else goods of
/// another kind were mixed in, and the masses differ for that reason.
fn put_right(mirror: &[Option<Evidence>; 2], measure: usize, shift: f64) -> bool {
    let Some(own) = mirror[measure] else { return false };
    let other = mirror[1 - measure].is_none_or(|e| (e.away / e.sd).abs() < 3.0);
    other && ((own.away - shift) / own.sd).abs() < 3.0
}

/// Whether the two-sided months before and after do not stand out to the same side: else it is a gap, not a slip.
fn lonely(fit: &Fit, run: &Run, series: usize, at: usize, measure: usize) -> bool {
    let means = [USD, KG].map(|m| f64::from(fit.parts[m].mean[series]));
    // By the unit values where both measures are there: the errors that both share fall out.
    let by_price = unlike(fit, at).is_some();
    let away = |k: usize| {
        if by_price {
            unlike(fit, k).map(|d| d - (means[KG] - means[USD]))
        } else {
            Some(f64::from(fit.ratios[measure][k]) - means[measure])
        }
    };
    let Some(here) = away(at) else { return false };
    let range: Range<usize> = run.cells();
    let before = (range.start..at).rev().filter_map(away).find(|r| r.is_finite());
    let after = (at + 1..range.end).filter_map(away).find(|r| r.is_finite());
    let neighbours = [before, after];
    neighbours.iter().any(Option::is_some) && neighbours.iter().flatten().all(|r| r / here < 0.4)
}

/// What the search for misplaced goods looks at.
struct Desk<'a> {
    cells: &'a [Cell],
    index: &'a Index,
    fit: &'a Fit,
    options: &'a Options,
    /// Months that the file spans, and the first.
    months: f64,
    first: u32,
    /// How often a side of a series is there, importers first: the other silent, or not.
    there: [[f64; 2]; 2],
    /// Usual spread of the sides' unit values against each other.
    usual: f64,
    /// Months in which a country reports anything at all, importers first.
    reports: BTreeMap<(Country, bool), Vec<bool>>,
}

impl Desk<'_> {
    fn open(&self, country: Country, export: bool) -> &[bool] {
        self.reports.get(&(country, export)).map_or(&[], Vec::as_slice)
    }
}

/// Ratio of import to export that a run shows in a measure, and the squared scale of one month around it.
fn ratio(fit: &Fit, measure: usize, run_at: usize, run: &Run, size: f64) -> (f64, f64) {
    let part = &fit.parts[measure];
    let (expected, left) = fit.expected(measure, run, run_at);
    let own = f64::from(part.mean[run_at]);
    let (nx, nm) = fit.noise(measure, run, run_at, size);
    let ratio = if part.precision[run_at] > 0.0 && own.is_finite() { own } else { expected };
    (ratio, nx + nm + left + part.lasting.sum(run))
}

/// Months from one cell to the next: twelve, where the figures are yearly.
fn step(cells: &[Cell]) -> u32 {
    if cells.first().is_some_and(|c| c.month.month().is_none()) { 12 } else { 1 }
}

/// Runs of the same pair and the same four digits, the run itself left away.
fn siblings(index: &Index, run: usize) -> impl Iterator<Item = usize> + '_ {
    let four = index.headings[index.runs[run].heading as usize].cut(4);
    let same =
        move |at: &usize| index.runs[*at].pair == index.runs[run].pair && index.headings[index.runs[*at].heading as usize].cut(4) == four;
    (0..run).rev().take_while(same).chain((run + 1..index.runs.len()).take_while(same))
}

pub(crate) fn misplaced(paired: &Paired, index: &Index, fit: &Fit, options: &Options) -> Vec<Finding> {
    let cells = &paired.cells;
    let first = cells.iter().map(|c| c.month.index()).min().unwrap_or(0);
    let last = cells.iter().map(|c| c.month.index()).max().unwrap_or(0);
    let months = (last - first) / step(cells) + 1;
    let mut reports: BTreeMap<(Country, bool), Vec<bool>> = BTreeMap::new();
    // Rows and chances of one, by side and by whether the other speaks.
    let mut count = [[(1.0, 2.0); 2]; 2];
    for run in &index.runs {
        let own = &cells[run.cells()];
        let (mut both, mut x, mut m) = (0.0, 0.0, 0.0);
        for cell in own {
            let (export, import) = (cell.export.usd > 0.0, cell.import.usd > 0.0);
            both += f64::from(u8::from(export && import));
            x += f64::from(u8::from(export));
            m += f64::from(u8::from(import));
            for (country, side, any) in [(cell.exporter, true, export), (cell.importer, false, import)] {
                if any {
                    let list = reports.entry((country, side)).or_insert_with(|| vec![false; months as usize]);
                    list[((cell.month.index() - first) / step(cells)) as usize] = true;
                }
            }
        }
        for (side, this, that) in [(1, x, m), (0, m, x)] {
            if this > 0.0 {
                count[side][1].0 += both;
                count[side][1].1 += that;
                count[side][0].0 += this - both;
                count[side][0].1 += f64::from(months) - that;
            }
        }
    }
    let there = count.map(|side| side.map(|(k, n)| k / n));
    let usual = usual_unlike(index, fit);
    let desk = Desk { cells, index, fit, options, months: f64::from(months), first, there, usual, reports };
    let mut out = moved::search(&desk);
    // What one month alone tells, where no run told it.
    let mut alone = Vec::new();
    for pair in &index.pairs {
        shifts(&desk, pair.clone(), &mut alone);
    }
    koreas(&desk, &mut alone);
    // The same goods are not told twice, by either side.
    let place = |f: &Finding, heading| (f.reporter.min(f.partner), f.reporter.max(f.partner), f.month, heading);
    let places = |f: &Finding| [Some(f.heading), f.other_heading].into_iter().flatten().map(|h| place(f, h)).collect::<Vec<_>>();
    let told: BTreeSet<_> = alone.iter().flat_map(places).collect();
    out.retain(|f| f.error == ErrorKind::KpKr || !places(f).iter().any(|p| told.contains(p)));
    let told: BTreeSet<_> = out.iter().flat_map(places).collect();
    out.extend(alone.into_iter().filter(|f| !places(f).iter().any(|p| told.contains(p))));
    out
}

/// A month in which one side's figure is missing or too low against the other's, or too high, or without any counterpart.
#[derive(Clone, Copy, Debug)]
struct Odd {
    run: usize,
    cell: usize,
    /// Dollars and kilograms that this side lacks (or has too much of), in its own valuation.
    amount: [f64; 2],
    /// Squared scale of the log of the amount.
    variance: [f64; 2],
}

/// Log of how much better a two-sided cell fits with a hole's goods in it than without, and the excess.
fn merged(desk: &Desk<'_>, run_at: usize, cell_at: usize, hole: &Odd, export: bool) -> Option<(f64, Odd)> {
    let (run, cell) = (&desk.index.runs[run_at], &desk.cells[cell_at]);
    let (this, that) = if export { (cell.export, cell.import) } else { (cell.import, cell.export) };
    let mut odd = Odd { run: run_at, cell: cell_at, amount: [f64::NAN; 2], variance: [0.0; 2] };
    // Log of what is said over what should be, without and with the hole's goods.
    let (mut without, mut with) = ([f64::NAN; 2], [f64::NAN; 2]);
    let mut scale: f64 = 0.0;
    for measure in [USD, KG] {
        let (is, other) = (this.get(measure), that.get(measure));
        if !(is > 0.0 && other > 0.0 && hole.amount[measure] > 0.0) {
            return None;
        }
        let (log, v) = ratio(desk.fit, measure, run_at, run, size(cell, measure));
        let should = other * (if export { -log } else { log }).exp();
        without[measure] = (is / should).ln();
        with[measure] = (is / (should + hole.amount[measure])).ln();
        odd.amount[measure] = is - should;
        odd.variance[measure] = v;
        if measure == USD {
            scale = v.sqrt();
        }
    }
    if without[USD] <= 0.0 || without[KG] <= 0.0 {
        return None;
    }
    let apart = (desk.usual * 1.5).max(0.08);
    // It has to fit well, not only better.
    if (with[USD] / scale).abs() > 2.5 || ((with[KG] - with[USD]) / apart).abs() > 2.5 {
        return None;
    }
    let gain =
        t4(with[USD] / scale) - t4(without[USD] / scale) + t4((with[KG] - with[USD]) / apart) - t4((without[KG] - without[USD]) / apart);
    Some((gain, odd))
}

/// Whether both measures lie within three lasting scales of what the run shows: then no noise makes them odd. Costs no logarithm.
fn quiet(fit: &Fit, run_at: usize, run: &Run, at: usize) -> bool {
    [USD, KG].iter().all(|measure| {
        let part = &fit.parts[*measure];
        let r = f64::from(fit.ratios[*measure][at] - part.mean[run_at]);
        r.is_nan() || r * r <= 9.0 * part.lasting.sum(run)
    })
}

/// Finds months where `export`'s side lacks (`lacks`) or has in excess.
fn odd_months(cells: &[Cell], run_at: usize, run: &Run, fit: &Fit, export: bool, lacks: bool, out: &mut Vec<Odd>) {
    let own = &cells[run.cells()];
    for (at, cell) in own.iter().enumerate() {
        let (this, that) = if export { (cell.export, cell.import) } else { (cell.import, cell.export) };
        if this.lines > 0 && that.lines > 0 && quiet(fit, run_at, run, run.start as usize + at) {
            continue;
        }
        let mut amount = [f64::NAN; 2];
        let mut variance = [f64::NAN; 2];
        let mut odd = false;
        for measure in [USD, KG] {
            let (ratio, v) = ratio(fit, measure, run_at, run, size(cell, measure));
            let should = if that.get(measure) > 0.0 {
                let log = that.get(measure).ln() + if export { -ratio } else { ratio };
                log.exp()
            } else if that.lines == 0 {
                0.0
            } else {
                f64::NAN
            };
            let is = if this.lines == 0 { 0.0 } else { this.get(measure) };
            let difference = if lacks { should - is } else { is - should };
            let larger = should.max(is);
            if difference > 0.0 && larger > 0.0 {
                amount[measure] = difference;
                // Error of a difference relative to itself.
                let scale = larger / difference;
                variance[measure] = v * scale * scale;
                let smaller = should.min(is).max(larger * 1e-9);
                if (larger / smaller).ln() > 3.0 * v.sqrt() {
                    odd = true;
                }
            }
        }
        if odd {
            out.push(Odd { run: run_at, cell: run.start as usize + at, amount, variance });
        }
    }
}

/// Log of how much better "the same goods" explains two amounts than chance among goods whose amounts differ by e to the two and whose
/// unit values by a factor of two. The second figure is how far the values (or the masses alone) lie apart, in scales.
fn matching(lacking: &Odd, excess: &Odd, shared: f64, usual: f64) -> Option<(f64, f64)> {
    let both = |measure: usize| {
        let (a, b) = (lacking.amount[measure], excess.amount[measure]);
        if !(a > 0.0 && b > 0.0) {
            return None;
        }
        let sd = (lacking.variance[measure].min(4.0) + excess.variance[measure].min(4.0) * shared).sqrt().max(0.05);
        Some(((a / b).ln(), sd))
    };
    let weigh = |difference: f64, sd: f64, chance: f64| t4(difference / sd) - sd.ln() + (difference / chance).powi(2) / 2.0 + chance.ln();
    match (both(USD), both(KG)) {
        (Some((value, sd)), Some((mass, other))) => {
            // The two differences share most of their error: the unit value is what the second one adds.
            let apart = (usual * 1.5).max(0.08).hypot(0.3 * (sd.min(other) - 0.3).max(0.0));
            let gain = weigh(value, sd, 2.0) + weigh(mass - value, apart, 0.7);
            Some((gain, (value / sd).abs().max((mass - value).abs() / apart * 0.7)))
        }
        (Some((difference, sd)), None) | (None, Some((difference, sd))) => Some((weigh(difference, sd, 2.0), (difference / sd).abs())),
        (None, None) => None,
    }
}

/// Share of a run's months (from its first to its last) in which a side reports.
fn regular(own: &[Cell], export: bool) -> (usize, f64) {
    let said = |c: &Cell| if export { c.export.lines } else { c.import.lines };
    let months: Vec<u32> = own.iter().filter(|c| said(c) > 0).map(|c| c.month.index()).collect();
    let (first, last) = (own.first().map_or(0, |c| c.month.index()), own.last().map_or(0, |c| c.month.index()));
    let span = last.saturating_sub(first) / step(own) + 1;
    (months.len(), months.len() as f64 / f64::from(span))
}

/// How often a side is silent about what the other reports, the month in question left away; a half, drawn as if from four months, for
/// where a side has never been seen its silence means nothing.
fn silence(own: &[Cell], export: bool) -> f64 {
    let (mut there, mut missing) = (0.0, 0.0);
    for cell in own {
        let (this, that) = if export { (cell.export.lines, cell.import.lines) } else { (cell.import.lines, cell.export.lines) };
        if that > 0 {
            there += 1.0;
            missing += f64::from(u8::from(this == 0));
        }
    }
    ((missing - 1.0_f64).max(0.0) + 2.0) / ((there - 1.0_f64).max(0.0) + 4.0)
}

/// Months that a regular series of one side lacks altogether, the other side silent as well: what it usually shows is missing.
fn gaps(cells: &[Cell], run_at: usize, run: &Run, export: bool, out: &mut Vec<Odd>, months: &mut Vec<Month>) {
    let own = &cells[run.cells()];
    let (present, share) = regular(own, export);
    if present < 6 || share < 0.7 {
        return;
    }
    for at in 1..own.len() {
        let mut month = own[at - 1].month.plus(1);
        while month < own[at].month {
            let amount = usual(own, at, export).map(|u| u.unwrap_or(f64::NAN));
            if amount.iter().any(|a| a.is_finite()) {
                out.push(Odd { run: run_at, cell: run.start as usize + at, amount, variance: [0.3; 2] });
                months.push(month);
            }
            month = month.plus(1);
        }
    }
}

/// Share of records that are written under a heading of the same four digits, of the same chapter, and for the other Korea. No count is
/// published: a few in a thousand, and for Korea one in fifty, since the study that looked had to strip shipments by port and
/// consignee (the project's notes on mirror trade, section 3.1).
const MISWRITTEN: [f64; 3] = [0.005, 0.002, 0.02];

/// Odds that a hole and an excess in one month are one error, before their amounts are compared: an error makes both at once; else a
/// silence and an excess have to meet by chance.
fn prior_odds(miswritten: f64, silence: f64, excesses: usize, months: f64) -> f64 {
    let chance = (excesses.saturating_sub(1) as f64 + 0.3) / months.max(1.0);
    miswritten / (silence * chance.min(1.0))
}

fn shifts(desk: &Desk<'_>, pair: Range<usize>, out: &mut Vec<Finding>) {
    let Desk { cells, index, fit, options, .. } = *desk;
    if pair.len() < 2 && !index.runs[pair.clone()].iter().any(|r| r.cells().len() > 1) {
        return;
    }
    let (mut lacking, mut excess, mut when): (Vec<Odd>, Vec<Odd>, Vec<Month>) = (Vec::new(), Vec::new(), Vec::new());
    let mut found: Vec<(f64, [usize; 2], Finding)> = Vec::new();
    for export in [true, false] {
        lacking.clear();
        excess.clear();
        when.clear();
        for at in pair.clone() {
            odd_months(cells, at, &index.runs[at], fit, export, true, &mut lacking);
            odd_months(cells, at, &index.runs[at], fit, export, false, &mut excess);
        }
        when.extend(lacking.iter().map(|o| cells[o.cell].month));
        for at in pair.clone() {
            gaps(cells, at, &index.runs[at], export, &mut lacking, &mut when);
        }
        if lacking.is_empty() {
            continue;
        }
        // By month, so that only what may belong together is compared.
        excess.sort_by_key(|o| (cells[o.cell].month, o.cell));
        let mut often: Vec<(usize, usize)> = Vec::new();
        for odd in &excess {
            match often.binary_search_by_key(&odd.run, |o| o.0) {
                Ok(at) => often[at].1 += 1,
                Err(at) => often.insert(at, (odd.run, 1)),
            }
        }
        for (hole, month) in lacking.iter().zip(&when) {
            let month = *month;
            let from = excess.partition_point(|o| cells[o.cell].month < month);
            let to = excess.partition_point(|o| cells[o.cell].month <= month);
            best_shift(desk, (hole, month), &excess[from..to], &often, export, &mut found);
        }
    }
    // One error is seen from both sides (one lacks and has too much, the other the other way round): the likelier reading stands, and no
    // figure is called wrong twice.
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut used: Vec<usize> = Vec::new();
    for at in 0..found.len() {
        let (odds, places, _) = &found[at];
        if places.iter().any(|p| used.contains(p)) {
            continue;
        }
        let rivals: f64 = found.iter().filter(|f| f.1.iter().any(|p| places.contains(p))).map(|f| f.0).sum();
        let probability = odds / (1.0 + rivals);
        used.extend(places);
        if probability >= options.error_threshold {
            let mut finding = found[at].2.clone();
            finding.probability = probability;
            out.push(finding);
        }
    }
}

/// Share of months without a row up to which a series counts as regular.
const RARE: f64 = 0.2;

fn best_shift(
    desk: &Desk<'_>,
    (hole, month): (&Odd, Month),
    excess: &[Odd],
    often: &[(usize, usize)],
    export: bool,
    out: &mut Vec<(f64, [usize; 2], Finding)>,
) {
    let Desk { cells, index, months, .. } = *desk;
    let heading = cells[hole.cell].heading;
    let silence = silence(&cells[index.runs[hole.run].cells()], export);
    // One month alone says something only where silence is rare.
    if silence > RARE {
        return;
    }
    let mut best: Option<(f64, Odd)> = None;
    for other in siblings(index, hole.run) {
        let run = &index.runs[other];
        let own = &cells[run.cells()];
        let at = own.partition_point(|c| c.month < month);
        if own.get(at).is_none_or(|c| c.month != month) {
            continue;
        }
        let Some((gain, odd)) = merged(desk, other, run.start as usize + at, hole, export) else { continue };
        let odds = MISWRITTEN[0] / silence * gain.exp();
        if best.is_none_or(|(o, _)| odds > o) {
            best = Some((odds, odd));
        }
    }
    for other in excess {
        let candidate = cells[other.cell].heading;
        if other.run == hole.run || candidate.digits() != heading.digits() {
            continue;
        }
        let miswritten = if heading.digits() > 4 && candidate.cut(4) == heading.cut(4) {
            MISWRITTEN[0]
        } else if candidate.cut(2) == heading.cut(2) {
            MISWRITTEN[1]
        } else {
            continue;
        };
        let Some((gain, worst)) = matching(hole, other, 0.5, desk.usual) else { continue };
        if worst > 3.0 {
            continue;
        }
        let count = often.binary_search_by_key(&other.run, |o| o.0).map_or(1, |at| often[at].1);
        // Goods that don't belong here have no counterpart: where the other side reports this heading month after month, its silence
        // just now speaks for the other reading.
        let run = &index.runs[other.run];
        let counterpart = if export { cells[other.cell].import.lines } else { cells[other.cell].export.lines };
        let absent = if counterpart == 0 { (1.0 - regular(&cells[run.cells()], !export).0 as f64 / months).max(0.02) } else { 1.0 };
        let odds = prior_odds(miswritten, silence, count, months) * absent * gain.exp();
        if best.is_none_or(|(o, _)| odds > o) {
            best = Some((odds, *other));
        }
    }
    let Some((odds, other)) = best else { return };
    // Half as likely as not, at least, to be kept for the comparison of readings.
    if odds < 0.5 {
        return;
    }
    let cell = &cells[other.cell];
    let said = if export { cell.export } else { cell.import };
    let (reporter, partner) = if export { (cell.exporter, cell.importer) } else { (cell.importer, cell.exporter) };
    let finding = Finding {
        error: ErrorKind::HsShift,
        reporter,
        partner,
        heading: cell.heading,
        month,
        other_heading: Some(heading),
        probability: odds / (1.0 + odds),
        detail: format!("{} has {} too much, {} lacks {}", cell.heading, amounts(&other.amount), heading, amounts(&hole.amount)),
        file: said.file,
        record: said.record,
    };
    // The hole's place: its cell where the other side reports; a month with neither side has none, and the cell after it stands in.
    let place = if cells[hole.cell].month == month { hole.cell } else { usize::MAX - hole.cell };
    out.push((odds, [other.cell, place], finding));
}

fn amounts(amount: &[f64; 2]) -> String {
    match (amount[USD] > 0.0, amount[KG] > 0.0) {
        (true, true) => format!("{:.0} USD and {:.0} kg", amount[USD], amount[KG]),
        (true, false) => format!("{:.0} USD", amount[USD]),
        _ => format!("{:.0} kg", amount[KG]),
    }
}

fn koreas(desk: &Desk<'_>, out: &mut Vec<Finding>) {
    let Desk { index, .. } = *desk;
    let Ok(kor) = "KOR".parse::<Country>() else { return };
    let prk = Country::PRK;
    for run_at in 0..index.runs.len() {
        let run = &index.runs[run_at];
        let (e, i) = (index.countries[usize::from(run.exporter)], index.countries[usize::from(run.importer)]);
        let heading = index.headings[run.heading as usize];
        // Written as north, belongs south: the reporter's figure with PRK against what KOR says.
        if i == prk
            && e != kor
            && let Some(other) = index.run(e, kor, heading)
        {
            north_for_south(desk, run_at, other, true, out);
        }
        if e == prk
            && i != kor
            && let Some(other) = index.run(kor, i, heading)
        {
            north_for_south(desk, run_at, other, false, out);
        }
        // Written as south, belongs north: an excess over KOR's own figure in a month that the northern series lacks.
        if i == kor
            && e != prk
            && let Some(other) = index.run(e, prk, heading)
        {
            south_for_north(desk, run_at, other, true, out);
        }
        if e == kor
            && i != prk
            && let Some(other) = index.run(prk, i, heading)
        {
            south_for_north(desk, run_at, other, false, out);
        }
    }
}

fn korea_finding(cell: &Cell, said: Said, export: bool, probability: f64, detail: String) -> Finding {
    let (reporter, partner) = if export { (cell.exporter, cell.importer) } else { (cell.importer, cell.exporter) };
    Finding {
        error: ErrorKind::KpKr,
        reporter,
        partner,
        heading: cell.heading,
        month: cell.month,
        other_heading: None,
        probability,
        detail,
        file: said.file,
        record: said.record,
    }
}

fn north_for_south(desk: &Desk<'_>, north: usize, south: usize, export: bool, out: &mut Vec<Finding>) {
    let Desk { cells, index, fit, options, months, .. } = *desk;
    let mut holes = Vec::new();
    let southern = &index.runs[south];
    odd_months(cells, south, southern, fit, export, true, &mut holes);
    let mut when: Vec<Month> = holes.iter().map(|o| cells[o.cell].month).collect();
    gaps(cells, south, southern, export, &mut holes, &mut when);
    let own = &cells[index.runs[north].cells()];
    let (present, _) = regular(own, export);
    for (hole, month) in holes.into_iter().zip(when) {
        let at = own.partition_point(|c| c.month < month);
        let Some(said) = own.get(at).filter(|c| c.month == month).map(|c| if export { c.export } else { c.import }) else { continue };
        if said.lines == 0 {
            continue;
        }
        let usual = usual(own, at, export);
        let (excess, gain) = if usual.iter().any(Option::is_some) {
            let Some(gain) = over_usual(&said, &usual, &hole) else { continue };
            (excess(&said, &usual), gain)
        } else {
            let excess = excess(&said, &usual);
            let Some((gain, worst)) = matching(&hole, &excess, 1.0, desk.usual) else { continue };
            if worst > 3.0 {
                continue;
            }
            (excess, gain)
        };
        let silence = silence(&cells[southern.cells()], export);
        let odds = prior_odds(MISWRITTEN[2], silence, present, months) * gain.exp();
        let probability = odds / (1.0 + odds);
        if probability >= options.error_threshold {
            let detail = format!("{} written for PRK; the same month lacks {} with KOR", amounts(&excess.amount), amounts(&hole.amount));
            out.push(korea_finding(&own[at], said, export, probability, detail));
        }
    }
}

/// Log of how much better "the usual and what is lacking" explains a figure than "the usual", months scattering by a factor of 1.6.
fn over_usual(said: &Said, usual: &[Option<f64>; 2], hole: &Odd) -> Option<f64> {
    let (mut gain, mut any) = (0.0, false);
    for measure in [USD, KG] {
        let (is, lacks) = (said.get(measure), hole.amount[measure]);
        if !(is > 0.0 && lacks > 0.0) {
            continue;
        }
        let Some(usual) = usual[measure] else { continue };
        any = true;
        let (scatter, sum): (f64, f64) = (0.5, usual + lacks);
        let sd = ((scatter * usual / sum).powi(2) + hole.variance[measure].min(4.0) * (lacks / sum).powi(2)).sqrt().max(0.05);
        gain += t4((is / sum).ln() / sd) - sd.ln() - t4((is / usual).ln() / scatter) + scatter.ln();
    }
    any.then_some(gain)
}

/// What a series usually shows: the median of its six nearest other months, if it has four.
fn usual(own: &[Cell], at: usize, export: bool) -> [Option<f64>; 2] {
    [USD, KG].map(|measure| {
        let from = at.saturating_sub(3);
        let to = (at + 4).min(own.len());
        let mut list: Vec<f64> = (from..to)
            .filter(|k| *k != at)
            .map(|k| if export { own[k].export.get(measure) } else { own[k].import.get(measure) })
            .filter(|v| *v > 0.0)
            .collect();
        if list.len() < 4 { None } else { median(&mut list) }
    })
}

fn excess(said: &Said, usual: &[Option<f64>; 2]) -> Odd {
    let mut odd = Odd { run: 0, cell: 0, amount: [f64::NAN; 2], variance: [0.0; 2] };
    for measure in [USD, KG] {
        let is = said.get(measure);
        let over = is - usual[measure].unwrap_or(0.0);
        if over > 0.0 {
            odd.amount[measure] = over;
            // A usual month is uncertain by a factor of two.
            let relative = usual[measure].map_or(0.0, |u| 0.5 * u / over);
            odd.variance[measure] = relative * relative;
        }
    }
    odd
}

fn south_for_north(desk: &Desk<'_>, south: usize, north: usize, export: bool, out: &mut Vec<Finding>) {
    let Desk { cells, index, fit, options, .. } = *desk;
    let mut over = Vec::new();
    odd_months(cells, south, &index.runs[south], fit, export, false, &mut over);
    if over.is_empty() {
        return;
    }
    let own = &cells[index.runs[north].cells()];
    let (months, share) = regular(own, export);
    if months < 6 || share < 0.8 {
        return;
    }
    for odd in over {
        let cell = &cells[odd.cell];
        let after = own.partition_point(|c| c.month < cell.month);
        let reported = own.get(after).is_some_and(|c| c.month == cell.month);
        // The month must be missing in the north, between months that are there.
        if reported || after == 0 || after == own.len() {
            continue;
        }
        let usual = usual(own, after, export);
        let hole = Odd { run: 0, cell: 0, amount: usual.map(|u| u.unwrap_or(f64::NAN)), variance: [0.25; 2] };
        let Some((gain, worst)) = matching(&hole, &odd, 1.0, desk.usual) else { continue };
        if worst > 2.5 {
            continue;
        }
        let odds = 0.5 * share * gain.exp();
        let probability = odds / (1.0 + odds);
        if probability >= options.error_threshold {
            let said = if export { cell.export } else { cell.import };
            let detail = format!("{} over what KOR reports; the series with PRK lacks this month", amounts(&odd.amount));
            out.push(korea_finding(cell, said, export, probability, detail));
        }
    }
}
