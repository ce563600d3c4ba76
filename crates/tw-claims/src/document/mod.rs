//! Documents: their text, its blocks, and what they say about themselves.

mod collect;
mod decode;
mod docx;
mod dom;
mod eml;
mod html;
mod meta;
mod pdf;
mod read;
mod warc;

use jiff::civil::Date;
pub use read::{Collection, Limits, read, read_all};
use serde::{Deserialize, Serialize};

/// What a file was before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text.
    Text,
    /// A web page.
    Html,
    /// A PDF file.
    Pdf,
    /// A word-processor file.
    Docx,
    /// An e-mail message.
    Eml,
    /// A web archive.
    Warc,
}

/// What a stretch of `main_text` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A paragraph of the article.
    Body,
    /// A list item of the article.
    ListItem,
    /// The headline.
    Headline,
    /// A heading inside the article.
    Subheading,
    /// Name of the author, date line, credits of the desk.
    Byline,
    /// A caption or a picture credit.
    Caption,
    /// Navigation, appeals, newsletters, cookies, advertisements, comments: not the article.
    Boilerplate,
    /// A row of a table, its cells parted by tabs: no sentence, so no claims are read from it.
    TableRow,
    /// A footnote or an endnote, kept apart from the text it belongs to: mostly sources, so no claims are read from it.
    Footnote,
}

/// A stretch of `main_text`, in bytes, of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// First byte in `main_text`.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// What the spans of a document count in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpansIn {
    /// The document's own text, all of it, once its bytes are read as characters.
    #[default]
    Source,
    /// Text taken out of the document: `main_text` stands nowhere in the file as it is here. `places` leads back.
    Extracted,
}

/// Where in the file a stretch of `main_text` comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// First byte in `main_text`.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Page of a PDF, counted from 1 as a viewer does, whatever number is printed on it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u32>,
    /// Part of an office document or a message, as `word/footnotes.xml` or `text/plain`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub part: Option<String>,
}

/// A file that came along with a message. It was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, where the message gives one.
    pub name: Option<String>,
    /// Its type as the message says, as `application/pdf`.
    pub media_type: String,
    /// Its size in bytes once decoded.
    pub bytes: usize,
}

/// A document that has been read: its text, the blocks of the text, and what it says about itself.
///
/// For plain text `main_text` is the whole document, so that offsets count in it; for every other format it is the
/// article body, paragraphs joined by an empty line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it was.
    pub format: Format,
    /// Language, ISO 639-1: `en`, `ru`, `ko`, or what else was recognised.
    pub lang: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The outlet.
    pub publisher: Option<String>,
    /// Day of publication.
    pub published: Option<Date>,
    /// The text that spans count in.
    pub main_text: String,
    /// The blocks of `main_text`, in order, without overlap.
    pub blocks: Vec<Block>,
    /// What the spans of `blocks`, `places` and claims count in.
    #[serde(default)]
    pub spans_in: SpansIn,
    /// Page or part that each stretch of `main_text` comes from, in order; empty where there is but one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub places: Vec<Place>,
    /// Address the document was taken from, where a web archive tells it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uri: Option<String>,
    /// When a web archive took it, as the archive writes it. This is no day of publication: the page may be older.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub captured: Option<String>,
    /// Files that came along, listed and not read.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attachments: Vec<Attachment>,
    /// What the reader had to guess or replace, one sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub remarks: Vec<String>,
}

impl Document {
    /// A plain-text document: one block a paragraph, split at empty lines, none judged yet.
    ///
    /// ```
    /// let document = tw_claims::Document::plain("First.\n\nSecond.");
    /// assert_eq!(document.blocks.len(), 2);
    /// ```
    #[must_use]
    pub fn plain(text: &str) -> Self {
        let mut blocks = Vec::new();
        let mut start = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let blank = line.trim().is_empty();
            match (blank, start) {
                (false, None) => start = Some(at),
                (true, Some(from)) => {
                    push(text, from, at, &mut blocks);
                    start = None;
                }
                _ => {}
            }
            at += line.len();
        }
        if let Some(from) = start {
            push(text, from, at, &mut blocks);
        }
        Self { main_text: text.to_owned(), blocks, ..Self::empty(Format::Text) }
    }

    /// Page or part that a byte of `main_text` comes from; none where the file has no such thing.
    #[must_use]
    pub fn place(&self, byte: usize) -> Option<&Place> {
        let at = self.places.partition_point(|place| place.end <= byte);
        self.places.get(at).filter(|place| place.start <= byte)
    }

    /// A document without text.
    pub(crate) fn empty(format: Format) -> Self {
        let spans_in = if format == Format::Text { SpansIn::Source } else { SpansIn::Extracted };
        Self {
            format,
            lang: None,
            title: None,
            author: None,
            publisher: None,
            published: None,
            main_text: String::new(),
            blocks: Vec::new(),
            spans_in,
            places: Vec::new(),
            uri: None,
            captured: None,
            attachments: Vec::new(),
            remarks: Vec::new(),
        }
    }
}

fn push(text: &str, start: usize, end: usize, blocks: &mut Vec<Block>) {
    let length = text[start..end].trim_end().len();
    blocks.push(Block { kind: BlockKind::Body, start, end: start + length });
}
