//! From facts to a verdict, in three values, with every step kept.

use tw_base::Tri;

use crate::book::Book;
use crate::model::{Act, Facts, Force, Provision, Test, Verification};

mod ban;
mod days;
mod depends_on;
mod designation_effect;
mod exceptions;
mod look_back;
mod none;
mod part;
mod presumption;
mod proof;
mod render;
mod report_due;
mod reporting;
mod scope;
mod stock;
mod stock_ceiling;
mod sunset_stock;
mod threshold;
mod windowed_cap;

use part::Part;
pub use proof::{Node, OpenElement, OpenException, Proof, ReportStatus, ReportingOutcome, Verdict};

/// Asks one provision about an act.
///
/// The verdict is: scope, and in force on every day of the act, and valid in the view asked about, and the test, and every element, and no
/// exception; each in three values. Where a provision depends on others, their verdicts are taken from the facts: see [`Book::evaluate`].
///
/// ```
/// use tw_law::{Act, Book, Facts, Verdict, evaluate};
/// use tw_base::Interval;
/// let book = Book::bundled()?;
/// for provision in book.iter() {
///     let facts = Facts::new(Act::Supply, Interval::day("1999-01-01".parse()?));
///     assert!(evaluate(provision, &facts).verdict < Verdict::Breach);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn evaluate(p: &Provision, facts: &Facts) -> Proof {
    let scope = scope::judge(p, facts);
    if scope.value() == Tri::False {
        return not_applicable(p, None, "it does not concern the act", vec![scope.node]);
    }
    let (in_force, relied_on) = days::in_force(p, facts);
    if in_force.value() == Tri::False {
        let because = format!("not on these days: {}", in_force.node.because);
        return not_applicable(p, None, &because, vec![scope.node, in_force.node]);
    }
    let validity = days::validity(p, facts);
    if let Some(part) = validity.as_ref().filter(|v| v.value() == Tri::False) {
        let because = format!("not valid in this view: {}", part.node.because);
        return not_applicable(p, relied_on, &because, vec![scope.node, in_force.node, part.node.clone()]);
    }
    if let Some(because) = forbids_nothing(p) {
        return not_applicable(p, relied_on, because, vec![scope.node, in_force.node]);
    }
    let mut base = vec![scope, in_force];
    base.extend(validity);
    conclude(p, facts, relied_on, base)
}

fn forbids_nothing(p: &Provision) -> Option<&'static str> {
    if p.force == Force::Permissive {
        return Some("a permission, carve-out, mandate or definition: it forbids nothing");
    }
    matches!(p.test, Test::None).then_some("nothing is tested: it asks nothing that an act could break")
}

fn not_applicable(p: &Provision, relied_on: Option<tw_base::Interval>, because: &str, children: Vec<Node>) -> Proof {
    Proof {
        provision: p.id.clone(),
        instrument: p.instrument.clone(),
        paragraph: p.paragraph.clone(),
        verification: p.verification,
        verdict: Verdict::NotApplicable,
        reporting: Vec::new(),
        open_exceptions: Vec::new(),
        open_elements: Vec::new(),
        missing: Vec::new(),
        in_force: relied_on,
        root: Node { label: title(p), value: Tri::False, because: because.to_owned(), children },
    }
}

fn title(p: &Provision) -> String {
    format!("{}: {}", p.symbol(), p.subject)
}

/// What is left once the provision concerns the act, or may.
fn conclude(p: &Provision, facts: &Facts, relied_on: Option<tw_base::Interval>, base: Vec<Part>) -> Proof {
    let rule = supported_only(facts, rule(p, facts));
    let all_elements = exceptions::elements(p);
    let elements: Vec<Part> = all_elements.iter().map(|e| exceptions::element(p, e, facts)).collect();
    let exceptions: Vec<Part> = p.exceptions.iter().map(|e| exceptions::judge(p, e, facts)).collect();
    let parts = Parts { base: &base, rule: &rule, elements: &elements, exceptions: &exceptions };
    let (mut verdict, mut because) = parts.verdict();
    (verdict, because) = held_back(p, verdict, because);

    let asked = !matches!(verdict, Verdict::NotApplicable | Verdict::Compliant);
    let unknown = |part: &Part| asked && part.value() == Tri::Unknown;
    let open_exceptions =
        p.exceptions.iter().zip(&exceptions).filter(|(_, part)| unknown(part)).map(|(e, _)| exceptions::open(e)).collect();
    let open_elements =
        all_elements.iter().zip(&elements).filter(|(_, part)| unknown(part)).map(|(e, _)| exceptions::open_element(e)).collect();
    let missing = if asked { missing(p, &base, &rule) } else { Vec::new() };
    let value = match verdict {
        Verdict::Breach => Tri::True,
        Verdict::NotApplicable | Verdict::Compliant => Tri::False,
        _ => Tri::Unknown,
    };
    let mut children: Vec<Node> = base.into_iter().map(|part| part.node).collect();
    children.push(rule.node);
    children.extend(elements.into_iter().chain(exceptions).map(|part| part.node));
    children.extend(windowed_cap::cease(p, facts));
    Proof {
        provision: p.id.clone(),
        instrument: p.instrument.clone(),
        paragraph: p.paragraph.clone(),
        verification: p.verification,
        verdict,
        reporting: reporting::judge(p, facts),
        open_exceptions,
        open_elements,
        missing,
        in_force: relied_on,
        root: Node { label: title(p), value, because, children },
    }
}

/// Whether the act happened, and the test of its kind.
fn rule(p: &Provision, facts: &Facts) -> Part {
    let test = match &p.test {
        Test::Ban { .. } => ban::judge(facts),
        Test::WindowedCap { .. } => windowed_cap::judge(p, facts),
        Test::StockCeiling { unit, baseline } => stock_ceiling::judge(*unit, *baseline, facts),
        Test::SunsetStock { unit, last_day, last_day_unsettled } => sunset_stock::judge(*unit, *last_day, *last_day_unsettled, facts),
        Test::ReportDue => report_due::judge(p, facts),
        Test::LookBack { events } => look_back::judge(events, facts),
        Test::DesignationEffect { lists } => designation_effect::judge(lists, facts),
        Test::Threshold { measure, bars, levels } => threshold::judge(measure, *bars, levels, facts),
        Test::Presumption { presumes, standard } => presumption::judge(presumes, standard),
        Test::DependsOn { any_of } => depends_on::judge(any_of, facts),
        Test::None => none::judge(),
    };
    if facts.occurred == Tri::True || matches!(p.test, Test::Ban { .. } | Test::ReportDue) {
        return test;
    }
    Part::all("the rule", vec![ban::occurred(facts), test])
}

/// Evidence that supports the act without being it never proves the act, and its absence never disproves it.
fn supported_only(facts: &Facts, mut rule: Part) -> Part {
    let proxy = facts.proxy || facts.act == Act::RegisterWorker;
    if !proxy || rule.by_calendar || rule.value() == Tri::Unknown {
        return rule;
    }
    rule.points = rule.value() == Tri::True;
    rule.node.value = Tri::Unknown;
    let join = if rule.node.because.is_empty() { "" } else { "; " };
    rule.node.because.push_str(join);
    rule.node.because.push_str("the evidence supports the act and is not the act itself (a registration is not a permit)");
    rule.missing("a record of the act itself, such as the permit (host state)")
}

struct Parts<'a> {
    base: &'a [Part],
    rule: &'a Part,
    elements: &'a [Part],
    exceptions: &'a [Part],
}

impl Parts<'_> {
    fn verdict(&self) -> (Verdict, String) {
        let base = Tri::all(self.base.iter().map(Part::value));
        let condition = Tri::all(std::iter::once(self.rule).chain(self.elements).map(Part::value));
        let excused = Tri::any(self.exceptions.iter().map(Part::value));
        let at_most = |verdict, because: &str| match base {
            Tri::True => (verdict, because.to_owned()),
            _ => (Verdict::Undetermined, format!("whether it concerns the act is not known; if it does, {because}")),
        };
        if self.rule.value() == Tri::False {
            return at_most(Verdict::Compliant, &compliant(self.rule));
        }
        if condition == Tri::False {
            return at_most(Verdict::Compliant, "an element of the rule is ruled out");
        }
        if excused == Tri::True {
            return at_most(Verdict::Compliant, "an exception is established");
        }
        if base == Tri::True && condition == Tri::True {
            return match excused {
                Tri::False => {
                    (Verdict::Breach, "the rule is met, every element is established, and every exception is excluded".to_owned())
                }
                _ => (Verdict::PrimaFacie, "the rule is met; what remains open is whether an exception applies".to_owned()),
            };
        }
        let points = self.base.iter().chain(std::iter::once(self.rule)).chain(self.elements).all(Part::points);
        if points {
            return (Verdict::Indicated, format!("the evidence points that way; open: {}", self.open()));
        }
        (Verdict::Undetermined, format!("the facts do not suffice; open: {}", self.open()))
    }

    fn open(&self) -> String {
        let parts = self.base.iter().chain(std::iter::once(self.rule)).chain(self.elements);
        parts.filter(|p| p.value() == Tri::Unknown).map(|p| p.node.label.as_str()).collect::<Vec<_>>().join("; ")
    }
}

fn compliant(rule: &Part) -> String {
    if rule.node.because.is_empty() { "the rule is not met".to_owned() } else { rule.node.because.clone() }
}

/// What a provision may never say: one that was not read decides nothing, and one that does not bind is not breached.
fn held_back(p: &Provision, verdict: Verdict, because: String) -> (Verdict, String) {
    if p.verification == Verification::V3 {
        return (Verdict::Undetermined, format!("its wording comes from memory (V3) and decides nothing; otherwise: {because}"));
    }
    if p.force == Force::Recommendatory && verdict >= Verdict::Indicated {
        return (Verdict::Indicated, format!("calls upon: it cannot be breached; {because}"));
    }
    (verdict, because)
}

fn missing(p: &Provision, base: &[Part], rule: &Part) -> Vec<String> {
    let mut all = Vec::new();
    if p.verification == Verification::V3 {
        all.push(format!("wording of {} read at the source (V3)", p.symbol()));
    }
    for part in base.iter().chain(std::iter::once(rule)).filter(|part| part.value() == Tri::Unknown) {
        for what in &part.missing {
            if !all.contains(what) {
                all.push(what.clone());
            }
        }
    }
    all
}

impl Book {
    /// Asks one provision about an act; `None` if there is no such provision.
    ///
    /// Where it depends on others, they are asked about the same act first, unless the facts hold their verdicts. For those others, only what was
    /// settled or reported under a key that names them (`UN-2397-5:HUM`) counts, because keys are unique within a provision only.
    #[must_use]
    pub fn evaluate(&self, id: &str, facts: &Facts) -> Option<Proof> {
        let provision = self.get(id)?;
        Some(evaluate(provision, &self.with_verdicts(provision, facts)))
    }

    /// Asks every provision about an act, by id.
    ///
    /// Only what was settled or reported under a key that names its provision (`UN-2397-5:HUM`) counts: a key alone (`HUM`) is several provisions'.
    #[must_use]
    pub fn evaluate_all(&self, facts: &Facts) -> Vec<Proof> {
        let facts = facts.named_keys_only();
        self.iter().map(|p| evaluate(p, &self.with_verdicts(p, &facts))).collect()
    }

    /// As [`Book::evaluate_all`], without what is not applicable.
    #[must_use]
    pub fn evaluate_applicable(&self, facts: &Facts) -> Vec<Proof> {
        let facts = facts.named_keys_only();
        let concerned = self.iter().filter(|p| scope::may_concern(p, &facts));
        concerned.map(|p| evaluate(p, &self.with_verdicts(p, &facts))).filter(|proof| proof.verdict != Verdict::NotApplicable).collect()
    }

    fn with_verdicts<'a>(&self, p: &Provision, facts: &'a Facts) -> std::borrow::Cow<'a, Facts> {
        let before = self.dependencies(p);
        if before.is_empty() {
            return std::borrow::Cow::Borrowed(facts);
        }
        let mut others = facts.named_keys_only().into_owned();
        for other in before {
            if !others.verdicts.contains_key(&other.id) {
                let verdict = evaluate(other, &others).verdict;
                others.verdicts.insert(other.id.clone(), verdict);
            }
        }
        std::borrow::Cow::Owned(Facts { verdicts: others.verdicts, ..facts.clone() })
    }
}

#[cfg(test)]
mod tests;
