//! The table of equal names: which spellings of a personal name, in any script, belong to one Wikidata item.

use std::sync::LazyLock;

/// Made by `examples/build_names.rs`; see `data/README.md` for origin and licence.
static PACKED: &[u8] = include_bytes!("../data/names.zst");

static TABLE: LazyLock<NameTable> = LazyLock::new(|| NameTable::read(PACKED).unwrap_or_default());

/// Bits of the hash of a form that the table keeps: a word that is no form is taken for one of 500,000 once in 5e8.
const BITS: u32 = 48;

/// Bits of the hash that pick its bucket.
const BUCKET: u32 = 16;

/// Groups of spellings of one personal name. Look a folded token up to learn the groups it is in; two tokens that share a group are
/// spellings of the same given name or surname.
///
/// ```no_run
/// let table = tw_scripts::NameTable::bundled();
/// assert!(table.same("yusuf", "يوسف"));
/// ```
#[derive(Default)]
pub struct NameTable {
    /// The first hash of each bucket, and the end.
    buckets: Vec<u32>,
    /// The low bits of the hashes, sorted within their bucket.
    hashes: Vec<u32>,
    /// The first entry of each hash, and the end.
    starts: Vec<u32>,
    /// Wikidata item numbers (Q without its letter), sorted for each hash.
    groups: Vec<u32>,
}

/// The groups of a token: Wikidata item numbers in ascending order.
pub type Groups<'a> = &'a [u32];

/// What [`NameTable::build`] made.
#[derive(Debug)]
pub struct Built {
    /// The packed table.
    pub bytes: Vec<u8>,
    /// How many groups it has.
    pub groups: usize,
    /// How many different folded forms.
    pub forms: usize,
    /// How many pairs of a form and a group.
    pub pairs: usize,
}

/// The hash of a folded token: FNV-1a (64 bits) with the finaliser of SplitMix64, its upper 48 bits. Stable: the table's file depends on it.
pub fn hash(folded: &str) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    for b in folded.bytes() {
        h = (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    }
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (h ^ (h >> 31)) >> (64 - BITS)
}

impl NameTable {
    /// The table that comes with the program, unpacked on first use.
    pub fn bundled() -> &'static NameTable {
        &TABLE
    }

    /// The Wikidata items of which a folded token is a spelling; empty if it is in no group.
    pub fn groups(&self, folded_token: &str) -> Groups<'_> {
        let h = hash(folded_token);
        let bucket = (h >> (BITS - BUCKET)) as usize;
        let low = (h & 0xffff_ffff) as u32;
        let (Some(&from), Some(&to)) = (self.buckets.get(bucket), self.buckets.get(bucket + 1)) else { return &[] };
        let Some(hashes) = self.hashes.get(from as usize..to as usize) else { return &[] };
        let Ok(at) = hashes.binary_search(&low) else { return &[] };
        let at = from as usize + at;
        let (Some(&from), Some(&to)) = (self.starts.get(at), self.starts.get(at + 1)) else { return &[] };
        self.groups.get(from as usize..to as usize).unwrap_or_default()
    }

    /// The first group that two folded tokens share.
    pub fn shared(&self, one: &str, other: &str) -> Option<u32> {
        let (mut a, mut b) = (self.groups(one), self.groups(other));
        while let (Some(x), Some(y)) = (a.first(), b.first()) {
            match x.cmp(y) {
                std::cmp::Ordering::Equal => return Some(*x),
                std::cmp::Ordering::Less => a = &a[1..],
                std::cmp::Ordering::Greater => b = &b[1..],
            }
        }
        None
    }

    /// Whether two folded tokens are spellings of one name.
    pub fn same(&self, one: &str, other: &str) -> bool {
        self.shared(one, other).is_some()
    }

    /// How many different forms the table has.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether the table has no form.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The bytes that the table takes in memory.
    pub fn memory(&self) -> usize {
        4 * (self.buckets.len() + self.hashes.len() + self.starts.len() + self.groups.len())
    }

    /// Packs groups: each a Wikidata item number and its forms, folded. Groups with fewer than two different forms are left out.
    ///
    /// # Errors
    /// If the compressor fails, its message.
    pub fn build(groups: &[(u32, Vec<String>)]) -> Result<Built, String> {
        let mut items: Vec<u32> = Vec::new();
        let mut pairs: Vec<(u64, u32)> = Vec::new();
        for (item, forms) in groups {
            let mut hashes: Vec<u64> = forms.iter().filter(|f| !f.is_empty()).map(|f| hash(f)).collect();
            hashes.sort_unstable();
            hashes.dedup();
            if hashes.len() < 2 {
                continue;
            }
            items.push(*item);
            pairs.extend(hashes.into_iter().map(|h| (h, *item)));
        }
        items.sort_unstable();
        items.dedup();
        pairs.sort_unstable();
        pairs.dedup();
        let mut numbers = Vec::new();
        varint(items.len() as u64, &mut numbers);
        let mut last = 0;
        for item in &items {
            varint(u64::from(item - last), &mut numbers);
            last = *item;
        }
        // How many hashes each bucket has and their low halves; for each hash in how many groups it is, and these as places in the list.
        let (mut sizes, mut lows, mut counts, mut places) = (vec![0u64; 1 << BUCKET], Vec::new(), Vec::new(), Vec::new());
        let mut forms = 0;
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            forms += 1;
            let h = same[0].0;
            sizes[(h >> (BITS - BUCKET)) as usize] += 1;
            lows.extend_from_slice(&((h & 0xffff_ffff) as u32).to_le_bytes());
            varint(same.len() as u64, &mut counts);
            let mut last = 0;
            for (_, item) in same {
                let place = items.binary_search(item).map_err(|_| "an item is missing".to_owned())?;
                varint((place - last) as u64, &mut places);
                last = place;
            }
        }
        let mut buckets = Vec::new();
        for size in sizes {
            varint(size, &mut buckets);
        }
        let mut bytes = Vec::new();
        varint(forms as u64, &mut bytes);
        varint(pairs.len() as u64, &mut bytes);
        for part in [&numbers, &buckets, &lows, &counts, &places] {
            varint(part.len() as u64, &mut bytes);
            bytes.extend_from_slice(part);
        }
        let bytes = zstd::encode_all(bytes.as_slice(), 9).map_err(|e| e.to_string())?;
        Ok(Built { bytes, groups: items.len(), forms, pairs: pairs.len() })
    }

    /// Unpacks a table; none if the bytes are no table.
    pub fn read(packed: &[u8]) -> Option<NameTable> {
        let bytes = zstd::decode_all(packed).ok()?;
        let mut rest = bytes.as_slice();
        let forms = number(&mut rest)? as usize;
        let pairs = number(&mut rest)? as usize;
        if forms > 1 << 24 || pairs > 1 << 24 {
            return None;
        }
        let mut numbers = section(&mut rest)?;
        let mut sizes = section(&mut rest)?;
        let lows = section(&mut rest)?;
        let mut counts = section(&mut rest)?;
        let mut places = section(&mut rest)?;
        let count = number(&mut numbers)? as usize;
        let mut items = Vec::with_capacity(count.min(1 << 24));
        let mut item = 0u64;
        for _ in 0..count {
            item = item.checked_add(number(&mut numbers)?)?;
            items.push(u32::try_from(item).ok()?);
        }
        let mut table = NameTable {
            buckets: Vec::with_capacity((1 << BUCKET) + 1),
            hashes: lows.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect(),
            starts: Vec::with_capacity(forms + 1),
            groups: Vec::with_capacity(pairs),
        };
        if table.hashes.len() != forms {
            return None;
        }
        let mut at = 0u32;
        for _ in 0..1 << BUCKET {
            table.buckets.push(at);
            at = at.checked_add(u32::try_from(number(&mut sizes)?).ok()?)?;
        }
        table.buckets.push(at);
        for _ in 0..forms {
            table.starts.push(table.groups.len() as u32);
            let mut place = 0usize;
            for _ in 0..number(&mut counts)? {
                place = place.checked_add(number(&mut places)? as usize)?;
                table.groups.push(*items.get(place)?);
            }
        }
        table.starts.push(table.groups.len() as u32);
        Some(table)
    }
}

fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in [0, 7, 14, 21, 28, 35, 42, 49, 56, 63] {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

fn section<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = number(bytes)? as usize;
    let all: &'a [u8] = bytes;
    let (part, rest) = all.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use proptest::prelude::*;

    #[test]
    fn spellings_across_scripts_share_a_group() {
        let table = NameTable::bundled();
        assert!(table.len() > 300_000, "{}", table.len());
        assert!(table.memory() <= 15_000_000, "{}", table.memory());
        for (a, b) in [
            ("Yusuf", "يوسف"),
            ("Alexander", "Александр"),
            ("Mohammed", "محمد"),
            ("David", "דוד"),
            ("Yamada", "山田"),
            ("Nikolaos", "Νικόλαος"),
            ("Giorgi", "გიორგი"),
            ("Müller", "Мюллер"),
        ] {
            assert!(table.same(&fold(a), &fold(b)), "{a} {b}");
        }
        for (a, b) in [("ivan", "petr"), ("kim", "pak"), ("hassan", "hussein"), ("no such", "ivan")] {
            assert!(!table.same(a, b), "{a} {b}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_was_packed_is_read(groups in prop::collection::vec((1u32..1000, prop::collection::vec("[a-e]{1,2}", 0..6)), 0..40)) {
            let built = NameTable::build(&groups).unwrap();
            let table = NameTable::read(&built.bytes).unwrap();
            prop_assert_eq!(table.len(), built.forms);
            for (item, forms) in &groups {
                let mut unique: Vec<&String> = forms.iter().collect();
                unique.sort();
                unique.dedup();
                for form in &unique {
                    if unique.len() > 1 {
                        prop_assert!(table.groups(form).contains(item));
                    }
                }
            }
            prop_assert_eq!(table.groups("zz"), &[] as &[u32]);
        }

        #[test]
        fn bytes_that_are_no_table_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = NameTable::read(&bytes);
            let packed = zstd::encode_all(bytes.as_slice(), 1).unwrap();
            if let Some(table) = NameTable::read(&packed) {
                let _ = table.groups("x");
            }
        }
    }
}
