use tw_base::Exit;

use crate::Failure;
use crate::cli::Completions;
use crate::term::Term;

pub(super) fn run(term: &Term, args: &Completions) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(), "tidewaiter", &mut bytes);
    term.out(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Ok)
}
