use tw_base::{Refusal, Refusals};

/// Refusals of one file: the first ones are kept, the rest is counted.
#[derive(Debug)]
pub(crate) struct Collector {
    file: String,
    cap: usize,
    kept: Vec<Refusal>,
    more: u64,
}

impl Collector {
    /// For a file of that name.
    pub(crate) fn new(file: &str, cap: usize) -> Self {
        Self { file: file.to_owned(), cap: cap.max(1), kept: Vec::new(), more: 0 }
    }

    /// Adds one.
    pub(crate) fn push(&mut self, refusal: Refusal) {
        if self.kept.len() < self.cap {
            self.kept.push(refusal);
        } else {
            self.more += 1;
        }
    }

    /// Adds one that sums up many: it comes before all others and is never only counted.
    pub(crate) fn push_first(&mut self, refusal: Refusal) {
        self.kept.insert(0, refusal);
        if self.kept.len() > self.cap {
            self.kept.pop();
            self.more += 1;
        }
    }

    /// All of them, if there are any.
    pub(crate) fn finish(mut self) -> Result<(), Refusals> {
        if self.kept.is_empty() {
            return Ok(());
        }
        if self.more > 0 {
            self.kept.push(Refusal::new(self.file, format!("and {} more", self.more)));
        }
        Err(Refusals(self.kept))
    }
}
