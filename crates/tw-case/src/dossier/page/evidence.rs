//! The evidence of a lead: each record with its label, grade and source, and the way to its bytes.

use maud::{Markup, html};
use tw_detect::{Evidence, Lead};

use super::Page;
use super::words::{linked, origin, record_text};

pub(super) fn render(page: Page<'_>, lead: &Lead) -> Markup {
    html! {
        @if lead.evidence.is_empty() { p.none { "None." } }
        @else {
            div.scroll { table.evidence {
                caption { "Records that " (lead.id) " rests on" }
                thead { tr { th scope="col" { "No." } th scope="col" { "Says" } th scope="col" { "Label and grade" } th scope="col" { "Source" } th scope="col" { "Record" } } }
                tbody { @for item in &lead.evidence { (row(page, lead, item)) } }
            } }
        }
    }
}

fn row(page: Page<'_>, lead: &Lead, item: &Evidence) -> Markup {
    html! {
        tr id=(anchor(&lead.id, item.number)) {
            th scope="row" data-head="No." { (item.number) }
            td.says data-head="Says" {
                (item.says)
                @if let Some(note) = &item.note { details.note { summary { "Note of the person who entered it" } p { "“" (linked(note)) "”" } } }
            }
            td data-head="Label" { (origin(&item.origin)) " " span.sub title=(grade(&item.grade)) { (item.grade) } }
            td.source data-head="Source" { (linked(&item.source)) }
            td data-head="Record" { (record_text(page.exhibits, &item.record)) span.sub { (item.table) } }
        }
    }
}

/// A number in brackets that leads to the row; plain text if there is no such row.
pub(super) fn reference(_page: Page<'_>, lead: &Lead, number: usize) -> Markup {
    if lead.evidence.iter().any(|e| e.number == number) {
        return html! { a.ref href=(format!("#{}", anchor(&lead.id, number))) { "[" (number) "]" } };
    }
    html! { "[" (number) "]" }
}

fn anchor(lead: &str, number: usize) -> String {
    format!("{lead}-e{number}")
}

/// The Admiralty code in words.
pub(super) fn grade(code: &str) -> String {
    let mut letters = code.chars();
    let source = match letters.next() {
        Some('A') => "completely reliable",
        Some('B') => "usually reliable",
        Some('C') => "fairly reliable",
        Some('D') => "not usually reliable",
        Some('E') => "unreliable",
        _ => "reliability not judged",
    };
    let information = match letters.next() {
        Some('1') => "confirmed by other sources",
        Some('2') => "probably true",
        Some('3') => "possibly true",
        Some('4') => "doubtful",
        Some('5') => "improbable",
        _ => "truth not judged",
    };
    format!("Admiralty code: source {source}; information {information}")
}
