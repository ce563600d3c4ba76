//! When a sum passed a limit: for certain by, and possibly from.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tw_base::Interval;

use crate::account::{Delivery, Prepared, date, day, window_days};

/// The dates between which a sum passed a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passing {
    /// The last day of the figures that, all ended by then, sum to more than the limit at their low bounds. `None` if they never do.
    pub certain_by: Option<Date>,
    /// The first day on which the reported sum could have exceeded the limit, if all oil of a figure flowed on its first day in the window.
    /// Days about which no figure speaks count nothing here: while `complete` is false an earlier day is not excluded.
    pub possible_from: Option<Date>,
    /// The day on which the best values of the chosen figures pass the limit, *assuming* that each flowed evenly over its period.
    /// A drawing aid, not a finding. `None` if they never pass it or one has no best value or no end.
    pub best: Option<Date>,
    /// True if some figure speaks about every day of the window for every party that supplies.
    pub complete: bool,
    /// True if the sum stays at or below the limit in the whole window, whatever values the figures take.
    pub never_within: bool,
}

/// Finds when the sum of a window, counted from its first day, passed a limit in barrels.
///
/// Takes all figures or the chosen ones of an account; overlaps are handled as in [`crate::account`], for each date anew: in February the
/// figure for January counts, at the end of the year the figure for the year. "Passes" means strictly above the limit.
///
/// ```
/// use tw_base::{Bounds, Period};
/// use tw_flows::{Delivery, passes};
/// let figure = |id, period: &str, barrels| Delivery {
///     id,
///     parties: "RUS".parse().expect("a known code"),
///     period: period.parse::<Period>().expect("a period").interval(),
///     barrels: Bounds::exactly(barrels),
///     exact_barrels: true,
/// };
/// let figures = [figure(0, "2023-01", 44_655.0), figure(1, "2023-02", 10_666.0), figure(2, "2023-03..2023-12", 50_523.0)];
/// let passing = passes("2023".parse::<Period>()?.interval(), &figures, 50_000.0);
/// assert_eq!(passing.certain_by.map(|d| d.to_string()).as_deref(), Some("2023-02-28"));
/// assert_eq!(passing.possible_from.map(|d| d.to_string()).as_deref(), Some("2023-02-01"));
/// # Ok::<(), tw_base::PeriodError>(())
/// ```
#[must_use]
pub fn passes(window: Interval, deliveries: &[Delivery], limit: f64) -> Passing {
    let mut prepared = Prepared::new(deliveries, &[]);
    let (first, end) = window_days(window);
    let account = prepared.account(window);
    let complete = account.is_covered() && !account.coverage.is_empty();
    // Both sums only grow with the date, so the first date is found by halving.
    let ends = prepared.ends_within((first, end));
    let at = ends.partition_point(|to| prepared.low((first, *to)).1.is_none_or(|sum| sum <= limit));
    let certain_by = ends.get(at).and_then(|to| date(to.checked_sub(1)?));
    let steps = prepared.steps_within((first, end));
    let at = steps.partition_point(|d| prepared.high_of_reported((first, d.saturating_add(1))) <= limit);
    let possible_from = steps.get(at).and_then(|d| date(*d));
    let never_within = account.high.is_some_and(|high| high <= limit);
    Passing { certain_by, possible_from, best: evenly(&account.used, limit), complete, never_within }
}

/// The first day by whose end the sum exceeds the limit, each figure spread evenly over its days.
fn evenly(used: &[Delivery], limit: f64) -> Option<Date> {
    let mut turns: Vec<(i32, f64, i32)> = Vec::with_capacity(2 * used.len());
    for figure in used {
        let (from, to) = (day(figure.period.from), day(figure.period.to?));
        let rate = figure.barrels.best_or_middle()? / f64::from(to - from);
        turns.push((from, rate, 1));
        turns.push((to, -rate, -1));
    }
    turns.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut sum, mut rate, mut running, mut at) = (0.0, 0.0, 0, turns.first()?.0);
    for (turn, change, more) in turns {
        let stretch = f64::from(turn - at);
        if sum + rate * stretch > limit * (1.0 + 1e-12) {
            let days = ((limit - sum) / rate).floor().clamp(0.0, stretch - 1.0);
            return date(at + days as i32);
        }
        sum += rate * stretch;
        at = turn;
        running += more;
        // No remainder of earlier additions while nothing flows.
        rate = if running == 0 { 0.0 } else { rate + change };
    }
    None
}
