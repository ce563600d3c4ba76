//! Literate scenarios: Markdown that a lawyer can read and extend, and the program can run.
//!
//! `law/scenarios/README.md` explains the format.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};
use tw_base::{Bounds, Period, nearest};

use crate::book::Book;
use crate::eval::{Proof, ReportStatus, Verdict};
use crate::model::Facts;

/// A case with the answer that is expected of one provision.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The heading above it, with a number where the heading holds several.
    pub name: String,
    /// File as given to [`parse`].
    pub file: String,
    /// Line of its `facts` block.
    pub line: usize,
    /// Id of the provision asked.
    pub provision: String,
    /// What is known.
    pub facts: Facts,
    /// What is expected.
    pub expect: Expect,
}

/// The answer that a scenario expects. What is absent is not compared.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// The verdict.
    pub verdict: Verdict,
    /// All exceptions left open, with who bears the burden.
    #[serde(default)]
    pub open: Option<BTreeMap<String, String>>,
    /// All elements left open, in any order.
    #[serde(default)]
    pub elements: Option<Vec<String>>,
    /// Words that the list of what is missing must contain.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Duties to report and where they stand.
    #[serde(default)]
    pub reporting: BTreeMap<String, ReportStatus>,
    /// Words that the proof must contain.
    #[serde(default)]
    pub because: Vec<String>,
    /// Words that the proof must not contain.
    #[serde(default)]
    pub never: Vec<String>,
}

/// A scenario file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}: {reason}")]
pub struct ScenarioError {
    /// File as given to [`parse`].
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong, with what to do.
    pub reason: String,
}

/// What a scenario came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The proof, unless there is no such provision.
    pub proof: Option<Proof>,
    /// Where the answer differs from the one expected, a line each; empty if nowhere.
    pub differences: Vec<String>,
}

impl Outcome {
    /// True if the answer is the one expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Asks the provision and compares.
#[must_use]
pub fn run(book: &Book, scenario: &Scenario) -> Outcome {
    let Some(proof) = book.evaluate(&scenario.provision, &scenario.facts) else {
        let near = book.nearest(&scenario.provision).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Outcome { proof: None, differences: vec![format!("there is no provision `{}`{near}", scenario.provision)] };
    };
    let mut differences = unknown_keys(book, scenario);
    compare(&scenario.expect, &proof, &mut differences);
    Outcome { proof: Some(proof), differences }
}

/// Keys in the facts that the provision does not know: a slip of the pen would leave an exception open unseen.
fn unknown_keys(book: &Book, scenario: &Scenario) -> Vec<String> {
    let Some(p) = book.get(&scenario.provision) else { return Vec::new() };
    let mut known: Vec<&str> = p.exceptions.iter().map(|e| e.id.as_str()).chain(p.elements.iter().map(|e| e.id.as_str())).collect();
    known.push("determination");
    let reports: Vec<&str> = p.reports.iter().map(|r| r.id.as_str()).collect();
    let settled = scenario.facts.settled.keys().map(|key| (key, "exception or element", &known));
    let received = scenario.facts.reports.keys().map(|key| (key, "report", &reports));
    let strange = settled.chain(received).filter(|(key, _, known)| !key.contains(':') && !known.contains(&key.as_str()));
    strange
        .map(|(key, what, known)| {
            let near = nearest(key, known.iter().copied()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            format!("`{}` has no {what} `{key}`{near}", p.id)
        })
        .collect()
}

fn compare(expect: &Expect, proof: &Proof, differences: &mut Vec<String>) {
    let mut differ = |what: &str, wanted: String, got: String| {
        if wanted != got {
            differences.push(format!("{what}: expected {wanted}, got {got}"));
        }
    };
    differ("verdict", expect.verdict.to_string(), proof.verdict.to_string());
    if let Some(open) = &expect.open {
        let got: BTreeMap<String, String> = proof.open_exceptions.iter().map(|e| (e.id.clone(), e.burden.clone())).collect();
        differ("open", format!("{open:?}"), format!("{got:?}"));
    }
    if let Some(elements) = &expect.elements {
        let sorted = |mut list: Vec<String>| {
            list.sort_unstable();
            format!("{list:?}")
        };
        differ("elements", sorted(elements.clone()), sorted(proof.open_elements.iter().map(|e| e.id.clone()).collect()));
    }
    for (id, wanted) in &expect.reporting {
        let got = proof.reporting.iter().find(|r| &r.id == id).map_or("no such duty".to_owned(), |r| r.status.to_string());
        differ(&format!("reporting {id}"), wanted.to_string(), got);
    }
    for words in &expect.missing {
        if !proof.missing.iter().any(|m| m.contains(words.as_str())) {
            differences.push(format!("missing: expected {words:?} among {:?}", proof.missing));
        }
    }
    let text = proof.to_string();
    for words in expect.because.iter().filter(|words| !text.contains(words.as_str())) {
        differences.push(format!("because: the proof does not say {words:?}"));
    }
    for words in expect.never.iter().filter(|words| text.contains(words.as_str())) {
        differences.push(format!("never: the proof says {words:?}"));
    }
}

/// A heading or a fenced block of a literate file. Prose between them is for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A heading.
    Heading {
        /// Line, counted from 1.
        line: usize,
        /// Number of `#`.
        level: usize,
        /// Its text.
        text: &'a str,
    },
    /// A block between fences of three or more back-ticks.
    Block {
        /// Line of the opening fence, counted from 1.
        line: usize,
        /// What stands behind the opening fence.
        info: &'a str,
        /// The lines within, each with its line end.
        body: String,
    },
}

/// Cuts a literate file into headings and blocks, in order. The file's name is only used in messages.
///
/// # Errors
/// If a block is not closed.
///
/// ```
/// use tw_law::{Piece, pieces};
/// let found = pieces("# A title\n\nProse.\n\n```csv deliveries\nsupplier\n```\n", "cases.md")?;
/// assert_eq!(found[0], Piece::Heading { line: 1, level: 1, text: "A title" });
/// assert_eq!(found[1], Piece::Block { line: 5, info: "csv deliveries", body: "supplier\n".to_owned() });
/// # Ok::<(), tw_law::ScenarioError>(())
/// ```
pub fn pieces<'a>(text: &'a str, file: &str) -> Result<Vec<Piece<'a>>, ScenarioError> {
    let mut pieces = Vec::new();
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    while let Some((number, line)) = lines.next() {
        if let Some((level, heading)) = heading(line) {
            pieces.push(Piece::Heading { line: number, level, text: heading });
            continue;
        }
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            continue;
        }
        let (fence, info) = line.split_at(ticks);
        let mut body = String::new();
        let mut closed = false;
        for (_, inner) in lines.by_ref() {
            if inner.trim_end() == fence {
                closed = true;
                break;
            }
            body.push_str(inner);
            body.push('\n');
        }
        if !closed {
            let reason = "the block is not closed; end it with a line of three back-ticks".to_owned();
            return Err(ScenarioError { file: file.to_owned(), line: number, reason });
        }
        pieces.push(Piece::Block { line: number, info: info.trim(), body });
    }
    Ok(pieces)
}

/// Reads the scenarios of a file. Its name is only used in messages.
///
/// # Errors
/// If a block is at fault, stands alone, or if there is no scenario at all.
pub fn parse(text: &str, file: &str) -> Result<Vec<Scenario>, ScenarioError> {
    let mut reader = Reader { file, heading: None, used: BTreeMap::new(), facts: None, scenarios: Vec::new() };
    for piece in pieces(text, file)? {
        match piece {
            Piece::Heading { line, text: heading, .. } => {
                reader.finish(line)?;
                reader.heading = Some(heading.to_owned());
            }
            Piece::Block { line, info, body } => reader.block(info, line, &body)?,
        }
    }
    reader.finish(text.lines().count())?;
    if reader.scenarios.is_empty() {
        return Err(reader.error(1, "no scenario in the file; write a `facts` block and an `expect` block under a heading"));
    }
    Ok(reader.scenarios)
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    (level > 0).then_some(rest).and_then(|rest| rest.strip_prefix(' ')).map(|text| (level, text.trim()))
}

struct Reader<'a> {
    file: &'a str,
    heading: Option<String>,
    used: BTreeMap<String, usize>,
    facts: Option<(usize, String, Facts)>,
    scenarios: Vec<Scenario>,
}

impl Reader<'_> {
    fn error(&self, line: usize, reason: impl Into<String>) -> ScenarioError {
        ScenarioError { file: self.file.to_owned(), line, reason: reason.into() }
    }

    fn finish(&self, _line: usize) -> Result<(), ScenarioError> {
        match &self.facts {
            Some((line, _, _)) => Err(self.error(*line, "this `facts` block has no `expect` block")),
            None => Ok(()),
        }
    }

    fn block(&mut self, kind: &str, line: usize, body: &str) -> Result<(), ScenarioError> {
        match kind {
            "facts" => {
                self.finish(line)?;
                let (provision, facts) = facts(body).map_err(|fault| self.at(line, body, &fault))?;
                self.facts = Some((line, provision, facts));
                Ok(())
            }
            "expect" => self.expect(line, body),
            "" | "text" | "toml" => Ok(()),
            other => Err(self.error(line, format!("`{other}` blocks are not known; use `facts` or `expect`, or `text` for anything else"))),
        }
    }

    fn expect(&mut self, line: usize, body: &str) -> Result<(), ScenarioError> {
        let expect: Expect = toml::from_str(body).map_err(|error| self.at(line, body, &Wrong::from(&error)))?;
        let Some((facts_line, provision, facts)) = self.facts.take() else {
            return Err(self.error(line, "this `expect` block has no `facts` block before it"));
        };
        if expect.verdict == Verdict::PrimaFacie && expect.open.as_ref().is_none_or(BTreeMap::is_empty) {
            return Err(self.error(line, "`prima_facie` means that an exception is open; name all of them in `open`"));
        }
        let Some(heading) = &self.heading else { return Err(self.error(facts_line, "a scenario needs a heading above it for its name")) };
        let count = self.used.entry(heading.clone()).and_modify(|n| *n += 1).or_insert(1);
        let name = if *count == 1 { heading.clone() } else { format!("{heading} ({count})") };
        self.scenarios.push(Scenario { name, file: self.file.to_owned(), line: facts_line, provision, facts, expect });
        Ok(())
    }

    fn at(&self, line: usize, body: &str, wrong: &Wrong) -> ScenarioError {
        let known = wrong.offset.and_then(|at| body.get(..at)).map(|before| before.matches('\n').count());
        let by_key = || wrong.key.as_deref().and_then(|key| body.lines().position(|l| l.contains(key)));
        let inside = known.or_else(by_key);
        self.error(inside.map_or(line, |n| line + 1 + n), wrong.reason.clone())
    }
}

/// A fault within a block.
struct Wrong {
    reason: String,
    key: Option<String>,
    offset: Option<usize>,
}

impl Wrong {
    fn new(key: &str, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), key: Some(key.to_owned()), offset: None }
    }

    fn from(error: &toml::de::Error) -> Self {
        let message = error.message().trim().replace('\n', " ");
        let word = message
            .split_once("unknown field `")
            .or_else(|| message.split_once("unknown variant `"))
            .and_then(|(_, rest)| rest.split('`').next());
        let known = message.split_once("expected").map_or("", |(_, rest)| rest).split('`').skip(1).step_by(2);
        let near = word.and_then(|word| nearest(word, known)).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Self { reason: format!("{message}{near}"), key: word.map(str::to_owned), offset: error.span().map(|span| span.start) }
    }
}

fn facts(body: &str) -> Result<(String, Facts), Wrong> {
    let mut table: Table = toml::from_str(body).map_err(|error| Wrong::from(&error))?;
    let provision = match table.remove("provision") {
        Some(Value::String(id)) => id,
        Some(_) => return Err(Wrong::new("provision", "`provision` is the id of a provision, as text")),
        None => return Err(Wrong::new("", "no `provision`: say which one is asked")),
    };
    days(&mut table)?;
    for key in ["amounts", "measures"] {
        if let Some(Value::Table(amounts)) = table.get_mut(key) {
            for (name, value) in amounts.iter_mut() {
                bounds(name, value)?;
            }
        }
    }
    if let Some(value) = table.get_mut("baseline") {
        bounds("baseline", value)?;
    }
    dates_to_text(&mut table);
    let facts = Facts::deserialize(Value::Table(table)).map_err(|error| Wrong { offset: None, ..Wrong::from(&error) })?;
    if facts.when.is_empty() {
        return Err(Wrong::new("when", "`when` holds no day; `to` is the day after the last"));
    }
    Ok((provision, facts))
}

/// `date` or `period` in place of `when`.
fn days(table: &mut Table) -> Result<(), Wrong> {
    let given = ["date", "period", "when"].iter().filter(|key| table.contains_key(**key)).count();
    if given != 1 {
        return Err(Wrong::new("", "give the days once: `date = 2018-03-01`, `period = \"2018-01..2018-07\"`, or `when`"));
    }
    let key = if table.contains_key("date") { "date" } else { "period" };
    let Some(value) = table.remove(key) else { return Ok(()) };
    let text = match value {
        Value::String(text) => text,
        Value::Datetime(day) => day.to_string(),
        Value::Integer(year) => year.to_string(),
        _ => return Err(Wrong::new(key, format!("`{key}` is not a day or a period"))),
    };
    let period: Period = text.parse().map_err(|error: tw_base::PeriodError| Wrong::new(key, error.to_string()))?;
    let interval = period.interval();
    let mut when = Table::new();
    when.insert("from".to_owned(), Value::String(interval.from.to_string()));
    if let Some(to) = interval.to {
        when.insert("to".to_owned(), Value::String(to.to_string()));
    }
    table.insert("when".to_owned(), Value::Table(when));
    Ok(())
}

/// A number, or text such as `400..700`, as the table that [`Bounds`] is read from.
fn bounds(name: &str, value: &mut Value) -> Result<(), Wrong> {
    let read: Bounds = match value {
        Value::Table(_) => return Ok(()),
        Value::Integer(number) => number.to_string().parse(),
        Value::Float(number) => number.to_string().parse(),
        Value::String(text) => text.parse(),
        _ => return Err(Wrong::new(name, format!("`{name}` is not a number or a range"))),
    }
    .map_err(|error: tw_base::BoundsError| Wrong::new(name, error.to_string()))?;
    let mut table = Table::new();
    for (key, end) in [("low", read.low), ("best", read.best), ("high", read.high)] {
        if let Some(end) = end {
            table.insert(key.to_owned(), Value::Float(end));
        }
    }
    *value = Value::Table(table);
    Ok(())
}

/// [`Facts`] reads days as text.
fn dates_to_text(table: &mut Table) {
    for (_, value) in table.iter_mut() {
        match value {
            Value::Datetime(day) => *value = Value::String(day.to_string()),
            Value::Table(inner) => dates_to_text(inner),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
