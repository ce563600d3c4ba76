//! Where records lie in a file, in bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};

use memchr::memchr2;

/// Bytes of the wanted lines, `from..to` without the line ending; lines count from 1 and end with LF, CR LF or CR.
///
/// Lines beyond the end of the file are missing in the answer.
///
/// # Errors
/// If the file cannot be read.
pub fn lines(body: impl Read, wanted: &BTreeSet<u64>) -> std::io::Result<BTreeMap<u64, (u64, u64)>> {
    let mut found = BTreeMap::new();
    let Some(&last) = wanted.last() else { return Ok(found) };
    let mut body = BufReader::with_capacity(1 << 20, body);
    let mut buffer = vec![0; 1 << 20];
    let (mut line, mut start, mut offset, mut after_return) = (1_u64, 0_u64, 0_u64, false);
    loop {
        let n = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let mut at = 0;
        while let Some(i) = memchr2(b'\n', b'\r', &buffer[at..n]) {
            let end = offset + (at + i) as u64;
            let byte = buffer[at + i];
            // The LF of a CR LF ends no further line.
            if byte == b'\n' && after_return && end == start {
                start = end + 1;
            } else {
                if wanted.contains(&line) {
                    found.insert(line, (start, end));
                }
                line += 1;
                start = end + 1;
                if line > last {
                    return Ok(found);
                }
            }
            after_return = byte == b'\r';
            at += i + 1;
        }
        if at < n {
            after_return = false;
        }
        offset += n as u64;
    }
    if wanted.contains(&line) && start < offset {
        found.insert(line, (start, offset));
    }
    Ok(found)
}

/// Bytes of the wanted rows of a delimited table, header included as row 1; rows count as the reader of positions counts them.
///
/// # Errors
/// If the file cannot be read.
pub fn rows(body: impl Read, wanted: &BTreeSet<u64>) -> std::io::Result<BTreeMap<u64, (u64, u64)>> {
    let mut found = BTreeMap::new();
    let Some(&last) = wanted.last() else { return Ok(found) };
    let mut body = BufReader::with_capacity(1 << 16, body);
    let head = body.fill_buf()?;
    let first = head.split(|&b| b == b'\n').next().unwrap_or_default();
    let (separator, quoted) = (super::table::delimiter(first), memchr::memchr(b'"', head).is_some());
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).delimiter(separator as u8).quoting(quoted).from_reader(body);
    let mut record = csv::ByteRecord::new();
    let mut number = 0;
    while number < last {
        let from = reader.position().byte();
        if !reader.read_byte_record(&mut record).map_err(std::io::Error::other)? {
            break;
        }
        number += 1;
        if wanted.contains(&number) {
            found.insert(number, (from, reader.position().byte()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_whatever_ends_them() {
        let text = b"one\r\ntwo\n\nfour\rfive";
        let found = lines(&text[..], &(1..=9).collect()).unwrap();
        let words: Vec<_> = found.values().map(|&(a, b)| std::str::from_utf8(&text[a as usize..b as usize]).unwrap()).collect();
        assert_eq!(words, ["one", "two", "", "four", "five"]);
        assert_eq!(found[&5], (15, 19));
    }

    #[test]
    fn rows_are_found_with_their_header() {
        let text = b"mmsi,name\n1,\"a\nb\"\n2,c\n";
        let found = rows(&text[..], &[1, 3].into_iter().collect()).unwrap();
        assert_eq!(&text[found[&3].0 as usize..found[&3].1 as usize], b"2,c\n");
        assert_eq!(&text[found[&1].0 as usize..found[&1].1 as usize], b"mmsi,name\n");
    }
}
