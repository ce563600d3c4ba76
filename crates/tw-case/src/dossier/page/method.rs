//! The method: what each detector does, how leads are ordered, which factors are used, and what the words mean.

use maud::{Markup, html};
use tw_base::format_number;
use tw_detect::{Card, Threshold};

use super::Page;
use super::words::{LEVELS, VERDICTS, verdict};

pub(super) fn render(page: Page<'_>) -> Markup {
    html! {
        section #method {
            h2 { "Method" }
            p { "There are three kinds of fact: what was declared, what records show, and what the law allowed on that day. Every lead is a gap between two of them." }
            h3 { "Order of the leads" }
            p { (RANK) }
            h3 { "What the verdicts mean" }
            dl.pairs { @for (key, meaning) in VERDICTS { dt { (verdict(key)) } dd { (meaning) " " code { (key) } } } }
            h3 { "How well the wording of a provision was checked" }
            dl.pairs { @for (key, meaning) in LEVELS { dt { (key) } dd { (meaning) } } }
            h3 { "Grades of evidence" }
            p { "The Admiralty code judges source and information apart. Source: A completely, B usually, C fairly, D not usually reliable, E unreliable, F not judged. Information: 1 confirmed, 2 probably, 3 possibly true, 4 doubtful, 5 improbable, 6 not judged. F6 means that nobody judged it, and not that it is bad." }
            h3 { "Barrels and tonnes" }
            (factors())
            h3 { "Detectors" }
            @for card in tw_detect::cards() { (detector(page, &card)) }
        }
    }
}

/// The rule of the queue in one paragraph.
pub(crate) const RANK: &str = "Tier first: 1 where a rule in force is passed even in the low case, or a party was listed on that day; 2 where two or more independent families of sources agree; \
    3 for one family. Within a tier, more families first, then the larger magnitude within the same unit, then the later one. Magnitudes in different units are not compared: units are ordered by name. \
    No score, no likelihood, and no weight enters.";

fn factors() -> Markup {
    html! {
        p { "Tonnes become barrels by an interval, not by one factor, because the product is often unknown." }
        div.scroll { table {
            caption { "Barrels a tonne" }
            thead { tr { th scope="col" { "Product" } th scope="col" { "Low" } th scope="col" { "Trade factor" } th scope="col" { "High" } } }
            tbody { @for product in tw_flows::Product::ALL {
                @let bounds = product.barrels_per_tonne();
                tr {
                    th scope="row" { (name(product)) }
                    td.number { (bounds.low.map_or_else(String::new, format_number)) }
                    td.number { (bounds.best.map_or_else(|| "–".to_owned(), format_number)) }
                    td.number { (bounds.high.map_or_else(String::new, format_number)) }
                }
            } }
        } }
    }
}

/// Name of a product, from its key.
fn name(product: tw_flows::Product) -> String {
    match product {
        tw_flows::Product::UnknownRefined => "refined, product unknown".to_owned(),
        other => serde_json::to_value(other).ok().and_then(|v| v.as_str().map(|s| s.replace('-', " "))).unwrap_or_default(),
    }
}

fn detector(page: Page<'_>, card: &Card) -> Markup {
    html! {
        div.card id=(format!("detector-{}", card.id)) {
            h4 { (card.title) " " code { (card.id) } }
            p { (card.finds) }
            p.sub { "Why: " (card.why) }
            details {
                summary { "Numbers, innocent explanations, limits, and references" }
                p.sub { "Since " (card.since) ", " (card.status) ". Reads " (card.inputs.join(", ")) ". Asks " (if card.provisions.is_empty() { "no provision".to_owned() } else { card.provisions.join(", ") }) "." }
                @if !card.thresholds.is_empty() { ul { @for t in &card.thresholds { li { (threshold(page, card, t)) } } } }
                p { b { "Innocent explanations" } }
                ul { @for i in &card.innocents { li { (i.explanation) " " span.sub { (i.test) } } } }
                p { b { "Limits" } }
                ul { @for limit in &card.limits { li { (limit) } } }
                @if !card.references.is_empty() { p { b { "References" } } ul { @for r in &card.references { li { (r) } } } }
            }
        }
    }
}

fn threshold(page: Page<'_>, card: &Card, threshold: &Threshold) -> Markup {
    let set = card.threshold(&page.input.config.parameters, &threshold.name);
    html! {
        b { (threshold.name) " = " (format_number(set)) " " (threshold.unit) }
        @if (set - threshold.value).abs() > f64::EPSILON { " (set in the case; the default is " (format_number(threshold.value)) ")" }
        ". " (threshold.doc) " " span.sub { "Source: " (threshold.source) "." }
    }
}
