//! Readers of truth and prediction files.
//!
//! Three layouts with the same names of fields: JSON Lines, one JSON array, and CSV with a header. The layout is seen from the first character.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::ScoreError;

/// Kinds of events that are scored.
pub const KINDS: [&str; 13] = [
    "concealed_destination",
    "dark_gap",
    "ship_to_ship",
    "ship_to_ship_dark",
    "loitering",
    "identity_change",
    "shared_identity",
    "false_flag",
    "hull_laundering",
    "spoofing",
    "draught_change",
    "embargoed_call",
    "listed_ship",
];

/// Other names of kinds that truth and prediction files may use.
pub const ALIASES: [(&str, &str); 34] = [
    ("dest_mismatch", "concealed_destination"),
    ("destination_mismatch", "concealed_destination"),
    ("concealment", "concealed_destination"),
    ("dark", "dark_gap"),
    ("gap", "dark_gap"),
    ("ais_gap", "dark_gap"),
    ("disabling", "dark_gap"),
    ("going_dark", "dark_gap"),
    ("sts", "ship_to_ship"),
    ("transfer", "ship_to_ship"),
    ("encounter", "ship_to_ship"),
    ("rendezvous", "ship_to_ship"),
    ("sts_dark", "ship_to_ship_dark"),
    ("dark_sts", "ship_to_ship_dark"),
    ("one_sided_sts", "ship_to_ship_dark"),
    ("sts_dark_partner", "ship_to_ship_dark"),
    ("loiter", "loitering"),
    ("identity", "identity_change"),
    ("id_change", "identity_change"),
    ("identity_swap", "identity_change"),
    ("shared_mmsi", "shared_identity"),
    ("duplicate_identity", "shared_identity"),
    ("cloned_identity", "shared_identity"),
    ("flag_fraud", "false_flag"),
    ("laundering", "hull_laundering"),
    ("identity_laundering", "hull_laundering"),
    ("spoof", "spoofing"),
    ("position_spoofing", "spoofing"),
    ("draught", "draught_change"),
    ("draft_change", "draught_change"),
    ("draught_at_sea", "draught_change"),
    ("port_call", "embargoed_call"),
    ("embargoed_port_call", "embargoed_call"),
    ("listed", "listed_ship"),
];

/// The kind that a file means: case, spaces and hyphens are ignored, and [`ALIASES`] are followed.
#[must_use]
pub fn kind_of(text: &str) -> Option<&'static str> {
    let name = text.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    KINDS.iter().copied().find(|&kind| kind == name).or_else(|| ALIASES.iter().find(|(alias, _)| *alias == name).map(|&(_, kind)| kind))
}

/// An event that happened, or an innocent twin of one.
#[derive(Clone, Debug, PartialEq)]
pub struct TruthEvent {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// The physical ship; its first MMSI if the file names none.
    pub hull: String,
    /// Every MMSI that the ship used.
    pub mmsi: Vec<u32>,
    /// Begin, seconds since 1970-01-01T00:00:00Z.
    pub t0: i64,
    /// End.
    pub t1: i64,
    /// Where it began, degrees; `None` if the file does not say, and then position is not tested.
    pub at: Option<(f64, f64)>,
    /// Where it ended, if that is elsewhere: the distance is then that to the nearer of both.
    pub at_end: Option<(f64, f64)>,
    /// Whether anybody could have seen it in the records.
    pub detectable: bool,
    /// Whether it is an innocent twin: a prediction that matches it is a false alarm.
    pub innocent: bool,
    /// Name of the innocent twin.
    pub twin: Option<String>,
    /// Oil delivered, in barrels.
    pub barrels: Option<f64>,
    /// Every MMSI of the other ship.
    pub partner: Vec<u32>,
}

/// A truth file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// Events and innocent twins, in the order of the file.
    pub events: Vec<TruthEvent>,
    /// MMSIs of each hull, from `hull` lines and from events.
    pub hulls: BTreeMap<String, BTreeSet<u32>>,
    /// Days that ships were observed, summed over ships.
    pub vessel_days: Option<f64>,
    /// Voyages in the data.
    pub voyages: Option<f64>,
}

/// A prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// MMSIs of the ship.
    pub mmsi: Vec<u32>,
    /// Begin, seconds since 1970-01-01T00:00:00Z.
    pub t0: i64,
    /// End.
    pub t1: i64,
    /// Where, degrees.
    pub at: Option<(f64, f64)>,
    /// 0 to 1; 1 if the file gives none.
    pub score: f64,
    /// Barrels: low, best, high.
    pub barrels: Option<[f64; 3]>,
}

/// A prediction file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// Predictions in the order of the file.
    pub events: Vec<Prediction>,
    /// Kinds that are not scored, with their number.
    pub other_kinds: BTreeMap<String, usize>,
}

/// One record with where it stands, for messages.
struct Row<'a> {
    file: &'a str,
    line: usize,
    fields: Map<String, Value>,
}

impl Row<'_> {
    fn fault(&self, field: &str, reason: impl Into<String>) -> ScoreError {
        ScoreError::Field { file: self.file.to_owned(), line: self.line, field: field.to_owned(), reason: reason.into() }
    }

    fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
    }

    fn text(&self, field: &str) -> Result<Option<String>, ScoreError> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(self.fault(field, "expected text")),
        }
    }

    fn number(&self, field: &str) -> Result<Option<f64>, ScoreError> {
        let value = match self.get(field) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse::<f64>().ok(),
            Some(_) => None,
        };
        match value.filter(|x| x.is_finite()) {
            Some(x) => Ok(Some(x)),
            None => Err(self.fault(field, "expected a finite number")),
        }
    }

    fn not_negative(&self, field: &str) -> Result<Option<f64>, ScoreError> {
        match self.number(field)? {
            Some(x) if x < 0.0 => Err(self.fault(field, format!("{x} is less than zero"))),
            other => Ok(other),
        }
    }

    fn boolean(&self, field: &str, missing: bool) -> Result<bool, ScoreError> {
        match self.get(field) {
            None => Ok(missing),
            Some(Value::Bool(value)) => Ok(*value),
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(true),
                "false" | "no" | "0" => Ok(false),
                other => Err(self.fault(field, format!("expected true or false, found `{other}`"))),
            },
            Some(Value::Number(number)) if number.as_i64() == Some(0) => Ok(false),
            Some(Value::Number(number)) if number.as_i64() == Some(1) => Ok(true),
            Some(_) => Err(self.fault(field, "expected true or false")),
        }
    }

    fn mmsi_value(&self, field: &str, value: &Value, out: &mut Vec<u32>) -> Result<(), ScoreError> {
        let bad = |what: String| self.fault(field, format!("expected an MMSI of up to nine digits, found {what}"));
        match value {
            Value::Number(number) => {
                match number.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|&n| (1..=999_999_999).contains(&n)) {
                    Some(n) => out.push(n),
                    None => return Err(bad(number.to_string())),
                }
            }
            Value::String(text) => {
                for piece in text.split(['|', ' ', ',', ';']).filter(|piece| !piece.is_empty()) {
                    match piece.parse::<u32>().ok().filter(|&n| (1..=999_999_999).contains(&n)) {
                        Some(n) => out.push(n),
                        None => return Err(bad(format!("`{piece}`"))),
                    }
                }
            }
            Value::Array(values) => {
                for value in values {
                    if value.is_array() {
                        return Err(bad("a list in a list".to_owned()));
                    }
                    self.mmsi_value(field, value, out)?;
                }
            }
            Value::Null => {}
            other => return Err(bad(other.to_string())),
        }
        Ok(())
    }

    fn mmsi(&self, field: &str) -> Result<Vec<u32>, ScoreError> {
        let mut out = Vec::new();
        if let Some(value) = self.get(field) {
            self.mmsi_value(field, value, &mut out)?;
        }
        out.sort_unstable();
        out.dedup();
        Ok(out)
    }

    fn time(&self, field: &str) -> Result<i64, ScoreError> {
        let value = self.get(field).ok_or_else(|| self.fault(field, "missing"))?;
        let found = match value {
            Value::Number(number) => number.as_f64().filter(|x| x.is_finite() && x.abs() < 1e12).map(|x| x.floor() as i64),
            Value::String(text) => moment(text),
            _ => None,
        };
        found.ok_or_else(|| self.fault(field, format!("expected ISO 8601 or seconds since 1970, found {value}")))
    }

    fn at(&self, lat: &str, lon: &str) -> Result<Option<(f64, f64)>, ScoreError> {
        let pair = (self.number(lat)?, self.number(lon)?);
        let (Some(y), Some(x)) = pair else {
            if pair.0.is_some() != pair.1.is_some() {
                return Err(self.fault(if pair.0.is_some() { lon } else { lat }, "a position needs both latitude and longitude"));
            }
            return Ok(None);
        };
        if !(-90.0..=90.0).contains(&y) {
            return Err(self.fault(lat, format!("{y} is not a latitude in degrees")));
        }
        if !(-180.0..=180.0).contains(&x) {
            return Err(self.fault(lon, format!("{x} is not a longitude in degrees")));
        }
        Ok(Some((y, x)))
    }

    fn period(&self) -> Result<(i64, i64), ScoreError> {
        let (t0, t1) = (self.time("t0")?, self.time("t1")?);
        if t1 < t0 {
            return Err(self.fault("t1", "the end is before the begin"));
        }
        Ok((t0, t1))
    }
}

/// Seconds since 1970 of an ISO 8601 moment; without a zone it is UTC, without a time the begin of the day; digits are seconds.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return (seconds.is_finite() && seconds.abs() < 1e12).then(|| seconds.floor() as i64);
    }
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.as_second());
    }
    let local = text.parse::<jiff::civil::DateTime>().or_else(|_| text.parse::<jiff::civil::Date>().map(Into::into)).ok()?;
    jiff::tz::TimeZone::UTC.to_timestamp(local).ok().map(|stamp| stamp.as_second())
}

fn rows<'a>(text: &str, file: &'a str) -> Result<Vec<Row<'a>>, ScoreError> {
    let text = text.trim_start_matches('\u{feff}');
    let object = |value: Value, line: usize| match value {
        Value::Object(fields) => Ok(Row { file, line, fields }),
        _ => Err(ScoreError::Line { file: file.to_owned(), line, reason: "expected a JSON object".to_owned() }),
    };
    let broken = |error: &serde_json::Error, line: usize| ScoreError::Line { file: file.to_owned(), line, reason: error.to_string() };
    match text.trim_start().chars().next() {
        None => Ok(Vec::new()),
        Some('[') => {
            let values: Vec<Value> = serde_json::from_str(text).map_err(|error| broken(&error, error.line()))?;
            values.into_iter().enumerate().map(|(i, value)| object(value, i + 1)).collect()
        }
        Some('{') => {
            let mut out = Vec::new();
            for (i, line) in text.lines().enumerate() {
                if line.trim().is_empty() {
                    continue;
                }
                let value = serde_json::from_str(line).map_err(|error| broken(&error, i + 1))?;
                out.push(object(value, i + 1)?);
            }
            Ok(out)
        }
        Some(_) => {
            let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
            let fault = |error: &csv::Error| ScoreError::Line {
                file: file.to_owned(),
                line: error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX)),
                reason: error.to_string(),
            };
            let header = reader.headers().map_err(|error| fault(&error))?.clone();
            let mut out = Vec::new();
            for record in reader.records() {
                let record = record.map_err(|error| fault(&error))?;
                let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
                let fields = header.iter().zip(&record).map(|(name, cell)| (name.to_owned(), Value::String(cell.to_owned()))).collect();
                out.push(Row { file, line, fields });
            }
            Ok(out)
        }
    }
}

const TRUTH_FIELDS: [&str; 20] = [
    "kind",
    "hull",
    "mmsi",
    "t0",
    "t1",
    "lat",
    "lon",
    "lat1",
    "lon1",
    "detectable",
    "innocent",
    "twin",
    "barrels",
    "partner_mmsi",
    "partner",
    "id",
    "note",
    "origin",
    "source",
    "counter_move",
];

impl Truth {
    /// Reads a truth file; `file` is the name used in messages.
    ///
    /// # Errors
    /// Any field that is missing, unknown, or does not hold what it should: with file, line and field.
    pub fn read(text: &str, file: &str) -> Result<Self, ScoreError> {
        let mut truth = Self::default();
        for row in rows(text, file)? {
            let kind_text = row.text("kind")?.ok_or_else(|| row.fault("kind", "missing"))?;
            if kind_text == "meta" {
                truth.vessel_days = row.not_negative("vessel_days")?.or(truth.vessel_days);
                truth.voyages = row.not_negative("voyages")?.or(truth.voyages);
                continue;
            }
            if kind_text == "hull" {
                let hull = row.text("hull")?.ok_or_else(|| row.fault("hull", "missing"))?;
                let mmsi = row.mmsi("mmsi")?;
                truth.hulls.entry(hull).or_default().extend(mmsi);
                continue;
            }
            let kind = kind_of(&kind_text).ok_or_else(|| row.fault("kind", format!("`{kind_text}` is not one of {}", KINDS.join(", "))))?;
            if let Some(unknown) = row.fields.keys().find(|key| !TRUTH_FIELDS.contains(&key.as_str())) {
                return Err(row.fault(unknown, format!("not a field of a truth file; these are: {}", TRUTH_FIELDS.join(", "))));
            }
            let mmsi = row.mmsi("mmsi")?;
            let hull = match (row.text("hull")?, mmsi.first()) {
                (Some(hull), _) => hull,
                (None, Some(first)) => first.to_string(),
                (None, None) => return Err(row.fault("mmsi", "an event needs a hull or an MMSI")),
            };
            let (t0, t1) = row.period()?;
            truth.hulls.entry(hull.clone()).or_default().extend(&mmsi);
            truth.events.push(TruthEvent {
                kind,
                hull,
                mmsi,
                t0,
                t1,
                at: row.at("lat", "lon")?,
                at_end: row.at("lat1", "lon1")?,
                detectable: row.boolean("detectable", true)?,
                innocent: row.boolean("innocent", false)?,
                twin: row.text("twin")?,
                barrels: row.not_negative("barrels")?,
                partner: row.mmsi("partner_mmsi")?,
            });
        }
        for event in &mut truth.events {
            if let Some(all) = truth.hulls.get(&event.hull) {
                event.mmsi = all.iter().copied().collect();
            }
            if event.mmsi.is_empty() {
                return Err(ScoreError::Line {
                    file: file.to_owned(),
                    line: 1,
                    reason: format!("hull `{}` has an event but no MMSI on any line", event.hull),
                });
            }
        }
        Ok(truth)
    }
}

impl Predictions {
    /// Reads a prediction file; `file` is the name used in messages. Keys that the scorer does not know are ignored.
    ///
    /// # Errors
    /// A field that is missing or does not hold what it should: with file, line and field.
    pub fn read(text: &str, file: &str) -> Result<Self, ScoreError> {
        let mut out = Self::default();
        for row in rows(text, file)? {
            let kind_text = row.text("kind")?.ok_or_else(|| row.fault("kind", "missing"))?;
            let Some(kind) = kind_of(&kind_text) else {
                *out.other_kinds.entry(kind_text).or_default() += 1;
                continue;
            };
            let mmsi = row.mmsi("mmsi")?;
            if mmsi.is_empty() {
                return Err(row.fault("mmsi", "missing"));
            }
            let (t0, t1) = row.period()?;
            let score = row.number("score")?.unwrap_or(1.0);
            if !(0.0..=1.0).contains(&score) {
                return Err(row.fault("score", format!("{score} is not between 0 and 1")));
            }
            out.events.push(Prediction { kind, mmsi, t0, t1, at: row.at("lat", "lon")?, score, barrels: barrels(&row)? });
        }
        Ok(out)
    }
}

fn barrels(row: &Row<'_>) -> Result<Option<[f64; 3]>, ScoreError> {
    let flat = [row.not_negative("barrels_low")?, row.not_negative("barrels_best")?, row.not_negative("barrels_high")?];
    let nested = match row.get("barrels") {
        Some(Value::Object(fields)) => {
            let inner = Row { file: row.file, line: row.line, fields: fields.clone() };
            [inner.not_negative("low")?, inner.not_negative("best")?, inner.not_negative("high")?]
        }
        Some(Value::Number(_) | Value::String(_)) => [None, row.not_negative("barrels")?, None],
        Some(_) => return Err(row.fault("barrels", "expected {low, best, high} or a number")),
        None => flat,
    };
    let Some(best) = nested[1].or_else(|| Some(f64::midpoint(nested[0]?, nested[2]?))) else {
        return Ok(None);
    };
    let (low, high) = (nested[0].unwrap_or(best), nested[2].unwrap_or(best));
    if low > best || best > high {
        return Err(row.fault("barrels", format!("low {low}, best {best} and high {high} are not in order")));
    }
    Ok(Some([low, best, high]))
}
