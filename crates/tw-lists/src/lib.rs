//! Sanctions lists, from their bytes to dated entries.
//!
//! A list is read as a stream, strictly: what is no list is refused with the place where it stops being one, what is an entry but cannot
//! be taken is counted and located, what is taken with a doubt is counted as a remark. Nothing is guessed: values stay as printed, but
//! for white space, the order of a person's names, dates of one meaning only (as `1948-12-10`), and IMO numbers (as `IMO1234567`).
//!
//! ```
//! use tw_lists::{Capture, Format, ListFiles, collect};
//! let text = r#"<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><ENTITIES><ENTITY>
//!   <DATAID>1</DATAID><FIRST_NAME>EXAMPLE SHIPPING</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
//!   <REFERENCE_NUMBER>KPe.999</REFERENCE_NUMBER><LISTED_ON>2018-03-30</LISTED_ON>
//! </ENTITY></ENTITIES></CONSOLIDATED_LIST>"#;
//! let capture = Capture { sha256: tw_base::Sha256::from_bytes([0; 32]), captured: None, list: None };
//! let (entries, report) = collect(Format::UnXml, ListFiles::one("un.xml", text.as_bytes()), &capture)?;
//! assert_eq!(entries[0].entity.id, "unsc-1");
//! assert_eq!(entries[0].listings[0].listed.to_string(), "on 2018-03-30");
//! assert_eq!((report.entries, report.refusals()), (1, 0));
//! # Ok::<(), tw_base::Refusal>(())
//! ```

pub mod bundled;
pub mod history;
pub mod shelf;

mod card;
mod csl;
mod dates;
mod dpl;
mod draft;
mod eu_fsf;
mod eu_journal;
mod format;
mod ftm;
mod header;
mod held;
mod input;
mod lines;
mod ofac;
mod read;
mod report;
mod table;
mod uk;
mod un;
mod xml;

pub use card::{Card, cards};
pub use format::{Format, detect};
pub use ftm::{Delta, delta_versions, read_delta};
pub use ofac::history::{Change, Op, read_history};
pub use read::{Companion, ListFiles, Role, collect, head, read, read_path};
pub use report::{Capture, Place, Report, Tally};
