use tw_base::Exit;
use tw_case::ImportOptions;

use crate::Failure;
use crate::cli::Import;
use crate::term::{Term, table};

pub(super) fn run(term: &Term, args: &Import) -> Result<Exit, Failure> {
    let options = ImportOptions {
        table: args.table.clone(),
        map: args.map.clone(),
        replace: args.replace,
        dry_run: args.dry_run,
        base_time: args.base_time,
        origin: args.origin.map(Into::into),
        source: args.source.clone(),
    };
    let imported = tw_case::import(&args.case, &args.files, &options)?;
    if term.json {
        term.document(&serde_json::json!({ "case": args.case, "dry_run": args.dry_run, "files": imported }))?;
        return Ok(Exit::Ok);
    }
    let mut rows = Vec::new();
    for file in &imported {
        let counts: Vec<String> = file.rows.iter().map(|(t, n)| format!("{n} {t}")).collect();
        rows.push(vec![file.name.clone(), file.sha256[..8].to_owned(), counts.join(", "), file.state.to_owned()]);
        for warning in &file.warnings {
            term.say(&format!("warning: {}: {warning}", file.name));
        }
    }
    term.out(&table(&["FILE", "SHA-256", "ROWS", "STATE"], &rows, term.width()))?;
    if !args.dry_run {
        term.say(&format!("next:  tidewaiter run {}", args.case.display()));
    }
    Ok(Exit::Ok)
}
