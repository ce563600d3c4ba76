//! The act is barred with whom or what is designated on the day.

use tw_base::Tri;

use super::part::Part;
use crate::model::Facts;

pub(super) fn judge(lists: &[String], facts: &Facts) -> Part {
    let names = lists.join(", ");
    match facts.designated {
        Tri::True => Part::new("designated on the day", Tri::True, names),
        Tri::False => Part::new("designated on the day", Tri::False, format!("known not to be on {names} on the day")),
        Tri::Unknown => Part::new("designated on the day", Tri::Unknown, format!("not known: {names}"))
            .missing(format!("whether the party, ship or property was on {names} on the day (dated lists)")),
    }
}
