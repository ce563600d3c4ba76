//! Reading rows for tests, with the same strict readers as a case.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part, and a test may stop at the first surprise")]

use std::path::Path;

use serde_json::Value;
use tw_base::{Date, Grade, Origin, Sha256};
use tw_detect::{CapAccount, Lead, Parameters, Recording, Sightings, World};
use tw_law::Book;
use tw_maritime::survey::Seen;
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

macro_rules! events {
    ($($table:literal => $field:ident),+ $(,)?) => {
        /// Names of the events that a case can hold.
        pub const EVENTS: &[&str] = &[$($table),+];

        fn push(seen: &mut Seen, table: &str, value: Value) -> Result<(), String> {
            match table {
                $($table => seen.$field.push(serde_json::from_value(value).map_err(|error| error.to_string())?),)+
                _ => return Err(format!("no events are called `{table}`")),
            }
            Ok(())
        }
    };
}

events! {
    "ships" => ships,
    "segments" => segments,
    "identities" => identities,
    "identity_changes" => identity_changes,
    "imo_doubts" => imo_doubts,
    "shared_mmsi" => shared_mmsi,
    "hull_links" => hull_links,
    "false_flags" => false_flags,
    "port_calls" => port_calls,
    "sailings" => sailings,
    "concealed" => concealed,
    "spoofs" => spoofs,
    "gaps" => gaps,
    "encounters" => encounters,
    "loiterings" => loiterings,
    "draught_changes" => draught_changes,
}

/// Sightings without events, with one synthetic recording of lines.
pub fn recording() -> Sightings {
    let capture = "0".repeat(64).parse().unwrap();
    let recording =
        Recording { capture, lines: true, origin: Origin::Synthetic, source: "example.invalid".to_owned(), grade: Grade::UNJUDGED };
    Sightings { recordings: vec![recording], ..Sightings::default() }
}

/// Reads one event: moments as ISO 8601, records counted on from those before unless it names them.
pub fn event(seen: &mut Seen, table: &str, text: &str) -> Result<(), String> {
    let mut value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let object = value.as_object_mut().ok_or("an event is a JSON object")?;
    for (key, value) in object.iter_mut().filter(|(key, _)| matches!(key.as_str(), "t" | "t0" | "t1" | "declared_t" | "gap_t0" | "gap_t1"))
    {
        if let Value::String(moment) = value {
            let moment: jiff::Timestamp = moment.parse().map_err(|error| format!("{key}: {error}"))?;
            *value = moment.as_second().into();
        }
    }
    let ends: &[&str] = match table {
        "encounters" => &["first", "last", "first_b", "last_b"],
        "concealed" => &["first", "last", "typed"],
        _ => &["first", "last"],
    };
    for end in ends {
        seen.rows += 1;
        object.entry(*end).or_insert_with(|| serde_json::json!({ "file": 0, "record": seen.rows }));
    }
    push(seen, table, value)
}

/// Runs every detector.
pub fn run(tables: &Tables, as_of: Date) -> Ran {
    let book = Book::bundled().unwrap();
    let parameters = Parameters::default();
    let world = World {
        tables,
        book: &book,
        regimes: &[],
        target: tw_base::Country::PRK,
        as_of,
        parameters: &parameters,
        sightings: None,
        flows: None,
    };
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
        // A table of which the case holds no row has no file.
        if !path.exists() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        tables.append(rows(table, &format!("{table}.csv"), &text));
    }
    tables
}

/// Lines of UN Comtrade as trade statistics of a case, both sides set against each other.
pub fn trade(text: &str) -> Result<tw_detect::Flows, String> {
    let read = tw_trade::read("trade.csv", text.as_bytes(), &tw_trade::Options::default()).map_err(|refusals| refusals.to_string())?;
    if let Some(first) = read.refused.first() {
        return Err(first.to_string());
    }
    let clean = tw_trade::clean(read.reports, None);
    let target = tw_trade::Area::Country(tw_base::Country::PRK);
    let with_target = clean.reports.iter().copied().filter(|report| report.partner == target).collect();
    let mirror = tw_flows::mirror::mirror(&clean.reports, &tw_flows::mirror::NoGeography, &tw_flows::mirror::Options::default());
    Ok(tw_detect::Flows { mirror, with_target, files: recording().recordings })
}
