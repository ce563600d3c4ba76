//! The only place in the program that opens a connection: official lists by HTTPS into dated captures.
//!
//! A [`Source`] is a card: who publishes the file, where it lies, what it must look like, under which licence. [`Fetcher::fetch`] brings it
//! into `<dir>/<source>/<date>-<first 8 digits of the hash>.<ending>`, whole or not at all, and adds a line to `manifest.jsonl` beside it:
//! when, from where, with which answer, and the SHA-256. The crate has no clock: the caller gives the time. Nothing is fetched unless a
//! caller asks, and no host is asked but those on the cards.
//!
//! ```
//! use tw_fetch::{Fetcher, Policy, Settings, Sources};
//! let sources = Sources::official()?;
//! let un = sources.get("un")?;
//! assert_eq!(un.list, "UN");
//! let fetcher = Fetcher::new(Settings::default(), Policy::offline());
//! let refused = fetcher.fetch(un, std::path::Path::new("lists"), "2031-03-30T12:00:00Z".parse()?);
//! assert_eq!(refused.unwrap_err().to_string(), "`un` was not fetched: the program is offline");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod delta;
mod error;
mod fetcher;
mod part;
mod policy;
mod record;
mod sniff;
mod source;

pub use delta::Deltas;
pub use error::FetchError;
pub use fetcher::{Change, Fetcher, Outcome, ProxyUse, Settings};
pub use policy::Policy;
pub use record::{Answer, Record, latest, read_manifest};
pub use source::{Kind, Source, Sources, Verification};
