use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tw_evidence::{Capture, write_atomically};

use crate::error::FetchError;

/// Name of the file that lists the captures of a source, in the source's folder.
pub(crate) const MANIFEST: &str = "manifest.jsonl";

/// How the server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Status of the last answer: 200, or 206 if the rest of a broken transfer was fetched.
    pub status: u16,
    /// Where the bytes came from after redirects, without the query; none if the address itself answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_from: Option<String>,
    /// `ETag`, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// `Date`, as sent: the server's own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// `Content-Type`, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Content-Encoding`, as sent; the capture holds the decoded bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// Length of the body as transferred, before decoding.
    pub transferred: u64,
}

/// One line of `manifest.jsonl`: at this time the source served these bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Id of the source.
    pub source: String,
    /// Id of the list.
    pub list: String,
    /// The publisher's version of the file, where its address names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The bytes: hash, length, name in this folder, time, licence, address.
    pub capture: Capture,
    /// The answer that brought them.
    pub answer: Answer,
}

/// The captures of a source's folder, oldest first; empty if there are none.
///
/// # Errors
/// If the manifest cannot be read, or a line is not what this program writes.
pub fn read_manifest(folder: &Path) -> Result<Vec<Record>, FetchError> {
    let path = folder.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(FetchError::io("read", &path, cause)),
    };
    let mut records = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let fault = |why: String| FetchError::Manifest { path: path.clone(), line: index + 1, why };
        let record: Record = serde_json::from_str(line).map_err(|error| fault(error.to_string()))?;
        if !is_plain_name(&record.capture.name) {
            return Err(fault("the name of the capture is not that of a file in this folder".to_owned()));
        }
        records.push(record);
    }
    Ok(records)
}

/// The newest capture of a source in a folder of lists (`<dir>/<source>/`), and where its bytes lie; none if there is none.
///
/// # Errors
/// As [`read_manifest`].
pub fn latest(dir: &Path, source: &str) -> Result<Option<(Record, PathBuf)>, FetchError> {
    let folder = dir.join(source);
    let record = read_manifest(&folder)?.pop();
    Ok(record.map(|record| {
        let path = folder.join(&record.capture.name);
        (record, path)
    }))
}

/// Writes the manifest whole; whatever interrupts it, the old or the new lines are there.
pub(crate) fn write_manifest(folder: &Path, records: &[Record]) -> Result<(), FetchError> {
    let path = folder.join(MANIFEST);
    let mut text = Vec::new();
    for record in records {
        serde_json::to_writer(&mut text, record).map_err(|error| FetchError::io("write", &path, error.into()))?;
        text.push(b'\n');
    }
    Ok(write_atomically(&path, &text)?)
}

fn is_plain_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_manifest_is_refused_with_its_line() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(read_manifest(home.path()).unwrap(), []);
        fs::write(home.path().join(MANIFEST), "{}\n").unwrap();
        let error = read_manifest(home.path()).unwrap_err();
        assert!(error.to_string().contains("manifest.jsonl`, line 1"), "{error}");
        assert_eq!(error.exit(), tw_base::Exit::Refused);
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        for (name, plain) in [("2031-03-30-0a1b2c3d.xml", true), ("../x", false), ("/etc/hosts", false), ("", false), (".part", false)] {
            assert_eq!(is_plain_name(name), plain, "{name}");
        }
    }
}
