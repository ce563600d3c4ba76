//! Speed of mirror accounting over a million reports.
//!
//! `cargo bench -p tw-flows --bench mirror`; with `ROWS=10000000` the same over ten million, once, with the peak of memory.

#![expect(clippy::print_stderr, reason = "the single run over many rows tells its figures itself")]

use std::hint::black_box;
use std::time::Instant;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tw_base::Country;
use tw_flows::Xoshiro;
use tw_flows::mirror::{NoGeography, Options, atlas, baci, cells, mirror};
use tw_trade::{Area, Edition, Flow, Heading, Marks, Month, Report, Valuation};

const CODES: [&str; 40] = [
    "AGO", "ARE", "AUS", "AUT", "BEL", "BGR", "BRA", "CAN", "CHE", "CHL", "CHN", "COL", "CYP", "CZE", "DEU", "DNK", "EGY", "ESP", "EST",
    "FIN", "FRA", "GBR", "GRC", "HKG", "IDN", "IND", "IRN", "ISR", "ITA", "JPN", "KOR", "KWT", "MEX", "MYS", "NLD", "NOR", "QAT", "RUS",
    "SGP", "USA",
];

/// Reports of 40 countries in 5,000 headings over 36 months: series of up to 36 months, three in four cells with both sides, in no order.
fn reports(n: usize) -> Vec<Report> {
    let mut random = Xoshiro::seeded(1);
    let countries = CODES.map(|c| c.parse::<Country>().expect("a known code"));
    let start = Month::of(2019, 1).expect("a month");
    let mut out = Vec::with_capacity(n);
    while out.len() < n {
        let (e, i) = ((random.bits() % 40) as usize, (random.bits() % 40) as usize);
        if e == i {
            continue;
        }
        let heading = Heading::new((1 + random.bits() % 5_000) * 199 % 999_999, 6).expect("six digits");
        let level = 8.0 + random.unit() * 8.0;
        let price = random.unit() * 3.0;
        for t in 0..36 {
            let usd = (level + random.unit()).exp();
            for (reporter, partner, flow, silent) in [(e, i, Flow::Export, 0.15), (i, e, Flow::Import, 0.1)] {
                if random.unit() < silent || out.len() == n {
                    continue;
                }
                let noise = (random.unit() + random.unit() + random.unit() - 1.5) * 0.6;
                let valued = usd * noise.exp() * if flow == Flow::Import { 1.07 } else { 1.0 };
                out.push(Report {
                    reporter: countries[reporter],
                    partner: Area::Country(countries[partner]),
                    flow,
                    heading,
                    edition: Edition::Hs2017,
                    month: start.plus(t),
                    usd: valued,
                    valuation: Valuation::NotTold,
                    kg: usd * (noise - price).exp(),
                    marks: Marks::NONE,
                    published: 0,
                    file: 0,
                    record: out.len() as u32 + 1,
                });
            }
        }
    }
    // As files come: by reporter, not by pair.
    out.sort_by_key(|r| (r.reporter, r.month, r.heading));
    out
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("peak unknown").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn benches(c: &mut Criterion) {
    if let Some(rows) = std::env::var("ROWS").ok().and_then(|r| r.parse::<usize>().ok()) {
        let given = reports(rows);
        eprintln!("{rows} reports made, {}", peak());
        let start = Instant::now();
        let found = mirror(&given, &NoGeography, &Options::default());
        eprintln!("{} cells, {} series in {:.1?}, {}", found.cells.len(), found.series.len(), start.elapsed(), peak());
        let start = Instant::now();
        black_box((baci(&found.cells, &NoGeography), atlas(&found.cells, &NoGeography)));
        eprintln!("both published rules in {:.1?}, {}", start.elapsed(), peak());
        return;
    }
    let given = reports(1_000_000);
    let mut group = c.benchmark_group("mirror");
    group.sample_size(10);
    group.bench_function("pair 1M", |b| b.iter(|| black_box(cells(&given))));
    group.bench_function("mirror 1M", |b| {
        b.iter_batched(|| (), |()| mirror(&given, &NoGeography, &Options::default()), BatchSize::PerIteration)
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
