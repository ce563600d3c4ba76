//! How fast lists are read. Real files where they are at hand, else a synthetic one of the same shape.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_base::Sha256;
use tw_lists::{Capture, Format, ListFiles, read};

fn un() -> Vec<u8> {
    let root =
        std::env::var_os("TIDEWAITER_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), Into::into);
    if let Ok(bytes) = std::fs::read(root.join("data/screening/lists/un/UN_consolidated_2026-02-27.xml")) {
        return bytes;
    }
    let mut text = String::from("<CONSOLIDATED_LIST dateGenerated=\"2026-02-27\"><INDIVIDUALS>");
    for n in 0..1500 {
        text.push_str(&format!(
            "<INDIVIDUAL>\n  <DATAID>{n}</DATAID>\n  <FIRST_NAME>JANE</FIRST_NAME>\n  <SECOND_NAME>EXAMPLE {n}</SECOND_NAME>\n  <UN_LIST_TYPE>DPRK</UN_LIST_TYPE>\n  <REFERENCE_NUMBER>EXi.{n}</REFERENCE_NUMBER>\n  <LISTED_ON>2016-11-30</LISTED_ON>\n  <COMMENTS1>{}</COMMENTS1>\n  <INDIVIDUAL_ALIAS>\n    <QUALITY>Good</QUALITY>\n    <ALIAS_NAME>Jayne Example</ALIAS_NAME>\n  </INDIVIDUAL_ALIAS>\n</INDIVIDUAL>\n",
            "An invented comment of some length. ".repeat(20)
        ));
    }
    text.push_str("</INDIVIDUALS></CONSOLIDATED_LIST>");
    text.into_bytes()
}

fn lists(c: &mut Criterion) {
    let capture = Capture { sha256: Sha256::from_bytes([0; 32]), captured: None, list: None };
    let bytes = un();
    let mut group = c.benchmark_group("lists");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("un_xml", |b| {
        b.iter(|| {
            let mut n = 0;
            let report = read(Format::UnXml, ListFiles::one("un.xml", bytes.as_slice()), &capture, &mut |entry| {
                n += black_box(entry).listings.len();
                ControlFlow::Continue(())
            });
            (n, report.map(|r| r.entries))
        });
    });
    group.finish();
}

criterion_group!(benches, lists);
criterion_main!(benches);
