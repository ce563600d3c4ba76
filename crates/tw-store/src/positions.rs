//! Positions of ships: hashed buckets, each file sorted by ship and time.
//!
//! The contract, which kernels here and on a cluster rely on:
//!
//! - `positions/bucket=NN/<part>.parquet`, where NN is [`bucket`] of the MMSI: a ship is never split over buckets;
//! - a part is what one capture gave; in each of its files rows are sorted by MMSI and time, equal ones in the order of the capture;
//! - a scan hands out one ship at a time, whole and in the order of time, merged over all parts ([`scan`]).
//!
//! Adding a capture writes new files and touches no old one; taking one away deletes its files. Both are one day's work for one day's data.
//! Writing sorts out of core: rows are spread over the buckets, spilled when they pass [`MEMORY_ROWS`], and each bucket is sorted alone.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use ::parquet::basic::{Compression, Encoding, ZstdLevel};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::schema::types::ColumnPath;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{
    ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray, TimestampSecondArray, UInt8Array, UInt16Array, UInt32Array,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use tw_ais::{Fixes, Positions};

use crate::error::StoreError;
use crate::parquet::parquet_error;

/// Number of buckets. A day of 70 million positions gives files of about two million rows, which are sorted in memory one by one.
pub const BUCKETS: u32 = 32;

/// Rows kept in memory before they are spilled: 4 million rows of 36 bytes are 150 MB.
pub const MEMORY_ROWS: usize = 4 << 20;

/// Rows of a row group: small enough to find one ship without reading the file.
const ROW_GROUP: usize = 1 << 17;

/// Rows of a batch of a scan.
const BATCH: usize = 1 << 15;

/// The bucket of a ship: the upper five bits of its MMSI times 2^32 divided by the golden ratio (Knuth, TAOCP 3, section 6.4).
#[must_use]
pub fn bucket(mmsi: u32) -> u32 {
    mmsi.wrapping_mul(0x9E37_79B1) >> 27
}

/// The stored columns.
#[must_use]
pub fn schema() -> Schema {
    Schema::new(vec![
        Field::new("mmsi", DataType::UInt32, false),
        Field::new("time", DataType::Timestamp(TimeUnit::Second, Some("UTC".into())), false),
        Field::new("lon", DataType::Int32, false),
        Field::new("lat", DataType::Int32, false),
        Field::new("sog", DataType::UInt16, false),
        Field::new("cog", DataType::UInt16, false),
        Field::new("heading", DataType::UInt16, false),
        Field::new("status", DataType::UInt8, false),
        Field::new("class", DataType::UInt8, false),
        Field::new("receiver", DataType::UInt16, false),
        Field::new("record", DataType::UInt32, false),
        Field::new("part", DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8)), false),
    ])
}

/// Writes the positions of one capture.
///
/// Dropping it unfinished leaves nothing behind.
#[derive(Debug)]
pub struct PartWriter {
    dir: PathBuf,
    name: String,
    spill: Option<Spill>,
    buckets: Vec<Positions>,
    held: usize,
    rows: u64,
    limit: usize,
}

#[derive(Debug)]
struct Spill {
    dir: PathBuf,
    files: Vec<BufWriter<File>>,
}

impl Drop for Spill {
    fn drop(&mut self) {
        // What is left of a spill is of no use to anybody, and a folder that cannot be removed now is removed by the next run.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

impl PartWriter {
    /// Begins a part. `dir` is the folder `positions`, `name` the part's name without an ending.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the folder cannot be made.
    pub fn new(dir: &Path, name: &str) -> Result<Self, StoreError> {
        Self::with_memory(dir, name, MEMORY_ROWS)
    }

    /// As [`PartWriter::new`], with another number of rows kept in memory.
    ///
    /// # Errors
    /// As [`PartWriter::new`].
    pub fn with_memory(dir: &Path, name: &str, rows: usize) -> Result<Self, StoreError> {
        fs::create_dir_all(dir).map_err(|error| StoreError::io(dir, error))?;
        let buckets = (0..BUCKETS).map(|_| Positions::default()).collect();
        Ok(Self { dir: dir.to_owned(), name: name.to_owned(), spill: None, buckets, held: 0, rows: 0, limit: rows.max(1) })
    }

    /// Adds rows, in any order.
    ///
    /// # Errors
    /// [`StoreError::Io`] if they have to be spilled and cannot be.
    pub fn push(&mut self, rows: Fixes<'_>) -> Result<(), StoreError> {
        for fix in rows.iter() {
            self.buckets[bucket(fix.mmsi) as usize].push(fix);
        }
        self.held += rows.len();
        self.rows += rows.len() as u64;
        if self.held >= self.limit { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        let spill = match &mut self.spill {
            Some(spill) => spill,
            none => {
                let dir = self.dir.join(format!(".{}.spill", self.name));
                fs::create_dir_all(&dir).map_err(|error| StoreError::io(&dir, error))?;
                let mut files = Vec::new();
                for n in 0..BUCKETS {
                    let path = dir.join(format!("{n:02}"));
                    files.push(BufWriter::new(File::create(&path).map_err(|error| StoreError::io(&path, error))?));
                }
                none.insert(Spill { dir, files })
            }
        };
        for (rows, file) in self.buckets.iter_mut().zip(&mut spill.files) {
            write_raw(rows, file).map_err(|error| StoreError::io(&spill.dir, error))?;
            rows.clear();
        }
        self.held = 0;
        Ok(())
    }

    /// Sorts and writes every bucket, and gives the number of rows.
    ///
    /// # Errors
    /// [`StoreError::Io`] and [`StoreError::Parquet`]; files of the part may be there then, and are replaced by the next try.
    pub fn finish(mut self) -> Result<u64, StoreError> {
        if let Some(spill) = &mut self.spill {
            for file in &mut spill.files {
                file.flush().map_err(|error| StoreError::io(&spill.dir, error))?;
            }
        }
        let next = std::sync::Mutex::new(self.buckets.iter_mut().enumerate());
        let (dir, name, spill) = (&self.dir, &self.name, self.spill.as_ref());
        let work = || -> Result<(), StoreError> {
            loop {
                let Some((n, rest)) = next.lock().expect("no thread panics while it holds the lock").next() else { return Ok(()) };
                let mut rows = match spill {
                    Some(spill) => {
                        let path = spill.dir.join(format!("{n:02}"));
                        read_raw(&path).map_err(|error| StoreError::io(&path, error))?
                    }
                    None => Positions::default(),
                };
                rows.extend(rest.view());
                *rest = Positions::default();
                let folder = dir.join(format!("bucket={n:02}"));
                let path = folder.join(format!("{name}.parquet"));
                if rows.is_empty() {
                    match fs::remove_file(&path) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(StoreError::io(&path, error)),
                        _ => continue,
                    }
                }
                rows.sort();
                fs::create_dir_all(&folder).map_err(|error| StoreError::io(&folder, error))?;
                write_sorted(&path, name, rows)?;
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(BUCKETS as usize);
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            handles.into_iter().try_for_each(|handle| handle.join().expect("writing does not panic"))
        })?;
        Ok(self.rows)
    }
}

/// Deletes the files of a part.
///
/// # Errors
/// [`StoreError::Io`] if one cannot be deleted.
pub fn remove_part(dir: &Path, name: &str) -> Result<(), StoreError> {
    for n in 0..BUCKETS {
        let path = dir.join(format!("bucket={n:02}")).join(format!("{name}.parquet"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(StoreError::io(&path, error)),
            _ => {}
        }
    }
    Ok(())
}

/// A part that a scan reads.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Number that its rows carry as file.
    pub file: u16,
    /// Station number in the part → station number of the scan; a number beyond the end stands for an unknown station.
    pub receivers: Vec<u16>,
}

/// Hands every ship of a bucket to `ship`, whole and in the order of time.
///
/// Memory: one batch of each part, and the rows of one ship.
///
/// # Errors
/// [`StoreError::Parquet`] if a file is damaged or not sorted as the contract says; what `ship` gives.
pub fn scan(dir: &Path, n: u32, parts: &[Part], ship: &mut dyn FnMut(Fixes<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut readers = Vec::new();
    for part in parts {
        let path = dir.join(format!("bucket={n:02}")).join(format!("{}.parquet", part.name));
        if path.is_file() {
            let mut reader = Reader::open(path, part)?;
            if reader.fill()? {
                readers.push(reader);
            }
        }
    }
    let mut rows = Positions::default();
    while let Some(mmsi) = readers.iter().filter_map(Reader::ship).min() {
        rows.clear();
        let mut sources = 0;
        for reader in readers.iter_mut().filter(|reader| reader.ship() == Some(mmsi)) {
            reader.take(mmsi, &mut rows)?;
            sources += 1;
        }
        if sources > 1 {
            rows.sort();
        }
        ship(rows.view())?;
    }
    Ok(())
}

/// Reads all rows of one ship.
///
/// # Errors
/// As [`scan`].
pub fn ship(dir: &Path, mmsi: u32, parts: &[Part]) -> Result<Positions, StoreError> {
    let mut rows = Positions::default();
    for part in parts {
        let path = dir.join(format!("bucket={:02}", bucket(mmsi))).join(format!("{}.parquet", part.name));
        if path.is_file() {
            let mut reader = Reader::open_at(path, part, Some(mmsi))?;
            while reader.fill()? {
                match reader.ship() {
                    Some(found) if found < mmsi => reader.skip(mmsi)?,
                    Some(found) if found == mmsi => reader.take(mmsi, &mut rows)?,
                    _ => break,
                }
            }
        }
    }
    rows.sort();
    Ok(rows)
}

/// A part's file, read batch by batch.
struct Reader {
    path: PathBuf,
    batches: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    at: usize,
    file: u16,
    receivers: Vec<u16>,
    last: (u32, i64),
}

impl Reader {
    fn open(path: PathBuf, part: &Part) -> Result<Self, StoreError> {
        Self::open_at(path, part, None)
    }

    /// Opens a file, at the row groups that may hold one ship if it is named.
    fn open_at(path: PathBuf, part: &Part, mmsi: Option<u32>) -> Result<Self, StoreError> {
        let file = File::open(&path).map_err(|error| StoreError::io(&path, error))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| parquet_error(&path, error))?;
        let mut wanted = schema();
        wanted.metadata.clone_from(builder.schema().metadata());
        if **builder.schema() != wanted {
            let why = "its columns are not those of this version".to_owned();
            return Err(StoreError::Schema { path: path.display().to_string(), table: "positions".to_owned(), why });
        }
        let groups = mmsi.map(|mmsi| {
            let may_hold = |group: &::parquet::file::metadata::RowGroupMetaData| match group.column(0).statistics() {
                Some(::parquet::file::statistics::Statistics::Int32(s)) => {
                    let bound = |value: Option<&i32>| value.map(|&v| v.cast_unsigned());
                    bound(s.min_opt()).is_none_or(|low| low <= mmsi) && bound(s.max_opt()).is_none_or(|high| mmsi <= high)
                }
                _ => true,
            };
            (0..builder.metadata().num_row_groups()).filter(|&i| may_hold(builder.metadata().row_group(i))).collect::<Vec<_>>()
        });
        let mut builder = builder.with_batch_size(BATCH);
        if let Some(groups) = groups {
            builder = builder.with_row_groups(groups);
        }
        let batches = builder.build().map_err(|error| parquet_error(&path, error))?;
        Ok(Self { path, batches, batch: None, at: 0, file: part.file, receivers: part.receivers.clone(), last: (0, i64::MIN) })
    }

    /// Makes sure that there is a row to look at, if there is any left.
    fn fill(&mut self) -> Result<bool, StoreError> {
        while self.batch.as_ref().is_none_or(|batch| self.at >= batch.num_rows()) {
            self.at = 0;
            self.batch = self.batches.next().transpose().map_err(|error| self.damaged(&error.to_string()))?;
            if self.batch.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn damaged(&self, message: &str) -> StoreError {
        StoreError::Parquet { path: self.path.display().to_string(), message: message.to_owned() }
    }

    /// The ship of the next row.
    fn ship(&self) -> Option<u32> {
        let batch = self.batch.as_ref()?;
        (self.at < batch.num_rows()).then(|| batch.column(0).as_primitive::<UInt32Type>().value(self.at))
    }

    /// Passes over all rows of ships before `mmsi` in this batch.
    fn skip(&mut self, mmsi: u32) -> Result<(), StoreError> {
        if let Some(batch) = &self.batch {
            let ships = batch.column(0).as_primitive::<UInt32Type>().values();
            self.at += ships[self.at..].partition_point(|&ship| ship < mmsi);
        }
        self.fill().map(|_| ())
    }

    /// Appends all rows of a ship.
    fn take(&mut self, mmsi: u32, out: &mut Positions) -> Result<(), StoreError> {
        while self.ship() == Some(mmsi) {
            let batch = self.batch.as_ref().expect("there is a row");
            let ships = batch.column(0).as_primitive::<UInt32Type>().values();
            let end = self.at + ships[self.at..].partition_point(|&ship| ship == mmsi);
            if ships.get(end).is_some_and(|&ship| ship < mmsi) {
                return Err(self.damaged("its ships are not sorted"));
            }
            let range = self.at..end;
            let times = &batch.column(1).as_primitive::<TimestampSecondType>().values()[range.clone()];
            let before = if self.last.0 == mmsi { self.last.1 } else { i64::MIN };
            if self.last.0 > mmsi || times.first().is_some_and(|&t| t < before) || !times.is_sorted() {
                return Err(self.damaged("its rows are not sorted by ship and time"));
            }
            self.last = (mmsi, times.last().copied().unwrap_or(before));
            out.mmsi.extend_from_slice(&ships[range.clone()]);
            out.t.extend_from_slice(times);
            out.lon.extend_from_slice(&batch.column(2).as_primitive::<Int32Type>().values()[range.clone()]);
            out.lat.extend_from_slice(&batch.column(3).as_primitive::<Int32Type>().values()[range.clone()]);
            out.sog.extend_from_slice(&batch.column(4).as_primitive::<UInt16Type>().values()[range.clone()]);
            out.cog.extend_from_slice(&batch.column(5).as_primitive::<UInt16Type>().values()[range.clone()]);
            out.heading.extend_from_slice(&batch.column(6).as_primitive::<UInt16Type>().values()[range.clone()]);
            out.status.extend_from_slice(&batch.column(7).as_primitive::<UInt8Type>().values()[range.clone()]);
            out.class.extend_from_slice(&batch.column(8).as_primitive::<UInt8Type>().values()[range.clone()]);
            let stations = &batch.column(9).as_primitive::<UInt16Type>().values()[range.clone()];
            out.receiver.extend(stations.iter().map(|&station| self.receivers.get(usize::from(station)).copied().unwrap_or(0)));
            out.record.extend_from_slice(&batch.column(10).as_primitive::<UInt32Type>().values()[range]);
            out.file.resize(out.t.len(), self.file);
            self.at = end;
            self.fill()?;
        }
        Ok(())
    }
}

/// Batches of a sorted file with only the named columns, for kernels that need no more.
///
/// # Errors
/// [`StoreError::Io`] and [`StoreError::Parquet`] if it cannot be read.
pub fn batches(path: &Path, columns: &[&str]) -> Result<impl Iterator<Item = Result<RecordBatch, StoreError>> + use<>, StoreError> {
    let file = File::open(path).map_err(|error| StoreError::io(path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| parquet_error(path, error))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader = builder.with_batch_size(BATCH).with_projection(mask).build().map_err(|error| parquet_error(path, error))?;
    let shown = path.display().to_string();
    Ok(reader.map(move |batch| batch.map_err(|error| StoreError::Parquet { path: shown.clone(), message: error.to_string() })))
}

fn write_sorted(path: &Path, name: &str, rows: Positions) -> Result<(), StoreError> {
    let fault = |error| parquet_error(path, error);
    let temporary = path.with_extension("partial");
    let level = ZstdLevel::try_new(3).expect("3 is a level of Zstandard");
    let delta = ["time", "lon", "lat", "record"];
    let mut properties = WriterProperties::builder()
        .set_created_by("tidewaiter".to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    for name in delta {
        let column = ColumnPath::from(name);
        properties =
            properties.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    let schema = Arc::new(schema());
    let file = File::create(&temporary).map_err(|error| StoreError::io(&temporary, error))?;
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties.build())).map_err(fault)?;
    let keys = UInt8Array::from(vec![0; rows.len()]);
    let part = DictionaryArray::<UInt8Type>::new(keys, Arc::new(StringArray::from(vec![name])));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from(rows.mmsi)),
        Arc::new(TimestampSecondArray::from(rows.t).with_timezone("UTC")),
        Arc::new(Int32Array::from(rows.lon)),
        Arc::new(Int32Array::from(rows.lat)),
        Arc::new(UInt16Array::from(rows.sog)),
        Arc::new(UInt16Array::from(rows.cog)),
        Arc::new(UInt16Array::from(rows.heading)),
        Arc::new(UInt8Array::from(rows.status)),
        Arc::new(UInt8Array::from(rows.class)),
        Arc::new(UInt16Array::from(rows.receiver)),
        Arc::new(UInt32Array::from(rows.record)),
        Arc::new(part),
    ];
    let batch = RecordBatch::try_new(schema, columns).expect("all columns have one length and the types of the schema");
    writer.write(&batch).map_err(fault)?;
    writer.close().map_err(fault)?;
    fs::rename(&temporary, path).map_err(|error| StoreError::io(path, error))
}

/// Rows as they are spilled: a count, then column after column, little-endian.
fn write_raw(rows: &Positions, file: &mut impl Write) -> std::io::Result<()> {
    let mut bytes = Vec::with_capacity(8 + rows.len() * 36);
    bytes.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    rows.mmsi.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.t.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.lon.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.lat.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.sog.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.cog.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.heading.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    bytes.extend_from_slice(&rows.status);
    bytes.extend_from_slice(&rows.class);
    rows.receiver.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.file.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    rows.record.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    file.write_all(&bytes)
}

fn read_raw(path: &Path) -> std::io::Result<Positions> {
    fn column<T, const N: usize>(file: &mut impl Read, n: usize, out: &mut Vec<T>, of: fn([u8; N]) -> T) -> std::io::Result<()> {
        let mut bytes = vec![0; n * N];
        file.read_exact(&mut bytes)?;
        out.extend(bytes.chunks_exact(N).map(|chunk| of(chunk.try_into().expect("chunks have this size"))));
        Ok(())
    }
    let file = File::open(path)?;
    let mut left = file.metadata()?.len();
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut rows = Positions::default();
    while left > 0 {
        let mut count = [0; 8];
        file.read_exact(&mut count)?;
        let n = u64::from_le_bytes(count);
        // 36 bytes a row: a file that was cut off says so here instead of asking for memory.
        let bytes = n.checked_mul(36).and_then(|b| b.checked_add(8)).filter(|&b| b <= left).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        left -= bytes;
        let n = usize::try_from(n).map_err(|_| std::io::ErrorKind::InvalidData)?;
        column(&mut file, n, &mut rows.mmsi, u32::from_le_bytes)?;
        column(&mut file, n, &mut rows.t, i64::from_le_bytes)?;
        column(&mut file, n, &mut rows.lon, i32::from_le_bytes)?;
        column(&mut file, n, &mut rows.lat, i32::from_le_bytes)?;
        column(&mut file, n, &mut rows.sog, u16::from_le_bytes)?;
        column(&mut file, n, &mut rows.cog, u16::from_le_bytes)?;
        column(&mut file, n, &mut rows.heading, u16::from_le_bytes)?;
        column(&mut file, n, &mut rows.status, u8::from_le_bytes)?;
        column(&mut file, n, &mut rows.class, u8::from_le_bytes)?;
        column(&mut file, n, &mut rows.receiver, u16::from_le_bytes)?;
        column(&mut file, n, &mut rows.file, u16::from_le_bytes)?;
        column(&mut file, n, &mut rows.record, u32::from_le_bytes)?;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
