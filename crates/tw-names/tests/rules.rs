//! The rules, each with the reason for it, on names from official lists and invented ones.

use tw_names::{Kind, Name, PersonParts, Rule, Rules, compare, score};

fn both(kind: Kind, a: &str, b: &str) -> f64 {
    score(&Name::new(kind, a), &Name::new(kind, b), &Rules::default())
}

fn same(kind: Kind, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert!(both(kind, a, b) >= 0.7, "{a} | {b}: {:?}", compare(&Name::new(kind, a), &Name::new(kind, b), &Rules::default()));
    }
}

fn different(kind: Kind, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert!(both(kind, a, b) < 0.7, "{a} | {b}: {:?}", compare(&Name::new(kind, a), &Name::new(kind, b), &Rules::default()));
    }
}

#[test]
fn every_syllable_of_a_korean_given_name_must_agree() {
    same(
        Kind::Person,
        &[
            ("Ri Yong Ho", "Lee Yong-ho"),
            ("Choe Ryong Hae", "Ch'oe Ryong-hae"),
            ("Jang Song Thaek", "Chang Song-taek"),
            ("KIM JONGUN", "Kim Jong Un"),
        ],
    );
    different(Kind::Person, &[("Kim Yong Chol", "Kim Myong Chol"), ("Ri Yong Ho", "Ri Yong Su"), ("Pak Pong Ju", "Pak Yong Ju")]);
}

#[test]
fn another_rare_word_makes_another_organisation_however_alike_it_looks() {
    different(
        Kind::Organisation,
        &[
            ("Korea Kumryong Trading Corporation", "Korea Kumsan Trading Corporation"),
            ("Yongjin Ship Management Company Limited", "Pyongjin Ship Management Company Limited"),
            ("Korea Daesong Bank", "Korea Daesong General Trading Corporation"),
            ("Foreign Trade Bank of the DPRK", "Foreign Trade Bank of Belarus"),
        ],
    );
    same(
        Kind::Organisation,
        &[("Tanchon Commercial Bank", "Danchon Commercial Bank"), ("Korea Kwangson Banking Corp", "Korea Gwangson Bank")],
    );
}

#[test]
fn words_of_trade_and_legal_forms_are_equal_in_every_language() {
    same(
        Kind::Organisation,
        &[
            ("Independent Petroleum Company", "Nezavisimaya Neftegazovaya Kompaniya AO"),
            ("OAO Gazprom", "Open Joint Stock Company Gazprom"),
            ("Siemens Aktiengesellschaft", "SiemensAG"),
            ("Foreign Trade Bank", "조선무역은행"),
        ],
    );
}

#[test]
fn a_number_is_exact_in_every_spelling() {
    same(Kind::Organisation, &[("Brigade 44", "Brigade Forty-Four"), ("1st International Bank", "First International Bank")]);
    different(Kind::Organisation, &[("Korea Daesong No. 8 Trading", "Korea Daesong No. 2 Trading")]);
}

#[test]
fn a_ships_name_is_exact_and_its_hull_number_above_all() {
    same(
        Kind::Vessel,
        &[
            ("WISE HONEST", "M/V WISE HONEST"),
            ("CHON MYONG 1", "CHONMYONG-1"),
            ("YU PHYONG 5", "YU PYONG 5"),
            ("BICENTENARIO IV", "BICENTENARIO 4"),
        ],
    );
    different(
        Kind::Vessel,
        &[
            ("CHONG CHON GANG", "CHONG CHON GANG 2"),
            ("JI SONG 6", "JI SONG 8"),
            ("AM NOK GANG", "TAE DONG GANG"),
            ("BICENTENARIO VIII", "BICENTENARIO VII"),
        ],
    );
}

#[test]
fn a_father_may_be_missing_but_not_another() {
    same(Kind::Person, &[("Example Ivanovich Primerov", "Example Primerov"), ("PRIMEROV, Example Ivanovich", "Example Primerov")]);
    different(
        Kind::Person,
        &[
            ("Example Ivanovich Primerov", "Example Petrovich Primerov"),
            ("Salman bin Muhammad al-Example", "Muhammad bin Salman al-Example"),
        ],
    );
}

#[test]
fn common_names_prove_little_and_one_name_proves_nothing() {
    different(
        Kind::Person,
        &[("Ahmad Ali", "Ahmad Iman Ali"), ("Muhammad", "Muhammad Example Primer"), ("Adnan Example", "Jihad Adnan Example")],
    );
    same(Kind::Person, &[("V. Brelvane", "Victor Brelvane")]);
}

#[test]
fn a_given_name_here_is_not_a_family_name_there() {
    let rules = Rules::default();
    let query = Name::person(&PersonParts { first: Some("Felgrund"), last: Some("Helstrom"), ..PersonParts::default() });
    let turned = Name::person(&PersonParts { first: Some("Helstrom"), last: Some("Felgrund"), ..PersonParts::default() });
    assert_eq!(score(&query, &query, &rules), 1.0);
    assert!(score(&query, &turned, &rules) < score(&query, &Name::new(Kind::Person, "Helstrom Felgrund"), &rules));
}

#[test]
fn characters_of_han_and_hangul_that_differ_are_not_equal_by_their_sound() {
    same(Kind::Person, &[("김정은", "Kim Jong Un"), ("金正恩", "Kim Jong Un"), ("李明华", "Li Minghua"), ("리용호", "이용호")]);
    different(Kind::Person, &[("김종은", "김정은"), ("李明花", "李明华")]);
}

#[test]
fn an_explanation_names_the_words_and_the_rule() {
    let why = compare(&Name::new(Kind::Person, "Mohamed Brelvane"), &Name::new(Kind::Person, "Muhammad Brelvan"), &Rules::default());
    let found: Vec<(&str, &str, Rule)> = why.parts.iter().map(|part| (part.query.as_str(), part.candidate.as_str(), part.rule)).collect();
    assert!(found.contains(&("brelvane", "brelvan", Rule::Typo)), "{found:?}");
    assert!((why.parts.iter().map(|part| part.contribution).sum::<f64>() - why.score).abs() < 0.001);
}

#[test]
fn parties_of_different_kinds_stay_below_the_threshold() {
    let (person, firm) = (Name::new(Kind::Person, "Helstrom Felgrund"), Name::new(Kind::Organisation, "Helstrom Felgrund LLC"));
    assert!(score(&person, &firm, &Rules::default()) < 0.7);
}

#[test]
fn a_foundation_is_not_the_company_of_the_same_name() {
    different(
        Kind::Organisation,
        &[("ANO Example Arts", "Limited Liability Company Example Arts"), ("Example Arts Foundation", "Example Arts GmbH")],
    );
    same(Kind::Organisation, &[("OOO Example Arts", "Example Arts GmbH"), ("ANO Example Arts", "Example Arts")]);
}

#[test]
fn three_letters_alone_prove_nothing_where_the_other_words_differ() {
    different(Kind::Organisation, &[("XQZ International", "X.Q.Z. Company")]);
    same(
        Kind::Organisation,
        &[("XQZ International", "X.Q.Z."), ("XQZ Company", "X.Q.Z. Company Ltd"), ("Exquiz International", "Exquiz Company")],
    );
}

#[test]
fn a_percent_sign_is_read_aloud_and_a_legal_form_may_have_a_slip_of_sound() {
    same(Kind::Organisation, &[("5% Example", "Five Percent Example"), ("Example Joynt Stock Company", "Example Joint Stock Company")]);
}

#[test]
fn a_foreign_name_in_han_is_compared_by_its_consonants() {
    // A transcription is recognised by the dot between its parts.
    same(Kind::Person, &[("\u{5df4}\u{62c9}\u{514b}\u{b7}\u{8428}\u{5229}\u{739b}", "Balak Sarima")]);
    different(Kind::Person, &[("\u{5df4}\u{62c9}\u{514b}\u{b7}\u{8428}\u{5229}\u{739b}", "Batan Sanida")]);
}
