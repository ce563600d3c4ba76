//! `explain`: a lead in the words of a person who has to check it. The same text in the command line and the dossier.

use std::fmt::Write as _;

use tw_detect::{Allowed, Lead};

use crate::coverage::Coverage;
use crate::run::RunSummary;

/// Width of the labels.
const LABEL: usize = 12;

/// A text of labelled lines.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, label: &str, text: &str) {
        let _ = writeln!(self.0, "{label:<LABEL$}{text}");
    }

    fn lines<'a>(&mut self, label: &str, texts: impl IntoIterator<Item = &'a str>) {
        let mut label = label;
        for text in texts {
            self.line(label, text);
            label = "";
        }
    }
}

/// A lead: seen, rule in force then, evidence, against, sensitivity, redo.
#[must_use]
pub fn explain(lead: &Lead, state: &str, summary: &RunSummary, case: &str, proof: bool) -> String {
    let mut text = Text::default();
    let _ = writeln!(text.0, "{}  {}: {}", lead.id, lead.subject, lead.title);
    let _ = writeln!(text.0, "            {} · {state} · tier {} · {} to {}\n", lead.kind.words(), lead.rank.tier, lead.from, lead.to);
    for (label, statements) in [("Declared", &lead.declared), ("Observed", &lead.observed)] {
        let list: Vec<String> = statements.iter().map(|s| format!("{}{}", s.text, refs(&s.evidence))).collect();
        text.lines(label, list.iter().map(String::as_str));
    }
    if let Some(gap) = &lead.gap {
        text.line("Gap", &gap.text);
    }
    text.line("How far", &lead.conclusion);
    text.0.push('\n');
    if lead.allowed.is_empty() {
        text.line("Rule", "none is asked: this lead compares figures with each other");
    }
    for allowed in &lead.allowed {
        rule(&mut text, allowed, proof);
    }
    text.0.push('\n');
    let list: Vec<String> = lead
        .evidence
        .iter()
        .map(|e| {
            let note = e.note.as_ref().map_or_else(String::new, |note| format!("\n{:LABEL$}    note: {note}", ""));
            format!(
                "[{}] {}; {}, {}, grade {}\n{:LABEL$}    {} · {}{note}",
                e.number,
                e.says,
                e.table,
                e.origin,
                e.grade,
                "",
                short(&e.record),
                e.source
            )
        })
        .collect();
    text.lines("Evidence", list.iter().map(String::as_str));
    let list: Vec<String> = lead.against.iter().map(|a| format!("{} {}: {}", a.outcome.sign(), a.explanation, a.detail)).collect();
    text.lines("Against", list.iter().map(String::as_str));
    text.line("", "(✓ tested, does not explain it · ! may explain it · ? could not be tested)");
    let list: Vec<String> = lead.sensitivity.iter().map(|s| format!("{}: {}", s.change, s.result)).collect();
    text.lines("Sensitive", list.iter().map(String::as_str));
    text.lines("Not checked", lead.not_checked.iter().map(String::as_str));
    text.line("Likelihood", "not stated: no error rate of this detector has been measured on held-out truth");
    text.line("Rank", &format!("tier {}: {}", lead.rank.tier, lead.rank.why));
    text.line(
        "Redo",
        &format!(
            "tidewaiter run {case} --as-of {}    (tidewaiter {}, provisions {})",
            summary.as_of,
            summary.tidewaiter,
            &summary.book[..8.min(summary.book.len())]
        ),
    );
    text.0
}

fn rule(text: &mut Text, allowed: &Allowed, proof: bool) {
    text.line(
        "Rule",
        &format!("{} ({}), in force {}; asked on {}", allowed.symbol, allowed.provision, in_force(&allowed.in_force), allowed.asked_on),
    );
    text.line("", &allowed.rule);
    let key = allowed.verdict.replace('_', " ");
    let answer = if allowed.words.starts_with(&key) { allowed.words.clone() } else { format!("{key}: {}", allowed.words) };
    text.line("", &format!("{answer}. Wording checked: {}", level(&allowed.verification)));
    for open in &allowed.open_exceptions {
        text.line(
            "",
            &format!("open exception {}: {}; to be proved by the {}; proof: {}", open.id, open.cond, bare(&open.burden), open.proof),
        );
    }
    for open in &allowed.open_elements {
        text.line("", &format!("open element {}: {}; to be proved by the {}", open.id, open.cond, bare(&open.burden)));
    }
    for missing in &allowed.missing {
        text.line("", &format!("missing: {missing}"));
    }
    for duty in &allowed.reporting {
        text.line("", &format!("report: {duty}"));
    }
    if proof {
        for line in &allowed.proof {
            text.line("", &format!("| {line}"));
        }
    }
}

/// The verification level with what it means.
pub(crate) fn level(level: &str) -> String {
    let meaning = match level {
        "V1" => "operative wording read",
        "V2" => "official or near-official summary read",
        _ => "from memory, to be read again at the source",
    };
    format!("{level}, {meaning}")
}

fn refs(evidence: &[usize]) -> String {
    evidence.iter().fold(String::new(), |mut text, n| {
        let _ = write!(text, " [{n}]");
        text
    })
}

/// A record pointer with the first eight digits of its capture.
fn short(record: &str) -> String {
    match record.split_once('#') {
        Some((capture, part)) if capture.len() > 8 => format!("{}…#{part}", &capture[..8]),
        _ => record.to_owned(),
    }
}

/// The coverage of a run.
#[must_use]
pub fn explain_coverage(coverage: &Coverage) -> String {
    let mut text = Text::default();
    let _ = writeln!(text.0, "coverage as of {}\n", coverage.as_of);
    for table in &coverage.tables {
        let mut parts = vec![format!("{} rows", table.rows)];
        for (n, word) in [
            (table.published, "published"),
            (table.reconstructed, "reconstructed"),
            (table.synthetic, "synthetic"),
            (table.later, "left out, known later"),
            (table.outside, "left out, outside the period"),
        ] {
            if n > 0 {
                parts.push(format!("{n} {word}"));
            }
        }
        let _ = writeln!(text.0, "{:<20}{}", table.table, parts.join(", "));
    }
    text.0.push('\n');
    for detector in &coverage.detectors {
        let without = if detector.without.is_empty() { String::new() } else { format!(", had no {}", detector.without.join(" and no ")) };
        let _ = writeln!(text.0, "{:<36}{} leads{without}", detector.detector, detector.leads);
    }
    text.0.push('\n');
    text.lines("Not checked", coverage.not_checked.iter().map(String::as_str));
    text.0
}

/// A bearer of the burden without an article.
fn bare(who: &str) -> &str {
    who.strip_prefix("the ").unwrap_or(who)
}

/// `[2017-12-22, open)` as people write it.
pub(crate) fn in_force(text: &str) -> String {
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
