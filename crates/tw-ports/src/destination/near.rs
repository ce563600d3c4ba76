//! Near names: how far a typed word is from a name, with the errors that crews and radio make.

use super::index::{Index, LONGEST_NEAR, Near, SHORTEST_NEAR, mask};

/// Costs are in tenths of an edit.
pub(super) const ONE: u8 = 10;

/// Six-bit code of an AIS character.
fn six_bit(b: u8) -> u8 {
    if b >= 64 { b - 64 } else { b }
}

/// Cost of one letter for another.
///
/// Our choice of weights, in tenths: a digit that looks like the letter 3; two letters of which crews confuse the sound or shape 7; characters
/// that differ in one bit of the six-bit code of AIS 7 (a flipped bit that the checksum let pass); two vowels 8; any other 10.
fn substitution(a: u8, b: u8) -> u8 {
    if a == b {
        return 0;
    }
    let (a, b) = (a.min(b), a.max(b));
    match (a, b) {
        (b'0', b'O')
        | (b'0', b'Q')
        | (b'1', b'I')
        | (b'1', b'L')
        | (b'5', b'S')
        | (b'8', b'B')
        | (b'2', b'Z')
        | (b'6', b'G')
        | (b'3', b'E')
        | (b'4', b'A')
        | (b'7', b'T') => return 3,
        (b'U', b'V')
        | (b'O', b'Q')
        | (b'I', b'L')
        | (b'I', b'J')
        | (b'I', b'Y')
        | (b'C', b'K')
        | (b'S', b'Z')
        | (b'V', b'W')
        | (b'M', b'N')
        | (b'B', b'P')
        | (b'D', b'T')
        | (b'G', b'K') => return 7,
        _ => {}
    }
    if (six_bit(a) ^ six_bit(b)).count_ones() == 1 {
        return 7;
    }
    if vowel(a) && vowel(b) { 8 } else { ONE }
}

fn vowel(b: u8) -> bool {
    matches!(b, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
}

/// Weighted optimal string alignment (Damerau-Levenshtein without moves over a gap), up to a limit.
///
/// The second letter of `AE`, `OE`, `UE`, `AA` costs 4 (marked letters in telegrams), doubling or undoubling a letter 6, an `H` too many or too few 7, two neighbours exchanged 8, any other insertion or deletion 10.
pub(super) fn distance(typed: &[u8], name: &[u8], limit: u8) -> Option<u8> {
    const W: usize = LONGEST_NEAR + 4;
    // What both begin and end with, but for one letter of context, needs no matrix.
    let mut head = typed.iter().zip(name).take_while(|(a, b)| a == b).count();
    if head == typed.len() && head == name.len() {
        return Some(0);
    }
    // One edit leaves all but two letters in place (two look-alike digits are the only cheaper pair).
    if limit <= ONE && !typed.iter().any(u8::is_ascii_digit) {
        let tail = typed.iter().rev().zip(name.iter().rev()).take_while(|(a, b)| a == b).count();
        if head + tail + 2 < typed.len().max(name.len()) {
            return None;
        }
    }
    head = head.saturating_sub(1);
    let (typed, name) = (&typed[head..], &name[head..]);
    let mut tail = typed.iter().rev().zip(name.iter().rev()).take_while(|(a, b)| a == b).count();
    tail = tail.saturating_sub(1).min(typed.len().saturating_sub(2)).min(name.len().saturating_sub(2));
    let (typed, name) = (&typed[..typed.len() - tail], &name[..name.len() - tail]);
    let (n, m) = (typed.len(), name.len());
    if n >= W || m >= W || n.abs_diff(m) > 2 {
        return None;
    }
    let gap = |s: &[u8], i: usize| -> u8 {
        let b = s[i];
        if i > 0 && (b == b'E' && matches!(s[i - 1], b'A' | b'O' | b'U') || b == b'A' && s[i - 1] == b'A') {
            4
        } else if i > 0 && s[i - 1] == b || s.get(i + 1) == Some(&b) {
            6
        } else if b == b'H' {
            7
        } else {
            ONE
        }
    };
    const FAR: u8 = 100;
    let mut before = [FAR; W];
    let mut last = [FAR; W];
    let mut row = [FAR; W];
    last[0] = 0;
    for j in 1..=m.min(3) {
        last[j] = last[j - 1] + gap(name, j - 1);
    }
    for i in 1..=n {
        let from = i.saturating_sub(3).max(1);
        let to = (i + 3).min(m);
        row[from - 1] = if from == 1 && i <= 3 { last[0] + gap(typed, i - 1) } else { FAR };
        let mut least = row[from - 1];
        for j in from..=to {
            let mut best = last[j - 1].saturating_add(substitution(typed[i - 1], name[j - 1]));
            best = best.min(last[j].saturating_add(gap(typed, i - 1)));
            best = best.min(row[j - 1].saturating_add(gap(name, j - 1)));
            if i > 1 && j > 1 && typed[i - 1] == name[j - 2] && typed[i - 2] == name[j - 1] && typed[i - 1] != typed[i - 2] {
                best = best.min(before[j - 2].saturating_add(8));
            }
            row[j] = best.min(FAR);
            least = least.min(row[j]);
        }
        if least > limit {
            return None;
        }
        if to < m {
            row[to + 1] = FAR;
        }
        (before, last) = (last, row);
        row = [FAR; W];
    }
    Some(last[m]).filter(|&d| d <= limit)
}

/// A near name that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) place: u32,
    pub(super) weight: f32,
    pub(super) cost: u8,
}

/// Limit in tenths of an edit: one for 5 to 7 letters, two for 8 and more.
pub(super) fn limit(len: usize) -> u8 {
    if len >= 8 { 2 * ONE } else { ONE }
}

/// Near names of a word, into `out`: those with its first letter, and the watched ones with any.
pub(super) fn search(index: &Index, typed: &[u8], out: &mut Vec<Hit>) {
    out.clear();
    let len = typed.len();
    if !(SHORTEST_NEAR - 1..=LONGEST_NEAR + 1).contains(&len) {
        return;
    }
    let limit = limit(len);
    let two = limit > ONE;
    let bits = mask(typed);
    // At most one bit set, or two: without counting, which takes long on plain x86-64.
    let few = |x: u64| {
        let x = x & x.wrapping_sub(1);
        if two { x & x.wrapping_sub(1) == 0 } else { x == 0 }
    };
    let edits = if two { 2 } else { 1 };
    let mut scan = |(names, masks): (&[Near], &[u64])| {
        for (near, &other) in names.iter().zip(masks) {
            if !few(bits & !other) || !few(other & !bits) {
                continue;
            }
            if let Some(cost) = distance(typed, index.near_bytes(near), limit) {
                out.push(Hit { place: near.place, weight: near.weight, cost });
            }
        }
    };
    for candidate in len.saturating_sub(edits)..=len + edits {
        scan(index.bucket(typed[0], candidate));
    }
    scan(index.watched(len.saturating_sub(edits), len + edits));
    // Another first letter: its likeness if nothing else was found; any if only watched names were, so that they are not without rivals.
    let other = likeness(typed[0]);
    let rivals = !out.is_empty() && out.iter().all(|hit| index.places[hit.place as usize].watched);
    if out.is_empty() && other == typed[0] || !out.is_empty() && !rivals {
        return;
    }
    for first in (b'A'..=b'[').filter(|&b| b != typed[0] && (rivals || b == other)) {
        for candidate in len.saturating_sub(edits)..=len + edits {
            let (names, masks) = index.bucket(first, candidate);
            for (near, &m) in names.iter().zip(masks) {
                if few(bits & !m)
                    && few(m & !bits)
                    && let Some(cost) = distance(typed, index.near_bytes(near), limit)
                {
                    out.push(Hit { place: near.place, weight: near.weight, cost });
                }
            }
        }
    }
}

/// The letter that a first character most likely stands for: a digit's look-alike, `V` for `U`, and so on.
fn likeness(b: u8) -> u8 {
    match b {
        b'0' | b'Q' => b'O',
        b'1' | b'J' => b'I',
        b'2' => b'Z',
        b'3' => b'E',
        b'4' => b'A',
        b'5' | b'Z' => b'S',
        b'6' => b'G',
        b'7' => b'T',
        b'8' => b'B',
        b'U' => b'V',
        b'V' => b'U',
        b'K' => b'C',
        b'C' => b'K',
        b'I' => b'J',
        _ => b,
    }
}
