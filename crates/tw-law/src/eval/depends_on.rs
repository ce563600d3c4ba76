//! The outcome of other provisions decides.

use tw_base::Tri;

use super::Verdict;
use super::part::Part;
use crate::model::Facts;

pub(super) fn judge(any_of: &[String], facts: &Facts) -> Part {
    let parts = any_of.iter().map(|id| one(id, facts.verdicts.get(id).copied())).collect();
    Part::any("another provision is broken", "", parts)
}

fn one(id: &str, verdict: Option<Verdict>) -> Part {
    let part = |value| Part::new(id, value, verdict.map_or("not asked".to_owned(), |v| v.to_string()));
    match verdict {
        Some(Verdict::Breach | Verdict::PrimaFacie) => part(Tri::True),
        Some(Verdict::NotApplicable | Verdict::Compliant) => part(Tri::False),
        Some(Verdict::Indicated) => part(Tri::Unknown).pointing(true).missing(format!("a firmer verdict of {id} than `indicated`")),
        Some(Verdict::Undetermined) => part(Tri::Unknown).missing(format!("a verdict of {id}: it is undetermined")),
        None => part(Tri::Unknown).missing(format!("the verdict of {id}")),
    }
}
