//! A cap on oil by window: what both cap detectors share.

use std::collections::BTreeMap;

use tw_base::{Bounds, Date, Interval, Tri, Unit, format_number};
use tw_flows::{Account, Delivery as Figure, NOTICES, Passing, account_of, passes, to_barrels};
use tw_law::{Act, Direction, Facts, Item, Proof, Provision, Test, Verdict, Window as WindowKind};
use tw_tables::{Delivery, Estimate, Product, ReportStatus, Row, StateReport};

use super::by_ships::{ByShips, by_ships};
use crate::account::{CapAccount, CapNotice, CapSum};
use crate::card::Card;
use crate::common::{facts, family, names};
use crate::judged::decisive;
use crate::lead::{Kind, Lead, Outcome};
use crate::world::{Draft, Output, World};

/// A cap: its product, the provisions that set it one after the other, and the law that follows from it.
pub(super) struct Cap {
    pub(super) product: Product,
    pub(super) item: Item,
    pub(super) rules: &'static [&'static str],
    /// Replaced before it began: asked where its first window would have been, so that nobody has to wonder.
    pub(super) never: Option<&'static str>,
    pub(super) follows: &'static str,
}

/// One side of an account: figures, their sum, and when it passes the limit.
struct Sum {
    /// The row of each figure, by the number of the figure.
    rows: Vec<usize>,
    figures: Vec<Figure>,
    account: Account,
    passing: Passing,
    notices: Vec<CapNotice>,
    /// The sum by unit, the widest over every reading of the window.
    amounts: BTreeMap<Unit, Bounds>,
    proof: Option<Proof>,
}

/// A row as a figure in the units of the limit.
struct InUnits {
    row: usize,
    barrels: Figure,
    tonnes: Figure,
}

/// Figures of one side in the units of the limit. The number of a figure is its place in `rows`, in the order of what the figures say, so that
/// the order of the rows in a file decides nothing.
#[derive(Default)]
struct Figures {
    rows: Vec<usize>,
    barrels: Vec<Figure>,
    tonnes: Vec<Figure>,
}

impl Figures {
    fn sorted(mut rows: Vec<InUnits>) -> Self {
        rows.sort_by(|a, b| {
            let ends = |f: &Figure| (f.barrels.low.unwrap_or(-1.0), f.barrels.high.unwrap_or(f64::MAX));
            let (x, y) = (&a.barrels, &b.barrels);
            (&x.parties, x.period).cmp(&(&y.parties, y.period)).then(ends(x).partial_cmp(&ends(y)).unwrap_or(std::cmp::Ordering::Equal))
        });
        let mut figures = Self::default();
        for (id, row) in rows.into_iter().enumerate() {
            figures.rows.push(row.row);
            figures.barrels.push(Figure { id, ..row.barrels });
            figures.tonnes.push(Figure { id, ..row.tonnes });
        }
        figures
    }
}

/// One window with everything known about it.
struct Window<'a> {
    rule: &'a Provision,
    days: Interval,
    limit: f64,
    reported: Sum,
    estimated: Sum,
    ships: ByShips,
    silent: Vec<&'a Row<StateReport>>,
}

impl Cap {
    pub(super) fn run(&self, world: World<'_>, card: &Card) -> Output {
        let mut output = Output::default();
        let mut known = false;
        for rule in self.rules.iter().filter_map(|id| world.rule(id)) {
            for days in rule.windows(Interval::new(rule.in_force.first().map_or(world.as_of, |i| i.from), world.as_of.tomorrow().ok())) {
                let Some(limit) = rule.cap_limit(Unit::Barrels, days.from).and_then(|l| l.value) else {
                    output
                        .not_checked
                        .push(format!("{} {days}: the limit is an amount of an earlier year that was not disclosed", rule.symbol()));
                    continue;
                };
                let window = self.window(world, rule, days, limit);
                if window.reported.figures.is_empty() && window.estimated.figures.is_empty() && window.ships.calls.is_empty() {
                    continue;
                }
                known = true;
                let lead = self.lead(world, card, &window);
                output.accounts.push(self.summary(world, &window, lead.as_ref()));
                output.leads.extend(lead);
            }
        }
        if !known {
            output.not_checked.push(format!("{} oil against its cap: no reported or estimated figure", self.product));
        }
        output
    }

    fn window<'a>(&self, world: World<'a>, rule: &'a Provision, days: Interval, limit: f64) -> Window<'a> {
        let (mut reported, mut estimated) = (Vec::new(), Vec::new());
        let concerned = |period: &Interval| readings(rule, days).iter().any(|reading| period.meet(reading).is_some());
        for (row, data) in world.tables.deliveries.iter().enumerate().map(|(i, row)| (i, &row.data)) {
            let (parties, period) = (data.supplier.clone(), data.period.interval());
            if data.product == self.product && concerned(&period) {
                let barrels =
                    Figure { id: 0, parties: parties.clone(), period, barrels: self.barrels(data), exact_barrels: data.barrels.is_some() };
                let tonnes = Figure { id: 0, parties, period, barrels: self.tonnes(data), exact_barrels: data.tonnes.is_some() };
                reported.push(InUnits { row, barrels, tonnes });
            }
        }
        for (row, data) in world.tables.estimates.iter().enumerate().map(|(i, row)| (i, &row.data)) {
            let (parties, period) = (data.supplier.clone(), data.period.interval());
            if data.product == self.product && concerned(&period) {
                let bounds = Bounds::from_ends(data.barrels_low, data.barrels_high);
                let barrels = Figure { id: 0, parties: parties.clone(), period, barrels: bounds, exact_barrels: true };
                let in_tonnes = tw_flows::to_tonnes(bounds, self.flow_product());
                let tonnes = Figure { id: 0, parties, period, barrels: in_tonnes, exact_barrels: false };
                estimated.push(InUnits { row, barrels, tonnes });
            }
        }
        let silent = world
            .tables
            .reports
            .iter()
            .filter(|r| {
                r.data.provision.as_deref() == Some(rule.id.as_str())
                    && matches!(r.data.status, ReportStatus::Stopped | ReportStatus::NotReceived)
            })
            .filter(|r| r.data.covers.as_ref().is_some_and(|covers| covers.interval().meet(&days).is_some()))
            .collect();
        let suppliers: Vec<_> = world
            .tables
            .deliveries
            .iter()
            .filter(|r| r.data.product == self.product)
            .flat_map(|r| r.data.supplier.countries().to_vec())
            .collect();
        Window {
            rule,
            days,
            limit,
            reported: self.sum(rule, days, limit, Figures::sorted(reported), &suppliers),
            estimated: self.sum(rule, days, limit, Figures::sorted(estimated), &[]),
            ships: by_ships(world, self.product, days, limit),
            silent,
        }
    }

    fn flow_product(&self) -> tw_flows::Product {
        match self.product {
            Product::Refined => tw_flows::Product::UnknownRefined,
            Product::Crude => tw_flows::Product::Crude,
        }
    }

    fn barrels(&self, row: &Delivery) -> Bounds {
        match (row.barrels, row.tonnes) {
            (Some(barrels), _) => Bounds::exactly(barrels),
            (None, Some(tonnes)) => to_barrels(Bounds::exactly(tonnes), self.flow_product()),
            (None, None) => Bounds::UNKNOWN,
        }
    }

    fn tonnes(&self, row: &Delivery) -> Bounds {
        match (row.tonnes, row.barrels) {
            (Some(tonnes), _) => Bounds::exactly(tonnes),
            (None, Some(barrels)) => tw_flows::to_tonnes(Bounds::exactly(barrels), self.flow_product()),
            (None, None) => Bounds::UNKNOWN,
        }
    }

    fn sum(&self, rule: &Provision, days: Interval, limit: f64, figures: Figures, suppliers: &[tw_base::Country]) -> Sum {
        let account = account_of(days, &figures.barrels, suppliers);
        let passing = passes(days, &figures.barrels, limit);
        let notices = NOTICES[..3]
            .iter()
            .filter(|_| !figures.barrels.is_empty())
            .map(|part| notice(*part, &passes(days, &figures.barrels, limit * part)))
            .collect();
        let mut amounts = BTreeMap::new();
        for (unit, figures) in [(Unit::Barrels, &figures.barrels), (Unit::Tonnes, &figures.tonnes)] {
            if rule.cap_limit(unit, days.from).is_some() {
                let sums = readings(rule, days)
                    .into_iter()
                    .map(|reading| bounds(&account_of(reading, &within(reading, days, figures), suppliers)));
                amounts.insert(unit, sums.reduce(|a, b| a.hull(&b)).unwrap_or(Bounds::UNKNOWN));
            }
        }
        let proof = (!figures.barrels.is_empty()).then(|| tw_law::evaluate(rule, &self.question(days, &amounts)));
        Sum { rows: figures.rows, figures: figures.barrels, account, passing, notices, amounts, proof }
    }

    fn question(&self, days: Interval, amounts: &BTreeMap<Unit, Bounds>) -> Facts {
        let mut question = facts(Act::Supply, days, None);
        question.direction = Some(Direction::To);
        question.item = Some(self.item);
        question.amounts = amounts.clone();
        question
    }

    fn summary(&self, world: World<'_>, window: &Window<'_>, lead: Option<&Lead>) -> CapAccount {
        let last = window.days.last().unwrap_or(window.days.from);
        CapAccount {
            provision: window.rule.id.clone(),
            symbol: window.rule.symbol(),
            product: self.product.to_string(),
            from: window.days.from.to_string(),
            to: last.to_string(),
            limit: window.limit,
            reported: cap_sum(&window.reported, |row| {
                (world.tables.deliveries[row].provenance.record.to_string(), delivery_scope(world, row))
            }),
            estimated: cap_sum(&window.estimated, |row| {
                (world.tables.estimates[row].provenance.record.to_string(), estimate_scope(world, row))
            }),
            by_ships: self.ship_sum(world, window),
            silent: window
                .silent
                .iter()
                .map(|r| format!("{} for {}", r.data.state.name(), r.data.covers.as_ref().map_or_else(String::new, ToString::to_string)))
                .collect(),
            lead: lead.map(|lead| lead.id.clone()),
        }
    }

    /// The question about what ships apparently delivered. A call of a laden tanker stands for a delivery and is none: the answer is at most *indicated*.
    fn ship_question(&self, window: &Window<'_>) -> Facts {
        let mut amounts = BTreeMap::new();
        let barrels = window.ships.bounds();
        for (unit, amount) in [(Unit::Barrels, barrels), (Unit::Tonnes, tw_flows::to_tonnes(barrels, self.flow_product()))] {
            if window.rule.cap_limit(unit, window.days.from).is_some() {
                amounts.insert(unit, amount);
            }
        }
        Facts { proxy: true, ..self.question(window.days, &amounts) }
    }

    fn ship_sum(&self, world: World<'_>, window: &Window<'_>) -> Option<CapSum> {
        let sum = window.ships.sum.as_ref()?;
        let day = |day: Option<Date>| day.map(|d| d.to_string());
        let reached = |percent: f64| sum.reached.iter().find(|r| r.part * 100.0 == percent);
        let limit = reached(100.0)?;
        let record = |at| world.sightings.and_then(|seen| seen.provenance(at)).map(|p| p.record.to_string());
        Some(CapSum {
            low: Some(sum.p5.round()),
            best: Some(sum.p50.round()),
            high: None,
            verdict: tw_law::evaluate(window.rule, &self.ship_question(window)).verdict.as_str().to_owned(),
            certain_by: day(limit.p95_by),
            best_by: day(limit.p50_by),
            possible_from: day(limit.p5_by),
            notices: sum
                .reached
                .iter()
                .filter(|r| r.part < 1.0)
                .map(|r| CapNotice {
                    percent: r.part * 100.0,
                    certain_by: day(r.p95_by),
                    best_by: day(r.p50_by),
                    possible_from: day(r.p5_by),
                })
                .collect(),
            records: window.ships.calls.iter().filter_map(|call| record(call.at)).collect(),
            set_aside: window.ships.aside.clone(),
        })
    }

    /// A window becomes a lead if a sum points beyond the cap or reaches it in its low case, or if a supplier fell silent while others found deliveries.
    fn lead(&self, world: World<'_>, card: &Card, window: &Window<'_>) -> Option<Lead> {
        let points = |sum: &Sum| {
            let verdict = sum.proof.as_ref().map_or(Verdict::NotApplicable, |p| p.verdict);
            // At the limit with an open upper end: whoever counted to the limit and stopped says that it was reached.
            let bounds = bounds(&sum.account);
            let reached = bounds.low.is_some_and(|low| low > window.limit || (low == window.limit && bounds.high.is_none()));
            verdict >= Verdict::Indicated || reached
        };
        let silence = !window.silent.is_empty() && !window.estimated.figures.is_empty();
        let by_ship = window.ships.bounds().exceeds(window.limit) == Tri::True;
        if !points(&window.reported) && !points(&window.estimated) && !silence && !by_ship {
            return None;
        }
        let (limit, days) = (window.limit, window.days);
        let label = label(&days);
        let mut draft = Draft::new(world, card, Kind::Allowed, "All suppliers together", days, &format!("{} {label}", window.rule.id));
        self.cite(world, window, &mut draft);
        let (reported, estimated) = (bounds(&window.reported.account), bounds(&window.estimated.account));
        let (mut decided_reported, mut decided_estimated) = (false, false);
        let mut verdict = Verdict::Undetermined;
        if let Some(proof) = draft.ask_on(&window.rule.id, &self.question(days, &window.reported.amounts), "the reported sum") {
            verdict = verdict.max(proof.verdict);
            decided_reported = decisive(&proof);
        }
        if !window.estimated.figures.is_empty() {
            let question = self.question(days, &window.estimated.amounts);
            if let Some(proof) = draft.ask_on(&window.rule.id, &question, "the estimates") {
                verdict = verdict.max(proof.verdict);
                decided_estimated = decisive(&proof);
                let mut follows = self.question(days, &BTreeMap::new());
                follows.verdicts.insert(window.rule.id.clone(), proof.verdict);
                if world.could_concern(self.follows, &follows) {
                    draft.ask_on(self.follows, &follows, "the verdict on the estimates");
                }
            }
        }
        if window.ships.sum.is_some()
            && let Some(proof) = draft.ask_on(&window.rule.id, &self.ship_question(window), "the ships' calls")
        {
            verdict = verdict.max(proof.verdict);
        }
        if let Some(never) = self.never.filter(|id| {
            world.rule(id).is_some_and(|dead| dead.superseded_by.contains(&window.rule.id))
                && window.rule.in_force.first().is_some_and(|i| i.from == days.from)
        }) {
            draft.ask_on(
                never,
                &self.question(days, &window.reported.amounts),
                "the reported sum, against a cap that was replaced before it began",
            );
        }
        self.conclude(window, &label, verdict, (decided_reported, decided_estimated), &mut draft);
        // The lowest amount ranks a lead: the middle of a wide range would rank whoever guessed most.
        let size = estimated.low.or(reported.low).or(window.ships.bounds().low).unwrap_or_default();
        draft.gap(
            estimated,
            Unit::Barrels,
            format!("estimated {estimated} bbl and reported {reported} bbl, against a cap of {} bbl", format_number(limit)),
        );
        self.against(window, &mut draft);
        draft
            .figure("limit", Some(limit))
            .figure("reported_low", reported.low)
            .figure("reported_high", reported.high)
            .figure("estimated_low", estimated.low)
            .figure("estimated_high", estimated.high)
            .figure("by_ships_p5", window.ships.bounds().low)
            .figure("by_ships_p50", window.ships.sum.as_ref().map(|sum| sum.p50));
        let reason = (decided_reported || decided_estimated)
            .then(|| format!("{} in force, and the low case of a sum is above the cap", window.rule.symbol()));
        Some(draft.finish(reason.as_deref(), size, Unit::Barrels))
    }

    fn cite(&self, world: World<'_>, window: &Window<'_>, draft: &mut Draft<'_>) {
        for figure in &window.reported.figures {
            let row = &world.tables.deliveries[window.reported.rows[figure.id]];
            let amount = match (row.data.barrels, row.data.tonnes) {
                (Some(b), Some(t)) => format!("{} bbl ({} t)", format_number(b), format_number(t)),
                (Some(b), None) => format!("{} bbl", format_number(b)),
                (None, Some(t)) => format!("{} t, that is {} bbl", format_number(t), figure.barrels),
                (None, None) => "an unknown amount".to_owned(),
            };
            let number = draft.cite(
                row,
                "reports of suppliers",
                format!("{amount} from {}, {} ({})", names(&row.data.supplier), row.data.period, row.data.basis),
            );
            let aside = window.reported.account.set_aside.iter().find(|s| s.id == figure.id).map_or_else(String::new, |s| {
                format!("; not added: {}", why(&s.why, |id| delivery_scope(world, window.reported.rows[id])))
            });
            draft.declared(format!("{}, {}: {amount}{aside}", names(&row.data.supplier), row.data.period), &[number]);
        }
        draft.declared(format!("reported in all: {} bbl; {}", bounds(&window.reported.account), passing(&window.reported.passing)), &[]);
        for figure in &window.estimated.figures {
            let row: &Row<Estimate> = &world.tables.estimates[window.estimated.rows[figure.id]];
            let deliveries = row.data.deliveries.map_or_else(String::new, |n| format!(", {n} deliveries"));
            let says = format!(
                "{} bbl from {}, {}{deliveries} ({}: {})",
                figure.barrels,
                names(&row.data.supplier),
                row.data.period,
                row.data.estimator,
                row.data.method
            );
            let number = draft.cite(row, &family(&row.data.estimator), says.clone());
            draft.observed(says, &[number]);
        }
        if !window.estimated.figures.is_empty() {
            draft.observed(
                format!("estimated in all: {} bbl; {}", bounds(&window.estimated.account), passing(&window.estimated.passing)),
                &[],
            );
        }
        self.cite_ships(window, draft);
        for report in &window.silent {
            let covers = report.data.covers.as_ref().map_or_else(String::new, ToString::to_string);
            let number = draft.cite(
                *report,
                "record of reports",
                format!("no report of {} for {covers}, looked for until {}", report.data.state.name(), report.data.day),
            );
            draft.observed(
                format!(
                    "no report of {} for {covers}: a reporting matter, and the reported sum is a lower bound",
                    report.data.state.name()
                ),
                &[number],
            );
        }
    }

    fn cite_ships(&self, window: &Window<'_>, draft: &mut Draft<'_>) {
        let ships = &window.ships;
        for call in &ships.calls {
            let numbers: Vec<usize> = draft.cite_position(call.at, call.says.clone()).into_iter().collect();
            draft.observed(call.says.clone(), &numbers);
        }
        if let Some(sum) = &ships.sum {
            draft.observed(
                format!(
                    "by ships: at least {} bbl; {} to {} for the {} calls counted (5 and 95 per cent points), in {:.0} % of the draws above the cap; calls that no recording shows are not among them",
                    format_number(sum.p5.round()),
                    format_number(sum.p5.round()),
                    format_number(sum.p95.round()),
                    sum.counted,
                    100.0 * sum.above
                ),
                &[],
            );
        }
        for aside in &ships.aside {
            draft.not_checked(format!("{aside}: not counted as deliveries"));
        }
    }

    fn conclude(&self, window: &Window<'_>, label: &str, verdict: Verdict, decided: (bool, bool), draft: &mut Draft<'_>) {
        let (limit, reported, estimated) = (window.limit, bounds(&window.reported.account), bounds(&window.estimated.account));
        let share = reported.low.map_or_else(String::new, |low| format!(" ({:.1} % of the cap)", 100.0 * low / limit));
        let cap = format!("the cap of {} bbl", format_number(limit));
        draft.title(match decided {
            (true, true) => format!("{} oil, {label}: apparently above {cap} on reports and on estimates", self.product),
            (true, false) => format!("{} oil, {label}: apparently above {cap} on what suppliers reported, {reported}", self.product),
            (false, true) => format!("{} oil, {label}: apparently above {cap} on estimates, {reported} reported", self.product),
            (false, false) if estimated.low == Some(limit) => {
                format!("{} oil, {label}: estimates reach {cap}, {reported} reported", self.product)
            }
            (false, false) if window.ships.bounds().exceeds(limit) == Tri::True => format!(
                "{} oil, {label}: calls of ships are consistent with more than {cap}; {reported} reported, {estimated} estimated",
                self.product
            ),
            (false, false) if !window.silent.is_empty() => format!(
                "{} oil, {label}: {} bbl reported is a lower bound, a supplier is silent",
                self.product,
                reported.low.map_or_else(|| "an unknown amount of".to_owned(), format_number)
            ),
            (false, false) => format!("{} oil, {label}: may be above {cap}; {reported} reported, {estimated} estimated", self.product),
        });
        if let [_, other] = readings(window.rule, window.days).as_slice() {
            let sum = bounds(&account_of(*other, &within(*other, window.days, &window.estimated.figures), &[]));
            let reported = bounds(&account_of(*other, &within(*other, window.days, &window.reported.figures), &[]));
            let day = other.from.strftime("%-d %B").to_string();
            draft.sensitive(
                format!("with the year counted from {day}, as some national laws do"),
                format!("{reported} bbl reported and {sum} bbl estimated; what holds under one reading only is not established"),
            );
        }
        let silence = if window.silent.is_empty() {
            ""
        } else {
            " A supplier stopped reporting, so the reported sum is a lower bound; its silence is a reporting matter of its own."
        };
        let by_ships = window.ships.sum.as_ref().map_or_else(String::new, |sum| {
            format!(" By ships in the recordings: at least {} bbl, never added to the other two.", format_number(sum.p5.round()))
        });
        draft.conclusion(format!(
            "Reported: {reported} bbl{share}. Estimated by others: {estimated} bbl.{by_ships} Against {} bbl the verdict is {}.{silence} No notice of the Committee that would oblige every State to stop is in the case: \"cap exceeded\" and \"duty to stop\" are two things.",
            format_number(limit),
            crate::judged::verdict(verdict)
        ));
        if let Some(low) = estimated.low.filter(|low| *low > limit) {
            draft.sensitive(
                "part of the estimated oil did not arrive",
                format!("still above the cap if up to {:.0} % of it did not", (100.0 * (1.0 - limit / low)).floor()),
            );
        } else if let Some(low) = estimated.low {
            draft.sensitive("the estimated amount as a share of the cap", format!("{:.1} %", 100.0 * low / limit));
        }
        if window.reported.figures.iter().any(|f| !f.exact_barrels) {
            draft.sensitive("tonnes at 6.35 or at 8.90 barrels", format!("both ends are in the reported {reported} bbl"));
        }
        for conflict in &window.reported.account.conflicts {
            draft.not_checked(format!(
                "which of the conflicting reported figures for {} {} is right: the sum holds either way",
                names(&conflict.parties),
                conflict.period
            ));
        }
        if window.ships.calls.is_empty() {
            draft.not_checked("deliveries by ship: no recording in the case shows one in this window");
        } else {
            draft.not_checked("deliveries by ships that no recording of the case shows, and by transfer at sea");
        }
        draft.not_checked("what the Committee received and did not publish");
    }

    fn against(&self, window: &Window<'_>, draft: &mut Draft<'_>) {
        let aside = window.reported.account.set_aside.len() + window.estimated.account.set_aside.len();
        draft.against(
            "two figures count the same oil",
            Outcome::DoesNotExplain,
            format!("figures that overlap in supplier and time are never added; {aside} were set aside"),
        );
        let converted = window.reported.figures.iter().any(|figure| !figure.exact_barrels);
        let decides = converted && bounds(&window.reported.account).exceeds(window.limit) == Tri::Unknown;
        draft.against(
            "tonnes were turned into barrels with too high a factor",
            if decides { Outcome::MayExplain } else { Outcome::DoesNotExplain },
            match (converted, decides) {
                (false, _) => "no reported figure that counts was converted",
                (true, false) => "the answer is the same at both ends of the interval of barrels a tonne",
                (true, true) => "at the low end of the interval of barrels a tonne the reported sum is not above the cap",
            },
        );
        draft.against("tankers were not full", Outcome::NotTestable, "needs the estimator's own list of deliveries and draughts");
        draft.against("the oil was for the ships' own use or went elsewhere", Outcome::NotTestable, "needs port calls and draughts");
        draft.against(
            "the Committee exempted it",
            Outcome::NotTestable,
            "no decision of the Committee is in the case; the State that invokes one has to show it",
        );
    }
}

/// The windows that the text can be read to mean: the window itself, and the one that other readers of it count.
fn readings(rule: &Provision, days: Interval) -> Vec<Interval> {
    let mut readings = vec![days];
    if let Test::WindowedCap { alternative_window: Some(WindowKind::YearFrom { month, day }), .. } = &rule.test
        && let Ok(from) = Date::new(days.from.year(), *month, *day)
        && let Ok(to) = Date::new(days.from.year() + 1, *month, *day)
    {
        readings.push(Interval::new(from, Some(to)));
    }
    readings
}

/// Shortest figure, in days, that a day more or less at the edge of a window does not move: a month.
const A_MONTH: i64 = 28;

/// The figures as another reading of the window counts them. The readings differ by a day: a figure of a month or more that lies in the first
/// is counted in the other too, without that day; a shorter one lies where it lies.
fn within(reading: Interval, days: Interval, figures: &[Figure]) -> Vec<Figure> {
    let moved = |figure: &Figure| {
        let long = figure.period.days().is_some_and(|n| n >= A_MONTH) && days.covers(&figure.period);
        let period = if long { figure.period.meet(&reading).unwrap_or(figure.period) } else { figure.period };
        Figure { period, ..figure.clone() }
    };
    figures.iter().map(moved).collect()
}

fn notice(part: f64, passing: &Passing) -> CapNotice {
    let day = |day: Option<Date>| day.map(|d| d.to_string());
    CapNotice {
        percent: part * 100.0,
        certain_by: day(passing.certain_by),
        best_by: day(passing.best),
        possible_from: day(passing.possible_from),
    }
}

/// A sum with the records behind each of its ends. `named` gives the record of a figure and what the figure is about.
fn cap_sum(sum: &Sum, named: impl Fn(usize) -> (String, String)) -> CapSum {
    let bounds = bounds(&sum.account);
    let mut records: Vec<String> =
        sum.account.used.iter().map(|f| f.id).chain(sum.account.high_from.iter().copied()).map(|id| named(sum.rows[id]).0).collect();
    records.sort();
    records.dedup();
    CapSum {
        low: bounds.low,
        best: bounds.best,
        high: bounds.high,
        verdict: sum.proof.as_ref().map_or("undetermined", |p| p.verdict.as_str()).to_owned(),
        notices: sum.notices.clone(),
        certain_by: sum.passing.certain_by.map(|d| d.to_string()),
        best_by: sum.passing.best.map(|d| d.to_string()),
        possible_from: sum.passing.possible_from.map(|d| d.to_string()),
        records,
        set_aside: sum
            .account
            .set_aside
            .iter()
            .map(|s| format!("{}: {}", named(sum.rows[s.id]).0, why(&s.why, |id| named(sum.rows[id]).1)))
            .collect(),
    }
}

/// Low, best and high of an account. Parts and a whole that differ by rounding can leave the low end a barrel above the high end: the two
/// ends are then both possible, and change places.
fn bounds(account: &Account) -> Bounds {
    let bounds = account.barrels();
    match (bounds.low, bounds.high) {
        (Some(low), Some(high)) if low > high => Bounds { low: Some(high), high: Some(low), ..bounds },
        _ => bounds,
    }
}

fn delivery_scope(world: World<'_>, id: usize) -> String {
    let row = &world.tables.deliveries[id].data;
    format!("{}, {}", names(&row.supplier), row.period)
}

fn estimate_scope(world: World<'_>, id: usize) -> String {
    let row = &world.tables.estimates[id].data;
    format!("{}, {} by {}", names(&row.supplier), row.period, row.estimator)
}

/// Why a figure was not added, with the other figure named by what it is about.
fn why(why: &tw_flows::Why, scope: impl Fn(usize) -> String) -> String {
    use tw_flows::Why;
    match why {
        Why::SameScope { as_id } => format!("the same parties and period as the figure for {}", scope(*as_id)),
        Why::ContainedIn { id } => format!("it lies inside the figure for {}", scope(*id)),
        Why::Contains { id } => format!("it contains the figure for {}, and the parts sum to more", scope(*id)),
        Why::Overlaps { id } => format!("it may hold the same oil as the figure for {}", scope(*id)),
        Why::Contradicts { id } => format!("it contradicts the figure for {}", scope(*id)),
        Why::Outside | Why::Straddles | Why::NotAQuantity | Why::EmptyPeriod | Why::NoLowBound | Why::NotTried => why.to_string(),
    }
}

fn passing(passing: &Passing) -> String {
    match (passing.certain_by, passing.possible_from) {
        (Some(by), _) => format!(
            "above the cap even in the low case by {by}{}",
            passing.best.map_or_else(String::new, |d| format!(", about {d} if it flowed evenly"))
        ),
        (None, Some(from)) => format!("the low case does not pass the cap; the high case could from {from}"),
        (None, None) if passing.never_within => "within the cap whatever values the figures take".to_owned(),
        (None, None) => "the cap is not passed by what is known, which does not cover the whole window".to_owned(),
    }
}

/// `2018`, or the days of a window that is no calendar year.
fn label(days: &Interval) -> String {
    let last = days.last().unwrap_or(days.from);
    if (days.from.month(), days.from.day(), last.month(), last.day()) == (1, 1, 12, 31) && days.from.year() == last.year() {
        return days.from.year().to_string();
    }
    format!("{} to {last}", days.from)
}
