//! Ships by port records, and by what they sent and did at sea.

pub(crate) mod concealed_destination;
pub(crate) mod dark_gap;
pub(crate) mod declared_against_next_port;
pub(crate) mod draught_change;
pub(crate) mod embargoed_call;
pub(crate) mod false_flag;
pub(crate) mod hull_laundering;
pub(crate) mod identity_change;
pub(crate) mod listed_ship;
pub(crate) mod loitering;
pub(crate) mod sea;
pub(crate) mod shared_identity;
pub(crate) mod ship_to_ship;
pub(crate) mod ship_to_ship_dark;
pub(crate) mod spoofing;
