//! Declared against found: one line a pair, with the band that freight, insurance and timing may explain.

use tw_base::{Unit, format_number};
use tw_tables::{Row, Side, TradeValue};

use super::svg::{Anchor, Scale, Svg, TEXT, short, wrap};
use super::{Chart, ChartRow, Labels, mark};
use crate::dossier::Input;
use crate::dossier::page::words::period;

const WIDTH: f64 = 780.0;
const LEFT: f64 = 20.0;
const RIGHT: f64 = 660.0;
/// Id of the detector whose threshold sets the band.
const DETECTOR: &str = "trade.declared-against-estimated";

/// Two figures of one flow in one unit.
struct Pair<'a> {
    declared: &'a Row<TradeValue>,
    found: &'a Row<TradeValue>,
    said: f64,
    seen: f64,
    unit: Unit,
}

/// The chart of all pairs that can be set beside each other.
pub(crate) fn chart(input: &Input<'_>) -> Chart {
    let id = "chart-values".to_owned();
    let title = "Declared against found".to_owned();
    let noise = noise(input);
    let pairs = pairs(&input.tables.trade_values);
    if pairs.is_empty() {
        let caption = "Not drawn: the case holds no two figures of one flow, period and unit that are both above zero.".to_owned();
        return Chart { id, title, caption, svg: None, head: Vec::new(), rows: Vec::new(), labels: Labels::default() };
    }
    Chart {
        svg: Some(draw(&id, &title, &pairs, noise)),
        id,
        title,
        caption: format!(
            "Dot: declared by an official series. Diamond: found by somebody else, from records or in a second series. Shaded band: {} % either way, which freight, insurance and timing may explain. \
             The scale is logarithmic: each grid line is ten times the one before. A difference is by itself no breach of anything.",
            format_number(noise * 100.0)
        ),
        head: vec!["Flow", "Period", "Declared", "By", "Found", "By", "Unit", "Found over declared"],
        rows: pairs.iter().map(row).collect(),
        labels: Labels::of(pairs.iter().flat_map(|p| [&p.declared.provenance, &p.found.provenance])),
    }
}

/// The band, as the detector takes it.
fn noise(input: &Input<'_>) -> f64 {
    let cards = tw_detect::cards();
    let card = cards.iter().find(|card| card.id == DETECTOR);
    let percent = card
        .filter(|c| c.thresholds.iter().any(|t| t.name == "noise-percent"))
        .map_or(0.0, |c| c.threshold(&input.config.parameters, "noise-percent"));
    percent / 100.0
}

fn pairs(rows: &[Row<TradeValue>]) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for declared in rows.iter().filter(|r| r.data.side == Side::Declared) {
        for found in rows.iter().filter(|r| r.data.side == Side::Estimated && same_flow(&declared.data, &r.data)) {
            let figures =
                [(declared.data.value_usd, found.data.value_usd, Unit::Usd), (declared.data.tonnes, found.data.tonnes, Unit::Tonnes)];
            let both = figures.into_iter().find_map(|(a, b, unit)| Some((a.filter(|v| *v > 0.0)?, b.filter(|v| *v > 0.0)?, unit)));
            if let Some((said, seen, unit)) = both {
                pairs.push(Pair { declared, found, said, seen, unit });
            }
        }
    }
    pairs.sort_by(|a, b| {
        a.unit
            .cmp(&b.unit)
            .then((b.seen / b.said).total_cmp(&(a.seen / a.said)))
            .then(a.found.provenance.record.cmp(&b.found.provenance.record))
    });
    pairs
}

/// One flow and period, and one heading inside the other.
fn same_flow(a: &TradeValue, b: &TradeValue) -> bool {
    let goods = match (&a.hs, &b.hs) {
        (Some(x), Some(y)) => x.starts_with(y.as_str()) || y.starts_with(x.as_str()),
        _ => a.goods == b.goods,
    };
    goods && a.exporter == b.exporter && a.importer == b.importer && a.period.interval() == b.period.interval()
}

fn flow(pair: &Pair<'_>) -> String {
    let data = &pair.declared.data;
    format!("{} to {}, {}", data.exporter.name(), data.importer.name(), data.goods)
}

fn ratio(pair: &Pair<'_>) -> String {
    let ratio = pair.seen / pair.said;
    if ratio < 10.0 { format!("×{ratio:.2}") } else { format!("×{}", format_number(ratio.round())) }
}

fn row(pair: &Pair<'_>) -> ChartRow {
    ChartRow {
        cells: vec![
            flow(pair),
            pair.declared.data.period.to_string(),
            format_number(pair.said),
            pair.declared.data.reporter.clone(),
            format_number(pair.seen),
            pair.found.data.reporter.clone(),
            pair.unit.symbol().to_owned(),
            ratio(pair),
        ],
        records: vec![pair.declared.provenance.record.clone(), pair.found.provenance.record.clone()],
    }
}

fn draw(id: &str, title: &str, pairs: &[Pair<'_>], noise: f64) -> String {
    let mut svg = Svg::new(id, WIDTH);
    let mut y = 8.0;
    for unit in [Unit::Usd, Unit::Tonnes] {
        let own: Vec<&Pair<'_>> = pairs.iter().filter(|p| p.unit == unit).collect();
        if !own.is_empty() {
            y = panel(&mut svg, y, &own, unit, noise);
        }
    }
    let bottom = legend(&mut svg, y + 12.0);
    let description = pairs
        .iter()
        .map(|p| {
            format!(
                "{}, {}: declared {} {}, found {}, {}.",
                flow(p),
                p.declared.data.period,
                format_number(p.said),
                p.unit,
                format_number(p.seen),
                ratio(p)
            )
        })
        .collect::<Vec<_>>()
        .join(" ");
    svg.finish(bottom, title, &description)
}

/// The pairs of one unit; gives the bottom.
fn panel(svg: &mut Svg, top: f64, pairs: &[&Pair<'_>], unit: Unit, noise: f64) -> f64 {
    let values = || pairs.iter().flat_map(|p| [p.said, p.seen]);
    let domain = (values().fold(f64::INFINITY, f64::min) / (1.0 + noise), values().fold(0.0, f64::max) * (1.0 + noise));
    let scale = Scale::log(domain, (LEFT, RIGHT));
    let mut rows = Svg::new("", WIDTH);
    let mut y = top + 30.0;
    for pair in pairs {
        y = track(&mut rows, &scale, y, pair, noise);
    }
    for tick in scale.ticks(6) {
        let x = scale.at(tick);
        svg.line("c-grid", [x, top + 24.0, x, y]);
        svg.text("c-muted", (x, top + 18.0), Anchor::Middle, &short(tick));
    }
    svg.text("c-strong", (RIGHT + 34.0, top + 18.0), Anchor::Start, unit.symbol());
    svg.append(rows);
    y + 6.0
}

fn track(svg: &mut Svg, scale: &Scale, top: f64, pair: &Pair<'_>, noise: f64) -> f64 {
    let mut y = top + 14.0;
    let text = format!("{}, {}", flow(pair), period(&pair.declared.data.period));
    for line in wrap(&text, RIGHT - LEFT, TEXT) {
        svg.text("c-halo c-strong", (LEFT, y), Anchor::Start, &line);
        y += 15.0;
    }
    let middle = y + 2.0;
    let (a, b) = (scale.at(pair.said), scale.at(pair.seen));
    let (low, high) = (scale.at(pair.said / (1.0 + noise)), scale.at(pair.said * (1.0 + noise)));
    svg.rect("c-band", [low, middle - 9.0, high - low, 18.0]);
    svg.line("c-join", [a, middle, b, middle]);
    svg.circle("c-rep c-mark", a, middle, 6.0);
    svg.polygon("c-est-solid c-mark", &[(b, middle - 7.5), (b + 7.5, middle), (b, middle + 7.5), (b - 7.5, middle)]);
    svg.text("c-strong", (RIGHT + 34.0, middle + 4.0), Anchor::Start, &ratio(pair));
    y = middle + 24.0;
    let figures = format!(
        "declared {}{} ({}); found {}{} ({})",
        format_number(pair.said),
        mark(&pair.declared.provenance),
        pair.declared.data.reporter,
        format_number(pair.seen),
        mark(&pair.found.provenance),
        pair.found.data.reporter
    );
    for line in wrap(&figures, RIGHT - LEFT, TEXT) {
        svg.text("c-halo", (LEFT, y), Anchor::Start, &line);
        y += 15.0;
    }
    y + 4.0
}

fn legend(svg: &mut Svg, y: f64) -> f64 {
    svg.circle("c-rep c-mark", 16.0, y - 4.0, 6.0);
    svg.text("c-label", (29.0, y), Anchor::Start, "declared");
    svg.polygon("c-est-solid c-mark", &[(110.0, y - 11.5), (117.5, y - 4.0), (110.0, y + 3.5), (102.5, y - 4.0)]);
    svg.text("c-label", (124.0, y), Anchor::Start, "found by somebody else");
    svg.rect("c-band", [280.0, y - 12.0, 22.0, 14.0]);
    svg.text("c-label", (308.0, y), Anchor::Start, "band of noise around the declared figure");
    y + 12.0
}
