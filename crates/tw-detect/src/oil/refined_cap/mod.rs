//! Refined oil against its cap, by calendar year.

use tw_law::Item;
use tw_tables::Product;

use super::cap::Cap;
use crate::card::Card;
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    Cap {
        product: Product::Refined,
        item: Item::RefinedPetroleum,
        rules: &["UN-2375-14a", "UN-2397-5"],
        never: Some("UN-2375-14b"),
        follows: "US-9214-g1A",
    }
    .run(world, card)
}
