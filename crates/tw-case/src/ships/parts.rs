//! Files of positions, each read once into a sorted part.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use serde::{Deserialize, Serialize};
use tw_base::{Grade, Origin, RecordPtr, Refusal, Sha256, Span};
use tw_detect::Recording;
use tw_evidence::{RecordSeal, hash_file};
use tw_sources::ships::{Layout, PositionMapping, ShipOptions, ShipReport, ShipRows, detect, read_ships};
use tw_store::positions::PartWriter;

use crate::error::CaseError;
use crate::load::MAP_SUFFIX;

/// Changes whenever parts made before must not be used any more.
const VERSION: u32 = 2;

/// Bytes looked at to tell what a file is.
const HEAD: u64 = 1 << 16;

/// A file of positions in a case.
#[derive(Clone, Debug)]
pub(crate) struct ShipFile {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Its name.
    pub(crate) name: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: Sha256,
    /// How its columns are read, if somebody said so.
    pub(crate) mapping: Option<PositionMapping>,
}

/// A part: what a file of positions gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// Changes when parts of an earlier version must not be used.
    version: u32,
    /// Name of the part.
    pub(crate) name: String,
    /// Name of the file.
    pub(crate) file: String,
    /// SHA-256 of the file.
    pub(crate) sha256: Sha256,
    /// Published, reconstructed or synthetic.
    pub(crate) origin: Origin,
    /// Who published it and where.
    pub(crate) source: String,
    /// Admiralty grade.
    pub(crate) grade: Grade,
    /// What became of its records.
    pub(crate) report: ShipReport,
}

impl Part {
    /// The recording as evidence.
    pub(crate) fn recording(&self) -> Recording {
        let lines = self.report.layout == Layout::Nmea.words();
        Recording { capture: self.sha256, lines, origin: self.origin, source: self.source.clone(), grade: self.grade }
    }

    /// Seals of records of the capture at `path`.
    pub(crate) fn seals(&self, path: &Path, records: &BTreeSet<u64>) -> std::io::Result<Vec<RecordSeal>> {
        seals(path, self.sha256, self.report.layout == Layout::Nmea.words(), self.report.layout == Layout::Table.words(), records)
    }

    /// What a person should know: refusals and remarks by reason, with their first records.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let places = |records: &[u64]| records.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        for (reason, tally) in &self.report.refused {
            lines.push(format!("{} records refused: {reason} (first at {})", tally.n, places(&tally.records)));
        }
        for (remark, tally) in &self.report.remarks {
            lines.push(format!("{} records: {remark} (first at {})", tally.n, places(&tally.records)));
        }
        if !self.report.ignored.is_empty() {
            lines.push(format!("columns not read: {}", self.report.ignored.join(", ")));
        }
        lines
    }
}

/// Seals of records of a capture, which are its lines, or the rows of a delimited table. Of a packed file, or of another layout, the bytes of a record
/// cannot be told, and the whole capture is sealed.
pub(crate) fn seals(path: &Path, capture: Sha256, lines: bool, table: bool, records: &BTreeSet<u64>) -> std::io::Result<Vec<RecordSeal>> {
    let pointer = |n: u64| RecordPtr { capture, span: if lines { Span::Line(n) } else { Span::Row(n) } };
    let mut found = BTreeMap::new();
    if tw_sources::ships::is_plain(&mut File::open(path)?)? {
        if lines {
            found = tw_sources::ships::lines(File::open(path)?, records)?;
        } else if table {
            let with_header: BTreeSet<u64> = records.iter().copied().chain([1]).collect();
            found = tw_sources::ships::rows(File::open(path)?, &with_header)?;
        }
    }
    let mut seals = Vec::new();
    for (&n, &span) in &found {
        seals.push(tw_evidence::seal_in_file(path, pointer(n), span)?);
    }
    for &n in records.iter().filter(|n| !found.contains_key(n)) {
        seals.push(RecordSeal { record: pointer(n), bytes: None, sha256: capture });
    }
    Ok(seals)
}

/// Tells whether a file holds positions of ships, by its first bytes or the mapping beside it.
///
/// # Errors
/// If it cannot be read, or the mapping is not right.
pub(crate) fn sniff(path: &Path, map: Option<&Path>) -> Result<Option<(Layout, Option<PositionMapping>)>, CaseError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(MAP_SUFFIX);
    let beside = PathBuf::from(beside);
    let map = map.map(Path::to_owned).or_else(|| beside.is_file().then_some(beside));
    let mut mapping = None;
    if let Some(map) = map {
        let text = fs::read_to_string(&map).map_err(|e| CaseError::io("read", &map, e))?;
        if !PositionMapping::is_one(&text) {
            return Ok(None);
        }
        mapping = Some(PositionMapping::parse(&map.display().to_string(), &text)?);
    }
    let mut file = File::open(path).map_err(|e| CaseError::io("read", path, e))?;
    if is_parquet(&mut file).map_err(|e| CaseError::io("read", path, e))? {
        return Ok(Some((Layout::Table, mapping)));
    }
    let head = tw_sources::ships::head(file, HEAD).map_err(|e| CaseError::io("read", path, e))?;
    Ok(detect(&head, mapping.as_ref()).map(|layout| (layout, mapping)))
}

impl ShipFile {
    /// Of a path, hashed.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn open(path: &Path, mapping: Option<PositionMapping>) -> Result<Self, CaseError> {
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .ok_or_else(|| Refusal::new(path.display().to_string(), "the file name is not UTF-8").hint("rename the file"))?;
        let (sha256, _) = hash_file(path).map_err(|e| CaseError::io("read", path, e))?;
        Ok(Self { path: path.to_owned(), name: name.to_owned(), sha256, mapping })
    }

    /// Name of its part: of the bytes, and of how they are read.
    fn part_name(&self) -> String {
        let how = self.mapping.as_ref().map(PositionMapping::to_toml).unwrap_or_default();
        tw_evidence::sha256(format!("{VERSION}\n{}\n{how}", self.sha256).as_bytes()).to_string()[..16].to_owned()
    }

    /// The part of this file in `ships`, made if it is not there.
    ///
    /// # Errors
    /// What the reader refused, or if it cannot be written.
    pub(crate) fn part(&self, ships: &Path) -> Result<Part, CaseError> {
        let name = self.part_name();
        let marker = ships.join("parts").join(format!("{name}.json"));
        if let Ok(text) = fs::read_to_string(&marker)
            && let Ok(part) = serde_json::from_str::<Part>(&text)
            && part.version == VERSION
        {
            return Ok(Part { file: self.name.clone(), ..part });
        }
        let mut writer = PartWriter::new(&ships.join("positions"), &name)?;
        let mut statics = Vec::new();
        let report = self.read(&mut |rows| {
            match rows {
                ShipRows::Positions(rows) => writer.push(rows)?,
                ShipRows::Statics(rows) => statics.extend_from_slice(rows),
            }
            Ok(())
        })?;
        writer.finish()?;
        statics.sort_by_key(|s| (s.mmsi, s.t, s.record));
        let folder = ships.join("statics");
        fs::create_dir_all(&folder).map_err(|e| CaseError::io("make", &folder, e))?;
        tw_store::write_statics(&folder.join(format!("{name}.parquet")), &statics)?;
        let said = self.mapping.as_ref();
        let part = Part {
            version: VERSION,
            name,
            file: self.name.clone(),
            sha256: self.sha256,
            origin: said.and_then(|m| m.origin).or(report.origin).unwrap_or(Origin::Published),
            source: said.and_then(|m| m.source.clone()).unwrap_or_else(|| format!("recording {}", self.name)),
            grade: said.and_then(|m| m.grade).unwrap_or(Grade::UNJUDGED),
            report,
        };
        let folder = ships.join("parts");
        fs::create_dir_all(&folder).map_err(|e| CaseError::io("make", &folder, e))?;
        tw_evidence::write_atomically(&marker, crate::run::pretty(&part).as_bytes())?;
        Ok(part)
    }

    fn read(&self, sink: &mut dyn FnMut(ShipRows<'_>) -> tw_sources::ships::Taken) -> Result<ShipReport, CaseError> {
        let mut file = File::open(&self.path).map_err(|e| CaseError::io("read", &self.path, e))?;
        let options = ShipOptions { mapping: self.mapping.clone(), base_time: None };
        if is_parquet(&mut file).map_err(|e| CaseError::io("read", &self.path, e))? {
            let rows = tw_store::parquet::TextRows::open(&self.path)?;
            let header = rows.header();
            return Ok(tw_sources::ships::read_rows(&self.name, &header, rows, &options, sink)?);
        }
        Ok(read_ships(&self.name, file, &options, sink)?)
    }
}

/// Whether a file is Parquet, by its first bytes; the file is then again at its beginning.
fn is_parquet(file: &mut File) -> std::io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head == b"PAR1")
}

/// Deletes the parts of files that are no longer in the case.
///
/// # Errors
/// If one cannot be deleted.
pub(crate) fn discard_others(ships: &Path, parts: &[Part]) -> Result<(), CaseError> {
    let folder = ships.join("parts");
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(&folder).map_err(|e| CaseError::io("read", &folder, e))? {
        let path = entry.map_err(|e| CaseError::io("read", &folder, e))?.path();
        let Some(name) = path.file_stem().and_then(|n| n.to_str()) else { continue };
        if !parts.iter().any(|part| part.name == name) {
            tw_store::positions::remove_part(&ships.join("positions"), name)?;
            crate::folder::remove(&ships.join("statics").join(format!("{name}.parquet")))?;
            crate::folder::remove(&path)?;
        }
    }
    Ok(())
}

/// The recordings of a case as a table: which part of the positions came from which file.
pub(crate) fn recordings(parts: &[Part]) -> RecordBatch {
    let text = |name: &str, of: &dyn Fn(&Part) -> String| -> (String, ArrayRef) {
        (name.to_owned(), Arc::new(StringArray::from_iter_values(parts.iter().map(of))))
    };
    let count = |name: &str, of: &dyn Fn(&Part) -> u64| -> (String, ArrayRef) {
        (name.to_owned(), Arc::new(UInt64Array::from_iter_values(parts.iter().map(of))))
    };
    RecordBatch::try_from_iter([
        text("part", &|p| p.name.clone()),
        text("file", &|p| p.file.clone()),
        text("sha256", &|p| p.sha256.to_string()),
        text("layout", &|p| p.report.layout.clone()),
        text("origin", &|p| p.origin.word().to_owned()),
        text("source", &|p| p.source.clone()),
        text("grade", &|p| p.grade.to_string()),
        count("records", &|p| p.report.records),
        count("positions", &|p| p.report.positions),
        count("statics", &|p| p.report.statics),
        count("refused", &|p| p.report.refusals()),
    ])
    .expect("all columns have one length")
}
