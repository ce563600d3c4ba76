//! Tests of reading web archives.

use std::io::Write as _;

use proptest::prelude::*;

use crate::document::{Format, Limits, read, read_all};

fn record(kind: &str, uri: &str, media: &str, block: &[u8]) -> Vec<u8> {
    let mut out = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2023-02-01T10:00:00Z\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    )
    .into_bytes();
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {head}\r\n\r\n").into_bytes();
    out.extend_from_slice(body);
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

const PAGE: &str = "<title>Held</title><meta property='article:published_time' content='2022-05-04'><nav><a href=/>Home</a></nav><p>The barge was held on Tuesday with 400 tons of gasoil, two officers said.</p>";

fn records() -> Vec<Vec<u8>> {
    let http = "application/http; msgtype=response";
    let russian =
        encoding_rs::WINDOWS_1251.encode("<p>Баржу с топливом задержали во вторник, сообщило управление порта.</p>").0.into_owned();
    let chunked = b"14\r\nThe barge was held. \r\n0c;x=y\r\nIt is there.\r\n0\r\n\r\n";
    vec![
        record("warcinfo", "", "application/warc-fields", b"software: none\r\n"),
        record("request", "https://example.org/a", "application/http; msgtype=request", b"GET /a HTTP/1.1\r\n\r\n"),
        record("response", "https://example.org/a", http, &answer("200 OK\r\nContent-Type: text/html", PAGE.as_bytes())),
        record(
            "response",
            "https://example.org/old",
            http,
            &answer("301 Moved\r\nContent-Type: text/html\r\nLocation: /a", b"<p>Moved.</p>"),
        ),
        record("response", "https://example.org/b.png", http, &answer("200 OK\r\nContent-Type: image/png", b"\x89PNG\r\n\x1a\n")),
        record("response", "https://example.org/c", http, &answer("200 OK\r\nContent-Type: text/html; charset=windows-1251", &russian)),
        record(
            "response",
            "https://example.org/d",
            http,
            &answer("200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked", chunked),
        ),
        record(
            "response",
            "https://example.org/e",
            http,
            &answer("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", &gzip(PAGE.as_bytes())),
        ),
        record(
            "response",
            "https://example.org/f",
            http,
            &answer("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br", b"\x8b\x01\x80\xff"),
        ),
        record("resource", "file:///note.txt", "text/plain", b"The owner denied it."),
    ]
}

fn archive() -> Vec<u8> {
    records().concat()
}

#[test]
fn every_page_of_an_archive_is_a_document_with_its_address() {
    let packed: Vec<u8> = records().iter().flat_map(|r| gzip(r)).collect();
    for bytes in [archive(), packed, gzip(&archive())] {
        let all = read_all("a.warc", &bytes, &Limits::default()).expect("an archive");
        let found: Vec<(&str, &str)> = all.documents.iter().map(|d| (d.uri.as_deref().unwrap_or(""), d.main_text.as_str())).collect();
        assert_eq!(
            found,
            [
                ("https://example.org/a", "The barge was held on Tuesday with 400 tons of gasoil, two officers said."),
                ("https://example.org/c", "Баржу с топливом задержали во вторник, сообщило управление порта."),
                ("https://example.org/d", "The barge was held. It is there."),
                ("https://example.org/e", "The barge was held on Tuesday with 400 tons of gasoil, two officers said."),
                ("file:///note.txt", "The owner denied it."),
            ]
        );
        let first = &all.documents[0];
        assert_eq!(
            (first.format, first.published, first.captured.as_deref()),
            (Format::Html, "2022-05-04".parse().ok(), Some("2023-02-01T10:00:00Z"))
        );
        assert_eq!(all.documents[1].published, None, "the day of capture is no day of publication");
        assert_eq!((all.passed_over, all.refused.len()), (5, 1));
        assert!(all.refused[0].reason.contains("packed with br"), "{}", all.refused[0]);
    }
}

#[test]
fn an_archive_of_one_page_is_read_as_that_page() {
    let one = records().swap_remove(2);
    assert_eq!(read("a.warc", &one, &Limits::default()).expect("a page").uri.as_deref(), Some("https://example.org/a"));
    let refusal = read("a.warc", &archive(), &Limits::default()).expect_err("five");
    assert!(refusal.reason.contains("5 documents") && refusal.hint.is_some());
    let none = records().swap_remove(0);
    assert!(read_all("a.warc", &none, &Limits::default()).expect_err("none").reason.contains("without any page"));
}

#[test]
fn what_is_cut_off_or_damaged_is_said_and_the_rest_is_kept() {
    let bytes = archive();
    let cut = read_all("a.warc", &bytes[..bytes.len() - 12], &Limits::default()).expect("an archive");
    assert_eq!(cut.documents.len(), 5);
    assert!(cut.refused[1].reason.contains("cut off"), "{}", cut.refused[1]);
    let mut broken = records();
    broken[3] = b"no record\r\n".to_vec();
    let broken = read_all("a.warc", &broken.concat(), &Limits::default()).expect("an archive");
    assert_eq!((broken.documents.len(), broken.refused.len()), (1, 1));
    assert!(broken.refused[0].reason.contains("no record begins here"));
}

#[test]
fn bombs_are_refused_before_they_fill_the_memory() {
    let limits = Limits { inflated: 1 << 20, parts: 5, ..Limits::default() };
    let long = record("resource", "a:b", "text/plain", &vec![b' '; 4 << 20]);
    assert!(read_all("a", &gzip(&long), &limits).expect_err("bomb").reason.contains("unpacks to more"));
    let inner = answer("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", &gzip(&vec![b' '; 4 << 20]));
    let bomb = record("response", "a:b", "application/http", &inner);
    assert!(read_all("a", &bomb, &limits).expect_err("bomb").reason.contains("unpacks to more"));
    assert!(read_all("a", &archive(), &limits).expect_err("records").reason.contains("records"));
    let vast = b"WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\nx";
    assert!(read_all("a", vast, &limits).expect("nothing").refused[0].reason.contains("how long"));
}

#[test]
fn an_archive_cut_anywhere_is_read_in_part_or_refused() {
    let plain = archive();
    for cut in (0..plain.len()).step_by(3) {
        let _ = read_all("a", &plain[..cut], &Limits::default());
    }
    let packed: Vec<u8> = records().iter().flat_map(|r| gzip(r)).collect();
    for cut in (0..packed.len()).step_by(3) {
        let _ = read_all("a", &packed[..cut], &Limits::default());
    }
}

proptest! {
    #[test]
    fn no_changed_archive_makes_the_reader_panic(changes in proptest::collection::vec((0..2_500usize, any::<u8>()), 1..20), packed in any::<bool>()) {
        let mut bytes = if packed { records().iter().flat_map(|r| gzip(r)).collect() } else { archive() };
        for (at, byte) in changes {
            if let Some(old) = bytes.get_mut(at) { *old = byte; }
        }
        let _ = read_all("a", &bytes, &Limits::default());
    }
}
