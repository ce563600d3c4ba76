//! The words every other crate speaks: dates and periods, bounds, units, three-valued logic, ids and refusals.
//!
//! Nothing here knows a file format, a table or a rule of law.
//!
//! ```
//! use tw_base::{Bounds, Period, Tri};
//! let year: Period = "2018".parse()?;
//! assert_eq!(year.interval().to_string(), "[2018-01-01, 2019-01-01)");
//! let reported = Bounds::between(240_000.0, 260_000.0);
//! assert_eq!(reported.exceeds(500_000.0), Tri::False);
//! # Ok::<(), tw_base::PeriodError>(())
//! ```

mod bounds;
mod country;
mod exit;
mod ids;
mod period;
mod provenance;
mod refusal;
mod tri;
mod unit;

pub use bounds::{Bounds, BoundsError, format_number};
pub use country::{Country, CountryError, Parties};
pub use exit::Exit;
pub use ids::{IdError, Imo, Mmsi, RecordPtr, Sha256, Span};
pub use jiff::civil::Date;
pub use period::{Interval, Period, PeriodError, Precision, parse_date};
pub use provenance::{Grade, Origin, Provenance};
pub use refusal::{Refusal, Refusals, nearest};
pub use tri::Tri;
pub use unit::Unit;
