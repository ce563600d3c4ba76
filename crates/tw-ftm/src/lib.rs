//! Entities in the words of FollowTheMoney, and the dated entries of sanctions lists.
//!
//! ```
//! use tw_ftm::{Entity, Status, When};
//! let line = r#"{"id": "x-1", "schema": "Company", "properties": {"name": ["Example Trading Ltd"]}}"#;
//! let entity: Entity = tw_ftm::read_entity(line)?.entity;
//! assert_eq!(entity.caption, "Example Trading Ltd");
//! assert!(entity.schema.is_a("LegalEntity"));
//! # Ok::<(), tw_ftm::EntityError>(())
//! ```

mod entity;
mod entry;
mod model;

pub use entity::{Entity, EntityError, Read, read_entity, read_value};
pub use entry::{Entry, Listing, Status, When, read_entry};
pub use model::{Model, Property, Schema, TypeInfo, model};
