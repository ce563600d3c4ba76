//! The box of a provision: the rule, the answer, and what keeps the answer from going further.

use maud::{Markup, html};
use tw_detect::{Allowed, Open};

use super::words::{LEVELS, verdict};
use crate::explain::in_force;

pub(super) fn render(allowed: &Allowed) -> Markup {
    html! {
        div.provision {
            p.verdict { b { (allowed.symbol) } " " span.answer { (verdict(&allowed.verdict)) } }
            p { (allowed.rule) }
            dl.pairs {
                dt { "Provision" } dd { code { (allowed.provision) } }
                dt { "In force" } dd { (in_force(&allowed.in_force)) }
                dt { "Asked on" } dd { (allowed.asked_on) }
                @if allowed.words != verdict(&allowed.verdict) { dt { "Answer" } dd { (allowed.words) } }
                dt { "Wording" } dd { (level(&allowed.verification)) }
            }
            (open(&allowed.open_exceptions, "Open exceptions", "Each would make the act lawful, and nobody has settled it."))
            (open(&allowed.open_elements, "Open elements", "Each has to be true beside the conduct, and nobody has proved it."))
            (list(&allowed.missing, "Missing for a decision"))
            (list(&allowed.reporting, "Duties to report, apart from the verdict"))
            @if !allowed.proof.is_empty() {
                details { summary { "Proof, step by step" } pre.proof { (allowed.proof.join("\n")) } }
            }
        }
    }
}

fn open(items: &[Open], title: &str, hint: &str) -> Markup {
    html! {
        @if !items.is_empty() {
            p.open-title { b { (title) } " – " (hint) }
            ul { @for item in items {
                li { (item.cond.trim_end_matches('.')) ". " span.sub { "To be proved by the " (item.burden) @if !item.proof.is_empty() { ", with: " (item.proof.trim_end_matches('.')) } " (" code { (item.id) } ")." } }
            } }
        }
    }
}

fn list(items: &[String], title: &str) -> Markup {
    html! { @if !items.is_empty() { p.open-title { b { (title) } } ul { @for item in items { li { (item) } } } } }
}

fn level(level: &str) -> String {
    LEVELS.iter().find(|(key, _)| *key == level).map_or_else(|| level.to_owned(), |(key, meaning)| format!("{key}: {meaning}"))
}
