//! Lines of NMEA 0183: tag blocks, VDM and VDO sentences, suffixes of the US network, time sentences, leading times.

use crate::counts::Reason;

/// A time is not known.
pub(crate) const NO_TIME: i64 = i64::MIN;
/// A time was given and is outside the window.
pub(crate) const BAD_TIME: i64 = i64::MIN + 1;
/// First moment that is believed, 1990-01-01T00:00:00Z, in milliseconds: AIS is younger.
const FIRST: i64 = 631_152_000_000;
/// First moment that is not believed, 2100-01-01T00:00:00Z, in milliseconds.
const LAST: i64 = 4_102_444_800_000;

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// The exclusive or of all bytes.
#[inline(always)]
pub(crate) fn xor(bytes: &[u8]) -> u8 {
    let mut acc = 0u64;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        acc ^= le(word);
    }
    let rest = words.remainder().len();
    if rest > 0 {
        match bytes.last_chunk::<8>() {
            Some(word) => acc ^= u64::from_le_bytes(*word) >> (8 * (8 - rest)),
            None => words.remainder().iter().for_each(|&b| acc ^= u64::from(b)),
        }
    }
    acc ^= acc >> 32;
    acc ^= acc >> 16;
    acc ^= acc >> 8;
    acc as u8
}

#[inline(always)]
fn le(word: &[u8]) -> u64 {
    let mut c = [0; 8];
    c.copy_from_slice(word);
    u64::from_le_bytes(c)
}

/// A bit in each byte of `x` that is `c`; the lowest one is exact.
#[inline(always)]
fn equal(x: u64, c: u8) -> u64 {
    let y = x ^ (u64::from(c) * ONES);
    y.wrapping_sub(ONES) & !y & TOPS
}

/// Where the value of a tag block ends: the first `,`, `*` or `\` from `at`, or the end.
#[inline(always)]
fn value_end(b: &[u8], mut at: usize) -> usize {
    while let Some(word) = b.get(at..).and_then(|b| b.first_chunk::<8>()) {
        let x = u64::from_le_bytes(*word);
        let found = equal(x, b',') | equal(x, b'*') | equal(x, b'\\');
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < b.len() && !matches!(b[at], b',' | b'*' | b'\\') {
        at += 1;
    }
    at
}

const fn hex_table() -> [u8; 256] {
    let mut table = [0xff; 256];
    let mut i = 0;
    while i < 10 {
        table[b'0' as usize + i] = i as u8;
        i += 1;
    }
    let mut i = 0;
    while i < 6 {
        table[b'A' as usize + i] = 10 + i as u8;
        table[b'a' as usize + i] = 10 + i as u8;
        i += 1;
    }
    table
}

static HEX: [u8; 256] = hex_table();

/// The value of two hexadecimal digits; above 255 if one is none.
#[inline(always)]
fn hex(a: u8, b: u8) -> u16 {
    let (a, b) = (u16::from(HEX[usize::from(a)]), u16::from(HEX[usize::from(b)]));
    if (a | b) > 15 { 0x100 } else { (a << 4) | b }
}

/// A number of decimal digits only.
fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |n, &c| n * 10 + u64::from(c - b'0')))
}

/// Eight decimal digits, the first in the lowest byte.
#[inline(always)]
fn eight_digits(x: u64) -> Option<u64> {
    let v = x.wrapping_sub(0x30 * ONES);
    if (v | v.wrapping_add(0x76 * ONES)) & TOPS != 0 {
        return None;
    }
    let v = (v * 10 + (v >> 8)) & 0x00ff_00ff_00ff_00ff;
    let v = (v * 100 + (v >> 16)) & 0x0000_ffff_0000_ffff;
    Some((v * 10_000 + (v >> 32)) & 0xffff_ffff)
}

#[inline(always)]
fn in_window(ms: i64) -> i64 {
    if (FIRST..LAST).contains(&ms) { ms } else { BAD_TIME }
}

/// A unix time in milliseconds, from seconds (with a fraction or without) or milliseconds; [`BAD_TIME`] if it is outside the window.
///
/// From 100,000,000,000 (in seconds the year 5138, in milliseconds 1973) a number is milliseconds.
#[inline(always)]
pub(crate) fn unix_time(text: &[u8]) -> Option<i64> {
    if let Some(&[a, b]) = text.get(8..)
        && let Some(high) = eight_digits(le(&text[..8]))
        && a.is_ascii_digit()
        && b.is_ascii_digit()
    {
        let s = high * 100 + u64::from(a - b'0') * 10 + u64::from(b - b'0');
        return Some(in_window(s as i64 * 1000));
    }
    unix_time_slow(text)
}

#[cold]
#[inline(never)]
fn unix_time_slow(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (whole, fraction) = match memchr::memchr(b'.', text) {
        Some(dot) => (&text[..dot], &text[dot + 1..]),
        None => (text, &[][..]),
    };
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n = i64::try_from(number(whole)?).ok()?;
    if negative {
        return Some(BAD_TIME);
    }
    if n >= 100_000_000_000 {
        return Some(in_window(n));
    }
    let part = (0..3).fold(0, |ms, i| ms * 10 + fraction.get(i).map_or(0, |c| i64::from(c - b'0')));
    Some(in_window(n * 1000 + part))
}

/// Milliseconds of a date and time of day; `None` if there is no such moment.
fn civil(y: i64, mo: i64, d: i64, h: i64, mi: i64, s: i64, ms: i64) -> Option<i64> {
    if !(0..10_000).contains(&y)
        || !(1..=12).contains(&mo)
        || !(0..24).contains(&h)
        || !(0..60).contains(&mi)
        || !(0..=60).contains(&s)
        || !(0..1000).contains(&ms)
    {
        return None;
    }
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let days_of = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if d < 1 || d > days_of[mo as usize - 1] {
        return None;
    }
    // Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil.
    let y = y - i64::from(mo <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (mo + if mo > 2 { -3 } else { 9 }) + 2) / 5 + d - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    let days = era * 146_097 + doe - 719_468;
    Some(in_window((((days * 24 + h) * 60 + mi) * 60 + s) * 1000 + ms))
}

/// A tag block.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tag<'a> {
    /// `s:`, empty if there is none.
    pub station: &'a [u8],
    /// `g:`, empty if there is none.
    pub group: &'a [u8],
    /// `c:` in milliseconds.
    pub time: Option<i64>,
}

/// Reads a tag block that starts at the first byte, a backslash. Gives the block (`Err` if it is wrong) and where it ends.
///
/// If it has no end, the end is that of the line.
#[inline(always)]
pub(crate) fn tag(b: &[u8]) -> (Result<Tag<'_>, Reason>, usize) {
    let mut found = Tag::default();
    let mut at = 1;
    loop {
        if b.get(at + 1) != Some(&b':') {
            return tag_end(b);
        }
        let key = b[at];
        let end = value_end(b, at + 2);
        let value = &b[at + 2..end];
        match key {
            b's' => found.station = value,
            b'g' => found.group = value,
            b'c' => match unix_time(value) {
                Some(time) => found.time = Some(time),
                None => return tag_end(b),
            },
            _ => {}
        }
        match b.get(end) {
            Some(b',') => at = end + 1,
            Some(b'*') => {
                let sum = u16::from(xor(&b[1..end]));
                if let Some([x, y, b'\\']) = b.get(end + 1..end + 4) {
                    let verdict = if hex(*x, *y) == sum { Ok(found) } else { Err(Reason::TagBlock) };
                    return (verdict, end + 4);
                }
                if let Some([x, b'\\']) = b.get(end + 1..end + 3) {
                    let verdict = if hex(b'0', *x) == sum { Ok(found) } else { Err(Reason::TagBlock) };
                    return (verdict, end + 3);
                }
                return tag_end(b);
            }
            _ => return tag_end(b),
        }
    }
}

#[cold]
#[inline(never)]
fn tag_end(b: &[u8]) -> (Result<Tag<'_>, Reason>, usize) {
    let end = memchr::memchr(b'\\', &b[1..]).map_or(b.len(), |i| i + 2);
    (Err(Reason::TagBlock), end)
}

/// `part-parts-group` of a tag block: the group as a number, which is a hash if it is longer than eight bytes. 0 if there is none.
pub(crate) fn group_id(group: &[u8]) -> u64 {
    let mut dashes = memchr::memchr_iter(b'-', group);
    let (Some(_), Some(second)) = (dashes.next(), dashes.next()) else { return 0 };
    let id = &group[second + 1..];
    if id.len() <= 8 {
        let mut c = [0; 8];
        c[..id.len()].copy_from_slice(id);
        return u64::from_le_bytes(c);
    }
    id.iter().fold(0xcbf2_9ce4_8422_2325, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

/// A VDM or VDO sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence<'a> {
    pub total: u8,
    pub part: u8,
    /// Sequential message number as a byte of text; 0 if it is not given.
    pub sequence: u8,
    /// Channel as a byte of text; 0 if it is not given.
    pub channel: u8,
    pub payload: &'a [u8],
    pub fill: u8,
    /// Sum of the sentence.
    pub sum: u8,
    /// VDO: the station's own ship.
    pub own: bool,
    /// Whether it had a checksum.
    pub checked: bool,
}

/// Whether this is a sentence of another kind, and nothing else.
#[inline(always)]
pub(crate) fn is_other(b: &[u8]) -> bool {
    b.first() == Some(&b'$') && !b.starts_with(b"$PGHP,") && memchr::memchr(b'!', b).is_none()
}

/// Whether a VDM or VDO begins here.
#[inline(always)]
pub(crate) fn is_vdm(b: &[u8]) -> bool {
    matches!(b, [b'!', _, _, b'V', b'D', b'M' | b'O', b',', ..])
}

/// A right sentence of one part that ends with the line.
pub(crate) struct Single<'a> {
    pub payload: &'a [u8],
    pub fill: u8,
    pub channel: u8,
    pub own: bool,
}

/// The fast way for nearly all sentences: `None` says nothing about it but that it is to be read by [`sentence`].
#[inline(always)]
pub(crate) fn single(b: &[u8]) -> Option<Single<'_>> {
    let head = b.first_chunk::<15>()?;
    // "!xxVDM,1,1," or "!xxVDO,1,1,".
    let first = u64::from_be_bytes([head[0], head[3], head[4], head[6], head[7], head[8], head[9], head[10]]);
    if first != u64::from_be_bytes(*b"!VD,1,1,") || (head[5] != b'M' && head[5] != b'O') {
        return None;
    }
    let (has_sequence, at) = if head[11] == b',' { (false, 12) } else { (true, 13) };
    if has_sequence && head[12] != b',' {
        return None;
    }
    let (channel, at) = if head[at] == b',' { (0, at + 1) } else { (head[at], at + 2) };
    let star = b.len().checked_sub(3)?;
    if head[at - 1] != b',' || star < at + 3 || b[star] != b'*' || b[star - 2] != b',' {
        return None;
    }
    let fill = b[star - 1].wrapping_sub(b'0');
    if fill > 5 || hex(b[star + 1], b[star + 2]) != u16::from(xor(&b[1..star])) {
        return None;
    }
    Some(Single { payload: &b[at..star - 2], fill, channel, own: head[5] == b'O' })
}

/// Reads a sentence for which [`is_vdm`] holds; the second value is where it ends (after the checksum).
#[inline(always)]
pub(crate) fn sentence(b: &[u8]) -> (Result<Sentence<'_>, Reason>, usize) {
    if let Some(head) = b.first_chunk::<15>()
        && head[8] == b','
        && head[10] == b','
    {
        let (sequence, at) = if head[11] == b',' { (0, 12) } else { (head[11], 13) };
        let (channel, at) = if head[at] == b',' { (0, at + 1) } else { (head[at], at + 2) };
        if head[at - 1] == b',' && (sequence == 0 || head[12] == b',') {
            // 28 characters, by far the commonest; a comma is not of the armour, so the payload is whole.
            let star = match b.get(at + 28..at + 33) {
                Some([b',', _, b'*', _, _]) => Some(at + 30),
                _ => memchr::memchr(b'*', b.get(at..).unwrap_or_default()).map(|i| i + at),
            };
            if let Some(star) = star
                && star >= at + 2
                && b[star - 2] == b','
                && let Some([x, y]) = b.get(star + 1..star + 3)
            {
                let sum = xor(&b[1..star]);
                let verdict = if hex(*x, *y) == u16::from(sum) {
                    let (total, part, fill) = (head[7].wrapping_sub(b'0'), head[9].wrapping_sub(b'0'), b[star - 1].wrapping_sub(b'0'));
                    let payload = &b[at..star - 2];
                    checked(Sentence { total, part, sequence, channel, payload, fill, sum, own: head[5] == b'O', checked: true })
                } else {
                    Err(Reason::Checksum)
                };
                return (verdict, star + 3);
            }
        }
    }
    sentence_slow(b)
}

#[inline(always)]
fn checked(s: Sentence<'_>) -> Result<Sentence<'_>, Reason> {
    if s.total.wrapping_sub(1) > 8 || s.part.wrapping_sub(1) >= s.total {
        return Err(Reason::Parts);
    }
    if s.fill > 5 {
        return Err(Reason::Fill);
    }
    if s.payload.is_empty() {
        return Err(Reason::Empty);
    }
    Ok(s)
}

/// Any other form: no checksum, longer fields.
#[cold]
#[inline(never)]
fn sentence_slow(b: &[u8]) -> (Result<Sentence<'_>, Reason>, usize) {
    // A sentence without `*` ends before the next tag block, or with the line.
    let star = memchr::memchr(b'*', b);
    let next = memchr::memchr2(b'\\', b'!', &b[1..]).map_or(b.len(), |i| i + 1);
    let (body, end, check) = match star.filter(|&star| star < next) {
        Some(star) => {
            let (digits, end) = match b.get(star + 1..star + 3) {
                Some(&[x, y]) if hex(x, y) < 256 => (Some(hex(x, y)), star + 3),
                _ => (None, (star + 1).min(b.len())),
            };
            let sum = u16::from(xor(&b[1..star]));
            if digits != Some(sum) {
                return (Err(Reason::Checksum), end);
            }
            (&b[..star], end, true)
        }
        None => (b[..next].trim_ascii_end(), next, false),
    };
    let mut fields = body.split(|&c| c == b',');
    let Some(name) = fields.next() else { return (Err(Reason::Fields), end) };
    let mut take = || fields.next();
    let (Some(total), Some(part), Some(sequence), Some(channel), Some(payload), Some(fill), None) =
        (take(), take(), take(), take(), take(), take(), take())
    else {
        return (Err(Reason::Fields), end);
    };
    let (Some(total), Some(part)) = (number(total), number(part)) else { return (Err(Reason::Parts), end) };
    if !(1..=9).contains(&total) || part < 1 || part > total {
        return (Err(Reason::Parts), end);
    }
    if sequence.len() > 1 || channel.len() > 1 {
        return (Err(Reason::Fields), end);
    }
    let &[fill] = fill else { return (Err(Reason::Fill), end) };
    let first = |text: &[u8]| text.first().copied().unwrap_or(0);
    let sentence = Sentence {
        total: total as u8,
        part: part as u8,
        sequence: first(sequence),
        channel: first(channel),
        payload,
        fill: fill.wrapping_sub(b'0'),
        sum: xor(body.get(1..).unwrap_or_default()),
        own: name.last() == Some(&b'O'),
        checked: check,
    };
    (checked(sentence), end)
}

/// The suffix of the US network, `,b003669710,1469664000`, and its older and longer forms.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Suffix<'a> {
    pub station: &'a [u8],
    pub time: Option<i64>,
}

/// Reads a suffix that starts with a comma. Fields other than the station (with `r` or `b` in front) and the last one, the time, are signal strength, slot and the like.
///
/// `None` if it is not one.
pub(crate) fn suffix(b: &[u8]) -> Option<Suffix<'_>> {
    let mut found = Suffix::default();
    let mut rest = b.trim_ascii_end().strip_prefix(b",")?;
    loop {
        let end = memchr::memchr(b',', rest);
        let field = &rest[..end.unwrap_or(rest.len())];
        match field {
            [b'r' | b'b', _, ..] if found.station.is_empty() => found.station = field,
            [b'0'..=b'9' | b'-', ..] if end.is_none() => found.time = Some(unix_time(field)?),
            [] | [b'a'..=b'z' | b'A'..=b'Z', ..] => {}
            [b'0'..=b'9', ..] => {}
            _ => return None,
        }
        match end {
            Some(end) => rest = &rest[end + 1..],
            None => break,
        }
    }
    (found.time.is_some() || !found.station.is_empty()).then_some(found)
}

/// A time in front of a sentence: unix seconds or milliseconds, or a date and time of day in UTC (`2020-09-04T18:12:06.5Z` and with a space or slashes).
pub(crate) fn prefix(b: &[u8]) -> Option<i64> {
    let text = b.trim_ascii();
    let text = text.strip_suffix(b",").or(text.strip_suffix(b";")).or(text.strip_suffix(b":")).unwrap_or(text).trim_ascii();
    let text = text.strip_prefix(b"[").and_then(|t| t.strip_suffix(b"]")).unwrap_or(text);
    if text.is_empty() {
        return None;
    }
    if let Some(time) = unix_time(text) {
        return Some(time);
    }
    let text = text.strip_suffix(b"Z").or(text.strip_suffix(b" UTC")).or(text.strip_suffix(b"+00:00")).unwrap_or(text);
    let field = |range: std::ops::Range<usize>| text.get(range).and_then(number).and_then(|n| i64::try_from(n).ok());
    let between = |at: usize, allowed: &[u8]| text.get(at).is_some_and(|c| allowed.contains(c));
    if !(between(4, b"-/.") && between(7, b"-/.") && between(10, b"T _,") && between(13, b":.") && between(16, b":.")) {
        return None;
    }
    let ms = match text.get(19..)? {
        [] => 0,
        [b'.' | b',', fraction @ ..] if !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit) => {
            (0..3).fold(0, |ms, i| ms * 10 + fraction.get(i).map_or(0, |c| i64::from(c - b'0')))
        }
        _ => return None,
    };
    civil(field(0..4)?, field(5..7)?, field(8..10)?, field(11..13)?, field(14..16)?, field(17..19)?, ms)
}

/// A GateHouse time sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pghp<'a> {
    pub time: i64,
    /// MMSI of the base station, or the region if there is none; empty if neither is given.
    pub station: &'a [u8],
    /// Sum of the sentences of the message it belongs to, if it is given.
    pub sum: Option<u8>,
}

/// Reads `$PGHP,1,year,month,day,hour,minute,second,ms,country,region,station,online,sum*CC`.
pub(crate) fn pghp(b: &[u8]) -> Option<Pghp<'_>> {
    let b = b.trim_ascii_end();
    let star = memchr::memchr(b'*', b)?;
    let &[x, y] = b.get(star + 1..)? else { return None };
    if hex(x, y) != u16::from(xor(&b[1..star])) {
        return None;
    }
    let mut fields = b[1..star].split(|&c| c == b',').skip(1);
    if fields.next()? != b"1" {
        return None;
    }
    let mut next = || number(fields.next()?).and_then(|n| i64::try_from(n).ok());
    let time = civil(next()?, next()?, next()?, next()?, next()?, next()?, next()?)?;
    let _country = fields.next()?;
    let region = fields.next()?;
    let base = fields.next()?;
    let _online = fields.next()?;
    // Sentences of the station itself (VDO) have 00 here.
    let sum = match fields.next()? {
        [] | b"00" => None,
        &[y] => Some(u8::try_from(hex(b'0', y)).ok()?),
        &[x, y] => Some(u8::try_from(hex(x, y)).ok()?),
        _ => return None,
    };
    let station = if base.is_empty() && region != b"0" { region } else { base };
    Some(Pghp { time, station, sum })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_seconds_or_milliseconds_and_the_window_holds() {
        assert_eq!(unix_time(b"1469664000"), Some(1_469_664_000_000));
        assert_eq!(unix_time(b"1469664000.25"), Some(1_469_664_000_250));
        assert_eq!(unix_time(b"1599239526500"), Some(1_599_239_526_500));
        assert_eq!(unix_time(b"12415440354"), Some(BAD_TIME));
        assert_eq!(unix_time(b"0"), Some(BAD_TIME));
        assert_eq!(unix_time(b"4102444800"), Some(BAD_TIME));
        assert_eq!(unix_time(b"4294967295"), Some(BAD_TIME));
        assert_eq!(unix_time(b"4102444799"), Some(4_102_444_799_000));
        assert_eq!(unix_time(b"14696640x0"), None);
        assert_eq!(unix_time(b""), None);
    }

    #[test]
    fn leading_times_are_read_in_several_forms() {
        for text in
            ["2020-09-04T18:12:06Z", "2020/09/04 18:12:06 ", "1599243126,", "1599243126 ", "[2020-09-04 18:12:06]", "1599243126000;"]
        {
            assert_eq!(prefix(text.as_bytes()), Some(1_599_243_126_000), "{text}");
        }
        assert_eq!(prefix(b"host a: "), None);
        assert_eq!(prefix(b"2021-02-30T00:00:00Z"), None);
    }

    #[test]
    fn a_time_sentence_needs_its_checksum() {
        let read = pghp(b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B").expect("it is right");
        assert_eq!((read.time, read.station, read.sum), (1_276_256_771_390, &b"992190934"[..], Some(0x2b)));
        assert!(pghp(b"$PGHP,1,2009,5,9,0,0,0,10,338,2,,1,09*17").is_none());
    }

    #[test]
    fn the_suffix_has_a_station_and_a_time() {
        let read = suffix(b",s27585,d-087,T05.44338,x45,r003669945,1429287189").expect("it is one");
        assert_eq!((read.station, read.time), (&b"r003669945"[..], Some(1_429_287_189_000)));
        assert!(suffix(b"'").is_none());
    }

    proptest! {
        #[test]
        fn the_folded_sum_is_the_sum(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(xor(&bytes), bytes.iter().fold(0, |a, b| a ^ b));
        }

        #[test]
        fn a_value_ends_at_the_first_delimiter(bytes in proptest::collection::vec(0x28u8..0x60, 0..60)) {
            let end = bytes.iter().position(|b| matches!(b, b',' | b'*' | b'\\')).unwrap_or(bytes.len());
            prop_assert_eq!(value_end(&bytes, 0), end);
        }

        #[test]
        fn eight_digits_are_a_number(n in 0u64..100_000_000, at in 0usize..8, c in any::<u8>()) {
            let mut text = format!("{n:08}").into_bytes();
            prop_assert_eq!(eight_digits(le(&text)), Some(n));
            text[at] = c;
            prop_assert_eq!(eight_digits(le(&text)), number(&text));
        }
    }
}
