//! Documents: their text, its blocks, and what they say about themselves.

mod decode;
mod dom;
mod html;
mod meta;
mod read;

use jiff::civil::Date;
pub use read::{Limits, read};
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
        Self {
            format: Format::Text,
            lang: None,
            title: None,
            author: None,
            publisher: None,
            published: None,
            main_text: text.to_owned(),
            blocks,
            remarks: Vec::new(),
        }
    }
}

fn push(text: &str, start: usize, end: usize, blocks: &mut Vec<Block>) {
    let length = text[start..end].trim_end().len();
    blocks.push(Block { kind: BlockKind::Body, start, end: start + length });
}
