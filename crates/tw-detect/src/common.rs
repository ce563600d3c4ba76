//! Small words that several detectors share.

use tw_base::{Bounds, Country, Interval, Parties, format_number};
use tw_law::{Act, Facts};
use tw_tables::{Row, WorkerCount, WorkerKind};

/// Letters and digits of a name in lower case: rows and lists write one name in several ways.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Names of the countries of a figure, joined for a sentence.
pub(crate) fn names(parties: &Parties) -> String {
    let list: Vec<&str> = parties.countries().iter().map(Country::name).collect();
    match list.as_slice() {
        [] => "the world".to_owned(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The single country of a figure, if it is about one.
pub(crate) fn single(parties: &Parties) -> Option<Country> {
    match parties.countries() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The independent family that an estimator belongs to: who publishes, without whose records it cites.
///
/// `WSJ from Interior Ministry records` and `WSJ from Labour Ministry records` are one family: both reach us through one newsroom.
pub(crate) fn family(estimator: &str) -> String {
    let mut end = estimator.len();
    for stop in [" from ", " via ", " citing ", ",", ";", " ("] {
        if let Some(at) = estimator.find(stop) {
            end = end.min(at);
        }
    }
    let name = estimator[..end].trim();
    if name.is_empty() { estimator.trim().to_owned() } else { name.to_owned() }
}

/// Facts about a jurisdiction's act on some days.
pub(crate) fn facts(act: Act, when: Interval, jurisdiction: Option<Country>) -> Facts {
    let mut facts = Facts::new(act, when);
    facts.jurisdiction = jurisdiction;
    facts
}

/// The days of an interval as people write them.
pub(crate) fn days(interval: &Interval) -> String {
    match interval.last() {
        Some(last) if last == interval.from => interval.from.to_string(),
        Some(last) => format!("{} to {last}", interval.from),
        None => format!("{} on", interval.from),
    }
}

/// Count of a row as bounds.
pub(crate) fn heads(row: &Row<WorkerCount>) -> Bounds {
    Bounds::from_ends(row.data.low, row.data.high)
}

/// What a row of worker counts says, in one clause.
pub(crate) fn worker_sentence(row: &Row<WorkerCount>) -> String {
    let what = match row.data.kind {
        WorkerKind::Stock => "workers present",
        WorkerKind::ValidPermits => "valid work permits",
        WorkerKind::NewPermits => "new work permits",
        WorkerKind::NewRegistrations => "new registrations",
        WorkerKind::PermitsRevoked => "workers present whose permits were revoked",
        WorkerKind::Repatriated => "workers repatriated",
        WorkerKind::CumulativeDeployed => "workers ever sent",
    };
    format!("{} {what} in {}, {} ({})", heads(row), names(&row.data.host), row.data.period, row.data.estimator)
}

/// A ratio as people write it: `×9.5`.
pub(crate) fn times(ratio: f64) -> String {
    if !ratio.is_finite() {
        return "without limit".to_owned();
    }
    if ratio < 1.0 {
        return format!("×{}", format_number(ratio));
    }
    if ratio >= 100.0 {
        format!("×{}", format_number(ratio.round()))
    } else {
        format!("×{}", format_number((ratio * 10.0).round() / 10.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_records_through_one_newsroom_are_one_family() {
        assert_eq!(family("WSJ from Interior Ministry records"), "WSJ");
        assert_eq!(family("WSJ from Labour Ministry records"), "WSJ");
        assert_eq!(family("Russia, 2397 OP8 interim report"), "Russia");
        assert_eq!(family(", "), ",");
    }

    #[test]
    fn ratios_are_short() {
        assert_eq!(times(9.52), "×9.5");
        assert_eq!(times(1234.4), "×1,234");
    }
}
