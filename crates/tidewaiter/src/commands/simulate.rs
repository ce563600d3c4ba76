use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;
use tw_base::Exit;
use tw_sim::labour::LabourOptions;
use tw_sim::trade::TradeError;
use tw_sim::{Options, SimError};

use crate::Failure;
use crate::cli::{Simulate, SimulateLabour, SimulateShips, SimulateTrade};
use crate::term::{Term, table};

pub(super) fn run(term: &Term, args: Simulate) -> Result<Exit, Failure> {
    match args {
        Simulate::Ships(args) => ships(term, &args),
        Simulate::Trade(args) => trade(term, &args),
        Simulate::Labour(args) => labour(term, &args),
    }
}

fn ships(term: &Term, args: &SimulateShips) -> Result<Exit, Failure> {
    let options = options(args)?;
    empty(&args.out)?;
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

/// Refuses a folder that holds anything.
fn empty(out: &Path) -> Result<(), Failure> {
    match fs::read_dir(out).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::new(Exit::Usage, format!("`{}` is not empty", out.display()))
            .hint("name a new folder with `--out DIR`: synthetic data are never mixed with others")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(super::input::unwritable(out, &error)),
    }
}

fn trade(term: &Term, args: &SimulateTrade) -> Result<Exit, Failure> {
    let usual = tw_sim::trade::Options::default();
    let options = tw_sim::trade::Options {
        rows: args.rows.unwrap_or(usual.rows),
        months: args.months.unwrap_or(usual.months),
        countries: args.countries.unwrap_or(usual.countries),
        headings: args.headings.unwrap_or(usual.headings),
        prevalence: args.prevalence.unwrap_or(usual.prevalence),
        twins: args.twins.unwrap_or(usual.twins),
        factors: if args.factors.is_empty() { usual.factors } else { args.factors.clone() },
        shipments: args.shipments.unwrap_or(usual.shipments),
        ..usual
    };
    empty(&args.out)?;
    let summary = tw_sim::trade::simulate(args.seed, &options, &args.out).map_err(|error| match error {
        TradeError::Write { .. } => incomplete(&error),
        TradeError::Option(_) => Failure::new(Exit::Usage, error.to_string()).hint("`tidewaiter simulate trade --help` names the options"),
    })?;
    if term.json {
        let document = json!({ "origin": "synthetic", "out": args.out, "seed": args.seed, "options": options, "summary": summary });
        term.document(&document)?;
        return Ok(Exit::Ok);
    }
    let rows: Vec<Vec<String>> = [
        ("lines", summary.rows.to_string(), "in comtrade.csv"),
        ("series", summary.series.to_string(), "exporter, importer and heading"),
        ("evasions", summary.evasions.to_string(), "of these: planted"),
        ("twins", summary.twins.to_string(), "of these: innocent, and looking like it"),
        ("errors", summary.errors.to_string(), "lines with a planted data error"),
        ("shipments", summary.shipments.to_string(), "in shipments.csv"),
        ("phantoms", summary.phantoms.to_string(), "of these: planted"),
        ("sha256", summary.hash.clone(), "over all files but README.md"),
    ]
    .into_iter()
    .map(|(name, value, what)| vec![name.to_owned(), value, what.to_owned()])
    .collect();
    term.out(&table(&["SYNTHETIC", "", "WHAT"], &rows, term.width()))?;
    let out = args.out.display();
    term.say(&format!("wrote {out}: everything in it is synthetic; truth.jsonl says what really flowed, keep it out of the case"));
    term.say(&format!("next:  tidewaiter mirror {out}/comtrade.csv --shipments {out}/shipments.csv --out found.jsonl"));
    term.say(&format!("       tidewaiter eval trade --truth {out}/truth.jsonl --pred found.jsonl"));
    Ok(Exit::Ok)
}

fn labour(term: &Term, args: &SimulateLabour) -> Result<Exit, Failure> {
    let usual = LabourOptions::default();
    let options = LabourOptions {
        hosts: args.hosts.unwrap_or(usual.hosts),
        years: args.years.unwrap_or(usual.years),
        evasion: args.evasion.unwrap_or(usual.evasion),
        ..usual
    };
    empty(&args.out)?;
    let summary = tw_sim::labour::simulate(args.seed, &options, &args.out)
        .map_err(|error| Failure::new(Exit::Usage, error.to_string()).hint("`tidewaiter simulate labour --help` names the options"))?;
    if term.json {
        term.document(&json!({ "origin": "synthetic", "out": args.out, "seed": args.seed, "summary": summary }))?;
        return Ok(Exit::Ok);
    }
    let out = args.out.display();
    term.out(&format!(
        "SYNTHETIC: {} hosts, {} with work under another purpose, {} with an innocent twin\n",
        summary.hosts, summary.evasions, summary.twins
    ))?;
    term.say(&format!("wrote {out}: everything in it is synthetic; truth.jsonl says what really happened, keep it out of the case"));
    term.say(&format!("next:  tidewaiter import {out}/*.csv --case DIR; tidewaiter eval labour --truth {out}/truth.jsonl --case DIR"));
    Ok(Exit::Ok)
}

fn incomplete(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Io, error.to_string()).hint("the folder is not complete: remove it, and check that there is room")
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
        SimError::Write { .. } => incomplete(&error),
        _ => Failure::new(Exit::Usage, error.to_string()).hint("`tidewaiter simulate ships --help` names the options"),
    }
}
