//! Blocks of text gathered one by one into a document.

use super::{Block, BlockKind, Document, Place};

/// The text so far, within a limit.
#[derive(Default)]
pub(super) struct Collector {
    text: String,
    blocks: Vec<Block>,
    places: Vec<Place>,
}

impl Collector {
    /// Adds a block after an empty line. White space at its ends goes; an empty block is none.
    pub(super) fn push(&mut self, kind: BlockKind, text: &str, page: Option<u32>, part: Option<&str>) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        self.blocks.push(Block { kind, start, end });
        self.place(start, page, part);
    }

    /// Goes on with the last block, on another page; what joins them is the caller's.
    pub(super) fn extend(&mut self, text: &str, page: Option<u32>) {
        let Some(block) = self.blocks.last_mut() else { return };
        let start = self.text.len();
        self.text.push_str(text.trim_end());
        block.end = self.text.len();
        self.place(start, page, None);
    }

    /// Takes characters off the end of the last block, as a hyphen at the end of a page.
    pub(super) fn cut(&mut self, bytes: usize) {
        let length = self.text.len().saturating_sub(bytes);
        if !self.text.is_char_boundary(length) {
            return;
        }
        self.text.truncate(length);
        if let Some(block) = self.blocks.last_mut() {
            block.end = length;
        }
        if let Some(place) = self.places.last_mut() {
            place.end = length;
        }
    }

    fn place(&mut self, start: usize, page: Option<u32>, part: Option<&str>) {
        let end = self.text.len();
        if page.is_none() && part.is_none() {
            return;
        }
        match self.places.last_mut() {
            Some(last) if last.page == page && last.part.as_deref() == part => last.end = end,
            _ => self.places.push(Place { start, end, page, part: part.map(str::to_owned) }),
        }
    }

    pub(super) fn last(&self) -> Option<(BlockKind, &str)> {
        self.blocks.last().map(|b| (b.kind, &self.text[b.start..b.end]))
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn into_document(self, document: Document) -> Document {
        Document { main_text: self.text, blocks: self.blocks, places: self.places, ..document }
    }
}
