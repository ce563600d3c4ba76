//! Whole files in each layout, and one test for each kind of bad input.

use std::io::Write as _;

use tw_base::Country;
use tw_trade::{Area, Edition, Flow, Format, Mark, Note, Options, Rates, Read, Report, Valuation, clean, read, read_as, sniff};

const LAYOUTS: [(&str, &[u8], Format); 9] = [
    ("comtrade.csv", include_bytes!("fixtures/comtrade.csv"), Format::ComtradeCsv),
    ("comtrade_described.tsv", include_bytes!("fixtures/comtrade_described.tsv"), Format::ComtradeCsv),
    ("comtrade.json", include_bytes!("fixtures/comtrade.json"), Format::ComtradeJson),
    ("comtrade_legacy.csv", include_bytes!("fixtures/comtrade_legacy.csv"), Format::ComtradeLegacyCsv),
    ("BACI_HS12_Y2016_V202401.csv", include_bytes!("fixtures/BACI_HS12_Y2016_V202401.csv"), Format::Baci),
    ("comext_older.dat", include_bytes!("fixtures/comext_older.dat"), Format::Eurostat),
    ("comext_newer.dat", include_bytes!("fixtures/comext_newer.dat"), Format::Eurostat),
    ("china_export_usd.csv", include_bytes!("fixtures/china_export_usd.csv"), Format::ChinaCustoms),
    ("china_import_cny_gbk.csv", include_bytes!("fixtures/china_import_cny_gbk.csv"), Format::ChinaCustoms),
];

fn layout(name: &str) -> &'static [u8] {
    LAYOUTS.iter().find(|(known, ..)| *known == name).expect("the name is in the list").1
}

fn read_layout(name: &str, options: &Options) -> Read {
    read(name, layout(name), options).expect("the fixture is well formed")
}

fn country(code: &str) -> Area {
    Area::Country(code.parse().expect("a country"))
}

fn rates(month: &str, rate: f64) -> Rates {
    Rates([(month.parse().expect("a month"), rate)].into())
}

/// Rows of UN Comtrade in a short layout: period, reporter, flow, partner, goods, mass, value, transport.
fn comtrade(rows: &[&str]) -> Read {
    let file = format!("period,reporterCode,flowCode,partnerCode,cmdCode,netWgt,primaryValue,motCode\n{}\n", rows.join("\n"));
    read("file.csv", file.as_bytes(), &Options::default()).expect("the header is well formed")
}

fn bits(read: &Read) -> Vec<(u64, u64, Report)> {
    // NaN is not equal to itself; compare figures by their bits and the rest with figures of zero.
    read.reports.iter().map(|report| (report.usd.to_bits(), report.kg.to_bits(), Report { usd: 0.0, kg: 0.0, ..*report })).collect()
}

#[test]
fn every_layout_is_recognised_packed_or_not() {
    for (name, bytes, format) in LAYOUTS {
        assert_eq!(sniff(bytes, name), Some(format), "{name}");
        let plain = read(name, bytes, &Options::default()).unwrap();
        assert_eq!(plain.format, format, "{name}");
        assert!(!plain.reports.is_empty(), "{name}");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        for packed in [gzip.finish().unwrap(), zstd::stream::encode_all(bytes, 1).unwrap()] {
            assert_eq!(sniff(&packed, name), Some(format), "{name}");
            assert_eq!(bits(&read(name, packed.as_slice(), &Options::default()).unwrap()), bits(&plain), "{name}");
        }
    }
}

#[test]
fn comtrade_csv_keeps_what_each_row_says() {
    let options = Options { file: 7, published: 20_180_801, ..Options::default() };
    let read = read_layout("comtrade.csv", &options);
    assert_eq!((read.rows, read.reports.len(), read.refused_rows), (7, 7, 0));
    let [oil, world, litres, horses, again, secret, former] = read.reports.as_slice() else { panic!() };
    assert_eq!((oil.reporter.code(), oil.partner, oil.flow), ("CHN", country("PRK"), Flow::Export));
    assert_eq!((oil.heading.to_string().as_str(), oil.edition, oil.month.to_string().as_str()), ("271019", Edition::Hs2017, "2018-06"));
    assert_eq!((oil.usd, oil.kg, oil.valuation, oil.marks), (1_250_000.5, 1_498_000.0, Valuation::Fob, tw_trade::Marks::NONE));
    assert_eq!((oil.published, oil.file, oil.record), (20_180_801, 7, 2));
    assert_eq!((world.partner, world.marks.has(Mark::Aggregate), world.marks.has(Mark::NotReported)), (Area::World, true, false));
    assert!(litres.kg.is_nan(), "800 litres are no kilograms");
    // Three horses, and in the second unit 1,500 kg.
    assert_eq!((horses.heading.to_string().as_str(), horses.kg, horses.valuation), ("010121", 1_500.0, Valuation::Cif));
    assert!(!horses.marks.has(Mark::MassEstimated), "flag 2 is about the quantity");
    assert_eq!((again.flow, again.reporter.code(), again.partner), (Flow::ReExport, "USA", country("TWN")));
    assert!(again.marks.has(Mark::MassEstimated));
    assert_eq!((secret.heading.to_string().as_str(), secret.partner, secret.month.month()), ("9999", Area::NotTold, None));
    assert!(secret.marks.has(Mark::Confidential) && secret.marks.has(Mark::NotReported));
    assert_eq!((former.partner, former.heading), (Area::NotTold, tw_trade::Heading::ALL));
    assert_eq!((read.count(Note::FormerArea), read.count(Note::ConfidentialHeading), read.count(Note::MassFromQuantity)), (1, 1, 1));
    assert_eq!(read.count(Note::UnknownColumn), 0);
}

#[test]
fn descriptions_with_line_ends_do_not_move_the_rows() {
    let read = read_layout("comtrade_described.tsv", &Options::default());
    let seen: Vec<(u32, Area, f64)> = read.reports.iter().map(|report| (report.record, report.partner, report.usd)).collect();
    assert_eq!(seen, [(2, country("PRK"), 1_250_000.5), (4, country("KOR"), 7.0)]);
}

#[test]
fn comtrade_json_says_the_same_as_its_csv() {
    let json = read_layout("comtrade.json", &Options::default());
    let csv = read_layout("comtrade.csv", &Options::default());
    assert_eq!(Report { record: 0, ..json.reports[0] }, Report { record: 0, ..csv.reports[0] });
    assert_eq!((json.reports[1].month.to_string().as_str(), json.reports[1].kg), ("2023", 1_677_573.63));
    assert!(json.reports[2].usd.is_nan() && json.reports[2].kg.is_nan(), "null is not zero");
    assert_eq!((json.count(Note::NoValue), json.rows), (1, 3));
    let text = String::from_utf8(layout("comtrade.json").to_vec()).unwrap();
    let array = &text[text.find('[').unwrap()..=text.rfind(']').unwrap()];
    assert_eq!(bits(&read("x.json", array.as_bytes(), &Options::default()).unwrap()), bits(&json));
}

#[test]
fn an_answer_without_data_or_cut_off_is_refused_whole() {
    for (text, part) in [
        (r#"{"elapsedTime":"1","count":0,"error":"Access denied"}"#, "Access denied"),
        (r#"{"elapsedTime":"1","statusCode":401,"message":"no key"}"#, "no `data`"),
        (r#"{"elapsedTime":"1","data":[{"reporterCode":156,"#, "not JSON"),
    ] {
        let refused = read("x.json", text.as_bytes(), &Options::default()).unwrap_err();
        assert!(refused.to_string().contains(part), "{refused}");
    }
}

#[test]
fn the_former_api_is_read_too() {
    let read = read_layout("comtrade_legacy.csv", &Options::default());
    assert_eq!((read.reports[0].flow, read.reports[0].edition, read.reports[0].kg), (Flow::Import, Edition::Hs2012, 2_000_000.0));
    assert_eq!((read.reports[1].flow, read.reports[1].reporter.code()), (Flow::ReExport, "HKG"));
    assert!(read.reports[1].kg.is_nan());
}

#[test]
fn baci_is_in_thousands_and_tonnes_and_lost_its_zeros() {
    let read = read_layout("BACI_HS12_Y2016_V202401.csv", &Options::default());
    let [oil, horses, taiwan] = read.reports.as_slice() else { panic!() };
    assert!((oil.usd - 1_234_567.0).abs() < 1e-6 && (oil.kg - 2_345_600.0).abs() < 1e-6);
    assert_eq!((oil.reporter.code(), oil.partner, oil.edition), ("RUS", country("PRK"), Edition::Hs2012));
    assert_eq!(horses.heading.to_string(), "010121");
    assert!(horses.kg.is_nan() && taiwan.kg.is_nan());
    assert_eq!((taiwan.reporter.code(), taiwan.partner), ("TWN", country("USA")));
    assert_eq!((read.count(Note::FormerReporter), read.count(Note::LeadingZeros)), (1, 1));
    let unnamed = tw_trade::read("file.csv", layout("BACI_HS12_Y2016_V202401.csv"), &Options::default()).unwrap_err();
    assert!(unnamed.to_string().contains("edition"), "{unnamed}");
}

#[test]
fn euros_are_never_taken_for_dollars() {
    let without = read_layout("comext_older.dat", &Options::default());
    assert!(without.reports.iter().all(|report| report.usd.is_nan()));
    assert_eq!(without.count(Note::NoRate), 3);
    let with = read_layout("comext_older.dat", &Options { usd_per_eur: rates("2016-06", 1.125), ..Options::default() });
    // Regime 4 is the total; the row of regime 1 is a part of it.
    assert_eq!(with.reports.len(), 2);
    assert_eq!(
        (with.reports[0].reporter.code(), with.reports[0].partner, with.reports[0].usd, with.reports[0].kg),
        ("FRA", country("PRK"), 1_687.5, 30.0)
    );
    assert_eq!((with.count(Note::PartsBesideTotal), with.count(Note::NoRate)), (1, 0));
    assert_eq!((with.reports[1].heading.to_string().as_str(), with.reports[1].marks.has(Mark::Confidential)), ("99", true));
    // The rate of another month, or of the year, is not used.
    let other = read_layout("comext_older.dat", &Options { usd_per_eur: rates("2016", 1.125), ..Options::default() });
    assert!(other.reports[0].usd.is_nan());
}

#[test]
fn procedures_without_a_total_are_added_up() {
    let read = read_layout("comext_newer.dat", &Options { usd_per_eur: rates("2022-06", 1.0), ..Options::default() });
    assert_eq!((read.reports[0].usd, read.reports[0].kg, read.reports[0].heading.digits()), (1_500.0, 3_200.0, 8));
    assert_eq!((read.reports[1].partner, read.reports[1].month.to_string().as_str()), (Area::NotTold, "2022"));
    assert_eq!((read.reports[2].reporter.code(), read.reports[2].partner, read.reports[2].flow), ("GRC", country("SRB"), Flow::Import));
    assert!(read.reports[2].kg.is_nan(), "no mass beside a value is not zero");
    assert_eq!(read.count(Note::PartsAdded), 1);
}

#[test]
fn chinese_customs_in_either_encoding() {
    let read = read_layout("china_export_usd.csv", &Options::default());
    let [oil, computers, rest] = read.reports.as_slice() else { panic!("{:?}", read.reports) };
    assert_eq!(
        (oil.reporter, oil.partner, oil.flow, oil.usd, oil.kg),
        (Country::CHN, country("PRK"), Flow::Export, 1_251_000.0, 1_500_000.0)
    );
    assert_eq!((oil.heading.to_string().as_str(), oil.edition), ("27101922", Edition::Hs2017));
    assert_eq!((computers.partner, computers.kg), (country("KOR"), 30.0));
    assert_eq!((rest.partner, rest.kg), (Area::NotTold, 1_000.0));
    let reasons: Vec<(Option<u64>, String)> = read.refused.iter().map(|refusal| (refusal.row, refusal.reason.clone())).collect();
    assert_eq!(
        reasons,
        [
            (Some(5), "code `109` is PRK and the name is not".to_owned()),
            (Some(6), "`乌有国` is no trading partner that is known here".to_owned())
        ]
    );
    let imports = read_layout("china_import_cny_gbk.csv", &Options { usd_per_cny: rates("2016-06", 0.15), ..Options::default() });
    assert_eq!((imports.reports[0].partner, imports.reports[0].flow, imports.reports[0].usd), (country("PRK"), Flow::Import, 105_000.0));
    assert_eq!((imports.reports[1].partner, imports.reports[1].kg, imports.reports[1].usd.is_nan()), (country("RUS"), 5_000.0, true));
    let unnamed = tw_trade::read("table.csv", layout("china_export_usd.csv"), &Options::default()).unwrap_err();
    assert!(unnamed.to_string().contains("imports or exports"), "{unnamed}");
}

#[test]
fn a_missing_column_is_refused_and_an_unknown_one_is_counted() {
    let refused = read_as(Format::ComtradeCsv, "x.csv", "period,reporterCode,partnerCode,cmdCode,colour\n".as_bytes(), &Options::default())
        .unwrap_err();
    let columns: Vec<&str> = refused.0.iter().filter_map(|refusal| refusal.column.as_deref()).collect();
    assert_eq!(columns, ["flowCode", "primaryValue"]);
    let read = read(
        "x.csv",
        "period,reporterCode,flowCode,partnerCode,cmdCode,primaryValue,colour\n201806,156,X,408,2710,1,red\n".as_bytes(),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(read.remarks.iter().find(|remark| remark.note == Note::UnknownColumn).unwrap().column.as_deref(), Some("colour"));
}

#[test]
fn bad_figures_are_refused_alone_with_their_place() {
    let read = comtrade(&[
        "201806,156,X,408,271019,10,100,0",
        "201806,156,X,408,271012,10,-5,0",
        "201806,156,X,408,271020,10,1e18,0",
        "201806,156,X,408,271021,10,NaN,0",
        "201806,156,X,408,271022,-1,100,0",
        "201806,156,X,408,271023,10,ten,0",
        "201813,156,X,408,271024,10,100,0",
        "201806,156,X,998,271025,10,100,0",
        "201806,156,Q,408,271026,10,100,0",
        "201806,156,X,408,27.10,10,100,0",
    ]);
    assert_eq!((read.reports.len(), read.refused_rows), (1, 9));
    let said: Vec<(u64, &str, &str)> =
        read.refused.iter().map(|refusal| (refusal.row.unwrap(), refusal.column.as_deref().unwrap(), refusal.reason.as_str())).collect();
    assert_eq!(
        said,
        [
            (3, "primaryValue", "value of -5 is below zero"),
            (4, "primaryValue", "value of 1e18 is more than the world trades in a year"),
            (5, "primaryValue", "`NaN` is no value"),
            (6, "netWgt", "net mass of -1 is below zero"),
            (7, "primaryValue", "`ten` is no value"),
            (8, "period", "`201813` is no period of a month or a year"),
            (9, "partnerCode", "`998` is no area code of M49, UN Comtrade or ISO 3166 that is known here"),
            (10, "flowCode", "`Q` is no flow"),
            (11, "cmdCode", "`27.10` is no heading of the Harmonized System"),
        ]
    );
    assert!(read.refused.iter().all(|refusal| refusal.file == "file.csv"));
}

#[test]
fn the_list_of_refusals_is_capped_and_the_count_is_not() {
    let rows: Vec<String> = (0..1_000).map(|_| "201813,156,X,408,2710,1,1,0".to_owned()).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let read = comtrade(&rows);
    assert_eq!((read.refused.len(), read.refused_rows), (200, 1_000));
}

#[test]
fn missing_is_not_zero() {
    let read = comtrade(&["201806,156,X,408,271019,,,0", "201807,156,X,408,271019,0,0,0", "201808,156,X,408,271019,0,100,0"]);
    assert!(read.reports[0].usd.is_nan() && read.reports[0].kg.is_nan());
    assert_eq!((read.reports[1].usd, read.reports[1].kg), (0.0, 0.0));
    assert!(read.reports[2].usd == 100.0 && read.reports[2].kg.is_nan(), "a mass of zero beside a value is a gap");
    assert_eq!(
        (read.count(Note::NoValue), read.count(Note::ZeroValue), read.count(Note::NoMass), read.count(Note::ZeroMass)),
        (1, 1, 1, 1)
    );
}

#[test]
fn a_wrong_unit_makes_the_mass_unknown() {
    let file = "period,reporterCode,flowCode,partnerCode,cmdCode,qtyUnitCode,qty,netWgt,primaryValue\n\
        201806,156,X,408,271019,8,1498,1498000,100\n201807,156,X,408,271019,8,1498,1498,100\n201808,156,X,408,271019,8,1000,1100,100\n";
    let read = read("x.csv", file.as_bytes(), &Options::default()).unwrap();
    assert!(read.reports[0].kg.is_nan());
    assert_eq!((read.reports[1].kg, read.reports[2].kg), (1_498.0, 1_100.0));
    let place = |note: Note| read.remarks.iter().find(|remark| remark.note == note).map(|remark| remark.first);
    assert_eq!((place(Note::UnitOfMass), place(Note::MassDisagrees)), (Some(2), Some(4)));
}

#[test]
fn the_same_row_twice_counts_once_and_other_figures_for_it_count_not_at_all() {
    let read = comtrade(&[
        "201806,156,X,408,271019,10,100,0",
        "201806,156,X,408,271019,10,100,0",
        "201807,156,X,408,271019,10,100,0",
        "201807,156,X,408,271019,10,999,0",
    ]);
    assert_eq!(read.reports.len(), 1);
    assert_eq!((read.count(Note::Duplicate), read.refused_rows), (1, 2));
    assert_eq!(read.refused[0].row, Some(5));
    assert!(read.refused[0].reason.contains("record 4") && read.refused[0].reason.contains("999"), "{}", read.refused[0].reason);
}

#[test]
fn transports_are_never_added_to_their_total() {
    let beside = comtrade(&["201806,156,X,408,271019,10,100,0", "201806,156,X,408,271019,6,60,2100", "201806,156,X,408,271019,4,40,3200"]);
    assert_eq!((beside.reports.len(), beside.reports[0].usd, beside.count(Note::PartsBesideTotal)), (1, 100.0, 2));
    let alone = comtrade(&["201806,156,X,408,271019,6,60,2100", "201806,156,X,408,271019,4,40,3200", "201806,156,X,408,271019,4,40,3200"]);
    assert_eq!((alone.reports.len(), alone.reports[0].usd, alone.reports[0].kg), (1, 100.0, 10.0));
    assert!(alone.reports[0].marks.has(Mark::Aggregate));
    assert_eq!((alone.count(Note::PartsAdded), alone.count(Note::Duplicate)), (1, 1));
}

#[test]
fn totals_and_re_exports_are_never_added_to_their_parts() {
    let read = comtrade(&[
        "201806,156,X,0,2710,10,100,0",
        "201806,156,X,0,TOTAL,10,500,0",
        "201806,156,X,408,27,5,60,0",
        "201806,156,X,408,271019,5,40,0",
        "201806,156,X,410,271019,5,39,0",
        "201806,156,RX,408,271019,1,9,0",
        "201806,643,X,0,2710,10,100,0",
    ]);
    let clean = clean(read.reports, None);
    let sum: f64 =
        clean.reports.iter().filter(|report| report.reporter == Country::CHN && report.flow == Flow::Export).map(|report| report.usd).sum();
    assert_eq!(sum, 79.0);
    assert_eq!(clean.aggregates.len(), 3);
    // Chapter 27 says 60 and its part 40; the world says 100 and 500 and the parts 79.
    assert_eq!(clean.short.len(), 3);
    assert_eq!(clean.reports.iter().filter(|report| report.flow == Flow::ReExport).count(), 1);
    // Russia gives the total alone: it is kept.
    assert!(clean.reports.iter().any(|report| report.reporter == Country::RUS && report.partner == Area::World));
}

#[test]
fn of_mixed_revisions_the_newest_known_then_is_taken() {
    let file = |usd: &str| format!("period,reporterCode,flowCode,partnerCode,cmdCode,primaryValue\n201806,156,X,408,271019,{usd}\n");
    let at = |published: u32, usd: &str| read("x.csv", file(usd).as_bytes(), &Options { published, ..Options::default() }).unwrap().reports;
    let all: Vec<Report> = [at(20_180_801, "100"), at(20_190_301, "250"), at(20_190_301, "250"), at(20_180_701, "90")].concat();
    let now = clean(all.clone(), None);
    assert_eq!((now.reports.len(), now.reports[0].usd, now.revisions.len(), now.duplicates), (1, 250.0, 2, 1));
    let then = clean(all, Some(20_181_231));
    assert_eq!((then.reports[0].usd, then.later.len(), then.revisions.len()), (100.0, 2, 1));
    let unclear = clean([at(0, "100"), at(0, "250")].concat(), None);
    assert_eq!((unclear.reports.len(), unclear.conflicts.len()), (0, 2));
}

#[test]
fn years_are_never_added_to_their_months() {
    let read = comtrade(&[
        "2018,156,X,408,2710,1,500,0",
        "201806,156,X,408,271019,1,40,0",
        "2017,156,X,408,2710,1,500,0",
        "2018,156,X,408,8471,1,3,0",
    ]);
    let clean = clean(read.reports, None);
    assert_eq!((clean.reports.len(), clean.annual.len(), clean.annual[0].usd), (3, 1, 500.0));
}

#[test]
fn a_month_that_is_not_there_is_a_gap_and_not_zero() {
    let read = comtrade(&[
        "201801,156,X,408,271019,1,1,0",
        "201802,156,X,410,271019,1,1,0",
        "201804,156,X,408,271019,1,0,0",
        "201805,156,X,408,271019,1,1,0",
    ]);
    let clean = clean(read.reports, None);
    let [gap] = clean.gaps.as_slice() else { panic!("{:?}", clean.gaps) };
    assert_eq!((gap.from.to_string(), gap.to.to_string(), gap.months, gap.silent), ("2018-02".to_owned(), "2018-03".to_owned(), 2, 1));
    assert!(clean.reports.iter().any(|report| report.usd == 0.0), "a zero that was reported stays");
}

#[test]
fn two_editions_of_one_chapter_are_taken_once() {
    let file = "period,reporterCode,flowCode,partnerCode,classificationCode,cmdCode,primaryValue\n\
        201206,156,X,408,H4,271012,4\n201206,156,X,408,H4,271020,3\n201206,156,X,408,H3,271011,7\n201206,156,X,408,H3,847130,5\n";
    let clean = clean(read("x.csv", file.as_bytes(), &Options::default()).unwrap().reports, None);
    assert_eq!((clean.reports.iter().map(|report| report.usd).sum::<f64>(), clean.other_editions.len()), (12.0, 1));
}

#[test]
fn files_that_are_no_statistic_are_refused_with_a_hint() {
    for bytes in [&b""[..], b"date,barrels\n2018,1\n", b"PK\x03\x04xxxx", b"\xFF\xFEa\0", b"{\"a\":1}"] {
        let refused = read("x", bytes, &Options::default()).unwrap_err();
        assert!(refused.0[0].hint.is_some(), "{refused}");
    }
    let mut packed = zstd::stream::encode_all(layout("comtrade.csv"), 1).unwrap();
    packed.truncate(packed.len() - 8);
    assert!(read("x", packed.as_slice(), &Options::default()).is_err(), "half a file gives nothing");
}

#[test]
fn several_codes_for_areas_not_told_are_added_and_not_refused() {
    let read = comtrade(&[
        "201806,156,X,899,271019,10,100,0",
        "201806,156,X,838,271019,1,10,0",
        "201806,156,X,810,271019,1,5,0",
        "201806,156,X,408,27XXXX,1,3,0",
        "201806,156,X,408,27SSSS,1,4,0",
        "201806,156,X,408,27,9,70,0",
    ]);
    let sums: Vec<(Area, f64)> = read.reports.iter().map(|report| (report.partner, report.usd)).collect();
    assert_eq!(sums, [(Area::NotTold, 115.0), (country("PRK"), 7.0), (country("PRK"), 70.0)]);
    // What is withheld inside chapter 27 is a part of it where the chapter is taken whole, and stands beside the other parts where not.
    let whole = clean(read.reports.clone(), None);
    let prk = |clean: &tw_trade::Clean| {
        clean.reports.iter().filter(|report| report.partner == country("PRK")).map(|report| report.usd).sum::<f64>()
    };
    assert_eq!((prk(&whole), whole.aggregates.len(), whole.parts.len()), (70.0, 0, 1));
    let below = comtrade(&["201806,156,X,408,271019,9,60,0"]).reports;
    let parts = clean([read.reports, below].concat(), None);
    assert_eq!((prk(&parts), parts.aggregates.len(), parts.short.len()), (67.0, 1, 1));
}

#[test]
fn a_record_that_does_not_fit_its_header_is_refused() {
    let read = comtrade(&["201806,156,X,408,271019,10,1,000,0", "201806,156,X,408,271019,10", "201806,156,X,408,271019,10,7,0,,"]);
    assert_eq!((read.reports.len(), read.refused_rows, read.count(Note::Ragged)), (1, 2, 1));
    assert_eq!(read.refused[0].reason, "9 cells, and the header has 8");
}

#[test]
fn goods_by_another_classification_are_left_out() {
    let file = "period,reporterCode,flowCode,partnerCode,clCode,cmdCode,primaryValue\n201806,156,X,408,S3,33,4\n201806,156,X,408,HS,33,4\n";
    let read = read("x.csv", file.as_bytes(), &Options::default()).unwrap();
    assert_eq!((read.reports.len(), read.count(Note::NotHarmonized)), (1, 1));
}
