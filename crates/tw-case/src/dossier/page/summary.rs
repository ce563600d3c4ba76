//! The summary in five sentences, and what the dossier does not show.

use maud::{Markup, html};

use super::Page;
use super::words::{gravity, period, plural, span, verdict};

pub(super) fn render(page: Page<'_>) -> Markup {
    html! {
        section #summary {
            h2 { "Summary" }
            ol.sentences { @for sentence in sentences(page) { li { (sentence) } } }
        }
        section #limits.limits {
            h2 { "What this does not show" }
            ul { @for line in limits(page) { li { (line) } } }
            h3 { "Not checked" }
            @if page.input.summary.coverage.not_checked.is_empty() { p { "The run named nothing that it left out." } }
            ul.compact { @for line in &page.input.summary.coverage.not_checked { li { (line) } } }
        }
    }
}

/// Exactly five sentences.
fn sentences(page: Page<'_>) -> [String; 5] {
    let input = page.input;
    let coverage = &input.summary.coverage;
    let rows: usize = coverage.tables.iter().map(|t| t.rows).sum();
    let later: usize = coverage.tables.iter().map(|t| t.later).sum();
    let outside: usize = coverage.tables.iter().map(|t| t.outside).sum();
    let in_tier = |tier: u8| input.leads.iter().filter(|lead| lead.rank.tier == tier).count();
    [
        format!(
            "This dossier sets what was declared about {} in {} beside what records show and what the law allowed on each day, as it was known on {}.",
            input.config.target.name(),
            period(&input.config.period),
            input.summary.as_of
        ),
        format!(
            "It rests on {} in {}; {later} more were left out because they became known later, and {outside} because they lie outside the period.",
            plural(rows, "row"),
            plural(input.summary.files.len(), "file")
        ),
        format!(
            "{} asked {} and gave {}: {} in tier 1, {} in tier 2, and {} in tier 3.",
            plural(coverage.detectors.len(), "detector"),
            plural(input.summary.provisions, "provision"),
            plural(input.leads.len(), "lead"),
            in_tier(1),
            in_tier(2),
            in_tier(3)
        ),
        first(page),
        reviewed(page),
    ]
}

fn first(page: Page<'_>) -> String {
    let Some(lead) = page.input.leads.first() else {
        return "No lead is no finding of compliance: it says only that these detectors found no gap in these rows.".to_owned();
    };
    let strongest = lead.allowed.iter().max_by_key(|a| gravity(&a.verdict));
    let rule = strongest.map_or_else(|| lead.kind.words().to_owned(), |a| format!("{}, {}", a.symbol, verdict(&a.verdict)));
    format!(
        "First in the queue stands {} ({}, {}): {} ({rule}).",
        lead.id,
        lead.subject,
        span(&lead.from, &lead.to),
        lead.title.trim_end_matches('.')
    )
}

fn reviewed(page: Page<'_>) -> String {
    let published = page.input.leads.iter().filter(|l| page.state(&l.id) == "published").count();
    let touched = page.input.leads.iter().filter(|l| page.state(&l.id) != "lead").count();
    if touched == 0 {
        return "No person has reviewed any of them yet, so each is a gap to look into, and no finding about anybody.".to_owned();
    }
    format!(
        "Persons have reviewed {touched} of them and published {published} as findings; every other one is a gap to look into, and no finding about anybody."
    )
}

fn limits(page: Page<'_>) -> Vec<String> {
    let leads = page.input.leads;
    let open = leads.iter().filter(|l| l.allowed.iter().any(|a| !a.open_exceptions.is_empty() || !a.open_elements.is_empty())).count();
    let untested = leads.iter().filter(|l| l.against.iter().any(|a| a.outcome == tw_detect::Outcome::NotTestable)).count();
    vec![
        "It does not show that anybody broke a rule. “Apparent”, “indicated” and “consistent with” say how far the records go, and no further.".to_owned(),
        "It does not show intent or knowledge, and no record here could.".to_owned(),
        format!("It does not settle exceptions: {} of {} leave at least one exception or element open for the party that has to prove it.", open, plural(leads.len(), "lead")),
        format!("It does not test every innocent explanation: in {} of {} at least one could not be tested with what the case holds.", untested, plural(leads.len(), "lead")),
        "It does not see the records behind the figures of others. An estimate is taken as its author published it, with its range.".to_owned(),
        "It does not read silence. A missing figure is unknown: it is neither zero nor compliance.".to_owned(),
        "It does not state likelihoods: no error rate of these detectors has been measured on held-out truth.".to_owned(),
        "Nobody named here has been asked for a reply yet.".to_owned(),
    ]
}
