//! Word-processor files (DOCX, ECMA-376): paragraphs, tables and footnotes, each with the part it stands in.
//!
//! Only the parts that hold text are unpacked, each within what is left of the limit. Macros are not run; a file with
//! macros is refused. Elements are told by their local names, so that the strict variant (ISO 29500) is read too.

use std::io::{Cursor, Read as _};

use jiff::civil::Date;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use tw_base::Refusal;
use zip::ZipArchive;

use super::collect::Collector;
use super::read::check_length;
use super::{BlockKind, Document, Format, Limits, decode};

const TYPES: &str = "[Content_Types].xml";

/// A row of one cell with so many bytes lays out text and is no row of a table.
const PROSE: usize = 200;

struct Package<'a> {
    name: &'a str,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    left: usize,
    limits: &'a Limits,
}

/// Reads a zip archive as a word-processor file, or says what it is instead.
pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let entries = bytes.windows(4).filter(|w| w == b"PK\x01\x02").count();
    if entries > limits.parts.min(65_535) {
        return Err(Refusal::new(name, "is a zip archive of too many files").hint("unpack it and give the article alone"));
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        Refusal::new(name, format!("is a zip archive or office document that is cut off or damaged: {error}"))
            .hint("check that the download was complete")
    })?;
    let mut package = Package { name, archive, left: limits.inflated, limits };
    let Some(types) = package.part(TYPES)? else { return Err(package.stranger()) };
    let parts = content_types(&types);
    let part = |ends: &str| parts.iter().find(|(_, kind)| kind.ends_with(ends)).map(|(part, _)| part.clone());
    if parts.iter().any(|(_, kind)| kind.contains("macroenabled") || kind.contains("vbaproject")) {
        let reason = "is an office document with macros, which is not opened";
        return Err(Refusal::new(name, reason).hint("save it as DOCX without macros, or as plain text"));
    }
    let Some(main) = part("wordprocessingml.document.main+xml").or_else(|| part("wordprocessingml.template.main+xml")) else {
        return Err(other_office(name, &parts));
    };
    let mut out = Collector::default();
    let mut remarks = Vec::new();
    let mut title = None;
    let kinds = [(Some(main), true), (part("wordprocessingml.footnotes+xml"), false), (part("wordprocessingml.endnotes+xml"), false)];
    for (file, is_body) in kinds.into_iter().filter_map(|(file, body)| Some((file?, body))) {
        let Some(xml) = package.part(&file)? else {
            if is_body {
                return Err(Refusal::new(name, format!("lacks its part `{file}`")).hint("check that the download was complete"));
            }
            continue;
        };
        let mut flow = Flow::new(&package, &file, is_body, &mut out);
        flow.read(&xml)?;
        let (hidden, deleted, found) = (flow.hidden, flow.deleted, flow.title.take());
        title = title.or(found);
        if hidden > 0 {
            remarks.push(format!("{hidden} hidden characters were left out of `{file}`"));
        }
        if deleted > 0 {
            remarks.push(format!("{deleted} passages marked as deleted or moved away were left out of `{file}`"));
        }
    }
    let mut document = out.into_document(Document { remarks, title, ..Document::empty(Format::Docx) });
    if document.main_text.is_empty() {
        let reason = "is a word-processor file without text";
        return Err(Refusal::new(name, reason).hint("if its pages are pictures, have their text recognised first"));
    }
    let core = part("core-properties+xml").unwrap_or_else(|| "docProps/core.xml".to_owned());
    let (core, app) = (package.part(&core)?, package.part("docProps/app.xml")?);
    properties(core.as_deref().unwrap_or(""), app.as_deref().unwrap_or(""), &mut document);
    Ok(document)
}

impl Package<'_> {
    /// A part as characters; none where there is no such part.
    fn part(&mut self, part: &str) -> Result<Option<String>, Refusal> {
        let damaged = |error: &dyn std::fmt::Display| {
            Refusal::new(self.name, format!("its part `{part}` cannot be unpacked: {error}")).hint("check that the download was complete")
        };
        let file = match self.archive.by_name(part.trim_start_matches('/')) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(&error)),
        };
        let mut bytes = Vec::new();
        file.take(self.left as u64 + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        if bytes.len() > self.left {
            let reason = format!("unpacks to more than the {} bytes that are read", self.limits.inflated);
            return Err(Refusal::new(self.name, reason).hint("save it as plain text"));
        }
        self.left -= bytes.len();
        Ok(Some(decode::decode(&bytes, false, None).text))
    }

    /// What an archive without a list of types is.
    fn stranger(&mut self) -> Refusal {
        let said = self.part("mimetype").ok().flatten().unwrap_or_default();
        let (what, hint) = if said.starts_with("application/vnd.oasis.opendocument") {
            ("an OpenDocument file (ODT), which is not read yet", "save it as DOCX or as plain text")
        } else if said.starts_with("application/epub") {
            ("an electronic book (EPUB), which is not read yet", "save the chapter as a web page or as plain text")
        } else {
            ("a zip archive without a document", "unpack it and give the article alone")
        };
        Refusal::new(self.name, format!("is {what}")).hint(hint)
    }
}

fn other_office(name: &str, parts: &[(String, String)]) -> Refusal {
    let has = |word: &str| parts.iter().any(|(_, kind)| kind.contains(word));
    let (what, hint) = if has("spreadsheetml") {
        ("a spreadsheet (XLSX)", "its rows are data, not an article: read them as a table")
    } else if has("presentationml") {
        ("a presentation (PPTX)", "save its text as plain text")
    } else {
        ("an office package without a text document", "save it as DOCX or as plain text")
    };
    Refusal::new(name, format!("is {what}")).hint(hint)
}

/// Parts with their types in lower case.
fn content_types(xml: &str) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut out = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(e) | Event::Empty(e) => {
                if let (Some(kind), Some(part)) =
                    (attribute(&e, "ContentType"), attribute(&e, "PartName").or_else(|| attribute(&e, "Extension")))
                {
                    out.push((part.trim_start_matches('/').to_owned(), kind.to_ascii_lowercase()));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    out
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name).map(|a| a.value.into_owned())
}

/// A switch such as `<w:vanish/>`: on unless it says otherwise.
fn on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}

#[derive(Default)]
struct Paragraph {
    text: String,
    style: String,
    listed: bool,
    outline: bool,
}

/// Walks a part from beginning to end.
struct Flow<'a> {
    name: &'a str,
    limits: &'a Limits,
    part: &'a str,
    body: bool,
    out: &'a mut Collector,
    paragraphs: Vec<Paragraph>,
    /// Cells of the rows that are open, innermost last.
    rows: Vec<Vec<String>>,
    /// Depth of cells, so that a paragraph knows where it goes.
    cells: usize,
    /// Elements that are open within one that is passed over.
    skip: usize,
    in_text: bool,
    in_run: bool,
    run_hidden: bool,
    hidden: usize,
    deleted: usize,
    title: Option<String>,
}

impl<'a> Flow<'a> {
    fn new(package: &Package<'a>, part: &'a str, body: bool, out: &'a mut Collector) -> Self {
        Self {
            name: package.name,
            limits: package.limits,
            part,
            body,
            out,
            paragraphs: Vec::new(),
            rows: Vec::new(),
            cells: 0,
            skip: 0,
            in_text: false,
            in_run: false,
            run_hidden: false,
            hidden: 0,
            deleted: 0,
            title: None,
        }
    }

    fn read(&mut self, xml: &str) -> Result<(), Refusal> {
        let mut reader = quick_xml::Reader::from_str(xml);
        let mut depth = 0usize;
        loop {
            let event = reader.read_event().map_err(|error| {
                Refusal::new(self.name, format!("its part `{}` is no well-formed XML: {error}", self.part))
                    .hint("open it in a word processor and save it anew")
            })?;
            match event {
                Event::Start(e) => {
                    depth += 1;
                    if depth > self.limits.depth {
                        let reason = format!("elements lie more than {} deep in each other", self.limits.depth);
                        return Err(Refusal::new(self.name, reason).hint("save it as plain text"));
                    }
                    self.open(&e);
                }
                Event::Empty(e) => {
                    self.open(&e);
                    self.close(e.local_name().as_ref());
                }
                Event::End(e) => {
                    depth = depth.saturating_sub(1);
                    self.close(e.local_name().as_ref());
                }
                Event::Text(text) => self.say(&text),
                Event::CData(text) => self.say(&text),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => self.say(c.encode_utf8(&mut [0; 4])),
                    _ => self.say(resolve_predefined_entity(&reference).unwrap_or("\u{fffd}")),
                },
                Event::DocType(_) => {
                    let reason = format!("its part `{}` declares a document type, which no word processor writes", self.part);
                    return Err(Refusal::new(self.name, reason).hint("save it anew, or as plain text"));
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
            check_length(self.name, self.out.len(), self.limits)?;
        }
        if depth > 0 {
            return Err(
                Refusal::new(self.name, format!("its part `{}` is cut off", self.part)).hint("check that the download was complete")
            );
        }
        Ok(())
    }

    fn open(&mut self, e: &BytesStart<'_>) {
        let name = e.local_name();
        let name = name.as_ref();
        if self.skip > 0 {
            self.skip += 1;
            return;
        }
        match name {
            // What was deleted, and the second account of a drawing.
            "del" | "moveFrom" => {
                // An empty one marks the end of a paragraph.
                self.deleted += usize::from(self.beside_runs());
                self.skip = 1;
            }
            "Fallback" | "instrText" | "delText" | "sectPr" | "rPrChange" | "pPrChange" => self.skip = 1,
            // Lines that divide notes from the text.
            "footnote" | "endnote" if matches!(attribute(e, "type").as_deref(), Some(t) if t != "normal") => self.skip = 1,
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => (self.in_run, self.run_hidden) = (true, false),
            "t" => self.in_text = true,
            "tab" if self.in_run => self.put("\t"),
            "br" | "cr" => self.put("\n"),
            "noBreakHyphen" => self.put("\u{2011}"),
            "vanish" | "webHidden" if self.in_run => self.run_hidden = on(e),
            "tr" => self.rows.push(Vec::new()),
            "tc" => {
                self.cells += 1;
                if let Some(row) = self.rows.last_mut() {
                    row.push(String::new());
                }
            }
            "pStyle" => {
                if let (Some(p), Some(style)) = (self.paragraphs.last_mut(), attribute(e, "val")) {
                    p.style = style.to_lowercase();
                }
            }
            "numPr" => self.paragraphs.last_mut().into_iter().for_each(|p| p.listed = true),
            "outlineLvl" => self.paragraphs.last_mut().into_iter().for_each(|p| p.outline = attribute(e, "val").as_deref() != Some("9")),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        match name {
            "t" => self.in_text = false,
            "r" => self.in_run = false,
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.paragraph(&paragraph);
                }
            }
            "tc" => self.cells = self.cells.saturating_sub(1),
            "tr" => {
                if let Some(row) = self.rows.pop() {
                    self.row(&row);
                }
            }
            _ => {}
        }
    }

    /// A passage of runs, and not a mark inside one.
    fn beside_runs(&self) -> bool {
        !self.in_run && !self.paragraphs.is_empty()
    }

    fn say(&mut self, text: &str) {
        if self.skip > 0 || !self.in_text {
            return;
        }
        if self.run_hidden {
            self.hidden += text.chars().count();
            return;
        }
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let text = paragraph.text.trim();
        if text.is_empty() {
            return;
        }
        if self.cells > 0
            && let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut())
        {
            if !cell.is_empty() {
                cell.push('\n');
            }
            cell.push_str(text);
            return;
        }
        let style = paragraph.style.as_str();
        let kind = if !self.body {
            BlockKind::Footnote
        } else if style == "title" {
            self.title.get_or_insert_with(|| text.to_owned());
            BlockKind::Headline
        } else if style.contains("caption") {
            BlockKind::Caption
        } else if paragraph.outline || style.starts_with("heading") || style == "subtitle" || style.contains("berschrift") {
            BlockKind::Subheading
        } else if paragraph.listed || style.starts_with("list") {
            BlockKind::ListItem
        } else if text.len() < 120
            && !text.contains('\n')
            && !text.ends_with(['.', '!', '?', '”', '"', '»', '…', ':', '。', ')', '’', ';', ','])
        {
            BlockKind::Subheading
        } else {
            BlockKind::Body
        };
        self.out.push(kind, text, None, Some(self.part));
    }

    fn row(&mut self, row: &[String]) {
        let full: Vec<&str> = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
        // A table inside a cell is text of that cell.
        if let Some(cell) = self.rows.last_mut().and_then(|outer| outer.last_mut()) {
            if !cell.is_empty() {
                cell.push('\n');
            }
            cell.push_str(&full.join("\t"));
            return;
        }
        match full[..] {
            [] => {}
            [one] if one.len() > PROSE => {
                for line in one.split('\n') {
                    self.out.push(if self.body { BlockKind::Body } else { BlockKind::Footnote }, line, None, Some(self.part));
                }
            }
            _ => {
                let cells: Vec<String> = row.iter().map(|c| c.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
                self.out.push(BlockKind::TableRow, &cells.join("\t"), None, Some(self.part));
            }
        }
    }
}

/// Title, author, language and date as the file says of itself.
fn properties(core: &str, app: &str, document: &mut Document) {
    let of = |xml: &str, name: &str| element(xml, name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    document.title = of(core, "title").or_else(|| document.title.take());
    document.author = of(core, "creator");
    document.publisher = of(core, "publisher").or_else(|| of(app, "Company"));
    document.lang = of(core, "language").map(|l| l.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_lowercase());
    let day = |text: String| text.get(..10).and_then(|d| d.parse::<Date>().ok());
    // The day of making may be a template's; that of the last change is nearer to publication.
    document.published = of(core, "modified").and_then(day).or_else(|| of(core, "created").and_then(day));
    if let Some(date) = document.published {
        document.remarks.push(format!("the day of publication is not said; {date}, the file's last change, was taken for it"));
    }
}

/// Text of the first element of a name.
fn element(xml: &str, name: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut inside: Option<String> = None;
    while let Ok(event) = reader.read_event() {
        match (event, &mut inside) {
            (Event::Start(e), None) if e.local_name().as_ref() == name => inside = Some(String::new()),
            (Event::Text(text), Some(out)) => out.push_str(&text),
            (Event::GeneralRef(reference), Some(out)) => match reference.resolve_char_ref() {
                Ok(Some(c)) => out.push(c),
                _ => out.push_str(resolve_predefined_entity(&reference).unwrap_or("\u{fffd}")),
            },
            (Event::End(_), Some(out)) => return Some(std::mem::take(out)),
            (Event::Eof, _) => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[path = "docx_tests.rs"]
mod tests;
