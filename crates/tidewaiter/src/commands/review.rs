//! Blind review: a person sees two records and says whether they are one party, without score, list or ground.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, Write};

use serde::Deserialize;
use serde_json::{Value, json};
use tw_base::Exit;
use tw_ftm::{Entity, read_value};
use tw_screening::judgement::{Judgement, Judgements, Verdict};

use super::input;
use crate::Failure;
use crate::cli::Review;
use crate::term::Term;

/// Properties that would tell the reviewer which list it is, or what the party is accused of.
const HIDDEN: &[&str] =
    &["programId", "topics", "sanctions", "notes", "sourceUrl", "createdAt", "modifiedAt", "publisher", "position", "unscId"];

/// What is read of the result of a screening.
#[derive(Deserialize)]
struct Screened {
    parties: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    fingerprint: String,
    party: Value,
    entity: Value,
}

/// One pair to judge.
struct Pair {
    party: Entity,
    fingerprint: String,
    entity: Entity,
}

pub(super) fn run(term: &Term, args: &Review) -> Result<Exit, Failure> {
    if args.by.trim().is_empty() {
        return Err(Failure::new(Exit::Usage, "nobody is named as the one who judges").hint("`--by NAME`"));
    }
    let known = match fs::read_to_string(&args.judgements) {
        Ok(text) => Judgements::read(&args.judgements.display().to_string(), &text).map_err(input::refused)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Judgements::default(),
        Err(error) => return Err(Failure::new(Exit::Io, format!("failed to read `{}`: {error}", args.judgements.display()))),
    };
    let (text, name) = input::text(term, &args.result)?;
    let open: Vec<Pair> = pairs(&text, &name)?.into_iter().filter(|p| !known.has(&p.fingerprint, &p.entity.id, &args.by)).collect();
    if open.is_empty() {
        term.say(&format!("nothing is left to judge for {}", args.by));
        return Ok(Exit::Nothing);
    }
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&args.judgements)
        .map_err(|error| Failure::new(Exit::Io, format!("failed to open `{}`: {error}", args.judgements.display())))?;
    let mut counts = [0_usize; 3];
    let mut lines = io::stdin().lock().lines();
    for (number, pair) in open.iter().enumerate() {
        term.say(&format!(
            "{} of {}\n{}same, different, unsure, skip or quit? A reason may follow: `different other birth date`",
            number + 1,
            open.len(),
            side_by_side(pair)
        ));
        let Some((verdict, note)) = answer(term, &mut lines)? else { continue };
        let Some(verdict) = verdict else { break };
        let judgement = Judgement {
            party: pair.fingerprint.clone(),
            name: pair.party.caption.clone(),
            entity: pair.entity.id.clone(),
            verdict,
            by: args.by.clone(),
            at: super::made()?.to_string(),
            note,
        };
        // One line in one write, and on the disk before the next question: nothing decided is lost.
        let line = serde_json::to_string(&judgement).map_err(|error| Failure::new(Exit::Bug, error.to_string()))? + "\n";
        file.write_all(line.as_bytes())
            .and_then(|()| file.sync_data())
            .map_err(|error| Failure::new(Exit::Io, format!("failed to write `{}`: {error}", args.judgements.display())))?;
        counts[verdict as usize] += 1;
    }
    let [same, different, unsure] = counts;
    if term.json {
        term.document(&json!({ "judgements": args.judgements, "by": args.by, "same": same, "different": different, "unsure": unsure, "left": open.len() - same - different - unsure }))?;
    } else {
        term.out(&format!("{same} same, {different} different, {unsure} unsure; {} left\n", open.len() - same - different - unsure))?;
    }
    Ok(Exit::Ok)
}

/// The pairs of a result, in an order that says nothing of their scores.
fn pairs(text: &str, name: &str) -> Result<Vec<Pair>, Failure> {
    let wrong = |why: String| {
        Failure::new(Exit::Refused, format!("`{name}` is no result of a screening: {why}"))
            .hint("write it with `screen FILE --json > RESULT.json`")
    };
    let result: Screened = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let mut pairs = Vec::new();
    for row in result.parties {
        for hit in row.hits {
            let party = read_value(&hit.party).map_err(|error| wrong(error.to_string()))?.entity;
            let entity = read_value(&hit.entity).map_err(|error| wrong(error.to_string()))?.entity;
            pairs.push(Pair { party, fingerprint: hit.fingerprint, entity });
        }
    }
    pairs.sort_by_cached_key(|pair| (shuffled(&pair.fingerprint, &pair.entity.id), pair.fingerprint.clone(), pair.entity.id.clone()));
    pairs.dedup_by(|a, b| a.fingerprint == b.fingerprint && a.entity.id == b.entity.id);
    Ok(pairs)
}

/// FNV-1a over both ids: an order without meaning that is the same each time.
fn shuffled(party: &str, entity: &str) -> u64 {
    party.bytes().chain(entity.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn side_by_side(pair: &Pair) -> String {
    let mut text = String::new();
    for (title, entity) in [("in the file", &pair.party), ("on a list", &pair.entity)] {
        let _ = writeln!(text, "  {title}: {}", entity.schema.label());
        for (name, values) in entity.properties.iter().filter(|(name, _)| !HIDDEN.contains(name)) {
            let label = entity.schema.property(name).map_or(*name, |p| p.label);
            let shown: Vec<&str> = values.iter().take(8).map(String::as_str).collect();
            let more = if values.len() > 8 { format!(" and {} more", values.len() - 8) } else { String::new() };
            let _ = writeln!(text, "    {label}: {}{more}", shown.join(" | ").replace(['\n', '\r'], " "));
        }
    }
    text
}

/// The answer to one pair: `None` to skip it, `Some((None, _))` to end.
#[expect(clippy::type_complexity, reason = "three outcomes with a note, used once")]
fn answer(term: &Term, lines: &mut impl Iterator<Item = io::Result<String>>) -> Result<Option<(Option<Verdict>, Option<String>)>, Failure> {
    loop {
        let Some(line) = lines.next() else { return Ok(Some((None, None))) };
        let line = line.map_err(|error| Failure::new(Exit::Io, format!("failed to read standard input: {error}")))?;
        let (word, note) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let note = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
        return Ok(match word.to_lowercase().as_str() {
            "same" | "s" | "yes" | "y" => Some((Some(Verdict::Same), note)),
            "different" | "d" | "no" | "n" => Some((Some(Verdict::Different), note)),
            "unsure" | "u" | "?" => Some((Some(Verdict::Unsure), note)),
            "skip" | "" => None,
            "quit" | "q" => Some((None, None)),
            other => {
                term.say(&format!("`{}` is no answer: same, different, unsure, skip or quit", other.chars().take(20).collect::<String>()));
                continue;
            }
        });
    }
}
