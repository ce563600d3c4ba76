//! The table of leads.

use maud::{Markup, html};
use tw_detect::{Allowed, Lead};

use super::Page;
use super::words::{capital, gravity, lead_label, span, verdict};

pub(super) fn render(page: Page<'_>) -> Markup {
    html! {
        section #leads {
            h2 { "Leads" }
            @if page.input.leads.is_empty() {
                p { "The detectors found no gap in these rows. That is no finding of compliance: see what was not checked." }
            } @else {
                p { "In the order in which a person should look at them. Tier 1: a rule in force is passed even in the low case, or a party was listed on that day. Tier 2: two or more independent families of sources. Tier 3: one family." }
                (table(page))
            }
        }
    }
}

fn table(page: Page<'_>) -> Markup {
    html! {
        div.scroll {
            table.queue {
                caption { "Leads of this run" }
                thead { tr {
                    th scope="col" { "Tier" } th scope="col" { "Lead" } th scope="col" { "When" } th scope="col" { "Verdict and rule in force then" }
                    th scope="col" { "Families of sources" } th scope="col" { "State" } th scope="col" { "Why here" }
                } }
                tbody { @for lead in page.input.leads { (row(page, lead)) } }
            }
        }
    }
}

fn row(page: Page<'_>, lead: &Lead) -> Markup {
    html! {
        tr {
            td.tier data-head="Tier" { span class=(format!("tier-mark tier-{}", lead.rank.tier)) { (lead.rank.tier) } }
            th.what scope="row" {
                a href=(format!("#{}", lead.id)) { (capital(&lead.title)) }
                span.sub { (lead.subject) " · " code { (lead.id) } }
                (lead_label(lead))
            }
            td.when data-head="When" { (span(&lead.from, &lead.to)) }
            td data-head="Verdict and rule" {
                @if lead.allowed.is_empty() { span.sub { "no rule asked: " (lead.kind.words()) } }
                @for allowed in strongest(lead) { div.verdict-line { b { (verdict(&allowed.verdict)) } " " span.sub { (allowed.symbol) ", on " (allowed.asked_on) } } }
            }
            td data-head="Families" { (lead.rank.families) }
            td data-head="State" { (page.state(&lead.id)) }
            td.why data-head="Why here" { (lead.rank.why) }
        }
    }
}

/// The two gravest answers; every answer is in the lead's own section.
fn strongest(lead: &Lead) -> Vec<&Allowed> {
    let mut all: Vec<&Allowed> = lead.allowed.iter().collect();
    all.sort_by_key(|a| std::cmp::Reverse(gravity(&a.verdict)));
    all.truncate(2);
    all
}
