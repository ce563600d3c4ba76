//! Tables as Parquet files: the same rows give the same bytes.
//!
//! Files are compressed with Zstandard at level 3, carry no time and no version of a library, and appear under their name only when they
//! are whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, Schema};
use datafusion::arrow::compute::concat_batches;
use tw_tables::Tables;

use crate::error::StoreError;

/// Level of Zstandard: 11 bytes a row on positions, and still fast to read (STACK, storage contract).
const ZSTD_LEVEL: i32 = 3;

/// Distinguishes the temporary files of one process.
static SERIAL: AtomicU64 = AtomicU64::new(0);

/// Writes a batch as one Parquet file, replacing what is there in one step.
///
/// The same batch gives the same bytes. The rows are first written beside the file under a name that starts with a dot; a crash leaves the
/// old file untouched.
///
/// # Errors
/// [`StoreError::Io`] if the folder cannot be written, [`StoreError::Parquet`] if the batch has a type that Parquet does not know.
pub fn write_table(path: &Path, batch: &RecordBatch) -> Result<(), StoreError> {
    write_table_with_metadata(path, batch, &[])
}

/// As [`write_table`], with key-value metadata of the file: `geo` makes it GeoParquet.
///
/// # Errors
/// As [`write_table`].
pub fn write_table_with_metadata(path: &Path, batch: &RecordBatch, metadata: &[(&str, &str)]) -> Result<(), StoreError> {
    let temporary = temporary_beside(path)?;
    let done =
        write_whole(&temporary, batch, metadata).and_then(|()| fs::rename(&temporary, path).map_err(|error| StoreError::io(path, error)));
    if done.is_err() {
        // The first error is the one to report; a file that was never made cannot be removed.
        let _ = fs::remove_file(&temporary);
    }
    done
}

/// Writes every table as `<dir>/<table>.parquet`, the empty ones too: a table without rows is a statement of its own.
///
/// Each file is replaced in one step, but the set is not: whoever reads while it is written may see old and new tables together.
///
/// # Errors
/// As [`write_table`]; the folder is made if it is missing.
pub fn write_tables(dir: &Path, tables: &Tables) -> Result<(), StoreError> {
    fs::create_dir_all(dir).map_err(|error| StoreError::io(dir, error))?;
    for (name, batch) in tables.batches() {
        write_table(&dir.join(format!("{name}.parquet")), &batch)?;
    }
    Ok(())
}

/// The Arrow schema of a Parquet file, checked against [`tw_tables::schema`] if the file is named after a table.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`] if it cannot be read, [`StoreError::Schema`] with the first difference.
pub fn read_schema(path: &Path) -> Result<Arc<Schema>, StoreError> {
    let found = Arc::clone(open(path)?.schema());
    check(path, &found)?;
    Ok(found)
}

/// All rows of a Parquet file as one batch, with the check of [`read_schema`].
///
/// # Errors
/// As [`read_schema`].
pub fn read_table(path: &Path) -> Result<RecordBatch, StoreError> {
    let builder = open(path)?;
    let found = Arc::clone(builder.schema());
    check(path, &found)?;
    let damaged = |error: ArrowError| StoreError::Parquet { path: path.display().to_string(), message: error.to_string() };
    let reader = builder.build().map_err(|error| parquet_error(path, error))?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(damaged)?;
    let batch = concat_batches(&found, &batches).map_err(damaged)?;
    batch.with_schema(found).map_err(damaged)
}

/// The rows of any Parquet file as text, for readers that know no types.
///
/// A missing value is an empty cell; times are ISO 8601.
pub struct TextRows {
    path: PathBuf,
    header: Vec<String>,
    batches: ::parquet::arrow::arrow_reader::ParquetRecordBatchReader,
    columns: Vec<arrow_array::StringArray>,
    at: usize,
}

impl TextRows {
    /// Opens a file.
    ///
    /// # Errors
    /// [`StoreError::Io`] and [`StoreError::Parquet`] if it cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let builder = open(path)?;
        let header = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let batches = builder.with_batch_size(8192).build().map_err(|error| parquet_error(path, error))?;
        Ok(Self { path: path.to_owned(), header, batches, columns: Vec::new(), at: 0 })
    }

    /// Names of the columns.
    #[must_use]
    pub fn header(&self) -> Vec<String> {
        self.header.clone()
    }

    fn more(&mut self) -> Result<bool, StoreError> {
        let damaged = |error: ArrowError| StoreError::Parquet { path: self.path.display().to_string(), message: error.to_string() };
        while self.columns.first().is_none_or(|column| self.at >= column.len()) {
            let Some(batch) = self.batches.next() else { return Ok(false) };
            let batch = batch.map_err(damaged)?;
            self.at = 0;
            self.columns.clear();
            for column in batch.columns() {
                let text = arrow_cast::cast(column, &arrow_schema::DataType::Utf8).map_err(damaged)?;
                self.columns.push(text.as_string::<i32>().clone());
            }
            if self.columns.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Iterator for TextRows {
    type Item = Result<Vec<String>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.more() {
            Ok(false) => None,
            Err(error) => {
                // Nothing tells where a damaged file goes on.
                self.columns.clear();
                Some(Err(error.to_string()))
            }
            Ok(true) => {
                let i = self.at;
                self.at += 1;
                Some(Ok(self.columns.iter().map(|c| if c.is_null(i) { String::new() } else { c.value(i).to_owned() }).collect()))
            }
        }
    }
}

/// Name of the table that a file holds.
pub(crate) fn stem(path: &Path) -> Option<&str> {
    path.file_stem().and_then(|stem| stem.to_str())
}

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, StoreError> {
    let file = File::open(path).map_err(|error| StoreError::io(path, error))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| parquet_error(path, error))
}

fn check(path: &Path, found: &Schema) -> Result<(), StoreError> {
    let Some(def) = stem(path).and_then(|name| Tables::defs().into_iter().find(|def| def.name == name)) else {
        return Ok(());
    };
    match difference(&tw_tables::schema(&def), found) {
        None => Ok(()),
        Some(why) => Err(StoreError::Schema { path: path.display().to_string(), table: def.name.to_owned(), why }),
    }
}

/// The first difference between two schemas, as a clause.
fn difference(expected: &Schema, found: &Schema) -> Option<String> {
    for field in expected.fields() {
        let Ok(other) = found.field_with_name(field.name()) else {
            return Some(format!("the column `{}` is missing", field.name()));
        };
        if other.data_type() != field.data_type() {
            return Some(format!("the column `{}` holds {}, not {}", field.name(), other.data_type(), field.data_type()));
        }
        if other.is_nullable() != field.is_nullable() {
            let may = if other.is_nullable() { "may" } else { "may not" };
            return Some(format!("the column `{}` {may} be empty", field.name()));
        }
        if other.metadata().get("unit") != field.metadata().get("unit") {
            let unit = |metadata: Option<&String>| metadata.map_or_else(|| "no unit".to_owned(), |unit| format!("the unit {unit}"));
            let (have, want) = (unit(other.metadata().get("unit")), unit(field.metadata().get("unit")));
            return Some(format!("the column `{}` has {have}, not {want}", field.name()));
        }
    }
    for (position, field) in found.fields().iter().enumerate() {
        match expected.fields().get(position) {
            None => return Some(format!("the column `{}` is not one of its columns", field.name())),
            Some(other) if other.name() != field.name() => {
                return Some(format!("column {} is `{}`, not `{}`", position + 1, field.name(), other.name()));
            }
            Some(_) => {}
        }
    }
    None
}

/// Rows of a row group that is written as a stream: what is kept in memory for each open file. Our choice.
const STREAM_ROWS: usize = 1 << 17;

/// A Parquet file that is written batch by batch, in bounded memory, and appears under its name only when it is closed.
///
/// Dropped without [`TableWriter::close`] it leaves nothing. The same batches give the same bytes.
pub struct TableWriter {
    path: PathBuf,
    temporary: PathBuf,
    handle: File,
    writer: Option<ArrowWriter<File>>,
    rows: u64,
}

impl TableWriter {
    /// Begins a file.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the folder cannot be written, [`StoreError::Parquet`] if the schema has a type that Parquet does not know.
    pub fn create(path: &Path, schema: Arc<Schema>) -> Result<Self, StoreError> {
        let temporary = temporary_beside(path)?;
        let file = File::create(&temporary).map_err(|error| StoreError::io(path, error))?;
        let begun = file.try_clone().map_err(|error| StoreError::io(path, error)).and_then(|handle| {
            let properties = properties().set_max_row_group_row_count(Some(STREAM_ROWS)).build();
            let writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(|error| parquet_error(path, error))?;
            Ok((handle, writer))
        });
        match begun {
            Ok((handle, writer)) => Ok(Self { path: path.to_owned(), temporary, handle, writer: Some(writer), rows: 0 }),
            Err(error) => {
                let _ = fs::remove_file(&temporary);
                Err(error)
            }
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// [`StoreError::Parquet`] if the disk is full or the batch has another schema; the file cannot be closed then.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        let path = &self.path;
        let Some(writer) = &mut self.writer else { return Err(failed(path)) };
        if let Err(error) = writer.write(batch) {
            self.writer = None;
            return Err(parquet_error(path, error));
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Ends the file, gives it its name, and says how many rows it has.
    ///
    /// # Errors
    /// As [`TableWriter::write`], and [`StoreError::Io`] if it cannot be renamed; what was there before is left.
    pub fn close(mut self) -> Result<u64, StoreError> {
        let Some(writer) = self.writer.take() else { return Err(failed(&self.path)) };
        writer.close().map_err(|error| parquet_error(&self.path, error))?;
        self.handle.sync_all().map_err(|error| StoreError::io(&self.path, error))?;
        fs::rename(&self.temporary, &self.path).map_err(|error| StoreError::io(&self.path, error))?;
        Ok(self.rows)
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        // After a rename there is nothing of this name.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn failed(path: &Path) -> StoreError {
    StoreError::Parquet { path: path.display().to_string(), message: "an earlier write failed".to_owned() }
}

fn properties() -> ::parquet::file::properties::WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("3 is a level of Zstandard");
    WriterProperties::builder().set_created_by("tidewaiter".to_owned()).set_compression(Compression::ZSTD(level))
}

fn write_whole(path: &Path, batch: &RecordBatch, metadata: &[(&str, &str)]) -> Result<(), StoreError> {
    let pairs: Vec<KeyValue> = metadata.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned())).collect();
    let properties = properties().set_key_value_metadata((!pairs.is_empty()).then_some(pairs)).build();
    let file = File::create(path).map_err(|error| StoreError::io(path, error))?;
    let handle = file.try_clone().map_err(|error| StoreError::io(path, error))?;
    let fault = |error| parquet_error(path, error);
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(fault)?;
    writer.write(batch).map_err(fault)?;
    writer.close().map_err(fault)?;
    handle.sync_all().map_err(|error| StoreError::io(path, error))
}

fn temporary_beside(path: &Path) -> Result<PathBuf, StoreError> {
    let Some(name) = path.file_name() else {
        let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the path names no file");
        return Err(StoreError::io(path, error));
    };
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    Ok(path.with_file_name(format!(".{}.{}-{serial}.partial", name.display(), std::process::id())))
}

pub(crate) fn parquet_error(path: &Path, error: ParquetError) -> StoreError {
    StoreError::Parquet { path: path.display().to_string(), message: error.to_string() }
}

#[cfg(test)]
mod tests;
