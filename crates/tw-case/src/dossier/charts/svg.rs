//! Scales, axes, text and patterns of the charts. Numbers have fixed decimals, so that the same data give the same bytes.

use std::fmt::Write as _;

use tw_base::format_number;

/// Size of ordinary chart text, in user units.
pub(crate) const TEXT: f64 = 12.0;

/// Where a text is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Its start lies at the point.
    Start,
    /// Its middle lies at the point.
    Middle,
    /// Its end lies at the point.
    End,
}

/// Fills that stay apart in greyscale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// Diagonal lines: estimated.
    Hatch,
    /// Dots.
    Dots,
    /// Crossed lines: withheld or missing.
    Missing,
}

impl Fill {
    fn name(self) -> &'static str {
        match self {
            Self::Hatch => "hatch",
            Self::Dots => "dots",
            Self::Missing => "missing",
        }
    }
}

/// A drawing in the making.
pub(crate) struct Svg {
    id: String,
    width: f64,
    body: String,
}

impl Svg {
    /// An empty drawing; `id` tells its patterns apart from those of other drawings on the page.
    pub(crate) fn new(id: &str, width: f64) -> Self {
        Self { id: id.to_owned(), width, body: String::new() }
    }

    /// A filled rectangle. A width below zero draws nothing.
    pub(crate) fn rect(&mut self, class: &str, [x, y, w, h]: [f64; 4]) {
        if w > 0.0 && h > 0.0 {
            let _ = write!(self.body, r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#, n(x), n(y), n(w), n(h));
        }
    }

    /// A rectangle with a pattern.
    pub(crate) fn patterned(&mut self, fill: Fill, class: &str, [x, y, w, h]: [f64; 4]) {
        if w > 0.0 && h > 0.0 {
            let _ = write!(
                self.body,
                r#"<rect class="{class}" fill="url(#{}-{})" x="{}" y="{}" width="{}" height="{}"/>"#,
                self.id,
                fill.name(),
                n(x),
                n(y),
                n(w),
                n(h)
            );
        }
    }

    /// A line.
    pub(crate) fn line(&mut self, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
        let _ = write!(self.body, r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#, n(x1), n(y1), n(x2), n(y2));
    }

    /// A closed shape.
    pub(crate) fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        let list: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", n(*x), n(*y))).collect();
        let _ = write!(self.body, r#"<polygon class="{class}" points="{}"/>"#, list.join(" "));
    }

    /// A path; `d` is written by this program.
    pub(crate) fn path(&mut self, class: &str, d: &str) {
        if !d.is_empty() {
            let _ = write!(self.body, r#"<path class="{class}" d="{d}"/>"#);
        }
    }

    /// Markup as it is; texts of others have to be escaped before.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    /// A circle.
    pub(crate) fn circle(&mut self, class: &str, x: f64, y: f64, r: f64) {
        let _ = write!(self.body, r#"<circle class="{class}" cx="{}" cy="{}" r="{}"/>"#, n(x), n(y), n(r));
    }

    /// A text; `y` is its baseline.
    pub(crate) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let _ = write!(self.body, r#"<text class="{class}" x="{}" y="{}"{anchor}>{}</text>"#, n(x), n(y), escape(text));
    }

    /// Lines of text below each other, each 15 units high; gives the baseline of the line after the last.
    pub(crate) fn lines(&mut self, class: &str, (x, y): (f64, f64), lines: &[String]) -> f64 {
        let mut at = y;
        for line in lines {
            self.text(class, (x, at), Anchor::Start, line);
            at += 15.0;
        }
        at
    }

    /// An arrow to the right from a point: the upper end is open.
    pub(crate) fn arrow_right(&mut self, class: &str, x: f64, y: f64, length: f64) {
        let tip = x + length;
        self.line(class, [x, y, tip - 5.0, y]);
        self.polygon(&format!("{class} head"), &[(tip, y), (tip - 8.0, y - 4.5), (tip - 8.0, y + 4.5)]);
    }

    /// An arrow up from a point.
    pub(crate) fn arrow_up(&mut self, class: &str, x: f64, y: f64, length: f64) {
        let tip = y - length;
        self.line(class, [x, y, x, tip + 5.0]);
        self.polygon(&format!("{class} head"), &[(x, tip), (x - 4.5, tip + 8.0), (x + 4.5, tip + 8.0)]);
    }

    /// Puts what another drawing has on top of this one.
    pub(crate) fn append(&mut self, other: Self) {
        self.body.push_str(&other.body);
    }

    /// The drawing, with a title and a description for readers who do not see it.
    pub(crate) fn finish(self, height: f64, title: &str, description: &str) -> String {
        let id = &self.id;
        let defs = format!(
            concat!(
                r#"<defs><pattern id="{id}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">"#,
                r#"<rect class="c-paper" width="7" height="7"/><line class="c-est-line" x1="0" y1="0" x2="0" y2="7"/></pattern>"#,
                r#"<pattern id="{id}-dots" width="6" height="6" patternUnits="userSpaceOnUse">"#,
                r#"<rect class="c-paper" width="6" height="6"/><circle class="c-third" cx="3" cy="3" r="1.5"/></pattern>"#,
                r#"<pattern id="{id}-missing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">"#,
                r#"<line class="c-missing-line" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>"#
            ),
            id = id
        );
        format!(
            r#"<svg class="chart" role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {w} {h}" xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>{defs}{body}</svg>"#,
            w = n(self.width),
            h = n(height),
            title = escape(title),
            desc = escape(description),
            body = self.body
        )
    }
}

/// From values to places on the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
    log: bool,
}

impl Scale {
    /// A linear scale; an empty domain is widened.
    pub(crate) fn linear((from, to): (f64, f64), (start, end): (f64, f64)) -> Self {
        let to = if to > from { to } else { from + 1.0 };
        Self { from, to, start, end, log: false }
    }

    /// A logarithmic scale over positive values, out to whole powers of ten.
    pub(crate) fn log((from, to): (f64, f64), (start, end): (f64, f64)) -> Self {
        let low = from.max(f64::MIN_POSITIVE).log10().floor();
        let high = to.max(f64::MIN_POSITIVE).log10().ceil().max(low + 1.0);
        Self { from: low, to: high, start, end, log: true }
    }

    /// The place of a value, kept inside the frame.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = if self.log { value.max(f64::MIN_POSITIVE).log10() } else { value };
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.start + share * (self.end - self.start)
    }

    /// Values for the axis: round ones, about `count`; powers of ten on a logarithmic scale.
    pub(crate) fn ticks(&self, count: usize) -> Vec<f64> {
        if self.log {
            let step = ((self.to - self.from) / count.max(1) as f64).ceil().max(1.0);
            let mut ticks = Vec::new();
            let mut exponent = self.from;
            while exponent <= self.to + 1e-9 {
                ticks.push(10f64.powf(exponent));
                exponent += step;
            }
            return ticks;
        }
        let step = round_step((self.to - self.from) / count.max(1) as f64);
        let mut ticks = Vec::new();
        let mut i = (self.from / step).ceil();
        while i * step <= self.to + step * 1e-9 {
            ticks.push(i * step);
            i += 1.0;
        }
        ticks
    }
}

/// 1, 2, 2.5 or 5 times a power of ten, not below the given step.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.max(f64::MIN_POSITIVE).log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|f| f * power >= step * (1.0 - 1e-9)).unwrap_or(10.0);
    factor * power
}

/// Places for labels that may not lie on each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    taken: Vec<[f64; 4]>,
}

impl Places {
    /// Keeps labels off a region.
    pub(crate) fn block(&mut self, [x, y, w, h]: [f64; 4]) {
        self.taken.push([x, y, x + w, y + h]);
    }

    /// The first of the candidates where the text lies on nothing and inside the frame; the last one if there is none.
    pub(crate) fn find(&mut self, text: &str, candidates: &[(f64, f64, Anchor)], frame: [f64; 4]) -> Option<(f64, f64, Anchor)> {
        if let Some(found) = self.find_free(text, candidates, frame) {
            return Some(found);
        }
        let last = candidates.last().copied()?;
        self.taken.push(area(text, last));
        Some(last)
    }

    /// The first of the candidates where the text lies on nothing and inside the frame.
    pub(crate) fn find_free(
        &mut self,
        text: &str,
        candidates: &[(f64, f64, Anchor)],
        [left, top, right, bottom]: [f64; 4],
    ) -> Option<(f64, f64, Anchor)> {
        let inside = |a: &[f64; 4]| a[0] >= left && a[2] <= right && a[1] >= top && a[3] <= bottom;
        let free = |a: &[f64; 4]| self.taken.iter().all(|b| a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1]);
        let found = candidates.iter().copied().find(|c| inside(&area(text, *c)) && free(&area(text, *c)))?;
        self.taken.push(area(text, found));
        Some(found)
    }
}

/// What a text of ordinary size covers: left, top, right, bottom.
fn area(text: &str, (x, y, anchor): (f64, f64, Anchor)) -> [f64; 4] {
    let width = text_width(text, TEXT);
    let start = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    [start, y - TEXT * 0.85, start + width, y + TEXT * 0.25]
}

/// Width of a text in user units, roughly: system fonts differ, so it errs on the wide side.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '\'' | '|' | '(' | ')' | ' ' => 0.36,
            'm' | 'w' | 'M' | 'W' => 0.92,
            c if c.is_ascii_digit() => 0.60,
            c if c.is_ascii_uppercase() => 0.70,
            c if c.is_ascii() => 0.56,
            c if c as u32 >= 0x1100 => 1.0,
            _ => 0.66,
        })
        .sum();
    ems * size
}

/// Breaks a text at spaces so that no line is wider; a single long word stays whole.
pub(crate) fn wrap(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if !line.is_empty() && text_width(&longer, size) > width {
            lines.push(std::mem::take(&mut line));
            line.push_str(word);
        } else {
            line = longer;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A number for an axis: `0`, `250 k`, `1.5 M`.
pub(crate) fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 {
        format!("{} bn", format_number(value / 1e9))
    } else if size >= 1e6 {
        format!("{} M", format_number(value / 1e6))
    } else if size >= 1e4 {
        format!("{} k", format_number(value / 1e3))
    } else if size >= 0.01 || size == 0.0 {
        format_number(value)
    } else {
        format!("{value:e}")
    }
}

/// A coordinate: at most two decimals, and never `-0`.
pub(crate) fn n(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded.is_finite() && rounded != 0.0 { format!("{rounded}") } else { "0".to_owned() }
}

/// Text for markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks = |to: f64| Scale::linear((0.0, to), (0.0, 100.0)).ticks(5);
        assert_eq!(ticks(500_000.0), [0.0, 100_000.0, 200_000.0, 300_000.0, 400_000.0, 500_000.0]);
        assert_eq!(ticks(4_600_000.0), [0.0, 1_000_000.0, 2_000_000.0, 3_000_000.0, 4_000_000.0]);
        assert_eq!(Scale::log((25e6, 238e6), (0.0, 100.0)).ticks(5), [1e7, 1e8, 1e9]);
    }

    #[test]
    fn a_value_outside_the_domain_stays_in_the_frame() {
        let scale = Scale::linear((0.0, 10.0), (100.0, 200.0));
        assert_eq!(scale.at(-5.0), 100.0);
        assert_eq!(scale.at(5.0), 150.0);
        assert_eq!(scale.at(50.0), 200.0);
    }

    #[test]
    fn labels_do_not_lie_on_each_other() {
        let mut places = Places::default();
        let candidates = [(10.0, 20.0, Anchor::Start), (10.0, 40.0, Anchor::Start)];
        let frame = [0.0, 0.0, 200.0, 100.0];
        assert_eq!(places.find("1,000", &candidates, frame), Some((10.0, 20.0, Anchor::Start)));
        assert_eq!(places.find("1,000", &candidates, frame), Some((10.0, 40.0, Anchor::Start)));
    }

    #[test]
    fn hostile_text_is_escaped() {
        let mut svg = Svg::new("t", 10.0);
        svg.text("x", (0.0, 0.0), Anchor::Start, "</text><script>alert(1)</script>");
        let text = svg.finish(10.0, "a\"b", "<c>");
        assert!(!text.contains("<script>"));
        assert!(text.contains("&lt;script&gt;"));
        assert!(text.contains("a&quot;b"));
    }

    #[test]
    fn numbers_on_axes_are_short() {
        let cases = [(0.0, "0"), (700.0, "700"), (250_000.0, "250 k"), (1_500_000.0, "1.5 M"), (2e9, "2 bn"), (3.2e-5, "3.2e-5")];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn long_text_is_broken_at_spaces() {
        assert_eq!(wrap("one two three", 60.0, 12.0), ["one two", "three"]);
        assert!(wrap("", 60.0, 12.0).is_empty());
    }
}
