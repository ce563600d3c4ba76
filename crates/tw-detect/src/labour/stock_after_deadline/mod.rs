//! Workers still present after the last day for sending them home.

use std::collections::BTreeMap;

use tw_base::{Country, Date, Interval, Tri, Unit};
use tw_law::Act;
use tw_tables::{Row, WorkerCount, WorkerKind};

use crate::card::Card;
use crate::common::{facts, family, heads, single, worker_sentence};
use crate::judged::{decisive, sunset, verdict};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

const RULE: &str = "UN-2397-8";

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let Some(last_day) = world.rule(RULE).and_then(sunset) else {
        output.not_checked.push(format!("{RULE}: not among the provisions of this case"));
        return output;
    };
    let mut groups: BTreeMap<(Country, i16), Vec<&Row<WorkerCount>>> = BTreeMap::new();
    for row in &world.tables.worker_counts {
        if !matches!(row.data.kind, WorkerKind::Stock | WorkerKind::ValidPermits | WorkerKind::PermitsRevoked)
            || row.data.period.from() < last_day
        {
            continue;
        }
        match single(&row.data.host) {
            Some(host) => groups.entry((host, row.data.period.from().year())).or_default().push(row),
            None => {
                output.not_checked.push(format!("{}: names no host, so no jurisdiction can be asked about {RULE}", worker_sentence(row)))
            }
        }
    }
    for ((host, year), rows) in groups {
        match asked_on(&rows, last_day) {
            Some(asked) => output.leads.extend(lead(world, card, (host, year), &rows, &asked, last_day)),
            None if rows.iter().any(|row| heads(row).exceeds(0.0) == Tri::Unknown) => output
                .not_checked
                .push(format!("workers in {}, {year}: no lowest number, so whether anybody was left is not known ({RULE})", host.name())),
            None => {}
        }
    }
    output
}

/// The counts that the rule is asked on, and how.
struct Asked<'a> {
    rows: Vec<&'a Row<WorkerCount>>,
    /// Persons whose permits were revoked: they support, and do not show that anybody earned income.
    proxy: bool,
}

/// The strongest counts above none: first of workers or permits after the last day, else of persons without permits, else on the last day.
/// A weaker count beside a stronger one neither lends it anything nor takes anything from it.
fn asked_on<'a>(rows: &[&'a Row<WorkerCount>], last_day: Date) -> Option<Asked<'a>> {
    let above: Vec<&'a Row<WorkerCount>> = rows.iter().copied().filter(|row| heads(row).exceeds(0.0) == Tri::True).collect();
    let (after, on): (Vec<_>, Vec<_>) = above.into_iter().partition(|row| row.data.period.from() > last_day);
    let (revoked, working): (Vec<_>, Vec<_>) = after.into_iter().partition(|row| row.data.kind == WorkerKind::PermitsRevoked);
    for (rows, proxy) in [(working, false), (revoked, true), (on, false)] {
        if !rows.is_empty() {
            return Some(Asked { rows, proxy });
        }
    }
    None
}

/// Counts of the same days that contradict the ones picked, such as none against a thousand: both belong to the widest reading.
fn contradicting<'a>(asked: &Asked<'_>, rows: &[&'a Row<WorkerCount>]) -> Vec<&'a Row<WorkerCount>> {
    let same_days = |row: &&&Row<WorkerCount>| asked.rows.iter().any(|picked| picked.data.period.interval() == row.data.period.interval());
    let counted = |row: &&&Row<WorkerCount>| row.data.kind != WorkerKind::PermitsRevoked && heads(row).high == Some(0.0);
    rows.iter().filter(same_days).filter(counted).copied().collect()
}

fn lead(
    world: World<'_>,
    card: &Card,
    (host, year): (Country, i16),
    rows: &[&Row<WorkerCount>],
    asked: &Asked<'_>,
    last_day: Date,
) -> Option<Lead> {
    let from = asked.rows.iter().map(|row| row.data.period.from()).min()?;
    let to = asked.rows.iter().filter_map(|row| row.data.period.interval().to).max();
    let when = Interval::new(from, to);
    let none = if asked.proxy { Vec::new() } else { contradicting(asked, rows) };
    let stock = asked.rows.iter().chain(&none).map(|row| heads(row)).reduce(|a, b| a.hull(&b))?;
    let stranded = asked.proxy;
    let mut question = facts(Act::HostWorkers, when, Some(host));
    question.amounts.insert(Unit::Persons, stock);
    question.proxy = stranded;
    if !world.could_concern(RULE, &question) {
        return None;
    }
    let mut draft = Draft::new(world, card, Kind::Allowed, host.name(), when, &year.to_string());
    draft.title(if from > last_day {
        format!("North Korean workers in {} after the deadline of {last_day}, {year}", host.name())
    } else {
        format!("North Korean workers in {} on {last_day}, the last day for sending them home", host.name())
    });
    let mut counts = rows.to_vec();
    counts.sort_by_key(|row| (row.data.period.clone(), worker_sentence(row)));
    for row in counts {
        let number = draft.cite(row, &family(&row.data.estimator), worker_sentence(row));
        if row.data.estimator.contains("report") {
            draft.declared(worker_sentence(row), &[number]);
        } else {
            draft.observed(worker_sentence(row), &[number]);
        }
    }
    let proof = draft.ask_on(RULE, &question, "the stock")?;
    draft.conclusion(if stranded {
        format!("{stock} persons were still present although their permits were revoked. The verdict is {}, since presence without a permit is not proof of earning income.", verdict(proof.verdict))
    } else {
        format!(
            "The verdict on the stock is {}. The rule forbids earning income, so the type of visa is no defence; the host State would have to show that persons are its own nationals or may not be sent back.",
            verdict(proof.verdict)
        )
    });
    draft.gap(stock, Unit::Persons, format!("{stock} persons, where none may earn income"));
    if stranded {
        draft.against("a closed border kept them", Outcome::MayExplain, "when the border was closed, and who left, is not in the case");
    }
    draft.against("they are nationals of the host State", Outcome::NotTestable, "needs the nationality of each person");
    draft.against("sending them back is barred by refugee or human-rights law", Outcome::NotTestable, "needs an individual determination");
    draft.against("they do not earn income", Outcome::NotTestable, "needs payroll, tax or employer records");
    if stock.exceeds(0.0) == Tri::True {
        draft.sensitive("if only one of them earned income", "still above none");
    }
    draft.not_checked("payroll, tax, tender and job records; exits since the counts");
    draft.figure("stock_low", stock.low).figure("stock_high", stock.high);
    let decisive = decisive(&proof).then(|| format!("{RULE} past its deadline, and the lowest stock is above none"));
    Some(draft.finish(decisive.as_deref(), stock.low.unwrap_or_default(), Unit::Persons))
}
