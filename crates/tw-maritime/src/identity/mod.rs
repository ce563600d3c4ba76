//! What one MMSI has said about itself, and when that changed.
//!
//! A name that changes is not a crime: ships are sold, crews mistype, radios drop bits, antennas are moved. Every change therefore names
//! the innocent story that fits it, and only those that no such story fits get a high score.

mod imo;
mod text;

use std::collections::BTreeMap;

use tw_ais::{Dimensions, Fixes, Static, UNITS_PER_DEGREE};

pub use imo::{ImoClaim, check_digit_holds, imo_claim};
pub use text::{Likeness, likeness, near, similarity};

use crate::mid::{MmsiKind, flag, kind};
use crate::{At, Time};

crate::event! {
    /// One row a value that an MMSI sent for a while.
    pub struct Identity in "identities" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Field: name, callsign, imo, ship_type, length, beam (metres), flag (ISO code, from the MMSI), draught (metres) or destination.
        field: String,
        /// Value as text.
        value: String,
        /// First report that said so.
        t0: Time,
        /// Last report that said so.
        t1: Time,
        /// Reports.
        n: u32,
        /// Record of the first report.
        first: At,
        /// Record where the last run of equal reports begins.
        last: At,
    }
}

crate::event! {
    /// One row a change of what an MMSI says about itself, with the innocent story that fits it best.
    pub struct IdentityChange in "identity_changes" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// Last report of the old value.
        t0: Time,
        /// First report of the new value.
        t1: Time,
        /// Latitude of the position nearest in time, if one is near enough.
        lat: Option<f64>,
        /// Longitude of that position.
        lon: Option<f64>,
        /// Field: name, callsign, imo, ship_type or dimensions.
        field: String,
        /// Old value.
        old: String,
        /// New value.
        new: String,
        /// Whether the field names the hull: IMO number, dimensions by more than a tenth, class of ship.
        hard: bool,
        /// renamed, callsign_changed, imo_changed, dimensions_changed, type_changed, reflagged, or swapped: two ships exchanged their numbers.
        kind: String,
        /// Whether the old value came back within 30 days.
        returns: bool,
        /// Whether values swap back and forth so often that two stations must share the MMSI, or two sources feed the file.
        alternates: bool,
        /// The innocent story that fits best; empty if we know none.
        innocent: String,
        /// 0 to 1: how far the innocent stories fall short. It is a rank, not a probability.
        score: f64,
        /// Record where the last run with the old value begins.
        first: At,
        /// Record of the first report of the new value.
        last: At,
    }
}

crate::event! {
    /// One row an IMO number that cannot be right for the ship that sends it.
    pub struct ImoDoubt in "imo_doubts" {
        /// MMSI as it was sent.
        mmsi: u32,
        /// First report.
        t0: Time,
        /// Last report.
        t1: Time,
        /// Number as it was sent; 0 if none was.
        imo: u32,
        /// absent, bad_digit, unissued, placeholder, inland or no_number.
        claim: String,
        /// Type of ship.
        ship_type: u8,
        /// Whether it says anything: only for cargo ships and tankers, types 70 to 89.
        evidence: bool,
        /// The innocent story that fits best.
        innocent: String,
        /// 0 to 1; 0 where it is no evidence.
        score: f64,
        /// Record of the first report.
        first: At,
        /// Record where the last run begins.
        last: At,
    }
}

/// Thresholds of this module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Reports from which a value counts; less and shorter than `hold_seconds` is noise. Methods note 2.3.
    pub hold_reports: u32,
    /// Seconds from which a value counts. Methods note 2.3.
    pub hold_seconds: i64,
    /// Reports in all from which a value counts though it never holds, because two stations take turns. Our choice.
    pub turn_reports: u32,
    /// Letters that may differ in a slip. Methods note 2.3.
    pub slip_letters: usize,
    /// Share of letters that may differ in a slip. Methods note 2.3.
    pub slip_share: f64,
    /// Hours within which changes of several fields are one event. Our choice.
    pub together_hours: f64,
    /// Days within which an old value that comes back is the same affair. Our choice.
    pub return_days: f64,
    /// Changes of one field to and fro within the record that mean two stations. Our choice.
    pub alternations: usize,
    /// Hours that the nearest position may be away. Our choice.
    pub position_hours: f64,
    /// Share of a dimension from which a change is hard. Methods note 2.3.
    pub hard_dimension: f64,
    /// Metres that a dimension must change in any case to be hard: of a boat of 12 m a tenth is rounding. Our choice.
    pub hard_metres: u16,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            hold_reports: 3,
            hold_seconds: 30 * 60,
            turn_reports: 10,
            slip_letters: 2,
            slip_share: 0.2,
            together_hours: 48.0,
            return_days: 30.0,
            alternations: 5,
            position_hours: 6.0,
            hard_dimension: 0.1,
            hard_metres: 3,
        }
    }
}

/// What the MMSI of these reports said, one row a field and value, in the order of field and time.
///
/// The reports are those of one MMSI in the order of time; rows of another MMSI than the first row's are passed over. Values that hold for
/// less than [`Parameters::hold_reports`] and [`Parameters::hold_seconds`] are left out as noise if another value of the field holds.
#[must_use]
pub fn identities(reports: &[Static], parameters: &Parameters) -> Vec<Identity> {
    let Some(head) = reports.first() else { return Vec::new() };
    let order = in_time(reports);
    let mut rows = Vec::new();
    for (name, field) in FIELDS {
        for run in together(held(&runs(reports, &order, field), parameters)) {
            rows.push(Identity {
                mmsi: head.mmsi,
                field: name.to_owned(),
                value: run.value.text(),
                t0: Time(run.t0),
                t1: Time(run.t1),
                n: run.n,
                first: at(&reports[run.first]),
                last: at(&reports[run.last]),
            });
        }
    }
    if let (Some(flag), Some(&a), Some(&b)) = (flag(head.mmsi), order.first(), order.last()) {
        rows.push(Identity {
            mmsi: head.mmsi,
            field: "flag".to_owned(),
            value: flag.country.to_string(),
            t0: Time(reports[a].t),
            t1: Time(order.iter().map(|&i| end(&reports[i])).max().unwrap_or(reports[b].t)),
            n: order.iter().fold(0u32, |sum, &i| sum.saturating_add(reports[i].n)),
            first: at(&reports[a]),
            last: at(&reports[b]),
        });
    }
    rows
}

/// Changes of name, call sign, IMO number, class of ship and dimensions, in the order of time.
///
/// `fixes` are the positions of the same MMSI in the order of time, to say where; none is fine. An MMSI that is a placeholder or no ship's
/// gives nothing: many stations use it.
///
/// The score is the table below, taken from no data: there are no public labels. It only orders.
///
/// | change | score |
/// |---|---|
/// | spelling, bit error, antenna moved, dimension corrected by less than a tenth, IMO number entered late | 0.02-0.05 |
/// | name or call sign changed, IMO number kept | 0.1 |
/// | name and call sign changed, IMO number unknown | 0.3 |
/// | class of ship changed | 0.05-0.4 |
/// | dimensions changed by more than a tenth | 0.25-0.4 |
/// | everything changed at once: the MMSI was handed on, or two ships share it | 0.4 |
/// | valid IMO number to another valid one, nothing else changed: taken for a mistake put right | 0.4-0.5 |
/// | the same with a new name or call sign, dimensions unknown | 0.6 |
/// | the same, dimensions kept | 0.85 |
/// | any of it, and the old value came back within 30 days | 0.15 more |
/// | values alternate: two stations | 0.1 at most, one row a field |
#[must_use]
pub fn identity_changes(reports: &[Static], fixes: Fixes<'_>, parameters: &Parameters) -> Vec<IdentityChange> {
    let Some(head) = reports.first() else { return Vec::new() };
    if !matches!(kind(head.mmsi), MmsiKind::Ship | MmsiKind::Invalid) {
        return Vec::new();
    }
    let order = in_time(reports);
    let histories: [Vec<Run<'_>>; 5] = CHANGING.map(|field| held(&runs(reports, &order, field), parameters));
    let mut raw = Vec::new();
    for (field, history) in CHANGING.into_iter().zip(&histories) {
        raw.extend(changes_of(field, history, parameters));
    }
    raw.sort_by_key(|change| (change.t1, change.field as u8));
    #[expect(clippy::cast_possible_truncation, reason = "a parameter of hours fits")]
    let window = (parameters.together_hours * 3600.0) as i64;
    let mut rows = Vec::with_capacity(raw.len());
    for change in &raw {
        let beside = |field: Field| raw.iter().any(|other| other.field == field && near_in_time(other, change, window));
        let about = About {
            name: beside(Field::Name),
            callsign: beside(Field::Callsign),
            imo: raw.iter().any(|other| is_another_ship(other) && near_in_time(other, change, window)),
            dimensions: raw
                .iter()
                .any(|other| other.field == Field::Dimensions && near_in_time(other, change, window) && hard_dimensions(other, parameters)),
            imo_known: histories[2].iter().any(|run| {
                matches!(run.value, Value::Number(imo) if imo_claim(imo).names_a_ship()) && run.t0 <= change.t1 && run.t1 >= change.t0
            }),
            dimensions_known: histories[4]
                .iter()
                .any(|run| run.t0 <= change.t1.saturating_add(window) && run.t1 >= change.t0.saturating_sub(window)),
            ship_type: ship_type_at(&reports[change.last], reports, &order),
        };
        let Some(mut verdict) = judge(change, &about, parameters) else { continue };
        if change.alternates {
            verdict.innocent = "values alternate: two stations with one MMSI, or two sources in one file";
            verdict.score = verdict.score.min(0.1);
        } else if change.returns {
            verdict.score = (verdict.score + 0.15).min(1.0);
        }
        let place = place_near(fixes, change.t0, change.t1, parameters.position_hours);
        rows.push(IdentityChange {
            mmsi: head.mmsi,
            t0: Time(change.t0),
            t1: Time(change.t1),
            lat: place.map(|(lat, _)| lat),
            lon: place.map(|(_, lon)| lon),
            field: change.field.name().to_owned(),
            old: change.old.text(),
            new: change.new.text(),
            hard: verdict.hard,
            kind: change.field.kind().to_owned(),
            returns: change.returns,
            alternates: change.alternates,
            innocent: verdict.innocent.to_owned(),
            score: verdict.score,
            first: at(&reports[change.first]),
            last: at(&reports[change.last]),
        });
    }
    rows
}

/// IMO numbers that cannot be right: base rates say that this is evidence for types 70 to 89 only.
///
/// Of 2,119 type 5 messages 40.7 % have no number, and 15.8 % of the numbers given fail the check; of cargo ships and tankers 4.9 % give
/// none (methods note 2.3). A ship below 300 GT in domestic trade needs none, so its absence scores low even there.
#[must_use]
pub fn imo_doubts(reports: &[Static], parameters: &Parameters) -> Vec<ImoDoubt> {
    let Some(head) = reports.first() else { return Vec::new() };
    if !matches!(kind(head.mmsi), MmsiKind::Ship | MmsiKind::Invalid) {
        return Vec::new();
    }
    let order = in_time(reports);
    let mut rows = Vec::new();
    for run in together(held(&runs(reports, &order, Field::Imo), parameters)) {
        let Value::Number(imo) = run.value else { continue };
        let claim = imo_claim(imo);
        let (name, score, innocent) = match claim {
            ImoClaim::Valid => continue,
            ImoClaim::Absent => ("absent", 0.05, "a ship that needs no number, or a crew that never entered it"),
            ImoClaim::BadDigit => ("bad_digit", 0.4, "a digit mistyped"),
            ImoClaim::Unissued => {
                ("unissued", 0.6, "a number of an inland ship or of another register that passes the check by chance (one in ten does)")
            }
            ImoClaim::Placeholder => ("placeholder", 0.3, "a default that nobody replaced"),
            ImoClaim::Inland => ("inland", 0.1, "a European inland number (ENI)"),
            ImoClaim::NoNumber => ("no_number", 0.2, "an official number of another register in the wrong field"),
        };
        let ship_type = ship_type_at(&reports[run.first], reports, &order);
        let evidence = (70..=89).contains(&ship_type);
        rows.push(ImoDoubt {
            mmsi: head.mmsi,
            t0: Time(run.t0),
            t1: Time(run.t1),
            imo,
            claim: name.to_owned(),
            ship_type,
            evidence,
            innocent: innocent.to_owned(),
            score: if evidence { score } else { 0.0 },
            first: at(&reports[run.first]),
            last: at(&reports[run.last]),
        });
    }
    rows
}

/// Broad class of a type of ship (ITU-R M.1371-5, table 53): the tens, with tugs, fishing boats and pleasure craft told apart; unknown for 0 to 19.
///
/// The units of 70 to 89 are the hazard of the cargo and change with every cargo.
#[must_use]
pub fn type_class(ship_type: u8) -> Option<&'static str> {
    Some(match ship_type {
        20..=29 => "wing_in_ground",
        30 => "fishing",
        31 | 32 | 52 => "tug",
        36 | 37 => "pleasure",
        33..=35 | 38 | 39 | 50 | 51 | 53..=59 => "service",
        40..=49 => "high_speed",
        60..=69 => "passenger",
        70..=79 => "cargo",
        80..=89 => "tanker",
        90..=99 => "other",
        _ => return None,
    })
}

const FIELDS: [(&str, Field); 8] = [
    ("name", Field::Name),
    ("callsign", Field::Callsign),
    ("imo", Field::Imo),
    ("ship_type", Field::ShipType),
    ("length", Field::Length),
    ("beam", Field::Beam),
    ("draught", Field::Draught),
    ("destination", Field::Destination),
];

const CHANGING: [Field; 5] = [Field::Name, Field::Callsign, Field::Imo, Field::ShipType, Field::Dimensions];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Callsign,
    Imo,
    ShipType,
    Dimensions,
    Length,
    Beam,
    Draught,
    Destination,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Callsign => "callsign",
            Self::Imo => "imo",
            Self::ShipType => "ship_type",
            Self::Dimensions => "dimensions",
            Self::Length => "length",
            Self::Beam => "beam",
            Self::Draught => "draught",
            Self::Destination => "destination",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Name => "renamed",
            Self::Callsign => "callsign_changed",
            Self::Imo => "imo_changed",
            Self::ShipType => "type_changed",
            _ => "dimensions_changed",
        }
    }

    /// The value that a report carries; what a message does not carry is not a value. Message 5 always carries an IMO number: there 0 means "none".
    fn of(self, report: &Static) -> Option<Value<'_>> {
        let text = |text: &str| Some(text.trim_matches([' ', '@'])).filter(|text| !text.is_empty()).map(str::len);
        let number = |n: u32| Some(Value::Number(n)).filter(|_| n > 0);
        match self {
            Self::Name => text(&report.name).map(|_| Value::Text(report.name.trim_matches([' ', '@']))),
            Self::Callsign => text(&report.callsign).map(|_| Value::Text(report.callsign.trim_matches([' ', '@']))),
            Self::Destination => text(&report.destination).map(|_| Value::Text(report.destination.trim_matches([' ', '@']))),
            Self::Imo if report.message == 5 => Some(Value::Number(report.imo)),
            Self::Imo => number(report.imo),
            Self::ShipType => number(u32::from(report.ship_type)),
            Self::Length => length(report.dimensions).and_then(|n| number(u32::from(n))),
            Self::Beam => report.dimensions.beam().and_then(|n| number(u32::from(n))),
            Self::Dimensions => (length(report.dimensions).is_some()).then_some(Value::Dimensions(report.dimensions)),
            Self::Draught => number(u32::from(report.draught)).map(|_| Value::Decimetres(report.draught)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value<'a> {
    Text(&'a str),
    Number(u32),
    Decimetres(u8),
    Dimensions(Dimensions),
}

impl Value<'_> {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Number(n) => n.to_string(),
            Self::Decimetres(n) => format!("{}.{}", n / 10, n % 10),
            Self::Dimensions(d) => format!("{}+{} x {}+{}", d.bow, d.stern, d.port, d.starboard),
        }
    }
}

/// Reports with one value, one after the other.
#[derive(Clone, Copy, Debug)]
struct Run<'a> {
    value: Value<'a>,
    t0: i64,
    t1: i64,
    n: u32,
    first: usize,
    last: usize,
}

/// Dimensions as data came: sums beyond what a message can carry must not overflow.
fn length(dimensions: Dimensions) -> Option<u16> {
    Some(dimensions.bow.saturating_add(dimensions.stern)).filter(|&n| n > 0)
}

fn end(report: &Static) -> i64 {
    report.t_last.max(report.t)
}

fn at(report: &Static) -> At {
    At { file: report.file, record: report.record }
}

/// Rows of the MMSI of the first row, in the order of time.
fn in_time(reports: &[Static]) -> Vec<usize> {
    let mmsi = reports.first().map(|report| report.mmsi);
    let mut order: Vec<usize> = (0..reports.len()).filter(|&i| Some(reports[i].mmsi) == mmsi).collect();
    order.sort_by_key(|&i| (reports[i].t, reports[i].file, reports[i].record));
    order
}

fn runs<'a>(reports: &'a [Static], order: &[usize], field: Field) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for &i in order {
        let report = &reports[i];
        let Some(value) = field.of(report) else { continue };
        push(&mut runs, Run { value, t0: report.t, t1: end(report), n: report.n.max(1), first: i, last: i });
    }
    runs
}

fn push<'a>(runs: &mut Vec<Run<'a>>, run: Run<'a>) {
    if let Some(last) = runs.last_mut()
        && last.value == run.value
    {
        last.t1 = last.t1.max(run.t1);
        last.n = last.n.saturating_add(run.n);
        last.last = run.last;
        return;
    }
    runs.push(run);
}

/// Runs that hold. Short ones between are noise: dropped, and their equal neighbours joined. If none holds, all of them.
fn held<'a>(runs: &[Run<'a>], parameters: &Parameters) -> Vec<Run<'a>> {
    let totals = totals(runs);
    let mut held: Vec<Run<'a>> = Vec::new();
    for run in runs {
        if holds(run, parameters) || totals.get(&run.value).is_some_and(|&n| n >= parameters.turn_reports) {
            push(&mut held, *run);
        }
    }
    if held.is_empty() { runs.to_vec() } else { held }
}

/// Reports a value.
fn totals<'a>(runs: &[Run<'a>]) -> BTreeMap<Value<'a>, u32> {
    let mut totals: BTreeMap<Value<'a>, u32> = BTreeMap::new();
    for run in runs {
        let total = totals.entry(run.value).or_default();
        *total = total.saturating_add(run.n);
    }
    totals
}

fn holds(run: &Run<'_>, parameters: &Parameters) -> bool {
    run.n >= parameters.hold_reports || run.t1.saturating_sub(run.t0) >= parameters.hold_seconds
}

/// Runs for people: where values alternate, one row a value instead of hundreds.
fn together(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    const MANY: usize = 5;
    let mut count: BTreeMap<Value<'_>, usize> = BTreeMap::new();
    for run in &runs {
        *count.entry(run.value).or_default() += 1;
    }
    let mut rows: Vec<Run<'_>> = Vec::new();
    let mut place: BTreeMap<Value<'_>, usize> = BTreeMap::new();
    for run in runs {
        if count.get(&run.value).is_none_or(|&n| n < MANY) {
            rows.push(run);
            continue;
        }
        if let Some(&i) = place.get(&run.value) {
            rows[i].t1 = rows[i].t1.max(run.t1);
            rows[i].n = rows[i].n.saturating_add(run.n);
            rows[i].last = run.last;
        } else {
            place.insert(run.value, rows.len());
            rows.push(run);
        }
    }
    rows
}

#[derive(Clone, Copy, Debug)]
struct Change<'a> {
    field: Field,
    old: Value<'a>,
    new: Value<'a>,
    t0: i64,
    t1: i64,
    first: usize,
    last: usize,
    returns: bool,
    alternates: bool,
}

fn changes_of<'a>(field: Field, history: &[Run<'a>], parameters: &Parameters) -> Vec<Change<'a>> {
    #[expect(clippy::cast_possible_truncation, reason = "a parameter of days fits")]
    let back = (parameters.return_days * 86_400.0) as i64;
    let mut switches: BTreeMap<(Value<'a>, Value<'a>), usize> = BTreeMap::new();
    let key = |a: Value<'a>, b: Value<'a>| if a < b { (a, b) } else { (b, a) };
    for pair in history.windows(2) {
        *switches.entry(key(pair[0].value, pair[1].value)).or_default() += 1;
    }
    let totals = totals(history);
    let mut told = Vec::new();
    let mut changes = Vec::new();
    for (i, pair) in history.windows(2).enumerate() {
        let [old, new] = pair else { continue };
        // History keeps everything if nothing holds; then nothing is a change.
        if ![old, new].iter().all(|run| holds(run, parameters) || totals.get(&run.value).is_some_and(|&n| n >= parameters.turn_reports)) {
            continue;
        }
        let both = key(old.value, new.value);
        let alternates = switches.get(&both).is_some_and(|&n| n >= parameters.alternations);
        if alternates {
            if told.contains(&both) {
                continue;
            }
            told.push(both);
        }
        let mut soon = history[i + 2..].iter().take_while(|later| later.t0.saturating_sub(old.t1) <= back);
        let returns = soon.any(|later| later.value == old.value);
        let (t0, t1) = (old.t1.min(new.t0), new.t0);
        changes.push(Change { field, old: old.value, new: new.value, t0, t1, first: old.last, last: new.first, returns, alternates });
    }
    changes
}

fn near_in_time(a: &Change<'_>, b: &Change<'_>, window: i64) -> bool {
    a.t1.saturating_sub(b.t1).saturating_abs() <= window
}

/// What else is known at a change.
struct About {
    name: bool,
    callsign: bool,
    imo: bool,
    dimensions: bool,
    imo_known: bool,
    dimensions_known: bool,
    ship_type: u8,
}

/// Whether the IMO number went from one that can name a ship to another one.
fn is_another_ship(change: &Change<'_>) -> bool {
    let names = |value| matches!(value, Value::Number(imo) if imo_claim(imo).names_a_ship());
    change.field == Field::Imo && names(change.old) && names(change.new)
}

struct Verdict {
    hard: bool,
    innocent: &'static str,
    score: f64,
}

fn verdict(hard: bool, innocent: &'static str, score: f64) -> Option<Verdict> {
    Some(Verdict { hard, innocent, score })
}

/// The table in the documentation of [`identity_changes`]. None for what is no change at all.
fn judge(change: &Change<'_>, about: &About, parameters: &Parameters) -> Option<Verdict> {
    match (change.old, change.new) {
        (Value::Text(old), Value::Text(new)) => judge_text(change.field, old, new, about, parameters),
        (Value::Number(old), Value::Number(new)) if change.field == Field::Imo => judge_imo(old, new, about, parameters),
        (Value::Number(old), Value::Number(new)) => judge_type(old, new, about),
        (Value::Dimensions(_), Value::Dimensions(_)) => judge_dimensions(change, about, parameters),
        _ => None,
    }
}

const HANDED_ON: &str = "the MMSI was handed on with the radio to another ship, or two ships share it";

fn judge_text(field: Field, old: &str, new: &str, about: &About, parameters: &Parameters) -> Option<Verdict> {
    // One letter of a call sign can be another ship's.
    let letters = if field == Field::Callsign { 1 } else { parameters.slip_letters };
    match likeness(old, new, letters, if field == Field::Callsign { 0.0 } else { parameters.slip_share }) {
        Likeness::Same => return None,
        Likeness::BitError => return verdict(false, "a bit lost on the way, or a letter corrected", 0.02),
        Likeness::Slip => return verdict(false, "spelling corrected", 0.02),
        Likeness::Different => {}
    }
    if about.imo && about.dimensions {
        return verdict(false, HANDED_ON, 0.4);
    }
    if about.imo {
        return verdict(false, "", 0.5);
    }
    if about.imo_known {
        return verdict(false, "renamed or registered anew after a sale, a charter or a change of flag: the IMO number was kept", 0.1);
    }
    if about.name && about.callsign {
        return verdict(false, "sold: a ship without IMO number gets a new name and a new call sign", 0.3);
    }
    verdict(false, "renamed, or entered for the first time in full", 0.15)
}

fn judge_imo(old: u32, new: u32, about: &About, parameters: &Parameters) -> Option<Verdict> {
    let (was, is) = (imo_claim(old), imo_claim(new));
    if was == ImoClaim::Absent {
        return verdict(false, "the crew entered the number late", 0.05);
    }
    if is == ImoClaim::Absent {
        return verdict(false, "the entry was lost, as after a reset", 0.1);
    }
    let alike = near(&old.to_string(), &new.to_string(), parameters.slip_letters, 0.0);
    let cargo = (70..=89).contains(&about.ship_type);
    let renamed = about.name || about.callsign;
    match (was.names_a_ship(), is.names_a_ship()) {
        (false, true) if alike => verdict(false, "a typing slip corrected", 0.03),
        (false, true) => verdict(false, "a wrong entry put right", 0.1),
        (true, false) if alike => verdict(false, "a typing slip", 0.1),
        (true, false) if cargo => verdict(true, "a wrong entry", 0.4),
        (true, false) | (false, false) => verdict(false, "a wrong entry", 0.1),
        (true, true) if about.dimensions && renamed => verdict(true, HANDED_ON, 0.4),
        (true, true) if about.dimensions => verdict(true, "an entry left over from the ship that had the radio before", 0.5),
        (true, true) if alike => verdict(true, "a typing slip that passes the check by chance, as one in ten does", 0.4),
        (true, true) if renamed && about.dimensions_known => verdict(true, "", 0.85),
        (true, true) if renamed => verdict(true, "the MMSI was handed on: dimensions are not known", 0.6),
        (true, true) => verdict(true, "another ship's number entered by mistake and put right: name and call sign were kept", 0.5),
    }
}

fn judge_type(old: u32, new: u32, about: &About) -> Option<Verdict> {
    let class = |n: u32| u8::try_from(n).ok().and_then(type_class);
    let (was, is) = (class(old)?, class(new)?);
    if was == is {
        return None;
    }
    if about.imo && about.dimensions {
        return verdict(true, HANDED_ON, 0.4);
    }
    let vague = |class| matches!(class, "other" | "service" | "high_speed" | "wing_in_ground");
    if vague(was) || vague(is) {
        return verdict(false, "the type was entered more exactly", 0.05);
    }
    let merchant = |class| matches!(class, "cargo" | "tanker");
    match (merchant(was), merchant(is)) {
        (true, true) => verdict(true, "a wrong entry corrected: cargo ship and tanker are neighbours in the menu", 0.2),
        (false, false) => verdict(true, "a wrong entry corrected", 0.1),
        _ => verdict(true, "a wrong entry corrected", 0.4),
    }
}

fn judge_dimensions(change: &Change<'_>, about: &About, parameters: &Parameters) -> Option<Verdict> {
    let (old, new) = ends(change)?;
    let (Some(was), Some(is)) = (length(old), length(new)) else { return None };
    let beams = (old.beam(), new.beam());
    if was.abs_diff(is) <= 1 && beams.0.zip(beams.1).is_none_or(|(a, b)| a.abs_diff(b) <= 1) {
        return verdict(false, "the antenna was moved, or its place corrected: length and beam are the same", 0.02);
    }
    if !hard_dimensions(change, parameters) {
        return verdict(false, "dimensions corrected by less than a tenth", 0.03);
    }
    let ratio = f64::from(was.max(is)) / f64::from(was.min(is));
    if (3.1..=3.45).contains(&ratio) {
        return verdict(false, "feet entered as metres", 0.05);
    }
    if (9.5..=10.5).contains(&ratio) {
        return verdict(false, "a digit too many or too few", 0.05);
    }
    if was.min(is) < 5 {
        return verdict(false, "dimensions entered late", 0.05);
    }
    if about.imo && (about.name || about.callsign) {
        return verdict(true, HANDED_ON, 0.4);
    }
    if about.imo_known && !about.imo {
        return verdict(true, "a wrong entry corrected: the IMO number was kept", 0.3);
    }
    verdict(true, "a wrong entry corrected, or a tow measured with its barges", 0.25)
}

fn ends(change: &Change<'_>) -> Option<(Dimensions, Dimensions)> {
    match (change.old, change.new) {
        (Value::Dimensions(old), Value::Dimensions(new)) => Some((old, new)),
        _ => None,
    }
}

fn hard_dimensions(change: &Change<'_>, parameters: &Parameters) -> bool {
    let Some((old, new)) = ends(change) else { return false };
    let differ = |a: Option<u16>, b: Option<u16>| {
        let (Some(a), Some(b)) = (a, b) else { return false };
        let by = a.abs_diff(b);
        by >= parameters.hard_metres && f64::from(by) > parameters.hard_dimension * f64::from(a.max(b))
    };
    differ(length(old), length(new)) || differ(old.beam(), new.beam())
}

/// Type of ship in the report, or in the nearest report before or after it that carries one; 0 if none does.
fn ship_type_at(report: &Static, reports: &[Static], order: &[usize]) -> u8 {
    if report.ship_type > 0 {
        return report.ship_type;
    }
    let carries = order.iter().filter(|&&i| reports[i].ship_type > 0);
    carries.min_by_key(|&&i| reports[i].t.saturating_sub(report.t).saturating_abs()).map_or(0, |&i| reports[i].ship_type)
}

/// Latitude and longitude of the position nearest to a span of time, if at most so many hours away and on the globe.
pub(crate) fn place_near(fixes: Fixes<'_>, t0: i64, t1: i64, hours: f64) -> Option<(f64, f64)> {
    #[expect(clippy::cast_possible_truncation, reason = "a parameter of hours fits")]
    let limit = (hours * 3600.0) as i64;
    let away = |i: usize| {
        let t = fixes.t[i];
        t0.saturating_sub(t).max(t.saturating_sub(t1)).max(0)
    };
    // Two candidates a side are enough when times are in order, and a few more do for positions that are off the globe.
    let here = fixes.t.partition_point(|&t| t < t1);
    let best = (here.saturating_sub(8)..(here + 8).min(fixes.len()))
        .filter(|&i| on_globe(fixes.lat[i], fixes.lon[i]))
        .min_by_key(|&i| (away(i), fixes.t[i].saturating_sub(t1).saturating_abs()))?;
    (away(best) <= limit).then(|| {
        let fix = fixes.get(best);
        (fix.lat_deg(), fix.lon_deg())
    })
}

pub(crate) fn on_globe(lat: i32, lon: i32) -> bool {
    (-90 * UNITS_PER_DEGREE..=90 * UNITS_PER_DEGREE).contains(&lat) && (-180 * UNITS_PER_DEGREE..=180 * UNITS_PER_DEGREE).contains(&lon)
}

#[cfg(test)]
mod tests;
