//! No bytes make a reader panic.

use proptest::prelude::*;
use tw_trade::{Concordance, Edition, Flow, Format, Options, clean, read, read_as, sniff};

const FORMATS: [Format; 6] =
    [Format::ComtradeJson, Format::ComtradeCsv, Format::ComtradeLegacyCsv, Format::Baci, Format::Eurostat, Format::ChinaCustoms];

const FILES: [&[u8]; 9] = [
    include_bytes!("fixtures/comtrade.csv"),
    include_bytes!("fixtures/comtrade_described.tsv"),
    include_bytes!("fixtures/comtrade.json"),
    include_bytes!("fixtures/comtrade_legacy.csv"),
    include_bytes!("fixtures/BACI_HS12_Y2016_V202401.csv"),
    include_bytes!("fixtures/comext_older.dat"),
    include_bytes!("fixtures/comext_newer.dat"),
    include_bytes!("fixtures/china_export_usd.csv"),
    include_bytes!("fixtures/china_import_cny_gbk.csv"),
];

fn try_all(bytes: &[u8]) {
    let options = Options { flow: Some(Flow::Import), edition: Some(Edition::Hs2017), ..Options::default() };
    let _ = sniff(bytes, "x.csv");
    let _ = read("x.csv", bytes, &options);
    for format in FORMATS {
        if let Ok(read) = read_as(format, "x.csv", bytes, &options) {
            for report in &read.reports {
                assert!(report.usd.is_nan() || (0.0..=1e15).contains(&report.usd), "{report:?}");
                assert!(report.kg.is_nan() || (0.0..=1e15).contains(&report.kg), "{report:?}");
            }
            let mut reports = clean(read.reports, Some(20_200_101)).reports;
            Concordance::bundled().to_common(&mut reports);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400), magic in 0usize..4) {
        let head: &[u8] = [&b""[..], b"\x1F\x8B\x08", b"\x28\xB5\x2F\xFD", b"{\"data\":["][magic];
        try_all(&[head, &bytes].concat());
    }

    #[test]
    fn on_real_layouts_with_bytes_changed(file in 0usize..9, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let mut bytes = FILES[file].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_all(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        try_all(&bytes);
    }

    #[test]
    fn on_cells_of_any_text(cells in proptest::collection::vec("[0-9A-Z.,\"e+-]{0,9}", 8)) {
        let row = cells.join(",");
        for header in ["period,reporterCode,flowCode,partnerCode,cmdCode,netWgt,primaryValue,motCode", "t,i,j,k,v,q,x,y", "REPORTER,PARTNER,PRODUCT_NC,FLOW,STAT_PROCEDURE,PERIOD,VALUE_EUR,QUANTITY_KG"] {
            try_all(format!("{header}\n{row}\n").as_bytes());
        }
    }
}
