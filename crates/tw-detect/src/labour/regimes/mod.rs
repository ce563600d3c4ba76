//! Series that turn: expulsion, lull, re-dispatch, with the days on which they may have turned.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Date, Interval, Unit, format_number};
use tw_flows::labour::{Change, Count, Input, JudgeOptions, Label, Landmark, Prediction, Segment, disjoint, judge};
use tw_law::{Act, Test};
use tw_tables::{BorderEntry, Row};

use super::figures::labour_figures;
use crate::card::Card;
use crate::common::facts;
use crate::judged::verdict;
use crate::lead::{Kind, Lead, Outcome};
use crate::series::{Regime, RegimeSeries, SeriesFigure};
use crate::world::{Draft, Output, World};

const RULE: &str = "UN-2397-8";

/// Rows of one lead that are cited: the last before the rise and the first after it.
const CITED: usize = 16;

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    if world.tables.border_entries.is_empty() && world.tables.worker_counts.is_empty() {
        return output;
    }
    let mut options = JudgeOptions { draws: 0, ..JudgeOptions::default() };
    options.regimes.landmarks = landmarks(world);
    let input = labour_figures(world.tables, world.as_of, options);
    let said = judge(&input);
    for aside in &said.set_aside {
        if !aside.why.starts_with("shorter periods") {
            output.not_checked.push(format!("{} in {}: {}", aside.what, name(&aside.host), aside.why));
        }
    }
    let least = card.threshold(world.parameters, "probability");
    for prediction in &said.predictions {
        let Prediction::Regimes { host, series, any, changes, segments } = prediction else { continue };
        if segments.is_empty() {
            continue;
        }
        output.series.push(drawing(world, &input, (host, series), *any, changes, segments));
        if *any >= least {
            output.leads.extend(lead(world, card, &said.predictions, (host, series), changes, segments));
        }
    }
    output
}

/// Days from the law of the case after which workers had to leave.
fn landmarks(world: World<'_>) -> Vec<Landmark> {
    let mut landmarks: Vec<Landmark> = world
        .book
        .iter()
        .filter(|rule| world.rule(&rule.id).is_some())
        .filter_map(|rule| match &rule.test {
            Test::SunsetStock { last_day, .. } => {
                Some(Landmark { name: rule.symbol(), from: rule.in_force.first()?.from, deadline: Some(*last_day) })
            }
            _ => None,
        })
        .collect();
    landmarks.sort_by(|a, b| (a.from, a.deadline, &a.name).cmp(&(b.from, b.deadline, &b.name)));
    landmarks.dedup_by(|a, b| (a.from, a.deadline) == (b.from, b.deadline));
    landmarks
}

fn name(code: &str) -> String {
    code.parse::<Country>().map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}

/// The rows of a series of entries.
fn rows<'a>(world: World<'a>, (host, series): (&str, &str)) -> Vec<&'a Row<BorderEntry>> {
    let own = |row: &&Row<BorderEntry>| row.data.host.code() == host && row.data.purpose.to_string() == series;
    let mut rows: Vec<&Row<BorderEntry>> = world.tables.border_entries.iter().filter(own).collect();
    rows.sort_by_key(|row| (row.data.period.interval(), row.provenance.record.clone()));
    rows
}

fn label(label: Label) -> &'static str {
    match label {
        Label::Steady => "steady",
        Label::Expulsion => "expulsion",
        Label::Lull => "lull",
        Label::Redispatch => "redispatch",
        Label::Rise => "rise",
        Label::Fall => "fall",
    }
}

fn drawing(
    world: World<'_>,
    input: &Input,
    (host, series): (&str, &str),
    any: f64,
    changes: &[Change],
    segments: &[Segment],
) -> RegimeSeries {
    let entries = input.hosts.iter().filter(|h| h.host == host).flat_map(|h| &h.entries).filter(|s| s.purpose == series);
    let figures: Vec<_> = entries.flat_map(|s| s.figures.iter().cloned()).collect();
    let figures = disjoint(&figures)
        .0
        .into_iter()
        .map(|figure| SeriesFigure {
            from: figure.period.from.to_string(),
            to: figure.period.last().unwrap_or(figure.period.from).to_string(),
            count: if let Count::Known(count) = figure.count { Some(count) } else { None },
            withheld: figure.count == Count::Withheld,
        })
        .collect();
    let regimes = segments
        .iter()
        .map(|segment| {
            let change = changes.iter().find(|change| change.best == segment.from);
            let last = segment.to.yesterday().unwrap_or(segment.to);
            Regime {
                label: label(segment.label).to_owned(),
                from: segment.from.to_string(),
                to: last.to_string(),
                from_earliest: change.map_or(segment.from, |c| c.earliest).to_string(),
                from_latest: change.map_or(segment.from, |c| c.latest).to_string(),
                low: segment.rate.low,
                best: segment.rate.best,
                high: segment.rate.high,
            }
        })
        .collect();
    let records = rows(world, (host, series)).into_iter().map(|row| row.provenance.record.to_string()).collect();
    RegimeSeries { host: host.to_owned(), series: series.to_owned(), any, figures, regimes, records }
}

/// A lead where entries rise again after an expulsion or a lull.
fn lead(
    world: World<'_>,
    card: &Card,
    all: &[Prediction],
    (host, series): (&str, &str),
    changes: &[Change],
    segments: &[Segment],
) -> Option<Lead> {
    let least = card.threshold(world.parameters, "factor");
    let rise = segments.iter().position(|segment| segment.label == Label::Redispatch)?;
    let change = changes.iter().find(|change| change.best == segments[rise].from)?;
    if change.factor.low? < least {
        return None;
    }
    let own = rows(world, (host, series));
    if own.is_empty() {
        return None;
    }
    let country: Country = host.parse().ok()?;
    let end = segments.last().map_or(change.latest, |segment| segment.to);
    let period = Interval::new(segments[0].from, Some(end));
    let mut draft = Draft::new(world, card, Kind::Discrepancy, country.name(), period, &format!("{series} again"));
    let rate = |segment: &Segment| {
        let bounds = Bounds { best: None, ..segment.rate }.times(&Bounds::exactly(1.0));
        let whole = |end: Option<f64>| end.map(f64::round);
        Bounds::from_ends(whole(bounds.low), whole(bounds.high))
    };
    draft.title(format!("entries for {series} in {} rose again from {}", country.name(), change.best));
    cite(&mut draft, &own, change.best, series, country);
    for segment in segments {
        draft.observed(
            format!(
                "{} to {}: {}, {} a quarter (90 %)",
                segment.from,
                segment.to.yesterday().unwrap_or(segment.to),
                words(segment.label),
                rate(segment)
            ),
            &[],
        );
    }
    let fold = |v: Option<f64>| v.map_or_else(|| "?".to_owned(), |v| format_number((v * 10.0).round() / 10.0));
    let law = law(world, &mut draft, country, change.best);
    draft.conclusion(format!(
        "The series has {} regimes. The rise begins on {} (with a probability of nine in ten between {} and {}), and the rate after it is ×{} to ×{} of that before. \
         That is consistent with people sent again after they had gone; that they work is not shown by entries. {law}",
        segments.len(),
        change.best,
        change.earliest,
        change.latest,
        fold(change.factor.low),
        fold(change.factor.high)
    ));
    others(&mut draft, all, (host, series), change.best);
    draft.against("a season or an intake", Outcome::NotTestable, "needs the same quarters of more years");
    let redefined = own.iter().any(|row| row.provenance.note.as_deref().is_some_and(|note| note.starts_with("definition changed")));
    draft.against(
        "the publisher counts otherwise from that day",
        if redefined { Outcome::MayExplain } else { Outcome::NotTestable },
        if redefined { "a note of a row says so" } else { "no note of a row says so; the publisher's definitions are not in the case" },
    );
    for prediction in all {
        if let Prediction::Withheld { host: where_, series: which, stop } = prediction
            && where_ == host
            && which == series
        {
            draft.observed(
                format!(
                    "published {} periods in a row, and not from {} on{}: a series withheld is a signal, and no figure",
                    stop.run,
                    stop.first_withheld.from,
                    if stop.stated { "" } else { ", which nobody has announced" }
                ),
                &[],
            );
        }
    }
    draft.not_checked("who the persons were, and what they did after entry");
    let over = segments[rise..].iter().map(|segment| segment.sum).sum::<u64>() as f64;
    draft.gap(Bounds::at_least(over), Unit::Entries, format!("{} entries since", format_number(over)));
    draft.figure("factor_low", change.factor.low).figure("factor_high", change.factor.high);
    Some(draft.finish(None, over, Unit::Entries))
}

fn words(l: Label) -> &'static str {
    match l {
        Label::Steady => "steady",
        Label::Expulsion => "a fall after the deadline to leave",
        Label::Lull => "a lull",
        Label::Redispatch => "risen again",
        Label::Rise => "risen",
        Label::Fall => "fallen",
    }
}

/// Cites the figures around the rise.
fn cite(draft: &mut Draft<'_>, own: &[&Row<BorderEntry>], at: Date, series: &str, country: Country) {
    let turn = own.partition_point(|row| row.data.period.from() < at);
    let from = turn.saturating_sub(CITED / 2);
    for row in own.iter().skip(from).take(CITED) {
        let entries = row.data.entries.map_or_else(|| "withheld".to_owned(), |n| format!("{} entries", format_number(n as f64)));
        let says = format!("{entries} for {series} in {}, {}", country.name(), row.data.period);
        let number = draft.cite(*row, "border statistics", &says);
        draft.declared(says, &[number]);
    }
}

/// Asks the rule on workers who earn income, of which entries are no more than a sign.
fn law(world: World<'_>, draft: &mut Draft<'_>, country: Country, at: Date) -> String {
    let mut question = facts(Act::HostWorkers, Interval::day(at), Some(country));
    question.amounts.insert(Unit::Persons, Bounds::at_least(1.0));
    question.proxy = true;
    if !world.could_concern(RULE, &question) {
        return "No rule of the case asks about it.".to_owned();
    }
    match draft.ask_on(RULE, &question, "the entries, which only support") {
        Some(proof) => format!("The verdict on {RULE} is {}.", verdict(proof.verdict)),
        None => String::new(),
    }
}

/// The other purposes at the same time: whether they grew too, and whether entries moved from one to this.
fn others(draft: &mut Draft<'_>, all: &[Prediction], (host, series): (&str, &str), at: Date) {
    let mut shifts: BTreeMap<String, String> = BTreeMap::new();
    for prediction in all {
        if let Prediction::Substitution { host: where_, shift, redefined, since } = prediction
            && where_ == host
            && shift.to == series
        {
            let growth = shift.growth.high.map_or_else(|| "unknown".to_owned(), |high| format!("at most ×{:.1}", high));
            shifts.insert(
                shift.from.clone(),
                format!(
                    "from {since} on, entries for {} as {series}: probability {:.2}; the other purposes grew {growth}{}",
                    shift.from,
                    shift.probability,
                    if *redefined { "; the publisher redefined one of them" } else { "" }
                ),
            );
        }
    }
    if shifts.is_empty() {
        draft.against(
            "all purposes grew, as after a pandemic",
            Outcome::NotTestable,
            format!("needs figures of other purposes before and after {at}"),
        );
    }
    for (_, text) in shifts {
        draft.against("all purposes grew, as after a pandemic", Outcome::DoesNotExplain, text);
    }
}
