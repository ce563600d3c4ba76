//! The folder of a case: where things lie, the lock, and the switch from one run's results to the next.
//!
//! A run writes everything into `.next/`, renames that to `.ready/` (the point of no return), and then moves each piece into its place.
//! Whoever opens the folder next removes a `.next/` and finishes a `.ready/`: a run that is killed at any moment leaves a case that the next run completes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::CaseError;

/// Results of a run, in the order in which they are moved into place; `run.json` comes last and says that the others are whole.
const PIECES: [&str; 5] = ["tables", "dossier", "seals.jsonl", "leads.jsonl", "run.json"];
const NEXT: &str = ".next";
const READY: &str = ".ready";

/// A case folder that this process may write to, until it is dropped.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _lock: File,
}

impl Folder {
    /// Opens a case folder for writing, and completes what an interrupted run left.
    ///
    /// # Errors
    /// If it is no folder, cannot be written, or another run has it.
    pub fn open(root: &Path) -> Result<Self, CaseError> {
        if !root.is_dir() {
            return Err(CaseError::NoCase(root.to_owned()));
        }
        let path = root.join(".lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(|e| CaseError::io("write to", &path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(CaseError::Busy(root.to_owned())),
            Err(fs::TryLockError::Error(e)) => return Err(CaseError::io("lock", &path, e)),
        }
        let folder = Self { root: root.to_owned(), _lock: lock };
        folder.recover()?;
        Ok(folder)
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// An empty folder for the results of this run.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn stage(&self) -> Result<PathBuf, CaseError> {
        let next = self.root.join(NEXT);
        remove(&next)?;
        fs::create_dir(&next).map_err(|e| CaseError::io("make", &next, e))?;
        Ok(next)
    }

    /// Puts the staged results into their places.
    ///
    /// # Errors
    /// If a rename fails; the next [`Folder::open`] goes on from there.
    pub fn publish(&self) -> Result<(), CaseError> {
        let (next, ready) = (self.root.join(NEXT), self.root.join(READY));
        rename(&next, &ready)?;
        sync(&self.root)?;
        self.finish()
    }

    fn recover(&self) -> Result<(), CaseError> {
        remove(&self.root.join(NEXT))?;
        if self.root.join(READY).is_dir() {
            self.finish()?;
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), CaseError> {
        let ready = self.root.join(READY);
        for piece in PIECES {
            let (from, to) = (ready.join(piece), self.root.join(piece));
            if from.symlink_metadata().is_ok() {
                remove(&to)?;
                rename(&from, &to)?;
            }
        }
        sync(&self.root)?;
        remove(&ready)
    }
}

/// Removes a file or folder, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), CaseError> {
    let result = match path.symlink_metadata() {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
    };
    result.map_err(|e| CaseError::io("remove", path, e))
}

fn rename(from: &Path, to: &Path) -> Result<(), CaseError> {
    fs::rename(from, to).map_err(|e| CaseError::io("move into place", to, e))
}

fn sync(dir: &Path) -> Result<(), CaseError> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(|e| CaseError::io("sync", dir, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staged(root: &Path) -> Folder {
        let folder = Folder::open(root).unwrap();
        let next = folder.stage().unwrap();
        fs::create_dir(next.join("tables")).unwrap();
        fs::create_dir(next.join("dossier")).unwrap();
        for (piece, text) in
            [("tables/a", "new"), ("dossier/a", "new"), ("seals.jsonl", "new"), ("leads.jsonl", "new"), ("run.json", "new")]
        {
            fs::write(next.join(piece), text).unwrap();
        }
        folder
    }

    fn old(root: &Path) {
        fs::create_dir_all(root.join("tables")).unwrap();
        fs::create_dir_all(root.join("dossier")).unwrap();
        for piece in ["tables/a", "dossier/a", "seals.jsonl", "leads.jsonl", "run.json"] {
            fs::write(root.join(piece), "old").unwrap();
        }
    }

    fn all(root: &Path) -> Vec<String> {
        ["tables/a", "dossier/a", "seals.jsonl", "leads.jsonl", "run.json"]
            .iter()
            .map(|p| fs::read_to_string(root.join(p)).unwrap())
            .collect()
    }

    #[test]
    fn a_run_killed_before_the_point_of_no_return_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        old(dir.path());
        drop(staged(dir.path()));
        drop(Folder::open(dir.path()).unwrap());
        assert_eq!(all(dir.path()), ["old"; 5]);
        assert!(!dir.path().join(NEXT).exists());
    }

    #[test]
    fn a_run_killed_at_any_step_after_it_is_completed_by_the_next() {
        for moved in 0..=PIECES.len() {
            let dir = tempfile::tempdir().unwrap();
            old(dir.path());
            let folder = staged(dir.path());
            fs::rename(dir.path().join(NEXT), dir.path().join(READY)).unwrap();
            for piece in &PIECES[..moved] {
                remove(&dir.path().join(piece)).unwrap();
                fs::rename(dir.path().join(READY).join(piece), dir.path().join(piece)).unwrap();
            }
            // Killed between removing the old piece and moving the new one in.
            if let Some(piece) = PIECES.get(moved) {
                remove(&dir.path().join(piece)).unwrap();
            }
            drop(folder);
            drop(Folder::open(dir.path()).unwrap());
            assert_eq!(all(dir.path()), ["new"; 5], "killed after {moved} pieces");
            assert!(!dir.path().join(READY).exists());
        }
    }

    #[test]
    fn two_runs_at_once_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let first = Folder::open(dir.path()).unwrap();
        assert!(matches!(Folder::open(dir.path()), Err(CaseError::Busy(_))));
        drop(first);
        assert!(Folder::open(dir.path()).is_ok());
    }
}
