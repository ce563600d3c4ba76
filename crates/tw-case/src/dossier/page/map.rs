//! The map of a lead about a ship, with the same in words below it. A lead about no ship has none, and nothing is written for it.

use maud::{Markup, PreEscaped, html};
use tw_detect::Lead;

use super::Page;
use crate::dossier::map::{HEAD, map};
use crate::dossier::track::{LeadTrack, MAPS};

pub(super) fn render(page: Page<'_>, lead: &Lead) -> Markup {
    if lead.sea.is_none() {
        return html! {};
    }
    if !page.input.leads.iter().filter(|l| l.sea.is_some()).take(MAPS).any(|l| l.id == lead.id) {
        return html! { p.none { "No map: only the first " (MAPS) " leads about ships have one. " code { "data/leads.geojson" } " has the event." } };
    }
    let tracks: Vec<&LeadTrack> = page.input.tracks.iter().filter(|track| track.lead == lead.id).collect();
    let Some(map) = map(lead, &tracks) else {
        return html! { p.none { "No map: nothing of this lead has a place." } };
    };
    html! {
        figure.map {
            h4 { "Map" }
            @for drawing in &map.drawings {
                div.plot tabindex="0" role="region" aria-label=(map.title) { (PreEscaped(drawing)) }
            }
            figcaption { p { (map.caption.join(" ")) } }
            @if !map.rows.is_empty() { details open[map.rows.len() <= 12] {
                summary { "What the map marks (" (map.rows.len()) " rows)" }
                div.scroll { table.data {
                    caption { (map.title) ": what it marks" }
                    thead { tr { @for head in HEAD { th scope="col" { (head) } } } }
                    tbody { @for row in &map.rows { tr {
                        @for (i, cell) in row.iter().enumerate() { @if i == 0 { th scope="row" { (cell) } } @else { td { (cell) } } }
                    } } }
                } }
            } }
        }
    }
}

/// What is said once above all leads, if not all of them have a map.
pub(super) fn cut(page: Page<'_>) -> Markup {
    let count = page.input.leads.iter().filter(|lead| lead.sea.is_some()).count();
    html! { @if count > MAPS { p { (count) " leads are about ships; the first " (MAPS) " of them have a map and a track. The events of all are in " code { "data/leads.geojson" } "." } } }
}
