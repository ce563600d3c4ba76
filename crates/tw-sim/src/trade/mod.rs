//! A simulated world of trade with known truth, and the scorer that measures any reading of its statistics.
//!
//! [`simulate`] writes `comtrade.csv` (UN Comtrade's columns), `shipments.csv` (the table `shipments`), `truth.jsonl` and `README.md`.
//! Countries and headings are real so that readers can be tested; every figure, firm and ship is invented. `FORMAT.md` beside this file
//! describes the files, what is planted, and how [`score`] measures it.

mod evade;
mod report;
pub mod score;
mod shipments;
mod tables;
mod world;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use tables::PLACES;
use world::World;

/// What is simulated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Options {
    /// First month, `YYYY-MM`.
    pub start: String,
    /// Months, 6 to 120.
    pub months: u32,
    /// Countries, 12 to 56.
    pub countries: u32,
    /// Headings, 53 to 320: chapter 27 is always whole, and every chapter has at least one.
    pub headings: u32,
    /// Rows of `comtrade.csv` that are aimed at (within some 20 %), 1,000 to 20,000,000. It sets the number of series.
    pub rows: u64,
    /// Share of series with an evasion, 0 to 0.2.
    pub prevalence: f64,
    /// Share of series with an innocent twin (re-export, timing, new route), 0 to 0.2.
    pub twins: f64,
    /// Share of series with planted data errors, which are twins too, 0 to 0.2.
    pub errors: f64,
    /// Sizes of the gaps, each above 1.
    pub factors: Vec<f64>,
    /// Shipments, 0 to 1,000,000.
    pub shipments: u32,
    /// Share of shipments that are phantoms, 0 to 0.1.
    pub phantoms: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            start: "2016-01".to_owned(),
            months: 36,
            countries: 48,
            headings: 250,
            rows: 600_000,
            prevalence: 0.02,
            twins: 0.02,
            errors: 0.01,
            factors: vec![1.5, 2.0, 3.0, 10.0],
            shipments: 30_000,
            phantoms: 0.002,
        }
    }
}

/// What a simulation made.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Rows of `comtrade.csv`.
    pub rows: usize,
    /// Months in which something truly flowed, over all series.
    pub flows: usize,
    /// Series in the truth file, with those that only stand in the reports.
    pub series: usize,
    /// Series with an evasion.
    pub evasions: usize,
    /// Series with an innocent twin.
    pub twins: usize,
    /// Rows with a planted data error.
    pub errors: usize,
    /// Shipments.
    pub shipments: usize,
    /// Planted phantoms among them.
    pub phantoms: usize,
    /// Innocent twins among the shipments.
    pub shipment_twins: usize,
    /// SHA-256 over the names and contents of all files but `README.md`.
    pub hash: String,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum TradeError {
    /// An option out of range.
    #[error("{0}")]
    Option(String),
    /// A file that could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// File.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

impl Options {
    /// First month as year and number from 0.
    fn first(&self) -> Option<(u32, u32)> {
        let (year, month) = self.start.split_once('-')?;
        let digits = |text: &str, n: usize| (text.len() == n && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok());
        let (year, month) = (digits(year, 4)??, digits(month, 2)??);
        ((1950..2190).contains(&year) && (1..=12).contains(&month)).then_some((year, month - 1))
    }

    fn check(&self) -> Result<(), TradeError> {
        let within = |name: &str, value: f64, low: f64, high: f64| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(TradeError::Option(format!("{name} {value}: expected {low} to {high}")))
            }
        };
        if self.first().is_none() {
            return Err(TradeError::Option(format!("start `{}` is not a month: expected `YYYY-MM` from 1950 to 2189", self.start)));
        }
        within("months", f64::from(self.months), 6.0, 120.0)?;
        within("countries", f64::from(self.countries), 12.0, PLACES.len() as f64)?;
        within("headings", f64::from(self.headings), 53.0, 320.0)?;
        within("rows", self.rows as f64, 1e3, 2e7)?;
        within("prevalence", self.prevalence, 0.0, 0.2)?;
        within("twins", self.twins, 0.0, 0.2)?;
        within("errors", self.errors, 0.0, 0.2)?;
        within("shipments", f64::from(self.shipments), 0.0, 1e6)?;
        within("phantoms", self.phantoms, 0.0, 0.1)?;
        for factor in &self.factors {
            within("factor", *factor, 1.01, 1e3)?;
        }
        if self.factors.is_empty() {
            return Err(TradeError::Option("no factor: name at least one, such as 3".to_owned()));
        }
        Ok(())
    }
}

impl World {
    /// A month as `YYYY-MM`.
    fn month(&self, t: usize) -> String {
        let count = self.first + t;
        format!("{}-{:02}", count / 12, count % 12 + 1)
    }
}

/// Simulates a world of trade and writes it to a folder.
///
/// Equal seeds and options give equal bytes. Rows are written chapter by chapter: memory does not grow with their number beyond the
/// series themselves (some 24 bytes each) and one chapter of all countries.
///
/// # Errors
/// Options out of range, and files that cannot be written.
pub fn simulate(seed: u64, options: &Options, dir: &Path) -> Result<Summary, TradeError> {
    options.check()?;
    fs::create_dir_all(dir).map_err(|source| TradeError::Write { path: dir.display().to_string(), source })?;
    let mut world = World::new(seed, options);
    let planted = evade::plant(&mut world, options);
    let mut summary = Summary::default();
    let mut out = Output { hash: Sha256::new(), dir };
    let mut truth = out.open("truth.jsonl")?;
    report::write(&world, &planted, &mut out, &mut truth, &mut summary)?;
    shipments::write(&world, options, &mut out, &mut truth, &mut summary)?;
    out.close(truth)?;
    summary.hash = out.hash.clone().finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let readme = format!(
        "# Synthetic trade data\n\n\
         Everything in this folder was made by a simulator. Countries and headings are real names; all figures, firms, ships and \
         shipments are invented, and nothing here says anything about a real one.\n\n\
         - `comtrade.csv`: synthetic reports in the columns of UN Comtrade (monthly, HS 2017), leaves and sums mixed as there.\n\
         - `shipments.csv`: synthetic shipment records (table `shipments`).\n\
         - `truth.jsonl`: what really flowed and what was planted; keep it away from what is measured.\n\n\
         Seed: {seed}\n\nOptions: `{}`\n\nSummary: `{}`\n",
        serde_json::to_string(options).unwrap_or_default(),
        serde_json::to_string(&summary).unwrap_or_default(),
    );
    let path = dir.join("README.md");
    fs::write(&path, readme).map_err(|source| TradeError::Write { path: path.display().to_string(), source })?;
    Ok(summary)
}

/// The folder that is written, with a hash over everything.
struct Output<'a> {
    hash: Sha256,
    dir: &'a Path,
}

/// A file that is being written; its own hash goes into the folder's when it is closed, so that files may be open side by side.
struct OpenFile {
    path: String,
    hash: Sha256,
    to: std::io::BufWriter<fs::File>,
}

impl Output<'_> {
    fn open(&mut self, name: &str) -> Result<OpenFile, TradeError> {
        let path = self.dir.join(name);
        let shown = path.display().to_string();
        let file = fs::File::create(&path).map_err(|source| TradeError::Write { path: shown.clone(), source })?;
        let mut hash = Sha256::new();
        hash.update(name.as_bytes());
        Ok(OpenFile { path: shown, hash, to: std::io::BufWriter::with_capacity(1 << 18, file) })
    }

    fn append(&mut self, file: &mut OpenFile, bytes: &[u8]) -> Result<(), TradeError> {
        file.hash.update(bytes);
        file.to.write_all(bytes).map_err(|source| TradeError::Write { path: file.path.clone(), source })
    }

    fn close(&mut self, mut file: OpenFile) -> Result<(), TradeError> {
        file.to.flush().map_err(|source| TradeError::Write { path: file.path.clone(), source })?;
        self.hash.update(file.hash.finalize());
        Ok(())
    }
}
