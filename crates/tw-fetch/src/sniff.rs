use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::source::Kind;

/// Bytes looked at, at each end.
const WINDOW: u64 = 4096;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Says why a file is evidently not what its card promises, if it is not.
///
/// Looks at the first and last 4 KiB: a web page in place of data, another format, an XML document of another kind, a document without its
/// end. A CSV has no end that could be missed; its length is checked by the transfer.
pub(crate) fn check_file(path: &Path, kind: Kind, roots: &[String], content_type: Option<&str>) -> std::io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = Vec::new();
    (&mut file).take(WINDOW).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(length.saturating_sub(WINDOW)))?;
    let mut tail = Vec::new();
    (&mut file).take(WINDOW).read_to_end(&mut tail)?;
    Ok(check(&head, &tail, kind, roots, content_type).err())
}

fn check(head: &[u8], tail: &[u8], kind: Kind, roots: &[String], content_type: Option<&str>) -> Result<(), String> {
    let text = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    let promised = kind.ending().to_uppercase();
    if text.is_empty() {
        return Err(format!("the server sent nothing where {promised} was promised"));
    }
    let says_page = content_type.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    if says_page && kind != Kind::Zip || is_page(text) {
        return Err(format!("the server sent a web page where {promised} was promised"));
    }
    let end = tail.trim_ascii_end();
    match kind {
        Kind::Xml => check_xml(text, end, roots),
        Kind::Json | Kind::Jsonl => {
            let close = match (text.first(), kind) {
                (Some(b'{'), _) => b'}',
                (Some(b'['), Kind::Json) => b']',
                _ => return Err(format!("the file does not begin as {promised} does")),
            };
            if end.last() == Some(&close) { Ok(()) } else { Err("the file has no end: it is cut off".to_owned()) }
        }
        Kind::Zip => {
            if head.starts_with(b"PK") {
                Ok(())
            } else {
                Err("the file does not begin as ZIP does".to_owned())
            }
        }
        Kind::Csv => check_csv(text),
    }
}

/// True for a web page, with or without a declaration or comment before it.
fn is_page(text: &[u8]) -> bool {
    let start = text.get(..text.len().min(1024)).unwrap_or_default().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || root_of(&start) == Some("html")
}

fn check_xml(text: &[u8], end: &[u8], roots: &[String]) -> Result<(), String> {
    if !text.starts_with(b"<") {
        return Err("the file does not begin as XML does".to_owned());
    }
    let Some(root) = root_of(text) else { return Err("the file has no XML root element in its first 4096 bytes".to_owned()) };
    let local = root.rsplit(':').next().unwrap_or(root);
    if !roots.is_empty() && !roots.iter().any(|known| known == local) {
        return Err(format!("the XML document is a `{local}`, not a `{}`", roots.join("` or `")));
    }
    let close = format!("</{root}");
    let last = end.windows(close.len()).rposition(|window| window == close.as_bytes());
    // Only `>` and white space, or comments, may follow the root's end.
    if last.is_none() || end.last() != Some(&b'>') {
        return Err(format!("the XML document is cut off: its end, `{close}>`, is not there"));
    }
    Ok(())
}

/// Name of the first element, after declarations, comments and a document type.
fn root_of(text: &[u8]) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_ascii_start();
        let inner = rest.strip_prefix(b"<")?;
        let end: &[u8] = match inner {
            [b'?', ..] => b"?>",
            [b'!', b'-', b'-', ..] => b"-->",
            [b'!', ..] => b">",
            _ => {
                let length = inner.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
                return std::str::from_utf8(inner.get(..length)?).ok().filter(|name| !name.is_empty());
            }
        };
        let at = inner.windows(end.len()).position(|window| window == end)?;
        rest = inner.get(at + end.len()..)?;
    }
}

fn check_csv(text: &[u8]) -> Result<(), String> {
    if matches!(text.first(), Some(b'<' | b'{' | b'[')) || text.starts_with(b"PK\x03\x04") || text.contains(&0) {
        return Err("the file does not begin as CSV does".to_owned());
    }
    if !text.iter().any(|byte| matches!(byte, b',' | b';' | b'\t')) {
        return Err("no comma, semicolon or tab is in the first 4096 bytes, so it is no CSV".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(bytes: &[u8], kind: Kind, roots: &[&str]) -> String {
        let roots: Vec<_> = roots.iter().map(|&root| root.to_owned()).collect();
        check(bytes, bytes, kind, &roots, None).err().unwrap_or_default()
    }

    #[test]
    fn the_real_beginnings_of_lists_pass() {
        assert_eq!(
            said(
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\r\n<!-- x > y -->\n<sdnList xmlns=\"u\"><a/></sdnList>\r\n",
                Kind::Xml,
                &["sdnList"]
            ),
            ""
        );
        assert_eq!(said(b"<ns:export a='b'></ns:export >", Kind::Xml, &["export"]), "");
        assert_eq!(said(b"36,\"AEROCARIBBEAN AIRLINES\",-0- ,\"CUBA\"\r\n\x1a", Kind::Csv, &[]), "");
        assert_eq!(said(b"Report Date: 30-Mar-2031,,\n", Kind::Csv, &[]), "");
        assert_eq!(said(b"{\"versions\": {}}\n", Kind::Json, &[]), "");
        assert_eq!(said(b"{\"id\":\"a\"}\n{\"id\":\"b\"}\n", Kind::Jsonl, &[]), "");
    }

    #[test]
    fn a_web_page_is_told_from_data_however_it_begins() {
        for page in [
            "<!DOCTYPE html><html></html>",
            " \n<HTML lang=en></HTML>",
            "<?xml version='1.0'?><html xmlns='x'></html>",
            "<!-- c --><html></html>",
        ] {
            for kind in [Kind::Xml, Kind::Csv, Kind::Json, Kind::Jsonl, Kind::Zip] {
                assert!(said(page.as_bytes(), kind, &[]).contains("web page"), "{page} {kind:?}");
            }
        }
        let typed = check(b"a,b\n", b"a,b\n", Kind::Csv, &[], Some("text/HTML; charset=utf-8"));
        assert!(typed.unwrap_err().contains("web page"));
    }

    #[test]
    fn another_document_and_a_document_without_its_end_are_refused() {
        assert_eq!(
            said(b"<Error><Code>AccessDenied</Code></Error>", Kind::Xml, &["sdnList"]),
            "the XML document is a `Error`, not a `sdnList`"
        );
        assert!(said(b"<sdnList><a></a>", Kind::Xml, &["sdnList"]).contains("cut off"));
        assert!(said(b"{\"error\":\"x\"}", Kind::Xml, &[]).contains("does not begin as XML"));
        assert!(said(b"{\"a\":[1,2", Kind::Json, &[]).contains("cut off"));
        assert!(said(b"<Error></Error>", Kind::Csv, &[]).contains("does not begin as CSV"));
        assert!(said(b"not found", Kind::Csv, &[]).contains("no comma"));
        assert!(said(b" \n", Kind::Json, &[]).contains("sent nothing"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(head in prop::collection::vec(any::<u8>(), 0..200), markup in "[<>!?a-z/\\- ]{0,60}") {
            for kind in [Kind::Xml, Kind::Csv, Kind::Json, Kind::Jsonl, Kind::Zip] {
                let _ = check(&head, &head, kind, &[], None);
                let _ = check(markup.as_bytes(), markup.as_bytes(), kind, &["a".to_owned()], Some(&markup));
            }
        }
    }
}
