//! A judged part of a rule, on its way into the proof.

use tw_base::{Bounds, Interval, Tri, format_number};

use super::Node;

/// A step with what the verdict needs beside its value.
pub(super) struct Part {
    /// The step for the proof.
    pub node: Node,
    /// If unknown: the evidence points to true.
    pub points: bool,
    /// The answer follows from the calendar alone, not from evidence.
    pub by_calendar: bool,
    /// What is missing for an answer, in words.
    pub missing: Vec<String>,
}

impl Part {
    pub fn new(label: impl Into<String>, value: Tri, because: impl Into<String>) -> Self {
        Self { node: Node::new(label, value, because), points: false, by_calendar: false, missing: Vec::new() }
    }

    pub fn value(&self) -> Tri {
        self.node.value
    }

    /// True, or unknown with the evidence pointing to true.
    pub fn points(&self) -> bool {
        match self.node.value {
            Tri::True => true,
            Tri::False => false,
            Tri::Unknown => self.points,
        }
    }

    pub fn pointing(mut self, points: bool) -> Self {
        self.points = points;
        self
    }

    pub fn by_calendar(mut self) -> Self {
        self.by_calendar = true;
        self
    }

    pub fn missing(mut self, what: impl Into<String>) -> Self {
        self.missing.push(what.into());
        self
    }

    /// All parts hold. One that fails makes the whole fail, whatever the others miss.
    pub fn all(label: impl Into<String>, parts: Vec<Self>) -> Self {
        let value = Tri::all(parts.iter().map(Self::value));
        let points = parts.iter().all(Self::points);
        let by_calendar = parts.iter().any(|p| p.value() == Tri::False && p.by_calendar);
        Self::gathered(label, value, "", parts, points, by_calendar)
    }

    /// Any part holds.
    pub fn any(label: impl Into<String>, because: impl Into<String>, parts: Vec<Self>) -> Self {
        let value = Tri::any(parts.iter().map(Self::value));
        let points = parts.iter().any(Self::points);
        let by_calendar = !parts.is_empty() && parts.iter().all(|p| p.value() == Tri::False && p.by_calendar);
        Self::gathered(label, value, because, parts, points, by_calendar)
    }

    /// A value decided by the caller over parts.
    pub fn over(label: impl Into<String>, value: Tri, because: impl Into<String>, parts: Vec<Self>) -> Self {
        Self::gathered(label, value, because, parts, false, false)
    }

    fn gathered(
        label: impl Into<String>,
        value: Tri,
        because: impl Into<String>,
        parts: Vec<Self>,
        points: bool,
        by_calendar: bool,
    ) -> Self {
        let mut missing = Vec::new();
        let mut children = Vec::with_capacity(parts.len());
        for part in parts {
            if value == Tri::Unknown && part.node.value == Tri::Unknown {
                missing.extend(part.missing);
            }
            children.push(part.node);
        }
        Self { node: Node { label: label.into(), value, because: because.into(), children }, points, by_calendar, missing }
    }
}

/// Unknown, but the best value, or the high end of a closed range, lies beyond the limit.
pub(super) fn points_above(amount: &Bounds, limit: f64) -> bool {
    let best = amount.best.is_some_and(|best| best > limit);
    let high = amount.low.is_some() && amount.high.is_some_and(|high| high > limit);
    // A range that begins at zero says nothing about a limit of zero.
    best || (high && limit > 0.0)
}

/// Days for people: `2018-03-01`, `2018-01-01 to 2018-07-31`, `from 2018-01-01 on`.
pub(super) fn days(interval: &Interval) -> String {
    match interval.last() {
        None => format!("from {} on", interval.from),
        Some(last) if last == interval.from => last.to_string(),
        Some(last) => format!("{} to {last}", interval.from),
    }
}

/// A number for people.
pub(super) fn number(value: f64) -> String {
    format_number(value)
}
