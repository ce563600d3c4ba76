//! NMEA 0183 sentences, through the decoder of [`tw_ais`].

use std::io::Read;

use tw_ais::{ColumnSink, Columns, Counts, Decoder, Options, Positions, Refused, Static};
use tw_base::{Refusal, Refusals};

use super::unpack::Unpacked;
use super::{ShipOptions, ShipReport, ShipRows, Taken, Tally};

/// Hands the decoder's columns on.
struct Hand<'s> {
    sink: &'s mut dyn FnMut(ShipRows<'_>) -> Taken,
    period: Option<(i64, i64)>,
}

impl Hand<'_> {
    fn saw(&mut self, first: i64, last: i64) {
        let (a, b) = self.period.unwrap_or((first, last));
        self.period = Some((a.min(first), b.max(last)));
    }
}

impl ColumnSink for Hand<'_> {
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn positions(&mut self, rows: &Positions) -> Taken {
        if let (Some(first), Some(last)) = (rows.t.iter().min(), rows.t.iter().max()) {
            self.saw(*first, *last);
        }
        (self.sink)(ShipRows::Positions(rows.view()))
    }

    fn statics(&mut self, rows: Vec<Static>) -> Taken {
        for row in &rows {
            self.saw(row.t, row.t_last);
        }
        (self.sink)(ShipRows::Statics(&rows))
    }

    fn refused(&mut self, _: Refused) {}
}

pub(super) fn read(
    name: &str,
    stream: &mut Unpacked<'_>,
    options: &ShipOptions,
    report: &mut ShipReport,
    sink: &mut dyn FnMut(ShipRows<'_>) -> Taken,
) -> Result<(), Refusals> {
    for line in stream.head().split(|&b| b == b'\n').take_while(|line| line.first() == Some(&b'#')) {
        report.comment(line);
    }
    let mapped = options.mapping.as_ref().and_then(|m| m.base_time.as_deref()).and_then(|text| super::row::time(text.as_bytes()));
    let settings = Options { base_time: options.base_time.or(mapped), ..Options::default() };
    let mut decoder = Decoder::new(settings, Columns::new(0, Hand { sink, period: None }));
    let kept = |error: Box<dyn std::error::Error + Send + Sync>| {
        Refusals::from(Refusal::new(name, format!("what was read could not be kept: {error}")))
    };
    let mut buffer = vec![0; 1 << 18];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => decoder.push(&buffer[..n]).map_err(kept)?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(crate::read::unreadable(name, &error).into()),
        }
    }
    let end = decoder.finish().map_err(kept)?;
    report.period = end.out.into_sink().period;
    report.stations = end.stations;
    account(&end.counts, report);
    Ok(())
}

/// The decoder's account in the words of a report.
fn account(counts: &Counts, report: &mut ShipReport) {
    report.records = counts.lines;
    report.positions = counts.positions;
    report.statics = counts.statics;
    let mut other = |what: &str, n: u64| {
        if n > 0 {
            report.other.insert(what.to_owned(), n);
        }
    };
    other("empty lines", counts.blank);
    other("comments", counts.comments);
    other("sentences of another kind", counts.others);
    other("time sentences", counts.times);
    for (kind, n) in &counts.messages {
        other(&format!("messages of type {kind}"), *n);
    }
    other("positions not available", counts.no_position);
    for (reason, n) in &counts.refusals {
        let records = counts.examples.iter().filter(|e| e.reason == *reason).take(5).map(|e| u64::from(e.line)).collect();
        let words =
            if *reason == tw_ais::Reason::NoTime { super::NO_TIME.to_owned() } else { format!("{}: {}", reason.kind(), reason.words()) };
        report.refused.insert(words, Tally { n: *n, records });
    }
    for (remark, n) in [
        ("no checksum", counts.without_checksum),
        ("something in front that is not a time, ignored", counts.unread_prefixes),
        ("something behind that is not a station and a time, ignored", counts.unread_suffixes),
        ("more bits than the type has, ignored", counts.overlong),
        ("time inferred from the base time and the second of the report", counts.inferred_times),
        ("second of the report differs from the time by more than 10 s", counts.second_disagrees),
        ("station beyond the 65,535 that have a number, stored as not known", counts.stations_lost),
    ] {
        if n > 0 {
            report.remarks.insert(remark.to_owned(), Tally { n, records: Vec::new() });
        }
    }
}
