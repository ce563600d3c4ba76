//! Coverage: what every table held, and what every detector had to do without.

use maud::{Markup, html};

use super::Page;

pub(super) fn render(page: Page<'_>) -> Markup {
    let coverage = &page.input.summary.coverage;
    html! {
        section #coverage {
            h2 { "Coverage" }
            p { "What was available on " (coverage.as_of) " and looked at. What was not checked stands at the top of this page." }
            div.scroll { table {
                caption { "Tables" }
                thead { tr { th scope="col" { "Table" } th scope="col" { "Rows" } th scope="col" { "Published" } th scope="col" { "Reconstructed" } th scope="col" { "Synthetic" } th scope="col" { "Known later, left out" } th scope="col" { "Outside the period, left out" } } }
                tbody { @for t in &coverage.tables { tr {
                    th scope="row" { (t.table) }
                    @if t.rows == 0 { td colspan="4" { "no row: nothing was looked at" } }
                    @else { td.number { (t.rows) } td.number { (t.published) } td.number { (t.reconstructed) } td.number { (t.synthetic) } }
                    td.number { (t.later) } td.number { (t.outside) }
                } } }
            } }
            div.scroll { table {
                caption { "Detectors" }
                thead { tr { th scope="col" { "Detector" } th scope="col" { "Leads" } th scope="col" { "Had to do without" } } }
                tbody { @for d in &coverage.detectors { tr {
                    th scope="row" { a href=(format!("#detector-{}", d.detector)) { (d.detector) } }
                    td.number { (d.leads) }
                    td { @if d.without.is_empty() { "–" } @else { (d.without.join(", ")) } }
                } } }
            } }
        }
    }
}
