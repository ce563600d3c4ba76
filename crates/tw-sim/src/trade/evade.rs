//! What is planted: evasions, innocent twins of the same size, and errors in the data.

use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::Options;
use super::world::{Series, World, normal};
use crate::radio::mix;

/// A cell of the world: heading, exporter, importer.
pub(crate) type Cell = (usize, usize, usize);

/// What happens to the reports of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cause {
    /// The exporter's figure is too small by the factor: goods left undeclared.
    UnderExports,
    /// The importer's figure is too small by the factor.
    UnderImports,
    /// The exporter names another destination for all of it.
    Diverted { declared: usize },
    /// One side describes part of it as other goods.
    Misdescribed { other: usize, exporter: bool },
    /// The value on one side is wrong and the mass right; the factor multiplies or divides.
    Price { exporter: bool, up: bool },
    /// Part goes through a hub: the exporter names the hub, the importer the origin.
    ReExport { hub: usize },
    /// The importer books a month late and a year's last months together.
    Timing,
    /// A genuine new route: both sides see trade grow by the factor.
    NewRoute,
    /// A wrong unit on one side.
    Unit { exporter: bool, wrong: Wrong },
    /// One side books trade with South Korea under North Korea, or the reverse; the other country.
    Korea { exporter: bool, booked: usize },
    /// One side books single months under a sibling heading.
    Month { exporter: bool, other: usize },
}

/// What a wrong unit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Tonnes in a field of kilograms: mass a thousandth.
    Tonnes,
    /// Grams: mass a thousand times.
    Grams,
    /// Value in thousands.
    Thousands,
    /// Value multiplied by a thousand a second time.
    Twice,
}

/// A plan for one series.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub cause: Cause,
    pub factor: f64,
    /// Months `[from, to)`.
    pub from: usize,
    pub to: usize,
    /// Only these months of the window, for errors in single months; empty for all.
    pub only: Vec<usize>,
}

impl Plan {
    pub(crate) fn holds(&self, t: usize) -> bool {
        (self.from..self.to).contains(&t) && (self.only.is_empty() || self.only.contains(&t))
    }
}

/// What the truth file says about a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Label {
    pub evasion: Option<&'static str>,
    pub twin: Option<&'static str>,
    /// What the cell is to the evasion or twin, if it is not the series itself.
    pub role: Option<&'static str>,
    pub factor: Option<f64>,
    pub from: usize,
    pub to: usize,
}

/// A reporter that moves a heading to its sibling for all partners.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    pub other: usize,
    pub from: usize,
    pub to: usize,
}

/// All that is planted.
#[derive(Debug, Default)]
pub(crate) struct Planted {
    /// By cell of the true flow.
    pub plans: BTreeMap<Cell, Plan>,
    pub labels: BTreeMap<Cell, Label>,
    /// By reporter, whether it is the exporter, and heading.
    pub shifts: BTreeMap<(usize, bool, usize), Shift>,
    touched: BTreeSet<Cell>,
}

/// Least mean month of a series in which an evasion or a twin is planted, dollars.
///
/// Shipments that a committee or a court has looked at were worth some ten thousand dollars and more; and below it, most months are
/// empty and nothing that a month says can be told from chance.
const LEAST_EVASION: f64 = 30_000.0;

struct Planter<'a> {
    world: &'a mut World,
    rng: ChaCha8Rng,
    out: Planted,
    /// Series of a size, as they were before anything was added.
    large: Vec<Series>,
    added: Vec<Series>,
    factors: Vec<f64>,
}

/// Plants everything; adds series to the world where goods go to a place that is not declared.
pub(crate) fn plant(world: &mut World, options: &Options) -> Planted {
    let large: Vec<Series> = world.series.iter().filter(|series| series.level >= LEAST_EVASION).copied().collect();
    let evasions = (world.series.len() as f64 * options.prevalence).round() as usize;
    let twins = (world.series.len() as f64 * options.twins).round() as usize;
    let errors = (world.series.len() as f64 * options.errors).round() as usize;
    let rng = ChaCha8Rng::seed_from_u64(mix(&[world.seed, 30]));
    let factors = options.factors.clone();
    let mut planter = Planter { world, rng, out: Planted::default(), large, added: Vec::new(), factors };
    if planter.large.is_empty() || planter.world.months < 6 {
        return planter.out;
    }
    planter.shifts(errors / 3);
    for at in 0..evasions {
        let factor = planter.factors.get(at / 5 % planter.factors.len().max(1)).copied().unwrap_or(3.0);
        planter.repeat(|p| p.evasion(at % 5, factor));
    }
    for at in 0..twins {
        let factor = planter.factors.get(at / 3 % planter.factors.len().max(1)).copied().unwrap_or(3.0);
        planter.repeat(|p| p.twin(at % 3, factor));
    }
    for at in 0..errors {
        planter.repeat(|p| p.error(at % 3));
    }
    let Planter { out, added, world, .. } = planter;
    world.series.extend(added);
    world.series.sort_unstable_by_key(|s| (s.h, s.e, s.i));
    out
}

fn cell(series: &Series) -> Cell {
    (usize::from(series.h), usize::from(series.e), usize::from(series.i))
}

impl Planter<'_> {
    fn repeat(&mut self, mut try_once: impl FnMut(&mut Self) -> Option<()>) {
        for _ in 0..40 {
            if try_once(self).is_some() {
                return;
            }
        }
    }

    /// A month in the middle half, from which something lasts to the end.
    fn start(&mut self) -> usize {
        let months = self.world.months;
        self.rng.random_range(months / 4..=months * 3 / 4)
    }

    fn pick(&mut self) -> Series {
        self.large[self.rng.random_range(0..self.large.len())]
    }

    fn free(&self, cells: &[Cell]) -> Option<()> {
        cells.iter().all(|cell| !self.out.touched.contains(cell)).then_some(())
    }

    /// Both countries report by month. Nine in ten evasions are planted there; elsewhere nobody could see them in statistics.
    fn both(&mut self, e: usize, i: usize) -> Option<()> {
        let silent = self.world.reporters[e].never || self.world.reporters[i].never;
        (!silent || self.rng.random::<f64>() < 0.1).then_some(())
    }

    fn sibling(&mut self, h: usize) -> Option<usize> {
        let good = &self.world.goods[h];
        let range = if good.family.len() > 1 { good.family.clone() } else { self.world.chapters[good.chapter].1.clone() };
        let other = self.rng.random_range(range);
        (other != h).then_some(other)
    }

    fn commit(&mut self, at: Cell, plan: Plan, others: &[Cell]) {
        self.out.plans.insert(at, plan);
        self.out.touched.insert(at);
        self.out.touched.extend(others);
    }

    fn evasion(&mut self, kind: usize, factor: f64) -> Option<()> {
        let series = self.pick();
        let (at, (h, e, i)) = (cell(&series), cell(&series));
        self.free(&[at])?;
        self.both(e, i)?;
        let (from, to) = (self.start(), self.world.months);
        let label = |evasion: &'static str| Label { evasion: Some(evasion), factor: Some(factor), from, to, ..Label::default() };
        let plan = |cause| Plan { cause, factor, from, to, only: Vec::new() };
        match kind {
            0 => {
                self.commit(at, plan(Cause::UnderExports), &[]);
                self.out.labels.insert(at, label("under-declared-exports"));
            }
            1 => {
                self.commit(at, plan(Cause::UnderImports), &[]);
                self.out.labels.insert(at, label("under-declared-imports"));
            }
            2 => {
                // Goods for `real` are declared for `declared`: beside honest trade of the same kind, or (one in four) without any.
                let n = self.world.places.len();
                let honest = self.rng.random::<f64>() < 0.75;
                let declared = if honest { i } else { self.rng.random_range(0..n) };
                let prk = self.world.place("PRK");
                let real = match prk {
                    Some(prk) if self.rng.random::<f64>() < 0.6 => prk,
                    _ => self.rng.random_range(0..n),
                };
                let (open, hidden) = ((h, e, declared), (h, e, real));
                let differ = real != e && real != declared && declared != e && Some(declared) != prk && Some(e) != prk;
                let known = self.world.find(h, e, declared).is_some();
                if !differ || self.world.find(h, e, real).is_some() || known != honest {
                    return None;
                }
                self.free(&[open, hidden])?;
                let level = if honest { series.level * (factor - 1.0) } else { series.level };
                self.added.push(Series { h: series.h, e: series.e, i: real as u8, level, from: from as u16 + 1 });
                self.commit(hidden, plan(Cause::Diverted { declared }), &[open]);
                self.out.labels.insert(hidden, Label { factor: None, role: Some("real"), ..label("wrong-destination") });
                let factor = honest.then_some(factor);
                self.out.labels.insert(open, Label { factor, role: Some("declared"), ..label("wrong-destination") });
            }
            3 => {
                let other = self.sibling(h)?;
                self.free(&[(other, e, i)])?;
                let exporter = self.rng.random();
                self.commit(at, plan(Cause::Misdescribed { other, exporter }), &[(other, e, i)]);
                self.out.labels.insert(at, label("mis-described"));
                self.out.labels.insert((other, e, i), Label { factor: None, role: Some("other-heading"), ..label("mis-described") });
            }
            _ => {
                let (exporter, up) = (self.rng.random(), self.rng.random());
                self.commit(at, plan(Cause::Price { exporter, up }), &[]);
                self.out.labels.insert(at, label("price"));
            }
        }
        Some(())
    }

    fn twin(&mut self, kind: usize, factor: f64) -> Option<()> {
        let series = self.pick();
        let (at, (h, e, i)) = (cell(&series), cell(&series));
        self.free(&[at])?;
        let (from, to) = (self.start(), self.world.months);
        let label = |twin: &'static str| Label { twin: Some(twin), factor: Some(factor), from, to, ..Label::default() };
        let plan = |cause| Plan { cause, factor, from, to, only: Vec::new() };
        match kind {
            0 => {
                // Goods in bulk are not sent through a hub, and a hub lies about on the way.
                let hubs: Vec<usize> = (0..self.world.places.len())
                    .filter(|hub| {
                        let (w, hub) = (&self.world, *hub);
                        w.places[hub].hub && hub != e && hub != i && w.km(e, hub) + w.km(hub, i) < 1.6 * w.km(e, i) + 1_000.0
                    })
                    .collect();
                if self.world.bulk(h) || hubs.is_empty() {
                    return None;
                }
                let hub = hubs[self.rng.random_range(0..hubs.len())];
                let others = [(h, e, hub), (h, hub, i)];
                self.free(&others)?;
                // Half of them have always gone this way.
                let plan = Plan { from: if self.rng.random() { 0 } else { from }, ..plan(Cause::ReExport { hub }) };
                let from = plan.from;
                self.commit(at, plan, &others);
                self.out.labels.insert(at, Label { from, ..label("re-export") });
                for other in others {
                    self.out.labels.insert(other, Label { factor: None, role: Some("hub"), from, ..label("re-export") });
                }
            }
            1 => {
                self.commit(at, plan(Cause::Timing), &[]);
                self.out.labels.insert(at, Label { factor: None, ..label("timing") });
            }
            _ => {
                self.commit(at, plan(Cause::NewRoute), &[]);
                self.out.labels.insert(at, label("new-route"));
            }
        }
        Some(())
    }

    /// Whole runs, or single months: half and half.
    fn error(&mut self, kind: usize) -> Option<()> {
        let exporter: bool = self.rng.random();
        let series = match kind {
            1 => self.korean(exporter)?,
            _ => self.pick(),
        };
        let (at, (h, e, i)) = (cell(&series), cell(&series));
        self.free(&[at])?;
        if self.world.reporters[if exporter { e } else { i }].never {
            return None;
        }
        let months = self.world.months;
        let run = self.rng.random();
        let from = self.rng.random_range(0..months - 3);
        let to = if run { (from + self.rng.random_range(3..=12)).min(months) } else { months };
        let mut only: Vec<usize> = if run { Vec::new() } else { (0..3).map(|_| self.rng.random_range(from..months)).collect() };
        only.sort_unstable();
        only.dedup();
        let (from, to) = match (only.first(), only.last()) {
            (Some(first), Some(last)) => (*first, *last + 1),
            _ => (from, to),
        };
        let label = |twin: &'static str| Label { twin: Some(twin), from, to, ..Label::default() };
        let plan = |cause| Plan { cause, factor: 1_000.0, from, to, only: only.clone() };
        match kind {
            0 => {
                let wrong = match self.rng.random_range(0..4) {
                    0 => Wrong::Tonnes,
                    1 => Wrong::Grams,
                    2 => Wrong::Twice,
                    // A thousandth of it has to be above the threshold, or there is no row.
                    _ if series.level > 1e7 => Wrong::Thousands,
                    _ => Wrong::Tonnes,
                };
                self.commit(at, plan(Cause::Unit { exporter, wrong }), &[]);
                self.out.labels.insert(at, Label { factor: Some(1_000.0), ..label("unit") });
            }
            1 => {
                let (prk, kor) = (self.world.place("PRK")?, self.world.place("KOR")?);
                let partner = if exporter { i } else { e };
                let booked = if partner == kor { prk } else { kor };
                let other = if exporter { (h, e, booked) } else { (h, booked, i) };
                self.free(&[other])?;
                self.commit(at, plan(Cause::Korea { exporter, booked }), &[other]);
                self.out.labels.insert(at, label("kp-kr"));
                self.out.labels.insert(other, Label { role: Some("booked"), ..label("kp-kr") });
            }
            _ => {
                let other = self.sibling(h)?;
                if self.world.goods[h].family != self.world.goods[other].family {
                    return None;
                }
                self.free(&[(other, e, i)])?;
                let only = if only.is_empty() { (from..to).take(4).collect() } else { only };
                let plan = Plan { cause: Cause::Month { exporter, other }, factor: 1.0, from, to, only };
                self.commit(at, plan, &[(other, e, i)]);
                self.out.labels.insert(at, label("hs-shift"));
                self.out.labels.insert((other, e, i), Label { role: Some("other-heading"), ..label("hs-shift") });
            }
        }
        Some(())
    }

    /// A series with one of the two Koreas as partner of the reporter; the North as the true one in one of eight.
    fn korean(&mut self, exporter: bool) -> Option<Series> {
        let north = self.rng.random::<f64>() < 0.125;
        let partner = self.world.place(if north { "PRK" } else { "KOR" })?;
        let booked = self.world.place(if north { "KOR" } else { "PRK" })?;
        for _ in 0..400 {
            let series = self.pick();
            let (seen, reporter) = if exporter { (series.i, series.e) } else { (series.e, series.i) };
            if usize::from(seen) == partner && usize::from(reporter) != booked {
                return Some(series);
            }
        }
        None
    }

    /// Reporters that move a heading to its sibling for all partners, as a new tariff does; until about so many series are touched.
    fn shifts(&mut self, wanted: usize) {
        let mut done = 0;
        for _ in 0..60 + wanted {
            if done >= wanted {
                return;
            }
            let series = self.pick();
            let (h, exporter) = (usize::from(series.h), self.rng.random::<bool>());
            let reporter = usize::from(if exporter { series.e } else { series.i });
            let Some(other) = self.sibling(h) else { continue };
            if self.world.goods[h].family != self.world.goods[other].family || self.world.reporters[reporter].never {
                continue;
            }
            let cells: Vec<Cell> = (0..self.world.places.len())
                .filter(|p| *p != reporter)
                .map(|p| if exporter { (h, reporter, p) } else { (h, p, reporter) })
                .collect();
            let pairs: Vec<Cell> = cells.iter().flat_map(|&(h, e, i)| [(h, e, i), (other, e, i)]).collect();
            let real: Vec<Cell> = cells.iter().filter(|(h, e, i)| self.world.find(*h, *e, *i).is_some()).copied().collect();
            if real.len() < 2 || real.len() > 5 + wanted || self.free(&pairs).is_none() {
                continue;
            }
            let (from, months) = (self.start(), self.world.months);
            let to = if self.rng.random() { months } else { (from + self.rng.random_range(4..=12)).min(months) };
            self.out.shifts.insert((reporter, exporter, h), Shift { other, from, to });
            self.out.touched.extend(&pairs);
            let label = Label { twin: Some("hs-shift"), from, to, ..Label::default() };
            done += real.len();
            for (h, e, i) in real {
                self.out.labels.insert((h, e, i), label.clone());
                self.out.labels.insert((other, e, i), Label { role: Some("other-heading"), ..label.clone() });
            }
        }
    }
}

/// The background: which share of a series one side books under a sibling all the time, from habit (none for most).
///
/// An assumption: in 6 of 100 series some 15 % of the goods. That classification differs between two customs is why mirror studies
/// compare at four digits as well; no source gives the share by heading.
pub(crate) fn habit(world: &World, planted: &Planted, (h, e, i): Cell) -> Option<(usize, bool, f64)> {
    let key = [world.seed, 31, h as u64, (e * 256 + i) as u64];
    let u = super::world::share(&key);
    let family = &world.goods[h].family;
    if u > 0.06 || family.len() < 2 || planted.touched.contains(&(h, e, i)) {
        return None;
    }
    let other = family.start + (mix(&[key[1], key[2], key[3], world.seed]) as usize) % family.len();
    if other == h || planted.touched.contains(&(other, e, i)) {
        return None;
    }
    let part = 0.15 * (0.5 * normal(&[world.seed, 32, h as u64, (e * 256 + i) as u64])).exp();
    Some((other, u < 0.03, part.clamp(0.02, 0.5)))
}
