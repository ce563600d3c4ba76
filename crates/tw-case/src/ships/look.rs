//! The parts of a case through the kernels: every ship three times at most, on all processors, in bounded memory.

use std::path::Path;
use std::sync::Mutex;

use tw_ais::{Fixes, Static};
use tw_base::Country;
use tw_maritime::Time;
use tw_maritime::concealed::Document;
use tw_maritime::coverage::Receiver;
use tw_maritime::loitering::{Loitering, Silences};
use tw_maritime::survey::{First, Parameters, Second, Seen, Survey};
use tw_store::StoreError;
use tw_store::positions::{self, BUCKETS};
use tw_tables::Tables;

use super::Part;
use crate::error::CaseError;

/// Barrels a tonne of gasoil, low, best, high: the density of 0.82 to 0.86 of EN 590 and its like, 7.45 as the middle (methods: maritime, 2.10).
const GASOIL: (f64, f64, f64) = (7.31, 7.45, 7.67);

/// Kind of a station, by its name: satellites are called so by whoever forwards them (`SAT`, `ORBCOMM`, `EXACTEARTH`, `SPIRE` and `LEMUR`, which is
/// Spire's); everything else with a name stands on land.
fn kind(name: &str) -> Receiver {
    let name = name.to_ascii_uppercase();
    if ["SAT", "ORBCOMM", "EXACTEARTH", "SPIRE", "LEMUR"].iter().any(|word| name.contains(word)) {
        Receiver::Satellite
    } else {
        Receiver::Shore
    }
}

/// Parts as a scan takes them, with one number for each station of the case.
pub(super) fn stations(parts: &[Part]) -> (Vec<positions::Part>, Vec<Receiver>) {
    let mut names: std::collections::BTreeMap<&str, u16> = std::collections::BTreeMap::new();
    let mut receivers = vec![Receiver::Unknown];
    let mut scans = Vec::new();
    for (file, part) in parts.iter().enumerate() {
        let mut numbers = vec![0];
        for name in &part.report.stations {
            let next = u16::try_from(receivers.len()).unwrap_or(0);
            let number = *names.entry(name).or_insert(next);
            if number == next && next > 0 {
                receivers.push(kind(name));
            }
            numbers.push(number);
        }
        scans.push(positions::Part { name: part.name.clone(), file: u16::try_from(file).unwrap_or(u16::MAX), receivers: numbers });
    }
    (scans, receivers)
}

/// The declarations of the case as documents, by their rows.
fn documents(tables: &Tables) -> Vec<Document> {
    let day = |date: tw_base::Date| jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_second);
    let document = |(row, declaration): (usize, &tw_tables::Row<tw_tables::Declaration>)| {
        let data = &declaration.data;
        let days = data.departed.interval();
        Document {
            row: u32::try_from(row).unwrap_or(u32::MAX),
            mmsi: data.mmsi.map(tw_base::Mmsi::number),
            imo: data.imo.map(tw_base::Imo::number),
            from: Time(day(days.from)),
            to: Time(days.to.map_or(i64::MAX, |to| day(to) - 1)),
            port: data.declared_port.clone(),
            countries: data.declared_country.countries().iter().map(ToString::to_string).collect(),
            kind: data.declared_in.clone(),
        }
    };
    tables.declarations.iter().enumerate().map(document).collect()
}

/// What the ships of a case did.
///
/// # Errors
/// If a part is damaged.
pub(crate) fn look(ships: &Path, parts: &[Part], target: Country, tables: &Tables, period: (i64, i64)) -> Result<Seen, CaseError> {
    let (scans, receivers) = stations(parts);
    let mut statics = Vec::new();
    for (part, scan) in parts.iter().zip(&scans) {
        statics.extend(tw_store::read_statics(&ships.join("statics").join(format!("{}.parquet", part.name)), scan.file)?);
    }
    statics.retain(|s| s.t < period.1 && s.t_last >= period.0);
    for run in &mut statics {
        run.t_last = run.t_last.min(period.1.saturating_sub(1));
    }
    statics.sort_by_key(|s| (s.mmsi, s.t, s.file, s.record));
    let survey = Survey::new(Parameters::default(), target, receivers, documents(tables), GASOIL);
    let all = Work { dir: &ships.join("positions"), scans: &scans, statics: &statics, period };

    let firsts = all.buckets(|| First::new(&survey), |first, fixes, said| first.look(&survey, fixes, said))?;
    let mut first = First::new(&survey);
    for part in firsts {
        first.merge(part);
    }
    first.settle(&survey);
    let mut second = Second::default();
    for part in all.buckets(Second::default, |found, fixes, said| survey.again(&first, found, fixes, said))? {
        second.merge(part);
    }
    let silences = Silences::new(&second.gaps);
    let mut loiterings: Vec<Loitering> = Vec::new();
    for &mmsi in first.loiterers() {
        let rows = positions::ship(all.dir, mmsi, &scans)?;
        loiterings.extend(survey.slow(&first, &silences, all.within(rows.view()), all.said(mmsi)));
    }
    Ok(survey.seen(first, second, loiterings, &statics))
}

struct Work<'a> {
    dir: &'a Path,
    scans: &'a [positions::Part],
    statics: &'a [Static],
    /// First moment looked at, and the first no longer.
    period: (i64, i64),
}

impl<'a> Work<'a> {
    /// The positions within the period.
    fn within<'f>(&self, fixes: Fixes<'f>) -> Fixes<'f> {
        let at = |moment: i64| fixes.t.partition_point(|&t| t < moment);
        fixes.slice(at(self.period.0)..at(self.period.1).max(at(self.period.0)))
    }

    /// Static reports of one MMSI.
    fn said(&self, mmsi: u32) -> &'a [Static] {
        let from = self.statics.partition_point(|s| s.mmsi < mmsi);
        let to = from + self.statics[from..].partition_point(|s| s.mmsi == mmsi);
        &self.statics[from..to]
    }

    /// Runs over all buckets, one thread a processor; the results come in the order of the buckets, whoever was first.
    fn buckets<T: Send>(
        &self,
        new: impl Fn() -> T + Sync,
        ship: impl Fn(&mut T, Fixes<'_>, &[Static]) + Sync,
    ) -> Result<Vec<T>, StoreError> {
        let next = Mutex::new(0..BUCKETS);
        let work = || {
            let mut done = Vec::new();
            loop {
                let Some(n) = next.lock().expect("no thread panics while it holds the lock").next() else {
                    return Ok::<_, StoreError>(done);
                };
                let mut result = new();
                positions::scan(self.dir, n, self.scans, &mut |fixes| {
                    let fixes = self.within(fixes);
                    if let Some(&mmsi) = fixes.mmsi.first() {
                        ship(&mut result, fixes, self.said(mmsi));
                    }
                    Ok(())
                })?;
                done.push((n, result));
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(BUCKETS as usize);
        let mut all = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let mut all = Vec::new();
            for handle in handles {
                all.extend(handle.join().expect("kernels do not panic")?);
            }
            Ok::<_, StoreError>(all)
        })?;
        all.sort_by_key(|(n, _)| *n);
        Ok(all.into_iter().map(|(_, result)| result).collect())
    }
}
