//! The exhibits: each capture with its hash, and the raw text of every record that the page speaks of.

use maud::{Markup, html};
use tw_base::format_number;
use tw_evidence::Method;

use super::Page;
use super::words::linked;
use crate::dossier::exhibits::{Exhibit, RawRow};

pub(super) fn render(page: Page<'_>) -> Markup {
    html! {
        section #exhibits {
            h2 { "Exhibits" }
            p { "The exact bytes lie in " code { "data/captures/" } ", named by their SHA-256. Shown here is every record that a lead, an account or a chart rests on, as it lies in its file. Byte ranges count from 0, and the last one is not part of the range." }
            @if page.exhibits.list.is_empty() { p.none { "None." } }
            @for exhibit in &page.exhibits.list { (one(exhibit)) }
        }
    }
}

fn one(exhibit: &Exhibit) -> Markup {
    let capture = &exhibit.capture;
    html! {
        div.exhibit id=(format!("E{}", exhibit.number)) {
            h3 { "E" (exhibit.number) " " (capture.name) }
            dl.pairs {
                dt { "SHA-256" } dd { code.hash { (capture.sha256.to_string()) } }
                dt { "Bytes" } dd { (format_number(capture.bytes as f64)) ", " (capture.media_type) }
                dt { "Obtained" } dd { (capture.obtained) ", " (method(capture.method)) @if let Some(from) = &capture.from { ", from " (linked(from)) } }
                dt { "Licence" } dd { (capture.licence.as_deref().unwrap_or("not stated; unknown is not free")) }
                dt { "Copy" } dd { @if exhibit.withheld { "none: it tells who persons are, and stays in the case" } @else { code { (exhibit.path) } } }
            }
            @if exhibit.rows.is_empty() { p.sub { "No record of this file is shown: no lead, account or chart rests on it." } }
            @else { (rows(exhibit)) }
        }
    }
}

fn rows(exhibit: &Exhibit) -> Markup {
    html! {
        @if let Some(header) = exhibit.header.as_ref().filter(|_| exhibit.rows.iter().all(|row| row.label != "row 1")) { p.sub { "Row 1 names the columns: " code.raw { (header) } } }
        table.raw-rows {
            caption { "Records of E" (exhibit.number) }
            thead { tr { th scope="col" { "Record" } th scope="col" { "Raw text" } th scope="col" { "Bytes and SHA-256" } } }
            tbody { @for row in &exhibit.rows { (raw(row)) } }
        }
    }
}

fn raw(row: &RawRow) -> Markup {
    html! {
        tr id=(row.anchor) {
            th scope="row" { (row.label) }
            td { code.raw { (row.text) } @if row.bytes.is_none() { span.sub { "cells as read; a row of a workbook has no bytes of its own" } } }
            td.where {
                @match row.bytes { Some((from, to)) => { (from) "–" (to) }, None => { "whole file" } }
                code.hash { (row.sha256.to_string()) }
            }
        }
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Import => "put into the case by a person",
        Method::Bundled => "came with the program",
        Method::Fetch => "fetched from the network",
    }
}
