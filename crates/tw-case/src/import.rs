//! Other people's files into a case: checked whole before anything is copied.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tw_base::{Origin, Refusal, Refusals};
use tw_sources::Options;
use tw_sources::ships::PositionMapping;

use crate::config::Config;
use crate::error::CaseError;
use crate::folder::Folder;
use crate::load::{LoadedFile, MAP_SUFFIX, load_file, mapping_beside, read_mapping, ship_file};
use crate::ships::{ShipFile, sniff};

/// What the caller says about the files.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Table that they hold, if name and header do not say it.
    pub table: Option<String>,
    /// Column mapping to read them with.
    pub map: Option<PathBuf>,
    /// Replace files of the same name.
    pub replace: bool,
    /// Check only.
    pub dry_run: bool,
    /// Time of a recording that carries none.
    pub base_time: Option<jiff::Timestamp>,
    /// Label of a recording; without it what the recording says itself, else published.
    pub origin: Option<Origin>,
    /// Who made a recording.
    pub source: Option<String>,
}

/// A file that was checked and copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Name inside `data/`.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows by table.
    pub rows: Vec<(&'static str, usize)>,
    /// `copied`, `already there` or `checked`.
    pub state: &'static str,
    /// Remarks of its reader.
    pub warnings: Vec<String>,
}

/// Checks files and copies them into the case's `data/`, all or none.
///
/// # Errors
/// What was refused, in all files together; nothing is copied then.
pub fn import(case: &Path, files: &[PathBuf], options: &ImportOptions) -> Result<Vec<Imported>, CaseError> {
    Config::read(case)?;
    let folder = Folder::open(case)?;
    let data = folder.root().join("data");
    let mut planned = Vec::new();
    let mut refusals: Vec<Refusal> = Vec::new();
    for path in files {
        match plan(path, &folder, options) {
            Ok(plan) => {
                if planned.iter().any(|p: &Plan| p.target == plan.target) {
                    refusals.push(Refusal::new(path.display().to_string(), "two files of this name were given").hint("rename one of them"));
                }
                planned.push(plan);
            }
            Err(CaseError::Refused(mut more)) => refusals.append(&mut more.0),
            Err(other) => return Err(other),
        }
    }
    if !refusals.is_empty() {
        return Err(Refusals(refusals).into());
    }
    if options.dry_run {
        return Ok(planned.into_iter().map(|p| p.done("checked")).collect());
    }
    fs::create_dir_all(&data).map_err(|e| CaseError::io("make", &data, e))?;
    let mut imported = Vec::new();
    for plan in planned {
        if plan.there {
            imported.push(plan.done("already there"));
            continue;
        }
        if let Some(map) = &plan.map {
            let mut name = plan.target.clone().into_os_string();
            name.push(MAP_SUFFIX);
            tw_evidence::write_atomically(Path::new(&name), map.as_bytes())?;
        }
        copy(&plan)?;
        imported.push(plan.done("copied"));
    }
    Ok(imported)
}

/// Copies a file without holding it in memory; it appears under its name when it is whole and is what was read.
fn copy(plan: &Plan) -> Result<(), CaseError> {
    let name = plan.target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = plan.target.with_file_name(format!(".{name}.partial"));
    fs::copy(&plan.path, &beside).map_err(|e| CaseError::io("write", &beside, e))?;
    let (sha256, _) = tw_evidence::hash_file(&beside).map_err(|e| CaseError::io("read", &beside, e))?;
    if sha256.to_string() != plan.imported.sha256 {
        crate::folder::remove(&beside)?;
        return Err(Refusal::new(plan.path.display().to_string(), "the file changed while it was read").hint("import it again").into());
    }
    fs::rename(&beside, &plan.target).map_err(|e| CaseError::io("write", &plan.target, e))
}

struct Plan {
    path: PathBuf,
    target: PathBuf,
    map: Option<String>,
    there: bool,
    imported: Imported,
}

impl Plan {
    fn done(self, state: &'static str) -> Imported {
        Imported { state, ..self.imported }
    }
}

fn plan(path: &Path, folder: &Folder, options: &ImportOptions) -> Result<Plan, CaseError> {
    let shown = path.display().to_string();
    if !path.is_file() {
        return Err(Refusal::new(shown, "there is no such file").into());
    }
    let data = folder.root().join("data");
    if options.table.as_deref().is_none_or(|table| table == "positions")
        && let Some((_, mapping)) = sniff(path, options.map.as_deref())?
    {
        return recording(path, &data, folder, options, mapping);
    }
    if options.table.as_deref().is_none_or(|table| table == "trade")
        && let Some((format, mut mapping)) = crate::trade::sniff(path, options.map.as_deref())?
    {
        mapping.origin = options.origin.or(mapping.origin);
        mapping.source = options.source.clone().or(mapping.source);
        let statistic = crate::trade::Statistic::read(path, format, mapping, 0)?;
        return place(path, &data, options, statistic.file(), statistic.mapping());
    }
    let mut mapping = match &options.map {
        Some(map) => Some(read_mapping(map)?),
        None => mapping_beside(path)?,
    };
    if let (Some(table), None) = (&options.table, &mapping) {
        mapping = Some(tw_sources::Mapping { table: table.clone(), ..tw_sources::Mapping::default() });
    }
    let (file, _, _) = load_file(path, &Options { table: options.table.clone(), mapping: mapping.clone(), ..Options::default() })?;
    place(path, &data, options, file, mapping.map(|m| m.to_toml()))
}

/// Where a file that was read goes.
fn place(path: &Path, data: &Path, options: &ImportOptions, file: LoadedFile, map: Option<String>) -> Result<Plan, CaseError> {
    let target = data.join(&file.name);
    let there = match tw_evidence::hash_file(&target) {
        Ok((sha256, _)) if sha256 == file.sha256 => true,
        Ok(_) if !options.replace => {
            return Err(Refusal::new(path.display().to_string(), format!("the case has another file called `{}`", file.name))
                .hint("rename it, or use `--replace`")
                .into());
        }
        Ok(_) => false,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
        Err(e) => return Err(CaseError::io("read", &target, e)),
    };
    let imported = Imported { name: file.name, sha256: file.sha256.to_string(), rows: file.rows, state: "", warnings: file.warnings };
    Ok(Plan { path: path.to_owned(), target, map, there, imported })
}

/// A recording of ships' positions: read once, here, into its part; a dry run reads into a folder that is thrown away.
fn recording(
    path: &Path,
    data: &Path,
    folder: &Folder,
    options: &ImportOptions,
    mapping: Option<PositionMapping>,
) -> Result<Plan, CaseError> {
    let said = options.base_time.is_some() || options.origin.is_some() || options.source.is_some();
    let mut mapping = mapping;
    if said {
        let map = mapping.get_or_insert_with(|| PositionMapping { table: "positions".to_owned(), ..PositionMapping::default() });
        map.base_time = options.base_time.map(|t| t.to_string()).or(map.base_time.take());
        map.origin = options.origin.or(map.origin);
        map.source = options.source.clone().or(map.source.take());
    }
    let file = ShipFile::open(path, mapping.clone())?;
    let kept = folder.root().join("ships");
    let trial = folder.root().join(".trial");
    let part = file.part(if options.dry_run { &trial } else { &kept });
    crate::folder::remove(&trial)?;
    let loaded = ship_file(&file, &part?);
    place(path, data, options, loaded, mapping.map(|m| m.to_toml()))
}
