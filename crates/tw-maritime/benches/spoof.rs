//! Fixes a second that the spoofing rules look at.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Fix, Positions};
use tw_maritime::spoof::{Parameters, Stations, spoofs};

fn track(minutes: i32) -> Positions {
    (0..minutes)
        .map(|i| Fix {
            mmsi: 445_990_001,
            t: i64::from(i) * 60,
            lat: 22_000_000 + i * 140 + (i * 7_919) % 17,
            lon: 79_000_000 + (f64::from(i) * 0.01).sin() as i32 * 40_000 + (i * 104_729) % 23,
            sog: 100,
            cog: 10,
            heading: 511,
            status: 0,
            class: 1,
            receiver: 0,
            file: 0,
            record: i as u32,
        })
        .collect()
}

fn bench(c: &mut Criterion) {
    let positions = track(20_000);
    let mut group = c.benchmark_group("spoof");
    group.throughput(Throughput::Elements(positions.len() as u64));
    group.bench_function("one_ship_20000_fixes", |b| b.iter(|| spoofs(positions.view(), &Stations::default(), &Parameters::default())));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
