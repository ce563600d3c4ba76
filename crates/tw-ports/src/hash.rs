//! Maps with a hash that is quick on short keys. The keys are our own data, so no one can choose them to collide.

use std::hash::{BuildHasherDefault, Hasher};

/// A map with [`Quick`].
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Quick>>;

/// The multiply-and-rotate hash of the Rust compiler (FxHash).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quick(u64);

impl Quick {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

/// Hash of bytes.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut quick = Quick::default();
    quick.write(bytes);
    quick.finish()
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
        }
        let mut last = [0u8; 8];
        let rest = chunks.remainder();
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last) ^ (rest.len() as u64) << 56);
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
