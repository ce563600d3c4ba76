//! Generated files: written by `cargo xtask gen`, compared by `cargo xtask gen --check`.

use std::fs;
use std::path::Path;

use crate::pages;

pub(crate) fn run(root: &Path, check: bool) -> Result<Vec<String>, String> {
    let files = pages::all()?;
    let mut lines = Vec::new();
    let mut stale = Vec::new();
    for (name, text) in &files {
        let path = root.join(name);
        if fs::read_to_string(&path).is_ok_and(|old| &old == text) {
            continue;
        }
        if check {
            stale.push(name.clone());
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| e.to_string())?;
        }
        fs::write(&path, text).map_err(|e| format!("{name}: {e}"))?;
        lines.push(format!("wrote {name}"));
    }
    if !stale.is_empty() {
        return Err(format!("stale: {}; run `cargo xtask gen` and commit what it writes", stale.join(", ")));
    }
    lines.push(format!("{} generated files are fresh", files.len()));
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_files_are_fresh() {
        assert_eq!(run(&crate::root(), true).map(|_| ()), Ok(()));
    }

    #[test]
    fn a_changed_file_is_stale_and_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        assert!(run(dir.path(), true).is_err_and(|why| why.contains("docs/exit-codes.md")));
        run(dir.path(), false).unwrap();
        assert!(run(dir.path(), true).is_ok());
        fs::write(dir.path().join("docs/exit-codes.md"), "edited by hand").unwrap();
        assert!(run(dir.path(), true).is_err_and(|why| why.starts_with("stale: docs/exit-codes.md;")));
    }
}
