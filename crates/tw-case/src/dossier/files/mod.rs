//! The payload of the bag: leads, tables, entities, provenance, and the exact bytes of the captures.

mod ftm;
mod method;
mod prov;
pub(crate) mod rows;
mod sheets;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tw_evidence::sha256;

use super::exhibits::Exhibits;
use super::{Input, exports};
use crate::error::CaseError;
use crate::run::{json_lines, pretty, write};

/// Writes everything below `data/`.
///
/// # Errors
/// If a file cannot be written, or the bytes of a capture are not those of its hash.
pub(crate) fn write_all(data: &Path, input: &Input<'_>, exhibits: &Exhibits) -> Result<(), CaseError> {
    make(data)?;
    let published: Vec<_> = input.leads.iter().filter(|lead| is_published(input, &lead.id)).collect();
    let cited: BTreeSet<&str> = input.leads.iter().flat_map(|lead| &lead.allowed).map(|a| a.provision.as_str()).collect();
    let provisions: Vec<_> = cited.iter().filter_map(|id| input.book.get(id)).collect();
    let mut seals: Vec<_> = input.seals.iter().collect();
    seals.sort_by(|a, b| a.record.cmp(&b.record));
    let mut captures: Vec<_> = input.captures.iter().collect();
    captures.sort_by(|a, b| (&a.name, a.sha256).cmp(&(&b.name, b.sha256)));

    let files: [(&str, String); 14] = [
        ("leads.jsonl", json_lines(input.leads)),
        ("findings.jsonl", json_lines(&published)),
        ("leads.csv", sheets::leads(input)),
        ("accounts.csv", sheets::accounts(input)),
        ("entities.ftm.json", ftm::lines(input)),
        ("run.json", pretty(input.summary)),
        ("coverage.json", pretty(&input.summary.coverage)),
        ("method.md", method::method(input)),
        ("RUN.txt", method::run(input)),
        ("prov.jsonld", pretty(&prov::document(input))),
        ("seals.jsonl", json_lines(&seals)),
        ("provisions.json", pretty(&provisions)),
        ("captures.jsonl", json_lines(&captures)),
        ("config.toml", config(input)),
    ];
    for (name, text) in &files {
        write(&data.join(name), text.as_bytes())?;
    }
    if input.leads.iter().any(|lead| lead.sea.is_some()) {
        maps(data, input)?;
    }
    let folder = data.join("tables");
    make(&folder)?;
    for table in rows::tables(input.tables) {
        write(
            &folder.join(format!("{}.csv", table.name)),
            sheets::csv(&table.columns, table.rows.iter().map(|(_, cells)| cells.as_slice())).as_bytes(),
        )?;
    }
    copy_captures(data, exhibits)
}

/// What happened at sea, for programs that draw maps.
fn maps(data: &Path, input: &Input<'_>) -> Result<(), CaseError> {
    let (leads, tracks, states) = (input.leads, input.tracks, input.states);
    write(&data.join("leads.geojson"), exports::geojson(leads, tracks, states).as_bytes())?;
    write(&data.join("tracks.gpx"), exports::gpx(leads, tracks).as_bytes())?;
    write(&data.join("leads.kml"), exports::kml(leads, tracks, states).as_bytes())?;
    let (rows, geo) = exports::geoparquet(leads, tracks, states);
    Ok(tw_store::write_table_with_metadata(&data.join("leads.parquet"), &rows, &[("geo", &geo)])?)
}

/// True if a person published the lead as a finding.
pub(crate) fn is_published(input: &Input<'_>, id: &str) -> bool {
    input.states.get(id).is_some_and(|state| state == "published")
}

/// The configuration as it was read. The hash in `run.json` is that of the file in the case folder, which may hold comments and another order.
fn config(input: &Input<'_>) -> String {
    let head = format!("# The configuration as it was read. SHA-256 of the file in the case folder: {}\n", input.summary.config);
    head + &toml::to_string(input.config).unwrap_or_else(|_| "# it could not be written as TOML; its values are in run.json\n".to_owned())
}

/// Names the captures that stay in the case: hash and name, one a line.
pub(crate) const WITHHELD_FILE: &str = "withheld.txt";

fn copy_captures(data: &Path, exhibits: &Exhibits) -> Result<(), CaseError> {
    make(&data.join("captures"))?;
    // Captures with rows about persons stay in the case; `verify` reads which they are.
    let withheld: String = exhibits
        .list
        .iter()
        .filter(|exhibit| exhibit.withheld)
        .map(|exhibit| format!("{}  {}\n", exhibit.capture.sha256, crate::dossier::exhibits::file_name(&exhibit.capture.name)))
        .collect();
    if !withheld.is_empty() {
        write(&data.join(WITHHELD_FILE), withheld.as_bytes())?;
    }
    for exhibit in exhibits.list.iter().filter(|exhibit| !exhibit.withheld) {
        let relative = exhibit.path.strip_prefix("data/").unwrap_or(&exhibit.path);
        let path = data.join(relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| CaseError::io("make", folder, e))?;
        }
        write(&path, &exhibit.bytes)?;
        let back = fs::read(&path).map_err(|e| CaseError::io("read", &path, e))?;
        if sha256(&back) != exhibit.capture.sha256 {
            return Err(CaseError::Damaged { path, why: "the copy of a capture does not have its hash".to_owned() });
        }
    }
    Ok(())
}

fn make(dir: &Path) -> Result<(), CaseError> {
    fs::create_dir(dir).map_err(|e| CaseError::io("make", dir, e))
}

#[cfg(test)]
pub(crate) use ftm::lines as ftm_lines;
