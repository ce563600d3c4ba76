//! How many destinations are read in a second: the distinct real texts of the development set, and each weighted as often as it occurs.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ports::destination::{Context, Reader};

fn texts() -> Vec<String> {
    let path = format!("{}/tests/data/destination_dev.csv", env!("CARGO_MANIFEST_DIR"));
    let mut rows = csv::Reader::from_path(path).expect("the labels are beside the tests");
    rows.records().filter_map(Result::ok).map(|row| row[0].to_owned()).collect()
}

fn read(c: &mut Criterion) {
    let reader = Reader::bundled();
    let texts = texts();
    let mut group = c.benchmark_group("destination");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("real_distinct", |b| {
        b.iter(|| texts.iter().filter(|t| reader.read(t, &Context::default()).port.is_some()).count());
    });
    let position = Context { position: Some((29.5, -90.5)), ..Context::default() };
    group.bench_function("real_distinct_with_position", |b| {
        b.iter(|| texts.iter().filter(|t| reader.read(t, &position).port.is_some()).count());
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
