//! Whatever comes in: no panic, the account adds up, and the size of the pieces does not matter.

use std::convert::Infallible;

use arrow_array::RecordBatch;
use proptest::prelude::*;
use tw_ais::{Columns, Counts, Decoder, Family, Kept, Options, TableSink, Tables};

#[derive(Default, PartialEq, Debug)]
struct Batches(Vec<(Family, RecordBatch)>);

impl TableSink for Batches {
    type Error = Infallible;

    fn table(&mut self, family: Family, rows: RecordBatch) -> Result<(), Infallible> {
        self.0.push((family, rows));
        Ok(())
    }
}

fn pieces<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for &cut in cuts {
        let (a, b) = rest.split_at(cut.min(rest.len()));
        pieces.push(a);
        rest = b;
    }
    pieces.push(rest);
    pieces
}

fn columns(pieces: &[&[u8]]) -> (Kept, Counts) {
    let mut decoder = Decoder::new(Options { base_time: Some(1_600_000_000), ..Options::default() }, Columns::new(0, Kept::default()));
    for piece in pieces {
        decoder.push(piece).expect("the sink does not fail");
    }
    let end = decoder.finish().expect("the sink does not fail");
    (end.out.into_sink(), end.counts)
}

fn tables(pieces: &[&[u8]]) -> (Batches, Counts) {
    let mut decoder = Decoder::new(Options::default(), Tables::new(Batches::default()));
    for piece in pieces {
        decoder.push(piece).expect("the sink does not fail");
    }
    let end = decoder.finish().expect("the sink does not fail");
    (end.out.into_sink(), end.counts)
}

fn check(bytes: &[u8], cuts: &[usize]) -> Result<(), TestCaseError> {
    let (kept, counts) = columns(&[bytes]);
    let again = columns(&pieces(bytes, cuts));
    prop_assert_eq!((&kept, &counts), (&again.0, &again.1));
    let (batches, more) = tables(&[bytes]);
    let again = tables(&pieces(bytes, cuts));
    prop_assert_eq!((&batches, &more), (&again.0, &again.1));
    for c in [&counts, &more] {
        let refused_lines: u64 = c.refusals.iter().filter(|(r, _)| r.kind() == "line").map(|(_, n)| n).sum();
        prop_assert_eq!(c.lines, c.blank + c.comments + c.others + c.times + c.sentence_lines + refused_lines);
        prop_assert_eq!(c.sentences, c.used + c.refused_sentences);
    }
    for fix in kept.positions.view().iter() {
        prop_assert!(fix.lat_deg().abs() <= 90.0 && fix.lon_deg().abs() <= 180.0);
        prop_assert!((631_152_000..4_102_444_800).contains(&fix.t));
    }
    Ok(())
}

fn real_lines() -> Vec<Vec<u8>> {
    ["libais_typeexamples.nmea", "libais_tagblock.nmea", "pyais_mixed.nmea", "pyais_gatehouse.nmea", "gfw_ee_multiline.nmea"]
        .iter()
        .flat_map(|name| {
            let bytes = std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture is there");
            bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..3000), cuts in proptest::collection::vec(0usize..300, 0..20)) {
        check(&bytes, &cuts)?;
    }

    #[test]
    fn bytes_that_look_like_sentences_are_read_or_refused(text in r"([\\$!,*:AIVDMOPGHcsgn0-9w`\r\n]|!AIVDM,|\$PGHP,1,|\\s:|,0\*){0,400}", cuts in proptest::collection::vec(0usize..100, 0..20)) {
        check(text.as_bytes(), &cuts)?;
    }

    #[test]
    fn sentences_with_right_sums_and_any_payload_are_read_or_refused(
        sentences in proptest::collection::vec((1u8..4, 1u8..4, 0u8..3, r"[0-W`-w]{0,80}", 0u8..7), 1..40),
        cuts in proptest::collection::vec(0usize..300, 0..20),
    ) {
        let mut text = String::new();
        for (total, part, sequence, payload, fill) in sentences {
            let body = format!("AIVDM,{total},{part},{sequence},A,{payload},{fill}");
            let sum = body.bytes().fold(0, |a, b| a ^ b);
            text += &format!("!{body}*{sum:02X},rX,1469664000\n");
        }
        check(text.as_bytes(), &cuts)?;
    }

    #[test]
    fn damaged_sentences_are_read_or_refused(
        order in proptest::collection::vec(any::<prop::sample::Index>(), 1..40),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        ends in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        cuts in proptest::collection::vec(0usize..300, 0..20),
    ) {
        let lines = real_lines();
        let chosen: Vec<&[u8]> = order.iter().map(|i| i.get(&lines).as_slice()).collect();
        let mut bytes = chosen.join(ends.as_bytes());
        for (at, value) in damage {
            if !bytes.is_empty() {
                let i = at.index(bytes.len());
                bytes[i] = value;
            }
        }
        check(&bytes, &cuts)?;
    }
}

#[test]
fn the_end_of_a_line_does_not_matter() {
    let lines = real_lines();
    let one = columns(&[&lines.join(&b"\n"[..])]);
    for end in ["\r\n", "\r"] {
        let (kept, mut counts) = columns(&[&lines.join(end.as_bytes())]);
        counts.bytes = one.1.bytes;
        assert_eq!((kept, counts), one, "{end:?}");
    }
}

/// A space at the end sends every line the slow way.
fn slow(bytes: &[u8]) -> Vec<u8> {
    bytes.split(|&b| b == b'\n').collect::<Vec<_>>().join(&b" \n"[..])
}

#[test]
fn the_fast_way_and_the_slow_way_agree_on_real_lines() {
    let bytes = [real_lines().join(&b"\n"[..]), b"\n".to_vec()].concat();
    let (kept, mut counts) = columns(&[&bytes]);
    let (other, more) = columns(&[&slow(&bytes)]);
    counts.bytes = more.bytes;
    assert_eq!((kept, counts), (other, more));
    assert_eq!(tables(&[&bytes]).0, tables(&[&slow(&bytes)]).0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_way_and_the_slow_way_agree(
        sentences in proptest::collection::vec((r"[1-9,]", r"[0-9,]", r"[AB12,]?", prop_oneof![r"[0-W`-w]{28}", r"[0-W`-w]{0,80}", r"[ -~]{20,32}"], 0u8..8, any::<bool>()), 1..40),
    ) {
        let mut text = String::new();
        for (total, sequence, channel, payload, fill, right) in sentences {
            let body = format!("AIVDM,1,{total},{sequence},{channel},{payload},{fill}").replace(",,,", ",,");
            let sum = body.bytes().fold(u8::from(!right), |a, b| a ^ b);
            text += &format!("!{body}*{sum:02X}\n");
        }
        let (kept, mut counts) = columns(&[text.as_bytes()]);
        let (other, more) = columns(&[&slow(text.as_bytes())]);
        counts.bytes = more.bytes;
        prop_assert_eq!((kept, counts), (other, more));
    }
}
