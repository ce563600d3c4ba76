//! Pairs a second: parties analysed, and analysis included. The names are invented.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ftm::{Entity, read_entity};
use tw_screening::{Party, Weights, score_above};

const FIRST: &[&str] = &["Jane", "John", "Yuri", "Mariya", "Chol Su", "Ahmad", "Fatima", "Li", "Olga", "Hassan", "Pyotr", "Ngozi"];
const LAST: &[&str] = &["Example", "Exampleson", "Primerov", "Musterova", "Kim", "Al-Mithal", "Beispiel", "Wang", "Otieno", "Ejemplo"];
const WORDS: &[&str] = &["Example", "Trading", "Star", "Ocean", "Petroleum", "Korea", "Shipping", "Mithal", "Northern", "Bank"];

fn entities() -> Vec<Entity> {
    let mut all = Vec::new();
    for (i, first) in FIRST.iter().enumerate() {
        for (j, last) in LAST.iter().enumerate() {
            let year = 1940 + (i * 7 + j * 3) % 50;
            let text = format!(
                r#"{{"id":"p{i}-{j}","schema":"Person","properties":{{"name":["{first} {last}"],"alias":["{last}, {first}","{first} Ivanovich {last}"],"birthDate":["{year}-0{}-1{}"],"nationality":["Russia"],"address":["{i} Example Street, Minsk, Belarus"]}}}}"#,
                1 + i % 9,
                j % 9
            );
            all.extend(read_entity(&text).map(|r| r.entity));
            let text = format!(
                r#"{{"id":"c{i}-{j}","schema":"Company","properties":{{"name":["{} {} {} Co Ltd"],"alias":["{} {}"],"jurisdiction":["cn"],"registrationNumber":["91{i}{j}40300MA5"]}}}}"#,
                WORDS[i % 10],
                WORDS[(i + j) % 10],
                WORDS[j % 10],
                WORDS[(i + j) % 10],
                WORDS[j % 10]
            );
            all.extend(read_entity(&text).map(|r| r.entity));
        }
    }
    all
}

fn pairs(c: &mut Criterion) {
    let entities = entities();
    let parties: Vec<Party> = entities.iter().map(Party::new).collect();
    let weights = Weights::default();
    let n = parties.len();
    let mut group = c.benchmark_group("pairs");
    group.throughput(Throughput::Elements((n * n) as u64));
    group.bench_function("all pairs, early exit at 0.7", |b| {
        b.iter(|| {
            parties
                .iter()
                .flat_map(|a| parties.iter().map(move |b| (a, b)))
                .map(|(a, b)| score_above(black_box(a), b, &weights, 0.7))
                .sum::<f64>()
        });
    });
    let same: Vec<(&Party, &Party)> =
        parties.iter().flat_map(|a| parties.iter().filter(|b| a.sort() == b.sort()).map(move |b| (a, b))).collect();
    group.throughput(Throughput::Elements(same.len() as u64));
    group.bench_function("pairs of one sort, early exit at 0.7", |b| {
        b.iter(|| same.iter().map(|(a, b)| score_above(black_box(a), b, &weights, 0.7)).sum::<f64>());
    });
    group.bench_function("pairs of one sort, whole score", |b| {
        b.iter(|| same.iter().map(|(a, b)| score_above(black_box(a), b, &weights, 0.0)).sum::<f64>());
    });
    group.finish();
    let mut group = c.benchmark_group("analysis");
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function("Party::new", |b| b.iter(|| entities.iter().map(|e| Party::new(black_box(e)).names().len()).sum::<usize>()));
    group.finish();
}

criterion_group!(benches, pairs);
criterion_main!(benches);
