use arrow_array::{ArrayRef, Int64Array, StringArray};
use tw_tables::Tables;

use super::*;
use crate::fixture;

#[test]
fn the_same_rows_give_the_same_bytes() {
    let (one, two) = (fixture::folder(), fixture::folder());
    for name in Tables::NAMES {
        let file = format!("{name}.parquet");
        let bytes = fs::read(one.path().join(&file)).expect("written");
        assert_eq!(bytes, fs::read(two.path().join(&file)).expect("written"), "{name}");
        assert!(bytes.windows(10).any(|part| part == b"tidewaiter"), "{name} says who wrote it");
    }
    let left: Vec<_> = fs::read_dir(one.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), Tables::NAMES.len(), "no temporary file stays: {left:?}");
}

#[test]
fn schemas_with_many_marks_give_the_same_bytes_every_time() {
    let write = || {
        let marks = |prefix: &str| (0..40).map(|i| (format!("{prefix}{i}"), i.to_string())).collect();
        let field = arrow_schema::Field::new("n", arrow_schema::DataType::Int64, true).with_metadata(marks("field"));
        let schema = Schema::new(vec![field]).with_metadata(marks("schema"));
        let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef]).expect("a batch");
        let dir = tempfile::tempdir().expect("a temporary folder");
        write_table(&dir.path().join("x.parquet"), &batch).expect("written");
        fs::read(dir.path().join("x.parquet")).expect("read")
    };
    assert_eq!(write(), write());
}

#[test]
fn every_table_reads_back_as_it_was_written() {
    let dir = fixture::folder();
    for (name, batch) in fixture::tables().batches() {
        assert_eq!(read_table(&dir.path().join(format!("{name}.parquet"))).expect(name), batch, "{name}");
    }
}

#[test]
fn a_table_whose_columns_differ_is_refused_with_the_first_difference() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("deliveries.parquet");
    let (_, good) = fixture::tables().batches().remove(0);
    let why = |batch: &RecordBatch| {
        write_table(&path, batch).expect("written");
        match read_schema(&path) {
            Err(StoreError::Schema { table, why, .. }) => {
                assert_eq!(table, "deliveries");
                why
            }
            other => panic!("{other:?}"),
        }
    };
    let all: Vec<usize> = (0..good.num_columns()).collect();
    let without = |dropped: usize| all.iter().copied().filter(|i| *i != dropped).collect::<Vec<_>>();
    assert_eq!(why(&good.project(&without(0)).expect("fewer columns")), "the column `supplier` is missing");
    let mut swapped = all.clone();
    swapped.swap(0, 1);
    assert_eq!(why(&good.project(&swapped).expect("other order")), "column 1 is `product`, not `supplier`");

    let changed = |edit: &dyn Fn(&mut Vec<arrow_schema::Field>, &mut Vec<ArrayRef>)| {
        let mut fields: Vec<_> = good.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
        let mut columns = good.columns().to_vec();
        edit(&mut fields, &mut columns);
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("a batch")
    };
    let barrels = good.schema().index_of("barrels").expect("a column");
    let text = changed(&|fields, columns| {
        fields[barrels] = arrow_schema::Field::new("barrels", arrow_schema::DataType::Utf8, true);
        columns[barrels] = Arc::new(StringArray::from(vec!["1", "2", "3"]));
    });
    assert_eq!(why(&text), "the column `barrels` holds Utf8, not Float64");
    let unit = changed(&|fields, _| fields[barrels].set_metadata([("unit".to_owned(), "t".to_owned())].into()));
    assert!(why(&unit).starts_with("the column `barrels` has the unit t, not the unit "));
    let optional = changed(&|fields, _| fields[0].set_nullable(true));
    assert_eq!(why(&optional), "the column `supplier` may be empty");
    let more = changed(&|fields, columns| {
        fields.push(arrow_schema::Field::new("extra", arrow_schema::DataType::Int64, true));
        columns.push(Arc::new(Int64Array::from(vec![1, 2, 3])));
    });
    assert_eq!(why(&more), "the column `extra` is not one of its columns");
}

#[test]
fn damaged_files_are_errors_and_not_panics() {
    let dir = fixture::folder();
    let path = dir.path().join("deliveries.parquet");
    let whole = fs::read(&path).expect("read");
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).expect("written");
        assert!(matches!(read_table(&path), Err(StoreError::Parquet { .. })), "cut at {length}");
    }
    assert!(matches!(read_table(&dir.path().join("nowhere.parquet")), Err(StoreError::Io { .. })));
    assert!(matches!(write_table(&dir.path().join("no/folder.parquet"), &fixture::tables().batches()[0].1), Err(StoreError::Io { .. })));
}

#[test]
fn a_failed_write_leaves_the_old_file() {
    let dir = fixture::folder();
    let path = dir.path().join("deliveries.parquet");
    let before = fs::read(&path).expect("read");
    // An interval of years and days has no place in Parquet.
    let array = arrow_array::IntervalMonthDayNanoArray::from(vec![arrow_array::types::IntervalMonthDayNano::new(1, 2, 3)]);
    let batch = RecordBatch::try_from_iter([("x", Arc::new(array) as ArrayRef)]).expect("a batch");
    assert!(matches!(write_table(&path, &batch), Err(StoreError::Parquet { .. })));
    assert_eq!(fs::read(&path).expect("read"), before);
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), Tables::NAMES.len());
}

#[test]
fn a_file_written_as_a_stream_is_there_whole_or_not_at_all() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("stream.parquet");
    let batch = |from: i64| {
        RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from_iter_values(from..from + 100_000)) as ArrayRef)]).expect("a batch")
    };
    let mut writer = TableWriter::create(&path, batch(0).schema()).expect("begun");
    writer.write(&batch(0)).expect("written");
    assert!(!path.exists());
    drop(writer);
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0, "nothing is left of a file that was not closed");
    let mut writer = TableWriter::create(&path, batch(0).schema()).expect("begun");
    for from in [0, 100_000, 200_000] {
        writer.write(&batch(from)).expect("written");
    }
    assert_eq!(writer.close().expect("closed"), 300_000);
    assert_eq!(read_table(&path).expect("read"), batch_of(300_000));
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 1);
    let other = RecordBatch::try_from_iter([("x", Arc::new(StringArray::from(vec!["a"])) as ArrayRef)]).expect("a batch");
    let mut writer = TableWriter::create(&path, batch(0).schema()).expect("begun");
    assert!(writer.write(&other).is_err() && writer.close().is_err());
    assert_eq!(read_table(&path).expect("read").num_rows(), 300_000, "the old file is left");
}

fn batch_of(n: i64) -> RecordBatch {
    RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from_iter_values(0..n)) as ArrayRef)]).expect("a batch")
}

#[test]
fn metadata_of_a_file_is_written_and_a_table_without_any_is_as_before() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (plain, marked) = (dir.path().join("plain.parquet"), dir.path().join("marked.parquet"));
    let batch = RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)]).expect("a batch");
    write_table(&plain, &batch).expect("written");
    write_table_with_metadata(&marked, &batch, &[("geo", "{}")]).expect("written");
    let pairs = |path: &Path| open(path).expect("a table").metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    assert!(pairs(&marked).contains(&KeyValue::new("geo".to_owned(), "{}".to_owned())));
    assert!(pairs(&plain).iter().all(|pair| pair.key != "geo"));
}
