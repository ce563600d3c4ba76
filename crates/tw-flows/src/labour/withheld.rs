//! A series that was published regularly and stops.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tw_base::Interval;

use crate::labour::regimes::{Count, Observation};

/// A series that stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// First period of the unbroken run before it stopped.
    pub run_from: Interval,
    /// Length of that run, in periods.
    pub run: usize,
    /// Last period that was published.
    pub last_published: Interval,
    /// First period that was not.
    pub first_withheld: Interval,
    /// Periods due and not published by the day of looking.
    pub due: usize,
    /// True if a source says that the series was withheld; false if it is only absent.
    pub stated: bool,
    /// Days from the end of the first period withheld to the day of looking.
    pub waited_days: i64,
    /// Longest time from a period's end to its publication so far, in days, where days of publication are known.
    pub longest_wait_days: Option<i64>,
    /// Probability that a regular publisher would be so late, by the rule of succession: see [`withheld`].
    pub late: f64,
    /// Probability that the series stopped: 1 - `late`, or 1 - 1/(n + 2) for n published periods where a source says so.
    pub probability: f64,
}

/// Whether a series has stopped by the day on which somebody looked.
///
/// The periods expected are those of the run: the next ones have the length of the last one published. One is due when it has ended and as
/// many days have passed as the publisher took at most so far (`usual_days` where no day of publication is known).
///
/// Without a statement, n earlier waits are set against the present one: a publisher who was never so late in n periods is so now
/// with probability (1 + waits at least as long)/(n + 2), the rule of succession (P. S. Laplace, *Essai philosophique sur les probabilites*,
/// 1814), once for each period that is due; periods left out in between count as waits that were as long. An office that often publishes
/// late or leaves out a period thus gives a small probability. `None` if nothing is due, fewer than three periods were published, or a
/// later period was published: a gap is not an end.
///
/// A series that stops is a point of its own. It is not a nought, and the reason for it is not known.
#[must_use]
pub fn withheld(series: &[Observation], looked: Date, usual_days: i64) -> Option<Stop> {
    let mut sorted: Vec<(Interval, Date, &Observation)> = series.iter().filter_map(|o| Some((o.period, o.period.to?, o))).collect();
    sorted.sort_by_key(|s| s.0);
    let published = |o: &Observation| matches!(o.count, Count::Known(_)) && o.known.is_none_or(|day| day <= looked);
    let last = sorted.iter().rposition(|s| published(s.2))?;
    let mut first = last;
    while first > 0 && published(sorted[first - 1].2) && sorted[first - 1].1 == sorted[first].0.from {
        first -= 1;
    }
    let run = last + 1 - first;
    let total = sorted[..=last].iter().filter(|s| published(s.2)).count();
    if total < 3 {
        return None;
    }
    let (last_period, last_end) = (sorted[last].0, sorted[last].1);
    let length = last_period.days().filter(|d| *d > 0)?;
    let stated_row = sorted[last + 1..].iter().find(|s| s.2.count == Count::Withheld);
    let mut waits: Vec<i64> =
        sorted[..=last].iter().filter(|s| published(s.2)).filter_map(|s| Some(i64::from((s.2.known? - s.1).get_days()))).collect();
    waits.sort_unstable();
    let longest = waits.last().copied();
    let patience = longest.unwrap_or(usual_days).max(0);
    let days_since = i64::from((looked - last_end).get_days());
    let first_withheld = match stated_row {
        Some(row) => row.0,
        None => Interval::new(last_end, end_of_next(last_period)),
    };
    let first_end = first_withheld.to?;
    let waited_days = i64::from((looked - first_end).get_days());
    let due = if days_since >= length + patience { ((days_since - patience) / length).max(1) as usize } else { 0 };
    if stated_row.is_none() && (due == 0 || waited_days <= 0) {
        return None;
    }
    let as_long = waits.iter().filter(|w| **w >= waited_days).count();
    // Periods left out between two published ones are as bad as a wait that never ended.
    let gaps: usize = sorted[..=last]
        .windows(2)
        .map(|w| f64::from((w[1].0.from - w[0].1).get_days()) / length as f64)
        .map(|g| g.round().max(0.0) as usize)
        .sum();
    let omitted = gaps + sorted[..last].iter().filter(|s| !published(s.2)).count();
    let base = (1 + as_long + omitted) as f64 / (total + omitted + 2) as f64;
    let late = base.powi(due.clamp(1, 20) as i32);
    let stated = stated_row.is_some();
    let probability = if stated { 1.0 - 1.0 / (total + 2) as f64 } else { 1.0 - late };
    Some(Stop {
        run_from: sorted[first].0,
        run,
        last_published: last_period,
        first_withheld,
        due: due.max(usize::from(stated)),
        stated,
        waited_days,
        longest_wait_days: longest,
        late,
        probability,
    })
}

/// Where a period of the same kind that follows would end: whole months where the last one is whole months.
fn end_of_next(last: Interval) -> Option<Date> {
    use jiff::ToSpan;
    let to = last.to?;
    let months = (i32::from(to.year()) - i32::from(last.from.year())) * 12 + i32::from(to.month()) - i32::from(last.from.month());
    if to.day() == last.from.day() && months > 0 {
        return to.checked_add(months.months()).ok();
    }
    to.checked_add((to - last.from).get_days().days()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tw_base::Period;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn row(period: &str, count: Count, known: Option<&str>) -> Observation {
        Observation { period: period.parse::<Period>().unwrap().interval(), count, known: known.map(day) }
    }

    #[test]
    fn a_series_that_a_source_says_was_withheld_is_an_event() {
        let mut rows: Vec<Observation> = (2011..2025).map(|y| row(&y.to_string(), Count::Known(5), None)).collect();
        rows.push(row("2025", Count::Withheld, None));
        let stop = withheld(&rows, day("2026-02-01"), 45).unwrap();
        assert_eq!((stop.run, stop.stated, stop.last_published.from), (14, true, day("2024-01-01")));
        assert_eq!(stop.first_withheld.from, day("2025-01-01"));
        assert!(stop.probability > 0.93);
    }

    #[test]
    fn an_absent_quarter_is_an_event_only_when_it_is_overdue() {
        let rows: Vec<Observation> = ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"]
            .iter()
            .zip(["2024-05-10", "2024-08-09", "2024-11-12", "2025-02-10", "2025-05-08"])
            .map(|(p, k)| row(p, Count::Known(9), Some(k)))
            .collect();
        assert_eq!(withheld(&rows, day("2025-08-01"), 45), None);
        let stop = withheld(&rows, day("2025-10-01"), 45).unwrap();
        assert_eq!((stop.due, stop.longest_wait_days, stop.stated), (1, Some(42), false));
        assert_eq!(stop.first_withheld, "2025-Q2".parse::<Period>().unwrap().interval());
        assert!((stop.late - 1.0 / 7.0).abs() < 1e-12);
        let later = withheld(&rows, day("2026-06-01"), 45).unwrap();
        assert!(later.due == 4 && later.probability > 0.999);
    }

    #[test]
    fn an_office_that_is_often_late_is_no_event_and_a_gap_is_no_end() {
        let rows: Vec<Observation> = ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
            .iter()
            .zip(["2024-05-10", "2025-01-09", "2024-11-12", "2025-07-10"])
            .map(|(p, k)| row(p, Count::Known(9), Some(k)))
            .collect();
        assert_eq!(withheld(&rows, day("2025-08-15"), 45), None);
        let gap = [row("2021", Count::Known(1), None), row("2022", Count::Withheld, None), row("2023", Count::Known(1), None)];
        assert_eq!(withheld(&gap, day("2024-02-01"), 45), None);
    }

    proptest! {
        #[test]
        fn no_series_panics(years in proptest::collection::vec((1i16..9_999, proptest::option::of(0u64..9)), 0..12), looked in 1i16..9_999) {
            let rows: Vec<Observation> = years
                .iter()
                .map(|(y, n)| Observation {
                    period: Interval::new(Date::new(*y, 1, 1).unwrap(), Date::new(y + 1, 1, 1).ok()),
                    count: n.map_or(Count::Withheld, Count::Known),
                    known: None,
                })
                .collect();
            let _ = withheld(&rows, Date::new(looked, 6, 1).unwrap(), 45);
        }
    }
}
