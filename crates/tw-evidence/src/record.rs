use serde::{Deserialize, Serialize};
use thiserror::Error;
use tw_base::{RecordPtr, Sha256, Span};

use crate::hash::sha256;

/// The hash of one record's own bytes inside its capture.
///
/// When a capture's hash no longer fits, the seals of its records tell which records changed and which still stand.
///
/// A seal speaks for its own bytes only. What a row means also hangs on its header, so callers seal the header as a record too, and let
/// every row fall with it. Bytes inserted or removed shift what follows: the records after that place are then reported as changed, which
/// errs on the safe side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSeal {
    /// The record.
    pub record: RecordPtr,
    /// Its bytes in the capture, `from..to`, half-open, from 0; none where the format has no such range (a row of a workbook).
    pub bytes: Option<(u64, u64)>,
    /// Hash of those bytes; of the whole capture where there is no range.
    pub sha256: Sha256,
}

/// What a seal says after its capture was read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealState {
    /// The record's bytes are those that were sealed.
    Intact,
    /// Other bytes lie where the record was.
    Changed,
    /// The capture ends before the record does.
    OutOfRange,
    /// The capture changed, and the record cannot be told apart in it: it may or may not have changed.
    Unlocated,
}

impl SealState {
    /// True only if the record is known to stand.
    #[must_use]
    pub fn stands(self) -> bool {
        self == Self::Intact
    }
}

/// Why a record could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// The range does not lie in the capture.
    #[error("record {record} has bytes {from}-{to}, but its capture has {length} bytes")]
    OutOfRange {
        /// The record.
        record: RecordPtr,
        /// First byte.
        from: u64,
        /// One past the last byte.
        to: u64,
        /// Length of the capture in bytes.
        length: u64,
    },
    /// The pointer itself names other bytes.
    #[error("record {record} names other bytes than the given {from}-{to}")]
    Contradiction {
        /// The record.
        record: RecordPtr,
        /// First byte given.
        from: u64,
        /// One past the last byte given.
        to: u64,
    },
}

/// Seals a record.
///
/// `span` is the byte range that the reader of the format found, half-open; a pointer `#bytes=from-to` brings its own. Without a range the
/// seal holds the capture's hash from the pointer. Whether `capture_bytes` are those of the pointer's capture is for the caller to know:
/// hashing the whole capture again for every record would cost more than the reading.
///
/// ```
/// use tw_base::{RecordPtr, Span};
/// use tw_evidence::{SealState, check_seal, seal, sha256};
/// let bytes = b"supplier,barrels\nRUS,15279\nCHN,9000\n";
/// let row = RecordPtr { capture: sha256(bytes), span: Span::Row(2) };
/// let sealed = seal(bytes, row, Some((17, 26)))?;
/// assert_eq!(check_seal(&sealed, b"supplier,barrels\nRUS,15279\nCHN,9001\n"), SealState::Intact);
/// assert_eq!(check_seal(&sealed, b"supplier,barrels\nRUS,25279\nCHN,9000\n"), SealState::Changed);
/// # Ok::<(), tw_evidence::SealError>(())
/// ```
///
/// # Errors
/// If the range does not lie in the capture, or contradicts the pointer.
pub fn seal(capture_bytes: &[u8], ptr: RecordPtr, span: Option<(u64, u64)>) -> Result<RecordSeal, SealError> {
    let own = match ptr.span {
        Span::Bytes(from, to) => Some((from, to)),
        Span::Row(_) | Span::SheetRow(..) | Span::Line(_) => None,
    };
    if let (Some(own), Some(given)) = (own, span)
        && own != given
    {
        return Err(SealError::Contradiction { record: ptr, from: given.0, to: given.1 });
    }
    let Some((from, to)) = own.or(span) else {
        let sha256 = ptr.capture;
        return Ok(RecordSeal { record: ptr, bytes: None, sha256 });
    };
    let Some(part) = slice(capture_bytes, from, to) else {
        return Err(SealError::OutOfRange { record: ptr, from, to, length: capture_bytes.len() as u64 });
    };
    Ok(RecordSeal { record: ptr, bytes: Some((from, to)), sha256: sha256(part) })
}

/// Seals a record of a capture that lies in a file, without reading more than the record.
///
/// # Errors
/// If the file cannot be read, or ends before the record does.
pub fn seal_in_file(path: &std::path::Path, ptr: RecordPtr, span: (u64, u64)) -> std::io::Result<RecordSeal> {
    use std::io::{Read, Seek, SeekFrom};
    let (from, to) = span;
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut part = Vec::new();
    let length = to.checked_sub(from).ok_or(std::io::ErrorKind::InvalidInput)?;
    file.take(length).read_to_end(&mut part)?;
    if part.len() as u64 != length {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(RecordSeal { record: ptr, bytes: Some(span), sha256: sha256(&part) })
}

/// Checks one seal against the bytes that its capture has now.
///
/// A seal without a byte range costs a hash of the whole capture: use [`check_seals`] for many.
#[must_use]
pub fn check_seal(seal: &RecordSeal, capture_bytes: &[u8]) -> SealState {
    let Some((from, to)) = seal.bytes else {
        return if sha256(capture_bytes) == seal.sha256 { SealState::Intact } else { SealState::Unlocated };
    };
    match slice(capture_bytes, from, to) {
        None => SealState::OutOfRange,
        Some(part) if sha256(part) == seal.sha256 => SealState::Intact,
        Some(_) => SealState::Changed,
    }
}

/// Checks many seals of one capture; the whole is hashed once. The states are in the order of the seals.
#[must_use]
pub fn check_seals(seals: &[RecordSeal], capture_bytes: &[u8]) -> Vec<SealState> {
    let whole = sha256(capture_bytes);
    let state = |seal: &RecordSeal| match seal.bytes {
        Some(_) => check_seal(seal, capture_bytes),
        None if whole == seal.sha256 => SealState::Intact,
        None => SealState::Unlocated,
    };
    seals.iter().map(state).collect()
}

fn slice(bytes: &[u8], from: u64, to: u64) -> Option<&[u8]> {
    bytes.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &[u8] = b"a,b\n1,2\n3,4\n";

    fn ptr(span: Span) -> RecordPtr {
        RecordPtr { capture: sha256(CSV), span }
    }

    #[test]
    fn one_flipped_byte_fells_its_own_record_only() {
        let rows = [(1, (0, 3)), (2, (4, 7)), (3, (8, 11))];
        let seals: Vec<_> = rows.iter().map(|&(row, span)| seal(CSV, ptr(Span::Row(row)), Some(span)).unwrap()).collect();
        let mut changed = CSV.to_vec();
        changed[6] ^= 1;
        use SealState::{Changed, Intact, OutOfRange};
        assert_eq!(check_seals(&seals, CSV), [Intact, Intact, Intact]);
        assert_eq!(check_seals(&seals, &changed), [Intact, Changed, Intact]);
        assert_eq!(check_seals(&seals, &CSV[..9]), [Intact, Intact, OutOfRange]);
    }

    #[test]
    fn a_sheet_row_of_a_changed_workbook_is_unlocated_never_intact() {
        let sealed = seal(CSV, ptr(Span::SheetRow("Permits".to_owned(), 3)), None).unwrap();
        assert_eq!(sealed.sha256, sha256(CSV));
        assert_eq!(check_seal(&sealed, CSV), SealState::Intact);
        assert_eq!(check_seal(&sealed, b"other"), SealState::Unlocated);
        assert_eq!(check_seals(&[sealed], b""), [SealState::Unlocated]);
        assert!(!SealState::Unlocated.stands());
    }

    #[test]
    fn a_range_outside_the_capture_or_against_the_pointer_is_refused() {
        assert!(matches!(seal(CSV, ptr(Span::Bytes(8, 99)), None), Err(SealError::OutOfRange { length: 12, .. })));
        assert!(matches!(seal(CSV, ptr(Span::Row(1)), Some((7, 4))), Err(SealError::OutOfRange { .. })));
        assert!(matches!(seal(CSV, ptr(Span::Bytes(0, 3)), Some((0, 4))), Err(SealError::Contradiction { .. })));
        assert!(seal(CSV, ptr(Span::Bytes(0, 3)), Some((0, 3))).is_ok());
        assert!(seal(b"", ptr(Span::Bytes(0, 0)), None).is_ok());
        assert!(seal(CSV, ptr(Span::Bytes(0, u64::MAX)), None).is_err());
    }

    #[test]
    fn a_hostile_seal_read_from_a_file_does_not_panic() {
        let text = format!(r#"{{"record":"{}#row=2","bytes":[9,3],"sha256":"{}"}}"#, sha256(CSV), sha256(b""));
        let sealed: RecordSeal = serde_json::from_str(&text).unwrap();
        assert_eq!(check_seal(&sealed, CSV), SealState::OutOfRange);
        assert_eq!(serde_json::to_string(&sealed).unwrap(), text);
    }
}
