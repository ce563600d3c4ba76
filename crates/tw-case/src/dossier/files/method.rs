//! `method.md` and `RUN.txt`: the method and the command in plain text.

use std::fmt::Write as _;

use tw_base::format_number;
use tw_detect::Card;

use super::super::Input;
use super::super::page::method::RANK;
use super::super::page::words::{LEVELS, VERDICTS};

/// Detectors, numbers, coverage and limits as Markdown.
pub(crate) fn method(input: &Input<'_>) -> String {
    let summary = input.summary;
    let mut text = format!("# Method: {}\n\n", one_line(&input.config.title));
    let _ = writeln!(
        text,
        "Made by tidewaiter {} on {}, as of {}. Configuration SHA-256 `{}`. Book of law: {} provisions, SHA-256 `{}`.\n",
        summary.tidewaiter, summary.made, summary.as_of, summary.config, summary.provisions, summary.book
    );
    text.push_str("There are three kinds of fact: what was declared, what records show, and what the law allowed on that day. Every lead is a gap between two of them. A lead is machine output for a person to review, and no finding.\n\n");
    findings(&mut text, input);
    let _ = writeln!(text, "## Order of the leads\n\n{RANK}\n");
    text.push_str("## Verdicts\n\n");
    for (key, meaning) in VERDICTS {
        let _ = writeln!(text, "- `{key}`: {meaning}");
    }
    text.push_str("\n## How well the wording was checked\n\n");
    for (key, meaning) in LEVELS {
        let _ = writeln!(text, "- {key}: {meaning}");
    }
    text.push_str("\n## Detectors\n\n");
    for card in tw_detect::cards() {
        detector(&mut text, input, &card);
    }
    coverage(&mut text, input);
    text.push_str("## Files\n\nCSV cells hold what the sources say, character by character. A cell may begin with `=`, `+`, `-` or `@`: import the files as text before you open them in a spreadsheet.\n");
    if input.leads.iter().any(|lead| lead.sea.is_some()) {
        text.push_str("\n`leads.geojson`, `leads.kml` and `leads.parquet` (GeoParquet) hold the events, the places and the tracks of the leads about ships, `tracks.gpx` the tracks. A silence of more than an hour is a feature of its own (`heard` is false) and never part of a track: where the ship was then is not known. Tracks are thinned to about 600 positions each, and reach from two days before to two days after the event.\n");
    }
    text
}

fn findings(text: &mut String, input: &Input<'_>) {
    let published = input.leads.iter().filter(|lead| super::is_published(input, &lead.id)).count();
    text.push_str("## Findings\n\n");
    if published == 0 {
        text.push_str("`findings.jsonl` is empty: no person has published any of these leads. Leads are in `leads.jsonl`, and are never exported as entities under sanction or at risk.\n\n");
    } else {
        let _ = writeln!(text, "`findings.jsonl` holds the {published} leads that a person published.\n");
    }
}

fn detector(text: &mut String, input: &Input<'_>, card: &Card) {
    let _ = writeln!(text, "### {} (`{}`)\n\n{}\n", card.title, card.id, card.finds);
    for threshold in &card.thresholds {
        let set = card.threshold(&input.config.parameters, &threshold.name);
        let _ = writeln!(
            text,
            "- {} = {} {} (default {}): {} Source: {}.",
            threshold.name,
            format_number(set),
            threshold.unit,
            format_number(threshold.value),
            threshold.doc,
            threshold.source
        );
    }
    for limit in &card.limits {
        let _ = writeln!(text, "- Limit: {limit}");
    }
    text.push('\n');
}

fn coverage(text: &mut String, input: &Input<'_>) {
    text.push_str("## Coverage\n\n| table | rows | published | reconstructed | synthetic | known later | outside the period |\n|---|---|---|---|---|---|---|\n");
    for t in &input.summary.coverage.tables {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            t.table, t.rows, t.published, t.reconstructed, t.synthetic, t.later, t.outside
        );
    }
    text.push_str("\nNot checked:\n\n");
    for line in &input.summary.coverage.not_checked {
        let _ = writeln!(text, "- {}", one_line(line));
    }
    text.push('\n');
}

/// The command, the versions and the sources.
pub(crate) fn run(input: &Input<'_>) -> String {
    let summary = input.summary;
    let mut text = String::new();
    let _ = writeln!(text, "tidewaiter run CASE --as-of {}\n", summary.as_of);
    text.push_str("CASE is a folder with `config.toml` of this dossier as `tidewaiter.toml` and the files of `captures/` in `data/`.\n\n");
    for (label, value) in [
        ("program", format!("tidewaiter {}", summary.tidewaiter)),
        ("made", summary.made.clone()),
        ("as of", summary.as_of.clone()),
        ("configuration", format!("sha256 {}", summary.config)),
        ("book of law", format!("{} provisions, sha256 {}", summary.provisions, summary.book)),
    ] {
        let _ = writeln!(text, "{label:<15}{value}");
    }
    text.push_str("\nsources\n");
    let mut files: Vec<_> = summary.files.iter().collect();
    files.sort_by(|a, b| (&a.name, &a.sha256).cmp(&(&b.name, &b.sha256)));
    for file in files {
        let _ = writeln!(text, "{}  {}", file.sha256, one_line(&file.name));
    }
    text
}

/// Text without line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
