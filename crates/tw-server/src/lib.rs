//! Screening over HTTP, in the words of the yente API (5.5.0), so that its clients work unchanged.
//!
//! Lists come from local files ([`Lists`]); nothing here opens a connection. An update puts new lists in the place of the old ones at once:
//! requests that are being answered go on with those that they began with.
//!
//! ```no_run
//! use tw_server::{Lists, Settings};
//! # async fn example() -> Result<(), tw_server::ServeError> {
//! let lists = Lists::files([("sdn".to_owned(), "sdn.ftm.json".into())]);
//! tw_server::serve(Settings::default(), lists).await
//! # }
//! ```

mod admin;
mod entities;
mod fault;
mod lists;
mod matching;
mod net;
mod openapi;
mod params;
mod reconcile;
mod routes;
mod scoring;
mod search;
mod settings;
mod state;
mod wire;

pub use lists::{Dataset, ListError, Lists, Reader};
pub use net::{run, serve, serve_until};
pub use openapi::document as openapi;
pub use routes::router;
pub use settings::{Keys, Limits, ServeError, Settings};
pub use state::State;
