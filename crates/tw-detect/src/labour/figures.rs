//! The rows of a case about workers as the kernels of `tw_flows::labour` take them.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Date};
use tw_flows::labour::{Count, CountKind, CountOf, Host, Input, JudgeOptions, Observation, Places, PurposeSeries};
use tw_tables::{SeriesStatus, Tables, WorkerKind};

/// Every host's entries, places and counts. The number of a count is its row in the table. Counts of several hosts together are left out: they
/// are nobody's stock.
#[must_use]
pub fn labour_figures(tables: &Tables, looked: Date, options: JudgeOptions) -> Input {
    let mut hosts: BTreeMap<Country, Host> = BTreeMap::new();
    let mut series: BTreeMap<(Country, String), PurposeSeries> = BTreeMap::new();
    for row in &tables.border_entries {
        let purpose = row.data.purpose.to_string();
        let one = series.entry((row.data.host, purpose.clone())).or_insert_with(|| PurposeSeries { purpose, ..PurposeSeries::default() });
        let count = match (row.data.status, row.data.entries) {
            (SeriesStatus::Published, Some(entries)) => Count::Known(entries),
            (SeriesStatus::Published, None) => Count::Missing,
            (SeriesStatus::Withheld, _) => Count::Withheld,
        };
        let period = row.data.period.interval();
        one.figures.push(Observation { period, count, known: row.provenance.known });
        let redefined = row.provenance.note.as_deref().is_some_and(|note| note.starts_with("definition changed"));
        if redefined && one.redefined.is_empty() {
            one.redefined.push(period.from);
        }
    }
    for ((host, _), one) in series {
        hosts.entry(host).or_default().entries.push(one);
    }
    for row in &tables.capacity {
        let places = Places { period: row.data.period.interval(), persons: Bounds::from_ends(row.data.low, row.data.high) };
        hosts.entry(row.data.host).or_default().places.entry(row.data.purpose.to_string()).or_default().push(places);
    }
    for (id, row) in tables.worker_counts.iter().enumerate() {
        let [host] = row.data.host.countries() else { continue };
        let count = CountOf {
            id,
            period: row.data.period.interval(),
            kind: kind(row.data.kind),
            persons: Bounds::from_ends(row.data.low, row.data.high),
        };
        hosts.entry(*host).or_default().counts.push(count);
    }
    let hosts = hosts.into_iter().map(|(code, host)| Host { host: code.to_string(), ..host }).collect();
    Input { hosts, looked, options }
}

fn kind(kind: WorkerKind) -> CountKind {
    match kind {
        WorkerKind::Stock => CountKind::Stock,
        WorkerKind::ValidPermits => CountKind::ValidPermits,
        WorkerKind::NewPermits => CountKind::NewPermits,
        WorkerKind::NewRegistrations => CountKind::NewRegistrations,
        WorkerKind::PermitsRevoked => CountKind::PermitsRevoked,
        WorkerKind::Repatriated => CountKind::Repatriated,
        WorkerKind::CumulativeDeployed => CountKind::CumulativeDeployed,
    }
}
