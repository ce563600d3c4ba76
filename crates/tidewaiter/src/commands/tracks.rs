use std::collections::HashSet;

use serde_json::json;
use tw_base::{Exit, Refusal, Refusals, nearest};
use tw_maritime::link::{Parameters, Point, link};

use super::input::{self, Whole};
use crate::Failure;
use crate::cli::Tracks;
use crate::term::Term;

/// Refusals that are collected before the reader stops.
const MOST: usize = 100;

pub(super) fn run(term: &Term, args: &Tracks) -> Result<Exit, Failure> {
    let reports = read(term, args)?;
    if reports.ids.is_empty() {
        return Err(Failure::new(Exit::Nothing, format!("`{}` holds no report", args.file.display())));
    }
    let tracks = link(&reports.points, &Parameters::default());
    let number = tracks.iter().max().map_or(0, |last| u64::from(*last) + 1);
    let mut csv = csv::Writer::from_writer(Vec::new());
    let faulty = |error: csv::Error| Failure::new(Exit::Bug, error.to_string());
    csv.write_record(["point_id", "track_id"]).map_err(faulty)?;
    for (id, track) in reports.ids.iter().zip(&tracks) {
        csv.write_record([id.as_str(), &track.to_string()]).map_err(faulty)?;
    }
    let csv = csv.into_inner().map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
    if let Some(out) = &args.out {
        let mut to = Whole::create(out)?;
        to.write(&csv)?;
        to.close()?;
    }
    let mut document = json!({ "points": reports.ids.len(), "tracks": number, "without_position": reports.nowhere, "out": args.out });
    if term.json {
        if args.out.is_none() {
            document["rows"] = reports.ids.iter().zip(&tracks).map(|(id, track)| json!({ "point_id": id, "track_id": track })).collect();
        }
        term.document(&document)?;
    } else if args.out.is_none() {
        term.out(&String::from_utf8_lossy(&csv))?;
    }
    if reports.nowhere > 0 {
        term.say(&format!("warning: {} reports have no position on earth; each is a track of its own", reports.nowhere));
    }
    for column in &reports.without {
        term.say(&format!("warning: there is no column `{column}`; tracks are less certain without it"));
    }
    term.say(&format!("{} reports, {number} tracks: a track is an inference, not an identity", reports.ids.len()));
    if let Some(out) = &args.out {
        term.say(&format!("wrote {}", out.display()));
    }
    Ok(Exit::Ok)
}

struct Reports {
    ids: Vec<String>,
    points: Vec<Point>,
    nowhere: u64,
    without: Vec<&'static str>,
}

/// Where the columns stand.
struct Header {
    id: usize,
    time: usize,
    lat: usize,
    lon: usize,
    speed: Option<usize>,
    course: Option<usize>,
}

fn read(term: &Term, args: &Tracks) -> Result<Reports, Failure> {
    let mut from = input::open(term, &args.file)?;
    let name = from.name.clone();
    let mut rows = csv::ReaderBuilder::new().from_reader(&mut from.body);
    let broken = |error: &csv::Error| {
        let refusal = Refusal::new(&name, format!("not readable as CSV: {error}"));
        let row = error.position().map(csv::Position::record);
        input::refused(row.map_or_else(|| refusal.clone(), |row| refusal.clone().row(row + 1)))
    };
    let header = header(&name, rows.byte_headers().map_err(|error| broken(&error))?)?;
    let mut reports = Reports { ids: Vec::new(), points: Vec::new(), nowhere: 0, without: Vec::new() };
    for (column, at) in [("speed", header.speed), ("course", header.course)] {
        if at.is_none() {
            reports.without.push(column);
        }
    }
    let mut refusals = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    let mut record = csv::ByteRecord::new();
    let mut number = 1;
    while refusals.len() < MOST && rows.read_byte_record(&mut record).map_err(|error| broken(&error))? {
        number += 1;
        let cell = |at: usize| String::from_utf8_lossy(record.get(at).unwrap_or_default()).trim().to_owned();
        let mut refuse = |column: &str, reason: String| refusals.push(Refusal::new(&name, reason).row(number).column(column));
        let id = cell(header.id);
        if id.is_empty() {
            refuse("point_id", "the number of the report is missing".to_owned());
        } else if !seen.insert(id.clone()) {
            refuse("point_id", format!("`{id}` is there twice"));
        }
        let time = cell(header.time);
        let t = tw_sim::score::moment(&time);
        if t.is_none() {
            refuse("time", format!("`{time}` is not a time such as 2024-01-31T00:00:00"));
        }
        let mut figure = |column: &str, at: Option<usize>| {
            let text = at.map(cell).unwrap_or_default();
            if text.is_empty() {
                return f64::NAN;
            }
            text.parse::<f64>().unwrap_or_else(|_| {
                refuse(column, format!("`{text}` is not a number"));
                f64::NAN
            })
        };
        let (lat, lon) = (figure("lat", Some(header.lat)), figure("lon", Some(header.lon)));
        let known = |x: f64, limit: f64| if (0.0..limit).contains(&x) { x as f32 } else { f32::NAN };
        // 102.3 knots and 360 degrees say "not available".
        let (speed, course) = (known(figure("speed", header.speed), 102.25), known(figure("course", header.course), 360.0));
        reports.nowhere += u64::from(!(lat.abs() <= 90.0 && lon.abs() <= 180.0));
        reports.points.push(Point { t: t.unwrap_or_default(), lat, lon, speed, course });
        reports.ids.push(id);
    }
    drop(rows);
    if refusals.is_empty() {
        from.whole()?;
        return Ok(reports);
    }
    Err(input::refused(Refusals(refusals)))
}

fn header(name: &str, cells: &csv::ByteRecord) -> Result<Header, Failure> {
    let names: Vec<String> = cells
        .iter()
        .enumerate()
        .map(|(i, cell)| {
            let text = String::from_utf8_lossy(cell).trim().to_lowercase();
            if i == 0 { text.trim_start_matches('\u{feff}').to_owned() } else { text }
        })
        .collect();
    let column = |name: &str| names.iter().position(|cell| cell == name);
    if column("mmsi").is_some() {
        return Err(Failure::new(Exit::Usage, format!("`{name}` has a column `mmsi`: its reports have names already"))
            .hint(format!("`tidewaiter import {name} --case DIR` reads it; or take the column out")));
    }
    let mut missing = Vec::new();
    let mut find = |wanted: &str| {
        column(wanted).unwrap_or_else(|| {
            let near = nearest(wanted, names.iter().map(String::as_str)).map_or_else(
                || "the columns are point_id, time, lat, lon, speed and course".to_owned(),
                |near| format!("rename `{near}` to `{wanted}`"),
            );
            missing.push(Refusal::new(name, "the column is missing").row(1).column(wanted).hint(near));
            0
        })
    };
    let header = Header {
        id: find("point_id"),
        time: find("time"),
        lat: find("lat"),
        lon: find("lon"),
        speed: column("speed"),
        course: column("course"),
    };
    if missing.is_empty() { Ok(header) } else { Err(input::refused(Refusals(missing))) }
}
