//! Changes of `sdn.csv` from one capture to the next, as JSON lines:
//! `{"date": "2021-08-18", "op": "ADD", "ent_num": "36", "row": [the twelve cells]}`.

use serde::Deserialize;
use tw_base::{Date, RecordPtr, Refusal, Span};
use tw_ftm::{Entry, When};

use crate::draft::Out;
use crate::format::Format;
use crate::input::Input;
use crate::lines::Lines;
use crate::report::{Capture, Report};

use super::files;

/// What happened to an entry between two captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// It came onto the list.
    Add,
    /// It was changed.
    Modify,
    /// It left the list.
    Delete,
}

/// One change of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Day of the capture that shows the change.
    pub date: Date,
    /// Day of the capture before it; `None` for the first.
    pub before: Option<Date>,
    /// What happened.
    pub op: Op,
    /// Id of the entry.
    pub id: String,
    /// The entry as it is after the change; `None` for [`Op::Delete`].
    ///
    /// Of an added entry the day of listing is known between the two captures; of a modified one only that it was listed by that day,
    /// and the day of the change is among [`tw_ftm::Listing::amended`]: whoever replays the changes keeps the first day.
    pub entry: Option<Entry>,
    /// The line that tells it.
    pub record: RecordPtr,
}

impl Change {
    /// Day on which the change happened, as far as the captures tell.
    #[must_use]
    pub fn when(&self) -> When {
        self.before.map_or(When::by(self.date), |before| When::between(before, self.date))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    date: String,
    op: String,
    ent_num: String,
    row: Option<Vec<String>>,
}

/// Reads the changes in the order of the file. The first capture adds all its entries.
///
/// # Errors
/// If the file cannot be read to its end, or goes back in time. Lines that are no changes are counted in the report.
pub fn read_history(
    name: &str,
    body: impl std::io::Read,
    capture: &Capture,
    sink: &mut dyn FnMut(Change) -> std::ops::ControlFlow<()>,
) -> Result<Report, Refusal> {
    let mut never = |_| std::ops::ControlFlow::Continue(());
    let mut out = Out::new(Format::OfacHistory, name, capture, &mut never);
    let mut lines = Lines::new(name, Input::open(name, body)?);
    let (mut before, mut now): (Option<Date>, Option<Date>) = (None, None);
    let mut n = 0;
    while let Some((number, line)) = lines.next()? {
        let place = Span::Line(number);
        let line: Line = match line.and_then(|l| serde_json::from_str(l).map_err(|_| "a line is no change of an entry")) {
            Ok(line) => line,
            Err(reason) => {
                out.report.refuse(reason, place);
                continue;
            }
        };
        let Ok(date) = tw_base::parse_date(&line.date) else {
            out.report.refuse("the date of a change is none", place);
            continue;
        };
        if now.is_some_and(|now| date < now) {
            return Err(Refusal::new(name, format!("the change of {date} stands after a later one")).row(number));
        }
        if now != Some(date) {
            (before, now) = (now, Some(date));
        }
        let record = RecordPtr { capture: capture.sha256, span: place.clone() };
        let id = format!("ofac-{}", line.ent_num.chars().take(20).collect::<String>());
        let op = match line.op.as_str() {
            "ADD" => Op::Add,
            "MOD" => Op::Modify,
            "DEL" => Op::Delete,
            _ => {
                out.report.refuse("a line is no change of an entry", place);
                continue;
            }
        };
        let mut change = Change { date, before, op, id, entry: None, record };
        if op != Op::Delete {
            let row = line.row.unwrap_or_default();
            let cells: Vec<&str> = row.iter().map(|c| c.trim()).collect();
            let mut draft = match files::entry(&cells) {
                Ok(draft) => draft,
                Err(reason) => {
                    out.report.refuse(reason, place);
                    continue;
                }
            };
            files::finish(&mut draft, cells[11], "");
            draft.links.clear();
            draft.records.push(change.record.clone());
            if op == Op::Modify {
                draft.amended.push(date);
                draft.listed = Some(When::by(date));
            } else {
                draft.listed = Some(change.when());
            }
            draft.basis = Some("captures of the list, compared".to_owned());
            let Some((mut entry, _)) = out.finish(draft, place) else { continue };
            for listing in &mut entry.listings {
                listing.seen_until = Some(date);
            }
            change.entry = Some(entry);
        }
        n += 1;
        if sink(change).is_break() {
            out.report.stopped = true;
            break;
        }
    }
    out.report.entries = n;
    Ok(out.report)
}
