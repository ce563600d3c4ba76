//! How long analysis and comparison take.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tw_names::{Kind, Name, Rules, keys, score};

const PERSONS: &[&str] = &[
    "Kim Jong Un",
    "PUTIN, Vladimir Vladimirovich",
    "Abd al-Rahman Muhammad Mustafa al-Qaduli",
    "Jane Example",
    "Ri Yong Ho",
    "John Q. Example",
];
const FIRMS: &[&str] = &[
    "Korea Mining Development Trading Corporation",
    "Joint Stock Company Tactical Missiles Corporation",
    "Example Shipping Co., Ltd.",
    "OOO Primer",
    "Foreign Trade Bank",
];

fn bench(c: &mut Criterion) {
    let rules = Rules::default();
    for (label, kind, texts) in [("person", Kind::Person, PERSONS), ("organisation", Kind::Organisation, FIRMS)] {
        c.bench_function(&format!("analyse {label}"), |b| {
            let mut at = 0;
            b.iter(|| {
                at = (at + 1) % texts.len();
                Name::new(kind, black_box(texts[at]))
            });
        });
        let names: Vec<Name> = texts.iter().map(|text| Name::new(kind, text)).collect();
        c.bench_function(&format!("score {label}, all pairs of {}", names.len()), |b| {
            b.iter(|| {
                names
                    .iter()
                    .flat_map(|q| names.iter().map(move |c| (q, c)))
                    .map(|(q, c)| score(black_box(q), black_box(c), &rules))
                    .sum::<f64>()
            });
        });
        c.bench_function(&format!("keys {label}"), |b| b.iter(|| names.iter().map(|name| keys(black_box(name)).len()).sum::<usize>()));
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
