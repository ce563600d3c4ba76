//! Parties compared with list entries: values cleaned, evidence weighed, scores explained.
//!
//! The API that others build on:
//!
//! * [`Party::new`]`(&Entity)`: a party analysed once; [`Party::names`], [`Party::identifiers`], [`Party::lands`], [`Party::births`]
//! * [`score`]`(query, candidate, weights) -> f64`, [`score_above`] with early exit, [`explain`]` -> `[`Explanation`] whose parts recompute the score
//! * [`Weights`]: `get` and `set` by feature name, `from_wire(algorithm, weights, config)` for a yente request; [`FEATURES`] lists them
//! * [`Algorithm`]`::parse`, `score`, `explain`; [`ofac`] is the score of OFAC's search tool
//! * [`value`]: countries, dates, identifiers; [`value::clean`] gives the wire form
//! * [`eval`]: labelled pairs read, and the comparison measured on them
//!
//! A ship that agrees in the name only stays below the threshold ([`Weights::default`]). Measuring names on labelled sets leaves that
//! rule out ([`Weights::without_vessel_rule`], the default of [`eval::Options`]) and prints the figures with it beside.

pub mod columns;
pub mod eval;
pub mod explain;
pub mod index;
pub mod judgement;
mod names;
pub mod ofac;
pub mod ownership;
pub mod party;
pub mod score;
pub mod screen;
pub mod value;

pub use explain::{Adjustment, Explanation, Feature, Flip, Token, explain};
pub use party::{NameClass, Party, PartyName, Place, Sort, Tie};
pub use score::{Algorithm, COUNT, ConfigInfo, FEATURES, FeatureInfo, Role, SettingsError, Weights, default_weights, score, score_above};
