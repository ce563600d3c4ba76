//! Work permits of persons after the day from which none may be given, by employer and month.

mod persons;

use std::collections::{BTreeMap, BTreeSet};

use tw_base::{Bounds, Country, Date, Interval, Tri, Unit};
use tw_law::{Act, Facts, Verdict};
use tw_tables::{Permit, PermitKind, Row};

use self::persons::Persons;
use crate::card::Card;
use crate::common::{facts, family, plain};
use crate::judged::{decisive, sunset, verdict};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

const BAN: &str = "UN-2375-17";
const HOME: &str = "UN-2397-8";

/// How a paper's contract lies to the day that the exception for older contracts asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Contract {
    After,
    Unknown,
    Before,
}

/// What a paper is to its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Renews {
    surely: bool,
    perhaps: bool,
}

/// The papers of the target's nationals, and who has which.
struct Papers<'a> {
    rows: Vec<&'a Row<Permit>>,
    persons: Persons,
    renews: Vec<Renews>,
    /// Registrations of somebody who had a paper of that host before.
    again: Vec<bool>,
}

/// Host, employer, month or text of the period, and whether that straddles the first day of the rule.
type Key = (Country, String, String, bool);

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let rows: Vec<&Row<Permit>> = world.tables.permits.iter().filter(|row| row.data.nationality == world.target).collect();
    if rows.is_empty() || world.target != Country::PRK {
        return output;
    }
    if world.rule(BAN).is_none() && world.rule(HOME).is_none() {
        output.not_checked.push(format!("{} papers of persons: neither {BAN} nor {HOME} is among the provisions of this case", rows.len()));
        return output;
    }
    let persons = Persons::of(&rows, card.threshold(world.parameters, "same-person"));
    if persons.uncompared > 0 {
        output.not_checked.push(format!(
            "papers of {} employers with very many were joined by passport, name, and day of birth alone: other spellings of one person count twice",
            persons.uncompared
        ));
    }
    let papers = Papers::of(rows, persons, card.threshold(world.parameters, "gap-days") as i64);
    let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut registered: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut long: BTreeMap<(Country, String), Vec<usize>> = BTreeMap::new();
    let last_day = world.rule(HOME).and_then(sunset);
    for (at, row) in papers.rows.iter().enumerate() {
        let data = &row.data;
        let when = data.issued.interval();
        let concerned = world.could_concern(BAN, &one(data));
        if concerned {
            let straddles = !inside(world, &when);
            let key = (data.host, plain(data.employer.as_deref().unwrap_or("")), month(&when, data.issued.text()), straddles);
            match data.kind {
                PermitKind::Permit => groups.entry(key).or_default().push(at),
                PermitKind::Registration if !papers.again[at] => registered.entry(key).or_default().push(at),
                PermitKind::Registration => {}
            }
        } else if data.kind == PermitKind::Permit && last_day.is_some_and(|day| runs_past(data, day)) {
            long.entry((data.host, plain(data.employer.as_deref().unwrap_or("")))).or_default().push(at);
        }
    }
    for (key, rows) in &groups {
        let beside = registered.remove(key).unwrap_or_default();
        output.leads.extend(ban_lead(world, card, &papers, rows, &beside, last_day));
    }
    for rows in registered.values() {
        output.leads.extend(registration_lead(world, card, &papers, rows));
    }
    if let Some(day) = last_day {
        for rows in long.values() {
            output.leads.extend(long_lead(world, card, &papers, rows, day));
        }
    }
    output
}

/// The facts of one paper.
fn one(data: &Permit) -> Facts {
    let mut question = facts(Act::IssueWorkPermit, data.issued.interval(), Some(data.host));
    question.amounts.insert(Unit::Permits, Bounds::exactly(1.0));
    question.proxy = data.kind == PermitKind::Registration;
    question
}

/// Whether the ban was in force on all of the days.
fn inside(world: World<'_>, when: &Interval) -> bool {
    world.rule(BAN).is_some_and(|rule| rule.stretches().iter().any(|stretch| stretch.covers(when)))
}

/// The month of days that lie within one, else the period in its own words.
fn month(when: &Interval, text: &str) -> String {
    let (from, last) = (when.from, when.last().unwrap_or(when.from));
    if (from.year(), from.month()) == (last.year(), last.month()) {
        format!("{}-{:02}", from.year(), from.month())
    } else {
        text.to_owned()
    }
}

fn runs_past(data: &Permit, day: Date) -> bool {
    data.expires.as_ref().is_some_and(|end| end.from() > day)
}

impl<'a> Papers<'a> {
    fn of(rows: Vec<&'a Row<Permit>>, persons: Persons, gap: i64) -> Self {
        let by = |roots: &[usize]| {
            let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (at, root) in roots.iter().enumerate() {
                of.entry(*root).or_default().push(at);
            }
            of
        };
        let (surely, perhaps) = (by(&persons.surely), by(&persons.perhaps));
        let renews = (0..rows.len())
            .map(|at| {
                let earlier = |others: &[usize], wanted: &dyn Fn(Tri) -> bool| {
                    others.iter().any(|other| wanted(renewal(&rows[*other].data, &rows[at].data, gap)))
                };
                Renews {
                    surely: earlier(&surely[&persons.surely[at]], &|is| is == Tri::True),
                    perhaps: earlier(&perhaps[&persons.perhaps[at]], &|is| is != Tri::False),
                }
            })
            .collect();
        let again = (0..rows.len())
            .map(|at| {
                let data = &rows[at].data;
                let before = |other: &&usize| rows[**other].data.host == data.host && rows[**other].data.issued.last() < data.issued.from();
                perhaps[&persons.perhaps[at]].iter().any(|other| before(&other))
            })
            .collect();
        Self { rows, persons, renews, again }
    }

    /// Number of persons behind the papers.
    fn count(&self, low: impl IntoIterator<Item = usize>, high: impl IntoIterator<Item = usize>) -> Bounds {
        let fewest: BTreeSet<usize> = low.into_iter().map(|at| self.persons.perhaps[at]).collect();
        let most: BTreeSet<usize> = high.into_iter().map(|at| self.persons.surely[at]).collect();
        Bounds::from_ends(Some(fewest.len() as f64), Some(most.len() as f64))
    }

    fn all(&self, rows: &[usize]) -> Bounds {
        self.count(rows.iter().copied(), rows.iter().copied())
    }

    /// Persons with a permit that renews none.
    fn with_new(&self, rows: &[usize]) -> Bounds {
        let low = rows.iter().copied().filter(|at| !self.renews[*at].perhaps);
        let high = rows.iter().copied().filter(|at| !self.renews[*at].surely);
        self.count(low, high)
    }
}

/// Whether the second paper renews the first: an earlier permit of the same host and employer, without a break.
fn renewal(first: &Permit, second: &Permit, gap: i64) -> Tri {
    let employer = |data: &Permit| data.employer.as_deref().map(plain);
    let both_permits = first.kind == PermitKind::Permit && second.kind == PermitKind::Permit;
    if !both_permits || first.host != second.host || first.issued.last() >= second.issued.from() {
        return Tri::False;
    }
    match (employer(first), employer(second)) {
        (Some(a), Some(b)) if a != b => return Tri::False,
        (Some(_), Some(_)) => {}
        _ => return Tri::Unknown,
    }
    match &first.expires {
        None => Tri::Unknown,
        Some(end) => {
            let days = |from: Date, to: Date| i64::from((to - from).get_days());
            if days(end.last(), second.issued.from()) > gap {
                Tri::False
            } else if days(end.from(), second.issued.last()) <= gap {
                Tri::True
            } else {
                Tri::Unknown
            }
        }
    }
}

fn contract(data: &Permit, before: Option<Date>) -> Contract {
    match (&data.contract_date, before) {
        (Some(made), Some(day)) if made.from() >= day => Contract::After,
        (Some(made), Some(day)) if made.last() < day => Contract::Before,
        _ => Contract::Unknown,
    }
}

/// Persons with their word: `3`, `2 to 3`.
fn heads(count: &Bounds) -> String {
    let number = |end: Option<f64>| tw_base::format_number(end.unwrap_or_default());
    if count.low == count.high { number(count.low) } else { format!("{} to {}", number(count.low), number(count.high)) }
}

fn persons(count: &Bounds) -> String {
    format!("{} person{}", heads(count), if count.high == Some(1.0) { "" } else { "s" })
}

/// A paper in one clause, without who has it.
fn sentence(data: &Permit) -> String {
    let kind = if data.kind == PermitKind::Permit { "work permit" } else { "registration" };
    let employer = data.employer.as_ref().map_or_else(|| "no employer named".to_owned(), |name| format!("employer {name}"));
    let made = data.contract_date.as_ref().map_or_else(|| "contract date not told".to_owned(), |made| format!("contract of {made}"));
    let end = data.expires.as_ref().map_or_else(String::new, |end| format!(", valid until {end}"));
    format!("{kind} in {}, issued {}, {employer}, {made}{end}; the person is not named here", data.host.name(), data.issued)
}

/// Cites rows up to the most that a lead cites, and says how many are left.
fn cite(world: World<'_>, card: &Card, draft: &mut Draft<'_>, papers: &Papers<'_>, rows: &[usize]) -> Vec<usize> {
    let most = card.threshold(world.parameters, "most-rows") as usize;
    if rows.len() > most {
        draft.not_checked(format!("{} more rows of this group are not cited one by one (`most-rows`)", rows.len() - most));
    }
    rows.iter()
        .take(most)
        .map(|at| {
            let row = papers.rows[*at];
            draft.cite(row, &family(&row.provenance.source), sentence(&row.data))
        })
        .collect()
}

/// The days of some papers.
fn days(papers: &Papers<'_>, rows: &[usize]) -> Option<Interval> {
    let all = rows.iter().map(|at| papers.rows[*at].data.issued.interval());
    all.reduce(|a, b| Interval::new(a.from.min(b.from), a.to.zip(b.to).map(|(x, y)| x.max(y))))
}

fn whose(data: &Permit) -> String {
    data.employer
        .as_ref()
        .map_or_else(|| format!("{}, employer not named", data.host.name()), |name| format!("{name} ({})", data.host.name()))
}

fn ban_lead(world: World<'_>, card: &Card, papers: &Papers<'_>, rows: &[usize], beside: &[usize], last_day: Option<Date>) -> Option<Lead> {
    let first = &papers.rows[*rows.first()?].data;
    let when = days(papers, rows)?;
    let (new, all) = (papers.with_new(rows), papers.all(rows));
    let period = month(&when, first.issued.text());
    let key = format!("permits {} {} {period} {}", first.host, plain(first.employer.as_deref().unwrap_or("")), inside(world, &when));
    let mut draft = Draft::new(world, card, Kind::Allowed, &whose(first), when, &key);
    let only_renewals = new.high == Some(0.0);
    draft.title(format!(
        "work permits {}for North Koreans in {} after the ban, {period}",
        if only_renewals { "renewed " } else { "" },
        first.host.name()
    ));
    let numbers = cite(world, card, &mut draft, papers, rows);
    draft.observed(format!("{} papers of {}: {} with a permit that renews none", rows.len(), persons(&all), heads(&new)), &numbers);
    let before = world.rule(BAN).and_then(|rule| rule.exceptions.iter().find_map(|e| e.contract_before));
    let mut by_contract: BTreeMap<Contract, Vec<usize>> = BTreeMap::new();
    for at in rows {
        by_contract.entry(contract(&papers.rows[*at].data, before)).or_default().push(*at);
    }
    let mut gravest: Option<(Verdict, Bounds)> = None;
    let mut sure: Option<Bounds> = None;
    for (class, of) in &by_contract {
        let count = papers.with_new(of);
        if count.high == Some(0.0) {
            continue;
        }
        let mut question = facts(Act::IssueWorkPermit, days(papers, of)?, Some(first.host));
        question.amounts.insert(Unit::Permits, count);
        // Whether there is any new permit at all hangs on who is whom.
        question.occurred = if count.low > Some(0.0) { Tri::True } else { Tri::Unknown };
        let made = of.iter().filter_map(|at| papers.rows[*at].data.contract_date.as_ref());
        let (basis, text) = match class {
            Contract::After => {
                question.contract = made.map(tw_base::Period::from).min();
                (
                    "the new permits under later contracts",
                    "under contracts that are not older than the ban: the exception for older ones is excluded",
                )
            }
            Contract::Before => {
                question.contract = made.map(tw_base::Period::last).max();
                (
                    "the new permits under older contracts",
                    "under contracts dated before the ban: the exception stays open, to be proved by the host State with the contract and its notice",
                )
            }
            Contract::Unknown => (
                "the new permits without a contract date",
                "without a contract date, or with one that may lie on either side: the exception stays open",
            ),
        };
        draft.observed(format!("{} {text}", persons(&count)), &[]);
        let Some(proof) = draft.ask_on(BAN, &question, basis) else { continue };
        if gravest.as_ref().is_none_or(|(worst, _)| proof.verdict > *worst) {
            gravest = Some((proof.verdict, count));
        }
        if decisive(&proof) && *class != Contract::Before {
            sure = Some(count);
        }
    }
    let renewed: Vec<usize> = rows.iter().copied().filter(|at| papers.renews[*at].perhaps).collect();
    if !renewed.is_empty() {
        let count = papers.all(&renewed);
        draft.observed(format!("{} with a permit that renews, or may renew, an earlier one of the same employer", persons(&count)), &[]);
        let mut weaker = facts(Act::IssueWorkPermit, days(papers, &renewed)?, Some(first.host));
        weaker.amounts.insert(Unit::Permits, count);
        weaker.proxy = true;
        draft.ask_on(BAN, &weaker, "the renewals, of which it is not settled that they are given in connection with admission");
    }
    beside_them(world, card, &mut draft, papers, beside);
    let past: Vec<usize> = rows.iter().copied().filter(|at| last_day.is_some_and(|day| runs_past(&papers.rows[*at].data, day))).collect();
    if let Some(day) = last_day
        && !past.is_empty()
    {
        ask_home(world, &mut draft, papers, &past, first.host, day);
    }
    let host = first.host.name();
    draft.conclusion(match gravest {
        None => format!("These permits renew earlier ones of the same employer. Whether a renewal falls under the ban is not settled: they support, and decide nothing. {host}'s authorities would have to show on what they rest."),
        Some((worst, count)) => format!(
            "The verdict on new permits of {} is {}. {host}'s authorities would have to show that each rests on a written contract from before 2017-09-11, of which notice was given, or on the Committee's approval in advance.",
            persons(&count),
            verdict(worst)
        ),
    });
    draft.gap(new, Unit::Persons, format!("{} with new permits, where none may be given unless an exception is proved", persons(&new)));
    innocents(&mut draft, papers, rows, &by_contract, &new, &all);
    draft.sensitive(
        "if every pair of papers that may be of one person is of one",
        format!("{} persons", heads(&Bounds::from_ends(new.low, new.low))),
    );
    draft.sensitive(
        "if only equal passports, or equal names and days of birth, join two papers",
        format!("{} persons", heads(&Bounds::from_ends(new.high, new.high))),
    );
    draft.not_checked("who the persons are: names, births, and passports stay in the rows of the case");
    draft.not_checked("whether the persons came, worked, or left");
    draft.figure("persons_low", new.low).figure("persons_high", new.high).figure("papers", Some(rows.len() as f64));
    let reason = sure.map(|_| format!("{BAN} in force, and at least one new permit without an older contract on its face"));
    Some(draft.finish(reason.as_deref(), new.low.unwrap_or_default(), Unit::Persons))
}

/// Registrations of the same employer and month, which only support.
fn beside_them(world: World<'_>, card: &Card, draft: &mut Draft<'_>, papers: &Papers<'_>, beside: &[usize]) {
    let Some((first, when)) = beside.first().map(|at| &papers.rows[*at].data).zip(days(papers, beside)) else { return };
    let count = papers.all(beside);
    let numbers = cite(world, card, draft, papers, beside);
    draft.observed(format!("new registrations of {}: they support the permits and are not permits themselves", persons(&count)), &numbers);
    let mut weaker = facts(Act::IssueWorkPermit, when, Some(first.host));
    weaker.amounts.insert(Unit::Permits, count);
    weaker.proxy = true;
    draft.ask_on(BAN, &weaker, "the registrations, which only support");
}

/// Asks whether persons whose permits run past the last day for sending workers home earned income then; a permit only supports it.
fn ask_home(world: World<'_>, draft: &mut Draft<'_>, papers: &Papers<'_>, past: &[usize], host: Country, last_day: Date) {
    let Ok(next) = last_day.tomorrow() else { return };
    // On the day after the last one, or on the day of issue where that is later.
    let day = past.iter().map(|at| papers.rows[*at].data.issued.last()).min().map_or(next, |issued| issued.max(next));
    if day > world.as_of {
        return;
    }
    let count = papers.all(past);
    draft.observed(format!("{} with a permit that runs past {last_day}", persons(&count)), &[]);
    let mut question = facts(Act::HostWorkers, Interval::day(day), Some(host));
    question.amounts.insert(Unit::Persons, count);
    question.proxy = true;
    draft.ask_on(HOME, &question, "permits that run past the last day, which show no income");
}

fn innocents(
    draft: &mut Draft<'_>,
    papers: &Papers<'_>,
    rows: &[usize],
    by_contract: &BTreeMap<Contract, Vec<usize>>,
    new: &Bounds,
    all: &Bounds,
) {
    let of = |class: Contract| by_contract.get(&class).map_or(0, Vec::len);
    let (after, unknown, before) = (of(Contract::After), of(Contract::Unknown), of(Contract::Before));
    draft.against(
        "the permits rest on contracts finalised before 2017-09-11",
        if before > 0 {
            Outcome::MayExplain
        } else if unknown > 0 {
            Outcome::NotTestable
        } else {
            Outcome::DoesNotExplain
        },
        format!(
            "contract dates of {} papers: {before} before the ban, {after} after it, {unknown} not told or not exact enough",
            rows.len()
        ),
    );
    let renewed = rows.iter().filter(|at| papers.renews[**at].perhaps).count();
    draft.against(
        "the permits renew older ones",
        if renewed > 0 { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        format!("{renewed} of {} papers follow a permit of the same person, host, and employer in the case, or may", rows.len()),
    );
    draft.against(
        "one person has several papers",
        if all.low == all.high && rows.len() as f64 == all.high.unwrap_or_default() {
            Outcome::DoesNotExplain
        } else {
            Outcome::MayExplain
        },
        format!("{} papers are of {}, of whom {} have a new permit", rows.len(), persons(all), heads(new)),
    );
    draft.against("the Committee approved them in advance", Outcome::NotTestable, "needs the Committee's decision; none is in the case");
}

fn registration_lead(world: World<'_>, card: &Card, papers: &Papers<'_>, rows: &[usize]) -> Option<Lead> {
    let first = &papers.rows[*rows.first()?].data;
    let when = days(papers, rows)?;
    let period = month(&when, first.issued.text());
    let key = format!("registrations {} {} {period} {}", first.host, plain(first.employer.as_deref().unwrap_or("")), inside(world, &when));
    let count = papers.all(rows);
    let mut draft = Draft::new(world, card, Kind::Allowed, &whose(first), when, &key);
    draft.title(format!("new registrations of North Koreans in {} after the ban on permits, {period}", first.host.name()));
    let numbers = cite(world, card, &mut draft, papers, rows);
    draft.observed(format!("{} papers of {}", rows.len(), persons(&count)), &numbers);
    let mut question = facts(Act::IssueWorkPermit, when, Some(first.host));
    question.amounts.insert(Unit::Permits, count);
    question.proxy = true;
    let proof = draft.ask_on(BAN, &question, "the registrations, which only support")?;
    draft.conclusion(format!("Registrations are not permits, and the verdict on them is {}.", verdict(proof.verdict)));
    draft.gap(count, Unit::Persons, "registered, where no new permit may be given");
    draft.against(
        "the persons had registered before, and moved",
        Outcome::MayExplain,
        "no earlier paper of them is in the case, which may lack it",
    );
    draft.not_checked("work permits of the same persons");
    draft.not_checked("who the persons are: names, births, and passports stay in the rows of the case");
    draft.figure("persons_low", count.low).figure("persons_high", count.high);
    Some(draft.finish(None, count.low.unwrap_or_default(), Unit::Persons))
}

/// Permits from before the ban that run past the last day for sending workers home.
fn long_lead(world: World<'_>, card: &Card, papers: &Papers<'_>, rows: &[usize], last_day: Date) -> Option<Lead> {
    let first = &papers.rows[*rows.first()?].data;
    let next = last_day.tomorrow().ok().filter(|day| *day <= world.as_of)?;
    let key = format!("past {} {}", first.host, plain(first.employer.as_deref().unwrap_or("")));
    let count = papers.all(rows);
    let mut draft = Draft::new(world, card, Kind::Allowed, &whose(first), Interval::day(next), &key);
    draft.title(format!("permits of North Koreans in {} that run past {last_day}", first.host.name()));
    let numbers = cite(world, card, &mut draft, papers, rows);
    draft.observed(format!("{} papers of {}, issued before the ban on permits", rows.len(), persons(&count)), &numbers);
    ask_home(world, &mut draft, papers, rows, first.host, last_day);
    draft.conclusion(
        "A permit that runs past the last day for sending workers home shows neither presence nor income on it: it says where to ask. Whether they had left is for the host State to show.",
    );
    draft.gap(count, Unit::Persons, format!("with permits that run past {last_day}"));
    draft.against(
        "the persons went home before the permits ended",
        Outcome::NotTestable,
        "needs exits or the final report of the host State",
    );
    draft.against("the permits were revoked", Outcome::NotTestable, "needs the register on that day");
    draft.not_checked("who the persons are: names, births, and passports stay in the rows of the case");
    draft.figure("persons_low", count.low).figure("persons_high", count.high);
    Some(draft.finish(None, count.low.unwrap_or_default(), Unit::Persons))
}
