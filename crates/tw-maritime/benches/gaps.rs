//! The raw scan over batches in memory. Synthetic rows: a report a minute, a silence now and then.
#![allow(missing_docs, reason = "a bench")]

use std::hint::black_box;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, TimestampSecondArray, UInt32Array};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_maritime::gaps::GapScan;

fn batches(ships: u32, rows: i64) -> Vec<RecordBatch> {
    let (mut mmsi, mut t, mut lon, mut lat) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ship in 0..ships {
        let mut now = 1_700_000_000;
        for k in 0..rows {
            now += if (k * 7 + i64::from(ship)) % 9_973 == 0 { 30_000 } else { 60 };
            mmsi.push(ship);
            t.push(now);
            lon.push(k as i32);
            lat.push(k as i32);
        }
    }
    let n = t.len();
    (0..n)
        .step_by(65_536)
        .map(|from| {
            let to = (from + 65_536).min(n);
            RecordBatch::try_from_iter([
                ("mmsi", Arc::new(UInt32Array::from(mmsi[from..to].to_vec())) as ArrayRef),
                ("time", Arc::new(TimestampSecondArray::from(t[from..to].to_vec()).with_timezone("UTC")) as ArrayRef),
                ("lon", Arc::new(Int32Array::from(lon[from..to].to_vec())) as ArrayRef),
                ("lat", Arc::new(Int32Array::from(lat[from..to].to_vec())) as ArrayRef),
            ])
            .expect("four columns of one length")
        })
        .collect()
}

fn scan(c: &mut Criterion) {
    let mut group = c.benchmark_group("gap_scan");
    group.sample_size(10);
    for (name, ships, rows) in [("20M rows, 10,000 a ship", 2_000, 10_000), ("20M rows, 100 a ship", 200_000, 100)] {
        let batches = batches(ships, rows);
        group.throughput(Throughput::Elements(20_000_000));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut scan = GapScan::new(6 * 3600);
                for batch in &batches {
                    scan.push(batch).expect("sorted");
                }
                black_box(scan.finish().len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
