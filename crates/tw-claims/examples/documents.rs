//! Reads files and prints what was read: `cargo run -p tw-claims --example documents -- FILE...`
#![expect(clippy::print_stdout, reason = "an example prints")]

use tw_claims::document::{Limits, read_all};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        match read_all(&path, &bytes, &Limits::default()) {
            Ok(all) => {
                for document in &all.documents {
                    println!("== {path} {:?} {:?} {:?} {:?}", document.format, document.uri, document.published, document.title);
                    println!("author {:?} publisher {:?} lang {:?}", document.author, document.publisher, document.lang);
                    for remark in &document.remarks {
                        println!("-- {remark}");
                    }
                    for block in &document.blocks {
                        let place = document.place(block.start);
                        let at = place.map(|p| (p.page, p.part.as_deref()));
                        println!("[{:?} {at:?}] {}", block.kind, &document.main_text[block.start..block.end]);
                    }
                }
                for refusal in &all.refused {
                    println!("refused: {refusal}");
                }
            }
            Err(refusal) => println!("== {path}: {refusal} ({})", refusal.hint.as_deref().unwrap_or("")),
        }
    }
    Ok(())
}
