//! Tests of reading e-mail messages.

use proptest::prelude::*;

use crate::document::{BlockKind, Document, Format, Limits, SpansIn, read};

const LETTER: &str = "Return-Path: <desk@example.org>\r\nFrom: =?utf-8?q?Jane_Ex=C3=A4mple?= <desk@example.org>\r\nTo: all@example.org\r\n\
Subject: Barge held\r\nDate: Wed, 4 May 2022 23:30:00 -0500\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
--c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
The barge was held with 400=C2=A0tons of gasoil, the=\r\n harbour office said.\r\nIt lies at anchor off the port of Lastrada, and nobody has claimed it so far.\r\n\r\n\
The owner denied any breach of the rules, and said that the papers of the ship had been in good order all along, as would be shown in court.\r\n\r\n\
On 3 May 2022, John Sample wrote:\r\n> They carry 5,000 tons a week.\r\n> I saw it.\r\n-- \r\nJane, desk\r\n\
--c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>The barge was held.</p>\r\n--c--\r\n\
--b\r\nContent-Type: application/pdf; name=papers.pdf\r\nContent-Disposition: attachment; filename=papers.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjc=\r\n--b--\r\n";

fn good(text: &str) -> Document {
    read("a.eml", text.as_bytes(), &Limits::default()).expect("a message")
}

#[test]
fn a_message_says_who_wrote_it_when_and_what_came_along() {
    let document = good(LETTER);
    assert_eq!((document.format, document.spans_in), (Format::Eml, SpansIn::Extracted));
    assert_eq!((document.title.as_deref(), document.author.as_deref()), (Some("Barge held"), Some("Jane Exämple")));
    assert_eq!(document.published, "2022-05-04".parse().ok(), "the day as the sender's clock had it");
    assert_eq!(
        document.main_text,
        "The barge was held with 400\u{a0}tons of gasoil, the harbour office said.\nIt lies at anchor off the port of Lastrada, and nobody has \
         claimed it so far.\n\nThe owner denied any breach of the rules, and said that the papers of the ship had been in good order all along, as \
         would be shown in court."
    );
    assert!(document.blocks.iter().all(|b| b.kind == BlockKind::Body));
    let attachment = &document.attachments[..];
    assert_eq!(attachment.len(), 1);
    assert_eq!(
        (attachment[0].name.as_deref(), attachment[0].media_type.as_str(), attachment[0].bytes),
        (Some("papers.pdf"), "application/pdf", 8)
    );
    assert_eq!(document.remarks.len(), 2, "quoted lines and attachments: {:?}", document.remarks);
}

#[test]
fn a_message_that_is_a_page_is_read_as_one() {
    let page = "From: desk@example.org\nSubject: Barge held\nDate: Wed, 4 May 2022 09:30:00 +0000\nOrganization: Harbour Ledger\nContent-Type: text/html; charset=windows-1251\n\
                Content-Transfer-Encoding: 8bit\n\n<html><body><nav><a href=/>Home</a></nav><p>The barge was held on Tuesday with 400 tons of gasoil, two officers said.</p>\
                <p>Unsubscribe <a href=/u>here</a></p></body></html>";
    let document = good(page);
    assert_eq!(document.main_text, "The barge was held on Tuesday with 400 tons of gasoil, two officers said.");
    assert_eq!((document.format, document.publisher.as_deref()), (Format::Eml, Some("Harbour Ledger")));
}

#[test]
fn parts_in_two_encodings_are_each_read_in_their_own() {
    let head =
        b"Message-ID: <1@example.org>\nFrom: a@example.org\nSubject: =?koi8-r?b?4sHS1sE=?=\nContent-Type: multipart/mixed; boundary=b\n\n";
    let korean = encoding_rs::EUC_KR.encode("해양경찰은 바지선을 붙잡았다.").0.into_owned();
    let russian = encoding_rs::WINDOWS_1251.encode("Баржу задержали во вторник.").0.into_owned();
    let part =
        |charset: &str| format!("--b\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n").into_bytes();
    let bytes = [head.to_vec(), part("euc-kr"), korean, b"\n".to_vec(), part("windows-1251"), russian, b"\n--b--\n".to_vec()].concat();
    let document = read("a.eml", &bytes, &Limits::default()).expect("a message");
    assert_eq!(document.title.as_deref(), Some("Баржа"));
    assert_eq!(document.main_text, "해양경찰은 바지선을 붙잡았다.\n\nБаржу задержали во вторник.");
}

#[test]
fn what_holds_no_text_is_refused() {
    for (text, what) in [
        (
            "Message-ID: <1@example.org>\nFrom: a@example.org\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n",
            "encrypted",
        ),
        (
            "Message-ID: <1@example.org>\nFrom: a@example.org\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjc=\n",
            "without text",
        ),
        ("Message-ID: <1@example.org>\nFrom: a@example.org\n\n> quoted\n", "without text"),
    ] {
        let refusal = read("a.eml", text.as_bytes(), &Limits::default()).expect_err(what);
        assert!(refusal.reason.contains(what) && refusal.hint.is_some(), "{refusal}");
    }
    let many = format!("{}{}", &LETTER[..LETTER.len() - 7], "--b\r\n\r\nx\r\n".repeat(1_000));
    let few = Limits { parts: 100, ..Limits::default() };
    assert!(read("a.eml", many.as_bytes(), &few).expect_err("parts").reason.contains("parts"));
}

#[test]
fn deep_nesting_ends() {
    let mut deep = String::from("Message-ID: <1@example.org>\nFrom: a@example.org\n");
    for i in 0..50_000 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
    }
    let _ = read("a.eml", deep.as_bytes(), &Limits::default());
    let nested = format!("Message-ID: <1@example.org>\n{}\nheld", "Content-Type: message/rfc822\n\n".repeat(50_000));
    assert!(read("a.eml", nested.as_bytes(), &Limits::default()).expect_err("deep").reason.contains("inside each other"));
    let nested = format!("Message-ID: <1@example.org>\n{}\nheld", "Content-Type: message/rfc822\n\n".repeat(490));
    let _ = read("a.eml", nested.as_bytes(), &Limits::default());
}

#[test]
fn a_message_cut_anywhere_is_read_in_part_or_refused() {
    for cut in 0..LETTER.len() {
        let _ = read("a.eml", &LETTER.as_bytes()[..cut], &Limits::default());
    }
}

proptest! {
    #[test]
    fn no_changed_message_makes_the_reader_panic(changes in proptest::collection::vec((0..LETTER.len(), any::<u8>()), 1..20)) {
        let mut bytes = LETTER.as_bytes().to_vec();
        for (at, byte) in changes { bytes[at] = byte; }
        let _ = read("a.eml", &bytes, &Limits::default());
    }
}
