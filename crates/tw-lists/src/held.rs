//! Entries that a file spreads over several rows, held until its end.

use std::collections::{HashMap, HashSet};

use tw_base::{Refusal, Span};

use crate::draft::{Draft, Out};

/// Bytes of rows held at most: 1 GiB; the largest list of this kind has 50 MB.
const MOST_HELD: usize = 1 << 30;

#[derive(Default)]
pub(crate) struct Held {
    drafts: Vec<(Draft, Span)>,
    by_key: HashMap<String, usize>,
    ids: HashSet<String>,
    bytes: usize,
}

impl Held {
    /// The draft of that key, made if it is new; `bytes` is the size of the row that adds to it.
    pub(crate) fn draft(
        &mut self,
        name: &str,
        key: String,
        bytes: usize,
        place: Span,
        make: impl FnOnce() -> Draft,
    ) -> Result<&mut Draft, Refusal> {
        self.bytes += bytes;
        if self.bytes > MOST_HELD {
            return Err(Refusal::new(name, "it holds more than can be kept at once"));
        }
        let at = match self.by_key.get(&key) {
            Some(at) => *at,
            None => {
                let draft = make();
                self.ids.insert(draft.entity.id.clone());
                self.drafts.push((draft, place));
                self.by_key.insert(key, self.drafts.len() - 1);
                self.drafts.len() - 1
            }
        };
        Ok(&mut self.drafts[at].0)
    }

    /// If there is a draft of that key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// If an entry has that id.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Gives all, in the order in which they began.
    pub(crate) fn give(self, out: &mut Out<'_>) {
        for (draft, place) in self.drafts {
            if out.stopped() {
                return;
            }
            out.give(draft, place);
        }
        out.finish_links();
    }
}
