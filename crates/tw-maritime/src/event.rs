//! Events: what kernels find, declared once each, so that the row type, the Arrow schema, the SQL table and the reference page cannot drift apart.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampSecondArray, UInt8Array, UInt16Array, UInt32Array,
};
use arrow_schema::{DataType, Schema, TimeUnit};
use serde::{Deserialize, Serialize};

/// A moment, in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl std::fmt::Display for Time {
    /// ISO 8601 in UTC; a moment out of the range of the calendar as its number.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// A record of the case: a file and a record in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// File of the case, from 0.
    pub file: u16,
    /// Record within the file, from 1.
    pub record: u32,
}

impl At {
    /// Where a position lies.
    #[must_use]
    pub fn of(fix: &tw_ais::Fix) -> Self {
        Self { file: fix.file, record: fix.record }
    }
}

/// A type that can be a column of an event.
pub trait Column: Sized {
    /// Its Arrow type.
    fn data_type() -> DataType;
    /// Whether it may be missing.
    const NULLABLE: bool = false;
    /// The values as an Arrow array.
    fn array(values: Vec<Self>) -> ArrayRef;
}

macro_rules! column {
    ($($rust:ty, $nullable:literal, $data_type:expr, $array:expr;)+) => { $(
        impl Column for $rust {
            const NULLABLE: bool = $nullable;
            fn data_type() -> DataType { $data_type }
            fn array(values: Vec<Self>) -> ArrayRef { Arc::new($array(values)) }
        }
    )+ };
}

fn utc() -> DataType {
    DataType::Timestamp(TimeUnit::Second, Some("UTC".into()))
}

column! {
    u8, false, DataType::UInt8, UInt8Array::from;
    u16, false, DataType::UInt16, UInt16Array::from;
    u32, false, DataType::UInt32, UInt32Array::from;
    i64, false, DataType::Int64, Int64Array::from;
    f64, false, DataType::Float64, Float64Array::from;
    bool, false, DataType::Boolean, BooleanArray::from;
    String, false, DataType::Utf8, StringArray::from;
    Option<u32>, true, DataType::UInt32, UInt32Array::from;
    Option<f64>, true, DataType::Float64, Float64Array::from;
    Option<String>, true, DataType::Utf8, StringArray::from;
    Time, false, utc(), |values: Vec<Time>| TimestampSecondArray::from_iter_values(values.into_iter().map(|t| t.0)).with_timezone("UTC");
    Option<Time>, true, utc(), |values: Vec<Option<Time>>| values.into_iter().map(|t| t.map(|t| t.0)).collect::<TimestampSecondArray>().with_timezone("UTC");
    At, false, DataType::Utf8, |values: Vec<At>| StringArray::from_iter_values(values.into_iter().map(|at| format!("{}:{}", at.file, at.record)));
}

/// A kind of event.
pub trait Event: Clone + Send + Sync {
    /// Name of its SQL table.
    const TABLE: &'static str;
    /// What a row is, in one line.
    const DOC: &'static str;
    /// Columns with their meaning.
    const COLUMNS: &'static [(&'static str, &'static str)];
    /// The Arrow schema.
    fn schema() -> Schema;
    /// Rows as one record batch.
    fn batch(rows: &[Self]) -> RecordBatch;
}

/// Declares an event: a row type with its table.
///
/// ```
/// tw_maritime::event! {
///     /// One row a lighthouse.
///     pub struct Light in "lights" {
///         /// Name.
///         name: String,
///         /// Height in metres.
///         height: f64,
///     }
/// }
/// use tw_maritime::Event;
/// assert_eq!(Light::batch(&[Light { name: "Askold".into(), height: 38.0 }]).num_columns(), 2);
/// ```
#[macro_export]
macro_rules! event {
    ($(#[doc = $doc:literal])+ pub struct $name:ident in $table:literal { $( $(#[doc = $field_doc:literal])+ $field:ident : $type:ty, )+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $( $(#[doc = $field_doc])+ pub $field: $type, )+ }

        impl $crate::Event for $name {
            const TABLE: &'static str = $table;
            const DOC: &'static str = concat!($($doc),+);
            const COLUMNS: &'static [(&'static str, &'static str)] = &[ $( (stringify!($field), concat!($($field_doc),+)), )+ ];

            fn schema() -> $crate::arrow::Schema {
                $crate::arrow::Schema::new(vec![ $( $crate::arrow::Field::new(stringify!($field), <$type as $crate::Column>::data_type(), <$type as $crate::Column>::NULLABLE), )+ ])
            }

            fn batch(rows: &[Self]) -> $crate::arrow::RecordBatch {
                let columns = vec![ $( <$type as $crate::Column>::array(rows.iter().map(|row| row.$field.clone()).collect()), )+ ];
                $crate::arrow::RecordBatch::try_new(std::sync::Arc::new(Self::schema()), columns).expect("schema and columns come from one declaration")
            }
        }
    };
}

/// Names that [`event!`](crate::event!) needs.
pub mod arrow {
    pub use arrow_array::RecordBatch;
    pub use arrow_schema::{Field, Schema};
}

#[cfg(test)]
mod tests {
    use super::*;

    event! {
        /// A test.
        pub struct Probe in "probes" {
            /// When.
            t: Time,
            /// Where it lies.
            at: At,
            /// Perhaps.
            depth: Option<f64>,
        }
    }

    #[test]
    fn an_event_becomes_a_batch() {
        let rows =
            [Probe { t: Time(0), at: At { file: 1, record: 7 }, depth: None }, Probe { t: Time(60), at: At::default(), depth: Some(2.5) }];
        let batch = Probe::batch(&rows);
        assert_eq!((batch.num_rows(), batch.column(2).null_count()), (2, 1));
        assert_eq!(Probe::COLUMNS[1], ("at", " Where it lies."));
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
    }
}
