//! A simulated sea with known truth, and the scorer that measures any run against any truth.
