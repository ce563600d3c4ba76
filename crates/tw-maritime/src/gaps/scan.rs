//! The raw list of silences, in one pass over columns.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampSecondType, UInt32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};

use super::distance::{units_metres, valid};

/// Rows looked at together: if nothing happens in them they are left after one look.
const BLOCK: usize = 256;

/// A silence, not judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawGap {
    /// Ship.
    pub mmsi: u32,
    /// Last report before, seconds since 1970.
    pub t0: i64,
    /// First report after; none if the ship was not heard again.
    pub t1: Option<i64>,
    /// Place of the last report, 1/600,000 degree.
    pub lon0: i32,
    /// See `lon0`.
    pub lat0: i32,
    /// Place of the first report after.
    pub lon1: Option<i32>,
    /// See `lon1`.
    pub lat1: Option<i32>,
    /// Metres between the two, if both are places on earth.
    pub metres: Option<f64>,
}

/// Why a scan stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// A column is not there.
    #[error("the batch has no column {0}; a scan for gaps needs mmsi, time (or t), lon and lat")]
    Missing(&'static str),
    /// A column has another type.
    #[error("column {column} is {found}, expected {expected}")]
    Type {
        /// The column.
        column: &'static str,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A column has missing values.
    #[error("column {0} has missing values; leave those rows out first")]
    Null(&'static str),
    /// The columns differ in length.
    #[error("the columns differ in length")]
    Length,
    /// Time goes backwards within a ship.
    #[error("time goes backwards for MMSI {mmsi} at row {row}: sort by mmsi and time first")]
    Backwards {
        /// The ship.
        mmsi: u32,
        /// Row since the scan began, from 0.
        row: u64,
    },
    /// A ship comes after one with a higher number.
    #[error("MMSI {mmsi} comes after a higher one at row {row}: sort by mmsi and time first")]
    Order {
        /// The ship.
        mmsi: u32,
        /// Row since the scan began, from 0.
        row: u64,
    },
}

#[derive(Clone, Copy, Debug)]
struct Last {
    mmsi: u32,
    t: i64,
    lon: i32,
    lat: i32,
}

/// Finds silences in batches sorted by ship and time, holding one row.
///
/// ```
/// use tw_maritime::gaps::GapScan;
/// let mut scan = GapScan::new(6 * 3600);
/// scan.push_columns(&[7, 7, 8], &[0, 30_000, 5], &[0, 0, 0], &[0, 600_000, 0])?;
/// let gaps = scan.finish();
/// assert_eq!((gaps.len(), gaps[0].mmsi, gaps[0].t1), (1, 7, Some(30_000)));
/// # Ok::<(), tw_maritime::gaps::ScanError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GapScan {
    threshold_s: i64,
    until: Option<i64>,
    last: Option<Last>,
    rows: u64,
    gaps: Vec<RawGap>,
}

impl GapScan {
    /// A scan for silences of at least this many seconds (at least one).
    #[must_use]
    pub fn new(threshold_s: i64) -> Self {
        Self { threshold_s: threshold_s.max(1), until: None, last: None, rows: 0, gaps: Vec::new() }
    }

    /// Also lists ships that were not heard again before this moment, the end of what was observed.
    #[must_use]
    pub fn until(mut self, end: i64) -> Self {
        self.until = Some(end);
        self
    }

    /// Rows seen.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes a batch with the columns `mmsi` (UInt32), `time` or `t` (Timestamp(Second) or Int64), `lon` and `lat` (Int32); others are ignored.
    ///
    /// # Errors
    /// If a column is missing, of another type or not complete, or the rows are not sorted by ship and time.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), ScanError> {
        let column = |name: &'static str| batch.column_by_name(name).ok_or(ScanError::Missing(name));
        let wrong = |column, array: &dyn Array, expected| ScanError::Type { column, found: array.data_type().to_string(), expected };
        let mmsi = column("mmsi")?;
        let time = column("time").or_else(|_| column("t")).map_err(|_| ScanError::Missing("time"))?;
        let (lon, lat) = (column("lon")?, column("lat")?);
        for (name, array) in [("mmsi", mmsi), ("time", time), ("lon", lon), ("lat", lat)] {
            if array.null_count() > 0 {
                return Err(ScanError::Null(name));
            }
        }
        let times: &[i64] = match time.data_type() {
            DataType::Int64 => time.as_primitive::<Int64Type>().values(),
            DataType::Timestamp(TimeUnit::Second, _) => time.as_primitive::<TimestampSecondType>().values(),
            _ => return Err(wrong("time", time, "Timestamp(Second) or Int64")),
        };
        let ships = mmsi.as_primitive_opt::<UInt32Type>().ok_or_else(|| wrong("mmsi", mmsi, "UInt32"))?;
        let lons = lon.as_primitive_opt::<Int32Type>().ok_or_else(|| wrong("lon", lon, "Int32"))?;
        let lats = lat.as_primitive_opt::<Int32Type>().ok_or_else(|| wrong("lat", lat, "Int32"))?;
        self.push_columns(ships.values(), times, lons.values(), lats.values())
    }

    /// As [`GapScan::push`], from slices.
    ///
    /// # Errors
    /// If the slices differ in length or the rows are not sorted by ship and time.
    pub fn push_columns(&mut self, mmsi: &[u32], t: &[i64], lon: &[i32], lat: &[i32]) -> Result<(), ScanError> {
        let n = mmsi.len();
        if t.len() != n || lon.len() != n || lat.len() != n {
            return Err(ScanError::Length);
        }
        if n == 0 {
            return Ok(());
        }
        let row = |i: usize| Last { mmsi: mmsi[i], t: t[i], lon: lon[i], lat: lat[i] };
        match self.last {
            None => self.last = Some(row(0)),
            Some(last) => self.step(last, row(0), self.rows)?,
        }
        let mut start = 0;
        while start + 1 < n {
            let end = (start + BLOCK).min(n - 1);
            if !quiet(&mmsi[start..=end], &t[start..=end], self.threshold_s) {
                for i in start..end {
                    if mmsi[i] != mmsi[i + 1] || t[i + 1] < t[i] || t[i + 1].saturating_sub(t[i]) >= self.threshold_s {
                        self.step(row(i), row(i + 1), self.rows + i as u64 + 1)?;
                    }
                }
            }
            start = end;
        }
        self.last = Some(row(n - 1));
        self.rows += n as u64;
        Ok(())
    }

    /// Ends the scan and gives the silences in the order of ship and time.
    #[must_use]
    pub fn finish(mut self) -> Vec<RawGap> {
        if let Some(last) = self.last {
            self.open(last);
        }
        self.gaps
    }

    fn open(&mut self, last: Last) {
        if self.until.is_some_and(|end| end.saturating_sub(last.t) >= self.threshold_s) {
            self.gaps.push(RawGap {
                mmsi: last.mmsi,
                t0: last.t,
                t1: None,
                lon0: last.lon,
                lat0: last.lat,
                lon1: None,
                lat1: None,
                metres: None,
            });
        }
    }

    fn step(&mut self, a: Last, b: Last, row: u64) -> Result<(), ScanError> {
        if b.mmsi < a.mmsi {
            return Err(ScanError::Order { mmsi: b.mmsi, row });
        }
        if b.mmsi > a.mmsi {
            self.open(a);
            return Ok(());
        }
        if b.t < a.t {
            return Err(ScanError::Backwards { mmsi: b.mmsi, row });
        }
        if b.t.saturating_sub(a.t) >= self.threshold_s {
            let known = valid(a.lon, a.lat) && valid(b.lon, b.lat);
            self.gaps.push(RawGap {
                mmsi: b.mmsi,
                t0: a.t,
                t1: Some(b.t),
                lon0: a.lon,
                lat0: a.lat,
                lon1: Some(b.lon),
                lat1: Some(b.lat),
                metres: known.then(|| units_metres(a.lat, a.lon, b.lat, b.lon)),
            });
        }
        Ok(())
    }
}

/// Whether all rows are of one ship and follow each other in less than the threshold. No branch within, so that it is done in vectors.
///
/// The sign bit of `bad` is set by a step backwards, by one of the threshold or more, and by one that overflows.
fn quiet(mmsi: &[u32], t: &[i64], threshold: i64) -> bool {
    let mut other = 0u32;
    for (a, b) in mmsi.iter().zip(&mmsi[1..]) {
        other |= a ^ b;
    }
    let mut bad = 0i64;
    for (&a, &b) in t.iter().zip(&t[1..]) {
        let d = b.wrapping_sub(a);
        bad |= d | (threshold - 1).wrapping_sub(d) | ((b ^ a) & (d ^ b));
    }
    other == 0 && bad >= 0
}
