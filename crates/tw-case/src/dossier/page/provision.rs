//! The box of a provision: the rule, the answer, and what keeps the answer from going further.

use maud::{Markup, html};
use tw_detect::{Allowed, Open};

use super::words::{LEVELS, verdict};

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

/// `[2017-12-22, open)` as people write it.
pub(super) fn in_force(text: &str) -> String {
    if text.is_empty() {
        return "on no day".to_owned();
    }
    let mut words = Vec::new();
    for part in text.trim_matches(['[', ')']).split("), [") {
        let Some((from, to)) = part.split_once(", ") else { return text.to_owned() };
        let last = tw_base::parse_date(to).ok().and_then(|day| day.yesterday().ok());
        match last {
            Some(last) => words.push(format!("from {from} through {last}")),
            None if to == "open" => words.push(format!("from {from}, not ended")),
            None => return text.to_owned(),
        }
    }
    words.join("; ")
}

fn level(level: &str) -> String {
    LEVELS.iter().find(|(key, _)| *key == level).map_or_else(|| level.to_owned(), |(key, meaning)| format!("{key}: {meaning}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_force_are_written_as_people_write_them() {
        assert_eq!(in_force("[2017-12-22, open)"), "from 2017-12-22, not ended");
        assert_eq!(in_force("[2017-09-11, 2018-01-01)"), "from 2017-09-11 through 2017-12-31");
        assert_eq!(
            in_force("[2017-09-11, 2018-01-01), [2020-01-01, open)"),
            "from 2017-09-11 through 2017-12-31; from 2020-01-01, not ended"
        );
        assert_eq!(in_force(""), "on no day");
    }
}
