//! More work permits valid than on the day of the freeze.

use tw_base::{Interval, Unit};
use tw_law::{Act, Test, Verdict};
use tw_tables::WorkerKind;

use crate::card::Card;
use crate::common::{facts, family, heads, single, worker_sentence};
use crate::judged::{decisive, verdict};
use crate::lead::{Kind, Outcome};
use crate::world::{Draft, Output, World};

const RULE: &str = "UN-2371-11";

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let Some(Test::StockCeiling { baseline, .. }) = world.rule(RULE).map(|rule| &rule.test) else {
        output.not_checked.push(format!("{RULE}: not among the provisions of this case"));
        return output;
    };
    let stocks: Vec<_> = world.tables.worker_counts.iter().filter(|row| row.data.kind == WorkerKind::ValidPermits).collect();
    for row in &stocks {
        let Some(host) = single(&row.data.host) else { continue };
        let when = row.data.period.interval();
        // Only counts for that very day are the level on that day; several widen each other.
        let that_day = Interval::day(*baseline);
        let mut ceilings: Vec<_> =
            stocks.iter().filter(|other| other.data.host == row.data.host && other.data.period.interval() == that_day).collect();
        ceilings.sort_by_key(|other| worker_sentence(other));
        let level = ceilings.iter().map(|other| heads(other)).reduce(|a, b| a.hull(&b));
        let mut question = facts(Act::IssueWorkPermit, when, Some(host));
        question.amounts.insert(Unit::Permits, heads(row));
        question.baseline = level;
        if when.from <= *baseline || !world.could_concern(RULE, &question) {
            continue;
        }
        let Some(level) = level else {
            output.not_checked.push(format!(
                "permits in {} on {} against the ceiling of {baseline} ({RULE}): no count for that day",
                host.name(),
                row.data.period
            ));
            continue;
        };
        let mut draft = Draft::new(world, card, Kind::Allowed, host.name(), when, &row.data.period.to_string());
        let now = draft.cite(row, &family(&row.data.estimator), worker_sentence(row));
        let Some(proof) = draft.ask_on(RULE, &question, "the stock against the ceiling") else { continue };
        if matches!(proof.verdict, Verdict::Compliant | Verdict::NotApplicable | Verdict::Undetermined) {
            continue;
        }
        let over = heads(row).low.zip(level.high).map(|(a, b)| (a - b).max(0.0));
        draft.title(if decisive(&proof) {
            format!("more valid work permits in {} than on {baseline}", host.name())
        } else {
            format!("perhaps more valid work permits in {} than the ceiling of {baseline}", host.name())
        });
        draft.observed(worker_sentence(row), &[now]);
        for ceiling in ceilings {
            let number = draft.cite(ceiling, &family(&ceiling.data.estimator), worker_sentence(ceiling));
            draft.observed(worker_sentence(ceiling), &[number]);
        }
        draft.conclusion(format!(
            "The verdict on the stock of permits is {}; the host State would have to show the Committee's approval.",
            verdict(proof.verdict)
        ));
        draft.gap(tw_base::Bounds::at_least(over.unwrap_or_default()), Unit::Permits, "permits above the ceiling");
        draft.against("the two counts use different definitions of a permit", Outcome::NotTestable, "needs the definitions of both counts");
        draft.not_checked("how each count was made");
        draft.figure("stock_low", heads(row).low).figure("ceiling_high", level.high);
        let decisive = decisive(&proof).then(|| format!("{RULE} in force, and the lowest stock is above the highest ceiling"));
        output.leads.push(draft.finish(decisive.as_deref(), over.unwrap_or_default(), Unit::Permits));
    }
    output
}
