//! Runs a simulated sea and writes what a user would have, and apart from it the truth.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::encode::{
    Bits, Position, StaticFields, base_station, position_a, position_b, position_long_range, sentences, static_a, static_b_name,
    static_b_rest, tagged,
};
use crate::hulls::Kind;
use crate::lanes::nm;
use crate::plan::{Detect, Event, Fake, Lie, Ship, World, inject, replay};
use crate::radio::{Ear, Radio, STATIONS, Sender, mix};
use crate::track::State;

/// What is simulated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Options {
    /// First day, `YYYY-MM-DD`.
    pub start: String,
    /// Days.
    pub days: u32,
    /// Ships.
    pub ships: u32,
    /// One evasion in so many voyages of cargo ships and tankers; 0 is none, and so is a window of fewer than seven days.
    pub one_in: f64,
    /// Share of voyages whose typed destination is wrong for innocent reasons. About 0.4: Yang, Wu and Wang 2021.
    pub mismatch: f64,
    /// Seconds between the reports of a ship under way that are kept; at anchor and in port three times as many.
    ///
    /// ITU-R M.1371-5 asks for 2 to 10 s under way and 3 minutes moored; a file of all of them would be a hundred times as large and tell
    /// the detectors nothing more.
    pub keep_s: u32,
    /// Satellites.
    pub satellites: u32,
    /// Whether the daily files are compressed.
    pub gz: bool,
    /// A historical pattern instead of injected evasions: one of [`SCENARIOS`].
    pub scenario: Option<String>,
}

/// Historical patterns that can be replayed with invented ships.
pub const SCENARIOS: [&str; 4] = ["reuters-2017", "vityaz-2017", "viet-tin-2019", "mercury-2022"];

impl Default for Options {
    fn default() -> Self {
        Self {
            start: "2017-08-01".to_owned(),
            days: 30,
            ships: 300,
            one_in: 20.0,
            mismatch: 0.4,
            keep_s: 300,
            satellites: 8,
            gz: false,
            scenario: None,
        }
    }
}

impl Options {
    /// The options of a historical pattern: its months, and ordinary traffic without other evasions around it.
    ///
    /// # Errors
    /// A name that is not one of [`SCENARIOS`].
    pub fn replay(scenario: &str) -> Result<Self, SimError> {
        let (start, days) = match scenario {
            "reuters-2017" => ("2017-01-01", 243),
            "vityaz-2017" => ("2017-10-01", 31),
            "viet-tin-2019" => ("2019-02-01", 28),
            "mercury-2022" => ("2022-06-01", 30),
            other => return Err(SimError::Scenario(other.to_owned())),
        };
        Ok(Self { start: start.to_owned(), days, one_in: 0.0, scenario: Some(scenario.to_owned()), ..Self::default() })
    }
}

/// What a simulation made.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Ships.
    pub ships: usize,
    /// Voyages of cargo ships and tankers.
    pub voyages: usize,
    /// Evasions that were injected (a package may leave several events).
    pub evasions: usize,
    /// Events in the truth file that are no twins.
    pub events: usize,
    /// Of these, events that could be seen.
    pub detectable: usize,
    /// Innocent twins.
    pub twins: usize,
    /// Lines of NMEA.
    pub lines: usize,
    /// Bytes of NMEA before compression.
    pub bytes: usize,
    /// Positions received, each counted once however many stations heard it.
    pub positions: usize,
    /// Days on which ships were heard, summed over ships.
    pub vessel_days: usize,
    /// Silences of at least six hours with the transponder on.
    pub natural_gaps: usize,
    /// SHA-256 over the names and contents of all files but `README.txt`.
    pub hash: String,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// A start that is no day.
    #[error("`{0}` is not a day: expected `YYYY-MM-DD`")]
    Day(String),
    /// A number that is out of range.
    #[error("{0}")]
    Option(String),
    /// No such pattern.
    #[error("no scenario `{0}`: there are reuters-2017, vityaz-2017, viet-tin-2019 and mercury-2022")]
    Scenario(String),
    /// A file that could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// File.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// A position that was received.
#[derive(Clone, Copy, Debug)]
struct Hit {
    t: i64,
    lat: f32,
    lon: f32,
    /// What was sent is not where the ship was, on purpose or by jamming.
    lie: bool,
}

impl Hit {
    fn at(&self) -> (f64, f64) {
        (f64::from(self.lat), f64::from(self.lon))
    }
}

/// What was received from a ship.
#[derive(Clone, Debug, Default)]
struct Heard {
    hits: Vec<Hit>,
    statics: Vec<i64>,
    /// Transmissions that would have been heard in each silence.
    missed: Vec<usize>,
    /// Jammed positions received, by jamming event: number, first and last.
    jammed: Vec<(usize, usize, i64, i64)>,
    last_static: i64,
    last_field: i64,
}

struct Line {
    t: i64,
    ship: usize,
    n: u32,
    text: String,
}

/// Simulates a sea and writes it to a folder.
///
/// The folder then holds `ais/DAY.nmea` (or `.nmea.gz`), `port_records.csv` (the strict format of the table `voyages`),
/// `declarations.csv`, `truth.jsonl`, `hulls.csv` and `README.txt`. Equal seeds and options give equal bytes.
///
/// # Errors
/// Options out of range, and files that cannot be written.
pub fn simulate(seed: u64, options: &Options, dir: &Path) -> Result<Summary, SimError> {
    let day: jiff::civil::Date = options.start.parse().map_err(|_| SimError::Day(options.start.clone()))?;
    if !(1..=1000).contains(&options.days) {
        return Err(SimError::Option(format!("{} days: expected 1 to 1,000", options.days)));
    }
    if !(1..=90_000).contains(&options.ships) {
        return Err(SimError::Option(format!("{} ships: expected 1 to 90,000", options.ships)));
    }
    if !(0.0..=1.0).contains(&options.mismatch)
        || !(10..=3600).contains(&options.keep_s)
        || options.satellites > 100
        || !options.one_in.is_finite()
    {
        return Err(SimError::Option(
            "mismatch must lie in 0 to 1, keep_s in 10 to 3,600, satellites in 0 to 100, and one_in must be finite".to_owned(),
        ));
    }
    let start = jiff::tz::TimeZone::UTC.to_timestamp(day.into()).map_err(|_| SimError::Day(options.start.clone()))?.as_second();
    let (t0, t1) = (start, start + i64::from(options.days) * 86_400);

    // Ordinary ships are there for the last month of a long replay only.
    let present = ((t1 - 31 * 86_400).max(t0), t1);
    let mut world = World::new(seed, t0, t1, options.ships, options.mismatch, present);
    let mut summary = Summary::default();
    match &options.scenario {
        Some(name) => {
            if !replay(&mut world, name) {
                return Err(SimError::Scenario(name.clone()));
            }
            summary.evasions = inject(&mut world, options.one_in);
        }
        None => summary.evasions = inject(&mut world, options.one_in),
    }
    let radio = Radio::new(seed, t0, t1, options.satellites as usize);
    let mut heard: Vec<Heard> = world.ships.iter().map(|ship| Heard { missed: vec![0; ship.off.len()], ..Heard::default() }).collect();

    let mut out = Output { hash: Sha256::new(), dir };
    let write_error = |source| SimError::Write { path: dir.join("ais").display().to_string(), source };
    fs::create_dir_all(dir.join("ais")).map_err(write_error)?;
    let label = format!("synthetic data: simulated ships, positions and names (tw-sim, seed {seed}); no real ship is meant");
    // Whole days in memory, or single hours where so much is kept that a day would not fit.
    let chunk = if options.keep_s < 60 { 3600 } else { 86_400 };
    for d in 0..options.days {
        let date = day.saturating_add(jiff::Span::new().days(i64::from(d)));
        let mut file = out.open(&format!("ais/{date}.nmea"), options.gz)?;
        out.append(&mut file, format!("# origin: synthetic\n# {label}\n").as_bytes())?;
        let begin = t0 + i64::from(d) * 86_400;
        for part in 0..86_400 / chunk {
            let lines = emit(&world, &radio, options, (begin + part * chunk, begin + (part + 1) * chunk), &mut heard);
            let mut text = String::new();
            for line in &lines {
                text.push_str(&line.text);
                text.push('\n');
            }
            summary.lines += text.bytes().filter(|&b| b == b'\n').count();
            summary.bytes += text.len();
            out.append(&mut file, text.as_bytes())?;
        }
        out.close(file)?;
    }

    summary.ships = world.ships.len();
    summary.voyages = world.trading_voyages();
    summary.positions = heard.iter().map(|h| h.hits.len()).sum();
    for h in &heard {
        let mut days: Vec<i64> = h.hits.iter().map(|hit| hit.t.div_euclid(86_400)).collect();
        days.dedup();
        summary.vessel_days += days.len();
    }
    let truth = truth(&world, &radio, &heard, &label, &mut summary);
    out.write("truth.jsonl", truth.as_bytes())?;
    out.write("truth_voyages.csv", voyages(&world).as_bytes())?;
    out.write("listings.csv", listings(&world, seed).as_bytes())?;
    out.write("hulls.csv", hulls(&world).as_bytes())?;
    let (records, declarations) = port_records(&world, &heard, seed);
    out.write("port_records.csv", records.as_bytes())?;
    out.write("declarations.csv", declarations.as_bytes())?;
    summary.hash = out.hash.clone().finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let readme = format!(
        "Synthetic data.\n\nEverything in this folder was made by a simulator: ships, names, numbers, positions, port records and events. \
         No real ship is meant. IMO numbers lie in a range that is not issued.\n\nseed: {seed}\noptions: {}\nsummary: {}\n\n\
         ais/*.nmea: what receivers would have written, one file a day. truth.jsonl: what really happened; keep it away from what is measured.\n\
         port_records.csv: declarations at departure with the next sighting by AIS (table `voyages`). declarations.csv: all declarations.\n\
         sha256 over all files but this one: {}\n",
        serde_json::to_string(options).unwrap_or_default(),
        serde_json::to_string(&summary).unwrap_or_default(),
        summary.hash
    );
    out.write("README.txt", readme.as_bytes())?;
    Ok(summary)
}

struct Output<'a> {
    hash: Sha256,
    dir: &'a Path,
}

/// A file that is being written.
struct OpenFile {
    path: String,
    to: Target,
}

enum Target {
    Plain(std::io::BufWriter<fs::File>),
    Packed(Box<flate2::write::GzEncoder<std::io::BufWriter<fs::File>>>),
}

impl Output<'_> {
    fn open(&mut self, name: &str, gz: bool) -> Result<OpenFile, SimError> {
        self.hash.update(name.as_bytes());
        let path = self.dir.join(if gz { format!("{name}.gz") } else { name.to_owned() });
        let shown = path.display().to_string();
        let file = fs::File::create(&path).map_err(|source| SimError::Write { path: shown.clone(), source })?;
        let file = std::io::BufWriter::new(file);
        // No time in the header: equal contents give equal bytes.
        let to = if gz {
            Target::Packed(Box::new(flate2::GzBuilder::new().mtime(0).write(file, flate2::Compression::new(6))))
        } else {
            Target::Plain(file)
        };
        Ok(OpenFile { path: shown, to })
    }

    fn append(&mut self, file: &mut OpenFile, bytes: &[u8]) -> Result<(), SimError> {
        self.hash.update(bytes);
        let done = match &mut file.to {
            Target::Plain(to) => to.write_all(bytes),
            Target::Packed(to) => to.write_all(bytes),
        };
        done.map_err(|source| SimError::Write { path: file.path.clone(), source })
    }

    fn close(&mut self, file: OpenFile) -> Result<(), SimError> {
        let done = match file.to {
            Target::Plain(mut to) => to.flush(),
            Target::Packed(to) => to.finish().and_then(|mut to| to.flush()),
        };
        done.map_err(|source| SimError::Write { path: file.path, source })
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), SimError> {
        let mut file = self.open(name, false)?;
        self.append(&mut file, bytes)?;
        self.close(file)
    }
}

fn units(degrees: f64) -> i32 {
    (degrees * 600_000.0).round() as i32
}

/// A stretch of time of all ships, in the order of reception.
fn emit(world: &World, radio: &Radio, options: &Options, (begin, end): (i64, i64), heard: &mut [Heard]) -> Vec<Line> {
    let mut lines = Vec::new();
    let part = ((begin - world.t0) / 3600) as u64;
    let mut ears = Vec::new();
    for (id, (ship, heard)) in world.ships.iter().zip(heard.iter_mut()).enumerate() {
        if ship.present.1 <= begin || ship.present.0 >= end {
            continue;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[world.seed, 9, id as u64, part]));
        let sender = if ship.hull.class_b { Sender::B } else { Sender::A };
        let mut n = 0;
        let mut t = begin + i64::from(rng.random_range(0..options.keep_s));
        while t < end {
            let Some(state) = ship.track.state(t) else { break };
            let still = state.knots < 1.0 && matches!(state.status, 1 | 5);
            let step = f64::from(options.keep_s) * if still { 3.0 } else { 1.0 };
            let next = t + ((step * rng.random_range(0.75..1.25)) as i64).max(1);
            if (ship.present.0..ship.present.1).contains(&t) {
                let fake = ship.fakes.iter().find(|fake| (fake.t0..fake.t1).contains(&t));
                // What is heard depends on where the transmitter is, not on what it says.
                let from = match fake {
                    Some(Fake { lie: Lie::Track(track), elsewhere: true, .. }) => track.at(t),
                    _ => state.at,
                };
                radio.heard(from, t, sender, &mut rng, &mut ears);
                let silence = ship.off.iter().position(|off| (off.t0..off.t1).contains(&t));
                if let (Some(i), None) = (silence, fake) {
                    heard.missed[i] += usize::from(!ears.is_empty());
                } else if !ears.is_empty() {
                    let mut sent = Sent { lines: &mut lines, radio, rng: &mut rng, ship: id, n: &mut n };
                    transmit(ship, state, t, &ears, heard, &mut sent);
                }
            }
            t = next;
        }
    }
    // Base stations tell the time, every half an hour here (every ten seconds in the standard): a wrong clock shows against it.
    for (i, &(name, lat, lon, _)) in STATIONS.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[world.seed, 10, i as u64, part]));
        for k in 0..u32::try_from((end - begin) / 1800).unwrap_or(0) {
            let t = begin + i64::from(k) * 1800 + i64::from(rng.random_range(0..1800));
            let mid = match &name[..2] {
                "KR" => 440,
                "JP" => 431,
                "RU" => 273,
                "CN" => 412,
                _ => 416,
            };
            if radio.out(i, t) {
                continue;
            }
            let bits = base_station(mid * 10_000 + 9_900 + i as u32, t, units(lat), units(lon));
            let text = tagged(&sentences(&bits, 'A', 0), name, t + radio.clock_error(Ear::Shore(i), t), k);
            lines.push(Line { t: t + radio.clock_error(Ear::Shore(i), t), ship: usize::MAX, n: i as u32, text });
        }
    }
    lines.sort_by_key(|line| (line.t, line.ship, line.n));
    lines
}

struct Sent<'a> {
    lines: &'a mut Vec<Line>,
    radio: &'a Radio,
    rng: &'a mut ChaCha8Rng,
    ship: usize,
    n: &'a mut u32,
}

impl Sent<'_> {
    fn message(&mut self, bits: &Bits, t: i64, ear: Ear) {
        let clean;
        let mut broken;
        let bits = if self.rng.random::<f64>() < 1e-4 {
            // An error that the checksum of the radio link did not show.
            broken = bits.clone();
            broken.flip(self.rng.random_range(40..bits.len()));
            &broken
        } else {
            clean = bits;
            clean
        };
        let channel = if self.rng.random_bool(0.5) { 'A' } else { 'B' };
        let mut parts = sentences(bits, channel, self.rng.random_range(0..10));
        if self.rng.random::<f64>() < 0.002 {
            // A wrong character in a sentence whose checksum is that of the right one.
            if let Some(part) = parts.first_mut() {
                let i = part.len().saturating_sub(8);
                part.replace_range(i..=i, "w");
            }
        }
        if parts.len() > 1 && self.rng.random::<f64>() < 0.01 {
            parts.truncate(1);
        }
        let late = i64::from(self.rng.random_range(0..2u8));
        let t = t + late + self.radio.clock_error(ear, t);
        let station = match ear {
            Ear::Shore(i) => STATIONS[i].0.to_owned(),
            Ear::Satellite(i) | Ear::LongRange(i) => format!("SAT-{}", i + 1),
        };
        let group = self.rng.random_range(1000..10_000);
        let text = tagged(&parts, &station, t, group);
        match text.split_once('\n') {
            // Other sentences come between the parts of some messages.
            Some((first, second)) if self.rng.random_bool(0.2) => {
                self.lines.push(Line { t, ship: self.ship, n: *self.n, text: first.to_owned() });
                self.lines.push(Line { t: t + 1, ship: self.ship, n: *self.n + 1, text: second.to_owned() });
            }
            _ => self.lines.push(Line { t, ship: self.ship, n: *self.n, text }),
        }
        *self.n += 2;
    }
}

fn transmit(ship: &Ship, state: State, t: i64, ears: &[Ear], heard: &mut Heard, sent: &mut Sent<'_>) {
    let id = ship.id_at(t);
    // Receivers of satellite positions scatter by some metres.
    let scatter = |rng: &mut ChaCha8Rng| (rng.random::<f64>() + rng.random::<f64>() - 1.0) * 7.0 / 1852.0 / 60.0;
    let mut told = state;
    let mut lie = false;
    if let Some(fake) = ship.fakes.iter().find(|fake| (fake.t0..fake.t1).contains(&t)) {
        lie = true;
        told = match &fake.lie {
            Lie::Track(track) => track.state(t).unwrap_or(state),
            Lie::Replay(age) => ship.track.state(t - age).unwrap_or(state),
            Lie::Shift(dy, dx, over) => {
                let share = if *over > 0 { ((t - fake.t0) as f64 / *over as f64).min(1.0) } else { 1.0 };
                State { at: (state.at.0 + dy * share, state.at.1 + dx * share), ..state }
            }
            Lie::Fixed(at) => State { at: *at, knots: 0.1, ..state },
        };
    } else if let Some((jam, area)) = sent.radio.jam(state.at, t)
        && sent.rng.random_bool(0.5)
    {
        lie = true;
        told.at = (area.to.0 + sent.rng.random_range(-0.02..0.02), area.to.1 + sent.rng.random_range(-0.02..0.02));
        match heard.jammed.iter_mut().find(|row| row.0 == jam) {
            Some(row) => (row.1, row.3) = (row.1 + 1, t),
            None => heard.jammed.push((jam, 1, t, t)),
        }
    }
    let lat = told.at.0 + scatter(sent.rng);
    let lon = told.at.1 + scatter(sent.rng) / told.at.0.to_radians().cos().max(0.1);
    let slow = told.knots < 0.25;
    let knots = (told.knots + sent.rng.random_range(-0.12..0.12)).max(0.0);
    let course = if slow { sent.rng.random_range(0.0..360.0) } else { told.course + sent.rng.random_range(-1.0..1.0) };
    let has_heading = !ship.hull.class_b && ship.hull.length > 40.0;
    let position = Position {
        mmsi: id.mmsi,
        status: if ship.hull.class_b { 15 } else { told.status },
        sog: ((knots * 10.0).round() as u16).min(1022),
        lon: units(lon),
        lat: units(lat),
        cog: ((course.rem_euclid(360.0) * 10.0).round() as u16) % 3600,
        heading: if has_heading { (told.heading.round().rem_euclid(360.0)) as u16 } else { 511 },
        second: u8::try_from(t.rem_euclid(60)).unwrap_or(0),
    };
    let bits = if ship.hull.class_b { position_b(&position) } else { position_a(&position) };
    for &ear in ears {
        match ear {
            Ear::LongRange(_) => sent.message(&position_long_range(&position), t, ear),
            Ear::Shore(_) | Ear::Satellite(_) => sent.message(&bits, t, ear),
        }
    }
    heard.hits.push(Hit { t, lat: lat as f32, lon: lon as f32, lie });

    // Static data: every six minutes in the standard, kept every half an hour and after a change.
    let field = ship.field_at(t);
    let field_from = field.map_or(0, |f| f.from).max(if id.from == i64::MIN { 0 } else { id.from });
    if t - heard.last_static < 1700 && field_from == heard.last_field {
        return;
    }
    let near: Vec<Ear> = ears.iter().copied().filter(|ear| !matches!(ear, Ear::LongRange(_))).collect();
    if near.is_empty() {
        return;
    }
    heard.last_static = t;
    heard.last_field = field_from;
    let eta = field.and_then(|f| jiff::Timestamp::from_second(f.eta).ok()).map(|e| jiff::tz::TimeZone::UTC.to_datetime(e));
    let eta = eta.map_or((0, 0, 24, 60), |e| (e.month().cast_unsigned(), e.day().cast_unsigned(), e.hour().cast_unsigned(), 0));
    let fields = StaticFields {
        mmsi: id.mmsi,
        imo: id.imo,
        callsign: id.callsign.clone(),
        name: id.name.clone(),
        ship_type: ship.hull.ais_type,
        dimensions: {
            let (bow, stern, port, starboard) = ship.hull.dimensions();
            (bow.saturating_add_signed(id.longer.into()), stern, port, starboard)
        },
        eta,
        draught: field.map_or(0, |f| f.draught),
        destination: field.map(|f| f.destination.clone()).unwrap_or_default(),
    };
    heard.statics.push(t);
    for ear in near {
        if ship.hull.class_b {
            sent.message(&static_b_name(&fields), t + 1, ear);
            sent.message(&static_b_rest(&fields), t + 2, ear);
        } else {
            sent.message(&static_a(&fields), t + 1, ear);
        }
    }
}

/// What was received from a ship, for the question whether anybody could have seen an event.
struct Sight<'a> {
    hits: &'a [Hit],
    statics: &'a [i64],
}

impl Sight<'_> {
    fn within(&self, t0: i64, t1: i64) -> &[Hit] {
        let a = self.hits.partition_point(|hit| hit.t < t0);
        let b = self.hits.partition_point(|hit| hit.t <= t1);
        &self.hits[a..b.max(a)]
    }

    fn before(&self, t: i64) -> Option<Hit> {
        self.hits[..self.hits.partition_point(|hit| hit.t < t)].last().copied()
    }

    fn after(&self, t: i64) -> Option<Hit> {
        self.hits.get(self.hits.partition_point(|hit| hit.t <= t)).copied()
    }

    /// Three positions at least, over half of the time or two hours.
    fn seen(&self, t0: i64, t1: i64) -> bool {
        let hits = self.within(t0, t1);
        let (Some(first), Some(last)) = (hits.first(), hits.last()) else { return false };
        hits.len() >= 3 && last.t - first.t >= ((t1 - t0) / 2).min(7200)
    }
}

fn iso(t: i64) -> String {
    jiff::Timestamp::from_second(t).map_or_else(|_| t.to_string(), |stamp| stamp.to_string())
}

fn truth(world: &World, radio: &Radio, heard: &[Heard], label: &str, summary: &mut Summary) -> String {
    let mut rows: Vec<(i64, String)> = Vec::new();
    let hull = |id: usize| format!("H{id:05}");
    let mmsis = |id: usize| world.ships[id].ids.iter().map(|identity| identity.mmsi).collect::<Vec<_>>();
    for event in &world.events {
        let (t0, t1) = (event.t0.max(world.t0), event.t1.min(world.t1));
        if t1 < t0 {
            continue;
        }
        let (mut row, detectable) = judge(event, t0, t1, world, heard);
        row.t0 = row.t0.max(world.t0);
        row.t1 = row.t1.min(world.t1).max(row.t0);
        let round = |x: f64| (x * 1e4).round() / 1e4;
        let mut value = json!({
            "kind": event.kind,
            "hull": hull(event.ship),
            "mmsi": mmsis(event.ship),
            "t0": iso(row.t0),
            "t1": iso(row.t1),
            "lat": row.at.map(|p| round(p.0)),
            "lon": row.at.map(|p| round(p.1)),
            "lat1": row.at_end.map(|p| round(p.0)),
            "lon1": row.at_end.map(|p| round(p.1)),
            "detectable": detectable,
            "innocent": event.twin.is_some(),
            "twin": event.twin,
            "barrels": event.barrels.map(f64::round),
            "partner_mmsi": event.partner.map(mmsis),
            "counter_move": event.counter,
            "note": event.note,
            "origin": "synthetic",
        });
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|_, v| !v.is_null() && v.as_str() != Some(""));
        }
        if event.twin.is_some() {
            summary.twins += 1;
        } else {
            summary.events += 1;
            summary.detectable += usize::from(detectable);
        }
        rows.push((row.t0, value.to_string()));
    }
    // Silences with the transponder on, and false positions by jamming, come out of the reception.
    for (id, (ship, h)) in world.ships.iter().zip(heard).enumerate() {
        let sender = if ship.hull.class_b { Sender::B } else { Sender::A };
        for pair in h.hits.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if b.t - a.t < 6 * 3600 || ship.off.iter().any(|off| off.t0 < b.t && off.t1 > a.t) {
                continue;
            }
            let near: Vec<usize> = Radio::in_range(a.at(), sender).map(|(i, _, _)| i).collect();
            let why = if ship.hull.class_b {
                "class_b"
            } else if near.iter().any(|&i| radio.out(i, a.t + (b.t - a.t) / 4)) {
                "station_outage"
            } else if near.is_empty() {
                "satellite_only"
            } else {
                "left_coverage"
            };
            summary.twins += 1;
            summary.natural_gaps += 1;
            let value = json!({
                "kind": "dark_gap", "hull": hull(id), "mmsi": mmsis(id), "t0": iso(a.t), "t1": iso(b.t),
                "lat": a.lat, "lon": a.lon, "lat1": b.lat, "lon1": b.lon, "detectable": true, "innocent": true, "twin": why, "origin": "synthetic",
            });
            rows.push((a.t, value.to_string()));
        }
        for &(jam, n, first, last) in &h.jammed {
            if n >= 2 {
                summary.twins += 1;
                let (at, to) = (ship.track.at(first), radio.jams[jam].to);
                let value = json!({
                    "kind": "spoofing", "hull": hull(id), "mmsi": mmsis(id), "t0": iso(first), "t1": iso(last),
                    "detectable": true, "innocent": true, "twin": "jamming", "lat": to.0, "lon": to.1, "lat1": at.0, "lon1": at.1, "origin": "synthetic",
                });
                rows.push((first, value.to_string()));
            }
        }
    }
    rows.sort();
    let mut out = String::new();
    let meta =
        json!({"kind": "meta", "origin": "synthetic", "note": label, "vessel_days": summary.vessel_days, "voyages": summary.voyages});
    let _ = writeln!(out, "{meta}");
    for id in 0..world.ships.len() {
        let _ = writeln!(out, "{}", json!({"kind": "hull", "hull": hull(id), "mmsi": mmsis(id)}));
    }
    for (_, row) in rows {
        out.push_str(&row);
        out.push('\n');
    }
    out
}

struct Row {
    t0: i64,
    t1: i64,
    at: Option<(f64, f64)>,
    at_end: Option<(f64, f64)>,
}

/// Whether an event could be seen. Silences and changes get the ends that the records show, as nobody can know better.
fn judge(event: &Event, t0: i64, t1: i64, world: &World, heard: &[Heard]) -> (Row, bool) {
    let of = |id: usize| Sight { hits: &heard[id].hits, statics: &heard[id].statics };
    let sight = of(event.ship);
    let mut row = Row { t0, t1, at: event.at, at_end: event.at_end };
    let detectable = match event.detect {
        Detect::Seen => sight.seen(t0, t1),
        Detect::BothSeen => sight.seen(t0, t1) && event.partner.is_none_or(|partner| of(partner).seen(t0, t1)),
        Detect::Silence => {
            let ship = &world.ships[event.ship];
            let missed = ship.off.iter().position(|off| off.t0 == event.t0).map_or(0, |i| heard[event.ship].missed[i]);
            match (sight.before(event.t0), sight.after(event.t1)) {
                (Some(a), Some(b)) => {
                    row = Row { t0: a.t, t1: b.t, at: Some(a.at()), at_end: Some(b.at()) };
                    missed >= 4
                }
                _ => false,
            }
        }
        Detect::Approach(place) => {
            let end = (t1 + 5 * 86_400).min(world.t1);
            let near = sight.within(t0, end).iter().any(|hit| !hit.lie && nm(hit.at(), place) < 60.0);
            sight.within(t0, t1).len() >= 3 && near && sight.after(t1).is_some_and(|hit| hit.t < end)
        }
        Detect::AtPlace(place) => sight.within(t0, t1).iter().filter(|hit| !hit.lie && nm(hit.at(), place) < 5.0).count() >= 3,
        Detect::Change => match (sight.before(event.t0 + 1), sight.after(event.t1 - 1)) {
            (Some(a), Some(b)) => {
                row = Row { t0: a.t, t1: b.t, at: Some(a.at()), at_end: Some(b.at()) };
                event.t0 - a.t < 86_400 && b.t - event.t1 < 86_400
            }
            _ => false,
        },
        Detect::Lies => {
            // From the first false position that was received to the last: what the ship claimed before that nobody can know.
            let lies: Vec<&Hit> = sight.within(t0, t1).iter().filter(|hit| hit.lie).collect();
            if let (Some(a), Some(b)) = (lies.first(), lies.last()) {
                row.t0 = a.t;
                row.t1 = b.t;
                row.at = Some(a.at());
            }
            lies.len() >= 3
        }
        Detect::Typed => {
            let i = sight.statics.partition_point(|&t| t < event.t0);
            match (i.checked_sub(1).and_then(|i| sight.statics.get(i)), sight.statics.get(i)) {
                (Some(&a), Some(&b)) => {
                    row.t0 = a;
                    row.t1 = b;
                    row.at = Some(world.ships[event.ship].track.at(a));
                    row.at_end = Some(world.ships[event.ship].track.at(b));
                    b - a < 3 * 86_400
                }
                _ => false,
            }
        }
        Detect::Any => sight.within(t0, t1).len() >= 3,
    };
    (row, detectable)
}

/// Listed ships in the strict format of the table `listings`.
fn listings(world: &World, seed: u64) -> String {
    let mut out = String::from("party,aliases,kind,list,programme,listed,delisted,identifier,origin,source\n");
    for listing in &world.listings {
        let id = &world.ships[listing.ship].ids[0];
        let day = iso(listing.day);
        let _ = writeln!(
            out,
            "{},,vessel,SIM-LIST,simulated,{},,IMO {},synthetic,\"simulated list, seed {seed}\"",
            id.name,
            &day[..10],
            id.imo
        );
    }
    out
}

/// Every voyage of a trading ship as it was, with the port that the typed destination names.
fn voyages(world: &World) -> String {
    let mut out = String::from("origin,hull,mmsi,departed,arrived,from,to,declared,in_records,why,concealed,cargo_t\n");
    for (id, ship) in world.ships.iter().enumerate() {
        for v in ship.voyages.iter().filter(|v| v.arrived >= world.t0 && v.departed < world.t1) {
            let code = |port: Option<usize>| port.map_or("", |i| world.lanes.ports[i].code.as_str());
            let _ = writeln!(
                out,
                "synthetic,H{id:05},{},{},{},{},{},{},{},{},{},{:.0}",
                ship.id_at(v.departed).mmsi,
                iso(v.departed),
                iso(v.arrived),
                code(Some(v.from)),
                code(Some(v.to)),
                code(v.declared),
                code(v.record),
                v.why.unwrap_or_default(),
                v.concealed,
                v.cargo
            );
        }
    }
    out
}

fn hulls(world: &World) -> String {
    let mut out = String::from("origin,hull,type,class,dwt_t,length_m,beam_m,draught_m,mmsi,imo,name,flag\n");
    for (id, ship) in world.ships.iter().enumerate() {
        let join = |f: &dyn Fn(&crate::hulls::Identity) -> String| ship.ids.iter().map(f).collect::<Vec<_>>().join("|");
        let h = &ship.hull;
        let _ = writeln!(
            out,
            "synthetic,H{id:05},{},{},{:.0},{:.1},{:.1},{:.2},{},{},{},{}",
            h.kind.name(),
            if h.class_b { "B" } else { "A" },
            h.dwt,
            h.length,
            h.beam,
            h.draught,
            join(&|i| i.mmsi.to_string()),
            join(&|i| if i.imo == 0 { String::new() } else { i.imo.to_string() }),
            join(&|i| i.name.clone()),
            join(&|i| i.flag.to_owned())
        );
    }
    out
}

fn alpha3(alpha2: &str) -> &'static str {
    match alpha2 {
        "RU" => "RUS",
        "KP" => "PRK",
        "KR" => "KOR",
        "CN" => "CHN",
        "TW" => "TWN",
        _ => "JPN",
    }
}

/// What the records of the ports of departure say, and where AIS showed the ship next.
///
/// The next sighting is the first of: two received positions within three miles of a port, or one within twelve miles of a North Korean
/// port, after the ship was ten miles away from where it left.
fn port_records(world: &World, heard: &[Heard], seed: u64) -> (String, String) {
    let source = format!("simulated port state control, seed {seed}");
    let mut records = String::from(
        "ship,imo,flag,cargo,product,tonnes,from_port,from_country,departed,declared_port,declared_country,declared_in,next_port,next_country,next_seen,seen_by,origin,source\n",
    );
    let mut declarations = String::from(
        "origin,source,ship,imo,mmsi,flag,cargo,product,tonnes,from_port,from_country,departed,declared_port,declared_country,declared_in\n",
    );
    for (id, ship) in world.ships.iter().enumerate() {
        if !ship.hull.kind.trades() {
            continue;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[seed, 51, id as u64]));
        for voyage in &ship.voyages {
            let from = &world.lanes.ports[voyage.from];
            let kept = rng.random::<f64>();
            let share = match from.country.as_str() {
                "RU" => 0.95,
                "KR" => 0.3,
                _ => 0.0,
            };
            let there = (ship.present.0.max(world.t0)..ship.present.1.min(world.t1)).contains(&voyage.departed);
            if !there || (kept > share && !(voyage.concealed && from.country == "RU")) {
                continue;
            }
            let id_then = ship.id_at(voyage.departed);
            let day = iso(voyage.departed);
            let day = &day[..10];
            let cargo = match ship.hull.kind {
                Kind::ProductTanker if voyage.cargo > 0.0 => ("diesel", "refined"),
                Kind::CrudeTanker if voyage.cargo > 0.0 => ("crude oil", "crude"),
                Kind::ChemicalTanker if voyage.cargo > 0.0 => ("chemicals", ""),
                kind if kind.is_tanker() => ("in ballast", ""),
                Kind::Bulk => ("bulk cargo", ""),
                Kind::Container => ("containers", ""),
                Kind::Reefer => ("frozen fish", ""),
                _ => ("general cargo", ""),
            };
            let (declared_port, declared_country) = match (voyage.record_text, voyage.record) {
                (Some(text), _) => (format!("\"{text}\""), "world"),
                (None, Some(port)) => (world.lanes.ports[port].name.clone(), alpha3(&world.lanes.ports[port].country)),
                (None, None) => (String::new(), "world"),
            };
            let imo = if id_then.imo == 0 { String::new() } else { id_then.imo.to_string() };
            let tonnes = if voyage.cargo > 0.0 { format!("{:.0}", voyage.cargo) } else { String::new() };
            let declared_in = format!("simulated port records of {}", from.name);
            let head = format!(
                "{},{imo},{},{},{},{tonnes},{},{},{day}",
                id_then.name,
                id_then.flag,
                cargo.0,
                cargo.1,
                from.name,
                alpha3(&from.country)
            );
            let _ = writeln!(
                declarations,
                "synthetic,\"{source}\",{},{imo},{},{},{},{},{tonnes},{},{},{day},{declared_port},{declared_country},{declared_in}",
                id_then.name,
                id_then.mmsi,
                id_then.flag,
                cargo.0,
                cargo.1,
                from.name,
                alpha3(&from.country)
            );
            let mut away = false;
            let hits = &heard[id].hits;
            let first = hits.partition_point(|hit| hit.t < voyage.departed);
            let sailed: Vec<&Hit> = hits[first..].iter().filter(|hit| !hit.lie).collect();
            let next = sailed.iter().enumerate().find_map(|(i, hit)| {
                away |= nm(hit.at(), from.at) > 10.0;
                if !away {
                    return None;
                }
                let port = world.lanes.ports.iter().find(|port| {
                    let off = nm(port.at, hit.at());
                    let stays = || sailed.get(i + 1).is_some_and(|later| nm(port.at, later.at()) < 3.0 && later.t - hit.t > 300);
                    if port.country == "KP" { off < 12.0 } else { off < 3.0 && stays() }
                })?;
                Some((port, hit.t))
            });
            if let Some((port, t)) = next {
                let seen = iso(t);
                let _ = writeln!(
                    records,
                    "{head},{declared_port},{declared_country},{declared_in},{},{},{},AIS received (simulated),synthetic,\"{source}\"",
                    port.name,
                    alpha3(&port.country),
                    &seen[..10]
                );
            }
        }
    }
    (records, declarations)
}
