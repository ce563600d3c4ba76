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

/// The queue as a table.
pub(super) fn lead_table(leads: &[Lead], width: Option<usize>) -> String {
    let rows: Vec<Vec<String>> = leads
        .iter()
        .map(|lead| {
            let verdict = strongest(lead);
            vec![
                lead.rank.tier.to_string(),
                lead.id.clone(),
                format!("{}: {}", lead.subject, lead.title),
                span(lead),
                verdict,
                lead.rank.families.to_string(),
            ]
        })
        .collect();
    table(&["TIER", "ID", "WHAT", "WHEN", "VERDICT, RULE IN FORCE THEN", "FAMILIES"], &rows, width)
}

/// The gravest verdict of the provisions asked, with its rule; for other leads, what kind of gap it is.
fn strongest(lead: &Lead) -> String {
    let whole = ["breach", "prima_facie", "indicated", "undetermined"];
    // Figures that are only compared carry provisions for the record; a verdict that decides nothing would read as an accusation there.
    let order = if lead.kind == tw_detect::Kind::Allowed { &whole[..] } else { &whole[..3] };
    for verdict in order {
        if let Some(allowed) = lead.allowed.iter().find(|a| a.verdict == *verdict) {
            return format!("{verdict}, {}", allowed.symbol);
        }
    }
    lead.kind.words().to_owned()
}

fn span(lead: &Lead) -> String {
    if lead.from == lead.to { lead.from.clone() } else { format!("{}..{}", lead.from, lead.to) }
}
