//! Ships by port records; tracks come with the maritime crate.

pub(crate) mod declared_against_next_port;
