//! Whether two names can be of the same party.
//!
//! A name is analysed once ([`Name::new`]) and then compared with many. Persons, organisations and ships follow different rules, because
//! different things are said of them: a person's names come in any order and a father's name may be left out; an organisation is told by its
//! rare words, and one other rare word makes it another; a ship's name is exact, its hull number above all.
//!
//! The API that others build on:
//!
//! * [`Kind`], [`Name::new`], [`Name::person`] with [`PersonParts`], [`Name::text`], [`Name::kind`], [`Name::tokens`]
//! * [`Rules`]: every weight and threshold, `Rules::default()`
//! * [`score`]`(query, candidate, rules) -> f64`: no allocation
//! * [`compare`]`(query, candidate, rules) -> `[`Comparison`]: the parts, from which [`Comparison::recompute`] gives the score again
//! * [`keys`]`(name) -> Vec<`[`Key`]`>`: what an index stores and looks up
//!
//! ```
//! use tw_names::{Kind, Name, Rules, compare, score};
//! let rules = Rules::default();
//! let query = Name::new(Kind::Organisation, "Korea Daesong Trading No. 8");
//! let other = Name::new(Kind::Organisation, "Korea Daesong Trading No. 2");
//! assert!(score(&query, &other, &rules) < 0.7);
//! assert_eq!(compare(&query, &other, &rules).recompute(), score(&query, &other, &rules));
//! ```

mod acronym;
mod compare;
mod keys;
mod korean;
mod lexicon;
mod name;
mod rules;
mod scripts;
mod sound;
mod words;

pub use compare::{Adjustment, Change, Comparison, Part, Rule, compare, score};
pub use keys::{Key, KeyKind, keys};
pub use lexicon::Class;
pub use name::{Name, PersonParts};
pub use rules::Rules;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A person.
    Person,
    /// A company, an authority, an armed group.
    Organisation,
    /// A ship; aircraft and vehicles too.
    Vessel,
    /// Not known: read as an organisation if it holds a word of organisations, as a person otherwise.
    Other,
}
