#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use tw_ais::Positions;

use super::*;
use tw_ais::Class;

fn read(name: &str, bytes: &[u8], options: &ShipOptions) -> Result<(ShipReport, Positions, Vec<Static>), Refusals> {
    let (mut positions, mut statics) = (Positions::default(), Vec::new());
    let report = read_ships(name, bytes, options, &mut |rows| {
        match rows {
            ShipRows::Positions(rows) => positions.extend(rows),
            ShipRows::Statics(rows) => statics.extend_from_slice(rows),
        }
        Ok(())
    })?;
    assert_eq!(report.positions as usize, positions.len());
    assert_eq!(report.statics, statics.iter().map(|s| u64::from(s.n)).sum::<u64>());
    Ok((report, positions, statics))
}

const NOAA: &str =
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,TransceiverClass\n";

#[test]
fn a_row_of_marine_cadastre_is_a_position_and_a_static_report() {
    let text = format!("{NOAA}338000001,2022-01-03T00:00:00,33.5,-117.25,0.0,360.0,511,TESTER,IMO2222224,WTD4583,31,0,28,11,3.3,52,A\n");
    let (report, positions, statics) = read("m.csv", text.as_bytes(), &ShipOptions::default()).unwrap();
    let fix = positions.get(0);
    assert_eq!((fix.mmsi, fix.lat, fix.lon, fix.sog, fix.cog, fix.heading), (338_000_001, 20_100_000, -70_350_000, 0, 3600, 511));
    assert_eq!((fix.t, fix.status, fix.class, fix.record), (1_641_168_000, 0, Class::A as u8, 2));
    assert_eq!((statics[0].imo, statics[0].name.as_str(), statics[0].draught), (2_222_224, "TESTER", 33));
    assert_eq!((statics[0].dimensions.length(), statics[0].dimensions.beam()), (Some(28), Some(11)));
    assert_eq!(report.ignored, ["Cargo"]);
}

#[test]
fn equal_static_reports_become_one_run() {
    let row = |t: u8, name: &str| format!("338000001,2022-01-03T00:00:{t:02},33.5,-117.25,0,0,511,{name},,,,,,,,,\n");
    let text = format!("{NOAA}{}{}{}{}", row(0, "A"), row(1, "A"), row(2, "B"), row(3, "B"));
    let (_, _, statics) = read("m.csv", text.as_bytes(), &ShipOptions::default()).unwrap();
    let runs: Vec<_> = statics.iter().map(|s| (s.name.as_str(), s.n, s.t_last - s.t, s.record)).collect();
    assert_eq!(runs, [("A", 2, 1, 2), ("B", 2, 1, 4)]);
}

#[test]
fn every_refused_row_is_counted_with_its_reason_and_its_place() {
    let text = format!(
        "{NOAA}\
         338000001,2022-01-03T00:00:00,33.5,-117.25,1,1,1,,,,,,,,,,\n\
         338000001,2022-01-03T00:00:00,91,181,1,1,1,,,,,,,,,,\n\
         338000001,2022-01-03T00:00:00,95,10,1,1,1,,,,,,,,,,\n\
         338000001,1970-01-01T00:00:00,33,10,1,1,1,,,,,,,,,,\n\
         338000001,2106-02-07T06:28:15,33,10,1,1,1,,,,,,,,,,\n\
         4294967296,2022-01-03T00:00:00,33,10,1,1,1,,,,,,,,,,\n\
         338000001,yesterday,33,10,1,1,1,,,,,,,,,,\n\
         338000001,2022-01-03T00:00:00,NaN,10,1,1,1,,,,,,,,,,\n\
         338000001,2022-01-03T00:00:00\n"
    );
    let (report, positions, _) = read("m.csv", text.as_bytes(), &ShipOptions::default()).unwrap();
    assert_eq!((positions.len(), report.refusals(), report.records), (1, 8, 10));
    assert_eq!(report.refused["time: the clock is outside 1990 to 2100"].records, [5, 6]);
    assert_eq!(report.refused["lat, lon: not available"].records, [3]);
    assert_eq!(report.refused["fewer cells than the header"].records, [10]);
}

#[test]
fn gzip_and_zstandard_are_read_and_a_cut_off_stream_keeps_what_came_before() {
    let row = "338000001,2022-01-03T00:00:00,33.5,-117.25,1,1,1,,,,,,,,,,\n";
    let text = format!("{NOAA}{}", row.repeat(20_000));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let zst = zstd::encode_all(text.as_bytes(), 3).unwrap();
    for packed in [&gz, &zst] {
        assert_eq!(read("m.csv.gz", packed, &ShipOptions::default()).unwrap().1.len(), 20_000);
    }
    let noise: Vec<u8> = (1..40_000_u64)
        .map(|i| {
            let z = (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (i << 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            ((z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 56) as u8
        })
        .collect();
    let mut mixed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    mixed.write_all(text.as_bytes()).unwrap();
    mixed.write_all(&noise).unwrap();
    let mixed = mixed.finish().unwrap();
    let (report, positions, _) = read("cut.csv.gz", &mixed[..mixed.len() - 20_000], &ShipOptions::default()).unwrap();
    assert_eq!(positions.len(), 20_000);
    assert!(report.refused.keys().any(|reason| reason.contains("cut off")), "{:?}", report.refused);
}

#[test]
fn a_table_without_time_needs_one_said() {
    let text = "MMSI,lat,lon\n338000001,1,2\n";
    let error = read("m.csv", text.as_bytes(), &ShipOptions::default()).unwrap_err();
    assert!(error.to_string().contains("no time"), "{error}");
    let options = ShipOptions { base_time: Some(1_600_000_000), ..ShipOptions::default() };
    assert_eq!(read("m.csv", text.as_bytes(), &options).unwrap().1.t, [1_600_000_000]);
}

#[test]
fn a_mapping_reads_what_nobody_could_guess() {
    let map = "table = \"positions\"\ntime = \"%d.%m.%Y %H:%M\"\nspeed = \"m/s\"\nignore = [\"Rest\"]\n\
               [columns]\nSchiff = \"mmsi\"\nZeit = \"time\"\nBreite = \"lat\"\nLaenge = \"lon\"\nFahrt = \"sog\"\n";
    let mapping = PositionMapping::parse("m", map).unwrap();
    assert_eq!(PositionMapping::parse("m", &mapping.to_toml()).unwrap(), mapping);
    let text = "Schiff;Zeit;Breite;Laenge;Fahrt;Rest\n273000001;01.02.2022 12:00;43.1;131.9;5;x\n";
    let (_, positions, _) = read("f.csv", text.as_bytes(), &ShipOptions { mapping: Some(mapping), base_time: None }).unwrap();
    assert_eq!((positions.t[0], positions.sog[0]), (1_643_716_800, 97));
    let error = PositionMapping::parse("m", "table = \"positions\"\n[columns]\na = \"latt\"\n").unwrap_err();
    assert_eq!(error.0[0].hint.as_deref(), Some("did you mean `lat`?"));
}

#[test]
fn files_that_are_no_positions_are_told_apart() {
    for text in ["", "supplier,product,period\n", "{\"a\":1}", "hello\n", "\u{feff}"] {
        assert_eq!(detect(text.as_bytes(), None), None, "{text}");
    }
    assert_eq!(detect(b"# comment\n!AIVDM,1,1,,A,x,0*00\n", None), Some(Layout::Nmea));
    assert_eq!(detect(b"\\s:x*00\\!BSVDM,1,1,,A,x,0*00\n", None), Some(Layout::Nmea));
}

/// Folder of the data that the project may not hold; `None` and a line of output where it is absent.
fn shared(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("TIDEWAITER_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let bytes = std::fs::read(root.join("data/maritime").join(name)).ok();
    if bytes.is_none() {
        let _ = writeln!(std::io::stderr(), "skipped: {name} is not here");
    }
    bytes
}

#[test]
fn real_files_are_taken_whole() {
    for (name, positions, refused) in [
        ("positions/marinecadastre_20220103_99999.csv", 99_999, 0),
        ("positions/noaa_20230111_1000.csv", 1000, 0),
        ("positions/dma_aisdk_20180208_10rows.csv", 10, 0),
        ("positions/brest_nari_dynamic_10rows.csv", 10, 0),
        ("positions/atlantes_noaa_track_999.csv", 999, 0),
    ] {
        let Some(bytes) = shared(name) else { continue };
        let (report, _, _) = read(name, &bytes, &ShipOptions::default()).unwrap();
        assert_eq!((report.positions, report.refusals()), (positions, refused), "{name}: {:?}", report.refused);
    }
}

#[test]
fn every_kind_of_aisstream_object_is_read_or_named() {
    for kind in ["PositionReport", "ShipStaticData", "StaticDataReport", "StandardClassBPositionReport", "ExtendedClassBPositionReport"] {
        let Some(bytes) = shared(&format!("golden_tests/aisstream_json/{kind}.json")) else { continue };
        let (report, positions, statics) = read("a.json", &bytes, &ShipOptions::default()).unwrap();
        assert!(report.refused.is_empty(), "{kind}: {:?}", report.refused);
        assert_eq!(positions.len() + statics.len(), 1 + usize::from(kind.starts_with("Extended")), "{kind}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), head in 0usize..4) {
        let starts = [NOAA.as_bytes(), b"mmsi;time;lat;lon\n", b"{\"MessageType\":\"PositionReport\",", b"\x1f\x8b\x08"];
        let mut text = starts[head].to_vec();
        text.extend(bytes);
        let _ = read("x", &text, &ShipOptions::default());
    }

    #[test]
    fn a_cell_never_gives_a_position_outside_the_globe(lat in any::<f64>(), lon in any::<f64>()) {
        let text = format!("mmsi,time,lat,lon\n273000001,2022-01-01T00:00:00Z,{lat},{lon}\n");
        if let Ok((_, positions, _)) = read("x", text.as_bytes(), &ShipOptions::default()) {
            for fix in positions.view().iter() {
                prop_assert!(fix.lat_deg().abs() <= 90.0 && fix.lon_deg().abs() <= 180.0);
            }
        }
    }
}

#[test]
fn a_recording_says_what_it_is_and_gives_its_positions() {
    let text = "# origin: synthetic\n\\s:st1,c:1469664000*04\\!AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A\r\n!AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A,r003669987,1152921693\nrubbish\n";
    let (report, positions, _) = read("a.nmea", text.as_bytes(), &ShipOptions::default()).unwrap();
    assert_eq!(report.origin, Some(Origin::Synthetic));
    assert_eq!((positions.len(), positions.mmsi[0]), (2, positions.mmsi[1]), "{report:?}");
    assert_eq!(report.refused["line: not an NMEA sentence and not a comment"].records, [4]);
}

#[test]
fn the_recording_of_the_coast_guard_loses_nothing() {
    let Some(bytes) = shared("nmea/uscg_nais_20160728_100k.nmea") else { return };
    let (report, _, _) = read("uscg", &bytes, &ShipOptions::default()).unwrap();
    let messages: u64 = report.other.iter().filter(|(what, _)| what.starts_with("messages")).map(|(_, n)| n).sum();
    let refused: u64 =
        report.refused.iter().filter(|(reason, _)| reason.starts_with("message") || *reason == NO_TIME).map(|(_, tally)| tally.n).sum();
    assert_eq!(messages + refused, 57_588, "{:?}", report.refused);
}

#[test]
fn a_mapping_without_columns_leaves_a_recording_what_it_is() {
    let said =
        PositionMapping::parse("m", "table = \"positions\"\nbase_time = \"2016-07-28T00:00:00Z\"\norigin = \"synthetic\"\n").unwrap();
    let options = ShipOptions { mapping: Some(said), base_time: None };
    let (report, positions, _) = read("a.nmea", b"!AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A\n", &options).unwrap();
    assert_eq!((report.layout.as_str(), positions.len()), (Layout::Nmea.words(), 1));
    let table = "Latitude,Longitude,MessageID,Timestamp,UserID\n24.7,54.4,1,7,253810000\n";
    let (_, positions, _) = read("a.csv", table.as_bytes(), &options).unwrap();
    assert_eq!(positions.t, [1_469_664_000]);
}

#[test]
fn a_recording_of_base_stations_alone_is_one_without_ships() {
    let Some(bytes) = shared("nmea/gfw_ais_tools/type8.nmea") else { return };
    let (report, positions, statics) =
        read("t", &bytes, &ShipOptions { base_time: Some(1_469_664_000), ..ShipOptions::default() }).unwrap();
    assert_eq!((positions.len(), statics.len()), (0, 0), "{report:?}");
}
