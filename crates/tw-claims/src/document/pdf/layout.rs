//! From letters on pages to paragraphs: lines, then blocks, in the order in which the file draws them.
//!
//! Programs draw text in reading order, column by column, so that the order of the file is kept, and a new line or
//! column is told by where it begins. What stands at the head or foot of several pages alike is no text.

use std::collections::BTreeMap;

use super::content::{Page, Run};
use crate::document::BlockKind;
use crate::document::collect::Collector;

#[derive(Clone, Debug)]
struct Line {
    text: String,
    x: f64,
    end: f64,
    y: f64,
    size: f64,
    /// Wide gaps inside, as between the cells of a row.
    gaps: usize,
    page: u32,
    kind: BlockKind,
}

pub(super) struct Laid {
    pub out: Collector,
    /// The largest line of the first page, where it stands out.
    pub title: Option<String>,
    /// Lines left out as head or foot of pages.
    pub repeated: usize,
}

/// Lays out the pages.
pub(super) fn lay(pages: &[Page], most: usize) -> Laid {
    let mut lines: Vec<Vec<Line>> = Vec::with_capacity(pages.len());
    for (page, number) in pages.iter().zip(1u32..) {
        lines.push(page_lines(&page.runs, number));
    }
    let repeated = drop_running(&mut lines, pages);
    let body = body_size(&lines);
    for page in &mut lines {
        kinds(page, body);
    }
    let title = title(&lines, body);
    let mut out = Collector::default();
    let mut before: Option<&Line> = None;
    let mut paragraph = Paragraph::default();
    let all: Vec<&Line> = lines.iter().flatten().collect();
    let edges = right_edges(&all);
    for (line, edge) in all.iter().zip(&edges) {
        let joins = before.is_some_and(|b| continues(b, line, *edge));
        if !joins {
            paragraph.finish(&mut out);
        }
        paragraph.add(line);
        before = Some(line);
        if out.len() > most {
            break;
        }
    }
    paragraph.finish(&mut out);
    Laid { out, title, repeated }
}

/// Runs put together to lines.
fn page_lines(runs: &[Run], page: u32) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for run in runs {
        let size = run.size.max(1.0);
        let joined = out.last_mut().filter(|line| {
            let same = (line.y - run.y).abs() < 0.5 * line.size.max(size);
            same && run.x > line.end - 0.6 * size.max(line.size) && run.x - line.end < 40.0 * size
        });
        let Some(line) = joined else {
            if !run.text.trim().is_empty() {
                let text = run.text.trim_start().to_owned();
                out.push(Line { text, x: run.x, end: run.end, y: run.y, size, gaps: 0, page, kind: BlockKind::Body });
            }
            continue;
        };
        let gap = run.x - line.end;
        // A mark of a note stands raised and small.
        let raised = size < 0.8 * line.size && run.text.trim().len() <= 3 && run.text.trim().bytes().all(|b| b.is_ascii_digit());
        if raised && !run.text.trim().is_empty() && run.y > line.y + 0.15 * line.size {
            line.end = run.end.max(line.end);
            continue;
        }
        if gap > 2.0 * size && !line.text.trim().is_empty() {
            line.gaps += 1;
            line.text.push('\t');
        } else if gap > 0.17 * size && !line.text.ends_with(char::is_whitespace) && !run.text.starts_with(char::is_whitespace) {
            line.text.push(' ');
        }
        line.text.push_str(&run.text);
        line.end = run.end.max(line.end);
        // The size of most of a line is its size.
        if run.text.len() * 2 > line.text.len() {
            (line.size, line.y) = (size, run.y);
        }
    }
    for line in &mut out {
        let cells: Vec<String> =
            line.text.split('\t').map(|c| c.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|c| !c.is_empty()).collect();
        // A gap after a bullet or a number is none.
        let label = cells.len() == 2 && cells[0].chars().count() <= 4;
        line.gaps = if label { 0 } else { cells.len().saturating_sub(1) };
        line.text = cells.join(if label { " " } else { "\t" });
    }
    out.retain(|line| !line.text.is_empty());
    out
}

/// A line without its numbers.
fn shape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(200) {
        if c.is_ascii_digit() {
            if !out.ends_with('#') {
                out.push('#');
            }
        } else if !c.is_whitespace() {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Leaves out lines near the head or foot that stand on several pages alike, and lone numbers there.
fn drop_running(lines: &mut [Vec<Line>], pages: &[Page]) -> usize {
    let edge = |line: &Line, page: &Page| {
        let height = page.top - page.bottom;
        line.y > page.top - 0.12 * height || line.y < page.bottom + 0.12 * height
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (page, found) in pages.iter().zip(lines.iter()) {
        let mut here: Vec<String> = found.iter().filter(|l| edge(l, page)).map(|l| shape(&l.text)).collect();
        here.sort();
        here.dedup();
        for shape in here {
            *seen.entry(shape).or_default() += 1;
        }
    }
    let need = 2.max(lines.len() / 4);
    let mut dropped = 0;
    for (page, found) in pages.iter().zip(lines.iter_mut()) {
        let before = found.len();
        found.retain(|line| {
            let shape = shape(&line.text);
            let number = shape.trim_matches(['-', '–', '/', '.', '|']) == "#" || shape.starts_with("page#");
            !(edge(line, page) && (number && line.text.len() < 16 || seen.get(&shape).is_some_and(|n| *n >= need)))
        });
        dropped += before - found.len();
    }
    dropped
}

/// The size that most letters have, in quarters of a point.
fn body_size(lines: &[Vec<Line>]) -> f64 {
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for line in lines.iter().flatten() {
        *sizes.entry((line.size * 4.0).round().clamp(0.0, 4e4) as u32).or_default() += line.text.len();
    }
    sizes.iter().max_by_key(|(size, letters)| (**letters, **size)).map_or(10.0, |(size, _)| f64::from(*size) / 4.0)
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '”', '"', '»', '…', ':', '。', ')', '’', ';'])
}

fn kinds(lines: &mut [Line], body: f64) {
    let lowest = lines.iter().filter(|l| l.size > 0.9 * body).map(|l| l.y).fold(f64::INFINITY, f64::min);
    for line in lines {
        let first = line.text.chars().next().unwrap_or(' ');
        line.kind = if line.gaps > 0 {
            BlockKind::TableRow
        } else if line.size > 1.12 * body {
            BlockKind::Subheading
        } else if line.size < 0.88 * body && line.y < lowest {
            BlockKind::Footnote
        } else if matches!(first, '•' | '‣' | '◦' | '▪' | '●' | '\u{f0b7}') {
            BlockKind::ListItem
        } else {
            BlockKind::Body
        };
    }
}

fn title(lines: &[Vec<Line>], body: f64) -> Option<String> {
    let first = lines.iter().find(|page| !page.is_empty())?;
    let largest = first.iter().map(|l| l.size).fold(0.0, f64::max);
    if largest < 1.25 * body {
        return None;
    }
    let words: Vec<&str> =
        first.iter().skip_while(|l| l.size < 0.98 * largest).take_while(|l| l.size >= 0.98 * largest).map(|l| l.text.as_str()).collect();
    let title = words.join(" ");
    (title.len() < 400).then_some(title)
}

/// For each line how far to the right the lines about it go.
fn right_edges(lines: &[&Line]) -> Vec<f64> {
    (0..lines.len())
        .map(|i| {
            let near = lines[i.saturating_sub(4)..(i + 5).min(lines.len())].iter();
            near.filter(|l| (l.x - lines[i].x).abs() < 3.0 * lines[i].size && l.gaps == 0).map(|l| l.end).fold(f64::NEG_INFINITY, f64::max)
        })
        .collect()
}

/// Whether a line goes on with the paragraph of the one before. `edge` is how far the lines about them go.
fn continues(before: &Line, line: &Line, edge: f64) -> bool {
    if before.kind == BlockKind::TableRow || line.kind == BlockKind::TableRow || line.kind == BlockKind::ListItem {
        return false;
    }
    let listed = before.kind == BlockKind::ListItem && line.kind == BlockKind::Body;
    if before.kind != line.kind && !listed || (before.size - line.size).abs() > 0.12 * before.size {
        return false;
    }
    let ended = ends_sentence(&before.text);
    let lower = line.text.chars().next().is_some_and(char::is_lowercase);
    let drop = before.y - line.y;
    if before.page != line.page || drop < -0.5 * line.size {
        // Another page or column: the sentence tells.
        return line.kind == BlockKind::Body && (!ended || lower);
    }
    if line.kind == BlockKind::Footnote && line.text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    if drop > 2.2 * line.size {
        return false;
    }
    let indented = line.x > before.x + 0.8 * line.size && !listed;
    let short = before.end < edge - 6.0 * before.size;
    let numbered = numbered(&line.text);
    if numbered && ended {
        return false;
    }
    // More room than between the lines of one paragraph, an indent or a short line end it once the sentence has ended.
    !(drop > 1.65 * line.size
        || ended && (indented || short)
        || short && !lower && before.kind == BlockKind::Body && drop > 1.35 * line.size)
}

/// `12. ` or `(a) ` at its beginning.
fn numbered(text: &str) -> bool {
    let label = text.split_whitespace().next().unwrap_or("");
    let inner = label.trim_start_matches('(').trim_end_matches(['.', ')']);
    inner.len() < label.len() && inner.len() <= 4 && !inner.is_empty() && (inner.bytes().all(|b| b.is_ascii_digit()) || inner.len() == 1)
}

#[derive(Default)]
struct Paragraph {
    lines: Vec<(String, u32)>,
    kind: Option<BlockKind>,
}

impl Paragraph {
    fn add(&mut self, line: &Line) {
        self.kind.get_or_insert(line.kind);
        self.lines.push((line.text.clone(), line.page));
    }

    fn finish(&mut self, out: &mut Collector) {
        let (lines, kind) = (std::mem::take(&mut self.lines), self.kind.take());
        let Some(mut kind) = kind else { return };
        let whole = lines.iter().map(|(l, _)| l.len()).sum::<usize>();
        // A line that stands alone and ends no sentence is a heading.
        if kind == BlockKind::Body && lines.len() == 1 && whole < 90 && !ends_sentence(&lines[0].0) {
            kind = BlockKind::Subheading;
        }
        for (i, (text, page)) in lines.iter().enumerate() {
            if i == 0 {
                out.push(kind, text, Some(*page), None);
                continue;
            }
            let last = out.last().map_or("", |(_, t)| t);
            let word = last.rsplit(char::is_whitespace).next().unwrap_or("");
            let soft = last.ends_with('\u{ad}');
            // A word parted at the end of a line; one with another hyphen keeps it, as "ship-to-".
            let parted = last.ends_with('-') && text.starts_with(char::is_lowercase) && word.matches('-').count() == 1;
            let letters = word.trim_end_matches('-').chars().all(char::is_alphabetic) && word.chars().count() > 2;
            if soft {
                out.cut('\u{ad}'.len_utf8());
                out.extend(text, Some(*page));
            } else if parted && letters {
                out.cut(1);
                out.extend(text, Some(*page));
            } else if last.ends_with('-') {
                out.extend(text, Some(*page));
            } else {
                out.extend(&format!(" {text}"), Some(*page));
            }
        }
    }
}
