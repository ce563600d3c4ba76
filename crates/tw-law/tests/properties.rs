//! What must hold for any facts and any provision.

mod common;

use proptest::prelude::*;
use tw_base::{Bounds, Tri};
use tw_law::*;

fn book() -> Book {
    Book::bundled().unwrap_or_else(|error| panic!("{error}"))
}

fn case() -> impl Strategy<Value = (usize, Vec<u8>)> {
    (any::<usize>(), prop::collection::vec(any::<u8>(), 30..64))
}

fn chosen(book: &Book, index: usize) -> Provision {
    book.iter().nth(index % book.len()).expect("an index below the length").clone()
}

fn in_force_throughout(p: &Provision, facts: &Facts) -> bool {
    p.stretches().iter().any(|s| s.covers(&facts.when))
}

/// Settled as excluded, or shut by the dates and goods that the facts hold, as the proof says.
fn excluded(p: &Provision, e: &Exception, facts: &Facts, proof: &Proof) -> bool {
    let label = format!("exception {}: {}", e.id, e.cond);
    let node = proof.root.find(&label);
    let by_facts = node.is_some_and(|n| n.value == Tri::False && n.because.starts_with("excluded by known facts"));
    facts.settled_for(&p.id, &e.id) == Settled::Excluded || by_facts
}

fn check(p: &Provision, facts: &Facts) -> Result<(), TestCaseError> {
    let proof = evaluate(p, facts);
    prop_assert_eq!(&proof, &evaluate(p, facts));
    prop_assert!(!proof.to_string().is_empty());
    if proof.verdict >= Verdict::PrimaFacie {
        prop_assert!(proof.open_elements.is_empty());
        prop_assert!(p.verification < Verification::V3);
        prop_assert!(matches!(p.force, Force::Binding | Force::Consequence));
        prop_assert!(in_force_throughout(p, facts));
        prop_assert!(!facts.proxy && facts.act != Act::RegisterWorker);
        prop_assert!(p.elements.iter().all(|e| facts.settled_for(&p.id, &e.id) == Settled::Established));
        let determined = p.force != Force::Consequence || facts.settled_for(&p.id, "determination") == Settled::Established;
        prop_assert!(determined);
    }
    match proof.verdict {
        Verdict::Breach => {
            prop_assert!(proof.open_exceptions.is_empty() && proof.missing.is_empty());
            prop_assert!(p.exceptions.iter().all(|e| excluded(p, e, facts, &proof)));
        }
        Verdict::PrimaFacie => prop_assert!(!proof.open_exceptions.is_empty()),
        Verdict::Undetermined => {
            let said = !proof.missing.is_empty() || !proof.open_elements.is_empty();
            prop_assert!(said, "nothing said to be missing:\n{}", proof);
        }
        _ => {}
    }
    Ok(())
}

/// The same facts without what one field says.
fn without(facts: &Facts, field: usize) -> Facts {
    let mut less = facts.clone();
    match field % 6 {
        0 => less.jurisdiction = None,
        1 => less.designated = Tri::Unknown,
        2 => less.occurred = Tri::Unknown,
        3 => less.measures.clear(),
        4 => less.baseline = None,
        _ => less.events.clear(),
    }
    less
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_grave_verdict_leaves_nothing_open((index, bytes) in case()) {
        let p = chosen(&book(), index);
        check(&p, &common::facts(&p, &bytes))?;
    }

    #[test]
    fn excluding_exceptions_one_by_one_never_makes_it_milder((index, bytes) in case()) {
        let p = chosen(&book(), index);
        let mut facts = common::facts(&p, &bytes);
        let mut before = evaluate(&p, &facts).verdict;
        for e in &p.exceptions {
            facts.settled.insert(e.id.clone(), Settled::Excluded);
            let after = evaluate(&p, &facts).verdict;
            prop_assert!(after >= before, "{} then {}", before, after);
            before = after;
        }
    }

    #[test]
    fn what_is_decided_stays_decided_when_more_is_known((index, bytes) in case(), field in any::<usize>()) {
        let p = chosen(&book(), index);
        let more = common::facts(&p, &bytes);
        let less = without(&more, field);
        let (before, after) = (evaluate(&p, &less).verdict, evaluate(&p, &more).verdict);
        if matches!(before, Verdict::NotApplicable | Verdict::Compliant | Verdict::Breach) {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn nothing_absent_is_compliant((index, bytes) in case()) {
        let p = chosen(&book(), index);
        let mut facts = common::facts(&p, &bytes);
        facts.amounts.clear();
        facts.measures.clear();
        facts.events.clear();
        facts.designated = Tri::Unknown;
        facts.settled.clear();
        facts.verdicts.clear();
        facts.occurred = Tri::True;
        let measured = matches!(
            p.test,
            Test::WindowedCap { .. } | Test::StockCeiling { .. } | Test::Threshold { .. } | Test::DesignationEffect { .. } | Test::DependsOn { .. }
        );
        if measured {
            let verdict = evaluate(&p, &facts).verdict;
            prop_assert!(matches!(verdict, Verdict::NotApplicable | Verdict::Undetermined | Verdict::Indicated), "{}", verdict);
        }
    }

    #[test]
    fn a_larger_sum_is_never_milder((index, bytes) in case(), extra in 0.0..1e9_f64) {
        let p = chosen(&book(), index);
        let mut facts = common::facts(&p, &bytes);
        let Test::WindowedCap { limits, .. } = &p.test else { return Ok(()) };
        let only = limits[0].unit;
        facts.amounts.retain(|unit, _| *unit == only);
        facts.amounts.insert(only, Bounds::exactly(limits[0].value.unwrap_or(1.0)));
        let before = evaluate(&p, &facts).verdict;
        facts.amounts.insert(only, Bounds::exactly(limits[0].value.unwrap_or(1.0) + extra));
        prop_assert!(evaluate(&p, &facts).verdict >= before);
    }
}

#[test]
fn the_whole_book_answers_any_act_in_the_same_order_as_alone() {
    let book = book();
    for p in book.iter() {
        let facts = common::facts(p, &[7, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let all = book.evaluate_all(&facts);
        assert_eq!(all.len(), book.len());
        let applicable: Vec<&Proof> = all.iter().filter(|proof| proof.verdict != Verdict::NotApplicable).collect();
        assert_eq!(book.evaluate_applicable(&facts).iter().collect::<Vec<_>>(), applicable);
    }
}
