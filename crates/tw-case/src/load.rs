//! From the files of a case to its rows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tw_base::{RecordPtr, Refusal, Refusals, Sha256};
use tw_evidence::hash_file;
use tw_sources::{Body, Input, Mapping, Options, read_file};
use tw_tables::Tables;

use crate::error::CaseError;
use crate::ships::{Part, ShipFile, sniff};
use crate::trade::Statistic;

/// A file of the case's `data/` folder, read.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Name inside `data/`, as the manifest carries it.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Rows by table.
    pub rows: Vec<(&'static str, usize)>,
    /// Columns that a mapping said to leave out, and other remarks.
    pub warnings: Vec<String>,
}

/// All files of a case, read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Files, by name.
    pub files: Vec<LoadedFile>,
    /// Their rows.
    pub tables: Tables,
    /// Where each record lies in its capture, where that can be said in bytes.
    pub spans: BTreeMap<RecordPtr, (u64, u64)>,
    /// Recordings of ships' positions among the files, in the order of their names.
    pub(crate) ships: Vec<Part>,
    /// Trade statistics among the files, in the order of their names.
    pub(crate) trade: Vec<Statistic>,
}

/// Suffix of a saved column mapping, behind the name of the file it is for.
pub const MAP_SUFFIX: &str = ".map.toml";

/// The rows of a case's `data/`.
///
/// # Errors
/// All refusals of all files together.
pub fn tables(dir: &Path) -> Result<Tables, CaseError> {
    load(dir).map(|loaded| loaded.tables)
}

/// Reads every file of `data/`, in the order of their names.
///
/// # Errors
/// All refusals of all files together, so that a person can correct them in one go; nothing is kept then.
pub fn load(dir: &Path) -> Result<Loaded, CaseError> {
    let data = dir.join("data");
    let mut loaded = Loaded::default();
    let mut refusals = Vec::new();
    for path in files(&data)? {
        if let Some((_, mapping)) = sniff(&path, None)? {
            match ShipFile::open(&path, mapping).and_then(|file| Ok((file.part(&dir.join("ships"))?, file))) {
                Ok((part, file)) => {
                    loaded.files.push(ship_file(&file, &part));
                    loaded.ships.push(part);
                }
                Err(CaseError::Refused(mut more)) => refusals.append(&mut more.0),
                Err(other) => return Err(other),
            }
            continue;
        }
        if let Some((format, mapping)) = crate::trade::sniff(&path, None)? {
            match Statistic::read(&path, format, mapping, loaded.trade.len()) {
                Ok(statistic) => {
                    loaded.files.push(statistic.file());
                    loaded.trade.push(statistic);
                }
                Err(CaseError::Refused(mut more)) => refusals.append(&mut more.0),
                Err(other) => return Err(other),
            }
            continue;
        }
        match load_file(&path, &Options { mapping: mapping_beside(&path)?, ..Options::default() }) {
            Ok((file, tables, spans)) => {
                loaded.files.push(file);
                loaded.tables.append(tables);
                loaded.spans.extend(spans);
            }
            Err(CaseError::Refused(mut more)) => refusals.append(&mut more.0),
            Err(other) => return Err(other),
        }
    }
    if refusals.is_empty() {
        refusals.extend(same_record_twice(&loaded.tables));
    }
    if refusals.is_empty() { Ok(loaded) } else { Err(Refusals(refusals).into()) }
}

/// What a recording gave, as a file among the others.
pub(crate) fn ship_file(file: &ShipFile, part: &Part) -> LoadedFile {
    let rows = vec![("positions", part.report.positions as usize), ("statics", part.report.statics as usize)];
    LoadedFile { path: file.path.clone(), name: file.name.clone(), sha256: file.sha256, rows, warnings: part.warnings() }
}

/// What reading one file gives.
type Read = (LoadedFile, Tables, Vec<(RecordPtr, (u64, u64))>);

/// Reads one file.
///
/// # Errors
/// What its strict reader refused.
pub fn load_file(path: &Path, options: &Options) -> Result<Read, CaseError> {
    let name = path
        .file_name()
        .and_then(|n| n.to_str())
        .ok_or_else(|| Refusal::new(path.display().to_string(), "the file name is not UTF-8").hint("rename the file"))?;
    let (sha256, _) = hash_file(path).map_err(|e| CaseError::io("read", path, e))?;
    let input = Input { name: name.to_owned(), body: Body::Path(path), capture: sha256 };
    let reading = read_file(input, options)?;
    let rows = reading.tables.counts().into_iter().filter(|(_, n)| *n > 0).collect();
    let mut spans = Vec::new();
    for (record, span) in reading.spans {
        if let Some(span) = span {
            spans.push((record, span));
        }
    }
    let file = LoadedFile { path: path.to_owned(), name: name.to_owned(), sha256, rows, warnings: reading.warnings };
    Ok((file, reading.tables, spans))
}

/// The mapping saved beside a file, if there is one.
///
/// # Errors
/// If it is there and not right.
pub fn mapping_beside(path: &Path) -> Result<Option<Mapping>, CaseError> {
    let mut name = path.as_os_str().to_owned();
    name.push(MAP_SUFFIX);
    let beside = PathBuf::from(name);
    if !beside.is_file() {
        return Ok(None);
    }
    read_mapping(&beside).map(Some)
}

/// Reads a mapping file.
///
/// # Errors
/// If it cannot be read or is not right.
pub fn read_mapping(path: &Path) -> Result<Mapping, CaseError> {
    let text = fs::read_to_string(path).map_err(|e| CaseError::io("read", path, e))?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    Ok(Mapping::parse(&name, &text)?)
}

/// The files of `data/` that are read: CSV, workbooks and recordings of ships. Mappings and Markdown notes lie beside them; anything else is refused.
fn files(data: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut found = Vec::new();
    let mut refusals = Vec::new();
    for entry in fs::read_dir(data).map_err(|e| CaseError::io("read", data, e))? {
        let path = entry.map_err(|e| CaseError::io("read", data, e))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || name.ends_with(MAP_SUFFIX) || name.ends_with(".md") {
            continue;
        }
        let lower = name.to_lowercase();
        if path.is_file()
            && ([".csv", ".tsv", ".xlsx"].iter().any(|ending| lower.ends_with(ending))
                || sniff(&path, None)?.is_some()
                || crate::trade::sniff(&path, None)?.is_some())
        {
            found.push(path);
        } else {
            refusals.push(
                Refusal::new(format!("data/{name}"), "not a kind of file that is read here")
                    .hint("keep CSV, XLSX, recordings of AIS and trade statistics in `data/`, notes as `.md`; move the rest out"),
            );
        }
    }
    if !refusals.is_empty() {
        return Err(Refusals(refusals).into());
    }
    found.sort();
    Ok(found)
}

/// The same row in two files: the same source saying the same thing twice would be counted twice.
fn same_record_twice(tables: &Tables) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for table in Tables::NAMES {
        let mut seen: BTreeMap<(String, &str), &RecordPtr> = BTreeMap::new();
        for (key, provenance) in tables.keys(table) {
            if let Some(first) = seen.insert((key, provenance.source.as_str()), &provenance.record)
                && first.capture != provenance.record.capture
            {
                refusals.push(
                    Refusal::new(
                        format!("{table}, record {}", provenance.record),
                        format!("says the same as record {first}, by the same source"),
                    )
                    .hint("remove one of the two files, or the row from one of them"),
                );
            }
        }
    }
    refusals
}
