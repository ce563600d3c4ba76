//! Trade statistics as their publishers write them, read into one shape: [`Report`].
//!
//! [`read()`] takes the bytes of a file of UN Comtrade, BACI, Eurostat or the Chinese customs; [`clean()`] says which of its reports may be
//! added; [`Concordance`] leads headings from one edition of the Harmonized System to another.

mod baci;
mod china;
mod clean;
mod collect;
mod comtrade;
mod concordance;
pub mod country;
mod eurostat;
pub mod geo;
mod lines;
mod read;
mod report;

pub use clean::{Clean, Gap, clean};
pub use collect::{Note, Read, Remark};
pub use concordance::{Concordance, Conversion, Relationship, ToCommon};
pub use read::{Format, HEAD, Options, Rates, read, read_as, sniff};
pub use report::{Area, Edition, Flow, Heading, HeadingError, Mark, Marks, Month, MonthError, Report, Valuation};
