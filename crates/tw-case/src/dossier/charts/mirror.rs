//! A flow of goods as both sides report it, month by month, with what may be true between them.

use tw_base::{Country, RecordPtr, format_number};
use tw_detect::{MirrorMonth, MirrorSeries};
use tw_trade::Month;

use super::gauge::pointers;
use super::svg::{Anchor, Scale, Svg, TEXT, short, wrap};
use super::{Chart, ChartRow, Labels};
use crate::dossier::Input;

const WIDTH: f64 = 780.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 764.0;
const HEIGHT: f64 = 150.0;

/// One chart for each flow that is drawn; one that says so where there is none.
pub(crate) fn charts(input: &Input<'_>) -> Vec<Chart> {
    if input.summary.mirrors.is_empty() {
        return vec![Chart {
            id: "chart-mirror".to_owned(),
            title: "Both sides of trade".to_owned(),
            caption: "Not drawn: the case holds no trade statistics of a flow with the target, or with a gap beyond honest noise."
                .to_owned(),
            svg: None,
            head: Vec::new(),
            rows: Vec::new(),
            labels: Labels::default(),
        }];
    }
    input.summary.mirrors.iter().enumerate().map(|(number, series)| chart(number, series)).collect()
}

fn name(code: &str) -> String {
    code.parse::<Country>().map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}

fn chart(number: usize, series: &MirrorSeries) -> Chart {
    let id = format!("chart-mirror-{}", number + 1);
    let (exporter, importer) = (name(&series.exporter), name(&series.importer));
    let title = format!("{exporter} to {importer}: heading {}", series.heading);
    let records = pointers(&series.records);
    let likely = match series.probability {
        Some(p) => format!("A gap beyond honest noise has the probability {p:.3} after the innocent explanations."),
        None => "Only one side reports: there is no gap to judge.".to_owned(),
    };
    Chart {
        svg: Some(draw(&id, &title, series)),
        id,
        title,
        caption: format!(
            "Dots: what {exporter} reports as exports. Diamonds: what {importer} reports as imports. Shaded: what the exporter's figure becomes by freight and insurance alone, up to ×{:.2}. \
             Thin upright lines: the 5 to 95 per cent interval of the true value. Where a side has no mark it did not report, which is not zero. Numbered lines: days from which a ban covers the heading. {likely}",
            series.freight.max(1.0)
        ),
        head: vec!["Month", "Exporter reports, USD", "Importer reports, USD", "True value: 5 %", "Middle", "95 %"],
        rows: series.months.iter().map(|month| row(month, &records)).collect(),
        labels: Labels::counted(&series.labels),
    }
}

fn row(month: &MirrorMonth, records: &[RecordPtr]) -> ChartRow {
    let said = |value: Option<f64>| value.map_or_else(|| "not reported".to_owned(), |v| format_number(v.round()));
    let about = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |v| format_number(v.round()));
    ChartRow {
        cells: vec![
            month.month.clone(),
            said(month.exporter_usd),
            said(month.importer_usd),
            about(month.p5),
            about(month.p50),
            about(month.p95),
        ],
        // The records are those of the whole series: each month has two at most, and they are told once.
        records: records.first().cloned().into_iter().collect(),
    }
}

/// A month on the line of months; nothing for text that is none.
fn place(text: &str) -> Option<f64> {
    text.parse::<Month>().ok().map(|month| f64::from(month.index()))
}

fn draw(id: &str, title: &str, series: &MirrorSeries) -> String {
    let mut svg = Svg::new(id, WIDTH);
    let months: Vec<(f64, &MirrorMonth)> = series.months.iter().filter_map(|month| Some((place(&month.month)?, month))).collect();
    let values = || months.iter().flat_map(|(_, m)| [m.exporter_usd, m.importer_usd, m.p5, m.p95]).flatten().filter(|v| *v > 0.0);
    let domain = (values().fold(f64::INFINITY, f64::min) / 1.3, values().fold(0.0, f64::max) * 1.3);
    let (top, bottom) = (16.0, 16.0 + HEIGHT);
    if !(domain.0.is_finite() && domain.1 > 0.0) {
        svg.text("c-muted", (LEFT, top + 20.0), Anchor::Start, "no value above zero");
        return svg.finish(top + 40.0, title, "No value above zero.");
    }
    let up = Scale::log(domain, (bottom, top));
    let ends = (months.first().map_or(0.0, |m| m.0) - 0.5, months.last().map_or(1.0, |m| m.0) + 0.5);
    let along = Scale::linear(ends, (LEFT, RIGHT));
    for tick in up.ticks(5) {
        svg.line("c-grid", [LEFT, up.at(tick), RIGHT, up.at(tick)]);
        svg.text("c-muted", (LEFT - 8.0, up.at(tick) + 4.0), Anchor::End, &short(tick));
    }
    svg.line("c-axis", [LEFT, bottom, RIGHT, bottom]);
    years(&mut svg, &along, ends, bottom);
    let half = ((along.at(ends.0 + 1.0) - along.at(ends.0)) / 2.0 - 1.0).clamp(1.5, 7.0);
    for (at, month) in &months {
        let x = along.at(*at);
        if let Some(value) = month.exporter_usd.filter(|v| *v > 0.0) {
            let (low, high) = (up.at(value), up.at(value * series.freight.max(1.0)));
            svg.rect("c-band", [x - half, high, 2.0 * half, (low - high).max(0.5)]);
        }
        if let (Some(low), Some(high)) = (month.p5.filter(|v| *v > 0.0), month.p95.filter(|v| *v > 0.0)) {
            svg.line("c-est-whisker", [x, up.at(low), x, up.at(high)]);
        }
    }
    for (at, month) in &months {
        let x = along.at(*at);
        if let Some(value) = month.exporter_usd.filter(|v| *v > 0.0) {
            svg.circle("c-rep c-mark", x, up.at(value), half.min(4.5));
        }
        if let Some(value) = month.importer_usd.filter(|v| *v > 0.0) {
            let (y, r) = (up.at(value), half.min(5.0));
            svg.polygon("c-est-solid c-mark", &[(x, y - r), (x + r, y), (x, y + r), (x - r, y)]);
        }
    }
    let mut y = bottom + 40.0;
    for (number, ban) in series.bans.iter().enumerate() {
        if let Some(at) = ban.from.get(..7).and_then(place).filter(|at| *at >= ends.0 && *at <= ends.1) {
            let x = along.at(at);
            svg.line("c-cap", [x, top - 4.0, x, bottom]);
            svg.text("c-halo c-strong", (x + 3.0, top + 6.0), Anchor::Start, &(number + 1).to_string());
        }
        let text = format!("{} from {}: {} ({})", number + 1, ban.from, ban.symbol, ban.provision);
        y = svg.lines("c-label", (LEFT, y), &wrap(&text, RIGHT - LEFT, TEXT)) + 2.0;
    }
    let description: Vec<String> = series
        .months
        .iter()
        .map(|m| {
            let said = |value: Option<f64>| value.map_or_else(|| "not reported".to_owned(), |v| format_number(v.round()));
            format!("{}: exporter {}, importer {}.", m.month, said(m.exporter_usd), said(m.importer_usd))
        })
        .collect();
    svg.finish(y, title, &description.join(" "))
}

/// The years below the axis, as many as have room.
fn years(svg: &mut Svg, along: &Scale, ends: (f64, f64), bottom: f64) {
    let (first, last) = ((ends.0 / 12.0).ceil() as i64, (ends.1 / 12.0).floor() as i64);
    let step = ((last - first) / 12 + 1).max(1);
    let mut year = first;
    while year <= last {
        let x = along.at(year as f64 * 12.0);
        svg.line("c-grid", [x, bottom, x, bottom + 5.0]);
        svg.text("c-muted", (x, bottom + 18.0), Anchor::Middle, &year.to_string());
        year += step;
    }
}
