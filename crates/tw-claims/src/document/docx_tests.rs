//! Tests of reading word-processor files, written part by part here.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::document::{BlockKind, Document, Format, Limits, SpansIn, read};

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

const BODY: &str = r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Barge held</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The barge </w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>Example Star</w:t></w:r><w:r><w:t xml:space="preserve"> was held with </w:t></w:r><w:del><w:r><w:delText>40</w:delText></w:r></w:del><w:ins><w:r><w:t>400</w:t></w:r></w:ins><w:r><w:t xml:space="preserve">&#160;tons of gasoil &amp; oil.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Papers</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>One paper named no port.</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Secret.</w:t></w:r><w:r><w:t>The owner denied it.</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ship</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Tonnes</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Example Star</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>400</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent><w:p><w:r><w:t>A box says so too.</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>A box says so too.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>The end of it.</w:t></w:r></w:p>
</w:body></w:document>"#;

const NOTES: &str = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator"><w:p><w:r><w:t>----</w:t></w:r></w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>Records of the harbour office.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;

const CORE: &str = r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Barge &amp; crew held</dc:title><dc:creator>Jane Example</dc:creator><dc:language>en-GB</dc:language><dcterms:created>2019-01-01T00:00:00Z</dcterms:created><dcterms:modified>2022-05-04T09:30:00Z</dcterms:modified></cp:coreProperties>"#;

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn whole() -> Vec<u8> {
    package(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("word/document.xml", BODY.as_bytes()),
        ("word/footnotes.xml", NOTES.as_bytes()),
        ("docProps/core.xml", CORE.as_bytes()),
    ])
}

fn with_body(body: &[u8]) -> Vec<u8> {
    package(&[("[Content_Types].xml", TYPES.as_bytes()), ("word/document.xml", body)])
}

fn good(bytes: &[u8]) -> Document {
    read("a.docx", bytes, &Limits::default()).expect("a document")
}

fn bad(bytes: &[u8], limits: &Limits) -> String {
    let refusal = read("a.docx", bytes, limits).expect_err("refused");
    assert!(refusal.hint.is_some(), "{refusal}");
    refusal.reason
}

#[test]
fn paragraphs_tables_and_notes_are_kept_apart_with_their_parts() {
    let document = good(&whole());
    assert_eq!((document.format, document.spans_in), (Format::Docx, SpansIn::Extracted));
    let found: Vec<(BlockKind, &str)> = document.blocks.iter().map(|b| (b.kind, &document.main_text[b.start..b.end])).collect();
    use BlockKind::{Body, Footnote, Headline, ListItem, Subheading, TableRow};
    assert_eq!(
        found,
        [
            (Headline, "Barge held"),
            (Body, "The barge Example Star was held with 400\u{a0}tons of gasoil & oil."),
            (Subheading, "Papers"),
            (ListItem, "One paper named no port."),
            (Body, "The owner denied it."),
            (TableRow, "Ship\tTonnes"),
            (TableRow, "Example Star\t400"),
            (Body, "A box says so too."),
            (Body, "The end of it."),
            (Footnote, "Records of the harbour office."),
        ]
    );
    let at = document.main_text.find("Records").expect("there");
    assert_eq!(document.place(at).and_then(|p| p.part.as_deref()), Some("word/footnotes.xml"));
    assert_eq!(document.place(0).and_then(|p| p.part.as_deref()), Some("word/document.xml"));
    assert_eq!((document.title.as_deref(), document.author.as_deref()), (Some("Barge & crew held"), Some("Jane Example")));
    assert_eq!((document.lang.as_deref(), document.published), (Some("en"), "2022-05-04".parse().ok()));
    assert_eq!(document.remarks.len(), 3, "hidden, deleted, day: {:?}", document.remarks);
}

#[test]
fn what_is_no_such_file_is_refused_with_a_hint() {
    let limits = Limits::default();
    let macros = TYPES
        .replace("document.main+xml", "document.macroEnabled.main+xml")
        .replace("openxmlformats-officedocument.wordprocessingml", "ms-word");
    assert!(
        bad(&package(&[("[Content_Types].xml", macros.as_bytes()), ("word/document.xml", BODY.as_bytes())]), &limits).contains("macros")
    );
    let sheet = TYPES.replace("wordprocessingml.document", "spreadsheetml.sheet");
    assert!(bad(&package(&[("[Content_Types].xml", sheet.as_bytes())]), &limits).contains("spreadsheet"));
    assert!(bad(&package(&[("mimetype", b"application/vnd.oasis.opendocument.text")]), &limits).contains("OpenDocument"));
    assert!(bad(&package(&[("a.txt", b"x")]), &limits).contains("zip archive without a document"));
    assert!(bad(&package(&[("[Content_Types].xml", TYPES.as_bytes())]), &limits).contains("lacks its part"));
    assert!(bad(&with_body(b"<w:document><w:body><w:p/></w:body></w:document>"), &limits).contains("without text"));
    assert!(bad(&with_body(b"<w:document><w:p>"), &limits).contains("cut off"));
    assert!(bad(&with_body(b"<!DOCTYPE a [<!ENTITY b 'c'>]><w:document><w:p/></w:document>"), &limits).contains("document type"));
    assert!(bad(b"PK\x03\x04 and nothing", &limits).contains("damaged"));
}

#[test]
fn bombs_are_refused_before_they_fill_the_memory() {
    let limits = Limits { inflated: 1 << 20, parts: 50, ..Limits::default() };
    let long = format!("<w:document><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>", "a ".repeat(4 << 20));
    assert!(bad(&with_body(long.as_bytes()), &limits).contains("unpacks to more"));
    let deep = format!("{}{}", "<w:p>".repeat(100_000), "</w:p>".repeat(100_000));
    assert!(bad(&with_body(deep.as_bytes()), &Limits::default()).contains("deep"));
    let names: Vec<String> = (0..60).map(|i| format!("{i}.xml")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"x".as_slice())).collect();
    assert!(bad(&package(&many), &limits).contains("too many files"));
    let short = Limits { text: 100, ..Limits::default() };
    assert!(bad(&whole(), &short).contains("bytes of text"));
}

#[test]
fn marks_of_direction_and_of_no_width_do_not_change_a_number() {
    let body = "<w:document><w:body><w:p><w:r><w:t>He paid \u{202e}$1,\u{200d}234\u{feff}.5\u{202c} mil\u{ad}</w:t></w:r><w:r><w:t>lion for 7\u{200b}00 permits.</w:t></w:r></w:p></w:body></w:document>";
    let found = crate::quantities(&good(&with_body(body.as_bytes())).main_text);
    let values: Vec<(Option<f64>, Option<&str>)> = found.iter().map(|q| (q.low, q.unit.as_deref())).collect();
    assert_eq!(values, [(Some(1_234_500_000.0), Some("USD")), (Some(700.0), Some("permits"))]);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = whole();
    for cut in 4..bytes.len() {
        let _ = read("a.docx", &bytes[..cut], &Limits::default());
    }
}

proptest! {
    #[test]
    fn no_changed_file_makes_the_reader_panic(changes in proptest::collection::vec((0..2_000usize, any::<u8>()), 1..20)) {
        let mut bytes = whole();
        for (at, byte) in changes {
            if let Some(old) = bytes.get_mut(at) { *old = byte; }
        }
        let _ = read("a.docx", &bytes, &Limits::default());
    }

    #[test]
    fn no_soup_of_elements_makes_the_reader_panic(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "held", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:del>", "</w:del>", "<w:tab/>", "&amp;", "&x;",
        "<w:vanish/>", "<w:pStyle w:val='Title'/>", "<mc:Fallback>", "</mc:Fallback>", "<![CDATA[x]]>", "&#0;", "&#x41;",
    ]), 0..60)) {
        if let Ok(document) = read("a.docx", &with_body(parts.concat().as_bytes()), &Limits::default()) {
            for block in &document.blocks { prop_assert!(document.main_text.get(block.start..block.end).is_some()); }
        }
    }
}
