//! The instructions of a page carried out as far as text goes: which letters stand where (ISO 32000, 8.3, 9.3 and 9.4).

use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::font::{Font, Fonts};
use super::token::{Lexer, Token};

/// Forms inside each other, and forms drawn on one page.
const FORMS: usize = 8;
const DRAWN: usize = 2_000;

/// Saved states inside each other.
const SAVED: usize = 256;

/// The instructions of a page unpack to more than may be read.
#[derive(Debug)]
pub(super) struct TooLarge;

/// Letters in a row, as one instruction shows them. Units are points, `y` upwards.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub text: String,
    pub x: f64,
    pub end: f64,
    pub y: f64,
    pub size: f64,
}

#[derive(Default)]
pub(super) struct Page {
    pub runs: Vec<Run>,
    /// Letters on the page, those of no known letter, those drawn unseen, those that run another way.
    pub letters: usize,
    pub unknown: usize,
    pub invisible: usize,
    pub turned: usize,
    /// Bytes of instructions.
    pub spent: usize,
    /// Lower and upper end.
    pub bottom: f64,
    pub top: f64,
}

type Matrix = [f64; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter: f64,
    word: f64,
    scale: f64,
    leading: f64,
    rise: f64,
    mode: f64,
}

struct Painter<'a> {
    pdf: &'a Document,
    fonts: &'a mut Fonts,
    page: Page,
    left: usize,
    drawn: usize,
}

/// Reads a page.
pub(super) fn page(pdf: &Document, id: ObjectId, fonts: &mut Fonts, left: usize) -> Result<Page, TooLarge> {
    let content = match pdf.get_page_content_with_limit(id, left) {
        Ok(content) => content,
        Err(lopdf::Error::Decompress(_)) => return Err(TooLarge),
        Err(_) => Vec::new(),
    };
    let (own, ids) = pdf.get_page_resources(id).unwrap_or_default();
    let resources: Vec<&Dictionary> = own.into_iter().chain(ids.iter().filter_map(|id| pdf.get_dictionary(*id).ok())).collect();
    let inherited = |key: &[u8]| {
        let mut node = pdf.get_dictionary(id).ok()?;
        for _ in 0..64 {
            if let Ok(value) = node.get_deref(key, pdf) {
                return Some(value);
            }
            node = node.get_deref(b"Parent", pdf).and_then(Object::as_dict).ok()?;
        }
        None
    };
    let frame: Vec<f64> = inherited(b"MediaBox")
        .and_then(|b| b.as_array().ok())
        .map(|b| b.iter().filter_map(|n| pdf.dereference(n).ok()?.1.as_float().ok()).map(f64::from).collect())
        .unwrap_or_default();
    let &[left_edge, bottom, right_edge, top] = frame.as_slice() else {
        return Ok(paint(pdf, fonts, &content, &resources, UNIT, (0.0, 792.0), left));
    };
    let turn = inherited(b"Rotate").and_then(|r| r.as_i64().ok()).unwrap_or(0).rem_euclid(360);
    let (matrix, extent) = match turn {
        90 => ([0.0, -1.0, 1.0, 0.0, 0.0, right_edge], (left_edge, right_edge)),
        180 => ([-1.0, 0.0, 0.0, -1.0, right_edge, top + bottom], (bottom, top)),
        270 => ([0.0, 1.0, -1.0, 0.0, top, 0.0], (left_edge, right_edge)),
        _ => (UNIT, (bottom, top)),
    };
    Ok(paint(pdf, fonts, &content, &resources, matrix, extent, left))
}

fn paint(
    pdf: &Document,
    fonts: &mut Fonts,
    content: &[u8],
    resources: &[&Dictionary],
    matrix: Matrix,
    (bottom, top): (f64, f64),
    left: usize,
) -> Page {
    let page = Page { bottom: bottom.min(top), top: bottom.max(top), spent: content.len(), ..Page::default() };
    let mut painter = Painter { pdf, fonts, page, left: left.saturating_sub(content.len()), drawn: 0 };
    let state = State { matrix, font: None, size: 0.0, letter: 0.0, word: 0.0, scale: 1.0, leading: 0.0, rise: 0.0, mode: 0.0 };
    painter.run(content, resources, state, 0);
    painter.page
}

impl Painter<'_> {
    fn run(&mut self, content: &[u8], resources: &[&Dictionary], mut state: State, depth: usize) {
        let mut lexer = Lexer::new(content);
        let mut operands = Vec::new();
        let mut saved: Vec<State> = Vec::new();
        let (mut text, mut line) = (UNIT, UNIT);
        // Marks inside each other, and how many of them from the outermost on say that this is no text of the page.
        let (mut marks, mut artifact) = (0usize, None);
        while let Some(operator) = lexer.operation(&mut operands) {
            let number = |at: usize| operands.get(at).and_then(Token::number).unwrap_or(0.0);
            let last = operands.last().and_then(Token::number).unwrap_or(0.0);
            match operator.as_slice() {
                b"q" if saved.len() < SAVED => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => state.matrix = times([number(0), number(1), number(2), number(3), number(4), number(5)], state.matrix),
                b"BT" => (text, line) = (UNIT, UNIT),
                b"Tf" => {
                    state.size = last;
                    if let Some(Token::Name(name)) = operands.first() {
                        state.font = self.fonts.get(self.pdf, resources, name);
                    }
                }
                b"Tc" => state.letter = last,
                b"Tw" => state.word = last,
                b"Tz" => state.scale = last / 100.0,
                b"TL" => state.leading = last,
                b"Ts" => state.rise = last,
                b"Tr" => state.mode = last,
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.leading = -number(1);
                    }
                    line = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], line);
                    text = line;
                }
                b"Tm" => {
                    line = [number(0), number(1), number(2), number(3), number(4), number(5)];
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    if operator == b"\"" {
                        (state.word, state.letter) = (number(0), number(1));
                    }
                    line = times([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    if let Some(Token::Text(bytes)) = operands.last() {
                        self.show(bytes, &state, &mut text, artifact.is_some());
                    }
                }
                b"Tj" => {
                    if let Some(Token::Text(bytes)) = operands.last() {
                        self.show(bytes, &state, &mut text, artifact.is_some());
                    }
                }
                b"TJ" => {
                    for item in operands.iter().filter_map(|o| if let Token::Array(a) = o { Some(a) } else { None }).flatten() {
                        match item {
                            Token::Text(bytes) => self.show(bytes, &state, &mut text, artifact.is_some()),
                            Token::Number(n) => {
                                let shift = -n / 1_000.0 * state.size * state.scale;
                                text = times([1.0, 0.0, 0.0, 1.0, shift, 0.0], text);
                            }
                            _ => {}
                        }
                    }
                }
                b"BMC" | b"BDC" => {
                    marks += 1;
                    if artifact.is_none() && matches!(operands.first(), Some(Token::Name(n)) if n == b"Artifact") {
                        artifact = Some(marks);
                    }
                }
                b"EMC" => {
                    if artifact == Some(marks) {
                        artifact = None;
                    }
                    marks = marks.saturating_sub(1);
                }
                b"Do" if depth < FORMS && artifact.is_none() => {
                    if let Some(Token::Name(name)) = operands.first() {
                        self.form(name, resources, &state, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn form(&mut self, name: &[u8], resources: &[&Dictionary], state: &State, depth: usize) {
        let pdf = self.pdf;
        let found = resources.iter().find_map(|r| {
            let forms = r.get_deref(b"XObject", pdf).and_then(Object::as_dict).ok()?;
            forms.get_deref(name, pdf).and_then(Object::as_stream).ok()
        });
        let Some(form) = found.filter(|f| f.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|s| s == b"Form")) else { return };
        self.drawn += 1;
        if self.drawn > DRAWN || self.left == 0 {
            return;
        }
        let Ok(content) = form.get_plain_content_with_limit(self.left) else { return };
        self.left = self.left.saturating_sub(content.len());
        self.page.spent += content.len();
        let mut inner = state.clone();
        if let Ok(matrix) = form.dict.get_deref(b"Matrix", pdf).and_then(Object::as_array) {
            let numbers: Vec<f64> = matrix.iter().filter_map(|n| n.as_float().ok()).map(f64::from).collect();
            if let Ok(matrix) = Matrix::try_from(numbers) {
                inner.matrix = times(matrix, inner.matrix);
            }
        }
        let own = form.dict.get_deref(b"Resources", pdf).and_then(Object::as_dict).ok();
        let all: Vec<&Dictionary> = own.into_iter().chain(resources.iter().copied()).take(16).collect();
        self.run(&content, &all, inner, depth + 1);
    }

    fn show(&mut self, bytes: &[u8], state: &State, text: &mut Matrix, artifact: bool) {
        let Some(font) = state.font.clone() else { return };
        let start = times([state.size * state.scale, 0.0, 0.0, state.size, 0.0, state.rise], times(*text, state.matrix));
        let mut out = String::new();
        let mut along = 0.0;
        let (mut letters, mut unknown) = (0, 0);
        font.glyphs(bytes, |glyph| {
            match glyph.text {
                Some(letter) => {
                    out.push_str(letter);
                    letters += letter.chars().filter(|c| !c.is_whitespace()).count();
                }
                None => {
                    out.push('\u{fffd}');
                    letters += 1;
                    unknown += 1;
                }
            }
            let spacing = state.letter + if glyph.space { state.word } else { 0.0 };
            along += (glyph.width / 1_000.0 * state.size + spacing) * state.scale;
        });
        *text = times([1.0, 0.0, 0.0, 1.0, along, 0.0], *text);
        if artifact || out.is_empty() {
            return;
        }
        let end = times(UNIT, times(*text, state.matrix));
        let finite = [start[0], start[1], start[2], start[3], start[4], start[5], end[4]].iter().all(|n| n.is_finite() && n.abs() < 1e7);
        if !finite {
            return;
        }
        if start[1].abs() > 0.1 * start[0].abs() || start[0] < 0.0 {
            self.page.turned += letters;
            return;
        }
        self.page.letters += letters;
        self.page.unknown += unknown;
        if state.mode >= 3.0 && state.mode < 4.0 {
            self.page.invisible += letters;
        }
        self.page.runs.push(Run { text: out, x: start[4], end: end[4], y: start[5], size: start[3].abs() });
    }
}
