use tw_base::Exit;

use crate::Failure;
use crate::cli::Verify;
use crate::term::{Paint, Term};

pub(super) fn run(term: &Term, args: &Verify) -> Result<Exit, Failure> {
    let report = tw_case::verify(&args.dir)?;
    if term.json {
        term.document(&report)?;
    } else {
        let mark = if report.intact { term.paint("intact", Paint::Green) } else { term.paint("changed", Paint::Red) };
        term.out(&format!("{}\n{mark}\n", report.text().trim_end()))?;
    }
    Ok(if report.intact { Exit::Ok } else { Exit::Found })
}
