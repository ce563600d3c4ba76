//! Other people's files into a case: checked whole before anything is copied.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tw_base::{Refusal, Refusals};
use tw_sources::Options;

use crate::config::Config;
use crate::error::CaseError;
use crate::folder::Folder;
use crate::load::{MAP_SUFFIX, load_file, mapping_beside, read_mapping};

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
        match plan(path, &data, options) {
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
        let bytes = fs::read(&plan.path).map_err(|e| CaseError::io("read", &plan.path, e))?;
        if tw_evidence::sha256(&bytes).to_string() != plan.imported.sha256 {
            return Err(Refusal::new(plan.path.display().to_string(), "the file changed while it was read").hint("import it again").into());
        }
        if let Some(map) = &plan.map {
            let mut name = plan.target.clone().into_os_string();
            name.push(MAP_SUFFIX);
            tw_evidence::write_atomically(Path::new(&name), map.as_bytes())?;
        }
        tw_evidence::write_atomically(&plan.target, &bytes)?;
        imported.push(plan.done("copied"));
    }
    Ok(imported)
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

fn plan(path: &Path, data: &Path, options: &ImportOptions) -> Result<Plan, CaseError> {
    let shown = path.display().to_string();
    if !path.is_file() {
        return Err(Refusal::new(shown, "there is no such file").into());
    }
    let mut mapping = match &options.map {
        Some(map) => Some(read_mapping(map)?),
        None => mapping_beside(path)?,
    };
    if let (Some(table), None) = (&options.table, &mapping) {
        mapping = Some(tw_sources::Mapping { table: table.clone(), ..tw_sources::Mapping::default() });
    }
    let (file, _, _) = load_file(path, &Options { table: options.table.clone(), mapping: mapping.clone(), ..Options::default() })?;
    let target = data.join(&file.name);
    let there = match fs::read(&target) {
        Ok(bytes) if tw_evidence::sha256(&bytes) == file.sha256 => true,
        Ok(_) if !options.replace => {
            return Err(Refusal::new(shown, format!("the case has another file called `{}`", file.name))
                .hint("rename it, or use `--replace`")
                .into());
        }
        Ok(_) => false,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
        Err(e) => return Err(CaseError::io("read", &target, e)),
    };
    let imported = Imported { name: file.name, sha256: file.sha256.to_string(), rows: file.rows, state: "", warnings: file.warnings };
    Ok(Plan { path: path.to_owned(), target, map: mapping.map(|m| m.to_toml()), there, imported })
}
