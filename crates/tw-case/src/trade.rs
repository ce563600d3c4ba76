//! Trade statistics in a case: files as their publishers write them, both sides set against each other.
//!
//! They are read at every run and kept as captures only: a reader of columns takes a million rows a second, and the comparison needs all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tw_base::{Country, Grade, Origin, Refusal, Sha256};
use tw_detect::{Flows, Recording};
use tw_evidence::{RecordSeal, hash_file};
use tw_flows::mirror::{Geography, Mirror, Options as MirrorOptions, mirror};
use tw_trade::{Area, Concordance, Edition, Flow, Format, HEAD, Month, Options, Rates, Report, clean, geo, read_as};

use crate::error::CaseError;
use crate::load::{LoadedFile, MAP_SUFFIX};

/// Refusals of one file that are told one by one.
const TOLD: usize = 20;

/// What a person says about a file of trade statistics, in `<file>.map.toml` beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TradeMapping {
    /// `trade`.
    pub table: String,
    /// Label; without it the figures count as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Who published the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Admiralty grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Day on which the figures were published: a later file about the same flow is a revision, and `--as-of` an earlier day leaves the file out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Edition of the Harmonized System, where the file does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// Direction, where the file does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// US dollars for one euro, by month.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usd_per_eur: BTreeMap<Month, f64>,
    /// US dollars for one yuan, by month.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usd_per_cny: BTreeMap<Month, f64>,
}

/// A file of trade statistics, read.
#[derive(Clone, Debug)]
pub(crate) struct Statistic {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) sha256: Sha256,
    format: Format,
    mapping: TradeMapping,
    reports: Vec<Report>,
    rows: u64,
    warnings: Vec<String>,
}

/// Tells whether a file is a trade statistic, by its first bytes and name; with what is said about it in the mapping beside it.
///
/// # Errors
/// If it cannot be read, or the mapping is not right.
pub(crate) fn sniff(path: &Path, map: Option<&Path>) -> Result<Option<(Format, TradeMapping)>, CaseError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(MAP_SUFFIX);
    let beside = PathBuf::from(beside);
    let map = map.map(Path::to_owned).or_else(|| beside.is_file().then_some(beside));
    let mut mapping = TradeMapping { table: "trade".to_owned(), ..TradeMapping::default() };
    if let Some(map) = map {
        let text = fs::read_to_string(&map).map_err(|e| CaseError::io("read", &map, e))?;
        let is_one = toml::from_str::<toml::Table>(&text).is_ok_and(|t| t.get("table").and_then(|t| t.as_str()) == Some("trade"));
        if !is_one {
            return Ok(None);
        }
        mapping = toml::from_str(&text).map_err(|error| {
            Refusal::new(map.display().to_string(), format!("it does not fit: {}", error.message())).hint(
                "it holds table = \"trade\", and may hold origin, source, grade, published, edition, flow, [usd-per-eur], [usd-per-cny]",
            )
        })?;
    }
    let mut head = Vec::with_capacity(HEAD);
    File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head)).map_err(|e| CaseError::io("read", path, e))?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(tw_trade::sniff(&head, &name).map(|format| (format, mapping)))
}

impl Statistic {
    /// Reads a file. Rows that cannot be taken are counted and told; only a file of which nothing can be taken is refused.
    ///
    /// # Errors
    /// If it cannot be read, or nothing in it can be taken.
    pub(crate) fn read(path: &Path, format: Format, mapping: TradeMapping, number: usize) -> Result<Self, CaseError> {
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .ok_or_else(|| Refusal::new(path.display().to_string(), "the file name is not UTF-8").hint("rename the file"))?
            .to_owned();
        let (sha256, _) = hash_file(path).map_err(|e| CaseError::io("read", path, e))?;
        let file = u16::try_from(number).map_err(|_| {
            Refusal::new(&name, "more than 65,536 files of trade statistics in one case").hint("join them, or make two cases")
        })?;
        let options = Options {
            file,
            published: mapping.published.map_or(0, number_of),
            usd_per_eur: Rates(mapping.usd_per_eur.clone()),
            usd_per_cny: Rates(mapping.usd_per_cny.clone()),
            flow: mapping.flow,
            edition: mapping.edition,
            ..Options::default()
        };
        let body = File::open(path).map_err(|e| CaseError::io("read", path, e))?;
        let read = read_as(format, &name, BufReader::new(body), &options)?;
        if read.reports.is_empty() {
            let mut refused = read.refused;
            refused.insert(0, Refusal::new(&name, "no row of this trade statistic could be taken").hint("the refusals below say why"));
            return Err(tw_base::Refusals(refused).into());
        }
        let mut warnings: Vec<String> = read.remarks.iter().map(ToString::to_string).collect();
        if read.refused_rows > 0 {
            warnings.push(format!("{} rows refused", read.refused_rows));
            warnings.extend(read.refused.iter().take(TOLD).map(ToString::to_string));
        }
        Ok(Self { path: path.to_owned(), name, sha256, format, mapping, reports: read.reports, rows: read.rows, warnings })
    }

    /// As a file among the others.
    pub(crate) fn file(&self) -> LoadedFile {
        let rows = vec![("trade", usize::try_from(self.rows).unwrap_or(usize::MAX))];
        LoadedFile { path: self.path.clone(), name: self.name.clone(), sha256: self.sha256, rows, warnings: self.warnings.clone() }
    }

    /// The mapping as it is kept beside the file.
    pub(crate) fn mapping(&self) -> Option<String> {
        let said = TradeMapping { table: "trade".to_owned(), ..TradeMapping::default() } != self.mapping;
        said.then(|| toml::to_string(&self.mapping).expect("a table of plain values"))
    }

    /// The file as evidence. Records of CSV are lines; those of JSON are objects, whose bytes are not told.
    fn recording(&self) -> Recording {
        let source = self.mapping.source.clone().unwrap_or_else(|| format!("{}, file {}", publisher(self.format), self.name));
        Recording {
            capture: self.sha256,
            lines: self.lines(),
            origin: self.mapping.origin.unwrap_or(Origin::Published),
            source,
            grade: self.mapping.grade.unwrap_or(Grade::UNJUDGED),
        }
    }

    fn lines(&self) -> bool {
        self.format != Format::ComtradeJson
    }

    /// Seals of records of the capture at `path`.
    pub(crate) fn seals(&self, path: &Path, records: &BTreeSet<u64>) -> std::io::Result<Vec<RecordSeal>> {
        crate::ships::seals(path, self.sha256, self.lines(), false, records)
    }
}

fn publisher(format: Format) -> &'static str {
    match format {
        Format::ComtradeJson | Format::ComtradeCsv | Format::ComtradeLegacyCsv => "UN Comtrade",
        Format::Baci => "BACI (CEPII)",
        Format::Eurostat => "Eurostat Comext",
        Format::ChinaCustoms => "General Administration of Customs of China",
    }
}

/// `YYYYMMDD`.
fn number_of(day: Date) -> u32 {
    u32::try_from(i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day())).unwrap_or(0)
}

/// Distances between capitals, borders and coasts, for the freight model.
pub struct Capitals;

impl Geography for Capitals {
    fn distance_km(&self, a: Country, b: Country) -> Option<f64> {
        geo::distance_km(a, b)
    }

    fn contiguous(&self, a: Country, b: Country) -> Option<bool> {
        geo::contiguous(a, b)
    }

    fn landlocked(&self, country: Country) -> Option<bool> {
        geo::landlocked(country)
    }
}

/// Reports made ready to be compared: one edition of headings, sums apart from their parts, revisions replaced, months apart from years.
#[derive(Clone, Debug, Default)]
pub struct Ready {
    /// Reports that may be added and compared.
    pub reports: Vec<Report>,
    /// What was left out and why, one clause each, with counts.
    pub remarks: Vec<String>,
}

/// Makes reports ready. With `as_of`, figures published later are left out.
#[must_use]
pub fn ready(reports: Vec<Report>, as_of: Option<Date>) -> Ready {
    let mut clean = clean(reports, as_of.map(number_of));
    let common = Concordance::bundled().to_common(&mut clean.reports);
    let mut remarks = Vec::new();
    let mut say = |n: usize, what: &str| {
        if n > 0 {
            remarks.push(format!("{n} {what}"));
        }
    };
    say(common.approximate as usize, "lines whose heading has only an approximate counterpart in the other editions of the files");
    say(common.unknown as usize, "lines of a heading that no edition has");
    say(clean.aggregates.len(), "lines that are sums over others in the files");
    say(clean.revisions.len(), "lines that a later publication replaced");
    say(clean.conflicts.len(), "lines of one flow with other figures and no later publication: none of them was taken");
    say(clean.annual.len(), "yearly lines beside monthly ones of the same flow");
    say(clean.parts.len(), "withheld parts of headings that were taken whole");
    say(
        common.gathered.len(),
        "headings that an edition gathered from more than thirty others, and which are not compared across editions",
    );
    say(clean.other_editions.len(), "lines of one flow in another edition of the headings");
    say(clean.later.len(), "lines published after the day of the answer");
    Ready { reports: clean.reports, remarks }
}

/// Both sides of every flow.
#[must_use]
pub fn both_sides(ready: &Ready) -> Mirror {
    mirror(&ready.reports, &Capitals, &MirrorOptions::default())
}

/// The trade statistics of a case, compared; none if it holds none. Months outside the period of the case are not looked at.
pub(crate) fn flows(statistics: &[Statistic], target: Country, days: tw_base::Interval, as_of: Date) -> Option<(Flows, Vec<String>)> {
    if statistics.is_empty() {
        return None;
    }
    let inside = |report: &Report| {
        let year = i16::try_from(report.month.year()).unwrap_or(i16::MAX);
        let first = Date::new(year, report.month.month().map_or(1, |m| m as i8), 1);
        first.is_ok_and(|day| days.to.is_none_or(|to| day < to) && day <= as_of && year >= days.from.year())
    };
    let reports = statistics.iter().flat_map(|s| &s.reports).copied().filter(inside).collect();
    let ready = ready(reports, Some(as_of));
    let with_target = ready.reports.iter().copied().filter(|report| report.partner == Area::Country(target)).collect();
    let mirror = both_sides(&ready);
    let flows = Flows { mirror, with_target, files: statistics.iter().map(Statistic::recording).collect() };
    let remarks = ready.remarks.into_iter().map(|remark| format!("trade statistics: {remark}")).collect();
    Some((flows, remarks))
}
