//! Literate cases and command snapshots
