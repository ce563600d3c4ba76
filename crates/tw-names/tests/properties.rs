//! What holds for all names.

use proptest::prelude::*;
use tw_names::{Kind, Name, PersonParts, Rules, compare, keys, score};

const KINDS: [Kind; 4] = [Kind::Person, Kind::Organisation, Kind::Vessel, Kind::Other];

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(KINDS.to_vec())
}

/// Words that no table knows and no rule reads as more than a word.
const WORDS: &[&str] = &[
    "brelvane",
    "corfwick",
    "dortmayer",
    "felgrund",
    "gravenholt",
    "helstrom",
    "jorvecast",
    "lumbrick",
    "marvenport",
    "pelwright",
    "strobnick",
    "veldcamper",
];

fn words(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(WORDS.to_vec(), count).prop_shuffle()
}

/// Texts with the letters that names are written in, and marks, digits and brackets among them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[A-Za-z'.,/() 0-9-]{0,40}", "[А-Яа-яЁё «»-]{0,30}", "[ء-ي ]{0,20}", "[가-힣 ]{0,12}", "[一-龥]{0,8}"]
}

proptest! {
    #[test]
    fn nothing_panics_and_every_score_is_its_own_explanation(a in text(), b in text(), x in kind(), y in kind()) {
        let rules = Rules::default();
        let (q, c) = (Name::new(x, &a), Name::new(y, &b));
        let got = score(&q, &c, &rules);
        let why = compare(&q, &c, &rules);
        prop_assert!((0.0..=1.0).contains(&got));
        prop_assert_eq!(got, why.score);
        prop_assert_eq!(why.recompute(), got);
        keys(&q);
    }

    #[test]
    fn a_name_is_itself(a in text(), x in kind()) {
        let name = Name::new(x, &a);
        if name.tokens().count() > 0 {
            prop_assert_eq!(score(&name, &name, &Rules::default()), 1.0);
        }
    }

    #[test]
    fn parts_of_persons_never_panic(first in text(), last in text(), father in text()) {
        let parts = PersonParts { first: Some(&first), last: Some(&last), father: Some(&father), ..PersonParts::default() };
        let name = Name::person(&parts);
        keys(&name);
        prop_assert!(score(&name, &name, &Rules::default()) >= 0.0);
    }

    #[test]
    fn the_order_of_a_persons_names_does_not_matter(list in words(2..5), turn in 0_usize..4) {
        let mut other = list.clone();
        other.rotate_left(turn % list.len());
        let (a, b) = (Name::new(Kind::Person, &list.join(" ")), Name::new(Kind::Person, &other.join(" ")));
        prop_assert!(score(&a, &b, &Rules::default()) >= 0.95);
    }

    #[test]
    fn a_legal_form_changes_little(list in words(1..4), form in prop::sample::select(vec!["LLC", "GmbH", "Ltd", "OOO", "S.A.", "Company Limited"])) {
        let plain = list.join(" ");
        let (a, b) = (Name::new(Kind::Organisation, &plain), Name::new(Kind::Organisation, &format!("{plain} {form}")));
        prop_assert!(score(&a, &b, &Rules::default()) >= 0.95);
    }

    #[test]
    fn another_rare_word_is_another_organisation(list in words(2..3)) {
        let (a, b) = (Name::new(Kind::Organisation, &format!("{} Trading Company", list[0])), Name::new(Kind::Organisation, &format!("{} Trading Company", list[1])));
        prop_assert!(score(&a, &b, &Rules::default()) < 0.5);
    }

    #[test]
    fn ships_are_compared_alike_from_both_sides(a in words(1..3), b in words(1..3), m in 1_u32..30, n in 1_u32..30) {
        let (x, y) = (Name::new(Kind::Vessel, &format!("{} {m}", a.join(" "))), Name::new(Kind::Vessel, &format!("{} {n}", b.join(" "))));
        let rules = Rules::default();
        prop_assert_eq!(score(&x, &y, &rules), score(&y, &x, &rules));
        if m != n {
            prop_assert!(score(&x, &y, &rules) < 0.7);
        }
    }

    #[test]
    fn names_with_an_equal_word_share_a_key(list in words(2..4), more in words(1..3)) {
        let (a, b) = (Name::new(Kind::Person, &list.join(" ")), Name::new(Kind::Person, &format!("{} {}", list[0], more.join(" "))));
        let known = keys(&a);
        prop_assert!(keys(&b).iter().any(|key| known.contains(key)));
    }
}
