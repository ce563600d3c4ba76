use std::fs;
use std::io;

use serde_json::json;
use tw_base::Exit;
use tw_sim::{Options, SimError};

use crate::Failure;
use crate::cli::{Simulate, SimulateShips};
use crate::term::{Term, table};

pub(super) fn run(term: &Term, args: Simulate) -> Result<Exit, Failure> {
    match args {
        Simulate::Ships(args) => ships(term, &args),
    }
}

fn ships(term: &Term, args: &SimulateShips) -> Result<Exit, Failure> {
    let options = options(args)?;
    match fs::read_dir(&args.out).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Ok(false) => {
            return Err(Failure::new(Exit::Usage, format!("`{}` is not empty", args.out.display()))
                .hint("name a new folder with `--out DIR`: synthetic data are never mixed with others"));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(super::input::unwritable(&args.out, &error)),
    }
    let summary = tw_sim::simulate(args.seed, &options, &args.out).map_err(failure)?;
    if term.json {
        let document = json!({ "origin": "synthetic", "out": args.out, "seed": args.seed, "options": options, "summary": summary });
        term.document(&document)?;
        return Ok(Exit::Ok);
    }
    let rows: Vec<Vec<String>> = [
        ("ships", summary.ships.to_string(), "all invented"),
        ("voyages", summary.voyages.to_string(), "of cargo ships and tankers"),
        ("evasions", summary.evasions.to_string(), "injected"),
        ("events", summary.events.to_string(), "in truth.jsonl"),
        ("detectable", summary.detectable.to_string(), "of these: visible in the records"),
        ("twins", summary.twins.to_string(), "innocent, in truth.jsonl"),
        ("positions", summary.positions.to_string(), "received, in ais/"),
        ("vessel-days", summary.vessel_days.to_string(), "on which ships were heard"),
        ("sha256", summary.hash.clone(), "over all files but README.txt"),
    ]
    .into_iter()
    .map(|(name, value, what)| vec![name.to_owned(), value, what.to_owned()])
    .collect();
    term.out(&table(&["SYNTHETIC", "", "WHAT"], &rows, term.width()))?;
    let out = args.out.display();
    term.say(&format!("wrote {out}: everything in it is synthetic; truth.jsonl says what really happened, keep it out of the case"));
    term.say(&format!("next:  tidewaiter import {out}/ais/* --origin synthetic --case DIR"));
    Ok(Exit::Ok)
}

fn options(args: &SimulateShips) -> Result<Options, Failure> {
    let usual = match &args.scenario {
        Some(name) => Options::replay(name).map_err(failure)?,
        None => Options::default(),
    };
    Ok(Options {
        start: args.start.map_or(usual.start, |day| day.to_string()),
        days: args.days.unwrap_or(usual.days),
        ships: args.ships.unwrap_or(usual.ships),
        one_in: args.one_in.unwrap_or(usual.one_in),
        mismatch: args.mismatch.unwrap_or(usual.mismatch),
        gz: args.gz,
        ..usual
    })
}

fn failure(error: SimError) -> Failure {
    match error {
        SimError::Write { .. } => {
            Failure::new(Exit::Io, error.to_string()).hint("the folder is not complete: remove it, and check that there is room")
        }
        _ => Failure::new(Exit::Usage, error.to_string()).hint("`tidewaiter simulate ships --help` names the options"),
    }
}
