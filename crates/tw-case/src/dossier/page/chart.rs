//! The charts, each with its caption, the labels of its data, and its data table.

use maud::{Markup, PreEscaped, html};

use super::Page;
use super::words::record;
use crate::dossier::charts::Chart;

pub(super) fn render(page: Page<'_>, charts: &[Chart]) -> Markup {
    html! {
        section #charts {
            h2 { "Charts" }
            p { "(R) marks a reconstructed figure. Every figure is in the table below its chart, with the record it comes from." }
            @for chart in charts { (figure(page, chart)) }
        }
    }
}

fn figure(page: Page<'_>, chart: &Chart) -> Markup {
    html! {
        figure id=(chart.id) {
            h3 { (chart.title) }
            @if let Some(svg) = &chart.svg {
                div.plot tabindex="0" role="region" aria-label=(format!("Chart: {}", chart.title)) { (PreEscaped(svg)) }
            }
            figcaption { p { (chart.caption) } @if chart.svg.is_some() { p.sub { (chart.labels.words()) } } }
            @if !chart.rows.is_empty() { (data(page, chart)) }
        }
    }
}

fn data(page: Page<'_>, chart: &Chart) -> Markup {
    html! {
        details {
            summary { "Data of this chart (" (chart.rows.len()) " rows)" }
            div.scroll { table.data {
                caption { (chart.title) ": data" }
                thead { tr { @for head in &chart.head { th scope="col" { (head) } } th scope="col" { "Record" } } }
                tbody { @for row in &chart.rows { tr {
                    @for (i, cell) in row.cells.iter().enumerate() { @if i == 0 { th.day scope="row" { (cell) } } @else { td class=[numeric(cell)] { (cell) } } }
                    td.records { @for (i, pointer) in row.records.iter().enumerate() { @if i > 0 { "; " } (record(page.exhibits, pointer)) } }
                } } }
            } }
        }
    }
}

/// Figures stand to the right.
fn numeric(cell: &str) -> Option<&'static str> {
    (!cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '×'))).then_some("number")
}
