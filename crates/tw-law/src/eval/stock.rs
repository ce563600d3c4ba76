//! The stock that the facts hold, in the unit asked for.

use tw_base::{Bounds, Unit};

use crate::model::{Act, Facts};

/// Registrations and entries stand in for permits and persons only where the facts say that they are such a proxy.
pub(super) fn of(unit: Unit, facts: &Facts) -> Option<Bounds> {
    let own = facts.amounts.get(&unit);
    let proxy = facts.proxy || facts.act == Act::RegisterWorker;
    let stands_in = || {
        let near = matches!(unit, Unit::Permits | Unit::Persons);
        [Unit::Registrations, Unit::Persons, Unit::Entries].iter().filter(|_| proxy && near).find_map(|other| facts.amounts.get(other))
    };
    own.or_else(stands_in).copied().filter(|b| !b.is_unknown() || b.best.is_some())
}
