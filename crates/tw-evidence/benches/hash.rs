//! Throughput of hashing whole files, in bytes a second: `cargo bench -p tw-evidence`.

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion, Throughput};
use tw_evidence::{hash_files, sha256};

const FILES: usize = 4;
const LENGTH: usize = 64 << 20;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    files(&mut criterion);
    memory(&mut criterion);
    criterion.final_summary();
}

/// Four files of 64 MiB, which the system keeps in memory after the first pass: the cost of hashing and copying, not of the disk.
fn files(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut paths: Vec<PathBuf> = Vec::new();
    for i in 0..FILES {
        let path = folder.path().join(i.to_string());
        let bytes: Vec<u8> = (0..LENGTH).map(|n| (n.wrapping_mul(31) + i) as u8).collect();
        fs::write(&path, bytes).expect("the temporary folder takes 256 MiB");
        paths.push(path);
    }
    let mut group = criterion.benchmark_group("hash_files");
    group.throughput(Throughput::Bytes((FILES * LENGTH) as u64));
    for threads in [1, 2] {
        group.bench_with_input(BenchmarkId::from_parameter(format!("{threads} threads")), &threads, |bench, &threads| {
            bench.iter(|| hash_files(black_box(&paths), threads));
        });
    }
    group.finish();
}

/// The bound that the processor sets.
fn memory(criterion: &mut Criterion) {
    let bytes = vec![7; 1 << 20];
    let mut group = criterion.benchmark_group("sha256");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("1 MiB in memory", |bench| bench.iter(|| sha256(black_box(&bytes))));
    group.finish();
}
