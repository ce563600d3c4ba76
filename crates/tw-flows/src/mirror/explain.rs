//! Innocent explanations of a gap, each tested with figures before anything is called unexplained.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tw_base::Country;
use tw_trade::{Heading, Mark, Month};

use super::errors::{ErrorKind, Finding};
use super::model::{Fit, KG, USD};
use super::pair::{Index, Paired};
use super::series::near;
use super::{Cell, Direction, Options, Series};

/// How far an explanation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// With it the gap lies within honest noise.
    Explains,
    /// It takes a third of the gap or more, or may do so.
    Partly,
    /// It doesn't.
    DoesNotExplain,
    /// The figures that it would need are not there.
    NotTestable,
}

/// One explanation and how the test came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Name, as `re-export hub`.
    pub name: String,
    /// Outcome.
    pub outcome: Outcome,
    /// One sentence with the figures.
    pub detail: String,
}

/// What is left of the probability if an explanation holds, wholly and partly. Not zero: an innocent reason for a gap is also where a
/// hidden one would be put.
const LEFT_IF_EXPLAINED: f64 = 0.1;
const LEFT_IF_PARTLY: f64 = 0.6;
/// The same if a part of the goods stands under a neighbouring heading: two customs may sort them apart, and goods that are described as
/// others look just the same. The figures cannot tell which, so that it is no alarm, and no acquittal either.
const LEFT_IF_PART_OF_THE_GOODS: f64 = 0.45;

const SHIFT: &str = "shift among neighbouring headings";

/// Amounts match if they are within this factor of each other: the noise of two statistics of the same goods.
const MATCH: f64 = 1.6;

/// A gap in dollars over its stretch.
struct Gap {
    /// Sum of the exporter's figures, and of the importer's with freight and habits taken off.
    export: f64,
    import: f64,
    /// Log of import over export.
    log: f64,
    /// What counts as honest noise.
    noise: f64,
    measure: usize,
    /// Both sums with the months in which one side is silent.
    all_export: f64,
    all_import: f64,
}

impl Gap {
    fn new((export, import): (f64, f64), (all_export, all_import): (f64, f64), noise: f64, measure: usize) -> Self {
        Self { export, import, log: (import / export).ln(), noise, measure, all_export, all_import }
    }

    fn amount(&self) -> f64 {
        (self.import - self.export).abs()
    }

    /// Whether one side has next to nothing under this heading, months in which it is silent included.
    fn moved(&self) -> bool {
        self.all_import.min(self.all_export) < 0.1 * self.all_import.max(self.all_export)
    }

    fn unit(&self) -> &'static str {
        if self.measure == USD { "USD" } else { "kg" }
    }

    /// Outcome if the gap were only this.
    fn if_only(&self, log: f64) -> Outcome {
        if !log.is_finite() || !self.log.is_finite() {
            return Outcome::DoesNotExplain;
        }
        if log.abs() <= self.noise && log.abs() < 0.5 * self.log.abs() {
            Outcome::Explains
        } else if log.abs() < 0.67 * self.log.abs() {
            Outcome::Partly
        } else {
            Outcome::DoesNotExplain
        }
    }
}

struct Desk<'a> {
    paired: &'a Paired,
    index: &'a Index,
    fit: &'a Fit,
    findings: &'a [Finding],
    options: &'a Options,
}

pub(crate) fn explain(series: &mut [Series], paired: &Paired, index: &Index, fit: &Fit, findings: &[Finding], options: &Options) {
    let desk = Desk { paired, index, fit, findings, options };
    let silent = silent_countries(&paired.cells);
    for (at, one) in series.iter_mut().enumerate() {
        if one.two_sided == 0
            && let Some(country) = [one.exporter, one.importer].iter().find(|c| silent.binary_search(c).is_ok())
        {
            let detail = format!("{} reports nothing in these files: there is one side only, and no gap.", country.code());
            one.explanations = vec![explanation("country not reporting", Outcome::Explains, detail)];
            continue;
        }
        if f64::from(one.before_explanations) < options.explain_from {
            continue;
        }
        let Some(gap) = desk.gap(one, at) else { continue };
        let hub = match desk.re_export(one, &gap) {
            told if told.outcome == Outcome::Explains => told,
            told => desk.through(one, &gap).unwrap_or(told),
        };
        let found = vec![
            hub,
            desk.shift(one, &gap),
            desk.timing(one, at, &gap),
            desk.unit(one, at),
            desk.korea(one),
            desk.confidential(one, &gap),
            explanation("country not reporting", Outcome::DoesNotExplain, "Both sides report this flow.".to_owned()),
            explanation(
                "goods in transit, general against special trade",
                Outcome::NotTestable,
                "The reports do not say which trade system or customs procedure they follow.".to_owned(),
            ),
        ];
        let left = found.iter().map(|e| match e.outcome {
            Outcome::Explains if e.name == SHIFT && !gap.moved() => LEFT_IF_PART_OF_THE_GOODS,
            Outcome::Explains => LEFT_IF_EXPLAINED,
            Outcome::Partly => LEFT_IF_PARTLY,
            Outcome::DoesNotExplain | Outcome::NotTestable => 1.0,
        });
        let left = left.fold(1.0, f64::min);
        one.probability = (f64::from(one.before_explanations) * left) as f32;
        one.explanations = found;
    }
}

/// Countries that are partners but report nothing at all, in order.
pub(crate) fn silent_countries(cells: &[Cell]) -> Vec<Country> {
    let (mut named, mut heard) = (BTreeSet::new(), BTreeSet::new());
    for run in cells.chunk_by(|a, b| a.exporter == b.exporter && a.importer == b.importer) {
        named.extend([run[0].exporter, run[0].importer]);
        if run.iter().any(|c| c.export.lines > 0) {
            heard.insert(run[0].exporter);
        }
        if run.iter().any(|c| c.import.lines > 0) {
            heard.insert(run[0].importer);
        }
    }
    named.difference(&heard).copied().collect()
}

fn explanation(name: &str, outcome: Outcome, detail: String) -> Explanation {
    Explanation { name: name.to_owned(), outcome, detail }
}

fn within(series: &Series, month: Month) -> bool {
    (series.from..=series.to).contains(&month)
}

impl Desk<'_> {
    /// Sums of both sides over months where `keep` holds; a side that is silent counts nothing, as far as it reports the series at all.
    fn sums(&self, run: usize, measure: usize, keep: &dyn Fn(&Cell) -> bool) -> (f64, f64) {
        let run_at = &self.index.runs[run];
        let (expected, _) = self.fit.expected(measure, run_at, run);
        let (mut x, mut m) = (0.0, 0.0);
        for cell in self.paired.cells[run_at.cells()].iter().filter(|c| keep(c)) {
            let (export, import) = (cell.export.get(measure), cell.import.get(measure));
            if export > 0.0 {
                x += export;
            }
            if import > 0.0 {
                m += import * (-expected).exp();
            }
        }
        (x, m)
    }

    fn gap(&self, series: &Series, run: usize) -> Option<Gap> {
        let strong = |g: &super::GapTest| if g.months > 0 { f64::from(g.log_ratio.abs() / g.sd) } else { 0.0 };
        let measure = if strong(&series.value_gap) >= 0.8 * strong(&series.mass_gap) { USD } else { KG };
        let test = if measure == USD { &series.value_gap } else { &series.mass_gap };
        let (x, m) = self.sums(run, measure, &|c| within(series, c.month) && c.export.get(measure) > 0.0 && c.import.get(measure) > 0.0);
        if !(x > 0.0 && m > 0.0) {
            return None;
        }
        let noise = (1.645 * f64::from(test.sd)).max(self.options.allowance.max(1.0).ln());
        let all = self.sums(run, measure, &|c| within(series, c.month));
        Some(Gap::new((x, m), all, noise, measure))
    }

    fn re_export(&self, series: &Series, gap: &Gap) -> Explanation {
        const NAME: &str = "re-export hub";
        let list = &self.paired.re_exports;
        if list.is_empty() {
            return explanation(NAME, Outcome::NotTestable, "No report of re-exports was given.".to_owned());
        }
        let start = list.partition_point(|r| (r.to, r.heading) < (series.importer, series.heading));
        let here = list[start..].iter().take_while(|r| (r.to, r.heading) == (series.importer, series.heading));
        let here = here.filter(|r| near(series, r.month));
        let amount = |r: &super::pair::ReExport| if gap.measure == USD { r.usd } else { r.kg };
        let unit = gap.unit();
        if series.direction == Some(Direction::ExporterReportsMore) {
            let own = here.filter(|r| r.hub == series.exporter).map(amount).filter(|v| v.is_finite()).fold(0.0, |sum, v| sum + v);
            let left = (gap.import / (gap.export - own).max(gap.export * 1e-6)).ln();
            let outcome = if own > 0.0 { gap.if_only(left) } else { Outcome::DoesNotExplain };
            let detail = format!(
                "{} reports {own:.0} {unit} of re-exports to {} against {:.0} {unit} that the importer lacks.",
                series.exporter.code(),
                series.importer.code(),
                gap.amount()
            );
            return explanation(NAME, outcome, detail);
        }
        // The importer counts by origin: goods that went through a hub are the hub's exports. No more than the hub got from the exporter.
        let mut hubs: Vec<(Country, f64)> = Vec::new();
        for r in here.filter(|r| r.hub != series.exporter && amount(r).is_finite()) {
            match hubs.iter_mut().find(|h| h.0 == r.hub) {
                Some(hub) => hub.1 += amount(r),
                None => hubs.push((r.hub, amount(r))),
            }
        }
        let mut through: Vec<(Country, f64)> = Vec::new();
        for (hub, sent) in hubs {
            let Some(run) = self.index.run(series.exporter, hub, series.heading) else { continue };
            let (x, m) = self.sums(run, gap.measure, &|c| near(series, c.month));
            let could = sent.min(x.max(m) * 1.1);
            if could > 0.0 {
                through.push((hub, could));
            }
        }
        let sum: f64 = through.iter().map(|t| t.1).sum();
        let ratio = sum / gap.amount();
        let outcome = if (1.0 / MATCH..=MATCH).contains(&ratio) {
            Outcome::Explains
        } else if ratio > 1.0 / 3.0 {
            Outcome::Partly
        } else {
            Outcome::DoesNotExplain
        };
        let names: Vec<String> = through.iter().take(5).map(|t| t.0.code().to_owned()).collect();
        let detail = if names.is_empty() {
            format!("No hub that got these goods from {} reports re-exports to {}.", series.exporter.code(), series.importer.code())
        } else {
            format!(
                "Re-exports of goods that {} got from {} come to {sum:.0} {unit} at most, against {:.0} {unit} that the exporter lacks.",
                names.join(", "),
                series.exporter.code(),
                gap.amount()
            )
        };
        explanation(NAME, outcome, detail)
    }

    /// Goods that went through a hub by the two sides' own figures, whether or not the hub marks re-exports. The importer books them by
    /// origin, the hub as its own exports: the same importer has the opposite gap with the hub, and the hub owns to getting the goods (with
    /// goods that were diverted, the declared destination does not). Both legs have to hold the amount, and to move with it by halves.
    fn through(&self, series: &Series, gap: &Gap) -> Option<Explanation> {
        let hub_leg = series.direction == Some(Direction::ExporterReportsMore);
        let countries = &self.index.countries;
        let keep = |c: &Cell| near(series, c.month);
        let want = (gap.all_import - gap.all_export).abs();
        let mut best: Option<(f64, Country, f64)> = None;
        for third in countries.iter().filter(|c| **c != series.exporter && **c != series.importer) {
            // As origin and destination of the direct flow, with the hub between; the series is the direct flow or the hub's second leg.
            let (origin, hub) = if hub_leg { (*third, series.exporter) } else { (series.exporter, *third) };
            let Some(first) = self.index.run(origin, hub, series.heading) else { continue };
            let other = if hub_leg {
                self.index.run(origin, series.importer, series.heading)
            } else {
                self.index.run(hub, series.importer, series.heading)
            };
            let Some(other) = other else { continue };
            let (sent, got) = self.sums(first, gap.measure, &keep);
            let (x, m) = self.sums(other, gap.measure, &keep);
            let opposite = if hub_leg { m - x } else { x - m };
            // The hub owns to the goods: both sides of the first leg hold most of the amount.
            let owned = got.min(sent);
            // Lasting honest disagreement would give such a gap by chance with some third country or other.
            let leg = &self.index.runs[other];
            let lasting = self.fit.parts[gap.measure].lasting.sum(leg) + self.fit.expected(gap.measure, leg, other).1;
            let honest = (2.6 * lasting.sqrt()).max(2.0_f64.ln());
            let large = if hub_leg { (m / x).ln() > honest } else { (x / m).ln() > honest };
            if !large || opposite <= 0.0 || owned <= 0.0 {
                continue;
            }
            let (a, b) = (opposite / want, owned / want);
            // A margin on the way, and noise of three statistics.
            if (0.45..=2.2).contains(&a) && b >= 0.45 {
                let rank = a.ln().abs();
                if best.as_ref().is_none_or(|k| rank < k.0) {
                    best = Some((rank, if hub_leg { origin } else { hub }, opposite));
                }
            }
        }
        let (_, third, opposite) = best?;
        let detail = format!(
            "{} has the opposite gap of {opposite:.0} {} in this heading with {}, and both sides of the way from the origin to the hub hold the goods.",
            if hub_leg { "the importer" } else { "the same importer" },
            gap.unit(),
            third.code()
        );
        Some(explanation("re-export hub", Outcome::Explains, detail))
    }

    /// A gap the other way round in a heading of the same four digits, else of the same chapter.
    fn shift(&self, series: &Series, gap: &Gap) -> Explanation {
        const NAME: &str = SHIFT;
        let Some(pair) = self.index.pair(series.exporter, series.importer) else {
            return explanation(NAME, Outcome::NotTestable, "No other heading is traded between the two.".to_owned());
        };
        let own = gap.import - gap.export;
        let mut best: Option<(f64, Heading, f64, Outcome)> = None;
        let mut tried = 0;
        for run in pair {
            let heading = self.index.headings[self.index.runs[run].heading as usize];
            let sibling =
                heading != series.heading && heading.digits() == series.heading.digits() && heading.cut(2) == series.heading.cut(2);
            if !sibling {
                continue;
            }
            tried += 1;
            let (x, m) = self.sums(run, gap.measure, &|c| within(series, c.month));
            let other = m - x;
            if other * own >= 0.0 || (m / x.max(1e-9)).ln().abs() < self.options.allowance.max(1.0).ln() {
                continue;
            }
            let ratio = other.abs() / own.abs();
            let same_four = heading.cut(4) == series.heading.cut(4);
            let left = ((gap.import + m) / (gap.export + x)).ln();
            let matched = (1.0 / MATCH..=MATCH).contains(&ratio);
            // In another part of the chapter a match may be chance: it explains only where one side moved the whole heading, and partly.
            let moved = gap.moved();
            let outcome = match (gap.if_only(left), matched, same_four) {
                (Outcome::Explains, true, true) => Outcome::Explains,
                (Outcome::Partly, true, true) if moved => Outcome::Partly,
                (Outcome::Explains | Outcome::Partly, true, false) if moved => Outcome::Partly,
                _ => Outcome::DoesNotExplain,
            };
            let rank = ratio.ln().abs() + if same_four { 0.0 } else { 1.0 };
            if best.as_ref().is_none_or(|b| rank < b.0) {
                best = Some((rank, heading, other, outcome));
            }
        }
        match best {
            Some((_, heading, other, outcome)) => {
                let unit = gap.unit();
                let detail = format!("{heading} has a gap of {other:+.0} {unit} (importer less exporter) against {own:+.0} {unit} here.");
                explanation(NAME, outcome, detail)
            }
            None if tried == 0 => explanation(NAME, Outcome::NotTestable, "No neighbouring heading is traded between the two.".to_owned()),
            None => {
                explanation(NAME, Outcome::DoesNotExplain, format!("None of {tried} neighbouring headings has a gap the other way round."))
            }
        }
    }

    /// Sums over the stretch and a month at either end, months with one side included.
    fn timing(&self, series: &Series, run: usize, gap: &Gap) -> Explanation {
        const NAME: &str = "timing by a month";
        if series.from.month().is_none() {
            return explanation(NAME, Outcome::NotTestable, "The figures are yearly.".to_owned());
        }
        let (x, m) = self.sums(run, gap.measure, &|c| near(series, c.month));
        let log = (m / x).ln();
        let outcome = match gap.if_only(log) {
            // Summed over more months the gap may thin out without any shift in time.
            Outcome::Partly if series.two_sided > 6 => Outcome::DoesNotExplain,
            Outcome::Explains if series.to.index() >= series.from.index() + 6 => Outcome::Partly,
            outcome => outcome,
        };
        let detail = format!("Summed with a month at either end the ratio is {:.2}, without {:.2}.", log.exp(), gap.log.exp());
        explanation(NAME, outcome, detail)
    }

    fn unit(&self, series: &Series, run: usize) -> Explanation {
        const NAME: &str = "unit error";
        let found = self
            .findings
            .iter()
            .filter(|f| f.error == ErrorKind::Unit && f.about(series.exporter, series.importer, series.heading) && within(series, f.month))
            .count();
        // A whole stretch in another unit shows in one measure only, by the factor itself.
        let (value, mass) = (series.value_gap, series.mass_gap);
        for (a, b, name) in [(mass, value, "masses"), (value, mass, "values")] {
            for factor in [1000.0_f32, 2.204_622_6] {
                if name == "values" && factor < 1000.0 {
                    continue;
                }
                let quiet = b.months > 0 && b.log_ratio.abs() < 1.645 * b.sd;
                // Pounds: a factor of 2.2 is also what a hidden gap may have, so it has to fit closely.
                let reach = if factor < 1000.0 { a.sd.min(0.12) } else { 2.0 * a.sd };
                if a.months > 0 && quiet && (a.log_ratio.abs() - factor.ln()).abs() < reach {
                    let outcome = if factor < 1000.0 { Outcome::Partly } else { Outcome::Explains };
                    let detail = format!(
                        "The {name} differ by {:.2}, which is {factor:.4} or its inverse, and the other measure agrees.",
                        a.log_ratio.exp()
                    );
                    return explanation(NAME, outcome, detail);
                }
            }
        }
        let months = self.index.runs[run].cells().len();
        let outcome =
            if found * 2 >= usize::from(value.months.max(mass.months)).max(1) { Outcome::Partly } else { Outcome::DoesNotExplain };
        explanation(
            NAME,
            outcome,
            format!("{found} of {months} months have a figure in an apparently wrong unit; they were corrected first."),
        )
    }

    fn korea(&self, series: &Series) -> Explanation {
        const NAME: &str = "North and South Korea mixed up";
        let koreas = [series.exporter, series.importer].iter().any(|c| matches!(c.code(), "PRK" | "KOR"));
        if !koreas {
            return explanation(NAME, Outcome::DoesNotExplain, "Neither side is Korea.".to_owned());
        }
        let months: Vec<Month> = self
            .findings
            .iter()
            .filter(|f| f.error == ErrorKind::KpKr && f.heading == series.heading && within(series, f.month))
            .filter(|f| [f.reporter, f.partner].iter().any(|c| *c == series.exporter || *c == series.importer))
            .map(|f| f.month)
            .collect();
        let outcome = match (months.len(), usize::from(series.value_gap.months.max(series.mass_gap.months)).max(1)) {
            (0, _) => Outcome::DoesNotExplain,
            (n, all) if n * 2 >= all => Outcome::Explains,
            _ => Outcome::Partly,
        };
        explanation(
            NAME,
            outcome,
            format!("{} months of this heading have a figure that apparently belongs to the other Korea.", months.len()),
        )
    }

    fn confidential(&self, series: &Series, gap: &Gap) -> Explanation {
        const NAME: &str = "confidentiality";
        let marked = self.index.run(series.exporter, series.importer, series.heading).map_or(0, |run| {
            let cells = &self.paired.cells[self.index.runs[run].cells()];
            let withheld = |c: &Cell| c.export.marks.has(Mark::Confidential) || c.import.marks.has(Mark::Confidential);
            cells.iter().filter(|c| within(series, c.month) && withheld(c)).count()
        });
        let export = series.direction == Some(Direction::ImporterReportsMore);
        let less = if export { series.exporter } else { series.importer };
        let list = &self.paired.not_told;
        let start = list.partition_point(|n| (n.0, n.1) < (less, series.heading));
        let here = list[start..].iter().take_while(|n| (n.0, n.1) == (less, series.heading));
        let sum = here.filter(|n| n.3 == export && within(series, n.2) && n.4.is_finite()).fold(0.0, |sum, n| sum + n.4);
        let enough = gap.measure == USD && sum >= gap.amount() / MATCH;
        let outcome = if marked > 0 || enough { Outcome::Partly } else { Outcome::DoesNotExplain };
        let detail =
            format!("{marked} months are marked confidential; {} reports {sum:.0} USD of this heading without a partner.", less.code());
        explanation(NAME, outcome, detail)
    }
}
