//! The command line of tidewaiter.

mod cli;
mod commands;
mod error;
mod term;

use std::panic;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tw_base::Exit;

pub use cli::Cli;
pub use error::Failure;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return code(if error.use_stderr() { Exit::Usage } else { Exit::Ok });
        }
    };
    let term = term::Term::new(&cli.global);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| commands::run(&term, cli.command, cli.global.offline)));
    match result {
        Ok(Ok(exit)) => code(exit),
        Ok(Err(failure)) => {
            report(&term, &failure);
            code(failure.exit)
        }
        Err(_) => {
            term.error(
                "this is a bug in tidewaiter",
                Some("please report the lines above with the command that you ran; the case is as it was, or is completed by the next run"),
            );
            code(Exit::Bug)
        }
    }
}

/// The definitions of the command line, for the reference page and the completions.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

/// How many refusals are printed one by one.
const SHOWN: usize = 12;

fn report(term: &term::Term, failure: &Failure) {
    if term.json {
        let document = serde_json::json!({ "error": failure.message, "hint": failure.hint, "exit": failure.exit as u8, "refusals": failure.refusals.as_ref().map(|r| &r.0) });
        let _ = term.document(&document);
    }
    let Some(refusals) = &failure.refusals else {
        term.error(&failure.message, failure.hint.as_deref());
        return;
    };
    for refusal in refusals.0.iter().take(SHOWN) {
        term.error(&refusal.to_string(), refusal.hint.as_deref());
    }
    if refusals.0.len() > SHOWN {
        term.error(&format!("and {} more", refusals.0.len() - SHOWN), None);
    }
    term.error("nothing was read and nothing was changed", failure.hint.as_deref());
}
