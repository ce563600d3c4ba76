use std::collections::BTreeMap;

use serde_json::{Value, json};
use tw_base::Exit;
use tw_fetch::{Change, FetchError, Fetcher, Policy, Settings, Sources};

use crate::Failure;
use crate::cli::Fetch;
use crate::term::{Term, table};

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        let failure = Self::new(error.exit(), error.to_string());
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

pub(super) fn run(term: &Term, args: &Fetch, offline: bool) -> Result<Exit, Failure> {
    let sources = Sources::official()?;
    if args.sources.is_empty() {
        return show(term, &sources);
    }
    let now = super::made()?;
    let wanted = sources.expand(&args.sources)?;
    for id in &args.accept_licence {
        sources.get(id)?;
    }
    let mut tokens = BTreeMap::new();
    for source in &wanted {
        let variable = format!("TIDEWAITER_TOKEN_{}", source.id.to_uppercase().replace('-', "_"));
        if let Ok(token) = std::env::var(&variable) {
            tokens.insert(source.id.clone(), token);
        }
    }
    let settings = Settings { accepted_licences: args.accept_licence.iter().cloned().collect(), tokens, ..Settings::default() };
    let policy = if offline { Policy::offline() } else { Policy::of(&sources) };
    let fetcher = Fetcher::new(settings, policy);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for source in wanted {
        term.say(&format!("{}: {}", source.id, source.title));
        match fetcher.fetch(source, &args.dir, now) {
            Ok(outcome) => done.push(outcome),
            Err(error) => failed.push((source.id.clone(), error)),
        }
    }
    if term.json {
        let failures: Vec<Value> = failed.iter().map(|(id, e)| json!({ "source": id, "error": e.to_string(), "hint": e.hint() })).collect();
        term.document(&json!({ "dir": args.dir, "fetched": done, "failed": failures }))?;
    } else {
        let rows: Vec<Vec<String>> = done
            .iter()
            .map(|outcome| {
                let change = match outcome.change {
                    Change::New => "new",
                    Change::Same => "same bytes",
                    Change::NotModified => "not modified",
                };
                vec![outcome.record.source.clone(), change.to_owned(), outcome.checked.to_string(), outcome.path.display().to_string()]
            })
            .collect();
        if !rows.is_empty() {
            term.out(&table(&["SOURCE", "CHANGE", "CHECKED", "FILE"], &rows, term.width()))?;
        }
    }
    // What failed is said of each; the worst code ends the program.
    let mut exit = Exit::Ok;
    for (id, error) in failed {
        term.error(&format!("{id}: {error}"), error.hint());
        exit = if exit as i32 >= error.exit() as i32 { exit } else { error.exit() };
    }
    Ok(exit)
}

/// The sources that are known, with their licences.
fn show(term: &Term, sources: &Sources) -> Result<Exit, Failure> {
    if term.json {
        let all: Vec<Value> =
            sources.iter().map(|s| json!({ "id": s.id, "title": s.title, "publisher": s.publisher, "licence": s.licence })).collect();
        term.document(&json!({ "sources": all }))?;
    } else {
        let rows: Vec<Vec<String>> =
            sources.iter().map(|s| vec![s.id.clone(), s.title.clone(), s.publisher.clone(), s.licence.clone()]).collect();
        term.out(&table(&["SOURCE", "TITLE", "PUBLISHER", "LICENCE"], &rows, term.width()))?;
    }
    Ok(Exit::Ok)
}
