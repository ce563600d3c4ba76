//! Reading rows for tests, with the same strict readers as a case.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part, and a test may stop at the first surprise")]

use std::path::Path;

use tw_base::{Date, Sha256};
use tw_detect::{CapAccount, Lead, Parameters, World};
use tw_law::Book;
use tw_sources::{Body, Input, Options, read_file};
use tw_tables::Tables;

/// What all detectors gave.
pub struct Ran {
    pub leads: Vec<Lead>,
    pub not_checked: Vec<String>,
    pub accounts: Vec<CapAccount>,
}

/// Rows of CSV text that holds a table.
pub fn rows(table: &str, name: &str, text: &str) -> Tables {
    let capture: Sha256 = tw_evidence::sha256(text.as_bytes());
    let input = Input { name: name.to_owned(), body: Body::Bytes(text.as_bytes()), capture };
    let options = Options { table: Some(table.to_owned()), ..Options::default() };
    read_file(input, &options).unwrap_or_else(|refusals| panic!("{name}: {refusals}")).tables
}

/// Runs every detector.
pub fn run(tables: &Tables, as_of: Date) -> Ran {
    let book = Book::bundled().unwrap();
    let parameters = Parameters::default();
    let world = World { tables, book: &book, regimes: &[], target: tw_base::Country::PRK, as_of, parameters: &parameters, sightings: None };
    let mut ran = Ran { leads: Vec::new(), not_checked: Vec::new(), accounts: Vec::new() };
    for (_, output) in tw_detect::run(world) {
        ran.leads.extend(output.leads);
        ran.not_checked.extend(output.not_checked);
        ran.accounts.extend(output.accounts);
    }
    tw_detect::sort(&mut ran.leads);
    ran
}

/// The bundled case.
pub fn bundled() -> Tables {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/russia-dprk/data");
    let mut tables = Tables::default();
    for table in Tables::NAMES {
        let path = data.join(format!("{table}.csv"));
        let text = std::fs::read_to_string(&path).unwrap();
        tables.append(rows(table, &format!("{table}.csv"), &text));
    }
    tables
}
