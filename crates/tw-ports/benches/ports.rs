//! Reading the table, and the nearest port of a position.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ports::Ports;

/// Positions over a box, in a fixed order that jumps.
fn positions(lat: (f64, f64), lon: (f64, f64)) -> Vec<(f64, f64)> {
    (0..10_000u32)
        .map(|i| {
            let (a, b) = (f64::from(i * 7_919 % 10_000) / 1e4, f64::from(i * 104_729 % 10_007) / 10_007.0);
            (lat.0 + a * (lat.1 - lat.0), lon.0 + b * (lon.1 - lon.0))
        })
        .collect()
}

fn bench(c: &mut Criterion) {
    let (first, world, same) =
        (include_str!("../data/far_east.csv"), include_str!("../data/ports.csv"), include_str!("../data/same_place.csv"));
    c.bench_function("parse", |b| b.iter(|| Ports::parse(first, world, same)));
    let ports = Ports::bundled();
    let mut group = c.benchmark_group("nearest");
    group.throughput(Throughput::Elements(10_000));
    for (name, points) in [
        ("korea_and_japan", positions((30.0, 45.0), (120.0, 145.0))),
        ("north_sea", positions((50.0, 60.0), (-5.0, 12.0))),
        ("world", positions((-60.0, 75.0), (-180.0, 180.0))),
    ] {
        group.bench_function(name, |b| b.iter(|| points.iter().filter(|&&(lat, lon)| ports.nearest(lat, lon, 5.0).is_some()).count()));
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
