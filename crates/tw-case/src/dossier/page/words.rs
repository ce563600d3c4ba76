//! Words and small pieces of markup that several sections share.

use maud::{Markup, html};
use tw_base::RecordPtr;
use tw_detect::{Lead, Outcome};

use crate::dossier::exhibits::Exhibits;

/// A verdict in words, by its key.
pub(crate) fn verdict(key: &str) -> &'static str {
    match key {
        "not_applicable" => "not covered by the rule on these days",
        "compliant" => "within the rule",
        "undetermined" => "undetermined",
        "indicated" => "indicated, not established",
        "prima_facie" => "apparent breach on its face, exceptions open",
        "breach" => "apparent breach, every exception excluded",
        _ => "not asked",
    }
}

/// What each verdict means, in the order of gravity.
pub(crate) const VERDICTS: &[(&str, &str)] = &[
    ("not_applicable", "The provision does not concern the act, or was not in force on these days."),
    ("compliant", "The figures asked about lie within the rule. What was never reported is not in them."),
    (
        "undetermined",
        "The facts do not suffice. The proof names what is missing. Missing facts are never read as compliance, and never as a breach.",
    ),
    ("indicated", "The evidence points to conduct beyond the rule and does not carry it."),
    ("prima_facie", "The condition is met even in the low case, and at least one exception, or an element beside the conduct, is open."),
    (
        "breach",
        "The condition is met even in the low case, and somebody excluded every exception. It stays apparent until a person has reviewed it.",
    ),
];

/// What each verification level means.
pub(crate) const LEVELS: &[(&str, &str)] = &[
    ("V1", "The operative wording was read."),
    ("V2", "An official or near-official summary was read."),
    ("V3", "From memory, to be read again at the source. Such a provision is shown and never decides."),
];

/// Gravity of a verdict, for order.
pub(crate) fn gravity(key: &str) -> usize {
    VERDICTS.iter().position(|(known, _)| *known == key).unwrap_or(0)
}

/// The label of a record, in words and with a frame of its own.
pub(crate) fn origin(word: &str) -> Markup {
    let class = match word {
        "published" => "tag published",
        "reconstructed" => "tag reconstructed",
        _ => "tag synthetic",
    };
    let text = if word == "synthetic" { "SYNTHETIC: made up" } else { word };
    html! { span class=(class) { (text) } }
}

/// The label of a lead: the weakest of its records.
pub(crate) fn lead_label(lead: &Lead) -> Markup {
    let has = |word: &str| lead.evidence.iter().any(|e| e.origin == word);
    if has("synthetic") {
        return html! { span.tag.synthetic { "rests on SYNTHETIC records: evidence of nothing" } };
    }
    let count = lead.evidence.iter().filter(|e| e.origin == "reconstructed").count();
    if count > 0 {
        return html! { span.tag.reconstructed { (count) " of " (lead.evidence.len()) " records reconstructed" } };
    }
    html! { span.tag.published { "all records published" } }
}

/// A sign with the word it stands for.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::DoesNotExplain => "tested, does not explain it",
        Outcome::MayExplain => "may explain it",
        Outcome::NotTestable => "could not be tested",
    }
}

/// `2019` or `2019-01-01 to 2019-05-31`; a calendar year is written as one.
pub(crate) fn span(from: &str, to: &str) -> String {
    if from == to {
        return from.to_owned();
    }
    match (from.strip_suffix("-01-01"), to.strip_suffix("-12-31")) {
        (Some(a), Some(b)) if a == b => a.to_owned(),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        _ => format!("{from} to {to}"),
    }
}

/// Text with its addresses as links. Only http and https become links.
pub(crate) fn linked(text: &str) -> Markup {
    html! {
        @for part in parts(text) {
            @match part {
                Part::Text(text) => { (text) },
                Part::Link(address) => { a href=(address) rel="noreferrer noopener" { (shown(address)) } },
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Link(&'a str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let tail = &rest[start..];
        let end = tail
            .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | ';' | '\\' | '`'))
            .unwrap_or(tail.len());
        let address = tail[..end].trim_end_matches([',', '.', ')', ']', '\'']);
        if start > 0 {
            parts.push(Part::Text(&rest[..start]));
        }
        if address.ends_with("://") {
            parts.push(Part::Text(address));
        } else {
            parts.push(Part::Link(address));
        }
        rest = &tail[address.len()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// An address without its scheme, cut where it gets long; print shows it whole.
fn shown(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    if bare.chars().count() <= 52 {
        return bare.to_owned();
    }
    let head: String = bare.chars().take(48).collect();
    format!("{head}…")
}

/// A link to the raw record, or its pointer as text where the record is not among the exhibits.
pub(crate) fn record(exhibits: &Exhibits, pointer: &RecordPtr) -> Markup {
    match exhibits.row(pointer) {
        Some((number, row)) => html! { a.record href=(format!("#{}", row.anchor)) { "E" (number) ", " (row.label) } },
        None => html! { code { (pointer.to_string()) } },
    }
}

/// The same for a pointer written as text.
pub(crate) fn record_text(exhibits: &Exhibits, pointer: &str) -> Markup {
    match pointer.parse::<RecordPtr>() {
        Ok(parsed) => record(exhibits, &parsed),
        Err(_) => html! { code { (pointer) } },
    }
}

/// The text with a capital letter in front.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// `2015..2017` as people write it.
pub(crate) fn period(period: &tw_base::Period) -> String {
    period.text().replace("..", " to ")
}

/// `1 lead`, `2 leads`.
pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_and_punctuation_does_not() {
        let text = "KBS, 2024: http://a.example/x?y=1&z; Reuters (https://b.example/c.html), end.";
        let links: Vec<&str> = parts(text).into_iter().filter_map(|p| if let Part::Link(l) = p { Some(l) } else { None }).collect();
        assert_eq!(links, ["http://a.example/x?y=1&z", "https://b.example/c.html"]);
        let whole: String = parts(text)
            .iter()
            .map(|p| match p {
                Part::Text(t) | Part::Link(t) => *t,
            })
            .collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn no_other_scheme_becomes_a_link() {
        let page = linked("javascript:alert(1) data:text/html,x http:// https://a.example/\"onload=alert(1)").into_string();
        assert!(!page.contains("href=\"javascript"));
        assert!(!page.contains("href=\"data"));
        assert!(page.contains("href=\"https://a.example/\""));
        assert!(page.contains("&quot;onload"));
    }

    #[test]
    fn spans_are_short_where_they_can_be() {
        assert_eq!(span("2018-01-01", "2018-12-31"), "2018");
        assert_eq!(span("2015-01-01", "2017-12-31"), "2015 to 2017");
        assert_eq!(span("2018-01-01", "2018-05-30"), "2018-01-01 to 2018-05-30");
        assert_eq!(span("2018-01-01", "2018-01-01"), "2018-01-01");
    }
}
