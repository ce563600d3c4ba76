//! Workers still present after the last day for sending them home.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Interval, Unit};
use tw_law::Act;
use tw_tables::{Row, WorkerCount, WorkerKind};

use crate::card::Card;
use crate::common::{facts, family, single, worker_sentence};
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
        output.leads.extend(lead(world, card, host, year, &rows));
    }
    output
}

fn lead(world: World<'_>, card: &Card, host: Country, year: i16, rows: &[&Row<WorkerCount>]) -> Option<Lead> {
    let from = rows.iter().map(|row| row.data.period.from()).min()?;
    let to = rows.iter().filter_map(|row| row.data.period.interval().to).max();
    let when = Interval::new(from, to);
    let low = rows.iter().filter_map(|row| row.data.low).reduce(f64::min);
    let high = rows.iter().map(|row| row.data.high).reduce(|a, b| Some(a?.max(b?))).flatten();
    let stock = Bounds::from_ends(low, high);
    let stranded = rows.iter().all(|row| row.data.kind == WorkerKind::PermitsRevoked);
    let mut question = facts(Act::HostWorkers, when, Some(host));
    question.amounts.insert(Unit::Persons, stock);
    question.proxy = stranded;
    if !world.could_concern(RULE, &question) {
        return None;
    }
    let mut draft = Draft::new(world, card, Kind::Allowed, host.name(), when, &year.to_string());
    draft.title(format!("North Korean workers in {} after the deadline of 2019-12-22, {year}", host.name()));
    for row in rows {
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
        draft.against(
            "the border was closed and they could not leave",
            Outcome::MayExplain,
            "the reporting State says so; the closure of January 2020 is after the deadline of 2019-12-22",
        );
    }
    draft.against("they are nationals of the host State", Outcome::NotTestable, "needs the nationality of each person");
    draft.against("sending them back is barred by refugee or human-rights law", Outcome::NotTestable, "needs an individual determination");
    draft.against("they do not earn income", Outcome::NotTestable, "needs payroll, tax or employer records");
    if let Some(low) = stock.low {
        draft.sensitive(
            "if only one in a hundred earned income",
            format!("{} persons: still above none", tw_base::format_number((low / 100.0).floor())),
        );
    }
    draft.not_checked("payroll, tax, tender and job records; exits since the counts");
    draft.figure("stock_low", stock.low).figure("stock_high", stock.high);
    let decisive = decisive(&proof).then(|| format!("{RULE} past its deadline, and the lowest stock is above none"));
    Some(draft.finish(decisive.as_deref(), stock.low.unwrap_or_default(), Unit::Persons))
}
