//! Reads the documents of a manifest and writes one prediction file a document.
//!
//! usage: claims MANIFEST OUT_DIR [--text-of GOLD_DIR]
//!
//! The manifest lies beside `docs/`. With `--text-of`, the article text of web pages is taken from the gold files, so
//! that the reading of claims is measured apart from the reading of pages.
#![expect(clippy::print_stdout, reason = "it says what it wrote")]

use std::error::Error;
use std::path::Path;

use serde_json::{Value, json};
use tw_claims::{Context, Document, Format, Limits};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [manifest, out, rest @ ..] = args.as_slice() else { return Err("usage: claims MANIFEST OUT_DIR [--text-of GOLD_DIR]".into()) };
    let gold = match rest {
        [flag, folder] if flag == "--text-of" => Some(folder),
        _ => None,
    };
    let folder = Path::new(manifest).parent().unwrap_or(Path::new("."));
    let entries: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(manifest)?)?;
    std::fs::create_dir_all(out)?;
    for entry in &entries {
        let name = entry["doc"].as_str().ok_or("an entry without a document")?;
        let stem = name.rsplit_once('.').map_or(name, |(s, _)| s);
        let raw = std::fs::read(folder.join("docs").join(name))?;
        let html = entry["format"] == "html";
        let document = match gold {
            Some(gold) if html => {
                let gold: Value = serde_json::from_str(&std::fs::read_to_string(Path::new(gold).join(format!("{stem}.json")))?)?;
                Document { format: Format::Html, ..Document::plain(gold["main_text"].as_str().unwrap_or("")) }
            }
            _ => tw_claims::document::read(name, &raw, &Limits::default()).map_err(|r| r.to_string())?,
        };
        let context = Context {
            published: entry["published"].as_str().and_then(|d| d.parse().ok()),
            publisher: entry["publisher"].as_str().map(str::to_owned),
        };
        let reading = tw_claims::extract(&document, &context);
        let printed = json!({ "doc": name, "lang": reading.lang, "main_text": document.main_text, "meta": { "title": document.title, "author": document.author, "publisher": document.publisher, "published": document.published, "remarks": document.remarks }, "claims": reading.claims });
        std::fs::write(Path::new(out).join(format!("{stem}.json")), serde_json::to_string_pretty(&printed)?)?;
    }
    println!("{} documents", entries.len());
    Ok(())
}
