//! Rows a second of segmentation, on synthetic ships: one hull, and three hulls under one MMSI.
#![allow(missing_docs, reason = "criterion's macros make public items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Fix, Positions};
use tw_maritime::segment::{Parameters, segment};

/// A synthetic ship: 12 knots, north and back every day, a report every so many seconds.
fn ship(lat: f64, lon: f64, start: i64, step: i64, rows: i64) -> impl Iterator<Item = Fix> {
    (0..rows).map(move |k| {
        let t = start + k * step;
        let (leg, north) = (t.rem_euclid(86_400), t.div_euclid(86_400) % 2 == 0);
        let sailed = 12.0 / 60.0 * leg as f64 / 3600.0;
        let lat = lat + if north { sailed } else { 12.0 / 60.0 * 24.0 - sailed };
        Fix {
            mmsi: 445_000_001,
            t,
            lon: (lon * 600_000.0) as i32,
            lat: (lat * 600_000.0) as i32,
            sog: 120,
            cog: if north { 0 } else { 1800 },
            heading: 511,
            status: 0,
            class: 1,
            receiver: 0,
            file: 0,
            record: k as u32,
        }
    })
}

fn bench(c: &mut Criterion) {
    let one: Positions = ship(30.0, 130.0, 0, 10, 300_000).collect();
    let mut three: Positions =
        ship(30.0, 130.0, 0, 30, 100_000).chain(ship(10.0, 60.0, 10, 30, 100_000)).chain(ship(30.5, 130.5, 20, 30, 100_000)).collect();
    three.sort();
    let mut group = c.benchmark_group("segment");
    group.throughput(Throughput::Elements(300_000)).sample_size(10);
    group.bench_function("one hull", |b| b.iter(|| segment(one.view(), &[], &Parameters::default())));
    group.bench_function("three hulls", |b| b.iter(|| segment(three.view(), &[], &Parameters::default())));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
