//! Both passes of the reception model. Synthetic ships on a plain sea, a report a minute, one silence of ten hours each.
#![allow(missing_docs, reason = "a bench")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Fix, Positions};
use tw_maritime::coverage::{Coverage, CoverageParameters, Receiver};
use tw_maritime::gaps::{Around, GapParameters, gaps};

fn ships() -> Vec<Positions> {
    (0..200u32)
        .map(|ship| {
            (0..5_000i64)
                .map(|k| {
                    let t = k * 60 + i64::from(ship) + if k > 2_000 + i64::from(ship) * 5 { 36_000 } else { 0 };
                    Fix {
                        mmsi: ship,
                        t,
                        lon: 78_000_000 + (ship as i32 % 20) * 100_000 + (k as i32) * 100,
                        lat: 24_000_000 + (ship as i32 / 20) * 100_000,
                        sog: 60,
                        cog: 900,
                        heading: 90,
                        status: 0,
                        class: 1,
                        receiver: 1 + (k / 500) as u16 % 5,
                        file: 0,
                        record: k as u32 + 1,
                    }
                })
                .collect()
        })
        .collect()
}

fn kind(_: u16) -> Receiver {
    Receiver::Shore
}

fn passes(c: &mut Criterion) {
    let ships = ships();
    let mut group = c.benchmark_group("coverage");
    group.sample_size(10);
    let count = || {
        let mut coverage = Coverage::new(CoverageParameters::default());
        for ship in &ships {
            coverage.add(ship.view(), &kind, &|_, _| 20.0);
        }
        coverage
    };
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("first pass, 1M rows", |b| b.iter(|| black_box(count().len())));
    let coverage = count();
    let around = Around { coverage: Some(&coverage), receiver: &kind, shore_nm: &|_, _| 20.0, port_nm: &|_, _| 50.0, until: None };
    group.throughput(Throughput::Elements(200));
    group.bench_function("second pass, 200 ships with a gap each", |b| {
        b.iter(|| black_box(ships.iter().map(|ship| gaps(ship.view(), &GapParameters::default(), &around).len()).sum::<usize>()));
    });
    group.finish();
}

criterion_group!(benches, passes);
criterion_main!(benches);
