use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};
use tw_base::{Date, Refusal, Sha256};
use tw_ftm::Entry;

use crate::draft::Out;
use crate::format::{Format, detect};
use crate::input::Input;
use crate::report::{Capture, Report};
use crate::{csl, dpl, eu_fsf, eu_journal, ftm, ofac, uk, un};

/// What a companion file of a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `alt.csv`, `cons_alt.csv`.
    AlternateNames,
    /// `add.csv`, `cons_add.csv`.
    Addresses,
    /// `sdn_comments.csv`, `cons_comments.csv`.
    Comments,
    /// The main file once more, for [`Format::Ftm`]: a first pass takes the designations from it, so that each entity comes with its own.
    Again,
}

/// A file that belongs to a list beside the main one.
pub struct Companion<'a> {
    /// What it holds.
    pub role: Role,
    /// Name used in messages.
    pub name: String,
    /// Its bytes, packed or not.
    pub body: Box<dyn Read + 'a>,
    /// Digest of its bytes as they were captured.
    pub sha256: Sha256,
}

/// The bytes of a list.
pub struct ListFiles<'a> {
    /// Name used in messages; OFAC's comma-delimited files tell by it which of the two lists they are.
    pub name: String,
    /// The main file, packed or not.
    pub main: Box<dyn Read + 'a>,
    /// Files beside it.
    pub companions: Vec<Companion<'a>>,
}

impl<'a> ListFiles<'a> {
    /// A list of one file.
    #[must_use]
    pub fn one(name: impl Into<String>, main: impl Read + 'a) -> Self {
        Self { name: name.into(), main: Box::new(main), companions: Vec::new() }
    }
}

/// The first 8192 bytes of a file, unpacked and decoded, for [`detect`].
///
/// # Errors
/// If it cannot be opened as text.
pub fn head(name: &str, body: impl Read) -> Result<Vec<u8>, Refusal> {
    Ok(Input::open(name, body)?.head().to_vec())
}

/// Reads a list; `sink` gets its entries one by one and may say that it has enough.
///
/// The order is that of the file; links between entries come last. Memory is bounded by one entry, with two exceptions: the companions
/// of OFAC's comma-delimited files, and the formats that spread an entry over the file (OFAC advanced XML, UK CSV, EU Journal CSV),
/// of which all entries are held, up to 1 GiB.
///
/// # Errors
/// If the file is not of that format, is cut off or damaged, or hostile. **Then nothing that the sink got counts**: whoever reads into a
/// live index reads into a new one and swaps it in after `Ok` ([`collect`] does so for a list that fits in memory). Entries that cannot
/// be taken while the file goes on are no error, but are counted in [`Report::refused`].
pub fn read(
    format: Format,
    files: ListFiles<'_>,
    capture: &Capture,
    sink: &mut dyn FnMut(Entry) -> ControlFlow<()>,
) -> Result<Report, Refusal> {
    let name = files.name.as_str();
    let mut out = Out::new(format, name, capture, sink);
    let input = Input::open(name, files.main)?;
    if let Some(encoding) = input.encoding {
        out.report.encoding = Some(encoding.to_owned());
        out.report.remark_on_file(format!("the file was converted from {encoding}: places count converted bytes"));
    }
    match format {
        Format::OfacCsv => ofac::files::read(name, input, files.companions, &mut out)?,
        Format::OfacXml => ofac::classic::read(name, input, &mut out)?,
        Format::OfacAdvancedXml => ofac::advanced::read(name, input, &mut out)?,
        Format::UnXml => un::read(name, input, &mut out)?,
        Format::EuFsfXml => eu_fsf::read(name, input, &mut out)?,
        Format::EuJournalCsv => eu_journal::read(name, input, &mut out)?,
        Format::UkCsv => uk::table::read(name, input, &mut out)?,
        Format::UkXml => uk::xml::read(name, input, &mut out)?,
        Format::CslCsv => csl::read(name, input, &mut out)?,
        Format::DplTsv => dpl::read(name, input, &mut out)?,
        Format::Ftm => ftm::read(name, input, files.companions, &mut out)?,
        Format::OfacHistory | Format::FtmDelta => {
            let with = if format == Format::FtmDelta { "read_delta" } else { "read_history" };
            return Err(Refusal::new(name, format!("it holds changes of a list and no list ({format}): read it with `{with}`")));
        }
    }
    let report = out.report;
    if report.entries == 0 && report.refusals() > 0 && !report.stopped {
        let (reason, tally) = report.refused.iter().max_by_key(|(_, tally)| tally.n).expect("there is a refusal");
        let place = tally.first.as_ref().map_or_else(String::new, |place| format!(", first at {place}"));
        return Err(Refusal::new(
            name,
            format!("not one entry could be taken; {} refused, most because {reason}{place}", report.refusals()),
        ));
    }
    Ok(report)
}

/// Reads a list into memory: all of it, or nothing.
///
/// # Errors
/// As [`read`].
pub fn collect(format: Format, files: ListFiles<'_>, capture: &Capture) -> Result<(Vec<Entry>, Report), Refusal> {
    let mut all = Vec::new();
    let report = read(format, files, capture, &mut |entry| {
        all.push(entry);
        ControlFlow::Continue(())
    })?;
    Ok((all, report))
}

/// Reads a list from a file, and finds what lies beside it: `alt.csv`, `add.csv` and `sdn_comments.csv` beside `sdn.csv`, and the
/// `cons_` files beside `cons_prim.csv`. FollowTheMoney entities are read twice, so that each comes with its designations.
///
/// # Errors
/// As [`read`], and if a file cannot be opened or its format is not known.
pub fn read_path(
    path: &Path,
    captured: Option<Date>,
    list: Option<String>,
    sink: &mut dyn FnMut(Entry) -> ControlFlow<()>,
) -> Result<Report, Refusal> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let format = detect(&head(&name, open(path, &name)?)?, &name).ok_or_else(|| {
        Refusal::new(&name, "no list that is known is written like this").hint("formats: OFAC, UN, EU, UK, CSL, DPL, FollowTheMoney")
    })?;
    let sha256 = digest(path, &name)?;
    let mut files = ListFiles::one(name.as_str(), open(path, &name)?);
    if format == Format::OfacCsv {
        for (role, words) in [(Role::AlternateNames, "alt"), (Role::Addresses, "add"), (Role::Comments, "comments")] {
            let Some(beside) = beside(path, &name, words) else { continue };
            let sha256 = digest(&beside, &name)?;
            let name = beside.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            files.companions.push(Companion { role, body: Box::new(open(&beside, &name)?), name, sha256 });
        }
    }
    if format == Format::Ftm {
        files.companions.push(Companion { role: Role::Again, body: Box::new(open(path, &name)?), name: name.clone(), sha256 });
    }
    read(format, files, &Capture { sha256, captured, list }, sink)
}

/// The file that belongs to `sdn.csv` or `cons_prim.csv`, packed like it or not.
fn beside(path: &Path, name: &str, words: &str) -> Option<std::path::PathBuf> {
    let (stem, end) = name.split_once('.')?;
    let consolidated = stem.to_ascii_lowercase().starts_with("cons");
    let other = match (consolidated, words) {
        (true, _) => format!("cons_{words}"),
        (false, "comments") => "sdn_comments".to_owned(),
        (false, _) => words.to_owned(),
    };
    let folder = path.parent()?;
    let plain = end.trim_end_matches(".gz").trim_end_matches(".zst");
    let packed = [String::new(), ".gz".to_owned(), ".zst".to_owned()];
    let mut names = packed.iter().map(|packing| format!("{other}.{plain}{packing}"));
    // OFAC's own downloads are written in capitals on some days.
    names.find_map(|n| [n.clone(), n.to_ascii_uppercase()].into_iter().map(|n| folder.join(n)).find(|p| p.is_file()))
}

fn open(path: &Path, name: &str) -> Result<File, Refusal> {
    File::open(path).map_err(|error| Refusal::new(name, format!("it cannot be opened: {error}")))
}

pub(crate) fn digest(path: &Path, name: &str) -> Result<Sha256, Refusal> {
    let mut file = open(path, name)?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => hasher.update(&buffer[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Refusal::new(name, format!("it cannot be read: {error}"))),
        }
    }
    Ok(Sha256::from_bytes(hasher.finalize().into()))
}
