use std::fmt;

use serde::{Deserialize, Serialize};

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// OFAC comma-delimited set: `sdn.csv` or `cons_prim.csv`, with its companions.
    OfacCsv,
    /// OFAC classic XML: `sdn.xml`, `consolidated.xml`.
    OfacXml,
    /// OFAC advanced XML: `sdn_advanced.xml`, `cons_advanced.xml`.
    OfacAdvancedXml,
    /// Changes of `sdn.csv` from one capture to the next, as JSON lines.
    OfacHistory,
    /// United Nations Security Council consolidated list, XML.
    UnXml,
    /// European Union financial sanctions file, XML (full, 1.0 and 1.1).
    EuFsfXml,
    /// European Union designations transcribed from the Official Journal, CSV.
    EuJournalCsv,
    /// UK Sanctions List, CSV, and the OFSI consolidated list that it replaced.
    UkCsv,
    /// UK Sanctions List, XML.
    UkXml,
    /// United States Consolidated Screening List, CSV.
    CslCsv,
    /// United States Denied Persons List, tab-delimited.
    DplTsv,
    /// FollowTheMoney entities as JSON lines.
    Ftm,
    /// Changes of FollowTheMoney entities as JSON lines: `entities.delta.json`.
    FtmDelta,
}

impl Format {
    /// The words of messages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::OfacCsv => "OFAC CSV",
            Self::OfacXml => "OFAC XML",
            Self::OfacAdvancedXml => "OFAC advanced XML",
            Self::OfacHistory => "OFAC changes, JSON lines",
            Self::UnXml => "UN consolidated XML",
            Self::EuFsfXml => "EU financial sanctions XML",
            Self::EuJournalCsv => "EU Official Journal CSV",
            Self::UkCsv => "UK sanctions list CSV",
            Self::UkXml => "UK sanctions list XML",
            Self::CslCsv => "US Consolidated Screening List CSV",
            Self::DplTsv => "US Denied Persons List",
            Self::Ftm => "FollowTheMoney JSON lines",
            Self::FtmDelta => "FollowTheMoney changes, JSON lines",
        }
    }

    /// Name of the list and of its dataset, as OpenSanctions calls it, if the format says which list it is.
    pub(crate) fn list(self, file_name: &str) -> (&'static str, &'static str) {
        match self {
            Self::OfacCsv | Self::OfacXml | Self::OfacAdvancedXml | Self::OfacHistory => {
                if base(file_name).starts_with("cons") {
                    ("US-CONS", "us_ofac_cons")
                } else {
                    ("US-SDN", "us_ofac_sdn")
                }
            }
            Self::UnXml => ("UN-SC", "un_sc_sanctions"),
            Self::EuFsfXml => ("EU-FSF", "eu_fsf"),
            Self::EuJournalCsv => ("EU-OJ", "eu_journal_sanctions"),
            Self::UkCsv | Self::UkXml => ("GB", "gb_fcdo_sanctions"),
            Self::CslCsv => ("US-CSL", "us_trade_csl"),
            Self::DplTsv => ("US-DPL", "us_bis_denied"),
            Self::Ftm | Self::FtmDelta => ("", ""),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

fn base(file_name: &str) -> String {
    file_name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Finds out how a list is written from its first bytes (unpacked) and its name. `None` if it is none that is known.
///
/// Only `sdn.csv` and its like, which have no header, are told by their name as well.
///
/// ```
/// use tw_lists::{Format, detect};
/// assert_eq!(detect(b"<?xml version='1.0'?><CONSOLIDATED_LIST dateGenerated='2026-02-27'>", "un.xml"), Some(Format::UnXml));
/// assert_eq!(detect(b"36,\"EXAMPLE LINES\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n", "sdn.csv"), Some(Format::OfacCsv));
/// assert_eq!(detect(b"hello", "sdn.csv"), None);
/// ```
#[must_use]
pub fn detect(head: &[u8], file_name: &str) -> Option<Format> {
    let head = &head[..head.len().min(1 << 16)];
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start();
    if text.starts_with('<') {
        return xml(text);
    }
    if text.starts_with('{') {
        return json(text);
    }
    let first = text.lines().next()?;
    if first.starts_with("amendedCelex,") || first.starts_with("celex,") {
        return Some(Format::EuJournalCsv);
    }
    if first.contains("Standard_Order") && first.contains("Effective_Date") {
        return Some(Format::DplTsv);
    }
    let lower = first.to_ascii_lowercase();
    if lower.contains("source,") && lower.contains("entity_number,") && lower.contains("federal_register_notice") {
        return Some(Format::CslCsv);
    }
    // The UK files may have one line before their header.
    if text.lines().take(3).any(|line| line.contains("Name 6") && (line.contains("Unique ID") || line.contains("Group ID"))) {
        return Some(Format::UkCsv);
    }
    let base = base(file_name);
    let named = base.starts_with("sdn") || base.starts_with("cons_prim");
    let cells = first.split(',').next().is_some_and(|cell| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()));
    (named && cells && first.contains("-0-")).then_some(Format::OfacCsv)
}

/// Tells XML by its root element.
fn xml(text: &str) -> Option<Format> {
    let mut rest = text;
    loop {
        let at = rest.find('<')?;
        rest = &rest[at + 1..];
        if rest.starts_with('?') || rest.starts_with('!') {
            continue;
        }
        let name: &str = rest.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
        return match name.rsplit(':').next()? {
            "sdnList" => Some(Format::OfacXml),
            "Sanctions" => Some(Format::OfacAdvancedXml),
            "CONSOLIDATED_LIST" => Some(Format::UnXml),
            "export" => Some(Format::EuFsfXml),
            "Designations" => Some(Format::UkXml),
            _ => None,
        };
    }
}

fn json(text: &str) -> Option<Format> {
    let line = text.lines().next()?;
    let has = |key: &str| line.contains(key);
    if has("\"op\"") && has("\"ent_num\"") {
        return Some(Format::OfacHistory);
    }
    if has("\"op\"") && has("\"entity\"") {
        return Some(Format::FtmDelta);
    }
    (has("\"schema\"") || has("\"properties\"")).then_some(Format::Ftm)
}
