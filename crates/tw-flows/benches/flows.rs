//! Speed of the bulk paths: accounts over a million figures, a million revenue draws, tails.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::ToSpan;
use jiff::civil::date;
use tw_base::{Bounds, Interval, Parties};
use tw_flows::{Delivery, Prior, Xoshiro, account, default_priors, negative_binomial_tail, passes, poisson_tail, revenue};

const CODES: [&str; 40] = [
    "AGO", "ARE", "AUS", "AUT", "BEL", "BGR", "BRA", "CAN", "CHE", "CHL", "CHN", "COL", "CYP", "CZE", "DEU", "DNK", "EGY", "ESP", "EST",
    "FIN", "FRA", "GBR", "GRC", "HKG", "IDN", "IND", "IRN", "ISR", "ITA", "JPN", "KOR", "KWT", "MEX", "MYS", "NLD", "NOR", "QAT", "RUS",
    "SGP", "USA",
];

/// Figures of one to `longest` days over fifty years; every `joint`-th counts two suppliers together.
fn figures(n: usize, longest: u64, joint: usize) -> (Interval, Vec<Delivery>) {
    let mut random = Xoshiro::seeded(1);
    let start = date(1970, 1, 1);
    let mut out = Vec::with_capacity(n);
    for id in 0..n {
        let a = CODES[(random.bits() % 40) as usize];
        let b = CODES[(random.bits() % 40) as usize];
        let text = if joint > 0 && id % joint == 0 && a != b { format!("{a}+{b}") } else { a.to_owned() };
        let parties: Parties = text.parse().expect("known codes");
        let from = start.checked_add(((random.bits() % 18_000) as i64).days()).expect("inside the calendar");
        let to = from.checked_add((1 + (random.bits() % longest) as i64).days()).expect("inside the calendar");
        let low = (random.bits() % 10_000) as f64;
        out.push(Delivery {
            id,
            parties,
            period: Interval::new(from, Some(to)),
            barrels: Bounds::between(low, low * 1.2),
            exact_barrels: true,
        });
    }
    (Interval::new(start, Some(date(2021, 1, 1))), out)
}

fn flows(c: &mut Criterion) {
    let mut group = c.benchmark_group("flows");
    group.sample_size(10);
    let (window, single) = figures(1_000_000, 60, 0);
    group.bench_function("account, 1,000,000 figures of single suppliers, overlapping", |b| {
        b.iter(|| account(black_box(window), &single).low)
    });
    let (window, short) = figures(1_000_000, 1, 0);
    group.bench_function("account, 1,000,000 figures of single days", |b| b.iter(|| account(black_box(window), &short).low));
    let (window, mixed) = figures(100_000, 60, 100);
    group.bench_function("account, 100,000 figures, one in a hundred joint", |b| b.iter(|| account(black_box(window), &mixed).low));
    let (window, some) = figures(100_000, 60, 0);
    group.bench_function("passes, 100,000 figures", |b| b.iter(|| passes(black_box(window), &some, 1e8)));
    let priors = default_priors(Prior::Uniform { low: 28_000.0, high: 34_000.0 });
    group.bench_function("revenue, 1,000,000 draws of four priors", |b| b.iter(|| revenue(black_box(&priors), 1_000_000, 1)));
    group.sample_size(50);
    group.bench_function("poisson tail, 3,765 against 130", |b| b.iter(|| poisson_tail(black_box(3_765), black_box(130.0))));
    group.bench_function("negative binomial tail, 3,765 against 520", |b| {
        b.iter(|| negative_binomial_tail(black_box(3_765), black_box(520.0), 0.1))
    });
    group.finish();
}

criterion_group!(benches, flows);
criterion_main!(benches);
