//! `index.html`: one file that opens anywhere, asks for nothing from outside, and runs no script.

mod chart;
mod closing;
mod coverage;
mod evidence;
mod exhibit;
pub(crate) mod lead;
mod map;
pub(crate) mod method;
mod parties;
mod provision;
mod queue;
mod summary;
pub(crate) mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::exhibits::Exhibits;
use super::{Input, charts};

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded, nothing runs: styles are inline, images can only be data.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// What every section may look at.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    /// The results.
    pub input: &'a Input<'a>,
    /// The raw records.
    pub exhibits: &'a Exhibits,
}

impl Page<'_> {
    /// State of a lead; `lead` if nobody reviewed it.
    pub(crate) fn state(&self, id: &str) -> &str {
        self.input.states.get(id).map_or("lead", String::as_str)
    }
}

/// The whole page.
pub(crate) fn render(input: &Input<'_>, exhibits: &Exhibits) -> String {
    let page = Page { input, exhibits };
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(input))
            body {
                a.skip href="#leads" { "Skip to the leads" }
                (title(input))
                main {
                    (summary::render(page))
                    (queue::render(page))
                    (chart::render(page, &charts::all(input)))
                    (lead::render(page))
                    (parties::render(page))
                    (method::render(page))
                    (coverage::render(page))
                    (exhibit::render(page))
                    (closing::reply(page))
                    (closing::versions(page))
                }
                footer { p { span.tlp { "TLP:" (input.config.tlp) } " " (input.config.title) ", as of " (input.summary.as_of) "." } }
            }
        }
    }
    .into_string()
}

fn head(input: &Input<'_>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            meta name="generator" content=(format!("tidewaiter {}", input.summary.tidewaiter));
            title { (input.config.title) " – dossier" }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn title(input: &Input<'_>) -> Markup {
    let sections = [
        ("summary", "Summary"),
        ("limits", "What this does not show"),
        ("leads", "Leads"),
        ("charts", "Charts"),
        ("details", "Each lead"),
        ("parties", "Parties"),
        ("method", "Method"),
        ("coverage", "Coverage"),
        ("exhibits", "Exhibits"),
        ("reply", "Right of reply"),
        ("versions", "Versions"),
    ];
    html! {
        header.top {
            p.kicker { span.tlp { "TLP:" (input.config.tlp) } span.brand { "tidewaiter dossier" } }
            h1 { (input.config.title) }
            @if !input.config.description.is_empty() { p.lede { (input.config.description) } }
            dl.facts {
                div { dt { "As of" } dd { (input.summary.as_of) } }
                div { dt { "Period" } dd { (words::period(&input.config.period)) } }
                div { dt { "About" } dd { (input.config.target.name()) } }
                div { dt { "Made" } dd { (input.summary.made) } }
            }
            (labels(input))
            nav aria-label="Contents" { ul { @for (anchor, text) in sections { li { a href=(format!("#{anchor}")) { (text) } } } } }
        }
    }
}

/// How many rows of each label the case rests on, in words.
fn labels(input: &Input<'_>) -> Markup {
    let tables = &input.summary.coverage.tables;
    let sum = |count: fn(&crate::coverage::TableCoverage) -> usize| tables.iter().map(count).sum::<usize>();
    let (published, reconstructed, synthetic) = (sum(|t| t.published), sum(|t| t.reconstructed), sum(|t| t.synthetic));
    html! {
        p.labels {
            span.tag.published { (published) " rows published" } " "
            span.tag.reconstructed { (reconstructed) " rows reconstructed" } " "
            @if synthetic > 0 { span.tag.synthetic { (synthetic) " rows SYNTHETIC: made up" } } @else { span.tag { "no synthetic rows" } }
        }
    }
}
