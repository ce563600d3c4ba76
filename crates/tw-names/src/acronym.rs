//! Acronyms: NNK for Nezavisimaya Neftegazovaya Kompaniya, KOMID for Korea Mining Development.
//!
//! Many parties share an acronym, so it is weak evidence, whoever writes it; [`crate::Rules::acronym`] caps it.

use crate::lexicon::Class;
use crate::name::Reading;

/// Whether one name is an acronym of the other.
pub(crate) fn agree(q: &Reading, c: &Reading) -> bool {
    match (&q.acronym, &c.acronym) {
        (Some(short), None) => spells(short, c),
        (None, Some(short)) => spells(short, q),
        _ => false,
    }
}

fn spells(short: &str, long: &Reading) -> bool {
    if long.initials.len() < 3 {
        return false;
    }
    // With and without the words that say nothing (company, group).
    if *short == *long.initials || *short == *long.core_initials {
        return true;
    }
    if short.len() < 5 || short.as_bytes()[0] != long.initials.as_bytes()[0] {
        return false;
    }
    let words: Vec<&str> = long
        .tokens
        .iter()
        .filter(|token| matches!(token.class, Class::Distinct | Class::Sector | Class::Place))
        .map(|token| long.letters(token))
        .collect();
    syllables(short, &words, 0)
}

/// Whether the letters are the beginnings of the words in order, at most three letters of each, three words at least, none left out before
/// the last one used.
fn syllables(short: &str, words: &[&str], used: usize) -> bool {
    if short.is_empty() {
        return used >= 3;
    }
    let Some((first, rest)) = words.split_first() else { return false };
    (1..=3.min(short.len()))
        .any(|length| first.get(..length).is_some_and(|start| short.starts_with(start)) && syllables(&short[length..], rest, used + 1))
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Name, Rules, score};

    fn both(a: &str, b: &str) -> f64 {
        let rules = Rules::default();
        score(&Name::new(Kind::Organisation, a), &Name::new(Kind::Organisation, b), &rules)
    }

    #[test]
    fn an_acronym_reaches_the_level_of_a_weak_alias_and_no_more() {
        for (a, b) in [
            ("KOMID", "Korea Mining Development Trading Corporation"),
            ("IPC JSC", "Independent Petroleum Company"),
            ("PLA", "People's Liberation Army"),
        ] {
            assert_eq!(both(a, b), Rules::default().acronym, "{a} {b}");
            assert_eq!(both(b, a), Rules::default().acronym, "{a} {b}");
        }
    }

    #[test]
    fn letters_in_another_order_are_no_acronym() {
        assert!(both("CPI", "Independent Petroleum Company") < 0.5);
        assert!(both("KOMED", "Korea Mining Development Trading Corporation") < 0.5);
    }
}
