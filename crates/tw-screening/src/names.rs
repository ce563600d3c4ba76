//! The settings of yente's name matcher, and its explanations, in the words of `tw-names`.

use tw_names::{Change, Comparison, Name, Rule, Rules};

use crate::explain::{Adjustment, Token};

/// Defaults of yente's name matcher, to which a client's figures are related.
const NUMBER_MISMATCH: f64 = 0.3;
const EXTRA_QUERY: f64 = 0.8;
const EXTRA_RESULT: f64 = 0.2;
const FUZZY: f64 = 1.0;

/// Sets a rule by its name on yente's wire; the caller has checked the name.
///
/// The two matchers weigh on different scales, so a client's figure moves our rule in proportion: half of yente's default halves ours.
pub(crate) fn configure(rules: &mut Rules, key: &str, value: f64) {
    let share = |default: f64| (value / default).clamp(0.0, 4.0);
    match key {
        "nm_extra_query_name" => {
            rules.extra_query = (rules.extra_query * share(EXTRA_QUERY)).min(1.0);
            rules.extra_word = (rules.extra_word * share(EXTRA_QUERY)).min(1.0);
        }
        "nm_extra_result_name" => rules.extra_candidate = (rules.extra_candidate * share(EXTRA_RESULT)).min(1.0),
        // A penalty there is a factor here: 0 takes nothing off.
        "nm_number_mismatch" => {
            rules.number_differs = (1.0 - (1.0 - rules.number_differs) * share(NUMBER_MISMATCH)).clamp(0.0, 1.0);
            rules.number_missing = (1.0 - (1.0 - rules.number_missing) * share(NUMBER_MISMATCH)).clamp(0.0, 1.0);
        }
        // A greater factor there tolerates more; here less is lost for each edit.
        "nm_fuzzy_cutoff_factor" => rules.edit_loss = (rules.edit_loss / share(FUZZY).max(0.25)).clamp(0.0, 1.0),
        // Family names are not known as such in one text: contradiction weighs instead.
        "nm_family_name_weight" => rules.conflict = (rules.conflict * (value / 1.3)).clamp(0.0, 8.0),
        _ => {}
    }
}

/// Score of a name with itself.
pub(crate) fn same(_name: &Name) -> f64 {
    1.0
}

/// The parts of a comparison of names.
pub(crate) fn tokens(comparison: &Comparison) -> Vec<Token> {
    comparison
        .parts
        .iter()
        .map(|p| Token {
            query: p.query.clone(),
            candidate: p.candidate.clone(),
            rule: rule(p.rule),
            weight: p.weight,
            similarity: p.similarity,
            contribution: p.contribution,
        })
        .collect()
}

/// What lowers the sum of the parts.
pub(crate) fn adjustments(comparison: &Comparison) -> Vec<Adjustment> {
    let one = |c: Change| match c {
        Change::Factor(f) => (Some(f), None),
        Change::Cap(c) => (None, Some(c)),
    };
    comparison
        .adjustments
        .iter()
        .map(|a| {
            let (factor, cap) = one(a.change);
            Adjustment { factor, cap, why: a.why }
        })
        .collect()
}

/// The rule's own name in small letters: `SameSound` is `same-sound`.
fn rule(rule: Rule) -> String {
    let mut out = String::new();
    for c in format!("{rule:?}").chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_in_small_letters() {
        assert_eq!(rule(Rule::SameSound), "same-sound");
        assert_eq!(rule(Rule::Same), "same");
    }

    #[test]
    fn a_clients_defaults_change_nothing() {
        let mut rules = Rules::default();
        for (key, value) in [
            ("nm_extra_query_name", 0.8),
            ("nm_extra_result_name", 0.2),
            ("nm_number_mismatch", 0.3),
            ("nm_fuzzy_cutoff_factor", 1.0),
            ("nm_family_name_weight", 1.3),
        ] {
            configure(&mut rules, key, value);
        }
        let same = Rules::default();
        assert!((rules.extra_query - same.extra_query).abs() < 1e-12 && (rules.number_differs - same.number_differs).abs() < 1e-12);
        configure(&mut rules, "nm_extra_query_name", 0.4);
        assert!((rules.extra_query - same.extra_query / 2.0).abs() < 1e-12);
    }
}
