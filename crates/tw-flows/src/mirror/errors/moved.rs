//! Goods of one series that a reporter writes under another: a sibling heading, or the other Korea.
//!
//! For each month two states are weighed, as it should be and moved: moved, the reporter's row is missing where it belongs and the goods lie
//! on top of what the other series holds, with their size (the other side tells it, or the series' own months) and their unit value. One
//! month is weak, since silences of small flows are common; errors come in runs and come back, and a reporter that moves a heading
//! moves it for all partners. So a chain over the months pools a series, and a second chain pools a reporter's partners.

use std::collections::BTreeMap;

use tw_base::Country;

use super::super::Cell;
use super::super::model::{KG, USD, size};
use super::super::pair::Run;
use super::{Desk, ErrorKind, Finding, ratio, step};

/// Share of reporter's series with such errors at all: one in two hundred under a sibling; for Korea one in twenty, since the study that
/// looked had to strip shipments by port and consignee (the project's notes on mirror trade, section 3.1). Nobody has counted.
const PRIOR: [f64; 3] = [0.003, 0.05, 0.002];

/// Log odds taken off: each series has several candidates, and their months are less independent than the chain takes them to be.
/// Set on worlds of the simulator (development seeds), in the order of the priors.
const MARGIN: [f64; 3] = [25.0, 2.0, 20.0];

/// Chance that a month of such a series begins a run of errors, and that a run goes on: runs of some months, coming back.
const ENTER: f64 = 0.06;
const STAY: f64 = 0.8;

/// Chance that a row stays where it belongs although the goods are moved.
const LEFT: f64 = 0.02;

/// How much better the moved goods have to explain the series that took them: silence alone is no error.
const TAKEN: f64 = 3.0;

#[derive(Clone, Copy, Default)]
struct Month {
    /// Value and unit value (log) that this side gives; value that the other gives. Negative infinity for none.
    this: f64,
    price: Option<f64>,
    that: f64,
    /// Log of what this side should say by the other's word, and its spread.
    should: f64,
    spread: f64,
    cell: Option<u32>,
}

fn months(desk: &Desk<'_>, run_at: usize, export: bool) -> Vec<Month> {
    let run = &desk.index.runs[run_at];
    let none = Month { this: f64::NEG_INFINITY, that: f64::NEG_INFINITY, ..Month::default() };
    let mut out = vec![none; desk.months as usize];
    let each = step(desk.cells);
    for at in run.cells() {
        let cell = &desk.cells[at];
        let place = ((cell.month.index() - desk.first) / each) as usize;
        let Some(month) = out.get_mut(place) else { continue };
        let (this, that) = if export { (&cell.export, &cell.import) } else { (&cell.import, &cell.export) };
        month.cell = Some(at as u32);
        if this.usd > 0.0 {
            month.this = this.usd.ln();
            if this.kg > 0.0 && !this.marks.has(tw_trade::Mark::MassEstimated) {
                month.price = Some((this.usd / this.kg).ln());
            }
        }
        if that.usd > 0.0 {
            month.that = that.usd.ln();
            let (log, variance) = ratio(desk.fit, USD, run_at, run, size(cell, USD));
            month.should = month.that + if export { -log } else { log };
            month.spread = variance.sqrt().clamp(0.2, 1.5);
        }
    }
    out
}

/// What a series of one side is like: how often it is there (the other silent, or not), how large, at which unit value.
#[derive(Clone, Copy)]
struct Like {
    there: [f64; 2],
    level: (f64, f64),
    price: Option<(f64, f64)>,
}

/// Weighted mean and spread of values, drawn to a prior as if by a few more.
fn weighted(values: impl Iterator<Item = (f64, f64)> + Clone, prior: (f64, f64), strength: f64) -> (f64, f64) {
    let (mut n, mut sum) = (strength, strength * prior.0);
    for (v, w) in values.clone() {
        n += w;
        sum += v * w;
    }
    let mean = sum / n;
    let mut square = (strength + 1.0) * prior.1 * prior.1;
    for (v, w) in values {
        // One odd month must not set the scale.
        square += w * (v - mean).powi(2).min(4.0 * prior.1 * prior.1);
    }
    (mean, (square / (n + 1.0) * (1.0 + 1.0 / (n + 1.0))).sqrt())
}

fn like(desk: &Desk<'_>, run: &Run, list: &[Month], open: &[bool], export: bool, weight: &[f64]) -> Like {
    let base = desk.there[usize::from(export)];
    let mut there = [0, 1].map(|side: usize| (base[side] * 2.0, 2.0));
    for (month, w) in list.iter().zip(weight).zip(open).filter(|(_, open)| **open).map(|(m, _)| m) {
        let slot = &mut there[usize::from(month.that.is_finite())];
        slot.1 += w;
        slot.0 += w * f64::from(u8::from(month.this.is_finite()));
    }
    let said = list.iter().zip(weight).filter(|(m, _)| m.this.is_finite()).map(|(m, w)| (m.this, *w));
    let others = list.iter().filter(|m| m.that.is_finite()).map(|m| (m.should, 1.0));
    let (middle, _) = weighted(others, (10.5, 1.0), 0.1);
    let level = weighted(said, (middle, 1.1), 0.5);
    let (price, spread) = desk.fit.unit_value[run.heading as usize];
    let price = price.is_finite().then(|| {
        let spread = if spread.is_finite() { spread } else { 0.7 };
        let list = list.iter().zip(weight).filter_map(|(m, w)| Some((m.price?, *w)));
        let (mean, sd) = weighted(list, (price, spread.clamp(0.2, 0.5)), 0.7);
        (mean, sd.max(0.1))
    });
    Like { there: there.map(|(k, n)| (k / n).clamp(0.01, 0.99)), level, price }
}

/// Log density of a t variable with 4 degrees of freedom.
fn density(away: f64, sd: f64) -> f64 {
    super::t4(away / sd) - sd.ln() - 0.98
}

fn said(month: &Month, (value, sd): (f64, f64), price: Option<(f64, f64)>) -> f64 {
    let mut log = density(month.this - value, sd);
    if let (Some(p), Some((middle, spread))) = (month.price, price) {
        log += density(p - middle, spread);
    }
    log.exp()
}

/// Log-likelihood of a month's two rows as they should be, and moved; for the latter, what the row that took the goods adds.
fn weigh(giver: (&Month, &Like), taker: (&Month, &Like)) -> [f64; 2] {
    let ((give, gives), (take, takes)) = (giver, taker);
    let a = gives.there[usize::from(give.that.is_finite())];
    let b = takes.there[usize::from(take.that.is_finite())];
    let at = |month: &Month, like: &Like| if month.that.is_finite() { (month.should, month.spread) } else { like.level };
    let (own, moved) = (at(take, takes), at(give, gives));
    if take.this.is_finite() {
        let alone = said(take, own, takes.price);
        let only = said(take, moved, gives.price);
        let (x, y) = (own.0.exp(), moved.0.exp());
        let both = (((own.1 * x).powi(2) + (moved.1 * y).powi(2)).sqrt() / (x + y)).max(0.15);
        let price = gives.price.zip(takes.price).map(|(g, t)| {
            let kg = y / g.0.exp() + x / t.0.exp();
            (((x + y) / kg).ln(), (g.1 * y + t.1 * x) / (x + y))
        });
        let sum = said(take, ((x + y).ln(), both), price);
        let unmoved = b * alone;
        let moved = a * ((1.0 - b) * only + b * sum) + (1.0 - a) * b * alone;
        [(unmoved + 1e-30).ln(), (moved + 1e-30).ln()]
    } else {
        [(1.0 - b).ln(), ((1.0 - a) * (1.0 - b)).ln()]
    }
}

/// Log-likelihood ratios of each month against a series without errors: as it should be, and moved; and the taker's share of the latter.
type Trace = Vec<[f64; 3]>;

fn trace(desk: &Desk<'_>, pair: &Pair, weight: &[f64]) -> Trace {
    let (runs, export) = (&desk.index.runs, pair.export);
    let whole = vec![1.0; weight.len()];
    let open = desk.open(pair.reporter, export);
    let as_is = [(pair.giver, &pair.give), (pair.taker, &pair.take)].map(|(run, list)| like(desk, &runs[run], list, open, export, &whole));
    let given = like(desk, &runs[pair.giver], &pair.give, open, export, weight);
    let taken = like(desk, &runs[pair.taker], &pair.take, open, export, weight);
    let there = |month: &Month, like: &Like| {
        let a = like.there[usize::from(month.that.is_finite())];
        if month.this.is_finite() { (a.ln(), LEFT.ln()) } else { ((1.0 - a).ln(), (1.0 - LEFT).ln()) }
    };
    let (mut out, mut t) = (Vec::with_capacity(weight.len()), 0);
    for (give, take) in pair.give.iter().zip(&pair.take) {
        t += 1;
        if !open[t - 1] {
            out.push([0.0; 3]);
            continue;
        }
        let null = there(give, &as_is[0]).0 + weigh((give, &as_is[0]), (take, &as_is[1]))[0];
        let (stays, goes) = there(give, &given);
        let [normal, moved] = weigh((give, &given), (take, &taken));
        out.push([stays + normal - null, goes + moved - null, moved - normal].map(|v| v.clamp(-12.0, 12.0)));
    }
    out
}

/// Evidence of a chain with errors against a series without, and the probability of each month within it.
fn chain(trace: &[[f64; 3]]) -> (f64, Vec<f64>) {
    let n = trace.len();
    let move_to = |from: usize, to: usize| match (from, to) {
        (0, 1) => ENTER,
        (0, _) => 1.0 - ENTER,
        (_, 1) => STAY,
        _ => 1.0 - STAY,
    };
    let (mut forward, mut total) = (Vec::with_capacity(n), 0.0);
    let mut state = [1.0, 0.0];
    let likely: Vec<[f64; 2]> = trace.iter().map(|e| [e[0].max(-300.0).exp(), e[1].max(-300.0).exp()]).collect();
    for e in &likely {
        let next = [0, 1].map(|to: usize| (state[0] * move_to(0, to) + state[1] * move_to(1, to)) * e[to]);
        let sum = (next[0] + next[1]).max(1e-300);
        total += sum.ln();
        state = next.map(|v| v / sum);
        forward.push(state);
    }
    let mut back = [1.0, 1.0];
    let mut moved = vec![0.0; n];
    for t in (0..n).rev() {
        let both = [forward[t][0] * back[0], forward[t][1] * back[1]];
        moved[t] = both[1] / (both[0] + both[1]).max(1e-300);
        let e = likely[t];
        back = [0, 1].map(|from: usize| move_to(from, 0) * e[0] * back[0] + move_to(from, 1) * e[1] * back[1]);
        let sum = (back[0] + back[1]).max(1e-300);
        back = back.map(|v| v / sum);
    }
    (total, moved)
}

fn taken(trace: &[[f64; 3]], moved: &[f64]) -> f64 {
    trace.iter().zip(moved).map(|(e, p)| e[2] * p).sum()
}

struct Pair {
    giver: usize,
    taker: usize,
    export: bool,
    reporter: Country,
    give: Vec<Month>,
    take: Vec<Month>,
    kind: ErrorKind,
}

impl Pair {
    fn new(desk: &Desk<'_>, (giver, taker): (usize, usize), export: bool, kind: ErrorKind) -> Option<Self> {
        let run = &desk.index.runs[taker];
        let reporter = desk.index.countries[usize::from(if export { run.exporter } else { run.importer })];
        let take = months(desk, taker, export);
        if !take.iter().any(|m| m.this.is_finite()) {
            return None;
        }
        let give = months(desk, giver, export);
        // Somewhere the one has to be silent while the other speaks.
        let any = give.iter().zip(&take).any(|(g, t)| !g.this.is_finite() && t.this.is_finite());
        any.then_some(Self { giver, taker, export, reporter, give, take, kind })
    }

    /// Where the months are likely moved, as a start.
    fn start(&self) -> Vec<f64> {
        let moved = |(g, t): (&Month, &Month)| if !g.this.is_finite() && t.this.is_finite() { 0.5 } else { 1.0 };
        self.give.iter().zip(&self.take).map(moved).collect()
    }
}

/// Whether more than half of the rows of both would be wrong: errors are the exception, and the reverse reading is meant.
fn mostly(pair: &Pair, moved: &[f64]) -> bool {
    let (mut rows, mut wrong) = (0.0, 0.0);
    for ((give, take), p) in pair.give.iter().zip(&pair.take).zip(moved) {
        if give.this.is_finite() || take.this.is_finite() {
            rows += 1.0;
            wrong += p;
        }
    }
    wrong > rows / 2.0
}

/// What is believed about a pair of series.
struct Belief {
    /// Log odds that it has errors, and each month's probability if so.
    odds: f64,
    moved: Vec<f64>,
}

fn settle(desk: &Desk<'_>, pairs: &[Pair]) -> (Belief, Vec<Trace>) {
    let n = pairs.first().map_or(0, |p| p.give.len());
    let mut weights: Vec<Vec<f64>> = pairs.iter().map(Pair::start).collect();
    let mut belief = Belief { odds: f64::NEG_INFINITY, moved: vec![0.0; n] };
    let mut traces = Vec::new();
    for _ in 0..3 {
        traces = pairs.iter().zip(&weights).map(|(pair, weight)| trace(desk, pair, weight)).collect();
        let mut sum = vec![[0.0; 3]; n];
        for trace in &traces {
            for (s, e) in sum.iter_mut().zip(trace) {
                for (a, b) in s.iter_mut().zip(e) {
                    *a += b;
                }
            }
        }
        (belief.odds, belief.moved) = chain(&sum);
        if taken(&sum, &belief.moved) < TAKEN || (pairs.len() == 1 && mostly(&pairs[0], &belief.moved)) {
            belief.odds = f64::NEG_INFINITY;
        }
        for weight in &mut weights {
            for (w, p) in weight.iter_mut().zip(&belief.moved) {
                *w = (1.0 - p).max(0.02);
            }
        }
    }
    (belief, traces)
}

/// All pairs of series between which a reporter may confuse, by reporter, side, heading that gives and heading that takes.
fn pairs(desk: &Desk<'_>) -> BTreeMap<(bool, u16, u32, u32), Vec<Pair>> {
    let index = desk.index;
    let mut out: BTreeMap<(bool, u16, u32, u32), Vec<Pair>> = BTreeMap::new();
    for (at, run) in index.runs.iter().enumerate() {
        for other in super::siblings(index, at) {
            for export in [true, false] {
                if let Some(pair) = Pair::new(desk, (at, other), export, ErrorKind::HsShift) {
                    let reporter = if export { run.exporter } else { run.importer };
                    out.entry((export, reporter, run.heading, index.runs[other].heading)).or_default().push(pair);
                }
            }
        }
    }
    out
}

fn korean(desk: &Desk<'_>) -> Vec<Pair> {
    let index = desk.index;
    let Ok(kor) = "KOR".parse::<Country>() else { return Vec::new() };
    let prk = Country::PRK;
    let mut out = Vec::new();
    for (at, run) in index.runs.iter().enumerate() {
        let (e, i) = (index.countries[usize::from(run.exporter)], index.countries[usize::from(run.importer)]);
        let heading = index.headings[run.heading as usize];
        for (here, there) in [(kor, prk), (prk, kor)] {
            for (export, other) in [
                (true, (i == here && e != there).then(|| index.run(e, there, heading))),
                (false, (e == here && i != there).then(|| index.run(there, i, heading))),
            ] {
                if let Some(other) = other.flatten() {
                    out.extend(Pair::new(desk, (at, other), export, ErrorKind::KpKr));
                }
            }
        }
    }
    out
}

fn odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

/// A reading: these goods of a reporter were moved, in these pairs of series.
struct Reading<'a> {
    pairs: &'a [Pair],
    traces: Vec<Trace>,
    belief: Belief,
    /// Readings that cannot be right together with it: the same goods moved elsewhere, or moved back.
    rivals: Vec<usize>,
    /// Which share of errors it goes by.
    group: usize,
}

/// Probabilities of readings, the share of errors learnt from all of one sort: by group (a reporter's side), drawn to that of the sort as
/// if by five readings; the start counts as a hundred.
fn judge(readings: &[Reading<'_>], groups: &[usize], start: &[f64]) -> Vec<f64> {
    let mut shares: Vec<f64> = groups.iter().map(|sort| start[*sort]).collect();
    let mut out = vec![0.0; readings.len()];
    for _ in 0..5 {
        let weight: Vec<f64> = readings.iter().map(|r| (r.belief.odds + odds(shares[r.group])).min(300.0).exp()).collect();
        for (at, reading) in readings.iter().enumerate() {
            let against: f64 = reading.rivals.iter().map(|r| weight[*r]).sum();
            out[at] = weight[at] / (1.0 + weight[at] + against);
        }
        let mut sums = vec![(0.0, 0.0); groups.len()];
        let mut all: Vec<(f64, f64)> = start.iter().map(|s| (s * 100.0, 100.0)).collect();
        for (p, reading) in out.iter().zip(readings) {
            for sum in [&mut sums[reading.group], &mut all[groups[reading.group]]] {
                sum.0 += p;
                sum.1 += 1.0;
            }
        }
        for ((share, (k, n)), sort) in shares.iter_mut().zip(&sums).zip(groups) {
            let (ka, na) = all[*sort];
            *share = ((k + ka / na * 5.0) / (n + 5.0)).min(0.5);
        }
    }
    out
}

/// A list of pairs, and the sort of reading that it is.
type Sorted<'a> = (&'a [Pair], usize);

/// Readings of lists of pairs, with their rivals, and the sort of each group.
fn readings<'a>(desk: &Desk<'_>, lists: &[Sorted<'a>]) -> (Vec<Reading<'a>>, Vec<usize>) {
    let mut groups: BTreeMap<(Country, bool, usize), usize> = BTreeMap::new();
    let mut sorts = Vec::new();
    let mut out: Vec<Reading<'a>> = Vec::new();
    let mut by_giver: BTreeMap<(bool, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for (pairs, sort) in lists {
        let Some(first) = pairs.first() else { continue };
        let group = *groups.entry((first.reporter, first.export, *sort)).or_insert_with(|| {
            sorts.push(*sort);
            sorts.len() - 1
        });
        let (mut belief, traces) = settle(desk, pairs);
        belief.odds -= MARGIN[*sort];
        if belief.odds < -2.0 {
            // Nothing speaks for it: it only counts among those without.
            out.push(Reading { pairs: &[], traces: Vec::new(), belief, rivals: Vec::new(), group });
            continue;
        }
        for pair in *pairs {
            by_giver.entry((pair.export, pair.giver)).or_default().push((out.len(), pair.taker));
        }
        out.push(Reading { pairs, traces, belief, rivals: Vec::new(), group });
    }
    #[expect(clippy::needless_range_loop, reason = "each step reads other entries and writes its own")]
    for at in 0..out.len() {
        let mut rivals: Vec<usize> = Vec::new();
        for pair in out[at].pairs {
            let list = |export: bool, giver: usize| by_giver.get(&(export, giver)).into_iter().flatten();
            rivals.extend(list(pair.export, pair.giver).filter(|r| r.1 != pair.taker).map(|r| r.0));
            // Moved back, or moved the other way by the other side: the same silences and excesses.
            for export in [true, false] {
                rivals.extend(list(export, pair.taker).filter(|r| r.1 == pair.giver).map(|r| r.0));
            }
        }
        rivals.sort_unstable();
        rivals.dedup();
        out[at].rivals = rivals;
    }
    (out, sorts)
}

pub(super) fn search(desk: &Desk<'_>) -> Vec<Finding> {
    // A row is called wrong once, by the likeliest reading.
    let mut best: BTreeMap<(u32, bool), (f64, Finding)> = BTreeMap::new();
    let korean = korean(desk);
    let siblings = pairs(desk);
    let koreas = korean.iter().map(|pair| (std::slice::from_ref(pair), 1));
    let single = siblings.values().flatten().map(|pair| (std::slice::from_ref(pair), 0));
    let pooled = siblings.values().filter(|l| l.len() > 1).map(|list| (list.as_slice(), 2));
    let lists: Vec<Sorted<'_>> = koreas.chain(single).chain(pooled).collect();
    let (readings, groups) = readings(desk, &lists);
    for (reading, share) in readings.iter().zip(judge(&readings, &groups, &PRIOR)) {
        for (pair, trace) in reading.pairs.iter().zip(&reading.traces) {
            tell(desk, pair, trace, share, &reading.belief.moved, &mut best);
        }
    }
    best.into_values().filter(|(p, _)| *p >= desk.options.error_threshold).map(|(_, finding)| finding).collect()
}

fn tell(desk: &Desk<'_>, pair: &Pair, trace: &Trace, share: f64, moved: &[f64], best: &mut BTreeMap<(u32, bool), (f64, Finding)>) {
    for (t, month) in pair.take.iter().enumerate() {
        let probability = share * moved[t];
        let Some(at) = month.cell.filter(|_| month.this.is_finite() && probability > 0.3) else { continue };
        let cell: &Cell = &desk.cells[at as usize];
        let giver = &desk.cells[desk.index.runs[pair.giver].start as usize];
        let said = if pair.export { cell.export } else { cell.import };
        let partner = if pair.export { cell.importer } else { cell.exporter };
        let belongs = if pair.export { giver.importer } else { giver.exporter };
        let run = moved.iter().filter(|p| **p > 0.5).count();
        let mut detail = format!("{:.0} USD", said.usd);
        if said.get(KG) > 0.0 {
            detail += &format!(" and {:.0} kg", said.kg);
        }
        detail += &match pair.kind {
            ErrorKind::KpKr => format!(" with {partner}; the series with {belongs} is silent just then"),
            _ => format!(" under {}; the series of {} is silent just then", cell.heading, giver.heading),
        };
        if pair.give[t].that.is_finite() {
            detail += &format!(", where the other side reports {:.0} USD", pair.give[t].that.exp());
        }
        detail += &format!("; {run} such months, this one fits {:.1} times as well moved", trace[t][2].clamp(-9.0, 9.0).exp());
        let finding = Finding {
            error: pair.kind,
            reporter: pair.reporter,
            partner,
            heading: cell.heading,
            month: cell.month,
            other_heading: (pair.kind == ErrorKind::HsShift).then_some(giver.heading),
            probability,
            detail,
            file: said.file,
            record: said.record,
        };
        let slot = best.entry((at, pair.export)).or_insert_with(|| (0.0, finding.clone()));
        if probability > slot.0 {
            *slot = (probability, finding);
        }
    }
}
