//! Documents read into claims that keep their sources, hedges and ranges.
//!
//! A claim is a statement somebody makes, with its exact place in the text, the chain of who says so, its hedge, its
//! figures as intervals and its period. It is no evidence: it points at what to test.

mod boilerplate;
mod claim;
mod cues;
pub mod document;
mod entity;
mod group;
mod korean;
mod model;
mod quantity;
mod russian;
mod source;
mod text;
mod time;
mod units;

pub use document::{Block, BlockKind, Document, Format, Limits};
pub use group::{Ground, Group, Member, groups};
pub use jiff::civil::Date;
pub use model::{Claim, ClaimType, Entity, EntityKind, Modality, Op, Polarity, Precision, Quantity, When};
pub use quantity::quantities;
use serde::{Deserialize, Serialize};
pub use time::periods;

/// What is known about a document beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Day of publication, to which "since September" is anchored; wins over the document's own.
    pub published: Option<Date>,
    /// First link of every attribution chain; wins over the document's own.
    pub publisher: Option<String>,
}

/// What was read from one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Language the text was read as: `en`, `ru` or `ko`.
    pub lang: String,
    /// True if the text was too long and only its beginning was read.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub truncated: bool,
    /// The claims, in order of the text.
    pub claims: Vec<Claim>,
    /// The agency or outlet that the text gives as its maker: "(Halyard Wire) —", "Source: Halyard Wire".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit: Option<String>,
    /// Smallest hashes of the text, by which [`groups`] knows a copied text again; not written out.
    #[serde(skip)]
    pub sketch: Vec<u32>,
}

/// Reads the claims of a document.
#[must_use]
pub fn extract(document: &Document, context: &Context) -> Reading {
    let mut reading = claim::read(document, context);
    reading.credit = group::credit(document);
    reading.sketch = group::sketch(&document.main_text);
    reading
}
