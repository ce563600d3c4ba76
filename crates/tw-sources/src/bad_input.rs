//! What bad files are told, word for word.

use std::io::{self, Cursor, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use tw_base::{Refusals, Sha256};
use tw_tables::Tables;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::csv_file::likely_encoding;
use crate::{Body, Input, Limits, Mapping, Options, Reading, read_file};

const CAPTURE: Sha256 = Sha256::from_bytes([7; 32]);
const HEADER: &str = "supplier,product,period,barrels,tonnes,basis,origin,source";

fn read_as(name: &str, bytes: &[u8], options: &Options) -> Result<Reading, Refusals> {
    read_file(Input { name: name.to_owned(), body: Body::Bytes(bytes), capture: CAPTURE }, options)
}

fn read(bytes: &[u8]) -> Result<Reading, Refusals> {
    read_as("deliveries.csv", bytes, &Options::default())
}

/// Every refusal, with its hint after `hint:`.
fn told(result: Result<Reading, Refusals>) -> Vec<String> {
    let refusals = result.expect_err("it is to be refused");
    refusals.0.iter().map(|r| r.hint.as_ref().map_or(r.to_string(), |hint| format!("{r} hint: {hint}"))).collect()
}

fn rows(lines: &[&str]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", lines.join("\n")).into_bytes()
}

fn mapping(text: &str) -> Options {
    Options { mapping: Some(Mapping::parse("map", text).expect("the mapping is right")), ..Options::default() }
}

const GOOD: &str = "RUS,refined,2018,241114,,reported,published,Yonhap";

#[test]
fn a_wrong_header_is_told_what_is_unknown_and_what_is_missing() {
    assert_eq!(
        told(read(b"suplier,product,period,barrels,line,origin\nRUS,refined,2018,5,1,published\n")),
        [
            "deliveries.csv, row 1, column `suplier`: the table `deliveries` has no such column hint: did you mean `supplier`? to read a file with other names, give a mapping: `--map FILE`",
            "deliveries.csv, row 1, column `line`: the table `deliveries` has no such column hint: this column is made when a file is read; remove it, or list it under `ignore` in a mapping",
            "deliveries.csv, row 1: the required column `supplier` is missing hint: add it; if the file has it under another name, give a mapping: `--map FILE`",
            "deliveries.csv, row 1: the required column `basis` is missing hint: add it; if the file has it under another name, give a mapping: `--map FILE`",
            "deliveries.csv, row 1: the required column `source` is missing hint: add it, or give it for all rows in a mapping: `[constants] source = \"…\"`",
        ]
    );
    assert_eq!(
        told(read(format!("{HEADER},,period\n").as_bytes())),
        [
            "deliveries.csv, row 1: column 9 has no name hint: name it, or remove what separates it from the others",
            "deliveries.csv, row 1, column `period`: columns 3 and 10 have the same name hint: rename or remove one of them",
        ]
    );
}

#[test]
fn a_header_with_another_delimiter_is_told_which() {
    let text = HEADER.replace(',', ";") + "\n";
    assert_eq!(
        told(read(text.as_bytes())),
        [
            "deliveries.csv, row 1: the names of the columns are separated by `;`, not by `,` hint: name it in a mapping: `delimiter = \";\"`"
        ]
    );
    let text = HEADER.replace(',', "\t") + "\n";
    assert_eq!(
        told(read(text.as_bytes())),
        [
            "deliveries.csv, row 1: the names of the columns are separated by a tab, not by `,` hint: name it in a mapping: `delimiter = \"\\t\"`"
        ]
    );
}

#[test]
fn an_empty_file_is_refused_and_a_header_alone_gives_no_rows_and_a_warning() {
    assert_eq!(told(read(b"")), ["deliveries.csv: the file is empty hint: row 1 holds the names of the columns"]);
    assert_eq!(told(read(b"\xef\xbb\xbf")), ["deliveries.csv: the file is empty hint: row 1 holds the names of the columns"]);
    assert_eq!(
        told(read(b"\na,b")),
        [
            "deliveries.csv, row 1: the row is blank, and the names of the columns belong there hint: remove the blank lines above the header"
        ]
    );
    let reading = read(format!("{HEADER}\n").as_bytes()).expect("a header is a file");
    assert_eq!(reading.tables, Tables::default());
    assert_eq!(reading.warnings, ["deliveries.csv: the file has a header and no rows"]);
}

#[test]
fn mixed_date_formats_are_summed_up_in_one_refusal() {
    let mut lines = vec!["RUS,refined,2024-05-04,5,,r,published,s".to_owned()];
    lines.extend((1..=12).map(|day| format!("RUS,refined,{day:02}/05/2024,{day},,r,published,s")));
    lines.push("RUS,refined,25/05/2024,99,,r,published,s".to_owned());
    let text = format!("{HEADER}\n{}\n", lines.join("\n"));
    assert_eq!(
        told(read(text.as_bytes())),
        [
            "deliveries.csv, row 3, column `period`: it holds 2 different date formats: `2024-05-04` (1 cell, first in row 2) and `01/05/2024` (13 cells, first in row 3); `01/05/2024` in row 3 could be 1 May 2024 or 5 January 2024; ambiguous: 11 of 14 cells hint: write all of them as YYYY-MM-DD"
        ]
    );
}

#[test]
fn a_date_format_of_the_mapping_is_kept_to() {
    let options = mapping("table = \"deliveries\"\n[dates]\nperiod = \"%d/%m/%Y\"");
    let reading = read_as("a.csv", &rows(&["RUS,refined,04/05/2024,5,,r,published,s"]), &options).expect("the format is named");
    assert_eq!(reading.tables.deliveries[0].data.period.text(), "2024-05-04");
    assert_eq!(
        told(read_as("a.csv", &rows(&["RUS,refined,04/05/2024,5,,r,published,s", "RUS,refined,2024,5,,r,published,s"]), &options)),
        [
            "a.csv, row 3, column `period`: not written `%d/%m/%Y`, as the mapping says: 1 of 2 cells; the first is `2024` hint: write all cells of the column in one way, or correct the mapping"
        ]
    );
}

#[test]
fn impossible_units_are_refused_and_implausible_ones_are_left_to_detectors() {
    let reason = "hint: petroleum products hold about 6 to 11 barrels a tonne, by their density of 0.6 to 1.05 t/m3 and 0.158987 m3 a barrel; outside 0.5 to 20 one of the two is in another unit: kilograms, litres or gallons";
    assert_eq!(
        told(read(&rows(&[
            "RUS,refined,2019-01,833,100000,r,published,s",
            "RUS,refined,2019-02,34986,100,r,published,s",
            "RUS,refined,2019-03,5,0,r,published,s",
            "RUS,refined,2019-04,99000000,,r,published,s",
        ]))),
        [
            format!("deliveries.csv, row 2, column `tonnes`: impossible units: 833 barrels and 100000 tonnes make 0.008330 per unit, outside 0.5 to 20 {reason}"),
            format!("deliveries.csv, row 3, column `tonnes`: impossible units: 34986 barrels and 100 tonnes make 350 per unit, outside 0.5 to 20 {reason}"),
            format!("deliveries.csv, row 4, column `tonnes`: impossible units: 5 barrels and 0 tonnes make infinitely many per unit, outside 0.5 to 20 {reason}"),
            "deliveries.csv, row 5, column `barrels`: `99000000` is above 50000000 bbl, the most that one row can hold hint: impossible units? 50 million barrels are a hundred times the yearly limit of S/RES/2397 (2017) paragraph 5; gallons (42 to a barrel) or litres (159 to a barrel) may have been entered as barrels".to_owned(),
        ]
    );
    assert!(
        read(&rows(&["RUS,refined,2019,277365,30180,r,published,s", "RUS,refined,2018,0,0,r,published,s"])).is_ok(),
        "9.19 barrels a tonne, and nothing at all, can be"
    );
}

#[test]
fn counts_below_zero_and_numbers_that_are_none_are_refused() {
    assert_eq!(
        told(read(&rows(&[
            "RUS,refined,2019,-5,,r,published,s",
            "RUS,refined,2019,NaN,,r,published,s",
            "RUS,refined,2019,1e400,,r,published,s",
            "RUS,refined,2019,9999999999999999,,r,published,s",
            "RUS,refined,2019,,,r,published,s",
        ]))),
        [
            "deliveries.csv, row 2, column `barrels`: `-5` is below zero hint: leave the cell empty if the amount is unknown",
            "deliveries.csv, row 3, column `barrels`: `NaN` is not a quantity hint: leave the cell empty if the amount is unknown",
            "deliveries.csv, row 4, column `barrels`: `1e400` is written with an exponent hint: write the number out in digits",
            "deliveries.csv, row 5, column `barrels`: `9999999999999999` is above 50000000 bbl, the most that one row can hold hint: impossible units? 50 million barrels are a hundred times the yearly limit of S/RES/2397 (2017) paragraph 5; gallons (42 to a barrel) or litres (159 to a barrel) may have been entered as barrels",
            "deliveries.csv, row 6, column `barrels`: the row gives no figure at all hint: give at least one; a figure that was withheld goes into the table that has a `status` column",
        ]
    );
}

#[test]
fn a_duplicate_period_names_both_rows_and_a_second_source_is_no_duplicate() {
    let other = GOOD.replace("Yonhap", "Kyodo");
    assert_eq!(
        told(read(&rows(&[GOOD, &other, GOOD]))),
        [
            "deliveries.csv, row 4: duplicate period: it says the same as row 2, from the same source hint: remove one of the two; if another source says the same, cite that source"
        ]
    );
    assert_eq!(read(&rows(&[GOOD, &other])).expect("two sources").tables.deliveries.len(), 2);
}

#[test]
fn all_faults_of_a_row_are_told_at_once() {
    assert_eq!(
        told(read(&rows(&["KP,gas,soon,x,,,real,"]))),
        [
            "deliveries.csv, row 2, column `origin`: `real` is not a known word of this column hint: known words: published, reconstructed, synthetic",
            "deliveries.csv, row 2, column `source`: the cell is empty hint: this column is required in every row",
            "deliveries.csv, row 2, column `supplier`: `KP` is not a country code: use ISO 3166 alpha-3 such as `RUS`, `CHN`, `PRK`, `KOR` hint: several countries are joined by `+`",
            "deliveries.csv, row 2, column `product`: `gas` is not a known word of this column hint: known words: refined, crude",
            "deliveries.csv, row 2, column `period`: `soon` is not a period: use YYYY, YYYY-Qn, YYYY-MM, YYYY-MM-DD, or two of these with `..` between hint: write 2018, 2018-Q3, 2018-09 or 2018-09-20",
            "deliveries.csv, row 2, column `barrels`: `x` is not a number hint: write 1234567.5, without the unit",
            "deliveries.csv, row 2, column `basis`: the cell is empty hint: this column is required in every row",
        ]
    );
}

#[test]
fn refusals_are_counted_above_the_cap() {
    let bad = vec!["RUS,refined,2019,-5,,r,published,s"; 60];
    let found = told(read(&rows(&bad)));
    assert_eq!(found.len(), 51);
    assert_eq!(found[50], "deliveries.csv: and 10 more");
}

#[test]
fn rows_with_too_many_or_too_few_cells_are_refused() {
    assert_eq!(
        told(read(&rows(&["RUS,refined,2018,241,114,,reported,published,Yonhap", "RUS,refined"]))),
        [
            "deliveries.csv, row 2: the row has 9 cells, and the header has 8 hint: a `,` inside a cell needs quotes around the cell",
            "deliveries.csv, row 3: the row has 2 cells, and the header has 8 hint: an unknown cell is left empty, but what separates it stays",
        ]
    );
}

#[test]
fn a_byte_order_mark_is_taken_and_spans_still_point_at_the_row() {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(rows(&[GOOD]));
    let reading = read(&bytes).expect("a mark is no fault");
    let (start, end) = reading.spans[0].1.expect("a CSV row has bytes");
    assert_eq!(&bytes[start as usize..end as usize], GOOD.as_bytes());
    assert_eq!(reading.spans[0].0.to_string(), format!("{CAPTURE}#row=2"));
}

#[test]
fn utf_16_is_refused_with_and_without_a_mark() {
    let wide: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hint = |name: &str| {
        format!(
            "hint: save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\"; on a command line: `iconv -f {name} -t UTF-8`); it is not converted here, since rows point at the bytes of the file as it was given"
        )
    };
    let refusal = |name: &str| vec![format!("deliveries.csv: the file is written in {name}, not in UTF-8 {}", hint(name))];
    assert_eq!(told(read(&wide)), refusal("UTF-16LE"));
    assert_eq!(told(read(&[b"\xff\xfe".as_slice(), &wide].concat())), refusal("UTF-16LE"));
    let wide: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(told(read(&wide)), refusal("UTF-16BE"));
}

#[test]
fn other_encodings_are_refused_with_row_byte_and_likely_name() {
    let mut bytes = rows(&[GOOD, "RUS,refined,2019,5,,"]);
    bytes.pop();
    let offset = bytes.len();
    bytes.extend(b"\xee\xf2\xf7\xb8\xf2 \xd0\xee\xf1\xf1\xe8\xe8,published,s\n");
    assert_eq!(
        told(read(&bytes)),
        [format!(
            "deliveries.csv, row 3: byte {offset} (0xEE) is not UTF-8 hint: it is likely Windows-1251; save the file as UTF-8; nothing after this row was read"
        )]
    );
    assert_eq!(likely_encoding(b"caf\xe9 cr\xe8me"), "Windows-1252");
    assert_eq!(likely_encoding(b"\xc4\xcf\xb3\xaf\xcf\xca"), "an East Asian encoding such as GB 18030 or EUC-KR");
}

#[test]
fn nul_bytes_are_refused_by_row_and_byte() {
    let mut bytes = rows(&[GOOD]);
    let offset = bytes.len() + 12;
    bytes.extend(b"RUS,refined,\0,5,,r,published,s\n");
    assert_eq!(
        told(read(&bytes)),
        [format!("deliveries.csv, row 3: byte {offset} is NUL, which no text holds hint: the file is damaged or not CSV; export it again")]
    );
}

/// A header, then one line of 2 GiB that is made as it is read, and a count of what was read.
struct HugeLine<'a> {
    head: Cursor<Vec<u8>>,
    left: u64,
    given: &'a AtomicU64,
}

impl Read for HugeLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut n = self.head.read(buffer)?;
        if n == 0 {
            n = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
            buffer[..n].fill(b'x');
            self.left -= n as u64;
        }
        self.given.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[test]
fn a_line_of_two_gigabytes_is_refused_after_one_megabyte() {
    for (start, message) in [
        (
            "",
            "deliveries.csv, row 2: the row is longer than 1048576 bytes hint: the file may be damaged or not CSV; nothing after this row was read",
        ),
        (
            "\"",
            "deliveries.csv, row 2: a quote that opens in line 2 is not closed within 1048576 bytes or before the file ends hint: close it, and write each quote inside a cell twice; nothing after it was read",
        ),
    ] {
        let given = AtomicU64::new(0);
        let stream = HugeLine { head: Cursor::new(format!("{HEADER}\n{start}").into_bytes()), left: 2 << 30, given: &given };
        let input = Input { name: "deliveries.csv".to_owned(), body: Body::Reader(Box::new(stream)), capture: CAPTURE };
        assert_eq!(told(read_file(input, &Options::default())), [message]);
        let given = given.load(Ordering::Relaxed);
        assert!(given < (1 << 20) + (256 << 10), "{given} bytes of 2 GiB were taken into memory");
    }
}

#[test]
fn quotes_that_do_not_match_are_refused_by_row_and_cell() {
    assert_eq!(
        told(read(&rows(&[
            "RUS,refined,2018,5,,5\" pipe,published,s",
            "RUS,refined,2018,5,,\"a\"b,published,s",
            "RUS,refined,2018,5,,\"open,published,s"
        ]))),
        [
            "deliveries.csv, row 2: a quote stands inside a cell that does not begin with one, in cell 6 hint: put quotes around the whole cell, and write each quote inside it twice",
            "deliveries.csv, row 3: text follows the quote that closes a cell, in cell 6 hint: put quotes around the whole cell, and write each quote inside it twice",
            "deliveries.csv, row 4: a quote that opens in line 4 is not closed within 1048576 bytes or before the file ends hint: close it, and write each quote inside a cell twice; nothing after it was read",
        ]
    );
}

#[test]
fn crlf_quoted_newlines_blank_lines_and_spaces_are_taken_and_rows_are_counted_as_people_count() {
    let text = format!(
        "{HEADER}\r\n RUS , refined ,2018, 241114 ,,\"reported\r\nto the \"\"Committee\"\"\",published,Yonhap\r\n\r\n,,,,,,,\r\nCHN,refined,2018,-5,,r,published,s\r\n"
    );
    assert_eq!(
        told(read(text.as_bytes())),
        ["deliveries.csv, row 5, column `barrels`: `-5` is below zero (line 6) hint: leave the cell empty if the amount is unknown"]
    );
    let text = text.replace("-5", "5");
    let reading = read(text.as_bytes()).expect("nothing is wrong");
    let first = &reading.tables.deliveries[0];
    assert_eq!((first.data.supplier.to_string().as_str(), first.data.barrels), ("RUS", Some(241_114.0)));
    assert_eq!(first.data.basis, "reported\r\nto the \"Committee\"");
    assert_eq!(first.provenance.record.to_string(), format!("{CAPTURE}#row=2"));
    assert_eq!(reading.tables.deliveries[1].provenance.record.to_string(), format!("{CAPTURE}#row=5"));
    assert_eq!(reading.warnings, ["deliveries.csv: rows without any text in their cells were passed over: 1"]);
    let slice = |index: usize| {
        let (start, end) = reading.spans[index].1.expect("a CSV row has bytes");
        &text[start as usize..end as usize]
    };
    assert!(slice(0).starts_with(" RUS ") && slice(0).ends_with("Yonhap"));
    assert_eq!(slice(1), "CHN,refined,2018,5,,r,published,s");
}

#[test]
fn old_mac_line_endings_are_named() {
    let text = format!("{HEADER}\r{GOOD}\r");
    assert_eq!(
        told(read(text.as_bytes())),
        ["deliveries.csv, row 1: a line ends with CR alone, in cell 8 hint: save the file with LF or CRLF line endings"]
    );
}

#[test]
fn files_that_are_something_else_are_named() {
    assert_eq!(
        told(read(b"PK\x03\x04abcdef")),
        [
            "deliveries.csv: it is a zip archive or a workbook, not CSV hint: if it is a workbook, give it a name that ends in .xlsx; else unpack it"
        ]
    );
    assert_eq!(
        told(read(b"<!DOCTYPE html><table>")),
        ["deliveries.csv: it is a web page, not CSV hint: save the table itself as CSV in UTF-8"]
    );
    assert_eq!(
        told(read_as("deliveries.xls", b"", &Options::default())),
        ["deliveries.xls: an old Excel workbook (`.xls`) is not read hint: save it as .xlsx or as CSV in UTF-8"]
    );
    assert_eq!(
        told(read_as("deliveries.ods", b"", &Options::default())),
        ["deliveries.ods: an OpenDocument sheet (`.ods`) is not read hint: save it as .xlsx or as CSV in UTF-8"]
    );
}

#[test]
fn too_many_rows_are_refused() {
    let options = Options { limits: Limits { csv_bytes: 130, ..Limits::default() }, ..Options::default() };
    assert_eq!(
        told(read_as("deliveries.csv", &rows(&[GOOD, &GOOD.replace("2018", "2019")]), &options)),
        ["deliveries.csv, row 3: the file is longer than 130 bytes hint: split it into several files"]
    );
    let options = Options { limits: Limits { rows: 1, ..Limits::default() }, ..Options::default() };
    let other = GOOD.replace("2018", "2019");
    assert_eq!(
        told(read_as("deliveries.csv", &rows(&[GOOD, &other, &other]), &options)),
        ["deliveries.csv, row 3: the file has more than 1 rows hint: split it into several files"]
    );
}

#[test]
fn a_mapping_reads_another_persons_file_and_says_what_it_changed() {
    let options = mapping(
        "table = \"deliveries\"\ndelimiter = \";\"\nignore = [\"No\"]\n[columns]\nLand = \"supplier\"\nMonat = \"period\"\n\"1000 t\" = \"tonnes\"\nArt = \"product\"\n\
         [constants]\norigin = \"published\"\nsource = \"yearbook, p. 5\"\nbasis = \"customs\"\n[dates]\nperiod = \"%m.%Y\"\n[words.product]\nGasoil = \"refined\"\n\
         [units]\ntonnes = { factor = 1000, reason = \"headed 1000 t\" }",
    );
    let reading = read_as("x.csv", b"No;Land;Monat;Art;1000 t\n1;RUS;05.2018;Gasoil;4.35\n2;RUS;06.2018;Gasoil;\"1\"\n", &options)
        .expect("it is mapped");
    let row = &reading.tables.deliveries[0];
    assert_eq!((row.data.tonnes, row.data.period.text(), row.provenance.source.as_str()), (Some(4350.0), "2018-05", "yearbook, p. 5"));
    assert_eq!(row.provenance.record.to_string(), format!("{CAPTURE}#row=2"));
    assert_eq!(reading.ignored, ["No"]);
    assert_eq!(
        reading.changes,
        [
            "x.csv: column `product`: `Gasoil` read as `refined`, 2 cells",
            "x.csv: column `tonnes`: multiplied by 1000 (headed 1000 t), 2 cells"
        ]
    );
    assert_eq!(
        told(read_as("x.csv", b"No;Land;Monat;Art;1000 t\n1;RUS;05.2018;Benzin;-4\n", &options)),
        [
            "x.csv, row 2, column `Art`: `Benzin` is not a known word of this column hint: known words: refined, crude",
            "x.csv, row 2, column `1000 t`: `-4` is below zero hint: leave the cell empty if the amount is unknown",
        ]
    );
}

#[test]
fn a_table_and_a_mapping_for_another_table_do_not_go_together() {
    let options = Options { table: Some("estimates".to_owned()), ..mapping("table = \"deliveries\"") };
    assert_eq!(told(read_as("x.csv", b"a", &options)), ["x.csv: the table was named as `estimates`, and the mapping is for `deliveries`"]);
    let options = Options { table: Some("estimate".to_owned()), ..Options::default() };
    assert!(
        told(read_as("x.csv", b"a", &options))[0]
            .starts_with("x.csv: there is no table `estimate` hint: did you mean `estimates`? tables: ")
    );
}

#[test]
fn the_day_on_which_a_row_became_known_is_read_and_checked() {
    let text = |known: &str| format!("{HEADER},known,grade\n{GOOD},{known},B2\n");
    let reading = read(text("2019-02-01").as_bytes()).expect("nothing is wrong");
    let provenance = &reading.tables.deliveries[0].provenance;
    assert_eq!((provenance.known.map(|day| day.to_string()).as_deref(), provenance.grade.to_string().as_str()), (Some("2019-02-01"), "B2"));
    assert_eq!(
        told(read(text("01.02.2019").as_bytes())),
        [
            "deliveries.csv, row 2, column `known`: dates like `01.02.2019` (1 cell) are not YYYY-MM-DD; `01.02.2019` in row 2 could be 1 February 2019 or 2 January 2019; ambiguous: 1 of 1 cell hint: write all of them as YYYY-MM-DD, or name the format in a mapping: `[dates] known = \"%d.%m.%Y\"` if the day comes first, `\"%m.%d.%Y\"` if the month does"
        ]
    );
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let input = Input { name: "deliveries.csv".to_owned(), body: Body::Path(std::path::Path::new("no/such/file")), capture: CAPTURE };
    assert!(told(read_file(input, &Options::default()))[0].starts_with("deliveries.csv: the file could not be read: "));
}

#[test]
fn a_wrong_constant_is_told_once() {
    let options = mapping("table = \"deliveries\"\n[constants]\norigin = \"real\"");
    let text = "supplier,product,period,barrels,basis,source\nRUS,refined,2018,5,r,s\nRUS,refined,2019,5,r,s\n";
    assert_eq!(
        told(read_as("x.csv", text.as_bytes(), &options)),
        [
            "x.csv: the constant `origin` of the mapping: `real` is not a known word of this column hint: known words: published, reconstructed, synthetic"
        ]
    );
}

#[test]
fn fixtures_of_every_table_are_read_whole() {
    let fixtures: &[(&str, &[u8], usize)] = &[
        ("deliveries", include_bytes!("deliveries/fixtures/deliveries.csv"), 4),
        ("estimates", include_bytes!("estimates/fixtures/estimates.csv"), 2),
        ("worker_counts", include_bytes!("worker_counts/fixtures/worker_counts.csv"), 3),
        ("border_entries", include_bytes!("border_entries/fixtures/border_entries.csv"), 3),
        ("capacity", include_bytes!("capacity/fixtures/capacity.csv"), 2),
        ("reports", include_bytes!("reports/fixtures/reports.csv"), 2),
        ("voyages", include_bytes!("voyages/fixtures/voyages.csv"), 2),
        ("declarations", include_bytes!("declarations/fixtures/declarations.csv"), 2),
        ("parties", include_bytes!("parties/fixtures/parties.csv"), 3),
        ("listings", include_bytes!("listings/fixtures/listings.csv"), 2),
        ("trade_values", include_bytes!("trade_values/fixtures/trade_values.csv"), 3),
        ("revenue_estimates", include_bytes!("revenue_estimates/fixtures/revenue_estimates.csv"), 2),
        ("shipments", include_bytes!("shipments/fixtures/shipments.csv"), 3),
        ("permits", include_bytes!("permits/fixtures/permits.csv"), 3),
    ];
    assert_eq!(fixtures.iter().map(|(table, ..)| *table).collect::<Vec<_>>(), Tables::NAMES);
    for (table, bytes, count) in fixtures {
        let reading =
            read_as(&format!("{table}.csv"), bytes, &Options::default()).unwrap_or_else(|refusals| panic!("{table}: {:#?}", refusals.0));
        let counts: Vec<(&str, usize)> = reading.tables.counts().into_iter().filter(|(_, n)| *n > 0).collect();
        assert_eq!(counts, [(*table, *count)]);
        assert_eq!(reading.spans.len(), *count);
        let by_header = read_as("unnamed.csv", bytes, &Options::default()).expect("the header says the table");
        assert_eq!(by_header.tables, reading.tables, "{table} is known by its header alone");
    }
}

#[test]
fn a_resellers_file_in_kilograms_is_read_in_tonnes() {
    let map = include_str!("shipments/fixtures/broker.csv.map.toml");
    let options =
        Options { mapping: Some(Mapping::parse("broker.csv.map.toml", map).expect("the mapping is right")), ..Options::default() };
    let reading = read_as("broker.csv", include_bytes!("shipments/fixtures/broker.csv"), &options).expect("the file is right");
    let tonnes: Vec<Option<f64>> = reading.tables.shipments.iter().map(|row| row.data.tonnes).collect();
    assert_eq!(tonnes, [Some(3000.5), Some(0.25)]);
    assert_eq!(reading.tables.shipments[0].data.departed.text(), "2031-05-04");
    let header = ["Shipper", "Net weight", "Country of destination"].map(str::to_owned);
    let guess = crate::guess_mapping(&header, "shipments").expect("there is such a table");
    let guessed: Vec<&str> = guess.guessed.iter().map(|g| g.ours).collect();
    assert_eq!(guessed, ["exporter", "tonnes", "importer_country"]);
}

#[test]
fn kilograms_without_a_mapping_are_refused_where_no_ship_carries_them() {
    let text = "shipment,exporter_country,goods,hs,tonnes,departed,origin,source\nD-1,RUS,gas oil,2710,3000500,2031-05,synthetic,made up\nD-2,RUS,,,5,2031-05,synthetic,made up\nD-3,RUS,oil,27 10,5,2031-05,synthetic,made up\n";
    let told = told(read_as("shipments.csv", text.as_bytes(), &Options::default()));
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(
        told.iter().any(|t| t.contains("row 2, column `tonnes`") && t.contains("kilograms may have been entered as tonnes")),
        "{told:#?}"
    );
    assert!(told.iter().any(|t| t.contains("row 3, column `goods`") && t.contains("nothing about the goods")), "{told:#?}");
    assert!(told.iter().any(|t| t.contains("row 4, column `hs`")), "{told:#?}");
}

#[test]
fn permits_that_end_before_they_begin_or_are_no_permits_are_refused() {
    let header = "kind,person,nationality,host,issued,expires,origin,source";
    let text =
        format!("{header}\npermit,W-1,PRK,RUS,2018-05-04,2018-05-03,synthetic,made up\nvisa,W-2,PRK,RUS,31.31.2018,,synthetic,made up\n");
    let told = told(read_as("permits.csv", text.as_bytes(), &Options::default()));
    assert!(told.iter().any(|t| t.contains("row 2, column `expires`") && t.contains("ended before it was issued")), "{told:#?}");
    assert!(told.iter().any(|t| t.contains("row 3, column `kind`") && t.contains("known words: permit, registration")), "{told:#?}");
    assert!(told.iter().any(|t| t.contains("row 3, column `issued`")), "{told:#?}");
}

// Workbooks.

/// A sheet's name, and its cells as XML: reference, attributes, content.
type SheetXml<'a> = (&'a str, &'a [(&'a str, &'a str, &'a str)]);

fn sheet_xml(cells: &[(&str, &str, &str)]) -> String {
    let mut xml =
        String::from("<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    let mut row = String::new();
    for (reference, attributes, content) in cells {
        let number = reference.trim_start_matches(|c: char| c.is_ascii_uppercase());
        if number != row {
            if !row.is_empty() {
                xml += "</row>";
            }
            xml += &format!("<row r=\"{number}\">");
            number.clone_into(&mut row);
        }
        xml += &format!("<c r=\"{reference}\" {attributes}>{content}</c>");
    }
    if !row.is_empty() {
        xml += "</row>";
    }
    xml + "</sheetData></worksheet>"
}

fn workbook_of(sheets: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).expect("memory can be written");
        zip.write_all(text.as_bytes()).expect("memory can be written");
    };
    let each = |make: &dyn Fn(usize, &str) -> String| sheets.iter().enumerate().map(|(i, (name, _))| make(i + 1, name)).collect::<String>();
    part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
    part(
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    );
    part(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{}</sheets></workbook>",
            each(&|i, name| format!("<sheet name=\"{name}\" sheetId=\"{i}\" r:id=\"r{i}\"/>"))
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
            each(&|i, _| format!(
                "<Relationship Id=\"r{i}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"
            ))
        ),
    );
    // Style 0 general, 1 a day (format 14), 2 a month (format 17, `mmm-yy`).
    part(
        "xl/styles.xml",
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"17\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>",
    );
    for (i, (_, xml)) in sheets.iter().enumerate() {
        part(&format!("xl/worksheets/sheet{}.xml", i + 1), xml);
    }
    zip.finish().expect("memory can be written").into_inner()
}

fn workbook(sheets: &[SheetXml<'_>]) -> Vec<u8> {
    workbook_of(&sheets.iter().map(|(name, cells)| (*name, sheet_xml(cells))).collect::<Vec<_>>())
}

const TEXT: &str = "t=\"inlineStr\"";

fn text(text: &str) -> String {
    format!("<is><t>{text}</t></is>")
}

/// Header and one good row of `deliveries`, then further cells.
fn deliveries(more: &[(&str, &str, &str)]) -> Vec<u8> {
    let columns: Vec<(String, String)> =
        HEADER.split(',').zip("ABCDEFGH".chars()).map(|(name, letter)| (format!("{letter}1"), text(name))).collect();
    let mut cells: Vec<(&str, &str, &str)> = columns.iter().map(|(place, xml)| (place.as_str(), TEXT, xml.as_str())).collect();
    let row = [("A2", text("RUS")), ("B2", text("refined")), ("F2", text("r")), ("G2", text("published")), ("H2", text("s"))];
    let mut second: Vec<(&str, &str, &str)> = row.iter().map(|(place, xml)| (*place, TEXT, xml.as_str())).collect();
    second.extend(more);
    second.sort_by_key(|(place, ..)| (place[1..].parse::<u32>().unwrap_or(0), place.as_bytes()[0]));
    cells.extend(second);
    workbook(&[("deliveries", &cells), ("Notes", &[])])
}

fn read_xlsx(bytes: &[u8]) -> Result<Reading, Refusals> {
    read_as("book.xlsx", bytes, &Options::default())
}

#[test]
fn a_workbook_is_read_by_the_names_of_its_sheets_and_cells_keep_their_types() {
    let reading = read_xlsx(&deliveries(&[("C2", "s=\"1\"", "<v>43586</v>"), ("D2", "", "<v>241114</v>"), ("E2", "", "<v>30180.5</v>")]))
        .expect("nothing is wrong");
    let row = &reading.tables.deliveries[0];
    assert_eq!((row.data.period.text(), row.data.barrels, row.data.tonnes), ("2019-05-01", Some(241_114.0), Some(30_180.5)));
    assert_eq!(row.provenance.record.to_string(), format!("{CAPTURE}#sheet=deliveries&row=2"));
    assert_eq!(reading.spans[0].1, None);
    assert_eq!(reading.warnings, ["book.xlsx: the sheet `Notes` was not read"]);
}

#[test]
fn a_date_cell_that_shows_a_month_is_a_month() {
    let reading = read_xlsx(&deliveries(&[("C2", "s=\"2\"", "<v>43586</v>"), ("D2", "", "<v>5</v>")])).expect("nothing is wrong");
    assert_eq!(reading.tables.deliveries[0].data.period.text(), "2019-05");
    assert_eq!(
        told(read_xlsx(&deliveries(&[("C2", "s=\"2\"", "<v>43587</v>"), ("D2", "", "<v>5</v>")]))),
        [
            "book.xlsx, sheet deliveries, row 2, column `period`: cell C2 shows a month but holds the day 2019-05-02 hint: format the cell so that it shows the day, or enter the period as text"
        ]
    );
}

#[test]
fn errors_logical_values_and_formulas_without_result_are_refused_by_cell() {
    let row3 = [("A3", text("CHN")), ("B3", text("refined")), ("F3", text("r")), ("G3", text("published")), ("H3", text("s"))];
    let mut cells: Vec<(&str, &str, &str)> = row3.iter().map(|(place, xml)| (*place, TEXT, xml.as_str())).collect();
    cells.extend([
        ("C2", "", "<v>2018</v>"),
        ("D2", "t=\"e\"", "<f>1/0</f><v>#DIV/0!</v>"),
        ("E2", "t=\"b\"", "<v>1</v>"),
        ("C3", "", "<v>2018</v>"),
        ("D3", "", "<f>D1+1</f>"),
        ("E3", "", "<v>-5</v>"),
        ("J3", "", "<v>1</v>"),
    ]);
    assert_eq!(
        told(read_xlsx(&deliveries(&cells))),
        [
            "book.xlsx, sheet deliveries, row 2, column `barrels`: cell D2 holds the formula error #DIV/0! hint: repair the formula, or empty the cell if the value is unknown",
            "book.xlsx, sheet deliveries, row 2, column `tonnes`: cell E2 holds the logical value TRUE hint: no column takes one; enter text or a number",
            "book.xlsx, sheet deliveries, row 3, column `barrels`: cell D3 holds a formula without a result hint: open the workbook in a spreadsheet and save it, so that results are stored",
            "book.xlsx, sheet deliveries, row 3: cell J3 stands outside the header hint: name its column in row 1, or empty the cell",
            "book.xlsx, sheet deliveries, row 3, column `tonnes`: `-5` is below zero hint: leave the cell empty if the amount is unknown",
        ]
    );
}

#[test]
fn a_number_in_a_text_column_is_refused_since_its_zeros_may_be_lost() {
    let mut cells: Vec<(String, String)> = "exporter,importer,goods,hs,period,side,reporter,value_usd,origin,source"
        .split(',')
        .zip("ABCDEFGHIJ".chars())
        .map(|(name, c)| (format!("{c}1"), text(name)))
        .collect();
    cells.extend(
        ["RUS", "PRK", "fish", "", "2018", "declared", "x", "5", "published", "s"]
            .into_iter()
            .zip("ABCDEFGHIJ".chars())
            .map(|(value, c)| (format!("{c}2"), text(value))),
    );
    let cells: Vec<(&str, &str, &str)> = cells
        .iter()
        .map(|(place, xml)| if place == "D2" { ("D2", "", "<v>303</v>") } else { (place.as_str(), TEXT, xml.as_str()) })
        .collect();
    assert_eq!(
        told(read_xlsx(&workbook(&[("trade_values", &cells)]))),
        [
            "book.xlsx, sheet trade_values, row 2, column `hs`: cell D2 holds a number, and the column is text: leading zeros may be lost hint: format the column as text, and enter the cell again"
        ]
    );
}

#[test]
fn sheets_that_are_no_tables_are_listed() {
    let bytes = workbook(&[("Data", &[]), ("Notes", &[])]);
    assert_eq!(
        told(read_xlsx(&bytes)),
        [
            "book.xlsx: no sheet is named like a table: `Data`, `Notes` hint: name the sheets after tables: deliveries, estimates, worker_counts, border_entries, capacity, reports, voyages, declarations, parties, listings, trade_values, revenue_estimates, shipments, permits"
        ]
    );
    assert_eq!(
        told(read_as("book.xlsx", &bytes, &mapping("table = \"deliveries\"\nsheet = \"Date\""))),
        ["book.xlsx: there is no sheet `Date` hint: did you mean `Data`? sheets: `Data`, `Notes`"]
    );
    assert_eq!(
        told(read_as("book.xlsx", &bytes, &mapping("table = \"deliveries\"\nsheet = \"Data\""))),
        ["book.xlsx, sheet Data: the sheet is empty hint: row 1 holds the names of the columns"]
    );
}

#[test]
fn a_truncated_workbook_is_refused() {
    let bytes = deliveries(&[("C2", "", "<v>2018</v>"), ("D2", "", "<v>5</v>")]);
    assert_eq!(
        told(read_xlsx(&bytes[..bytes.len() / 2])),
        ["book.xlsx: the workbook is cut off or damaged: invalid Zip archive: Could not find EOCD hint: copy or download it again"]
    );
    for cut in 0..bytes.len() {
        assert!(read_xlsx(&bytes[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_zip_bomb_is_refused_before_it_unpacks() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default().compression_level(Some(9))).expect("memory can be written");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..16 {
        zip.write_all(&zeros).expect("memory can be written");
    }
    zip.write_all(&zeros[..12_345]).expect("memory can be written");
    let mut bytes = zip.finish().expect("memory can be written").into_inner();
    assert!(bytes.len() < 20_000, "{} bytes hold 16 MiB", bytes.len());
    let refusal = "book.xlsx: the workbook has a part that grows more than 200 times when it is unpacked hint: it is too large to be read, or made to fill a memory; save its sheets as CSV in UTF-8";
    assert_eq!(told(read_xlsx(&bytes)), [refusal]);

    // The same with a directory that lies: 100 bytes are declared, in the local header and in the central directory.
    let declared = u32::to_le_bytes((16 << 20) + 12_345);
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == declared).collect();
    assert!(!places.is_empty(), "the directory declares the size");
    for at in places {
        bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(100));
    }
    assert_eq!(
        told(read_xlsx(&bytes)),
        [
            "book.xlsx: the workbook is cut off or damaged: File is larger than its declared uncompressed size hint: copy or download it again"
        ]
    );

    let small = Options { limits: Limits { unpacked_bytes: 1000, ..Limits::default() }, ..Options::default() };
    let bytes = deliveries(&[]);
    assert_eq!(
        told(read_as("book.xlsx", &bytes, &small)),
        [
            "book.xlsx: the workbook unpacks to more than 1000 bytes hint: it is too large to be read, or made to fill a memory; save its sheets as CSV in UTF-8"
        ]
    );
}

#[test]
fn what_is_no_zip_is_no_workbook() {
    assert_eq!(
        told(read_xlsx(&rows(&[GOOD]))),
        ["book.xlsx: the name ends in .xlsx, but the file is not a workbook hint: if it is CSV, give it a name that ends in .csv"]
    );
    assert_eq!(
        told(read_xlsx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
        [
            "book.xlsx: it is an old Excel workbook, or one with a password, not .xlsx hint: save it without a password as .xlsx or as CSV in UTF-8"
        ]
    );
    assert_eq!(
        told(read_xlsx(b"PK")),
        ["book.xlsx: the workbook is cut off or damaged: invalid Zip archive: Could not find EOCD hint: copy or download it again"]
    );
}

#[test]
fn a_cell_in_the_last_corner_of_a_sheet_takes_no_memory() {
    let mut cells = vec![("A1", TEXT, "<is><t>supplier</t></is>")];
    cells.push(("XFD1048576", "", "<v>1</v>"));
    let options = Options { table: Some("deliveries".to_owned()), ..Options::default() };
    let found = told(read_as("book.xlsx", &workbook(&[("x", &cells)]), &options));
    assert!(found.iter().all(|refusal| refusal.contains("the required column")), "{found:?}");
    let good = deliveries(&[("C2", "", "<v>2018</v>"), ("D2", "", "<v>5</v>"), ("Z1048576", "", "<v>1</v>")]);
    assert_eq!(
        told(read_xlsx(&good))[0],
        "book.xlsx, sheet deliveries, row 1048576: cell Z1048576 stands outside the header hint: name its column in row 1, or empty the cell"
    );
}

#[test]
fn cells_beyond_a_sheet_are_refused_and_a_panic_of_the_library_is_a_refusal() {
    let options = Options { table: Some("deliveries".to_owned()), ..Options::default() };
    let refused =
        |place: &str| told(read_as("book.xlsx", &workbook(&[("x", &[(place, TEXT, "<is><t>supplier</t></is>")])]), &options)).join(" ");
    assert_eq!(
        refused("ZZZZZZ1"),
        "book.xlsx, sheet x: the workbook is damaged: cell ZZZZZZ1 is beyond the last cell of a sheet hint: open it in a spreadsheet, and save it again as .xlsx or as CSV in UTF-8"
    );
    // calamine 0.38 multiplies this row number until it overflows: a panic where overflow is checked, another row where it is not.
    assert!(refused("A99999999999").starts_with("book.xlsx"), "refused either way");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic_as_csv(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[HEADER.as_bytes(), b"\n", &bytes].concat());
    }

    #[test]
    fn arbitrary_text_under_a_header_never_panics(table in prop::sample::select(Tables::NAMES.to_vec()), text in "([ -~\u{e9}\n\",]|2018|RUS|05/04/2024|refined|published){0,60}") {
        let def = Tables::defs().into_iter().find(|def| def.name == table).expect("it is a table");
        let header: Vec<&str> = def.columns.iter().map(|c| c.name).chain(["origin", "source", "known"]).collect();
        let _ = read_as(&format!("{table}.csv"), format!("{}\n{text}", header.join(",")).as_bytes(), &Options::default());
    }

    #[test]
    fn arbitrary_bytes_never_panic_as_a_workbook(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_xlsx(&bytes);
        let _ = read_xlsx(&[b"PK\x03\x04".as_slice(), &bytes].concat());
    }

    #[test]
    fn a_workbook_with_changed_bytes_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = deliveries(&[("C2", "", "<v>2018</v>"), ("D2", "", "<v>5</v>")]);
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read_xlsx(&bytes);
    }

    #[test]
    fn a_sheet_with_changed_xml_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), "[<>/\"= a-zA-Z0-9#!&;-]{0,3}"), 1..5)) {
        let mut xml = sheet_xml(&[("A1", TEXT, "<is><t>supplier</t></is>"), ("B1", TEXT, "<is><t>period</t></is>"), ("A2", "s=\"1\"", "<v>43586</v>"), ("B2", "t=\"b\"", "<f t=\"shared\" si=\"0\" ref=\"A1:B2\">A1</f><v>1</v>")]);
        for (place, text) in changes {
            let at = place.index(xml.len());
            xml.replace_range(at..=at, &text);
        }
        let _ = read_xlsx(&workbook_of(&[("deliveries", xml)]));
    }
}
