use std::path::Path;

use serde_json::json;
use tw_base::Exit;

use crate::Failure;
use crate::cli::Explain;
use crate::term::{Term, wrap};

pub(super) fn run(term: &Term, args: &Explain) -> Result<Exit, Failure> {
    if let Some(case) = &args.case {
        if args.id == "coverage" {
            return coverage(term, case);
        }
        match lead(term, case, &args.id, args.proof) {
            Err(failure) if failure.exit == Exit::Nothing && !args.id.starts_with("L-") => {}
            other => return other,
        }
    }
    if let Some(found) = tw_case::reference(&args.id)? {
        if term.json {
            term.document(&found.json)?;
        } else {
            term.out(&fold(&found.text, term))?;
        }
        return Ok(Exit::Ok);
    }
    let near = tw_case::nearest_reference(&args.id)?;
    let hint = match (near, &args.case) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, None) => "leads need `--case DIR`".to_owned(),
        (None, Some(_)) => "leads are listed by `tidewaiter leads list`, provisions by `tidewaiter law list`".to_owned(),
    };
    Err(Failure::new(Exit::Nothing, format!("no lead, provision, detector or table is called `{}`", args.id)).hint(hint))
}

/// Explains a lead.
pub(super) fn lead(term: &Term, case: &Path, id: &str, proof: bool) -> Result<Exit, Failure> {
    let leads = tw_case::read_leads(case)?;
    let summary = tw_case::read_summary(case)?;
    let lead = tw_case::find(&leads, id)?;
    let states = tw_case::states(case)?;
    let state = states.get(&lead.id).map_or("lead", String::as_str);
    if term.json {
        term.document(&json!({ "state": state, "lead": lead, "as_of": summary.as_of, "coverage": summary.coverage }))?;
    } else {
        let text = tw_case::explain(lead, state, &summary, &case.display().to_string(), proof);
        term.out(&fold(&text, term))?;
    }
    Ok(Exit::Ok)
}

fn coverage(term: &Term, case: &Path) -> Result<Exit, Failure> {
    let summary = tw_case::read_summary(case)?;
    if term.json {
        term.document(&summary.coverage)?;
    } else {
        term.out(&fold(&tw_case::explain_coverage(&summary.coverage), term))?;
    }
    Ok(Exit::Ok)
}

/// Wraps each line to the terminal under its own indent; a pipe gets the lines whole.
fn fold(text: &str, term: &Term) -> String {
    let Some(width) = term.width() else { return text.to_owned() };
    let mut out = String::new();
    for line in text.lines() {
        let lead: String = line.chars().take_while(|c| *c == ' ').collect();
        let label = line.len() > 12 && !line.starts_with(' ') && line.as_bytes()[..12].ends_with(b"  ");
        let indent = if label { " ".repeat(12) } else { format!("{lead}    ") };
        let (head, body) = if label { line.split_at(12) } else { (lead.as_str(), line.trim_start()) };
        out.push_str(head);
        out.push_str(&wrap(body, width, &indent));
        out.push('\n');
    }
    out
}
