//! Static reports of ships as a table.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampSecondType, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampSecondArray, UInt8Array, UInt16Array, UInt32Array};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use tw_ais::{Dimensions, Static};

use crate::error::StoreError;
use crate::parquet::{read_table, write_table};

fn schema() -> Schema {
    let time = || DataType::Timestamp(TimeUnit::Second, Some("UTC".into()));
    Schema::new(vec![
        Field::new("mmsi", DataType::UInt32, false),
        Field::new("time", time(), false),
        Field::new("time_last", time(), false),
        Field::new("reports", DataType::UInt32, false),
        Field::new("imo", DataType::UInt32, false),
        Field::new("callsign", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, false),
        Field::new("ship_type", DataType::UInt8, false),
        Field::new("bow", DataType::UInt16, false),
        Field::new("stern", DataType::UInt16, false),
        Field::new("port", DataType::UInt8, false),
        Field::new("starboard", DataType::UInt8, false),
        Field::new("draught", DataType::UInt8, false),
        Field::new("eta_month", DataType::UInt8, false),
        Field::new("eta_day", DataType::UInt8, false),
        Field::new("eta_hour", DataType::UInt8, false),
        Field::new("eta_minute", DataType::UInt8, false),
        Field::new("destination", DataType::Utf8, false),
        Field::new("message", DataType::UInt8, false),
        Field::new("record", DataType::UInt32, false),
    ])
}

/// Writes static reports as one Parquet file, in the order given.
///
/// # Errors
/// As [`write_table`].
pub fn write_statics(path: &Path, rows: &[Static]) -> Result<(), StoreError> {
    let time =
        |of: fn(&Static) -> i64| -> ArrayRef { Arc::new(TimestampSecondArray::from_iter_values(rows.iter().map(of)).with_timezone("UTC")) };
    let text = |of: fn(&Static) -> &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(of))) };
    let byte = |of: fn(&Static) -> u8| -> ArrayRef { Arc::new(UInt8Array::from_iter_values(rows.iter().map(of))) };
    let short = |of: fn(&Static) -> u16| -> ArrayRef { Arc::new(UInt16Array::from_iter_values(rows.iter().map(of))) };
    let long = |of: fn(&Static) -> u32| -> ArrayRef { Arc::new(UInt32Array::from_iter_values(rows.iter().map(of))) };
    let columns = vec![
        long(|s| s.mmsi),
        time(|s| s.t),
        time(|s| s.t_last),
        long(|s| s.n),
        long(|s| s.imo),
        text(|s| &s.callsign),
        text(|s| &s.name),
        byte(|s| s.ship_type),
        short(|s| s.dimensions.bow),
        short(|s| s.dimensions.stern),
        byte(|s| s.dimensions.port),
        byte(|s| s.dimensions.starboard),
        byte(|s| s.draught),
        byte(|s| s.eta.0),
        byte(|s| s.eta.1),
        byte(|s| s.eta.2),
        byte(|s| s.eta.3),
        text(|s| &s.destination),
        byte(|s| s.message),
        long(|s| s.record),
    ];
    let batch = RecordBatch::try_new(Arc::new(schema()), columns).expect("all columns have one length and the types of the schema");
    write_table(path, &batch)
}

/// Reads static reports; `file` is the number that the rows carry.
///
/// # Errors
/// [`StoreError::Io`], [`StoreError::Parquet`], and [`StoreError::Schema`] if the columns are others.
pub fn read_statics(path: &Path, file: u16) -> Result<Vec<Static>, StoreError> {
    let batch = read_table(path)?;
    if batch.schema().fields() != schema().fields() {
        let why = "its columns are not those of this version".to_owned();
        return Err(StoreError::Schema { path: path.display().to_string(), table: "statics".to_owned(), why });
    }
    let long = |i: usize| batch.column(i).as_primitive::<UInt32Type>().values();
    let short = |i: usize| batch.column(i).as_primitive::<UInt16Type>().values();
    let byte = |i: usize| batch.column(i).as_primitive::<UInt8Type>().values();
    let time = |i: usize| batch.column(i).as_primitive::<TimestampSecondType>().values();
    let text = |i: usize, row: usize| batch.column(i).as_string::<i32>().value(row).to_owned();
    let row = |i: usize| Static {
        mmsi: long(0)[i],
        t: time(1)[i],
        t_last: time(2)[i],
        n: long(3)[i],
        imo: long(4)[i],
        callsign: text(5, i),
        name: text(6, i),
        ship_type: byte(7)[i],
        dimensions: Dimensions { bow: short(8)[i], stern: short(9)[i], port: byte(10)[i], starboard: byte(11)[i] },
        draught: byte(12)[i],
        eta: (byte(13)[i], byte(14)[i], byte(15)[i], byte(16)[i]),
        destination: text(17, i),
        message: byte(18)[i],
        file,
        record: long(19)[i],
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_static_report_comes_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.parquet");
        let row = Static {
            mmsi: 273_999_999,
            t: 1_500_000_000,
            t_last: 1_500_000_360,
            n: 2,
            imo: 2_222_224,
            callsign: "UBXX1".into(),
            name: "TESTER".into(),
            ship_type: 80,
            dimensions: Dimensions { bow: 80, stern: 20, port: 7, starboard: 8 },
            draught: 63,
            eta: (9, 1, 12, 0),
            destination: "KR PUS".into(),
            message: 5,
            file: 4,
            record: 77,
        };
        write_statics(&path, std::slice::from_ref(&row)).unwrap();
        assert_eq!(read_statics(&path, 4).unwrap(), [row]);
        write_statics(&path, &[]).unwrap();
        assert!(read_statics(&path, 4).unwrap().is_empty());
    }
}
