//! Both sides of trade set against each other, without a case.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use serde_json::{Value, json};
use tw_base::{Exit, Refusal, format_number};
use tw_case::trade::{Capitals, Ready, ready};
use tw_flows::mirror::{self, Cell, Mirror, Quantiles, atlas, baci};
use tw_flows::phantom;
use tw_trade::{Options, Rates, Report};

use super::input;
use crate::Failure;
use crate::cli::{Method, Mirror as Args};
use crate::term::{Term, table};

/// Flows that are shown in a table.
const SHOWN: usize = 20;

/// Refusals of a file that are told one by one.
const TOLD: usize = 10;

pub(super) fn run(term: &Term, args: &Args) -> Result<Exit, Failure> {
    let reports = reports(term, args)?;
    let read = reports.len();
    let ready = ready(reports, args.as_of);
    for remark in &ready.remarks {
        term.say(&format!("{remark}: left out"));
    }
    if ready.reports.is_empty() {
        return Err(Failure::new(Exit::Nothing, "nothing is left that two sides could report")
            .hint("give monthly or yearly lines of headings by partner"));
    }
    let lines = Lines::to(term, args)?;
    match args.method {
        Method::Ours => ours(term, args, &ready, read, lines),
        Method::Baci => points(term, args, &ready, baci, lines),
        Method::Atlas => points(term, args, &ready, atlas, lines),
    }
}

/// Reads every file; a file that is no trade statistic is refused before anything is compared.
fn reports(term: &Term, args: &Args) -> Result<Vec<Report>, Failure> {
    let mut reports = Vec::new();
    let mut rates: BTreeMap<tw_trade::Month, f64> = BTreeMap::new();
    for text in &args.usd_per_eur {
        let (month, rate) = text.split_once('=').unwrap_or_default();
        let both = month.parse().ok().zip(rate.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0));
        let (month, rate) = both.ok_or_else(|| {
            Failure::new(Exit::Usage, format!("`{text}` is no rate")).hint("write `2018-06=1.168`, US dollars for one euro")
        })?;
        rates.insert(month, rate);
    }
    for (number, path) in args.files.iter().enumerate() {
        let mut file = input::open(term, path)?;
        let options = Options {
            file: u16::try_from(number).map_err(|_| Failure::new(Exit::Usage, "more than 65,536 files"))?,
            usd_per_eur: Rates(rates.clone()),
            ..Options::default()
        };
        let read = tw_trade::read(&file.name, &mut file.body, &options).map_err(input::refused)?;
        file.whole()?;
        for remark in &read.remarks {
            term.say(&format!("{}: {remark}", file.name));
        }
        if read.refused_rows > 0 {
            term.say(&format!("{}: {} of {} rows refused", file.name, read.refused_rows, read.rows));
            for refusal in read.refused.iter().take(TOLD) {
                term.say(&format!("  {refusal}"));
            }
        }
        if read.reports.is_empty() {
            return Err(input::refused(Refusal::new(&file.name, "no row could be taken").hint("the remarks above say why")));
        }
        reports.extend(read.reports);
    }
    Ok(reports)
}

/// Where predictions go: a file that appears when it is whole, standard output, or nowhere.
enum Lines {
    File(Box<input::Whole>),
    Standard,
    Nowhere,
}

impl Lines {
    fn to(term: &Term, args: &Args) -> Result<Self, Failure> {
        match &args.out {
            Some(path) => Ok(Self::File(Box::new(input::Whole::create(path)?))),
            None if term.json => Ok(Self::Standard),
            None => Ok(Self::Nowhere),
        }
    }

    /// Writes all lines; gives whether they went to standard output.
    fn write(self, lines: impl Iterator<Item = Value>) -> Result<bool, Failure> {
        let fault = |error: std::io::Error| Failure::new(Exit::Io, format!("failed to write: {error}"));
        match self {
            Self::Nowhere => Ok(false),
            Self::Standard => {
                let mut to = BufWriter::new(std::io::stdout().lock());
                for line in lines {
                    serde_json::to_writer(&mut to, &line).map_err(|error| fault(error.into()))?;
                    to.write_all(b"\n").map_err(fault)?;
                }
                to.flush().map_err(fault)?;
                Ok(true)
            }
            Self::File(mut file) => {
                for line in lines {
                    file.write(line.to_string().as_bytes())?;
                    file.write(b"\n")?;
                }
                file.close()?;
                Ok(false)
            }
        }
    }
}

fn ours(term: &Term, args: &Args, ready: &Ready, read: usize, lines: Lines) -> Result<Exit, Failure> {
    let found = mirror::mirror(&ready.reports, &Capitals, &mirror::Options::default());
    let ranked = shipments(args)?;
    if lines.write(predictions(&found).chain(ranked.iter().cloned()))? {
        return Ok(Exit::Ok);
    }
    show(term, args, &found, read)?;
    if !ranked.is_empty() {
        term.say(&format!("{} shipment records were ranked: `--json` or `--out FILE` gives their scores", ranked.len()));
    }
    Ok(Exit::Ok)
}

/// Predictions of a model, one JSON object each: what `mirror --out` writes and `eval trade` reads.
pub(super) fn predictions(found: &Mirror) -> impl Iterator<Item = Value> + '_ {
    found.cells.iter().map(flow).chain(found.series.iter().map(series)).chain(found.findings.iter().map(error))
}

/// Shipment records by how unlike their declared destination they are.
fn shipments(args: &Args) -> Result<Vec<Value>, Failure> {
    let mut tables = tw_tables::Tables::default();
    for path in &args.shipments {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let (capture, _) = tw_evidence::hash_file(path)
            .map_err(|error| Failure::new(Exit::Io, format!("failed to read `{}`: {error}", path.display())))?;
        let input = tw_sources::Input { name, body: tw_sources::Body::Path(path), capture };
        let options = tw_sources::Options { table: Some("shipments".to_owned()), ..tw_sources::Options::default() };
        tables.append(tw_sources::read_file(input, &options).map_err(input::refused)?.tables);
    }
    let plain = tw_detect::phantom_shipments(&tables.shipments);
    let ranking = phantom::rank(&plain, args.target.code(), phantom::Weights::default());
    let scored = tables.shipments.iter().zip(ranking.scores());
    Ok(scored
        .map(|(row, score)| json!({ "kind": "shipment", "shipment": row.data.shipment, "row": row.provenance.record, "score": score }))
        .collect())
}

fn quantiles(q: &Quantiles) -> Value {
    let given = |v: f32| f64::from(v).is_finite().then_some(f64::from(v));
    match given(q.p50) {
        Some(p50) => json!({ "p5": given(q.p5), "p50": p50, "p95": given(q.p95) }),
        None => Value::Null,
    }
}

fn flow(cell: &Cell) -> Value {
    json!({
        "kind": "flow", "exporter": cell.exporter, "importer": cell.importer, "heading": cell.heading, "month": cell.month,
        "usd": quantiles(&cell.usd), "kg": quantiles(&cell.kg),
    })
}

fn series(one: &mirror::Series) -> Value {
    json!({
        "kind": "series", "exporter": one.exporter, "importer": one.importer, "heading": one.heading, "from": one.from, "to": one.to,
        "two_sided": one.two_sided, "one_sided": one.one_sided, "probability": one.probability, "before_explanations": one.before_explanations,
        "factor": quantiles(&one.factor), "direction": one.direction, "explanations": one.explanations,
    })
}

fn error(finding: &mirror::Finding) -> Value {
    let mut value = json!({
        "kind": "error", "error": finding.error, "reporter": finding.reporter, "partner": finding.partner, "heading": finding.heading,
        "month": finding.month, "probability": finding.probability, "detail": finding.detail, "file": finding.file, "record": finding.record,
    });
    if let Some(other) = finding.other_heading {
        value["other_heading"] = json!(other);
    }
    value
}

/// A method that gives one figure a cell and no interval.
type PointMethod = fn(&[Cell], &dyn mirror::Geography) -> Vec<mirror::Point>;

fn points(term: &Term, args: &Args, ready: &Ready, method: PointMethod, lines: Lines) -> Result<Exit, Failure> {
    let cells = mirror::cells(&ready.reports);
    let points = method(&cells, &Capitals);
    let given = |v: f64| v.is_finite().then_some(v).map(|p50| json!({ "p50": p50 }));
    let predictions = cells.iter().zip(&points).map(|(cell, point)| {
        json!({
            "kind": "flow", "exporter": cell.exporter, "importer": cell.importer, "heading": cell.heading, "month": cell.month,
            "usd": given(point.usd), "kg": given(point.kg),
        })
    });
    if !lines.write(predictions)? {
        let known = points.iter().filter(|point| point.usd.is_finite()).count();
        term.say(&format!("{known} of {} flows have a value by the rule of {:?}: a point without an interval", cells.len(), args.method));
    }
    Ok(Exit::Ok)
}

fn show(term: &Term, args: &Args, found: &Mirror, read: usize) -> Result<(), Failure> {
    let told = &found.summary;
    for remark in &told.remarks {
        term.say(remark);
    }
    let mut likely: Vec<&mirror::Series> = found.series.iter().filter(|s| f64::from(s.probability) >= args.least).collect();
    likely.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let rows: Vec<Vec<String>> = likely
        .iter()
        .take(SHOWN)
        .map(|s| {
            vec![
                format!("{} to {}", s.exporter, s.importer),
                s.heading.to_string(),
                format!("{}..{}", s.from, s.to),
                format!("×{:.1} (×{:.1} to ×{:.1})", s.factor.p50, s.factor.p5, s.factor.p95),
                match s.direction {
                    Some(mirror::Direction::ExporterReportsMore) => format!("{} says more", s.exporter),
                    Some(mirror::Direction::ImporterReportsMore) => format!("{} says more", s.importer),
                    None => String::new(),
                },
                format!("{:.3}", s.probability),
            ]
        })
        .collect();
    if !rows.is_empty() {
        term.out(&table(&["FLOW", "HEADING", "MONTHS", "FACTOR", "WHO", "PROBABILITY"], &rows, term.width()))?;
    }
    let n = |n: usize| format_number(n as f64);
    term.out(&format!(
        "\n{} lines, {} flows by month ({} told by both sides), {} series: {} with a gap beyond honest noise at {} and more, {} data errors.\n\
         A gap is between two statistics, and of no conduct. Unknown is not zero: North Korea does not report.\n",
        n(read),
        n(told.cells),
        n(told.two_sided),
        n(told.series),
        n(likely.len()),
        args.least,
        n(found.findings.len())
    ))?;
    if likely.len() > SHOWN {
        term.say(&format!("{} more: `--json` or `--out FILE` gives all", likely.len() - SHOWN));
    }
    Ok(())
}
