use tw_base::{Bounds, Interval, Unit, parse_date};

use super::*;
use crate::model::*;

fn provision(head: &str, test: &str, tail: &str) -> Provision {
    let force = if head.contains("force =") { "" } else { "force = \"binding\"\n" };
    let verification = if head.contains("verification =") { "" } else { "verification = \"V1\"\n" };
    let text = format!(
        "id = \"X\"\nregime = \"UN-DPRK\"\ninstrument = \"S/RES/1 (2017)\"\nparagraph = \"1\"\nsubject = \"s\"\nrule = \"r\"\n{force}{verification}{head}\n[test]\n{test}\n{tail}\n[[source]]\nat = \"x\"\n"
    );
    toml::from_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

const SUPPLY: &str = "[[in-force]]\nfrom = 2018-01-01\n[scope]\nacts = [\"supply\"]\ndirection = \"to\"\n";
const CAP: &str = "kind = \"windowed-cap\"\nlimits = [{ value = 500_000, unit = \"bbl\" }]\nwindow = { clock = \"calendar-year\" }\n";
const HUM: &str = "[[exception]]\nid = \"HUM\"\ncond = \"c\"\nburden = \"state\"\nproof = \"p\"\n";

fn when(text: &str) -> Interval {
    text.parse::<tw_base::Period>().unwrap().interval()
}

fn supply(period: &str) -> Facts {
    Facts::new(Act::Supply, when(period))
}

fn barrels(period: &str, bounds: Bounds) -> Facts {
    let mut facts = supply(period);
    facts.amounts.insert(Unit::Barrels, bounds);
    facts
}

#[test]
fn a_cap_is_judged_in_three_values() {
    let p = provision(SUPPLY, CAP, HUM);
    let cases = [
        (Bounds::exactly(500_000.0), Verdict::Compliant),
        (Bounds::exactly(500_001.0), Verdict::PrimaFacie),
        (Bounds::at_least(600_000.0), Verdict::PrimaFacie),
        (Bounds::at_least(200_000.0), Verdict::Undetermined),
        (Bounds::between(400_000.0, 700_000.0), Verdict::Indicated),
        (Bounds::UNKNOWN, Verdict::Undetermined),
    ];
    for (bounds, verdict) in cases {
        assert_eq!(evaluate(&p, &barrels("2018", bounds)).verdict, verdict, "{bounds}");
    }
    assert_eq!(evaluate(&p, &supply("2018")).verdict, Verdict::Undetermined);
}

#[test]
fn days_partly_before_the_law_never_make_it_more_than_indicated() {
    let p = provision(SUPPLY, CAP, "");
    assert_eq!(evaluate(&p, &barrels("2017-12..2018-02", Bounds::exactly(9e9))).verdict, Verdict::Indicated);
    assert_eq!(evaluate(&p, &barrels("2017", Bounds::exactly(9e9))).verdict, Verdict::NotApplicable);
    assert_eq!(evaluate(&p, &barrels("2018", Bounds::exactly(9e9))).verdict, Verdict::Breach);
}

#[test]
fn exceptions_are_open_excluded_or_established() {
    let p = provision(SUPPLY, "kind = \"ban\"", HUM);
    let mut facts = supply("2018-03-01");
    let proof = evaluate(&p, &facts);
    assert_eq!(proof.verdict, Verdict::PrimaFacie);
    assert_eq!(proof.open_exceptions[0].burden, "state");
    for (settled, verdict) in
        [(Settled::Open, Verdict::PrimaFacie), (Settled::Excluded, Verdict::Breach), (Settled::Established, Verdict::Compliant)]
    {
        facts.settled.insert("HUM".to_owned(), settled);
        assert_eq!(evaluate(&p, &facts).verdict, verdict);
    }
    facts.settled.insert("Y:HUM".to_owned(), Settled::Excluded);
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Compliant);
    facts.settled.insert("X:HUM".to_owned(), Settled::Excluded);
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Breach);
}

#[test]
fn a_wind_down_is_closed_by_known_dates_only() {
    let tail = format!("{HUM}wind-down = {{ contract-before = 2018-01-01, act-before = 2018-02-01 }}\n");
    let p = provision(SUPPLY, "kind = \"ban\"", &tail);
    let at = |day: &str, contract: Option<&str>| {
        let mut facts = supply(day);
        facts.contract = contract.map(|c| parse_date(c).unwrap());
        evaluate(&p, &facts).verdict
    };
    assert_eq!(at("2018-01-31", None), Verdict::PrimaFacie);
    assert_eq!(at("2018-01-31", Some("2017-12-31")), Verdict::PrimaFacie);
    assert_eq!(at("2018-01-31", Some("2018-01-01")), Verdict::Breach);
    assert_eq!(at("2018-02-01", None), Verdict::Breach);
}

#[test]
fn an_established_exception_does_not_overrule_known_dates() {
    let tail = format!("{HUM}to = 2018-02-01\n");
    let p = provision(SUPPLY, "kind = \"ban\"", &tail);
    let mut facts = supply("2018-03-01");
    facts.settled.insert("HUM".to_owned(), Settled::Established);
    let proof = evaluate(&p, &facts);
    assert_eq!(proof.verdict, Verdict::PrimaFacie);
    assert!(proof.to_string().contains("said to be established, yet it could be invoked until 2018-01-31"), "{proof}");
    facts.when = when("2018-01..2018-03");
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::PrimaFacie);
}

#[test]
fn an_open_element_holds_the_verdict_at_indicated() {
    let p = provision(SUPPLY, "kind = \"ban\"", "[[element]]\nid = \"knowingly\"\ncond = \"c\"\nburden = \"b\"\n");
    let mut facts = supply("2018-03-01");
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Indicated);
    facts.settled.insert("knowingly".to_owned(), Settled::Established);
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Breach);
    facts.settled.insert("knowingly".to_owned(), Settled::Excluded);
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Compliant);
}

#[test]
fn what_was_not_read_decides_nothing() {
    let p = provision(&format!("verification = \"V3\"\n{SUPPLY}"), "kind = \"ban\"", "");
    let proof = evaluate(&p, &supply("2018-03-01"));
    assert_eq!(proof.verdict, Verdict::Undetermined);
    assert_eq!(proof.missing, ["wording of S/RES/1 (2017) ¶1 read at the source (V3)"]);
    let limit = provision(SUPPLY, &CAP.replace("unit = \"bbl\"", "unit = \"bbl\", verification = \"V3\""), "");
    assert_eq!(evaluate(&limit, &barrels("2018", Bounds::exactly(9e9))).verdict, Verdict::Indicated);
    assert_eq!(evaluate(&limit, &barrels("2018", Bounds::exactly(1.0))).verdict, Verdict::Undetermined);
}

#[test]
fn what_does_not_bind_is_not_breached() {
    let calls = provision(&format!("force = \"recommendatory\"\n{SUPPLY}"), "kind = \"ban\"", HUM);
    let proof = evaluate(&calls, &supply("2018-03-01"));
    assert_eq!(proof.verdict, Verdict::Indicated);
    assert!(proof.root.because.starts_with("calls upon: it cannot be breached"));
    let permits = provision(&format!("force = \"permissive\"\n{SUPPLY}"), "kind = \"ban\"", "");
    assert_eq!(evaluate(&permits, &supply("2018-03-01")).verdict, Verdict::NotApplicable);
    let consequence = provision(&format!("force = \"consequence\"\n{SUPPLY}"), "kind = \"ban\"", "");
    let mut facts = supply("2018-03-01");
    let proof = evaluate(&consequence, &facts);
    assert_eq!((proof.verdict, proof.open_elements[0].id.as_str()), (Verdict::Indicated, "determination"));
    facts.settled.insert("determination".to_owned(), Settled::Established);
    assert_eq!(evaluate(&consequence, &facts).verdict, Verdict::Breach);
}

#[test]
fn two_units_of_one_limit_decide_unless_they_disagree() {
    let test = "kind = \"windowed-cap\"\nlimits = [{ value = 4_000_000, unit = \"bbl\" }, { value = 525_000, unit = \"t\" }]\nwindow = { clock = \"calendar-year\" }\n";
    let p = provision(SUPPLY, test, "");
    let both = |bbl: f64, t: Option<f64>| {
        let mut facts = barrels("2018", Bounds::exactly(bbl));
        facts.amounts.extend(t.map(|t| (Unit::Tonnes, Bounds::exactly(t))));
        evaluate(&p, &facts).verdict
    };
    assert_eq!(both(4_000_001.0, None), Verdict::Breach);
    assert_eq!(both(4_000_000.0, None), Verdict::Compliant);
    assert_eq!(both(4_000_001.0, Some(526_000.0)), Verdict::Breach);
    assert_eq!(both(4_000_001.0, Some(524_000.0)), Verdict::Indicated);
    let lower = provision(SUPPLY, &format!("{test}combine = \"lower\""), "");
    let mut facts = barrels("2018", Bounds::exactly(1.0));
    assert_eq!(evaluate(&lower, &facts).verdict, Verdict::Undetermined);
    facts.amounts.insert(Unit::Tonnes, Bounds::exactly(525_001.0));
    assert_eq!(evaluate(&lower, &facts).verdict, Verdict::Breach);
    facts.amounts.insert(Unit::Tonnes, Bounds::exactly(525_000.0));
    assert_eq!(evaluate(&lower, &facts).verdict, Verdict::Compliant);
}

#[test]
fn days_over_two_windows_have_no_sum() {
    let p = provision(SUPPLY, CAP, "");
    let proof = evaluate(&p, &barrels("2018-12..2019-01", Bounds::exactly(600_000.0)));
    assert_eq!(proof.verdict, Verdict::Indicated);
    assert_eq!(proof.missing, ["the sum within one window"]);
}

#[test]
fn a_second_reading_of_the_window_blurs_only_the_days_between() {
    let test = "kind = \"windowed-cap\"\nlimits = [{ value = 10, unit = \"bbl\" }]\nwindow = { clock = \"year-from\", month = 12, day = 22 }\nalternative-window = { clock = \"year-from\", month = 12, day = 23 }\n";
    let p = provision(SUPPLY, test, "");
    let at = |period: &str| evaluate(&p, &barrels(period, Bounds::exactly(11.0))).verdict;
    assert_eq!(at("2018-12-22"), Verdict::Indicated);
    assert_eq!(at("2018-12-23"), Verdict::Breach);
    assert_eq!(at("2018-12-22..2019-12-21"), Verdict::Breach);
    assert_eq!(at("2018-12-23..2019-12-21"), Verdict::Breach);
}

#[test]
fn the_duty_to_stop_is_a_step_of_its_own() {
    let cease = "notices = [{ percent = 95.0, duty = \"all stop\", cease = true, verification = \"V2\" }]\n";
    let p = provision(SUPPLY, &format!("{CAP}{cease}"), "");
    let step = |notice: Option<CeaseNotice>| {
        let mut facts = barrels("2018", Bounds::exactly(480_000.0));
        facts.when = when("2018-06-01");
        facts.cease_notice = notice;
        let proof = evaluate(&p, &facts);
        assert_eq!(proof.verdict, Verdict::Compliant);
        proof.root.find("duty to stop triggered: all stop").map(|n| n.value)
    };
    assert_eq!(step(None), Some(Tri::Unknown));
    assert_eq!(step(Some(CeaseNotice::NotGiven)), Some(Tri::False));
    assert_eq!(step(Some(CeaseNotice::Given(parse_date("2018-06-01").unwrap()))), Some(Tri::True));
    assert_eq!(step(Some(CeaseNotice::Given(parse_date("2018-06-02").unwrap()))), Some(Tri::False));
}

const HOST: &str = "[[in-force]]\nfrom = 2017-12-22\n[scope]\nacts = [\"host-workers\", \"issue-work-permit\"]\ndirection = \"host\"\n";

fn host(day: &str, unit: Unit, stock: Bounds) -> Facts {
    let mut facts = Facts::new(Act::HostWorkers, when(day));
    facts.amounts.insert(unit, stock);
    facts
}

#[test]
fn a_sunset_falls_on_the_day_after_the_last() {
    let p = provision(HOST, "kind = \"sunset-stock\"\nunit = \"persons\"\nlast-day = 2019-12-22\nlast-day-unsettled = true\n", "");
    let at = |day: &str, stock: Bounds| evaluate(&p, &host(day, Unit::Persons, stock)).verdict;
    let some = Bounds::at_least(1.0);
    assert_eq!(at("2019-12-21", some), Verdict::Compliant);
    assert_eq!(at("2019-12-22", some), Verdict::Undetermined);
    assert_eq!(at("2019-12-23", some), Verdict::Breach);
    assert_eq!(at("2019-12-23", Bounds::exactly(0.0)), Verdict::Compliant);
    assert_eq!(at("2019-12-23", Bounds::at_most(500.0)), Verdict::Undetermined);
    assert_eq!(at("2019-12", some), Verdict::Indicated);
    assert_eq!(evaluate(&p, &Facts::new(Act::HostWorkers, when("2020-01-01"))).verdict, Verdict::Undetermined);
}

#[test]
fn a_ceiling_needs_its_baseline() {
    let p = provision(HOST, "kind = \"stock-ceiling\"\nunit = \"permits\"\nbaseline = 2017-08-05\n", "");
    let mut facts = host("2018-06-01", Unit::Permits, Bounds::exactly(700.0));
    let proof = evaluate(&p, &facts);
    assert_eq!(proof.verdict, Verdict::Undetermined);
    assert_eq!(proof.missing, ["baseline: the level of permits on 2017-08-05 (host state)"]);
    facts.baseline = Some(Bounds::exactly(699.0));
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Breach);
    facts.baseline = Some(Bounds::exactly(700.0));
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Compliant);
}

#[test]
fn a_registration_supports_and_does_not_prove() {
    let p = provision(HOST, "kind = \"ban\"", HUM);
    let facts = Facts::new(Act::RegisterWorker, when("2018-06-01"));
    assert_eq!(evaluate(&p, &facts).verdict, Verdict::Indicated);
    let mut proxy = Facts::new(Act::IssueWorkPermit, when("2018-06-01"));
    proxy.proxy = true;
    assert_eq!(evaluate(&p, &proxy).verdict, Verdict::Indicated);
    proxy.occurred = Tri::False;
    assert_eq!(evaluate(&p, &proxy).verdict, Verdict::Undetermined);
}

#[test]
fn a_look_back_counts_its_last_day() {
    let head = "[[in-force]]\nfrom = 2017-09-21\n[scope]\nacts = [\"port-call\"]\ndirection = \"both\"\n";
    let p = provision(
        head,
        "kind = \"look-back\"\nevents = [{ event = \"port-call\", days = 180 }, { event = \"ship-to-ship\", days = 180 }]\n",
        "",
    );
    let call = |day: &str| {
        let mut facts = Facts::new(Act::PortCall, when(day));
        facts.events.insert("port-call".to_owned(), parse_date("2018-01-01").unwrap());
        evaluate(&p, &facts).verdict
    };
    assert_eq!(call("2018-01-01"), Verdict::Breach);
    assert_eq!(call("2018-06-30"), Verdict::Breach);
    assert_eq!(call("2018-07-01"), Verdict::Undetermined);
    assert_eq!(call("2018-06-30..2018-07-01"), Verdict::Indicated);
}

#[test]
fn a_threshold_follows_date_class_and_contract() {
    let head = "[[in-force]]\nfrom = 2022-12-05\n[scope]\nacts = [\"service\"]\ndirection = \"from\"\n";
    let levels = "kind = \"threshold\"\nmeasure = \"price\"\nbars = \"above\"\nlevels = [\
        { value = 60, unit = \"USD/bbl\", to = 2025-09-03 },\
        { value = 47.6, unit = \"USD/bbl\", from = 2025-09-03, to = 2026-02-01, wind-down = { contract-before = 2026-02-01, act-before = 2026-04-17 } },\
        { value = 44.1, unit = \"USD/bbl\", from = 2026-02-01, to = 2026-07-16 },\
        { unit = \"USD/bbl\", from = 2026-07-16 }]\n";
    let p = provision(head, levels, "");
    let at = |day: &str, price: f64, contract: Option<&str>| {
        let mut facts = Facts::new(Act::Service, when(day));
        facts.direction = Some(Direction::From);
        facts.measures.insert("price".to_owned(), Bounds::exactly(price));
        facts.contract = contract.map(|c| parse_date(c).unwrap());
        evaluate(&p, &facts).verdict
    };
    assert_eq!(at("2023-01-01", 60.0, None), Verdict::Compliant);
    assert_eq!(at("2023-01-01", 60.01, None), Verdict::Breach);
    assert_eq!(at("2025-09-02", 50.0, None), Verdict::Compliant);
    assert_eq!(at("2025-09-03", 50.0, None), Verdict::Breach);
    assert_eq!(at("2026-03-01", 46.0, Some("2026-01-31")), Verdict::Compliant);
    assert_eq!(at("2026-03-01", 46.0, Some("2026-02-01")), Verdict::Breach);
    assert_eq!(at("2026-03-01", 46.0, None), Verdict::Indicated);
    assert_eq!(at("2026-03-01", 48.0, None), Verdict::Breach);
    assert_eq!(at("2026-04-17", 46.0, Some("2026-01-31")), Verdict::Breach);
    assert_eq!(at("2026-08-01", 46.0, None), Verdict::Undetermined);
    assert_eq!(at("2025-09-02..2025-09-03", 50.0, None), Verdict::Undetermined);
    assert_eq!(at("2025-09-02..2025-09-03", 61.0, None), Verdict::Breach);
}

#[test]
fn headings_that_practice_maps_are_not_the_text() {
    let head = "[[in-force]]\nfrom = 2017-09-11\n[scope]\nacts = [\"supply\"]\ndirection = \"to\"\nitems = [\"condensates\"]\nhs = [\"2709\", \"271112\"]\nhs-national = { 271111 = \"CHN\" }\n";
    let p = provision(head, "kind = \"ban\"", "");
    let at = |item: Option<Item>, hs: Option<&str>| {
        let mut facts = supply("2018-03-01");
        facts.item = item;
        facts.hs = hs.map(str::to_owned);
        evaluate(&p, &facts).verdict
    };
    assert_eq!(at(Some(Item::Condensates), None), Verdict::Breach);
    assert_eq!(at(None, Some("2709")), Verdict::Indicated);
    assert_eq!(at(Some(Item::CrudeOil), Some("2709")), Verdict::NotApplicable);
    assert_eq!(at(Some(Item::Condensates), Some("270900")), Verdict::Breach);
    assert_eq!(at(Some(Item::Condensates), Some("0303")), Verdict::Undetermined);
    assert_eq!(at(Some(Item::Lng), Some("271111")), Verdict::Indicated);
    assert_eq!(at(None, Some("27")), Verdict::Undetermined);
    assert_eq!(at(None, Some("0303")), Verdict::NotApplicable);
    assert_eq!(at(None, None), Verdict::Undetermined);
}

#[test]
fn reports_are_judged_apart() {
    let tail = "[[report]]\nid = \"monthly\"\nwho = \"w\"\nwhat = \"x\"\nevery-days = 30\n[[report]]\nid = \"final\"\nwho = \"w\"\nwhat = \"x\"\nby = 2020-03-22\n[[report]]\nid = \"asked\"\nwho = \"w\"\nwhat = \"x\"\nby = 2020-03-22\nrequested-only = true\n";
    let p = provision(SUPPLY, CAP, tail);
    let status = |received: Received| {
        let mut facts = barrels("2018-01", Bounds::exactly(1.0));
        facts.reports.insert("monthly".to_owned(), received);
        let proof = evaluate(&p, &facts);
        assert_eq!(proof.verdict, Verdict::Compliant);
        proof.reporting.iter().map(|r| r.status).collect::<Vec<_>>()
    };
    let day = |text| parse_date(text).unwrap();
    let rest = [ReportStatus::NotDue, ReportStatus::RequestedOnly];
    let all = |first| [&[first], &rest[..]].concat();
    assert_eq!(status(Received::On(day("2018-03-02"))), all(ReportStatus::Received));
    assert_eq!(status(Received::On(day("2018-03-03"))), all(ReportStatus::ReceivedLate));
    assert_eq!(status(Received::NotBy(day("2018-03-01"))), all(ReportStatus::NotDue));
    assert_eq!(status(Received::NotBy(day("2018-03-02"))), all(ReportStatus::Overdue));
}

#[test]
fn disputed_validity_is_asked_from_somebody() {
    let tail =
        "[[view]]\nwho = [\"E3\"]\nvalid = true\nfrom = 2025-09-28\n[[view]]\nwho = [\"RUS\", \"CHN\"]\nvalid = false\nfrom = 2025-09-28\n";
    let p = provision(SUPPLY, "kind = \"ban\"", tail);
    let at = |day: &str, view: Option<&str>| {
        let mut facts = supply(day);
        facts.view = view.map(str::to_owned);
        evaluate(&p, &facts)
    };
    assert_eq!(at("2025-10-01", Some("E3")).verdict, Verdict::Breach);
    assert_eq!(at("2025-10-01", Some("chn")).verdict, Verdict::NotApplicable);
    assert_eq!(at("2025-09-27", None).verdict, Verdict::Breach);
    let open = at("2025-10-01", None);
    assert_eq!(open.verdict, Verdict::Indicated);
    assert!(open.missing[0].contains("valid for E3; not valid for RUS, CHN"), "{:?}", open.missing);
}

#[test]
fn the_proof_reads_as_text() {
    let p = provision(SUPPLY, CAP, HUM);
    let text = evaluate(&p, &barrels("2018", Bounds::exactly(600_000.0))).to_string();
    let wanted = "\
S/RES/1 (2017) ¶1: s (X, V1): prima_facie
  the rule is met; what remains open is whether an exception applies
  ✓ concerns the act
    ✓ kind of act: supply
    ✓ direction: to
    ✓ goods: any
    ✓ who is bound: every State, or the persons the rule names
  ✓ in force on every day of the act: in force from 2018-01-01 on
  ✓ sum above the cap: window 2018-01-01 to 2018-12-31
    ✓ sum above 500,000 bbl: 600,000 bbl of all States in the window 2018-01-01 to 2018-12-31
  ? exception HUM: c: open, to be proved by the state: p
  open exception HUM: c. Burden: state. Proof: p
";
    assert_eq!(text, wanted);
}
