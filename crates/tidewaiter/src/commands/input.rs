//! Files and standard input, and files that appear whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tw_base::{Exit, Refusal, Refusals};
use tw_case::CaseError;
use tw_sources::ships::{Unpacked, open_unpacked};

use crate::Failure;
use crate::term::Term;

/// A file that is being read, unpacked on the way.
pub(super) struct Input {
    /// As the user named it.
    pub name: String,
    /// Its bytes.
    pub body: Unpacked<'static>,
}

/// Opens a file, or standard input for `-`.
pub(super) fn open(term: &Term, path: &Path) -> Result<Input, Failure> {
    let standard = path.as_os_str() == "-";
    let name = if standard { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable = |error: &io::Error| {
        let hint =
            if error.kind() == io::ErrorKind::NotFound { "check its name; `-` is standard input" } else { "check that you may read it" };
        Failure::new(Exit::Io, format!("failed to read `{name}`: {error}")).hint(hint)
    };
    let (size, body): (_, Box<dyn Read>) = if standard {
        (None, Box::new(io::stdin().lock()))
    } else {
        let file = File::open(path).map_err(|error| unreadable(&error))?;
        let about = file.metadata().map_err(|error| unreadable(&error))?;
        if about.is_dir() {
            return Err(Failure::new(Exit::Usage, format!("`{name}` is a folder")).hint("name its files, such as `DIR/*`"));
        }
        (about.is_file().then_some(about.len()), Box::new(file))
    };
    let body = open_unpacked(&name, term.meter(&name, size, body)).map_err(|refusal| Failure::new(Exit::Io, refusal.to_string()))?;
    Ok(Input { name, body })
}

impl Input {
    /// Refuses a file whose packing is damaged: for readers that take all or nothing.
    pub(super) fn whole(&self) -> Result<(), Failure> {
        match self.body.fault() {
            None => Ok(()),
            Some(fault) => {
                let fault = fault.trim_end_matches("; what came before was read").to_owned();
                Err(refused(Refusal::new(&self.name, fault).hint("ask for the file again")))
            }
        }
    }
}

/// The text of a whole file.
pub(super) fn text(term: &Term, path: &Path) -> Result<(String, String), Failure> {
    let mut input = open(term, path)?;
    let mut bytes = Vec::new();
    input.body.read_to_end(&mut bytes).map_err(|error| Failure::new(Exit::Io, format!("failed to read `{}`: {error}", input.name)))?;
    input.whole()?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, input.name)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..at]).count() as u64 + 1;
            Err(refused(Refusal::new(input.name, "this is not text in UTF-8").row(line).hint("save it as UTF-8")))
        }
    }
}

/// A failure of a strict reader.
pub(super) fn refused(refusals: impl Into<Refusals>) -> Failure {
    CaseError::Refused(refusals.into()).into()
}

/// A file that appears under its name when it is whole; dropped before, it leaves nothing.
pub(super) struct Whole {
    path: PathBuf,
    temporary: PathBuf,
    to: BufWriter<File>,
}

impl Whole {
    /// Begins a file beside its later name.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().ok_or_else(|| Failure::new(Exit::Usage, format!("`{}` names no file", path.display())))?;
        let temporary = path.with_file_name(format!(".{}.{}.partial", name.display(), std::process::id()));
        let file = File::create(&temporary).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), temporary, to: BufWriter::with_capacity(1 << 18, file) })
    }

    /// Adds bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.to.write_all(bytes).map_err(|error| unwritable(&self.path, &error))
    }

    /// Gives the file its name.
    pub(super) fn close(mut self) -> Result<(), Failure> {
        let done = self.to.flush().and_then(|()| self.to.get_ref().sync_all()).and_then(|()| fs::rename(&self.temporary, &self.path));
        done.map_err(|error| unwritable(&self.path, &error))
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // After a rename there is nothing of this name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A file or folder that could not be written.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Io, format!("failed to write `{}`: {error}", path.display()))
        .hint("check that the folder exists and that you may write to it")
}
