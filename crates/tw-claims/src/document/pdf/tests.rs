//! Tests of reading PDF files: two made with common programs, the rest written by hand here.

use std::io::Write as _;

use proptest::prelude::*;

use crate::document::{BlockKind, Document, Format, Limits, SpansIn, read};

const PRINTED: &[u8] = include_bytes!("../../../tests/fixtures/printed-page.pdf");
const REPORT: &[u8] = include_bytes!("../../../tests/fixtures/panel-report.pdf");
const LOCKED: &[u8] = include_bytes!("../../../tests/fixtures/locked.pdf");

fn good(bytes: &[u8]) -> Document {
    read("a.pdf", bytes, &Limits::default()).expect("a PDF file")
}

fn bad(bytes: &[u8], limits: &Limits) -> String {
    let refusal = read("a.pdf", bytes, limits).expect_err("refused");
    assert!(refusal.hint.is_some(), "{refusal}");
    refusal.reason
}

fn blocks(document: &Document, kind: BlockKind) -> Vec<&str> {
    document.blocks.iter().filter(|b| b.kind == kind).map(|b| &document.main_text[b.start..b.end]).collect()
}

/// A file of numbered objects, with an index that fits.
fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(out.len());
        writeln!(out, "{number} 0 obj").expect("memory");
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    writeln!(out, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1).expect("memory");
    for place in places {
        writeln!(out, "{place:010} 00000 n ").expect("memory");
    }
    writeln!(out, "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF", objects.len() + 1).expect("memory");
    out
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).into_bytes();
    out.extend_from_slice(content);
    out.extend_from_slice(b"\nendstream");
    out
}

/// One page with a font and these instructions.
fn page(content: Vec<u8>, font: &str) -> Vec<u8> {
    file(
        &[
            b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 4 0 R >> >> >>".to_vec(),
            content,
            font.as_bytes().to_vec(),
            b"<< /Title <FEFF004200610072006700650020006800650020006C0064> /Author (Jane Example) /CreationDate (D:20220504093000+02'00') >>".to_vec(),
        ],
        "/Info 6 0 R",
    )
}

const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

fn zip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_printed_page_is_read_with_its_columns_table_and_two_scripts() {
    let document = good(PRINTED);
    assert_eq!((document.format, document.spans_in), (Format::Pdf, SpansIn::Extracted));
    assert_eq!(document.title.as_deref(), Some("Barge held off Lastrada"));
    assert_eq!(document.published, None, "the day of printing is no day of publication");
    assert_eq!(
        blocks(&document, BlockKind::TableRow),
        ["Ship\tTonnes\tPort", "Example Star\t400\tLastrada", "Sample Rose\t250\tNorthhaven"]
    );
    let body = blocks(&document, BlockKind::Body);
    assert_eq!(
        body[1],
        "The owner, Sample Marine Ltd, denied any breach. Its agent said the cargo was worth $300,000–$350,000 and had been sold to a buyer in a \
         third country, which he did not name."
    );
    assert!(body[2].contains("ship-to-ship transfers") && body[2].contains("The flag registry"), "{}", body[2]);
    assert_eq!(body.last(), Some(&"Баржа «Пример» перевозила 400 тонн топлива."));
}

#[test]
fn a_report_of_numbered_paragraphs_keeps_pages_and_loses_running_lines() {
    let document = good(REPORT);
    let body = blocks(&document, BlockKind::Body);
    assert_eq!(body.len(), 22);
    assert!(body[14].starts_with("15. The coast guard") && body[15].starts_with("16. The owner"));
    assert!(!document.main_text.contains("S/2022/000"), "the line at the foot of the pages");
    assert!(body[0].contains("ship-to-ship transfer of 3 May"));
    let at = document.main_text.find("16. The owner").expect("there");
    assert_eq!(document.place(at).and_then(|p| p.page), Some(2));
    assert_eq!(document.author.as_deref(), Some("Jane Example"));
    assert_eq!(document.lang.as_deref(), Some("en"));
}

#[test]
fn packed_objects_are_read_as_plain_ones_are() {
    let mut pdf = lopdf::Document::load_mem(REPORT).expect("a file");
    let mut packed = Vec::new();
    pdf.save_modern(&mut packed).expect("memory");
    assert!(packed.windows(7).any(|w| w == b"/ObjStm"));
    assert_eq!(good(&packed).main_text, good(REPORT).main_text);
}

#[test]
fn letters_stand_as_their_fonts_say() {
    let content = b"BT /F1 11 Tf 50 700 Td (The caf\xe9 held \x93400\x94 tons of gas-) Tj 0 -13 Td (oil, and a ship-to-) Tj 0 -13 Td [(ship) -300 (deal)] TJ ET";
    let document = good(&page(stream("", content), FONT));
    assert_eq!(document.main_text, "The café held “400” tons of gasoil, and a ship-to-ship deal");
    assert_eq!((document.title.as_deref(), document.lang.as_deref()), (Some("Barge he ld"), Some("en")));
    assert_eq!(document.published, "2022-05-04".parse().ok());
    assert_eq!(document.remarks.len(), 1, "that the day is the file's");
    let named = "<< /Type /Font /Subtype /Type1 /Encoding << /Differences [65 /uni0411 /afii10065 /fi /nosuchname] >> >>";
    let document = good(&page(stream("", b"BT /F1 11 Tf 50 700 Td (A C abcdefgh) Tj ET"), named));
    assert!(document.main_text.starts_with("Б fi abcdefgh"), "{}", document.main_text);
}

#[test]
fn text_drawn_unseen_is_read_and_said_to_be() {
    let document = good(&page(stream("", b"BT /F1 11 Tf 3 Tr 50 700 Td (The barge was held.) Tj ET"), FONT));
    assert_eq!(document.main_text, "The barge was held.");
    assert!(document.remarks.iter().any(|r| r.contains("recognised")));
}

#[test]
fn text_that_runs_upwards_is_left_out_and_said_so() {
    let document = good(&page(stream("", b"BT /F1 11 Tf 50 700 Td (The barge was held.) Tj 0 1 -1 0 10 10 Tm (Draft) Tj ET"), FONT));
    assert_eq!(document.main_text, "The barge was held.");
    assert!(document.remarks.iter().any(|r| r.starts_with("5 characters")));
}

#[test]
fn what_cannot_be_read_is_refused_with_a_hint() {
    let limits = Limits::default();
    assert!(bad(LOCKED, &limits).contains("encrypted"));
    assert!(bad(&page(stream("", b"0 0 100 100 re f"), FONT), &limits).contains("pictures"));
    assert!(bad(b"%PDF-1.7\n", &limits).contains("damaged"));
    let mute = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 >>] >>";
    assert!(bad(&page(stream("", b"BT /F1 11 Tf <000100020003> Tj ET"), mute), &limits).contains("fonts"));
}

#[test]
fn a_broken_index_is_made_anew_and_said_so() {
    let mut bytes = REPORT.to_vec();
    let at = bytes.windows(9).rposition(|w| w == b"startxref").expect("there");
    bytes.truncate(at);
    bytes.extend_from_slice(b"startxref\n7\n%%EOF");
    let document = good(&bytes);
    assert_eq!(document.main_text, good(REPORT).main_text);
    assert!(document.remarks.iter().any(|r| r.contains("index")));
}

#[test]
fn bombs_are_refused_before_they_fill_the_memory() {
    let limits = Limits { inflated: 4 << 20, nodes: 10_000, ..Limits::default() };
    let zeros = vec![b' '; 16 << 20];
    let once = zip(&zeros);
    assert!(bad(&page(stream("/Filter /FlateDecode", &once), FONT), &limits).contains("page 1 unpacks"));
    let twice = zip(&once);
    assert!(bad(&page(stream("/Filter [/FlateDecode /FlateDecode]", &twice), FONT), &limits).contains("page 1 unpacks"));
    let many = zip(&b"0 ".repeat(100_000));
    assert!(bad(&page(stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &many), FONT), &limits).contains("tokens"));
    assert!(bad(&page(b"[".repeat(100_000), FONT), &limits).contains("tokens"));
    let once = zip(&b"0 ".repeat(100_000));
    assert!(
        bad(&page(stream("/Type /ObjStm /Filter [/FlateDecode /FlateDecode]", &zip(&once)), FONT), &limits)
            .contains("packed more than once")
    );
}

#[test]
fn nesting_and_circles_end() {
    for (open, close) in [("[", "]"), ("<</A", ">>"), ("(", ")")] {
        let deep = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        let _ = read("a.pdf", &page(deep.clone().into_bytes(), FONT), &Limits::default());
        let content = format!("{deep} BT /F1 11 Tf 50 700 Td (The barge was held.) Tj ET");
        let _ = read("a.pdf", &page(stream("", content.as_bytes()), FONT), &Limits::default());
    }
    // A form that draws itself twice, each time.
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"BT /F1 11 Tf 50 700 Td (Held.) Tj ET /X Do /X Do");
    assert!(good(&page(form, FONT)).main_text.contains("Held."));
    let circle = file(
        &[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 2 >>".to_vec()],
        "",
    );
    assert!(bad(&circle, &Limits::default()).contains("no pages"));
}

#[test]
fn a_file_cut_anywhere_is_read_in_part_or_refused() {
    for cut in 0..REPORT.len() {
        let _ = read("a.pdf", &REPORT[..cut], &Limits::default());
    }
    for cut in (0..PRINTED.len()).step_by(997) {
        let _ = read("a.pdf", &PRINTED[..cut], &Limits::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_changed_file_makes_the_reader_panic(changes in proptest::collection::vec((0..REPORT.len(), any::<u8>()), 1..20)) {
        let mut bytes = REPORT.to_vec();
        for (at, byte) in changes { bytes[at] = byte; }
        let _ = read("a.pdf", &bytes, &Limits::default());
    }

    #[test]
    fn no_instructions_make_the_reader_panic(parts in proptest::collection::vec(proptest::sample::select(vec![
        "BT ", "ET ", "/F1 11 Tf ", "q ", "Q ", "1 0 0 1 9 9 cm ", "50 700 Td ", "(held) Tj ", "[(a) -9e99 (b)] TJ ", "<80ff> Tj ", "T* ", "(x) ' ", "1 2 (x) \" ",
        "/X Do ", "BI /W 1 ID abc EI ", "BI ID ", "/Artifact BMC ", "EMC ", "<< /A [1 << ", ">> ", "( \\", ") ", "0 0 0 0 0 0 Tm ", "1e308 1e308 Td ", "99999999999999999999 Tc ", "-0 Tz ",
    ]), 0..60)) {
        if let Ok(document) = read("a.pdf", &page(stream("", parts.concat().as_bytes()), FONT), &Limits::default()) {
            for block in &document.blocks { prop_assert!(document.main_text.get(block.start..block.end).is_some()); }
        }
    }
}
