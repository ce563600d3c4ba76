//! What goes to the terminal: tables that fit, colour only where it helps, progress only where somebody looks.

use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressBarIter, ProgressFinish, ProgressStyle};
use tw_case::Step;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::cli::{Color, Global};

/// Where output goes and how.
#[derive(Debug)]
pub struct Term {
    /// One JSON document instead of text.
    pub json: bool,
    quiet: bool,
    stdout_terminal: bool,
    color_out: bool,
    color_err: bool,
    progress: bool,
}

/// A colour with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Done.
    Green,
    /// Wrong.
    Red,
    /// Hints and paths.
    Cyan,
}

impl Term {
    /// From the command line and the environment.
    #[must_use]
    pub fn new(global: &Global) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|t| t == "dumb");
        let color = |terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => set("CLICOLOR_FORCE") || (terminal && !set("NO_COLOR") && !dumb),
        };
        Self {
            json: global.json,
            quiet: global.quiet,
            stdout_terminal: out,
            color_out: color(out),
            color_err: color(err),
            progress: err && !global.quiet && !set("TIDEWAITER_NO_PROGRESS") && !dumb,
        }
    }

    /// Columns of the terminal, if there is one.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.stdout_terminal.then(|| terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0)))
    }

    /// Writes to standard output. A closed pipe ends the program quietly, as a reader who has seen enough expects.
    ///
    /// # Errors
    /// Any other fault of the stream.
    pub fn out(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            other => other,
        }
    }

    /// Writes a JSON document to standard output.
    ///
    /// # Errors
    /// A fault of the stream.
    pub fn document<T: serde::Serialize>(&self, value: &T) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        self.out(&text)
    }

    /// Says something to the person, on standard error.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Says an error and its hint.
    pub fn error(&self, message: &str, hint: Option<&str>) {
        let _ = writeln!(io::stderr(), "{}: {message}", self.paint_err("error", Paint::Red));
        if let Some(hint) = hint {
            let _ = writeln!(io::stderr(), "\n{}: {hint}", self.paint_err("hint", Paint::Cyan));
        }
    }

    /// Colours text for standard output.
    #[must_use]
    pub fn paint(&self, text: &str, paint: Paint) -> String {
        if self.color_out { painted(text, paint) } else { text.to_owned() }
    }

    fn paint_err(&self, text: &str, paint: Paint) -> String {
        if self.color_err { painted(text, paint) } else { text.to_owned() }
    }

    /// Counts the bytes of a file that is read, on a terminal only; `total` is its size, if it has one.
    pub fn meter<R: Read>(&self, name: &str, total: Option<u64>, body: R) -> ProgressBarIter<R> {
        let bar = if self.progress { ProgressBar::no_length() } else { ProgressBar::hidden() };
        if let Some(total) = total {
            bar.set_length(total);
        }
        let template = if total.is_some() {
            "  {msg}  {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}"
        } else {
            "  {msg}  {spinner} {bytes}, {bytes_per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━ "));
        }
        bar.set_message(name.to_owned());
        bar.with_finish(ProgressFinish::AndClear).wrap_read(body)
    }

    /// A line of progress for each step, on a terminal only.
    #[must_use]
    pub fn steps(&self) -> Steps<'_> {
        let bar = self.progress.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Steps { term: self, bar, last: Instant::now() }
    }
}

fn painted(text: &str, paint: Paint) -> String {
    let code = match paint {
        Paint::Green => "32",
        Paint::Red => "31",
        Paint::Cyan => "36",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Steps of a long command.
pub struct Steps<'a> {
    term: &'a Term,
    bar: Option<ProgressBar>,
    last: Instant,
}

impl Steps<'_> {
    /// A step is done.
    pub fn done(&mut self, step: &Step) {
        let took = self.last.elapsed();
        self.last = Instant::now();
        let Some(bar) = &self.bar else { return };
        let line = format!("  {:<10} {:<64} {:>5.1} s", step.name, step.detail, took.as_secs_f64());
        bar.suspend(|| self.term.say(&line));
        bar.set_message("…");
    }
}

impl Drop for Steps<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Rows as text: aligned and cut to the width on a terminal, tab-separated and whole elsewhere.
#[must_use]
pub fn table(header: &[&str], rows: &[Vec<String>], width: Option<usize>) -> String {
    let mut text = String::new();
    let Some(width) = width else {
        text.push_str(&header.join("\t"));
        text.push('\n');
        for row in rows {
            text.push_str(&row.iter().map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect::<Vec<_>>().join("\t"));
            text.push('\n');
        }
        return text;
    };
    let mut widths: Vec<usize> = header.iter().map(|h| h.width()).collect();
    for row in rows {
        for (w, cell) in widths.iter_mut().zip(row) {
            *w = (*w).max(cell.width());
        }
    }
    shrink(&mut widths, width.saturating_sub(2 * header.len().saturating_sub(1)));
    let heads: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
    for row in std::iter::once(&heads).chain(rows) {
        let mut line = String::new();
        for (i, (cell, w)) in row.iter().zip(&widths).enumerate() {
            if i > 0 {
                line.push_str("  ");
            }
            line.push_str(&fit(cell, *w));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Takes columns away from the widest until the sum fits; no column falls below eight.
fn shrink(widths: &mut [usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 8 => *widest -= 1,
            _ => return,
        }
    }
}

fn fit(cell: &str, width: usize) -> String {
    let cell = cell.replace(['\t', '\n', '\r'], " ");
    let mut out = String::new();
    let whole = cell.width() <= width;
    let room = if whole { width } else { width.saturating_sub(1) };
    let mut used = 0;
    for c in cell.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > room {
            break;
        }
        out.push(c);
        used += w;
    }
    if !whole {
        out.push('…');
        used += 1;
    }
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(used)));
    out
}

/// Breaks text at spaces to a width, with an indent before every line but the first.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut used = indent.width();
    for (i, word) in text.split_whitespace().enumerate() {
        let w = word.width();
        if i > 0 {
            if used + 1 + w > width {
                out.push('\n');
                out.push_str(indent);
                used = indent.width();
            } else {
                out.push(' ');
                used += 1;
            }
        }
        out.push_str(word);
        used += w;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_its_terminal_and_is_whole_in_a_pipe() {
        let rows = vec![vec!["1".to_owned(), "a long sentence about something that goes on and on".to_owned()]];
        let narrow = table(&["TIER", "WHAT"], &rows, Some(30));
        assert!(narrow.lines().all(|line| line.width() <= 30), "{narrow}");
        assert!(narrow.contains('…'));
        assert_eq!(table(&["TIER", "WHAT"], &rows, None), "TIER\tWHAT\n1\ta long sentence about something that goes on and on\n");
    }

    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(fit("북한 선박", 6).width(), 6);
    }
}
