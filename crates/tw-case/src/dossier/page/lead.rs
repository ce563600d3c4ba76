//! One section a lead: conclusion, declared beside observed beside allowed, and everything that speaks for and against it.

use maud::{Markup, html};
use tw_detect::{Lead, Statement};

use super::Page;
use super::words::{capital, gravity, lead_label, outcome, span, verdict};
use super::{evidence, map, provision};

pub(super) fn render(page: Page<'_>) -> Markup {
    html! {
        section #details {
            h2 { "Each lead" }
            @if page.input.leads.is_empty() { p { "There is none." } }
            (map::cut(page))
            @for lead in page.input.leads { (section(page, lead)) }
        }
    }
}

pub(crate) fn section(page: Page<'_>, lead: &Lead) -> Markup {
    html! {
        article.lead id=(lead.id) {
            p.meta {
                span class=(format!("tier-mark tier-{}", lead.rank.tier)) { "Tier " (lead.rank.tier) } " "
                code { (lead.id) } " · " (lead.kind.words()) " · state: " b { (page.state(&lead.id)) } " "
                (lead_label(lead))
            }
            h3 { (capital(&lead.title)) }
            p.subject { (lead.subject) ", " (span(&lead.from, &lead.to)) }
            p.conclusion { (lead.conclusion) }
            (three(page, lead))
            (gap(lead))
            (map::render(page, lead))
            @if !lead.allowed.is_empty() {
                h4 { "What the provisions say" }
                @for allowed in &lead.allowed { (provision::render(allowed)) }
            }
            h4 { "Evidence" }
            (evidence::render(page, lead))
            (against(lead))
            (sensitivity(lead))
            (not_checked(lead))
            p.sub { "Why it stands here: " (lead.rank.why) ". Families of sources: " (families(lead)) ". Detector: " a href=(format!("#detector-{}", lead.detector)) { (lead.detector) } "." }
            (redo(page, lead))
            p.back { a href="#leads" { "Back to the leads" } }
        }
    }
}

fn families(lead: &Lead) -> String {
    if lead.families.is_empty() { "none".to_owned() } else { lead.families.join("; ") }
}

/// The one idea: three kinds of fact beside each other.
fn three(page: Page<'_>, lead: &Lead) -> Markup {
    html! {
        div.three {
            div.fact { h4 { "Declared" } p.hint { "what somebody said" } (statements(page, lead, &lead.declared, "Nothing was declared, as far as the case shows.")) }
            div.fact { h4 { "Observed" } p.hint { "what records show" } (statements(page, lead, &lead.observed, "No record beside the declaration.")) }
            div.fact { h4 { "Allowed" } p.hint { "what the law permitted then" } (allowed(lead)) }
        }
    }
}

fn statements(page: Page<'_>, lead: &Lead, list: &[Statement], none: &str) -> Markup {
    html! {
        @if list.is_empty() { p.none { (none) } }
        @else { ul { @for statement in list { li { (statement.text) @for number in &statement.evidence { " " (evidence::reference(page, lead, *number)) } } } } }
    }
}

fn allowed(lead: &Lead) -> Markup {
    let mut list: Vec<_> = lead.allowed.iter().collect();
    list.sort_by_key(|a| std::cmp::Reverse(gravity(&a.verdict)));
    html! {
        @if list.is_empty() { p.none { "No rule is asked: this lead compares figures with each other." } }
        @else { ul { @for a in list { li { b { (a.symbol) } ", asked on " (a.asked_on) ": " (verdict(&a.verdict)) "." } } } }
    }
}

fn gap(lead: &Lead) -> Markup {
    html! { @if let Some(gap) = &lead.gap { p.gap { b { "The gap: " } (gap.text) @if !gap.text.contains(&gap.unit) { " (" (gap.unit) ")" } } } }
}

fn against(lead: &Lead) -> Markup {
    html! {
        h4 { "Innocent explanations" }
        @if lead.against.is_empty() { p.none { "None was named." } }
        @else { ul.against {
            @for item in &lead.against {
                li { span.sign aria-hidden="true" { (item.outcome.sign()) } span { b { (item.explanation) } " – " (outcome(item.outcome)) ": " (item.detail) } }
            }
        } }
    }
}

fn sensitivity(lead: &Lead) -> Markup {
    html! {
        @if !lead.sensitivity.is_empty() {
            h4 { "What would change the result" }
            ul { @for item in &lead.sensitivity { li { (item.change) ": " b { (item.result) } } } }
        }
    }
}

fn not_checked(lead: &Lead) -> Markup {
    html! {
        h4 { "Not checked for this lead" }
        @if lead.not_checked.is_empty() { p.none { "Nothing beyond what the whole case leaves out." } }
        @else { ul { @for item in &lead.not_checked { li { (item) } } } }
    }
}

fn redo(page: Page<'_>, lead: &Lead) -> Markup {
    html! {
        details.redo { summary { "Redo it" }
            pre { code { "tidewaiter run CASE --as-of " (page.input.summary.as_of) "\ntidewaiter explain " (lead.id) " --case CASE --proof" } }
            p.sub { "CASE is a folder with `config.toml` of this dossier as `tidewaiter.toml` and the captures of this dossier in `data/`." }
        }
    }
}
