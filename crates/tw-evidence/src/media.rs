/// Guesses the media type of a file from its name and its first bytes.
///
/// Bytes that no text can begin with decide over the name: a workbook that somebody named `.csv` is reported as a ZIP archive, so that a
/// reader of text can refuse it. Otherwise the ending decides, and without a known ending the bytes do. A few hundred bytes are enough.
///
/// Sources: the IANA media types registry; ISO 32000-1 §7.5.2 (`%PDF-`); APPNOTE 6.3.10 §4.3 (`PK`); Apache Parquet format (`PAR1`).
///
/// ```
/// use tw_evidence::guess_media_type;
/// assert_eq!(guess_media_type("permits.CSV", b"host,permits\n"), "text/csv");
/// assert_eq!(guess_media_type("permits.csv", b"PK\x03\x04"), "application/zip");
/// assert_eq!(guess_media_type("page", b"<!DOCTYPE html><title>x"), "text/html");
/// ```
#[must_use]
pub fn guess_media_type(name: &str, head: &[u8]) -> &'static str {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let file_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or("");
    if head.starts_with(b"%PDF-") {
        return "application/pdf";
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return if matches!(ending, "xlsx" | "xlsm") { XLSX } else { "application/zip" };
    }
    if head.starts_with(b"PAR1") {
        return "application/vnd.apache.parquet";
    }
    if head.starts_with(b"\x1f\x8b") {
        return "application/gzip";
    }
    match ending {
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "json" => "application/json",
        "geojson" => "application/geo+json",
        "jsonl" | "ndjson" => "application/x-ndjson",
        "html" | "htm" => "text/html",
        "md" => "text/markdown",
        "xml" => "application/xml",
        "txt" | "nmea" => "text/plain",
        // An ending that promises magic bytes which are not there is not believed.
        _ => from_text(head),
    }
}

fn from_text(head: &[u8]) -> &'static str {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |tag: &str| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
    if begins("<!doctype html") || begins("<html") {
        return "text/html";
    }
    let printable = |byte: u8| byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    // The head may end inside a character, which is no fault of the text.
    let utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    if !head.is_empty() && utf8 && head.iter().all(|&byte| printable(byte)) {
        return "text/plain";
    }
    "application/octet-stream"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ending_and_first_bytes_decide_together() {
        for (name, head, expected) in [
            ("a.xlsx", &b"PK\x03\x04.."[..], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("a.xlsx", b"not a workbook", "text/plain"),
            ("a.pdf", b"<html>a page saved as PDF", "text/html"),
            ("a.txt", b"%PDF-1.7", "application/pdf"),
            ("a.txt", b"", "text/plain"),
            ("a.json", b"{}", "application/json"),
            ("a.htm", b"", "text/html"),
            ("data.csv/readme", b"plain", "text/plain"),
            ("readme", "cut in a character: \u{e9}".as_bytes().split_last().unwrap().1, "text/plain"),
            ("readme", b"\xff\xfe\x00", "application/octet-stream"),
            ("", b"", "application/octet-stream"),
        ] {
            assert_eq!(guess_media_type(name, head), expected, "{name}");
        }
    }
}
