//! Nothing to test: a permission, mandate or definition.

use tw_base::Tri;

use super::part::Part;

pub(super) fn judge() -> Part {
    Part::new("nothing is tested", Tri::False, "it asks nothing that an act could break").by_calendar()
}
