//! Both sides of a flow, further apart than honest noise.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use tw_base::{Bounds, Country, Interval, Unit, format_number};
use tw_flows::mirror::{Cell, Direction, Outcome as Tested, Said, Series};
use tw_law::{Act, Direction as Way, Test};
use tw_trade::{Heading, Month};

use crate::card::Card;
use crate::common::facts;
use crate::lead::{Kind, Lead, Outcome};
use crate::mirrored::{BanLine, MirrorMonth, MirrorSeries};
use crate::world::{Draft, Flows, Output, World};

/// Months of a stretch that are cited, the largest first: a reader looks at no more.
const CITED: usize = 12;

/// Flows with the target that are drawn, by their value.
const DRAWN: usize = 8;

type Key = (Country, Country, Heading);

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let Some(flows) = world.flows else { return output };
    let least = card.threshold(world.parameters, "probability");
    let most = card.threshold(world.parameters, "most") as usize;
    let mut gaps: Vec<&Series> = flows.mirror.series.iter().filter(|s| f64::from(s.probability) >= least).collect();
    gaps.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| key(a).cmp(&key(b))));
    if gaps.len() > most {
        output
            .not_checked
            .push(format!("{} further flows with a gap beyond honest noise: only the likeliest {most} are leads", gaps.len() - most));
        gaps.truncate(most);
    }
    let mut drawn: BTreeMap<Key, Option<String>> = BTreeMap::new();
    for series in gaps {
        if let Some(lead) = lead(world, card, flows, series) {
            drawn.insert(key(series), Some(lead.id.clone()));
            output.leads.push(lead);
        }
    }
    for key in largest_with_target(world, flows) {
        drawn.entry(key).or_insert(None);
    }
    output.mirrors = drawn.into_iter().map(|(key, lead)| drawing(world, flows, key, lead)).collect();
    output
}

fn key(series: &Series) -> Key {
    (series.exporter, series.importer, series.heading)
}

/// The cells of a flow: they lie together.
fn cells(flows: &Flows, (exporter, importer, heading): Key) -> &[Cell] {
    let cells = &flows.mirror.cells;
    let of = |cell: &Cell| (cell.exporter, cell.importer, cell.heading);
    let from = cells.partition_point(|cell| of(cell) < (exporter, importer, heading));
    let to = from + cells[from..].partition_point(|cell| of(cell) == (exporter, importer, heading));
    &cells[from..to]
}

/// The flows with the target of which most is reported.
fn largest_with_target(world: World<'_>, flows: &Flows) -> Vec<Key> {
    let mut sums: BTreeMap<Key, f64> = BTreeMap::new();
    for cell in flows.mirror.cells.iter().filter(|c| c.exporter == world.target || c.importer == world.target) {
        let value = [cell.export.usd, cell.import.usd].into_iter().filter(|v| v.is_finite()).fold(0.0, f64::max);
        *sums.entry((cell.exporter, cell.importer, cell.heading)).or_default() += value;
    }
    let mut sorted: Vec<(Key, f64)> = sums.into_iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    sorted.into_iter().take(DRAWN).map(|(key, _)| key).collect()
}

/// The days of a month, or of a year.
pub(super) fn days(from: Month, to: Month) -> Option<Interval> {
    let first = |month: Month| {
        let year = i16::try_from(month.year()).ok()?;
        Date::new(year, i8::try_from(month.month().unwrap_or(1)).ok()?, 1).ok()
    };
    Some(Interval::new(first(from)?, Some(first(to.plus(1)).unwrap_or(date(2200, 1, 1)))))
}

fn lead(world: World<'_>, card: &Card, flows: &Flows, series: &Series) -> Option<Lead> {
    let period = days(series.from, series.to)?;
    let inside: Vec<&Cell> =
        cells(flows, key(series)).iter().filter(|cell| (series.from..=series.to).contains(&cell.month) && cell.both()).collect();
    let (exporter, importer) = (series.exporter.name(), series.importer.name());
    let flow = format!("{exporter} to {importer}, {}", series.heading);
    let mut draft = Draft::new(world, card, Kind::Discrepancy, &flow, period, &series.from.to_string());
    let factor = format!("×{:.1} (×{:.1} to ×{:.1})", series.factor.p50, series.factor.p5, series.factor.p95);
    let who = match series.direction {
        Some(Direction::ExporterReportsMore) => format!("{exporter} reports more than {importer}"),
        _ => format!("{importer} reports more than {exporter}"),
    };
    draft.title(format!("{}: {who} by {factor}, {} to {}", series.heading, series.from, series.to));
    cite(&mut draft, series, &inside);
    let sum = |side: fn(&Cell) -> f64| inside.iter().map(|cell| side(cell)).filter(|v| v.is_finite()).sum::<f64>();
    let (exported, imported) = (sum(|c| c.export.usd), sum(|c| c.import.usd));
    draft.conclusion(format!(
        "Over {} months that both report, {exporter} says {} USD and {importer} {} USD. With the probability {:.3} this is more than freight, timing, the habits of the two reporters and the explanations below leave. \
         It is a gap between two statistics: which of them is off, and why, it does not say; no rule of law is judged.",
        inside.len(),
        format_number(exported.round()),
        format_number(imported.round()),
        series.probability
    ));
    draft.gap(Bounds::exactly(imported - exported), Unit::Usd, format!("{factor}, freight and the reporters' habits taken off"));
    for explanation in &series.explanations {
        let outcome = match explanation.outcome {
            Tested::Explains | Tested::Partly => Outcome::MayExplain,
            Tested::DoesNotExplain => Outcome::DoesNotExplain,
            Tested::NotTestable => Outcome::NotTestable,
        };
        draft.against(&explanation.name, outcome, &explanation.detail);
    }
    draft.sensitive("before the innocent explanations", format!("probability {:.3}", series.before_explanations));
    if series.mass_gap.log_ratio.is_finite() {
        draft.sensitive(
            "by mass instead of value",
            format!(
                "importer over exporter ×{:.2}, give or take a factor {:.2}",
                series.mass_gap.log_ratio.exp(),
                (1.645 * series.mass_gap.sd).exp()
            ),
        );
    }
    draft.not_checked("the shipments behind the two figures: customs records or bills of lading");
    draft
        .figure("probability", Some(f64::from(series.probability)))
        .figure("factor_p5", Some(f64::from(series.factor.p5)))
        .figure("factor_p50", Some(f64::from(series.factor.p50)))
        .figure("factor_p95", Some(f64::from(series.factor.p95)));
    Some(draft.finish(None, (imported - exported).abs(), Unit::Usd))
}

/// Cites the largest months of the stretch, each side apart.
fn cite(draft: &mut Draft<'_>, series: &Series, inside: &[&Cell]) {
    let mut largest = inside.to_vec();
    largest.sort_by(|a, b| b.import.usd.max(b.export.usd).total_cmp(&a.import.usd.max(a.export.usd)).then(a.month.cmp(&b.month)));
    largest.truncate(CITED);
    largest.sort_by_key(|cell| cell.month);
    for cell in largest {
        let says = |who: Country, verb: &str, said: &Said| {
            format!("{} {verb} {} USD{} of {}, {}", who.name(), format_number(said.usd.round()), mass(said.kg), series.heading, cell.month)
        };
        let (out, back) = (says(series.exporter, "exported", &cell.export), says(series.importer, "imported", &cell.import));
        let number = draft.cite_report(cell.export.file, cell.export.record, &format!("statistics of {}", series.exporter.name()), &out);
        draft.declared(out, &number.into_iter().collect::<Vec<_>>());
        let number = draft.cite_report(cell.import.file, cell.import.record, &format!("statistics of {}", series.importer.name()), &back);
        draft.observed(back, &number.into_iter().collect::<Vec<_>>());
    }
}

pub(super) fn mass(kg: f64) -> String {
    if kg.is_finite() { format!(" ({} t)", format_number((kg / 100.0).round() / 10.0)) } else { String::new() }
}

fn drawing(world: World<'_>, flows: &Flows, key: Key, lead: Option<String>) -> MirrorSeries {
    let (exporter, importer, heading) = key;
    let own = cells(flows, key);
    let given = |value: f64| Some(value).filter(|v| v.is_finite());
    let series = flows.mirror.series.iter().find(|s| (s.exporter, s.importer, s.heading) == key);
    let months = own
        .iter()
        .map(|cell| MirrorMonth {
            month: cell.month.to_string(),
            exporter_usd: given(cell.export.usd).filter(|_| cell.export.record > 0),
            importer_usd: given(cell.import.usd).filter(|_| cell.import.record > 0),
            p5: given(f64::from(cell.usd.p5)),
            p50: given(f64::from(cell.usd.p50)),
            p95: given(f64::from(cell.usd.p95)),
        })
        .collect();
    let mut records: BTreeMap<String, String> = BTreeMap::new();
    for (file, record) in own.iter().flat_map(|cell| [(cell.export.file, cell.export.record), (cell.import.file, cell.import.record)]) {
        if let Some(provenance) = flows.provenance(file, record) {
            records.insert(provenance.record.to_string(), provenance.origin.to_string());
        }
    }
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for label in records.values() {
        *labels.entry(label.clone()).or_default() += 1;
    }
    MirrorSeries {
        exporter: exporter.to_string(),
        importer: importer.to_string(),
        heading: heading.to_string(),
        probability: series.filter(|s| s.two_sided > 0).map(|s| f64::from(s.probability)),
        freight: flows.mirror.effects.measures.first().map_or(1.0, |value| value.freight.constant.exp()),
        months,
        bans: bans(world, key, own),
        records: records.into_keys().collect(),
        labels,
        lead,
    }
}

/// Bans of the case's law on this heading in this direction, by the day from which they bind.
fn bans(world: World<'_>, (exporter, importer, heading): Key, own: &[Cell]) -> Vec<BanLine> {
    let (act, way, reporter) = match (exporter == world.target, importer == world.target) {
        (false, true) => (Act::Supply, Way::To, exporter),
        (true, false) => (Act::Procure, Way::From, importer),
        _ => return Vec::new(),
    };
    let Some(end) = own.last().and_then(|cell| days(cell.month, cell.month)?.last()) else { return Vec::new() };
    let mut lines: Vec<BanLine> = world
        .book
        .iter()
        .filter(|rule| matches!(rule.test, Test::Ban { .. }) && world.rule(&rule.id).is_some())
        .filter_map(|rule| {
            let from = rule.in_force.first().map(|i| i.from).filter(|from| *from <= end)?;
            let mut question = facts(act, Interval::day(from), Some(reporter));
            question.direction = Some(way);
            question.hs = Some(heading.cut(6).to_string());
            let covers = tw_law::evaluate(rule, &question).verdict >= tw_law::Verdict::PrimaFacie;
            covers.then(|| BanLine { from: from.to_string(), provision: rule.id.clone(), symbol: rule.symbol() })
        })
        .collect();
    lines.sort_by(|a, b| (&a.from, &a.provision).cmp(&(&b.from, &b.provision)));
    lines
}
