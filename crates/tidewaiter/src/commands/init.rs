use tw_base::Exit;

use crate::Failure;
use crate::cli::Init;
use crate::term::Term;

pub(super) fn run(term: &Term, args: &Init) -> Result<Exit, Failure> {
    let made = tw_case::init(&args.dir, args.title.as_deref())?;
    if term.json {
        term.document(&serde_json::json!({ "case": args.dir, "made": made }))?;
        return Ok(Exit::Ok);
    }
    for path in made {
        term.out(&format!("made {}\n", path.display()))?;
    }
    term.say(&format!("next:  tidewaiter import FILE… --case {}", args.dir.display()));
    Ok(Exit::Ok)
}
