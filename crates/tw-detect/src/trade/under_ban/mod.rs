//! Goods under a ban in a State's own statistics.

use std::collections::BTreeMap;

use tw_base::{Bounds, Country, Interval, Unit, format_number};
use tw_flows::mirror::{ErrorKind, Finding};
use tw_law::{Act, Direction, Facts, Test, Verdict};
use tw_trade::{Area, Flow, Report};

use super::mirror_gap::{days, mass};
use crate::card::Card;
use crate::common::facts;
use crate::judged::verdict;
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Flows, Output, World};

/// Lines of one lead that are cited, the largest first.
const CITED: usize = 12;

/// Who reports, which way the goods go, and the provisions that ban them, those of the United Nations first.
type Key = (Country, bool, Vec<String>);

/// A report with the days that it is about and the strongest answer of a provision.
struct Hit<'a> {
    report: &'a Report,
    when: Interval,
    verdict: Verdict,
}

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let mut output = Output::default();
    let Some(flows) = world.flows else { return output };
    let least = card.threshold(world.parameters, "least-usd");
    let mut hits: BTreeMap<Key, Vec<Hit<'_>>> = BTreeMap::new();
    let (mut small, mut wide) = (0_usize, 0_usize);
    for report in &flows.with_target {
        if report.heading.digits() < 4 {
            wide += 1;
            continue;
        }
        if report.usd.is_finite() && report.usd < least {
            small += 1;
            continue;
        }
        let (Some((question, outward)), Some(when)) = (question(world, report), days(report.month, report.month)) else { continue };
        let mut strongest = Verdict::NotApplicable;
        let mut rules: Vec<(bool, String)> = Vec::new();
        for rule in world.book.iter().filter(|rule| matches!(rule.test, Test::Ban { .. }) && world.rule(&rule.id).is_some()) {
            let answer = answer(rule, &question);
            if answer >= Verdict::Undetermined && concerns(rule, &question) {
                strongest = strongest.max(answer);
                rules.push((!rule.regime.starts_with("UN"), rule.id.clone()));
            }
        }
        if !rules.is_empty() {
            rules.sort();
            let rules = rules.into_iter().map(|(_, id)| id).collect();
            hits.entry((report.reporter, outward, rules)).or_default().push(Hit { report, when, verdict: strongest });
        }
    }
    for ((reporter, outward, rules), own) in hits {
        if own.iter().any(|hit| hit.verdict >= Verdict::Indicated) {
            output.leads.extend(lead(world, card, flows, (reporter, outward, &rules), own));
        } else {
            output.not_checked.push(format!(
                "{} lines of {} under {}: the days of the figures reach over the day on which it began, or their heading holds other goods too",
                own.len(),
                reporter.name(),
                rules.join(", ")
            ));
        }
    }
    for (n, what) in [(small, "below the least value"), (wide, "of whole chapters, which no provision names")] {
        if n > 0 {
            output.not_checked.push(format!("{n} lines of trade with {} {what}", world.target.name()));
        }
    }
    output
}

/// The answer of a provision: that to the line as a sign, where trade of this heading in these days would surely fall under it; else no more than open.
/// A heading that holds other goods too (aviation fuel shares its own with diesel) accuses nobody.
fn answer(rule: &tw_law::Provision, question: &Facts) -> Verdict {
    let surely = tw_law::evaluate(rule, &Facts { proxy: false, ..question.clone() }).verdict;
    if surely >= Verdict::PrimaFacie { tw_law::evaluate(rule, question).verdict } else { surely.min(Verdict::Undetermined) }
}

/// Whether the goods are within the words of a provision at all: what leaves that open is no hit.
fn concerns(rule: &tw_law::Provision, question: &Facts) -> bool {
    let heading = question.hs.as_deref().unwrap_or_default();
    rule.scope.hs.iter().any(|code| heading.starts_with(code.as_str()))
}

/// The question a line of a statistic puts: a report of trade stands for the trade and is not it.
fn question(world: World<'_>, report: &Report) -> Option<(Facts, bool)> {
    let (act, direction, outward) = match report.flow {
        Flow::Export | Flow::ReExport => (Act::Supply, Direction::To, true),
        Flow::Import => (Act::Procure, Direction::From, false),
        Flow::ReImport => return None,
    };
    if report.partner != Area::Country(world.target) {
        return None;
    }
    let mut question = facts(act, days(report.month, report.month)?, Some(report.reporter));
    question.direction = Some(direction);
    question.hs = Some(report.heading.cut(6).to_string());
    question.proxy = true;
    Some((question, outward))
}

fn lead(
    world: World<'_>,
    card: &Card,
    flows: &Flows,
    (reporter, outward, rules): (Country, bool, &[String]),
    mut hits: Vec<Hit<'_>>,
) -> Option<Lead> {
    hits.retain(|hit| hit.verdict >= Verdict::Indicated);
    hits.sort_by(|a, b| {
        let order = |hit: &Hit<'_>| (hit.when, hit.report.heading, hit.report.file, hit.report.record);
        value(b.report).total_cmp(&value(a.report)).then_with(|| order(a).cmp(&order(b)))
    });
    let period = hits.iter().map(|hit| hit.when).reduce(|a, b| Interval::new(a.from.min(b.from), a.to.max(b.to)))?;
    let (target, who) = (world.target.name(), reporter.name());
    let mut draft = Draft::new(world, card, Kind::Allowed, who, period, &format!("{} {}", rules[0], if outward { "to" } else { "from" }));
    let symbol = world.rule(&rules[0])?.symbol();
    let way = if outward { format!("exports to {target}") } else { format!("imports from {target}") };
    draft.title(format!("{way} that {symbol} bans, in the statistics of {who}"));
    for hit in hits.iter().take(CITED) {
        let report = hit.report;
        let usd = if report.usd.is_finite() { format!("{} USD", format_number(report.usd.round())) } else { "an unknown value".to_owned() };
        let says = format!("{who} reports {way}: {usd}{} of {}, {}", mass(report.kg), report.heading, report.month);
        let number = draft.cite_report(report.file, report.record, &format!("statistics of {who}"), &says);
        draft.observed(says, &number.into_iter().collect::<Vec<_>>());
    }
    let (question, _) = question(world, hits[0].report)?;
    let mut strongest = Verdict::NotApplicable;
    for rule in rules {
        if let Some(proof) = draft.ask_on(rule, &question, "the largest line, which only supports") {
            strongest = strongest.max(proof.verdict);
        }
    }
    let sum: f64 = hits.iter().map(|hit| value(hit.report)).sum();
    let mut headings: Vec<String> = hits.iter().map(|hit| hit.report.heading.cut(4).to_string()).collect();
    headings.sort();
    headings.dedup();
    draft.conclusion(format!(
        "{} lines of {who}'s own statistics, {} USD in all, under {}: on their face trade that {symbol} bans, so far as the words of the provision reach as far as its headings. \
         A statistic reports trade and is not it, and writes North Korea for South Korea more often than States trade under a ban: the verdict is {}.",
        hits.len(),
        format_number(sum.round()),
        headings.join(", "),
        verdict(strongest)
    ));
    if hits.len() > CITED {
        draft.not_checked(format!("{} further lines, smaller than those cited", hits.len() - CITED));
    }
    korea(world, flows, reporter, &hits, &mut draft);
    draft.against("the Committee exempted it", Outcome::NotTestable, "no decision of the Committee is in the case");
    draft.against(
        "the goods moved before the ban, or within a wind-down",
        Outcome::DoesNotExplain,
        "the provision was asked for the days of each figure; those that reach over its beginning are left out",
    );
    draft.sensitive("without the largest line", format!("{} USD remain", format_number((sum - value(hits[0].report)).round())));
    draft.gap(Bounds::exactly(sum), Unit::Usd, format!("{} USD in {} lines", format_number(sum.round()), hits.len()));
    draft.not_checked("customs records or bills of lading behind the lines");
    draft.figure("usd", Some(sum)).figure("lines", Some(hits.len() as f64));
    Some(draft.finish(None, sum, Unit::Usd))
}

fn value(report: &Report) -> f64 {
    if report.usd.is_finite() { report.usd } else { 0.0 }
}

/// The confusion of the two Koreas: found by the mirror, not found though it could be seen, or not testable.
fn korea(world: World<'_>, flows: &Flows, reporter: Country, hits: &[Hit<'_>], draft: &mut Draft<'_>) {
    const NAME: &str = "the statistician wrote North Korea for South Korea";
    if world.target != Country::PRK {
        return;
    }
    let about = |f: &&Finding| f.error == ErrorKind::KpKr && f.reporter == reporter;
    let found: Vec<&Finding> = flows
        .mirror
        .findings
        .iter()
        .filter(about)
        .filter(|f| hits.iter().any(|hit| hit.report.heading == f.heading && hit.report.month == f.month))
        .collect();
    if let Some(first) = found.first() {
        draft.against(
            NAME,
            Outcome::MayExplain,
            format!("in {} of {} lines South Korea's own figures fit that; {}", found.len(), hits.len(), first.detail),
        );
        return;
    }
    // Settled only where both sides of the trade with South Korea are there for each of these headings and months: what was shifted would be missing
    // on one of them.
    let seen = hits.iter().all(|hit| {
        flows.mirror.cells.iter().any(|cell| {
            let with = [cell.exporter, cell.importer];
            with.contains(&reporter)
                && with.iter().any(|country| country.code() == "KOR")
                && (cell.heading, cell.month) == (hit.report.heading, hit.report.month)
                && cell.both()
        })
    });
    if seen {
        draft.against(
            NAME,
            Outcome::DoesNotExplain,
            "both sides of its trade with South Korea are there for these headings and months, and fit each other",
        );
    } else {
        draft.against(NAME, Outcome::NotTestable, "needs both sides of its trade with South Korea, for the same headings and months");
    }
}
