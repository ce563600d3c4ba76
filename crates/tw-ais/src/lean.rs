//! Columns: positions and static reports, what an import needs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::bits::Bits;
use crate::columns::{Class, Dimensions, Fix, Positions, SOG_UNKNOWN, Static};
use crate::counts::{Reason, Refused};
use crate::decoder::{Collect, Meta, Tally, sealed, second_disagrees};
use crate::nmea::{BAD_TIME, NO_TIME};
use crate::position::{NO_SPEED, Place, common, is_position, place};
use crate::stations::Stations;

/// Rows of positions that are handed over at once.
pub const BATCH: usize = 65_536;
/// Parts A and B of message 24 belong together if they are at most so many seconds apart: two of the intervals of 6 minutes
/// at which they are sent (ITU-R M.1371-5, annex 1, table 2). Our choice.
pub const JOIN_SECONDS: i64 = 720;
/// Ships whose static report is kept open; beyond, all runs end and begin anew.
const MAX_RUNS: usize = 400_000;

/// Takes columns.
pub trait ColumnSink {
    /// What it fails with.
    type Error;

    /// Takes about [`BATCH`] positions, in the order of the file.
    ///
    /// # Errors
    /// Its own.
    fn positions(&mut self, rows: &Positions) -> Result<(), Self::Error>;

    /// Takes static reports, run-length collapsed, in the order of their records; those of later calls may have begun earlier.
    ///
    /// # Errors
    /// Its own.
    fn statics(&mut self, rows: Vec<Static>) -> Result<(), Self::Error>;

    /// Hears of every refusal.
    fn refused(&mut self, refused: Refused) {
        let _ = refused;
    }
}

/// A sink that keeps everything, for small files and tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// All positions.
    pub positions: Positions,
    /// All static reports.
    pub statics: Vec<Static>,
    /// All refusals.
    pub refused: Vec<Refused>,
}

impl ColumnSink for Kept {
    type Error = std::convert::Infallible;

    fn positions(&mut self, rows: &Positions) -> Result<(), Self::Error> {
        self.positions.extend(rows.view());
        Ok(())
    }

    fn statics(&mut self, rows: Vec<Static>) -> Result<(), Self::Error> {
        self.statics.extend(rows);
        Ok(())
    }

    fn refused(&mut self, refused: Refused) {
        self.refused.push(refused);
    }
}

/// The way out into columns: positions of types 1, 2, 3, 9, 18, 19 and 27, static reports of types 5, 19 and 24.
///
/// Positions "not available" are counted and not stored; other types are counted. A speed of a SAR aircraft above 102.2 knots is
/// stored as 102.2, which the column knows as "or more".
#[derive(Debug)]
pub struct Columns<S> {
    file: u16,
    sink: S,
    positions: Positions,
    statics: Vec<Static>,
    runs: HashMap<u64, Run, BuildHasherDefault<Mix>>,
}

/// A static report that goes on.
#[derive(Clone, Debug)]
struct Run {
    words: [u64; 7],
    row: Static,
    /// Time of the last part A and B of a type 24.
    parts: [Option<i64>; 2],
}

impl<S: ColumnSink> Columns<S> {
    /// Into a sink. `file` goes into every row and should be that of the options.
    pub fn new(file: u16, sink: S) -> Self {
        let mut positions = Positions::default();
        reserve(&mut positions);
        Self { file, sink, positions, statics: Vec::new(), runs: HashMap::default() }
    }

    /// The sink.
    pub fn into_sink(self) -> S {
        self.sink
    }

    /// Ends all runs that are not of this ship.
    #[cold]
    fn end_runs(&mut self) {
        let mut rows: Vec<Static> = self.runs.drain().map(|(_, run)| run.row).collect();
        rows.sort_by_key(|row| (row.record, row.mmsi, row.message));
        self.statics.append(&mut rows);
    }

    #[inline(never)]
    fn static_report(&mut self, meta: &Meta, bits: &Bits) {
        let mmsi = bits.u32(8, 30);
        let t = meta.time.div_euclid(1000);
        let key = u64::from(mmsi) << 8 | u64::from(meta.kind);
        let mut words = [0; 7];
        match meta.kind {
            5 => {
                words = bits.same_words::<7>();
                // The last two bits are DTE and spare.
                words[6] &= !(u64::MAX >> 38);
            }
            19 => words[..3].copy_from_slice(&[bits.u(143, 57), bits.u(200, 57), bits.u(257, 44)]),
            _ => {}
        }
        if self.runs.len() >= MAX_RUNS {
            self.end_runs();
        }
        let fresh = || Static { mmsi, t, t_last: t, n: 1, message: meta.kind, file: self.file, record: meta.line, ..Static::default() };
        if meta.kind == 24 {
            let part = usize::from(bits.u8(38, 2) & 1);
            let said =
                if part == 0 { [bits.u(40, 57), bits.u(97, 57), bits.u(154, 6)] } else { [bits.u(40, 57), bits.u(97, 57), bits.u(154, 8)] };
            let place = 3 * part..3 * part + 3;
            if let Some(run) = self.runs.get_mut(&key) {
                let other = run.parts[1 - part].is_none_or(|then| (then - t).abs() <= JOIN_SECONDS);
                let same = match run.parts[part] {
                    Some(_) => run.words[place.clone()] == said,
                    // The missing half of the row.
                    None => other,
                };
                if same {
                    if run.parts[part].is_none() {
                        run.words[place].copy_from_slice(&said);
                        fill_24(&mut run.row, part, mmsi, bits);
                    }
                    run.parts[part] = Some(t);
                    extend(&mut run.row, t);
                    return;
                }
            }
            let mut run = Run { words, row: fresh(), parts: [None; 2] };
            run.words[place].copy_from_slice(&said);
            run.parts[part] = Some(t);
            fill_24(&mut run.row, part, mmsi, bits);
            // A new call sign keeps the name, which is not said anew with it; a new name waits for its part B.
            if part == 1
                && let Some(old) = self.runs.get(&key)
                && old.parts[0].is_some_and(|then| (then - t).abs() <= JOIN_SECONDS)
            {
                run.words[..3].copy_from_slice(&old.words[..3]);
                run.row.name = old.row.name.clone();
                run.parts[0] = old.parts[0];
            }
            if let Some(old) = self.runs.insert(key, run) {
                self.statics.push(old.row);
            }
            return;
        }
        if let Some(run) = self.runs.get_mut(&key)
            && run.words == words
        {
            extend(&mut run.row, t);
            return;
        }
        let mut row = fresh();
        if meta.kind == 5 {
            row.imo = bits.u32(40, 30);
            row.callsign = bits.string(70, 7);
            row.name = bits.string(112, 20);
            row.ship_type = bits.u8(232, 8);
            row.dimensions = dimensions(bits, 240);
            row.eta = (bits.u8(274, 4), bits.u8(278, 5), bits.u8(283, 5), bits.u8(288, 6));
            row.draught = bits.u8(294, 8);
            row.destination = bits.string(302, 20);
        } else {
            row.name = bits.string(143, 20);
            row.ship_type = bits.u8(263, 8);
            row.dimensions = dimensions(bits, 271);
        }
        if let Some(old) = self.runs.insert(key, Run { words, row, parts: [None; 2] }) {
            self.statics.push(old.row);
        }
    }
}

fn extend(row: &mut Static, t: i64) {
    row.n = row.n.saturating_add(1);
    row.t = row.t.min(t);
    row.t_last = row.t_last.max(t);
}

fn fill_24(row: &mut Static, part: usize, mmsi: u32, bits: &Bits) {
    if part == 0 {
        row.name = bits.string(40, 20);
        return;
    }
    row.ship_type = bits.u8(40, 8);
    row.callsign = bits.string(90, 7);
    // An auxiliary craft sends the MMSI of its mother ship in place of dimensions.
    if !auxiliary(mmsi) {
        row.dimensions = dimensions(bits, 132);
    }
}

/// Whether an MMSI is of a craft associated with a parent ship, 98MIDXXXX (ITU-R M.585-9, annex 1, section 5).
pub(crate) fn auxiliary(mmsi: u32) -> bool {
    mmsi / 10_000_000 == 98
}

fn dimensions(bits: &Bits, at: usize) -> Dimensions {
    Dimensions { bow: bits.u16(at, 9), stern: bits.u16(at + 9, 9), port: bits.u8(at + 18, 6), starboard: bits.u8(at + 24, 6) }
}

impl<S: ColumnSink> Collect for Columns<S> {}

#[expect(private_interfaces, reason = "sealed")]
impl<S: ColumnSink> sealed::Collect for Columns<S> {
    type Error = S::Error;
    const UNTIMED: bool = false;

    #[inline(always)]
    fn message(&mut self, meta: &Meta, bits: &Bits, tally: &mut Tally) -> Result<(), Reason> {
        let position = is_position(meta.kind);
        if !position && meta.kind != 5 && meta.kind != 24 {
            return Ok(());
        }
        if meta.time <= BAD_TIME {
            return Err(if meta.time == NO_TIME { Reason::NoTime } else { Reason::Clock });
        }
        if meta.kind == 24 {
            check_24(bits)?;
        }
        if position {
            let p = common(meta.kind, bits);
            match place(p.lon, p.lat) {
                Place::Earth => {
                    tally.positions += 1;
                    tally.second_disagrees += u64::from(second_disagrees(meta.time, p.second));
                    let class = match meta.kind {
                        1..=3 => Class::A,
                        27 => Class::LongRange,
                        9 => Class::Aircraft,
                        _ => Class::B,
                    };
                    self.positions.push(Fix {
                        mmsi: p.mmsi,
                        t: meta.time / 1000,
                        lon: p.lon,
                        lat: p.lat,
                        sog: if p.speed == NO_SPEED { SOG_UNKNOWN } else { p.speed.min(SOG_UNKNOWN - 1) },
                        cog: p.course,
                        heading: p.heading,
                        status: p.status,
                        class: class as u8,
                        receiver: meta.station,
                        file: self.file,
                        record: meta.line,
                    });
                }
                Place::Unknown => tally.no_position += 1,
                // The name of a type 19 is not lost with its place.
                Place::Nowhere if meta.kind == 19 => tally.no_position += 1,
                Place::Nowhere => return Err(Reason::Coordinates),
            }
        }
        if matches!(meta.kind, 5 | 19 | 24) {
            tally.statics += 1;
            self.static_report(meta, bits);
        }
        Ok(())
    }

    #[inline(always)]
    fn is_full(&self) -> bool {
        self.positions.len() >= BATCH || self.statics.len() >= BATCH
    }

    fn flush(&mut self, _stations: &Stations, last: bool) -> Result<(), Self::Error> {
        if last {
            self.end_runs();
        }
        if !self.positions.is_empty() {
            self.sink.positions(&self.positions)?;
            self.positions.clear();
        }
        if !self.statics.is_empty() {
            let mut rows = std::mem::take(&mut self.statics);
            rows.sort_by_key(|row| (row.record, row.mmsi, row.message));
            self.sink.statics(rows)?;
        }
        Ok(())
    }

    fn refused(&mut self, refused: Refused) {
        self.sink.refused(refused);
    }
}

/// Part A has 160 bits or more, part B 162 or more.
#[inline(always)]
pub(crate) fn check_24(bits: &Bits) -> Result<(), Reason> {
    match bits.u8(38, 2) {
        0 => Ok(()),
        1 if bits.room >= 162 => Ok(()),
        1 => Err(Reason::TooShort),
        _ => Err(Reason::UnknownType),
    }
}

fn reserve(p: &mut Positions) {
    let n = BATCH + 1;
    p.mmsi.reserve(n);
    p.t.reserve(n);
    p.lon.reserve(n);
    p.lat.reserve(n);
    p.sog.reserve(n);
    p.cog.reserve(n);
    p.heading.reserve(n);
    p.status.reserve(n);
    p.class.reserve(n);
    p.receiver.reserve(n);
    p.file.reserve(n);
    p.record.reserve(n);
}

/// A hash of one number, by multiplication.
#[derive(Clone, Copy, Debug, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }

    fn write_u64(&mut self, n: u64) {
        let h = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = h ^ (h >> 32);
    }
}
