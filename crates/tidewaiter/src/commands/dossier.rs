use tw_base::Exit;
use tw_case::Method;

use crate::Failure;
use crate::cli::Dossier;
use crate::term::Term;

pub(super) fn run(term: &Term, args: &Dossier) -> Result<Exit, Failure> {
    if let Some(out) = &args.out
        && out.exists()
    {
        return Err(Failure::new(Exit::Usage, format!("`{}` exists", out.display())).hint("name a folder that does not exist"));
    }
    let results = super::run::run_case(term, &args.dir, args.as_of, Method::Import)?;
    let written = match &args.out {
        Some(out) => {
            tw_case::copy_dossier(&args.dir, out)?;
            out.clone()
        }
        None => args.dir.join("dossier"),
    };
    if term.json {
        term.document(&serde_json::json!({ "dossier": written, "leads": results.leads.len(), "coverage": results.summary.coverage }))?;
    } else {
        term.out(&format!("Wrote {}\n", written.join("index.html").display()))?;
    }
    Ok(Exit::Ok)
}
