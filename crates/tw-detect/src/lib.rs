//! Detectors: facts and law to leads.
//!
//! One folder a detector: code, data card (`detector.toml`), literate cases (`cases.md`). A detector states what was declared, what was observed
//! and what was allowed that day, which innocent explanations it tested, and what it did not look at.
//! It is a plain function over the rows of a case; it knows no file format and links no engine.

mod account;
mod card;
mod common;
mod earnings;
mod judged;
mod labour;
mod lead;
mod listing;
mod mirrored;
mod oil;
mod reports;
mod series;
mod ships;
mod trade;
mod world;

pub use account::{CapAccount, CapNotice, CapSum};
pub use card::{Card, Innocent, Parameters, Threshold};
pub use earnings::{Earnings, EarningsDriver, PublishedRange};
pub use labour::figures::labour_figures;
pub use lead::{Against, Allowed, Barrels, Evidence, Gap, Kind, Lead, Open, Outcome, Place, Rank, SeaEvent, Sensitivity, Statement, sort};
pub use listing::party::{Named, named_parties};
pub use mirrored::{BanLine, MirrorMonth, MirrorSeries};
pub use series::{Regime, RegimeSeries, SeriesFigure};
pub use trade::phantom_destination::phantom_shipments;
pub use world::{Flows, Output, Recording, Sightings, World};

/// A detector.
struct Detector {
    card: &'static str,
    run: fn(World<'_>, &Card) -> Output,
}

macro_rules! detectors {
    ($($path:literal => $module:path),+ $(,)?) => {
        &[ $( Detector { card: include_str!(concat!($path, "/detector.toml")), run: { use $module as unit; unit::run } }, )+ ]
    };
}

/// All detectors, in the order of the reference page.
const DETECTORS: &[Detector] = detectors! {
    "labour/permits_after_ban" => crate::labour::permits_after_ban,
    "labour/person_permits" => crate::labour::person_permits,
    "labour/stock_above_baseline" => crate::labour::stock_above_baseline,
    "labour/stock_after_deadline" => crate::labour::stock_after_deadline,
    "labour/entries_against_capacity" => crate::labour::entries_against_capacity,
    "labour/revenue_against_stock" => crate::labour::revenue_against_stock,
    "labour/regimes" => crate::labour::regimes,
    "reports/missing" => crate::reports::missing,
    "oil/refined_cap" => crate::oil::refined_cap,
    "oil/crude_cap" => crate::oil::crude_cap,
    "oil/sources_in_conflict" => crate::oil::sources_in_conflict,
    "trade/declared_against_estimated" => crate::trade::declared_against_estimated,
    "trade/mirror_gap" => crate::trade::mirror_gap,
    "trade/under_ban" => crate::trade::under_ban,
    "trade/phantom_destination" => crate::trade::phantom_destination,
    "listing/on_that_day" => crate::listing::on_that_day,
    "listing/screened" => crate::listing::screened,
    "listing/owned" => crate::listing::owned,
    "ships/declared_against_next_port" => crate::ships::declared_against_next_port,
    "ships/concealed_destination" => crate::ships::concealed_destination,
    "ships/embargoed_call" => crate::ships::embargoed_call,
    "ships/dark_gap" => crate::ships::dark_gap,
    "ships/ship_to_ship" => crate::ships::ship_to_ship,
    "ships/ship_to_ship_dark" => crate::ships::ship_to_ship_dark,
    "ships/loitering" => crate::ships::loitering,
    "ships/draught_change" => crate::ships::draught_change,
    "ships/identity_change" => crate::ships::identity_change,
    "ships/shared_identity" => crate::ships::shared_identity,
    "ships/false_flag" => crate::ships::false_flag,
    "ships/hull_laundering" => crate::ships::hull_laundering,
    "ships/spoofing" => crate::ships::spoofing,
    "ships/listed_ship" => crate::ships::listed_ship,
};

/// The cards of all detectors.
#[must_use]
pub fn cards() -> Vec<Card> {
    DETECTORS.iter().map(|detector| Card::bundled(detector.card)).collect()
}

/// Checks the numbers set in a case against the cards.
///
/// # Errors
/// The first fault, with a hint.
pub fn check_parameters(parameters: &Parameters) -> Result<(), String> {
    card::check(parameters, &cards())
}

/// Runs every detector and gives each one's output, in the order of [`cards`].
#[must_use]
pub fn run(world: World<'_>) -> Vec<(Card, Output)> {
    // Which of two rows comes first in a file must never decide anything.
    let mut tables = world.tables.clone();
    tables.sort();
    let world = World { tables: &tables, ..world };
    DETECTORS
        .iter()
        .map(|detector| {
            let card = Card::bundled(detector.card);
            let mut output = (detector.run)(world, &card);
            world::tell_apart(&mut output.leads);
            (card, output)
        })
        .collect()
}
