use std::thread;

/// From a hash to many numbers, in four flat arrays: no pointer, nothing to hash again.
///
/// Of a hash the first 40 bits are kept. Two of a million terms share them about twice in a million times, and then bring a candidate too many.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// How far a hash is shifted to give its bucket.
    shift: u32,
    /// First key of each bucket, and the end.
    buckets: Box<[u32]>,
    /// Bits 8 to 40 of the hash, rising within a bucket.
    keys: Box<[u32]>,
    /// First value of each key, and the end.
    starts: Box<[u32]>,
    /// Rising within a key, none twice.
    values: Box<[u32]>,
}

const PARTS: usize = 256;

/// Spreads the bits of a number over all 64.
pub(super) const fn mix(number: u64) -> u64 {
    // The finaliser of SplitMix64 (Steele, Lea, and Flood 2014, "Fast splittable pseudorandom number generators", figure 16).
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Table {
    /// Builds from pairs in any order. They are visited twice, so that no list of them is needed.
    pub(super) fn build(pairs_of: impl Fn(&mut dyn FnMut(u64, u32)), threads: usize) -> Self {
        // Pairs go to one of 256 parts by the first eight bits; a pair is then the next 32 bits and the value.
        let mut count = [0; PARTS];
        pairs_of(&mut |hash, _| count[(hash >> 56) as usize] += 1);
        let mut at = [0; PARTS];
        let mut total = 0;
        for (start, n) in at.iter_mut().zip(&count) {
            *start = total;
            total += n;
        }
        let mut pairs = vec![0_u64; total];
        pairs_of(&mut |hash, value| {
            let part = (hash >> 56) as usize;
            pairs[at[part]] = (hash << 8) & 0xffff_ffff_0000_0000 | u64::from(value);
            at[part] += 1;
        });
        let mut parts: Vec<&mut [u64]> = Vec::with_capacity(PARTS);
        let mut rest = pairs.as_mut_slice();
        for n in &count {
            let (part, after) = rest.split_at_mut(*n);
            parts.push(part);
            rest = after;
        }
        sort(parts, threads);
        Self::flat(&pairs, &count)
    }

    fn flat(pairs: &[u64], count: &[usize; PARTS]) -> Self {
        let mut different = 0_usize;
        let mut previous = None;
        let keyed = || {
            let parts = count.iter().enumerate().flat_map(|(part, n)| std::iter::repeat_n((part as u64) << 32, *n));
            parts.zip(pairs).map(|(part, pair)| (part | pair >> 32, *pair as u32))
        };
        for (key, _) in keyed() {
            if previous != Some(key) {
                different += 1;
                previous = Some(key);
            }
        }
        // About four keys to a bucket.
        let bits = (different / 4).max(PARTS).next_power_of_two().trailing_zeros().min(32);
        let mut buckets = vec![0_u32; (1_usize << bits) + 1];
        let mut keys = Vec::with_capacity(different);
        let mut starts = Vec::with_capacity(different + 1);
        let mut values = Vec::with_capacity(pairs.len());
        let mut previous = None;
        let mut last = None;
        for (key, value) in keyed() {
            if previous != Some(key) {
                previous = Some(key);
                last = None;
                buckets[(key >> (40 - bits)) as usize + 1] += 1;
                keys.push(key as u32);
                starts.push(values.len() as u32);
            }
            if last != Some(value) {
                values.push(value);
                last = Some(value);
            }
        }
        starts.push(values.len() as u32);
        for i in 1..buckets.len() {
            buckets[i] += buckets[i - 1];
        }
        values.shrink_to_fit();
        Self { shift: 64 - bits, buckets: buckets.into(), keys: keys.into(), starts: starts.into(), values: values.into() }
    }

    /// The values of a hash; none if it is not there.
    pub(super) fn get(&self, hash: u64) -> &[u32] {
        if self.keys.is_empty() {
            return &[];
        }
        let bucket = (hash >> self.shift) as usize;
        let (from, to) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
        let key = (hash >> 24) as u32;
        match self.keys[from..to].binary_search(&key) {
            Ok(i) => &self.values[self.starts[from + i] as usize..self.starts[from + i + 1] as usize],
            Err(_) => &[],
        }
    }
}

fn sort(parts: Vec<&mut [u64]>, threads: usize) {
    if threads < 2 || parts.iter().map(|p| p.len()).sum::<usize>() < 50_000 {
        for part in parts {
            part.sort_unstable();
        }
        return;
    }
    let mut shares: Vec<Vec<&mut [u64]>> = (0..threads).map(|_| Vec::new()).collect();
    for (i, part) in parts.into_iter().enumerate() {
        shares[i % threads].push(part);
    }
    thread::scope(|scope| {
        for share in shares {
            scope.spawn(move || {
                for part in share {
                    part.sort_unstable();
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest::proptest! {
        #[test]
        fn it_holds_what_a_map_of_sets_holds(pairs in proptest::collection::vec((0_u64..300, 0_u32..50), 0..600)) {
            let pairs: Vec<(u64, u32)> = pairs.into_iter().map(|(k, v)| (mix(k), v)).collect();
            let mut map: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
            for (k, v) in &pairs {
                map.entry(*k).or_default().insert(*v);
            }
            let table = Table::build(|visit| pairs.iter().for_each(|(k, v)| visit(*k, *v)), 1);
            for k in 0..310 {
                let want: Vec<u32> = map.get(&mix(k)).into_iter().flatten().copied().collect();
                proptest::prop_assert_eq!(table.get(mix(k)), want.as_slice());
            }
            proptest::prop_assert_eq!(table.keys.len(), map.len());
        }
    }
}
