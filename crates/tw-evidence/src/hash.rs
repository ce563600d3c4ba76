use std::fs::{self, File};
use std::io::{self, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sha2::Digest as _;
use tw_base::Sha256;

/// Bytes read at a time: large enough to hide the cost of a system call, small enough to stay in the second-level cache.
const BUFFER: usize = 1 << 20;

/// SHA-256 of bytes in memory (FIPS 180-4).
///
/// ```
/// let empty = tw_evidence::sha256(b"");
/// assert_eq!(empty.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}

/// SHA-256 and length in bytes of a file, read as a stream: memory use is one mebibyte, whatever the file's size.
///
/// Symbolic links are followed; callers that must not leave a folder check for links first.
///
/// # Errors
/// If the path is no regular file, or cannot be read.
pub fn hash_file(path: &Path) -> io::Result<(Sha256, u64)> {
    hash_file_with(path, &mut vec![0; BUFFER])
}

/// Hashes files on several threads; the results are in the order of the paths.
///
/// `threads` is the number of workers, `0` for one per core. Each file is read by one worker with a buffer of one mebibyte.
#[must_use]
pub fn hash_files(paths: &[PathBuf], threads: usize) -> Vec<io::Result<(Sha256, u64)>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let workers = if threads == 0 { cores } else { threads }.min(paths.len());
    let next = AtomicUsize::new(0);
    let slots: Vec<OnceLock<io::Result<(Sha256, u64)>>> = paths.iter().map(|_| OnceLock::new()).collect();
    let work = || {
        let mut buffer = vec![0; BUFFER];
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(path), Some(slot)) = (paths.get(index), slots.get(index)) else { return };
            slot.get_or_init(|| hash_file_with(path, &mut buffer));
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    slots.into_iter().map(|slot| slot.into_inner().expect("the scope ends after every index was taken by one worker")).collect()
}

fn hash_file_with(path: &Path, buffer: &mut [u8]) -> io::Result<(Sha256, u64)> {
    // A pipe would block on opening, so the kind is asked first.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    hash_stream(File::open(path)?, buffer, |_| Ok(()))
}

/// Hashes a stream and hands every piece on, for copying while hashing.
pub(crate) fn copy_and_hash(from: impl Read, to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(Sha256, u64)> {
    hash_stream(from, &mut vec![0; BUFFER], to)
}

fn hash_stream(mut from: impl Read, buffer: &mut [u8], mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(Sha256, u64)> {
    let mut hasher = sha2::Sha256::new();
    let mut length = 0_u64;
    loop {
        let count = match from.read(buffer) {
            Ok(0) => return Ok((Sha256::from_bytes(hasher.finalize().into()), length)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let piece = &buffer[..count];
        hasher.update(piece);
        to(piece)?;
        length += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_test_vectors_hold() {
        // NIST FIPS 180-4 examples: "abc" and the 448-bit message.
        assert_eq!(sha256(b"abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let message = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(sha256(message).to_string(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }

    #[test]
    fn a_file_longer_than_the_buffer_hashes_as_its_bytes_do() {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = Vec::new();
        let mut expected = Vec::new();
        for (i, length) in [0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 17].into_iter().enumerate() {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let path = folder.path().join(i.to_string());
            fs::write(&path, &bytes).unwrap();
            assert_eq!(hash_file(&path).unwrap(), (sha256(&bytes), length as u64));
            paths.push(path);
            expected.push((sha256(&bytes), length as u64));
        }
        for threads in [0, 1, 2, 7, 100] {
            let found: Vec<_> = hash_files(&paths, threads).into_iter().map(Result::unwrap).collect();
            assert_eq!(found, expected, "{threads} threads");
        }
    }

    #[test]
    fn what_cannot_be_hashed_is_an_error_in_its_own_place() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good");
        fs::write(&good, b"abc").unwrap();
        let results = hash_files(&[folder.path().join("missing"), good, folder.path().to_owned()], 2);
        assert_eq!(results[0].as_ref().unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(results[1].as_ref().unwrap().1, 3);
        assert_eq!(results[2].as_ref().unwrap_err().to_string(), "not a regular file");
        assert!(hash_files(&[], 4).is_empty());
    }
}
