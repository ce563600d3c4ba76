//! What counts for and against two parties being one, case by case; and that every explanation recomputes its score.

use proptest::prelude::*;
use tw_ftm::read_entity;
use tw_screening::{Algorithm, FEATURES, Party, Role, Weights, explain, score, score_above};

fn party(json: &str) -> Party {
    Party::new(&read_entity(json).expect("an entity").entity)
}

fn person(fields: &str) -> Party {
    party(&format!(r#"{{"id":"p","schema":"Person","properties":{{{fields}}}}}"#))
}

fn company(fields: &str) -> Party {
    party(&format!(r#"{{"id":"c","schema":"Company","properties":{{{fields}}}}}"#))
}

fn ship(fields: &str) -> Party {
    party(&format!(r#"{{"id":"v","schema":"Vessel","properties":{{{fields}}}}}"#))
}

fn compare(a: &Party, b: &Party) -> f64 {
    let weights = Weights::default();
    let why = explain(a, b, &weights);
    assert_eq!(why.recompute(), why.score);
    assert_eq!(score(a, b, &weights), why.score);
    why.score
}

#[test]
fn an_equal_imo_number_finds_a_renamed_ship_and_says_so() {
    let a = ship(r#""name":["EXAMPLE STAR"],"imoNumber":["2222224"]"#);
    let b = ship(r#""name":["PRIMER OCEAN"],"imoNumber":["IMO 2222224"]"#);
    assert!(compare(&a, &b) >= 0.95);
    let why = explain(&a, &b, &Weights::default());
    assert_eq!(why.feature("vessel_imo_mmsi_match").expect("seen").detail, "the same IMO ship number, under another name");
}

#[test]
fn another_imo_number_parts_two_ships_of_one_name() {
    let a = ship(r#""name":["EXAMPLE STAR"],"imoNumber":["2222224"],"flag":["Panama"]"#);
    let b = ship(r#""name":["EXAMPLE STAR"],"imoNumber":["3333331"],"flag":["Panama"]"#);
    assert!(compare(&a, &b) < 0.5);
}

#[test]
fn ships_never_match_by_name_alone_unless_the_rule_is_left_out() {
    let a = ship(r#""name":["EXAMPLE STAR"]"#);
    let b = ship(r#""name":["EXAMPLE STAR"],"flag":["Panama"]"#);
    assert!(compare(&a, &b) < 0.7);
    assert!(score(&a, &b, &Weights::default().without_vessel_rule()) > 0.9);
    let c = ship(r#""name":["EXAMPLE STAR"],"flag":["Panama"],"type":["Products Tanker"]"#);
    let d = ship(r#""name":["EXAMPLE STAR"],"flag":["pa"],"type":["Oil Products Tanker"]"#);
    assert!(compare(&c, &d) >= 0.7, "flag and type agree");
}

#[test]
fn a_ship_and_its_company_are_never_one_even_with_the_same_name() {
    assert_eq!(compare(&ship(r#""name":["EXAMPLE STAR"]"#), &company(r#""name":["EXAMPLE STAR"]"#)), 0.0);
    assert_eq!(compare(&person(r#""name":["Jane Example"]"#), &company(r#""name":["Jane Example"]"#)), 0.0);
}

#[test]
fn another_year_of_birth_parts_two_persons_with_nearly_one_name() {
    // OFAC lists both: Kim Yong Chol (1946) and Kim Myong Chol (1959).
    let a = person(r#""name":["KIM Yong Chol"],"birthDate":["1946"]"#);
    let b = person(r#""name":["KIM Myong Chol"],"birthDate":["1959-01-01"]"#);
    assert!(compare(&a, &b) < 0.7);
}

#[test]
fn dates_of_birth_count_by_their_precision() {
    let with = |date: &str| person(&format!(r#""name":["Jane Example"],"birthDate":["{date}"]"#));
    let base = with("1970-05-01");
    let same_day = compare(&base, &with("1 May 1970"));
    let same_year = compare(&base, &with("1970"));
    let swapped = compare(&base, &with("1970-01-05"));
    let other_day = compare(&base, &with("1970-09-23"));
    let near = compare(&base, &with("circa 1971"));
    let far = compare(&base, &with("1981-02-03"));
    assert!(
        same_day >= same_year && same_year >= swapped && swapped > other_day && other_day > far,
        "{same_day} {same_year} {swapped} {other_day} {far}"
    );
    assert!(near > far && near >= 0.9);
}

#[test]
fn equal_numbers_match_across_names_and_different_ones_part_equal_names() {
    let a = company(r#""name":["Example Trading"],"innCode":["7744001497"]"#);
    let b = company(r#""name":["Primer Torg"],"registrationNumber":["7744001497 (Tax ID/INN)"]"#);
    assert!(compare(&a, &b) >= 0.9);
    let c = company(r#""name":["Example Trading"],"innCode":["7705713236"]"#);
    assert!(compare(&a, &c) < 0.5);
    // A bare number counts in full within one country only.
    let d = company(r#""name":["Example Trading"],"registrationNumber":["123456"],"jurisdiction":["mt"]"#);
    let e = company(r#""name":["Quite Other"],"registrationNumber":["123456"],"jurisdiction":["pa"]"#);
    let f = company(r#""name":["Quite Other"],"registrationNumber":["123456"],"jurisdiction":["mt"]"#);
    assert!(compare(&d, &e) < 0.7);
    assert!(compare(&d, &f) >= 0.7);
}

#[test]
fn an_equal_passport_number_is_enough_with_a_country_in_common_only() {
    let with = |name: &str, land: &str| person(&format!(r#""name":["{name}"],"passportNumber":["AB1234567"],"nationality":["{land}"]"#));
    assert!(compare(&with("Jane Example", "mt"), &with("Olga Primerova", "Malta")) >= 0.9);
    assert!(compare(&with("Jane Example", "mt"), &with("Olga Primerova", "Peru")) < 0.7);
}

#[test]
fn an_imo_company_number_hidden_in_a_note_is_found() {
    let a = party(
        r#"{"id":"a","schema":"Organization","properties":{"name":["FIRST OIL JV CO LTD"],"notes":["Owner of the tanker. IMO number: 5963351."]}}"#,
    );
    let b = party(r#"{"id":"b","schema":"Company","properties":{"name":["Another Name"],"imoNumber":["5963351"]}}"#);
    assert!(compare(&a, &b) >= 0.95);
}

#[test]
fn a_weak_alias_alone_is_a_hit_only_if_it_is_the_same() {
    let a = person(r#""name":["Abu Example"]"#);
    let b = person(r#""name":["Jane Someone"],"weakAlias":["Abu Example"]"#);
    assert!((0.7..0.75).contains(&compare(&a, &b)));
    let b = person(r#""name":["Jane Someone"],"weakAlias":["Abu Exampal"]"#);
    assert!(compare(&a, &b) < 0.7);
    let a = person(r#""name":["Abu Example"],"birthDate":["1970-05-01"]"#);
    let b = person(r#""name":["Jane Someone"],"weakAlias":["Abu Example"],"birthDate":["1970-05-01"]"#);
    assert!(compare(&a, &b) >= 0.7);
}

#[test]
fn the_parts_of_a_name_keep_their_places() {
    let a = person(r#""firstName":["Hans"],"middleName":["O"],"lastName":["Friedrich"]"#);
    let b = person(r#""firstName":["Hans"],"middleName":["Joachim"],"lastName":["Friedrich"]"#);
    assert!(compare(&a, &b) < 1.0);
}

#[test]
fn a_name_with_a_former_name_in_brackets_is_two_names() {
    let a = company(r#""name":["Nova Example LLC (ex. Primer Ship Management LLC)"]"#);
    assert!(compare(&company(r#""name":["Nova Example LLC"]"#), &a) >= 0.95);
    assert!(compare(&company(r#""name":["Primer Ship Management LLC"]"#), &a) >= 0.95);
}

#[test]
fn the_flip_names_a_change_that_really_flips() {
    let a = person(r#""name":["Jane Example"],"birthDate":["1970-05-01"],"nationality":["Malta"]"#);
    let b = person(r#""name":["Jane Example"],"birthDate":["1970-05-01"],"nationality":["Malta"]"#);
    let why = explain(&a, &b, &Weights::default());
    let flip = why.flip.expect("a change");
    assert!(why.score >= 0.7 && flip.score < 0.7, "{flip:?}");
    let alone = explain(&ship(r#""name":["EXAMPLE STAR"]"#), &ship(r#""name":["EXAMPLE STAR"]"#), &Weights::default());
    assert_eq!(alone.flip.map(|f| f.feature), Some("vessel_imo_mmsi_match"));
}

#[test]
fn a_clients_weight_of_zero_leaves_a_feature_out() {
    let a = person(r#""name":["Jane Example"],"nationality":["Malta"]"#);
    let b = person(r#""name":["Jane Example"],"nationality":["Peru"]"#);
    let (weights, unknown) = Weights::from_wire(
        Algorithm::Best,
        serde_json::json!({"country_mismatch": 0.0, "no_such_feature": 1.0}).as_object(),
        serde_json::json!({"nm_extra_query_name": 0.5}).as_object(),
    )
    .expect("settings");
    assert_eq!(unknown, ["no_such_feature"]);
    assert!(score(&a, &b, &weights) > score(&a, &b, &Weights::default()));
    assert_eq!(Algorithm::parse("BEST").map(Algorithm::name), Ok("logic-v2"));
    assert_eq!(Algorithm::parse("neural-net").map_err(|e| e.to_string()), Err("Invalid algorithm: neural-net".into()));
    assert!(Weights::from_wire(Algorithm::Best, serde_json::json!({"name_match": "x"}).as_object(), None).is_err());
}

#[test]
fn features_have_names_of_their_own_and_signs_of_their_role() {
    let mut names: Vec<&str> = FEATURES.iter().map(|f| f.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FEATURES.len());
    assert!(FEATURES.iter().all(|f| (f.role == Role::Against) == (f.weight < 0.0)));
}

fn fields() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "Jane Example",
        "Example, Jane",
        "JANE EXEMPLE",
        "Primer Trading Co",
        "김정은",
        "Пример Иван",
        "EXAMPLE 8",
        "",
    ]);
    let alias = prop::sample::select(vec!["J. Example", "Abu Example", "PRIMER (ex. EXAMPLE)", "x"]);
    let date = prop::sample::select(vec!["1970-05-01", "1970", "circa 1971", "5.1.1970", "between 1955 and 1958", "nonsense", ""]);
    let land = prop::sample::select(vec!["ru", "Malta", "(a) German, (b) Moroccan", "Atlantis"]);
    let number = prop::sample::select(vec!["7744001497", "2222224", "IMO3333331", "AB 123456 (Malta)", "x"]);
    (name, alias, date, land, number, any::<bool>()).prop_map(|(name, alias, date, land, number, male)| {
        format!(
            r#""name":["{name}"],"alias":["{alias}"],"weakAlias":["{alias} B"],"birthDate":["{date}"],"incorporationDate":["{date}"],"nationality":["{land}"],"flag":["{land}"],"country":["{land}"],"idNumber":["{number}"],"innCode":["{number}"],"imoNumber":["{number}"],"passportNumber":["{number}"],"gender":["{}"],"address":["1 {name} Street, {land}"],"type":["{alias} Tanker"],"tonnage":["8,015"]"#,
            if male { "male" } else { "female" }
        )
    })
}

proptest! {
    #[test]
    fn every_explanation_recomputes_its_score(a in fields(), b in fields(), s in prop::sample::select(vec!["Person", "Company", "LegalEntity", "Vessel", "Address"]), t in prop::sample::select(vec!["Person", "Company", "LegalEntity", "Vessel"]), rule in any::<bool>()) {
        let a = party(&format!(r#"{{"id":"a","schema":"{s}","properties":{{{a}}}}}"#));
        let b = party(&format!(r#"{{"id":"b","schema":"{t}","properties":{{{b}}}}}"#));
        let weights = if rule { Weights::default() } else { Weights::default().without_vessel_rule() };
        let why = explain(&a, &b, &weights);
        prop_assert!((0.0..=1.0).contains(&why.score));
        prop_assert_eq!(why.recompute(), why.score);
        prop_assert_eq!(score(&a, &b, &weights), why.score);
        let early = score_above(&a, &b, &weights, 0.7);
        prop_assert_eq!(why.score >= 0.7, early >= 0.7);
        if let Some(flip) = &why.flip {
            prop_assert!((flip.score >= 0.7) != (why.score >= 0.7));
        }
        for feature in &why.features {
            prop_assert!((0.0..=1.0).contains(&feature.score), "{:?}", feature);
        }
    }

    #[test]
    fn no_text_makes_it_panic(schema in prop::sample::select(vec!["Person", "Company", "Vessel", "Address", "Airplane", "CryptoWallet"]), text in ".{0,60}", property in prop::sample::select(vec!["name", "birthDate", "nationality", "imoNumber", "passportNumber", "address", "website", "phone", "tonnage", "notes", "firstName"])) {
        let mut entity = tw_ftm::Entity::new("x", tw_ftm::model().schema(schema).expect("a schema"));
        entity.add(property, text);
        let party = Party::new(&entity);
        let why = explain(&party, &party, &Weights::default());
        prop_assert_eq!(why.recompute(), why.score);
    }
}
