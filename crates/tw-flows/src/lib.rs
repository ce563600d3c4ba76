//! Cap accounts, stocks and flows, and revenue as intervals
