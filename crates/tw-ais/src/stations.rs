//! Names of receiving stations to numbers.

use std::collections::HashMap;

/// Longest name of a station that is kept, in bytes; longer ones are cut.
const NAME_LIMIT: usize = 64;
const SLOTS: usize = 4096;

/// A dictionary of station names; numbers count from 1.
pub(crate) struct Stations {
    names: Vec<String>,
    /// Cache of names of up to 16 bytes: first eight bytes, last eight bytes, length and number.
    cache: Box<[(u64, u64, u16, u16); SLOTS]>,
    numbers: HashMap<Vec<u8>, u16>,
    pub lost: u64,
}

impl Stations {
    pub fn new() -> Self {
        Self { names: Vec::new(), cache: Box::new([(0, 0, 0, 0); SLOTS]), numbers: HashMap::new(), lost: 0 }
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of a name; 0 for no name, and when there are no more numbers.
    #[inline(always)]
    pub fn number(&mut self, name: &[u8]) -> u16 {
        if name.is_empty() {
            return 0;
        }
        if name.len() > 16 {
            return self.look_up(name);
        }
        let (a, b) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            (Some(a), Some(b)) => (u64::from_le_bytes(*a), u64::from_le_bytes(*b)),
            _ => {
                let mut c = [0; 8];
                c[..name.len()].copy_from_slice(name);
                (u64::from_le_bytes(c), 0)
            }
        };
        let slot = ((a ^ b.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52) as usize & (SLOTS - 1);
        let found = self.cache[slot];
        if found.0 == a && found.1 == b && usize::from(found.2) == name.len() && found.3 != 0 {
            return found.3;
        }
        let n = self.look_up(name);
        self.cache[slot] = (a, b, name.len() as u16, n);
        n
    }

    #[cold]
    #[inline(never)]
    fn look_up(&mut self, name: &[u8]) -> u16 {
        let name = &name[..name.len().min(NAME_LIMIT)];
        if let Some(&n) = self.numbers.get(name) {
            return n;
        }
        let Ok(n) = u16::try_from(self.names.len() + 1) else {
            self.lost += 1;
            return 0;
        };
        self.names.push(String::from_utf8_lossy(name).into_owned());
        self.numbers.insert(name.to_vec(), n);
        n
    }
}
