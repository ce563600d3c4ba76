//! Building an index of 24,000 invented entities, updating it, and asking it.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tw_ftm::{Entity, Entry, model};
use tw_screening::Party;
use tw_screening::index::{Filter, Index, Match, Op, Search, Settings, schemata};

const WORDS: [&str; 40] = [
    "arvo", "belin", "cador", "dumisan", "elvar", "fenik", "garov", "halim", "ister", "jovan", "kestrel", "lumen", "marek", "nadir",
    "olvan", "petrak", "quill", "rostam", "selim", "tavor", "ulan", "vesna", "wardak", "xanto", "yarov", "zahir", "trading", "shipping",
    "oil", "marine", "star", "north", "haddad", "kalan", "mirza", "osman", "pavlo", "renko", "samir", "tarik",
];

fn entry(number: usize) -> Entry {
    let schema = model().schema(if number.is_multiple_of(3) { "Company" } else { "Person" }).expect("a schema");
    let mut entity = Entity::new(format!("invented-{number:06}"), schema);
    let word = |n: usize| WORDS[n % 40];
    for alias in 0..1 + number % 3 {
        let n = number + alias * 7;
        entity.add("name", format!("{} {}{} {}{}", word(n), word(n / 40), word(n / 7), word(n / 1600), n % 97));
    }
    entity.add("birthDate", format!("{}", 1940 + number % 60));
    entity.set_caption();
    entity.datasets = vec!["invented".into()];
    Entry { entity, listings: vec![] }
}

fn index(c: &mut Criterion) {
    let entries: Vec<Entry> = (0..24_000).map(entry).collect();
    let mut group = c.benchmark_group("index");
    group.sample_size(10);
    group.throughput(Throughput::Elements(24_000));
    group.bench_function("build 24,000", |b| b.iter_with_large_drop(|| Index::build(entries.clone(), Settings::default())));
    let index = Index::build(entries.clone(), Settings::default());
    index.warm();
    group.throughput(Throughput::Elements(20));
    group.bench_function("update by 20", |b| {
        b.iter_with_large_drop(|| index.update((0..20).map(|n| Op::Put(entry(n * 1000)))));
    });
    group.sample_size(50);
    let parties: Vec<Party> = (0..1000)
        .map(|n| {
            let mut entity = entry(n * 24).entity;
            entity.properties[0].1.truncate(1);
            entity.properties[0].1[0].insert(2, 'o');
            Party::new(&entity)
        })
        .collect();
    let person = model().schema("Person").expect("a schema");
    group.throughput(Throughput::Elements(1));
    group.bench_function("match one", |b| b.iter(|| index.matches(black_box(&Match::new(&parties[1])))));
    group.throughput(Throughput::Elements(1000));
    group.bench_function("match 1,000 persons", |b| {
        b.iter(|| {
            parties
                .iter()
                .map(|p| {
                    let filter = Filter { schemata: schemata(person, true), ..Filter::default() };
                    index.matches(&Match { filter, ..Match::new(p) }).map_or(0, |a| a.total)
                })
                .sum::<usize>()
        });
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("search two words", |b| {
        let search = Search { words: "trading star*".into(), limit: 10, ..Search::default() };
        b.iter(|| index.search(black_box(&search)).map_or(0, |f| f.total));
    });
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
