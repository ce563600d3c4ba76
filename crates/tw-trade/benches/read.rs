//! How fast files are read, and what is made of them.
//!
//! `TW_ROWS=10000000 cargo bench -p tw-trade --bench read -- --test` reads that many rows once and prints nothing; without it, 200,000 rows
//! are read again and again.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_trade::{Concordance, Format, Options, clean, read_as};

const HEADER: &str = "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,legacyEstimationFlag,isReported,isAggregate\n";

/// Rows in the layout of UN Comtrade's bulk files, about 230 bytes each; the figures are made up. Every flow is there once.
fn comtrade(rows: usize) -> String {
    let reporters = [156, 643, 842, 276, 392, 410, 699, 757, 764, 792];
    let partners = [408, 410, 156, 643, 842, 276, 251, 826, 380, 724, 0, 899, 490, 784, 682, 458, 702, 704, 360, 608];
    let mut text = String::from(HEADER);
    for at in 0..rows {
        let (reporter, partner) = (reporters[at % 10], partners[at / 10 % 20]);
        let month = at / 200 % 12 + 1;
        let year = 2017 + at / 2_400 % 5;
        let goods = 100_000 + at / 12_000 * 37 % 800_000;
        let value = (at * 7_919 % 9_000_000) as f64 + 0.25 * (at % 4) as f64;
        let mass = at * 104_729 % 5_000_000 + 1;
        let flow = if at % 2 == 0 { "X" } else { "M" };
        let (cif, fob) = if at % 2 == 0 { (String::new(), value.to_string()) } else { (value.to_string(), String::new()) };
        let _ = writeln!(
            text,
            "C,M,{year}{month:02}01,{year},{month},{year}{month:02},{reporter},CHN,,{flow},,{partner},PRK,,0,W00,,H5,HS,true,{goods},,6,true,C00,,0,0,,8,kg,{mass},false,-1,,0,false,{mass},false,0,false,{cif},{fob},{value},0,true,false"
        );
    }
    text
}

fn bench(c: &mut Criterion) {
    let rows = std::env::var("TW_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(200_000);
    let csv = comtrade(rows);
    let mut group = c.benchmark_group("trade");
    group.sample_size(10).throughput(Throughput::Elements(rows as u64));
    group.bench_function("comtrade csv", |b| {
        b.iter(|| black_box(read_as(Format::ComtradeCsv, "x.csv", csv.as_bytes(), &Options::default()).map(|read| read.reports.len())));
    });
    let read = read_as(Format::ComtradeCsv, "x.csv", csv.as_bytes(), &Options::default()).expect("the rows are well formed");
    assert_eq!(read.refused_rows, 0, "{:?}", read.refused.first());
    assert_eq!(read.reports.len(), rows, "{:?}", read.remarks);
    drop(csv);
    group.bench_function("clean", |b| b.iter(|| black_box(clean(read.reports.clone(), None).reports.len())));
    group.bench_function("to common edition", |b| {
        b.iter(|| {
            let mut reports = read.reports.clone();
            black_box(Concordance::bundled().to_common(&mut reports))
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
