//! Makes the list that comes with the program: `cargo run --release -p tw-lists --example bundle -- OUT FILE@DATE…`.
//!
//! Files of one list in any number of captures, as `data/README.md` names them.
#![expect(clippy::print_stderr, reason = "an example tells what it does")]

use std::path::Path;

use tw_lists::history::bundled_facts;
use tw_lists::shelf::{ListFile, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let out = args.next().ok_or("name the file to write")?;
    let files: Vec<ListFile> = args.map(|text| ListFile::parse(&text)).collect();
    let stock =
        read(&files, &bundled_facts(), &mut |path: &Path| eprintln!("{}", path.display())).map_err(|refusal| refusal.to_string())?;
    let [list] = &stock.lists[..] else { return Err("these files are of several lists".into()) };
    eprintln!(
        "{}: {} on it, {} records, {} states from {} to {}",
        list.list,
        list.entries,
        stock.entries.len(),
        list.states,
        list.first,
        list.last
    );
    for file in &list.files {
        eprintln!("  {} {} {} refused {:?}", file.captured, file.sha256, file.name, file.report.refused);
    }
    let packed = tw_lists::bundled::pack(&stock)?;
    eprintln!("{} bytes", packed.len());
    std::fs::write(out, packed)?;
    Ok(())
}
