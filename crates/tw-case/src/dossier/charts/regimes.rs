//! Series of counts in their regimes: a column a period, a line a regime, and the days on which the rate may have turned.

use jiff::civil::Date;
use tw_base::{Country, format_number};
use tw_detect::{Regime, RegimeSeries};

use super::gauge::pointers;
use super::stock::{Deadline, deadlines};
use super::svg::{Anchor, Fill, Scale, Svg, TEXT, short, wrap};
use super::{Chart, ChartRow, Labels};
use crate::dossier::Input;

const WIDTH: f64 = 780.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 766.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 214.0;
/// Series that are drawn; the others are in `run.json`.
const MOST: usize = 4;

/// The charts of the series that turned; none if there is no such series.
pub(crate) fn charts(input: &Input<'_>) -> Vec<Chart> {
    let mut turned: Vec<&RegimeSeries> = input.summary.series.iter().filter(|series| series.regimes.len() > 1).collect();
    turned.sort_by(|a, b| b.any.total_cmp(&a.any).then_with(|| (&a.host, &a.series).cmp(&(&b.host, &b.series))));
    turned.truncate(MOST);
    turned.into_iter().enumerate().map(|(number, series)| chart(input, number, series)).collect()
}

fn chart(input: &Input<'_>, number: usize, series: &RegimeSeries) -> Chart {
    let id = format!("chart-regimes-{}", number + 1);
    let country: Option<Country> = series.host.parse().ok();
    let host = country.map_or_else(|| series.host.clone(), |country| country.name().to_owned());
    let title = format!("{host}: {} in regimes", series.series);
    let deadlines = country.map(|country| deadlines(input, country)).unwrap_or_default();
    let records = pointers(&series.records);
    let labels = Labels::of(input.tables.border_entries.iter().map(|row| &row.provenance).filter(|p| records.contains(&p.record)));
    Chart {
        svg: Some(draw(&id, &title, series, &deadlines)),
        id,
        title,
        caption: format!(
            "Columns: the count a quarter; a hatched column was withheld, and a gap is not zero. Lines: the rate of each regime, with its 90 per cent interval. Shaded: the days on which the rate turned, with a probability of nine in ten. \
             The probability that it ever turned is {:.2}. Dashed lines: days on which rules on workers began. A rise of entries is no worker.",
            series.any
        ),
        head: vec!["Regime", "From", "Not before", "Not after", "To", "Rate a quarter: low", "Middle", "High"],
        rows: series.regimes.iter().map(|regime| row(regime, records.first().cloned().into_iter().collect())).collect(),
        labels,
    }
}

fn row(regime: &Regime, records: Vec<tw_base::RecordPtr>) -> ChartRow {
    let whole = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |v| format_number(v.round()));
    ChartRow {
        cells: vec![
            words(&regime.label).to_owned(),
            regime.from.clone(),
            regime.from_earliest.clone(),
            regime.from_latest.clone(),
            regime.to.clone(),
            whole(regime.low),
            whole(regime.best),
            whole(regime.high),
        ],
        records,
    }
}

fn words(label: &str) -> &str {
    match label {
        "expulsion" => "a fall after the deadline to leave",
        "lull" => "a lull",
        "redispatch" => "risen again",
        "rise" => "risen",
        "fall" => "fallen",
        other => other,
    }
}

fn days(text: &str) -> Option<f64> {
    let day: Date = text.parse().ok()?;
    Some(f64::from((day - Date::constant(1970, 1, 1)).get_days()))
}

/// A count brought to a quarter of 91.3 days.
fn a_quarter(count: u64, from: f64, to: f64) -> f64 {
    count as f64 * 91.3 / (to - from + 1.0).max(1.0)
}

fn draw(id: &str, title: &str, series: &RegimeSeries, deadlines: &[Deadline]) -> String {
    let mut svg = Svg::new(id, WIDTH);
    let figures: Vec<_> = series.figures.iter().filter_map(|f| Some((days(&f.from)?, days(&f.to)?, f))).collect();
    let ends =
        (figures.iter().map(|f| f.0).fold(f64::INFINITY, f64::min), figures.iter().map(|f| f.1 + 1.0).fold(f64::NEG_INFINITY, f64::max));
    let rates = figures.iter().filter_map(|(from, to, f)| Some(a_quarter(f.count?, *from, *to)));
    let largest = rates.chain(series.regimes.iter().filter_map(|r| r.high)).fold(1.0, f64::max);
    let (along, up) = (Scale::linear(ends, (LEFT, RIGHT)), Scale::linear((0.0, largest * 1.08), (BOTTOM, TOP)));
    for tick in up.ticks(4) {
        svg.line("c-grid", [LEFT, up.at(tick), RIGHT, up.at(tick)]);
        svg.text("c-muted", (LEFT - 8.0, up.at(tick) + 4.0), Anchor::End, &short(tick));
    }
    svg.text("c-muted", (8.0, 16.0), Anchor::Start, "a quarter");
    for regime in series.regimes.iter().skip(1) {
        if let (Some(from), Some(to)) = (days(&regime.from_earliest), days(&regime.from_latest)) {
            let (x0, x1) = (along.at(from), along.at(to));
            svg.rect("c-band", [x0 - 1.5, TOP, (x1 - x0) + 3.0, BOTTOM - TOP]);
        }
    }
    for (from, to, figure) in &figures {
        let (x0, x1) = (along.at(*from) + 1.0, along.at(*to + 1.0) - 1.0);
        match figure.count {
            Some(count) => {
                let y = up.at(a_quarter(count, *from, *to));
                svg.rect("c-rep", [x0, y, (x1 - x0).max(1.0), (BOTTOM - y).max(0.5)]);
            }
            None if figure.withheld => svg.patterned(Fill::Hatch, "c-est-edge", [x0, TOP + 20.0, (x1 - x0).max(1.0), BOTTOM - TOP - 20.0]),
            None => {}
        }
    }
    for regime in &series.regimes {
        let (Some(from), Some(to), Some(best)) = (days(&regime.from), days(&regime.to), regime.best) else { continue };
        let (x0, x1) = (along.at(from), along.at(to + 1.0));
        svg.line("c-est-line", [x0, up.at(best), x1, up.at(best)]);
        for end in [regime.low, regime.high].into_iter().flatten() {
            svg.line("c-est-whisker", [x0, up.at(end), x1, up.at(end)]);
        }
        svg.text(
            "c-halo c-strong",
            (x0 + 3.0, (up.at(regime.high.unwrap_or(best)) - 6.0).max(TOP + 8.0)),
            Anchor::Start,
            words(&regime.label),
        );
    }
    svg.line("c-axis", [LEFT, BOTTOM, RIGHT, BOTTOM]);
    years(&mut svg, &along, ends);
    let mut y = BOTTOM + 42.0;
    for (number, deadline) in deadlines.iter().enumerate() {
        if let Some(at) = days(&deadline.day.to_string()).filter(|at| *at >= ends.0 && *at <= ends.1) {
            svg.line("c-deadline", [along.at(at), TOP - 8.0, along.at(at), BOTTOM]);
            svg.text("c-halo c-strong", (along.at(at) + 3.0, TOP - 8.0), Anchor::Start, &(number + 1).to_string());
            y = svg.lines("c-label", (LEFT, y), &wrap(&format!("{} {}", number + 1, deadline.text), RIGHT - LEFT, TEXT)) + 2.0;
        }
    }
    let text: Vec<String> = series
        .regimes
        .iter()
        .map(|r| {
            format!(
                "{} from {} to {}: about {} a quarter.",
                words(&r.label),
                r.from,
                r.to,
                r.best.map_or_else(|| "?".to_owned(), |b| format_number(b.round()))
            )
        })
        .collect();
    svg.finish(y, title, &text.join(" "))
}

fn years(svg: &mut Svg, along: &Scale, ends: (f64, f64)) {
    let first = 1970.0 + ends.0 / 365.2425;
    let last = 1970.0 + ends.1 / 365.2425;
    let step = (((last - first) / 12.0).ceil() as i16).max(1);
    let mut year = first.ceil() as i16;
    while f64::from(year) <= last {
        if let Some(at) = days(&format!("{year:04}-01-01")) {
            svg.line("c-grid", [along.at(at), BOTTOM, along.at(at), BOTTOM + 5.0]);
            svg.text("c-muted", (along.at(at), BOTTOM + 18.0), Anchor::Middle, &year.to_string());
        }
        year += step;
    }
}
