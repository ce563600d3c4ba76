//! Reading and writing of the bundled files: variable-length numbers in a deflate stream.

use std::io::{Read, Write};

/// Why a bundled file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// The stream is not deflate data.
    #[error("not a deflate stream; make the file again with the example build_land")]
    Stream,
    /// The first bytes do not name the format that is expected.
    #[error("not a {0} file; make the file again with the example build_land")]
    Format(&'static str),
    /// It ends early, or a number is out of its range.
    #[error("the file ends early or holds a number out of range; make the file again with the example build_land")]
    Content,
}

/// Numbers from bytes.
pub(crate) struct Numbers {
    bytes: Vec<u8>,
    at: usize,
}

impl Numbers {
    /// Unpacks a file and checks its first bytes.
    pub(crate) fn open(file: &[u8], format: &'static str) -> Result<Self, Damaged> {
        let mut bytes = Vec::new();
        flate2::read::DeflateDecoder::new(file).read_to_end(&mut bytes).map_err(|_| Damaged::Stream)?;
        if !bytes.starts_with(format.as_bytes()) {
            return Err(Damaged::Format(format));
        }
        Ok(Self { bytes, at: format.len() })
    }

    /// Next number.
    pub(crate) fn u32(&mut self) -> Result<u32, Damaged> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(Damaged::Content)?;
            self.at += 1;
            value |= u32::from(byte & 0x7f).checked_shl(shift).ok_or(Damaged::Content)?;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Damaged::Content)
    }

    /// Next number with a sign.
    pub(crate) fn i32(&mut self) -> Result<i32, Damaged> {
        let value = self.u32()?;
        Ok((value >> 1) as i32 ^ -((value & 1) as i32))
    }
}

/// Numbers to bytes.
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// Begins a file of a format.
    pub(crate) fn new(format: &'static str) -> Self {
        Self(format.as_bytes().to_vec())
    }

    /// Adds a number.
    pub(crate) fn u32(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// Adds a number with a sign.
    pub(crate) fn i32(&mut self, value: i32) {
        self.u32(((value << 1) ^ (value >> 31)) as u32);
    }

    /// Packs the file.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&self.0).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
    }
}
