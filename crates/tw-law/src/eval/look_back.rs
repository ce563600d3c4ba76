//! The act is barred for a number of days after an event.
//!
//! "In the previous 180 days" counts the 180th day after the event, and not the 181st.

use jiff::ToSpan;
use tw_base::{Date, Interval, Tri};

use super::part::{Part, days};
use crate::model::{Facts, LookBackEvent, Verification};

pub(super) fn judge(events: &[LookBackEvent], facts: &Facts) -> Part {
    let parts = events.iter().map(|limb| one(limb, facts)).collect();
    Part::any("barred by an earlier event", "", parts)
}

fn one(limb: &LookBackEvent, facts: &Facts) -> Part {
    let label = match limb.days {
        Some(days) => format!("{} in the previous {days} days", limb.event),
        None => format!("{} at any earlier time", limb.event),
    };
    if let Some(from) = limb.from.filter(|from| facts.when.to.is_some_and(|to| to <= *from)) {
        return Part::new(label, Tri::False, format!("this limb applies from {from}; the act is dated {}", days(&facts.when)))
            .by_calendar();
    }
    let Some(day) = facts.events.get(&limb.event) else {
        return Part::new(label, Tri::Unknown, "not known").missing(format!("whether and when there was an earlier {}", limb.event));
    };
    let Some(barred) = barred(*day, limb) else {
        return Part::new(label, Tri::Unknown, format!("the days barred after {day} lie outside the calendar"));
    };
    let because = format!("{} on {day}: barred {}; the act is dated {}", limb.event, days(&barred), days(&facts.when));
    if barred.meet(&facts.when).is_none() {
        return Part::new(label, Tri::False, because);
    }
    if !barred.covers(&facts.when) {
        return Part::new(label, Tri::Unknown, because).pointing(true).missing("the day of the act more exactly");
    }
    if limb.verification == Some(Verification::V3) {
        return Part::new(label, Tri::Unknown, format!("{because}; the wording of this limb was not read (V3)"))
            .pointing(true)
            .missing(format!("wording of the limb `{}` read at the source (V3)", limb.event));
    }
    Part::new(label, Tri::True, because)
}

/// From the event through the last barred day, on days on which the limb applies.
fn barred(day: Date, limb: &LookBackEvent) -> Option<Interval> {
    let to = match limb.days {
        None => None,
        Some(days) => Some(day.checked_add((i64::from(days) + 1).days()).ok()?),
    };
    let from = limb.from.map_or(day, |from| from.max(day));
    Some(Interval::new(from, to))
}
