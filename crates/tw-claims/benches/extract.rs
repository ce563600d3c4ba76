//! Speed of reading the claims of articles that are already text.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_claims::{Context, Document, extract, quantities};

fn articles(c: &mut Criterion) {
    let texts = [include_str!("../tests/fixtures/master-released.txt"), include_str!("../tests/fixtures/fuel-count.txt")];
    let context = Context { published: "2022-06-07".parse().ok(), publisher: Some("Gulf Shipping Mirror".to_owned()) };
    let mut group = c.benchmark_group("claims");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("two articles", |b| {
        b.iter(|| texts.iter().map(|t| extract(&Document::plain(t), &context).claims.len()).sum::<usize>());
    });
    group.bench_function("quantities of two articles", |b| b.iter(|| texts.iter().map(|t| quantities(t).len()).sum::<usize>()));
    group.finish();
}

criterion_group!(benches, articles);
criterion_main!(benches);
