//! Labelled pairs read, and the comparison measured on them: precision, recall, F1 with intervals, by script, schema and kind.
//!
//! ```
//! use tw_screening::eval::{Options, read_text, run};
//! let pairs = read_text("set.csv", "schema,name1,name2,is_match\nPerson,Jane Example,Example Jane,true\nPerson,Jane Example,John Other,false\n")?;
//! let report = run(&pairs, &Options::default());
//! assert_eq!((report.all.n, report.all.positive), (2, 1));
//! # Ok::<(), tw_base::Refusal>(())
//! ```

mod read;
mod report;

pub use read::{Pair, read, read_text};
pub use report::{Interval, Level, Miss, Options, Parity, Point, Report, Row, run};
