use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// How the server listens, whom it lets in, and how much it takes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address and port. Anything beyond loopback needs [`Settings::keys`].
    pub bind: SocketAddr,
    /// Name of the service, as reconciliation clients show it.
    pub title: String,
    /// Keys that clients must show; none: no key is asked for, which is allowed on loopback only.
    pub keys: Keys,
    /// Token that `POST /updatez` must bring; without one no update can be asked for over HTTP.
    pub update_token: Option<String>,
    /// How often the files of the lists are looked at for changes; `None`: never.
    pub watch: Option<Duration>,
    /// Web origins beyond loopback whose pages may read replies (`https://refine.example.org`).
    pub origins: Vec<String>,
    /// Address under which clients reach the server, for the links in the reconciliation manifest; by default the `Host` of the request.
    pub public_url: Option<String>,
    /// Bounds on what is taken.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8999)),
            title: "tidewaiter".to_owned(),
            keys: Keys::default(),
            update_token: None,
            watch: None,
            origins: Vec::new(),
            public_url: None,
            limits: Limits::default(),
        }
    }
}

/// Bounds on what the server takes. A request beyond one is refused with a reply that names it.
///
/// Memory for requests is at most `connections * body`, and sixteen times `body` more for each request that is being answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a body (413). A batch of 100 queries has about 50 kB.
    pub body: usize,
    /// Most bytes of path and query string (414); as in yente.
    pub url: usize,
    /// Most queries in a batch (400); as in yente.
    pub batch: usize,
    /// Most values in one query (400).
    pub values: usize,
    /// Most bytes of one value (400).
    pub value: usize,
    /// Most ids to exclude in one query (400).
    pub excluded: usize,
    /// Most open connections; more wait to be accepted.
    pub connections: usize,
    /// Requests that are computed at the same time; more wait. 0: two for each core.
    pub at_once: usize,
    /// Time for a client to send the head of a request, and to keep an idle connection.
    pub head: Duration,
    /// Longest pause while a body arrives (408), or while a client reads a reply (the connection is closed).
    pub idle: Duration,
    /// Time for a whole request, from its head to the reply (504).
    pub request: Duration,
    /// Time that open requests get to end when the server is told to stop.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 2 << 20,
            url: 60_000,
            batch: 100,
            values: 500,
            value: 4_000,
            excluded: 5_000,
            connections: 1_024,
            at_once: 0,
            head: Duration::from_secs(15),
            idle: Duration::from_secs(10),
            request: Duration::from_secs(20),
            stop: Duration::from_secs(10),
        }
    }
}

/// API keys, kept as SHA-256 only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys(Vec<[u8; 32]>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

/// Fewest characters of a key: 16 of the 64 of base64 are 96 bits.
const SHORTEST_KEY: usize = 16;

impl Keys {
    /// Adds a key.
    ///
    /// # Errors
    /// If it is shorter than 16 characters.
    pub fn add(&mut self, key: &str) -> Result<(), ServeError> {
        let key = key.trim();
        if key.len() < SHORTEST_KEY {
            return Err(ServeError::ShortKey);
        }
        self.0.push(hash(key));
        Ok(())
    }

    /// Adds the keys of a file: one a line; empty lines and those that begin with `#` do not count.
    ///
    /// # Errors
    /// If the file cannot be read, or a key is too short.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ServeError> {
        let text =
            std::fs::read_to_string(path).map_err(|e| ServeError::KeyFile { path: path.display().to_string(), reason: e.to_string() })?;
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            self.add(line)?;
        }
        Ok(())
    }

    /// If there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// If the key is one of these. The time taken does not tell which bytes agree: hashes are compared, all of them, to the end.
    #[must_use]
    pub fn holds(&self, key: &str) -> bool {
        let asked = hash(key.trim());
        self.0.iter().fold(false, |found, known| found | same(known, &asked))
    }
}

pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// If two hashes are the same, in a time that does not depend on where they differ.
pub(crate) fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0, |differing, (x, y)| differing | (x ^ y)) == 0
}

/// Why the server cannot start, or had to stop.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address can be reached from elsewhere, and no key is set.
    #[error("{0} can be reached from other machines, so API keys are needed: give --api-key or a key file, or bind to 127.0.0.1")]
    Open(SocketAddr),
    /// A key is too short to be safe.
    #[error("an API key has fewer than {SHORTEST_KEY} characters: take a longer random one")]
    ShortKey,
    /// The file of keys cannot be read.
    #[error("cannot read the API keys in {path}: {reason}")]
    KeyFile {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The address is taken, or not ours.
    #[error("cannot listen on {bind}: {reason}")]
    Bind {
        /// The address.
        bind: SocketAddr,
        /// Why.
        reason: String,
    },
    /// The lists cannot be loaded.
    #[error(transparent)]
    Lists(#[from] crate::ListError),
    /// The system gives no threads or sockets.
    #[error("cannot run the server: {0}")]
    System(String),
}

impl Settings {
    /// Checks that the settings are safe together.
    ///
    /// # Errors
    /// If the address is not a loopback one and there are no keys.
    pub fn check(&self) -> Result<(), ServeError> {
        if !self.bind.ip().is_loopback() && self.keys.is_empty() {
            return Err(ServeError::Open(self.bind));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_beyond_loopback_needs_a_key() {
        let mut settings = Settings { bind: SocketAddr::from(([0, 0, 0, 0], 8999)), ..Settings::default() };
        assert!(matches!(settings.check(), Err(ServeError::Open(_))));
        settings.keys.add("0123456789abcdef").expect("long enough");
        assert!(settings.check().is_ok());
        assert!(Settings::default().check().is_ok());
    }

    #[test]
    fn keys_are_compared_whole_and_short_ones_refused() {
        let mut keys = Keys::default();
        assert!(matches!(keys.add("short"), Err(ServeError::ShortKey)));
        keys.add("0123456789abcdef").expect("long enough");
        keys.add("another-key-of-ours").expect("long enough");
        assert!(keys.holds("0123456789abcdef") && keys.holds("another-key-of-ours"));
        assert!(!keys.holds("0123456789abcdeg") && !keys.holds(""));
        assert_eq!(format!("{keys:?}"), "Keys(2)");
    }

    #[test]
    fn a_key_file_has_one_key_a_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        std::fs::write(&path, "# ours\n\n0123456789abcdef\n").expect("written");
        let mut keys = Keys::default();
        keys.add_file(&path).expect("read");
        assert!(keys.holds("0123456789abcdef"));
        assert!(keys.add_file(&folder.path().join("none")).is_err());
    }
}
