use tw_base::Exit;
use tw_case::Method;

use crate::Failure;
use crate::cli::Demo;
use crate::term::Term;

pub(super) fn run(term: &Term, args: &Demo) -> Result<Exit, Failure> {
    let bundled = tw_case::write_bundled(&args.out)?;
    term.say(&format!(
        "tidewaiter {} · case `russia-dprk` · bundled, offline, {} rows of published facts in {} files",
        env!("CARGO_PKG_VERSION"),
        bundled.rows,
        bundled.files
    ));
    let results = super::run::run_case(term, &args.out, args.as_of, Method::Bundled)?;
    super::run::show(term, &args.out, &results)?;
    Ok(Exit::Ok)
}
