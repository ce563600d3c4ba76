//! Tests of reading pages and texts, on invented pages.

use proptest::prelude::*;

use super::*;
use crate::BlockKind;

const PAGE: &str = r##"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Barge held | Harbour Ledger</title>
<meta property="og:site_name" content="Harbour Ledger"><meta property="article:published_time" content="2022-05-04T06:00:00Z"></head><body class="has-sidebar">
<div id="cookie-bar">We use 45 cookies to improve your visit. <a href="#">Accept</a></div>
<header><nav><ul><li><a href="/">Harbour Ledger</a></li><li><a href="/p">Prices: $700 a ton</a></li></ul></nav></header>
<main><h1>Barge held</h1><p class="standfirst">A crew of nine says it knew nothing of it.</p><p class="byline">By Jane Example</p>
<figure><img src="a.jpg"><figcaption>The barge in 2019, with 300 tons. Photo: Example</figcaption></figure>
<div class="text"><p>The barge <i>Example Star</i> was held on 3&nbsp;May with
 400 tons of gasoil, the harbour office said.</p>
<div class="donation-banner"><p>Only 2 percent of readers give. Please support us with $5.</p></div>
<h2>Papers</h2><p>Two officers said the ship&#8217;s papers named 250 tons.</p><ul><li>One paper named no port.</li><li>Another named two.</li></ul>
<div class="newsletter"><p>Join 45,000 readers. One e-mail, no spam.</p></div><p>READ ALSO: <a href="/x">Nine crabs and 3 nets lost</a></p>
<p>The owner denied any breach.</p></div><section class="comments"><h2>Comments (1)</h2><p>They carry 5,000 tons a week, I saw it.</p></section></main>
<aside><p>Dog wins $500 at the yearly fair of the town.</p></aside><footer>&copy; 2022 Harbour Ledger. 12 Example Street.</footer></body></html>"##;

fn html(page: &str) -> Document {
    read("page.html", page.as_bytes(), &Limits::default()).expect("a page")
}

#[test]
fn a_plain_text_is_kept_whole() {
    let document = read("note.txt", "One.\r\n\r\nTwo.\u{a0}Three.".as_bytes(), &Limits::default()).expect("text");
    assert_eq!((document.format, document.main_text.as_str()), (Format::Text, "One.\r\n\r\nTwo.\u{a0}Three."));
}

#[test]
fn the_article_is_found_without_its_furniture() {
    let document = html(PAGE);
    assert_eq!(
        document.main_text,
        "The barge Example Star was held on 3\u{a0}May with 400 tons of gasoil, the harbour office said.\n\nPapers\n\n\
         Two officers said the ship’s papers named 250 tons.\n\nOne paper named no port.\n\nAnother named two.\n\nThe owner denied any breach."
    );
    let kinds: Vec<BlockKind> = document.blocks.iter().map(|b| b.kind).collect();
    use BlockKind::{Body, ListItem, Subheading};
    assert_eq!(kinds, [Body, Subheading, Body, ListItem, ListItem, Body]);
    let joined: Vec<&str> = document.blocks.iter().map(|b| &document.main_text[b.start..b.end]).collect();
    assert_eq!(joined.join("\n\n"), document.main_text);
}

#[test]
fn a_page_says_who_wrote_it_and_when() {
    let document = html(PAGE);
    assert_eq!(document.title.as_deref(), Some("Barge held"));
    assert_eq!(document.publisher.as_deref(), Some("Harbour Ledger"));
    assert_eq!(document.published, "2022-05-04".parse().ok());
    assert_eq!(document.lang.as_deref(), Some("en"));
    let linked = html(
        r#"<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Held","datePublished":"2022-05-04T23:00:00-07:00",
        "author":[{"name":"Jane Example"},{"name":"John Sample"}],"publisher":{"name":"The Ledger"}}]}</script><p>The barge was held on Tuesday, two officers said.</p>"#,
    );
    assert_eq!(
        (linked.title.as_deref(), linked.author.as_deref(), linked.publisher.as_deref()),
        (Some("Held"), Some("Jane Example, John Sample"), Some("The Ledger"))
    );
    assert_eq!(linked.published, "2022-05-04".parse().ok());
}

#[test]
fn paragraphs_parted_by_line_breaks_in_a_table_are_found() {
    let document = html(
        "<table><tr><td>Sections<br>Court<br>Ports</td><td><b>Barge held</b><br><br>The barge was held on Tuesday with 400 tons of gasoil, two officers said.<br><br>\
         <table><tr><td>Flat to let, $850 a month. Call in the evening, please do.</td></tr></table>The owner denied any breach of the rules of the port.<br><br></td></tr></table>",
    );
    assert_eq!(
        document.main_text,
        "The barge was held on Tuesday with 400 tons of gasoil, two officers said.\n\nThe owner denied any breach of the rules of the port."
    );
}

#[test]
fn a_page_of_nothing_but_divs_is_read_by_what_most_of_them_are_called() {
    let document = html(
        "<div class=a><div class=b>Barge held at the port</div><div class=c>Jane Example, 4 May 2022</div><div class=d>\
         <div class=p>The barge was held on Tuesday with 400 tons of gasoil, two officers said.</div><div class=q>Cruises from $299! Book today.</div>\
         <div class=p>The owner denied it.</div><div class=p>A court will hear the case in June, the office said.</div></div>\
         <div class=e>More stories <a href=/1>Nine crabs</a></div></div>",
    );
    assert_eq!(
        document.main_text,
        "The barge was held on Tuesday with 400 tons of gasoil, two officers said.\n\nThe owner denied it.\n\nA court will hear the case in June, the office said."
    );
}

#[test]
fn a_part_for_subscribers_is_the_article_and_an_offer_is_not() {
    let document = html(
        "<h1>Held</h1><div class=article-body><p>The barge was held on Tuesday with 400 tons, officers said.</p><p>It has lain at anchor off the port ever since that day.</p>\
         <p>Its papers named no port of discharge, the office said.</p>\
         <div class=paywall-box><p>Keep reading for $1.</p><p>Subscribe now to read the rest of this story, as 4,000 readers do.</p></div>\
         <div class=paywall style='display: none'><p>The owner denied any breach of the rules of the port.</p><p>A court will hear the case in June, according to the harbour office.</p></div></div>",
    );
    let paragraphs: Vec<&str> = document.main_text.split("\n\n").collect();
    assert_eq!(paragraphs.len(), 5, "{paragraphs:?}");
    assert_eq!(paragraphs[3], "The owner denied any breach of the rules of the port.");
}

#[test]
fn a_link_to_another_story_does_not_end_the_article() {
    let document = html(
        "<h1>Held</h1><h2>A crew of nine was aboard</h2><p>The barge was held on Tuesday with 400 tons, officers said.</p><p>It lies at anchor.</p>\
         <p><a href=/n><b>READ MORE: Ten nets lost in storm</b></a></p><p>The owner denied any breach of the rules.</p>",
    );
    assert_eq!(
        document.main_text,
        "The barge was held on Tuesday with 400 tons, officers said.\n\nIt lies at anchor.\n\nThe owner denied any breach of the rules."
    );
}

#[test]
fn encodings_are_told_by_mark_declaration_and_guess() {
    let russian = "Баржу с топливом задержали во вторник, сообщило управление порта.";
    let korean = "해양경찰은 화요일에 유류를 실은 바지선을 붙잡았다고 밝혔다.";
    for (text, encoding) in [(russian, encoding_rs::WINDOWS_1251), (russian, encoding_rs::KOI8_R), (korean, encoding_rs::EUC_KR)] {
        let (bytes, _, _) = encoding.encode(text);
        let document = read("a.txt", &bytes, &Limits::default()).expect("text");
        assert_eq!((document.main_text.as_str(), document.remarks.len()), (text, 1), "{}", encoding.name());
        let page = format!("<meta http-equiv=Content-Type content='text/html; charset={}'><p>{text}</p>", encoding.name());
        let (bytes, _, _) = encoding.encode(&page);
        let document = read("a.html", &bytes, &Limits::default()).expect("page");
        assert_eq!((document.main_text.as_str(), document.remarks.len()), (text, 0), "{}", encoding.name());
    }
    let western = read("a.txt", b"The caf\xe9 owner said \x93no\x94.", &Limits::default()).expect("text");
    assert_eq!(western.main_text, "The café owner said “no”.");
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(russian.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read("a.txt", &wide, &Limits::default()).expect("text").main_text, russian);
    let unmarked: Vec<u8> = "The barge was held.".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read("a.txt", &unmarked, &Limits::default()).expect("text").main_text, "The barge was held.");
    // Declared wrongly, but plainly UTF-8.
    let page = format!("<meta charset=windows-1251><p>{russian}</p>");
    let document = html(&page);
    assert_eq!((document.main_text.as_str(), document.remarks.len()), (russian, 1));
}

#[test]
fn a_few_bad_bytes_are_replaced_and_said_so() {
    let mut bytes = "Баржу с топливом задержали во вторник".as_bytes().to_vec();
    bytes.push(0xff);
    let document = read("a.txt", &bytes, &Limits::default()).expect("text");
    assert_eq!(document.main_text, "Баржу с топливом задержали во вторник\u{fffd}");
    assert_eq!(document.remarks, ["1 characters could not be read as UTF-8 and stand as U+FFFD"]);
}

#[test]
fn other_files_are_refused_with_a_reason() {
    for (bytes, what) in [
        (b"%PDF-1.7\n".as_slice(), "a damaged PDF file"),
        (b"PK\x03\x04\x14\0", "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "with a password"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b" \n", "is empty"),
        (b"\x01\x02\x03\x04 and \x05\x06", "is not text"),
        (b"<?xml version='1.0'?><rss/>", "is XML"),
    ] {
        let refusal = read("file", bytes, &Limits::default()).expect_err(what);
        assert!(refusal.reason.contains(what) && refusal.hint.is_some(), "{refusal}");
    }
    let letter = read("memo.txt", b"From: the desk\nTo: all\n\nThe barge was held.", &Limits::default());
    assert!(letter.is_ok(), "a memo is no e-mail");
}

#[test]
fn what_is_too_large_or_too_deep_is_refused_in_time() {
    let small = Limits { bytes: 10, ..Limits::default() };
    assert!(read("a.txt", b"more than ten bytes", &small).expect_err("bytes").reason.contains("19 bytes"));
    let short = Limits { text: 10, ..Limits::default() };
    assert!(read("a.txt", b"more than ten bytes", &short).expect_err("text").reason.contains("of text"));
    for open in ["<div>", "<b>", "<table><tr><td>", "<svg><g>", "<ul><li>", "<font color=1>"] {
        let deep = open.repeat(100_000);
        assert!(read("a.html", deep.as_bytes(), &Limits::default()).expect_err(open).reason.contains("deep"), "{open}");
    }
    let many: String = (0..150_000).map(|i| format!(" a{i}=1")).collect();
    assert!(read("a.html", format!("<p{many}>x").as_bytes(), &Limits::default()).expect_err("attributes").reason.contains("attributes"));
    // Every paragraph opens all unclosed elements again.
    let fonts: String = (0..400).map(|i| format!("<font size={i}>")).collect();
    let bomb = format!("<p>{fonts}") + &"<p>x".repeat(200_000);
    assert!(read("a.html", bomb.as_bytes(), &Limits::default()).expect_err("nodes").reason.contains("more than 1000000"));
}

#[test]
fn one_huge_line_and_very_many_headings_are_read() {
    let line = "The barge was held on Tuesday. ".repeat(100_000);
    assert_eq!(html(&format!("<p>{line}</p>")).main_text.len(), line.len() - 1);
    let many = format!(
        "<p>The barge was held on Tuesday with 400 tons of gasoil, two officers said.</p>{}",
        "<h2>Comments</h2><p>So it is.</p>".repeat(50_000)
    );
    assert_eq!(html(&many).blocks.len(), 1);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), page in any::<bool>()) {
        let _ = read(if page { "a.html" } else { "a" }, &bytes, &Limits::default());
    }

    #[test]
    fn no_cut_or_changed_page_makes_the_reader_panic(cut in 0..PAGE.len(), at in 0..PAGE.len(), byte in any::<u8>()) {
        let mut bytes = PAGE.as_bytes()[..cut].to_vec();
        if let Some(old) = bytes.get_mut(at) { *old = byte; }
        if let Ok(document) = read("a.html", &bytes, &Limits::default()) {
            for block in &document.blocks {
                prop_assert!(document.main_text.get(block.start..block.end).is_some());
            }
        }
    }

    #[test]
    fn no_soup_of_tags_makes_the_reader_panic(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<p>", "</p>", "<div class='comments ad'>", "</div>", "<table>", "<tr>", "<td>", "</table>", "<a href=/>", "</a>", "<b>", "</b>", "<br>", "<h1>", "</h1>", "<template>",
        "</template>", "<svg>", "<math>", "<select>", "<option>", "<li>", "<body>", "<html>", "<frameset>", "<form>", "</form>", "<title>", "<!--", "-->", "<script>", "</script>",
        "The barge was held on Tuesday, officers said. ", "Comments", "\u{a0}", "<nobr>", "<button>", "<header>", "</header>", "<main>",
    ]), 0..80)) {
        let _ = read("a.html", parts.concat().as_bytes(), &Limits::default());
    }
}
