use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use tw_base::Sha256;
use tw_evidence::write_atomically;

use crate::error::FetchError;

const PART: &str = ".part";
const NOTE: &str = ".part.json";
/// Bytes between two notes: a run that is killed loses at most this much.
const CHECKPOINT: u64 = 8 << 20;

/// Which version of which file a part belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stamp {
    /// The address, without tokens.
    pub(crate) address: String,
    /// What goes into `If-Range`: a strong `ETag`, or a `Last-Modified` that is strong (RFC 9110 section 8.8.2.2).
    pub(crate) validator: String,
    /// `Content-Encoding` of the bytes.
    pub(crate) encoding: Option<String>,
    /// Length of the whole, if announced.
    pub(crate) total: Option<u64>,
}

/// What is known of the part on disk. The hash is that of its first `bytes` bytes, so that no other bytes can be taken for them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    stamp: Stamp,
    bytes: u64,
    sha256: Sha256,
}

/// A file that is being transferred: the bytes as they came, and, if the server named a version of it, what is needed to go on later.
///
/// The note is written after the bytes it speaks of are on the medium. A part whose bytes do not fit its note is thrown away.
pub(crate) struct Part {
    file: File,
    path: PathBuf,
    note: PathBuf,
    bytes: u64,
    noted: u64,
    hasher: sha2::Sha256,
    stamp: Option<Stamp>,
}

impl Part {
    /// Opens the part that an earlier run left for this address, or an empty one.
    pub(crate) fn open(folder: &Path, address: &str) -> Result<Self, FetchError> {
        let (path, note) = (folder.join(PART), folder.join(NOTE));
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let file = file.map_err(|cause| FetchError::io("write", &path, cause))?;
        let mut part = Self { file, path, note, bytes: 0, noted: 0, hasher: sha2::Sha256::new(), stamp: None };
        let left = fs::read(&part.note).ok().and_then(|text| serde_json::from_slice::<Note>(&text).ok());
        let fitting = left.filter(|left| left.stamp.address == address);
        let taken = match fitting {
            Some(left) => part.take(left).map_err(|cause| FetchError::io("read", &part.path, cause))?,
            None => false,
        };
        if !taken {
            part.restart(None)?;
        }
        Ok(part)
    }

    /// Takes over what an earlier run left, if the bytes are those of its note.
    fn take(&mut self, left: Note) -> io::Result<bool> {
        if self.file.metadata()?.len() < left.bytes {
            return Ok(false);
        }
        let mut hasher = sha2::Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut known = (&self.file).take(left.bytes);
        loop {
            let count = known.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            hasher.update(buffer.get(..count).unwrap_or_default());
        }
        if digest(&hasher) != left.sha256 {
            return Ok(false);
        }
        // What came after the last note is not known to be whole.
        self.file.set_len(left.bytes)?;
        self.file.seek(SeekFrom::Start(left.bytes))?;
        (self.bytes, self.noted, self.hasher, self.stamp) = (left.bytes, left.bytes, hasher, Some(left.stamp));
        Ok(true)
    }

    /// Begins anew: the note goes first, so that it never speaks of bytes of another version.
    pub(crate) fn restart(&mut self, stamp: Option<Stamp>) -> Result<(), FetchError> {
        remove_if_there(&self.note)?;
        let fail = |cause| FetchError::io("write", &self.path, cause);
        self.file.set_len(0).map_err(fail)?;
        self.file.seek(SeekFrom::Start(0)).map_err(fail)?;
        (self.bytes, self.noted, self.hasher, self.stamp) = (0, 0, sha2::Sha256::new(), stamp);
        Ok(())
    }

    /// Length so far in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What to ask the rest with, if there is a beginning and the server named its version.
    pub(crate) fn resumable(&self) -> Option<&Stamp> {
        self.stamp.as_ref().filter(|_| self.bytes > 0)
    }

    /// Adds bytes.
    pub(crate) fn add(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(piece).map_err(|cause| FetchError::io("write", &self.path, cause))?;
        self.hasher.update(piece);
        self.bytes += piece.len() as u64;
        if self.bytes - self.noted >= CHECKPOINT { self.keep() } else { Ok(()) }
    }

    /// Flushes the bytes to the medium and notes them, so that a later run can go on from here.
    pub(crate) fn keep(&mut self) -> Result<(), FetchError> {
        let Some(stamp) = &self.stamp else { return Ok(()) };
        if self.bytes == self.noted {
            return Ok(());
        }
        self.file.sync_data().map_err(|cause| FetchError::io("write", &self.path, cause))?;
        let note = Note { stamp: stamp.clone(), bytes: self.bytes, sha256: digest(&self.hasher) };
        let text = serde_json::to_vec(&note).map_err(|error| FetchError::io("write", &self.note, error.into()))?;
        write_atomically(&self.note, &text)?;
        self.noted = self.bytes;
        Ok(())
    }

    /// Flushes the whole file; its path and the hash of its bytes.
    pub(crate) fn finish(&mut self) -> Result<(&Path, Sha256), FetchError> {
        self.file.sync_all().map_err(|cause| FetchError::io("write", &self.path, cause))?;
        Ok((&self.path, digest(&self.hasher)))
    }

    /// Removes part and note, whatever they hold.
    pub(crate) fn remove(self) -> Result<(), FetchError> {
        remove_if_there(&self.note)?;
        remove_if_there(&self.path)
    }
}

fn digest(hasher: &sha2::Sha256) -> Sha256 {
    Sha256::from_bytes(hasher.clone().finalize().into())
}

fn remove_if_there(path: &Path) -> Result<(), FetchError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(FetchError::io("remove", path, cause)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp() -> Stamp {
        Stamp { address: "https://a.example/x".to_owned(), validator: "\"1\"".to_owned(), encoding: None, total: Some(9) }
    }

    #[test]
    fn a_part_is_taken_up_only_if_its_bytes_are_those_of_its_note() {
        let home = tempfile::tempdir().unwrap();
        let open = |address: &str| Part::open(home.path(), address).unwrap();
        let address = stamp().address;
        let begin = || {
            let mut part = open(&address);
            part.restart(Some(stamp())).unwrap();
            part.add(b"abcd").unwrap();
            part.keep().unwrap();
            part.add(b"lost in a crash").unwrap();
        };
        begin();
        let part = open(&address);
        assert_eq!((part.bytes(), part.resumable()), (4, Some(&stamp())));
        assert_eq!(fs::read(home.path().join(PART)).unwrap(), b"abcd");
        // Other bytes under the same note, a shorter file, another address, a broken note: each begins anew.
        fs::write(home.path().join(PART), b"abXd").unwrap();
        assert_eq!(open(&address).bytes(), 0);
        begin();
        fs::write(home.path().join(PART), b"abc").unwrap();
        assert_eq!(open(&address).bytes(), 0);
        begin();
        assert_eq!(open("https://a.example/y").bytes(), 0);
        begin();
        fs::write(home.path().join(NOTE), b"{").unwrap();
        assert_eq!(open(&address).bytes(), 0);
        assert!(!home.path().join(NOTE).exists());
    }

    #[test]
    fn the_hash_of_a_part_taken_up_is_that_of_all_its_bytes() {
        let home = tempfile::tempdir().unwrap();
        let mut part = Part::open(home.path(), &stamp().address).unwrap();
        part.restart(Some(stamp())).unwrap();
        part.add(b"ab").unwrap();
        part.keep().unwrap();
        drop(part);
        let mut part = Part::open(home.path(), &stamp().address).unwrap();
        part.add(b"c").unwrap();
        let (path, sha256) = part.finish().unwrap();
        assert_eq!(fs::read(path).unwrap(), b"abc");
        assert_eq!(sha256.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        part.remove().unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }
}
