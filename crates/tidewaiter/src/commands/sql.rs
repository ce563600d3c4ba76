use tw_base::Exit;
use tw_case::CaseError;
use tw_store::{Sql, to_csv, to_json, to_table};

use crate::Failure;
use crate::cli::{Format, Sql as Args};
use crate::term::Term;

pub(super) fn run(term: &Term, args: &Args) -> Result<Exit, Failure> {
    tw_case::read_summary(&args.case)?;
    let sql = Sql::open(&args.case.join("tables")).map_err(CaseError::from)?;
    sql.add_ships(&args.case.join("ships")).map_err(CaseError::from)?;
    let answer = sql.query(&args.query).map_err(|error| {
        let (hint, exit) = (error.hint(), error.exit());
        Failure { hint, ..Failure::new(exit, error.to_string()) }
    })?;
    let format = args.format.unwrap_or(if term.json { Format::Json } else { Format::Table });
    match format {
        Format::Json => term.document(&to_json(&answer))?,
        Format::Csv => term.out(&to_csv(&answer))?,
        Format::Table => term.out(&to_table(&answer, term.width()))?,
    }
    Ok(Exit::Ok)
}
