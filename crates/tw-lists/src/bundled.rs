//! The list that comes with the program: the US list of specially designated nationals, with its changes between captures.
//!
//! Works of the US government are in the public domain (17 U.S.C. 105). `data/README.md` says which captures it was made from;
//! `examples/bundle.rs` makes it. It ends with its last capture and says so wherever it is used: it is no substitute for today's list.

use std::io::Read as _;

use serde::{Deserialize, Serialize};
use tw_base::Date;
use tw_ftm::read_entry;

use crate::shelf::{ListState, Stock};

/// Name of the list.
pub const LIST: &str = "US-SDN";

static PACKED: &[u8] = include_bytes!("../data/us-sdn.jsonl.zst");

/// First line of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Name of the list.
    pub list: String,
    /// Entries on it at the last state.
    pub entries: usize,
    /// Number of states.
    pub states: usize,
    /// Day of the first state.
    pub first: Date,
    /// Day of the last state.
    pub last: Date,
}

/// The entries of the bundled list.
///
/// ```
/// let stock = tw_lists::bundled::stock();
/// assert_eq!(stock.lists[0].list, "US-SDN");
/// assert!(stock.lists[0].entries > 10_000);
/// ```
#[must_use]
pub fn stock() -> Stock {
    read(PACKED).expect("the bundled list is read by a test")
}

fn read(packed: &[u8]) -> Result<Stock, String> {
    let mut text = String::new();
    zstd::Decoder::new(packed).and_then(|mut decoder| decoder.read_to_string(&mut text)).map_err(|error| error.to_string())?;
    let mut lines = text.lines();
    let header: Header = serde_json::from_str(lines.next().unwrap_or_default()).map_err(|error| error.to_string())?;
    let entries = lines.map(|line| read_entry(line).map_err(|error| error.to_string())).collect::<Result<Vec<_>, _>>()?;
    let state = ListState {
        list: header.list,
        entries: header.entries,
        states: header.states,
        first: header.first,
        last: header.last,
        bundled: true,
        files: Vec::new(),
    };
    Ok(Stock { entries, lists: vec![state] })
}

/// Writes entries as the bundled file holds them.
///
/// # Errors
/// If they cannot be packed.
pub fn pack(stock: &Stock) -> std::io::Result<Vec<u8>> {
    let list = &stock.lists[0];
    let header = Header { list: list.list.clone(), entries: list.entries, states: list.states, first: list.first, last: list.last };
    let mut text = serde_json::to_string(&header)?;
    for entry in &stock.entries {
        text.push('\n');
        text.push_str(&serde_json::to_string(entry)?);
    }
    zstd::encode_all(text.as_bytes(), 19)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_ftm::Status;

    #[test]
    fn the_oil_company_was_not_yet_then_and_is_no_longer_listed() {
        let stock = stock();
        let company = stock.entries.iter().rfind(|e| e.entity.id == "ofac-22327").expect("an entry");
        let status = |day: &str| company.status(day.parse().expect("a date"));
        assert_eq!(status("2017-05-31"), Some(Status::NotYet));
        assert_eq!(status("2018-12-31"), Some(Status::Listed));
        assert_eq!(status("2020-03-02"), Some(Status::NoLonger));
        assert!(company.entity.get("alias").iter().any(|a| a.contains("NEZAVISIMAYA")));
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        assert!(read(&PACKED[..PACKED.len() / 2]).is_err());
        assert!(read(b"").is_err());
    }
}
