//! Right of reply, and the versions that make the run repeatable.

use maud::{Markup, html};

use super::Page;

pub(super) fn reply(page: Page<'_>) -> Markup {
    html! {
        section #reply {
            h2 { "Right of reply" }
            p { b { "Nobody was asked yet." } " Before any lead is published, put it to the party it is about, with its evidence table, give time to answer, and print the answer here." }
            @if page.input.leads.iter().any(|l| page.state(&l.id) == "published") {
                p { "At least one lead is marked as published while no reply is recorded in this dossier." }
            }
        }
    }
}

pub(super) fn versions(page: Page<'_>) -> Markup {
    let summary = page.input.summary;
    html! {
        section #versions {
            h2 { "Versions and provenance" }
            dl.pairs {
                dt { "Program" } dd { "tidewaiter " (summary.tidewaiter) }
                dt { "Made" } dd { (summary.made) }
                dt { "As of" } dd { (summary.as_of) }
                dt { "Configuration" } dd { "SHA-256 " code.hash { (summary.config) } }
                dt { "Book of law" } dd { (summary.provisions) " provisions, SHA-256 " code.hash { (summary.book) } }
            }
            p { "This folder is a BagIt bag. " code { "sha256sum -c SHA256SUMS" } " or " code { "tidewaiter verify ." } " checks every file; " code { "data/prov.jsonld" } " says what was derived from what, " code { "data/method.md" } " repeats the method in plain text, and " code { "data/RUN.txt" } " has the command." }
            div.scroll { table {
                caption { "Files read" }
                thead { tr { th scope="col" { "File" } th scope="col" { "Rows" } th scope="col" { "SHA-256" } th scope="col" { "Remarks" } } }
                tbody { @for file in &summary.files { tr {
                    th scope="row" { (file.name) }
                    td { @for (i, (table, rows)) in file.rows.iter().enumerate() { @if i > 0 { ", " } (table) " " (rows) } }
                    td { code.hash { (file.sha256) } }
                    td { (file.warnings.join("; ")) }
                } } }
            } }
        }
    }
}
