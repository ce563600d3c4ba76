use std::collections::BTreeMap;

use proptest::prelude::*;
use tw_base::Date;
use tw_ftm::{Entity, Entry, Listing, Status, When, model, read_entity};

use super::*;
use crate::party::Party;

fn entity(line: &str) -> Entity {
    read_entity(line).expect("an entity").entity
}

fn entry(line: &str) -> Entry {
    Entry { entity: entity(line), listings: Vec::new() }
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A list of invented parties.
fn example() -> Index {
    Index::build(
        [
            r#"{"id":"a-1","schema":"Person","properties":{"name":["Jane Example"],"country":["ru"],"topics":["sanction"],"birthDate":["1970-01-01"]},"datasets":["a"],"referents":["old-1"],"last_change":"2024-01-10T12:00:00"}"#,
            r#"{"id":"a-2","schema":"Company","properties":{"name":["Example Trading LLC"],"country":["by"],"topics":["sanction","debarment"]},"datasets":["a","b"],"last_change":"2024-02-10T12:00:00"}"#,
            r#"{"id":"b-1","schema":"Person","properties":{"name":["Jane Example"],"topics":["poi"],"notes":["A director of shipping firms."]},"datasets":["b"],"last_change":"2024-03-10T12:00:00"}"#,
            r#"{"id":"b-2","schema":"Directorship","properties":{"director":["b-1"],"organization":["a-2"]},"datasets":["b"]}"#,
            r#"{"id":"b-3","schema":"Vessel","properties":{"name":["Example Star"],"imoNumber":["2222224"]},"datasets":["b"]}"#,
            r#"{"id":"b-4","schema":"Address","properties":{"full":["1 Example Street"]},"datasets":["b"]}"#,
        ]
        .map(entry),
        Settings::default(),
    )
}

fn jane() -> Party {
    Party::new(&entity(r#"{"schema":"Person","properties":{"name":["Jane Example"]}}"#))
}

fn found(index: &Index, party: &Party, filter: Filter) -> Vec<String> {
    let question = Match { filter, ..Match::new(party) };
    index.matches(&question).expect("an answer").hits.into_iter().map(|h| h.id).collect()
}

#[test]
fn equal_scores_come_in_the_order_of_ids() {
    let index = example();
    assert_eq!(found(&index, &jane(), Filter::default()), ["a-1", "b-1"]);
}

#[test]
fn each_filter_leaves_out_what_it_says() {
    let index = example();
    let only = |filter: Filter| found(&index, &jane(), filter);
    let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    assert_eq!(only(Filter { scope: texts(&["a"]), ..Filter::default() }), ["a-1"]);
    assert_eq!(only(Filter { scope: texts(&["none"]), ..Filter::default() }), texts(&[]));
    assert_eq!(only(Filter { include_datasets: texts(&["b"]), ..Filter::default() }), ["b-1"]);
    assert_eq!(only(Filter { exclude_datasets: texts(&["a"]), ..Filter::default() }), ["b-1"]);
    assert_eq!(only(Filter { topics: texts(&["sanction", "debarment"]), ..Filter::default() }), ["a-1"]);
    assert_eq!(only(Filter { topics: texts(&["unknown"]), ..Filter::default() }), texts(&[]));
    assert_eq!(only(Filter { countries: texts(&["ru"]), ..Filter::default() }), ["a-1"]);
    assert_eq!(only(Filter { changed_since: Some("2024-01-10T12:00:00".into()), ..Filter::default() }), ["b-1"]);
    assert_eq!(only(Filter { changed_since: Some("2024-01-10".into()), ..Filter::default() }), ["a-1", "b-1"]);
    assert_eq!(only(Filter { exclude_ids: texts(&["a-1"]), ..Filter::default() }), ["b-1"]);
    assert_eq!(only(Filter { exclude_ids: texts(&["old-1"]), ..Filter::default() }), ["b-1"]);
    assert_eq!(only(Filter { exclude_schemata: texts(&["Person"]), ..Filter::default() }), texts(&[]));
    assert_eq!(only(Filter { fields: vec![("birthDate".into(), "1970-01-01".into())], ..Filter::default() }), ["a-1"]);
}

#[test]
fn an_entity_in_a_dataset_left_out_and_in_another_stays() {
    let index = example();
    let firm = Party::new(&entity(r#"{"schema":"Company","properties":{"name":["Example Trading LLC"]}}"#));
    assert_eq!(found(&index, &firm, Filter { exclude_datasets: vec!["b".into()], ..Filter::default() }), ["a-2"]);
}

#[test]
fn a_person_is_compared_with_persons_and_legal_entities_only() {
    let names = |name: &str, comparing| {
        let schema = model().schema(name).expect("a schema");
        let mut names: Vec<&str> = schemata(schema, comparing).into_iter().map(tw_ftm::Schema::name).collect();
        names.sort_unstable();
        names
    };
    // As schema.matchable_schemata of followthemoney 4.11.2 gives them.
    assert_eq!(names("Person", true), ["LegalEntity", "Person"]);
    assert_eq!(names("Company", true), ["Company", "LegalEntity", "Organization"]);
    assert_eq!(names("Vessel", true), ["Vehicle", "Vessel"]);
    assert_eq!(names("LegalEntity", true), ["Company", "LegalEntity", "Organization", "Person", "PublicBody"]);
    assert!(names("Asset", true).is_empty());
    assert!(names("Thing", false).contains(&"Vessel") && names("Thing", false).contains(&"Thing"));
}

#[test]
fn a_score_at_exactly_the_threshold_is_a_match() {
    let index = example();
    let party = jane();
    let all = index.matches(&Match { threshold: 0.0, cutoff: 0.0, ..Match::new(&party) }).expect("an answer");
    let score = all.hits[0].score;
    let at = |threshold| index.matches(&Match { threshold, cutoff: threshold, ..Match::new(&party) }).expect("an answer");
    assert!(at(score).hits[0].matched && at(score).total >= 1);
    let above = at(f64::from_bits(score.to_bits() + 1));
    assert!(above.hits.iter().all(|h| h.score > score));
    let shown = index.matches(&Match { threshold: 1.5, cutoff: 0.1, ..Match::new(&party) }).expect("an answer");
    assert!(!shown.hits[0].matched && shown.total == 0);
}

#[test]
fn the_limit_does_not_lessen_the_total() {
    let answer = example().matches(&Match { limit: 1, ..Match::new(&jane()) }).expect("an answer");
    assert_eq!((answer.hits.len(), answer.total), (1, 2));
}

fn listing(from: &str, to: Option<&str>) -> Listing {
    Listing {
        list: "US-SDN".into(),
        entry: "1".into(),
        programmes: vec![],
        listed: When::on(day(from)),
        amended: vec![],
        delisted: to.map(|d| When::on(day(d))),
        seen_until: None,
        records: vec![],
        basis: None,
    }
}

#[test]
fn a_hit_says_if_it_was_listed_on_the_day_and_what_has_left_is_not_shown_unless_asked() {
    let firm = |name: &str| entity(&format!(r#"{{"id":"x","schema":"Company","properties":{{"name":["{name}"]}}}}"#));
    let index = Index::build(
        [
            Entry { entity: firm("Old Example Petroleum"), listings: vec![listing("2017-06-01", None)] },
            Entry { entity: firm("New Example Petroleum"), listings: vec![listing("2017-06-01", Some("2020-03-05"))] },
        ],
        Settings::default(),
    );
    assert_eq!((index.len(), index.versions("x").len()), (1, 2));
    let party = Party::new(&firm("Old Example Petroleum"));
    let status = |standing| {
        let question = Match { filter: Filter { standing, ..Filter::default() }, ..Match::new(&party) };
        let hits = index.matches(&question).expect("an answer").hits;
        assert!(hits.len() < 2, "versions of one entity are one hit");
        hits.first().map(|h| h.status.expect("a status"))
    };
    assert_eq!(status(Standing::Current), None);
    assert_eq!(status(Standing::All(None)), Some(Status::NoLonger));
    assert_eq!(status(Standing::All(Some(day("2017-05-31")))), Some(Status::NotYet));
    assert_eq!(status(Standing::On(day("2017-05-31"))), None);
    assert_eq!(status(Standing::On(day("2018-12-31"))), Some(Status::Listed));
    assert_eq!(status(Standing::On(day("2024-01-01"))), None);
}

#[test]
fn a_referent_leads_to_the_entity() {
    let index = example();
    assert_eq!(index.canonical("old-1"), Some("a-1"));
    assert_eq!(index.canonical("a-1"), Some("a-1"));
    assert_eq!(index.canonical("none"), None);
    assert!(index.get("old-1").is_none());
    assert_eq!(index.datasets(), BTreeMap::from([("a".into(), 2), ("b".into(), 5)]));
}

#[test]
fn words_fields_and_operators_find_entities() {
    let index = example();
    let search = |words: &str| {
        let question = Search { words: words.into(), limit: 10, facets: vec![Facet::Topics, Facet::Countries], ..Search::default() };
        index.search(&question).map(|f| f.entries.iter().map(|e| e.entity.id.clone()).collect::<Vec<_>>())
    };
    let ids = |words: &str| search(words).expect("a readable question");
    assert_eq!(ids("jane"), ["a-1", "b-1"]);
    assert_eq!(ids("*").len(), 6);
    assert_eq!(ids("").len(), 6);
    assert_eq!(ids("example trading"), ["a-2"]);
    assert_eq!(ids("trading OR shipping"), ["a-2", "b-1"]);
    assert_eq!(ids("jane -shipping"), ["a-1"]);
    assert_eq!(ids("\"example jane\""), Vec::<String>::new());
    assert_eq!(ids("\"jane example\""), ["a-1", "b-1"]);
    assert_eq!(ids("exam* AND schema:Vessel"), ["b-3"]);
    assert_eq!(ids("imoNumber:2222224"), ["b-3"]);
    assert_eq!(ids("countries:(ru OR by)"), ["a-1", "a-2"]);
    assert_eq!(ids("examlpe~1 names:jane"), ["a-1", "b-1"]);
    assert!(matches!(search("(jane"), Err(QueryError::Syntax(_))));
    assert!(matches!(search(&"jane ".repeat(200)), Err(QueryError::TooMuch { .. })));
    let facets = index.search(&Search { facets: vec![Facet::Topics], ..Search::default() }).expect("an answer").facets;
    assert_eq!(facets, [(Facet::Topics, vec![("sanction".into(), 2), ("debarment".into(), 1), ("poi".into(), 1)])]);
    let sorted = Search { sort: vec![Sort { field: "last_change".into(), descending: true }], limit: 2, offset: 1, ..Search::default() };
    let found = index.search(&sorted).expect("an answer");
    assert_eq!((found.total, found.entries[0].entity.id.as_str(), found.entries[1].entity.id.as_str()), (6, "a-2", "a-1"));
    let begun = index.suggest("jane exa", &Filter::default(), 5).expect("an answer");
    assert_eq!(begun.iter().map(|e| e.entity.id.as_str()).collect::<Vec<_>>(), ["a-1", "b-1"]);
    assert!(index.suggest(" ", &Filter::default(), 5).expect("an answer").is_empty());
}

#[test]
fn edges_bring_their_far_ends() {
    let index = example();
    let nested = index.nested("b-1").expect("known");
    let edge = &nested.links["directorshipDirector"][0];
    assert_eq!(edge.entity.id, "b-2");
    assert_eq!(edge.links["organization"][0].entity.id, "a-2");
    assert!(!edge.links.contains_key("director"), "what is further up is not repeated");
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&nested).expect("json")).expect("json");
    assert_eq!(json["properties"]["directorshipDirector"][0]["properties"]["organization"][0]["id"], "a-2");
    assert_eq!(json["properties"]["directorshipDirector"][0]["properties"].get("director"), None);
    let (_, pages) = index.adjacent("a-2", None, 10, 0).expect("known");
    assert_eq!(pages["directorshipOrganization"].total, 1);
    assert_eq!(pages["directorshipOrganization"].results[0].links["director"][0].entity.id, "b-1");
    let (_, beyond) = index.adjacent("a-2", Some("directorshipOrganization"), 10, 1).expect("known");
    assert_eq!((beyond["directorshipOrganization"].total, beyond["directorshipOrganization"].results.len()), (1, 0));
    assert!(index.nested("none").is_none());
}

#[test]
fn a_party_that_is_too_large_is_refused() {
    let index = example();
    let mut huge = entity(r#"{"schema":"Person","properties":{}}"#);
    for i in 0..5_001 {
        huge.properties.push(("name", vec![format!("Name {i}")]));
    }
    assert!(check(&huge).is_err());
    let mut long = entity(r#"{"schema":"Person","properties":{}}"#);
    long.add("name", "x ".repeat(1_000_000));
    assert!(check(&long).is_err());
    assert!(check(&entity(r#"{"schema":"Person","properties":{"name":["Jane Example"]}}"#)).is_ok());
    let _ = index;
}

#[test]
fn a_saved_index_answers_as_before_and_a_damaged_one_is_refused() {
    let index = example();
    let mut bytes = Vec::new();
    index.save(&mut bytes).expect("written");
    let loaded = Index::load(&bytes, Settings::default()).expect("loaded");
    assert_eq!(answers(&loaded), answers(&index));
    assert_eq!(loaded.json("a-1"), index.json("a-1"));
    assert_eq!(loaded.datasets(), index.datasets());
    assert_eq!(loaded.nested("b-1"), index.nested("b-1"));
    let mut again = Vec::new();
    loaded.save(&mut again).expect("written");
    assert!(again == bytes, "equal entries give equal bytes");
    assert_eq!(Index::load(b"{}", Settings::default()).err(), Some(LoadError::Format));
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert_eq!(Index::load(&bytes, Settings::default()).err(), Some(LoadError::Damaged));
    assert_eq!(Index::load(&bytes[..30], Settings::default()).err(), Some(LoadError::Damaged));
    bytes[9] ^= 1;
    assert_eq!(Index::load(&bytes, Settings::default()).err(), Some(LoadError::Stale));
}

/// Names from a few words, so that they often meet.
fn entries() -> impl Strategy<Value = Entry> {
    let word = prop::sample::select(vec!["anna", "ana", "boris", "borys", "star", "sea", "trading", "ltd", "mohammed", "muhammad", "kim"]);
    let name = prop::collection::vec(word, 1..4).prop_map(|w| w.join(" "));
    (0_u8..12, prop::sample::select(vec!["Person", "Company", "Vessel"]), prop::collection::vec(name, 1..3)).prop_map(
        |(id, schema, names)| {
            let mut entity = Entity::new(format!("id-{id:02}"), model().schema(schema).expect("a schema"));
            for name in names {
                entity.add("name", name);
            }
            entity.set_caption();
            Entry { entity, listings: Vec::new() }
        },
    )
}

fn ops() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => entries().prop_map(Op::Put),
        1 => entries().prop_map(Op::Version),
        2 => (0_u8..12).prop_map(|id| Op::Del(format!("id-{id:02}"))),
    ]
}

/// All that an index answers to some questions, as text.
fn answers(index: &Index) -> String {
    let mut out = String::new();
    for query in ["Anna Boris", "Kim", "Sea Star Trading Ltd", "Muhamad", "Sea"] {
        for schema in ["Person", "Company", "Vessel"] {
            let mut entity = Entity::new("q", model().schema(schema).expect("a schema"));
            entity.add("name", query);
            let party = Party::new(&entity);
            let filter = Filter { schemata: schemata(entity.schema, true), ..Filter::default() };
            let question = Match { filter, cutoff: 0.0, limit: 50, ..Match::new(&party) };
            let answer = index.matches(&question).expect("an answer");
            let candidates = index.candidates(&party, &question.filter, 50).expect("candidates");
            let hits: Vec<_> = answer.hits.iter().map(|h| (&h.id, h.score.to_bits(), &h.entry.entity.properties)).collect();
            out += &format!("{query} {schema} {} {hits:?} {candidates:?}\n", answer.total);
        }
        let found = index.search(&Search { words: query.into(), fuzzy: true, limit: 50, ..Search::default() }).expect("an answer");
        out += &format!("{:?}\n", found.entries.iter().map(|e| &e.entity.id).collect::<Vec<_>>());
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_updated_index_answers_as_one_built_from_the_same_entries(
        first in prop::collection::vec(entries(), 0..8),
        rounds in prop::collection::vec(prop::collection::vec(ops(), 0..5), 0..4),
    ) {
        let mut state: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in &first {
            state.entry(entry.entity.id.clone()).or_default().push(entry.clone());
        }
        let settings = Settings { threads: 2, ..Settings::default() };
        let mut index = Index::build(first, settings);
        index.warm();
        for round in rounds {
            for op in &round {
                match op {
                    Op::Put(e) => { state.insert(e.entity.id.clone(), vec![e.clone()]); }
                    Op::Version(e) => state.entry(e.entity.id.clone()).or_default().push(e.clone()),
                    Op::Del(id) => { state.remove(id); }
                }
            }
            let before = answers(&index);
            let next = index.update(round);
            prop_assert_eq!(&before, &answers(&index));
            index = next;
            let cold = Index::build(state.values().flatten().cloned(), Settings { threads: 1, parties: 3, ..settings });
            prop_assert_eq!(index.len(), cold.len());
            prop_assert_eq!(answers(&index), answers(&cold));
        }
    }

    #[test]
    fn no_name_makes_it_panic(name in ".{0,80}", other in "\\PC{0,40}") {
        let index = example();
        let mut entity = Entity::new("q", model().schema("Person").expect("a schema"));
        entity.add("name", name.clone());
        entity.add("alias", other);
        let _ = index.matches(&Match::new(&Party::new(&entity)));
        let _ = index.search(&Search { words: name, limit: 5, ..Search::default() });
    }
}
