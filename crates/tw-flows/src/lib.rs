//! Cap accounts, stocks and flows, counts, revenue and two-sided comparisons, all as intervals.
//!
//! Callers pass plain figures. This crate knows no table, no file format, no rule of law and no engine, and it names nobody:
//! it returns numbers, the figures that they rest on, and what is missing.
//!
//! ```
//! use tw_base::{Bounds, Period};
//! use tw_flows::{Delivery, account};
//!
//! let window = "2023".parse::<Period>()?.interval();
//! let figure = |id, parties: &str, period: &str, barrels| Delivery {
//!     id,
//!     parties: parties.parse().expect("a known code"),
//!     period: period.parse::<Period>().expect("a period").interval(),
//!     barrels: Bounds::exactly(barrels),
//!     exact_barrels: true,
//! };
//! let year = account(window, &[figure(0, "RUS", "2023-01", 44_655.0), figure(1, "RUS", "2023", 105_845.0)]);
//! assert_eq!(year.low, Some(105_845.0)); // January lies inside the year: it is not added again
//! # Ok::<(), tw_base::PeriodError>(())
//! ```

mod account;
mod by_ship;
mod compare;
mod convert;
mod count;
pub mod labour;
pub mod mirror;
mod normal;
mod passing;
pub mod phantom;
mod priors;
mod revenue;
mod solve;
mod stock;

pub use account::{Account, Conflict, ConflictKind, Coverage, Delivery, SetAside, Why, account, account_of};
pub use by_ship::{NOTICES, Probable, Reached, ShipSum, by_ship};
pub use compare::{CIF_CONVENTION, CIF_DOTS, Gap, Side, compare, compare_amounts, unit_value, unit_value_plausible};
pub use convert::{
    CRUDE_IN_LAW, NON_LPG_LIMITS, Plausibility, Product, Slip, SlipKind, digit_slip, implied_factor, plausible, to_barrels, to_tonnes,
};
pub use count::{Excess, GENEROUS_ENTRIES_PER_PERSON, Tail, excess, ln_gamma, negative_binomial_tail, poisson_tail};
pub use passing::{Passing, passes};
pub use priors::{NamedPrior, Priors, PriorsError};
pub use revenue::{
    Driver, Fit, Input, MONTHS_PER_YEAR, Prior, PriorError, Revenue, STATE_SHARE, Tie, WAGE_USD_PER_MONTH, Xoshiro, default_priors, fits,
    implied_per_head, per_head_range, revenue, revenue_tied,
};
pub use stock::{Balance, forward, within};
