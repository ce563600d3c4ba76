use std::path::Path;

use jiff::civil::Date;
use tw_base::Exit;
use tw_case::{Lead, Method, Results, RunOptions};

use crate::Failure;
use crate::cli::Run;
use crate::term::{Paint, Term, table, wrap};

pub(super) fn run(term: &Term, args: &Run) -> Result<Exit, Failure> {
    let results = run_case(term, &args.dir, args.as_of, Method::Import)?;
    show(term, &args.dir, &results)?;
    Ok(Exit::Ok)
}

/// Runs a case with progress.
pub(super) fn run_case(term: &Term, dir: &Path, as_of: Option<Date>, method: Method) -> Result<Results, Failure> {
    let options = RunOptions { made: super::made()?, as_of, method };
    let mut steps = term.steps();
    Ok(tw_case::run(dir, options, &mut |step| steps.done(&step))?)
}

/// The end of a run: the table of leads, what was not checked, and where the dossier is.
pub(super) fn show(term: &Term, dir: &Path, results: &Results) -> Result<(), Failure> {
    if term.json {
        let document = serde_json::json!({ "case": dir, "summary": results.summary, "leads": results.leads, "dossier": dir.join("dossier").join("index.html") });
        return Ok(term.document(&document)?);
    }
    let width = term.width();
    let mut text = String::new();
    text.push('\n');
    text.push_str(&lead_table(&results.leads, width));
    text.push('\n');
    let line = format!("Not checked: {}.", results.summary.coverage.not_checked.join(" · "));
    text.push_str(&wrap(&line, width.unwrap_or(110), "  "));
    text.push_str("\n\n");
    let index = dir.join("dossier").join("index.html");
    text.push_str(&format!("Wrote {}\n", term.paint(&index.display().to_string(), Paint::Cyan)));
    term.out(&text)?;
    if let Some(first) = results.leads.first() {
        term.say(&format!(
            "next:  tidewaiter explain {} --case {}\n       tidewaiter verify {}",
            first.id,
            dir.display(),
            dir.join("dossier").display()
        ));
    }
    Ok(())
}

/// The queue as a table: whole in a pipe, with short days and rules on a terminal, so that there is room for what each lead is about.
pub(super) fn lead_table(leads: &[Lead], width: Option<usize>) -> String {
    let row = |lead: &Lead| {
        let what = format!("{}: {}", lead.subject, lead.title);
        let (when, rule) = match width {
            Some(_) => (short_span(lead), strongest(lead, short_kind(lead.kind), |a| a.provision.clone())),
            None => (span(lead), strongest(lead, lead.kind.words(), |a| a.symbol.clone())),
        };
        vec![lead.rank.tier.to_string(), lead.id.clone(), what, when, rule, lead.rank.families.to_string()]
    };
    let rows: Vec<Vec<String>> = leads.iter().map(row).collect();
    match width {
        Some(_) => table(&["TIER", "ID", "WHAT", "WHEN", "VERDICT, RULE", "FAM"], &rows, width),
        None => table(&["TIER", "ID", "WHAT", "WHEN", "VERDICT, RULE IN FORCE THEN", "FAMILIES"], &rows, width),
    }
}

/// The gravest verdict of the provisions asked, with its rule; for other leads, what kind of gap it is.
fn strongest(lead: &Lead, otherwise: &str, rule: impl Fn(&tw_detect::Allowed) -> String) -> String {
    let whole = ["breach", "prima_facie", "indicated", "undetermined"];
    // Figures that are only compared carry provisions for the record; a verdict that decides nothing would read as an accusation there.
    let order = if lead.kind == tw_detect::Kind::Allowed { &whole[..] } else { &whole[..3] };
    for verdict in order {
        if let Some(allowed) = lead.allowed.iter().find(|a| a.verdict == *verdict) {
            return format!("{verdict}, {}", rule(allowed));
        }
    }
    otherwise.to_owned()
}

fn span(lead: &Lead) -> String {
    if lead.from == lead.to { lead.from.clone() } else { format!("{}..{}", lead.from, lead.to) }
}

/// Years, months or a day, whichever says it shortest: `2018`, `2015-2017`, `2025-09`, `2018-01..07`.
fn short_span(lead: &Lead) -> String {
    let (from, to) = (lead.from.as_str(), lead.to.as_str());
    let (Some((year, rest)), Some((last_year, last_rest))) = (from.split_once('-'), to.split_once('-')) else { return span(lead) };
    if (rest, last_rest) == ("01-01", "12-31") {
        return if year == last_year { year.to_owned() } else { format!("{year}-{last_year}") };
    }
    let month = |day: &str| day.get(..7).unwrap_or(day).to_owned();
    match (month(from), month(to)) {
        (a, b) if a == b => a,
        (a, b) if year == last_year => format!("{a}..{}", b.get(5..).unwrap_or_default()),
        (a, b) => format!("{a}..{b}"),
    }
}

/// The kind of gap in one word.
fn short_kind(kind: tw_detect::Kind) -> &'static str {
    use tw_detect::Kind;
    match kind {
        Kind::Allowed => "conduct",
        Kind::Discrepancy => "discrepancy",
        Kind::Reporting => "reporting",
        Kind::Conflict => "conflict",
        Kind::Listing => "listing",
        Kind::Destination => "destination",
        Kind::Sea => "at sea",
    }
}
