//! Documents read into claims, without a case.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use tw_base::{Date, Exit, Refusal, Refusals};
use tw_claims::{Context, Limits, Reading};

use super::input;
use crate::Failure;
use crate::cli::Claims;
use crate::term::{Term, table};

/// An entry of a manifest; other keys are for people.
#[derive(Deserialize)]
struct Entry {
    doc: String,
    #[serde(default)]
    published: Option<Date>,
    #[serde(default)]
    publisher: Option<String>,
}

/// A document to read.
struct Task {
    path: PathBuf,
    name: String,
    context: Context,
}

pub(super) fn run(term: &Term, args: &Claims) -> Result<Exit, Failure> {
    let tasks = match &args.manifest {
        Some(manifest) => listed(term, manifest)?,
        None => args.files.iter().map(|path| task(path, args)).collect(),
    };
    if let Some(out) = &args.out {
        fs::create_dir_all(out).map_err(|error| input::unwritable(out, &error))?;
    }
    let limits = Limits::default();
    let mut documents: Vec<Value> = Vec::new();
    let mut readings = Vec::new();
    let mut refusals: Vec<Refusal> = Vec::new();
    for task in &tasks {
        let bytes = bytes(&task.path, &limits)?;
        // A document that cannot be read takes no other with it.
        let all = match tw_claims::document::read_all(&task.name, &bytes, &limits) {
            Ok(all) => all,
            Err(refusal) => {
                refusals.push(refusal);
                continue;
            }
        };
        refusals.extend(all.refused);
        let many = all.documents.len() > 1;
        for (document, number) in all.documents.iter().zip(1usize..) {
            // A web archive holds many: each is named by its number, and its address stands in `uri`.
            let name = if many { format!("{}#{number}", task.name) } else { task.name.clone() };
            let (printed, reading) = read(term, &name, document, &task.context);
            readings.push(reading);
            if let Some(out) = &args.out {
                let stem = Path::new(&task.name).file_stem().map_or_else(|| task.name.clone(), |stem| stem.to_string_lossy().into_owned());
                let stem = if many { format!("{stem}-{number:04}") } else { stem };
                let mut file = input::Whole::create(&out.join(format!("{stem}.json")))?;
                file.write(serde_json::to_string_pretty(&printed).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?.as_bytes())?;
                file.close()?;
            }
            documents.push(printed);
        }
    }
    if documents.is_empty() && !refusals.is_empty() {
        return Err(input::refused(Refusals(refusals)));
    }
    if let Some(path) = &args.groups {
        let mut file = input::Whole::create(path)?;
        let text =
            serde_json::to_string_pretty(&grouped(&documents, &readings)).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        file.write(text.as_bytes())?;
        file.close()?;
    }
    if term.json {
        // One document is itself the answer; of several there is a list.
        match (&documents[..], tasks.len()) {
            ([one], 1) => term.document(one)?,
            (all, _) => term.document(&all)?,
        }
    } else if args.out.is_none() {
        for document in &documents {
            term.out(&text(term, document))?;
        }
    } else {
        term.out(&format!("{} documents read\n", documents.len()))?;
    }
    for refusal in &refusals {
        term.error(&refusal.to_string(), refusal.hint.as_deref());
    }
    Ok(if refusals.is_empty() { Exit::Ok } else { Exit::Incomplete })
}

/// What was read from one document, as it is printed.
fn read(term: &Term, name: &str, document: &tw_claims::Document, context: &Context) -> (Value, Reading) {
    let reading = tw_claims::extract(document, context);
    let published = context.published.or(document.published);
    if published.is_none() {
        term.say(&format!("{name}: its day is not known, so that \"since September\" has no year; say it with `--published`"));
    }
    let printed = json!({
        "doc": name,
        "format": document.format,
        "lang": reading.lang,
        "title": document.title,
        "author": document.author,
        "publisher": context.publisher.as_ref().or(document.publisher.as_ref()),
        "published": published,
        "uri": document.uri,
        "captured": document.captured,
        "credit": reading.credit,
        "truncated": reading.truncated,
        "remarks": document.remarks,
        "attachments": document.attachments,
        "main_text": document.main_text,
        "spans_in": document.spans_in,
        "places": document.places,
        "claims": reading.claims,
    });
    (printed, reading)
}

/// Which claims go back to one original, over all documents: retellings are one account, and no confirmation of each other.
fn grouped(documents: &[Value], readings: &[Reading]) -> Value {
    let groups = tw_claims::groups(readings);
    let place = |member: &tw_claims::Member| {
        json!({
            "doc": documents.get(member.reading).map(|document| &document["doc"]),
            "claim": readings.get(member.reading).and_then(|reading| reading.claims.get(member.claim)).map(|claim| &claim.quote),
        })
    };
    let group = |group: &tw_claims::Group| {
        json!({
            "matter": group.matter,
            "members": group.members.iter().map(place).collect::<Vec<_>>(),
            "origin": group.origin,
            "named": group.named,
            "grounds": group.grounds,
        })
    };
    json!({ "groups": groups.iter().map(group).collect::<Vec<_>>() })
}

/// The bytes of a file, and one more than the limit at most: the reader says what is too large.
fn bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: std::io::Error| Failure::new(Exit::Io, format!("failed to read `{}`: {error}", path.display())).hint("check its name");
    let mut bytes = Vec::new();
    let most = u64::try_from(limits.bytes).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}

fn task(path: &Path, args: &Claims) -> Task {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Task { path: path.to_owned(), name, context: Context { published: args.published, publisher: args.publisher.clone() } }
}

/// The documents of a manifest, which lie in the folder `docs` beside it or beside it.
fn listed(term: &Term, manifest: &Path) -> Result<Vec<Task>, Failure> {
    let (text, name) = input::text(term, manifest)?;
    let entries: Vec<Entry> = serde_json::from_str(&text).map_err(|error| {
        input::refused(
            Refusal::new(name, error.to_string()).hint("a manifest is a JSON array of objects with `doc`, `published`, `publisher`"),
        )
    })?;
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let place = |doc: &str| Some(folder.join("docs").join(doc)).filter(|path| path.is_file()).unwrap_or_else(|| folder.join(doc));
    let task = |entry: Entry| Task {
        path: place(&entry.doc),
        context: Context { published: entry.published, publisher: entry.publisher },
        name: entry.doc,
    };
    Ok(entries.into_iter().map(task).collect())
}

fn text(term: &Term, document: &Value) -> String {
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let claims = document["claims"].as_array().map_or(&[][..], Vec::as_slice);
    let rows: Vec<Vec<String>> = claims
        .iter()
        .map(|claim| {
            let chain: Vec<String> = claim["attribution"].as_array().map_or_else(Vec::new, |links| links.iter().map(of).collect());
            let said =
                if claim["polarity"] == "negative" { format!("{}, negative", of(&claim["modality"])) } else { of(&claim["modality"]) };
            vec![of(&claim["id"]), of(&claim["type"]), said, chain.join(" ← "), of(&claim["quote"])]
        })
        .collect();
    let title = format!("{}: {} claims\n", of(&document["doc"]), claims.len());
    if rows.is_empty() { title } else { title + &table(&["ID", "TYPE", "MODALITY", "WHO SAYS SO", "QUOTE"], &rows, term.width()) }
}
