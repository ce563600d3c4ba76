//! Loitering of a synthetic ship: a report a minute, slow for one day in three.
#![allow(missing_docs, reason = "a bench")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Fix, Positions};
use tw_maritime::loitering::{Context, LoiteringParameters, Silences, loiterings};

fn one(c: &mut Criterion) {
    let mut lon = 60_000_000;
    let ship: Positions = (0..1_000_000i64)
        .map(|k| {
            lon += if k / 1_440 % 3 == 0 { 50 } else { 2_000 };
            if lon > 100_000_000 {
                lon = -100_000_000;
            }
            let heading = (k / 30 % 360) as u16;
            Fix { mmsi: 1, t: k * 60, lon, lat: 0, sog: 5, cog: 0, heading, status: 0, class: 1, receiver: 0, file: 0, record: 1 }
        })
        .collect();
    let silences = Silences::default();
    let context = Context {
        ship_type: 80,
        draught_changed: &|_, _| None,
        partner_seen: &|_, _, _, _, _| None,
        type_of: &|_| 0,
        shore_nm: &|_, _| 50.0,
        port_nm: &|_, _| 50.0,
        silences: &silences,
    };
    let mut group = c.benchmark_group("loitering");
    group.sample_size(10);
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("1M rows of a ship", |b| {
        b.iter(|| black_box(loiterings(ship.view(), &LoiteringParameters::default(), &context).len()));
    });
    group.finish();
}

criterion_group!(benches, one);
criterion_main!(benches);
