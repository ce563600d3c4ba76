//! Whole readings: an invented article, the story of the seed file, and hostile text.

use std::path::PathBuf;
use std::time::Instant;

use proptest::prelude::*;
use tw_claims::{Claim, ClaimType, Context, Document, Modality, Op, extract, quantities};

fn read(text: &str, published: &str, publisher: &str) -> Vec<Claim> {
    let context = Context { published: published.parse().ok(), publisher: Some(publisher.to_owned()) };
    extract(&Document::plain(text), &context).claims
}

fn with<'a>(claims: &'a [Claim], words: &str) -> &'a Claim {
    claims.iter().find(|c| c.quote.replace('\u{a0}', " ").contains(words)).unwrap_or_else(|| panic!("no claim with {words:?}"))
}

#[test]
fn a_chain_a_hedge_and_a_range_are_kept() {
    let claims = read(include_str!("fixtures/master-released.txt"), "2022-06-07", "Gulf Shipping Mirror");
    let moved = with(&claims, "moved 400,000 to 450,000 barrels");
    assert_eq!(moved.attribution, ["Gulf Shipping Mirror", "Peilstok"]);
    assert_eq!(moved.modality, Modality::Estimated);
    let money = &moved.quantities[1];
    assert_eq!((money.low, money.high, money.op, money.unit.as_deref()), (Some(24e6), Some(27e6), Op::Range, Some("USD")));
    let listed = with(&claims, "sanctions list on 3 June");
    assert_eq!(listed.kind, ClaimType::Designation);
    assert_eq!(listed.period.as_ref().and_then(|p| p.from).map(|d| d.to_string()).as_deref(), Some("2022-06-03"));
    let off = with(&claims, "off for 53 hours");
    assert_eq!(off.attribution, ["Gulf Shipping Mirror", "Peilstok", "vessel-tracking data"]);
    assert_eq!(with(&claims, "could not confirm").predicate, "no_comment");
    assert_eq!(with(&claims, "An earlier version").modality, Modality::Denied);
}

#[test]
fn a_figure_taken_back_does_not_stand_as_a_fact() {
    let claims = read(include_str!("fixtures/fuel-count.txt"), "2019-12-12", "Cap Counter");
    let wrong = with(&claims, "deliveries had stopped in August");
    assert_eq!((wrong.kind, wrong.modality), (ClaimType::Denial, Modality::Denied));
    let cap = with(&claims, "46 percent of the annual cap");
    assert_eq!(cap.quantities[1].low, Some(46.0));
    let seen = with(&claims, "at least 70 illicit port calls");
    assert_eq!(seen.attribution, ["Cap Counter", "Halyard Wire", "group of 26 states"]);
}

#[test]
fn a_page_about_something_else_holds_no_claim() {
    assert_eq!(read(include_str!("fixtures/harbour-festival.txt"), "2022-07-04", "Town Mirror"), []);
}

#[test]
fn spans_are_exact_in_bytes_and_code_points() {
    let text = format!("\u{1f4f7} Foto\n\n{}", include_str!("fixtures/master-released.txt"));
    let claims = read(&text, "2022-06-07", "Gulf Shipping Mirror");
    assert!(claims.len() > 8);
    let points: Vec<char> = text.chars().collect();
    for claim in &claims {
        assert_eq!(&text[claim.byte_start..claim.byte_end], claim.quote);
        assert_eq!(points[claim.start..claim.end].iter().collect::<String>(), claim.quote);
        for q in &claim.quantities {
            assert_eq!(&text[q.byte_start..q.byte_end], q.text);
        }
        for e in &claim.entities {
            assert_eq!(&text[e.byte_start..e.byte_end], e.text);
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn the_story_yields_its_claims_and_nothing_of_the_appeal() {
    let shared = std::env::var_os("TIDEWAITER_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("seed/russia-allows-entry.txt")) else {
        println!("skipped: no seed/russia-allows-entry.txt under TIDEWAITER_SHARED");
        return;
    };
    let claims = read(&text, "2018-08-03", "The Moscow Times");
    let over = with(&claims, "Over 10,000");
    assert_eq!(
        (over.quantities[0].low, over.quantities[0].op, over.quantities[0].unit.as_deref()),
        (Some(10_000.0), Op::Over, Some("persons"))
    );
    assert_eq!(over.period.as_ref().and_then(|p| p.from).map(|d| d.to_string()).as_deref(), Some("2017-09-01"));
    assert_eq!(over.attribution[1], "Wall Street Journal");
    assert!(over.attribution[2].contains("Interior Ministry"));
    let sends = with(&claims, "$150-$300 million");
    assert_eq!((sends.quantities[0].low, sends.quantities[0].high), (Some(150e6), Some(300e6)));
    assert_eq!((sends.kind, sends.modality), (ClaimType::Revenue, Modality::Estimated));
    assert_eq!(with(&claims, "a minimum of 700").quantities[0].op, Op::AtLeast);
    assert_eq!(with(&claims, "$238 million").modality, Modality::Possible);
    assert_eq!(with(&claims, "$25 million").kind, ClaimType::TradeGap);
    assert_eq!(with(&claims, "did not respond").predicate, "no_comment");
    assert_eq!(with(&claims, "sanctioned by the U.S. Treasury").kind, ClaimType::Designation);
    let ships = with(&claims, "eight North Korean ships");
    assert_eq!((ships.kind, ships.attribution[1].as_str()), (ClaimType::Voyage, "Reuters"));
    assert!(claims.len() >= 18, "{} claims", claims.len());
    let appeal = text.find("small favor").unwrap();
    assert!(claims.iter().all(|c| c.byte_end < appeal));
}

#[test]
fn marks_of_direction_and_of_no_width_do_not_change_a_number() {
    let plain = quantities("He paid $1,234.5 million for 700 permits.");
    let hostile = quantities("He paid \u{202e}$1,\u{200d}234\u{feff}.5\u{202c} mil\u{ad}lion for 7\u{200b}00 permits.");
    let values = |q: &[tw_claims::Quantity]| q.iter().map(|q| (q.low, q.high, q.unit.clone())).collect::<Vec<_>>();
    assert_eq!(values(&plain), values(&hostile));
    assert_eq!(plain[0].low, Some(1_234_500_000.0));
}

#[test]
fn long_and_nested_text_is_read_in_bounded_time() {
    let topic = "U.N. sanctions on North Korea and its tankers. ";
    let cases = [
        format!("{topic}{}", "word ".repeat(400_000)),
        format!("{topic}{}", "(".repeat(300_000)),
        format!("{topic}{}", "“he said, ".repeat(60_000)),
        format!("{topic}{}", "9".repeat(500_000)),
        format!("{topic}{}", "1,234 to ".repeat(60_000)),
        format!("{topic}{}", "\u{200d}".repeat(300_000)),
        format!("{topic}{}", "a\u{301}".repeat(200_000)),
        format!("{topic}{}", "according to the ministry, ".repeat(20_000)),
        format!("{topic}{}", "between 1 and ".repeat(40_000)),
        "X\n\n".repeat(200_000),
    ];
    for case in &cases {
        let started = Instant::now();
        let claims = read(case, "2020-01-01", "Nobody's Paper");
        assert!(claims.len() <= 5_000);
        assert!(started.elapsed().as_secs() < 20, "{:?} took {:?}", case.chars().skip(50).take(20).collect::<String>(), started.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,400}") {
        let _ = read(&format!("U.N. sanctions, North Korea.\n\n{text}"), "2018-03-01", "A Paper");
        let _ = quantities(&text);
    }

    #[test]
    fn no_sentence_of_the_subject_makes_the_reader_panic(words in proptest::collection::vec(prop_oneof![
        Just("said"), Just("the ministry"), Just("according to"), Just(","), Just("\""), Just("“"), Just("”"), Just("between"), Just("and"), Just("$5"), Just("-"),
        Just("300 million"), Just("barrels"), Just("North Korea"), Just("since September"), Just("denied"), Just("2017"), Just("."), Just(";"), Just("which would"),
        Just("a third"), Just("by"), Just("citing"), Just("told"), Just("who"), Just("that"), Just("Correction:"), Just("was wrong"), Just("did not respond"),
        Just("3"), Just("May"), Just("31"), Just("February"), Just("9999"), Just("половина"), Just("с начала года"), Just("1억"), Just("만"), Just("9월"), Just("라고 말했다"), Just("는"),
    ], 0..40)) {
        let text = format!("U.N. sanctions on North Korea. {}", words.join(" "));
        for (language, date) in [("en", "2018-03-31"), ("ru", "2020-02-29"), ("ko", "0001-01-01")] {
            let mut document = Document::plain(&text);
            document.lang = Some(language.to_owned());
            let context = Context { published: date.parse().ok(), publisher: Some("A Paper".to_owned()) };
            let reading = extract(&document, &context);
            for claim in &reading.claims {
                prop_assert_eq!(&text[claim.byte_start..claim.byte_end], claim.quote.as_str());
            }
        }
    }
}
