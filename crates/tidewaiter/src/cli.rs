//! The command line. Help, completions and the reference page are made from these definitions.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::civil::Date;

/// Finds sanctions evasion in records anyone can lawfully hold, and says exactly how far the evidence goes.
#[derive(Debug, Parser)]
#[command(
    name = "tidewaiter",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true,
    before_help = "Example: tidewaiter demo",
    after_help = "Data goes to standard output, everything else to standard error. Exit codes are in docs/exit-codes.md.\nNothing but `fetch` opens a connection; `serve` answers those who come."
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Write one JSON document to standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// State that no connection may be opened; none is opened in any case
    #[arg(long, global = true)]
    pub offline: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the bundled case end to end: Russia and North Korea, 2015-2025
    Demo(Demo),
    /// Make a case folder
    Init(Init),
    /// Check files strictly and copy them into a case
    Import(Import),
    /// Read a case, run the detectors, write leads and dossier
    Run(Run),
    /// Ask the book of dated provisions
    #[command(subcommand)]
    Law(Law),
    /// See and review the leads of a case
    #[command(subcommand)]
    Leads(Leads),
    /// Explain a lead, provision, detector or table
    Explain(Explain),
    /// Ask the tables of a case in SQL
    Sql(Sql),
    /// Decode recordings of AIS (NMEA 0183): what is in them, and every field as tables
    Decode(Decode),
    /// Read destinations that ships typed: port, area, orders, nothing
    Destination(Destination),
    /// Put reports without a name together to tracks
    Tracks(Tracks),
    /// Look for parties on sanctions lists, as of a day
    Screen(Screen),
    /// Judge hits of a screening blind, so that later runs respect it
    Review(Review),
    /// Serve screening over HTTP, for clients of yente and of the reconciliation API
    Serve(Serve),
    /// Fetch lists from their publishers: the only command that opens a connection
    Fetch(Fetch),
    /// Read articles and reports into claims that keep their sources, hedges and ranges
    Claims(Claims),
    /// Set both sides of trade against each other: true values as intervals, gaps beyond honest noise, data errors
    Mirror(Mirror),
    /// Make synthetic data with known truth
    #[command(subcommand)]
    Simulate(Simulate),
    /// Score leads, readings or tracks against a truth file
    #[command(subcommand)]
    Eval(Eval),
    /// Write the dossier of a case anew, with its reviews
    Dossier(Dossier),
    /// Check every hash of a case or dossier, and say which leads fall
    Verify(Verify),
    /// Show the configuration, and where each value comes from
    #[command(subcommand)]
    Config(Config),
    /// Write shell completions
    Completions(Completions),
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder of the case
    #[arg(long, value_name = "DIR", default_value = "russia-dprk", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Answer as of this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Folder to make
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Title of the case
    #[arg(long)]
    pub title: Option<String>,
}

/// `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Files: CSV or XLSX; recordings of AIS as NMEA, CSV, Parquet or aisstream.io JSON, also packed with gzip or Zstandard
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Case folder
    #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
    pub case: PathBuf,
    /// Table that the files hold, if name and header do not say it
    #[arg(long)]
    pub table: Option<String>,
    /// Column mapping to read them with; it is saved beside each file
    #[arg(long, value_name = "MAP.toml", value_hint = ValueHint::FilePath)]
    pub map: Option<PathBuf>,
    /// Time of a recording of AIS that carries none, such as 2024-01-31T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub base_time: Option<jiff::Timestamp>,
    /// Label of a recording of AIS; without it what the recording says of itself, else published
    #[arg(long, value_enum, value_name = "ORIGIN")]
    pub origin: Option<Origin>,
    /// Who made a recording of AIS, and where it was published
    #[arg(long)]
    pub source: Option<String>,
    /// Replace files of the same name
    #[arg(long)]
    pub replace: bool,
    /// Check only, change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Label of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Origin {
    /// Published by a source
    Published,
    /// Put together from several published facts
    Reconstructed,
    /// Made up
    Synthetic,
}

impl From<Origin> for tw_base::Origin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Published => Self::Published,
            Origin::Reconstructed => Self::Reconstructed,
            Origin::Synthetic => Self::Synthetic,
        }
    }
}

/// `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Case folder
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Answer as of this day: rows that became known later are left out
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// `law`.
#[derive(Debug, Subcommand)]
pub enum Law {
    /// All provisions, a line each
    List {
        /// Only this body of law, such as UN-DPRK
        #[arg(long)]
        regime: Option<String>,
    },
    /// One provision whole
    Show {
        /// Its key, such as UN-2397-5
        id: String,
    },
    /// The provisions in force on a day
    At {
        /// The day
        date: Date,
        /// Only this body of law
        #[arg(long)]
        regime: Option<String>,
    },
    /// What changed after one day up to another
    Diff {
        /// The earlier day
        from: Date,
        /// The later day
        to: Date,
        /// Only this body of law
        #[arg(long)]
        regime: Option<String>,
    },
    /// Run scenario files: facts, a question, the expected verdict
    Test {
        /// Files (Markdown); the format is in law/scenarios/README.md
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
}

/// `leads`.
#[derive(Debug, Subcommand)]
pub enum Leads {
    /// The queue, with why each lead stands where it stands
    List {
        /// Case folder
        #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
        case: PathBuf,
        /// Only this tier and above
        #[arg(long, value_name = "TIER", value_parser = clap::value_parser!(u8).range(1..=3))]
        tier: Option<u8>,
        /// Only leads of this detector
        #[arg(long)]
        detector: Option<String>,
        /// Only leads in this state
        #[arg(long)]
        state: Option<String>,
    },
    /// One lead whole; the same as `explain`
    Show {
        /// Its id
        id: String,
        /// Case folder
        #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
        case: PathBuf,
    },
    /// Review a lead; the log keeps every step
    Set {
        /// Its id
        id: String,
        /// reviewing, supported, dismissed, undetermined, published or lead
        state: String,
        /// Case folder
        #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
        case: PathBuf,
        /// Reason of a dismissal, from the closed list
        #[arg(long)]
        reason: Option<String>,
        /// A note
        #[arg(long)]
        note: Option<String>,
        /// Who reviews
        #[arg(long, env = "TIDEWAITER_REVIEWER", hide_env_values = true)]
        who: String,
    },
}

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Id of a lead, provision, detector or table
    pub id: String,
    /// Case folder; needed for leads
    #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
    pub case: Option<PathBuf>,
    /// Show the whole proof of every provision
    #[arg(long)]
    pub proof: bool,
}

/// `sql`.
#[derive(Debug, Args)]
pub struct Sql {
    /// A single SELECT; `SHOW TABLES` and `DESCRIBE table` say what there is
    pub query: String,
    /// Case folder
    #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
    pub case: PathBuf,
    /// How to write the answer
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// How to write an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned, cut to the terminal
    Table,
    /// Comma-separated
    Csv,
    /// One JSON document
    Json,
}

/// `decode`.
#[derive(Debug, Args)]
pub struct Decode {
    /// Recordings, also packed with gzip or Zstandard; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Folder to write the tables to, a file for each family of messages; without it they are only counted
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// How to write the tables
    #[arg(long, value_enum, default_value_t = TableFormat::Parquet, requires = "out")]
    pub format: TableFormat,
    /// Time at which recordings begin that carry no time, such as 2024-01-31T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub base_time: Option<jiff::Timestamp>,
}

/// How to write a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Parquet
    Parquet,
    /// Comma-separated
    Csv,
}

impl TableFormat {
    /// Ending of a file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }
}

/// `destination`.
#[derive(Debug, Args)]
pub struct Destination {
    /// The text as it was typed; without it, or with `-`, one text a line from standard input
    #[arg(value_name = "TEXT")]
    pub text: Option<OsString>,
    /// Where the ship was, in degrees, such as 42.7,133.1 or -33.9,18.4
    #[arg(long, value_name = "LAT,LON", value_parser = place, allow_hyphen_values = true)]
    pub near: Option<(f64, f64)>,
}

/// A latitude and a longitude in degrees.
fn place(text: &str) -> Result<(f64, f64), String> {
    let number = |part: &str, limit: f64| part.trim().parse::<f64>().ok().filter(|x| x.abs() <= limit);
    let (lat, lon) = text.split_once(',').ok_or("expected latitude and longitude with a comma between them")?;
    let lat = number(lat, 90.0).ok_or_else(|| format!("`{lat}` is not a latitude in degrees"))?;
    let lon = number(lon, 180.0).ok_or_else(|| format!("`{lon}` is not a longitude in degrees"))?;
    Ok((lat, lon))
}

/// `tracks`.
#[derive(Debug, Args)]
pub struct Tracks {
    /// CSV with the columns point_id, time, lat, lon, speed (knots) and course (degrees), also packed; `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// File to write to instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// `simulate`.
#[derive(Debug, Subcommand)]
pub enum Simulate {
    /// A sea with ships, ports, receivers and evasions; no real ship is meant
    Ships(SimulateShips),
    /// A world of trade with what really flowed, planted gaps and innocent twins; no real firm is meant
    Trade(SimulateTrade),
    /// Hosts of workers with what really happened, planted masking and innocent twins; figures are invented
    Labour(SimulateLabour),
}

/// `simulate trade`.
#[derive(Debug, Args)]
pub struct SimulateTrade {
    /// Number that everything is drawn from; the same seed and options give the same bytes
    pub seed: u64,
    /// Folder to write to, new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Lines of the statistics that are aimed at
    #[arg(long, value_name = "N")]
    pub rows: Option<u64>,
    /// Months
    #[arg(long, value_name = "N")]
    pub months: Option<u32>,
    /// Countries
    #[arg(long, value_name = "N")]
    pub countries: Option<u32>,
    /// Headings
    #[arg(long, value_name = "N")]
    pub headings: Option<u32>,
    /// Share of series with a planted evasion, 0 to 0.2
    #[arg(long, value_name = "SHARE")]
    pub prevalence: Option<f64>,
    /// Share of series with an innocent twin, 0 to 0.2
    #[arg(long, value_name = "SHARE")]
    pub twins: Option<f64>,
    /// Sizes of planted gaps, each above 1
    #[arg(long, value_name = "FACTOR", value_delimiter = ',')]
    pub factors: Vec<f64>,
    /// Shipment records
    #[arg(long, value_name = "N")]
    pub shipments: Option<u32>,
}

/// `simulate labour`.
#[derive(Debug, Args)]
pub struct SimulateLabour {
    /// Number that everything is drawn from; the same seed and options give the same bytes
    pub seed: u64,
    /// Folder to write to, new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Hosts
    #[arg(long, value_name = "N")]
    pub hosts: Option<usize>,
    /// Years
    #[arg(long, value_name = "N")]
    pub years: Option<usize>,
    /// Share of hosts in which work enters under another purpose, 0 to 1
    #[arg(long, value_name = "SHARE")]
    pub evasion: Option<f64>,
}

/// `simulate ships`.
#[derive(Debug, Args)]
pub struct SimulateShips {
    /// Number that everything is drawn from; the same seed and options give the same bytes
    pub seed: u64,
    /// Folder to write to, new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Ships
    #[arg(long, value_name = "N")]
    pub ships: Option<u32>,
    /// Days
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// First day
    #[arg(long, value_name = "DATE")]
    pub start: Option<Date>,
    /// One evasion in so many voyages; 0 is none
    #[arg(long, value_name = "N")]
    pub one_in: Option<f64>,
    /// Share of voyages whose typed destination is wrong for innocent reasons, 0 to 1
    #[arg(long, value_name = "SHARE")]
    pub mismatch: Option<f64>,
    /// Compress the recordings
    #[arg(long)]
    pub gz: bool,
    /// Replay a historical pattern with invented ships
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(tw_sim::SCENARIOS))]
    pub scenario: Option<String>,
}

/// `eval`.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Events at sea: precision, recall and calibration of each kind
    Ships {
        /// What really happened, as JSON Lines or CSV, also packed; `-` is standard input
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        truth: PathBuf,
        /// What was found: `leads list --json`, JSON Lines, a JSON array or CSV
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "case", conflicts_with = "case")]
        pred: Option<PathBuf>,
        /// Case folder, to score its leads
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        case: Option<PathBuf>,
    },
    /// Flows, gaps, errors and shipments against a simulated world of trade
    Trade {
        /// What really flowed: `truth.jsonl` of `simulate trade`
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        truth: PathBuf,
        /// What was found: `mirror --out FILE`
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        pred: PathBuf,
    },
    /// Changes of regime, stocks, masking and revenue against simulated hosts
    Labour {
        /// What really happened: `truth.jsonl` of `simulate labour`
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        truth: PathBuf,
        /// What was found, one JSON object a line
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "case", conflicts_with = "case")]
        pred: Option<PathBuf>,
        /// Case folder whose figures are judged and scored
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        case: Option<PathBuf>,
        /// Write what was found in the case into this file
        #[arg(long, value_name = "FILE", requires = "case", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
    },
    /// Pairs of names or parties that people judged: precision, recall and F1 at a threshold
    Names {
        /// JSON Lines of pairs of entities, CSV of pairs of names, or YAML of checks
        #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// Score from which a pair counts as a match
        #[arg(long, value_name = "SCORE", default_value_t = 0.7, value_parser = score)]
        threshold: f64,
        /// How much of the first party of each pair is used
        #[arg(long, value_enum, default_value_t = Level::Entity)]
        level: Level,
        /// Also show this many of the pairs that were scored wrong
        #[arg(long, value_name = "N", default_value_t = 0)]
        misses: usize,
    },
    /// Readings of typed destinations
    Destination {
        /// CSV with the columns text, kind and locode; codes that are all right are separated by `|`
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        truth: PathBuf,
        /// What `destination` wrote
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        pred: PathBuf,
    },
    /// Tracks put together from reports without a name
    Tracks {
        /// CSV with the columns point_id, track_id and, to order the reports of a track, time
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        truth: PathBuf,
        /// CSV with the columns point_id and track_id, as `tracks` writes it
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        pred: PathBuf,
    },
}

/// How much of a party is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// All of it
    Entity,
    /// Its first name, and what is not a name
    OneName,
    /// Its first name and nothing else
    NameAlone,
}

/// Where lists come from.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// A list as its publisher gives it (OFAC, UN, EU, UK, US CSL, FollowTheMoney), also packed; `FILE@2019-01-31` says when it was captured,
    /// `FILE@2019-01` in which month. Several captures of one list tell when an entry came and went
    #[arg(long = "list", value_name = "FILE[@DATE]", value_hint = ValueHint::FilePath)]
    pub lists: Vec<std::ffi::OsString>,
    /// Folder of lists as `fetch` writes it: every capture in it is read
    #[arg(long = "lists", value_name = "DIR", env = "TIDEWAITER_LISTS", hide_env_values = true, value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
    /// Leave out the US list that comes with the program
    #[arg(long)]
    pub no_bundled: bool,
}

/// `screen`.
#[derive(Debug, Args)]
pub struct Screen {
    /// List of parties: CSV, XLSX or Parquet; one row a party
    #[arg(value_name = "FILE", required_unless_present_any = ["names", "case"], conflicts_with_all = ["names", "case"], value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Look for this name instead of a file
    #[arg(long = "name", value_name = "NAME")]
    pub names: Vec<String>,
    /// Look for every party that the rows of a case name, each on the day it acted
    #[arg(long, value_name = "DIR", conflicts_with_all = ["names", "as_of", "out"], value_hint = ValueHint::DirPath)]
    pub case: Option<PathBuf>,
    /// Take what was found into the case, as rows of its table of listings, for its detectors
    #[arg(long, requires = "case")]
    pub keep: bool,
    /// What the parties are where the file does not say it: Person, Company, Organization, LegalEntity, Vessel
    #[arg(long, value_name = "SCHEMA")]
    pub schema: Option<String>,
    /// Lists to look at
    #[command(flatten)]
    pub lists: ListArgs,
    /// Day for which is asked who was listed; without it today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Score from which a resemblance is a hit
    #[arg(long, value_name = "SCORE", default_value_t = 0.7, value_parser = score)]
    pub threshold: f64,
    /// Most hits shown for a party
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub limit: u16,
    /// Column that holds a field, such as `name=Counterparty`; fields are told from the header otherwise
    #[arg(short = 'i', long = "column", value_name = "FIELD=COLUMN")]
    pub columns: Vec<String>,
    /// Sheet of a workbook
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Write the rows of the file, in their order, with what was found, as CSV
    #[arg(long, value_name = "RESULT.csv", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Judgements to respect, as `review` writes them
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub judgements: Option<PathBuf>,
    /// Also exit with 1 for parties that were not yet or no longer listed that day
    #[arg(long)]
    pub any_time: bool,
}

/// `review`.
#[derive(Debug, Args)]
pub struct Review {
    /// What `screen --json` wrote
    #[arg(value_name = "RESULT.json", value_hint = ValueHint::FilePath)]
    pub result: PathBuf,
    /// File of judgements: they are added at its end
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub judgements: PathBuf,
    /// Who judges
    #[arg(long = "by", value_name = "WHO")]
    pub by: String,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// A list or FollowTheMoney entities as a dataset; without one the US list that comes with the program is served
    #[arg(long = "dataset", value_name = "NAME=FILE", value_hint = ValueHint::FilePath)]
    pub datasets: Vec<String>,
    /// Datasets that a manifest names, in the words of yente; its addresses must be of local files
    #[arg(long, value_name = "FILE", conflicts_with = "datasets", value_hint = ValueHint::FilePath)]
    pub manifest: Option<PathBuf>,
    /// Address to listen on; beyond this machine only with API keys
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub bind: std::net::SocketAddr,
    /// File of API keys, one a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub api_keys: Option<PathBuf>,
    /// Token that `POST /updatez` must bring; without one no update can be asked for over HTTP
    #[arg(long, value_name = "TOKEN", env = "TIDEWAITER_UPDATE_TOKEN", hide_env_values = true)]
    pub update_token: Option<String>,
    /// Look at the files for changes every so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub watch: Option<u64>,
    /// Address under which clients reach the server, if it is behind another
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Web origin whose pages may read replies, beyond this machine
    #[arg(long = "origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
}

/// `fetch`.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Sources, by id; without one they are listed
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Folder that keeps the captures
    #[arg(long, value_name = "DIR", env = "TIDEWAITER_LISTS", default_value = "lists", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Accept the licence of a source that restricts use, by its id
    #[arg(long, value_name = "SOURCE")]
    pub accept_licence: Vec<String>,
}

/// `claims`.
#[derive(Debug, Args)]
pub struct Claims {
    /// Documents: HTML, plain text, PDF, DOCX, e-mail (EML), web archives (WARC)
    #[arg(value_name = "FILE", required_unless_present = "manifest", conflicts_with = "manifest", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Day of publication, to which "since September" is anchored; without it what the document says
    #[arg(long, value_name = "DATE", conflicts_with = "manifest")]
    pub published: Option<Date>,
    /// Who published, the first link of every chain; without it what the document says
    #[arg(long, value_name = "NAME", conflicts_with = "manifest")]
    pub publisher: Option<String>,
    /// Documents with their day and publisher, as a JSON array
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub manifest: Option<PathBuf>,
    /// Write into this file which claims of all documents go back to one original: retellings are no confirmation of each other
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub groups: Option<PathBuf>,
    /// Write one file of JSON a document into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// `mirror`.
#[derive(Debug, Args)]
pub struct Mirror {
    /// Trade statistics: UN Comtrade (JSON, CSV), BACI, Eurostat Comext, Chinese customs; also packed
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// How the two sides are reconciled
    #[arg(long, value_enum, default_value_t = Method::Ours)]
    pub method: Method,
    /// Shipment records to rank by how unlike their declared destination they are (table `shipments`)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub shipments: Vec<PathBuf>,
    /// Country that the sanctions are about
    #[arg(long, value_name = "CODE", default_value = "PRK")]
    pub target: tw_base::Country,
    /// Least probability of a gap that is shown
    #[arg(long, value_name = "P", default_value_t = 0.9, value_parser = score)]
    pub least: f64,
    /// US dollars for one euro in a month, such as `2018-06=1.168`; without it values of Eurostat are unknown
    #[arg(long, value_name = "MONTH=RATE")]
    pub usd_per_eur: Vec<String>,
    /// Leave out what was published after this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Write every flow, series, error and shipment into this file, one JSON object a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// A way to reconcile the two sides of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Method {
    /// Intervals, gaps and errors by the hierarchical model
    Ours,
    /// The rule of BACI (CEPII): one value a flow
    Baci,
    /// The rule of the Atlas (Harvard Growth Lab): one value a flow
    Atlas,
}

/// `dossier`.
#[derive(Debug, Args)]
pub struct Dossier {
    /// Case folder
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Also copy it to this folder, which must not exist
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Answer as of this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Case folder or dossier
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// `config`.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Every setting, its value, and where it comes from
    Show {
        /// Case folder
        #[arg(long, value_name = "DIR", env = "TIDEWAITER_CASE", hide_env_values = true, value_hint = ValueHint::DirPath)]
        case: Option<PathBuf>,
    },
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// A score.
fn score(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|value| (0.0..=1.0).contains(value)).ok_or_else(|| "a score lies between 0 and 1".to_owned())
}
