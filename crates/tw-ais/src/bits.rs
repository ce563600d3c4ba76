//! Six-bit armour to bits, eight characters at a time, and fields out of bits.

/// First character of the six-bit armour (value 0).
pub const ARMOUR_FIRST: u8 = b'0';
/// Last character of the first half of the armour (value 39).
pub const ARMOUR_LOW_LAST: u8 = b'W';
/// First character of the second half of the armour (value 40).
pub const ARMOUR_HIGH_FIRST: u8 = b'`';
/// Last character of the armour (value 63).
pub const ARMOUR_LAST: u8 = b'w';

/// Longest message that is read, in characters of armour; nine sentences of the 82 characters that NMEA 0183 allows hold fewer.
pub const MAX_CHARS: usize = 640;
/// Words of a message: `MAX_CHARS` times 6 bits, and room to append one more group.
const WORDS: usize = 64;

const ONES: u64 = 0x0101_0101_0101_0101;

/// The armour character of a six-bit value (the two upper bits are ignored).
#[must_use]
pub const fn armour(value: u8) -> u8 {
    let v = value & 0x3f;
    if v < 40 { v + 48 } else { v + 56 }
}

/// The ASCII character of a six-bit value of AIS text: `@`, `A` to `_`, then space to `?`.
#[must_use]
pub const fn text_char(value: u8) -> u8 {
    let v = value & 0x3f;
    if v < 32 { v + 64 } else { v }
}

/// Eight characters (the first in the most significant byte) to 48 bits; the second value is not zero if one is not of the armour.
#[inline(always)]
fn eight(x: u64) -> (u64, u64) {
    // 0x60..0x77 have both bits 5 and 6, 0x30..0x57 have one of them.
    let high = (x >> 6) & (x >> 5) & ONES;
    let v = x.wrapping_sub(0x30 * ONES).wrapping_sub(high << 3);
    // A value is right if it is below 64 and came from the half it belongs to.
    let from_40 = (v.wrapping_add(88 * ONES) >> 7) & ONES;
    let bad = (v & (0xc0 * ONES)) | (high ^ from_40);
    let a = ((v & 0x3f00_3f00_3f00_3f00) >> 2) | (v & 0x003f_003f_003f_003f);
    let b = ((a & 0x0fff_0000_0fff_0000) >> 4) | (a & 0x0000_0fff_0000_0fff);
    ((b >> 8) & 0xffff_ff00_0000 | (b & 0x00ff_ffff), bad)
}

/// The bits of one message, first bit in the most significant place of the first word.
pub(crate) struct Bits {
    words: [u64; WORDS],
    /// Bits that the sentence claims: six a character less the fill bits.
    pub len: usize,
    /// Bits that are there: six a character.
    pub room: usize,
    /// Words that may be other than zero.
    dirty: usize,
}

impl Bits {
    pub fn new() -> Self {
        Self { words: [0; WORDS], len: 0, room: 0, dirty: 0 }
    }

    /// Reads the commonest payload: 28 characters. `false` if one is not of the armour.
    #[inline(always)]
    pub fn read_28(&mut self, chars: &[u8; 28]) -> bool {
        let group = |i: usize| {
            let mut c = [0; 8];
            c.copy_from_slice(&chars[i..i + 8]);
            u64::from_be_bytes(c)
        };
        let (a, bad_a) = eight(group(0));
        let (b, bad_b) = eight(group(8));
        let (c, bad_c) = eight(group(16));
        let (d, bad_d) = eight(group(20));
        if self.dirty > 3 {
            self.words[3..].fill(0);
        }
        self.words[0] = (a << 16) | (b >> 32);
        self.words[1] = (b << 32) | (c >> 16);
        self.words[2] = (c << 48) | ((d & 0x00ff_ffff) << 24);
        self.dirty = 3;
        self.len = 168;
        self.room = 168;
        (bad_a | bad_b | bad_c | bad_d) == 0
    }

    /// Forgets the message.
    pub fn clear(&mut self) {
        self.words[..self.dirty.min(WORDS)].fill(0);
        self.dirty = 0;
        self.len = 0;
        self.room = 0;
    }

    /// Adds the characters of a part, of which the last `fill` bits do not count. `false` if one is not of the armour or there are too many.
    pub fn append(&mut self, chars: &[u8], fill: usize) -> bool {
        if self.len + chars.len() * 6 > MAX_CHARS * 6 {
            return false;
        }
        // The fill bits of the part before do not belong to the message.
        if self.room > self.len {
            let (i, o) = (self.len / 64, self.len % 64);
            self.words[i] &= !(u64::MAX >> o);
            self.words[i + 1] = 0;
        }
        let mut at = self.len;
        let mut bad = 0;
        let mut groups = chars.chunks_exact(8);
        let mut put = |at: usize, six: u64| {
            let v = six << 16;
            let (i, o) = (at / 64, at % 64);
            self.words[i] |= v >> o;
            if o > 16 {
                self.words[i + 1] |= v << (64 - o);
            }
        };
        for group in &mut groups {
            let mut c = [0; 8];
            c.copy_from_slice(group);
            let (six, wrong) = eight(u64::from_be_bytes(c));
            bad |= wrong;
            put(at, six);
            at += 48;
        }
        let rest = groups.remainder();
        if !rest.is_empty() {
            let mut c = [ARMOUR_FIRST; 8];
            c[..rest.len()].copy_from_slice(rest);
            let (six, wrong) = eight(u64::from_be_bytes(c));
            bad |= wrong;
            put(at, six);
        }
        self.room = self.len + chars.len() * 6;
        self.len = self.room.saturating_sub(fill).max(self.len);
        self.dirty = (self.room / 64 + 2).min(WORDS);
        bad == 0
    }

    /// `n` bits (1 to 57) from `start` as a number; bits past the end are zero.
    #[inline(always)]
    pub fn u(&self, start: usize, n: usize) -> u64 {
        let (i, o) = ((start / 64) & (WORDS - 1), start % 64);
        let mut v = self.words[i] << o;
        if o + n > 64 {
            v |= self.words[(i + 1) & (WORDS - 1)] >> (64 - o);
        }
        v >> (64 - n)
    }

    #[inline(always)]
    pub fn u8(&self, start: usize, n: usize) -> u8 {
        self.u(start, n) as u8
    }

    #[inline(always)]
    pub fn u16(&self, start: usize, n: usize) -> u16 {
        self.u(start, n) as u16
    }

    #[inline(always)]
    pub fn u32(&self, start: usize, n: usize) -> u32 {
        self.u(start, n) as u32
    }

    #[inline(always)]
    pub fn bit(&self, at: usize) -> bool {
        self.u(at, 1) == 1
    }

    /// `n` bits (1 to 32) from `start` as a number in two's complement.
    #[inline(always)]
    pub fn i32(&self, start: usize, n: usize) -> i32 {
        (((self.u(start, n) << (64 - n)) as i64) >> (64 - n)) as i32
    }

    /// The first 192 bits.
    #[inline(always)]
    pub fn three(&self) -> [u64; 3] {
        [self.words[0], self.words[1], self.words[2]]
    }

    /// Appends `n` characters of text from `start` up to the first `@` or the end of the message, without spaces at the end.
    pub fn text(&self, start: usize, n: usize, out: &mut Vec<u8>) {
        let begin = out.len();
        // Half a character at the end of a truncated message is none.
        let n = n.min(self.len.saturating_sub(start) / 6);
        for k in 0..n {
            match self.u8(start + 6 * k, 6) {
                0 => break,
                v => out.push(text_char(v)),
            }
        }
        while out.len() > begin && out.last() == Some(&b' ') {
            out.pop();
        }
    }

    /// As [`Bits::text`], as a string.
    pub fn string(&self, start: usize, n: usize) -> String {
        let mut out = Vec::with_capacity(n);
        self.text(start, n, &mut out);
        String::from_utf8(out).expect("AIS text is ASCII")
    }

    /// Appends the bits from `start` to `end` as lower-case hexadecimal digits, the last one padded with zero bits.
    pub fn hex(&self, start: usize, end: usize, out: &mut Vec<u8>) {
        let mut at = start;
        while at < end {
            let n = (end - at).min(4);
            let v = self.u8(at, n) << (4 - n);
            out.push(b"0123456789abcdef"[usize::from(v & 15)]);
            at += 4;
        }
    }

    /// The words, the repeat indicator (bits 6 and 7) taken out, for comparing messages.
    pub fn same_words<const N: usize>(&self) -> [u64; N] {
        let mut words = [0; N];
        words.copy_from_slice(&self.words[..N]);
        words[0] &= !(3 << 56);
        words
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(c: u8) -> Option<u8> {
        match c {
            b'0'..=b'W' => Some(c - 48),
            b'`'..=b'w' => Some(c - 56),
            _ => None,
        }
    }

    #[test]
    fn the_armour_is_its_own_inverse() {
        for v in 0..64 {
            assert_eq!(value(armour(v)), Some(v));
        }
    }

    proptest! {
        #[test]
        fn bits_are_those_of_the_characters_one_by_one(chars in proptest::collection::vec(any::<u8>(), 1..80)) {
            let mut bits = Bits::new();
            let good = bits.append(&chars, 0);
            prop_assert_eq!(good, chars.iter().all(|&c| value(c).is_some()));
        }

        #[test]
        fn good_characters_come_back(values in proptest::collection::vec(0u8..64, 1..200), cut in 0usize..200, fill in 0usize..6) {
            let chars: Vec<u8> = values.iter().map(|&v| armour(v)).collect();
            let cut = cut.min(chars.len());
            let mut bits = Bits::new();
            bits.append(b"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", 0);
            bits.clear();
            prop_assert!(bits.append(&chars[..cut], 0) && bits.append(&chars[cut..], fill));
            for (k, &v) in values.iter().enumerate() {
                prop_assert_eq!(bits.u8(6 * k, 6), v);
            }
            if let Ok(short) = <&[u8; 28]>::try_from(chars.as_slice()) {
                let mut other = Bits::new();
                prop_assert!(other.read_28(short));
                prop_assert_eq!(other.same_words::<4>(), bits.same_words::<4>());
            }
        }
    }
}
