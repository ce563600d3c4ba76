//! Crude oil against its cap, by the year from 22 December.

use tw_law::Item;
use tw_tables::Product;

use super::cap::Cap;
use crate::card::Card;
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    Cap { product: Product::Crude, item: Item::CrudeOil, rules: &["UN-2375-15", "UN-2397-4"], never: None, follows: "US-9214-g1A" }
        .run(world, card)
}
