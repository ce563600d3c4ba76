//! The act itself is prohibited.

use tw_base::Tri;

use super::part::{Part, days};
use super::scope::word;
use crate::model::Facts;

/// Items caught later than the rest are a matter of days: see `days`.
pub(super) fn judge(facts: &Facts) -> Part {
    occurred(facts)
}

pub(super) fn occurred(facts: &Facts) -> Part {
    let what = format!("{}, {}", word(&facts.act), days(&facts.when));
    match facts.occurred {
        Tri::True => Part::new("the act happened", Tri::True, what),
        Tri::False => Part::new("the act happened", Tri::False, format!("known not to have happened: {what}")),
        Tri::Unknown => Part::new("the act happened", Tri::Unknown, "not known").missing(format!("whether the act happened: {what}")),
    }
}
