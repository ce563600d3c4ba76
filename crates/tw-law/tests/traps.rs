//! The lessons of the law, one test each, on the book as it ships.

use tw_base::{Bounds, Date, Interval, Period, Tri, Unit, parse_date};
use tw_law::*;

fn book() -> Book {
    Book::bundled().unwrap_or_else(|error| panic!("{error}"))
}

fn day(text: &str) -> Date {
    parse_date(text).expect("the test names a day")
}

fn days(text: &str) -> Interval {
    text.parse::<Period>().expect("the test names a period").interval()
}

fn facts(act: Act, period: &str) -> Facts {
    Facts::new(act, days(period))
}

fn refined(period: &str, barrels: f64) -> Facts {
    let mut facts = facts(Act::Supply, period);
    facts.item = Some(Item::RefinedPetroleum);
    facts.amounts.insert(Unit::Barrels, Bounds::exactly(barrels));
    facts
}

fn verdict(id: &str, facts: &Facts) -> Verdict {
    book().evaluate(id, facts).expect("the book holds the provision").verdict
}

fn in_force(id: &str, on: &str) -> bool {
    book().at(day(on)).iter().any(|p| p.id == id)
}

#[test]
fn trap_01_no_un_petroleum_cap_applies_before_october_2017() {
    let book = book();
    let caps: Vec<&Provision> = book.iter().filter(|p| p.regime == "UN-DPRK" && p.scope.items.contains(&Item::RefinedPetroleum)).collect();
    assert!(caps.len() >= 3);
    for p in &caps {
        assert!(!p.in_force_on(day("2017-09-30")), "{}", p.id);
        assert_eq!(evaluate(p, &refined("2015..2016", 9e9)).verdict, Verdict::NotApplicable, "{}", p.id);
    }
    assert!(in_force("UN-2375-14a", "2017-10-01") && in_force("UN-2375-14a", "2017-12-31") && !in_force("UN-2375-14a", "2018-01-01"));
}

#[test]
fn trap_02_a_provision_can_be_dead_before_it_applies() {
    let book = book();
    let dead = book.get("UN-2375-14b").unwrap();
    assert!(dead.in_force.is_empty());
    assert!(dead.windows(days("2018..2030")).is_empty());
    assert_eq!(dead.cap_limit(Unit::Barrels, day("2018-06-01")), None);
    let changes = book.diff(day("2017-01-01"), day("2020-01-01"));
    assert!(!changes.iter().any(|c| c.provision == "UN-2375-14b"));
    assert_eq!(verdict("UN-2375-14b", &refined("2018", 9e9)), Verdict::NotApplicable);
}

#[test]
fn trap_03_two_clocks() {
    let book = book();
    let refined = book.get("UN-2397-5").unwrap();
    let crude = book.get("UN-2397-4").unwrap();
    let text = |p: &Provision, period: &str| p.windows(days(period)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(text(refined, "2017-06..2019-01"), ["[2018-01-01, 2019-01-01)", "[2019-01-01, 2020-01-01)"]);
    assert_eq!(text(crude, "2017-06..2019-01"), ["[2017-12-22, 2018-12-22)", "[2018-12-22, 2019-12-22)"]);
    assert_eq!(refined.cap_limit(Unit::Barrels, day("2018-01-01")).and_then(|l| l.value), Some(500_000.0));
    assert_eq!(refined.cap_limit(Unit::Barrels, day("2017-12-31")), None);
    assert_eq!(refined.cap_limit(Unit::Tonnes, day("2018-01-01")), None);
}

#[test]
fn trap_04_another_unit_and_whichever_is_lower() {
    let book = book();
    let coal = book.get("UN-2321-26").unwrap();
    let Test::WindowedCap { combine, .. } = &coal.test else { panic!("a cap") };
    assert_eq!(*combine, Combine::Lower);
    assert_eq!(coal.cap_limits().values().copied().collect::<Vec<_>>(), [Some(7_500_000.0), Some(400_870_018.0)]);
    let crude = book.get("UN-2397-4").unwrap();
    let Test::WindowedCap { combine, .. } = &crude.test else { panic!("a cap") };
    assert_eq!(*combine, Combine::Alternative);
}

#[test]
fn trap_05_a_silent_supplier_makes_the_sum_a_lower_bound() {
    let mut facts = refined("2024", 0.0);
    facts.amounts.insert(Unit::Barrels, Bounds::at_least(200_000.0));
    facts.reports.insert("monthly".to_owned(), Received::NotBy(day("2025-03-01")));
    let proof = book().evaluate("UN-2397-5", &facts).unwrap();
    assert_eq!(proof.verdict, Verdict::Undetermined);
    assert_eq!(proof.reporting[0].status, ReportStatus::Overdue);
}

#[test]
fn trap_06_registration_is_not_permit_is_not_income() {
    assert_eq!(verdict("UN-2375-17", &facts(Act::RegisterWorker, "2018")), Verdict::Indicated);
    assert_eq!(verdict("UN-2375-17", &facts(Act::IssueWorkPermit, "2018")), Verdict::PrimaFacie);
    assert_eq!(verdict("UN-2397-8", &facts(Act::IssueWorkPermit, "2020-01-01")), Verdict::NotApplicable);
    let mut income = facts(Act::HostWorkers, "2020-01-01");
    income.amounts.insert(Unit::Persons, Bounds::at_least(1.0));
    assert_eq!(verdict("UN-2397-8", &income), Verdict::PrimaFacie);
    assert_eq!(verdict("UN-2375-17", &income), Verdict::NotApplicable);
}

#[test]
fn trap_07_exceptions_are_open_with_who_must_prove_them() {
    let proof = book().evaluate("UN-2375-17", &facts(Act::IssueWorkPermit, "2018-03-01")).unwrap();
    let open: Vec<(&str, &str)> = proof.open_exceptions.iter().map(|e| (e.id.as_str(), e.burden.as_str())).collect();
    assert_eq!(open, [("OLD-CONTRACT", "host state"), ("CTE", "host state")]);
}

#[test]
fn trap_08_us_law_chains_to_un_law_with_its_own_elements() {
    let proof = book().evaluate("US-9214-g1A", &refined("2022", 600_000.0)).unwrap();
    assert_eq!(proof.verdict, Verdict::Indicated);
    assert_eq!(proof.root.find("UN-2397-5").map(|n| n.value), Some(Tri::True));
    let open: Vec<&str> = proof.open_elements.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(open, ["knowingly", "significant", "us-concurs", "determination"]);
}

#[test]
fn trap_09_national_effect_dates_differ() {
    assert!(in_force("UN-2371-8", "2017-08-05") && !in_force("CN-2017-40", "2017-08-14") && in_force("CN-2017-40", "2017-08-15"));
    let changes = book().diff(day("2017-08-04"), day("2017-08-15"));
    assert!(
        changes
            .iter()
            .any(|c| c.provision == "UN-2371-8" && c.kind == ChangeKind::NationalStart && c.text.contains("China applies it at home"))
    );
}

#[test]
fn trap_10_the_ban_at_sea_is_limited_to_dprk_flagged_ships() {
    let mut transfer = facts(Act::ShipToShipTransfer, "2018-06-29");
    let open = book().evaluate("UN-2375-11", &transfer).unwrap();
    assert_eq!(open.verdict, Verdict::Undetermined);
    assert!(open.open_elements.iter().any(|e| e.id == "dprk-flag"));
    transfer.settled.insert("dprk-flag".to_owned(), Settled::Excluded);
    assert_eq!(verdict("UN-2375-11", &transfer), Verdict::Compliant);
}

#[test]
fn trap_11_levels_change_and_old_contracts_keep_theirs() {
    let mut service = facts(Act::Service, "2026-03-01");
    service.direction = Some(Direction::From);
    service.item = Some(Item::CrudeOil);
    service.jurisdiction = Some("GRC".parse().unwrap());
    service.measures.insert("price".to_owned(), Bounds::exactly(46.0));
    service.contract = Some(day("2026-01-31"));
    assert_eq!(verdict("EU-OPC-crude", &service), Verdict::Compliant);
    service.contract = Some(day("2026-02-01"));
    assert_eq!(verdict("EU-OPC-crude", &service), Verdict::PrimaFacie);
    let levels = book().diff(day("2025-01-01"), day("2026-12-31"));
    let levels: Vec<String> =
        levels.iter().filter(|c| c.provision == "EU-OPC-crude" && c.kind == ChangeKind::Changes).map(|c| c.date.to_string()).collect();
    assert_eq!(levels, ["2025-09-03", "2026-02-01", "2026-07-16"]);
}

#[test]
fn trap_12_disputed_validity_depends_on_the_view() {
    let mut bunker = facts(Act::Bunker, "2025-11-01");
    bunker.settled.insert("reasonable-grounds".to_owned(), Settled::Established);
    bunker.settled.insert("HUM".to_owned(), Settled::Excluded);
    assert_eq!(verdict("UN-1929-18", &bunker), Verdict::Indicated);
    for (view, wanted) in [("GBR", Verdict::Breach), ("RUS", Verdict::NotApplicable)] {
        bunker.view = Some(view.to_owned());
        assert_eq!(verdict("UN-1929-18", &bunker), wanted, "{view}");
    }
    let again: Vec<_> = book().diff(day("2025-09-27"), day("2025-09-28"));
    assert!(again.iter().any(|c| c.provision == "UN-1929-18" && c.text.contains("applies again")));
}

#[test]
fn trap_13_the_panel_ended_and_forbids_nothing() {
    assert!(in_force("UN-2680", "2024-04-30") && !in_force("UN-2680", "2024-05-01"));
    assert_eq!(verdict("UN-2680", &facts(Act::Monitor, "2024-04-30")), Verdict::NotApplicable);
}

#[test]
fn trap_14_the_level_after_july_2026_is_unknown() {
    let mut service = facts(Act::Service, "2026-08-01");
    service.direction = Some(Direction::From);
    service.item = Some(Item::CrudeOil);
    service.jurisdiction = Some("GRC".parse().unwrap());
    service.measures.insert("price".to_owned(), Bounds::exactly(200.0));
    assert_eq!(verdict("EU-OPC-crude", &service), Verdict::Undetermined);
}

#[test]
fn the_book_of_one_day_and_of_the_next() {
    let changes = book().diff(day("2017-12-21"), day("2017-12-22"));
    let of = |id: &str| changes.iter().filter(|c| c.provision == id).map(|c| c.kind).collect::<Vec<_>>();
    assert_eq!(of("UN-2375-15"), [ChangeKind::Replaced]);
    assert_eq!(of("UN-2397-4"), [ChangeKind::Enters]);
    assert_eq!(of("UN-2397-8"), [ChangeKind::Enters]);
    assert_eq!(book().diff(day("2017-12-22"), day("2017-12-21")), changes);
    assert!(book().diff(day("2017-12-22"), day("2017-12-22")).is_empty());
    assert!(changes.is_sorted_by_key(|c| (c.date, c.provision.clone())));
}
