//! One provision on a day, the whole book on a day, and reading the book.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tw_base::{Bounds, Period, Unit};
use tw_law::{Act, Book, Facts, Item, evaluate};

fn facts() -> Facts {
    let year: Period = "2018".parse().expect("a year is a period");
    let mut facts = Facts::new(Act::Supply, year.interval());
    facts.item = Some(Item::RefinedPetroleum);
    facts.amounts.insert(Unit::Barrels, Bounds::between(400_000.0, 700_000.0));
    facts
}

fn benches(c: &mut Criterion) {
    let book = Book::bundled().expect("the tests of the crate read the bundled book");
    let facts = facts();
    let cap = book.get("UN-2397-5").expect("the bundled book has the cap");
    c.bench_function("one provision on a day", |b| b.iter(|| evaluate(black_box(cap), black_box(&facts))));
    c.bench_function("the whole book on a day", |b| b.iter(|| book.evaluate_all(black_box(&facts))));
    c.bench_function("what of the book applies on a day", |b| b.iter(|| book.evaluate_applicable(black_box(&facts))));
    let day = "2018-03-01".parse().expect("a day");
    c.bench_function("what is in force on a day", |b| b.iter(|| book.at(black_box(day)).len()));
    c.bench_function("reading the book", |b| b.iter(|| Book::from_files(Book::bundled_files()).map(|book| book.len())));
}

criterion_group!(law, benches);
criterion_main!(law);
