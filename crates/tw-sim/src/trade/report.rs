//! What reporters say: bookings, noise, planted causes, and the rows of the file.

use std::io::Write as _;

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::evade::{Cause, Cell, Label, Planted, Wrong, habit};
use super::tables::Chapter;
use super::world::{Series, World, code_key, gauss, heavy, normal};
use super::{OpenFile, Output, Summary, TradeError};
use crate::radio::mix;

/// Names of the columns, as UN Comtrade writes them.
pub(crate) const HEADER: &str = "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,\
partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,classificationSearchCode,\
isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,\
isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,\
fobvalue,primaryValue,legacyEstimationFlag,isReported,isAggregate\n";

/// Values and masses of all headings of a chapter, by exporter, importer and month.
struct Grid {
    places: usize,
    months: usize,
    /// True value and mass; exports, imports and re-exports as booked.
    of: [[Vec<f32>; 2]; 4],
}

const TRUE: usize = 0;
const EXPORTS: usize = 1;
const IMPORTS: usize = 2;
const AGAIN: usize = 3;

impl Grid {
    fn new(headings: usize, places: usize, months: usize) -> Self {
        let cells = headings * places * places * months;
        let make = || [vec![0.0; cells], vec![0.0; cells]];
        Self { places, months, of: [make(), make(), make(), make()] }
    }

    fn at(&self, (h, e, i): Cell) -> usize {
        ((h * self.places + e) * self.places + i) * self.months
    }

    fn add(&mut self, what: usize, cell: Cell, t: usize, (usd, kg): (f64, f64)) {
        let at = self.at(cell) + t;
        self.of[what][0][at] += usd as f32;
        self.of[what][1][at] += kg as f32;
    }

    fn get(&self, what: usize, cell: Cell, t: usize) -> (f64, f64) {
        let at = self.at(cell) + t;
        (f64::from(self.of[what][0][at]), f64::from(self.of[what][1][at]))
    }

    fn months(&self, what: usize, cell: Cell) -> &[f32] {
        let at = self.at(cell);
        &self.of[what][0][at..at + self.months]
    }
}

/// An error in one row of the file.
struct Fault {
    kind: &'static str,
    exporter_side: bool,
    /// The cell under which the figure is booked.
    booked: Cell,
    /// The cell where it belongs.
    belongs: Cell,
    t: usize,
}

/// Sums of what a reporter knows, for the rows of all partners and all goods.
struct Sums {
    /// By reporter, direction, partner and month: all goods.
    total: Vec<(f64, f64)>,
    /// By reporter, direction and month: one heading, group or chapter with all partners.
    world: Vec<(f64, f64)>,
    /// By reporter, direction, partner and month: goods whose chapter is withheld.
    hidden: Vec<(f64, f64)>,
    /// By reporter, direction, heading of the chapter and month: partners that are not named.
    areas: Vec<(f64, f64)>,
}

/// Writes `comtrade.csv` and the flows, series and errors of the truth.
pub(crate) fn write(
    world: &World,
    planted: &Planted,
    out: &mut Output<'_>,
    truth: &mut OpenFile,
    summary: &mut Summary,
) -> Result<(), TradeError> {
    let n = world.places.len();
    let mut file = out.open("comtrade.csv")?;
    out.append(&mut file, HEADER.as_bytes())?;
    let mut sums = Sums {
        total: vec![(0.0, 0.0); n * 3 * n * world.months],
        world: Vec::new(),
        hidden: vec![(0.0, 0.0); n * 3 * n * world.months],
        areas: Vec::new(),
    };
    let mut rows = Rows::new(world);
    for (at, (chapter, range)) in world.chapters.iter().enumerate() {
        let mut grid = Grid::new(range.len(), n, world.months);
        let mut faults = Vec::new();
        let from = world.series.partition_point(|s| usize::from(s.h) < range.start);
        let to = world.series.partition_point(|s| usize::from(s.h) < range.end);
        for series in &world.series[from..to] {
            book(world, planted, series, range.start, &mut grid, &mut faults);
        }
        chapter_rows(world, at, chapter, range.clone(), &grid, &mut sums, (&mut rows, &mut *out, &mut file))?;
        chapter_truth(world, planted, at, range.clone(), &grid, &faults, (&mut *out, &mut *truth), summary)?;
    }
    total_rows(world, &sums, (&mut rows, &mut *out, &mut file))?;
    out.append(&mut file, &rows.text)?;
    summary.rows = rows.count;
    out.close(file)
}

/// Books one true flow on both sides, with everything that was planted on it.
fn book(world: &World, planted: &Planted, series: &Series, first: usize, grid: &mut Grid, faults: &mut Vec<Fault>) {
    let (h, e, i) = (usize::from(series.h), usize::from(series.e), usize::from(series.i));
    let key = [world.seed, 100, code_key(world.goods[h].code), u64::from(series.e), u64::from(series.i)];
    let mut rng = ChaCha8Rng::seed_from_u64(mix(&key));
    let mut flow = Vec::with_capacity(world.months + 1);
    world.truth(series, &mut rng, &mut flow);
    let plan = planted.plans.get(&(h, e, i));
    if let Some(plan) = plan.filter(|plan| plan.cause == Cause::NewRoute) {
        for (usd, kg) in flow.iter_mut().skip(plan.from + 1) {
            (*usd, *kg) = (*usd * plan.factor, *kg * plan.factor);
        }
    }
    let chapter = world.goods[h].chapter as u64;
    let freight = world.freight(series, gauss(&mut rng));
    // Differences that last: of the reporter, of the reporter in a chapter, and of the series. Together some 20 % a side. BACI's and
    // the Atlas's reliability weights rest on such reporter effects; their sizes by chapter and series are an assumption.
    let lasting = |side: u64, reporter: usize, rng: &mut ChaCha8Rng| {
        let bias = world.reporters[reporter].bias[side as usize] + 0.08 * normal(&[world.seed, 40, side, reporter as u64, chapter]);
        (bias + 0.12 * gauss(rng), 0.08 * gauss(rng))
    };
    let (x_value, x_mass) = lasting(0, e, &mut rng);
    let (m_value, m_mass) = lasting(1, i, &mut rng);
    // Days at sea (14 knots, and half as long again for ports) as the share of a month's departures that arrive in the next one.
    let days = if world.border(e, i) { 3.0 } else { 4.0 + 1.5 * world.km(e, i) / (14.0 * 1.852 * 24.0) };
    let mut late: f64 = (days / 30.0).min(0.6) * rng.random_range(0.6..1.1);
    let early = rng.random_range(0.0..0.05);
    let timing = plan.filter(|plan| plan.cause == Cause::Timing);
    let habit = habit(world, planted, (h, e, i));
    let cell = |h: usize, e: usize, i: usize| (h - first, e, i);

    // What departs and is booked later by either side.
    let (mut carried_x, mut carried_m) = ((0.0, 0.0), (0.0, 0.0));
    for (t, &(usd, kg)) in flow.iter().enumerate() {
        if let Some(plan) = timing
            && t > plan.from
        {
            late = 0.9;
        }
        // A month's trade below 200,000 dollars is one or two shipments: all of it is late or none.
        let mut part = |share: f64| if usd < 2e5 { if rng.random::<f64>() < share { 1.0 } else { 0.0 } } else { share };
        let (late_x, late_m) = (part(early), part(late));
        let split = |late: f64, carried: &mut (f64, f64)| {
            let now = (usd * (1.0 - late) + carried.0, kg * (1.0 - late) + carried.1);
            *carried = (usd * late, kg * late);
            now
        };
        let (x, m) = (split(late_x, &mut carried_x), split(late_m, &mut carried_m));
        let Some(t) = t.checked_sub(1) else { continue };
        if usd > 0.0 {
            grid.add(TRUE, cell(h, e, i), t, (usd, kg));
        }
        let mut said = |(usd, kg): (f64, f64), reporter: usize, value: f64, mass: f64| {
            // Noise of a month: 10 % for very large flows, 45 % for some ten thousand dollars. Two such sides give a median absolute log
            // ratio of about 0.4 over all pairs, headings and months, as published comparisons by product show (0.3 to 0.6).
            let scale = (0.06 + 0.32 * (usd.max(1e3) / 1e4).powf(-0.2)) * world.reporters[reporter].care;
            // Most of it is goods missed or counted elsewhere, which moves value and mass together.
            let both = 0.75 * scale * heavy(&mut rng) / std::f64::consts::SQRT_2;
            let own = 0.66 * scale / std::f64::consts::SQRT_2;
            let (dv, dm) = (value + both + own * heavy(&mut rng), value + mass + both + own * heavy(&mut rng));
            (usd * dv.clamp(-4.0, 4.0).exp(), kg * dm.clamp(-4.0, 4.0).exp())
        };
        let mut x = said(x, e, x_value, x_mass);
        let cif = if world.reporters[i].imports_fob { 1.0 } else { 1.0 + freight };
        let mut m = said((m.0 * cif, m.1), i, m_value, m_mass);
        let (mut x_at, mut m_at) = ((h, e, i), (h, e, i));

        let shift = |exporter: bool, reporter: usize| {
            planted.shifts.get(&(reporter, exporter, h)).filter(|shift| (shift.from..shift.to).contains(&t)).map(|shift| shift.other)
        };
        let mut fault = |kind, exporter_side, (bh, be, bi): Cell| {
            faults.push(Fault { kind, exporter_side, booked: cell(bh, be, bi), belongs: cell(h, e, i), t });
        };
        if let Some(other) = shift(true, e) {
            x_at.0 = other;
            fault("hs-shift", true, x_at);
        }
        if let Some(other) = shift(false, i) {
            m_at.0 = other;
            fault("hs-shift", false, m_at);
        }
        if let Some((other, exporter, part)) = habit {
            let (what, side) = if exporter { (EXPORTS, &mut x) } else { (IMPORTS, &mut m) };
            grid.add(what, cell(other, e, i), t, (side.0 * part, side.1 * part));
            *side = (side.0 * (1.0 - part), side.1 * (1.0 - part));
        }
        if let Some(plan) = plan.filter(|plan| plan.holds(t)) {
            let f = plan.factor;
            match plan.cause {
                Cause::UnderExports => x = (x.0 / f, x.1 / f),
                Cause::UnderImports => m = (m.0 / f, m.1 / f),
                Cause::Diverted { declared } => x_at.2 = declared,
                Cause::Misdescribed { other, exporter } => {
                    let (what, side) = if exporter { (EXPORTS, &mut x) } else { (IMPORTS, &mut m) };
                    grid.add(what, cell(other, e, i), t, (side.0 * (1.0 - 1.0 / f), side.1 * (1.0 - 1.0 / f)));
                    *side = (side.0 / f, side.1 / f);
                }
                Cause::Price { exporter, up } => {
                    let side = if exporter { &mut x } else { &mut m };
                    side.0 *= if up { f } else { 1.0 / f };
                }
                Cause::ReExport { hub } => {
                    let part = 1.0 - 1.0 / f;
                    let through = (x.0 * part, x.1 * part);
                    grid.add(EXPORTS, cell(h, e, hub), t, through);
                    x = (x.0 / f, x.1 / f);
                    // The hub books what comes in by origin (CIF, by its own lights) and sends it on with a margin: Feenstra and Hanson
                    // 2004, *Intermediaries in entrepot trade*, find 24 % for Hong Kong's re-exports of Chinese goods.
                    let bias = world.reporters[hub].bias;
                    let arrives = (through.0 * (1.0 + freight / 2.0) * bias[1].exp(), through.1);
                    grid.add(IMPORTS, cell(h, e, hub), t, arrives);
                    let leaves = (through.0 * 1.24 * bias[0].exp(), through.1);
                    grid.add(EXPORTS, cell(h, hub, i), t, leaves);
                    grid.add(AGAIN, cell(h, hub, i), t, leaves);
                }
                Cause::Timing | Cause::NewRoute => {}
                Cause::Unit { exporter, wrong } => {
                    let side = if exporter { &mut x } else { &mut m };
                    match wrong {
                        Wrong::Tonnes => side.1 /= 1_000.0,
                        Wrong::Grams => side.1 *= 1_000.0,
                        Wrong::Thousands => side.0 /= 1_000.0,
                        Wrong::Twice => side.0 *= 1_000.0,
                    }
                    fault("unit", exporter, (h, e, i));
                }
                Cause::Korea { exporter, booked } => {
                    if exporter {
                        x_at.2 = booked;
                    } else {
                        m_at.1 = booked;
                    }
                    fault("kp-kr", exporter, if exporter { x_at } else { m_at });
                }
                Cause::Month { exporter, other } => {
                    if exporter {
                        x_at.0 = other;
                    } else {
                        m_at.0 = other;
                    }
                    fault("hs-shift", exporter, if exporter { x_at } else { m_at });
                }
            }
        }
        grid.add(EXPORTS, cell(x_at.0, x_at.1, x_at.2), t, x);
        grid.add(IMPORTS, cell(m_at.0, m_at.1, m_at.2), t, m);
    }
}

/// Whether a row stands in the file.
fn shown(world: &World, reporter: usize, partner: usize, chapter: usize, t: usize, usd: f64) -> bool {
    usd >= world.reporters[reporter].least && world.publishes(reporter, partner, chapter, t)
}

/// Directions as they follow each other in the file.
const FLOWS: [(usize, &str); 3] = [(EXPORTS, "X,Export"), (IMPORTS, "M,Import"), (AGAIN, "RX,Re-export")];

type Sink<'a, 'b, 'c> = (&'a mut Rows<'b>, &'a mut Output<'c>, &'a mut OpenFile);

fn add(to: &mut (f64, f64), (usd, kg): (f64, f64)) {
    to.0 += usd;
    to.1 += kg;
}

fn chapter_rows(
    world: &World,
    at: usize,
    chapter: &Chapter,
    range: std::ops::Range<usize>,
    grid: &Grid,
    sums: &mut Sums,
    (rows, out, file): Sink<'_, '_, '_>,
) -> Result<(), TradeError> {
    let (n, months) = (world.places.len(), world.months);
    // Groups of four digits, by position of their first heading.
    let mut groups: Vec<(usize, String)> = Vec::new();
    let group: Vec<usize> = range
        .clone()
        .map(|h| {
            let code = &world.goods[h].code[..4];
            if groups.last().is_none_or(|(_, last)| last != code) {
                groups.push((h, code.to_owned()));
            }
            groups.len() - 1
        })
        .collect();
    for r in 0..n {
        let reporter = &world.reporters[r];
        if reporter.never {
            continue;
        }
        for (dir, &(what, flow)) in FLOWS.iter().enumerate() {
            if what == AGAIN && !reporter.rx {
                continue;
            }
            // Headings, then groups, then the chapter, each by month.
            let kinds = range.len() + groups.len() + 1;
            sums.world.clear();
            sums.world.resize(kinds * months, (0.0, 0.0));
            sums.areas.clear();
            sums.areas.resize(range.len() * months, (0.0, 0.0));
            for p in (0..n).filter(|p| *p != r) {
                let mut here = vec![(0.0, 0.0); (groups.len() + 1) * months];
                let mut any = false;
                for (hl, h) in range.clone().enumerate() {
                    let cell = if what == IMPORTS { (hl, p, r) } else { (hl, r, p) };
                    for (t, usd) in grid.months(what, cell).iter().enumerate() {
                        if *usd <= 0.0 || !world.open(r, t) {
                            continue;
                        }
                        let figure = grid.get(what, cell, t);
                        let place = ((r * 3 + dir) * n + p) * months + t;
                        add(&mut sums.total[place], figure);
                        if reporter.withholds.is_some_and(|(c, from)| c == at && t >= from) {
                            add(&mut sums.hidden[place], figure);
                            continue;
                        }
                        add(&mut sums.world[hl * months + t], figure);
                        add(&mut sums.world[(range.len() + group[hl]) * months + t], figure);
                        add(&mut sums.world[(kinds - 1) * months + t], figure);
                        if reporter.suppresses == Some(p) {
                            add(&mut sums.areas[hl * months + t], figure);
                            continue;
                        }
                        any = true;
                        add(&mut here[group[hl] * months + t], figure);
                        add(&mut here[groups.len() * months + t], figure);
                        if figure.0 >= reporter.least {
                            rows.push(r, flow, Some(p), Goods::Heading(h), t, figure);
                        }
                    }
                }
                if any {
                    for (g, (_, code)) in groups.iter().enumerate().filter(|_| reporter.sums) {
                        rows.sums(r, flow, Some(p), Goods::Sum(code, "Group of four digits"), &here[g * months..(g + 1) * months]);
                    }
                    rows.sums(r, flow, Some(p), Goods::Sum(chapter.code, chapter.name), &here[groups.len() * months..]);
                }
            }
            for (hl, h) in range.clone().enumerate() {
                for (t, figure) in sums.areas[hl * months..(hl + 1) * months].iter().enumerate().filter(|(_, f)| f.0 > 0.0) {
                    rows.push(r, flow, Some(NOT_TOLD), Goods::Heading(h), t, *figure);
                }
                let good = Goods::Sum(world.goods[h].code, chapter.name);
                rows.sums(r, flow, None, good, &sums.world[hl * months..(hl + 1) * months]);
            }
            for (g, (_, code)) in groups.iter().enumerate() {
                let at = range.len() + g;
                rows.sums(r, flow, None, Goods::Sum(code, "Group of four digits"), &sums.world[at * months..(at + 1) * months]);
            }
            rows.sums(r, flow, None, Goods::Sum(chapter.code, chapter.name), &sums.world[(kinds - 1) * months..]);
            rows.flush(out, file)?;
        }
    }
    Ok(())
}

fn total_rows(world: &World, sums: &Sums, (rows, out, file): Sink<'_, '_, '_>) -> Result<(), TradeError> {
    let (n, months) = (world.places.len(), world.months);
    for r in (0..n).filter(|r| !world.reporters[*r].never) {
        for (dir, &(what, flow)) in FLOWS.iter().enumerate() {
            if what == AGAIN && !world.reporters[r].rx {
                continue;
            }
            let mut all = vec![(0.0, 0.0); months];
            for p in (0..n).filter(|p| *p != r) {
                let at = ((r * 3 + dir) * n + p) * months;
                for (t, figure) in sums.total[at..at + months].iter().enumerate() {
                    add(&mut all[t], *figure);
                }
                if world.reporters[r].suppresses == Some(p) {
                    continue;
                }
                for (t, figure) in sums.hidden[at..at + months].iter().enumerate().filter(|(_, f)| f.0 > 0.0) {
                    rows.push(r, flow, Some(p), Goods::Withheld, t, *figure);
                }
                rows.sums(r, flow, Some(p), Goods::Sum("TOTAL", "All Commodities"), &sums.total[at..at + months]);
            }
            rows.sums(r, flow, None, Goods::Sum("TOTAL", "All Commodities"), &all);
            rows.flush(out, file)?;
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "called once, and a struct for it would only move the names")]
fn chapter_truth(
    world: &World,
    planted: &Planted,
    at: usize,
    range: std::ops::Range<usize>,
    grid: &Grid,
    faults: &[Fault],
    (out, file): (&mut Output<'_>, &mut OpenFile),
    summary: &mut Summary,
) -> Result<(), TradeError> {
    let (n, months) = (world.places.len(), world.months);
    let stamps: Vec<String> = (0..months).map(|t| world.month(t)).collect();
    let mut text = Vec::new();
    let failed = |source| TradeError::Write { path: "truth.jsonl".to_owned(), source };
    for (hl, h) in range.clone().enumerate() {
        let code = world.goods[h].code;
        for e in 0..n {
            for i in (0..n).filter(|i| *i != e) {
                let cell = (hl, e, i);
                let any = |what| grid.months(what, cell).iter().any(|usd| *usd > 0.0);
                if !any(TRUE) && !any(EXPORTS) && !any(IMPORTS) {
                    continue;
                }
                let (from, to) = (world.places[e].iso, world.places[i].iso);
                let (mut total, mut flowed) = (0.0, 0);
                for (t, stamp) in stamps.iter().enumerate() {
                    let (usd, kg) = grid.get(TRUE, cell, t);
                    if usd <= 0.0 {
                        continue;
                    }
                    total += usd;
                    flowed += 1;
                    let x = shown(world, e, i, at, t, grid.get(EXPORTS, cell, t).0);
                    let m = shown(world, i, e, at, t, grid.get(IMPORTS, cell, t).0);
                    let sides = ["", "M", "X", "XM"][usize::from(x) * 2 + usize::from(m)];
                    writeln!(
                        text,
                        "{{\"kind\":\"flow\",\"exporter\":\"{from}\",\"importer\":\"{to}\",\"heading\":\"{code}\",\"month\":\"{stamp}\",\
                         \"usd\":{usd:.2},\"kg\":{kg:.2},\"sides\":\"{sides}\"}}"
                    )
                    .map_err(failed)?;
                    summary.flows += 1;
                }
                let label = label(world, planted, at, (h, e, i), grid, hl);
                let both = (label.from..label.to).filter(|t| world.publishes(e, i, at, *t) && world.publishes(i, e, at, *t)).count();
                let word = |word: Option<&str>| word.map_or_else(|| "null".to_owned(), |word| format!("\"{word}\""));
                let last = label.to.clamp(1, months) - 1;
                writeln!(
                    text,
                    "{{\"kind\":\"series\",\"exporter\":\"{from}\",\"importer\":\"{to}\",\"heading\":\"{code}\",\"from\":\"{}\",\"to\":\"{}\",\
                     \"evasion\":{},\"factor\":{},\"twin\":{},\"role\":{},\"both_sides\":{},\"months\":{flowed},\"usd\":{:.2}}}",
                    stamps[label.from.min(last)],
                    stamps[last],
                    word(label.evasion),
                    label.factor.map_or_else(|| "null".to_owned(), |factor| factor.to_string()),
                    word(label.twin),
                    word(label.role),
                    both >= 6.min(months),
                    total / months as f64,
                )
                .map_err(failed)?;
                summary.series += 1;
                summary.evasions += usize::from(label.evasion.is_some() && matches!(label.role, None | Some("declared")));
                summary.twins += usize::from(label.twin.is_some());
                if text.len() > 1 << 20 {
                    out.append(file, &text)?;
                    text.clear();
                }
            }
        }
    }
    for fault in faults {
        let (_, e, i) = fault.booked;
        let (what, reporter, partner) = if fault.exporter_side { (EXPORTS, e, i) } else { (IMPORTS, i, e) };
        if !shown(world, reporter, partner, at, fault.t, grid.get(what, fault.booked, fault.t).0) {
            continue;
        }
        let (kind, stamp) = (fault.kind, &stamps[fault.t]);
        let code = world.goods[range.start + fault.belongs.0].code;
        let other = world.goods[range.start + fault.booked.0].code;
        let belongs = if fault.exporter_side { fault.belongs.2 } else { fault.belongs.1 };
        let more = match kind {
            "hs-shift" => format!(",\"other_heading\":\"{other}\""),
            "kp-kr" => format!(",\"other_partner\":\"{}\"", world.places[belongs].iso),
            _ => String::new(),
        };
        writeln!(
            text,
            "{{\"kind\":\"error\",\"error\":\"{kind}\",\"reporter\":\"{}\",\"partner\":\"{}\",\"heading\":\"{code}\",\"month\":\"{stamp}\"{more},\
             \"flow\":\"{}\"}}",
            world.places[reporter].iso,
            world.places[partner].iso,
            if fault.exporter_side { "X" } else { "M" },
        )
        .map_err(failed)?;
        summary.errors += 1;
    }
    out.append(file, &text)
}

/// What the truth says of a cell: what was planted, else what its reporters do.
fn label(world: &World, planted: &Planted, chapter: usize, cell: Cell, grid: &Grid, hl: usize) -> Label {
    let (_, e, i) = cell;
    let months = world.months;
    if let Some(label) = planted.labels.get(&cell) {
        return label.clone();
    }
    let whole = Label { from: 0, to: months, ..Label::default() };
    let (x, m) = (&world.reporters[e], &world.reporters[i]);
    if x.never || m.never {
        return whole;
    }
    if x.suppresses == Some(i) || m.suppresses == Some(e) {
        return Label { twin: Some("suppressed-partner"), ..whole };
    }
    let withheld = |r: &super::world::Reporter| r.withholds.filter(|(c, _)| *c == chapter).map(|(_, from)| from);
    if let Some(from) = withheld(x).or_else(|| withheld(m)) {
        return Label { twin: Some("confidential"), from: from.min(months - 1), ..whole };
    }
    if let Some((from, to)) = x.hole.or(m.hole) {
        return Label { twin: Some("not-reporting"), from, to, ..whole };
    }
    if habit(world, planted, cell).is_some() {
        return Label { twin: Some("classified-apart"), ..whole };
    }
    if grid.months(TRUE, (hl, e, i)).iter().all(|usd| *usd <= 0.0) {
        return Label { twin: Some("classified-apart"), role: Some("other-heading"), ..whole };
    }
    whole
}

/// Marks goods from or for places that are not told.
const NOT_TOLD: usize = usize::MAX;

#[derive(Clone, Copy)]
enum Goods<'a> {
    Heading(usize),
    /// Code and name of a sum.
    Sum(&'a str, &'a str),
    Withheld,
}

/// Rows of the file as bytes.
struct Rows<'a> {
    world: &'a World,
    text: Vec<u8>,
    count: usize,
    months: Vec<String>,
    reporters: Vec<String>,
    partners: Vec<String>,
}

impl<'a> Rows<'a> {
    fn new(world: &'a World) -> Self {
        let stamps = (0..world.months).map(|t| {
            let month = world.month(t);
            let (year, number) = month.split_at(4);
            let number = number.trim_start_matches('-');
            format!("C,M,{year}{number}01,{year},{},{year}{number},", number.trim_start_matches('0'))
        });
        let name = |place: &super::tables::Place| format!("{},{},{},", place.code, place.iso, place.name);
        let partner = |place: &super::tables::Place| format!(",{}0,W00,World,H5,HS,true,", name(place));
        Self {
            world,
            text: Vec::with_capacity(1 << 21),
            count: 0,
            months: stamps.collect(),
            reporters: world.places.iter().map(name).collect(),
            partners: world.places.iter().map(partner).collect(),
        }
    }

    fn sums(&mut self, r: usize, flow: &str, p: Option<usize>, goods: Goods<'_>, months: &[(f64, f64)]) {
        for (t, figure) in months.iter().enumerate() {
            if figure.0 >= 1.0 {
                self.push(r, flow, p, goods, t, *figure);
            }
        }
    }

    fn push(&mut self, r: usize, flow: &str, p: Option<usize>, goods: Goods<'_>, t: usize, (usd, kg): (f64, f64)) {
        let world = self.world;
        self.count += 1;
        let text = &mut self.text;
        text.extend_from_slice(self.months[t].as_bytes());
        text.extend_from_slice(self.reporters[r].as_bytes());
        text.extend_from_slice(flow.as_bytes());
        text.extend_from_slice(match p {
            None => b",0,W00,World,0,W00,World,H5,HS,true,",
            Some(NOT_TOLD) => b",899,_X,Areas nes,0,W00,World,H5,HS,true,",
            Some(p) => self.partners[p].as_bytes(),
        });
        let chapter = match goods {
            Goods::Heading(h) => {
                let chapter = world.chapters[world.goods[h].chapter].0;
                text.extend_from_slice(world.goods[h].code.as_bytes());
                text.push(b',');
                text.extend_from_slice(chapter.name.as_bytes());
                text.extend_from_slice(b",6,true,");
                Some((h, chapter))
            }
            Goods::Sum(code, name) => {
                let level = if code == "TOTAL" { 0 } else { code.len() as u8 };
                text.extend_from_slice(code.as_bytes());
                text.push(b',');
                text.extend_from_slice(name.as_bytes());
                text.extend_from_slice(&[b',', b'0' + level]);
                text.extend_from_slice(if level == 6 { b",true," } else { b",false," });
                None
            }
            Goods::Withheld => {
                text.extend_from_slice(b"999999,Commodities not specified according to kind,6,true,");
                None
            }
        };
        text.extend_from_slice(b"C00,TOTAL CPC,0,0,TOTAL MOT,");
        let reporter = &world.reporters[r];
        // Only leaves have a mass: sums over headings with and without one would mean nothing.
        let estimated = if let Some((h, chapter)) = chapter {
            let draw = mix(&[world.seed, 50, h as u64, (r * 256 + p.unwrap_or(0).min(255)) as u64, t as u64 * 4 + flow.len() as u64]);
            let (u, v) = (draw as u32, (draw >> 32) as u32);
            // 2 % without a mass, 6 % with one that UNSD estimated from standard unit values: an assumption; in years with poor
            // reporting it is more.
            let missing = u < u32::MAX / 50;
            let estimated = !missing && u < u32::MAX / 50 * 4;
            let kg = if estimated { usd / world.goods[h].per_kg } else { kg };
            // In the unit of the heading where there is one, by two reporters of three.
            match chapter.unit.filter(|_| v % 3 != 0) {
                Some((code, name, per)) => {
                    number(text, f64::from(code), 0);
                    text.push(b',');
                    text.extend_from_slice(name.as_bytes());
                    text.push(b',');
                    number(text, (kg / per).round().max(1.0), 0);
                }
                None if missing => text.extend_from_slice(b"-1,N/A,0"),
                None => {
                    text.extend_from_slice(b"8,kg,");
                    number(text, kg, if kg < 100.0 { 3 } else { 0 });
                }
            }
            text.extend_from_slice(if estimated { b",true,-1,N/A,0,false," } else { b",false,-1,N/A,0,false," });
            if !missing {
                number(text, kg, if kg < 100.0 { 3 } else { 0 });
            }
            text.extend_from_slice(if estimated { b",true,0,false," } else { b",false,0,false," });
            estimated
        } else {
            text.extend_from_slice(b"-1,N/A,0,false,-1,N/A,0,false,");
            if matches!(goods, Goods::Withheld) {
                number(text, kg, 0);
            }
            text.extend_from_slice(b",false,0,false,");
            false
        };
        let digits = if reporter.whole { 0 } else { 3 };
        let cif = flow.starts_with('M') && !reporter.imports_fob;
        if cif {
            number(text, usd, digits);
        }
        text.push(b',');
        if !cif {
            number(text, usd, digits);
        }
        text.push(b',');
        number(text, usd, digits);
        let sum = matches!(goods, Goods::Sum(..)) || p.is_none();
        text.extend_from_slice(if estimated { b",4," } else { b",0," });
        text.extend_from_slice(if sum { b"false,true\n" } else { b"true,false\n" });
    }

    fn flush(&mut self, out: &mut Output<'_>, file: &mut OpenFile) -> Result<(), TradeError> {
        if self.text.len() > 1 << 20 {
            out.append(file, &self.text)?;
            self.text.clear();
        }
        Ok(())
    }
}

/// Writes a number that is not negative with up to three decimals, without trailing zeros.
fn number(text: &mut Vec<u8>, value: f64, digits: u8) {
    let scale = if digits == 0 { 1.0 } else { 1_000.0 };
    let scaled = (value.max(0.0) * scale).round().min(9e18) as u64;
    let (whole, mut part) = if digits == 0 { (scaled, 0) } else { (scaled / 1_000, scaled % 1_000) };
    let mut buffer = [0_u8; 20];
    let (mut at, mut rest) = (buffer.len(), whole);
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.extend_from_slice(&buffer[at..]);
    if part > 0 {
        text.push(b'.');
        let mut unit = 100;
        while part > 0 {
            text.push(b'0' + (part / unit) as u8);
            part %= unit;
            unit /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back() {
        for (value, digits, expected) in
            [(0.0, 0, "0"), (12.0, 3, "12"), (12.5, 3, "12.5"), (1e6 + 0.001, 3, "1000000.001"), (1.05, 3, "1.05")]
        {
            let mut text = Vec::new();
            number(&mut text, value, digits);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }

    #[test]
    fn the_header_has_the_47_columns_of_comtrade() {
        assert_eq!(HEADER.trim_end().split(',').count(), 47);
    }
}
