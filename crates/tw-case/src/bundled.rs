//! New cases: an empty one, and the bundled one.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::config::{CONFIG_FILE, Config};
use crate::error::CaseError;

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../cases/russia-dprk");

/// What the bundled case holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// Data files.
    pub files: usize,
    /// Rows in them.
    pub rows: usize,
}

/// Writes the bundled case into a folder, or leaves it alone if it is there already with the same files.
///
/// # Errors
/// If something else is in the way, or the folder cannot be written.
pub fn write_bundled(dir: &Path) -> Result<Bundled, CaseError> {
    let mut count = Bundled { files: 0, rows: 0 };
    let mut files = Vec::new();
    collect(&BUNDLED, &mut files);
    if dir.exists() && !(dir.is_dir() && is_ours(dir, &files)?) {
        return Err(CaseError::InTheWay(dir.to_owned()));
    }
    for file in &files {
        let path = dir.join(file.path());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| CaseError::io("make", parent, e))?;
        }
        if !path.exists() {
            tw_evidence::write_atomically(&path, file.contents())?;
        }
        if file.path().starts_with("data") {
            count.files += 1;
            count.rows += records(file.contents());
        }
    }
    Ok(count)
}

fn collect(dir: &'static Dir<'static>, files: &mut Vec<&'static include_dir::File<'static>>) {
    files.extend(dir.files());
    for sub in dir.dirs() {
        collect(sub, files);
    }
}

/// An empty folder, or one whose files of the same names are the same: nobody's changes are overwritten.
fn is_ours(dir: &Path, files: &[&include_dir::File<'_>]) -> Result<bool, CaseError> {
    let mut known = false;
    for file in files {
        let path = dir.join(file.path());
        match fs::read(&path) {
            Ok(bytes) if bytes == file.contents() => known = true,
            Ok(_) => return Ok(false),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(CaseError::io("read", &path, e)),
        }
    }
    let empty = fs::read_dir(dir).map_err(|e| CaseError::io("read", dir, e))?.next().is_none();
    Ok(known || empty)
}

/// Records of a CSV without its header; quoted line ends are not counted.
fn records(bytes: &[u8]) -> usize {
    let mut quoted = false;
    let mut rows = 0_usize;
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => rows += 1,
            _ => {}
        }
    }
    rows.saturating_sub(1)
}

/// Makes an empty case: configuration and data folder.
///
/// # Errors
/// If there is a case already, or the folder cannot be written.
pub fn init(dir: &Path, title: Option<&str>) -> Result<Vec<PathBuf>, CaseError> {
    let config = dir.join(CONFIG_FILE);
    if config.exists() {
        return Err(CaseError::InTheWay(config));
    }
    let text = format!(
        "# What the case is about. `tidewaiter config show --case DIR` explains every key.\n\
         title = {}\n\
         description = \"\"\n\
         # Days that the case is about; rows outside are counted and left out.\n\
         period = \"2015..2025\"\n\
         # Country that the sanctions are about, ISO 3166 alpha-3.\n\
         target = \"PRK\"\n\
         # Bodies of law that the detectors may ask; empty means all (`tidewaiter law list`).\n\
         regimes = [\"UN-DPRK\", \"US-DPRK\"]\n\
         tlp = \"AMBER\"\n",
        toml::Value::String(title.unwrap_or("Untitled case").to_owned())
    );
    Config::parse(&text, CONFIG_FILE)?;
    let data = dir.join("data");
    fs::create_dir_all(&data).map_err(|e| CaseError::io("make", &data, e))?;
    tw_evidence::write_atomically(&config, text.as_bytes())?;
    Ok(vec![config, data])
}
