//! PDF files (ISO 32000): their text in reading order, with the page of each paragraph.
//!
//! `lopdf` reads the objects; what the letters are and where they stand is worked out here. Before `lopdf` sees a file,
//! its objects are counted, as those of a hostile file would fill the memory: packed objects are unpacked once within
//! the limit for that. It runs on a thread of its own, whose panic becomes a refusal.

mod content;
mod font;
mod layout;
mod scan;
mod token;

use jiff::civil::Date;
use lopdf::{Dictionary, Object};
use tw_base::Refusal;

use super::{BlockKind, Document, Format, Limits};

/// Stack of the reading thread.
const STACK: usize = 16 << 20;

/// Unpacked bytes of one page's instructions that are read.
const PAGE: usize = 32 << 20;

/// Reads a PDF file.
pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    scan::check(name, bytes, limits)?;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || inner(name, bytes, limits));
        match thread {
            Ok(handle) => handle.join().unwrap_or_else(|_| Err(broken(name, "its objects make no sense"))),
            Err(error) => Err(Refusal::new(name, format!("no thread could be begun to read it: {error}"))),
        }
    })
}

fn broken(name: &str, what: &str) -> Refusal {
    Refusal::new(name, format!("is a damaged PDF file: {what}"))
        .hint("check that the download was complete, or open it in a viewer and print it to a new PDF")
}

fn inner(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let options = lopdf::LoadOptions { max_decompressed_size: Some(scan::objects(limits)), ..lopdf::LoadOptions::default() };
    let pdf = match lopdf::Document::load_mem_with_options(bytes, options) {
        Ok(pdf) => pdf,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Unimplemented(_)) => return Err(scan::encrypted(name)),
        Err(error) => return Err(broken(name, &error.to_string())),
    };
    if pdf.is_encrypted() || pdf.was_encrypted() {
        return Err(scan::encrypted(name));
    }
    let mut remarks = Vec::new();
    if pdf.xref_recovery.is_some() {
        remarks.push("the index of the file is damaged; its objects were looked for one by one".to_owned());
    }
    let mut pages = Vec::new();
    let mut fonts = font::Fonts::default();
    let mut left = limits.inflated;
    let (mut letters, mut unknown, mut unseen) = (0usize, 0usize, 0usize);
    for id in pdf.page_iter() {
        if pages.len() >= limits.parts {
            return Err(Refusal::new(name, format!("has more than {} pages", limits.parts)).hint("split the file"));
        }
        let taken = content::page(&pdf, id, &mut fonts, left.min(PAGE));
        let page = match taken {
            Ok(page) => page,
            Err(content::TooLarge) => {
                let reason = format!("page {} unpacks to more than can be read", pages.len() + 1);
                return Err(Refusal::new(name, reason).hint("save the pages that matter as a file of their own"));
            }
        };
        left = left.saturating_sub(page.spent);
        letters += page.letters;
        unknown += page.unknown;
        unseen += page.invisible;
        super::read::check_length(name, letters, limits)?;
        pages.push(page);
    }
    if pages.is_empty() {
        return Err(broken(name, "it has no pages"));
    }
    if letters == 0 {
        let reason = format!("holds no text on its {} pages: they are pictures, as of a scan", pages.len());
        return Err(Refusal::new(name, reason).hint("have its text recognised (OCR) first"));
    }
    if unknown * 4 > letters {
        let reason = format!("does not say which letters its fonts show, for {unknown} of {letters} of them");
        return Err(Refusal::new(name, reason).hint("have its text recognised (OCR) first, or save it as plain text"));
    }
    if unknown > 0 {
        remarks.push(format!("{unknown} of {letters} characters are not told by their fonts and stand as U+FFFD"));
    }
    if unseen * 2 > letters {
        remarks.push("the text lies unseen behind pictures: a program recognised it, with errors to be expected".to_owned());
    }
    let turned: usize = pages.iter().map(|p| p.turned).sum();
    if turned > 0 {
        remarks.push(format!("{turned} characters that do not run from left to right were left out"));
    }
    let laid = layout::lay(&pages, limits.text);
    if laid.repeated > 0 {
        remarks.push(format!("{} lines that stand at the head or foot of pages were left out", laid.repeated));
    }
    let mut document = laid.out.into_document(Document { remarks, title: laid.title, ..Document::empty(Format::Pdf) });
    super::read::check_length(name, document.main_text.len(), limits)?;
    properties(&pdf, &mut document);
    let title = document.title.clone();
    let text = &document.main_text;
    if let Some(first) = document.blocks.iter_mut().find(|b| title.as_deref() == Some(&text[b.start..b.end])) {
        first.kind = BlockKind::Headline;
    }
    Ok(document)
}

/// Title, author, language and date as the file says of itself.
fn properties(pdf: &lopdf::Document, document: &mut Document) {
    let empty = Dictionary::new();
    let info = pdf.trailer.get_deref(b"Info", pdf).and_then(Object::as_dict).unwrap_or(&empty);
    let of = |key: &[u8]| info.get_deref(key, pdf).and_then(Object::as_str).ok().map(string).filter(|s| !s.is_empty());
    // A title such as "Microsoft Word - draft3.doc" is a file's name.
    let title = of(b"Title").filter(|t| !t.starts_with("Microsoft Word") && !t.contains(".doc") && !t.eq_ignore_ascii_case("untitled"));
    document.title = title.or_else(|| document.title.take());
    document.author = of(b"Author");
    let catalog = pdf.catalog().unwrap_or(&empty);
    let lang = catalog.get_deref(b"Lang", pdf).and_then(Object::as_str).ok().map(string);
    document.lang =
        lang.map(|l| l.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_lowercase()).filter(|l| l.len() == 2);
    // A page printed from a browser was made when somebody printed it, which may be years after.
    let maker = format!("{} {}", of(b"Creator").unwrap_or_default(), of(b"Producer").unwrap_or_default());
    let printed = ["Skia/PDF", "Mozilla", "Chrom", "Safari", "wkhtmltopdf", "Quartz PDFContext", "Microsoft: Print To PDF"];
    if let Some(date) = of(b"CreationDate").as_deref().and_then(day) {
        if printed.iter().any(|p| maker.contains(p)) {
            document.remarks.push(format!("the day of publication is not said; the page was printed on {date}"));
            return;
        }
        document.published = Some(date);
        document.remarks.push(format!("the day of publication is not said; {date}, on which the file was made, was taken for it"));
    }
}

/// A text string: UTF-16 or UTF-8 with its mark, else near enough to Latin (7.9.2.2).
fn string(bytes: &[u8]) -> String {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => encoding_rs::WINDOWS_1252.decode(bytes).0,
    };
    text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// `D:20220504…` (7.9.4).
fn day(text: &str) -> Option<Date> {
    let digits = text.strip_prefix("D:").unwrap_or(text);
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<i16>().ok());
    let part = |at: usize| i8::try_from(number(at..at + 2)?).ok();
    Date::new(number(0..4)?, part(4)?, part(6)?).ok()
}

#[cfg(test)]
mod tests;
