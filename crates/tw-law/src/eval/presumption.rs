//! A fact is presumed until rebutted. The rebuttal is an exception of the provision.

use tw_base::Tri;

use super::part::Part;

pub(super) fn judge(presumes: &str, standard: &str) -> Part {
    Part::new(format!("presumed: {presumes}"), Tri::True, format!("the presumption stands until rebutted; standard of proof: {standard}"))
}
