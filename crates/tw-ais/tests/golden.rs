//! Sentences of other projects, with what pyais 3.3.1 reads in them: see `fixtures/README.md`.

use std::collections::BTreeMap;
use std::convert::Infallible;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use tw_ais::{Columns, Counts, Decoder, Family, Kept, Options, Reason, TableSink, Tables};

#[derive(Default)]
struct Batches(Vec<(Family, RecordBatch)>);

impl TableSink for Batches {
    type Error = Infallible;

    fn table(&mut self, family: Family, rows: RecordBatch) -> Result<(), Infallible> {
        self.0.push((family, rows));
        Ok(())
    }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture is there")
}

#[expect(clippy::print_stderr, reason = "a test says what it skips")]
fn shared(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var("TIDEWAITER_SHARED").unwrap_or_else(|_| format!("{}/../../../shared", env!("CARGO_MANIFEST_DIR")));
    let read = std::fs::read(format!("{root}/data/maritime/nmea/{name}")).ok();
    if read.is_none() {
        eprintln!("skipped: {name} is not here");
    }
    read
}

fn tables(bytes: &[u8]) -> (Vec<(Family, RecordBatch)>, Counts) {
    let mut decoder = Decoder::new(Options::default(), Tables::new(Batches::default()));
    decoder.push(bytes).expect("the sink does not fail");
    let end = decoder.finish().expect("the sink does not fail");
    (end.out.into_sink().0, end.counts)
}

fn columns(bytes: &[u8], options: Options) -> (Kept, Counts) {
    let mut decoder = Decoder::new(options, Columns::new(0, Kept::default()));
    decoder.push(bytes).expect("the sink does not fail");
    let end = decoder.finish().expect("the sink does not fail");
    (end.out.into_sink(), end.counts)
}

fn adds_up(c: &Counts) {
    let refused_lines: u64 = c.refusals.iter().filter(|(r, _)| r.kind() == "line").map(|(_, n)| n).sum();
    assert_eq!(c.lines, c.blank + c.comments + c.others + c.times + c.sentence_lines + refused_lines);
    assert_eq!(c.sentences, c.used + c.refused_sentences);
    assert_eq!(c.all_messages(), c.parts.iter().sum::<u64>());
}

fn text(column: &dyn Array, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::UInt8 => column.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::Int8 => column.as_primitive::<Int8Type>().value(row).to_string(),
        DataType::UInt16 => column.as_primitive::<UInt16Type>().value(row).to_string(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Boolean => u8::from(column.as_boolean().value(row)).to_string(),
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        _ => return None,
    })
}

/// Values that say "not available": ours are missing.
fn not_available(column: &str, kind: u8, value: &str) -> bool {
    let number: f64 = value.parse().unwrap_or(f64::NAN);
    match column {
        "speed" => number == 102.3 || (kind == 9 && number == 1023.0) || (kind == 27 && number == 63.0),
        "course" => number >= 360.0,
        "heading" => number > 359.0,
        "lon" | "ne_lon" | "sw_lon" => number == 181.0,
        "lat" | "ne_lat" | "sw_lat" => number == 91.0,
        "turn" => number.abs() >= 127.0,
        "alt" => number == 4095.0,
        "hour" => number >= 24.0,
        "minute" | "second" => number >= 60.0,
        "imo" | "shiptype" | "epfd" | "month" | "day" | "year" | "draught" | "to_bow" | "to_stern" | "to_port" | "to_starboard" => {
            number == 0.0
        }
        _ => value.is_empty(),
    }
}

#[test]
fn every_field_is_the_one_that_pyais_reads() {
    type Rows = BTreeMap<(u32, u8), Vec<BTreeMap<String, Option<String>>>>;
    let mut files: BTreeMap<String, Rows> = BTreeMap::new();
    let expected = String::from_utf8(fixture("expected.csv")).expect("text");
    let mut n = 0;
    for line in expected.lines().skip(1) {
        let mut cells = line.splitn(5, ',');
        let mut cell = || cells.next().expect("five cells");
        let (file, line, kind, column, value) = (cell(), cell(), cell(), cell(), cell().trim_matches('"'));
        let rows = files.entry(file.to_owned()).or_insert_with(|| {
            let mut rows = Rows::new();
            for (_, batch) in tables(&fixture(file)).0 {
                for i in 0..batch.num_rows() {
                    let row: BTreeMap<_, _> =
                        batch.schema().fields().iter().zip(batch.columns()).map(|(f, c)| (f.name().clone(), text(c, i))).collect();
                    let number = |name: &str| row[name].as_deref().expect("never missing").parse::<u32>().expect("a number");
                    rows.entry((number("line"), number("type") as u8)).or_default().push(row);
                }
            }
            rows
        });
        let key = (line.parse().expect("a line"), kind.parse().expect("a type"));
        let found = rows.get(&key).unwrap_or_else(|| panic!("{file}:{line} has no row"));
        let ours = found.iter().find_map(|row| row.get(column)?.clone());
        n += 1;
        let Some(ours) = ours else {
            assert!(not_available(column, key.1, value), "{file}:{line} {column} is missing, pyais has {value}");
            continue;
        };
        let same = match (ours.parse::<f64>(), value.parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= if column == "turn" { 0.5 } else { 1e-6 },
            _ => ours.trim() == value.trim(),
        };
        assert!(same, "{file}:{line} {column} is {ours}, pyais has {value}");
    }
    assert_eq!(n, 2134);
}

#[test]
fn the_us_sample_has_57588_messages_and_three_copies_have_172764() {
    let Some(one) = shared("uscg_nais_20160728_100k.nmea") else { return };
    let (kept, counts) = columns(&one, Options::default());
    adds_up(&counts);
    assert_eq!((counts.lines, counts.sentences, counts.assembled), (100_000, 59_402, 57_588));
    // Two messages are of types 0 and 28 to 63.
    assert_eq!((counts.refused(Reason::UnknownType), counts.refusals.values().sum::<u64>()), (2, 2));
    assert_eq!((counts.parts[0] + 2, counts.parts[1], counts.parts[2]), (55_887, 1_588, 113));
    assert_eq!(kept.positions.len() as u64, counts.positions);
    assert_eq!(kept.statics.iter().map(|s| u64::from(s.n)).sum::<u64>(), counts.statics);
    let (_, counts) = columns(&one.repeat(3), Options::default());
    assert_eq!(counts.assembled, 172_764);
    let (batches, counts) = tables(&one);
    adds_up(&counts);
    // A type 19 is in two tables.
    let rows: usize = batches.iter().map(|(_, batch)| batch.num_rows()).sum();
    assert_eq!(rows as u64, counts.all_messages() + counts.messages.get(&19).copied().unwrap_or(0));
}

#[test]
fn the_danish_stream_gets_its_times_from_time_sentences() {
    let Some(bytes) = shared("dma_aislib_stream.nmea") else { return };
    let (_, counts) = columns(&bytes, Options::default());
    adds_up(&counts);
    assert_eq!((counts.times, counts.assembled), (4051, 4051));
    assert_eq!(counts.refused(Reason::TimeOfAnother), 0);
    assert_eq!(counts.refused(Reason::NoTime), 0);
}

#[test]
fn the_tag_block_of_a_group_may_be_on_the_first_part_only_and_parts_may_come_the_wrong_way_round() {
    let bytes = fixture("gfw_ee_multiline.nmea");
    let (kept, counts) = columns(&bytes, Options::default());
    adds_up(&counts);
    assert_eq!((kept.positions.len(), kept.statics.len()), (6, 2));
    assert_eq!((kept.statics[0].mmsi, kept.statics[0].t, kept.statics[0].record), (417_178_141, 1_661_782_369, 2));
    let mut lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
    lines.swap(1, 2);
    let (other, _) = columns(&lines.join(&b'\n'), Options::default());
    assert_eq!(other.statics[0].name, kept.statics[0].name);
    assert_eq!((other.statics[0].t, other.statics[0].record), (1_661_782_369, 3));
}

#[test]
fn a_file_without_times_needs_a_base_time() {
    let bytes = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n!AIVDM,1,1,,A,133sVfPP00PD>hRMDH@jNOvN20S8,0*7F\r\n";
    let (kept, counts) = columns(bytes, Options::default());
    assert_eq!((kept.positions.len(), counts.refused(Reason::NoTime)), (0, 2));
    assert_eq!((kept.refused[0].line, kept.refused[1].line), (1, 2));
    let (kept, counts) = columns(bytes, Options { base_time: Some(1_700_000_000), ..Options::default() });
    // 22:13:20 and seconds 14 and 15: late by up to 14 s.
    assert_eq!((kept.positions.t.as_slice(), counts.inferred_times), (&[1_699_999_994, 1_699_999_995][..], 2));
}

#[test]
fn wrong_clocks_and_wrong_sums_are_refused() {
    let sum = |text: &str| text.bytes().fold(0, |a, b| a ^ b);
    let tagged = |c: &str| {
        let tag = format!("s:x,c:{c}");
        format!("\\{tag}*{:02X}\\!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n", sum(&tag))
    };
    let text = ["0", "100", "631151999", "4102444800", "4294967296", "12415440354"].map(tagged).concat();
    let (kept, counts) = columns(text.as_bytes(), Options::default());
    assert_eq!((kept.positions.len(), counts.refused(Reason::Clock)), (0, 6));
    let (batches, counts) = tables(text.as_bytes());
    assert_eq!((batches[0].1.num_rows(), batches[0].1.column(1).null_count(), counts.refused(Reason::Clock)), (6, 6, 6));
    let (kept, _) = columns(tagged("1469664000123").as_bytes(), Options::default());
    assert_eq!(kept.positions.t, [1_469_664_000]);
    let wrong = tagged("1469664000").replace("*23", "*24");
    assert_eq!(columns(wrong.as_bytes(), Options::default()).1.refused(Reason::Checksum), 1);
    let wrong = tagged("1469664000").replace("c:14", "c:15");
    let (_, counts) = columns(wrong.as_bytes(), Options::default());
    assert_eq!((counts.refused(Reason::TagBlock), counts.refused(Reason::NoTime)), (1, 1));
}

#[test]
fn parts_a_and_b_of_type_24_are_one_report() {
    // gpsd's sample pair, MMSI 271041815.
    let text =
        "!AIVDM,1,1,,A,H42O55i18tMET00000000000000,2*6D,rX,1469664000\n!AIVDM,1,1,,A,H42O55lt0000000D3nink000?0500,0*70,rX,1469664010\n";
    let (kept, counts) = columns(text.as_bytes(), Options::default());
    adds_up(&counts);
    assert_eq!(kept.statics.len(), 1, "{counts:?}");
    let s = &kept.statics[0];
    assert_eq!((s.mmsi, s.message, s.n, s.t, s.t_last), (271_041_815, 24, 2, 1_469_664_000, 1_469_664_010));
    assert_eq!((s.name.as_str(), s.callsign.as_str(), s.ship_type, s.dimensions.length()), ("PROGUY", "TC6163", 60, Some(15)));
}

#[test]
fn a_line_without_an_end_is_one_refusal_and_is_not_kept() {
    let mut decoder = Decoder::new(Options::default(), Columns::new(0, Kept::default()));
    for _ in 0..1000 {
        decoder.push(&[b'!'; 10_000]).expect("the sink does not fail");
    }
    decoder.push(b"\n# the end\n").expect("the sink does not fail");
    let counts = decoder.finish().expect("the sink does not fail").counts;
    assert_eq!((counts.lines, counts.comments, counts.refused(Reason::LineTooLong)), (2, 1, 1));
    adds_up(&counts);
}

#[test]
fn several_sentences_on_one_line_and_odd_ones_are_read_or_refused() {
    let good = "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23";
    let (batches, counts) = tables(format!("{good}{good} \n1469664000 {good}\nhost: {good}\n{good}'\n").as_bytes());
    adds_up(&counts);
    assert_eq!((counts.sentences, counts.used, counts.unread_prefixes, counts.unread_suffixes), (5, 5, 1, 1));
    assert_eq!(batches[0].1.column(1).null_count(), 4);
    let odd = [
        ("!AIVDM,0,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", Reason::Parts),
        ("!AIVDM,1,0,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", Reason::Parts),
        ("!AIVDM,1,2,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", Reason::Parts),
        ("!AIVDM,10,1,1,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", Reason::Parts),
        ("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,6", Reason::Fill),
        ("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,", Reason::Fill),
        ("!AIVDM,1,1,,A,,0", Reason::Empty),
        ("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05I~,0", Reason::Armour),
        ("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL0,0", Reason::TooShort),
        ("!AIVDM,1,1,,A,w3HOI:0P0000VOHLCnHQKwvL05Ip,0", Reason::UnknownType),
        ("!AIVDM,2,1,1,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", Reason::Incomplete),
        ("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip", Reason::Fields),
    ];
    for (body, reason) in odd {
        let sum = body[1..].bytes().fold(0, |a, b| a ^ b);
        let (_, counts) = tables(format!("{body}*{sum:02X}\n").as_bytes());
        adds_up(&counts);
        assert_eq!(counts.refusals, BTreeMap::from([(reason, 1)]), "{body}");
        assert_eq!((counts.examples[0].line, counts.examples[0].reason), (1, reason));
    }
    let (_, counts) = tables(b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0\nrubbish\n\n$GPGGA,1*00\n");
    adds_up(&counts);
    assert_eq!((counts.used, counts.without_checksum, counts.blank, counts.others), (1, 1, 1, 1));
    assert_eq!(counts.refused(Reason::NotASentence), 1);
}

#[test]
fn the_first_columns_of_all_tables_are_the_same_and_all_columns_are_documented() {
    for family in Family::ALL {
        let schema = family.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let documented: Vec<&str> = family.columns().iter().map(|c| c.name).collect();
        assert_eq!(names, documented, "{}", family.name());
        assert_eq!(&names[..8], ["line", "time", "station", "channel", "own", "type", "repeat", "mmsi"]);
        assert!(family.columns().iter().all(|c| c.doc.ends_with('.')));
    }
}
