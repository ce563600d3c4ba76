//! Which reports may be added to each other, and which not.

use std::collections::{BTreeMap, HashMap, HashSet};

use tw_base::Country;

use crate::collect::Fast;
use crate::report::{Area, Edition, Flow, Heading, Mark, Month, Report};

/// Reports sorted by what may be done with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clean {
    /// These may be added: no total beside its parts, one figure for each flow, no year beside its months. Sorted by reporter, partner,
    /// flow, month, edition and heading. Re-exports are among them under their own flow; they are a part of the exports.
    pub reports: Vec<Report>,
    /// Earlier figures about flows that a later publication replaced.
    pub revisions: Vec<Report>,
    /// Figures about one flow that contradict each other and have the same day of publication (or none): none of them was taken.
    pub conflicts: Vec<Report>,
    /// How often the same figure came again with the same day of publication.
    pub duplicates: u64,
    /// Totals whose parts are among the reports.
    pub aggregates: Vec<Report>,
    /// Withheld parts (codes with placeholders) of headings that were taken whole.
    pub parts: Vec<Report>,
    /// Those totals whose parts add up to less than 99 % of them, with the sum of the parts in US dollars.
    pub short: Vec<(Report, f64)>,
    /// Figures for flows that are also given in a newer edition of the Harmonized System.
    pub other_editions: Vec<Report>,
    /// Figures for years of which there are months too.
    pub annual: Vec<Report>,
    /// Figures that were published after the day asked for.
    pub later: Vec<Report>,
    /// How many figures have no day of publication although one was asked for; they were kept.
    pub undated: u64,
    /// Months without a report inside a series.
    pub gaps: Vec<Gap>,
}

/// Months without a report inside a monthly series. Not given is not zero: statistics leave out months without trade as well as months
/// that were not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Who reports.
    pub reporter: Country,
    /// The other side.
    pub partner: Area,
    /// Direction.
    pub flow: Flow,
    /// The goods.
    pub heading: Heading,
    /// First month without a report.
    pub from: Month,
    /// Last month without a report.
    pub to: Month,
    /// How many months.
    pub months: u32,
    /// In how many of them the reporter sent nothing at all for this direction: not zero, but not sent. In the others there was
    /// probably no trade, or it was withheld.
    pub silent: u32,
}

/// Sorts reports by what may be done with them.
///
/// * `as_of`: figures published after this day (`YYYYMMDD`) are set aside, as if they had not been seen.
/// * Of several figures about one flow the one published last is taken.
/// * A total (over headings, partners, the European Union) is set aside where parts of it are there, and kept where it is alone. That it
///   has the mark [`Mark::Aggregate`] does not matter: UN Comtrade marks nearly every row so.
/// * Figures for a year are set aside where there are months of that year for the same chapter.
/// * A chapter given in two editions is taken in the newer one.
#[must_use]
pub fn clean(reports: Vec<Report>, as_of: Option<u32>) -> Clean {
    let mut out = Clean::default();
    let mut rows = known_then(reports, as_of, &mut out);
    rows = newest(&rows, &mut out);
    rows = one_edition(rows, &mut out);
    rows = without_nested(rows, &mut out);
    rows = without_world(rows, &mut out);
    rows = without_years(rows, &mut out);
    out.gaps = gaps(&rows);
    out.reports = rows;
    out
}

fn known_then(reports: Vec<Report>, as_of: Option<u32>, out: &mut Clean) -> Vec<Report> {
    let Some(day) = as_of else { return reports };
    let (known, later): (Vec<Report>, Vec<Report>) = reports.into_iter().partition(|report| report.published <= day);
    out.later = later;
    out.undated = known.iter().filter(|report| report.published == 0).count() as u64;
    known
}

fn code(country: Country) -> u128 {
    country.code().bytes().fold(0, |sum, letter| sum << 5 | u128::from(letter & 31))
}

fn partner_code(area: Area) -> u128 {
    match area {
        Area::Country(country) => code(country),
        Area::World => 1 << 15,
        Area::NotTold => 2 << 15,
    }
}

/// Everything before the heading: reporter, partner, flow, month.
fn group(report: &Report) -> u128 {
    let month = u128::from(report.month.year() * 100 + report.month.month().unwrap_or(0));
    ((code(report.reporter) << 17 | partner_code(report.partner)) << 2 | report.flow as u128) << 18 | month
}

/// Sorts a heading right before those inside it: its digits filled up to ten with zeros, then how many there are.
fn path(heading: Heading) -> u128 {
    let filled = u128::from(heading.code()) * 10_u128.pow(10 - u32::from(heading.digits().min(10)));
    filled << 4 | u128::from(heading.digits())
}

/// The whole key of a flow. The day of publication comes last, so that revisions stand next to each other.
fn sort_key(report: &Report) -> u128 {
    let flow = group(report) << 3 | report.edition as u128;
    let goods = flow << 38 | path(report.heading);
    goods << 1 | u128::from(residual(report))
}

/// Goods under placeholders, kept under the digits in front: a part of its heading, not the heading.
fn residual(report: &Report) -> bool {
    report.marks.has(Mark::Confidential) && report.heading.cut(2).code() != 99
}

fn newest(reports: &[Report], out: &mut Clean) -> Vec<Report> {
    let mut order: Vec<(u128, u32, u32)> =
        reports.iter().enumerate().map(|(at, report)| (sort_key(report), report.published, at as u32)).collect();
    order.sort_unstable();
    let mut kept = Vec::with_capacity(reports.len());
    for same in order.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(_, last, first_at)) = same.last() else { continue };
        if same.len() == 1 {
            kept.push(reports[first_at as usize]);
            continue;
        }
        let current: Vec<Report> = same.iter().filter(|row| row.1 == last).map(|row| reports[row.2 as usize]).collect();
        out.revisions.extend(same.iter().filter(|row| row.1 != last).map(|row| reports[row.2 as usize]));
        let alike = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        if current.iter().all(|report| alike(report.usd, current[0].usd) && alike(report.kg, current[0].kg)) {
            out.duplicates += current.len() as u64 - 1;
            kept.push(current[0]);
        } else {
            out.conflicts.extend(current);
        }
    }
    kept
}

fn one_edition(reports: Vec<Report>, out: &mut Clean) -> Vec<Report> {
    let age = |edition: Edition| if edition == Edition::NotTold { 0 } else { edition as u8 + 1 };
    let mut kept = Vec::with_capacity(reports.len());
    for flow in reports.chunk_by(|a, b| group(a) == group(b)) {
        if flow.iter().all(|report| report.edition == flow[0].edition) {
            kept.extend_from_slice(flow);
            continue;
        }
        let mut newest: BTreeMap<Heading, u8> = BTreeMap::new();
        for report in flow {
            let best = newest.entry(report.heading.cut(2)).or_default();
            *best = (*best).max(age(report.edition));
        }
        for report in flow {
            let best = newest.get(&report.heading.cut(2)).copied().unwrap_or_default();
            if age(report.edition) == best { kept.push(*report) } else { out.other_editions.push(*report) }
        }
    }
    kept
}

/// Within one flow of one month: headings above others.
fn without_nested(reports: Vec<Report>, out: &mut Clean) -> Vec<Report> {
    let mut kept = Vec::with_capacity(reports.len());
    for flow in reports.chunk_by(|a, b| group(a) == group(b)) {
        if flow.len() == 1 {
            kept.push(flow[0]);
            continue;
        }
        let mut rows: Vec<Report> = flow.to_vec();
        rows.sort_by_key(|report| path(report.heading) << 1 | u128::from(residual(report)));
        let mut last: Option<Heading> = None;
        for (at, report) in rows.iter().enumerate() {
            if residual(report) {
                // It is inside a heading that was taken whole, or else it stands for itself beside others.
                let taken = last.is_some_and(|heading| heading.covers(report.heading));
                if taken {
                    out.parts.push(*report)
                } else {
                    kept.push(*report)
                }
                continue;
            }
            let mut leaves = 0.0;
            let mut some = false;
            let mut skip: Option<Heading> = None;
            for other in rows[at + 1..].iter().take_while(|other| report.heading.covers(other.heading)) {
                // Only the highest below it are added, so that no level counts twice.
                if skip.is_some_and(|above| above.covers(other.heading)) {
                    continue;
                }
                if !residual(other) {
                    some = true;
                    skip = Some(other.heading);
                }
                leaves += if other.usd.is_nan() { 0.0 } else { other.usd };
            }
            if some {
                out.aggregates.push(*report);
                if leaves < report.usd * 0.99 {
                    out.short.push((*report, leaves));
                }
            } else {
                last = Some(report.heading);
                kept.push(*report);
            }
        }
    }
    kept
}

/// Members of the European Union, and the United Kingdom, which was one until January 2020.
const UNION: [&str; 28] = [
    "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV", "HUN", "IRL", "ITA", "LTU", "LUX",
    "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
];

fn is_union(country: Country) -> bool {
    country.code() == "EUU"
}

fn is_member(country: Country) -> bool {
    UNION.binary_search(&country.code()).is_ok()
}

/// Totals over partners (the world, the European Union) and the European Union as a reporter.
fn without_world(reports: Vec<Report>, out: &mut Clean) -> Vec<Report> {
    let total = |report: &Report| {
        report.partner == Area::World || matches!(report.partner, Area::Country(country) if is_union(country)) || is_union(report.reporter)
    };
    let union: Option<Country> = "EUU".parse().ok();
    // Reporter, flow and month of a report, as if it were another's: 15 + 2 + 18 bits.
    let slot = |reporter: Country, report: &Report| {
        (code(reporter) << 2 | report.flow as u128) << 18 | u128::from(report.month.year() * 100 + report.month.month().unwrap_or(0))
    };
    let full = |slot: u128, partner: u128, heading: Heading| (slot << 17 | partner) << 38 | path(heading);
    // Only the flows and months that have a total are looked at.
    let mut wanted: HashSet<u128, Fast> = HashSet::default();
    let mut sums: HashMap<u128, Option<f64>, Fast> = HashMap::default();
    for report in reports.iter().filter(|report| total(report)) {
        let slot = slot(report.reporter, report);
        wanted.insert(slot);
        sums.insert(full(slot, partner_code(report.partner), report.heading), None);
    }
    if wanted.is_empty() {
        return reports;
    }
    // Parts of each total, added up; and which headings have parts of their own, so that a total inside such a heading is seen too.
    let mut exact: HashSet<u128, Fast> = HashSet::default();
    let everyone = partner_code(Area::World);
    let brussels = union.map_or(0, |union| partner_code(Area::Country(union)));
    for report in reports.iter().filter(|report| !total(report)) {
        let mut note = |reporter: Country, partner: u128| {
            let slot = slot(reporter, report);
            if !wanted.contains(&slot) {
                return;
            }
            exact.insert(full(slot, partner, report.heading));
            let usd = if report.usd.is_nan() { 0.0 } else { report.usd };
            let above = [2, 4, 6, 8, 10].into_iter().filter(|digits| *digits <= report.heading.digits());
            for heading in above.map(|digits| report.heading.cut(digits)).chain([Heading::ALL]) {
                if let Some(sum) = sums.get_mut(&full(slot, partner, heading)) {
                    *sum = Some(sum.unwrap_or_default() + usd);
                }
            }
        };
        note(report.reporter, everyone);
        if matches!(report.partner, Area::Country(country) if is_member(country)) {
            note(report.reporter, brussels);
        }
        if let (true, Some(union)) = (is_member(report.reporter), union) {
            note(union, partner_code(report.partner));
            note(union, everyone);
        }
    }
    let mut kept = Vec::with_capacity(reports.len());
    for report in reports {
        if !total(&report) {
            kept.push(report);
            continue;
        }
        let slot = slot(report.reporter, &report);
        let partner = partner_code(report.partner);
        let sum = sums.get(&full(slot, partner, report.heading)).copied().flatten();
        let above = [2, 4, 6, 8].into_iter().filter(|digits| *digits < report.heading.digits()).map(|digits| report.heading.cut(digits));
        let covered = above.chain([Heading::ALL]).any(|heading| exact.contains(&full(slot, partner, heading)));
        match sum {
            Some(sum) => {
                if sum < report.usd * 0.99 {
                    out.short.push((report, sum));
                }
                out.aggregates.push(report);
            }
            None if covered => out.aggregates.push(report),
            None => kept.push(report),
        }
    }
    kept
}

fn without_years(reports: Vec<Report>, out: &mut Clean) -> Vec<Report> {
    if reports.iter().all(|report| report.month.month().is_some()) || reports.iter().all(|report| report.month.month().is_none()) {
        return reports;
    }
    let slot = |report: &Report, chapter: Heading| {
        let flow = (code(report.reporter) << 17 | partner_code(report.partner)) << 2 | report.flow as u128;
        (flow << 12 | u128::from(report.month.year())) << 38 | path(chapter)
    };
    let mut months: HashSet<u128, Fast> = HashSet::default();
    for report in reports.iter().filter(|report| report.month.month().is_some()) {
        months.insert(slot(report, report.heading.cut(2)));
        // A year of all goods stands beside any of its months.
        months.insert(slot(report, Heading::ALL));
    }
    let mut kept = Vec::with_capacity(reports.len());
    for report in reports {
        let beside = months.contains(&slot(&report, report.heading.cut(2)));
        if report.month.month().is_none() && beside { out.annual.push(report) } else { kept.push(report) }
    }
    kept
}

fn gaps(reports: &[Report]) -> Vec<Gap> {
    let mut sent: HashSet<u128, Fast> = HashSet::default();
    let slot = |report: &Report, month: u32| (code(report.reporter) << 2 | report.flow as u128) << 32 | u128::from(month);
    let mut order: Vec<(u128, u32, u32)> = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        if report.month.month().is_none() {
            continue;
        }
        sent.insert(slot(report, report.month.index()));
        let series = ((code(report.reporter) << 17 | partner_code(report.partner)) << 2 | report.flow as u128) << 38 | path(report.heading);
        order.push((series, report.month.index(), at as u32));
    }
    order.sort_unstable();
    let mut gaps = Vec::new();
    for pair in order.windows(2) {
        let [(series, from, at), (next_series, to, _)] = pair else { continue };
        if series != next_series || to.saturating_sub(*from) < 2 {
            continue;
        }
        let report = &reports[*at as usize];
        let silent = (from + 1..*to).filter(|month| !sent.contains(&slot(report, *month))).count() as u32;
        gaps.push(Gap {
            reporter: report.reporter,
            partner: report.partner,
            flow: report.flow,
            heading: report.heading,
            from: report.month.plus(1),
            to: report.month.plus((to - from - 1) as i32),
            months: to - from - 1,
            silent,
        });
    }
    gaps
}
