use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::EvidenceError;

/// Names of files that are being written: `.tw-<random>.tmp`.
const PREFIX: &str = ".tw-";
const SUFFIX: &str = ".tmp";
/// Name of a folder that is being replaced: `.<name>.tw-old`, beside it.
const OLD: &str = ".tw-old";

/// What [`recover_dir`] found and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// No replacement was under way.
    Nothing,
    /// The new folder had not arrived: the old one is back in its place.
    RolledBack,
    /// The new folder was in place: what was left of the old one is gone.
    Finished,
}

/// Writes a file so that, whatever interrupts it, the old bytes or the new bytes are there, never a mixture.
///
/// The bytes go to a temporary file in the same folder, are flushed to the medium, and take the name in one step; then the folder is
/// flushed. If `path` is a symbolic link, the link is replaced and what it points to is left alone.
///
/// # Errors
/// If the folder is missing or cannot be written to. The old file, if any, is then unchanged.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), EvidenceError> {
    let folder = parent(path);
    let fail = |cause| EvidenceError::io("write", path, cause);
    let mut file = temporary(folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    persist(file, path).map_err(fail)
}

/// True for the name of a file that [`write_atomically`] or a capture store was writing when it was killed.
///
/// Such a file holds nothing that was promised to anybody and may be removed when nobody is writing.
#[must_use]
pub fn is_leftover(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.len() > PREFIX.len() + SUFFIX.len() && name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

/// Puts a finished folder in the place of another, as atomically as the file system allows.
///
/// The steps are: flush `staging`; rename the old folder aside (`.<name>.tw-old` beside it); rename `staging` to its place; remove the old
/// one. A reader sees the old folder, for an instant none, then the new one, and never a mixture. After an interruption [`recover_dir`]
/// finishes or rolls back; this function calls it first, and every reader of `target` should too.
///
/// # Errors
/// If either path is no folder (a symbolic link is none), or a rename fails: then the old folder is back in its place, and `staging` is kept.
pub fn replace_dir_atomically(staging: &Path, target: &Path) -> Result<(), EvidenceError> {
    recover_dir(target)?;
    if !is_dir(staging)? {
        let (reason, hint) = ("is not a folder, so it cannot take the place of another", "write the new folder first");
        return Err(EvidenceError::Layout { path: staging.to_owned(), reason, hint });
    }
    let old = aside(target)?;
    sync_tree(staging)?;
    let rename = |from: &Path, to: &Path| fs::rename(from, to).map_err(|cause| EvidenceError::io("rename", from, cause));
    if !exists(target)? {
        rename(staging, target)?;
        return sync_dir(parent(target)).map_err(|cause| EvidenceError::io("flush", parent(target), cause));
    }
    if !is_dir(target)? {
        let (reason, hint) = ("is not a folder, so it was not replaced by one", "move it away or choose another name");
        return Err(EvidenceError::Layout { path: target.to_owned(), reason, hint });
    }
    rename(target, &old)?;
    if let Err(error) = rename(staging, target) {
        rename(&old, target)?;
        return Err(error);
    }
    let flush = || sync_dir(parent(target)).map_err(|cause| EvidenceError::io("flush", parent(target), cause));
    flush()?;
    remove_dir(&old)?;
    flush()
}

/// Finishes or rolls back a replacement of a folder that was interrupted.
///
/// Call it before anything is read from or written to the folder: a folder made anew after an interruption would be taken for the new one.
///
/// | `target` | `.<name>.tw-old` | done |
/// |---|---|---|
/// | any | missing | nothing |
/// | missing | there | the old folder is put back |
/// | there | there | the old folder is removed |
///
/// # Errors
/// If the folders cannot be renamed or removed.
pub fn recover_dir(target: &Path) -> Result<Recovery, EvidenceError> {
    let old = aside(target)?;
    if !exists(&old)? {
        return Ok(Recovery::Nothing);
    }
    let recovery = if exists(target)? {
        remove_dir(&old)?;
        Recovery::Finished
    } else {
        fs::rename(&old, target).map_err(|cause| EvidenceError::io("rename", &old, cause))?;
        Recovery::RolledBack
    };
    sync_dir(parent(target)).map_err(|cause| EvidenceError::io("flush", parent(target), cause))?;
    Ok(recovery)
}

/// A new file in a folder, with the rights that any new file gets.
pub(crate) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system takes the bits of the user's mask away, as for any other new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Flushes a temporary file, gives it its name, and flushes the folder.
pub(crate) fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_dir(parent(path))
}

/// The folder that holds a path; `.` for a bare name.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Flushes the names of a folder. Systems that cannot do this have nothing to flush.
pub(crate) fn sync_dir(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

/// Where a folder waits while another takes its place.
fn aside(target: &Path) -> Result<PathBuf, EvidenceError> {
    let Some(name) = target.file_name() else {
        let (reason, hint) = ("has no name of its own", "name the folder, such as `case/dossier`");
        return Err(EvidenceError::Layout { path: target.to_owned(), reason, hint });
    };
    let mut old = OsString::from(".");
    old.push(name);
    old.push(OLD);
    Ok(target.with_file_name(old))
}

/// Flushes every file and folder below a folder; links are not followed.
fn sync_tree(folder: &Path) -> Result<(), EvidenceError> {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|cause| EvidenceError::io("list", &folder, cause))? {
            let entry = entry.map_err(|cause| EvidenceError::io("list", &folder, cause))?;
            let path = entry.path();
            let fail = |cause| EvidenceError::io("flush", &path, cause);
            let kind = entry.file_type().map_err(fail)?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && cfg!(unix) {
                File::open(&path).and_then(|file| file.sync_all()).map_err(fail)?;
            }
        }
        sync_dir(&folder).map_err(|cause| EvidenceError::io("flush", &folder, cause))?;
    }
    Ok(())
}

fn remove_dir(folder: &Path) -> Result<(), EvidenceError> {
    fs::remove_dir_all(folder).map_err(|cause| EvidenceError::io("remove", folder, cause))
}

/// True if something has this name, even a link to nowhere.
fn exists(path: &Path) -> Result<bool, EvidenceError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(EvidenceError::io("read", path, cause)),
    }
}

fn is_dir(path: &Path) -> Result<bool, EvidenceError> {
    Ok(exists(path)? && fs::symlink_metadata(path).is_ok_and(|data| data.is_dir()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(path: &Path, content: &str) {
        fs::create_dir_all(path.join("sub")).unwrap();
        fs::write(path.join("sub/file"), content).unwrap();
    }

    fn content(path: &Path) -> Option<String> {
        fs::read_to_string(path.join("sub/file")).ok()
    }

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(path).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("leads.jsonl");
        write_atomically(&path, b"old").unwrap();
        write_atomically(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(home.path()), ["leads.jsonl"]);
    }

    #[test]
    fn a_failed_write_leaves_nothing_and_names_the_file() {
        let home = tempfile::tempdir().unwrap();
        let error = write_atomically(&home.path().join("none/leads.jsonl"), b"x").unwrap_err();
        assert!(error.to_string().contains("none/leads.jsonl"), "{error}");
        // A folder has the name: the rename fails and the temporary file goes.
        fs::create_dir(home.path().join("taken")).unwrap();
        assert!(write_atomically(&home.path().join("taken"), b"x").is_err());
        assert_eq!(names(home.path()), ["taken"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_gets_the_rights_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("plain"), b"").unwrap();
        write_atomically(&home.path().join("atomic"), b"").unwrap();
        let mode = |name: &str| fs::metadata(home.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("atomic"), mode("plain"));
    }

    #[test]
    fn a_folder_is_put_in_an_empty_place_and_then_replaced() {
        let home = tempfile::tempdir().unwrap();
        let (staging, target) = (home.path().join("staging"), home.path().join("dossier"));
        for text in ["first", "second"] {
            folder_with(&staging, text);
            replace_dir_atomically(&staging, &target).unwrap();
            assert_eq!(content(&target).as_deref(), Some(text));
            assert_eq!(names(home.path()), ["dossier"]);
        }
    }

    #[test]
    fn each_interrupted_state_is_finished_or_rolled_back() {
        // (target, aside, staging) as a kill after each step leaves them, and what recovery makes of them.
        let states = [
            ("before the first rename", Some("old"), None, Recovery::Nothing, "old"),
            ("between the two renames", None, Some("old"), Recovery::RolledBack, "old"),
            ("before the old folder is removed", Some("new"), Some("old"), Recovery::Finished, "new"),
        ];
        for (when, target_text, aside_text, expected, content_after) in states {
            let home = tempfile::tempdir().unwrap();
            let (target, old) = (home.path().join("dossier"), home.path().join(".dossier.tw-old"));
            if let Some(text) = target_text {
                folder_with(&target, text);
            }
            if let Some(text) = aside_text {
                folder_with(&old, text);
            }
            assert_eq!(recover_dir(&target).unwrap(), expected, "{when}");
            assert_eq!(content(&target).as_deref(), Some(content_after), "{when}");
            assert_eq!(names(home.path()), ["dossier"], "{when}");
            assert_eq!(recover_dir(&target).unwrap(), Recovery::Nothing, "{when}, again");
        }
    }

    #[test]
    fn a_kill_while_the_old_folder_is_removed_is_finished() {
        let home = tempfile::tempdir().unwrap();
        let (target, old) = (home.path().join("dossier"), home.path().join(".dossier.tw-old"));
        folder_with(&target, "new");
        fs::create_dir(&old).unwrap();
        assert_eq!(recover_dir(&target).unwrap(), Recovery::Finished);
        assert_eq!(content(&target).as_deref(), Some("new"));
    }

    #[test]
    fn a_replacement_starts_from_whatever_an_interrupted_one_left() {
        for target_text in [None, Some("half done")] {
            let home = tempfile::tempdir().unwrap();
            let (staging, target) = (home.path().join("staging"), home.path().join("dossier"));
            folder_with(&home.path().join(".dossier.tw-old"), "old");
            if let Some(text) = target_text {
                folder_with(&target, text);
            }
            folder_with(&staging, "new");
            replace_dir_atomically(&staging, &target).unwrap();
            assert_eq!(content(&target).as_deref(), Some("new"));
            assert_eq!(names(home.path()), ["dossier"]);
        }
    }

    #[test]
    fn what_is_no_folder_is_not_replaced_and_does_not_replace() {
        let home = tempfile::tempdir().unwrap();
        let (staging, target) = (home.path().join("staging"), home.path().join("dossier"));
        folder_with(&target, "old");
        assert!(replace_dir_atomically(&staging, &target).is_err());
        fs::write(&staging, b"a file").unwrap();
        assert!(replace_dir_atomically(&staging, &target).is_err());
        assert_eq!(content(&target).as_deref(), Some("old"));
        let file = home.path().join("file");
        fs::write(&file, b"a file").unwrap();
        assert!(replace_dir_atomically(&target, &file).is_err());
        assert_eq!(fs::read(&file).unwrap(), b"a file");
        assert!(recover_dir(Path::new("/")).is_err());
        assert!(recover_dir(Path::new("..")).is_err());
    }

    #[test]
    fn a_folder_that_cannot_be_moved_in_leaves_the_old_one_in_place() {
        // A folder cannot be moved below itself, so the second rename fails after the first has succeeded.
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("dossier");
        folder_with(&target, "old");
        let staging = target.join("staging");
        fs::create_dir(&staging).unwrap();
        assert!(replace_dir_atomically(&staging, &target).is_err());
        assert_eq!(content(&target).as_deref(), Some("old"));
        assert_eq!(names(home.path()), ["dossier"]);
    }

    #[test]
    fn leftovers_are_told_from_other_files() {
        assert!(is_leftover(OsStr::new(".tw-aB3xYz.tmp")));
        for other in [".tw-.tmp", "tw-a.tmp", ".tw-a", "a.tmp", ".dossier.tw-old", ""] {
            assert!(!is_leftover(OsStr::new(other)), "{other}");
        }
    }
}
