//! Money that workers are said to send home, against the number of workers.

use tw_base::{Bounds, Interval, Tri, Unit};
use tw_flows::{Prior, default_priors, implied_per_head, revenue};
use tw_tables::{RevenueEstimate, Row, WorkerCount, WorkerKind};

use crate::card::Card;
use crate::common::{family, heads, names, worker_sentence};
use crate::earnings::{Earnings, EarningsDriver, PublishedRange};
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

/// Mean length of a year of the Gregorian calendar, in days.
const DAYS_PER_YEAR: f64 = 365.2425;

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output { earnings: earnings(world), ..Output::default() };
    for row in &world.tables.revenue_estimates {
        let mut stocks: Vec<&Row<WorkerCount>> = world
            .tables
            .worker_counts
            .iter()
            .filter(|w| {
                w.data.host == row.data.host
                    && matches!(w.data.kind, WorkerKind::Stock | WorkerKind::ValidPermits)
                    && near(&w.data.period.interval(), &row.data.period.interval())
            })
            .collect();
        stocks.sort_by_key(|stock| (stock.data.period.interval(), worker_sentence(stock)));
        if stocks.is_empty() {
            output.not_checked.push(format!(
                "{} sent from {}, {}: no stock of workers for that time",
                Bounds::from_ends(row.data.usd_low, row.data.usd_high),
                names(&row.data.host),
                row.data.period
            ));
            continue;
        }
        output.leads.extend(lead(world, card, row, &stocks));
    }
    output
}

/// Draws of an estimate: its percentiles are steady to about half a per cent.
const DRAWS: u32 = 100_000;

/// Seed of the draws: same rows, same bytes.
const SEED: u64 = 1;

/// A year of work by each counted stock, from the named priors, beside every range published about the same time.
fn earnings(world: World<'_>) -> Vec<Earnings> {
    let mut stocks: Vec<&Row<WorkerCount>> =
        world.tables.worker_counts.iter().filter(|w| matches!(w.data.kind, WorkerKind::Stock | WorkerKind::ValidPermits)).collect();
    stocks.sort_by_key(|stock| (stock.data.host.clone(), stock.data.period.interval(), worker_sentence(stock)));
    stocks.into_iter().filter_map(|stock| earned(world, stock)).collect()
}

/// None where a bound of the stock is unknown: half a range has no percentiles.
fn earned(world: World<'_>, stock: &Row<WorkerCount>) -> Option<Earnings> {
    let (low, high) = (stock.data.low?, stock.data.high?);
    let workers = if low == high { Prior::Fixed { value: low } } else { Prior::Uniform { low, high } };
    let drawn = revenue(&default_priors(workers), DRAWS, SEED).ok()?;
    let published = world
        .tables
        .revenue_estimates
        .iter()
        .filter(|row| row.data.host == stock.data.host && near(&stock.data.period.interval(), &row.data.period.interval()))
        .filter_map(|row| {
            let money = a_year(row)?;
            let inside = money.low.is_some_and(|l| l >= drawn.p5) && money.high.is_some_and(|h| h <= drawn.p95);
            let answer = match (money.overlaps(&Bounds::between(drawn.p5, drawn.p95)), inside) {
                (true, true) => "fits",
                (true, false) => "overlaps",
                (false, _) => "does not fit",
            };
            Some(PublishedRange {
                estimator: row.data.estimator.clone(),
                period: row.data.period.to_string(),
                usd_low: money.low,
                usd_high: money.high,
                answer: answer.to_owned(),
                records: vec![row.provenance.record.to_string()],
            })
        })
        .collect();
    let driver = |d: tw_flows::Driver| EarningsDriver { name: d.name, rank_correlation: (d.rank_correlation * 1_000.0).round() / 1_000.0 };
    Some(Earnings {
        host: names(&stock.data.host),
        period: stock.data.period.to_string(),
        workers: worker_sentence(stock),
        workers_low: low,
        workers_high: high,
        p5: drawn.p5.round(),
        p50: drawn.p50.round(),
        p95: drawn.p95.round(),
        drivers: drawn.drivers.into_iter().map(driver).collect(),
        published,
        records: vec![stock.provenance.record.to_string()],
    })
}

/// The published range brought to a year by its days.
fn a_year(row: &Row<RevenueEstimate>) -> Option<Bounds> {
    let published = Bounds::from_ends(row.data.usd_low, row.data.usd_high);
    let years = row.data.period.interval().days()? as f64 / DAYS_PER_YEAR;
    Some(if (years - 1.0).abs() < 0.01 { published } else { published.times(&Bounds::exactly(1.0 / years)) })
}

/// Within the period, or within the year before its first day: a stock at the end of the year before is the opening stock.
fn near(stock: &Interval, period: &Interval) -> bool {
    let opening = period.from.yesterday().map(|day| Interval::new(day, period.to)).unwrap_or(*period);
    stock.meet(&opening).is_some()
}

fn lead(world: World<'_>, card: &Card, row: &Row<RevenueEstimate>, stocks: &[&Row<WorkerCount>]) -> Option<Lead> {
    let plausible = Bounds::between(card.threshold(world.parameters, "per-head-low"), card.threshold(world.parameters, "per-head-high"));
    let published = Bounds::from_ends(row.data.usd_low, row.data.usd_high);
    let money = a_year(row)?;
    let judged: Vec<(&Row<WorkerCount>, Bounds, Tri)> = stocks
        .iter()
        .map(|stock| {
            let per_head = implied_per_head(money, heads(stock));
            (*stock, per_head, Tri::from(per_head.overlaps(&plausible)))
        })
        .collect();
    // The largest stock that still does not fit is the most innocent of those that do not.
    let most = |stock: &Row<WorkerCount>| stock.data.high.or(stock.data.low).unwrap_or_default();
    let (unfit, per_head, _) = judged.iter().filter(|(.., fits)| *fits == Tri::False).max_by(|a, b| most(a.0).total_cmp(&most(b.0)))?;
    let period = row.data.period.interval();
    let mut draft =
        Draft::new(world, card, Kind::Discrepancy, &names(&row.data.host), period, &format!("{} {}", row.data.period, row.data.estimator));
    let said = draft.cite(
        row,
        &family(&row.data.estimator),
        format!("{published} USD in {}, {} ({})", names(&row.data.host), row.data.period, row.data.estimator),
    );
    draft.title(format!("{} M USD a year does not fit {} workers", money.times(&Bounds::exactly(1e-6)), heads(unfit)));
    draft.declared(format!("{published} USD from {}, {}, said {}", names(&row.data.host), row.data.period, row.data.estimator), &[said]);
    let mut fitting = Vec::new();
    for (stock, implied, fits) in &judged {
        let number = draft.cite(stock, &family(&stock.data.estimator), worker_sentence(stock));
        let answer = if *fits == Tri::True { "fits" } else { "does not fit" };
        draft
            .observed(format!("over {}: {implied} USD per worker and year, which {answer} {plausible}", worker_sentence(stock)), &[number]);
        if *fits == Tri::True {
            fitting.push(format!("{} ({})", heads(stock), stock.data.period));
        }
    }
    draft.conclusion(format!(
        "{money} USD over {} would be {per_head} USD per worker and year, outside the plausible {plausible}.{} Either the money, the count, or the year of one of them is not what it seems; no rule of law is judged.",
        worker_sentence(unfit),
        if fitting.is_empty() { String::new() } else { format!(" It fits {}.", fitting.join(" and ")) }
    ));
    draft.gap(*per_head, Unit::Usd, "implied per worker and year");
    draft.against(
        "the estimate is for an earlier year with more workers",
        if fitting.is_empty() { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        if fitting.is_empty() { "no stock in the case fits it".to_owned() } else { format!("it fits {}", fitting.join(" and ")) },
    );
    draft.against("workers without permits are not in the count", Outcome::NotTestable, "needs a count that includes them");
    draft.against(
        "the estimate includes more than wages (trade, licences)",
        Outcome::NotTestable,
        "the estimator does not say what it includes",
    );
    draft.sensitive(
        "per-worker revenue plausible up to twice as much",
        if per_head.overlaps(&Bounds::between(plausible.low?, plausible.high? * 2.0)) { "would fit" } else { "still does not fit" },
    );
    draft.not_checked("how the estimate was made");
    draft
        .figure("usd_low", money.low)
        .figure("usd_high", money.high)
        .figure("per_head_low", per_head.low)
        .figure("per_head_high", per_head.high);
    Some(draft.finish(None, money.best_or_middle().or(money.low).unwrap_or_default(), Unit::Usd))
}
