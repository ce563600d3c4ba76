//! Points a second of linking, on synthetic ships in one sea: as many as a day of the challenge has, spread alike.
#![allow(missing_docs, reason = "criterion's macros make public items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_maritime::link::{Parameters, Point, link};

/// Synthetic ships in 40 harbours, half of them lying still, a report every half hour.
fn day(ships: u64) -> Vec<Point> {
    let mut state = 1_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let mut points = Vec::new();
    for ship in 0..ships {
        let harbour = (ship % 40) as f64;
        let (lat, lon) = (25.0 + (harbour % 8.0) + 0.03 * next(), -97.0 + (harbour / 8.0).floor() * 3.0 + 0.03 * next());
        let (knots, course, start) = (if ship % 2 == 0 { 0.0 } else { 20.0 * next() }, 360.0 * next(), 1800.0 * next());
        for k in 0..20 {
            let t = start + f64::from(k) * (1700.0 + 90.0 * next());
            let degrees = knots * (t - start) / 3600.0 / 60.0;
            points.push(Point {
                t: t as i64,
                lat: lat + degrees * course.to_radians().cos() + 0.001 * (next() - 0.5),
                lon: lon + degrees * course.to_radians().sin() + 0.001 * (next() - 0.5),
                speed: knots as f32,
                course: course as f32,
            });
        }
    }
    points
}

fn bench(c: &mut Criterion) {
    let points = day(5000);
    let mut group = c.benchmark_group("link");
    group.throughput(Throughput::Elements(points.len() as u64)).sample_size(10);
    group.bench_function("100,000 points", |b| b.iter(|| link(&points, &Parameters::default())));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
