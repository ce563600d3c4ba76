//! The review log of a case: who decided what about which lead, when, and why.
//!
//! The log only grows. Each entry carries the SHA-256 of its fields and of the entry before it, so a change to any of them breaks the chain
//! from there on. Cutting off the newest entries leaves a shorter chain that is whole: to notice that, keep [`Reviews::head`] elsewhere (a
//! dossier does) and compare with [`Reviews::holds`]. Whoever can write the file can also compute a whole new chain; the log shows
//! mistakes and quiet edits, it does not replace a signature.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};
use serde::Serialize;
use sha2::Digest;
use thiserror::Error;
use tw_base::Sha256;

use crate::error::StoreError;
use crate::state::{LONGEST_ID, Stage, State, check_text};

/// Marks the file as ours in its header ("tdw1"; SQLite file format, 1.3, offset 68).
const APPLICATION_ID: i32 = 0x7464_7731;

/// Version of the layout below (SQLite file format, 1.3, offset 60).
const LAYOUT: i32 = 1;

/// The first 16 bytes of every SQLite file (SQLite file format, 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// How long a writer waits for another, in seconds.
const PATIENCE: u64 = 10;

/// Longest note, in bytes.
const LONGEST_NOTE: usize = 20_000;

/// Which program wrote the entry.
const TOOL: &str = concat!("tidewaiter ", env!("CARGO_PKG_VERSION"));

/// `prev` of the first entry.
const GENESIS: Sha256 = Sha256::from_bytes([0; 32]);

const TABLE: &str = "CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  subject TEXT NOT NULL,
  action TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  reason TEXT,
  note TEXT,
  tool TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT";

/// What keeps other programs from changing the log by accident. The third is needed because REPLACE deletes without asking the second.
const GUARDS: &[(&str, &str)] = &[
    ("log_no_update", "CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"),
    ("log_no_delete", "CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"),
    (
        "log_in_order",
        "CREATE TRIGGER log_in_order BEFORE INSERT ON log \
         WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM log) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    ),
];

/// A step that a person takes.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Who, by name or initials.
    pub who: &'a str,
    /// Id of the lead.
    pub lead: &'a str,
    /// Where it goes, with the reason if it is dismissed.
    pub to: State,
    /// A remark; required for a step back.
    pub note: Option<&'a str>,
    /// When, by the caller's clock.
    pub at: Timestamp,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Place in the log, from 1.
    pub seq: u64,
    /// When, by the clock of the machine that wrote it. The order of the log is that of `seq`.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// Id of the lead.
    pub lead: String,
    /// `advance`, or `return` for a step back.
    pub action: String,
    /// Where it was.
    pub from: Stage,
    /// Where it went.
    pub to: State,
    /// A remark.
    pub note: Option<String>,
    /// Program and version that wrote it.
    pub tool: String,
    /// Hash of the entry before.
    pub prev: Sha256,
    /// Hash of this one.
    pub hash: Sha256,
}

/// The newest entry of a log: what to keep elsewhere, so that a shortened log is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Head {
    /// Number of entries.
    pub seq: u64,
    /// Hash of the newest.
    pub hash: Sha256,
}

/// Where the chain breaks, and how.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("entry {seq}: {why}")]
pub struct ChainFault {
    /// The first entry that is not as it was written.
    pub seq: u64,
    /// What is wrong with it.
    pub why: String,
}

/// A review log, open.
#[derive(Debug)]
pub struct Reviews {
    path: PathBuf,
    connection: Connection,
}

impl Reviews {
    /// Opens a log for reading and writing, and makes it if there is no file or an empty one.
    ///
    /// # Errors
    /// [`StoreError::NotALog`] if the file is something else, which is then not touched; [`StoreError::Log`] if it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let fresh = !is_log(path)?;
        let create = if fresh { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
        let mut reviews = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | create)?;
        if !fresh {
            // A damaged or foreign file is found out before anything is written to it.
            reviews.check_layout()?;
        }
        reviews.settle(fresh).map_err(|error| log_error(path, &error))?;
        reviews.check_layout()?;
        Ok(reviews)
    }

    /// Opens a log for reading. Nothing is written, not even a missing file.
    ///
    /// # Errors
    /// As [`Reviews::open`], and [`StoreError::Io`] if there is no file.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        if !is_log(path)? {
            let error = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no review log");
            return Err(StoreError::io(path, error));
        }
        let reviews = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        reviews.check_layout()?;
        Ok(reviews)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let open = || {
            let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(Duration::from_secs(PATIENCE))?;
            // A hostile file can neither run functions from its schema nor be written around its format.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            connection.pragma_update(None, "cell_size_check", true)?;
            Ok(connection)
        };
        let connection = open().map_err(|error| log_error(path, &error))?;
        Ok(Self { path: path.to_owned(), connection })
    }

    /// Settings of a writer; table and guards of a new log, in one transaction.
    fn settle(&mut self, fresh: bool) -> rusqlite::Result<()> {
        self.connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if fresh && !transaction.table_exists(None, "log")? {
            transaction.execute_batch(TABLE)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        for (name, guard) in GUARDS {
            if definition(&transaction, name)?.as_deref() != Some(*guard) {
                transaction.execute_batch(&format!("DROP TRIGGER IF EXISTS {name}; {guard}"))?;
            }
        }
        transaction.commit()
    }

    fn check_layout(&self) -> Result<(), StoreError> {
        let found = definition(&self.connection, "log").map_err(|error| log_error(&self.path, &error))?;
        if found.as_deref() == Some(TABLE) {
            return Ok(());
        }
        Err(StoreError::NotALog { path: self.path.display().to_string(), why: "its table `log` has other columns".to_owned() })
    }

    /// Adds a step to the log, in one transaction that is on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Transition`] if the lead cannot take it, [`StoreError::Field`] for text that cannot be taken, [`StoreError::Chain`] if
    /// the log is broken, [`StoreError::Log`] if it cannot be written. Nothing is added then.
    pub fn set(&mut self, change: &Change<'_>) -> Result<Entry, StoreError> {
        check_text("name of the reviewer", change.who, LONGEST_ID)?;
        check_text("id of the lead", change.lead, LONGEST_ID)?;
        if let Some(note) = change.note {
            check_text("note", note, LONGEST_NOTE)?;
        }
        let path = self.path.clone();
        let fault = |error: rusqlite::Error| log_error(&path, &error);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
        let log = read_chain(&transaction)?;
        let from = log.states.get(change.lead).cloned().unwrap_or_default();
        check_step(&log.states, change.lead, &from, &change.to, change.note)?;
        let last = log.entries.last();
        let raw = Raw {
            seq: last.map_or(0, |entry| entry.seq) + 1,
            at: change.at.to_string(),
            who: change.who.to_owned(),
            subject: change.lead.to_owned(),
            action: action(from.stage(), change.to.stage()).to_owned(),
            from_state: from.stage().word().to_owned(),
            to_state: change.to.stage().word().to_owned(),
            reason: change.to.reason().map(|reason| reason.as_str().to_owned()),
            note: change.note.map(str::to_owned),
            tool: TOOL.to_owned(),
            prev: last.map_or(GENESIS, |entry| entry.hash).to_string(),
        };
        let hash = raw.digest();
        transaction
            .execute(
                "INSERT INTO log (seq, at, who, subject, action, from_state, to_state, reason, note, tool, prev, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    i64::try_from(raw.seq).unwrap_or(i64::MAX),
                    raw.at,
                    raw.who,
                    raw.subject,
                    raw.action,
                    raw.from_state,
                    raw.to_state,
                    raw.reason,
                    raw.note,
                    raw.tool,
                    raw.prev,
                    hash.to_string()
                ],
            )
            .map_err(fault)?;
        transaction.commit().map_err(fault)?;
        Ok(Entry {
            seq: raw.seq,
            at: change.at,
            who: raw.who,
            lead: raw.subject,
            action: raw.action,
            from: from.stage(),
            to: change.to.clone(),
            note: raw.note,
            tool: raw.tool,
            prev: last.map_or(GENESIS, |entry| entry.hash),
            hash,
        })
    }

    /// All entries, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Chain`] if the log is broken.
    pub fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        Ok(read_chain(&self.connection)?.entries)
    }

    /// State of every lead that the log names; any other is a [`State::Lead`].
    ///
    /// # Errors
    /// [`StoreError::Chain`] if the log is broken: a state that was tampered with is not a state.
    pub fn states(&self) -> Result<BTreeMap<String, State>, StoreError> {
        Ok(read_chain(&self.connection)?.states)
    }

    /// Entries about one lead, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Chain`] if the log is broken.
    pub fn history(&self, lead: &str) -> Result<Vec<Entry>, StoreError> {
        let mut entries = self.entries()?;
        entries.retain(|entry| entry.lead == lead);
        Ok(entries)
    }

    /// The newest entry, to be kept elsewhere; `None` if the log is empty.
    ///
    /// # Errors
    /// [`StoreError::Chain`] if the log is broken.
    pub fn head(&self) -> Result<Option<Head>, StoreError> {
        Ok(self.entries()?.last().map(|entry| Head { seq: entry.seq, hash: entry.hash }))
    }

    /// Whether the log still holds an entry that was its newest once. If not, entries were cut off or the log was replaced.
    ///
    /// # Errors
    /// [`StoreError::Chain`] if the log is broken.
    pub fn holds(&self, head: Head) -> Result<bool, StoreError> {
        Ok(self.entries()?.iter().any(|entry| entry.seq == head.seq && entry.hash == head.hash))
    }

    /// Checks every hash, every link, and that every step follows from the one before.
    ///
    /// # Errors
    /// The first entry that is not as it was written.
    pub fn verify_chain(&self) -> Result<(), ChainFault> {
        read_chain(&self.connection).map(drop)
    }
}

/// The fields of an entry as they are stored and hashed.
#[derive(Debug)]
struct Raw {
    seq: u64,
    at: String,
    who: String,
    subject: String,
    action: String,
    from_state: String,
    to_state: String,
    reason: Option<String>,
    note: Option<String>,
    tool: String,
    prev: String,
}

impl Raw {
    /// SHA-256 over the fields as JSON in canonical form (RFC 8785): sorted names, no spaces.
    fn digest(&self) -> Sha256 {
        let text = |text: &str| serde_json::Value::from(text);
        let fields: BTreeMap<&str, serde_json::Value> = [
            ("seq", self.seq.into()),
            ("at", text(&self.at)),
            ("who", text(&self.who)),
            ("subject", text(&self.subject)),
            ("action", text(&self.action)),
            ("from_state", text(&self.from_state)),
            ("to_state", text(&self.to_state)),
            ("reason", self.reason.as_deref().into()),
            ("note", self.note.as_deref().into()),
            ("tool", text(&self.tool)),
            ("prev", text(&self.prev)),
        ]
        .into();
        let json = serde_json::to_vec(&fields).expect("text and numbers are JSON");
        Sha256::from_bytes(sha2::Sha256::digest(json).into())
    }
}

struct Log {
    entries: Vec<Entry>,
    states: BTreeMap<String, State>,
}

/// Reads the log and checks it on the way.
fn read_chain(connection: &Connection) -> Result<Log, ChainFault> {
    let mut log = Log { entries: Vec::new(), states: BTreeMap::new() };
    let mut expected = 1;
    let unreadable = |seq: u64, error: &rusqlite::Error| ChainFault { seq, why: format!("it cannot be read: {error}") };
    let query = "SELECT seq, at, who, subject, action, from_state, to_state, reason, note, tool, prev, hash FROM log ORDER BY seq";
    let mut statement = connection.prepare(query).map_err(|error| unreadable(expected, &error))?;
    let mut rows = statement.query([]).map_err(|error| unreadable(expected, &error))?;
    while let Some(row) = rows.next().map_err(|error| unreadable(expected, &error))? {
        let entry =
            read_row(row).map_err(|error| unreadable(expected, &error)).and_then(|(raw, hash)| check(&log, expected, &raw, &hash))?;
        log.states.insert(entry.lead.clone(), entry.to.clone());
        log.entries.push(entry);
        expected += 1;
    }
    Ok(log)
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Raw, String)> {
    let raw = Raw {
        seq: u64::try_from(row.get::<_, i64>("seq")?).unwrap_or(0),
        at: row.get("at")?,
        who: row.get("who")?,
        subject: row.get("subject")?,
        action: row.get("action")?,
        from_state: row.get("from_state")?,
        to_state: row.get("to_state")?,
        reason: row.get("reason")?,
        note: row.get("note")?,
        tool: row.get("tool")?,
        prev: row.get("prev")?,
    };
    Ok((raw, row.get("hash")?))
}

/// Checks an entry against the log before it.
fn check(log: &Log, expected: u64, raw: &Raw, hash: &str) -> Result<Entry, ChainFault> {
    let fault = |why: &str| ChainFault { seq: expected, why: why.to_owned() };
    if raw.seq > expected {
        return Err(fault("it is missing"));
    }
    if raw.seq < expected {
        return Err(fault("its number is not a place in the log"));
    }
    let prev = log.entries.last().map_or(GENESIS, |entry| entry.hash);
    if raw.prev != prev.to_string() {
        return Err(fault("it does not follow the entry before it"));
    }
    let digest = raw.digest();
    if hash != digest.to_string() {
        return Err(fault("its hash is not that of its fields"));
    }
    let at = raw.at.parse().map_err(|_| fault("its time is not a time"))?;
    let from: Stage = raw.from_state.parse().map_err(|_| fault("it comes from no known state"))?;
    let to = State::from_words(&raw.to_state, raw.reason.as_deref()).map_err(|error| fault(&error.to_string()))?;
    let state = log.states.get(&raw.subject).cloned().unwrap_or_default();
    if state.stage() != from {
        return Err(fault(&format!("it leaves the state `{from}`, and the lead was `{}`", state.stage())));
    }
    check_step(&log.states, &raw.subject, &state, &to, raw.note.as_deref()).map_err(|error| fault(&error.to_string()))?;
    if raw.action != action(from, to.stage()) {
        return Err(fault("its action is not that of its states"));
    }
    Ok(Entry {
        seq: raw.seq,
        at,
        who: raw.who.clone(),
        lead: raw.subject.clone(),
        action: raw.action.clone(),
        from,
        to,
        note: raw.note.clone(),
        tool: raw.tool.clone(),
        prev,
        hash: digest,
    })
}

fn action(from: Stage, to: Stage) -> &'static str {
    if from.goes_back_to(to) { "return" } else { "advance" }
}

fn check_step(states: &BTreeMap<String, State>, lead: &str, from: &State, to: &State, note: Option<&str>) -> Result<(), StoreError> {
    let refuse = |why: String, hint: Option<String>| {
        Err(StoreError::Transition { lead: lead.to_owned(), from: from.stage(), to: to.stage(), why, hint })
    };
    if let Err((why, hint)) = from.stage().may_go(to.stage()) {
        return refuse(why, hint);
    }
    if from.stage().goes_back_to(to.stage()) && note.is_none() {
        return refuse("a step back needs a note".to_owned(), Some("say in the note what was learned".to_owned()));
    }
    let mut other = to.reason().and_then(|reason| reason.duplicate_of());
    // No loop is ever let in, so this walk ends.
    while let Some(target) = other {
        if target == lead {
            return refuse("it would be a duplicate of itself".to_owned(), Some("name the lead that stays".to_owned()));
        }
        other = states.get(target).and_then(State::reason).and_then(|reason| reason.duplicate_of());
    }
    Ok(())
}

/// Whether there is a file with the marks of a log in its header. `false` if there is no file, or an empty one.
fn is_log(path: &Path) -> Result<bool, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StoreError::io(path, error)),
    };
    let mut header = Vec::new();
    file.take(100).read_to_end(&mut header).map_err(|error| StoreError::io(path, error))?;
    let refuse = |why: &str| Err(StoreError::NotALog { path: path.display().to_string(), why: why.to_owned() });
    if header.is_empty() {
        return Ok(false);
    }
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return refuse("it is not an SQLite file");
    }
    let number = |offset: usize| i32::from_be_bytes([header[offset], header[offset + 1], header[offset + 2], header[offset + 3]]);
    if number(68) != APPLICATION_ID {
        return refuse("it is the SQLite file of another program");
    }
    match number(60) {
        LAYOUT => Ok(true),
        version if version > LAYOUT => refuse("a newer version of this program made it"),
        _ => refuse("its version is not known"),
    }
}

fn definition(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema WHERE name = ?1")?;
    let mut rows = statement.query([name])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

fn log_error(path: &Path, error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    if matches!(code, Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) {
        return StoreError::NotALog { path: path.display().to_string(), why: format!("it is damaged: {error}") };
    }
    let busy = matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
    StoreError::Log { path: path.display().to_string(), message: error.to_string(), busy }
}

#[cfg(test)]
mod tests;
