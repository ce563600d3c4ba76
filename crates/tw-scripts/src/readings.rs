//! A table of Latin readings for words that rules of spelling read badly: Arabic, Hebrew, Thai and Japanese names.

use std::sync::LazyLock;

/// Lines `word<TAB>reading|reading`, sorted by word, compressed. Made by `examples/build_names.rs`; see `data/README.md`.
static PACKED: &[u8] = include_bytes!("../data/readings.zst");

struct Table {
    text: String,
    lines: Vec<u32>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A table that cannot be read is an empty one: a word then falls back to the rules. The test below reads it.
    let text = zstd::decode_all(PACKED).ok().and_then(|b| String::from_utf8(b).ok()).unwrap_or_default();
    let mut lines = Vec::with_capacity(text.len() / 24);
    let mut start = 0u32;
    for line in text.split_inclusive('\n') {
        lines.push(start);
        start += line.len() as u32;
    }
    Table { text, lines }
});

/// The Latin readings of a folded word, best first, parted by `|`; none if the table has no such word.
pub fn reading(folded: &str) -> Option<&'static str> {
    let table: &'static Table = &TABLE;
    let line = |at: u32| table.text[at as usize..].lines().next().and_then(|l| l.split_once('\t'));
    let found = table.lines.binary_search_by(|at| line(*at).map_or("", |(word, _)| word).cmp(folded)).ok()?;
    line(table.lines[found]).map(|(_, readings)| readings)
}

/// Packs lines of [`reading`]'s table, sorted by word.
///
/// # Errors
/// If the compressor fails, its message.
pub fn pack(lines: &str) -> Result<Vec<u8>, String> {
    zstd::encode_all(lines.as_bytes(), 15).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_read() {
        assert!(TABLE.lines.len() > 10_000, "{}", TABLE.lines.len());
        let words: Vec<&str> = TABLE.text.lines().filter_map(|l| l.split_once('\t')).map(|(w, _)| w).collect();
        assert!(words.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(reading("no such word"), None);
    }
}
