//! The sea as a map: distances, land, sea routes, what a ship can have reached.
