//! What must hold on the real facts of the bundled case.

mod common;

use common::{Ran, bundled, run};
use jiff::civil::date;
use tw_base::Date;
use tw_detect::{Allowed, Kind, Lead};

fn ran() -> Ran {
    run(&bundled(), date(2026, 11, 24))
}

fn ran_as_of(day: Date) -> Ran {
    let mut tables = bundled();
    tables.retain(|_, days, provenance| provenance.known.unwrap_or_else(|| days.last().unwrap_or(days.from)) <= day);
    run(&tables, day)
}

fn only<'a>(ran: &'a Ran, detector: &str, title: &str) -> &'a Lead {
    let found: Vec<&Lead> = ran.leads.iter().filter(|l| l.detector == detector && l.title.contains(title)).collect();
    assert_eq!(found.len(), 1, "{detector}, {title}: {:?}", ran.leads.iter().map(|l| (&l.detector, &l.title)).collect::<Vec<_>>());
    found[0]
}

fn asked<'a>(lead: &'a Lead, provision: &str, on: &str) -> &'a Allowed {
    lead.allowed
        .iter()
        .find(|a| a.provision == provision && a.asked_on.contains(on))
        .unwrap_or_else(|| panic!("{provision} was not asked on {on}"))
}

fn open(allowed: &Allowed) -> Vec<(&str, &str)> {
    allowed.open_exceptions.iter().map(|e| (e.id.as_str(), e.burden.as_str())).collect()
}

#[test]
fn the_oil_of_2015_to_2017_is_a_discrepancy_and_no_breach_of_a_cap() {
    let ran = ran();
    let lead = only(&ran, "trade.declared-against-estimated", "×9.5");
    assert_eq!(lead.kind, Kind::Discrepancy);
    assert_eq!((lead.figures["declared"], lead.figures["estimated"]), (25e6, 238e6));
    assert_eq!(asked(lead, "UN-2375-14a", "").verdict, "undetermined");
    assert_eq!(asked(lead, "UN-2397-5", "").verdict, "not_applicable");
    assert!(lead.conclusion.contains("No cap on refined products existed before 2017-10-01"), "{}", lead.conclusion);
    assert!(lead.rank.tier > 1);
}

#[test]
fn the_company_was_listed_from_june_2017_and_has_since_been_delisted() {
    let ran = ran();
    let lead = only(&ran, "listing.on-that-day", "US-SDN for part of the time (from 2017-06-01)");
    assert_eq!(lead.subject, "Independent Petroleum Company");
    assert!(lead.conclusion.contains("It has since been delisted (on 2020-03-02)"), "{}", lead.conclusion);
    assert!(lead.allowed.iter().all(|a| a.verdict != "breach" && a.verdict != "prima_facie"));
}

#[test]
fn the_eight_ships_are_concealed_destinations_and_no_breaches() {
    let ran = ran();
    let ships: Vec<&Lead> = ran.leads.iter().filter(|l| l.detector == "ships.declared-against-next-port").collect();
    assert_eq!(ships.len(), 8);
    for lead in ships {
        assert_eq!(lead.kind, Kind::Destination);
        assert!(lead.title.contains("declared China or South Korea, seen next in North Korea"));
        assert!(lead.allowed.iter().all(|a| a.verdict == "not_applicable"), "{:?}", lead.allowed);
        assert!(lead.conclusion.contains("not a breach of a cap"));
        assert!(lead.evidence.iter().all(|e| e.origin == "reconstructed"));
    }
}

#[test]
fn seven_hundred_permits_are_prima_facie_and_ten_thousand_registrations_support() {
    let ran = ran();
    let lead = only(&ran, "labour.permits-after-ban", "new work permits");
    let permits = asked(lead, "UN-2375-17", "the permits");
    assert_eq!((permits.verdict.as_str(), permits.verification.as_str()), ("prima_facie", "V2"));
    assert_eq!(open(permits), [("OLD-CONTRACT", "host state"), ("CTE", "host state")]);
    assert_eq!(asked(lead, "UN-2375-17", "the registrations").verdict, "indicated");
    assert_eq!(lead.figures["permits_low"], 700.0);
    assert!(!lead.figures.contains_key("permits_high"), "at least 700 has no upper bound");
}

#[test]
fn the_revenue_of_2018_does_not_fit_the_permits_at_the_end_of_2018_and_fits_those_of_2017() {
    let ran = ran();
    let lead = only(&ran, "labour.revenue-against-stock", "150–300 M USD a year does not fit 11,490 workers");
    assert!(lead.conclusion.contains("It fits 30,023 (2017-12-31)"), "{}", lead.conclusion);
    assert!(lead.allowed.is_empty());
}

#[test]
fn the_cap_of_two_million_barrels_was_dead_before_it_began() {
    let ran = ran();
    let lead = only(&ran, "oil.refined-cap", "refined oil, 2018");
    let dead = asked(lead, "UN-2375-14b", "replaced before it began");
    assert_eq!((dead.verdict.as_str(), dead.in_force.as_str()), ("not_applicable", ""));
    assert!(ran.accounts.iter().all(|account| account.limit == 500_000.0));
}

#[test]
fn in_2018_the_reported_sum_is_within_the_cap_and_the_estimates_are_above_it() {
    let ran = ran();
    let lead = only(&ran, "oil.refined-cap", "refined oil, 2018");
    assert_eq!(asked(lead, "UN-2397-5", "the reported sum").verdict, "compliant");
    let estimates = asked(lead, "UN-2397-5", "the estimates");
    assert_eq!(estimates.verdict, "prima_facie");
    assert_eq!(open(estimates), [("HUM", "state or party invoking it")]);
    assert_eq!((lead.figures["estimated_low"], lead.figures["estimated_high"]), (759_793.0, 3_500_000.0));
    let account = ran.accounts.iter().find(|a| a.from == "2018-01-01").unwrap();
    assert_eq!(account.estimated.certain_by.as_deref(), Some("2018-05-30"));
    assert_eq!(account.reported.certain_by, None);
    assert_eq!(account.lead.as_ref(), Some(&lead.id));
}

#[test]
fn russias_silence_makes_the_sum_of_2024_a_lower_bound_and_is_a_reporting_matter() {
    let ran = ran();
    let lead = only(&ran, "oil.refined-cap", "refined oil, 2024");
    assert_eq!(asked(lead, "UN-2397-5", "the reported sum").verdict, "undetermined");
    assert!(!lead.figures.contains_key("reported_high"));
    let silence = only(&ran, "reports.missing", "monthly reports of refined petroleum");
    assert_eq!(silence.kind, Kind::Reporting);
    assert!(asked(silence, "UN-2397-5", "the report").reporting[0].contains("overdue"), "{:?}", silence.allowed);
    assert!(silence.conclusion.contains("apparent reporting matter"));
}

#[test]
fn as_of_december_2024_the_sum_was_the_one_known_then() {
    let ran = ran_as_of(date(2024, 12, 31));
    let account = ran.accounts.iter().find(|a| a.from == "2024-01-01").unwrap();
    assert_eq!(account.reported.low, Some(168_679.0));
    let later = ran_as_of(date(2026, 1, 1));
    let account = later.accounts.iter().find(|a| a.from == "2024-01-01").unwrap();
    assert_eq!(account.reported.low, Some(296_207.0));
}

#[test]
fn both_known_errors_of_the_press_are_flagged() {
    let ran = ran();
    let factor = only(&ran, "oil.sources-in-conflict", "277,365 bbl for 30,180 t");
    assert!((factor.figures["factor"] - 9.1904).abs() < 1e-3);
    let slip = only(&ran, "oil.sources-in-conflict", "255 or 225 bbl");
    assert!(slip.conclusion.contains("255 bbl is 7.97 bbl/t"), "{}", slip.conclusion);
}

#[test]
fn the_withheld_border_statistics_are_one_signal_without_a_duty() {
    let ran = ran();
    let lead = only(&ran, "reports.missing", "entries of North Korean nationals, by purpose stopped");
    assert!(lead.allowed.is_empty());
    assert!(lead.conclusion.contains("a signal, not a breach"));
    assert_eq!(ran.leads.iter().filter(|l| l.detector == "reports.missing" && l.title.contains("withheld")).count(), 0);
}

#[test]
fn the_value_of_2019_over_the_reported_tonnes_is_no_price_of_oil_products() {
    let ran = ran();
    let lead = only(&ran, "trade.declared-against-estimated", "822 USD/t");
    assert_eq!((lead.kind, lead.from.as_str()), (Kind::Discrepancy, "2019-01-01"));
    assert!(lead.allowed.is_empty(), "no provision is judged on a price");
}

#[test]
fn the_small_gaps_of_the_published_cases_are_no_leads() {
    let ran = ran();
    let gaps: Vec<&str> =
        ran.leads.iter().filter(|l| l.detector == "trade.declared-against-estimated").map(|l| l.subject.as_str()).collect();
    assert!(!gaps.iter().any(|g| g.starts_with("Sweden") || g.starts_with("China")), "{gaps:?}");
}

#[test]
fn no_lead_says_breach_and_every_lead_says_what_was_not_looked_at() {
    for lead in ran().leads {
        assert!(lead.allowed.iter().all(|a| a.verdict != "breach"), "{}", lead.title);
        assert!(!lead.not_checked.is_empty() && !lead.against.is_empty() && !lead.evidence.is_empty(), "{}", lead.title);
        assert!(!lead.conclusion.is_empty());
    }
}
