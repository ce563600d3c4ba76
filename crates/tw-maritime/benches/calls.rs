//! Port calls of made-up ships: one that lies in port half its time, one at sea, one in the narrow waters of Denmark.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Fix, Positions};
use tw_maritime::calls::{CallParameters, port_calls};
use tw_ports::Ports;

const ROWS: u32 = 100_000;

/// A ship that goes between two points and lies at each, a position every ten seconds at sea and three minutes at rest.
fn shuttle(a: (f64, f64), b: (f64, f64), at_sea: u32, at_rest: u32) -> Positions {
    let (mut t, mut n) = (0i64, 0u32);
    let mut positions = Positions::default();
    while n < ROWS {
        let leg = n / (at_sea + at_rest);
        let step = n % (at_sea + at_rest);
        let (from, to) = if leg.is_multiple_of(2) { (a, b) } else { (b, a) };
        let part = f64::from(step.min(at_sea)) / f64::from(at_sea);
        let (lat, lon) = (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
        let moving = step < at_sea;
        t += if moving { 10 } else { 180 };
        // Noise of the receiver at rest: a few metres.
        let noise = if moving { 0 } else { (n * 7 % 23) as i32 - 11 };
        positions.push(Fix {
            mmsi: 273_000_001,
            t,
            lon: (lon * 6e5) as i32 + noise,
            lat: (lat * 6e5) as i32 - noise,
            sog: if moving { 120 } else { 0 },
            cog: 900,
            heading: 511,
            status: if moving { 0 } else { 5 },
            class: 1,
            receiver: 1,
            file: 0,
            record: n + 1,
        });
        n += 1;
    }
    positions
}

fn bench(c: &mut Criterion) {
    let ports = Ports::bundled();
    let parameters = CallParameters::default();
    let mut group = c.benchmark_group("port_calls");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    for (name, ship) in [
        ("vladivostok_to_busan", shuttle((43.1, 131.9), (35.1, 129.05), 5_000, 5_000)),
        ("high_seas", shuttle((40.0, 170.0), (45.0, -170.0), 100_000, 1)),
        ("danish_straits", shuttle((55.4, 10.4), (56.1, 12.7), 9_000, 1_000)),
    ] {
        group.bench_function(name, |b| b.iter(|| port_calls(ship.view(), ports, &parameters)));
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
