//! Sentences a second, on the US sample if it is here and on the fixtures otherwise.

use std::convert::Infallible;
use std::hint::black_box;

use arrow_array::RecordBatch;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{ColumnSink, Columns, Decoder, Family, Options, Positions, Static, TableSink, Tables};

struct Nothing;

impl ColumnSink for Nothing {
    type Error = Infallible;

    fn positions(&mut self, rows: &Positions) -> Result<(), Infallible> {
        black_box(rows.len());
        Ok(())
    }

    fn statics(&mut self, rows: Vec<Static>) -> Result<(), Infallible> {
        black_box(rows.len());
        Ok(())
    }
}

impl TableSink for Nothing {
    type Error = Infallible;

    fn table(&mut self, _family: Family, rows: RecordBatch) -> Result<(), Infallible> {
        black_box(rows.num_rows());
        Ok(())
    }
}

fn lean(bytes: &[u8]) -> u64 {
    let options = Options { base_time: Some(1_469_664_000), ..Options::default() };
    let mut decoder = Decoder::new(options, Columns::new(0, Nothing));
    for piece in bytes.chunks(1 << 20) {
        decoder.push(piece).expect("the sink does not fail");
    }
    decoder.finish().expect("the sink does not fail").counts.sentences
}

fn full(bytes: &[u8]) -> u64 {
    let mut decoder = Decoder::new(Options::default(), Tables::new(Nothing));
    for piece in bytes.chunks(1 << 20) {
        decoder.push(piece).expect("the sink does not fail");
    }
    decoder.finish().expect("the sink does not fail").counts.sentences
}

fn decode(c: &mut Criterion) {
    let root = std::env::var("TIDEWAITER_SHARED").unwrap_or_else(|_| format!("{}/../../../shared", env!("CARGO_MANIFEST_DIR")));
    let fixture =
        |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture is there");
    let tagged = std::fs::read(format!("{root}/data/maritime/nmea/uscg_nais_20160728_100k.nmea"))
        .unwrap_or_else(|_| [fixture("gfw_ee_multiline.nmea"), fixture("libais_tagblock.nmea")].concat().repeat(3000));
    // The same sentences without tag blocks and without the other sentences.
    let bare: Vec<u8> = tagged
        .split(|&b| b == b'\n')
        .filter_map(|line| line.iter().position(|&b| b == b'!').map(|i| [&line[i..], b"\n"].concat()))
        .collect::<Vec<_>>()
        .concat();
    for (name, bytes) in [("tagged", &tagged), ("bare", &bare)] {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(lean(bytes)));
        group.bench_function("columns", |b| b.iter(|| lean(bytes)));
        group.bench_function("tables", |b| b.iter(|| full(bytes)));
        group.finish();
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
