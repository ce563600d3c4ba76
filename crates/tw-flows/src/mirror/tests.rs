//! Tests over whole files of reports, from processes made here that differ on purpose: the model must not know which.

#![expect(clippy::print_stderr, reason = "the figures are for the reader of the test run")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use tw_base::Country;
use tw_trade::{Area, Edition, Flow, Heading, Marks, Month, Report, Valuation};

use super::*;
use crate::Xoshiro;

const CODES: [&str; 24] = [
    "AUS", "BRA", "CAN", "CHE", "CHL", "CHN", "DEU", "EGY", "ESP", "FRA", "GBR", "IDN", "IND", "ITA", "JPN", "KOR", "MEX", "MYS", "NLD",
    "PRK", "RUS", "SGP", "TUR", "USA",
];

/// Points on a plane: enough of a world for freight to depend on something.
struct Plane;

impl Geography for Plane {
    fn distance_km(&self, a: Country, b: Country) -> Option<f64> {
        let at = |c: Country| {
            let n = CODES.iter().position(|x| *x == c.code())? as f64;
            Some(((n * 37.0) % 101.0 * 90.0, (n * 53.0) % 97.0 * 60.0))
        };
        let ((ax, ay), (bx, by)) = (at(a)?, at(b)?);
        Some((ax - bx).hypot(ay - by).max(200.0))
    }

    fn contiguous(&self, a: Country, b: Country) -> Option<bool> {
        Some(self.distance_km(a, b)? < 800.0)
    }

    fn landlocked(&self, country: Country) -> Option<bool> {
        Some(country.code() == "CHE")
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Tails {
    Normal,
    Student(f64),
    /// One month in twelve with four times the scale.
    Dirty,
}

/// One way in which a world might come about.
#[derive(Clone, Copy)]
struct World {
    seed: u64,
    months: i32,
    headings: u64,
    /// Share of exporter, importer and heading that trade.
    density: f64,
    tails: Tails,
    /// Scale of monthly errors for exporters and importers, spread over the reporters by up to a factor of two.
    noise: (f64, f64),
    /// Lasting errors by series, in each side.
    lasting: f64,
    bias: f64,
    /// Errors grow as flows get smaller.
    small_is_noisy: bool,
    /// Share of each import that is counted a month late, in one month of four.
    late: f64,
    /// Each side stays silent about a cell with this probability.
    silent: f64,
    /// Correlation of neighbouring months' errors.
    memory: f64,
    /// Spread of the log of each series' own scale of noise.
    uneven: f64,
    /// Share of series with a hidden factor, and the factor.
    hidden: (f64, f64),
}

const PLAIN: World = World {
    seed: 1,
    months: 36,
    headings: 24,
    density: 0.25,
    tails: Tails::Normal,
    noise: (0.10, 0.15),
    lasting: 0.08,
    bias: 0.08,
    small_is_noisy: false,
    late: 0.0,
    silent: 0.12,
    memory: 0.0,
    uneven: 0.0,
    hidden: (0.0, 1.0),
};

type Key = (Country, Country, Heading);

struct Made {
    reports: Vec<Report>,
    truth: BTreeMap<(Key, Month), (f64, f64)>,
    hidden: BTreeMap<Key, bool>,
}

fn gauss(random: &mut Xoshiro) -> f64 {
    (-2.0 * (1.0 - random.unit()).ln()).sqrt() * (std::f64::consts::TAU * random.unit()).cos()
}

fn error(random: &mut Xoshiro, tails: Tails) -> f64 {
    match tails {
        Tails::Normal => gauss(random),
        Tails::Dirty => gauss(random) * if random.unit() < 1.0 / 12.0 { 4.0 } else { 1.0 },
        Tails::Student(nu) => {
            // A chi-square of whole degrees.
            let sum: f64 = (0..nu as usize).map(|_| gauss(random).powi(2)).sum();
            gauss(random) / (sum / nu).sqrt()
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one argument for each column that the tests vary")]
fn report(reporter: Country, partner: Country, flow: Flow, heading: Heading, month: Month, usd: f64, kg: f64, record: u32) -> Report {
    Report {
        reporter,
        partner: Area::Country(partner),
        flow,
        heading,
        edition: Edition::Hs2017,
        month,
        usd,
        valuation: Valuation::NotTold,
        kg,
        marks: Marks::NONE,
        published: 0,
        file: 0,
        record,
    }
}

fn make(world: &World) -> Made {
    let random = &mut Xoshiro::seeded(world.seed);
    let countries: Vec<Country> = CODES.iter().map(|c| c.parse().unwrap()).collect();
    let spread: Vec<f64> = countries.iter().map(|_| (random.unit() * 2.0 - 1.0).exp2()).collect();
    let bias: Vec<[f64; 2]> = countries.iter().map(|_| [gauss(random) * world.bias, gauss(random) * world.bias]).collect();
    let start = Month::of(2015, 1).unwrap();
    let mut made = Made { reports: Vec::new(), truth: BTreeMap::new(), hidden: BTreeMap::new() };
    for (e, exporter) in countries.iter().enumerate() {
        for (i, importer) in countries.iter().enumerate() {
            if e == i {
                continue;
            }
            let freight = 0.04 + 0.02 * (Plane.distance_km(*exporter, *importer).unwrap() / 3000.0).ln();
            for h in 0..world.headings {
                let prk = exporter.code() == "PRK" || importer.code() == "PRK";
                if random.unit() > world.density * if prk { 0.2 } else { 1.0 } {
                    continue;
                }
                let heading = Heading::new((27 + h / 8) * 10_000 + 1000 + h % 8 * 7, 6).unwrap();
                let price = -1.0 + (h * 5 % 7) as f64 * 0.5;
                let level = 11.0 + 2.0 * gauss(random);
                let lasting = [gauss(random) * world.lasting, gauss(random) * world.lasting];
                let own = (world.uneven * gauss(random)).exp();
                let is_hidden = random.unit() < world.hidden.0;
                let (down, from) = (random.unit() < 0.5, if random.unit() < 0.5 { 0 } else { world.months / 2 });
                made.hidden.insert((*exporter, *importer, heading), is_hidden);
                let (mut season, mut carried, mut memory) = (0.0, (0.0, 0.0), [0.0; 2]);
                for t in 0..world.months {
                    season = 0.7 * season + 0.4 * gauss(random);
                    let usd = (level + season).exp();
                    let kg = usd / (price + 0.15 * gauss(random)).exp();
                    let month = start.plus(t);
                    made.truth.insert(((*exporter, *importer, heading), month), (usd, kg));
                    let small = if world.small_is_noisy { (1.0 + 2.0 * (-(level + season - 9.0) / 2.0).exp()).min(4.0) } else { 1.0 };
                    let mut errors = [0.0; 2];
                    for (side, noise) in [world.noise.0, world.noise.1].into_iter().enumerate() {
                        let who = [e, i][side];
                        let fresh = error(random, world.tails) * (1.0 - world.memory * world.memory).sqrt();
                        memory[side] = world.memory * memory[side] + fresh;
                        errors[side] = memory[side] * noise * spread[who] * small * own + lasting[side] + bias[who][side];
                    }
                    let masses = [0.05 * gauss(random), 0.05 * gauss(random)];
                    let factor = if is_hidden && t >= from { world.hidden.1.ln() } else { 0.0 };
                    let cut = if down { [-factor, 0.0] } else { [0.0, -factor] };
                    let (arrived_usd, arrived_kg) =
                        if random.unit() < 0.25 { (usd * (1.0 - world.late), kg * (1.0 - world.late)) } else { (usd, kg) };
                    let counted = (arrived_usd + carried.0, arrived_kg + carried.1);
                    carried = (usd - arrived_usd, kg - arrived_kg);
                    let record = made.reports.len() as u32 + 1;
                    if exporter.code() != "PRK" && random.unit() >= world.silent {
                        let (v, m) = ((usd.ln() + errors[0] + cut[0]).exp(), (kg.ln() + errors[0] + cut[0] + masses[0]).exp());
                        made.reports.push(report(*exporter, *importer, Flow::Export, heading, month, v, m, record));
                    }
                    if importer.code() != "PRK" && random.unit() >= world.silent {
                        let v = (counted.0.ln() + freight + errors[1] + cut[1]).exp();
                        let m = (counted.1.ln() + errors[1] + cut[1] + masses[1]).exp();
                        made.reports.push(report(*importer, *exporter, Flow::Import, heading, month, v, m, record + 1));
                    }
                }
            }
        }
    }
    made
}

/// Coverage of value and mass over two-sided and one-sided cells, and median absolute log errors of ours and of both published rules.
struct Scores {
    covered: [[f64; 2]; 2],
    errors: [f64; 3],
}

fn score(made: &Made) -> (Scores, Mirror) {
    let found = mirror(&made.reports, &Plane, &Options::default());
    let (b, a) = (baci(&found.cells, &Plane), atlas(&found.cells, &Plane));
    let mut covered = [[(0.0, 0.0); 2]; 2];
    let mut errors: [Vec<f64>; 3] = Default::default();
    for (at, cell) in found.cells.iter().enumerate() {
        let Some(truth) = made.truth.get(&((cell.exporter, cell.importer, cell.heading), cell.month)) else { continue };
        for (measure, (q, t)) in [(cell.usd, truth.0), (cell.kg, truth.1)].into_iter().enumerate() {
            let sums = &mut covered[measure][usize::from(!cell.both())];
            sums.0 += f64::from(u8::from((f64::from(q.p5)..=f64::from(q.p95)).contains(&t)));
            sums.1 += 1.0;
        }
        for (list, point) in errors.iter_mut().zip([f64::from(cell.usd.p50), b[at].usd, a[at].usd]) {
            list.push((point / truth.0).ln().abs());
        }
    }
    let median = |list: &mut Vec<f64>| model::median(list).unwrap_or(f64::NAN);
    let errors = [median(&mut errors[0]), median(&mut errors[1]), median(&mut errors[2])];
    let covered = covered.map(|m| m.map(|(s, n)| s / n));
    (Scores { covered, errors }, found)
}

/// Area under the curve, and false alarms per thousand clean series with two sides.
fn ranks(made: &Made, found: &Mirror) -> (f64, f64) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for s in &found.series {
        if s.two_sided == 0 {
            continue;
        }
        let list = if made.hidden[&(s.exporter, s.importer, s.heading)] { &mut bad } else { &mut good };
        list.push(s.probability);
    }
    let alarms = good.iter().filter(|p| **p >= 0.9).count() as f64 / good.len() as f64 * 1000.0;
    good.sort_by(f32::total_cmp);
    let mut sum = 0.0;
    for p in &bad {
        let below = good.partition_point(|g| g < p) as f64;
        let up_to = good.partition_point(|g| g <= p) as f64;
        sum += (below + up_to) / 2.0;
    }
    (sum / (bad.len() as f64 * good.len() as f64), alarms)
}

fn worlds() -> Vec<(&'static str, World)> {
    vec![
        ("plain", PLAIN),
        ("student 3", World { seed: 2, tails: Tails::Student(3.0), ..PLAIN }),
        ("dirty", World { seed: 3, tails: Tails::Dirty, noise: (0.2, 0.1), ..PLAIN }),
        ("small is noisy", World { seed: 4, small_is_noisy: true, ..PLAIN }),
        ("late", World { seed: 5, late: 0.5, ..PLAIN }),
        ("lasting", World { seed: 6, lasting: 0.2, bias: 0.15, memory: 0.6, ..PLAIN }),
        ("uneven", World { seed: 8, uneven: 0.6, tails: Tails::Student(5.0), lasting: 0.12, memory: 0.3, ..PLAIN }),
        ("few", World { seed: 7, months: 8, headings: 6, density: 0.15, ..PLAIN }),
    ]
}

#[test]
fn intervals_cover_whatever_made_the_noise() {
    for (name, world) in worlds() {
        let made = make(&world);
        let (scores, found) = score(&made);
        let line = format!("{name}: covered {:?}, errors {:?}", scores.covered, scores.errors);
        eprintln!("{line}");
        for measure in scores.covered {
            for share in measure {
                // Wider than the goal of 0.88 to 0.92 for single worlds: late counting is no noise, and few series say little.
                assert!((0.86..=0.955).contains(&share), "{line}");
            }
        }
        assert!(scores.errors[0] <= 0.9 * scores.errors[1] && scores.errors[0] <= scores.errors[2], "{line}");
        let (_, alarms) = ranks(&made, &found);
        assert!(alarms <= 1.0, "{name}: {alarms} false per 1000");
    }
}

#[test]
fn hidden_factors_are_ranked_above_honest_noise() {
    for (name, world) in worlds() {
        for factor in [3.0, 1.5] {
            let made = make(&World { hidden: (0.02, factor), seed: world.seed + 100, ..world });
            let found = mirror(&made.reports, &Plane, &Options::default());
            let (auc, alarms) = ranks(&made, &found);
            let hidden = |s: &&Series| s.two_sided > 0 && made.hidden[&(s.exporter, s.importer, s.heading)];
            let all = found.series.iter().filter(hidden).count();
            let hit = found.series.iter().filter(hidden).filter(|s| s.probability >= 0.9).count();
            let line = format!("{name} x{factor}: auc {auc:.3}, false {alarms:.2} per 1000, {hit} of {all}");
            eprintln!("{line}");
            // Where lasting honest errors are as large as the factor (0.28 against ln 1.5 = 0.41), or 13 series are all, no rule can rank.
            let least = if factor > 2.0 {
                0.97
            } else if matches!(name, "lasting" | "few") {
                0.70
            } else {
                0.85
            };
            assert!(auc >= least && alarms <= 1.0, "{line}");
        }
    }
}

/// A planted error, named by the record as it was written.
type Planted = (ErrorKind, Country, Country, Heading, Month);

/// Puts errors into single records; the record then says something else than its reporter meant.
fn spoil(made: &mut Made, seed: u64) -> Vec<Planted> {
    let random = &mut Xoshiro::seeded(seed);
    let (prk, kor) = (Country::PRK, "KOR".parse::<Country>().unwrap());
    let mut planted = Vec::new();
    for r in &mut made.reports {
        let Area::Country(partner) = r.partner else { continue };
        let luck = random.unit();
        let which = random.bits() % 6;
        if partner == kor && r.reporter != prk && luck < 0.02 {
            r.partner = Area::Country(prk);
            planted.push((ErrorKind::KpKr, r.reporter, prk, r.heading, r.month));
        } else if luck > 0.997 {
            match which {
                0 => r.kg *= 1000.0,
                1 => r.kg /= 1000.0,
                2 => r.usd *= 1000.0,
                3 => r.usd /= 1000.0,
                4 => r.kg *= 2.204_622_6,
                _ => r.kg /= 2.204_622_6,
            }
            planted.push((ErrorKind::Unit, r.reporter, partner, r.heading, r.month));
        } else if luck > 0.995 && partner != prk {
            let code = r.heading.code();
            let last = code % 100;
            let moved = if last >= 7 { code - 7 } else { code + 7 };
            r.heading = Heading::new(moved, 6).unwrap();
            planted.push((ErrorKind::HsShift, r.reporter, partner, r.heading, r.month));
        }
    }
    planted
}

#[test]
fn planted_errors_are_found_and_hardly_anything_else() {
    for (name, world) in worlds() {
        let mut made = make(&World { seed: world.seed + 200, silent: 0.03, ..world });
        let planted = spoil(&mut made, world.seed);
        let found = mirror(&made.reports, &Plane, &Options::default());
        for kind in [ErrorKind::Unit, ErrorKind::KpKr, ErrorKind::HsShift] {
            let told: Vec<Planted> =
                found.findings.iter().filter(|f| f.error == kind).map(|f| (f.error, f.reporter, f.partner, f.heading, f.month)).collect();
            let want: Vec<&Planted> = planted.iter().filter(|p| p.0 == kind).collect();
            let right = told.iter().filter(|t| want.contains(t)).count();
            let hit = want.iter().filter(|w| told.contains(w)).count();
            let line = format!("{name} {kind:?}: {} told, {right} right; {hit} of {} found", told.len(), want.len());
            eprintln!("{line}");
            let (precision, recall) = (right as f64 / told.len().max(1) as f64, hit as f64 / want.len().max(1) as f64);
            // Pounds without a second side, and goods that vanish in a large neighbour, cannot be told from noise.
            assert!(precision >= 0.96 || told.len() < 20, "{line}");
            assert!(recall >= if kind == ErrorKind::HsShift { 0.75 } else { 0.85 } || want.len() < 30, "{line}");
        }
    }
}

fn with_series(reports: &mut Vec<Report>, exporter: &str, importer: &str, heading: &str, flows: &[(Flow, f64)]) {
    let (e, i): (Country, Country) = (exporter.parse().unwrap(), importer.parse().unwrap());
    let heading: Heading = heading.parse().unwrap();
    for t in 0..36 {
        let month = Month::of(2015, 1).unwrap().plus(t);
        let wave = 1.0 + 0.3 * f64::from(t % 5) - 0.2 * f64::from(t % 3);
        for (flow, usd) in flows {
            let (reporter, partner) = if *flow == Flow::Import { (i, e) } else { (e, i) };
            reports.push(report(reporter, partner, *flow, heading, month, usd * wave, usd * wave * 2.0, reports.len() as u32 + 1));
        }
    }
}

fn find<'a>(found: &'a Mirror, exporter: &str, importer: &str, heading: &str) -> &'a Series {
    let is = |s: &&Series| s.exporter.code() == exporter && s.importer.code() == importer && s.heading.to_string() == heading;
    found.series.iter().find(is).unwrap()
}

#[test]
fn a_gap_that_a_hub_or_a_neighbouring_heading_explains_is_no_alarm_and_the_same_gap_alone_is() {
    let made = make(&World { headings: 16, ..PLAIN });
    let mut reports = made.reports;
    reports.retain(|r| !["720000", "720100", "721000", "730000"].contains(&r.heading.to_string().as_str()));
    // Three times as much arrives as was sent, and nothing else is told.
    with_series(&mut reports, "BRA", "TUR", "730000", &[(Flow::Export, 1e6), (Flow::Import, 3e6)]);
    // Two thirds went through Singapore, which says so; the importer counts by origin.
    with_series(&mut reports, "IND", "JPN", "720000", &[(Flow::Export, 1e6), (Flow::Import, 3e6)]);
    with_series(&mut reports, "IND", "SGP", "720000", &[(Flow::Export, 2e6), (Flow::Import, 2.1e6)]);
    with_series(&mut reports, "SGP", "JPN", "720000", &[(Flow::ReExport, 2e6)]);
    // The importer files two thirds under the neighbour.
    with_series(&mut reports, "CAN", "FRA", "721000", &[(Flow::Export, 3e6), (Flow::Import, 1e6)]);
    with_series(&mut reports, "CAN", "FRA", "721010", &[(Flow::Export, 0.5e6), (Flow::Import, 2.6e6)]);
    let found = mirror(&reports, &Plane, &Options::default());
    let alone = find(&found, "BRA", "TUR", "730000");
    assert!(alone.probability >= 0.9, "{alone:?}");
    assert!((2.2..3.5).contains(&alone.factor.p50) && alone.direction == Some(Direction::ImporterReportsMore), "{alone:?}");
    assert_eq!((alone.from.to_string(), alone.to.to_string()), ("2015-01".to_owned(), "2017-12".to_owned()));
    for (exporter, importer, heading, name) in
        [("IND", "JPN", "720000", "re-export hub"), ("CAN", "FRA", "721000", "shift among neighbouring headings")]
    {
        let series = find(&found, exporter, importer, heading);
        let told = series.explanations.iter().find(|e| e.name == name).unwrap();
        assert_eq!(told.outcome, Outcome::Explains, "{series:#?}");
        assert!(series.before_explanations >= 0.9 && series.probability < 0.5, "{series:#?}");
    }
}

#[test]
fn a_country_that_never_reports_gives_an_interval_and_no_gap() {
    let mut reports = make(&PLAIN).reports;
    with_series(&mut reports, "RUS", "PRK", "730000", &[(Flow::Export, 1e6)]);
    let found = mirror(&reports, &Plane, &Options::default());
    let series = find(&found, "RUS", "PRK", "730000");
    assert_eq!((series.two_sided, series.one_sided, series.probability), (0, 36, 0.0));
    assert!(series.factor.p50.is_nan());
    assert_eq!((series.explanations[0].name.as_str(), series.explanations[0].outcome), ("country not reporting", Outcome::Explains));
    assert!(found.summary.remarks.iter().any(|r| r.contains("PRK")), "{:?}", found.summary);
    let cell = found.cells.iter().find(|c| c.importer == Country::PRK && c.heading.to_string() == "730000").unwrap();
    assert!(f64::from(cell.usd.p5) < cell.export.usd && cell.export.usd < f64::from(cell.usd.p95));
    assert!(cell.import.usd.is_nan());
}

#[test]
fn without_any_second_side_the_priors_are_used_and_said_so() {
    let mut reports = Vec::new();
    with_series(&mut reports, "RUS", "PRK", "271019", &[(Flow::Export, 1e6)]);
    let found = mirror(&reports, &NoGeography, &Options::default());
    assert_eq!(found.cells.len(), 36);
    assert!(found.summary.remarks.iter().any(|r| r.contains("priors")), "{:?}", found.summary);
    assert!(found.cells.iter().all(|c| c.usd.p95 > c.usd.p5));
    let text = serde_json::to_string(&found).unwrap();
    assert!(text.contains("\"probability\":0.0"));
}

#[test]
fn the_published_rules_take_freight_out_and_trust_the_steadier_side() {
    // Imports are 10 % above exports everywhere; TUR is off by a factor of two now and then, as an importer.
    let mut reports = Vec::new();
    for (importer, wrong) in [("FRA", 1.0), ("DEU", 1.0), ("ITA", 1.0), ("TUR", 1.9)] {
        for (exporter, heading) in [("CAN", "271019"), ("BRA", "271012"), ("USA", "280101"), ("IND", "290101")] {
            with_series(&mut reports, exporter, importer, heading, &[(Flow::Export, 1e6), (Flow::Import, 1.1e6 * wrong)]);
        }
    }
    for r in &mut reports {
        // BACI learns freight from unit values where there are masses, and these masses follow the values.
        r.kg = f64::NAN;
    }
    let cells = cells(&reports);
    for points in [baci(&cells, &Plane), atlas(&cells, &Plane)] {
        for (cell, point) in cells.iter().zip(&points) {
            let ratio = point.usd / cell.export.usd;
            let most = if cell.importer.code() == "TUR" { 1.5 } else { 1.08 };
            assert!((0.93..most).contains(&ratio), "{} {ratio}", cell.importer.code());
        }
    }
}

#[test]
fn the_same_reports_in_another_order_give_the_same_result() {
    let mut reports = make(&World { months: 12, headings: 4, ..PLAIN }).reports;
    let first = serde_json::to_string(&mirror(&reports, &Plane, &Options::default())).unwrap();
    reports.reverse();
    assert_eq!(first, serde_json::to_string(&mirror(&reports, &Plane, &Options::default())).unwrap());
}

fn any_report() -> impl Strategy<Value = Report> {
    let amount = prop_oneof![Just(f64::NAN), Just(0.0), Just(-1.0), Just(f64::INFINITY), Just(1e18), Just(f64::MIN_POSITIVE), 0.0..1e9_f64];
    let country = proptest::sample::select(&["RUS", "PRK", "KOR", "CHN"][..]);
    let flow = proptest::sample::select(&[Flow::Export, Flow::Import, Flow::ReExport, Flow::ReImport][..]);
    let heading = proptest::sample::select(&["27", "2710", "271019", "271012", "280101"][..]);
    let partner = proptest::option::weighted(0.9, country.clone());
    (country, partner, flow, heading, 0..8_i32, amount.clone(), amount, 0..32_u8).prop_map(
        |(reporter, partner, flow, heading, month, usd, kg, marks)| {
            let mut one =
                report(reporter.parse().unwrap(), Country::PRK, flow, heading.parse().unwrap(), Month::of(2018, 1).unwrap(), usd, kg, 1);
            one.partner = partner.map_or(Area::NotTold, |p| Area::Country(p.parse().unwrap()));
            one.month = if month == 7 { Month::whole_year(2018).unwrap() } else { one.month.plus(month) };
            one.marks =
                tw_trade::Mark::ALL.into_iter().enumerate().filter(|(k, _)| marks & 1 << k != 0).fold(Marks::NONE, |m, (_, f)| m.with(f));
            one
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn nothing_that_a_file_may_hold_makes_it_panic(reports in proptest::collection::vec(any_report(), 0..60)) {
        let found = mirror(&reports, &Plane, &Options::default());
        for s in &found.series {
            prop_assert!((0.0..=1.0).contains(&s.probability), "{:?}", s);
        }
        for c in &found.cells {
            for q in [c.usd, c.kg] {
                prop_assert!(q.p50.is_nan() || (q.p5 <= q.p50 && q.p50 <= q.p95), "{:?}", c);
            }
        }
        for f in &found.findings {
            prop_assert!((0.0..=1.0).contains(&f.probability), "{:?}", f);
        }
        prop_assert_eq!(baci(&found.cells, &Plane).len(), found.cells.len());
        prop_assert_eq!(atlas(&found.cells, &NoGeography).len(), found.cells.len());
    }
}
