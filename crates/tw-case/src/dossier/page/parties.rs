//! Parties: whom the leads are about, and who is on an official list, as of which day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};
use tw_tables::{Listing, Row};

use super::Page;
use super::words::{linked, origin, record};

pub(super) fn render(page: Page<'_>) -> Markup {
    html! {
        section #parties {
            h2 { "Parties" }
            p { "Being named here says nothing about conduct. Ships that their source does not name are not treated as parties." }
            h3 { "Subjects of the leads" }
            (subjects(page))
            h3 { "Parties on official lists" }
            (listed(page))
        }
    }
}

fn subjects(page: Page<'_>) -> Markup {
    let mut subjects: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for lead in page.input.leads {
        subjects.entry(&lead.subject).or_default().push(&lead.id);
    }
    html! {
        @if subjects.is_empty() { p.none { "None." } }
        @else { ul.compact { @for (subject, leads) in &subjects {
            li { (subject) ": " @for (i, id) in leads.iter().enumerate() { @if i > 0 { ", " } a href=(format!("#{id}")) { (id) } } }
        } } }
    }
}

fn listed(page: Page<'_>) -> Markup {
    let rows = &page.input.tables.listings;
    let as_of = page.input.summary.as_of.parse::<Date>().ok();
    html! {
        @if rows.is_empty() { p.none { "The case holds no listing." } }
        @else {
            div.scroll { table {
                caption { "Official listings in the case" }
                thead { tr { th scope="col" { "Party" } th scope="col" { "List and programme" } th scope="col" { "Listed" } th scope="col" { "Off the list" } th scope="col" { "On " (page.input.summary.as_of) } th scope="col" { "Source" } th scope="col" { "Record" } } }
                tbody { @for row in rows { tr {
                    th scope="row" { (row.data.party) @if let Some(aliases) = &row.data.aliases { span.sub { "also " (aliases.replace('|', "; ")) } } }
                    td data-head="List" { (row.data.list) ", " (row.data.programme) @if let Some(id) = &row.data.identifier { span.sub { "no. " (id) } } }
                    td.day data-head="Listed" { (row.data.listed) }
                    td.day data-head="Off the list" { (row.data.delisted.as_ref().map_or_else(|| "not shown".to_owned(), ToString::to_string)) }
                    td data-head="On that day" { (status(row, as_of)) }
                    td.source data-head="Source" { (origin(row.provenance.origin.word())) " " (linked(&row.provenance.source)) }
                    td.day data-head="Record" { (record(page.exhibits, &row.provenance.record)) }
                } } }
            } }
        }
    }
}

/// Whether a party was listed on a day, as far as its source shows.
fn status(row: &Row<Listing>, day: Option<Date>) -> &'static str {
    let Some(day) = day else { return "unknown" };
    if day < row.data.listed {
        return "not yet listed";
    }
    match &row.data.delisted {
        None => "listed, as far as the source shows",
        Some(off) if day < off.from() => "listed",
        Some(off) if day < off.last() => "left the list about then",
        Some(_) => "no longer listed",
    }
}
