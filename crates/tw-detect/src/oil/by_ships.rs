//! What ships apparently delivered under a cap: calls in the target country, seen or inferred, by tankers, with their barrels as a distribution.
//!
//! Every call of a laden tanker is read as one delivery, as the Panel of Experts reads its own list. What speaks against a row being a delivery is
//! not weighed in but left out and counted: a ship deeper after the call than before, a ship of the target's own flag (coastal trade), a ship whose
//! size nobody knows.

use std::collections::BTreeMap;

use tw_base::{Bounds, Date, Interval, format_number};
use tw_flows::{Probable, ShipSum, by_ship};
use tw_maritime::At;
use tw_maritime::concealed::Concealed;
use tw_maritime::draught::{Hull, delivery_prior};
use tw_tables::Product;

use crate::ships::sea::{Sea, day};
use crate::world::World;

/// Least confidence of a port call, of 4, that is counted as seen: a stop or silence in port with an entry or an exit.
const SURE: u8 = 3;

/// Days between two calls of one ship that may be one delivery: the second is left out. Our choice: no tanker loads abroad and is back sooner.
const ONE_DELIVERY: i64 = 3;

/// One delivery that a ship apparently made.
pub(super) struct Call {
    pub(super) delivery: Probable,
    pub(super) says: String,
    pub(super) at: At,
}

/// Deliveries by ships in a window.
#[derive(Default)]
pub(super) struct ByShips {
    pub(super) calls: Vec<Call>,
    pub(super) sum: Option<ShipSum>,
    /// What was left out and why, one clause each, with counts.
    pub(super) aside: Vec<String>,
}

impl ByShips {
    /// What the calls bound: their 5 per cent point from below, and nothing from above, since calls that nobody saw are not among them. On five
    /// synthetic seas 45 of 61 deliveries were counted, and the true sum lay above the 95 per cent point of the counted ones in four.
    pub(super) fn bounds(&self) -> Bounds {
        self.sum.as_ref().map_or(Bounds::UNKNOWN, |sum| Bounds { low: Some(sum.p5), best: None, high: None })
    }
}

/// The calls of tankers in the target country within a window. Cargo is not observed: it counts as refined oil unless a document names crude.
pub(super) fn by_ships(world: World<'_>, product: Product, days: Interval, limit: f64) -> ByShips {
    let Some(sea) = Sea::of(world) else { return ByShips::default() };
    let mut aside: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut calls: Vec<(u32, Date, Call)> = Vec::new();
    for row in &sea.seen.concealed {
        let Some(at) = day(row.t1).filter(|at| days.contains(*at)) else { continue };
        if !tanker(row.ship_type) || row.country != world.target.code() || named(world, row) != product {
            continue;
        }
        if let Some(reason) = no_delivery(&sea, row.mmsi, row.draught_m) {
            *aside.entry(reason).or_default() += 1;
            continue;
        }
        let (Some(low), Some(middle), Some(high)) = (row.barrels_low, row.barrels, row.barrels_high) else {
            *aside.entry("of a size that nobody knows").or_default() += 1;
            continue;
        };
        let seen = if row.how == "observed" { "seen".to_owned() } else { format!("inferred, probability {:.2}", row.p_call) };
        let by = row.barrels_by.as_deref().unwrap_or("size");
        let says = format!(
            "{}: call at {} by {at} ({seen}), {} to {} bbl by its {by}",
            sea.label(row.mmsi),
            row.port_name,
            format_number(low.round()),
            format_number(high.round())
        );
        let delivery = Probable { day: at, probability: row.p_call, barrels: [low, middle, high] };
        calls.push((row.mmsi, at, Call { delivery, says, at: row.first }));
    }
    if product == Product::Refined {
        for call in sea.seen.port_calls.iter().filter(|call| call.country == world.target.code() && call.confidence >= SURE) {
            let Some(at) = day(call.t1).filter(|at| days.contains(*at)) else { continue };
            if !tanker(sea.ship_type(call.mmsi)) || calls.iter().any(|(mmsi, other, _)| *mmsi == call.mmsi && near(*other, at)) {
                continue;
            }
            let change = sea.seen.draught_changes.iter().find(|c| c.mmsi == call.mmsi && c.t1 >= call.t0 && c.t0 <= call.t1);
            if let Some(reason) = no_delivery(&sea, call.mmsi, change.map(|c| c.to_m - c.from_m)) {
                *aside.entry(reason).or_default() += 1;
                continue;
            }
            let by_draught = change.and_then(|c| Some([c.barrels_low?, c.barrels?, c.barrels_high?]));
            let by_size = || delivery_prior(&sea.hull(call.mmsi)?, tons()).map(|cargo| [cargo.barrels.0, cargo.barrels.1, cargo.barrels.2]);
            let by = if by_draught.is_some() { "draught" } else { "size" };
            let Some(barrels) = by_draught.or_else(by_size) else {
                *aside.entry("of a size that nobody knows").or_default() += 1;
                continue;
            };
            let says = format!(
                "{}: call at {} until {at} (seen, confidence {} of 4), {} to {} bbl by its {by}",
                sea.label(call.mmsi),
                call.port_name,
                call.confidence,
                format_number(barrels[0].round()),
                format_number(barrels[2].round())
            );
            calls.push((call.mmsi, at, Call { delivery: Probable { day: at, probability: 1.0, barrels }, says, at: call.first }));
        }
    }
    calls.sort_by_key(|(mmsi, at, call)| (*at, *mmsi, call.at));
    let mut kept: Vec<(u32, Date, Call)> = Vec::new();
    for (mmsi, at, call) in calls {
        if kept.iter().any(|(other, before, _)| *other == mmsi && near(*before, at)) {
            *aside.entry("within three days of another call of the same ship").or_default() += 1;
        } else {
            kept.push((mmsi, at, call));
        }
    }
    let calls: Vec<Call> = kept.into_iter().map(|(.., call)| call).collect();
    let deliveries: Vec<Probable> = calls.iter().map(|call| call.delivery).collect();
    let aside = aside.into_iter().map(|(reason, n)| format!("{n} call{} {reason}", if n == 1 { "" } else { "s" })).collect();
    ByShips { sum: by_ship(&deliveries, limit), calls, aside }
}

fn tanker(ship_type: u8) -> bool {
    (80..90).contains(&ship_type)
}

fn near(a: Date, b: Date) -> bool {
    i64::from((a - b).get_days().abs()) <= ONE_DELIVERY
}

/// Barrels a tonne of a product that is not known, lowest, middle and highest.
fn tons() -> (f64, f64, f64) {
    let range = tw_flows::to_barrels(Bounds::exactly(1.0), tw_flows::Product::UnknownRefined);
    let (low, high) = (range.low.unwrap_or(6.35), range.high.unwrap_or(8.90));
    (low, range.best.unwrap_or((low + high) / 2.0), high)
}

/// Why a call is no delivery.
fn no_delivery(sea: &Sea<'_>, mmsi: u32, draught: Option<f64>) -> Option<&'static str> {
    if sea.of_target(mmsi) {
        return Some("by ships of the target's own flag, whose coastal trade cannot be told from deliveries");
    }
    draught.is_some_and(|metres| metres > 0.0).then_some("after which the ship lay deeper than before")
}

/// The product that the document of the voyage names; refined oil where none does.
fn named(world: World<'_>, row: &Concealed) -> Product {
    let document = row.document.and_then(|number| world.tables.declarations.get(usize::try_from(number).ok()?));
    document.and_then(|document| document.data.product).unwrap_or(Product::Refined)
}

impl Sea<'_> {
    /// The hull by what the ship said of its size.
    fn hull(&self, mmsi: u32) -> Option<Hull> {
        let ship = self.ships().find(|ship| ship.mmsi == mmsi)?;
        Some(Hull {
            length: f64::from(ship.length?),
            beam: f64::from(ship.beam?),
            draught_max: ship.draught_max,
            dwt: None,
            ship_type: ship.ship_type,
        })
    }
}
