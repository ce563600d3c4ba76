//! Pairs among grid points. Synthetic traffic: ships at anchor in crowds, drifting ships, and pairs that lie together.
//!
//! With `TW_BENCH_DUMP=path` the points are written as CSV for another program instead.
#![allow(missing_docs, reason = "a bench")]

use std::hint::black_box;
use std::io::Write;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Fix, Positions};
use tw_maritime::encounters::{EncounterParameters, Encounters, GridPoint, Hull, Knowledge, encounters, resample};

/// Splitmix64.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// 10,000 slow ships over 300 slots of ten minutes, two days: 4 in 10 in 60 anchorages of about 5 miles, the rest over a sea of 20 by 30 degrees;
/// one in 50 beside another.
fn points() -> Vec<GridPoint> {
    let mut seed = 7;
    let mut places: Vec<(f64, f64)> = Vec::new();
    let anchorages: Vec<(f64, f64)> = (0..60).map(|_| (30.0 + 20.0 * random(&mut seed), 120.0 + 30.0 * random(&mut seed))).collect();
    for k in 0..10_000usize {
        let place = if k % 50 == 49 {
            let (lat, lon) = places[k - 1];
            (lat + 0.0008, lon)
        } else if k % 10 < 4 {
            let (lat, lon) = anchorages[k % 60];
            (lat + 0.08 * random(&mut seed), lon + 0.1 * random(&mut seed))
        } else {
            (30.0 + 20.0 * random(&mut seed), 120.0 + 30.0 * random(&mut seed))
        };
        places.push(place);
    }
    let mut points = Vec::new();
    for slot in 0..300 {
        for (ship, place) in places.iter().enumerate() {
            let drift = if ship % 50 >= 48 { 0.0 } else { (slot as f64 / 20.0 + ship as f64).sin() * 0.002 };
            points.push(GridPoint {
                mmsi: ship as u32,
                slot,
                lon: (place.1 * 600_000.0) as i32,
                lat: ((place.0 + drift) * 600_000.0) as i32,
                speed: 5,
                status: 0,
                file: 0,
                record: slot as u32 + 1,
            });
        }
    }
    points
}

fn pairs(c: &mut Criterion) {
    let points = points();
    if let Ok(path) = std::env::var("TW_BENCH_DUMP") {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a path that can be written"));
        writeln!(file, "mmsi,slot,lon,lat").expect("written");
        for p in &points {
            writeln!(file, "{},{},{},{}", p.mmsi, p.slot, f64::from(p.lon) / 600_000.0, f64::from(p.lat) / 600_000.0).expect("written");
        }
        return;
    }
    let knowledge = Knowledge { hull: &|_| Hull::default(), port_nm: &|_, _| 50.0 };
    let mut group = c.benchmark_group("encounters");
    group.sample_size(10);
    group.throughput(Throughput::Elements(points.len() as u64));
    group.bench_function("3M grid points slot by slot", |b| {
        b.iter(|| {
            let mut state = Encounters::new(EncounterParameters::default());
            for slot in points.chunk_by(|a, b| a.slot == b.slot) {
                state.push_slot(slot[0].slot, slot).expect("in order");
            }
            black_box(state.finish(&knowledge).len())
        });
    });
    group.bench_function("3M grid points with sorting", |b| {
        let mut by_ship = points.clone();
        by_ship.sort_by_key(|p| (p.mmsi, p.slot));
        b.iter_batched_ref(
            || by_ship.clone(),
            |points| black_box(encounters(points, &EncounterParameters::default(), &knowledge).len()),
            BatchSize::LargeInput,
        );
    });
    let ship: Positions = (0..1_000_000i64)
        .map(|k| Fix {
            mmsi: 1,
            t: k * 10,
            lon: (k % 1_000_000) as i32 * 20,
            lat: 0,
            sog: 0,
            cog: 0,
            heading: 0,
            status: 0,
            class: 1,
            receiver: 0,
            file: 0,
            record: 1,
        })
        .collect();
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("resample 1M rows, one each 10 s", |b| {
        let mut out = Vec::new();
        b.iter(|| {
            out.clear();
            resample(ship.view(), &EncounterParameters::default(), &mut out);
            black_box(out.len())
        });
    });
    group.finish();
}

criterion_group!(benches, pairs);
criterion_main!(benches);
