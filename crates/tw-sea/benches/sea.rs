//! What a lookup costs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tw_sea::{Land, Sea, metres, units_metres};

fn lookups(c: &mut Criterion) {
    let places: Vec<(f64, f64)> =
        (0..1_000).map(|i| (35.0 + f64::from(i * 37 % 1_000) / 100.0, 125.0 + f64::from(i * 61 % 1_000) / 70.0)).collect();
    let units: Vec<(i32, i32)> = places.iter().map(|&(lat, lon)| ((lat * 600_000.0) as i32, (lon * 600_000.0) as i32)).collect();
    let land = Land::bundled();
    c.bench_function("is_land_1000", |b| b.iter(|| places.iter().filter(|p| land.is_land(p.0, p.1)).count()));
    c.bench_function("coast_nm_1000", |b| b.iter(|| places.iter().map(|p| land.coast_nm(p.0, p.1)).sum::<f64>()));
    c.bench_function("inland_m_1000", |b| b.iter(|| places.iter().map(|p| land.inland_m(p.0, p.1)).sum::<f64>()));
    c.bench_function("metres_1000", |b| b.iter(|| places.windows(2).map(|p| metres(p[0].0, p[0].1, p[1].0, p[1].1)).sum::<f64>()));
    c.bench_function("units_metres_1000", |b| {
        b.iter(|| units.iter().map(|p| units_metres(p.0, p.1, p.0 + 3_000, p.1 - 2_000)).sum::<f64>());
    });
}

fn routes(c: &mut Criterion) {
    let sea = Sea::bundled();
    for (name, from, to) in [
        ("route_vladivostok_busan", (43.1, 131.88), (35.1, 129.05)),
        ("route_nampo_shanghai", (38.72, 125.4), (31.25, 121.5)),
        ("route_singapore_rotterdam", (1.26, 103.84), (51.95, 4.1)),
    ] {
        c.bench_function(name, |b| b.iter(|| sea.route(black_box(from), black_box(to))));
    }
    c.bench_function("distances_from_1500_nm", |b| b.iter(|| sea.distances_from(black_box(42.95), 131.9, 1_500.0)));
    let reach = sea.distances_from(42.95, 131.9, 1_500.0);
    c.bench_function("nm_to", |b| b.iter(|| reach.nm_to(black_box(35.1), 129.05)));
}

fn unpacking(c: &mut Criterion) {
    let land = include_bytes!("../data/land.bin");
    let sea = include_bytes!("../data/sea.bin");
    let mut group = c.benchmark_group("unpack");
    group.sample_size(10);
    group.bench_function("land", |b| b.iter(|| Land::from_bytes(land)));
    group.bench_function("sea", |b| b.iter(|| Sea::from_bytes(sea, Land::bundled())));
    group.finish();
}

criterion_group!(benches, lookups, routes, unpacking);
criterion_main!(benches);
