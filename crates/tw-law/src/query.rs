//! Questions to the book that need no facts: what was in force when, and what changed.

use std::collections::BTreeMap;

use serde::Serialize;
use tw_base::{Date, Interval, Unit, format_number};

use crate::book::Book;
use crate::model::{Exception, Level, Limit, Provision, Test, Window};

/// More windows than any law has run through; an open stretch of days is cut off after them.
const MOST_WINDOWS: usize = 300;

/// What kind of change a day brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The provision begins to apply, or applies again.
    Enters,
    /// It ceases to apply.
    Ends,
    /// It ceases to apply, and another takes its place.
    Replaced,
    /// A limb, item, level or window of it begins or ends.
    Changes,
    /// A jurisdiction begins to apply it at home.
    NationalStart,
    /// An exception can be invoked from this day on.
    ExceptionOpens,
    /// An exception can no longer be invoked.
    ExceptionCloses,
    /// Somebody begins to hold it valid or not valid.
    ViewBegins,
}

/// A change of the law on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The day from which it holds.
    pub date: Date,
    /// Id of the provision.
    pub provision: String,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The change in one line.
    pub text: String,
}

impl Book {
    /// The provisions in force on a day, by id.
    #[must_use]
    pub fn at(&self, day: Date) -> Vec<&Provision> {
        self.iter().filter(|p| p.in_force_on(day)).collect()
    }

    /// What changed after the first day, up to and with the second, by date and id. The days may be given in either order.
    #[must_use]
    pub fn diff(&self, a: Date, b: Date) -> Vec<Change> {
        let (after, until) = (a.min(b), a.max(b));
        let mut changes = Vec::new();
        for p in self.iter() {
            let mut log = Log { p, after, until, changes: &mut changes };
            in_force(&mut log);
            limbs(&mut log);
            for e in &p.exceptions {
                exception(e, &mut log);
            }
            for start in &p.national_starts {
                let by = if start.by.is_empty() { String::new() } else { format!(" by {}", start.by) };
                log.add(start.from, ChangeKind::NationalStart, format!("{} applies it at home{by}", start.jurisdiction.name()));
            }
            for view in &p.views {
                let word = if view.valid { "valid" } else { "not valid" };
                log.add(view.from, ChangeKind::ViewBegins, format!("{} hold it {word}", view.who.join(", ")));
            }
        }
        changes.sort_by(|x, y| (x.date, &x.provision, x.kind, &x.text).cmp(&(y.date, &y.provision, y.kind, &y.text)));
        changes
    }
}

struct Log<'a> {
    p: &'a Provision,
    after: Date,
    until: Date,
    changes: &'a mut Vec<Change>,
}

impl Log<'_> {
    fn add(&mut self, date: Date, kind: ChangeKind, text: impl AsRef<str>) {
        if self.after < date && date <= self.until {
            let text = format!("{} ({}): {}", self.p.symbol(), self.p.subject, text.as_ref());
            self.changes.push(Change { date, provision: self.p.id.clone(), kind, text });
        }
    }
}

fn in_force(log: &mut Log<'_>) {
    let stretches = log.p.stretches();
    for (i, stretch) in stretches.iter().enumerate() {
        let word = if i == 0 { "enters into force" } else { "applies again" };
        log.add(stretch.from, ChangeKind::Enters, format!("{word}: {}", log.p.rule));
        let Some(to) = stretch.to else { continue };
        let last = i + 1 == stretches.len();
        if last && !log.p.superseded_by.is_empty() {
            log.add(to, ChangeKind::Replaced, format!("replaced by {}", log.p.superseded_by.join(", ")));
        } else {
            log.add(to, ChangeKind::Ends, if last { "ceases to apply" } else { "is suspended" });
        }
    }
}

fn limbs(log: &mut Log<'_>) {
    match &log.p.test {
        Test::Ban { item_from } => {
            for row in item_from {
                log.add(row.from, ChangeKind::Changes, format!("{:?} is caught from this day", row.item));
            }
        }
        Test::LookBack { events } => {
            for limb in events {
                if let Some(from) = limb.from {
                    log.add(from, ChangeKind::Changes, format!("the limb `{}` begins", limb.event));
                }
            }
        }
        Test::Threshold { levels, .. } => {
            for level in levels {
                new_level(level, log);
            }
        }
        Test::SunsetStock { unit, last_day, .. } => {
            if let Ok(day) = last_day.tomorrow() {
                log.add(day, ChangeKind::Changes, format!("the stock of {unit} must be zero"));
            }
        }
        _ => {}
    }
}

fn new_level(level: &Level, log: &mut Log<'_>) {
    let Some(from) = level.from else { return };
    let goods = level.item.map(|i| format!(" for {i:?}")).or_else(|| level.class.as_ref().map(|c| format!(" for {c}"))).unwrap_or_default();
    let text = match level.value {
        Some(value) => format!("the level{goods} is {} {}", format_number(value), level.unit),
        None => format!("the level{goods} is not settled"),
    };
    log.add(from, ChangeKind::Changes, text);
    if let Some(grace) = &level.wind_down {
        log.add(
            grace.act_before,
            ChangeKind::ExceptionCloses,
            format!("contracts from before {} no longer run at the older level{goods}", grace.contract_before),
        );
    }
}

fn exception(e: &Exception, log: &mut Log<'_>) {
    if let Some(from) = e.from {
        log.add(from, ChangeKind::ExceptionOpens, format!("exception {} opens: {}", e.id, e.cond));
    }
    let closes = [e.to, e.wind_down.as_ref().map(|w| w.act_before)].into_iter().flatten().min();
    if let Some(to) = closes {
        log.add(to, ChangeKind::ExceptionCloses, format!("exception {} closes: {}", e.id, e.cond));
    }
}

impl Provision {
    /// The paragraph as lawyers cite it: `S/RES/2397 (2017) ¶5`, `22 USC 9241a`.
    #[must_use]
    pub fn symbol(&self) -> String {
        if self.paragraph == "-" {
            return self.instrument.clone();
        }
        let sign = if self.regime.starts_with("UN-") { "¶" } else { "" };
        format!("{} {sign}{}", self.instrument, self.paragraph)
    }

    /// True if it applied on the day.
    #[must_use]
    pub fn in_force_on(&self, day: Date) -> bool {
        self.in_force.iter().any(|part| part.interval().contains(day))
    }

    /// The stretches of days on which it applied, joined where they touch.
    #[must_use]
    pub fn stretches(&self) -> Vec<Interval> {
        let mut out: Vec<Interval> = Vec::new();
        for part in &self.in_force {
            match out.last_mut() {
                Some(last) if last.to == Some(part.from) => last.to = part.to,
                _ => out.push(part.interval()),
            }
        }
        out
    }

    /// The windows of a cap that touch the days, each cut to the days on which the provision applied. Empty for other tests.
    #[must_use]
    pub fn windows(&self, days: Interval) -> Vec<Interval> {
        let Test::WindowedCap { window, .. } = &self.test else { return Vec::new() };
        let mut out = Vec::new();
        for stretch in self.stretches() {
            let Some(asked) = stretch.meet(&days) else { continue };
            out.extend(clock(window, &asked).iter().filter_map(|w| w.meet(&stretch)));
        }
        out
    }

    /// The limit of a cap in a unit, if it applied on the day.
    #[must_use]
    pub fn cap_limit(&self, unit: Unit, day: Date) -> Option<&Limit> {
        let Test::WindowedCap { limits, .. } = &self.test else { return None };
        self.windows(Interval::day(day)).first()?;
        limits.iter().find(|limit| limit.unit == unit)
    }

    /// The limits of a cap by unit; empty for other tests.
    #[must_use]
    pub fn cap_limits(&self) -> BTreeMap<Unit, Option<f64>> {
        let Test::WindowedCap { limits, .. } = &self.test else { return BTreeMap::new() };
        limits.iter().map(|limit| (limit.unit, limit.value)).collect()
    }
}

/// The windows of a clock that touch the days, whole.
pub(crate) fn clock(window: &Window, days: &Interval) -> Vec<Interval> {
    let (month, day) = match window {
        Window::Once { from, to } => {
            let once = Interval::new(*from, Some(*to));
            return once.meet(days).map(|_| once).into_iter().collect();
        }
        Window::CalendarYear => (1, 1),
        Window::YearFrom { month, day } => (*month, *day),
    };
    let mut out = Vec::new();
    let mut year = days.from.year().saturating_sub(1);
    while let (Ok(from), Ok(to)) = (Date::new(year, month, day), Date::new(year + 1, month, day)) {
        let next = Interval::new(from, Some(to));
        if days.to.is_some_and(|end| end <= from) || out.len() >= MOST_WINDOWS {
            break;
        }
        if next.meet(days).is_some() {
            out.push(next);
        }
        year += 1;
    }
    out
}
