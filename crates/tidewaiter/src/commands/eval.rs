use std::collections::HashMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use tw_base::{Exit, Refusal, Refusals};
use tw_maritime::link::{Labelled, TrackScore, score_tracks};
use tw_ports::Ports;
use tw_screening::eval as pairs;
use tw_sim::score::{Predictions, Rules, ScoreError, Truth, score, score_destinations};

use super::{input, leads};
use crate::Failure;
use crate::cli::{Eval, Level};
use crate::term::{Term, table};

/// Refusals that are collected before the reader stops.
const MOST: usize = 100;

pub(super) fn run(term: &Term, args: Eval) -> Result<Exit, Failure> {
    match args {
        Eval::Ships { truth, pred, case } => ships(term, &truth, pred.as_deref(), case.as_deref()),
        Eval::Trade { truth, pred } => trade(term, &truth, &pred),
        Eval::Labour { truth, pred, case, out } => labour(term, &truth, pred.as_deref(), case.as_deref(), out.as_deref()),
        Eval::Names { files, threshold, level, misses } => names(term, &files, threshold, level, misses),
        Eval::Destination { truth, pred } => destination(term, &truth, &pred),
        Eval::Tracks { truth, pred } => tracks(term, &truth, &pred),
    }
}

fn trade(term: &Term, truth: &Path, pred: &Path) -> Result<Exit, Failure> {
    once(&[Some(truth), Some(pred)])?;
    let (truth, pred) = (input::open(term, truth)?, input::open(term, pred)?);
    let (known, found) = (BufReader::with_capacity(1 << 18, truth.body), BufReader::with_capacity(1 << 18, pred.body));
    let report = tw_sim::trade::score::score((known, &truth.name), (found, &pred.name), &tw_sim::trade::score::Rules::default()).map_err(
        |error| Failure::new(Exit::Refused, error.to_string()).hint("JSON Lines as `simulate trade` and `mirror --out` write them"),
    )?;
    if term.json {
        term.document(&json!({ "truth": truth.name, "pred": pred.name, "report": report }))?;
    } else {
        term.out(&report.table())?;
    }
    Ok(Exit::Ok)
}

fn labour(term: &Term, truth: &Path, pred: Option<&Path>, case: Option<&Path>, out: Option<&Path>) -> Result<Exit, Failure> {
    once(&[Some(truth), pred])?;
    let (known, name) = input::text(term, truth)?;
    let (found, of) = match (pred, case) {
        (Some(pred), _) => input::text(term, pred)?,
        (None, Some(case)) => (judged(case, &known)?, case.display().to_string()),
        (None, None) => return Err(Failure::new(Exit::Usage, "nothing to score").hint("`--pred FILE` or `--case DIR`")),
    };
    if let Some(out) = out {
        let mut file = input::Whole::create(out)?;
        file.write(found.as_bytes())?;
        file.close()?;
    }
    let report = tw_sim::labour::score(&known, &found).map_err(|error| {
        Failure::new(Exit::Refused, format!("{name}, {of}: {error}")).hint("JSON Lines as `simulate labour` writes them")
    })?;
    if term.json {
        term.document(&json!({ "truth": name, "pred": of, "report": report }))?;
    } else {
        term.out(&report.table())?;
    }
    Ok(Exit::Ok)
}

/// What the first line of a truth file of labour says of the world, which is no secret: the deadline, and the day on which one looked.
#[derive(Deserialize)]
struct Announced {
    looked: tw_base::Date,
    landmark: tw_flows::labour::Landmark,
}

/// Everything that the figures of a case say about workers, one JSON object a line.
fn judged(case: &Path, truth: &str) -> Result<String, Failure> {
    let tables = tw_case::tables(case)?;
    let first = truth.lines().next().unwrap_or_default();
    let announced: Announced = serde_json::from_str(first).map_err(|error| {
        Failure::new(Exit::Refused, format!("the first line of the truth does not name `looked` and `landmark`: {error}"))
    })?;
    let mut options = tw_flows::labour::JudgeOptions::default();
    options.regimes.landmarks = vec![announced.landmark];
    let output = tw_flows::labour::judge(&tw_detect::labour_figures(&tables, announced.looked, options));
    let mut lines = String::new();
    for prediction in &output.predictions {
        lines.push_str(&serde_json::to_string(prediction).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?);
        lines.push('\n');
    }
    Ok(lines)
}

fn names(term: &Term, files: &[PathBuf], threshold: f64, level: Level, misses: usize) -> Result<Exit, Failure> {
    let level = match level {
        Level::Entity => pairs::Level::Entity,
        Level::OneName => pairs::Level::OneName,
        Level::NameAlone => pairs::Level::NameAlone,
    };
    let options = pairs::Options { threshold, level, misses, ..pairs::Options::default() };
    let mut reports = Vec::new();
    for path in files {
        let (text, name) = input::text(term, path)?;
        let pairs = pairs::read_text(&name, &text).map_err(input::refused)?;
        if pairs.is_empty() {
            return Err(Failure::new(Exit::Nothing, format!("`{name}` holds no pair")));
        }
        let report = pairs::run(&pairs, &options);
        if !term.json {
            term.out(&format!("{name}\n{}\n", report.table()))?;
        }
        reports.push(json!({ "file": name, "report": report }));
    }
    if term.json {
        term.document(&json!({ "sets": reports }))?;
    }
    Ok(Exit::Ok)
}

fn failure(error: &ScoreError) -> Failure {
    let hint = match error {
        ScoreError::Line { .. } => "JSON Lines, one JSON array, or CSV with a header",
        ScoreError::Field { .. } => "correct the field, or take the record out",
    };
    Failure::new(Exit::Refused, error.to_string()).hint(hint)
}

/// What `leads list --json` writes.
#[derive(Deserialize)]
struct Queue {
    leads: Vec<Value>,
}

fn ships(term: &Term, truth: &Path, pred: Option<&Path>, case: Option<&Path>) -> Result<Exit, Failure> {
    once(&[Some(truth), pred])?;
    let (text, name) = input::text(term, truth)?;
    let known = Truth::read(&text, &name).map_err(|error| failure(&error))?;
    if known.events.is_empty() {
        return Err(Failure::new(Exit::Nothing, format!("`{name}` holds no event")));
    }
    let (text, name) = match (pred, case) {
        (Some(pred), _) => input::text(term, pred)?,
        (None, Some(case)) => (Value::Array(queue(case)?).to_string(), case.display().to_string()),
        (None, None) => return Err(Failure::new(Exit::Usage, "nothing to score").hint("`--pred FILE` or `--case DIR`")),
    };
    let found = predictions(&text, &name).map_err(|error| failure(&error))?;
    let report = score(&known, &found, &Rules::default());
    if term.json {
        term.document(&json!({ "truth": truth, "pred": pred, "case": case, "report": report }))?;
    } else {
        term.out(&report.table())?;
    }
    let scored: usize = report.kinds.iter().map(|kind| kind.predicted).sum();
    if scored == 0 {
        term.say(&format!("warning: nothing in `{name}` is of a kind that is scored"));
    }
    Ok(Exit::Ok)
}

/// The leads of a case as `leads list --json` gives them.
fn queue(case: &Path) -> Result<Vec<Value>, Failure> {
    let states = tw_case::states(case)?;
    let state = |id: &str| states.get(id).map_or("lead", String::as_str);
    Ok(tw_case::read_leads(case)?.iter().map(|lead| leads::item(state(&lead.id), lead)).collect())
}

/// Reads predictions: the layouts of [`Predictions::read`], and the document of `leads list --json`.
fn predictions(text: &str, name: &str) -> Result<Predictions, ScoreError> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && let Ok(queue) = serde_json::from_str::<Queue>(text.trim_start_matches('\u{feff}'))
    {
        return Predictions::read(&Value::Array(queue.leads).to_string(), name);
    }
    Predictions::read(text, name)
}

fn destination(term: &Term, truth: &Path, pred: &Path) -> Result<Exit, Failure> {
    once(&[Some(truth), Some(pred)])?;
    let (truth_text, truth_name) = input::text(term, truth)?;
    let (pred_text, pred_name) = input::text(term, pred)?;
    let ports = Ports::bundled();
    let same = |a: &str, b: &str| match (ports.by_locode(a), ports.by_locode(b)) {
        (Some(a), Some(b)) => ports.same_place(a, b),
        _ => false,
    };
    let report = score_destinations((&truth_text, &truth_name), (&pred_text, &pred_name), &same).map_err(|error| failure(&error))?;
    if report.by_kind.is_empty() {
        return Err(Failure::new(Exit::Nothing, format!("`{truth_name}` holds no text")));
    }
    if term.json {
        term.document(&json!({ "truth": truth, "pred": pred, "report": report }))?;
    } else {
        term.out(&report.table())?;
    }
    Ok(Exit::Ok)
}

fn tracks(term: &Term, truth: &Path, pred: &Path) -> Result<Exit, Failure> {
    once(&[Some(truth), Some(pred)])?;
    let known = labels(term, truth)?;
    let found = labels(term, pred)?;
    if known.rows.is_empty() {
        return Err(Failure::new(Exit::Nothing, format!("`{}` holds no report", truth.display())));
    }
    let score = score_tracks(&known.rows, &found.rows);
    if term.json {
        term.document(&json!({ "truth": truth, "pred": pred, "report": score }))?;
    } else {
        term.out(&figures(&score, term.width()))?;
    }
    if !known.timed {
        term.say("warning: the truth has no column `time`; reports of a track are ordered by point_id");
    }
    Ok(Exit::Ok)
}

fn figures(s: &TrackScore, width: Option<usize>) -> String {
    let share = |x: f64| format!("{x:.4}");
    let rows: Vec<Vec<String>> = [
        ("reports", s.n.to_string(), "that truth and prediction both have"),
        ("missing", s.missing.to_string(), "reports of the truth that the prediction lacks"),
        ("unknown", s.unknown.to_string(), "reports of the prediction that the truth lacks, left out"),
        ("posit accuracy", share(s.posit_accuracy), "mean of the next two"),
        ("predecessor right", share(s.predecessor_accuracy), "share of reports"),
        ("successor right", share(s.successor_accuracy), "share of reports"),
        ("link precision", share(s.link_precision), "right of the predicted links"),
        ("link recall", share(s.link_recall), "right of the true links"),
        ("link F1", share(s.link_f1), "harmonic mean of the two"),
        ("purity", share(s.purity), "reports of the ship that prevails in their track"),
        ("completeness", share(s.completeness), "reports of the track that prevails on their ship"),
        ("true tracks", s.true_tracks.to_string(), ""),
        ("predicted tracks", s.predicted_tracks.to_string(), ""),
        ("splits a ship", share(s.splits_a_ship), "predicted tracks of a true one, less one"),
    ]
    .into_iter()
    .map(|(name, value, what)| vec![name.to_owned(), value, what.to_owned()])
    .collect();
    table(&["FIGURE", "VALUE", "WHAT"], &rows, width)
}

struct Labels {
    rows: Vec<Labelled>,
    timed: bool,
}

/// Reports with their tracks, from CSV.
fn labels(term: &Term, path: &Path) -> Result<Labels, Failure> {
    let (text, name) = input::text(term, path)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let broken = |error: &csv::Error| {
        let row = error.position().map_or(1, |position| position.record() + 1);
        input::refused(Refusal::new(&name, format!("not readable as CSV: {error}")).row(row))
    };
    let header = reader.headers().map_err(|error| broken(&error))?.clone();
    let column = |wanted: &str| header.iter().position(|cell| cell == wanted);
    let missing = |wanted: &str| {
        let hint = "a CSV whose first line names `point_id` and `track_id`; other columns may stand beside them";
        input::refused(Refusal::new(&name, "the column is missing").row(1).column(wanted).hint(hint))
    };
    let point = column("point_id").ok_or_else(|| missing("point_id"))?;
    let track = column("track_id").ok_or_else(|| missing("track_id"))?;
    let time = column("time");
    let mut tracks: HashMap<String, u64> = HashMap::new();
    let mut points: HashMap<u64, u64> = HashMap::new();
    let (mut rows, mut refusals) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    let mut number = 1;
    while refusals.len() < MOST && reader.read_record(&mut record).map_err(|error| broken(&error))? {
        number += 1;
        let mut refuse = |column: &str, reason: String| refusals.push(Refusal::new(&name, reason).row(number).column(column));
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let Ok(id) = cell(point).parse::<u64>() else {
            refuse("point_id", format!("`{}` is not a whole number", cell(point)));
            continue;
        };
        if let Some(first) = points.insert(id, number) {
            refuse("point_id", format!("{id} is there twice, first in row {first}"));
            continue;
        }
        if cell(track).is_empty() {
            refuse("track_id", "the track is missing".to_owned());
            continue;
        }
        let t = match time.map(cell) {
            None => 0,
            Some(text) => match milliseconds(text) {
                Some(t) => t,
                None => {
                    refuse("time", format!("`{text}` is not a time such as 2024-01-31T00:00:00"));
                    continue;
                }
            },
        };
        let next = tracks.len() as u64;
        let track = *tracks.entry(cell(track).to_owned()).or_insert(next);
        rows.push(Labelled { point: id, track, t });
    }
    if refusals.is_empty() { Ok(Labels { rows, timed: time.is_some() }) } else { Err(input::refused(Refusals(refusals))) }
}

/// Milliseconds since 1970 of an ISO 8601 moment (UTC if it names no zone) or of a number of seconds.
fn milliseconds(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return (seconds.abs() < 1e12).then_some((seconds * 1000.0).floor() as i64);
    }
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.as_millisecond());
    }
    let local = text.parse::<jiff::civil::DateTime>().ok();
    local.and_then(|local| jiff::tz::TimeZone::UTC.to_timestamp(local).ok()).map(jiff::Timestamp::as_millisecond)
}

/// Standard input can be only one of the files.
fn once(paths: &[Option<&Path>]) -> Result<(), Failure> {
    if paths.iter().flatten().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::new(Exit::Usage, "standard input can be read once").hint("name a file for one of the two"));
    }
    Ok(())
}
