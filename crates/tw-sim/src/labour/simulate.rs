//! Invented hosts: true stocks, and what their offices would have published about them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabourOptions {
    /// Hosts, 1 to 90.
    pub hosts: usize,
    /// First year.
    pub first_year: i16,
    /// Years, 6 to 40.
    pub years: usize,
    /// Share of hosts in which work enters under another purpose.
    pub evasion: f64,
    /// Share of hosts with an innocent twin of it.
    pub twins: f64,
    /// Shapes of wages, months and shares: as the named priors, or others within the same ends.
    pub shapes: Shapes,
}

impl Default for LabourOptions {
    fn default() -> Self {
        Self { hosts: 60, first_year: 2012, years: 14, evasion: 0.3, twins: 0.4, shapes: Shapes::Named }
    }
}

/// Distributions that wages, months and shares are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shapes {
    /// Triangular wage, uniform months and share: the named priors.
    Named,
    /// Beta(2, 2), Beta(2, 4), and Beta(4, 2) within the same ends.
    Beta,
    /// As named, with one rank for wage and share alike (they rise together).
    Correlated,
}

/// What a simulation made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabourSummary {
    /// Hosts.
    pub hosts: usize,
    /// Hosts with masking or substitution.
    pub evasions: usize,
    /// Hosts with an innocent twin.
    pub twins: usize,
    /// True change points.
    pub changes: usize,
    /// Rows over all tables.
    pub rows: usize,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum LabourError {
    /// An option out of range.
    #[error("the option `{0}` is out of range: {1}")]
    Option(&'static str, &'static str),
    /// A file that could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Codes that invented hosts borrow. The figures are not about these States.
const CODES: [&str; 90] = [
    "AGO", "ALB", "ARE", "ARG", "ARM", "AUS", "AUT", "AZE", "BEL", "BEN", "BGD", "BGR", "BHR", "BLR", "BOL", "BRA", "BWA", "CAN", "CHE",
    "CHL", "CIV", "CMR", "COD", "COL", "CRI", "CUB", "CYP", "CZE", "DEU", "DNK", "DZA", "ECU", "EGY", "ESP", "EST", "ETH", "FIN", "FJI",
    "FRA", "GAB", "GBR", "GEO", "GHA", "GIN", "GRC", "GTM", "HND", "HRV", "HUN", "IDN", "IND", "IRL", "ISL", "ISR", "ITA", "JAM", "JOR",
    "KAZ", "KEN", "KGZ", "KHM", "LAO", "LKA", "LTU", "LVA", "MAR", "MEX", "MLI", "MNG", "MOZ", "MYS", "NAM", "NER", "NOR", "NZL", "OMN",
    "PAN", "PER", "PHL", "POL", "PRT", "PRY", "ROU", "SEN", "SRB", "SVN", "SWE", "THA", "TUN", "TZA",
];

const PURPOSES: [&str; 8] = ["work", "education", "business", "private", "tourism", "transit", "official", "transport-crew"];
const WORK: usize = 0;
const EDUCATION: usize = 1;
const EVASIONS: [&str; 2] = ["masking", "substitution"];
const TWINS: [&str; 5] = ["enrolment-growth", "language-school", "seasonal-groups", "definition", "all-grow"];

/// Writes an invented world of hosts: `border_entries.csv`, `capacity.csv`, `worker_counts.csv`, `revenue_estimates.csv` as a user would
/// have them, `truth.jsonl` and `README.md`. Same seed and options, same bytes.
///
/// # Errors
/// If an option is out of range or a file cannot be written.
pub fn simulate(seed: u64, options: &LabourOptions, dir: &Path) -> Result<LabourSummary, LabourError> {
    if !(1..=CODES.len()).contains(&options.hosts) {
        return Err(LabourError::Option("hosts", "use 1 to 90"));
    }
    if !(6..=40).contains(&options.years) || !(1950..=2100).contains(&options.first_year) {
        return Err(LabourError::Option("years", "use 6 to 40 years from 1950 to 2100 on"));
    }
    let share = |v: f64| (0.0..=1.0).contains(&v);
    if !share(options.evasion) || !share(options.twins) || options.evasion + options.twins > 1.0 {
        return Err(LabourError::Option("evasion", "shares are 0 to 1 and their sum is at most 1"));
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut codes = CODES.to_vec();
    for i in (1..codes.len()).rev() {
        codes.swap(i, rng.random_range(0..=i));
    }
    let mut out = Out::new();
    let mut summary = LabourSummary { hosts: options.hosts, ..LabourSummary::default() };
    out.line(json!({
        "kind": "meta", "seed": seed, "origin": "synthetic", "looked": format!("{}-03-01", options.first_year + options.years as i16),
        "landmark": {"name": "invented rule", "from": format!("{}-12-22", rule_year(options) - 2), "deadline": format!("{}-12-22", rule_year(options))}
    }));
    for (i, code) in codes.iter().take(options.hosts).enumerate() {
        let u: f64 = rng.random();
        let fate = if u < options.evasion {
            summary.evasions += 1;
            Fate { evasion: Some(EVASIONS[rng.random_range(0..EVASIONS.len())]), twin: None }
        } else if u < options.evasion + options.twins {
            summary.twins += 1;
            Fate { evasion: None, twin: Some(TWINS[rng.random_range(0..TWINS.len())]) }
        } else {
            Fate { evasion: None, twin: None }
        };
        // Each host has its own stream, so that one host does not change the next.
        let mut own = ChaCha8Rng::seed_from_u64(seed ^ (0x5eed_0000 + i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        summary.changes += host(code, &fate, options, &mut own, &mut out);
    }
    summary.rows = out.rows;
    let readme = format!(
        "# Simulated labour figures\n\nSynthetic: every figure in this folder is invented, with seed {seed}. The codes of States are real codes drawn at random, and no figure is about\nthe State whose code it bears. The format is in `crates/tw-sim/src/labour/FORMAT.md`; the truth is in `truth.jsonl`.\n"
    );
    let write = |name: &str, text: &str| {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|source| LabourError::Write { path: path.display().to_string(), source })
    };
    fs::create_dir_all(dir).map_err(|source| LabourError::Write { path: dir.display().to_string(), source })?;
    write("border_entries.csv", &out.entries)?;
    write("capacity.csv", &out.capacity)?;
    write("worker_counts.csv", &out.counts)?;
    write("revenue_estimates.csv", &out.revenue)?;
    write("truth.jsonl", &out.truth)?;
    write("README.md", &readme)?;
    Ok(summary)
}

fn rule_year(options: &LabourOptions) -> i16 {
    options.first_year + (options.years / 2) as i16
}

struct Fate {
    evasion: Option<&'static str>,
    twin: Option<&'static str>,
}

/// The files being written.
struct Out {
    entries: String,
    capacity: String,
    counts: String,
    revenue: String,
    truth: String,
    rows: usize,
}

const SOURCE: &str = "simulation: an invented office; not about this State";

impl Out {
    fn new() -> Self {
        Self {
            entries: "host,period,purpose,entries,status,origin,source,grade,note,known\n".to_owned(),
            capacity: "host,period,purpose,kind,low,high,origin,source,grade,note,known\n".to_owned(),
            counts: "host,period,kind,low,high,estimator,origin,source,grade,note,known\n".to_owned(),
            revenue: "host,period,usd_low,usd_high,estimator,origin,source,grade,note,known\n".to_owned(),
            truth: String::new(),
            rows: 0,
        }
    }

    fn line(&mut self, value: Value) {
        let _ = writeln!(self.truth, "{value}");
    }

    fn entry(&mut self, host: &str, period: &str, purpose: &str, entries: Option<u64>, note: &str, known: &str) {
        let (cell, status) = entries.map_or((String::new(), "withheld"), |n| (n.to_string(), "published"));
        let _ = writeln!(self.entries, "{host},{period},{purpose},{cell},{status},synthetic,{SOURCE},B2,{note},{known}");
        self.rows += 1;
    }

    fn place(&mut self, host: &str, period: &str, kind: &str, persons: u64) {
        let _ = writeln!(self.capacity, "{host},{period},education,{kind},{persons},{persons},synthetic,{SOURCE},B2,,");
        self.rows += 1;
    }

    fn count(&mut self, host: &str, period: &str, kind: &str, low: Option<u64>, high: Option<u64>, estimator: &str) {
        let cell = |v: Option<u64>| v.map(|n| n.to_string()).unwrap_or_default();
        let _ = writeln!(self.counts, "{host},{period},{kind},{},{},{estimator},synthetic,{SOURCE},C3,,", cell(low), cell(high));
        self.rows += 1;
    }
}

/// A rate that jumps: rates and the quarters from which they hold.
#[derive(Clone)]
struct Steps(Vec<(usize, f64)>);

impl Steps {
    fn at(&self, quarter: usize) -> f64 {
        self.0.iter().rev().find(|s| s.0 <= quarter).map_or(0.0, |s| s.1)
    }
}

fn log_uniform(rng: &mut ChaCha8Rng, low: f64, high: f64) -> f64 {
    (low.ln() + rng.random::<f64>() * (high / low).ln()).exp()
}

/// Marsaglia and Tsang, *ACM TOMS* 26 (2000) 363.
fn gamma(rng: &mut ChaCha8Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = rng.random::<f64>().max(1e-300).powf(shape.recip());
        return gamma(rng, shape + 1.0) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = (9.0 * d).sqrt().recip();
    loop {
        let x = normal(rng);
        let v = (1.0 + c * x).powi(3);
        let u: f64 = rng.random::<f64>().max(1e-300);
        if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Box and Muller, *Annals of Mathematical Statistics* 29 (1958) 610.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

fn poisson(rng: &mut ChaCha8Rng, mean: f64) -> u64 {
    if mean > 600.0 {
        return (mean + mean.sqrt() * normal(rng)).round().max(0.0) as u64;
    }
    let (mut left, mut count) = (mean, 0);
    while left > 0.0 {
        let part = left.min(20.0);
        let (limit, mut product) = ((-part).exp(), rng.random::<f64>());
        while product > limit {
            count += 1;
            product *= rng.random::<f64>();
        }
        left -= part;
    }
    count
}

/// A count with this mean and variance mean + dispersion mean^2.
fn negative_binomial(rng: &mut ChaCha8Rng, mean: f64, dispersion: f64) -> u64 {
    if mean <= 0.0 {
        return 0;
    }
    let rate = mean * dispersion * gamma(rng, dispersion.recip());
    poisson(rng, rate)
}

/// Everything about one host; returns the number of true changes.
fn host(code: &str, fate: &Fate, options: &LabourOptions, rng: &mut ChaCha8Rng, out: &mut Out) -> usize {
    let n = options.years * 4;
    let year_of = |q: usize| i32::from(options.first_year) + (q / 4) as i32;
    let name = |q: usize| format!("{}-Q{}", year_of(q), q % 4 + 1);
    let first_day = |q: usize| format!("{}-{:02}-01", year_of(q), q % 4 * 3 + 1);
    let last_day = |q: usize| format!("{}-{}", year_of(q), ["03-31", "06-30", "09-30", "12-31"][q % 4]);
    let dispersion = log_uniform(rng, 0.02, 0.2);

    // Regimes of true arrivals for work. The rule's deadline is at the end of `rule_year`.
    let deadline = (i32::from(rule_year(options)) - i32::from(options.first_year) + 1) as usize * 4;
    let base = log_uniform(rng, 40.0, 3_000.0);
    let fall = deadline.saturating_sub(rng.random_range(0..5)).clamp(5, n - 9);
    let pattern = ["constant", "constant", "expulsion", "redispatch", "redispatch", "small"][rng.random_range(0..6)];
    let rise = (fall + rng.random_range(4..12)).min(n - 4);
    let arrivals = Steps(match pattern {
        "expulsion" => vec![(0, base), (fall, base / log_uniform(rng, 3.0, 60.0))],
        "redispatch" => {
            let low = base / log_uniform(rng, 3.0, 60.0);
            vec![(0, base), (fall, low), (rise, low * log_uniform(rng, 3.0, 60.0))]
        }
        "small" => {
            vec![(0, base), (fall, base * if rng.random_bool(0.5) { log_uniform(rng, 1.3, 3.0) } else { 1.0 / log_uniform(rng, 1.3, 3.0) })]
        }
        _ => vec![(0, base)],
    });

    // What happens to purposes, from a quarter in the last third on (innocent growth too, so that time says nothing).
    let turn = rng.random_range(2 * n / 3..n - 6);
    let enrolled = log_uniform(rng, 50.0, 400.0);
    let per_student = 0.4 + 1.2 * rng.random::<f64>();
    let mut places: Vec<f64> = vec![enrolled; n];
    let mut rates: Vec<Steps> = vec![arrivals.clone()];
    rates.push(Steps(vec![(0, enrolled * per_student)]));
    for _ in 2..PURPOSES.len() {
        rates.push(Steps(vec![(0, log_uniform(rng, 5.0, 600.0))]));
    }
    let mut masked = Steps(vec![(0, 0.0)]);
    let mut moved_share = 0.0;
    let mut note_from = None;
    let mut school = None;
    let mut season = [1.0; 4];
    match (fate.evasion, fate.twin) {
        (Some("masking"), _) => masked = Steps(vec![(0, 0.0), (turn, log_uniform(rng, 100.0, 5_000.0))]),
        (Some(_), _) => moved_share = 0.4 + 0.55 * rng.random::<f64>(),
        (None, Some("enrolment-growth")) => {
            let growth = log_uniform(rng, 2.5, 8.0);
            rates[EDUCATION].0.push((turn, enrolled * per_student * growth));
            places[turn..].fill(enrolled * growth);
        }
        (None, Some("language-school")) => {
            let pupils = enrolled * (0.5 + 1.5 * rng.random::<f64>());
            rates[EDUCATION].0.push((turn, enrolled * per_student + pupils));
            school = rng.random_bool(0.5).then_some(pupils);
        }
        (None, Some("seasonal-groups")) => season = [0.4, 0.5, 2.6, 0.5],
        (None, Some("definition")) => {
            moved_share = 0.3 + 0.4 * rng.random::<f64>();
            note_from = Some(turn);
        }
        (None, Some(_)) => {
            let growth = log_uniform(rng, 2.5, 8.0);
            for steps in &mut rates {
                let rate = steps.at(turn);
                steps.0.retain(|s| s.0 < turn);
                steps.0.push((turn, rate * growth));
            }
            places[turn..].fill(enrolled * growth);
        }
        _ => {}
    }

    // True flows and stocks.
    let turnaround = 0.4 * rng.random::<f64>();
    let expelled = if pattern == "expulsion" || pattern == "redispatch" { 0.5 + 0.45 * rng.random::<f64>() } else { 0.0 };
    let mut leaves: Vec<usize> = Vec::new();
    let start_stock = (rates[WORK].at(0) * (1.0 - turnaround) * 8.0) as usize;
    for _ in 0..start_stock.min(60_000) {
        leaves.push(rng.random_range(1..=12));
    }
    let mut present = leaves.len() as u64;
    let mut gone = vec![0_u64; n + 40];
    for quarter in leaves.drain(..) {
        gone[quarter] += 1;
    }
    let (mut stock, mut left) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut entries: Vec<[u64; 8]> = Vec::with_capacity(n);
    let mut masked_total = 0_u64;
    let mut moved_since_turn = 0_u64;
    let mut rate_of: Vec<[f64; 8]> = Vec::with_capacity(n);
    for q in 0..n {
        let mut means = [0.0; 8];
        for (mean, steps) in means.iter_mut().zip(&rates) {
            *mean = steps.at(q);
        }
        let moved_mean = if q >= turn { moved_share * means[WORK] } else { 0.0 };
        means[WORK] -= moved_mean;
        let extra_mean = masked.at(q);
        let mut seasonal = means;
        seasonal[EDUCATION] *= season[q % 4];
        let mut counts = [0_u64; 8];
        for (count, mean) in counts.iter_mut().zip(&seasonal) {
            *count = negative_binomial(rng, *mean, dispersion);
        }
        let moved = negative_binomial(rng, moved_mean, dispersion);
        let extra = negative_binomial(rng, extra_mean, dispersion);
        counts[EDUCATION] += moved + extra;
        means[EDUCATION] += moved_mean + extra_mean;
        if fate.evasion.is_some() {
            masked_total += moved + extra;
        }
        if q >= turn && q < turn + 4 {
            moved_since_turn += moved;
        }
        let workers = ((counts[WORK] + moved + extra) as f64 * (1.0 - turnaround)).round() as u64;
        for _ in 0..workers {
            gone[q + rng.random_range(4..=12)] += 1;
        }
        present += workers;
        if expelled > 0.0 && q >= fall && q < fall + 4 {
            // Some of those due later leave now, in four equal parts.
            let part = 1.0 - (1.0 - expelled).powf(0.25);
            let mut early = 0;
            for later in &mut gone[q + 1..] {
                let out = (*later as f64 * part).round() as u64;
                *later -= out;
                early += out;
            }
            gone[q] += early;
        }
        let out_now = gone[q].min(present);
        present -= out_now;
        stock.push(present);
        left.push(out_now);
        entries.push(counts);
        rate_of.push(means);
    }

    // What is published.
    let early = rng.random_bool(0.3);
    let yearly_until = if early { 4 * rng.random_range(1..3) } else { 0 };
    let gap = if rng.random_bool(0.4) { 0.06 } else { 0.0 };
    let stops = rng.random_range(0..10);
    let (mut stop_from, mut stated, mut late_twin) = (n, false, false);
    let irregular = rng.random_bool(0.25) || stops == 2;
    match stops {
        0 => (stop_from, stated) = (n - rng.random_range(1..5), true),
        1 => stop_from = n - rng.random_range(2..5),
        2 => (stop_from, late_twin) = (n - 1, true),
        _ => {}
    }
    let mut published = vec![[false; 8]; n];
    let mut q = 0;
    while q < n {
        let lag = if irregular { rng.random_range(25..330) } else { rng.random_range(25..50) };
        let known = plus_days(&last_day(q), lag);
        if q < yearly_until {
            let known = plus_days(&last_day(q + 3), lag);
            for (p, purpose) in PURPOSES.iter().enumerate() {
                let sum: u64 = (q..q + 4).map(|i| entries[i][p]).sum();
                let rounded = if sum > 1_000 { (sum + 50) / 100 * 100 } else { sum };
                out.entry(code, &year_of(q).to_string(), purpose, Some(rounded), "rounded", &known);
                for row in &mut published[q..q + 4] {
                    row[p] = true;
                }
            }
            let sum: u64 = (q..q + 4).flat_map(|i| entries[i]).sum();
            // Rounded up: "all" is used as an upper bound, and a rounded-down one would be false by the rounding.
            out.entry(code, &year_of(q).to_string(), "all", Some(sum.div_ceil(100) * 100), "rounded up", &known);
            q += 4;
            continue;
        }
        let withheld = q >= stop_from;
        if withheld && stated {
            for purpose in PURPOSES.iter().chain(&["all"]) {
                out.entry(code, &name(q), purpose, None, "", &known);
            }
        } else if !withheld {
            for (p, purpose) in PURPOSES.iter().enumerate() {
                if rng.random_bool(gap) {
                    continue;
                }
                published[q][p] = true;
                let note = match note_from {
                    Some(from) if q >= from && (p == WORK || p == EDUCATION) => "definition changed: trainees count as education",
                    _ => "",
                };
                out.entry(code, &name(q), purpose, Some(entries[q][p]), note, &known);
            }
            out.entry(code, &name(q), "all", Some(entries[q].iter().sum()), "", &known);
        }
        q += 1;
    }
    for year in 0..options.years {
        let period = (i32::from(options.first_year) + year as i32).to_string();
        if rng.random_bool(0.9) {
            let places_now = places[year * 4..year * 4 + 4].iter().copied().fold(0.0, f64::max);
            out.place(code, &period, "enrolment", places_now.round() as u64);
            if let (Some(pupils), true) = (school, (year + 1) * 4 > turn) {
                out.place(code, &period, "quota", (places_now + pupils).round() as u64);
            }
        }
    }
    let permitted = 0.55 + 0.4 * rng.random::<f64>();
    let unused = 0.8 + 0.2 * rng.random::<f64>();
    for year in 0..options.years {
        let end = year * 4 + 3;
        let years: u64 = (year * 4..year * 4 + 4).map(|q| left[q]).sum();
        let period = (i32::from(options.first_year) + year as i32).to_string();
        if rng.random_bool(0.8) {
            let permits = (stock[end] as f64 * permitted / unused).round() as u64;
            out.count(code, &last_day(end), "valid-permits", Some(permits), Some(permits), "invented office");
        }
        if rng.random_bool(0.3) {
            let came: u64 = (year * 4..year * 4 + 4).map(|q| entries[q][WORK]).sum();
            let new = (came as f64 * (1.0 - turnaround) * 0.7).round() as u64;
            out.count(code, &period, "new-registrations", Some(new), None, "invented newspaper");
        }
        if rng.random_bool(0.3) {
            out.count(code, &period, "repatriated", Some((years as f64 * 0.8) as u64), None, "invented report");
        }
        if rng.random_bool(0.5) {
            // An estimate with its range; one in ten is wrong by a factor of two.
            let wrong = rng.random_bool(0.1);
            let centre = stock[end] as f64 * if wrong { 2.2 } else { (0.08 * normal(rng)).exp() };
            let (low, high) = ((centre * 0.75).floor() as u64, (centre * 1.3).ceil() as u64);
            out.count(code, &last_day(end), "stock", Some(low), Some(high), "invented researchers");
        }
    }

    // The truth.
    let most_extra = (turn..n).map(|q| rate_of[q][EDUCATION] - places[q] * per_student).fold(0.0, f64::max);
    let clear = fate.evasion.is_some() && most_extra >= 2.0 * 4.0 * enrolled;
    out.line(json!({
        "kind": "host", "host": code, "pattern": pattern, "evasion": fate.evasion, "twin": fate.twin, "masked": masked_total,
        "clear": clear, "since": first_day(turn), "dispersion": dispersion
    }));
    let mut changes = 0;
    for (p, purpose) in PURPOSES.iter().enumerate() {
        let mut starts = vec![0];
        starts.extend((1..n).filter(|q| (rate_of[*q][p] / rate_of[q - 1][p].max(1e-9) - 1.0).abs() > 1e-9));
        let seasonal = p == EDUCATION && fate.twin == Some("seasonal-groups");
        out.line(json!({"kind": "series", "host": code, "series": purpose, "constant": starts.len() == 1, "seasonal": seasonal}));
        for (i, start) in starts.iter().enumerate().skip(1) {
            let (from, to) = (starts[i - 1], starts.get(i + 1).copied().unwrap_or(n));
            let known = |range: std::ops::Range<usize>| range.filter(|q| published[*q][p] && *q >= yearly_until).count();
            let (before, after) = (rate_of[start - 1][p], rate_of[*start][p]);
            let points = (known(from..*start), known(*start..to));
            let sharp = published[*start][p] && published[start - 1][p] && *start > yearly_until;
            let variance = |rate: f64, n: usize| (dispersion + rate.max(0.5).recip()) / n.max(1) as f64;
            let ln_factor = (after.max(0.05) / before.max(0.05)).ln();
            let z = ln_factor.abs() / (variance(before, points.0) + variance(after, points.1)).sqrt();
            let one = ln_factor.abs() / (variance(before, 1) + variance(after, 1)).sqrt();
            changes += 1;
            out.line(json!({
                "kind": "change", "host": code, "series": purpose, "day": first_day(*start), "factor": after / before.max(1e-9),
                "before": before, "after": after, "points_before": points.0, "points_after": points.1, "sharp": sharp,
                "z": z, "z_one": one
            }));
        }
        let event = stop_from < n;
        if event {
            out.line(json!({"kind": "withheld", "host": code, "series": purpose, "from": first_day(stop_from), "stated": stated, "twin": late_twin.then_some("late")}));
        }
    }
    if moved_share > 0.0 {
        out.line(json!({
            "kind": "shift", "host": code, "from": "work", "to": "education", "since": first_day(turn), "moved_in_four_quarters": moved_since_turn,
            "share": moved_share, "evasion": fate.evasion.is_some(), "work_before": rate_of[turn - 1][WORK]
        }));
    }
    for (q, persons) in stock.iter().enumerate() {
        out.line(json!({"kind": "stock", "host": code, "day": last_day(q), "persons": persons}));
    }
    money(code, options, &stock, rng, out);
    changes
}

/// True revenue by year, and an estimate of somebody in some years.
fn money(code: &str, options: &LabourOptions, stock: &[u64], rng: &mut ChaCha8Rng, out: &mut Out) {
    let triangular = |u: f64| if u < 0.5 { 400.0 + (u * 600.0 * 300.0).sqrt() } else { 1_000.0 - ((1.0 - u) * 600.0 * 300.0).sqrt() };
    for year in 0..options.years {
        let mut beta = |a: f64, b: f64| {
            let (x, y) = (gamma(rng, a), gamma(rng, b));
            x / (x + y)
        };
        let (wage, months, share) = match options.shapes {
            Shapes::Beta => (400.0 + 600.0 * beta(2.0, 2.0), 9.0 + 3.0 * beta(2.0, 4.0), 0.5 + 0.4 * beta(4.0, 2.0)),
            Shapes::Named => (triangular(rng.random()), 9.0 + 3.0 * rng.random::<f64>(), 0.5 + 0.4 * rng.random::<f64>()),
            Shapes::Correlated => {
                let u: f64 = rng.random();
                (triangular(u), 9.0 + 3.0 * rng.random::<f64>(), 0.5 + 0.4 * u)
            }
        };
        let mean = stock[year * 4..year * 4 + 4].iter().sum::<u64>() as f64 / 4.0;
        let usd = mean * wage * months * share;
        let label = i32::from(options.first_year) + year as i32;
        out.line(json!({"kind": "revenue", "host": code, "year": label, "usd": usd, "mean_stock": mean}));
        if rng.random_bool(0.2) {
            let (low, high) = (usd * (0.5 + 0.4 * rng.random::<f64>()), usd * (1.1 + rng.random::<f64>()));
            let _ = writeln!(out.revenue, "{code},{label},{low:.0},{high:.0},invented ministry,synthetic,{SOURCE},C3,,");
            out.rows += 1;
        }
    }
}

/// A day so many days later; the day itself if it is none.
fn plus_days(day: &str, days: i64) -> String {
    use jiff::ToSpan;
    let parsed: Option<jiff::civil::Date> = day.parse().ok();
    parsed.and_then(|d| d.checked_add(days.days()).ok()).map_or_else(|| day.to_owned(), |d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
        let options = LabourOptions { hosts: 5, ..LabourOptions::default() };
        let dir = tempfile::tempdir().unwrap();
        let read = |seed: u64| {
            let at = dir.path().join(seed.to_string());
            simulate(seed, &options, &at).unwrap();
            fs::read_to_string(at.join("truth.jsonl")).unwrap() + &fs::read_to_string(at.join("border_entries.csv")).unwrap()
        };
        assert_eq!(read(1), read(1));
        assert_ne!(read(1), read(2));
    }

    #[test]
    fn counts_have_the_mean_and_variance_that_are_asked_for() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for (mean, dispersion) in [(3.0, 0.5), (100.0, 0.1), (2_000.0, 0.02)] {
            let draws: Vec<f64> = (0..20_000).map(|_| negative_binomial(&mut rng, mean, dispersion) as f64).collect();
            let average = draws.iter().sum::<f64>() / 20_000.0;
            let variance = draws.iter().map(|d| (d - average).powi(2)).sum::<f64>() / 20_000.0;
            let expected = mean + dispersion * mean * mean;
            assert!((average / mean - 1.0).abs() < 0.03 && (variance / expected - 1.0).abs() < 0.08, "{average} {variance}");
        }
    }

    #[test]
    fn options_out_of_range_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for options in [
            LabourOptions { hosts: 0, ..LabourOptions::default() },
            LabourOptions { hosts: 91, ..LabourOptions::default() },
            LabourOptions { years: 5, ..LabourOptions::default() },
            LabourOptions { evasion: 0.8, ..LabourOptions::default() },
            LabourOptions { twins: f64::NAN, ..LabourOptions::default() },
        ] {
            assert!(matches!(simulate(1, &options, dir.path()), Err(LabourError::Option(..))));
        }
    }
}
