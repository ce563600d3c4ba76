//! Each format by a small synthetic file: what comes out, and what is refused.

use std::io::Write;
use std::ops::ControlFlow;

use tw_base::{Date, Refusal, Sha256};
use tw_ftm::{Entry, Status, When};
use tw_lists::{Capture, Companion, Delta, Format, ListFiles, Report, Role, collect, delta_versions, detect, read_delta, read_history};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn capture() -> Capture {
    Capture { sha256: Sha256::from_bytes([7; 32]), captured: Some(day("2026-09-01")), list: None }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).expect("a fixture")
}

fn read(format: Format, name: &str, bytes: &[u8]) -> Result<(Vec<Entry>, Report), Refusal> {
    collect(format, ListFiles::one(name, bytes), &capture())
}

fn by<'e>(entries: &'e [Entry], id: &str) -> &'e Entry {
    entries
        .iter()
        .find(|e| e.entity.id == id)
        .unwrap_or_else(|| panic!("no {id} in {:?}", entries.iter().map(|e| &e.entity.id).collect::<Vec<_>>()))
}

#[test]
fn advanced_xml_gives_days_of_listing_scripts_documents_and_links() {
    let bytes = fixture("sdn_advanced.xml");
    assert_eq!(detect(&bytes, "x"), Some(Format::OfacAdvancedXml));
    let (entries, report) = read(Format::OfacAdvancedXml, "sdn_advanced.xml", &bytes).expect("reads");
    let jane = by(&entries, "ofac-90010");
    assert_eq!(jane.entity.schema.name(), "Person");
    assert_eq!(jane.entity.get("name"), ["Jane EXAMPLE"]);
    assert_eq!(jane.entity.get("alias"), ["ПРИМЕР Джейн"]);
    assert_eq!(jane.entity.get("weakAlias"), ["THE SAMPLE"]);
    assert_eq!(jane.entity.get("birthDate"), ["1962"]);
    assert_eq!(jane.entity.get("gender"), ["male"]);
    assert_eq!(jane.entity.get("nationality"), ["Otherland"]);
    assert_eq!(jane.entity.get("address"), ["1 Quay Street, Port Example, Exampleland"]);
    assert_eq!(jane.entity.get("passportNumber"), ["X1234567"]);
    let listing = &jane.listings[0];
    assert_eq!(
        (listing.list.as_str(), listing.listed, listing.amended.as_slice()),
        ("US-SDN", When::on(day("2017-06-01")), &[day("2019-08-09")][..])
    );
    assert_eq!(listing.programmes, ["DPRK3"]);
    assert_eq!(jane.status(day("2017-05-31")), Some(Status::NotYet));
    assert_eq!(jane.status(day("2017-06-01")), Some(Status::Listed));
    let shipping = by(&entries, "ofac-90020");
    assert_eq!(shipping.entity.get("name"), ["EXAMPLE SHIPPING CO. & SONS"]);
    let lists: Vec<(&str, When)> = shipping.listings.iter().map(|l| (l.list.as_str(), l.listed)).collect();
    assert_eq!(lists, [("US-SDN", When::on(day("2018-02-23"))), ("US-CONS", When::on(day("2016-01-02")))]);
    let ship = by(&entries, "ofac-90030");
    assert_eq!(ship.entity.get("imoNumber"), ["IMO2222224"]);
    assert_eq!((ship.entity.first("type"), ship.entity.first("flag")), (Some("Crude Oil Tanker"), Some("Otherland")));
    assert_eq!(ship.entity.get("previousName"), ["OLD STAR"]);
    assert_eq!(ship.listings[0].listed, When::by(day("2026-09-01")));
    let link = by(&entries, "ofac-90030-link-ofac-90020");
    assert_eq!((link.entity.schema.name(), link.entity.first("role")), ("UnknownLink", Some("Owned or Controlled By")));
    assert_eq!(by(&entries, "ofac-90010-wallet-1ExampleAddress").entity.first("currency"), Some("XBT"));
    assert_eq!(report.published, Some(day("2026-03-04")));
    assert_eq!((report.entries, report.refusals()), (3, 1));
    assert!(report.refused.contains_key("the type of an entry is not known: `Robot`"), "{:?}", report.refused);
}

#[test]
fn the_uk_list_reads_alike_from_xml_and_from_csv() {
    let (xml, report) = read(Format::UkXml, "uk.xml", &fixture("UK-Sanctions-List.xml")).expect("reads");
    assert_eq!((report.entries, report.published), (3, Some(day("2026-08-20"))));
    assert_eq!(report.remarks["an element is not known: <NewElement>"].n, 1);
    let bytes = fixture("UK-Sanctions-List.csv");
    assert_eq!(detect(&bytes, "x.csv"), Some(Format::UkCsv));
    let (csv, report) = read(Format::UkCsv, "uk.csv", &bytes).expect("reads");
    assert_eq!((report.entries, report.refusals()), (2, 0));
    for entries in [&xml, &csv] {
        let jane = by(entries, "gb-exa0001");
        assert_eq!(jane.entity.get("name"), ["JANE QUILL EXAMPLE"]);
        assert!(jane.entity.get("alias").contains(&"Джейн Пример".to_owned()));
        assert_eq!(jane.entity.get("weakAlias"), ["The Sample"]);
        assert_eq!(jane.entity.get("birthDate"), ["1945", "1958-03-01"]);
        assert_eq!(jane.entity.get("passportNumber"), ["X1234567"]);
        assert_eq!(jane.entity.get("nationality")[0], "Exampleland");
        assert_eq!(jane.listings[0].listed, When::on(day("2021-01-25")));
        assert_eq!(jane.listings[0].amended, [day("2026-04-14")]);
        let ship = by(entries, "gb-exa0002");
        assert_eq!((ship.entity.schema.name(), ship.entity.first("imoNumber")), ("Vessel", Some("IMO2222224")));
        assert_eq!(ship.entity.first("flag"), Some("Otherland"));
    }
    assert_eq!(by(&csv, "gb-exa0001").entity.get("nationality"), ["Exampleland", "Otherland"]);
    assert_eq!(by(&xml, "gb-exa0002-link-gb-exa0003").entity.first("role"), Some("owner or operator"));
}

#[test]
fn eu_entries_take_the_printed_day_or_the_day_of_the_act_as_a_bound() {
    let text = r#"<?xml version="1.0"?><export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-04-15T15:29:22.497+02:00">
      <sanctionEntity designationDate="2018-07-03" euReferenceNumber="EU.1.1" logicalId="1"><regulation regulationType="amendment" publicationDate="2019-04-08" programme="EXA"/>
        <subjectType code="person" classificationCode="P"/>
        <nameAlias firstName="Jane" lastName="Example" wholeName="Jane Example" strong="true" gender="F" function="Director"/>
        <nameAlias wholeName="The Sample" strong="false"/>
        <birthdate circa="true" calendarType="GREGORIAN" year="1958" city="Port Example" countryDescription="EXAMPLELAND"/>
        <identification identificationTypeCode="passport" identificationTypeDescription="National passport" number="X1" countryDescription="UNKNOWN"/>
        <citizenship countryIso2Code="XX" countryDescription="EXAMPLELAND"/></sanctionEntity>
      <sanctionEntity euReferenceNumber="EU.2.2" logicalId="2" newAttribute="1"><regulation publicationDate="2020-01-14" programme="EXA"/>
        <subjectType code="enterprise" classificationCode="E"/><nameAlias wholeName="Example Shipping" strong="true"/></sanctionEntity>
      <sanctionEntity euReferenceNumber="EU.3.3" logicalId="3"><subjectType code="planet"/><nameAlias wholeName="X"/></sanctionEntity></export>"#;
    let (entries, report) = read(Format::EuFsfXml, "eu.xml", text.as_bytes()).expect("reads");
    let jane = by(&entries, "eu-fsf-eu-1-1");
    assert_eq!((jane.entity.get("name"), jane.entity.get("weakAlias")), (&["Jane Example".to_owned()][..], &["The Sample".to_owned()][..]));
    assert_eq!((jane.entity.first("birthDate"), jane.entity.first("birthPlace")), (Some("1958"), Some("Port Example, EXAMPLELAND")));
    assert_eq!(jane.listings[0].listed, When::on(day("2018-07-03")));
    assert_eq!(jane.listings[0].amended, [day("2019-04-08")]);
    let shipping = by(&entries, "eu-fsf-eu-2-2");
    assert_eq!(shipping.listings[0].listed, When::by(day("2020-01-14")));
    assert!(shipping.listings[0].basis.is_some());
    assert_eq!(report.refused["the type of an entry is not known: `planet`"].n, 1);
    assert_eq!(report.remarks["an element is not known: <@newAttribute>"].n, 1);
}

const SDN: &str = concat!(
    "90001,\"EXAMPLE, Jane\",\"individual\",\"SDGT] [IRGC\",\"Director\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 10 Dec 1948; a.k.a. 'THE SAMPLE'; Linked To: EXAMPLE SHIPPING CO.\"\r\n",
    "90002,\"EXAMPLE SHIPPING CO.\",-0- ,\"DPRK\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
    "90003,\"SAMPLE STAR\",\"vessel\",\"DPRK\",-0- ,\"EXA1\",\"Tug\",\"2597\",\"1098\",\"Otherland\",\"Example Shipping Co.\",\"Vessel Registration Identification IMO 2222224.\"\r\n",
);

#[test]
fn ofac_csv_joins_its_companions_and_links_by_name() {
    let companion = |role, name: &str, body: &'static [u8]| Companion {
        role,
        name: name.into(),
        body: Box::new(body),
        sha256: Sha256::from_bytes([8; 32]),
    };
    let mut files = ListFiles::one("sdn.csv", format!("{SDN}\u{1a}").into_bytes().leak() as &[u8]);
    files.companions = vec![
        companion(Role::AlternateNames, "alt.csv", b"90001,1,\"aka\",\"SAMPLE, Jane\",-0- \r\n90003,2,\"fka\",\"OLD STAR\",-0- \r\n"),
        companion(Role::Addresses, "add.csv", b"90002,1,\"1 Quay Street\",\"Port Example\",\"Exampleland\",-0- \r\n"),
        companion(Role::Comments, "sdn_comments.csv", b"90002,\"Website www.example.com.\"\r\n"),
    ];
    let (entries, report) = collect(Format::OfacCsv, files, &capture()).expect("reads");
    assert_eq!((report.entries, report.others, report.refusals()), (3, 2, 0));
    let jane = by(&entries, "ofac-90001");
    assert_eq!((jane.entity.get("name"), jane.entity.get("alias")), (&["Jane EXAMPLE".to_owned()][..], &["Jane SAMPLE".to_owned()][..]));
    assert_eq!(jane.listings[0].programmes, ["SDGT", "IRGC"]);
    assert_eq!(jane.listings[0].records.len(), 2);
    assert_eq!(jane.listings[0].records[0].to_string(), format!("{}#row=1", "07".repeat(32)));
    assert_eq!(by(&entries, "ofac-90002").entity.get("website"), ["www.example.com"]);
    assert_eq!(by(&entries, "ofac-90003").entity.get("previousName"), ["OLD STAR"]);
    assert_eq!(by(&entries, "ofac-90001-link-ofac-90002").entity.first("role"), Some("Linked To"));
    assert_eq!(by(&entries, "ofac-90002-owns-ofac-90003").entity.schema.name(), "Ownership");
}

#[test]
fn a_row_of_the_wrong_width_and_an_unknown_type_are_refused_and_located() {
    let text = format!("{SDN}90004,\"SHORT\"\r\n90005,\"X\",\"robot\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n");
    let (entries, report) = read(Format::OfacCsv, "sdn.csv", text.as_bytes()).expect("reads");
    assert_eq!(entries.iter().filter(|e| !e.listings.is_empty()).count(), 3);
    assert_eq!(report.refused["a row has 2 columns instead of 12"].first.as_ref().map(ToString::to_string).as_deref(), Some("row 4"));
    assert_eq!(report.refused["the type of an entry is not known: `robot`"].n, 1);
}

#[test]
fn a_name_of_more_than_ten_kilobytes_is_refused_in_every_format() {
    let long = "x".repeat(10_001);
    let row = format!("{SDN}90009,\"{long}\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n");
    let un = format!(
        "<CONSOLIDATED_LIST><ENTITY><DATAID>1</DATAID><FIRST_NAME>{long}</FIRST_NAME></ENTITY><ENTITY><DATAID>2</DATAID><FIRST_NAME>Y</FIRST_NAME></ENTITY></CONSOLIDATED_LIST>"
    );
    let ftm = format!(
        "{{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{{\"name\":[\"{long}\"]}}}}\n{{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{{\"name\":[\"Y\"],\"topics\":[\"sanction\"]}}}}\n"
    );
    for (format, text) in [(Format::OfacCsv, row), (Format::UnXml, un), (Format::Ftm, ftm)] {
        let (_, report) = read(format, "a", text.as_bytes()).expect("reads on");
        assert_eq!(report.refused["a name is longer than 10,000 bytes"].n, 1, "{format}");
        assert!(report.entries >= 1, "{format}");
    }
}

#[test]
fn a_file_of_which_nothing_can_be_taken_is_refused_whole() {
    let refusal = read(Format::OfacCsv, "sdn.csv", b"1,2\n3,4\n").expect_err("refused");
    assert!(refusal.reason.contains("not one entry") && refusal.reason.contains("row 1"), "{refusal}");
}

#[test]
fn a_cut_file_is_an_error_in_every_format() {
    for (format, name) in [(Format::OfacAdvancedXml, "sdn_advanced.xml"), (Format::UkXml, "UK-Sanctions-List.xml")] {
        let bytes = fixture(name);
        let refusal = read(format, name, &bytes[..bytes.len() - 200]).expect_err("refused");
        assert!(refusal.reason.starts_with("byte "), "{refusal}");
    }
    let cut = &SDN.as_bytes()[..SDN.len() - 10];
    assert!(read(Format::OfacCsv, "sdn.csv", cut).expect_err("refused").reason.contains("cut off"));
    let ftm = "{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Y\"]}}\n{\"id\":\"b\",\"sch";
    assert!(read(Format::Ftm, "a.json", ftm.as_bytes()).expect_err("refused").reason.contains("cut off"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&fixture("UK-Sanctions-List.xml")).expect("writes");
    let packed = encoder.finish().expect("finishes");
    assert!(read(Format::UkXml, "uk.xml.gz", &packed).is_ok());
    assert!(read(Format::UkXml, "uk.xml.gz", &packed[..packed.len() - 40]).is_err());
}

#[test]
fn entity_bombs_are_refused_in_every_xml_format() {
    let bomb = |root: &str| {
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE {root} [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;\">]><{root}>&b;</{root}>",
            "x".repeat(1000)
        )
    };
    for (format, root) in [
        (Format::OfacXml, "sdnList"),
        (Format::OfacAdvancedXml, "Sanctions"),
        (Format::UnXml, "CONSOLIDATED_LIST"),
        (Format::EuFsfXml, "export"),
        (Format::UkXml, "Designations"),
    ] {
        let refusal = read(format, "a.xml", bomb(root).as_bytes()).expect_err("refused");
        assert!(refusal.reason.contains("document type definition"), "{refusal}");
    }
}

#[test]
fn designations_give_their_dates_to_the_entities_they_are_of() {
    let text = concat!(
        "{\"id\":\"s-1\",\"schema\":\"Sanction\",\"properties\":{\"entity\":[\"p-1\"],\"programId\":[\"EX-1\"],\"startDate\":[\"2017-06-01\"],\"endDate\":[\"2020-03-05\"],\"authority\":[\"Example Office\"]},\"datasets\":[\"us_ofac_sdn\"],\"target\":false}\n",
        "{\"id\":\"p-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Jane Example\"],\"topics\":[\"sanction\"]},\"datasets\":[\"us_ofac_sdn\"],\"target\":true}\n",
        "{\"id\":\"p-2\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Example Ltd\"],\"programId\":[\"EX-2\"],\"createdAt\":[\"6.10.2001\"]},\"datasets\":[\"eu_fsf\"]}\n",
        "{\"id\":\"p-3\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Unlisted Ltd\"],\"notAProperty\":[\"x\"]},\"target\":true}\n",
    );
    let again = Companion { role: Role::Again, name: "a".into(), body: Box::new(text.as_bytes()), sha256: Sha256::from_bytes([7; 32]) };
    let mut files = ListFiles::one("a.ftm.json", text.as_bytes());
    files.companions.push(again);
    let (entries, report) = collect(Format::Ftm, files, &capture()).expect("reads");
    let jane = by(&entries, "p-1");
    assert_eq!((jane.listings[0].list.as_str(), jane.listings[0].listed), ("US-SDN", When::on(day("2017-06-01"))));
    assert_eq!(jane.status(day("2020-03-05")), Some(Status::NoLonger));
    assert!(by(&entries, "s-1").listings.is_empty());
    assert_eq!(
        (by(&entries, "p-2").listings[0].list.as_str(), by(&entries, "p-2").listings[0].listed),
        ("EU-FSF", When::on(day("2001-10-06")))
    );
    assert!(by(&entries, "p-3").listings.is_empty());
    assert_eq!(report.remarks["a property is not known: `notAProperty`"].n, 1);
    let (entries, _) = read(Format::Ftm, "a.ftm.json", text.as_bytes()).expect("reads");
    assert_eq!(by(&entries, "s-1").listings.len(), 1, "in one pass the designation carries the listing itself");
}

#[test]
fn changes_of_a_collection_are_read_in_their_order() {
    let text = concat!(
        "{\"op\":\"ADD\",\"entity\":{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Jane Example\"],\"topics\":[\"sanction\"]}}}\n",
        "{\"op\":\"MOD\",\"entity\":{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Jane Q. Example\"]}}}\n",
        "{\"op\":\"DEL\",\"entity\":{\"id\":\"a\"}}\n",
        "{\"op\":\"MOVE\",\"entity\":{\"id\":\"a\"}}\n",
    );
    assert_eq!(detect(text.as_bytes(), "entities.delta.json"), Some(Format::FtmDelta));
    let mut all = Vec::new();
    let report = read_delta("d", text.as_bytes(), &capture(), &mut |delta| {
        all.push(delta);
        ControlFlow::Continue(())
    });
    let report = report.expect("reads");
    assert!(matches!(&all[..], [Delta::Add(a), Delta::Modify(_), Delta::Delete(id)] if id == "a" && a.listings.len() == 1));
    assert_eq!(report.refused["an operation is not known"].n, 1);
    assert!(delta_versions("delta.json", "[]").is_err());
}

#[test]
fn changes_between_captures_date_what_came_and_went_between_them() {
    let row = |n: &str, name: &str| {
        format!("[\"{n}\",\"{name}\",\"-0- \",\"CUBA\",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \"]")
    };
    let line =
        |date: &str, op: &str, n: &str, row: &str| format!("{{\"date\":\"{date}\",\"op\":\"{op}\",\"ent_num\":\"{n}\",\"row\":{row}}}\n");
    let text = [
        line("2021-08-18", "ADD", "1", &row("1", "FIRST")),
        line("2021-08-20", "ADD", "2", &row("2", "SECOND")),
        line("2021-08-24", "MOD", "1", &row("1", "FIRST AGAIN")),
        line("2021-09-02", "DEL", "2", "null"),
        line("2021-09-02", "ADD", "3", "[]"),
    ]
    .concat();
    let mut all = Vec::new();
    let report = read_history("h", text.as_bytes(), &capture(), &mut |change| {
        all.push(change);
        ControlFlow::Continue(())
    });
    assert_eq!(report.expect("reads").refusals(), 1);
    let listed = |i: usize| all[i].entry.as_ref().map(|e| e.listings[0].listed);
    assert_eq!(listed(0), Some(When::by(day("2021-08-18"))));
    assert_eq!(listed(1), Some(When::between(day("2021-08-18"), day("2021-08-20"))));
    assert_eq!(all[2].entry.as_ref().map(|e| e.listings[0].amended.clone()), Some(vec![day("2021-08-24")]));
    assert_eq!((all[3].when(), all[3].entry.is_none()), (When::between(day("2021-08-24"), day("2021-09-02")), true));
    let back = [line("2021-08-18", "DEL", "1", "null"), line("2021-08-17", "DEL", "2", "null")].concat();
    assert!(read_history("h", back.as_bytes(), &capture(), &mut |_| ControlFlow::Continue(())).is_err());
}

#[test]
fn one_who_has_enough_stops_the_reading() {
    let mut n = 0;
    let report = tw_lists::read(Format::OfacCsv, ListFiles::one("sdn.csv", SDN.as_bytes()), &capture(), &mut |_| {
        n += 1;
        ControlFlow::Break(())
    });
    assert_eq!((n, report.map(|r| r.stopped)), (1, Ok(true)));
}

/// Bytes of each format, to be damaged.
fn samples() -> Vec<(Format, Vec<u8>)> {
    let journal = "celex,recordId,programKey,annex,measure,startDate,schema,name,alias,birthDate,imoNumber\n32014R0269,1,EU-EXA,I,Asset freeze,17.3.2014,Person,Jane Example,\"a; \"\"b; c\"\"\",4 Apr. 1944,\n32014R0269,1,EU-EXA,I,Other,,Vessel,Sample Star,,,2222224\n";
    let csl = "source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,remarks,alt_names,ids\nEntity List (EL) - X,,,,Example Ltd,,\"1 Quay, XX\",80 FR,2015-11-12,,,,\nSDN (SDN) - Treasury,1,Vessel,DPRK,SAMPLE STAR,,,,,,(Linked To: X),A; B,\"IMO 2222224, Vessel Registration Identification\"\n";
    let dpl = "\"Name\"\t\"Street_Address\"\t\"City\"\t\"State\"\t\"Country\"\t\"Postal_Code\"\t\"Effective_Date\"\t\"Expiration_Date\"\t\"Standard_Order\"\t\"Last_Update\"\t\"Action\"\t\"FR_Citation\"\n\"EXAMPLE\"\t\"1\"\t\"P\"\t\"\"\t\"XX\"\t\"1\"\t\"10/16/2017\"\t\"10/13/2020\"\t\"Y\"\t\"2017-10-23\"\t\"A\"\t\"82\"\n";
    let un = "<CONSOLIDATED_LIST dateGenerated=\"2026-02-27\"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>Jane</FIRST_NAME><REFERENCE_NUMBER>EXi.1</REFERENCE_NUMBER><LISTED_ON>2017-06-01</LISTED_ON><COMMENTS1>IMO number: 2222224 &amp; more</COMMENTS1><INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>J; K</ALIAS_NAME></INDIVIDUAL_ALIAS><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1962</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>";
    let classic = "<sdnList><publshInformation><Publish_Date>04/22/2020</Publish_Date><Record_Count>1</Record_Count></publshInformation><sdnEntry><uid>1</uid><lastName>EXAMPLE</lastName><sdnType>Entity</sdnType><remarks>(Linked To: X)</remarks><idList><id><idType>Passport</idType><idNumber>A1</idNumber></id></idList></sdnEntry></sdnList>";
    let ftm = "{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Jane\"],\"programId\":[\"X\"]}}\n";
    vec![
        (Format::OfacCsv, SDN.as_bytes().to_vec()),
        (Format::OfacXml, classic.into()),
        (Format::OfacAdvancedXml, fixture("sdn_advanced.xml")),
        (Format::UnXml, un.into()),
        (Format::UkCsv, fixture("UK-Sanctions-List.csv")),
        (Format::UkXml, fixture("UK-Sanctions-List.xml")),
        (Format::EuJournalCsv, journal.into()),
        (Format::CslCsv, csl.into()),
        (Format::DplTsv, dpl.into()),
        (Format::Ftm, ftm.into()),
    ]
}

#[test]
fn every_sample_is_told_by_its_first_bytes_and_read_without_a_refusal_of_the_file() {
    for (format, bytes) in samples() {
        assert_eq!(detect(&bytes, "sdn.csv"), Some(format));
        let (_, report) = read(format, "sdn.csv", &bytes).unwrap_or_else(|r| panic!("{format}: {r}"));
        assert!(report.entries > 0, "{format}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]

    #[test]
    fn no_damage_to_a_sample_makes_a_reader_panic(
        damage in proptest::collection::vec((0.0..1.0f64, proptest::num::u8::ANY, 0..4u8), 1..12),
    ) {
        for (format, mut bytes) in samples() {
            for (at, byte, how) in &damage {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a small file")]
                let at = (at * bytes.len() as f64) as usize;
                match how {
                    0 => bytes[at] = *byte,
                    1 => bytes.insert(at, *byte),
                    2 => { bytes.remove(at); }
                    _ => bytes.truncate(at.max(1)),
                }
                if bytes.is_empty() {
                    bytes.push(b'<');
                }
            }
            let _ = read(format, "sdn.csv", &bytes);
            let _ = detect(&bytes, "sdn.csv");
            let _ = read_delta("d", &bytes[..], &capture(), &mut |_| ControlFlow::Continue(()));
            let _ = read_history("h", &bytes[..], &capture(), &mut |_| ControlFlow::Continue(()));
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        for (format, _) in samples() {
            let _ = read(format, "sdn.csv", &bytes);
        }
        let _ = tw_lists::head("a", &bytes[..]);
    }
}
