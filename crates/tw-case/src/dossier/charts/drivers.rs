//! What counted workers may earn in a year, as ranges, with the inputs that move them and the ranges that others published.

use tw_base::{Bounds, format_number};
use tw_detect::Earnings;

use super::gauge::pointers;
use super::svg::{Anchor, Scale, Svg, TEXT, short, wrap};
use super::{Chart, ChartRow, Labels};
use crate::dossier::Input;

const WIDTH: f64 = 780.0;
const LEFT: f64 = 20.0;
const RIGHT: f64 = 520.0;
/// Where the inputs begin and end, and where a correlation of nought lies.
const INPUTS: [f64; 2] = [560.0, 760.0];
/// Stocks that are drawn; the others are in the table.
const MOST: usize = 12;

/// The chart of all stocks that have both bounds.
pub(crate) fn chart(input: &Input<'_>) -> Chart {
    let id = "chart-earnings".to_owned();
    let title = "What workers may earn for the State in a year".to_owned();
    let earnings = drawn(&input.summary.earnings);
    if earnings.is_empty() {
        let caption = "Not drawn: the case holds no stock of workers with both bounds.".to_owned();
        return Chart { id, title, caption, svg: None, head: Vec::new(), rows: Vec::new(), labels: Labels::default() };
    }
    let records: Vec<_> = input.summary.earnings.iter().flat_map(records).collect();
    let counts = input.tables.worker_counts.iter().map(|row| &row.provenance);
    let ranges = input.tables.revenue_estimates.iter().map(|row| &row.provenance);
    Chart {
        svg: Some(draw(&id, &title, &earnings)),
        id,
        title,
        caption: "Bar: from the 5 to the 95 per cent point of workers × wage × months × share kept by the State, drawn from named priors; the upright line in it is the middle. \
                  Below it, thin: ranges that others published about the same time. To the right: how strongly each input moves the result (rank correlation, 0 to 1). \
                  The priors are in the method; a payroll would replace them. It is what such a stock may earn in a year, and not what was earned."
            .to_owned(),
        head: vec!["Stock", "5 %", "Middle", "95 %", "Moved by", "Published"],
        rows: input.summary.earnings.iter().map(row).collect(),
        labels: Labels::of(counts.chain(ranges).filter(|p| records.contains(&p.record))),
    }
}

/// Those with a published range beside them first, then by host and time; the first so many.
fn drawn(all: &[Earnings]) -> Vec<&Earnings> {
    let mut sorted: Vec<&Earnings> = all.iter().collect();
    sorted.sort_by_key(|e| e.published.is_empty());
    sorted.truncate(MOST);
    sorted
}

fn records(earnings: &Earnings) -> Vec<tw_base::RecordPtr> {
    let mut all = pointers(&earnings.records);
    all.extend(earnings.published.iter().flat_map(|range| pointers(&range.records)));
    all
}

fn row(earnings: &Earnings) -> ChartRow {
    let drivers: Vec<String> = earnings.drivers.iter().map(|d| format!("{} {:.2}", d.name, d.rank_correlation)).collect();
    let published: Vec<String> = earnings.published.iter().map(published).collect();
    ChartRow {
        cells: vec![
            earnings.workers.clone(),
            format_number(earnings.p5),
            format_number(earnings.p50),
            format_number(earnings.p95),
            drivers.join(", "),
            published.join("; "),
        ],
        records: records(earnings),
    }
}

fn published(range: &tw_detect::PublishedRange) -> String {
    let millions = Bounds::from_ends(range.usd_low, range.usd_high).times(&Bounds::exactly(1e-6));
    format!("{} M USD, {} ({}): {}", super::figure(millions), range.period, range.estimator, range.answer)
}

fn draw(id: &str, title: &str, earnings: &[&Earnings]) -> String {
    let published = earnings.iter().flat_map(|e| &e.published).filter_map(|range| range.usd_high.or(range.usd_low));
    let largest = earnings.iter().map(|e| e.p95).chain(published).fold(1.0, f64::max);
    let scale = Scale::linear((0.0, largest * 1.05), (LEFT, RIGHT));
    let mut rows = Svg::new("", WIDTH);
    let mut y = 30.0;
    for one in earnings {
        y = stock(&mut rows, &scale, y, one);
    }
    let mut svg = Svg::new(id, WIDTH);
    for tick in scale.ticks(5) {
        let x = scale.at(tick);
        svg.line("c-grid", [x, 24.0, x, y]);
        svg.text("c-muted", (x, 18.0), Anchor::Middle, &short(tick));
    }
    svg.text("c-muted", (RIGHT + 8.0, 18.0), Anchor::Start, "USD");
    svg.append(rows);
    let description: Vec<String> = earnings
        .iter()
        .map(|e| format!("{}: {} to {} USD, middle {}.", e.workers, format_number(e.p5), format_number(e.p95), format_number(e.p50)))
        .collect();
    svg.finish(y + 4.0, title, &description.join(" "))
}

/// Millions to a tenth.
fn millions(usd: f64) -> String {
    format_number((usd / 1e5).round() / 10.0)
}

/// One stock; gives the bottom.
fn stock(svg: &mut Svg, scale: &Scale, top: f64, earnings: &Earnings) -> f64 {
    svg.line("c-rule", [8.0, top, INPUTS[1], top]);
    let mut y = svg.lines("c-halo c-strong", (LEFT, top + 16.0), &wrap(&earnings.workers, RIGHT - LEFT - 40.0, TEXT));
    svg.rect("c-band", [scale.at(earnings.p5), y - 6.0, scale.at(earnings.p95) - scale.at(earnings.p5), 13.0]);
    svg.line("c-cap", [scale.at(earnings.p50), y - 8.0, scale.at(earnings.p50), y + 9.0]);
    y += 24.0;
    let mut left = svg.lines(
        "c-halo",
        (LEFT, y),
        &[format!("{} to {} M USD a year, middle {}", millions(earnings.p5), millions(earnings.p95), millions(earnings.p50))],
    );
    for range in &earnings.published {
        let (Some(low), Some(high)) = (range.usd_low, range.usd_high) else { continue };
        svg.line("c-est-whisker", [scale.at(low), left - 3.0, scale.at(high), left - 3.0]);
        for end in [low, high] {
            svg.line("c-est-whisker", [scale.at(end), left - 8.0, scale.at(end), left + 2.0]);
        }
        left = svg.lines("c-halo", (LEFT, left + 15.0), &wrap(&published(range), RIGHT - LEFT, TEXT));
    }
    let mut right = top + 16.0;
    for driver in &earnings.drivers {
        let size = driver.rank_correlation.abs().min(1.0) * (INPUTS[1] - INPUTS[0]);
        svg.text("c-label", (INPUTS[0], right), Anchor::Start, &driver.name);
        svg.rect("c-rep", [INPUTS[0], right + 4.0, size.max(1.0), 5.0]);
        svg.text("c-muted", (INPUTS[1], right), Anchor::End, &format!("{:.2}", driver.rank_correlation));
        right += 24.0;
    }
    left.max(right) + 2.0
}
