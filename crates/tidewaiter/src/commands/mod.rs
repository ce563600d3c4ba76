//! One file a command.

mod claims;
mod completions;
mod config;
mod decode;
mod demo;
mod destination;
mod dossier;
mod eval;
mod explain;
mod fetch;
mod import;
mod init;
mod input;
mod law;
mod leads;
mod lists;
mod mirror;
mod review;
mod run;
mod screen;
mod serve;
mod simulate;
mod sql;
mod tracks;
mod verify;

use jiff::Timestamp;
use tw_base::Exit;

use crate::Failure;
use crate::cli::Command;
use crate::term::Term;

pub(crate) fn run(term: &Term, command: Command, offline: bool) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => demo::run(term, &args),
        Command::Init(args) => init::run(term, &args),
        Command::Import(args) => import::run(term, &args),
        Command::Run(args) => run::run(term, &args),
        Command::Law(args) => law::run(term, &args),
        Command::Leads(args) => leads::run(term, args),
        Command::Explain(args) => explain::run(term, &args),
        Command::Sql(args) => sql::run(term, &args),
        Command::Decode(args) => decode::run(term, &args),
        Command::Destination(args) => destination::run(term, &args),
        Command::Tracks(args) => tracks::run(term, &args),
        Command::Screen(args) => screen::run(term, &args),
        Command::Review(args) => review::run(term, &args),
        Command::Serve(args) => serve::run(term, &args),
        Command::Fetch(args) => fetch::run(term, &args, offline),
        Command::Claims(args) => claims::run(term, &args),
        Command::Mirror(args) => mirror::run(term, &args),
        Command::Simulate(args) => simulate::run(term, args),
        Command::Eval(args) => eval::run(term, args),
        Command::Dossier(args) => dossier::run(term, &args),
        Command::Verify(args) => verify::run(term, &args),
        Command::Config(args) => config::run(term, &args),
        Command::Completions(args) => completions::run(term, &args),
    }
}

/// The moment of a run: `SOURCE_DATE_EPOCH` if it is set, so that the same inputs give the same bytes, else now. Whole seconds.
fn made() -> Result<Timestamp, Failure> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        let now = Timestamp::now();
        return Ok(Timestamp::from_second(now.as_second()).unwrap_or(now));
    };
    let seconds = text.to_str().and_then(|t| t.parse::<i64>().ok()).and_then(|s| Timestamp::from_second(s).ok());
    seconds.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("`{}` is not a number of seconds since 1970", text.to_string_lossy()))
            .hint("unset SOURCE_DATE_EPOCH, or set it to whole seconds")
    })
}
