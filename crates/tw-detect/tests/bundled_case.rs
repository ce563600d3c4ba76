//! What must hold on the real facts of the bundled case.

mod common;

use common::{Ran, bundled, run};
use tw_base::Date;
use tw_detect::{Kind, Lead};

fn today() -> Date {
    jiff::civil::date(2026, 11, 24)
}

fn ran() -> Ran {
    run(&bundled(), today())
}

fn only<'a>(ran: &'a Ran, detector: &str, title: &str) -> &'a Lead {
    let found: Vec<&Lead> = ran.leads.iter().filter(|l| l.detector == detector && l.title.contains(title)).collect();
    assert_eq!(found.len(), 1, "{detector} {title}: {:?}", found.iter().map(|l| &l.title).collect::<Vec<_>>());
    found[0]
}

#[test]
fn print_the_queue() {
    for lead in ran().leads {
        println!("{} {} [{}] {} :: {} | {:?}", lead.rank.tier, lead.id, lead.detector, lead.subject, lead.title, lead.allowed.iter().map(|a| format!("{} {} ({})", a.provision, a.verdict, a.asked_on)).collect::<Vec<_>>());
        println!("     {}", lead.conclusion);
    }
    for n in ran().not_checked { println!("nc: {n}"); }
    for a in ran().accounts { println!("{} {}..{} limit {} rep {:?}-{:?} {} est {:?}-{:?} {} {:?} {:?}", a.provision, a.from, a.to, a.limit, a.reported.low, a.reported.high, a.reported.verdict, a.estimated.low, a.estimated.high, a.estimated.verdict, a.silent, a.estimated.certain_by); }
    let _ = (only, Kind::Allowed);
}
