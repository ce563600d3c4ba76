//! Columns found by their headings.

use crate::draft::Out;
use crate::table::Row;

/// Where the columns are that a reader knows.
pub(crate) struct Header {
    at: Vec<(&'static str, usize)>,
    /// Number of columns.
    pub(crate) width: usize,
}

/// A heading as it is compared: small letters and digits.
pub(crate) fn plain(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Header {
    /// Finds the columns of a header row. `known` holds each name, as [`plain`] writes it, and the reader's own name for it.
    /// Columns that are not known are counted as remarks.
    pub(crate) fn new(row: &Row, known: &[(&'static str, &'static str)], out: &mut Out<'_>) -> Self {
        let mut at = Vec::new();
        for (i, heading) in row.cells().enumerate() {
            let plain = plain(heading);
            match known.iter().find(|(written, _)| *written == plain) {
                Some((_, own)) => at.push((*own, i)),
                None if plain.is_empty() => {}
                None => {
                    let heading: String = heading.chars().take(60).collect();
                    out.report.remark(format!("a column is not known: `{heading}`"), row.span());
                }
            }
        }
        Self { at, width: row.len() }
    }

    /// Columns that are found already.
    pub(crate) fn of(at: Vec<(&'static str, usize)>, width: usize) -> Self {
        Self { at, width }
    }

    pub(crate) fn has(&self, own: &str) -> bool {
        self.at.iter().any(|(name, _)| *name == own)
    }

    /// The cell in a column; empty if there is no such column, or the cell holds a placeholder.
    pub(crate) fn get<'r>(&self, row: &'r Row, own: &str) -> &'r str {
        let cell = self.at.iter().find(|(name, _)| *name == own).map_or("", |(_, i)| row.get(*i));
        if cell.eq_ignore_ascii_case("n/a") || cell == "-" { "" } else { cell }
    }
}
