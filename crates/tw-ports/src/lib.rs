//! Ports, anchorages and terminals with all their names, and what a typed destination means.
